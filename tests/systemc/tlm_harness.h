/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands around a module in a test of its sockets: modules whose block is the test's own, and neighbours that say
 * each phase when the test says it.
 */
#ifndef PRISIM_TESTS_SYSTEMC_TLM_HARNESS_H
#define PRISIM_TESTS_SYSTEMC_TLM_HARNESS_H

#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <tlm>
#include <vector>

#include "model/core/memory_tlm.h"
#include "model/core/stream_tlm.h"

#include "tests/harness/suite.h"

namespace prisim_test
{

inline double now_ns()
{
    return static_cast<double>(sc_core::sc_time_stamp().value()) / 1000; /* the resolution is 1 ps */
}

inline void run_ns(double ns)
{
    sc_core::sc_start(ns, sc_core::SC_NS);
}

inline sc_core::sc_time ns(double value)
{
    return sc_core::sc_time(value, sc_core::SC_NS);
}

/* A clock and a reset; the first rising edge is at 0. */
struct clock_and_reset {
    sc_core::sc_clock clk{"clk", 1, sc_core::SC_NS, 0.5, 0, sc_core::SC_NS, true};
    sc_core::sc_signal<bool> rst_n{"rst_n", true};

    void drive(prisim::clocked_module &module)
    {
        module.clk.bind(clk);
        module.rst_n.bind(rst_n);
    }
};

/* A module whose block reads: sends what is in `to_send`, notes what comes, and is ready from an edge on. */
class reading_module : public prisim::clocked_module
{
  public:
    prisim::memory_initiator memory{"memory", *this, 0, 0};
    std::vector<prisim_memory_request> to_send;
    std::vector<prisim_memory_response> got;
    std::vector<double> got_at, put_at; /* ns */
    double ready_from = 0;
    unsigned resets = 0;
    prisim_cycle_t first_edge = PRISIM_CYCLE_NEVER; /* since the last reset */

    explicit reading_module(const sc_core::sc_module_name &name) : clocked_module(name, {})
    {
    }

    void read(uint32_t id, uint64_t address = 0)
    {
        prisim_memory_request request{};
        request.id = id;
        request.address = address;
        request.size = 8;
        to_send.push_back(request);
    }

  protected:
    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *p) override
    {
        first_edge = first_edge == PRISIM_CYCLE_NEVER ? now : first_edge;
        if (prisim_ports_has_arrived(p, 0)) {
            got.push_back(*static_cast<const prisim_memory_response *>(p->rx[0]));
            got_at.push_back(now_ns());
        }
        if (!to_send.empty() && prisim_ports_can_put(p, 0)) {
            *static_cast<prisim_memory_request *>(prisim_ports_put(p, 0)) = to_send.front();
            to_send.erase(to_send.begin());
            put_at.push_back(now_ns());
        }
        prisim_ports_set_ready(p, 0, now_ns() >= ready_from);
        return now + 1;
    }
    void reset() override
    {
        resets++;
        first_edge = PRISIM_CYCLE_NEVER;
    }
};

/* A module whose block answers each request `latency` edges after it has taken it, with its address as data. */
class answering_module : public prisim::clocked_module
{
  public:
    prisim::memory_target memory{"memory", *this, 0, 0, nullptr, 0x1000};
    unsigned latency = 3;
    std::vector<double> took_at;

    explicit answering_module(const sc_core::sc_module_name &name) : clocked_module(name, {})
    {
    }

  protected:
    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *p) override
    {
        if (prisim_ports_has_arrived(p, 0)) {
            waiting_.emplace(now + latency, *static_cast<const prisim_memory_request *>(p->rx[0]));
            took_at.push_back(now_ns());
        }
        if (!waiting_.empty() && waiting_.begin()->first <= now && prisim_ports_can_put(p, 0)) {
            const prisim_memory_request &request = waiting_.begin()->second;
            prisim_memory_response response{};
            response.id = request.id;
            response.size = request.write ? 0 : request.size;
            memcpy(response.data, &request.address, sizeof request.address);
            *static_cast<prisim_memory_response *>(prisim_ports_put(p, 0)) = response;
            waiting_.erase(waiting_.begin());
        }
        prisim_ports_set_ready(p, 0, true);
        return now + 1;
    }
    void reset() override
    {
        waiting_.clear();
    }

  private:
    std::multimap<prisim_cycle_t, prisim_memory_request> waiting_;
};

