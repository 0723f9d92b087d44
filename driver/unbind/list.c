/* SPDX-License-Identifier: Apache-2.0
 *
 * The list that a call runs: its policy's, which is a preset's or the configuration's own, or one step away from it
 * (policy.h); and whether it can be executed.
 */
#include "driver/unbind/policy.h"

static uint32_t policy_of(uint32_t list)
{
    return list % PRISIM_DRIVER_LISTS;
}

enum prisim_driver_trigger driver_trigger_of(uint32_t list)
{
    return (enum prisim_driver_trigger)(list / PRISIM_DRIVER_LISTS);
}

/* A preset's list for the end of a process, which follows from its row. */
static bool is_derived(uint32_t list)
{
    return driver_trigger_of(list) == PRISIM_DRIVER_ON_MM_EXIT &&
           !driver_policy_list(policy_of(list), PRISIM_DRIVER_ON_MM_EXIT);
}

/* UNBIND-D14, UNBIND-D15: the PASID is used when its process dies, and nobody can be served any more. The driver of the
 * function is called; what stands behind `enter` is done then as it is at an unbind, but that the look-up is left
 * already, nobody waits for a return, and the number has no owner whose life it is kept for (UNBIND-P13). */
static const struct driver_policy_step exit_begin[] = {{DRIVER_STEP_ENTER, DRIVER_WHEN_ALWAYS, 0},
                                                       {DRIVER_STEP_LEAVE_LOOKUP, DRIVER_WHEN_ALWAYS, 0},
                                                       {DRIVER_STEP_CALL_DEVICE, DRIVER_WHEN_ALWAYS, 0}};
enum { EXIT_BEGIN = sizeof exit_begin / sizeof exit_begin[0] };

static bool is_for_unbind_alone(uint8_t step)
{
    return step == DRIVER_STEP_LEAVE_LOOKUP || step == DRIVER_STEP_RETURN || step == DRIVER_STEP_QUARANTINE ||
           step == DRIVER_STEP_ROLLBACK;
}

/* A preset's list for mm exit: how many steps it has up to that place, and *step, if there is one. */
static uint32_t exit_step(const struct driver_policy_row *row, uint32_t place, struct driver_policy_step *step)
{
    uint32_t steps = EXIT_BEGIN;
    if (place < EXIT_BEGIN)
        *step = exit_begin[place];
    for (uint32_t i = driver_policy_place(row, DRIVER_STEP_ENTER) + 1; i < row->steps && steps <= place; i++)
        if (!is_for_unbind_alone(row->step[i].step) && steps++ == place)
            *step = row->step[i];
    return steps;
}

uint32_t driver_list_of(const struct prisim_driver_config *config, uint32_t policy, enum prisim_driver_trigger trigger)
{
    const uint32_t list = policy + trigger * PRISIM_DRIVER_LISTS;
    return trigger != PRISIM_DRIVER_ON_MM_EXIT || driver_policy_is_known(config, list) ? list : policy;
}

uint32_t driver_policy_steps(const struct prisim_driver_config *config, uint32_t list)
{
    const struct driver_policy_row *row = driver_policy(policy_of(list));
    struct driver_policy_step last;
    if (list / PRISIM_DRIVER_LISTS >= PRISIM_DRIVER_TRIGGERS)
        return 0;
    if (row && is_derived(list))
        return exit_step(row, UINT32_MAX, &last);
    if (row && driver_trigger_of(list) == PRISIM_DRIVER_ON_UNBIND)
        return row->steps;
    if (row) {
        const struct driver_policy_list *written = driver_policy_list(policy_of(list), driver_trigger_of(list));
        return written ? written->steps : 0;
    }
    return policy_of(list) == PRISIM_DRIVER_UNBIND_OWN ? config->own.list[driver_trigger_of(list)].steps : 0;
}

/* Of a list of one's own. */
static const struct prisim_driver_own_step *own_step(const struct prisim_driver_config *config, uint32_t list,
                                                     uint32_t place)
{
    return &config->own.list[driver_trigger_of(list)].step[place];
}

struct driver_policy_step driver_policy_step_at(const struct prisim_driver_config *config, uint32_t list,
                                                uint32_t place)
{
    const struct driver_policy_row *row = driver_policy(policy_of(list));
    struct driver_policy_step step;
    assert(place < driver_policy_steps(config, list));
    if (row && is_derived(list)) {
        exit_step(row, place, &step);
        return step;
    }
    if (row && driver_trigger_of(list) == PRISIM_DRIVER_ON_UNBIND)
        return row->step[place];
    if (row)
        return driver_policy_list(policy_of(list), driver_trigger_of(list))->step[place];
    const struct prisim_driver_own_step *own = own_step(config, list, place);
    return (struct driver_policy_step){(uint8_t)own->step, (uint8_t)own->when, 0};
}

