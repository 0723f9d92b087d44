/* SPDX-License-Identifier: Apache-2.0
 *
 * Both stages: what a walk costs, which stage faults first and what its record says, what both permit, and whose
 * translations are kept apart (SMMU-RECORD, SMMU-EVENT, SMMU-CD, SMMU-ATSREQ, SMMU-DESCRIPTOR, SMMU-HTTU,
 * SMMU-WALKCOST).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_nest.h"

#define VA UINT64_C(0x123456789000)

static struct smmu_harness *h;
static struct nest n;
static uint64_t table[4]; /* PA of stage 1's tables on the way to VA */
static uint64_t leaf;     /* where stage 1's leaf lies */
static uint64_t last;     /* where stage 2's leaf of the final IPA lies */

static void build(uint64_t ste2)
{
    n = nest_open(h, HARNESS_SID, NEST_VMID, ste2);
    leaf = tree_map(h, &n.first, VA, 3, NEST_IPA, TREE_LEAF);
    for (unsigned level = 0; level < 4; level++)
        table[level] = tree_place(h, &n.first, VA, level) & ~UINT64_C(4095);
    last = tree_map(h, &n.second, NEST_IPA, 3, HARNESS_PAGES, TREE_S2LEAF);
    nest_cd(&n, 0);
}

static void setup(void)
{
    h = smmu_harness_open();
    h->latency = 2;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    build(0);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

/* Another SMMU in the place of the fixture's; its configuration is set between the two. */
static struct smmu_harness *aside;
static struct nest aside_nest;
static void another(void)
{
    aside = h;
    aside_nest = n;
    h = smmu_harness_open();
    h->latency = 2;
}

static void another_start(uint64_t ste2)
{
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    build(ste2);
}

static void another_close(void)
{
    smmu_harness_close(h);
    h = aside;
    n = aside_nest;
}

static void no_caches(struct prisim_smmu_config *c)
{
    c->micro_tlb_entries = c->tlb_entries = c->ipa_entries = c->config_entries = c->config_l1_entries = 0;
    c->walk_entries = c->walk_l1_entries = c->walk_l0_entries = 0;
    c->walk_s2_entries = c->walk_s2_l1_entries = c->walk_s2_l0_entries = 0;
}

static unsigned fetches(uint64_t va)
{
    unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    ck_assert_uint_eq(nest_ask(&n, va, 0) & 3, 3);
    return h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - before;
}

/* SMMU-WALKCOST: (4+1)*(4+1)-1 = 24 descriptors. Before them: the STE, and the CD with four descriptors of its own. */
/* covers: SMMU-WALKCOST, SMMU-ATSREQ-18, SMMU-GEM5-10 */
START_TEST(cost)
{
    another();
    no_caches(&h->config);
    another_start(0);
    ck_assert_uint_eq(fetches(VA), 1 + (4 + 1) + 24);
    ck_assert_uint_eq(fetches(VA), 1 + (4 + 1) + 24);
    another_close();
    /* With caches the tables' pages share the upper levels of stage 2: each leaf is fetched once. */
    ck_assert_uint_eq(fetches(VA), 1 + (4 + 1) + (1 + 1) + (1 + 1) + (1 + 1) + (1 + 1) + 3);
    tree_map(h, &n.first, VA + 0x1000, 3, NEST_IPA, TREE_LEAF);
    ck_assert_uint_eq(fetches(VA), 0);
    ck_assert_uint_eq(fetches(VA + 0x1000), 1); /* stage 1's last table and both pages of stage 2 are known */
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_ALL | prisim_bits_put(NEST_VMID, PRISIM_CMD_TLBI_VMID), 0);
    smmu_harness_sync(h);
    ck_assert_uint_eq(fetches(VA), 4); /* stage 2's own entries have stayed */
}
END_TEST

/* The clock of a nested miss, look-up by look-up. */
/* covers: SMMU-WALKCOST, SMMU-GEM5 */
START_TEST(clock)
{
    for (unsigned caches = 0; caches < 2; caches++) {
        another();
        struct prisim_smmu_config *c = &h->config;
        if (!caches)
            no_caches(c);
        another_start(0);
        prisim_cycle_t fetch = 1 + h->latency;
        unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        fetches(VA);
        prisim_cycle_t took =
            harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down) - h->base->rx[PRISIM_SMMU_RX_UP].taken_at[taken];
        ck_assert(c->ipa_latency == 3 && c->walk_latency == 4);
        /* Six translations of stage 2; with caches each is looked up in the IPA cache and in the walk caches. */
        prisim_cycle_t second = caches ? c->ipa_latency + c->walk_latency : 0;
        unsigned all = caches ? 1 + 5 + 4 * 2 + 3 : 1 + 5 + 24;
        prisim_cycle_t tlb = caches ? c->micro_tlb_latency + c->tlb_latency + c->walk_latency : 0;
        ck_assert_uint_eq(took, c->config_latency + tlb + 6 * second + all * fetch);
        another_close();
    }
}
END_TEST

