/* SPDX-License-Identifier: Apache-2.0
 *
 * Access flag and dirty state by hardware, of both stages: when memory changes, when it must not, what the update
 * needs, and what happens if the descriptor changes under it (SMMU-ATSCPL, SMMU-HTTU).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_nest.h"

#define VA      UINT64_C(0x40201000)
#define AF      prisim_bits_put(1, PRISIM_DESC_AF)
#define DBM     prisim_bits_put(1, PRISIM_DESC_DBM)
#define AP2     prisim_bits_put(2, PRISIM_DESC_AP) /* read-only */
#define S2W     prisim_bits_put(2, PRISIM_DESC_AP) /* S2AP[1] */
#define HA      prisim_bits_put(1, PRISIM_CD0_HA)
#define HD      (HA | prisim_bits_put(1, PRISIM_CD0_HD))
#define S2HA    prisim_bits_put(1, PRISIM_STE2_S2HA)
#define S2HD    (S2HA | prisim_bits_put(1, PRISIM_STE2_S2HD))
#define CLEAN   (TREE_LEAF | DBM | AP2)
#define S2CLEAN ((TREE_S2LEAF & ~S2W) | DBM)

enum how { READ, WRITE, REQUEST, REQUEST_NW };

static struct smmu_harness *h;
static struct tree tree;
static struct nest n;
static uint64_t leaf; /* where stage 1's lies */
static uint64_t last; /* where stage 2's of the final IPA lies */

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    n.h = h;
    n.events = 0;
}

static void teardown(void)
{
    smmu_harness_close(h);
}

/* Stage 1 alone, with this leaf. */
static void single(uint64_t cd, uint64_t bits)
{
    tree = tree_open(h, TREE_4K, 1, 39);
    leaf = tree_map(h, &tree, VA, 3, HARNESS_PAGES, bits);
    tree_cd(h, NEST_PASID, cd, &tree, false);
    tree_forget(h);
}

/* Both stages. */
static void nested(uint64_t cd, uint64_t bits, uint64_t ste2, uint64_t s2bits)
{
    h->next_table = HARNESS_TABLES;
    uint32_t events = n.events;
    n = nest_open(h, HARNESS_SID, NEST_VMID, ste2);
    n.events = events;
    leaf = tree_map(h, &n.first, VA, 3, NEST_IPA, bits);
    last = tree_map(h, &n.second, NEST_IPA, 3, HARNESS_PAGES, s2bits);
    nest_cd(&n, cd);
    tree_forget(h);
}

/* What is granted: of an access, 1 if it passes. */
static unsigned try_access(enum how how)
{
    if (how == REQUEST || how == REQUEST_NW)
        return (unsigned)nest_ask(&n, VA, how == REQUEST_NW ? PRISIM_TLP_NO_WRITE : 0) & 3;
    struct prisim_tlp tlp = smmu_harness_memory_tlp(how == WRITE ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                                    PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.pasid = NEST_PASID;
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 1000);
    bool passes = tree_cause(h) == PRISIM_CAUSE_TRANSLATED;
    if (!passes) {
        n.events = smmu_harness_events(h) & 7;
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, n.events);
    }
    return passes;
}

/* covers: SMMU-HTTU-1, SMMU-DESCRIPTOR-6, SMMU-ATSCPL-5, SMMU-CD-22 */
START_TEST(access_flag)
{
    for (unsigned ha = 0; ha < 2; ha++)
        for (unsigned affd = 0; affd < 2; affd++)
            for (enum how how = READ; how <= REQUEST_NW; how++) {
                single((ha ? HA : 0) | prisim_bits_put(affd, PRISIM_CD0_AFFD), TREE_LEAF & ~AF);
                bool passes = ha || affd;
                ck_assert_uint_eq(try_access(how) != 0, passes);
                if (!passes)
                    ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_ACCESS_FAULT);
                ck_assert_uint_eq(smmu_harness_load(h, leaf), HARNESS_PAGES | (TREE_LEAF & ~AF) | (ha ? AF : 0) | 3);
                /* AF=0 entries are not cached. */
                unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
                try_access(REQUEST);
                ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - before, ha ? 0 : 1);
                h->next_table = HARNESS_TABLES;
            }
}
END_TEST

