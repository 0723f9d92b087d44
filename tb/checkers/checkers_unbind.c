/* SPDX-License-Identifier: Apache-2.0
 *
 * Unbinds, from U0 to U6: how far each came, what it promised at its end, and which of them hangs, waiting for what.
 */
#include <inttypes.h>

#include "driver/unbind/policy.h"
#include "tb/checkers/checkers_state.h"

static struct context *step_on(struct checkers *c, uint64_t stream_id, uint64_t pasid, enum prisim_event_type last)
{
    struct context *context = binding_context(c, stream_id, pasid);
    if (context != NULL)
        context->last = last;
    return context;
}

static void begin(struct checkers *c, struct context *context, uint64_t call, prisim_cycle_t cycle)
{
    context->begun = cycle;
    context->call = call;
    struct binding *binding = binding_get(c, context->bound);
    if (binding != NULL)
        binding->stopping = true;
    exposure_begin(c, context, call, cycle);
}

/* driver.stop: U0. From here on an unbind is open, and limits.unbind counts: a silent function is a hang too
 * (UNBIND-HAZARD, `deadlock`), and it stands before U2. The counters unbind_cycles are U6 - U2 (UNBIND-POINT,
 * T_UNBIND). */
void on_driver_stop(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_stop *e = &event->driver_stop;
    struct context *context = step_on(c, e->stream_id, e->pasid, PRISIM_EVENT_DRIVER_STOP);
    if (context == NULL)
        return;
    c->course.happened = true;
    if (context->unbind == PRISIM_CYCLE_NEVER) /* else it is a step of one that has begun */
        begin(c, context, e->call, event->cycle);
}

/* driver.stop_seen */
void on_stop_seen(struct checkers *c, const struct prisim_event *event)
{
    step_on(c, event->driver_stop_seen.stream_id, event->driver_stop_seen.pasid, PRISIM_EVENT_DRIVER_STOP_SEEN);
}

/* driver.unbind: U2. A list that has stopped nobody begins here, and so does one that comes before another call's. */
void on_unbind(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_unbind *e = &event->driver_unbind;
    struct context *context = step_on(c, e->stream_id, e->pasid, PRISIM_EVENT_DRIVER_UNBIND);
    if (context == NULL)
        return;
    if (context->begun == PRISIM_CYCLE_NEVER || context->call != e->call)
        begin(c, context, e->call, event->cycle);
    context->unbind = event->cycle;
    context->call = e->call;
    context->policy = (uint32_t)e->policy;
    struct binding *binding = binding_get(c, context->bound);
    if (binding != NULL)
        binding->policy = context->policy;
    exposure_point(c, e->call, EXPOSURE_U2, event->cycle);
}

/* driver.clear: U3 */
void on_clear(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_clear *e = &event->driver_clear;
    step_on(c, e->stream_id, e->pasid, PRISIM_EVENT_DRIVER_CLEAR);
    exposure_point(c, e->call, EXPOSURE_U3, event->cycle);
}

/* driver.invalidated: U4 */
void on_invalidated(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_invalidated *e = &event->driver_invalidated;
    step_on(c, e->stream_id, e->pasid, PRISIM_EVENT_DRIVER_INVALIDATED);
    exposure_point(c, e->call, EXPOSURE_U4, event->cycle);
}

/* driver.not_invalidated: it goes on all the same, and there is no U4. */
void on_not_invalidated(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_not_invalidated *e = &event->driver_not_invalidated;
    step_on(c, e->stream_id, e->pasid, PRISIM_EVENT_DRIVER_NOT_INVALIDATED);
}

/* driver.left_lookup */
void on_left_lookup(struct checkers *c, const struct prisim_event *event)
{
    step_on(c, event->driver_left_lookup.stream_id, event->driver_left_lookup.pasid, PRISIM_EVENT_DRIVER_LEFT_LOOKUP);
}

/* driver.snapshot */
void on_snapshot(struct checkers *c, const struct prisim_event *event)
{
    step_on(c, event->driver_snapshot.stream_id, event->driver_snapshot.pasid, PRISIM_EVENT_DRIVER_SNAPSHOT);
}

/* driver.drained: U5 */
void on_drained(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_drained *e = &event->driver_drained;
    const struct context *context = step_on(c, e->stream_id, e->pasid, PRISIM_EVENT_DRIVER_DRAINED);
    struct binding *binding = context ? binding_get(c, context->bound) : NULL;
    if (binding != NULL) {
        binding->drained = e->cause != PRISIM_CAUSE_POLICY_NONE && e->cause != PRISIM_CAUSE_SAID_CLEAN &&
                           e->cause != PRISIM_CAUSE_INTERRUPTED;
        binding->waited_for = (enum prisim_cause)e->cause;
    }
    exposure_point(c, e->call, EXPOSURE_U5, event->cycle);
}

