/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue as software drives it (SMMU-QUEUE, SMMU-COMMANDS): one command at a time under a lock, completion
 * of a CMD_SYNC by polling CMDQ_CONS. It does not know what commands are for.
 */
#include "driver/smmu/command_queue.h"
#include "driver/access.h"

static bool driver_queue_full(const struct prisim_driver *d)
{
    assert(d->issued - d->consumed <= UINT64_C(1) << d->cmdq_log2);
    return queue_index_is_full(command_position(d, d->issued), command_position(d, d->consumed), d->cmdq_log2);
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

/* Puts t->command on the queue; t->command_number is its number then. It ends at the edge at which PROD passes the
 * command, still with the lock: what follows from that edge is the caller's to say, and then command_release. */
bool driver_arm_smmu_cmdq_issue_cmdlist(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    BEGIN_ROUTINE;
    STEP(e->config->price.compute);
    if (d->command_owner == TASK_NONE)
        d->command_owner = t->index;
    else
        WAIT(WAIT_COMMAND);
    assert(d->command_owner == t->index);
    while (driver_queue_full(d)) {
        READ_REGISTER(PRISIM_SMMU_CMDQ_CONS);
        ANSWER();
        command_consumed(d, (uint32_t)t->answer[0]);
        if (driver_queue_full(d))
            SLEEP(e->config->price.poll_interval);
    }
    STEP_TO_PORT(e->config->price.store, PRISIM_DRIVER_TX_MEMORY);
    uint64_t slot = queue_index_slot(d->issued, d->cmdq_log2);
    access_store_pair(e, t, d->cmdq + slot * PRISIM_COMMAND_BYTES, t->command);
    ANSWER();
    WRITE_REGISTER(PRISIM_SMMU_CMDQ_PROD, 4, command_position(d, d->issued + 1));
    t->command_number = d->issued++;
    END;
}

/* Behind driver_arm_smmu_cmdq_issue_cmdlist: the write of PROD is answered, and the lock goes on. */
bool command_release(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    assert(e->driver->command_owner == t->index);
    ANSWER();
    STEP(e->config->price.compute);
    unlock(e->driver);
    END;
}

/* CMD_SYNC: done when CONS has passed it (SMMU-SYNC). */
bool driver_arm_smmu_cmdq_issue_sync(struct edge *e, struct task *t, uint16_t *pc)
{
    struct prisim_driver *d = e->driver;
    BEGIN;
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_SYNC, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(PRISIM_SYNC_CS_NONE, PRISIM_CMD_SYNC_CS);
    t->command[1] = 0;
    CALL_ROUTINE(ROUTINE_COMMAND, driver_arm_smmu_cmdq_issue_cmdlist);
    atc_inv_sync_issued(d, t);
    CALL(command_release);
    while (d->consumed <= t->command_number) {
        READ_REGISTER(PRISIM_SMMU_CMDQ_CONS);
        ANSWER();
        command_consumed(d, (uint32_t)t->answer[0]);
        if (d->consumed <= t->command_number)
            SLEEP(e->config->price.poll_interval);
    }
    END;
}

void command_cfgi_cd(struct task *t, uint32_t stream_id, uint32_t pasid)
{
    t->command[0] = prisim_bits_put(PRISIM_CMDQ_OP_CFGI_CD, PRISIM_CMD_OPCODE) |
                    prisim_bits_put(pasid, PRISIM_CMD_SSID) | prisim_bits_put(stream_id, PRISIM_CMD_SID);
    t->command[1] = prisim_bits_put(1, PRISIM_CMD1_LEAF);
}
