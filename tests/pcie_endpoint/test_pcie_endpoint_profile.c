/* SPDX-License-Identifier: Apache-2.0
 *
 * Profiles: what a function does that it may not. Each is run beside an honest twin that hears the same: both are
 * alike, TLP by TLP and event by event, up to the one wrong thing, and in every scene that gives no occasion for it to
 * the end.
 */
#include <stdio.h>

#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_scenes.h"

#define HONEST PRISIM_ENDPOINT_HONEST

static bool same_tlps(const struct endpoint_harness *a, const struct endpoint_harness *b)
{
    for (unsigned i = 0;; i++) {
        const struct prisim_tlp *left = harness_got(a->base, PRISIM_ENDPOINT_TX_UP, i);
        const struct prisim_tlp *right = harness_got(b->base, PRISIM_ENDPOINT_TX_UP, i);
        if (!left || !right)
            return !left && !right;
        if (memcmp(left, right, sizeof *left) != 0 ||
            harness_got_at(a->base, PRISIM_ENDPOINT_TX_UP, i) != harness_got_at(b->base, PRISIM_ENDPOINT_TX_UP, i))
            return false;
    }
}

static bool same(const struct endpoint_harness *a, const struct endpoint_harness *b)
{
    return harness_events_equal(a->base, b->base) && same_tlps(a, b);
}

/* Each profile is honest but where it is not. */
START_TEST(exactly_one_wrong_thing)
{
    bool all = true;
    for (unsigned i = 0; i < scenes_count; i++)
        for (uint32_t stop = 0; stop < STOPS; stop++) {
            struct endpoint_harness *honest = scene_play(&scenes[i], stop, HONEST, 0, 0);
            const unsigned wrong = scenes[i].all | scenes[i].by_stop[stop];
            for (uint32_t profile = 1; profile < PRISIM_ENDPOINT_PROFILES; profile++) {
                struct endpoint_harness *h = scene_play(&scenes[i], stop, profile, 0, 0);
                const bool expected = !(wrong >> profile & 1);
                if (same(honest, h) != expected) {
                    all = false;
                    fprintf(stderr, "%s, stop %u, profile %u: %s\n", scenes[i].name, stop, profile,
                            expected ? "differs" : "is as honest");
                }
                endpoint_harness_close(h);
            }
            endpoint_harness_close(honest);
        }
    ck_assert(all);
}
END_TEST

static bool same_event(const struct prisim_event *left, const struct prisim_event *right)
{
    if (left->type != right->type || left->cycle != right->cycle)
        return false;
    for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)left->type); i++)
        if (prisim_event_value(left, i) != prisim_event_value(right, i))
            return false;
    return true;
}

/* The first event in which the profile is not as its honest twin. */
static unsigned first_wrong(const struct endpoint_harness *honest, const struct endpoint_harness *h)
{
    unsigned i = 0;
    while (i < honest->base->events && i < h->base->events &&
           same_event(harness_event_at(honest->base, i), harness_event_at(h->base, i)))
        i++;
    return i;
}

static unsigned count(const struct endpoint_harness *h, enum prisim_event_type type)
{
    return harness_events(h->base, type);
}

static bool is_marker(const struct endpoint_harness *h, unsigned at)
{
    return at < h->base->events && harness_event_at(h->base, at)->type == PRISIM_EVENT_ENDPOINT_STOP_MARKER;
}

/* PCIE-STOP-5 and PCIE-STOP-4: what the profile breaks is the first that is not as with the twin. */
START_TEST(first_wrong_thing_is_the_marker)
{
    static const struct {
        uint32_t profile, report, delay;
        const char *scene;
        unsigned markers;
    } rows[] = {{PRISIM_ENDPOINT_MARKER_NEVER, 0, 0, "idle stop", 0},
                {PRISIM_ENDPOINT_MARKER_NEVER, 1, 20, "idle stop", 0},
                {PRISIM_ENDPOINT_MARKER_NEVER, 1, 20, "next use at once", 0},
                {PRISIM_ENDPOINT_MARKER_NEVER, 0, 0, "stop with a group out", 0},
                {PRISIM_ENDPOINT_MARKER_EARLY, 0, 0, "stop with an open group", 1},
                {PRISIM_ENDPOINT_MARKER_EARLY, 1, 0, "stop with an open group", 1},
                {PRISIM_ENDPOINT_MARKER_EARLY, 2, 20, "stop with posted ones", 1},
                {PRISIM_ENDPOINT_MARKER_LATE, 1, 100, "next use at once", 1}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct scene *scene = scene_of(rows[i].scene);
        struct endpoint_harness *honest =
            scene_play(scene, PRISIM_ENDPOINT_STOP_MARKER, HONEST, rows[i].report, rows[i].delay);
        struct endpoint_harness *h =
            scene_play(scene, PRISIM_ENDPOINT_STOP_MARKER, rows[i].profile, rows[i].report, rows[i].delay);
        const unsigned at = first_wrong(honest, h);
        bool marker = false; /* the profile has one there, or has none where the twin has one */
        for (unsigned twin = 0; twin < 2; twin++)
            marker = marker || is_marker(twin ? honest : h, at);
        ck_assert_msg(marker, "row %u", i);
        ck_assert_uint_eq(count(honest, PRISIM_EVENT_ENDPOINT_STOP_MARKER), 1);
        ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_STOP_MARKER), rows[i].markers);
        ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_STOPPED), 1);
        endpoint_harness_close(honest);
        endpoint_harness_close(h);
    }
}
END_TEST