/* DBM=1 and AP[2]=1 is writable-clean with HD=1, and read-only without; a permitted write clears AP[2]. */
/* covers: SMMU-HTTU-2, SMMU-HTTU-3, SMMU-DESCRIPTOR-9, SMMU-ATSCPL-4, SMMU-CD-22,
 * SMMU-ATSCPL-10 */
START_TEST(dirty)
{
    const uint64_t enable[] = {0, HA, HD, HD & ~HA}; /* the last: HD needs HA */
    for (unsigned i = 0; i < 4; i++)
        for (unsigned dbm = 0; dbm < 2; dbm++)
            for (unsigned user = 0; user < 2; user++)
                for (enum how how = READ; how <= REQUEST_NW; how++) {
                    uint64_t bits = (CLEAN & ~DBM & ~prisim_bits_put(1, PRISIM_DESC_AP)) | (dbm ? DBM : 0) |
                                    prisim_bits_put(user, PRISIM_DESC_AP);
                    single(enable[i], bits);
                    bool clean = enable[i] == HD && dbm;
                    bool writes = user && clean && (how == WRITE || how == REQUEST);
                    unsigned expected = !user               ? 0
                                        : how == READ       ? 1
                                        : how == WRITE      ? clean
                                        : how == REQUEST_NW ? 1 /* W=0: it is not dirty */
                                        : clean             ? 3
                                                            : 1;
                    ck_assert_msg(try_access(how) == expected, "enable %u, DBM %u, user %u, how %u", i, dbm, user, how);
                    ck_assert_uint_eq(smmu_harness_load(h, leaf), (HARNESS_PAGES | bits | 3) & ~(writes ? AP2 : 0));
                    h->next_table = HARNESS_TABLES;
                }
}
END_TEST

/* A writable-clean entry of the TLB serves reads; a write walks again. Dirty already: W=1 even with NW=1. */
/* covers: SMMU-HTTU-2, SMMU-ATSCPL-4 */
START_TEST(clean_entries)
{
    single(HD, CLEAN);
    ck_assert_uint_eq(try_access(REQUEST_NW), 1);
    unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    ck_assert_uint_eq(try_access(REQUEST_NW), 1);
    ck_assert_uint_eq(try_access(READ), 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, before);
    ck_assert_uint_eq(try_access(REQUEST), 3);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, before + 2); /* the leaf and its swap */
    ck_assert_uint_eq(smmu_harness_load(h, leaf) & AP2, 0);
    ck_assert_uint_eq(try_access(REQUEST_NW), 3);
    ck_assert_uint_eq(try_access(WRITE), 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, before + 2);
    ck_assert_uint_eq(h->swaps, 1);
}
END_TEST

/* Writable-clean counts as writable for WXN and for PXN. AF and AP[2] are written at once. */
/* covers: SMMU-HTTU-2, SMMU-DESCRIPTOR-15, SMMU-HTTU-10 */
START_TEST(clean_is_writable)
{
    single(HD | prisim_bits_put(1, PRISIM_CD0_WXN), CLEAN & ~AF);
    ck_assert_uint_eq(nest_ask(&n, VA, PRISIM_TLP_EXECUTE | PRISIM_TLP_NO_WRITE) & 11, 1);
    ck_assert_uint_eq(nest_ask(&n, VA, PRISIM_TLP_EXECUTE) & 11, 3);
    ck_assert_uint_eq(h->swaps, 2);
    h->next_table = HARNESS_TABLES;
    single(HD, CLEAN & ~AF);
    ck_assert_uint_eq(nest_ask(&n, VA, PRISIM_TLP_EXECUTE | PRISIM_TLP_PRIVILEGED) & 11, 3);
    ck_assert_uint_eq(h->swaps, 3);
    ck_assert_uint_eq(smmu_harness_load(h, leaf), HARNESS_PAGES | (TREE_LEAF | DBM) | 3);
}
END_TEST

