/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: what the parts that fetch and carry out commands call of one another (SMMU-COMMANDS).
 */
#ifndef PRISIM_SMMU_COMMANDS_H
#define PRISIM_SMMU_COMMANDS_H

#include "model/smmu/traffic/smmu_traffic.h"

/* smmu_command_fetch.c */
void smmu_command_kick(struct smmu_edge *e);
void smmu_command_request(struct smmu_edge *e, struct prisim_memory_request *to);
bool smmu_command_is_fetching(const struct prisim_smmu *s, unsigned line);
void smmu_command_fetched(struct smmu_edge *e, unsigned line, const struct prisim_memory_response *response);
/* The command at work is over: CONS passes it. */
void smmu_command_done(struct smmu_edge *e, bool has_sid, bool has_pasid);
void smmu_command_error(struct smmu_edge *e, enum prisim_command_error error);
void smmu_command_acknowledged(struct smmu_edge *e);
/* True if nothing is at work or on its way, and CONS shows all that was consumed. */
bool smmu_command_is_quiet(const struct prisim_smmu *s);
uint32_t smmu_command_index(const struct smmu_edge *e);
/* The two words of the command at work. */
static inline const uint64_t *smmu_command_words(const struct smmu_commands *c)
{
    const struct smmu_command_line *line = &c->line[c->head];
    return &line->dw[2 * line->next];
}
/* smmu_command_execute.c */
void smmu_command_execute(struct smmu_edge *e);
/* smmu_command_send.c: ATC_INV, PRI_RESP */
void smmu_command_send_begin(struct smmu_edge *e, const uint64_t dw[2]);
void smmu_command_send(struct smmu_edge *e, struct prisim_tlp *to);
/* smmu_command_sync.c */
void smmu_command_sync_begin(struct smmu_edge *e, const uint64_t dw[2]);
bool smmu_command_sync_run(struct smmu_edge *e);
/* smmu_prefetch.c; the one before is over */
void smmu_prefetch_start(struct smmu_edge *e, const uint64_t dw[2]);
void smmu_prefetch_end(struct smmu_edge *e);

/* smmu_itag.c */
bool smmu_itag_is_free(const struct prisim_smmu *s);
/* Gives the Invalidate Request that TLP of the command at work an ITag that is free. */
unsigned smmu_itag_open(struct smmu_edge *e, uint32_t stream_id, uint32_t tlp);
void smmu_itag_close(struct prisim_smmu *s, unsigned itag);
void smmu_itags_timer(struct prisim_smmu *s); /* the first deadline has changed */
/* smmu_atc_invalidate.c */
void smmu_itag_completed(struct smmu_edge *e, const struct prisim_tlp_header *head);
void smmu_itag_timeouts(struct smmu_edge *e);
/* smmu_tlbi.c: false is CERROR_ILL */
bool smmu_tlbi_execute(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2]);
/* smmu_config_invalidate.c: does a CFGI_* that there is */
void smmu_cfgi_execute(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2]);

#endif
