/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the PRI queue: its registers, and the stages that work on them. Nobody else includes this.
 *
 * A stage decides on registers as they were before the edge and on the payload that arrives on its own port
 * (docs/timing/pri_queue.md). prisim_pri_queue_step calls the stages in the order that makes it so.
 */
#ifndef PRISIM_PRI_QUEUE_STATE_H
#define PRISIM_PRI_QUEUE_STATE_H

#include "model/core/queue_index.h"
#include "model/core/touched.h"
#include "model/pri_queue/pri_queue.h"

enum {
    PRI_QUEUE_RECORDS_MAX = 16,              /* configuration's limit of records_in_flight */
    PRI_QUEUE_RESPONSES_MAX = 8,             /* automatic responses that wait */
    PRI_QUEUE_MSI_ID = PRI_QUEUE_RECORDS_MAX /* memory id of the MSI; records use their place in the ring */
};

_Static_assert((PRI_QUEUE_RECORDS_MAX & (PRI_QUEUE_RECORDS_MAX - 1)) == 0, "rings wrap by a mask");
_Static_assert((PRI_QUEUE_RESPONSES_MAX & (PRI_QUEUE_RESPONSES_MAX - 1)) == 0, "rings wrap by a mask");

/* A record from its request's edge to its commit. */
struct pri_queue_record {
    struct prisim_page_request request;
    prisim_cycle_t due; /* edge from which its write is offered */
    uint32_t index;     /* slot and wrap bit */
    uint32_t status;    /* enum prisim_memory_status, once answered */
};

enum pri_queue_answer_step { ANSWER_READY, ANSWER_LOOKUP_DUE, ANSWER_LOOKUP_ASKED };

/* An automatic response that waits for its turn, and perhaps for the STE. */
struct pri_queue_answer {
    struct prisim_prg_response response;
    enum pri_queue_answer_step step;
};

struct prisim_pri_queue {
    struct prisim_touched touched; /* no part of what the state means */
    /* When a stage has work, if nothing arrives and no port of `blocked` becomes free; when the next step is due, be it
     * only to publish ready. */
    prisim_cycle_t work_at, wake;
    uint64_t blocked; /* tx ports that something waits for */

    /* Registers that software writes. */
    uint64_t base; /* address, aligned */
    uint64_t msi_address;
    uint32_t msi_data;
    uint32_t size_log2;
    uint32_t cons;  /* RD and OVACKFLG as written */
    uint8_t enable; /* PRI_QUEUE_ENABLE_* */
    bool last_only; /* LO */

    /* Registers that software reads. */
    uint32_t prod; /* WR as published */
    bool ovflg;    /* as published */
    uint8_t enable_ack;
    uint8_t changed; /* PRI_QUEUE_CHANGED_* of this edge; 0 between edges */

    /* Accept stage. */
    uint32_t reserve;         /* WR of the next record: PROD plus the slots in flight */
    prisim_cycle_t accept_at; /* the first edge at which a request may be taken */

    /* Write and commit stages: a ring in the order of the slots. */
    uint32_t head, count; /* records in flight */
    uint32_t offered;     /* of them, how many have been offered to memory */
    uint32_t unanswered;  /* and of those, how many memory has not answered */
    uint32_t answered;    /* one bit per place in the ring */
    bool failing;         /* a write aborted: what is in the ring is lost */
    uint8_t abort_due;    /* enum prisim_cause: ABORT is due when `unanswered` is 0; or PRISIM_CAUSE_NONE */
    bool abort_raised;    /* from the first loss until the SMMU says that GERROR is active */
    bool abort_active;    /* as the SMMU says */

    /* Publish stage: what the commit stage retired at the edge before. */
    bool retired;         /* a record left the ring */
    bool retired_written; /* into memory, so that PROD passes it */
    bool retired_last;    /* its L */
    uint32_t retired_index;

    /* Interrupt stage. */
    bool interrupt;     /* signal at the next edge */
    bool msi_due;       /* one more MSI is wanted */
    bool msi_in_flight; /* offered and not answered */

    uint32_t answer_head, answer_count;
    struct pri_queue_answer answer[PRI_QUEUE_RESPONSES_MAX];

    /* From here on every write is told (model/core/touched.h). */
    struct pri_queue_record record[PRI_QUEUE_RECORDS_MAX];
};

/* True if any event of this block is recorded: else there is nothing to monitor. */
static inline bool pri_queue_is_watched(const struct prisim_probe *probe)
{
    return prisim_probe_records_any(probe, PRISIM_EVENT_PRI_QUEUE_ACCEPT, PRISIM_EVENT_PRI_QUEUE_ABORT);
}

