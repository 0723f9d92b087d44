/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue: order, TLPs of commands, CMD_SYNC, errors and their recovery, clocks (SMMU-COMMANDS).
 */
#include "tests/smmu/smmu_bench.h"

static struct bench *b;

static void setup(void)
{
    b = bench_open();
    b->config.atc_inv_timeout = 500;
    bench_start(b);
    bench_bring_up(b);
}

static void teardown(void)
{
    bench_close(b);
}

static uint64_t with_sid(unsigned opcode, int pasid)
{
    uint64_t dw = opcode | bits_put(BENCH_SID, CMD_SID);
    return pasid >= 0 ? dw | bits_put(1, CMD_SSV) | bits_put((uint64_t)pasid, CMD_SSID) : dw;
}

static const struct tlp *down(unsigned i)
{
    const struct tlp *tlp = rig_got(b->rig, SMMU_TX_DOWN, i);
    ck_assert_ptr_nonnull(tlp);
    return tlp;
}

static uint32_t cons(void)
{
    return bench_read(b, SMMU_CMDQ_CONS);
}

static uint32_t active(void)
{
    return bench_read(b, SMMU_GERROR) ^ bench_read(b, SMMU_GERRORN);
}

static void acknowledge(void)
{
    bench_write(b, SMMU_GERRORN, bench_read(b, SMMU_GERROR));
}

static void complete(unsigned itag, unsigned count, uint16_t from)
{
    struct tlp tlp = bench_memory_tlp(TLP_MESSAGE, TLP_AT_UNTRANSLATED, 0, 0);
    tlp.head.message = MESSAGE_INVALIDATE_COMPLETION;
    tlp.head.requester_id = from;
    tlp.head.itag_vector = UINT32_C(1) << itag;
    tlp.head.completion_count = (uint8_t)count;
    bench_up(b, &tlp);
    bench_run(b, 5);
}

/* SMMU-PRIRESP, test seed 11: codes of the command against codes of the wire. */
/* covers: SMMU-OPCODE-5, SMMU-CMDFIELD-10, SMMU-PRIRESP-1, SMMU-PRIRESP-2, SMMU-PRIRESP-3,
 * SMMU-PRIRESP-4, SMMU-PRIRESP-6, SMMU-PRIPCIE-2, SMMU-PRIPCIE-5, SMMU-SEED-11 */
START_TEST(pri_resp)
{
    static const uint8_t wire[] = {PRG_FAILURE, PRG_INVALID, PRG_SUCCESS};
    for (unsigned resp = 0; resp < 3; resp++)
        bench_command(b, with_sid(CMDQ_OP_PRI_RESP, resp ? 7 : -1), 0x1ff | bits_put(resp, CMD1_PRI_RESP));
    ck_assert(bench_commands_done(b, 500));
    for (unsigned resp = 0; resp < 3; resp++) {
        const struct tlp_header *head = &down(resp)->head;
        ck_assert_uint_eq(head->type, TLP_MESSAGE);
        ck_assert_uint_eq(head->message, MESSAGE_PRG_RESPONSE);
        ck_assert_uint_eq(head->destination_id, BENCH_SID);
        ck_assert_uint_eq(head->requester_id, b->config.requester_id);
        ck_assert_uint_eq(head->prg_index, 0x1ff);
        ck_assert_uint_eq(head->response_code, wire[resp]);
        ck_assert_uint_eq(head->flags, resp ? TLP_HAS_PASID : 0);
        const struct event *event = rig_event(b->rig, EVENT_SMMU_PRG_RESPONSE, resp);
        ck_assert_uint_eq(event->cycle, rig_got_at(b->rig, SMMU_TX_DOWN, resp));
        ck_assert_uint_eq(event->smmu_prg_response.cause, CAUSE_COMMAND);
        ck_assert_uint_eq(event->smmu_prg_response.index, resp);
        ck_assert_uint_eq(event->instance, 2);
    }
    bench_command(b, with_sid(CMDQ_OP_PRI_RESP, -1), bits_put(PRI_RESP_RESERVED, CMD1_PRI_RESP));
    bench_run(b, 100);
    ck_assert_uint_eq(active(), GERROR_CMDQ);
    ck_assert_uint_eq(cons(), 3 | CERROR_ILL << CMDQ_CONS_ERR_SHIFT);
}
END_TEST

/* SMMU-ATCINV, PCIE-ATSCPL, PCIE-MESSAGE: what goes down for an ATC_INV. */
/* covers: SMMU-OPCODE-4, SMMU-CMDFIELD-9, SMMU-ATCINV-1, SMMU-ATCINV-2, SMMU-ATCINV-8,
 * SMMU-PRIPCIE-3 */
