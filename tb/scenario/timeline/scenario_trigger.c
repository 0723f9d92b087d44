/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers: events by name or point, and the conditions on their fields, written as the log writes them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tb/scenario/scenario_read.h"

/* Events by name and by point, through a hash; made when it is first asked for. The first event with a text has it. */
enum { EVENT_SLOTS = 1024 };
_Static_assert(EVENT_SLOTS >= 4 * PRISIM_EVENT_TYPES, "at most half of the slots are used");
static uint16_t event_slot[EVENT_SLOTS]; /* event + 1, of which the text is the name or the point */

static bool event_is(uint16_t event, const char *text)
{
    return strcmp(prisim_event_name((enum prisim_event_type)event), text) == 0 ||
           strcmp(prisim_event_point((enum prisim_event_type)event), text) == 0;
}

static uint16_t *event_place(const char *text)
{
    uint32_t at = tree_hash(text, strlen(text)) % EVENT_SLOTS;
    while (event_slot[at] && !event_is((uint16_t)(event_slot[at] - 1), text))
        at = (at + 1) % EVENT_SLOTS;
    return &event_slot[at];
}

static void enter_event(const char *text, uint16_t event)
{
    uint16_t *place = event_place(text);
    if (text[0] && !*place)
        *place = (uint16_t)(event + 1);
}

bool scenario_find_event(struct tree *tree, const struct tree_node *node, const char *text, uint16_t *event)
{
    static bool made;
    for (uint16_t i = 0; !made && i < PRISIM_EVENT_TYPES; i++) {
        enter_event(prisim_event_name((enum prisim_event_type)i), i);
        enter_event(prisim_event_point((enum prisim_event_type)i), i);
    }
    made = true;
    uint16_t found = text[0] ? *event_place(text) : 0;
    *event = (uint16_t)(found - 1);
    if (found)
        return true;
    const char *close = words_close_event(text);
    if (close)
        return scenario_refuse(tree, node, "no event \"%.40s\"; did you mean %s?", text, close);
    return scenario_refuse(tree, node, "no event \"%.40s\": expected a name or point (prisim describe lists them)",
                           text);
}

bool scenario_find_endpoint(struct loader *loader, const struct tree_node *node, const char *id, uint16_t *index)
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
    return scenario_refuse(loader->tree, node, "no endpoint \"%s\": expected one of %s", id, all);
}

bool scenario_find_space(struct loader *loader, const struct tree_node *node, const char *id, uint32_t *index)
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
        return scenario_refuse(loader->tree, node, "no space \"%s\": the scenario has no spaces", id);
    return scenario_refuse(loader->tree, node, "no space \"%s\": expected one of %s", id, all);
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

static bool refuse_field(struct tree *tree, const struct tree_node *node, uint16_t event)
{
    char all[KEY_EXPECTED_MAX] = "";
    for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)event); i++) {
        text_append(all, sizeof all, i ? ", " : "");
        text_append(all, sizeof all, prisim_event_fields((enum prisim_event_type)event)[i].name);
    }
    return scenario_refuse(tree, node, "unknown key: expected a field of %s: %s",
                           prisim_event_name((enum prisim_event_type)event), all);
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

static bool read_number(const struct tree_node *node, uint64_t *value)
{
    static const struct key_row number = {.type = KEY_NUMBER, .unit = "", .max = UINT64_MAX};
    static const struct key any = {.row = &number};
    char expected[KEY_EXPECTED_MAX];
    return key_number(&any, node->text, node->quoted, value, expected);
}

/* A condition's value, as the log writes that field. */
static bool read_field(struct loader *loader, const struct tree_node *node, enum prisim_field_format format,
                       uint64_t *value)
{
    struct tree *tree = loader->tree;
    if (node->type != TREE_SCALAR)
        return scenario_refuse(tree, node, "expected a value, not %s", tree_kind(node));
    const char *text = node->text;
    uint32_t space = 0;
    uint16_t event = 0;
    switch (format) {
    case PRISIM_FIELD_DECIMAL:
    case PRISIM_FIELD_HEX:
        return read_number(node, value) || scenario_refuse(tree, node, "expected a number, not \"%.40s\"", text);
    case PRISIM_FIELD_PASID:
        *value = PRISIM_PASID_NONE;
        return (!node->quoted && strcmp(text, "null") == 0) || read_number(node, value) ||
               scenario_refuse(tree, node, "expected a number or null, not \"%.40s\"", text);
    case PRISIM_FIELD_BOOL:
        *value = strcmp(text, "true") == 0;
        return *value || strcmp(text, "false") == 0 ||
               scenario_refuse(tree, node, "expected true or false, not \"%.40s\"", text);
    case PRISIM_FIELD_CAUSE:
        return words_cause(text, value) ||
               scenario_refuse(tree, node, "no cause \"%.40s\" (prisim describe lists them)", text);
    case PRISIM_FIELD_SPACE:
        *value = 0;
        if (strcmp(text, "null") == 0)
            return true;
        if (!scenario_find_space(loader, node, text, &space))
            return false;
        *value = space + 1;
        return true;
    case PRISIM_FIELD_INSTANCE:
        return read_instance(loader, text, value) ||
               scenario_refuse(tree, node, "no instance \"%.40s\": expected a name as in the log", text);
    case PRISIM_FIELD_ACCESS:
        return read_access(text, value) ||
               scenario_refuse(tree, node, "expected letters of RWLXP, not \"%.40s\"", text);
    case PRISIM_FIELD_EVENT:
        if (!scenario_find_event(tree, node, text, &event))
            return false;
        *value = event;
        return true;
    }
    assert(false && "every format is read");
    return false;
}

