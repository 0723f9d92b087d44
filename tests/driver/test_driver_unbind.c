/* SPDX-License-Identifier: Apache-2.0
 *
 * Unbind: the order U0..U6, what each policy waits for and what it does not (UNBIND-POLICY P0, P3, P5; S-01..S-03,
 * S-16).
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };

static struct driver_harness *open_bound(void)
{
    struct driver_harness *h = driver_harness_open();
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 5); /* the write of RUN is gone */
    return h;
}

/* A request of PASID 1 that stands before that point until it is released. */
static void request_held(struct driver_harness *h, enum prisim_driver_task task, enum prisim_event_type point)
{
    driver_harness_hold(h, task, point, 0);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
}

static prisim_cycle_t cycle_of(const struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, type, n);
    ck_assert_msg(event != NULL, "no %s", prisim_event_name(type));
    return event->cycle;
}

/* SMMU-ATCINV: descriptor, TLB, SYNC, ATC, SYNC. */
/* covers: SMMU-ATCINV-4, PCIE-ATC-2 */
START_TEST(the_order_of_an_unbind)
{
    struct driver_harness *h = open_bound();
    unsigned tlps = h->tlps, commands = h->commands;
    uint64_t cd = driver_harness_cd(h, STREAM, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_STOP_SEEN, 1);
    ck_assert_uint_eq(h->tlps, tlps + 4); /* STOP, two polls that say stopping, one that says idle */
    ck_assert_uint_eq(h->tlp[tlps].head.type, PRISIM_TLP_MEMORY_WRITE);
    ck_assert_uint_eq(prisim_load_le32(h->tlp[tlps].data), PRISIM_ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(h->tlp[tlps + 3].head.type, PRISIM_TLP_MEMORY_READ);
    ck_assert_uint_eq(h->tlp[tlps + 3].head.address, HARNESS_BAR + 4);
    ck_assert_uint_eq(prisim_bits_get(driver_harness_load(h, cd), PRISIM_CD0_V), 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(prisim_bits_get(driver_harness_load(h, cd), PRISIM_CD0_V), 0);
    const unsigned opcodes[] = {PRISIM_CMDQ_OP_CFGI_CD, PRISIM_CMDQ_OP_TLBI_NH_ASID, PRISIM_CMDQ_OP_SYNC,
                                PRISIM_CMDQ_OP_ATC_INV, PRISIM_CMDQ_OP_SYNC};
    ck_assert_uint_eq(h->commands, commands + 5);
    for (unsigned i = 0; i < 5; i++)
        ck_assert_uint_eq(prisim_bits_get(h->command[commands + i][0], PRISIM_CMD_OPCODE), opcodes[i]);
    /* StreamID 0x100, PASID 1, ASID 1; Leaf; all addresses (SMMU-CFGI, SMMU-TLBI, SMMU-ATCINV) */
    const uint64_t words[5][2] = {{UINT64_C(0x100) << 32 | 1 << 12 | 0x05, 1},
                                  {UINT64_C(1) << 48 | 0x11, 0},
                                  {0x46, 0},
                                  {UINT64_C(0x100) << 32 | 1 << 12 | 1 << 11 | 0x40, 52},
                                  {0x46, 0}};
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_uint_eq(h->command[commands + i][0], words[i][0]);
        ck_assert_uint_eq(h->command[commands + i][1], words[i][1]);
    }
    const enum prisim_event_type order[] = {PRISIM_EVENT_DRIVER_STOP,        PRISIM_EVENT_DRIVER_STOP_SEEN,
                                            PRISIM_EVENT_DRIVER_UNBIND,      PRISIM_EVENT_DRIVER_CLEAR,
                                            PRISIM_EVENT_DRIVER_INVALIDATED, PRISIM_EVENT_DRIVER_LEFT_LOOKUP,
                                            PRISIM_EVENT_DRIVER_DRAINED,     PRISIM_EVENT_DRIVER_FREE};
    for (unsigned i = 0; i + 1 < sizeof order / sizeof order[0]; i++)
        ck_assert_uint_lt(cycle_of(h, order[i], 0), cycle_of(h, order[i + 1], 0));
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, 0)->driver_drained.cause,
                      PRISIM_CAUSE_POLICY_NONE);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SNAPSHOT), 0);
    driver_harness_close(h);
}
END_TEST

