/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes while a group of several page requests is open: stops, the end of page requests, errors, answers, a full
 * FIFO (PCIE-STOP-2, PCIE-PRICAP-11, PCIE-RESPONSE-3). What a group is: test_pcie_endpoint_group.c.
 */
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { CTRL = PRISIM_ENDPOINT_CONFIG_PRI + 4, DELAY = 40 };

static struct prisim_endpoint_config config_of(uint32_t pages, uint32_t last_delay, uint32_t stop)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.group_pages = pages;
    config.last_delay = last_delay;
    config.stop = stop;
    return config;
}

static struct endpoint_harness *open_with(const struct prisim_endpoint_config *config, uint32_t allocation)
{
    struct endpoint_harness *h = endpoint_harness_enabled(config, allocation);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

static unsigned requests(const struct endpoint_harness *h)
{
    return harness_events(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST);
}

/* A group of four whose Last waits: three have left. */
static struct endpoint_harness *open_group(const struct prisim_endpoint_config *config, uint32_t allocation)
{
    struct endpoint_harness *h = open_with(config, allocation);
    endpoint_harness_missing(h, 1, 1, 0x4000, 0x4000);
    for (uint64_t page = 0x4000; page < 0x7000; page += 0x1000)
        ck_assert_uint_eq(endpoint_harness_up_member(h, 1, page, false), 0);
    return h;
}

static void post(struct endpoint_harness *h, uint32_t pasid, uint32_t command)
{
    struct prisim_tlp tlp = {
        .head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = h->config.bar_base + 4 * pasid, .size = 4}};
    prisim_store_le32(tlp.data, command);
    endpoint_harness_down(h, &tlp);
}

/* The PASID 1, whose group of `made` requests is out, has stopped as the configuration says; `at` is the edge of the
 * STOP and of the request with Last. */
static void stopped_with_group(struct endpoint_harness *h, prisim_cycle_t at, unsigned made)
{
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOP, 0)->cycle, at);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, made - 1)->cycle, at);
    ck_assert_uint_eq(h->state->page_requests, made);
    if (h->config.stop == PRISIM_ENDPOINT_STOP_MARKER) {
        endpoint_harness_up_marker(h, 1);
        ck_assert_uint_eq(endpoint_harness_up_at(h), at + 1);
    }
    endpoint_harness_quiet(h, 2 * DELAY);
    ck_assert_uint_eq(requests(h), made);
    const bool waits = h->config.stop == PRISIM_ENDPOINT_STOP_WAIT;
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), !waits);
    if (!waits) {
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0);
        ck_assert_uint_eq(event->endpoint_stopped.groups, 1);
        ck_assert_uint_ge(event->cycle, at); /* not before its Last */
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_STOPPED);
    }
    endpoint_harness_respond(h, 0, PRISIM_PRG_SUCCESS, 1);
    harness_run(h->base, 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, 0)->endpoint_response.cause,
                      waits ? PRISIM_CAUSE_GROUP_FREED : PRISIM_CAUSE_GROUP_STALE);
    ck_assert_uint_eq(h->state->page_requests, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 1);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_STOPPED);
    endpoint_harness_quiet(h, 2 * DELAY);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), PRISIM_ENDPOINT_PASID_IDLE);
    ck_assert_uint_eq(endpoint_harness_pri_status(h), 0);
}

/* PCIE-STOP-2, PCIE-STOP-3, PCIE-STOP-5: a stop sends the Last of an open group at its own edge; nothing more is asked
 * for. At each place where it can come: behind the first request, in the middle, while Last waits, at the edge at which
 * it would leave anyway, and one before. */
