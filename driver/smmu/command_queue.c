/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue as software drives it (SMMU-QUEUE, SMMU-COMMANDS): one command at a time under a lock, or one
 * with its CMD_SYNC behind it; completion of a CMD_SYNC by polling CMDQ_CONS. It does not know what commands are for.
 */
#include "driver/smmu/command_queue.h"
#include "driver/access.h"

static bool driver_queue_has_space(const struct prisim_driver *d, uint64_t commands)
{
    assert(d->issued - d->consumed <= UINT64_C(1) << d->cmdq_log2);
    return d->issued - d->consumed + commands <= UINT64_C(1) << d->cmdq_log2;
}

const uint64_t command_sync[2] = {PRISIM_CMDQ_OP_SYNC};
_Static_assert(PRISIM_SYNC_CS_NONE == 0, "CMD_SYNC.CS as it stands above");

/* How many of the task's commands are published next: all that are left, but no more than the queue is long. */
static uint64_t part(const struct prisim_driver *d, const struct task *t)
{
    const unsigned left = 1u + t->then_sync - t->published;
    return left >> d->cmdq_log2 ? UINT64_C(1) << d->cmdq_log2 : left;
}

/* The next command of the part, into its slot. */
static void store_next(struct edge *e, struct task *t)
{
    const struct prisim_driver *d = e->driver;
    access_store_pair(e, t, command_slot(d, d->issued + t->stored),
                      t->published + t->stored == 0 ? t->command : command_sync);
}

/* A value read from CMDQ_CONS. Reads of several CPUs may be answered in another order than made: an old value would
 * lie beyond PROD. */
void command_consumed(struct prisim_driver *d, uint32_t cons)
{
    uint64_t more = command_position(d, cons - d->consumed);
    if (more <= d->issued - d->consumed)
        d->consumed += more;
}

/* The lock goes from hand to hand: it is never free while somebody waits for it. */
static void unlock(struct prisim_driver *d)
{
    uint32_t next = task_wake_first(d, WAIT_COMMAND);
    d->command_owner = next ? (uint8_t)__builtin_ctz(next) : TASK_NONE;
}

/* Puts t->command on the queue, and with t->then_sync a CMD_SYNC right behind it, with one write of PROD;
 * t->command_number is the number of the last one then. It ends at the edge at which PROD passes that, still with the
 * lock: what follows from that edge is the caller's to say, and then command_release. */
bool driver_arm_smmu_cmdq_issue_cmdlist(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    BEGIN_ROUTINE;
    t->published = t->stored = 0;
    STEP(e->config->price.compute);
    if (d->command_owner == TASK_NONE)
        d->command_owner = t->index;
    else
        WAIT(WAIT_COMMAND);
    assert(d->command_owner == t->index);
    while (t->published <= t->then_sync) {
        while (!driver_queue_has_space(d, part(d, t))) {
            READ_REGISTER(PRISIM_SMMU_CMDQ_CONS);
            ANSWER();
            command_consumed(d, (uint32_t)t->answer[0]);
            if (!driver_queue_has_space(d, part(d, t)))
                SLEEP(e->config->price.poll_interval);
        }
        for (t->stored = 0; t->stored < part(d, t); t->stored++) {
            STEP_TO_PORT(e->config->price.store, PRISIM_DRIVER_TX_MEMORY);
            store_next(e, t);
            ANSWER();
        }
        WRITE_REGISTER(PRISIM_SMMU_CMDQ_PROD, 4, command_position(d, d->issued + t->stored));
        d->issued += t->stored;
        t->published = (uint8_t)(t->published + t->stored);
        if (t->published <= t->then_sync)
            ANSWER();
    }
    t->command_number = d->issued - 1;
    END;
}

/* sync_timeout is over. The commands stay on the queue. */
static void give_up(struct edge *e, struct task *t)
{
    const bool caller = t->kind == PRISIM_DRIVER_TASK_CALLER;
    t->gave_up = 1;
    EMIT(driver_sync_timeout, .task = t->kind, .stream_id = caller ? call_stream_id(e, t) : 0,
         .pasid = caller ? call_pasid(&t->call) : PRISIM_PASID_NONE, .call = caller ? t->call.stimulus.call : 0,
         .index = command_position(e->driver, t->command_number));
}

/* A CMD_SYNC is done when CONS has passed it (SMMU-SYNC); t->gave_up: it was not in time. */
static bool driver_arm_smmu_cmdq_poll_until_sync(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    t->gave_up = 0;
    t->sync_deadline = e->config->sync_timeout ? e->now + e->config->sync_timeout : PRISIM_CYCLE_NEVER;
    while (d->consumed <= t->command_number) {
        READ_REGISTER(PRISIM_SMMU_CMDQ_CONS);
        ANSWER();
        command_consumed(d, (uint32_t)t->answer[0]);
        if (d->consumed <= t->command_number && e->now >= t->sync_deadline) {
            give_up(e, t);
            break;
        }
        if (d->consumed <= t->command_number)
            SLEEP(e->config->price.poll_interval);
    }
    t->sync_deadline = 0;
    END;
}

/* Behind driver_arm_smmu_cmdq_issue_cmdlist: the write of PROD is answered, and the lock goes on. The CMD_SYNC of a
 * batch is waited for. */
bool command_release(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    assert(e->driver->command_owner == t->index);
    ANSWER();
    STEP(e->config->price.compute);
    unlock(e->driver);
    if (!t->then_sync)
        FINISH;
    t->then_sync = 0;
    CALL(driver_arm_smmu_cmdq_poll_until_sync);
    END;
}

/* The CMD_SYNC in t->command, alone. */
static bool issue_alone(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    CALL_ROUTINE(ROUTINE_COMMAND, driver_arm_smmu_cmdq_issue_cmdlist);
    atc_inv_sync_issued(e->driver, t);
    CALL(command_release);
    CALL(driver_arm_smmu_cmdq_poll_until_sync);
    command_forget(t);
    END;
}

/* A CMD_SYNC alone. */
bool driver_arm_smmu_cmdq_issue_sync(struct edge *e, struct task *t, uint16_t *pc)
{
    t->command[0] = command_sync[0];
    t->command[1] = command_sync[1];
    return issue_alone(e, t, pc);
}

/* UNBIND-STEP-18: one that drains the hardware. */
bool command_sync_drain(struct edge *e, struct task *t, uint16_t *pc)
{
    t->command[0] = command_sync[0] | prisim_bits_put(1, PRISIM_CMD_SYNC_PAGE_DRAIN);
    t->command[1] = command_sync[1];
    return issue_alone(e, t, pc);
}

/* The CMD_SYNC behind a COMMAND: there is none left to do in a batch. */
bool command_sync_behind(struct edge *e, struct task *t, uint16_t *pc)
{
    return command_is_batch(e) || driver_arm_smmu_cmdq_issue_sync(e, t, pc);
}

void command_cfgi_cd(struct task *t, uint32_t stream_id, uint32_t pasid)
{
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_CFGI_CD, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(pasid, PRISIM_CMD_SSID) | prisim_bits_put(stream_id, PRISIM_CMD_SID);
    t->command[1] = prisim_bits_put(1, PRISIM_CMD1_LEAF);
}
