/* SPDX-License-Identifier: Apache-2.0
 *
 * What is questionable in a list of an architect (system.driver.own): each warning names the premise that is not met,
 * and its rule. A list is run all the same: experiments must be possible (UNBIND-STEP "Semantics"). Conditions are not
 * looked at: a step that may be run counts as run.
 */
#include "driver/unbind/policy.h"
#include "tb/scenario/scenario_read.h"

enum { NOWHERE = PRISIM_DRIVER_OWN_STEPS_MAX };

/* The first such step from a place on; NOWHERE: there is none. */
static uint32_t find(struct loader *loader, enum driver_step step, uint32_t from)
{
    const struct own_list own = scenario_own_list(loader);
    for (uint32_t i = from; i < *own.steps; i++)
        if (own.step[i].step == (unsigned)step)
            return i;
    return NOWHERE;
}

static bool is_before(struct loader *loader, enum driver_step step, uint32_t place)
{
    return find(loader, step, 0) < place;
}

/* At a step; behind the list, at the whole of it. */
static void warn(struct loader *loader, uint32_t place, const char *what)
{
    char path[KEY_PATH_MAX] = "system.driver.own.";
    const struct own_list own = scenario_own_list(loader);
    text_append(path, sizeof path, own.key);
    const struct tree_node *node =
        place < *own.steps && place < NOWHERE ? own.at[place] : scenario_locate(loader->tree, path);
    scenario_path(node, path);
    tree_warn(loader->tree, node, path, "%s", what);
}

/* PCIE-STOP: what a function may still do with the PASID. */
static void warn_stop(struct loader *loader)
{
    const uint32_t told = find(loader, DRIVER_STEP_STOP_DEVICE, 0), called = find(loader, DRIVER_STEP_CALL_DEVICE, 0);
    const uint32_t stop = told < called ? told : called;
    if (loader->own_list == PRISIM_DRIVER_ON_MARKER) /* it says that the function has stopped */
        return;
    if (stop == NOWHERE && find(loader, DRIVER_STEP_STAY_BOUND, 0) != NOWHERE)
        return; /* its driver stops it when he unbinds (UNBIND-P10) */
    if (stop == NOWHERE)
        warn(loader, NOWHERE, "no stop_device: the function uses the PASID on and on (PCIE-STOP)");
    else if (is_before(loader, DRIVER_STEP_ATC_INV, stop) && stop == told)
        warn(loader, stop, "stop_device behind atc_inv: the function may fill its ATC again (PCIE-STOP)");
    else if (is_before(loader, DRIVER_STEP_ATC_INV, stop))
        warn(loader, stop, "call_device behind atc_inv: the function uses the PASID until then (UNBIND-D15)");
}

/* The last one before `free` leaves the descriptor valid. */
static uint32_t quiet_at_free(struct loader *loader)
{
    const struct own_list own = scenario_own_list(loader);
    const uint32_t free = find(loader, DRIVER_STEP_FREE, 0);
    uint32_t last = NOWHERE;
    for (uint32_t i = 0; free != NOWHERE && i < free; i++)
        if (own.step[i].step == DRIVER_STEP_CLEAR_CD)
            last = i;
    return last != NOWHERE && own.step[last].argument == DRIVER_CLEAR_CD_QUIET + 1 ? last : NOWHERE;
}

/* SMMU-CFGI, UNBIND-STEP-6: what is read again between the two is the old descriptor. */
static void warn_descriptor(struct loader *loader)
{
    const uint32_t clear = find(loader, DRIVER_STEP_CLEAR_CD, 0);
    if (clear == NOWHERE)
        warn(loader, NOWHERE, "no clear_cd: the SMMU reads the descriptor again as it was (UNBIND-STEP-6)");
    else if (find(loader, DRIVER_STEP_CFGI, clear) == NOWHERE)
        warn(loader, clear, "no cfgi behind clear_cd: the SMMU may go on with the descriptor that it has (SMMU-CFGI)");
    if (quiet_at_free(loader) != NOWHERE)
        warn(loader, quiet_at_free(loader),
             "clear_cd quiet, and then free: the descriptor of a PASID that is nobody's is valid (UNBIND-STEP-6)");
    if (clear != NOWHERE && is_before(loader, DRIVER_STEP_TLBI, clear) &&
        find(loader, DRIVER_STEP_TLBI, clear) == NOWHERE)
        warn(loader, find(loader, DRIVER_STEP_TLBI, 0),
             "tlbi before clear_cd: the TLB may be filled again by the old descriptor (UNBIND-STEP-6)");
}

