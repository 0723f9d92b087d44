/* SPDX-License-Identifier: Apache-2.0
 *
 * A look into memory from outside, for debuggers and tests: no time, no events, no effect on accesses in flight.
 */
#include "model/interconnect/interconnect_state.h"

unsigned prisim_interconnect_debug(const struct prisim_interconnect_config *config, struct prisim_interconnect *state,
                                   bool write, uint64_t address, uint8_t *data, unsigned size)
{
    uint64_t offset = address - config->ram_base; /* wraps far out of range below the base */
    if (offset >= config->ram_size)
        return 0;
    uint64_t there = config->ram_size - offset;
    unsigned bytes = size < there ? size : (unsigned)there;
    if (write)
        memcpy(&state->ram[offset], data, bytes);
    else
        memcpy(data, &state->ram[offset], bytes);
    return bytes;
}
