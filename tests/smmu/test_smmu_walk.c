/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks against descriptors built here: levels and sizes, limits of tables, address sizes, TBI, and the clocks of a
 * miss and of a hit (SMMU-EVENT, SMMU-LEVEL, SMMU-DESCRIPTOR).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASID = 1, ASID = 4 };

static struct smmu_harness *h;
static uint64_t ttb;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(ASID), ttb);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static uint64_t ask(uint64_t address)
{
    struct prisim_tlp request = smmu_harness_request(address, PASID, 0);
    return smmu_harness_entry(smmu_harness_ask(h, &request));
}

static void new_cd(uint64_t dw0, uint64_t table)
{
    smmu_harness_cd(h, PASID, dw0, table);
    smmu_harness_command(h,
                         PRISIM_CMDQ_OP_CFGI_CD | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID) |
                             prisim_bits_put(PASID, PRISIM_CMD_SSID),
                         1);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_ALL, 0);
    smmu_harness_sync(h);
}

/* PCIE-ATSCPL: 2 MB has bits 19:12 set and 20 clear, 1 GB bits 28:12 set and 29 clear; S is bit 11. */
/* covers: SMMU-ATSCPL-1 */
START_TEST(sizes)
{
    smmu_harness_map(h, ttb, UINT64_C(0x40000000), 21, smmu_harness_leaf(UINT64_C(0x7fe00000), 21));
    smmu_harness_map(h, ttb, UINT64_C(0x8000000000), 30, smmu_harness_leaf(UINT64_C(0x1c0000000), 30));
    smmu_harness_map(h, ttb, UINT64_C(0x5000), 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    for (unsigned again = 0; again < 2; again++) {
        ck_assert_uint_eq(ask(UINT64_C(0x40123000)), UINT64_C(0x7feff803));
        ck_assert_uint_eq(ask(UINT64_C(0x8012345000)), UINT64_C(0x1dffff803));
        ck_assert_uint_eq(ask(UINT64_C(0x5000)), HARNESS_PAGES | 3);
    }
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 0)->smmu_translate.output,
                      UINT64_C(0x7ff23000));
    ck_assert_uint_eq(ask(UINT64_C(0x40200000)), 0);
}
END_TEST

/* SMMU-LEVEL: start levels 0, 1, 2 by T0SZ; the first table may be smaller than a page. */
START_TEST(start_levels)
{
    static const struct {
        unsigned t0sz, level;
    } row[] = {{16, 0}, {24, 0}, {25, 1}, {33, 1}, {34, 2}, {39, 2}};
    for (unsigned i = 0; i < 6; i++) {
        uint64_t va = (UINT64_C(1) << (64 - row[i].t0sz)) - 0x1000; /* the last page */
        uint64_t table = smmu_harness_table(h), first = table;
        for (unsigned level = row[i].level; level < 3; level++) {
            unsigned shift = 39 - 9 * level, width = level == row[i].level ? 64 - row[i].t0sz - shift : 9;
            uint64_t next = smmu_harness_table(h);
            smmu_harness_store(h, table + (va >> shift & prisim_bits_mask(width)) * 8, next | 3);
            table = next;
        }
        smmu_harness_store(h, table + 511 * 8, smmu_harness_leaf(HARNESS_PAGES + i * 0x1000, 12));
        new_cd((smmu_harness_cd0(ASID) & ~prisim_bits_put(63, PRISIM_CD0_T0SZ)) |
                   prisim_bits_put(row[i].t0sz, PRISIM_CD0_T0SZ),
               first);
        unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
        ck_assert_msg(ask(va) == (HARNESS_PAGES + i * 0x1000 + 3), "T0SZ %u", row[i].t0sz);
        /* CD, then one descriptor a level; the first time also the STE. */
        unsigned fetches = (i == 0 ? 1u : 0u) + 1 + 4 - row[i].level;
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - before, fetches);
        ck_assert_uint_eq(ask(va + 0x1000), 0); /* out of range: no walk */
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - before, fetches);
    }
}
END_TEST

