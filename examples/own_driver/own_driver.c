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

struct driver {
    struct machine *machine;
    uint32_t cmdq_prod; /* index and wrap bit */
    uint64_t next_page;
};

#define TELL(d, ...) (printf("cycle %5" PRIu64 "  ", cycles_now((d)->machine)), printf(__VA_ARGS__), putchar('\n'))

static void fail(const struct driver *d, const char *what)
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

static void command(struct driver *d, uint64_t dw0, uint64_t dw1)
{
    uint64_t at = CMDQ + (d->cmdq_prod & ((1 << QUEUE_LOG2) - 1)) * COMMAND_BYTES;
    while ((d->cmdq_prod ^ mmio_read(d->machine, SMMU_CMDQ_CONS)) == 1 << QUEUE_LOG2)
        ; /* full */
    memory_store(d->machine, at, dw0);
    memory_store(d->machine, at + 8, dw1);
    d->cmdq_prod = advance(d->cmdq_prod);
    mmio_write(d->machine, SMMU_CMDQ_PROD, d->cmdq_prod);
}

static void expect_interrupt(struct driver *d, uint32_t which)
{
    uint32_t data;
    if (!interrupt_wait(d->machine, 100000, &data) || data != which)
        fail(d, "another interrupt than expected, or none");
}

/* Everything before it is done when its MSI comes. */
static void sync(struct driver *d)
{
    command(d, CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS) | bits_put(IRQ_SYNC, CMD_SYNC_MSI_DATA), DOORBELL);
    expect_interrupt(d, IRQ_SYNC);
}

/* ---- tables --------------------------------------------------------------------------------------------------------
 */

/* An address space without a page for PASID 5 of the stream. */
static void write_tables(struct driver *d)
{
    struct machine *m = d->machine;
    memory_store(m, STRTAB + STREAM * STE_BYTES,
                 bits_put(1, STE0_V) | bits_put(STE_CONFIG_S1, STE0_CONFIG) | CDTAB | bits_put(4, STE0_S1CDMAX));
    memory_store(m, STRTAB + STREAM * STE_BYTES + 8, bits_put(EATS_FULL, STE1_EATS));
    memory_store(m, CDTAB + PASID * CD_BYTES,
                 bits_put(1, CD0_V) | bits_put(1, CD0_AA64) | bits_put(16, CD0_T0SZ) | bits_put(1, CD0_EPD1) |
                     bits_put(5, CD0_IPS) | bits_put(1, CD0_R) | bits_put(1, CD0_A) | bits_put(PASID, CD0_ASID));
    memory_store(m, CDTAB + PASID * CD_BYTES + 8, TABLES);
}

/* The walk to the last level, with a table where there is none; there is one table a level, for one region of 2 MB. */
static uint64_t map(struct driver *d, uint64_t address)
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
                 page | 3 | bits_put(AP_RW, DESC_AP) | bits_put(1, DESC_AF) | bits_put(1, DESC_NG));
    return page;
}

/* ---- bring-up ------------------------------------------------------------------------------------------------------
 */

static void identify(struct driver *d)
{
    uint32_t idr0 = mmio_read(d->machine, SMMU_IDR0), idr1 = mmio_read(d->machine, SMMU_IDR1);
    uint32_t needed = IDR0_S1P | IDR0_TTF_AARCH64 | IDR0_ATS | IDR0_PRI | IDR0_MSI;
    if ((idr0 & needed) != needed)
        fail(d, "this SMMU lacks stage 1, ATS, PRI or MSIs");
    if ((idr1 >> IDR1_SIDSIZE_SHIFT & 0x3f) < STREAMS_LOG2 || (idr1 >> IDR1_PRIQS_SHIFT & 0x1f) < QUEUE_LOG2)
        fail(d, "its tables or queues are too small");
    TELL(d, "identified: StreamIDs of %u bits, PRI queue of up to 2^%u entries", idr1 & 0x3f,
         idr1 >> IDR1_PRIQS_SHIFT & 0x1f);
}

