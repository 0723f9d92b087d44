/* SPDX-License-Identifier: Apache-2.0
 *
 * A look at the registers from outside, for debuggers and tests: no time, no events, nothing set off.
 */
#include "model/smmu/smmu_state.h"

unsigned prisim_smmu_register_debug(const struct prisim_smmu_config *config, const struct prisim_smmu *state,
                                    uint64_t offset, uint8_t *data, unsigned size)
{
    enum { WORD = 4 };
    if (offset % WORD || size % WORD || offset >= PRISIM_SMMU_FRAME_BYTES)
        return 0;
    uint64_t there = PRISIM_SMMU_FRAME_BYTES - offset;
    unsigned bytes = size < there ? size : (unsigned)there;
    for (unsigned at = 0; at < bytes; at += WORD)
        prisim_store_le32(data + at, (uint32_t)smmu_register_value(config, state, offset + at, WORD));
    return bytes;
}
