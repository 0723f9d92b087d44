/* SPDX-License-Identifier: Apache-2.0
 *
 * The ATC as configured (PCIE-ATC, PCIE-ATSCPL): sets, sizes, PASID, Priv and Global; against a plain list that is
 * searched from end to end, under random fills, look-ups and invalidations.
 */
#include "model/pcie_endpoint/endpoint_translation.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { EXE = 8, PRIV = 16, GLOBAL = 32 };

static struct endpoint_harness *running(const struct prisim_endpoint_config *config)
{
    struct endpoint_harness *h = endpoint_harness_enabled(config, 8);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

static void fill(struct endpoint_harness *h, int pasid, uint64_t page, uint64_t output, unsigned size_log2,
                 unsigned bits)
{
    endpoint_harness_dma(h, 1000, pasid, page, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, pasid, page), output, size_log2, R | W | bits);
    ck_assert_ptr_nonnull(endpoint_harness_up(h, 20));
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

/* Four entries in two sets: pages of even and of odd number; a PASID moves its pages on by its number + 1. */
/* covers: PCIE-ATC-1 */
START_TEST(set_keeps_its_ways)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.atc_entries = 4;
    config.atc_ways = 2;
    struct endpoint_harness *h = running(&config);
    fill(h, 1, 0x10000, 0x90000, 12, 0);
    fill(h, 1, 0x12000, 0x92000, 12, 0);
    fill(h, 1, 0x14000, 0x94000, 12, 0); /* of the same set: the oldest of it goes, though two places are free */
    const struct prisim_event *gone = harness_event(h->base, PRISIM_EVENT_ENDPOINT_EVICT, 0);
    ck_assert_ptr_nonnull(gone);
    ck_assert_uint_eq(gone->endpoint_evict.address, 0x10000);
    ck_assert(!is_cached(h, 1, 0x10000));
    fill(h, 1, 0x11000, 0x91000, 12, 0);
    fill(h, 2, 0x10000, 0xa0000, 12, 0); /* PASID 2 moves it into the other set */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_EVICT), 1);
    ck_assert(is_cached(h, 1, 0x12000) && is_cached(h, 1, 0x14000) && is_cached(h, 1, 0x11000));
    ck_assert(is_cached(h, 2, 0x10000));
    fill(h, 1, 0x13000, 0x93000, 12, 0);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_EVICT, 1)->endpoint_evict.address, 0x11000);
    endpoint_harness_close(h);
}
END_TEST

START_TEST(ways_divide_entries)
{
    struct prisim_endpoint_config config;
    struct prisim_config_error error;
    endpoint_harness_config(&config);
    for (uint32_t ways = 0; ways <= 13; ways++) {
        config.atc_entries = 12;
        config.atc_ways = ways;
        ck_assert(prisim_endpoint_config_check(&config, &error) == (ways == 0 || 12 % ways == 0));
    }
    ck_assert_str_eq(error.field, "atc_ways");
}
END_TEST

/* PCIE-ATSCPL-11: what is granted to privileged accesses says nothing of others, and without a PASID it means nothing.
 */
