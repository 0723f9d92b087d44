/* SPDX-License-Identifier: Apache-2.0
 *
 * freed_before_invalidated (UNBIND-HAZARD): what a function may still have of a binding at U6, each alone, and what is
 * none; the PASID bound again while it is so, and the first use. What the SMMU has is in test_tb_checkers_tlb.c.
 */
#include "atc_stream.h"
#include "tests/harness/suite.h"

/* An entry that is left breaks the policy's promise as well (test_tb_checkers_end.c). */
#define PROMISED (BIT(PROMISE_BROKEN) | BIT(PROMISE_BROKEN_ATC))

static void open_binding(void)
{
    bind(NIC_ID, SPACE_A, 1);
}

static void free_and_expect(uint32_t hits)
{
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_count(FREED_BEFORE_INVALIDATED, hits);
    ck_only(PROMISED | BIT(FREED_BEFORE_INVALIDATED));
}

/* Whether or not an invalidation was ever sent. */
START_TEST(an_atc_entry)
{
    open_binding();
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    free_and_expect(1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "binding 1 (space A) was freed at cycle"));
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "left: an ATC entry"));
}
END_TEST

START_TEST(an_atc_entry_that_was_dropped)
{
    open_binding();
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    invalidate(3);
    sync_done(4);
    free_and_expect(0);
}
END_TEST

/* The function has no room for it any more, or never kept it. */
START_TEST(an_atc_entry_that_was_evicted)
{
    open_binding();
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    say(NIC, ENDPOINT_EVICT, 1, 0x5000, 0x1000);
    say(NIC, ENDPOINT_EVICT, 2, 0x4000, 0x1000);
    say(GPU, ENDPOINT_EVICT, 1, 0x4000, 0x1000);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_count(FREED_BEFORE_INVALIDATED, 1);
    bind(NIC_ID, SPACE_A, 2);
    job_holds(2, FRAME_A);
    job_done(2, PRISIM_CAUSE_COMPLETED);
    say(NIC, ENDPOINT_EVICT, 1, 0x4000, 0x1000);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_count(FREED_BEFORE_INVALIDATED, 1);
    bind(NIC_ID, SPACE_A, 3);
    job_holds(3, FRAME_A);
    job_done(3, PRISIM_CAUSE_COMPLETED);
    say(NIC, ENDPOINT_EVICT, PRISIM_PASID_NONE, 0, UINT64_MAX); /* ATS was enabled anew */
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_count(FREED_BEFORE_INVALIDATED, 1);
}
END_TEST

static void holds_page(uint64_t job, uint64_t address)
{
    say(NIC, ENDPOINT_JOB, job, 1, address, 4, 1);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, TR | job, job, 1, address, 1);
    say(NIC, ENDPOINT_TRANSLATION, 0x2000000, job, 1, address, FRAME_A + address, R | W, PRISIM_TLP_SC, true);
    job_done(job, PRISIM_CAUSE_COMPLETED);
}

/* Four pages are one entry; what goes is all of it, or all but its last page, its first, or none of it. */
START_TEST(a_large_atc_entry_that_was_evicted)
{
    static const struct {
        uint64_t address, size;
        bool all;
    } evicted[] = {{0x4000, 0x4000, true},  {0x0, 0x8000, true},     {0x4000, 0x3001, true}, {0x0, UINT64_MAX, true},
                   {0x4000, 0x3000, false}, {0x5000, 0x3000, false}, {0x4000, 0, false},     {0x8000, 0x4000, false}};
    for (unsigned i = 0; i < sizeof evicted / sizeof evicted[0]; i++) {
        by_hand_close();
        by_hand_open();
        open_binding();
        for (uint64_t page = 0; page < 4; page++)
            holds_page(1 + page, 0x4000 + (page << 12));
        for (uint64_t page = 16; page < 32; page++) { /* there was more once */
            holds_page(1 + page, 0x4000 + (page << 12));
            say(NIC, ENDPOINT_EVICT, 1, 0x4000 + (page << 12), 0x1000);
        }
        say(NIC, ENDPOINT_EVICT, 1, evicted[i].address, evicted[i].size);
        unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
        ck_count(FREED_BEFORE_INVALIDATED, !evicted[i].all);
    }
}
END_TEST

START_TEST(a_function_without_an_atc_keeps_nothing)
{
    scenario.system.endpoint[0].atc_entries = 0;
    open_binding();
    job_holds(1, FRAME_A);
    dma(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    free_and_expect(0);
}
END_TEST

/* ... but a job of it goes on with what it was granted. */
START_TEST(a_job_that_goes_on)
{
    scenario.system.endpoint[0].atc_entries = 0;
    open_binding();
    job_holds(1, FRAME_A);
    free_and_expect(1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "left: a job with a translation"));
}
END_TEST

START_TEST(an_open_translation_request)
{
    open_binding();
    job_made(1);
    asked(1);
    free_and_expect(1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "left: an open Translation Request"));
}
END_TEST

