/* SPDX-License-Identifier: Apache-2.0
 *
 * Invalidate Requests (PCIE-MESSAGE, PCIE-ATC): what they take out of the ATC, what they poison, when they complete.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

static struct endpoint_harness *running(const struct prisim_endpoint_config *config)
{
    struct endpoint_harness *h = endpoint_harness_enabled(config, 8);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

static void fill(struct endpoint_harness *h, int pasid, uint64_t page, uint64_t output, unsigned size_log2)
{
    endpoint_harness_dma(h, 1000, pasid, page, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, pasid, page), output, size_log2, R | W);
    endpoint_harness_up(h, 20);
}

static void up_invalidated(struct endpoint_harness *h, unsigned itag)
{
    const struct prisim_tlp *up = endpoint_harness_up(h, 100);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.type, PRISIM_TLP_MESSAGE);
    ck_assert_uint_eq(up->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    ck_assert_uint_eq(up->head.destination_id, HARNESS_SMMU);
    ck_assert_uint_eq(up->head.requester_id, HARNESS_ID);
    ck_assert_uint_eq(up->head.itag_vector, UINT32_C(1) << itag);
    ck_assert_uint_eq(up->head.completion_count, 1);
    ck_assert_uint_eq(up->head.flags, 0);
}

static bool is_cached(struct endpoint_harness *h, int pasid, uint64_t page)
{
    endpoint_harness_dma(h, 2000, pasid, page, 4, true);
    const struct prisim_tlp *up = endpoint_harness_up(h, 20);
    ck_assert_ptr_nonnull(up);
    if (up->head.at == PRISIM_TLP_AT_TRANSLATED)
        return true;
    endpoint_harness_complete(h, up, PRISIM_TLP_CA);
    harness_run(h->base, 2);
    return false;
}

static prisim_cycle_t taken(const struct endpoint_harness *h, unsigned back)
{
    const struct harness_rx_port *down = &h->base->rx[PRISIM_ENDPOINT_RX_DOWN];
    return down->taken_at[down->taken - 1 - back];
}

/* covers: PCIE-ATC-3, PCIE-ATC-4, PCIE-ATC-5, PCIE-ATC-7, PCIE-MESSAGE-8, PCIE-MESSAGE-9 */
START_TEST(range_and_pasid_choose_entries)
{
    static const struct {
        int pasid;
        bool global;
        uint64_t address;
        unsigned size_log2;
        /* Left afterwards: PASID 1 page 0x4000, 0x5000; PASID 2 page 0x4000; no PASID 0x4000; PASID 1 2M at 0x200000 */
        bool left[5];
    } table[] = {
        {1, false, 0x4000, 12, {false, true, true, true, true}},
        {1, false, 0x4000, 13, {false, false, true, true, true}},
        {2, false, 0x4000, 12, {true, true, false, true, true}},
        {NO_PASID, false, 0x4000, 12, {false, true, false, false, true}},
        {NO_PASID, true, 0x4000, 12, {false, true, false, false, true}},
        {2, true, 0x4000, 13, {false, false, false, false, true}},
        {1, false, 0x203000, 12, {true, true, true, true, false}},
        {1, false, 0, 64, {false, false, true, true, false}},
        {NO_PASID, false, 0, 64, {false, false, false, false, false}},
        {1, false, 0x6000, 13, {true, true, true, true, true}},
        {3, false, 0, 64, {true, true, true, true, true}},
    };
    static const struct {
        int pasid;
        uint64_t page;
    } entry[5] = {{1, 0x4000}, {1, 0x5000}, {2, 0x4000}, {NO_PASID, 0x4000}, {1, 0x200000}};
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    for (unsigned row = 0; row < sizeof table / sizeof table[0]; row++) {
        struct endpoint_harness *h = running(&config);
        unsigned gone = 0;
        for (unsigned i = 0; i < 5; i++) {
            fill(h, entry[i].pasid, entry[i].page, 0x800000 + 0x200000 * i, i == 4 ? 21 : 12);
            gone += !table[row].left[i];
        }
        endpoint_harness_invalidate(h, 3, table[row].pasid, table[row].address, table[row].size_log2,
                                    table[row].global);
        up_invalidated(h, 3);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, 0);
        ck_assert_uint_eq(event->endpoint_invalidate.itag, 3);
        ck_assert_uint_eq(event->endpoint_invalidate.address, table[row].address & ~UINT64_C(0xfff));
        ck_assert_uint_eq(event->endpoint_invalidate.entries, gone);
        for (unsigned i = 0; i < 5; i++)
            ck_assert_msg(is_cached(h, entry[i].pasid, entry[i].page) == table[row].left[i], "row %u entry %u", row, i);
        endpoint_harness_close(h);
    }
}
END_TEST

