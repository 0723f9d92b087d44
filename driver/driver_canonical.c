/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the driver, and its queues as it knows them. What is where in RAM is told as it is, and so are
 * the lists of frames. What bring-up laid out follows from the configuration.
 */
#include "driver/fault/group.h"
#include "driver/memory/memory.h"
#include "driver/unbind/unbind.h"

#include "model/interconnect/interconnect.h"
#include "model/smmu/smmu.h"

static struct prisim_driver_queue queue_at(const struct prisim_driver *d, uint64_t base, uint32_t log2,
                                           uint32_t entry_bytes)
{
    return (struct prisim_driver_queue){
        .base = base, .log2 = log2, .entry_bytes = entry_bytes, .entries = d->sized ? UINT32_C(1) << log2 : 0};
}

static void set_indexes(struct prisim_driver_queue *queue, uint64_t prod, uint64_t cons)
{
    queue->prod = queue_index_of(prod, queue->log2);
    queue->cons = queue_index_of(cons, queue->log2);
}

void prisim_driver_queues(const struct prisim_driver_config *config, const struct prisim_driver *d,
                          struct prisim_driver_queue queue[PRISIM_DRIVER_QUEUES])
{
    (void)config;
    uint64_t stored = 0;
    if (d->command_owner < TASKS) {
        const struct task *t = &d->task[d->command_owner];
        if (t->routine == ROUTINE_COMMAND) /* and what is on its way to RAM */
            stored = t->stored + (uint64_t)(t->awaits == PRISIM_DRIVER_TX_MEMORY + 1);
    }
    queue[PRISIM_DRIVER_QUEUE_COMMAND] = queue_at(d, d->cmdq, d->cmdq_log2, PRISIM_COMMAND_BYTES);
    set_indexes(&queue[PRISIM_DRIVER_QUEUE_COMMAND], d->issued + stored, d->consumed);
    queue[PRISIM_DRIVER_QUEUE_EVENT] = queue_at(d, d->eventq, d->eventq_log2, PRISIM_EVENT_RECORD_BYTES);
    set_indexes(&queue[PRISIM_DRIVER_QUEUE_EVENT], d->eventq_prod, d->events_taken);
    queue[PRISIM_DRIVER_QUEUE_PRI] = queue_at(d, d->priq, d->priq_log2, PRISIM_PRI_QUEUE_RECORD_BYTES);
    set_indexes(&queue[PRISIM_DRIVER_QUEUE_PRI], d->priq_prod, d->taken);
}

/* Tasks that run, wait or rest; the others are at their start and have nothing. */
static uint32_t present_tasks(const struct prisim_driver *d)
{
    uint32_t tasks = d->runnable | d->held | d->timers | (d->callers_live << TASK_CALLER);
    for (unsigned what = 0; what < WAITS; what++)
        tasks |= d->waiters[what];
    for (unsigned i = 0; i < TASKS; i++)
        tasks |= (uint32_t)(d->task[i].cpu != CPU_NONE) << i;
    return tasks & TASKS_MASK;
}

/* Who goes on when. A CPU and a task have their numbers by which is free or first: those are told. */
static void scheduling_canonical(const struct driver_told *told, struct prisim_canonical *to)
{
    const struct prisim_driver *d = told->driver;
    const uint32_t word[] = {d->timers, d->runnable,     d->held,           d->sleeping,
                             d->slept,  d->callers_live, d->callers_queued, d->passed};
    const uint8_t byte[] = {d->blocked_ports, d->free_cpus, d->started, d->ready, d->irq_active, d->irq_again};
    prisim_canonical_time(to, d->next);
    prisim_canonical_bytes(to, word, sizeof word);
    prisim_canonical_bytes(to, byte, sizeof byte);
    prisim_canonical_word(to, (uint64_t)d->dying << 16 | (uint64_t)d->deaf << 8 | d->life);
    prisim_canonical_word(to, told->config->lose_interrupt - d->interrupts);
    if (fault_service_is_drawn(told->config))
        prisim_canonical_word(to, d->drawn);
    prisim_canonical_bytes(to, d->blocked, sizeof d->blocked);
    prisim_canonical_bytes(to, d->waiters, sizeof d->waiters);
    prisim_canonical_bytes(to, d->cpu_task, sizeof d->cpu_task);
    uint32_t tasks = present_tasks(d);
    prisim_canonical_word(to, tasks);
    for (uint32_t left = tasks; left; left &= left - 1)
        task_canonical(told, &d->task[__builtin_ctz(left)], to);
    for (uint32_t left = d->timers & INTERRUPTS_MASK; left; left &= left - 1)
        prisim_canonical_time(to, d->timer[__builtin_ctz(left)]);
}

