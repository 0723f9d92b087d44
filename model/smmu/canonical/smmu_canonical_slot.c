/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the SMMU's transactions in flight. A slot's number says who comes first, so slots are told by
 * it. What a slot has of its path depends on how far it is; the rest is left from before and is written before it is
 * read again.
 *
 * Not told of any slot: what it remembers of its last look-up (looked_up_*, found_*, walk.missed_at, walk.refused),
 * which only says that another would find the same; `ipa` and `abort`, which are written and read at one edge.
 */
#include "model/pcie/translation.h"
#include "model/smmu/canonical/smmu_canonical_parts.h"
#include "model/smmu/translation/smmu_slot.h"

static bool is_between(const struct smmu_slot *slot, enum smmu_slot_state first, enum smmu_slot_state last)
{
    return slot->state >= first && slot->state <= last;
}

/* In the caches of translations, until `due`. */
static bool is_looked_up(const struct smmu_slot *slot)
{
    bool queued = slot->state == SMMU_SLOT_QUEUED && slot->stages != 0;
    return is_between(slot, SMMU_SLOT_MICRO, SMMU_SLOT_TABLE) || queued;
}

/* On a walk, or in line for one that begins in stage 2: that of a CD's address has no stages yet. */
static bool is_walking(const struct smmu_slot *slot)
{
    bool queued = slot->state == SMMU_SLOT_QUEUED && slot->stages == 0;
    return is_between(slot, SMMU_SLOT_IPA, SMMU_SLOT_SWAP) || queued;
}

static bool is_fetching(const struct smmu_slot *slot)
{
    return is_between(slot, SMMU_SLOT_L1STD, SMMU_SLOT_CD) || is_between(slot, SMMU_SLOT_DESCRIPTOR, SMMU_SLOT_SWAP);
}

/* Whose descriptor is, or will be, fetched next. */
static unsigned stage_at_work(const struct smmu_slot *slot)
{
    return slot->state < SMMU_SLOT_DESCRIPTOR ? 2 : slot->walk.stage;
}

static unsigned data_bytes(const struct prisim_tlp_header *head)
{
    return head->size < PRISIM_TLP_DATA_MAX ? head->size : PRISIM_TLP_DATA_MAX;
}

/* A read's data as far as it is here: all of it once part of it is. Without an access it is what was decided. */
static void tell_read_data(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    const struct prisim_tlp_header *head = &slot->tlp.head;
    bool accessed = slot->state == SMMU_SLOT_MEMORY || (slot->state == SMMU_SLOT_READY && slot->passes);
    bool here = !accessed || slot->parts_done;
    if (head->type == PRISIM_TLP_MEMORY_READ && here && slot->status == PRISIM_TLP_SC)
        prisim_canonical_bytes(to, slot->tlp.data, data_bytes(head));
}

/* What a request for several translations has found so far (smmu_ats.c). */
static void tell_translations(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    const unsigned bytes = PRISIM_TLP_TRANSLATION_BYTES * slot->tlp.head.completion_count;
    prisim_canonical_bytes(to, slot->tlp.data, bytes < PRISIM_TLP_DATA_MAX ? bytes : PRISIM_TLP_DATA_MAX);
}

/* Whose it is and what it wants. */
static void tell_request(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    prisim_canonical_word(to, slot->kind | (uint64_t)slot->state << 8 | (uint64_t)slot->has_pasid << 16);
    prisim_canonical_word(to, slot->stream_id | (slot->has_pasid ? (uint64_t)slot->pasid << 32 : 0));
    prisim_canonical_word(to, slot->address);
    if (slot->kind > SMMU_TRANSLATED)
        return;
    prisim_tlp_canonical(&slot->tlp, to);
    if (slot->kind == SMMU_TRANSLATION_REQUEST && slot->tlp.head.completion_count)
        tell_translations(to, slot);
    prisim_canonical_word(to, slot->privileged | (uint64_t)slot->execute << 8 | (uint64_t)slot->crowded << 16);
}

static void tell_fault(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    const struct smmu_fault *fault = &slot->fault;
    prisim_canonical_word(to, fault->ipa);
    prisim_canonical_word(to, fault->class | (uint64_t)fault->stage2 << 8 | (uint64_t)fault->table_write << 16);
}

/* The STE is known from the fetch of a CD on, the CD once there are stages. */
static void tell_structures(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    bool has_ste = slot->state > SMMU_SLOT_STE;
    prisim_canonical_word(to, slot->stages | (uint64_t)slot->split << 8 | (uint64_t)slot->cd.flags << 16 |
                                  (uint64_t)slot->ste.mev << 32);
    if (!has_ste)
        return;
    prisim_canonical_word(to, slot->privileged | (uint64_t)slot->execute << 8);
    smmu_canonical_ste(to, &slot->ste);
    if (slot->stages & SMMU_STAGE_1)
        smmu_canonical_cd(to, &slot->cd);
    if (slot->stages == 0)
        prisim_canonical_word(to, slot->ssid | (uint64_t)slot->structure << 32);
}

