/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a request: the outcome table of SMMU-PRIOUTCOME, decided at the edge at which the request is taken.
 * It reserves a slot and starts an overflow; memory, PROD and OVFLG as software sees them come later.
 */
#include "model/pri_queue/pri_queue_state.h"

/* SMMU-PRIOUTCOME: from the top, the first match wins. */
static enum prisim_cause outcome(const struct prisim_pri_queue *state, const struct prisim_page_request *request)
{
    if (!pri_queue_is_on(state))
        return PRISIM_CAUSE_QUEUE_OFF; /* SMMU-PRIOUTCOME-1 */
    if (pri_queue_is_aborted(state))
        return PRISIM_CAUSE_QUEUE_ABORTED; /* SMMU-PRIOUTCOME-2 */
    if (request->secure)
        return PRISIM_CAUSE_SECURE_STREAM; /* SMMU-PRIOUTCOME-3 */
    if (pri_queue_is_in_overflow(state))
        return PRISIM_CAUSE_OVERFLOW_ACTIVE; /* SMMU-PRIOUTCOME-4: even if there is room */
    if (pri_queue_is_full(state))
        return PRISIM_CAUSE_QUEUE_FULL; /* SMMU-PRIOUTCOME-5 */
    return PRISIM_CAUSE_ACCEPTED;       /* SMMU-PRIOUTCOME-6 */
}

/* SMMU-PRIOUTCOME-6 */
static uint32_t reserve_slot(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                             prisim_cycle_t now, const struct prisim_page_request *request)
{
    assert(!state->failing && state->count < config->records_in_flight);
    uint32_t index = queue_index_of(state->reserve, state->size_log2);
    struct pri_queue_record *record = &state->record[(state->head + state->count) & (PRI_QUEUE_RECORDS_MAX - 1)];
    prisim_touch(&state->touched, record, sizeof *record);
    record->request = *request;
    record->due = now + config->write_latency;
    record->index = index;
    record->status = PRISIM_MEMORY_OK;
    state->count++;
    state->reserve = index + 1;
    return index;
}

/* SMMU-PRIOUTCOME-4 and SMMU-PRIOUTCOME-5. */
static void drop_in_overflow(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                             const struct prisim_page_request *request, bool starts)
{
    if (starts) {
        assert(!state->count && !state->retired); /* SMMU-QUEUE: PROD shows what fills the queue */
        state->ovflg = !state->ovflg;
        state->changed |= PRISIM_PRI_QUEUE_CHANGED_OVERFLOW;
    }
    if (!(request->access & PRISIM_ACCESS_LAST))
        return;
    /* SMMU-PRIIRQ: LO=1, L=1, dropped because of overflow; markers count. */
    if (state->last_only && (state->enable & PRISIM_PRI_QUEUE_ENABLE_IRQEN))
        state->interrupt = true;
    if (!pri_queue_is_stop_marker(config, request))
        pri_queue_answer_overflow(config, state, request);
}

/* What is not accepted is answered or dropped, in silence if need be. */
__attribute__((noinline)) static void refuse(const struct prisim_pri_queue_config *config,
                                             struct prisim_pri_queue *state, const struct prisim_page_request *request,
                                             enum prisim_cause cause)
{
    if (cause == PRISIM_CAUSE_OVERFLOW_ACTIVE || cause == PRISIM_CAUSE_QUEUE_FULL)
        drop_in_overflow(config, state, request, cause == PRISIM_CAUSE_QUEUE_FULL);
    else
        pri_queue_answer_failure(config, state, request, cause);
}

void pri_queue_accept(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state, prisim_cycle_t now,
                      struct prisim_ports *ports)
{
    const struct prisim_page_request *request = ports->rx[PRISIM_PRI_QUEUE_RX_REQUEST];
    assert(now >= state->accept_at);
    state->accept_at = now + config->accept_interval;

    enum prisim_cause cause = outcome(state, request);
    uint32_t index = 0;
    if (cause == PRISIM_CAUSE_ACCEPTED)
        index = reserve_slot(config, state, now, request);

    struct prisim_pri_queue_decision *decision = prisim_ports_put(ports, PRISIM_PRI_QUEUE_TX_DECISION);
    *decision = (struct prisim_pri_queue_decision){
        .request = *request,
        .slot = queue_index_slot(index, state->size_log2),
        .lap = queue_index_lap(index, state->size_log2),
        .cause = (uint8_t)cause,
        .overflow_starts = cause == PRISIM_CAUSE_QUEUE_FULL,
    };
    if (cause != PRISIM_CAUSE_ACCEPTED)
        refuse(config, state, request, cause);
}
