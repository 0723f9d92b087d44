/* SPDX-License-Identifier: Apache-2.0
 *
 * Automatic responses (SMMU-PRIOUTCOME-1 to SMMU-PRIOUTCOME-5 and SMMU-PRIOUTCOME-7, SMMU-PRIAUTO): a short queue,
 * answered in order, one STE lookup at a time. Responses that software asks for (CMD_PRI_RESP) do not come by here.
 */
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue_state.h"

static inline void push(struct prisim_pri_queue *state, const struct prisim_page_request *request,
                        enum prisim_prg_response_code code, bool with_pasid, enum prisim_cause cause,
                        enum pri_queue_answer_step step)
{
    assert(state->answer_count < PRI_QUEUE_RESPONSES_MAX);
    struct pri_queue_answer *answer =
        &state->answer[(state->answer_head + state->answer_count++) & (PRI_QUEUE_RESPONSES_MAX - 1)];
    answer->response = (struct prisim_prg_response){
        .stream_id = request->stream_id,
        .pasid = request->pasid,
        .prg_index = request->prg_index,
        .has_pasid = with_pasid,
        .code = (uint8_t)code,
        .cause = (uint8_t)cause,
    };
    answer->step = step;
}

/* SMMU-PRIOUTCOME-1 to SMMU-PRIOUTCOME-3 and SMMU-PRIOUTCOME-7: Failure without a PASID to every page request, Last or
 * not (PCIE-PARAMETER-7). */
void pri_queue_answer_failure(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                              const struct prisim_page_request *request, enum prisim_cause cause)
{
    if (pri_queue_is_stop_marker(config, request) ||
        (config->auto_fail_last_only && !(request->access & PRISIM_ACCESS_LAST)))
        return;
    push(state, request, PRISIM_PRG_FAILURE, false, cause, ANSWER_READY);
}

/* SMMU-PRIAUTO: the request is a page request with Last=1. */
void pri_queue_answer_overflow(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                               const struct prisim_page_request *request)
{
    assert(request->access & PRISIM_ACCESS_LAST && !pri_queue_is_stop_marker(config, request));
    if (!request->has_pasid || !config->pasid_supported)
        push(state, request, PRISIM_PRG_SUCCESS, false, PRISIM_CAUSE_AUTO_NO_PASID, ANSWER_READY);
    else if (config->pps)
        push(state, request, PRISIM_PRG_SUCCESS, true, PRISIM_CAUSE_AUTO_PPS, ANSWER_READY);
    else
        push(state, request, PRISIM_PRG_SUCCESS, false, PRISIM_CAUSE_AUTO_NO_PPAR, ANSWER_LOOKUP_DUE);
}

/* SMMU-PRIAUTO, rows with PPS=0 */
static void take_ppar(struct pri_queue_answer *answer, const struct prisim_pri_queue_ppar *ppar)
{
    struct prisim_prg_response *response = &answer->response;
    assert(response->code == PRISIM_PRG_SUCCESS && !response->has_pasid);
    if (!ppar->reachable) {
        response->code = PRISIM_PRG_FAILURE;
        response->cause = PRISIM_CAUSE_AUTO_NO_STE;
    } else if (ppar->ppar) {
        response->has_pasid = 1;
        response->cause = PRISIM_CAUSE_AUTO_PPAR;
    }
    answer->step = ANSWER_READY;
}

void pri_queue_answer_step(struct prisim_pri_queue *state, uint32_t answers, struct prisim_ports *ports)
{
    /* What was queued at this very edge waits for the next one. */
    if (!answers)
        return;
    assert(answers <= state->answer_count);
    struct pri_queue_answer *answer = &state->answer[state->answer_head];
    switch (answer->step) {
    case ANSWER_READY:
        if (!prisim_ports_can_put(ports, PRISIM_PRI_QUEUE_TX_RESPONSE))
            return;
        struct prisim_prg_response *response = prisim_ports_put(ports, PRISIM_PRI_QUEUE_TX_RESPONSE);
        *response = answer->response;
        state->answer_head = (state->answer_head + 1) & (PRI_QUEUE_RESPONSES_MAX - 1);
        state->answer_count--;
        return;
    case ANSWER_LOOKUP_DUE:
        if (!prisim_ports_can_put(ports, PRISIM_PRI_QUEUE_TX_LOOKUP))
            return;
        struct prisim_pri_queue_lookup *lookup = prisim_ports_put(ports, PRISIM_PRI_QUEUE_TX_LOOKUP);
        *lookup = (struct prisim_pri_queue_lookup){.stream_id = answer->response.stream_id};
        answer->step = ANSWER_LOOKUP_ASKED;
        return;
    case ANSWER_LOOKUP_ASKED:
        if (prisim_ports_has_arrived(ports, PRISIM_PRI_QUEUE_RX_LOOKUP))
            take_ppar(answer, ports->rx[PRISIM_PRI_QUEUE_RX_LOOKUP]);
        return;
    }
}