bool driver_policy_is_known(const struct prisim_driver_config *config, uint32_t list)
{
    return (list < PRISIM_DRIVER_LISTS && driver_policy(list)) || driver_policy_steps(config, list);
}

bool driver_policy_has(const struct prisim_driver_config *config, uint32_t policy, enum driver_step step)
{
    for (uint32_t i = 0; i < driver_policy_steps(config, policy); i++)
        if (driver_policy_step_at(config, policy, i).step == (unsigned)step)
            return true;
    return false;
}

struct driver_promise driver_policy_promise(const struct prisim_driver_config *config, uint32_t policy,
                                            enum prisim_cause drained)
{
    const struct driver_policy_row *row = driver_policy(policy_of(policy));
    const struct prisim_driver_own *own = &config->own;
    const bool swept = drained == PRISIM_CAUSE_DRAINED && driver_policy_has(config, policy, DRIVER_STEP_DEFER);
    const bool timed_out = drained == PRISIM_CAUSE_MARKER_TIMEOUT || swept; /* without its marker */
    if (drained == PRISIM_CAUSE_SAID_CLEAN)                                 /* of E0..R2 what a hazard tells of */
        return (struct driver_promise){DRIVER_POINT_H0, DRIVER_POINT_R0, 0, 0};
    if (row)
        return timed_out ? row->timed_out : row->promise;
    if (policy_of(policy) != PRISIM_DRIVER_UNBIND_OWN)
        return (struct driver_promise){0};
    return timed_out ? (struct driver_promise){(uint8_t)own->timed_out_from, (uint8_t)own->timed_out_to,
                                               (uint8_t)own->timed_out_before_marker, 0}
                     : (struct driver_promise){(uint8_t)own->promise_from, (uint8_t)own->promise_to,
                                               (uint8_t)own->promise_before_marker, 0};
}

uint32_t driver_list_steps(const struct prisim_driver_config *config, uint32_t policy)
{
    uint32_t steps = driver_policy_steps(config, policy);
    return policy == config->unbind && config->unbind_without && steps ? steps - 1 : steps;
}

/* Which step of what is written is run at that place of the list. */
static uint32_t place_in_row(const struct prisim_driver_config *config, uint32_t policy, uint32_t place)
{
    if (policy != config->unbind)
        return place;
    if (config->unbind_without)
        return place + (place + 1 >= config->unbind_without);
    if (!config->unbind_move || place + 1 < config->unbind_before || place + 1 > config->unbind_move)
        return place;
    return place + 1 == config->unbind_before ? config->unbind_move - 1 : place - 1;
}

struct driver_policy_step driver_list_step(const struct prisim_driver_config *config, uint32_t policy, uint32_t place)
{
    return driver_policy_step_at(config, policy, place_in_row(config, policy, place));
}

uint32_t driver_list_argument(const struct prisim_driver_config *config, uint32_t policy, uint32_t place)
{
    if (policy_of(policy) != PRISIM_DRIVER_UNBIND_OWN)
        return driver_list_step(config, policy, place).argument;
    return own_step(config, policy, place_in_row(config, policy, place))->argument;
}

/* A way through a list: which conditions hold on it, from where on they can, and what was done so far. */
struct way {
    uint32_t holds; /* bits of enum driver_when */
    bool taken, counted, invalidated, awaited, batched, said, entered, marked, freed;
    uint8_t locks;                  /* bits of enum prisim_driver_lock */
    bool drained, scanned;          /* by hardware; by await_no_match */
    bool drains_twice, scans_twice; /* and before `free`, to which repeat_drain and repeat_scan go back */
    uint8_t stops;                  /* so often the PRI thread is stopped, and not started */
    bool repeats;                   /* it has an ATC_INV before `free`, to which repeat_atc_inv goes back */
};

