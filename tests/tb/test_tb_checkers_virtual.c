/* SPDX-License-Identifier: Apache-2.0
 *
 * A virtual function: here "gpu" is one of "nic". One allocation for both, one Enable, and whose answer switched both
 * off.
 */
#include "duties_stream.h"
#include "tests/harness/suite.h"

static void make_virtual(void)
{
    struct system_config *system = &scenario.system;
    strcpy(system->physical_function[1], "nic");
    system->endpoint[0].vfs = system->endpoint[1].vfs = 1;
    system->endpoint[1].vf = 1;
}

static void request(unsigned instance, uint64_t n)
{
    struct trip t = trip_start(n, n, R | L);
    if (instance == GPU)
        say(GPU, ENDPOINT_JOB, n, 1, 0x4000, 4, 0);
    t.instance = instance;
    trip_made(&t);
}

/* Eight for both together; by themselves each has eight. */
/* covers: PCIE-GROUP-8, PCIE-PRICAP-19 */
START_TEST(allocation_is_of_both)
{
    if (_i)
        make_virtual();
    for (uint64_t n = 1; n <= 8; n++)
        request(n % 2 ? NIC : GPU, n);
    ck_count(ALLOCATION_EXCEEDED, 0);
    request(GPU, 9);
    request(NIC, 10);
    ck_count(ALLOCATION_EXCEEDED, _i ? 2u : 0u);
}
END_TEST

/* The queue needs room for one allocation. */
START_TEST(queue_is_for_one_allocation)
{
    make_virtual();
    say(NIC, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 12, 16, true);
    say(INSTANCE_DRIVER, DRIVER_READY, 0);
    ck_count(OVERCOMMITTED, 0);
    say(NIC, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 12, 17, true);
    ck_count(OVERCOMMITTED, 1);
}
END_TEST

static bool broke_enable(void)
{
    for (unsigned i = 0; i < tolds; i++)
        if (told[i].premise_broken.duty == PRISIM_CAUSE_ENABLE_HEEDED)
            return true;
    return false;
}

/* A virtual function may ask from endpoint.pri_shared on. */
/* covers: PCIE-PRICAP-9 */
START_TEST(enabled_when_it_hears)
{
    make_virtual();
    enable(GPU, 0);
    if (_i)
        say(GPU, ENDPOINT_PRI_SHARED, true, 4);
    request(GPU, 1);
    ck_assert(broke_enable() == !_i);
}
END_TEST

/* A Response Failure is undone by E from 0 to 1 only; a reset of the function takes no E that is another's. */
START_TEST(enabled_until_it_hears)
{
    static const struct {
        enum prisim_cause cause;
        bool shared[3]; /* what it hears behind that */
        unsigned count;
        bool off;
    } rows[] = {
        {PRISIM_CAUSE_PRI_OFF, {0}, 0, true},
        {PRISIM_CAUSE_RESPONSE_FAILURE, {0}, 0, true},
        {PRISIM_CAUSE_RESPONSE_FAILURE, {true}, 1, true},
        {PRISIM_CAUSE_RESPONSE_FAILURE, {false, true}, 2, false},
        {PRISIM_CAUSE_FUNCTION_RESET, {0}, 0, false},
    };
    make_virtual();
    say(GPU, ENDPOINT_PRI_SHARED, true, 4);
    say(GPU, ENDPOINT_PRI_OFF, 0, rows[_i].cause);
    for (unsigned i = 0; i < rows[_i].count; i++)
        say(GPU, ENDPOINT_PRI_SHARED, rows[_i].shared[i], 4);
    request(GPU, 1);
    ck_assert(broke_enable() == rows[_i].off);
}
END_TEST

/* A job of the virtual function that lives is ended by the Failure for a PASID of the physical one that is unbound. */
/* covers: PCIE-RESPONSE-3 */
START_TEST(failure_for_the_other)
{
    if (_i)
        make_virtual();
    struct trip old = {.n = 1, .job = 1001, .prgi = 0, .address = 0x4000, .access = R | L, .instance = NIC};
    bind(NIC_ID, SPACE_A, 1);
    say(INSTANCE_DRIVER, DRIVER_BIND, GPU_ID, 2, 8, SPACE_B, 2);
    say(INSTANCE_DRIVER, DRIVER_BOUND, GPU_ID, 2, 8, 2);
    trip_queued(&old);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    say(GPU, ENDPOINT_JOB, 2, 2, 0x4000, 4, 1);
    say(GPU, ENDPOINT_PAGE_REQUEST, 2, 2, 2, 300, 0x4000, R | W | L);
    trip_taken(&old);
    trip_enqueued(&old);
    trip_resolved(&old, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    trip_responded(&old, PRISIM_PRG_FAILURE);
    trip_left(&old, PRISIM_PRG_FAILURE);
    trip_arrived(&old, PRISIM_PRG_FAILURE, PRISIM_CAUSE_RESPONSE_FAILURE);
    say(NIC, ENDPOINT_PRI_OFF, 1, PRISIM_CAUSE_RESPONSE_FAILURE);
    say(GPU, ENDPOINT_PRI_OFF, 1, PRISIM_CAUSE_RESPONSE_FAILURE);
    say(GPU, ENDPOINT_JOB_DONE, 2, 2, 0x4000, PRISIM_CAUSE_PRI_OFF);
    ck_count(PRI_DISABLED, 2);
    ck_count(LIVE_JOB_FAILED, _i ? 1u : 0u);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb checkers virtual");
    TCase *tcase = tcase_create("virtual");
    tcase_add_checked_fixture(tcase, set_up, by_hand_close);
    tcase_add_loop_test(tcase, allocation_is_of_both, 0, 2);
    tcase_add_test(tcase, queue_is_for_one_allocation);
    tcase_add_loop_test(tcase, enabled_when_it_hears, 0, 2);
    tcase_add_loop_test(tcase, enabled_until_it_hears, 0, 5);
    tcase_add_loop_test(tcase, failure_for_the_other, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
