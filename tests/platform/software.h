/* SPDX-License-Identifier: Apache-2.0
 *
 * What the platform's tests share: a platform with 1 MB of RAM, tables for one stream with PASID 1 and two pages, and
 * an SMMU that is on.
 */
#ifndef PRISIM_TESTS_PLATFORM_SOFTWARE_H
#define PRISIM_TESTS_PLATFORM_SOFTWARE_H

#include <check.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/platform/prisim_platform_tlp.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

#define RAM      UINT64_C(0x40000000)
#define RAM_SIZE (UINT64_C(1) << 20)
#define DOORBELL UINT64_C(0x08020000)
/* Places from the start of an SMMU's own part of RAM. */
enum { CMDQ = 0, EVENTQ = 0x1000, STRTAB = 0x2000, CDTAB = 0x4000, PRIQ = 0x5000, TABLES = 0x8000, PAGE = 0x20000 };
enum { PART = 0x40000, SID = 0x20, PASID = 1, QUEUE_LOG2 = 4, LATENCY = 80, LIMIT = 5000 };
#define VA UINT64_C(0x4000)

#define OK(call)         ck_assert_str_eq(prisim_status_name(call), "PRISIM_OK")
#define IS(call, status) ck_assert_str_eq(prisim_status_name(call), #status)

static const struct prisim_platform_stream stream = {.stream_id = SID, .has_pasid = true, .pasid = PASID};

static inline struct prisim_platform_config small_config(void)
{
    struct prisim_platform_config config;
    prisim_platform_config_default(&config);
    config.memory.ram_base = RAM;
    config.memory.ram_size = RAM_SIZE;
    config.memory.doorbell_base = DOORBELL;
    return config;
}

static inline struct prisim_platform *open_platform(const struct prisim_platform_config *config)
{
    struct prisim_platform *platform;
    struct prisim_platform_error error = {0};
    enum prisim_status status = prisim_platform_open(&platform, config, &error);
    ck_assert_msg(status == PRISIM_OK, "%s.%s", error.part, error.field);
    return platform;
}

/* How tables are written: at once into RAM, or into a memory of the test's own. */
typedef void (*store_function)(void *memory, uint64_t address, uint64_t word);

static inline void store_in_ram(void *platform, uint64_t address, uint64_t word)
{
    OK(prisim_platform_memory_poke64(platform, address, word));
}

static inline void write_tables(store_function store, void *memory, uint64_t base)
{
    uint64_t ste = base + STRTAB + SID * PRISIM_STE_BYTES, cd = base + CDTAB + PASID * PRISIM_CD_BYTES,
             table = base + TABLES;
    store(memory, ste,
          prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) |
              (base + CDTAB) | prisim_bits_put(2, PRISIM_STE0_S1CDMAX));
    store(memory, ste + 8, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
    store(memory, cd,
          prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
              prisim_bits_put(16, PRISIM_CD0_T0SZ) | prisim_bits_put(1, PRISIM_CD0_EPD1) |
              prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) | prisim_bits_put(1, PRISIM_CD0_A) |
              prisim_bits_put(7, PRISIM_CD0_ASID));
    store(memory, cd + 8, base + TABLES);
    for (unsigned shift = 39; shift > 12; shift -= 9, table += 4096)
        store(memory, table + (VA >> shift & 511) * 8, (table + 4096) | 3);
    for (unsigned page = 0; page < 2; page++)
        store(memory, table + ((VA >> 12) + page) % 512 * 8,
              (base + PAGE + page * 4096u) | 3 | prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) |
                  prisim_bits_put(1, PRISIM_DESC_AF) | prisim_bits_put(1, PRISIM_DESC_NG));
}

