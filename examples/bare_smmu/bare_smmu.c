/* SPDX-License-Identifier: Apache-2.0
 *
 * An SMMU and memory, and nothing else: the smallest thing that can be built with the C library. The program writes
 * registers and tables, pushes transactions in one at a time, steps the clock, and tells what comes out.
 *
 * Three blocks stand on a clockwork: the SMMU, the interconnect (RAM), and one of this program's own, which plays the
 * CPU at the register port and the root port at the TLP ports. It is no driver (examples/own_driver), and the PRI queue
 * is left out: what the SMMU says to it goes nowhere.
 *
 *   cc bare_smmu.c $(pkg-config --cflags --libs prisim) && ./a.out
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/core/clockwork.h"
#include "model/core/version.h"
#include "model/interconnect/interconnect.h"
#include "model/pcie/tlp.h"
#include "model/smmu/smmu.h"
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
enum { SID = 0x20, PASID = 1, QUEUE_LOG2 = 4 };

/* ---- the block of this program: one access and one TLP at a time ----------------------------------------------------
 */

enum { RX_REGISTER, RX_DOWN, TX_REGISTER = 0, TX_UP };

struct outside {
    struct memory_request access; /* to the registers, until it is put */
    struct memory_response answer;
    struct tlp up; /* to the SMMU, until it is put */
    struct tlp down;
    bool has_access, has_answer, has_up, has_down;
};

static cycle_t outside_step(const void *config, void *state, cycle_t now, struct ports *ports)
{
    struct outside *s = state;
    (void)config;
    ports_set_ready(ports, RX_REGISTER, true);
    ports_set_ready(ports, RX_DOWN, true);
    if (ports_has_arrived(ports, RX_REGISTER)) {
        memcpy(&s->answer, ports->rx[RX_REGISTER], sizeof s->answer);
        s->has_answer = true;
    }
    if (ports_has_arrived(ports, RX_DOWN)) {
        tlp_copy(&s->down, ports->rx[RX_DOWN]);
        s->has_down = true;
    }
    if (s->has_access && ports_can_put(ports, TX_REGISTER)) {
        memcpy(ports_put(ports, TX_REGISTER), &s->access, sizeof s->access);
        s->has_access = false;
    }
    if (s->has_up && ports_can_put(ports, TX_UP)) {
        tlp_copy(ports_put(ports, TX_UP), &s->up);
        s->has_up = false;
    }
    return s->has_access || s->has_up ? now + 1 : CYCLE_NEVER;
}

/* A block's step as the clockwork calls it. */
static cycle_t step_smmu(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return smmu_step(config, state, now, ports);
}

static cycle_t step_memory(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return interconnect_step(config, state, now, ports);
}

/* ---- the machine ---------------------------------------------------------------------------------------------------
 */

struct machine {
    struct smmu_config smmu;
    struct interconnect_config memory;
    struct clockwork *clockwork;
    struct outside *outside;
    struct interconnect *ram;
    unsigned outside_block;
    cycle_t now; /* the last edge that was run */
};

static void fail(const char *what)
{
    fprintf(stderr, "bare_smmu: %s\n", what);
    exit(EXIT_FAILURE);
}

