/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration space: the header's few registers that matter here, and the ATS, PRI and PASID capabilities
 * (PCIE-CONFIG). What is not listed reads 0 and ignores writes. BAR0 is fixed by the configuration of the model, hence
 * read-only.
 */
#include "model/pcie_endpoint/endpoint_translation.h"

enum {
    CONFIG_CLASS = 0x08,
    CONFIG_BAR1 = 0x14,
    /* No vendor has this identifier. */
    DEVICE_AND_VENDOR = 0x0001fffe,
    CLASS_AND_REVISION = 0x12000001, /* processing accelerator */
    BAR_64_BIT = 1 << 2,
    CAPABILITY_VERSION = 1
};

/* Header of an extended capability: id 15:0, version 19:16, next 31:20. */
static uint32_t capability(uint32_t id, uint32_t next)
{
    return id | CAPABILITY_VERSION << 16 | next << 20;
}

/* PCIE-ATSCAP: Invalidate Queue Depth (0 = 32), Page Aligned Request, Global Invalidate Supported. */
static uint32_t ats_register(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    return (config->invalidate_depth & 31) | 1 << 5 | 1 << 6 | (uint32_t)s->ats_control << 16;
}

/* PCIE-PRICAP. Stopped has no meaning with E=1 and reads 0 then. */
static uint32_t pri_register(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    uint32_t status = (s->pri_rf ? PRISIM_PRI_STATUS_RF : 0) | (s->pri_uprgi ? PRISIM_PRI_STATUS_UPRGI : 0) |
                      (s->pri_stopped ? PRISIM_PRI_STATUS_STOPPED : 0) | (config->prpr ? PRISIM_PRI_STATUS_PRPR : 0);
    return status << 16 | (s->pri_enable ? PRISIM_PRI_CONTROL_ENABLE : 0);
}

static uint32_t read_word(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s, uint32_t offset)
{
    switch (offset) {
    case PRISIM_ENDPOINT_CONFIG_ID:
        return DEVICE_AND_VENDOR;
    case PRISIM_ENDPOINT_CONFIG_COMMAND:
        return s->command;
    case CONFIG_CLASS:
        return CLASS_AND_REVISION;
    case PRISIM_ENDPOINT_CONFIG_BAR0:
        return (uint32_t)config->bar_base | BAR_64_BIT;
    case CONFIG_BAR1:
        return (uint32_t)(config->bar_base >> 32);
    case PRISIM_ENDPOINT_CONFIG_ATS:
        return capability(0x0f, PRISIM_ENDPOINT_CONFIG_PRI);
    case PRISIM_ENDPOINT_CONFIG_ATS + 4:
        return ats_register(config, s);
    case PRISIM_ENDPOINT_CONFIG_PRI:
        return capability(0x13, PRISIM_ENDPOINT_CONFIG_PASID);
    case PRISIM_ENDPOINT_CONFIG_PRI + 4:
        return pri_register(config, s);
    case PRISIM_ENDPOINT_CONFIG_PRI + 8:
        return config->pri_capacity;
    case PRISIM_ENDPOINT_CONFIG_PRI + 12:
        return s->pri_allocation;
    case PRISIM_ENDPOINT_CONFIG_PASID:
        return capability(0x1b, 0);
    case PRISIM_ENDPOINT_CONFIG_PASID + 4: /* PCIE-PASIDCAP: neither Execute nor Privileged */
        return config->pasid_bits << 8 | (uint32_t)s->pasid_control << 16;
    }
    return 0;
}

static void write_ats(struct endpoint_edge *e, uint16_t control)
{
    struct prisim_endpoint *s = e->s;
    bool was = s->ats_control & PRISIM_ATS_CONTROL_ENABLE;
    bool on = control & PRISIM_ATS_CONTROL_ENABLE;
    /* PCIE-ATSCAP: STU is changed only while disabled. */
    uint16_t stu = (was ? s->ats_control : control) & ENDPOINT_STU;
    s->ats_control = (uint16_t)(stu | (control & PRISIM_ATS_CONTROL_ENABLE));
    if (on && !was) {
        s->ats_refused = false;
        s->ats_enables++;
        /* PCIE-ATSCAP: Enable 0 to 1 starts with an empty ATC. */
        endpoint_invalidate_everything(e);
    }
}

