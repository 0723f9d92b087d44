/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of page requests: how many of those that were taken at the port are in PROD, or lost
 * (SMMU-PRIOUTCOME). The queue tells it by its DECISION and COMMIT, and by PROD; who waits for it is in
 * smmu_messages.c. Nothing is counted where nobody waits.
 */
#include "model/smmu/traffic/smmu_traffic.h"

/* The queue has records under way in the order of its decisions, so that the one that settles is the oldest of them,
 * and all before it have settled. What was dropped behind one that is under way is counted once none is: later than
 * is true, never earlier. */
static void settle(struct smmu_edge *e, bool record)
{
    struct smmu_messages *m = &e->s->messages;
    if (record && m->in_flight > 0) {
        m->in_flight--;
        m->settled++;
    }
    if (m->in_flight == 0)
        m->settled = m->decided;
    if (m->count)
        smmu_timer_min(e->s, SMMU_TIMER_MESSAGE, e->now);
}

void smmu_pri_decision(struct smmu_edge *e, const struct prisim_pri_queue_decision *decision)
{
    struct smmu_messages *m = &e->s->messages;
    m->decided++;
    if (decision->cause == PRISIM_CAUSE_ACCEPTED)
        m->in_flight++;
    else
        settle(e, false);
}

/* A record that is written settles when PROD shows it. */
void smmu_pri_commit(struct smmu_edge *e, const struct prisim_pri_queue_commit *commit)
{
    if (commit->cause != PRISIM_CAUSE_ACCEPTED)
        settle(e, true);
}

/* PROD has passed one record more. */
void smmu_pri_shown(struct smmu_edge *e)
{
    if (prisim_smmu_follows_page_requests(e->config))
        settle(e, true);
}