/* The access fault outranks the permission fault; an access that stage 1 refuses leaves the descriptor alone. */
/* covers: SMMU-HTTU-4, SMMU-HTTU-8 */
START_TEST(refused)
{
    uint64_t bits = TREE_LEAF & ~AF & ~prisim_bits_put(3, PRISIM_DESC_AP);
    single(0, bits);
    try_access(READ);
    ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_ACCESS_FAULT);
    single(HD, bits);
    try_access(READ);
    ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_PERMISSION_FAULT);
    ck_assert_uint_eq(try_access(REQUEST), 0);
    ck_assert_uint_eq(smmu_harness_load(h, leaf), HARNESS_PAGES | bits | 3);
    ck_assert_uint_eq(h->swaps, 0);
}
END_TEST

/* Changes the descriptor after it was read and before the swap reaches memory. */
static uint64_t under(uint64_t changed)
{
    single(HD, CLEAN & ~AF);
    struct prisim_tlp request = smmu_harness_request(VA, NEST_PASID, 0);
    unsigned down = h->base->tx[PRISIM_SMMU_TX_DOWN].count, read = 0;
    smmu_harness_up(h, &request);
    for (unsigned i = 0; i < 1000 && h->base->tx[PRISIM_SMMU_TX_DOWN].count == down; i++) {
        smmu_harness_edge(h);
        struct harness_tx_port *port = &h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST];
        const struct prisim_memory_request *asked =
            harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, port->count - 1);
        if (asked->address == leaf && port->put[port->count - 1].taken != PRISIM_CYCLE_NEVER && read++ == 0)
            smmu_harness_store(h, leaf, changed);
    }
    ck_assert_uint_gt(read, 0);
    h->next_table = HARNESS_TABLES;
    return smmu_harness_entry(harness_got(h->base, PRISIM_SMMU_TX_DOWN, down));
}

/* A swap that finds something else looks at that: another page, no page, a page that software made dirty itself. */
/* covers: SMMU-HTTU-1, SMMU-HTTU-2, SMMU-HTTU-10 */
START_TEST(changed_under_it)
{
    uint64_t other = HARNESS_PAGES + 0x3000;
    ck_assert_uint_eq(under(other | (CLEAN & ~AF) | 3), other | 3);
    ck_assert_uint_eq(smmu_harness_load(h, leaf), other | ((CLEAN | AF) & ~AP2) | 3);
    ck_assert_uint_eq(h->swaps, 2);
    ck_assert_uint_eq(under(0), 0);
    ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_TRANSLATION_FAULT);
    ck_assert_uint_eq(smmu_harness_load(h, leaf), 0);
    ck_assert_uint_eq(under(HARNESS_PAGES | ((CLEAN | AF) & ~AP2) | 3), HARNESS_PAGES | 3);
    ck_assert_uint_eq(h->swaps, 4);
}
END_TEST

/* The update costs one access; one that aborts is F_WALK_EABT. */
/* covers: SMMU-HTTU-1, SMMU-EVENTCODE-11 */
START_TEST(swap_clock_and_abort)
{
    prisim_cycle_t took[2];
    for (unsigned i = 0; i < 2; i++) {
        single(HA, i ? TREE_LEAF & ~AF : TREE_LEAF);
        unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        ck_assert_uint_eq(try_access(REQUEST), 3);
        took[i] = harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down) - h->base->rx[PRISIM_SMMU_RX_UP].taken_at[taken];
        h->next_table = HARNESS_TABLES;
    }
    ck_assert_uint_eq(took[1], took[0] + 1 + HARNESS_MEMORY_LATENCY);
    /* Reads of that line succeed until the descriptor has been fetched. */
    single(HA, TREE_LEAF & ~AF);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    tlp.head.pasid = NEST_PASID;
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    unsigned fetches = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    smmu_harness_up(h, &tlp);
    /* STE, CD, three levels; then the swap. */
    for (unsigned i = 0; i < 500 && h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count < fetches + 5; i++)
        smmu_harness_edge(h);
    smmu_harness_run(h, 3);
    h->fail_at = leaf;
    smmu_harness_run(h, 200);
    uint64_t dw[4];
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_WALK_EABT);
    ck_assert_uint_eq(dw[3], leaf);
    ck_assert(!nest_is_s2(dw) && nest_class(dw) == 1);
}
END_TEST