/* SMMU-EVENT: a stage 2 fault says what was being translated; IPA is its page, and stands only with S2=1. */
/* covers: SMMU-EVENT-2, SMMU-RECORD, SMMU-EVENTCODE-12, SMMU-EVENTCODE-13, SMMU-EVENTCODE-14, SMMU-EVENTCODE-15,
 * SMMU-CD-25 */
START_TEST(stage2_faults)
{
    enum { CD = 0, TT = 1, IN = 2 };
    const struct {
        uint64_t clear, set;
        unsigned code;
    } fault[] = {
        {1, 0, PRISIM_F_TRANSLATION},
        {0, UINT64_C(1) << 45, PRISIM_F_ADDR_SIZE}, /* S2PS is 44 bits here */
        {prisim_bits_put(1, PRISIM_DESC_AF), 0, PRISIM_F_ACCESS},
        {prisim_bits_put(3, PRISIM_DESC_AP), 0, PRISIM_F_PERMISSION},
        {prisim_bits_put(3, PRISIM_DESC_AP) | prisim_bits_put(1, PRISIM_DESC_AF), 0,
         PRISIM_F_ACCESS}, /* before F_PERMISSION */
        {1 | prisim_bits_put(1, PRISIM_DESC_AF), UINT64_C(1) << 45, PRISIM_F_TRANSLATION},
    };
    uint64_t dw2 = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 16;
    smmu_harness_store(h, dw2,
                       (smmu_harness_load(h, dw2) & ~prisim_bits_put(7, PRISIM_STE2_S2PS)) |
                           prisim_bits_put(4, PRISIM_STE2_S2PS));
    for (unsigned place = 0; place < 6; place++)
        for (unsigned i = 0; i < sizeof fault / sizeof fault[0]; i++) {
            uint64_t at = place == 0  ? nest_page(&n, HARNESS_CDTAB)
                          : place < 5 ? nest_page(&n, table[place - 1])
                                      : last;
            uint64_t ipa = place == 0  ? HARNESS_CDTAB + NEST_OFFSET + NEST_PASID * PRISIM_CD_BYTES
                           : place < 5 ? tree_place(h, &n.first, VA, place - 1) + NEST_OFFSET
                                       : NEST_IPA | 0xabc;
            uint64_t whole = smmu_harness_load(h, at), dw[4];
            smmu_harness_store(h, at, (whole & ~fault[i].clear) | fault[i].set);
            tree_forget(h);
            nest_fault(&n, PRISIM_TLP_MEMORY_READ, VA | 0xabc, 0, dw);
            smmu_harness_store(h, at, whole);
            ck_assert_msg((dw[0] & 0xff) == fault[i].code, "place %u, fault %u: %#x", place, i,
                          (unsigned)(dw[0] & 0xff));
            ck_assert(nest_is_s2(dw));
            ck_assert_uint_eq(nest_class(dw), place == 0 ? CD : place < 5 ? TT : IN);
            ck_assert_uint_eq(dw[2], VA | 0xabc);
            ck_assert_uint_eq(dw[3], ipa & UINT64_C(0x00fffffffffff000));
            ck_assert_uint_eq(nest_is_table_read(dw), fault[i].code == PRISIM_F_PERMISSION && place < 5);
        }
}
END_TEST

/* SMMU-EVENTCODE, F_WALK_EABT: stage 1's part has S2=0 and CLASS=TT; stage 2's, what it translated. */
/* covers: SMMU-EVENTCODE-11, SMMU-EVENT-2 */
START_TEST(walk_aborts)
{
    uint64_t dw[4];
    h->fail_at = leaf;
    nest_fault(&n, PRISIM_TLP_MEMORY_READ, VA, 0, dw);
    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_WALK_EABT);
    ck_assert(!nest_is_s2(dw) && nest_class(dw) == 1);
    ck_assert_uint_eq(dw[3], leaf);
    const uint64_t at[] = {nest_page(&n, HARNESS_CDTAB), nest_page(&n, table[2]), last};
    for (unsigned class = 0; class < 3; class ++) {
        h->fail_at = at[class];
        tree_forget(h);
        nest_fault(&n, PRISIM_TLP_MEMORY_READ, VA, 0, dw);
        ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_WALK_EABT);
        ck_assert(nest_is_s2(dw) && nest_class(dw) == class);
        ck_assert_uint_eq(dw[3] & ~UINT64_C(63), at[class] & ~UINT64_C(63)); /* the first one in that line */
    }
}
END_TEST

