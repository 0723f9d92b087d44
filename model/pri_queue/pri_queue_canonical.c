/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the PRI queue: registers, records in flight and automatic responses, each from the oldest on.
 * Not told: places of the two rings, which only name memory accesses; `work_at`, `wake` and `blocked`, which follow
 * from the rest.
 */
#include "model/pri_queue/pri_queue_state.h"

void prisim_page_request_canonical(struct prisim_canonical *to, const struct prisim_page_request *request)
{
    prisim_canonical_word(to, request->address);
    prisim_canonical_word(to, request->stream_id | (uint64_t)request->pasid << 32);
    prisim_canonical_prg(to, request->stream_id, request->prg_index);
    prisim_canonical_word(to, request->has_pasid | (uint64_t)request->access << 8 | (uint64_t)request->secure << 16);
}

static void tell_response(struct prisim_canonical *to, const struct prisim_prg_response *response, uint32_t pasid)
{
    prisim_canonical_word(to, response->stream_id | (uint64_t)pasid << 32);
    prisim_canonical_prg(to, response->stream_id, response->prg_index);
    prisim_canonical_word(to, response->has_pasid | (uint64_t)response->code << 8 | (uint64_t)response->cause << 16);
}

void prisim_prg_response_canonical(struct prisim_canonical *to, const struct prisim_prg_response *response)
{
    tell_response(to, response, response->has_pasid ? response->pasid : 0);
}

void prisim_pri_queue_access_canonical(struct prisim_canonical *to, uint32_t id)
{
    prisim_canonical_name(to, PRISIM_CANONICAL_ACCESS, id);
}

/* SMMU-QUEUE: slot and wrap bit count from CONS, and OVFLG by whether it is acknowledged. What software writes above
 * the wrap bit stays as it is. */
void prisim_pri_queue_index_canonical(struct prisim_canonical *to, uint32_t index, uint32_t cons, uint32_t size_log2)
{
    uint32_t mask = queue_index_mask(size_log2 & 31);
    prisim_canonical_word(to, ((index - cons) & mask) | (index & ~mask & ~QUEUE_INDEX_OVERFLOW) |
                                  ((index ^ cons) & QUEUE_INDEX_OVERFLOW));
}

/* One that nobody reads: what is above its wrap bit says nothing. */
static void tell_index(struct prisim_canonical *to, const struct prisim_pri_queue *state, uint32_t index)
{
    prisim_canonical_word(to, (index - state->cons) & queue_index_mask(state->size_log2 & 31));
}

static void tell_registers(struct prisim_canonical *to, const struct prisim_pri_queue *state)
{
    uint32_t flag = state->ovflg ? QUEUE_INDEX_OVERFLOW : 0;
    prisim_canonical_word(to, state->base);
    prisim_canonical_word(to, state->msi_address);
    prisim_canonical_word(to, state->msi_data | (uint64_t)state->size_log2 << 32);
    prisim_canonical_word(to, state->cons & ~QUEUE_INDEX_OVERFLOW & ~queue_index_mask(state->size_log2 & 31));
    prisim_pri_queue_index_canonical(to, state->prod | flag, state->cons, state->size_log2);
    tell_index(to, state, state->reserve);
    prisim_canonical_word(to, state->enable | (uint64_t)state->enable_ack << 8 | (uint64_t)state->changed << 16 |
                                  (uint64_t)state->last_only << 24);
    prisim_canonical_time(to, state->accept_at);
}

