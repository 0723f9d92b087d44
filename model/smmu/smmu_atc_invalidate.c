/* SPDX-License-Identifier: Apache-2.0
 *
 * Outstanding ATC invalidations: one ITag each out of one pool of 32, until all copies of its completion came or its
 * time is over (smmuv3 2.6, 2.10; pcie 1.6, 4.4).
 */
#include "model/smmu/smmu_state.h"

static void set_timer(struct smmu *s)
{
    cycle_t next = CYCLE_NEVER;
    for (uint32_t left = s->itags; left; left &= left - 1)
        next = cycle_min(next, s->itag[__builtin_ctz(left)].deadline);
    smmu_timer_set(s, SMMU_TIMER_ITAG, next);
}

static void retire(struct smmu_edge *e, unsigned itag)
{
    struct smmu *s = e->s;
    assert(s->itags >> itag & 1);
    s->itags &= ~(UINT32_C(1) << itag);
    if (s->commands.state == SMMU_COMMAND_ITAG)
        smmu_command_execute(e);
}

void smmu_itag_open(struct smmu_edge *e, unsigned itag, uint32_t stream_id)
{
    struct smmu *s = e->s;
    assert(!(s->itags >> itag & 1));
    s->itags |= UINT32_C(1) << itag;
    s->itag[itag] = (struct smmu_itag){.deadline = e->now + e->config->atc_inv_timeout, .stream_id = stream_id};
    smmu_timer_min(s, SMMU_TIMER_ITAG, s->itag[itag].deadline);
}

/* The copies expected stand in each copy, 0 for 8 (pcie 1.6). What no ITag waits for is dropped (pcie 4.3). */
void smmu_itag_completed(struct smmu_edge *e, const struct tlp_header *head)
{
    struct smmu *s = e->s;
    unsigned expected = head->completion_count & 7 ? head->completion_count & 7 : 8;
    /* pcie 4.3: it pushed the writes before it, which a CMD_SYNC must see in memory too. */
    for (unsigned i = 0; i < s->order_count; i++)
        s->sync_slots |= UINT32_C(1) << s->order[(s->order_head + i) % SMMU_SLOTS_MAX];
    for (unsigned i = 0; i < SMMU_SLOTS_MAX; i++)
        if (s->slot[i].state == SMMU_SLOT_MEMORY)
            s->sync_slots |= UINT32_C(1) << i;
    for (uint32_t left = head->itag_vector & s->itags; left; left &= left - 1) {
        unsigned itag = (unsigned)__builtin_ctz(left);
        if (s->itag[itag].stream_id != head->requester_id)
            continue;
        PROBE(e->ports, e->now, smmu_invalidated, .tlp = head->id, .itag = itag, .stream_id = head->requester_id);
        /* smmuv3 2.6, pcie 4.4: the function answers UR: the command succeeds. */
        if (++s->itag[itag].arrived >= expected || head->status == TLP_UR)
            retire(e, itag);
    }
    set_timer(s);
}

void smmu_itag_timeouts(struct smmu_edge *e)
{
    struct smmu *s = e->s;
    for (uint32_t left = s->itags; left; left &= left - 1) {
        unsigned itag = (unsigned)__builtin_ctz(left);
        if (s->itag[itag].deadline > e->now)
            continue;
        s->itag_lost = true;
        retire(e, itag);
    }
    set_timer(s);
}
