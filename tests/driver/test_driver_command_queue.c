/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue under a driver whose other side takes its time, answers out of order and stops at errors: when a
 * CMD_SYNC is done (SMMU-SYNC), a full queue and its wraps (SMMU-QUEUE), and what errors leave behind (SMMU-CERROR).
 * That each command is consumed once, in order and as it was put there, the bench itself compares.
 */
#include "driver/driver_state.h"
#include "tests/driver/bench.h"

enum { R = ACCESS_READ, L = ACCESS_LAST, QUEUE = 16 };
/* A poll of CMDQ_CONS there and back, the pause before it, and the steps to the next command's PROD. */
enum { SOON = 200 + 2 * (20 + MEMORY_DELAY + 1) + 20 + 4 + MEMORY_DELAY + 1 + 20 + 20 };

static struct bench *open_small(uint32_t pasids)
{
    struct bench *b = bench_open();
    b->config.cmdq_log2 = 4;
    b->config.fault_service = 1;
    b->config.cpus = DRIVER_CPUS_MAX;
    b->config.workers = DRIVER_WORKERS_MAX;
    bench_bring_up(b);
    for (uint32_t i = 0; i < pasids; i++)
        bench_bind(b, i & 1, 1 + i / 2, 0, 1 + i);
    if (pasids)
        bench_until(b, EVENT_DRIVER_BOUND, pasids);
    bench_run(b, 50);
    return b;
}

static unsigned opcode(const struct bench *b, unsigned number)
{
    return (unsigned)bits_get(b->issue[number].command[0], CMD_OPCODE);
}

/* Runs until so many commands were put on the queue. */
static void until_issued(struct bench *b, unsigned count)
{
    for (unsigned i = 0; i < 20000 && b->issues < count; i++)
        bench_edge(b);
    ck_assert_uint_eq(b->issues, count);
}

/* Commands of one slot each: answers to requests of a PASID that is not bound. */
static void move_queue(struct bench *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        bench_request(b, STREAM, 9, (uint16_t)i, 0x4000, R | L);
    bench_ring(b, DRIVER_MSI_PRIQ);
    if (count)
        bench_until(b, EVENT_DRIVER_RESPOND, count);
    bench_run(b, 500);
    ck_assert_uint_eq(b->commands, b->issues);
}

/* Not when CONS reaches the CMD_SYNC, but when it has passed it; wherever in the queue it stands, with and without the
 * wrap bit, the wrap itself between them. */
/* covers: SMMU-SYNC-7 */
START_TEST(a_sync_is_done_when_cons_has_passed_it)
{
    struct bench *b = open_small(1);
    move_queue(b, (unsigned)_i);
    unsigned first = b->issues;
    b->commands_stuck = true;
    bench_unbind(b, 0, 1, DRIVER_UNBIND_NONE, 7);
    until_issued(b, first + 3);
    ck_assert_uint_eq(opcode(b, first + 2), CMDQ_OP_SYNC);
    bench_consume(b, 2);
    ck_assert_uint_eq(b->reg[SMMU_CMDQ_CONS / 4], (first + 2) % (2 * QUEUE)); /* it stands at the CMD_SYNC */
    bench_run(b, 3 * SOON);
    ck_assert_uint_eq(b->issues, first + 3);
    bench_consume(b, 1);
    bench_run(b, SOON);
    ck_assert_uint_ge(b->issues, first + 4);
    ck_assert_uint_eq(opcode(b, first + 3), CMDQ_OP_ATC_INV);
    until_issued(b, first + 5);
    bench_consume(b, 1);
    bench_run(b, 3 * SOON);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_INVALIDATED), 0);
    bench_consume(b, 1);
    bench_run(b, SOON);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_INVALIDATED), 1);
    bench_close(b);
}
END_TEST

/* The call's CMD_SYNC that stood last on the queue at that time. */
static const struct bench_issue *last_sync(const struct bench *b, uint64_t call, cycle_t before)
{
    const struct bench_issue *last = NULL;
    for (unsigned i = 0; i < b->issues; i++)
        if (b->issue[i].call == call && b->issue[i].issued_at < before && opcode(b, i) == CMDQ_OP_SYNC)
            last = &b->issue[i];
    return last;
}

