/* SPDX-License-Identifier: Apache-2.0
 *
 * An interconnect in the harness: 64 KB of RAM at 0x80000000, the doorbell at 0x08020000, latency 10 unless a test says
 * otherwise.
 */
#ifndef PRISIM_TESTS_INTERCONNECT_INTERCONNECT_HARNESS_H
#define PRISIM_TESTS_INTERCONNECT_INTERCONNECT_HARNESS_H

#include <check.h>
#include <stdlib.h>

#include "model/interconnect/interconnect.h"
#include "tests/harness/harness.h"

static const uint64_t ram_base = UINT64_C(0x80000000), ram_bytes = 0x10000, doorbell = UINT64_C(0x08020000);
enum { LATENCY = 10 };

struct interconnect_harness {
    struct prisim_interconnect_config config;
    void *state;
    struct harness *base;
};

static inline struct prisim_interconnect_config interconnect_harness_config(void)
{
    struct prisim_interconnect_config config;
    prisim_interconnect_config_default(&config);
    config.ram_base = ram_base;
    config.ram_size = ram_bytes;
    config.doorbell_base = doorbell;
    config.latency = LATENCY;
    return config;
}

static inline prisim_cycle_t interconnect_harness_step(const void *config, void *state, prisim_cycle_t now,
                                                       struct prisim_ports *ports)
{
    return prisim_interconnect_step(config, state, now, ports);
}

static inline struct interconnect_harness *interconnect_harness_open(const struct prisim_interconnect_config *config)
{
    struct prisim_config_error error = {0};
    ck_assert_msg(prisim_interconnect_config_check(config, &error), "%s", error.field);
    struct interconnect_harness *h = calloc(1, sizeof *h);
    h->config = *config;
    h->state = calloc(1, prisim_interconnect_state_size(config));
    prisim_interconnect_init(&h->config, h->state);
    h->base = harness_open(interconnect_harness_step, &h->config, h->state);
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++) {
        harness_rx(h->base, port, sizeof(struct prisim_memory_request));
        harness_tx(h->base, port, sizeof(struct prisim_memory_response));
    }
    harness_tx(h->base, PRISIM_INTERCONNECT_TX_INTERRUPT, sizeof(struct prisim_interrupt));
    return h;
}

static inline void interconnect_harness_close(struct interconnect_harness *h)
{
    harness_close(h->base);
    free(h->state);
    free(h);
}

static inline void offer_read(struct interconnect_harness *h, unsigned port, uint32_t id, uint64_t address,
                              uint8_t size)
{
    struct prisim_memory_request request = {.address = address, .id = id, .size = size};
    harness_offer(h->base, port, &request);
}

/* Writes `size` bytes with the values first, first + 1, ... */
static inline void offer_write(struct interconnect_harness *h, unsigned port, uint32_t id, uint64_t address,
                               uint8_t size, uint8_t first)
{
    struct prisim_memory_request request = {.address = address, .id = id, .size = size, .write = 1};
    for (unsigned i = 0; i < size && i < PRISIM_MEMORY_LINE_BYTES; i++)
        request.data[i] = (uint8_t)(first + i);
    harness_offer(h->base, port, &request);
}

static inline const struct prisim_memory_response *response(const struct interconnect_harness *h, unsigned port,
                                                            unsigned i)
{
    const struct prisim_memory_response *got = harness_got(h->base, port, i);
    ck_assert_ptr_nonnull(got);
    return got;
}

#endif
