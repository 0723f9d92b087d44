/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation Requests and hardware's updates of descriptors, of one stage and under another; what is not walked, and
 * what a whole nested walk costs (smmuv3 6.1, 6.2, 7.3, 7.4). What the entry says: test_smmu_ats_stages.c.
 */
#include "tests/smmu/smmu_bench.h"

enum { PASID = 3, ASID = 9 };
enum { R = 1, W = 2, PRIV = 1 << 4 };
#define VA  UINT64_C(0x0000123456600000)
#define IPA UINT64_C(0x80000000)

static struct bench *b;
static uint64_t ttb, s2ttb;

static void start(void)
{
    b->config.s2p = 1;
    bench_start(b);
    bench_bring_up(b);
    ttb = bench_table(b);
    s2ttb = bench_table(b);
    bench_cd(b, PASID, bench_cd0(ASID), ttb);
}

static void setup(void)
{
    b = bench_open();
    start();
}

static void teardown(void)
{
    bench_close(b);
}

static void again(void)
{
    bench_close(b);
    b = bench_open();
}

static uint64_t s2_leaf(uint64_t output, unsigned size_log2, unsigned s2ap)
{
    return output | bits_put(1, DESC_VALID) | bits_put(size_log2 == 12, DESC_TABLE) | bits_put(0xf, DESC_S2_MEMATTR) |
           bits_put(s2ap, DESC_AP) | bits_put(1, DESC_AF);
}

/* Both stages, ATS by EATS=01; stage 2 leaves RAM where it is. */
static void nested(uint64_t flags)
{
    bench_map(b, s2ttb, BENCH_RAM, 30, s2_leaf(BENCH_RAM, 30, 3));
    bench_ste(b, BENCH_SID, bench_ste0(4) | bits_put(STE_CONFIG_S1_S2, STE0_CONFIG), bench_ste1());
    bench_store(b, BENCH_STRTAB + BENCH_SID * STE_BYTES + 16,
                flags | bits_put(16, STE2_S2T0SZ) | bits_put(2, STE2_S2SL0) | bits_put(5, STE2_S2PS) |
                    bits_put(1, STE2_S2AA64) | bits_put(1, STE2_S2R));
    bench_store(b, BENCH_STRTAB + BENCH_SID * STE_BYTES + 24, s2ttb);
}

static uint64_t ask_as(int pasid, uint64_t address, unsigned flags)
{
    struct tlp request = bench_request(address, pasid, flags);
    uint64_t entry = bench_entry(bench_ask(b, &request));
    bench_run(b, 60);
    ck_assert_uint_eq(bench_events(b), 0);
    return entry;
}

static uint64_t ask(uint64_t address)
{
    return ask_as(PASID, address, 0);
}

static void forget(void)
{
    bench_command(b, CMDQ_OP_TLBI_NSNH_ALL, 0);
    bench_command(b, CMDQ_OP_CFGI_ALL, 31);
    bench_sync(b);
}

/* smmuv3 6.1: stage 1 grants nothing: stage 2 of the page is not walked, and its access flag stays. */
/* covers: smmuv3 6.1 item 3 */
START_TEST(nothing_granted_nothing_walked)
{
    uint64_t priv = (bench_leaf(IPA, 12) & ~bits_put(3, DESC_AP)) | bits_put(AP_PRIVILEGED_RW, DESC_AP);
    bench_map(b, ttb, VA, 12, priv | bits_put(1, DESC_UXN));
    uint64_t s2 = bench_map(b, s2ttb, IPA, 12, s2_leaf(BENCH_PAGES, 12, 3) & ~bits_put(1, DESC_AF));
    nested(bits_put(1, STE2_S2HA));
    ck_assert_uint_eq(ask(VA), 0);
    for (unsigned i = 0; i < b->rig->tx[SMMU_TX_MEMORY_REQUEST].count; i++)
        ck_assert_uint_ne(((const struct memory_request *)rig_got(b->rig, SMMU_TX_MEMORY_REQUEST, i))->address, s2);
    ck_assert_uint_eq(bits_get(bench_load(b, s2), DESC_AF), 0);
    ck_assert_uint_eq(ask_as(PASID, VA, TLP_PRIVILEGED), BENCH_PAGES | R | W | PRIV);
    ck_assert_uint_eq(bits_get(bench_load(b, s2), DESC_AF), 1);
}
END_TEST

