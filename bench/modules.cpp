/* SPDX-License-Identifier: Apache-2.0
 *
 * One measured run of the SMMU's SystemC module among other people's:
 *   prisim_modules_bench register|ats open|clocked N
 * `register`: N reads of SMMU_IDR0, one after the other, by b_transport. `ats`: N Translation Requests of one page, by
 * b_transport into the stream, each when the one before was answered; tables come from a memory that completes each
 * access at once. The clock's port is open or bound. It prints how many were answered; how many instructions that took
 * is counted from outside, between two numbers of N (bench/run).
 */
#ifndef SC_INCLUDE_DYNAMIC_PROCESSES
#define SC_INCLUDE_DYNAMIC_PROCESSES
#endif
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "model/core/bits.h"
#include "model/pcie/tlp.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "model/smmu/smmu_tlm.h"

namespace
{

constexpr uint64_t ram = 0x40000000, strtab = ram, cdtab = ram + 0x1000, cmdq = ram + 0x2000, tables = ram + 0x4000,
                   page = ram + 0xa000, va = 0x4000;
constexpr unsigned sid = 1, pasid = 1, ram_bytes = 0x10000;

class memory : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket<memory> tables{"tables"}, clients{"clients"};
    unsigned char bytes[ram_bytes] = {};

    explicit memory(const sc_core::sc_module_name &name) : sc_module(name)
    {
        tables.register_nb_transport_fw(this, &memory::at_once);
        clients.register_nb_transport_fw(this, &memory::at_once);
    }

    void store(uint64_t address, uint64_t word)
    {
        prisim_store_le64(bytes + (address - ram), word);
    }

  private:
    tlm::tlm_sync_enum at_once(tlm::tlm_generic_payload &trans, tlm::tlm_phase &, sc_core::sc_time &)
    {
        unsigned char *at = bytes + (trans.get_address() - ram) % ram_bytes;
        if (trans.is_write())
            memcpy(at, trans.get_data_ptr(), trans.get_data_length());
        else
            memcpy(trans.get_data_ptr(), at, trans.get_data_length());
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
        return tlm::TLM_COMPLETED;
    }
};

