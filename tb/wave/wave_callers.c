/* SPDX-License-Identifier: Apache-2.0
 *
 * Callers of the driver, of a PASID or of a function as a whole: from the step of the timeline to the return
 * (wave_tasks.h).
 */
#include "tb/wave/wave_tasks.h"

enum {
    CALLER_CALLED = WAVE_TASK_HELD + 1, /* unbind is called, and has not told the function to stop */
    CALLER_STOP,                        /* until the function has stopped */
    CALLER_ENTER,
    CALLER_CLEAR,      /* the CD */
    CALLER_INVALIDATE, /* TLBs and ATC */
    CALLER_WAIT,       /* for what its policy waits for */
    CALLER_FREE,
    CALLER_RETURN,
    CALLER_BIND,    /* until faults find the space */
    CALLER_ENABLE,  /* until the write that enables the PASID is on its way */
    CALLER_DETACH,  /* until the function is down */
    CALLER_ATTACH,  /* until it is up again */
    CALLER_PREPARE, /* until its reset is initiated, or behind that its ATC is invalidated */
    CALLER_RESET,   /* until it is up again behind its reset */
    CALLER_REMOVE,  /* but for the unbinds: until what a function had that is gone is taken down */
    CALLER_ISOLATE, /* until it is isolated */
    CALLER_UNMAP,   /* until the descriptors of the pages are cleared */
    CALLER_TAKE,    /* until they are invalidated, and their frames free */
    CALLER_EXIT     /* of a process, but for the unbinds: until it is dead */
};
static const char *const caller_words[] = {"idle",    "held",  "called", "stop",    "enter",  "clear",  "invalidate",
                                           "wait",    "free",  "return", "bind",    "enable", "detach", "attach",
                                           "prepare", "reset", "remove", "isolate", "unmap",  "take",   "exit"};
_Static_assert(sizeof caller_words / sizeof caller_words[0] == CALLER_EXIT + 1, "a word for each step");
static const struct wave_words words = {"caller", CALLER_EXIT + 1, caller_words};

static bool is_call(const struct timeline_step *step)
{
    return step->to_driver && prisim_driver_stimulus_is_call(&step->driver);
}

static unsigned first_step(const struct prisim_driver_stimulus *call)
{
    switch (call->what) {
    case PRISIM_DRIVER_BIND:
        return CALLER_BIND;
    case PRISIM_DRIVER_DETACH:
        return CALLER_DETACH;
    case PRISIM_DRIVER_ATTACH:
        return CALLER_ATTACH;
    case PRISIM_DRIVER_FLR:
        return CALLER_PREPARE;
    case PRISIM_DRIVER_REMOVE:
        return CALLER_REMOVE;
    case PRISIM_DRIVER_ISOLATE:
        return CALLER_ISOLATE;
    case PRISIM_DRIVER_UNMAP:
        return CALLER_UNMAP;
    case PRISIM_DRIVER_MM_EXIT:
        return CALLER_EXIT;
    default:
        return CALLER_CALLED;
    }
}

void wave_callers_declare(struct wave_tasks *t)
{
    const struct timeline_config *timeline = &t->scenario->timeline;
    for (uint32_t i = 0; i < timeline->steps && t->callers < PRISIM_DRIVER_CALLS_MAX; i++)
        t->callers += is_call(&timeline->step[i]);
    for (unsigned i = 0; i < t->callers; i++) {
        wave_scope_index(t->tree, "caller", i);
        wave_task_declare(&t->caller[i].task, t->tree, &words);
        t->caller[i].number = wave_bits(t->tree, "call", 32);
        wave_scope_end(t->tree);
    }
}

static struct wave_caller *of_call(struct wave_tasks *t, uint64_t call)
{
    for (struct wave_caller *c = t->caller; c < t->caller + t->callers; c++)
        if (c->call == call)
            return c;
    return NULL;
}

static void go(struct wave_tasks *t, uint64_t call, unsigned step)
{
    struct wave_caller *c = call ? of_call(t, call) : NULL;
    if (!c)
        return;
    wave_task_go(&c->task, t->tree, step, ++t->changes);
    if (step != WAVE_TASK_IDLE)
        return;
    c->call = 0;
    wave_set(t->tree, c->number, 0);
}