/* Unbind S-03: an entry in hand is not handed over. The drain waits for it, and for its service. */
START_TEST(a_drain_waits_for_the_entry_in_hand)
{
    struct driver_harness *h = open_bound();
    request_held(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 1); /* CONS says empty: that is the trap */
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1)->driver_snapshot.prod, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE);
    const struct prisim_event *drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    ck_assert_uint_eq(drained->driver_drained.cause, PRISIM_CAUSE_DRAINED);
    ck_assert_uint_lt(cycle_of(h, PRISIM_EVENT_DRIVER_RESPOND, 0), drained->cycle);
    /* it had left the look-up: answered Invalid, once */
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, 0)->driver_resolve.cause,
                      PRISIM_CAUSE_DRAINING);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.code, PRISIM_PRG_INVALID);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 1);
    driver_harness_close(h);
}
END_TEST

/* Unbind S-02: the workers are flushed, too. What was looked up before is served from the old space. */
START_TEST(a_drain_waits_for_the_workers)
{
    struct driver_harness *h = open_bound();
    request_held(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.code, PRISIM_PRG_SUCCESS);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, 0)->driver_page.space, 1);
    driver_harness_close(h);
}
END_TEST

/* What was queued behind the mark is not waited for, though a worker has begun it. */
START_TEST(a_drain_waits_for_no_later_group)
{
    struct driver_harness *h = open_bound();
    driver_harness_bind(h, 0, 2, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    request_held(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_request(h, STREAM, 2, 5, 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 2);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.prgi, 4);
    driver_harness_close(h);
}
END_TEST

/* Unbind S-52: no interrupt is coming for what is in the queue; the drain kicks the thread. */
START_TEST(a_drain_kicks_the_thread)
{
    struct driver_harness *h = open_bound();
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INTERRUPT), 0);
    driver_harness_close(h);
}
END_TEST

/* Entries behind the snapshot are not waited for. */
START_TEST(a_drain_waits_for_no_more_than_its_snapshot)
{
    struct driver_harness *h = open_bound();
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    driver_harness_request(h, STREAM, 2, 4, 0x4000, R | L);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_TAKE), 0);
    driver_harness_close(h);
}
END_TEST

/* An entry that came and was taken while the drain's read of PROD was on its way is none of the snapshot's; the drain
 * does not wait for as many entries as the queue is long. */
START_TEST(a_drain_counts_from_before_its_read)
{
    struct driver_harness *h = driver_harness_open();
    h->config.irq_latency = 1;
    h->config.fault_service = 1;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SNAPSHOT, 100);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RELEASE, 1);
    h->slow_register = 3000;
    while (h->slow_register)
        driver_harness_edge(h);
    driver_harness_request(h, STREAM, 2, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *respond = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    const struct prisim_event *snapshot = driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    ck_assert_uint_lt(respond->cycle, snapshot->cycle);
    ck_assert_uint_eq(snapshot->driver_snapshot.prod, 0);
    driver_harness_run(h, 500);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 1);
    driver_harness_close(h);
}
END_TEST

/* SMMU-QUEUE: a full queue differs from an empty one by the wrap bit; and no interrupt is coming for it. */
START_TEST(a_drain_of_a_full_queue)
{
    struct driver_harness *h = driver_harness_open();
    h->config.priq_log2 = 2;
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    for (unsigned i = 0; i < (_i ? 4u : 3u); i++)
        driver_harness_request(h, STREAM, 1, (uint16_t)i, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    prisim_cycle_t drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->cycle;
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), _i ? 4 : 3);
    ck_assert_uint_lt(cycle_of(h, PRISIM_EVENT_DRIVER_RESPOND, _i ? 3 : 2), drained);
    driver_harness_close(h);
}
END_TEST

static void marker(struct driver_harness *h)
{
    driver_harness_request(h, STREAM, 1, 0, 0, L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
}

/* A part whose Last never comes must not wait for the next owner; another PASID's part stays (UNBIND-S-22). */
START_TEST(a_drain_discards_its_parts)
{
    struct driver_harness *h = open_bound();
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R);
    driver_harness_request(h, STREAM, 2, 5, 0x4000, R);
    driver_harness_request(h, STREAM_2, 1, 4, 0x4000, R); /* the same PASID of another function */
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PARK, 3);
    driver_harness_unbind(h, 0, 1, _i ? PRISIM_DRIVER_UNBIND_STOP_MARKER : PRISIM_DRIVER_UNBIND_DRAIN, 2);
    if (_i) {
        driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1);
        driver_harness_run(h, 2000);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DISCARD), 0);
        marker(h);
    }
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DISCARD), 1);
    const struct prisim_event *discard = harness_event(h->base, PRISIM_EVENT_DRIVER_DISCARD, 0);
    ck_assert_uint_eq(discard->driver_discard.pasid, 1);
    ck_assert_uint_eq(discard->driver_discard.stream_id, STREAM);
    ck_assert_uint_eq(discard->driver_discard.cause, PRISIM_CAUSE_DRAINED);
    ck_assert_uint_lt(discard->cycle, cycle_of(h, PRISIM_EVENT_DRIVER_DRAINED, 0));
    driver_harness_close(h);
}
END_TEST

