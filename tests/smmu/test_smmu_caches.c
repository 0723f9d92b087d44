/* SPDX-License-Identifier: Apache-2.0
 *
 * Staleness and invalidation: what a TLBI or CFGI takes out and what it must leave, walks in flight, global entries
 * (SMMU-CFGI, SMMU-TLBI, SMMU-SYNC).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASIDS = 3 };
#define VA UINT64_C(0x10000)

static struct smmu_harness *h;
static uint64_t ttb[PASIDS];

/* PASID p has ASID p + 1 and its pages at HARNESS_PAGES + p * 0x10000. */
static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    for (unsigned p = 0; p < PASIDS; p++) {
        ttb[p] = smmu_harness_table(h);
        smmu_harness_cd(h, p, smmu_harness_cd0(p + 1), ttb[p]);
    }
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static uint64_t page(unsigned p, unsigned version)
{
    return HARNESS_PAGES + p * 0x10000 + version * 0x1000;
}

static void map(unsigned p, uint64_t va, unsigned version)
{
    smmu_harness_map(h, ttb[p], va, 12, smmu_harness_leaf(page(p, version), 12));
}

static void map_global(unsigned p, uint64_t va, unsigned version)
{
    smmu_harness_map(h, ttb[p], va, 12, smmu_harness_leaf(page(p, version), 12) & ~prisim_bits_put(1, PRISIM_DESC_NG));
}

static uint64_t ask(unsigned p, uint64_t va)
{
    struct prisim_tlp request = smmu_harness_request(va, (int)p, 0);
    return smmu_harness_entry(smmu_harness_ask(h, &request)) & ~UINT64_C(0xfff);
}

static void command(uint64_t dw0, uint64_t dw1)
{
    smmu_harness_command(h, dw0, dw1);
    smmu_harness_sync(h);
}

static uint64_t asid(unsigned p)
{
    return prisim_bits_put(p + 1, PRISIM_CMD_TLBI_ASID);
}

/* SMMU-TLBI: fills the TLB with p's pages at VA and VA + 4 KB, changes memory, invalidates, and says who is stale. */
static unsigned stale_after(uint64_t dw0, uint64_t dw1)
{
    unsigned stale = 0;
    for (unsigned i = 0; i < 2 * PASIDS; i++) {
        map(i / 2, VA + 0x1000 * (i & 1), i & 1);
        ck_assert_uint_eq(ask(i / 2, VA + 0x1000 * (i & 1)), page(i / 2, i & 1));
        map(i / 2, VA + 0x1000 * (i & 1), 8 + (i & 1));
    }
    command(dw0, dw1);
    for (unsigned i = 0; i < 2 * PASIDS; i++)
        stale |= (ask(i / 2, VA + 0x1000 * (i & 1)) == page(i / 2, i & 1) ? 1u : 0u) << i;
    command(PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    return stale;
}

/* covers: SMMU-CFGI-3, SMMU-TLBI-1, SMMU-TLBI-2, SMMU-TLBI-3, SMMU-TLBI-4,
 * SMMU-TLBI-8 */
START_TEST(tlbi)
{
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_SYNC, 0), 0x3f);
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_CFGI_ALL, 31), 0x3f); /* SMMU-CFGI: no TLB invalidation */
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_TLBI_NH_ALL, 0), 0);
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0), 0);
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_TLBI_NH_ASID | asid(1), 0), 0x33);
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_TLBI_NH_VA | asid(1), VA), 0x3b);
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_TLBI_NH_VA | asid(1), VA | 1), 0x3b); /* Leaf */
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_TLBI_NH_VAA | asid(1), VA + 0x1000), 0x15);
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_TLBI_NH_ASID | asid(7), 0), 0x3f);
    ck_assert_uint_eq(stale_after(PRISIM_CMDQ_OP_TLBI_NH_VA | asid(1), VA + 0x5000), 0x3f);
}
END_TEST

/* SMMU-TLBI: global entries serve every ASID; NH_ASID leaves them, NH_VA takes them whatever the ASID. */
/* covers: SMMU-TLBI-2, SMMU-TLBI-3, SMMU-TLBI-13, SMMU-CD-10 */
START_TEST(global_entries)
{
    map_global(0, VA, 0);
    map(1, VA + 0x1000, 0);
    ck_assert_uint_eq(ask(1, VA + 0x1000), page(1, 0));
    ck_assert_uint_eq(ask(0, VA), page(0, 0));
    ck_assert_uint_eq(ask(1, VA), page(0, 0)); /* its own table has nothing there */
    command(PRISIM_CMDQ_OP_TLBI_NH_ASID | asid(0), 0);
    ck_assert_uint_eq(ask(1, VA), page(0, 0));
    smmu_harness_cd(h, 2, smmu_harness_cd0(3) | prisim_bits_put(1, PRISIM_CD0_ASET), ttb[2]);
    ck_assert_uint_eq(ask(2, VA), 0); /* another ASET */
    command(PRISIM_CMDQ_OP_TLBI_NH_VA | asid(2), VA);
    ck_assert_uint_eq(ask(1, VA), 0);
}
END_TEST

