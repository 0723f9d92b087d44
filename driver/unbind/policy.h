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
    uint8_t step;     /* enum prisim_driver_step */
    uint8_t when;     /* enum driver_when */
    uint8_t argument; /* of a preset's, and 1 (policy_arguments.def); 0: it has none, or it is a list of one's own */
};

/* UNBIND-STEP-6: what becomes of the descriptor. */
enum driver_clear_cd {
    DRIVER_CLEAR_CD_ZERO,          /* word 0 is 0, V with it */
    DRIVER_CLEAR_CD_PRESENT_FIRST, /* V is 0, and no other bit of it changes */
    DRIVER_CLEAR_CD_QUIET          /* it stays valid, and no table is walked (UNBIND-P10) */
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

struct driver_policy_list {
    enum prisim_driver_policy policy;
    enum prisim_driver_trigger trigger;
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

/* What a policy's list is about, and who runs it (triggers.def). */
enum driver_list_of { DRIVER_LIST_OF_PASID, DRIVER_LIST_OF_STALE, DRIVER_LIST_OF_FUNCTION };

struct driver_trigger_row {
    const char *name; /* of its key in scenarios */
    enum driver_list_of of;
    bool runs; /* something runs it in this version */
    const char *about;
};

const struct driver_trigger_row *driver_trigger(enum prisim_driver_trigger trigger);
/* A list of that trigger can have the step. */
bool driver_trigger_has(enum prisim_driver_trigger trigger, unsigned step);
/* Whose list it is. */
enum prisim_driver_trigger driver_trigger_of(uint32_t list);

/* The row; NULL: there is no such preset. */
const struct driver_policy_row *driver_policy(uint32_t policy);
/* A list of a preset, beside that of its row (PRISIM_POLICY_LIST); NULL: it has none then. */
const struct driver_policy_list *driver_policy_list(uint32_t policy, enum prisim_driver_trigger trigger);

/* The list that a policy runs then, which has no steps if there is none; that for the end of a process is that of an
 * unbind then. */
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

/* The arguments of lock and unlock, and 1. */
enum driver_lock_argument { DRIVER_LOCK_GROUP, DRIVER_LOCK_MM, DRIVER_LOCK_PARAM };
#define DRIVER_UNLOCK_GROUP DRIVER_LOCK_GROUP
_Static_assert(DRIVER_LOCK_GROUP + 1 == PRISIM_DRIVER_LOCK_GROUP && DRIVER_LOCK_PARAM + 1 == PRISIM_DRIVER_LOCK_PARAM,
               "an argument and 1 is a lock");

/* Why a list cannot be executed (UNBIND-STEP "Semantics"). */
enum driver_list_fault {
    DRIVER_LIST_CAN_RUN,
    DRIVER_LIST_HAS_IT_NOT,   /* a step of a PASID, in a list that has none */
    DRIVER_LIST_NOT_TAKEN,    /* a step uses what no snapshot has taken, or read_batch counted, on a way to it */
    DRIVER_LIST_KEEPS,        /* the list may end (keep, rollback, by_flag, stay_bound) where the PASID may not */
    DRIVER_LIST_LOCKED,       /* lock of what it has, unlock of what it has not, or either of no lock */
    DRIVER_LIST_STAYS_LOCKED, /* behind the list, on some way through it */
    DRIVER_LIST_FREED_TWICE,  /* the PASID, on one way through the list; or repeat_atc_inv goes back past `free` */
    DRIVER_LIST_NEVER_FREED,  /* on some way through it */
    DRIVER_LIST_NOT_STARTED   /* the PRI thread is stopped, and the list may end or go back */
};
/* *place: of the step that is at fault; DRIVER_LIST_NEVER_FREED, and DRIVER_LIST_NOT_STARTED at its end: behind the
 * list.
 */
enum driver_list_fault driver_list_fault(const struct prisim_driver_config *config, uint32_t policy, uint32_t *place);
bool driver_list_can_run(const struct prisim_driver_config *config, uint32_t policy);

/* Of the configuration's own lists: steps, conditions and arguments are such as there are; and each can be executed,
 * and somebody does. False: none of them is run. */
bool driver_own_check(const struct prisim_driver_config *config, struct prisim_config_error *error);
bool driver_own_runs(const struct prisim_driver_config *config, struct prisim_config_error *error);

/* As scenarios have them: "await_handed", "timed_out", "H2". */
enum { DRIVER_WORD_MAX = 32 };
void driver_step_word(unsigned step, char word[DRIVER_WORD_MAX]);
void driver_argument_word(unsigned step, unsigned argument, char word[DRIVER_WORD_MAX]);
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
