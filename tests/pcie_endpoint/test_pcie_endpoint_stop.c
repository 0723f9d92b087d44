/* SPDX-License-Identifier: Apache-2.0
 *
 * The three ways a PASID stops (PCIE-MARKERCODE, PCIE-STOP), and the BAR register that asks for it and shows it.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

static struct endpoint_harness *running(enum prisim_endpoint_stop stop, uint32_t backoff)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.stop = stop;
    config.jobs = 4;
    config.retry_backoff = backoff;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

static void up_marker(struct endpoint_harness *h, uint32_t pasid)
{
    const struct prisim_tlp *up = endpoint_harness_up(h, 100);
    ck_assert_ptr_nonnull(up);
    ck_assert(prisim_tlp_is_stop_marker(&up->head));
    ck_assert_uint_eq(up->head.pasid, pasid);
    /* PCIE-MARKERCODE: marker type 0, the rest reserved; TC0, RO=0. */
    ck_assert_uint_eq(up->head.prg_index, 0);
    ck_assert_uint_eq(up->head.address, 0);
    ck_assert_uint_eq(up->head.traffic_class, 0);
    ck_assert_uint_eq(up->head.flags, PRISIM_TLP_HAS_PASID | PRISIM_TLP_LAST);
}

static void stopped(struct endpoint_harness *h, uint32_t pasid, uint64_t groups)
{
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOP), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 1);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0);
    ck_assert_uint_eq(event->endpoint_stopped.pasid, pasid);
    ck_assert_uint_eq(event->endpoint_stopped.groups, groups);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, pasid), PRISIM_ENDPOINT_PASID_IDLE);
}

static prisim_cycle_t down_taken(const struct endpoint_harness *h)
{
    const struct harness_rx_port *down = &h->base->rx[PRISIM_ENDPOINT_RX_DOWN];
    return down->taken_at[down->taken - 1];
}

/* The write that enables a PASID says so at the edge at which it arrives, and a job of the same edge is taken. A write
 * without effect says nothing: of a PASID that runs or stops, and one beyond the contexts there are. */
START_TEST(start_is_told)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 4);
    endpoint_harness_pasid(h, 3, PRISIM_ENDPOINT_PASID_RUN);
    const struct prisim_event *started = harness_event(h->base, PRISIM_EVENT_ENDPOINT_START, 0);
    ck_assert_ptr_nonnull(started);
    ck_assert_uint_eq(started->cycle, down_taken(h));
    ck_assert_uint_eq(started->endpoint_start.pasid, 3);
    endpoint_harness_pasid(h, 3, PRISIM_ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_START), 1);
    endpoint_harness_fault(h, 1, 3, 0x4000);
    endpoint_harness_pasid(h, 3, PRISIM_ENDPOINT_PASID_STOP);
    endpoint_harness_pasid(h, 3, PRISIM_ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_START), 1);
    for (uint32_t pasid = 4; pasid < 4 + PRISIM_ENDPOINT_PASIDS_MAX; pasid++)
        endpoint_harness_pasid(h, pasid, PRISIM_ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_START), PRISIM_ENDPOINT_PASIDS_MAX);
    endpoint_harness_close(h);
    h = endpoint_harness_enabled(&config, 4);
    struct prisim_tlp run = {
        .head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = h->config.bar_base + 4 * 5, .size = 4}};
    prisim_store_le32(run.data, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_down(h, &run);
    endpoint_harness_dma(h, 1, 5, 0x4000, 4, true);
    endpoint_harness_up_translate(h, 5, 0x4000);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_JOB, 0)->cycle,
                      harness_event(h->base, PRISIM_EVENT_ENDPOINT_START, 0)->cycle);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-MARKERCODE-4, PCIE-MARKERCODE-5, PCIE-MARKERCODE-6, PCIE-MARKERCODE-7, PCIE-STOP-4, PCIE-STOP-5,
 * PCIE-STOP */