START_TEST(atc_inv)
{
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, 3) | bits_put(1, CMD_ATC_GLOBAL), UINT64_C(0x123456789000) | 0);
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, -1) | bits_put(1, CMD_ATC_GLOBAL), UINT64_C(0x123456789000) | 9);
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, 3), UINT64_C(0x123456789000) | 52);
    ck_assert(bench_commands_done(b, 500));
    /* 4 KB: S=0; G. 2 MB: bits 19:12 set, 20 clear, S; Global counts only with a PASID. All: bits 62:12, S. */
    static const uint64_t field[] = {UINT64_C(0x123456789001), UINT64_C(0x1234566ff800), UINT64_C(0x7ffffffffffff800)};
    for (unsigned i = 0; i < 3; i++) {
        const struct tlp *tlp = down(i);
        ck_assert_uint_eq(tlp->head.type, TLP_MESSAGE_DATA);
        ck_assert_uint_eq(tlp->head.message, MESSAGE_INVALIDATE_REQUEST);
        ck_assert_uint_eq(tlp->head.tag, i);
        ck_assert_uint_eq(tlp->head.size, 8);
        ck_assert_uint_eq(tlp->head.destination_id, BENCH_SID);
        ck_assert_uint_eq(!!(tlp->head.flags & TLP_HAS_PASID), i != 1);
        ck_assert_uint_eq((uint64_t)load_le32(tlp->data) << 32 | load_le32(tlp->data + 4), field[i]);
    }
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, -1), 53);
    bench_run(b, 100);
    ck_assert_uint_eq(active(), GERROR_CMDQ);
}
END_TEST

/* SMMU-SYNC: CMD_SYNC waits for the invalidation, all its copies, from that function; commands behind it wait too. */
/* covers: SMMU-SYNC-2, SMMU-SYNC-6, SMMU-SYNC-7 */
START_TEST(sync_waits_for_atc_inv)
{
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, 3), 52);
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_command(b, with_sid(CMDQ_OP_PRI_RESP, 3), bits_put(PRI_RESP_SUCCESS, CMD1_PRI_RESP));
    bench_run(b, 100);
    ck_assert_uint_eq(cons(), 1);
    complete(1, 1, BENCH_SID);     /* another ITag */
    complete(0, 1, BENCH_SID + 8); /* another function */
    complete(0, 2, BENCH_SID);     /* the first of two */
    ck_assert_uint_eq(cons(), 1);
    /* All three are told: the first two as not waited for. */
    static const enum cause cause[] = {CAUSE_NOT_WAITED_FOR, CAUSE_NOT_WAITED_FOR, CAUSE_NONE};
    static const unsigned missing[] = {0, 0, 1};
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_INVALIDATED), 3);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_INVALIDATED, i)->smmu_invalidated.cause, cause[i]);
        ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_INVALIDATED, i)->smmu_invalidated.missing, missing[i]);
    }
    complete(0, 2, BENCH_SID);
    ck_assert(bench_commands_done(b, 100));
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), 1);
    ck_assert_uint_eq(down(1)->head.message, MESSAGE_PRG_RESPONSE);
    ck_assert_uint_gt(rig_got_at(b->rig, SMMU_TX_DOWN, 1), rig_event(b->rig, EVENT_SMMU_SYNC, 0)->cycle);
}
END_TEST

/* PCIE-MESSAGE: CC=0 means eight copies. */
/* covers: SMMU-PRIPCIE-8 */
START_TEST(eight_copies)
{
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, -1), 52);
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_run(b, 100);
    for (unsigned i = 0; i < 7; i++)
        complete(0, 0, BENCH_SID);
    ck_assert_uint_eq(cons(), 1);
    complete(0, 0, BENCH_SID);
    ck_assert_uint_eq(cons(), 2);
}
END_TEST

