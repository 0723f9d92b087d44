/* SPDX-License-Identifier: Apache-2.0
 *
 * What the micro TLB and the TLB keep, access by access, beside a plain list of what they should: sets, ways, what is
 * replaced and what an invalidation leaves room for (SMMU-TLBI, SMMU-CD, SMMU-GEM5; docs/timing/smmu.md "Walks, TLBs").
 * And what a hit says of an access that it refuses.
 */
#include "model/core/random.h"
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_nest.h"

enum { PAGES = 10, BLOCKS = 3, STREAMS = 3, PASIDS = 3, SPOTS = 2 * PASIDS * (PAGES + BLOCKS) + PAGES + BLOCKS };
enum { OWNER_EL1 = 0, OWNER_STAGE_2 = 3 };
#define UPPER (~UINT64_C(0) << 39)
#define BLOCK UINT64_C(0x40000000)

/* A translation that is asked for, and whose it is. */
static struct spot {
    uint64_t va;
    unsigned sid, vmid, asid, aset, owner;
    int pasid;
    bool half, global;
    unsigned size_log2;
} spot[SPOTS];

/* What is kept of it; `key` is 0 for nothing. */
struct kept {
    uint64_t key;
    uint32_t tag;
    struct spot of;
};
struct plain {
    unsigned sets, ways, turn[64];
    struct kept kept[128];
};

static struct smmu_harness *h;
static struct plain micro, tlb;
static struct tree low; /* of the first two PASIDs */

static struct plain plain_open(unsigned entries, unsigned ways)
{
    ways = entries < ways ? entries : ways;
    return (struct plain){.ways = ways, .sets = ways ? entries / ways : 0};
}

/* docs/timing/smmu.md, the key, the tag and the set */
static uint64_t key_of(const struct spot *s)
{
    uint64_t kind = (s->size_log2 == 21 ? 3u : 0u) | (s->global ? 8u : 0u);
    uint64_t page = (s->va & prisim_bits_mask(48)) >> s->size_log2 << (s->size_log2 - 12);
    return UINT64_C(1) << 63 | kind << 56 | (uint64_t)s->owner << 40 | (uint64_t)s->half << 36 | page;
}

static uint32_t tag_of(const struct spot *s)
{
    return s->vmid << 16 | (s->owner == OWNER_STAGE_2 ? 0 : s->global ? s->aset : s->asid);
}

static unsigned set_of(const struct plain *plain, uint64_t key, uint32_t tag)
{
    uint64_t mixed = (key ^ (uint64_t)tag << 32) * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)((mixed >> 32) * plain->sets >> 32);
}

static bool plain_has(const struct plain *plain, const struct spot *s)
{
    unsigned set = set_of(plain, key_of(s), tag_of(s));
    for (unsigned i = 0; i < plain->ways; i++) {
        const struct kept *kept = &plain->kept[set * plain->ways + i];
        if (plain->sets && kept->key == key_of(s) && kept->tag == tag_of(s))
            return true;
    }
    return false;
}

/* The first empty way, else the ways in turn. */
static void plain_put(struct plain *plain, const struct spot *s)
{
    if (plain->sets == 0 || plain->ways == 0)
        return;
    unsigned set = set_of(plain, key_of(s), tag_of(s)), way = 0;
    while (way < plain->ways && plain->kept[set * plain->ways + way].key)
        way++;
    if (way == plain->ways) {
        way = plain->turn[set];
        plain->turn[set] = (way + 1) % plain->ways;
    }
    plain->kept[set * plain->ways + way] = (struct kept){key_of(s), tag_of(s), *s};
}

/* SMMU-TLBI, for one page or one ASID or everything. */
static bool is_matched(unsigned opcode, const struct spot *by, const struct spot *s)
{
    bool here = by->half == s->half && (by->va ^ s->va) >> s->size_log2 == 0;
    switch (opcode) {
    case PRISIM_CMDQ_OP_TLBI_NH_VA:
        return s->owner == OWNER_EL1 && s->vmid == by->vmid && (s->global || s->asid == by->asid) && here;
    case PRISIM_CMDQ_OP_TLBI_NH_ASID:
        return s->owner == OWNER_EL1 && s->vmid == by->vmid && !s->global && s->asid == by->asid;
    case PRISIM_CMDQ_OP_TLBI_S2_IPA:
        return s->owner == OWNER_STAGE_2 && s->vmid == by->vmid && here;
    }
    return true;
}

