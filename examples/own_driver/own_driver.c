/* SPDX-License-Identifier: Apache-2.0
 *
 * A driver of one's own: it knows the SMMU by registers, by records in memory and by interrupts (machine.h above the
 * line, and the maps in smmu_registers.h and smmu_records.h). It brings the SMMU up and handles one page request from
 * end to end: the record out of the PRI queue, the page mapped, PRI_RESP, CONS. It is no example of a fast driver, and
 * handles no overflow, no groups and no errors but those that it waits for.
 *
 *   cc own_driver.c machine.c $(pkg-config --cflags --libs prisim) && ./a.out
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"
#include "model/core/bits.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

/* RAM, as this driver uses it. */
#define STRTAB (RAM_BASE + 0x0000)
#define CDTAB  (RAM_BASE + 0x4000)
#define CMDQ   (RAM_BASE + 0x5000)
#define EVENTQ (RAM_BASE + 0x6000)
#define PRIQ   (RAM_BASE + 0x7000)
#define TABLES (RAM_BASE + 0x8000) /* one table a level */
#define PAGES  (RAM_BASE + 0x10000)

enum { STREAM = 0x20, PASID = 5, QUEUE_LOG2 = 4, STREAMS_LOG2 = 6 };
enum { IRQ_GERROR = 1, IRQ_EVENTQ = 2, IRQ_PRIQ = 3, IRQ_SYNC = 4 };

struct prisim_driver {
    struct machine *machine;
    uint32_t cmdq_prod; /* index and wrap bit */
    uint64_t next_page;
};

#define TELL(d, ...) (printf("cycle %5" PRIu64 "  ", cycles_now((d)->machine)), printf(__VA_ARGS__), putchar('\n'))

static void fail(const struct prisim_driver *d, const char *what)
{
    fprintf(stderr, "own_driver: cycle %" PRIu64 ": %s\n", cycles_now(d->machine), what);
    exit(EXIT_FAILURE);
}

/* ---- the command queue ---------------------------------------------------------------------------------------------
 */

static uint32_t advance(uint32_t index)
{
    return (index + 1) & ((2 << QUEUE_LOG2) - 1);
}

static void command(struct prisim_driver *d, uint64_t dw0, uint64_t dw1)
{
    uint64_t at = CMDQ + (d->cmdq_prod & ((1 << QUEUE_LOG2) - 1)) * PRISIM_COMMAND_BYTES;
    while ((d->cmdq_prod ^ mmio_read(d->machine, PRISIM_SMMU_CMDQ_CONS)) == 1 << QUEUE_LOG2)
        ; /* full */
    memory_store(d->machine, at, dw0);
    memory_store(d->machine, at + 8, dw1);
    d->cmdq_prod = advance(d->cmdq_prod);
    mmio_write(d->machine, PRISIM_SMMU_CMDQ_PROD, d->cmdq_prod);
}

static void expect_interrupt(struct prisim_driver *d, uint32_t which)
{
    uint32_t data;
    if (!interrupt_wait(d->machine, 100000, &data) || data != which)
        fail(d, "another interrupt than expected, or none");
}

/* Everything before it is done when its MSI comes. */
static void sync(struct prisim_driver *d)
{
    command(d,
            PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS) |
                prisim_bits_put(IRQ_SYNC, PRISIM_CMD_SYNC_MSI_DATA),
            DOORBELL);
    expect_interrupt(d, IRQ_SYNC);
}

/* ---- tables --------------------------------------------------------------------------------------------------------
 */

/* An address space without a page for PASID 5 of the stream. */
static void write_tables(struct prisim_driver *d)
{
    struct machine *m = d->machine;
    memory_store(m, STRTAB + STREAM * PRISIM_STE_BYTES,
                 prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) | CDTAB |
                     prisim_bits_put(4, PRISIM_STE0_S1CDMAX));
    memory_store(m, STRTAB + STREAM * PRISIM_STE_BYTES + 8, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
    memory_store(m, CDTAB + PASID * PRISIM_CD_BYTES,
                 prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
                     prisim_bits_put(16, PRISIM_CD0_T0SZ) | prisim_bits_put(1, PRISIM_CD0_EPD1) |
                     prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) |
                     prisim_bits_put(1, PRISIM_CD0_A) | prisim_bits_put(PASID, PRISIM_CD0_ASID));
    memory_store(m, CDTAB + PASID * PRISIM_CD_BYTES + 8, TABLES);
}

/* The walk to the last level, with a table where there is none; there is one table a level, for one region of 2 MB. */
static uint64_t map(struct prisim_driver *d, uint64_t address)
{
    uint64_t table = TABLES;
    for (unsigned shift = 39; shift > 12; shift -= 9) {
        uint64_t next = TABLES + (39 - shift) / 9 * 4096 + 4096;
        memory_store(d->machine, table + (address >> shift & 511) * 8, next | 3);
        table = next;
    }
    uint64_t page = d->next_page;
    d->next_page += 4096;
    memory_store(d->machine, table + (address >> 12 & 511) * 8,
                 page | 3 | prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) | prisim_bits_put(1, PRISIM_DESC_AF) |
                     prisim_bits_put(1, PRISIM_DESC_NG));
    return page;
}

