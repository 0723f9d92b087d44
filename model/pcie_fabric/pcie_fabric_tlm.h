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

namespace prisim
{

class pcie_fabric_tlm
    : public block_module<fabric_config, fabric, fabric_config_check, fabric_state_size, fabric_init, fabric_step>
{
  public:
    /* The fabric's end of one link. */
    struct link {
        std::unique_ptr<stream_rx<tlp>> up;
        std::unique_ptr<stream_tx<tlp>> down;
    };

    pcie_fabric_tlm(const sc_core::sc_module_name &name, const fabric_config &config,
                    const module_context &context = {})
        : block_module(name, config, context)
    {
        for (unsigned i = 0; i < config.links; i++) {
            std::string number = std::to_string(i);
            links.push_back(
                {std::make_unique<stream_rx<tlp>>(("up_" + number).c_str(), *this, FABRIC_RX_ENDPOINT + i),
                 std::make_unique<stream_tx<tlp>>(("down_" + number).c_str(), *this, FABRIC_TX_ENDPOINT + i)});
        }
    }

    stream_tx<tlp> smmu_up{"smmu_up", *this, FABRIC_TX_SMMU};
    stream_rx<tlp> smmu_down{"smmu_down", *this, FABRIC_RX_SMMU};
    stream_rx<tlp> host_request{"host_request", *this, FABRIC_RX_HOST, socket_need::optional};
    stream_tx<tlp> host_completion{"host_completion", *this, FABRIC_TX_HOST, socket_need::optional};
    std::vector<link> links;
};

} // namespace prisim

#endif
