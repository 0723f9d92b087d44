/* SPDX-License-Identifier: Apache-2.0
 *
 * Duties of the fabric: what it passes on comes, and in an order that PCIE-ORDER has. Told when it was broken, not when
 * a fault was planned. That a link is down, and what is on it is lost, breaks nothing.
 */
#include "tb/checkers/checkers_state.h"

/* A page request or Stop Marker on its way, or NULL. */
static const struct request *request_of(const struct checkers *c, uint64_t tlp)
{
    const struct request *request = pool_get(&c->requests.pool, map_get(&c->requests.by_tlp, tlp));
    return request != NULL && request->pool.live ? request : NULL;
}

static void link_broke(struct checkers *c, const struct prisim_event *event, uint64_t link, enum duty duty,
                       const struct request *of)
{
    if (link < c->scenario->system.endpoints)
        duties_broken(c, event->cycle, event->instance, duty, c->function[link].stream_id,
                      of != NULL ? of->pasid : (uint64_t)PRISIM_PASID_NONE);
}

/* fabric.fault: of a TLP that is dropped it comes before its fabric.lost */
void duty_fabric_fault(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_fabric_fault *e = &event->fabric_fault;
    if (e->what == PRISIM_FABRIC_FAULT_DROP)
        link_broke(c, event, e->link, DUTY_TLP_DELIVERED, request_of(c, e->tlp));
}

/* fabric.passed: PCIE-ORDER-1 to PCIE-ORDER-4 */
void duty_fabric_passed(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_fabric_passed *e = &event->fabric_passed;
    link_broke(c, event, e->link, DUTY_ORDER_KEPT, request_of(c, e->overtaken));
}

/* Of a fabric that does not say so itself: once is enough. */
void duty_passed_at_port(struct checkers *c, const struct request *passed, prisim_cycle_t cycle)
{
    if (c->findings.broken_since[DUTY_ORDER_KEPT] == PRISIM_CYCLE_NEVER)
        duties_broken(c, cycle, INSTANCE_FABRIC, DUTY_ORDER_KEPT, c->function[passed->endpoint].stream_id,
                      passed->pasid);
}
