/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the architecture permits more than one thing, that which is done here (docs/timing/smmu.md "Choices"): CR0, the
 * queues, their interrupts, stalls (SMMU-CR0, SMMU-CR, SMMU-IRQCTRL, SMMU-GERROR, SMMU-IRQCFG, SMMU-QUEUE, SMMU-CFGI,
 * SMMU-RESUME, SMMU-SYNC, SMMU-EVENT). Structures and translations are in test_smmu_latitude_tables.c.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"

enum { PASID = 3, STAGS = 2 };
#define VA UINT64_C(0x0000123456789000)

static struct smmu_harness *h;

static void start(uint32_t stall_model, uint32_t ack_latency)
{
    h = smmu_harness_open();
    h->config.stall_model = stall_model;
    h->config.stall_max = stall_model ? 0 : STAGS;
    h->config.ack_latency = ack_latency;
    smmu_harness_start(h);
    smmu_harness_write64(h, PRISIM_SMMU_EVENTQ_IRQ_CFG0, HARNESS_DOORBELL);
    smmu_harness_write64(h, PRISIM_SMMU_GERROR_IRQ_CFG0, HARNESS_DOORBELL);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ | PRISIM_IRQ_CTRL_GERROR);
    smmu_harness_bring_up(h);
    uint64_t ttb = smmu_harness_table(h);
    smmu_harness_cd(h, PASID, smmu_harness_cd0(9) | prisim_bits_put(!stall_model, PRISIM_CD0_S), ttb);
    smmu_harness_map(h, ttb, VA, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
}

static void setup(void)
{
    start(1, 8);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static void offer(uint64_t address)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = PASID;
    smmu_harness_up(h, &tlp);
}

static unsigned counted(enum prisim_event_type type)
{
    return harness_events(h->base, type);
}

static void until(enum prisim_event_type type, unsigned count)
{
    for (unsigned i = 0; i < 5000 && counted(type) < count; i++)
        smmu_harness_edge(h);
    ck_assert_uint_eq(counted(type), count);
}

/* A record of a StreamID that is out of range: no fetch before it. */
static void fault(void)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = 0x1000;
    smmu_harness_up(h, &tlp);
}

/* An access that is being translated when SMMUEN goes to 0 is the old one's to its end; the next is the new one's as a
 * whole. */
/* covers: SMMU-CR0-20 */
START_TEST(a_transaction_is_of_one_smmuen)
{
    offer(VA);
    smmu_harness_run(h, 30); /* its STE is being fetched */
    smmu_harness_write(h, PRISIM_SMMU_CR0, PRISIM_CR0_EVENTQEN);
    prisim_cycle_t written = h->base->now - 1;
    until(PRISIM_EVENT_SMMU_TRANSLATE, 1);
    offer(VA);
    until(PRISIM_EVENT_SMMU_TRANSLATE, 2);
    const struct prisim_event *first = harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 0);
    ck_assert_uint_gt(first->cycle, written);
    ck_assert_uint_eq(first->smmu_translate.cause, PRISIM_CAUSE_TRANSLATED);
    ck_assert_uint_eq(first->smmu_translate.output, HARNESS_PAGES);
    const struct prisim_event *second = harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 1);
    ck_assert_uint_eq(second->smmu_translate.cause, PRISIM_CAUSE_SMMU_OFF);
    ck_assert_uint_eq(second->smmu_translate.output, VA); /* GBPA: as it is */
}
END_TEST

/* A field that is written as it is: while it is being updated too, and its update ends when it would have. */
/* covers: SMMU-CR0-21 */
START_TEST(the_same_value_starts_nothing)
{
    enum { ACK = 60 };
    bool late = _i;
    teardown();
    start(1, ACK);
    uint32_t on = smmu_harness_read(h, PRISIM_SMMU_CR0), off = on & ~(uint32_t)PRISIM_CR0_ATSCHK;
    smmu_harness_write(h, PRISIM_SMMU_CR0, off);
    prisim_cycle_t written = h->base->now - 1;
    smmu_harness_write(h, PRISIM_SMMU_CR0, off);
    ck_assert_uint_eq(command_read_at(h, PRISIM_SMMU_CR0ACK, written + ACK - !late), late ? off : on);
    smmu_harness_write(h, PRISIM_SMMU_CR0, off);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), off);
    ck_assert_uint_eq(counted(PRISIM_EVENT_SMMU_REGISTER_IGNORED), 0);
}
END_TEST

