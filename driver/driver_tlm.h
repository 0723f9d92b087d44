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

class driver_tlm : public block_module<driver_config, struct ::driver, driver_config_check, driver_state_size,
                                       driver_init, driver_step>
{
  public:
    driver_tlm(const sc_core::sc_module_name &name, const driver_config &config, const module_context &context = {})
        : block_module(name, config, context)
    {
    }

    memory_initiator memory{"memory", *this, DRIVER_TX_MEMORY, DRIVER_RX_MEMORY};
    memory_initiator mmio{"mmio", *this, DRIVER_TX_MMIO, DRIVER_RX_MMIO};
    stream_tx<tlp> host_request{"host_request", *this, DRIVER_TX_HOST, socket_need::optional};
    stream_rx<tlp> host_completion{"host_completion", *this, DRIVER_RX_HOST, socket_need::optional};
    stream_rx<::interrupt> interrupt{"interrupt", *this, DRIVER_RX_INTERRUPT, socket_need::optional};
    stream_rx<smmu_interrupt> wired{"wired", *this, DRIVER_RX_WIRED, socket_need::optional};
    stream_rx<driver_stimulus> stimulus{"stimulus", *this, DRIVER_RX_STIMULUS, socket_need::optional};
};

} // namespace prisim

#endif
