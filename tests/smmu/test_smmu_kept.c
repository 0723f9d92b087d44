/* SPDX-License-Identifier: Apache-2.0
 *
 * What a TLB may go on to translate, as a setting: a half that EPDx switches off, and pages that AFFD lets pass with
 * AF=0 (SMMU-CD-21, SMMU-HTTU-1).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_nest.h"

#define VA    UINT64_C(0x123456789000)
#define UPPER (~UINT64_C(0) << 48)
#define OTHER (VA + 0x1000) /* mapped, and never asked for before */
enum { PASID = 1, ASID = 7, PAGE_RW = 3 };

static struct smmu_harness *h;
static struct tree tree;

static void start(uint32_t epd_hits_tlb, uint32_t affd_cached, uint32_t micro, uint32_t walk_slots)
{
    h = smmu_harness_open();
    h->latency = 5;
    h->config.epd_hits_tlb = epd_hits_tlb;
    h->config.affd_cached = affd_cached;
    h->config.micro_tlb_entries = micro;
    h->config.walk_slots = walk_slots;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), smmu_harness_ste1());
}

static uint64_t ask(uint64_t va, unsigned flags)
{
    struct prisim_tlp request = smmu_harness_request(va, PASID, flags);
    return smmu_harness_entry(smmu_harness_ask(h, &request));
}

static unsigned reads(void)
{
    return h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
}

static void use_cd(uint64_t set, uint64_t clear, bool tlbi)
{
    smmu_harness_store(h, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES,
                       (smmu_harness_load(h, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES) & ~clear) | set);
    smmu_harness_command(h,
                         PRISIM_CMDQ_OP_CFGI_CD | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID) |
                             prisim_bits_put(PASID, PRISIM_CMD_SSID),
                         1);
    if (tlbi)
        smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_ASID | prisim_bits_put(ASID, PRISIM_CMD_TLBI_ASID), 0);
    smmu_harness_sync(h);
}

/* A CD whose lower or upper half maps VA and OTHER; VA is cached. */
static void cache(bool upper, uint64_t leaf_bits, uint64_t cd_bits)
{
    uint64_t half = upper ? UPPER : 0;
    tree = tree_open(h, TREE_4K, 0, 48);
    tree_map(h, &tree, VA, 3, HARNESS_PAGES, leaf_bits);
    tree_map(h, &tree, OTHER, 3, HARNESS_PAGES + 0x1000, leaf_bits);
    tree_cd(h, PASID, prisim_bits_put(ASID, PRISIM_CD0_ASID) | cd_bits, &tree, upper);
    tree_forget(h);
    ck_assert_uint_eq(ask(half | VA, PRISIM_TLP_NO_WRITE) & PRISIM_DESC_ADDRESS, HARNESS_PAGES);
}

/* EPDx=1 and CFGI_CD without TLBI: what is in the TLB goes on to translate, or does not; no walk begins either way.
 * After the TLBI it is gone. TxSZ and TG of a half that is off are not looked at. */
/* covers: SMMU-CD-21 */
START_TEST(disabled_half)
{
    bool hits = _i & 1, upper = _i & 2, global = _i & 4;
    uint64_t half = upper ? UPPER : 0;
    uint64_t off = upper ? prisim_bits_put(1, PRISIM_CD0_EPD1) : prisim_bits_put(1, PRISIM_CD0_EPD0);
    uint64_t sizes = upper ? prisim_bits_put(63, PRISIM_CD0_T1SZ) | prisim_bits_put(3, PRISIM_CD0_TG1)
                           : prisim_bits_put(63, PRISIM_CD0_T0SZ) | prisim_bits_put(3, PRISIM_CD0_TG0);
    for (unsigned micro = 0; micro < 2; micro++)
        for (unsigned garbage = 0; garbage < 2; garbage++)
            for (unsigned slots = 1; slots <= 16; slots += 15) {
                start(hits, 0, micro ? 32 : 0, slots);
                cache(upper, global ? TREE_LEAF & ~prisim_bits_put(1, PRISIM_DESC_NG) : TREE_LEAF, 0);
                use_cd(off | (garbage ? sizes : 0), 0, false);
                for (unsigned again = 0; again < 3; again++) {
                    ck_assert_uint_eq(ask(half | VA, 0), hits ? HARNESS_PAGES | PAGE_RW : 0);
                    ck_assert_uint_eq(tree_cause(h), hits ? PRISIM_CAUSE_TRANSLATED : PRISIM_CAUSE_TRANSLATION_FAULT);
                    unsigned before = reads();
                    ck_assert_uint_eq(ask(half | OTHER, 0), 0);
                    ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_TRANSLATION_FAULT);
                    ck_assert_uint_eq(reads(), before);
                    ck_assert_uint_eq(ask((half | VA) ^ UINT64_C(1) << 50, 0), 0); /* of no half */
                    ck_assert_uint_eq(ask((half | VA) ^ UINT64_C(1) << 60, 0), 0);
                    ck_assert_uint_eq(ask((half | VA) ^ UPPER, 0), 0);
                }
                smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_VAA, half | VA);
                smmu_harness_sync(h);
                ck_assert_uint_eq(ask(half | VA, 0), 0);
                smmu_harness_close(h);
            }
}
END_TEST