/* ---- bring-up ------------------------------------------------------------------------------------------------------
 */

static void identify(struct prisim_driver *d)
{
    uint32_t idr0 = mmio_read(d->machine, PRISIM_SMMU_IDR0), idr1 = mmio_read(d->machine, PRISIM_SMMU_IDR1);
    uint32_t needed = PRISIM_IDR0_S1P | PRISIM_IDR0_TTF_AARCH64 | PRISIM_IDR0_ATS | PRISIM_IDR0_PRI | PRISIM_IDR0_MSI;
    if ((idr0 & needed) != needed)
        fail(d, "this SMMU lacks stage 1, ATS, PRI or MSIs");
    if ((idr1 >> PRISIM_IDR1_SIDSIZE_SHIFT & 0x3f) < STREAMS_LOG2 ||
        (idr1 >> PRISIM_IDR1_PRIQS_SHIFT & 0x1f) < QUEUE_LOG2)
        fail(d, "its tables or queues are too small");
    TELL(d, "identified: StreamIDs of %u bits, PRI queue of up to 2^%u entries", idr1 & 0x3f,
         idr1 >> PRISIM_IDR1_PRIQS_SHIFT & 0x1f);
}

static void write_and_wait(struct prisim_driver *d, uint32_t offset, uint32_t acknowledge, uint32_t value)
{
    mmio_write(d->machine, offset, value);
    while (mmio_read(d->machine, acknowledge) != value)
        ;
}

