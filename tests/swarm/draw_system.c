/* SPDX-License-Identifier: Apache-2.0
 *
 * The system of a run: prices, queues, ways into the SMMU, functions, spaces.
 */
#include "tests/swarm/draw_state.h"

static bool is_early(const char *resolve_at)
{
    return resolve_at[0] != 's';
}

/* When the space is found, and what is held of it. A policy that waits for those who found it at S2 only, or for
 * nobody, needs a reference with an earlier look-up (UNBIND-S-07, UNBIND-P7). */
static void draw_lookup(struct drawing *d)
{
    enum draw_policy policy = d->run->policy;
    bool nobody = policy == DRAW_PROD_SNAPSHOT || policy == DRAW_DEFER_RECYCLE,
         waits = !nobody && policy != DRAW_REJECT;
    const char *at = DRAW_WORD(d, "serve", "serve", "enqueue", "take");
    const char *reference = nobody || (!waits && is_early(at)) ? DRAW_WORD(d, "counted", "awaited")
                                                               : DRAW_WORD(d, "none", "counted", "awaited");
    draw_say(d, ", resolve_at: %s, reference: %s, resolve_by: %s, match_by: %s", at, reference,
             DRAW_WORD(d, "each", "each", "last"), DRAW_WORD(d, "stream_pasid_index", "index"));
    draw_say(d, ", teardown: %s", is_early(at) ? "never" : DRAW_WORD(d, "never", "last_unbind"));
    draw_say(d, ", space_life: %s, objects: told", waits ? DRAW_WORD(d, "mm", "bond") : "mm");
    draw_say(d, ", no_owner: %s, no_owner_per: %s", DRAW_WORD(d, "invalid", "invalid", "success"),
             d->fault == DRAW_REQUESTS_ANSWERED ? "request" : "group");
}

static void draw_policy(struct drawing *d)
{
    enum draw_policy policy = d->run->policy;
    draw_say(d, "    unbind: %s",
             d->fault == DRAW_WAITS_FOR_NOTHING ? "none"
             : policy == DRAW_MIXED             ? "drain"
                                                : draw_policy_word(policy));
    uint32_t timeout = DRAW_OF(d, 500, 3000, 60000);
    bool published = d->fault == DRAW_BATCH_AS_PUBLISHED;
    d->rollback = policy == DRAW_DRAIN_BATCH && draw_once_in(d, 3);
    draw_say(d, ", marker_timeout: %u, await_handed: %s, draining_answer: %s, overflow_parts: %s", timeout,
             d->fault == DRAW_TAKEN_ONLY ? "taken" : "handed", DRAW_WORD(d, "invalid", "serve"),
             d->fault == DRAW_PARTS_KEPT ? "keep" : "discard");
    draw_say(d, ", batch_empty: %s, batch_parts: %s, batch_signal: %s", published ? "taken" : "handed",
             published ? "keep" : "discard",
             published     ? "goes_on"
             : d->rollback ? "rollback"
                           : "waits_on");
    draw_say(d, ", quarantine: 5000000, recycle_delay: %u", DRAW_OF(d, 0, 0, 300));
    d->longest = policy == DRAW_DEFER_RECYCLE ? 10000000 : 5000000;
    draw_lookup(d);
    if (policy != DRAW_OWN || d->fault == DRAW_WAITS_FOR_NOTHING)
        return;
    if (draw_once_in(d, 2)) /* docs/policies.md: a cure in five lines */
        draw_say(d, ", own: {on_unbind: [stop, inv, {if: refusing, do: leave_lookup}, snapshot, kick_thread, "
                    "await_handed, discard_parts, flush_workers, release], promise: {from: H2, to: R0}}");
    else /* a marker for a while, and a drain in any case */
        draw_say(d,
                 ", own: {on_unbind: [stop, inv, {if: refusing, do: leave_lookup}, {await_marker: %u}, snapshot, "
                 "kick_thread, await_handed, discard_parts, flush_workers, {if: timed_out, do: give_up_marker}, "
                 "release], promise: {from: H2, to: R0, timed_out: {from: H2, to: R0}}}",
                 timeout);
}

