/* SPDX-License-Identifier: Apache-2.0
 *
 * The three ways a PASID stops (PCIE-MARKERCODE, PCIE-STOP), and the BAR register that asks for it and shows it.
 */
#include "tests/pcie_endpoint/bench.h"

static struct bench *running(enum endpoint_stop stop, uint32_t backoff)
{
    struct endpoint_config config;
    bench_config(&config);
    config.stop = stop;
    config.jobs = 4;
    config.retry_backoff = backoff;
    struct bench *b = bench_enabled(&config, 8);
    bench_pasid(b, 1, ENDPOINT_PASID_RUN);
    bench_pasid(b, 2, ENDPOINT_PASID_RUN);
    return b;
}

static void up_marker(struct bench *b, uint32_t pasid)
{
    const struct tlp *up = bench_up(b, 100);
    ck_assert_ptr_nonnull(up);
    ck_assert(tlp_is_stop_marker(&up->head));
    ck_assert_uint_eq(up->head.pasid, pasid);
    /* PCIE-MARKERCODE: marker type 0, the rest reserved; TC0, RO=0. */
    ck_assert_uint_eq(up->head.prg_index, 0);
    ck_assert_uint_eq(up->head.address, 0);
    ck_assert_uint_eq(up->head.traffic_class, 0);
    ck_assert_uint_eq(up->head.flags, TLP_HAS_PASID | TLP_LAST);
}

static void stopped(struct bench *b, uint32_t pasid, uint64_t groups)
{
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOP), 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOPPED), 1);
    const struct event *event = rig_event(b->rig, EVENT_ENDPOINT_STOPPED, 0);
    ck_assert_uint_eq(event->endpoint_stopped.pasid, pasid);
    ck_assert_uint_eq(event->endpoint_stopped.groups, groups);
    ck_assert_uint_eq(bench_pasid_state(b, pasid), ENDPOINT_PASID_IDLE);
}

static cycle_t down_taken(const struct bench *b)
{
    const struct rig_rx_port *down = &b->rig->rx[ENDPOINT_RX_DOWN];
    return down->taken_at[down->taken - 1];
}

/* The write that enables a PASID says so at the edge at which it arrives, and a job of the same edge is taken. A write
 * without effect says nothing: of a PASID that runs or stops, and one beyond the contexts there are. */
START_TEST(start_is_told)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 4);
    bench_pasid(b, 3, ENDPOINT_PASID_RUN);
    const struct event *started = rig_event(b->rig, EVENT_ENDPOINT_START, 0);
    ck_assert_ptr_nonnull(started);
    ck_assert_uint_eq(started->cycle, down_taken(b));
    ck_assert_uint_eq(started->endpoint_start.pasid, 3);
    bench_pasid(b, 3, ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_START), 1);
    bench_fault(b, 1, 3, 0x4000);
    bench_pasid(b, 3, ENDPOINT_PASID_STOP);
    bench_pasid(b, 3, ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_START), 1);
    for (uint32_t pasid = 4; pasid < 4 + ENDPOINT_PASIDS_MAX; pasid++)
        bench_pasid(b, pasid, ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_START), ENDPOINT_PASIDS_MAX);
    bench_close(b);
    b = bench_enabled(&config, 4);
    struct tlp run = {.head = {.type = TLP_MEMORY_WRITE, .address = b->config.bar_base + 4 * 5, .size = 4}};
    store_le32(run.data, ENDPOINT_PASID_RUN);
    bench_down(b, &run);
    bench_dma(b, 1, 5, 0x4000, 4, true);
    bench_up_translate(b, 5, 0x4000);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_JOB, 0)->cycle,
                      rig_event(b->rig, EVENT_ENDPOINT_START, 0)->cycle);
    bench_close(b);
}
END_TEST