static uint64_t clean_page(bool af)
{
    return (bench_leaf(BENCH_PAGES, 12) & ~bits_put(3, DESC_AP) & ~bits_put(1, DESC_AF)) | bits_put(AP_RO, DESC_AP) |
           bits_put(1, DESC_DBM) | bits_put(af, DESC_AF);
}

static bool is_dirty(uint64_t at)
{
    return bits_get(bench_load(b, at), DESC_AP) == AP_RW;
}

/* smmuv3 6.2: NW=0 asks for write, and a clean page becomes dirty; NW=1 must not make it dirty. */
/* covers: smmuv3 6.2 item 4, smmuv3 7.3 item 2, smmuv3 7.3 item 3 */
START_TEST(no_write_and_dirty)
{
    bench_cd(b, PASID, bench_cd0(ASID) | bits_put(1, CD0_HA) | bits_put(1, CD0_HD), ttb);
    uint64_t at = bench_map(b, ttb, VA, 12, clean_page(true));
    ck_assert_uint_eq(ask_as(PASID, VA, TLP_NO_WRITE), BENCH_PAGES | R);
    ck_assert(!is_dirty(at));
    ck_assert_uint_eq(ask(VA), BENCH_PAGES | R | W);
    ck_assert(is_dirty(at));
    ck_assert_uint_eq(ask_as(PASID, VA, TLP_NO_WRITE), BENCH_PAGES | R | W); /* dirty already: W may be granted */
    /* Without HD, DBM says nothing: read-only. */
    bench_cd(b, PASID, bench_cd0(ASID) | bits_put(1, CD0_HA), ttb);
    bench_store(b, at, clean_page(true));
    forget();
    ck_assert_uint_eq(ask(VA), BENCH_PAGES | R);
    ck_assert(!is_dirty(at));
}
END_TEST

/* covers: smmuv3 6.2 item 5, smmuv3 7.3 item 1 */
START_TEST(a_grant_sets_the_access_flag)
{
    bench_cd(b, PASID, bench_cd0(ASID) | bits_put(1, CD0_HA), ttb);
    uint64_t at = bench_map(b, ttb, VA, 12, clean_page(false));
    ck_assert_uint_eq(ask_as(PASID, VA, TLP_NO_WRITE), BENCH_PAGES | R);
    ck_assert_uint_eq(bits_get(bench_load(b, at), DESC_AF), 1);
    /* HA=0: F_ACCESS, and the flag is software's. */
    bench_cd(b, PASID, bench_cd0(ASID), ttb);
    bench_store(b, at, clean_page(false));
    forget();
    ck_assert_uint_eq(ask(VA), 0);
    ck_assert_uint_eq(bits_get(bench_load(b, at), DESC_AF), 0);
}
END_TEST