/* The first that fits is taken, and the first free place: their places are told. */
static void holds_canonical(const struct prisim_driver *d, struct prisim_canonical *to)
{
    prisim_canonical_word(to, d->holds_armed);
    for (uint64_t left = d->holds_armed; left; left &= left - 1) {
        const struct hold *hold = &d->hold[__builtin_ctzll(left)];
        prisim_canonical_word(to, (uint64_t)hold->task << 32 | hold->point);
        prisim_canonical_word(to, (uint64_t)hold->cycles << 32 | hold->step);
    }
}

/* What bring-up learns. */
static void learnt_canonical(const struct prisim_driver *d, struct prisim_canonical *to)
{
    prisim_canonical_word(to, (uint64_t)d->cmdq_log2 | (uint64_t)d->eventq_log2 << 32);
    prisim_canonical_word(to, (uint64_t)d->priq_log2 | (uint64_t)d->ips << 32);
    prisim_canonical_word(to, (uint64_t)d->asid_bits | (uint64_t)d->msi << 32 | (uint64_t)d->sized << 40 |
                                  (uint64_t)d->stalls << 48);
}

static void functions_canonical(const struct prisim_driver_config *config, const struct prisim_driver *d,
                                struct prisim_canonical *to)
{
    for (uint32_t i = 0; i < config->functions; i++) {
        const struct function *function = &d->function[i];
        prisim_canonical_word(to, (uint64_t)function->express | (uint64_t)function->ats << 16 |
                                      (uint64_t)function->pri << 32 | (uint64_t)function->pasid << 48);
        prisim_canonical_word(to, (uint64_t)function->sweeps_by << 24 | (uint64_t)function->isolated_by << 16 |
                                      (uint64_t)function->blocked << 8 | function->state);
    }
}

/* An index of a queue in RAM by its distance from CONS, and whether OVFLG is acknowledged. */
static void index_canonical(uint32_t prod, uint64_t taken, uint32_t ovackflg, uint32_t log2,
                            struct prisim_canonical *to)
{
    uint32_t distance = queue_index_distance(prod, queue_index_of(taken, log2 & 31), log2 & 31);
    prisim_canonical_word(to, (uint64_t)queue_index_is_in_overflow(prod, ovackflg) << 32 | distance);
}

static void priq_prod_canonical(const struct prisim_driver *d, uint32_t prod, struct prisim_canonical *to)
{
    index_canonical(prod, d->taken, d->ovackflg, d->priq_log2, to);
}

static void eventq_prod_canonical(const struct prisim_driver *d, uint32_t prod, struct prisim_canonical *to)
{
    index_canonical(prod, d->events_taken, d->events_ovackflg, d->eventq_log2, to);
}

static void queues_canonical(const struct prisim_driver *d, struct prisim_canonical *to)
{
    prisim_canonical_word(to, d->issued - d->consumed);
    prisim_canonical_word(to, d->command_owner);
    prisim_canonical_word(to, d->taken - d->handed);
    prisim_canonical_word(to, (uint64_t)d->filters << 8 | d->kicked |
                                  (uint64_t)d->lock_owner[PRISIM_DRIVER_LOCK_GROUP - 1] << 16 |
                                  (uint64_t)d->lock_owner[PRISIM_DRIVER_LOCK_MM - 1] << 24 |
                                  (uint64_t)d->lock_owner[PRISIM_DRIVER_LOCK_PARAM - 1] << 32);
    prisim_canonical_word(to, (uint64_t)d->done << 32 | d->armed);
    prisim_canonical_word(to, (uint64_t)d->sweeps << 32 | d->sweeps_wanted);
    prisim_canonical_word(to, (uint64_t)d->irqs_off << 8 | d->stops);
    priq_prod_canonical(d, d->priq_prod, to);
    eventq_prod_canonical(d, d->eventq_prod, to);
    prisim_canonical_word(to, (uint64_t)(d->gerror ^ d->gerrorn) << 32 | (uint64_t)d->events_pending << 8 |
                                  d->gerror_pending);
    prisim_canonical_word(to, d->busy_workers);
}

static void spaces_canonical(const struct prisim_driver_config *config, const struct prisim_driver *d,
                             struct prisim_canonical *to)
{
    for (uint32_t i = 0; i < config->spaces; i++) {
        const struct space *space = &d->space[i];
        prisim_canonical_word(to, space->root);
        prisim_canonical_word(to, (uint64_t)space->bindings << 32 | (uint64_t)space->asid << 8 | space->populated);
        prisim_canonical_word(to, space->handles);
        if (space->handles && config->space_life == PRISIM_DRIVER_SPACE_LIFE_BOND)
            prisim_canonical_name(to, PRISIM_CANONICAL_BINDING, space->life);
    }
}

