/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: groups of page requests, which one is served next and how it is answered.
 */
#ifndef PRISIM_DRIVER_FAULT_GROUP_H
#define PRISIM_DRIVER_FAULT_GROUP_H

#include "driver/state.h"

/* ordered.c: the group of the work queue that may be served next, or ITEM_NONE, and the one before it in the list. */
uint16_t ordered_next(const struct prisim_driver *d, uint16_t *before);

/* item.c */
uint16_t item_gather_parts(struct edge *e, uint32_t stream_id, uint32_t pasid);

/* worker.c: makes t->command the answer to that item's group. */
void command_pri_resp(struct task *t, const struct item *item, enum prisim_prg_response_code code);
/* worker.c: what is answered for a request that has no owner. */
enum prisim_prg_response_code no_owner_code(enum prisim_driver_no_owner no_owner);

/* worker.c: a routine, for a Stop Marker that came to a worker. */
bool worker_marker(struct edge *e, struct task *t);

/* service.c: how long it takes to make a page resident, if that is not the same for all. */
static inline bool fault_service_is_drawn(const struct prisim_driver_config *config)
{
    return (config->fault_service_spread | config->major_faults) != 0;
}
uint64_t fault_service_seeded(const struct prisim_driver_config *config);
bool driver_drawn_service(struct edge *e, struct task *t, uint16_t *pc);

/* pri_handler_6_1.c: what is done with the record in hand, which is free behind it. */
bool driver_arm_smmu_handle_ppr_6_1(struct edge *e, struct task *t, uint16_t *pc);

#endif
