/* SPDX-License-Identifier: Apache-2.0
 *
 * DMA and translations around an unbind: to whose frames they go, after which SYNC, after which end of the binding, and
 * the near misses beside them (UNBIND-HAZARD).
 */
#include "atc_stream.h"
#include "tests/harness/suite.h"

/* UNBIND-HAZARD: end(g) is the first of the return of unbind and U6. */
START_TEST(dma_after_unbind)
{
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    dma(1, FRAME_A);
    invalidate(3);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_only(0);
    now -= 10;
    dma(1, FRAME_A); /* in the cycle of U6 */
    ck_count(DMA_AFTER_UNBIND, 0);
    dma(1, FRAME_A);
    ck_count(DMA_AFTER_UNBIND, 1);
}
END_TEST

/* The call returns before U6: `kept` (the PASID never goes back), or with a policy that frees it later. */
static void dma_behind_the_return(enum prisim_cause cause)
{
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, cause);
    dma(1, FRAME_A);
}

START_TEST(dma_after_unbind_has_returned_before_u6)
{
    dma_behind_the_return(PRISIM_CAUSE_NONE);
    ck_only(BIT(DMA_AFTER_UNBIND));
    ck_count(DMA_AFTER_UNBIND, 1);
}
END_TEST

START_TEST(dma_after_a_pasid_was_kept)
{
    dma_behind_the_return(PRISIM_CAUSE_KEPT);
    ck_count(DMA_AFTER_UNBIND, 1);
}
END_TEST

START_TEST(dma_after_a_refused_unbind_is_none)
{
    dma_behind_the_return(PRISIM_CAUSE_REFUSED);
    ck_only(0);
}
END_TEST

/* Each translation and each memory TLP counts. */
START_TEST(wrong_space_dma)
{
    frame_given(FRAME_A, SPACE_A);
    frame_given(FRAME_B, SPACE_B);
    bind(NIC_ID, SPACE_A, 1);
    job_made(1);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    asked(1); /* job 1 is still of A */
    translated(1, FRAME_B);
    ck_count(WRONG_SPACE_DMA, 1);
    completion(1, FRAME_B, true);
    dma(1, FRAME_B);
    dma(1, FRAME_B);
    ck_count(WRONG_SPACE_DMA, 3);
    ck_only(BIT(WRONG_SPACE_DMA) | BIT(DMA_AFTER_UNBIND));
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text,
                                 "the translation of 0x4000 of PASID 1, made under "
                                 "binding 1 (space A), got to frame 0x90000 of "
                                 "space B at cycle"));
}
END_TEST

/* The new owner's job hits what the old one left in the ATC. */
START_TEST(wrong_space_dma_by_an_atc_hit)
{
    frame_given(FRAME_A, SPACE_A);
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    job_made(2);
    ck_count(WRONG_SPACE_DMA, 0);
    dma(2, FRAME_A);
    ck_count(WRONG_SPACE_DMA, 1);
}
END_TEST

/* A page of a file is everybody's who maps the file, until his space ends; of a file that he does not map it is none of
 * his. */
START_TEST(wrong_space_dma_to_a_file)
{
    page_cached(FRAME_A, 3);
    page_cached(FRAME_B, 4);
    say(INSTANCE_DRIVER, DRIVER_FILE_MAPPED, SPACE_A, 3);
    say(INSTANCE_DRIVER, DRIVER_FILE_MAPPED, SPACE_B, 3);
    say(INSTANCE_DRIVER, DRIVER_FILE_MAPPED, SPACE_B, 4);
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    dma(1, FRAME_A);
    say(INSTANCE_DRIVER, DRIVER_SPACE_ENDED, SPACE_B, 7);
    dma(1, FRAME_A);
    ck_only(0);
    dma(1, FRAME_B);
    ck_count(WRONG_SPACE_DMA, 1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "got to frame 0x90000 of file 4 at cycle"));
    say(INSTANCE_DRIVER, DRIVER_SPACE_ENDED, SPACE_A, 7);
    dma(1, FRAME_A);
    ck_count(WRONG_SPACE_DMA, 2);
    say(INSTANCE_DRIVER, DRIVER_FILE_MAPPED, SPACE_A, 3);
    dma(1, FRAME_A);
    ck_count(WRONG_SPACE_DMA, 2);
}
END_TEST

/* Two functions have jobs of one number: the second's TLPs are its own. */
START_TEST(wrong_space_dma_of_the_second_function)
{
    frame_given(FRAME_A, SPACE_A);
    frame_given(FRAME_B, SPACE_B);
    bind(NIC_ID, SPACE_A, 1);
    bind(GPU_ID, SPACE_B, 2);
    job_holds(1, FRAME_A);
    say(GPU, ENDPOINT_JOB, 1, 1, 0x4000, 4, 1);
    say(GPU, ENDPOINT_TRANSLATION_REQUEST, 0x7000001, 1, 1, 0x4000, 1);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 0x7000001, GPU_ID, 1, 0x4000, FRAME_B, R | W, PRISIM_CAUSE_TRANSLATED, 1,
        PRISIM_PASID_NONE, PRISIM_PASID_NONE);
    say(GPU, ENDPOINT_TRANSLATION, 0x2000000, 1, 1, 0x4000, FRAME_B, R | W, PRISIM_TLP_SC, 1);
    say(GPU, ENDPOINT_DMA, 0x7000800, 1, 1, 0x4008, FRAME_B + 8, 4, 1);
    dma(1, FRAME_A);
    ck_only(0);
    say(GPU, ENDPOINT_DMA, 0x7000801, 1, 1, 0x4008, FRAME_A + 8, 4, 1);
    ck_count(WRONG_SPACE_DMA, 1);
    dma(1, FRAME_B);
    ck_count(WRONG_SPACE_DMA, 2);
}
END_TEST

