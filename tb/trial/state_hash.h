/* SPDX-License-Identifier: Apache-2.0
 *
 * The hash of all that decides what happens from now on and how it is judged: the blocks, RAM, and the ghost, which is
 * what the checkers know beside them. Two runs of one scenario whose hashes are equal go the same way from here.
 */
#ifndef PRISIM_TB_STATE_HASH_H
#define PRISIM_TB_STATE_HASH_H

#include "tb/checkers/checkers.h"
#include "tb/engine/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Tells the whole state into `to`, between two edges; `checkers` may be NULL: the model alone. Returns the number of
 * parts: prisim_canonical_hash and prisim_canonical_row take them, at prisim_scheduler_edge. `to` is of this engine
 * only (prisim_scheduler_tell). */
unsigned state_tell(struct native *native, const struct scenario *scenario, const struct checkers *checkers,
                    struct prisim_canonical *to);

/* The same, hashed. */
uint64_t state_hash(struct native *native, const struct scenario *scenario, const struct checkers *checkers,
                    struct prisim_canonical *to);

#ifdef __cplusplus
}
#endif

#endif
