/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps of a list of one's own for those that no preset waits for or answers: readers inside the look-up, answers that
 * the SMMU has not taken yet, groups without their Last.
 */
#include "driver/state.h"
#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };
#define OWN PRISIM_DRIVER_UNBIND_OWN

/* A driver whose list is enter, leave_lookup, that step, drained, free. */
static struct driver_harness *open_with(enum driver_step step, uint32_t argument)
{
    const struct prisim_driver_own_list own = {.steps = 5,
                                               .step = {{DRIVER_STEP_ENTER, DRIVER_WHEN_ALWAYS, 0},
                                                        {DRIVER_STEP_LEAVE_LOOKUP, DRIVER_WHEN_ALWAYS, 0},
                                                        {step, DRIVER_WHEN_ALWAYS, argument},
                                                        {DRIVER_STEP_DRAINED, DRIVER_WHEN_ALWAYS, 0},
                                                        {DRIVER_STEP_FREE, DRIVER_WHEN_ALWAYS, 0}}};
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = OWN;
    h->config.own.list[PRISIM_DRIVER_ON_UNBIND] = own;
    h->config.workers = 1;
    return h;
}

static void start(struct driver_harness *h)
{
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 0, 2, 0, 7);
    driver_harness_bind(h, 1, 1, 0, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    driver_harness_run(h, 5);
}

static unsigned count(const struct driver_harness *h, enum prisim_event_type type)
{
    return harness_events(h->base, type);
}

static prisim_cycle_t at(struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    return driver_harness_until(h, type, n)->cycle;
}

/* A group of one request; nobody waits for it. */
static void request(struct driver_harness *h, uint32_t stream_id, uint32_t pasid, uint16_t prgi)
{
    driver_harness_request(h, stream_id, pasid, prgi, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
}

/* The worker is held before that event of such a group, and PASID 1 of the first function is unbound. */
static void unbind_at(struct driver_harness *h, enum prisim_event_type point, uint32_t stream_id, uint32_t pasid)
{
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, point, 0);
    request(h, stream_id, pasid, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_run(h, 20000);
}

/* UNBIND-STEP-5: from S2 to S3, and not to the answer; asked 20 after U5's look-up was left, and then every 200. */
START_TEST(a_reader_is_waited_for)
{
    struct driver_harness *h = open_with(DRIVER_STEP_AWAIT_READERS, 0);
    start(h);
    unbind_at(h, PRISIM_EVENT_DRIVER_PAGE, STREAM, 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_DRAINED), 0);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE);
    const prisim_cycle_t left = at(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1), used = at(h, PRISIM_EVENT_DRIVER_PAGE, 1);
    const prisim_cycle_t asked = at(h, PRISIM_EVENT_DRIVER_DRAINED, 1) - 20;
    ck_assert_uint_eq((asked - left - 20) % 200, 0);
    ck_assert(asked >= used && asked < used + 200);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_RESPOND), 0);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-5: not a reader of another PASID or function, nor one that has found nothing yet, and finds nothing then;
 * nor one with a reference, which await_references is for. */
