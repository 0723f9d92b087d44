/* SPDX-License-Identifier: Apache-2.0
 *
 * response_pasid (UNBIND-HAZARD, PCIE-PRICAP PRPR): a response with no PASID, one too many, or another's; by software
 * or by the queue; whatever the function does with it.
 */
#include "by_hand_stream.h"
#include "tests/harness/suite.h"

/* The response to `t`, whose request had PASID 1 or none, arrives with this one. */
static void arrives(const struct trip *t, uint64_t pasid, uint64_t code, enum prisim_cause cause)
{
    say(t->instance, ENDPOINT_RESPONSE, 0x2000000 | t->n, pasid, t->prgi, code, cause);
}

static struct trip served(uint64_t n, uint64_t prgi)
{
    struct trip t = trip_start(n, prgi, R | L);
    bind(NIC_ID, SPACE_A, n);
    trip_queued(&t);
    trip_served(&t, SPACE_A, n);
    return t;
}

static void ck_pasid(unsigned missing, unsigned unwanted, unsigned other)
{
    ck_count(RESPONSE_PASID, missing + unwanted + other);
    ck_count(RESPONSE_PASID_MISSING, missing);
    ck_count(RESPONSE_PASID_UNWANTED, unwanted);
    ck_count(RESPONSE_PASID_OTHER, other);
}

static void ck_says(const char *text)
{
    const struct finding *finding = checkers_finding(checkers, 0);
    ck_assert_ptr_nonnull(finding);
    ck_assert_msg(strstr(finding->text, text) != NULL, "%s", finding->text);
}

START_TEST(the_request_s_pasid_is_right)
{
    struct trip t = served(1, 0);
    arrives(&t, 1, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    finish();
    ck_only(0);
}
END_TEST

/* Dropped: the group is as if nothing had come. */
START_TEST(missing)
{
    struct trip t = served(1, 0);
    arrives(&t, PRISIM_PASID_NONE, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_PASID_MISMATCH);
    ck_pasid(1, 0, 0);
    ck_says("software's response to the group with PRGI 0 of endpoint[nic]");
    ck_says("with no PASID, and the function requires its request's");
    finish();
    ck_count(UNANSWERED_GROUP, 1);
    ck_count(CREDIT_LEAK, 1);
}
END_TEST

/* Judged where it arrives, also if it is taken, or if the function says UPRGI; which is no unexpected_response. */
START_TEST(whatever_the_function_does)
{
    struct trip t = served(1, 0);
    arrives(&t, PRISIM_PASID_NONE, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    ck_pasid(1, 0, 0);
    finish();
    ck_count(UNANSWERED_GROUP, 0);
}
END_TEST

START_TEST(as_unexpected)
{
    struct trip t = served(1, 0);
    arrives(&t, 2, PRISIM_PRG_INVALID, PRISIM_CAUSE_UNEXPECTED_PASID);
    ck_pasid(0, 0, 1);
    ck_says("with another PASID than its request");
    ck_count(UNEXPECTED_RESPONSE, 0);
    finish();
    ck_count(UNANSWERED_GROUP, 1);
}
END_TEST

/* Two answers to one group are two, also if the second is dropped for its PASID. */
START_TEST(a_second_one)
{
    struct trip t = served(1, 0);
    arrives(&t, 1, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    trip_left(&t, PRISIM_PRG_SUCCESS);
    arrives(&t, PRISIM_PASID_NONE, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_PASID_MISMATCH);
    finish();
    ck_count(UNANSWERED_GROUP, 0);
}
END_TEST

START_TEST(unwanted)
{
    scenario.system.endpoint[0].prpr = 0;
    struct trip t = served(1, 0);
    arrives(&t, 1, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_PASID_MISMATCH);
    ck_pasid(0, 1, 0);
    ck_says("with a PASID, and the function requires none");
    struct trip again = trip_start(2, 1, R | L);
    trip_queued(&again);
    trip_served(&again, SPACE_A, 1);
    arrives(&again, PRISIM_PASID_NONE, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    ck_pasid(0, 1, 0);
}
END_TEST

/* A request without PASID has a response without one. */
START_TEST(none_for_none)
{
    struct trip t = {.n = 1, .job = 1, .prgi = 0, .address = 0x4000, .access = R | L, .instance = NIC};
    say(NIC, ENDPOINT_JOB, 1, PRISIM_PASID_NONE, 0x4000, 4, 0);
    say(NIC, ENDPOINT_PAGE_REQUEST, 1, 1, PRISIM_PASID_NONE, 0, 0x4000, R | L);
    arrives(&t, PRISIM_PASID_NONE, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    ck_pasid(0, 0, 0);
    say(NIC, ENDPOINT_PAGE_REQUEST, 2, 1, PRISIM_PASID_NONE, 1, 0x4000, R | L);
    t.prgi = 1;
    arrives(&t, 1, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_PASID_MISMATCH);
    ck_pasid(0, 0, 1);
}
END_TEST

/* A Failure needs no PASID, nor does an unused code, which is one (PCIE-MESSAGE). */
START_TEST(failures_are_not_judged)
{
    static const unsigned codes[] = {PRISIM_PRG_FAILURE, 0x2, 0xe};
    for (unsigned i = 0; i < 3; i++) {
        struct trip t = served(1 + i, i);
        arrives(&t, PRISIM_PASID_NONE, codes[i], PRISIM_CAUSE_RESPONSE_FAILURE);
    }
    ck_pasid(0, 0, 0);
}
END_TEST

/* SMMU-PRIAUTO: Success without the PASID, with PPAR=0. */
START_TEST(automatic)
{
    struct trip t = trip_start(1, 0, R | L);
    trip_dropped(&t, PRISIM_CAUSE_QUEUE_FULL);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_RESPONSE, NIC_ID, PRISIM_PASID_NONE, 0, PRISIM_PRG_SUCCESS,
        PRISIM_CAUSE_AUTO_NO_PPAR);
    say(INSTANCE_SMMU, SMMU_PRG_RESPONSE, 0x2000001, NIC_ID, PRISIM_PASID_NONE, 0, PRISIM_PRG_SUCCESS,
        PRISIM_CAUSE_AUTOMATIC, 0);
    arrives(&t, PRISIM_PASID_NONE, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_PASID_MISMATCH);
    ck_pasid(1, 0, 0);
    const struct finding *finding = NULL;
    for (unsigned i = 0; (finding = checkers_finding(checkers, i)) != NULL; i++)
        if (finding->hazard == HAZARD_RESPONSE_PASID)
            break;
    ck_assert_ptr_nonnull(finding);
    ck_assert_msg(strstr(finding->text, "an automatic response to the group with PRGI 0") != NULL, "%s", finding->text);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {the_request_s_pasid_is_right,
                                  missing,
                                  whatever_the_function_does,
                                  as_unexpected,
                                  a_second_one,
                                  unwanted,
                                  none_for_none,
                                  automatic,
                                  failures_are_not_judged,
                                  NULL};
    return judge_suite("tb_checkers_response_pasid", tests);
}