/* Test seed 12, SMMU-CERROR: the SYNC fails at the timeout, not before; CONS at the SYNC; it runs again. */
/* covers: SMMU-ATCINV-6, SMMU-CERROR-4, SMMU-CERROR, SMMU-SEED-12, SMMU-SYNC-12 */
START_TEST(atc_inv_timeout)
{
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, 3), 52);
    bench_command(b, CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS), BENCH_DOORBELL);
    bench_run(b, 700);
    cycle_t sent = rig_got_at(b->rig, SMMU_TX_DOWN, 0);
    const struct event *error = rig_event(b->rig, EVENT_SMMU_GERROR, 0);
    ck_assert_ptr_nonnull(error);
    ck_assert_uint_eq(error->cycle, sent + b->config.atc_inv_timeout);
    ck_assert_uint_eq(error->smmu_gerror.active, GERROR_CMDQ);
    ck_assert_uint_eq(cons(), 1 | CERROR_ATC_INV_SYNC << CMDQ_CONS_ERR_SHIFT);
    ck_assert_uint_eq(b->doorbells, 0);
    complete(0, 1, BENCH_SID); /* late: dropped, and told */
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_INVALIDATED), 1);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_INVALIDATED, 0)->smmu_invalidated.cause, CAUSE_LATE);
    acknowledge();
    bench_run(b, 100);
    ck_assert_uint_eq(cons() & SMMU_QUEUE_INDEX_MASK, 2);
    ck_assert_uint_eq(b->doorbells, 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_GERROR), 2); /* and its acknowledgement */
}
END_TEST

/* PCIE-ITAG: 32 ITags; the 33rd invalidation waits for one. */
/* covers: SMMU-PRIPCIE-8 */
START_TEST(itags_run_out)
{
    b->config.atc_inv_timeout = 100000;
    for (unsigned i = 0; i < 33; i++) {
        bench_command(b, with_sid(CMDQ_OP_ATC_INV, -1), 52);
        bench_run(b, 40);
    }
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 32);
    complete(17, 1, BENCH_SID);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 33);
    ck_assert_uint_eq(down(32)->head.tag, 17);
}
END_TEST

/* SMMU-SYNC: signals of CMD_SYNC; test seed 18. */
/* covers: SMMU-IRQCTRL-4, SMMU-GERROR-5, SMMU-CMDFIELD-13, SMMU-SYNC, SMMU-SEED-18 */
START_TEST(sync_signals)
{
    bench_command(b, CMDQ_OP_SYNC, BENCH_DOORBELL);
    bench_command(b, CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS), 0);
    ck_assert(bench_commands_done(b, 300));
    ck_assert_uint_eq(b->doorbells, 0);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_INTERRUPT].count, 1);
    const struct smmu_interrupt *wired = rig_got(b->rig, SMMU_TX_INTERRUPT, 0);
    ck_assert_uint_eq(wired->lines, SMMU_WIRED_SYNC);
    bench_command(b, CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS) | bits_put(0x1234, CMD_SYNC_MSI_DATA),
                  BENCH_DOORBELL | 0x40);
    ck_assert(bench_commands_done(b, 300));
    bench_run(b, 50);
    ck_assert_uint_eq(b->doorbells, 1);
    ck_assert_uint_eq(b->doorbell_data, 0x1234);
    ck_assert_uint_eq(b->doorbell_address, BENCH_DOORBELL | 0x40);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_INTERRUPT].count, 2);
    /* An MSI that aborts: GERROR bit 4, the command is consumed all the same. */
    b->fail_at = BENCH_DOORBELL;
    bench_command(b, CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS), BENCH_DOORBELL);
    ck_assert(bench_commands_done(b, 300));
    bench_run(b, 50);
    ck_assert_uint_eq(active(), GERROR_MSI_CMDQ_ABT);
    /* CS=3 is ILL. */
    bench_command(b, CMDQ_OP_SYNC | bits_put(3, CMD_SYNC_CS), 0);
    bench_run(b, 100);
    ck_assert_uint_eq(active(), GERROR_MSI_CMDQ_ABT | GERROR_CMDQ);
}
END_TEST

/* SMMU-OPCODE, SMMU-TLBI, SMMU-RESUME: reserved opcodes, those of features that are not built, SSec=1. */
/* covers: SMMU-OPCODE-9, SMMU-OPCODE-12, SMMU-OPCODE-13, SMMU-OPCODE-16, SMMU-CMD, SMMU-TLBI-9,
 * SMMU-CERROR-2 */
START_TEST(illegal)
{
    static const uint64_t bad[] = {
        0x00, 0x07, 0x18, 0x44, 0x45, 0x50, 0x70, 0xff, CMDQ_OP_SYNC | 1 << 10, CMDQ_OP_CFGI_ALL | 1 << 10};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint32_t at = b->cmdq_prod;
        bench_command(b, bad[i], 31);
        bench_run(b, 60);
        ck_assert_msg(active() == GERROR_CMDQ, "opcode %#x", (unsigned)bad[i]);
        ck_assert_uint_eq(cons(), at | CERROR_ILL << CMDQ_CONS_ERR_SHIFT);
        /* SMMU-CERROR: fixed with a CMD_SYNC in its place, acknowledged, it goes on without a PROD write. */
        bench_store(b, BENCH_CMDQ + (at & 15) * COMMAND_BYTES, CMDQ_OP_SYNC);
        bench_run(b, 60);
        ck_assert_uint_eq(cons() & SMMU_QUEUE_INDEX_MASK, at);
        acknowledge();
        bench_run(b, 60);
        ck_assert_uint_eq(cons() & SMMU_QUEUE_INDEX_MASK, b->cmdq_prod);
    }
}
END_TEST