START_TEST(idle_pasid_stops_at_once)
{
    static const enum prisim_endpoint_stop ways[] = {PRISIM_ENDPOINT_STOP_WAIT, PRISIM_ENDPOINT_STOP_NONE,
                                                     PRISIM_ENDPOINT_STOP_MARKER};
    for (unsigned i = 0; i < 3; i++) {
        struct endpoint_harness *h = running(ways[i], 4);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        prisim_cycle_t at = down_taken(h);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP, 0)->cycle, at);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle, at);
        if (ways[i] == PRISIM_ENDPOINT_STOP_MARKER)
            up_marker(h, 1);
        endpoint_harness_quiet(h, 20);
        stopped(h, 1, 0);
        /* A second STOP says nothing; the other PASID runs; a new use works. */
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOP), 1);
        ck_assert_uint_eq(endpoint_harness_pasid_state(h, 2), PRISIM_ENDPOINT_PASID_RUNNING);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        endpoint_harness_up_translate(h, 1, 0x4000);
        endpoint_harness_close(h);
    }
}
END_TEST

/* A job without a PASID, from the line of those that wait, is no PASID's: nobody's stop waits for it. */
START_TEST(stop_does_not_wait_for_a_job_without_a_pasid)
{
    enum { PASID = 64 }; /* the first context */
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.jobs = 1;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 4);
    endpoint_harness_pasid(h, PASID, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, true);
    endpoint_harness_dma(h, 2, NO_PASID, 0x5000, 4, true);
    struct prisim_tlp first = *endpoint_harness_up_translate(h, NO_PASID, 0x4000);
    endpoint_harness_complete(h, &first, PRISIM_TLP_CA);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x5000), 0, 12, 0);
    endpoint_harness_up_page_request(h, NO_PASID, 0x5000);
    endpoint_harness_pasid(h, PASID, PRISIM_ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 1);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, PASID), PRISIM_ENDPOINT_PASID_IDLE);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-STOP-1, PCIE-STOP-3, PCIE-STOP-4, PCIE-STOP-5 */
START_TEST(wait_waits_for_every_response)
{
    for (unsigned code = PRISIM_PRG_SUCCESS; code <= PRISIM_PRG_INVALID; code++) {
        struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_WAIT, 4);
        unsigned first = endpoint_harness_fault(h, 1, 1, 0x4000);
        unsigned second = endpoint_harness_fault(h, 2, 1, 0x5000);
        unsigned other = endpoint_harness_fault(h, 3, 2, 0x6000);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), PRISIM_ENDPOINT_PASID_STOPPING);
        /* RUN has no effect while it stops, and no job is taken. */
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
        endpoint_harness_dma(h, 4, 1, 0x7000, 4, true);
        endpoint_harness_respond(h, first, PRISIM_PRG_SUCCESS, 1);
        endpoint_harness_quiet(h, 30);
        endpoint_harness_ended(h, 4, PRISIM_CAUSE_NOT_ENABLED);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_STOPPED);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
        endpoint_harness_respond(h, second, code, 1);
        harness_run(h->base, 2);
        endpoint_harness_ended(h, 2, code == PRISIM_PRG_SUCCESS ? PRISIM_CAUSE_STOPPED : PRISIM_CAUSE_INVALID_REQUEST);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle, down_taken(h));
        stopped(h, 1, 0);
        endpoint_harness_quiet(h, 30); /* no marker */
        endpoint_harness_respond(h, other, PRISIM_PRG_SUCCESS, 2);
        endpoint_harness_up_translate(h, 2, 0x6000);
        endpoint_harness_close(h);
    }
}
END_TEST

/* covers: PCIE-STOP-3 */
START_TEST(failure_ends_a_waiting_stop)
{
    struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_WAIT, 4);
    endpoint_harness_fault(h, 1, 1, 0x4000);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    endpoint_harness_respond(h, 3, PRISIM_PRG_FAILURE, NO_PASID);
    harness_run(h->base, 5);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_PRI_OFF);
    stopped(h, 1, 0);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-STOP model B: what was made goes out, the marker behind it, no response is waited for. */
