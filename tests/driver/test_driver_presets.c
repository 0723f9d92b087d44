/* SPDX-License-Identifier: Apache-2.0
 *
 * Presets of policies.def beside those of test_driver_unbind.c: what a run of each does, in the order that UNBIND-STEP
 * and UNBIND-POLICY give, written down here and not taken from the table; and how far its waits go.
 */
#include <string.h>

#include "driver/state.h"
#include "driver/waiters.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };

static struct driver_harness *open_bound(struct driver_harness *h)
{
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 5); /* the write of RUN is gone */
    return h;
}

static void add(char *words, const char *word)
{
    if (*words)
        strcat(words, " ");
    strcat(words, word);
}

static const char *command_word(uint64_t command)
{
    switch (prisim_bits_get(command, PRISIM_CMD_OPCODE)) {
    case PRISIM_CMDQ_OP_CFGI_CD:
        return "CFGI";
    case PRISIM_CMDQ_OP_TLBI_NH_ASID:
        return "TLBI";
    case PRISIM_CMDQ_OP_ATC_INV:
        return "ATC_INV";
    case PRISIM_CMDQ_OP_SYNC:
        return "SYNC";
    }
    return "response";
}

/* What the call `call` did: its events without "driver.", and its commands in between. */
static void course_of(const struct driver_harness *h, uint32_t call, char *words)
{
    *words = 0;
    unsigned next = 0;
    for (unsigned i = 0; i < h->base->events; i++) {
        const struct prisim_event *event = harness_event_at(h->base, i);
        bool own = false;
        switch (event->type) {
        case PRISIM_EVENT_DRIVER_FLAGS:
        case PRISIM_EVENT_DRIVER_STOP:
        case PRISIM_EVENT_DRIVER_STOP_SEEN:
        case PRISIM_EVENT_DRIVER_UNBIND:
        case PRISIM_EVENT_DRIVER_LEFT_LOOKUP:
        case PRISIM_EVENT_DRIVER_CLEAR:
        case PRISIM_EVENT_DRIVER_INVALIDATED:
        case PRISIM_EVENT_DRIVER_SNAPSHOT:
        case PRISIM_EVENT_DRIVER_PRI_OFF:
        case PRISIM_EVENT_DRIVER_PRI_RESET:
        case PRISIM_EVENT_DRIVER_PRI_ON:
        case PRISIM_EVENT_DRIVER_SCANNED:
        case PRISIM_EVENT_DRIVER_HARDWARE_DRAIN:
        case PRISIM_EVENT_DRIVER_THREAD_STOPPED:
        case PRISIM_EVENT_DRIVER_THREAD_STARTED:
        case PRISIM_EVENT_DRIVER_STALE:
        case PRISIM_EVENT_DRIVER_DRAINED:
        case PRISIM_EVENT_DRIVER_FREE:
        case PRISIM_EVENT_DRIVER_UNBIND_RETURNED:
        case PRISIM_EVENT_DRIVER_REFUSED:
            own = event->driver_stop.call == call; /* the third field of each of them */
            break;
        case PRISIM_EVENT_DRIVER_ENQUEUE:
        case PRISIM_EVENT_DRIVER_DISCARD:
        case PRISIM_EVENT_DRIVER_RESPOND:
        case PRISIM_EVENT_DRIVER_MARKER:
            own = *words != 0;
            break;
        default:
            break;
        }
        if (!own)
            continue;
        for (; next < h->issues && h->issue[next].issued_at < event->cycle; next++)
            if (h->issue[next].call == call && *words)
                add(words, command_word(h->issue[next].command[0]));
        add(words, prisim_event_name(event->type) + strlen("driver."));
    }
}

#define INV "clear CFGI TLBI SYNC ATC_INV SYNC invalidated"

