/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline of a scenario: when each step is given out, and which of the actions it is. Calls and jobs are numbered
 * from 1 in the order of the file, so that an event that names one leads back to its step.
 */
#include <string.h>

#include "tb/scenario/timeline/scenario_action.h"

/* "ready" or the id of an earlier step, with a dot and a repetition or without: after which event. */
static bool find_anchor(struct step_reader *r, const char *name, size_t length, struct trigger *trigger)
{
    const struct timeline_config *timeline = &r->loader->scenario->timeline;
    if (length == strlen("ready") && strncmp(name, "ready", length) == 0) {
        trigger->event = PRISIM_EVENT_DRIVER_READY;
        return true;
    }
    struct step_range range = step_ids_named(&r->loader->ids, timeline, name, length);
    if (!range.steps || range.first + 1 >= timeline->steps || (name[strspn(name, "0123456789.")] == '+'))
        return false;
    trigger->event = PRISIM_EVENT_TIMELINE_STEP;
    trigger->filters = 1;
    trigger->filter[0].field = 0; /* step */
    trigger->filter[0].value = range.first;
    return true;
}

/* `at`: an edge, or so many edges after an anchor. */
static bool read_at(struct step_reader *r, const struct tree_node *at, struct trigger *trigger)
{
    const struct key *key = key_find("timeline.*.at");
    struct tree *tree = r->loader->tree;
    const char *text = r->input.at, *plus = strchr(text, '+');
    char expected[KEY_EXPECTED_MAX];
    assert(key);
    if (text[0] >= '0' && text[0] <= '9' && !plus) {
        *trigger = (struct trigger){0};
        return key_number(key, text, at->quoted, &trigger->at, expected) || scenario_refuse(tree, at, "%s", expected);
    }
    *trigger = (struct trigger){.on_event = true, .nth = 1};
    if (!plus)
        return scenario_refuse(tree, at, "expected a number, ready+N, or the id of an earlier step+N, not \"%.40s\"",
                               text);
    if (!key_number(key, plus + 1, false, &trigger->after, expected))
        return scenario_refuse(tree, at, "%s", expected);
    if (trigger->after == 0)
        return scenario_refuse(tree, at, "expected at least 1 edge after the other, not 0");
    return find_anchor(r, text, (size_t)(plus - text), trigger) ||
           scenario_refuse(tree, at, "expected ready or the id of an earlier step before the +, not \"%.*s\"",
                           (int)(plus - text), text);
}

static bool read_time(struct step_reader *r, struct trigger *trigger)
{
    struct tree *tree = r->loader->tree;
    const struct tree_node *at = tree_value(r->item, "at"), *when = tree_value(r->item, "when");
    if (!at && !when)
        return scenario_refuse(tree, r->item, "missing: expected at or when");
    if (at && when)
        return scenario_refuse(tree, when, "expected at or when, not both");
    if (when) {
        if (!scenario_read_trigger(r->loader, when, key_find("timeline.*.when"), trigger))
            return false;
        trigger->after = r->input.after;
        return true;
    }
    if (tree_value(r->item, "after"))
        return scenario_refuse_part(tree, r->item, "after", "expected only with when");
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
    return scenario_refuse(r->loader->tree, r->item, "missing: expected one of %s", all);
}

/* Exactly one action; NULL and an error if not. */
static const struct action *find_action(struct step_reader *r)
{
    const struct action *found = NULL;
    for (unsigned i = 0; i < ACTIONS; i++) {
        const struct tree_node *map = tree_value(r->item, actions[i].name);
        if (!map)
            continue;
        if (found) {
            scenario_refuse(r->loader->tree, tree_pair(r->item, actions[i].name)->key,
                            "expected one action; %s is there already", found->name);
            return NULL;
        }
        found = &actions[i];
        r->action = map;
    }
    if (!found)
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

static bool enter_id(struct step_reader *r, uint32_t step)
{
    const struct timeline_config *timeline = &r->loader->scenario->timeline;
    const char *id = timeline->step[step].id;
    if (!id[0])
        return true;
    if (step_ids_find(&r->loader->ids, timeline, id, strlen(id)).steps)
        return scenario_refuse_part(r->loader->tree, r->item, "id", "expected an id that no other step has");
    return step_ids_add(&r->loader->ids, timeline, step) ||
           scenario_refuse_part(r->loader->tree, r->item, "id", "no memory");
}

static bool read_step(struct loader *loader, const struct tree_node *item, uint32_t place, const struct key *key)
{
    struct step_reader r = {.loader = loader, .item = item};
    uint32_t index = loader->scenario->timeline.steps;
    step_input_default(&r.input);
    loader->bases.of[KEY_OF_STEP] = &r.input;
    if (!scenario_read_map(loader, item, key))
        return false;
    if (r.input.skip)
        return true;
    struct timeline_step *step = action_new_step(loader, item);
    if (!step)
        return false;
    memcpy(step->id, r.input.id, sizeof step->id);
    step->place = place;
    step->times = r.input.times;
    return enter_id(&r, index) && read_time(&r, &step->trigger) && read_action(&r, step) && action_repeat(&r, index);
}

bool scenario_read_timeline(struct loader *loader, const struct tree_node *timeline)
{
    const struct key *key = key_find("timeline.*");
    for (uint32_t i = 0; timeline && i < timeline->count; i++)
        if (!read_step(loader, timeline->item[i], i, key))
            return false;
    return timeline_config_order(&loader->scenario->timeline) ||
           tree_refuse(loader->tree, timeline, "timeline", "no memory");
}
