/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU's registers by transport_dbg: what software reads, no time, no event; writes are refused.
 */
#include "model/smmu/smmu_tlm.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "model/interconnect/interconnect_tlm.h"
#include "model/smmu/smmu_registers.h"
#include "tests/harness/suite.h"

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

/* What stands around the SMMU: nothing ever comes from there. */
class outside : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<outside> cpu{"cpu"};
    tlm_utils::simple_initiator_socket<outside, 32, prisim::stream_types<prisim_tlp>> up{"up"};
    tlm_utils::simple_target_socket<outside, 32, prisim::stream_types<prisim_tlp>> down{"down"};

    explicit outside(const sc_core::sc_module_name &name) : sc_module(name)
    {
        down.register_nb_transport_fw(this, &outside::came_down);
    }

    tlm::tlm_sync_enum came_down(tlm::tlm_generic_payload &, tlm::tlm_phase &, sc_core::sc_time &)
    {
        return tlm::TLM_COMPLETED;
    }

    unsigned look(tlm::tlm_command command, uint64_t address, void *data, unsigned size)
    {
        tlm::tlm_generic_payload trans;
        trans.set_command(command);
        trans.set_address(address);
        trans.set_data_ptr(static_cast<unsigned char *>(data));
        trans.set_data_length(size);
        trans.set_streaming_width(size);
        return cpu->transport_dbg(trans);
    }

    void write(uint32_t offset, uint32_t value)
    {
        tlm::tlm_generic_payload trans;
        sc_core::sc_time delay;
        trans.set_write();
        trans.set_address(offset);
        trans.set_data_ptr(reinterpret_cast<unsigned char *>(&value));
        trans.set_data_length(4);
        trans.set_streaming_width(4);
        cpu->b_transport(trans, delay);
    }
};

class counter : public prisim::edge_observer
{
  public:
    unsigned recorded = 0;
    void events_recorded() override
    {
        recorded++;
    }
};

struct registers_harness {
    prisim_smmu_config config = make_config();
    prisim_pri_queue_config queue_config = make_queue(config);
    prisim_interconnect_config memory_config = make_memory();
    struct prisim_probe probe {
    };
    counter observer;
    prisim::module_context context{sc_core::sc_time(1, sc_core::SC_NS), &probe, 6, &observer};
    prisim::smmu_tlm smmu{"smmu", config, queue_config, context, context};
    prisim::interconnect_tlm memory{"memory", memory_config};
    outside around{"around"};

    registers_harness()
    {
        prisim_probe_init(&probe, true);
        around.cpu.bind(smmu.core.registers.socket);
        around.up.bind(smmu.core.up.socket);
        smmu.core.down.socket.bind(around.down);
        smmu.core.memory.socket.bind(memory.smmu.socket);
        smmu.core.dma.socket.bind(memory.client.socket);
    }

    ~registers_harness()
    {
        prisim_probe_close(&probe);
    }

    static prisim_smmu_config make_config()
    {
        prisim_smmu_config config;
        prisim_smmu_config_default(&config);
        return config;
    }

    static prisim_pri_queue_config make_queue(const prisim_smmu_config &smmu)
    {
        prisim_pri_queue_config config;
        prisim_pri_queue_config_default(&config);
        config.size_log2_max = smmu.priq_log2_max;
        return config;
    }

    static prisim_interconnect_config make_memory()
    {
        prisim_interconnect_config config;
        prisim_interconnect_config_default(&config);
        return config;
    }
};

START_TEST(reads)
{
    registers_harness h;
    uint32_t word = 0xeeeeeeee;
    sc_core::sc_start(10, sc_core::SC_NS);
    uint32_t events = h.probe.count;
    unsigned recorded = h.observer.recorded;
    ck_assert_uint_eq(h.around.look(tlm::TLM_READ_COMMAND, PRISIM_SMMU_GBPA, &word, 4), 4);
    ck_assert_uint_eq(word, 1 << 12);
    uint32_t cidr[4];
    ck_assert_uint_eq(h.around.look(tlm::TLM_READ_COMMAND, 0xff0, cidr, 16), 16);
    ck_assert(cidr[0] == 0x0d && cidr[1] == 0xf0 && cidr[2] == 0x05 && cidr[3] == 0xb1);
    ck_assert_uint_eq(h.around.look(tlm::TLM_READ_COMMAND, 0x1fffc, cidr, 16), 4);
    ck_assert_uint_eq(h.around.look(tlm::TLM_READ_COMMAND, 0x20000, cidr, 16), 0);
    ck_assert_uint_eq(h.around.look(tlm::TLM_READ_COMMAND, 2, cidr, 4), 0);
    sc_core::sc_start(100, sc_core::SC_NS);
    ck_assert_uint_eq(h.probe.count, events);
    ck_assert_uint_eq(h.observer.recorded, recorded);
}
END_TEST

START_TEST(follows_software_and_is_not_software)
{
    registers_harness h;
    uint32_t word = 0x0000000f;
    sc_core::sc_start(10, sc_core::SC_NS);
    ck_assert_uint_eq(h.around.look(tlm::TLM_WRITE_COMMAND, PRISIM_SMMU_CR0, &word, 4), 0);
    ck_assert_uint_eq(h.around.look(tlm::TLM_IGNORE_COMMAND, PRISIM_SMMU_CR0, &word, 4), 0);
    sc_core::sc_start(100, sc_core::SC_NS);
    ck_assert_uint_eq(h.around.look(tlm::TLM_READ_COMMAND, PRISIM_SMMU_CR0, &word, 4), 4);
    ck_assert_uint_eq(word, 0);
    sc_core::sc_spawn([&] { h.around.write(PRISIM_SMMU_CR0, PRISIM_CR0_EVENTQEN); });
    sc_core::sc_start(1000, sc_core::SC_NS);
    ck_assert_uint_eq(h.around.look(tlm::TLM_READ_COMMAND, PRISIM_SMMU_CR0, &word, 4), 4);
    ck_assert_uint_eq(word, PRISIM_CR0_EVENTQEN);
    ck_assert_uint_eq(h.around.look(tlm::TLM_READ_COMMAND, PRISIM_SMMU_CR0ACK, &word, 4), 4);
    ck_assert_uint_eq(word, PRISIM_CR0_EVENTQEN);
}
END_TEST

} // namespace

Suite *test_suite(void)
{
    Suite *suite = suite_create("systemc_registers");
    TCase *tcase = tcase_create("registers");
    tcase_add_test(tcase, reads);
    tcase_add_test(tcase, follows_software_and_is_not_software);
    suite_add_tcase(suite, tcase);
    return suite;
}