/* A module whose block is a kilobyte of memory, from address 0: it answers at the edge at which it takes a request, or
 * as soon as it can. */
class small_memory : public prisim::clocked_module
{
  public:
    prisim::memory_target registers;
    std::vector<prisim_memory_request> got;
    std::vector<prisim_cycle_t> got_at;
    unsigned char bytes[1024] = {};

    explicit small_memory(const sc_core::sc_module_name &name, prisim::memory_target::debug_access *debug = nullptr)
        : clocked_module(name, {}), registers("registers", *this, 0, 0, debug)
    {
    }

  private:
    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *ports) override
    {
        if (prisim_ports_has_arrived(ports, 0)) {
            got.push_back(*static_cast<const prisim_memory_request *>(ports->rx[0]));
            got_at.push_back(now);
            waiting_.push_back(got.back());
        }
        if (!waiting_.empty() && prisim_ports_can_put(ports, 0)) {
            answer(waiting_.front(), static_cast<prisim_memory_response *>(prisim_ports_put(ports, 0)));
            waiting_.pop_front();
        }
        prisim_ports_set_ready(ports, 0, waiting_.size() < 2);
        return waiting_.empty() ? PRISIM_CYCLE_NEVER : prisim_ports_retry(ports, 0, now);
    }

    void answer(const prisim_memory_request &request, prisim_memory_response *to)
    {
        *to = prisim_memory_response{};
        to->id = request.id;
        if (request.address + request.size > sizeof bytes) {
            to->status = PRISIM_MEMORY_ABORT;
        } else if (request.write == PRISIM_MEMORY_WRITE) {
            std::memcpy(bytes + request.address, request.data, request.size);
        } else {
            to->size = request.size;
            std::memcpy(to->data, bytes + request.address, request.size);
        }
    }

    void reset() override
    {
        waiting_.clear();
    }

    std::deque<prisim_memory_request> waiting_;
};

/* A module that sends numbers, and one that takes them when the test says so. */
class number_source : public prisim::clocked_module
{
  public:
    prisim::stream_tx<uint32_t> out{"out", *this, 0};
    std::vector<uint32_t> to_send;

    explicit number_source(const sc_core::sc_module_name &name) : clocked_module(name, {})
    {
    }

  protected:
    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *p) override
    {
        if (!to_send.empty() && prisim_ports_can_put(p, 0)) {
            *static_cast<uint32_t *>(prisim_ports_put(p, 0)) = to_send.front();
            to_send.erase(to_send.begin());
        }
        return now + 1;
    }
    void reset() override
    {
    }
};

class number_sink : public prisim::clocked_module
{
  public:
    prisim::stream_rx<uint32_t> in{"in", *this, 0};
    std::vector<uint32_t> got;
    std::vector<double> got_at;
    double ready_from = 0;

    explicit number_sink(const sc_core::sc_module_name &name) : clocked_module(name, {})
    {
    }

  protected:
    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *p) override
    {
        if (prisim_ports_has_arrived(p, 0)) {
            got.push_back(*static_cast<const uint32_t *>(p->rx[0]));
            got_at.push_back(now_ns());
        }
        prisim_ports_set_ready(p, 0, now_ns() >= ready_from);
        return now + 1;
    }
    void reset() override
    {
    }
};

/* Transactions that come back: how often each was freed. */
class counting_pool : public tlm::tlm_mm_interface
{
  public:
    unsigned freed = 0;

    void free(tlm::tlm_generic_payload *) override
    {
        freed++;
    }
};

struct said {
    tlm::tlm_generic_payload *trans;
    tlm::tlm_phase phase;
    double at;
};

