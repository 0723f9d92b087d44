/* SPDX-License-Identifier: Apache-2.0
 *
 * The listener: every event of its modules, once, at the time of its edge, ordered by instance; those of the last edge
 * too.
 */
#include "model/core/listener_tlm.h"

#include <memory>
#include <string>
#include <vector>

#include "model/interconnect/interconnect_tlm.h"
#include "tests/harness/suite.h"
#include "tests/systemc/tlm_harness.h"

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

/* Records `count` events at each of its first edges: GERROR's with the number of the event as its value. */
class teller : public prisim::clocked_module
{
  public:
    teller(const sc_core::sc_module_name &name, const prisim::module_context &context, unsigned count = 1)
        : clocked_module(name, context), count_(count)
    {
    }

  private:
    static constexpr prisim_cycle_t EDGES = 3;

    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *ports) override
    {
        for (unsigned i = 0; i < count_; i++) {
            enum prisim_event_type type = i % 2 ? PRISIM_EVENT_SMMU_SYNC : PRISIM_EVENT_SMMU_COMMAND_ERROR;
            if (!prisim_probe_wants(ports->probe, type))
                continue;
            struct prisim_event *event = prisim_probe_next(ports->probe, ports->instance, now, type);
            prisim_event_set(event, 0, told_++);
        }
        return now + 1 < EDGES ? now + 1 : PRISIM_CYCLE_NEVER;
    }

    void reset() override
    {
        told_ = 0;
    }

    unsigned count_;
    uint64_t told_ = 0;
};

struct heard {
    sc_core::sc_time at;
    struct prisim_event event;
};

std::vector<heard> all;

prisim::event_listener::hear into_all()
{
    all.clear();
    return [](const struct prisim_event &event) { all.push_back({sc_core::sc_time_stamp(), event}); };
}

const sc_core::sc_time period(4, sc_core::SC_NS);

/* The modules stand in the wrong order; edge n is at n periods. */
START_TEST(ordered)
{
    prisim::event_listener listener("listener", into_all());
    teller late("late", listener.context(period, 9), 2);
    teller early("early", listener.context(period, 2), 2);
    sc_core::sc_start(100, sc_core::SC_NS);
    ck_assert_uint_eq(all.size(), 12);
    for (unsigned i = 0; i < 12; i++) {
        const unsigned edge = i / 4;
        ck_assert_uint_eq(all[i].event.cycle, edge);
        ck_assert_uint_eq(all[i].event.instance, i % 4 < 2 ? 2 : 9);
        ck_assert_uint_eq(prisim_event_value(&all[i].event, 0), edge * 2 + i % 2);
        ck_assert(all[i].at == period * edge);
    }
}
END_TEST

/* More than a probe has room for at first (1024). */
START_TEST(many)
{
    prisim::event_listener listener("listener", into_all());
    teller b("b", listener.context(period, 1), 1500), a("a", listener.context(period, 0), 1500);
    sc_core::sc_start(100, sc_core::SC_NS);
    ck_assert_uint_eq(all.size(), 9000);
    for (unsigned i = 1; i < 9000; i++) {
        const struct prisim_event &before = all[i - 1].event, &now = all[i].event;
        ck_assert(before.cycle < now.cycle || before.instance <= now.instance);
    }
}
END_TEST

class stopper : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(stopper);
    stopper(const sc_core::sc_module_name &name, const sc_core::sc_time &when) : sc_module(name)
    {
        SC_METHOD(stop);
        dont_initialize();
        sensitive << due_;
        due_.notify(when);
    }

  private:
    void stop()
    {
        sc_core::sc_stop();
    }

    sc_core::sc_event due_;
};

/* sc_stop at the time of edge 1, in the delta of the steps: that edge's events are heard all the same. */
START_TEST(last_edge)
{
    prisim::event_listener listener("listener", into_all());
    teller a("a", listener.context(period, 0));
    stopper stopper("stopper", period);
    sc_core::sc_start(100, sc_core::SC_NS);
    ck_assert_uint_eq(all.size(), 2);
    ck_assert_uint_eq(all[1].event.cycle, 1);
}
END_TEST

START_TEST(chosen_types)
{
    prisim::event_listener listener("listener", into_all());
    teller a("a", listener.context(period, 0), 4);
    listener.record_all(false);
    listener.record(PRISIM_EVENT_SMMU_SYNC);
    sc_core::sc_start(100, sc_core::SC_NS);
    ck_assert_uint_eq(all.size(), 6);
    for (const heard &one : all)
        ck_assert_uint_eq(one.event.type, PRISIM_EVENT_SMMU_SYNC);
}
END_TEST

START_TEST(all_but_one_type)
{
    prisim::event_listener listener("listener", into_all());
    teller a("a", listener.context(period, 0), 4);
    listener.record(PRISIM_EVENT_SMMU_SYNC, false);
    sc_core::sc_start(100, sc_core::SC_NS);
    ck_assert_uint_eq(all.size(), 6);
    for (const heard &one : all)
        ck_assert_uint_eq(one.event.type, PRISIM_EVENT_SMMU_COMMAND_ERROR);
}
END_TEST

/* A block of the library: an access outside memory, by name and with its fields. The listener has no clock of its own,
 * so that a clock that is bound does for modules and listener. */
START_TEST(of_a_block)
{
    prisim::event_listener listener("listener", into_all());
    prisim_interconnect_config config;
    prisim_interconnect_config_default(&config);
    config.ram_base = 0x40000000;
    config.ram_size = 1 << 16;
    config.latency = 20;
    prisim_test::reading_module reader("reader");
    prisim::interconnect_tlm interconnect("interconnect", config,
                                          listener.context(sc_core::sc_time(1, sc_core::SC_NS), 3));
    reader.memory.socket.bind(interconnect.cpu.socket);
    reader.to_send = {prisim_memory_request{0x100, 7, 8, PRISIM_MEMORY_READ, 0, 0, 0, {}}};
    sc_core::sc_start(200, sc_core::SC_NS);
    ck_assert_uint_eq(all.size(), 1);
    ck_assert_str_eq(prisim_event_name(prisim_event_type(all[0].event.type)), "interconnect.abort");
    ck_assert_uint_eq(all[0].event.instance, 3);
    ck_assert_uint_eq(all[0].event.interconnect_abort.address, 0x100);
}
END_TEST

} // namespace

Suite *test_suite(void)
{
    Suite *suite = suite_create("systemc_listener");
    TCase *tcase = tcase_create("listener");
    tcase_add_test(tcase, ordered);
    tcase_add_test(tcase, many);
    tcase_add_test(tcase, last_edge);
    tcase_add_test(tcase, chosen_types);
    tcase_add_test(tcase, all_but_one_type);
    tcase_add_test(tcase, of_a_block);
    suite_add_tcase(suite, tcase);
    return suite;
}