/* Whoever put a CMD_SYNC on the queue puts nothing there, and says nothing, before it is consumed. */
static void syncs_were_waited_for(const struct bench *b)
{
    const struct bench_issue *sync[TASKS] = {NULL};
    for (unsigned i = 0; i < b->issues; i++) {
        const struct bench_issue *issue = &b->issue[i];
        if (sync[issue->task])
            ck_assert_uint_gt(issue->issued_at, sync[issue->task]->consumed_at);
        sync[issue->task] = opcode(b, i) == CMDQ_OP_SYNC ? issue : NULL;
    }
    for (unsigned i = 0; i < b->rig->events; i++) {
        const struct event *event = &b->rig->event[i];
        uint64_t call = event->type == EVENT_DRIVER_INVALIDATED       ? event->driver_invalidated.call
                        : event->type == EVENT_DRIVER_NOT_INVALIDATED ? event->driver_not_invalidated.call
                        : event->type == EVENT_DRIVER_BIND            ? event->driver_bind.call
                                                                      : 0;
        if (call)
            ck_assert_uint_gt(event->cycle, last_sync(b, call, event->cycle)->consumed_at);
    }
}

/* Two callers in the queue at once, which moves a command at a time: each goes on when its own CMD_SYNC is passed, and
 * soon after that; whichever stands first. */
START_TEST(two_callers_wait_each_for_its_own)
{
    struct bench *b = open_small(2);
    move_queue(b, 2 * (unsigned)_i);
    unsigned first = b->issues;
    b->commands_stuck = true;
    bench_unbind(b, 0, 1, DRIVER_UNBIND_NONE, 7);
    bench_run(b, 1 + 40 * (cycle_t)_i);
    bench_unbind(b, 1, 1, DRIVER_UNBIND_NONE, 8);
    until_issued(b, first + 6);
    for (unsigned consumed = 0; consumed < 10; consumed++) {
        unsigned before = b->issues;
        unsigned number = b->commands;
        bool sync = opcode(b, number) == CMDQ_OP_SYNC;
        uint32_t call = b->issue[number].call;
        unsigned invalidated = rig_events(b->rig, EVENT_DRIVER_INVALIDATED);
        bench_consume(b, 1);
        bench_run(b, 2 * SOON);
        unsigned more = b->issues - before, done = rig_events(b->rig, EVENT_DRIVER_INVALIDATED) - invalidated;
        ck_assert_uint_eq(more + 2 * done, sync ? 2 : 0); /* ATC_INV and CMD_SYNC, or the end */
        for (unsigned i = before; i < b->issues; i++)
            ck_assert_uint_eq(b->issue[i].call, call);
        if (done)
            ck_assert_uint_eq(rig_event(b->rig, EVENT_DRIVER_INVALIDATED, invalidated)->driver_invalidated.call, call);
    }
    bench_until(b, EVENT_DRIVER_FREE, 2);
    syncs_were_waited_for(b);
    bench_close(b);
}
END_TEST

/* SMMU-QUEUE: it holds all of its 16 commands and not one more; room for one is room for one. Who waits for room
 * polls, poll_interval apart. */
/* covers: SMMU-QUEUE-9 */
START_TEST(a_full_queue)
{
    struct bench *b = open_small(8);
    move_queue(b, 2 * (unsigned)_i);
    unsigned first = b->issues;
    b->commands_stuck = true;
    for (uint32_t i = 0; i < 8; i++)
        bench_unbind(b, i & 1, 1 + i / 2, DRIVER_UNBIND_NONE, 20 + i);
    for (unsigned i = 1; i <= QUEUE; i++)
        until_issued(b, first + i);
    bench_run(b, 500);
    unsigned reads = b->rig->tx[DRIVER_TX_MMIO].count;
    bench_run(b, 10 * (200 + 20 + MEMORY_DELAY + 1));
    ck_assert_uint_eq(b->issues, first + QUEUE);
    /* at most 7 callers poll for their CMD_SYNCs and one for room */
    ck_assert_uint_ge(b->rig->tx[DRIVER_TX_MMIO].count - reads, 10);
    ck_assert_uint_le(b->rig->tx[DRIVER_TX_MMIO].count - reads, 8 * 11);
    for (unsigned i = 0; i < 4; i++) {
        bench_consume(b, 1);
        bench_run(b, 2 * SOON);
        ck_assert_uint_eq(b->issues, first + QUEUE + i + 1);
    }
    b->commands_stuck = false;
    b->command_cycles = 90;
    bench_until(b, EVENT_DRIVER_FREE, 8);
    ck_assert_uint_eq(b->issues, first + 8 * 5);
    syncs_were_waited_for(b);
    bench_close(b);
}
END_TEST

