/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of a random world (world_tables.h).
 */
#include "tests/systemc/world_tables.h"

#include <algorithm>

#include "model/core/bits.h"
#include "model/smmu/smmu_records.h"

namespace prisim_test
{

namespace
{
constexpr uint64_t tables_of(unsigned context)
{
    return world_ram + (2 + 4 * context) * 4096;
}
constexpr uint64_t data_of(unsigned context)
{
    return world_ram + (10 + 3 * context) * 4096;
}
constexpr unsigned pages_a_context = 24;
} // namespace

world_tables::world_tables(environment &around)
    : around_(around), ram_(world_ram_bytes), told_(world_ram_bytes / 8, ~sc_dt::uint64(0))
{
    uint64_t ste = world_strtab + world_sid * PRISIM_STE_BYTES;
    store(ste, prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
                   world_cdtab | prisim_bits_put(4, PRISIM_STE0_S1CDMAX));
    store(ste + 8, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
    parent_[1] = ste;
    for (unsigned i = 0; i < world_contexts; i++)
        context(i);
}

void world_tables::context(unsigned number)
{
    uint64_t cd = world_cdtab + (number + 1) * PRISIM_CD_BYTES, tables = tables_of(number);
    store(cd, prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
                  prisim_bits_put(16, PRISIM_CD0_T0SZ) | prisim_bits_put(1, PRISIM_CD0_EPD1) |
                  prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) |
                  prisim_bits_put(1, PRISIM_CD0_A) | prisim_bits_put(number + 1, PRISIM_CD0_ASID));
    store(cd + 8, tables);
    uint64_t base = (around_.draw.word() & 0x0000ffffffe00000) | 0x4000000000;
    unsigned table = (static_cast<unsigned>(tables - world_ram)) / 4096;
    parent_[table] = cd + 8;
    for (unsigned level = 0; level < 3; level++) {
        uint64_t entry = tables + level * 4096 + (base >> (39 - 9 * level) & 511) * 8;
        store(entry, (tables + (level + 1) * 4096) | 3);
        parent_[table + level + 1] = entry;
    }
    for (unsigned i = 0; i < pages_a_context; i++) {
        world_page page{page_kind::ats_rw, number, base + i * 4096, 0, tables + 3 * 4096 + i * 8};
        page.kind = i < 2    ? page_kind::data
                    : i == 2 ? page_kind::written
                    : i < 6  ? page_kind::unmapped
                    : i < 9  ? page_kind::ats_ro
                             : page_kind::ats_rw;
        page.pa = i < 3 ? data_of(number) + i * 4096 : around_.draw.word() & 0x0000fffffffff000;
        map(page, tables);
    }
}

void world_tables::map(const world_page &page, uint64_t)
{
    pages_.push_back(page);
    if (page.kind == page_kind::unmapped)
        return;
    unsigned ap = page.kind == page_kind::ats_ro ? PRISIM_AP_RO : PRISIM_AP_RW;
    store(page.leaf, page.pa | 3 | prisim_bits_put(ap, PRISIM_DESC_AP) | prisim_bits_put(1, PRISIM_DESC_AF) |
                         prisim_bits_put(1, PRISIM_DESC_NG));
    if (page.kind == page_kind::data || page.kind == page_kind::written)
        parent_[(page.pa - world_ram) / 4096] = page.leaf;
    for (unsigned i = 0; i < 4096 && page.kind == page_kind::data; i += 8)
        store(page.pa + i, random_mix(page.pa + i));
}

uint64_t world_tables::load(uint64_t address) const
{
    return prisim_load_le64(&ram_[address - world_ram]);
}

void world_tables::store(uint64_t address, uint64_t word)
{
    prisim_store_le64(&ram_[address - world_ram], word);
}

uint64_t world_tables::parent(uint64_t address) const
{
    bool queues = address >= world_cmdq && address < world_cdtab + 4096;
    return queues || !inside(address, 1) ? 0 : parent_[(address - world_ram) / 4096];
}

void world_tables::told(uint64_t address, unsigned size, const sc_core::sc_time &time)
{
    if (!inside(address, size))
        return;
    for (uint64_t word = (address - world_ram) / 8; word <= (address - world_ram + size - 1) / 8; word++)
        told_[word] = std::min(told_[word], time.value());
}

bool world_tables::known(uint64_t address) const
{
    return told_[(address - world_ram) / 8] < sc_core::sc_time_stamp().value();
}

void world_tables::forget()
{
    std::fill(told_.begin(), told_.end(), ~sc_dt::uint64(0));
}

} // namespace prisim_test
