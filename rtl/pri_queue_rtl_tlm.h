/* SPDX-License-Identifier: Apache-2.0
 *
 * rtl/pri_queue.sv as a SystemC module with the sockets of pri_queue_tlm, so that it takes the C block's place in a
 * system. Registered adapters: it adds no cycle. The same monitor turns its port values into events. While its pin
 * `idle` is 1 no edge has to be clocked.
 */
#ifndef PRISIM_RTL_PRI_QUEUE_RTL_TLM_H
#define PRISIM_RTL_PRI_QUEUE_RTL_TLM_H

#include "model/core/stream_tlm.h"
#include "rtl/pri_queue_pins.h"

namespace prisim
{

class pri_queue_rtl_tlm : public clocked_module
{
  public:
    pri_queue_rtl_tlm(const sc_core::sc_module_name &name, const prisim_pri_queue_config &config,
                      const module_context &context = {})
        : clocked_module(name, context), config_(config)
    {
    }

    const prisim_pri_queue_config &config() const
    {
        return config_;
    }

    stream_rx<prisim_page_request> request{"request", *this, PRISIM_PRI_QUEUE_RX_REQUEST};
    stream_rx<prisim_memory_response> memory_answer{"memory_answer", *this, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE};
    stream_rx<prisim_pri_queue_ppar> lookup_answer{"lookup_answer", *this, PRISIM_PRI_QUEUE_RX_LOOKUP};
    stream_rx<prisim_pri_queue_control> control{"control", *this, PRISIM_PRI_QUEUE_RX_CONTROL};
    stream_tx<prisim_prg_response> response{"response", *this, PRISIM_PRI_QUEUE_TX_RESPONSE};
    stream_tx<prisim_memory_request> memory{"memory", *this, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST};
    stream_tx<prisim_pri_queue_lookup> lookup{"lookup", *this, PRISIM_PRI_QUEUE_TX_LOOKUP};
    stream_tx<prisim_pri_queue_status> status{"status", *this, PRISIM_PRI_QUEUE_TX_STATUS};
    stream_tx<prisim_pri_queue_interrupt> interrupt{"interrupt", *this, PRISIM_PRI_QUEUE_TX_INTERRUPT,
                                                    socket_need::optional};
    stream_tx<prisim_pri_queue_abort> abort{"abort", *this, PRISIM_PRI_QUEUE_TX_ABORT};
    stream_tx<prisim_pri_queue_decision> decision{"decision", *this, PRISIM_PRI_QUEUE_TX_DECISION,
                                                  socket_need::optional};
    stream_tx<prisim_pri_queue_commit> commit{"commit", *this, PRISIM_PRI_QUEUE_TX_COMMIT, socket_need::optional};

  protected:
    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *ports) override;
    void reset() override;

  private:
    void offer(const struct prisim_ports &ports);
    void publish(struct prisim_ports *ports, uint64_t fresh);

    const prisim_pri_queue_config config_;
    pri_queue_pins pins_;
    pri_queue_inputs in_{};
    pri_queue_outputs out_{};
};

} // namespace prisim

#endif
