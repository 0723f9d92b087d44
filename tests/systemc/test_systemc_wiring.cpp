/* SPDX-License-Identifier: Apache-2.0
 *
 * What an integrator can do wrong is said, with the name of the socket, and crashes nothing: wiring, configurations
 * that disagree, transactions that are none, under errors that throw and errors that do not.
 */
#include "tests/systemc/tlm_harness.h"

#include <fstream>
#include <sstream>
#include <tlm_utils/simple_target_socket.h>
#include <unistd.h>

#include "model/interconnect/interconnect_tlm.h"
#include "model/pcie_endpoint/pcie_endpoint_tlm.h"
#include "model/smmu/smmu_tlm.h"

using namespace prisim_test;

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

struct prisim_smmu_config default_smmu()
{
    struct prisim_smmu_config config;
    prisim_smmu_config_default(&config);
    return config;
}

/* The queue that the default SMMU describes. */
struct prisim_pri_queue_config default_queue()
{
    struct prisim_smmu_config config = default_smmu();
    struct prisim_pri_queue_config queue;
    prisim_pri_queue_config_default(&queue);
    prisim_smmu_pri_queue_derive(&config, &queue);
    return queue;
}

/* Who stands around an SMMU: all that must be bound, but for what a test leaves open. */
struct neighbours {
    initiator_stub<base> cpu{"cpu"};
    target_stub<base> tables{"tables"}, clients{"clients"};
    initiator_stub<prisim::stream_types<prisim_tlp>> root_up{"root_up"};
    target_stub<prisim::stream_types<prisim_tlp>> root_down{"root_down"};

    void bind(prisim::smmu_core_tlm &core, const std::string &open = "")
    {
        if (open != "registers")
            cpu.socket.bind(core.registers.socket);
        if (open != "memory")
            core.memory.socket.bind(tables.socket);
        if (open != "dma")
            core.dma.socket.bind(clients.socket);
        if (open != "up")
            root_up.socket.bind(core.up.socket);
        if (open != "down")
            core.down.socket.bind(root_down.socket);
    }
};

struct platform : neighbours {
    prisim::smmu_tlm smmu;

    explicit platform(const std::string &open = "", const prisim_pri_queue_config &queue = default_queue())
        : smmu("smmu", default_smmu(), queue)
    {
        bind(smmu.core, open);
    }
};

std::string start()
{
    return error_of([] { run_ns(10); });
}

START_TEST(all_bound)
{
    platform p;
    same(start(), "");
}
END_TEST

START_TEST(a_mandatory_socket_is_open)
{
    static const char *const sockets[] = {"registers", "memory", "dma", "up", "down"};
    const std::string open = sockets[_i];
    platform p(open);
    same(start(), ("/prisim/binding: smmu.core." + open + ": a mandatory socket is not bound"));
}
END_TEST

/* Without PRI the queue's channels may stay open; with it they must not. */
START_TEST(a_core_without_its_queue)
{
    struct prisim_smmu_config config = default_smmu();
    config.pri = _i == 0;
    if (!config.pri)
        config.pps = 0;
    prisim::smmu_core_tlm core("core", config);
    neighbours around;
    around.bind(core);
    std::string error = start();
    if (config.pri)
        same(error, "/prisim/binding: core.pri_abort: a mandatory socket is not bound");
    else
        same(error, "");
}
END_TEST

START_TEST(reset_without_clock)
{
    platform p;
    sc_core::sc_signal<bool> rst_n("reset", true);
    p.smmu.rst_n.bind(rst_n);
    same(start(), "/prisim/binding: smmu.core.rst_n: is bound, and clk is not");
}
END_TEST

START_TEST(half_clocked)
{
    platform p;
    sc_core::sc_clock clk("clock", 1, sc_core::SC_NS);
    p.smmu.core.clk.bind(clk);
    same(start(), "/prisim/binding: smmu.core.clk: expected to be bound if and only if "
                  "smmu.pri_queue.clk is");
}
END_TEST

