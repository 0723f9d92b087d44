/* SPDX-License-Identifier: Apache-2.0
 *
 * Reset of the whole function: what it begins with, the function-level reset (PCIE-ENUMERATION-4, PCIE-ATSCAP), and its
 * surprise removal, which is a reset that never ends.
 * What is offered on the port stays there, and so do completions of the host's own requests; all else is gone. Answers
 * to requests of before the reset are dropped when they come, and only then is their tag free again.
 */
#include "model/pcie_endpoint/endpoint_config_space.h"
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/pcie_endpoint/endpoint_translation.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

enum {
    /* Device Control: Relaxed Ordering, Extended Tag, No Snoop, read requests of 512 bytes. */
    DEVICE_CONTROL_RESET = 0x2910
};

/* Those that VFs share. */
static void reset_shared_registers(struct prisim_endpoint *s)
{
    s->ats_control = 0;
    s->pasid_control = 0;
    s->pri_allocation = 0;
    s->pri_enable = false;
    s->pri_halted = false;
    s->pri_rf = false;
    s->pri_uprgi = false;
}

void endpoint_reset_registers(const struct prisim_endpoint_config *config, struct prisim_endpoint *s)
{
    *endpoint_function_write(s) = (struct endpoint_function){
        .bar = {config->bar_base, config->msix_base}, .device_control = DEVICE_CONTROL_RESET, .msix_masked = true};
    s->msix_waits = false;
    s->command = 0;
    s->ats_refused = false;
    s->pri_stopped = true; /* PCIE-PRICAP-5 */
    if (config->vf)
        s->ats_control &= ENDPOINT_STU; /* what is the PF's stays */
    else
        reset_shared_registers(s);
    s->prg_last = endpoint_group_final(config);
    s->turn_translate = s->turn_fault = s->turn_transfer = 0;
    endpoint_pri_limit(config, s);
}

/* A read that never left has its tag back. */
static void drop_read(struct prisim_endpoint *s, const struct prisim_tlp_header *head)
{
    const unsigned read = head->tag - (unsigned)ENDPOINT_READ_TAG;
    assert(head->type == PRISIM_TLP_MEMORY_READ && !(s->free_reads & endpoint_bit(read)));
    *endpoint_read_write(s, read) = (struct endpoint_read){0};
    s->free_reads |= endpoint_bit(read);
}

/* Of what waits to go up only completions of the host's requests stay. Returns the slots whose Translation Request was
 * among the rest. */
static uint64_t drop_outgoing(struct prisim_endpoint *s)
{
    uint64_t unsent = 0;
    const unsigned count = s->outgoing_count;
    s->outgoing_count = 0;
    for (unsigned i = 0; i < count; i++) {
        struct endpoint_outgoing *from =
            endpoint_outgoing_write(s, (s->outgoing_head + i) & (ENDPOINT_OUTGOING_MAX - 1u));
        const struct endpoint_outgoing out = *from;
        *from = (struct endpoint_outgoing){0};
        if (out.kind == ENDPOINT_OUT_REGISTER)
            *endpoint_transmit_append(s, ENDPOINT_OUT_REGISTER, 0) = out;
        else if (out.kind == ENDPOINT_OUT_TRANSLATE)
            unsent |= endpoint_bit(out.job_index);
        else if (out.kind == ENDPOINT_OUT_DMA && out.head.type == PRISIM_TLP_MEMORY_READ)
            drop_read(s, &out.head);
    }
    if (s->outgoing_count == 0)
        s->outgoing_head = 0;
    return unsent;
}

static void forget_reads(struct prisim_endpoint *s)
{
    for (uint64_t reads = ~s->free_reads; reads; reads &= reads - 1)
        *endpoint_read_write(s, (unsigned)__builtin_ctzll(reads)) =
            (struct endpoint_read){.due = PRISIM_CYCLE_NEVER, .overdue = true};
}

static void forget_groups(struct endpoint_edge *e, enum prisim_cause cause)
{
    struct prisim_endpoint *s = e->s;
    if (s->pri_enable || s->page_requests)
        PRISIM_PROBE(e->ports, e->now, endpoint_pri_off, .groups = endpoint_groups_open(s), .cause = cause);
    endpoint_pri_drop_groups(e);
}

static void forget_contexts(struct prisim_endpoint *s)
{
    for (uint64_t used = ~s->free_contexts; used; used &= used - 1) {
        struct endpoint_context *context = endpoint_context_write(s, (unsigned)__builtin_ctzll(used));
        assert(context->jobs == 0 && context->groups == 0);
        *context = (struct endpoint_context){.pasid = context->pasid, .use = context->use};
    }
    s->free_contexts = UINT64_MAX;
    s->marked = s->owing = 0;
    s->stop_due = PRISIM_CYCLE_NEVER;
}

static void forget_asked(struct prisim_endpoint *s)
{
    for (unsigned job_index = 0; job_index < PRISIM_ENDPOINT_JOBS_MAX; job_index++)
        if (s->asked[job_index].pages)
            *endpoint_asked_write(s, job_index) = (struct endpoint_asked){0};
}

/* Nobody completes them, unless they have been answered. */
static void forget_invalidates(struct endpoint_edge *e, enum prisim_cause cause)
{
    struct prisim_endpoint *s = e->s;
    for (uint32_t i = 0; i < s->invalidate_count; i++) {
        struct endpoint_invalidate *invalidate = endpoint_invalidate_write(s, i);
        if (!invalidate->answered)
            PRISIM_PROBE(e->ports, e->now, endpoint_invalidate_unanswered, .tlp = invalidate->tlp,
                         .itag = invalidate->itag, .cause = cause);
        *invalidate = (struct endpoint_invalidate){0};
    }
    for (unsigned itag = 0; itag < ENDPOINT_INVALIDATES_MAX; itag++)
        if (s->completing[itag])
            *endpoint_completing_write(s, itag) = 0;
    s->invalidate_head = s->invalidate_count = s->invalidate_gone = 0;
    s->invalidate_free = 0;
}

static void forget_everything(struct endpoint_edge *e, enum prisim_cause cause)
{
    struct prisim_endpoint *s = e->s;
    endpoint_job_reset(e, drop_outgoing(s), cause);
    forget_reads(s);
    forget_asked(s);
    forget_groups(e, cause);
    forget_contexts(s);
    endpoint_invalidate_everything(e);
    forget_invalidates(e, cause);
    endpoint_reset_registers(e->config, s);
    s->ats_enables++; /* a refusal of before counts no more */
}

void endpoint_reset_function(struct endpoint_edge *e)
{
    const prisim_cycle_t ready_at = e->now + e->config->flr_cycles;
    PRISIM_PROBE(e->ports, e->now, endpoint_reset, .ready = ready_at);
    forget_everything(e, PRISIM_CAUSE_FUNCTION_RESET);
    e->s->ready_at = ready_at;
}

void endpoint_remove_function(struct endpoint_edge *e)
{
    PRISIM_PROBE(e->ports, e->now, endpoint_removed, .requests = e->s->page_requests);
    forget_everything(e, PRISIM_CAUSE_FUNCTION_REMOVED);
    e->s->ready_at = PRISIM_CYCLE_NEVER;
}
