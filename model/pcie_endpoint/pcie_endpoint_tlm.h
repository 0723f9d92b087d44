/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoint as a SystemC module: a link (tx initiator `up`, rx target `down`) and the testbench's jobs.
 */
#ifndef PRISIM_PCIE_ENDPOINT_TLM_H
#define PRISIM_PCIE_ENDPOINT_TLM_H

#include "model/core/block_tlm.h"
#include "model/core/stream_tlm.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

namespace prisim
{

class pcie_endpoint_tlm : public block_module<endpoint_config, endpoint, endpoint_config_check, endpoint_state_size,
                                              endpoint_init, endpoint_step>
{
  public:
    pcie_endpoint_tlm(const sc_core::sc_module_name &name, const endpoint_config &config,
                      const module_context &context = {})
        : block_module(name, config, context)
    {
    }

    stream_tx<tlp> up{"up", *this, ENDPOINT_TX_UP};
    stream_rx<tlp> down{"down", *this, ENDPOINT_RX_DOWN};
    stream_rx<endpoint_stimulus> stimulus{"stimulus", *this, ENDPOINT_RX_STIMULUS, socket_need::optional};
};

} // namespace prisim

#endif
