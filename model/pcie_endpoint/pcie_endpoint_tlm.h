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

class pcie_endpoint_tlm : public block_module<prisim_endpoint_config, prisim_endpoint, prisim_endpoint_config_check,
                                              prisim_endpoint_state_size, prisim_endpoint_init, prisim_endpoint_step>
{
  public:
    pcie_endpoint_tlm(const sc_core::sc_module_name &name, const prisim_endpoint_config &config,
                      const module_context &context = {})
        : block_module(name, config, context)
    {
    }

    stream_tx<prisim_tlp> up{"up", *this, PRISIM_ENDPOINT_TX_UP};
    stream_rx<prisim_tlp> down{"down", *this, PRISIM_ENDPOINT_RX_DOWN};
    stream_rx<prisim_endpoint_stimulus> stimulus{"stimulus", *this, PRISIM_ENDPOINT_RX_STIMULUS, socket_need::optional};
};

} // namespace prisim

#endif
