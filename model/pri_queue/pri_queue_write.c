/* SPDX-License-Identifier: Apache-2.0
 *
 * Records on their way to memory: writes offered in the order of the slots, several in flight, committed in order; what
 * an abort loses; PROD as software sees it (SMMU-PRIOUTCOME-6 to SMMU-PRIOUTCOME-8, SMMU-IRQCFG "Ordering",
 * SMMU-QUEUE).
 */
#include "model/core/bits.h"
#include "model/pri_queue/pri_queue_state.h"

static struct pri_queue_record *record_at(struct pri_queue *state, uint32_t nth)
{
    return &state->record[(state->head + nth) & (PRI_QUEUE_RECORDS_MAX - 1)];
}

/* SMMU-PRIENTRY: an SMMU without substreams writes SSV=X=Priv=0, whatever the request carried. */
static void write_record(const struct pri_queue_config *config, uint8_t data[PRI_QUEUE_RECORD_BYTES],
                         struct page_request request)
{
    if (!config->pasid_supported)
        request.has_pasid = 0;
    pri_queue_record_pack(data, &request);
}

void pri_queue_offer(const struct pri_queue_config *config, struct pri_queue *state, cycle_t now, struct ports *ports)
{
    assert(state->offered <= state->count);
    if (state->offered == state->count || state->failing)
        return;
    const struct pri_queue_record *record = record_at(state, state->offered);
    if (now < record->due || !ports_can_put(ports, PRI_QUEUE_TX_MEMORY_REQUEST))
        return;
    uint32_t slot = queue_index_slot(record->index, state->size_log2);
    struct memory_request *request = ports_put(ports, PRI_QUEUE_TX_MEMORY_REQUEST);
    request->address = state->base + (uint64_t)slot * PRI_QUEUE_RECORD_BYTES;
    request->id = (state->head + state->offered) & (PRI_QUEUE_RECORDS_MAX - 1);
    request->size = PRI_QUEUE_RECORD_BYTES;
    request->write = 1;
    memory_of_no_stream(request);
    state->offered++;
    state->unanswered++;
    write_record(config, request->data, record->request);
}

static enum cause abort_cause(uint32_t status)
{
    return status == MEMORY_ABORT_LATE ? CAUSE_WRITE_ABORT_LATE : CAUSE_WRITE_ABORT;
}

/* Returns why an MSI was lost. */
static enum cause take_response(struct pri_queue *state, const struct memory_response *response)
{
    if (response->id == PRI_QUEUE_MSI_ID) {
        state->msi_in_flight = false;
        /* SMMU-PRIIRQ: an aborted MSI changes nothing else */
        return response->status == MEMORY_OK ? CAUSE_NONE : abort_cause(response->status);
    }
    assert(state->unanswered);
    state->unanswered--;
    state->record[response->id].status = response->status;
    state->answered |= UINT32_C(1) << response->id;
    return CAUSE_NONE;
}

/* Its write was answered, or it is lost before it was offered. */
static bool head_is_settled(const struct pri_queue *state)
{
    return state->count && ((state->answered >> state->head & 1) || (state->failing && !state->offered));
}

static bool head_is_lost(const struct pri_queue *state)
{
    return state->failing || state->record[state->head].status != MEMORY_OK;
}

/* A lost record is reported when its Failure finds room behind the one of a request taken at the same edge. */
static bool answers_have_room(uint32_t answers)
{
    return answers + 2 <= PRI_QUEUE_RESPONSES_MAX;
}

bool pri_queue_commit_is_due(const struct pri_queue *state)
{
    return head_is_settled(state) && (!head_is_lost(state) || answers_have_room(state->answer_count));
}

static void pop_head(struct pri_queue *state)
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

