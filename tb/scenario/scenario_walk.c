/* SPDX-License-Identifier: Apache-2.0
 *
 * The typed walk: maps of a scenario file against the table of keys (keys.def). It knows no single key.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/scenario/scenario_read.h"

bool scenario_expect_map(struct tree *tree, const yaml_node_t *node, const char *path)
{
    if (node->type == YAML_MAPPING_NODE)
        return true;
    return tree_refuse(tree, node, path, "expected a map, not %s", tree_kind(node));
}

bool scenario_expect_list(struct tree *tree, const struct key *key, const yaml_node_t *node, const char *path)
{
    if (node->type != YAML_SEQUENCE_NODE)
        return tree_refuse(tree, node, path, "expected a list, not %s", tree_kind(node));
    unsigned items = tree_items(node);
    if (items < key->row->min || items > key->row->max)
        return tree_refuse(tree, node, path, "expected %u..%u items, not %u", (unsigned)key->row->min,
                           (unsigned)key->row->max, items);
    return true;
}

bool scenario_refuse_key(struct tree *tree, const yaml_node_t *node, const char *name, const char *path,
                         const char *part)
{
    char full[KEY_PATH_MAX], all[KEY_EXPECTED_MAX] = "";
    key_path_join(full, path, part);
    const char *close = key_suggest(name, part);
    for (unsigned i = 0; i < keys_count(); i++) {
        const char *last;
        if (!key_is_child(key_at(i), name, &last) || strcmp(last, "*") == 0)
            continue;
        if (all[0])
            text_append(all, sizeof all, ", ");
        text_append(all, sizeof all, last);
    }
    const char *why = key_why_later(name, part);
    if (why && *why)
        return tree_refuse(tree, node, full, "not in this version: %s", why);
    if (why)
        return tree_refuse(tree, node, full, "not in this version: expected one of %s", all);
    if (close)
        return tree_refuse(tree, node, full, "unknown key; did you mean %s?", close);
    return tree_refuse(tree, node, full, "unknown key: expected one of %s", all);
}

bool scenario_read_scalar(struct loader *loader, const struct key *key, const yaml_node_t *node, const char *path)
{
    char expected[KEY_EXPECTED_MAX], range[KEY_EXPECTED_MAX];
    if (node->type != YAML_SCALAR_NODE) {
        key_range(key, range);
        return tree_refuse(&loader->tree, node, path, "expected %s, not %s", range, tree_kind(node));
    }
    if (!key_store(key, &loader->bases, tree_text(node), tree_quoted(node), expected))
        return tree_refuse(&loader->tree, node, path, "%s", expected);
    return true;
}

static bool read_value(struct loader *loader, const struct key *key, const yaml_node_t *node, const char *path)
{
    switch (key->row->type) {
    case KEY_NUMBER:
    case KEY_HEX:
    case KEY_BOOL:
    case KEY_ENUM:
    case KEY_ONE_OF:
    case KEY_TEXT:
    case KEY_WORD:
    case KEY_ID:
    case KEY_NAME:
    case KEY_POINT:
    case KEY_TIME:
        return scenario_read_scalar(loader, key, node, path);
    case KEY_MAP:
        if (!scenario_expect_map(&loader->tree, node, path))
            return false;
        return key_is_open(key) || scenario_read_map(loader, node, key->name, path);
    case KEY_LIST:
        return scenario_expect_list(&loader->tree, key, node, path);
    case KEY_EVENT:
    case KEY_FIELD:
    case KEY_COUNT:
        return true;
    }
    assert(false && "every type of key is read");
    return false;
}

static bool check_required(struct loader *loader, const yaml_node_t *map, const char *name, const char *path)
{
    for (unsigned i = 0; i < keys_count(); i++) {
        const struct key *key = key_at(i);
        const char *last;
        if (!key->missing || strcmp(key->missing, KEY_REQUIRED) != 0 || !key_is_child(key, name, &last))
            continue;
        if (tree_pair(&loader->tree, map, last))
            continue;
        char full[KEY_PATH_MAX], range[KEY_EXPECTED_MAX];
        key_path_join(full, path, last);
        key_range(key, range);
        return tree_refuse(&loader->tree, map, full, "missing: expected %s", range);
    }
    return true;
}

bool scenario_read_map(struct loader *loader, const yaml_node_t *map, const char *name, const char *path)
{
    struct tree *tree = &loader->tree;
    if (!scenario_expect_map(tree, map, path[0] ? path : "scenario"))
        return false;
    for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key_node = tree_node(tree, pair->key);
        char full[KEY_PATH_MAX], key_name[KEY_PATH_MAX];
        key_path_join(full, path, tree_text(key_node));
        key_path_join(key_name, name, tree_text(key_node));
        const struct key *key = strchr(tree_text(key_node), '*') ? NULL : key_find(key_name);
        const char *last;
        if (!key || !key_is_child(key, name, &last))
            return scenario_refuse_key(tree, key_node, name, path, tree_text(key_node));
        if (!read_value(loader, key, tree_node(tree, pair->value), full))
            return false;
    }
    return check_required(loader, map, name, path);
}

void scenario_item_part(struct tree *tree, const yaml_node_t *item, unsigned index, char part[SYSTEM_ID_MAX])
{
    const yaml_node_t *id = item->type == YAML_MAPPING_NODE ? tree_value(tree, item, "id") : NULL;
    bool good = id && id->type == YAML_SCALAR_NODE && strlen(tree_text(id)) < SYSTEM_ID_MAX && tree_text(id)[0] &&
                !strpbrk(tree_text(id), ".= \n");
    if (good)
        snprintf(part, SYSTEM_ID_MAX, "%s", tree_text(id));
    else
        snprintf(part, SYSTEM_ID_MAX, "%u", index);
}

static const yaml_node_t *step_down(struct tree *tree, const yaml_node_t *node, const char *part)
{
    if (node->type == YAML_MAPPING_NODE)
        return tree_value(tree, node, part);
    if (node->type != YAML_SEQUENCE_NODE)
        return NULL;
    for (unsigned i = 0; i < tree_items(node); i++) {
        char id[SYSTEM_ID_MAX], index[SYSTEM_ID_MAX];
        scenario_item_part(tree, tree_item(tree, node, i), i, id);
        snprintf(index, sizeof index, "%u", i);
        if (strcmp(part, id) == 0 || strcmp(part, index) == 0)
            return tree_item(tree, node, i);
    }
    return NULL;
}

const yaml_node_t *scenario_locate(struct tree *tree, const char *path)
{
    const yaml_node_t *node = tree_root(tree);
    while (node && *path) {
        char part[KEY_PATH_MAX];
        size_t length = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, path);
        node = step_down(tree, node, part);
        path += length + (path[length] == '.');
    }
    return node;
}

const yaml_node_t *scenario_at(struct tree *tree, const yaml_node_t *map, const char *key)
{
    const yaml_node_t *value = map->type == YAML_MAPPING_NODE ? tree_value(tree, map, key) : NULL;
    return value ? value : map;
}