/* A translation for a TLP that no function of the scenario sent is nobody's. */
START_TEST(a_translation_that_nobody_asked_for)
{
    frame_given(FRAME_B, SPACE_B);
    bind(NIC_ID, SPACE_A, 1);
    translated(9, FRAME_B);
    ck_only(0);
}
END_TEST

/* A job without a PASID reads and writes the frames of CD 0's space, if that has one, and no others. */
START_TEST(wrong_space_dma_without_a_pasid)
{
    frame_given(FRAME_A, SPACE_A);
    frame_given(FRAME_B, SPACE_B);
    bind(NIC_ID, SPACE_B, 2);
    say(NIC, ENDPOINT_JOB, 1, PRISIM_PASID_NONE, 0x4000, 4, 1);
    say(NIC, ENDPOINT_DMA, 0x6000801, 1, PRISIM_PASID_NONE, 0x4008, FRAME_B + 8, 4, 1);
    ck_only(0); /* nobody said whose it is */
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, PRISIM_PASID_NONE, 0, SPACE_A, 1);
    say(NIC, ENDPOINT_JOB, 2, PRISIM_PASID_NONE, 0x4000, 4, 1);
    say(NIC, ENDPOINT_DMA, 0x6000802, 2, PRISIM_PASID_NONE, 0x4008, FRAME_A + 8, 4, 1);
    ck_only(0);
    say(NIC, ENDPOINT_DMA, 0x6000803, 2, PRISIM_PASID_NONE, 0x4008, FRAME_B + 8, 4, 1);
    ck_count(WRONG_SPACE_DMA, 1);
    say(GPU, ENDPOINT_JOB, 3, PRISIM_PASID_NONE, 0x4000, 4, 1);
    say(GPU, ENDPOINT_DMA, 0x7000804, 3, PRISIM_PASID_NONE, 0x4008, FRAME_B + 8, 4, 1);
    ck_count(WRONG_SPACE_DMA, 1); /* the other function has no CD 0 */
    ck_only(BIT(WRONG_SPACE_DMA));
}
END_TEST

/* An untranslated access has its frame from the SMMU. */
START_TEST(wrong_space_dma_untranslated)
{
    frame_given(FRAME_B, SPACE_B);
    bind(NIC_ID, SPACE_A, 1);
    job_made(1);
    say(NIC, ENDPOINT_DMA, 0x6000801, 1, 1, 0x4000, 0x4000, 4, 1);
    ck_count(WRONG_SPACE_DMA, 0);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 0x6000801, NIC_ID, 1, 0x4000, FRAME_B, R | W, PRISIM_CAUSE_TRANSLATED, 0,
        PRISIM_PASID_NONE, PRISIM_PASID_NONE);
    ck_count(WRONG_SPACE_DMA, 1);
}
END_TEST

/* Translated, to an address that is that of the job by chance: the SMMU lets it pass. */
START_TEST(wrong_space_dma_at_the_same_address)
{
    frame_given(0x4000, SPACE_B);
    bind(NIC_ID, SPACE_A, 1);
    job_made(1);
    say(NIC, ENDPOINT_DMA, 0x6000801, 1, 1, 0x4000, 0x4000, 4, 1);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 0x6000801, NIC_ID, PRISIM_PASID_NONE, 0x4000, 0x4000, R | W, PRISIM_CAUSE_BYPASS,
        0, PRISIM_PASID_NONE, PRISIM_PASID_NONE);
    ck_count(WRONG_SPACE_DMA, 1);
}
END_TEST

START_TEST(each_to_its_own_frames_is_no_wrong_space_dma)
{
    frame_given(FRAME_A, SPACE_A);
    frame_given(FRAME_B, SPACE_B);
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    dma(1, FRAME_A);
    invalidate(3);
    sync_done(4);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    job_holds(2, FRAME_B);
    dma(2, FRAME_B);
    asked(1);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, TR | 1, NIC_ID, 1, 0x4000, 0, 0, PRISIM_CAUSE_TRANSLATION_FAULT, 1,
        PRISIM_PASID_NONE, PRISIM_PASID_NONE);
    ck_only(0);
}
END_TEST

/* Nothing is inferred from translations: a frame that the driver gave to nobody is nobody's, whoever reached it first.
 * One that is given again is the last one's. */