START_TEST(idle_pasid_stops_at_once)
{
    static const enum endpoint_stop ways[] = {ENDPOINT_STOP_WAIT, ENDPOINT_STOP_NONE, ENDPOINT_STOP_MARKER};
    for (unsigned i = 0; i < 3; i++) {
        struct bench *b = running(ways[i], 4);
        bench_pasid(b, 1, ENDPOINT_PASID_STOP);
        cycle_t at = down_taken(b);
        ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_STOP, 0)->cycle, at);
        ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_STOPPED, 0)->cycle, at);
        if (ways[i] == ENDPOINT_STOP_MARKER)
            up_marker(b, 1);
        bench_quiet(b, 20);
        stopped(b, 1, 0);
        /* A second STOP says nothing; the other PASID runs; a new use works. */
        bench_pasid(b, 1, ENDPOINT_PASID_STOP);
        ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOP), 1);
        ck_assert_uint_eq(bench_pasid_state(b, 2), ENDPOINT_PASID_RUNNING);
        bench_pasid(b, 1, ENDPOINT_PASID_RUN);
        bench_dma(b, 1, 1, 0x4000, 4, true);
        bench_up_translate(b, 1, 0x4000);
        bench_close(b);
    }
}
END_TEST

/* A job without a PASID, from the line of those that wait, is no PASID's: nobody's stop waits for it. */
START_TEST(stop_does_not_wait_for_a_job_without_a_pasid)
{
    enum { PASID = 64 }; /* the first context */
    struct endpoint_config config;
    bench_config(&config);
    config.jobs = 1;
    struct bench *b = bench_enabled(&config, 4);
    bench_pasid(b, PASID, ENDPOINT_PASID_RUN);
    bench_dma(b, 1, NO_PASID, 0x4000, 4, true);
    bench_dma(b, 2, NO_PASID, 0x5000, 4, true);
    struct tlp first = *bench_up_translate(b, NO_PASID, 0x4000);
    bench_complete(b, &first, TLP_CA);
    bench_translated(b, bench_up_translate(b, NO_PASID, 0x5000), 0, 12, 0);
    bench_up_page_request(b, NO_PASID, 0x5000);
    bench_pasid(b, PASID, ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOPPED), 1);
    ck_assert_uint_eq(bench_pasid_state(b, PASID), ENDPOINT_PASID_IDLE);
    bench_close(b);
}
END_TEST

START_TEST(wait_waits_for_every_response)
{
    for (unsigned code = PRG_SUCCESS; code <= PRG_INVALID; code++) {
        struct bench *b = running(ENDPOINT_STOP_WAIT, 4);
        unsigned first = bench_fault(b, 1, 1, 0x4000);
        unsigned second = bench_fault(b, 2, 1, 0x5000);
        unsigned other = bench_fault(b, 3, 2, 0x6000);
        bench_pasid(b, 1, ENDPOINT_PASID_STOP);
        ck_assert_uint_eq(bench_pasid_state(b, 1), ENDPOINT_PASID_STOPPING);
        /* RUN has no effect while it stops, and no job is taken. */
        bench_pasid(b, 1, ENDPOINT_PASID_RUN);
        bench_dma(b, 4, 1, 0x7000, 4, true);
        bench_respond(b, first, PRG_SUCCESS, 1);
        bench_quiet(b, 30);
        bench_ended(b, 4, CAUSE_NOT_ENABLED);
        bench_ended(b, 1, CAUSE_STOPPED);
        ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOPPED), 0);
        bench_respond(b, second, code, 1);
        rig_run(b->rig, 2);
        bench_ended(b, 2, code == PRG_SUCCESS ? CAUSE_STOPPED : CAUSE_INVALID_REQUEST);
        ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_STOPPED, 0)->cycle, down_taken(b));
        stopped(b, 1, 0);
        bench_quiet(b, 30); /* no marker */
        bench_respond(b, other, PRG_SUCCESS, 2);
        bench_up_translate(b, 2, 0x6000);
        bench_close(b);
    }
}
END_TEST

START_TEST(failure_ends_a_waiting_stop)
{
    struct bench *b = running(ENDPOINT_STOP_WAIT, 4);
    bench_fault(b, 1, 1, 0x4000);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    bench_respond(b, 3, PRG_FAILURE, NO_PASID);
    rig_run(b->rig, 5);
    bench_ended(b, 1, CAUSE_PRI_OFF);
    stopped(b, 1, 0);
    bench_close(b);
}
END_TEST

