/* SPDX-License-Identifier: Apache-2.0
 *
 * The arguments of a DPI call to the pins of the C block and back, at one clock edge. It adds no cycle and knows no
 * rule of the queue.
 */
#include "rtl/dpi/prisim_pri_queue_dpi.h"

#include <stdlib.h>
#include <string.h>

#include "rtl/dpi/prisim_pri_queue_history.h"

_Static_assert(sizeof(unsigned) == 4 && sizeof(unsigned long long) == 8, "int and longint of SystemVerilog");

enum { WORDS = 4 /* of memory_request_data */ };

struct queue {
    struct pri_queue_pinned block;
    struct pri_queue_inputs in;
    struct pri_queue_outputs out;
    struct prisim_probe probe; /* its mask is 0: no events */
    struct history history;
};

/* A call without a queue shows this, and so does an output without its valid. */
static const struct pri_queue_outputs nothing;

static void reset(struct queue *queue)
{
    pri_queue_pinned_reset(&queue->block);
    memset(&queue->out, 0, sizeof queue->out);
}

void *prisim_pri_queue_create(unsigned api, unsigned size_log2_max, unsigned pps, unsigned pasid_supported,
                              unsigned msi_supported, unsigned auto_fail_last_only, unsigned stop_marker_needs_ssv,
                              unsigned accept_interval, unsigned write_latency, unsigned records_in_flight)
{
    const struct prisim_pri_queue_config config = {
        .size_log2_max = size_log2_max,
        .pps = pps,
        .pasid_supported = pasid_supported,
        .msi_supported = msi_supported,
        .auto_fail_last_only = auto_fail_last_only,
        .stop_marker_needs_ssv = stop_marker_needs_ssv,
        .accept_interval = accept_interval,
        .write_latency = write_latency,
        .records_in_flight = records_in_flight,
    };
    struct prisim_config_error error;
    if (api != PRISIM_PRI_QUEUE_API || !prisim_pri_queue_config_check(&config, &error))
        return NULL;
    struct queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        return NULL;
    queue->block.config = config;
    queue->block.probe = &queue->probe;
    queue->block.state = malloc(prisim_pri_queue_state_size(&config));
    if (!queue->block.state) {
        free(queue);
        return NULL;
    }
    reset(queue);
    return queue;
}

void prisim_pri_queue_close(void *handle)
{
    struct queue *queue = handle;
    if (!queue)
        return;
    free(queue->block.state);
    free(queue);
}

static void take_request(struct queue *queue, unsigned long long address, unsigned stream_id, unsigned pasid,
                         unsigned prg_index, unsigned char has_pasid, unsigned access, unsigned char secure)
{
    queue->in.request = (struct prisim_page_request){
        .address = address,
        .stream_id = stream_id,
        .pasid = pasid & 0xfffff,
        .prg_index = prg_index & 0x1ff,
        .has_pasid = has_pasid & 1,
        .access = access & 0x1f,
        .secure = secure & 1,
    };
}

static void take_answers(struct queue *queue, unsigned memory_id, unsigned memory_status, unsigned char reachable,
                         unsigned char ppar)
{
    queue->in.memory.id = memory_id;
    queue->in.memory.status = memory_status & 3;
    queue->in.lookup.reachable = reachable & 1;
    queue->in.lookup.ppar = ppar & 1;
}

static void clock_edge(struct queue *queue, bool rst_n, uint32_t rx_valid, uint32_t tx_ready)
{
    queue->in.rx_valid = rx_valid;
    queue->in.tx_ready = tx_ready | PRI_QUEUE_PULSES;
    struct pri_queue_outputs before = {.valid = queue->out.valid, .request_ready = queue->out.request_ready};
    if (rst_n)
        pri_queue_pinned_step(&queue->block, &queue->in, &queue->out);
    else
        reset(queue);
    history_note(&queue->history, rst_n, &queue->in, &before, &queue->out);
}

static bool offers(const struct pri_queue_outputs *out, enum prisim_pri_queue_tx tx)
{
    return out->valid >> tx & 1;
}

static void show_response(const struct pri_queue_outputs *out, unsigned char *valid, unsigned *stream_id,
                          unsigned *pasid, unsigned *prg_index, unsigned char *has_pasid, unsigned *code,
                          unsigned *cause)
{
    *valid = offers(out, PRISIM_PRI_QUEUE_TX_RESPONSE);
    const struct prisim_prg_response response = *valid ? out->response : nothing.response;
    *stream_id = response.stream_id;
    *pasid = response.has_pasid ? response.pasid : 0;
    *prg_index = response.prg_index;
    *has_pasid = response.has_pasid;
    *code = response.code;
    *cause = response.cause;
}

