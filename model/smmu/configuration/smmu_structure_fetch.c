/* SPDX-License-Identifier: Apache-2.0
 *
 * STEs and CDs that come in words (SMMU-FETCH): only aligned 64 bits are single-copy atomic, and the pieces of a
 * structure may be read in any order. Here word by word, each when the one before it has come: 1 to 7, and then 0. Of
 * the orders that are legal this is the one that shows most: word 0 of both has V, so that what software writes behind
 * the read of a word and before V counts as if it had not been written. The fetch as one line has nothing to do here.
 */
#include "model/smmu/configuration/smmu_configuration.h"

enum { WORD_BYTES = 8, WORDS = PRISIM_STE_BYTES / WORD_BYTES, LAST = 0 };
_Static_assert(PRISIM_STE_BYTES == 64 && PRISIM_CD_BYTES == PRISIM_STE_BYTES, "one size for both");

void smmu_words_request(const struct smmu_slot *slot, struct prisim_memory_request *to)
{
    assert(slot->word < WORDS);
    to->address = slot->fetch + (uint64_t)slot->word * WORD_BYTES;
    to->size = WORD_BYTES;
}

/* An abort ends the fetch, whichever word it is of (SMMU-EVENTCODE-3 and SMMU-EVENTCODE-9): then it is returned as it
 * is. The record has the address of the structure, as if it had been read at once. */
const uint8_t *smmu_words_fetched(struct smmu_edge *e, unsigned index, const struct prisim_memory_response *response)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    assert(smmu_comes_in_words(e, slot->state) && slot->word < WORDS);
    if (s->anew >> index & 1) {
        s->anew &= ~(UINT32_C(1) << index);
        smmu_slot_fetch(e, index, (enum smmu_slot_state)slot->state, slot->fetch);
        return NULL;
    }
    if (response->status != PRISIM_MEMORY_OK)
        return response->data;
    uint8_t *words = smmu_words_of(s, index);
    prisim_touch(&s->touched, words, PRISIM_STE_BYTES);
    memcpy(words + slot->word * WORD_BYTES, response->data, WORD_BYTES);
    if (slot->word == LAST)
        return words;
    slot->word = (uint8_t)((slot->word + 1) % WORDS);
    smmu_slot_ask(s, index);
    return NULL;
}

void smmu_words_anew(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    struct smmu_slot *slot = s->slot + index;
    assert(smmu_comes_in_words(e, slot->state));
    smmu_slot_touch(s, index);
    if (s->fetching >> index & 1) { /* nothing is under way */
        slot->word = SMMU_WORD_FIRST;
        slot->fetched = e->now;
    } else {
        s->anew |= UINT32_C(1) << index;
    }
}
