/* SPDX-License-Identifier: Apache-2.0
 *
 * Invalidate Requests (pcie 1.6, 4.3): what they take out of the ATC, what they poison, when they complete.
 */
#include "tests/pcie_endpoint/bench.h"

static struct bench *running(const struct endpoint_config *config)
{
    struct bench *b = bench_enabled(config, 8);
    bench_pasid(b, 1, ENDPOINT_PASID_RUN);
    bench_pasid(b, 2, ENDPOINT_PASID_RUN);
    return b;
}

static void fill(struct bench *b, int pasid, uint64_t page, uint64_t output, unsigned size_log2)
{
    bench_dma(b, 1000, pasid, page, 4, true);
    bench_translated(b, bench_up_translate(b, pasid, page), output, size_log2, R | W);
    bench_up(b, 20);
}

static void up_invalidated(struct bench *b, unsigned itag)
{
    const struct tlp *up = bench_up(b, 100);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.type, TLP_MESSAGE);
    ck_assert_uint_eq(up->head.message, MESSAGE_INVALIDATE_COMPLETION);
    ck_assert_uint_eq(up->head.destination_id, BENCH_SMMU);
    ck_assert_uint_eq(up->head.requester_id, BENCH_ID);
    ck_assert_uint_eq(up->head.itag_vector, UINT32_C(1) << itag);
    ck_assert_uint_eq(up->head.completion_count, 1);
    ck_assert_uint_eq(up->head.flags, 0);
}

static bool is_cached(struct bench *b, int pasid, uint64_t page)
{
    bench_dma(b, 2000, pasid, page, 4, true);
    const struct tlp *up = bench_up(b, 20);
    ck_assert_ptr_nonnull(up);
    if (up->head.at == TLP_AT_TRANSLATED)
        return true;
    bench_complete(b, up, TLP_CA);
    rig_run(b->rig, 2);
    return false;
}

static cycle_t taken(const struct bench *b, unsigned back)
{
    const struct rig_rx_port *down = &b->rig->rx[ENDPOINT_RX_DOWN];
    return down->taken_at[down->taken - 1 - back];
}

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
    struct endpoint_config config;
    bench_config(&config);
    for (unsigned row = 0; row < sizeof table / sizeof table[0]; row++) {
        struct bench *b = running(&config);
        unsigned gone = 0;
        for (unsigned i = 0; i < 5; i++) {
            fill(b, entry[i].pasid, entry[i].page, 0x800000 + 0x200000 * i, i == 4 ? 21 : 12);
            gone += !table[row].left[i];
        }
        bench_invalidate(b, 3, table[row].pasid, table[row].address, table[row].size_log2, table[row].global);
        up_invalidated(b, 3);
        const struct event *event = rig_event(b->rig, EVENT_ENDPOINT_INVALIDATE, 0);
        ck_assert_uint_eq(event->endpoint_invalidate.itag, 3);
        ck_assert_uint_eq(event->endpoint_invalidate.address, table[row].address & ~UINT64_C(0xfff));
        ck_assert_uint_eq(event->endpoint_invalidate.entries, gone);
        for (unsigned i = 0; i < 5; i++)
            ck_assert_msg(is_cached(b, entry[i].pasid, entry[i].page) == table[row].left[i], "row %u entry %u", row, i);
        bench_close(b);
    }
}
END_TEST

START_TEST(completions_come_one_after_the_other)
{
    for (uint32_t latency = 1; latency <= 8; latency += 7) {
        struct endpoint_config config;
        bench_config(&config);
        config.invalidate_latency = latency;
        struct bench *b = running(&config);
        for (unsigned itag = 0; itag < 3; itag++)
            bench_invalidate(b, itag + 29, NO_PASID, 0, 64, false);
        for (unsigned itag = 0; itag < 3; itag++) {
            up_invalidated(b, itag + 29);
            rig_run(b->rig, 1);
            ck_assert_uint_eq(bench_up_at(b),
                              b->rig->rx[ENDPOINT_RX_DOWN].taken_at[b->rig->rx[ENDPOINT_RX_DOWN].offered - 3] +
                                  latency * (itag + 1));
        }
        ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_INVALIDATED), 3);
        bench_close(b);
    }
}
END_TEST

START_TEST(translation_under_way_is_poisoned)
{
    struct endpoint_config config;
    bench_config(&config);
    for (unsigned fault = 0; fault < 2; fault++) {
        struct bench *b = running(&config);
        bench_dma(b, 1, 1, 0x4000, 4, true);
        struct tlp request = *bench_up_translate(b, 1, 0x4000);
        bench_invalidate(b, 0, 1, 0x4000, 12, false);
        up_invalidated(b, 0);
        /* Neither used nor kept: asked again. */
        bench_translated(b, &request, fault ? 0 : 0x9000, 12, fault ? 0 : R | W);
        request = *bench_up_translate(b, 1, 0x4000);
        ck_assert_uint_eq(bench_up_at(b), taken(b, 0));
        bench_translated(b, &request, 0xa000, 12, R | W);
        bench_up_dma(b, 0xa000, 4);
        bench_ended(b, 1, CAUSE_COMPLETED);
        bench_close(b);
    }
}
END_TEST

