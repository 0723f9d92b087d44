/* SPDX-License-Identifier: Apache-2.0
 *
 * The native engine: the system's blocks in one scheduler.
 */
#include <stdlib.h>
#include <string.h>

#include "tb/engine/engine.h"
#include "tb/engine/timeline.h"

/* What is in the scheduler, and what joins it. */
struct layout {
    unsigned instances, wires;
    struct system_instance row[SYSTEM_INSTANCES_MAX];
    size_t state_size[SYSTEM_INSTANCES_MAX];
    const void *config[SYSTEM_INSTANCES_MAX];
    struct system_wire wire[SYSTEM_WIRES_MAX];
};

struct native {
    const struct scenario *scenario;
    struct layout layout;
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
    }
BLOCK(timeline, timeline, timeline_step_edge, timeline)
BLOCK(driver, prisim_driver, prisim_driver_step, system.driver)
BLOCK(smmu, prisim_smmu, prisim_smmu_step, system.smmu[index])
BLOCK(pri_queue, prisim_pri_queue, prisim_pri_queue_step, system.pri_queue[index])
BLOCK(interconnect, prisim_interconnect, prisim_interconnect_step, system.interconnect)
BLOCK(fabric, prisim_fabric, prisim_fabric_step, system.fabric)
BLOCK(endpoint, prisim_endpoint, prisim_endpoint_step, system.endpoint[index])
#undef BLOCK

/* What is told of a state, whole or hot. */
#define CANONICAL(name, type, told)                                                                                    \
    static void canonical_##name(const void *config, const void *state, const struct prisim_ports *ports,              \
                                 struct prisim_canonical *to)                                                          \
    {                                                                                                                  \
        const struct type##_config *typed_config = config;                                                             \
        const struct type *typed_state = state;                                                                        \
        told(typed_config, typed_state, ports, to);                                                                    \
    }
CANONICAL(timeline, timeline, timeline_canonical)
CANONICAL(driver, prisim_driver, prisim_driver_canonical_hot)
CANONICAL(smmu, prisim_smmu, prisim_smmu_canonical_hot)
CANONICAL(pri_queue, prisim_pri_queue, prisim_pri_queue_canonical)
CANONICAL(interconnect, prisim_interconnect, prisim_interconnect_canonical)
CANONICAL(fabric, prisim_fabric, prisim_fabric_canonical)
CANONICAL(endpoint, prisim_endpoint, prisim_endpoint_canonical)
#undef CANONICAL

/* And cold. */
#define COLD(name, type)                                                                                               \
    static void canonical_cold_##name(const void *config, const void *state, struct prisim_canonical *to)              \
    {                                                                                                                  \
        const struct type##_config *typed_config = config;                                                             \
        const struct type *typed_state = state;                                                                        \
        type##_canonical_cold(typed_config, typed_state, to);                                                          \
    }                                                                                                                  \
    static struct prisim_canonical_cold cold_##name(const void *config)                                                \
    {                                                                                                                  \
        const struct type##_config *typed_config = config;                                                             \
        return type##_cold(typed_config);                                                                              \
    }
COLD(driver, prisim_driver)
COLD(smmu, prisim_smmu)
#undef COLD

/* Those whose cold part says what is written to it. */
#define HOT(name, type)                                                                                                \
    static size_t hot_##name(const void *config)                                                                       \
    {                                                                                                                  \
        const struct type##_config *typed_config = config;                                                             \
        return type##_hot_size(typed_config);                                                                          \
    }
HOT(driver, prisim_driver)
HOT(smmu, prisim_smmu)
HOT(pri_queue, prisim_pri_queue)
HOT(interconnect, prisim_interconnect)
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

#define FUNCTIONS(name, ...)                                                                                           \
    {                                                                                                                  \
        config_##name, size_##name, init_##name, step_##name,                                                          \
        {                                                                                                              \
            canonical_##name, __VA_ARGS__                                                                              \
        }                                                                                                              \
    }
static const struct block blocks[SYSTEM_KINDS] = {
    [KIND_TIMELINE] = FUNCTIONS(timeline, NULL, NULL, NULL, NULL),
    [KIND_DRIVER] = FUNCTIONS(driver, hot_driver, NULL, canonical_cold_driver, cold_driver),
    [KIND_SMMU] = FUNCTIONS(smmu, hot_smmu, NULL, canonical_cold_smmu, cold_smmu),
    [KIND_PRI_QUEUE] = FUNCTIONS(pri_queue, hot_pri_queue, NULL, NULL, NULL),
    [KIND_INTERCONNECT] = FUNCTIONS(interconnect, hot_interconnect, used_interconnect, NULL, NULL),
    [KIND_FABRIC] = FUNCTIONS(fabric, hot_fabric, NULL, NULL, NULL),
    [KIND_ENDPOINT] = FUNCTIONS(endpoint, hot_endpoint, NULL, NULL, NULL),
};
#undef FUNCTIONS