class outside : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<outside> cpu{"cpu"};
    tlm_utils::simple_initiator_socket<outside, 32, prisim::stream_types<prisim_tlp>> up{"up"};
    tlm_utils::simple_target_socket<outside, 32, prisim::stream_types<prisim_tlp>> down{"down"};
    unsigned long asked, answered = 0;

    SC_HAS_PROCESS(outside);
    outside(const sc_core::sc_module_name &name, memory &memory, bool ats, unsigned long count)
        : sc_module(name), asked(count), memory_(memory), ats_(ats)
    {
        down.register_nb_transport_fw(this, &outside::came_down);
        SC_THREAD(stimulus);
    }

  private:
    tlm::tlm_sync_enum came_down(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &)
    {
        const prisim_tlp &answer = trans.get_extension<prisim::stream_extension<prisim_tlp>>()->payload;
        answered += answer.head.type == PRISIM_TLP_COMPLETION_DATA && (prisim_tlp_qword_load(answer.data) & 3) == 3;
        came_.notify();
        phase = tlm::END_REQ;
        return tlm::TLM_UPDATED;
    }

    uint64_t reach(uint32_t offset, tlm::tlm_command what, uint64_t value, unsigned size)
    {
        tlm::tlm_generic_payload trans;
        sc_core::sc_time delay;
        trans.set_command(what);
        trans.set_address(offset);
        trans.set_data_ptr(reinterpret_cast<unsigned char *>(&value));
        trans.set_data_length(size);
        trans.set_streaming_width(size);
        cpu->b_transport(trans, delay);
        return value;
    }

    void bring_up()
    {
        memory_.store(strtab + sid * PRISIM_STE_BYTES, prisim_bits_put(1, PRISIM_STE0_V) |
                                                           prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
                                                           cdtab | prisim_bits_put(2, PRISIM_STE0_S1CDMAX));
        memory_.store(strtab + sid * PRISIM_STE_BYTES + 8, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
        memory_.store(cdtab + pasid * PRISIM_CD_BYTES,
                      prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
                          prisim_bits_put(16, PRISIM_CD0_T0SZ) | prisim_bits_put(1, PRISIM_CD0_EPD1) |
                          prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) |
                          prisim_bits_put(1, PRISIM_CD0_A));
        memory_.store(cdtab + pasid * PRISIM_CD_BYTES + 8, tables);
        for (unsigned level = 0; level < 3; level++) {
            uint64_t table = tables + level * 4096;
            memory_.store(table + (va >> (39 - 9 * level) & 511) * 8, (table + 4096) | 3);
        }
        memory_.store(tables + 3 * 4096 + (va >> 12 & 511) * 8,
                      page | 3 | prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) | prisim_bits_put(1, PRISIM_DESC_AF) |
                          prisim_bits_put(1, PRISIM_DESC_NG));
        reach(PRISIM_SMMU_STRTAB_BASE, tlm::TLM_WRITE_COMMAND, strtab, 8);
        reach(PRISIM_SMMU_STRTAB_BASE_CFG, tlm::TLM_WRITE_COMMAND, 5, 4);
        reach(PRISIM_SMMU_CMDQ_BASE, tlm::TLM_WRITE_COMMAND, cmdq | 4, 8);
        reach(PRISIM_SMMU_CR0, tlm::TLM_WRITE_COMMAND, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN, 4);
        while (reach(PRISIM_SMMU_CR0ACK, tlm::TLM_READ_COMMAND, 0, 4) != (PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN))
            ;
    }

    void translate()
    {
        prisim::stream_extension<prisim_tlp> extension;
        extension.payload = prisim_tlp{};
        extension.payload.head.type = PRISIM_TLP_MEMORY_READ;
        extension.payload.head.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
        extension.payload.head.requester_id = sid;
        extension.payload.head.pasid = pasid;
        extension.payload.head.flags = PRISIM_TLP_HAS_PASID;
        extension.payload.head.address = va;
        extension.payload.head.size = 8;
        tlm::tlm_generic_payload trans;
        trans.set_extension(&extension);
        sc_core::sc_time delay;
        up->b_transport(trans, delay);
        trans.clear_extension(&extension);
        wait(came_);
    }

    void stimulus()
    {
        bring_up();
        for (unsigned long i = 0; i < asked; i++) {
            if (ats_)
                translate();
            else
                answered += reach(PRISIM_SMMU_IDR0, tlm::TLM_READ_COMMAND, 0, 4) != 0;
        }
        sc_core::sc_stop();
    }

    memory &memory_;
    bool ats_;
    sc_core::sc_event came_;
};

} // namespace

extern "C" __attribute__((visibility("default"))) int sc_main(int count, char **argument)
{
    if (count != 4)
        return 2;
    struct prisim_smmu_config smmu;
    struct prisim_pri_queue_config queue;
    prisim_smmu_config_default(&smmu);
    prisim_pri_queue_config_default(&queue);
    queue.size_log2_max = smmu.priq_log2_max;
    smmu.httu = 0; /* this memory knows no atomic swap */
    prisim::smmu_tlm block("smmu", smmu, queue);
    memory ram_model("memory");
    outside around("outside", ram_model, std::string(argument[1]) == "ats", std::strtoul(argument[3], nullptr, 10));
    around.cpu.bind(block.core.registers.socket);
    around.up.bind(block.core.up.socket);
    block.core.down.socket.bind(around.down);
    block.core.memory.socket.bind(ram_model.tables);
    block.core.dma.socket.bind(ram_model.clients);
    sc_core::sc_clock clock("clock", 1, sc_core::SC_NS);
    if (std::string(argument[2]) == "clocked")
        block.clk.bind(clock);
    sc_core::sc_start();
    std::printf("{\"asked\": %lu, \"answered\": %lu}\n", around.asked, around.answered);
    return around.answered == around.asked ? 0 : 2;
}
