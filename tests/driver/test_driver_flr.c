/* SPDX-License-Identifier: Apache-2.0
 *
 * The function-level reset: the two orders of UNBIND-P12, the waits of PCIE-ENUMERATION-4, and what is bound behind it.
 * All offsets and codes are literals.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { OP_CFGI_STE = 0x03, OP_ATC_INV = 0x40, OP_SYNC = 0x46, PENDING = 0x20 };

static uint64_t ste(const struct driver_harness *h, unsigned word)
{
    const uint64_t strtab = h->reg[PRISIM_SMMU_STRTAB_BASE / 4] & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    return driver_harness_load(h, strtab + STREAM * 64 + 8 * word);
}

static unsigned ste_config(const struct driver_harness *h)
{
    return (unsigned)(ste(h, 0) >> 1 & 7);
}

static void flr(struct driver_harness *h, uint32_t function, uint32_t call)
{
    driver_harness_function(h, PRISIM_DRIVER_FLR, function, call);
}

static void refused(struct driver_harness *h, unsigned n, uint32_t call, enum prisim_cause cause)
{
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, n);
    ck_assert_uint_eq(event->driver_refused.call, call);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->driver_refused.cause), prisim_cause_name(cause));
}

/* A function as the tests here need it: what is written stays, PRI is Stopped while it is off. */
static struct driver_harness_space *with_space(struct driver_harness *h)
{
    static struct driver_harness_space space[HARNESS_SPACES];
    memset(space, 0, sizeof space);
    space[0].id = STREAM;
    space[0].pri = 0x110;
    h->space = space;
    return space;
}

static struct driver_harness *open_bound(uint32_t order)
{
    struct driver_harness *h = driver_harness_open();
    h->config.flr_order = order;
    with_space(h);
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 5, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_bind(h, 0, 3, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_bind(h, 1, 4, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    driver_harness_run(h, 10);
    return h;
}

struct access {
    char kind; /* r, w: of configuration space; b: of the BAR */
    uint32_t offset;
    uint16_t bytes;
    uint32_t value;
};

static struct access access_of(const struct driver_harness *h, unsigned n)
{
    ck_assert_uint_lt(n, h->tlps);
    const struct prisim_tlp *tlp = &h->tlp[n];
    const uint32_t value = prisim_load_le32(tlp->data) & (uint32_t)prisim_bits_mask(8u * tlp->head.size);
    if (tlp->head.type == PRISIM_TLP_MEMORY_WRITE)
        return (struct access){'b', (uint32_t)(tlp->head.address - HARNESS_BAR), tlp->head.size, value};
    ck_assert_uint_eq(tlp->head.destination_id, STREAM);
    const bool read = tlp->head.type == PRISIM_TLP_CONFIG_READ;
    return (struct access){read ? 'r' : 'w', (uint32_t)tlp->head.address, tlp->head.size, read ? 0 : value};
}

static void accessed(const struct driver_harness *h, unsigned from, const struct access *due, unsigned count)
{
    ck_assert_uint_eq(h->tlps - from, count);
    for (unsigned i = 0; i < count; i++) {
        const struct access got = access_of(h, from + i);
        ck_assert_msg(got.kind == due[i].kind && got.offset == due[i].offset && got.bytes == due[i].bytes &&
                          got.value == due[i].value,
                      "access %u: %c %x, %u bytes, %x", i, got.kind, got.offset, got.bytes, got.value);
    }
}

static void commanded(const struct driver_harness *h, unsigned from)
{
    static const unsigned due[] = {OP_CFGI_STE, OP_SYNC, OP_ATC_INV, OP_SYNC, OP_CFGI_STE, OP_SYNC};
    ck_assert_uint_eq(h->commands - from, 6);
    for (unsigned i = 0; i < 6; i++)
        ck_assert_uint_eq(h->command[from + i][0] & 0xff, due[i]);
    /* All of the ATC, without a PASID. */
    ck_assert_uint_eq(h->command[from + 2][0] >> 32, STREAM);
    ck_assert_uint_eq(h->command[from + 2][0] >> 11 & 1, 0);
    ck_assert_uint_eq(h->command[from + 2][1] & 0x3f, 52);
}

/* What brings it up again, and then the PASIDs that are bound. */
#define UP                                                                                                             \
    {'r', 0x00, 4, 0}, {'w', 0x10, 4, 0}, {'w', 0x14, 4, 0x10}, {'w', 0x04, 4, 6}, {'w', 0x124, 4, 0x10000},           \
        {'w', 0x114, 4, 2}, {'r', 0x114, 4, 0}, {'w', 0x11c, 4, 8}, {'w', 0x114, 4, 1}, {'w', 0x104, 4, 0x80000000},   \
        {'b', 12, 4, 1},                                                                                               \
    {                                                                                                                  \
        'b', 20, 4, 1                                                                                                  \
    }

/* UNBIND-P12, UNBIND-S-47: blocked, ATS off, ATC invalidated, Transactions Pending, reset, up. */
/* covers: PCIE-ENUMERATION-4, PCIE-ENABLE-2, PCIE-ENABLE-3 */
START_TEST(off_first)
{
    static const struct access due[] = {
        {'w', 0x106, 2, 0}, {'r', 0x4a, 2, 0}, {'r', 0x48, 2, 0}, {'w', 0x48, 2, 0xa910}, UP};
    struct driver_harness *h = open_bound(PRISIM_DRIVER_FLR_OFF_FIRST);
    const unsigned tlps = h->tlps, commands = h->commands;
    const uint64_t before = ste(h, 0), beside = ste(h, 1);
    h->space->byte[0x48] = 0x10;
    h->space->byte[0x49] = 0x29;
    ck_assert_uint_eq(ste_config(h), 5);
    flr(h, 0, 7);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR, 1);
    ck_assert_uint_eq(event->driver_flr.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_flr.call, 7);
    ck_assert_uint_eq(event->driver_flr.pending, 0);
    ck_assert_uint_eq(ste_config(h), 0);
    ck_assert_uint_eq(h->commands - commands, 4);
    event = driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR_DONE, 1);
    ck_assert_uint_eq(event->driver_flr_done.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_flr_done.call, 7);
    accessed(h, tlps, due, sizeof due / sizeof due[0]);
    commanded(h, commands);
    ck_assert_uint_eq(ste(h, 0), before);
    ck_assert_uint_eq(ste(h, 1), beside);
    /* They are bound as before. */
    driver_harness_bind(h, 0, 5, 0, 8);
    refused(h, 1, 8, PRISIM_CAUSE_STILL_BOUND);
    driver_harness_unbind(h, 0, 5, PRISIM_DRIVER_UNBIND_DRAIN, 9);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_UNBIND), 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-P12, UNBIND-S-47: the reset first, with ATS on; the rest while the function may not answer. */
