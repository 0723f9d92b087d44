/* SPDX-License-Identifier: Apache-2.0
 *
 * The interrupt handler, the PRI thread and the event thread (wave_tasks.h).
 */
#include "tb/wave/wave_tasks.h"

#include <string.h>

#include "model/core/queue_index.h"

enum { IRQ_PENDING = WAVE_TASK_HELD + 1, IRQ_TAKEN };
static const char *const irq_words[] = {"idle", "held", "pending", "taken"};
static const struct wave_words irq = {"irq", sizeof irq_words / sizeof irq_words[0], irq_words};

enum { THREAD_READ_PROD = WAVE_TASK_HELD + 1, THREAD_COPY, THREAD_HAND_OVER, THREAD_DISCARD, THREAD_WRITE_CONS };
static const char *const thread_words[] = {"idle", "held", "read_prod", "copy", "hand_over", "discard", "write_cons"};
static const struct wave_words thread = {"pri_thread", sizeof thread_words / sizeof thread_words[0], thread_words};

enum { EVENTS_RECORDS = WAVE_TASK_HELD + 1, EVENTS_GERROR };
static const char *const events_words[] = {"idle", "held", "records", "gerror"};
static const struct wave_words events = {"event_thread", sizeof events_words / sizeof events_words[0], events_words};

void wave_tasks_declare(struct wave_tasks *t, struct wave_tree *tree, const struct scenario *scenario)
{
    const struct system_config *system = &scenario->system;
    memset(t, 0, sizeof *t);
    t->tree = tree;
    t->scenario = scenario;
    t->pri_thread.log2 = system->driver.priq_log2 < system->smmu[0].priq_log2_max ? system->driver.priq_log2
                                                                                  : system->smmu[0].priq_log2_max;
    t->pri_thread.pass = system->driver.cons_update == PRISIM_DRIVER_CONS_PASS;
    t->ready = wave_bits(tree, "ready", 1);
    wave_scope(tree, "irq");
    wave_task_declare(&t->irq, tree, &irq);
    wave_scope_end(tree);
    wave_scope(tree, "pri_thread");
    wave_task_declare(&t->pri_thread.task, tree, &thread);
    wave_scope_end(tree);
    t->parked = wave_bits(tree, "parked", 16);
    t->work = wave_bits(tree, "work_queue", 16);
    wave_workers_declare(t);
    wave_callers_declare(t);
    wave_scope(tree, "event_thread");
    wave_task_declare(&t->event_thread.task, tree, &events);
    t->event_thread.pending = wave_bits(tree, "pending", 20);
    wave_scope_end(tree);
}

static void thread_go(struct wave_tasks *t, unsigned step)
{
    wave_task_go(&t->pri_thread.task, t->tree, step, ++t->changes);
}

static unsigned behind_pass(const struct wave_tasks *t)
{
    return t->scenario->system.driver.prod_reread ? THREAD_READ_PROD : WAVE_TASK_IDLE;
}

/* All entries up to the PROD that was read are handed over. */
static void pass_ends(struct wave_tasks *t)
{
    const struct wave_pri_thread *p = &t->pri_thread;
    bool overflow = p->ovflg != p->ovackflg;
    bool discards = overflow && t->scenario->system.driver.overflow_parts == PRISIM_DRIVER_PARTS_DISCARD;
    if (discards && t->parked_now)
        thread_go(t, THREAD_DISCARD);
    else
        thread_go(t, overflow || p->pass ? THREAD_WRITE_CONS : behind_pass(t));
}

static bool has_entries(const struct wave_pri_thread *p)
{
    return !queue_index_is_empty(p->prod, p->taken, p->log2);
}

static void prod_read(struct wave_tasks *t, uint64_t prod)
{
    struct wave_pri_thread *p = &t->pri_thread;
    p->prod = queue_index_of(prod, p->log2);
    p->ovflg = prod >> 31 & 1;
    if (t->irq.step == IRQ_TAKEN)
        wave_task_go(&t->irq, t->tree, WAVE_TASK_IDLE, ++t->changes);
    if (has_entries(p))
        thread_go(t, THREAD_COPY);
    else if (p->ovflg != p->ovackflg)
        pass_ends(t);
    else
        thread_go(t, WAVE_TASK_IDLE);
}

