/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver as a block: its state, and one clock edge. What its tasks do is in the other files.
 */
#include "driver/driver_state.h"

#include "model/interconnect/interconnect.h"
#include "model/smmu/smmu.h"

static size_t pasids_bytes(const struct driver_config *config)
{
    return sizeof(struct pasid) * ((size_t)config->functions << config->pasid_bits);
}

size_t driver_state_size(const struct driver_config *config)
{
    uint32_t log2;
    return sizeof(struct driver) + pasids_bytes(config) + sizeof(struct table) * page_table_capacity(config, &log2);
}

void driver_init(const struct driver_config *config, struct driver *state)
{
    assert(config->cpus >= 1 && config->cpus <= DRIVER_CPUS_MAX && config->workers <= DRIVER_WORKERS_MAX);
    memset(state, 0, driver_state_size(config));
    page_table_capacity(config, &state->tables_log2);
    state->pasids_at = sizeof(struct driver);
    state->tables_at = state->pasids_at + pasids_bytes(config);
    task_init(state);
    item_init(state);
    state->ram_next = driver_layout(config, state);
    state->command_owner = TASK_NONE;
    state->free_cpus = (uint8_t)bits_mask(config->cpus);
    /* Threads wait for their work; bring-up runs at once. */
    state->waiters[WAIT_KICK] = UINT32_C(1) << TASK_PRI_THREAD;
    state->waiters[WAIT_EVENTS] = UINT32_C(1) << TASK_EVENT_THREAD;
    state->waiters[WAIT_WORK] = (uint32_t)bits_mask(config->workers) << TASK_WORKER;
    for (unsigned i = TASK_PRI_THREAD; i < TASKS; i++)
        state->task[i].price = i >= TASK_CALLER && i < TASK_WORKER ? 0 : config->price.wake_up;
    state->runnable = UINT32_C(1) << TASK_INIT;
}

/* An interrupt that is signalled again before its handler started is one interrupt. */
static void interrupt(struct edge *e, uint32_t data)
{
    if (data < DRIVER_MSI_GERROR || data > DRIVER_MSI_PRIQ || (e->driver->due_interrupts >> data & 1))
        return;
    e->driver->due_interrupts |= (uint8_t)(1 << data);
    e->driver->interrupt_at[data] = e->now + e->config->irq_latency;
}

static void wired(struct edge *e, uint32_t lines)
{
    if (e->driver->msi)
        return; /* both forms fire for one cause (smmuv3 1.10); one is programmed */
    if (lines & SMMU_WIRED_GERROR)
        interrupt(e, DRIVER_MSI_GERROR);
    if (lines & SMMU_WIRED_PRIQ)
        interrupt(e, DRIVER_MSI_PRIQ);
    if (lines & SMMU_WIRED_EVENTQ)
        interrupt(e, DRIVER_MSI_EVENTQ);
}

static void stimulus(struct edge *e, const struct driver_stimulus *s)
{
    switch ((enum driver_stimulus_what)s->what) {
    case DRIVER_BIND:
    case DRIVER_UNBIND:
        caller_new(e, s);
        break;
    case DRIVER_HOLD:
        task_hold(e, s);
        break;
    case DRIVER_RELEASE:
        task_release(e, s);
        break;
    }
}

/* What arrived at this edge; returns the tasks whose access ends now. */
static uint32_t arrive(struct edge *e, uint64_t arrived)
{
    const uint64_t rest =
        UINT64_C(1) << DRIVER_RX_INTERRUPT | UINT64_C(1) << DRIVER_RX_WIRED | UINT64_C(1) << DRIVER_RX_STIMULUS;
    if (arrived & rest) {
        if (arrived >> DRIVER_RX_INTERRUPT & 1)
            interrupt(e, ((const struct interrupt *)e->ports->rx[DRIVER_RX_INTERRUPT])->data);
        if (arrived >> DRIVER_RX_WIRED & 1)
            wired(e, ((const struct smmu_interrupt *)e->ports->rx[DRIVER_RX_WIRED])->lines);
        if (arrived >> DRIVER_RX_STIMULUS & 1)
            stimulus(e, e->ports->rx[DRIVER_RX_STIMULUS]);
    }
    return arrived & ~rest ? access_answers(e, arrived) : 0;
}

/* From the effect that is due at this edge to the start of the next step. */
static inline void resume(struct edge *e, uint32_t tasks)
{
    static bool (*const run[DRIVER_TASKS])(struct edge *, struct task *) = {
        [DRIVER_TASK_INIT] = bring_up_run,         [DRIVER_TASK_IRQ] = irq_run,
        [DRIVER_TASK_PRI_THREAD] = pri_thread_run, [DRIVER_TASK_WORKER] = worker_run,
        [DRIVER_TASK_CALLER] = caller_run,         [DRIVER_TASK_EVENT_THREAD] = event_thread_run,
    };
    for (; tasks; tasks &= tasks - 1) {
        struct task *t = &e->driver->task[__builtin_ctz(tasks)];
        assert(t->cpu != CPU_NONE);
        if (run[t->kind](e, t))
            task_finish(e->driver, t);
    }
}