/* Two unbinds, of which one meets an error at one of its commands: the queue stands until GERROR is raised and
 * acknowledged, and nobody goes on meanwhile; then all that stands behind is consumed, and the other one is not
 * touched. An illegal command has become a CMD_SYNC; any other one runs again (SMMU-CERROR). */
START_TEST(an_error_at_each_command)
{
    static const uint32_t codes[] = {CERROR_ILL, CERROR_ABT, CERROR_ATC_INV_SYNC};
    uint32_t code = codes[_i / 5];
    struct bench *b = open_small(2);
    unsigned first = b->issues;
    b->commands_stuck = true;
    b->error_delay = 4000;
    bench_unbind(b, 0, 1, DRIVER_UNBIND_NONE, 7);
    bench_run(b, 5000);
    bench_unbind(b, 1, 1, DRIVER_UNBIND_NONE, 8);
    until_issued(b, first + 6);
    b->errors = 1;
    b->error[0] = (struct bench_error){.number = first + (unsigned)_i % 5, .code = code};
    b->commands_stuck = false;
    b->command_cycles = 100;
    for (unsigned i = 0; i < 20000 && !b->command_errors; i++)
        bench_edge(b);
    unsigned stopped_at = b->commands;
    ck_assert_uint_eq(b->error[0].stopped_at, stopped_at);
    bench_run(b, 3000);
    unsigned issues = b->issues;
    bench_run(b, 900); /* GERROR is not raised yet */
    ck_assert_uint_eq(b->commands, stopped_at);
    ck_assert_uint_eq(b->issues, issues);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_GERROR), 0);
    bench_until(b, EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(b->command_errors, 1);
    ck_assert_uint_eq(b->commands, first + 10);
    ck_assert_uint_eq(b->command[stopped_at][0] == 0x46, code == CERROR_ILL || opcode(b, stopped_at) == CMDQ_OP_SYNC);
    syncs_were_waited_for(b);
    bench_close(b);
}
END_TEST

/* The one CMD_SYNC that waits for an ATC_INV: the first behind it, of those that were consumed. */
static unsigned sync_of(const struct bench *b, unsigned atc_inv)
{
    for (unsigned i = atc_inv + 1; i < b->commands; i++)
        if (bits_get(b->command[i][0], CMD_OPCODE) == CMDQ_OP_SYNC)
            return i;
    return b->commands;
}

/* SMMU-CERROR: an error of a CMD_SYNC is told to those whose ATC_INV it waited for, and to nobody else. */
static void losses_are_told_right(const struct bench *b)
{
    unsigned told = rig_events(b->rig, EVENT_DRIVER_ATC_INV_LOST), due = 0;
    for (unsigned e = 0; e < b->errors; e++) {
        unsigned sync = b->error[e].stopped_at;
        if (!b->error[e].done || b->error[e].code != CERROR_ATC_INV_SYNC)
            continue;
        for (unsigned i = 0; i < b->issues; i++) {
            if (opcode(b, i) != CMDQ_OP_ATC_INV || sync_of(b, i) != sync)
                continue;
            due++;
            unsigned found = 0;
            for (unsigned n = 0; n < told; n++) {
                const struct event_driver_atc_inv_lost *lost =
                    &rig_event(b->rig, EVENT_DRIVER_ATC_INV_LOST, n)->driver_atc_inv_lost;
                found += lost->call == b->issue[i].call && lost->index == i % (2 * QUEUE) &&
                         lost->sync == sync % (2 * QUEUE) && lost->own == (b->issue[sync].call == lost->call);
            }
            ck_assert_msg(found == 1, "the loss of command %u at %u is told %u times", i, sync, found);
        }
    }
    ck_assert_uint_eq(told, due);
}

