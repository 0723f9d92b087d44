/* SPDX-License-Identifier: Apache-2.0
 *
 * How Invalidate Requests end (PCIE-MESSAGE, PCIE-ATC, PCIE-ITAG): in and out of order, several in one message, in
 * copies, with Unsupported Request; and what a function does that breaks its duties.
 */
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { LATENCY = 20 };

static void config_of(struct prisim_endpoint_config *config)
{
    endpoint_harness_config(config);
    config->invalidate_latency = LATENCY;
}

static struct endpoint_harness *running(const struct prisim_endpoint_config *config)
{
    struct endpoint_harness *h = endpoint_harness_enabled(config, 8);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

static void fill(struct endpoint_harness *h, uint64_t page)
{
    endpoint_harness_dma(h, 1000, 1, page, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, page), page + 0x90000, 12, R | W);
    endpoint_harness_up_dma(h, page + 0x90000, 4);
}

static bool is_cached(struct endpoint_harness *h, uint64_t page)
{
    endpoint_harness_dma(h, 2000, 1, page, 4, true);
    const struct prisim_tlp *up = endpoint_harness_up(h, 20);
    ck_assert_ptr_nonnull(up);
    if (up->head.at == PRISIM_TLP_AT_TRANSLATED)
        return true;
    endpoint_harness_complete(h, up, PRISIM_TLP_CA);
    harness_run(h->base, 2);
    return false;
}

/* The request is taken at the edge that is returned. */
static prisim_cycle_t invalidated(struct endpoint_harness *h, unsigned itag, int pasid, uint64_t page)
{
    const struct harness_rx_port *down = &h->base->rx[PRISIM_ENDPOINT_RX_DOWN];
    unsigned before = down->taken;
    endpoint_harness_invalidate(h, itag, pasid, page, 12, false);
    while (down->taken == before)
        harness_edge(h->base);
    return down->taken_at[down->taken - 1];
}

static const struct prisim_tlp *up_completion(struct endpoint_harness *h)
{
    const struct prisim_tlp *up = endpoint_harness_up(h, 200);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.type, PRISIM_TLP_MESSAGE);
    ck_assert_uint_eq(up->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    ck_assert_uint_eq(up->head.destination_id, HARNESS_SMMU);
    ck_assert_uint_eq(up->head.flags, 0); /* PCIE-ATC-12: neither RO nor IDO */
    return up;
}

static void expect_unanswered(const struct endpoint_harness *h, unsigned count, unsigned itag, enum prisim_cause cause)
{
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_UNANSWERED), count);
    if (count == 0)
        return;
    const struct prisim_event_endpoint_invalidate_unanswered *e =
        &harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_UNANSWERED, count - 1)->endpoint_invalidate_unanswered;
    ck_assert_uint_eq(e->tlp, itag);
    ck_assert_uint_eq(e->itag, itag);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)e->cause), prisim_cause_name(cause));
}

/* PCIE-ITAG-7, PCIE-STOP: by the width of the function, at its last PASID and one beyond; without a PASID there is
 * none to be wrong. */