START_TEST(flr_first)
{
    static const struct access due[] = {{'r', 0x4a, 2, 0}, {'r', 0x48, 2, 0}, {'w', 0x48, 2, 0x8000}, UP};
    struct driver_harness *h = open_bound(PRISIM_DRIVER_FLR_FIRST);
    const unsigned tlps = h->tlps, commands = h->commands;
    flr(h, 0, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR, 1);
    ck_assert_uint_eq(ste_config(h), 5);
    ck_assert_uint_eq(h->commands, commands);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR_DONE, 1);
    accessed(h, tlps, due, sizeof due / sizeof due[0]);
    commanded(h, commands);
    ck_assert_uint_eq(ste_config(h), 5);
    driver_harness_close(h);
}
END_TEST

/* Not before Transactions Pending is 0; and, late, all the same. */
/* covers: PCIE-ENUMERATION-4 */
START_TEST(waits_for_transactions)
{
    for (unsigned times_out = 0; times_out < 2; times_out++) {
        struct driver_harness *h = driver_harness_open();
        h->config.pending_timeout = times_out ? 3000 : 0;
        struct driver_harness_space *space = with_space(h);
        driver_harness_bring_up(h);
        space->byte[0x4a] = PENDING;
        const unsigned tlps = h->tlps;
        flr(h, 0, 7);
        while (h->tlps < tlps + 2)
            driver_harness_edge(h);
        const prisim_cycle_t asked = h->base->now;
        driver_harness_run(h, 2900);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FLR), 0);
        ck_assert_uint_ge(h->tlps - tlps, 2900 / 300);
        if (!times_out) {
            driver_harness_run(h, 20000);
            ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FLR), 0);
            space->byte[0x4a] = 0;
        }
        const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR, 1);
        ck_assert_uint_eq(event->driver_flr.pending, times_out);
        ck_assert(!times_out || event->cycle < asked + 3000 + 400);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR_DONE, 1);
        driver_harness_close(h);
    }
}
END_TEST

static unsigned polls_with(uint32_t timeout)
{
    struct driver_harness *h = driver_harness_open();
    h->config.pending_timeout = timeout;
    struct driver_harness_space *space = with_space(h);
    driver_harness_bring_up(h);
    space->byte[0x4a] = PENDING;
    flr(h, 0, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR, 1);
    unsigned polls = 0;
    for (unsigned i = 0; i < h->tlps; i++)
        polls += h->tlp[i].head.type == PRISIM_TLP_CONFIG_READ && h->tlp[i].head.address == 0x4a;
    driver_harness_close(h);
    return polls;
}