static void draw_driver(struct drawing *d)
{
    draw_say(d, "  driver:\n    {\n");
    draw_policy(d);
    /* Of one CPU the interrupt handler takes all, and the overflow is never acknowledged, if each retry signals
     * (UNBIND-S-32); what comes in the latency is one interrupt. */
    uint32_t cpus = DRAW_OF(d, 1, 2, 4), latency = cpus == 1 ? DRAW_OF(d, 1000, 6000) : DRAW_OF(d, 1, 50, 1000, 6000);
    draw_say(d, ",\n    cpus: %u, workers: %u, irq_latency: %u, fault_service: %u", cpus, DRAW_OF(d, 1, 2, 4), latency,
             DRAW_OF(d, 1, 50, 500, 3000));
    draw_say(d, ", cons_update: %s, interrupts: %s, priq_log2: %u, cmdq_log2: %u, eventq_log2: 6",
             DRAW_WORD(d, "entry", "pass"), DRAW_WORD(d, "msi", "wired"), d->priq_log2, DRAW_OF(d, 4, 5, 8));
    /* UNBIND-S-52: drain_batch kicks nobody, and is for a queue that signals each entry. */
    bool every = d->run->policy == DRAW_DRAIN_BATCH || d->run->policy == DRAW_MIXED;
    draw_say(d, ", priq_lo: %s, commands: %s, no_pasid: %s", every ? "false" : DRAW_WORD(d, "false", "true"),
             DRAW_WORD(d, "single", "batch"), DRAW_WORD(d, "abort", "cd0"));
    draw_say(d, ", asid_bits: %u, asid_recycle: %s, asid_delay: 3000", DRAW_OF(d, 4, 8),
             DRAW_WORD(d, "at_once", "delayed", "at_once"));
    draw_say(d, ", frame_recycle: %s, frame_delay: 3000", DRAW_WORD(d, "at_once", "delayed", "never"));
    draw_say(d, ",\n    on_atc_timeout: repeat, atc_inv_repeats: 3");
    draw_say(d,
             ", price: {mmio_read: %u, mmio_write: %u, load: %u, store: %u, compute: %u, interrupt_entry: %u, "
             "wake_up: %u, poll_interval: %u}}\n",
             DRAW_OF(d, 1, 20, 200), DRAW_OF(d, 1, 20, 100), DRAW_OF(d, 1, 4, 40), DRAW_OF(d, 1, 4, 40),
             DRAW_OF(d, 1, 20), DRAW_OF(d, 1, 200), DRAW_OF(d, 1, 50, 500), DRAW_OF(d, 20, 200));
}

/* What is promised to what comes behind a page request: for a drain all of it is in PROD by the stop or by the
 * invalidation (UNBIND-P5); a Stop Marker is behind the rest with every promise (UNBIND-S-04), and if it is lost the
 * drain after a long time-out finds all of it; a quarantine outlasts it. */
static void draw_way_in(struct drawing *d)
{
    const char *stop = DRAW_WORD(d, "port", "prod_visible", "none");
    const char *invalidation = stop[1] == 'r' ? DRAW_WORD(d, "port", "prod_visible", "none") : "prod_visible";
    if (d->run->policy == DRAW_DEFER_RECYCLE || d->fault == DRAW_NOTHING_PUSHES)
        invalidation = stop = "none";
    draw_say(d, "    ppr_flush: %s, ppr_latency: %u, invalidate_completion_flush: %s", stop,
             d->fault == DRAW_NOTHING_PUSHES ? 3000 : DRAW_OF(d, 1, 200, 3000), invalidation);
}

static void draw_smmu(struct drawing *d)
{
    draw_say(d, "  smmu:\n    {\n");
    draw_way_in(d);
    d->lost_invalidation = draw_once_in(d, 4);
    draw_say(d, ", pps: %s, atc_inv_timeout: %u, structure_fetch: %s", DRAW_WORD(d, "false", "true"),
             d->lost_invalidation ? 60000 : 10000000, DRAW_WORD(d, "line", "words"));
    draw_say(d, ",\n    tlb_entries: %u, micro_tlb_entries: %u, config_entries: %u, walk_entries: %u",
             DRAW_OF(d, 0, 4, 2048), DRAW_OF(d, 0, 32), DRAW_OF(d, 0, 4, 64), DRAW_OF(d, 0, 4, 348));
    draw_say(d, ", translation_slots: %u, command_latency: %u, command_lines: %u, cons_batch: %u}\n",
             DRAW_OF(d, 1, 2, 16), DRAW_OF(d, 1, 4, 40), DRAW_OF(d, 1, 2, 4), DRAW_OF(d, 1, 3, 64));
    draw_say(d, "  pri_queue: {accept_interval: %u, write_latency: %u, records_in_flight: %u}\n", DRAW_OF(d, 1, 4, 64),
             DRAW_OF(d, 1, 2, 64), DRAW_OF(d, 1, 4, 16));
    draw_say(d, "  memory: {latency: %u, outstanding: %u}\n", DRAW_OF(d, 2, 20, 80, 300), DRAW_OF(d, 4, 64));
}

