/* SPDX-License-Identifier: Apache-2.0
 *
 * Bring-up: registers in an order that the guards of SMMU-QUEUE accept, the stream table, the functions (PCIE-ENABLE).
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

static int written_at(const struct driver_harness *h, uint32_t offset, uint64_t value)
{
    for (unsigned i = 0; i < h->writes; i++)
        if (h->write[i].offset == offset && h->write[i].value == value)
            return (int)i;
    ck_abort_msg("register 0x%x was not written with 0x%llx", offset, (unsigned long long)value);
    return -1;
}

static int first_write(const struct driver_harness *h, uint32_t offset)
{
    for (unsigned i = 0; i < h->writes; i++)
        if (h->write[i].offset == offset)
            return (int)i;
    ck_abort_msg("register 0x%x was not written", offset);
    return -1;
}

START_TEST(guarded_registers_are_written_while_disabled)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    int off = written_at(h, PRISIM_SMMU_CR0, 0);
    int cmdq = written_at(h, PRISIM_SMMU_CR0, PRISIM_CR0_CMDQEN);
    int eventq = written_at(h, PRISIM_SMMU_CR0, PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN);
    int priq = written_at(h, PRISIM_SMMU_CR0, PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_PRIQEN);
    int on =
        written_at(h, PRISIM_SMMU_CR0,
                   PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_PRIQEN | PRISIM_CR0_SMMUEN | PRISIM_CR0_ATSCHK);
    int irq =
        written_at(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_GERROR | PRISIM_IRQ_CTRL_PRIQ | PRISIM_IRQ_CTRL_EVENTQ);
    ck_assert_int_eq(off, 0);
    const struct {
        uint32_t offset;
        int before;
    } rows[] = {{PRISIM_SMMU_CR1, cmdq},
                {PRISIM_SMMU_CR2, on},
                {PRISIM_SMMU_STRTAB_BASE, on},
                {PRISIM_SMMU_STRTAB_BASE_CFG, on},
                {PRISIM_SMMU_CMDQ_BASE, cmdq},
                {PRISIM_SMMU_CMDQ_PROD, cmdq},
                {PRISIM_SMMU_CMDQ_CONS, cmdq},
                {PRISIM_SMMU_EVENTQ_BASE, eventq},
                {PRISIM_SMMU_EVENTQ_PROD, eventq},
                {PRISIM_SMMU_EVENTQ_CONS, eventq},
                {PRISIM_SMMU_PRIQ_BASE, priq},
                {PRISIM_SMMU_PRIQ_PROD, priq},
                {PRISIM_SMMU_PRIQ_CONS, priq},
                {PRISIM_SMMU_PRIQ_IRQ_CFG0, irq},
                {PRISIM_SMMU_PRIQ_IRQ_CFG1, irq},
                {PRISIM_SMMU_PRIQ_IRQ_CFG2, irq},
                {PRISIM_SMMU_EVENTQ_IRQ_CFG0, irq},
                {PRISIM_SMMU_GERROR_IRQ_CFG0, irq}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_int_gt(first_write(h, rows[i].offset), off);
        ck_assert_int_lt(first_write(h, rows[i].offset), rows[i].before);
    }
    ck_assert_int_lt(irq, on);
    /* SMMU-CR0: each enable waits for the one before; the last one is SMMUEN with ATSCHK */
    ck_assert(cmdq < eventq && eventq < priq && priq < on);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_CR2 / 4], PRISIM_CR2_PTM | PRISIM_CR2_REC_CFG_ATS);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_IRQ_CFG0 / 4], h->config.doorbell_base);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_IRQ_CFG1 / 4], PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_close(h);
}
END_TEST

/* Every register that bring-up writes, in order (SMMU-CR0, SMMU-CR, SMMU-IRQCTRL, SMMU-GERROR, SMMU-IRQCFG,
 * SMMU-QUEUE): all off; write-back, inner shareable; PTM and RECINVSID's neighbour REC_CFG_ATS; queues empty before
 * they are enabled; one enable after the other; MSIs. */
