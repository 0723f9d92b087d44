/* SPDX-License-Identifier: Apache-2.0
 *
 * CMD_SYNC: what it waits for, and how it says that it is done (SMMU-SYNC, SMMU-CERROR).
 */
#include "model/smmu/commands/smmu_commands.h"

void smmu_command_sync_begin(struct smmu_edge *e, const uint64_t dw[2])
{
    struct prisim_smmu *s = e->s;
    if (prisim_bits_get(dw[0], PRISIM_CMD_SYNC_CS) == PRISIM_SYNC_CS_RESERVED) {
        smmu_command_error(e, PRISIM_CERROR_ILL);
        return;
    }
    s->commands.state = SMMU_COMMAND_SYNC;
    s->commands.sync_open = true;
    s->commands.sync_drains = e->config->page_request_drain && prisim_bits_get(dw[0], PRISIM_CMD_SYNC_PAGE_DRAIN);
    s->commands.sync_counted = false;
    s->commands.sync_reports = s->reporting;
}

/* SMMU-SYNC: what a CMD_SYNC waits for. */
static bool is_sync_done(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    struct smmu_commands *c = &s->commands;
    smmu_stall_sync(e);
    /* Rows 1, 3 and 4: client transactions to their end, and the records that these make until then. */
    if (c->sync_open) {
        c->sync_events = s->events.pushed;
        c->sync_reports &= s->reporting;
        c->sync_open = (s->sync_slots | c->sync_reports) != 0;
    }
    /* Rows 2, 4 and 5. */
    return !c->sync_open && s->itags == 0 && s->events.popped >= c->sync_events &&
           !((s->msi.pending | s->msi.in_flight) >> SMMU_MSI_SYNC & 1);
}

/* UNBIND-STEP-18: what an Invalidate Completion before it has pushed to the port is in PROD, or dropped; and the
 * automatic responses that the SMMU has by then are out. Which requests that are is known when all else is done. */
__attribute__((noinline)) static bool is_drained(struct prisim_smmu *s)
{
    struct smmu_commands *c = &s->commands;
    if (!c->sync_counted)
        c->sync_requests = s->messages.taken;
    c->sync_counted = true;
    return smmu_pri_settled(s, c->sync_requests) && s->pri.response_count == 0;
}

/* SMMU-SYNC: MSI and wired pulse, or the event that wakes processors. All of MSIAddress must be 0 for no MSI; what the
 * output address size cuts off is not looked at before (test seed 18). */
static void sync_signal(struct smmu_edge *e, const uint64_t dw[2])
{
    const struct prisim_smmu_config *config = e->config;
    unsigned signal = (unsigned)prisim_bits_get(dw[0], PRISIM_CMD_SYNC_CS);
    if (signal == PRISIM_SYNC_CS_IRQ) {
        uint64_t address = dw[1] & PRISIM_CMD1_SYNC_MSI_ADDRESS;
        if (address && config->msi)
            smmu_msi_send(e, SMMU_MSI_SYNC, address & prisim_bits_mask(config->oas_bits),
                          (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SYNC_MSI_DATA));
        smmu_interrupt_line(e, PRISIM_SMMU_WIRED_SYNC);
    } else if (signal == PRISIM_SYNC_CS_SEV && config->sev) {
        smmu_interrupt_line(e, PRISIM_SMMU_WIRED_SEV);
    }
}

/* Ends the CMD_SYNC at work if nothing is left to wait for; true if it did. */
bool smmu_command_sync_run(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    assert(s->commands.state == SMMU_COMMAND_SYNC);
    if (!is_sync_done(e))
        return false;
    if (s->commands.sync_drains && !is_drained(s))
        return false;
    /* SMMU-CERROR: CONS stays at the CMD_SYNC, nothing is signalled; after the acknowledgement it runs again. */
    if (s->itag_lost) {
        s->itag_lost = false;
        smmu_command_error(e, PRISIM_CERROR_ATC_INV_SYNC);
        return true;
    }
    uint32_t index = smmu_command_index(e);
    sync_signal(e, smmu_command_words(&s->commands));
    smmu_command_done(e, false, false);
    PRISIM_PROBE(e->ports, e->now, smmu_sync, .index = index);
    return true;
}
