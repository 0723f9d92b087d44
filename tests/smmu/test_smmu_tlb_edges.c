/* SPDX-License-Identifier: Apache-2.0
 *
 * What meets at an edge in the TLBs and in the IPA cache: a fill and look-ups under way, a TLBI and both of them
 * (SMMU-TLBI, SMMU-SYNC; docs/timing/smmu.md "Inside one edge"). What they hold is in test_smmu_tlb.c.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_nest.h"

enum { PASID = 1, LATENCY = 100 };
#define VA UINT64_C(0x123456789000)

static struct smmu_harness *h;

static void no_walk_caches(void)
{
    h = smmu_harness_open();
    h->config.walk_entries = h->config.walk_l1_entries = h->config.walk_l0_entries = 0;
}

static struct tree start(void)
{
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    struct tree tree = tree_open(h, TREE_4K, 0, 48);
    tree_map(h, &tree, VA, 3, HARNESS_PAGES, TREE_LEAF);
    tree_cd(h, PASID, prisim_bits_put(NEST_ASID, PRISIM_CD0_ASID), &tree, false);
    return tree;
}

static unsigned reads(void)
{
    return h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
}

static unsigned reads_of(uint64_t address, unsigned first)
{
    unsigned count = 0;
    for (unsigned i = first; i < reads(); i++)
        count +=
            ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, i))->address ==
            address;
    return count;
}

/* The same page twice. What the first one's walk fills at edge n is found by look-ups that end at n, and by no earlier
 * one: each look-up of the second counts for itself. */
START_TEST(fill_and_look_up)
{
    enum { SOME = 6, EDGES = 2 * SOME };
    no_walk_caches();
    const struct prisim_smmu_config *c = &h->config;
    start();
    struct prisim_tlp request = smmu_harness_request(VA, PASID, 0);
    smmu_harness_ask(h, &request); /* the configuration is cached */
    prisim_cycle_t micro = c->config_latency + c->micro_tlb_latency, tlb = micro + c->tlb_latency;
    prisim_cycle_t walk = tlb + 4 * (1 + HARNESS_MEMORY_LATENCY);
    for (unsigned i = 0; i < EDGES; i++) {
        smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
        smmu_harness_sync(h);
        unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count,
                 first = reads();
        smmu_harness_up(h, &request);
        smmu_harness_run(h, walk - tlb - SOME + 2 + i);
        smmu_harness_up(h, &request);
        smmu_harness_run(h, 2 * walk);
        const prisim_cycle_t *at = h->base->rx[PRISIM_SMMU_RX_UP].taken_at + taken;
        prisim_cycle_t n = at[0] + walk;
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down), n);
        prisim_cycle_t end = at[1] + micro >= n ? at[1] + micro : at[1] + tlb >= n ? at[1] + tlb : at[1] + walk;
        end = end == n ? n + 1 : end; /* DOWN takes one an edge */
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down + 1), end);
        ck_assert_uint_eq(reads() - first, at[1] + tlb >= n ? 4 : 8);
        ck_assert(i > 0 || at[1] + tlb < n);
        ck_assert(i < EDGES - 1 || at[1] + micro > n);
    }
    smmu_harness_close(h);
}
END_TEST

/* A look-up that ends at the edge of a TLBI hits; one that ends an edge later walks. In the micro TLB and in the TLB.
 */
/* covers: SMMU-SYNC-1 */
START_TEST(tlbi_and_look_up)
{
    for (unsigned i = 0; i < 4; i++) {
        bool late = i & 1, has_micro = i & 2;
        no_walk_caches();
        h->config.config_latency = 30;
        h->config.micro_tlb_entries = has_micro ? 4 : 0;
        struct tree tree = start();
        struct prisim_tlp request = smmu_harness_request(VA, PASID, 0);
        smmu_harness_ask(h, &request);
        h->latency = LATENCY;
        uint64_t leaf = tree_place(h, &tree, VA, 3), tlbi = PRISIM_CMDQ_OP_TLBI_NH_ALL;
        prisim_cycle_t rung = h->base->now;
        smmu_harness_command(h, tlbi, 0);
        smmu_harness_run(h, 3 * LATENCY);
        prisim_cycle_t lasts =
            harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND) - 1)
                ->cycle -
            rung;
        smmu_harness_ask(h, &request);
        smmu_harness_store(h, leaf, smmu_harness_load(h, leaf) ^ 0x8000);
        const struct prisim_smmu_config *c = &h->config;
        prisim_cycle_t hit = c->config_latency + (has_micro ? c->micro_tlb_latency : c->tlb_latency);
        unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        rung = h->base->now;
        smmu_harness_command(h, tlbi, 0);
        smmu_harness_run(h, rung + lasts - hit + late - h->base->now);
        smmu_harness_up(h, &request);
        smmu_harness_run(h, 10 * LATENCY);
        prisim_cycle_t done =
            harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND) - 1)
                ->cycle;
        ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_UP].taken_at[taken] + hit, done + late);
        ck_assert_uint_eq(smmu_harness_entry(harness_got(h->base, PRISIM_SMMU_TX_DOWN, down)) & PRISIM_DESC_ADDRESS,
                          HARNESS_PAGES | (late ? 0x8000 : 0));
        smmu_harness_close(h);
    }
}
END_TEST

