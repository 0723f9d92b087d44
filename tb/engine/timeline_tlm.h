/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline as a SystemC module: stimuli out; events in, by a call at the end of an edge.
 */
#ifndef PRISIM_TB_TIMELINE_TLM_H
#define PRISIM_TB_TIMELINE_TLM_H

#include <cstdint>
#include <memory>
#include <vector>

#include "model/core/stream_tlm.h"
#include "tb/engine/timeline.h"

namespace prisim
{

class timeline_tlm : public clocked_module
{
  public:
    timeline_tlm(const sc_core::sc_module_name &name, const timeline_config &config, uint32_t endpoint_count,
                 const module_context &context)
        : clocked_module(name, context), config_(config), state_((timeline_state_size(&config) + 7) / 8)
    {
        for (uint32_t i = 0; i < endpoint_count; i++)
            endpoints.push_back(std::make_unique<stream_tx<prisim_endpoint_stimulus>>(
                ("endpoint_" + std::to_string(i)).c_str(), *this, TIMELINE_TX_ENDPOINT + i));
    }

    void observe(const struct prisim_event &event)
    {
        prisim_cycle_t due = timeline_observe(&config_, state(), &event);
        if (due != PRISIM_CYCLE_NEVER)
            wake(due);
    }

    stream_tx<prisim_driver_stimulus> driver{"driver", *this, TIMELINE_TX_DRIVER};
    stream_tx<prisim_fabric_stimulus> fabric{"fabric", *this, TIMELINE_TX_FABRIC};
    std::vector<std::unique_ptr<stream_tx<prisim_endpoint_stimulus>>> endpoints;

  protected:
    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *ports) override
    {
        return timeline_step_edge(&config_, state(), now, ports);
    }

    void reset() override
    {
        timeline_init(&config_, state());
    }

  private:
    struct timeline *state()
    {
        return reinterpret_cast<struct timeline *>(state_.data());
    }

    const timeline_config &config_;
    std::vector<uint64_t> state_; /* as large as the configuration asks for */
};

} // namespace prisim

#endif