static void begin(struct wave_tasks *t, uint64_t number)
{
    const struct timeline_config *timeline = &t->scenario->timeline;
    struct wave_caller *c = of_call(t, 0);
    if (!c || number >= timeline->steps || !is_call(&timeline->step[number]))
        return;
    const struct prisim_driver_stimulus *call = &timeline->step[number].driver;
    c->call = call->call;
    c->unbinds_many = call->what == PRISIM_DRIVER_REMOVE    ? CALLER_REMOVE
                      : call->what == PRISIM_DRIVER_MM_EXIT ? CALLER_EXIT
                                                            : WAVE_TASK_IDLE;
    c->returned = false;
    c->then_bind = call->what == PRISIM_DRIVER_UNBIND && call->then_space;
    wave_set(t->tree, c->number, c->call);
    go(t, c->call, first_step(call));
}

/* What comes behind the end of an unbind without an error. */
static unsigned behind(const struct wave_caller *c)
{
    return c->then_bind ? CALLER_BIND : WAVE_TASK_IDLE;
}

/* An unbind that returns early is in its place until the PASID is free. */
static void returned(struct wave_tasks *t, const struct prisim_event_driver_unbind_returned *e)
{
    struct wave_caller *c = of_call(t, e->call);
    if (!c)
        return;
    if (c->unbinds_many != WAVE_TASK_IDLE)
        go(t, e->call, c->unbinds_many);
    else if (e->cause == PRISIM_CAUSE_NONE && c->task.step == CALLER_FREE)
        c->returned = true;
    else
        go(t, e->call, e->cause == PRISIM_CAUSE_NONE ? behind(c) : WAVE_TASK_IDLE);
}

/* The end of a PASID that the call has left stale is somebody else's (UNBIND-P2): it has gone on to its bind. */
static const struct wave_caller *at_its_end(struct wave_tasks *t, uint64_t call)
{
    const struct wave_caller *c = call ? of_call(t, call) : NULL;
    return c && c->task.step != CALLER_BIND ? c : NULL;
}

static void drained(struct wave_tasks *t, uint64_t call)
{
    if (at_its_end(t, call))
        go(t, call, CALLER_FREE);
}

static void is_free(struct wave_tasks *t, uint64_t call)
{
    const struct wave_caller *c = at_its_end(t, call);
    if (c)
        go(t, call, c->returned ? behind(c) : CALLER_RETURN);
}

/* The end of a process stops a function behind U2: before the CD is cleared, or while it waits. */
static unsigned in_exit(struct wave_tasks *t, uint64_t call, unsigned of_exit, unsigned of_unbind)
{
    const struct wave_caller *c = call ? of_call(t, call) : NULL;
    if (!c || c->unbinds_many != CALLER_EXIT)
        return of_unbind;
    return c->task.step == CALLER_WAIT ? CALLER_WAIT : of_exit;
}

/* A reset that is a part of an unbind is in its place. */
static unsigned in_reset(struct wave_tasks *t, uint64_t call)
{
    const struct wave_caller *c = call ? of_call(t, call) : NULL;
    return !c || c->task.step == CALLER_PREPARE ? CALLER_RESET : c->task.step;
}

/* A refused unbind ends when it returns, any other call here. */
static void refused(struct wave_tasks *t, uint64_t call)
{
    const struct wave_caller *c = call ? of_call(t, call) : NULL;
    if (c && (c->task.step == CALLER_BIND || c->task.step >= CALLER_DETACH))
        go(t, call, WAVE_TASK_IDLE);
}

/* The step that ends with the event: who is held before the one is in the other. */
static unsigned step_of(uint64_t before)
{
    switch (before) {
    case PRISIM_EVENT_DRIVER_STOP:
        return CALLER_CALLED;
    case PRISIM_EVENT_DRIVER_STOP_SEEN:
        return CALLER_STOP;
    case PRISIM_EVENT_DRIVER_UNBIND:
        return CALLER_ENTER;
    case PRISIM_EVENT_DRIVER_CLEAR:
        return CALLER_CLEAR;
    case PRISIM_EVENT_DRIVER_INVALIDATED:
        return CALLER_INVALIDATE;
    case PRISIM_EVENT_DRIVER_FREE:
        return CALLER_FREE;
    case PRISIM_EVENT_DRIVER_BIND:
        return CALLER_BIND;
    case PRISIM_EVENT_DRIVER_BOUND:
        return CALLER_ENABLE;
    case PRISIM_EVENT_DRIVER_UNMAP:
    case PRISIM_EVENT_DRIVER_UNMAP_CLEARED:
        return CALLER_UNMAP;
    case PRISIM_EVENT_DRIVER_FRAME_TAKEN:
    case PRISIM_EVENT_DRIVER_UNMAPPED:
        return CALLER_TAKE;
    case PRISIM_EVENT_DRIVER_FLR:
        return CALLER_PREPARE;
    case PRISIM_EVENT_DRIVER_FLR_DONE:
        return CALLER_RESET;
    case PRISIM_EVENT_DRIVER_MM_EXIT:
    case PRISIM_EVENT_DRIVER_SPACE_ENDED:
    case PRISIM_EVENT_DRIVER_MM_EXITED:
        return CALLER_EXIT;
    default:
        return CALLER_WAIT;
    }
}

