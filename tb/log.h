/* SPDX-License-Identifier: Apache-2.0
 *
 * The log: every event as one line of JSON, in the order of the stream, and a digest of these lines. It leaves nothing
 * out and judges nothing; two runs are the same run if their logs are the same bytes.
 *
 *   {"cycle":26013,"at":"driver","event":"driver.resolve","point":"S2","item":0,"stream_id":"0x100","pasid":1,...}
 *
 * Fields stand in the order of model/core/events.def, by their formats: d a number, x a string "0x..", p a number or
 * null, b true or false, c and i a name, s the name of a space or null, a letters of "RWLXP". "point" is left out where
 * an event marks none.
 */
#ifndef PRISIM_TB_LOG_H
#define PRISIM_TB_LOG_H

#include "tb/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

struct log;

enum { LOG_DIGEST_MAX = 17 };

/* The scenario gives the names and must outlive the log. Without a path only the digest is made. NULL with errno set if
 * the file cannot be opened or there is no memory. */
struct log *log_open(const struct scenario *scenario, const char *path);

/* A listener (tb/stream.h). */
void log_event(void *log, const struct event *event);

/* 64-bit FNV-1a of all lines so far, as 16 hex digits. */
void log_digest(const struct log *log, char digest[LOG_DIGEST_MAX]);

/* Ends the log; the file appears at its path only if `keep`, and whole. False with errno set if it could not be
 * written; then there is no new file. */
bool log_close(struct log *log, bool keep);

#ifdef __cplusplus
}
#endif

#endif
