/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: what the parts of a page request's way through software share (fault/).
 */
#ifndef PRISIM_DRIVER_FAULT_FAULT_H
#define PRISIM_DRIVER_FAULT_FAULT_H

#include "driver/state.h"

/* worker.c: makes t->command the answer to that item's group. */
void response_command(struct task *t, const struct item *item, enum prisim_prg_response_code code);

/* pri_handler_6_1.c: what is done with the record in hand, which is free behind it. */
bool driver_arm_smmu_handle_ppr_6_1(struct edge *e, struct task *t, uint16_t *pc);

#endif
