/* SPDX-License-Identifier: Apache-2.0
 *
 * rtl/pri_queue.sv under Verilator, seen as payloads: what its pins are given at one clock edge, and what they show
 * after it. It adds no cycle and knows no rule of the queue.
 */
#ifndef PRISIM_RTL_PRI_QUEUE_PINS_H
#define PRISIM_RTL_PRI_QUEUE_PINS_H

#include <memory>
#include <string>

#include "model/pri_queue/pri_queue.h"

namespace prisim
{

/* Published by the edge before. Payloads count under rx_valid. */
struct pri_queue_inputs {
    uint32_t rx_valid; /* one bit per enum pri_queue_rx */
    uint32_t tx_ready; /* one bit per enum pri_queue_tx; those of pulses are 1 */
    page_request request;
    memory_response memory;
    pri_queue_ppar lookup;
    pri_queue_control control;
};

/* Published by this edge. Payloads count under valid; members named `unused` are 0. */
struct pri_queue_outputs {
    uint32_t valid; /* one bit per enum pri_queue_tx */
    bool request_ready;
    bool idle; /* nothing will change until an input does */
    prg_response response;
    memory_request memory;
    pri_queue_lookup lookup;
    pri_queue_status status;
    pri_queue_interrupt interrupt;
    pri_queue_abort abort;
    pri_queue_decision decision;
    pri_queue_commit commit;
};

/* The outputs that stand until they are taken; the others are pulses. */
constexpr uint32_t pri_queue_streams =
    1u << PRI_QUEUE_TX_RESPONSE | 1u << PRI_QUEUE_TX_MEMORY_REQUEST | 1u << PRI_QUEUE_TX_LOOKUP;

class pri_queue_pins
{
  public:
    /* `wave` names a file for waves, or is empty. */
    explicit pri_queue_pins(const std::string &wave = "");
    ~pri_queue_pins();

    /* Asserts reset between two edges, shows what is published then, and holds it for some edges. */
    void reset(const pri_queue_config &config, unsigned edges, pri_queue_outputs &shown);
    /* One clock edge. */
    void step(const pri_queue_inputs &in, pri_queue_outputs &out);
    bool failed() const; /* an assertion of rtl/pri_queue_sva.sv failed */
    void close_wave();

  private:
    class verilated;
    std::unique_ptr<verilated> top_;
};

} // namespace prisim

#endif
