/* SPDX-License-Identifier: Apache-2.0
 *
 * A PRI queue as payloads at one clock edge: what it is offered, what it shows; and the C block stepped that way,
 * without an engine. Payloads are written where the caller reads them: no copies. It adds no cycle.
 */
#ifndef PRISIM_PRI_QUEUE_PINS_H
#define PRISIM_PRI_QUEUE_PINS_H

#include "model/pri_queue/pri_queue.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Published by the edge before. Payloads count under rx_valid. */
struct pri_queue_inputs {
    uint32_t rx_valid; /* one bit per enum prisim_pri_queue_rx */
    uint32_t tx_ready; /* one bit per enum prisim_pri_queue_tx; those of pulses are 1 */
    struct prisim_page_request request;
    struct prisim_memory_response memory;
    struct prisim_pri_queue_ppar lookup;
    struct prisim_pri_queue_control control;
};

/* Published by this edge. Payloads count under valid; members named `unused` are 0. */
struct pri_queue_outputs {
    uint32_t valid; /* one bit per enum prisim_pri_queue_tx */
    bool request_ready;
    bool idle; /* nothing will change until an input does */
    struct prisim_prg_response response;
    struct prisim_memory_request memory;
    struct prisim_pri_queue_lookup lookup;
    struct prisim_pri_queue_status status;
    struct prisim_pri_queue_interrupt interrupt;
    struct prisim_pri_queue_abort abort;
    struct prisim_pri_queue_decision decision;
    struct prisim_pri_queue_commit commit;
};

enum {
    /* The outputs that stand until they are taken; the others are pulses. */
    PRI_QUEUE_STREAMS =
        1 << PRISIM_PRI_QUEUE_TX_RESPONSE | 1 << PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST | 1 << PRISIM_PRI_QUEUE_TX_LOOKUP,
    PRI_QUEUE_PULSES = ((1 << PRISIM_PRI_QUEUE_TX_PORTS) - 1) & ~PRI_QUEUE_STREAMS,
    /* The inputs without a ready pin: taken at every edge, the first one too. */
    PRI_QUEUE_ALWAYS_TAKEN =
        1 << PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE | 1 << PRISIM_PRI_QUEUE_RX_LOOKUP | 1 << PRISIM_PRI_QUEUE_RX_CONTROL,
    PRI_QUEUE_PINS_MSI_ID = 16 /* docs/timing/pri_queue.md "Ports" */
};

/* The C block by its pins. `state` is the caller's memory, of prisim_pri_queue_state_size; so is `probe`, with a mask
 * of 0. The caller sets the first three; reset sets the rest. */
struct pri_queue_pinned {
    struct prisim_pri_queue_config config;
    struct prisim_pri_queue *state;
    struct prisim_probe *probe;
    prisim_cycle_t now;
    struct prisim_ports ports; /* rx_ready as published by the last edge */
};

static inline void pri_queue_pinned_reset(struct pri_queue_pinned *queue)
{
    prisim_pri_queue_init(&queue->config, queue->state);
    queue->now = 0;
    prisim_ports_init(&queue->ports, queue->probe, 0);
    queue->ports.rx_ready = PRI_QUEUE_ALWAYS_TAKEN;
}

/* One clock edge. `out` keeps what the edge before published; after a reset it is all 0. */
static inline void pri_queue_pinned_step(struct pri_queue_pinned *queue, const struct pri_queue_inputs *in,
                                         struct pri_queue_outputs *out)
{
    struct prisim_ports *p = &queue->ports;
    p->rx_valid = in->rx_valid;
    p->tx_valid = out->valid;
    p->tx_ready = in->tx_ready;
    p->put = 0;
    p->ready = p->rx_ready;
    p->rx[PRISIM_PRI_QUEUE_RX_REQUEST] = &in->request;
    p->rx[PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE] = &in->memory;
    p->rx[PRISIM_PRI_QUEUE_RX_LOOKUP] = &in->lookup;
    p->rx[PRISIM_PRI_QUEUE_RX_CONTROL] = &in->control;
    p->tx[PRISIM_PRI_QUEUE_TX_RESPONSE] = &out->response;
    p->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST] = &out->memory;
    p->tx[PRISIM_PRI_QUEUE_TX_LOOKUP] = &out->lookup;
    p->tx[PRISIM_PRI_QUEUE_TX_STATUS] = &out->status;
    p->tx[PRISIM_PRI_QUEUE_TX_INTERRUPT] = &out->interrupt;
    p->tx[PRISIM_PRI_QUEUE_TX_ABORT] = &out->abort;
    p->tx[PRISIM_PRI_QUEUE_TX_DECISION] = &out->decision;
    p->tx[PRISIM_PRI_QUEUE_TX_COMMIT] = &out->commit;
    prisim_cycle_t wake = prisim_pri_queue_step(&queue->config, queue->state, queue->now, p);
    queue->now++;
    p->rx_ready = p->ready | PRI_QUEUE_ALWAYS_TAKEN;
    out->valid = (out->valid & ~in->tx_ready) | (uint32_t)p->put;
    out->request_ready = p->rx_ready >> PRISIM_PRI_QUEUE_RX_REQUEST & 1;
    out->idle = wake == PRISIM_CYCLE_NEVER;
}

#ifdef __cplusplus
}
#endif

#endif