/* Unbind S-01: with `none` the PASID is free while its request is still in the queue. */
START_TEST(none_waits_for_nothing)
{
    struct driver_harness *h = open_bound();
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    struct prisim_driver_stimulus s = {.what = PRISIM_DRIVER_UNBIND, .pasid = 1, .then_space = 2, .call = 2};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BIND, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_TAKE), 0);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *resolve = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESOLVE, 1);
    ck_assert_uint_eq(resolve->driver_resolve.space, 2); /* the race itself */
    ck_assert_uint_eq(resolve->driver_resolve.binding, 2);
    driver_harness_close(h);
}
END_TEST

/* A function that answers its poll with an error is not there any more: it is not waited for. */
START_TEST(a_function_that_is_gone)
{
    struct driver_harness *h = open_bound();
    h->polls = 1000;
    unsigned tlps = h->tlps;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_STOP, 1);
    h->tlp_status = PRISIM_TLP_UR;
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(h->tlps, tlps + 2);
    driver_harness_close(h);
}
END_TEST

START_TEST(serve_keeps_the_lookup_until_drained)
{
    struct driver_harness *h = driver_harness_open();
    h->config.draining_answer = PRISIM_DRIVER_DRAINING_SERVE;
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_gt(cycle_of(h, PRISIM_EVENT_DRIVER_RESOLVE, 0), cycle_of(h, PRISIM_EVENT_DRIVER_INVALIDATED, 0));
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.code, PRISIM_PRG_SUCCESS);
    ck_assert_uint_gt(cycle_of(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 0), cycle_of(h, PRISIM_EVENT_DRIVER_DRAINED, 0));
    driver_harness_close(h);
}
END_TEST

/* The wait ends at the marker; one of a PASID that nobody has stopped is not believed. */
START_TEST(a_marker_ends_the_wait_at_once)
{
    struct driver_harness *h = open_bound();
    marker(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    marker(h);
    prisim_cycle_t seen = driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 2)->cycle;
    driver_harness_run(h, 500 + 20 + 20);
    ck_assert_uint_eq(cycle_of(h, PRISIM_EVENT_DRIVER_DRAINED, 0), seen + 500 + 20 + 20); /* woken; flush; U5 */
    driver_harness_close(h);
}
END_TEST

/* UNBIND-EXPECTED, note 1: older requests may still be with a worker when the marker is seen. */
START_TEST(stop_marker_waits_for_marker_and_workers)
{
    struct driver_harness *h = open_bound();
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    driver_harness_request(h, STREAM, 1, 3, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    marker(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->driver_drained.cause,
                      PRISIM_CAUSE_MARKER_SEEN);
    ck_assert_uint_lt(cycle_of(h, PRISIM_EVENT_DRIVER_RESPOND, 0), cycle_of(h, PRISIM_EVENT_DRIVER_DRAINED, 0));
    driver_harness_close(h);
}
END_TEST

/* Unbind S-16: the first unbind did not wait for its marker; the second is not satisfied by it, wherever it comes. */
START_TEST(a_stale_marker_does_not_count)
{
    struct driver_harness *h = open_bound();
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_bind(h, 0, 1, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    if (_i == 0) {
        marker(h); /* of the first life, before the second stop */
        driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1);
    }
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 2);
    if (_i == 1) {
        marker(h); /* or while the second unbind waits */
        driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1);
    }
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 1);
    marker(h);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 2)->driver_drained.cause,
                      PRISIM_CAUSE_MARKER_SEEN);
    driver_harness_close(h);
}
END_TEST