static inline void retire_head(struct pri_queue *state, enum cause cause, struct ports *ports)
{
    const struct pri_queue_record *record = &state->record[state->head];
    state->retired = true;
    state->retired_written = cause == CAUSE_ACCEPTED;
    state->retired_last = record->request.access & ACCESS_LAST;
    state->retired_index = record->index;
    struct pri_queue_commit *commit = ports_put(ports, PRI_QUEUE_TX_COMMIT);
    *commit = (struct pri_queue_commit){
        .request = record->request,
        .slot = queue_index_slot(record->index, state->size_log2),
        .lap = queue_index_lap(record->index, state->size_log2),
        .cause = (uint8_t)cause,
    };
    pop_head(state);
}

/* SMMU-PRIOUTCOME-7: Failure, without a PASID; SMMU-PRIOUTCOME-8: no answer. PROD stays, so what lies behind the record
 * is lost with it, each by its own write's status. */
static void lose_head(const struct pri_queue_config *config, struct pri_queue *state, struct ports *ports)
{
    const struct pri_queue_record *record = &state->record[state->head];
    enum cause cause = abort_cause(record->status);
    if (!state->failing) {
        state->failing = true;
        state->reserve = record->index;
        state->abort_raised = !state->abort_active;
        state->abort_due = (uint8_t)cause;
    }
    if (cause == CAUSE_WRITE_ABORT)
        pri_queue_answer_failure(config, state, &record->request, cause);
    retire_head(state, cause, ports);
}

/* SMMU-PRIOUTCOME, "Abort and the writes beside it": the error shows when no other write of a record is under way, so
 * that none lands in memory once software can see it. Returns why, if that is now. */
static enum cause take_abort_due(struct pri_queue *state)
{
    enum cause cause = state->unanswered ? CAUSE_NONE : (enum cause)state->abort_due;
    if (cause == CAUSE_NONE)
        return cause;
    state->abort_due = CAUSE_NONE;
    state->abort_raised = !state->abort_active;
    return cause;
}

static void put_abort(struct ports *ports, enum cause record_cause, enum cause msi_cause)
{
    struct pri_queue_abort *abort = ports_put(ports, PRI_QUEUE_TX_ABORT);
    *abort = (struct pri_queue_abort){
        .record = record_cause != CAUSE_NONE,
        .msi = msi_cause != CAUSE_NONE,
        .cause = (uint8_t)(record_cause != CAUSE_NONE ? record_cause : msi_cause),
    };
}

/* An edge at which something is lost, or may be. */
__attribute__((noinline)) static void commit_failing(const struct pri_queue_config *config, struct pri_queue *state,
                                                     uint32_t answers, enum cause msi_cause, struct ports *ports)
{
    if (head_is_settled(state)) {
        if (!head_is_lost(state))
            retire_head(state, CAUSE_ACCEPTED, ports);
        else if (answers_have_room(answers))
            lose_head(config, state, ports);
    }
    enum cause abort = take_abort_due(state);
    assert(state->failing || state->abort_due == CAUSE_NONE);
    if (abort != CAUSE_NONE || msi_cause != CAUSE_NONE)
        put_abort(ports, abort, msi_cause);
}

void pri_queue_commit(const struct pri_queue_config *config, struct pri_queue *state, uint32_t answers,
                      const struct memory_response *response, struct ports *ports)
{
    enum cause msi_cause = response ? take_response(state, response) : CAUSE_NONE;
    if (msi_cause != CAUSE_NONE || head_is_lost(state))
        commit_failing(config, state, answers, msi_cause, ports);
    else if (head_is_settled(state))
        retire_head(state, CAUSE_ACCEPTED, ports);
}

/* SMMU-IRQCFG: record, then PROD, then interrupt. */
void pri_queue_publish(struct pri_queue *state)
{
    assert(state->retired);
    state->retired = false;
    if (!state->retired_written)
        return;
    bool was_empty = queue_index_is_empty(state->prod, state->cons, state->size_log2);
    state->prod = queue_index_of(state->retired_index + 1, state->size_log2);
    state->changed |= PRI_QUEUE_CHANGED_PROD;
    /* SMMU-PRIIRQ */
    if ((state->enable & PRI_QUEUE_ENABLE_IRQEN) && (state->last_only ? state->retired_last : was_empty))
        state->interrupt = true;
}