/* What the record and the answer of a failed one take from STE and CD. */
static void tell_blame(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    bool has_cd = smmu_has_cd(slot);
    prisim_canonical_word(to, slot->cause | (uint64_t)slot->ste.mev << 8 | (uint64_t)slot->cd.flags << 16 |
                                  (uint64_t)has_cd << 32);
    prisim_canonical_word(to, slot->fault.stage2 ? slot->ste.stage2.flags : 0);
    prisim_canonical_word(to, smmu_asid_field(slot));
    if (has_cd)
        prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, slot->cd.since);
    if (slot->cause == PRISIM_CAUSE_WALK_ABORT || slot->cause == PRISIM_CAUSE_STE_FETCH ||
        slot->cause == PRISIM_CAUSE_CD_FETCH)
        prisim_canonical_word(to, slot->fetch);
}

static void tell_check(struct prisim_canonical *to, const struct smmu_walk *walk)
{
    const struct smmu_access_check *check = &walk->check;
    prisim_canonical_word(to, check->needed | (uint64_t)check->privileged << 8 | (uint64_t)check->instruction << 16 |
                                  (uint64_t)check->writes << 24 | (uint64_t)walk->half << 32);
    prisim_canonical_word(to, walk->key);
    prisim_canonical_word(to, walk->tag | (uint64_t)walk->global_tag << 32);
}

static void tell_leaf(struct prisim_canonical *to, const struct smmu_leaf *leaf)
{
    prisim_canonical_word(to, leaf->output);
    prisim_canonical_word(to, leaf->ipa);
    prisim_canonical_word(to, leaf->attributes | (uint64_t)leaf->size_log2 << 32);
}

/* A table that a walk cache has. */
static void tell_table(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    const struct smmu_walk *walk = &slot->walk;
    bool first = slot->stages & SMMU_STAGE_1;
    prisim_canonical_word(to, walk->found | (first ? (uint64_t)walk->limits << 8 : 0));
    if (!first)
        prisim_canonical_word(to, walk->ipa);
    if (!walk->found)
        return;
    prisim_canonical_word(to, walk->table);
    prisim_canonical_word(to, first ? walk->level : walk->level2);
    prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, walk->table_since);
}

/* If a cache changes before they end, they are made again from where they are then (smmu_slots_recall_all). */
static void tell_look_up(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                         const struct smmu_slot *slot, bool ahead)
{
    const struct smmu_walk *walk = &slot->walk;
    tell_check(to, walk);
    prisim_canonical_word(to, walk->inside | (uint64_t)walk->searched << 8 | (uint64_t)walk->global << 16 |
                                  (uint64_t)walk->class << 24);
    if (ahead) {
        prisim_cycle_t micro = slot->begin + config->micro_tlb_latency;
        prisim_canonical_time(to, slot->begin);
        prisim_canonical_time(to, micro);
        prisim_canonical_time(to, micro + config->tlb_latency);
    }
    if (slot->state == SMMU_SLOT_LEAF || slot->state == SMMU_SLOT_TLB_LEAF) {
        tell_leaf(to, &walk->leaf);
        prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, walk->leaf.since);
    } else if (slot->state == SMMU_SLOT_TABLE) {
        tell_table(to, slot);
    }
}

/* Stage 1: where its descriptor is, or what its last one gave. */
static void tell_walk_1(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    const struct smmu_walk *walk = &slot->walk;
    bool nested = slot->stages & SMMU_STAGE_2;
    if (nested && walk->class == SMMU_CLASS_IN) {
        tell_leaf(to, &walk->leaf);
        return;
    }
    prisim_canonical_word(to, walk->level | (uint64_t)walk->limits << 8);
    if (nested)
        prisim_canonical_word(to, walk->descriptor);
}

static void tell_update(struct prisim_canonical *to, const struct smmu_walk *walk, unsigned stage)
{
    prisim_canonical_word(to, walk->expected[stage - 1]);
    prisim_canonical_word(to, walk->desired[stage - 1]);
}

static void tell_walk_2(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    const struct smmu_walk *walk = &slot->walk;
    prisim_canonical_word(to, walk->ipa);
    if (slot->state == SMMU_SLOT_QUEUED)
        return;
    prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, walk->since2);
    if (slot->state >= SMMU_SLOT_DESCRIPTOR)
        prisim_canonical_word(to, walk->level2);
}

static void tell_walk(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    const struct smmu_walk *walk = &slot->walk;
    unsigned stage = stage_at_work(slot);
    bool before_leaf =
        (slot->stages & SMMU_STAGE_1) && !((slot->stages & SMMU_STAGE_2) && walk->class == SMMU_CLASS_IN);
    prisim_canonical_word(to, stage | (uint64_t)walk->class << 8 | (uint64_t)walk->updating << 16);
    if (slot->stages) {
        tell_check(to, walk);
        prisim_canonical_word(to, before_leaf ? 0 : walk->global | (uint64_t)walk->uncached << 8);
        prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, walk->since);
    }
    if (slot->stages & SMMU_STAGE_1)
        tell_walk_1(to, slot);
    if (stage == 2)
        tell_walk_2(to, slot);
    else
        prisim_canonical_word(to, walk->at);
    if (walk->updating)
        tell_update(to, walk, 1);
    if (slot->state == SMMU_SLOT_SWAP && stage == 2)
        tell_update(to, walk, 2);
}