/* covers: PCIE-STOP-1, PCIE-STOP-2, PCIE-STOP-3, PCIE-STOP-5 */
START_TEST(stop_closes_the_group)
{
    static const unsigned behind[] = {1, 2, 3, 4, DELAY, DELAY + 1, DELAY + 2};
    for (uint32_t stop = 0; stop < 3; stop++)
        for (unsigned i = 0; i < sizeof behind / sizeof behind[0]; i++) {
            struct prisim_endpoint_config config = config_of(4, DELAY, stop);
            struct endpoint_harness *h = open_with(&config, 8);
            endpoint_harness_missing(h, 1, 1, 0x4000, 0x4000);
            endpoint_harness_up_member(h, 1, 0x4000, false);
            const prisim_cycle_t first = endpoint_harness_up_at(h);
            ck_assert_uint_eq(h->base->now, first + 1);
            harness_run(h->base, behind[i] - 1);
            post(h, 1, PRISIM_ENDPOINT_PASID_STOP);
            harness_edge(h->base);
            ck_assert_uint_eq(endpoint_harness_down_at(h), first + behind[i]);
            const unsigned made = behind[i] < 3 ? behind[i] + 1 : 4;
            for (unsigned k = 1; k < made; k++)
                ck_assert_uint_eq(endpoint_harness_up_member(h, 1, 0x4000 + 0x1000 * (uint64_t)k, k + 1 == made), 0);
            stopped_with_group(h, first + behind[i], made);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-STOP-2, PCIE-GROUP-6: the credits of the requests that a stop left unmade are there for others at once; those of
 * the ones made with the response. */
/* covers: PCIE-STOP-2, PCIE-GROUP-6 */
START_TEST(stop_gives_unneeded_credits_back)
{
    for (uint32_t stop = 0; stop < 3; stop++) {
        struct prisim_endpoint_config config = config_of(5, DELAY, stop);
        struct endpoint_harness *h = open_with(&config, 5);
        endpoint_harness_dma(h, 2, 2, 0x20000, 0x5000, true);
        struct prisim_tlp other = *endpoint_harness_up_translate(h, 2, 0x20000);
        endpoint_harness_missing(h, 1, 1, 0x4000, 0x5000);
        endpoint_harness_translated(h, &other, 0, 12, 0);
        endpoint_harness_up_member(h, 1, 0x4000, false);
        post(h, 1, PRISIM_ENDPOINT_PASID_STOP); /* down takes one per edge: the second request is made meanwhile */
        endpoint_harness_up_member(h, 1, 0x5000, h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken == 0);
        const struct prisim_tlp *last = endpoint_harness_up(h, 5);
        const bool three = last->head.address == 0x6000 && last->head.pasid == 1;
        ck_assert(three);
        ck_assert(last->head.flags & PRISIM_TLP_LAST);
        if (stop == PRISIM_ENDPOINT_STOP_MARKER)
            endpoint_harness_up_marker(h, 1);
        /* Five less three. */
        endpoint_harness_up_member(h, 2, 0x20000, false);
        unsigned index = endpoint_harness_up_member(h, 2, 0x21000, true);
        endpoint_harness_quiet(h, 2 * DELAY);
        ck_assert_uint_eq(h->state->page_requests, 5);
        endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, 2);
        harness_run(h->base, 2);
        ck_assert_uint_eq(h->state->page_requests, 3);
        endpoint_harness_respond(h, 0, PRISIM_PRG_SUCCESS, 1);
        harness_run(h->base, 2);
        ck_assert_uint_eq(h->state->page_requests, 0);
        endpoint_harness_close(h);
    }
}
END_TEST

/* The marker's places in the FIFO are its own, but it stands behind the Last of its PASID's group also when the FIFO is
 * full of others' requests. */
/* covers: PCIE-STOP-5, PCIE-MARKERORDER-1 */
START_TEST(marker_stands_behind_the_last)
{
    for (unsigned less = 0; less < 3; less++) {
        struct prisim_endpoint_config config = config_of(4, 0, PRISIM_ENDPOINT_STOP_MARKER);
        struct endpoint_harness *h = open_with(&config, 8);
        endpoint_harness_dma(h, 1, 1, 0x4000, 0x4000, true);
        struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
        endpoint_harness_fill(h, 449 - less); /* one stands at the port */
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_REQUEST_LOST), 0);
        const unsigned others = requests(h);
        endpoint_harness_translated(h, &request, 0, 12, 0);
        harness_run(h->base, 20);
        ck_assert_uint_eq(requests(h), others + less);
        post(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        harness_run(h->base, 20);
        ck_assert_uint_eq(requests(h), others + less);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
        for (unsigned i = 0; i < 449 - less; i++)
            endpoint_harness_up_page_request(h, 9, 0x7000);
        if (less)
            for (unsigned i = 0; i <= less; i++)
                endpoint_harness_up_member(h, 1, 0x4000 + 0x1000 * (uint64_t)i, i == less);
        endpoint_harness_up_marker(h, 1);
        endpoint_harness_quiet(h, 20);
        ck_assert_uint_eq(h->state->page_requests, less ? less + 1 : 0);
        endpoint_harness_close(h);
    }
}
END_TEST

