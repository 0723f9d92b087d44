/* SPDX-License-Identifier: Apache-2.0
 *
 * smmu.cache_hit, smmu.tlbi and smmu.translate say enough for somebody outside to judge whether an entry was used that
 * a completed invalidation covers: field by field, and under a random load that a checker reads from the stream alone.
 */
#include "model/core/random.h"
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"
#include "tests/smmu/smmu_nest.h"

enum { PAGES = 8, PASIDS = 3, TURNS = 3000, SYNC_EVERY = 6, TLBIS_MAX = TURNS, BLOCK = 1 << 21 };
#define FIRST   UINT64_C(0x400000)
#define COVERED UINT64_C(0x40000000) /* by a table that a descriptor of level 1 names */

static struct smmu_harness *h;
static struct random_stream dice;

/* PASID n has ASID n, but for the last, which shares that of the one before; page 7 is global, page 8 a block. */
static void open_harness(void)
{
    h = smmu_harness_open();
    h->latency = 7;
    h->config.micro_tlb_entries = 4;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    for (unsigned pasid = 1; pasid <= PASIDS; pasid++) {
        uint64_t ttb = smmu_harness_table(h);
        for (unsigned i = 0; i < PAGES; i++) {
            uint64_t leaf = smmu_harness_leaf(HARNESS_PAGES + 0x1000 * i, 12);
            smmu_harness_map(h, ttb, FIRST + 0x1000 * i, 12,
                             i == PAGES - 1 ? leaf & ~prisim_bits_put(1, PRISIM_DESC_NG) : leaf);
        }
        smmu_harness_map(h, ttb, FIRST + BLOCK, 21, smmu_harness_leaf(HARNESS_RAM, 21));
        smmu_harness_cd(h, pasid, smmu_harness_cd0(pasid == PASIDS ? PASIDS - 1 : pasid), ttb);
    }
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static const struct prisim_event *last(enum prisim_event_type type)
{
    unsigned count = harness_events(h->base, type);
    ck_assert_uint_gt(count, 0);
    return harness_event(h->base, type, count - 1);
}

/* Translates; returns how many entries it used. */
static unsigned ask(uint64_t va, int pasid)
{
    unsigned before = harness_events(h->base, PRISIM_EVENT_SMMU_CACHE_HIT);
    struct prisim_tlp request = smmu_harness_request(va, pasid, 0);
    smmu_harness_ask(h, &request);
    return harness_events(h->base, PRISIM_EVENT_SMMU_CACHE_HIT) - before;
}

static void expect_hit(enum prisim_cause cache, uint64_t asid, uint64_t address, uint64_t size, unsigned level,
                       prisim_cycle_t since)
{
    const struct prisim_event_smmu_cache_hit *hit = &last(PRISIM_EVENT_SMMU_CACHE_HIT)->smmu_cache_hit;
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)hit->cache), prisim_cause_name(cache));
    ck_assert_uint_eq(hit->vmid, 0);
    ck_assert_uint_eq(hit->asid, asid);
    ck_assert_uint_eq(hit->global, asid == PRISIM_PASID_NONE);
    ck_assert_uint_eq(hit->address, address);
    ck_assert_uint_eq(hit->size, size);
    ck_assert_uint_eq(hit->level, level);
    ck_assert_uint_eq(hit->granule, 0x1000);
    ck_assert_uint_eq(hit->since, since);
}

/* A walk begins when the walk caches have been looked up; its entries are as old as that, also the micro TLB's copy of
 * the TLB's. */
