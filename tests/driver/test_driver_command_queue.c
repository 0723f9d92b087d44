/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue under a driver whose other side takes its time, answers out of order and stops at errors: when a
 * CMD_SYNC is done (SMMU-SYNC), a full queue and its wraps (SMMU-QUEUE), and what errors leave behind (SMMU-CERROR).
 * That each command is consumed once, in order and as it was put there, the harness itself compares.
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST, QUEUE = 16 };
/* A poll of CMDQ_CONS there and back, the pause before it, and the steps to the next command's PROD. */
enum { SOON = 200 + 2 * (20 + MEMORY_DELAY + 1) + 20 + 4 + MEMORY_DELAY + 1 + 20 + 20 };

static struct driver_harness *open_small(uint32_t pasids)
{
    struct driver_harness *h = driver_harness_open();
    h->config.cmdq_log2 = 4;
    h->config.fault_service = 1;
    h->config.cpus = PRISIM_DRIVER_CPUS_MAX;
    h->config.workers = PRISIM_DRIVER_WORKERS_MAX;
    driver_harness_bring_up(h);
    for (uint32_t i = 0; i < pasids; i++)
        driver_harness_bind(h, i & 1, 1 + i / 2, 0, 1 + i);
    if (pasids)
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, pasids);
    driver_harness_run(h, 50);
    return h;
}

static unsigned opcode(const struct driver_harness *h, unsigned number)
{
    return (unsigned)prisim_bits_get(h->issue[number].command[0], PRISIM_CMD_OPCODE);
}

/* Runs until so many commands were put on the queue. */
static void until_issued(struct driver_harness *h, unsigned count)
{
    for (unsigned i = 0; i < 20000 && h->issues < count; i++)
        driver_harness_edge(h);
    ck_assert_uint_eq(h->issues, count);
}

/* Commands of one slot each: answers to requests of a PASID that is not bound. */
static void move_queue(struct driver_harness *h, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        driver_harness_request(h, STREAM, 9, (uint16_t)i, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    if (count)
        driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, count);
    driver_harness_run(h, 500);
    ck_assert_uint_eq(h->commands, h->issues);
}

/* Not when CONS reaches the CMD_SYNC, but when it has passed it; wherever in the queue it stands, with and without the
 * wrap bit, the wrap itself between them. */
/* covers: SMMU-SYNC-7 */
START_TEST(a_sync_is_done_when_cons_has_passed_it)
{
    struct driver_harness *h = open_small(1);
    move_queue(h, (unsigned)_i);
    unsigned first = h->issues;
    h->commands_stuck = true;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    until_issued(h, first + 3);
    ck_assert_uint_eq(opcode(h, first + 2), PRISIM_CMDQ_OP_SYNC);
    driver_harness_consume(h, 2);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_CMDQ_CONS / 4], (first + 2) % (2 * QUEUE)); /* it stands at the CMD_SYNC */
    driver_harness_run(h, 3 * SOON);
    ck_assert_uint_eq(h->issues, first + 3);
    driver_harness_consume(h, 1);
    driver_harness_run(h, SOON);
    ck_assert_uint_ge(h->issues, first + 4);
    ck_assert_uint_eq(opcode(h, first + 3), PRISIM_CMDQ_OP_ATC_INV);
    until_issued(h, first + 5);
    driver_harness_consume(h, 1);
    driver_harness_run(h, 3 * SOON);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 0);
    driver_harness_consume(h, 1);
    driver_harness_run(h, SOON);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 1);
    driver_harness_close(h);
}
END_TEST

/* The call's CMD_SYNC that stood last on the queue at that time. */
static const struct driver_harness_issue *last_sync(const struct driver_harness *h, uint64_t call,
                                                    prisim_cycle_t before)
{
    const struct driver_harness_issue *last = NULL;
    for (unsigned i = 0; i < h->issues; i++)
        if (h->issue[i].call == call && h->issue[i].issued_at < before && opcode(h, i) == PRISIM_CMDQ_OP_SYNC)
            last = &h->issue[i];
    return last;
}

