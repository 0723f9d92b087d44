/* SPDX-License-Identifier: Apache-2.0
 *
 * The platform's own RAM, one flat range of bytes, and a look at it from outside.
 */
#include "model/core/bits.h"
#include "model/platform/platform_state.h"

uint8_t *platform_ram_at(const struct platform_memory_config *config, uint64_t address, uint64_t bytes)
{
    uint64_t offset = address - config->memory.ram_base; /* wraps far out of range below the base */
    if (offset >= config->memory.ram_size || bytes > config->memory.ram_size - offset)
        return NULL;
    return config->ram + offset;
}

enum prisim_status prisim_platform_memory_peek(const struct prisim_platform *platform, uint64_t address, void *data,
                                               size_t bytes)
{
    const uint8_t *ram = platform_ram_at(&platform->memory, address, bytes);
    if (!ram || !data)
        return PRISIM_REFUSED;
    memcpy(data, ram, bytes);
    return PRISIM_OK;
}

enum prisim_status prisim_platform_memory_poke(struct prisim_platform *platform, uint64_t address, const void *data,
                                               size_t bytes)
{
    uint8_t *ram = platform_ram_at(&platform->memory, address, bytes);
    if (!ram || !data)
        return PRISIM_REFUSED;
    memcpy(ram, data, bytes);
    return PRISIM_OK;
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