START_TEST(registers_are_written_in_order)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    const uint64_t strtab = h->reg[0x80 / 4], cmdq = h->reg[0x90 / 4], eventq = h->reg[0xa0 / 4],
                   priq = h->reg[0xc0 / 4], doorbell = h->config.doorbell_base;
    const struct driver_harness_write expected[] = {
        {0x20, 0},        {0x50, 0},
        {0x28, 0xd75},    {0x2c, PRISIM_CR2_PTM | PRISIM_CR2_REC_CFG_ATS},
        {0x80, strtab},   {0x88, 9},
        {0x90, cmdq},     {0x98, 0},
        {0x9c, 0},        {0x20, 0x8},
        {0x98, 1},        {0x98, 2},
        {0x98, 3},        {0xa0, eventq},
        {0x100a8, 0},     {0x100ac, 0},
        {0x20, 0xc},      {0xc0, priq},
        {0x100c8, 0},     {0x100cc, 0},
        {0x20, 0xe},      {0x60 + 8, doorbell},
        {0x70, 1},        {0x74, 0},
        {0xb0, doorbell}, {0xb8, 2},
        {0xbc, 0},        {0xd0, doorbell},
        {0xd8, 3},        {0xdc, 0},
        {0x50, 7},        {0x20, 0x1f},
        {0x98, 4},        {0x98, 5}, /* per STE: its words, CFGI_STE, */
        {0x98, 6},        {0x98, 7}, /* SYNC, its V, CFGI_STE, SYNC (SMMU-FETCH) */
        {0x98, 8},        {0x98, 9},
        {0x98, 0xa},      {0x98, 0xb}};
    ck_assert_uint_eq(h->writes, sizeof expected / sizeof expected[0]);
    for (unsigned i = 0; i < h->writes; i++) {
        ck_assert_msg(h->write[i].offset == expected[i].offset, "write %u is of 0x%x", i, h->write[i].offset);
        ck_assert_msg(h->write[i].value == expected[i].value, "write %u: 0x%llx", i,
                      (unsigned long long)h->write[i].value);
    }
    driver_harness_close(h);
}
END_TEST

START_TEST(queues_have_the_asked_size_and_alignment)
{
    struct driver_harness *h = driver_harness_open();
    h->config.priq_log2 = 12; /* more than IDR1.PRIQS = 10 */
    h->config.priq_lo = 1;
    driver_harness_bring_up(h);
    uint32_t priq = h->reg[PRISIM_SMMU_PRIQ_BASE / 4], cmdq = h->reg[PRISIM_SMMU_CMDQ_BASE / 4];
    ck_assert_uint_eq(priq & 31, 10);
    ck_assert_uint_eq(cmdq & 31, 8);
    ck_assert_uint_eq((priq & ~31u) % (16u << 10), 0); /* SMMU-QUEUE: aligned to its bytes */
    ck_assert_uint_eq((cmdq & ~31u) % (16u << 8), 0);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_IRQ_CFG2 / 4], PRISIM_PRIQ_IRQ_CFG2_LO);
    /* linear, and 0x108 is in it: 9 bits */
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_STRTAB_BASE_CFG / 4], 9);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_STRTAB_BASE / 4] % (64u << 9), 0);
    driver_harness_close(h);
}
END_TEST

/* SMMU-IDR1: IDR1.CMDQS, EVENTQS and PRIQS bound each its own queue; LOG2SIZE of each base is that (SMMU-QUEUE). */
START_TEST(each_queue_is_bounded_by_its_own_limit)
{
    struct driver_harness *h = driver_harness_open();
    h->config.cmdq_log2 = h->config.eventq_log2 = h->config.priq_log2 = 9;
    driver_harness_start(h);
    h->reg[PRISIM_SMMU_IDR1 / 4] =
        (h->reg[PRISIM_SMMU_IDR1 / 4] & ~(UINT32_C(0x7fff) << 11)) | 5u << 21 | 6u << 16 | 7u << 11;
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 1);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_CMDQ_BASE / 4] & 31, 5);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_EVENTQ_BASE / 4] & 31, 6);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_BASE / 4] & 31, 7);
    driver_harness_close(h);
}
END_TEST