static const struct {
    enum prisim_driver_policy policy;
    const char *course;
    enum prisim_driver_flags flags;
} courses[] = {
    /* UNBIND-P0, UNBIND-P5 (1) to (4), UNBIND-P3 */
    {PRISIM_DRIVER_UNBIND_NONE,
     "stop stop_seen unbind " INV " left_lookup drained free unbind_returned enqueue respond", 0},
    {PRISIM_DRIVER_UNBIND_DRAIN,
     "stop stop_seen unbind " INV " left_lookup snapshot enqueue respond drained free unbind_returned", 0},
    {PRISIM_DRIVER_UNBIND_STOP_MARKER,
     "stop stop_seen unbind " INV " left_lookup enqueue marker respond drained free unbind_returned", 0},
    /* UNBIND-P7: leave, clear, inv, flush, await_references; never the queue */
    {PRISIM_DRIVER_UNBIND_REJECT,
     "stop stop_seen unbind left_lookup " INV " drained free unbind_returned enqueue respond", 0},
    /* UNBIND-P6: PROD and batch read, empty or batch + 2, flush */
    {PRISIM_DRIVER_UNBIND_DRAIN_BATCH,
     "stop stop_seen unbind " INV " left_lookup snapshot enqueue respond drained free unbind_returned", 0},
    /* UNBIND-P1, UNBIND-D6: by_flag {clean: P0; flushed: P3; none: fail EBUSY} */
    {PRISIM_DRIVER_UNBIND_FLAGS,
     "flags stop stop_seen unbind " INV " left_lookup drained free unbind_returned enqueue respond",
     PRISIM_DRIVER_FLAGS_CLEAN},
    {PRISIM_DRIVER_UNBIND_FLAGS,
     "flags stop stop_seen unbind " INV " left_lookup enqueue marker respond drained free unbind_returned",
     PRISIM_DRIVER_FLAGS_FLUSHED},
    {PRISIM_DRIVER_UNBIND_FLAGS, "flags refused unbind_returned enqueue respond", PRISIM_DRIVER_FLAGS_NONE},
    /* UNBIND-P16: inv, snapshot, filter, free, return */
    {PRISIM_DRIVER_UNBIND_PROD_SNAPSHOT,
     "stop stop_seen unbind " INV " left_lookup snapshot drained free unbind_returned enqueue respond", 0},
    /* UNBIND-P13, UNBIND-P14: return before U6 */
    {PRISIM_DRIVER_UNBIND_DEFER_RECYCLE,
     "stop stop_seen unbind " INV " left_lookup drained unbind_returned enqueue respond free", 0},
    /* UNBIND-P4: leave, inv, the marker's wait */
    {PRISIM_DRIVER_UNBIND_MARKER_UNBINDS,
     "stop stop_seen unbind left_lookup " INV " enqueue marker respond drained free unbind_returned", 0},
    {PRISIM_DRIVER_UNBIND_LEAK_OK, "stop stop_seen unbind " INV " drained unbind_returned free enqueue respond", 0},
    /* UNBIND-P11; the harness' function is Stopped at once, whatever is in the queue */
    {PRISIM_DRIVER_UNBIND_PRI_RESET,
     "stop stop_seen unbind " INV " left_lookup pri_off pri_reset pri_on drained free unbind_returned enqueue respond",
     0},
    /* UNBIND-P9: clear, inv only; UNBIND-P12 says nothing of it; UNBIND-P7 */
    {PRISIM_DRIVER_UNBIND_DETACH_ONLY,
     "stop stop_seen unbind " INV " left_lookup drained free unbind_returned enqueue respond", 0},
    {PRISIM_DRIVER_UNBIND_FLR, "stop stop_seen unbind " INV " left_lookup drained free unbind_returned enqueue respond",
     0},
    {PRISIM_DRIVER_UNBIND_AMD_V2,
     "stop stop_seen unbind left_lookup " INV " drained free unbind_returned enqueue respond", 0},
    /* UNBIND-P10: the driver's unbind is that of UNBIND-P5 */
    {PRISIM_DRIVER_UNBIND_QUIET_CD,
     "stop stop_seen unbind " INV " left_lookup snapshot enqueue respond drained free unbind_returned", 0},
    /* lock group, inv, leave_lookup, unlock, free: the queue is nobody's business */
    {PRISIM_DRIVER_UNBIND_LINUX_2024,
     "stop stop_seen unbind " INV " left_lookup drained free unbind_returned enqueue respond", 0},
    /* UNBIND-P8: scan, wait, scan; flush; drain of the hardware, which has an invalidation in it */
    {PRISIM_DRIVER_UNBIND_FENCE,
     "stop stop_seen unbind " INV " left_lookup scanned enqueue scanned respond ATC_INV SYNC hardware_drain drained "
     "free unbind_returned",
     0},
    {PRISIM_DRIVER_UNBIND_FENCE_EMULATED,
     "stop stop_seen unbind " INV " left_lookup ATC_INV SYNC snapshot enqueue respond drained free unbind_returned", 0},
    {PRISIM_DRIVER_UNBIND_INTEL_PRQ,
     "stop stop_seen unbind " INV " scanned enqueue scanned respond ATC_INV SYNC hardware_drain drained left_lookup "
     "free unbind_returned",
     0},
    /* UNBIND-P17 */
    {PRISIM_DRIVER_UNBIND_INSPECT_QUEUE,
     "stop stop_seen unbind " INV " left_lookup thread_stopped scanned thread_started drained free "
     "unbind_returned enqueue respond",
     0},
    /* UNBIND-P2: mark, inv, return; the marker frees it, and nobody waits for the worker */
    {PRISIM_DRIVER_UNBIND_LAZY_SWEEP,
     "stop stop_seen unbind stale " INV " left_lookup unbind_returned enqueue marker drained free respond", 0},
};
enum { COURSES = sizeof courses / sizeof courses[0] };

