/* SPDX-License-Identifier: Apache-2.0
 *
 * Groups of several page requests: their size, their credits, their order, their index and their Last (PCIE-GROUP).
 * What comes while they are open: test_pcie_endpoint_open_group.c.
 */
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { DELAY = 40 };

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

/* `count` requests from `page` on, by address, one edge apart, Last on the last; all with one index. */
static unsigned whole_group(struct endpoint_harness *h, int pasid, uint64_t page, unsigned count)
{
    unsigned index = 0;
    prisim_cycle_t first = 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned this = endpoint_harness_up_member(h, pasid, page + 0x1000 * (uint64_t)i, i + 1 == count);
        if (i == 0)
            index = this, first = endpoint_harness_up_at(h);
        ck_assert_uint_eq(this, index);
        ck_assert_uint_eq(endpoint_harness_up_at(h), first + i);
    }
    return index;
}

/* PCIE-GROUP-1, PCIE-GROUP-4, PCIE-GROUP-6, PCIE-PRICAP-18, PCIE-PRICAP-19: as many as there are pages left in the
 * transfer, a group may have, and credits are there, each bound at one less, as many, and one more. */
/* covers: PCIE-GROUP-1, PCIE-GROUP-4, PCIE-GROUP-6, PCIE-PRICAP-18, PCIE-PRICAP-19 */
START_TEST(size_is_bounded)
{
    static const struct {
        uint64_t address;
        uint32_t bytes, pages, allocation, capacity;
        unsigned expected;
    } rows[] = {
        {0x4000, 0x4000, 4, 64, 64, 4},
        /* group_pages */
        {0x4000, 0x4000, 1, 64, 64, 1},
        {0x4000, 0x4000, 3, 64, 64, 3},
        {0x4000, 0x4000, 5, 64, 64, 4},
        {0x4000, 0x10000, 32, 64, 64, 16},
        /* pages left: the first and the last byte count */
        {0x4000, 1, 4, 64, 64, 1},
        {0x4fff, 1, 4, 64, 64, 1},
        {0x4000, 0x1000, 4, 64, 64, 1},
        {0x4001, 0x1000, 4, 64, 64, 2},
        {0x4ffc, 8, 4, 64, 64, 2},
        {0x4000, 0x2000, 4, 64, 64, 2},
        {0x4000, 0x2001, 4, 64, 64, 3},
        {0x4fff, 0x1002, 4, 64, 64, 3},
        {0x4fff, 0x10000, 32, 64, 64, 17},
        {0xffffffffffffe000, 0x2000, 4, 64, 64, 2},
        /* the allocation */
        {0x4000, 0x4000, 4, 0, 64, 0},
        {0x4000, 0x4000, 4, 1, 64, 1},
        {0x4000, 0x4000, 4, 3, 64, 3},
        {0x4000, 0x4000, 4, 4, 64, 4},
        {0x4000, 0x4000, 4, 5, 64, 4},
        /* the capacity */
        {0x4000, 0x4000, 4, 64, 1, 1},
        {0x4000, 0x4000, 4, 64, 3, 3},
        {0x4000, 0x4000, 4, 64, 4, 4},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct prisim_endpoint_config config = config_of(rows[i].pages, 0, PRISIM_ENDPOINT_STOP_WAIT);
        config.pri_capacity = rows[i].capacity;
        struct endpoint_harness *h = open_with(&config, rows[i].allocation);
        endpoint_harness_missing(h, 1, 1, rows[i].address, rows[i].bytes);
        if (rows[i].expected)
            whole_group(h, 1, rows[i].address & ~UINT64_C(0xfff), rows[i].expected);
        endpoint_harness_quiet(h, 60);
        ck_assert_msg(requests(h) == rows[i].expected, "row %u: %u requests", i, requests(h));
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-GROUP-6: a group takes what is left; one response brings back all of it, at its edge, and no more than that. */
/* covers: PCIE-GROUP-6 */
START_TEST(one_response_brings_all_credits_back)
{
    for (unsigned code = PRISIM_PRG_SUCCESS; code <= PRISIM_PRG_INVALID; code++) {
        struct prisim_endpoint_config config = config_of(4, 0, PRISIM_ENDPOINT_STOP_WAIT);
        config.retry_backoff = 1000;
        struct endpoint_harness *h = open_with(&config, 7);
        endpoint_harness_missing(h, 1, 1, 0x10000, 0x4000);
        unsigned four = whole_group(h, 1, 0x10000, 4);
        endpoint_harness_missing(h, 2, 1, 0x20000, 0x4000);
        unsigned three = whole_group(h, 1, 0x20000, 3);
        ck_assert_uint_ne(four, three);
        endpoint_harness_missing(h, 3, 1, 0x30000, 0x4000);
        endpoint_harness_quiet(h, 60);
        endpoint_harness_respond(h, three, code, 1);
        whole_group(h, 1, 0x30000, 3);
        ck_assert_uint_eq(endpoint_harness_up_at(h), endpoint_harness_down_at(h) + 2);
        endpoint_harness_missing(h, 4, 1, 0x40000, 0x8000);
        endpoint_harness_quiet(h, 60);
        endpoint_harness_respond(h, four, code, 1);
        unsigned again = whole_group(h, 1, 0x40000, 4);
        ck_assert_uint_eq(endpoint_harness_up_at(h), endpoint_harness_down_at(h) + 3);
        /* A second response to the same group brings nothing. */
        endpoint_harness_missing(h, 5, 1, 0x50000, 0x1000);
        endpoint_harness_respond(h, four, code, 1);
        endpoint_harness_quiet(h, 60);
        ck_assert_uint_eq(endpoint_harness_pri_status(h), PRISIM_PRI_STATUS_UPRGI);
        endpoint_harness_respond(h, again, code, 1);
        whole_group(h, 1, 0x50000, 1);
        endpoint_harness_close(h);
    }
}
END_TEST

/* What is asked for is what the transfer needs: R, and W with a write. PCIE-RESPONSE-1: behind a Success each page is
 * translated; a page that was asked for and is there is not asked for again, one that is missing still opens a group
 * for the pages behind it. */
/* covers: PCIE-RESPONSE-1, PCIE-GROUP-1, PCIE-GROUP-13 */
START_TEST(pages_of_a_group_are_translated_one_by_one)
{
    for (unsigned write = 0; write < 2; write++) {
        struct prisim_endpoint_config config = config_of(3, 0, PRISIM_ENDPOINT_STOP_WAIT);
        struct endpoint_harness *h = open_with(&config, 8);
        endpoint_harness_dma(h, 1, 1, 0x4fc0, 0x1080, write);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0, 12, 0);
        unsigned index = 0;
        for (unsigned i = 0; i < 3; i++) {
            const struct prisim_tlp *up = endpoint_harness_up_page_request(h, 1, 0x4000 + 0x1000 * (uint64_t)i);
            index = up->head.prg_index;
            ck_assert_uint_eq(up->head.flags, PRISIM_TLP_HAS_PASID | PRISIM_TLP_READ | (write ? PRISIM_TLP_WRITE : 0) |
                                                  (i == 2 ? PRISIM_TLP_LAST : 0));
            const struct prisim_event_endpoint_page_request *made =
                &harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, i)->endpoint_page_request;
            ck_assert_uint_eq(made->job, 1);
            ck_assert_uint_eq(made->request, i + 1);
            ck_assert_uint_eq(made->address, 0x4000 + 0x1000 * (uint64_t)i);
            ck_assert_uint_eq(made->access, 1 | (write ? 2 : 0) | (i == 2 ? 4 : 0));
        }
        endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, 1);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x90000, 12, R | W);
        struct prisim_tlp first = *endpoint_harness_up_dma(h, 0x90fc0, 64);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x5000), 0, 12, 0);
        index = whole_group(h, 1, 0x5000, 2);
        endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, 1);
        if (!write)
            endpoint_harness_complete(h, &first, PRISIM_TLP_SC);
        harness_run(h->base, 5);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_INVALID_REQUEST);
        ck_assert_uint_eq(h->state->page_requests, 0);
        endpoint_harness_close(h);
    }
}
END_TEST

