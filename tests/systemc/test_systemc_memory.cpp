/* SPDX-License-Identifier: Apache-2.0
 *
 * The interconnect's module seen from outside: four phases, blocking and debug transport, refusals, delays between
 * edges, and a clock port with reset. Check forks: each test has a SystemC kernel of its own.
 */
#include "model/interconnect/interconnect_tlm.h"
#include "tests/harness/suite.h"

#include <algorithm>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness/base_protocol_checker.h"
#include "tests/systemc/tlm_harness.h"

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

using prisim_test::now_ns;
using prisim_test::run_ns;

constexpr uint64_t ram_base = 0x40000000;

struct prisim_interconnect_config small_interconnect()
{
    struct prisim_interconnect_config config;
    prisim_interconnect_config_default(&config);
    config.ram_base = ram_base;
    config.ram_size = 1 << 16;
    config.doorbell_base = 0x08020000;
    config.latency = 20;
    return config;
}

/* A foreign initiator: sends one request at a time and notes when phases came, in ns. */
class initiator : public sc_core::sc_module, public tlm::tlm_bw_transport_if<>
{
  public:
    tlm::tlm_initiator_socket<32> socket{"socket"};
    tlm::tlm_generic_payload trans;
    unsigned char data[64] = {};
    double request_ended = -1, response_begun = -1;
    bool end_late = false; /* say END_RESP 5 ns after BEGIN_RESP */

    explicit initiator(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.bind(*this);
    }

    void fill(tlm::tlm_command command, uint64_t address, unsigned size)
    {
        trans.set_command(command);
        trans.set_address(address);
        trans.set_data_ptr(data);
        trans.set_data_length(size);
        trans.set_streaming_width(size);
        trans.set_byte_enable_ptr(nullptr);
        trans.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        request_ended = response_begun = -1;
    }

    tlm::tlm_sync_enum send(const sc_core::sc_time &delay_by = sc_core::SC_ZERO_TIME)
    {
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time delay = delay_by;
        tlm::tlm_sync_enum status = socket->nb_transport_fw(trans, phase, delay);
        if (status == tlm::TLM_UPDATED && phase == tlm::END_REQ)
            request_ended = now_ns();
        return status;
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &t, tlm::tlm_phase &phase, sc_core::sc_time &) override
    {
        if (phase == tlm::END_REQ) {
            request_ended = now_ns();
            return tlm::TLM_ACCEPTED;
        }
        response_begun = now_ns();
        if (end_late) {
            sc_core::sc_spawn([this, &t] {
                sc_core::wait(5, sc_core::SC_NS);
                tlm::tlm_phase end = tlm::END_RESP;
                sc_core::sc_time delay;
                socket->nb_transport_fw(t, end, delay);
            });
            return tlm::TLM_ACCEPTED;
        }
        phase = tlm::END_RESP;
        return tlm::TLM_COMPLETED;
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override
    {
    }
};

struct memory_harness {
    struct prisim_interconnect_config config = small_interconnect();
    prisim_test::counting_pool pool;
    prisim::interconnect_tlm interconnect{"interconnect", config};
    prisim_test::base_protocol_checker checker{"checker"};
    initiator cpu{"cpu"};

