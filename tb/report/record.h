/* SPDX-License-Identifier: Apache-2.0
 *
 * The record: a log as bytes, for runs whose text would cost more than the run. It holds all that a log holds, with the
 * names, so that a later version reads it: record_read makes of it the lines that log.h would have written.
 *
 *   file    "prisim record 1\n", tables, events, 0xff, and how many events there were, as 8 bytes
 *   tables  types, causes, places, spaces: how many as 2 bytes, then the text of each, as 2 bytes of length and its
 * bytes. A type is its text, its name, how many fields, and of each the format (1 byte, enum prisim_field_format) and
 *           the text before its value
 *   event   type and instance, a byte each; then numbers, each as a byte that says of how many bytes it is, 1 to 8, and
 *           these: the cycles since the event before, and each field
 *
 * Numbers of more than a byte begin with the lowest. A record of a run that ended before its end has no 0xff.
 */
#ifndef PRISIM_TB_RECORD_H
#define PRISIM_TB_RECORD_H

#include <stdio.h>

#include "tb/scenario/scenario.h"

struct record;

/* The scenario gives the names. A path of "-" is standard output. NULL with errno set if the file cannot be opened or
 * there is no memory. */
struct record *record_open(const struct scenario *scenario, const char *path);

/* A listener (tb/engine/stream.h). */
void record_event(void *record, const struct prisim_event *event);

/* errno of the first write that failed, or 0. */
int record_error(const struct record *record);

/* Ends the record before its run: keeps what there is at its path. Nothing may be recorded after it. False with errno
 * set if it could not be written. Async-signal-safe. */
bool record_end(struct record *record);

/* Lets go of the record; it appears at its path only if `keep`. False with errno set if it could not be written. */
bool record_close(struct record *record, bool keep);

/* What reading came to: a record of a run that ended (RECORD_WHOLE) or did not, something else, or no room for the
 * lines, errno says why. */
enum record_read { RECORD_WHOLE, RECORD_CUT, RECORD_BAD, RECORD_UNWRITTEN };
enum { RECORD_MESSAGE_MAX = 160 };

/* Writes the lines of a record. RECORD_BAD: `message` says at which byte what was expected. */
enum record_read record_read(FILE *from, FILE *to, char message[RECORD_MESSAGE_MAX]);

#endif
