/* SPDX-License-Identifier: Apache-2.0
 *
 * A point in time: the number of a clock edge. Edge 0 is the first one with reset released (docs/timing.md).
 */
#ifndef PRISIM_CORE_CYCLE_H
#define PRISIM_CORE_CYCLE_H

#include <stdint.h>

typedef uint64_t prisim_cycle_t;

/* "No edge at all": what a block returns that waits for its channels only. */
#define PRISIM_CYCLE_NEVER UINT64_MAX

static inline prisim_cycle_t prisim_cycle_min(prisim_cycle_t a, prisim_cycle_t b)
{
    return a < b ? a : b;
}

static inline prisim_cycle_t prisim_cycle_max(prisim_cycle_t a, prisim_cycle_t b)
{
    return a > b ? a : b;
}

#endif
