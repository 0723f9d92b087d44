/* SPDX-License-Identifier: Apache-2.0
 *
 * The file that a sweep writes: whole lines, each there as soon as its point is done, so that whatever ends the sweep
 * it can be gone on with.
 */
#ifndef PRISIM_TB_SWEEP_OUT_H
#define PRISIM_TB_SWEEP_OUT_H

#include "tb/program/sweep_rows.h"

struct sweep_out {
    const char *path; /* NULL: standard output */
    enum sweep_format format;
    int descriptor;
    size_t head, length; /* bytes of the header, and of all that is written */
};

/* Opens it and writes the header. With `resume` a file that is there already is kept: its header must be the same. What
 * follows the header is then in `*text`, whole lines, to be freed; else that is NULL. False with a message of one line.
 */
bool sweep_out_open(struct sweep_out *out, const struct sweep_plan *plan, bool resume, char **text,
                    char message[SWEEP_MESSAGE_MAX]);

/* Keeps so many bytes of the text behind the header, and goes on there. */
bool sweep_out_cut(struct sweep_out *out, size_t kept, char message[SWEEP_MESSAGE_MAX]);

/* Adds rows: all of them, or none and false with a message if they cannot be written. A signal from outside waits
 * meanwhile. */
bool sweep_out_rows(struct sweep_out *out, const struct sweep_plan *plan, const struct sweep_row *row, size_t count,
                    char message[SWEEP_MESSAGE_MAX]);

/* False with a message if the system could not keep what was written. */
bool sweep_out_close(struct sweep_out *out, char message[SWEEP_MESSAGE_MAX]);

#endif