/* PCIE-STOP model B: what was made goes out, the marker behind it, no response is waited for. */
START_TEST(marker_stands_behind_all_requests)
{
    struct bench *b = running(ENDPOINT_STOP_MARKER, 4);
    struct tlp request[3];
    for (unsigned i = 0; i < 3; i++) {
        bench_dma(b, 1 + i, 1, 0x4000 + 0x1000 * i, 4, true);
        request[i] = *bench_up_translate(b, 1, 0x4000 + 0x1000 * i);
    }
    rig_ready(b->rig, ENDPOINT_TX_UP, false);
    rig_run(b->rig, 2);
    for (unsigned i = 0; i < 3; i++)
        bench_translated(b, &request[i], 0, 12, 0);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    rig_run(b->rig, 20);
    for (uint32_t job = 1; job <= 3; job++)
        bench_ended(b, job, CAUSE_STOPPED);
    /* Two requests and the marker are inside. */
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_PAGE_REQUEST_SENT), 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOPPED), 0);
    rig_ready(b->rig, ENDPOINT_TX_UP, true);
    for (unsigned i = 0; i < 3; i++)
        bench_up_page_request(b, 1, 0x4000 + 0x1000 * i);
    up_marker(b, 1);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_STOPPED, 0)->cycle, bench_up_at(b));
    ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_STOP_MARKER, 0)->cycle, bench_up_at(b));
    stopped(b, 1, 3);
    bench_close(b);
}
END_TEST

static void response_is(struct bench *b, unsigned index, int pasid, enum cause cause)
{
    unsigned n = rig_events(b->rig, EVENT_ENDPOINT_RESPONSE);
    bench_respond(b, index, PRG_SUCCESS, pasid);
    rig_run(b->rig, 2);
    const struct event *event = rig_event(b->rig, EVENT_ENDPOINT_RESPONSE, n);
    ck_assert_ptr_nonnull(event);
    ck_assert_str_eq(cause_name((enum cause)event->endpoint_response.cause), cause_name(cause));
}

/* PCIE-MARKERCODE: a Stop Marker has no response, ever. One that comes all the same has the marker's index, 0, and its
 * PASID; it is told as what it is, and is as unexpected as any other: also while index 0 is a group of another PASID.
 * When the PASID is used again it can be told no more. With PRPR=0 it has no PASID. */
START_TEST(answered_marker_is_told)
{
    for (uint32_t prpr = 0; prpr < 2; prpr++)
        for (unsigned busy = 0; busy < 1 + prpr; busy++) {
            struct bench *b = running(ENDPOINT_STOP_MARKER, 4);
            b->config.prpr = prpr;
            if (busy)
                ck_assert_uint_eq(bench_fault(b, 1, 2, 0x4000), 0);
            response_is(b, 0, prpr ? 1 : NO_PASID, busy ? CAUSE_PASID_MISMATCH : CAUSE_UNEXPECTED_INDEX);
            bench_config_write(b, ENDPOINT_CONFIG_PRI + 4, PRI_CONTROL_ENABLE | (uint32_t)PRI_STATUS_UPRGI << 16);
            bench_pasid(b, 1, ENDPOINT_PASID_STOP);
            up_marker(b, 1);
            response_is(b, 0, prpr ? 1 : NO_PASID, CAUSE_MARKER_ANSWERED);
            ck_assert_uint_eq(bench_config_read(b, ENDPOINT_CONFIG_PRI + 4) >> 16 & PRI_STATUS_UPRGI, PRI_STATUS_UPRGI);
            ck_assert_ptr_null(bench_done(b, 1));
            response_is(b, 1, prpr ? 1 : NO_PASID, CAUSE_UNEXPECTED_INDEX); /* a marker has index 0 */
            if (prpr)
                response_is(b, 0, 3, busy ? CAUSE_PASID_MISMATCH : CAUSE_UNEXPECTED_INDEX);
            if (busy)
                response_is(b, 0, 2, CAUSE_GROUP_FREED);
            bench_close(b);
            b = running(ENDPOINT_STOP_MARKER, 4);
            b->config.prpr = prpr;
            bench_pasid(b, 1, ENDPOINT_PASID_STOP);
            up_marker(b, 1);
            bench_pasid(b, 1, ENDPOINT_PASID_RUN);
            response_is(b, 0, prpr ? 1 : NO_PASID, CAUSE_UNEXPECTED_INDEX);
            bench_close(b);
        }
}
END_TEST

