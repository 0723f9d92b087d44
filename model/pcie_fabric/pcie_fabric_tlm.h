/* SPDX-License-Identifier: Apache-2.0
 *
 * The fabric as a SystemC module: one link per endpoint, the SMMU's side and the host's side.
 */
#ifndef PRISIM_PCIE_FABRIC_TLM_H
#define PRISIM_PCIE_FABRIC_TLM_H

#include <memory>

#include "model/core/block_tlm.h"
#include "model/core/stream_tlm.h"
#include "model/pcie_fabric/pcie_fabric.h"
#include "model/pcie_fabric/pcie_fabric_print_tlm.h"

namespace prisim
{

class pcie_fabric_tlm : public block_module<prisim_fabric_config, prisim_fabric, prisim_fabric_config_check,
                                            prisim_fabric_state_size, prisim_fabric_init, prisim_fabric_step>
{
  public:
    /* The fabric's end of one link. */
    struct link {
        std::unique_ptr<stream_rx<prisim_tlp>> up;
        std::unique_ptr<stream_tx<prisim_tlp>> down;
    };

    pcie_fabric_tlm(const sc_core::sc_module_name &name, const prisim_fabric_config &config,
                    const module_context &context = {})
        : block_module(name, config, context)
    {
        for (unsigned i = 0; i < config.links; i++) {
            std::string number = std::to_string(i);
            links.push_back({std::make_unique<stream_rx<prisim_tlp>>(("up_" + number).c_str(), *this,
                                                                     PRISIM_FABRIC_RX_ENDPOINT + i),
                             std::make_unique<stream_tx<prisim_tlp>>(("down_" + number).c_str(), *this,
                                                                     PRISIM_FABRIC_TX_ENDPOINT + i)});
        }
    }

    stream_tx<prisim_tlp> smmu_up{"smmu_up", *this, PRISIM_FABRIC_TX_SMMU};
    stream_rx<prisim_tlp> smmu_down{"smmu_down", *this, PRISIM_FABRIC_RX_SMMU};
    stream_rx<prisim_tlp> host_request{"host_request", *this, PRISIM_FABRIC_RX_HOST, socket_need::optional};
    stream_tx<prisim_tlp> host_completion{"host_completion", *this, PRISIM_FABRIC_TX_HOST, socket_need::optional};
    stream_rx<prisim_fabric_stimulus> stimulus{"stimulus", *this, PRISIM_FABRIC_RX_STIMULUS, socket_need::optional};
    std::vector<link> links;
};

} // namespace prisim

#endif
