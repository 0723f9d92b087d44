/* SPDX-License-Identifier: Apache-2.0
 *
 * Ports to pins and back (pri_queue_rtl_tlm.h).
 */
#include "rtl/pri_queue_rtl_tlm.h"

namespace prisim
{

namespace
{
constexpr uint64_t always_taken = UINT64_C(1) << PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE |
                                  UINT64_C(1) << PRISIM_PRI_QUEUE_RX_LOOKUP |
                                  UINT64_C(1) << PRISIM_PRI_QUEUE_RX_CONTROL;
constexpr unsigned reset_edges = 2;

template <class Payload> void take(const struct prisim_ports &ports, unsigned port, Payload &to)
{
    if (ports.rx_valid >> port & 1)
        to = *static_cast<const Payload *>(ports.rx[port]);
}

template <class Payload> void put(struct prisim_ports *ports, uint64_t fresh, unsigned port, const Payload &from)
{
    if (fresh >> port & 1)
        *static_cast<Payload *>(prisim_ports_put(ports, port)) = from;
}
} // namespace

void pri_queue_rtl_tlm::reset()
{
    in_ = pri_queue_inputs{};
    pins_.reset(config_, reset_edges, out_);
}

void pri_queue_rtl_tlm::offer(const struct prisim_ports &ports)
{
    in_.rx_valid = static_cast<uint32_t>(ports.rx_valid);
    in_.tx_ready = static_cast<uint32_t>(ports.tx_ready) | ~pri_queue_streams;
    /* The three that are always taken are pulses at the pins: what arrived at this edge. */
    in_.rx_valid &= static_cast<uint32_t>(~always_taken | ports.rx_ready);
    take(ports, PRISIM_PRI_QUEUE_RX_REQUEST, in_.request);
    take(ports, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE, in_.memory);
    take(ports, PRISIM_PRI_QUEUE_RX_LOOKUP, in_.lookup);
    take(ports, PRISIM_PRI_QUEUE_RX_CONTROL, in_.control);
}

void pri_queue_rtl_tlm::publish(struct prisim_ports *ports, uint64_t fresh)
{
    put(ports, fresh, PRISIM_PRI_QUEUE_TX_RESPONSE, out_.response);
    put(ports, fresh, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, out_.memory);
    put(ports, fresh, PRISIM_PRI_QUEUE_TX_LOOKUP, out_.lookup);
    put(ports, fresh, PRISIM_PRI_QUEUE_TX_STATUS, out_.status);
    put(ports, fresh, PRISIM_PRI_QUEUE_TX_INTERRUPT, out_.interrupt);
    put(ports, fresh, PRISIM_PRI_QUEUE_TX_ABORT, out_.abort);
    put(ports, fresh, PRISIM_PRI_QUEUE_TX_DECISION, out_.decision);
    put(ports, fresh, PRISIM_PRI_QUEUE_TX_COMMIT, out_.commit);
    ports->ready |= always_taken;
    prisim_ports_set_ready(ports, PRISIM_PRI_QUEUE_RX_REQUEST, out_.request_ready);
}

prisim_cycle_t pri_queue_rtl_tlm::step(prisim_cycle_t now, struct prisim_ports *ports)
{
    offer(*ports);
    uint64_t standing = ports->tx_valid & ~ports->tx_ready; /* offered before and not taken at this edge */
    pins_.step(in_, out_);
    if (pins_.failed())
        SC_REPORT_FATAL("/prisim/rtl", (std::string(name()) + ": an assertion of rtl/pri_queue_sva.sv failed").c_str());
    publish(ports, out_.valid & ~standing);
    prisim_pri_queue_monitor(ports, now);
    return out_.idle ? PRISIM_CYCLE_NEVER : now + 1;
}

} // namespace prisim
