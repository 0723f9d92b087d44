/* SPDX-License-Identifier: Apache-2.0
 *
 * Port values of one edge as events. It has no memory and sees no registers, so that the events of this block and of
 * one that takes its place are made by the same code.
 */
#include "model/core/bits.h"
#include "model/pri_queue/pri_queue.h"

static uint64_t pasid_of(bool has_pasid, uint32_t pasid)
{
    return has_pasid ? pasid : PASID_NONE;
}

static void decided(const struct ports *ports, cycle_t now)
{
    const struct pri_queue_decision *decision = ports->tx[PRI_QUEUE_TX_DECISION];
    const struct page_request *request = &decision->request;
    uint64_t pasid = pasid_of(request->has_pasid, request->pasid);
    if (decision->cause == CAUSE_ACCEPTED)
        PROBE(ports, now, pri_queue_accept, .slot = decision->slot, .lap = decision->lap,
              .stream_id = request->stream_id, .pasid = pasid, .prgi = request->prg_index, .address = request->address,
              .access = request->access);
    else
        PROBE(ports, now, pri_queue_drop, .stream_id = request->stream_id, .pasid = pasid, .prgi = request->prg_index,
              .address = request->address, .access = request->access, .cause = decision->cause);
}

static void committed(const struct ports *ports, cycle_t now)
{
    const struct pri_queue_commit *commit = ports->tx[PRI_QUEUE_TX_COMMIT];
    const struct page_request *request = &commit->request;
    uint64_t pasid = pasid_of(request->has_pasid, request->pasid);
    if (commit->cause == CAUSE_ACCEPTED)
        PROBE(ports, now, pri_queue_write, .slot = commit->slot, .lap = commit->lap, .stream_id = request->stream_id,
              .pasid = pasid, .prgi = request->prg_index, .address = request->address, .access = request->access);
    else
        PROBE(ports, now, pri_queue_lost, .slot = commit->slot, .lap = commit->lap, .stream_id = request->stream_id,
              .pasid = pasid, .prgi = request->prg_index, .access = request->access, .cause = commit->cause);
}

static void status_changed(const struct ports *ports, cycle_t now)
{
    const struct pri_queue_status *status = ports->tx[PRI_QUEUE_TX_STATUS];
    uint32_t wr = status->prod & ~PRI_QUEUE_OVFLG;
    bool ovflg = status->prod & PRI_QUEUE_OVFLG;
    if (status->changed & PRI_QUEUE_CHANGED_PROD)
        PROBE(ports, now, pri_queue_prod, .prod = wr, .ovflg = ovflg);
    if (status->changed & PRI_QUEUE_CHANGED_OVERFLOW)
        PROBE(ports, now, pri_queue_overflow, .prod = wr, .ovflg = ovflg);
}

static void controlled(const struct ports *ports, cycle_t now)
{
    const struct pri_queue_control *control = ports->rx[PRI_QUEUE_RX_CONTROL];
    if (control->what == PRI_QUEUE_CONS)
        PROBE(ports, now, pri_queue_cons, .cons = bits_get(control->value, 0, 20),
              .ovackflg = bit_get(control->value, 31));
}

static void responded(const struct ports *ports, cycle_t now)
{
    const struct prg_response *response = ports->tx[PRI_QUEUE_TX_RESPONSE];
    PROBE(ports, now, pri_queue_response, .stream_id = response->stream_id,
          .pasid = pasid_of(response->has_pasid, response->pasid), .prgi = response->prg_index, .code = response->code,
          .cause = response->cause);
}

static void aborted(const struct ports *ports, cycle_t now)
{
    const struct pri_queue_abort *abort = ports->tx[PRI_QUEUE_TX_ABORT];
    if (abort->record)
        PROBE(ports, now, pri_queue_abort, .cause = abort->cause, .msi = false);
    if (abort->msi)
        PROBE(ports, now, pri_queue_abort, .cause = abort->cause, .msi = true);
}

void pri_queue_monitor(const struct ports *ports, cycle_t now)
{
    if (ports_has_arrived(ports, PRI_QUEUE_RX_CONTROL))
        controlled(ports, now);
    const uint64_t silent = 1 << PRI_QUEUE_TX_MEMORY_REQUEST | 1 << PRI_QUEUE_TX_LOOKUP;
    uint64_t put = ports->put & ~silent;
    if (!put)
        return;
    if (put >> PRI_QUEUE_TX_DECISION & 1)
        decided(ports, now);
    if (put >> PRI_QUEUE_TX_COMMIT & 1)
        committed(ports, now);
    if (put >> PRI_QUEUE_TX_ABORT & 1)
        aborted(ports, now);
    if (put >> PRI_QUEUE_TX_STATUS & 1)
        status_changed(ports, now);
    if (put >> PRI_QUEUE_TX_RESPONSE & 1)
        responded(ports, now);
    if (put >> PRI_QUEUE_TX_INTERRUPT & 1) {
        const struct pri_queue_interrupt *pulse = ports->tx[PRI_QUEUE_TX_INTERRUPT];
        PROBE(ports, now, pri_queue_interrupt, .prod = pulse->prod);
    }
}