/* SMMU-ATCINV: TLB, SYNC, ATC, SYNC. */
static void warn_invalidation(struct loader *loader)
{
    const uint32_t tlbi = find(loader, DRIVER_STEP_TLBI, 0), atc = find(loader, DRIVER_STEP_ATC_INV, 0);
    const uint32_t between = tlbi == NOWHERE ? NOWHERE : find(loader, DRIVER_STEP_SYNC, tlbi);
    const uint32_t behind = atc == NOWHERE ? NOWHERE : find(loader, DRIVER_STEP_SYNC, atc);
    const uint32_t free = find(loader, DRIVER_STEP_FREE, 0), told = find(loader, DRIVER_STEP_INVALIDATED, 0);
    if (atc != NOWHERE && between > atc)
        warn(loader, atc,
             "atc_inv without tlbi and sync before it: the device may fill its ATC again from the TLB (SMMU-ATCINV)");
    if (tlbi != NOWHERE && between == NOWHERE)
        warn(loader, tlbi, "no sync behind tlbi: nothing says when it is done (UNBIND-STEP-8)");
    if (atc != NOWHERE && behind == NOWHERE)
        warn(loader, atc, "no sync behind atc_inv: nothing says when it is done (UNBIND-STEP-8)");
    if (free < atc || free < behind)
        warn(
            loader, free,
            "free before atc_inv and sync are done: the ATC may hold what the next owner's DMA uses (UNBIND-HAZARD-6)");
    if (told == NOWHERE)
        warn(loader, NOWHERE,
             "no invalidated: nothing is promised of ATC and TLB, and none is kept back (UNBIND-STEP)");
    else if (told < behind && behind != NOWHERE)
        warn(loader, told, "invalidated before sync: it is told before it is so (UNBIND-POINT)");
}

/* UNBIND-P5: what comes into the queue behind the snapshot is not waited for. */
static void warn_snapshot(struct loader *loader)
{
    const uint32_t snapshot = find(loader, DRIVER_STEP_SNAPSHOT, 0), atc = find(loader, DRIVER_STEP_ATC_INV, 0);
    const uint32_t handed = find(loader, DRIVER_STEP_AWAIT_HANDED, 0);
    if (snapshot != NOWHERE && (atc == NOWHERE || find(loader, DRIVER_STEP_SYNC, atc) > snapshot))
        warn(loader, snapshot,
             "snapshot before the invalidation is done: what the function asks for until then comes behind it "
             "(UNBIND-P5)");
    if (handed != NOWHERE && !is_before(loader, DRIVER_STEP_KICK_THREAD, handed))
        warn(loader, handed,
             "no kick_thread before await_handed: no interrupt may be on its way for what is in the queue "
             "(UNBIND-S-52)");
}

/* UNBIND-S-06: hardware before software. Where a Stop Marker has come out of the queue, what was before it has. */
static void warn_software(struct loader *loader, enum driver_step step, const char *what)
{
    if (loader->own_list == PRISIM_DRIVER_ON_MARKER)
        return;
    const uint32_t place = find(loader, step, 0);
    if (place != NOWHERE && !is_before(loader, DRIVER_STEP_AWAIT_HANDED, place) &&
        !is_before(loader, DRIVER_STEP_AWAIT_MARKER, place) && !is_before(loader, DRIVER_STEP_AWAIT_BATCH, place) &&
        !is_before(loader, DRIVER_STEP_AWAIT_NO_MATCH, place))
        warn(loader, place, what);
}

/* UNBIND-P8, UNBIND-P17: what each needs to be what it is called. */
static void warn_scan(struct loader *loader)
{
    const uint32_t waits = find(loader, DRIVER_STEP_AWAIT_NO_MATCH, 0), scan = find(loader, DRIVER_STEP_SCAN_QUEUE, 0);
    const uint32_t drain = find(loader, DRIVER_STEP_HARDWARE_DRAIN, 0);
    if (waits != NOWHERE && loader->scenario->system.driver.cons_update != PRISIM_DRIVER_CONS_PASS)
        warn(loader, waits,
             "await_no_match with cons_update: entry: what is in the PRI thread's hand is behind CONS (UNBIND-S-03)");
    if (scan != NOWHERE && !is_before(loader, DRIVER_STEP_STOP_THREAD, scan) &&
        !is_before(loader, DRIVER_STEP_IRQ_SYNC, scan))
        warn(loader, scan, "scan_queue without stop_thread: the PRI thread takes entries meanwhile (UNBIND-STEP-19)");
    if (drain != NOWHERE && find(loader, DRIVER_STEP_AWAIT_NO_MATCH, drain) == NOWHERE &&
        find(loader, DRIVER_STEP_AWAIT_HANDED, drain) == NOWHERE)
        warn(loader, drain,
             "hardware_drain without await_no_match or await_handed behind it: what it shows is not waited for "
             "(UNBIND-P8)");
}

