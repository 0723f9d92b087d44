/* SPDX-License-Identifier: Apache-2.0
 *
 * Port values of one edge as events. It has no memory and sees no registers, so that the events of this block and of
 * one that takes its place are made by the same code.
 */
#include "model/core/bits.h"
#include "model/pri_queue/pri_queue.h"

static uint64_t pasid_of(bool has_pasid, uint32_t pasid)
{
    return has_pasid ? pasid : PRISIM_PASID_NONE;
}

static void decided(const struct prisim_ports *ports, prisim_cycle_t now)
{
    const struct prisim_pri_queue_decision *decision = ports->tx[PRISIM_PRI_QUEUE_TX_DECISION];
    const struct prisim_page_request *request = &decision->request;
    uint64_t pasid = pasid_of(request->has_pasid, request->pasid);
    if (decision->cause == PRISIM_CAUSE_ACCEPTED)
        PRISIM_PROBE(ports, now, pri_queue_accept, .slot = decision->slot, .lap = decision->lap,
                     .stream_id = request->stream_id, .pasid = pasid, .prgi = request->prg_index,
                     .address = request->address, .access = request->access);
    else
        PRISIM_PROBE(ports, now, pri_queue_drop, .stream_id = request->stream_id, .pasid = pasid,
                     .prgi = request->prg_index, .address = request->address, .access = request->access,
                     .cause = decision->cause);
}

static void committed(const struct prisim_ports *ports, prisim_cycle_t now)
{
    const struct prisim_pri_queue_commit *commit = ports->tx[PRISIM_PRI_QUEUE_TX_COMMIT];
    const struct prisim_page_request *request = &commit->request;
    uint64_t pasid = pasid_of(request->has_pasid, request->pasid);
    if (commit->cause == PRISIM_CAUSE_ACCEPTED)
        PRISIM_PROBE(ports, now, pri_queue_write, .slot = commit->slot, .lap = commit->lap,
                     .stream_id = request->stream_id, .pasid = pasid, .prgi = request->prg_index,
                     .address = request->address, .access = request->access);
    else
        PRISIM_PROBE(ports, now, pri_queue_lost, .slot = commit->slot, .lap = commit->lap,
                     .stream_id = request->stream_id, .pasid = pasid, .prgi = request->prg_index,
                     .access = request->access, .cause = commit->cause);
}

static void status_changed(const struct prisim_ports *ports, prisim_cycle_t now)
{
    const struct prisim_pri_queue_status *status = ports->tx[PRISIM_PRI_QUEUE_TX_STATUS];
    uint32_t wr = status->prod & ~PRISIM_PRI_QUEUE_OVFLG;
    bool ovflg = status->prod & PRISIM_PRI_QUEUE_OVFLG;
    if (status->changed & PRISIM_PRI_QUEUE_CHANGED_PROD)
        PRISIM_PROBE(ports, now, pri_queue_prod, .prod = wr, .ovflg = ovflg);
    if (status->changed & PRISIM_PRI_QUEUE_CHANGED_OVERFLOW)
        PRISIM_PROBE(ports, now, pri_queue_overflow, .prod = wr, .ovflg = ovflg);
}

static void controlled(const struct prisim_ports *ports, prisim_cycle_t now)
{
    const struct prisim_pri_queue_control *control = ports->rx[PRISIM_PRI_QUEUE_RX_CONTROL];
    if (control->what == PRISIM_PRI_QUEUE_CONS)
        PRISIM_PROBE(ports, now, pri_queue_cons, .cons = prisim_bits_get(control->value, 0, 20),
                     .ovackflg = prisim_bit_get(control->value, 31));
}

static void responded(const struct prisim_ports *ports, prisim_cycle_t now)
{
    const struct prisim_prg_response *response = ports->tx[PRISIM_PRI_QUEUE_TX_RESPONSE];
    PRISIM_PROBE(ports, now, pri_queue_response, .stream_id = response->stream_id,
                 .pasid = pasid_of(response->has_pasid, response->pasid), .prgi = response->prg_index,
                 .code = response->code, .cause = response->cause);
}

static void aborted(const struct prisim_ports *ports, prisim_cycle_t now)
{
    const struct prisim_pri_queue_abort *abort = ports->tx[PRISIM_PRI_QUEUE_TX_ABORT];
    if (abort->record)
        PRISIM_PROBE(ports, now, pri_queue_abort, .cause = abort->cause, .msi = false);
    if (abort->msi)
        PRISIM_PROBE(ports, now, pri_queue_abort, .cause = abort->cause, .msi = true);
}

void prisim_pri_queue_monitor(const struct prisim_ports *ports, prisim_cycle_t now)
{
    if (prisim_ports_has_arrived(ports, PRISIM_PRI_QUEUE_RX_CONTROL))
        controlled(ports, now);
    const uint64_t silent = 1 << PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST | 1 << PRISIM_PRI_QUEUE_TX_LOOKUP;
    uint64_t put = ports->put & ~silent;
    if (!put)
        return;
    if (put >> PRISIM_PRI_QUEUE_TX_DECISION & 1)
        decided(ports, now);
    if (put >> PRISIM_PRI_QUEUE_TX_COMMIT & 1)
        committed(ports, now);
    if (put >> PRISIM_PRI_QUEUE_TX_ABORT & 1)
        aborted(ports, now);
    if (put >> PRISIM_PRI_QUEUE_TX_STATUS & 1)
        status_changed(ports, now);
    if (put >> PRISIM_PRI_QUEUE_TX_RESPONSE & 1)
        responded(ports, now);
    if (put >> PRISIM_PRI_QUEUE_TX_INTERRUPT & 1) {
        const struct prisim_pri_queue_interrupt *pulse = ports->tx[PRISIM_PRI_QUEUE_TX_INTERRUPT];
        PRISIM_PROBE(ports, now, pri_queue_interrupt, .prod = pulse->prod);
    }
}