/* Also in the context that it had before another PASID with the same low six bits left its own. */
START_TEST(answered_marker_of_a_displaced_pasid)
{
    struct endpoint_config config;
    bench_config(&config);
    config.stop = ENDPOINT_STOP_MARKER;
    struct bench *b = bench_enabled(&config, 8);
    bench_pasid(b, 65, ENDPOINT_PASID_RUN);
    bench_pasid(b, 1, ENDPOINT_PASID_RUN);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    up_marker(b, 1);
    response_is(b, 0, 1, CAUSE_MARKER_ANSWERED);
    bench_pasid(b, 65, ENDPOINT_PASID_STOP);
    up_marker(b, 65);
    bench_pasid(b, 1, ENDPOINT_PASID_RUN);
    response_is(b, 0, 1, CAUSE_UNEXPECTED_INDEX);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    up_marker(b, 1);
    bench_pasid(b, 65, ENDPOINT_PASID_RUN); /* in the context that PASID 1 had; it has ended with no marker */
    response_is(b, 0, 65, CAUSE_UNEXPECTED_INDEX);
    bench_close(b);
}
END_TEST

/* endpoint.translation: not taken if the end of its job came between, and not kept. */
START_TEST(translation_behind_the_stop_is_not_taken)
{
    struct bench *b = running(ENDPOINT_STOP_NONE, 4);
    bench_dma(b, 1, 1, 0x4000, 4, true);
    struct tlp request = *bench_up_translate(b, 1, 0x4000);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    bench_translated(b, &request, 0x9000, 12, 3);
    bench_quiet(b, 20);
    bench_ended(b, 1, CAUSE_STOPPED);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_TRANSLATION, 0)->endpoint_translation.taken, 0);
    bench_pasid(b, 1, ENDPOINT_PASID_RUN);
    bench_dma(b, 2, 1, 0x4000, 4, true);
    bench_up_translate(b, 1, 0x4000);
    bench_close(b);
}
END_TEST

START_TEST(stale_groups_return_credits_only)
{
    static const enum endpoint_stop ways[] = {ENDPOINT_STOP_NONE, ENDPOINT_STOP_MARKER};
    for (unsigned i = 0; i < 2; i++) {
        struct bench *b = running(ways[i], 4);
        bench_config_write(b, ENDPOINT_CONFIG_PRI + 12, 2);
        unsigned first = bench_fault(b, 1, 1, 0x4000);
        unsigned second = bench_fault(b, 2, 1, 0x5000);
        bench_pasid(b, 1, ENDPOINT_PASID_STOP);
        if (ways[i] == ENDPOINT_STOP_MARKER)
            up_marker(b, 1);
        stopped(b, 1, 2);
        /* A new use; both credits are still away. */
        bench_pasid(b, 1, ENDPOINT_PASID_RUN);
        bench_dma(b, 3, 1, 0x6000, 4, true);
        bench_translated(b, bench_up_translate(b, 1, 0x6000), 0, 12, 0);
        bench_quiet(b, 30);
        bench_respond(b, first, PRG_INVALID, 1);
        const struct tlp *page = bench_up_page_request(b, 1, 0x6000);
        ck_assert_uint_ne(page->head.prg_index, second);
        const struct event *response = rig_event(b->rig, EVENT_ENDPOINT_RESPONSE, 0);
        ck_assert_uint_eq(response->endpoint_response.cause, CAUSE_GROUP_STALE);
        ck_assert_ptr_null(bench_done(b, 3));
        bench_respond(b, second, PRG_SUCCESS, 1);
        bench_quiet(b, 30);
        bench_respond(b, page->head.prg_index, PRG_SUCCESS, 1);
        bench_translated(b, bench_up_translate(b, 1, 0x6000), 0, 12, 0);
        bench_up_page_request(b, 1, 0x6000);
        ck_assert_uint_eq(bench_config_read(b, ENDPOINT_CONFIG_PRI + 4) >> 16 & PRI_STATUS_UPRGI, 0);
        /* The new use counts its own groups. */
        bench_pasid(b, 1, ENDPOINT_PASID_STOP);
        rig_run(b->rig, 5);
        ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_STOPPED, 1)->endpoint_stopped.groups, 1);
        bench_close(b);
    }
}
END_TEST