/* An STE or CD that comes in words: 1 to 7, then 0 (smmu_structure_fetch.c). */
static void tell_words(struct prisim_canonical *to, const struct prisim_smmu *s, unsigned index)
{
    enum { WORDS = PRISIM_STE_BYTES / 8 };
    const struct smmu_slot *slot = s->slot + index;
    const uint64_t *words = s->store + s->words + (size_t)index * WORDS;
    unsigned end = slot->word ? slot->word : WORDS;
    prisim_canonical_word(to, slot->word);
    for (unsigned i = SMMU_WORD_FIRST; i < end && i < WORDS; i++)
        prisim_canonical_word(to, words[i]);
}

static void tell_fetch(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                       const struct prisim_smmu *s, unsigned index)
{
    const struct smmu_slot *slot = s->slot + index;
    prisim_canonical_word(to, slot->fetch);
    if (slot->state == SMMU_SLOT_CD)
        prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, slot->fetched);
    bool whole = config->structure_fetch == PRISIM_SMMU_STRUCTURE_LINE;
    if (!whole && (slot->state == SMMU_SLOT_STE || slot->state == SMMU_SLOT_CD))
        tell_words(to, s, index);
}

/* Its translation is over: the completion of a Translation Request, or the access. */
static void tell_answer(struct prisim_canonical *to, const struct smmu_slot *slot)
{
    bool ready = slot->state == SMMU_SLOT_READY, in_memory = ready ? slot->passes : slot->state == SMMU_SLOT_MEMORY;
    prisim_canonical_word(to, slot->status);
    if (slot->kind == SMMU_TRANSLATION_REQUEST) {
        prisim_canonical_word(to, slot->access);
        prisim_canonical_word(to, slot->access ? slot->output : 0);
        prisim_canonical_word(to, slot->access ? slot->size_log2 : 0);
        return;
    }
    if (ready)
        prisim_canonical_word(to, slot->passes | (uint64_t)slot->cause << 8);
    if (in_memory) {
        prisim_canonical_word(to, slot->output);
        prisim_canonical_word(to, slot->parts | (uint64_t)slot->parts_sent << 8 | (uint64_t)slot->parts_done << 16);
    }
    tell_read_data(to, slot);
}

static void tell_slot(struct prisim_canonical *to, const struct prisim_smmu_config *config, const struct prisim_smmu *s,
                      unsigned index)
{
    const struct smmu_slot *slot = s->slot + index;
    tell_request(to, slot);
    if (s->timed >> index & 1)
        prisim_canonical_time(to, slot->due);
    if (slot->state <= SMMU_SLOT_REPORT)
        tell_fault(to, slot);
    if (is_between(slot, SMMU_SLOT_L1STD, SMMU_SLOT_SWAP))
        tell_structures(to, slot);
    if (is_fetching(slot))
        tell_fetch(to, config, s, index);
    if (is_looked_up(slot))
        tell_look_up(to, config, slot, s->ahead >> index & 1);
    if (is_walking(slot))
        tell_walk(to, slot);
    if (slot->state == SMMU_SLOT_STALLED || slot->state == SMMU_SLOT_REPORT)
        tell_blame(to, slot);
    if (slot->state >= SMMU_SLOT_READY)
        tell_answer(to, slot);
}

static void tell_line(struct prisim_canonical *to, const uint8_t *line, unsigned head, unsigned count, unsigned places)
{
    prisim_canonical_word(to, count);
    for (unsigned i = 0; i < count && i < places; i++)
        prisim_canonical_word(to, line[(head + i) % places]);
}

void smmu_canonical_slots(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                          const struct prisim_smmu *s)
{
    prisim_canonical_word(to, s->free | (uint64_t)s->timed << 32);
    prisim_canonical_word(to, s->ahead | (uint64_t)s->fetching << 32);
    prisim_canonical_word(to, s->answering | (uint64_t)s->reporting << 32);
    prisim_canonical_word(to, s->micro_fills | (uint64_t)s->walking << 32);
    prisim_canonical_word(to, s->no_fill | (uint64_t)s->sync_slots << 32);
    prisim_canonical_word(to, s->anew | (uint64_t)s->slots << 32);
    tell_line(to, s->order, s->order_head, s->order_count, SMMU_ORDER);
    tell_line(to, s->walk_line, s->walk_head, s->walk_count, SMMU_SLOTS);
    for (uint32_t left = s->slots & ~s->free; left; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctz(left);
        if (index < SMMU_SLOTS)
            tell_slot(to, config, s, index);
    }
}
