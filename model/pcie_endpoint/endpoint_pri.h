/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/pcie_endpoint: what the other parts call of page requests, contexts and stops.
 */
#ifndef PRISIM_ENDPOINT_PRI_H
#define PRISIM_ENDPOINT_PRI_H

#include "model/pcie_endpoint/endpoint_state.h"

/* endpoint_group.c: the index and the credits of a group */
unsigned endpoint_group_open(struct endpoint_edge *e, unsigned job_index, unsigned members);
bool endpoint_group_is_open(const struct prisim_endpoint *s, unsigned index);
void endpoint_group_shrink(struct prisim_endpoint *s, unsigned index, unsigned members);
struct endpoint_group endpoint_group_free(struct prisim_endpoint *s, unsigned index);
void endpoint_group_free_all(struct prisim_endpoint *s);
uint32_t endpoint_groups_open(const struct prisim_endpoint *s);
uint32_t endpoint_group_most(const struct prisim_endpoint_config *config, uint32_t limit);
uint32_t endpoint_group_share(const struct prisim_endpoint_config *config, uint32_t pool);
uint16_t endpoint_group_final(const struct prisim_endpoint_config *config);

/* Jobs whose group is out, or open. */
static inline uint64_t endpoint_jobs_in_groups(const struct prisim_endpoint *s)
{
    return s->in[ENDPOINT_JOB_MEMBER] | s->in[ENDPOINT_JOB_LAST] | s->in[ENDPOINT_JOB_ASKED];
}

/* endpoint_pri.c, endpoint_stop.c */
void endpoint_pri_request(struct endpoint_edge *e, unsigned job_index);
void endpoint_pri_member(struct endpoint_edge *e, unsigned job_index);
void endpoint_pri_leave_group(struct endpoint_edge *e, unsigned job_index);
void endpoint_pri_raw(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *stimulus);
void endpoint_pri_response(struct endpoint_edge *e, const struct prisim_tlp_header *head);
/* One that comes while the function is in reset. */
void endpoint_pri_ignore(struct endpoint_edge *e, const struct prisim_tlp_header *head);
void endpoint_pri_drop_groups(struct endpoint_edge *e);
void endpoint_pri_failed(struct endpoint_edge *e);
void endpoint_pri_limit(const struct prisim_endpoint_config *config, struct prisim_endpoint *s);
/* A page that is missing is asked for, now or when page requests are on again; else there is no access (PCIE-PRIOFF).
 */
static inline bool endpoint_pri_asks(const struct endpoint_edge *e)
{
    const bool enabled = e->s->pri_enable || e->config->profile == PRISIM_ENDPOINT_IGNORES_ENABLE;
    return (enabled && !e->s->pri_halted) || e->config->on_pri_off == PRISIM_ENDPOINT_PRI_OFF_HOLD;
}
void endpoint_pri_went_off(struct endpoint_edge *e);

/* endpoint_shared.c: what comes from the PF, or from VFs; what is told at the end of a step; the ports of both. */
void endpoint_shared_hear(struct endpoint_edge *e, uint64_t arrived);
void endpoint_shared_tell(struct endpoint_edge *e);
uint64_t endpoint_shared_wires(const struct prisim_endpoint_config *config);

unsigned endpoint_context_find(const struct prisim_endpoint *s, uint32_t pasid);
void endpoint_context_run(struct endpoint_edge *e, uint32_t pasid);
void endpoint_stop_begin(struct endpoint_edge *e, uint32_t pasid);
void endpoint_context_check(struct endpoint_edge *e, unsigned context);
void endpoint_marker_begin(struct endpoint_edge *e, unsigned context);
void endpoint_marker_early(struct endpoint_edge *e, unsigned context);
void endpoint_marker_over(struct endpoint_edge *e, unsigned context);
void endpoint_marker_left(struct endpoint_edge *e, unsigned context);
void endpoint_marker_dropped(struct endpoint_edge *e, unsigned context);
void endpoint_marker_flush(struct endpoint_edge *e, uint32_t pasid);
void endpoint_marker_report_before(struct endpoint_edge *e, unsigned context);
void endpoint_marker_take_back(struct endpoint_edge *e);
void endpoint_stop_timers(struct endpoint_edge *e);

#endif