/* SMMU-CERROR: earlier commands are consumed, later ones of the same fetch are dropped and read again. */
/* covers: SMMU-SYNC-8, SMMU-CERROR-2, SMMU-CERROR */
START_TEST(error_in_a_line)
{
    for (unsigned i = 0; i < 4; i++) {
        bench_store(b, BENCH_CMDQ + i * 16, i == 1 ? 0xff : with_sid(CMDQ_OP_PRI_RESP, -1));
        bench_store(b, BENCH_CMDQ + i * 16 + 8, bits_put(PRI_RESP_SUCCESS, CMD1_PRI_RESP) | i);
    }
    b->cmdq_prod = 4;
    bench_write(b, SMMU_CMDQ_PROD, 4);
    bench_run(b, 100);
    ck_assert_uint_eq(cons(), 1 | CERROR_ILL << CMDQ_CONS_ERR_SHIFT);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 1);
    bench_store(b, BENCH_CMDQ + 16, CMDQ_OP_SYNC);
    bench_store(b, BENCH_CMDQ + 2 * 16 + 8, bits_put(PRI_RESP_SUCCESS, CMD1_PRI_RESP) | 0x99);
    acknowledge();
    bench_run(b, 100);
    ck_assert_uint_eq(down(1)->head.prg_index, 0x99);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 3);
    ck_assert_uint_eq(cons() & SMMU_QUEUE_INDEX_MASK, 4);
}
END_TEST

/* SMMU-CERROR-2 */
/* covers: SMMU-CERROR-3 */
START_TEST(fetch_abort)
{
    b->fail_at = BENCH_CMDQ;
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_run(b, 60);
    ck_assert_uint_eq(active(), GERROR_CMDQ);
    ck_assert_uint_eq(cons(), CERROR_ABT << CMDQ_CONS_ERR_SHIFT);
    b->fail_at = 0;
    acknowledge();
    bench_run(b, 60);
    ck_assert_uint_eq(cons() & SMMU_QUEUE_INDEX_MASK, 1);
}
END_TEST

/* SMMU-QUEUE: the index wraps with its wrap bit; an impossible distance stops. */
/* covers: SMMU-QUEUE-8, SMMU-QUEUE-10, SMMU-QUEUE-11 */
START_TEST(wrap)
{
    for (unsigned i = 0; i < 40; i++)
        bench_sync(b);
    ck_assert_uint_eq(b->cmdq_prod, 40 & 31);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), 40);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_SYNC, 17)->smmu_sync.index, 17);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_SYNC, 35)->smmu_sync.index, 35 & 31);
    bench_write(b, SMMU_CMDQ_PROD, (b->cmdq_prod + 17) & 31);
    bench_run(b, 100);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_COMMAND), 40);
}
END_TEST

/* SMMU-CR0: while SMMUEN=0 ATC_INV and PRI_RESP are ignored, ILL comes first; TLBI, CFGI and SYNC work. */
/* covers: SMMU-CR0-17, SMMU-CMD, SMMU-ATCINV-3, SMMU-PRIRESP-5 */
START_TEST(smmu_off)
{
    bench_cr0(b, CR0_CMDQEN);
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, 3), 52);
    bench_command(b, with_sid(CMDQ_OP_PRI_RESP, 3), bits_put(PRI_RESP_SUCCESS, CMD1_PRI_RESP));
    bench_command(b, CMDQ_OP_CFGI_ALL, 31);
    bench_command(b, CMDQ_OP_TLBI_NSNH_ALL, 0);
    bench_command(b, CMDQ_OP_PREFETCH_CONFIG, 0);
    bench_sync(b);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 0);
    ck_assert_uint_eq(active(), 0);
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, 3), 53);
    bench_run(b, 60);
    ck_assert_uint_eq(active(), GERROR_CMDQ);
}
END_TEST