START_TEST(others_are_no_readers)
{
    struct driver_harness *h = open_with(DRIVER_STEP_AWAIT_READERS, 0);
    h->config.reference = _i == 3 ? PRISIM_DRIVER_REFERENCE_COUNTED : PRISIM_DRIVER_REFERENCE_NONE;
    h->config.objects = _i == 4 ? PRISIM_DRIVER_OBJECTS_TOLD : PRISIM_DRIVER_OBJECTS_UNTOLD;
    start(h);
    unbind_at(h, _i == 2 ? PRISIM_EVENT_DRIVER_RESOLVE : PRISIM_EVENT_DRIVER_PAGE, _i == 1 ? STREAM_2 : STREAM,
              _i == 0 ? 2 : 1);
    /* that it is kept what was found is no reference */
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_FREE), _i == 4 ? 0 : 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-17: R0 is behind it, and the answer is still in the command queue. */
START_TEST(an_answer_is_waited_for)
{
    struct driver_harness *h = open_with(DRIVER_STEP_AWAIT_RESPONSES, 0);
    start(h);
    h->commands_stuck = true;
    request(h, STREAM, 1, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP), 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_DRAINED), 0);
    h->commands_stuck = false;
    driver_harness_ring_commands(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-17: a group that a worker has, or that waits for one behind another's; by its function and PASID. */
START_TEST(a_group_is_waited_for)
{
    struct driver_harness *h = open_with(DRIVER_STEP_AWAIT_RESPONSES, 0);
    start(h);
    if (_i >= 3) {
        driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, 0);
        request(h, STREAM, 2, 3);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
        request(h, STREAM, _i == 3 ? 1 : 2, 4);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_ENQUEUE, 2);
        driver_harness_unbind(h, 0, 1, OWN, 2);
        driver_harness_run(h, 20000);
    } else {
        unbind_at(h, PRISIM_EVENT_DRIVER_RESOLVE, _i == 1 ? STREAM_2 : STREAM, _i == 2 ? 2 : 1);
    }
    const bool own = _i == 0 || _i == 3;
    const unsigned syncs = driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_DRAINED), own ? 0 : 1);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    const prisim_cycle_t answered = at(h, PRISIM_EVENT_DRIVER_RESPOND, _i == 3 ? 2 : 1);
    ck_assert_uint_eq(at(h, PRISIM_EVENT_DRIVER_DRAINED, 1) > answered, own);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC), syncs + own);
    driver_harness_close(h);
}
END_TEST

/* {await_responses: 1000}: asked 20 behind the look-up's end and every 200; at 1000 it goes on, with no CMD_SYNC. */
START_TEST(a_time_ends_the_wait)
{
    struct driver_harness *h = open_with(DRIVER_STEP_AWAIT_RESPONSES, (_i ? 1001 : 1000) + 1);
    start(h);
    const unsigned syncs = driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC);
    unbind_at(h, PRISIM_EVENT_DRIVER_RESOLVE, STREAM, 1);
    const prisim_cycle_t left = at(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1);
    ck_assert_uint_eq(at(h, PRISIM_EVENT_DRIVER_DRAINED, 1), left + 20 + (_i ? 1200 : 1000) + 20);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC), syncs);
    driver_harness_close(h);
}
END_TEST

/* {await_responses: 0}, as await_marker has it: for ever. */
START_TEST(no_time_is_for_ever)
{
    struct driver_harness *h = open_with(DRIVER_STEP_AWAIT_RESPONSES, 0 + 1);
    start(h);
    unbind_at(h, PRISIM_EVENT_DRIVER_RESOLVE, STREAM, 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_DRAINED), 0);
    driver_harness_close(h);
}
END_TEST

static void part(struct driver_harness *h, uint32_t stream_id, uint32_t pasid, uint16_t prgi, uint64_t address)
{
    driver_harness_request(h, stream_id, pasid, prgi, address, R);
}

/* PASID 1 has two parts of group 4 and one of group 6; others have parts, too. Then it is unbound. */
static void unbind_with_parts(struct driver_harness *h)
{
    start(h);
    part(h, STREAM, 1, 4, 0x4000);
    part(h, STREAM, 2, 4, 0x4000);
    part(h, STREAM, 1, 6, 0x4000);
    part(h, STREAM_2, 1, 4, 0x4000);
    part(h, STREAM, 1, 4, 0x5000);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PARK, 5);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
}

/* UNBIND-STEP-15: each group of the PASID once, by the last of its parts; nobody else's. Codes are those of events
 * (PCIE-RESPONSE: 0 Success, 1 Invalid Request, 15 Response Failure) and of CMD_PRI_RESP (SMMU-PRIRESP: 2, 1, 0). */
