/* SPDX-License-Identifier: Apache-2.0
 *
 * The type 0 header (PCIE-ENUMERATION-2, PCIE-ENUMERATION-3): the command register, and the BARs, which software sizes
 * and moves.
 */
#include "model/pcie_endpoint/endpoint_config_space.h"

/* A read has no side effect, so that the BARs may lie in a bridge's prefetchable window, which alone has 64 bits. */
enum { STATUS_CAPABILITIES_LIST = 1 << 4, BAR_64_BIT_PREFETCHABLE = 1 << 2 | 1 << 3 };

uint32_t config_read_command(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)config;
    return s->command | (uint32_t)STATUS_CAPABILITIES_LIST << 16;
}

void config_write_command(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    e->s->command = (uint16_t)(word & (COMMAND_MEMORY_SPACE | COMMAND_BUS_MASTER));
    endpoint_msix_unmasked(e); /* without Bus Master no message leaves */
}

/* PCIE-ENUMERATION-3: bits below the size read 0, so that all ones read back as the mask of the size. */
static void write_bar(struct endpoint_edge *e, unsigned bar, uint64_t address)
{
    const uint64_t bytes = bar == ENDPOINT_BAR0 ? PRISIM_ENDPOINT_BAR_BYTES : PRISIM_ENDPOINT_MSIX_BYTES;
    endpoint_function_write(e->s)->bar[bar] = address & ~(bytes - 1);
}

static void write_low(struct endpoint_edge *e, unsigned bar, uint32_t word)
{
    write_bar(e, bar, (e->s->function.bar[bar] & ~prisim_bits_mask(32)) | word);
}

static void write_high(struct endpoint_edge *e, unsigned bar, uint32_t word)
{
    write_bar(e, bar, (e->s->function.bar[bar] & prisim_bits_mask(32)) | (uint64_t)word << 32);
}

uint32_t config_read_bar0_low(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)config;
    return (uint32_t)s->function.bar[ENDPOINT_BAR0] | BAR_64_BIT_PREFETCHABLE;
}

void config_write_bar0_low(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    write_low(e, ENDPOINT_BAR0, word);
}

uint32_t config_read_bar0_high(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)config;
    return (uint32_t)(s->function.bar[ENDPOINT_BAR0] >> 32);
}

void config_write_bar0_high(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    write_high(e, ENDPOINT_BAR0, word);
}

uint32_t config_read_bar2_low(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)config;
    return (uint32_t)s->function.bar[ENDPOINT_BAR2] | BAR_64_BIT_PREFETCHABLE;
}

void config_write_bar2_low(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    write_low(e, ENDPOINT_BAR2, word);
}

uint32_t config_read_bar2_high(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s)
{
    (void)config;
    return (uint32_t)(s->function.bar[ENDPOINT_BAR2] >> 32);
}

void config_write_bar2_high(struct endpoint_edge *e, uint32_t word, uint32_t written)
{
    (void)written;
    write_high(e, ENDPOINT_BAR2, word);
}