/* SMMU-DESCRIPTOR: APTable bit 0 takes user access away, bit 1 writing; the walk cache keeps it. */
/* covers: SMMU-DESCRIPTOR-13 */
START_TEST(table_limits)
{
    for (unsigned limit = 0; limit < 4; limit++) {
        uint64_t va = UINT64_C(0x200000) * (limit + 1);
        smmu_harness_map(h, ttb, va, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
        smmu_harness_map(h, ttb, va + 0x1000, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
        uint64_t l1 = smmu_harness_load(h, ttb) & PRISIM_DESC_ADDRESS,
                 l2 = smmu_harness_load(h, l1) & PRISIM_DESC_ADDRESS;
        uint64_t at = l2 + (va >> 21) * 8;
        smmu_harness_store(h, at, smmu_harness_load(h, at) | prisim_bits_put(limit, PRISIM_DESC_APTABLE));
        uint64_t expected = limit & 1 ? 0 : HARNESS_PAGES | (limit & 2 ? 1 : 3);
        ck_assert_uint_eq(ask(va), expected);
        ck_assert_uint_eq(ask(va + 0x1000), expected);
    }
}
END_TEST

/* SMMU-EVENT: an output or table beyond IPS is F_ADDR_SIZE. TBI0 leaves the top byte out. AFFD lets AF=0 pass. */
/* covers: SMMU-CD-3 */
START_TEST(context_fields)
{
    smmu_harness_map(h, ttb, 0x1000, 12, smmu_harness_leaf(UINT64_C(1) << 36, 12));
    ck_assert_uint_eq(ask(0x1000), UINT64_C(1) << 36 | 3);
    ck_assert_uint_eq(ask(UINT64_C(0xab00000000001000)), 0);
    new_cd((smmu_harness_cd0(ASID) & ~prisim_bits_put(7, PRISIM_CD0_IPS)) | prisim_bits_put(1, PRISIM_CD0_IPS) |
               prisim_bits_put(1, PRISIM_CD0_TBI0),
           ttb);
    ck_assert_uint_eq(ask(0x1000), 0);
    unsigned last = harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE) - 1;
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, last)->smmu_translate.cause,
                      PRISIM_CAUSE_ADDRESS_SIZE_FAULT);
    smmu_harness_map(h, ttb, 0x2000, 12, smmu_harness_leaf(HARNESS_PAGES, 12) & ~prisim_bits_put(1, PRISIM_DESC_AF));
    ck_assert_uint_eq(ask(0x2000), 0);
    new_cd(smmu_harness_cd0(ASID) | prisim_bits_put(1, PRISIM_CD0_AFFD) | prisim_bits_put(1, PRISIM_CD0_TBI0), ttb);
    ck_assert_uint_eq(ask(0x2000), HARNESS_PAGES | 3);
    ck_assert_uint_eq(ask(UINT64_C(0xab00000000002000)), HARNESS_PAGES | 3);
}
END_TEST

static prisim_cycle_t measure(uint64_t address)
{
    unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    ask(address);
    return harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down) - h->base->rx[PRISIM_SMMU_RX_UP].taken_at[taken];
}

/* A second SMMU beside the fixture's. */
static struct smmu_harness *other;
static void open_other(void)
{
    other = h;
    h = smmu_harness_open();
}

static void start_other(void)
{
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(ASID), ttb);
}

static void close_other(void)
{
    smmu_harness_close(h);
    h = other;
}

