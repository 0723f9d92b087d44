/* SPDX-License-Identifier: Apache-2.0
 *
 * What the SMMU keeps: stale_tlb, by what each TLBI covers, and freed_before_invalidated.smmu: a CD or TLB entries left
 * at U6 (UNBIND-HAZARD; SMMU-CFGI, SMMU-TLBI).
 */
#include "atc_stream.h"

#include "driver/unbind/policy.h"
#include "model/smmu/smmu_records.h"
#include "tests/harness/suite.h"

enum { READ_AT = 5 };

static void tlbi(uint64_t opcode, uint64_t vmid, uint64_t asid, uint64_t address, uint64_t size, bool leaf,
                 uint64_t level)
{
    say(INSTANCE_SMMU, SMMU_TLBI, 9, opcode, vmid, asid, address, size, leaf, level, level ? 0x1000 : 0);
}

static void tlbi_asid(uint64_t asid)
{
    tlbi(PRISIM_CMDQ_OP_TLBI_NH_ASID, 0, asid, 0, UINT64_MAX, false, 0);
}

/* An entry of page 0x4000, or the table above it. */
static void used(enum prisim_cause cache, uint64_t vmid, uint64_t asid, bool global, prisim_cycle_t since)
{
    bool table = cache == PRISIM_CAUSE_WALK_CACHE_1 || cache == PRISIM_CAUSE_WALK_CACHE_2;
    say(INSTANCE_SMMU, SMMU_CACHE_HIT, TR, cache, vmid, asid, global, table ? 0 : 0x4000, table ? 0x200000 : 0x1000,
        table ? 2 : 3, 0x1000, since);
}

/* U0..U3 and CFGI_CD; U4..U6, and the ASID goes back. */
static void life(bool cfgi, bool tlb)
{
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
    if (cfgi)
        say(INSTANCE_SMMU, SMMU_COMMAND, 1, PRISIM_CMDQ_OP_CFGI_CD, NIC_ID, 1);
    if (tlb)
        tlbi_asid(ASID);
    sync_done(2);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
}

static void asid_freed(void)
{
    now -= 10;
    say(INSTANCE_DRIVER, DRIVER_ASID_FREED, ASID, SPACE_A);
}

/* A job that translates by a CD and goes, with its ATC entry. */
static void translate_once(void)
{
    bind(NIC_ID, SPACE_A, 1);
    job_made(1);
    asked(1);
    translated_by(1, FRAME_A, READ_AT);
    say(NIC, ENDPOINT_TRANSLATION, 0x2000000, 1, 1, 0x4000, FRAME_A, R | W, PRISIM_TLP_SC, 0);
    job_done(1, PRISIM_CAUSE_COMPLETED);
}

START_TEST(stale_tlb)
{
    tlbi_asid(ASID);
    used(PRISIM_CAUSE_TLB, 0, ASID, false, READ_AT); /* before the SYNC: allowed */
    sync_done(2);
    now -= 10;
    used(PRISIM_CAUSE_TLB, 0, ASID, false, READ_AT); /* at its edge too */
    ck_only(0);
    now -= 9;
    used(PRISIM_CAUSE_TLB, 0, ASID, false, READ_AT);
    ck_count(STALE_TLB, 1);
    ck_only(BIT(STALE_TLB));
    used(PRISIM_CAUSE_MICRO_TLB, 0, ASID, false, READ_AT);
    used(PRISIM_CAUSE_WALK_CACHE_1, 0, ASID, false, READ_AT);
    ck_count(STALE_TLB, 3);
}
END_TEST

/* At the edge of the TLBI it is stale; from the next one on it was read anew. */
START_TEST(an_entry_read_after_the_tlbi_is_fresh)
{
    tlbi_asid(ASID);
    prisim_cycle_t at = now;
    sync_done(2);
    used(PRISIM_CAUSE_TLB, 0, ASID, false, at + 1);
    ck_only(0);
    used(PRISIM_CAUSE_TLB, 0, ASID, false, at);
    ck_count(STALE_TLB, 1);
}
END_TEST

