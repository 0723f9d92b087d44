/* SPDX-License-Identifier: Apache-2.0
 *
 * A function is brought down and up again in the order of PCIE-ENABLE, and refused where a PASID of it is in use. All
 * offsets and codes are literals.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { OP_CFGI_STE = 0x03, OP_ATC_INV = 0x40, OP_SYNC = 0x46 };

static uint64_t eats(const struct driver_harness *h)
{
    const uint64_t strtab = h->reg[PRISIM_SMMU_STRTAB_BASE / 4] & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    return driver_harness_load(h, strtab + STREAM * 64 + 8) >> 28 & 3;
}

static void detach(struct driver_harness *h, uint32_t function, uint32_t call)
{
    driver_harness_function(h, PRISIM_DRIVER_DETACH, function, call);
}

static void attach(struct driver_harness *h, uint32_t function, uint32_t call)
{
    driver_harness_function(h, PRISIM_DRIVER_ATTACH, function, call);
}

static void refused(struct driver_harness *h, unsigned n, uint32_t call, enum prisim_cause cause)
{
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, n);
    ck_assert_uint_eq(event->driver_refused.call, call);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->driver_refused.cause), prisim_cause_name(cause));
}

struct write {
    uint32_t offset;
    uint16_t bytes;
    uint32_t value;
};

static void wrote(const struct driver_harness *h, unsigned from, const struct write *due, unsigned count)
{
    unsigned n = 0;
    for (unsigned i = from; i < h->tlps; i++) {
        const struct prisim_tlp *tlp = &h->tlp[i];
        if (tlp->head.type != PRISIM_TLP_CONFIG_WRITE)
            continue;
        ck_assert_uint_lt(n, count);
        ck_assert_uint_eq(tlp->head.destination_id, STREAM);
        ck_assert_uint_eq(tlp->head.address, due[n].offset);
        ck_assert_uint_eq(tlp->head.size, due[n].bytes);
        ck_assert_uint_eq(prisim_load_le32(tlp->data) & prisim_bits_mask(8u * due[n].bytes), due[n].value);
        n++;
    }
    ck_assert_uint_eq(n, count);
}

/* covers: PCIE-ENABLE-1, PCIE-ENABLE-2, PCIE-ENABLE-3, PCIE-ENABLE-4 */
START_TEST(down_and_up)
{
    static const struct write down[] = {{0x114, 2, 0}, {0x106, 2, 0}, {0x126, 2, 0}};
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    ck_assert_uint_eq(eats(h), 1);
    const unsigned tlps = h->tlps, commands = h->commands;
    h->pri_polls = 3;
    detach(h, 0, 7);
    /* Until Stopped nothing goes on. */
    while (h->pri_polls)
        driver_harness_edge(h);
    wrote(h, tlps, down, 1);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_DETACHED, 1);
    ck_assert_uint_eq(event->driver_detached.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_detached.call, 7);
    wrote(h, tlps, down, 3);
    ck_assert_uint_eq(h->tlps - tlps, 3 + 4); /* four reads of the status */
    /* The ATC: all of it, without a PASID; then EATS. */
    ck_assert_uint_eq(h->commands - commands, 4);
    ck_assert_uint_eq(h->command[commands][0] & 0xff, OP_ATC_INV);
    ck_assert_uint_eq(h->command[commands][0] >> 32, STREAM);
    ck_assert_uint_eq(h->command[commands][0] >> 11 & 1, 0);
    ck_assert_uint_eq(h->command[commands][1] & 0x3f, 52);
    ck_assert_uint_eq(h->command[commands + 1][0] & 0xff, OP_SYNC);
    ck_assert_uint_eq(h->command[commands + 2][0] & 0xff, OP_CFGI_STE);
    ck_assert_uint_eq(h->command[commands + 3][0] & 0xff, OP_SYNC);
    ck_assert_uint_eq(eats(h), 0);
    /* Down, it can neither be bound nor detached. */
    driver_harness_bind(h, 0, 1, 0, 8);
    refused(h, 1, 8, PRISIM_CAUSE_FUNCTION_DOWN);
    detach(h, 0, 9);
    refused(h, 2, 9, PRISIM_CAUSE_FUNCTION_DOWN);
    /* Up: EATS, then as at the first time. */
    static const struct write up[] = {{0x10, 4, 0},  {0x14, 4, 0x10}, {0x04, 4, 6},  {0x124, 4, 0x10000},
                                      {0x114, 4, 2}, {0x11c, 4, 8},   {0x114, 4, 1}, {0x104, 4, 0x80000000}};
    const unsigned before = h->tlps;
    attach(h, 0, 10);
    event = driver_harness_until(h, PRISIM_EVENT_DRIVER_ATTACHED, 1);
    ck_assert_uint_eq(event->driver_attached.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_attached.call, 10);
    wrote(h, before, up, 8);
    ck_assert_uint_eq(eats(h), 1);
    ck_assert_uint_eq(h->command[commands + 4][0] & 0xff, OP_CFGI_STE);
    ck_assert_uint_eq(h->command[commands + 5][0] & 0xff, OP_SYNC);
    driver_harness_bind(h, 0, 1, 0, 11);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_close(h);
}
END_TEST

/* A PASID that is bound keeps the function up; one of another function does not. Calls of the function and of its
 * PASIDs are made in the order they came. */
START_TEST(in_use)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_bind(h, 1, 3, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND, 5000);
    driver_harness_bind(h, 0, 3, 0, 2);
    driver_harness_run(h, 1000);
    detach(h, 0, 3);
    driver_harness_run(h, 1000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_REFUSED), 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    refused(h, 1, 3, PRISIM_CAUSE_STILL_BOUND);
    detach(h, 0, 4);
    refused(h, 2, 4, PRISIM_CAUSE_STILL_BOUND);
    attach(h, 0, 5);
    refused(h, 3, 5, PRISIM_CAUSE_FUNCTION_UP);
    attach(h, 2, 6);
    refused(h, 4, 6, PRISIM_CAUSE_REFUSED);
    detach(h, 2, 7);
    refused(h, 5, 7, PRISIM_CAUSE_REFUSED);
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_DRAIN, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND, 1);
    detach(h, 0, 9);
    driver_harness_bind(h, 0, 5, 0, 10);
    driver_harness_bind(h, 1, 5, 0, 11); /* of the other function: it waits for nobody */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_UNBIND_RETURNED), 0);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_DETACHED, 1);
    ck_assert_uint_gt(event->cycle, harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 0)->cycle);
    refused(h, 6, 10, PRISIM_CAUSE_FUNCTION_DOWN);
    driver_harness_close(h);
}
END_TEST

TEST_SUITE("driver detach", down_and_up, in_use)