/* covers: PCIE-ITAG-7, PCIE-STOP */
START_TEST(pasid_beyond_the_width_is_refused)
{
    struct prisim_endpoint_config config;
    config_of(&config);
    config.pasid_bits = 5;
    struct endpoint_harness *h = running(&config);
    fill(h, 0x4000);
    invalidated(h, 1, 31, 0x4000);
    ck_assert_uint_eq(up_completion(h)->head.status, 0);
    invalidated(h, 2, NO_PASID, 0x9000);
    ck_assert_uint_eq(up_completion(h)->head.status, 0);
    expect_unanswered(h, 0, 0, PRISIM_CAUSE_NONE);
    prisim_cycle_t at = invalidated(h, 3, 32, 0x4000);
    const struct prisim_tlp *up = up_completion(h);
    ck_assert_uint_eq(endpoint_harness_up_at(h), at + LATENCY);
    ck_assert_uint_eq(up->head.status, 1);
    ck_assert_uint_eq(up->head.itag_vector, 1 << 3);
    expect_unanswered(h, 1, 3, PRISIM_CAUSE_BAD_PASID);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_TAKEN), 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE), 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED), 2);
    ck_assert(is_cached(h, 0x4000));
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ITAG-7: nothing of what is refused is done; what is under way is as if it had not come. */
/* covers: PCIE-ITAG-7 */
START_TEST(refused_request_does_nothing)
{
    struct prisim_endpoint_config config;
    config_of(&config);
    config.invalidate_fault = PRISIM_ENDPOINT_FAULT_UR;
    config.invalidate = PRISIM_ENDPOINT_DROP_AT_ARRIVAL;
    struct endpoint_harness *h = running(&config);
    fill(h, 0x4000);
    endpoint_harness_dma(h, 1, 1, 0x5000, 4, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x5000);
    invalidated(h, 3, 1, 0x4000);
    invalidated(h, 4, 1, 0x5000);
    ck_assert_uint_eq(up_completion(h)->head.status, PRISIM_TLP_UR);
    expect_unanswered(h, 1, 3, PRISIM_CAUSE_UNSUPPORTED_REQUEST);
    ck_assert_uint_eq(up_completion(h)->head.status, PRISIM_TLP_UR);
    endpoint_harness_translated(h, &request, 0xa0000, 12, R | W);
    endpoint_harness_up_dma(h, 0xa0000, 4);
    ck_assert(is_cached(h, 0x4000) && is_cached(h, 0x5000));
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATC-10 broken: every second entry goes, from the second oldest on; the rest is told. */
/* covers: PCIE-ATC-10 */
START_TEST(partly_keeps_some)
{
    for (unsigned nth = 0; nth <= 2; nth++) {
        struct prisim_endpoint_config config;
        config_of(&config);
        config.invalidate_fault = PRISIM_ENDPOINT_FAULT_PARTLY;
        config.invalidate_fault_nth = nth;
        struct endpoint_harness *h = running(&config);
        for (uint64_t page = 0x4000; page < 0x7000; page += 0x1000)
            fill(h, page);
        endpoint_harness_invalidate(h, 1, 1, 0, 64, false);
        ck_assert_uint_eq(up_completion(h)->head.status, 0);
        const bool partly = nth != 2;
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_KEPT), partly ? 2 : 0);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, 0)->endpoint_invalidate.entries,
                          partly ? 1 : 3);
        ck_assert(is_cached(h, 0x4000) == partly && !is_cached(h, 0x5000) && is_cached(h, 0x6000) == partly);
        if (partly)
            ck_assert_uint_eq(
                harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_KEPT, 1)->endpoint_invalidate_kept.address,
                0x6000);
        endpoint_harness_invalidate(h, 2, 1, 0, 64, false); /* the second: whole with nth 1 */
        up_completion(h);
        ck_assert(is_cached(h, 0x4000) == (nth == 0));
        endpoint_harness_close(h);
    }
}
END_TEST

/* Its entries go later too, and who comes behind it waits. */
/* covers: PCIE-ATC-15, PCIE-ITAG-3 */
START_TEST(late_is_later_by_so_many_cycles)
{
    for (uint32_t late = 0; late <= 7; late += 7) {
        struct prisim_endpoint_config config;
        config_of(&config);
        config.invalidate_fault = PRISIM_ENDPOINT_FAULT_LATE;
        config.invalidate_fault_nth = 1;
        config.invalidate_late_cycles = late;
        struct endpoint_harness *h = running(&config);
        prisim_cycle_t at = invalidated(h, 1, 1, 0x4000);
        invalidated(h, 2, 1, 0x4000);
        up_completion(h);
        ck_assert_uint_eq(endpoint_harness_up_at(h), at + LATENCY + late);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, 0)->cycle, at + LATENCY + late);
        up_completion(h);
        ck_assert_uint_eq(endpoint_harness_up_at(h), at + 2 * LATENCY + late);
        expect_unanswered(h, 0, 0, PRISIM_CAUSE_NONE);
        endpoint_harness_close(h);
    }
}
END_TEST

/* covers: PCIE-ITAG-4 */
START_TEST(never_is_carried_out_and_not_completed)
{
    struct prisim_endpoint_config config;
    config_of(&config);
    config.invalidate_fault = PRISIM_ENDPOINT_FAULT_NEVER;
    config.invalidate_fault_nth = 2;
    struct endpoint_harness *h = running(&config);
    for (uint64_t page = 0x4000; page < 0x7000; page += 0x1000)
        fill(h, page);
    prisim_cycle_t at = 0;
    for (unsigned i = 0; i < 3; i++)
        at = invalidated(h, 7 + i, 1, 0x4000 + 0x1000 * i);
    ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 7);
    ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 9);
    ck_assert_uint_gt(endpoint_harness_up_at(h), at);
    endpoint_harness_quiet(h, 200);
    expect_unanswered(h, 1, 8, PRISIM_CAUSE_NO_COMPLETION);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE), 3);
    ck_assert(!is_cached(h, 0x5000));
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATC-10 broken: completed when it comes; the entry is used until it has been processed, and the read that used it
 * is not waited for. */
