/* SPDX-License-Identifier: Apache-2.0
 *
 * How the program ends when a signal ends it: one last function is called, the parts of output files go, and the signal
 * is raised again, so that whoever waits for the program sees it. It knows nothing of what is kept then.
 */
#ifndef PRISIM_TB_ENDING_H
#define PRISIM_TB_ENDING_H

#include <stdbool.h>

/* Catches what people and systems end a program with (HUP, INT, QUIT, TERM), unless it is ignored already, and what a
 * broken program ends itself with (ABRT, SEGV, BUS, FPE, ILL), unless somebody else catches it (a sanitizer). A write
 * past the limit of a file's size is an error from then on, and no signal. */
void ending_install(void);

/* The last function, or NULL for none. It may do only what is async-signal-safe. */
void ending_watch(void (*last)(void *context, int signal), void *context);

/* Between the two a signal from outside waits, and a second one does not; a system call that takes long returns with
 * EINTR then. They nest. */
void ending_hold(void);
void ending_release(void);

/* Whether one waits. */
bool ending_waits(void);

/* "SIGINT" */
const char *ending_name(int signal);

#endif