static void write_and_wait(struct driver *d, uint32_t offset, uint32_t acknowledge, uint32_t value)
{
    mmio_write(d->machine, offset, value);
    while (mmio_read(d->machine, acknowledge) != value)
        ;
}

static void bring_up(struct driver *d)
{
    struct machine *m = d->machine;
    write_and_wait(d, SMMU_CR0, SMMU_CR0ACK, 0);
    mmio_write(m, SMMU_CR2, CR2_RECINVSID | CR2_PTM);
    mmio_write64(m, SMMU_STRTAB_BASE, STRTAB);
    mmio_write(m, SMMU_STRTAB_BASE_CFG, STREAMS_LOG2);
    mmio_write64(m, SMMU_CMDQ_BASE, CMDQ | QUEUE_LOG2);
    mmio_write(m, SMMU_CMDQ_PROD, 0);
    mmio_write(m, SMMU_CMDQ_CONS, 0);
    mmio_write64(m, SMMU_EVENTQ_BASE, EVENTQ | QUEUE_LOG2);
    mmio_write(m, SMMU_EVENTQ_PROD, 0);
    mmio_write(m, SMMU_EVENTQ_CONS, 0);
    mmio_write64(m, SMMU_PRIQ_BASE, PRIQ | QUEUE_LOG2);
    mmio_write(m, SMMU_PRIQ_PROD, 0);
    mmio_write(m, SMMU_PRIQ_CONS, 0);
    mmio_write64(m, SMMU_GERROR_IRQ_CFG0, DOORBELL);
    mmio_write(m, SMMU_GERROR_IRQ_CFG1, IRQ_GERROR);
    mmio_write64(m, SMMU_EVENTQ_IRQ_CFG0, DOORBELL);
    mmio_write(m, SMMU_EVENTQ_IRQ_CFG1, IRQ_EVENTQ);
    mmio_write64(m, SMMU_PRIQ_IRQ_CFG0, DOORBELL);
    mmio_write(m, SMMU_PRIQ_IRQ_CFG1, IRQ_PRIQ);
    mmio_write(m, SMMU_PRIQ_IRQ_CFG2, 0);
    write_and_wait(d, SMMU_IRQ_CTRL, SMMU_IRQ_CTRLACK, IRQ_CTRL_GERROR | IRQ_CTRL_EVENTQ | IRQ_CTRL_PRIQ);
    write_tables(d);
    uint32_t on = CR0_CMDQEN;
    write_and_wait(d, SMMU_CR0, SMMU_CR0ACK, on);
    command(d, CMDQ_OP_CFGI_ALL, 31);
    command(d, CMDQ_OP_TLBI_NSNH_ALL, 0);
    sync(d);
    TELL(d, "command queue on: caches are empty, the CMD_SYNC's MSI came");
    on |= CR0_EVENTQEN | CR0_PRIQEN;
    write_and_wait(d, SMMU_CR0, SMMU_CR0ACK, on);
    write_and_wait(d, SMMU_CR0, SMMU_CR0ACK, on | CR0_SMMUEN);
    TELL(d, "event queue, PRI queue and SMMU on");
}

/* ---- one page request ----------------------------------------------------------------------------------------------
 */