START_TEST(half_reset)
{
    platform p;
    sc_core::sc_clock clk("clock", 1, sc_core::SC_NS);
    sc_core::sc_signal<bool> rst_n("reset", true);
    p.smmu.clk.bind(clk);
    p.smmu.pri_queue.rst_n.bind(rst_n);
    same(start(), "/prisim/binding: smmu.core.rst_n: expected to be bound if and only if "
                  "smmu.pri_queue.rst_n is");
}
END_TEST

/* One clock and one reset for both halves; none at all is right too (all_bound). */
START_TEST(clocked_as_one)
{
    platform p;
    sc_core::sc_clock clk("clock", 1, sc_core::SC_NS);
    sc_core::sc_signal<bool> rst_n("reset", true);
    p.smmu.clk.bind(clk);
    p.smmu.rst_n.bind(rst_n);
    same(start(), "");
    ck_assert_int_eq(p.smmu.core.clk.size(), 1);
    ck_assert_int_eq(p.smmu.pri_queue.clk.size(), 1);
    ck_assert_int_eq(p.smmu.pri_queue.rst_n.size(), 1);
}
END_TEST

START_TEST(periods_that_differ)
{
    prisim::module_context fast;
    fast.period = ns(0.5);
    prisim::smmu_core_tlm core("core", default_smmu());
    prisim::pri_queue_tlm queue("queue", default_queue(), fast);
    core.bind_pri_queue(queue);
    neighbours around;
    around.bind(core);
    same(start(), "/prisim/binding: core: expected the period of queue");
}
END_TEST

/* The queue's four values that the ID registers say. */
START_TEST(a_queue_that_is_not_the_smmus)
{
    struct prisim_smmu_config config = default_smmu();
    struct prisim_pri_queue_config queue = default_queue();
    static const char *const expected[] = {
        "", "smmu.pri_queue.size_log2_max: expected the SMMU's priq_log2_max",
        "smmu.pri_queue.pps: expected the SMMU's pps",
        "smmu.pri_queue.pasid_supported: expected 1 if and only if the SMMU has ssid_bits",
        "smmu.pri_queue.msi_supported: expected the SMMU's msi"};
    switch (_i) {
    case 1:
        queue.size_log2_max--;
        break;
    case 2:
        queue.pps = !queue.pps;
        break;
    case 3:
        queue.pasid_supported = 0;
        break;
    case 4:
        queue.msi_supported = !queue.msi_supported;
        break;
    }
    std::string error = error_of([&] { prisim::smmu_tlm smmu("smmu", config, queue); });
    same(error, _i == 0 ? "" : std::string("/prisim/config: ") + expected[_i]);
}
END_TEST

/* A configuration that the block refuses can be caught, whether the error throws or not. */
START_TEST(a_configuration_that_is_wrong)
{
    struct prisim_smmu_config config = default_smmu();
    config.oas_bits = 33;
    if (_i == 0) {
        same(error_of([&] { prisim::smmu_core_tlm core("core", config); }),
             "/prisim/config: core.oas_bits: expected 32, 36, 40, 42, 44 or 48");
        return;
    }
    sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_CACHE_REPORT);
    bool caught = false;
    try {
        prisim::smmu_core_tlm core("core", config);
    } catch (const std::invalid_argument &error) {
        caught = true;
        same(error.what(), "core.oas_bits: expected 32, 36, 40, 42, 44 or 48");
    }
    ck_assert(caught);
}
END_TEST

START_TEST(a_probe_that_nobody_empties)
{
    struct prisim_probe probe {
    };
    prisim_probe_init(&probe, true);
    prisim::module_context context;
    context.probe = &probe;
    same(error_of([&] { prisim::smmu_core_tlm core("core", default_smmu(), context); }),
         "/prisim/probe: core: a probe needs an observer, to empty it");
    prisim_probe_close(&probe);
}
END_TEST