static void plain_forget(struct plain *plain, unsigned opcode, const struct spot *by)
{
    for (unsigned i = 0; i < plain->sets * plain->ways; i++)
        if (plain->kept[i].key && is_matched(opcode, by, &plain->kept[i].of))
            plain->kept[i].key = 0;
}

/* Pages and blocks from `base` on; pages 3 and 7 are global in stage 1. */
static void map(const struct tree *tree, uint64_t base, uint64_t leaf)
{
    for (unsigned i = 0; i < PAGES; i++)
        tree_map(h, tree, base + i * 0x1000, 3, HARNESS_PAGES,
                 leaf == TREE_LEAF && i % 4 == 3 ? leaf & ~prisim_bits_put(1, PRISIM_DESC_NG) : leaf);
    for (unsigned i = 0; i < BLOCKS; i++)
        tree_map(h, tree, base + BLOCK + i * UINT64_C(0x200000), 2, BLOCK, leaf);
}

static unsigned list(unsigned n, struct spot like, uint64_t base)
{
    for (unsigned i = 0; i < PAGES + BLOCKS; i++) {
        spot[n] = like;
        spot[n].va = i < PAGES ? base + i * 0x1000 : base + BLOCK + (i - PAGES) * UINT64_C(0x200000);
        spot[n].global = like.owner == OWNER_EL1 && i < PAGES && i % 4 == 3;
        spot[n++].size_log2 = i < PAGES ? 12 : 21;
    }
    return n;
}

/* Streams 0 and 1 have stage 1 and VMIDs of their own; PASIDs 1 and 2 share tables and ASET, 3 has the upper half.
 * Stream 2 has stage 2 alone. */
static void build(void)
{
    static const unsigned asid[] = {7, 8, 7};
    unsigned n = 0;
    struct tree upper = tree_open(h, TREE_4K, 1, 39);
    low = tree_open(h, TREE_4K, 1, 39);
    map(&low, 0, TREE_LEAF);
    map(&upper, UPPER, TREE_LEAF);
    for (unsigned i = 0; i < PASIDS; i++)
        tree_cd(h, i + 1, prisim_bits_put(asid[i], PRISIM_CD0_ASID) | prisim_bits_put(i == 2, PRISIM_CD0_ASET),
                i == 2 ? &upper : &low, i == 2);
    for (unsigned sid = 0; sid < 2; sid++) {
        smmu_harness_ste(h, sid, smmu_harness_ste0(4), smmu_harness_ste1());
        smmu_harness_store(h, HARNESS_STRTAB + sid * PRISIM_STE_BYTES + 16,
                           prisim_bits_put(5 + sid, PRISIM_STE2_S2VMID));
        for (unsigned i = 0; i < PASIDS; i++) {
            struct spot like = {.sid = sid, .vmid = 5 + sid, .asid = asid[i], .aset = i == 2, .pasid = (int)i + 1};
            like.half = i == 2;
            n = list(n, like, i == 2 ? UPPER : 0);
        }
    }
    struct tree second = tree_open(h, TREE_4K, 1, 39);
    map(&second, 0, TREE_S2LEAF);
    smmu_harness_ste(h, 2,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG),
                     smmu_harness_ste1());
    tree_ste2(h, 2, 0, 5, &second);
    n = list(n, (struct spot){.sid = 2, .vmid = 5, .owner = OWNER_STAGE_2, .pasid = -1}, 0);
    ck_assert_uint_eq(n, SPOTS);
}

/* Asks, and holds what it took against what is kept. */
static void ask(const struct spot *s)
{
    const struct prisim_smmu_config *c = &h->config;
    struct prisim_tlp request = smmu_harness_request(s->va, s->pasid, 0);
    request.head.requester_id = (uint16_t)s->sid;
    unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    unsigned reads = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    uint64_t output =
        smmu_harness_entry(smmu_harness_ask(h, &request)) & PRISIM_DESC_ADDRESS & ~prisim_bits_mask(s->size_log2);
    ck_assert_uint_eq(output, s->size_log2 == 12 ? HARNESS_PAGES : BLOCK);
    prisim_cycle_t took =
        harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down) - h->base->rx[PRISIM_SMMU_RX_UP].taken_at[taken];
    prisim_cycle_t at_micro = c->config_latency + (micro.sets ? c->micro_tlb_latency : 0),
                   at_tlb = at_micro + c->tlb_latency;
    reads = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - reads;
    bool in_micro = plain_has(&micro, s), in_tlb = plain_has(&tlb, s);
    ck_assert_msg((reads == 0) == (in_micro || in_tlb), "%u, %#llx: %u reads", s->sid, (unsigned long long)s->va,
                  reads);
    if (in_micro || in_tlb)
        ck_assert_uint_eq(took, in_micro ? at_micro : at_tlb);
    else
        plain_put(&tlb, s);
    if (!in_micro)
        plain_put(&micro, s);
}