/* CMDQEN 1 to 0 is acknowledged though the MSI of a CMD_SYNC is still on its way. */
/* covers: SMMU-CR0-22 */
START_TEST(cmdqen_off_does_not_wait_for_msis)
{
    uint32_t off = smmu_harness_read(h, PRISIM_SMMU_CR0) & ~(uint32_t)PRISIM_CR0_CMDQEN;
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS),
                         HARNESS_DOORBELL);
    until(PRISIM_EVENT_SMMU_SYNC, 1);
    h->latency = 500;
    smmu_harness_write(h, PRISIM_SMMU_CR0, off);
    smmu_harness_run(h, h->config.ack_latency + 1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), off);
    ck_assert_uint_eq(h->doorbells, 1);
    ck_assert_uint_eq(h->answers, 1); /* to it */
}
END_TEST

/* GERROR shows the error, CONS the CMD_SYNC consumed, at the edge that publishes the pulse: whoever sees it at the next
 * one reads it so. The edge is that of a run before, in which nobody read. */
/* covers: SMMU-IRQCFG-6, SMMU-SYNC-10 */
START_TEST(the_cause_shows_before_its_interrupt)
{
    bool sync = _i;
    prisim_cycle_t pulse = 0;
    for (unsigned run = 0; run < 2; run++) {
        teardown();
        setup();
        smmu_harness_command(
            h, sync ? PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS) : 0xff, 0);
        if (run == 0) {
            smmu_harness_run(h, 200);
            ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
            pulse = harness_got_at(h->base, PRISIM_SMMU_TX_INTERRUPT, 0);
            enum prisim_event_type cause = sync ? PRISIM_EVENT_SMMU_SYNC : PRISIM_EVENT_SMMU_GERROR;
            ck_assert_uint_eq(harness_event(h->base, cause, 0)->cycle, pulse);
        } else {
            uint32_t value = command_read_at(h, sync ? PRISIM_SMMU_CMDQ_CONS : PRISIM_SMMU_GERROR, pulse + 1);
            ck_assert_uint_eq(value, sync ? 1 : PRISIM_GERROR_CMDQ);
            ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_INTERRUPT, 0), pulse);
        }
    }
}
END_TEST

/* Two more causes while an MSI is on its way make one MSI, at the edge at which that is answered. Each has its pulse.
 */
/* covers: SMMU-IRQCFG-10 */
START_TEST(causes_that_wait_make_one_msi)
{
    fault();
    until(PRISIM_EVENT_SMMU_EVENT, 1);
    h->latency = 600;
    smmu_harness_run(h, 5);
    ck_assert_uint_eq(h->doorbells, 1);
    prisim_cycle_t answered = h->answer[0].at;
    h->latency = HARNESS_MEMORY_LATENCY;
    for (uint32_t n = 1; n <= 2; n++) {
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, n); /* empty: the next one is a cause */
        fault();
        until(PRISIM_EVENT_SMMU_EVENT, n + 1);
        ck_assert_uint_eq(h->doorbells, 1);
    }
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(h->doorbells, 2);
    unsigned last = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - 1;
    ck_assert_uint_eq(
        ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, last))->address,
        HARNESS_DOORBELL);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, last), answered);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 3);
}
END_TEST

/* The SMMU might read the entries of its event queue. It never does: empty, full, in overflow, emptied. */
/* covers: SMMU-QUEUE-31 */
START_TEST(the_event_queue_is_never_read)
{
    for (uint32_t round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 6; i++)
            fault();
        smmu_harness_run(h, 400);
        uint32_t prod = smmu_harness_events(h);
        ck_assert_uint_eq(prod >> 31, 1 - round % 2);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, prod);
    }
    ck_assert_uint_eq(command_fetches(h, HARNESS_EVENTQ, 0x1000), 0);
}
END_TEST

/* A read that is aborted is answered at the edge of its fault, and its record comes when memory is done. */
/* covers: SMMU-EVENT-13 */
START_TEST(the_answer_does_not_wait_for_the_record)
{
    offer(VA);
    smmu_harness_run(h, 300); /* STE, CD and tables are cached */
    h->latency = 300;
    unsigned down = h->base->tx[PRISIM_SMMU_TX_DOWN].count, tables = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
    offer(VA | UINT64_C(1) << 50); /* out of range: no walk */
    until(PRISIM_EVENT_SMMU_EVENT, 1);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down),
                      harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 1)->cycle);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, 0)->cycle,
                      harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, down) + h->config.event_latency + 1 + 300);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count, tables + 2); /* the record, and an MSI */
}
END_TEST

/* RnW is UNKNOWN in what a Translation Request makes recorded. It is 1, whether it asks for write or not. */
/* covers: SMMU-EVENT-12 */
START_TEST(rnw_of_a_translation_request)
{
    struct prisim_tlp request = smmu_harness_request(VA, PASID, _i ? PRISIM_TLP_NO_WRITE : 0);
    const uint64_t first = HARNESS_TABLES + (VA >> 39 & 511) * 8;
    h->fail_at = first;
    ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_CA);
    smmu_harness_run(h, 100);
    uint64_t dw[4];
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0] & 0xff, 0x0b);                           /* F_WALK_EABT */
    ck_assert_uint_eq(dw[1], UINT64_C(1) << 35 | UINT64_C(1) << 40); /* RnW, CLASS=TT */
    ck_assert_uint_eq(dw[3], first);
}
END_TEST

