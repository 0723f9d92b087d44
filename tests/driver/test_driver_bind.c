/* SPDX-License-Identifier: Apache-2.0
 *
 * Bind: the context descriptor (SMMU-CD), what is invalidated, when faults find the space, when the function runs;
 * population; refusals; calls on one PASID one after the other.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

START_TEST(bind_writes_a_context_descriptor)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 5, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    uint64_t cd = driver_harness_cd(h, STREAM, 5);
    uint64_t dw0 = driver_harness_load(h, cd), dw1 = driver_harness_load(h, cd + 8);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_V), 1);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_AA64), 1);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_T0SZ), 16);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_TG0), 0);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_EPD0), 0);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_EPD1), 1);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_IPS), 5); /* IDR5.OAS */
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_S), 0);   /* SMMU-CD: illegal with STALL_MODEL=01 */
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_R), 1);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_A), 1);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_CD0_ASID), 1); /* the first that is given */
    ck_assert_uint_ne(dw1 & PRISIM_CD1_TTB0, 0);
    ck_assert_uint_eq(dw1 % 4096, 0);
    const uint64_t *cfgi = driver_harness_command(h, PRISIM_CMDQ_OP_CFGI_CD, 0);
    ck_assert_ptr_nonnull(cfgi);
    ck_assert_uint_eq(prisim_bits_get(cfgi[0], PRISIM_CMD_SID), STREAM);
    ck_assert_uint_eq(prisim_bits_get(cfgi[0], PRISIM_CMD_SSID), 5);
    driver_harness_close(h);
}
END_TEST

/* The words of the rule book's table (SMMU-CD): T0SZ 16, IR0, OR0, SH0, EPD1, V, IPS, AA64, R, A, ASID; TTB0; MAIR0. */
START_TEST(a_context_descriptor_word_by_word)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 1, 63, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    uint64_t cd = driver_harness_cd(h, STREAM_2, 63);
    ck_assert_uint_eq(driver_harness_load(h, cd), UINT64_C(1) << 48 | UINT64_C(1) << 46 | UINT64_C(1) << 45 |
                                                      UINT64_C(1) << 41 | UINT64_C(5) << 32 | UINT64_C(1) << 31 |
                                                      1 << 30 | 3 << 12 | 1 << 10 | 1 << 8 | 16);
    ck_assert_uint_eq(driver_harness_load(h, cd + 8),
                      harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN, 0)->driver_frame_given.address);
    ck_assert_uint_eq(driver_harness_load(h, cd + 16), 0);
    ck_assert_uint_eq(driver_harness_load(h, cd + 24), 0xff);
    for (unsigned word = 4; word < 8; word++)
        ck_assert_uint_eq(driver_harness_load(h, cd + 8 * word), 0);
    driver_harness_close(h);
}
END_TEST

/* Calls for one PASID in the order they came, whichever place of the pool they have: the last one gets the first's. */
START_TEST(calls_for_one_pasid_keep_their_order)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_unbind(h, 0, 9, PRISIM_DRIVER_UNBIND_NONE, 1); /* refused, soon */
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND, 0);
    driver_harness_bind(h, 0, 1, 0, 2);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_REFUSED), 1);
    driver_harness_bind(h, 0, 1, 1, 4);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 5);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_REFUSED), 1);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_REFUSED), 1);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_BIND, i)->driver_bind.call, 2 + 2 * i);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_FREE, i)->driver_free.call, 3 + 2 * i);
    }
    driver_harness_close(h);
}
END_TEST