/* smmuv3 7.4: four and four levels are 24 fetches; the CD's address costs four more. */
/* covers: smmuv3 7.4, smmuv3 5.1 item 6 */
START_TEST(fetches_of_a_nested_walk)
{
    again();
    struct smmu_config *c = &b->config;
    c->micro_tlb_entries = c->tlb_entries = c->ipa_entries = c->walk_entries = c->config_entries = 0;
    c->walk_l0_entries = c->walk_l1_entries = 0;
    c->walk_s2_entries = c->walk_s2_l0_entries = c->walk_s2_l1_entries = 0;
    start();
    bench_map(b, ttb, VA, 12, bench_leaf(IPA, 12));
    nested(0);
    /* Pages of 4 KB in the place of the block. */
    bench_store(b, (bench_load(b, s2ttb) & DESC_ADDRESS) + 8, 0);
    for (uint64_t at = 0; at < BENCH_RAM_BYTES; at += 0x1000)
        bench_map(b, s2ttb, BENCH_RAM + at, 12, s2_leaf(BENCH_RAM + at, 12, 3));
    bench_map(b, s2ttb, IPA, 12, s2_leaf(BENCH_PAGES, 12, 3));
    for (unsigned round = 0; round < 2; round++) {
        unsigned before = b->rig->tx[SMMU_TX_MEMORY_REQUEST].count;
        struct tlp request = bench_request(VA, PASID, 0);
        ck_assert_uint_eq(bench_entry(bench_ask(b, &request)), BENCH_PAGES | R | W);
        unsigned ste = 1, cd = 4 + 1;
        ck_assert_uint_eq(b->rig->tx[SMMU_TX_MEMORY_REQUEST].count - before, ste + cd + 24);
    }
}
END_TEST

/* The entry of the table at `level` of stage 1 that VA is reached through. */
static uint64_t entry_of_table(unsigned level)
{
    uint64_t table = ttb;
    for (unsigned at = 0; at < level; at++)
        table = bench_load(b, table + bits_get(VA, 39 - 9 * at, 9) * 8) & DESC_ADDRESS;
    return table + bits_get(VA, 39 - 9 * level, 9) * 8;
}

/* smmuv3 7.3: an update of a stage 1 descriptor is a write at stage 2: without the right to it a permission fault of
 * stage 2, CLASS=TT, TTRnW=0. A Translation Request hears R=W=0. */
/* covers: smmuv3 7.3 item 5, smmuv3 3.1 row 4, smmuv3 3.3 item 2 */
START_TEST(an_update_is_a_write_at_stage_2)
{
    uint64_t window = UINT64_C(0xc0000000);
    bench_cd(b, PASID, bench_cd0(ASID) | bits_put(1, CD0_HA), ttb);
    uint64_t at = bench_map(b, ttb, VA, 12, clean_page(false) & ~DESC_ADDRESS) & ~UINT64_C(0xfff);
    uint64_t leaf = entry_of_table(3), first = clean_page(false) & ~DESC_ADDRESS;
    bench_store(b, leaf, first | IPA);
    bench_store(b, entry_of_table(2), window | 3);
    bench_map(b, s2ttb, IPA, 12, s2_leaf(BENCH_PAGES, 12, 3));
    bench_map(b, s2ttb, window, 12, s2_leaf(at, 12, 1));
    nested(0);
    ck_assert_uint_eq(ask(VA), 0);
    ck_assert_uint_eq(bits_get(bench_load(b, leaf), DESC_AF), 0);
    struct tlp read = bench_memory_tlp(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, VA, 8);
    read.head.flags = TLP_HAS_PASID;
    read.head.pasid = PASID;
    ck_assert_uint_eq(bench_ask(b, &read)->head.status, TLP_UR);
    bench_run(b, 60);
    uint64_t dw[4];
    ck_assert_uint_eq(bench_events(b), 1);
    bench_event(b, 0, dw);
    ck_assert_uint_eq(dw[0] & 0xff, F_PERMISSION);
    /* RnW, S2, CLASS=TT; TTRnW=0: the walk wanted to write. */
    ck_assert_uint_eq(dw[1], UINT64_C(1) << 35 | UINT64_C(1) << 39 | UINT64_C(1) << 40);
    ck_assert_uint_eq(dw[2], VA);
    ck_assert_uint_eq(dw[3], window);
    /* With the right to write it is done. */
    bench_map(b, s2ttb, window, 12, s2_leaf(at, 12, 3));
    bench_command(b, CMDQ_OP_TLBI_NSNH_ALL, 0);
    bench_sync(b);
    ck_assert_uint_eq(bench_ask(b, &read)->head.status, TLP_SC);
    ck_assert_uint_eq(bits_get(bench_load(b, leaf), DESC_AF), 1);
}
END_TEST

