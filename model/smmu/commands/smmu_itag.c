/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool of 32 ITags: which is free, who has which, and until when (SMMU-ATCINV, SMMU-SYNC; PCIE-ITAG). What comes
 * back for them is in smmu_atc_invalidate.c.
 */
#include "model/smmu/commands/smmu_commands.h"

void smmu_itags_timer(struct prisim_smmu *s)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (uint32_t left = s->itags; left; left &= left - 1)
        next = prisim_cycle_min(next, s->itag[__builtin_ctz(left)].deadline);
    smmu_timer_set(s, SMMU_TIMER_ITAG, next);
}

bool smmu_itag_is_free(const struct prisim_smmu *s)
{
    return (s->itags | s->itags_late) != UINT32_MAX;
}

/* SMMU-SYNC: in turn, so that one comes back as late as can be. With PRISIM_SMMU_ITAG_AT_TIMEOUT the lowest: it comes
 * back at once. */
unsigned smmu_itag_open(struct smmu_edge *e, uint32_t stream_id, uint32_t tlp)
{
    struct prisim_smmu *s = e->s;
    assert(smmu_itag_is_free(s) && s->itag_turn < SMMU_ITAGS);
    uint32_t free = ~(s->itags | s->itags_late);
    uint32_t behind = e->config->itag_reuse == PRISIM_SMMU_ITAG_AFTER_LATE ? free & UINT32_MAX << s->itag_turn : free;
    unsigned itag = (unsigned)__builtin_ctz(behind ? behind : free);
    s->itag_turn = (uint8_t)((itag + 1) % SMMU_ITAGS);
    s->itags |= UINT32_C(1) << itag;
    prisim_touch(&s->touched, &s->itag[itag], sizeof s->itag[itag]);
    s->itag[itag] = (struct smmu_itag){.deadline = e->now + e->config->atc_inv_timeout,
                                       .stream_id = stream_id,
                                       .tlp = tlp,
                                       .index = smmu_command_index(e)};
    smmu_timer_min(s, SMMU_TIMER_ITAG, s->itag[itag].deadline);
    return itag;
}

void smmu_itag_close(struct prisim_smmu *s, unsigned itag)
{
    uint32_t bit = UINT32_C(1) << itag;
    assert((s->itags | s->itags_late) & bit);
    s->itags &= ~bit;
    s->itags_late &= ~bit;
    prisim_touch(&s->touched, &s->itag[itag], sizeof s->itag[itag]);
    s->itag[itag] = (struct smmu_itag){0};
}