/* Effects at one edge: callers first, so that a bind at the edge of a look-up counts as before it. */
static void resume_all(struct edge *e, uint32_t due)
{
    if (due & CALLERS_MASK)
        resume(e, due & CALLERS_MASK);
    resume(e, due & ~CALLERS_MASK);
}

/* The tasks whose step ends at this edge. */
static inline uint32_t due_tasks(struct driver *d, cycle_t now)
{
    uint32_t due = 0;
    for (unsigned left = d->due_cpus; left; left &= left - 1) {
        unsigned cpu = (unsigned)__builtin_ctz(left);
        if (d->cpu_due[cpu] > now)
            continue;
        d->due_cpus &= (uint8_t) ~(1 << cpu);
        due |= UINT32_C(1) << d->cpu_task[cpu];
    }
    return due;
}

static cycle_t next_timer(const struct edge *e)
{
    const struct driver *d = e->driver;
    cycle_t next = CYCLE_NEVER;
    for (unsigned left = d->due_cpus; left; left &= left - 1)
        next = cycle_min(next, d->cpu_due[__builtin_ctz(left)]);
    for (unsigned left = d->due_interrupts; left; left &= left - 1)
        next = cycle_min(next, d->interrupt_at[__builtin_ctz(left)]);
    for (uint32_t left = d->sleeping; left; left &= left - 1)
        next = cycle_min(next, d->wake_at[__builtin_ctz(left)]);
    return next;
}

/* A task that waits for a port comes back when it is free. */
static cycle_t next_step(const struct edge *e)
{
    cycle_t next = e->driver->next;
    for (unsigned left = e->driver->blocked_ports; left; left &= left - 1)
        next = cycle_min(next, ports_retry(e->ports, (unsigned)__builtin_ctz(left), e->now));
    return next;
}

/* An edge at which something arrived or is due. */
static __attribute__((noinline)) cycle_t step(const struct driver_config *config, struct driver *state, cycle_t now,
                                              struct ports *ports, uint64_t arrived)
{
    struct edge e = {config, state, now, ports};
    uint32_t due = arrived ? arrive(&e, arrived) : 0;
    if (now >= state->next) {
        due |= due_tasks(state, now);
        if (state->due_interrupts | state->sleeping)
            task_timers(&e);
    }
    if (state->blocked_ports)
        due |= task_unblocked(&e);
    resume_all(&e, due);
    while (state->runnable && (due = task_dispatch(&e)))
        resume_all(&e, due);
    state->next = next_timer(&e);
    assert(state->next > now);
    return next_step(&e);
}

cycle_t driver_step(const struct driver_config *config, struct driver *state, cycle_t now, struct ports *ports)
{
    uint64_t arrived = ports_arrived(ports);
    if (!arrived && now < state->next && !state->blocked_ports)
        return state->next;
    if (!state->started) {
        state->started = 1;
        for (unsigned rx = 0; rx < DRIVER_RX_PORTS; rx++)
            ports_set_ready(ports, rx, true); /* an answer always has a CPU that waits for it */
    }
    return step(config, state, now, ports, arrived);
}

bool driver_can_hold(enum driver_task task, enum event_type point)
{
    static const struct {
        uint8_t task, point;
    } pairs[] = {
        {DRIVER_TASK_INIT, EVENT_DRIVER_READY},
        {DRIVER_TASK_IRQ, EVENT_DRIVER_INTERRUPT},
        {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_PROD_READ},
        {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_TAKE},
        {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_CONS},
        {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_MARKER},
        {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_PARK},
        {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_ENQUEUE},
        {DRIVER_TASK_PRI_THREAD, EVENT_DRIVER_DISCARD},
        {DRIVER_TASK_WORKER, EVENT_DRIVER_RESOLVE},
        {DRIVER_TASK_WORKER, EVENT_DRIVER_PAGE},
        {DRIVER_TASK_WORKER, EVENT_DRIVER_RESPOND},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_STOP},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_STOP_SEEN},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_UNBIND},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_CLEAR},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_INVALIDATED},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_LEFT_LOOKUP},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_SNAPSHOT},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_DISCARD},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_DRAINED},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_FREE},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_BIND},
        {DRIVER_TASK_CALLER, EVENT_DRIVER_BOUND},
        {DRIVER_TASK_EVENT_THREAD, EVENT_DRIVER_FAULT_EVENT},
        {DRIVER_TASK_EVENT_THREAD, EVENT_DRIVER_GERROR},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i].task == (unsigned)task && pairs[i].point == (unsigned)point)
            return true;
    return false;
}
