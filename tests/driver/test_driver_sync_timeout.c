/* SPDX-License-Identifier: Apache-2.0
 *
 * A CMD_SYNC that is not waited for to its end (`sync_timeout`): when its caller gives up, what is told, and what an
 * unbind then does (`on_sync_timeout`); with single commands and with batches.
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { WAY = MEMORY_DELAY + 1, READ = 31, POLL = 307, C = 11 };
/* From the edge at which the wait begins to the first answer of CMDQ_CONS, and from each to the next. */
enum { FIRST = READ + WAY, NEXT = POLL + READ + WAY };

static struct driver_harness *open_with(uint32_t sync_timeout, uint32_t commands)
{
    struct driver_harness *h = driver_harness_open();
    h->config.sync_timeout = sync_timeout;
    h->config.commands = commands;
    h->config.price = (struct prisim_driver_prices){.mmio_read = READ,
                                                    .mmio_write = 37,
                                                    .load = 5,
                                                    .store = 7,
                                                    .compute = C,
                                                    .interrupt_entry = 101,
                                                    .wake_up = 211,
                                                    .scan_entry = 29,
                                                    .poll_interval = POLL};
    return h;
}

static void bind(struct driver_harness *h)
{
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 50);
}

static unsigned opcode(const struct driver_harness *h, unsigned number)
{
    return (unsigned)prisim_bits_get(h->issue[number].command[0], PRISIM_CMD_OPCODE);
}

/* Runs until the n-th CMD_SYNC from a place on is published; returns the edge at which the wait for it begins: PROD's
 * answer, and the step that gives the lock back. */
static prisim_cycle_t until_sync(struct driver_harness *h, unsigned first, unsigned n)
{
    for (unsigned edges = 0; edges < 20000; edges++) {
        unsigned syncs = 0;
        for (unsigned i = first; i < h->issues; i++) {
            syncs += opcode(h, i) == PRISIM_CMDQ_OP_SYNC;
            if (syncs == n)
                return harness_got_at(h->base, PRISIM_DRIVER_TX_MMIO, h->base->tx[PRISIM_DRIVER_TX_MMIO].count - 1) +
                       WAY + C;
        }
        driver_harness_edge(h);
    }
    ck_abort_msg("no CMD_SYNC");
}

/* The wait is over at the first answer from its begin + sync_timeout on: at the second one if that is its edge, at the
 * third one if it is one more. */
START_TEST(it_ends_at_the_first_answer_from_then_on)
{
    static const struct {
        uint32_t timeout, after;
    } rows[] = {{1, FIRST},
                {FIRST, FIRST},
                {FIRST + 1, FIRST + NEXT},
                {FIRST + NEXT, FIRST + NEXT},
                {FIRST + NEXT + 1, FIRST + 2 * NEXT}};
    struct driver_harness *h = open_with(100000, (uint32_t)_i % 2);
    bind(h);
    h->config.sync_timeout = rows[_i / 2].timeout;
    h->commands_stuck = true;
    unsigned first = h->issues;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    prisim_cycle_t at = until_sync(h, first, 1) + rows[_i / 2].after;
    driver_harness_run(h, at - h->base->now);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT), 0);
    driver_harness_edge(h);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT, 0);
    ck_assert_ptr_nonnull(event);
    ck_assert_uint_eq(event->cycle, at);
    ck_assert_uint_eq(event->driver_sync_timeout.task, PRISIM_DRIVER_TASK_CALLER);
    ck_assert_uint_eq(event->driver_sync_timeout.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_sync_timeout.pasid, 1);
    ck_assert_uint_eq(event->driver_sync_timeout.call, 7);
    ck_assert_uint_eq(event->driver_sync_timeout.index, h->issues - 1);
    driver_harness_close(h);
}
END_TEST

/* An answer that shows it is in time, whenever it comes. */
START_TEST(what_is_done_is_not_given_up)
{
    struct driver_harness *h = open_with(FIRST, PRISIM_DRIVER_COMMANDS_SINGLE);
    bind(h);
    h->commands_stuck = true;
    unsigned first = h->issues;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    prisim_cycle_t at = until_sync(h, first, 1) + FIRST;
    driver_harness_run(h, at - WAY - h->base->now); /* the read is put at the next edge */
    h->commands_stuck = false;
    driver_harness_ring_commands(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 1);
    driver_harness_close(h);
}
END_TEST

/* 0, the default: for ever. */
START_TEST(it_waits_for_ever)
{
    struct driver_harness *h = driver_harness_open();
    ck_assert_uint_eq(h->config.sync_timeout, 0);
    bind(h);
    h->commands_stuck = true;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_run(h, 60000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_LEFT_LOOKUP), 0);
    driver_harness_close(h);
}
END_TEST

