/* SPDX-License-Identifier: Apache-2.0
 *
 * The hierarchy of a wave (wave_signals.h).
 */
#include "tb/wave/wave_signals.h"

static void declare_hardware(struct wave_signals *s)
{
    for (unsigned i = 0; i < s->scenario->system.endpoints; i++) {
        wave_scope_key(s->tree, "endpoint", s->scenario->system.endpoint_id[i]);
        wave_blocks_function(&s->blocks, i);
        wave_points_declare(&s->points, INSTANCE_ENDPOINT + i, "endpoint");
        wave_scope_end(s->tree);
    }
    wave_scope(s->tree, "smmu");
    wave_blocks_smmu(&s->blocks);
    wave_points_declare(&s->points, INSTANCE_SMMU, "smmu");
    wave_scope_end(s->tree);
    wave_scope(s->tree, "pri_queue");
    wave_blocks_pri_queue(&s->blocks);
    wave_points_declare(&s->points, INSTANCE_PRI_QUEUE, "pri_queue");
    wave_scope_end(s->tree);
    wave_scope(s->tree, "fabric");
    wave_links_declare(&s->links, s->tree, s->scenario);
    wave_scope_end(s->tree);
    wave_scope(s->tree, "interconnect");
    wave_blocks_interconnect(&s->blocks);
    wave_points_declare(&s->points, INSTANCE_INTERCONNECT, "interconnect");
    wave_scope_end(s->tree);
}

static void declare_software(struct wave_signals *s)
{
    wave_scope(s->tree, "driver");
    wave_tasks_declare(&s->tasks, s->tree, s->scenario);
    wave_points_declare(&s->points, INSTANCE_DRIVER, "driver");
    wave_scope_end(s->tree);
    wave_scope(s->tree, "bindings");
    wave_bindings_declare(&s->bindings);
    wave_scope_end(s->tree);
}

bool wave_signals_open(struct wave_signals *s, struct wave_tree *tree, const struct scenario *scenario)
{
    s->scenario = scenario;
    s->tree = tree;
    wave_points_init(&s->points, tree, scenario);
    bool memory = wave_blocks_open(&s->blocks, tree, scenario);
    memory &= wave_bindings_open(&s->bindings, tree, scenario);
    if (!memory)
        return false;
    wave_scope(tree, "prisim");
    wave_scope(tree, "timeline");
    wave_blocks_timeline(&s->blocks);
    wave_scope_end(tree);
    declare_hardware(s);
    declare_software(s);
    wave_scope(tree, "checkers");
    wave_blocks_checkers(&s->blocks);
    wave_scope_end(tree);
    wave_scope_end(tree);
    return true;
}

void wave_signals_close(struct wave_signals *s)
{
    wave_blocks_close(&s->blocks);
    wave_bindings_close(&s->bindings);
}

void wave_signals_event(struct wave_signals *s, const struct prisim_event *event)
{
    if (event->instance < SYSTEM_INSTANCES_MAX)
        wave_points_event(&s->points, event);
    wave_blocks_event(&s->blocks, event);
    wave_links_event(&s->links, event);
    wave_tasks_event(&s->tasks, event);
    wave_bindings_event(&s->bindings, event);
}