/* The top byte is left out with TBIx. A leaf that the access must make dirty first needs a walk, and there is none. */
/* covers: SMMU-CD-21 */
START_TEST(disabled_half_and_more)
{
    bool hits = _i & 1;
    uint64_t tag = UINT64_C(0x5a) << 56;
    for (unsigned tbi = 0; tbi < 2; tbi++) {
        start(hits, 0, 32, 16);
        cache(false, TREE_LEAF, prisim_bits_put(tbi, PRISIM_CD0_TBI0));
        use_cd(prisim_bits_put(1, PRISIM_CD0_EPD0), 0, false);
        ck_assert_uint_eq(ask(VA | tag, 0), hits && tbi ? HARNESS_PAGES | PAGE_RW : 0);
        smmu_harness_close(h);
    }
    start(hits, 0, 32, 16);
    uint64_t clean = (TREE_LEAF & ~prisim_bits_put(3, PRISIM_DESC_AP)) | prisim_bits_put(3, PRISIM_DESC_AP) |
                     prisim_bits_put(1, PRISIM_DESC_DBM);
    cache(false, clean, prisim_bits_put(1, PRISIM_CD0_HA) | prisim_bits_put(1, PRISIM_CD0_HD));
    use_cd(prisim_bits_put(1, PRISIM_CD0_EPD0), 0, false);
    ck_assert_uint_eq(ask(VA, PRISIM_TLP_NO_WRITE), hits ? HARNESS_PAGES | 1 : 0);
    ck_assert_uint_eq(ask(VA, 0), 0);
    ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_TRANSLATION_FAULT);
    smmu_harness_close(h);
}
END_TEST

static prisim_cycle_t time_of(uint64_t va)
{
    struct prisim_tlp request = smmu_harness_request(va, PASID, 0);
    unsigned count = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    prisim_cycle_t begin = h->base->now;
    smmu_harness_ask(h, &request);
    return harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, count) - begin;
}

/* A hit takes as long as with the half on, a miss as long as an address that is out of range. */
/* covers: SMMU-CD-21 */
START_TEST(disabled_half_clock)
{
    start(1, 0, (uint32_t)_i, 16);
    cache(false, TREE_LEAF, 0);
    prisim_cycle_t hit = time_of(VA);
    use_cd(prisim_bits_put(1, PRISIM_CD0_EPD0), 0, false);
    ask(VA, 0); /* the CD is here again */
    ck_assert_uint_eq(time_of(VA), hit);
    ck_assert_uint_eq(time_of(OTHER), time_of(VA | UINT64_C(1) << 50));
    smmu_harness_close(h);
}
END_TEST

/* AF=0 under AFFD=1 and HA=0 counts as 1, and its entry may be kept: of stage 1, of stage 2 alone, of either of both.
 */
/* covers: SMMU-HTTU-1 */
START_TEST(access_flag_off)
{
    bool kept = _i & 1;
    unsigned what = (unsigned)_i >> 1; /* stage 1; stage 2; nested by AF of the first, of the second, of both */
    const uint64_t af = prisim_bits_put(1, PRISIM_DESC_AF);
    uint64_t bits1 = what == 2 || what == 4 || what == 0 ? TREE_LEAF & ~af : TREE_LEAF;
    uint64_t bits2 = what == 3 || what == 4 || what == 1 ? TREE_S2LEAF & ~af : TREE_S2LEAF;
    start(0, kept, 32, 16);
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, prisim_bits_put(1, PRISIM_STE2_S2AFFD));
    tree_map(h, &n.second, NEST_IPA, 3, HARNESS_PAGES, bits2);
    nest_cd(&n, prisim_bits_put(1, PRISIM_CD0_AFFD));
    tree_map(h, &n.first, VA, 3, what == 0 ? HARNESS_PAGES : NEST_IPA, bits1);
    if (what == 0) {
        tree = tree_open(h, TREE_4K, 0, 48);
        tree_map(h, &tree, VA, 3, HARNESS_PAGES, bits1);
        tree_cd(h, PASID, prisim_bits_put(ASID, PRISIM_CD0_ASID) | prisim_bits_put(1, PRISIM_CD0_AFFD), &tree, false);
        smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), smmu_harness_ste1());
    }
    if (what == 1)
        smmu_harness_ste(h, HARNESS_SID,
                         prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG),
                         smmu_harness_ste1());
    tree_forget(h);
    struct prisim_tlp request = smmu_harness_request(what == 1 ? NEST_IPA : VA, what == 1 ? -1 : PASID, 0);
    for (unsigned i = 0; i < 3; i++) {
        unsigned before = reads();
        ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), HARNESS_PAGES | PAGE_RW);
        ck_assert_msg((reads() == before) == (i > 0 && kept), "%u: %u reads", i, reads() - before);
    }
    smmu_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_kept");
    TCase *tcase = tcase_create("kept");
    tcase_add_loop_test(tcase, disabled_half, 0, 8);
    tcase_add_loop_test(tcase, disabled_half_and_more, 0, 2);
    tcase_add_loop_test(tcase, disabled_half_clock, 0, 2);
    tcase_add_loop_test(tcase, access_flag_off, 0, 10);
    suite_add_tcase(suite, tcase);
    return suite;
}