/* PCIE-STOP "Both": Translation Requests and reads have completed; a fault is then asked for no more. */
START_TEST(stop_waits_for_completions)
{
    static const enum endpoint_stop ways[] = {ENDPOINT_STOP_WAIT, ENDPOINT_STOP_NONE, ENDPOINT_STOP_MARKER};
    for (unsigned i = 0; i < 3; i++) {
        struct bench *b = running(ways[i], 4);
        bench_dma(b, 1, 1, 0x4000, 4, false);
        bench_translated(b, bench_up_translate(b, 1, 0x4000), 0x9000, 12, R | W);
        struct tlp read = *bench_up_dma(b, 0x9000, 4);
        bench_dma(b, 2, 1, 0x5000, 4, true);
        struct tlp request = *bench_up_translate(b, 1, 0x5000);
        bench_pasid(b, 1, ENDPOINT_PASID_STOP);
        bench_quiet(b, 30);
        ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOPPED), 0);
        bench_translated(b, &request, 0, 12, 0);
        bench_quiet(b, 30);
        bench_ended(b, 2, CAUSE_STOPPED);
        ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOPPED), 0);
        bench_complete(b, &read, TLP_SC);
        rig_run(b->rig, 2);
        bench_ended(b, 1, CAUSE_COMPLETED);
        ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_STOPPED, 0)->cycle, down_taken(b));
        if (ways[i] == ENDPOINT_STOP_MARKER)
            up_marker(b, 1);
        stopped(b, 1, 0);
        bench_close(b);
    }
}
END_TEST

START_TEST(jobs_that_wait_are_aborted)
{
    struct bench *b = running(ENDPOINT_STOP_WAIT, 1000);
    bench_config_write(b, ENDPOINT_CONFIG_PRI + 12, 1);
    /* One in back-off, one held for a credit, one that keeps the credit, one in line behind four. */
    bench_respond(b, bench_fault(b, 1, 1, 0x4000), PRG_SUCCESS, 1);
    bench_fault(b, 2, 2, 0x4000);
    bench_dma(b, 3, 1, 0x5000, 4, true);
    bench_translated(b, bench_up_translate(b, 1, 0x5000), 0, 12, 0);
    bench_dma(b, 4, 2, 0x6000, 4, true);
    bench_up_translate(b, 2, 0x6000);
    bench_dma(b, 5, 1, 0x7000, 4, true);
    bench_dma(b, 6, 2, 0x7000, 4, true);
    rig_run(b->rig, 10);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    bench_ended(b, 1, CAUSE_STOPPED);
    bench_ended(b, 3, CAUSE_STOPPED);
    bench_ended(b, 5, CAUSE_STOPPED);
    bench_up_translate(b, 2, 0x7000); /* it got a slot */
    stopped(b, 1, 0);
    ck_assert_ptr_null(bench_done(b, 6));
    bench_quiet(b, 1100);
    bench_close(b);
}
END_TEST

/* PCIE-ORDER row D column 2: the completion that says "idle" pushes what the PASID wrote before. */
START_TEST(state_read_pushes_writes)
{
    struct bench *b = running(ENDPOINT_STOP_NONE, 4);
    bench_dma(b, 1, 1, 0x4000, 640, true);
    struct tlp request = *bench_up_translate(b, 1, 0x4000);
    rig_ready(b->rig, ENDPOINT_TX_UP, false);
    rig_run(b->rig, 2);
    bench_translated(b, &request, 0x9000, 12, R | W);
    rig_run(b->rig, 5);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    struct tlp read = {.head = {.type = TLP_MEMORY_READ, .address = b->config.bar_base + 4, .size = 4}};
    bench_down(b, &read);
    rig_run(b->rig, 10);
    rig_ready(b->rig, ENDPOINT_TX_UP, true);
    unsigned writes = 0;
    const struct tlp *up;
    while ((up = bench_up(b, 20)) && up->head.type == TLP_MEMORY_WRITE)
        writes++;
    ck_assert_ptr_nonnull(up);
    /* It was taken while writes were still inside: not stopped yet. */
    ck_assert_uint_eq(load_le32(up->data), ENDPOINT_PASID_STOPPING);
    ck_assert_uint_ge(writes, 2);
    ck_assert_uint_lt(writes, 10);
    bench_ended(b, 1, CAUSE_STOPPED);
    stopped(b, 1, 0);
    bench_close(b);
}
END_TEST

