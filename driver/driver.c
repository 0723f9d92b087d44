/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver as a block: its configuration, and one clock edge. What its tasks do is in the other files.
 */
#include "driver/driver_state.h"

#include "model/interconnect/interconnect.h"
#include "model/smmu/smmu.h"

/* All numbers without a source are assumptions. */
void driver_config_default(struct driver_config *config)
{
    *config = (struct driver_config){
        .ram_base = UINT64_C(0x40000000),
        .ram_size = UINT64_C(0x1000000),
        .doorbell_base = UINT64_C(0x08020000),
        .cpus = 4,
        .workers = 2,
        .unbind = DRIVER_UNBIND_DRAIN,
        .marker_timeout = 100000,
        .draining_answer = DRIVER_DRAINING_INVALID,
        .cons_update = DRIVER_CONS_ENTRY,
        .interrupts = DRIVER_INTERRUPTS_MSI,
        .irq_latency = 1000,   /* pcie 6.5 */
        .fault_service = 3000, /* pcie 6.5 */
        .cmdq_log2 = 8,
        .eventq_log2 = 8,
        .priq_log2 = 9,
        .pasid_bits = 6,
        .ppar = 1,
        .price = {.mmio_read = 20,
                  .mmio_write = 20,
                  .load = 4,
                  .store = 4,
                  .compute = 20,
                  .interrupt_entry = 200,
                  .wake_up = 500,
                  .poll_interval = 200},
    };
}

static bool wrong(struct config_error *error, const char *field, const char *expected)
{
    *error = (struct config_error){field, expected};
    return false;
}

/* A member that is a number in a range. */
struct range {
    size_t at;
    uint32_t low, high;
    const char *field, *expected;
};
#define RANGE(member, low, high)                                                                                       \
    {                                                                                                                  \
        offsetof(struct driver_config, member), low, high, #member, #low ".." #high                                    \
    }

static const struct range ranges[] = {
    RANGE(cpus, 1, 8),
    RANGE(workers, 1, 4),
    RANGE(unbind, 0, 2),
    RANGE(marker_timeout, 0, 1000000000),
    RANGE(draining_answer, 0, 1),
    RANGE(cons_update, 0, 1),
    RANGE(recycle_delay, 0, 1000000000),
    RANGE(interrupts, 0, 1),
    RANGE(irq_latency, 1, 1000000000),
    RANGE(fault_service, 1, 1000000000),
    RANGE(cmdq_log2, 4, 19),
    RANGE(eventq_log2, 4, 19),
    RANGE(priq_log2, 0, 19),
    RANGE(priq_lo, 0, 1),
    RANGE(pasid_bits, 1, 10),
    RANGE(ppar, 0, 1),
    RANGE(functions, 1, 32),
    RANGE(spaces, 0, 16),
    RANGE(price.mmio_read, 1, 1000000),
    RANGE(price.mmio_write, 1, 1000000),
    RANGE(price.load, 1, 1000000),
    RANGE(price.store, 1, 1000000),
    RANGE(price.compute, 1, 1000000),
    RANGE(price.interrupt_entry, 1, 1000000),
    RANGE(price.wake_up, 1, 1000000),
    RANGE(price.poll_interval, 1, 1000000),
};

static bool region_check(const struct driver_region *region, struct config_error *error)
{
    if (region->at % PAGE_BYTES || region->at >> 48)
        return wrong(error, "space.region.at", "a multiple of 4096 below 2^48");
    if (!region->size || region->size % PAGE_BYTES || region->size > (UINT64_C(1) << 48) - region->at)
        return wrong(error, "space.region.size", "a multiple of 4096, at least 4096, ending at 2^48 or before");
    if (region->perm < 1 || region->perm > 3)
        return wrong(error, "space.region.perm", "read, write or both");
    if (region->populated > 1)
        return wrong(error, "space.region.populated", "0 or 1");
    return true;
}

