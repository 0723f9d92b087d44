/* SPDX-License-Identifier: Apache-2.0
 *
 * A tree out of what is read (tree_build.h). What a map or a list holds waits in a stack until it ends, and is then laid
 * down as one array.
 */
#include "tb/scenario/tree_build.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

static bool no_memory(struct tree_builder *b)
{
    if (!b->tree->message[0])
        snprintf(b->tree->message, TREE_MESSAGE_MAX, "%s: no memory", b->tree->file);
    return false;
}

/* At a key of a map, not at its value. */
static bool at_key(const struct tree_builder *b)
{
    return b->depth && b->open[b->depth - 1]->type == TREE_MAP && (b->children - b->first[b->depth - 1]) % 2 == 0;
}

/* For one more in the stack. */
static bool has_room(struct tree_builder *b)
{
    if (b->children < b->room)
        return true;
    size_t room = b->room ? b->room * 2 : FIRST_ROOM;
    struct tree_node **child = realloc(b->child, room * sizeof(struct tree_node *));
    if (!child)
        return false;
    b->child = child;
    b->room = room;
    return true;
}

/* A node, and `bytes` behind it; NULL and an error if there is no memory, or there are too many. */
static struct tree_node *add(struct tree_builder *b, enum tree_type type, uint32_t line, uint32_t column, size_t bytes)
{
    if (b->values == TREE_VALUES_MAX) {
        struct tree_node place = {.line = line, .column = column};
        tree_refuse(b->tree, &place, "yaml", "expected at most %d values", TREE_VALUES_MAX);
        return NULL;
    }
    b->values++;
    struct tree_node *node = has_room(b) ? tree_memory(&b->tree->of_file, sizeof *node + bytes) : NULL;
    if (!node) {
        no_memory(b);
        return NULL;
    }
    *node = (struct tree_node){.type = (uint8_t)type, .line = line, .column = column};
    node->parent = b->depth ? b->open[b->depth - 1] : NULL;
    if (b->depth)
        b->child[b->children++] = node;
    else
        b->tree->root = node;
    return node;
}

bool tree_build_scalar(struct tree_builder *b, const char *text, size_t length, bool quoted, uint32_t line,
                       uint32_t column)
{
    bool key = at_key(b);
    struct tree_node *node = add(b, TREE_SCALAR, line, column, length + 1);
    if (!node)
        return false;
    char *copy = (char *)(node + 1);
    memcpy(copy, text, length);
    copy[length] = 0;
    node->text = copy;
    node->count = (uint32_t)length;
    node->quoted = quoted;
    if (key)
        node->hash = tree_hash(copy, length);
    return true;
}

bool tree_build_begin(struct tree_builder *b, enum tree_type type, uint32_t line, uint32_t column)
{
    assert(b->depth < sizeof b->open / sizeof b->open[0]);
    struct tree_node *node = add(b, type, line, column, 0);
    if (!node)
        return false;
    b->open[b->depth] = node;
    b->first[b->depth++] = b->children;
    return true;
}

/* Room for twice as many keys, all free. */
static bool clear_slots(struct tree_builder *b, uint32_t keys)
{
    size_t slots = 8;
    while (slots < 2 * (size_t)keys)
        slots *= 2;
    if (slots > b->slots) {
        uint32_t *slot = realloc(b->slot, slots * sizeof *slot);
        if (!slot)
            return false;
        b->slot = slot;
    }
    b->slots = slots > b->slots ? slots : b->slots;
    memset(b->slot, 0, slots * sizeof *b->slot);
    return true;
}

/* The key before it with the same text, or NULL; then it is kept. */
static const struct tree_node *find_first(struct tree_builder *b, const struct tree_node *map, uint32_t index)
{
    const struct tree_node *key = map->pair[index].key;
    size_t mask = 7;
    while (mask + 1 < 2 * (size_t)map->count)
        mask = 2 * mask + 1;
    size_t at = key->hash & mask;
    for (; b->slot[at]; at = (at + 1) & mask) {
        const struct tree_node *other = map->pair[b->slot[at] - 1].key;
        if (other->hash == key->hash && strcmp(other->text, key->text) == 0)
            return other;
    }
    b->slot[at] = index + 1;
    return NULL;
}

static bool check_keys(struct tree_builder *b, const struct tree_node *map)
{
    if (!clear_slots(b, map->count))
        return no_memory(b);
    for (uint32_t i = 0; i < map->count; i++) {
        const struct tree_node *key = map->pair[i].key;
        if (key->type != TREE_SCALAR)
            return tree_refuse(b->tree, key, "yaml", "expected a key, not %s", tree_kind(key));
        if (!key->text[0])
            return tree_refuse(b->tree, key, "yaml", "expected a key, not an empty value");
        const struct tree_node *first = find_first(b, map, i);
        if (first)
            return tree_refuse(b->tree, key, key->text, "expected once; it stands in line %u already", first->line);
    }
    return true;
}

static bool end_map(struct tree_builder *b, struct tree_node *map, struct tree_node *const *child, size_t children)
{
    assert(children % 2 == 0);
    map->count = (uint32_t)(children / 2);
    map->pair = tree_memory(&b->tree->of_file, map->count * sizeof *map->pair);
    if (!map->pair)
        return no_memory(b);
    for (uint32_t i = 0; i < map->count; i++)
        map->pair[i] = (struct tree_pair){child[2 * i], child[2 * i + 1]};
    return check_keys(b, map);
}

bool tree_build_end(struct tree_builder *b)
{
    assert(b->depth);
    struct tree_node *node = b->open[--b->depth];
    size_t first = b->first[b->depth], children = b->children - first;
    b->children = first;
    if (node->type == TREE_MAP)
        return end_map(b, node, b->child + first, children);
    node->count = (uint32_t)children;
    node->item = tree_memory(&b->tree->of_file, children * sizeof *node->item);
    if (!node->item)
        return no_memory(b);
    if (children)
        memcpy(node->item, b->child + first, children * sizeof *node->item);
    return true;
}

void tree_build_free(struct tree_builder *b)
{
    free(b->child);
    free(b->slot);
}