    memory_harness()
    {
        cpu.trans.set_mm(&pool);
        cpu.trans.acquire();
        cpu.socket.bind(checker.in);
        checker.out.bind(interconnect.cpu.socket);
    }
};

/* Request published at edge 4: taken at 5, response published at 5 + 20. */
START_TEST(four_phases)
{
    memory_harness h;
    run_ns(4);
    h.cpu.fill(tlm::TLM_WRITE_COMMAND, ram_base + 0x40, 8);
    memcpy(h.cpu.data, "prisim!", 8);
    h.cpu.send();
    run_ns(20.5);
    ck_assert_double_eq(h.cpu.request_ended, 4);
    ck_assert_double_eq(h.cpu.response_begun, -1);
    run_ns(1);
    ck_assert_double_eq(h.cpu.response_begun, 25);
    ck_assert(h.cpu.trans.is_response_ok());
    memset(h.cpu.data, 0, 8);
    h.cpu.fill(tlm::TLM_READ_COMMAND, ram_base + 0x40, 8);
    h.cpu.end_late = true;
    run_ns(4.5);
    h.cpu.send();
    run_ns(100);
    ck_assert_str_eq(reinterpret_cast<char *>(h.cpu.data), "prisim!");
    ck_assert_uint_eq(h.checker.requests, 2);
    ck_assert_uint_eq(h.checker.responses, 2);
    for (const std::string &text : h.checker.broken)
        ck_abort_msg("%s", text.c_str());
}
END_TEST

/* A call at 4.0 + 0.3 ns is published before edge 5 and taken there; one at exactly 5 is taken at 6. */
START_TEST(delay_between_edges)
{
    for (int later = 0; later < 2; later++) {
        pid_t child = fork();
        if (child == 0) {
            memory_harness h;
            run_ns(4);
            h.cpu.fill(tlm::TLM_READ_COMMAND, ram_base, 4);
            h.cpu.send(sc_core::sc_time(later ? 1.0 : 0.3, sc_core::SC_NS));
            run_ns(100);
            _exit(h.cpu.response_begun == (later ? 26 : 25) ? 0 : 1);
        }
        int status = 1;
        waitpid(child, &status, 0);
        ck_assert_int_eq(status, 0);
    }
}
END_TEST

START_TEST(refusals)
{
    memory_harness h;
    unsigned char enable[4] = {};
    run_ns(2);
    h.cpu.fill(tlm::TLM_READ_COMMAND, ram_base, 4);
    h.cpu.trans.set_byte_enable_ptr(enable);
    h.cpu.trans.set_byte_enable_length(4);
    ck_assert_int_eq(h.cpu.send(), tlm::TLM_COMPLETED);
    ck_assert_int_eq(h.cpu.trans.get_response_status(), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    h.cpu.fill(tlm::TLM_READ_COMMAND, ram_base + 60, 8); /* crosses a line */
    ck_assert_int_eq(h.cpu.send(), tlm::TLM_COMPLETED);
    ck_assert_int_eq(h.cpu.trans.get_response_status(), tlm::TLM_BURST_ERROR_RESPONSE);
    h.cpu.fill(tlm::TLM_READ_COMMAND, 0x1000, 4); /* nothing is there */
    h.cpu.send();
    run_ns(100);
    ck_assert_int_eq(h.cpu.trans.get_response_status(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    tlm::tlm_dmi dmi;
    ck_assert(!h.cpu.socket->get_direct_mem_ptr(h.cpu.trans, dmi));
}
END_TEST

START_TEST(blocking_consumes_time)
{
    memory_harness h;
    bool done = false;
    sc_core::sc_spawn([&] {
        sc_core::wait(7, sc_core::SC_NS);
        h.cpu.fill(tlm::TLM_WRITE_COMMAND, ram_base + 8, 4);
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        h.cpu.socket->b_transport(h.cpu.trans, delay);
        ck_assert(h.cpu.trans.is_response_ok());
        /* published at 7, taken at 8, answered at 8 + 20 */
        ck_assert_double_eq(now_ns(), 28);
        done = true;
    });
    run_ns(100);
    ck_assert(done);
}
END_TEST

START_TEST(debug_reads_memory)
{
    memory_harness h;
    run_ns(2);
    h.cpu.fill(tlm::TLM_WRITE_COMMAND, ram_base + 0x100, 4);
    memcpy(h.cpu.data, "dbg", 4);
    h.cpu.send();
    run_ns(100);
    memset(h.cpu.data, 0, sizeof h.cpu.data);
    h.cpu.fill(tlm::TLM_READ_COMMAND, ram_base + 0x100, 4);
    ck_assert_uint_eq(h.cpu.socket->transport_dbg(h.cpu.trans), 4);
    ck_assert_str_eq(reinterpret_cast<char *>(h.cpu.data), "dbg");
    h.cpu.fill(tlm::TLM_READ_COMMAND, 0x1000, 4);
    ck_assert_uint_eq(h.cpu.socket->transport_dbg(h.cpu.trans), 0);
}
END_TEST

/* A swap is a read with an extension: what is read as expected is replaced; without the extension it is a read. */
START_TEST(swap)
{
    memory_harness h;
    prisim::memory_extension extension;
    const uint64_t desired[] = {5, 6, 7}, expected[] = {0, 1, 5}, was[] = {0, 5, 5};
    run_ns(2);
    h.cpu.trans.set_extension(&extension);
    for (unsigned i = 0; i < 4; i++) {
        extension.swap = i < 3;
        if (i < 3) {
            memcpy(extension.swapped, &desired[i], 8);
            memcpy(extension.swapped + 8, &expected[i], 8);
        }
        h.cpu.fill(tlm::TLM_READ_COMMAND, ram_base + 0x40, 8);
        h.cpu.send();
        run_ns(100);
        ck_assert(h.cpu.trans.is_response_ok());
        ck_assert_mem_eq(h.cpu.data, i < 3 ? &was[i] : &desired[2], 8);
    }
    h.cpu.trans.clear_extension(&extension);
}
END_TEST

/* A block that sends `requests` reads, one an edge from edge 1 on, and takes responses from edge `ready_at` on. */
class reader : public prisim::clocked_module
{
  public:
    prisim::memory_initiator memory{"memory", *this, 0, 0};
    unsigned requests, sent = 0;
    prisim_cycle_t ready_at;
    std::vector<unsigned> got; /* ids */
    std::vector<prisim_cycle_t> got_at;

    reader(const sc_core::sc_module_name &name, unsigned reads, prisim_cycle_t ready)
        : clocked_module(name, {}), requests(reads), ready_at(ready)
    {
    }
    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *p) override
    {
        if (prisim_ports_has_arrived(p, 0)) {
            got.push_back(static_cast<const struct prisim_memory_response *>(p->rx[0])->id);
            got_at.push_back(now);
        }
        if (now >= 1 && sent < requests && prisim_ports_can_put(p, 0)) {
            struct prisim_memory_request request {
            };
            request.id = sent++;
            request.size = 8;
            *static_cast<struct prisim_memory_request *>(prisim_ports_put(p, 0)) = request;
        }
        prisim_ports_set_ready(p, 0, now >= ready_at);
        return now + 1;
    }
    void reset() override
    {
    }
};

/* A memory that completes each request at once, but for those of the mask: of these the response begins 1 ns later. */
class memory : public sc_core::sc_module, public tlm::tlm_fw_transport_if<>
{
  public:
    tlm::tlm_target_socket<32> socket{"socket"};
    unsigned late, requests = 0, ended = 0, open = 0;
    double ended_at = -1;

    memory(const sc_core::sc_module_name &name, unsigned which) : sc_module(name), late(which)
    {
        socket.bind(*this);
    }
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &) override
    {
        if (phase == tlm::END_RESP) {
            end(trans);
            return tlm::TLM_COMPLETED;
        }
        memset(trans.get_data_ptr(), 0, trans.get_data_length());
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
        if (!(late >> requests++ & 1))
            return tlm::TLM_COMPLETED;
        trans.acquire();
        open++;
        sc_core::sc_spawn([this, &trans] {
            sc_core::wait(1, sc_core::SC_NS);
            tlm::tlm_phase begin = tlm::BEGIN_RESP;
            sc_core::sc_time delay;
            if (socket->nb_transport_bw(trans, begin, delay) != tlm::TLM_ACCEPTED)
                end(trans);
        });
        return tlm::TLM_ACCEPTED;
    }
    void end(tlm::tlm_generic_payload &trans)
    {
        open--;
        ended++;
        ended_at = now_ns();
        trans.release();
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

/* Requests 0..3, the block takes nothing before edge 30: whichever of them has its response begun and not completed at
 * once, its END_RESP is said once, when its own turn has come. All responses come, in their order. */
START_TEST(end_of_a_response_beside_early_completion)
{
    unsigned late = 1u << _i;
    reader block("block", 4, 30);
    memory target("memory", late);
    block.memory.socket.bind(target.socket);
    run_ns(29.5);
    ck_assert_uint_eq(target.requests, 4);
    ck_assert_uint_eq(target.open, 1);
    ck_assert_uint_eq(block.got.size(), 0);
    run_ns(70);
    ck_assert_uint_eq(target.ended, 1);
    ck_assert_uint_eq(target.open, 0);
    ck_assert_uint_eq(block.got.size(), 4);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(block.got_at[i], 31 + i);
    /* It is said at the edge before the one at which it is taken. */
    auto own = static_cast<unsigned>(std::find(block.got.begin(), block.got.end(), static_cast<unsigned>(_i)) -
                                     block.got.begin());
    ck_assert_double_eq(target.ended_at, 30 + own);
}
END_TEST

/* With a clock port edge 0 is the first rising edge with reset released. */
START_TEST(clock_and_reset)
{
    memory_harness h;
    sc_core::sc_clock clk("clk", 1, sc_core::SC_NS, 0.5, 0, sc_core::SC_NS, true);
    sc_core::sc_signal<bool> rst_n("rst_n");
    h.interconnect.clk.bind(clk);
    h.interconnect.rst_n.bind(rst_n);
    rst_n = false;
    run_ns(10.5);
    h.cpu.fill(tlm::TLM_READ_COMMAND, ram_base, 4);
    h.cpu.send();
    run_ns(50);
    ck_assert_double_eq(h.cpu.request_ended, -1); /* in reset nothing is taken */
    rst_n = true;
    run_ns(60);
    ck_assert_double_ge(h.cpu.response_begun, 0);
}
END_TEST

} // namespace

Suite *test_suite()
{
    Suite *suite = suite_create("systemc_memory");
    TCase *tests = tcase_create("interconnect");
    tcase_add_test(tests, four_phases);
    tcase_add_test(tests, delay_between_edges);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, blocking_consumes_time);
    tcase_add_test(tests, debug_reads_memory);
    tcase_add_test(tests, swap);
    tcase_add_loop_test(tests, end_of_a_response_beside_early_completion, 0, 4);
    tcase_add_test(tests, clock_and_reset);
    suite_add_tcase(suite, tests);
    return suite;
}