/* Not at N-1, yes at N: the request with Last leaves last_delay behind the one before it, the others one per edge. 0
 * and 1 are one edge. A group of one request has nothing that its Last could wait for. */
/* covers: PCIE-GROUP-3, PCIE-GROUP-4 */
START_TEST(last_leaves_last_delay_behind)
{
    static const uint32_t delays[] = {0, 1, 2, 3, DELAY};
    for (unsigned i = 0; i < sizeof delays / sizeof delays[0]; i++)
        for (unsigned count = 1; count <= 4; count++) {
            struct prisim_endpoint_config config = config_of(4, delays[i], PRISIM_ENDPOINT_STOP_WAIT);
            struct endpoint_harness *h = open_with(&config, 8);
            endpoint_harness_missing(h, 1, 1, 0x4000, 0x1000 * count);
            prisim_cycle_t before = 0;
            for (unsigned k = 0; k < count; k++) {
                endpoint_harness_up_member(h, 1, 0x4000 + 0x1000 * (uint64_t)k, k + 1 == count);
                const uint32_t gap = k + 1 < count || delays[i] == 0 ? 1 : delays[i];
                ck_assert_uint_eq(endpoint_harness_up_at(h), k == 0 ? endpoint_harness_down_at(h) : before + gap);
                ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, k)->cycle,
                                  endpoint_harness_up_at(h));
                before = endpoint_harness_up_at(h);
            }
            endpoint_harness_close(h);
        }
}
END_TEST