/* It is a stalled access, which the event thread takes and hands over. */
static bool is_stalled(uint64_t item)
{
    return item >> PRISIM_DRIVER_STALL_ITEM_BIT != 0;
}

static void took(struct wave_tasks *t, const struct prisim_event_driver_take *e)
{
    if (is_stalled(e->item))
        return;
    struct wave_pri_thread *p = &t->pri_thread;
    p->taken = queue_index_of((e->lap << p->log2 | e->slot) + 1, p->log2);
    p->last_item = e->item;
    thread_go(t, THREAD_HAND_OVER);
}

static void handed_over(struct wave_tasks *t)
{
    if (has_entries(&t->pri_thread))
        thread_go(t, THREAD_COPY);
    else
        pass_ends(t);
}

/* The last of a group brings those along that were parked. */
static void enqueued(struct wave_tasks *t, uint64_t item)
{
    t->work_now++;
    if (is_stalled(item))
        return;
    if (item != t->pri_thread.last_item && t->parked_now)
        t->parked_now--;
    handed_over(t);
}

static void discarded(struct wave_tasks *t, const struct prisim_event_driver_discard *e)
{
    if (e->cause == PRISIM_CAUSE_NO_MEMORY || e->cause == PRISIM_CAUSE_NOT_HANDLED ||
        e->cause == PRISIM_CAUSE_SCANNED) {
        handed_over(t);
        return;
    }
    t->parked_now -= t->parked_now > 0;
    if (t->pri_thread.task.step == THREAD_DISCARD && !t->parked_now)
        thread_go(t, THREAD_WRITE_CONS);
}

static void cons_written(struct wave_tasks *t, bool ovackflg)
{
    t->pri_thread.ovackflg = ovackflg;
    if (t->pri_thread.task.step == THREAD_WRITE_CONS)
        thread_go(t, behind_pass(t));
}

static void events_change(struct wave_tasks *t)
{
    struct wave_event_thread *e = &t->event_thread;
    wave_set(t->tree, e->pending, e->records);
    wave_task_go(&e->task, t->tree,
                 e->gerror    ? EVENTS_GERROR
                 : e->records ? EVENTS_RECORDS
                              : WAVE_TASK_IDLE,
                 ++t->changes);
}

static struct wave_task *single(struct wave_tasks *t, uint64_t task)
{
    return task == PRISIM_DRIVER_TASK_IRQ            ? &t->irq
           : task == PRISIM_DRIVER_TASK_PRI_THREAD   ? &t->pri_thread.task
           : task == PRISIM_DRIVER_TASK_EVENT_THREAD ? &t->event_thread.task
                                                     : NULL;
}

static void hold(struct wave_tasks *t, const struct prisim_event_driver_hold *e)
{
    struct wave_task *task = single(t, e->task);
    if (task)
        wave_task_hold(task, t->tree, e->index, e->before);
}

static void release(struct wave_tasks *t, const struct prisim_event_driver_release *e)
{
    struct wave_task *task = single(t, e->task);
    if (!task)
        return;
    bool reads = e->before == PRISIM_EVENT_DRIVER_PROD_READ; /* it may have been woken out of its rest */
    wave_task_release(task, t->tree, reads ? THREAD_READ_PROD : task->step, ++t->changes);
}

static void raised(struct wave_tasks *t, bool is_wired)
{
    if (is_wired == (t->scenario->system.driver.interrupts != PRISIM_DRIVER_INTERRUPTS_MSI))
        wave_task_go(&t->irq, t->tree, IRQ_PENDING, ++t->changes);
}