/* Stage 2 by itself: AF for every access, dirty for a permitted write only. */
/* covers: SMMU-HTTU-1, SMMU-HTTU-2, SMMU-HTTU-3, SMMU-STE-9, SMMU-STE-11,
 * SMMU-STE-35 */
START_TEST(stage2)
{
    const uint64_t enable[] = {0, S2HA, S2HD, S2HD & ~S2HA}; /* the last: S2HD needs S2HA */
    for (unsigned i = 0; i < 4; i++)
        for (unsigned affd = 0; affd < 2; affd++)
            for (unsigned af = 0; af < 2; af++)
                for (enum how how = READ; how <= REQUEST_NW; how++) {
                    uint64_t bits = (S2CLEAN & ~AF) | (af ? AF : 0);
                    nested(0, TREE_LEAF, enable[i] | prisim_bits_put(affd, PRISIM_STE2_S2AFFD), bits);
                    bool ha = enable[i] & S2HA, passes = af || affd || ha, clean = enable[i] == S2HD;
                    unsigned expected = !passes ? 0 : how == WRITE ? clean : how == REQUEST ? (clean ? 3 : 1) : 1;
                    ck_assert_msg(try_access(how) == expected, "enable %u, AFFD %u, AF %u, how %u", i, affd, af, how);
                    uint64_t then = HARNESS_PAGES | bits | 3;
                    bool denied = how == WRITE && !clean;
                    if (ha && !denied)
                        then |= AF;
                    if (clean && (how == WRITE || how == REQUEST))
                        then |= S2W;
                    ck_assert_uint_eq(smmu_harness_load(h, last), then);
                    if (!passes)
                        ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_ACCESS_FAULT);
                }
}
END_TEST

/* AF=0 that AFFD lets pass is kept neither in the TLB nor in the IPA cache: stage 1's leaf and stage 2's are read anew.
 */
/* covers: SMMU-HTTU-1 */
START_TEST(stage2_affd_is_not_kept)
{
    for (unsigned af = 0; af < 2; af++) {
        nested(0, TREE_LEAF, prisim_bits_put(1, PRISIM_STE2_S2AFFD), (TREE_S2LEAF & ~AF) | (af ? AF : 0));
        ck_assert_uint_eq(try_access(REQUEST), 3);
        unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
        ck_assert_uint_eq(try_access(REQUEST), 3);
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - before, af ? 0 : 2);
    }
}
END_TEST

/* Stage 1 does not let it write: then stage 2's page does not become dirty, nor the other way round for stage 2's. */
/* covers: SMMU-HTTU-2, SMMU-ATSCPL-11 */
START_TEST(both_must_permit)
{
    nested(0, TREE_LEAF | AP2, S2HD, S2CLEAN);
    ck_assert_uint_eq(try_access(REQUEST), 1);
    ck_assert_uint_eq(smmu_harness_load(h, last), HARNESS_PAGES | S2CLEAN | 3);
    unsigned before = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    ck_assert_uint_eq(try_access(REQUEST), 1); /* a clean entry that nothing can make dirty is as good as any */
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, before);
    nested(HD, CLEAN, S2HD, S2CLEAN & ~AF);
    ck_assert_uint_eq(try_access(WRITE), 1);
    ck_assert_uint_eq(smmu_harness_load(h, leaf), NEST_IPA | (CLEAN & ~AP2) | 3);
    ck_assert_uint_eq(smmu_harness_load(h, last), HARNESS_PAGES | S2CLEAN | S2W | 3);
}
END_TEST

/* SMMU-HTTU: the update of a stage 1 descriptor needs stage 2 write permission for its page, which may become dirty.
 */
