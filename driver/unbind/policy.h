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
#define POLICY_WHEN(NAME, about) DRIVER_WHEN_##NAME,
#include "driver/unbind/policy_whens.def"
#undef POLICY_WHEN
    DRIVER_WHENS
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
    DRIVER_POINT_R0,
    DRIVER_POINTS
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

/* A word for several steps in a list of one's own. */
struct driver_shorthand {
    const char *word;
    const struct driver_policy_step *step;
    uint32_t steps;
};

/* The one with that number, from 0; NULL: there are no more. */
const struct driver_shorthand *driver_shorthand(uint32_t number);

/* The row; NULL: there is no such preset. */
const struct driver_policy_row *driver_policy(uint32_t policy);

/* The list that a policy runs then: a list of one's own that there is none of is that of an unbind. */
uint32_t driver_list_of(const struct prisim_driver_config *config, uint32_t policy, enum prisim_driver_trigger trigger);

/* Where a policy is asked for below, it is a list's number: that of a policy is its list of an unbind.
 *
 * The list of a policy as it is written: its row's, or the configuration's own. How many steps it has, 0 if there is no
 * such list, and the step at a place, counted from 0. */
uint32_t driver_policy_steps(const struct prisim_driver_config *config, uint32_t policy);
struct driver_policy_step driver_policy_step_at(const struct prisim_driver_config *config, uint32_t policy,
                                                uint32_t place);
bool driver_policy_is_known(const struct prisim_driver_config *config, uint32_t policy);
bool driver_policy_has(const struct prisim_driver_config *config, uint32_t policy, enum driver_step step);
/* What it promises if its wait ended in that way, which driver.drained says. */
struct driver_promise driver_policy_promise(const struct prisim_driver_config *config, uint32_t policy,
                                            enum prisim_cause drained);

/* The list that calls of a policy run: as it is written; of the policy that `unbind` names as unbind_without,
 * unbind_move and unbind_before have it. */
uint32_t driver_list_steps(const struct prisim_driver_config *config, uint32_t policy);
struct driver_policy_step driver_list_step(const struct prisim_driver_config *config, uint32_t policy, uint32_t place);
/* The argument of that step and 1 (policy_arguments.def); 0: it has none. */
uint32_t driver_list_argument(const struct prisim_driver_config *config, uint32_t policy, uint32_t place);

/* Why a list cannot be executed (UNBIND-STEP "Semantics"). */
enum driver_list_fault {
    DRIVER_LIST_CAN_RUN,
    DRIVER_LIST_NOT_TAKEN,   /* a step uses what no snapshot has taken, or read_batch counted, on a way to it */
    DRIVER_LIST_KEEPS,       /* the list may end (keep, rollback, by_flag) where the PASID need not be kept back */
    DRIVER_LIST_FREED_TWICE, /* the PASID, on one way through the list; or repeat_atc_inv goes back past `free` */
    DRIVER_LIST_NEVER_FREED, /* on some way through it */
    DRIVER_LIST_NOT_STARTED  /* the PRI thread is stopped, and the list may end or go back */
};
/* *place: of the step that is at fault; DRIVER_LIST_NEVER_FREED, and DRIVER_LIST_NOT_STARTED at its end: behind the
 * list.
 */
enum driver_list_fault driver_list_fault(const struct prisim_driver_config *config, uint32_t policy, uint32_t *place);
bool driver_list_can_run(const struct prisim_driver_config *config, uint32_t policy);

/* Of the configuration's own list: steps, conditions and arguments are such as there are; false: none of them is run.
 */
bool driver_own_check(const struct prisim_driver_config *config, struct prisim_config_error *error);

/* As scenarios have them: "await_handed", "timed_out", "H2". */
enum { DRIVER_WORD_MAX = 32 };
void driver_step_word(unsigned step, char word[DRIVER_WORD_MAX]);
void driver_when_word(unsigned when, char word[DRIVER_WORD_MAX]);
const char *driver_point_word(unsigned point);
/* The name of a list's preset, "own", or NULL. */
const char *driver_policy_name(uint32_t policy);

/* Where the step stands in its list, counted from 0; behind its end: nowhere. */
static inline uint32_t driver_policy_place(const struct driver_policy_row *row, enum driver_step step)
{
    uint32_t place = 0;
    while (place < row->steps && row->step[place].step != (unsigned)step)
        place++;
    return place;
}

#endif