/* covers: PCIE-MARKERCODE-4, PCIE-MARKERCODE-5, PCIE-MARKERCODE-6, PCIE-MARKERCODE-7, PCIE-MARKERORDER-1, PCIE-STOP-1,
 * PCIE-STOP-3, PCIE-STOP-5 */
START_TEST(marker_stands_behind_all_requests)
{
    struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_MARKER, 4);
    struct prisim_tlp request[3];
    for (unsigned i = 0; i < 3; i++) {
        endpoint_harness_dma(h, 1 + i, 1, 0x4000 + 0x1000 * i, 4, true);
        request[i] = *endpoint_harness_up_translate(h, 1, 0x4000 + 0x1000 * i);
    }
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 2);
    for (unsigned i = 0; i < 3; i++)
        endpoint_harness_translated(h, &request[i], 0, 12, 0);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    harness_run(h->base, 20);
    for (uint32_t job = 1; job <= 3; job++)
        endpoint_harness_ended(h, job, PRISIM_CAUSE_STOPPED);
    /* Two requests and the marker are inside. */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    for (unsigned i = 0; i < 3; i++)
        endpoint_harness_up_page_request(h, 1, 0x4000 + 0x1000 * i);
    up_marker(h, 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle, endpoint_harness_up_at(h));
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER, 0)->cycle, endpoint_harness_up_at(h));
    stopped(h, 1, 3);
    endpoint_harness_close(h);
}
END_TEST

static void response_is(struct endpoint_harness *h, unsigned index, int pasid, enum prisim_cause cause)
{
    unsigned n = harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, pasid);
    harness_run(h->base, 2);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, n);
    ck_assert_ptr_nonnull(event);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->endpoint_response.cause), prisim_cause_name(cause));
}

/* PCIE-MARKERCODE: a Stop Marker has no response, ever. One that comes all the same has the marker's index, 0, and its
 * PASID; it is told as what it is, and is as unexpected as any other: also while index 0 is a group of another PASID.
 * When the PASID is used again it can be told no more. With PRPR=0 it has no PASID. */
/* covers: PCIE-MARKERCODE-9 */
START_TEST(answered_marker_is_told)
{
    for (uint32_t prpr = 0; prpr < 2; prpr++)
        for (unsigned busy = 0; busy < 1 + prpr; busy++) {
            struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_MARKER, 4);
            h->config.prpr = prpr;
            if (busy)
                ck_assert_uint_eq(endpoint_harness_fault(h, 1, 2, 0x4000), 0);
            response_is(h, 0, prpr ? 1 : NO_PASID, busy ? PRISIM_CAUSE_PASID_MISMATCH : PRISIM_CAUSE_UNEXPECTED_INDEX);
            endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4,
                                          PRISIM_PRI_CONTROL_ENABLE | (uint32_t)PRISIM_PRI_STATUS_UPRGI << 16);
            endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
            up_marker(h, 1);
            response_is(h, 0, prpr ? 1 : NO_PASID, PRISIM_CAUSE_MARKER_ANSWERED);
            ck_assert_uint_eq(endpoint_harness_config_read(h, PRISIM_ENDPOINT_CONFIG_PRI + 4) >> 16 &
                                  PRISIM_PRI_STATUS_UPRGI,
                              PRISIM_PRI_STATUS_UPRGI);
            ck_assert_ptr_null(endpoint_harness_done(h, 1));
            response_is(h, 1, prpr ? 1 : NO_PASID, PRISIM_CAUSE_UNEXPECTED_INDEX); /* a marker has index 0 */
            if (prpr)
                response_is(h, 0, 3, busy ? PRISIM_CAUSE_PASID_MISMATCH : PRISIM_CAUSE_UNEXPECTED_INDEX);
            if (busy)
                response_is(h, 0, 2, PRISIM_CAUSE_GROUP_FREED);
            endpoint_harness_close(h);
            h = running(PRISIM_ENDPOINT_STOP_MARKER, 4);
            h->config.prpr = prpr;
            endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
            up_marker(h, 1);
            endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
            response_is(h, 0, prpr ? 1 : NO_PASID, PRISIM_CAUSE_UNEXPECTED_INDEX);
            endpoint_harness_close(h);
        }
}
END_TEST

