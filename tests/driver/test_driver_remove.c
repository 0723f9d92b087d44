/* SPDX-License-Identifier: Apache-2.0
 *
 * Surprise removal: the PASIDs of a function that answers nothing are unbound, and its stream is ended. All offsets and
 * codes are literals.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { OP_CFGI_STE = 0x03, OP_ATC_INV = 0x40, OP_SYNC = 0x46 };

static uint64_t ste(const struct driver_harness *h, uint32_t stream, unsigned word)
{
    const uint64_t strtab = h->reg[PRISIM_SMMU_STRTAB_BASE / 4] & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    return driver_harness_load(h, strtab + stream * 64 + 8 * word);
}

static struct driver_harness *open_bound(uint32_t policy)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = policy;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 5, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_bind(h, 0, 63, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_bind(h, 1, 5, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    driver_harness_run(h, 10);
    return h;
}

static unsigned config_accesses(const struct driver_harness *h, unsigned from)
{
    unsigned count = 0;
    for (unsigned i = from; i < h->tlps; i++)
        count += h->tlp[i].head.type == PRISIM_TLP_CONFIG_READ || h->tlp[i].head.type == PRISIM_TLP_CONFIG_WRITE;
    return count;
}

START_TEST(taken_down)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_UNBIND_DRAIN);
    const unsigned tlps = h->tlps, atc = driver_harness_commands(h, OP_ATC_INV);
    h->tlp_status = PRISIM_TLP_UR;
    driver_harness_function(h, PRISIM_DRIVER_REMOVE, 0, 7);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REMOVED, 1);
    ck_assert_uint_eq(event->driver_removed.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_removed.call, 7);
    static const uint32_t pasids[] = {5, 63};
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_UNBIND_RETURNED), 2);
    for (unsigned i = 0; i < 2; i++) {
        event = harness_event(h->base, PRISIM_EVENT_DRIVER_FREE, i);
        ck_assert_uint_eq(event->driver_free.pasid, pasids[i]);
        ck_assert_uint_eq(event->driver_free.call, 7);
        event = harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND, i);
        ck_assert_uint_eq(event->driver_unbind.policy, 1);
        event = harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, i);
        ck_assert_uint_eq(event->driver_unbind_returned.pasid, pasids[i]);
        ck_assert_uint_eq(event->driver_unbind_returned.cause, PRISIM_CAUSE_NONE);
    }
    /* Nobody is asked; of the BAR a status once for each PASID. */
    ck_assert_uint_eq(config_accesses(h, tlps), 0);
    ck_assert_uint_eq(h->tlps - tlps, 4);
    /* Abort, EATS 00; the other function's is as it was. */
    ck_assert_uint_eq(ste(h, STREAM, 0) & 0xf, 1);
    ck_assert_uint_eq(ste(h, STREAM, 1) >> 28 & 3, 0);
    ck_assert_uint_eq(ste(h, STREAM_2, 0) & 0xf, 11);
    ck_assert_uint_eq(ste(h, STREAM_2, 1) >> 28 & 3, 1);
    ck_assert_uint_eq(driver_harness_commands(h, OP_ATC_INV), atc + 3);
    const uint64_t *last = driver_harness_command(h, OP_ATC_INV, atc + 2);
    ck_assert_uint_eq(last[0] >> 11 & 1, 0);
    ck_assert_uint_eq(last[0] >> 32, STREAM);
    ck_assert_uint_eq(h->command[h->commands - 1][0] & 0xff, OP_SYNC);
    /* It cannot be used, nor brought up: nobody answers. */
    driver_harness_bind(h, 0, 5, 0, 8);
    event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(event->driver_refused.cause, PRISIM_CAUSE_FUNCTION_DOWN);
    driver_harness_function(h, PRISIM_DRIVER_ATTACH, 0, 9);
    event = driver_harness_until(h, PRISIM_EVENT_DRIVER_FUNCTION_REFUSED, 1);
    ck_assert_uint_eq(event->driver_function_refused.error, 19);
    ck_assert_uint_eq(event->driver_function_refused.cause, PRISIM_CAUSE_NO_FUNCTION);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ATTACHED), 0);
    /* Another is put there: it runs as the first did. */
    h->tlp_status = PRISIM_TLP_SC;
    driver_harness_function(h, PRISIM_DRIVER_ATTACH, 0, 10);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ATTACHED, 1);
    ck_assert_uint_eq(ste(h, STREAM, 0) & 0xf, 11);
    ck_assert_uint_eq(ste(h, STREAM, 1) >> 28 & 3, 1);
    driver_harness_bind(h, 0, 5, 0, 11);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 4);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-21: nobody waits for each unbind of a removal: it is told once for each PASID, when that is free. */
START_TEST(an_early_return_is_not_told)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_UNBIND_DEFER_RECYCLE);
    h->tlp_status = PRISIM_TLP_UR;
    h->config.quarantine = 500;
    driver_harness_function(h, PRISIM_DRIVER_REMOVE, 0, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_REMOVED, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_UNBIND_RETURNED), 2);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_uint_le(harness_event(h->base, PRISIM_EVENT_DRIVER_FREE, i)->cycle,
                          harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, i)->cycle);
    driver_harness_close(h);
}
END_TEST

/* The slot's interrupt takes irq_latency, and its handler a step: compute 20, unbind's compute 20, and its write 20. */
START_TEST(not_before_its_interrupt)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_UNBIND_NONE);
    h->tlp_status = PRISIM_TLP_UR;
    const prisim_cycle_t taken = h->base->now;
    driver_harness_function(h, PRISIM_DRIVER_REMOVE, 0, 7);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_STOP, 1);
    ck_assert_uint_eq(event->cycle - taken, 1000 + 20 + 20 + 20);
    driver_harness_close(h);
}
END_TEST

/* What its ATC may hold is told for each PASID, and by the policy of the configuration it is kept back. */
START_TEST(lost_invalidations)
{
    struct driver_harness *h = driver_harness_open();
    h->config.on_atc_timeout = PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 5, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_bind(h, 0, 6, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    h->tlp_status = PRISIM_TLP_UR;
    h->atc_losses = 3;
    h->atc_loss_stream = STREAM;
    driver_harness_function(h, PRISIM_DRIVER_REMOVE, 0, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_REMOVED, 1);
    static const uint64_t pasids[] = {5, 6};
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST), 3);
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST, i);
        ck_assert_uint_eq(event->driver_atc_inv_lost.pasid, pasids[i]);
        event = harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, i);
        ck_assert_uint_eq(event->driver_unbind_returned.cause, PRISIM_CAUSE_KEPT);
    }
    const struct prisim_event *last = harness_event(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST, 2);
    ck_assert_uint_eq(last->driver_atc_inv_lost.pasid, PRISIM_PASID_NONE);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_close(h);
}
END_TEST

START_TEST(of_no_function)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    driver_harness_function(h, PRISIM_DRIVER_REMOVE, 2, 7);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(event->driver_refused.cause, PRISIM_CAUSE_REFUSED);
    ck_assert_uint_eq(event->driver_refused.call, 7);
    driver_harness_close(h);
}
END_TEST

TEST_SUITE("driver remove", taken_down, an_early_return_is_not_told, not_before_its_interrupt, lost_invalidations,
           of_no_function)
