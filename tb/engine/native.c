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
    struct scheduler *scheduler;
    struct timeline *timeline;
};

/* Steps with the scheduler's signature. */
#define STEP(name, function, config_type, state_type)                                                                  \
    static cycle_t name(const void *config, void *state, cycle_t now, struct ports *ports)                             \
    {                                                                                                                  \
        const config_type *typed_config = config;                                                                      \
        state_type *typed_state = state;                                                                               \
        return function(typed_config, typed_state, now, ports);                                                        \
    }
STEP(step_timeline, timeline_step_edge, struct timeline_config, struct timeline)
STEP(step_driver, driver_step, struct driver_config, struct driver)
STEP(step_smmu, smmu_step, struct smmu_config, struct smmu)
STEP(step_pri_queue, pri_queue_step, struct pri_queue_config, struct pri_queue)
STEP(step_interconnect, interconnect_step, struct interconnect_config, struct interconnect)
STEP(step_fabric, fabric_step, struct fabric_config, struct fabric)
STEP(step_endpoint, endpoint_step, struct endpoint_config, struct endpoint)
#undef STEP

/* The order of adding is that of enum system_instance. */
static void add_blocks(struct scheduler *c, const struct scenario *scenario)
{
    const struct system_config *s = &scenario->system;
    scheduler_add(c, step_timeline, &scenario->timeline, sizeof(struct timeline));
    scheduler_add(c, step_driver, &s->driver, driver_state_size(&s->driver));
    scheduler_add(c, step_smmu, &s->smmu, smmu_state_size(&s->smmu));
    scheduler_add(c, step_pri_queue, &s->pri_queue, pri_queue_state_size(&s->pri_queue));
    scheduler_add(c, step_interconnect, &s->interconnect, interconnect_state_size(&s->interconnect));
    scheduler_add(c, step_fabric, &s->fabric, fabric_state_size(&s->fabric));
    for (uint32_t i = 0; i < s->endpoints; i++) {
        unsigned instance = scheduler_add(c, step_endpoint, &s->endpoint[i], endpoint_state_size(&s->endpoint[i]));
        assert(instance == INSTANCE_ENDPOINT + i);
    }
}

static void init_blocks(struct scheduler *c, const struct scenario *scenario)
{
    const struct system_config *s = &scenario->system;
    timeline_init(&scenario->timeline, scheduler_state(c, INSTANCE_TIMELINE));
    driver_init(&s->driver, scheduler_state(c, INSTANCE_DRIVER));
    smmu_init(&s->smmu, scheduler_state(c, INSTANCE_SMMU));
    pri_queue_init(&s->pri_queue, scheduler_state(c, INSTANCE_PRI_QUEUE));
    interconnect_init(&s->interconnect, scheduler_state(c, INSTANCE_INTERCONNECT));
    fabric_init(&s->fabric, scheduler_state(c, INSTANCE_FABRIC));
    for (uint32_t i = 0; i < s->endpoints; i++)
        endpoint_init(&s->endpoint[i], scheduler_state(c, INSTANCE_ENDPOINT + i));
}

static void end_of_edge(void *context, const struct event *events, unsigned count)
{
    struct native *native = context;
    const struct timeline_config *timeline = &native->scenario->timeline;
    for (unsigned i = 0; i < count; i++) {
        cycle_t wake = timeline_observe(timeline, native->timeline, &events[i]);
        if (wake != CYCLE_NEVER)
            scheduler_wake(native->scheduler, INSTANCE_TIMELINE, wake);
        stream_event(&native->stream, &events[i]);
    }
}

struct native *native_open(const struct scenario *scenario, const struct stream *stream)
{
    struct native *native = calloc(1, sizeof *native);
    struct scheduler *c = scheduler_open();
    if (!native || !c)
        goto no_memory;
    native->scenario = scenario;
    native->stream = *stream;
    native->scheduler = c;
    add_blocks(c, scenario);
    struct system_wire wires[SYSTEM_WIRES_MAX];
    unsigned count = system_wires(&scenario->system, wires);
    for (unsigned i = 0; i < count; i++)
        scheduler_connect(c, wires[i].from, wires[i].tx, wires[i].to, wires[i].rx, wires[i].payload);
    if (!scheduler_build(c))
        goto no_memory;
    init_blocks(c, scenario);
    native->timeline = scheduler_state(c, INSTANCE_TIMELINE);
    scheduler_set_listener(c, end_of_edge, native);
    return native;

no_memory:
    scheduler_close(c);
    free(native);
    return NULL;
}

void native_close(struct native *native)
{
    if (!native)
        return;
    scheduler_close(native->scheduler);
    free(native);
}

struct scheduler *native_scheduler(struct native *native)
{
    return native->scheduler;
}

void native_run(struct native *native, cycle_t last)
{
    scheduler_run(native->scheduler, last);
}

bool engine_native(const struct scenario *scenario, const struct stream *stream, struct engine_result *result)
{
    struct native *native = native_open(scenario, stream);
    if (!native)
        return false;
    native_run(native, scenario->limits.cycles);
    *result = (struct engine_result){scheduler_now(native->scheduler), scheduler_idle(native->scheduler),
                                     scheduler_steps(native->scheduler)};
    native_close(native);
    return true;
}
