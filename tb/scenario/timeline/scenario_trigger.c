/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers: events by name or point, and the conditions on their fields, written as the log writes them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tb/scenario/scenario_read.h"

static const char *close_event(const char *text)
{
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++)
        if (words_are_close(text, prisim_event_name((enum prisim_event_type)i)))
            return prisim_event_name((enum prisim_event_type)i);
    return NULL;
}

bool scenario_find_event(struct tree *tree, const yaml_node_t *node, const char *path, const char *text,
                         uint16_t *event)
{
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++) {
        const char *point = prisim_event_point((enum prisim_event_type)i);
        if (strcmp(text, prisim_event_name((enum prisim_event_type)i)) == 0 || (point[0] && strcmp(text, point) == 0)) {
            *event = (uint16_t)i;
            return true;
        }
    }
    const char *close = close_event(text);
    if (close)
        return tree_refuse(tree, node, path, "no event \"%.40s\"; did you mean %s?", text, close);
    return tree_refuse(tree, node, path, "no event \"%.40s\": expected a name or point (prisim describe lists them)",
                       text);
}

bool scenario_find_endpoint(struct loader *loader, const yaml_node_t *node, const char *path, const char *id,
                            uint16_t *index)
{
    const struct system_config *system = &loader->scenario->system;
    char all[KEY_EXPECTED_MAX] = "";
    for (uint32_t i = 0; i < system->endpoints; i++) {
        *index = (uint16_t)i;
        if (strcmp(system->endpoint_id[i], id) == 0)
            return true;
        text_append(all, sizeof all, i ? ", " : "");
        text_append(all, sizeof all, system->endpoint_id[i]);
    }
    return tree_refuse(&loader->tree, node, path, "no endpoint \"%s\": expected one of %s", id, all);
}

bool scenario_find_space(struct loader *loader, const yaml_node_t *node, const char *path, const char *id,
                         uint32_t *index)
{
    const struct system_config *system = &loader->scenario->system;
    char all[KEY_EXPECTED_MAX] = "";
    for (uint32_t i = 0; i < system->driver.spaces; i++) {
        *index = i;
        if (strcmp(system->space_id[i], id) == 0)
            return true;
        text_append(all, sizeof all, i ? ", " : "");
        text_append(all, sizeof all, system->space_id[i]);
    }
    if (!all[0])
        return tree_refuse(&loader->tree, node, path, "no space \"%s\": the scenario has no spaces", id);
    return tree_refuse(&loader->tree, node, path, "no space \"%s\": expected one of %s", id, all);
}

static bool field_find(const char *name, uint16_t event, uint16_t *index)
{
    const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)event);
    for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)event); i++)
        if (strcmp(name, fields[i].name) == 0) {
            *index = (uint16_t)i;
            return true;
        }
    return false;
}

static bool refuse_field(struct tree *tree, const yaml_node_t *node, const char *path, uint16_t event)
{
    char all[KEY_EXPECTED_MAX] = "";
    for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)event); i++) {
        text_append(all, sizeof all, i ? ", " : "");
        text_append(all, sizeof all, prisim_event_fields((enum prisim_event_type)event)[i].name);
    }
    return tree_refuse(tree, node, path, "unknown key: expected a field of %s: %s",
                       prisim_event_name((enum prisim_event_type)event), all);
}

static bool read_cause(const char *text, uint64_t *value)
{
    for (unsigned i = 0; i < PRISIM_CAUSES; i++)
        if (strcmp(prisim_cause_name((enum prisim_cause)i), text) == 0) {
            *value = i;
            return true;
        }
    return false;
}

/* "RWL", in any order, each letter once. */
static bool read_access(const char *text, uint64_t *value)
{
    static const char letters[] = "RWLXP";
    *value = 0;
    for (const char *c = text; *c; c++) {
        const char *letter = strchr(letters, *c);
        uint64_t bit = letter ? UINT64_C(1) << (letter - letters) : 0;
        if (!bit || (*value & bit))
            return false;
        *value |= bit;
    }
    return true;
}