static void forget(unsigned opcode, const struct spot *by)
{
    uint64_t dw0 =
        opcode | prisim_bits_put(by->vmid, PRISIM_CMD_TLBI_VMID) | prisim_bits_put(by->asid, PRISIM_CMD_TLBI_ASID);
    smmu_harness_command(h, dw0, by->va & ~prisim_bits_mask(12));
    smmu_harness_sync(h);
    plain_forget(&micro, opcode, by);
    plain_forget(&tlb, opcode, by);
}

static const struct {
    unsigned micro, entries, ways, asks;
} shape[] = {
    {0, 24, 3, 1500}, {0, 30, 8, 800}, {0, 40, 20, 800}, {0, 64, 64, 500}, {0, 7, 1, 500}, {5, 0, 4, 300},
    {13, 0, 4, 500},  {0, 3, 9, 300},  {5, 24, 4, 1500}, {32, 96, 4, 500}, {0, 5, 4, 500},
};

/* covers: SMMU-TLBI-2, SMMU-TLBI-3, SMMU-TLBI-7, SMMU-TLBI-8, SMMU-CD-10 */
START_TEST(beside_a_list)
{
    static const unsigned opcode[] = {PRISIM_CMDQ_OP_TLBI_NH_VA, PRISIM_CMDQ_OP_TLBI_S2_IPA,
                                      PRISIM_CMDQ_OP_TLBI_NH_ASID, PRISIM_CMDQ_OP_TLBI_NSNH_ALL};
    h = smmu_harness_open();
    h->latency = 1;
    h->config.micro_tlb_entries = shape[_i].micro;
    h->config.tlb_entries = shape[_i].entries;
    h->config.tlb_ways = shape[_i].ways;
    h->config.walk_entries = h->config.walk_l1_entries = h->config.walk_l0_entries = 0;
    h->config.walk_s2_entries = h->config.walk_s2_l1_entries = h->config.walk_s2_l0_entries = 0;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    build();
    micro = plain_open(shape[_i].micro, shape[_i].micro);
    tlb = plain_open(shape[_i].entries, shape[_i].ways);
    struct random_stream dice = random_open(1, (uint64_t)_i, 0);
    for (unsigned i = 0; i < SPOTS; i += PAGES + BLOCKS) /* the configuration is cached from here on */
        ask(&spot[i]);
    forget(PRISIM_CMDQ_OP_TLBI_NSNH_ALL, &spot[0]);
    for (unsigned i = 0; i < shape[_i].asks; i++) {
        const struct spot *s = &spot[random_below(&dice, SPOTS)];
        uint64_t what = random_below(&dice, 100);
        if (what < 20)
            forget(opcode[s->owner == OWNER_STAGE_2 && what < 15 ? 1 : what < 15 ? 0 : what < 19 ? 2 : 3], s);
        else
            ask(s);
    }
    smmu_harness_close(h);
}
END_TEST

/* A global entry that came into the micro TLB from the TLB is global there too: another ASID hits it, and NH_VA takes
 * it whatever the ASID. */