/* PCIE-PRICAP row "write E=1". */
static void pri_start(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    s->pri_enable = true;
    s->pri_halted = false;
    s->pri_rf = false;
    s->pri_uprgi = false;
    s->pri_stopped = false;
    endpoint_pri_limit(e->config, s);
}

/* PCIE-PRICAP rows "write E=0" and "write R=1", in one write or in two. */
static void pri_end(struct endpoint_edge *e, bool reset)
{
    struct prisim_endpoint *s = e->s;
    bool was = s->pri_enable;
    bool drop = reset && (was || s->page_requests);
    s->pri_enable = false;
    endpoint_pri_limit(e->config, s);
    if (was || drop)
        PRISIM_PROBE(e->ports, e->now, endpoint_pri_off, .groups = drop ? s->page_requests : 0,
                     .cause = PRISIM_CAUSE_PRI_OFF);
    if (drop)
        endpoint_pri_drop_groups(e);
    endpoint_pri_went_off(e);
    if (s->page_requests == 0)
        s->pri_stopped = true;
}

/* A status bit is cleared by a 1 that was written; control that was not written is written as it is. */
static void write_pri(struct endpoint_edge *e, uint32_t value, uint32_t written)
{
    struct prisim_endpoint *s = e->s;
    uint32_t status = (value & written) >> 16;
    if (status & PRISIM_PRI_STATUS_RF)
        s->pri_rf = false;
    if (status & PRISIM_PRI_STATUS_UPRGI)
        s->pri_uprgi = false;
    bool enable = value & PRISIM_PRI_CONTROL_ENABLE;
    if (enable && !s->pri_enable)
        pri_start(e);
    else if (!enable)
        pri_end(e, value & PRISIM_PRI_CONTROL_RESET);
}

bool endpoint_config_space_has(uint64_t offset, uint32_t size)
{
    return (size == 1 || size == 2 || size == 4) && offset % size == 0 && offset < PRISIM_ENDPOINT_CONFIG_BYTES;
}

uint32_t endpoint_config_space_read(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s,
                                    uint32_t offset, uint32_t size)
{
    assert(endpoint_config_space_has(offset, size));
    const uint32_t within = offset % 4;
    return read_word(config, s, offset - within) >> 8 * within & (uint32_t)prisim_bits_mask(8 * size);
}

/* PCIE-ENUMERATION-1: bytes that are not enabled are not written; they are as they were read. */
void endpoint_config_space_write(struct endpoint_edge *e, uint32_t offset, uint32_t size, uint32_t value)
{
    struct prisim_endpoint *s = e->s;
    assert(endpoint_config_space_has(offset, size));
    const uint32_t within = offset % 4, at = offset - within;
    const uint32_t written = (uint32_t)prisim_bits_mask(8 * size) << 8 * within;
    const uint32_t word = (read_word(e->config, s, at) & ~written) | (value << 8 * within & written);
    switch (at) {
    case PRISIM_ENDPOINT_CONFIG_COMMAND:
        s->command = (uint16_t)(word & (COMMAND_MEMORY_SPACE | COMMAND_BUS_MASTER));
        break;
    case PRISIM_ENDPOINT_CONFIG_ATS + 4:
        write_ats(e, (uint16_t)(word >> 16));
        break;
    case PRISIM_ENDPOINT_CONFIG_PRI + 4:
        write_pri(e, word, written);
        break;
    case PRISIM_ENDPOINT_CONFIG_PRI + 12:
        /* PCIE-PRICAP: changing it with E=1 is undefined; here it counts at once. */
        s->pri_allocation = word;
        endpoint_pri_limit(e->config, s);
        break;
    case PRISIM_ENDPOINT_CONFIG_PASID + 4:
        s->pasid_control = (uint16_t)(word >> 16 & PRISIM_PASID_CONTROL_ENABLE);
        break;
    }
}