static void unbind_with(struct driver_harness *h, enum prisim_driver_policy policy, enum prisim_driver_flags flags)
{
    struct prisim_driver_stimulus s = {
        .what = PRISIM_DRIVER_UNBIND, .pasid = 1, .policy = policy, .flags = flags, .call = 2};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
    driver_harness_run(h, 1);
}

/* A request is in the queue at U0, its interrupt comes when the call has invalidated and, if it does not wait,
 * returned. */
START_TEST(the_order_of_each_preset)
{
    struct driver_harness *h = open_bound(driver_harness_open());
    char words[512];
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    unbind_with(h, courses[_i].policy, courses[_i].flags);
    driver_harness_run(h, 8000);
    if (strstr(courses[_i].course, "marker") != NULL)
        driver_harness_request(h, STREAM, 1, 0, 0, L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    if (courses[_i].policy == PRISIM_DRIVER_UNBIND_DEFER_RECYCLE)
        driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    course_of(h, 2, words);
    ck_assert_str_eq(words, courses[_i].course);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-17: a worker holds its reference from S2 to R0; the wait ends at that edge, and at none before. */
START_TEST(reject_waits_for_references)
{
    struct driver_harness *h = open_bound(driver_harness_open());
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    h->config.unbind = PRISIM_DRIVER_UNBIND_REJECT;
    h->config.unbind_without = _i ? 13 : 0; /* flush_workers: the references are enough */
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_REJECT, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_INVALIDATED, 1);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND);
    prisim_cycle_t responded = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1)->cycle;
    prisim_cycle_t drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->cycle;
    /* the command queue's lock is given back (20); woken (500); with a flush: references are counted (20); U5 (20) */
    ck_assert_uint_eq(drained, responded + MEMORY_DELAY + 1 + 20 + 500 + (_i ? 0 : 20) + 20);
    driver_harness_close(h);
}
END_TEST

/* Another PASID's reference, and another function's, are none of its own; nor is that of a group that found no owner,
 * or what its worker had found for a group before that. */
START_TEST(reject_waits_for_its_own_references)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = PRISIM_DRIVER_UNBIND_REJECT;
    h->config.unbind_without = 13; /* flush_workers waits for everybody's */
    h->config.workers = 1;
    open_bound(h);
    driver_harness_bind(h, 0, 2, 0, 7);
    driver_harness_bind(h, 1, 1, 0, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    if (_i == 3) {
        driver_harness_request(h, STREAM, 1, 3, 0x4000, R | L);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
        driver_harness_run(h, 1000);
    }
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_request(h, _i == 1 ? STREAM_2 : STREAM, _i == 0 ? 2 : _i == 1 ? 1 : 3, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    if (_i == 2) { /* it is bound only now */
        driver_harness_bind(h, 0, 3, 0, 9);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 4);
    }
    driver_harness_unbind(h, 0, _i == 2 ? 3 : 1, PRISIM_DRIVER_UNBIND_REJECT, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), _i == 3 ? 1 : 0);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-17: what had found the handle before it came to a worker is waited for, too, if it holds a reference; a
 * part that is parked does not stand on the work queue. */