/* Whoever put a CMD_SYNC on the queue puts nothing there, and says nothing, before it is consumed. */
static void syncs_were_waited_for(const struct driver_harness *h)
{
    const struct driver_harness_issue *sync[TASKS] = {NULL};
    for (unsigned i = 0; i < h->issues; i++) {
        const struct driver_harness_issue *issue = &h->issue[i];
        if (sync[issue->task])
            ck_assert_uint_gt(issue->issued_at, sync[issue->task]->consumed_at);
        sync[issue->task] = opcode(h, i) == PRISIM_CMDQ_OP_SYNC ? issue : NULL;
    }
    for (unsigned i = 0; i < h->base->events; i++) {
        const struct prisim_event *event = harness_event_at(h->base, i);
        uint64_t call = event->type == PRISIM_EVENT_DRIVER_INVALIDATED       ? event->driver_invalidated.call
                        : event->type == PRISIM_EVENT_DRIVER_NOT_INVALIDATED ? event->driver_not_invalidated.call
                        : event->type == PRISIM_EVENT_DRIVER_BIND            ? event->driver_bind.call
                                                                             : 0;
        if (call)
            ck_assert_uint_gt(event->cycle, last_sync(h, call, event->cycle)->consumed_at);
    }
}

/* Two callers in the queue at once, which moves a command at a time: each goes on when its own CMD_SYNC is passed, and
 * soon after that; whichever stands first. */
START_TEST(two_callers_wait_each_for_its_own)
{
    struct driver_harness *h = open_small(2);
    move_queue(h, 2 * (unsigned)_i);
    unsigned first = h->issues;
    h->commands_stuck = true;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_run(h, 1 + 40 * (prisim_cycle_t)_i);
    driver_harness_unbind(h, 1, 1, PRISIM_DRIVER_UNBIND_NONE, 8);
    until_issued(h, first + 6);
    for (unsigned consumed = 0; consumed < 10; consumed++) {
        unsigned before = h->issues;
        unsigned number = h->commands;
        bool sync = opcode(h, number) == PRISIM_CMDQ_OP_SYNC;
        uint32_t call = h->issue[number].call;
        unsigned invalidated = harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED);
        driver_harness_consume(h, 1);
        driver_harness_run(h, 2 * SOON);
        unsigned more = h->issues - before,
                 done = harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED) - invalidated;
        ck_assert_uint_eq(more + 2 * done, sync ? 2 : 0); /* ATC_INV and CMD_SYNC, or the end */
        for (unsigned i = before; i < h->issues; i++)
            ck_assert_uint_eq(h->issue[i].call, call);
        if (done)
            ck_assert_uint_eq(
                harness_event(h->base, PRISIM_EVENT_DRIVER_INVALIDATED, invalidated)->driver_invalidated.call, call);
    }
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    syncs_were_waited_for(h);
    driver_harness_close(h);
}
END_TEST

/* SMMU-QUEUE: it holds all of its 16 commands and not one more; room for one is room for one. Who waits for room
 * polls, poll_interval apart. */
/* covers: SMMU-QUEUE-9 */
START_TEST(a_full_queue)
{
    struct driver_harness *h = open_small(8);
    move_queue(h, 2 * (unsigned)_i);
    unsigned first = h->issues;
    h->commands_stuck = true;
    for (uint32_t i = 0; i < 8; i++)
        driver_harness_unbind(h, i & 1, 1 + i / 2, PRISIM_DRIVER_UNBIND_NONE, 20 + i);
    for (unsigned i = 1; i <= QUEUE; i++)
        until_issued(h, first + i);
    driver_harness_run(h, 500);
    unsigned reads = h->base->tx[PRISIM_DRIVER_TX_MMIO].count;
    driver_harness_run(h, 10 * (200 + 20 + MEMORY_DELAY + 1));
    ck_assert_uint_eq(h->issues, first + QUEUE);
    /* at most 7 callers poll for their CMD_SYNCs and one for room */
    ck_assert_uint_ge(h->base->tx[PRISIM_DRIVER_TX_MMIO].count - reads, 10);
    ck_assert_uint_le(h->base->tx[PRISIM_DRIVER_TX_MMIO].count - reads, 8 * 11);
    for (unsigned i = 0; i < 4; i++) {
        driver_harness_consume(h, 1);
        driver_harness_run(h, 2 * SOON);
        ck_assert_uint_eq(h->issues, first + QUEUE + i + 1);
    }
    h->commands_stuck = false;
    h->command_cycles = 90;
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 8);
    ck_assert_uint_eq(h->issues, first + 8 * 5);
    syncs_were_waited_for(h);
    driver_harness_close(h);
}
END_TEST

