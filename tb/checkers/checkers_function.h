/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: what they know of each function.
 */
#ifndef PRISIM_TB_CHECKERS_FUNCTION_H
#define PRISIM_TB_CHECKERS_FUNCTION_H

#include "tb/checkers/checkers_response.h"

/* A PRG index of a function. */
struct function_index {
    uint64_t own;    /* group of the engine that has it */
    uint64_t latest; /* group that used it last */
};

struct function {
    uint32_t stream_id;
    uint32_t allocation;
    uint32_t no_pasid;             /* binding of what has no PASID; 0: it has none */
    uint32_t outstanding;          /* page requests that are not answered */
    bool enabled;                  /* E */
    bool halted;                   /* a Response Failure came since E went to 1 */
    bool gone;                     /* it was removed, and all that it had */
    bool contained;                /* its link is */
    bool refused;                  /* the SMMU aborts what is translated of it, until it is reset */
    bool aborted;                  /* and all else */
    struct function_index *index;  /* PRISIM_PRG_INDEXES of them, or NULL: it used none */
    struct request *first, *final; /* travelling, in the order they were made */
    struct answer off;             /* what switched its page requests off: a Response Failure, or an unbind */
    uint32_t cut_by;               /* the binding whose unbind switched its ATS off, isolated or reset it; 0: none */
};

/* Nobody hears of what it does with translations that it has. */
static inline bool function_is_cut_off(const struct function *function)
{
    return function->contained || function->refused;
}

/* Nor of a memory TLP, translated or not. */
static inline bool function_is_heard(const struct function *function, bool translated)
{
    return translated ? !function_is_cut_off(function) : !function->contained && !function->aborted;
}

/* It must send no page requests, nor owes it a Stop Marker (PCIE-PRICAP-9, PCIE-PRICAP-15). */
static inline bool function_is_off(const struct function *function)
{
    return !function->enabled || function->halted;
}

/* Software's division of the queue. */
struct allocations {
    bool ready, overcommitted;
};

#endif
