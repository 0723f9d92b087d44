/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of unbind at which the life of the PASID goes on: STOPPING (U2), out of the look-up, the end of the wait
 * (U5), and FREE (U6) or kept back.
 */
#include "driver/unbind/unbind.h"

/* A Stop Marker unbinds the binding that the PASID had when it came. */
static bool is_of_another(const struct edge *e, const struct task *t)
{
    return prisim_driver_stimulus_is_of_marker(&t->call.stimulus) &&
           t->call.stimulus.binding != call_entry(e, t)->binding;
}

/* UNBIND-P10: a process dies, and what it leaves behind stays bound: whoever unbinds it comes second, but not in vain.
 */
bool life_is_left_bound(const struct edge *e, const struct task *t)
{
    if (t->call.stimulus.what == PRISIM_DRIVER_MM_EXIT || call_entry(e, t)->state == (uint8_t)PASID_BOUND)
        return false;
    for (uint32_t left = e->driver->callers_live & ~e->driver->callers_queued; left; left &= left - 1) {
        const struct prisim_driver_stimulus *s = &e->driver->task[TASK_CALLER + __builtin_ctz(left)].call.stimulus;
        if (s->what == PRISIM_DRIVER_MM_EXIT && s->function == t->call.stimulus.function &&
            s->pasid == t->call.stimulus.pasid && driver_policy_has(e->config, s->policy, DRIVER_STEP_STAY_BOUND))
            return true;
    }
    return false;
}

/* U2, and the only test-and-set of a PASID (UNBIND-STEP): who comes second finds that another unbinds it, or has. The
 * call is over then, and has not touched it. */
bool step_enter(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    while (life_is_left_bound(e, t))
        WAIT(WAIT_STAY);
    HOLD(PRISIM_EVENT_DRIVER_UNBIND);
    STEP(e->config->price.compute);
    if (call_entry(e, t)->state != (uint8_t)PASID_BOUND || is_of_another(e, t)) {
        t->call.refused = PRISIM_CAUSE_NOT_BOUND;
        EMIT_CALL_WITH(driver_refused, .cause = PRISIM_CAUSE_NOT_BOUND);
        FINISH;
    }
    call_entry(e, t)->state = PASID_STOPPING;
    EMIT_CALL_WITH(driver_unbind, .policy = t->call.stimulus.policy);
    END;
}

bool step_leave_lookup(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_LEFT_LOOKUP);
    STEP(e->config->price.compute);
    call_entry(e, t)->in_lookup = 0;
    EMIT_CALL(driver_left_lookup);
    END;
}

/* The call fails, and the PASID stays as it is: the list ends here. */
bool step_keep(struct edge *e, struct task *t, uint16_t *pc)
{
    (void)pc;
    assert(call_entry(e, t)->state == (uint8_t)PASID_KEPT);
    t->call.refused = PRISIM_CAUSE_KEPT;
    return true;
}

/* UNBIND-P10: the PASID is bound still, and whoever has bound it unbinds it; the list ends here. */
bool step_stay_bound(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    call_entry(e, t)->state = PASID_BOUND;
    t->call.refused = PRISIM_CAUSE_STILL_BOUND;
    END;
}

/* UNBIND-P2: of a stale PASID, unless a sweep was faster. */
bool life_is_freed_by_marker(const struct edge *e, const struct task *t)
{
    const struct pasid *entry = call_entry(e, t);
    return prisim_driver_stimulus_is_of_marker(&t->call.stimulus) && pasid_is_left(entry) &&
           entry->binding == t->call.stimulus.binding;
}

/* The call is of a marker for a stale PASID, which was freed meanwhile: a list for one that is bound enters it. */
static bool comes_second(const struct edge *e, const struct task *t)
{
    return prisim_driver_stimulus_is_of_marker(&t->call.stimulus) && !life_is_freed_by_marker(e, t) &&
           !driver_policy_has(e->config, t->call.stimulus.policy, DRIVER_STEP_ENTER);
}

static const struct pasid *swept(const struct edge *e, const struct task *t)
{
    return pasid_seen(e, t->call.stimulus.function, t->bring_up.row);
}

