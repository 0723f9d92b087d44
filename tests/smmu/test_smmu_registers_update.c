/* SPDX-License-Identifier: Apache-2.0
 *
 * What takes effect later than its write: CR0 and IRQ_CTRL field by field, GBPA, GERRORN; and what the fields hold on
 * to meanwhile (SMMU-CR0, SMMU-CR, SMMU-IRQCTRL, SMMU-GERROR).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { PASID = 3 };
#define VA UINT64_C(0x0000123456789000)

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    h->config.s2p = h->config.vmw = 1;
    smmu_harness_start(h);
    smmu_harness_run(h, 3);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static void offer_access(uint32_t offset, bool write, uint32_t value)
{
    struct prisim_memory_request request = {.address = offset, .size = 4, .write = write};
    prisim_store_le32(request.data, value);
    harness_offer(h->base, PRISIM_SMMU_RX_REGISTER, &request);
}

static uint32_t answer(unsigned i)
{
    const struct prisim_memory_response *response = harness_got(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, i);
    ck_assert_ptr_nonnull(response);
    return prisim_load_le32(response->data);
}

static prisim_cycle_t answered_at(unsigned i)
{
    return harness_got_at(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, i);
}

/* Writes a register, reads it at once, and reads `ack` so that the answers come at N-1 and N of the write. */
static void write_and_watch(uint32_t offset, uint32_t value, uint32_t ack, unsigned *first)
{
    *first = h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count;
    offer_access(offset, true, value);
    smmu_harness_run(h, 1);
    offer_access(offset, false, 0);
    smmu_harness_run(h, h->config.ack_latency - 2);
    offer_access(ack, false, 0);
    offer_access(ack, false, 0);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(answered_at(*first + 2), answered_at(*first) + h->config.ack_latency - 1);
    ck_assert_uint_eq(answered_at(*first + 3), answered_at(*first) + h->config.ack_latency);
}

static const uint32_t cr0_field[] = {PRISIM_CR0_SMMUEN, PRISIM_CR0_PRIQEN, PRISIM_CR0_EVENTQEN,
                                     PRISIM_CR0_CMDQEN, PRISIM_CR0_ATSCHK, 4 << PRISIM_CR0_VMW_SHIFT};

/* CR0 reads back at once; CR0ACK is not there at N-1, and is at N: each field, up and down. */
/* covers: SMMU-CR0-1, SMMU-CR0-2, SMMU-CR0-3, SMMU-CR0-4, SMMU-CR0-14,
 * SMMU-CR0-5, SMMU-CR0-7 */
START_TEST(cr0_clock)
{
    unsigned first;
    for (unsigned up = 1; up + 1 > 0; up--) {
        uint32_t value = up ? cr0_field[_i] : 0, before = cr0_field[_i] ^ value;
        write_and_watch(PRISIM_SMMU_CR0, value, PRISIM_SMMU_CR0ACK, &first);
        ck_assert_uint_eq(answer(first + 1), value);
        ck_assert_uint_eq(answer(first + 2), before);
        ck_assert_uint_eq(answer(first + 3), value);
    }
}
END_TEST

/* Bits that are not fields, DPT_WALK_EN among them, are kept in neither. */
/* covers: SMMU-CR0, SMMU-CR0-3 */
START_TEST(cr0_reserved)
{
    smmu_harness_write(h, PRISIM_SMMU_CR0, UINT32_MAX);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0), 0x1df);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), 0x1df);
}
END_TEST

/* VMW guards nothing. */
/* covers: SMMU-CR0-2 */
START_TEST(vmw_guards_nothing)
{
    static const uint32_t offset[] = {PRISIM_SMMU_GERROR_IRQ_CFG1, PRISIM_SMMU_EVENTQ_IRQ_CFG1,
                                      PRISIM_SMMU_PRIQ_IRQ_CFG1, PRISIM_SMMU_CMDQ_BASE};
    smmu_harness_cr0(h, PRISIM_CR0_VMW);
    for (unsigned i = 0; i < sizeof offset / sizeof offset[0]; i++) {
        smmu_harness_write(h, offset[i], 0x12345678);
        ck_assert_uint_eq(smmu_harness_read(h, offset[i]), 0x12345678);
    }
}
END_TEST