static void tell_records(struct prisim_canonical *to, const struct prisim_pri_queue *state)
{
    prisim_canonical_word(to, state->count | (uint64_t)state->offered << 32);
    prisim_canonical_word(to, state->unanswered | (uint64_t)state->failing << 32 | (uint64_t)state->abort_due << 40 |
                                  (uint64_t)state->abort_raised << 48 | (uint64_t)state->abort_active << 56);
    for (uint32_t i = 0; i < state->count && i < PRI_QUEUE_RECORDS_MAX; i++) {
        uint32_t at = (state->head + i) & (PRI_QUEUE_RECORDS_MAX - 1);
        const struct pri_queue_record *record = &state->record[at];
        bool answered = state->answered >> at & 1;
        prisim_page_request_canonical(to, &record->request);
        tell_index(to, state, record->index);
        prisim_canonical_word(to, answered ? UINT64_C(1) << 32 | record->status : 0);
        if (i >= state->offered)
            prisim_canonical_time(to, record->due);
        else if (!answered)
            prisim_pri_queue_access_canonical(to, at);
    }
}

static void tell_interrupt(struct prisim_canonical *to, const struct prisim_pri_queue *state)
{
    prisim_canonical_word(to, state->retired | (uint64_t)state->interrupt << 8 | (uint64_t)state->msi_due << 16 |
                                  (uint64_t)state->msi_in_flight << 24);
    if (state->retired) {
        prisim_canonical_word(to, state->retired_written | (uint64_t)state->retired_last << 8);
        tell_index(to, state, state->retired_index);
    }
    if (state->msi_in_flight)
        prisim_pri_queue_access_canonical(to, PRI_QUEUE_MSI_ID);
}

/* A response that has no PASID yet may get it by the STE. */
static void tell_answers(struct prisim_canonical *to, const struct prisim_pri_queue *state)
{
    prisim_canonical_word(to, state->answer_count);
    for (uint32_t i = 0; i < state->answer_count && i < PRI_QUEUE_RESPONSES_MAX; i++) {
        const struct pri_queue_answer *answer =
            &state->answer[(state->answer_head + i) & (PRI_QUEUE_RESPONSES_MAX - 1)];
        bool has_pasid = answer->response.has_pasid || answer->step != ANSWER_READY;
        tell_response(to, &answer->response, has_pasid ? answer->response.pasid : 0);
        prisim_canonical_word(to, answer->step);
    }
}

static void tell_control(struct prisim_canonical *to, const struct prisim_pri_queue *state,
                         const struct prisim_pri_queue_control *control)
{
    bool index = control->what == PRISIM_PRI_QUEUE_PROD || control->what == PRISIM_PRI_QUEUE_CONS;
    prisim_canonical_word(to, control->what);
    if (index)
        prisim_pri_queue_index_canonical(to, (uint32_t)control->value, state->cons, state->size_log2);
    else
        prisim_canonical_word(to, control->value);
}

static void tell_offered(struct prisim_canonical *to, const struct prisim_pri_queue *state,
                         const struct prisim_ports *ports)
{
    if (ports->rx_valid >> PRISIM_PRI_QUEUE_RX_REQUEST & 1)
        prisim_page_request_canonical(to, ports->rx[PRISIM_PRI_QUEUE_RX_REQUEST]);
    if (ports->rx_valid >> PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE & 1) {
        const struct prisim_memory_response *response = ports->rx[PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE];
        prisim_pri_queue_access_canonical(to, response->id);
        prisim_canonical_word(to, response->status);
    }
    if (ports->rx_valid >> PRISIM_PRI_QUEUE_RX_LOOKUP & 1) {
        const struct prisim_pri_queue_ppar *ppar = ports->rx[PRISIM_PRI_QUEUE_RX_LOOKUP];
        prisim_canonical_word(to, ppar->reachable | (uint64_t)ppar->ppar << 8);
    }
    if (ports->rx_valid >> PRISIM_PRI_QUEUE_RX_CONTROL & 1)
        tell_control(to, state, ports->rx[PRISIM_PRI_QUEUE_RX_CONTROL]);
}

void prisim_pri_queue_canonical(const struct prisim_pri_queue_config *config, const struct prisim_pri_queue *state,
                                const struct prisim_ports *ports, struct prisim_canonical *to)
{
    (void)config;
    tell_registers(to, state);
    tell_records(to, state);
    tell_interrupt(to, state);
    tell_answers(to, state);
    tell_offered(to, state, ports);
}