/* A marker is a page request message: with PRI off none is sent, and the stop ends all the same. */
START_TEST(no_marker_with_pri_off)
{
    struct bench *b = running(ENDPOINT_STOP_MARKER, 4);
    bench_config_write(b, ENDPOINT_CONFIG_PRI + 4, 0);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    bench_quiet(b, 20);
    stopped(b, 1, 0);
    bench_close(b);
    /* A Response Failure while the marker waits inside takes it back. */
    b = running(ENDPOINT_STOP_MARKER, 4);
    bench_dma(b, 1, 2, 0x4000, 4, true);
    rig_ready(b->rig, ENDPOINT_TX_UP, false);
    rig_run(b->rig, 5);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    rig_run(b->rig, 5);
    bench_respond(b, 0, PRG_FAILURE, NO_PASID);
    rig_run(b->rig, 5);
    rig_ready(b->rig, ENDPOINT_TX_UP, true);
    bench_up_translate(b, 2, 0x4000);
    bench_quiet(b, 20);
    stopped(b, 1, 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOP_MARKER), 0);
    bench_close(b);
}
END_TEST

/* So does a PRI Reset; and after a Response Failure none is made. */
START_TEST(no_marker_behind_reset_or_failure)
{
    struct bench *b = running(ENDPOINT_STOP_MARKER, 4);
    bench_fault(b, 1, 2, 0x4000); /* so that there is something to reset */
    bench_dma(b, 2, 2, 0x5000, 4, true);
    rig_ready(b->rig, ENDPOINT_TX_UP, false);
    rig_run(b->rig, 5);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    rig_run(b->rig, 5);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOPPED), 0);
    struct tlp reset = {.head = {.type = TLP_CONFIG_WRITE, .address = ENDPOINT_CONFIG_PRI + 4, .size = 4}, .data = {2}};
    bench_down(b, &reset);
    rig_run(b->rig, 10);
    rig_ready(b->rig, ENDPOINT_TX_UP, true);
    bench_up_translate(b, 2, 0x5000);
    ck_assert_uint_eq(bench_up(b, 20)->head.type, TLP_COMPLETION);
    bench_quiet(b, 20);
    stopped(b, 1, 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_STOP_MARKER), 0);
    bench_close(b);
    b = running(ENDPOINT_STOP_MARKER, 4);
    bench_respond(b, 0, PRG_FAILURE, NO_PASID);
    rig_run(b->rig, 5);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_STOPPED, 0)->cycle, down_taken(b));
    bench_quiet(b, 20);
    stopped(b, 1, 0);
    bench_close(b);
}
END_TEST

/* endpoint.stopped counts groups of this use: the answer to one of the use before does not count. */
START_TEST(groups_are_those_of_the_use)
{
    struct bench *b = running(ENDPOINT_STOP_NONE, 4);
    unsigned old = bench_fault(b, 1, 1, 0x4000);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    bench_pasid(b, 1, ENDPOINT_PASID_RUN);
    bench_fault(b, 2, 1, 0x5000);
    response_is(b, old, 1, CAUSE_GROUP_STALE);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    rig_run(b->rig, 5);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_STOPPED, i)->endpoint_stopped.groups, 1);
    bench_close(b);
}
END_TEST

/* PCIE-STOP: the register says how far a PASID is, also of a second one with the same low six bits. */
START_TEST(state_of_a_displaced_pasid)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_pasid(b, 65, ENDPOINT_PASID_RUN);
    bench_pasid(b, 1, ENDPOINT_PASID_RUN);
    unsigned index = bench_fault(b, 1, 1, 0x4000);
    bench_pasid(b, 1, ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(bench_pasid_state(b, 1), ENDPOINT_PASID_STOPPING);
    ck_assert_uint_eq(bench_pasid_state(b, 65), ENDPOINT_PASID_RUNNING);
    bench_respond(b, index, PRG_SUCCESS, 1);
    rig_run(b->rig, 5);
    stopped(b, 1, 0);
    ck_assert_uint_eq(bench_pasid_state(b, 65), ENDPOINT_PASID_RUNNING);
    bench_close(b);
}
END_TEST

BENCH_MAIN("endpoint stop", start_is_told, idle_pasid_stops_at_once, stop_does_not_wait_for_a_job_without_a_pasid,
           wait_waits_for_every_response, failure_ends_a_waiting_stop, marker_stands_behind_all_requests,
           stale_groups_return_credits_only, stop_waits_for_completions, jobs_that_wait_are_aborted,
           state_read_pushes_writes, no_marker_with_pri_off, answered_marker_is_told,
           answered_marker_of_a_displaced_pasid, translation_behind_the_stop_is_not_taken,
           no_marker_behind_reset_or_failure, groups_are_those_of_the_use, state_of_a_displaced_pasid)
