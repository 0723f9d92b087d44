/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoint as a SystemC module: a link (tx initiator `up`, rx target `down`), the testbench's jobs, and the wires
 * between a physical function and its virtual functions.
 */
#ifndef PRISIM_PCIE_ENDPOINT_TLM_H
#define PRISIM_PCIE_ENDPOINT_TLM_H

#include <memory>
#include <vector>

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
        if (config.vf > 0) {
            to_pf = std::make_unique<stream_tx<prisim_endpoint_vf_wires>>("to_pf", *this, PRISIM_ENDPOINT_TX_PF);
            from_pf = std::make_unique<stream_rx<prisim_endpoint_pf_wires>>("from_pf", *this, PRISIM_ENDPOINT_RX_PF);
        }
        for (unsigned i = 0; config.vf == 0 && i < config.vfs; i++) {
            std::string number = std::to_string(i);
            vfs.push_back({std::make_unique<stream_tx<prisim_endpoint_pf_wires>>(("to_vf_" + number).c_str(), *this,
                                                                                 PRISIM_ENDPOINT_TX_VF + i),
                           std::make_unique<stream_rx<prisim_endpoint_vf_wires>>(("from_vf_" + number).c_str(), *this,
                                                                                 PRISIM_ENDPOINT_RX_VF + i)});
        }
    }

    /* Binds the wires of a virtual function to its physical function. */
    void bind_pf(pcie_endpoint_tlm &pf)
    {
        vf_side &side = pf.vfs[config_.vf - 1];
        side.to->socket.bind(from_pf->socket);
        to_pf->socket.bind(side.from->socket);
    }

    /* Of a physical function: its end of the wires to one virtual function. */
    struct vf_side {
        std::unique_ptr<stream_tx<prisim_endpoint_pf_wires>> to;
        std::unique_ptr<stream_rx<prisim_endpoint_vf_wires>> from;
    };

    stream_tx<prisim_tlp> up{"up", *this, PRISIM_ENDPOINT_TX_UP};
    stream_rx<prisim_tlp> down{"down", *this, PRISIM_ENDPOINT_RX_DOWN};
    stream_rx<prisim_endpoint_stimulus> stimulus{"stimulus", *this, PRISIM_ENDPOINT_RX_STIMULUS, socket_need::optional};
    std::vector<vf_side> vfs;
    std::unique_ptr<stream_tx<prisim_endpoint_vf_wires>> to_pf; /* of a virtual function */
    std::unique_ptr<stream_rx<prisim_endpoint_pf_wires>> from_pf;
};

} // namespace prisim

#endif
