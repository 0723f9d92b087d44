/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim matrix: policies of unbind against what a device does, each cell decided over schedules (docs/matrix.md).
 */
#ifndef PRISIM_TB_MATRIX_H
#define PRISIM_TB_MATRIX_H

#include <argp.h>

#include "tb/program/matrix_cell.h"

/* The policies of the table: the first ones of policies.def, as docs/matrix.md has them; or one policy. */
enum { MATRIX_POLICIES = PRISIM_DRIVER_UNBIND_STOP_MARKER + 1, MATRIX_CELLS = MATRIX_POLICIES * MATRIX_DEVICES };

struct matrix {
    const char *file;
    uint32_t first, policies; /* the policies of the table, as the configuration counts them */
    unsigned cells;           /* by policy, then by device */
    struct matrix_cell cell[MATRIX_CELLS];
    struct matrix_result *result[MATRIX_CELLS]; /* of each list of the cell; shared by the processes */
};

/* Runs all lists of all cells in so many processes (1..256). False with a message of one line. */
bool matrix_run(struct matrix *matrix, unsigned jobs, char message[SWEEP_MESSAGE_MAX]);
void matrix_close(struct matrix *matrix);

/* How a cell is told: "clean", "partial" (a place was not found, and nobody knows why), "fails" or "hang". */
const char *matrix_cell_word(const struct matrix *matrix, unsigned cell);
/* Of boundary times place: how many, and how many were reached or are excluded. */
struct matrix_coverage {
    unsigned all, reached, excluded;
};
struct matrix_coverage matrix_coverage(const struct matrix *matrix, unsigned cell);
/* "wrong_address_space, promise_broken": those that are no sub-count of another. */
enum { MATRIX_HAZARD_WORDS = 400 };
void matrix_hazard_words(matrix_hazards hazards, char words[MATRIX_HAZARD_WORDS]);
uint64_t matrix_runs(const struct matrix *matrix);

enum matrix_format { MATRIX_TEXT, MATRIX_MARKDOWN, MATRIX_JSON, MATRIX_FORMATS };
void matrix_write(FILE *to, const struct matrix *matrix, enum matrix_format format);

extern const struct argp matrix_argp;

/* The command line after the command's name. Returns the exit code of prisim. */
int matrix_main(int argc, char **argv);

#endif