/* Two unbinds, of which one meets an error at one of its commands: the queue stands until GERROR is raised and
 * acknowledged, and nobody goes on meanwhile; then all that stands behind is consumed, and the other one is not
 * touched. An illegal command has become a CMD_SYNC; any other one runs again (SMMU-CERROR). */
START_TEST(an_error_at_each_command)
{
    static const uint32_t codes[] = {PRISIM_CERROR_ILL, PRISIM_CERROR_ABT, PRISIM_CERROR_ATC_INV_SYNC};
    uint32_t code = codes[_i / 5];
    struct driver_harness *h = open_small(2);
    unsigned first = h->issues;
    h->commands_stuck = true;
    h->error_delay = 4000;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_run(h, 5000);
    driver_harness_unbind(h, 1, 1, PRISIM_DRIVER_UNBIND_NONE, 8);
    until_issued(h, first + 6);
    h->errors = 1;
    h->error[0] = (struct driver_harness_error){.number = first + (unsigned)_i % 5, .code = code};
    h->commands_stuck = false;
    h->command_cycles = 100;
    for (unsigned i = 0; i < 20000 && !h->command_errors; i++)
        driver_harness_edge(h);
    unsigned stopped_at = h->commands;
    ck_assert_uint_eq(h->error[0].stopped_at, stopped_at);
    driver_harness_run(h, 3000);
    unsigned issues = h->issues;
    driver_harness_run(h, 900); /* GERROR is not raised yet */
    ck_assert_uint_eq(h->commands, stopped_at);
    ck_assert_uint_eq(h->issues, issues);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_GERROR), 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(h->command_errors, 1);
    ck_assert_uint_eq(h->commands, first + 10);
    ck_assert_uint_eq(h->command[stopped_at][0] == 0x46,
                      code == PRISIM_CERROR_ILL || opcode(h, stopped_at) == PRISIM_CMDQ_OP_SYNC);
    syncs_were_waited_for(h);
    driver_harness_close(h);
}
END_TEST

/* The one CMD_SYNC that waits for an ATC_INV: the first behind it, of those that were consumed. */
static unsigned sync_of(const struct driver_harness *h, unsigned atc_inv)
{
    for (unsigned i = atc_inv + 1; i < h->commands; i++)
        if (prisim_bits_get(h->command[i][0], PRISIM_CMD_OPCODE) == PRISIM_CMDQ_OP_SYNC)
            return i;
    return h->commands;
}

/* SMMU-CERROR: an error of a CMD_SYNC is told to those whose ATC_INV it waited for, and to nobody else. */
static void losses_are_told_right(const struct driver_harness *h)
{
    unsigned told = harness_events(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST), due = 0;
    for (unsigned e = 0; e < h->errors; e++) {
        unsigned sync = h->error[e].stopped_at;
        if (!h->error[e].done || h->error[e].code != PRISIM_CERROR_ATC_INV_SYNC)
            continue;
        for (unsigned i = 0; i < h->issues; i++) {
            if (opcode(h, i) != PRISIM_CMDQ_OP_ATC_INV || sync_of(h, i) != sync)
                continue;
            due++;
            unsigned found = 0;
            for (unsigned n = 0; n < told; n++) {
                const struct prisim_event_driver_atc_inv_lost *lost =
                    &harness_event(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST, n)->driver_atc_inv_lost;
                found += lost->call == h->issue[i].call && lost->index == i % (2 * QUEUE) &&
                         lost->sync == sync % (2 * QUEUE) && lost->own == (h->issue[sync].call == lost->call);
            }
            ck_assert_msg(found == 1, "the loss of command %u at %u is told %u times", i, sync, found);
        }
    }
    ck_assert_uint_eq(told, due);
}

static bool is_idle(const struct driver_harness *h, unsigned port)
{
    return h->base->rx[port].offered == h->base->rx[port].taken;
}