/* A field that is being updated keeps its value; the others do not care, and have windows of their own. */
/* covers: SMMU-CR0-8 */
START_TEST(change_while_updating)
{
    offer_access(PRISIM_SMMU_CR0, true, PRISIM_CR0_EVENTQEN | 1 << PRISIM_CR0_VMW_SHIFT);
    offer_access(PRISIM_SMMU_CR0, true, PRISIM_CR0_ATSCHK | 2 << PRISIM_CR0_VMW_SHIFT);
    smmu_harness_run(h, 14);
    offer_access(PRISIM_SMMU_CR0, false, 0);
    smmu_harness_run(h, 30);
    ck_assert_uint_eq(answer(2), PRISIM_CR0_EVENTQEN | PRISIM_CR0_ATSCHK | 1 << PRISIM_CR0_VMW_SHIFT);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_REGISTER_IGNORED), 1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK),
                      PRISIM_CR0_EVENTQEN | PRISIM_CR0_ATSCHK | 1 << PRISIM_CR0_VMW_SHIFT);
}
END_TEST

/* The write comes `late` edges after the last edge at which the field is still being updated. */
/* covers: SMMU-CR0-8 */
START_TEST(change_at_the_end)
{
    bool late = _i;
    offer_access(PRISIM_SMMU_CR0, true, PRISIM_CR0_ATSCHK);
    smmu_harness_run(h, h->config.ack_latency - 1 + late);
    offer_access(PRISIM_SMMU_CR0, true, 0);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0), late ? 0 : PRISIM_CR0_ATSCHK);
}
END_TEST

static enum prisim_cause translated_as(void)
{
    unsigned n = harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8);
    smmu_harness_ask(h, &tlp);
    return (enum prisim_cause)harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, n)->smmu_translate.cause;
}

static void bring_up_but(uint32_t bits)
{
    smmu_harness_bring_up(h);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), 0); /* EATS=00: ATSCHK=1 forbids what ATSCHK=0 lets pass */
    smmu_harness_cr0(h, smmu_harness_read(h, PRISIM_SMMU_CR0) & ~bits);
}

/* What comes at the edge before the acknowledgement, and at it: a translated access is refused with SMMUEN=0, passes
 * with ATSCHK=0 and is forbidden with ATSCHK=1. The other way the write counts. */
/* covers: SMMU-CR0-6, SMMU-CR0-14, SMMU-ATSTRANSLATED-14 */
START_TEST(in_effect)
{
    uint32_t field = _i ? PRISIM_CR0_ATSCHK : PRISIM_CR0_SMMUEN;
    enum prisim_cause off = _i ? PRISIM_CAUSE_BYPASS : PRISIM_CAUSE_SMMU_OFF, on = PRISIM_CAUSE_TRANSLATED_FORBIDDEN;
    bring_up_but(field);
    ck_assert_uint_eq(translated_as(), off);
    for (unsigned late = 0; late < 2; late++) {
        struct prisim_tlp tlp =
            smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8);
        unsigned n = harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE);
        smmu_harness_write(h, PRISIM_SMMU_CR0, smmu_harness_read(h, PRISIM_SMMU_CR0) | field);
        prisim_cycle_t written = answered_at(h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count - 1);
        while (h->base->now < written + h->config.ack_latency + late)
            smmu_harness_edge(h);
        smmu_harness_up(h, &tlp);
        smmu_harness_run(h, 60);
        /* taken with the acknowledgement: the port comes before it; taken after it: under the new rule */
        ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_UP].taken_at[h->base->rx[PRISIM_SMMU_RX_UP].taken - 1],
                          written + h->config.ack_latency + late);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, n)->smmu_translate.cause,
                          late ? on : off);
        n++;
        smmu_harness_write(h, PRISIM_SMMU_CR0, smmu_harness_read(h, PRISIM_SMMU_CR0) & ~field);
        smmu_harness_up(h, &tlp);
        smmu_harness_run(h, 2);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, n)->smmu_translate.cause, off);
        smmu_harness_run(h, 60);
    }
}
END_TEST

/* SMMUEN 1 to 0 and back: what is cached stays. */
/* covers: SMMU-CR0-13 */
START_TEST(smmu_off_keeps_caches)
{
    smmu_harness_bring_up(h);
    uint64_t ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(9), ttb);
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
    struct prisim_tlp tlp = smmu_harness_request(VA, PASID, 0);
    uint64_t entry = smmu_harness_entry(smmu_harness_ask(h, &tlp));
    unsigned fetches = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    smmu_harness_cr0(h, cr0 & ~(uint32_t)PRISIM_CR0_SMMUEN);
    smmu_harness_cr0(h, cr0);
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &tlp)), entry);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, fetches);
}
END_TEST

