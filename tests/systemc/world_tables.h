/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory behind a random world and what is in it: a stream table, context descriptors, page tables, data. It knows
 * each page's translation, and from when on each word that the SMMU read was known to it.
 */
#ifndef PRISIM_WORLD_TABLES_H
#define PRISIM_WORLD_TABLES_H

#include <array>
#include <vector>

#include "tests/systemc/world_parts.h"

namespace prisim_test
{

constexpr uint64_t world_ram = 0x40000000;
constexpr uint32_t world_sid = 0x20;
constexpr unsigned world_ram_bytes = 16 * 4096, world_contexts = 2, world_queue_log2 = 4;
constexpr uint64_t world_strtab = world_ram, world_cdtab = world_ram + 0x1000, world_cmdq = world_ram + 0x1800,
                   world_eventq = world_ram + 0x1a00, world_priq = world_ram + 0x1c00;

enum class page_kind { ats_rw, ats_ro, unmapped, data, written };

struct world_page {
    page_kind kind;
    unsigned context; /* PASID - 1 */
    uint64_t va, pa, leaf;
};

class world_tables
{
  public:
    world_tables(environment &around);

    bool inside(uint64_t address, unsigned size) const
    {
        return address >= world_ram && address - world_ram + size <= world_ram_bytes;
    }
    unsigned char *at(uint64_t address)
    {
        return &ram_[address - world_ram];
    }
    uint64_t load(uint64_t address) const;
    void store(uint64_t address, uint64_t word);

    const std::vector<world_page> &pages() const
    {
        return pages_;
    }
    /* Where the entry stands that leads to the page of this address; 0: none is needed. */
    uint64_t parent(uint64_t address) const;

    /* The SMMU is told these bytes at that time. */
    void told(uint64_t address, unsigned size, const sc_core::sc_time &time);
    /* It could know the word before now. */
    bool known(uint64_t address) const;
    void forget();

  private:
    void context(unsigned number);
    void map(const world_page &page, uint64_t tables);

    environment &around_;
    std::vector<unsigned char> ram_;
    std::vector<world_page> pages_;
    std::vector<sc_dt::uint64> told_; /* by word: ~0 is never */
    std::array<uint64_t, world_ram_bytes / 4096> parent_{};
};

} // namespace prisim_test

#endif
