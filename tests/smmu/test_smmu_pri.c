/* SPDX-License-Identifier: Apache-2.0
 *
 * The link with the PRI queue: requests and answers pass in order, registers are forwarded and read back, look-ups of
 * PPAR, memory accesses, interrupts and aborts (SMMU-CR0, SMMU-QUEUE, SMMU-PRIAUTO, SMMU-PRIQEN).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static struct prisim_tlp page_request(unsigned prgi, unsigned flags)
{
    struct prisim_tlp tlp =
        smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, UINT64_C(0x123456789000), 0);
    tlp.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    tlp.head.prg_index = (uint16_t)prgi;
    tlp.head.flags = (uint8_t)flags;
    tlp.head.pasid = 5;
    return tlp;
}

static const struct prisim_page_request *request(unsigned i)
{
    return harness_got(h->base, PRISIM_SMMU_TX_PRI_REQUEST, i);
}

/* Published at the edge at which it is taken; SMMU-PRIENTRY, SMMU-PRIMSG. */
/* covers: SMMU-PRIPCIE-1, SMMU-PRIPCIE-4, SMMU-PRIPCIE-9, PCIE-MESSAGE-3, PCIE-MESSAGE */
START_TEST(page_requests)
{
    struct prisim_tlp tlp = page_request(0x1fe, PRISIM_TLP_HAS_PASID | PRISIM_TLP_READ | PRISIM_TLP_WRITE |
                                                    PRISIM_TLP_LAST | PRISIM_TLP_PRIVILEGED);
    struct prisim_tlp marker = page_request(0, PRISIM_TLP_HAS_PASID | PRISIM_TLP_LAST);
    struct prisim_tlp plain = page_request(3, PRISIM_TLP_READ | PRISIM_TLP_EXECUTE);
    smmu_harness_up(h, &tlp);
    smmu_harness_up(h, &marker);
    smmu_harness_up(h, &plain);
    smmu_harness_run(h, 10);
    for (unsigned i = 0; i < 3; i++) {
        prisim_cycle_t at = h->base->rx[PRISIM_SMMU_RX_UP].taken_at[i];
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_PRI_REQUEST, i), at);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_PAGE_REQUEST, i)->cycle, at);
    }
    ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_UP].taken_at[2], h->base->rx[PRISIM_SMMU_RX_UP].taken_at[0] + 2);
    ck_assert_uint_eq(request(0)->address, UINT64_C(0x123456789000));
    ck_assert_uint_eq(request(0)->stream_id, HARNESS_SID);
    ck_assert_uint_eq(request(0)->pasid, 5);
    ck_assert_uint_eq(request(0)->prg_index, 0x1fe);
    ck_assert_uint_eq(request(0)->access,
                      PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST | PRISIM_ACCESS_PRIVILEGED);
    ck_assert(prisim_page_request_is_stop_marker(request(1)));
    ck_assert_uint_eq(request(2)->has_pasid, 0);
    ck_assert_uint_eq(request(2)->access, PRISIM_ACCESS_READ); /* without a PASID X is 0 */
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_PAGE_REQUEST, 2)->smmu_page_request.pasid,
                      PRISIM_PASID_NONE);
}
END_TEST

/* A PASID wider than SSIDSIZE might arrive cut; all its 20 bits go to the queue. */
/* covers: SMMU-PRIACCEPT-5 */
START_TEST(pasid_beyond_ssidsize)
{
    teardown();
    h = smmu_harness_open();
    h->config.ssid_bits = 4;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    struct prisim_tlp tlp = page_request(1, PRISIM_TLP_HAS_PASID | PRISIM_TLP_READ | PRISIM_TLP_LAST);
    tlp.head.pasid = 0xabcde;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 10);
    ck_assert_uint_eq(request(0)->has_pasid, 1);
    ck_assert_uint_eq(request(0)->pasid, 0xabcde);
}
END_TEST