/* A 2 MB entry goes by any address in it. */
START_TEST(large_entries)
{
    uint64_t at = smmu_harness_map(h, ttb[0], 0, 21, smmu_harness_leaf(UINT64_C(0x40000000), 21));
    ck_assert_uint_eq(ask(0, 0x1000) & ~UINT64_C(0xfffff), UINT64_C(0x40000000));
    smmu_harness_store(h, at, 0);
    command(PRISIM_CMDQ_OP_TLBI_NH_VA | asid(0), UINT64_C(0x200000));
    ck_assert_uint_ne(ask(0, 0x1000), 0);
    command(PRISIM_CMDQ_OP_TLBI_NH_VA | asid(0), UINT64_C(0x1ff000));
    ck_assert_uint_eq(ask(0, 0x1000), 0);
}
END_TEST

/* The walk cache keeps the last table; Leaf=1 may leave it, Leaf=0 takes it. */
/* covers: SMMU-TLBI-12 */
START_TEST(walk_cache)
{
    map(0, VA, 0);
    ck_assert_uint_eq(ask(0, VA), page(0, 0));
    uint64_t l1 = smmu_harness_load(h, ttb[0]) & PRISIM_DESC_ADDRESS,
             l2 = smmu_harness_load(h, l1) & PRISIM_DESC_ADDRESS;
    uint64_t other = smmu_harness_table(h);
    smmu_harness_store(h, other + (VA >> 12) * 8, smmu_harness_leaf(page(0, 1), 12));
    smmu_harness_store(h, l2, other | 3);
    command(PRISIM_CMDQ_OP_TLBI_NH_VA | asid(0), VA | 1);
    ck_assert_uint_eq(ask(0, VA), page(0, 0));
    command(PRISIM_CMDQ_OP_TLBI_NH_VA | asid(0), VA);
    ck_assert_uint_eq(ask(0, VA), page(0, 1));
}
END_TEST

static uint64_t sid(void)
{
    return prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID);
}

/* SMMU-CFGI: CDs stay until CFGI_CD, CFGI_CD_ALL, CFGI_STE or a range that holds the StreamID. */
/* covers: SMMU-CMDFIELD-4, SMMU-CMDFIELD-5, SMMU-CMDFIELD-6, SMMU-CFGI-1, SMMU-CFGI-2 */
START_TEST(cds)
{
    const struct {
        uint64_t dw0, dw1;
        bool goes;
    } row[] = {
        {PRISIM_CMDQ_OP_CFGI_CD | prisim_bits_put(1, PRISIM_CMD_SSID), 1, true},
        {PRISIM_CMDQ_OP_CFGI_CD | prisim_bits_put(2, PRISIM_CMD_SSID), 1, false},
        {PRISIM_CMDQ_OP_CFGI_CD_ALL, 0, true},
        {PRISIM_CMDQ_OP_CFGI_STE, 1, true},
        {PRISIM_CMDQ_OP_CFGI_ALL, 31, true},
        {PRISIM_CMDQ_OP_CFGI_ALL, 2, true},
        {PRISIM_CMDQ_OP_CFGI_STE | prisim_bits_put(1, 32, 32), 1, false}, /* StreamID | 1 */
        {PRISIM_CMDQ_OP_CFGI_ALL | prisim_bits_put(8, 32, 32), 2, false}, /* the next eight StreamIDs */
        {PRISIM_CMDQ_OP_CFGI_ALL | prisim_bits_put(7, 32, 32), 2, true},
        {PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0, false},
    };
    map(1, VA, 0);
    map(0, VA, 0);
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        smmu_harness_cd(h, 1, smmu_harness_cd0(2), ttb[1]);
        command(PRISIM_CMDQ_OP_CFGI_ALL, 31);
        ck_assert_uint_eq(ask(1, VA), page(1, 0));
        smmu_harness_cd(h, 1, smmu_harness_cd0(1), ttb[0]);
        command(row[i].dw0 | sid(), row[i].dw1);
        ck_assert_msg(ask(1, VA) == page(row[i].goes ? 0 : 1, 0), "row %u", i);
    }
}
END_TEST