/* What a call names must be there, at the edge and beyond it. */
START_TEST(calls_that_name_nothing)
{
    const struct {
        struct prisim_driver_stimulus s;
        enum prisim_cause cause;
    } rows[] = {{{.what = PRISIM_DRIVER_BIND, .function = 2, .pasid = 1}, PRISIM_CAUSE_REFUSED},
                {{.what = PRISIM_DRIVER_BIND, .pasid = 64}, PRISIM_CAUSE_REFUSED},
                {{.what = PRISIM_DRIVER_BIND, .pasid = 1, .space = 2}, PRISIM_CAUSE_REFUSED},
                {{.what = PRISIM_DRIVER_UNBIND, .function = 2, .pasid = 1}, PRISIM_CAUSE_REFUSED},
                {{.what = PRISIM_DRIVER_UNBIND, .pasid = 64}, PRISIM_CAUSE_REFUSED},
                {{.what = PRISIM_DRIVER_UNBIND, .pasid = 2, .policy = PRISIM_DRIVER_POLICIES}, PRISIM_CAUSE_REFUSED},
                {{.what = PRISIM_DRIVER_UNBIND, .pasid = 1}, PRISIM_CAUSE_NOT_BOUND},
                {{.what = PRISIM_DRIVER_UNBIND, .function = 1, .pasid = 2}, PRISIM_CAUSE_NOT_BOUND}};
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 2, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct prisim_driver_stimulus s = rows[i].s;
        s.call = 10 + i;
        harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
        const struct prisim_event *refused = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, i + 1);
        ck_assert_uint_eq(refused->driver_refused.call, 10 + i);
        ck_assert_uint_eq(refused->driver_refused.cause, rows[i].cause);
        ck_assert_uint_eq(refused->driver_refused.pasid, s.pasid);
    }
    driver_harness_bind(h, 1, 63, 1, 2); /* the last of each */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_close(h);
}
END_TEST

/* The descriptor and its SYNCs (test_driver_structures.c), then U7, then the function. */
START_TEST(bind_order)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    unsigned stores = h->base->tx[PRISIM_DRIVER_TX_MEMORY].count, tlps = h->tlps, commands = h->commands;
    driver_harness_bind(h, 0, 5, 0, 3);
    const struct prisim_event *bind = driver_harness_until(h, PRISIM_EVENT_DRIVER_BIND, 1);
    ck_assert_uint_eq(h->tlps, tlps);
    ck_assert_uint_eq(h->commands, commands + 4);
    ck_assert_uint_eq(prisim_bits_get(h->command[commands + 3][0], PRISIM_CMD_OPCODE), PRISIM_CMDQ_OP_SYNC);
    const struct prisim_memory_request *last_of_cd = harness_got(h->base, PRISIM_DRIVER_TX_MEMORY, stores + 4);
    ck_assert_uint_eq(last_of_cd->address, driver_harness_cd(h, STREAM, 5));
    ck_assert_uint_eq(last_of_cd->size, 8);
    ck_assert_uint_eq(bind->driver_bind.stream_id, STREAM);
    ck_assert_uint_eq(bind->driver_bind.pasid, 5);
    ck_assert_uint_eq(bind->driver_bind.call, 3);
    ck_assert_uint_eq(bind->driver_bind.space, 1); /* space 0 is written as 1 */
    uint64_t binding = bind->driver_bind.binding;
    const struct prisim_event *bound = driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    ck_assert_uint_eq(bound->driver_bound.binding, binding);
    driver_harness_run(h, 3);
    ck_assert_uint_eq(h->tlps, tlps + 1);
    const struct prisim_tlp *run = &h->tlp[tlps];
    ck_assert_uint_eq(run->head.type, PRISIM_TLP_MEMORY_WRITE);
    ck_assert_uint_eq(run->head.address, HARNESS_BAR + 4 * 5);
    ck_assert_uint_eq(prisim_load_le32(run->data), PRISIM_ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_DRIVER_TX_HOST, tlps), bound->cycle);
    driver_harness_close(h);
}
END_TEST

