/* SPDX-License-Identifier: Apache-2.0
 *
 * A reset in mid-traffic: what a module held is ended, what it asked for is no answer any more, and the rules of
 * exclusion hold across it. rst_n is low from 20.5 to 30.5 ns; edges are at whole nanoseconds.
 */
#include "tests/systemc/tlm_harness.h"

using namespace prisim_test;

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

void into_reset()
{
    run_ns(5);
}

struct reset_at_20 {
    clock_and_reset wires;

    /* To 20.5, 25.5, 30.5 and 31.5 ns. */
    void to_reset()
    {
        run_ns(20.5);
        wires.rst_n = false;
    }
    void out_of_reset()
    {
        run_ns(5);
        wires.rst_n = true;
        run_ns(1);
    }
};

/* A block of the test's with a neighbour, both sides of each kind of socket. */
struct reading_across : reset_at_20 {
    reading_module block{"block"};
    target_stub<base> memory{"memory"};

    reading_across()
    {
        wires.drive(block);
        block.memory.socket.bind(memory.socket);
    }
};

struct answering_across : reset_at_20 {
    answering_module block{"block"};
    initiator_stub<base> cpu{"cpu"};
    counting_pool pool;

    answering_across()
    {
        wires.drive(block);
        cpu.socket.bind(block.memory.socket);
    }
};

struct sink_across : reset_at_20 {
    number_sink block{"block"};
    initiator_stub<numbers> source{"source"};
    counting_pool pool;

    sink_across()
    {
        wires.drive(block);
        source.socket.bind(block.in.socket);
    }
};

struct source_across : reset_at_20 {
    number_source block{"block"};
    target_stub<numbers> sink{"sink"};

    source_across()
    {
        wires.drive(block);
        block.out.socket.bind(sink.socket);
    }
};

tlm::tlm_sync_enum end_request(tlm::tlm_generic_payload &, tlm::tlm_phase &phase, sc_core::sc_time &)
{
    if (phase != tlm::BEGIN_REQ)
        return tlm::TLM_COMPLETED;
    phase = tlm::END_REQ;
    return tlm::TLM_UPDATED;
}

/* Read 0 of before and read 0 of after: each has the same id in the block, and only the second is answered to it. */
START_TEST(an_old_response_is_dropped)
{
    reading_across s;
    s.memory.reply = end_request;
    s.block.read(0, 0x100);
    s.to_reset();
    ck_assert_uint_eq(s.memory.count(tlm::BEGIN_REQ), 1);
    into_reset();
    ck_assert_uint_eq(s.block.resets, 2); /* at elaboration, and now */
    s.out_of_reset();
    ck_assert_uint_eq(s.block.first_edge, 0); /* at 31 */
    s.block.read(0, 0x200);
    run_ns(10);
    ck_assert_uint_eq(s.memory.count(tlm::BEGIN_REQ), 2);
    ck_assert(!s.block.idle());
    s.memory.answer(*s.memory.calls[0].trans, 0x1111);
    ck_assert_uint_eq(s.memory.count(tlm::END_RESP), 1);
    run_ns(10);
    ck_assert_uint_eq(s.block.got.size(), 0);
    s.memory.answer(*s.memory.calls[1].trans, 0x2222);
    run_ns(10);
    ck_assert_uint_eq(s.block.got.size(), 1);
    ck_assert_uint_eq(s.block.got[0].data[0], 0x22);
    ck_assert_uint_eq(s.memory.count(tlm::END_RESP), 2);
    ck_assert(!s.block.memory.tx_open());
}
END_TEST

/* END_REQ of before, 20 ns after the reset: it is no credit for the new request, which waits for it. With a delay, for
 * the first edge after its time; BEGIN_RESP without END_REQ is one as well. */
START_TEST(a_late_end_of_request)
{
    const double later = _i == 1 ? 7 : 0;
    reading_across s;
    s.block.read(1);
    s.to_reset();
    into_reset();
    s.out_of_reset();
    s.block.read(2);
    s.block.read(3);
    run_ns(20);
    ck_assert_uint_eq(s.memory.calls.size(), 1);
    if (_i == 2)
        s.memory.answer(*s.memory.calls[0].trans, 1);
    else
        s.memory.say(*s.memory.calls[0].trans, tlm::END_REQ, later);
    run_ns(later);
    ck_assert_uint_eq(s.memory.count(tlm::BEGIN_REQ), 1);
    run_ns(1);
    ck_assert_uint_eq(s.memory.count(tlm::BEGIN_REQ), 2);
    ck_assert_double_eq(s.memory.calls.back().at, 52 + later);
    run_ns(50);
    ck_assert_uint_eq(s.memory.count(tlm::BEGIN_REQ), 2); /* the third waits for the second's END_REQ */
    ck_assert_uint_eq(s.memory.count(tlm::END_RESP), _i == 2 ? 1 : 0);
}
END_TEST