/* Up to which entry they are older than the binding, from the last one that was taken: all that software has counts
 * from there, too. */
static uint64_t older_than_taken(const struct driver_told *told, const struct pasid *p, uint32_t function)
{
    const struct prisim_driver *d = told->driver;
    const bool stalls = told->config->function[function].faults == PRISIM_DRIVER_FAULTS_STALL;
    return p->older ? UINT64_C(1) << 32 | ((stalls ? d->events_taken : d->taken) - p->older) : 0;
}

/* Those that are not as if they had never been bound. */
static void pasids_canonical(const struct driver_told *told, struct prisim_canonical *to)
{
    for (uint32_t i = 0; i < told->config->functions << told->config->pasid_bits; i++) {
        const struct pasid *p = &told->pasid[i];
        const bool free = p->state == (uint8_t)PASID_FREE;
        prisim_cycle_t again = free && p->used ? p->free_at + told->config->recycle_delay : 0;
        if (p->state == (uint8_t)PASID_FREE && !p->in_lookup && p->stops == p->markers &&
            prisim_canonical_is_past(to, again) && !p->older)
            continue;
        prisim_canonical_word(to, i + UINT64_C(1));
        prisim_canonical_word(to, older_than_taken(told, p, i >> told->config->pasid_bits));
        prisim_canonical_word(to, (uint64_t)(p->stops - p->markers) << 16 | (uint64_t)p->in_lookup << 8 | p->state);
        prisim_canonical_time(to, again);
        if (p->state == (uint8_t)PASID_FREE && !p->in_lookup)
            continue;
        prisim_canonical_name(to, PRISIM_CANONICAL_BINDING, p->binding);
        prisim_canonical_word(to, p->space);
        if (!pasid_is_left(p))
            continue;
        prisim_canonical_name(to, PRISIM_CANONICAL_CALL, p->call);
        prisim_canonical_word(to, p->policy);
    }
    prisim_canonical_word(to, 0);
}

static void payload_canonical(const struct prisim_memory_response *r, struct prisim_canonical *to)
{
    prisim_canonical_bytes(to, r->data, r->size <= sizeof r->data ? r->size : sizeof r->data);
}

/* Who waits for the answer; TASKS: nobody. */
static unsigned asker(const struct prisim_driver *d, uint32_t cpu)
{
    unsigned i = cpu < PRISIM_DRIVER_CPUS_MAX ? d->cpu_task[cpu] : TASK_NONE;
    return i < TASKS ? i : TASKS;
}

/* It loads entries of the PRI queue, and nothing else of their size: the PRI thread, or a step that scans. */
static bool loads_entries(const struct prisim_driver *d, unsigned task)
{
    const bool caller = task >= TASK_CALLER && task < TASK_CALLER + PRISIM_DRIVER_CALLS_MAX;
    const uint8_t step = caller ? d->task[task].call.step : 0;
    return task == TASK_PRI_THREAD ||
           (caller && (step == DRIVER_STEP_AWAIT_NO_MATCH || step == DRIVER_STEP_SCAN_QUEUE));
}

static void memory_canonical(const struct prisim_driver *d, const struct prisim_memory_response *r,
                             struct prisim_canonical *to)
{
    prisim_canonical_word(to, (uint64_t)r->id << 16 | (uint64_t)r->status << 8 | r->size);
    if (!loads_entries(d, asker(d, r->id)) || r->size != PRISIM_PRI_QUEUE_RECORD_BYTES) {
        payload_canonical(r, to);
        return;
    }
    struct prisim_page_request request;
    prisim_pri_queue_record_unpack(&request, r->data);
    prisim_canonical_word(to, (uint64_t)request.has_pasid << 32 | request.stream_id);
    prisim_canonical_word(to, (uint64_t)request.pasid << 32 | request.access);
    prisim_canonical_word(to, request.address | prisim_bits_get(prisim_load_le64(r->data + 8), SCAN_MARK));
    prisim_canonical_prg(to, request.stream_id, request.prg_index);
}

