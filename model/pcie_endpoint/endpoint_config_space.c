/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration space: which doubleword an access means, and which bytes of it. The doublewords are the rows of
 * endpoint_config_space.def; what those do that do something is in endpoint_header.c, endpoint_capabilities.c,
 * endpoint_msix.c and endpoint_extended_capabilities.c.
 */
#include "model/pcie_endpoint/endpoint_config_space.h"

enum { ATS_ALONE = 0x1301000f }; /* the head of ATS, with ACS behind it */

/* PCIE-PRICAP: a virtual function has neither PRI nor PASID; the list goes on behind them. */
static bool is_of_the_pf(const struct prisim_endpoint_config *config, uint32_t offset)
{
    return config->vf && offset >= PRISIM_ENDPOINT_CONFIG_PRI && offset < PRISIM_ENDPOINT_CONFIG_ACS;
}

static uint32_t read_word(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s, uint32_t offset)
{
    if (is_of_the_pf(config, offset))
        return 0;
    if (config->vf && offset == PRISIM_ENDPOINT_CONFIG_ATS)
        return ATS_ALONE;
    switch (offset) {
#define FIXED(at, value, about)                                                                                        \
    case at:                                                                                                           \
        return value;
#define READ_ONLY(at, name, about)                                                                                     \
    case at:                                                                                                           \
        return config_read_##name(config, s);
#define REGISTER(at, name, about) READ_ONLY(at, name, about)
#include "model/pcie_endpoint/endpoint_config_space.def"
    }
    return 0;
}

static void write_word(struct endpoint_edge *e, uint32_t offset, uint32_t word, uint32_t written)
{
    if (is_of_the_pf(e->config, offset))
        return;
    switch (offset) {
#define FIXED(at, value, about)
#define READ_ONLY(at, name, about)
#define REGISTER(at, name, about)                                                                                      \
    case at:                                                                                                           \
        config_write_##name(e, word, written);                                                                         \
        break;
#include "model/pcie_endpoint/endpoint_config_space.def"
    }
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
    assert(endpoint_config_space_has(offset, size));
    const uint32_t within = offset % 4, at = offset - within;
    const uint32_t written = (uint32_t)prisim_bits_mask(8 * size) << 8 * within;
    const uint32_t word = (read_word(e->config, e->s, at) & ~written) | (value << 8 * within & written);
    write_word(e, at, word, written);
}