START_TEST(whose_a_frame_is_is_told)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, FRAME_B);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_count(WRONG_SPACE_DMA, 0);
    bind(NIC_ID, SPACE_B, 2);
    job_translated(2, FRAME_B);
    ck_count(WRONG_SPACE_DMA, 0);
    frame_given(FRAME_B, SPACE_A);
    job_translated(3, FRAME_B);
    ck_count(WRONG_SPACE_DMA, 1);
    frame_given(FRAME_B, SPACE_B);
    job_translated(4, FRAME_B);
    ck_count(WRONG_SPACE_DMA, 1);
}
END_TEST

START_TEST(stale_atc)
{
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    invalidate(3);
    dma(1, FRAME_A); /* before the SYNC: allowed */
    ck_count(STALE_ATC, 0);
    sync_done(4);
    now -= 10;
    dma(1, FRAME_A); /* at its edge too */
    ck_count(STALE_ATC, 0);
    dma(1, FRAME_A);
    ck_count(STALE_ATC, 1);
    ck_only(BIT(STALE_ATC));
}
END_TEST

/* A function that says that it is done and dropped nothing. */
START_TEST(stale_atc_of_an_entry_that_was_not_dropped)
{
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    request_sent(3);
    request_completed(3);
    sync_done(4);
    dma(1, FRAME_A);
    ck_count(STALE_ATC, 1);
}
END_TEST

/* UNBIND-S-43: the completion with the old translation arrives after the invalidation, and is used. */
START_TEST(stale_atc_by_a_late_completion)
{
    for (unsigned taken = 0; taken < 2; taken++) {
        bind(NIC_ID, SPACE_A, 1);
        job_translated(1, FRAME_A);
        invalidate(3);
        sync_done(4);
        completion(1, FRAME_A, taken);
        dma(1, FRAME_A);
        ck_count(STALE_ATC, 1 + taken);
        job_done(1, PRISIM_CAUSE_COMPLETED);
    }
}
END_TEST

START_TEST(a_translation_of_after_the_invalidation_is_fresh)
{
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    invalidate(3);
    job_holds(2, FRAME_A);
    sync_done(4);
    dma(2, FRAME_A);
    ck_only(0);
}
END_TEST

/* What the function does not take leaves its entry as it is. */
START_TEST(a_poisoned_completion_beside_a_fresh_entry)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, FRAME_A);
    invalidate(3);
    job_holds(2, FRAME_A);
    sync_done(4);
    completion(1, FRAME_A, false);
    dma(2, FRAME_A);
    ck_only(0);
}
END_TEST

static void invalidate_range(uint64_t index, uint64_t address, uint64_t size)
{
    say(INSTANCE_SMMU, SMMU_INVALIDATE, 0x2000900 + index, index, NIC_ID, 1, address, size, index);
    say(NIC, ENDPOINT_INVALIDATE, 0x2000900 + index, index, 1, address, size, 1);
    request_completed(index);
}

START_TEST(an_invalidation_beside_the_page_does_not_count)
{
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    invalidate_range(3, 0x5000, 0x1000);
    invalidate_range(4, 0x0000, 0x4000);
    sync_done(5);
    dma(1, FRAME_A);
    ck_only(0);
    invalidate_range(6, 0x4000, 0x1000);
    sync_done(7);
    dma(1, FRAME_A);
    ck_only(BIT(STALE_ATC));
}
END_TEST

/* A CMD_SYNC that runs again after CERROR_ATC_INV_SYNC covers nothing of what was lost, although it came by then. */
START_TEST(a_repeated_sync_covers_nothing_of_what_was_lost)
{
    bind(NIC_ID, SPACE_A, 1);
    job_holds(1, FRAME_A);
    request_sent(3);
    timed_out(3);
    sync_error(4);
    request_done(3);
    request_completed(3);
    sync_done(4);
    dma(1, FRAME_A);
    ck_only(0);
    invalidate(5); /* repeated, and done */
    sync_done(6);
    dma(1, FRAME_A);
    ck_count(STALE_ATC, 1);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {dma_after_unbind,
                                  dma_after_unbind_has_returned_before_u6,
                                  dma_after_a_pasid_was_kept,
                                  dma_after_a_refused_unbind_is_none,
                                  wrong_space_dma,
                                  wrong_space_dma_by_an_atc_hit,
                                  wrong_space_dma_to_a_file,
                                  wrong_space_dma_of_the_second_function,
                                  a_translation_that_nobody_asked_for,
                                  wrong_space_dma_without_a_pasid,
                                  wrong_space_dma_untranslated,
                                  wrong_space_dma_at_the_same_address,
                                  each_to_its_own_frames_is_no_wrong_space_dma,
                                  whose_a_frame_is_is_told,
                                  stale_atc,
                                  stale_atc_of_an_entry_that_was_not_dropped,
                                  stale_atc_by_a_late_completion,
                                  a_translation_of_after_the_invalidation_is_fresh,
                                  a_poisoned_completion_beside_a_fresh_entry,
                                  an_invalidation_beside_the_page_does_not_count,
                                  a_repeated_sync_covers_nothing_of_what_was_lost,
                                  NULL};
    return judge_suite("tb_checkers_translation", tests);
}