/* A record of a StreamID that is out of range: no fetch before it. */
static void fault(void)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = 0x1000;
    smmu_harness_up(h, &tlp);
}

/* EVENTQEN 1 to 0: an abort of the record that was being written is in GERROR when the acknowledgement is there, whose
 * interrupt is not waited for. */
/* covers: SMMU-CR0-11, SMMU-GERROR-17 */
START_TEST(eventq_off_shows_abort)
{
    smmu_harness_write64(h, PRISIM_SMMU_GERROR_IRQ_CFG0, HARNESS_DOORBELL);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_GERROR);
    smmu_harness_bring_up(h);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0), off = cr0 & ~(uint32_t)PRISIM_CR0_EVENTQEN;
    h->fail_at = HARNESS_EVENTQ;
    h->latency = 150;
    fault();
    smmu_harness_run(h, 20);
    smmu_harness_write(h, PRISIM_SMMU_CR0, off);
    while (smmu_harness_read(h, PRISIM_SMMU_CR0ACK) != off)
        ;
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_EVENTQ_ABT);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
    ck_assert_uint_eq(h->doorbells, 1);
    ck_assert_uint_eq(h->answers, 1); /* the MSI is still on its way */
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), PRISIM_IRQ_CTRL_GERROR);
}
END_TEST

/* EVENTQEN 1 to 0 and back before a record is due: it was dropped, not kept. */
/* covers: SMMU-CR0-11 */
START_TEST(eventq_off_drops)
{
    teardown();
    h = smmu_harness_open();
    h->config.event_latency = 100;
    h->config.ack_latency = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    fault();
    smmu_harness_run(h, 10);
    smmu_harness_cr0(h, cr0 & ~(uint32_t)PRISIM_CR0_EVENTQEN);
    smmu_harness_cr0(h, cr0);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_EVENTQ_PROD), 0);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, 0)->smmu_event.cause, PRISIM_CAUSE_QUEUE_OFF);
}
END_TEST

/* PRIQEN=1 with SMMUEN=0: CR0ACK and the guards follow the raw bit, the queue is off. */
/* covers: SMMU-CR0-12, SMMU-CR0-18, SMMU-SEED-7 */
START_TEST(priqen_is_raw)
{
    smmu_harness_cr0(h, PRISIM_CR0_PRIQEN);
    ck_assert_uint_eq(h->pri.enable_ack, PRISIM_PRI_QUEUE_ENABLE_PRIQEN); /* and not SMMUEN: row 1 of SMMU-PRIOUTCOME */
    smmu_harness_write64(h, PRISIM_SMMU_PRIQ_BASE, 0x40000000);
    ck_assert_uint_eq(smmu_harness_read64(h, PRISIM_SMMU_PRIQ_BASE), 0);
    smmu_harness_cr0(h, PRISIM_CR0_PRIQEN | PRISIM_CR0_SMMUEN);
    ck_assert_uint_eq(h->pri.enable_ack, PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN);
    smmu_harness_cr0(h, PRISIM_CR0_PRIQEN);
    ck_assert_uint_eq(h->pri.enable_ack, PRISIM_PRI_QUEUE_ENABLE_PRIQEN);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), PRISIM_CR0_PRIQEN);
}
END_TEST

/* Test seed 19: the guard holds until the acknowledgement is 0. */
/* covers: SMMU-CR0-9, SMMU-QUEUE-16, SMMU-SEED-19 */
START_TEST(guard_until_acknowledged)
{
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN);
    offer_access(PRISIM_SMMU_CR0, true, 0);
    smmu_harness_run(h, h->config.ack_latency - 1u + (unsigned)_i);
    offer_access(PRISIM_SMMU_STRTAB_BASE, true, 0x10000);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_STRTAB_BASE), _i ? 0x10000 : 0);
}
END_TEST

/* covers: SMMU-IRQCTRL */
START_TEST(irq_ctrl_clock)
{
    unsigned first;
    for (unsigned up = 1; up + 1 > 0; up--) {
        uint32_t value = up ? 1u << _i : 0, before = 1u << _i ^ value;
        write_and_watch(PRISIM_SMMU_IRQ_CTRL, value, PRISIM_SMMU_IRQ_CTRLACK, &first);
        ck_assert_uint_eq(answer(first + 1), value);
        ck_assert_uint_eq(answer(first + 2), before);
        ck_assert_uint_eq(answer(first + 3), value);
    }
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, UINT32_MAX);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRL), 7);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), 7);
}
END_TEST

