/* SPDX-License-Identifier: Apache-2.0
 *
 * The typed walk: maps of a scenario file against the table of keys (keys.def). It knows no single key.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/scenario/scenario_read.h"

void scenario_item_part(const struct tree_node *item, unsigned index, char part[SYSTEM_ID_MAX])
{
    const struct tree_node *id = item->type == TREE_MAP ? tree_value(item, "id") : NULL;
    bool good = id && id->type == TREE_SCALAR && id->count && id->count < SYSTEM_ID_MAX && !strpbrk(id->text, ".= \n");
    if (good)
        memcpy(part, id->text, id->count + 1);
    else
        snprintf(part, SYSTEM_ID_MAX, "%u", index);
}

bool scenario_item_is(const struct tree_node *item, uint32_t index, const char *part)
{
    char own[SYSTEM_ID_MAX];
    if (part[0] >= '0' && part[0] <= '9' && part[strspn(part, "0123456789")] == 0) {
        snprintf(own, sizeof own, "%u", index);
        return strcmp(own, part) == 0;
    }
    scenario_item_part(item, index, own);
    return strcmp(own, part) == 0;
}

void scenario_path(const struct tree_node *node, char path[KEY_PATH_MAX])
{
    const struct tree_node *above = node->parent;
    char part[SYSTEM_ID_MAX];
    uint32_t i = 0;
    path[0] = 0;
    if (!above)
        return;
    scenario_path(above, path);
    text_append(path, KEY_PATH_MAX, path[0] ? "." : "");
    if (above->type == TREE_LIST) {
        while (i < above->count && above->item[i] != node)
            i++;
        scenario_item_part(node, i, part);
        text_append(path, KEY_PATH_MAX, part);
        return;
    }
    while (i < above->count && above->pair[i].key != node && above->pair[i].value != node)
        i++;
    assert(i < above->count);
    text_append(path, KEY_PATH_MAX, above->pair[i].key->text);
}

static bool refuse(struct tree *tree, const struct tree_node *node, const char *path, const char *format,
                   va_list arguments)
{
    char text[TREE_MESSAGE_MAX];
    vsnprintf(text, sizeof text, format, arguments);
    return tree_refuse(tree, node, path[0] ? path : "scenario", "%s", text);
}

bool scenario_refuse(struct tree *tree, const struct tree_node *node, const char *format, ...)
{
    char path[KEY_PATH_MAX];
    va_list arguments;
    scenario_path(node, path);
    va_start(arguments, format);
    refuse(tree, node, path, format, arguments);
    va_end(arguments);
    return false;
}

bool scenario_refuse_part(struct tree *tree, const struct tree_node *map, const char *part, const char *format, ...)
{
    const struct tree_node *value = map->type == TREE_MAP ? tree_value(map, part) : NULL;
    char above[KEY_PATH_MAX], path[KEY_PATH_MAX];
    va_list arguments;
    scenario_path(map, above);
    key_path_join(path, above, part);
    va_start(arguments, format);
    refuse(tree, value ? value : map, path, format, arguments);
    va_end(arguments);
    return false;
}

bool scenario_expect_map(struct tree *tree, const struct tree_node *node)
{
    return node->type == TREE_MAP || scenario_refuse(tree, node, "expected a map, not %s", tree_kind(node));
}

bool scenario_expect_list(struct tree *tree, const struct key *key, const struct tree_node *node)
{
    if (node->type != TREE_LIST)
        return scenario_refuse(tree, node, "expected a list, not %s", tree_kind(node));
    if (node->count < key->row->min || node->count > key->row->max)
        return scenario_refuse(tree, node, "expected %u..%u items, not %u", (unsigned)key->row->min,
                               (unsigned)key->row->max, node->count);
    return true;
}

bool scenario_refuse_key(struct tree *tree, const struct tree_node *node, const struct key *above, const char *path,
                         const char *part)
{
    const char *name = above ? above->name : "";
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

bool scenario_read_scalar(struct loader *loader, const struct key *key, const struct tree_node *node)
{
    char expected[KEY_EXPECTED_MAX], range[KEY_EXPECTED_MAX];
    if (node->type != TREE_SCALAR) {
        key_range(key, range);
        return scenario_refuse(loader->tree, node, "expected %s, not %s", range, tree_kind(node));
    }
    return key_store(key, &loader->bases, node->text, node->quoted, expected) ||
           scenario_refuse(loader->tree, node, "%s", expected);
}

static bool read_value(struct loader *loader, const struct key *key, const struct tree_node *node)
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
        return scenario_read_scalar(loader, key, node);
    case KEY_MAP:
        if (!scenario_expect_map(loader->tree, node))
            return false;
        return key_is_open(key) || scenario_read_map(loader, node, key);
    case KEY_LIST:
        return scenario_expect_list(loader->tree, key, node);
    case KEY_EVENT:
    case KEY_STEP:
    case KEY_FIELD:
    case KEY_COUNT:
        return true;
    }
    assert(false && "every type of key is read");
    return false;
}

static bool check_required(struct loader *loader, const struct tree_node *map, const struct key *above)
{
    for (const struct key *key = NULL; (key = key_required(above, key)) != NULL;) {
        char range[KEY_EXPECTED_MAX];
        if (tree_pair(map, key_last(key)))
            continue;
        key_range(key, range);
        return scenario_refuse_part(loader->tree, map, key_last(key), "missing: expected %s", range);
    }
    return true;
}

bool scenario_read_map(struct loader *loader, const struct tree_node *map, const struct key *above)
{
    if (!scenario_expect_map(loader->tree, map))
        return false;
    for (const struct tree_pair *pair = map->pair; pair < map->pair + map->count; pair++) {
        const struct key *key = key_child(above, pair->key->text, pair->key->hash);
        if (!key) {
            char path[KEY_PATH_MAX];
            scenario_path(map, path);
            return scenario_refuse_key(loader->tree, pair->key, above, path, pair->key->text);
        }
        if (!read_value(loader, key, pair->value))
            return false;
    }
    return check_required(loader, map, above);
}

static const struct tree_node *step_down(const struct tree_node *node, const char *part)
{
    if (node->type == TREE_MAP)
        return tree_value(node, part);
    if (node->type != TREE_LIST)
        return NULL;
    for (uint32_t i = 0; i < node->count; i++)
        if (scenario_item_is(node->item[i], i, part))
            return node->item[i];
    return NULL;
}

const struct tree_node *scenario_locate(const struct tree *tree, const char *path)
{
    const struct tree_node *node = tree->root;
    while (node && *path) {
        char part[KEY_PATH_MAX];
        size_t length = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, path);
        node = step_down(node, part);
        path += length + (path[length] == '.');
    }
    return node;
}
