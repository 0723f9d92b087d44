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

/* The key must be one of the table before the file is looked at: a wrong one is then explained by the table. */
static bool check_key(const struct setting *s)
{
    const struct key *key = NULL;
    const char *at = s->key;
    char path[KEY_PATH_MAX] = "";
    while (at) {
        char part[KEY_PATH_MAX], full[KEY_PATH_MAX];
        const char *name = key ? key->name : "";
        if (key && !is_branch(key))
            return refuse(s, "unknown key: nothing stands below ", path);
        at = next_part(at, key, part);
        const struct key *child = part[0] ? key_child(name, part) : NULL;
        yaml_node_t place = {.start_mark = {SIZE_MAX, s->number - 1, 0}};
        if (!child)
            return scenario_refuse_key(s->tree, &place, name, path, part);
        key_path_join(full, path, part);
        memcpy(path, full, sizeof path);
        key = child;
    }
    assert(key);
    if (key->row->type == KEY_MAP || key->row->type == KEY_LIST)
        return refuse(s, "expected a key that takes a value; this is ", key->row->type == KEY_MAP ? "a map" : "a list");
    return true;
}

static int id_of(const struct tree *tree, const yaml_node_t *node)
{
    return (int)(node - tree->document.nodes.start) + 1;
}

/* Puts key: value into a map; returns the value, or 0. */
static int put(const struct setting *s, int map, const char *part, int value)
{
    struct tree *tree = s->tree;
    yaml_node_pair_t *pair = tree_pair(tree, tree_node(tree, map), part);
    if (pair) {
        pair->value = value;
        return value;
    }
    int key = tree_add_scalar(tree, part, false, s->number, 1);
    if (!value || !key || !yaml_document_append_mapping_pair(&tree->document, map, key, value)) {
        no_memory(s);
        return 0;
    }
    return value;
}

/* Without a list there is the one endpoint of the defaults: it can be set too. */
static int default_endpoints(const struct setting *s, const char *next)
{
    struct tree *tree = s->tree;
    char id[SYSTEM_ID_MAX + 12] = "";
    struct scenario *scenario = calloc(1, sizeof *scenario);
    if (scenario) {
        system_config_default(&scenario->system);
        snprintf(id, sizeof id, "%s", scenario->system.endpoint_id[0]);
        free(scenario);
    }
    size_t length = strcspn(next, ".");
    bool meant = (length == strlen(id) && strncmp(next, id, length) == 0) || (length == 1 && next[0] == '0');
    if (!meant)
        return 0;
    int list = tree_add_list(tree, s->number);
    int item = tree_add_map(tree, s->number);
    int name = item ? tree_add_scalar(tree, id, false, s->number, 1) : 0;
    if (!name || !put(s, item, "id", name) || !yaml_document_append_sequence_item(&tree->document, list, item))
        return 0;
    return list;
}

static int create(const struct setting *s, int parent, const struct key *key, const char *part, const char *next)
{
    int child = 0;
    if (key->row->type != KEY_LIST)
        child = tree_add_map(s->tree, s->number);
    else if (strcmp(key->name, "system.endpoints") == 0)
        child = default_endpoints(s, next);
    if (child)
        return put(s, parent, part, child);
    refuse(s, "the scenario has no ", key->name);
    return 0;
}

static int descend_list(const struct setting *s, const yaml_node_t *list, const char *part)
{
    char ids[KEY_EXPECTED_MAX] = "";
    for (unsigned i = 0; i < tree_items(list); i++) {
        char id[SYSTEM_ID_MAX], index[SYSTEM_ID_MAX];
        const yaml_node_t *item = tree_item(s->tree, list, i);
        scenario_item_part(s->tree, item, i, id);
        snprintf(index, sizeof index, "%u", i);
        if (strcmp(part, id) == 0 || strcmp(part, index) == 0)
            return id_of(s->tree, item);
        text_append(ids, sizeof ids, i ? ", " : "");
        text_append(ids, sizeof ids, id);
    }
    tree_refuse_setting(s->tree, s->number, 1, s->key, "there is no item %s: expected one of %s", part, ids);
    return 0;
}

/* One part down from a node; 0 if that cannot be. */
static int descend(const struct setting *s, int from, const struct key *key, const char *part, const char *next)
{
    const yaml_node_t *node = tree_node(s->tree, from);
    if (node->type == YAML_SEQUENCE_NODE)
        return descend_list(s, node, part);
    if (node->type == YAML_SCALAR_NODE) {
        refuse(s, "expected a map in the scenario above ", part);
        return 0;
    }
    const yaml_node_t *child = tree_value(s->tree, node, part);
    return child ? id_of(s->tree, child) : create(s, from, key, part, next);
}

static bool put_value(const struct setting *s, const char *value)
{
    const struct key *key = NULL;
    const char *at = s->key;
    int node = id_of(s->tree, tree_root(s->tree));
    char part[KEY_PATH_MAX];
    for (;;) {
        const char *next = next_part(at, key, part);
        if (!next)
            break;
        key = key_child(key ? key->name : "", part);
        node = descend(s, node, key, part, next);
        if (!node)
            return false;
        at = next;
    }
    if (tree_node(s->tree, node)->type != YAML_MAPPING_NODE)
        return refuse(s, "expected a map in the scenario above ", part);
    char *text;
    bool quoted;
    const char *problem;
    if (!tree_read_scalar(value, &text, &quoted, &problem))
        return tree_refuse_setting(s->tree, s->number, s->value_column, s->key, "%s", problem);
    int scalar = tree_add_scalar(s->tree, text, quoted, s->number, s->value_column);
    free(text);
    return scalar ? put(s, node, part, scalar) != 0 : no_memory(s);
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
    if (tree_root(tree)->type != YAML_MAPPING_NODE)
        return true; /* the walk says what is wrong with it */
    return check_key(&s) && put_value(&s, equals + 1);
}
