/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose a memory transaction is: the extension as a foreign memory sees it, and as a prisim target reads it.
 */
#include "model/core/attributes_tlm.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "tests/harness/suite.h"
#include "tests/systemc/tlm_harness.h"

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

using prisim::memory_attributes;

struct seen {
    uint32_t stream_id, substream_id;
    bool has_stream, has_substream, secure, privileged, instruction;
};

prisim_memory_request request_of(uint16_t attributes, uint32_t stream_id, uint32_t substream_id)
{
    prisim_memory_request request{};
    request.size = 8;
    request.attributes = attributes;
    request.stream_id = stream_id;
    request.substream_id = substream_id;
    return request;
}

/* A foreign memory that notes whose each transaction is. */
class foreign_memory : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket<foreign_memory> socket{"socket"};
    std::vector<seen> got;

    explicit foreign_memory(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.register_b_transport(this, &foreign_memory::b_transport);
    }

  private:
    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &)
    {
        const auto *a = trans.get_extension<memory_attributes>();
        ck_assert_ptr_nonnull(a);
        got.push_back(
            {a->stream_id, a->substream_id, a->has_stream, a->has_substream, a->secure, a->privileged, a->instruction});
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

void check_seen(const seen &is, const seen &due)
{
    ck_assert_uint_eq(is.stream_id, due.stream_id);
    ck_assert_uint_eq(is.substream_id, due.substream_id);
    ck_assert_int_eq(is.has_stream, due.has_stream);
    ck_assert_int_eq(is.has_substream, due.has_substream);
    ck_assert_int_eq(is.secure, due.secure);
    ck_assert_int_eq(is.privileged, due.privileged);
    ck_assert_int_eq(is.instruction, due.instruction);
}

/* Each bit alone, and a transaction of the pool that is used again has nothing of the one before. */
START_TEST(on_the_way_out)
{
    prisim_test::reading_module reader("reader");
    foreign_memory memory("memory");
    reader.memory.socket.bind(memory.socket);
    reader.to_send = {request_of(0x1f, 0x12345678, 0xfffff),
                      request_of(0, 0, 0),
                      request_of(1, 0x20, 0),
                      request_of(3, 0x20, 7),
                      request_of(1 | 4, 0x20, 0),
                      request_of(1 | 8, 0x20, 0),
                      request_of(1 | 16, 0x20, 0)};
    sc_core::sc_start(100, sc_core::SC_NS);
    const seen due[] = {{0x12345678, 0xfffff, true, true, true, true, true}, {0, 0, false, false, false, false, false},
                        {0x20, 0, true, false, false, false, false},         {0x20, 7, true, true, false, false, false},
                        {0x20, 0, true, false, false, true, false},          {0x20, 0, true, false, false, false, true},
                        {0x20, 0, true, false, true, false, false}};
    ck_assert_uint_eq(memory.got.size(), 7);
    ck_assert_uint_eq(reader.got.size(), 7);
    for (unsigned i = 0; i < 7; i++)
        check_seen(memory.got[i], due[i]);
}
END_TEST

class foreign_initiator : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<foreign_initiator> socket{"socket"};
    std::vector<memory_attributes *> to_send; /* nullptr: without the extension */

    SC_HAS_PROCESS(foreign_initiator);
    explicit foreign_initiator(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_THREAD(run);
    }

  private:
    void run()
    {
        for (memory_attributes *attributes : to_send) {
            unsigned char data[8] = {};
            tlm::tlm_generic_payload trans;
            sc_core::sc_time delay;
            trans.set_read();
            trans.set_data_ptr(data);
            trans.set_data_length(sizeof data);
            trans.set_streaming_width(sizeof data);
            if (attributes)
                trans.set_extension(attributes);
            socket->b_transport(trans, delay);
            if (attributes)
                trans.clear_extension(attributes);
        }
    }
};

START_TEST(on_the_way_in)
{
    foreign_initiator initiator("initiator");
    prisim_test::small_memory memory("memory");
    initiator.socket.bind(memory.registers.socket);
    memory_attributes all, stray, each[5];
    all.stream_id = 0x12345678;
    all.substream_id = 0xfffff;
    all.has_stream = all.has_substream = all.secure = all.privileged = all.instruction = true;
    stray.stream_id = stray.substream_id = 5; /* without has_stream and has_substream */
    each[0].has_stream = each[1].has_substream = each[2].privileged = each[3].instruction = each[4].secure = true;
    initiator.to_send = {&all, nullptr, &stray, &each[0], &each[1], &each[2], &each[3], &each[4]};
    sc_core::sc_start(100, sc_core::SC_NS);
    ck_assert_uint_eq(memory.got.size(), 8);
    const unsigned due[] = {0x1f, 0, 0, 1, 2, 4, 8, 16};
    for (unsigned i = 0; i < 8; i++) {
        ck_assert_uint_eq(memory.got[i].attributes, due[i]);
        ck_assert_uint_eq(memory.got[i].stream_id, i == 0 ? 0x12345678 : 0);
        ck_assert_uint_eq(memory.got[i].substream_id, i == 0 ? 0xfffff : 0);
    }
}
END_TEST

/* As a bus copies it: deep copies have it too. */
START_TEST(copies)
{
    tlm::tlm_generic_payload from, to;
    prisim::attach_attributes(from, request_of(1 | 4, 0x20, 0));
    ck_assert_ptr_eq(prisim::attach_attributes(from, request_of(1 | 8, 0x21, 0)),
                     from.get_extension<memory_attributes>());
    to.deep_copy_from(from);
    const auto *copy = to.get_extension<memory_attributes>();
    ck_assert_ptr_ne(copy, from.get_extension<memory_attributes>());
    check_seen({copy->stream_id, copy->substream_id, copy->has_stream, copy->has_substream, copy->secure,
                copy->privileged, copy->instruction},
               {0x21, 0, true, false, false, false, true});
    prisim::attach_attributes(from, request_of(0, 0, 0));
    to.deep_copy_from(from);
    ck_assert(!to.get_extension<memory_attributes>()->has_stream);
}
END_TEST

} // namespace

Suite *test_suite(void)
{
    Suite *suite = suite_create("systemc_attributes");
    TCase *tcase = tcase_create("attributes");
    tcase_add_test(tcase, on_the_way_out);
    tcase_add_test(tcase, on_the_way_in);
    tcase_add_test(tcase, copies);
    suite_add_tcase(suite, tcase);
    return suite;
}