/* A response that waits for the block when the reset comes: its END_RESP is said, once. */
START_TEST(an_owed_end_of_response_is_said)
{
    reading_across s;
    s.memory.reply = end_request;
    s.block.ready_from = 40;
    s.block.read(1);
    run_ns(10);
    s.memory.answer(*s.memory.calls[0].trans, 0x1111);
    run_ns(10.5);
    s.wires.rst_n = false;
    ck_assert_uint_eq(s.memory.count(tlm::END_RESP), 0);
    ck_assert(!s.block.idle());
    into_reset();
    ck_assert_uint_eq(s.memory.count(tlm::END_RESP), 1);
    s.out_of_reset();
    run_ns(30);
    ck_assert_uint_eq(s.block.got.size(), 0);
    ck_assert_uint_eq(s.memory.count(tlm::END_RESP), 1);
}
END_TEST

/* Three accesses in flight: each is ended with an error, one after the other's END_RESP, and given back. The block's
 * ids begin anew. */
START_TEST(a_target_ends_what_it_holds)
{
    answering_across s;
    s.block.latency = 100;
    s.cpu.end_late = true;
    word_access first(s.pool, 0x10), second(s.pool, 0x20), third(s.pool, 0x30), after(s.pool, 0x40);
    run_ns(3.5);
    for (word_access *a : {&first, &second, &third}) {
        s.cpu.say(a->trans, tlm::BEGIN_REQ);
        run_ns(2);
    }
    ck_assert_uint_eq(s.cpu.count(tlm::END_REQ), 3);
    run_ns(11);
    s.wires.rst_n = false;
    into_reset();
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 1);
    ck_assert_int_eq(s.cpu.calls.back().trans->get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
    s.cpu.say(*s.cpu.calls.back().trans, tlm::END_RESP);
    run_ns(2);
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 2);
    s.out_of_reset();
    s.block.latency = 3;
    s.cpu.say(after.trans, tlm::BEGIN_REQ);
    run_ns(20);
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 2); /* END_RESP of the second has not come */
    s.cpu.end_late = false;
    s.cpu.say(*s.cpu.calls[4].trans, tlm::END_RESP, 5);
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 2);
    run_ns(4);
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 2);
    run_ns(30);
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 4);
    for (word_access *a : {&first, &second, &third}) {
        ck_assert_int_eq(a->trans.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
        ck_assert_int_eq(a->trans.get_ref_count(), 1);
    }
    ck_assert_int_eq(after.trans.get_response_status(), tlm::TLM_OK_RESPONSE);
    ck_assert_uint_eq(after.data, 0x40);
    ck_assert_int_eq(after.trans.get_ref_count(), 1);
    ck_assert(!s.block.memory.tx_open() && !s.block.memory.rx_open());
}
END_TEST

/* A response of before the reset whose END_RESP comes after it: the first response of after waits for it, and the
 * second for the END_RESP of the first. */
START_TEST(a_late_end_of_response)
{
    answering_across s;
    s.cpu.end_late = true;
    word_access before(s.pool, 0x10), first(s.pool, 0x20), second(s.pool, 0x30);
    run_ns(3.5);
    s.cpu.say(before.trans, tlm::BEGIN_REQ);
    run_ns(17);
    s.wires.rst_n = false;
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 1);
    into_reset();
    s.out_of_reset();
    s.cpu.say(first.trans, tlm::BEGIN_REQ);
    run_ns(2);
    s.cpu.say(second.trans, tlm::BEGIN_REQ);
    run_ns(20);
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 1);
    s.cpu.say(before.trans, tlm::END_RESP);
    run_ns(20);
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 2);
    ck_assert_uint_eq(first.data, 0x20);
    s.cpu.say(first.trans, tlm::END_RESP);
    run_ns(20);
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 3);
    ck_assert_uint_eq(second.data, 0x30);
    ck_assert(!s.block.idle());
}
END_TEST

