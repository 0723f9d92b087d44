/* SPDX-License-Identifier: Apache-2.0
 *
 * Accesses and walks that get to a frame in another life than the one that they were led to (UNBIND-HAZARD-8), and the
 * near misses beside them.
 */
#include "atc_stream.h"
#include "tests/harness/suite.h"

enum { TABLE = 0xa0000 };

static void taken(uint64_t frame, bool table)
{
    say(INSTANCE_DRIVER, DRIVER_FRAME_TAKEN, frame, SPACE_A, 1, table);
}

/* The memory TLP of dma() passes the SMMU. */
static void passes(uint64_t output, uint64_t access)
{
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 0x6000800, NIC_ID, PRISIM_PASID_NONE, output + 8, output + 8, access,
        PRISIM_CAUSE_BYPASS, 0, PRISIM_PASID_NONE, PRISIM_PASID_NONE);
}

static void reads(uint64_t tlp, uint64_t table, uint64_t level, uint64_t begun, uint64_t known)
{
    say(INSTANCE_SMMU, SMMU_WALK_READ, tlp, NIC_ID, table + 8 * level, level, begun, known);
}

/* Space A has FRAME_A, function nic holds it, and writes. */
static void under_way(void)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(FRAME_A, SPACE_A);
    job_holds(1, FRAME_A);
    dma(1, FRAME_A);
}

static void found(uint32_t all, uint32_t read, uint32_t walk, uint32_t free)
{
    ck_count(WROTE_RECYCLED_PAGE, all);
    ck_count(WROTE_RECYCLED_PAGE_READ, read);
    ck_count(WROTE_RECYCLED_PAGE_WALK, walk);
    ck_count(WROTE_RECYCLED_PAGE_FREE, free);
}

START_TEST(nothing_is_taken_back)
{
    under_way();
    passes(FRAME_A, W);
    frame_given(FRAME_B, SPACE_B);
    finish();
    ck_only(0);
}
END_TEST

/* UNBIND-HAZARD-8 */
START_TEST(it_is_nobodys)
{
    under_way();
    taken(FRAME_A, false);
    passes(FRAME_A, W);
    found(1, 0, 0, 1);
    ck_only(BIT(WROTE_RECYCLED_PAGE) | BIT(WROTE_RECYCLED_PAGE_FREE));
    ck_assert_str_eq(
        checkers_finding(checkers, 0)->text,
        "a memory write under binding 1 (space A) got to frame 0x80000 at cycle 100, named by what was read "
        "before any frame was taken back: taken back at cycle 90, and nobody's since");
}
END_TEST

/* From the edge at which it was taken back; what passed before is none. */
START_TEST(to_the_edge)
{
    under_way();
    passes(FRAME_A, W);
    taken(FRAME_A, false);
    found(0, 0, 0, 0);
    dma(1, FRAME_A);
    now = 80;
    passes(FRAME_A, W); /* at the very edge */
    found(1, 0, 0, 1);
}
END_TEST

START_TEST(it_is_another_spaces)
{
    under_way();
    taken(FRAME_A, false);
    frame_given(FRAME_A, SPACE_B);
    passes(FRAME_A, W);
    found(1, 0, 0, 0);
    ck_only(BIT(WROTE_RECYCLED_PAGE));
}
END_TEST

/* Two mistakes that cancel: it is the same space's again, at the same place, and it is the other life all the same. */
START_TEST(it_is_the_same_spaces_again)
{
    under_way();
    taken(FRAME_A, false);
    frame_given(FRAME_A, SPACE_A);
    passes(FRAME_A, W);
    found(1, 0, 0, 0);
}
END_TEST

START_TEST(it_is_read)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(FRAME_A, SPACE_A);
    job_holds(1, FRAME_A);
    say(NIC, ENDPOINT_DMA, 0x6000800, 1, 1, 0x4008, FRAME_A + 8, 4, 0);
    taken(FRAME_A, false);
    passes(FRAME_A, R);
    found(1, 1, 0, 1);
}
END_TEST

/* Whoever asks in the new life gets there rightly: by a leaf that was read when it had begun. */
START_TEST(asked_anew)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(FRAME_A, SPACE_A);
    taken(FRAME_A, false);
    frame_given(FRAME_A, SPACE_A);
    job_made(1);
    asked(1);
    reads(TR | 1, TABLE, 3, now, 5);
    translated(1, FRAME_A);
    completion(1, FRAME_A, true);
    dma(1, FRAME_A);
    passes(FRAME_A, W);
    found(0, 0, 0, 0);
    ck_only(0);
}
END_TEST