START_TEST(parts_are_answered)
{
    static const struct {
        uint32_t argument, no_owner, code, resp;
    } rows[] = {{1, PRISIM_DRIVER_NO_OWNER_SUCCESS, 1, 1},  {2, PRISIM_DRIVER_NO_OWNER_SUCCESS, 15, 0},
                {3, PRISIM_DRIVER_NO_OWNER_INVALID, 0, 2},  {0, PRISIM_DRIVER_NO_OWNER_INVALID, 1, 1},
                {0, PRISIM_DRIVER_NO_OWNER_FAILURE, 15, 0}, {0, PRISIM_DRIVER_NO_OWNER_SUCCESS, 0, 2}};
    struct driver_harness *h = open_with(DRIVER_STEP_ANSWER_PARTS, rows[_i].argument);
    h->config.no_owner = rows[_i].no_owner;
    unbind_with_parts(h);
    static const struct {
        uint32_t prgi, item;
    } answers[] = {{4, 4}, {6, 2}};
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_RESPOND), 2);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_PRI_RESP), 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_event_driver_respond *e =
            &harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, i)->driver_respond;
        ck_assert(e->prgi == answers[i].prgi && e->item == answers[i].item && e->code == rows[_i].code);
        ck_assert(e->stream_id == STREAM && e->pasid == 1);
        const uint64_t *command = driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, i);
        ck_assert_uint_eq(command[0] >> 12 & 0xfffff, 1);
        ck_assert_uint_eq(command[0] >> 32, STREAM);
        ck_assert_uint_eq(command[1] & 0x1ff, answers[i].prgi);
        ck_assert_uint_eq(command[1] >> 12 & 3, rows[_i].resp);
    }
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_DISCARD), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_DISCARD, 0)->driver_discard.item, 0);
    ck_assert_uint_eq(h->state->parked, 2);
    ck_assert_uint_eq(h->state->free_items, DRIVER_ITEMS - 2);
    driver_harness_close(h);
}
END_TEST

/* A Last that comes behind it ends a group of its own, and is answered, too. */
START_TEST(a_last_behind_its_answer)
{
    struct driver_harness *h = open_with(DRIVER_STEP_ANSWER_PARTS, 0);
    unbind_with_parts(h);
    request(h, STREAM, 1, 4);
    const struct prisim_event *again = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 3);
    ck_assert(again->driver_respond.prgi == 4 && again->driver_respond.item == 5);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_ENQUEUE), 1);
    driver_harness_close(h);
}
END_TEST

/* One that comes while its parts are being answered, before PROD has passed the answer. */
START_TEST(a_last_meanwhile)
{
    struct driver_harness *h = open_with(DRIVER_STEP_ANSWER_PARTS, 0);
    h->config.price.store = 5000;
    start(h);
    part(h, STREAM, 1, 4, 0x4000);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PARK, 1);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1);
    driver_harness_run(h, 100);
    request(h, STREAM, 1, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ENQUEUE, 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_RESPOND), 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_ENQUEUE), 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_run(h, 100000);
    ck_assert_uint_eq(h->state->free_items, DRIVER_ITEMS);
    driver_harness_close(h);
}
END_TEST

/* A driver whose list masks the interrupt while it waits 20000 for a marker that does not come. */
static struct driver_harness *open_masked(void)
{
    const struct prisim_driver_own_list own = {.steps = 7,
                                               .step = {{DRIVER_STEP_STOP_DEVICE, DRIVER_WHEN_ALWAYS, 0},
                                                        {DRIVER_STEP_ENTER, DRIVER_WHEN_ALWAYS, 0},
                                                        {DRIVER_STEP_IRQ_OFF, DRIVER_WHEN_ALWAYS, 0},
                                                        {DRIVER_STEP_IRQ_SYNC, DRIVER_WHEN_ALWAYS, 0},
                                                        {DRIVER_STEP_AWAIT_MARKER, DRIVER_WHEN_ALWAYS, 20000 + 1},
                                                        {DRIVER_STEP_IRQ_ON, DRIVER_WHEN_ALWAYS, 0},
                                                        {DRIVER_STEP_FREE, DRIVER_WHEN_ALWAYS, 0}}};
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = OWN;
    h->config.own.list[PRISIM_DRIVER_ON_UNBIND] = own;
    start(h);
    return h;
}

