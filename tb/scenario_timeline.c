/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline of a scenario: when each step is given out, and what it does. Calls and jobs are numbered from 1 in the
 * order of the file, so that an event that names one leads back to its step.
 */
#include <stdio.h>
#include <string.h>

#include "tb/scenario_read.h"

static const char *const actions[] = {"bind", "unbind", "dma", "page_request", "hold"};
enum { ACTION_BIND, ACTION_UNBIND, ACTION_DMA, ACTION_PAGE_REQUEST, ACTION_HOLD, ACTIONS };

/* What is being read: one step of the file. */
struct step_reader {
    struct loader *loader;
    const yaml_node_t *item;   /* the step */
    const yaml_node_t *action; /* the map of its action */
    char path[KEY_PATH_MAX];
    char action_path[KEY_PATH_MAX];
    struct step_input input;
};

/* Refuses the value of `key` in the action. */
#define REFUSE(r, key, ...)                                                                                            \
    do {                                                                                                               \
        char refused_[KEY_PATH_MAX];                                                                                   \
        key_path_join(refused_, (r)->action_path, key);                                                                \
        tree_refuse(&(r)->loader->tree, scenario_at(&(r)->loader->tree, (r)->action, key), refused_, __VA_ARGS__);     \
    } while (0)

static struct timeline_step *new_step(struct loader *loader, const yaml_node_t *item)
{
    struct timeline_config *timeline = &loader->scenario->timeline;
    if (timeline->steps == TIMELINE_STEPS_MAX) {
        tree_refuse(&loader->tree, item, "timeline", "expected at most %d steps; hold with until counts as two",
                    TIMELINE_STEPS_MAX);
        return NULL;
    }
    return &timeline->step[timeline->steps++];
}

