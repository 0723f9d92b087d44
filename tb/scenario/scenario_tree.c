/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of a scenario file (scenario_tree.h): looking into it, adding to it, and errors about it. Reading the file
 * is in scenario_file.c.
 */
#include "tb/scenario/scenario_tree.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names and values of the file are shown in errors: nothing in them may break the line. */
static void keep_one_line(char *message)
{
    for (char *c = message; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
}

static bool refuse_at(struct tree *tree, const char *file, size_t line, size_t column, const char *key,
                      const char *format, va_list arguments)
{
    if (tree->message[0])
        return false;
    int used = snprintf(tree->message, TREE_MESSAGE_MAX, "%s:%zu:%zu: %s: ", file, line, column, key);
    if (used > 0 && used < TREE_MESSAGE_MAX)
        vsnprintf(tree->message + used, (size_t)(TREE_MESSAGE_MAX - used), format, arguments);
    keep_one_line(tree->message);
    return false;
}

static const char *file_of(const struct tree *tree, const struct tree_node *node)
{
    if (!node || node->origin == TREE_OF_FILE)
        return tree->file;
    return node->origin == TREE_OF_SETTING ? "--set" : tree->policy_file;
}

bool tree_refuse(struct tree *tree, const struct tree_node *node, const char *key, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    refuse_at(tree, file_of(tree, node), node ? node->line : 1, node ? node->column : 1, key, format, arguments);
    va_end(arguments);
    return false;
}

void tree_warn(struct tree *tree, const struct tree_node *node, const char *key, const char *format, ...)
{
    char line[TREE_MESSAGE_MAX];
    va_list arguments;
    if (!tree->warning)
        return;
    int used = snprintf(line, sizeof line, "%s:%u:%u: %s: warning: ", file_of(tree, node), (unsigned)node->line,
                        (unsigned)node->column, key);
    va_start(arguments, format);
    if (used > 0 && used < (int)sizeof line)
        vsnprintf(line + used, sizeof line - (size_t)used, format, arguments);
    va_end(arguments);
    keep_one_line(line);
    size_t before = strlen(tree->warning), length = strlen(line);
    if (before + length + 2 > TREE_WARNINGS_MAX)
        return;
    memcpy(tree->warning + before, line, length);
    memcpy(tree->warning + before + length, "\n", 2);
}

bool tree_refuse_setting(struct tree *tree, unsigned setting, size_t column, const char *key, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    refuse_at(tree, "--set", setting, column, key, format, arguments);
    va_end(arguments);
    return false;
}

const char *tree_kind(const struct tree_node *node)
{
    if (node->type == TREE_MAP)
        return "a map";
    if (node->type == TREE_LIST)
        return "a list";
    return node->text[0] ? "a value" : "an empty value";
}

/* FNV-1a. */
uint32_t tree_hash(const char *text, size_t length)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619U;
    return hash;
}

struct tree_pair *tree_pair(const struct tree_node *map, const char *key)
{
    for (uint32_t i = 0; i < map->count; i++)
        if (map->pair[i].key->text[0] == key[0] && strcmp(map->pair[i].key->text, key) == 0)
            return &map->pair[i];
    return NULL;
}

struct tree_node *tree_value(const struct tree_node *map, const char *key)
{
    const struct tree_pair *pair = tree_pair(map, key);
    return pair ? pair->value : NULL;
}

struct tree_block {
    struct tree_block *before;
    size_t used, size;
    _Alignas(16) unsigned char bytes[];
};

enum { BLOCK_BYTES_MIN = 4096, BLOCK_BYTES_MAX = 1 << 20, ALIGNMENT = 8 };

/* Each block is as large as all before it, up to a megabyte: a short file costs one small one. */
static struct tree_block *new_block(const struct tree_block *before, size_t size)
{
    size_t room = before ? before->size * 2 : BLOCK_BYTES_MIN;
    if (room > BLOCK_BYTES_MAX)
        room = BLOCK_BYTES_MAX;
    if (room < size)
        room = size;
    struct tree_block *block = malloc(sizeof *block + room);
    if (block)
        *block = (struct tree_block){.used = 0, .size = room};
    return block;
}

void *tree_memory(struct tree_memory *memory, size_t size)
{
    struct tree_block *block = memory->block;
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!block || block->size - block->used < size) {
        block = new_block(memory->block, size);
        if (!block)
            return NULL;
        block->before = memory->block;
        memory->block = block;
    }
    void *at = block->bytes + block->used;
    block->used += size;
    return at;
}

void tree_memory_free(struct tree_memory *memory)
{
    while (memory->block) {
        struct tree_block *before = memory->block->before;
        free(memory->block);
        memory->block = before;
    }
}

void tree_free(struct tree *tree)
{
    tree_memory_free(&tree->of_settings);
    tree_memory_free(&tree->of_file);
    tree->root = NULL;
    tree->undo = NULL;
}

