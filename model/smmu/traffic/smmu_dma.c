/* SPDX-License-Identifier: Apache-2.0
 *
 * Client accesses, untranslated and translated: they go to memory in the order in which they arrived, whatever order
 * their translations end in, so that no read passes a write and no write another (SMMU-CR0, SMMU-CR, SMMU-EVENT,
 * SMMU-ATSTRANSLATED; PCIE-ORDER).
 */
#include "model/smmu/traffic/smmu_traffic.h"
#include "model/smmu/translation/smmu_permission.h"

static unsigned first_part(const struct smmu_slot *slot)
{
    unsigned room = PRISIM_MEMORY_LINE_BYTES - (unsigned)(slot->output & (PRISIM_MEMORY_LINE_BYTES - 1));
    return slot->tlp.head.size < room ? slot->tlp.head.size : room;
}

static bool is_write(const struct smmu_slot *slot)
{
    return slot->tlp.head.type == PRISIM_TLP_MEMORY_WRITE;
}

/* A client access takes its place in the order, behind all others: one that has come, or one that was stalled. `ended`
 * says that there is nothing to translate any more. */
void smmu_dma_enter(struct smmu_edge *e, unsigned index, enum prisim_cause ended)
{
    struct prisim_smmu *s = e->s;
    assert(s->order_count < SMMU_ORDER);
    s->order[(s->order_head + s->order_count++) % SMMU_ORDER] = (uint8_t)index;
    if (ended == PRISIM_CAUSE_UNSUPPORTED) {
        smmu_slot_forget(s->slot + index);
        smmu_slot_end(e, index, ended);
    } else if (ended != PRISIM_CAUSE_NONE) {
        smmu_dma_end(e, index);
    } else {
        smmu_slot_start(e, index);
    }
}

/* An access stalls: those behind it go on. */
void smmu_dma_leave(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    unsigned at = 0;
    while (s->order[(s->order_head + at) % SMMU_ORDER] != index)
        at++;
    assert(at < s->order_count);
    for (; at + 1u < s->order_count; at++)
        s->order[(s->order_head + at) % SMMU_ORDER] = s->order[(s->order_head + at + 1) % SMMU_ORDER];
    s->order_count--;
    if (s->order_count > 0 && s->slot[s->order[s->order_head]].state == SMMU_SLOT_READY)
        smmu_want(s, PRISIM_SMMU_TX_DMA_REQUEST);
}

/* SMMU-CR: PRIVCFG and INSTCFG of GBPA are as those of an STE; both are 0 without ATTR_PERMS_OVR. */
static void override_globally(uint32_t gbpa, struct smmu_slot *slot)
{
    slot->privileged = smmu_overridden(gbpa >> PRISIM_GBPA_PRIVCFG_SHIFT & 3, slot->privileged);
    slot->execute = !is_write(slot) && smmu_overridden(gbpa >> PRISIM_GBPA_INSTCFG_SHIFT & 3, slot->execute);
}

/* Whether it goes to memory, and the status of a read's completion if not. */
static void decide(struct smmu_edge *e, struct smmu_slot *slot)
{
    slot->passes = false;
    slot->status = PRISIM_TLP_UR;
    bool inside = slot->address >> e->config->oas_bits == 0;
    switch ((unsigned)slot->cause) {
    case PRISIM_CAUSE_TRANSLATED:
        slot->passes = true;
        break;
    case PRISIM_CAUSE_BYPASS: /* SMMU-ATSTRANSLATED: above OAS aborted silently */
        slot->output = slot->address;
        slot->passes = inside;
        break;
    case PRISIM_CAUSE_SMMU_OFF: /* SMMU-CR0: GBPA; a translated one is aborted */
        override_globally(e->s->gbpa, slot);
        slot->output = slot->address;
        slot->passes = slot->kind == SMMU_UNTRANSLATED && inside && !(e->s->gbpa & PRISIM_GBPA_ABORT);
        break;
    case PRISIM_CAUSE_TRANSLATION_FAULT: /* SMMU-EVENT "Fault handling bits", SMMU-RESUME */
    case PRISIM_CAUSE_ADDRESS_SIZE_FAULT:
    case PRISIM_CAUSE_ACCESS_FAULT:
    case PRISIM_CAUSE_PERMISSION_FAULT:
        if (!slot->abort) {
            slot->status = PRISIM_TLP_SC;
            memset(slot->tlp.data, 0, sizeof slot->tlp.data);
        }
        break;
    }
}

void smmu_dma_end(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    decide(e, slot);
    uint8_t access = slot->passes ? (is_write(slot) ? PRISIM_ACCESS_WRITE : PRISIM_ACCESS_READ) : 0;
    PRISIM_PROBE(e->ports, e->now, smmu_translate, .tlp = slot->tlp.head.id, .stream_id = slot->stream_id,
                 .pasid = smmu_pasid_field(slot->has_pasid, slot->pasid), .address = slot->address,
                 .output = slot->passes ? slot->output : 0, .access = access, .cause = slot->cause, .ats = 0,
                 .asid = smmu_asid_field(slot), .cd_since = smmu_cd_since_field(slot));
    slot->parts = slot->parts_sent = slot->parts_done = 0;
    if (slot->passes) {
        slot->status = PRISIM_TLP_SC;
        slot->parts = first_part(slot) < slot->tlp.head.size ? 2 : 1;
        /* A write of no bytes changes nothing; a read of none still pushes the writes before it (PCIE-ORDER). */
        if (is_write(slot) && slot->tlp.head.size == 0)
            slot->passes = false;
    }
    slot->state = SMMU_SLOT_READY;
    if (e->s->order[e->s->order_head] == index)
        smmu_want(e->s, PRISIM_SMMU_TX_DMA_REQUEST);
}

