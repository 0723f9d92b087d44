/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties of a function to whom an Invalidate Request comes (PCIE-ATC-9, PCIE-ATC-10, PCIE-ATC-12, PCIE-ITAG-7): what
 * breaks them is told at once, so that findings say it; who is honest, and late at most, is not blamed.
 */
#include "atc_stream.h"
#include "tests/harness/suite.h"

enum { TOLD_MAX = 8 };

static struct prisim_event told[TOLD_MAX];
static unsigned tolds;
static struct stream others;

static void listen(void *context, const struct prisim_event *event)
{
    (void)context;
    if (event->type != PRISIM_EVENT_PREMISE_BROKEN)
        return;
    ck_assert_uint_lt(tolds, TOLD_MAX);
    told[tolds++] = *event;
}

static void set_up(void)
{
    by_hand_open();
    tolds = 0;
    others = (struct stream){0};
    stream_add(&others, listen, NULL);
    stream = others;
    stream_add(&stream, checkers_event, checkers);
    checkers_take(checkers, &others);
    bind(NIC_ID, 1, 1);
}

static void ck_last(unsigned count, enum prisim_cause duty)
{
    ck_assert_uint_eq(tolds, count);
    if (count == 0)
        return;
    const struct prisim_event_premise_broken *e = &told[count - 1].premise_broken;
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)e->duty), prisim_cause_name(duty));
    ck_assert_uint_eq(e->party, NIC);
    ck_assert_uint_eq(e->stream_id, NIC_ID);
    ck_assert_uint_eq(e->pasid, 1);
}

/* PCIE-ATC-10, PCIE-ATC-15: late, or in two copies, or after a time-out, it is a completion as good as any. */
/* covers: PCIE-ATC-10, PCIE-ATC-15, PCIE-ITAG-3 */
START_TEST(an_honest_function_is_not_blamed)
{
    job_holds(1, FRAME_A);
    request_sent(0);
    request_taken(0);
    dma(1, FRAME_A);
    timed_out(0);
    request_done(0);
    completion_counted(0, 0, 2, 1);
    completion_counted(0, 0, 2, 0);
    invalidate(1);
    sync_done(2);
    ck_last(0, PRISIM_CAUSE_NONE);
}
END_TEST

/* PCIE-ATC-10: a completion of what is not done; the second copy of it says nothing new. */
/* covers: PCIE-ATC-10 */
START_TEST(a_completion_before_the_entries_are_gone)
{
    job_holds(1, FRAME_A);
    request_sent(0);
    request_taken(0);
    completion_counted(0, 0, 2, 1);
    ck_last(1, PRISIM_CAUSE_INVALIDATION_DONE);
    completion_counted(0, 0, 2, 0);
    request_done(0);
    ck_assert_uint_eq(tolds, 1);
}
END_TEST

/* What stays is told as it stays, so that the first use of it has its premise. */
/* covers: PCIE-ATC-10 */
START_TEST(an_entry_that_stays)
{
    job_holds(1, FRAME_A);
    request_sent(0);
    request_taken(0);
    request_done(0);
    say(NIC, ENDPOINT_INVALIDATE_KEPT, 0x2000900, 0, 1, 0x4000, 0x1000);
    ck_last(1, PRISIM_CAUSE_INVALIDATION_DONE);
    ck_assert_uint_eq(told[0].cycle, now);
    request_completed(0);
    sync_done(1);
    job_made(2);
    dma(2, FRAME_A);
    ck_assert_uint_eq(count(STALE_ATC), 1);
    ck_assert_uint_eq(checkers_premises(checkers, HAZARD_STALE_ATC)->broken, 1);
    ck_assert_uint_eq(tolds, 1);
}
END_TEST

/* PCIE-ITAG-7: a PASID that the function does not have is refused by right. */
/* covers: PCIE-ITAG-7, PCIE-ATC-12 */
START_TEST(a_request_without_a_completion)
{
    static const enum prisim_cause cause[] = {PRISIM_CAUSE_BAD_PASID, PRISIM_CAUSE_UNSUPPORTED_REQUEST,
                                              PRISIM_CAUSE_NO_COMPLETION, PRISIM_CAUSE_COPIES_MISSING};
    for (unsigned i = 0; i < 4; i++) {
        request_sent(i);
        say(NIC, ENDPOINT_INVALIDATE_UNANSWERED, 0x2000900 + i, i, cause[i]);
        ck_last(i, PRISIM_CAUSE_INVALIDATION_ANSWERED);
    }
}
END_TEST

/* PCIE-ATC-9: asked for before the request came, and taken; not what was asked for later, nor what says nothing. The
 * same for further translations of the request. */
/* covers: PCIE-ATC-9 */
START_TEST(an_answer_that_was_overtaken)
{
    for (unsigned i = 0; i < 4; i++) {
        const bool later = i == 1, taken = i != 2, access = i != 3;
        const unsigned broken = i == 0;
        tolds = 0;
        job_made(i);
        if (!later)
            asked(i);
        request_sent(i);
        request_taken(i);
        if (later)
            asked(i);
        translated(i, FRAME_A);
        say(NIC, ENDPOINT_TRANSLATION, 0x2000000, i, 1, 0x4000, access ? FRAME_A : 0, access ? R | W : 0, PRISIM_TLP_SC,
            taken);
        ck_last(broken, PRISIM_CAUSE_IN_FLIGHT_POISONED);
        say(NIC, ENDPOINT_TRANSLATION_FURTHER, 0x2000000, i, 1, 0x5000, FRAME_B, access ? R | W : 0, taken);
        ck_last(2 * broken, PRISIM_CAUSE_IN_FLIGHT_POISONED);
    }
}
END_TEST

/* PCIE-ATC-9: stale from the SYNC on is also what the SMMU translated after the request left, if the function asked
 * before it came. */
/* covers: PCIE-ATC-9 */
START_TEST(an_overtaken_answer_is_stale)
{
    for (unsigned before = 0; before < 2; before++) {
        job_made(1 + before);
        if (before)
            asked(1 + before);
        request_sent(2 * before);
        request_taken(2 * before);
        if (!before)
            asked(1 + before);
        translated(1 + before, FRAME_A);
        request_done(2 * before);
        request_completed(2 * before);
        sync_done(2 * before + 1);
        completion(1 + before, FRAME_A, true);
        dma(1 + before, FRAME_A);
        ck_assert_uint_eq(count(STALE_ATC), before);
    }
}
END_TEST

/* An answer that is not taken says nothing of what the function asked for later and uses, kept or not. */
/* covers: PCIE-ATC-9 */
START_TEST(a_dropped_answer_hides_no_younger_one)
{
    scenario.system.endpoint[0].atc_entries = 0;
    job_translated(1, FRAME_A);
    request_sent(0);
    request_taken(0);
    job_holds(2, FRAME_A);
    request_done(0);
    request_completed(0);
    sync_done(1);
    completion(1, FRAME_A, false);
    dma(2, FRAME_A);
    ck_assert_uint_eq(count(STALE_ATC), 0);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {an_honest_function_is_not_blamed,
                                  a_completion_before_the_entries_are_gone,
                                  an_entry_that_stays,
                                  a_request_without_a_completion,
                                  an_answer_that_was_overtaken,
                                  an_overtaken_answer_is_stale,
                                  a_dropped_answer_hides_no_younger_one};
    Suite *suite = suite_create("tb_checkers_duties_invalidation");
    TCase *tcase = tcase_create("tb_checkers_duties_invalidation");
    tcase_add_checked_fixture(tcase, set_up, by_hand_close);
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
