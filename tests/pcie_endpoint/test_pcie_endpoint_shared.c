/* SPDX-License-Identifier: Apache-2.0
 *
 * A physical function and its virtual functions: what of one of them befalls the others, at the edge at which the wire
 * between them says so and not before (docs/timing/endpoint.md, "Virtual functions").
 */
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_family.h"

enum { PF, VF1, VF2, ALLOCATION = 30 };
enum { PRI_CONTROL = 0x114, PRI_STATUS = 0x116, STOPPED = 0x100, RF = 1, UPRGI = 2, PRPR = 0x8000 };
enum { FAILURE = 15 };

static prisim_cycle_t last_at(const struct family *f, unsigned function, enum prisim_event_type type)
{
    const unsigned count = family_events(f, function, type);
    ck_assert_uint_gt(count, 0);
    return family_event(f, function, type, count - 1)->cycle;
}

/* The next TLP of the host is taken at this edge. */
static prisim_cycle_t next_taken(const struct family *f)
{
    return f->now + 1;
}

static void hold(struct prisim_endpoint_config *config)
{
    config->on_pri_off = PRISIM_ENDPOINT_PRI_OFF_HOLD;
}

/* PCIE-PRICAP-9, PCIE-PASIDCAP-2: what the PF enables at n its VFs have at n + 1. */
/* covers: PCIE-PRICAP-9, PCIE-PASIDCAP-2 */
START_TEST(enabled_one_edge_later)
{
    struct family *f = family_open(2, hold);
    family_enable(f, ALLOCATION);
    family_config_write(f, PF, PRI_CONTROL, 2, 0);
    family_run(f, 10);
    family_dma(f, VF1, 1);
    family_dma(f, VF2, 1);
    family_run(f, 40);
    ck_assert_ptr_null(family_event(f, VF1, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 0));
    const prisim_cycle_t n = next_taken(f);
    family_config_write(f, PF, PRI_CONTROL, 2, 1);
    family_run(f, 5);
    ck_assert_uint_eq(last_at(f, PF, PRISIM_EVENT_ENDPOINT_CONFIG), n);
    for (unsigned vf = VF1; vf <= VF2; vf++) {
        ck_assert_uint_eq(last_at(f, vf, PRISIM_EVENT_ENDPOINT_PRI_SHARED), n + 1);
        ck_assert_uint_eq(last_at(f, vf, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), n + 1);
    }
    family_config_write(f, PF, 0x126, 2, 1);
    family_run(f, 2);
    ck_assert_uint_eq(family_state(f, PF)->pasid_control, 1);
    ck_assert_uint_eq(family_state(f, VF1)->pasid_control, 0);
    family_run(f, 1);
    ck_assert_uint_eq(family_state(f, VF1)->pasid_control, 1);
    family_close(f);
}
END_TEST

/* The function's page requests are off from that edge on, with one group lost. */
static void went_off(const struct family *f, unsigned function, prisim_cycle_t at, enum prisim_cause cause)
{
    const struct prisim_event *off = family_event(f, function, PRISIM_EVENT_ENDPOINT_PRI_OFF,
                                                  family_events(f, function, PRISIM_EVENT_ENDPOINT_PRI_OFF) - 1);
    ck_assert_ptr_nonnull(off);
    ck_assert_uint_eq(off->cycle, at);
    ck_assert_uint_eq(off->endpoint_pri_off.groups, 1);
    ck_assert_uint_eq(off->endpoint_pri_off.cause, cause);
    const struct prisim_event *done = family_done(f, function, 1);
    ck_assert_ptr_nonnull(done);
    ck_assert_uint_eq(done->cycle, at);
    ck_assert_uint_eq(done->endpoint_job_done.cause, PRISIM_CAUSE_PRI_OFF);
}

/* PCIE-RESPONSE-3, PCIE-MESSAGE-16, PCIE-PITFALL-6: Response Failure, or an unused code, for one function ends the
 * groups of all. From a VF the PF hears at n + 1, the other VF at n + 2; from the PF the VFs at n + 1. */