/* SMMU-IRQCFG: address 0 is no MSI. */
static void msis_are(const struct driver_harness *h, bool on)
{
    static const struct {
        uint32_t cfg0;
        uint32_t data;
    } rows[] = {{0x68, 1}, {0xb0, 2}, {0xd0, 3}}; /* GERROR, EVENTQ, PRIQ */
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(h->reg[rows[i].cfg0 / 4], on ? h->config.doorbell_base & 0xffffffff : 0);
        if (on)
            ck_assert_uint_eq(h->reg[rows[i].cfg0 / 4 + 2], rows[i].data);
        ck_assert_uint_eq(h->reg[rows[i].cfg0 / 4 + 3], 0); /* priq_lo is off */
    }
}

START_TEST(each_interrupt_has_its_own_data)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    msis_are(h, true);
    driver_harness_close(h);
}
END_TEST

/* SMMU-IRQCFG: without IDR0.MSI interrupts are wired, whatever was asked for. */
START_TEST(an_smmu_without_msis)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_start(h);
    h->reg[PRISIM_SMMU_IDR0 / 4] &= ~(UINT32_C(1) << 13);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 1);
    msis_are(h, false);
    harness_offer(h->base, PRISIM_DRIVER_RX_WIRED, &(struct prisim_smmu_interrupt){PRISIM_SMMU_WIRED_PRIQ});
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PROD_READ, 1);
    driver_harness_close(h);
}
END_TEST

START_TEST(caches_are_invalidated_before_smmuen)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    /* Each STE twice: test_driver_structures.c. */
    const unsigned opcodes[] = {PRISIM_CMDQ_OP_CFGI_ALL, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, PRISIM_CMDQ_OP_SYNC,
                                PRISIM_CMDQ_OP_CFGI_STE, PRISIM_CMDQ_OP_SYNC,          PRISIM_CMDQ_OP_CFGI_STE,
                                PRISIM_CMDQ_OP_SYNC,     PRISIM_CMDQ_OP_CFGI_STE,      PRISIM_CMDQ_OP_SYNC,
                                PRISIM_CMDQ_OP_CFGI_STE, PRISIM_CMDQ_OP_SYNC};
    ck_assert_uint_eq(h->commands, sizeof opcodes / sizeof opcodes[0]);
    for (unsigned i = 0; i < h->commands; i++)
        ck_assert_uint_eq(prisim_bits_get(h->command[i][0], PRISIM_CMD_OPCODE), opcodes[i]);
    ck_assert_uint_eq(prisim_bits_get(h->command[0][1], PRISIM_CMD1_RANGE), 31);
    for (unsigned i = 3; i < h->commands; i += 2)
        ck_assert_uint_eq(prisim_bits_get(h->command[i][0], PRISIM_CMD_SID), i < 7 ? STREAM : STREAM_2);
    driver_harness_close(h);
}
END_TEST

START_TEST(stream_table_entries)
{
    struct driver_harness *h = driver_harness_open();
    h->config.ppar = 0;
    driver_harness_bring_up(h);
    uint64_t ste = h->reg[PRISIM_SMMU_STRTAB_BASE / 4] + STREAM * PRISIM_STE_BYTES;
    uint64_t dw0 = driver_harness_load(h, ste), dw1 = driver_harness_load(h, ste + 8);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_STE0_V), 1);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_STE0_CONFIG), PRISIM_STE_CONFIG_S1);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_STE0_S1FMT), 0);
    ck_assert_uint_eq(prisim_bits_get(dw0, PRISIM_STE0_S1CDMAX), h->config.pasid_bits);
    ck_assert_uint_eq(prisim_bits_get(dw1, PRISIM_STE1_S1DSS), PRISIM_S1DSS_TERMINATE);
    ck_assert_uint_eq(prisim_bits_get(dw1, PRISIM_STE1_EATS), PRISIM_EATS_FULL);
    ck_assert_uint_eq(prisim_bits_get(dw1, PRISIM_STE1_PPAR), 0);
    ck_assert_uint_eq(prisim_bits_get(dw1, PRISIM_STE1_S1STALLD), 0); /* SMMU-STE: illegal with STALL_MODEL=01 */
    ck_assert_uint_eq(prisim_bits_get(dw1, PRISIM_STE1_STRW), 0);
    ck_assert_uint_eq(driver_harness_load(h, h->reg[PRISIM_SMMU_STRTAB_BASE / 4] + (STREAM + 1) * PRISIM_STE_BYTES), 0);
    driver_harness_close(h);
}
END_TEST