/* A queue that is not empty when its interrupt is enabled stays unheard until it was empty again; so does an error. */
/* covers: SMMU-IRQCTRL-1 */
START_TEST(nothing_is_replayed)
{
    smmu_harness_bring_up(h);
    fault();
    smmu_harness_command(h, 0xff, 0);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_CMDQ);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ | PRISIM_IRQ_CTRL_GERROR);
    smmu_harness_run(h, 40);
    fault();
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 0);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 2);
    fault();
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
}
END_TEST

/* The record's response comes `late` edges after the last edge before the acknowledgement: the cause is before the
 * update has completed, and there is no interrupt for it; or it is not, and there is one. */
/* covers: SMMU-IRQCTRL-1 */
START_TEST(causes_before_the_ack)
{
    bool gerror = _i >> 1, late = _i & 1;
    h->config.ack_latency = 40;
    smmu_harness_bring_up(h);
    fault(); /* the STE of the next one needs no fetch */
    smmu_harness_run(h, 100);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 1);
    h->latency = 2;
    if (gerror)
        h->fail_at = HARNESS_EVENTQ;
    /* What the fault's record needs from its being taken to its response, measured. */
    fault();
    prisim_cycle_t taken = h->base->now;
    unsigned n = harness_events(h->base, PRISIM_EVENT_SMMU_EVENT);
    while (harness_events(h->base, PRISIM_EVENT_SMMU_EVENT) == n)
        smmu_harness_edge(h);
    prisim_cycle_t needs = harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, n)->cycle - taken;
    smmu_harness_run(h, 50);
    if (gerror)
        smmu_harness_write(h, PRISIM_SMMU_GERRORN, PRISIM_GERROR_EVENTQ_ABT);
    else
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 2);
    unsigned pulses = h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count;
    ck_assert_uint_eq(pulses, 0);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, gerror ? PRISIM_IRQ_CTRL_GERROR : PRISIM_IRQ_CTRL_EVENTQ);
    prisim_cycle_t acknowledged =
        answered_at(h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count - 1) + h->config.ack_latency;
    ck_assert_uint_lt(h->base->now, acknowledged - needs + late);
    while (h->base->now < acknowledged - needs + late)
        smmu_harness_edge(h);
    fault();
    smmu_harness_run(h, 100);
    n = harness_events(h->base, PRISIM_EVENT_SMMU_EVENT) - 1;
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, n)->cycle, acknowledged + late);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK),
                      gerror ? PRISIM_IRQ_CTRL_GERROR : PRISIM_IRQ_CTRL_EVENTQ);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, late);
}
END_TEST

/* The PRI queue hears of its enable two edges before the acknowledgement, so that it is in force there with it, not
 * before; a write of CR0 meanwhile says nothing of it. Off at once. */
/* covers: SMMU-IRQCTRL-1, SMMU-IRQCTRL */
START_TEST(priq_hears_with_the_ack)
{
    unsigned told = h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count;
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_PRIQ);
    prisim_cycle_t written = answered_at(h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count - 1);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_CONTROL].count, told + 1);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_PRI_CONTROL, told), written + h->config.ack_latency - 2);
    ck_assert_uint_eq(h->pri.enable_ack, PRISIM_PRI_QUEUE_ENABLE_IRQEN);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), PRISIM_IRQ_CTRL_PRIQ);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, 0);
    written = answered_at(h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count - 1);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_PRI_CONTROL, told + 1), written);
    offer_access(PRISIM_SMMU_IRQ_CTRL, true, PRISIM_IRQ_CTRL_PRIQ);
    offer_access(PRISIM_SMMU_CR0, true, PRISIM_CR0_PRIQEN);
    smmu_harness_run(h, 14);
    const struct prisim_pri_queue_control *early = harness_got(h->base, PRISIM_SMMU_TX_PRI_CONTROL, told + 2);
    ck_assert_ptr_nonnull(early);
    ck_assert_uint_eq(early->value, PRISIM_PRI_QUEUE_ENABLE_PRIQEN);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(h->pri.enable_ack, PRISIM_PRI_QUEUE_ENABLE_IRQEN | PRISIM_PRI_QUEUE_ENABLE_PRIQEN);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK), PRISIM_IRQ_CTRL_PRIQ);
}
END_TEST