/* SMMU-GERROR: the queue is not writable. */
static inline bool pri_queue_is_aborted(const struct prisim_pri_queue *state)
{
    return state->abort_raised || state->abort_active;
}

/* SMMU-PRIMSG; and SMMU-PRIENTRY: a marker has SSV=1, so there is none without substreams. */
static inline bool pri_queue_is_stop_marker(const struct prisim_pri_queue_config *config,
                                            const struct prisim_page_request *request)
{
    bool can_be = config->pasid_supported || !config->stop_marker_needs_ssv;
    return can_be && prisim_page_request_is_stop_marker(request);
}

/* SMMU-CR0: effective PRIQEN */
static inline bool pri_queue_is_on(const struct prisim_pri_queue *state)
{
    const uint8_t enabled = PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN;
    return (state->enable & enabled) == enabled;
}

/* SMMU-QUEUE, overflow flag protocol: the condition is present. */
static inline bool pri_queue_is_in_overflow(const struct prisim_pri_queue *state)
{
    return state->ovflg != (state->cons >> 31 & 1);
}

/* Slots in flight count: `reserve` is ahead of PROD by them; if software moves RD back that sum may wrap, so PROD
 * counts too. */
static inline bool pri_queue_is_full(const struct prisim_pri_queue *state)
{
    return queue_index_is_full(state->reserve, state->cons, state->size_log2) ||
           queue_index_is_full(state->prod, state->cons, state->size_log2);
}

/* SMMU-QUEUE, overflow flag protocol: an overflow never shows with a queue that PROD and CONS show not full, and a
 * record that has a slot can still be lost. So what would find the queue full waits for the fate of those on their way.
 */
static inline bool pri_queue_awaits_fate(const struct prisim_pri_queue *state)
{
    return (state->count || state->retired) && pri_queue_is_on(state) && !pri_queue_is_aborted(state) &&
           !pri_queue_is_in_overflow(state) && pri_queue_is_full(state);
}

/* pri_queue_accept.c: takes the request that arrives. */
void pri_queue_accept(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state, prisim_cycle_t now,
                      struct prisim_ports *ports);

/* True if a request may be taken at the next edge as far as registers say, pacing aside. */
static inline bool pri_queue_accept_has_room(const struct prisim_pri_queue_config *config,
                                             const struct prisim_pri_queue *state)
{
    /* An abort that software acknowledged while lost records are still in the ring: their slots are not free yet. */
    bool stale = state->failing && !pri_queue_is_aborted(state);
    return state->count < config->records_in_flight && state->answer_count < PRI_QUEUE_RESPONSES_MAX && !stale &&
           !pri_queue_awaits_fate(state);
}

/* pri_queue_write.c: offers the write that is due; commits or loses the oldest record. */
void pri_queue_offer(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state, prisim_cycle_t now,
                     struct prisim_ports *ports);
/* True if the registers as they are wait for that answer. An answer to nothing that was asked is not believed. */
static inline bool pri_queue_awaits(const struct prisim_pri_queue *state, const struct prisim_memory_response *response)
{
    if (response->id == PRI_QUEUE_MSI_ID)
        return state->msi_in_flight;
    uint32_t nth = (response->id - state->head) & (PRI_QUEUE_RECORDS_MAX - 1);
    return response->id < PRI_QUEUE_RECORDS_MAX && nth < state->offered && !(state->answered >> response->id & 1);
}

/* `answers` is how many automatic responses waited before this edge, `response` what memory answered at it, or NULL. */
void pri_queue_commit(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state, uint32_t answers,
                      const struct prisim_memory_response *response, struct prisim_ports *ports);
void pri_queue_publish(struct prisim_pri_queue *state);
/* True if the oldest record can leave the ring at the next edge. */
bool pri_queue_commit_is_due(const struct prisim_pri_queue *state);

/* pri_queue_interrupt.c: signals what the publish stage found; offers the MSI. */
void pri_queue_signal(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                      struct prisim_ports *ports);

/* pri_queue_response.c: automatic responses. */
void pri_queue_answer_failure(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                              const struct prisim_page_request *request, enum prisim_cause cause);
void pri_queue_answer_overflow(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                               const struct prisim_page_request *request);
void pri_queue_answer_step(struct prisim_pri_queue *state, uint32_t answers, struct prisim_ports *ports);

/* pri_queue_control.c: registers. */
void pri_queue_control(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                       struct prisim_ports *ports);
/* The enable_ack that the next edge may publish. */
uint8_t pri_queue_ack_next(const struct prisim_pri_queue *state);

#endif