/* PCIE-ENABLE: PASID first; PRI Reset, Stopped, Allocation, Enable; ATS last. Without an allocation PRI is left alone.
 */
/* The words of the rule book's table (SMMU-STE): V, Config=101, S1ContextPtr, S1CDMax; EATS=1, PPAR, S1DSS=0. */
START_TEST(stream_table_entries_word_by_word)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    uint64_t strtab = h->reg[PRISIM_SMMU_STRTAB_BASE / 4];
    uint64_t table[2];
    for (unsigned i = 0; i < 2; i++) {
        uint64_t ste = strtab + (uint64_t)(i ? STREAM_2 : STREAM) * 64;
        table[i] = driver_harness_load(h, ste) & UINT64_C(0x00ffffffffffffc0);
        ck_assert_uint_eq(table[i] % (64 << 6), 0);
        ck_assert_uint_eq(driver_harness_load(h, ste), UINT64_C(6) << 59 | table[i] | 5 << 1 | 1);
        ck_assert_uint_eq(driver_harness_load(h, ste + 8), UINT64_C(1) << 28 | 1 << 18);
        for (unsigned word = 2; word < 8; word++)
            ck_assert_uint_eq(driver_harness_load(h, ste + 8 * word), 0);
    }
    ck_assert_uint_ge(table[1], table[0] + (64 << 6));
    driver_harness_close(h);
}
END_TEST

/* SMMU-CR0, SMMU-IRQCTRL: nothing is written behind an enable before it is acknowledged, however long that takes. */
START_TEST(enables_are_waited_for)
{
    struct driver_harness *h = driver_harness_open();
    h->ack_reads = 3;
    driver_harness_bring_up(h);
    unsigned reads = 0, waits = 0;
    for (unsigned i = 0; i < h->base->tx[PRISIM_DRIVER_TX_MMIO].count; i++) {
        const struct prisim_memory_request *r = harness_got(h->base, PRISIM_DRIVER_TX_MMIO, i);
        bool ack = !r->write && (r->address == 0x24 || r->address == 0x54); /* CR0ACK, IRQ_CTRLACK */
        if (r->write && reads) {
            ck_assert_uint_ge(reads, 4); /* one more than show the old value; the first 0 is there already */
            reads = 0;
        }
        if (ack && reads) {
            prisim_cycle_t pause = harness_got_at(h->base, PRISIM_DRIVER_TX_MMIO, i) -
                                   harness_got_at(h->base, PRISIM_DRIVER_TX_MMIO, i - 1);
            ck_assert_uint_eq(pause, MEMORY_DELAY + 1 + 200 + 20);
        }
        waits += ack && !reads;
        const struct prisim_memory_request *before = i ? harness_got(h->base, PRISIM_DRIVER_TX_MMIO, i - 1) : NULL;
        bool first_zero = ack && !reads && before && before->write && prisim_load_le32(before->data) == 0;
        reads = ack ? (first_zero ? 4 : reads + 1) : reads;
    }
    ck_assert_uint_eq(waits, 7); /* CR0 six times, IRQ_CTRL twice; 0 once each */
    driver_harness_close(h);
}
END_TEST

/* PCIE-ENABLE: PRI's Stopped is polled; a function that does not answer, or with poisoned data, is not waited for. */
/* covers: PCIE-ENABLE-3, PCIE-POISON-7 */
START_TEST(pri_is_stopped_before_its_allocation)
{
    struct driver_harness *h = driver_harness_open();
    h->pri_polls = 3;
    h->tlp_status = _i == 1 ? PRISIM_TLP_UR : PRISIM_TLP_SC;
    h->tlp_flags = _i == 2 ? 1 << 9 : 0;
    driver_harness_bring_up(h);
    unsigned polls = 0;
    for (unsigned i = 0; i < h->tlps; i++)
        polls += h->tlp[i].head.type == PRISIM_TLP_CONFIG_READ;
    ck_assert_uint_eq(polls, _i ? 1 : 4);
    driver_harness_close(h);
}
END_TEST

