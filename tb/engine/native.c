/* SPDX-License-Identifier: Apache-2.0
 *
 * The native engine: the system's blocks in one scheduler.
 */
#include <stdlib.h>

#include "tb/engine/engine.h"
#include "tb/engine/timeline.h"

struct native {
    const struct scenario *scenario;
    struct stream stream;
    struct prisim_scheduler *scheduler;
    struct timeline *timeline;
};

/* A kind of block as the scheduler takes it. */
struct block {
    const void *(*config)(const struct scenario *scenario, unsigned index);
    size_t (*state_size)(const void *config);
    void (*init)(const void *config, void *state);
    prisim_scheduler_step step;
    struct prisim_scheduler_form form;
};

/* Its functions; `where` is its configuration, a member of the scenario, by index if there can be more than one. */
#define BLOCK(name, type, step, where)                                                                                 \
    static const void *config_##name(const struct scenario *scenario, unsigned index)                                  \
    {                                                                                                                  \
        (void)index;                                                                                                   \
        return &scenario->where;                                                                                       \
    }                                                                                                                  \
    static size_t size_##name(const void *config)                                                                      \
    {                                                                                                                  \
        const struct type##_config *typed_config = config;                                                             \
        return type##_state_size(typed_config);                                                                        \
    }                                                                                                                  \
    static void init_##name(const void *config, void *state)                                                           \
    {                                                                                                                  \
        const struct type##_config *typed_config = config;                                                             \
        struct type *typed_state = state;                                                                              \
        type##_init(typed_config, typed_state);                                                                        \
    }                                                                                                                  \
    static prisim_cycle_t step_##name(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports) \
    {                                                                                                                  \
        const struct type##_config *typed_config = config;                                                             \
        struct type *typed_state = state;                                                                              \
        return step(typed_config, typed_state, now, ports);                                                            \
    }                                                                                                                  \
    static void canonical_##name(const void *config, const void *state, const struct prisim_ports *ports,              \
                                 struct prisim_canonical *to)                                                          \
    {                                                                                                                  \
        const struct type##_config *typed_config = config;                                                             \
        const struct type *typed_state = state;                                                                        \
        type##_canonical(typed_config, typed_state, ports, to);                                                        \
    }
BLOCK(timeline, timeline, timeline_step_edge, timeline)
BLOCK(driver, prisim_driver, prisim_driver_step, system.driver)
BLOCK(smmu, prisim_smmu, prisim_smmu_step, system.smmu[index])
BLOCK(pri_queue, prisim_pri_queue, prisim_pri_queue_step, system.pri_queue[index])
BLOCK(interconnect, prisim_interconnect, prisim_interconnect_step, system.interconnect)
BLOCK(fabric, prisim_fabric, prisim_fabric_step, system.fabric)
BLOCK(endpoint, prisim_endpoint, prisim_endpoint_step, system.endpoint[index])
#undef BLOCK

/* Those whose cold part says what is written to it. */
#define HOT(name, type)                                                                                                \
    static size_t hot_##name(const void *config)                                                                       \
    {                                                                                                                  \
        const struct type##_config *typed_config = config;                                                             \
        return type##_hot_size(typed_config);                                                                          \
    }
HOT(fabric, prisim_fabric)
HOT(endpoint, prisim_endpoint)
#undef HOT

/* RAM is last in the interconnect's state: what nobody wrote is not in use. */
static size_t used_interconnect(const void *config, const void *state)
{
    const struct prisim_interconnect_config *typed_config = config;
    const struct prisim_interconnect *typed_state = state;
    return prisim_interconnect_used(typed_config, typed_state);
}

#define FUNCTIONS(name, hot, used)                                                                                     \
    {                                                                                                                  \
        config_##name, size_##name, init_##name, step_##name,                                                          \
        {                                                                                                              \
            canonical_##name, hot, used                                                                                \
        }                                                                                                              \
    }