/* A foreign target: notes what is called, and answers as `reply` says; the test says the rest. */
template <class Types> class target_stub : public sc_core::sc_module, public tlm::tlm_fw_transport_if<Types>
{
  public:
    tlm::tlm_target_socket<32, Types, 1, sc_core::SC_ZERO_OR_MORE_BOUND> socket{"socket"};
    std::vector<said> calls;
    std::function<tlm::tlm_sync_enum(tlm::tlm_generic_payload &, tlm::tlm_phase &, sc_core::sc_time &)> reply =
        [](auto &, auto &, auto &) { return tlm::TLM_ACCEPTED; };

    explicit target_stub(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.bind(*this);
    }
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        calls.push_back({&trans, phase, now_ns()});
        return reply(trans, phase, delay);
    }
    tlm::tlm_sync_enum say(tlm::tlm_generic_payload &trans, tlm::tlm_phase phase, double delay_ns = 0)
    {
        sc_core::sc_time delay = ns(delay_ns);
        tlm::tlm_sync_enum status = socket->nb_transport_bw(trans, phase, delay);
        if (status != tlm::TLM_ACCEPTED && phase == tlm::END_RESP)
            calls.push_back({&trans, phase, now_ns()});
        return status;
    }
    /* BEGIN_RESP with a word. */
    void answer(tlm::tlm_generic_payload &trans, uint64_t word, double delay_ns = 0)
    {
        memcpy(trans.get_data_ptr(), &word, sizeof word);
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
        say(trans, tlm::BEGIN_RESP, delay_ns);
    }
    unsigned count(tlm::tlm_phase_enum phase) const
    {
        unsigned count = 0;
        for (const said &call : calls)
            count += call.phase == phase;
        return count;
    }
    void b_transport(tlm::tlm_generic_payload &, sc_core::sc_time &) override
    {
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &) override
    {
        return false;
    }
    unsigned transport_dbg(tlm::tlm_generic_payload &) override
    {
        return 0;
    }
};

/* A foreign initiator, likewise. */
template <class Types> class initiator_stub : public sc_core::sc_module, public tlm::tlm_bw_transport_if<Types>
{
  public:
    tlm::tlm_initiator_socket<32, Types, 1, sc_core::SC_ZERO_OR_MORE_BOUND> socket{"socket"};
    std::vector<said> calls; /* what came, by either path */
    bool end_late = false;   /* END_RESP is the test's to say */

    explicit initiator_stub(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.bind(*this);
    }
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &) override
    {
        calls.push_back({&trans, phase, now_ns()});
        if (phase != tlm::BEGIN_RESP || end_late)
            return tlm::TLM_ACCEPTED;
        phase = tlm::END_RESP;
        return tlm::TLM_COMPLETED;
    }
    tlm::tlm_sync_enum say(tlm::tlm_generic_payload &trans, tlm::tlm_phase phase, double delay_ns = 0)
    {
        sc_core::sc_time delay = ns(delay_ns);
        tlm::tlm_sync_enum status = socket->nb_transport_fw(trans, phase, delay);
        if (status == tlm::TLM_UPDATED)
            calls.push_back({&trans, phase, now_ns()});
        return status;
    }
    unsigned count(tlm::tlm_phase_enum phase) const
    {
        unsigned count = 0;
        for (const said &call : calls)
            count += call.phase == phase;
        return count;
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override
    {
    }
};

/* A read of 8 bytes with a memory manager. */
struct word_access {
    uint64_t data = 0;
    tlm::tlm_generic_payload trans;

    explicit word_access(tlm::tlm_mm_interface &pool, uint64_t address,
                         tlm::tlm_command command = tlm::TLM_READ_COMMAND)
        : trans(&pool)
    {
        trans.set_command(command);
        trans.set_address(address);
        trans.set_data_ptr(reinterpret_cast<unsigned char *>(&data));
        trans.set_data_length(8);
        trans.set_streaming_width(8);
        trans.acquire();
    }
};

/* A number as a stream has it. */
struct number {
    prisim::stream_extension<uint32_t> extension;
    tlm::tlm_generic_payload trans;

    explicit number(tlm::tlm_mm_interface &pool, uint32_t value) : trans(&pool)
    {
        extension.payload = value;
        trans.set_extension(&extension);
        trans.acquire();
    }
    ~number()
    {
        trans.clear_extension(&extension);
    }
};

using base = tlm::tlm_base_protocol_types;
using numbers = prisim::stream_types<uint32_t>;

/* What `action` reports as an error; "" if nothing. */
inline std::string error_of(const std::function<void()> &action)
{
    try {
        action();
    } catch (const sc_core::sc_report &report) {
        ck_assert_int_eq(report.get_severity(), sc_core::SC_ERROR);
        return std::string(report.get_msg_type()) + ": " + report.get_msg();
    }
    return "";
}

inline void same(const std::string &said, const std::string &due)
{
    ck_assert_str_eq(said.c_str(), due.c_str());
}

} // namespace prisim_test

#endif
