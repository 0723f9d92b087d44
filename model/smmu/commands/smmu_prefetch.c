/* SPDX-License-Identifier: Apache-2.0
 *
 * CMD_PREFETCH_CONFIG and CMD_PREFETCH_ADDR (SMMU-CMDFIELD): translations in a slot of their own that fill the caches,
 * answer nobody and record nothing. One command is at work at a time, one translation after the other.
 */
#include "model/smmu/commands/smmu_commands.h"

static void next(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    struct smmu_prefetch *p = &s->prefetch;
    unsigned index = SMMU_SLOT_PREFETCH;
    /* SMMU-CMDFIELD: no prefetch while SMMUEN=0. */
    if (!smmu_is_enabled(s, PRISIM_CR0_SMMUEN))
        p->left = 0;
    if (p->left == 0)
        return;
    assert(s->free >> index & 1);
    s->free &= ~(UINT32_C(1) << index);
    struct smmu_slot *slot = s->slot + index;
    smmu_slot_touch(s, index);
    slot->tlp.head = (struct prisim_tlp_header){.type = PRISIM_TLP_MEMORY_READ, .requester_id = (uint16_t)p->stream_id};
    slot->address = p->address;
    slot->output = 0;
    slot->stream_id = p->stream_id;
    slot->pasid = p->ssid;
    slot->has_pasid = p->has_ssid;
    slot->access = 0;
    slot->cd.flags = 0;
    slot->kind = p->kind;
    p->left--;
    p->address += p->stride;
    smmu_slot_start(e, index);
}

/* SMMU-CMDFIELD: 2^Size prefetches, 2^(12+Stride) bytes apart. More than the caches hold are of no use. */
void smmu_prefetch_start(struct smmu_edge *e, const uint64_t dw[2])
{
    struct smmu_prefetch *p = &e->s->prefetch;
    assert(p->left == 0 && (e->s->free >> SMMU_SLOT_PREFETCH & 1));
    bool address = prisim_bits_get(dw[0], PRISIM_CMD_OPCODE) == PRISIM_CMDQ_OP_PREFETCH_ADDR;
    uint64_t count = address ? UINT64_C(1) << prisim_bits_get(dw[1], PRISIM_CMD1_PREFETCH_SIZE) : 1;
    *p = (struct smmu_prefetch){
        .address = address ? dw[1] & PRISIM_CMD1_ADDRESS : 0,
        .stride = UINT64_C(1) << (12 + prisim_bits_get(dw[1], PRISIM_CMD1_PREFETCH_STRIDE)),
        .stream_id = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SID),
        .ssid = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SSID),
        .left = count < SMMU_PREFETCHES ? (uint32_t)count : SMMU_PREFETCHES,
        .has_ssid = prisim_bits_get(dw[0], PRISIM_CMD_SSV),
        .kind = address ? SMMU_PREFETCH_ADDRESS : SMMU_PREFETCH_CONFIG,
    };
    next(e);
}

void smmu_prefetch_end(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    const struct smmu_slot *slot = s->slot + SMMU_SLOT_PREFETCH;
    PRISIM_PROBE(e->ports, e->now, smmu_prefetch, .stream_id = slot->stream_id,
                 .pasid = smmu_pasid_field(slot->has_pasid, slot->pasid), .address = slot->address,
                 .cause = slot->cause);
    smmu_slot_free(s, SMMU_SLOT_PREFETCH);
    next(e);
}
