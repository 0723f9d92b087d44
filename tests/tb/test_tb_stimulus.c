/* SPDX-License-Identifier: Apache-2.0
 *
 * The random other side of a PRI queue: does it draw what it says, and nothing else? The lockstep harness and `prisim
 * vectors` try no more than it does.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tb/vectors/pri_queue_stimulus.h"
#include "tests/harness/suite.h"

enum { SEED = 3, EPISODES = 4000, BASE_SIZE = 31 };

static struct pri_queue_stimulus stimulus;
static struct pri_queue_inputs in;
static struct pri_queue_profile profile;
static struct prisim_pri_queue_config config;

/* What does not do anything by itself; a test switches on what it is about. */
static void quiet(void)
{
    profile = (struct pri_queue_profile){.size = 2, .edges = 1u << 30, .abort_delay = 1, .acknowledge_delay = 1};
    config = (struct prisim_pri_queue_config){.size_log2_max = 19};
}

static void begin(uint64_t episode)
{
    memset(&in, 0, sizeof in);
    pri_queue_stimulus_begin(&stimulus, SEED, episode, &config, &profile);
    pri_queue_stimulus_observe(&stimulus, &(struct pri_queue_outputs){0}, false, 0, 0);
}

/* One edge, at which the queue shows nothing; true if a register is written. */
static bool edge(void)
{
    pri_queue_stimulus_drive(&stimulus, &in);
    pri_queue_stimulus_observe(&stimulus, &(struct pri_queue_outputs){0}, false, 0, 0);
    return in.rx_valid >> PRISIM_PRI_QUEUE_RX_CONTROL & 1;
}

/* Until software has set the queue up: its last write of that is ENABLE. */
static void set_up(uint64_t episode)
{
    begin(episode);
    while (!edge() || in.control.what != PRISIM_PRI_QUEUE_ENABLE)
        ;
}

static bool answered(void)
{
    return in.rx_valid >> PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE & 1;
}