/* The later of two of one scope counts, and each scope by itself. */
START_TEST(two_invalidations)
{
    tlbi_asid(ASID);
    sync_done(2);
    tlbi_asid(ASID + 1);
    sync_done(3);
    prisim_cycle_t between = now;
    tlbi_asid(ASID);
    used(PRISIM_CAUSE_TLB, 0, ASID, false, between);
    ck_only(0);
    sync_done(4);
    used(PRISIM_CAUSE_TLB, 0, ASID + 1, false, between);
    ck_only(0);
    used(PRISIM_CAUSE_TLB, 0, ASID, false, between);
    ck_count(STALE_TLB, 1);
    used(PRISIM_CAUSE_TLB, 0, ASID + 1, false, READ_AT);
    ck_count(STALE_TLB, 2);
}
END_TEST

/* Commands that differ in nothing but for whom they are: each keeps its own completion. */
START_TEST(two_forms_of_one_scope)
{
    tlbi(PRISIM_CMDQ_OP_TLBI_NSNH_ALL, PRISIM_PASID_NONE, PRISIM_PASID_NONE, 0, UINT64_MAX, false, 0);
    sync_done(2);
    tlbi(PRISIM_CMDQ_OP_TLBI_EL2_ALL, PRISIM_PASID_NONE, PRISIM_PASID_NONE, 0, UINT64_MAX, false, 0);
    sync_done(3);
    used(PRISIM_CAUSE_TLB, 0, ASID, false, READ_AT);
    ck_count(STALE_TLB, 1);
    used(PRISIM_CAUSE_TLB, PRISIM_PASID_NONE, PRISIM_PASID_NONE, false, READ_AT);
    ck_count(STALE_TLB, 2);
}
END_TEST

/* A SYNC completes what came since the one before, and nothing again: a second TLBI of one scope was complete by its
 * own SYNC, and takes out nothing that was read since. */
START_TEST(a_later_sync_completes_nothing_again)
{
    tlbi_asid(ASID);
    sync_done(2);
    tlbi_asid(ASID);
    sync_done(3);
    translate_once();
    sync_done(4);
    now -= 10;
    used(PRISIM_CAUSE_TLB, 0, ASID, false, READ_AT);
    ck_count(STALE_TLB, 1);
    life(true, false);
    asid_freed();
    ck_count(FREED_BEFORE_INVALIDATED_SMMU, 1);
}
END_TEST