START_TEST(a_completion_on_its_way)
{
    open_binding();
    job_translated(1, FRAME_A);
    free_and_expect(1);
}
END_TEST

/* PCIE-ATC "Race": what was asked for before the Invalidate Request came is not used. */
START_TEST(a_poisoned_translation)
{
    open_binding();
    job_translated(1, FRAME_A);
    invalidate(3);
    sync_done(4);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_count(FREED_BEFORE_INVALIDATED, 0);
    bind(NIC_ID, SPACE_B, 2);
    completion(1, FRAME_A, false);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_only(0);
}
END_TEST

START_TEST(a_translation_that_was_refused)
{
    open_binding();
    job_made(1);
    asked(1);
    say(NIC, ENDPOINT_TRANSLATION, 0x2000000, 1, 1, 0x4000, 0, 0, PRISIM_TLP_SC, 1);
    free_and_expect(0);
}
END_TEST

START_TEST(an_open_invalidation)
{
    open_binding();
    request_sent(3);
    request_taken(3);
    request_done(3);
    timed_out(3);
    sync_error(4);
    say(INSTANCE_DRIVER, DRIVER_ATC_INV_LOST, NIC_ID, 1, 2, 3, 4, 1, 0);
    sync_done(4);
    free_and_expect(1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "left: an open Invalidate Request"));
}
END_TEST

/* Of two copies one is missing (PCIE-MESSAGE). */
START_TEST(an_invalidation_with_a_copy_missing)
{
    open_binding();
    request_sent(3);
    completion_counted(3, 3, 2, 1);
    free_and_expect(1);
    bind(NIC_ID, SPACE_A, 2);
    ck_count(FREED_BEFORE_INVALIDATED_REUSED, 1);
    completion_counted(3, 3, 2, 0);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_count(FREED_BEFORE_INVALIDATED, 1);
}
END_TEST

/* The SMMU counts the late completion of 3 for 5: 5 is open all the same. */
START_TEST(an_invalidation_that_was_completed_falsely)
{
    open_binding();
    request_sent(3);
    timed_out(3);
    sync_error(4);
    say(INSTANCE_DRIVER, DRIVER_ATC_INV_LOST, NIC_ID, 1, 2, 3, 4, 1, 1);
    sync_done(4);
    request_sent(5);
    completion_counted(3, 5, 1, 0);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_count(FREED_BEFORE_INVALIDATED, 1);
}
END_TEST

/* A lost one is of no consequence once a later one of the same addresses is done; the function may refuse (PCIE-ITAG).
 */
START_TEST(an_invalidation_that_was_repeated)
{
    open_binding();
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    request_sent(3);
    timed_out(3);
    sync_error(4);
    say(INSTANCE_DRIVER, DRIVER_ATC_INV_LOST, NIC_ID, 1, 2, 3, 4, 1, 1);
    sync_done(4);
    invalidate(5);
    sync_done(6);
    free_and_expect(0);
    request_sent(7);
    say(INSTANCE_SMMU, SMMU_INVALIDATED, 0x123, 7, NIC_ID, 0x2000907, 7, 0, PRISIM_CAUSE_FUNCTION_REFUSED);
    bind(NIC_ID, SPACE_A, 2);
    free_and_expect(0);
}
END_TEST

START_TEST(an_invalidation_of_another)
{
    open_binding();
    say(INSTANCE_SMMU, SMMU_INVALIDATE, 0x2000903, 3, NIC_ID, 2, 0, UINT64_MAX, 3);
    say(INSTANCE_SMMU, SMMU_INVALIDATE, 0x2000904, 4, GPU_ID, 1, 0, UINT64_MAX, 4);
    free_and_expect(0);
}
END_TEST

START_TEST(reused)
{
    open_binding();
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    ck_count(FREED_BEFORE_INVALIDATED_REUSED, 0);
    bind(NIC_ID, SPACE_B, 2);
    ck_count(FREED_BEFORE_INVALIDATED, 1);
    ck_count(FREED_BEFORE_INVALIDATED_REUSED, 1);
    ck_only(PROMISED | BIT(FREED_BEFORE_INVALIDATED) | BIT(FREED_BEFORE_INVALIDATED_REUSED));
}
END_TEST

START_TEST(not_reused_if_it_was_dropped_by_then)
{
    open_binding();
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    request_sent(3);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    request_taken(3);
    request_done(3);
    request_completed(3);
    bind(NIC_ID, SPACE_B, 2);
    ck_count(FREED_BEFORE_INVALIDATED, 1);
    ck_only(PROMISED | BIT(FREED_BEFORE_INVALIDATED));
}
END_TEST

/* By whomever, and once. */
START_TEST(used)
{
    open_binding();
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    job_made(2);
    dma(2, FRAME_A);
    dma(2, FRAME_A);
    ck_count(FREED_BEFORE_INVALIDATED_USED, 1);
    ck_only(PROMISED | BIT(FREED_BEFORE_INVALIDATED) | BIT(FREED_BEFORE_INVALIDATED_REUSED) |
            BIT(FREED_BEFORE_INVALIDATED_USED));
}
END_TEST