/* The marker as TLPs: behind the page requests of its PASID, and before them. */
START_TEST(early_marker_overtakes_page_requests)
{
    for (uint32_t report = 0; report < 3; report++) {
        struct endpoint_harness *h = scene_play(scene_of("stop with posted ones"), PRISIM_ENDPOINT_STOP_MARKER,
                                                PRISIM_ENDPOINT_MARKER_EARLY, report, 0);
        const unsigned long last = count(h, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT) - 1;
        ck_assert_uint_lt(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER, 0)->cycle,
                          harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT, (unsigned)last)->cycle);
        /* PCIE-STOP-4: a report before the marker does not wait for the link. */
        const bool early = harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle ==
                           harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP, 0)->cycle;
        ck_assert_uint_eq(early, report == 1);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-MARKERORDER-1: the marker of the use before comes in its time, behind the Translation Request of the next. */
START_TEST(late_marker_comes_in_its_time)
{
    struct endpoint_harness *h =
        scene_play(scene_of("next use at once"), PRISIM_ENDPOINT_STOP_MARKER, PRISIM_ENDPOINT_MARKER_LATE, 1, 100);
    const prisim_cycle_t at = harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP, 0)->cycle;
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP_MARKER, 0)->cycle, at + 100);
    ck_assert_uint_lt(harness_event(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION_REQUEST, 0)->cycle, at + 100);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-PRICAP-19: up to the capacity, not beyond; with page requests off it heeds. */
START_TEST(ignored_allocation_is_the_capacity)
{
    struct endpoint_harness *h = scene_play(scene_of("more than the allocation"), 0, HONEST, 0, 0);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 8);
    endpoint_harness_close(h);
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.profile = PRISIM_ENDPOINT_IGNORES_ALLOCATION;
    config.pri_capacity = 10;
    h = endpoint_harness_enabled(&config, 2);
    endpoint_harness_pasid(h, 1, RUN);
    struct peer peer = {.from = MAPPED};
    for (uint32_t job = 1; job <= 12; job++)
        endpoint_harness_dma(h, job, 1, 0x1000 * job, 4, true);
    peer_serve(h, &peer, 100);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 10);
    endpoint_harness_close(h);
    h = scene_play(scene_of("PRI off"), 0, PRISIM_ENDPOINT_IGNORES_ALLOCATION, 0, 0);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 0);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-STOP-1: reported at the STOP, and the jobs that had begun end as if there had been none. */
START_TEST(kept_jobs_complete)
{
    for (uint32_t stop = 0; stop < STOPS; stop++) {
        struct endpoint_harness *h =
            scene_play(scene_of("stop in a stream"), stop, PRISIM_ENDPOINT_KEEPS_REQUESTING, 0, 0);
        ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_JOB_DONE), 12);
        for (uint32_t job = 1; job <= 12; job++)
            endpoint_harness_ended(h, job, PRISIM_CAUSE_COMPLETED);
        const struct prisim_event *report = harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0);
        ck_assert_uint_eq(report->cycle, harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP, 0)->cycle);
        ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_STOP_MARKER), stop == PRISIM_ENDPOINT_STOP_MARKER);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-STOP "Both": reported with the read out. */
START_TEST(non_posted_ones_are_out_at_the_report)
{
    for (uint32_t stop = 0; stop < STOPS; stop++) {
        struct endpoint_harness *h =
            scene_play(scene_of("stop with a read"), stop, PRISIM_ENDPOINT_LEAVES_NON_POSTED, 0, 0);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle,
                          harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP, 0)->cycle);
        ck_assert_uint_gt(harness_event(h->base, PRISIM_EVENT_ENDPOINT_JOB_DONE, 0)->cycle,
                          harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle);
        endpoint_harness_close(h);
    }
}
END_TEST