/* A FIFO that is full in the middle of a group: its other requests leave when there is room, and none is lost; also the
 * Last that was due meanwhile. Nothing comes between them that was made later. */
START_TEST(fifo_full_in_the_middle_of_a_group)
{
    for (uint32_t delay = 0; delay <= DELAY; delay += DELAY)
        for (unsigned room = 0; room <= 4; room++) {
            struct prisim_endpoint_config config = config_of(4, delay, PRISIM_ENDPOINT_STOP_WAIT);
            struct endpoint_harness *h = open_with(&config, 8);
            endpoint_harness_dma(h, 1, 1, 0x4000, 0x4000, true);
            struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
            endpoint_harness_fill(h, 449 - room);
            const unsigned others = requests(h);
            endpoint_harness_translated(h, &request, 0, 12, 0);
            harness_run(h->base, 2 * DELAY);
            ck_assert_uint_eq(requests(h), others + room);
            harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
            for (unsigned i = 0; i < 449 - room; i++)
                endpoint_harness_up_page_request(h, 9, 0x7000);
            for (unsigned i = 0; i < 4; i++)
                endpoint_harness_up_member(h, 1, 0x4000 + 0x1000 * (uint64_t)i, i == 3);
            ck_assert_uint_eq(h->state->page_requests, 4);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-PRICAP-10, PCIE-PRICAP-11, PCIE-PRICAP-13: E=0 opens no group, finishes the one that is open, at its own time,
 * and Stopped comes with its response. */
/* covers: PCIE-PRICAP-10, PCIE-PRICAP-11, PCIE-PRICAP-13 */
START_TEST(disable_finishes_the_group)
{
    for (unsigned behind = 1; behind <= 5; behind++) {
        struct prisim_endpoint_config config = config_of(4, DELAY, PRISIM_ENDPOINT_STOP_WAIT);
        struct endpoint_harness *h = open_with(&config, 4);
        endpoint_harness_missing(h, 1, 1, 0x4000, 0x4000);
        endpoint_harness_up_member(h, 1, 0x4000, false);
        const prisim_cycle_t first = endpoint_harness_up_at(h);
        harness_run(h->base, behind - 1);
        struct prisim_tlp disable = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = CTRL, .size = 4}};
        endpoint_harness_down(h, &disable);
        unsigned members = 1, completions = 0;
        while (members < 4 || completions < 1) {
            const struct prisim_tlp *up = endpoint_harness_up(h, 2 * DELAY);
            ck_assert_ptr_nonnull(up);
            if (up->head.type == PRISIM_TLP_COMPLETION) {
                completions++;
                continue;
            }
            ck_assert_uint_eq(up->head.message, PRISIM_MESSAGE_PAGE_REQUEST);
            ck_assert_uint_eq(up->head.address, 0x4000 + 0x1000 * (uint64_t)members);
            ck_assert_uint_eq(!!(up->head.flags & PRISIM_TLP_LAST), members == 3);
            ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, members)->cycle,
                              first + (members == 3 ? 2 + DELAY : members));
            members++;
        }
        ck_assert_uint_eq(endpoint_harness_pri_status(h), 0);
        endpoint_harness_quiet(h, 20);
        endpoint_harness_respond(h, 0, PRISIM_PRG_INVALID, 1);
        harness_run(h->base, 2);
        ck_assert_uint_eq(endpoint_harness_pri_status(h), PRISIM_PRI_STATUS_STOPPED);
        ck_assert_uint_eq(h->state->page_requests, 0);
        endpoint_harness_close(h);
    }
}
END_TEST

