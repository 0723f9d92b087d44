/* SPDX-License-Identifier: Apache-2.0
 *
 * The PRI queue as a SystemC module: its registered channels as streams. A foreign queue with the same sockets takes
 * its place.
 */
#ifndef PRISIM_PRI_QUEUE_TLM_H
#define PRISIM_PRI_QUEUE_TLM_H

#include "model/core/block_tlm.h"
#include "model/core/stream_tlm.h"
#include "model/pri_queue/pri_queue.h"

namespace prisim
{

class pri_queue_tlm : public block_module<prisim_pri_queue_config, prisim_pri_queue, prisim_pri_queue_config_check,
                                          prisim_pri_queue_state_size, prisim_pri_queue_init, prisim_pri_queue_step>
{
  public:
    pri_queue_tlm(const sc_core::sc_module_name &name, const prisim_pri_queue_config &config,
                  const module_context &context = {})
        : block_module(name, config, context)
    {
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
};

} // namespace prisim

#endif
