/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: what they know of each function.
 */
#ifndef PRISIM_TB_CHECKERS_FUNCTION_H
#define PRISIM_TB_CHECKERS_FUNCTION_H

#include "tb/checkers/checkers_response.h"

struct function {
    uint32_t stream_id;
    uint32_t allocation;
    uint32_t no_pasid;                   /* binding of what has no PASID; 0: it has none */
    uint32_t outstanding;                /* page requests that are not answered */
    uint64_t own[PRISIM_PRG_INDEXES];    /* group of the engine that has the index */
    uint64_t latest[PRISIM_PRG_INDEXES]; /* group that used the index last */
    struct request *first, *final;       /* travelling, in the order they were made */
    struct answer off;                   /* the Response Failure that switched its page requests off */
};

/* Software's division of the queue. */
struct allocations {
    bool ready, overcommitted;
};

#endif
