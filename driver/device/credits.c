/* SPDX-License-Identifier: Apache-2.0
 *
 * How many page requests a function may have outstanding: what is written as its Outstanding Page Request Allocation
 * (PCIE-PRICAP). What it can have at all is its capacity, and another matter.
 */
#include "driver/device/function.h"

/* Those that share the PRI queue: a virtual function has the credits of its physical one. */
static uint32_t sharers(const struct prisim_driver_config *config)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < config->functions; i++)
        count += config->function[i].pri_allocation && !config->function[i].physical_function;
    return count;
}

/* UNBIND-OPEN-10: markers count against no allocation, so that who wants them to find room gives less away. */
uint32_t function_credits(const struct edge *e, const struct task *t, uint32_t capacity)
{
    const uint32_t entries = UINT32_C(1) << e->driver->priq_log2, kept = e->config->marker_allowance;
    uint32_t credits = entries > kept ? entries - kept : 0;
    assert(function_config(e, t)->pri_allocation && sharers(e->config));
    switch ((enum prisim_driver_credits)e->config->credits) {
    case PRISIM_DRIVER_CREDITS_FIXED:
        credits = function_config(e, t)->pri_allocation;
        break;
    case PRISIM_DRIVER_CREDITS_SHARE:
        credits /= sharers(e->config);
        break;
    case PRISIM_DRIVER_CREDITS_FULL:
        break;
    }
    credits = credits ? credits : 1;
    return credits < capacity ? credits : capacity;
}
