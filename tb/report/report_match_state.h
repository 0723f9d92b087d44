/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to report_match.c and report_nothing.c: what is kept of a run while a filter is at work.
 */
#ifndef PRISIM_TB_REPORT_MATCH_STATE_H
#define PRISIM_TB_REPORT_MATCH_STATE_H

#include "tb/report/report_match.h"
#include "tb/report/report_ready.h"

/* Whose an item is that a worker has looked up and not yet given its page. */
struct report_owner {
    bool used;
    uint64_t item, stream_id, pasid, prgi;
};

struct report_match {
    const struct report_filter *filter;
    const struct scenario *scenario;
    struct report_ready ready[REPORT_TERMS_MAX];
    bool names_events; /* then those are selected too that the report leaves out by itself */
    int8_t stream_id[PRISIM_EVENT_TYPES], link[PRISIM_EVENT_TYPES], tlp[PRISIM_EVENT_TYPES];
    struct report_owner owner[PRISIM_DRIVER_WORKERS_MAX];
    uint64_t left_out, of_terms, pointed; /* events that match and are not told; that have all keys; and a point */
    bool any_before, any_after;
    prisim_cycle_t before, after; /* the nearest to a stretch of time */
};

#endif
