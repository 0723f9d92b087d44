/* SPDX-License-Identifier: Apache-2.0
 *
 * The RAM: one flat range of bytes. Pages that nobody wrote cost nothing as long as the state's memory comes zeroed and
 * untouched from the operating system (calloc).
 */
#include "model/interconnect/interconnect_state.h"

uint8_t *interconnect_ram_at(const struct interconnect_config *config, struct interconnect *state, uint64_t address,
                             uint32_t size)
{
    uint64_t offset = address - config->ram_base; /* wraps far out of range below the base */
    uint64_t in_line = address % MEMORY_LINE_BYTES;
    if (size == 0 || in_line + size > MEMORY_LINE_BYTES || offset >= config->ram_size)
        return NULL;
    /* RAM is whole lines and the access lies in one, so that it cannot straddle the end. */
    assert(size <= config->ram_size - offset);
    return &state->ram[offset];
}
