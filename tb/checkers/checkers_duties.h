/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: duties and blame.
 */
#ifndef PRISIM_TB_CHECKERS_DUTIES_H
#define PRISIM_TB_CHECKERS_DUTIES_H

#include "tb/checkers/checkers.h"

struct context;
struct group;
struct request;

struct duties {
    const struct stream *told; /* who hears of broken ones, or NULL */
};

void duties_open(struct checkers *c);
/* What was just seen shows that the party, an instance, broke the duty. */
void duties_broken(struct checkers *c, prisim_cycle_t cycle, unsigned party, enum duty duty, uint64_t stream_id,
                   uint64_t pasid);

/* Of a function, at the event that shows it. */
void duty_broken_by(struct checkers *c, const struct prisim_event *event, unsigned endpoint, enum duty duty,
                    uint64_t pasid);

/* The same, of the function whose event it is. */
void duty_broken_here(struct checkers *c, const struct prisim_event *event, enum duty duty, uint64_t pasid);

/* Of one that a page request breaks by being there: it is after the stop. */
void duty_no_new_request(struct checkers *c, const struct prisim_event *event, struct request *request);

/* checkers_duties_stop.c: what a function owes at the stop of a PASID, and behind it */
void duty_group_closed(struct checkers *c, const struct prisim_event *event, unsigned endpoint, uint32_t binding,
                       uint64_t pasid);
uint32_t duty_markers_owed(struct checkers *c, unsigned endpoint, const struct context *context);
void duty_marker_paid(struct checkers *c, struct context *context);
void duty_marker_excused(struct checkers *c, unsigned endpoint, const struct context *context);
void duty_markers_excused(struct checkers *c, unsigned endpoint, enum prisim_cause cause);
void duty_marker_first(struct checkers *c, const struct prisim_event *event, struct context *context, uint32_t binding);
void duty_finish(struct checkers *c, prisim_cycle_t end, bool idle);

/* checkers_duties_response.c: what a function owes when it is answered */
void duty_response(struct checkers *c, const struct prisim_event *event, const struct group *group);

/* checkers_duties_fabric.c: a TLP that was not to be passed was, as the order at the SMMU's port shows */
void duty_passed_at_port(struct checkers *c, const struct request *passed, prisim_cycle_t cycle);

#endif
