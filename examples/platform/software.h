/* SPDX-License-Identifier: Apache-2.0
 *
 * What runs on this platform's CPU: accesses by b_transport, and a small driver for one SMMU, which knows it by its
 * registers, its records in memory and its interrupt's wire. Threads call it.
 */
#ifndef PLATFORM_SOFTWARE_H
#define PLATFORM_SOFTWARE_H

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>

#include "model/core/bits.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

class cpu : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<cpu> socket{"socket"};
    bool good = true; /* every access was answered with OK */

    explicit cpu(const sc_core::sc_module_name &name) : sc_module(name)
    {
    }

    uint64_t load(uint64_t address, unsigned size)
    {
        uint64_t value = 0;
        access(tlm::TLM_READ_COMMAND, address, &value, size);
        return value;
    }

    void store(uint64_t address, uint64_t value, unsigned size)
    {
        access(tlm::TLM_WRITE_COMMAND, address, &value, size);
    }

    /* As a debugger or a boot loader: no time passes. */
    void put(uint64_t address, uint64_t value)
    {
        tlm::tlm_generic_payload trans;
        fill(trans, tlm::TLM_WRITE_COMMAND, address, &value, sizeof value);
        good = socket->transport_dbg(trans) == sizeof value && good;
    }

  private:
    static void fill(tlm::tlm_generic_payload &trans, tlm::tlm_command what, uint64_t address, uint64_t *value,
                     unsigned size)
    {
        trans.set_command(what);
        trans.set_address(address);
        trans.set_data_ptr(reinterpret_cast<unsigned char *>(value));
        trans.set_data_length(size);
        trans.set_streaming_width(size);
    }

    void access(tlm::tlm_command what, uint64_t address, uint64_t *value, unsigned size)
    {
        tlm::tlm_generic_payload trans;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        fill(trans, what, address, value, size);
        socket->b_transport(trans, delay);
        sc_core::wait(delay);
        good = trans.is_response_ok() && good;
    }
};

/* The driver of one SMMU with one device, one process and 4 KB pages. */
class smmu_driver
{
  public:
    static constexpr unsigned PRIQ_LOG2 = 1; /* two records: easily full */

    /* `area`: 64 KB of memory for tables and queues. */
    smmu_driver(cpu &on, uint64_t registers, uint64_t area, uint32_t stream_id, uint32_t pasid)
        : cpu_(on), registers_(registers), area_(area), stream_id_(stream_id), pasid_(pasid)
    {
    }

    /* Of an SMMU that comes out of reset. */
    void bring_up()
    {
        constexpr uint32_t on = PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN;
        write_stream();
        cmdq_prod_ = priq_cons_ = 0;
        write(PRISIM_SMMU_STRTAB_BASE, area_ + STRTAB, 8);
        write(PRISIM_SMMU_STRTAB_BASE_CFG, STREAMS_LOG2);
        write(PRISIM_SMMU_CMDQ_BASE, (area_ + CMDQ) | QUEUE_LOG2, 8);
        write(PRISIM_SMMU_EVENTQ_BASE, (area_ + EVENTQ) | QUEUE_LOG2, 8);
        write(PRISIM_SMMU_PRIQ_BASE, (area_ + PRIQ) | PRIQ_LOG2, 8);
        write(PRISIM_SMMU_PRIQ_CONS, 0);
        write(PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_PRIQ);
        write(PRISIM_SMMU_CR0, on);
        while (read(PRISIM_SMMU_CR0ACK) != on)
            ;
    }

