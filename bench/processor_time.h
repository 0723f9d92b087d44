/* SPDX-License-Identifier: Apache-2.0
 *
 * Time that this process had of its processors.
 */
#ifndef PRISIM_BENCH_PROCESSOR_TIME_H
#define PRISIM_BENCH_PROCESSOR_TIME_H

#include <time.h>

static inline double processor_seconds(void)
{
    return (double)clock() / (double)CLOCKS_PER_SEC;
}

#endif
