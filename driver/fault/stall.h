/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: faults of functions without ATS, whose accesses the SMMU stalls (SMMU-RESUME). They come by the
 * event queue, and from the work queue on they are as page requests.
 */
#ifndef PRISIM_DRIVER_STALL_H
#define PRISIM_DRIVER_STALL_H

#include "driver/state.h"

/* Entries of the queue by which a function's faults come: how many are taken from there, and handed over. */
static inline uint64_t fault_entries_taken(const struct edge *e, uint32_t function)
{
    return function_stalls(e, function) ? e->driver->events_taken : e->driver->taken;
}

static inline uint64_t fault_entries_handed(const struct edge *e, uint32_t function)
{
    const struct prisim_driver *d = e->driver;
    return function_stalls(e, function) ? d->events_taken - (d->stall_in_hand != ITEM_NONE) : d->handed;
}

/* fault/stall.c */
bool stall_take(struct edge *e, const struct task *t);
bool driver_iommu_report_device_fault(struct edge *e, struct task *t, uint16_t *pc);
void stall_resume_command(struct task *t, const struct item *item, bool retry);

#endif
