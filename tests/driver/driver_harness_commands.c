/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue of the harness (driver_harness.h): it compares what it consumes with what was put there, so that
 * every command is consumed once and in order, and stops at errors until they are acknowledged
 * (SMMU-QUEUE, SMMU-SYNC, SMMU-CERROR).
 */
#include <string.h>

#include "driver/state.h"
#include "tests/driver/driver_harness.h"

static uint32_t queue_log2(const struct driver_harness *h)
{
    return h->reg[PRISIM_SMMU_CMDQ_BASE / 4] & 31;
}

/* How many commands stand on the queue: index and wrap bit of PROD and CONS. */
static unsigned waiting(const struct driver_harness *h)
{
    uint32_t prod = h->reg[PRISIM_SMMU_CMDQ_PROD / 4], cons = h->reg[PRISIM_SMMU_CMDQ_CONS / 4];
    return (prod - cons) & (uint32_t)prisim_bits_mask(queue_log2(h) + 1);
}

static uint64_t slot_address(const struct driver_harness *h, uint32_t position)
{
    uint64_t queue = h->reg[PRISIM_SMMU_CMDQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS;
    return queue + (position & prisim_bits_mask(queue_log2(h))) * PRISIM_COMMAND_BYTES;
}

static void stop(struct driver_harness *h, uint32_t code)
{
    uint32_t *cons = &h->reg[PRISIM_SMMU_CMDQ_CONS / 4];
    *cons = (*cons & (uint32_t)prisim_bits_mask(queue_log2(h) + 1)) | code << PRISIM_CMDQ_CONS_ERR_SHIFT;
    h->commands_stopped = true;
    h->command_errors++;
    h->gerror_due = h->base->now + h->error_delay;
    if (!h->error_delay)
        driver_harness_commands_edge(h);
}

/* The error of a list that the command of that number meets, if any. */
static struct driver_harness_error *error_at(struct driver_harness *h, unsigned number, bool sync)
{
    for (struct driver_harness_error *error = h->error; error < h->error + h->errors; error++)
        if (!error->done &&
            (error->code == PRISIM_CERROR_ATC_INV_SYNC ? sync && number >= error->number : number == error->number))
            return error;
    return NULL;
}

/* True if the queue stops at this command. */
static bool stops(struct driver_harness *h, const uint64_t command[2])
{
    bool sync = prisim_bits_get(command[0], PRISIM_CMD_OPCODE) == PRISIM_CMDQ_OP_SYNC;
    struct driver_harness_error *error = error_at(h, h->commands, sync);
    if (error) {
        error->done = true;
        error->stopped_at = h->commands;
        stop(h, error->code);
        return true;
    }
    if (prisim_bits_get(command[0], PRISIM_CMD_OPCODE) == PRISIM_CMDQ_OP_ATC_INV && h->atc_losses &&
        (!h->atc_loss_stream || prisim_bits_get(command[0], PRISIM_CMD_SID) == h->atc_loss_stream)) {
        h->atc_losses--;
        h->atc_lost = true;
    }
    if (!sync || !h->atc_lost)
        return false;
    h->atc_lost = false;
    stop(h, PRISIM_CERROR_ATC_INV_SYNC);
    return true;
}

/* SMMU-CERROR: an illegal command is overwritten with a CMD_SYNC, and no other one is. */
static bool was_overwritten(const struct driver_harness *h, unsigned number)
{
    for (unsigned i = 0; i < h->errors; i++)
        if (h->error[i].done && h->error[i].code == PRISIM_CERROR_ILL && h->error[i].stopped_at == number)
            return true;
    return false;
}

static void consume(struct driver_harness *h)
{
    uint32_t *cons = &h->reg[PRISIM_SMMU_CMDQ_CONS / 4];
    ck_assert_uint_lt(h->commands, HARNESS_LOG);
    uint64_t *command = h->command[h->commands];
    struct driver_harness_issue *issue = &h->issue[h->commands];
    memcpy(command, driver_harness_at(h, slot_address(h, *cons), PRISIM_COMMAND_BYTES), PRISIM_COMMAND_BYTES);
    if (stops(h, command))
        return;
    if (was_overwritten(h, h->commands)) {
        ck_assert_uint_eq(command[0], 0x46); /* CMD_SYNC, CS=0 */
        ck_assert_uint_eq(command[1], 0);
    } else if (h->commands < h->issues) {
        ck_assert_int_eq(memcmp(command, issue->command, PRISIM_COMMAND_BYTES), 0);
    }
    issue->consumed_at = h->base->now;
    h->commands++;
    *cons = (*cons + 1) & (uint32_t)prisim_bits_mask(queue_log2(h) + 1);
}

void driver_harness_ring_commands(struct driver_harness *h)
{
    while (waiting(h) && !h->commands_stopped)
        consume(h);
}

void driver_harness_consume(struct driver_harness *h, unsigned count)
{
    for (; count; count--) {
        ck_assert(waiting(h) && !h->commands_stopped);
        consume(h);
    }
}

static void issued(struct driver_harness *h, uint32_t position, unsigned batch)
{
    const struct prisim_driver *d = h->state;
    ck_assert_uint_lt(h->issues, HARNESS_LOG);
    struct driver_harness_issue *issue = &h->issue[h->issues++];
    const struct task *t = &d->task[d->command_owner];
    *issue = (struct driver_harness_issue){
        .task = t->index, .batch = batch, .issued_at = h->base->now, .consumed_at = PRISIM_CYCLE_NEVER};
    if (t->kind == PRISIM_DRIVER_TASK_CALLER)
        issue->call = t->call.stimulus.call;
    memcpy(issue->command, driver_harness_at(h, slot_address(h, position), PRISIM_COMMAND_BYTES), PRISIM_COMMAND_BYTES);
}

/* PROD moves by one command at a time, or in batches by two, and never further than the queue is long. */
void driver_harness_commands_issued(struct driver_harness *h, uint32_t old_prod)
{
    uint32_t prod = h->reg[PRISIM_SMMU_CMDQ_PROD / 4], mask = (uint32_t)prisim_bits_mask(queue_log2(h) + 1);
    uint32_t more = (prod - old_prod) & mask;
    bool idle = waiting(h) == more;
    ck_assert_uint_ge(more, 1);
    ck_assert_uint_le(more, h->config.commands == PRISIM_DRIVER_COMMANDS_BATCH ? 2 : 1);
    ck_assert_uint_le(waiting(h), UINT32_C(1) << queue_log2(h));
    for (uint32_t i = 0; i < more; i++)
        issued(h, old_prod + i, more);
    if (h->command_cycles && idle)
        h->command_due = h->base->now + h->command_cycles;
    if (!h->command_cycles && !h->commands_stuck)
        driver_harness_ring_commands(h);
}

void driver_harness_commands_acknowledged(struct driver_harness *h)
{
    if (!h->commands_stopped || h->gerror_due != PRISIM_CYCLE_NEVER ||
        h->reg[PRISIM_SMMU_GERROR / 4] != h->reg[PRISIM_SMMU_GERRORN / 4])
        return;
    h->commands_stopped = false;
    if (!h->command_cycles && !h->commands_stuck)
        driver_harness_ring_commands(h);
}

/* GERROR, if it is due, and the next command. */
void driver_harness_commands_edge(struct driver_harness *h)
{
    if (h->commands_stopped && h->base->now >= h->gerror_due) {
        h->gerror_due = PRISIM_CYCLE_NEVER;
        h->reg[PRISIM_SMMU_GERROR / 4] ^= PRISIM_GERROR_CMDQ;
        driver_harness_ring(h, PRISIM_DRIVER_MSI_GERROR);
    }
    if (h->command_cycles && !h->commands_stuck && !h->commands_stopped && waiting(h) &&
        h->base->now >= h->command_due) {
        consume(h);
        h->command_due = h->base->now + h->command_cycles;
    }
}