/* A queue that does not take holds page requests up, in order and unharmed; what is behind them waits too. */
START_TEST(back_pressure)
{
    harness_ready(h->base, PRISIM_SMMU_TX_PRI_REQUEST, false);
    smmu_harness_run(h, 2);
    for (unsigned i = 0; i < 4; i++) {
        struct prisim_tlp tlp = page_request(i, PRISIM_TLP_READ | PRISIM_TLP_LAST);
        smmu_harness_up(h, &tlp);
    }
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_UP].taken, 2); /* one on the port, one held */
    harness_ready(h->base, PRISIM_SMMU_TX_PRI_REQUEST, true);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_REQUEST].count, 4);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(request(i)->prg_index, i);
}
END_TEST

/* PCIE-ORDER: posted requests pass although all slots are taken by reads that cannot end. */
/* covers: PCIE-ORDER-5 */
START_TEST(messages_pass_full_slots)
{
    struct prisim_tlp read =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8);
    struct prisim_tlp tlp = page_request(1, PRISIM_TLP_READ | PRISIM_TLP_LAST);
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, false);
    for (unsigned i = 0; i < h->config.translation_slots + 1; i++)
        smmu_harness_up(h, &read);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 200);
    /* One completion stands on the port: its slot is free for the last read. */
    ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_UP].taken, h->config.translation_slots + 2);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_REQUEST].count, 1);
}
END_TEST

/* covers: SMMU-PRIPCIE-2, SMMU-PRIPCIE-5 */
START_TEST(automatic_response)
{
    struct prisim_prg_response response = {
        .stream_id = HARNESS_SID, .pasid = 9, .prg_index = 17, .has_pasid = 1, .code = 0};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_RESPONSE, &response);
    smmu_harness_run(h, 5);
    const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, 0);
    ck_assert_ptr_nonnull(tlp);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, 0),
                      h->base->rx[PRISIM_SMMU_RX_PRI_RESPONSE].taken_at[0]);
    ck_assert_uint_eq(tlp->head.message, PRISIM_MESSAGE_PRG_RESPONSE);
    ck_assert_uint_eq(tlp->head.pasid, 9);
    ck_assert_uint_eq(tlp->head.prg_index, 17);
    const uint64_t expected[] = {tlp->head.id, HARNESS_SID, 9, 17, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_AUTOMATIC, 0};
    ck_assert(harness_fields_are(harness_event(h->base, PRISIM_EVENT_SMMU_PRG_RESPONSE, 0), expected, sizeof expected));
}
END_TEST

static struct prisim_pri_queue_control control_after(unsigned before)
{
    smmu_harness_run(h, 3);
    const struct prisim_pri_queue_control *control = harness_got(h->base, PRISIM_SMMU_TX_PRI_CONTROL, before);
    ck_assert_ptr_nonnull(control);
    return *control;
}

static void forwards(uint32_t offset, uint32_t value, enum prisim_pri_queue_control_what what, uint64_t expected)
{
    unsigned before = h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count;
    smmu_harness_write(h, offset, value);
    prisim_cycle_t at = h->base->now - 1;
    struct prisim_pri_queue_control control = control_after(before);
    ck_assert_uint_eq(control.what, what);
    ck_assert_uint_eq(control.value, expected);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_PRI_CONTROL, before),
                      at); /* the edge of the write's response */
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count, before + 1);
    ck_assert_uint_eq(smmu_harness_read(h, offset), value);
}

