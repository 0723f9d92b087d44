/* SPDX-License-Identifier: Apache-2.0
 *
 * The log: every event as one line of JSON, in the order of the stream. It leaves nothing out and judges nothing; two
 * runs are the same run if their logs are the same bytes, and a digest says so without the text (tb/report/digest.h). A
 * log that ends before its run has a last line that says why (docs/output.md); one that is whole has no such line.
 *
 *   {"cycle":26013,"at":"driver","event":"driver.resolve","point":"S2","item":0,"stream_id":"0x100","pasid":1,...}
 *
 * Fields stand in the order of model/core/events.def, by their formats: d a number, x a string "0x..", p a number or
 * null, b true or false, c and i a name, s the name of a space or null, a letters of "RWLXP". "point" is left out where
 * an event marks none.
 */
#ifndef PRISIM_TB_LOG_H
#define PRISIM_TB_LOG_H

#include "tb/scenario/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

struct log;

/* The scenario gives the names and must outlive the log. A path of "-" is standard output. NULL with errno set if the
 * file cannot be opened or there is no memory. */
struct log *log_open(const struct scenario *scenario, const char *path);

/* A listener (tb/engine/stream.h). */
void log_event(void *log, const struct prisim_event *event);

/* errno of the first write that failed, or 0. */
int log_error(const struct log *log);

/* Ends the log before its run: keeps what was logged at its path, with a last line {"end":why,key:detail}; after a
 * write that failed, as much as leaves room for that line. False with errno set if that could not be done. Nothing may
 * be logged after it. Async-signal-safe; `detail` is text that needs no escapes, of at most LOG_DETAIL_MAX bytes. */
enum { LOG_DETAIL_MAX = 120 };
bool log_end(struct log *log, const char *why, const char *key, const char *detail);

/* Lets go of the log; it appears at its path only if `keep`. False with errno set if it could not be written; then what
 * was written before is kept, as log_end does. */
bool log_close(struct log *log, bool keep);

#ifdef __cplusplus
}
#endif

#endif
