/* SPDX-License-Identifier: Apache-2.0
 *
 * Action: hold, which keeps a task of the driver, and its end.
 */
#include <string.h>

#include "tb/scenario/timeline/scenario_action.h"

static bool find_hold_point(struct step_reader *r, uint16_t *point)
{
    struct tree *tree = r->loader->tree;
    enum prisim_driver_task task = (enum prisim_driver_task)r->input.task;
    const struct tree_node *node = tree_value(r->action, "at");
    char all[KEY_EXPECTED_MAX] = "";
    if (!scenario_find_event(tree, node, r->input.point, point))
        return false;
    if (prisim_driver_can_hold(task, (enum prisim_event_type) * point))
        return true;
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++) {
        if (!prisim_driver_can_hold(task, (enum prisim_event_type)i))
            continue;
        text_append(all, sizeof all, all[0] ? ", " : "");
        text_append(all, sizeof all, prisim_event_name((enum prisim_event_type)i));
    }
    return scenario_refuse(tree, node, "no step of %s emits %s: expected one of %s",
                           tree_value(r->action, "task")->text, prisim_event_name((enum prisim_event_type) * point),
                           all);
}

static bool read_end(struct step_reader *r, const struct tree_node *until)
{
    struct timeline_step *release = action_new_step(r->loader, r->item);
    if (!release)
        return false;
    const struct timeline_step *hold = release - 1;
    release->to_driver = true;
    release->place = hold->place;
    release->release = true;
    memcpy(release->id, hold->id, sizeof release->id);
    release->driver = hold->driver;
    release->driver.what = PRISIM_DRIVER_RELEASE;
    return scenario_read_trigger(r->loader, until, key_find("timeline.*.hold.until"), &release->trigger);
}

bool action_hold(struct step_reader *r, struct timeline_step *step)
{
    const struct tree_node *until = tree_value(r->action, "until");
    bool has_for = tree_value(r->action, "for") != NULL;
    uint16_t point = 0;
    if (!has_for && !until)
        return scenario_refuse(r->loader->tree, r->action, "missing: expected for or until");
    if (has_for && until)
        return REFUSE(r, "until", "expected for or until, not both");
    if (until && r->input.times > 1)
        return REFUSE(r, "until", "expected for: a hold that is repeated has no end by an event");
    if (!find_hold_point(r, &point))
        return false;
    step->driver.what = PRISIM_DRIVER_HOLD;
    step->driver.task = r->input.task;
    step->driver.point = point;
    step->driver.cycles = until ? 0 : r->input.cycles;
    step->driver.call = (uint32_t)(step - r->loader->scenario->timeline.step);
    return !until || read_end(r, until);
}
