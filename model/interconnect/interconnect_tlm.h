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

class interconnect_tlm
    : public block_module<prisim_interconnect_config, struct ::prisim_interconnect, prisim_interconnect_config_check,
                          prisim_interconnect_state_size, prisim_interconnect_init, prisim_interconnect_step>,
      public memory_target::debug_access
{
  public:
    interconnect_tlm(const sc_core::sc_module_name &name, const prisim_interconnect_config &config,
                     const module_context &context = {})
        : block_module(name, config, context)
    {
    }

    unsigned debug(bool write, uint64_t address, unsigned char *data, unsigned size) override
    {
        return prisim_interconnect_debug(&config_, state_, write, address, data, size);
    }

    memory_target smmu{"smmu", *this, PRISIM_INTERCONNECT_SMMU, PRISIM_INTERCONNECT_SMMU,
                       this,   0,     socket_need::optional};
    memory_target client{"client", *this, PRISIM_INTERCONNECT_CLIENT, PRISIM_INTERCONNECT_CLIENT,
                         this,     0,     socket_need::optional};
    memory_target cpu{"cpu", *this, PRISIM_INTERCONNECT_CPU, PRISIM_INTERCONNECT_CPU, this, 0, socket_need::optional};
    stream_tx<::prisim_interrupt> interrupt{"interrupt", *this, PRISIM_INTERCONNECT_TX_INTERRUPT,
                                            socket_need::optional};
};

} // namespace prisim

#endif