/* From t->bring_up.row on, which is the PASID then. */
bool life_next_swept(const struct edge *e, struct task *t)
{
    for (; t->bring_up.row >> e->config->pasid_bits == 0; t->bring_up.row++)
        if (swept(e, t)->state == (uint8_t)PASID_SWEPT)
            return true;
    return false;
}

static void drained_swept(struct edge *e, struct task *t)
{
    for (t->bring_up.row = 0; life_next_swept(e, t); t->bring_up.row++)
        EMIT(driver_drained, .stream_id = call_stream_id(e, t), .pasid = t->bring_up.row, .call = swept(e, t)->call,
             .cause = t->call.cause);
}

/* U5 */
bool step_drained(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_DRAINED);
    STEP(e->config->price.compute);
    if (t->call.stimulus.what == PRISIM_DRIVER_SWEEP)
        drained_swept(e, t);
    else if (!comes_second(e, t))
        EMIT_CALL_WITH(driver_drained, .cause = t->call.cause);
    END;
}

/* UNBIND-STEP-21: the caller goes on, though the PASID is not free yet. */
bool step_return(struct edge *e, struct task *t, uint16_t *pc)
{
    (void)pc;
    if (t->call.stimulus.what == PRISIM_DRIVER_UNBIND && !t->call.returned) /* nobody waits for each of a removal */
        EMIT_CALL_WITH(driver_unbind_returned, .cause = PRISIM_CAUSE_NONE);
    t->call.returned = 1;
    return true;
}

/* UNBIND-P13: who asks for this PASID meanwhile waits for the end of this call. */
bool step_quarantine(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    SLEEP(e->config->quarantine);
    END;
}

/* With the PASID goes its handle, unless a request still holds it. */
static void give_back_handle(struct edge *e, const struct pasid *pasid)
{
    if (e->config->reference == PRISIM_DRIVER_REFERENCE_NONE || !found_references(e, pasid->binding))
        object_handle_freed(e, pasid_place(e, pasid), pasid->binding, pasid->space);
}

static void freed(struct edge *e, const struct task *t, uint32_t number, uint32_t call)
{
    struct pasid *entry = pasid_entry(e, t->call.stimulus.function, number);
    entry->state = PASID_FREE;
    entry->used = 1;
    entry->free_at = e->now;
    EMIT(driver_free, .stream_id = call_stream_id(e, t), .pasid = number, .call = call);
    give_back_handle(e, entry);
    driver_arm_smmu_free_asid(e, entry->space);
    if (e->driver->waiters[WAIT_STALE])
        task_wake(e->driver, WAIT_STALE, UINT32_MAX);
}

static bool is_referenced(const struct edge *e, const struct pasid *entry)
{
    return e->config->reference == PRISIM_DRIVER_REFERENCE_AWAITED && found_references(e, entry->binding);
}

/* Those that the sweep has found stale, one after the other; a marker may be faster. It remembers their spaces. */
static bool free_swept(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (t->bring_up.row = 0; life_next_swept(e, t); t->bring_up.row++) {
        while (swept(e, t)->state == (uint8_t)PASID_SWEPT && is_referenced(e, swept(e, t)))
            WAIT(WAIT_REFERENCE);
        HOLD(PRISIM_EVENT_DRIVER_FREE);
        STEP(e->config->price.compute);
        if (swept(e, t)->state != (uint8_t)PASID_SWEPT)
            continue;
        t->call.stimulus.space |= UINT32_C(1) << swept(e, t)->space;
        freed(e, t, t->bring_up.row, swept(e, t)->call);
    }
    END;
}

/* U6 */
bool step_free(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (t->call.stimulus.what == PRISIM_DRIVER_SWEEP) {
        CALL(free_swept);
        FINISH;
    }
    while (is_referenced(e, call_entry(e, t)))
        WAIT(WAIT_REFERENCE);
    HOLD(PRISIM_EVENT_DRIVER_FREE);
    STEP(e->config->price.compute);
    if (!comes_second(e, t))
        freed(e, t, t->call.stimulus.pasid, t->call.stimulus.call);
    END;
}
