/* SPDX-License-Identifier: Apache-2.0
 *
 * Hazards of unbind itself and of DMA around it: hangs, limbo, translations by other tables, stale ATC entries; the
 * verdict.
 */
#include "judge_stream.h"

/* U0 and U2 at one edge. */
static void enter_unbind(void)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    now -= 10;
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
}

static void unbind_taking(uint64_t cycles)
{
    enter_unbind();
    cycle_t u2 = now;
    now = u2 + cycles - 10;
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    ck_assert_uint_eq(now, u2 + cycles);
}

START_TEST(unbind_hang_by_its_limit)
{
    unbind_taking(1001);
    finish();
    ck_count(UNBIND_HANG, 1);
    ck_only(BIT(UNBIND_HANG));
    ck_counter(UNBINDS, 1);
    ck_counter(UNBIND_CYCLES_MAX, 1001);
}
END_TEST

START_TEST(an_unbind_at_its_limit_is_in_time)
{
    unbind_taking(1000);
    unbind_taking(40);
    finish();
    ck_only(0);
    ck_counter(UNBINDS, 2);
    ck_counter(UNBIND_CYCLES_MAX, 1000);
    ck_counter(UNBIND_CYCLES_SUM, 1040);
}
END_TEST

START_TEST(an_unbind_that_never_ends_hangs)
{
    enter_unbind();
    finish();
    ck_count(UNBIND_HANG, 1);
    ck_only(BIT(UNBIND_HANG)); /* unbind 8: somebody still waits, so that it is no limbo */
    ck_counter(UNBINDS, 0);
}
END_TEST

START_TEST(an_unbind_that_was_cut_off_in_time_is_in_limbo_only)
{
    enter_unbind();
    checkers_finish(checkers, now + 1000, false);
    ck_count(UNBIND_HANG, 0);
    ck_count(PASID_LIMBO, 1);
}
END_TEST

START_TEST(an_unbind_that_was_cut_off_late_hangs)
{
    enter_unbind();
    checkers_finish(checkers, now + 1001, false);
    ck_count(UNBIND_HANG, 1);
}
END_TEST

/* Stuck before U1, and before U0: the unbind hangs all the same, and says for what it waits. */
START_TEST(an_unbind_hangs_from_its_u0_on)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    checkers_finish(checkers, now + 1000, false);
    ck_only(0);
    checkers_finish(checkers, now + 1001, false);
    ck_count(UNBIND_HANG, 1);
    ck_assert_ptr_nonnull(strstr(checkers_finding(checkers, 0)->text, "waits for the function to stop (U1)"));
}
END_TEST

START_TEST(a_refused_unbind_is_over)
{
    enter_unbind();
    say(INSTANCE_DRIVER, DRIVER_REFUSED, NIC_ID, 1, 2, CAUSE_REFUSED);
    finish();
    ck_only(0);
}
END_TEST

/* A job of PASID 1 that translates page 0x4 and gets the given frame. */
static void job_translated(uint64_t job, uint64_t tlp, uint64_t output)
{
    say(NIC, ENDPOINT_JOB, job, 1, 0x4000, 4, 1);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, tlp, job, 1, 0x4000, 1);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, tlp, NIC_ID, 1, 0x4000, output, R | W, CAUSE_TRANSLATED, 1);
}

static void completion(uint64_t job, uint64_t output)
{
    say(NIC, ENDPOINT_TRANSLATION, 0x2000000, job, 1, 0x4000, output, R | W, TLP_SC);
}

static void dma(uint64_t job, uint64_t output)
{
    say(NIC, ENDPOINT_DMA, 0x6000800, job, 1, 0x4008, output + 8, 4, 1);
}

START_TEST(dma_after_unbind)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, 0x6000001, 0x80000);
    completion(1, 0x80000);
    dma(1, 0x80000);
    unbind(NIC_ID, CAUSE_POLICY_NONE);
    ck_only(BIT(PROMISE_BROKEN) | BIT(PROMISE_BROKEN_ATC));
    cycle_t freed = now;
    now = freed - 10;
    dma(1, 0x80000); /* in the cycle in which unbind returns */
    ck_count(DMA_AFTER_UNBIND, 0);
    dma(1, 0x80000);
    ck_count(DMA_AFTER_UNBIND, 1);
    ck_only(BIT(DMA_AFTER_UNBIND) | BIT(PROMISE_BROKEN) | BIT(PROMISE_BROKEN_ATC));
}
END_TEST

START_TEST(wrong_space_dma)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, 0x6000001, 0x80000);
    completion(1, 0x80000);
    unbind(NIC_ID, CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, 0x6000002, 1, 1, 0x4000, 1); /* job 1 is still of A */
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 0x6000002, NIC_ID, 1, 0x4000, 0x90000, R | W, CAUSE_TRANSLATED, 1);
    ck_count(WRONG_SPACE_DMA, 1);
    ck_only(BIT(WRONG_SPACE_DMA) | BIT(PROMISE_BROKEN) | BIT(PROMISE_BROKEN_ATC));
}
END_TEST