static bool read_instance(const struct loader *loader, const char *text, uint64_t *value)
{
    const struct system_config *system = &loader->scenario->system;
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    unsigned count = system_instances(system, rows);
    for (unsigned i = 0; i < count; i++) {
        char name[SYSTEM_NAME_MAX];
        system_instance_name(system, i, name);
        if (strcmp(name, text) == 0) {
            *value = i;
            return true;
        }
    }
    return false;
}

static bool read_number(const yaml_node_t *node, uint64_t *value)
{
    static const struct key_row number = {.type = KEY_NUMBER, .unit = "", .max = UINT64_MAX};
    static const struct key any = {.row = &number};
    char expected[KEY_EXPECTED_MAX];
    return key_number(&any, tree_text(node), tree_quoted(node), value, expected);
}

/* A condition's value, as the log writes that field. */
static bool read_field(struct loader *loader, const yaml_node_t *node, const char *path,
                       enum prisim_field_format format, uint64_t *value)
{
    struct tree *tree = &loader->tree;
    if (node->type != YAML_SCALAR_NODE)
        return tree_refuse(tree, node, path, "expected a value, not %s", tree_kind(node));
    const char *text = tree_text(node);
    uint32_t space = 0;
    uint16_t event = 0;
    switch (format) {
    case PRISIM_FIELD_DECIMAL:
    case PRISIM_FIELD_HEX:
        return read_number(node, value) || tree_refuse(tree, node, path, "expected a number, not \"%.40s\"", text);
    case PRISIM_FIELD_PASID:
        *value = PRISIM_PASID_NONE;
        return (!tree_quoted(node) && strcmp(text, "null") == 0) || read_number(node, value) ||
               tree_refuse(tree, node, path, "expected a number or null, not \"%.40s\"", text);
    case PRISIM_FIELD_BOOL:
        *value = strcmp(text, "true") == 0;
        return *value || strcmp(text, "false") == 0 ||
               tree_refuse(tree, node, path, "expected true or false, not \"%.40s\"", text);
    case PRISIM_FIELD_CAUSE:
        return read_cause(text, value) ||
               tree_refuse(tree, node, path, "no cause \"%.40s\" (prisim describe lists them)", text);
    case PRISIM_FIELD_SPACE:
        *value = 0;
        if (strcmp(text, "null") == 0)
            return true;
        if (!scenario_find_space(loader, node, path, text, &space))
            return false;
        *value = space + 1;
        return true;
    case PRISIM_FIELD_INSTANCE:
        return read_instance(loader, text, value) ||
               tree_refuse(tree, node, path, "no instance \"%.40s\": expected a name as in the log", text);
    case PRISIM_FIELD_ACCESS:
        return read_access(text, value) ||
               tree_refuse(tree, node, path, "expected letters of RWLXP, not \"%.40s\"", text);
    case PRISIM_FIELD_EVENT:
        if (!scenario_find_event(tree, node, path, text, &event))
            return false;
        *value = event;
        return true;
    }
    assert(false && "every format is read");
    return false;
}

static bool add_filter(struct tree *tree, const yaml_node_t *node, const char *path, struct trigger *trigger,
                       uint16_t field, uint64_t value)
{
    if (trigger->filters == TRIGGER_FILTERS_MAX)
        return tree_refuse(tree, node, path, "expected at most %d conditions", TRIGGER_FILTERS_MAX);
    trigger->filter[trigger->filters].field = field;
    trigger->filter[trigger->filters++].value = value;
    return true;
}

/* An event of an endpoint is one of that instance; others are about it by StreamID or link. */
static bool read_endpoint(struct loader *loader, const yaml_node_t *node, const char *path, const char *id,
                          struct trigger *trigger)
{
    const char *name = prisim_event_name((enum prisim_event_type)trigger->event);
    uint16_t index = 0, field;
    if (!scenario_find_endpoint(loader, node, path, id, &index))
        return false;
    if (strncmp(name, "endpoint.", strlen("endpoint.")) == 0) {
        trigger->on_instance = true;
        trigger->instance = (uint16_t)(INSTANCE_ENDPOINT + index);
        return true;
    }
    if (field_find("stream_id", trigger->event, &field))
        return add_filter(&loader->tree, node, path, trigger, field,
                          loader->scenario->system.endpoint[index].requester_id);
    if (field_find("link", trigger->event, &field))
        return add_filter(&loader->tree, node, path, trigger, field, index);
    return tree_refuse(&loader->tree, node, path, "%s does not say which endpoint it is about", name);
}