/* The last change first. What is left of the settings' memory is its first block: the next settings take it. */
void tree_reset(struct tree *tree)
{
    for (const struct tree_undo *undo = tree->undo; undo; undo = undo->before) {
        undo->map->pair = undo->pair;
        undo->map->count = undo->count;
    }
    tree->undo = NULL;
    struct tree_memory *memory = &tree->of_settings;
    while (memory->block && memory->block->before) {
        struct tree_block *before = memory->block->before;
        free(memory->block);
        memory->block = before;
    }
    if (memory->block)
        memory->block->used = 0;
}

static struct tree_node *add(struct tree *tree, enum tree_type type, unsigned setting, size_t column)
{
    struct tree_node *node = tree_memory(&tree->of_settings, sizeof *node);
    if (node)
        *node = (struct tree_node){
            .type = (uint8_t)type, .origin = TREE_OF_SETTING, .line = setting, .column = (uint32_t)column};
    return node;
}

struct tree_node *tree_add_scalar(struct tree *tree, const char *text, bool quoted, unsigned setting, size_t column)
{
    struct tree_node *node = add(tree, TREE_SCALAR, setting, column);
    size_t length = strlen(text);
    char *copy = node ? tree_memory(&tree->of_settings, length + 1) : NULL;
    if (!copy)
        return NULL;
    memcpy(copy, text, length + 1);
    node->text = copy;
    node->count = (uint32_t)length;
    node->quoted = quoted;
    node->hash = tree_hash(text, length);
    return node;
}

struct tree_node *tree_add_map(struct tree *tree, unsigned setting)
{
    return add(tree, TREE_MAP, setting, 1);
}

struct tree_node *tree_add_list(struct tree *tree, struct tree_node *item, unsigned setting)
{
    struct tree_node *list = add(tree, TREE_LIST, setting, 1);
    struct tree_node **items = list ? tree_memory(&tree->of_settings, sizeof *items) : NULL;
    if (!items)
        return NULL;
    *items = item;
    item->parent = list;
    list->item = items;
    list->count = 1;
    return list;
}

bool tree_put(struct tree *tree, struct tree_node *map, const char *key, struct tree_node *value, unsigned setting)
{
    assert(map->type == TREE_MAP);
    const struct tree_pair *there = tree_pair(map, key);
    uint32_t at = there ? (uint32_t)(there - map->pair) : map->count;
    struct tree_pair *pair = tree_memory(&tree->of_settings, (map->count + 1) * sizeof *pair);
    struct tree_undo *undo = pair ? tree_memory(&tree->of_settings, sizeof *undo) : NULL;
    struct tree_node *name = there || !undo ? NULL : tree_add_scalar(tree, key, false, setting, 1);
    if (!undo || (!there && !name))
        return false;
    *undo = (struct tree_undo){.before = tree->undo, .map = map, .pair = map->pair, .count = map->count};
    tree->undo = undo;
    if (map->count)
        memcpy(pair, map->pair, map->count * sizeof *pair);
    if (!there) {
        pair[at].key = name;
        name->parent = map;
        map->count++;
    }
    pair[at].value = value;
    value->parent = map;
    map->pair = pair;
    return true;
}

/* A copy of the map's pairs with room for one more. */
static struct tree_pair *with_room(struct tree *tree, const struct tree_node *map)
{
    struct tree_pair *pair = tree_memory(&tree->of_file, (map->count + 1) * sizeof *pair);
    if (pair && map->count)
        memcpy(pair, map->pair, map->count * sizeof *pair);
    return pair;
}

static struct tree_node *graft(struct tree *tree, enum tree_type type)
{
    struct tree_node *node = tree_memory(&tree->of_file, sizeof *node);
    if (node)
        *node = (struct tree_node){.type = (uint8_t)type, .origin = TREE_OF_POLICY, .line = 1, .column = 1};
    return node;
}

struct tree_node *tree_graft_map(struct tree *tree)
{
    return graft(tree, TREE_MAP);
}

struct tree_node *tree_graft_scalar(struct tree *tree, const char *text)
{
    struct tree_node *node = graft(tree, TREE_SCALAR);
    if (!node)
        return NULL;
    node->text = text;
    node->count = (uint32_t)strlen(text);
    node->hash = tree_hash(text, node->count);
    return node;
}

bool tree_graft(struct tree *tree, struct tree_node *map, const char *key, struct tree_node *value)
{
    assert(map->type == TREE_MAP && !tree->undo);
    struct tree_pair *there = tree_pair(map, key);
    if (!there) {
        struct tree_pair *pair = with_room(tree, map);
        struct tree_node *name = pair ? tree_graft_scalar(tree, key) : NULL;
        if (!name)
            return false;
        name->parent = map;
        map->pair = pair;
        there = &pair[map->count++];
        there->key = name;
    }
    there->value = value;
    value->parent = map;
    return true;
}