/* docs/timing/smmu.md, "What is invalidated": the cases of each line, covered and not. */
START_TEST(what_a_tlbi_covers)
{
    static const struct {
        struct prisim_event_smmu_tlbi tlbi;
        struct prisim_event_smmu_cache_hit entry;
        bool covered;
    } row[] = {
#define TLBI(form, ...) {.opcode = PRISIM_CMDQ_OP_TLBI_##form, .size = UINT64_MAX, __VA_ARGS__}
#define TLBI_OF(form, ...)                                                                                             \
    {                                                                                                                  \
        .opcode = PRISIM_CMDQ_OP_TLBI_##form, __VA_ARGS__                                                              \
    }
#define ENTRY(of, ...)                                                                                                 \
    {                                                                                                                  \
        .cache = PRISIM_CAUSE_##of, .address = 0x4000, .size = 0x1000, .level = 3, .granule = 0x1000, __VA_ARGS__      \
    }
#define PIECE(of, at, bytes, of_level, of_granule)                                                                     \
    {                                                                                                                  \
        .cache = PRISIM_CAUSE_##of, .asid = 3, .address = at, .size = bytes, .level = of_level, .granule = of_granule  \
    }
#define ANY .vmid = PRISIM_PASID_NONE, .asid = PRISIM_PASID_NONE
        {TLBI(NSNH_ALL, ANY), ENTRY(TLB, .asid = 3), true},
        {TLBI(NSNH_ALL, ANY), ENTRY(IPA_CACHE, .asid = PRISIM_PASID_NONE), true},
        {TLBI(NSNH_ALL, ANY), ENTRY(TLB, ANY), false}, /* EL2's */
        {TLBI(EL2_ALL, ANY), ENTRY(TLB, ANY), true},
        {TLBI(EL2_ALL, ANY), ENTRY(TLB, .asid = 3), false},
        {TLBI(NH_ALL, .vmid = 2, .asid = PRISIM_PASID_NONE), ENTRY(TLB, .vmid = 2, .asid = 3), true},
        {TLBI(NH_ALL, .vmid = 2, .asid = PRISIM_PASID_NONE), ENTRY(TLB, .vmid = 1, .asid = 3), false},
        {TLBI(NH_ALL, .vmid = 2, .asid = PRISIM_PASID_NONE), ENTRY(TLB, .vmid = 2, .asid = PRISIM_PASID_NONE),
         false}, /* stage 2 */
        {TLBI(NH_ALL, .vmid = 2, .asid = PRISIM_PASID_NONE),
         ENTRY(TLB, .vmid = 2, .asid = PRISIM_PASID_NONE, .global = 1), true},
        {TLBI(NH_ASID, .asid = 3), ENTRY(TLB, .asid = 3), true},
        {TLBI(NH_ASID, .asid = 3), ENTRY(TLB, .asid = 4), false},
        {TLBI(NH_ASID, .asid = 3), ENTRY(TLB, .asid = PRISIM_PASID_NONE, .global = 1), false},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x4000, .size = 0x1000),
         ENTRY(TLB, .asid = PRISIM_PASID_NONE, .global = 1), true},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x4000, .size = 0x1000), ENTRY(TLB, .asid = 3), true},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x5000, .size = 0x1000), ENTRY(TLB, .asid = 3), false},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x3000, .size = 0x1000), ENTRY(TLB, .asid = 3), false},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x3000, .size = 0x2000), ENTRY(TLB, .asid = 3), true},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x4000, .size = 0), ENTRY(TLB, .asid = 3), false},
        {TLBI(NH_VA, .asid = 3, .leaf = 1), ENTRY(TLB, .asid = 3), true},
        {TLBI(NH_VA, .asid = 3, .leaf = 1), ENTRY(WALK_CACHE_1, .asid = 3), false},
        {TLBI(NH_VA, .asid = 3, .leaf = 0), ENTRY(WALK_CACHE_1, .asid = 3), true},
        {TLBI(NH_VA, .asid = 3, .level = 3, .granule = 0x1000), ENTRY(TLB, .asid = 3), true},
        {TLBI(NH_VA, .asid = 3, .level = 2, .granule = 0x1000), ENTRY(TLB, .asid = 3), false},
        {TLBI(NH_VA, .asid = 3, .granule = 0x4000), ENTRY(TLB, .asid = 3), false},
        {TLBI(S2_IPA, .asid = PRISIM_PASID_NONE), ENTRY(IPA_CACHE, .asid = PRISIM_PASID_NONE), true},
        {TLBI(S2_IPA, .asid = PRISIM_PASID_NONE), ENTRY(TLB, .asid = 3), false},
        {TLBI(S12_VMALL, .asid = PRISIM_PASID_NONE), ENTRY(TLB, .asid = 3), true},
        /* SMMU-TLBI-14: a piece, 4 KB of stage 2, of a stage-1 block of 2 MB or page of 64 KB */
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x1ff000, .size = 0x1000), PIECE(TLB, 0x4000, 0x1000, 2, 0x1000), true},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x200000, .size = 0x1000), PIECE(TLB, 0x4000, 0x1000, 2, 0x1000), false},
        {TLBI_OF(NH_VAA, .asid = PRISIM_PASID_NONE, .address = 0xf000, .size = 0x1000),
         PIECE(MICRO_TLB, 0x4000, 0x1000, 3, 0x10000), true},
        {TLBI_OF(NH_VAA, .asid = PRISIM_PASID_NONE, .address = 0x10000, .size = 0x1000),
         PIECE(MICRO_TLB, 0x4000, 0x1000, 3, 0x10000), false},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x3ffff000, .size = 0x1000), PIECE(TLB, 0x4000, 0x1000, 1, 0x1000), true},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x40000000, .size = 0x1000), PIECE(TLB, 0x4000, 0x1000, 1, 0x1000),
         false},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x1ffc000, .size = 0x4000), PIECE(TLB, 0x4000, 0x1000, 2, 0x4000), true},
        {TLBI_OF(NH_VA, .asid = 3, .address = 0x2000000, .size = 0x4000), PIECE(TLB, 0x4000, 0x1000, 2, 0x4000), false},
        /* contiguous: larger than its leaf, and it goes as a whole */
        {TLBI_OF(NH_VA, .asid = 3, .address = 0xf000, .size = 0x1000), PIECE(TLB, 0, 0x10000, 3, 0x1000), true},
        {TLBI(S12_VMALL, .asid = PRISIM_PASID_NONE), ENTRY(WALK_CACHE_2, .asid = PRISIM_PASID_NONE), true},
    };
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        by_hand_close();
        by_hand_open();
        struct prisim_event event = {.cycle = 10, .instance = INSTANCE_SMMU, .type = PRISIM_EVENT_SMMU_TLBI};
        event.smmu_tlbi = row[i].tlbi;
        stream_event(&stream, &event);
        event = (struct prisim_event){.cycle = 20, .instance = INSTANCE_SMMU, .type = PRISIM_EVENT_SMMU_SYNC};
        stream_event(&stream, &event);
        event = (struct prisim_event){.cycle = 21, .instance = INSTANCE_SMMU, .type = PRISIM_EVENT_SMMU_CACHE_HIT};
        event.smmu_cache_hit = row[i].entry;
        stream_event(&stream, &event);
        ck_assert_msg(count(STALE_TLB) == row[i].covered, "row %u", i);
    }
}
END_TEST