/* Nothing is consumed: U4 is not claimed, and as_linux_6_1 frees the PASID all the same; keep_pasid does not. */
START_TEST(an_unbind_of_which_nothing_was_done)
{
    for (uint32_t on = 0; on < 2; on++) {
        struct driver_harness *h = open_with(1000, (uint32_t)_i);
        h->config.on_sync_timeout = on;
        bind(h);
        h->commands_stuck = true;
        unsigned first = h->issues;
        driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
        uint64_t cause = driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1)->driver_unbind_returned.cause;
        ck_assert_uint_eq(cause, on ? PRISIM_CAUSE_KEPT : PRISIM_CAUSE_NONE);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT), _i ? 3 : 2);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 0);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_NOT_INVALIDATED), 1);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), on ? 0 : 1);
        ck_assert_uint_eq(h->issues, first + (_i ? 6 : 5)); /* all of it is on the queue */
        ck_assert_uint_eq(h->commands, first);
        h->commands_stuck = false;
        driver_harness_ring_commands(h);
        driver_harness_bind(h, 0, 1, 1, 8);
        if (on)
            ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1)->driver_refused.cause,
                              PRISIM_CAUSE_KEPT);
        else
            driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
        driver_harness_close(h);
    }
}
END_TEST

/* The queue goes on in order: the last CMD_SYNC is done, so all before it is, whatever was given up. */
START_TEST(the_last_sync_speaks_for_all)
{
    struct driver_harness *h = open_with(1000, PRISIM_DRIVER_COMMANDS_SINGLE);
    h->config.on_sync_timeout = PRISIM_DRIVER_SYNC_TIMEOUT_KEEP_PASID;
    bind(h);
    h->commands_stuck = true;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT, 1);
    h->commands_stuck = false;
    driver_harness_ring_commands(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_NOT_INVALIDATED), 0);
    driver_harness_close(h);
}
END_TEST

/* on_atc_timeout is another thing: of an error that comes too late nobody is told, and nothing is repeated. */
START_TEST(an_error_behind_it_is_told_to_nobody)
{
    struct driver_harness *h = open_with(1000, PRISIM_DRIVER_COMMANDS_BATCH);
    h->config.on_atc_timeout = PRISIM_DRIVER_ATC_TIMEOUT_REPEAT;
    bind(h);
    h->command_cycles = 1;
    h->atc_losses = 1;
    h->error_delay = 20000;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_GERROR, 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(h->command_errors, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST), 0);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_ATC_INV), 1);
    driver_harness_close(h);
}
END_TEST

/* Bring-up and bind go on too. */
START_TEST(bring_up_and_bind_go_on)
{
    struct driver_harness *h = open_with(1000, (uint32_t)_i);
    h->config.functions = 1;
    h->commands_stuck = true;
    driver_harness_start(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 1);
    unsigned of_bring_up = harness_events(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT);
    ck_assert_uint_eq(of_bring_up, _i ? 4 : 3);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT, of_bring_up - 1);
    ck_assert_uint_eq(event->driver_sync_timeout.task, PRISIM_DRIVER_TASK_INIT);
    ck_assert_uint_eq(event->driver_sync_timeout.stream_id, 0);
    ck_assert_uint_eq(event->driver_sync_timeout.pasid, PRISIM_PASID_NONE);
    ck_assert_uint_eq(event->driver_sync_timeout.call, 0);
    ck_assert_uint_eq(event->driver_sync_timeout.index, h->issues - 1);
    driver_harness_bind(h, 0, 1, 0, 5);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT), of_bring_up + 2);
    ck_assert_uint_eq(
        harness_event(h->base, PRISIM_EVENT_DRIVER_SYNC_TIMEOUT, of_bring_up + 1)->driver_sync_timeout.call, 5);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_sync_timeout");
    TCase *tcase = tcase_create("driver_sync_timeout");
    tcase_add_loop_test(tcase, it_ends_at_the_first_answer_from_then_on, 0, 10);
    tcase_add_test(tcase, what_is_done_is_not_given_up);
    tcase_add_test(tcase, it_waits_for_ever);
    tcase_add_loop_test(tcase, an_unbind_of_which_nothing_was_done, 0, 2);
    tcase_add_test(tcase, the_last_sync_speaks_for_all);
    tcase_add_test(tcase, an_error_behind_it_is_told_to_nobody);
    tcase_add_loop_test(tcase, bring_up_and_bind_go_on, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
