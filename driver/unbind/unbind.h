/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: the steps of policies as task functions.
 */
#ifndef PRISIM_DRIVER_UNBIND_H
#define PRISIM_DRIVER_UNBIND_H

#include "driver/step.h"
#include "driver/unbind/policy.h"

#define POLICY_STEP(NAME, function) bool function(struct edge *e, struct task *t, uint16_t *pc);
#include "driver/unbind/policy_steps.def"
#undef POLICY_STEP

#endif