static bool is_idle(const struct bench *b, unsigned port)
{
    return b->rig->rx[port].offered == b->rig->rx[port].taken;
}

/* Two unbinds, the second so many cycles after the first, and errors. */
static struct bench *two_unbinds(cycle_t offset, const struct bench_error *errors, unsigned count)
{
    struct bench *b = open_small(2);
    b->command_cycles = 150;
    for (b->errors = 0; b->errors < count; b->errors++)
        b->error[b->errors] = errors[b->errors];
    bench_unbind(b, 0, 1, DRIVER_UNBIND_NONE, 7);
    bench_run(b, 1 + offset);
    bench_unbind(b, 1, 1, DRIVER_UNBIND_NONE, 8);
    bench_until(b, EVENT_DRIVER_FREE, 2);
    return b;
}

/* An illegal command between an ATC_INV and its CMD_SYNC becomes the CMD_SYNC that waits for it (SMMU-SYNC,
 * SMMU-CERROR): an error of that one is its own, an error of the one behind is not. */
START_TEST(a_repaired_command_waits_for_the_atc_inv_before_it)
{
    unsigned found = 0;
    for (cycle_t offset = 0; offset < 1200 && found < 4; offset += 29) {
        struct bench *b = two_unbinds(offset, NULL, 0);
        unsigned between = 0;
        for (unsigned i = 0; i + 1 < b->issues && !between; i++)
            if (opcode(b, i) == CMDQ_OP_ATC_INV && opcode(b, i + 1) == CMDQ_OP_CFGI_CD)
                between = i + 1;
        bench_close(b);
        for (unsigned late = 0; between && late < 2; late++) {
            const struct bench_error errors[] = {{.number = between, .code = CERROR_ILL},
                                                 {.number = between + late, .code = CERROR_ATC_INV_SYNC}};
            b = two_unbinds(offset, errors, 2);
            ck_assert_uint_eq(b->command_errors, 2);
            losses_are_told_right(b);
            ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_ATC_INV_LOST), late ? 0 : 1);
            bench_close(b);
            found++;
        }
    }
    ck_assert_uint_ge(found, 4);
}
END_TEST

/* Answers to nobody: of a CPU that awaits none, or from another port, or there is no such CPU; and no completion. Each
 * is taken at the next edge, before which nobody can begin to wait for it. */
static void offer_strays(struct bench *b)
{
    const struct driver *d = b->state;
    for (unsigned cpu = 0; cpu < DRIVER_CPUS_MAX + 2; cpu++) {
        unsigned awaits = cpu < DRIVER_CPUS_MAX && d->cpu_task[cpu] != TASK_NONE ? d->task[d->cpu_task[cpu]].awaits : 0;
        struct memory_response stray = {.id = cpu, .size = 32};
        struct tlp tlp = {.head = {.type = TLP_COMPLETION_DATA, .tag = (uint16_t)cpu, .size = 4}};
        for (unsigned i = 0; i < 32; i++)
            stray.data[i] = 0xa5;
        if (awaits != DRIVER_TX_MEMORY + 1 && is_idle(b, DRIVER_RX_MEMORY))
            rig_offer(b->rig, DRIVER_RX_MEMORY, &stray);
        if (awaits != DRIVER_TX_MMIO + 1 && is_idle(b, DRIVER_RX_MMIO))
            rig_offer(b->rig, DRIVER_RX_MMIO, &stray);
        if (awaits == DRIVER_TX_HOST + 1)
            tlp.head.type = TLP_MEMORY_WRITE;
        if (is_idle(b, DRIVER_RX_HOST))
            rig_offer(b->rig, DRIVER_RX_HOST, &tlp);
        bench_edge(b);
    }
}