/* covers: SMMU-QUEUE-19 */
START_TEST(registers)
{
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN);
    forwards(PRISIM_SMMU_PRIQ_BASE, 0x40015005, PRISIM_PRI_QUEUE_BASE, 0x40015005);
    forwards(PRISIM_SMMU_PRIQ_BASE + 4, 0x1, PRISIM_PRI_QUEUE_BASE, UINT64_C(0x140015005));
    forwards(PRISIM_SMMU_PRIQ_PROD, 0x80000003, PRISIM_PRI_QUEUE_PROD, 0x80000003);
    /* What the queue said before it heard of the write is not taken for PROD. */
    struct prisim_pri_queue_status old = {.prod = 1};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_STATUS, &old);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_PRIQ_PROD), 0x80000003);
    forwards(PRISIM_SMMU_PRIQ_CONS, 0x80000002, PRISIM_PRI_QUEUE_CONS, 0x80000002);
    forwards(PRISIM_SMMU_PRIQ_IRQ_CFG0, 0x08020000, PRISIM_PRI_QUEUE_IRQ_CFG0, 0x08020000);
    forwards(PRISIM_SMMU_PRIQ_IRQ_CFG1, 55, PRISIM_PRI_QUEUE_IRQ_CFG1, 55);
    forwards(PRISIM_SMMU_PRIQ_IRQ_CFG2, PRISIM_PRIQ_IRQ_CFG2_LO, PRISIM_PRI_QUEUE_IRQ_CFG2, PRISIM_PRIQ_IRQ_CFG2_LO);
    /* Guarded ones are not forwarded. */
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN);
    unsigned before = h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count;
    smmu_harness_write(h, PRISIM_SMMU_PRIQ_PROD, 0);
    smmu_harness_write64(h, PRISIM_SMMU_PRIQ_BASE, 0);
    smmu_harness_run(h, 5);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count, before);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_PRIQ_PROD), 0x80000003);
    /* PROD then follows what the queue says. */
    struct prisim_pri_queue_status status = {
        .prod = 0x80000004, .cons = 7, .enable_ack = PRISIM_PRI_QUEUE_ENABLE_PRIQEN};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_STATUS, &status);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_PRIQ_PROD), 0x80000004);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_PRIQ_CONS), 0x80000002);
}
END_TEST

static uint64_t last_enable(void)
{
    uint64_t value = UINT64_MAX;
    for (unsigned i = 0; i < h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count; i++) {
        const struct prisim_pri_queue_control *control = harness_got(h->base, PRISIM_SMMU_TX_PRI_CONTROL, i);
        if (control->what == PRISIM_PRI_QUEUE_ENABLE)
            value = control->value;
    }
    return value;
}

/* SMMU-CR0, SMMU-PRIQEN, test seed 7: PRIQEN goes as written, SMMUEN as in effect; the guards follow the raw PRIQEN. */
/* covers: SMMU-CR0-12, SMMU-QUEUE-19, SMMU-PRIQEN-1, SMMU-PRIQEN-2 */
START_TEST(enables)
{
    enum {
        PRIQ = PRISIM_PRI_QUEUE_ENABLE_PRIQEN,
        SMMU = PRISIM_PRI_QUEUE_ENABLE_SMMUEN,
        IRQ = PRISIM_PRI_QUEUE_ENABLE_IRQEN
    };
    ck_assert_uint_eq(last_enable(), PRIQ | SMMU);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_PRIQ);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(last_enable(), PRIQ | SMMU | IRQ);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), PRISIM_IRQ_CTRL_PRIQ);
    smmu_harness_write(h, PRISIM_SMMU_CR0, PRISIM_CR0_PRIQEN);
    smmu_harness_run(h, 2);
    ck_assert_uint_eq(last_enable(), PRIQ | IRQ); /* SMMUEN stops with the write */
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), PRISIM_CR0_PRIQEN);
    smmu_harness_write(h, PRISIM_SMMU_PRIQ_BASE, 0x1000);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_PRIQ_BASE), 0);
    unsigned before = h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count;
    smmu_harness_write(h, PRISIM_SMMU_CR0, PRISIM_CR0_PRIQEN | PRISIM_CR0_SMMUEN);
    prisim_cycle_t at = h->base->now - 1;
    smmu_harness_run(h, 20);
    /* It starts with the acknowledgement, ack_latency later, and the queue is told at that edge or the next. */
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_PRI_CONTROL, before), at + h->config.ack_latency);
    ck_assert_uint_eq(last_enable(), PRIQ | SMMU | IRQ);
    /* CR0ACK.PRIQEN waits for the queue. */
    h->pri_mute = true;
    smmu_harness_write(h, PRISIM_SMMU_CR0, PRISIM_CR0_SMMUEN);
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), PRISIM_CR0_PRIQEN | PRISIM_CR0_SMMUEN);
    struct prisim_pri_queue_status status = {.enable_ack = SMMU | IRQ};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_STATUS, &status);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), PRISIM_CR0_SMMUEN);
    /* And so does CR0ACK.SMMUEN. */
    smmu_harness_write(h, PRISIM_SMMU_CR0, 0);
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), PRISIM_CR0_SMMUEN);
    status.enable_ack = IRQ;
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_STATUS, &status);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), 0);
}
END_TEST

