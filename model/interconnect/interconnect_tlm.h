/* SPDX-License-Identifier: Apache-2.0
 *
 * The interconnect with RAM and doorbell as a SystemC module: three base-protocol targets and the doorbell's output.
 */
#ifndef PRISIM_INTERCONNECT_TLM_H
#define PRISIM_INTERCONNECT_TLM_H

#include "model/core/block_tlm.h"
#include "model/core/memory_tlm.h"
#include "model/core/stream_tlm.h"
#include "model/interconnect/interconnect.h"

namespace prisim
{

class interconnect_tlm : public block_module<interconnect_config, struct ::interconnect, interconnect_config_check,
                                             interconnect_state_size, interconnect_init, interconnect_step>,
                         public memory_target::debug_access
{
  public:
    interconnect_tlm(const sc_core::sc_module_name &name, const interconnect_config &config,
                     const module_context &context = {})
        : block_module(name, config, context)
    {
    }

    unsigned debug(bool write, uint64_t address, unsigned char *data, unsigned size) override
    {
        return interconnect_debug(&config_, state_, write, address, data, size);
    }

    memory_target smmu{"smmu", *this, INTERCONNECT_SMMU, INTERCONNECT_SMMU, this, 0, socket_need::optional};
    memory_target client{"client", *this, INTERCONNECT_CLIENT, INTERCONNECT_CLIENT, this, 0, socket_need::optional};
    memory_target cpu{"cpu", *this, INTERCONNECT_CPU, INTERCONNECT_CPU, this, 0, socket_need::optional};
    stream_tx<::interrupt> interrupt{"interrupt", *this, INTERCONNECT_TX_INTERRUPT, socket_need::optional};
};

} // namespace prisim

#endif