/* 1 to 0 with an MSI on its way that aborts: the abort is in GERROR when the acknowledgement is there. */
/* covers: SMMU-IRQCTRL-2 */
START_TEST(irq_off_shows_abort)
{
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_IRQ_CFG0, HARNESS_DOORBELL);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ);
    smmu_harness_bring_up(h);
    fault();
    while (h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count == 0)
        smmu_harness_edge(h);
    h->fail_at = HARNESS_DOORBELL;
    h->latency = 200;
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, 0);
    while (smmu_harness_read(h, PRISIM_SMMU_IRQ_CTRLACK) != 0)
        ;
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), PRISIM_GERROR_MSI_EVENTQ_ABT);
}
END_TEST

/* Address 0: no MSI, and the wire all the same. */
/* covers: SMMU-IRQCFG-1, SMMU-IRQCFG-4 */
START_TEST(no_address_no_msi)
{
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ);
    smmu_harness_bring_up(h);
    unsigned accesses = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    fault();
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, accesses + 1); /* the record */
}
END_TEST

/* GBPA: only a write with Update=1 counts, none while an update runs; the new fields read back at once, and Update is 1
 * until N, not at N. */
/* covers: SMMU-CR, SMMU-CR-4 */
START_TEST(gbpa)
{
    uint32_t reset = smmu_harness_read(h, PRISIM_SMMU_GBPA);
    unsigned first;
    smmu_harness_write(h, PRISIM_SMMU_GBPA, PRISIM_GBPA_ABORT);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GBPA), reset);
    write_and_watch(PRISIM_SMMU_GBPA, PRISIM_GBPA_ABORT | PRISIM_GBPA_UPDATE, PRISIM_SMMU_GBPA, &first);
    ck_assert_uint_eq(answer(first + 1), PRISIM_GBPA_ABORT | PRISIM_GBPA_UPDATE);
    ck_assert_uint_eq(answer(first + 2), PRISIM_GBPA_ABORT | PRISIM_GBPA_UPDATE);
    ck_assert_uint_eq(answer(first + 3), PRISIM_GBPA_ABORT);
    offer_access(PRISIM_SMMU_GBPA, true, 0xf00 | PRISIM_GBPA_UPDATE);
    offer_access(PRISIM_SMMU_GBPA, true, 0x800 | PRISIM_GBPA_UPDATE);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GBPA), 0xf00);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_REGISTER_IGNORED), 2);
}
END_TEST

/* Traffic takes the new fields from Update=0 on: what comes at the edge of it is under the old rule, what comes after
 * it under the new one. */
/* covers: SMMU-CR */
START_TEST(gbpa_in_effect)
{
    bool late = _i;
    struct prisim_tlp tlp =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, HARNESS_PAGES, 8);
    smmu_harness_write(h, PRISIM_SMMU_GBPA, PRISIM_GBPA_ABORT | PRISIM_GBPA_UPDATE);
    prisim_cycle_t over = answered_at(h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count - 1) + h->config.ack_latency;
    while (h->base->now < over + late)
        smmu_harness_edge(h);
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, late ? PRISIM_TLP_UR : PRISIM_TLP_SC);
}
END_TEST

/* GBPA.ABORT rules untranslated traffic while SMMUEN=0, and none while it is 1. */
/* covers: SMMU-CR, SMMU-CR-4, SMMU-CR0-15 */
START_TEST(gbpa_abort)
{
    struct prisim_tlp tlp =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, HARNESS_PAGES, 8);
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_SC);
    smmu_harness_write(h, PRISIM_SMMU_GBPA, PRISIM_GBPA_ABORT | PRISIM_GBPA_UPDATE);
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_UR);
    smmu_harness_bring_up(h);
    smmu_harness_ste(h, HARNESS_SID,
                     prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_BYPASS, PRISIM_STE0_CONFIG),
                     0);
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_SC);
}
END_TEST

