/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: lives of software objects that have ended.
 */
#ifndef PRISIM_TB_CHECKERS_OBJECTS_H
#define PRISIM_TB_CHECKERS_OBJECTS_H

#include "tb/checkers/checkers_tables.h"

/* So many of the latest are kept: whoever uses one that ended before them is not found out. */
enum { OBJECTS_ENDED_MAX = 4096 };

struct objects {
    struct map ended; /* kind and life -> cycle + 1 */
    struct fifo line; /* the keys of those, as they ended */
};

#endif
