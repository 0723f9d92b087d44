/* SPDX-License-Identifier: Apache-2.0
 *
 * Action: hold, which keeps a task of the driver, and its end.
 */
#include <string.h>

#include "tb/scenario/timeline/scenario_action.h"

static bool find_hold_point(struct step_reader *r, uint16_t *point)
{
    struct tree *tree = &r->loader->tree;
    enum prisim_driver_task task = (enum prisim_driver_task)r->input.task;
    const yaml_node_t *node = tree_value(tree, r->action, "at");
    char path[KEY_PATH_MAX], all[KEY_EXPECTED_MAX] = "";
    key_path_join(path, r->action_path, "at");
    if (!scenario_find_event(tree, node, path, r->input.point, point))
        return false;
    if (prisim_driver_can_hold(task, (enum prisim_event_type) * point))
        return true;
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++) {
        if (!prisim_driver_can_hold(task, (enum prisim_event_type)i))
            continue;
        text_append(all, sizeof all, all[0] ? ", " : "");
        text_append(all, sizeof all, prisim_event_name((enum prisim_event_type)i));
    }
    return tree_refuse(tree, node, path, "no step of %s emits %s: expected one of %s",
                       tree_text(tree_value(tree, r->action, "task")),
                       prisim_event_name((enum prisim_event_type) * point), all);
}

bool action_hold(struct step_reader *r, struct timeline_step *step)
{
    struct tree *tree = &r->loader->tree;
    const yaml_node_t *until = tree_value(tree, r->action, "until");
    bool has_for = tree_value(tree, r->action, "for") != NULL;
    uint16_t point = 0;
    if (!has_for && !until)
        return tree_refuse(tree, r->action, r->action_path, "missing: expected for or until");
    if (has_for && until) {
        REFUSE(r, "until", "expected for or until, not both");
        return false;
    }
    if (!find_hold_point(r, &point))
        return false;
    step->driver.what = PRISIM_DRIVER_HOLD;
    step->driver.task = r->input.task;
    step->driver.point = point;
    step->driver.cycles = until ? 0 : r->input.cycles;
    step->driver.call = (uint32_t)(step - r->loader->scenario->timeline.step);
    if (!until)
        return true;
    struct timeline_step *release = action_new_step(r->loader, r->item);
    if (!release)
        return false;
    char path[KEY_PATH_MAX];
    key_path_join(path, r->action_path, "until");
    release->to_driver = true;
    release->place = step->place;
    release->release = true;
    memcpy(release->id, step->id, sizeof release->id);
    release->driver = step->driver;
    release->driver.what = PRISIM_DRIVER_RELEASE;
    return scenario_read_trigger(r->loader, until, "timeline.*.hold.until", path, &release->trigger);
}
