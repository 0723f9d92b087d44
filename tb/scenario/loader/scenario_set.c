/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings ("key=value", as given to --set): they change the tree before it is read, so that every rule holds for them
 * as for what the file says. Here only the way to the key is found; the value is judged when it is read.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/scenario/scenario_read.h"

struct setting {
    struct tree *tree;
    char key[KEY_PATH_MAX];
    unsigned number;
    size_t value_column; /* from 1 */
};

/* A hazard's name may hold a dot: what follows is one part. */
static const char hazards_key[] = "expect.hazards";

static bool refuse(const struct setting *s, const char *why, const char *what)
{
    return tree_refuse_setting(s->tree, s->number, 1, s->key, "%s%s", why, what);
}

static bool no_memory(const struct setting *s)
{
    return refuse(s, "no memory", "");
}

static const char *next_part(const char *at, const struct key *parent, char part[KEY_PATH_MAX])
{
    bool rest = parent && strcmp(parent->name, hazards_key) == 0;
    size_t length = rest ? strlen(at) : strcspn(at, ".");
    snprintf(part, KEY_PATH_MAX, "%.*s", (int)length, at);
    return at[length] ? at + length + 1 : NULL;
}

static bool is_branch(const struct key *key)
{
    return key->row->type == KEY_MAP || key->row->type == KEY_LIST || key->row->type == KEY_EVENT;
}

/* The key `part`, or what stands there under any name. */
static const struct key *child_of(const struct key *above, const char *part)
{
    const struct key *key = key_child(above, part, tree_hash(part, strlen(part)));
    return key ? key : key_any(above);
}

/* The key must be one of the table before the file is looked at: a wrong one is then explained by the table. */
static bool check_key(const struct setting *s)
{
    const struct key *key = NULL;
    const char *at = s->key;
    char path[KEY_PATH_MAX] = "";
    while (at) {
        char part[KEY_PATH_MAX], full[KEY_PATH_MAX];
        if (key && !is_branch(key))
            return refuse(s, "unknown key: nothing stands below ", path);
        at = next_part(at, key, part);
        const struct key *child = part[0] ? child_of(key, part) : NULL;
        struct tree_node place = {.origin = TREE_OF_SETTING, .line = s->number, .column = 1};
        if (!child)
            return scenario_refuse_key(s->tree, &place, key, path, part);
        key_path_join(full, path, part);
        memcpy(path, full, sizeof path);
        key = child;
    }
    assert(key);
    if (key->row->type == KEY_MAP || key->row->type == KEY_LIST)
        return refuse(s, "expected a key that takes a value; this is ", key->row->type == KEY_MAP ? "a map" : "a list");
    return true;
}

static bool put(const struct setting *s, struct tree_node *map, const char *part, struct tree_node *value)
{
    return (value && tree_put(s->tree, map, part, value, s->number)) || no_memory(s);
}

/* Without a list there is the one endpoint of the defaults: it can be set too. */
static struct tree_node *default_endpoints(const struct setting *s, const char *next)
{
    char id[SYSTEM_ID_MAX] = "";
    struct system_config *system = malloc(sizeof *system);
    if (system) {
        system_config_default(system);
        memcpy(id, system->endpoint_id[0], sizeof id);
        free(system);
    }
    size_t length = strcspn(next, ".");
    bool meant = (length == strlen(id) && strncmp(next, id, length) == 0) || (length == 1 && next[0] == '0');
    if (!meant)
        return NULL;
    struct tree_node *item = tree_add_map(s->tree, s->number);
    struct tree_node *name = tree_add_scalar(s->tree, id, false, s->number, 1);
    if (!item || !name || !tree_put(s->tree, item, "id", name, s->number))
        return NULL;
    return tree_add_list(s->tree, item, s->number);
}

static struct tree_node *create(const struct setting *s, struct tree_node *parent, const struct key *key,
                                const char *part, const char *next)
{
    struct tree_node *child = NULL;
    if (key->row->type != KEY_LIST)
        child = tree_add_map(s->tree, s->number);
    else if (strcmp(key->name, "system.endpoints") == 0)
        child = default_endpoints(s, next);
    if (child)
        return put(s, parent, part, child) ? child : NULL;
    refuse(s, "the scenario has no ", key->name);
    return NULL;
}

static struct tree_node *descend_list(const struct setting *s, const struct tree_node *list, const char *part)
{
    char ids[KEY_EXPECTED_MAX] = "";
    for (uint32_t i = 0; i < list->count; i++) {
        if (scenario_item_is(list->item[i], i, part))
            return list->item[i];
    }
    for (uint32_t i = 0; i < list->count && strlen(ids) < sizeof ids - 1; i++) {
        char id[SYSTEM_ID_MAX];
        scenario_item_part(list->item[i], i, id);
        text_append(ids, sizeof ids, i ? ", " : "");
        text_append(ids, sizeof ids, id);
    }
    tree_refuse_setting(s->tree, s->number, 1, s->key, "there is no item %s: expected one of %s", part, ids);
    return NULL;
}

/* One part down from a node; NULL if that cannot be. */
static struct tree_node *descend(const struct setting *s, struct tree_node *from, const struct key *key,
                                 const char *part, const char *next)
{
    if (from->type == TREE_LIST)
        return descend_list(s, from, part);
    if (from->type == TREE_SCALAR) {
        refuse(s, "expected a map in the scenario above ", part);
        return NULL;
    }
    struct tree_node *child = tree_value(from, part);
    return child ? child : create(s, from, key, part, next);
}

static bool put_value(const struct setting *s, const char *value)
{
    const struct key *key = NULL;
    const char *at = s->key;
    struct tree_node *node = s->tree->root;
    char part[KEY_PATH_MAX];
    for (;;) {
        const char *next = next_part(at, key, part);
        if (!next)
            break;
        key = child_of(key, part);
        node = descend(s, node, key, part, next);
        if (!node)
            return false;
        at = next;
    }
    if (node->type != TREE_MAP)
        return refuse(s, "expected a map in the scenario above ", part);
    char *text;
    bool quoted;
    const char *problem;
    if (!tree_read_scalar(value, &text, &quoted, &problem))
        return tree_refuse_setting(s->tree, s->number, s->value_column, s->key, "%s", problem);
    struct tree_node *scalar = tree_add_scalar(s->tree, text, quoted, s->number, s->value_column);
    free(text);
    return put(s, node, part, scalar);
}

bool scenario_set(struct tree *tree, const char *setting, unsigned number)
{
    struct setting s = {.tree = tree, .number = number};
    const char *equals = strchr(setting, '=');
    size_t length = equals ? (size_t)(equals - setting) : strlen(setting);
    snprintf(s.key, sizeof s.key, "%.*s", (int)(length < KEY_PATH_MAX ? length : KEY_PATH_MAX - 1), setting);
    s.value_column = length + 2;
    if (!equals)
        return refuse(&s, "expected KEY=VALUE", "");
    if (length >= KEY_PATH_MAX)
        return refuse(&s, "unknown key", "");
    if (tree->root->type != TREE_MAP)
        return true; /* the walk says what is wrong with it */
    return check_key(&s) && put_value(&s, equals + 1);
}