/* A bit of GERRORN that is toggled while it is not active: stored, reads as active, told; it works as an error does. */
/* covers: SMMU-GERROR-13, SMMU-GERROR-1, SMMU-GERROR-3 */
START_TEST(gerrorn_toggled)
{
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_GERROR);
    smmu_harness_bring_up(h);
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, PRISIM_GERROR_CMDQ | PRISIM_GERROR_EVENTQ_ABT);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), 0);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERRORN), PRISIM_GERROR_CMDQ | PRISIM_GERROR_EVENTQ_ABT);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_MISUSE), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_MISUSE, 0)->smmu_misuse.cause,
                      PRISIM_CAUSE_GERRORN_TOGGLED);
    fault();
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS), 0);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_EVENTQ_PROD), 0);
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, 0);
    fault();
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS), 1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_EVENTQ_PROD), 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_MISUSE), 1);
}
END_TEST

/* PROD and CONS further apart than the queue is long: as if it were full, and told. */
/* covers: SMMU-QUEUE-11, SMMU-QUEUE-29 */
START_TEST(impossible_distance)
{
    smmu_harness_bring_up(h);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 3); /* of a queue of 4: 5 apart */
    fault();
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_EVENTQ_PROD), PRISIM_SMMU_QUEUE_OVERFLOW);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_MISUSE), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_MISUSE, 0)->smmu_misuse.cause,
                      PRISIM_CAUSE_QUEUE_DISTANCE);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 4); /* 4 apart: full, and possible */
    fault();
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_MISUSE), 1);
}
END_TEST

/* The base of the stream table and of the event queue are aligned to what stands there; LOG2SIZE of the queue is
 * capped, and of the table's alignment not (SMMU-QUEUE). */
/* covers: SMMU-QUEUE-1, SMMU-QUEUE-2, SMMU-QUEUE-3, SMMU-QUEUE */
START_TEST(bases)
{
    teardown();
    h = smmu_harness_open();
    h->config.eventq_log2_max = 3;
    h->config.sid_bits = 8;
    smmu_harness_start(h);
    smmu_harness_write64(h, PRISIM_SMMU_STRTAB_BASE,
                         HARNESS_STRTAB | 0xffc0); /* 2^10 * 64 as written: bits 15:0 are taken as 0 */
    smmu_harness_write(h, PRISIM_SMMU_STRTAB_BASE_CFG, 10);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_BASE, HARNESS_EVENTQ | 0xe0 | 0x1f); /* 2^3 * 32: bits 7:0 */
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_PROD, 7);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 7);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = 0xff;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 200);
    const struct prisim_memory_request *ste = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, 0);
    const struct prisim_memory_request *record = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, 1);
    ck_assert(ste && record);
    ck_assert_uint_eq(ste->address, HARNESS_STRTAB + 0xff * 64);
    ck_assert_uint_eq(record->address, HARNESS_EVENTQ + 7 * 32);
    ck_assert_uint_eq(record->size, 32);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_EVENTQ_PROD), 8); /* index 0, wrap bit 3 */
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_registers_update");
    TCase *tcase = tcase_create("update");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, cr0_clock, 0, sizeof cr0_field / sizeof cr0_field[0]);
    tcase_add_test(tcase, cr0_reserved);
    tcase_add_test(tcase, vmw_guards_nothing);
    tcase_add_test(tcase, change_while_updating);
    tcase_add_loop_test(tcase, change_at_the_end, 0, 2);
    tcase_add_loop_test(tcase, in_effect, 0, 2);
    tcase_add_test(tcase, smmu_off_keeps_caches);
    tcase_add_test(tcase, eventq_off_shows_abort);
    tcase_add_test(tcase, eventq_off_drops);
    tcase_add_test(tcase, priqen_is_raw);
    tcase_add_loop_test(tcase, guard_until_acknowledged, 0, 2);
    tcase_add_loop_test(tcase, irq_ctrl_clock, 0, 3);
    tcase_add_test(tcase, nothing_is_replayed);
    tcase_add_loop_test(tcase, causes_before_the_ack, 0, 4);
    tcase_add_test(tcase, priq_hears_with_the_ack);
    tcase_add_test(tcase, irq_off_shows_abort);
    tcase_add_test(tcase, no_address_no_msi);
    tcase_add_test(tcase, gbpa);
    tcase_add_loop_test(tcase, gbpa_in_effect, 0, 2);
    tcase_add_test(tcase, gbpa_abort);
    tcase_add_test(tcase, gerrorn_toggled);
    tcase_add_test(tcase, impossible_distance);
    tcase_add_test(tcase, bases);
    suite_add_tcase(suite, tcase);
    return suite;
}