/* Each line is its own interrupt, and several may come in one; none counts while MSIs are programmed (SMMU-IRQCFG). */
START_TEST(wired_lines)
{
    struct driver_harness *h = driver_harness_open();
    h->config.interrupts = _i ? PRISIM_DRIVER_INTERRUPTS_MSI : PRISIM_DRIVER_INTERRUPTS_WIRED;
    driver_harness_bring_up(h);
    h->reg[PRISIM_SMMU_GERROR / 4] = 4;
    h->reg[PRISIM_SMMU_EVENTQ_PROD / 4] = 1;
    harness_offer(
        h->base, PRISIM_DRIVER_RX_WIRED,
        &(struct prisim_smmu_interrupt){PRISIM_SMMU_WIRED_PRIQ | PRISIM_SMMU_WIRED_GERROR | PRISIM_SMMU_WIRED_EVENTQ});
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INTERRUPT), _i ? 0 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_GERROR), _i ? 0 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FAULT_EVENT), _i ? 0 : 1);
    for (uint32_t data = 0; data < 8; data++) /* MSIs that the driver did not program */
        if (data < 1 || data > 3)
            driver_harness_ring(h, data);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INTERRUPT), _i ? 0 : 1);
    driver_harness_close(h);
}
END_TEST

/* covers: PCIE-ENABLE-2, PCIE-ENABLE-3, PCIE-PASIDCAP */
START_TEST(functions_are_enabled_in_order)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_bring_up(h);
    const struct {
        uint16_t destination;
        uint8_t type;
        uint32_t offset, value;
    } rows[] = {
        {STREAM, PRISIM_TLP_CONFIG_WRITE, 0x10, 0},
        {STREAM, PRISIM_TLP_CONFIG_WRITE, 0x14, 0x10},
        {STREAM, PRISIM_TLP_CONFIG_WRITE, 0x04, 6},
        {STREAM, PRISIM_TLP_CONFIG_WRITE, 0x124, 1 << 16},
        {STREAM, PRISIM_TLP_CONFIG_WRITE, 0x114, PRISIM_PRI_CONTROL_RESET},
        {STREAM, PRISIM_TLP_CONFIG_READ, 0x114, 0},
        {STREAM, PRISIM_TLP_CONFIG_WRITE, 0x11c, 8},
        {STREAM, PRISIM_TLP_CONFIG_WRITE, 0x114, PRISIM_PRI_CONTROL_ENABLE},
        {STREAM, PRISIM_TLP_CONFIG_WRITE, 0x104, 1u << 31},
        {STREAM_2, PRISIM_TLP_CONFIG_WRITE, 0x10, PRISIM_ENDPOINT_BAR_BYTES},
        {STREAM_2, PRISIM_TLP_CONFIG_WRITE, 0x14, 0x10},
        {STREAM_2, PRISIM_TLP_CONFIG_WRITE, 0x04, 6},
        {STREAM_2, PRISIM_TLP_CONFIG_WRITE, 0x124, 1 << 16},
        {STREAM_2, PRISIM_TLP_CONFIG_WRITE, 0x104, 1u << 31},
    };
    ck_assert_uint_eq(h->tlps, sizeof rows / sizeof rows[0]);
    for (unsigned i = 0; i < h->tlps; i++) {
        const struct prisim_tlp *tlp = &h->tlp[i];
        ck_assert_uint_eq(tlp->head.type, rows[i].type);
        ck_assert_uint_eq(tlp->head.destination_id, rows[i].destination);
        ck_assert_uint_eq(tlp->head.address, rows[i].offset);
        ck_assert_uint_eq(tlp->head.size, 4);
        if (tlp->head.type == PRISIM_TLP_CONFIG_WRITE)
            ck_assert_uint_eq(prisim_load_le32(tlp->data), rows[i].value);
    }
    driver_harness_close(h);
}
END_TEST

START_TEST(an_early_bind_waits_for_ready)
{
    struct driver_harness *h = driver_harness_open();
    driver_harness_start(h);
    driver_harness_bind(h, 0, 1, 0, 7);
    const struct prisim_event *bind = driver_harness_until(h, PRISIM_EVENT_DRIVER_BIND, 1);
    const struct prisim_event *ready = harness_event(h->base, PRISIM_EVENT_DRIVER_READY, 0);
    ck_assert_ptr_nonnull(ready);
    ck_assert_uint_gt(bind->cycle, ready->cycle);
    ck_assert_uint_eq(bind->driver_bind.call, 7);
    driver_harness_close(h);
}
END_TEST

