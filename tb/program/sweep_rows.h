/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of a sweep as text: CSV or JSON Lines (docs/sweeps.md), both ways, so that an interrupted sweep can be gone
 * on with. A row says what its point is, and what came of it.
 */
#ifndef PRISIM_TB_SWEEP_ROWS_H
#define PRISIM_TB_SWEEP_ROWS_H

#include "tb/program/sweep_point.h"

enum sweep_format { SWEEP_CSV, SWEEP_JSONL };

/* A point and what came of it. */
struct sweep_row {
    struct sweep_point point;
    uint64_t positions; /* of a step: how many have this order; else 0 */
    struct verdict_of_run verdict;
    prisim_cycle_t cycles;
    uint32_t hazard[HAZARDS];
    char digest[DIGEST_TEXT_MAX];
    char order[DIGEST_TEXT_MAX];
};

void sweep_row_of(const struct sweep_point *point, const struct sweep_result *result, struct sweep_row *row);

/* What stands first: which sweep this is (version, digest of the scenario file, settings, axes), and for CSV the names
 * of the columns; whole lines. `file_digest`: of the scenario file. Of a sweep that wants the same there is the same
 * text.
 */
void sweep_rows_header(FILE *to, const struct sweep_plan *plan, enum sweep_format format, uint64_t file_digest);

/* One row, with its newline. */
void sweep_row_write(FILE *to, const struct sweep_plan *plan, enum sweep_format format, const struct sweep_row *row);

/* The row of a line that sweep_row_write would write for row->point (and for a step whose position is not known yet,
 * that place). False if it would not. The line ends with its newline. */
bool sweep_row_read(const struct sweep_plan *plan, enum sweep_format format, const char *line, struct sweep_row *row);

/* 64-bit FNV-1a of a file's bytes. False with errno set. */
bool sweep_file_digest(const char *file, uint64_t *digest);

#endif
