/* SPDX-License-Identifier: Apache-2.0
 *
 * The SystemC engine: the system's modules, bound; and a listener, by which events go out.
 */
#include "tb/engine/engine_systemc.h"

#include <cstdio>

#include "driver/driver_tlm.h"
#include "model/core/listener_tlm.h"
#include "model/interconnect/interconnect_tlm.h"
#include "model/pcie_endpoint/pcie_endpoint_tlm.h"
#include "model/pcie_fabric/pcie_fabric_tlm.h"
#include "model/smmu/smmu_tlm.h"
#include "tb/engine/timeline_tlm.h"
#ifdef PRISIM_HAS_RTL
#include "rtl/pri_queue_rtl_tlm.h"
#endif

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0; /* the library wants one; the program starts the kernel itself */
}

namespace prisim
{

class system_tlm : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(system_tlm);

    system_tlm(const sc_core::sc_module_name &name, const scenario &scenario, const struct stream &stream,
               engine_systemc_build build)
        : sc_module(name), stream_(stream), period_(scenario.system.fabric.clock_period_ps, sc_core::SC_PS),
          listener_("listener", [this](const struct prisim_event &event) { happened(event); }),
          timeline("timeline", scenario.timeline, scenario.system.endpoints, context(INSTANCE_TIMELINE)),
          driver("driver", scenario.system.driver, context(INSTANCE_DRIVER)),
          interconnect("interconnect", scenario.system.interconnect, context(INSTANCE_INTERCONNECT)),
          fabric("fabric", scenario.system.fabric, context(INSTANCE_FABRIC))
    {
        for (uint32_t i = 0; i < scenario.system.endpoints; i++)
            endpoints.push_back(std::make_unique<pcie_endpoint_tlm>(("endpoint_" + std::to_string(i)).c_str(),
                                                                    scenario.system.endpoint[i],
                                                                    context(INSTANCE_ENDPOINT + i)));
        build_smmu(scenario, build.pri_queue_rtl);
        bind();
        modules_ = {&timeline, &driver, smmu_, pri_queue_, &interconnect, &fabric};
        for (auto &endpoint : endpoints)
            modules_.push_back(endpoint.get());
        if (build.clocked) {
            clock_ = std::make_unique<sc_core::sc_clock>("clock", period_, 0.5, sc_core::SC_ZERO_TIME, true);
            for (clocked_module *module : modules_)
                if (!whole_smmu_ || (module != smmu_ && module != pri_queue_))
                    module->clk.bind(*clock_);
            if (whole_smmu_)
                whole_smmu_->clk.bind(*clock_);
            SC_METHOD(stop_if_idle);
            dont_initialize();
            sensitive << look_;
            look_.notify(period_ * LOOK_CYCLES);
        }
    }

    /* As the native engine says it: nothing will happen any more, whatever somebody waits for. */
    bool rests() const
    {
        for (const clocked_module *module : modules_)
            if (!module->rests())
                return false;
        return true;
    }

  private:
    static constexpr int LOOK_CYCLES = 1000;

    module_context context(unsigned instance)
    {
        return listener_.context(period_, static_cast<uint16_t>(instance));
    }

    /* The SMMU with its queue inside, or with the RTL behind the channels that it exports. */
    void build_smmu(const scenario &scenario, bool pri_queue_rtl)
    {
        const struct system_config &config = scenario.system;
        if (!pri_queue_rtl) {
            whole_smmu_ = std::make_unique<smmu_tlm>("smmu", config.smmu, config.pri_queue, context(INSTANCE_SMMU),
                                                     context(INSTANCE_PRI_QUEUE));
            smmu_ = &whole_smmu_->core;
            pri_queue_ = &whole_smmu_->pri_queue;
            return;
        }
#ifdef PRISIM_HAS_RTL
        smmu_core_ = std::make_unique<smmu_core_tlm>("smmu", config.smmu, context(INSTANCE_SMMU));
        rtl_ = std::make_unique<pri_queue_rtl_tlm>("pri_queue", config.pri_queue, context(INSTANCE_PRI_QUEUE));
        smmu_core_->bind_pri_queue(*rtl_);
        smmu_ = smmu_core_.get();
        pri_queue_ = rtl_.get();
#else
        SC_REPORT_FATAL("/prisim/rtl", "this build has no Verilated PRI queue");
#endif
    }

