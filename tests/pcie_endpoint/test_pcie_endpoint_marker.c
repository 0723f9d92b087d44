/* SPDX-License-Identifier: Apache-2.0
 *
 * When a Stop Marker leaves and when the stop is reported (PCIE-STOP-4, PCIE-STOP-5: either order), and what a marker
 * that is still owed stands before (PCIE-MARKERORDER-1).
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_markers.h"

static const struct {
    uint32_t report, delay, marker_at, report_at; /* cycles behind the STOP of an idle PASID */
} times[] = {{WITH, 0, 0, 0},   {WITH, 1, 1, 1},   {WITH, 2, 2, 2},   {WITH, 40, 40, 40},
             {BEFORE, 0, 0, 0}, {BEFORE, 1, 1, 0}, {BEFORE, 2, 2, 0}, {BEFORE, 40, 40, 0},
             {AFTER, 0, 0, 0},  {AFTER, 1, 0, 1},  {AFTER, 2, 0, 2},  {AFTER, 40, 0, 40}};
enum { TIMES = sizeof times / sizeof times[0] };

/* covers: PCIE-STOP-4, PCIE-STOP-5, PCIE-MARKERCODE-1 */
START_TEST(report_and_marker_have_their_edges)
{
    for (unsigned i = 0; i < TIMES; i++) {
        struct endpoint_harness *h = running(times[i].report, times[i].delay);
        const prisim_cycle_t at = pasid(h, 1, STOP);
        /* Not at N-1 ... */
        if (times[i].marker_at > 2) {
            run_to(h, at + times[i].marker_at);
            ck_assert_uint_eq(markers(h), 0);
        }
        if (times[i].report_at > 2) {
            run_to(h, at + times[i].report_at);
            ck_assert_uint_eq(reports(h), 0);
        }
        /* ... and at N. */
        run_to(h, at + 60);
        ck_marker(h, 0, 1, at + times[i].marker_at);
        ck_report(h, 0, 1, at + times[i].report_at);
        endpoint_harness_up_marker(h, 1);
        ck_assert_uint_eq(endpoint_harness_up_at(h), at + times[i].marker_at);
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_ENDPOINT_TX_UP, h->seen - 1), at + times[i].marker_at);
        endpoint_harness_quiet(h, 50);
        ck_assert_uint_eq(markers(h), 1);
        ck_assert_uint_eq(reports(h), 1);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-STOP-4: the register is the report. DOWN is taken before timers. */
/* covers: PCIE-STOP-4 */
START_TEST(register_says_idle_with_the_report)
{
    for (unsigned i = 0; i < TIMES; i++)
        for (uint32_t late = 0; late < 2; late++) {
            if (times[i].report_at + late == 0)
                continue; /* the edge of the STOP itself */
            struct endpoint_harness *h = running(times[i].report, times[i].delay);
            /* The STOP and the read behind it, one edge apart at least. */
            struct prisim_tlp stop = {
                .head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = h->config.bar_base + 4, .size = 4}};
            prisim_store_le32(stop.data, STOP);
            const prisim_cycle_t at = h->base->now;
            endpoint_harness_down(h, &stop);
            harness_edge(h->base);
            ck_assert_uint_eq(state_at(h, 1, at + times[i].report_at + late), late ? IDLE : STOPPING);
            ck_report(h, 0, 1, at + times[i].report_at);
            endpoint_harness_close(h);
        }
}
END_TEST

/* All of the marker (PCIE-MARKERCODE-1..7), whenever it is made. */
/* covers: PCIE-MARKERCODE-2, PCIE-MARKERCODE-3, PCIE-MARKERCODE-4, PCIE-MARKERCODE-5, PCIE-MARKERCODE-6,
 * PCIE-MARKERCODE-7, PCIE-MARKERCODE-10, PCIE-MARKERCODE-1 */