static bool add_filter(struct tree *tree, const struct tree_node *node, struct trigger *trigger, uint16_t field,
                       uint64_t value)
{
    if (trigger->filters == TRIGGER_FILTERS_MAX)
        return scenario_refuse(tree, node, "expected at most %d conditions", TRIGGER_FILTERS_MAX);
    trigger->filter[trigger->filters].field = field;
    trigger->filter[trigger->filters++].value = value;
    return true;
}

/* An event of an endpoint is one of that instance; others are about it by StreamID or link. */
static bool read_endpoint(struct loader *loader, const struct tree_node *node, const char *id, struct trigger *trigger)
{
    const char *name = prisim_event_name((enum prisim_event_type)trigger->event);
    uint16_t index = 0, field;
    if (!scenario_find_endpoint(loader, node, id, &index))
        return false;
    if (strncmp(name, "endpoint.", strlen("endpoint.")) == 0) {
        trigger->on_instance = true;
        trigger->instance = (uint16_t)(INSTANCE_ENDPOINT + index);
        return true;
    }
    if (field_find("stream_id", trigger->event, &field))
        return add_filter(loader->tree, node, trigger, field, loader->scenario->system.endpoint[index].requester_id);
    if (field_find("link", trigger->event, &field))
        return add_filter(loader->tree, node, trigger, field, index);
    return scenario_refuse(loader->tree, node, "%s does not say which endpoint it is about", name);
}

/* What the table knows of a trigger's keys; NULL: a field of the event. */
static const struct key *scalar_of(const struct key *above, const struct tree_node *name)
{
    const struct key *key = key_child(above, name->text, name->hash);
    return key && key->scope == KEY_OF_TRIGGER ? key : NULL;
}

/* The scalars that the table knows; fields of the event wait until it is known. */
static bool read_scalars(struct loader *loader, const struct tree_node *map, const struct key *above)
{
    for (const struct tree_pair *pair = map->pair; pair < map->pair + map->count; pair++) {
        const struct key *key = scalar_of(above, pair->key);
        if (key && !scenario_read_scalar(loader, key, pair->value))
            return false;
    }
    return tree_pair(map, "event") ||
           scenario_refuse_part(loader->tree, map, "event", "missing: expected an event's name or point");
}

static bool read_conditions(struct loader *loader, const struct tree_node *map, const struct key *above,
                            struct trigger *trigger)
{
    const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)trigger->event);
    for (const struct tree_pair *pair = map->pair; pair < map->pair + map->count; pair++) {
        uint16_t field = 0;
        uint64_t value = 0;
        if (scalar_of(above, pair->key))
            continue;
        if (!field_find(pair->key->text, trigger->event, &field))
            return refuse_field(loader->tree, pair->key, trigger->event);
        if (!read_field(loader, pair->value, fields[field].format, &value) ||
            !add_filter(loader->tree, pair->key, trigger, field, value))
            return false;
    }
    return true;
}

/* What the checkers say is no event of the system's: nothing can be done at it. */
static bool find_cause_of_step(struct tree *tree, const struct tree_node *node, const char *text, uint16_t *event)
{
    if (!scenario_find_event(tree, node, text, event))
        return false;
    return *event != PRISIM_EVENT_PREMISE_BROKEN ||
           scenario_refuse(tree, node,
                           "%s is said by the checkers, and no step can be given out at it: expected an "
                           "event of a block",
                           prisim_event_name(PRISIM_EVENT_PREMISE_BROKEN));
}

bool scenario_read_trigger(struct loader *loader, const struct tree_node *node, const struct key *key,
                           struct trigger *trigger)
{
    struct tree *tree = loader->tree;
    struct trigger_input input;
    trigger_input_default(&input);
    loader->bases.of[KEY_OF_TRIGGER] = &input;
    *trigger = (struct trigger){.on_event = true, .nth = input.nth, .after = 1};
    if (node->type == TREE_SCALAR)
        return find_cause_of_step(tree, node, node->text, &trigger->event);
    if (!scenario_expect_map(tree, node) || !read_scalars(loader, node, key))
        return false;
    if (!find_cause_of_step(tree, tree_value(node, "event"), input.event, &trigger->event))
        return false;
    trigger->nth = input.nth;
    if (input.endpoint[0] && !read_endpoint(loader, tree_value(node, "endpoint"), input.endpoint, trigger))
        return false;
    return read_conditions(loader, node, key, trigger);
}