static void handle_page_request(struct driver *d)
{
    struct machine *m = d->machine;
    expect_interrupt(d, IRQ_PRIQ);
    uint32_t prod = mmio_read(m, SMMU_PRIQ_PROD), cons = mmio_read(m, SMMU_PRIQ_CONS);
    TELL(d, "PRI interrupt: PROD %#x, CONS %#x", prod, cons);
    if (prod == cons)
        fail(d, "an interrupt, and nothing in the queue");
    uint64_t at = PRIQ + (cons & ((1 << QUEUE_LOG2) - 1)) * 16;
    uint64_t dw0 = memory_load(m, at), dw1 = memory_load(m, at + 8);
    uint32_t stream = (uint32_t)dw0, pasid = dw0 >> 32 & 0xfffff, prgi = dw1 & 0x1ff;
    uint64_t address = dw1 & ~bits_mask(12);
    TELL(d, "record: StreamID %#x, PASID %u, PRG index %u, address %#" PRIx64 ",%s%s%s", stream, pasid, prgi, address,
         bit_get(dw0, 60) ? " read" : "", bit_get(dw0, 61) ? " write" : "", bit_get(dw0, 62) ? " last" : "");
    bool known = stream == STREAM && pasid == PASID && bit_get(dw0, 63);
    if (known) {
        uint64_t page = map(d, address);
        TELL(d, "mapped: %#" PRIx64 " -> %#" PRIx64, address, page);
    }
    command(d, CMDQ_OP_PRI_RESP | dw0 >> 63 << 11 | bits_put(pasid, CMD_SSID) | bits_put(stream, CMD_SID),
            bits_put(prgi, CMD1_PRG_INDEX) | bits_put(known ? PRI_RESP_SUCCESS : PRI_RESP_INVALID, CMD1_PRI_RESP));
    mmio_write(m, SMMU_PRIQ_CONS, advance(cons));
    sync(d);
    cons = mmio_read(m, SMMU_PRIQ_CONS);
    TELL(d, "PRI_RESP consumed, CONS %#x", cons);
}

/* ---- the device's part ---------------------------------------------------------------------------------------------
 */

static struct tlp_header from_device(enum tlp_type type)
{
    return (struct tlp_header){.type = (uint8_t)type, .requester_id = STREAM, .pasid = PASID, .flags = TLP_HAS_PASID};
}

/* A Translation Request; what may be done at the address, as the two low bits of the completion. */
static unsigned device_asks(struct driver *d, uint64_t address)
{
    struct tlp tlp = {.head = from_device(TLP_MEMORY_READ)};
    tlp.head.at = TLP_AT_TRANSLATION_REQUEST;
    tlp.head.address = address;
    tlp.head.size = 8;
    device_send(d->machine, &tlp);
    const struct tlp *answer = device_receive(d->machine, 10000);
    if (!answer || answer->head.type != TLP_COMPLETION_DATA)
        fail(d, "the device got no translation");
    return load_le32(answer->data + 4) & 3;
}

static void device_requests_page(struct driver *d, uint64_t address, uint16_t prgi)
{
    struct tlp tlp = {.head = from_device(TLP_MESSAGE)};
    tlp.head.message = MESSAGE_PAGE_REQUEST;
    tlp.head.address = address;
    tlp.head.prg_index = prgi;
    tlp.head.flags |= TLP_READ | TLP_WRITE | TLP_LAST;
    device_send(d->machine, &tlp);
}

int main(void)
{
    struct driver driver = {.machine = machine_open(), .next_page = PAGES}, *d = &driver;
    uint64_t address = UINT64_C(0x12345000);
    identify(d);
    bring_up(d);
    unsigned access = device_asks(d, address);
    TELL(d, "device: translation of %#" PRIx64 ": access %u", address, access);
    device_requests_page(d, address, 77);
    TELL(d, "device: page request sent, PRG index 77");
    handle_page_request(d);
    const struct tlp *response = device_receive(d->machine, 10000);
    if (!response || response->head.message != MESSAGE_PRG_RESPONSE)
        fail(d, "the device got no response");
    TELL(d, "device: response for PRG index %u, code %u", response->head.prg_index, response->head.response_code);
    access = device_asks(d, address);
    TELL(d, "device: translation of %#" PRIx64 ": access %u", address, access);
    bool good = access == 3 && response->head.prg_index == 77 && response->head.response_code == PRG_SUCCESS;
    machine_close(d->machine);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