START_TEST(reject_waits_for_what_was_found_early)
{
    struct driver_harness *h = driver_harness_open();
    h->config.resolve_at = PRISIM_DRIVER_RESOLVE_AT_TAKE;
    h->config.reference = _i ? PRISIM_DRIVER_REFERENCE_COUNTED : PRISIM_DRIVER_REFERENCE_NONE;
    open_bound(h);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PARK, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_REJECT, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_INVALIDATED, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), _i ? 0 : 1);
    driver_harness_request(h, STREAM, 1, 4, 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-24, UNBIND-P7: a group of three without an owner has one answer, or three. */
START_TEST(who_is_answered_without_an_owner)
{
    struct driver_harness *h = driver_harness_open();
    h->config.no_owner_per = (uint32_t)_i;
    open_bound(h);
    for (unsigned i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 2, 4, 0x4000 + i * UINT64_C(0x1000), i == 2 ? R | L : R);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, _i ? 3 : 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), _i ? 3 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PARK), 2); /* each waits for its Last */
    for (unsigned i = 0; i < (_i ? 3u : 1u); i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, i)->driver_respond.code,
                          PRISIM_PRG_INVALID);
    driver_harness_close(h);
}
END_TEST

/* A drain_batch of PASID 1 that waits, for a request of that PASID is in the queue and its interrupt does not come. */
static struct driver_harness *batch_waits(enum prisim_driver_batch_signal signal)
{
    struct driver_harness *h = driver_harness_open();
    h->config.batch_signal = signal;
    open_bound(h);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN_BATCH, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    return h;
}

static void signal_to(struct driver_harness *h, uint32_t function, uint32_t pasid)
{
    struct prisim_driver_stimulus s = {.what = PRISIM_DRIVER_SIGNAL, .function = function, .pasid = pasid};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
    driver_harness_run(h, 1);
}

/* UNBIND-P6: the wait ends where a pass of the thread ends, for the queue is empty then; of a Stop Marker nothing is
 * left for a worker. */
START_TEST(a_batch_wait_ends_with_the_pass)
{
    struct driver_harness *h = open_bound(driver_harness_open());
    driver_harness_request(h, STREAM, 1, 0, 0, L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN_BATCH, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    driver_harness_run(h, 50000); /* nobody kicks the thread (UNBIND-S-52) */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_MARKER), 0);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    prisim_cycle_t handed = driver_harness_until(h, PRISIM_EVENT_DRIVER_MARKER, 1)->cycle;
    const struct prisim_event *drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    ck_assert_uint_eq(drained->cycle, handed + 500 + 20 + 20); /* woken; flush; U5 */
    ck_assert_uint_eq(drained->driver_drained.cause, PRISIM_CAUSE_DRAINED);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-03: a request in the thread's hand is waited for, or not. */
START_TEST(when_the_queue_counts_as_empty)
{
    struct driver_harness *h = driver_harness_open();
    h->config.batch_empty = (uint32_t)_i;
    open_bound(h);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE, 0);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN_BATCH, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), _i == PRISIM_DRIVER_BATCH_TAKEN ? 1 : 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

/* A batch is as many entries as the queue has; two of them end the wait, one does not, and so does an empty queue. */
START_TEST(two_batches_end_the_wait)
{
    struct driver_harness *h = driver_harness_open();
    h->config.priq_log2 = 2;
    open_bound(h);
    struct prisim_driver *d = h->state;
    for (unsigned i = 0; i < 4; i++)
        driver_harness_request(h, STREAM, 1, (uint16_t)i, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ENQUEUE, 3);
    ck_assert_uint_eq(d->batches, 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ENQUEUE, 4);
    ck_assert_uint_eq(d->batches, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN_BATCH, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1);
    struct task *t = &d->task[TASK_CALLER];
    ck_assert_uint_eq(t->call.batch_upto, 3);
    struct edge e = {.config = &h->config, .driver = d, .now = h->base->now, .ports = NULL};
    d->priq_prod = 6;
    ck_assert(!driver_batch_is_over(&e, t));
    d->batches = 2;
    ck_assert(!driver_batch_is_over(&e, t));
    d->batches = 3;
    ck_assert(driver_batch_is_over(&e, t));
    d->batches = 1;
    d->priq_prod = 4;
    ck_assert(driver_batch_is_over(&e, t));
    driver_harness_close(h);
}
END_TEST

