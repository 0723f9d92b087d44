/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU's event queue: what software is not told.
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

/* smmu.event: a merged record is told by the one that waits (SMMU-EVENTQ). */
void on_event_record(struct checkers *c, const struct prisim_event *event)
{
    uint64_t cause = event->smmu_event.cause;
    const struct context *context = binding_context(c, event->smmu_event.stream_id, event->smmu_event.pasid);
    if (cause == PRISIM_CAUSE_ACCEPTED)
        stall_recorded(c, event);
    c->counters[COUNTER_EXIT_EVENT_RECORDS] += context != NULL && binding_exits(binding_get(c, context->bound));
    c->counters[COUNTER_EVENT_RECORDS_LOST] += cause != PRISIM_CAUSE_ACCEPTED && cause != PRISIM_CAUSE_MERGED;
}

/* smmu.event_overflow */
void on_event_overflow(struct checkers *c, const struct prisim_event *event)
{
    checkers_hit(c, HAZARD_EVENT_QUEUE_OVERFLOW, event->cycle,
                 "the event queue overflowed at cycle %" PRIu64 " (PROD 0x%" PRIx64 "): from here on records are lost",
                 event->cycle, event->smmu_event_overflow.prod);
}