/* SMMU-EVENT: stage 2 for each descriptor's address first, then stage 1's leaf, then stage 2 of the final IPA. */
/* covers: SMMU-EVENT-4, SMMU-HTTU-4 */
START_TEST(order)
{
    uint64_t dw[4], good = smmu_harness_load(h, leaf), page = nest_page(&n, table[3]),
                    mapped = smmu_harness_load(h, page);
    smmu_harness_store(h, last, 0);
    const struct {
        uint64_t descriptor;
        unsigned code;
    } first[] = {
        {0, PRISIM_F_TRANSLATION},
        {good & ~prisim_bits_put(1, PRISIM_DESC_AF), PRISIM_F_ACCESS},
        {(good & ~prisim_bits_put(3, PRISIM_DESC_AP)) | prisim_bits_put(PRISIM_AP_PRIVILEGED_RW, PRISIM_DESC_AP),
         PRISIM_F_PERMISSION},
        {(good & ~prisim_bits_put(3, PRISIM_DESC_AP) & ~prisim_bits_put(1, PRISIM_DESC_AF)) |
             prisim_bits_put(PRISIM_AP_PRIVILEGED_RW, PRISIM_DESC_AP),
         PRISIM_F_ACCESS},
    };
    for (unsigned i = 0; i < 4; i++) {
        smmu_harness_store(h, leaf, first[i].descriptor);
        tree_forget(h);
        nest_fault(&n, PRISIM_TLP_MEMORY_READ, VA, 0, dw);
        ck_assert_msg((dw[0] & 0xff) == first[i].code, "row %u", i);
        ck_assert(!nest_is_s2(dw) && nest_class(dw) == 2);
        ck_assert_uint_eq(dw[3], 0);
        smmu_harness_store(h, page, 0); /* the page of that descriptor */
        tree_forget(h);
        nest_fault(&n, PRISIM_TLP_MEMORY_READ, VA, 0, dw);
        ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_TRANSLATION);
        ck_assert(nest_is_s2(dw) && nest_class(dw) == 1);
        smmu_harness_store(h, page, mapped);
    }
    smmu_harness_store(h, leaf, good);
    tree_forget(h);
    nest_fault(&n, PRISIM_TLP_MEMORY_READ, VA, 0, dw);
    ck_assert(nest_is_s2(dw) && nest_class(dw) == 2);
}
END_TEST

/* What both stages permit, each access against each; the size is the smaller one. On the walk, and as the TLB has it.
 */
/* covers: SMMU-DESCRIPTOR-4, SMMU-ATSCPL-8, SMMU-ATSREQ-6, SMMU-DESCRIPTOR-21 */
START_TEST(permissions)
{
    static const unsigned first[4] = {0, 3, 0, 1}; /* user, by AP */
    for (unsigned ap = 0; ap < 4; ap++)
        for (unsigned s2ap = 0; s2ap < 4; s2ap++) {
            smmu_harness_store(h, leaf,
                               NEST_IPA | (TREE_LEAF & ~prisim_bits_put(3, PRISIM_DESC_AP)) |
                                   prisim_bits_put(ap, PRISIM_DESC_AP) | 3);
            smmu_harness_store(h, last,
                               HARNESS_PAGES | (TREE_S2LEAF & ~prisim_bits_put(3, PRISIM_DESC_AP)) |
                                   prisim_bits_put(s2ap, PRISIM_DESC_AP) | 3);
            tree_forget(h);
            unsigned both = first[ap] & s2ap;
            for (unsigned again = 0; again < 2; again++) {
                uint64_t got = nest_ask(&n, VA, 0);
                ck_assert_msg((got & 3) == both, "AP %u, S2AP %u: %u", ap, s2ap, (unsigned)(got & 3));
                if (both)
                    ck_assert_uint_eq(got & PRISIM_DESC_ADDRESS, HARNESS_PAGES);
            }
            for (unsigned write = 0; write < 2; write++) {
                if (both >> write & 1)
                    continue;
                uint64_t dw[4]; /* stage 1 before stage 2 */
                nest_fault(&n, write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ, VA, 0, dw);
                ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_PERMISSION);
                ck_assert_uint_eq(nest_is_s2(dw), first[ap] >> write & 1);
                ck_assert_uint_eq(dw[3], nest_is_s2(dw) ? NEST_IPA : 0);
            }
        }
}
END_TEST

