/* SPDX-License-Identifier: Apache-2.0
 *
 * deadlock (UNBIND-HAZARD-15): tasks that wait, without a time-out, each for members of the same set alone. What there
 * is several of, workers, is no cycle but a knot: one of them that can go on is enough. It is judged by the driver's
 * events: who waits for what, who has which lock. Of the hardware a function is a member that waits for the answers to
 * its page requests before it has stopped (PCIE-STOP, model A): it needs whoever has one of them. Who is not said to
 * wait goes on, and so does whoever the scenario holds, sleeps, or waits for other hardware: a silent function is an
 * `unbind_hang`.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tb/checkers/checkers_state.h"

static struct blocked *blocked_of(struct checkers *c, uint64_t kind, uint64_t index)
{
    if (kind >= PRISIM_DRIVER_TASKS || index >= BLOCKED_OF_KIND)
        return NULL;
    return &c->deadlocks.task[kind * BLOCKED_OF_KIND + index];
}

/* Which tasks can go on, or will be able to when others have. */
struct alive {
    bool task[BLOCKED_MAX];
};

static bool worker_of(unsigned task)
{
    return task / BLOCKED_OF_KIND == PRISIM_DRIVER_TASK_WORKER;
}

/* All workers that have something which the wait is for: a group before the mark, or the handle of the binding. */
static bool workers_go_on(const struct checkers *c, const struct alive *alive, const struct blocked *b)
{
    for (unsigned i = 0; i < BLOCKED_MAX; i++) {
        const struct blocked *worker = &c->deadlocks.task[i];
        if (!worker_of(i) || !worker->waits || alive->task[i])
            continue;
        if (b->on == PRISIM_DRIVER_BLOCKED_WORKERS ? worker->group != 0 && worker->group - 1 < b->object
                                                   : worker->binding == b->object)
            return false;
    }
    return true;
}

/* One of them is enough: each gives back what it has served. */
static bool a_worker_goes_on(const struct checkers *c, const struct alive *alive)
{
    for (unsigned i = 0; i < c->scenario->system.driver.workers; i++)
        if (alive->task[PRISIM_DRIVER_TASK_WORKER * BLOCKED_OF_KIND + i])
            return true;
    return false;
}

static bool waits_for_answers(const struct checkers *c, uint64_t stream_id)
{
    for (unsigned i = 0; i < c->scenario->system.endpoints; i++)
        if (c->function[i].stream_id == stream_id)
            return c->scenario->system.endpoint[i].stop == PRISIM_ENDPOINT_STOP_WAIT;
    return false;
}

/* None of its PASID's page requests is with somebody who cannot go on. Where one is that nobody has taken yet, only the
 * PRI thread takes it; on the work queue, any worker. */
static bool function_goes_on(struct checkers *c, const struct alive *alive, const struct blocked *b)
{
    const struct context *context = binding_context(c, b->stream_id, b->pasid);
    const struct binding *binding = context ? binding_get(c, context->bound) : NULL;
    if (binding == NULL || !waits_for_answers(c, b->stream_id))
        return true;
    for (unsigned i = 0; i < BLOCKED_MAX; i++) {
        const struct blocked *worker = &c->deadlocks.task[i];
        if (worker_of(i) && worker->waits && !alive->task[i] && worker->stream_id == b->stream_id &&
            worker->pasid == b->pasid)
            return false;
    }
    if (binding->at[PLACE_WORK] && !a_worker_goes_on(c, alive))
        return false;
    return alive->task[PRISIM_DRIVER_TASK_PRI_THREAD * BLOCKED_OF_KIND] ||
           !(binding->at[PLACE_QUEUE] | binding->at[PLACE_IN_HAND] | binding->at[PLACE_PARKED]);
}

static bool goes_on(struct checkers *c, const struct alive *alive, const struct blocked *b)
{
    switch ((enum prisim_driver_blocked)b->on) {
    case PRISIM_DRIVER_BLOCKED_LOCK:
        return b->object >= PRISIM_DRIVER_LOCKS || !c->deadlocks.owner[b->object] ||
               alive->task[c->deadlocks.owner[b->object] - 1];
    case PRISIM_DRIVER_BLOCKED_PRI_THREAD:
        return alive->task[PRISIM_DRIVER_TASK_PRI_THREAD * BLOCKED_OF_KIND];
    case PRISIM_DRIVER_BLOCKED_WORKERS:
    case PRISIM_DRIVER_BLOCKED_REFERENCES:
        return workers_go_on(c, alive, b);
    case PRISIM_DRIVER_BLOCKED_ITEM:
        return a_worker_goes_on(c, alive);
    case PRISIM_DRIVER_BLOCKED_FUNCTION:
        return function_goes_on(c, alive, b);
    }
    return true;
}