/* UNBIND-P6: a signal ends the wait at once, another PASID's and another function's do not. */
START_TEST(a_signal_ends_the_wait)
{
    struct driver_harness *h = batch_waits(PRISIM_DRIVER_BATCH_SIGNAL_GOES_ON);
    signal_to(h, 0, 2);
    signal_to(h, 1, 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    prisim_cycle_t sent = h->base->now;
    signal_to(h, 0, 1);
    const struct prisim_event *drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    ck_assert_uint_eq(drained->cycle, sent + 500 + 20 + 20); /* woken; flush; U5 */
    ck_assert_uint_eq(drained->driver_drained.cause, PRISIM_CAUSE_INTERRUPTED);
    driver_harness_close(h);
}
END_TEST

/* One that came before is still pending: the wait does not begin. */
START_TEST(a_signal_before_the_wait)
{
    struct driver_harness *h = open_bound(driver_harness_open());
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    signal_to(h, 0, 1); /* for nobody */
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN_BATCH, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_STOP, 1);
    if (_i)
        signal_to(h, 0, 1);
    prisim_cycle_t read = driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1)->cycle;
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), _i ? 1 : 0);
    if (_i)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DRAINED, 0)->cycle, read + 20 + 20);
    driver_harness_close(h);
}
END_TEST

START_TEST(a_signal_that_ends_no_wait)
{
    struct driver_harness *h = batch_waits(PRISIM_DRIVER_BATCH_SIGNAL_WAITS_ON);
    signal_to(h, 0, 1);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->driver_drained.cause,
                      PRISIM_CAUSE_DRAINED);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-P6, 2017: the PASID is bound as it was, with its descriptor and its function, and the call fails. */
START_TEST(a_signal_takes_the_unbind_back)
{
    struct driver_harness *h = batch_waits(PRISIM_DRIVER_BATCH_SIGNAL_ROLLBACK);
    uint64_t cd = driver_harness_cd(h, STREAM, 1);
    ck_assert_uint_eq(prisim_bits_get(driver_harness_load(h, cd), PRISIM_CD0_V), 0);
    signal_to(h, 0, 1);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1)->driver_refused.cause,
                      PRISIM_CAUSE_INTERRUPTED);
    ck_assert_uint_eq(prisim_bits_get(driver_harness_load(h, cd), PRISIM_CD0_V), 1);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2)->driver_bound.binding, 1);
    driver_harness_run(h, 5); /* the write of RUN is gone */
    ck_assert_uint_eq(prisim_load_le32(h->tlp[h->tlps - 1].data), PRISIM_ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1)->driver_unbind_returned.cause,
                      PRISIM_CAUSE_INTERRUPTED);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_RESOLVE, 1)->driver_resolve.binding, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-D7: the callback is asked only if no flag is given; what it returns counts as a flag. */
START_TEST(a_callback_is_asked)
{
    static const struct {
        unsigned callback, flags, told; /* told: 0 none, 1 clean, 2 flushed */
        prisim_cycle_t cycles;          /* from the call to the decision: look-up, the callback, compute */
    } rows[] = {{0, 0, 0, 40}, {0, 1, 1, 40}, {1, 0, 0, 3040}, {2, 0, 1, 3040}, {3, 0, 2, 3040}, {2, 2, 2, 40}};
    struct driver_harness *h = driver_harness_open();
    h->config.function[0].callback = rows[_i].callback;
    h->config.function[0].callback_latency = 3000;
    open_bound(h);
    unsigned tlps = h->tlps, commands = h->commands;
    prisim_cycle_t called = h->base->now;
    unbind_with(h, PRISIM_DRIVER_UNBIND_FLAGS, (enum prisim_driver_flags)rows[_i].flags);
    const struct prisim_event *flags = driver_harness_until(h, PRISIM_EVENT_DRIVER_FLAGS, 1);
    ck_assert_uint_eq(flags->cycle, called + rows[_i].cycles);
    ck_assert_uint_eq(flags->driver_flags.flags, rows[_i].told);
    /* nothing was touched before the decision, and nothing is if there is none */
    ck_assert_uint_eq(h->tlps, tlps);
    ck_assert_uint_eq(h->commands, commands);
    if (rows[_i].told == 0) {
        ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1)->driver_unbind_returned.cause,
                          PRISIM_CAUSE_BUSY);
        driver_harness_run(h, 20000);
        ck_assert_uint_eq(h->tlps, tlps);
        ck_assert_uint_eq(h->commands, commands);
        driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1); /* it was bound all the while */
    }
    driver_harness_close(h);
}
END_TEST