static void thread_event(struct wave_tasks *t, const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_DRIVER_PROD_READ:
        prod_read(t, event->driver_prod_read.prod);
        break;
    case PRISIM_EVENT_DRIVER_TAKE:
        took(t, &event->driver_take);
        break;
    case PRISIM_EVENT_DRIVER_PARK:
        t->parked_now++;
        handed_over(t);
        break;
    case PRISIM_EVENT_DRIVER_MARKER:
        if (t->scenario->system.driver.marker != PRISIM_DRIVER_MARKER_TO_WORKER) /* else it is a worker's */
            handed_over(t);
        break;
    case PRISIM_EVENT_DRIVER_ENQUEUE:
        enqueued(t, event->driver_enqueue.item);
        break;
    case PRISIM_EVENT_DRIVER_DISCARD:
        discarded(t, &event->driver_discard);
        break;
    case PRISIM_EVENT_DRIVER_CONS:
        cons_written(t, event->driver_cons.ovackflg);
        break;
    default:
        return;
    }
    wave_set(t->tree, t->parked, t->parked_now);
    wave_set(t->tree, t->work, t->work_now);
}

/* Nobody is at anything any more; callers are refused, one by one. */
static void kexec(struct wave_tasks *t)
{
    struct wave_pri_thread *p = &t->pri_thread;
    wave_set(t->tree, t->ready, 0);
    wave_set(t->tree, t->parked, t->parked_now = 0);
    wave_set(t->tree, t->work, t->work_now = 0);
    p->taken = p->prod = 0;
    p->ovflg = p->ovackflg = false;
    thread_go(t, WAVE_TASK_IDLE);
    wave_task_go(&t->irq, t->tree, WAVE_TASK_IDLE, ++t->changes);
    wave_workers_kexec(t);
}

static void other_event(struct wave_tasks *t, const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_DRIVER_READY:
        wave_set(t->tree, t->ready, 1);
        break;
    case PRISIM_EVENT_DRIVER_KEXEC:
        kexec(t);
        break;
    case PRISIM_EVENT_DRIVER_SMMU_OFF:
        t->event_thread.records = 0;
        events_change(t);
        break;
    case PRISIM_EVENT_INTERCONNECT_INTERRUPT:
        if (event->interconnect_interrupt.data == PRISIM_DRIVER_MSI_PRIQ)
            raised(t, false);
        break;
    case PRISIM_EVENT_PRI_QUEUE_INTERRUPT:
        raised(t, true);
        break;
    case PRISIM_EVENT_DRIVER_INTERRUPT_LOST:
        wave_task_go(&t->irq, t->tree, WAVE_TASK_IDLE, ++t->changes);
        break;
    case PRISIM_EVENT_DRIVER_INTERRUPT:
        wave_task_go(&t->irq, t->tree, IRQ_TAKEN, ++t->changes);
        break;
    case PRISIM_EVENT_SMMU_EVENT:
        t->event_thread.records += event->smmu_event.cause == PRISIM_CAUSE_ACCEPTED;
        events_change(t);
        break;
    case PRISIM_EVENT_DRIVER_FAULT_EVENT:
        t->event_thread.records -= t->event_thread.records > 0;
        events_change(t);
        break;
    case PRISIM_EVENT_SMMU_GERROR:
        t->event_thread.gerror = event->smmu_gerror.active;
        events_change(t);
        break;
    case PRISIM_EVENT_DRIVER_HOLD:
        hold(t, &event->driver_hold);
        break;
    case PRISIM_EVENT_DRIVER_RELEASE:
        release(t, &event->driver_release);
        break;
    default:
        thread_event(t, event);
        break;
    }
}

void wave_tasks_event(struct wave_tasks *t, const struct prisim_event *event)
{
    if (event->type == PRISIM_EVENT_DRIVER_RESOLVE && t->work_now)
        wave_set(t->tree, t->work, --t->work_now);
    const bool by_thread = event->type == PRISIM_EVENT_DRIVER_RESPOND &&
                           t->scenario->system.driver.pri_handler == PRISIM_DRIVER_PRI_HANDLER_LINUX_6_1;
    if (by_thread)
        handed_over(t);
    else if (!wave_workers_event(t, event) && !wave_callers_event(t, event))
        other_event(t, event);
}
