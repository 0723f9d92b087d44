/* SPDX-License-Identifier: Apache-2.0
 *
 * Tasks, CPUs, waits and holds. A task keeps its CPU during a step and while an access of it is under way; it gives the
 * CPU back when it waits, sleeps or is held. No preemption. What a task does is none of this file's business.
 */
#include "driver/step.h"

#include <stdlib.h>

/* The tasks of each kind stand in a row. */
static const struct {
    uint8_t first, count, kind;
} kinds[] = {
    {TASK_INIT, 1, PRISIM_DRIVER_TASK_INIT},
    {TASK_IRQ, 1, PRISIM_DRIVER_TASK_IRQ},
    {TASK_PRI_THREAD, 1, PRISIM_DRIVER_TASK_PRI_THREAD},
    {TASK_CALLER, PRISIM_DRIVER_CALLS_MAX, PRISIM_DRIVER_TASK_CALLER},
    {TASK_WORKER, PRISIM_DRIVER_WORKERS_MAX, PRISIM_DRIVER_TASK_WORKER},
    {TASK_EVENT_THREAD, 1, PRISIM_DRIVER_TASK_EVENT_THREAD},
};

/* Which of the tasks of its kind. */
unsigned task_index_in_kind(const struct task *t)
{
    unsigned k = 0;
    while (kinds[k].kind != t->kind)
        k++;
    assert(t->index >= kinds[k].first && t->index < kinds[k].first + kinds[k].count);
    return t->index - kinds[k].first;
}

#define HOLD_FIELDS .task = t->kind, .index = task_index_in_kind(t), .before = t->hold_point, .step = t->hold_step

void task_init(struct prisim_driver *d)
{
    for (unsigned k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (unsigned i = 0; i < kinds[k].count; i++) {
            struct task *t = &d->task[kinds[k].first + i];
            t->index = (uint8_t)(kinds[k].first + i);
            t->kind = t->routine = kinds[k].kind;
            t->pc[CALL_DEPTH] = t->routine_pc[ROUTINE_DEPTH] = PC_NONE;
            t->cpu = CPU_NONE;
        }
    }
    for (unsigned cpu = 0; cpu < PRISIM_DRIVER_CPUS_MAX; cpu++)
        d->cpu_task[cpu] = TASK_NONE;
    d->sleeping = INTERRUPTS_MASK;
}

/* A task function was resumed at a place of another one. */
_Noreturn void task_lost(void)
{
    assert(false && "a task goes on where it did not stop");
    abort();
}

static inline uint32_t task_bit(const struct task *t)
{
    return UINT32_C(1) << t->index;
}

static inline struct task *first_of(struct prisim_driver *d, uint32_t tasks)
{
    assert(tasks);
    return &d->task[__builtin_ctz(tasks)];
}

void task_block(struct edge *e, struct task *t, unsigned port)
{
    assert(t->cpu != CPU_NONE);
    e->driver->blocked[port] |= task_bit(t);
    e->driver->blocked_ports |= (uint8_t)(1 << port);
}

static void give_back_cpu(struct prisim_driver *d, struct task *t)
{
    assert(t->cpu != CPU_NONE && d->cpu_task[t->cpu] == t->index);
    assert(!(d->timers & task_bit(t)));
    d->cpu_task[t->cpu] = TASK_NONE;
    d->free_cpus |= (uint8_t)(1 << t->cpu);
    t->cpu = CPU_NONE;
}

static void fall_asleep(struct prisim_driver *d, const struct task *t, prisim_cycle_t until)
{
    d->sleeping |= task_bit(t);
    timer_start(d, t->index, until);
}

/* They are woken by something else than their timers. */
static void cut_sleep(struct prisim_driver *d, uint32_t tasks)
{
    d->sleeping &= ~tasks;
    d->timers &= ~tasks;
    d->next = PRISIM_CYCLE_NEVER;
    for (uint32_t left = d->timers; left; left &= left - 1)
        d->next = prisim_cycle_min(d->next, d->timer[__builtin_ctz(left)]);
}

void task_wait(struct edge *e, struct task *t, enum wait what)
{
    give_back_cpu(e->driver, t);
    e->driver->waiters[what] |= task_bit(t);
    t->price = e->config->price.wake_up;
}

void task_wait_until(struct edge *e, struct task *t, enum wait what, prisim_cycle_t deadline)
{
    assert(deadline > e->now);
    task_wait(e, t, what);
    fall_asleep(e->driver, t, deadline);
}

