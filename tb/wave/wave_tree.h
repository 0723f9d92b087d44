/* SPDX-License-Identifier: Apache-2.0
 *
 * The signals of a wave: what each is called, what it is now, and which of them changed in this cycle. They are written
 * at the end of a cycle, so that each has at most one value in it and no change that was taken back.
 */
#ifndef PRISIM_TB_WAVE_TREE_H
#define PRISIM_TB_WAVE_TREE_H

#include "model/core/cycle.h"
#include "tb/wave/wave_format.h"
#include "tb/wave/wave_text.h"

struct wave_tree;

/* Number of a signal; 0 is none, and nothing is done with it. */
typedef uint32_t wave_signal;

/* NULL with errno set. */
struct wave_tree *wave_tree_open(const struct wave_format *format, const char *path);

/* Declarations. Names may hold any letters; those that would break a path are replaced. Memory that is not there is an
 * error of the tree. */
void wave_scope(struct wave_tree *tree, const char *name);
/* "name[index]", and "name[key]" */
void wave_scope_index(struct wave_tree *tree, const char *name, unsigned index);
void wave_scope_key(struct wave_tree *tree, const char *name, const char *key);
void wave_scope_end(struct wave_tree *tree);
/* bits: 1..64 */
wave_signal wave_bits(struct wave_tree *tree, const char *name, unsigned bits);
wave_signal wave_word(struct wave_tree *tree, const char *name, const struct wave_words *words);
wave_signal wave_text_signal(struct wave_tree *tree, const char *name);
wave_signal wave_moment(struct wave_tree *tree, const char *name);

/* Values begin at 0, the first word, and no text. */
void wave_now(struct wave_tree *tree, prisim_cycle_t cycle); /* before what happens in the cycle; cycles do not fall */
void wave_set(struct wave_tree *tree, wave_signal signal, uint64_t value);
void wave_set_text(struct wave_tree *tree, wave_signal signal, const struct wave_text *text);
void wave_happens(struct wave_tree *tree, wave_signal signal);

/* The path of a signal, as viewers have it: "prisim.pri_queue.prod[9:0]". */
const char *wave_path(const struct wave_tree *tree, wave_signal signal);
const struct wave_variable *wave_variable_of(const struct wave_tree *tree, wave_signal signal);

/* errno of the first failure, or 0. */
int wave_tree_error(const struct wave_tree *tree);
/* struct wave_format's; what happened in the cycle that is under way is not kept. */
bool wave_tree_end(struct wave_tree *tree, const char *why, const char *detail);
/* Closes the file, struct wave_format's; `end`: the wave goes so far at least. The names are still there. */
bool wave_tree_close(struct wave_tree *tree, bool keep, prisim_cycle_t end);
void wave_tree_free(struct wave_tree *tree);

#endif
