/* SPDX-License-Identifier: Apache-2.0
 *
 * The SystemC engine: the system's modules, bound; and the end of each edge, where events go out.
 */
#include "tb/engine_systemc.h"

#include <cstdio>

#include "driver/driver_tlm.h"
#include "model/interconnect/interconnect_tlm.h"
#include "model/pcie_endpoint/pcie_endpoint_tlm.h"
#include "model/pcie_fabric/pcie_fabric_tlm.h"
#include "model/smmu/smmu_tlm.h"
#include "tb/timeline_tlm.h"

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0; /* the library wants one; the program starts the kernel itself */
}

namespace prisim
{

class system_tlm : public sc_core::sc_module, public edge_observer
{
  public:
    SC_HAS_PROCESS(system_tlm);

    system_tlm(const sc_core::sc_module_name &name, const scenario &scenario, const struct stream &stream, bool clocked)
        : sc_module(name), stream_(stream), period_(scenario.system.fabric.clock_period_ps, sc_core::SC_PS),
          timeline("timeline", scenario.timeline, scenario.system.endpoints, context(INSTANCE_TIMELINE)),
          driver("driver", scenario.system.driver, context(INSTANCE_DRIVER)),
          smmu("smmu", scenario.system.smmu, scenario.system.pri_queue, context(INSTANCE_SMMU),
               context(INSTANCE_PRI_QUEUE)),
          interconnect("interconnect", scenario.system.interconnect, context(INSTANCE_INTERCONNECT)),
          fabric("fabric", scenario.system.fabric, context(INSTANCE_FABRIC))
    {
        for (uint32_t i = 0; i < scenario.system.endpoints; i++)
            endpoints.push_back(std::make_unique<pcie_endpoint_tlm>(("endpoint_" + std::to_string(i)).c_str(),
                                                                    scenario.system.endpoint[i],
                                                                    context(INSTANCE_ENDPOINT + i)));
        bind();
        modules_ = {&timeline, &driver, &smmu.core, &smmu.pri_queue, &interconnect, &fabric};
        for (auto &endpoint : endpoints)
            modules_.push_back(endpoint.get());
        if (clocked) {
            clock_ = std::make_unique<sc_core::sc_clock>("clock", period_, 0.5, sc_core::SC_ZERO_TIME, true);
            for (clocked_module *module : modules_)
                module->clk.bind(*clock_);
            SC_METHOD(stop_if_idle);
            dont_initialize();
            sensitive << look_;
            look_.notify(period_ * LOOK_CYCLES);
        }
        probe_init(&probe_, true);
        SC_METHOD(end_of_edge);
        dont_initialize();
        sensitive << end_of_edge_;
    }

    void events_recorded() override
    {
        end_of_edge_.notify(sc_core::SC_ZERO_TIME);
    }

    bool idle() const
    {
        for (const clocked_module *module : modules_)
            if (!module->idle())
                return false;
        return true;
    }

  private:
    static constexpr int LOOK_CYCLES = 1000;

    module_context context(unsigned instance)
    {
        return {period_, &probe_, static_cast<uint16_t>(instance), this};
    }

    void bind()
    {
        timeline.driver.socket.bind(driver.stimulus.socket);
        driver.memory.socket.bind(interconnect.cpu.socket);
        driver.mmio.socket.bind(smmu.core.registers.socket);
        driver.host_request.socket.bind(fabric.host_request.socket);
        fabric.host_completion.socket.bind(driver.host_completion.socket);
        interconnect.interrupt.socket.bind(driver.interrupt.socket);
        smmu.core.interrupt.socket.bind(driver.wired.socket);
        smmu.core.memory.socket.bind(interconnect.smmu.socket);
        smmu.core.dma.socket.bind(interconnect.client.socket);
        smmu.core.down.socket.bind(fabric.smmu_down.socket);
        fabric.smmu_up.socket.bind(smmu.core.up.socket);
        for (size_t i = 0; i < endpoints.size(); i++) {
            timeline.endpoints[i]->socket.bind(endpoints[i]->stimulus.socket);
            endpoints[i]->up.socket.bind(fabric.links[i].up->socket);
            fabric.links[i].down->socket.bind(endpoints[i]->down.socket);
        }
    }

    void end_of_edge()
    {
        probe_sort(&probe_);
        for (uint32_t i = 0; i < probe_.count; i++) {
            timeline.observe(probe_.buffer[i]);
            stream_event(&stream_, &probe_.buffer[i]);
        }
        probe_.count = 0;
    }

    void stop_if_idle()
    {
        if (idle())
            sc_core::sc_stop();
        else
            look_.notify(period_ * LOOK_CYCLES);
    }

    struct stream stream_;
    struct probe probe_ {
    };
    sc_core::sc_time period_;
    sc_core::sc_event end_of_edge_;
    sc_core::sc_event look_; /* a clock never rests: look now and then whether anything is left to do */
    std::unique_ptr<sc_core::sc_clock> clock_;
    std::vector<clocked_module *> modules_;

    timeline_tlm timeline;
    driver_tlm driver;
    smmu_tlm smmu;
    interconnect_tlm interconnect;
    pcie_fabric_tlm fabric;
    std::vector<std::unique_ptr<pcie_endpoint_tlm>> endpoints;
};

} // namespace prisim

bool engine_systemc(const struct scenario *scenario, const struct stream *stream, bool clocked,
                    struct engine_result *result, char *message)
{
    sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_DO_NOTHING);
    try {
        prisim::system_tlm system("system", *scenario, *stream, clocked);
        sc_core::sc_time period(scenario->system.fabric.clock_period_ps, sc_core::SC_PS);
        /* Half a period past the last edge, so that its calls are made. */
        sc_core::sc_time end =
            sc_core::sc_time::from_value(period.value() * scenario->limits.cycles + period.value() / 2);
        sc_core::sc_start(end, sc_core::SC_EXIT_ON_STARVATION);
        result->cycles = sc_core::sc_time_stamp().value() / period.value();
        result->idle = system.idle();
        result->steps = 0;
        if (sc_core::sc_get_status() != sc_core::SC_STOPPED)
            sc_core::sc_stop();
        return true;
    } catch (const std::exception &error) {
        std::snprintf(message, SCENARIO_TEXT_MAX, "SystemC: %s", error.what());
        return false;
    }
}
