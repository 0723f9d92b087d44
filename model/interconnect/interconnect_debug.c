/* SPDX-License-Identifier: Apache-2.0
 *
 * A look into memory from outside, for debuggers and tests: no time, no events, no effect on accesses in flight.
 */
#include "model/interconnect/interconnect_state.h"

unsigned prisim_interconnect_debug(const struct prisim_interconnect_config *config, struct prisim_interconnect *state,
                                   bool write, uint64_t address, uint8_t *data, unsigned size)
{
    const struct memory_map map = interconnect_map(config);
    struct sparse_memory *memory = interconnect_memory(state);
    const unsigned bytes = (unsigned)memory_map_run(&map, address, size);
    if (!write) {
        sparse_memory_read(memory, address, data, bytes);
        return bytes;
    }
    prisim_touch_everything(&state->touched);
    return sparse_memory_write(memory, address, data, bytes) ? bytes : 0;
}

const uint8_t *prisim_interconnect_page(const struct prisim_interconnect *state, uint32_t i, uint64_t *address)
{
    return sparse_memory_page(interconnect_memory(state), i, address);
}