/* Also in the context that it had before another PASID with the same low six bits left its own. */
START_TEST(answered_marker_of_a_displaced_pasid)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.stop = PRISIM_ENDPOINT_STOP_MARKER;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_pasid(h, 65, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    up_marker(h, 1);
    response_is(h, 0, 1, PRISIM_CAUSE_MARKER_ANSWERED);
    endpoint_harness_pasid(h, 65, PRISIM_ENDPOINT_PASID_STOP);
    up_marker(h, 65);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    response_is(h, 0, 1, PRISIM_CAUSE_UNEXPECTED_INDEX);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    up_marker(h, 1);
    endpoint_harness_pasid(
        h, 65, PRISIM_ENDPOINT_PASID_RUN); /* in the context that PASID 1 had; it has ended with no marker */
    response_is(h, 0, 65, PRISIM_CAUSE_UNEXPECTED_INDEX);
    endpoint_harness_close(h);
}
END_TEST

/* endpoint.translation: not taken if the end of its job came between, and not kept. */
START_TEST(translation_behind_the_stop_is_not_taken)
{
    struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_NONE, 4);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    endpoint_harness_translated(h, &request, 0x9000, 12, 3);
    endpoint_harness_quiet(h, 20);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_STOPPED);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION, 0)->endpoint_translation.taken, 0);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
    endpoint_harness_up_translate(h, 1, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-MARKERCODE-10, PCIE-STOP-3 */
START_TEST(stale_groups_return_credits_only)
{
    static const enum prisim_endpoint_stop ways[] = {PRISIM_ENDPOINT_STOP_NONE, PRISIM_ENDPOINT_STOP_MARKER};
    for (unsigned i = 0; i < 2; i++) {
        struct endpoint_harness *h = running(ways[i], 4);
        endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 12, 2);
        unsigned first = endpoint_harness_fault(h, 1, 1, 0x4000);
        unsigned second = endpoint_harness_fault(h, 2, 1, 0x5000);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        if (ways[i] == PRISIM_ENDPOINT_STOP_MARKER)
            up_marker(h, 1);
        stopped(h, 1, 2);
        /* A new use; both credits are still away. */
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
        endpoint_harness_dma(h, 3, 1, 0x6000, 4, true);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x6000), 0, 12, 0);
        endpoint_harness_quiet(h, 30);
        endpoint_harness_respond(h, first, PRISIM_PRG_INVALID, 1);
        const struct prisim_tlp *page = endpoint_harness_up_page_request(h, 1, 0x6000);
        ck_assert_uint_ne(page->head.prg_index, second);
        const struct prisim_event *response = harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, 0);
        ck_assert_uint_eq(response->endpoint_response.cause, PRISIM_CAUSE_GROUP_STALE);
        ck_assert_ptr_null(endpoint_harness_done(h, 3));
        endpoint_harness_respond(h, second, PRISIM_PRG_SUCCESS, 1);
        endpoint_harness_quiet(h, 30);
        endpoint_harness_respond(h, page->head.prg_index, PRISIM_PRG_SUCCESS, 1);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x6000), 0, 12, 0);
        endpoint_harness_up_page_request(h, 1, 0x6000);
        ck_assert_uint_eq(
            endpoint_harness_config_read(h, PRISIM_ENDPOINT_CONFIG_PRI + 4) >> 16 & PRISIM_PRI_STATUS_UPRGI, 0);
        /* The new use counts its own groups. */
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        harness_run(h->base, 5);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 1)->endpoint_stopped.groups, 1);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-STOP "Both": Translation Requests and reads have completed; a fault is then asked for no more. */
/* covers: PCIE-STOP */
START_TEST(stop_waits_for_completions)
{
    static const enum prisim_endpoint_stop ways[] = {PRISIM_ENDPOINT_STOP_WAIT, PRISIM_ENDPOINT_STOP_NONE,
                                                     PRISIM_ENDPOINT_STOP_MARKER};
    for (unsigned i = 0; i < 3; i++) {
        struct endpoint_harness *h = running(ways[i], 4);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, false);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R | W);
        struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x9000, 4);
        endpoint_harness_dma(h, 2, 1, 0x5000, 4, true);
        struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x5000);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        endpoint_harness_quiet(h, 30);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
        endpoint_harness_translated(h, &request, 0, 12, 0);
        endpoint_harness_quiet(h, 30);
        endpoint_harness_ended(h, 2, PRISIM_CAUSE_STOPPED);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
        endpoint_harness_complete(h, &read, PRISIM_TLP_SC);
        harness_run(h->base, 2);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle, down_taken(h));
        if (ways[i] == PRISIM_ENDPOINT_STOP_MARKER)
            up_marker(h, 1);
        stopped(h, 1, 0);
        endpoint_harness_close(h);
    }
}
END_TEST