static void show_memory_request(const struct pri_queue_outputs *out, unsigned char *valid, unsigned long long *address,
                                unsigned *id, unsigned *size, unsigned char *write, uint32_t *data)
{
    *valid = offers(out, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST);
    const struct prisim_memory_request *request = *valid ? &out->memory : &nothing.memory;
    *address = request->address;
    *id = request->id;
    *size = request->size;
    *write = request->write;
    memset(data, 0, WORDS * sizeof *data);
    for (unsigned i = 0; i < request->size && i < WORDS * sizeof *data; i++)
        data[i / 4] |= (uint32_t)request->data[i] << 8 * (i % 4);
}

static void show_registers(const struct pri_queue_outputs *out, unsigned char *status_valid, unsigned *prod,
                           unsigned *cons, unsigned *enable_ack, unsigned *changed, unsigned char *interrupt_valid,
                           unsigned *interrupt_prod)
{
    *status_valid = offers(out, PRISIM_PRI_QUEUE_TX_STATUS);
    const struct prisim_pri_queue_status status = *status_valid ? out->status : nothing.status;
    *prod = status.prod;
    *cons = status.cons;
    *enable_ack = status.enable_ack;
    *changed = status.changed;
    *interrupt_valid = offers(out, PRISIM_PRI_QUEUE_TX_INTERRUPT);
    *interrupt_prod = *interrupt_valid ? out->interrupt.prod : 0;
}

static void show_abort(const struct pri_queue_outputs *out, unsigned char *valid, unsigned char *record,
                       unsigned char *msi, unsigned *cause)
{
    *valid = offers(out, PRISIM_PRI_QUEUE_TX_ABORT);
    const struct prisim_pri_queue_abort raised = *valid ? out->abort : nothing.abort;
    *record = raised.record;
    *msi = raised.msi;
    *cause = raised.cause;
}

static void show_request(const struct prisim_page_request *request, unsigned long long *address, unsigned *stream_id,
                         unsigned *pasid, unsigned *prg_index, unsigned char *has_pasid, unsigned *access,
                         unsigned char *secure)
{
    *address = request->address;
    *stream_id = request->stream_id;
    *pasid = request->pasid;
    *prg_index = request->prg_index;
    *has_pasid = request->has_pasid;
    *access = request->access;
    *secure = request->secure;
}

static unsigned char show_decision(const struct pri_queue_outputs *out, unsigned char *valid, unsigned *slot,
                                   unsigned *lap, unsigned *cause)
{
    *valid = offers(out, PRISIM_PRI_QUEUE_TX_DECISION);
    const struct prisim_pri_queue_decision *decision = *valid ? &out->decision : &nothing.decision;
    bool accepted = decision->cause == PRISIM_CAUSE_ACCEPTED;
    *slot = accepted ? decision->slot : 0;
    *lap = accepted ? decision->lap : 0;
    *cause = decision->cause;
    return decision->overflow_starts;
}

static void show_commit(const struct pri_queue_outputs *out, unsigned char *valid, unsigned *slot, unsigned *lap,
                        unsigned *cause)
{
    *valid = offers(out, PRISIM_PRI_QUEUE_TX_COMMIT);
    const struct prisim_pri_queue_commit *commit = *valid ? &out->commit : &nothing.commit;
    *slot = commit->slot;
    *lap = commit->lap;
    *cause = commit->cause;
}