/* Stage 2's leaf is being read while a TLBI executes: it does not come into the IPA cache. Without one it does. In the
 * first slot, and in the second while the first one cannot send its answer. */
/* covers: SMMU-SYNC-1, SMMU-TLBI-7 */
START_TEST(tlbi_and_ipa)
{
    for (unsigned i = 0; i < 4; i++) {
        bool with = i & 1, second_slot = i & 2;
        h = smmu_harness_open();
        smmu_harness_start(h);
        smmu_harness_bring_up(h);
        struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
        for (unsigned page = 0; page < 3; page++) { /* 0 and 1 to one IPA, 2 to another */
            tree_map(h, &n.first, VA ^ page * 0x1000, 3, NEST_IPA + (page < 2 ? 0 : 0x1000), TREE_LEAF);
            tree_map(h, &n.second, NEST_IPA + page * 0x1000, 3, HARNESS_PAGES, TREE_S2LEAF);
        }
        uint64_t last = tree_place(h, &n.second, NEST_IPA, 3);
        nest_cd(&n, 0);
        ck_assert_uint_ne(nest_ask(&n, VA ^ 0x2000, 0), 0); /* all but the two leaves of VA is cached */
        h->latency = LATENCY;
        struct prisim_tlp request = smmu_harness_request(VA, NEST_PASID, 0),
                          hit = smmu_harness_request(VA ^ 0x2000, NEST_PASID, 0);
        unsigned first = reads(), down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        harness_ready(h->base, PRISIM_SMMU_TX_DOWN, !second_slot);
        for (unsigned held = 0; second_slot && held < 2; held++) { /* one in the port, one behind it */
            smmu_harness_up(h, &hit);
            smmu_harness_run(h, 40);
        }
        smmu_harness_up(h, &request);
        smmu_harness_run(h, LATENCY / 2);
        if (with)
            smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_S2_IPA | prisim_bits_put(NEST_VMID, PRISIM_CMD_TLBI_VMID),
                                 NEST_IPA | 1);
        smmu_harness_run(h, 4 * LATENCY);
        harness_ready(h->base, PRISIM_SMMU_TX_DOWN, true);
        smmu_harness_run(h, 40);
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, down + (second_slot ? 3 : 1));
        ck_assert_uint_eq(reads_of(last, first), 1);
        for (unsigned read = first; with && read < reads(); read++) {
            const struct prisim_memory_request *leaf = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, read);
            prisim_cycle_t executed = harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, 0)->cycle;
            prisim_cycle_t at = harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, read);
            ck_assert(leaf->address != last || (executed > at && executed < at + LATENCY));
        }
        ck_assert_uint_ne(nest_ask(&n, VA ^ 0x1000, 0), 0); /* by the same IPA */
        ck_assert_uint_eq(reads_of(last, first), 1 + with);
        smmu_harness_close(h);
    }
}
END_TEST

/* Two walks that read the same leaf of stage 2 at once leave one entry: with five of them there is room for four more,
 * one of which is the block in which the tables lie. */