START_TEST(completions_come_one_after_the_other)
{
    for (uint32_t latency = 1; latency <= 8; latency += 7) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.invalidate_latency = latency;
        struct endpoint_harness *h = running(&config);
        for (unsigned itag = 0; itag < 3; itag++)
            endpoint_harness_invalidate(h, itag + 29, NO_PASID, 0, 64, false);
        for (unsigned itag = 0; itag < 3; itag++) {
            up_invalidated(h, itag + 29);
            harness_run(h->base, 1);
            ck_assert_uint_eq(
                endpoint_harness_up_at(h),
                h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken_at[h->base->rx[PRISIM_ENDPOINT_RX_DOWN].offered - 3] +
                    latency * (itag + 1));
        }
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED), 3);
        endpoint_harness_close(h);
    }
}
END_TEST

/* covers: PCIE-ATC-9 */
START_TEST(translation_under_way_is_poisoned)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    static const unsigned sizes[] = {12, 21, 64};
    for (unsigned i = 0; i < 6; i++) {
        unsigned fault = i % 2;
        struct endpoint_harness *h = running(&config);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
        endpoint_harness_invalidate(h, 0, 1, sizes[i / 2] == 12 ? 0x4000 : 0, sizes[i / 2], false);
        up_invalidated(h, 0);
        /* Neither used nor kept: asked again. */
        endpoint_harness_translated(h, &request, fault ? 0 : 0x9000, 12, fault ? 0 : R | W);
        request = *endpoint_harness_up_translate(h, 1, 0x4000);
        ck_assert_uint_eq(endpoint_harness_up_at(h), taken(h, 0));
        endpoint_harness_translated(h, &request, 0xa000, 12, R | W);
        endpoint_harness_up_dma(h, 0xa000, 4);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
        for (unsigned n = 0; n < 2; n++) /* not the first, but the second */
            ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION, n)->endpoint_translation.taken,
                              n);
        endpoint_harness_close(h);
    }
}
END_TEST

/* covers: PCIE-ATC-9, PCIE-ATC-7 */
START_TEST(other_translations_are_not_poisoned)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
    endpoint_harness_invalidate(h, 0, 1, 0x5000, 12, false);
    endpoint_harness_invalidate(h, 1, 2, 0x4000, 12, false);
    up_invalidated(h, 0);
    up_invalidated(h, 1);
    /* A larger page that holds 0x5000 may be stale there: of it only 4 KiB are kept. */
    endpoint_harness_translated(h, &request, 0x200000, 21, R | W);
    endpoint_harness_up_dma(h, 0x204000, 4);
    ck_assert(is_cached(h, 1, 0x4000));
    ck_assert(!is_cached(h, 1, 0x5000));
    endpoint_harness_close(h);
}
END_TEST

/* One entry of PASID 1 at 0x4000, another at 0x5000, and invalidations that take LATENCY. */
enum { LATENCY = 20 };

