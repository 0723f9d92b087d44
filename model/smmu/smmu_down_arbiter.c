/* SPDX-License-Identifier: Apache-2.0
 *
 * The one port to the root port: round robin between completions, the PRI queue's automatic responses and commands; one
 * TLP an edge.
 */
#include "model/smmu/smmu_step.h"

/* The lowest slot first. The slot is free again. */
static void complete(struct smmu_edge *e, struct prisim_tlp *to)
{
    struct prisim_smmu *s = e->s;
    unsigned index = (unsigned)__builtin_ctz(s->answering);
    const struct smmu_slot *slot = s->slot + index;
    const struct prisim_tlp_header *request = &slot->tlp.head;
    s->answering &= s->answering - 1;
    to->head = (struct prisim_tlp_header){
        .id = smmu_tlp_id(e),
        .requester_id = request->requester_id,
        .destination_id = e->config->requester_id,
        .tag = request->tag,
        .type = PRISIM_TLP_COMPLETION,
        .traffic_class = request->traffic_class,
    };
    if (slot->kind == SMMU_TRANSLATION_REQUEST)
        smmu_ats_completion(slot, to);
    else
        smmu_dma_completion(slot, to);
    smmu_slot_touch(s, index);
    smmu_slot_free(s, index);
    if (s->answering)
        smmu_down_want(s, SMMU_DOWN_COMPLETION);
}

static void (*const send[SMMU_DOWN_SOURCES])(struct smmu_edge *e, struct prisim_tlp *to) = {
    [SMMU_DOWN_COMPLETION] = complete,
    [SMMU_DOWN_AUTOMATIC] = smmu_pri_response_send,
    [SMMU_DOWN_COMMAND] = smmu_command_send,
};

void smmu_down_grant(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    unsigned after = s->down_wants & ~((2u << s->down_last) - 1);
    assert(s->down_wants != 0 && s->down_wants < 1 << SMMU_DOWN_SOURCES);
    unsigned source = (unsigned)__builtin_ctz(after ? after : s->down_wants);
    s->down_last = (uint8_t)source;
    s->down_wants &= (uint8_t) ~(1 << source);
    send[source](e, prisim_ports_put(e->ports, PRISIM_SMMU_TX_DOWN));
    if (s->down_wants == 0)
        smmu_unwant(s, PRISIM_SMMU_TX_DOWN);
}