static struct prisim_pri_queue_ppar look_up(uint32_t sid, prisim_cycle_t *took)
{
    struct prisim_pri_queue_lookup lookup = {.stream_id = sid};
    unsigned before = h->base->tx[PRISIM_SMMU_TX_PRI_LOOKUP].count,
             taken = h->base->rx[PRISIM_SMMU_RX_PRI_LOOKUP].taken;
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_LOOKUP, &lookup);
    smmu_harness_run(h, 100);
    const struct prisim_pri_queue_ppar *ppar = harness_got(h->base, PRISIM_SMMU_TX_PRI_LOOKUP, before);
    ck_assert_ptr_nonnull(ppar);
    *took = harness_got_at(h->base, PRISIM_SMMU_TX_PRI_LOOKUP, before) -
            h->base->rx[PRISIM_SMMU_RX_PRI_LOOKUP].taken_at[taken];
    return *ppar;
}

/* SMMU-PRIAUTO */
/* covers: SMMU-PRIAUTO-5, SMMU-PRIAUTO-7, SMMU-PRIAUTO-8, SMMU-PRIAUTO-11 */
START_TEST(ppar_lookup)
{
    prisim_cycle_t took;
    struct prisim_pri_queue_ppar ppar = look_up(HARNESS_SID, &took);
    ck_assert(ppar.reachable && !ppar.ppar);
    ck_assert_uint_eq(took, h->config.config_latency + 1 + HARNESS_MEMORY_LATENCY);
    look_up(HARNESS_SID, &took);
    ck_assert_uint_eq(took, h->config.config_latency); /* cached */
    smmu_harness_ste(h, 0x21, prisim_bits_put(1, PRISIM_STE0_V),
                     prisim_bits_put(1, PRISIM_STE1_PPAR)); /* EATS and Config do not matter */
    ppar = look_up(0x21, &took);
    ck_assert(ppar.reachable && ppar.ppar);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    ck_assert(!look_up(0x22, &took).reachable); /* V=0 */
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    ck_assert(!look_up(0x40, &took).reachable); /* out of range */
    ck_assert_uint_eq(smmu_harness_events(h), 2);
    h->fail_at = HARNESS_STRTAB + 0x30 * PRISIM_STE_BYTES;
    ck_assert(!look_up(0x30, &took).reachable);
    ck_assert_uint_eq(smmu_harness_events(h), 3);
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR2, 0);
    ck_assert(!look_up(HARNESS_SID, &took).reachable); /* SMMUEN=0 */
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN);
    ck_assert(!look_up(0x22, &took).reachable);
    ck_assert_uint_eq(smmu_harness_events(h), 3); /* not without REC_CFG_ATS */
    smmu_harness_cr0(h, 0);
    smmu_harness_write(h, PRISIM_SMMU_CR2, PRISIM_CR2_REC_CFG_ATS);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN);
    ck_assert(!look_up(0x40, &took).reachable);
    ck_assert_uint_eq(smmu_harness_events(h), 3); /* out of range: not without RECINVSID either */
}
END_TEST

/* The queue's ids come back; its writes share the port with the SMMU's own. */
START_TEST(memory)
{
    for (unsigned i = 0; i < 3; i++) {
        struct prisim_memory_request write = {.address = HARNESS_PAGES + 16 * i,
                                              .id = 0xdeadbe00 + i,
                                              .size = 16,
                                              .write = 1,
                                              .data = {(uint8_t)(i + 1)}};
        if (i == 1)
            write.address = 0x10;
        harness_offer(h->base, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST, &write);
    }
    smmu_harness_run(h, 60);
    prisim_cycle_t taken = h->base->rx[PRISIM_SMMU_RX_PRI_MEMORY_REQUEST].taken_at[0];
    unsigned last = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, last - 3), taken);
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_memory_response *response = harness_got(h->base, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE, i);
        ck_assert_ptr_nonnull(response);
        ck_assert_uint_eq(response->id, 0xdeadbe00 + i);
        ck_assert_uint_eq(response->status, i == 1 ? PRISIM_MEMORY_ABORT : PRISIM_MEMORY_OK);
    }
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE, 0),
                      taken + 1 + HARNESS_MEMORY_LATENCY);
    ck_assert_uint_eq(smmu_harness_load(h, HARNESS_PAGES + 32), 3);
}
END_TEST

