/* SPDX-License-Identifier: Apache-2.0
 *
 * Interrupts as wires: when a line rises and falls (not a picosecond earlier or later), pulses that come during
 * another, lines that stay open; and the doorbell's MSIs with their data.
 */
#include "model/smmu/smmu_wires_tlm.h"

#include "model/interconnect/doorbell_tlm.h"

#include "tests/harness/suite.h"
#include <memory>
#include <stdexcept>
#include <tlm_utils/simple_initiator_socket.h>
#include <vector>

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

const sc_core::sc_time width(10, sc_core::SC_NS), low(4, sc_core::SC_NS), ps(1, sc_core::SC_PS);

sc_core::sc_time ns(double n)
{
    return {n, sc_core::SC_NS};
}

/* Says what the test wants at once. */
template <class Payload> class sender : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<sender, 32, prisim::stream_types<Payload>> socket{"socket"};

    explicit sender(const sc_core::sc_module_name &name) : sc_module(name)
    {
    }

    tlm::tlm_sync_enum say(const Payload &what, sc_core::sc_time delay = sc_core::SC_ZERO_TIME)
    {
        prisim::stream_extension<Payload> extension;
        extension.payload = what;
        tlm::tlm_generic_payload trans;
        trans.set_extension(&extension);
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        tlm::tlm_sync_enum status = socket->nb_transport_fw(trans, phase, delay);
        trans.clear_extension(&extension);
        return status;
    }

    void say_blocking(const Payload &what, sc_core::sc_time delay)
    {
        prisim::stream_extension<Payload> extension;
        extension.payload = what;
        tlm::tlm_generic_payload trans;
        trans.set_extension(&extension);
        socket->b_transport(trans, delay);
        trans.clear_extension(&extension);
    }

    void say_nothing()
    {
        tlm::tlm_generic_payload trans;
        sc_core::sc_time delay;
        socket->b_transport(trans, delay);
    }
};

/* Notes when a signal changed; both edges of one time are two entries. */
template <class Value> class watcher : public sc_core::sc_module
{
  public:
    sc_core::sc_signal<Value> line{"line"};
    std::vector<std::pair<sc_core::sc_time, Value>> changes;

    SC_HAS_PROCESS(watcher);
    explicit watcher(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(note);
        sc_module::dont_initialize();
        sc_module::sensitive << line.value_changed_event();
    }

    void is(const std::vector<std::pair<double, Value>> &due) const
    {
        ck_assert_uint_eq(changes.size(), due.size());
        for (size_t i = 0; i < due.size(); i++) {
            ck_assert_msg(changes[i].first == ns(due[i].first), "change %zu at %s", i,
                          changes[i].first.to_string().c_str());
            ck_assert_uint_eq(changes[i].second, due[i].second);
        }
    }

  private:
    void note()
    {
        changes.emplace_back(sc_core::sc_time_stamp(), line.read());
    }
};

struct wires_harness {
    prisim::smmu_wires wires;
    sender<prisim_smmu_interrupt> smmu{"smmu"};
    std::vector<std::unique_ptr<watcher<bool>>> line;

    explicit wires_harness(const sc_core::sc_time &low_time = sc_core::SC_ZERO_TIME) : wires("wires", width, low_time)
    {
        smmu.socket.bind(wires.socket);
        prisim::open_out<bool> *const port[] = {&wires.gerror, &wires.priq, &wires.eventq, &wires.sync, &wires.sev};
        for (unsigned i = 0; i < 5; i++) {
            line.push_back(std::make_unique<watcher<bool>>(("line_" + std::to_string(i)).c_str()));
            port[i]->bind(line[i]->line);
        }
    }
};

void run(const sc_core::sc_time &time)
{
    sc_core::sc_start(time);
}

