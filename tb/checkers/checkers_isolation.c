/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that are cut off (PCIE-ITAG-9, PCIE-DPC, UNBIND-STEP-9): by their root port, or by the driver at the SMMU.
 * What such a one still has, and sends, can harm nobody; when it is heard again, it can.
 */
#include "tb/checkers/checkers_state.h"

/* Of the StreamID, or NULL. */
static struct function *function_at(struct checkers *c, uint64_t stream_id)
{
    unsigned endpoint = checkers_endpoint_of_stream(c, stream_id);
    return endpoint < SYSTEM_ENDPOINTS_MAX ? &c->function[endpoint] : NULL;
}

/* fabric.contained */
void on_contained(struct checkers *c, const struct prisim_event *event)
{
    struct function *function = function_at(c, event->fabric_contained.stream_id);
    if (function != NULL)
        function->contained = true;
}

/* fabric.released */
void on_released(struct checkers *c, const struct prisim_event *event)
{
    struct function *function = function_at(c, event->fabric_released.stream_id);
    if (function != NULL)
        function->contained = false;
}

/* driver.isolated: of a link the root port has said so. */
void on_isolated(struct checkers *c, const struct prisim_event *event)
{
    struct function *function = function_at(c, event->driver_isolated.stream_id);
    if (function == NULL || event->driver_isolated.how == PRISIM_DRIVER_ISOLATE_LINK)
        return;
    function->refused = true;
    jobs_cut(c, event->driver_isolated.stream_id,
             event->driver_isolated.cause == PRISIM_CAUSE_BY_LIST ? event->driver_isolated.call : 0);
    function->aborted = event->driver_isolated.how == PRISIM_DRIVER_ISOLATE_STE_ABORT;
}
