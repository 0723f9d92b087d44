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

/* Steps with the scheduler's signature. */
#define STEP(name, function, config_type, state_type)                                                                  \
    static prisim_cycle_t name(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)        \
    {                                                                                                                  \
        const config_type *typed_config = config;                                                                      \
        state_type *typed_state = state;                                                                               \
        return function(typed_config, typed_state, now, ports);                                                        \
    }
STEP(step_timeline, timeline_step_edge, struct timeline_config, struct timeline)
STEP(step_driver, prisim_driver_step, struct prisim_driver_config, struct prisim_driver)
STEP(step_smmu, prisim_smmu_step, struct prisim_smmu_config, struct prisim_smmu)
STEP(step_pri_queue, prisim_pri_queue_step, struct prisim_pri_queue_config, struct prisim_pri_queue)
STEP(step_interconnect, prisim_interconnect_step, struct prisim_interconnect_config, struct prisim_interconnect)
STEP(step_fabric, prisim_fabric_step, struct prisim_fabric_config, struct prisim_fabric)
STEP(step_endpoint, prisim_endpoint_step, struct prisim_endpoint_config, struct prisim_endpoint)
#undef STEP

/* The order of adding is that of enum system_instance. */
static void add_blocks(struct prisim_scheduler *c, const struct scenario *scenario)
{
    const struct system_config *s = &scenario->system;
    prisim_scheduler_add(c, step_timeline, &scenario->timeline, sizeof(struct timeline));
    prisim_scheduler_add(c, step_driver, &s->driver, prisim_driver_state_size(&s->driver));
    prisim_scheduler_add(c, step_smmu, &s->smmu, prisim_smmu_state_size(&s->smmu));
    prisim_scheduler_add(c, step_pri_queue, &s->pri_queue, prisim_pri_queue_state_size(&s->pri_queue));
    prisim_scheduler_add(c, step_interconnect, &s->interconnect, prisim_interconnect_state_size(&s->interconnect));
    prisim_scheduler_add(c, step_fabric, &s->fabric, prisim_fabric_state_size(&s->fabric));
    for (uint32_t i = 0; i < s->endpoints; i++) {
        unsigned instance =
            prisim_scheduler_add(c, step_endpoint, &s->endpoint[i], prisim_endpoint_state_size(&s->endpoint[i]));
        assert(instance == INSTANCE_ENDPOINT + i);
    }
}

static void init_blocks(struct prisim_scheduler *c, const struct scenario *scenario)
{
    const struct system_config *s = &scenario->system;
    timeline_init(&scenario->timeline, prisim_scheduler_state(c, INSTANCE_TIMELINE));
    prisim_driver_init(&s->driver, prisim_scheduler_state(c, INSTANCE_DRIVER));
    prisim_smmu_init(&s->smmu, prisim_scheduler_state(c, INSTANCE_SMMU));
    prisim_pri_queue_init(&s->pri_queue, prisim_scheduler_state(c, INSTANCE_PRI_QUEUE));
    prisim_interconnect_init(&s->interconnect, prisim_scheduler_state(c, INSTANCE_INTERCONNECT));
    prisim_fabric_init(&s->fabric, prisim_scheduler_state(c, INSTANCE_FABRIC));
    for (uint32_t i = 0; i < s->endpoints; i++)
        prisim_endpoint_init(&s->endpoint[i], prisim_scheduler_state(c, INSTANCE_ENDPOINT + i));
}

static void end_of_edge(void *context, const struct prisim_event *events, unsigned count)
{
    struct native *native = context;
    const struct timeline_config *timeline = &native->scenario->timeline;
    for (unsigned i = 0; i < count; i++) {
        prisim_cycle_t wake = timeline_observe(timeline, native->timeline, &events[i]);
        if (wake != PRISIM_CYCLE_NEVER)
            prisim_scheduler_wake(native->scheduler, INSTANCE_TIMELINE, wake);
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
    add_blocks(c, scenario);
    struct system_wire wires[SYSTEM_WIRES_MAX];
    unsigned count = system_wires(&scenario->system, wires);
    for (unsigned i = 0; i < count; i++)
        prisim_scheduler_connect(c, wires[i].from, wires[i].tx, wires[i].to, wires[i].rx, wires[i].payload);
    if (!prisim_scheduler_build(c))
        goto no_memory;
    init_blocks(c, scenario);
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