/* covers: PCIE-RESPONSE-3, PCIE-MESSAGE-16, PCIE-PRICAP-15, PCIE-PRICAP-23 */
START_TEST(failure_ends_all)
{
    const unsigned from = (unsigned)_i % 3, code = _i < 3 ? FAILURE : 7;
    const prisim_cycle_t behind[3][3] = {{0, 1, 1}, {1, 0, 2}, {1, 2, 0}};
    struct family *f = family_open(2, NULL);
    family_enable(f, ALLOCATION);
    unsigned index[3];
    for (unsigned i = 0; i < 3; i++)
        index[i] = family_fault(f, i, 1);
    const prisim_cycle_t n = next_taken(f);
    family_respond(f, from, index[from], code);
    family_run(f, 10);
    for (unsigned i = 0; i < 3; i++)
        went_off(f, i, n + behind[from][i], PRISIM_CAUSE_RESPONSE_FAILURE);
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), RF | PRPR);
    /* PCIE-PRICAP-15: later responses are ignored; nothing is asked for. */
    for (unsigned i = 0; i < 3; i++) {
        family_respond(f, i, index[i], PRISIM_PRG_SUCCESS);
        family_dma(f, i, 2);
    }
    family_run(f, 40);
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_event *last = family_event(f, i, PRISIM_EVENT_ENDPOINT_RESPONSE, i == from ? 1 : 0);
        ck_assert_uint_eq(last->endpoint_response.cause, PRISIM_CAUSE_FAILED_BEFORE);
        ck_assert_uint_eq(family_done(f, i, 2)->endpoint_job_done.cause, PRISIM_CAUSE_PRI_OFF);
        ck_assert_uint_eq(family_events(f, i, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 1);
    }
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), RF | PRPR);
    /* E from 1 to 0 to 1 brings them back. */
    family_config_write(f, PF, PRI_CONTROL, 2, 0);
    family_run(f, 5);
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), RF | STOPPED | PRPR);
    family_config_write(f, PF, PRI_CONTROL, 2, 1);
    family_run(f, 5);
    for (unsigned i = 0; i < 3; i++)
        family_fault(f, i, 3);
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), PRPR);
    family_close(f);
}
END_TEST

/* A sibling still asks at n + 1, and no more at n + 2; the PF at n, and no more at n + 1. Whenever its job comes. */
/* covers: PCIE-RESPONSE-3 */
START_TEST(failure_is_heard_in_time_and_not_before)
{
    bool before = false;
    const unsigned other = _i ? (unsigned)VF2 : (unsigned)PF;
    const prisim_cycle_t behind = _i ? 2 : 1;
    for (unsigned wait = 0; wait < 16; wait++) {
        struct family *f = family_open(2, NULL);
        family_enable(f, ALLOCATION);
        const unsigned index = family_fault(f, VF1, 1);
        family_dma(f, other, 1);
        family_run(f, wait);
        const prisim_cycle_t n = next_taken(f);
        family_respond(f, VF1, index, FAILURE);
        family_run(f, 30);
        const struct prisim_event *made = family_event(f, other, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 0);
        ck_assert(!made || made->cycle < n + behind);
        ck_assert_uint_eq(family_done(f, other, 1)->endpoint_job_done.cause, PRISIM_CAUSE_PRI_OFF);
        if (made) /* the group that it made dies at that edge, or the request never leaves */
            ck_assert_uint_eq(family_done(f, other, 1)->cycle, n + behind);
        before = before || (made && made->cycle == n + behind - 1);
        family_close(f);
    }
    ck_assert(before);
}
END_TEST

/* PCIE-PITFALL-6: Invalid Request ends one job. */
/* covers: PCIE-RESPONSE-2 */
START_TEST(invalid_ends_one)
{
    struct family *f = family_open(2, NULL);
    family_enable(f, ALLOCATION);
    unsigned index[3];
    for (unsigned i = 0; i < 3; i++)
        index[i] = family_fault(f, i, 1);
    family_respond(f, VF1, index[VF1], PRISIM_PRG_INVALID);
    family_run(f, 20);
    ck_assert_uint_eq(family_done(f, VF1, 1)->endpoint_job_done.cause, PRISIM_CAUSE_INVALID_REQUEST);
    ck_assert_ptr_null(family_done(f, PF, 1));
    ck_assert_ptr_null(family_done(f, VF2, 1));
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(family_events(f, i, PRISIM_EVENT_ENDPOINT_PRI_OFF), 0);
        family_fault(f, i, 2);
    }
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), PRPR);
    family_close(f);
}
END_TEST

