/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver as a block: its state, and one clock edge. What its tasks do is in the other files.
 */
#include "driver/fault/group.h"
#include "driver/kexec.h"
#include "driver/memory/memory.h"
#include "driver/step.h"
#include "driver/waiters.h"
#include "model/interconnect/interconnect.h"
#include "model/smmu/smmu.h"

size_t prisim_driver_state_size(const struct prisim_driver_config *config)
{
    return driver_places(config).end;
}

size_t prisim_driver_hot_size(const struct prisim_driver_config *config)
{
    (void)config;
    return offsetof(struct prisim_driver, task);
}

void prisim_driver_init(const struct prisim_driver_config *config, struct prisim_driver *state)
{
    state->touched = (struct prisim_touched){0};
    driver_start(config, state, 0);
}

/* lose_interrupt: the N-th of the PRI queue. */
static __attribute__((noinline)) bool is_lost(struct edge *e, uint32_t data)
{
    struct prisim_driver *d = e->driver;
    if (data != PRISIM_DRIVER_MSI_PRIQ || d->interrupts >= e->config->lose_interrupt ||
        ++d->interrupts < e->config->lose_interrupt)
        return false;
    EMIT(driver_interrupt_lost, .data = data);
    return true;
}

/* An interrupt that is signalled again before its handler started is one interrupt. */
static void interrupt(struct edge *e, uint32_t data)
{
    if (e->driver->deaf || (e->config->lose_interrupt && is_lost(e, data)))
        return;
    if (data < PRISIM_DRIVER_MSI_GERROR || data > PRISIM_DRIVER_MSI_FUNCTION ||
        (e->driver->timers >> (TIMER_INTERRUPT + data) & 1))
        return;
    const uint32_t coalesce = data == PRISIM_DRIVER_MSI_PRIQ ? e->config->irq_coalesce : 0; /* UNBIND-S-52 */
    timer_start(e->driver, TIMER_INTERRUPT + data, e->now + coalesce + e->config->irq_latency);
}

static void wired(struct edge *e, uint32_t lines)
{
    if (e->driver->msi)
        return; /* both forms fire for one cause (SMMU-IRQCFG); one is programmed */
    if (interrupts_are_combined(e)) {
        if (lines & (PRISIM_SMMU_WIRED_GERROR | PRISIM_SMMU_WIRED_PRIQ | PRISIM_SMMU_WIRED_EVENTQ))
            interrupt(e, PRISIM_DRIVER_MSI_PRIQ);
        return;
    }
    if (lines & PRISIM_SMMU_WIRED_GERROR)
        interrupt(e, PRISIM_DRIVER_MSI_GERROR);
    if (lines & PRISIM_SMMU_WIRED_PRIQ)
        interrupt(e, PRISIM_DRIVER_MSI_PRIQ);
    if (lines & PRISIM_SMMU_WIRED_EVENTQ)
        interrupt(e, PRISIM_DRIVER_MSI_EVENTQ);
}

static void stimulus(struct edge *e, const struct prisim_driver_stimulus *s)
{
    switch ((enum prisim_driver_stimulus_what)s->what) {
    case PRISIM_DRIVER_BIND:
    case PRISIM_DRIVER_UNBIND:
    case PRISIM_DRIVER_DETACH:
    case PRISIM_DRIVER_ATTACH:
    case PRISIM_DRIVER_FLR:
    case PRISIM_DRIVER_REMOVE:
    case PRISIM_DRIVER_ISOLATE:
    case PRISIM_DRIVER_UNMAP:
    case PRISIM_DRIVER_MM_EXIT:
        caller_new(e, s);
        break;
    case PRISIM_DRIVER_SWEEP: /* nobody asks for one */
        break;
    case PRISIM_DRIVER_SIGNAL:
        waiters_signal(e, s);
        break;
    case PRISIM_DRIVER_HOLD:
        task_hold(e, s);
        break;
    case PRISIM_DRIVER_RELEASE:
        task_release(e, s);
        break;
    case PRISIM_DRIVER_KEXEC:
        driver_kexec(e);
        break;
    }
}

/* Interrupts and the testbench's calls. */
static __attribute__((noinline)) void arrive_signals(struct edge *e, uint64_t arrived)
{
    if (arrived >> PRISIM_DRIVER_RX_INTERRUPT & 1)
        interrupt(e, ((const struct prisim_interrupt *)e->ports->rx[PRISIM_DRIVER_RX_INTERRUPT])->data);
    if (arrived >> PRISIM_DRIVER_RX_WIRED & 1)
        wired(e, ((const struct prisim_smmu_interrupt *)e->ports->rx[PRISIM_DRIVER_RX_WIRED])->lines);
    if (arrived >> PRISIM_DRIVER_RX_STIMULUS & 1)
        stimulus(e, e->ports->rx[PRISIM_DRIVER_RX_STIMULUS]);
}

