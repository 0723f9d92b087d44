/* SPDX-License-Identifier: Apache-2.0
 *
 * An SMMU and memory, and nothing else: the smallest thing that can be built with the C library. The program writes
 * registers and tables, sends transactions in one at a time, and tells what comes out. It is no driver
 * (examples/own_driver), and leaves the PRI queue off.
 *
 *   cc bare_smmu.c $(pkg-config --cflags --libs prisim) && ./a.out
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/core/version.h"
#include "model/platform/prisim_platform_tlp.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

/* Where this program puts things in RAM. */
#define RAM    UINT64_C(0x40000000)
#define CMDQ   (RAM + 0x0000)
#define EVENTQ (RAM + 0x1000)
#define STRTAB (RAM + 0x2000)
#define CDTAB  (RAM + 0x4000)
#define TABLES (RAM + 0x8000) /* one table a level */
#define PAGE   (RAM + 0x20000)

#define VA UINT64_C(0x4000)
enum { SMMU = 0, SID = 0x20, PASID = 1, QUEUE_LOG2 = 4, LIMIT = 2000 };

#define TELL(...) (printf("cycle %5" PRIu64 "  ", prisim_platform_now(p)), printf(__VA_ARGS__), putchar('\n'))
/* No call of this program should fail. */
#define MUST(call)                 must(call, #call)
#define PUT(offset, value)         MUST(prisim_platform_mmio_write32(p, SMMU, offset, value))
#define PUT64(offset, value)       MUST(prisim_platform_mmio_write64(p, SMMU, offset, value))
#define AWAIT(offset, mask, value) MUST(prisim_platform_mmio_wait32(p, SMMU, offset, mask, value, LIMIT))
/* Memory, written from outside: at once. */
#define STORE(address, word) MUST(prisim_platform_memory_poke64(p, address, word))

static void must(enum prisim_status status, const char *call)
{
    if (status != PRISIM_OK) {
        fprintf(stderr, "bare_smmu: %s: %s\n", call, prisim_status_name(status));
        exit(EXIT_FAILURE);
    }
}

static uint32_t get(struct prisim_platform *p, uint32_t offset)
{
    uint32_t value;
    MUST(prisim_platform_mmio_read32(p, SMMU, offset, &value));
    return value;
}

static uint64_t load(struct prisim_platform *p, uint64_t address)
{
    uint64_t word;
    MUST(prisim_platform_memory_peek64(p, address, &word));
    return word;
}

/* One stream of stage 1 with PASIDs; PASID 1 has one page, at VA. */
static void write_tables(struct prisim_platform *p)
{
    uint64_t ste = STRTAB + SID * PRISIM_STE_BYTES, cd = CDTAB + PASID * PRISIM_CD_BYTES;
    STORE(ste, prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) | CDTAB |
                   prisim_bits_put(2, PRISIM_STE0_S1CDMAX));
    STORE(ste + 8, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
    STORE(cd, prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
                  prisim_bits_put(16, PRISIM_CD0_T0SZ) | prisim_bits_put(1, PRISIM_CD0_EPD1) |
                  prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) |
                  prisim_bits_put(1, PRISIM_CD0_A) | prisim_bits_put(7, PRISIM_CD0_ASID));
    STORE(cd + 8, TABLES);
    uint64_t table = TABLES;
    for (unsigned shift = 39; shift > 12; shift -= 9, table += 4096)
        STORE(table + (VA >> shift & 511) * 8, (table + 4096) | 3);
    STORE(table + (VA >> 12 & 511) * 8, PAGE | 3 | prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) |
                                            prisim_bits_put(1, PRISIM_DESC_AF) | prisim_bits_put(1, PRISIM_DESC_NG));
}

static void bring_up(struct prisim_platform *p)
{
    uint32_t idr0 = get(p, PRISIM_SMMU_IDR0), idr1 = get(p, PRISIM_SMMU_IDR1);
    TELL("IDR0 says: stage 1 %s, ATS %s; IDR1: StreamIDs of %u bits", idr0 & PRISIM_IDR0_S1P ? "yes" : "no",
         idr0 & PRISIM_IDR0_ATS ? "yes" : "no", idr1 & 0x3f);
    write_tables(p);
    PUT(PRISIM_SMMU_CR2, PRISIM_CR2_RECINVSID);
    PUT64(PRISIM_SMMU_STRTAB_BASE, STRTAB);
    PUT(PRISIM_SMMU_STRTAB_BASE_CFG, 6);
    PUT64(PRISIM_SMMU_CMDQ_BASE, CMDQ | QUEUE_LOG2);
    PUT64(PRISIM_SMMU_EVENTQ_BASE, EVENTQ | QUEUE_LOG2);
    uint32_t on = PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN;
    PUT(PRISIM_SMMU_CR0, on);
    TELL("CR0 written: SMMU, event queue and command queue on");
    AWAIT(PRISIM_SMMU_CR0ACK, UINT32_MAX, on);
    TELL("CR0ACK follows");
}