    /* Maps a page of the low 2 MB, before an SMMU has looked at it. */
    void map(uint64_t address, uint64_t page)
    {
        for (unsigned level = 0; level < 3; level++)
            cpu_.put(area_ + TABLES + level * 4096, (area_ + TABLES + (level + 1) * 4096) | VALID_TABLE);
        cpu_.put(area_ + TABLES + 3 * 4096 + (address >> 12 & 511) * 8,
                 page | VALID_TABLE | prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) |
                     prisim_bits_put(1, PRISIM_DESC_AF) | prisim_bits_put(1, PRISIM_DESC_NG));
    }

    struct page_record {
        uint64_t address;
        uint32_t prg_index;
    };

    /* Is there a record in the PRI queue? It is taken out by `take` and, of all that were taken, the SMMU is told by
     * `taken`: with that an overflow is over. */
    bool pending()
    {
        return ((read(PRISIM_SMMU_PRIQ_PROD) ^ priq_cons_) & PRISIM_SMMU_QUEUE_INDEX_MASK) != 0;
    }

    page_record take()
    {
        const uint64_t at = area_ + PRIQ + (priq_cons_ & ((1u << PRIQ_LOG2) - 1)) * 16;
        const uint64_t dw1 = cpu_.load(at + 8, 8);
        priq_cons_ = (priq_cons_ + 1) & ((2u << PRIQ_LOG2) - 1);
        return {dw1 & ~UINT64_C(0xfff), static_cast<uint32_t>(dw1 & 0x1ff)};
    }

    bool overflowed()
    {
        return (read(PRISIM_SMMU_PRIQ_PROD) ^ read(PRISIM_SMMU_PRIQ_CONS)) & PRISIM_SMMU_QUEUE_OVERFLOW;
    }

    void taken()
    {
        write(PRISIM_SMMU_PRIQ_CONS, priq_cons_ | (read(PRISIM_SMMU_PRIQ_PROD) & PRISIM_SMMU_QUEUE_OVERFLOW));
    }

    /* CMD_PRI_RESP: Success. */
    void respond(uint32_t prg_index)
    {
        const uint64_t at = area_ + CMDQ + (cmdq_prod_ & ((1u << QUEUE_LOG2) - 1)) * PRISIM_COMMAND_BYTES;
        cpu_.store(at,
                   PRISIM_CMDQ_OP_PRI_RESP | prisim_bits_put(1, PRISIM_CMD_SSV) |
                       prisim_bits_put(pasid_, PRISIM_CMD_SSID) | prisim_bits_put(stream_id_, PRISIM_CMD_SID),
                   8);
        cpu_.store(at + 8, prg_index | prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP), 8);
        cmdq_prod_ = (cmdq_prod_ + 1) & ((2u << QUEUE_LOG2) - 1);
        write(PRISIM_SMMU_CMDQ_PROD, cmdq_prod_);
    }

  private:
    static constexpr unsigned STREAMS_LOG2 = 6, QUEUE_LOG2 = 4;
    static constexpr uint64_t STRTAB = 0, CDTAB = 0x4000, CMDQ = 0x5000, EVENTQ = 0x6000, PRIQ = 0x7000,
                              TABLES = 0x8000, VALID_TABLE = 3;

    uint32_t read(uint32_t offset)
    {
        return static_cast<uint32_t>(cpu_.load(registers_ + offset, 4));
    }

    void write(uint32_t offset, uint64_t value, unsigned size = 4)
    {
        cpu_.store(registers_ + offset, value, size);
    }

    /* Stage 1, all of ATS; with PRG responses that carry the PASID. */
    void write_stream()
    {
        const uint64_t ste = area_ + STRTAB + stream_id_ * PRISIM_STE_BYTES,
                       cd = area_ + CDTAB + pasid_ * PRISIM_CD_BYTES;
        cpu_.put(ste, prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
                          (area_ + CDTAB) | prisim_bits_put(2, PRISIM_STE0_S1CDMAX));
        cpu_.put(ste + 8, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS) | prisim_bits_put(1, PRISIM_STE1_PPAR));
        cpu_.put(cd, prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
                         prisim_bits_put(16, PRISIM_CD0_T0SZ) | prisim_bits_put(1, PRISIM_CD0_EPD1) |
                         prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) |
                         prisim_bits_put(1, PRISIM_CD0_A));
        cpu_.put(cd + 8, area_ + TABLES);
    }

    cpu &cpu_;
    const uint64_t registers_, area_;
    const uint32_t stream_id_, pasid_;
    uint32_t cmdq_prod_ = 0, priq_cons_ = 0; /* index and wrap bit */
};

#endif