/* covers: PCIE-ATSCPL-11 */
START_TEST(privileged_entry_is_no_others)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    fill(h, 1, 0x4000, 0x9000, 12, PRIV);
    ck_assert(!is_cached(h, 1, 0x4000));
    fill(h, 1, 0x4000, 0xa000, 12, 0);
    ck_assert(is_cached(h, 1, 0x4000));
    ck_assert_uint_eq(h->state->atc.used, 2);
    const struct endpoint_atc_entry *entry = endpoint_atc_find(&config, h->state, 0x4000, 2, true);
    ck_assert_ptr_nonnull(entry);
    ck_assert_uint_eq(entry->output, 0x9000);
    endpoint_harness_invalidate(h, 0, 1, 0x4000, 12, false); /* takes both */
    harness_run(h->base, 10);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, 0)->endpoint_invalidate.entries, 2);
    endpoint_harness_up(h, 1);
    fill(h, NO_PASID, 0x4000, 0x9000, 12, PRIV);
    ck_assert(is_cached(h, NO_PASID, 0x4000));
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSCPL-12: Exe is kept as it comes, and told. */
/* covers: PCIE-ATSCPL-12, PCIE-ATSCPL-14, PCIE-ATSCPL-15 */
START_TEST(execute_is_kept)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    fill(h, 1, 0x4000, 0x9000, 12, EXE);
    const struct endpoint_atc_entry *entry = endpoint_atc_find(&config, h->state, 0x4000, 2, false);
    ck_assert_ptr_nonnull(entry);
    ck_assert_uint_eq(entry->access, 0xb);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION, 0)->endpoint_translation.access, 0xb);
    endpoint_harness_close(h);
}
END_TEST

/* Reserved bits of an entry, 9:6, and bit 10 (N) say nothing. */
/* covers: PCIE-ATSCPL-8, PCIE-ATSCPL-9 */
START_TEST(reserved_bits_say_nothing)
{
    for (unsigned bit = 6; bit <= 10; bit++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        struct endpoint_harness *h = running(&config);
        endpoint_harness_dma(h, 1, 1, 0x4010, 4, true);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R | W | 1u << bit);
        endpoint_harness_up_dma(h, 0x9010, 4);
        endpoint_harness_dma(h, 2, 1, 0x4020, 4, true);
        endpoint_harness_up_dma(h, 0x9020, 4);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION, 0);
        ck_assert_uint_eq(event->endpoint_translation.access, 3);
        ck_assert(!is_cached(h, 1, 0x5000));
        endpoint_harness_close(h);
    }
}
END_TEST

/* What the marker says nothing of: the PASID's translations are as good as before. */
/* covers: PCIE-MARKERORDER-3 */
START_TEST(marker_is_no_invalidation)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.stop = PRISIM_ENDPOINT_STOP_MARKER;
    struct endpoint_harness *h = running(&config);
    fill(h, 1, 0x4000, 0x9000, 12, 0);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    endpoint_harness_up_marker(h, 1);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), PRISIM_ENDPOINT_PASID_IDLE);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    ck_assert(is_cached(h, 1, 0x4000));
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSCPL-10: of every PASID, but not of what has none; it goes with any of them, which is more than asked. */
/* covers: PCIE-ATSCPL-10, PCIE-ATC-8 */
START_TEST(global_entry_is_of_every_pasid)
{
    for (unsigned global = 0; global < 2; global++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.atc_global = global;
        struct endpoint_harness *h = running(&config);
        fill(h, 1, 0x4000, 0x9000, 12, GLOBAL);
        ck_assert(is_cached(h, 1, 0x4000));
        ck_assert(is_cached(h, 2, 0x4000) == (bool)global);
        ck_assert(!is_cached(h, NO_PASID, 0x4000));
        endpoint_harness_invalidate(h, 0, 2, 0x5000, 12, false);
        endpoint_harness_invalidate(h, 1, 2, 0x4000, 12, false);
        harness_run(h->base, 20);
        for (unsigned i = 0; i < 2; i++)
            ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, i)->endpoint_invalidate.entries,
                              i && global);
        endpoint_harness_up(h, 1);
        endpoint_harness_up(h, 1);
        ck_assert(is_cached(h, 1, 0x4000) == !global);
        fill(h, NO_PASID, 0x4000, 0x9000, 12, GLOBAL); /* means nothing there */
        ck_assert(is_cached(h, NO_PASID, 0x4000));
        ck_assert(!is_cached(h, 2, 0x4000));
        endpoint_harness_close(h);
    }
}
END_TEST