static void ask_for_a_translation(struct prisim_platform *p)
{
    struct prisim_platform_outcome end;
    struct prisim_tlp request = {
        .head = {.type = PRISIM_TLP_MEMORY_READ, .at = PRISIM_TLP_AT_TRANSLATION_REQUEST, .address = VA, .size = 8}};
    request.head.requester_id = SID;
    request.head.flags = PRISIM_TLP_HAS_PASID;
    request.head.pasid = PASID;
    TELL("in:  Translation Request, StreamID %#x, PASID %d, address %#" PRIx64, SID, PASID, VA);
    MUST(prisim_platform_transact(p, SMMU, &request, LIMIT, &end));
    uint64_t entry = prisim_tlp_qword_load(end.answer.data);
    TELL("out: completion, address %#" PRIx64 "%s%s", entry & ~prisim_bits_mask(12), entry & 1 ? ", read" : "",
         entry & 2 ? ", write" : "");
}

static const struct prisim_platform_stream stream = {.stream_id = SID, .has_pasid = true, .pasid = PASID};

static void write_and_read(struct prisim_platform *p)
{
    struct prisim_platform_outcome end;
    char text[8] = "prisim!";
    TELL("in:  write of 8 bytes to %#" PRIx64, VA + 0x10);
    MUST(prisim_platform_dma_write(p, SMMU, &stream, VA + 0x10, text, sizeof text, &end));
    TELL("     they are in memory at %#" PRIx64, end.output);
    TELL("in:  read of the same 8 bytes");
    memset(text, 0, sizeof text);
    MUST(prisim_platform_dma_read(p, SMMU, &stream, VA + 0x10, text, sizeof text, NULL));
    TELL("out: completion with data, \"%.8s\"", text);
}

static void read_what_is_not_mapped(struct prisim_platform *p)
{
    struct prisim_platform_outcome end;
    uint8_t data[8];
    TELL("in:  read of 8 bytes at %#" PRIx64 ", where nothing is mapped", VA + 0x1000);
    bool aborted = prisim_platform_dma_read(p, SMMU, &stream, VA + 0x1000, data, 8, &end) == PRISIM_ABORT;
    TELL("out: completion, %s",
         aborted && end.answer.head.status == PRISIM_TLP_UR ? "Unsupported Request" : "which is wrong");
    AWAIT(PRISIM_SMMU_EVENTQ_PROD, PRISIM_SMMU_QUEUE_INDEX_MASK, 1);
    uint64_t dw0 = load(p, EVENTQ), address = load(p, EVENTQ + 16);
    TELL("     event record: code %#x (F_TRANSLATION is %#x), StreamID %#x, PASID %u, address %#" PRIx64,
         (unsigned)(dw0 & 0xff), PRISIM_F_TRANSLATION, (unsigned)(dw0 >> 32), (unsigned)(dw0 >> 12 & 0xfffff), address);
}

static void command_that_is_wrong(struct prisim_platform *p)
{
    STORE(CMDQ, PRISIM_CMDQ_OP_TLBI_NSNH_ALL);
    STORE(CMDQ + PRISIM_COMMAND_BYTES, 0xff);
    PUT(PRISIM_SMMU_CMDQ_PROD, 2);
    TELL("commands: TLBI_NSNH_ALL, then opcode 0xff, which does not exist");
    AWAIT(PRISIM_SMMU_GERROR, PRISIM_GERROR_CMDQ, PRISIM_GERROR_CMDQ);
    uint32_t cons = get(p, PRISIM_SMMU_CMDQ_CONS);
    TELL("GERROR: the command queue stands at command %u with error %u (CERROR_ILL is %u)",
         cons & PRISIM_SMMU_QUEUE_INDEX_MASK, cons >> PRISIM_CMDQ_CONS_ERR_SHIFT, (unsigned)PRISIM_CERROR_ILL);
    STORE(CMDQ + PRISIM_COMMAND_BYTES, PRISIM_CMDQ_OP_SYNC);
    PUT(PRISIM_SMMU_GERRORN, get(p, PRISIM_SMMU_GERROR));
    AWAIT(PRISIM_SMMU_CMDQ_CONS, PRISIM_SMMU_QUEUE_INDEX_MASK, 2);
    TELL("overwritten with CMD_SYNC and acknowledged: CONS is 2");
}

int main(void)
{
    struct prisim_platform *p;
    struct prisim_platform_config config;
    prisim_platform_config_default(&config);
    config.memory.ram_base = RAM;
    MUST(prisim_platform_open(&p, &config, NULL));
    printf("prisim %s: an SMMU and memory\n", prisim_version());
    bring_up(p);
    ask_for_a_translation(p);
    write_and_read(p);
    read_what_is_not_mapped(p);
    command_that_is_wrong(p);
    prisim_platform_close(p);
    return EXIT_SUCCESS;
}
