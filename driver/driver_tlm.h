/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver as a SystemC module: MMIO and memory initiators, TLPs to and from the functions, interrupts in.
 */
#ifndef PRISIM_DRIVER_TLM_H
#define PRISIM_DRIVER_TLM_H

#include "driver/driver.h"
#include "model/core/block_tlm.h"
#include "model/core/memory_tlm.h"
#include "model/core/stream_tlm.h"
#include "model/interconnect/interconnect.h"
#include "model/smmu/smmu.h"

namespace prisim
{

class driver_tlm : public block_module<prisim_driver_config, struct ::prisim_driver, prisim_driver_config_check,
                                       prisim_driver_state_size, prisim_driver_init, prisim_driver_step>
{
  public:
    driver_tlm(const sc_core::sc_module_name &name, const prisim_driver_config &config,
               const module_context &context = {})
        : block_module(name, config, context)
    {
    }

    memory_initiator memory{"memory", *this, PRISIM_DRIVER_TX_MEMORY, PRISIM_DRIVER_RX_MEMORY};
    memory_initiator mmio{"mmio", *this, PRISIM_DRIVER_TX_MMIO, PRISIM_DRIVER_RX_MMIO};
    stream_tx<prisim_tlp> host_request{"host_request", *this, PRISIM_DRIVER_TX_HOST, socket_need::optional};
    stream_rx<prisim_tlp> host_completion{"host_completion", *this, PRISIM_DRIVER_RX_HOST, socket_need::optional};
    stream_rx<::prisim_interrupt> interrupt{"interrupt", *this, PRISIM_DRIVER_RX_INTERRUPT, socket_need::optional};
    stream_rx<prisim_smmu_interrupt> wired{"wired", *this, PRISIM_DRIVER_RX_WIRED, socket_need::optional};
    stream_rx<prisim_driver_stimulus> stimulus{"stimulus", *this, PRISIM_DRIVER_RX_STIMULUS, socket_need::optional};
};

} // namespace prisim

#endif
