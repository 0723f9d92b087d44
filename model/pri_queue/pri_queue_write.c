/* SPDX-License-Identifier: Apache-2.0
 *
 * Records on their way to memory: writes offered in the order of the slots, several in flight, committed in order; what
 * an abort loses; PROD as software sees it (SMMU-PRIOUTCOME-6 to SMMU-PRIOUTCOME-8, SMMU-IRQCFG "Ordering",
 * SMMU-QUEUE).
 */
#include "model/core/bits.h"
#include "model/pri_queue/pri_queue_state.h"

static struct pri_queue_record *record_at(struct prisim_pri_queue *state, uint32_t nth)
{
    return &state->record[(state->head + nth) & (PRI_QUEUE_RECORDS_MAX - 1)];
}

/* SMMU-PRIENTRY: an SMMU without substreams writes SSV=X=Priv=0, whatever the request carried. */
static void write_record(const struct prisim_pri_queue_config *config, uint8_t data[PRISIM_PRI_QUEUE_RECORD_BYTES],
                         struct prisim_page_request request)
{
    if (!config->pasid_supported)
        request.has_pasid = 0;
    prisim_pri_queue_record_pack(data, &request);
}

void pri_queue_offer(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state, prisim_cycle_t now,
                     struct prisim_ports *ports)
{
    assert(state->offered <= state->count);
    if (state->offered == state->count || state->failing)
        return;
    const struct pri_queue_record *record = record_at(state, state->offered);
    if (now < record->due || !prisim_ports_can_put(ports, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST))
        return;
    uint32_t slot = queue_index_slot(record->index, state->size_log2);
    struct prisim_memory_request *request = prisim_ports_put(ports, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST);
    request->address = state->base + (uint64_t)slot * PRISIM_PRI_QUEUE_RECORD_BYTES;
    request->id = (state->head + state->offered) & (PRI_QUEUE_RECORDS_MAX - 1);
    request->size = PRISIM_PRI_QUEUE_RECORD_BYTES;
    request->write = 1;
    prisim_memory_of_no_stream(request);
    state->offered++;
    state->unanswered++;
    write_record(config, request->data, record->request);
}

static enum prisim_cause abort_cause(uint32_t status)
{
    return status == PRISIM_MEMORY_ABORT_LATE ? PRISIM_CAUSE_WRITE_ABORT_LATE : PRISIM_CAUSE_WRITE_ABORT;
}

/* Returns why an MSI was lost. */
static enum prisim_cause take_response(struct prisim_pri_queue *state, const struct prisim_memory_response *response)
{
    if (response->id == PRI_QUEUE_MSI_ID) {
        state->msi_in_flight = false;
        /* SMMU-PRIIRQ: an aborted MSI changes nothing else */
        return response->status == PRISIM_MEMORY_OK ? PRISIM_CAUSE_NONE : abort_cause(response->status);
    }
    assert(state->unanswered);
    state->unanswered--;
    struct pri_queue_record *record = &state->record[response->id];
    prisim_touch(&state->touched, record, sizeof *record);
    record->status = response->status;
    state->answered |= UINT32_C(1) << response->id;
    return PRISIM_CAUSE_NONE;
}

/* Its write was answered, or it is lost before it was offered. */
static bool head_is_settled(const struct prisim_pri_queue *state)
{
    return state->count && ((state->answered >> state->head & 1) || (state->failing && !state->offered));
}

static bool head_is_lost(const struct prisim_pri_queue *state)
{
    return state->failing || state->record[state->head].status != PRISIM_MEMORY_OK;
}

/* A lost record is reported when its Failure finds room behind the one of a request taken at the same edge. */
static bool answers_have_room(uint32_t answers)
{
    return answers + 2 <= PRI_QUEUE_RESPONSES_MAX;
}

bool pri_queue_commit_is_due(const struct prisim_pri_queue *state)
{
    return head_is_settled(state) && (!head_is_lost(state) || answers_have_room(state->answer_count));
}

static void pop_head(struct prisim_pri_queue *state)
{
    assert(state->count);
    state->answered &= ~(UINT32_C(1) << state->head);
    state->head = (state->head + 1) & (PRI_QUEUE_RECORDS_MAX - 1);
    state->count--;
    if (state->offered)
        state->offered--;
    if (!state->count)
        state->failing = false;
}