/* "ready" or the id of an earlier step: after which event. */
static bool find_anchor(struct step_reader *r, const char *name, size_t length, struct trigger *trigger)
{
    const struct timeline_config *timeline = &r->loader->scenario->timeline;
    if (length == strlen("ready") && strncmp(name, "ready", length) == 0) {
        trigger->event = EVENT_DRIVER_READY;
        return true;
    }
    for (uint32_t i = 0; i + 1 < timeline->steps; i++) {
        if (strlen(timeline->step[i].id) != length || strncmp(timeline->step[i].id, name, length) != 0)
            continue;
        trigger->event = EVENT_TIMELINE_STEP;
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

static bool find_endpoint(struct step_reader *r, uint16_t *index)
{
    struct tree *tree = &r->loader->tree;
    char path[KEY_PATH_MAX];
    key_path_join(path, r->action_path, "endpoint");
    return scenario_find_endpoint(r->loader, tree_value(tree, r->action, "endpoint"), path, r->input.endpoint, index);
}

static bool find_space(struct step_reader *r, const char *key, const char *id, uint32_t *index)
{
    char path[KEY_PATH_MAX];
    key_path_join(path, r->action_path, key);
    return scenario_find_space(r->loader, tree_value(&r->loader->tree, r->action, key), path, id, index);
}

/* A PASID that neither the CD table nor the function can hold is no scenario but a slip. */
static bool check_pasid(struct step_reader *r, uint16_t endpoint)
{
    const struct system_config *system = &r->loader->scenario->system;
    uint32_t bits = system->driver.pasid_bits, own = system->endpoint[endpoint].pasid_bits;
    const char *whose = own < bits ? "the endpoint" : "the driver";
    bits = own < bits ? own : bits;
    if (r->input.pasid == STEP_WITHOUT || r->input.pasid >> bits == 0)
        return true;
    REFUSE(r, "pasid", "expected 0..%u (pasid_bits of %s), not %u", (1U << bits) - 1, whose, r->input.pasid);
    return false;
}

static bool read_call(struct step_reader *r, struct timeline_step *step, bool unbind)
{
    uint16_t endpoint = 0;
    uint32_t space = 0;
    if (!find_endpoint(r, &endpoint) || !check_pasid(r, endpoint))
        return false;
    step->to_driver = true;
    step->driver.what = unbind ? DRIVER_UNBIND : DRIVER_BIND;
    step->driver.function = endpoint;
    step->driver.pasid = r->input.pasid;
    step->driver.call = ++r->loader->calls;
    if (!unbind) {
        if (!find_space(r, "space", r->input.space, &space))
            return false;
        step->driver.space = space;
        return true;
    }
    step->driver.policy = r->input.policy;
    if (r->input.policy == STEP_WITHOUT)
        step->driver.policy = r->loader->scenario->system.driver.unbind;
    if (!r->input.then_bind[0])
        return true;
    if (!find_space(r, "then_bind", r->input.then_bind, &space))
        return false;
    step->driver.then_space = space + 1;
    return true;
}

static bool read_job(struct step_reader *r, struct timeline_step *step)
{
    const struct step_input *input = &r->input;
    uint16_t endpoint = 0;
    if (!find_endpoint(r, &endpoint) || !check_pasid(r, endpoint))
        return false;
    step->endpoint = endpoint;
    step->stimulus.address = input->address;
    step->stimulus.job = ++r->loader->jobs;
    step->stimulus.has_pasid = input->pasid != STEP_WITHOUT;
    step->stimulus.pasid = step->stimulus.has_pasid ? input->pasid : 0;
    return true;
}

static bool read_dma(struct step_reader *r, struct timeline_step *step)
{
    if (!read_job(r, step))
        return false;
    if (r->input.address > UINT64_MAX - (r->input.size - 1)) {
        REFUSE(r, "size", "expected a transfer that ends below 2^64");
        return false;
    }
    step->stimulus.what = ENDPOINT_DMA;
    step->stimulus.size = r->input.size;
    step->stimulus.write = r->input.write != 0;
    step->stimulus.rogue = r->input.rogue != 0;
    return true;
}

/* The call that makes a binding of this PASID: a bind, or an unbind that binds again. */
static bool makes_binding(const struct timeline_step *maker, const struct timeline_step *step)
{
    const struct driver_stimulus *call = &maker->driver;
    bool makes = maker->to_driver && (call->what == DRIVER_BIND || (call->what == DRIVER_UNBIND && call->then_space));
    return makes && call->function == step->endpoint && step->stimulus.has_pasid && call->pasid == step->stimulus.pasid;
}

/* Whose a request is cannot be seen at a function that has gone on to its next owner. */
static bool find_binding(struct step_reader *r, struct timeline_step *step)
{
    if (!r->input.of[0])
        return true;
    for (const struct timeline_step *other = r->loader->scenario->timeline.step; other < step; other++)
        if (strcmp(other->id, r->input.of) == 0 && makes_binding(other, step)) {
            step->of = other->driver.call;
            return true;
        }
    REFUSE(r, "of",
           "expected the id of a bind, or of an unbind with then_bind, of this endpoint and PASID before this "
           "step, not \"%.40s\"",
           r->input.of);
    return false;
}

static bool read_page_request(struct step_reader *r, struct timeline_step *step)
{
    if (!read_job(r, step) || !find_binding(r, step))
        return false;
    if (r->input.address & 0xfff) {
        REFUSE(r, "address", "expected a multiple of 4 KB (0x1000), not 0x%llx", (unsigned long long)r->input.address);
        return false;
    }
    step->stimulus.what = ENDPOINT_PAGE_REQUEST;
    step->stimulus.prg_index = (uint16_t)r->input.prg_index;
    step->stimulus.access = (uint8_t)((r->input.read ? ACCESS_READ : 0) | (r->input.write ? ACCESS_WRITE : 0) |
                                      (r->input.last ? ACCESS_LAST : 0));
    return true;
}

static bool find_hold_point(struct step_reader *r, uint16_t *point)
{
    struct tree *tree = &r->loader->tree;
    enum driver_task task = (enum driver_task)r->input.task;
    const yaml_node_t *node = tree_value(tree, r->action, "at");
    char path[KEY_PATH_MAX], all[KEY_EXPECTED_MAX] = "";
    key_path_join(path, r->action_path, "at");
    if (!scenario_find_event(tree, node, path, r->input.point, point))
        return false;
    if (driver_can_hold(task, (enum event_type) * point))
        return true;
    for (unsigned i = 0; i < EVENT_TYPES; i++) {
        if (!driver_can_hold(task, (enum event_type)i))
            continue;
        text_append(all, sizeof all, all[0] ? ", " : "");
        text_append(all, sizeof all, event_name((enum event_type)i));
    }
    return tree_refuse(tree, node, path, "no step of %s emits %s: expected one of %s",
                       tree_text(tree_value(tree, r->action, "task")), event_name((enum event_type) * point), all);
}

static bool read_hold(struct step_reader *r, struct timeline_step *step)
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
    step->to_driver = true;
    step->driver.what = DRIVER_HOLD;
    step->driver.task = r->input.task;
    step->driver.point = point;
    step->driver.cycles = until ? 0 : r->input.cycles;
    step->driver.call = (uint32_t)(step - r->loader->scenario->timeline.step);
    if (!until)
        return true;
    struct timeline_step *release = new_step(r->loader, r->item);
    if (!release)
        return false;
    char path[KEY_PATH_MAX];
    key_path_join(path, r->action_path, "until");
    release->to_driver = true;
    release->place = step->place;
    release->release = true;
    memcpy(release->id, step->id, sizeof release->id);
    release->driver = step->driver;
    release->driver.what = DRIVER_RELEASE;
    return scenario_read_trigger(r->loader, until, "timeline.*.hold.until", path, &release->trigger);
}

/* Exactly one action; -1 and an error if not. */
static int find_action(struct step_reader *r)
{
    struct tree *tree = &r->loader->tree;
    int found = -1;
    for (int i = 0; i < ACTIONS; i++) {
        const yaml_node_t *action = tree_value(tree, r->item, actions[i]);
        if (!action)
            continue;
        key_path_join(r->action_path, r->path, actions[i]);
        if (found >= 0) {
            const yaml_node_pair_t *pair = tree_pair(tree, r->item, actions[i]);
            tree_refuse(tree, tree_node(tree, pair->key), r->action_path, "expected one action; %s is there already",
                        actions[found]);
            return -1;
        }
        found = i;
        r->action = action;
    }
    if (found < 0) {
        tree_refuse(tree, r->item, r->path, "missing: expected one of bind, unbind, dma, page_request or hold");
        return -1;
    }
    key_path_join(r->action_path, r->path, actions[found]);
    return found;
}

static bool read_action(struct step_reader *r, struct timeline_step *step)
{
    switch (find_action(r)) {
    case ACTION_BIND:
        return read_call(r, step, false);
    case ACTION_UNBIND:
        return read_call(r, step, true);
    case ACTION_DMA:
        return read_dma(r, step);
    case ACTION_PAGE_REQUEST:
        return read_page_request(r, step);
    case ACTION_HOLD:
        return read_hold(r, step);
    }
    return false;
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
    struct timeline_step *step = new_step(loader, item);
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