START_TEST(marker_is_encoded)
{
    for (uint32_t report = WITH; report <= AFTER; report++) {
        struct endpoint_harness *h = running(report, 20);
        endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 12, 1);
        const unsigned index = endpoint_harness_fault(h, 1, 2, 0x4000); /* the one credit is out */
        pasid(h, 1, STOP);
        const struct prisim_tlp *up = endpoint_harness_up(h, 100);
        ck_assert_ptr_nonnull(up);
        ck_assert_uint_eq(up->head.type, PRISIM_TLP_MESSAGE);
        ck_assert_uint_eq(up->head.message, 4);
        ck_assert_uint_eq(up->head.requester_id, HARNESS_ID);
        ck_assert_uint_eq(up->head.pasid, 1);
        ck_assert_uint_eq(up->head.flags, PRISIM_TLP_HAS_PASID | PRISIM_TLP_LAST);
        ck_assert_uint_eq(up->head.prg_index, 0);
        ck_assert_uint_eq(up->head.address, 0);
        ck_assert_uint_eq(up->head.traffic_class, 0);
        ck_cause(h, index, 2, PRISIM_CAUSE_GROUP_FREED);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-STOP "Both": what is waited for is waited for in every order, and marker_delay begins behind it. */
START_TEST(delay_begins_when_the_marker_could_leave)
{
    for (uint32_t report = WITH; report <= AFTER; report++) {
        struct endpoint_harness *h = running(report, 30);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, false);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R | W);
        const struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x9000, 4);
        pasid(h, 1, STOP);
        endpoint_harness_quiet(h, 80);
        ck_assert_uint_eq(reports(h), 0);
        endpoint_harness_complete(h, &read, PRISIM_TLP_SC);
        harness_run(h->base, 2);
        const prisim_cycle_t at = endpoint_harness_down_at(h);
        harness_run(h->base, 60);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
        ck_marker(h, 0, 1, at + (report == AFTER ? 0 : 30));
        ck_report(h, 0, 1, at + (report == BEFORE ? 0 : 30));
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-STOP "Both", PCIE-STOP-2: the read that says "idle" pushes the page requests that were made (PCIE-ORDER row D
 * column 2), and the marker, which comes later, stands behind them too. */
/* covers: PCIE-STOP-2 */
START_TEST(report_before_is_behind_the_page_requests)
{
    struct endpoint_harness *h = running(BEFORE, 100);
    struct prisim_tlp request[3];
    for (unsigned i = 0; i < 3; i++) {
        endpoint_harness_dma(h, 1 + i, 1, 0x4000 + 0x1000 * i, 4, true);
        request[i] = *endpoint_harness_up_translate(h, 1, 0x4000 + 0x1000 * i);
    }
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 2);
    for (unsigned i = 0; i < 3; i++)
        endpoint_harness_translated(h, &request[i], 0, 12, 0);
    harness_run(h->base, 10);
    const prisim_cycle_t at = pasid(h, 1, STOP);
    struct prisim_tlp read = {.head = {.type = PRISIM_TLP_MEMORY_READ, .address = h->config.bar_base + 4, .size = 4}};
    endpoint_harness_down(h, &read);
    harness_run(h->base, 80);
    ck_assert_uint_eq(markers(h), 0);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    for (unsigned i = 0; i < 3; i++)
        endpoint_harness_up_page_request(h, 1, 0x4000 + 0x1000 * i);
    const struct prisim_tlp *up = endpoint_harness_up(h, 10);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.type, PRISIM_TLP_COMPLETION_DATA);
    ck_assert_uint_eq(prisim_load_le32(up->data), IDLE);
    endpoint_harness_up_marker(h, 1);
    ck_report(h, 0, 1, at);
    ck_marker(h, 0, 1, at + 100);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->endpoint_stopped.groups, 3);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-MARKERORDER-1: anything behind the marker is of a new use, and nothing of it stands before. */
/* covers: PCIE-MARKERORDER-1 */
START_TEST(owed_marker_leaves_before_the_new_use)
{
    for (unsigned after = 2; after < 30; after += 9) {
        struct endpoint_harness *h = running(BEFORE, 1000);
        const prisim_cycle_t at = pasid(h, 1, STOP);
        ck_report(h, 0, 1, at);
        run_before(h, at + after + 2);
        pasid(h, 1, RUN);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_START), 3);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        endpoint_harness_up_marker(h, 1);
        ck_assert_uint_lt(endpoint_harness_up_at(h), at + 1000);
        const struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
        endpoint_harness_translated(h, &request, 0, 12, 0);
        endpoint_harness_up_page_request(h, 1, 0x4000); /* E0 and E1 behind it */
        ck_assert_uint_gt(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 0)->cycle,
                          harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER, 0)->cycle);
        endpoint_harness_quiet(h, 1100); /* and no second one */
        ck_assert_uint_eq(markers(h), 1);
        ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), RUNNING);
        endpoint_harness_close(h);
    }
}
END_TEST