START_TEST(populated_regions_are_mapped_before_the_descriptor)
{
    struct driver_harness *h = driver_harness_open();
    /* Two pages on both sides of a 2 MB boundary: two last-level tables. */
    h->config.space[0].region[0] = (struct prisim_driver_region){0x1ff000, 0x2000, 3, 1, 0, 0};
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 1, 2, 0, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    uint64_t root = driver_harness_load(h, driver_harness_cd(h, STREAM, 1) + 8) & PRISIM_CD1_TTB0;
    ck_assert_uint_eq(driver_harness_load(h, driver_harness_cd(h, STREAM_2, 2) + 8) & PRISIM_CD1_TTB0, root);
    uint64_t first = driver_harness_walk(h, root, 0x1ff000), second = driver_harness_walk(h, root, 0x200000);
    ck_assert(prisim_bits_get(first, PRISIM_DESC_VALID) && prisim_bits_get(second, PRISIM_DESC_VALID));
    ck_assert_uint_eq(prisim_bits_get(first, PRISIM_DESC_AP), PRISIM_AP_RW);
    ck_assert_uint_eq(prisim_bits_get(first, PRISIM_DESC_AF), 1);
    ck_assert_uint_eq(prisim_bits_get(first, PRISIM_DESC_NG), 1);
    ck_assert_uint_ne(first & PRISIM_DESC_ADDRESS, second & PRISIM_DESC_ADDRESS);
    ck_assert_uint_eq(driver_harness_walk(h, root, 0x1fe000), 0);
    driver_harness_close(h);
}
END_TEST

START_TEST(a_bound_pasid_is_refused)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 0, 1, 1, 2);  /* the same: waits for the first, and is refused */
    driver_harness_bind(h, 1, 1, 1, 3);  /* the same number of another function: nothing to do with it */
    driver_harness_bind(h, 0, 64, 0, 4); /* beyond pasid_bits = 6 */
    const struct prisim_event *first = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(first->driver_refused.call, 4);
    ck_assert_uint_eq(first->driver_refused.cause, PRISIM_CAUSE_REFUSED);
    const struct prisim_event *second = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 2);
    ck_assert_uint_eq(second->driver_refused.call, 2);
    ck_assert_uint_eq(second->driver_refused.cause, PRISIM_CAUSE_STILL_BOUND);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_unbind(h, 0, 9, PRISIM_DRIVER_UNBIND_NONE, 5);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 3)->driver_refused.cause,
                      PRISIM_CAUSE_NOT_BOUND);
    driver_harness_close(h);
}
END_TEST

/* From U6 of an unbind that binds the PASID again to the bind, in cycles. */
static prisim_cycle_t bound_again_after(uint32_t recycle_delay)
{
    struct driver_harness *h = driver_harness_open();
    h->config.recycle_delay = recycle_delay;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    struct prisim_driver_stimulus s = {.what = PRISIM_DRIVER_UNBIND, .pasid = 1, .then_space = 2, .call = 9};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
    prisim_cycle_t free_at = driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1)->cycle;
    const struct prisim_event *bind = driver_harness_until(h, PRISIM_EVENT_DRIVER_BIND, 2);
    prisim_cycle_t after = bind->cycle - free_at;
    ck_assert_uint_eq(bind->driver_bind.call, 9);    /* the same call */
    ck_assert_uint_eq(bind->driver_bind.space, 2);   /* space 1 */
    ck_assert_uint_eq(bind->driver_bind.binding, 2); /* the second binding */
    ck_assert_uint_gt(after, recycle_delay);
    driver_harness_close(h);
    return after;
}

/* No bind earlier than recycle_delay after U6: the descriptor is begun then. */
START_TEST(recycle_delay_is_kept)
{
    ck_assert_uint_eq(bound_again_after(5001), bound_again_after(5000) + 1);
}
END_TEST

/* The delay and the way to the bind run side by side: the longer one counts, at each length around their meeting. */
START_TEST(recycle_delay_meets_the_way_to_the_bind)
{
    enum { DELAYS = 60 };
    prisim_cycle_t at[DELAYS];
    unsigned meets = 0;
    for (unsigned i = 0; i < DELAYS; i++) {
        at[i] = bound_again_after(i);
        meets = at[i] == at[0] ? i : meets;
    }
    ck_assert(meets > 0 && meets < DELAYS - 1);
    for (unsigned i = 0; i < DELAYS; i++)
        ck_assert_uint_eq(at[i], at[0] + (i > meets ? i - meets : 0));
}
END_TEST

/* A PASID that was never bound is not recycled. */
START_TEST(a_first_bind_waits_for_no_recycling)
{
    struct driver_harness *h = driver_harness_open();
    h->config.recycle_delay = 1000000;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_close(h);
}
END_TEST

