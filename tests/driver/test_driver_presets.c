/* SPDX-License-Identifier: Apache-2.0
 *
 * Presets of policies.def beside those of test_driver_unbind.c: what a run of each does, in the order that UNBIND-STEP
 * and UNBIND-POLICY give, written down here and not taken from the table; and how far its waits go.
 */
#include <string.h>

#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };

static struct driver_harness *open_bound(struct driver_harness *h)
{
    h->config.fault_service = 100;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 5); /* the write of RUN is gone */
    return h;
}

static void add(char *words, const char *word)
{
    if (*words)
        strcat(words, " ");
    strcat(words, word);
}

static const char *command_word(uint64_t command)
{
    switch (prisim_bits_get(command, PRISIM_CMD_OPCODE)) {
    case PRISIM_CMDQ_OP_CFGI_CD:
        return "CFGI";
    case PRISIM_CMDQ_OP_TLBI_NH_ASID:
        return "TLBI";
    case PRISIM_CMDQ_OP_ATC_INV:
        return "ATC_INV";
    case PRISIM_CMDQ_OP_SYNC:
        return "SYNC";
    }
    return "response";
}

/* What the call `call` did: its events without "driver.", and its commands in between. */
static void course_of(const struct driver_harness *h, uint32_t call, char *words)
{
    *words = 0;
    unsigned next = 0;
    for (unsigned i = 0; i < h->base->events; i++) {
        const struct prisim_event *event = harness_event_at(h->base, i);
        bool own = false;
        switch (event->type) {
        case PRISIM_EVENT_DRIVER_STOP:
        case PRISIM_EVENT_DRIVER_STOP_SEEN:
        case PRISIM_EVENT_DRIVER_UNBIND:
        case PRISIM_EVENT_DRIVER_LEFT_LOOKUP:
        case PRISIM_EVENT_DRIVER_CLEAR:
        case PRISIM_EVENT_DRIVER_INVALIDATED:
        case PRISIM_EVENT_DRIVER_SNAPSHOT:
        case PRISIM_EVENT_DRIVER_DRAINED:
        case PRISIM_EVENT_DRIVER_FREE:
        case PRISIM_EVENT_DRIVER_UNBIND_RETURNED:
        case PRISIM_EVENT_DRIVER_REFUSED:
            own = event->driver_stop.call == call; /* the third field of each of them */
            break;
        case PRISIM_EVENT_DRIVER_ENQUEUE:
        case PRISIM_EVENT_DRIVER_DISCARD:
        case PRISIM_EVENT_DRIVER_RESPOND:
        case PRISIM_EVENT_DRIVER_MARKER:
            own = *words != 0;
            break;
        default:
            break;
        }
        if (!own)
            continue;
        for (; next < h->issues && h->issue[next].issued_at < event->cycle; next++)
            if (h->issue[next].call == call && *words)
                add(words, command_word(h->issue[next].command[0]));
        add(words, prisim_event_name(event->type) + strlen("driver."));
    }
}

#define INV "clear CFGI TLBI SYNC ATC_INV SYNC invalidated"

static const struct {
    enum prisim_driver_policy policy;
    const char *course;
} courses[] = {
    /* UNBIND-P0, UNBIND-P5 (1) to (4), UNBIND-P3 */
    {PRISIM_DRIVER_UNBIND_NONE,
     "stop stop_seen unbind " INV " left_lookup drained free unbind_returned enqueue respond"},
    {PRISIM_DRIVER_UNBIND_DRAIN,
     "stop stop_seen unbind " INV " left_lookup snapshot enqueue respond drained free unbind_returned"},
    {PRISIM_DRIVER_UNBIND_STOP_MARKER,
     "stop stop_seen unbind " INV " left_lookup enqueue marker respond drained free unbind_returned"},
    /* UNBIND-P7: leave, clear, inv, flush, await_references; never the queue */
    {PRISIM_DRIVER_UNBIND_REJECT,
     "stop stop_seen unbind left_lookup " INV " drained free unbind_returned enqueue respond"},
};
enum { COURSES = sizeof courses / sizeof courses[0] };

/* A request is in the queue at U0, its interrupt comes when the call has invalidated and, if it does not wait,
 * returned. */
START_TEST(the_order_of_each_preset)
{
    struct driver_harness *h = open_bound(driver_harness_open());
    char words[512];
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_unbind(h, 0, 1, courses[_i].policy, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_INVALIDATED, 1);
    driver_harness_run(h, 1000);
    if (courses[_i].policy == PRISIM_DRIVER_UNBIND_STOP_MARKER)
        driver_harness_request(h, STREAM, 1, 0, 0, L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    course_of(h, 2, words);
    ck_assert_str_eq(words, courses[_i].course);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-17: a worker holds its reference from S2 to R0; the wait ends at that edge, and at none before. */
START_TEST(reject_waits_for_references)
{
    struct driver_harness *h = open_bound(driver_harness_open());
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    h->config.unbind = PRISIM_DRIVER_UNBIND_REJECT;
    h->config.unbind_without = _i ? 13 : 0; /* flush_workers: the references are enough */
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_REJECT, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_INVALIDATED, 1);
    driver_harness_run(h, 50000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND);
    prisim_cycle_t responded = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1)->cycle;
    prisim_cycle_t drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->cycle;
    /* the command queue's lock is given back (20); woken (500); with a flush: references are counted (20); U5 (20) */
    ck_assert_uint_eq(drained, responded + MEMORY_DELAY + 1 + 20 + 500 + (_i ? 0 : 20) + 20);
    driver_harness_close(h);
}
END_TEST

/* Another PASID's reference, and another function's, are none of its own; nor is that of a group that found no owner.
 */
START_TEST(reject_waits_for_its_own_references)
{
    struct driver_harness *h = driver_harness_open();
    h->config.unbind = PRISIM_DRIVER_UNBIND_REJECT;
    h->config.unbind_without = 13; /* flush_workers waits for everybody's */
    open_bound(h);
    driver_harness_bind(h, 0, 2, 0, 7);
    driver_harness_bind(h, 1, 1, 0, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND, 0);
    driver_harness_request(h, _i == 1 ? STREAM_2 : STREAM, _i == 0 ? 2 : _i == 1 ? 1 : 3, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, _i == 2 ? 2 : 1, PRISIM_DRIVER_UNBIND_REJECT, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 0);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-24, UNBIND-P7: a group of three without an owner has one answer, or three. */
START_TEST(who_is_answered_without_an_owner)
{
    struct driver_harness *h = driver_harness_open();
    h->config.no_owner_per = (uint32_t)_i;
    open_bound(h);
    for (unsigned i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 2, 4, 0x4000 + i * UINT64_C(0x1000), i == 2 ? R | L : R);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R); /* it has one: it waits for its Last */
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, _i ? 3 : 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), _i ? 3 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PARK), _i ? 1 : 3);
    for (unsigned i = 0; i < (_i ? 3u : 1u); i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, i)->driver_respond.code,
                          PRISIM_PRG_INVALID);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_presets");
    TCase *tcase = tcase_create("driver_presets");
    tcase_add_loop_test(tcase, the_order_of_each_preset, 0, COURSES);
    tcase_add_loop_test(tcase, reject_waits_for_references, 0, 2);
    tcase_add_loop_test(tcase, reject_waits_for_its_own_references, 0, 3);
    tcase_add_loop_test(tcase, who_is_answered_without_an_owner, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