/* Of a larger translation the part around the page; at the limit, and one bit above. */
/* covers: PCIE-ATSCPL-1 */
START_TEST(larger_translations_are_cut)
{
    for (uint32_t most = 20; most <= 21; most++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.atc_max_size_log2 = most;
        struct endpoint_harness *h = running(&config);
        fill(h, 1, 0x40345000, 0x80200000, 21, 0);
        endpoint_harness_dma(h, 1, 1, 0x403ff010, 4, true);
        endpoint_harness_up_dma(h, 0x803ff010, 4);
        endpoint_harness_dma(h, 2, 1, 0x40300010, 4, true);
        endpoint_harness_up_dma(h, 0x80300010, 4);
        ck_assert(is_cached(h, 1, 0x402ff000) == (most == 21));
        endpoint_harness_close(h);
    }
}
END_TEST

/* The plain list: the youngest last. */
struct plain {
    uint64_t base, output;
    uint32_t pasid; /* key */
    unsigned size_log2;
    bool privileged;
};
struct plain_atc {
    struct plain entry[PRISIM_ENDPOINT_ATC_MAX];
    unsigned used, entries, ways;
};

static bool plain_is(const struct plain *entry, uint64_t address, uint32_t pasid, bool privileged)
{
    return entry->pasid == pasid && entry->privileged == privileged &&
           (entry->size_log2 == 64 || address >> entry->size_log2 == entry->base >> entry->size_log2);
}

/* The smallest that has the address, the youngest of these: the same addresses can be there twice. */
static int plain_find(const struct plain_atc *atc, uint64_t address, uint32_t pasid, bool privileged)
{
    int found = -1;
    for (unsigned i = 0; i < atc->used; i++)
        if (plain_is(&atc->entry[i], address, pasid, privileged) &&
            (found < 0 || atc->entry[i].size_log2 <= atc->entry[found].size_log2))
            found = (int)i;
    return found;
}

static void plain_remove(struct plain_atc *atc, unsigned i)
{
    memmove(&atc->entry[i], &atc->entry[i + 1], (--atc->used - i) * sizeof atc->entry[0]);
}

static unsigned plain_set(const struct plain_atc *atc, const struct plain *entry)
{
    return atc->ways ? (unsigned)(((entry->base >> entry->size_log2) + entry->pasid) % (atc->entries / atc->ways)) : 0;
}

static void plain_fill(struct plain_atc *atc, struct plain entry, uint64_t address)
{
    int old = plain_find(atc, address, entry.pasid, entry.privileged);
    if (old >= 0)
        plain_remove(atc, (unsigned)old);
    unsigned in_set = 0;
    int oldest = -1;
    for (unsigned i = 0; i < atc->used; i++)
        if (plain_set(atc, &atc->entry[i]) == plain_set(atc, &entry)) {
            in_set++;
            if (oldest < 0)
                oldest = (int)i;
        }
    if (in_set == (atc->ways ? atc->ways : atc->entries))
        plain_remove(atc, (unsigned)oldest);
    atc->entry[atc->used++] = entry;
}

static unsigned plain_invalidate(struct plain_atc *atc, uint64_t base, unsigned size_log2, uint32_t pasid, bool partly)
{
    unsigned hit = 0, gone = 0;
    for (unsigned i = 0; i < atc->used;) {
        const struct plain *entry = &atc->entry[i];
        uint64_t last = size_log2 == 64 ? UINT64_MAX : base + (UINT64_C(1) << size_log2) - 1;
        uint64_t entry_last = entry->base + (UINT64_C(1) << entry->size_log2) - 1;
        bool is_hit = (pasid == 0 || entry->pasid == pasid) && entry->base <= last && base <= entry_last;
        if (is_hit && (!partly || hit++ % 2)) {
            plain_remove(atc, i);
            gone++;
        } else {
            i++;
        }
    }
    return gone;
}