/* covers: SMMU-ATSCPL-8 */
START_TEST(sizes)
{
    uint64_t va = UINT64_C(0x200000000000);
    tree_map(h, &n.first, va, 1, NEST_IPA + (UINT64_C(1) << 30), TREE_LEAF);
    tree_map(h, &n.second, NEST_IPA + (UINT64_C(1) << 30), 2, UINT64_C(0x7fe00000), TREE_S2LEAF);
    tree_map(h, &n.second, NEST_IPA + (UINT64_C(1) << 30) + (1 << 21), 3, HARNESS_PAGES, TREE_S2LEAF);
    for (unsigned again = 0; again < 2; again++) {
        ck_assert_uint_eq(nest_ask(&n, va | 0x5000, 0), UINT64_C(0x7feff803));
        ck_assert_uint_eq(nest_ask(&n, va | 1 << 21, 0), HARNESS_PAGES | 3);
        ck_assert_uint_eq(nest_ask(&n, va | 1 << 21 | 0x1000, 0), 0); /* not mapped by stage 2 */
    }
    uint64_t wide = UINT64_C(0x300000000000); /* stage 1 is the smaller one */
    tree_map(h, &n.first, wide, 3, NEST_IPA + (UINT64_C(1) << 30) + 0x3000, TREE_LEAF);
    for (unsigned again = 0; again < 2; again++)
        ck_assert_uint_eq(nest_ask(&n, wide, 0), UINT64_C(0x7fe03003));
}
END_TEST

/* SMMU-DESCRIPTOR, S2 XN: 00 all, 01 unprivileged only, 10 none, 11 privileged only; without XNX bit 54 alone. */
/* covers: SMMU-DESCRIPTOR-16, SMMU-DESCRIPTOR-11 */
START_TEST(execute_never)
{
    static const bool with[2][4] = {{true, true, false, false}, {true, false, false, true}};
    static const bool without[4] = {true, true, false, false};
    for (unsigned xnx = 0; xnx < 2; xnx++) {
        another();
        h->config.xnx = xnx;
        another_start(0);
        /* Stage 1 lets both read and execute. */
        smmu_harness_store(h, leaf,
                           NEST_IPA | (TREE_LEAF & ~prisim_bits_put(3, PRISIM_DESC_AP)) |
                               prisim_bits_put(PRISIM_AP_RO, PRISIM_DESC_AP) | 3);
        for (unsigned xn = 0; xn < 4; xn++) {
            smmu_harness_store(h, last, HARNESS_PAGES | TREE_S2LEAF | prisim_bits_put(xn, PRISIM_DESC_S2_XN) | 3);
            tree_forget(h);
            for (unsigned privileged = 0; privileged < 2; privileged++) {
                bool execute = xnx ? with[privileged][xn] : without[xn];
                unsigned flags = PRISIM_TLP_EXECUTE | (privileged ? PRISIM_TLP_PRIVILEGED : 0);
                ck_assert_msg((nest_ask(&n, VA, flags) & 11) == (execute ? 9 : 1), "XNX %u, XN %u, privileged %u", xnx,
                              xn, privileged);
            }
        }
        another_close();
    }
}
END_TEST

/* SMMU-ATSREQ: stage 1 grants nothing: stage 2 is not walked, and hardware notes nothing there. */
/* covers: SMMU-ATSREQ-12 */
START_TEST(nothing_granted)
{
    another();
    another_start(prisim_bits_put(1, PRISIM_STE2_S2HA));
    uint64_t clear = smmu_harness_load(h, last) & ~prisim_bits_put(1, PRISIM_DESC_AF);
    smmu_harness_store(h, last, clear);
    smmu_harness_store(h, leaf,
                       NEST_IPA | (TREE_LEAF & ~prisim_bits_put(3, PRISIM_DESC_AP)) |
                           prisim_bits_put(PRISIM_AP_PRIVILEGED_RW, PRISIM_DESC_AP) | 3);
    ck_assert_uint_eq(nest_ask(&n, VA, 0), 0);
    ck_assert_uint_eq(smmu_harness_load(h, last), clear);
    ck_assert_uint_eq(nest_ask(&n, VA, PRISIM_TLP_PRIVILEGED) & 3, 3);
    ck_assert_uint_eq(smmu_harness_load(h, last), clear | prisim_bits_put(1, PRISIM_DESC_AF));
    another_close();
}
END_TEST