/* The leaf is read, and then the frame is taken back and given again, before the translation ends. */
START_TEST(read_before)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(FRAME_A, SPACE_A);
    frame_given(FRAME_B, SPACE_A);
    taken(FRAME_B, false); /* so that there is something to know */
    job_made(1);
    asked(1);
    reads(TR | 1, TABLE, 3, now, 5);
    taken(FRAME_A, false);
    frame_given(FRAME_A, SPACE_A);
    translated(1, FRAME_A);
    completion(1, FRAME_A, true);
    dma(1, FRAME_A);
    passes(FRAME_A, W);
    found(1, 0, 0, 0);
}
END_TEST

static void hit(uint64_t tlp, uint64_t since)
{
    say(INSTANCE_SMMU, SMMU_CACHE_HIT, tlp, PRISIM_CAUSE_TLB, 0, ASID, 0, 0x4000, 0x1000, 3, 0x1000, since);
}

/* A TLB's entry of a walk that began before the frame was given and read the leaf behind that; and of one that read it
 * before. */
START_TEST(by_a_tlb)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(FRAME_A, SPACE_A);
    taken(FRAME_A, false);
    const uint64_t begun = now;
    frame_given(FRAME_A, SPACE_A);
    job_made(1);
    asked(1);
    reads(TR | 1, TABLE, 3, begun, 5);
    translated(1, FRAME_A);
    completion(1, FRAME_A, false);
    job_made(2);
    asked(2);
    hit(TR | 2, begun);
    translated(2, FRAME_A);
    completion(2, FRAME_A, true);
    dma(2, FRAME_A);
    passes(FRAME_A, W);
    found(0, 0, 0, 0);
    taken(FRAME_A, false);
    frame_given(FRAME_A, SPACE_A);
    job_made(3);
    asked(3);
    hit(TR | 3, begun);
    translated(3, FRAME_A);
    completion(3, FRAME_A, true);
    dma(3, FRAME_A);
    passes(FRAME_A, W);
    found(1, 0, 0, 0);
}
END_TEST

/* A micro-TLB's entry, too, is as old as the walk that it came from. */
START_TEST(by_a_micro_tlb)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(FRAME_A, SPACE_A);
    const uint64_t since = now;
    taken(FRAME_A, false);
    frame_given(FRAME_A, SPACE_A);
    job_made(1);
    asked(1);
    say(INSTANCE_SMMU, SMMU_CACHE_HIT, TR | 1, PRISIM_CAUSE_MICRO_TLB, 0, ASID, 0, 0x4000, 0x1000, 3, 0x1000, since);
    translated(1, FRAME_A);
    completion(1, FRAME_A, true);
    dma(1, FRAME_A);
    passes(FRAME_A, W);
    found(1, 0, 0, 0);
}
END_TEST

/* Rightly in the second life, and that is over: it is nobody's as it was the first time. */
START_TEST(it_is_nobodys_again)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(FRAME_A, SPACE_A);
    taken(FRAME_A, false);
    frame_given(FRAME_A, SPACE_A);
    job_made(1);
    asked(1);
    reads(TR | 1, TABLE, 3, now, 5);
    translated(1, FRAME_A);
    completion(1, FRAME_A, true);
    dma(1, FRAME_A);
    taken(FRAME_A, false);
    passes(FRAME_A, W);
    found(1, 0, 0, 1);
}
END_TEST

/* A leaf that is read at the very edge at which the frame is given names this life; one edge before, the other. */
START_TEST(read_at_the_edge)
{
    for (unsigned before = 0; before < 2; before++) {
        by_hand_close();
        by_hand_open();
        bind(NIC_ID, SPACE_A, 1);
        frame_given(FRAME_A, SPACE_A);
        taken(FRAME_A, false);
        job_made(1);
        asked(1);
        reads(TR | 1, TABLE, 3, now, 5);
        now -= 10 - before;
        frame_given(FRAME_A, SPACE_A);
        translated(1, FRAME_A);
        completion(1, FRAME_A, true);
        dma(1, FRAME_A);
        passes(FRAME_A, W);
        found(before, 0, 0, 0);
    }
}
END_TEST

/* UNBIND-HAZARD-4: what was taken back has no owner, until it is given again. */
START_TEST(it_was_another_spaces)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(FRAME_B, SPACE_B);
    taken(FRAME_B, false);
    job_holds(1, FRAME_B);
    dma(1, FRAME_B);
    ck_count(WRONG_SPACE_DMA, 0);
    frame_given(FRAME_B, SPACE_B);
    dma(1, FRAME_B);
    ck_count(WRONG_SPACE_DMA, 1);
}
END_TEST

/* The walk of a TLP that is made once more begins with the CD again, not with what the one before has read. */
START_TEST(walk_once_more)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(TABLE, SPACE_A);
    const uint64_t known = now;
    taken(TABLE, true);
    frame_given(TABLE, SPACE_A);
    const uint64_t again = now + 1;
    reads(TR | 1, TABLE, 0, again, again);
    found(0, 0, 0, 0);
    reads(TR | 1, TABLE, 0, again + 1, known);
    found(1, 0, 1, 0);
}
END_TEST