void task_sleep(struct edge *e, struct task *t, prisim_cycle_t until)
{
    assert(until > e->now);
    give_back_cpu(e->driver, t);
    fall_asleep(e->driver, t, until);
    e->driver->slept |= task_bit(t);
    t->price = 0;
}

void task_finish(struct prisim_driver *d, struct task *t)
{
    give_back_cpu(d, t);
    t->price = 0;
}

/* Wakes those of `tasks` that wait for it. */
void task_wake(struct prisim_driver *d, enum wait what, uint32_t tasks)
{
    tasks &= d->waiters[what];
    d->waiters[what] &= ~tasks;
    d->runnable |= tasks;
    if (d->sleeping & tasks)
        cut_sleep(d, d->sleeping & tasks);
}

/* Wakes the first waiter; returns its mask, or 0. */
uint32_t task_wake_first(struct prisim_driver *d, enum wait what)
{
    uint32_t first = d->waiters[what] & (~d->waiters[what] + 1);
    task_wake(d, what, first);
    return first;
}

/* True if a hold for the point catches the task now; it goes on when released. A hold catches one task, once. */
bool task_is_held(struct edge *e, struct task *t, enum prisim_event_type point)
{
    struct prisim_driver *d = e->driver;
    for (uint64_t left = d->holds_armed; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzll(left);
        const struct hold *hold = &d->hold[i];
        if (hold->task != t->kind || hold->point != (uint32_t)point)
            continue;
        give_back_cpu(d, t);
        t->hold_point = (uint16_t)point;
        t->hold_step = hold->step;
        t->price = 0;
        d->held |= task_bit(t);
        if (hold->cycles)
            fall_asleep(d, t, e->now + hold->cycles);
        d->holds_armed &= ~(UINT64_C(1) << i);
        EMIT(driver_hold, HOLD_FIELDS);
        return true;
    }
    return false;
}

void task_hold(struct edge *e, const struct prisim_driver_stimulus *stimulus)
{
    struct prisim_driver *d = e->driver;
    if (!~d->holds_armed || stimulus->task >= PRISIM_DRIVER_TASKS)
        return; /* DRIVER_HOLDS_MAX holds wait already, or there is no such task */
    unsigned i = (unsigned)__builtin_ctzll(~d->holds_armed);
    prisim_touch(&d->touched, &d->hold[i], sizeof d->hold[i]);
    d->hold[i] = (struct hold){stimulus->task, stimulus->point, stimulus->cycles, stimulus->call};
    d->holds_armed |= UINT64_C(1) << i;
}

static void let_go(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    assert(d->held & task_bit(t));
    d->held &= ~task_bit(t);
    d->runnable |= task_bit(t);
    if (d->sleeping & task_bit(t))
        cut_sleep(d, task_bit(t));
    EMIT(driver_release, HOLD_FIELDS);
}

void task_release(struct edge *e, const struct prisim_driver_stimulus *stimulus)
{
    struct prisim_driver *d = e->driver;
    for (uint32_t left = d->held; left; left &= left - 1) {
        struct task *t = first_of(d, left);
        if (t->kind == stimulus->task && t->hold_point == stimulus->point)
            let_go(e, t);
    }
    for (uint64_t left = d->holds_armed; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctzll(left);
        if (d->hold[i].task == stimulus->task && d->hold[i].point == stimulus->point)
            d->holds_armed &= ~(UINT64_C(1) << i);
    }
}

/* Which PASID of which function it tells of nobody knows: whoever waits for one asks. */
static void interrupt_of_function(struct prisim_driver *d)
{
    for (unsigned i = TASK_CALLER; i < TASK_CALLER + PRISIM_DRIVER_CALLS_MAX; i++)
        task_of(d, i)->call.interrupted = 1;
    task_wake(d, WAIT_STOPPED, UINT32_MAX);
}