/* A transaction without a payload: with an error that does not throw it is over, and the next one is taken. */
START_TEST(a_transaction_without_payload)
{
    sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_CACHE_REPORT);
    counting_pool pool;
    number_sink block("block");
    initiator_stub<numbers> source("source");
    source.socket.bind(block.in.socket);
    tlm::tlm_generic_payload none(&pool);
    none.acquire();
    number good(pool, 7);
    bool returned = false;
    run_ns(3.5);
    ck_assert_int_eq(source.say(none, tlm::BEGIN_REQ), tlm::TLM_COMPLETED);
    ck_assert_int_eq(none.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
    sc_core::sc_spawn([&] {
        sc_core::sc_time delay;
        source.socket->b_transport(none, delay);
        returned = true;
    });
    run_ns(2);
    ck_assert(returned);
    source.say(good.trans, tlm::BEGIN_REQ);
    run_ns(5);
    ck_assert_uint_eq(block.got.size(), 1);
    ck_assert_uint_eq(block.got[0], 7);
    ck_assert_int_eq(none.get_ref_count(), 1);
}
END_TEST

/* Phases that nobody has begun, each by its socket's name; an extended phase is ignored. */
DECLARE_EXTENDED_PHASE(a_phase_of_somebody);

START_TEST(phases_out_of_place)
{
    counting_pool pool;
    answering_module target("target");
    reading_module initiator("initiator");
    number_sink sink("sink");
    number_source source("source");
    initiator_stub<base> cpu("cpu");
    target_stub<base> memory("memory");
    initiator_stub<numbers> sender("sender");
    target_stub<numbers> receiver("receiver");
    cpu.socket.bind(target.memory.socket);
    initiator.memory.socket.bind(memory.socket);
    sender.socket.bind(sink.in.socket);
    source.out.socket.bind(receiver.socket);
    word_access a(pool, 0);
    number n(pool, 1);
    run_ns(2.5);
    auto at = [&](const std::function<void()> &action) { return error_of(action).substr(0, 28); };
    for (auto phase : {tlm::END_REQ, tlm::BEGIN_RESP, tlm::END_RESP}) {
        same(at([&] { cpu.say(a.trans, phase); }), "/prisim/memory: target.memor");
        same(at([&] { sender.say(n.trans, phase); }), "/prisim/stream: sink.in: exp");
    }
    for (auto phase : {tlm::BEGIN_REQ, tlm::END_REQ, tlm::BEGIN_RESP, tlm::END_RESP}) {
        same(at([&] { memory.say(a.trans, phase); }), "/prisim/memory: initiator.me");
        if (phase != tlm::BEGIN_RESP) /* somebody's payload has the extension, and BEGIN_RESP is a habit of sockets */
            same(at([&] { receiver.say(n.trans, phase); }), "/prisim/stream: source.out: ");
    }
    cpu.say(a.trans, tlm::BEGIN_REQ, 50); /* END_REQ has not come */
    word_access over(pool, 8);
    same(at([&] { cpu.say(over.trans, tlm::BEGIN_REQ); }), "/prisim/memory: target.memor");
    ck_assert_int_eq(cpu.say(a.trans, a_phase_of_somebody), tlm::TLM_ACCEPTED);
    ck_assert_int_eq(sender.say(n.trans, a_phase_of_somebody), tlm::TLM_ACCEPTED);
    ck_assert_int_eq(memory.say(a.trans, a_phase_of_somebody), tlm::TLM_ACCEPTED);
    ck_assert_int_eq(receiver.say(n.trans, a_phase_of_somebody), tlm::TLM_ACCEPTED);
}
END_TEST

/* A utility socket that knows b_transport only takes a stream: it answers with a response phase. */
struct blocking_sink : sc_core::sc_module {
    tlm_utils::simple_target_socket<blocking_sink, 32, numbers> socket{"socket"};
    std::vector<uint32_t> got;

    explicit blocking_sink(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.register_b_transport(this, &blocking_sink::b_transport);
    }
    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay)
    {
        got.push_back(trans.get_extension<prisim::stream_extension<uint32_t>>()->payload);
        delay += ns(10);
    }
};

