/* SPDX-License-Identifier: Apache-2.0
 *
 * Which function an instance of the log or a StreamID is.
 */
#include "tb/checkers_state.h"

unsigned checkers_endpoint(const struct checkers *c, unsigned instance)
{
    bool known = instance >= INSTANCE_ENDPOINT && instance - INSTANCE_ENDPOINT < c->scenario->system.endpoints;
    return known ? instance - INSTANCE_ENDPOINT : SYSTEM_ENDPOINTS_MAX;
}

unsigned checkers_endpoint_of_stream(const struct checkers *c, uint64_t stream_id)
{
    for (unsigned i = 0; i < c->scenario->system.endpoints; i++)
        if (c->function[i].stream_id == stream_id)
            return i;
    return SYSTEM_ENDPOINTS_MAX;
}