static void lay_out(struct layout *layout, const struct scenario *scenario)
{
    layout->instances = system_instances(&scenario->system, layout->row);
    layout->wires = system_wires(&scenario->system, layout->wire);
    for (unsigned i = 0; i < layout->instances; i++) {
        const struct block *block = &blocks[layout->row[i].kind];
        layout->config[i] = block->config(scenario, layout->row[i].index);
        layout->state_size[i] = block->state_size(layout->config[i]);
    }
}

static bool is_laid_out_alike(const struct layout *a, const struct layout *b)
{
    return a->instances == b->instances && a->wires == b->wires &&
           memcmp(a->row, b->row, a->instances * sizeof *a->row) == 0 &&
           memcmp(a->state_size, b->state_size, a->instances * sizeof *a->state_size) == 0 &&
           memcmp(a->wire, b->wire, a->wires * sizeof *a->wire) == 0;
}

static_assert(sizeof(struct system_instance) == 2 * sizeof(uint16_t), "rows are compared by their bytes");
static_assert(sizeof(struct system_wire) == 5 * sizeof(uint16_t), "and so are wires");

static void init(struct native *native)
{
    const struct layout *layout = &native->layout;
    for (unsigned i = 0; i < layout->instances; i++)
        blocks[layout->row[i].kind].init(layout->config[i], prisim_scheduler_state(native->scheduler, i));
    native->timeline = prisim_scheduler_state(native->scheduler, INSTANCE_TIMELINE);
}

/* Adds, wires and initialises every instance; the scheduler's numbers are the ranks. False if there is no memory. */
static bool build(struct native *native)
{
    const struct layout *layout = &native->layout;
    struct prisim_scheduler *c = native->scheduler;
    for (unsigned i = 0; i < layout->instances; i++) {
        const struct block *block = &blocks[layout->row[i].kind];
        unsigned rank = prisim_scheduler_add(c, block->step, layout->config[i], layout->state_size[i]);
        assert(rank == i);
        prisim_scheduler_set_form(c, i, &block->form);
    }
    for (unsigned i = 0; i < layout->wires; i++) {
        const struct system_wire *wire = &layout->wire[i];
        prisim_scheduler_connect(c, wire->from, wire->tx, wire->to, wire->rx, wire->payload);
    }
    if (!prisim_scheduler_build(c))
        return false;
    init(native);
    return true;
}

static void end_of_edge(void *context, const struct prisim_event *events, unsigned count)
{
    struct native *native = context;
    const struct timeline_config *timeline = &native->scenario->timeline;
    for (unsigned i = 0; i < count; i++) {
        if (timeline_listens(native->timeline, events[i].type)) {
            prisim_cycle_t wake = timeline_observe(timeline, native->timeline, &events[i]);
            prisim_scheduler_written(native->scheduler, INSTANCE_TIMELINE);
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
    lay_out(&native->layout, scenario);
    if (!build(native))
        goto no_memory;
    prisim_scheduler_set_listener(c, end_of_edge, native);
    return native;

no_memory:
    prisim_scheduler_close(c);
    free(native);
    return NULL;
}

bool native_start_again(struct native *native, const struct scenario *scenario, const struct stream *stream)
{
    struct layout layout;
    lay_out(&layout, scenario);
    if (!is_laid_out_alike(&layout, &native->layout))
        return false;
    native->scenario = scenario;
    native->stream = *stream;
    native->layout = layout;
    prisim_scheduler_rebuild(native->scheduler, layout.config);
    init(native);
    return true;
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

bool engine_native_again(struct native **kept, const struct scenario *scenario, const struct stream *stream,
                         struct engine_result *result)
{
    if (*kept && !native_start_again(*kept, scenario, stream)) {
        native_close(*kept);
        *kept = NULL;
    }
    if (!*kept && !(*kept = native_open(scenario, stream)))
        return false;
    const struct prisim_scheduler *c = (*kept)->scheduler;
    native_run(*kept, scenario->limits.cycles);
    *result = (struct engine_result){prisim_scheduler_now(c), prisim_scheduler_idle(c), prisim_scheduler_steps(c)};
    return true;
}

bool engine_native(const struct scenario *scenario, const struct stream *stream, struct engine_result *result)
{
    struct native *native = NULL;
    bool good = engine_native_again(&native, scenario, stream, result);
    native_close(native);
    return good;
}