/* An invalid CD is cached as well (SMMU-CFGI permits it): making it valid needs a CFGI_CD. */
START_TEST(invalid_cd_is_cached)
{
    struct prisim_tlp request = smmu_harness_request(VA, 4, 0);
    map(0, VA, 0);
    ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_CA);
    smmu_harness_cd(h, 4, smmu_harness_cd0(1), ttb[0]);
    ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_CA);
    command(PRISIM_CMDQ_OP_CFGI_CD | sid() | prisim_bits_put(4, PRISIM_CMD_SSID), 1);
    ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_SC);
}
END_TEST

/* SMMU-SYNC: a walk that began before a TLBI fills nothing after it, and the SYNC waits for its answer. */
/* covers: SMMU-SYNC-1 */
START_TEST(walk_in_flight)
{
    map(0, VA, 0);
    ck_assert_uint_eq(ask(0, VA + 0x1000), 0); /* configuration and walk cache are warm */
    h->latency = 400;
    smmu_harness_store(h, HARNESS_CMDQ, PRISIM_CMDQ_OP_TLBI_NH_ALL);
    smmu_harness_store(h, HARNESS_CMDQ + 16, PRISIM_CMDQ_OP_SYNC);
    h->cmdq_prod = 2;
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, 2);
    smmu_harness_run(h, 350); /* the commands are being fetched */
    struct prisim_tlp request = smmu_harness_request(VA, 0, 0);
    unsigned down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    smmu_harness_up(h, &request);
    smmu_harness_run(h, 60); /* they are there, and the leaf was read in the old state */
    map(0, VA, 1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS), 1); /* the SYNC waits */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 0);
    smmu_harness_run(h, 500);
    const struct prisim_tlp *old = harness_got(h->base, PRISIM_SMMU_TX_DOWN, down);
    ck_assert_uint_eq(smmu_harness_entry(old), page(0, 0) | 3);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0)->cycle,
                      harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down));
    h->latency = HARNESS_MEMORY_LATENCY;
    ck_assert_uint_eq(ask(0, VA), page(0, 1));
}
END_TEST

/* The same for a CD and for the walk cache: CFGI_CD executes while the CD is being fetched, TLBI while a table is. */
START_TEST(tables_in_flight)
{
    map(0, VA, 0);
    map(1, VA, 1);
    ck_assert_uint_eq(ask(2, VA), 0); /* the STE is cached */
    h->latency = 400;
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_CD | sid(), 1);
    smmu_harness_run(h, 200); /* the command is being fetched */
    struct prisim_tlp request = smmu_harness_request(VA, 0, 0);
    smmu_harness_up(h, &request);
    smmu_harness_run(h, 1000);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_ALL, 0);
    smmu_harness_run(h, 1500);
    h->latency = HARNESS_MEMORY_LATENCY;
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 2);
    unsigned fetches = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    ck_assert_uint_eq(ask(0, VA), page(0, 0));
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, fetches + 5); /* the CD and four levels */
}
END_TEST

/* More translations than entries: every answer stays right. */
START_TEST(replacement)
{
    struct smmu_harness *full = h;
    for (unsigned entries = 0; entries <= 9; entries++) {
        h = smmu_harness_open();
        h->config.tlb_entries = h->config.walk_entries = h->config.config_entries = entries;
        smmu_harness_start(h);
        smmu_harness_bring_up(h);
        for (unsigned p = 0; p < PASIDS; p++) {
            ttb[p] = smmu_harness_table(h);
            smmu_harness_cd(h, p, smmu_harness_cd0(p + 1), ttb[p]);
            for (unsigned i = 0; i < 8; i++)
                map(p, VA + i * UINT64_C(0x201000), i);
        }
        for (unsigned i = 0; i < 8 * PASIDS * 3; i++) {
            unsigned at = i * 5 % (8 * PASIDS);
            ck_assert_uint_eq(ask(at / 8, VA + at % 8 * UINT64_C(0x201000)), page(at / 8, at % 8));
        }
        smmu_harness_close(h);
    }
    h = full;
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_caches");
    TCase *tcase = tcase_create("caches");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, tlbi);
    tcase_add_test(tcase, global_entries);
    tcase_add_test(tcase, large_entries);
    tcase_add_test(tcase, walk_cache);
    tcase_add_test(tcase, cds);
    tcase_add_test(tcase, invalid_cd_is_cached);
    tcase_add_test(tcase, walk_in_flight);
    tcase_add_test(tcase, tables_in_flight);
    tcase_add_test(tcase, replacement);
    suite_add_tcase(suite, tcase);
    return suite;
}