static void compare(const struct endpoint_harness *h, const struct plain_atc *atc, struct random_stream *random)
{
    ck_assert_uint_eq(h->state->atc.used, atc->used);
    for (unsigned look = 0; look < 4; look++) {
        uint64_t address = random_below(random, 64) << 12;
        uint32_t pasid = (uint32_t)random_below(random, 4);
        bool privileged = pasid && random_below(random, 2);
        int mine = plain_find(atc, address, pasid, privileged);
        const struct endpoint_atc_entry *its = endpoint_atc_find(&h->config, h->state, address, pasid, privileged);
        ck_assert((its != NULL) == (mine >= 0));
        if (its == NULL)
            continue;
        ck_assert_uint_eq(its->base, atc->entry[mine].base);
        ck_assert_uint_eq(its->output, atc->entry[mine].output);
        ck_assert_uint_eq(its->size_log2, atc->entry[mine].size_log2);
    }
}

static void fill_both(struct endpoint_harness *h, struct plain_atc *atc, struct random_stream *random,
                      prisim_cycle_t now)
{
    uint64_t page = random_below(random, 64) << 12;
    unsigned size_log2 = 12 + (unsigned)random_below(random, 4);
    uint64_t inside = ~((UINT64_C(1) << size_log2) - 1);
    uint64_t output = (random_below(random, 1024) << 16) & inside;
    uint32_t pasid = (uint32_t)random_below(random, 4);
    bool privileged = pasid && random_below(random, 2);
    struct endpoint_edge e = {&h->config, h->state, &h->base->ports, now};
    const struct endpoint_atc_entry entry = {.base = page & inside,
                                             .output = output,
                                             .pasid = pasid,
                                             .size_log2 = (uint8_t)size_log2,
                                             .access = R,
                                             .privileged = privileged};
    endpoint_atc_fill(&e, &entry, page);
    plain_fill(atc, (struct plain){page & inside, output, pasid, size_log2, privileged}, page);
}

/* PCIE-ATC-3, PCIE-ATC-4, PCIE-ATC-7 */
/* covers: PCIE-ATC-3, PCIE-ATC-4, PCIE-ATC-7, PCIE-ATC-14 */
START_TEST(atc_is_a_plain_list)
{
    static const unsigned shape[][2] = {{1, 0}, {8, 0}, {64, 0}, {8, 1}, {8, 2}, {12, 4}, {64, 8}, {256, 16}, {9, 9}};
    for (unsigned i = 0; i < sizeof shape / sizeof *shape; i++) {
        struct random_stream random = random_open(15, i, 3);
        struct plain_atc *atc = calloc(1, sizeof *atc);
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.atc_entries = atc->entries = shape[i][0];
        config.atc_ways = atc->ways = shape[i][1];
        struct endpoint_harness *h = endpoint_harness_open(&config);
        for (unsigned step = 0; step < 1000; step++) {
            if (random_below(&random, 12)) {
                fill_both(h, atc, &random, h->base->now);
            } else {
                unsigned size_log2 = random_below(&random, 20) ? 12 + (unsigned)random_below(&random, 5) : 64;
                uint64_t base = size_log2 == 64 ? 0 : (random_below(&random, 64) << 12) >> size_log2 << size_log2;
                struct endpoint_range range = {base, size_log2, (uint32_t)random_below(&random, 4)};
                bool partly = random_below(&random, 4) == 0;
                unsigned gone = partly ? endpoint_atc_invalidate_partly(h->state, &range)
                                       : endpoint_atc_invalidate(h->state, &range);
                ck_assert_uint_eq(gone, plain_invalidate(atc, base, size_log2, range.pasid, partly));
            }
            compare(h, atc, &random);
        }
        free(atc);
        endpoint_harness_close(h);
    }
}
END_TEST

TEST_SUITE("endpoint atc", set_keeps_its_ways, ways_divide_entries, privileged_entry_is_no_others, execute_is_kept,
           reserved_bits_say_nothing, marker_is_no_invalidation, global_entry_is_of_every_pasid,
           larger_translations_are_cut, atc_is_a_plain_list)