/* Each fetch is offered at the edge of its cause, taken at the next and answered L later. */
START_TEST(clocks)
{
    const prisim_cycle_t fetch = 1 + HARNESS_MEMORY_LATENCY;
    static const struct {
        uint32_t config, micro, tlb, walk;
    } row[] = {{3, 1, 3, 4}, {7, 2, 5, 9}};
    for (unsigned i = 0; i < 2; i++) {
        prisim_cycle_t config = row[i].config, micro = config + row[i].micro, tlb = micro + row[i].tlb,
                       walk = tlb + row[i].walk;
        open_other();
        struct prisim_smmu_config *c = &h->config;
        if (i == 0) {
            ck_assert(c->config_latency == 3 && c->micro_tlb_latency == 1 && c->tlb_latency == 3 &&
                      c->walk_latency == 4);
        } else {
            c->config_latency = row[i].config;
            c->micro_tlb_latency = row[i].micro;
            c->tlb_latency = row[i].tlb;
            c->walk_latency = row[i].walk;
        }
        c->micro_tlb_entries = 1;
        start_other();
        smmu_harness_map(h, ttb, 0x1000, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
        smmu_harness_map(h, ttb, 0x2000, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
        smmu_harness_map(h, ttb, 0x200000, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
        smmu_harness_map(h, ttb, UINT64_C(0x40000000), 12, smmu_harness_leaf(HARNESS_PAGES, 12));
        ck_assert_uint_eq(measure(0x1000), walk + 2 * fetch + 4 * fetch); /* nothing cached: STE, CD, four levels */
        ck_assert_uint_eq(measure(0x1000), micro);
        ck_assert_uint_eq(measure(0x2000), walk + fetch);       /* a table found at level 2 is cached */
        ck_assert_uint_eq(measure(0x1000), tlb);                /* 0x2000 has taken its place in the micro TLB */
        ck_assert_uint_eq(measure(0x1000), micro);              /* and it is back */
        ck_assert_uint_eq(measure(0x200000), walk + 2 * fetch); /* level 1 */
        ck_assert_uint_eq(measure(UINT64_C(0x40000000)), walk + 3 * fetch); /* level 0 */
        for (unsigned again = 0; again < 2; again++)
            ck_assert_uint_eq(measure(0x3000), walk + fetch); /* an invalid descriptor is not cached */
        ck_assert_uint_eq(measure(UINT64_C(1) << 48), tlb);   /* out of range: known when the TLB misses */
        close_other();
    }
}
END_TEST

/* A look-up that is under way sees what another one has put into the micro TLB before the edge at which it ends. */
START_TEST(micro_tlb_changes)
{
    for (unsigned late = 0; late < 2; late++) {
        open_other();
        h->config.micro_tlb_entries = 1;
        start_other();
        for (unsigned i = 1; i < 3; i++)
            smmu_harness_map(h, ttb, 0x1000 * i, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
        ask(0x1000);
        ask(0x2000); /* in the micro TLB */
        const struct prisim_smmu_config *c = &h->config;
        prisim_cycle_t micro = c->config_latency + c->micro_tlb_latency, tlb = micro + c->tlb_latency;
        unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        struct prisim_tlp first = smmu_harness_request(0x1000, PASID, 0),
                          second = smmu_harness_request(0x2000, PASID, 0);
        smmu_harness_up(h, &first);              /* comes from the TLB after `tlb` cycles */
        smmu_harness_run(h, tlb - micro + late); /* the second's look-up of the micro TLB ends with it, or one later */
        smmu_harness_up(h, &second);
        smmu_harness_run(h, 40);
        const prisim_cycle_t *at = h->base->rx[PRISIM_SMMU_RX_UP].taken_at + taken;
        ck_assert_uint_eq(at[1] - at[0], tlb - micro + late);
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down) - at[0], tlb);
        prisim_cycle_t second_took = harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down + 1) - at[1];
        ck_assert_uint_eq(second_took, late ? tlb : micro + 1); /* DOWN takes one an edge */
        close_other();
    }
}
END_TEST

/* Without caches every look-up of them is skipped. */
START_TEST(no_caches)
{
    open_other();
    struct prisim_smmu_config *c = &h->config;
    c->micro_tlb_entries = c->tlb_entries = c->config_entries = 0;
    c->walk_entries = c->walk_l1_entries = c->walk_l0_entries = 0;
    start_other();
    smmu_harness_map(h, ttb, 0x1000, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    for (unsigned i = 0; i < 2; i++)
        ck_assert_uint_eq(measure(0x1000), h->config.config_latency + 6 * (1 + HARNESS_MEMORY_LATENCY));
    close_other();
}
END_TEST

/* One walk at a time: the next begins at the edge at which the one before ends. Hits pass. */
START_TEST(walk_slots)
{
    enum { REQUESTS = 4 };
    const prisim_cycle_t fetch = 1 + HARNESS_MEMORY_LATENCY;
    for (unsigned slots = 1; slots <= REQUESTS; slots++) {
        open_other();
        h->config.walk_slots = slots;
        h->config.translation_slots = REQUESTS + 1;
        start_other();
        for (unsigned i = 0; i <= REQUESTS; i++)
            smmu_harness_map(h, ttb, 0x1000 * i, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
        ask(0);
        unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        for (unsigned i = 0; i <= REQUESTS; i++) {
            struct prisim_tlp request = smmu_harness_request(0x1000 * ((i + 1) % (REQUESTS + 1)), PASID, 0);
            smmu_harness_up(h, &request); /* the last one hits */
        }
        smmu_harness_run(h, 400);
        const prisim_cycle_t *at = h->base->rx[PRISIM_SMMU_RX_UP].taken_at + taken;
        const struct prisim_smmu_config *c = &h->config;
        prisim_cycle_t missed = c->config_latency + c->micro_tlb_latency + c->tlb_latency,
                       walk = c->walk_latency + fetch;
        prisim_cycle_t end[REQUESTS] = {0};
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down),
                          at[REQUESTS] + c->config_latency + c->micro_tlb_latency);
        for (unsigned i = 0; i < REQUESTS; i++) {
            prisim_cycle_t begin = at[i] + missed;
            if (i >= slots && end[i - slots] > begin)
                begin = end[i - slots];
            end[i] = begin + walk;
            ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down + 1 + i), end[i]);
        }
        close_other();
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_walk");
    TCase *tcase = tcase_create("walk");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, sizes);
    tcase_add_test(tcase, start_levels);
    tcase_add_test(tcase, table_limits);
    tcase_add_test(tcase, context_fields);
    tcase_add_test(tcase, clocks);
    tcase_add_test(tcase, micro_tlb_changes);
    tcase_add_test(tcase, no_caches);
    tcase_add_test(tcase, walk_slots);
    suite_add_tcase(suite, tcase);
    return suite;
}
