/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: how a task puts a command on the queue of which nothing more is to be said.
 */
#ifndef PRISIM_DRIVER_COMMAND_QUEUE_H
#define PRISIM_DRIVER_COMMAND_QUEUE_H

#include "driver/step.h"

/* A command that a CMD_SYNC waits for is put on the queue together with that, and waited for. */
static inline bool command_is_batch(const struct edge *e)
{
    return e->config->commands == PRISIM_DRIVER_COMMANDS_BATCH;
}

/* Puts t->command on the queue and waits until PROD has passed it; in a batch, until its CMD_SYNC is done. */
#define COMMAND() COMMAND_WITH(command_is_batch(e), (void)0)
/* The same with an ATC_INV of this task's call: whether it was lost is told to it. */
#define COMMAND_ATC_INV() COMMAND_WITH(command_is_batch(e), atc_inv_issued(t, t->command_number - t->then_sync))
/* Whether it is a batch, and what is noted of the command once it is issued. */
#define COMMAND_WITH(batch, noted)                                                                                     \
    do {                                                                                                               \
        t->then_sync = batch;                                                                                          \
        CALL_ROUTINE(ROUTINE_COMMAND, driver_arm_smmu_cmdq_issue_cmdlist);                                             \
        noted;                                                                                                         \
        if (t->then_sync)                                                                                              \
            atc_inv_sync_issued(e->driver, t);                                                                         \
        CALL(command_release);                                                                                         \
        command_forget(t);                                                                                             \
    } while (0)

#endif