static struct endpoint_harness *filled(enum prisim_endpoint_drop drop)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.invalidate_latency = LATENCY;
    config.invalidate = drop;
    struct endpoint_harness *h = running(&config);
    fill(h, 1, 0x4000, 0x9000, 12);
    fill(h, 1, 0x5000, 0xa000, 12);
    return h;
}

/* Invalidates pages from 0x4000 on and returns the edge at which the request is taken. */
static prisim_cycle_t invalidated(struct endpoint_harness *h, unsigned itag, unsigned size_log2)
{
    unsigned before = h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken;
    endpoint_harness_invalidate(h, itag, 1, 0x4000, size_log2, false);
    while (h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken == before)
        harness_edge(h->base);
    return taken(h, 0);
}

/* Runs until the next edge is `at`. */
static void run_to(struct endpoint_harness *h, prisim_cycle_t at)
{
    ck_assert_uint_le(h->base->now, at);
    harness_run(h->base, at - h->base->now);
}

/* The i-th completion names the request that it completes. */
static void expect_completed(const struct endpoint_harness *h, unsigned i, uint64_t request_tlp)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED, i);
    ck_assert_ptr_nonnull(event);
    ck_assert_uint_eq(event->endpoint_invalidated.request_tlp, request_tlp);
    ck_assert_uint_eq(event->endpoint_invalidated.copies, 1);
}

static const struct prisim_event *dropped(const struct endpoint_harness *h, unsigned i)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, i);
    ck_assert_ptr_nonnull(event);
    return event;
}

/* PCIE-ATC, last row: until the entry is gone the function may use it, up to the edge before; the write stands ahead of
 * the completion. A look-up that ends at the edge of the drop finds nothing. */
/* covers: PCIE-ATC-15 */
START_TEST(entry_is_used_until_it_is_dropped)
{
    for (unsigned before = 0; before < 2; before++) {
        struct endpoint_harness *h = filled(PRISIM_ENDPOINT_DROP_AT_COMPLETION);
        prisim_cycle_t due = invalidated(h, 4, 12) + LATENCY;
        run_to(h, due - h->config.atc_latency - before); /* the stimulus is taken at that edge */
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE), 0);
        endpoint_harness_dma(h, 7, 1, 0x4000, 4, true);
        if (before) {
            endpoint_harness_up_dma(h, 0x9000, 4);
            ck_assert_uint_eq(endpoint_harness_up_at(h), due - 1);
        }
        up_invalidated(h, 4);
        ck_assert_uint_eq(endpoint_harness_up_at(h), due);
        ck_assert_uint_eq(dropped(h, 0)->cycle, due);
        const struct prisim_event *came = harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_TAKEN, 0);
        ck_assert_uint_eq(came->cycle, due - LATENCY);
        ck_assert_uint_eq(came->endpoint_invalidate_taken.itag, 4);
        ck_assert_uint_eq(came->endpoint_invalidate_taken.pasid, 1);
        ck_assert_uint_eq(came->endpoint_invalidate_taken.address, 0x4000);
        ck_assert_uint_eq(came->endpoint_invalidate_taken.size, 0x1000);
        ck_assert_uint_eq(dropped(h, 0)->endpoint_invalidate.entries, 1);
        if (!before)
            endpoint_harness_up_translate(h, 1, 0x4000);
        ck_assert(is_cached(h, 1, 0x5000));
        endpoint_harness_close(h);
    }
}
END_TEST

/* The other choice: gone at the edge at which the request is taken, also while another one is in work; the completions
 * come when they did before. */
