/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of a policy of unbind: its row in policies.def. The driver runs its list, and the testbench judges by
 * its promise; nobody else knows a policy by name.
 */
#ifndef PRISIM_DRIVER_POLICY_H
#define PRISIM_DRIVER_POLICY_H

#include "driver/driver.h"

enum driver_step {
#define POLICY_STEP(NAME, function) DRIVER_STEP_##NAME,
#include "driver/unbind/policy_steps.def"
#undef POLICY_STEP
    DRIVER_STEPS
};

/* When a step of a list is run; it is passed over else. */
enum driver_when {
    DRIVER_WHEN_ALWAYS,
    DRIVER_WHEN_REFUSING, /* draining_answer: faults are answered Invalid while it waits */
    DRIVER_WHEN_SERVING,  /* or are served until it has waited */
    DRIVER_WHEN_KEPT, /* ATC or TLBs may hold a translation, and on_atc_timeout or on_sync_timeout does not take that */
    DRIVER_WHEN_TIMED_OUT,    /* the Stop Marker did not come */
    DRIVER_WHEN_ROLLING_BACK, /* a signal ended the wait, and batch_signal is rollback */
    DRIVER_WHEN_FLUSHED,      /* by_flag: no more page requests come, but some may be left */
    DRIVER_WHEN_DISCARDING    /* batch_parts is discard */
};

struct driver_policy_step {
    uint8_t step; /* enum prisim_driver_step */
    uint8_t when; /* enum driver_when */
};

/* Where a page request is (UNBIND-POINT): it has passed that point. */
enum driver_point {
    DRIVER_POINT_E0,
    DRIVER_POINT_E1,
    DRIVER_POINT_H0,
    DRIVER_POINT_H1,
    DRIVER_POINT_H2,
    DRIVER_POINT_S0,
    DRIVER_POINT_S1,
    DRIVER_POINT_S2,
    DRIVER_POINT_S3,
    DRIVER_POINT_R0
};

/* What is gone of a binding at U6 (UNBIND-STEP "Promise"): its page requests from a point on and before another one. */
struct driver_promise {
    uint8_t from, to;      /* enum driver_point; equal: it promises nothing of page requests */
    uint8_t before_marker; /* only those that left the function before its Stop Marker */
    uint8_t of_found;      /* only those whose look-up found the binding's space */
};

struct driver_policy_row {
    const char *name;
    const char *origin; /* "P0" .. "P17" of docs/rules/unbind.md */
    struct driver_promise promise, timed_out;
    const struct driver_policy_step *step;
    uint32_t steps;
};

/* The row; NULL: there is no such policy. */
const struct driver_policy_row *driver_policy(uint32_t policy);

/* The list that calls of a policy run: its row's; of the policy that `unbind` names as unbind_without, unbind_move and
 * unbind_before have it. How many steps it has, and the step at a place, counted from 0. */
uint32_t driver_list_steps(const struct prisim_driver_config *config, uint32_t policy);
const struct driver_policy_step *driver_list_step(const struct prisim_driver_config *config, uint32_t policy,
                                                  uint32_t place);
/* Whether it can be executed (UNBIND-STEP "Semantics"): nothing is used before it is taken, and the PASID is freed. */
bool driver_list_can_run(const struct prisim_driver_config *config, uint32_t policy);

/* What it promises if its wait ended in that way, which driver.drained says. */
static inline struct driver_promise driver_policy_promise(uint32_t policy, enum prisim_cause drained)
{
    const struct driver_policy_row *row = driver_policy(policy);
    if (row == NULL)
        return (struct driver_promise){0};
    if (drained == PRISIM_CAUSE_SAID_CLEAN) /* of E0..R2 what a hazard tells of */
        return (struct driver_promise){DRIVER_POINT_H0, DRIVER_POINT_R0, 0, 0};
    return drained == PRISIM_CAUSE_MARKER_TIMEOUT ? row->timed_out : row->promise;
}

/* Where the step stands in its list, counted from 0; behind its end: nowhere. */
static inline uint32_t driver_policy_place(const struct driver_policy_row *row, enum driver_step step)
{
    uint32_t place = 0;
    while (place < row->steps && row->step[place].step != (unsigned)step)
        place++;
    return place;
}

static inline bool driver_policy_has(uint32_t policy, enum driver_step step)
{
    const struct driver_policy_row *row = driver_policy(policy);
    return row != NULL && driver_policy_place(row, step) < row->steps;
}

#endif