/* A register that was read: of indexes, where they are from the driver's. */
static void register_canonical(const struct prisim_driver *d, const struct prisim_memory_response *r,
                               struct prisim_canonical *to)
{
    prisim_canonical_word(to, (uint64_t)r->id << 16 | (uint64_t)r->status << 8 | r->size);
    unsigned task = asker(d, r->id);
    uint32_t value = prisim_load_le32(r->data), asked = task < TASKS && r->size == 4 ? d->task[task].asked : 0;
    switch (asked) {
    case PRISIM_SMMU_CMDQ_CONS:
        index_canonical(value, d->consumed, 0, d->cmdq_log2, to);
        prisim_canonical_word(to, prisim_bits_get(value, PRISIM_CMDQ_CONS_ERR_SHIFT, PRISIM_CMDQ_CONS_ERR_BITS));
        break;
    case PRISIM_SMMU_PRIQ_PROD:
    case PRISIM_SMMU_PRIQ_CONS:
        priq_prod_canonical(d, value, to);
        break;
    case PRISIM_SMMU_EVENTQ_PROD:
        eventq_prod_canonical(d, value, to);
        break;
    case PRISIM_SMMU_GERROR:
        prisim_canonical_word(to, value ^ d->gerrorn);
        break;
    default:
        payload_canonical(r, to);
        break;
    }
}

/* Of a completion, what the driver looks at. */
static void completion_canonical(const struct prisim_tlp *tlp, struct prisim_canonical *to)
{
    bool completion = prisim_tlp_is_completion(&tlp->head);
    prisim_canonical_word(to, completion);
    if (!completion)
        return;
    prisim_canonical_word(to, (uint64_t)tlp->head.tag << 8 | tlp->head.status);
    unsigned bytes = prisim_tlp_has_data(&tlp->head) ? tlp->head.size : 0;
    prisim_canonical_bytes(to, tlp->data, bytes <= sizeof tlp->data ? bytes : sizeof tlp->data);
}

static void offered_canonical(const struct prisim_driver *d, const struct prisim_ports *ports,
                              struct prisim_canonical *to)
{
    for (uint64_t left = ports->rx_valid; left; left &= left - 1) {
        unsigned rx = (unsigned)__builtin_ctzll(left);
        const void *payload = ports->rx[rx];
        switch ((enum prisim_driver_rx)rx) {
        case PRISIM_DRIVER_RX_MEMORY:
            memory_canonical(d, payload, to);
            break;
        case PRISIM_DRIVER_RX_MMIO:
            register_canonical(d, payload, to);
            break;
        case PRISIM_DRIVER_RX_HOST:
            completion_canonical(payload, to);
            break;
        case PRISIM_DRIVER_RX_INTERRUPT:
            prisim_canonical_word(to, ((const struct prisim_interrupt *)payload)->data);
            break;
        case PRISIM_DRIVER_RX_WIRED:
            prisim_canonical_word(to, ((const struct prisim_smmu_interrupt *)payload)->lines);
            break;
        case PRISIM_DRIVER_RX_STIMULUS:
            prisim_driver_stimulus_canonical(payload, to);
            break;
        case PRISIM_DRIVER_RX_PORTS:
            break;
        }
    }
}

static struct driver_told told_of(const struct prisim_driver_config *config, const struct prisim_driver *d)
{
    const char *pasids = (const char *)d + driver_places(config).pasids;
    return (struct driver_told){config, d, (const struct pasid *)(const void *)pasids};
}

void prisim_driver_canonical_hot(const struct prisim_driver_config *config, const struct prisim_driver *d,
                                 const struct prisim_ports *ports, struct prisim_canonical *to)
{
    const struct driver_told told = told_of(config, d);
    scheduling_canonical(&told, to);
    holds_canonical(d, to);
    learnt_canonical(d, to);
    functions_canonical(config, d, to);
    queues_canonical(d, to);
    item_canonical_lists(&told, to);
    spaces_canonical(config, d, to);
    offered_canonical(d, ports, to);
}

void prisim_driver_canonical_cold(const struct prisim_driver_config *config, const struct prisim_driver *d,
                                  struct prisim_canonical *to)
{
    const struct driver_places places = driver_places(config);
    const char *base = (const char *)d;
    const struct driver_told told = told_of(config, d);
    pasids_canonical(&told, to);
    asids_canonical((const prisim_cycle_t *)(const void *)(base + places.asids), config->asid_bits, to);
    tables_canonical((const struct table *)(const void *)(base + places.tables), places.tables_log2, to);
    frames_canonical((const struct frames *)(const void *)(base + places.frames), places.frame_count, to);
}

/* The others tell of a call what its PASID counts. */
struct prisim_canonical_cold prisim_driver_cold(const struct prisim_driver_config *config)
{
    const struct driver_places places = driver_places(config);
    return (struct prisim_canonical_cold){places.pasids, places.asids};
}

void prisim_driver_canonical(const struct prisim_driver_config *config, const struct prisim_driver *d,
                             const struct prisim_ports *ports, struct prisim_canonical *to)
{
    prisim_driver_canonical_hot(config, d, ports, to);
    prisim_driver_canonical_cold(config, d, to);
}