START_TEST(used_by_its_own_job)
{
    open_binding();
    job_translated(1, FRAME_A);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    completion(1, FRAME_A, true);
    dma(1, FRAME_A);
    ck_count(FREED_BEFORE_INVALIDATED_USED, 1);
    ck_only(PROMISED | BIT(FREED_BEFORE_INVALIDATED) | BIT(FREED_BEFORE_INVALIDATED_USED) | BIT(DMA_AFTER_UNBIND));
}
END_TEST

/* What was asked for after U6 was not left at U6; nor does a use count in a binding that left nothing. */
START_TEST(what_came_later_is_no_use)
{
    open_binding();
    request_sent(3);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    job_holds(2, FRAME_B);
    dma(2, FRAME_B);
    ck_count(FREED_BEFORE_INVALIDATED_USED, 0);
    job_done(2, PRISIM_CAUSE_COMPLETED);
}
END_TEST

START_TEST(what_was_asked_for_later_is_no_use)
{
    open_binding();
    job_made(1);
    request_sent(3);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    asked(1);
    translated(1, FRAME_B);
    completion(1, FRAME_B, true);
    dma(1, FRAME_B);
    ck_only(PROMISED | BIT(FREED_BEFORE_INVALIDATED) | BIT(DMA_AFTER_UNBIND));
}
END_TEST

/* UNBIND-STEP: one broken promise for each translation that is left. */
START_TEST(each_entry_that_is_left_breaks_the_promise)
{
    open_binding();
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    say(NIC, ENDPOINT_JOB, 2, 1, 0x5000, 4, 1);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, TR | 2, 2, 1, 0x5000, 1);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, TR | 2, NIC_ID, 1, 0x5000, FRAME_B, R | W, PRISIM_CAUSE_TRANSLATED, 1,
        PRISIM_PASID_NONE, PRISIM_PASID_NONE);
    say(NIC, ENDPOINT_TRANSLATION, 0x2000000, 2, 1, 0x5000, FRAME_B, R | W, PRISIM_TLP_SC, 1);
    say(NIC, ENDPOINT_JOB_DONE, 2, 1, 0x5000, PRISIM_CAUSE_COMPLETED);
    free_and_expect(1);
    ck_count(PROMISE_BROKEN_ATC, 2);
    ck_count(PROMISE_BROKEN, 2);
}
END_TEST

/* All that is left is told in one finding. */
START_TEST(several_things_are_left)
{
    open_binding();
    job_holds(1, FRAME_A);
    request_sent(3);
    say(NIC, ENDPOINT_JOB, 2, 1, 0x5000, 4, 1);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, TR | 2, 2, 1, 0x5000, 1);
    free_and_expect(1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text,
                                 " with something of it left: an ATC entry, an open Translation Request, a job with a "
                                 "translation, an open Invalidate Request"));
}
END_TEST

/* A job that goes on, but not with what was invalidated (PCIE-ATC). */
START_TEST(a_job_whose_translation_was_dropped)
{
    open_binding();
    job_holds(1, FRAME_A);
    invalidate(3);
    sync_done(4);
    free_and_expect(0);
}
END_TEST

/* An entry is left, and a job that asked after U6 uses one of its own. */
START_TEST(a_translation_that_was_asked_for_after_u6_is_no_use)
{
    open_binding();
    job_holds(1, FRAME_A);
    job_done(1, PRISIM_CAUSE_COMPLETED);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    job_holds(2, FRAME_B);
    dma(2, FRAME_B);
    ck_count(FREED_BEFORE_INVALIDATED_USED, 0);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {an_atc_entry,
                                  an_atc_entry_that_was_dropped,
                                  an_atc_entry_that_was_evicted,
                                  a_large_atc_entry_that_was_evicted,
                                  a_function_without_an_atc_keeps_nothing,
                                  a_job_that_goes_on,
                                  an_open_translation_request,
                                  a_completion_on_its_way,
                                  a_poisoned_translation,
                                  a_translation_that_was_refused,
                                  an_open_invalidation,
                                  an_invalidation_with_a_copy_missing,
                                  an_invalidation_that_was_completed_falsely,
                                  an_invalidation_that_was_repeated,
                                  an_invalidation_of_another,
                                  reused,
                                  not_reused_if_it_was_dropped_by_then,
                                  used,
                                  used_by_its_own_job,
                                  what_came_later_is_no_use,
                                  what_was_asked_for_later_is_no_use,
                                  each_entry_that_is_left_breaks_the_promise,
                                  several_things_are_left,
                                  a_job_whose_translation_was_dropped,
                                  a_translation_that_was_asked_for_after_u6_is_no_use,
                                  NULL};
    return judge_suite("tb_checkers_freed", tests);
}