/* UNBIND-SEED: the commit message has CLEAN and FLUSHED the wrong way round; none stays none. */
START_TEST(flags_by_the_message)
{
    static const unsigned told[] = {0, 2, 1};
    struct driver_harness *h = driver_harness_open();
    h->config.flags_reading = PRISIM_DRIVER_FLAGS_BY_MESSAGE;
    open_bound(h);
    unbind_with(h, PRISIM_DRIVER_UNBIND_FLAGS, (enum prisim_driver_flags)_i);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_FLAGS, 1)->driver_flags.flags, told[_i]);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-P16: entries before PROD of the snapshot find no owner, the one at PROD finds the next one: whenever the
 * look-up is made, if it is behind the snapshot. */
START_TEST(what_stands_before_a_snapshot)
{
    struct driver_harness *h = driver_harness_open();
    h->config.resolve_at = (uint32_t)_i;
    open_bound(h);
    driver_harness_request(h, STREAM, 2, 1, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 2, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_PROD_SNAPSHOT, 2);
    driver_harness_bind(h, 0, 1, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_request(h, STREAM, 1, 3, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 3);
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_event *resolve = harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, i);
        ck_assert_uint_eq(resolve->driver_resolve.space, resolve->driver_resolve.prgi == 3 ? 2 : 0);
    }
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-22: a part of before the snapshot joins its own Last, and none of behind it. */
START_TEST(a_part_of_before_a_snapshot)
{
    struct driver_harness *h = open_bound(driver_harness_open());
    driver_harness_request(h, STREAM, 1, 2, 0x4000, R);
    if (_i)
        driver_harness_request(h, STREAM, 1, 2, 0x5000, R | L);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_PROD_SNAPSHOT, 2);
    driver_harness_bind(h, 0, 1, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_request(h, STREAM, 1, 2, 0x6000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, _i ? 2 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DISCARD), _i ? 0 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESOLVE), _i ? 3 : 1);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_presets");
    TCase *tcase = tcase_create("driver_presets");
    tcase_add_loop_test(tcase, the_order_of_each_preset, 0, COURSES);
    tcase_add_loop_test(tcase, reject_waits_for_references, 0, 2);
    tcase_add_loop_test(tcase, reject_waits_for_its_own_references, 0, 4);
    tcase_add_loop_test(tcase, reject_waits_for_what_was_found_early, 0, 2);
    tcase_add_loop_test(tcase, who_is_answered_without_an_owner, 0, 2);
    tcase_add_test(tcase, a_batch_wait_ends_with_the_pass);
    tcase_add_loop_test(tcase, when_the_queue_counts_as_empty, 0, 2);
    tcase_add_test(tcase, two_batches_end_the_wait);
    tcase_add_test(tcase, a_signal_ends_the_wait);
    tcase_add_loop_test(tcase, a_signal_before_the_wait, 0, 2);
    tcase_add_test(tcase, a_signal_that_ends_no_wait);
    tcase_add_test(tcase, a_signal_takes_the_unbind_back);
    tcase_add_loop_test(tcase, a_callback_is_asked, 0, 6);
    tcase_add_loop_test(tcase, flags_by_the_message, 0, 3);
    tcase_add_loop_test(tcase, what_stands_before_a_snapshot, 0, 3);
    tcase_add_loop_test(tcase, a_part_of_before_a_snapshot, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