START_TEST(one_ipa_entry)
{
    enum { WAYS = 5 };
    no_walk_caches();
    h->config.walk_s2_entries = h->config.walk_s2_l1_entries = h->config.walk_s2_l0_entries = 0;
    h->config.ipa_entries = h->config.walk_ways = WAYS;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
    uint64_t tables = tree_map(h, &n.second, HARNESS_RAM + NEST_OFFSET, 1, HARNESS_RAM, TREE_S2LEAF);
    for (unsigned i = 0; i < WAYS + 1; i++) /* 0 and 1 to one IPA */
        tree_map(h, &n.first, VA ^ i * 0x1000, 3, NEST_IPA + (i < 2 ? 0 : i * 0x1000), TREE_LEAF);
    for (unsigned i = 0; i < WAYS + 1; i++)
        tree_map(h, &n.second, NEST_IPA + i * 0x1000, 3, HARNESS_PAGES, TREE_S2LEAF);
    nest_cd(&n, 0);
    nest_ask(&n, VA ^ 0x100000, 0); /* not mapped: the tables and the configuration are known */
    struct prisim_tlp request = smmu_harness_request(VA, NEST_PASID, 0),
                      same = smmu_harness_request(VA ^ 0x1000, NEST_PASID, 0);
    unsigned first = reads();
    smmu_harness_up(h, &request);
    smmu_harness_up(h, &same);
    smmu_harness_run(h, 2000);
    ck_assert_uint_eq(reads_of(tree_place(h, &n.second, NEST_IPA, 3), first), 2);
    for (unsigned i = 2; i < WAYS; i++)
        ck_assert_uint_ne(nest_ask(&n, VA ^ i * 0x1000, 0), 0);
    first = reads();
    nest_ask(&n, VA ^ WAYS * 0x1000, 0); /* one more than there is room for: the oldest goes, after it has served */
    ck_assert_uint_eq(reads_of(tables, first), 0);
    nest_ask(&n, VA ^ 0x101000, 0);
    ck_assert_uint_eq(reads_of(tables, first), 1);
    smmu_harness_close(h);
}
END_TEST

/* One entry goes and another one comes: what was looked up before that is still not used again. The slot of the first
 * access is held up meanwhile, so that it is the one that serves the last. */
/* covers: SMMU-TLBI-3 */
START_TEST(gone_and_come)
{
    no_walk_caches();
    h->config.micro_tlb_entries = 0;
    struct tree tree = start();
    tree_map(h, &tree, VA ^ 0x1000, 3, HARNESS_PAGES, TREE_LEAF);
    struct prisim_tlp request = smmu_harness_request(VA, PASID, 0), other = smmu_harness_request(VA ^ 0x1000, PASID, 0);
    smmu_harness_ask(h, &request);
    unsigned down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, false);
    for (unsigned held = 0; held < 2; held++) { /* one in the port, one behind it */
        smmu_harness_up(h, &request);
        smmu_harness_run(h, 40);
    }
    uint64_t leaf = tree_place(h, &tree, VA, 3);
    smmu_harness_store(h, leaf, smmu_harness_load(h, leaf) ^ 0x8000);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_VAA, VA | 1);
    smmu_harness_run(h, 100);
    smmu_harness_up(h, &other);
    smmu_harness_run(h, 300);
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, true);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, down + 3);
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &request)) & PRISIM_DESC_ADDRESS, HARNESS_PAGES ^ 0x8000);
    smmu_harness_close(h);
}
END_TEST

/* Nothing is written behind the state: its last part are the tables of stage 2, of which four are kept. */
START_TEST(inside_the_state)
{
    enum { BEHIND = 64 };
    h = smmu_harness_open();
    h->config.walk_s2_entries = h->config.walk_ways = 4;
    smmu_harness_start(h);
    size_t size = prisim_smmu_state_size(&h->config);
    uint8_t *room = malloc(size + BEHIND);
    ck_assert_ptr_nonnull(room);
    memcpy(room, h->state, size);
    memset(room + size, 0xa4, BEHIND);
    free(h->state);
    h->base->state = h->state = (struct prisim_smmu *)(void *)room;
    smmu_harness_bring_up(h);
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
    for (unsigned i = 0; i < 5; i++) {
        tree_map(h, &n.first, VA ^ i * 0x1000, 3, NEST_IPA + i * UINT64_C(0x200000), TREE_LEAF);
        tree_map(h, &n.second, NEST_IPA + i * UINT64_C(0x200000), 3, HARNESS_PAGES, TREE_S2LEAF);
    }
    nest_cd(&n, 0);
    for (unsigned i = 0; i < 5; i++)
        ck_assert_uint_eq(nest_ask(&n, VA ^ i * 0x1000, 0), HARNESS_PAGES | 3);
    for (unsigned i = 0; i < BEHIND; i++)
        ck_assert_uint_eq(room[size + i], 0xa4);
    smmu_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_tlb_edges");
    TCase *tcase = tcase_create("tlb_edges");
    tcase_add_test(tcase, fill_and_look_up);
    tcase_add_test(tcase, tlbi_and_look_up);
    tcase_add_test(tcase, tlbi_and_ipa);
    tcase_add_test(tcase, one_ipa_entry);
    tcase_add_test(tcase, gone_and_come);
    tcase_add_test(tcase, inside_the_state);
    suite_add_tcase(suite, tcase);
    return suite;
}
