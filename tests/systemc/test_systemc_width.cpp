/* SPDX-License-Identifier: Apache-2.0
 *
 * The width adapter: foreign sockets of 64 and 512 bits on both sides of prisim's, by every path of the base protocol,
 * and in no other time than without it.
 */
#include "model/core/width_tlm.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "tests/harness/base_protocol_checker.h"
#include "tests/harness/suite.h"
#include "tests/systemc/tlm_harness.h"

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

void fill(tlm::tlm_generic_payload &trans, tlm::tlm_command command, uint64_t address, unsigned char *data,
          unsigned size)
{
    trans.set_command(command);
    trans.set_address(address);
    trans.set_data_ptr(data);
    trans.set_data_length(size);
    trans.set_streaming_width(size);
    trans.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

/* A small memory, looked at. */
class look_into : public prisim::memory_target::debug_access
{
  public:
    prisim_test::small_memory *of = nullptr;
    unsigned debug(bool write, uint64_t address, unsigned char *data, unsigned size) override
    {
        if (write)
            memcpy(of->bytes + address, data, size);
        else
            memcpy(data, of->bytes + address, size);
        return size;
    }
};

template <unsigned WIDTH> class initiator : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<initiator, WIDTH> socket{"socket"};
    sc_core::sc_time request_ended, response_begun, invalidated_at;
    sc_dt::uint64 invalidated[2] = {};

    explicit initiator(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.register_nb_transport_bw(this, &initiator::nb_transport_bw);
        socket.register_invalidate_direct_mem_ptr(this, &initiator::invalidate);
    }

  private:
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &, tlm::tlm_phase &phase, sc_core::sc_time &)
    {
        (phase == tlm::END_REQ ? request_ended : response_begun) = sc_core::sc_time_stamp();
        if (phase == tlm::END_REQ)
            return tlm::TLM_ACCEPTED;
        phase = tlm::END_RESP;
        return tlm::TLM_COMPLETED;
    }

    void invalidate(sc_dt::uint64 start, sc_dt::uint64 end)
    {
        invalidated[0] = start;
        invalidated[1] = end;
    }
};

class no_pool : public tlm::tlm_mm_interface
{
  public:
    void free(tlm::tlm_generic_payload *) override
    {
    }
};

/* All the paths into a prisim target. */
template <unsigned WIDTH> void into_prisim()
{
    look_into debug;
    prisim_test::small_memory memory("memory", &debug);
    debug.of = &memory;
    initiator<WIDTH> foreign("foreign");
    prisim::width_adapter<WIDTH, 32> adapter("adapter");
    foreign.socket.bind(adapter.in);
    adapter.out.bind(memory.registers.socket);

    unsigned char data[64];
    for (unsigned i = 0; i < 64; i++)
        data[i] = static_cast<unsigned char>(i + 1);
    no_pool pool;
    tlm::tlm_generic_payload trans(&pool);
    trans.acquire();
    fill(trans, tlm::TLM_WRITE_COMMAND, 0x40, data, 64);
    sc_core::sc_start(4, sc_core::SC_NS);
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay(2, sc_core::SC_NS);
    tlm::tlm_sync_enum status = foreign.socket->nb_transport_fw(trans, phase, delay);
    ck_assert(status == tlm::TLM_ACCEPTED || status == tlm::TLM_UPDATED);
    sc_core::sc_start(50, sc_core::SC_NS);
    ck_assert_uint_eq(memory.got.size(), 1);
    ck_assert_uint_eq(memory.got_at[0], 7); /* the first edge after 6 ns */
    ck_assert_uint_eq(memory.got[0].size, 64);
    ck_assert_mem_eq(memory.bytes + 0x40, data, 64);
    ck_assert(trans.is_response_ok() && foreign.response_begun == sc_core::sc_time(7, sc_core::SC_NS));

    unsigned char back[8] = {};
    sc_core::sc_spawn([&] {
        tlm::tlm_generic_payload read;
        sc_core::sc_time zero;
        fill(read, tlm::TLM_READ_COMMAND, 0x48, back, 8);
        foreign.socket->b_transport(read, zero);
        ck_assert(read.is_response_ok());
    });
    sc_core::sc_start(50, sc_core::SC_NS);
    ck_assert_mem_eq(back, data + 8, 8);

    tlm::tlm_generic_payload look;
    tlm::tlm_dmi dmi;
    fill(look, tlm::TLM_READ_COMMAND, 0x50, back, 8);
    ck_assert_uint_eq(foreign.socket->transport_dbg(look), 8);
    ck_assert_mem_eq(back, data + 16, 8);
    ck_assert(!foreign.socket->get_direct_mem_ptr(look, dmi));
    memory.registers.socket->invalidate_direct_mem_ptr(0x100, 0x1ff);
    ck_assert(foreign.invalidated[0] == 0x100 && foreign.invalidated[1] == 0x1ff);
}