#define FREED     (BIT(FREED_BEFORE_INVALIDATED) | BIT(FREED_BEFORE_INVALIDATED_SMMU))
#define FREED_TLB (FREED | BIT(PROMISE_BROKEN) | BIT(PROMISE_BROKEN_TLB))

START_TEST(all_invalidated)
{
    translate_once();
    life(true, true);
    asid_freed();
    bind(NIC_ID, SPACE_B, 2);
    ck_only(0);
}
END_TEST

START_TEST(a_cd_is_left)
{
    translate_once();
    life(false, true);
    asid_freed();
    ck_count(FREED_BEFORE_INVALIDATED, 1);
    ck_count(FREED_BEFORE_INVALIDATED_SMMU, 1);
    ck_only(FREED);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "left: a CD in the SMMU"));
    bind(NIC_ID, SPACE_B, 2);
    ck_count(FREED_BEFORE_INVALIDATED_REUSED, 1);
    job_made(2);
    asked(2);
    translated_by(2, FRAME_A, READ_AT);
    ck_count(FREED_BEFORE_INVALIDATED_USED, 1);
}
END_TEST

/* Bind takes it out before U7; then a new one is read. */
START_TEST(a_cd_is_left_until_bind)
{
    translate_once();
    life(false, true);
    say(INSTANCE_SMMU, SMMU_COMMAND, 1, PRISIM_CMDQ_OP_CFGI_CD, NIC_ID, 2); /* another's */
    sync_done(3);
    say(INSTANCE_SMMU, SMMU_COMMAND, 1, PRISIM_CMDQ_OP_CFGI_CD, NIC_ID, 1);
    sync_done(4);
    bind(NIC_ID, SPACE_B, 2);
    job_made(2);
    asked(2);
    translated_by(2, FRAME_B, now);
    ck_count(FREED_BEFORE_INVALIDATED, 1);
    ck_only(FREED);
}
END_TEST

/* It was taken out, and what is there by U7 was read or sent since. */
START_TEST(what_came_since_is_not_reused)
{
    translate_once();
    life(false, false);
    asid_freed();
    prisim_cycle_t freed = now;
    say(INSTANCE_SMMU, SMMU_COMMAND, 1, PRISIM_CMDQ_OP_CFGI_CD, NIC_ID, 1);
    tlbi_asid(ASID);
    sync_done(3);
    job_made(2);
    asked(2);
    translated_by(2, FRAME_B, freed + 1);
    job_done(2, PRISIM_CAUSE_COMPLETED);
    request_sent(3);
    bind(NIC_ID, SPACE_B, 2);
    ck_only(FREED_TLB);
}
END_TEST

/* A CD that is read behind the CFGI is not taken out by it. */
START_TEST(a_cd_read_after_the_cfgi)
{
    for (unsigned later = 0; later < 2; later++) {
        by_hand_close();
        by_hand_open();
        translate_once();
        say(INSTANCE_SMMU, SMMU_COMMAND, 1, PRISIM_CMDQ_OP_CFGI_CD, NIC_ID, 1);
        prisim_cycle_t at = now;
        job_made(2);
        asked(2);
        translated_by(2, FRAME_A, at + later);
        say(NIC, ENDPOINT_TRANSLATION, 0x2000000, 2, 1, 0x4000, FRAME_A, R | W, PRISIM_TLP_SC, 0);
        job_done(2, PRISIM_CAUSE_COMPLETED);
        life(false, true);
        ck_count(FREED_BEFORE_INVALIDATED_SMMU, later);
    }
}
END_TEST

