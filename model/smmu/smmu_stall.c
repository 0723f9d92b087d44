/* SPDX-License-Identifier: Apache-2.0
 *
 * The stall model: client accesses that wait, with their fault told to software, until a command says what becomes of
 * them (smmuv3 2.8, 3.3, 3.4). Writing the record is smmu_event_queue.c.
 */
#include "model/smmu/smmu_state.h"

bool smmu_stall_command(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2])
{
    (void)dw;
    assert(opcode == CMDQ_OP_RESUME || opcode == CMDQ_OP_STALL_TERM);
    return e->config->stall_model == 0; /* smmuv3 2.8: both are ILL with STALL_MODEL=01 */
}