/* The status that is read when pending_timeout is over is the last one: a read takes 20 and its answer 2, and there are
 * 200 between two. */
START_TEST(pending_timeout_to_the_cycle)
{
    ck_assert_uint_eq(polls_with(22), 1);
    ck_assert_uint_eq(polls_with(23), 2);
    ck_assert_uint_eq(polls_with(22 + 2 * 222), 3);
    ck_assert_uint_eq(polls_with(22 + 2 * 222 + 1), 4);
}
END_TEST

/* PCIE-ENUMERATION-4: CRS is asked again; a function that answers nothing any more is refused, and stays blocked. */
/* covers: PCIE-ENUMERATION-4 */
START_TEST(until_it_answers)
{
    for (unsigned gone = 0; gone < 2; gone++) {
        struct driver_harness *h = open_bound(PRISIM_DRIVER_FLR_OFF_FIRST);
        flr(h, 0, 7);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR, 1);
        const unsigned tlps = h->tlps;
        h->tlp_status = PRISIM_TLP_CRS;
        driver_harness_run(h, 5000);
        ck_assert_uint_ge(h->tlps - tlps, 10);
        for (unsigned i = tlps + 1; i < h->tlps; i++)
            ck_assert(access_of(h, i).kind == 'r' && access_of(h, i).offset == 0);
        ck_assert_uint_eq(ste_config(h), 0);
        h->tlp_status = gone ? PRISIM_TLP_UR : PRISIM_TLP_SC;
        if (gone) {
            const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED, 1);
            ck_assert_uint_eq(event->driver_function_refused.error, 19);
            ck_assert_uint_eq(event->driver_function_refused.cause, PRISIM_CAUSE_NO_FUNCTION);
            refused(h, 1, 7, PRISIM_CAUSE_REFUSED);
            ck_assert_uint_eq(ste_config(h), 0);
            flr(h, 0, 8);
            refused(h, 2, 8, PRISIM_CAUSE_FUNCTION_DOWN);
            /* It is there again: the PASIDs that are bound run. */
            h->tlp_status = PRISIM_TLP_SC;
            driver_harness_function(h, PRISIM_DRIVER_ATTACH, 0, 9);
            driver_harness_until(h, PRISIM_EVENT_DRIVER_ATTACHED, 1);
            driver_harness_run(h, 10);
            ck_assert_uint_eq(ste_config(h), 5);
            ck_assert_uint_eq(access_of(h, h->tlps - 1).offset, 20);
            ck_assert_uint_eq(access_of(h, h->tlps - 2).offset, 12);
        } else {
            driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR_DONE, 1);
        }
        driver_harness_close(h);
    }
}
END_TEST

/* Calls of the function and of its PASIDs are made one after the other. */
START_TEST(refused_and_in_turn)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_FLR_OFF_FIRST);
    flr(h, 2, 10);
    refused(h, 1, 10, PRISIM_CAUSE_REFUSED);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FLR, 8000);
    flr(h, 0, 11);
    driver_harness_run(h, 10);
    driver_harness_unbind(h, 0, 5, PRISIM_DRIVER_UNBIND_DRAIN, 12);
    driver_harness_unbind(h, 1, 4, PRISIM_DRIVER_UNBIND_DRAIN, 13);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(event->driver_free.call, 13);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FLR), 0);
    event = driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FLR_DONE), 1);
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_DRAIN, 14);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 3);
    driver_harness_function(h, PRISIM_DRIVER_DETACH, 0, 15);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DETACHED, 1);
    flr(h, 0, 16);
    refused(h, 2, 16, PRISIM_CAUSE_FUNCTION_DOWN);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-47: the loss is told of the call that issued the ATC_INV, and the reset goes on. */
START_TEST(lost_invalidation)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_FLR_FIRST);
    h->atc_losses = 1;
    h->atc_loss_stream = STREAM;
    flr(h, 0, 7);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_ATC_INV_LOST, 1);
    ck_assert_uint_eq(event->driver_atc_inv_lost.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_atc_inv_lost.pasid, PRISIM_PASID_NONE);
    ck_assert_uint_eq(event->driver_atc_inv_lost.call, 7);
    ck_assert_uint_eq(event->driver_atc_inv_lost.own, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR_DONE, 1);
    driver_harness_close(h);
}
END_TEST

TEST_SUITE("driver flr", off_first, flr_first, waits_for_transactions, pending_timeout_to_the_cycle, until_it_answers,
           refused_and_in_turn, lost_invalidation)
