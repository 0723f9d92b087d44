/* SPDX-License-Identifier: Apache-2.0
 *
 * Outstanding ATC invalidations: one ITag each, until all copies of its completion came or its time is over (
 * SMMU-ATCINV, SMMU-CERROR; PCIE-MESSAGE). After a time-out the ITag is kept back until the late completion came. The
 * pool of ITags is in smmu_itag.c.
 */
#include "model/smmu/commands/smmu_commands.h"

/* An ITag can be given out again, and a command may wait for one. */
static void retire(struct smmu_edge *e, unsigned itag)
{
    smmu_itag_close(e->s, itag);
    if (e->s->commands.state == SMMU_COMMAND_ITAG)
        smmu_command_execute(e);
}

static void not_waited_for(struct smmu_edge *e, const struct prisim_tlp_header *head, unsigned itag)
{
    PRISIM_PROBE(e->ports, e->now, smmu_invalidated, .tlp = head->id, .itag = itag, .stream_id = head->requester_id,
                 .request_tlp = 0, .index = 0, .missing = 0, .cause = PRISIM_CAUSE_NOT_WAITED_FOR);
}

/* One more copy for the invalidation that has, or had, the ITag. */
static void arrived(struct smmu_edge *e, const struct prisim_tlp_header *head, unsigned itag, unsigned expected)
{
    struct prisim_smmu *s = e->s;
    struct smmu_itag *open = &s->itag[itag];
    unsigned copies = ++open->arrived;
    prisim_touch(&s->touched, open, sizeof *open);
    /* SMMU-ATCINV, PCIE-ITAG: the function answers UR: the command succeeds. */
    bool refused = head->status == PRISIM_TLP_UR;
    enum prisim_cause cause = s->itags_late >> itag & 1 ? PRISIM_CAUSE_LATE
                              : refused                 ? PRISIM_CAUSE_FUNCTION_REFUSED
                                                        : PRISIM_CAUSE_NONE;
    PRISIM_PROBE(e->ports, e->now, smmu_invalidated, .tlp = head->id, .itag = itag, .stream_id = head->requester_id,
                 .request_tlp = open->tlp, .index = open->index, .missing = copies < expected ? expected - copies : 0,
                 .cause = cause);
    if (copies >= expected || refused)
        retire(e, itag);
}

/* The copies expected stand in each copy, 0 for 8 (PCIE-MESSAGE). What no ITag waits for is dropped (PCIE-ATC); of one
 * that timed out, copies are counted as before, and complete nothing (SMMU-SYNC). */
void smmu_itag_completed(struct smmu_edge *e, const struct prisim_tlp_header *head)
{
    struct prisim_smmu *s = e->s;
    unsigned expected = head->completion_count & 7 ? head->completion_count & 7 : 8;
    /* PCIE-ATC: it pushed the writes before it, which a CMD_SYNC must see in memory too. */
    for (unsigned i = 0; i < s->order_count; i++)
        s->sync_slots |= UINT32_C(1) << s->order[(s->order_head + i) % SMMU_ORDER];
    for (uint32_t left = SMMU_CLIENT_SLOTS & ~s->free; left; left &= left - 1)
        if (s->slot[__builtin_ctz(left)].state == SMMU_SLOT_MEMORY)
            s->sync_slots |= left & (~left + 1);
    for (uint32_t left = head->itag_vector; left; left &= left - 1) {
        unsigned itag = (unsigned)__builtin_ctz(left);
        if (((s->itags | s->itags_late) >> itag & 1) && s->itag[itag].stream_id == head->requester_id)
            arrived(e, head, itag, expected);
        else
            not_waited_for(e, head, itag);
    }
    smmu_itags_timer(s);
}

/* PCIE-ITAG-9: the root port may isolate the function. No two time out at one edge, for no two requests are put at one;
 * what finds the one before it still there is not told. */
static void tell_root_port(struct smmu_edge *e, uint32_t stream_id)
{
    if (!prisim_ports_can_put(e->ports, PRISIM_SMMU_TX_ATC_TIMEOUT))
        return;
    struct prisim_atc_timeout *to = prisim_ports_put(e->ports, PRISIM_SMMU_TX_ATC_TIMEOUT);
    to->stream_id = stream_id;
}

void smmu_itag_timeouts(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    for (uint32_t left = s->itags; left; left &= left - 1) {
        unsigned itag = (unsigned)__builtin_ctz(left);
        if (s->itag[itag].deadline > e->now)
            continue;
        s->itag_lost = true;
        PRISIM_PROBE(e->ports, e->now, smmu_atc_timeout, .request_tlp = s->itag[itag].tlp, .itag = itag,
                     .stream_id = s->itag[itag].stream_id, .index = s->itag[itag].index);
        tell_root_port(e, s->itag[itag].stream_id);
        /* SMMU-SYNC: its completion may still come, and must not complete a later use of the ITag. */
        if (e->config->itag_reuse == PRISIM_SMMU_ITAG_AFTER_LATE) {
            s->itags &= ~(UINT32_C(1) << itag);
            s->itags_late |= UINT32_C(1) << itag;
        } else {
            retire(e, itag);
        }
    }
    smmu_itags_timer(s);
}
