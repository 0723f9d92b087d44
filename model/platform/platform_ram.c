/* SPDX-License-Identifier: Apache-2.0
 *
 * The platform's own RAM, at the end of the memory block's state, and a look at it from outside.
 */
#include "model/core/bits.h"
#include "model/platform/platform_state.h"

struct memory_map platform_ram_map(const struct prisim_platform_memory *memory)
{
    return (struct memory_map){{memory->ram_base, memory->ram_size}, memory->region};
}

/* No more than there are in RAM, and one if there is none. */
static uint32_t pages_max(const struct prisim_platform_memory *memory)
{
    const struct memory_map map = platform_ram_map(memory);
    const uint64_t pages = memory_map_pages(&map);
    if (pages == 0)
        return 1;
    return pages < memory->pages ? (uint32_t)pages : memory->pages;
}

/* From the start of the state to its RAM, which begins with a line. */
static size_t ram_at(void)
{
    const size_t end = sizeof(struct platform_memory);
    return (end + PRISIM_MEMORY_LINE_BYTES - 1) / PRISIM_MEMORY_LINE_BYTES * PRISIM_MEMORY_LINE_BYTES;
}

size_t platform_memory_state_size(const struct prisim_platform_memory *memory)
{
    return ram_at() + sparse_memory_size(pages_max(memory));
}

struct sparse_memory *platform_ram_init(const struct prisim_platform_memory *memory, struct platform_memory *state)
{
    struct sparse_memory *ram = (struct sparse_memory *)(void *)((char *)state + ram_at());
    sparse_memory_init(ram, pages_max(memory));
    return ram;
}

static bool is_ram(const struct prisim_platform *platform, uint64_t address, size_t bytes)
{
    const struct memory_map map = platform_ram_map(&platform->config.memory);
    return memory_map_run(&map, address, bytes) == bytes && memory_map_has(&map, address);
}

enum prisim_status prisim_platform_memory_peek(const struct prisim_platform *platform, uint64_t address, void *data,
                                               size_t bytes)
{
    if (!data || !is_ram(platform, address, bytes))
        return PRISIM_REFUSED;
    sparse_memory_read(platform->memory.ram, address, data, bytes);
    return PRISIM_OK;
}

enum prisim_status prisim_platform_memory_poke(struct prisim_platform *platform, uint64_t address, const void *data,
                                               size_t bytes)
{
    if (!data || !is_ram(platform, address, bytes))
        return PRISIM_REFUSED;
    return sparse_memory_write(platform->memory.ram, address, data, bytes) ? PRISIM_OK : PRISIM_FULL;
}

enum prisim_status prisim_platform_memory_peek64(const struct prisim_platform *platform, uint64_t address,
                                                 uint64_t *value)
{
    uint8_t bytes[sizeof *value];
    enum prisim_status status =
        value ? prisim_platform_memory_peek(platform, address, bytes, sizeof bytes) : PRISIM_REFUSED;
    if (status == PRISIM_OK)
        *value = prisim_load_le64(bytes);
    return status;
}

enum prisim_status prisim_platform_memory_poke64(struct prisim_platform *platform, uint64_t address, uint64_t value)
{
    uint8_t bytes[sizeof value];
    prisim_store_le64(bytes, value);
    return prisim_platform_memory_poke(platform, address, bytes, sizeof bytes);
}