/* PCIE-PRICAP-16: an index that is another function's is unexpected; the PF's status says so. */
/* covers: PCIE-PRICAP-16, PCIE-PRICAP-22 */
START_TEST(unexpected_index_is_seen_in_the_pf)
{
    struct family *f = family_open(2, NULL);
    family_enable(f, ALLOCATION);
    const unsigned index = family_fault(f, VF2, 1);
    family_respond(f, VF1, index, PRISIM_PRG_SUCCESS);
    family_run(f, 5);
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), UPRGI | PRPR);
    ck_assert_uint_eq(family_state(f, VF2)->page_requests, 1);
    family_config_write(f, PF, PRI_STATUS, 2, UPRGI);
    family_run(f, 5);
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), PRPR);
    family_fault(f, VF1, 2);
    family_close(f);
}
END_TEST

/* The status that a read taken at each edge from the next on gives. */
static void read_each_edge(struct family *f, unsigned edges)
{
    for (unsigned i = 0; i < edges; i++)
        family_config_read(f, PF, PRI_STATUS, 2);
    family_run(f, edges + 20);
}

static bool was_stopped(const struct family *f, unsigned read)
{
    ck_assert_uint_lt(read, f->function[PF].answers);
    return f->function[PF].answer[read] & STOPPED;
}

/* PCIE-PRICAP-13: Stopped when the last group of any of them is answered: of a VF at n, seen by a read at n + 2. */
/* covers: PCIE-PRICAP-13, PCIE-PRICAP-21 */
START_TEST(stopped_when_all_are)
{
    const unsigned last = (unsigned)_i;
    struct family *f = family_open(2, NULL);
    family_enable(f, ALLOCATION);
    unsigned index[3];
    for (unsigned i = 0; i < 3; i++)
        index[i] = family_fault(f, i, 1);
    family_config_write(f, PF, PRI_CONTROL, 2, 0);
    family_run(f, 10);
    for (unsigned i = 0; i < 3; i++)
        if (i != last)
            family_respond(f, i, index[i], PRISIM_PRG_SUCCESS);
    family_run(f, 20);
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), PRPR);
    const prisim_cycle_t n = next_taken(f);
    family_respond(f, last, index[last], PRISIM_PRG_SUCCESS);
    const unsigned first = f->function[PF].answers;
    read_each_edge(f, 5);
    ck_assert_uint_eq(last_at(f, last, PRISIM_EVENT_ENDPOINT_RESPONSE), n);
    /* Behind a response to the PF itself the reads begin one edge later. */
    const unsigned seen = last == PF ? 0 : 2;
    for (unsigned i = 0; i < 5; i++)
        ck_assert_uint_eq(was_stopped(f, first + i), i >= seen);
    family_close(f);
}
END_TEST

/* With nothing out, E=0 at n is Stopped for a read at n + 3: every VF has said that it knows. */
/* covers: PCIE-PRICAP-13, PCIE-PRICAP-24 */
START_TEST(stopped_when_all_know)
{
    struct family *f = family_open(2, NULL);
    family_enable(f, ALLOCATION);
    family_config_write(f, PF, PRI_CONTROL, 2, 0);
    read_each_edge(f, 5); /* from n + 1 on */
    for (unsigned i = 0; i < 5; i++)
        ck_assert_uint_eq(was_stopped(f, i), i >= 2);
    family_close(f);
}
END_TEST

/* A page request that a VF makes at the very edge at which E becomes 0 keeps the PF from Stopped. */
/* covers: PCIE-PRICAP-13 */
START_TEST(stopped_counts_what_crosses)
{
    bool crossed = false;
    for (unsigned wait = 0; wait < 16; wait++) {
        struct family *f = family_open(2, NULL);
        family_enable(f, ALLOCATION);
        family_dma(f, VF2, 1);
        family_run(f, wait);
        const prisim_cycle_t n = next_taken(f);
        family_config_write(f, PF, PRI_CONTROL, 2, 0);
        read_each_edge(f, 5);
        const struct prisim_event *made = family_event(f, VF2, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 0);
        ck_assert(!made || made->cycle <= n);
        for (unsigned i = 0; i < 5; i++)
            ck_assert(!made || !was_stopped(f, i));
        crossed = crossed || (made && made->cycle == n);
        family_close(f);
    }
    ck_assert(crossed);
}
END_TEST