/* The scalars that the table knows; fields of the event wait until it is known. */
static bool read_scalars(struct loader *loader, const yaml_node_t *map, const char *name, const char *path)
{
    struct tree *tree = &loader->tree;
    const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
    for (; pair < map->data.mapping.pairs.top; pair++) {
        const char *part = tree_text(tree_node(tree, pair->key));
        const struct key *key = key_child(name, part);
        char full[KEY_PATH_MAX];
        key_path_join(full, path, part);
        if (key && key->scope == KEY_OF_TRIGGER &&
            !scenario_read_scalar(loader, key, tree_node(tree, pair->value), full))
            return false;
    }
    char full[KEY_PATH_MAX];
    key_path_join(full, path, "event");
    if (!tree_pair(tree, map, "event"))
        return tree_refuse(tree, map, full, "missing: expected an event's name or point");
    return true;
}

static bool read_conditions(struct loader *loader, const yaml_node_t *map, const char *name, const char *path,
                            struct trigger *trigger)
{
    struct tree *tree = &loader->tree;
    const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
    for (; pair < map->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key_node = tree_node(tree, pair->key), *node = tree_node(tree, pair->value);
        const struct key *key = key_child(name, tree_text(key_node));
        if (key && key->scope == KEY_OF_TRIGGER)
            continue;
        char full[KEY_PATH_MAX];
        uint16_t field = 0;
        uint64_t value = 0;
        key_path_join(full, path, tree_text(key_node));
        if (!field_find(tree_text(key_node), trigger->event, &field))
            return refuse_field(tree, key_node, full, trigger->event);
        if (!read_field(loader, node, full, prisim_event_fields((enum prisim_event_type)trigger->event)[field].format,
                        &value) ||
            !add_filter(tree, key_node, full, trigger, field, value))
            return false;
    }
    return true;
}

/* What the checkers say is no event of the system's: nothing can be done at it. */
static bool find_cause_of_step(struct tree *tree, const yaml_node_t *node, const char *path, const char *text,
                               uint16_t *event)
{
    if (!scenario_find_event(tree, node, path, text, event))
        return false;
    return *event != PRISIM_EVENT_PREMISE_BROKEN ||
           tree_refuse(tree, node, path,
                       "%s is said by the checkers, and no step can be given out at it: expected an "
                       "event of a block",
                       prisim_event_name(PRISIM_EVENT_PREMISE_BROKEN));
}

bool scenario_read_trigger(struct loader *loader, const yaml_node_t *node, const char *name, const char *path,
                           struct trigger *trigger)
{
    struct tree *tree = &loader->tree;
    struct trigger_input input;
    trigger_input_default(&input);
    loader->bases.of[KEY_OF_TRIGGER] = &input;
    *trigger = (struct trigger){.on_event = true, .nth = input.nth, .after = 1};
    if (node->type == YAML_SCALAR_NODE)
        return find_cause_of_step(tree, node, path, tree_text(node), &trigger->event);
    if (!scenario_expect_map(tree, node, path) || !read_scalars(loader, node, name, path))
        return false;
    char full[KEY_PATH_MAX];
    key_path_join(full, path, "event");
    if (!find_cause_of_step(tree, tree_value(tree, node, "event"), full, input.event, &trigger->event))
        return false;
    trigger->nth = input.nth;
    key_path_join(full, path, "endpoint");
    if (input.endpoint[0] && !read_endpoint(loader, tree_value(tree, node, "endpoint"), full, input.endpoint, trigger))
        return false;
    return read_conditions(loader, node, name, path, trigger);
}