static inline void retire_head(struct prisim_pri_queue *state, enum prisim_cause cause, struct prisim_ports *ports)
{
    const struct pri_queue_record *record = &state->record[state->head];
    state->retired = true;
    state->retired_written = cause == PRISIM_CAUSE_ACCEPTED;
    state->retired_last = record->request.access & PRISIM_ACCESS_LAST;
    state->retired_index = record->index;
    struct prisim_pri_queue_commit *commit = prisim_ports_put(ports, PRISIM_PRI_QUEUE_TX_COMMIT);
    *commit = (struct prisim_pri_queue_commit){
        .request = record->request,
        .slot = queue_index_slot(record->index, state->size_log2),
        .lap = queue_index_lap(record->index, state->size_log2),
        .cause = (uint8_t)cause,
    };
    pop_head(state);
}

/* SMMU-PRIOUTCOME-7: Failure, without a PASID; SMMU-PRIOUTCOME-8: no answer. PROD stays, so what lies behind the record
 * is lost with it, each by its own write's status. */
static void lose_head(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                      struct prisim_ports *ports)
{
    const struct pri_queue_record *record = &state->record[state->head];
    enum prisim_cause cause = abort_cause(record->status);
    if (!state->failing) {
        state->failing = true;
        state->reserve = record->index;
        state->abort_raised = !state->abort_active;
        state->abort_due = (uint8_t)cause;
    }
    if (cause == PRISIM_CAUSE_WRITE_ABORT)
        pri_queue_answer_failure(config, state, &record->request, cause);
    retire_head(state, cause, ports);
}

/* SMMU-PRIOUTCOME, "Abort and the writes beside it": the error shows when no other write of a record is under way, so
 * that none lands in memory once software can see it. Returns why, if that is now. */
static enum prisim_cause take_abort_due(struct prisim_pri_queue *state)
{
    enum prisim_cause cause = state->unanswered ? PRISIM_CAUSE_NONE : (enum prisim_cause)state->abort_due;
    if (cause == PRISIM_CAUSE_NONE)
        return cause;
    state->abort_due = PRISIM_CAUSE_NONE;
    state->abort_raised = !state->abort_active;
    return cause;
}

static void put_abort(struct prisim_ports *ports, enum prisim_cause record_cause, enum prisim_cause msi_cause)
{
    struct prisim_pri_queue_abort *abort = prisim_ports_put(ports, PRISIM_PRI_QUEUE_TX_ABORT);
    *abort = (struct prisim_pri_queue_abort){
        .record = record_cause != PRISIM_CAUSE_NONE,
        .msi = msi_cause != PRISIM_CAUSE_NONE,
        .cause = (uint8_t)(record_cause != PRISIM_CAUSE_NONE ? record_cause : msi_cause),
    };
}

/* An edge at which something is lost, or may be. */
__attribute__((noinline)) static void commit_failing(const struct prisim_pri_queue_config *config,
                                                     struct prisim_pri_queue *state, uint32_t answers,
                                                     enum prisim_cause msi_cause, struct prisim_ports *ports)
{
    if (head_is_settled(state)) {
        if (!head_is_lost(state))
            retire_head(state, PRISIM_CAUSE_ACCEPTED, ports);
        else if (answers_have_room(answers))
            lose_head(config, state, ports);
    }
    enum prisim_cause abort = take_abort_due(state);
    assert(state->failing || state->abort_due == PRISIM_CAUSE_NONE);
    if (abort != PRISIM_CAUSE_NONE || msi_cause != PRISIM_CAUSE_NONE)
        put_abort(ports, abort, msi_cause);
}

void pri_queue_commit(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state, uint32_t answers,
                      const struct prisim_memory_response *response, struct prisim_ports *ports)
{
    enum prisim_cause msi_cause = response ? take_response(state, response) : PRISIM_CAUSE_NONE;
    if (msi_cause != PRISIM_CAUSE_NONE || head_is_lost(state))
        commit_failing(config, state, answers, msi_cause, ports);
    else if (head_is_settled(state))
        retire_head(state, PRISIM_CAUSE_ACCEPTED, ports);
}

/* SMMU-IRQCFG: record, then PROD, then interrupt. */
void pri_queue_publish(struct prisim_pri_queue *state)
{
    assert(state->retired);
    state->retired = false;
    if (!state->retired_written)
        return;
    bool was_empty = queue_index_is_empty(state->prod, state->cons, state->size_log2);
    state->prod = queue_index_of(state->retired_index + 1, state->size_log2);
    state->changed |= PRISIM_PRI_QUEUE_CHANGED_PROD;
    /* SMMU-PRIIRQ */
    if ((state->enable & PRISIM_PRI_QUEUE_ENABLE_IRQEN) && (state->last_only ? state->retired_last : was_empty))
        state->interrupt = true;
}
