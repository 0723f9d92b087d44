/* SPDX-License-Identifier: Apache-2.0
 *
 * How time passes: edge by edge while something is waited for, in one go else.
 */
#include "model/platform/platform_state.h"

uint64_t prisim_platform_now(const struct prisim_platform *platform)
{
    return platform->now;
}

/* The last edge that there is. */
static const prisim_cycle_t last_edge = PRISIM_CYCLE_NEVER >> 8;

prisim_cycle_t platform_end(const struct prisim_platform *platform, uint64_t limit)
{
    return limit < last_edge - platform->now ? platform->now + limit : last_edge;
}

bool platform_tick(struct prisim_platform *platform, prisim_cycle_t end)
{
    if (platform->now >= end)
        return false;
    platform->now = prisim_scheduler_idle(platform->scheduler) ? end : platform->now + 1;
    prisim_scheduler_run(platform->scheduler, platform->now);
    return true;
}

void platform_wake_host(struct prisim_platform *platform)
{
    prisim_scheduler_wake(platform->scheduler, RANK_HOST, platform->now + 1);
}

enum prisim_status prisim_platform_run_until(struct prisim_platform *platform, uint64_t cycle)
{
    if (cycle < platform->now || cycle > last_edge)
        return PRISIM_REFUSED;
    prisim_scheduler_run(platform->scheduler, cycle);
    platform->now = cycle;
    return PRISIM_OK;
}

enum prisim_status prisim_platform_run_until_idle(struct prisim_platform *platform, uint64_t limit)
{
    prisim_cycle_t end = platform_end(platform, limit);
    prisim_scheduler_run(platform->scheduler, end);
    if (!prisim_scheduler_idle(platform->scheduler)) {
        platform->now = end;
        return PRISIM_TIMEOUT;
    }
    platform->now = prisim_cycle_max(platform->now, prisim_scheduler_now(platform->scheduler));
    return PRISIM_OK;
}
