/* SPDX-License-Identifier: Apache-2.0
 *
 * A PRI queue as the lockstep bench sees it: what it is offered at one clock edge, what it has published by the end of
 * that edge. One face for the RTL (dut_rtl.cpp) and for a second C block (dut_c.cpp); it knows no rule of the queue.
 */
#ifndef PRISIM_LOCKSTEP_DUT_H
#define PRISIM_LOCKSTEP_DUT_H

#include <memory>
#include <string>

#include "model/pri_queue/pri_queue.h"

namespace lockstep
{

enum : uint32_t {
    STREAMS = 1 << PRI_QUEUE_TX_RESPONSE | 1 << PRI_QUEUE_TX_MEMORY_REQUEST | 1 << PRI_QUEUE_TX_LOOKUP,
    PULSES = ((1 << PRI_QUEUE_TX_PORTS) - 1) & ~STREAMS,
    MSI_ID = 16 /* docs/timing/pri_queue.md "Ports" */
};

/* Published by the edge before. Payloads count under rx_valid. */
struct inputs {
    uint32_t rx_valid; /* one bit per enum pri_queue_rx */
    uint32_t tx_ready; /* one bit per enum pri_queue_tx; those of pulses are 1 */
    page_request request;
    memory_response memory;
    pri_queue_ppar lookup;
    pri_queue_control control;
};

/* Published by this edge. Payloads count under valid; members named `unused` are 0. */
struct outputs {
    uint32_t valid; /* one bit per enum pri_queue_tx */
    bool request_ready;
    bool idle; /* nothing will change until an input does; C: no step is due, an offered payload may still stand */
    prg_response response;
    memory_request memory;
    pri_queue_lookup lookup;
    pri_queue_status status;
    pri_queue_interrupt interrupt;
    pri_queue_abort abort;
    pri_queue_decision decision;
    pri_queue_commit commit;
};

inline bool has(uint32_t mask, unsigned port)
{
    return mask >> port & 1;
}

class dut
{
  public:
    virtual ~dut() = default;
    /* Asserts reset between two edges, shows what is published then, and holds it for some edges. */
    virtual void reset(const pri_queue_config &config, unsigned edges, outputs &shown) = 0;
    virtual void step(const inputs &in, outputs &out) = 0;
    virtual bool failed() const /* an assertion inside failed */
    {
        return false;
    }
    virtual void close_wave()
    {
    }
};

/* `wave` names a file for waves or is empty. Each program links one of them. */
std::unique_ptr<dut> make_dut(const std::string &wave);
extern const char *const dut_name;

} // namespace lockstep

#endif