/* ---- stalls ---- */

static void setup_stalls(void)
{
    start(0, 8);
}

static void stalls(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        offer(VA + 0x1000);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(counted(PRISIM_EVENT_SMMU_STALL), count < STAGS ? count : STAGS);
}

static void resume(unsigned stag)
{
    smmu_harness_command(h,
                         PRISIM_CMDQ_OP_RESUME | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID) |
                             prisim_bits_put(1, PRISIM_CMD_RESUME_AB),
                         prisim_bits_put(stag, PRISIM_CMD1_RESUME_STAG));
    ck_assert(smmu_harness_commands_done(h, 2000));
    smmu_harness_run(h, 100);
}

/* Every CFGI and TLBI leaves it: it is neither retried nor ended, and keeps its STAG. */
/* covers: SMMU-CFGI-5 */
START_TEST(invalidations_leave_stalls)
{
    stalls(1);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    const struct {
        uint64_t dw0, dw1;
    } row[] = {{PRISIM_CMDQ_OP_CFGI_ALL, 31},
               {PRISIM_CMDQ_OP_CFGI_STE | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 0},
               {PRISIM_CMDQ_OP_CFGI_CD_ALL | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 0},
               {PRISIM_CMDQ_OP_CFGI_CD | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID) |
                    prisim_bits_put(PASID, PRISIM_CMD_SSID),
                0},
               {PRISIM_CMDQ_OP_TLBI_NH_ALL, 0},
               {PRISIM_CMDQ_OP_TLBI_NH_VAA, VA + 0x1000},
               {PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0},
               {PRISIM_CMDQ_OP_SYNC, 0}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        smmu_harness_command(h, row[i].dw0, row[i].dw1);
    ck_assert(smmu_harness_commands_done(h, 2000));
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(counted(PRISIM_EVENT_SMMU_RESUME), 0);
    ck_assert_uint_eq(counted(PRISIM_EVENT_SMMU_STALL), 1);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 0);
    resume(0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1);
}
END_TEST

/* RESUME of an access whose record waits for room acts, and the record is never written; one that had its RESUME has no
 * STAG any more, and a second RESUME does nothing. */
/* covers: SMMU-RESUME-5 */
START_TEST(resume_before_its_record)
{
    for (unsigned i = 0; i < 1u << HARNESS_EVENTQ_LOG2; i++)
        fault();
    smmu_harness_run(h, 400);
    stalls(1);
    resume(0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1);
    ck_assert_uint_eq(counted(PRISIM_EVENT_SMMU_RESUME), 1);
    smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, 2);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(smmu_harness_events(h), 1u << HARNESS_EVENTQ_LOG2);
    resume(0);
    ck_assert_uint_eq(counted(PRISIM_EVENT_SMMU_RESUME), 1);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GERROR), 0);
}
END_TEST

/* Nothing is retried of its own accord, and no record of a second stall of one page is left out: as many records as
 * accesses, and no more. */
/* covers: SMMU-RESUME-6 */
START_TEST(each_stall_is_recorded_once)
{
    stalls(STAGS);
    smmu_harness_run(h, 3000);
    ck_assert_uint_eq(smmu_harness_events(h), STAGS);
    for (unsigned i = 0; i < STAGS; i++) {
        uint64_t dw[4];
        smmu_harness_event(h, i, dw);
        ck_assert_uint_eq(dw[1] & 0xffff, i);
        ck_assert_uint_eq(dw[2], VA + 0x1000);
    }
    ck_assert_uint_eq(counted(PRISIM_EVENT_SMMU_RESUME), 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_latitude");
    TCase *tcase = tcase_create("queues");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_transaction_is_of_one_smmuen);
    tcase_add_loop_test(tcase, the_same_value_starts_nothing, 0, 2);
    tcase_add_test(tcase, cmdqen_off_does_not_wait_for_msis);
    tcase_add_loop_test(tcase, the_cause_shows_before_its_interrupt, 0, 2);
    tcase_add_test(tcase, causes_that_wait_make_one_msi);
    tcase_add_test(tcase, the_event_queue_is_never_read);
    tcase_add_test(tcase, the_answer_does_not_wait_for_the_record);
    tcase_add_loop_test(tcase, rnw_of_a_translation_request, 0, 2);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("stalls");
    tcase_add_checked_fixture(tcase, setup_stalls, teardown);
    tcase_add_test(tcase, invalidations_leave_stalls);
    tcase_add_test(tcase, resume_before_its_record);
    tcase_add_test(tcase, each_stall_is_recorded_once);
    suite_add_tcase(suite, tcase);
    return suite;
}