int prisim_pri_queue_edge(
    void *handle, unsigned char rst_n,
    /* inputs */
    unsigned char request_valid, unsigned long long request_address, unsigned request_stream_id, unsigned request_pasid,
    unsigned request_prg_index, unsigned char request_has_pasid, unsigned request_access, unsigned char request_secure,
    unsigned char memory_response_valid, unsigned memory_response_id, unsigned memory_response_status,
    unsigned char lookup_answer_valid, unsigned char lookup_answer_reachable, unsigned char lookup_answer_ppar,
    unsigned char control_valid, unsigned control_what, unsigned long long control_value, unsigned char response_ready,
    unsigned char memory_request_ready, unsigned char lookup_ready,
    /* outputs */
    unsigned char *request_ready, unsigned char *response_valid, unsigned *response_stream_id, unsigned *response_pasid,
    unsigned *response_prg_index, unsigned char *response_has_pasid, unsigned *response_code, unsigned *response_cause,
    unsigned char *memory_request_valid, unsigned long long *memory_request_address, unsigned *memory_request_id,
    unsigned *memory_request_size, unsigned char *memory_request_write, uint32_t *memory_request_data,
    unsigned char *lookup_valid, unsigned *lookup_stream_id, unsigned char *status_valid, unsigned *status_prod,
    unsigned *status_cons, unsigned *status_enable_ack, unsigned *status_changed, unsigned char *interrupt_valid,
    unsigned *interrupt_prod, unsigned char *abort_valid, unsigned char *abort_record, unsigned char *abort_msi,
    unsigned *abort_cause, unsigned char *decision_valid, unsigned long long *decision_address,
    unsigned *decision_stream_id, unsigned *decision_pasid, unsigned *decision_prg_index,
    unsigned char *decision_has_pasid, unsigned *decision_access, unsigned char *decision_secure,
    unsigned *decision_slot, unsigned *decision_lap, unsigned *decision_cause, unsigned char *decision_overflow_starts,
    unsigned char *commit_valid, unsigned long long *commit_address, unsigned *commit_stream_id, unsigned *commit_pasid,
    unsigned *commit_prg_index, unsigned char *commit_has_pasid, unsigned *commit_access, unsigned char *commit_secure,
    unsigned *commit_slot, unsigned *commit_lap, unsigned *commit_cause, unsigned char *idle)
{
    struct queue *queue = handle;
    if (queue) {
        take_request(queue, request_address, request_stream_id, request_pasid, request_prg_index, request_has_pasid,
                     request_access, request_secure);
        take_answers(queue, memory_response_id, memory_response_status, lookup_answer_reachable, lookup_answer_ppar);
        queue->in.control = (struct prisim_pri_queue_control){control_value, control_what & 7, {0}};
        clock_edge(queue, rst_n & 1,
                   (request_valid & 1u) << PRISIM_PRI_QUEUE_RX_REQUEST |
                       (memory_response_valid & 1u) << PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE |
                       (lookup_answer_valid & 1u) << PRISIM_PRI_QUEUE_RX_LOOKUP |
                       (control_valid & 1u) << PRISIM_PRI_QUEUE_RX_CONTROL,
                   (response_ready & 1u) << PRISIM_PRI_QUEUE_TX_RESPONSE |
                       (memory_request_ready & 1u) << PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST |
                       (lookup_ready & 1u) << PRISIM_PRI_QUEUE_TX_LOOKUP);
    }
    const struct pri_queue_outputs *shown = queue ? &queue->out : &nothing;
    *request_ready = shown->request_ready;
    show_response(shown, response_valid, response_stream_id, response_pasid, response_prg_index, response_has_pasid,
                  response_code, response_cause);
    show_memory_request(shown, memory_request_valid, memory_request_address, memory_request_id, memory_request_size,
                        memory_request_write, memory_request_data);
    *lookup_valid = offers(shown, PRISIM_PRI_QUEUE_TX_LOOKUP);
    *lookup_stream_id = *lookup_valid ? shown->lookup.stream_id : 0;
    show_registers(shown, status_valid, status_prod, status_cons, status_enable_ack, status_changed, interrupt_valid,
                   interrupt_prod);
    show_abort(shown, abort_valid, abort_record, abort_msi, abort_cause);
    *decision_overflow_starts = show_decision(shown, decision_valid, decision_slot, decision_lap, decision_cause);
    show_request(*decision_valid ? &shown->decision.request : &nothing.commit.request, decision_address,
                 decision_stream_id, decision_pasid, decision_prg_index, decision_has_pasid, decision_access,
                 decision_secure);
    show_commit(shown, commit_valid, commit_slot, commit_lap, commit_cause);
    show_request(*commit_valid ? &shown->commit.request : &nothing.commit.request, commit_address, commit_stream_id,
                 commit_pasid, commit_prg_index, commit_has_pasid, commit_access, commit_secure);
    *idle = shown->idle && !shown->valid;
    return queue != NULL;
}

const char *prisim_pri_queue_history(void *handle, unsigned long long last)
{
    struct queue *queue = handle;
    return queue ? history_text(&queue->history, last) : "";
}