/* The same when nothing can leave, or 448 TLPs wait: the order is that of the FIFO. */
START_TEST(owed_marker_leaves_before_the_new_use_from_a_full_fifo)
{
    for (unsigned full = 0; full < 2; full++) {
        struct endpoint_harness *h = running(BEFORE, 100000);
        unsigned waiting = 3;
        if (full)
            waiting = endpoint_harness_fill_up(h) - 1;
        else
            endpoint_harness_fill(h, waiting);
        pasid(h, 1, STOP);
        ck_assert_uint_eq(reports(h), 1);
        pasid(h, 1, RUN);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        harness_run(h->base, 50);
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
        for (unsigned i = 0; i < waiting; i++)
            endpoint_harness_up_page_request(h, 9, 0x7000);
        endpoint_harness_up_marker(h, 1);
        endpoint_harness_up_translate(h, 1, 0x4000);
        endpoint_harness_quiet(h, 50);
        ck_assert_uint_eq(markers(h), 1);
        endpoint_harness_close(h);
    }
}
END_TEST

START_TEST(several_pasids_owe)
{
    struct endpoint_harness *h = running(BEFORE, 40);
    endpoint_harness_pasid(h, 3, RUN);
    const prisim_cycle_t two = pasid(h, 2, STOP);
    const prisim_cycle_t one = pasid(h, 1, STOP);
    const prisim_cycle_t three = pasid(h, 3, STOP);
    endpoint_harness_pasid(h, 1, RUN);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    endpoint_harness_up_marker(h, 1); /* used again: only its own is early */
    endpoint_harness_up_translate(h, 1, 0x4000);
    ck_report(h, 0, 2, two);
    ck_report(h, 1, 1, one);
    ck_report(h, 2, 3, three);
    harness_run(h->base, 100);
    endpoint_harness_up_marker(h, 2);
    endpoint_harness_up_marker(h, 3);
    ck_marker(h, 1, 2, two + 40);
    ck_marker(h, 2, 3, three + 40);
    ck_assert_uint_eq(markers(h), 3);
    endpoint_harness_close(h);
}
END_TEST

/* Markers that are due at one edge, behind a long link: all leave, and each PASID's before its new use. */
START_TEST(many_that_are_due_at_once)
{
    for (uint32_t report = WITH; report <= AFTER; report++) {
        struct endpoint_harness *h = running(report, 5);
        for (uint32_t n = 3; n <= 64; n++)
            endpoint_harness_pasid(h, n, RUN);
        endpoint_harness_fill_up(h);
        for (uint32_t n = 1; n <= 64; n++)
            endpoint_harness_pasid(h, n, STOP);
        harness_run(h->base, 100);
        ck_assert_uint_eq(markers(h), 0);
        ck_assert_uint_eq(reports(h), report == BEFORE ? 64 : 0);
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
        harness_run(h->base, 700);
        ck_assert_uint_eq(markers(h), 64);
        ck_assert_uint_eq(reports(h), 64);
        for (unsigned n = 0; n < 64; n++)
            ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER, n)->endpoint_stop_marker.pasid,
                              n + 1);
        endpoint_harness_close(h);
    }
}
END_TEST

/* A PASID that owes keeps its place among the 64: while all are taken RUN has no effect, of another and of itself. */
START_TEST(contexts_that_owe_are_taken)
{
    struct endpoint_harness *h = running(BEFORE, 100000);
    for (uint32_t n = 3; n <= 64; n++)
        endpoint_harness_pasid(h, n, RUN);
    for (uint32_t n = 1; n <= 32; n++)
        endpoint_harness_pasid(h, n, STOP);
    ck_assert_uint_eq(reports(h), 32);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_START), 64);
    static const uint32_t refused[] = {100, 7};
    for (unsigned i = 0; i < 2; i++) {
        endpoint_harness_pasid(h, refused[i], RUN);
        ck_assert_uint_eq(endpoint_harness_pasid_state(h, refused[i]), IDLE);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_START), 64);
    ck_assert_uint_eq(markers(h), 0); /* what is refused is no new use */
    endpoint_harness_pasid(h, 64, STOP);
    harness_run(h->base, 100100);
    ck_assert_uint_eq(markers(h), 33);
    for (unsigned i = 0; i < 33; i++)
        ck_assert(prisim_tlp_is_stop_marker(&endpoint_harness_up(h, 10)->head));
    for (unsigned i = 0; i < 2; i++) {
        endpoint_harness_pasid(h, refused[i], RUN);
        ck_assert_uint_eq(endpoint_harness_pasid_state(h, refused[i]), RUNNING);
    }
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 40), RUNNING);
    endpoint_harness_close(h);
}
END_TEST