/* One answer to each group, to the right one. */
static void groups_were_answered(const struct bench *b, unsigned groups)
{
    unsigned answers[64] = {0};
    for (unsigned i = 0; i < b->issues; i++) {
        if (opcode(b, i) != CMDQ_OP_PRI_RESP)
            continue;
        uint64_t prgi = bits_get(b->issue[i].command[1], CMD1_PRG_INDEX);
        ck_assert_uint_lt(prgi, groups);
        answers[prgi]++;
        ck_assert_uint_eq(bits_get(b->issue[i].command[0], CMD_SSID), 1 + prgi / 2 % 4);
        ck_assert_uint_eq(bits_get(b->issue[i].command[0], CMD_SID), prgi & 1 ? STREAM_2 : STREAM);
    }
    for (unsigned i = 0; i < groups; i++)
        ck_assert_uint_eq(answers[i], 1);
}

static struct bench *open_random(unsigned seed)
{
    static const uint32_t codes[] = {CERROR_ILL, CERROR_ABT, CERROR_ATC_INV_SYNC};
    struct bench *b = bench_open();
    b->seed = 0x9e3779b97f4a7c15u * (seed + 1);
    b->config.cmdq_log2 = 4;
    b->config.fault_service = 50;
    b->config.cpus = 1 + seed % DRIVER_CPUS_MAX;
    b->config.workers = 1 + seed / 3 % DRIVER_WORKERS_MAX;
    b->config.on_atc_timeout = seed % 2 ? DRIVER_ATC_TIMEOUT_REPEAT : DRIVER_ATC_TIMEOUT_AS_LINUX_6_1;
    b->config.atc_inv_repeats = BENCH_ERRORS;
    bench_bring_up(b);
    b->late = 1 + 40 * (seed % 7);
    b->command_cycles = 1 + 37 * (seed % 5);
    b->error_delay = 150 * (seed % 4);
    for (b->errors = 0; b->errors < BENCH_ERRORS; b->errors++)
        b->error[b->errors] =
            (struct bench_error){.number = b->issues + 1 + 9 * b->errors + (seed * 7 + b->errors * 5) % 9,
                                 .code = codes[(seed + b->errors + seed / 3) % 3]};
    return b;
}

/* Eight PASIDs of two functions are bound, ask, are unbound with a drain and bound again, while the queue is slow and
 * stops eight times, and answers come out of order: all of it ends, and each waited for its own. */
/* covers: SMMU-CERROR-2, SMMU-CERROR-3, SMMU-CERROR-4 */
START_TEST(slow_out_of_order_and_with_errors)
{
    enum { PASIDS = 8, GROUPS = 24 };
    struct bench *b = open_random((unsigned)_i);
    for (uint32_t i = 0; i < PASIDS; i++)
        bench_bind(b, i & 1, 1 + i / 2, 0, 1 + i);
    for (unsigned i = 0; i < GROUPS; i++) {
        bench_request(b, i & 1 ? STREAM_2 : STREAM, 1 + i / 2 % 4, (uint16_t)i, 0x4000 + 0x1000u * (i % 8), R | L);
        bench_ring(b, DRIVER_MSI_PRIQ);
        bench_run(b, 300);
        if (_i % 3 == 0)
            offer_strays(b);
    }
    bench_until(b, EVENT_DRIVER_BOUND, PASIDS);
    for (uint32_t i = 0; i < PASIDS; i++) {
        struct driver_stimulus s = {.what = DRIVER_UNBIND,
                                    .function = i & 1,
                                    .pasid = 1 + i / 2,
                                    .policy = DRIVER_UNBIND_DRAIN,
                                    .then_space = 2,
                                    .call = 21 + i};
        rig_offer(b->rig, DRIVER_RX_STIMULUS, &s);
    }
    bench_until(b, EVENT_DRIVER_BOUND, 2 * PASIDS);
    bench_until(b, EVENT_DRIVER_RESPOND, GROUPS);
    bench_run(b, 30000);
    ck_assert_uint_eq(b->command_errors, BENCH_ERRORS);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_GERROR), BENCH_ERRORS);
    ck_assert_uint_eq(b->commands, b->issues);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_FREE), PASIDS);
    syncs_were_waited_for(b);
    losses_are_told_right(b);
    groups_were_answered(b, GROUPS);
    bench_close(b);
}
END_TEST

int main(void)
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
    return bench_main(suite);
}