START_TEST(fields)
{
    ck_assert_uint_eq(ask(FIRST, 1), 0);
    const struct prisim_event_smmu_translate *translate = &last(PRISIM_EVENT_SMMU_TRANSLATE)->smmu_translate;
    ck_assert_uint_eq(translate->asid, 1);
    /* Four descriptors, each fetched in 1 + L, behind the look-ups of micro TLB, TLB and walk caches. */
    prisim_cycle_t walked = last(PRISIM_EVENT_SMMU_TRANSLATE)->cycle - 4 * (1 + h->latency);
    ck_assert_uint_eq(translate->cd_since, walked - 1 - 3 - 4 - (1 + h->latency));
    ck_assert_uint_eq(ask(FIRST, 1), 1);
    expect_hit(PRISIM_CAUSE_MICRO_TLB, 1, FIRST, 0x1000, 3, walked);
    ck_assert_uint_eq(last(PRISIM_EVENT_SMMU_CACHE_HIT)->cycle, last(PRISIM_EVENT_SMMU_TRANSLATE)->cycle);
    uint64_t cd_since = last(PRISIM_EVENT_SMMU_TRANSLATE)->smmu_translate.cd_since;
    ck_assert_uint_eq(cd_since, walked - 1 - 3 - 4 - (1 + h->latency)); /* it is cached */
    ck_assert_uint_eq(ask(FIRST + 0x7000, 1), 1);
    expect_hit(PRISIM_CAUSE_WALK_CACHE_1, 1, FIRST, BLOCK, 2, walked);
    prisim_cycle_t global_walked = last(PRISIM_EVENT_SMMU_TRANSLATE)->cycle - (1 + h->latency);
    ck_assert_uint_eq(ask(FIRST + 0x7000, 2), 1);
    expect_hit(PRISIM_CAUSE_MICRO_TLB, PRISIM_PASID_NONE, FIRST + 0x7000, 0x1000, 3, global_walked);
    ck_assert_uint_eq(ask(FIRST + BLOCK, 1), 1);
    expect_hit(PRISIM_CAUSE_WALK_CACHE_1, 1, 0, COVERED, 1, walked);
    prisim_cycle_t block_walked = last(PRISIM_EVENT_SMMU_TRANSLATE)->cycle - (1 + h->latency);
    for (unsigned i = 1; i <= 4; i++) /* the micro TLB has four entries */
        ask(FIRST + 0x1000 * i, 1);
    ck_assert_uint_eq(ask(FIRST + BLOCK + 0x5000, 1), 1);
    expect_hit(PRISIM_CAUSE_TLB, 1, FIRST + BLOCK, BLOCK, 2, block_walked);
    ck_assert_uint_eq(ask(FIRST + BLOCK + 0x5000, 1), 1);
    expect_hit(PRISIM_CAUSE_MICRO_TLB, 1, FIRST + BLOCK, BLOCK, 2, block_walked);
}
END_TEST

/* Nested: the IPA of each descriptor, and stage 2's own tables; stage 1's tables are the ASID's. */
START_TEST(nested_fields)
{
    smmu_harness_close(h);
    h = smmu_harness_open();
    h->latency = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    struct nest n = nest_open(h, HARNESS_SID, NEST_VMID, 0);
    nest_cd(&n, 0);
    for (uint64_t va = 0x1000; va < 0x3000; va += 0x1000)
        tree_map(h, &n.first, va, 3, NEST_OFFSET + HARNESS_PAGES + va, TREE_LEAF);
    nest_ask(&n, 0x1000, 0);
    unsigned first = harness_events(h->base, PRISIM_EVENT_SMMU_CACHE_HIT);
    nest_ask(&n, 0x2000, 0);
    static const enum prisim_cause cache[] = {PRISIM_CAUSE_WALK_CACHE_1, PRISIM_CAUSE_IPA_CACHE,
                                              PRISIM_CAUSE_WALK_CACHE_2};
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_CACHE_HIT), first + 3);
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_event_smmu_cache_hit *hit =
            &harness_event(h->base, PRISIM_EVENT_SMMU_CACHE_HIT, first + i)->smmu_cache_hit;
        ck_assert_str_eq(prisim_cause_name((enum prisim_cause)hit->cache), prisim_cause_name(cache[i]));
        ck_assert_uint_eq(hit->vmid, NEST_VMID);
        ck_assert_uint_eq(hit->asid, i == 0 ? NEST_ASID : PRISIM_PASID_NONE);
        ck_assert_uint_lt(hit->since, harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 0)->cycle);
        ck_assert_uint_eq(hit->size, i == 1 ? 0x1000 : BLOCK);
    }
    uint64_t table = harness_event(h->base, PRISIM_EVENT_SMMU_CACHE_HIT, first + 1)->smmu_cache_hit.address;
    ck_assert_uint_eq(table & ~prisim_bits_mask(22), NEST_OFFSET + HARNESS_RAM);
}
END_TEST

