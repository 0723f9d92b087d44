/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: Stop Markers that end a wait, or are lost.
 */
#ifndef PRISIM_TB_CHECKERS_MARKER_H
#define PRISIM_TB_CHECKERS_MARKER_H

#include "tb/checkers/checkers_request.h"

/* A Stop Marker that the driver never sees. */
struct lost_marker {
    uint32_t binding;
    unsigned finding; /* which of the findings tells it */
    prisim_cycle_t cycle;
    bool too_late; /* the wait had its marker by then */
};

struct markers {
    struct lost_marker *lost;
    uint32_t count, room;
};

void marker_taken(struct checkers *c, const struct prisim_event_driver_marker *e, const struct request *request);
void marker_lost(struct checkers *c, const struct request *request, prisim_cycle_t cycle, const char *how);
void marker_finish(struct checkers *c);

#endif