static void hold(struct wave_tasks *t, const struct prisim_event_driver_hold *e)
{
    struct wave_caller *last = NULL;
    for (struct wave_caller *c = t->caller; c < t->caller + t->callers; c++)
        if (c->call && !c->task.held && c->task.step == step_of(e->before) &&
            (!last || c->task.since > last->task.since))
            last = c;
    if (last)
        wave_task_hold(&last->task, t->tree, e->index, e->before);
}

static void release(struct wave_tasks *t, const struct prisim_event_driver_release *e)
{
    for (struct wave_caller *c = t->caller; c < t->caller + t->callers; c++)
        if (c->task.held && c->task.held_index == e->index) {
            wave_task_release(&c->task, t->tree, c->task.step, ++t->changes);
            return;
        }
}

static bool held_or_released(struct wave_tasks *t, const struct prisim_event *event)
{
    if (event->type == PRISIM_EVENT_DRIVER_HOLD && event->driver_hold.task == PRISIM_DRIVER_TASK_CALLER)
        hold(t, &event->driver_hold);
    else if (event->type == PRISIM_EVENT_DRIVER_RELEASE && event->driver_release.task == PRISIM_DRIVER_TASK_CALLER)
        release(t, &event->driver_release);
    else
        return false;
    return true;
}

/* By this event the call goes on to this step. */
#define GOES(id, tag, step)                                                                                            \
    case PRISIM_EVENT_##id:                                                                                            \
        go(t, event->tag.call, step);                                                                                  \
        return true

bool wave_callers_event(struct wave_tasks *t, const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_TIMELINE_STEP:
        begin(t, event->timeline_step.step);
        return true;
        GOES(DRIVER_STOP, driver_stop, in_exit(t, event->driver_stop.call, CALLER_STOP, CALLER_STOP));
        GOES(DRIVER_STOP_SEEN, driver_stop_seen, in_exit(t, event->driver_stop_seen.call, CALLER_CLEAR, CALLER_ENTER));
        GOES(DRIVER_UNBIND, driver_unbind, in_exit(t, event->driver_unbind.call, CALLER_STOP, CALLER_CLEAR));
        GOES(DRIVER_CLEAR, driver_clear, CALLER_INVALIDATE);
        GOES(DRIVER_INVALIDATED, driver_invalidated, CALLER_WAIT);
        GOES(DRIVER_NOT_INVALIDATED, driver_not_invalidated, CALLER_WAIT);
    case PRISIM_EVENT_DRIVER_DRAINED:
        drained(t, event->driver_drained.call);
        return true;
    case PRISIM_EVENT_DRIVER_FREE:
        is_free(t, event->driver_free.call);
        return true;
    case PRISIM_EVENT_DRIVER_UNBIND_RETURNED:
        returned(t, &event->driver_unbind_returned);
        return true;
        GOES(DRIVER_BIND, driver_bind, CALLER_ENABLE);
        GOES(DRIVER_BOUND, driver_bound, WAVE_TASK_IDLE);
        GOES(DRIVER_DETACHED, driver_detached, WAVE_TASK_IDLE);
        GOES(DRIVER_ATTACHED, driver_attached, WAVE_TASK_IDLE);
        GOES(DRIVER_FLR, driver_flr, in_reset(t, event->driver_flr.call));
        GOES(DRIVER_FLR_DONE, driver_flr_done, WAVE_TASK_IDLE);
        GOES(DRIVER_REMOVED, driver_removed, WAVE_TASK_IDLE);
        GOES(DRIVER_UNMAP_CLEARED, driver_unmap_cleared, CALLER_TAKE);
        GOES(DRIVER_UNMAPPED, driver_unmapped, WAVE_TASK_IDLE);
        GOES(DRIVER_MM_EXITED, driver_mm_exited, WAVE_TASK_IDLE);
    case PRISIM_EVENT_DRIVER_ISOLATED:
        if (event->driver_isolated.cause == PRISIM_CAUSE_NONE) /* else it is a part of an unbind */
            go(t, event->driver_isolated.call, WAVE_TASK_IDLE);
        return true;
    case PRISIM_EVENT_DRIVER_REFUSED:
        refused(t, event->driver_refused.call);
        return true;
    default:
        return held_or_released(t, event);
    }
}
