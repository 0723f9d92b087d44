/* SPDX-License-Identifier: Apache-2.0
 *
 * An interconnect in the rig: 64 KB of RAM at 0x80000000, the doorbell at 0x08020000, latency 10 unless a test says
 * otherwise.
 */
#ifndef PRISIM_TESTS_INTERCONNECT_BENCH_H
#define PRISIM_TESTS_INTERCONNECT_BENCH_H

#include <check.h>
#include <stdlib.h>

#include "model/interconnect/interconnect.h"
#include "tests/harness/harness.h"
#include "tests/pcie_fabric/sparse_step.h"

static const uint64_t ram_base = UINT64_C(0x80000000), ram_bytes = 0x10000, doorbell = UINT64_C(0x08020000);
enum { LATENCY = 10 };

struct bench {
    struct interconnect_config config;
    struct sparse sparse;
    bool leaves_out_idle_steps;
    void *state;
    struct rig *rig;
};

static inline struct interconnect_config bench_config(void)
{
    struct interconnect_config config;
    interconnect_config_default(&config);
    config.ram_base = ram_base;
    config.ram_size = ram_bytes;
    config.doorbell_base = doorbell;
    config.latency = LATENCY;
    return config;
}

static inline cycle_t bench_step(const void *config, void *state, cycle_t now, struct ports *ports)
{
    const struct interconnect_config *typed_config = config;
    struct bench *bench = state;
    if (!sparse_due(&bench->sparse, now, ports) && bench->leaves_out_idle_steps)
        return bench->sparse.next;
    bench->sparse.next = interconnect_step(typed_config, bench->state, now, ports);
    return bench->sparse.next;
}

static inline struct bench *bench_open(const struct interconnect_config *config)
{
    struct config_error error = {0};
    ck_assert_msg(interconnect_config_check(config, &error), "%s", error.field);
    struct bench *bench = calloc(1, sizeof *bench);
    bench->config = *config;
    bench->state = calloc(1, interconnect_state_size(config));
    interconnect_init(&bench->config, bench->state);
    bench->rig = rig_open(bench_step, &bench->config, bench);
    for (unsigned port = 0; port < INTERCONNECT_PORTS; port++) {
        rig_rx(bench->rig, port, sizeof(struct memory_request));
        rig_tx(bench->rig, port, sizeof(struct memory_response));
    }
    rig_tx(bench->rig, INTERCONNECT_TX_INTERRUPT, sizeof(struct interrupt));
    return bench;
}

static inline void bench_close(struct bench *bench)
{
    rig_close(bench->rig);
    free(bench->state);
    free(bench);
}

static inline void offer_read(struct bench *bench, unsigned port, uint32_t id, uint64_t address, uint8_t size)
{
    struct memory_request request = {.address = address, .id = id, .size = size};
    rig_offer(bench->rig, port, &request);
}

/* Writes `size` bytes with the values first, first + 1, ... */
static inline void offer_write(struct bench *bench, unsigned port, uint32_t id, uint64_t address, uint8_t size,
                               uint8_t first)
{
    struct memory_request request = {.address = address, .id = id, .size = size, .write = 1};
    for (unsigned i = 0; i < size && i < MEMORY_LINE_BYTES; i++)
        request.data[i] = (uint8_t)(first + i);
    rig_offer(bench->rig, port, &request);
}

static inline const struct memory_response *response(const struct bench *bench, unsigned port, unsigned i)
{
    const struct memory_response *got = rig_got(bench->rig, port, i);
    ck_assert_ptr_nonnull(got);
    return got;
}

static inline int bench_run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
