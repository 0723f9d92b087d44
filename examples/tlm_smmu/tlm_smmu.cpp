/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU's SystemC module among other people's models: a plain TLM-2.0 memory (b_transport), a CPU that writes
 * registers (b_transport), and a root port of this program's own. Nothing else of prisim is here, and none of its
 * engines: the program has an sc_main of its own. It brings the SMMU up, has a translation made, and answers a page
 * request.
 *
 *   c++ tlm_smmu.cpp $(pkg-config --cflags --libs prisim-systemc) && ./a.out
 */
#define SC_INCLUDE_DYNAMIC_PROCESSES
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdio>
#include <cstring>
#include <deque>
#include <map>

#include "model/core/bits.h"
#include "model/core/version.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "model/smmu/smmu_tlm.h"

namespace
{

constexpr uint64_t ram = 0x40000000, strtab = ram, cdtab = ram + 0x4000, cmdq = ram + 0x5000, eventq = ram + 0x6000,
                   priq = ram + 0x7000, tables = ram + 0x8000, page = ram + 0x20000, va = 0x4000;
constexpr unsigned sid = 0x20, pasid = 1, queue_log2 = 4;

/* Somebody's memory: untimed but for a fixed delay, of whatever size. */
class memory : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket<memory> tables{"tables"}, clients{"clients"};

    explicit memory(const sc_core::sc_module_name &name) : sc_module(name)
    {
        tables.register_b_transport(this, &memory::b_transport);
        clients.register_b_transport(this, &memory::b_transport);
    }

    uint64_t load(uint64_t address)
    {
        uint64_t word = 0;
        for (unsigned i = 0; i < 8; i++)
            word |= uint64_t(bytes_[address + i]) << 8 * i;
        return word;
    }

    void store(uint64_t address, uint64_t word)
    {
        for (unsigned i = 0; i < 8; i++)
            bytes_[address + i] = static_cast<unsigned char>(word >> 8 * i);
    }

  private:
    void b_transport(tlm::tlm_generic_payload &trans, sc_core::sc_time &delay)
    {
        for (unsigned i = 0; i < trans.get_data_length(); i++) {
            unsigned char &byte = bytes_[trans.get_address() + i];
            if (trans.is_write())
                byte = trans.get_data_ptr()[i];
            else
                trans.get_data_ptr()[i] = byte;
        }
        delay += sc_core::sc_time(80, sc_core::SC_NS);
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    std::map<uint64_t, unsigned char> bytes_;
};

/* Everything around it: the CPU's accesses and the root port's TLPs, in one thread. */
class outside : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<outside> cpu{"cpu"};
    tlm_utils::simple_initiator_socket<outside, 32, prisim::stream_types<prisim_tlp>> up{"up"};
    tlm_utils::simple_target_socket<outside, 32, prisim::stream_types<prisim_tlp>> down{"down"};
    bool good = false;

    SC_HAS_PROCESS(outside);
    outside(const sc_core::sc_module_name &name, memory &memory) : sc_module(name), memory_(memory)
    {
        down.register_nb_transport_fw(this, &outside::came_down);
        SC_THREAD(stimulus);
    }

  private:
    /* A TLP is offered: taken at once. */
    tlm::tlm_sync_enum came_down(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase, sc_core::sc_time &)
    {
        downs_.push_back(trans.get_extension<prisim::stream_extension<prisim_tlp>>()->payload);
        came_.notify();
        phase = tlm::END_REQ;
        return tlm::TLM_UPDATED;
    }

    prisim_tlp receive()
    {
        while (downs_.empty())
            wait(came_);
        prisim_tlp first = downs_.front();
        downs_.pop_front();
        return first;
    }

    void send(const prisim_tlp &what)
    {
        prisim::stream_extension<prisim_tlp> extension;
        extension.payload = what;
        tlm::tlm_generic_payload trans;
        trans.set_extension(&extension);
        sc_core::sc_time delay;
        up->b_transport(trans, delay);
        trans.clear_extension(&extension);
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

    uint32_t read(uint32_t offset)
    {
        return static_cast<uint32_t>(reach(offset, tlm::TLM_READ_COMMAND, 0, 4));
    }

    void write(uint32_t offset, uint64_t value, unsigned size = 4)
    {
        reach(offset, tlm::TLM_WRITE_COMMAND, value, size);
    }

    void tell(const char *text, uint64_t a = 0, uint64_t b = 0)
    {
        std::printf("%6.0f ns  ", sc_core::sc_time_stamp() / sc_core::sc_time(1, sc_core::SC_NS));
        std::printf(text, static_cast<unsigned long long>(a), static_cast<unsigned long long>(b));
        std::putchar('\n');
    }

    void write_tables()
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
    }