/* The first table by what the CD or a walk cache says, the others by the read before. */
START_TEST(walk)
{
    bind(NIC_ID, SPACE_A, 1);
    frame_given(TABLE, SPACE_A);
    frame_given(FRAME_B, SPACE_A);
    taken(FRAME_B, true);
    const uint64_t known = now;
    reads(TR | 1, TABLE, 0, known + 1, known);
    found(0, 0, 0, 0);
    taken(TABLE, true);
    reads(TR | 2, TABLE, 0, now, known);
    found(1, 0, 1, 1);
    frame_given(TABLE, SPACE_A);
    reads(TR | 3, TABLE, 0, now, known);
    found(2, 0, 2, 1);
    const uint64_t again = now + 1;
    reads(TR | 4, TABLE, 0, again, again); /* by a CD that was read since */
    found(2, 0, 2, 1);
    frame_given(FRAME_B, SPACE_A);
    reads(TR | 5, TABLE, 0, again + 15, again);
    reads(TR | 5, FRAME_B, 1, again + 15, again); /* named by the read before, not by the CD */
    found(2, 0, 2, 1);
    ck_only(BIT(WROTE_RECYCLED_PAGE) | BIT(WROTE_RECYCLED_PAGE_WALK) | BIT(WROTE_RECYCLED_PAGE_FREE));
}
END_TEST

/* UNBIND-HAZARD-1: a page that is copied for a request of another binding is one that is written. */
static void wrote_by(enum prisim_cause cause)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    bind(NIC_ID, SPACE_B, 2);
    trip_taken(&t);
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_B, 2, PRISIM_CAUSE_BOUND);
    say(INSTANCE_DRIVER, DRIVER_PAGE, t.n, SPACE_B, 0x4000, R | W | L, 1, cause);
    ck_count(WRONG_ADDRESS_SPACE_MAPPED, 1);
    ck_count(WRONG_ADDRESS_SPACE_WROTE, 1);
}

START_TEST(wrote_by_a_copy)
{
    wrote_by(PRISIM_CAUSE_COPIED);
}
END_TEST

/* And a page of a file that is made dirty for it. */
START_TEST(wrote_by_dirtying)
{
    wrote_by(PRISIM_CAUSE_DIRTIED);
}
END_TEST

/* Two translations of one request: a walk's of the first page, an older TLB entry's of the second. Each page has its
 * own. */
START_TEST(of_its_own_page)
{
    bind(NIC_ID, SPACE_A, 1);
    const uint64_t begun = now;
    frame_given(FRAME_A, SPACE_A);
    frame_given(FRAME_B, SPACE_A);
    taken(FRAME_A, false);
    taken(FRAME_B, false);
    frame_given(FRAME_A, SPACE_A);
    frame_given(FRAME_B, SPACE_A);
    job_made(1);
    asked(1);
    reads(TR | 1, TABLE, 3, now, 5);
    translated(1, FRAME_A);
    hit(TR | 1, begun);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, TR | 1, NIC_ID, 1, 0x5000, FRAME_B, R | W, PRISIM_CAUSE_TRANSLATED, 1,
        PRISIM_PASID_NONE, PRISIM_PASID_NONE);
    completion(1, FRAME_A, true);
    say(NIC, ENDPOINT_TRANSLATION_FURTHER, 0x2000000, 1, 1, 0x5000, FRAME_B, R | W, 1);
    dma(1, FRAME_A);
    passes(FRAME_A, W);
    found(0, 0, 0, 0);
    say(NIC, ENDPOINT_DMA, 0x6000800, 1, 1, 0x5008, FRAME_B + 8, 4, 1);
    passes(FRAME_B, W);
    found(1, 0, 0, 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("checkers_recycled");
    TCase *tcase = tcase_create("checkers_recycled");
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    tcase_add_test(tcase, nothing_is_taken_back);
    tcase_add_test(tcase, it_is_nobodys);
    tcase_add_test(tcase, to_the_edge);
    tcase_add_test(tcase, it_is_another_spaces);
    tcase_add_test(tcase, it_is_the_same_spaces_again);
    tcase_add_test(tcase, it_is_read);
    tcase_add_test(tcase, asked_anew);
    tcase_add_test(tcase, read_before);
    tcase_add_test(tcase, by_a_tlb);
    tcase_add_test(tcase, by_a_micro_tlb);
    tcase_add_test(tcase, of_its_own_page);
    tcase_add_test(tcase, it_is_nobodys_again);
    tcase_add_test(tcase, read_at_the_edge);
    tcase_add_test(tcase, it_was_another_spaces);
    tcase_add_test(tcase, walk_once_more);
    tcase_add_test(tcase, walk);
    tcase_add_test(tcase, wrote_by_a_copy);
    tcase_add_test(tcase, wrote_by_dirtying);
    suite_add_tcase(suite, tcase);
    return suite;
}