/* Model A and `none` send no marker: their stops are the same whatever the settings are. */
START_TEST(other_stops_ignore_both_settings)
{
    static const uint32_t stops[] = {PRISIM_ENDPOINT_STOP_WAIT, PRISIM_ENDPOINT_STOP_NONE};
    for (unsigned s = 0; s < 2; s++)
        for (uint32_t report = WITH; report <= AFTER; report++) {
            struct endpoint_harness *h[2] = {open_with(stops[s], WITH, 0), open_with(stops[s], report, 50)};
            for (unsigned i = 0; i < 2; i++) {
                const unsigned index = endpoint_harness_fault(h[i], 1, 1, 0x4000);
                endpoint_harness_pasid(h[i], 2, STOP);
                endpoint_harness_pasid(h[i], 1, STOP);
                endpoint_harness_respond(h[i], index, PRISIM_PRG_SUCCESS, 1);
                harness_run(h[i]->base, 20);
                endpoint_harness_pasid(h[i], 1, RUN);
                endpoint_harness_fault(h[i], 2, 1, 0x5000);
                harness_run(h[i]->base, 100);
                ck_assert_uint_eq(markers(h[i]), 0);
                ck_assert_uint_eq(reports(h[i]), 2);
            }
            ck_assert(harness_events_equal(h[0]->base, h[1]->base));
            endpoint_harness_close(h[0]);
            endpoint_harness_close(h[1]);
        }
}
END_TEST

/* PCIE-STOP-5: one marker a stop, the older first. */
/* covers: PCIE-STOP-5 */
START_TEST(stop_while_the_marker_of_an_earlier_use_is_owed)
{
    for (unsigned blocked = 0; blocked < 2; blocked++) {
        struct endpoint_harness *h = running(BEFORE, 60);
        if (blocked)
            endpoint_harness_fill(h, 3);
        pasid(h, 1, STOP);
        /* A second STOP of the same use is none: the PASID is idle. */
        pasid(h, 1, STOP);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOP), 1);
        pasid(h, 1, RUN);
        const prisim_cycle_t second = pasid(h, 1, STOP);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOP), 2);
        harness_run(h->base, 10);
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
        harness_run(h->base, 200);
        ck_assert_uint_eq(reports(h), 2);
        ck_report(h, 1, 1, second);
        ck_assert_uint_eq(markers(h), 2);
        ck_marker(h, 1, 1, second + 60);
        ck_assert_uint_lt(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER, 0)->cycle, second + 20);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-MARKERCODE-9: a marker that has not left has not been answered. */
/* covers: PCIE-MARKERCODE-9 */
START_TEST(answer_to_a_marker_that_is_owed)
{
    struct endpoint_harness *h = running(BEFORE, 100);
    pasid(h, 1, STOP);
    ck_cause(h, 0, 1, PRISIM_CAUSE_UNEXPECTED_INDEX);
    harness_run(h->base, 100);
    ck_assert_uint_eq(markers(h), 1);
    ck_cause(h, 0, 1, PRISIM_CAUSE_MARKER_ANSWERED);
    endpoint_harness_close(h);
    h = running(AFTER, 100);
    pasid(h, 1, STOP);
    ck_assert_uint_eq(markers(h), 1);
    ck_assert_uint_eq(reports(h), 0);
    ck_cause(h, 0, 1, PRISIM_CAUSE_MARKER_ANSWERED);
    harness_run(h->base, 100);
    ck_cause(h, 0, 1, PRISIM_CAUSE_MARKER_ANSWERED);
    endpoint_harness_close(h);
    /* Of a use before the one that runs, though it left behind its start. */
    h = running(BEFORE, 100);
    pasid(h, 1, STOP);
    pasid(h, 1, RUN);
    harness_run(h->base, 5);
    ck_assert_uint_eq(markers(h), 1);
    ck_cause(h, 0, 1, PRISIM_CAUSE_UNEXPECTED_INDEX);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint marker", report_and_marker_have_their_edges, register_says_idle_with_the_report, marker_is_encoded,
           delay_begins_when_the_marker_could_leave, report_before_is_behind_the_page_requests,
           owed_marker_leaves_before_the_new_use, owed_marker_leaves_before_the_new_use_from_a_full_fifo,
           several_pasids_owe, many_that_are_due_at_once, contexts_that_owe_are_taken, other_stops_ignore_both_settings,
           stop_while_the_marker_of_an_earlier_use_is_owed, answer_to_a_marker_that_is_owed)