static bool spaces_check(const struct driver_config *config, struct config_error *error)
{
    for (uint32_t s = 0; s < config->spaces; s++) {
        if (config->space[s].regions > DRIVER_REGIONS_MAX)
            return wrong(error, "space.regions", "0..16");
        for (uint32_t r = 0; r < config->space[s].regions; r++)
            if (!region_check(&config->space[s].region[r], error))
                return false;
    }
    return true;
}

static bool functions_check(const struct driver_config *config, struct config_error *error)
{
    for (uint32_t i = 0; i < config->functions; i++) {
        if (config->function[i].bar_base % 4)
            return wrong(error, "function.bar_base", "a multiple of 4");
        for (uint32_t j = 0; j < i; j++)
            if (config->function[i].requester_id == config->function[j].requester_id)
                return wrong(error, "function.requester_id", "unlike that of every other function");
    }
    return true;
}

bool driver_config_check(const struct driver_config *config, struct config_error *error)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        uint32_t value;
        memcpy(&value, (const char *)config + ranges[i].at, sizeof value);
        if (value < ranges[i].low || value > ranges[i].high)
            return wrong(error, ranges[i].field, ranges[i].expected);
    }
    if (!functions_check(config, error) || !spaces_check(config, error))
        return false;
    if (config->ram_base % PAGE_BYTES || config->ram_base >> 47)
        return wrong(error, "ram_base", "a multiple of 4096 below 2^47");
    if (config->ram_size % PAGE_BYTES || config->ram_size >> 40 ||
        driver_layout(config, NULL) > config->ram_base + config->ram_size)
        return wrong(error, "ram_size",
                     "a multiple of 4096, below 2^40, with room for stream table, queues and CD tables");
    if (config->doorbell_base % 4)
        return wrong(error, "doorbell_base", "a multiple of 4");
    return true;
}

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
static void resume(struct edge *e, struct task *t)
{
    bool done = false;
    assert(t->cpu != CPU_NONE);
    switch ((enum driver_task)t->kind) {
    case DRIVER_TASK_INIT:
        done = bring_up_run(e, t);
        break;
    case DRIVER_TASK_IRQ:
        done = irq_run(e, t);
        break;
    case DRIVER_TASK_PRI_THREAD:
        done = pri_thread_run(e, t);
        break;
    case DRIVER_TASK_WORKER:
        done = worker_run(e, t);
        break;
    case DRIVER_TASK_CALLER:
        done = caller_run(e, t);
        break;
    case DRIVER_TASK_EVENT_THREAD:
        done = event_thread_run(e, t);
        break;
    case DRIVER_TASKS:
        break;
    }
    if (done)
        task_finish(e->driver, t);
}

/* Effects at one edge: callers first, so that a bind at the edge of a look-up counts as before it. */
static void resume_all(struct edge *e, uint32_t due)
{
    while (due) {
        uint32_t callers = due & CALLERS_MASK;
        unsigned i = (unsigned)__builtin_ctz(callers ? callers : due);
        due &= ~(UINT32_C(1) << i);
        resume(e, &e->driver->task[i]);
    }
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

cycle_t driver_step(const struct driver_config *config, struct driver *state, cycle_t now, struct ports *ports)
{
    struct edge e = {config, state, now, ports};
    uint64_t arrived = ports_arrived(ports);
    if (!arrived && now < state->next && !state->blocked_ports)
        return state->next;
    if (!state->started) {
        state->started = 1;
        for (unsigned rx = 0; rx < DRIVER_RX_PORTS; rx++)
            ports_set_ready(ports, rx, true); /* an answer always has a CPU that waits for it */
    }
    uint32_t due = arrived ? arrive(&e, arrived) : 0;
    if (now >= state->next)
        due |= task_timers(&e);
    if (state->blocked_ports)
        due |= task_unblocked(&e);
    resume_all(&e, due);
    while (state->runnable && (due = task_dispatch(&e)))
        resume_all(&e, due);
    state->next = next_timer(&e);
    assert(state->next > now);
    return next_step(&e);
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