static bool is_due(const struct prisim_driver_config *config, const struct way *way, unsigned when)
{
    if (when == DRIVER_WHEN_ALWAYS)
        return true;
    if (when == DRIVER_WHEN_REFUSING || when == DRIVER_WHEN_SERVING)
        return (when == DRIVER_WHEN_REFUSING) == (config->draining_answer == PRISIM_DRIVER_DRAINING_INVALID);
    if (when == DRIVER_WHEN_DISCARDING)
        return config->batch_parts == PRISIM_DRIVER_PARTS_DISCARD;
    if (when == DRIVER_WHEN_OFF_FIRST || when == DRIVER_WHEN_FLR_FIRST)
        return (when == DRIVER_WHEN_OFF_FIRST) == (config->flr_order == PRISIM_DRIVER_FLR_OFF_FIRST);
    if (when == DRIVER_WHEN_FLUSHED && !way->said)
        return true;
    if ((when == DRIVER_WHEN_KEPT && !way->invalidated) || (when == DRIVER_WHEN_TIMED_OUT && !way->awaited) ||
        (when == DRIVER_WHEN_ROLLING_BACK &&
         (!way->batched || config->batch_signal != PRISIM_DRIVER_BATCH_SIGNAL_ROLLBACK)))
        return false;
    return way->holds >> when & 1;
}

/* A lock is taken once, and by `repeat_atc_inv` nothing is taken again: it goes back to an atc_inv behind it, or to
 * where it is not had any more. */
static enum driver_list_fault locks(struct way *way, unsigned step, uint32_t argument)
{
    const uint8_t bit = (uint8_t)(1 << argument);
    if (!argument || !(way->locks & bit) != (step == DRIVER_STEP_LOCK))
        return DRIVER_LIST_LOCKED;
    way->locks ^= bit;
    return DRIVER_LIST_CAN_RUN;
}

/* The steps of UNBIND-P8: what they go back to must be there, and not beyond `free`. */
static enum driver_list_fault go_fence(struct way *way, unsigned step)
{
    const bool scan = step == DRIVER_STEP_REPEAT_SCAN;
    if (step == DRIVER_STEP_AWAIT_NO_MATCH) {
        way->scanned = true;
        way->scans_twice |= !way->freed;
    } else if (step == DRIVER_STEP_HARDWARE_DRAIN) {
        way->drained = true;
        way->drains_twice |= !way->freed;
    } else if (!way->drained || (scan && !way->scanned)) {
        return DRIVER_LIST_NOT_TAKEN;
    } else if (way->freed && (scan ? way->scans_twice : way->drains_twice)) {
        return DRIVER_LIST_FREED_TWICE;
    }
    return DRIVER_LIST_CAN_RUN;
}

/* Here the list may end, or go back. */
static bool may_leave(unsigned step)
{
    return step == DRIVER_STEP_ENTER || step == DRIVER_STEP_BY_FLAG || step == DRIVER_STEP_KEEP ||
           step == DRIVER_STEP_ROLLBACK || step == DRIVER_STEP_REPEAT_ATC_INV || step == DRIVER_STEP_REPEAT_SCAN ||
           step == DRIVER_STEP_REPEAT_DRAIN;
}

/* It is free behind it, or others free it (UNBIND-P2). */
static enum driver_list_fault go_free(struct way *way)
{
    if (way->freed)
        return DRIVER_LIST_FREED_TWICE;
    way->freed = true;
    return DRIVER_LIST_CAN_RUN;
}