/* PCIE-PRICAP-14, PCIE-PRICAP-25, PCIE-ENUMERATION-4: Reset, and a reset of the PF, take the groups of its VFs. */
/* covers: PCIE-PRICAP-14, PCIE-PRICAP-25 */
START_TEST(reset_of_the_pf_is_the_vfs)
{
    struct family *f = family_open(2, NULL);
    family_enable(f, ALLOCATION);
    const bool later = _i == 2;
    for (unsigned i = _i == 1 || later ? 1 : 0; i < 3; i++) /* 1, 2: the PF has none of its own */
        family_fault(f, i, 1);
    if (later) { /* E=0, then Reset */
        family_config_write(f, PF, PRI_CONTROL, 2, 0);
        family_run(f, 10);
        ck_assert_ptr_null(family_done(f, VF2, 1));
    }
    const prisim_cycle_t n = next_taken(f);
    if (_i == 3)
        family_config_write(f, PF, 0x48, 2, 0x8000);
    else
        family_config_write(f, PF, PRI_CONTROL, 2, 2);
    family_run(f, 1100);
    for (unsigned i = VF1; i <= VF2; i++)
        went_off(f, i, n + 1, PRISIM_CAUSE_PRI_OFF);
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), STOPPED | PRPR);
    family_close(f);
}
END_TEST

/* A reset of a VF is nobody else's, and takes nothing of what is the PF's. */
START_TEST(reset_of_a_vf_is_its_own)
{
    struct family *f = family_open(2, NULL);
    family_enable(f, ALLOCATION);
    family_config_write(f, PF, 0x126, 2, 1);
    for (unsigned i = 0; i < 3; i++)
        family_fault(f, i, 1);
    family_config_write(f, VF1, 0x48, 2, 0x8000);
    family_run(f, 1100);
    ck_assert_uint_eq(family_done(f, VF1, 1)->endpoint_job_done.cause, PRISIM_CAUSE_FUNCTION_RESET);
    ck_assert_ptr_null(family_done(f, PF, 1));
    ck_assert_ptr_null(family_done(f, VF2, 1));
    ck_assert_uint_eq(family_state(f, VF1)->pasid_control, 1);
    ck_assert_uint_eq(family_state(f, PF)->shared.page_requests, 1);
    family_config_write(f, VF1, 0x04, 2, 6);
    family_config_write(f, VF1, 0x106, 2, 0x8000);
    family_run(f, 5);
    family_fault(f, VF1, 2);
    ck_assert_uint_eq(family_read(f, PF, PRI_STATUS, 2), PRPR);
    family_close(f);
}
END_TEST