/* SMMU-HTTU: with S2PTW=1 a CD or a table in Device memory is a stage 2 permission fault; with FWB, by its own codes.
 */
/* covers: SMMU-HTTU-7, SMMU-DESCRIPTOR-18, SMMU-STE-10, SMMU-STE-14 */
START_TEST(protected_walks)
{
    for (unsigned fwb = 0; fwb < 2; fwb++)
        for (unsigned ptw = 0; ptw < 2; ptw++) {
            another();
            another_start(prisim_bits_put(ptw, PRISIM_STE2_S2PTW));
            uint64_t dw1 = HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 8;
            smmu_harness_store(h, dw1, smmu_harness_load(h, dw1) | prisim_bits_put(fwb, PRISIM_STE1_S2FWB));
            for (unsigned attr = 0; attr < 16; attr++) {
                uint64_t at = nest_page(&n, table[1]);
                smmu_harness_store(
                    h, at, table[1] | (TREE_S2LEAF & ~prisim_bits_put(15, PRISIM_DESC_S2_MEMATTR)) | attr << 2 | 3);
                tree_forget(h);
                bool device = fwb ? !(attr & 4) : attr < 4;
                ck_assert_uint_eq(nest_ask(&n, VA, 0) & 3, device && ptw ? 0 : 3);
                if (device && ptw) {
                    uint64_t dw[4];
                    nest_fault(&n, PRISIM_TLP_MEMORY_READ, VA, 0, dw);
                    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_PERMISSION);
                    ck_assert(nest_is_s2(dw) && nest_class(dw) == 1 && nest_is_table_read(dw));
                }
            }
            another_close();
        }
}
END_TEST

/* SMMU-CD "Cache tags": the same VA and ASID under another VMID, and without stage 2 under the same one. */
/* covers: SMMU-CD-20 */
START_TEST(kept_apart)
{
    struct nest m = nest_open(h, HARNESS_SID + 1, NEST_VMID + 1, 0);
    m.first = n.first; /* one CD and one stage 1 for both: HARNESS_CDTAB holds it */
    tree_map(h, &m.second, NEST_IPA, 3, HARNESS_PAGES + 0x1000, TREE_S2LEAF);
    struct prisim_tlp request = smmu_harness_request(VA, NEST_PASID, 0);
    for (unsigned again = 0; again < 2; again++)
        for (unsigned sid = 0; sid < 2; sid++) {
            request.head.requester_id = (uint16_t)(HARNESS_SID + sid);
            ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), (HARNESS_PAGES + 0x1000 * sid) | 3);
        }
    /* A third stream with stage 1 only, its own CD, the same VMID and ASID. */
    struct tree own = tree_open(h, TREE_4K, 0, 48);
    tree_map(h, &own, VA, 3, HARNESS_PAGES + 0x5000, TREE_LEAF);
    smmu_harness_ste(h, HARNESS_SID + 2,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
                         HARNESS_CDTAB | prisim_bits_put(4, PRISIM_STE0_S1CDMAX),
                     smmu_harness_ste1());
    smmu_harness_store(h, HARNESS_STRTAB + (HARNESS_SID + 2) * PRISIM_STE_BYTES + 16,
                       prisim_bits_put(NEST_VMID, PRISIM_STE2_S2VMID));
    tree_cd(h, 2, prisim_bits_put(NEST_ASID, PRISIM_CD0_ASID), &own, false);
    for (unsigned again = 0; again < 2; again++) {
        request.head.requester_id = HARNESS_SID + 2;
        request.head.pasid = 2;
        ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), (HARNESS_PAGES + 0x5000) | 3);
        request.head.requester_id = HARNESS_SID;
        request.head.pasid = NEST_PASID;
        ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)), HARNESS_PAGES | 3);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_nested");
    TCase *tcase = tcase_create("nested");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, cost);
    tcase_add_test(tcase, clock);
    tcase_add_test(tcase, stage2_faults);
    tcase_add_test(tcase, walk_aborts);
    tcase_add_test(tcase, order);
    tcase_add_test(tcase, permissions);
    tcase_add_test(tcase, sizes);
    tcase_add_test(tcase, execute_never);
    tcase_add_test(tcase, nothing_granted);
    tcase_add_test(tcase, protected_walks);
    tcase_add_test(tcase, kept_apart);
    suite_add_tcase(suite, tcase);
    return suite;
}