static void bring_up(struct prisim_driver *d)
{
    struct machine *m = d->machine;
    write_and_wait(d, PRISIM_SMMU_CR0, PRISIM_SMMU_CR0ACK, 0);
    mmio_write(m, PRISIM_SMMU_CR2, PRISIM_CR2_RECINVSID | PRISIM_CR2_PTM);
    mmio_write64(m, PRISIM_SMMU_STRTAB_BASE, STRTAB);
    mmio_write(m, PRISIM_SMMU_STRTAB_BASE_CFG, STREAMS_LOG2);
    mmio_write64(m, PRISIM_SMMU_CMDQ_BASE, CMDQ | QUEUE_LOG2);
    mmio_write(m, PRISIM_SMMU_CMDQ_PROD, 0);
    mmio_write(m, PRISIM_SMMU_CMDQ_CONS, 0);
    mmio_write64(m, PRISIM_SMMU_EVENTQ_BASE, EVENTQ | QUEUE_LOG2);
    mmio_write(m, PRISIM_SMMU_EVENTQ_PROD, 0);
    mmio_write(m, PRISIM_SMMU_EVENTQ_CONS, 0);
    mmio_write64(m, PRISIM_SMMU_PRIQ_BASE, PRIQ | QUEUE_LOG2);
    mmio_write(m, PRISIM_SMMU_PRIQ_PROD, 0);
    mmio_write(m, PRISIM_SMMU_PRIQ_CONS, 0);
    mmio_write64(m, PRISIM_SMMU_GERROR_IRQ_CFG0, DOORBELL);
    mmio_write(m, PRISIM_SMMU_GERROR_IRQ_CFG1, IRQ_GERROR);
    mmio_write64(m, PRISIM_SMMU_EVENTQ_IRQ_CFG0, DOORBELL);
    mmio_write(m, PRISIM_SMMU_EVENTQ_IRQ_CFG1, IRQ_EVENTQ);
    mmio_write64(m, PRISIM_SMMU_PRIQ_IRQ_CFG0, DOORBELL);
    mmio_write(m, PRISIM_SMMU_PRIQ_IRQ_CFG1, IRQ_PRIQ);
    mmio_write(m, PRISIM_SMMU_PRIQ_IRQ_CFG2, 0);
    write_and_wait(d, PRISIM_SMMU_IRQ_CTRL, PRISIM_SMMU_IRQ_CTRLACK,
                   PRISIM_IRQ_CTRL_GERROR | PRISIM_IRQ_CTRL_EVENTQ | PRISIM_IRQ_CTRL_PRIQ);
    write_tables(d);
    uint32_t on = PRISIM_CR0_CMDQEN;
    write_and_wait(d, PRISIM_SMMU_CR0, PRISIM_SMMU_CR0ACK, on);
    command(d, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    command(d, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    sync(d);
    TELL(d, "command queue on: caches are empty, the CMD_SYNC's MSI came");
    on |= PRISIM_CR0_EVENTQEN | PRISIM_CR0_PRIQEN;
    write_and_wait(d, PRISIM_SMMU_CR0, PRISIM_SMMU_CR0ACK, on);
    write_and_wait(d, PRISIM_SMMU_CR0, PRISIM_SMMU_CR0ACK, on | PRISIM_CR0_SMMUEN);
    TELL(d, "event queue, PRI queue and SMMU on");
}

/* ---- one page request ----------------------------------------------------------------------------------------------
 */

static void handle_page_request(struct prisim_driver *d)
{
    struct machine *m = d->machine;
    expect_interrupt(d, IRQ_PRIQ);
    uint32_t prod = mmio_read(m, PRISIM_SMMU_PRIQ_PROD), cons = mmio_read(m, PRISIM_SMMU_PRIQ_CONS);
    TELL(d, "PRI interrupt: PROD %#x, CONS %#x", prod, cons);
    if (prod == cons)
        fail(d, "an interrupt, and nothing in the queue");
    uint64_t at = PRIQ + (cons & ((1 << QUEUE_LOG2) - 1)) * 16;
    uint64_t dw0 = memory_load(m, at), dw1 = memory_load(m, at + 8);
    uint32_t stream = (uint32_t)dw0, pasid = dw0 >> 32 & 0xfffff, prgi = dw1 & 0x1ff;
    uint64_t address = dw1 & ~prisim_bits_mask(12);
    TELL(d, "record: StreamID %#x, PASID %u, PRG index %u, address %#" PRIx64 ",%s%s%s", stream, pasid, prgi, address,
         prisim_bit_get(dw0, 60) ? " read" : "", prisim_bit_get(dw0, 61) ? " write" : "",
         prisim_bit_get(dw0, 62) ? " last" : "");
    bool known = stream == STREAM && pasid == PASID && prisim_bit_get(dw0, 63);
    if (known) {
        uint64_t page = map(d, address);
        TELL(d, "mapped: %#" PRIx64 " -> %#" PRIx64, address, page);
    }
    command(d,
            PRISIM_CMDQ_OP_PRI_RESP | dw0 >> 63 << 11 | prisim_bits_put(pasid, PRISIM_CMD_SSID) |
                prisim_bits_put(stream, PRISIM_CMD_SID),
            prisim_bits_put(prgi, PRISIM_CMD1_PRG_INDEX) |
                prisim_bits_put(known ? PRISIM_PRI_RESP_SUCCESS : PRISIM_PRI_RESP_INVALID, PRISIM_CMD1_PRI_RESP));
    mmio_write(m, PRISIM_SMMU_PRIQ_CONS, advance(cons));
    sync(d);
    cons = mmio_read(m, PRISIM_SMMU_PRIQ_CONS);
    TELL(d, "PRI_RESP consumed, CONS %#x", cons);
}

/* ---- the device's part ---------------------------------------------------------------------------------------------
 */

static struct prisim_tlp_header from_device(enum prisim_tlp_type type)
{
    return (struct prisim_tlp_header){
        .type = (uint8_t)type, .requester_id = STREAM, .pasid = PASID, .flags = PRISIM_TLP_HAS_PASID};
}

/* A Translation Request; what may be done at the address, as the two low bits of the completion. */
static unsigned device_asks(struct prisim_driver *d, uint64_t address)
{
    struct prisim_tlp tlp = {.head = from_device(PRISIM_TLP_MEMORY_READ)};
    tlp.head.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
    tlp.head.address = address;
    tlp.head.size = 8;
    device_send(d->machine, &tlp);
    const struct prisim_tlp *answer = device_receive(d->machine, 10000);
    if (!answer || answer->head.type != PRISIM_TLP_COMPLETION_DATA)
        fail(d, "the device got no translation");
    return prisim_load_le32(answer->data + 4) & 3;
}

static void device_requests_page(struct prisim_driver *d, uint64_t address, uint16_t prgi)
{
    struct prisim_tlp tlp = {.head = from_device(PRISIM_TLP_MESSAGE)};
    tlp.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    tlp.head.address = address;
    tlp.head.prg_index = prgi;
    tlp.head.flags |= PRISIM_TLP_READ | PRISIM_TLP_WRITE | PRISIM_TLP_LAST;
    device_send(d->machine, &tlp);
}

int main(void)
{
    struct prisim_driver driver = {.machine = machine_open(), .next_page = PAGES}, *d = &driver;
    uint64_t address = UINT64_C(0x12345000);
    identify(d);
    bring_up(d);
    unsigned access = device_asks(d, address);
    TELL(d, "device: translation of %#" PRIx64 ": access %u", address, access);
    device_requests_page(d, address, 77);
    TELL(d, "device: page request sent, PRG index 77");
    handle_page_request(d);
    const struct prisim_tlp *response = device_receive(d->machine, 10000);
    if (!response || response->head.message != PRISIM_MESSAGE_PRG_RESPONSE)
        fail(d, "the device got no response");
    TELL(d, "device: response for PRG index %u, code %u", response->head.prg_index, response->head.response_code);
    access = device_asks(d, address);
    TELL(d, "device: translation of %#" PRIx64 ": access %u", address, access);
    bool good = access == 3 && response->head.prg_index == 77 && response->head.response_code == PRISIM_PRG_SUCCESS;
    machine_close(d->machine);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
