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
        : sc_module(name), system_(scenario.system), stream_(stream),
          period_(scenario.system.fabric.clock_period_ps, sc_core::SC_PS),
          listener_("listener", [this](const struct prisim_event &event) { happened(event); }),
          timeline("timeline", scenario.timeline, scenario.system.endpoints, context(KIND_TIMELINE)),
          driver("driver", scenario.system.driver, context(KIND_DRIVER)),
          interconnect("interconnect", scenario.system.interconnect, context(KIND_INTERCONNECT)),
          fabric("fabric", scenario.system.fabric, context(KIND_FABRIC))
    {
        for (uint32_t i = 0; i < system_.endpoints; i++)
            endpoints.push_back(std::make_unique<pcie_endpoint_tlm>(("endpoint_" + std::to_string(i)).c_str(),
                                                                    system_.endpoint[i], context(KIND_ENDPOINT, i)));
        for (uint32_t i = 0; i < system_.smmus; i++)
            smmus_.push_back(build_smmu(i, build.pri_queue_rtl && i == 0));
        bind();
        list_modules();
        if (build.clocked) {
            clock_ = std::make_unique<sc_core::sc_clock>("clock", period_, 0.5, sc_core::SC_ZERO_TIME, true);
            bind_clock();
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

    /* An SMMU with its queue: both inside one module, or the SMMU's with the RTL behind the channels it exports. */
    struct smmu_pair {
        std::unique_ptr<smmu_tlm> whole;
        std::unique_ptr<smmu_core_tlm> core;
#ifdef PRISIM_HAS_RTL
        std::unique_ptr<pri_queue_rtl_tlm> rtl;
#endif
        smmu_core_tlm *smmu = nullptr;
        clocked_module *pri_queue = nullptr;
    };

    module_context context(enum system_kind kind, unsigned index = 0)
    {
        return listener_.context(period_, static_cast<uint16_t>(system_rank(&system_, kind, index)));
    }

    smmu_pair build_smmu(unsigned i, bool pri_queue_rtl)
    {
        const std::string suffix = i == 0 ? "" : "_" + std::to_string(i);
        const std::string name = "smmu" + suffix;
        smmu_pair pair;
        if (!pri_queue_rtl) {
            pair.whole = std::make_unique<smmu_tlm>(name.c_str(), system_.smmu[i], system_.pri_queue[i],
                                                    context(KIND_SMMU, i), context(KIND_PRI_QUEUE, i));
            pair.smmu = &pair.whole->core;
            pair.pri_queue = &pair.whole->pri_queue;
            return pair;
        }
#ifdef PRISIM_HAS_RTL
        const std::string queue_name = "pri_queue" + suffix;
        pair.core = std::make_unique<smmu_core_tlm>(name.c_str(), system_.smmu[i], context(KIND_SMMU, i));
        pair.rtl =
            std::make_unique<pri_queue_rtl_tlm>(queue_name.c_str(), system_.pri_queue[i], context(KIND_PRI_QUEUE, i));
        pair.core->bind_pri_queue(*pair.rtl);
        pair.smmu = pair.core.get();
        pair.pri_queue = pair.rtl.get();
#else
        SC_REPORT_FATAL("/prisim/rtl", "this build has no Verilated PRI queue");
#endif
        return pair;
    }

    /* The wires of system_wires, by hand: sockets have types. The driver, the fabric and the interconnect have sockets
     * for the first SMMU; another's stay free, which elaboration refuses. */
    void bind()
    {
        smmu_core_tlm &smmu = *smmus_[0].smmu;
        timeline.driver.socket.bind(driver.stimulus.socket);
        timeline.fabric.socket.bind(fabric.stimulus.socket);
        driver.memory.socket.bind(interconnect.cpu.socket);
        driver.mmio.socket.bind(smmu.registers.socket);
        driver.host_request.socket.bind(fabric.host_request.socket);
        fabric.host_completion.socket.bind(driver.host_completion.socket);
        interconnect.interrupt.socket.bind(driver.interrupt.socket);
        smmu.interrupt.socket.bind(driver.wired.socket);
        smmu.memory.socket.bind(interconnect.smmu.socket);
        smmu.dma.socket.bind(interconnect.client.socket);
        smmu.down.socket.bind(fabric.smmu_down.socket);
        fabric.smmu_up.socket.bind(smmu.up.socket);
        if (system_.fabric.dpc)
            smmu.atc_timeout.socket.bind(fabric.atc_timeout.socket);
        for (size_t i = 0; i < endpoints.size(); i++) {
            timeline.endpoints[i]->socket.bind(endpoints[i]->stimulus.socket);
            endpoints[i]->up.socket.bind(fabric.links[i].up->socket);
            fabric.links[i].down->socket.bind(endpoints[i]->down.socket);
            if (system_.endpoint[i].vf > 0)
                endpoints[i]->bind_pf(*endpoints[system_physical_function(&system_, static_cast<unsigned>(i))]);
        }
    }

    clocked_module *module_of(const struct system_instance &instance)
    {
        switch (instance.kind) {
        case KIND_TIMELINE:
            return &timeline;
        case KIND_DRIVER:
            return &driver;
        case KIND_SMMU:
            return smmus_[instance.index].smmu;
        case KIND_PRI_QUEUE:
            return smmus_[instance.index].pri_queue;
        case KIND_INTERCONNECT:
            return &interconnect;
        case KIND_FABRIC:
            return &fabric;
        case KIND_ENDPOINT:
            return endpoints[instance.index].get();
        }
        return nullptr;
    }

    void list_modules()
    {
        struct system_instance rows[SYSTEM_INSTANCES_MAX];
        const unsigned count = system_instances(&system_, rows);
        for (unsigned i = 0; i < count; i++)
            modules_.push_back(module_of(rows[i]));
    }

    bool is_inside(const clocked_module *module) const
    {
        for (const smmu_pair &pair : smmus_)
            if (pair.whole && (module == pair.smmu || module == pair.pri_queue))
                return true;
        return false;
    }

    void bind_clock()
    {
        for (clocked_module *module : modules_)
            if (!is_inside(module))
                module->clk.bind(*clock_);
        for (const smmu_pair &pair : smmus_)
            if (pair.whole)
                pair.whole->clk.bind(*clock_);
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

    const struct system_config &system_;
    struct stream stream_;
    sc_core::sc_time period_;
    sc_core::sc_event look_; /* a clock never rests: look now and then whether anything is left to do */
    std::unique_ptr<sc_core::sc_clock> clock_;
    std::vector<clocked_module *> modules_;

    event_listener listener_;
    timeline_tlm timeline;
    driver_tlm driver;
    std::vector<smmu_pair> smmus_; /* as the rows of the table */
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