/* Two unbinds, the second so many cycles after the first, and errors. */
static struct driver_harness *two_unbinds(prisim_cycle_t offset, const struct driver_harness_error *errors,
                                          unsigned count)
{
    struct driver_harness *h = open_small(2);
    h->command_cycles = 150;
    for (h->errors = 0; h->errors < count; h->errors++)
        h->error[h->errors] = errors[h->errors];
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_run(h, 1 + offset);
    driver_harness_unbind(h, 1, 1, PRISIM_DRIVER_UNBIND_NONE, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    return h;
}

/* An illegal command between an ATC_INV and its CMD_SYNC becomes the CMD_SYNC that waits for it (SMMU-SYNC,
 * SMMU-CERROR): an error of that one is its own, an error of the one behind is not. */
START_TEST(a_repaired_command_waits_for_the_atc_inv_before_it)
{
    unsigned found = 0;
    for (prisim_cycle_t offset = 0; offset < 1200 && found < 4; offset += 29) {
        struct driver_harness *h = two_unbinds(offset, NULL, 0);
        unsigned between = 0;
        for (unsigned i = 0; i + 1 < h->issues && !between; i++)
            if (opcode(h, i) == PRISIM_CMDQ_OP_ATC_INV && opcode(h, i + 1) == PRISIM_CMDQ_OP_CFGI_CD)
                between = i + 1;
        driver_harness_close(h);
        for (unsigned late = 0; between && late < 2; late++) {
            const struct driver_harness_error errors[] = {
                {.number = between, .code = PRISIM_CERROR_ILL},
                {.number = between + late, .code = PRISIM_CERROR_ATC_INV_SYNC}};
            h = two_unbinds(offset, errors, 2);
            ck_assert_uint_eq(h->command_errors, 2);
            losses_are_told_right(h);
            ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST), late ? 0 : 1);
            driver_harness_close(h);
            found++;
        }
    }
    ck_assert_uint_ge(found, 4);
}
END_TEST

/* Answers to nobody: of a CPU that awaits none, or from another port, or there is no such CPU; and no completion. Each
 * is taken at the next edge, before which nobody can begin to wait for it. */
static void offer_strays(struct driver_harness *h)
{
    const struct prisim_driver *d = h->state;
    for (unsigned cpu = 0; cpu < PRISIM_DRIVER_CPUS_MAX + 2; cpu++) {
        unsigned awaits =
            cpu < PRISIM_DRIVER_CPUS_MAX && d->cpu_task[cpu] != TASK_NONE ? d->task[d->cpu_task[cpu]].awaits : 0;
        struct prisim_memory_response stray = {.id = cpu, .size = 32};
        struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_COMPLETION_DATA, .tag = (uint16_t)cpu, .size = 4}};
        for (unsigned i = 0; i < 32; i++)
            stray.data[i] = 0xa5;
        if (awaits != PRISIM_DRIVER_TX_MEMORY + 1 && is_idle(h, PRISIM_DRIVER_RX_MEMORY))
            harness_offer(h->base, PRISIM_DRIVER_RX_MEMORY, &stray);
        if (awaits != PRISIM_DRIVER_TX_MMIO + 1 && is_idle(h, PRISIM_DRIVER_RX_MMIO))
            harness_offer(h->base, PRISIM_DRIVER_RX_MMIO, &stray);
        if (awaits == PRISIM_DRIVER_TX_HOST + 1)
            tlp.head.type = PRISIM_TLP_MEMORY_WRITE;
        if (is_idle(h, PRISIM_DRIVER_RX_HOST))
            harness_offer(h->base, PRISIM_DRIVER_RX_HOST, &tlp);
        driver_harness_edge(h);
    }
}

/* One answer to each group, to the right one. */
static void groups_were_answered(const struct driver_harness *h, unsigned groups)
{
    unsigned answers[64] = {0};
    for (unsigned i = 0; i < h->issues; i++) {
        if (opcode(h, i) != PRISIM_CMDQ_OP_PRI_RESP)
            continue;
        uint64_t prgi = prisim_bits_get(h->issue[i].command[1], PRISIM_CMD1_PRG_INDEX);
        ck_assert_uint_lt(prgi, groups);
        answers[prgi]++;
        ck_assert_uint_eq(prisim_bits_get(h->issue[i].command[0], PRISIM_CMD_SSID), 1 + prgi / 2 % 4);
        ck_assert_uint_eq(prisim_bits_get(h->issue[i].command[0], PRISIM_CMD_SID), prgi & 1 ? STREAM_2 : STREAM);
    }
    for (unsigned i = 0; i < groups; i++)
        ck_assert_uint_eq(answers[i], 1);
}