/* A request whose END_REQ is owed: it is said, and the response is an error. */
START_TEST(a_request_that_was_not_taken)
{
    answering_across s;
    word_access first(s.pool, 0x10), second(s.pool, 0x20);
    run_ns(19.5);
    s.cpu.say(first.trans, tlm::BEGIN_REQ);
    run_ns(0.2);
    s.cpu.say(second.trans, tlm::BEGIN_REQ, 1000);
    run_ns(0.8);
    s.wires.rst_n = false;
    ck_assert_uint_eq(s.cpu.count(tlm::END_REQ), 1);
    into_reset();
    ck_assert_uint_eq(s.cpu.count(tlm::END_REQ), 2);
    ck_assert_uint_eq(s.cpu.count(tlm::BEGIN_RESP), 2);
    ck_assert_int_eq(second.trans.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
    ck_assert_int_eq(second.trans.get_ref_count(), 1);
}
END_TEST

/* b_transport: one in the block and one behind it that waits for its turn return with an error; one that comes in the
 * reset is answered after it. */
START_TEST(blocking_transport_returns)
{
    answering_across s;
    s.block.latency = 15;
    word_access first(s.pool, 0x10), second(s.pool, 0x20), third(s.pool, 0x30);
    double first_at = 0, second_at = 0, third_at = 0;
    auto ask = [&](word_access &a, double at, double &done) {
        sc_core::sc_spawn([&, at] {
            sc_core::wait(ns(at));
            sc_core::sc_time delay;
            s.cpu.socket->b_transport(a.trans, delay);
            done = now_ns();
        });
    };
    ask(first, 20.2, first_at);
    ask(third, 20.3, third_at);
    ask(second, 21.2, second_at);
    s.to_reset();
    into_reset();
    ck_assert_double_eq(first_at, 21);
    ck_assert_double_eq(third_at, 21);
    ck_assert_int_eq(third.trans.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
    ck_assert_int_eq(first.trans.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
    s.out_of_reset();
    run_ns(30);
    ck_assert_int_eq(second.trans.get_response_status(), tlm::TLM_OK_RESPONSE);
    ck_assert_uint_eq(second.data, 0x20);
    ck_assert_double_gt(second_at, 31);
}
END_TEST

/* A stream's payload that the block has not taken is dropped and its END_REQ said; one that comes in the reset waits.
 */
START_TEST(a_stream_drops_what_it_holds)
{
    sink_across s;
    s.block.ready_from = 25;
    number first(s.pool, 1), second(s.pool, 2);
    run_ns(10);
    s.source.say(first.trans, tlm::BEGIN_REQ);
    run_ns(10.5);
    s.wires.rst_n = false;
    ck_assert_uint_eq(s.source.calls.size(), 0);
    ck_assert(s.block.in.rx_open());
    into_reset();
    ck_assert_uint_eq(s.source.count(tlm::END_REQ), 1);
    ck_assert_int_eq(first.trans.get_ref_count(), 1);
    s.source.say(second.trans, tlm::BEGIN_REQ);
    run_ns(2);
    ck_assert_uint_eq(s.source.count(tlm::END_REQ), 1);
    s.out_of_reset();
    run_ns(10);
    ck_assert_uint_eq(s.block.got.size(), 1);
    ck_assert_uint_eq(s.block.got[0], 2);
    ck_assert_uint_eq(s.source.count(tlm::END_REQ), 2);
    ck_assert_int_eq(second.trans.get_ref_count(), 1);
}
END_TEST

START_TEST(a_blocking_sender_returns)
{
    sink_across s;
    s.block.ready_from = 25;
    number first(s.pool, 1), second(s.pool, 2);
    bool done = false;
    sc_core::sc_spawn([&] {
        sc_core::sc_time delay = ns(10);
        s.source.socket->b_transport(first.trans, delay);
        ck_assert_int_eq(first.trans.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
        ck_assert_double_eq(now_ns(), 21);
        delay = ns(15);
        s.source.socket->b_transport(second.trans, delay);
        ck_assert_int_eq(second.trans.get_response_status(), tlm::TLM_OK_RESPONSE);
        done = true;
    });
    s.to_reset();
    into_reset();
    s.out_of_reset();
    run_ns(50);
    ck_assert(done);
    ck_assert_uint_eq(s.block.got.size(), 1);
}
END_TEST

/* The sending end: what was offered before is not ended yet, and the next one waits for that. */
START_TEST(a_stream_offered_across_a_reset)
{
    source_across s;
    s.block.to_send = {1};
    s.to_reset();
    into_reset();
    s.out_of_reset();
    s.block.to_send = {2};
    run_ns(20);
    ck_assert_uint_eq(s.sink.calls.size(), 1);
    ck_assert(!s.block.idle());
    s.sink.say(*s.sink.calls[0].trans, tlm::END_REQ);
    run_ns(20);
    ck_assert_uint_eq(s.sink.calls.size(), 2);
    ck_assert_uint_eq(s.sink.calls[1].trans->get_extension<prisim::stream_extension<uint32_t>>()->payload, 2);
    s.block.to_send = {3};
    run_ns(20);
    ck_assert_uint_eq(s.sink.calls.size(), 2);
    s.sink.say(*s.sink.calls[1].trans, tlm::END_REQ);
    run_ns(20);
    ck_assert_uint_eq(s.sink.calls.size(), 3);
}
END_TEST

} // namespace

Suite *test_suite()
{
    Suite *suite = suite_create("systemc_reset");
    TCase *tests = tcase_create("reset");
    tcase_add_loop_test(tests, a_late_end_of_request, 0, 3);
    for (const TTest *test : {an_old_response_is_dropped, an_owed_end_of_response_is_said, a_target_ends_what_it_holds,
                              a_late_end_of_response, a_request_that_was_not_taken, blocking_transport_returns,
                              a_stream_drops_what_it_holds, a_blocking_sender_returns, a_stream_offered_across_a_reset})
        tcase_add_test(tests, test);
    suite_add_tcase(suite, tests);
    return suite;
}