START_TEST(a_receiver_that_blocks)
{
    number_source source("source");
    blocking_sink sink("sink");
    source.out.socket.bind(sink.socket);
    source.to_send = {1, 2, 3};
    run_ns(100);
    ck_assert_uint_eq(sink.got.size(), 3);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_uint_eq(sink.got[i], i + 1);
    ck_assert(!source.out.tx_open());
}
END_TEST

/* Byte enables, the frame's end at N - 1 and N, DMI. */
START_TEST(what_a_target_refuses)
{
    counting_pool pool;
    answering_module block("block");
    initiator_stub<base> cpu("cpu");
    cpu.socket.bind(block.memory.socket);
    run_ns(2.5);
    unsigned char ones[8], hole[8];
    memset(ones, 0xff, 8);
    memset(hole, 0xff, 8);
    hole[7] = 0;
    struct {
        uint64_t address;
        unsigned char *enable;
        tlm::tlm_response_status status;
    } const asked[] = {
        {0x10, nullptr, tlm::TLM_OK_RESPONSE},
        {0x10, ones, tlm::TLM_OK_RESPONSE},
        {0x10, hole, tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE},
        {0xff8, nullptr, tlm::TLM_OK_RESPONSE},
        {0xff9, nullptr, tlm::TLM_BURST_ERROR_RESPONSE},
        {0x1000, nullptr, tlm::TLM_ADDRESS_ERROR_RESPONSE},
        {UINT64_C(0x100000010), nullptr, tlm::TLM_ADDRESS_ERROR_RESPONSE},
        {UINT64_MAX - 7, nullptr, tlm::TLM_ADDRESS_ERROR_RESPONSE},
    };
    for (const auto &one : asked) {
        word_access a(pool, one.address);
        a.trans.set_byte_enable_ptr(one.enable);
        a.trans.set_byte_enable_length(one.enable ? 8 : 0);
        cpu.say(a.trans, tlm::BEGIN_REQ);
        run_ns(20);
        ck_assert_int_eq(a.trans.get_response_status(), one.status);
        if (one.status == tlm::TLM_OK_RESPONSE)
            ck_assert_uint_eq(a.data, one.address);
        ck_assert_int_eq(a.trans.get_ref_count(), 1);
    }
    word_access a(pool, 0x10);
    a.trans.set_data_ptr(nullptr);
    ck_assert_int_eq(cpu.say(a.trans, tlm::BEGIN_REQ), tlm::TLM_COMPLETED);
    ck_assert_int_eq(a.trans.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
    tlm::tlm_dmi dmi;
    dmi.set_start_address(0x10);
    dmi.set_end_address(0x20);
    ck_assert(!cpu.socket->get_direct_mem_ptr(a.trans, dmi));
    ck_assert_uint_eq(dmi.get_start_address(), 0);
    ck_assert_uint_eq(dmi.get_end_address(), UINT64_MAX);
    ck_assert(dmi.is_read_write_allowed()); /* these are what is denied */
}
END_TEST

/* A transaction of ours that comes back has nothing that others hung on it for its life. */
struct hung : tlm::tlm_extension<hung> {
    static inline int alive = 0;
    hung()
    {
        alive++;
    }
    ~hung() override
    {
        alive--;
    }
    tlm::tlm_extension_base *clone() const override
    {
        return new hung;
    }
    void copy_from(const tlm::tlm_extension_base &) override
    {
    }
};

START_TEST(a_payload_that_comes_back)
{
    reading_module block("block");
    target_stub<base> memory("memory");
    block.memory.socket.bind(memory.socket);
    unsigned stale = 0;
    memory.reply = [&](tlm::tlm_generic_payload &trans, tlm::tlm_phase &, sc_core::sc_time &) {
        if (trans.get_extension<hung>())
            stale++;
        else
            trans.set_auto_extension(new hung);
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
        return tlm::TLM_COMPLETED;
    };
    for (uint32_t id = 0; id < 20; id++)
        block.read(id);
    run_ns(200);
    ck_assert_uint_eq(block.got.size(), 20);
    ck_assert_uint_eq(stale, 0);
    ck_assert_int_eq(hung::alive, 0);
}
END_TEST

/* Whatever error a foreign memory has is an abort for the block; a swap is a swap once. */
START_TEST(what_a_foreign_memory_answers)
{
    const tlm::tlm_response_status statuses[] = {tlm::TLM_OK_RESPONSE,
                                                 tlm::TLM_INCOMPLETE_RESPONSE,
                                                 tlm::TLM_GENERIC_ERROR_RESPONSE,
                                                 tlm::TLM_ADDRESS_ERROR_RESPONSE,
                                                 tlm::TLM_COMMAND_ERROR_RESPONSE,
                                                 tlm::TLM_BURST_ERROR_RESPONSE,
                                                 tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE};
    reading_module block("block");
    target_stub<base> memory("memory");
    block.memory.socket.bind(memory.socket);
    unsigned asked = 0, swaps = 0;
    memory.reply = [&](tlm::tlm_generic_payload &trans, tlm::tlm_phase &, sc_core::sc_time &) {
        swaps += trans.get_extension<prisim::memory_extension>()->swap;
        trans.set_response_status(statuses[asked++]);
        return tlm::TLM_COMPLETED;
    };
    for (uint32_t id = 0; id < 7; id++)
        block.read(id);
    block.to_send[0].write = PRISIM_MEMORY_SWAP;
    run_ns(100);
    ck_assert_uint_eq(block.got.size(), 7);
    for (unsigned i = 0; i < 7; i++)
        ck_assert_uint_eq(block.got[i].status, i == 0 ? PRISIM_MEMORY_OK : PRISIM_MEMORY_ABORT);
    ck_assert_uint_eq(swaps, 1);
}
END_TEST

/* An SMMU whose queue is at work is not idle, though the core has nothing to do: a record's write waits for 64 cycles.
 */
START_TEST(idle_is_about_both_halves)
{
    struct prisim_pri_queue_config queue_config = default_queue();
    queue_config.write_latency = 64;
    platform p("", queue_config);
    counting_pool pool;
    const struct {
        uint64_t offset, value;
    } writes[] = {{PRISIM_SMMU_PRIQ_BASE, 0x40000004}, {PRISIM_SMMU_CR0, PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN}};
    run_ns(2.5);
    for (const auto &w : writes) {
        word_access a(pool, w.offset, tlm::TLM_WRITE_COMMAND);
        a.data = w.value;
        a.trans.set_data_length(w.offset == PRISIM_SMMU_CR0 ? 4 : 8);
        a.trans.set_streaming_width(a.trans.get_data_length());
        p.cpu.say(a.trans, tlm::BEGIN_REQ);
        run_ns(50);
        ck_assert_int_eq(a.trans.get_response_status(), tlm::TLM_OK_RESPONSE);
    }
    ck_assert(p.smmu.idle());
    prisim::stream_extension<prisim_tlp> extension;
    extension.payload.head.type = PRISIM_TLP_MESSAGE;
    extension.payload.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    extension.payload.head.flags = PRISIM_TLP_READ | PRISIM_TLP_LAST;
    tlm::tlm_generic_payload trans(&pool);
    trans.acquire();
    trans.set_extension(&extension);
    p.root_up.say(trans, tlm::BEGIN_REQ);
    unsigned queue_alone = 0;
    for (unsigned i = 0; i < 60; i++) {
        run_ns(1);
        queue_alone += p.smmu.core.idle() && !p.smmu.pri_queue.idle();
        ck_assert(p.smmu.idle() == (p.smmu.core.idle() && p.smmu.pri_queue.idle()));
    }
    ck_assert_uint_gt(queue_alone, 20);
    trans.clear_extension(&extension);
}
END_TEST

/* idle() says that nothing is open: not while a foreign memory thinks, nor while somebody owes an END. */
START_TEST(idle_is_about_what_is_open)
{
    platform p;
    run_ns(20.5);
    ck_assert(p.smmu.idle());
    counting_pool pool;
    word_access a(pool, 0x1c);
    a.trans.set_data_length(4);
    a.trans.set_streaming_width(4);
    p.cpu.end_late = true;
    p.cpu.say(a.trans, tlm::BEGIN_REQ);
    ck_assert(!p.smmu.idle());
    run_ns(200);
    ck_assert_uint_eq(p.cpu.count(tlm::BEGIN_RESP), 1);
    ck_assert(!p.smmu.idle());
    p.cpu.say(a.trans, tlm::END_RESP);
    run_ns(10);
    ck_assert(p.smmu.idle());
}
END_TEST

/* A foreign memory that has a request and says nothing; a stream that is offered and not taken. */
START_TEST(idle_waits_for_others)
{
    reading_module block("block");
    target_stub<base> memory("memory");
    block.memory.socket.bind(memory.socket);
    block.read(1);
    number_source source("source");
    target_stub<numbers> sink("sink");
    source.out.socket.bind(sink.socket);
    source.to_send = {1};
    run_ns(10);
    ck_assert(block.memory.tx_open() && source.out.tx_open());
    memory.answer(*memory.calls[0].trans, 1);
    sink.say(*sink.calls[0].trans, tlm::END_REQ);
    run_ns(10);
    ck_assert(!block.memory.tx_open() && !block.memory.rx_open() && !source.out.tx_open());
}
END_TEST

/* The registered outputs in a VCD: `valid` of what is sent, `ready` of what is received. */
START_TEST(registered_outputs_are_traced)
{
    char path[] = "/tmp/prisim_trace_XXXXXX";
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    number_source source("source");
    number_sink sink("sink");
    reading_module reader("reader");
    target_stub<base> memory("memory");
    source.out.socket.bind(sink.in.socket);
    reader.memory.socket.bind(memory.socket);
    source.to_send = {1};
    sink.ready_from = 5;
    sc_core::sc_trace_file *vcd = sc_core::sc_create_vcd_trace_file(path);
    vcd->set_time_unit(1, sc_core::SC_NS);
    source.trace(vcd);
    sink.trace(vcd);
    reader.trace(vcd);
    run_ns(20);
    sc_core::sc_close_vcd_trace_file(vcd);
    std::ifstream in(std::string(path) + ".vcd");
    std::stringstream text;
    text << in.rdbuf();
    for (const char *due : {"$scope module source $end\n$scope module out $end\n$var wire    1  aaaaa  valid",
                            "$scope module sink $end\n$scope module in $end\n$var wire    1  aaaab  ready",
                            "$scope module memory $end\n$var wire    1  aaaac  valid",
                            "$scope module response $end\n$var wire    1  aaaad  ready", "\n#5\n1aaaab\n",
                            "\n#6\n0aaaaa\n"}) /* ready from 5 on: taken at 6 */
        ck_assert_msg(text.str().find(due) != std::string::npos, "%s", due);
    unlink((std::string(path) + ".vcd").c_str());
    unlink(path);
}
END_TEST

} // namespace

Suite *test_suite()
{
    Suite *suite = suite_create("systemc_wiring");
    TCase *tests = tcase_create("wiring");
    tcase_add_loop_test(tests, a_mandatory_socket_is_open, 0, 5);
    tcase_add_loop_test(tests, a_core_without_its_queue, 0, 2);
    tcase_add_loop_test(tests, a_queue_that_is_not_the_smmus, 0, 5);
    tcase_add_loop_test(tests, a_configuration_that_is_wrong, 0, 2);
    for (const TTest *test :
         {all_bound, reset_without_clock, half_clocked, half_reset, clocked_as_one, periods_that_differ,
          a_probe_that_nobody_empties, a_transaction_without_payload, phases_out_of_place, a_receiver_that_blocks,
          what_a_target_refuses, what_a_foreign_memory_answers, idle_is_about_both_halves, a_payload_that_comes_back,
          idle_is_about_what_is_open, idle_waits_for_others, registered_outputs_are_traced})
        tcase_add_test(tests, test);
    suite_add_tcase(suite, tests);
    return suite;
}
