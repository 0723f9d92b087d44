/* SPDX-License-Identifier: Apache-2.0
 *
 * The caller's own accesses, of registers and of memory: each is offered at the next edge and waited for.
 */
#include "model/core/bits.h"
#include "model/platform/platform_state.h"

static bool is_in_line(uint64_t address, uint64_t bytes)
{
    return address % PRISIM_MEMORY_LINE_BYTES + bytes <= PRISIM_MEMORY_LINE_BYTES;
}

/* An access that was given up may wait still: this one takes its place when it is gone. */
enum prisim_status platform_port_access(struct prisim_platform *platform, struct host_access *port,
                                        const struct prisim_memory_request *request)
{
    prisim_cycle_t end = platform_end(platform, platform->config.patience);
    while (port->is_waiting)
        if (!platform_tick(platform, end))
            return PRISIM_TIMEOUT;
    port->request = *request;
    port->request.id = port->awaited = ++platform->host->accesses;
    port->is_waiting = true;
    port->has_answer = false;
    platform_wake_host(platform);
    while (!port->has_answer)
        if (!platform_tick(platform, end))
            return PRISIM_TIMEOUT;
    return port->answer.status == PRISIM_MEMORY_OK ? PRISIM_OK : PRISIM_ABORT;
}

static enum prisim_status access_register(struct prisim_platform *platform, unsigned smmu, uint64_t offset, bool write,
                                          uint64_t *value, uint8_t size)
{
    if (smmu >= platform->config.smmus || !is_in_line(offset, size) || !value)
        return PRISIM_REFUSED;
    struct prisim_memory_request request = {
        .address = offset, .size = size, .write = write ? PRISIM_MEMORY_WRITE : PRISIM_MEMORY_READ};
    if (write)
        prisim_store_le64(request.data, *value);
    struct host_access *port = &platform->host->reg[smmu];
    enum prisim_status status = platform_port_access(platform, port, &request);
    if (status == PRISIM_OK && !write)
        *value = size == sizeof *value ? prisim_load_le64(port->answer.data) : prisim_load_le32(port->answer.data);
    return status;
}

enum prisim_status prisim_platform_mmio_read32(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                               uint32_t *value)
{
    uint64_t word = 0;
    if (!value)
        return PRISIM_REFUSED;
    enum prisim_status status = access_register(platform, smmu, offset, false, &word, sizeof *value);
    if (status == PRISIM_OK)
        *value = (uint32_t)word;
    return status;
}

enum prisim_status prisim_platform_mmio_read64(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                               uint64_t *value)
{
    return access_register(platform, smmu, offset, false, value, sizeof *value);
}

enum prisim_status prisim_platform_mmio_write32(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                                uint32_t value)
{
    uint64_t word = value;
    return access_register(platform, smmu, offset, true, &word, sizeof value);
}

enum prisim_status prisim_platform_mmio_write64(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                                uint64_t value)
{
    return access_register(platform, smmu, offset, true, &value, sizeof value);
}

enum prisim_status prisim_platform_mmio_wait32(struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                               uint32_t mask, uint32_t value, uint64_t limit)
{
    const prisim_cycle_t end = platform_end(platform, limit);
    do {
        uint32_t found;
        enum prisim_status status = prisim_platform_mmio_read32(platform, smmu, offset, &found);
        if (status != PRISIM_OK)
            return status;
        if ((found & mask) == value)
            return PRISIM_OK;
    } while (platform->now < end);
    return PRISIM_TIMEOUT;
}

enum prisim_status prisim_platform_register_peek(const struct prisim_platform *platform, unsigned smmu, uint64_t offset,
                                                 uint32_t *value)
{
    uint8_t bytes[sizeof *value];
    if (smmu >= platform->config.smmus || !value ||
        prisim_smmu_register_debug(&platform->config.smmu[smmu].smmu, platform->memory.smmu[smmu], offset, bytes,
                                   sizeof bytes) != sizeof bytes)
        return PRISIM_REFUSED;
    *value = prisim_load_le32(bytes);
    return PRISIM_OK;
}

/* Cuts at lines. */
static enum prisim_status access_memory(struct prisim_platform *platform, uint64_t address, uint8_t *read,
                                        const uint8_t *written, size_t bytes)
{
    struct host_access *port = &platform->host->memory;
    if (bytes > UINT64_MAX - address)
        return PRISIM_REFUSED;
    for (size_t at = 0, size; at < bytes; at += size) {
        size_t room = PRISIM_MEMORY_LINE_BYTES - (address + at) % PRISIM_MEMORY_LINE_BYTES;
        size = bytes - at < room ? bytes - at : room;
        struct prisim_memory_request request = {.address = address + at,
                                                .size = (uint8_t)size,
                                                .write = written ? PRISIM_MEMORY_WRITE : PRISIM_MEMORY_READ};
        if (written)
            memcpy(request.data, written + at, size);
        enum prisim_status status = platform_port_access(platform, port, &request);
        if (status != PRISIM_OK)
            return status;
        if (read)
            memcpy(read + at, port->answer.data, size);
    }
    return PRISIM_OK;
}

enum prisim_status prisim_platform_memory_read(struct prisim_platform *platform, uint64_t address, void *data,
                                               size_t bytes)
{
    return data ? access_memory(platform, address, data, NULL, bytes) : PRISIM_REFUSED;
}

enum prisim_status prisim_platform_memory_write(struct prisim_platform *platform, uint64_t address, const void *data,
                                                size_t bytes)
{
    return data ? access_memory(platform, address, NULL, data, bytes) : PRISIM_REFUSED;
}