/* Wired interrupts pass; aborts become GERROR bits, and the queue hears of PRIQ_ABT_ERR and its acknowledgement. */
/* covers: SMMU-GERROR-4, SMMU-GERROR-7, SMMU-GERROR-12 */
START_TEST(interrupts_and_aborts)
{
    struct prisim_pri_queue_interrupt interrupt = {0};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_INTERRUPT, &interrupt);
    smmu_harness_run(h, 3);
    ck_assert_uint_eq(((const struct prisim_smmu_interrupt *)harness_got(h->base, PRISIM_SMMU_TX_INTERRUPT, 0))->lines,
                      PRISIM_SMMU_WIRED_PRIQ);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_INTERRUPT, 0),
                      h->base->rx[PRISIM_SMMU_RX_PRI_INTERRUPT].taken_at[0]);
    struct prisim_pri_queue_abort abort = {.record = 1};
    unsigned before = h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count;
    for (unsigned i = 0; i < 2; i++) {
        harness_offer(h->base, PRISIM_SMMU_RX_PRI_ABORT, &abort);
        smmu_harness_run(h, 3);
        ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_PRIQ_ABT);
    }
    for (unsigned i = 0; i < 2; i++) {
        struct prisim_pri_queue_control control = control_after(before + i);
        ck_assert(control.what == PRISIM_PRI_QUEUE_ABORT_ACTIVE && control.value == 1);
    }
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count, before + 2);
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, PRISIM_GERROR_PRIQ_ABT);
    struct prisim_pri_queue_control control = control_after(before + 2);
    ck_assert(control.what == PRISIM_PRI_QUEUE_ABORT_ACTIVE && control.value == 0);
    abort = (struct prisim_pri_queue_abort){.msi = 1};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_ABORT, &abort);
    smmu_harness_run(h, 3);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_PRIQ_ABT | PRISIM_GERROR_MSI_PRIQ_ABT);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count, before + 3);
}
END_TEST

/* Software acknowledges before the queue could be told of the error: it is told 1, then 0. */
START_TEST(abort_acknowledged_early)
{
    struct prisim_pri_queue_abort abort = {.record = 1};
    unsigned before = h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count;
    harness_ready(h->base, PRISIM_SMMU_TX_PRI_CONTROL, false);
    smmu_harness_write(h, PRISIM_SMMU_PRIQ_CONS, 0); /* fills the channel */
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_ABORT, &abort);
    smmu_harness_run(h, 3);
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, PRISIM_GERROR_PRIQ_ABT);
    harness_ready(h->base, PRISIM_SMMU_TX_PRI_CONTROL, true);
    smmu_harness_run(h, 10);
    ck_assert_uint_eq(control_after(before).what, PRISIM_PRI_QUEUE_CONS);
    for (unsigned i = 0; i < 2; i++) {
        struct prisim_pri_queue_control control = control_after(before + 1 + i);
        ck_assert_uint_eq(control.what, PRISIM_PRI_QUEUE_ABORT_ACTIVE);
        ck_assert_uint_eq(control.value, 1 - i);
    }
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count, before + 3);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_pri");
    TCase *tcase = tcase_create("pri");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, page_requests);
    tcase_add_test(tcase, pasid_beyond_ssidsize);
    tcase_add_test(tcase, back_pressure);
    tcase_add_test(tcase, messages_pass_full_slots);
    tcase_add_test(tcase, automatic_response);
    tcase_add_test(tcase, registers);
    tcase_add_test(tcase, enables);
    tcase_add_test(tcase, ppar_lookup);
    tcase_add_test(tcase, memory);
    tcase_add_test(tcase, interrupts_and_aborts);
    tcase_add_test(tcase, abort_acknowledged_early);
    suite_add_tcase(suite, tcase);
    return suite;
}