/* What each form says that it covers; null for any VMID or ASID, and nothing for an address that no entry can have. */
START_TEST(commands)
{
    const uint64_t asid = prisim_bits_put(9, PRISIM_CMD_TLBI_ASID), vmid = prisim_bits_put(6, PRISIM_CMD_TLBI_VMID);
    const struct {
        uint64_t dw0, dw1;
        struct prisim_event_smmu_tlbi said;
    } row[] = {
        {PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0, {.vmid = PRISIM_PASID_NONE, .asid = PRISIM_PASID_NONE, .size = UINT64_MAX}},
        {PRISIM_CMDQ_OP_TLBI_NH_ALL | vmid, 0, {.vmid = 6, .asid = PRISIM_PASID_NONE, .size = UINT64_MAX}},
        {PRISIM_CMDQ_OP_TLBI_NH_ASID | vmid | asid, 0, {.vmid = 6, .asid = 9, .size = UINT64_MAX}},
        {PRISIM_CMDQ_OP_TLBI_NH_VA | vmid | asid,
         0x12345001,
         {.vmid = 6, .asid = 9, .address = 0x12345000, .size = 0x1000, .leaf = 1}},
        {PRISIM_CMDQ_OP_TLBI_NH_VAA | vmid,
         UINT64_C(0xffffffff12345000),
         {.vmid = 6, .asid = PRISIM_PASID_NONE, .address = UINT64_C(0xffffffff12345000), .size = 0x1000}},
        {PRISIM_CMDQ_OP_TLBI_NH_VA | vmid | asid | prisim_bits_put(2, PRISIM_CMD_TLBI_NUM) |
             prisim_bits_put(1, PRISIM_CMD_TLBI_SCALE),
         0x12340000 | prisim_bits_put(1, PRISIM_CMD1_TLBI_TG) | prisim_bits_put(3, PRISIM_CMD1_TLBI_TTL),
         {.vmid = 6, .asid = 9, .address = 0x12340000, .size = 3 << 13, .level = 3, .granule = 0x1000}},
        {PRISIM_CMDQ_OP_TLBI_S2_IPA | vmid,
         0x5000,
         {.vmid = 6, .asid = PRISIM_PASID_NONE, .address = 0x5000, .size = 0x1000}},
        {PRISIM_CMDQ_OP_TLBI_S2_IPA | vmid,
         UINT64_C(1) << 50 | 0x5000,
         {.vmid = 6, .asid = PRISIM_PASID_NONE, .address = 0x5000, .size = 0}},
        {PRISIM_CMDQ_OP_TLBI_EL2_VA | asid,
         0x5000,
         {.vmid = PRISIM_PASID_NONE, .asid = PRISIM_PASID_NONE, .address = 0x5000, .size = 0x1000}},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        uint32_t index = h->cmdq_prod;
        smmu_harness_command(h, row[i].dw0, row[i].dw1);
        ck_assert(smmu_harness_commands_done(h, 200));
        const struct prisim_event *event = last(PRISIM_EVENT_SMMU_TLBI);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_TLBI), i + 1);
        ck_assert_uint_eq(event->cycle, last(PRISIM_EVENT_SMMU_COMMAND)->cycle);
        struct prisim_event expected = {.cycle = event->cycle,
                                        .instance = event->instance,
                                        .type = PRISIM_EVENT_SMMU_TLBI,
                                        .smmu_tlbi = row[i].said};
        expected.smmu_tlbi.index = index;
        expected.smmu_tlbi.opcode = row[i].dw0 & 0xff;
        for (unsigned f = 0; f < prisim_event_field_count(PRISIM_EVENT_SMMU_TLBI); f++)
            ck_assert_msg(prisim_event_value(event, f) == prisim_event_value(&expected, f), "row %u: %s is %#llx", i,
                          prisim_event_fields(PRISIM_EVENT_SMMU_TLBI)[f].name,
                          (unsigned long long)prisim_event_value(event, f));
    }
}
END_TEST

/* The checker. A TLBI covers the entries that match it; those that were begun to be read by then must not be used once
 * a CMD_SYNC behind it is over. */
struct done {
    struct prisim_event_smmu_tlbi tlbi;
    prisim_cycle_t at, synced;
};

