/* SPDX-License-Identifier: Apache-2.0
 *
 * A scenario file as a tree of YAML nodes that still know where they stand, and the one form of every error about it.
 * It knows YAML and no key. What plain YAML would let pass in silence is refused here: duplicate keys, anchors,
 * aliases, tags, a second document, bytes that are not UTF-8.
 *
 * Errors are one line, "file:line:column: key: what was expected", lines and columns from 1, columns in characters.
 * What a setting (--set) brought in stands in the "file" --set: its line is the number of the setting (from 1), its
 * column that of the key or the value in KEY=VALUE.
 */
#ifndef PRISIM_TB_SCENARIO_TREE_H
#define PRISIM_TB_SCENARIO_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

enum { TREE_MESSAGE_MAX = 1024, TREE_FILE_BYTES_MAX = 1 << 20, TREE_NODES_MAX = 20000, TREE_DEPTH_MAX = 16 };

struct tree {
    yaml_document_t document;
    bool loaded;
    const char *file;
    char *message; /* TREE_MESSAGE_MAX bytes: the first error */
};

/* Reads and checks a file. False: *tree->message says why. tree_free in any case. */
bool tree_load(struct tree *tree, const char *file, char *message);
void tree_free(struct tree *tree);

/* Parses the value of a setting into a scalar. False: it is none, and *problem says why. The caller frees *text. */
bool tree_read_scalar(const char *value, char **text, bool *quoted, const char **problem);

/* Writes the error about `node` (NULL: the file's start) and returns false. An error before it is kept. */
bool tree_refuse(struct tree *tree, const yaml_node_t *node, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same about a place in a setting; line and column from 1. */
bool tree_refuse_setting(struct tree *tree, unsigned setting, size_t column, const char *key, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

yaml_node_t *tree_root(struct tree *tree);
yaml_node_t *tree_node(struct tree *tree, int id);

/* The pair of a map with that key, or NULL. Pointers hold until the tree is changed. */
yaml_node_pair_t *tree_pair(struct tree *tree, const yaml_node_t *map, const char *key);
/* The value of that key, or NULL. */
yaml_node_t *tree_value(struct tree *tree, const yaml_node_t *map, const char *key);

unsigned tree_pairs(const yaml_node_t *map);
unsigned tree_items(const yaml_node_t *list);
yaml_node_t *tree_item(struct tree *tree, const yaml_node_t *list, unsigned index);

/* Text of a scalar; whether it was written in quotes; "a map", "a list", "an empty value" or "a value". */
const char *tree_text(const yaml_node_t *scalar);
bool tree_quoted(const yaml_node_t *scalar);
const char *tree_kind(const yaml_node_t *node);

/* Line of a node, from 1. */
unsigned tree_line(const yaml_node_t *node);

/* Adds nodes that a setting brings in; return their id, or 0 if there is no memory. */
int tree_add_scalar(struct tree *tree, const char *text, bool quoted, unsigned setting, size_t column);
int tree_add_map(struct tree *tree, unsigned setting);
int tree_add_list(struct tree *tree, unsigned setting);

#endif