/* High from its time on, still at N - 1 ps, not at N. */
START_TEST(one_pulse)
{
    wires_harness h;
    run(ns(5));
    h.smmu.say({PRISIM_SMMU_WIRED_EVENTQ});
    run(ps);
    ck_assert(h.line[2]->line.read());
    run(width - 2 * ps);
    ck_assert(h.line[2]->line.read());
    run(2 * ps); /* sc_start ends before what is due at its end */
    ck_assert(!h.line[2]->line.read());
    run(ns(100));
    h.line[2]->is({{5, true}, {15, false}});
    for (unsigned i : {0, 1, 3, 4})
        h.line[i]->is({});
}
END_TEST

/* smmu.h: GERROR 1, PRIQ 2, EVENTQ 4, SYNC 8, SEV 16; several at once. */
START_TEST(which_line)
{
    wires_harness h;
    for (unsigned i = 0; i < 5; i++) {
        ck_assert(h.smmu.say({1u << i}) == tlm::TLM_COMPLETED);
        run(ns(20));
        ck_assert_uint_eq(h.line[i]->changes.size(), 2);
    }
    h.smmu.say({0x1f});
    run(ns(20));
    for (unsigned i = 0; i < 5; i++)
        h.line[i]->is({{20.0 * i, true}, {20.0 * i + 10, false}, {100, true}, {110, false}});
}
END_TEST

/* A pulse during another prolongs it, in the last picosecond too; at its end it is a new one, whichever of the two is
 * first in that time. */
START_TEST(prolonged)
{
    wires_harness h;
    h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
    run(ns(7));
    h.smmu.say({PRISIM_SMMU_WIRED_GERROR | PRISIM_SMMU_WIRED_SYNC});
    run(ns(10) - ps);
    h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
    run(ns(100));
    h.line[0]->is({{0, true}, {26.999, false}});
    h.line[3]->is({{7, true}, {17, false}});
}
END_TEST

START_TEST(at_its_end)
{
    wires_harness h;
    if (_i == 0) { /* said before */
        h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
        h.smmu.say({PRISIM_SMMU_WIRED_GERROR}, ns(10));
    } else { /* said in that time, after the fall */
        h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
        run(ns(10));
        h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
    }
    run(ns(100));
    h.line[0]->is({{0, true}, {10, false}, {10, true}, {20, false}});
}
END_TEST

/* With a low time: pulses that come during one, and while it is low, make one more. */
START_TEST(with_a_low_time)
{
    wires_harness h(low);
    h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
    run(ns(3));
    h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
    run(ns(5));
    h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
    run(ns(4)); /* 12: low */
    h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
    run(ns(2) - ps); /* just before 14 */
    ck_assert(!h.line[0]->line.read());
    run(2 * ps);
    ck_assert(h.line[0]->line.read());
    run(ns(100));
    h.line[0]->is({{0, true}, {10, false}, {14, true}, {24, false}});
    /* Long after the low time the line rises at once; at its last moment as well. */
    sc_core::sc_time from = sc_core::sc_time_stamp();
    h.smmu.say({PRISIM_SMMU_WIRED_GERROR});
    h.smmu.say({PRISIM_SMMU_WIRED_GERROR}, ns(14));
    run(ns(100));
    ck_assert_uint_eq(h.line[0]->changes.size(), 8);
    ck_assert(h.line[0]->changes[4].first == from);
    ck_assert(h.line[0]->changes[6].first == from + ns(14));
}
END_TEST

/* Annotated delays count from the call, in whatever order; b_transport too. */
START_TEST(delays)
{
    wires_harness h;
    run(ns(1));
    h.smmu.say({PRISIM_SMMU_WIRED_PRIQ}, ns(50));
    h.smmu.say({PRISIM_SMMU_WIRED_PRIQ}, ns(20));
    h.smmu.say_blocking({PRISIM_SMMU_WIRED_SEV}, ns(30));
    ck_assert(sc_core::sc_time_stamp() == ns(1));
    run(ns(200));
    h.line[1]->is({{21, true}, {31, false}, {51, true}, {61, false}});
    h.line[4]->is({{31, true}, {41, false}});
}
END_TEST