/* UNBIND-STEP-19: what is signalled while it is masked is handled once, and behind that. */
START_TEST(a_masked_interrupt_is_kept)
{
    struct driver_harness *h = open_masked();
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND, 1);
    driver_harness_run(h, 1000);
    for (unsigned i = 0; i < 2 && _i; i++) {
        request(h, STREAM, 2, (uint16_t)(4 + i));
        driver_harness_run(h, 5000);
    }
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_INTERRUPT), 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_run(h, 10000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_INTERRUPT), _i ? 1 : 0);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_RESPOND), _i ? 2 : 0);
    request(h, STREAM, 2, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, _i ? 3 : 1);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_INTERRUPT), _i ? 2 : 1);
    driver_harness_close(h);
}
END_TEST

/* irq_off waits for the handler, irq_sync for the thread's pass: the wait behind them begins only then. */
START_TEST(who_runs_is_waited_for)
{
    struct driver_harness *h = open_masked();
    const enum prisim_driver_task task = _i ? PRISIM_DRIVER_TASK_PRI_THREAD : PRISIM_DRIVER_TASK_IRQ;
    const enum prisim_event_type point = _i ? PRISIM_EVENT_DRIVER_ENQUEUE : PRISIM_EVENT_DRIVER_INTERRUPT;
    driver_harness_hold(h, task, point, 0);
    request(h, STREAM, 2, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_FREE), 0);
    const prisim_cycle_t entered = at(h, PRISIM_EVENT_DRIVER_UNBIND, 1);
    driver_harness_release(h, task, point);
    const prisim_cycle_t released = at(h, PRISIM_EVENT_DRIVER_RELEASE, 1);
    const prisim_cycle_t freed = at(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert(released > entered + 20000 && freed > released + 20000);
    ck_assert_uint_eq(count(h, PRISIM_EVENT_DRIVER_RESPOND), 1);
    driver_harness_close(h);
}
END_TEST

/* Two that mask it: the last one takes it back. One that masks nothing takes nothing back. */
START_TEST(the_last_one_unmasks)
{
    struct driver_harness *h = open_masked();
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND, 1);
    driver_harness_run(h, 10000);
    driver_harness_unbind(h, 0, 2, OWN, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND, 2);
    request(h, STREAM_2, 1, 4);
    const prisim_cycle_t second = at(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_gt(second, at(h, PRISIM_EVENT_DRIVER_FREE, 1) + 5000);
    ck_assert_uint_ge(at(h, PRISIM_EVENT_DRIVER_INTERRUPT, 1) + 100, second);
    driver_harness_close(h);
    h = open_with(DRIVER_STEP_IRQ_ON, 0);
    start(h);
    driver_harness_unbind(h, 0, 1, OWN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    request(h, STREAM_2, 1, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_answers");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, a_reader_is_waited_for);
    tcase_add_loop_test(tcase, others_are_no_readers, 0, 5);
    tcase_add_test(tcase, an_answer_is_waited_for);
    tcase_add_loop_test(tcase, a_group_is_waited_for, 0, 5);
    tcase_add_loop_test(tcase, a_time_ends_the_wait, 0, 2);
    tcase_add_test(tcase, no_time_is_for_ever);
    tcase_add_loop_test(tcase, parts_are_answered, 0, 6);
    tcase_add_test(tcase, a_last_behind_its_answer);
    tcase_add_test(tcase, a_last_meanwhile);
    tcase_add_loop_test(tcase, a_masked_interrupt_is_kept, 0, 2);
    tcase_add_loop_test(tcase, who_runs_is_waited_for, 0, 2);
    tcase_add_test(tcase, the_last_one_unmasks);
    suite_add_tcase(suite, tcase);
    return suite;
}