static inline uint32_t task_mask(const struct task *t)
{
    return t ? UINT32_C(1) << t->index : 0;
}

/* What arrived at this edge; returns the tasks whose access ends now. */
static inline uint32_t arrive(struct edge *e, uint64_t arrived)
{
    const uint64_t answers = UINT64_C(1) << PRISIM_DRIVER_RX_MEMORY | UINT64_C(1) << PRISIM_DRIVER_RX_MMIO |
                             UINT64_C(1) << PRISIM_DRIVER_RX_HOST;
    if (arrived & ~answers)
        arrive_signals(e, arrived);
    uint32_t due = 0;
    if (arrived >> PRISIM_DRIVER_RX_MEMORY & 1)
        due |=
            task_mask(access_memory_answer(e->driver, PRISIM_DRIVER_RX_MEMORY, e->ports->rx[PRISIM_DRIVER_RX_MEMORY]));
    if (arrived >> PRISIM_DRIVER_RX_MMIO & 1)
        due |= task_mask(access_memory_answer(e->driver, PRISIM_DRIVER_RX_MMIO, e->ports->rx[PRISIM_DRIVER_RX_MMIO]));
    if (arrived >> PRISIM_DRIVER_RX_HOST & 1)
        due |= task_mask(access_completion(e));
    return due;
}

/* The task whose effect comes first at an edge: callers before the others, so that a bind at the edge of a look-up
 * counts as before it. */
static inline struct task *take_first(struct prisim_driver *d, uint32_t *due)
{
    uint32_t callers = *due & CALLERS_MASK;
    uint32_t first = callers ? callers : *due;
    *due ^= first & (~first + 1);
    return task_of(d, (size_t)__builtin_ctz(first));
}

static bool (*const run[ROUTINES])(struct edge *, struct task *) = {
    [PRISIM_DRIVER_TASK_INIT] = bring_up_run,
    [PRISIM_DRIVER_TASK_IRQ] = irq_run,
    [PRISIM_DRIVER_TASK_PRI_THREAD] = driver_arm_smmu_priq_thread,
    [PRISIM_DRIVER_TASK_WORKER] = worker_run,
    [PRISIM_DRIVER_TASK_CALLER] = caller_run,
    [PRISIM_DRIVER_TASK_EVENT_THREAD] = driver_arm_smmu_evtq_thread,
    [ROUTINE_COMMAND] = driver_arm_smmu_cmdq_issue_cmdlist,
    [ROUTINE_ENTRY] = pri_thread_entry,
    [ROUTINE_PAGE] = page_table_map,
    [ROUTINE_MARKER] = worker_marker,
};

/* What the task was resumed in has come to its end: the task goes on above it, or is done. */
static __attribute__((noinline)) void routine_end(struct edge *e, struct task *t)
{
    if (t->routine != t->kind) {
        if (e->driver->marker)
            driver_on_marker(e);
        t->routine = t->kind;
        if (!run[t->kind](e, t))
            return;
    }
    assert(t->routine == t->kind);
    task_finish(e->driver, t);
}

/* From the effect that is due at this edge to the start of the next step. */
static inline void resume(struct edge *e, struct task *t)
{
    if (run[t->routine](e, t))
        routine_end(e, t);
}

/* Ends the timers that are due; returns the tasks whose step ends at this edge. */
static __attribute__((noinline)) uint32_t end_timers(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    uint32_t ended = 0;
    d->next = PRISIM_CYCLE_NEVER;
    for (uint32_t left = d->timers; left; left &= left - 1) {
        prisim_cycle_t at = d->timer[(size_t)__builtin_ctz(left)];
        if (at > e->now)
            d->next = prisim_cycle_min(d->next, at);
        else
            ended |= left & (~left + 1);
    }
    d->timers &= ~ended;
    uint32_t idle = ended & d->sleeping;
    if (idle)
        task_idle_timers(e, idle);
    return ended & ~idle;
}

/* A task that waits for a port comes back when it is free. */
static __attribute__((noinline)) prisim_cycle_t next_step(const struct edge *e)
{
    prisim_cycle_t next = e->driver->next;
    for (unsigned left = e->driver->blocked_ports; left; left &= left - 1)
        next = prisim_cycle_min(next, prisim_ports_retry(e->ports, (unsigned)__builtin_ctz(left), e->now));
    return next;
}

/* The other tasks that go on at this edge, and those that get a CPU by that; returns the next edge. */
static __attribute__((noinline)) prisim_cycle_t settle(struct edge *e, uint32_t due)
{
    struct prisim_driver *d = e->driver;
    while (due || (d->runnable && (due = task_dispatch(e))))
        resume(e, take_first(d, &due));
    return d->blocked_ports ? next_step(e) : d->next;
}