START_TEST(from_64_bits)
{
    into_prisim<64>();
}
END_TEST

START_TEST(from_512_bits)
{
    into_prisim<512>();
}
END_TEST

/* A foreign memory that answers after 30 ns, and gives its memory for DMI. */
class memory : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket<memory, 64> socket{"socket"};
    unsigned char bytes[256] = {};

    explicit memory(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.register_b_transport(this, &memory::b_transport);
        socket.register_get_direct_mem_ptr(this, &memory::direct);
    }

  private:
    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay)
    {
        unsigned char *at = bytes + trans.get_address();
        if (trans.is_write())
            memcpy(at, trans.get_data_ptr(), trans.get_data_length());
        else
            memcpy(trans.get_data_ptr(), at, trans.get_data_length());
        delay += sc_core::sc_time(30, sc_core::SC_NS);
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    bool direct(tlm::tlm_generic_payload &, tlm::tlm_dmi &dmi)
    {
        dmi.set_dmi_ptr(bytes);
        return true;
    }
};

/* The protocol on prisim's side is checked; what is asked comes back. */
START_TEST(to_64_bits)
{
    prisim_test::reading_module reader("reader");
    prisim_test::base_protocol_checker checker("checker");
    prisim::width_adapter<32, 64> adapter("adapter");
    memory foreign("foreign");
    reader.memory.socket.bind(checker.in);
    checker.out.bind(adapter.in);
    adapter.out.bind(foreign.socket);
    prisim_memory_request write{0x40, 1, 64, PRISIM_MEMORY_WRITE, 0, 0, 0, {}},
        read{0x48, 2, 8, PRISIM_MEMORY_READ, 0, 0, 0, {}};
    for (unsigned i = 0; i < 64; i++)
        write.data[i] = static_cast<uint8_t>(i + 1);
    reader.to_send = {write, read};
    sc_core::sc_start(200, sc_core::SC_NS);
    ck_assert_uint_eq(reader.got.size(), 2);
    ck_assert_uint_eq(reader.got[0].status, PRISIM_MEMORY_OK);
    ck_assert_uint_eq(reader.got[1].id, 2);
    ck_assert_mem_eq(reader.got[1].data, write.data + 8, 8);
    ck_assert_uint_eq(checker.broken.size(), 0);
    ck_assert_uint_eq(checker.requests, 2);
    tlm::tlm_generic_payload trans;
    tlm::tlm_dmi dmi;
    ck_assert(reader.memory.socket->get_direct_mem_ptr(trans, dmi) && dmi.get_dmi_ptr() == foreign.bytes);
}
END_TEST

} // namespace

Suite *test_suite(void)
{
    Suite *suite = suite_create("systemc_width");
    TCase *tcase = tcase_create("width");
    tcase_add_test(tcase, from_64_bits);
    tcase_add_test(tcase, from_512_bits);
    tcase_add_test(tcase, to_64_bits);
    suite_add_tcase(suite, tcase);
    return suite;
}
