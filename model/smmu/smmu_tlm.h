/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU as SystemC modules. smmu_core_tlm is the block alone, with the PRI queue's channels exported (pri_queue:
 * external); smmu_tlm holds it and a PRI queue of its own. Both have the same timing.
 */
#ifndef PRISIM_SMMU_TLM_H
#define PRISIM_SMMU_TLM_H

#include "model/core/block_tlm.h"
#include "model/core/memory_tlm.h"
#include "model/core/stream_tlm.h"
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue_tlm.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_registers.h"

namespace prisim
{

class smmu_core_tlm : public block_module<prisim_smmu_config, prisim_smmu, prisim_smmu_config_check,
                                          prisim_smmu_state_size, prisim_smmu_init, prisim_smmu_step>,
                      public memory_target::debug_access
{
  public:
    smmu_core_tlm(const sc_core::sc_module_name &name, const prisim_smmu_config &config,
                  const module_context &context = {})
        : block_module(name, config, context)
    {
    }

    /* Registers by transport_dbg: reads of words, without time and side effects; writes are refused. */
    unsigned debug(bool write, uint64_t offset, unsigned char *data, unsigned size) override
    {
        return write ? 0 : prisim_smmu_register_debug(&config_, state_, offset, data, size);
    }

    stream_rx<prisim_tlp> up{"up", *this, PRISIM_SMMU_RX_UP};
    stream_tx<prisim_tlp> down{"down", *this, PRISIM_SMMU_TX_DOWN};
    memory_initiator memory{"memory", *this, PRISIM_SMMU_TX_MEMORY_REQUEST, PRISIM_SMMU_RX_MEMORY_RESPONSE};
    memory_initiator dma{"dma", *this, PRISIM_SMMU_TX_DMA_REQUEST, PRISIM_SMMU_RX_DMA_RESPONSE};
    memory_target registers{
        "registers", *this, PRISIM_SMMU_RX_REGISTER, PRISIM_SMMU_TX_REGISTER_RESPONSE, this, PRISIM_SMMU_FRAME_BYTES};
    stream_tx<prisim_smmu_interrupt> interrupt{"interrupt", *this, PRISIM_SMMU_TX_INTERRUPT, socket_need::optional};
    stream_tx<prisim_atc_timeout> atc_timeout{"atc_timeout", *this, PRISIM_SMMU_TX_ATC_TIMEOUT, socket_need::optional};

    stream_tx<prisim_page_request> pri_request{"pri_request", *this, PRISIM_SMMU_TX_PRI_REQUEST, pri_need()};
    stream_tx<prisim_memory_response> pri_memory_answer{"pri_memory_answer", *this, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE,
                                                        pri_need()};
    stream_tx<prisim_pri_queue_ppar> pri_lookup_answer{"pri_lookup_answer", *this, PRISIM_SMMU_TX_PRI_LOOKUP,
                                                       pri_need()};
    stream_tx<prisim_pri_queue_control> pri_control{"pri_control", *this, PRISIM_SMMU_TX_PRI_CONTROL, pri_need()};
    stream_rx<prisim_prg_response> pri_response{"pri_response", *this, PRISIM_SMMU_RX_PRI_RESPONSE, pri_need()};
    stream_rx<prisim_memory_request> pri_memory{"pri_memory", *this, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST, pri_need()};
    stream_rx<prisim_pri_queue_lookup> pri_lookup{"pri_lookup", *this, PRISIM_SMMU_RX_PRI_LOOKUP, pri_need()};
    stream_rx<prisim_pri_queue_status> pri_status{"pri_status", *this, PRISIM_SMMU_RX_PRI_STATUS, pri_need()};
    stream_rx<prisim_pri_queue_interrupt> pri_interrupt{"pri_interrupt", *this, PRISIM_SMMU_RX_PRI_INTERRUPT,
                                                        socket_need::optional};
    stream_rx<prisim_pri_queue_abort> pri_abort{"pri_abort", *this, PRISIM_SMMU_RX_PRI_ABORT, pri_need()};
    stream_rx<prisim_pri_queue_decision> pri_decision{"pri_decision", *this, PRISIM_SMMU_RX_PRI_DECISION,
                                                      follow_need()};
    stream_rx<prisim_pri_queue_commit> pri_commit{"pri_commit", *this, PRISIM_SMMU_RX_PRI_COMMIT, follow_need()};

    /* Joins the exported channels to a PRI queue: ours, or one with the same sockets. Of ours it is known, and looked
     * at, whether it is the queue that the ID registers describe, and whether it has the SMMU's clock. A foreign queue
     * must be reset with the SMMU: what it has asked before a reset is never answered. */
    template <class Queue> void bind_pri_queue(Queue &queue)
    {
        if constexpr (std::is_base_of_v<clocked_module, Queue>) {
            check_queue(queue.name(), queue.config());
            clocked_like(queue);
        }
        pri_request.socket.bind(queue.request.socket);
        pri_memory_answer.socket.bind(queue.memory_answer.socket);
        pri_lookup_answer.socket.bind(queue.lookup_answer.socket);
        pri_control.socket.bind(queue.control.socket);
        queue.response.socket.bind(pri_response.socket);
        queue.memory.socket.bind(pri_memory.socket);
        queue.lookup.socket.bind(pri_lookup.socket);
        queue.status.socket.bind(pri_status.socket);
        queue.interrupt.socket.bind(pri_interrupt.socket);
        queue.abort.socket.bind(pri_abort.socket);
        if (prisim_smmu_follows_page_requests(&config_))
            follow(queue, 0);
    }

  private:
    /* An SMMU without PRI has no queue. */
    socket_need pri_need() const
    {
        return config_.pri ? socket_need::mandatory : socket_need::optional;
    }

    socket_need follow_need() const
    {
        return config_.pri && prisim_smmu_follows_page_requests(&config_) ? socket_need::mandatory
                                                                          : socket_need::optional;
    }

    /* Only a queue with a debug group says what becomes of page requests. */
    template <class Queue>
    auto follow(Queue &queue, int) -> decltype(queue.decision.socket, queue.commit.socket, void())
    {
        queue.decision.socket.bind(pri_decision.socket);
        queue.commit.socket.bind(pri_commit.socket);
    }
    template <class Queue> void follow(Queue &, long)
    {
        SC_REPORT_ERROR("/prisim/config", (std::string(name()) + ": prod_visible needs a PRI queue with `decision` and "
                                                                 "`commit`")
                                              .c_str());
    }

    void check_queue(const char *name, const prisim_pri_queue_config &queue) const
    {
        struct prisim_config_error error;
        if (!prisim_smmu_pri_queue_agrees(&config_, &queue, &error))
            SC_REPORT_ERROR("/prisim/config",
                            (std::string(name) + "." + error.field + ": expected " + error.expected).c_str());
    }
};

/* The SMMU with its PRI queue inside: one device, with one clock and one reset, or none. */
class smmu_tlm : public sc_core::sc_module
{
  public:
    sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> clk{"clk"};
    sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> rst_n{"rst_n"};