/* An edge at which anything may have arrived or be due. */
static __attribute__((noinline)) prisim_cycle_t step(const struct prisim_driver_config *config,
                                                     struct prisim_driver *state, prisim_cycle_t now,
                                                     struct prisim_ports *ports, uint64_t arrived)
{
    struct edge e = {config, state, now, ports};
    if (!state->started) {
        state->started = 1;
        for (unsigned rx = 0; rx < PRISIM_DRIVER_RX_PORTS; rx++)
            prisim_ports_set_ready(ports, rx, true); /* an answer always has a CPU that waits for it */
    }
    uint32_t due = arrived ? arrive(&e, arrived) : 0;
    if (now >= state->next)
        due |= end_timers(&e);
    if (state->blocked_ports)
        due |= task_unblocked(&e);
    return settle(&e, due);
}

/* At most edges one task goes on, and that is all: the functions below do then what `step` would, at half its cost. */
static inline prisim_cycle_t resume_one(struct edge *e, struct task *t)
{
    const struct prisim_driver *d = e->driver;
    resume(e, t);
    return d->runnable | d->blocked_ports ? settle(e, 0) : d->next;
}

/* The only timer ends, and it is that of a step. */
static __attribute__((noinline)) prisim_cycle_t step_timer(const struct prisim_driver_config *config,
                                                           struct prisim_driver *state, prisim_cycle_t now,
                                                           struct prisim_ports *ports)
{
    struct edge e = {config, state, now, ports};
    struct task *t = task_of(state, (size_t)__builtin_ctz(state->timers));
    state->timers = 0;
    state->next = PRISIM_CYCLE_NEVER;
    return resume_one(&e, t);
}

/* A response of memory or registers arrived, and nothing else. */
static __attribute__((noinline)) prisim_cycle_t step_answer(const struct prisim_driver_config *config,
                                                            struct prisim_driver *state, prisim_cycle_t now,
                                                            struct prisim_ports *ports, unsigned port)
{
    struct edge e = {config, state, now, ports};
    struct task *t = access_memory_answer(state, port, ports->rx[port]);
    return t ? resume_one(&e, t) : settle(&e, 0);
}

prisim_cycle_t prisim_driver_step(const struct prisim_driver_config *config, struct prisim_driver *state,
                                  prisim_cycle_t now, struct prisim_ports *ports)
{
    uint64_t arrived = prisim_ports_arrived(ports);
    if (!state->blocked_ports) {
        if (!arrived && now < state->next)
            return state->next;
        if (!arrived && state->timers && !(state->timers & ((state->timers - 1) | state->sleeping)))
            return step_timer(config, state, now, ports);
        if (arrived == UINT64_C(1) << PRISIM_DRIVER_RX_MEMORY && now < state->next)
            return step_answer(config, state, now, ports, PRISIM_DRIVER_RX_MEMORY);
        if (arrived == UINT64_C(1) << PRISIM_DRIVER_RX_MMIO && now < state->next)
            return step_answer(config, state, now, ports, PRISIM_DRIVER_RX_MMIO);
    }
    return step(config, state, now, ports, arrived);
}

bool prisim_driver_can_hold(enum prisim_driver_task task, enum prisim_event_type point)
{
    static const struct {
        uint8_t task, point;
    } pairs[] = {
        {PRISIM_DRIVER_TASK_INIT, PRISIM_EVENT_DRIVER_READY},
        {PRISIM_DRIVER_TASK_IRQ, PRISIM_EVENT_DRIVER_INTERRUPT},
        {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_PROD_READ},
        {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_TAKE},
        {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_CONS},
        {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_MARKER},
        {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_PARK},
        {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE},
        {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_DISCARD},
        {PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_RESPOND},
        {PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE},
        {PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE},
        {PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESPOND},
        {PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_MARKER},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FLAGS},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_STOP},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_STOP_SEEN},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNBIND},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_CLEAR},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_INVALIDATED},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_LEFT_LOOKUP},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SNAPSHOT},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SCAN},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_HARDWARE_DRAIN},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_DISCARD},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_PRI_OFF},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_PRI_RESET},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_PRI_ON},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_ATS_OFF},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_ATS_ON},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_STALE},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SWEEP},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_DRAINED},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FREE},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BOUND},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FLR},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FLR_DONE},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNMAP},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNMAP_CLEARED},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FRAME_TAKEN},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNMAPPED},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SPACE_ENDED},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_MM_EXIT},
        {PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_MM_EXITED},
        {PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_FAULT_EVENT},
        {PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE},
        {PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_GERROR},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i].task == (unsigned)task && pairs[i].point == (unsigned)point)
            return true;
    return false;
}