START_TEST(wired_interrupts_leave_msis_off)
{
    struct driver_harness *h = driver_harness_open();
    h->config.interrupts = PRISIM_DRIVER_INTERRUPTS_WIRED;
    driver_harness_bring_up(h);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_IRQ_CFG0 / 4], 0); /* SMMU-IRQCFG: ADDR=0 means no MSI */
    harness_offer(h->base, PRISIM_DRIVER_RX_WIRED, &(struct prisim_smmu_interrupt){PRISIM_SMMU_WIRED_PRIQ});
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PROD_READ, 1);
    driver_harness_close(h);
}
END_TEST

START_TEST(wrong_configurations_are_refused)
{
    struct driver_harness *h = driver_harness_open();
    struct prisim_config_error error;
    ck_assert(prisim_driver_config_check(&h->config, &error));
    struct prisim_driver_config c = h->config;
    c.cpus = 9;
    ck_assert(!prisim_driver_config_check(&c, &error));
    ck_assert_str_eq(error.field, "cpus");
    c = h->config;
    c.space[0].region[0] = (struct prisim_driver_region){0xfffffffff000, 0x1000, 3, 0, 0, 0}; /* it ends at 2^48 */
    ck_assert(prisim_driver_config_check(&c, &error));
    c.space[0].region[0].size = 0x2000;
    ck_assert(!prisim_driver_config_check(&c, &error));
    c = h->config;
    c.function[1].requester_id = c.function[0].requester_id;
    ck_assert(!prisim_driver_config_check(&c, &error));
    ck_assert_str_eq(error.field, "function.requester_id");
    c = h->config;
    c.ram_size = 0x8000; /* the stream table alone has 32 KB */
    ck_assert(!prisim_driver_config_check(&c, &error));
    ck_assert_str_eq(error.field, "ram_size");
    c = h->config;
    c.price.wake_up = 0;
    ck_assert(!prisim_driver_config_check(&c, &error));
    ck_assert_str_eq(error.field, "price.wake_up");
    free(h);
}
END_TEST

/* PCIE-PRICAP: the Outstanding Page Request Allocation is a dword, 0xc behind the capability (0x110); all of it is
 * written. */
/* covers: PCIE-PRICAP-8 */
START_TEST(the_allocation_is_a_dword)
{
    static const uint32_t allocation[] = {1, 255, 256, 300, 512};
    struct driver_harness *h = driver_harness_open();
    h->config.function[0].pri_allocation = allocation[_i];
    driver_harness_bring_up(h);
    unsigned found = 0;
    for (unsigned i = 0; i < h->tlps; i++) {
        const struct prisim_tlp *tlp = &h->tlp[i];
        if (tlp->head.type != PRISIM_TLP_CONFIG_WRITE || tlp->head.address != 0x11c ||
            tlp->head.destination_id != STREAM)
            continue;
        ck_assert_uint_eq(prisim_load_le32(tlp->data), allocation[_i]);
        found++;
    }
    ck_assert_uint_eq(found, 1);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_init");
    TCase *tcase = tcase_create("driver_init");
    tcase_add_test(tcase, guarded_registers_are_written_while_disabled);
    tcase_add_test(tcase, registers_are_written_in_order);
    tcase_add_test(tcase, queues_have_the_asked_size_and_alignment);
    tcase_add_test(tcase, each_queue_is_bounded_by_its_own_limit);
    tcase_add_test(tcase, each_interrupt_has_its_own_data);
    tcase_add_test(tcase, an_smmu_without_msis);
    tcase_add_test(tcase, caches_are_invalidated_before_smmuen);
    tcase_add_test(tcase, stream_table_entries);
    tcase_add_test(tcase, stream_table_entries_word_by_word);
    tcase_add_test(tcase, enables_are_waited_for);
    tcase_add_loop_test(tcase, pri_is_stopped_before_its_allocation, 0, 3);
    tcase_add_loop_test(tcase, the_allocation_is_a_dword, 0, 5);
    tcase_add_loop_test(tcase, wired_lines, 0, 2);
    tcase_add_test(tcase, functions_are_enabled_in_order);
    tcase_add_test(tcase, an_early_bind_waits_for_ready);
    tcase_add_test(tcase, wired_interrupts_leave_msis_off);
    tcase_add_test(tcase, wrong_configurations_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