static void finish(struct prisim_smmu *s, unsigned index)
{
    struct smmu_slot *slot = s->slot + index;
    if (is_write(slot)) {
        smmu_slot_free(s, index);
        return;
    }
    slot->state = SMMU_SLOT_ANSWER;
    s->answering |= UINT32_C(1) << index;
    smmu_down_want(s, SMMU_DOWN_COMPLETION);
}

/* Whose access it is, as the SMMU passes it on: privileged and instruction after the overrides (SMMU-CR, SMMU-EVENT). A
 * translated access that bypasses is as it comes: data and unprivileged, for it has no PASID (SMMU-ATSTRANSLATED). */
static void put_whose(const struct smmu_slot *slot, struct prisim_memory_request *to)
{
    unsigned attributes = PRISIM_MEMORY_HAS_STREAM | (slot->has_pasid ? PRISIM_MEMORY_HAS_SUBSTREAM : 0u);
    if (slot->kind != SMMU_TRANSLATED || slot->cause != PRISIM_CAUSE_BYPASS)
        attributes |=
            (slot->privileged ? PRISIM_MEMORY_PRIVILEGED : 0u) | (slot->execute ? PRISIM_MEMORY_INSTRUCTION : 0u);
    to->attributes = (uint16_t)attributes;
    to->stream_id = slot->stream_id;
    to->substream_id = slot->has_pasid ? slot->pasid : 0;
}

static void put_part(struct smmu_edge *e, unsigned index)
{
    struct smmu_slot *slot = e->s->slot + index;
    struct prisim_memory_request *to = prisim_ports_put(e->ports, PRISIM_SMMU_TX_DMA_REQUEST);
    unsigned first = first_part(slot), offset = slot->parts_sent ? first : 0;
    unsigned size = slot->parts_sent ? slot->tlp.head.size - first : first;
    assert(slot->parts_sent < slot->parts && size <= PRISIM_MEMORY_LINE_BYTES);
    to->address = slot->output + offset;
    to->id = index | (uint32_t)slot->parts_sent << 8;
    to->size = (uint8_t)(size ? size : 1);
    to->write = is_write(slot);
    put_whose(slot, to);
    if (to->write)
        memcpy(to->data, slot->tlp.data + offset, size);
    slot->parts_sent++;
}

/* The oldest access that is not in memory: all of it, before the next one. */
void smmu_dma_advance(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    while (s->order_count > 0) {
        unsigned index = s->order[s->order_head];
        struct smmu_slot *slot = s->slot + index;
        if (slot->state != SMMU_SLOT_READY)
            break;
        smmu_slot_touch(s, index);
        if (slot->passes) {
            if (!prisim_ports_can_put(e->ports, PRISIM_SMMU_TX_DMA_REQUEST))
                return;
            put_part(e, index);
            if (slot->parts_sent < slot->parts)
                return;
            slot->state = SMMU_SLOT_MEMORY;
        }
        s->order_head = (uint8_t)((s->order_head + 1) % SMMU_ORDER);
        s->order_count--;
        if (!slot->passes)
            finish(s, index);
    }
    smmu_unwant(s, PRISIM_SMMU_TX_DMA_REQUEST);
}

void smmu_dma_answered(struct smmu_edge *e, const struct prisim_memory_response *response)
{
    struct prisim_smmu *s = e->s;
    unsigned index = response->id & 0xff, part = response->id >> 8;
    if (index >= SMMU_SLOTS || !(SMMU_CLIENT_SLOTS >> index & 1))
        return;
    struct smmu_slot *slot = s->slot + index;
    bool waits = slot->state == SMMU_SLOT_MEMORY || (slot->state == SMMU_SLOT_READY && slot->passes);
    if (!waits || part >= slot->parts_sent)
        return; /* answers nothing that was asked */
    assert(slot->parts <= 2);
    smmu_slot_touch(s, index);
    unsigned first = first_part(slot);
    if (response->status != PRISIM_MEMORY_OK)
        slot->status = PRISIM_TLP_CA;
    else if (!is_write(slot) && part == 0)
        memcpy(slot->tlp.data, response->data, first);
    else if (!is_write(slot))
        memcpy(slot->tlp.data + first, response->data, slot->tlp.head.size - first);
    if (++slot->parts_done == slot->parts)
        finish(s, index);
}

void smmu_dma_completion(const struct smmu_slot *slot, struct prisim_tlp *to)
{
    assert(slot->kind != SMMU_TRANSLATION_REQUEST && slot->state == SMMU_SLOT_ANSWER);
    to->head.status = slot->status;
    if (slot->status != PRISIM_TLP_SC)
        return;
    to->head.type = PRISIM_TLP_COMPLETION_DATA;
    to->head.size = slot->tlp.head.size;
    memcpy(to->data, slot->tlp.data, slot->tlp.head.size);
}