/* covers: PCIE-ATC-10, PCIE-ATC-15 */
START_TEST(early_is_completed_at_once)
{
    for (unsigned drop = 0; drop < 2; drop++) {
        struct prisim_endpoint_config config;
        config_of(&config);
        config.invalidate_fault = PRISIM_ENDPOINT_FAULT_EARLY;
        config.invalidate = drop;
        struct endpoint_harness *h = running(&config);
        fill(h, 0x4000);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, false);
        endpoint_harness_up_dma(h, 0x94000, 4);
        prisim_cycle_t at = invalidated(h, 5, 1, 0x4000);
        ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 5);
        ck_assert_uint_eq(endpoint_harness_up_at(h), at);
        ck_assert(is_cached(h, 0x4000) == (drop == PRISIM_ENDPOINT_DROP_AT_COMPLETION));
        harness_run(h->base, LATENCY);
        ck_assert(!is_cached(h, 0x4000));
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED), 1);
        ck_assert_uint_eq(h->state->invalidate_count, 0);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-ATC-9 broken: what was asked for before is taken. */
/* covers: PCIE-ATC-9 */
START_TEST(unpoisoned_answer_is_taken)
{
    for (unsigned poison = 0; poison < 2; poison++) {
        struct prisim_endpoint_config config;
        config_of(&config);
        config.poison = poison;
        struct endpoint_harness *h = running(&config);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
        invalidated(h, 5, 1, 0x4000);
        up_completion(h);
        endpoint_harness_translated(h, &request, 0x94000, 12, R | W);
        if (poison) {
            endpoint_harness_up_translate(h, 1, 0x4000);
        } else {
            endpoint_harness_up_dma(h, 0x94000, 4);
            ck_assert(is_cached(h, 0x4000));
        }
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION, 0)->endpoint_translation.taken,
                          !poison);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-ATC-12, PCIE-MESSAGE-11: a copy for each traffic class, each with their number, 0 for 8. */
/* covers: PCIE-ATC-12, PCIE-MESSAGE-2, PCIE-MESSAGE-10, PCIE-MESSAGE-11 */
START_TEST(copy_for_each_traffic_class)
{
    static const uint32_t classes[] = {0x01, 0x80, 0x05, 0x7f, 0xff};
    static const unsigned count[] = {1, 1, 2, 7, 8};
    for (unsigned i = 0; i < 5; i++)
        for (uint32_t most = 0; most <= 8; most++) {
            struct prisim_endpoint_config config;
            config_of(&config);
            config.dma_traffic_classes = classes[i];
            config.invalidate_copies = most;
            const unsigned sent = most && most < count[i] ? most : count[i];
            struct endpoint_harness *h = running(&config);
            invalidated(h, 5, 1, 0x4000);
            uint32_t left = classes[i];
            for (unsigned copy = 0; copy < sent; copy++, left &= left - 1) {
                const struct prisim_tlp *up = up_completion(h);
                ck_assert_uint_eq(up->head.itag_vector, 1 << 5);
                ck_assert_uint_eq(up->head.completion_count, count[i] == 8 ? 0 : count[i]);
                ck_assert_uint_eq(up->head.traffic_class, (unsigned)__builtin_ctz(left));
                const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED, copy);
                ck_assert_uint_eq(event->endpoint_invalidated.copies, count[i]);
                ck_assert_uint_eq(event->endpoint_invalidated.request_tlp, 5);
                expect_unanswered(h, sent < count[i] && copy + 1 == sent, 5, PRISIM_CAUSE_COPIES_MISSING);
            }
            endpoint_harness_quiet(h, 50);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-ATC-12: jobs use the classes in turn, by their slots; each class that was used is pushed by its copy. */
/* covers: PCIE-ATC-12 */
START_TEST(jobs_use_the_traffic_classes)
{
    struct prisim_endpoint_config config;
    config_of(&config);
    config.dma_traffic_classes = 0x0a;
    struct endpoint_harness *h = running(&config);
    fill(h, 0x4000);
    for (uint32_t job = 0; job < 4; job++)
        endpoint_harness_dma(h, job, 1, 0x4000 + 64 * job, 128, false);
    unsigned seen[8] = {0};
    for (unsigned i = 0; i < 8; i++)
        seen[endpoint_harness_up(h, 50)->head.traffic_class]++;
    ck_assert_uint_eq(seen[1], 4);
    ck_assert_uint_eq(seen[3], 4);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-MESSAGE-12: those that are over at the same edge, at most so many; each is told with its own request. */
/* covers: PCIE-MESSAGE-12 */
START_TEST(several_in_one_message)
{
    for (uint32_t most = 1; most <= 4; most++) {
        struct prisim_endpoint_config config;
        config_of(&config);
        config.invalidate_merge = most;
        config.dma_traffic_classes = 3;
        struct endpoint_harness *h = running(&config);
        fill(h, 0x4000);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, false);
        struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x94000, 4);
        static const unsigned itag[] = {30, 3, 0, 7};
        for (unsigned i = 0; i < 4; i++) /* the read holds them all back */
            invalidated(h, itag[i], 1, 0x4000);
        harness_run(h->base, 5 * LATENCY);
        endpoint_harness_complete(h, &read, PRISIM_TLP_SC);
        uint32_t all = 0;
        for (unsigned i = 0; i < 4; i += most)
            for (unsigned copy = 0; copy < 2; copy++) {
                uint32_t expected = 0;
                for (unsigned k = i; k < 4 && k < i + most; k++)
                    expected |= UINT32_C(1) << itag[k];
                const struct prisim_tlp *up = up_completion(h);
                ck_assert_uint_eq(up->head.itag_vector, expected);
                ck_assert_uint_eq(up->head.completion_count, 2);
                all |= expected;
            }
        ck_assert_uint_eq(all, 0x40000089);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED), 8);
        for (unsigned i = 0; i < 8; i++) {
            const struct prisim_event_endpoint_invalidated *e =
                &harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED, i)->endpoint_invalidated;
            ck_assert_uint_eq(e->request_tlp, e->itag);
        }
        for (unsigned i = 0; i < 32; i++)
            ck_assert_uint_eq(h->state->completing[i], 0);
        endpoint_harness_close(h);
    }
}
END_TEST