/* covers: PCIE-STOP-1 */
START_TEST(jobs_that_wait_are_aborted)
{
    struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_WAIT, 1000);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 12, 1);
    /* One in back-off, one held for a credit, one that keeps the credit, one in line behind four. */
    endpoint_harness_respond(h, endpoint_harness_fault(h, 1, 1, 0x4000), PRISIM_PRG_SUCCESS, 1);
    endpoint_harness_fault(h, 2, 2, 0x4000);
    endpoint_harness_dma(h, 3, 1, 0x5000, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x5000), 0, 12, 0);
    endpoint_harness_dma(h, 4, 2, 0x6000, 4, true);
    endpoint_harness_up_translate(h, 2, 0x6000);
    endpoint_harness_dma(h, 5, 1, 0x7000, 4, true);
    endpoint_harness_dma(h, 6, 2, 0x7000, 4, true);
    harness_run(h->base, 10);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_STOPPED);
    endpoint_harness_ended(h, 3, PRISIM_CAUSE_STOPPED);
    endpoint_harness_ended(h, 5, PRISIM_CAUSE_STOPPED);
    endpoint_harness_up_translate(h, 2, 0x7000); /* it got a slot */
    stopped(h, 1, 0);
    ck_assert_ptr_null(endpoint_harness_done(h, 6));
    endpoint_harness_quiet(h, 1100);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ORDER row D column 2: the completion that says "idle" pushes what the PASID wrote before. */
/* covers: PCIE-STOP, PCIE-ORDER-7 */
START_TEST(state_read_pushes_writes)
{
    struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_NONE, 4);
    endpoint_harness_dma(h, 1, 1, 0x4000, 640, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 2);
    endpoint_harness_translated(h, &request, 0x9000, 12, R | W);
    harness_run(h->base, 5);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    struct prisim_tlp read = {.head = {.type = PRISIM_TLP_MEMORY_READ, .address = h->config.bar_base + 4, .size = 4}};
    endpoint_harness_down(h, &read);
    harness_run(h->base, 10);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    unsigned writes = 0;
    const struct prisim_tlp *up;
    while ((up = endpoint_harness_up(h, 20)) && up->head.type == PRISIM_TLP_MEMORY_WRITE)
        writes++;
    ck_assert_ptr_nonnull(up);
    /* It was taken while writes were still inside: not stopped yet. */
    ck_assert_uint_eq(prisim_load_le32(up->data), PRISIM_ENDPOINT_PASID_STOPPING);
    ck_assert_uint_ge(writes, 2);
    ck_assert_uint_lt(writes, 10);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_STOPPED);
    stopped(h, 1, 0);
    endpoint_harness_close(h);
}
END_TEST