static inline void bring_up(struct prisim_platform *p, unsigned smmu, uint64_t base)
{
    OK(prisim_platform_mmio_write32(p, smmu, PRISIM_SMMU_CR2, PRISIM_CR2_RECINVSID));
    OK(prisim_platform_mmio_write64(p, smmu, PRISIM_SMMU_STRTAB_BASE, base + STRTAB));
    OK(prisim_platform_mmio_write32(p, smmu, PRISIM_SMMU_STRTAB_BASE_CFG, 6));
    OK(prisim_platform_mmio_write64(p, smmu, PRISIM_SMMU_CMDQ_BASE, (base + CMDQ) | QUEUE_LOG2));
    OK(prisim_platform_mmio_write64(p, smmu, PRISIM_SMMU_EVENTQ_BASE, (base + EVENTQ) | QUEUE_LOG2));
    OK(prisim_platform_mmio_write64(p, smmu, PRISIM_SMMU_PRIQ_BASE, (base + PRIQ) | QUEUE_LOG2));
    OK(prisim_platform_mmio_write64(p, smmu, PRISIM_SMMU_PRIQ_IRQ_CFG0, DOORBELL));
    OK(prisim_platform_mmio_write32(p, smmu, PRISIM_SMMU_PRIQ_IRQ_CFG1, 0x51));
    OK(prisim_platform_mmio_write64(p, smmu, PRISIM_SMMU_EVENTQ_IRQ_CFG0, DOORBELL));
    OK(prisim_platform_mmio_write32(p, smmu, PRISIM_SMMU_EVENTQ_IRQ_CFG1, 0xe5));
    OK(prisim_platform_mmio_write64(p, smmu, PRISIM_SMMU_GERROR_IRQ_CFG0, DOORBELL));
    OK(prisim_platform_mmio_write32(p, smmu, PRISIM_SMMU_GERROR_IRQ_CFG1, 0x6e));
    uint32_t interrupts = PRISIM_IRQ_CTRL_PRIQ | PRISIM_IRQ_CTRL_EVENTQ | PRISIM_IRQ_CTRL_GERROR;
    OK(prisim_platform_mmio_write32(p, smmu, PRISIM_SMMU_IRQ_CTRL, interrupts));
    OK(prisim_platform_mmio_wait32(p, smmu, PRISIM_SMMU_IRQ_CTRLACK, UINT32_MAX, interrupts, LIMIT));
    uint32_t on = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_PRIQEN;
    OK(prisim_platform_mmio_write32(p, smmu, PRISIM_SMMU_CR0, on));
    OK(prisim_platform_mmio_wait32(p, smmu, PRISIM_SMMU_CR0ACK, UINT32_MAX, on, LIMIT));
}

/* Open, tables, on: with its tables in RAM. */
static inline struct prisim_platform *start_platform(const struct prisim_platform_config *config)
{
    struct prisim_platform *p = open_platform(config);
    for (unsigned smmu = 0; smmu < config->smmus; smmu++) {
        write_tables(store_in_ram, p, RAM + smmu * (uint64_t)PART);
        bring_up(p, smmu, RAM + smmu * (uint64_t)PART);
    }
    return p;
}

static inline struct prisim_tlp memory_tlp(enum prisim_tlp_type type, enum prisim_tlp_at at, uint64_t address,
                                           uint16_t size)
{
    struct prisim_tlp tlp = {.head = {.type = (uint8_t)type, .at = (uint8_t)at, .address = address, .size = size}};
    tlp.head.requester_id = SID;
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = PASID;
    return tlp;
}

static inline struct prisim_tlp page_request_tlp(uint16_t prg_index, bool last)
{
    struct prisim_tlp tlp = {
        .head = {.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PAGE_REQUEST, .address = VA}};
    tlp.head.requester_id = SID;
    tlp.head.pasid = PASID;
    tlp.head.prg_index = prg_index;
    tlp.head.flags =
        (uint8_t)(PRISIM_TLP_HAS_PASID | PRISIM_TLP_READ | PRISIM_TLP_WRITE | (last ? PRISIM_TLP_LAST : 0));
    return tlp;
}

static inline void command(struct prisim_platform *p, unsigned smmu, uint64_t base, uint32_t index, uint64_t dw0,
                           uint64_t dw1)
{
    OK(prisim_platform_memory_poke64(p, base + CMDQ + index * PRISIM_COMMAND_BYTES, dw0));
    OK(prisim_platform_memory_poke64(p, base + CMDQ + index * PRISIM_COMMAND_BYTES + 8, dw1));
    OK(prisim_platform_mmio_write32(p, smmu, PRISIM_SMMU_CMDQ_PROD, index + 1));
}

static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