/* The order of a group of `count` at 0x4000: a digit for each request, its page. */
static unsigned order_of(struct endpoint_harness *h, uint32_t job, unsigned count)
{
    unsigned order = 0, seen = 0, index = 0;
    endpoint_harness_missing(h, job, 1, 0x4000, 0x1000 * count);
    for (unsigned i = 0; i < count; i++) {
        const struct prisim_tlp *up = endpoint_harness_up(h, 100);
        ck_assert_ptr_nonnull(up);
        ck_assert_uint_eq(up->head.message, PRISIM_MESSAGE_PAGE_REQUEST);
        ck_assert_uint_eq(!!(up->head.flags & PRISIM_TLP_LAST), i + 1 == count);
        ck_assert_uint_eq(up->head.address & 0xfff, 0);
        ck_assert(up->head.address >= 0x4000 && up->head.address < 0x4000 + 0x1000 * (uint64_t)count);
        const unsigned page = (unsigned)(up->head.address - 0x4000) / 0x1000;
        ck_assert_msg(!(seen & 1u << page), "page %u twice", page);
        seen |= 1u << page;
        order = 10 * order + page;
        index = up->head.prg_index;
    }
    endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, 1);
    harness_run(h->base, 5);
    return order;
}

/* PCIE-GROUP-3: the members in any order, each page once, Last with the one made last; by the seed alone. */
/* covers: PCIE-GROUP-3 */
START_TEST(random_order_has_every_permutation)
{
    enum { SEEDS = 60, PAGES = 3 };
    bool seen[1000] = {false};
    unsigned changes = 0, orders = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct prisim_endpoint_config config = config_of(PAGES, 0, PRISIM_ENDPOINT_STOP_WAIT);
        config.group_order = PRISIM_ENDPOINT_GROUP_RANDOM;
        config.seed = seed;
        struct endpoint_harness *a = open_with(&config, 8), *b = open_with(&config, 8);
        const unsigned first = order_of(a, 1, PAGES), second = order_of(a, 2, PAGES);
        ck_assert_uint_eq(order_of(b, 1, PAGES), first);
        ck_assert_uint_eq(order_of(b, 2, PAGES), second);
        changes += first != second;
        orders += !seen[first];
        seen[first] = true;
        endpoint_harness_close(a);
        endpoint_harness_close(b);
    }
    ck_assert_uint_eq(orders, 6);
    ck_assert_uint_gt(changes, SEEDS / 2);
}
END_TEST

/* covers: PCIE-GROUP-3 */
START_TEST(random_order_has_its_last_last)
{
    bool first[16] = {false}, last[16] = {false};
    for (uint64_t seed = 1; seed <= 120; seed++) {
        struct prisim_endpoint_config config = config_of(16, seed % 2 ? 7 : 0, PRISIM_ENDPOINT_STOP_WAIT);
        config.group_order = PRISIM_ENDPOINT_GROUP_RANDOM;
        config.seed = seed;
        struct endpoint_harness *h = open_with(&config, 16);
        endpoint_harness_missing(h, 1, 1, 0x4000, 0x10000);
        for (unsigned i = 0; i < 16; i++) {
            const struct prisim_tlp *up = endpoint_harness_up(h, 100);
            ck_assert_uint_eq(!!(up->head.flags & PRISIM_TLP_LAST), i == 15);
            if (i == 0)
                first[(up->head.address - 0x4000) / 0x1000] = true;
            if (i == 15)
                last[(up->head.address - 0x4000) / 0x1000] = true;
        }
        endpoint_harness_close(h);
    }
    for (unsigned page = 0; page < 16; page++)
        ck_assert_msg(first[page] && last[page], "page %u", page);
}
END_TEST

