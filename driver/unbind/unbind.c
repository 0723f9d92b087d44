/* SPDX-License-Identifier: Apache-2.0
 *
 * Unbind: the list of the call's policy is run, step by step (policies.def). What a step does is in the file that
 * policy_steps.def names.
 */
#include "driver/unbind/unbind.h"
#include "driver/lock.h"

static enum prisim_cause refusal(const struct edge *e, const struct task *t)
{
    const struct prisim_driver_stimulus *s = &t->call.stimulus;
    if (s->function >= e->config->functions || s->pasid >> e->config->pasid_bits ||
        !driver_policy_is_known(e->config, s->policy))
        return PRISIM_CAUSE_REFUSED;
    if (pasid_is_reserved(e, s->pasid))
        return PRISIM_CAUSE_RESERVED;
    switch ((enum pasid_state)call_entry(e, t)->state) {
    case PASID_BOUND:
        return PRISIM_CAUSE_NONE;
    case PASID_KEPT:
        return PRISIM_CAUSE_KEPT;
    case PASID_FREE:
        break;
    case PASID_STOPPING:
    case PASID_DRAINING:
        return life_is_left_bound(e, t) ? PRISIM_CAUSE_NONE : PRISIM_CAUSE_NOT_BOUND;
    case PASID_STALE:
        break;
    case PASID_LEFT:
    case PASID_SWEPT:
        return life_is_freed_by_marker(e, t) ? PRISIM_CAUSE_NONE : PRISIM_CAUSE_NOT_BOUND;
    }
    return PRISIM_CAUSE_NOT_BOUND;
}

static bool refuse(struct edge *e, struct task *t)
{
    enum prisim_cause cause = refusal(e, t);
    t->call.refused = (uint8_t)cause;
    if (cause != PRISIM_CAUSE_NONE)
        EMIT_CALL_WITH(driver_refused, .cause = cause);
    return cause != PRISIM_CAUSE_NONE;
}

static bool is_due(const struct edge *e, const struct task *t, enum driver_when when)
{
    switch (when) {
    case DRIVER_WHEN_REFUSING:
        return e->config->draining_answer == PRISIM_DRIVER_DRAINING_INVALID;
    case DRIVER_WHEN_SERVING:
        return e->config->draining_answer == PRISIM_DRIVER_DRAINING_SERVE;
    case DRIVER_WHEN_KEPT:
        return call_pasid(&t->call) != PRISIM_PASID_NONE && call_entry(e, t)->state == (uint8_t)PASID_KEPT;
    case DRIVER_WHEN_TIMED_OUT:
        return t->call.cause == PRISIM_CAUSE_MARKER_TIMEOUT;
    case DRIVER_WHEN_ROLLING_BACK:
        return t->call.cause == PRISIM_CAUSE_INTERRUPTED &&
               e->config->batch_signal == PRISIM_DRIVER_BATCH_SIGNAL_ROLLBACK;
    case DRIVER_WHEN_FLUSHED:
        return t->call.cause != PRISIM_CAUSE_SAID_CLEAN;
    case DRIVER_WHEN_OFF_FIRST:
        return e->config->flr_order == PRISIM_DRIVER_FLR_OFF_FIRST;
    case DRIVER_WHEN_FLR_FIRST:
        return e->config->flr_order == PRISIM_DRIVER_FLR_FIRST;
    case DRIVER_WHEN_DISCARDING:
        return e->config->batch_parts == PRISIM_DRIVER_PARTS_DISCARD;
    case DRIVER_WHEN_ALWAYS:
    case DRIVER_WHENS:
        break;
    }
    return true;
}

/* Takes the next step of the list that is due; false: there is none, or one before it failed. */
static bool take_step(const struct edge *e, struct task *t)
{
    uint32_t policy = t->call.stimulus.policy;
    while (!t->call.refused && t->call.next_step < driver_list_steps(e->config, policy)) {
        const struct driver_policy_step step = driver_list_step(e->config, policy, t->call.next_step);
        t->call.step = step.step;
        t->call.argument = driver_list_argument(e->config, policy, t->call.next_step++);
        if (is_due(e, t, (enum driver_when)step.when))
            return true;
    }
    return false;
}

static bool run_step(struct edge *e, struct task *t, uint16_t *pc)
{
    static bool (*const run[DRIVER_STEPS])(struct edge *, struct task *, uint16_t *) = {
#define POLICY_STEP(NAME, function) [DRIVER_STEP_##NAME] = function,
#include "driver/unbind/policy_steps.def"
#undef POLICY_STEP
    };
    assert(t->call.step < DRIVER_STEPS);
    return run[t->call.step](e, t, pc);
}

/* The call, which is of more than one PASID, is about that one of t->bring_up's function now, as an unbind of its own
 * would be. */
void call_unbinds(struct task *t, uint32_t pasid, uint32_t list)
{
    t->call = (struct call){.stimulus = t->call.stimulus, .sequence = t->call.sequence};
    t->call.stimulus.function = t->bring_up.function;
    t->call.stimulus.pasid = pasid;
    t->call.stimulus.policy = list;
}

/* The call is of a function, and the configuration's policy has a list for it. */
bool call_has_list(const struct edge *e, struct task *t, enum prisim_driver_trigger trigger)
{
    t->call.stimulus.policy = driver_list_of(e->config, e->config->unbind, trigger);
    t->call.next_step = 0;
    return driver_policy_steps(e->config, t->call.stimulus.policy) != 0;
}

/* That list. What it said of its last invalidation is over with it. */
bool driver_run_list(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    t->call.cause = PRISIM_CAUSE_POLICY_NONE;
    while (take_step(e, t))
        CALL(run_step);
    t->call.atc_inv = 0;
    END;
}

bool driver_iommu_sva_unbind_device(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    STEP(e->config->price.compute);
    if (refuse(e, t))
        FINISH;
    t->call.cause =
        prisim_driver_stimulus_is_of_marker(&t->call.stimulus) ? PRISIM_CAUSE_MARKER_SEEN : PRISIM_CAUSE_POLICY_NONE;
    t->call.next_step = 0;
    while (take_step(e, t))
        CALL(run_step);
    driver_unlock_all(e, t);
    END;
}