/* covers: PCIE-ATC-15 */
START_TEST(entry_is_dropped_at_arrival)
{
    struct endpoint_harness *h = filled(PRISIM_ENDPOINT_DROP_AT_ARRIVAL);
    prisim_cycle_t at = invalidated(h, 4, 12);
    ck_assert_uint_eq(dropped(h, 0)->cycle, at);
    ck_assert_uint_eq(dropped(h, 0)->endpoint_invalidate.entries, 1);
    ck_assert(!is_cached(h, 1, 0x4000));
    ck_assert_uint_eq(invalidated(h, 5, 13), dropped(h, 1)->cycle);
    ck_assert_uint_eq(dropped(h, 1)->endpoint_invalidate.entries, 1);
    ck_assert(!is_cached(h, 1, 0x5000));
    ck_assert_uint_lt(h->base->now, at + LATENCY);
    up_invalidated(h, 4);
    ck_assert_uint_eq(endpoint_harness_up_at(h), at + LATENCY);
    up_invalidated(h, 5);
    ck_assert_uint_eq(endpoint_harness_up_at(h), at + 2 * LATENCY);
    endpoint_harness_close(h);
}
END_TEST

/* Each in its turn: the second one's entries stay while the first is processed, and go then, although the first waits
 * for read data. What a read between arrival and drop used is waited for as well. */
START_TEST(entries_go_in_turn)
{
    struct endpoint_harness *h = filled(PRISIM_ENDPOINT_DROP_AT_COMPLETION);
    prisim_cycle_t first = invalidated(h, 4, 12) + LATENCY;
    endpoint_harness_dma(h, 7, 1, 0x4000, 4, false);
    struct prisim_tlp used = *endpoint_harness_up_dma(h, 0x9000, 4);
    invalidated(h, 5, 13);
    run_to(h, first + LATENCY - h->config.atc_latency - 1);
    endpoint_harness_dma(h, 8, 1, 0x5000, 4, true);
    endpoint_harness_up_dma(h, 0xa000, 4);
    ck_assert_uint_eq(endpoint_harness_up_at(h), first + LATENCY - 1);
    endpoint_harness_quiet(h, 50);
    ck_assert_uint_eq(dropped(h, 0)->cycle, first);
    ck_assert_uint_eq(dropped(h, 0)->endpoint_invalidate.entries, 1);
    ck_assert_uint_eq(dropped(h, 1)->cycle, first + LATENCY);
    ck_assert_uint_eq(dropped(h, 1)->endpoint_invalidate.entries, 1);
    endpoint_harness_complete(h, &used, PRISIM_TLP_SC);
    up_invalidated(h, 4);
    ck_assert_uint_eq(endpoint_harness_up_at(h), taken(h, 0));
    up_invalidated(h, 5);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(dropped(h, i)->endpoint_invalidate.tlp, 4 + i);
        ck_assert_uint_eq(
            harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_TAKEN, i)->endpoint_invalidate_taken.tlp, 4 + i);
        expect_completed(h, i, 4 + i);
    }
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATC "Race": a translation asked for before the request came is poisoned from then on, also if its answer comes
 * before the drop. One asked for later is new: it is used, kept if it comes behind the drop, and goes with it if not.
 */
