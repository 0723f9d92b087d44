/* SPDX-License-Identifier: Apache-2.0
 *
 * Workers: from the look-up of a group's space to its response (wave_tasks.h).
 */
#include "tb/wave/wave_tasks.h"

enum { WORKER_RESOLVE = WAVE_TASK_HELD + 1, WORKER_PAGE, WORKER_RESPOND };
static const char *const worker_words[] = {"idle", "held", "resolve", "page", "respond"};
static const struct wave_words words = {"worker", sizeof worker_words / sizeof worker_words[0], worker_words};

void wave_workers_declare(struct wave_tasks *t)
{
    t->workers = t->scenario->system.driver.workers;
    for (unsigned i = 0; i < t->workers; i++) {
        wave_scope_index(t->tree, "worker", i);
        wave_task_declare(&t->worker[i].task, t->tree, &words);
        t->worker[i].serves = wave_text_signal(t->tree, "serves");
        wave_scope_end(t->tree);
    }
}

static bool is_of_group(const struct wave_worker *w, uint64_t stream_id, uint64_t pasid, uint64_t prgi)
{
    return w->taken && w->stream_id == stream_id && w->pasid == pasid && w->prgi == prgi;
}

/* Who goes on with a group: its member before is done. A function may use an index twice at a time. */
static struct wave_worker *goes_on(struct wave_tasks *t, const struct prisim_event_driver_resolve *e)
{
    for (struct wave_worker *w = t->worker; w < t->worker + t->workers; w++)
        if (is_of_group(w, e->stream_id, e->pasid, e->prgi) && w->task.step != WORKER_PAGE && !w->last)
            return w;
    return NULL;
}

static struct wave_worker *answers(struct wave_tasks *t, const struct prisim_event_driver_respond *e)
{
    struct wave_worker *of_group = NULL;
    for (struct wave_worker *w = t->worker; w < t->worker + t->workers; w++)
        if (is_of_group(w, e->stream_id, e->pasid, e->prgi) && (!of_group || w->item == e->item))
            of_group = w;
    return of_group;
}

/* Who begins a group: one that was held before it, else the first that rests. */
static struct wave_worker *free_place(struct wave_tasks *t)
{
    for (struct wave_worker *w = t->worker; w < t->worker + t->workers; w++)
        if (!w->taken && !w->task.held && w->task.step == WORKER_RESOLVE)
            return w;
    for (struct wave_worker *w = t->worker; w < t->worker + t->workers; w++)
        if (!w->taken && !w->task.held)
            return w;
    return NULL;
}

static void say(struct wave_tasks *t, const struct wave_worker *w, uint64_t space)
{
    struct wave_text text;
    wave_text_begin(&text);
    wave_text_add(&text, "item ");
    wave_text_number(&text, w->item);
    wave_text_add(&text, " pasid ");
    if (w->pasid == PRISIM_PASID_NONE)
        wave_text_add(&text, "none");
    else
        wave_text_number(&text, w->pasid);
    wave_text_add(&text, " prgi ");
    wave_text_number(&text, w->prgi);
    wave_text_add(&text, " space ");
    wave_text_add(&text, space ? t->scenario->system.space_id[space - 1] : "none");
    wave_set_text(t->tree, w->serves, &text);
}

static void resolved(struct wave_tasks *t, const struct prisim_event_driver_resolve *e)
{
    struct wave_worker *w = goes_on(t, e);
    if (!w)
        w = free_place(t);
    if (!w)
        return;
    w->taken = true;
    w->stream_id = e->stream_id;
    w->pasid = e->pasid;
    w->prgi = e->prgi;
    w->item = e->item;
    w->last = false;
    wave_task_go(&w->task, t->tree, e->space ? WORKER_PAGE : WORKER_RESPOND, ++t->changes);
    say(t, w, e->space);
}

static void paged(struct wave_tasks *t, const struct prisim_event_driver_page *e)
{
    for (struct wave_worker *w = t->worker; w < t->worker + t->workers; w++)
        if (w->taken && w->item == e->item) {
            w->last = e->access & PRISIM_ACCESS_LAST;
            wave_task_go(&w->task, t->tree, WORKER_RESPOND, ++t->changes);
        }
}

static void ends(struct wave_tasks *t, struct wave_worker *w)
{
    static const struct wave_text nothing;
    w->taken = false;
    wave_task_go(&w->task, t->tree, WAVE_TASK_IDLE, ++t->changes);
    wave_set_text(t->tree, w->serves, &nothing);
}

static void responded(struct wave_tasks *t, const struct prisim_event_driver_respond *e)
{
    struct wave_worker *w = answers(t, e);
    if (w)
        ends(t, w);
}

void wave_workers_kexec(struct wave_tasks *t)
{
    for (unsigned i = 0; i < t->workers; i++)
        if (t->worker[i].taken)
            ends(t, &t->worker[i]);
}

static unsigned step_of(uint64_t before)
{
    return before == PRISIM_EVENT_DRIVER_RESOLVE ? WORKER_RESOLVE
           : before == PRISIM_EVENT_DRIVER_PAGE  ? WORKER_PAGE
                                                 : WORKER_RESPOND;
}

/* Of those in that step the one that came to it last: a task is held when its step before ends. */
static struct wave_worker *last_in(struct wave_tasks *t, unsigned step)
{
    struct wave_worker *last = NULL;
    for (struct wave_worker *w = t->worker; w < t->worker + t->workers; w++)
        if (w->taken && !w->task.held && w->task.step == step && (!last || w->task.since > last->task.since))
            last = w;
    return last;
}

static void hold(struct wave_tasks *t, const struct prisim_event_driver_hold *e)
{
    unsigned step = step_of(e->before);
    struct wave_worker *w = step == WORKER_RESOLVE ? free_place(t) : last_in(t, step);
    if (w)
        wave_task_hold(&w->task, t->tree, e->index, e->before);
}

static void release(struct wave_tasks *t, const struct prisim_event_driver_release *e)
{
    for (struct wave_worker *w = t->worker; w < t->worker + t->workers; w++)
        if (w->task.held && w->task.held_index == e->index) {
            wave_task_release(&w->task, t->tree, step_of(e->before), ++t->changes);
            return;
        }
}

bool wave_workers_event(struct wave_tasks *t, const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_DRIVER_RESOLVE:
        resolved(t, &event->driver_resolve);
        return true;
    case PRISIM_EVENT_DRIVER_PAGE:
        paged(t, &event->driver_page);
        return true;
    case PRISIM_EVENT_DRIVER_RESPOND:
        responded(t, &event->driver_respond);
        return true;
    case PRISIM_EVENT_DRIVER_HOLD:
        if (event->driver_hold.task == PRISIM_DRIVER_TASK_WORKER)
            hold(t, &event->driver_hold);
        return event->driver_hold.task == PRISIM_DRIVER_TASK_WORKER;
    case PRISIM_EVENT_DRIVER_RELEASE:
        if (event->driver_release.task == PRISIM_DRIVER_TASK_WORKER)
            release(t, &event->driver_release);
        return event->driver_release.task == PRISIM_DRIVER_TASK_WORKER;
    default:
        return false;
    }
}
