/* SPDX-License-Identifier: Apache-2.0
 *
 * What a Stop Marker starts (UNBIND-P4): a call that runs the list for it of the policy in `unbind`, if there is one,
 * on the PASID that is bound at that edge; or, on one that is stale, of its own policy (UNBIND-P2).
 */
#include "driver/state.h"
#include "driver/unbind/unbind.h"

/* Of a PASID that is bound, a list that enters it; of one that is stale, of the policy that left it so, one that does
 * not (UNBIND-P2), and only when this is the marker of its last life (UNBIND-S-16). PRISIM_DRIVER_LISTS: there is none.
 */
static uint32_t list_for(const struct edge *e, const struct pasid *entry)
{
    const bool stale = pasid_is_left(entry);
    if (entry->state != (uint8_t)PASID_BOUND && (!stale || entry->markers != entry->stops))
        return PRISIM_DRIVER_LISTS;
    const uint32_t list = driver_list_of(e->config, stale ? entry->policy : e->config->unbind, PRISIM_DRIVER_ON_MARKER);
    const bool enters = driver_policy_has(e->config, list, DRIVER_STEP_ENTER);
    return driver_policy_steps(e->config, list) && enters != stale ? list : PRISIM_DRIVER_LISTS;
}

/* The binding is named, for another call may unbind the PASID and bind it again before this one enters. */
void driver_on_marker(struct edge *e)
{
    const uint32_t stream_id = (uint32_t)((e->driver->marker - 1) >> 32), pasid = (uint32_t)(e->driver->marker - 1);
    const struct pasid *entry = pasid_find(e, stream_id, true, pasid);
    e->driver->marker = 0;
    const uint32_t list = entry ? list_for(e, entry) : PRISIM_DRIVER_LISTS;
    if (list == PRISIM_DRIVER_LISTS)
        return;
    const struct prisim_driver_stimulus call = {.what = PRISIM_DRIVER_UNBIND,
                                                .function = (uint32_t)function_find(e->config, stream_id),
                                                .pasid = pasid,
                                                .policy = list,
                                                .binding = entry->binding,
                                                .call = pasid_is_left(entry) ? entry->call : 0};
    caller_new(e, &call);
}