/* PCIE-GROUP-2: groups of several jobs by turns, but each without a gap: the next begins when the other is whole, or
 * waits for nothing but its Last. */
/* covers: PCIE-GROUP-2 */
START_TEST(groups_have_no_gap)
{
    for (uint32_t delay = 0; delay <= DELAY; delay += DELAY) {
        struct prisim_endpoint_config config = config_of(3, delay, PRISIM_ENDPOINT_STOP_WAIT);
        config.prgi_policy = PRISIM_ENDPOINT_PRGI_ROUND;
        struct endpoint_harness *h = open_with(&config, 64);
        struct prisim_tlp request[3];
        for (unsigned i = 0; i < 3; i++) {
            endpoint_harness_dma(h, 1 + i, 1, 0x10000 * (i + 1), 0x3000, true);
            request[i] = *endpoint_harness_up_translate(h, 1, 0x10000 * (i + 1));
        }
        for (unsigned i = 0; i < 3; i++)
            endpoint_harness_translated(h, &request[i], 0, 12, 0);
        if (delay) {
            for (unsigned i = 0; i < 6; i++)
                endpoint_harness_up_member(h, 1, 0x10000 * (i / 2 + 1) + 0x1000 * (i % 2), false);
            for (unsigned i = 0; i < 3; i++)
                endpoint_harness_up_member(h, 1, 0x10000 * (i + 1) + 0x2000, true);
        } else {
            for (unsigned i = 0; i < 3; i++)
                ck_assert_uint_eq(whole_group(h, 1, 0x10000 * (i + 1), 3), i);
        }
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-GROUP-7: the lowest free one, or the next one behind the last, over a word that is full and round the end. */
/* covers: PCIE-GROUP-7 */
START_TEST(index_follows_the_policy)
{
    static const struct {
        unsigned policy, last, busy, count, expected;
    } rows[] = {{PRISIM_ENDPOINT_PRGI_LOWEST, 100, 0, 0, 0},     {PRISIM_ENDPOINT_PRGI_LOWEST, 511, 0, 1, 1},
                {PRISIM_ENDPOINT_PRGI_LOWEST, 3, 0, 63, 63},     {PRISIM_ENDPOINT_PRGI_LOWEST, 3, 0, 64, 64},
                {PRISIM_ENDPOINT_PRGI_LOWEST, 510, 0, 511, 511}, {PRISIM_ENDPOINT_PRGI_ROUND, 100, 0, 0, 101},
                {PRISIM_ENDPOINT_PRGI_ROUND, 511, 0, 0, 0},      {PRISIM_ENDPOINT_PRGI_ROUND, 510, 0, 0, 511},
                {PRISIM_ENDPOINT_PRGI_ROUND, 511, 0, 511, 511},  {PRISIM_ENDPOINT_PRGI_ROUND, 510, 511, 1, 0}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct prisim_endpoint_config config = config_of(2, 0, PRISIM_ENDPOINT_STOP_WAIT);
        config.prgi_policy = rows[i].policy;
        struct endpoint_harness *h = open_with(&config, 8);
        h->state->prg_last = (uint16_t)rows[i].last;
        for (unsigned index = rows[i].busy; index < rows[i].busy + rows[i].count; index++)
            h->state->prg_busy[index / 64] |= UINT64_C(1) << index % 64;
        endpoint_harness_missing(h, 1, 1, 0x4000, 0x2000);
        ck_assert_msg(whole_group(h, 1, 0x4000, 2) == rows[i].expected, "row %u", i);
        endpoint_harness_close(h);
    }
}
END_TEST

/* All but one are busy, and that one stands before the last in the same word, or behind it. */
/* covers: PCIE-GROUP-7 */
START_TEST(index_is_found_round_the_end)
{
    static const unsigned rows[][2] = {{100, 99}, {100, 64}, {100, 101}, {100, 100}, {511, 510}, {63, 0}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (uint32_t policy = PRISIM_ENDPOINT_PRGI_ROUND; policy <= PRISIM_ENDPOINT_PRGI_LOWEST; policy++) {
            struct prisim_endpoint_config config = config_of(2, 0, PRISIM_ENDPOINT_STOP_WAIT);
            config.prgi_policy = policy;
            struct endpoint_harness *h = open_with(&config, 8);
            h->state->prg_last = (uint16_t)rows[i][0];
            memset(h->state->prg_busy, 0xff, sizeof h->state->prg_busy);
            h->state->prg_busy[rows[i][1] / 64] &= ~(UINT64_C(1) << rows[i][1] % 64);
            endpoint_harness_missing(h, 1, 1, 0x4000, 0x2000);
            ck_assert_uint_eq(whole_group(h, 1, 0x4000, 2), rows[i][1]);
            endpoint_harness_close(h);
        }
}
END_TEST

START_TEST(lowest_index_is_used_again)
{
    for (unsigned policy = PRISIM_ENDPOINT_PRGI_ROUND; policy <= PRISIM_ENDPOINT_PRGI_LOWEST; policy++) {
        struct prisim_endpoint_config config = config_of(2, 0, PRISIM_ENDPOINT_STOP_WAIT);
        config.prgi_policy = policy;
        struct endpoint_harness *h = open_with(&config, 64);
        for (unsigned i = 0; i < 3; i++) {
            endpoint_harness_missing(h, 1 + i, 1, 0x10000 * (i + 1), 0x2000);
            ck_assert_uint_eq(whole_group(h, 1, 0x10000 * (i + 1), 2), i);
        }
        endpoint_harness_respond(h, 1, PRISIM_PRG_INVALID, 1);
        harness_run(h->base, 2);
        endpoint_harness_missing(h, 5, 1, 0x50000, 0x2000);
        ck_assert_uint_eq(whole_group(h, 1, 0x50000, 2), policy == PRISIM_ENDPOINT_PRGI_LOWEST ? 1 : 3);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-GROUP-5, PCIE-RESPONSE-4: of a group of several one index is out: one response, and a second is unexpected. */
/* covers: PCIE-GROUP-5, PCIE-RESPONSE-4 */
START_TEST(group_has_one_response)
{
    struct prisim_endpoint_config config = config_of(4, 0, PRISIM_ENDPOINT_STOP_WAIT);
    struct endpoint_harness *h = open_with(&config, 8);
    endpoint_harness_missing(h, 1, 1, 0x4000, 0x3000);
    unsigned index = whole_group(h, 1, 0x4000, 3);
    endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, 1);
    endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, 1);
    harness_run(h->base, 4);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, 0)->endpoint_response.cause,
                      PRISIM_CAUSE_GROUP_FREED);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, 1)->endpoint_response.cause,
                      PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_assert_uint_eq(h->state->page_requests, 0);
    endpoint_harness_close(h);
}
END_TEST

