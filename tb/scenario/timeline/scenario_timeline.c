/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline of a scenario: when each step is given out, and which of the actions it is. Calls and jobs are numbered
 * from 1 in the order of the file, so that an event that names one leads back to its step.
 */
#include <stdio.h>
#include <string.h>

#include "tb/scenario/timeline/scenario_action.h"

/* "ready" or the id of an earlier step: after which event. */
static bool find_anchor(struct step_reader *r, const char *name, size_t length, struct trigger *trigger)
{
    const struct timeline_config *timeline = &r->loader->scenario->timeline;
    if (length == strlen("ready") && strncmp(name, "ready", length) == 0) {
        trigger->event = PRISIM_EVENT_DRIVER_READY;
        return true;
    }
    for (uint32_t i = 0; i + 1 < timeline->steps; i++) {
        if (strlen(timeline->step[i].id) != length || strncmp(timeline->step[i].id, name, length) != 0)
            continue;
        trigger->event = PRISIM_EVENT_TIMELINE_STEP;
        trigger->filters = 1;
        trigger->filter[0].field = 0; /* step */
        trigger->filter[0].value = i;
        return true;
    }
    return false;
}

/* `at`: an edge, or so many edges after an anchor. */
static bool read_at(struct step_reader *r, const yaml_node_t *at, struct trigger *trigger)
{
    const struct key *key = key_find("timeline.*.at");
    struct tree *tree = &r->loader->tree;
    const char *text = r->input.at, *plus = strchr(text, '+');
    char path[KEY_PATH_MAX], expected[KEY_EXPECTED_MAX];
    assert(key);
    key_path_join(path, r->path, "at");
    if (text[0] >= '0' && text[0] <= '9' && !plus) {
        *trigger = (struct trigger){0};
        return key_number(key, text, tree_quoted(at), &trigger->at, expected) ||
               tree_refuse(tree, at, path, "%s", expected);
    }
    *trigger = (struct trigger){.on_event = true, .nth = 1};
    if (!plus)
        return tree_refuse(tree, at, path, "expected a number, ready+N, or the id of an earlier step+N, not \"%.40s\"",
                           text);
    if (!key_number(key, plus + 1, false, &trigger->after, expected))
        return tree_refuse(tree, at, path, "%s", expected);
    if (trigger->after == 0)
        return tree_refuse(tree, at, path, "expected at least 1 edge after the other, not 0");
    return find_anchor(r, text, (size_t)(plus - text), trigger) ||
           tree_refuse(tree, at, path, "expected ready or the id of an earlier step before the +, not \"%.*s\"",
                       (int)(plus - text), text);
}

static bool read_time(struct step_reader *r, struct trigger *trigger)
{
    struct tree *tree = &r->loader->tree;
    const yaml_node_t *at = tree_value(tree, r->item, "at"), *when = tree_value(tree, r->item, "when");
    const yaml_node_t *after = tree_value(tree, r->item, "after");
    char path[KEY_PATH_MAX];
    key_path_join(path, r->path, "when");
    if (!at && !when)
        return tree_refuse(tree, r->item, r->path, "missing: expected at or when");
    if (at && when)
        return tree_refuse(tree, when, path, "expected at or when, not both");
    if (when) {
        if (!scenario_read_trigger(r->loader, when, "timeline.*.when", path, trigger))
            return false;
        trigger->after = r->input.after;
        return true;
    }
    key_path_join(path, r->path, "after");
    if (after)
        return tree_refuse(tree, after, path, "expected only with when");
    return read_at(r, at, trigger);
}

/* The rows of actions.def, with their handlers. */
enum numbered { NUMBERED_CALL, NUMBERED_JOB, NUMBERED_NOTHING };
enum receiver { TO_DRIVER, TO_ENDPOINT };
static const struct action {
    const char *name;
    enum receiver to;
    enum numbered numbered;
    bool (*read)(struct step_reader *r, struct timeline_step *step);
} actions[] = {
#define ACTION(name, to, numbered, about) {#name, TO_##to, NUMBERED_##numbered, action_##name},
#include "tb/scenario/actions.def"
#undef ACTION
};
enum { ACTIONS = sizeof actions / sizeof actions[0] };

static bool refuse_missing(struct step_reader *r)
{
    char all[KEY_EXPECTED_MAX] = "";
    for (unsigned i = 0; i < ACTIONS; i++) {
        text_append(all, sizeof all, i == 0 ? "" : i + 1 < ACTIONS ? ", " : " or ");
        text_append(all, sizeof all, actions[i].name);
    }
    return tree_refuse(&r->loader->tree, r->item, r->path, "missing: expected one of %s", all);
}

/* Exactly one action; NULL and an error if not. */
static const struct action *find_action(struct step_reader *r)
{
    struct tree *tree = &r->loader->tree;
    const struct action *found = NULL;
    for (unsigned i = 0; i < ACTIONS; i++) {
        const char *name = actions[i].name;
        const yaml_node_t *map = tree_value(tree, r->item, name);
        if (!map)
            continue;
        key_path_join(r->action_path, r->path, name);
        if (found) {
            const yaml_node_pair_t *pair = tree_pair(tree, r->item, name);
            tree_refuse(tree, tree_node(tree, pair->key), r->action_path, "expected one action; %s is there already",
                        found->name);
            return NULL;
        }
        found = &actions[i];
        r->action = map;
    }
    if (found)
        key_path_join(r->action_path, r->path, found->name);
    else
        refuse_missing(r);
    return found;
}

static bool read_action(struct step_reader *r, struct timeline_step *step)
{
    const struct action *action = find_action(r);
    if (!action)
        return false;
    step->to_driver = action->to == TO_DRIVER;
    if (action->numbered == NUMBERED_CALL)
        step->driver.call = ++r->loader->calls;
    if (action->numbered == NUMBERED_JOB)
        step->stimulus.job = ++r->loader->jobs;
    return action->read(r, step);
}

static bool check_id(struct step_reader *r, const struct timeline_step *step)
{
    struct tree *tree = &r->loader->tree;
    const struct timeline_config *timeline = &r->loader->scenario->timeline;
    for (const struct timeline_step *other = timeline->step; step->id[0] && other < step; other++)
        if (strcmp(other->id, step->id) == 0) {
            char path[KEY_PATH_MAX];
            key_path_join(path, r->path, "id");
            return tree_refuse(tree, tree_value(tree, r->item, "id"), path, "expected an id that no other step has");
        }
    return true;
}

static bool read_step(struct loader *loader, const yaml_node_t *item, unsigned index)
{
    struct step_reader r = {.loader = loader, .item = item};
    char part[SYSTEM_ID_MAX];
    scenario_item_part(&loader->tree, item, index, part);
    key_path_join(r.path, "timeline", part);
    step_input_default(&r.input);
    loader->bases.of[KEY_OF_STEP] = &r.input;
    if (!scenario_read_map(loader, item, "timeline.*", r.path))
        return false;
    struct timeline_step *step = action_new_step(loader, item);
    if (!step)
        return false;
    snprintf(step->id, sizeof step->id, "%s", r.input.id);
    step->place = (uint16_t)index;
    return check_id(&r, step) && read_time(&r, &step->trigger) && read_action(&r, step);
}

bool scenario_read_timeline(struct loader *loader, const yaml_node_t *timeline)
{
    for (unsigned i = 0; timeline && i < tree_items(timeline); i++)
        if (!read_step(loader, tree_item(&loader->tree, timeline, i), i))
            return false;
    return true;
}