/* A stale TLB gives the new owner's job the old owner's frame. */
START_TEST(wrong_space_dma_by_a_stale_tlb)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, 0x6000001, 0x80000);
    unbind(NIC_ID, CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    job_translated(2, 0x6000002, 0x80000);
    ck_count(WRONG_SPACE_DMA, 1);
}
END_TEST

START_TEST(each_by_its_own_tables_is_no_wrong_space_dma)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, 0x6000001, 0x80000);
    unbind(NIC_ID, CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    job_translated(2, 0x6000002, 0x90000);
    say(NIC, ENDPOINT_TRANSLATION_REQUEST, 0x6000003, 1, 1, 0x4000, 1);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 0x6000003, NIC_ID, 1, 0x4000, 0, 0, CAUSE_TRANSLATION_FAULT, 1);
    ck_only(0);
}
END_TEST

/* Between U2 and U7 nobody can say whose tables are in force: the frame is not taken for the old owner's. */
START_TEST(a_frame_first_seen_between_owners_is_nobodys)
{
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, 0);
    job_translated(1, 0x6000001, 0x90000);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    bind(NIC_ID, SPACE_B, 2);
    job_translated(2, 0x6000002, 0x90000);
    ck_only(0);
}
END_TEST

static void invalidate(uint64_t address, uint64_t size)
{
    say(INSTANCE_SMMU, SMMU_INVALIDATE, 0x2000900, 3, NIC_ID, 1, address, size);
    say(NIC, ENDPOINT_INVALIDATE, 0x2000900, 3, 1, address, size, 1);
    say(NIC, ENDPOINT_INVALIDATED, 0x6000900, 3);
    say(INSTANCE_SMMU, SMMU_INVALIDATED, 0x6000900, 3, NIC_ID);
}

START_TEST(stale_atc)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, 0x6000001, 0x80000);
    completion(1, 0x80000);
    invalidate(0, UINT64_MAX);
    dma(1, 0x80000); /* before the SYNC: allowed */
    ck_count(STALE_ATC, 0);
    say(INSTANCE_SMMU, SMMU_SYNC, 5);
    dma(1, 0x80000);
    ck_count(STALE_ATC, 1);
    ck_only(BIT(STALE_ATC));
}
END_TEST

/* unbind S-43: the completion with the old translation arrives after the invalidation. */
START_TEST(stale_atc_by_a_late_completion)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, 0x6000001, 0x80000);
    invalidate(0x4000, 0x1000);
    say(INSTANCE_SMMU, SMMU_SYNC, 5);
    completion(1, 0x80000);
    dma(1, 0x80000);
    ck_count(STALE_ATC, 1);
}
END_TEST

START_TEST(a_translation_of_after_the_invalidation_is_fresh)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, 0x6000001, 0x80000);
    completion(1, 0x80000);
    invalidate(0x4000, 0x1000);
    job_translated(2, 0x6000002, 0x80000);
    completion(2, 0x80000);
    say(INSTANCE_SMMU, SMMU_SYNC, 5);
    dma(2, 0x80000);
    ck_only(0);
}
END_TEST

START_TEST(an_invalidation_beside_the_page_does_not_count)
{
    bind(NIC_ID, SPACE_A, 1);
    job_translated(1, 0x6000001, 0x80000);
    completion(1, 0x80000);
    invalidate(0x5000, 0x1000);
    invalidate(0x0000, 0x4000);
    say(INSTANCE_SMMU, SMMU_SYNC, 5);
    dma(1, 0x80000);
    ck_only(0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {unbind_hang_by_its_limit,
                                  an_unbind_at_its_limit_is_in_time,
                                  an_unbind_that_never_ends_hangs,
                                  an_unbind_that_was_cut_off_in_time_is_in_limbo_only,
                                  an_unbind_that_was_cut_off_late_hangs,
                                  an_unbind_hangs_from_its_u0_on,
                                  a_refused_unbind_is_over,
                                  dma_after_unbind,
                                  wrong_space_dma,
                                  wrong_space_dma_by_a_stale_tlb,
                                  each_by_its_own_tables_is_no_wrong_space_dma,
                                  a_frame_first_seen_between_owners_is_nobodys,
                                  stale_atc,
                                  stale_atc_by_a_late_completion,
                                  a_translation_of_after_the_invalidation_is_fresh,
                                  an_invalidation_beside_the_page_does_not_count,
                                  NULL};
    return judge_run("tb_checkers_unbind", tests);
}
