/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of one access at the edge at which it is performed: RAM, the doorbell, or the user's functions; and who
 * is told.
 */
#include "model/platform/platform_state.h"

enum { DOORBELL_BYTES = 4096, DOORBELL_ACCESS_BYTES = 4 };

static bool rings_doorbell(const struct prisim_platform_memory *memory, const struct prisim_memory_request *request)
{
    uint64_t offset = request->address - memory->doorbell_base;
    return memory->doorbell_base != PRISIM_PLATFORM_NO_DOORBELL && offset < DOORBELL_BYTES &&
           request->write == PRISIM_MEMORY_WRITE && request->size == DOORBELL_ACCESS_BYTES;
}

static bool is_of_clients(const struct platform_memory_config *config, unsigned port)
{
    return port % 2 == 1 && port + 1 < config->ports;
}

static struct prisim_platform_access describe(const struct platform_memory_config *config, prisim_cycle_t now,
                                              unsigned port, const struct prisim_memory_request *request)
{
    struct prisim_platform_access access = {.cycle = now,
                                            .address = request->address,
                                            .size = request->size,
                                            .smmu = PRISIM_PLATFORM_CPU,
                                            .source = PRISIM_SMMU_CLIENT,
                                            .attributes = request->attributes,
                                            .stream_id = request->stream_id,
                                            .substream_id = request->substream_id};
    if (port + 1 == config->ports)
        return access;
    access.smmu = port / 2;
    if (is_of_clients(config, port))
        access.tlp = prisim_smmu_client_tlp(config->smmu[port / 2], request);
    else
        access.source = prisim_smmu_memory_source(config->smmu[port / 2], request);
    return access;
}

static enum prisim_memory_status in_ram(uint8_t *ram, const struct prisim_memory_request *request, uint8_t *data)
{
    if (request->write != PRISIM_MEMORY_WRITE)
        memcpy(data, ram, request->size);
    if (request->write == PRISIM_MEMORY_WRITE)
        memcpy(ram, request->data, request->size);
    else if (request->write == PRISIM_MEMORY_SWAP &&
             memcmp(data, request->data + PRISIM_MEMORY_SWAP_BYTES, PRISIM_MEMORY_SWAP_BYTES) == 0)
        memcpy(ram, request->data, PRISIM_MEMORY_SWAP_BYTES);
    return PRISIM_MEMORY_OK;
}

static enum prisim_memory_status by_functions(const struct prisim_platform_memory *memory,
                                              const struct prisim_platform_access *access,
                                              const struct prisim_memory_request *request, uint8_t *data)
{
    if (request->write == PRISIM_MEMORY_WRITE)
        return memory->write(memory->context, access, request->data);
    enum prisim_memory_status status = memory->read(memory->context, access, data);
    if (status == PRISIM_MEMORY_OK && request->write == PRISIM_MEMORY_SWAP &&
        memcmp(data, request->data + PRISIM_MEMORY_SWAP_BYTES, PRISIM_MEMORY_SWAP_BYTES) == 0)
        status = memory->write(memory->context, access, request->data);
    return status;
}

/* As memory_port.h has it: inside a line, and of a known kind. */
static bool is_possible(const struct prisim_memory_request *request)
{
    if (request->size == 0 || request->address % PRISIM_MEMORY_LINE_BYTES + request->size > PRISIM_MEMORY_LINE_BYTES)
        return false;
    return request->write <= PRISIM_MEMORY_WRITE ||
           (request->write == PRISIM_MEMORY_SWAP && request->size == PRISIM_MEMORY_SWAP_BYTES);
}

bool platform_access_perform(const struct platform_memory_config *config, prisim_cycle_t now,
                             struct prisim_ports *ports, unsigned port, const struct prisim_memory_request *request,
                             struct prisim_memory_response *response)
{
    const struct prisim_platform_access access = describe(config, now, port, request);
    enum prisim_memory_status status = PRISIM_MEMORY_ABORT;
    bool rings = false;
    if (is_possible(request)) {
        const struct memory_map map = platform_ram_map(&config->memory);
        uint8_t *ram = sparse_memory_access(config->ram, &map, request);
        if (ram)
            status = in_ram(ram, request, response->data);
        else if (memory_map_has(&map, request->address))
            PRISIM_PROBE(ports, now, interconnect_full, .port = port, .address = request->address);
        else if (rings_doorbell(&config->memory, request))
            rings = true, status = PRISIM_MEMORY_OK;
        else if (config->memory.read)
            status = by_functions(&config->memory, &access, request, response->data);
    }
    response->status = (uint8_t)status;
    response->size = status == PRISIM_MEMORY_OK && request->write != PRISIM_MEMORY_WRITE ? request->size : 0;
    response->unused = 0;
    if (is_of_clients(config, port) && request->write == PRISIM_MEMORY_WRITE)
        platform_transaction_performed(config->host, access.tlp, now, status);
    return rings;
}
