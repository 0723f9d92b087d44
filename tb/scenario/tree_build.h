/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the readers of a file (scenario_file.c): puts a tree together of what is read, in the order of the text. The
 * rules for maps are here: each key is a text, and stands once.
 */
#ifndef PRISIM_TB_TREE_BUILD_H
#define PRISIM_TB_TREE_BUILD_H

#include "tb/scenario/scenario_tree.h"

struct tree_builder {
    struct tree *tree;
    struct tree_node *open[TREE_DEPTH_MAX + 1]; /* maps and lists that have not ended */
    size_t first[TREE_DEPTH_MAX + 1];           /* of each of them, in `child` */
    unsigned depth;
    struct tree_node **child; /* what they hold so far; keys and values in turn */
    size_t children, room;
    uint32_t values; /* so far */
    uint32_t *slot; /* scratch: the keys of one map, by hash */
    size_t slots;
};

/* All return false after an error, which is in the tree's message. Lines and columns count from 1. */
bool tree_build_scalar(struct tree_builder *builder, const char *text, size_t length, bool quoted, uint32_t line,
                       uint32_t column);
bool tree_build_begin(struct tree_builder *builder, enum tree_type type, uint32_t line, uint32_t column);
bool tree_build_end(struct tree_builder *builder);
void tree_build_free(struct tree_builder *builder);

#endif