    void bring_up()
    {
        write_tables();
        write(PRISIM_SMMU_STRTAB_BASE, strtab, 8);
        write(PRISIM_SMMU_STRTAB_BASE_CFG, 6);
        write(PRISIM_SMMU_CMDQ_BASE, cmdq | queue_log2, 8);
        write(PRISIM_SMMU_EVENTQ_BASE, eventq | queue_log2, 8);
        write(PRISIM_SMMU_PRIQ_BASE, priq | queue_log2, 8);
        constexpr uint32_t on = PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN;
        write(PRISIM_SMMU_CR0, on);
        while (read(PRISIM_SMMU_CR0ACK) != on)
            ;
        tell("the SMMU and its queues are on");
    }

    static prisim_tlp from_device(uint8_t type)
    {
        prisim_tlp made{};
        made.head.type = type;
        made.head.requester_id = sid;
        made.head.pasid = pasid;
        made.head.flags = PRISIM_TLP_HAS_PASID;
        return made;
    }

    void translation()
    {
        prisim_tlp request = from_device(PRISIM_TLP_MEMORY_READ);
        request.head.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
        request.head.address = va;
        request.head.size = 8;
        send(request);
        prisim_tlp answer = receive();
        uint64_t entry = uint64_t(prisim_load_le32(answer.data)) << 32 | prisim_load_le32(answer.data + 4);
        good = answer.head.type == PRISIM_TLP_COMPLETION_DATA && (entry & 3) == 3;
        tell("translation of %#llx: %#llx", va, entry & ~uint64_t(0xfff));
    }

    void page_request()
    {
        prisim_tlp request = from_device(PRISIM_TLP_MESSAGE);
        request.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
        request.head.address = va + 0x1000;
        request.head.prg_index = 9;
        request.head.flags |= PRISIM_TLP_READ | PRISIM_TLP_LAST;
        send(request);
        while (read(PRISIM_SMMU_PRIQ_PROD) == 0)
            ;
        uint64_t dw1 = memory_.load(priq + 8);
        tell("page request in the queue: address %#llx, PRG index %llu", dw1 & ~uint64_t(0xfff), dw1 & 0x1ff);
        memory_.store(cmdq, PRISIM_CMDQ_OP_PRI_RESP | prisim_bits_put(1, PRISIM_CMD_SSV) |
                                prisim_bits_put(pasid, PRISIM_CMD_SSID) | prisim_bits_put(sid, PRISIM_CMD_SID));
        memory_.store(cmdq + 8, (dw1 & 0x1ff) | prisim_bits_put(PRISIM_PRI_RESP_INVALID, PRISIM_CMD1_PRI_RESP));
        write(PRISIM_SMMU_PRIQ_CONS, 1);
        write(PRISIM_SMMU_CMDQ_PROD, 1);
        prisim_tlp response = receive();
        good = good && response.head.message == PRISIM_MESSAGE_PRG_RESPONSE &&
               response.head.response_code == PRISIM_PRG_INVALID;
        tell("response for PRG index %llu: code %llu", response.head.prg_index, response.head.response_code);
    }

    void stimulus()
    {
        bring_up();
        translation();
        page_request();
        sc_core::sc_stop();
    }

    memory &memory_;
    std::deque<prisim_tlp> downs_;
    sc_core::sc_event came_;
};

} // namespace

int sc_main(int, char **)
{
    struct prisim_smmu_config smmu;
    struct prisim_pri_queue_config queue;
    prisim_smmu_config_default(&smmu);
    prisim_pri_queue_config_default(&queue);
    queue.size_log2_max = smmu.priq_log2_max;
    smmu.httu = 0; /* our memory knows no atomic swap */

    prisim::smmu_tlm block("smmu", smmu, queue);
    memory ram_model("memory");
    outside around("outside", ram_model);
    around.cpu.bind(block.core.registers.socket);
    around.up.bind(block.core.up.socket);
    block.core.down.socket.bind(around.down);
    block.core.memory.socket.bind(ram_model.tables);
    block.core.dma.socket.bind(ram_model.clients);

    std::printf("prisim %s: its SMMU in a SystemC program\n", prisim_version());
    sc_core::sc_start();
    return around.good ? 0 : 1;
}