static void build(struct machine *m)
{
    struct config_error error;
    smmu_config_default(&m->smmu);
    interconnect_config_default(&m->memory);
    m->memory.ram_base = RAM;
    m->memory.ram_size = 1 << 20;
    if (!smmu_config_check(&m->smmu, &error) || !interconnect_config_check(&m->memory, &error))
        fail(error.field);
    struct clockwork *c = clockwork_open();
    if (!c)
        fail("no memory");
    m->clockwork = c;
    m->outside_block = clockwork_add(c, outside_step, NULL, sizeof(struct outside));
    unsigned smmu = clockwork_add(c, step_smmu, &m->smmu, smmu_state_size(&m->smmu));
    unsigned memory = clockwork_add(c, step_memory, &m->memory, interconnect_state_size(&m->memory));
    clockwork_connect(c, m->outside_block, TX_REGISTER, smmu, SMMU_RX_REGISTER, sizeof(struct memory_request));
    clockwork_connect(c, smmu, SMMU_TX_REGISTER_RESPONSE, m->outside_block, RX_REGISTER,
                      sizeof(struct memory_response));
    clockwork_connect(c, m->outside_block, TX_UP, smmu, SMMU_RX_UP, sizeof(struct tlp));
    clockwork_connect(c, smmu, SMMU_TX_DOWN, m->outside_block, RX_DOWN, sizeof(struct tlp));
    clockwork_connect(c, smmu, SMMU_TX_MEMORY_REQUEST, memory, INTERCONNECT_SMMU, sizeof(struct memory_request));
    clockwork_connect(c, memory, INTERCONNECT_SMMU, smmu, SMMU_RX_MEMORY_RESPONSE, sizeof(struct memory_response));
    clockwork_connect(c, smmu, SMMU_TX_DMA_REQUEST, memory, INTERCONNECT_CLIENT, sizeof(struct memory_request));
    clockwork_connect(c, memory, INTERCONNECT_CLIENT, smmu, SMMU_RX_DMA_RESPONSE, sizeof(struct memory_response));
    if (!clockwork_build(c))
        fail("no memory");
    smmu_init(&m->smmu, clockwork_state(c, smmu));
    m->ram = clockwork_state(c, memory);
    interconnect_init(&m->memory, m->ram);
    m->outside = clockwork_state(c, m->outside_block);
}

/* One edge of the clock. */
static void tick(struct machine *m)
{
    m->now++;
    clockwork_run(m->clockwork, m->now);
}

/* What was handed to the block of this program is put at the next edge. */
static void wake(struct machine *m)
{
    clockwork_wake(m->clockwork, m->outside_block, m->now + 1);
}

static uint64_t reach(struct machine *m, uint32_t offset, bool write, uint64_t value, uint8_t size)
{
    m->outside->access = (struct memory_request){.address = offset, .size = size, .write = write};
    store_le64(m->outside->access.data, value);
    m->outside->has_access = true;
    m->outside->has_answer = false;
    wake(m);
    while (!m->outside->has_answer)
        tick(m);
    return size == 8 ? load_le64(m->outside->answer.data) : load_le32(m->outside->answer.data);
}

static uint32_t mmio_read(struct machine *m, uint32_t offset)
{
    return (uint32_t)reach(m, offset, false, 0, 4);
}

static void mmio_write(struct machine *m, uint32_t offset, uint32_t value)
{
    reach(m, offset, true, value, 4);
}

static void mmio_write64(struct machine *m, uint32_t offset, uint64_t value)
{
    reach(m, offset, true, value, 8);
}

/* Memory, looked at from outside: at once. */
static void store(struct machine *m, uint64_t address, uint64_t word)
{
    uint8_t bytes[8];
    store_le64(bytes, word);
    interconnect_debug(&m->memory, m->ram, true, address, bytes, sizeof bytes);
}

static uint64_t load(struct machine *m, uint64_t address)
{
    uint8_t bytes[8] = {0};
    interconnect_debug(&m->memory, m->ram, false, address, bytes, sizeof bytes);
    return load_le64(bytes);
}

/* Sends a TLP in and runs for `edges`; returns what came down, or NULL. */
static const struct tlp *transact(struct machine *m, const struct tlp *tlp, unsigned edges)
{
    tlp_copy(&m->outside->up, tlp);
    m->outside->has_up = true;
    m->outside->has_down = false;
    wake(m);
    for (unsigned i = 0; i < edges && !m->outside->has_down; i++)
        tick(m);
    return m->outside->has_down ? &m->outside->down : NULL;
}

#define TELL(...) (printf("cycle %5" PRIu64 "  ", m->now), printf(__VA_ARGS__), putchar('\n'))