static bool covers(const struct prisim_event_smmu_tlbi *tlbi, const struct prisim_event_smmu_cache_hit *hit)
{
    bool table = hit->cache == PRISIM_CAUSE_WALK_CACHE_1 || hit->cache == PRISIM_CAUSE_WALK_CACHE_2;
    if (tlbi->vmid != PRISIM_PASID_NONE && tlbi->vmid != hit->vmid)
        return false;
    if (hit->global && tlbi->opcode == PRISIM_CMDQ_OP_TLBI_NH_ASID)
        return false;
    if (!hit->global && tlbi->asid != PRISIM_PASID_NONE && tlbi->asid != hit->asid)
        return false;
    if (table && tlbi->leaf)
        return false;
    if (!table && ((tlbi->level && tlbi->level != hit->level) || (tlbi->granule && tlbi->granule != hit->granule)))
        return false;
    return tlbi->size == UINT64_MAX ||
           (hit->address < tlbi->address + tlbi->size && tlbi->address < hit->address + hit->size);
}

static void reference(void)
{
    static struct done done[TLBIS_MAX];
    unsigned tlbis = 0, hits[PRISIM_CAUSES] = {0};
    for (unsigned i = 0; i < h->base->events; i++) {
        const struct prisim_event *event = harness_event_at(h->base, i);
        if (event->type == PRISIM_EVENT_SMMU_TLBI)
            done[tlbis++] = (struct done){event->smmu_tlbi, event->cycle, PRISIM_CYCLE_NEVER};
        for (unsigned t = 0; event->type == PRISIM_EVENT_SMMU_SYNC && t < tlbis; t++)
            done[t].synced = prisim_cycle_min(done[t].synced, event->cycle);
        if (event->type != PRISIM_EVENT_SMMU_CACHE_HIT)
            continue;
        const struct prisim_event_smmu_cache_hit *hit = &event->smmu_cache_hit;
        hits[hit->cache]++;
        for (unsigned t = 0; t < tlbis; t++)
            ck_assert_msg(hit->since > done[t].at || event->cycle <= done[t].synced || !covers(&done[t].tlbi, hit),
                          "stale: %s of %#llx at %llu, since %llu; TLBI %#llx of %llu",
                          prisim_cause_name((enum prisim_cause)hit->cache), (unsigned long long)hit->address,
                          (unsigned long long)event->cycle, (unsigned long long)hit->since,
                          (unsigned long long)done[t].tlbi.opcode, (unsigned long long)done[t].at);
    }
    ck_assert_uint_gt(tlbis, 100);
    ck_assert_uint_gt(hits[PRISIM_CAUSE_MICRO_TLB], 100);
    ck_assert_uint_gt(hits[PRISIM_CAUSE_TLB], 20);
    ck_assert_uint_gt(hits[PRISIM_CAUSE_WALK_CACHE_1], 100);
}

static void command(void)
{
    static const unsigned opcode[] = {PRISIM_CMDQ_OP_TLBI_NH_ALL, PRISIM_CMDQ_OP_TLBI_NH_ASID,
                                      PRISIM_CMDQ_OP_TLBI_NH_VA, PRISIM_CMDQ_OP_TLBI_NH_VAA};
    unsigned which = (unsigned)random_below(&dice, SYNC_EVERY);
    uint64_t asid = prisim_bits_put(1 + random_below(&dice, PASIDS - 1), PRISIM_CMD_TLBI_ASID);
    uint64_t va = (FIRST + 0x1000 * random_below(&dice, PAGES + 1)) | random_below(&dice, 2);
    if (which >= sizeof opcode / sizeof opcode[0])
        smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    else
        smmu_harness_command(h, opcode[which] | asid, opcode[which] >= PRISIM_CMDQ_OP_TLBI_NH_VA ? va : 0);
}

START_TEST(judged_from_outside)
{
    dice = random_open((uint64_t)_i, 0, 0);
    for (unsigned turn = 0; turn < TURNS; turn++) {
        unsigned page = (unsigned)random_below(&dice, PAGES + 1);
        struct prisim_tlp request = smmu_harness_request(page < PAGES ? FIRST + 0x1000 * page : FIRST + BLOCK + 0x3000,
                                                         1 + (int)random_below(&dice, PASIDS), 0);
        if (harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE) + 8 > turn)
            smmu_harness_up(h, &request);
        if (random_below(&dice, 8) == 0)
            command();
        smmu_harness_run(h, random_below(&dice, 30));
        if (turn % 16 == 15)
            ck_assert(smmu_harness_commands_done(h, 2000));
    }
    reference();
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_cache_said");
    TCase *tcase = tcase_create("cache_said");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, open_harness, teardown);
    tcase_add_test(tcase, fields);
    tcase_add_test(tcase, nested_fields);
    tcase_add_test(tcase, commands);
    tcase_add_loop_test(tcase, judged_from_outside, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