/* What its policy waits for before U5. */
static const char *waits_before_u5(const struct prisim_driver_config *driver, uint32_t policy)
{
    if (driver_policy_has(driver, policy, DRIVER_STEP_AWAIT_MARKER))
        return "the Stop Marker (U5)";
    if (driver_policy_has(driver, policy, DRIVER_STEP_AWAIT_BATCH))
        return "the queue to be empty or two batches to end, and workers to finish (U5)";
    if (driver_policy_has(driver, policy, DRIVER_STEP_AWAIT_REFERENCES))
        return "workers to finish and references to be given back (U5)";
    return "its own next step (U5)";
}

static bool left_before_clear(const struct prisim_driver_config *driver, uint32_t policy)
{
    for (uint32_t i = 0; i < driver_policy_steps(driver, policy); i++) {
        const unsigned step = driver_policy_step_at(driver, policy, i).step;
        if (step == DRIVER_STEP_LEAVE_LOOKUP || step == DRIVER_STEP_CLEAR_CD)
            return step == DRIVER_STEP_LEAVE_LOOKUP;
    }
    return false;
}

/* What stands next on its way: it did not come. */
static const char *waits_for(const struct checkers *c, const struct context *context)
{
    const struct prisim_driver_config *driver = &c->scenario->system.driver;
    switch (context->last) {
    case PRISIM_EVENT_DRIVER_STOP:
        return "the function to stop (U1)";
    case PRISIM_EVENT_DRIVER_STOP_SEEN:
        return context->unbind == PRISIM_CYCLE_NEVER ? "its own next step, to enter unbind (U2)"
                                                     : "the descriptor to be cleared (U3)";
    case PRISIM_EVENT_DRIVER_UNBIND:
        return "the descriptor to be cleared (U3)";
    case PRISIM_EVENT_DRIVER_CLEAR:
        return "the invalidation to complete (U4)";
    case PRISIM_EVENT_DRIVER_SNAPSHOT:
        if (driver_policy_has(driver, context->policy, DRIVER_STEP_AWAIT_BATCH))
            return waits_before_u5(driver, context->policy);
        return "entries before the snapshot to be handed over and workers to finish (U5)";
    case PRISIM_EVENT_DRIVER_LEFT_LOOKUP:
        return left_before_clear(driver, context->policy) ? "the descriptor to be cleared (U3)"
                                                          : waits_before_u5(driver, context->policy);
    case PRISIM_EVENT_DRIVER_INVALIDATED:
    case PRISIM_EVENT_DRIVER_NOT_INVALIDATED:
        return waits_before_u5(driver, context->policy);
    case PRISIM_EVENT_DRIVER_DRAINED:
        return "its own next step, to free the PASID (U6)";
    default:
        return "its turn (U0)";
    }
}

static void hang(struct checkers *c, const struct context *context, prisim_cycle_t cycle, const char *how)
{
    char pasid[WORDS_MAX];
    checkers_hit(c, HAZARD_UNBIND_HANG, cycle, "unbind of %s, begun at cycle %" PRIu64 ", %s (limit %" PRIu64 ")%s%s",
                 words_pasid(c, context->stream_id, context->pasid, pasid), context->begun, how,
                 c->scenario->limits.unbind, context->last == PRISIM_EVENT_DRIVER_FREE ? "" : "; it waits for ",
                 context->last == PRISIM_EVENT_DRIVER_FREE ? "" : waits_for(c, context));
}

/* driver.free: U6 */
void on_free(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_free *e = &event->driver_free;
    struct context *context = step_on(c, e->stream_id, e->pasid, PRISIM_EVENT_DRIVER_FREE);
    if (context == NULL)
        return;
    struct binding *binding = binding_get(c, context->bound);
    if (binding != NULL) {
        binding->freed = event->cycle;
        binding->ended = prisim_cycle_min(binding->ended, event->cycle);
        freed_judge(c, context, event->cycle);
        promise_judge(c, context, event->cycle);
    }
    exposure_point(c, e->call, EXPOSURE_U6, event->cycle);
    if (context->begun != PRISIM_CYCLE_NEVER && event->cycle - context->begun > c->scenario->limits.unbind)
        hang(c, context, event->cycle, "took longer than its limit");
    context->begun = PRISIM_CYCLE_NEVER;
    if (context->unbind == PRISIM_CYCLE_NEVER)
        return;
    uint64_t took = event->cycle - context->unbind;
    context->unbind = PRISIM_CYCLE_NEVER;
    c->counters[COUNTER_UNBINDS]++;
    c->counters[COUNTER_UNBIND_CYCLES_SUM] += took;
    if (took > c->counters[COUNTER_UNBIND_CYCLES_MAX])
        c->counters[COUNTER_UNBIND_CYCLES_MAX] = took;
}

/* driver.unbind_returned: from here on the caller relies on it. If the PASID is kept back he knows, and nobody waits;
 * nor does anybody for one that a dead process leaves bound. */
