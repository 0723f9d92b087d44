/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the SMMU's event queue, from the oldest record on, and of stalls.
 */
#include "model/smmu/canonical/smmu_canonical_parts.h"

static void tell_record(struct prisim_canonical *to, const uint64_t dw[4])
{
    for (unsigned i = 0; i < PRISIM_EVENT_RECORD_BYTES / 8; i++)
        prisim_canonical_word(to, dw[i]);
}

/* When it is due; and, once that is past, before whom it was. */
static void tell_due(struct prisim_canonical *to, prisim_cycle_t due)
{
    prisim_canonical_time(to, due);
    prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, due);
}

static void tell_stalls(struct prisim_canonical *to, const struct prisim_smmu *s)
{
    const struct smmu_stalls *stalls = &s->stalls;
    prisim_canonical_word(to, stalls->stalled | (uint64_t)stalls->waiting << 32);
    prisim_canonical_word(to, stalls->unwritten | (uint64_t)stalls->writing << 32);
    prisim_canonical_word(to, stalls->stags);
    for (uint32_t left = stalls->stalled; left; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctz(left);
        prisim_canonical_word(to, index < SMMU_SLOTS_MAX ? stalls->stag[index] : SMMU_STAG_NONE);
    }
    /* One whose record is written may have to be written again. */
    for (uint32_t left = stalls->waiting | stalls->unwritten | stalls->writing; left; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctz(left);
        if (index < SMMU_SLOTS_MAX)
            tell_due(to, s->slot[index].due);
    }
}

void smmu_canonical_events(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                           const struct prisim_smmu *s)
{
    const struct smmu_events *events = &s->events;
    uint64_t count = events->pushed - events->popped;
    prisim_canonical_word(to, count);
    for (uint64_t i = 0; i < count && i < SMMU_EVENTS_MAX; i++) {
        const struct smmu_event_record *record = &s->event[(events->popped + i) % SMMU_EVENTS_MAX];
        tell_record(to, record->dw);
        /* Records of stalls take turns with these by who was due first. */
        if (config->stall_model == 0)
            tell_due(to, record->due);
        else
            prisim_canonical_time(to, record->due);
    }
    prisim_canonical_word(to, events->writing | (events->writing ? (uint64_t)events->of_stall << 8 : 0));
    if (events->writing)
        tell_record(to, events->written);
    if (config->stall_model == 0)
        tell_stalls(to, s);
}