/* Every one of them occurs, and no other. */
START_TEST(each_probability_is_one_of_its_list)
{
    static const struct {
        size_t offset;
        unsigned count, value[5];
    } row[] = {
#define ROW(member, count, ...)                                                                                        \
    {                                                                                                                  \
        offsetof(struct pri_queue_profile, member), count,                                                             \
        {                                                                                                              \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }
        ROW(drain, 2, 0, 400),
        ROW(reset_edges, 3, 1, 2, 3),
        ROW(request, 4, 4, 32, 128, 256),
        ROW(pasid, 4, 0, 128, 220, 256),
        ROW(marker, 3, 0, 16, 64),
        ROW(last, 3, 32, 128, 240),
        ROW(secure, 3, 0, 8, 64),
        ROW(ready_up[0], 4, 4, 16, 128, 256),
        ROW(ready_up[2], 4, 4, 16, 128, 256),
        ROW(ready_down[0], 4, 0, 16, 128, 250),
        ROW(ready_down[2], 4, 0, 16, 128, 250),
        ROW(answer, 4, 8, 32, 128, 256),
        ROW(abort, 4, 0, 2, 16, 80),
        ROW(late, 4, 0, 64, 128, 256),
        ROW(msi_abort, 3, 0, 32, 160),
        ROW(order, 3, 0, 1, 2),
        ROW(lookup_answer, 3, 16, 128, 256),
        ROW(reachable, 3, 64, 192, 256),
        ROW(ppar, 3, 0, 128, 256),
        ROW(cons, 5, 1, 8, 32, 128, 230),
        ROW(keep_ack, 3, 0, 64, 240),
        ROW(ack_only, 3, 0, 32, 128),
        ROW(impossible, 3, 0, 1, 16),
        ROW(enable, 4, 0, 1, 4, 24),
        ROW(irq_toggle, 3, 0, 2, 16),
        ROW(config, 3, 8, 64, 200),
        ROW(interrupt_config, 3, 0, 2, 12),
        ROW(raise_abort, 3, 0, 2, 12),
        ROW(abort_delay, 3, 1, 4, 40),
        ROW(acknowledge_delay, 3, 1, 8, 100),
        ROW(stray, 3, 0, 2, 16),
#undef ROW
    };
    enum { ROWS = sizeof row / sizeof *row };
    unsigned seen[ROWS] = {0};
    for (uint64_t episode = 0; episode < EPISODES; episode++) {
        pri_queue_stimulus_draw(SEED, episode, &config, &profile);
        ck_assert(profile.edges >= 200 && profile.edges < 200 + 4096);
        for (unsigned i = 0; i < ROWS; i++) {
            unsigned value, at = 0;
            memcpy(&value, (const char *)&profile + row[i].offset, sizeof value);
            while (at < row[i].count && row[i].value[at] != value)
                at++;
            ck_assert_msg(at < row[i].count, "row %u: %u", i, value);
            seen[i] |= 1u << at;
        }
    }
    for (unsigned i = 0; i < ROWS; i++)
        ck_assert_msg(seen[i] == (1u << row[i].count) - 1, "row %u: 0x%x", i, seen[i]);
}
END_TEST

/* docs/properties.md, "What the configurations cover": every value of a latency that is drawn, and the block accepts
 * all. */
START_TEST(a_latency_that_is_drawn_has_every_value)
{
    uint64_t accept = 0, write = 0, records = 0;
    struct prisim_config_error error;
    for (uint64_t episode = 0; episode < EPISODES; episode++) {
        pri_queue_stimulus_draw(SEED, episode, &config, &profile);
        ck_assert(prisim_pri_queue_config_check(&config, &error));
        if (pri_queue_latency_set[profile.latency][0] == 0) {
            accept |= UINT64_C(1) << config.accept_interval;
            write |= UINT64_C(1) << config.write_latency;
            records |= UINT64_C(1) << config.records_in_flight;
        } else {
            ck_assert_uint_eq(config.write_latency, pri_queue_latency_set[profile.latency][1]);
        }
    }
    ck_assert_uint_eq(accept, 0x1ffe);   /* 1..12 */
    ck_assert_uint_eq(write, 0x1ffe);    /* 1..12 */
    ck_assert_uint_eq(records, 0x1fffe); /* 1..16 */
}
END_TEST

/* All bits of the address and of the hints are 0 and 1; the size is mostly the episode's. */
START_TEST(base_has_any_address)
{
    uint64_t ones = 0, zeros = 0;
    unsigned own = 0;
    quiet();
    for (uint64_t episode = 0; episode < 200; episode++) {
        begin(episode);
        while (!edge())
            ;
        ck_assert_uint_eq(in.control.what, PRISIM_PRI_QUEUE_BASE);
        ones |= in.control.value;
        zeros |= ~in.control.value;
        ck_assert_uint_eq(in.control.value & BASE_SIZE, stimulus.log2);
        own += stimulus.log2 == 2;
    }
    ck_assert_uint_eq((ones & zeros) | BASE_SIZE, UINT64_MAX);
    ck_assert_uint_gt(own, 150);
    ck_assert_uint_lt(own, 200);
}
END_TEST

/* Bit 31 is mostly the episode's; all others are anything. */
START_TEST(the_attributes_of_the_interrupt_are_anything)
{
    for (unsigned last_only = 0; last_only < 2; last_only++) {
        uint64_t ones = 0, zeros = 0;
        unsigned writes = 0, own = 0;
        quiet();
        profile.interrupt_config = 256;
        profile.last_only = last_only;
        for (uint64_t episode = 0; episode < 100; episode++) {
            set_up(episode);
            if (in.control.value != 7)
                continue;
            for (unsigned i = 0; i < 100; i++) {
                if (!edge() || in.control.what != PRISIM_PRI_QUEUE_IRQ_CFG2)
                    continue;
                ones |= in.control.value;
                zeros |= ~in.control.value;
                own += (in.control.value >> 31 & 1) == last_only;
                writes++;
            }
        }
        ck_assert_uint_eq(ones & zeros, UINT64_MAX);
        ck_assert_uint_gt(writes, 1000);
        ck_assert(own > writes * 3 / 4 && own < writes);
    }
}
END_TEST

/* In order, any, and newest first. */
START_TEST(memory_answers_in_each_order)
{
    enum { PENDING = 16 };
    for (unsigned order = 0; order < 3; order++) {
        unsigned seen = 0;
        quiet();
        profile.answer = 256;
        profile.order = order;
        for (uint64_t episode = 0; episode < 400; episode++) {
            begin(episode);
            for (uint32_t id = 0; id < PENDING; id++) {
                struct pri_queue_outputs out = {.memory.id = id};
                uint32_t bit = 1u << PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST;
                pri_queue_stimulus_observe(&stimulus, &out, false, 0, bit);
                pri_queue_stimulus_observe(&stimulus, &out, false, bit, 0);
            }
            edge();
            ck_assert(answered());
            ck_assert_uint_eq(in.memory.status, PRISIM_MEMORY_OK);
            seen |= 1u << in.memory.id;
        }
        ck_assert_uint_eq(seen, order == 0 ? 1u : order == 1 ? 0xffffu : 0x8000u);
    }
}
END_TEST

/* So many edges of 4096 have what is switched on. */
static unsigned edges_with(bool (*what)(void))
{
    unsigned count = 0;
    set_up(1);
    ck_assert_uint_eq(in.control.value, 7);
    for (unsigned i = 0; i < 4096; i++) {
        edge();
        count += what();
    }
    return count;
}

static bool cons_written(void)
{
    return (in.rx_valid >> PRISIM_PRI_QUEUE_RX_CONTROL & 1) && in.control.what == PRISIM_PRI_QUEUE_CONS;
}

static bool irqen_written(void)
{
    return (in.rx_valid >> PRISIM_PRI_QUEUE_RX_CONTROL & 1) && in.control.what == PRISIM_PRI_QUEUE_ENABLE;
}

/* Of 4096 edges with 16 of 256: 256, give or take. */
START_TEST(probabilities_are_what_they_say)
{
    quiet();
    ck_assert_uint_eq(edges_with(answered), 0);
    ck_assert_uint_eq(edges_with(cons_written), 0);
    ck_assert_uint_eq(edges_with(irqen_written), 0);
    profile.stray = 16;
    unsigned stray = edges_with(answered);
    ck_assert_msg(stray > 180 && stray < 340, "%u", stray);
    profile.cons = 16;
    unsigned cons = edges_with(cons_written);
    ck_assert_msg(cons > 180 && cons < 340, "%u", cons);
    profile.irq_toggle = 16;
    unsigned toggled = edges_with(irqen_written);
    ck_assert_msg(toggled > 180 && toggled < 340, "%u", toggled);
}
END_TEST

/* While it is off software does nothing but switch all of it on; while it is on, one bit goes off. */
START_TEST(a_queue_that_is_off_is_switched_on)
{
    unsigned on = 0, off = 0;
    quiet();
    profile.enable = 24;
    set_up(1);
    ck_assert_uint_eq(in.control.value, 7);
    for (unsigned i = 0; i < 20000; i++) {
        bool was_off = (stimulus.enable & 3) != 3;
        if (!edge())
            continue;
        ck_assert_uint_eq(in.control.what, PRISIM_PRI_QUEUE_ENABLE);
        if (was_off)
            ck_assert_uint_eq(in.control.value, 7);
        else
            ck_assert_uint_ne(in.control.value & 3, 3);
        on += was_off;
        off += !was_off;
    }
    ck_assert_uint_gt(on, 200);
    ck_assert(off == on || off == on + 1);
}
END_TEST

/* SMMU-GERROR: an error that is shown out of turn is acknowledged within 64 edges. */
START_TEST(an_error_out_of_turn_is_acknowledged)
{
    unsigned raised = 0;
    uint64_t since = 0;
    quiet();
    profile.raise_abort = 12;
    set_up(1);
    ck_assert_uint_eq(in.control.value, 7);
    for (unsigned i = 0; i < 20000; i++) {
        if (edge()) {
            ck_assert_uint_eq(in.control.what, PRISIM_PRI_QUEUE_ABORT_ACTIVE);
            raised += in.control.value && !since;
            since = in.control.value ? since ? since : stimulus.now : 0;
        }
        ck_assert(!since || stimulus.now - since <= 65);
    }
    ck_assert_uint_gt(raised, 100);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_stimulus");
    TCase *tcase = tcase_create("tb_stimulus");
    tcase_add_test(tcase, each_probability_is_one_of_its_list);
    tcase_add_test(tcase, a_latency_that_is_drawn_has_every_value);
    tcase_add_test(tcase, base_has_any_address);
    tcase_add_test(tcase, the_attributes_of_the_interrupt_are_anything);
    tcase_add_test(tcase, memory_answers_in_each_order);
    tcase_add_test(tcase, probabilities_are_what_they_say);
    tcase_add_test(tcase, a_queue_that_is_off_is_switched_on);
    tcase_add_test(tcase, an_error_out_of_turn_is_acknowledged);
    suite_add_tcase(suite, tcase);
    return suite;
}