void on_unbind_returned(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_unbind_returned *e = &event->driver_unbind_returned;
    struct context *context = binding_context(c, e->stream_id, e->pasid);
    struct binding *binding = context ? binding_get(c, context->bound) : NULL;
    if (binding != NULL && context->call == e->call && e->cause == PRISIM_CAUSE_STILL_BOUND)
        context->unbind = context->begun = PRISIM_CYCLE_NEVER;
    if (binding == NULL || context->call != e->call || (e->cause != PRISIM_CAUSE_NONE && e->cause != PRISIM_CAUSE_KEPT))
        return;
    binding->ended = prisim_cycle_min(binding->ended, event->cycle);
    if (e->cause == PRISIM_CAUSE_KEPT)
        context->unbind = context->begun = PRISIM_CYCLE_NEVER;
}

/* UNBIND-D6: a call that fails leaves everything as it was; but for one that was interrupted, which puts it back
 * (driver.bound). What has begun, and not at U2, began at U0. */
static void judge_refusal(struct checkers *c, const struct context *context, uint64_t cause, prisim_cycle_t cycle)
{
    const struct binding *binding = binding_get(c, context->bound);
    if (binding == NULL || context->unbind != PRISIM_CYCLE_NEVER || cause == PRISIM_CAUSE_INTERRUPTED)
        return;
    char pasid[WORDS_MAX], words[WORDS_MAX];
    checkers_hit(c, HAZARD_REFUSED_AFTER_STOP, cycle,
                 "the unbind of %s, %s, was refused (%s) at cycle %" PRIu64 ": its function was told to stop at cycle "
                 "%" PRIu64 ", and nobody tells it to go on",
                 words_pasid(c, context->stream_id, context->pasid, pasid), words_binding(c, context->bound, words),
                 prisim_cause_name((enum prisim_cause)cause), cycle, context->begun);
}

/* driver.refused: a refused unbind is over, and nothing has changed. */
void on_refused(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_refused *e = &event->driver_refused;
    course_refused(c, e->call);
    struct context *context = binding_context(c, e->stream_id, e->pasid);
    if (context == NULL || context->begun == PRISIM_CYCLE_NEVER || context->call != e->call)
        return;
    judge_refusal(c, context, e->cause, event->cycle);
    context->unbind = context->begun = PRISIM_CYCLE_NEVER;
    struct binding *binding = binding_get(c, context->bound);
    if (binding != NULL)
        binding->stopping = false;
}

/* A run that was cut off within the limit says nothing about a hang. */
static bool too_long(const struct checkers *c, prisim_cycle_t since, prisim_cycle_t end, bool idle)
{
    return idle || end - since > c->scenario->limits.unbind;
}

/* An unbind that was asked for and neither began nor was refused: it stands before U0. */
static void judge_calls(struct checkers *c, prisim_cycle_t end, bool idle)
{
    for (uint32_t i = 0; i < c->scenario->timeline.steps; i++) {
        const struct timeline_step *step = &c->scenario->timeline.step[i];
        bool asked = step->to_driver && step->driver.what == PRISIM_DRIVER_UNBIND &&
                     c->course.step[i].given != PRISIM_CYCLE_NEVER;
        if (!asked || c->course.step[i].refused || exposure_has_begun(c, step->driver.call) ||
            !too_long(c, c->course.step[i].given, end, idle))
            continue;
        struct context context = {.stream_id = c->function[step->driver.function].stream_id,
                                  .pasid = step->driver.pasid,
                                  .begun = c->course.step[i].given,
                                  .last = PRISIM_EVENT_TIMELINE_STEP};
        hang(c, &context, end, idle ? "never ended" : "had not ended after its limit");
    }
}

/* Where a PASID stands is a fact all the same; but while somebody waits for it, it is the wait that is told
 * (UNBIND-HAZARD). */
void unbind_finish(struct checkers *c, prisim_cycle_t end, bool idle)
{
    deadlock_judge(c, end); /* a request may have come to the last member of a knot when all were waiting */
    for (uint32_t i = 0; i < c->bindings.contexts; i++) {
        const struct context *context = &c->bindings.context[i];
        if (context->begun == PRISIM_CYCLE_NEVER)
            continue;
        char pasid[WORDS_MAX];
        if (deadlock_has_call(c, context->call))
            continue;
        if (too_long(c, context->begun, end, idle))
            hang(c, context, end, idle ? "never ended" : "had not ended after its limit");
        else if (context->unbind != PRISIM_CYCLE_NEVER)
            checkers_hit(c, HAZARD_PASID_LIMBO, end, "%s is stuck between U2 (cycle %" PRIu64 ") and U6 at the end",
                         words_pasid(c, context->stream_id, context->pasid, pasid), context->unbind);
    }
    judge_calls(c, end, idle);
}
