/* SPDX-License-Identifier: Apache-2.0
 *
 * An annotated delay counts whatever stands before it: a payload is seen at the first edge after its time
 * (docs/timing.md "SystemC"), at memory targets, streams and the initiator's responses. Edges are at whole nanoseconds.
 */
#include "tests/systemc/tlm_harness.h"

using namespace prisim_test;

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

/* The first is ended at 4 and taken at 5; the second comes at 4 too, 100 ns late: seen at 105, not at 6. */
START_TEST(request_behind_another)
{
    counting_pool pool;
    answering_module block("block");
    initiator_stub<base> cpu("cpu");
    cpu.socket.bind(block.memory.socket);
    word_access first(pool, 0x10), second(pool, 0x20);
    run_ns(4);
    run_ns(0);
    ck_assert_int_eq(cpu.say(first.trans, tlm::BEGIN_REQ), tlm::TLM_UPDATED);
    ck_assert_int_eq(cpu.say(second.trans, tlm::BEGIN_REQ, 100), tlm::TLM_ACCEPTED);
    run_ns(200);
    ck_assert_uint_eq(block.took_at.size(), 2);
    ck_assert_double_eq(block.took_at[0], 5);
    ck_assert_double_eq(block.took_at[1], 105);
    ck_assert_uint_eq(second.data, 0x20);
    ck_assert(block.memory.rx_open() == false && block.memory.tx_open() == false);
}
END_TEST

/* At N - 1 and at N: 4 + 0.999 is seen at 5, 4 + 1 at 6, with another one before it or alone. */
START_TEST(stream_behind_another)
{
    counting_pool pool;
    number_sink block("block");
    initiator_stub<numbers> source("source");
    source.socket.bind(block.in.socket);
    number a(pool, 1), b(pool, 2), c(pool, 3), d(pool, 4), e(pool, 5);
    run_ns(4);
    run_ns(0);
    ck_assert_int_eq(source.say(a.trans, tlm::BEGIN_REQ), tlm::TLM_UPDATED);
    ck_assert_int_eq(source.say(b.trans, tlm::BEGIN_REQ, 1.999), tlm::TLM_ACCEPTED);
    run_ns(6);
    run_ns(0);
    ck_assert_int_eq(source.say(c.trans, tlm::BEGIN_REQ), tlm::TLM_UPDATED);
    ck_assert_int_eq(source.say(d.trans, tlm::BEGIN_REQ, 2), tlm::TLM_ACCEPTED);
    run_ns(20);
    run_ns(0);
    ck_assert_int_eq(source.say(e.trans, tlm::BEGIN_REQ, 100), tlm::TLM_ACCEPTED);
    run_ns(200);
    const double due[] = {5, 6, 11, 13, 131};
    ck_assert_uint_eq(block.got.size(), 5);
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_uint_eq(block.got[i], i + 1);
        ck_assert_double_eq(block.got_at[i], due[i]);
    }
    ck_assert_uint_eq(source.count(tlm::END_REQ), 5);
}
END_TEST

/* Responses come in the order of their times, each at the first edge after its own. */
START_TEST(responses_behind_others)
{
    reading_module block("block");
    target_stub<base> memory("memory");
    block.memory.socket.bind(memory.socket);
    const double later[] = {5, 100, 50, 50, 0};
    unsigned next = 0;
    memory.reply = [&](tlm::tlm_generic_payload &trans, tlm::tlm_phase &, sc_core::sc_time &delay) {
        delay = ns(later[next]);
        memset(trans.get_data_ptr(), static_cast<int>(next++), 8);
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
        return tlm::TLM_COMPLETED;
    };
    block.ready_from = 0;
    for (uint32_t id = 0; id < 5; id++)
        block.read(id);
    run_ns(300);
    ck_assert_uint_eq(block.got.size(), 5);
    std::map<uint32_t, double> at;
    for (size_t i = 0; i < 5; i++) {
        at[block.got[i].id] = block.got_at[i];
        ck_assert_uint_eq(block.got[i].data[0], block.got[i].id);
    }
    /* A request's END has the delay too, so each is put when the one before has ended. */
    for (uint32_t id = 0; id < 5; id++)
        ck_assert_double_eq(at[id], block.put_at[id] + later[id] + 1);
    ck_assert_double_ge(block.put_at[2], block.put_at[1] + 100);
}
END_TEST