/* SMMU-CR0: CMDQEN 1 to 0 is acknowledged when the command in progress, here a waiting SYNC, is consumed. */
/* covers: SMMU-CR0-10 */
START_TEST(disable_waits)
{
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, 3), 52);
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_run(b, 100);
    uint32_t cr0 = bench_read(b, SMMU_CR0);
    bench_write(b, SMMU_CR0, cr0 & ~(uint32_t)CR0_CMDQEN);
    bench_run(b, 50);
    ck_assert_uint_eq(bench_read(b, SMMU_CR0ACK), cr0);
    complete(0, 1, BENCH_SID);
    bench_run(b, 5);
    ck_assert_uint_eq(bench_read(b, SMMU_CR0ACK), cr0 & ~(uint32_t)CR0_CMDQEN);
    bench_run(b, 100);
    ck_assert_uint_eq(cons(), 2);
}
END_TEST

static unsigned done_after(uint64_t opcode)
{
    bench_command(b, opcode, 0);
    bench_run(b, 3000);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), 1);
    return (unsigned)rig_event(b->rig, EVENT_SMMU_SYNC, 0)->cycle;
}

/* SMMU-SYNC: event records of transactions terminated before it are visible. */
/* covers: SMMU-SYNC-4 */
START_TEST(sync_waits_for_events)
{
    b->latency = 600;
    bench_store(b, BENCH_CMDQ, CMDQ_OP_SYNC);
    b->cmdq_prod = 1;
    bench_write(b, SMMU_CMDQ_PROD, 1);
    bench_run(b, 300);
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_WRITE, TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = 0x40; /* C_BAD_STREAMID */
    bench_up(b, &tlp);
    bench_run(b, 1500);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_SYNC, 0)->cycle, rig_event(b->rig, EVENT_SMMU_EVENT, 0)->cycle);
}
END_TEST

/* PCIE-ATC, SMMU-SYNC: a write that came before the Invalidate Completion is in memory when the SYNC is done. */
/* covers: SMMU-SYNC-1, SMMU-ATCINV-10 */
START_TEST(sync_waits_for_writes)
{
    bench_command(b, with_sid(CMDQ_OP_ATC_INV, 3), 52);
    bench_run(b, 60);
    struct tlp tlp = bench_memory_tlp(TLP_MEMORY_WRITE, TLP_AT_TRANSLATED, BENCH_PAGES, 8);
    bench_up(b, &tlp);
    bench_run(b, 40); /* the STE is there: the write is out */
    b->latency = 1000;
    tlp.head.address += 64;
    bench_up(b, &tlp);
    bench_run(b, 10);
    b->latency = BENCH_MEMORY_LATENCY;
    complete(0, 1, BENCH_SID);
    cycle_t written = rig_got_at(b->rig, SMMU_TX_DMA_REQUEST, 1) + 1 + 1000;
    ck_assert_uint_eq(done_after(CMDQ_OP_SYNC), written);
}
END_TEST

/* From PROD to the TLP: PROD written at n, fetch offered at n, taken n+1, answered + L, decoded + command_latency. */
START_TEST(command_clock)
{
    bench_command(b, with_sid(CMDQ_OP_PRI_RESP, 3), bits_put(PRI_RESP_SUCCESS, CMD1_PRI_RESP));
    bench_run(b, 60);
    cycle_t written = rig_got_at(b->rig, SMMU_TX_REGISTER_RESPONSE, b->rig->tx[SMMU_TX_REGISTER_RESPONSE].count - 1);
    unsigned fetch = b->rig->tx[SMMU_TX_MEMORY_REQUEST].count - 1;
    ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_MEMORY_REQUEST, fetch), written);
    cycle_t fetched = written + 1 + BENCH_MEMORY_LATENCY;
    ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_DOWN, 0), fetched + b->config.command_latency);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_COMMAND, 0)->cycle, fetched + b->config.command_latency);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_commands");
    TCase *tcase = tcase_create("commands");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, pri_resp);
    tcase_add_test(tcase, atc_inv);
    tcase_add_test(tcase, sync_waits_for_atc_inv);
    tcase_add_test(tcase, eight_copies);
    tcase_add_test(tcase, atc_inv_timeout);
    tcase_add_test(tcase, itags_run_out);
    tcase_add_test(tcase, sync_signals);
    tcase_add_test(tcase, illegal);
    tcase_add_test(tcase, error_in_a_line);
    tcase_add_test(tcase, fetch_abort);
    tcase_add_test(tcase, wrap);
    tcase_add_test(tcase, smmu_off);
    tcase_add_test(tcase, disable_waits);
    tcase_add_test(tcase, sync_waits_for_events);
    tcase_add_test(tcase, sync_waits_for_writes);
    tcase_add_test(tcase, command_clock);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
