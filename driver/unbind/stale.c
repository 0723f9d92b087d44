/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of unbind that leave a PASID to others (UNBIND-P2): it is stale, and whoever comes first of its Stop Marker
 * and a sweep frees it (life.c).
 */
#include "driver/unbind/unbind.h"

/* It is no owner's from here on; but only behind its call is it free to be freed, for that still invalidates. */
bool step_mark(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_STALE);
    STEP(e->config->price.compute);
    call_entry(e, t)->state = PASID_STALE;
    EMIT_CALL(driver_stale);
    END;
}

static bool marker_has_come(const struct edge *e, const struct task *t)
{
    return t->call.markers && call_entry(e, t)->markers >= t->call.markers;
}

static uint32_t stale_of(const struct edge *e, uint32_t function)
{
    uint32_t stale = 0;
    for (uint32_t pasid = 0; pasid >> e->config->pasid_bits == 0; pasid++)
        stale += pasid_seen(e, function, pasid)->state == (uint8_t)PASID_LEFT;
    return stale;
}

/* UNBIND-P2: a quarter of the PASIDs, if nothing else is said. */
bool stale_is_at_limit(const struct edge *e, uint32_t function)
{
    const uint32_t quarter = (UINT32_C(1) << e->config->pasid_bits) / 4;
    const uint32_t limit = e->config->stale_limit ? e->config->stale_limit : quarter ? quarter : 1;
    return stale_of(e, function) >= limit;
}

/* By that policy; whoever is its roof starts it (caller.c). */
void stale_is_to_be_swept(struct edge *e, uint32_t function, uint32_t policy)
{
    function_of(e->driver, function)->sweeps_by = (uint8_t)(policy % PRISIM_DRIVER_LISTS);
    e->driver->sweeps_wanted |= UINT32_C(1) << function;
}

static void put_on_list(struct edge *e, const struct task *t)
{
    const uint32_t function = t->call.stimulus.function;
    struct pasid *entry = call_entry(e, t);
    assert(entry->state == (uint8_t)PASID_STALE);
    entry->state = PASID_LEFT;
    entry->call = t->call.stimulus.call;
    entry->policy = t->call.stimulus.policy % PRISIM_DRIVER_LISTS;
    if (stale_is_at_limit(e, function))
        stale_is_to_be_swept(e, function, entry->policy);
}

/* UNBIND-STEP-21: both are set, that it is stale and that its marker has come, or the second is left to somebody else:
 * that is seen at one edge. */
bool step_defer(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    if (!marker_has_come(e, t)) {
        put_on_list(e, t);
        FINISH;
    }
    t->call.cause = PRISIM_CAUSE_MARKER_SEEN;
    CALL(step_drained);
    CALL(step_free);
    END;
}