/* smmuv3 7.3, 7.2: a table of stage 1 in memory that stage 2 calls Device: with S2PTW=1 a permission fault. FWB reads
 * MemAttr in another way, and says Device by 0xx. */
/* covers: smmuv3 7.3 item 7, smmuv3 7.2 item 7, smmuv3 5.2 row 10, smmuv3 5.2 row 14 */
START_TEST(tables_in_device_memory)
{
    static const struct {
        unsigned attr;
        bool device, device_fwb;
    } row[] = {{0x0, true, true},  {0x3, true, true},   {0x5, false, false}, {0x7, false, false},
               {0xa, false, true}, {0xf, false, false}, {0xb, false, true}};
    uint64_t window = UINT64_C(0xc0000000);
    bench_map(b, ttb, VA, 12, bench_leaf(IPA, 12));
    bench_map(b, s2ttb, IPA, 12, s2_leaf(BENCH_PAGES, 12, 3));
    uint64_t table = entry_of_table(3) & ~UINT64_C(0xfff);
    bench_store(b, entry_of_table(2), window | 3);
    for (unsigned way = 0; way < 4; way++) {
        bool ptw = way & 1, fwb = way & 2;
        nested(bits_put(ptw, STE2_S2PTW));
        bench_store(b, BENCH_STRTAB + BENCH_SID * STE_BYTES + 8, bench_ste1() | bits_put(fwb, STE1_S2FWB));
        for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
            bench_map(b, s2ttb, window, 12,
                      (s2_leaf(table, 12, 3) & ~bits_put(15, DESC_S2_MEMATTR)) |
                          bits_put(row[i].attr, DESC_S2_MEMATTR));
            forget();
            bool refused = ptw && (fwb ? row[i].device_fwb : row[i].device);
            ck_assert_msg(ask(VA) == (refused ? 0 : (BENCH_PAGES | R | W)), "S2PTW %d, S2FWB %d, MemAttr %#x", ptw, fwb,
                          row[i].attr);
        }
    }
}
END_TEST

/* covers: smmuv3 7.3 item 6 */
START_TEST(a_cd_is_only_read)
{
    uint64_t window = UINT64_C(0xc0000000);
    bench_map(b, ttb, VA, 12, bench_leaf(IPA, 12));
    bench_map(b, s2ttb, IPA, 12, s2_leaf(BENCH_PAGES, 12, 3));
    uint64_t clean = s2_leaf(BENCH_CDTAB, 12, 1) | bits_put(1, DESC_DBM);
    uint64_t at = bench_map(b, s2ttb, window, 12, clean & ~bits_put(1, DESC_AF));
    nested(bits_put(1, STE2_S2HA) | bits_put(1, STE2_S2HD));
    uint64_t ste0 = bench_load(b, BENCH_STRTAB + BENCH_SID * STE_BYTES);
    bench_store(b, BENCH_STRTAB + BENCH_SID * STE_BYTES, (ste0 & ~STE0_S1CONTEXTPTR) | window);
    ck_assert_uint_eq(ask(VA), BENCH_PAGES | R | W);
    ck_assert_uint_eq(bench_load(b, at), clean); /* AF, and nothing else */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_ats_nested");
    TCase *tcase = tcase_create("ats");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, nothing_granted_nothing_walked);
    tcase_add_test(tcase, no_write_and_dirty);
    tcase_add_test(tcase, a_grant_sets_the_access_flag);
    tcase_add_test(tcase, fetches_of_a_nested_walk);
    tcase_add_test(tcase, an_update_is_a_write_at_stage_2);
    tcase_add_test(tcase, tables_in_device_memory);
    tcase_add_test(tcase, a_cd_is_only_read);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
