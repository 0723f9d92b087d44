/* SPDX-License-Identifier: Apache-2.0
 *
 * Events of SystemC modules for whoever wants them: a module that owns the probe and hands out what its modules record,
 * edge by edge, ordered by (instance, order inside the block) as the engines do it. Make it before the modules, so that
 * it outlives them:
 *
 *   auto print = [](const prisim_event &e) { std::puts(prisim_event_name(prisim_event_type(e.type))); };
 *   prisim::event_listener listener("listener", print);
 *   prisim::smmu_tlm smmu("smmu", config, listener.context(period, 6), listener.context(period, 7));
 *
 * It is no log and no checker; what an event says is in model/core/events.h.
 */
#ifndef PRISIM_CORE_LISTENER_TLM_H
#define PRISIM_CORE_LISTENER_TLM_H

#include <functional>
#include <utility>

#include "model/core/module_tlm.h"
#include "model/core/probe.h"

namespace prisim
{

class event_listener : public sc_core::sc_module, public edge_observer
{
  public:
    using hear = std::function<void(const struct prisim_event &)>;

    SC_HAS_PROCESS(event_listener);

    /* `to` is called for each event, at the time of its edge and after the steps of that edge; it must not throw. */
    event_listener(const sc_core::sc_module_name &name, hear to) : sc_module(name), to_(std::move(to))
    {
        prisim_probe_init(&probe_, true);
        SC_METHOD(hand_out);
        dont_initialize();
        sensitive << recorded_;
    }

    ~event_listener() override
    {
        prisim_probe_close(&probe_);
    }

    event_listener(const event_listener &) = delete;
    event_listener &operator=(const event_listener &) = delete;

    /* What a module is given so that it is heard. `instance` names it in events, and orders the events of an edge; each
     * module has one of its own. */
    module_context context(const sc_core::sc_time &period, uint16_t instance)
    {
        return {period, &probe_, instance, this};
    }

    /* All types are recorded until something else is said; what is not recorded costs next to nothing. */
    void record_all(bool on)
    {
        for (uint64_t &word : probe_.mask)
            word = on ? ~uint64_t(0) : 0;
    }

    void record(enum prisim_event_type type, bool on = true)
    {
        uint64_t bit = uint64_t(1) << (type % 64);
        uint64_t &word = probe_.mask[type / 64];
        word = on ? word | bit : word & ~bit;
    }

    /* For the modules. */
    void events_recorded() override
    {
        recorded_.notify(sc_core::SC_ZERO_TIME);
    }

  private:
    /* The last edge's, if the simulation was stopped in the middle of it. */
    void end_of_simulation() override
    {
        hand_out();
    }

    void hand_out()
    {
        prisim_probe_sort(&probe_);
        for (uint32_t i = 0; i < probe_.count; i++)
            to_(probe_.buffer[i]);
        probe_.count = 0;
    }

    struct prisim_probe probe_ {
    };
    hear to_;
    sc_core::sc_event recorded_;
};

} // namespace prisim

#endif