/* BEGIN_RESP 100 ns late, and one that is early after it: an early completion goes before it. */
START_TEST(a_late_response_lets_others_pass)
{
    reading_module block("block");
    target_stub<base> memory("memory");
    block.memory.socket.bind(memory.socket);
    std::vector<tlm::tlm_generic_payload *> asked;
    memory.reply = [&](tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &) {
        if (phase != tlm::BEGIN_REQ)
            return tlm::TLM_COMPLETED;
        asked.push_back(&trans);
        memset(trans.get_data_ptr(), 0x11, 8);
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
        phase = tlm::END_REQ;
        return asked.size() == 1 ? tlm::TLM_UPDATED : tlm::TLM_COMPLETED;
    };
    block.read(7);
    run_ns(10);
    run_ns(0);
    ck_assert_uint_eq(asked.size(), 1);
    memory.answer(*asked[0], 0x2222222222222222, 100);
    ck_assert(!block.idle());
    block.read(8);
    run_ns(90);
    ck_assert_uint_eq(block.got.size(), 1);
    ck_assert_uint_eq(block.got[0].id, 8);
    ck_assert_uint_eq(memory.count(tlm::END_RESP), 0);
    run_ns(100);
    ck_assert_uint_eq(block.got.size(), 2);
    ck_assert_uint_eq(block.got[1].id, 7);
    ck_assert_double_eq(block.got_at[1], 111);
    ck_assert_uint_eq(memory.count(tlm::END_RESP), 1);
}
END_TEST

/* BEGIN_RESP in the return of BEGIN_REQ: END_RESP is said by a call, at once if the block is ready, else when it is. */
START_TEST(a_response_by_return)
{
    reading_module block("block");
    target_stub<base> memory("memory");
    block.memory.socket.bind(memory.socket);
    block.ready_from = _i == 0 ? 0 : 50;
    memory.reply = [&](tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &) {
        if (phase != tlm::BEGIN_REQ)
            return tlm::TLM_COMPLETED;
        memset(trans.get_data_ptr(), 0x33, 8);
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
        phase = tlm::BEGIN_RESP;
        return tlm::TLM_UPDATED;
    };
    run_ns(3.5);
    block.read(4);
    run_ns(100);
    ck_assert_uint_eq(memory.count(tlm::END_RESP), 1);
    ck_assert_double_eq(memory.calls[1].at, _i == 0 ? memory.calls[0].at : 50);
    ck_assert_uint_eq(block.got.size(), 1);
    ck_assert_uint_eq(block.got[0].data[7], 0x33);
    ck_assert(!block.memory.tx_open());
}
END_TEST

/* b_transport 10 ns late at 5.5: there at 15.5, taken at 16, answered 3 edges later; the delay is used up. */
START_TEST(a_blocking_access_that_is_late)
{
    counting_pool pool;
    answering_module block("block");
    initiator_stub<base> cpu("cpu");
    cpu.socket.bind(block.memory.socket);
    word_access a(pool, 0x10);
    double done = 0;
    sc_core::sc_spawn([&] {
        sc_core::wait(ns(5.5));
        sc_core::sc_time delay = ns(10);
        cpu.socket->b_transport(a.trans, delay);
        ck_assert(delay == sc_core::SC_ZERO_TIME);
        done = now_ns();
    });
    run_ns(100);
    ck_assert_double_eq(block.took_at.at(0), 16);
    ck_assert_double_eq(done, 19);
}
END_TEST

/* END_REQ with a delay: the next one is offered after it. */
START_TEST(an_end_that_is_late)
{
    number_source block("block");
    target_stub<numbers> sink("sink");
    block.out.socket.bind(sink.socket);
    sink.reply = [](tlm::tlm_generic_payload &, tlm::tlm_phase &phase, sc_core::sc_time &delay) {
        phase = tlm::END_REQ;
        delay = ns(20);
        return tlm::TLM_UPDATED;
    };
    block.to_send = {1, 2};
    run_ns(100);
    ck_assert_uint_eq(sink.calls.size(), 2);
    ck_assert_double_eq(sink.calls[1].at, sink.calls[0].at + 21);
}
END_TEST

} // namespace

Suite *test_suite()
{
    Suite *suite = suite_create("systemc_delays");
    TCase *tests = tcase_create("delays");
    tcase_add_loop_test(tests, a_response_by_return, 0, 2);
    for (const TTest *test : {request_behind_another, stream_behind_another, responses_behind_others,
                              a_late_response_lets_others_pass, an_end_that_is_late, a_blocking_access_that_is_late})
        tcase_add_test(tests, test);
    suite_add_tcase(suite, tests);
    return suite;
}
