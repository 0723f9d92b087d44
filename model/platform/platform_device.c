/* SPDX-License-Identifier: Apache-2.0
 *
 * The processor's accesses of configuration space and BARs: one request at a time through each fabric, and its
 * completion.
 */
#include "model/core/bits.h"
#include "model/platform/platform_state.h"

enum { TLP_IDS = 0xffffff, BAR_ACCESS_BYTES = 4 };

static bool is_busy(const struct host_fabric *port, uint16_t tag, bool posted)
{
    return port->is_waiting || port->is_offered || (!posted && port->is_open[tag]);
}

static void hand_over(struct prisim_platform *p, struct host_fabric *port, const struct prisim_tlp *tlp, uint16_t tag,
                      bool posted)
{
    prisim_tlp_copy(&port->request, tlp);
    p->host->tlps = p->host->tlps % TLP_IDS + 1;
    port->request.head.id = p->host->tlps;
    port->is_waiting = true;
    if (!posted) {
        port->request.head.tag = port->tag = tag;
        port->is_open[tag] = true;
        port->has_answer = false;
    }
    platform_wake_host(p);
}

/* A request that was given up may wait still: this one comes when it is gone. */
static enum prisim_status access(struct prisim_platform *p, struct host_fabric *port, const struct prisim_tlp *tlp)
{
    const prisim_cycle_t end = platform_end(p, p->config.patience);
    const bool posted = prisim_tlp_is_posted(&tlp->head);
    const uint16_t tag = (uint16_t)((port->tag + 1) % PRISIM_TLP_TAGS);
    while (is_busy(port, tag, posted))
        if (!platform_tick(p, end))
            return PRISIM_TIMEOUT;
    hand_over(p, port, tlp, tag, posted);
    while (posted ? port->is_waiting || port->is_offered : !port->has_answer)
        if (!platform_tick(p, end))
            return PRISIM_TIMEOUT;
    return posted || port->answer.head.status == PRISIM_TLP_SC ? PRISIM_OK : PRISIM_ABORT;
}

static struct prisim_tlp request_to(const struct prisim_platform *p, uint16_t id, enum prisim_tlp_type type,
                                    uint64_t address, unsigned bytes, uint32_t value)
{
    struct prisim_tlp tlp = {.head = {.type = (uint8_t)type,
                                      .address = address,
                                      .size = (uint16_t)bytes,
                                      .requester_id = p->config.fabric.host_id,
                                      .destination_id = id}};
    prisim_store_le32(tlp.data, value);
    return tlp;
}

static struct prisim_tlp request(const struct prisim_platform *p, unsigned device, enum prisim_tlp_type type,
                                 uint64_t address, unsigned bytes, uint32_t value)
{
    return request_to(p, p->config.device[device].endpoint.requester_id, type, address, bytes, value);
}

static enum prisim_status read_through(struct prisim_platform *p, unsigned smmu, const struct prisim_tlp *tlp,
                                       uint32_t *value)
{
    struct host_fabric *port = &p->host->fabric[smmu];
    enum prisim_status status = access(p, port, tlp);
    if (status == PRISIM_OK)
        *value = prisim_load_le32(port->answer.data) & (uint32_t)prisim_bits_mask(8u * tlp->head.size);
    return status;
}

static enum prisim_status write_through(struct prisim_platform *p, unsigned smmu, const struct prisim_tlp *tlp)
{
    return access(p, &p->host->fabric[smmu], tlp);
}

static unsigned smmu_of(const struct prisim_platform *p, unsigned device)
{
    return p->config.device[device].smmu;
}

static bool is_in_space(uint32_t offset, unsigned bytes)
{
    return (bytes == 1 || bytes == 2 || bytes == 4) && offset % bytes == 0 && offset < PRISIM_ENDPOINT_CONFIG_BYTES;
}

static bool is_in_config(const struct prisim_platform *p, unsigned device, uint32_t offset, unsigned bytes)
{
    return device < p->config.devices && is_in_space(offset, bytes);
}

static bool has_root_port(const struct prisim_platform *p, unsigned smmu)
{
    for (unsigned i = 0; i < p->config.devices; i++)
        if (smmu_of(p, i) == smmu)
            return true;
    return false;
}

enum prisim_status prisim_platform_root_port_read(struct prisim_platform *p, unsigned smmu, uint32_t offset,
                                                  unsigned bytes, uint32_t *value)
{
    if (!has_root_port(p, smmu) || !is_in_space(offset, bytes) || !value)
        return PRISIM_REFUSED;
    const struct prisim_tlp tlp =
        request_to(p, p->config.fabric.root_port_id, PRISIM_TLP_CONFIG_READ, offset, bytes, 0);
    return read_through(p, smmu, &tlp, value);
}

enum prisim_status prisim_platform_root_port_write(struct prisim_platform *p, unsigned smmu, uint32_t offset,
                                                   unsigned bytes, uint32_t value)
{
    if (!has_root_port(p, smmu) || !is_in_space(offset, bytes))
        return PRISIM_REFUSED;
    const struct prisim_tlp tlp =
        request_to(p, p->config.fabric.root_port_id, PRISIM_TLP_CONFIG_WRITE, offset, bytes, value);
    return write_through(p, smmu, &tlp);
}

enum prisim_status prisim_platform_config_read(struct prisim_platform *p, unsigned device, uint32_t offset,
                                               unsigned bytes, uint32_t *value)
{
    if (!is_in_config(p, device, offset, bytes) || !value)
        return PRISIM_REFUSED;
    const struct prisim_tlp tlp = request(p, device, PRISIM_TLP_CONFIG_READ, offset, bytes, 0);
    return read_through(p, smmu_of(p, device), &tlp, value);
}

enum prisim_status prisim_platform_config_write(struct prisim_platform *p, unsigned device, uint32_t offset,
                                                unsigned bytes, uint32_t value)
{
    if (!is_in_config(p, device, offset, bytes))
        return PRISIM_REFUSED;
    const struct prisim_tlp tlp = request(p, device, PRISIM_TLP_CONFIG_WRITE, offset, bytes, value);
    return write_through(p, smmu_of(p, device), &tlp);
}

static bool is_in_bar(const struct prisim_platform *p, unsigned device, uint64_t offset)
{
    return device < p->config.devices && offset % BAR_ACCESS_BYTES == 0 && offset < PRISIM_ENDPOINT_BAR_BYTES;
}

enum prisim_status prisim_platform_bar_read32(struct prisim_platform *p, unsigned device, uint64_t offset,
                                              uint32_t *value)
{
    if (!is_in_bar(p, device, offset) || !value)
        return PRISIM_REFUSED;
    const uint64_t address = p->config.device[device].endpoint.bar_base + offset;
    const struct prisim_tlp tlp = request(p, device, PRISIM_TLP_MEMORY_READ, address, BAR_ACCESS_BYTES, 0);
    return read_through(p, smmu_of(p, device), &tlp, value);
}

enum prisim_status prisim_platform_bar_write32(struct prisim_platform *p, unsigned device, uint64_t offset,
                                               uint32_t value)
{
    if (!is_in_bar(p, device, offset))
        return PRISIM_REFUSED;
    const uint64_t address = p->config.device[device].endpoint.bar_base + offset;
    const struct prisim_tlp tlp = request(p, device, PRISIM_TLP_MEMORY_WRITE, address, BAR_ACCESS_BYTES, value);
    return write_through(p, smmu_of(p, device), &tlp);
}