/* And only those: a write that has not left is waited for as an honest function does (PCIE-STOP "Both"). */
START_TEST(posted_ones_have_left_at_the_report)
{
    for (uint32_t profile = 0; profile <= PRISIM_ENDPOINT_LEAVES_NON_POSTED;
         profile += PRISIM_ENDPOINT_LEAVES_NON_POSTED) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.profile = profile;
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
        endpoint_harness_pasid(h, 1, RUN);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        const struct prisim_tlp asked = *endpoint_harness_up_translate(h, 1, 0x4000);
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
        const struct prisim_tlp id = {.head = {.type = PRISIM_TLP_CONFIG_READ, .size = 4}};
        endpoint_harness_down(h, &id); /* its completion is offered, and the write waits */
        harness_run(h->base, 10);
        endpoint_harness_translated(h, &asked, 0x9000, 12, R | W);
        harness_run(h->base, 20);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        harness_run(h->base, 50);
        ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
        endpoint_harness_up(h, 50);
        endpoint_harness_up_dma(h, 0x9000, 4);
        harness_run(h->base, 50);
        ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_STOPPED), 1);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-STOP "Both": the completion that says "idle" stands before the page requests that were made. */
START_TEST(the_report_overtakes_page_requests)
{
    for (uint32_t profile = 0; profile <= PRISIM_ENDPOINT_LEAVES_POSTED; profile += PRISIM_ENDPOINT_LEAVES_POSTED)
        for (uint32_t stop = PRISIM_ENDPOINT_STOP_MARKER; stop < STOPS; stop++) {
            struct endpoint_harness *h = scene_play(scene_of("stop with posted ones"), stop, profile, 1, 100);
            unsigned completion = 0, last = 0;
            const struct prisim_tlp *up;
            for (unsigned i = 0; (up = harness_got(h->base, PRISIM_ENDPOINT_TX_UP, i)); i++) {
                if (up->head.type == PRISIM_TLP_COMPLETION_DATA)
                    completion = i;
                if (up->head.type == PRISIM_TLP_MESSAGE && !prisim_tlp_is_stop_marker(&up->head))
                    last = i;
            }
            ck_assert_uint_gt(completion, 0);
            ck_assert_uint_eq(completion > last, profile == HONEST);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-STOP-2: one member has left, and no Last ever. */
START_TEST(left_group_has_no_last)
{
    for (uint32_t stop = 0; stop < STOPS; stop++)
        for (uint32_t profile = 0; profile <= PRISIM_ENDPOINT_LEAVES_GROUP; profile += PRISIM_ENDPOINT_LEAVES_GROUP) {
            struct endpoint_harness *h = scene_play(scene_of("stop with an open group"), stop, profile, 0, 0);
            unsigned lasts = 0;
            for (unsigned i = 0; i < count(h, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST); i++)
                lasts += (harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, i)->endpoint_page_request.access &
                          PRISIM_ACCESS_LAST) != 0;
            ck_assert_uint_eq(lasts, profile == HONEST);
            /* Model A waits for the response, which is not sent here. */
            ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_STOPPED),
                              stop != PRISIM_ENDPOINT_STOP_WAIT || profile != HONEST);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-PRICAP-17: with PRPR=0 as with 1 it takes the other response, and drops the one that it asks for. */
START_TEST(contrary_pasid_is_taken)
{
    for (uint32_t prpr = 0; prpr < 2; prpr++)
        for (unsigned right = 0; right < 2; right++) {
            struct prisim_endpoint_config config;
            endpoint_harness_config(&config);
            config.profile = PRISIM_ENDPOINT_PASID_CONTRARY;
            config.prpr = prpr;
            struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
            ck_assert_uint_eq(endpoint_harness_config_read(h, PRISIM_ENDPOINT_CONFIG_PRI + 4) >> 31, prpr);
            endpoint_harness_pasid(h, 1, RUN);
            const unsigned index = endpoint_harness_fault(h, 1, 1, 0x4000);
            endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, prpr == right ? 1 : NO_PASID);
            harness_run(h->base, 5);
            ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, 0)->endpoint_response.cause,
                              right ? PRISIM_CAUSE_PASID_MISMATCH : PRISIM_CAUSE_GROUP_FREED);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-MARKERCODE-6: page requests only; a marker has traffic class 0 still. */