/* covers: PCIE-ATC-9 */
START_TEST(translations_asked_for_later_are_used)
{
    for (unsigned late = 0; late < 2; late++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.invalidate_latency = LATENCY;
        struct endpoint_harness *h = running(&config);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        struct prisim_tlp old = *endpoint_harness_up_translate(h, 1, 0x4000);
        prisim_cycle_t due = invalidated(h, 4, 12) + LATENCY;
        endpoint_harness_translated(h, &old, 0x9000, 12, R | W);
        struct prisim_tlp young = *endpoint_harness_up_translate(h, 1, 0x4000);
        ck_assert_uint_lt(endpoint_harness_up_at(h) + 4, due);
        if (late) {
            up_invalidated(h, 4);
            ck_assert_uint_eq(dropped(h, 0)->endpoint_invalidate.entries, 0);
        }
        endpoint_harness_translated(h, &young, 0xc000, 12, R | W);
        endpoint_harness_up_dma(h, 0xc000, 4);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
        if (!late) {
            ck_assert_uint_lt(endpoint_harness_up_at(h), due);
            up_invalidated(h, 4);
            ck_assert_uint_eq(dropped(h, 0)->endpoint_invalidate.entries, 1);
        }
        ck_assert(is_cached(h, 1, 0x4000) == (bool)late);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-ATC: not before every read that used the entries has completed; later lines are translated anew. */
/* covers: PCIE-ATC-10, PCIE-ATC */
START_TEST(completion_waits_for_reads)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.invalidate_depth = 1;
    struct endpoint_harness *h = running(&config);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R | W);
    struct prisim_tlp used = *endpoint_harness_up_dma(h, 0x9000, 4);
    endpoint_harness_dma(h, 2, 1, 0x5000, 4, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x5000), 0xa000, 12, R | W);
    endpoint_harness_up_dma(h, 0xa000, 4); /* of another page: not waited for */
    endpoint_harness_invalidate(h, 4, 1, 0x4000, 12, false);
    endpoint_harness_quiet(h, 50);
    endpoint_harness_dma(h, 3, 1, 0x5000, 4, true); /* other work does not let it go */
    endpoint_harness_up_dma(h, 0xa000, 4);
    endpoint_harness_quiet(h, 50);
    /* The link is not blocked though the depth is reached: the read data stands behind the next request. */
    endpoint_harness_invalidate(h, 5, 2, 0x4000, 12, false);
    endpoint_harness_complete(h, &used, PRISIM_TLP_SC);
    up_invalidated(h, 4);
    ck_assert_uint_eq(endpoint_harness_up_at(h), taken(h, 0));
    up_invalidated(h, 5);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ATC-11 */
START_TEST(lines_not_made_yet_are_translated_anew)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.invalidate_latency = 1;
    struct endpoint_harness *h = running(&config);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4096, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R | W);
    endpoint_harness_up_dma(h, 0x9000, 64);
    endpoint_harness_invalidate(h, 4, NO_PASID, 0x4000, 12, false);
    /* Writes made before are ahead of the completion, none behind it uses the old page. */
    const struct prisim_tlp *up;
    uint64_t next = 0x40;
    while ((up = endpoint_harness_up(h, 20)) && up->head.type == PRISIM_TLP_MEMORY_WRITE) {
        ck_assert_uint_eq(up->head.address, 0x9000 + next);
        next += 64;
    }
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0xc000, 12, R | W);
    for (; next < 4096; next += 64)
        endpoint_harness_up_dma(h, 0xc000 + next, 64);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSCAP: `depth` requests are accepted, the next one waits at the link until one of them is done. */
/* covers: PCIE-ATSCAP-1, PCIE-ITAG-2 */
START_TEST(depth_bounds_what_is_accepted)
{
    for (uint32_t depth = 1; depth <= 32; depth += 31) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.invalidate_depth = depth;
        config.invalidate_latency = 100;
        struct endpoint_harness *h = running(&config);
        unsigned before = h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken;
        for (unsigned i = 0; i <= depth; i++)
            endpoint_harness_invalidate(h, i % 32, 1, 0x4000, 12, false);
        harness_run(h->base, 90);
        ck_assert_uint_eq(h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken - before, depth);
        harness_run(h->base, 20);
        ck_assert_uint_eq(h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken - before, depth + 1);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-ATSCAP: also with ATS disabled. */
/* covers: PCIE-ATSCAP */
START_TEST(disabled_function_completes)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_open(&config);
    endpoint_harness_invalidate(h, 31, NO_PASID, 0, 64, false);
    up_invalidated(h, 31);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint invalidate", range_and_pasid_choose_entries, completions_come_one_after_the_other,
           entry_is_used_until_it_is_dropped, entry_is_dropped_at_arrival, entries_go_in_turn,
           translations_asked_for_later_are_used, translation_under_way_is_poisoned,
           other_translations_are_not_poisoned, completion_waits_for_reads, lines_not_made_yet_are_translated_anew,
           depth_bounds_what_is_accepted, disabled_function_completes)