/* Not the same ITag twice, which the SMMU gave out again when it had waited long enough; and not one that is refused.
 */
/* covers: PCIE-MESSAGE-12, PCIE-ITAG-1 */
START_TEST(some_do_not_join)
{
    struct prisim_endpoint_config config;
    config_of(&config);
    config.invalidate_merge = 32;
    struct endpoint_harness *h = running(&config);
    fill(h, 0x4000);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, false);
    struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x94000, 4);
    invalidated(h, 3, 1, 0x4000);
    invalidated(h, 4, 1, 0x4000);
    invalidated(h, 3, 1, 0x4000);
    invalidated(h, 6, 1, 0x4000);
    invalidated(h, 5, 0xfffff, 0x4000); /* refused */
    invalidated(h, 8, 1, 0x4000);
    struct prisim_tlp other = {.head = {.requester_id = HARNESS_SMMU + 1,
                                        .destination_id = HARNESS_ID,
                                        .tag = 9,
                                        .type = PRISIM_TLP_MESSAGE_DATA,
                                        .message = PRISIM_MESSAGE_INVALIDATE_REQUEST}};
    prisim_tlp_invalidate_fill(&other, prisim_tlp_range_encode(0x4000, 12), false);
    endpoint_harness_down(h, &other);
    harness_run(h->base, 8 * LATENCY);
    endpoint_harness_complete(h, &read, PRISIM_TLP_SC);
    ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 3 | 1 << 4);
    ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 3);
    ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 6);
    ck_assert_uint_eq(up_completion(h)->head.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 8);
    const struct prisim_tlp *up = endpoint_harness_up(h, 50); /* that goes to another requester */
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.itag_vector, 1 << 9);
    ck_assert_uint_eq(up->head.destination_id, HARNESS_SMMU + 1);
    endpoint_harness_close(h);
}
END_TEST

/* An ITag that waits in a message of several joins no other one, behind its first place either: each message knows its
 * own requests. */
