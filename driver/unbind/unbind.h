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

/* The function that the call is about. */
static inline const struct prisim_driver_function *function_called(const struct edge *e, const struct task *t)
{
    return &e->config->function[t->call.stimulus.function];
}

/* unbind/life.c */
bool life_is_left_bound(const struct edge *e, const struct task *t);
bool life_next_swept(const struct edge *e, struct task *t);
bool life_is_freed_by_marker(const struct edge *e, const struct task *t);

/* UNBIND-P2: behind its unbind, and not free. */
static inline bool pasid_is_left(const struct pasid *pasid)
{
    return pasid->state >= (uint8_t)PASID_LEFT;
}

/* sweep.c */
bool driver_sweep(struct edge *e, struct task *t, uint16_t *pc);

/* unbind/stale.c */
bool stale_is_at_limit(const struct edge *e, uint32_t function);
void stale_is_to_be_swept(struct edge *e, uint32_t function, uint32_t policy);

/* unbind/by_flag.c: what a callback answers, and what is given for what is meant (enum prisim_driver_flags) */
uint8_t flags_of_callback(enum prisim_driver_callback callback);
uint8_t flags_as_given(const struct edge *e, uint8_t meant);

/* unbind/completion.c */
void completion_arm(struct edge *e, const struct task *t);
bool completion_wait(struct edge *e, struct task *t, uint16_t *pc);
void completion_leave(struct edge *e, const struct task *t);

/* unbind/scan.c: begin, then for each entry until it is over: entry, go_on */
bool scan_begin(struct edge *e, struct task *t, uint16_t *pc);
bool scan_is_over(const struct edge *e, const struct task *t);
bool scan_entry(struct edge *e, struct task *t, uint16_t *pc);
bool scan_matches(const struct task *t);
void scan_go_on(const struct edge *e, struct task *t);
uint64_t scan_place(const struct edge *e, const struct task *t);

/* smmu/command_queue.c */
bool command_sync_drain(struct edge *e, struct task *t, uint16_t *pc);

#endif