    /* The queue is the one that the SMMU's configuration describes, else with its defaults. `queue_context` names it in
     * events; its period is the SMMU's. */
    explicit smmu_tlm(const sc_core::sc_module_name &name, const prisim_smmu_config &config,
                      const module_context &context = {}, const module_context &queue_context = {})
        : smmu_tlm(name, config, derived(config), context, queue_context)
    {
    }

    smmu_tlm(const sc_core::sc_module_name &name, const prisim_smmu_config &config,
             const prisim_pri_queue_config &queue, const module_context &context = {},
             const module_context &queue_context = {})
        : sc_module(name), core("core", config, context),
          pri_queue("pri_queue", queue, with_period(queue_context, context.period))
    {
        core.clk.bind(clk);
        core.rst_n.bind(rst_n);
        pri_queue.clk.bind(clk);
        pri_queue.rst_n.bind(rst_n);
        core.bind_pri_queue(pri_queue);
    }

    bool idle() const
    {
        return core.idle() && pri_queue.idle();
    }

    smmu_core_tlm core;
    pri_queue_tlm pri_queue;

  private:
    static prisim_pri_queue_config derived(const prisim_smmu_config &config)
    {
        prisim_pri_queue_config queue;
        prisim_pri_queue_config_default(&queue);
        prisim_smmu_pri_queue_derive(&config, &queue);
        return queue;
    }

    static module_context with_period(module_context context, const sc_core::sc_time &period)
    {
        context.period = period;
        return context;
    }
};

} // namespace prisim

#endif
