/* SPDX-License-Identifier: Apache-2.0
 *
 * What a terminal is told of a sweep: how far it is while it runs, and at its end which values gave what. Where
 * standard error is no terminal, nothing.
 */
#ifndef PRISIM_TB_SWEEP_TOLD_H
#define PRISIM_TB_SWEEP_TOLD_H

#include "tb/program/sweep_rows.h"

struct sweep_told;

/* NULL, which the others take, if standard error is no terminal. */
struct sweep_told *sweep_told_open(const struct sweep_plan *plan);
void sweep_told_row(struct sweep_told *told, const struct sweep_row *row);
/* So many of so many points are done. Takes no time if it was said a moment ago. */
void sweep_told_progress(struct sweep_told *told, uint64_t done, uint64_t of);
/* Prints the summary. Of orders: how many runs they took. */
void sweep_told_close(struct sweep_told *told, uint64_t runs);

/* "clean", "wrong_address_space (fail)": the hazards that are no sub-count of another, or else the outcome; and the
 * verdict if it is not pass. */
enum { SWEEP_WORDS_MAX = 256 };
void sweep_row_words(const struct sweep_row *row, char words[SWEEP_WORDS_MAX]);

#endif