static enum driver_list_fault go(struct way *way, uint32_t policy, struct driver_policy_step step)
{
    if (way->stops && may_leave(step.step))
        return DRIVER_LIST_NOT_STARTED;
    switch (step.step) {
    case DRIVER_STEP_AWAIT_NO_MATCH:
    case DRIVER_STEP_HARDWARE_DRAIN:
    case DRIVER_STEP_REPEAT_SCAN:
    case DRIVER_STEP_REPEAT_DRAIN:
        return go_fence(way, step.step);
    case DRIVER_STEP_STOP_THREAD:
        way->stops++;
        return DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_START_THREAD:
        return way->stops-- ? DRIVER_LIST_CAN_RUN : DRIVER_LIST_NOT_TAKEN;
    case DRIVER_STEP_SNAPSHOT:
        way->taken = true;
        return DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_KICK_THREAD:
    case DRIVER_STEP_AWAIT_HANDED:
    case DRIVER_STEP_FILTER:
        return way->taken ? DRIVER_LIST_CAN_RUN : DRIVER_LIST_NOT_TAKEN;
    case DRIVER_STEP_READ_BATCH:
        way->counted = true;
        return DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_AWAIT_BATCH:
        way->batched = true;
        return way->counted ? DRIVER_LIST_CAN_RUN : DRIVER_LIST_NOT_TAKEN;
    case DRIVER_STEP_ENTER:
        way->entered = true;
        return DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_MARK:
        way->marked = true;
        return way->entered && !way->freed ? DRIVER_LIST_CAN_RUN : DRIVER_LIST_NOT_TAKEN;
    case DRIVER_STEP_DEFER:
        return way->marked ? go_free(way) : DRIVER_LIST_NOT_TAKEN;
    case DRIVER_STEP_CALL_DEVICE:
        way->said = true;
        return DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_BY_FLAG:
        way->said = true;
        return way->entered ? DRIVER_LIST_KEEPS : DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_AWAIT_MARKER:
        way->awaited = true;
        return DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_INVALIDATED:
        way->invalidated = true;
        return DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_ATC_INV:
        way->repeats |= !way->freed;
        return DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_REPEAT_ATC_INV:
        return way->freed && way->repeats ? DRIVER_LIST_FREED_TWICE : DRIVER_LIST_CAN_RUN;
    case DRIVER_STEP_ROLLBACK:
        return step.when == DRIVER_WHEN_ROLLING_BACK && !way->freed ? DRIVER_LIST_CAN_RUN : DRIVER_LIST_KEEPS;
    case DRIVER_STEP_STAY_BOUND:
        return driver_trigger_of(policy) == PRISIM_DRIVER_ON_MM_EXIT && way->entered && !way->freed
                   ? DRIVER_LIST_CAN_RUN
                   : DRIVER_LIST_KEEPS;
    case DRIVER_STEP_KEEP:
        return step.when == DRIVER_WHEN_KEPT && !way->freed ? DRIVER_LIST_CAN_RUN : DRIVER_LIST_KEEPS;
    case DRIVER_STEP_FREE:
        return go_free(way);
    }
    return DRIVER_LIST_CAN_RUN; /* it needs nothing, and nothing needs it */
}

/* The call is over behind it, and the PASID is not free. */
static bool ends_list(uint8_t step)
{
    return step == DRIVER_STEP_KEEP || step == DRIVER_STEP_ROLLBACK || step == DRIVER_STEP_STAY_BOUND;
}

static enum driver_list_fault walk(const struct prisim_driver_config *config, uint32_t policy, uint32_t holds,
                                   uint32_t *place)
{
    struct way way = {.holds = holds};
    const uint32_t steps = driver_list_steps(config, policy);
    for (*place = 0; *place < steps; ++*place) {
        const struct driver_policy_step step = driver_list_step(config, policy, *place);
        if (!is_due(config, &way, step.when))
            continue;
        if (!driver_trigger_has(driver_trigger_of(policy), step.step))
            return DRIVER_LIST_HAS_IT_NOT;
        enum driver_list_fault fault = step.step == DRIVER_STEP_LOCK || step.step == DRIVER_STEP_UNLOCK
                                           ? locks(&way, step.step, driver_list_argument(config, policy, *place))
                                           : go(&way, policy, step);
        if (fault != DRIVER_LIST_CAN_RUN || ends_list(step.step))
            return fault;
    }
    if (way.locks)
        return DRIVER_LIST_STAYS_LOCKED;
    if (way.stops)
        return DRIVER_LIST_NOT_STARTED;
    const bool frees = driver_trigger(driver_trigger_of(policy))->of != DRIVER_LIST_OF_FUNCTION;
    return way.freed || !frees ? DRIVER_LIST_CAN_RUN : DRIVER_LIST_NEVER_FREED;
}

enum driver_list_fault driver_list_fault(const struct prisim_driver_config *config, uint32_t policy, uint32_t *place)
{
    uint32_t asked = 0, holds = 0;
    for (uint32_t i = 0; i < driver_list_steps(config, policy); i++)
        asked |= UINT32_C(1) << driver_list_step(config, policy, i).when;
    _Static_assert(DRIVER_WHENS <= 16, "all ways are walked");
    do {
        enum driver_list_fault fault = walk(config, policy, holds, place);
        if (fault != DRIVER_LIST_CAN_RUN)
            return fault;
        holds = (holds - asked) & asked; /* the next subset */
    } while (holds);
    return DRIVER_LIST_CAN_RUN;
}

bool driver_list_can_run(const struct prisim_driver_config *config, uint32_t policy)
{
    uint32_t place;
    return driver_list_fault(config, policy, &place) == DRIVER_LIST_CAN_RUN;
}
