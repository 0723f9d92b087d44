/* SPDX-License-Identifier: Apache-2.0
 *
 * A scenario file as a tree of values that still know where they stand, and the one form of every error about it.
 * It knows YAML and no key. What plain YAML would let pass in silence is refused here: duplicate keys, anchors,
 * aliases, tags, a second document, bytes that are not UTF-8.
 *
 * Errors are one line, "file:line:column: key: what was expected", lines and columns from 1, columns in characters.
 * What a policy's file brought in stands in that one. What a setting (--set) brought in stands in the "file" --set: its
 * line is the number of the setting (from 1), its column that of the key or the value in KEY=VALUE. Settings can be
 * taken out again: what they added, and what they changed of the file's, is kept apart.
 */
#ifndef PRISIM_TB_SCENARIO_TREE_H
#define PRISIM_TB_SCENARIO_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TREE_MESSAGE_MAX = 1024,
    TREE_WARNINGS_MAX = 8192,
    TREE_DEPTH_MAX = 16,
    TREE_FILE_MEGABYTES_MAX = 128,
    TREE_VALUES_MAX = 20000000
};

enum tree_type { TREE_SCALAR, TREE_MAP, TREE_LIST };

struct tree_node;

struct tree_pair {
    struct tree_node *key, *value;
};

/* Where it stands: in the file, in a setting, in the file of a policy. */
enum tree_origin { TREE_OF_FILE, TREE_OF_SETTING, TREE_OF_POLICY };

struct tree_node {
    uint8_t type;                   /* enum tree_type */
    bool quoted;                    /* a scalar in quotes, or a block of text */
    uint8_t origin;                 /* enum tree_origin */
    uint32_t line, column;          /* from 1; of a setting: its number, and the column in KEY=VALUE */
    uint32_t count;                 /* bytes of a scalar, pairs of a map, items of a list */
    uint32_t hash;                  /* of a key: tree_hash of its text */
    const struct tree_node *parent; /* the map or list it stands in; NULL: the root */
    union {
        const char *text; /* ends with a 0 */
        struct tree_pair *pair;
        struct tree_node **item;
    };
};

/* Memory that is given back as a whole. */
struct tree_memory {
    struct tree_block *block; /* the one in use, and behind it the full ones */
};

/* A map of the file as it was before a setting put a pair into it. */
struct tree_undo {
    struct tree_undo *before;
    struct tree_node *map;
    struct tree_pair *pair;
    uint32_t count;
};

struct tree {
    struct tree_node *root;
    struct tree_memory of_file, of_settings;
    struct tree_undo *undo;
    const char *file, *policy_file;
    char *message; /* TREE_MESSAGE_MAX bytes: the first error */
    char *warning; /* TREE_WARNINGS_MAX bytes: lines, one for each warning; NULL: nobody wants them */
};

/* Reads and checks a file; `file` and `message` must live as long as the tree. False: *message says why. tree_free in
 * any case. */
bool tree_load(struct tree *tree, const char *file, char *message);
/* The same of a text, by the YAML parser alone; for tests. tree->file and tree->message are set. */
bool tree_load_yaml(struct tree *tree, const char *text, size_t length);
void tree_free(struct tree *tree);

/* Takes every setting out again. */
void tree_reset(struct tree *tree);

/* Parses the value of a setting into a scalar. False: it is none, and *problem says why. The caller frees *text. */
bool tree_read_scalar(const char *value, char **text, bool *quoted, const char **problem);

/* Writes the error about `node` (NULL: the file's start) and returns false. An error before it is kept. */
bool tree_refuse(struct tree *tree, const struct tree_node *node, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds the line "file:line:column: key: warning: ..." to the tree's warnings: it can be run all the same. */
void tree_warn(struct tree *tree, const struct tree_node *node, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same as tree_refuse about a place in a setting; line and column from 1. */
bool tree_refuse_setting(struct tree *tree, unsigned setting, size_t column, const char *key, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Of the first `length` bytes. */
uint32_t tree_hash(const char *text, size_t length);

/* The pair of a map with that key, or NULL. */
struct tree_pair *tree_pair(const struct tree_node *map, const char *key);
/* The value of that key, or NULL. */
struct tree_node *tree_value(const struct tree_node *map, const char *key);

/* "a map", "a list", "an empty value" or "a value". */
const char *tree_kind(const struct tree_node *node);

/* Memory of the file's or of the settings' part of a tree; NULL if there is none. Nobody has written to it. */
void *tree_memory(struct tree_memory *memory, size_t size);
void tree_memory_free(struct tree_memory *memory);

/* What a setting brings in; NULL if there is no memory. A scalar's text is copied. */
struct tree_node *tree_add_scalar(struct tree *tree, const char *text, bool quoted, unsigned setting, size_t column);
struct tree_node *tree_add_map(struct tree *tree, unsigned setting);
/* A list of one item. */
struct tree_node *tree_add_list(struct tree *tree, struct tree_node *item, unsigned setting);
/* Puts key: value into a map, in the place of what it had under that key. False: no memory. */
bool tree_put(struct tree *tree, struct tree_node *map, const char *key, struct tree_node *value, unsigned setting);

/* Puts what another tree has into a map of the file's, in the place of what it had under that key, as if the file had
 * it: no setting is taken out with it, and the other tree must live as long. False: no memory. */
bool tree_graft(struct tree *tree, struct tree_node *map, const char *key, struct tree_node *value);
/* A map, or a scalar of a text that lives as long as the tree, for it; NULL if there is no memory. */
struct tree_node *tree_graft_map(struct tree *tree);
struct tree_node *tree_graft_scalar(struct tree *tree, const char *text);

#endif