/* More calls than PRISIM_DRIVER_CALLS_MAX at once: the surplus is refused, nothing is lost silently. */
START_TEST(calls_beyond_the_pool_are_refused)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    for (uint32_t i = 0; i <= PRISIM_DRIVER_CALLS_MAX; i++)
        driver_harness_bind(h, 0, i + 1, 0, i);
    const struct prisim_event *refused = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(refused->driver_refused.call, PRISIM_DRIVER_CALLS_MAX);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, PRISIM_DRIVER_CALLS_MAX);
    driver_harness_close(h);
}
END_TEST

/* `populated` is a promise: a bind that cannot keep it is refused, as one without a root table, and so is the next one.
 * The PASID stays free, the ASID is another's, and no descriptor was written. */
START_TEST(a_region_that_does_not_fit_is_refused)
{
    struct driver_harness *h = driver_harness_open();
    h->config.ram_size = 0x20000; /* static tables, and 18 frames or so */
    h->config.pasid_bits = 2;
    h->config.cmdq_log2 = h->config.eventq_log2 = h->config.priq_log2 = 4;
    h->config.space[0].region[0] = (struct prisim_driver_region){0x4000, 0x20000, 3, 1, 0, 0};
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 2, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_bind(h, 0, 1, 0, 2);
    driver_harness_bind(h, 1, 1, 0, 3); /* waits for the first to fill the space */
    for (unsigned i = 1; i <= 2; i++) {
        const struct prisim_event *refused = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, i);
        ck_assert_uint_eq(refused->driver_refused.call, 1 + i);
        ck_assert_uint_eq(refused->driver_refused.cause, PRISIM_CAUSE_NO_MEMORY);
    }
    driver_harness_bind(h, 0, 1, 0, 4);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 3)->driver_refused.call, 4);
    driver_harness_run(h, 1000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BIND), 1);
    ck_assert_uint_eq(prisim_bits_get(driver_harness_load(h, driver_harness_cd(h, STREAM, 1)), PRISIM_CD0_V), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ASID_GIVEN), 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ASID_FREED), 2); /* the two binds at once had one */
    driver_harness_bind(h, 0, 1, 1, 5);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_close(h);
}
END_TEST

/* What was filled is not filled again. */
START_TEST(a_region_that_just_fits_is_bound)
{
    struct driver_harness *h = driver_harness_open();
    h->config.ram_size = 0x20000;
    h->config.pasid_bits = 2;
    h->config.cmdq_log2 = h->config.eventq_log2 = h->config.priq_log2 = 4;
    /* 32 pages: 8 are the stream table (2^9 entries of 64 bytes), 1 is the queues and CDs, 4 are tables */
    h->config.space[0].region[0] = (struct prisim_driver_region){0x4000, (19u + (unsigned)_i) * 0x1000, 3, 1, 0, 0};
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, _i ? PRISIM_EVENT_DRIVER_REFUSED : PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_bind(h, 0, 2, 0, 2);
    driver_harness_until(h, _i ? PRISIM_EVENT_DRIVER_REFUSED : PRISIM_EVENT_DRIVER_BOUND, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 4 + 19);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_bind");
    TCase *tcase = tcase_create("driver_bind");
    tcase_add_test(tcase, bind_writes_a_context_descriptor);
    tcase_add_test(tcase, a_context_descriptor_word_by_word);
    tcase_add_test(tcase, calls_for_one_pasid_keep_their_order);
    tcase_add_test(tcase, calls_that_name_nothing);
    tcase_add_test(tcase, bind_order);
    tcase_add_test(tcase, populated_regions_are_mapped_before_the_descriptor);
    tcase_add_test(tcase, a_bound_pasid_is_refused);
    tcase_add_test(tcase, a_region_that_does_not_fit_is_refused);
    tcase_add_loop_test(tcase, a_region_that_just_fits_is_bound, 0, 2);
    tcase_add_test(tcase, recycle_delay_is_kept);
    tcase_add_test(tcase, recycle_delay_meets_the_way_to_the_bind);
    tcase_add_test(tcase, a_first_bind_waits_for_no_recycling);
    tcase_add_test(tcase, calls_beyond_the_pool_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
