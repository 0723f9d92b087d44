/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of a scenario file (scenario_tree.h): looking into it, adding to it, and errors about it. Reading the file
 * is in scenario_file.c.
 */
#include "tb/scenario/scenario_tree.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* In a node's mark: it came from a setting, not from the file. */
#define MARK_OF_SETTING SIZE_MAX

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

bool tree_refuse(struct tree *tree, const yaml_node_t *node, const char *key, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *file = node && node->start_mark.index == MARK_OF_SETTING ? "--set" : tree->file;
    size_t line = node ? node->start_mark.line + 1 : 1;
    size_t column = node ? node->start_mark.column + 1 : 1;
    refuse_at(tree, file, line, column, key, format, arguments);
    va_end(arguments);
    return false;
}

bool tree_refuse_setting(struct tree *tree, unsigned setting, size_t column, const char *key, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    refuse_at(tree, "--set", setting, column, key, format, arguments);
    va_end(arguments);
    return false;
}

yaml_node_t *tree_root(struct tree *tree)
{
    return yaml_document_get_root_node(&tree->document);
}

yaml_node_t *tree_node(struct tree *tree, int id)
{
    return yaml_document_get_node(&tree->document, id);
}

const char *tree_text(const yaml_node_t *scalar)
{
    return (const char *)scalar->data.scalar.value;
}

bool tree_quoted(const yaml_node_t *scalar)
{
    return scalar->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
}

const char *tree_kind(const yaml_node_t *node)
{
    if (node->type == YAML_MAPPING_NODE)
        return "a map";
    if (node->type == YAML_SEQUENCE_NODE)
        return "a list";
    return tree_text(node)[0] ? "a value" : "an empty value";
}

unsigned tree_line(const yaml_node_t *node)
{
    return (unsigned)node->start_mark.line + 1;
}

yaml_node_pair_t *tree_pair(struct tree *tree, const yaml_node_t *map, const char *key)
{
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++)
        if (strcmp(tree_text(tree_node(tree, pair->key)), key) == 0)
            return pair;
    return NULL;
}

yaml_node_t *tree_value(struct tree *tree, const yaml_node_t *map, const char *key)
{
    const yaml_node_pair_t *pair = tree_pair(tree, map, key);
    return pair ? tree_node(tree, pair->value) : NULL;
}

unsigned tree_pairs(const yaml_node_t *map)
{
    return (unsigned)(map->data.mapping.pairs.top - map->data.mapping.pairs.start);
}

unsigned tree_items(const yaml_node_t *list)
{
    return (unsigned)(list->data.sequence.items.top - list->data.sequence.items.start);
}

yaml_node_t *tree_item(struct tree *tree, const yaml_node_t *list, unsigned index)
{
    return tree_node(tree, list->data.sequence.items.start[index]);
}

static int mark(struct tree *tree, int id, unsigned setting, size_t column)
{
    if (id)
        tree_node(tree, id)->start_mark = (yaml_mark_t){MARK_OF_SETTING, setting - 1, column - 1};
    return id;
}

int tree_add_scalar(struct tree *tree, const char *text, bool quoted, unsigned setting, size_t column)
{
    yaml_scalar_style_t style = quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE;
    int id = yaml_document_add_scalar(&tree->document, NULL, (const yaml_char_t *)text, (int)strlen(text), style);
    return mark(tree, id, setting, column);
}

int tree_add_map(struct tree *tree, unsigned setting)
{
    return mark(tree, yaml_document_add_mapping(&tree->document, NULL, YAML_FLOW_MAPPING_STYLE), setting, 1);
}

int tree_add_list(struct tree *tree, unsigned setting)
{
    return mark(tree, yaml_document_add_sequence(&tree->document, NULL, YAML_FLOW_SEQUENCE_STYLE), setting, 1);
}