static const struct block blocks[SYSTEM_KINDS] = {
    [KIND_TIMELINE] = FUNCTIONS(timeline, NULL, NULL),
    [KIND_DRIVER] = FUNCTIONS(driver, NULL, NULL),
    [KIND_SMMU] = FUNCTIONS(smmu, NULL, NULL),
    [KIND_PRI_QUEUE] = FUNCTIONS(pri_queue, NULL, NULL),
    [KIND_INTERCONNECT] = FUNCTIONS(interconnect, NULL, used_interconnect),
    [KIND_FABRIC] = FUNCTIONS(fabric, hot_fabric, NULL),
    [KIND_ENDPOINT] = FUNCTIONS(endpoint, hot_endpoint, NULL),
};
#undef FUNCTIONS

/* Adds, wires and initialises every instance; the scheduler's numbers are the ranks. False if there is no memory. */
static bool build(struct prisim_scheduler *c, const struct scenario *scenario)
{
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    struct system_wire wires[SYSTEM_WIRES_MAX];
    const void *config[SYSTEM_INSTANCES_MAX];
    unsigned count = system_instances(&scenario->system, rows);
    for (unsigned i = 0; i < count; i++) {
        const struct block *block = &blocks[rows[i].kind];
        config[i] = block->config(scenario, rows[i].index);
        unsigned rank = prisim_scheduler_add(c, block->step, config[i], block->state_size(config[i]));
        assert(rank == i);
        prisim_scheduler_set_form(c, i, &block->form);
    }
    unsigned wire_count = system_wires(&scenario->system, wires);
    for (unsigned i = 0; i < wire_count; i++)
        prisim_scheduler_connect(c, wires[i].from, wires[i].tx, wires[i].to, wires[i].rx, wires[i].payload);
    if (!prisim_scheduler_build(c))
        return false;
    for (unsigned i = 0; i < count; i++)
        blocks[rows[i].kind].init(config[i], prisim_scheduler_state(c, i));
    return true;
}

static void end_of_edge(void *context, const struct prisim_event *events, unsigned count)
{
    struct native *native = context;
    const struct timeline_config *timeline = &native->scenario->timeline;
    for (unsigned i = 0; i < count; i++) {
        if (timeline_listens(native->timeline, events[i].type)) {
            prisim_cycle_t wake = timeline_observe(timeline, native->timeline, &events[i]);
            if (wake != PRISIM_CYCLE_NEVER)
                prisim_scheduler_wake(native->scheduler, INSTANCE_TIMELINE, wake);
        }
        stream_event(&native->stream, &events[i]);
    }
}

struct native *native_open(const struct scenario *scenario, const struct stream *stream)
{
    struct native *native = calloc(1, sizeof *native);
    struct prisim_scheduler *c = prisim_scheduler_open();
    if (!native || !c)
        goto no_memory;
    native->scenario = scenario;
    native->stream = *stream;
    native->scheduler = c;
    if (!build(c, scenario))
        goto no_memory;
    native->timeline = prisim_scheduler_state(c, INSTANCE_TIMELINE);
    prisim_scheduler_set_listener(c, end_of_edge, native);
    return native;

no_memory:
    prisim_scheduler_close(c);
    free(native);
    return NULL;
}

void native_close(struct native *native)
{
    if (!native)
        return;
    prisim_scheduler_close(native->scheduler);
    free(native);
}

struct prisim_scheduler *native_scheduler(struct native *native)
{
    return native->scheduler;
}

void native_run(struct native *native, prisim_cycle_t last)
{
    prisim_scheduler_run(native->scheduler, last);
}

bool engine_native(const struct scenario *scenario, const struct stream *stream, struct engine_result *result)
{
    struct native *native = native_open(scenario, stream);
    if (!native)
        return false;
    native_run(native, scenario->limits.cycles);
    *result = (struct engine_result){prisim_scheduler_now(native->scheduler), prisim_scheduler_idle(native->scheduler),
                                     prisim_scheduler_steps(native->scheduler)};
    native_close(native);
    return true;
}
