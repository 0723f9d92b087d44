/* SPDX-License-Identifier: Apache-2.0
 *
 * The digest of a run: 64 bits over all its events in their order, without any text (docs/output.md, "The digest").
 * Two runs have one digest if they would have one log. What the log writes as a name counts by its name: a row more in
 * events.def or causes.def, or another rank of an instance, changes nothing for a run that does not show it.
 */
#ifndef PRISIM_TB_DIGEST_H
#define PRISIM_TB_DIGEST_H

#include "tb/scenario/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

struct digest;

enum { DIGEST_TEXT_MAX = 17 };

/* The scenario gives the names and is not asked again. NULL if there is no memory. */
struct digest *digest_open(const struct scenario *scenario);
void digest_close(struct digest *digest);

/* A listener (tb/engine/stream.h), for all types of events. */
void digest_event(void *digest, const struct prisim_event *event);

/* The digest of the order in which some instances had their events: the same without cycles, but for whether an event
 * is at the same edge as the one before it: one that is judged by "not before" is judged otherwise an edge earlier.
 * `instances`: a bit for each rank (tb/system/system.h). */
struct digest *digest_open_order(const struct scenario *scenario, uint64_t instances);
/* Its listener, for all types of events; it takes those of its instances. */
void digest_order_event(void *digest, const struct prisim_event *event);

/* Of the events so far, as 16 hex digits. */
void digest_text(const struct digest *digest, char text[DIGEST_TEXT_MAX]);

/* How many events there were, and the cycle of the last of them; 0 without any. */
uint64_t digest_events(const struct digest *digest);
prisim_cycle_t digest_last(const struct digest *digest);

#ifdef __cplusplus
}
#endif

#endif