/* E from 1 to 0 and to 1 again with an open group: it is kept (docs/timing/endpoint.md). */
/* covers: PCIE-PRICAP-26 */
START_TEST(enable_again_keeps_the_open_group)
{
    struct prisim_endpoint_config config = config_of(4, DELAY, PRISIM_ENDPOINT_STOP_WAIT);
    struct endpoint_harness *h = open_group(&config, 4);
    const prisim_cycle_t third = endpoint_harness_up_at(h);
    endpoint_harness_config_write(h, CTRL, 0);
    endpoint_harness_config_write(h, CTRL, PRISIM_PRI_CONTROL_ENABLE);
    endpoint_harness_up_member(h, 1, 0x7000, true);
    ck_assert_uint_eq(endpoint_harness_up_at(h), third + DELAY);
    endpoint_harness_respond(h, 0, PRISIM_PRG_SUCCESS, 1);
    endpoint_harness_up_translate(h, 1, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-RESPONSE-3, PCIE-PRICAP-14, PCIE-PRICAP-23: with a Response Failure or a Reset all credits and indices are back,
 * and no more of an open group leaves, of whatever it still had inside. */
/* covers: PCIE-RESPONSE-3, PCIE-PRICAP-14, PCIE-PRICAP-23 */
START_TEST(open_group_dies_with_page_requests)
{
    for (unsigned reset = 0; reset < 2; reset++)
        for (unsigned made = 1; made <= 3; made++) {
            struct prisim_endpoint_config config = config_of(4, DELAY, PRISIM_ENDPOINT_STOP_WAIT);
            struct endpoint_harness *h = open_with(&config, 4);
            endpoint_harness_missing(h, 1, 1, 0x4000, 0x4000);
            endpoint_harness_up_member(h, 1, 0x4000, false);
            harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false); /* one more stands at the port */
            harness_run(h->base, made - 1);
            if (reset) {
                struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = CTRL, .size = 4},
                                         .data = {PRISIM_PRI_CONTROL_RESET}};
                endpoint_harness_down(h, &tlp);
            } else {
                endpoint_harness_respond(h, 300, PRISIM_PRG_FAILURE, NO_PASID);
            }
            harness_run(h->base, 3);
            ck_assert_uint_eq(requests(h), made);
            ck_assert_uint_eq(h->state->page_requests, 0);
            endpoint_harness_ended(h, 1, PRISIM_CAUSE_PRI_OFF);
            ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PRI_OFF, 0)->endpoint_pri_off.groups, 1);
            harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
            if (made > 1)
                endpoint_harness_up_member(h, 1, 0x5000, false);
            if (reset)
                ck_assert_uint_eq(endpoint_harness_up(h, 100)->head.type, PRISIM_TLP_COMPLETION);
            endpoint_harness_quiet(h, 2 * DELAY);
            /* All of it is there again. */
            if (!reset)
                endpoint_harness_config_write(h, CTRL, 0);
            endpoint_harness_config_write(h, CTRL, PRISIM_PRI_CONTROL_ENABLE);
            endpoint_harness_missing(h, 2, 1, 0x14000, 0x4000);
            for (unsigned i = 0; i < 4; i++)
                endpoint_harness_up_member(h, 1, 0x14000 + 0x1000 * (uint64_t)i, i == 3);
            endpoint_harness_quiet(h, 20);
            endpoint_harness_close(h);
        }
}
END_TEST

/* An answer to a group that is still open ends it: its credits are all back, the requests not made never are. */
START_TEST(answer_ends_an_open_group)
{
    for (unsigned code = PRISIM_PRG_SUCCESS; code <= PRISIM_PRG_INVALID; code++)
        for (unsigned behind = 1; behind <= 4; behind++) {
            struct prisim_endpoint_config config = config_of(4, DELAY, PRISIM_ENDPOINT_STOP_WAIT);
            struct endpoint_harness *h = open_with(&config, 4);
            endpoint_harness_missing(h, 1, 1, 0x4000, 0x4000);
            endpoint_harness_up_member(h, 1, 0x4000, false);
            harness_run(h->base, behind - 1);
            endpoint_harness_respond(h, 0, code, 1);
            harness_edge(h->base);
            const unsigned made = behind < 3 ? behind : 3;
            for (unsigned i = 1; i < made; i++)
                endpoint_harness_up_member(h, 1, 0x4000 + 0x1000 * (uint64_t)i, false);
            ck_assert_uint_eq(h->state->page_requests, 0);
            if (code == PRISIM_PRG_SUCCESS) {
                endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0, 12, 0);
                const unsigned again = endpoint_harness_up_member(h, 1, 0x4000, false);
                ck_assert_uint_eq(again, 1);
                for (unsigned i = 1; i < 4; i++)
                    ck_assert_uint_eq(endpoint_harness_up_member(h, 1, 0x4000 + 0x1000 * (uint64_t)i, i == 3), again);
            } else {
                endpoint_harness_quiet(h, 2 * DELAY);
                endpoint_harness_ended(h, 1, PRISIM_CAUSE_INVALID_REQUEST);
            }
            ck_assert_uint_eq(requests(h), code == PRISIM_PRG_SUCCESS ? made + 4 : made);
            endpoint_harness_close(h);
        }
}
END_TEST