START_TEST(other_class_is_of_page_requests)
{
    struct endpoint_harness *h =
        scene_play(scene_of("stop with a group out"), PRISIM_ENDPOINT_STOP_MARKER, PRISIM_ENDPOINT_OTHER_CLASS, 0, 0);
    const struct prisim_tlp *up;
    unsigned requests = 0;
    for (unsigned i = 0; (up = harness_got(h->base, PRISIM_ENDPOINT_TX_UP, i)); i++) {
        const bool request = up->head.type == PRISIM_TLP_MESSAGE && !prisim_tlp_is_stop_marker(&up->head);
        requests += request;
        ck_assert_uint_eq(up->head.traffic_class, request);
    }
    ck_assert_uint_gt(requests, 0);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_OTHER_CLASS), requests);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-RESPONSE-2: asked again, for the same page, as after Success; a stop ends it. */
START_TEST(asked_again_after_invalid)
{
    struct endpoint_harness *h = scene_play(scene_of("invalid"), 0, PRISIM_ENDPOINT_ASKS_AGAIN, 0, 0);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 1)->endpoint_page_request.address,
                      0x4000);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-GROUP-5: with the first and with the one made last; a group of one has one. */
START_TEST(first_and_last_have_last)
{
    for (uint32_t random = 0; random < 2; random++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.profile = PRISIM_ENDPOINT_LAST_TWICE;
        config.group_pages = 4;
        config.group_order = random;
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
        endpoint_harness_pasid(h, 1, RUN);
        struct peer peer = {.from = MAPPED};
        endpoint_harness_dma(h, 1, 1, 0x4000, 0x4000, true);
        peer_serve(h, &peer, 60);
        ck_assert_uint_eq(peer.asked, 4);
        for (unsigned i = 0; i < 4; i++)
            ck_assert_uint_eq(peer.request[i].last, i == 0 || i == 3);
        endpoint_harness_dma(h, 2, 1, 0x9000, 4, true);
        peer_serve(h, &peer, 60);
        ck_assert_uint_eq(peer.asked, 5);
        ck_assert(peer.request[4].last);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-GROUP-7: the index and the credit are free at once, and the old answer ends the next group. */
START_TEST(forgotten_index_is_used_again)
{
    for (uint32_t profile = 0; profile <= PRISIM_ENDPOINT_FORGETS_GROUPS; profile += PRISIM_ENDPOINT_FORGETS_GROUPS)
        for (uint32_t stop = PRISIM_ENDPOINT_STOP_MARKER; stop < STOPS; stop++) {
            struct endpoint_harness *h = scene_play(scene_of("stop with a group out"), stop, profile, 0, 0);
            ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 2);
            const struct prisim_event *again = harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 1);
            ck_assert_uint_eq(again->endpoint_page_request.prgi, profile == HONEST ? 1 : 0);
            endpoint_harness_respond(h, 0, PRISIM_PRG_SUCCESS, 1);
            harness_run(h->base, 5);
            ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, 0)->endpoint_response.cause,
                              profile == HONEST ? PRISIM_CAUSE_GROUP_STALE : PRISIM_CAUSE_GROUP_FREED);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-PRICAP-9: asks with E=0; a Response Failure it heeds (PCIE-PRICAP-15), as an honest one does. */
START_TEST(enable_is_ignored_but_not_a_failure)
{
    struct endpoint_harness *h = scene_play(scene_of("ATS and PRI off"), 0, PRISIM_ENDPOINT_IGNORES_ENABLE, 0, 0);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_TRANSLATION_REQUEST), 0);
    endpoint_harness_respond(h, 0, PRISIM_PRG_FAILURE, NO_PASID);
    harness_run(h->base, 5);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_PRI_OFF);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)PRISIM_ATS_CONTROL_ENABLE << 16);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 1);
    endpoint_harness_respond(h, 0, PRISIM_PRG_FAILURE, NO_PASID);
    struct peer peer = {.from = MAPPED};
    endpoint_harness_dma(h, 2, 1, 0x5000, 4, true);
    peer_serve(h, &peer, 60);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 1);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_PRI_OFF);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint profile", exactly_one_wrong_thing, first_wrong_thing_is_the_marker,
           early_marker_overtakes_page_requests, late_marker_comes_in_its_time, ignored_allocation_is_the_capacity,
           kept_jobs_complete, non_posted_ones_are_out_at_the_report, posted_ones_have_left_at_the_report,
           the_report_overtakes_page_requests, left_group_has_no_last, contrary_pasid_is_taken,
           other_class_is_of_page_requests, asked_again_after_invalid, first_and_last_have_last,
           forgotten_index_is_used_again, enable_is_ignored_but_not_a_failure)