/* A marker is a page request message: with PRI off none is sent, and the stop ends all the same. */
/* covers: PCIE-PRICAP-10 */
START_TEST(no_marker_with_pri_off)
{
    struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_MARKER, 4);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    endpoint_harness_quiet(h, 20);
    stopped(h, 1, 0);
    endpoint_harness_close(h);
    /* A Response Failure while the marker waits inside takes it back. */
    h = running(PRISIM_ENDPOINT_STOP_MARKER, 4);
    endpoint_harness_dma(h, 1, 2, 0x4000, 4, true);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 5);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    harness_run(h->base, 5);
    endpoint_harness_respond(h, 0, PRISIM_PRG_FAILURE, NO_PASID);
    harness_run(h->base, 5);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    endpoint_harness_up_translate(h, 2, 0x4000);
    endpoint_harness_quiet(h, 20);
    stopped(h, 1, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER), 0);
    endpoint_harness_close(h);
}
END_TEST

/* So does a PRI Reset; and after a Response Failure none is made. */
START_TEST(no_marker_behind_reset_or_failure)
{
    struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_MARKER, 4);
    endpoint_harness_fault(h, 1, 2, 0x4000); /* so that there is something to reset */
    endpoint_harness_dma(h, 2, 2, 0x5000, 4, true);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 5);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    harness_run(h->base, 5);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
    struct prisim_tlp reset = {
        .head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = PRISIM_ENDPOINT_CONFIG_PRI + 4, .size = 4}, .data = {2}};
    endpoint_harness_down(h, &reset);
    harness_run(h->base, 10);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    endpoint_harness_up_translate(h, 2, 0x5000);
    ck_assert_uint_eq(endpoint_harness_up(h, 20)->head.type, PRISIM_TLP_COMPLETION);
    endpoint_harness_quiet(h, 20);
    stopped(h, 1, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER), 0);
    endpoint_harness_close(h);
    h = running(PRISIM_ENDPOINT_STOP_MARKER, 4);
    endpoint_harness_respond(h, 0, PRISIM_PRG_FAILURE, NO_PASID);
    harness_run(h->base, 5);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle, down_taken(h));
    endpoint_harness_quiet(h, 20);
    stopped(h, 1, 0);
    endpoint_harness_close(h);
}
END_TEST

/* endpoint.stopped counts groups of this use: the answer to one of the use before does not count. */
START_TEST(groups_are_those_of_the_use)
{
    struct endpoint_harness *h = running(PRISIM_ENDPOINT_STOP_NONE, 4);
    unsigned old = endpoint_harness_fault(h, 1, 1, 0x4000);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_fault(h, 2, 1, 0x5000);
    response_is(h, old, 1, PRISIM_CAUSE_GROUP_STALE);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    harness_run(h->base, 5);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, i)->endpoint_stopped.groups, 1);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-STOP: the register says how far a PASID is, also of a second one with the same low six bits. */
/* covers: PCIE-STOP */
START_TEST(state_of_a_displaced_pasid)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_pasid(h, 65, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    unsigned index = endpoint_harness_fault(h, 1, 1, 0x4000);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), PRISIM_ENDPOINT_PASID_STOPPING);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 65), PRISIM_ENDPOINT_PASID_RUNNING);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, 1);
    harness_run(h->base, 5);
    stopped(h, 1, 0);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 65), PRISIM_ENDPOINT_PASID_RUNNING);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint stop", start_is_told, idle_pasid_stops_at_once, stop_does_not_wait_for_a_job_without_a_pasid,
           wait_waits_for_every_response, failure_ends_a_waiting_stop, marker_stands_behind_all_requests,
           stale_groups_return_credits_only, stop_waits_for_completions, jobs_that_wait_are_aborted,
           state_read_pushes_writes, no_marker_with_pri_off, answered_marker_is_told,
           answered_marker_of_a_displaced_pasid, translation_behind_the_stop_is_not_taken,
           no_marker_behind_reset_or_failure, groups_are_those_of_the_use, state_of_a_displaced_pasid)