static void draw_function(struct drawing *d, uint32_t i)
{
    static const char *const words[] = {"wait", "marker", "none"};
    d->stop[i] = (enum stop_way)draw_below(d, 3);
    d->group_pages[i] = 1 + draw_below(d, 4);
    d->allocation[i] = DRAW_OF(d, 1, 2, 4, 8, 16);
    if (d->group_pages[i] > d->allocation[i])
        d->group_pages[i] = d->allocation[i];
    if (d->group_pages[i] > 1U << d->priq_log2) /* a larger group never fits, and is asked for again for ever */
        d->group_pages[i] = 1U << d->priq_log2;
    d->next_pasid[i] = 1;
    draw_say(d,
             "    - {id: f%u, stop: %s, stop_report: %s, marker_delay: %u, pri: {allocation: %u, capacity: 16}, "
             "group_pages: %u, group_order: %s, last_delay: %u",
             i, words[d->stop[i]], DRAW_WORD(d, "with", "before", "after"), DRAW_OF(d, 0, 100, 2000), d->allocation[i],
             d->group_pages[i], DRAW_WORD(d, "kept", "random"), DRAW_OF(d, 0, 0, 1500));
    draw_say(d, ", prgi_policy: %s, seed: %u, retry_backoff: %u, ido: %s, relaxed: %s", DRAW_WORD(d, "round", "lowest"),
             draw_below(d, 1000), DRAW_OF(d, 50, 1000, 4000), DRAW_WORD(d, "false", "true"),
             DRAW_WORD(d, "false", "true"));
    draw_say(d, ", atc: {entries: %u, translations: %u}, invalidate: %s, invalidate_latency: %u, invalidate_order: %s",
             DRAW_OF(d, 0, 2, 64), DRAW_OF(d, 1, 4), DRAW_WORD(d, "at_completion", "at_arrival"),
             DRAW_OF(d, 1, 50, 800), DRAW_WORD(d, "in_order", "out_of_order"));
    if (d->lost_invalidation)
        draw_say(d, ", invalidate_fault: never, invalidate_fault_nth: %u", 1 + draw_below(d, 3));
    else if (draw_once_in(d, 3))
        draw_say(d, ", invalidate_fault: late, invalidate_fault_nth: %u, invalidate_late_cycles: %u",
                 1 + draw_below(d, 3), DRAW_OF(d, 1000, 20000));
    if (d->run->policy == DRAW_FLAGS)
        draw_say(d, ", invalidate_pasid: {returns: flushed, latency: %u}", DRAW_OF(d, 0, 2000));
    draw_say(d, ", dma_traffic_classes: %u, link: {generation: %u, width: %u, latency: %u}}\n", DRAW_OF(d, 1, 1, 3),
             DRAW_OF(d, 1, 4), DRAW_OF(d, 1, 16), DRAW_OF(d, 10, 65, 400));
}

/* TLPs are late, and whatever may pass them does. */
static void draw_fabric(struct drawing *d)
{
    draw_say(d, "  fabric:\n    {order: %s, order_delay: %u, order_seed: %u, root_port_latency: %u",
             DRAW_WORD(d, "in_order", "may", "may"), DRAW_OF(d, 0, 40, 900), draw_below(d, 1000),
             DRAW_OF(d, 1, 100, 600));
    uint32_t delays = draw_below(d, 6);
    for (uint32_t i = 0; i < delays; i++)
        draw_say(d, "%s{what: delay, link: %u, up: %s, of: %s, nth: %u, at: 20000, cycles: %u}",
                 i == 0 ? ", faults: [" : ", ", draw_below(d, d->functions), DRAW_WORD(d, "true", "true", "false"),
                 DRAW_WORD(d, "any", "posted", "completion", "page_request", "stop_marker"), 1 + draw_below(d, 12),
                 DRAW_OF(d, 500, 5000, 20000));
    draw_say(d, "%s}\n", delays ? "]" : "");
}

/* The first megabyte of a space: on demand; read-only until it is written; there from the start. */
static void draw_spaces(struct drawing *d)
{
    draw_say(d, "spaces:\n");
    for (uint32_t i = 0; i < SPACES; i++)
        draw_say(d,
                 "  S%u: {regions: [{at: 0x10000, size: 0x40000, perm: rw}, {at: 0x50000, size: 0x40000, perm: rw, "
                 "backing: %s}, {at: 0x100000, size: 0x2000, perm: rw, populated: true}]}\n",
                 i, d->lost_invalidation ? "anon" : DRAW_WORD(d, "anon", "cow"));
}

void draw_system(struct drawing *d)
{
    d->priq_log2 = DRAW_OF(d, 0, 1, 2, 3, 4, 5);
    d->functions = 1 + draw_below(d, DRAW_FUNCTIONS);
    draw_say(d, "system:\n");
    draw_smmu(d);
    draw_fabric(d);
    draw_driver(d);
    draw_say(d, "  endpoints:\n");
    for (uint32_t i = 0; i < d->functions; i++)
        draw_function(d, i);
    draw_spaces(d);
    draw_say(d, "limits: {cycles: 400000000, unbind: 100000000, livelock: 1000000}\n");
}