/* ---- the story -----------------------------------------------------------------------------------------------------
 */

/* One stream of stage 1 with PASIDs; PASID 1 has one page, at VA. */
static void write_tables(struct machine *m)
{
    store(m, STRTAB + SID * STE_BYTES,
          bits_put(1, STE0_V) | bits_put(STE_CONFIG_S1, STE0_CONFIG) | CDTAB | bits_put(2, STE0_S1CDMAX));
    store(m, STRTAB + SID * STE_BYTES + 8, bits_put(EATS_FULL, STE1_EATS));
    store(m, CDTAB + PASID * CD_BYTES,
          bits_put(1, CD0_V) | bits_put(1, CD0_AA64) | bits_put(16, CD0_T0SZ) | bits_put(1, CD0_EPD1) |
              bits_put(5, CD0_IPS) | bits_put(1, CD0_R) | bits_put(1, CD0_A) | bits_put(7, CD0_ASID));
    store(m, CDTAB + PASID * CD_BYTES + 8, TABLES);
    for (unsigned level = 0; level < 3; level++) {
        uint64_t table = TABLES + level * 4096u;
        store(m, table + (VA >> (39 - 9 * level) & 511) * 8, (table + 4096) | 3);
    }
    store(m, TABLES + 3 * 4096 + (VA >> 12 & 511) * 8,
          PAGE | 3 | bits_put(AP_RW, DESC_AP) | bits_put(1, DESC_AF) | bits_put(1, DESC_NG));
}

static void bring_up(struct machine *m)
{
    uint32_t idr0 = mmio_read(m, SMMU_IDR0), idr1 = mmio_read(m, SMMU_IDR1);
    TELL("IDR0 says: stage 1 %s, ATS %s; IDR1: StreamIDs of %u bits", idr0 & IDR0_S1P ? "yes" : "no",
         idr0 & IDR0_ATS ? "yes" : "no", idr1 & 0x3f);
    write_tables(m);
    mmio_write(m, SMMU_CR2, CR2_RECINVSID);
    mmio_write64(m, SMMU_STRTAB_BASE, STRTAB);
    mmio_write(m, SMMU_STRTAB_BASE_CFG, 6);
    mmio_write64(m, SMMU_CMDQ_BASE, CMDQ | QUEUE_LOG2);
    mmio_write64(m, SMMU_EVENTQ_BASE, EVENTQ | QUEUE_LOG2);
    uint32_t on = CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN;
    mmio_write(m, SMMU_CR0, on);
    TELL("CR0 written: SMMU, event queue and command queue on");
    while (mmio_read(m, SMMU_CR0ACK) != on)
        ;
    TELL("CR0ACK follows");
}

static void command(struct machine *m, uint32_t index, uint64_t dw0, uint64_t dw1)
{
    store(m, CMDQ + index * COMMAND_BYTES, dw0);
    store(m, CMDQ + index * COMMAND_BYTES + 8, dw1);
    mmio_write(m, SMMU_CMDQ_PROD, index + 1);
}

static struct tlp memory_tlp(enum tlp_type type, enum tlp_at at, uint64_t address)
{
    return (struct tlp){.head = {.type = (uint8_t)type,
                                 .at = (uint8_t)at,
                                 .address = address,
                                 .size = 8,
                                 .requester_id = SID,
                                 .flags = TLP_HAS_PASID,
                                 .pasid = PASID}};
}

static void ask_for_a_translation(struct machine *m)
{
    struct tlp request = memory_tlp(TLP_MEMORY_READ, TLP_AT_TRANSLATION_REQUEST, VA);
    TELL("in:  Translation Request, StreamID %#x, PASID %d, address %#" PRIx64, SID, PASID, VA);
    const struct tlp *tlp = transact(m, &request, 2000);
    if (!tlp || tlp->head.type != TLP_COMPLETION_DATA)
        fail("no translation came back");
    uint64_t entry = (uint64_t)load_le32(tlp->data) << 32 | load_le32(tlp->data + 4);
    TELL("out: completion, address %#" PRIx64 "%s%s", entry & ~bits_mask(12), entry & 1 ? ", read" : "",
         entry & 2 ? ", write" : "");
}