    void bind()
    {
        timeline.driver.socket.bind(driver.stimulus.socket);
        driver.memory.socket.bind(interconnect.cpu.socket);
        driver.mmio.socket.bind(smmu_->registers.socket);
        driver.host_request.socket.bind(fabric.host_request.socket);
        fabric.host_completion.socket.bind(driver.host_completion.socket);
        interconnect.interrupt.socket.bind(driver.interrupt.socket);
        smmu_->interrupt.socket.bind(driver.wired.socket);
        smmu_->memory.socket.bind(interconnect.smmu.socket);
        smmu_->dma.socket.bind(interconnect.client.socket);
        smmu_->down.socket.bind(fabric.smmu_down.socket);
        fabric.smmu_up.socket.bind(smmu_->up.socket);
        for (size_t i = 0; i < endpoints.size(); i++) {
            timeline.endpoints[i]->socket.bind(endpoints[i]->stimulus.socket);
            endpoints[i]->up.socket.bind(fabric.links[i].up->socket);
            fabric.links[i].down->socket.bind(endpoints[i]->down.socket);
        }
    }

    void happened(const struct prisim_event &event)
    {
        timeline.observe(event);
        stream_event(&stream_, &event);
    }

    void stop_if_idle()
    {
        if (rests())
            sc_core::sc_stop();
        else
            look_.notify(period_ * LOOK_CYCLES);
    }

    struct stream stream_;
    sc_core::sc_time period_;
    sc_core::sc_event look_; /* a clock never rests: look now and then whether anything is left to do */
    std::unique_ptr<sc_core::sc_clock> clock_;
    std::vector<clocked_module *> modules_;

    event_listener listener_;
    timeline_tlm timeline;
    driver_tlm driver;
    std::unique_ptr<smmu_tlm> whole_smmu_;
    std::unique_ptr<smmu_core_tlm> smmu_core_;
#ifdef PRISIM_HAS_RTL
    std::unique_ptr<pri_queue_rtl_tlm> rtl_;
#endif
    smmu_core_tlm *smmu_ = nullptr;
    clocked_module *pri_queue_ = nullptr;
    interconnect_tlm interconnect;
    pcie_fabric_tlm fabric;
    std::vector<std::unique_ptr<pcie_endpoint_tlm>> endpoints;
};

} // namespace prisim

bool engine_systemc_has_rtl(void)
{
#ifdef PRISIM_HAS_RTL
    return true;
#else
    return false;
#endif
}

bool engine_systemc(const struct scenario *scenario, const struct stream *stream, struct engine_systemc_build build,
                    struct engine_result *result, char *message)
{
    sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_DO_NOTHING);
    try {
        prisim::system_tlm system("system", *scenario, *stream, build);
        sc_core::sc_time period(scenario->system.fabric.clock_period_ps, sc_core::SC_PS);
        /* Half a period past the last edge, so that its calls are made. */
        sc_core::sc_time end =
            sc_core::sc_time::from_value(period.value() * scenario->limits.cycles + period.value() / 2);
        sc_core::sc_start(end, sc_core::SC_EXIT_ON_STARVATION);
        result->cycles = sc_core::sc_time_stamp().value() / period.value();
        result->idle = system.rests();
        result->steps = 0;
        if (sc_core::sc_get_status() != sc_core::SC_STOPPED)
            sc_core::sc_stop();
        return true;
    } catch (const std::exception &error) {
        std::snprintf(message, SCENARIO_TEXT_MAX, "SystemC: %s", error.what());
        return false;
    }
}