/* covers: SMMU-TLBI-3, SMMU-TLBI-2 */
START_TEST(global_from_the_tlb)
{
    h = smmu_harness_open();
    h->config.micro_tlb_entries = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    build();
    const struct prisim_smmu_config *c = &h->config;
    struct prisim_tlp global = smmu_harness_request(0x3000, 1, 0), page = smmu_harness_request(0x1000, 1, 0);
    global.head.requester_id = page.head.requester_id = 0;
    smmu_harness_ask(h, &global);
    smmu_harness_ask(h, &page); /* is in the micro TLB now */
    smmu_harness_ask(h, &global);
    struct prisim_tlp other = global;
    other.head.pasid = 2;
    for (unsigned i = 0; i < 2; i++) { /* the first one fetches its CD */
        unsigned taken = h->base->rx[PRISIM_SMMU_RX_UP].taken, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        smmu_harness_ask(h, &other);
        prisim_cycle_t took =
            harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down) - h->base->rx[PRISIM_SMMU_RX_UP].taken_at[taken];
        if (i > 0)
            ck_assert_uint_eq(took, c->config_latency + c->micro_tlb_latency);
        else
            ck_assert_uint_eq(took, c->config_latency + 1 + HARNESS_MEMORY_LATENCY + c->micro_tlb_latency);
    }
    for (unsigned any_asid = 0; any_asid < 2; any_asid++) {
        uint64_t leaf = tree_place(h, &low, 0x3000, 3);
        smmu_harness_ask(h, &page);
        smmu_harness_ask(h, &global);
        smmu_harness_store(h, leaf, smmu_harness_load(h, leaf) ^ 0x8000);
        smmu_harness_command(h,
                             PRISIM_CMDQ_OP_TLBI_NH_ASID | prisim_bits_put(5, PRISIM_CMD_TLBI_VMID) |
                                 prisim_bits_put(7, PRISIM_CMD_TLBI_ASID),
                             0);
        smmu_harness_sync(h);
        uint64_t stale = HARNESS_PAGES | (any_asid ? 0x8000 : 0);
        ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &global)) & PRISIM_DESC_ADDRESS, stale);
        unsigned opcode = any_asid ? PRISIM_CMDQ_OP_TLBI_NH_VAA : PRISIM_CMDQ_OP_TLBI_NH_VA;
        smmu_harness_command(
            h, opcode | prisim_bits_put(5, PRISIM_CMD_TLBI_VMID) | prisim_bits_put(99, PRISIM_CMD_TLBI_ASID), 0x3000);
        smmu_harness_sync(h);
        ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &global)) & PRISIM_DESC_ADDRESS, stale ^ 0x8000);
    }
    smmu_harness_close(h);
}
END_TEST

/* A hit in either TLB that stage 2 does not permit says the IPA in its record, and that of its own page. */
/* covers: SMMU-EVENTCODE-15, SMMU-EVENT-2 */
START_TEST(refused_hits)
{
    enum { FROM_MICRO, FROM_TLB, HITS };
    for (unsigned from = FROM_MICRO; from < HITS; from++) {
        h = smmu_harness_open();
        h->config.micro_tlb_entries = from == FROM_TLB ? 1 : 32;
        smmu_harness_start(h);
        smmu_harness_bring_up(h);
        struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
        for (unsigned i = 0; i < 2; i++) {
            tree_map(h, &n.first, i * 0x1000, 3, NEST_IPA + i * 0x3000, TREE_LEAF);
            tree_map(h, &n.second, NEST_IPA + i * 0x3000, 3, HARNESS_PAGES + i * 0x1000,
                     TREE_S2LEAF & ~prisim_bits_put(2, PRISIM_DESC_AP));
        }
        nest_cd(&n, 0);
        for (unsigned i = 0; i < 4; i++)
            ck_assert_uint_ne(nest_ask(&n, (i & 1) * 0x1000, PRISIM_TLP_NO_WRITE), 0);
        for (unsigned i = 0; i < 4; i++) {
            unsigned reads = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
            uint64_t dw[4];
            nest_fault(&n, PRISIM_TLP_MEMORY_WRITE, (i & 1) * 0x1000 | 0xa50, 0, dw);
            ck_assert_uint_eq(dw[0] & 0xff, PRISIM_F_PERMISSION);
            ck_assert(nest_is_s2(dw));
            ck_assert_uint_eq(nest_class(dw), 2); /* IN */
            ck_assert_uint_eq(dw[2], (i & 1) * 0x1000 | 0xa50);
            ck_assert_uint_eq(dw[3], NEST_IPA + (i & 1) * 0x3000);
            for (unsigned j = reads; j < h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
                 j++) /* a hit: nothing is read */
                ck_assert(((const struct prisim_memory_request *)harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, j))
                              ->write);
        }
        smmu_harness_close(h);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_tlb");
    TCase *tcase = tcase_create("tlb");
    tcase_set_timeout(tcase, 20);
    tcase_add_test(tcase, global_from_the_tlb);
    tcase_add_test(tcase, refused_hits);
    tcase_add_loop_test(tcase, beside_a_list, 0, sizeof shape / sizeof shape[0]);
    suite_add_tcase(suite, tcase);
    return suite;
}
