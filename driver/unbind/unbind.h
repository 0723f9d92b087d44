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

/* unbind/life.c */
bool life_is_left_bound(const struct edge *e, const struct task *t);

/* unbind/by_flag.c: what a callback answers, and what is given for what is meant (enum prisim_driver_flags) */
uint8_t flags_of_callback(enum prisim_driver_callback callback);
uint8_t flags_as_given(const struct edge *e, uint8_t meant);

#endif