/* What was left is the CD: a DMA that the function had made with an entry that is gone is no use of it. */
START_TEST(another_place_is_no_use)
{
    bind(NIC_ID, SPACE_A, 1);
    job_made(1);
    asked(1);
    translated_by(1, FRAME_A, READ_AT);
    completion(1, FRAME_A, true);
    invalidate(3);
    life(false, true);
    dma(1, FRAME_A);
    ck_only(FREED | BIT(STALE_ATC) | BIT(DMA_AFTER_UNBIND));
}
END_TEST

/* SMMU-CFGI: what else takes CDs out, and a SYNC must be behind it. */
START_TEST(each_form_of_cfgi)
{
    static const unsigned opcode[] = {PRISIM_CMDQ_OP_CFGI_STE, PRISIM_CMDQ_OP_CFGI_ALL, PRISIM_CMDQ_OP_CFGI_CD,
                                      PRISIM_CMDQ_OP_CFGI_CD_ALL};
    for (unsigned i = 0; i < sizeof opcode / sizeof *opcode; i++)
        for (unsigned synced = 0; synced < 2; synced++) {
            by_hand_close();
            by_hand_open();
            translate_once();
            say(INSTANCE_SMMU, SMMU_COMMAND, 1, opcode[i], NIC_ID,
                opcode[i] == PRISIM_CMDQ_OP_CFGI_CD ? UINT64_C(1) : PRISIM_PASID_NONE);
            tlbi_asid(ASID);
            if (synced)
                sync_done(2);
            say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
            ck_count(FREED_BEFORE_INVALIDATED_SMMU, !synced);
        }
}
END_TEST

START_TEST(tlb_entries_are_left)
{
    translate_once();
    life(true, false);
    ck_only(0);
    asid_freed();
    ck_count(FREED_BEFORE_INVALIDATED, 1);
    ck_count(FREED_BEFORE_INVALIDATED_SMMU, 1);
    ck_count(PROMISE_BROKEN_TLB, 1);
    ck_only(FREED_TLB);
    used(PRISIM_CAUSE_TLB, 0, ASID + 1, false, READ_AT);
    used(PRISIM_CAUSE_TLB, 0, ASID, false, now);
    ck_only(FREED_TLB);
    used(PRISIM_CAUSE_TLB, 0, ASID, false, READ_AT);
    used(PRISIM_CAUSE_TLB, 0, ASID, false, READ_AT);
    ck_count(FREED_BEFORE_INVALIDATED_USED, 1);
    bind(NIC_ID, SPACE_B, 2);
    ck_count(FREED_BEFORE_INVALIDATED_REUSED, 1);
}
END_TEST

/* UNBIND-HAZARD-7: each list with `inv` promises that no entry of the TLB is left, and no other does. */
static void entries_left_by(uint64_t policy)
{
    translate_once();
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, policy);
    say(INSTANCE_SMMU, SMMU_COMMAND, 1, PRISIM_CMDQ_OP_CFGI_CD, NIC_ID, 1);
    sync_done(2);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    asid_freed();
}

START_TEST(whoever_invalidates_nothing_promises_no_tlb)
{
    scenario.system.driver.own =
        (struct prisim_driver_own){.list = {{2, {{.step = DRIVER_STEP_ENTER}, {.step = DRIVER_STEP_FREE}}}}};
    entries_left_by(PRISIM_DRIVER_UNBIND_OWN);
    ck_only(FREED);
    ck_count(FREED_BEFORE_INVALIDATED_SMMU, 1);
}
END_TEST

START_TEST(whoever_waits_for_a_marker_promises_the_tlb_as_well)
{
    entries_left_by(PRISIM_DRIVER_UNBIND_STOP_MARKER);
    ck_only(FREED_TLB);
    ck_count(PROMISE_BROKEN_TLB, 1);
}
END_TEST

/* While the space is bound elsewhere, its ASID's entries are in use there. */
START_TEST(tlb_entries_of_a_space_that_is_bound_elsewhere)
{
    translate_once();
    life(true, false);
    ck_only(0);
    say(INSTANCE_DRIVER, DRIVER_ASID_FREED, ASID, SPACE_A); /* at a later edge: another's U6 */
    ck_only(0);
}
END_TEST