/* What is left when whoever can go on has, and has let go of all that it had. */
static struct alive reduce(struct checkers *c, bool told_goes_on)
{
    struct alive alive;
    bool again = true;
    for (unsigned i = 0; i < BLOCKED_MAX; i++)
        alive.task[i] = !c->deadlocks.task[i].waits || (told_goes_on && c->deadlocks.task[i].told);
    while (again) {
        again = false;
        for (unsigned i = 0; i < BLOCKED_MAX; i++)
            if (!alive.task[i] && goes_on(c, &alive, &c->deadlocks.task[i]))
                alive.task[i] = again = true;
    }
    return alive;
}

static const char *words_of(const struct blocked *b)
{
    static const char *const locks[PRISIM_DRIVER_LOCKS] = {"no lock", "lock group", "lock mm", "lock param"};
    switch ((enum prisim_driver_blocked)b->on) {
    case PRISIM_DRIVER_BLOCKED_LOCK:
        return b->object < PRISIM_DRIVER_LOCKS ? locks[b->object] : locks[0];
    case PRISIM_DRIVER_BLOCKED_PRI_THREAD:
        return "the PRI thread";
    case PRISIM_DRIVER_BLOCKED_WORKERS:
        return "the workers";
    case PRISIM_DRIVER_BLOCKED_REFERENCES:
        return "references of workers";
    case PRISIM_DRIVER_BLOCKED_ITEM:
        return "an item of a worker";
    case PRISIM_DRIVER_BLOCKED_FUNCTION:
        return "its function to stop";
    }
    return "nobody";
}

static void say_who(const struct blocked *b, unsigned task, char words[WORDS_MAX])
{
    static const char *const kinds[PRISIM_DRIVER_TASKS] = {
        "bring-up", "the interrupt handler", "the PRI thread", "worker", "caller", "the event thread"};
    if (b->call)
        snprintf(words, WORDS_MAX, "call %" PRIu64, b->call);
    else
        snprintf(words, WORDS_MAX, "%s %u", kinds[task / BLOCKED_OF_KIND], task % BLOCKED_OF_KIND);
}

/* One hit for each knot, when its last member comes to wait; whoever is caught by it later is none of it. */
void deadlock_judge(struct checkers *c, prisim_cycle_t cycle)
{
    const struct alive knot = reduce(c, true), alive = reduce(c, false);
    char text[8 * WORDS_MAX] = "", who[WORDS_MAX];
    size_t length = 0;
    for (unsigned i = 0; i < BLOCKED_MAX; i++) {
        struct blocked *b = &c->deadlocks.task[i];
        b->told |= !alive.task[i];
        if (knot.task[i])
            continue;
        say_who(b, i, who);
        if (length < sizeof text)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s waits for %s since cycle %" PRIu64,
                                       length ? ", " : "", who, words_of(b), b->since);
    }
    if (length)
        checkers_hit(c, HAZARD_DEADLOCK, cycle, "nobody can go on: %s", text);
}

/* driver.blocked */
void on_blocked(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_blocked *e = &event->driver_blocked;
    struct blocked *b = blocked_of(c, e->task, e->index);
    if (b == NULL)
        return;
    *b = (struct blocked){.object = e->object,
                          .group = e->group,
                          .binding = e->binding,
                          .call = e->call,
                          .stream_id = e->stream_id,
                          .pasid = e->pasid,
                          .since = event->cycle,
                          .on = (uint8_t)e->on,
                          .waits = 1};
    deadlock_judge(c, event->cycle);
}

/* driver.woken */
void on_woken(struct checkers *c, const struct prisim_event *event)
{
    struct blocked *b = blocked_of(c, event->driver_woken.task, event->driver_woken.index);
    if (b != NULL)
        *b = (struct blocked){0};
}

/* driver.locked: at the edge at which the lock is handed on it has its next owner, who is not awake yet. */
void on_locked(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_driver_locked *e = &event->driver_locked;
    if (e->lock < PRISIM_DRIVER_LOCKS && blocked_of(c, e->task, e->index) != NULL)
        c->deadlocks.owner[e->lock] = (uint8_t)(e->task * BLOCKED_OF_KIND + e->index + 1);
}

/* driver.unlocked */
void on_unlocked(struct checkers *c, const struct prisim_event *event)
{
    if (event->driver_unlocked.lock < PRISIM_DRIVER_LOCKS)
        c->deadlocks.owner[event->driver_unlocked.lock] = 0;
}

/* It is a member of a knot: that is told, and not that it hangs. */
bool deadlock_has_call(const struct checkers *c, uint64_t call)
{
    for (unsigned i = 0; i < BLOCKED_MAX; i++)
        if (c->deadlocks.task[i].told && call && c->deadlocks.task[i].call == call)
            return true;
    return false;
}
