/* SPDX-License-Identifier: Apache-2.0
 *
 * The one port to memory: round robin between translations, the PRI queue, the event queue, MSIs and commands; one
 * request an edge. A request's id is its source and what the source knows it by.
 */
#include "model/smmu/smmu_step.h"

/* The walk of stage 1 reads a descriptor. */
static __attribute__((noinline)) void tell_walk(struct smmu_edge *e, const struct smmu_slot *slot)
{
    const struct smmu_walk *walk = &slot->walk;
    if (slot->state == SMMU_SLOT_DESCRIPTOR && walk->stage == 1)
        PRISIM_PROBE(e->ports, e->now, smmu_walk_read, .tlp = slot->tlp.head.id, .stream_id = slot->stream_id,
                     .address = slot->fetch, .level = walk->level, .begun = walk->since,
                     .known = walk->found ? walk->table_since : slot->cd.since);
}

/* The lowest slot first. */
static void slot_request(struct smmu_edge *e, struct prisim_memory_request *to)
{
    struct prisim_smmu *s = e->s;
    unsigned index = (unsigned)__builtin_ctz(s->fetching);
    const struct smmu_slot *slot = s->slot + index;
    s->fetching &= s->fetching - 1;
    to->address = slot->fetch;
    to->id = (uint32_t)SMMU_MEMORY_SLOT << 24 | index;
    to->write = PRISIM_MEMORY_READ;
    if (e->config->tell_walks)
        tell_walk(e, slot);
    to->size = (uint8_t)smmu_fetch_bytes((enum smmu_slot_state)slot->state);
    if (smmu_comes_in_words(e, slot->state))
        smmu_words_request(slot, to);
    if (slot->state == SMMU_SLOT_SWAP) {
        to->write = PRISIM_MEMORY_SWAP;
        prisim_store_le64(to->data, slot->walk.desired[slot->walk.stage - 1]);
        prisim_store_le64(to->data + PRISIM_DESCRIPTOR_BYTES, slot->walk.expected[slot->walk.stage - 1]);
    }
    if (s->fetching)
        smmu_memory_want(s, SMMU_MEMORY_SLOT);
}

/* The first source after the one served last. */
static unsigned next_in_turn(unsigned wants, unsigned last, unsigned sources)
{
    unsigned after = wants & ~((2u << last) - 1);
    assert(wants != 0 && wants < 1u << sources);
    return (unsigned)__builtin_ctz(after ? after : wants);
}

/* Each fills a request but for whose it is. */
static void (*const request[SMMU_MEMORY_SOURCES])(struct smmu_edge *e, struct prisim_memory_request *to) = {
    [SMMU_MEMORY_SLOT] = slot_request,
    [SMMU_MEMORY_PRI] = smmu_pri_access_request,
    [SMMU_MEMORY_EVENT] = smmu_event_request,
    [SMMU_MEMORY_MSI] = smmu_msi_request,
    [SMMU_MEMORY_COMMAND] = smmu_command_request,
};

void smmu_memory_grant(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    unsigned source = next_in_turn(s->memory_wants, s->memory_last, SMMU_MEMORY_SOURCES);
    s->memory_last = (uint8_t)source;
    s->memory_wants &= (uint8_t) ~(1 << source);
    struct prisim_memory_request *to = prisim_ports_put(e->ports, PRISIM_SMMU_TX_MEMORY_REQUEST);
    prisim_memory_of_no_stream(to);
    request[source](e, to);
    if (s->memory_wants == 0)
        smmu_unwant(s, PRISIM_SMMU_TX_MEMORY_REQUEST);
}

static bool is_slot_fetching(const struct prisim_smmu *s, unsigned index)
{
    if (index >= SMMU_SLOTS || (s->fetching >> index & 1))
        return false;
    return smmu_fetch_bytes((enum smmu_slot_state)s->slot[index].state) != 0;
}

/* A response that nothing waits for is taken no notice of. */
void smmu_memory_answered(struct smmu_edge *e, const struct prisim_memory_response *response)
{
    const struct prisim_smmu *s = e->s;
    unsigned index = response->id & 0xffffff;
    switch ((enum smmu_memory_source)(response->id >> 24)) {
    case SMMU_MEMORY_SLOT:
        if (is_slot_fetching(s, index)) {
            smmu_slot_touch(e->s, index);
            smmu_slot_fetched(e, index, response);
        }
        break;
    case SMMU_MEMORY_PRI:
        if (index < SMMU_PRI_ACCESSES && !(s->pri.access_free >> index & 1))
            smmu_pri_access_answered(e, index, response);
        break;
    case SMMU_MEMORY_EVENT:
        if (s->events.writing && !(s->memory_wants >> SMMU_MEMORY_EVENT & 1))
            smmu_event_answered(e, response->status);
        break;
    case SMMU_MEMORY_MSI:
        if (index < SMMU_MSI_SOURCES && (s->msi.in_flight >> index & 1))
            smmu_msi_written(e, index, response->status);
        break;
    case SMMU_MEMORY_COMMAND:
        if (smmu_command_is_fetching(s, index))
            smmu_command_fetched(e, index, response);
        break;
    case SMMU_MEMORY_SOURCES:
        break;
    }
}
