/* SPDX-License-Identifier: Apache-2.0
 *
 * What a Stop Marker starts (UNBIND-P4): a call that runs the list for it of the policy in `unbind`, if there is one,
 * on the PASID that is bound at that edge.
 */
#include "driver/state.h"
#include "driver/unbind/policy.h"

/* The binding is named, for another call may unbind the PASID and bind it again before this one enters. */
void driver_on_marker(struct edge *e)
{
    const uint32_t stream_id = (uint32_t)((e->driver->marker - 1) >> 32), pasid = (uint32_t)(e->driver->marker - 1);
    const uint32_t list = driver_list_of(e->config, e->config->unbind, PRISIM_DRIVER_ON_MARKER);
    const struct pasid *entry = pasid_find(e, stream_id, true, pasid);
    e->driver->marker = 0;
    if (!entry || !driver_policy_steps(e->config, list) || entry->state != (uint8_t)PASID_BOUND)
        return;
    const struct prisim_driver_stimulus call = {.what = PRISIM_DRIVER_UNBIND,
                                                .function = (uint32_t)function_find(e->config, stream_id),
                                                .pasid = pasid,
                                                .policy = list,
                                                .binding = entry->binding};
    caller_new(e, &call);
}