static void write_and_read(struct machine *m)
{
    struct tlp write = memory_tlp(TLP_MEMORY_WRITE, TLP_AT_UNTRANSLATED, VA + 0x10);
    memcpy(write.data, "prisim!", 8);
    TELL("in:  write of 8 bytes to %#" PRIx64, VA + 0x10);
    cycle_t sent = m->now;
    transact(m, &write, 0);
    uint64_t text;
    memcpy(&text, "prisim!", sizeof text);
    while (load(m, PAGE + 0x10) != text && m->now < sent + 2000)
        tick(m);
    TELL("     they are in memory at %#" PRIx64, PAGE + 0x10);
    struct tlp read = memory_tlp(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, VA + 0x10);
    TELL("in:  read of the same 8 bytes");
    const struct tlp *tlp = transact(m, &read, 2000);
    if (!tlp || tlp->head.status != TLP_SC)
        fail("the read did not succeed");
    TELL("out: completion with data, \"%.8s\"", (const char *)tlp->data);
}

static void read_what_is_not_mapped(struct machine *m)
{
    struct tlp read = memory_tlp(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, VA + 0x1000);
    TELL("in:  read of 8 bytes at %#" PRIx64 ", where nothing is mapped", VA + 0x1000);
    const struct tlp *tlp = transact(m, &read, 2000);
    TELL("out: completion, %s", tlp && tlp->head.status == TLP_UR ? "Unsupported Request" : "which is wrong");
    while ((mmio_read(m, SMMU_EVENTQ_PROD) & SMMU_QUEUE_INDEX_MASK) == 0)
        ;
    uint64_t dw0 = load(m, EVENTQ), address = load(m, EVENTQ + 16);
    TELL("     event record: code %#x (F_TRANSLATION is %#x), StreamID %#x, PASID %u, address %#" PRIx64,
         (unsigned)(dw0 & 0xff), F_TRANSLATION, (unsigned)(dw0 >> 32), (unsigned)(dw0 >> 12 & 0xfffff), address);
}

static void command_that_is_wrong(struct machine *m)
{
    command(m, 0, CMDQ_OP_TLBI_NSNH_ALL, 0);
    command(m, 1, 0xff, 0);
    TELL("commands: TLBI_NSNH_ALL, then opcode 0xff, which does not exist");
    while (!((mmio_read(m, SMMU_GERROR) ^ mmio_read(m, SMMU_GERRORN)) & GERROR_CMDQ))
        ;
    uint32_t cons = mmio_read(m, SMMU_CMDQ_CONS);
    TELL("GERROR: the command queue stands at command %u with error %u (CERROR_ILL is %u)",
         cons & SMMU_QUEUE_INDEX_MASK, cons >> CMDQ_CONS_ERR_SHIFT, (unsigned)CERROR_ILL);
    store(m, CMDQ + COMMAND_BYTES, CMDQ_OP_SYNC);
    mmio_write(m, SMMU_GERRORN, mmio_read(m, SMMU_GERROR));
    while ((mmio_read(m, SMMU_CMDQ_CONS) & SMMU_QUEUE_INDEX_MASK) != 2)
        ;
    TELL("overwritten with CMD_SYNC and acknowledged: CONS is 2");
}

int main(void)
{
    struct machine machine = {0}, *m = &machine;
    build(m);
    printf("prisim %s: an SMMU and memory\n", prisim_version());
    bring_up(m);
    ask_for_a_translation(m);
    write_and_read(m);
    read_what_is_not_mapped(m);
    command_that_is_wrong(m);
    clockwork_close(m->clockwork);
    return EXIT_SUCCESS;
}
