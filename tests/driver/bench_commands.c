/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue of the bench (bench.h): it compares what it consumes with what was put there, so that every command
 * is consumed once and in order, and stops at errors until they are acknowledged (SMMU-QUEUE, SMMU-SYNC, SMMU-CERROR).
 */
#include <string.h>

#include "driver/driver_state.h"
#include "tests/driver/bench.h"

static uint32_t queue_log2(const struct bench *b)
{
    return b->reg[SMMU_CMDQ_BASE / 4] & 31;
}

/* How many commands stand on the queue: index and wrap bit of PROD and CONS. */
static unsigned waiting(const struct bench *b)
{
    uint32_t prod = b->reg[SMMU_CMDQ_PROD / 4], cons = b->reg[SMMU_CMDQ_CONS / 4];
    return (prod - cons) & (uint32_t)bits_mask(queue_log2(b) + 1);
}

static uint64_t slot_address(const struct bench *b, uint32_t position)
{
    uint64_t queue = b->reg[SMMU_CMDQ_BASE / 4] & SMMU_QUEUE_BASE_ADDRESS;
    return queue + (position & bits_mask(queue_log2(b))) * COMMAND_BYTES;
}

static void stop(struct bench *b, uint32_t code)
{
    uint32_t *cons = &b->reg[SMMU_CMDQ_CONS / 4];
    *cons = (*cons & (uint32_t)bits_mask(queue_log2(b) + 1)) | code << CMDQ_CONS_ERR_SHIFT;
    b->commands_stopped = true;
    b->command_errors++;
    b->gerror_due = b->rig->now + b->error_delay;
    if (!b->error_delay)
        bench_commands_edge(b);
}

/* The error of a list that the command of that number meets, if any. */
static struct bench_error *error_at(struct bench *b, unsigned number, bool sync)
{
    for (struct bench_error *error = b->error; error < b->error + b->errors; error++)
        if (!error->done &&
            (error->code == CERROR_ATC_INV_SYNC ? sync && number >= error->number : number == error->number))
            return error;
    return NULL;
}

/* True if the queue stops at this command. */
static bool stops(struct bench *b, const uint64_t command[2])
{
    bool sync = bits_get(command[0], CMD_OPCODE) == CMDQ_OP_SYNC;
    struct bench_error *error = error_at(b, b->commands, sync);
    if (error) {
        error->done = true;
        error->stopped_at = b->commands;
        stop(b, error->code);
        return true;
    }
    if (bits_get(command[0], CMD_OPCODE) == CMDQ_OP_ATC_INV && b->atc_losses &&
        (!b->atc_loss_stream || bits_get(command[0], CMD_SID) == b->atc_loss_stream)) {
        b->atc_losses--;
        b->atc_lost = true;
    }
    if (!sync || !b->atc_lost)
        return false;
    b->atc_lost = false;
    stop(b, CERROR_ATC_INV_SYNC);
    return true;
}

/* SMMU-CERROR: an illegal command is overwritten with a CMD_SYNC, and no other one is. */
static bool was_overwritten(const struct bench *b, unsigned number)
{
    for (unsigned i = 0; i < b->errors; i++)
        if (b->error[i].done && b->error[i].code == CERROR_ILL && b->error[i].stopped_at == number)
            return true;
    return false;
}

static void consume(struct bench *b)
{
    uint32_t *cons = &b->reg[SMMU_CMDQ_CONS / 4];
    ck_assert_uint_lt(b->commands, BENCH_LOG);
    uint64_t *command = b->command[b->commands];
    struct bench_issue *issue = &b->issue[b->commands];
    memcpy(command, bench_at(b, slot_address(b, *cons), COMMAND_BYTES), COMMAND_BYTES);
    if (stops(b, command))
        return;
    if (was_overwritten(b, b->commands)) {
        ck_assert_uint_eq(command[0], 0x46); /* CMD_SYNC, CS=0 */
        ck_assert_uint_eq(command[1], 0);
    } else if (b->commands < b->issues) {
        ck_assert_int_eq(memcmp(command, issue->command, COMMAND_BYTES), 0);
    }
    issue->consumed_at = b->rig->now;
    b->commands++;
    *cons = (*cons + 1) & (uint32_t)bits_mask(queue_log2(b) + 1);
}

void bench_ring_commands(struct bench *b)
{
    while (waiting(b) && !b->commands_stopped)
        consume(b);
}

void bench_consume(struct bench *b, unsigned count)
{
    for (; count; count--) {
        ck_assert(waiting(b) && !b->commands_stopped);
        consume(b);
    }
}

/* PROD moves by one command at a time, and never further than the queue is long. */
void bench_commands_issued(struct bench *b, uint32_t old_prod)
{
    const struct driver *d = b->state;
    uint32_t prod = b->reg[SMMU_CMDQ_PROD / 4], mask = (uint32_t)bits_mask(queue_log2(b) + 1);
    ck_assert_uint_eq(prod, (old_prod + 1) & mask);
    ck_assert_uint_le(waiting(b), UINT32_C(1) << queue_log2(b));
    ck_assert_uint_lt(b->issues, BENCH_LOG);
    struct bench_issue *issue = &b->issue[b->issues++];
    const struct task *t = &d->task[d->command_owner];
    *issue = (struct bench_issue){.task = t->index, .issued_at = b->rig->now, .consumed_at = CYCLE_NEVER};
    if (t->kind == DRIVER_TASK_CALLER)
        issue->call = t->call.stimulus.call;
    memcpy(issue->command, bench_at(b, slot_address(b, old_prod), COMMAND_BYTES), COMMAND_BYTES);
    if (b->command_cycles && waiting(b) == 1)
        b->command_due = b->rig->now + b->command_cycles;
    if (!b->command_cycles && !b->commands_stuck)
        bench_ring_commands(b);
}

void bench_commands_acknowledged(struct bench *b)
{
    if (!b->commands_stopped || b->gerror_due != CYCLE_NEVER || b->reg[SMMU_GERROR / 4] != b->reg[SMMU_GERRORN / 4])
        return;
    b->commands_stopped = false;
    if (!b->command_cycles && !b->commands_stuck)
        bench_ring_commands(b);
}

/* GERROR, if it is due, and the next command. */
void bench_commands_edge(struct bench *b)
{
    if (b->commands_stopped && b->rig->now >= b->gerror_due) {
        b->gerror_due = CYCLE_NEVER;
        b->reg[SMMU_GERROR / 4] ^= GERROR_CMDQ;
        bench_ring(b, DRIVER_MSI_GERROR);
    }
    if (b->command_cycles && !b->commands_stuck && !b->commands_stopped && waiting(b) &&
        b->rig->now >= b->command_due) {
        consume(b);
        b->command_due = b->rig->now + b->command_cycles;
    }
}