/* UNBIND-STEP-19 */
static void warn_interrupt(struct loader *loader)
{
    const uint32_t off = find(loader, DRIVER_STEP_IRQ_OFF, 0), sync = find(loader, DRIVER_STEP_IRQ_SYNC, 0);
    const uint32_t on = find(loader, DRIVER_STEP_IRQ_ON, 0);
    if (off != NOWHERE && find(loader, DRIVER_STEP_IRQ_ON, off) == NOWHERE)
        warn(loader, off, "no irq_on behind irq_off: no page request is seen any more (UNBIND-STEP-19)");
    if (sync != NOWHERE && !is_before(loader, DRIVER_STEP_IRQ_OFF, sync))
        warn(loader, sync, "irq_sync without irq_off before it: the handler may run again behind it (UNBIND-STEP-19)");
    if (on != NOWHERE && !is_before(loader, DRIVER_STEP_IRQ_OFF, on))
        warn(loader, on, "irq_on without irq_off before it: nothing is masked (UNBIND-STEP-19)");
}

static void warn_marker(struct loader *loader)
{
    const struct system_config *system = &loader->scenario->system;
    const uint32_t place = find(loader, DRIVER_STEP_AWAIT_MARKER, 0);
    if (place == NOWHERE)
        return;
    if (!is_before(loader, DRIVER_STEP_STOP_DEVICE, place) && !is_before(loader, DRIVER_STEP_CALL_DEVICE, place))
        warn(loader, place, "await_marker before stop_device: no marker of this life was asked for (UNBIND-S-16)");
    for (uint32_t i = 0; i < system->endpoints; i++)
        if (system->endpoint[i].stop != PRISIM_ENDPOINT_STOP_MARKER) {
            char what[KEY_EXPECTED_MAX] = "await_marker of a function that sends no Stop Marker, ";
            text_append(what, sizeof what, system->endpoint_id[i]);
            text_append(what, sizeof what, ": only a time-out ends the wait (UNBIND-STEP-13)");
            warn(loader, place, what);
        }
}

static void warn_lookup(struct loader *loader)
{
    const uint32_t free = find(loader, DRIVER_STEP_FREE, 0), leave = find(loader, DRIVER_STEP_LEAVE_LOOKUP, 0);
    if (leave > free)
        warn(loader, leave == NOWHERE ? free : leave,
             "leave_lookup not before free: a fault finds the old space behind the end of its binding (UNBIND-STEP-4)");
}

/* UNBIND-STEP-5, UNBIND-STEP-17: who finds the space later is not waited for. */
static void warn_found(struct loader *loader)
{
    const uint32_t readers = find(loader, DRIVER_STEP_AWAIT_READERS, 0);
    const uint32_t references = find(loader, DRIVER_STEP_AWAIT_REFERENCES, 0);
    if (readers != NOWHERE && !is_before(loader, DRIVER_STEP_LEAVE_LOOKUP, readers))
        warn(loader, readers, "await_readers before leave_lookup: a fault finds the space behind it (UNBIND-STEP-5)");
    if (references != NOWHERE && !is_before(loader, DRIVER_STEP_LEAVE_LOOKUP, references))
        warn(loader, references,
             "await_references before leave_lookup: a fault finds the space behind it (UNBIND-STEP-17)");
}

/* UNBIND-P11, PCIE-PRICAP: page requests are the whole function's, and are on again only if they are stopped. */
static void warn_page_requests(struct loader *loader)
{
    const uint32_t off = find(loader, DRIVER_STEP_PRI_OFF, 0), stopped = find(loader, DRIVER_STEP_AWAIT_STOPPED, 0);
    const uint32_t reset = find(loader, DRIVER_STEP_PRI_RESET, 0), on = find(loader, DRIVER_STEP_PRI_ON, 0);
    if (off != NOWHERE && find(loader, DRIVER_STEP_PRI_ON, off) == NOWHERE &&
        find(loader, DRIVER_STEP_FLR, off) == NOWHERE)
        warn(loader, off, "no pri_on behind pri_off: no PASID of the function is served any more (UNBIND-D12)");
    if (stopped < off && stopped != NOWHERE)
        warn(loader, stopped,
             "await_stopped before pri_off: Stopped says nothing while page requests are on "
             "(PCIE-PRICAP-13)");
    if (reset != NOWHERE && stopped > reset)
        warn(loader, reset,
             "pri_reset without await_stopped before it: answers to what it forgets are still to come "
             "(UNBIND-S-48)");
    if (on != NOWHERE && stopped > on && reset > on)
        warn(loader, on,
             "pri_on without await_stopped or pri_reset before it: it is refused unless all is answered "
             "(PCIE-PRICAP-26)");
}

