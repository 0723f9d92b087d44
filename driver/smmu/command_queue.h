/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: how a task puts a command on the queue of which nothing more is to be said.
 */
#ifndef PRISIM_DRIVER_COMMAND_QUEUE_H
#define PRISIM_DRIVER_COMMAND_QUEUE_H

#include "driver/step.h"

/* Puts t->command on the queue and waits until PROD has passed it. */
#define COMMAND()                                                                                                      \
    do {                                                                                                               \
        CALL_ROUTINE(ROUTINE_COMMAND, driver_arm_smmu_cmdq_issue_cmdlist);                                             \
        CALL(command_release);                                                                                         \
    } while (0)

#endif