START_TEST(other_translations_are_not_poisoned)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = running(&config);
    bench_dma(b, 1, 1, 0x4000, 4, true);
    struct tlp request = *bench_up_translate(b, 1, 0x4000);
    bench_invalidate(b, 0, 1, 0x5000, 12, false);
    bench_invalidate(b, 1, 2, 0x4000, 12, false);
    up_invalidated(b, 0);
    up_invalidated(b, 1);
    /* A larger page that holds 0x5000 may be stale there: of it only 4 KiB are kept. */
    bench_translated(b, &request, 0x200000, 21, R | W);
    bench_up_dma(b, 0x204000, 4);
    ck_assert(is_cached(b, 1, 0x4000));
    ck_assert(!is_cached(b, 1, 0x5000));
    bench_close(b);
}
END_TEST

/* pcie 4.3: not before every read that used the entries has completed; later lines are translated anew. */
START_TEST(completion_waits_for_reads)
{
    struct endpoint_config config;
    bench_config(&config);
    config.invalidate_depth = 1;
    struct bench *b = running(&config);
    bench_dma(b, 1, 1, 0x4000, 4, false);
    bench_translated(b, bench_up_translate(b, 1, 0x4000), 0x9000, 12, R | W);
    struct tlp used = *bench_up_dma(b, 0x9000, 4);
    bench_dma(b, 2, 1, 0x5000, 4, false);
    bench_translated(b, bench_up_translate(b, 1, 0x5000), 0xa000, 12, R | W);
    bench_up_dma(b, 0xa000, 4); /* of another page: not waited for */
    bench_invalidate(b, 4, 1, 0x4000, 12, false);
    bench_quiet(b, 50);
    bench_dma(b, 3, 1, 0x5000, 4, true); /* other work does not let it go */
    bench_up_dma(b, 0xa000, 4);
    bench_quiet(b, 50);
    /* The link is not blocked though the depth is reached: the read data stands behind the next request. */
    bench_invalidate(b, 5, 2, 0x4000, 12, false);
    bench_complete(b, &used, TLP_SC);
    up_invalidated(b, 4);
    ck_assert_uint_eq(bench_up_at(b), taken(b, 0));
    up_invalidated(b, 5);
    bench_close(b);
}
END_TEST

START_TEST(lines_not_made_yet_are_translated_anew)
{
    struct endpoint_config config;
    bench_config(&config);
    config.invalidate_latency = 1;
    struct bench *b = running(&config);
    bench_dma(b, 1, 1, 0x4000, 4096, true);
    bench_translated(b, bench_up_translate(b, 1, 0x4000), 0x9000, 12, R | W);
    bench_up_dma(b, 0x9000, 64);
    bench_invalidate(b, 4, NO_PASID, 0x4000, 12, false);
    /* Writes made before are ahead of the completion, none behind it uses the old page. */
    const struct tlp *up;
    uint64_t next = 0x40;
    while ((up = bench_up(b, 20)) && up->head.type == TLP_MEMORY_WRITE) {
        ck_assert_uint_eq(up->head.address, 0x9000 + next);
        next += 64;
    }
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.message, MESSAGE_INVALIDATE_COMPLETION);
    bench_translated(b, bench_up_translate(b, 1, 0x4000), 0xc000, 12, R | W);
    for (; next < 4096; next += 64)
        bench_up_dma(b, 0xc000 + next, 64);
    bench_ended(b, 1, CAUSE_COMPLETED);
    bench_close(b);
}
END_TEST

/* pcie 3.1: `depth` requests are accepted, the next one waits at the link until one of them is done. */
START_TEST(depth_bounds_what_is_accepted)
{
    for (uint32_t depth = 1; depth <= 32; depth += 31) {
        struct endpoint_config config;
        bench_config(&config);
        config.invalidate_depth = depth;
        config.invalidate_latency = 100;
        struct bench *b = running(&config);
        unsigned before = b->rig->rx[ENDPOINT_RX_DOWN].taken;
        for (unsigned i = 0; i <= depth; i++)
            bench_invalidate(b, i % 32, 1, 0x4000, 12, false);
        rig_run(b->rig, 90);
        ck_assert_uint_eq(b->rig->rx[ENDPOINT_RX_DOWN].taken - before, depth);
        rig_run(b->rig, 20);
        ck_assert_uint_eq(b->rig->rx[ENDPOINT_RX_DOWN].taken - before, depth + 1);
        bench_close(b);
    }
}
END_TEST

/* pcie 3.1: also with ATS disabled. */
START_TEST(disabled_function_completes)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_open(&config);
    bench_invalidate(b, 31, NO_PASID, 0, 64, false);
    up_invalidated(b, 31);
    bench_close(b);
}
END_TEST

BENCH_MAIN("endpoint invalidate", range_and_pasid_choose_entries, completions_come_one_after_the_other,
           translation_under_way_is_poisoned, other_translations_are_not_poisoned, completion_waits_for_reads,
           lines_not_made_yet_are_translated_anew, depth_bounds_what_is_accepted, disabled_function_completes)