/* covers: SMMU-HTTU-5, SMMU-ATSREQ-21 */
START_TEST(update_through_stage2)
{
    for (unsigned clean = 0; clean < 2; clean++)
        for (unsigned dbm = 0; dbm < 2; dbm++) {
            nested(clean ? HD : HA, clean ? CLEAN : TREE_LEAF & ~AF, S2HD, TREE_S2LEAF);
            uint64_t page = nest_page(&n, leaf), bits = (leaf & ~UINT64_C(4095)) | (TREE_S2LEAF & ~S2W) | 3;
            smmu_harness_store(h, page, bits | (dbm ? DBM : 0));
            uint64_t before = smmu_harness_load(h, leaf), dw[4];
            if (dbm) {
                ck_assert_uint_eq(try_access(clean ? WRITE : READ), 1);
                ck_assert_uint_eq(smmu_harness_load(h, page), bits | DBM | S2W);
                ck_assert_uint_ne(smmu_harness_load(h, leaf), before);
                continue;
            }
            nest_fault(&n, clean ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ, VA, 0, dw);
            ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_PERMISSION);
            ck_assert(nest_is_s2(dw) && nest_class(dw) == 1 && !nest_is_table_read(dw));
            ck_assert_uint_eq(dw[3], (leaf + NEST_OFFSET) & ~UINT64_C(4095));
            ck_assert_uint_eq(smmu_harness_load(h, leaf), before);
            ck_assert_uint_eq(try_access(REQUEST), 0); /* SMMU-ATSREQ */
        }
}
END_TEST

/* Reading the CD and the tables sets AF in stage 2, and makes nothing dirty. */
/* covers: SMMU-HTTU-6, SMMU-HTTU-1 */
START_TEST(tables_are_read)
{
    nested(0, TREE_LEAF, S2HD, TREE_S2LEAF);
    const uint64_t of[] = {HARNESS_CDTAB, n.first.ttb, tree_place(h, &n.first, VA, 1), leaf};
    uint64_t page[4], bits[4];
    for (unsigned i = 0; i < 4; i++) {
        page[i] = nest_page(&n, of[i]);
        bits[i] = (of[i] & ~UINT64_C(4095)) | (S2CLEAN & ~AF) | 3;
        smmu_harness_store(h, page[i], bits[i]);
    }
    ck_assert_uint_eq(try_access(WRITE), 1);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(smmu_harness_load(h, page[i]), bits[i] | AF);
}
END_TEST

/* An access that is refused marks nothing, and nothing of it is kept: the next one, which passes, sets the flag. */
/* covers: SMMU-HTTU-1, SMMU-HTTU-8 */
START_TEST(refused_and_not_kept)
{
    nested(0, TREE_LEAF, S2HA, TREE_S2LEAF & ~S2W & ~AF);
    ck_assert_uint_eq(try_access(WRITE), 0);
    ck_assert_uint_eq(tree_cause(h), PRISIM_CAUSE_PERMISSION_FAULT);
    ck_assert_uint_eq(smmu_harness_load(h, last) & AF, 0);
    ck_assert_uint_eq(try_access(READ), 1);
    ck_assert_uint_eq(smmu_harness_load(h, last) & AF, AF);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_httu");
    TCase *tcase = tcase_create("httu");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, access_flag);
    tcase_add_test(tcase, dirty);
    tcase_add_test(tcase, clean_entries);
    tcase_add_test(tcase, clean_is_writable);
    tcase_add_test(tcase, refused);
    tcase_add_test(tcase, changed_under_it);
    tcase_add_test(tcase, swap_clock_and_abort);
    tcase_add_test(tcase, stage2);
    tcase_add_test(tcase, stage2_affd_is_not_kept);
    tcase_add_test(tcase, both_must_permit);
    tcase_add_test(tcase, update_through_stage2);
    tcase_add_test(tcase, tables_are_read);
    tcase_add_test(tcase, refused_and_not_kept);
    suite_add_tcase(suite, tcase);
    return suite;
}