/* What the PF says at the edge of the VF's failure does not bring the VF back for an edge. */
/* covers: PCIE-PRICAP-15 */
START_TEST(failure_is_not_undone_by_what_crosses)
{
    struct family *f = family_open(2, hold);
    family_enable(f, 3); /* one each */
    const unsigned index = family_fault(f, VF1, 1);
    family_dma(f, VF1, 2);
    family_run(f, 30);
    ck_assert_uint_eq(family_events(f, VF1, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 1);
    const prisim_cycle_t n = next_taken(f);
    family_respond(f, VF1, index, FAILURE);
    family_config_write(f, PF, 0x11c, 4, 30); /* told at n: ten credits for each */
    family_run(f, 20);
    ck_assert_uint_eq(last_at(f, VF1, PRISIM_EVENT_ENDPOINT_PRI_OFF), n);
    ck_assert_uint_eq(family_events(f, VF1, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 1);
    ck_assert_ptr_null(family_done(f, VF1, 2));
    family_close(f);
}
END_TEST

/* PCIE-PRIOFF: jobs that wait for a credit end when the VF hears that page requests are off. */
START_TEST(waiting_jobs_hear_of_it)
{
    struct family *f = family_open(2, NULL);
    family_enable(f, 3); /* one each */
    family_fault(f, VF2, 1);
    family_dma(f, VF2, 2);
    family_run(f, 30);
    ck_assert_ptr_null(family_done(f, VF2, 2));
    const prisim_cycle_t n = next_taken(f);
    family_config_write(f, PF, PRI_CONTROL, 2, 0);
    family_run(f, 10);
    ck_assert_uint_eq(family_done(f, VF2, 2)->cycle, n + 1);
    ck_assert_uint_eq(family_done(f, VF2, 2)->endpoint_job_done.cause, PRISIM_CAUSE_PRI_OFF);
    ck_assert_ptr_null(family_done(f, VF2, 1)); /* it is out, and will be answered */
    const struct prisim_event *off = family_event(f, VF2, PRISIM_EVENT_ENDPOINT_PRI_OFF, 0);
    ck_assert_uint_eq(off->cycle, n + 1);
    ck_assert_uint_eq(off->endpoint_pri_off.groups, 0);
    ck_assert_uint_eq(off->endpoint_pri_off.cause, PRISIM_CAUSE_PRI_OFF);
    family_close(f);
}
END_TEST

static void with_marker(struct prisim_endpoint_config *config)
{
    config->stop = PRISIM_ENDPOINT_STOP_MARKER;
    config->marker_delay = 1000;
}

/* A Stop Marker that is not made yet is taken back with a failure elsewhere: the stop that waits for it ends there. */
START_TEST(marker_is_taken_back)
{
    struct family *f = family_open(1, with_marker);
    family_enable(f, ALLOCATION);
    const unsigned index = family_fault(f, PF, 1);
    family_pasid(f, VF1, 1, PRISIM_ENDPOINT_PASID_RUN);
    family_pasid(f, VF1, 1, PRISIM_ENDPOINT_PASID_STOP);
    family_run(f, 20);
    ck_assert_uint_eq(family_events(f, VF1, PRISIM_EVENT_ENDPOINT_STOP), 1);
    ck_assert_uint_eq(family_events(f, VF1, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
    const prisim_cycle_t n = next_taken(f);
    family_respond(f, PF, index, FAILURE);
    family_run(f, 20);
    ck_assert_uint_eq(last_at(f, VF1, PRISIM_EVENT_ENDPOINT_STOPPED), n + 1);
    ck_assert_uint_eq(family_events(f, VF1, PRISIM_EVENT_ENDPOINT_STOP_MARKER), 0);
    family_close(f);
}
END_TEST

/* Two failures at one edge are one. */
START_TEST(failures_meet)
{
    struct family *f = family_open(2, NULL);
    family_enable(f, ALLOCATION);
    unsigned index[3];
    for (unsigned i = 0; i < 3; i++)
        index[i] = family_fault(f, i, 1);
    const prisim_cycle_t n = next_taken(f);
    for (unsigned i = 0; i < 3; i++)
        family_respond(f, i, index[i], FAILURE);
    family_run(f, 20);
    for (unsigned i = 0; i < 3; i++) {
        went_off(f, i, n, PRISIM_CAUSE_RESPONSE_FAILURE);
        ck_assert_uint_eq(family_events(f, i, PRISIM_EVENT_ENDPOINT_PRI_OFF), 1);
    }
    family_config_write(f, PF, PRI_CONTROL, 2, 0);
    family_run(f, 5);
    family_config_write(f, PF, PRI_CONTROL, 2, 1);
    family_run(f, 5);
    for (unsigned i = 0; i < 3; i++)
        family_fault(f, i, 2);
    family_close(f);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("endpoint shared");
    TCase *tcase = tcase_create("endpoint shared");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, enabled_one_edge_later);
    tcase_add_loop_test(tcase, failure_ends_all, 0, 6);
    tcase_add_loop_test(tcase, failure_is_heard_in_time_and_not_before, 0, 2);
    tcase_add_test(tcase, invalid_ends_one);
    tcase_add_test(tcase, unexpected_index_is_seen_in_the_pf);
    tcase_add_loop_test(tcase, stopped_when_all_are, 0, 3);
    tcase_add_test(tcase, stopped_when_all_know);
    tcase_add_test(tcase, stopped_counts_what_crosses);
    tcase_add_loop_test(tcase, reset_of_the_pf_is_the_vfs, 0, 4);
    tcase_add_test(tcase, reset_of_a_vf_is_its_own);
    tcase_add_test(tcase, failure_is_not_undone_by_what_crosses);
    tcase_add_test(tcase, failures_meet);
    tcase_add_test(tcase, waiting_jobs_hear_of_it);
    tcase_add_test(tcase, marker_is_taken_back);
    suite_add_tcase(suite, tcase);
    return suite;
}