/* Two jobs miss one page: a group each, and each its answer. */
/* covers: PCIE-GROUP-12 */
START_TEST(one_page_in_two_groups)
{
    struct prisim_endpoint_config config = config_of(1, 0, PRISIM_ENDPOINT_STOP_WAIT);
    struct endpoint_harness *h = open_with(&config, 8);
    endpoint_harness_missing(h, 1, 1, 0x4000, 4);
    const unsigned first = whole_group(h, 1, 0x4000, 1);
    endpoint_harness_missing(h, 2, 1, 0x4000, 4);
    const unsigned second = whole_group(h, 1, 0x4000, 1);
    ck_assert_uint_ne(first, second);
    endpoint_harness_respond(h, first, PRISIM_PRG_INVALID, 1);
    harness_run(h->base, 5);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_INVALID_REQUEST);
    ck_assert_ptr_null(endpoint_harness_done(h, 2));
    endpoint_harness_respond(h, second, PRISIM_PRG_SUCCESS, 1);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R | W);
    endpoint_harness_up_dma(h, 0x9000, 4);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint group", size_is_bounded, one_response_brings_all_credits_back,
           pages_of_a_group_are_translated_one_by_one, last_leaves_last_delay_behind,
           random_order_has_every_permutation, random_order_has_its_last_last, groups_have_no_gap,
           index_follows_the_policy, index_is_found_round_the_end, lowest_index_is_used_again, group_has_one_response,
           one_page_in_two_groups)