/* A read that fails while its job's group is open: the group gets its Last at that edge, the job ends with the answer.
 */
START_TEST(dma_error_closes_the_group)
{
    struct prisim_endpoint_config config = config_of(4, DELAY, PRISIM_ENDPOINT_STOP_WAIT);
    struct endpoint_harness *h = open_with(&config, 5);
    endpoint_harness_dma(h, 1, 1, 0x4fc0, 0x4040, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x90000, 12, R | W);
    struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x90fc0, 64);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x5000), 0, 12, 0);
    endpoint_harness_up_member(h, 1, 0x5000, false);
    endpoint_harness_complete(h, &read, PRISIM_TLP_UR);
    endpoint_harness_up_member(h, 1, 0x6000, true);
    ck_assert_uint_eq(endpoint_harness_up_at(h), endpoint_harness_down_at(h));
    ck_assert_uint_eq(h->state->page_requests, 2);
    endpoint_harness_quiet(h, 2 * DELAY);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    endpoint_harness_respond(h, 0, PRISIM_PRG_SUCCESS, 1);
    endpoint_harness_quiet(h, 2 * DELAY);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_DMA_ERROR);
    ck_assert_uint_eq(h->state->page_requests, 0);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-STOP-3, model B: nobody waits for the response of a group that another error was about to close when the stop
 * came: its Last could not leave in between, as the FIFO was full. */
/* covers: PCIE-STOP-3 */
START_TEST(stop_behind_an_error_leaves_the_group)
{
    for (uint32_t stop = 0; stop < 3; stop++) {
        struct prisim_endpoint_config config = config_of(4, 1000, stop);
        struct endpoint_harness *h = open_with(&config, 5);
        endpoint_harness_dma(h, 1, 1, 0x4fc0, 0x2040, false);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x90000, 12, R | W);
        struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x90fc0, 64);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x5000), 0, 12, 0);
        endpoint_harness_up_member(h, 1, 0x5000, false);
        endpoint_harness_fill(h, 449);
        endpoint_harness_complete(h, &read, PRISIM_TLP_UR);
        harness_run(h->base, 5);
        post(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        harness_run(h->base, 5);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
        for (unsigned i = 0; i < 449; i++)
            endpoint_harness_up_page_request(h, 9, 0x7000);
        endpoint_harness_up_member(h, 1, 0x6000, true);
        if (stop == PRISIM_ENDPOINT_STOP_MARKER)
            endpoint_harness_up_marker(h, 1);
        endpoint_harness_quiet(h, 20);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), stop != PRISIM_ENDPOINT_STOP_WAIT);
        ck_assert_uint_eq(h->state->page_requests, 2);
        endpoint_harness_respond(h, 0, PRISIM_PRG_SUCCESS, 1);
        harness_run(h->base, 2);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 1);
        endpoint_harness_close(h);
    }
}
END_TEST

TEST_SUITE("endpoint open group", stop_closes_the_group, stop_gives_unneeded_credits_back,
           marker_stands_behind_the_last, fifo_full_in_the_middle_of_a_group, disable_finishes_the_group,
           enable_again_keeps_the_open_group, open_group_dies_with_page_requests, answer_ends_an_open_group,
           dma_error_closes_the_group, stop_behind_an_error_leaves_the_group)