/* A function of another stop model sends none: the timeout, then a drain. The next life's marker counts again. */
START_TEST(a_lost_marker_times_out)
{
    struct driver_harness *h = driver_harness_open();
    h->config.marker_timeout = 30000;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, 2);
    prisim_cycle_t left = driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1)->cycle;
    const struct prisim_event *snapshot = driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    /* deadline, wake-up, and a register read there and back */
    ck_assert_uint_ge(snapshot->cycle, left + 30000 + 500 + 20 + MEMORY_DELAY);
    ck_assert_uint_le(snapshot->cycle, left + 30000 + 500 + 20 + MEMORY_DELAY + 3);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->driver_drained.cause,
                      PRISIM_CAUSE_MARKER_TIMEOUT);
    driver_harness_bind(h, 0, 1, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 2);
    marker(h);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 2)->driver_drained.cause,
                      PRISIM_CAUSE_MARKER_SEEN);
    driver_harness_close(h);
}
END_TEST

/* Two wait with a time-out, the second begun later: the marker of the first leaves the other one's as it was. */
START_TEST(a_marker_leaves_other_timeouts_alone)
{
    struct driver_harness *h = driver_harness_open();
    h->config.marker_timeout = 30000;
    driver_harness_bring_up(h);
    for (uint32_t i = 1; i <= 2; i++)
        driver_harness_bind(h, 0, i, 0, i);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_unbind(h, 0, _i ? 2 : 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, _i ? 12 : 11);
    driver_harness_run(h, 5000);
    driver_harness_unbind(h, 0, _i ? 1 : 2, PRISIM_DRIVER_UNBIND_STOP_MARKER, _i ? 11 : 12);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 2);
    driver_harness_run(h, 8000);
    marker(h); /* of PASID 1 */
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1)->driver_free.call, 11);
    prisim_cycle_t left = cycle_of(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, _i ? 0 : 1);
    const struct prisim_event *snapshot = driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    ck_assert_uint_eq(snapshot->driver_snapshot.call, 12);
    ck_assert_uint_eq(snapshot->cycle, left + 30000 + 500 + 20 + MEMORY_DELAY + 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    driver_harness_close(h);
}
END_TEST

START_TEST(without_timeout_the_wait_is_for_ever)
{
    struct driver_harness *h = driver_harness_open();
    h->config.marker_timeout = 0;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_STOP_MARKER, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1);
    driver_harness_run(h, 10);
    ck_assert_uint_eq(h->base->next, PRISIM_CYCLE_NEVER); /* nothing is due: an engine ends here */
    driver_harness_close(h);
}
END_TEST

/* The SYNCs: while CMDQ_CONS stands still the unbind does not go on, and the queue's lock is free meanwhile. */
START_TEST(invalidation_waits_for_the_sync)
{
    struct driver_harness *h = open_bound();
    h->commands_stuck = true;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_CLEAR, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 0);
    driver_harness_request(h, STREAM, 2, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    h->commands_stuck = false;
    driver_harness_bind(h, 0, 7, 0, 3); /* its commands move PROD, and with it all that waits */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_unbind");
    TCase *tcase = tcase_create("driver_unbind");
    tcase_add_test(tcase, the_order_of_an_unbind);
    tcase_add_test(tcase, a_drain_waits_for_the_entry_in_hand);
    tcase_add_test(tcase, a_drain_waits_for_the_workers);
    tcase_add_test(tcase, a_drain_waits_for_no_later_group);
    tcase_add_test(tcase, a_drain_kicks_the_thread);
    tcase_add_test(tcase, a_drain_waits_for_no_more_than_its_snapshot);
    tcase_add_test(tcase, a_drain_counts_from_before_its_read);
    tcase_add_loop_test(tcase, a_drain_of_a_full_queue, 0, 2);
    tcase_add_loop_test(tcase, a_drain_discards_its_parts, 0, 2);
    tcase_add_test(tcase, a_marker_ends_the_wait_at_once);
    tcase_add_test(tcase, none_waits_for_nothing);
    tcase_add_test(tcase, a_function_that_is_gone);
    tcase_add_test(tcase, serve_keeps_the_lookup_until_drained);
    tcase_add_test(tcase, stop_marker_waits_for_marker_and_workers);
    tcase_add_loop_test(tcase, a_stale_marker_does_not_count, 0, 2);
    tcase_add_test(tcase, a_lost_marker_times_out);
    tcase_add_loop_test(tcase, a_marker_leaves_other_timeouts_alone, 0, 2);
    tcase_add_test(tcase, without_timeout_the_wait_is_for_ever);
    tcase_add_test(tcase, invalidation_waits_for_the_sync);
    suite_add_tcase(suite, tcase);
    return suite;
}