START_TEST(tlb_entries_taken_out_by_address)
{
    translate_once();
    tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, 0, ASID, 0x5000, 0x1000, true, 0);
    life(true, false);
    asid_freed();
    ck_count(FREED_BEFORE_INVALIDATED_SMMU, 1);
    translate_once();
    tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, 0, ASID, 0x4000, 0x1000, true, 0);
    life(true, false);
    asid_freed();
    ck_count(FREED_BEFORE_INVALIDATED_SMMU, 1);
}
END_TEST

/* Two pages of one ASID, and a command for one of them. */
START_TEST(one_page_of_two_is_left)
{
    for (unsigned taken = 1; taken <= 2; taken++) {
        by_hand_close();
        by_hand_open();
        translate_once();
        job_made(2);
        asked(2);
        say(INSTANCE_SMMU, SMMU_TRANSLATE, TR | 2, NIC_ID, 1, 0x5000, FRAME_A, R | W, PRISIM_CAUSE_TRANSLATED, 1, ASID,
            READ_AT);
        job_done(2, PRISIM_CAUSE_STOPPED);
        tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, 0, ASID, 0x4000, 0x1000, true, 0);
        if (taken == 2)
            tlbi(PRISIM_CMDQ_OP_TLBI_NH_VA, 0, ASID, 0x5000, 0x1000, true, 0);
        life(true, false);
        asid_freed();
        ck_count(FREED_BEFORE_INVALIDATED_SMMU, taken == 1);
    }
}
END_TEST

START_TEST(an_smmu_that_keeps_nothing)
{
    scenario.system.smmu[0].tlb_entries = 0;
    scenario.system.smmu[0].config_entries = 0;
    translate_once();
    life(false, false);
    asid_freed();
    ck_only(0);
}
END_TEST

/* SMMU-CFGI: CFGI_CD is for one SubstreamID of one StreamID. */
START_TEST(the_cd_of_another)
{
    static const uint64_t other[][2] = {{NIC_ID, 2}, {NIC_ID, 0}, {GPU_ID, 1}};
    for (unsigned i = 0; i < sizeof other / sizeof *other; i++) {
        by_hand_close();
        by_hand_open();
        translate_once();
        say(INSTANCE_SMMU, SMMU_COMMAND, 1, PRISIM_CMDQ_OP_CFGI_CD, other[i][0], other[i][1]);
        sync_done(3);
        life(false, true);
        ck_count(FREED_BEFORE_INVALIDATED_SMMU, 1);
    }
}
END_TEST

/* Either of the two keeps entries. */
START_TEST(a_tlb_of_one_level)
{
    for (unsigned micro = 0; micro < 2; micro++) {
        by_hand_close();
        by_hand_open();
        scenario.system.smmu[0].tlb_entries = micro ? 0 : 16;
        scenario.system.smmu[0].micro_tlb_entries = micro ? 16 : 0;
        translate_once();
        life(true, false);
        asid_freed();
        ck_count(FREED_BEFORE_INVALIDATED_SMMU, 1);
    }
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {stale_tlb,
                                  an_entry_read_after_the_tlbi_is_fresh,
                                  two_invalidations,
                                  two_forms_of_one_scope,
                                  a_later_sync_completes_nothing_again,
                                  one_page_of_two_is_left,
                                  what_a_tlbi_covers,
                                  all_invalidated,
                                  a_cd_is_left,
                                  a_cd_is_left_until_bind,
                                  each_form_of_cfgi,
                                  what_came_since_is_not_reused,
                                  a_cd_read_after_the_cfgi,
                                  another_place_is_no_use,
                                  tlb_entries_are_left,
                                  whoever_invalidates_nothing_promises_no_tlb,
                                  whoever_waits_for_a_marker_promises_the_tlb_as_well,
                                  tlb_entries_of_a_space_that_is_bound_elsewhere,
                                  tlb_entries_taken_out_by_address,
                                  an_smmu_that_keeps_nothing,
                                  the_cd_of_another,
                                  a_tlb_of_one_level,
                                  NULL};
    return judge_suite("tb_checkers_tlb", tests);
}