/* covers: PCIE-MESSAGE-12, PCIE-ITAG-1 */
START_TEST(itag_that_waits_joins_no_other_message)
{
    struct prisim_endpoint_config config;
    config_of(&config);
    config.invalidate_merge = 32;
    struct endpoint_harness *h = running(&config);
    struct prisim_tlp read[2];
    for (unsigned i = 0; i < 2; i++) {
        fill(h, 0x4000 + 0x1000 * i);
        endpoint_harness_dma(h, i, 1, 0x4000 + 0x1000 * i, 4, false);
        read[i] = *endpoint_harness_up_dma(h, 0x94000 + 0x1000 * i, 4);
    }
    static const unsigned itag[] = {3, 4, 5, 3};
    for (unsigned i = 0; i < 4; i++)
        invalidated(h, itag[i], 1, 0x4000 + 0x1000 * (i / 2));
    harness_run(h->base, 5 * LATENCY);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 2);
    endpoint_harness_dma(h, 9, 1, 0x7000, 4, true); /* its Translation Request takes the port */
    harness_run(h->base, 5);
    for (unsigned i = 0; i < 2; i++) {
        endpoint_harness_complete(h, &read[i], PRISIM_TLP_SC);
        harness_run(h->base, 3);
    }
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    endpoint_harness_up_translate(h, 1, 0x7000);
    ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 3 | 1 << 4);
    ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 5);
    ck_assert_uint_eq(up_completion(h)->head.itag_vector, 1 << 3);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATC-10, PCIE-ATC-15, out of order: whichever is next, each takes its latency, waits for the reads that used its
 * entries and for no others, and lets its entry go before it completes. */
static unsigned run_out_of_order(uint32_t seed, enum prisim_endpoint_drop drop, uint8_t order[6])
{
    struct prisim_endpoint_config config;
    config_of(&config);
    config.invalidate_order = PRISIM_ENDPOINT_INVALIDATE_OUT_OF_ORDER;
    config.seed = seed;
    config.invalidate = drop;
    struct endpoint_harness *h = running(&config);
    for (unsigned i = 0; i < 6; i++)
        fill(h, 0x4000 + 0x1000 * i);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, false);
    struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x94000, 4);
    prisim_cycle_t at[6];
    for (unsigned i = 0; i < 6; i++)
        at[i] = invalidated(h, i, 1, 0x4000 + 0x1000 * i);
    unsigned moved = 0;
    for (unsigned n = 0; n < 6; n++) {
        if (n == 5) { /* the one whose read is out is the last */
            endpoint_harness_quiet(h, 100);
            endpoint_harness_complete(h, &read, PRISIM_TLP_SC);
        }
        unsigned itag = (unsigned)__builtin_ctz(up_completion(h)->head.itag_vector);
        order[n] = (uint8_t)itag;
        ck_assert(n < 5 ? itag != 0 : itag == 0);
        ck_assert_uint_ge(endpoint_harness_up_at(h), at[itag] + LATENCY);
        if (n < 5)
            ck_assert_uint_le(endpoint_harness_up_at(h), at[0] + LATENCY * 6);
        ck_assert_uint_eq(
            harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED, n)->endpoint_invalidated.request_tlp, itag);
        bool gone = false;
        for (unsigned k = 0; k < harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE); k++) {
            const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, k);
            gone |= event->endpoint_invalidate.tlp == itag && event->endpoint_invalidate.entries == 1;
        }
        ck_assert(gone);
        moved += n > 0 && order[n] < order[n - 1];
    }
    endpoint_harness_close(h);
    return moved;
}

/* covers: PCIE-ATC-10, PCIE-ATC-15, PCIE-ITAG-2 */
START_TEST(out_of_order_is_legal)
{
    unsigned moved = 0, other = 0;
    for (uint32_t seed = 0; seed < 30; seed++) {
        uint8_t order[6], again[6], before[6] = {0};
        moved += run_out_of_order(seed, PRISIM_ENDPOINT_DROP_AT_COMPLETION, order) > 1;
        run_out_of_order(seed, PRISIM_ENDPOINT_DROP_AT_COMPLETION, again);
        ck_assert_mem_eq(order, again, sizeof order); /* the seed says all */
        run_out_of_order(seed, PRISIM_ENDPOINT_DROP_AT_ARRIVAL, again);
        if (seed)
            other += memcmp(order, before, sizeof order) != 0;
        memcpy(before, order, sizeof before);
    }
    ck_assert_uint_gt(moved, 15);
    ck_assert_uint_gt(other, 15);
}
END_TEST

TEST_SUITE("endpoint invalidate end", pasid_beyond_the_width_is_refused, refused_request_does_nothing,
           partly_keeps_some, late_is_later_by_so_many_cycles, never_is_carried_out_and_not_completed,
           early_is_completed_at_once, unpoisoned_answer_is_taken, copy_for_each_traffic_class,
           jobs_use_the_traffic_classes, several_in_one_message, some_do_not_join,
           itag_that_waits_joins_no_other_message, out_of_order_is_legal)