static struct driver_harness *open_random(unsigned seed)
{
    static const uint32_t codes[] = {PRISIM_CERROR_ILL, PRISIM_CERROR_ABT, PRISIM_CERROR_ATC_INV_SYNC};
    struct driver_harness *h = driver_harness_open();
    h->seed = 0x9e3779b97f4a7c15u * (seed + 1);
    h->config.cmdq_log2 = 4;
    h->config.fault_service = 50;
    h->config.cpus = 1 + seed % PRISIM_DRIVER_CPUS_MAX;
    h->config.workers = 1 + seed / 3 % PRISIM_DRIVER_WORKERS_MAX;
    h->config.on_atc_timeout = seed % 2 ? PRISIM_DRIVER_ATC_TIMEOUT_REPEAT : PRISIM_DRIVER_ATC_TIMEOUT_AS_LINUX_6_1;
    h->config.atc_inv_repeats = HARNESS_ERRORS;
    driver_harness_bring_up(h);
    h->late = 1 + 40 * (seed % 7);
    h->command_cycles = 1 + 37 * (seed % 5);
    h->error_delay = 150 * (seed % 4);
    for (h->errors = 0; h->errors < HARNESS_ERRORS; h->errors++)
        h->error[h->errors] =
            (struct driver_harness_error){.number = h->issues + 1 + 9 * h->errors + (seed * 7 + h->errors * 5) % 9,
                                          .code = codes[(seed + h->errors + seed / 3) % 3]};
    return h;
}

/* Eight PASIDs of two functions are bound, ask, are unbound with a drain and bound again, while the queue is slow and
 * stops eight times, and answers come out of order: all of it ends, and each waited for its own. */
/* covers: SMMU-CERROR-2, SMMU-CERROR-3, SMMU-CERROR-4 */
START_TEST(slow_out_of_order_and_with_errors)
{
    enum { PASIDS = 8, GROUPS = 24 };
    struct driver_harness *h = open_random((unsigned)_i);
    for (uint32_t i = 0; i < PASIDS; i++)
        driver_harness_bind(h, i & 1, 1 + i / 2, 0, 1 + i);
    for (unsigned i = 0; i < GROUPS; i++) {
        driver_harness_request(h, i & 1 ? STREAM_2 : STREAM, 1 + i / 2 % 4, (uint16_t)i, 0x4000 + 0x1000u * (i % 8),
                               R | L);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_run(h, 300);
        if (_i % 3 == 0)
            offer_strays(h);
    }
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, PASIDS);
    for (uint32_t i = 0; i < PASIDS; i++) {
        struct prisim_driver_stimulus s = {.what = PRISIM_DRIVER_UNBIND,
                                           .function = i & 1,
                                           .pasid = 1 + i / 2,
                                           .policy = PRISIM_DRIVER_UNBIND_DRAIN,
                                           .then_space = 2,
                                           .call = 21 + i};
        harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
    }
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2 * PASIDS);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, GROUPS);
    driver_harness_run(h, 30000);
    ck_assert_uint_eq(h->command_errors, HARNESS_ERRORS);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_GERROR), HARNESS_ERRORS);
    ck_assert_uint_eq(h->commands, h->issues);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), PASIDS);
    syncs_were_waited_for(h);
    losses_are_told_right(h);
    groups_were_answered(h, GROUPS);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_command_queue");
    TCase *tcase = tcase_create("driver_command_queue");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, a_sync_is_done_when_cons_has_passed_it, 0, 2 * QUEUE + 1);
    tcase_add_loop_test(tcase, two_callers_wait_each_for_its_own, 0, QUEUE / 2);
    tcase_add_loop_test(tcase, a_full_queue, 0, QUEUE / 2);
    tcase_add_loop_test(tcase, an_error_at_each_command, 0, 3 * 5);
    tcase_add_test(tcase, a_repaired_command_waits_for_the_atc_inv_before_it);
    tcase_add_loop_test(tcase, slow_out_of_order_and_with_errors, 0, 28);
    suite_add_tcase(suite, tcase);
    return suite;
}