/* UNBIND-STEP-9: it is the whole function's, too. */
static void warn_function(struct loader *loader)
{
    const uint32_t off = find(loader, DRIVER_STEP_ATS_OFF, 0), isolate = find(loader, DRIVER_STEP_ISOLATE, 0);
    if (off != NOWHERE && find(loader, DRIVER_STEP_ATS_ON, off) == NOWHERE &&
        find(loader, DRIVER_STEP_FLR, off) == NOWHERE)
        warn(loader, off, "no ats_on behind ats_off: no PASID of the function is translated any more (UNBIND-STEP-20)");
    if (isolate != NOWHERE && find(loader, DRIVER_STEP_FLR, isolate) == NOWHERE)
        warn(loader, isolate, "no flr behind isolate: the function is cut off until it is attached (UNBIND-STEP-9)");
}

static void warn_list(struct loader *loader)
{
    warn_stop(loader);
    warn_descriptor(loader);
    warn_invalidation(loader);
    warn_snapshot(loader);
    warn_software(loader, DRIVER_STEP_DISCARD_PARTS,
                  "discard_parts before await_handed or await_marker: a part may be parked behind it (UNBIND-S-06)");
    warn_software(loader, DRIVER_STEP_ANSWER_PARTS,
                  "answer_parts before await_handed or await_marker: a part may be parked behind it (UNBIND-S-06)");
    warn_software(loader, DRIVER_STEP_AWAIT_RESPONSES,
                  "await_responses before await_handed or await_marker: a group may be queued behind it (UNBIND-S-06)");
    warn_software(loader, DRIVER_STEP_FLUSH_WORKERS,
                  "flush_workers before await_handed or await_marker: work may be queued behind it (UNBIND-S-06)");
    warn_scan(loader);
    warn_interrupt(loader);
    warn_marker(loader);
    warn_page_requests(loader);
    warn_function(loader);
    warn_lookup(loader);
    warn_found(loader);
}

/* What is done for a function as a whole, in the place of what the driver does without a list (UNBIND-STEP,
 * PCIE-ENABLE). */
static void warn_function_list(struct loader *loader)
{
    const bool goes = loader->own_list == PRISIM_DRIVER_ON_DETACH, comes = loader->own_list == PRISIM_DRIVER_ON_ATTACH;
    const uint32_t off = find(loader, DRIVER_STEP_PRI_OFF, 0);
    if (loader->own_list == PRISIM_DRIVER_ON_RESET && find(loader, DRIVER_STEP_FLR, 0) == NOWHERE)
        warn(loader, NOWHERE, "no flr: nothing is reset (UNBIND-P12)");
    if (goes && (off == NOWHERE || find(loader, DRIVER_STEP_AWAIT_STOPPED, off) == NOWHERE))
        warn(loader, NOWHERE,
             "no pri_off and await_stopped: the next owner gets what the function asked for (UNBIND-D35)");
    if (goes && find(loader, DRIVER_STEP_ATS_OFF, 0) == NOWHERE)
        warn(loader, NOWHERE, "no ats_off: the function may use what its ATC has (PCIE-ENABLE-2)");
    if (comes && find(loader, DRIVER_STEP_PRI_RESET, 0) == NOWHERE)
        warn(loader, NOWHERE, "no pri_reset: the function has what it asked for under another owner (UNBIND-D37)");
}

void scenario_warn_policy(struct loader *loader)
{
    for (unsigned i = 0; i < PRISIM_DRIVER_TRIGGERS; i++) {
        loader->own_list = (enum prisim_driver_trigger)i;
        if (!(loader->runs_own >> i & 1) || *scenario_own_list(loader).steps == 0)
            continue;
        if (driver_trigger(loader->own_list)->of == DRIVER_LIST_OF_PASID)
            warn_list(loader);
        else if (driver_trigger(loader->own_list)->of == DRIVER_LIST_OF_FUNCTION)
            warn_function_list(loader);
    }
}