/* Nobody needs to bind anything; a port of the module around is as good as a signal. */
class around : public sc_core::sc_module
{
  public:
    sc_core::sc_out<bool> irq{"irq"};
    prisim::smmu_wires wires{"wires"};

    explicit around(const sc_core::sc_module_name &name) : sc_module(name)
    {
        wires.sync.bind(irq);
    }
};

START_TEST(open_and_outer)
{
    around a("a");
    watcher<bool> line("line");
    sender<prisim_smmu_interrupt> smmu("smmu");
    a.irq.bind(line.line);
    smmu.socket.bind(a.wires.socket);
    smmu.say({0x1f});
    run(ns(10));
    line.is({{0, true}, {1, false}});
}
END_TEST

template <class Act> void reports(const char *id, const char *text, Act act)
{
    try {
        act();
    } catch (const sc_core::sc_report &report) {
        ck_assert_str_eq(report.get_msg_type(), id);
        ck_assert_ptr_nonnull(strstr(report.get_msg(), text));
        return;
    }
    ck_abort_msg("no report");
}

START_TEST(wrong_use)
{
    reports("/prisim/config", "flat: ", [] { prisim::smmu_wires flat("flat", sc_core::SC_ZERO_TIME); });
    reports("/prisim/config", "bell: ", [] { prisim::doorbell_wires bell("bell", width, sc_core::SC_ZERO_TIME); });
    wires_harness h;
    prisim::doorbell_wires doorbell("doorbell");
    sender<::prisim_interrupt> interconnect("interconnect");
    interconnect.socket.bind(doorbell.socket);
    run(ns(1));
    reports("/prisim/stream", "wires: ", [&] { h.smmu.say_nothing(); });
    reports("/prisim/stream", "doorbell: ", [&] { interconnect.say_nothing(); });
    tlm::tlm_generic_payload trans;
    tlm::tlm_phase phase = tlm::END_REQ;
    sc_core::sc_time delay;
    reports("/prisim/stream", "wires: ", [&] { h.smmu.socket->nb_transport_fw(trans, phase, delay); });
    /* and without exceptions nothing comes of it */
    sc_core::sc_report_handler::set_actions("/prisim/stream", sc_core::SC_DO_NOTHING);
    h.smmu.say_nothing();
    interconnect.say_nothing();
    run(ns(100));
    h.line[0]->is({});
}
END_TEST

/* Each MSI: its data with its rising edge; those that come together go out one after the other. */
START_TEST(msis)
{
    prisim::doorbell_wires doorbell("doorbell", width, low);
    sender<::prisim_interrupt> interconnect("interconnect");
    watcher<bool> pulse("pulse");
    watcher<uint32_t> data("data");
    interconnect.socket.bind(doorbell.socket);
    doorbell.pulse.bind(pulse.line);
    doorbell.data.bind(data.line);
    run(ns(5));
    interconnect.say({7});
    interconnect.say({9}, ns(1));
    interconnect.say({8}, ns(1));
    interconnect.say({11}, ns(50));
    run(ns(200));
    pulse.is({{5, true}, {15, false}, {19, true}, {29, false}, {33, true}, {43, false}, {55, true}, {65, false}});
    data.is({{5, 7}, {19, 9}, {33, 8}, {55, 11}});
}
END_TEST

} // namespace

Suite *test_suite(void)
{
    Suite *suite = suite_create("systemc_wires");
    TCase *tcase = tcase_create("wires");
    tcase_add_test(tcase, one_pulse);
    tcase_add_test(tcase, which_line);
    tcase_add_test(tcase, prolonged);
    tcase_add_loop_test(tcase, at_its_end, 0, 2);
    tcase_add_test(tcase, with_a_low_time);
    tcase_add_test(tcase, delays);
    tcase_add_test(tcase, open_and_outer);
    tcase_add_test(tcase, wrong_use);
    tcase_add_test(tcase, msis);
    suite_add_tcase(suite, tcase);
    return suite;
}