/* An interrupt was signalled irq_latency ago. */
static void interrupt_due(struct edge *e, unsigned data)
{
    struct prisim_driver *d = e->driver;
    if (data == PRISIM_DRIVER_MSI_PRIQ) {
        if (d->irq_active)
            d->irq_again = 1;
        else
            d->runnable |= UINT32_C(1) << TASK_IRQ;
        d->irq_active = 1;
        return;
    }
    if (data == PRISIM_DRIVER_MSI_FUNCTION) {
        interrupt_of_function(d);
        return;
    }
    if (data == PRISIM_DRIVER_MSI_GERROR)
        d->gerror_pending = 1;
    else
        d->events_pending = 1;
    if (d->waiters[WAIT_EVENTS]) {
        task_of(d, TASK_EVENT_THREAD)->price = e->config->price.interrupt_entry + e->config->price.wake_up;
        task_wake(d, WAIT_EVENTS, UINT32_MAX);
    }
}

/* Timers that ended and are not of a step: an interrupt's, or of a task that slept or was held long enough. */
void task_idle_timers(struct edge *e, uint32_t ended)
{
    struct prisim_driver *d = e->driver;
    assert(!(ended & ~d->sleeping) && !(ended & d->timers));
    for (uint32_t left = ended & INTERRUPTS_MASK; left; left &= left - 1)
        interrupt_due(e, (unsigned)__builtin_ctz(left) - TIMER_INTERRUPT);
    for (uint32_t left = ended & TASKS_MASK; left; left &= left - 1) {
        struct task *t = first_of(d, left);
        d->sleeping &= ~task_bit(t);
        if (d->held & task_bit(t)) {
            let_go(e, t);
            continue;
        }
        for (unsigned what = 0; what < WAITS; what++)
            d->waiters[what] &= ~task_bit(t);
        d->runnable |= task_bit(t);
    }
}

/* The tasks that waited for a port which is free at this edge: one per port, callers first. */
uint32_t task_unblocked(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    uint32_t due = 0;
    for (unsigned left = d->blocked_ports; left; left &= left - 1) {
        unsigned port = (unsigned)__builtin_ctz(left);
        if (!prisim_ports_can_put(e->ports, port))
            continue;
        uint32_t callers = d->blocked[port] & CALLERS_MASK;
        uint32_t first = task_bit(first_of(d, callers ? callers : d->blocked[port]));
        d->blocked[port] &= ~first;
        if (!d->blocked[port])
            d->blocked_ports &= (uint8_t) ~(1 << port);
        due |= first;
    }
    return due;
}

/* The task that has been runnable longest; of several, the lowest number. */
static unsigned longest_runnable(const struct edge *e)
{
    const struct prisim_driver *d = e->driver;
    unsigned first = TASKS;
    prisim_cycle_t since = PRISIM_CYCLE_NEVER;
    for (uint32_t left = d->runnable; left; left &= left - 1) {
        unsigned i = (unsigned)__builtin_ctz(left);
        prisim_cycle_t at = d->passed >> i & 1 ? d->ready_at[i] : e->now;
        if (at < since) {
            first = i;
            since = at;
        }
    }
    assert(first < TASKS);
    return first;
}

/* Who takes the next free CPU. One that slept overtakes nobody: else callers that poll would keep all CPUs among
 * themselves, and what they poll for would never come. */
static unsigned next_runnable(const struct edge *e)
{
    const struct prisim_driver *d = e->driver;
    unsigned first = (unsigned)__builtin_ctz(d->runnable);
    return d->passed && (d->slept >> first & 1) ? longest_runnable(e) : first;
}

/* Those that found no CPU at the edge at which they became runnable. */
static void pass_over(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    for (uint32_t left = d->runnable & ~d->passed; left; left &= left - 1)
        d->ready_at[__builtin_ctz(left)] = e->now;
    d->passed = d->runnable;
}

/* Gives free CPUs to runnable tasks; returns those that go on at once. */
uint32_t task_dispatch(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    uint32_t due = 0;
    while (d->runnable && d->free_cpus) {
        unsigned first = next_runnable(e), cpu = (unsigned)__builtin_ctz(d->free_cpus);
        struct task *t = task_of(d, first);
        assert(t->cpu == CPU_NONE && d->cpu_task[cpu] == TASK_NONE);
        d->runnable &= ~task_bit(t);
        d->passed &= ~task_bit(t);
        d->slept &= ~task_bit(t);
        d->free_cpus &= (uint8_t)(d->free_cpus - 1);
        d->cpu_task[cpu] = (uint8_t)first;
        t->cpu = (uint8_t)cpu;
        if (t->price)
            task_begin(e, t, t->price);
        else
            due |= UINT32_C(1) << first;
    }
    if (d->runnable)
        pass_over(e);
    return due;
}
