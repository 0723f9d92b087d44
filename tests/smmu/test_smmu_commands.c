/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue: order, TLPs of commands, CMD_SYNC, errors and their recovery, clocks (SMMU-COMMANDS).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

static struct smmu_harness *h;

static void setup(void)
{
    h = smmu_harness_open();
    h->config.atc_inv_timeout = 500;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static uint64_t with_sid(unsigned opcode, int pasid)
{
    uint64_t dw = opcode | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID);
    return pasid >= 0 ? dw | prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put((uint64_t)pasid, PRISIM_CMD_SSID)
                      : dw;
}

static const struct prisim_tlp *down(unsigned i)
{
    const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, i);
    ck_assert_ptr_nonnull(tlp);
    return tlp;
}

static uint32_t cons(void)
{
    return smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS);
}

static uint32_t active(void)
{
    return smmu_harness_read(h, PRISIM_SMMU_GERROR) ^ smmu_harness_read(h, PRISIM_SMMU_GERRORN);
}

static void acknowledge(void)
{
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, smmu_harness_read(h, PRISIM_SMMU_GERROR));
}

static void complete(unsigned itag, unsigned count, uint16_t from)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, 0, 0);
    tlp.head.message = PRISIM_MESSAGE_INVALIDATE_COMPLETION;
    tlp.head.requester_id = from;
    tlp.head.itag_vector = UINT32_C(1) << itag;
    tlp.head.completion_count = (uint8_t)count;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 5);
}

/* SMMU-PRIRESP, test seed 11: codes of the command against codes of the wire. */
/* covers: SMMU-OPCODE-5, SMMU-CMDFIELD-10, SMMU-PRIRESP-1, SMMU-PRIRESP-2, SMMU-PRIRESP-3, SMMU-PRIRESP-4,
 * SMMU-PRIRESP-6, SMMU-PRIPCIE-2, SMMU-PRIPCIE-5, SMMU-SEED-11, PCIE-MESSAGE-4, PCIE-MESSAGE, PCIE-SMMU-5 */
START_TEST(pri_resp)
{
    static const uint8_t wire[] = {PRISIM_PRG_FAILURE, PRISIM_PRG_INVALID, PRISIM_PRG_SUCCESS};
    for (unsigned resp = 0; resp < 3; resp++)
        smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_PRI_RESP, resp ? 7 : -1),
                             0x1ff | prisim_bits_put(resp, PRISIM_CMD1_PRI_RESP));
    ck_assert(smmu_harness_commands_done(h, 500));
    for (unsigned resp = 0; resp < 3; resp++) {
        const struct prisim_tlp_header *head = &down(resp)->head;
        ck_assert_uint_eq(head->type, PRISIM_TLP_MESSAGE);
        ck_assert_uint_eq(head->message, PRISIM_MESSAGE_PRG_RESPONSE);
        ck_assert_uint_eq(head->destination_id, HARNESS_SID);
        ck_assert_uint_eq(head->requester_id, h->config.requester_id);
        ck_assert_uint_eq(head->prg_index, 0x1ff);
        ck_assert_uint_eq(head->response_code, wire[resp]);
        ck_assert_uint_eq(head->flags, resp ? PRISIM_TLP_HAS_PASID : 0);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_PRG_RESPONSE, resp);
        ck_assert_uint_eq(event->cycle, harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, resp));
        ck_assert_uint_eq(event->smmu_prg_response.cause, PRISIM_CAUSE_COMMAND);
        ck_assert_uint_eq(event->smmu_prg_response.index, resp);
        ck_assert_uint_eq(event->instance, 2);
    }
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_PRI_RESP, -1),
                         prisim_bits_put(PRISIM_PRI_RESP_RESERVED, PRISIM_CMD1_PRI_RESP));
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(active(), PRISIM_GERROR_CMDQ);
    ck_assert_uint_eq(cons(), 3 | PRISIM_CERROR_ILL << PRISIM_CMDQ_CONS_ERR_SHIFT);
}
END_TEST

/* SMMU-ATCINV, PCIE-ATSCPL, PCIE-MESSAGE: what goes down for an ATC_INV. */
/* covers: SMMU-OPCODE-4, SMMU-CMDFIELD-9, SMMU-ATCINV-1, SMMU-ATCINV-2, SMMU-ATCINV-8, SMMU-PRIPCIE-3, PCIE-MESSAGE-1,
 * PCIE-MESSAGE-5, PCIE-MESSAGE-6, PCIE-MESSAGE-8, PCIE-MESSAGE-9, PCIE-SMMU-4 */
START_TEST(atc_inv)
{
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, 3) | prisim_bits_put(1, PRISIM_CMD_ATC_GLOBAL),
                         UINT64_C(0x123456789000) | 0);
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, -1) | prisim_bits_put(1, PRISIM_CMD_ATC_GLOBAL),
                         UINT64_C(0x123456789000) | 9);
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, 3), UINT64_C(0x123456789000) | 52);
    ck_assert(smmu_harness_commands_done(h, 500));
    /* 4 KB: S=0; G. 2 MB: bits 19:12 set, 20 clear, S; Global counts only with a PASID. All: bits 62:12, S. */
    static const uint64_t field[] = {UINT64_C(0x123456789001), UINT64_C(0x1234566ff800), UINT64_C(0x7ffffffffffff800)};
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_tlp *tlp = down(i);
        ck_assert_uint_eq(tlp->head.type, PRISIM_TLP_MESSAGE_DATA);
        ck_assert_uint_eq(tlp->head.message, PRISIM_MESSAGE_INVALIDATE_REQUEST);
        ck_assert_uint_eq(tlp->head.tag, i);
        ck_assert_uint_eq(tlp->head.size, 8);
        ck_assert_uint_eq(tlp->head.destination_id, HARNESS_SID);
        ck_assert_uint_eq(!!(tlp->head.flags & PRISIM_TLP_HAS_PASID), i != 1);
        ck_assert_uint_eq((uint64_t)prisim_load_le32(tlp->data) << 32 | prisim_load_le32(tlp->data + 4), field[i]);
    }
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 53);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(active(), PRISIM_GERROR_CMDQ);
}
END_TEST

/* SMMU-SYNC: CMD_SYNC waits for the invalidation, all its copies, from that function; commands behind it wait too. */
/* covers: SMMU-SYNC-2, SMMU-SYNC-6, SMMU-SYNC-7, PCIE-SMMU-4 */
START_TEST(sync_waits_for_atc_inv)
{
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, 3), 52);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_PRI_RESP, 3),
                         prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(cons(), 1);
    complete(1, 1, HARNESS_SID);     /* another ITag */
    complete(0, 1, HARNESS_SID + 8); /* another function */
    complete(0, 2, HARNESS_SID);     /* the first of two */
    ck_assert_uint_eq(cons(), 1);
    /* All three are told: the first two as not waited for. */
    static const enum prisim_cause cause[] = {PRISIM_CAUSE_NOT_WAITED_FOR, PRISIM_CAUSE_NOT_WAITED_FOR,
                                              PRISIM_CAUSE_NONE};
    static const unsigned missing[] = {0, 0, 1};
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_INVALIDATED), 3);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATED, i)->smmu_invalidated.cause, cause[i]);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATED, i)->smmu_invalidated.missing,
                          missing[i]);
    }
    complete(0, 2, HARNESS_SID);
    ck_assert(smmu_harness_commands_done(h, 100));
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 1);
    ck_assert_uint_eq(down(1)->head.message, PRISIM_MESSAGE_PRG_RESPONSE);
    ck_assert_uint_gt(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, 1),
                      harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0)->cycle);
}
END_TEST

/* PCIE-MESSAGE: CC=0 means eight copies. */
/* covers: SMMU-PRIPCIE-8, PCIE-MESSAGE-11 */
START_TEST(eight_copies)
{
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 100);
    for (unsigned i = 0; i < 7; i++)
        complete(0, 0, HARNESS_SID);
    ck_assert_uint_eq(cons(), 1);
    complete(0, 0, HARNESS_SID);
    ck_assert_uint_eq(cons(), 2);
}
END_TEST

/* Test seed 12, SMMU-CERROR: the SYNC fails at the timeout, not before; CONS at the SYNC; it runs again. */
/* covers: SMMU-ATCINV-6, SMMU-CERROR-4, SMMU-CERROR, SMMU-SEED-12, SMMU-SYNC-12, PCIE-ITAG-3, PCIE-ITAG-4 */
START_TEST(atc_inv_timeout)
{
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, 3), 52);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS),
                         HARNESS_DOORBELL);
    smmu_harness_run(h, 700);
    prisim_cycle_t sent = harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, 0);
    const struct prisim_event *error = harness_event(h->base, PRISIM_EVENT_SMMU_GERROR, 0);
    ck_assert_ptr_nonnull(error);
    ck_assert_uint_eq(error->cycle, sent + h->config.atc_inv_timeout);
    ck_assert_uint_eq(error->smmu_gerror.active, PRISIM_GERROR_CMDQ);
    ck_assert_uint_eq(cons(), 1 | PRISIM_CERROR_ATC_INV_SYNC << PRISIM_CMDQ_CONS_ERR_SHIFT);
    ck_assert_uint_eq(h->doorbells, 0);
    complete(0, 1, HARNESS_SID); /* late: dropped, and told */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_INVALIDATED), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATED, 0)->smmu_invalidated.cause,
                      PRISIM_CAUSE_LATE);
    acknowledge();
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(cons() & PRISIM_SMMU_QUEUE_INDEX_MASK, 2);
    ck_assert_uint_eq(h->doorbells, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_GERROR), 2); /* and its acknowledgement */
}
END_TEST

/* PCIE-ITAG: 32 ITags; the 33rd invalidation waits for one. */
/* covers: SMMU-PRIPCIE-8, PCIE-ITAG-1, PCIE-ITAG-2 */
START_TEST(itags_run_out)
{
    h->config.atc_inv_timeout = 100000;
    for (unsigned i = 0; i < 33; i++) {
        smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
        smmu_harness_run(h, 40);
    }
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 32);
    complete(17, 1, HARNESS_SID);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 33);
    ck_assert_uint_eq(down(32)->head.tag, 17);
}
END_TEST

/* SMMU-SYNC: signals of CMD_SYNC; test seed 18. */
/* covers: SMMU-IRQCTRL-4, SMMU-GERROR-5, SMMU-CMDFIELD-13, SMMU-SYNC, SMMU-SEED-18 */
START_TEST(sync_signals)
{
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, HARNESS_DOORBELL);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS), 0);
    ck_assert(smmu_harness_commands_done(h, 300));
    ck_assert_uint_eq(h->doorbells, 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 1);
    const struct prisim_smmu_interrupt *wired = harness_got(h->base, PRISIM_SMMU_TX_INTERRUPT, 0);
    ck_assert_uint_eq(wired->lines, PRISIM_SMMU_WIRED_SYNC);
    smmu_harness_command(h,
                         PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS) |
                             prisim_bits_put(0x1234, PRISIM_CMD_SYNC_MSI_DATA),
                         HARNESS_DOORBELL | 0x40);
    ck_assert(smmu_harness_commands_done(h, 300));
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(h->doorbells, 1);
    ck_assert_uint_eq(h->doorbell_data, 0x1234);
    ck_assert_uint_eq(h->doorbell_address, HARNESS_DOORBELL | 0x40);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 2);
    /* An MSI that aborts: GERROR bit 4, the command is consumed all the same. */
    h->fail_at = HARNESS_DOORBELL;
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS),
                         HARNESS_DOORBELL);
    ck_assert(smmu_harness_commands_done(h, 300));
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(active(), PRISIM_GERROR_MSI_CMDQ_ABT);
    /* CS=3 is ILL. */
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(3, PRISIM_CMD_SYNC_CS), 0);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(active(), PRISIM_GERROR_MSI_CMDQ_ABT | PRISIM_GERROR_CMDQ);
}
END_TEST

/* SMMU-OPCODE, SMMU-TLBI, SMMU-RESUME: reserved opcodes, those of features that are not built, SSec=1. */
/* covers: SMMU-OPCODE-9, SMMU-OPCODE-12, SMMU-OPCODE-13, SMMU-OPCODE-16, SMMU-CMD, SMMU-TLBI-9,
 * SMMU-CERROR-2 */
START_TEST(illegal)
{
    static const uint64_t bad[] = {0x00,
                                   0x07,
                                   0x18,
                                   0x44,
                                   0x45,
                                   0x50,
                                   0x70,
                                   0xff,
                                   PRISIM_CMDQ_OP_SYNC | 1 << 10,
                                   PRISIM_CMDQ_OP_CFGI_ALL | 1 << 10};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint32_t at = h->cmdq_prod;
        smmu_harness_command(h, bad[i], 31);
        smmu_harness_run(h, 60);
        ck_assert_msg(active() == PRISIM_GERROR_CMDQ, "opcode %#x", (unsigned)bad[i]);
        ck_assert_uint_eq(cons(), at | PRISIM_CERROR_ILL << PRISIM_CMDQ_CONS_ERR_SHIFT);
        /* SMMU-CERROR: fixed with a CMD_SYNC in its place, acknowledged, it goes on without a PROD write. */
        smmu_harness_store(h, HARNESS_CMDQ + (at & 15) * PRISIM_COMMAND_BYTES, PRISIM_CMDQ_OP_SYNC);
        smmu_harness_run(h, 60);
        ck_assert_uint_eq(cons() & PRISIM_SMMU_QUEUE_INDEX_MASK, at);
        acknowledge();
        smmu_harness_run(h, 60);
        ck_assert_uint_eq(cons() & PRISIM_SMMU_QUEUE_INDEX_MASK, h->cmdq_prod);
    }
}
END_TEST

/* SMMU-CERROR: earlier commands are consumed, later ones of the same fetch are dropped and read again. */
/* covers: SMMU-SYNC-8, SMMU-CERROR-2, SMMU-CERROR */
START_TEST(error_in_a_line)
{
    for (unsigned i = 0; i < 4; i++) {
        smmu_harness_store(h, HARNESS_CMDQ + i * 16, i == 1 ? 0xff : with_sid(PRISIM_CMDQ_OP_PRI_RESP, -1));
        smmu_harness_store(h, HARNESS_CMDQ + i * 16 + 8,
                           prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP) | i);
    }
    h->cmdq_prod = 4;
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, 4);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(cons(), 1 | PRISIM_CERROR_ILL << PRISIM_CMDQ_CONS_ERR_SHIFT);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1);
    smmu_harness_store(h, HARNESS_CMDQ + 16, PRISIM_CMDQ_OP_SYNC);
    smmu_harness_store(h, HARNESS_CMDQ + 2 * 16 + 8,
                       prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP) | 0x99);
    acknowledge();
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(down(1)->head.prg_index, 0x99);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 3);
    ck_assert_uint_eq(cons() & PRISIM_SMMU_QUEUE_INDEX_MASK, 4);
}
END_TEST

/* SMMU-CERROR-2 */
/* covers: SMMU-CERROR-3 */
START_TEST(fetch_abort)
{
    h->fail_at = HARNESS_CMDQ;
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(active(), PRISIM_GERROR_CMDQ);
    ck_assert_uint_eq(cons(), PRISIM_CERROR_ABT << PRISIM_CMDQ_CONS_ERR_SHIFT);
    h->fail_at = 0;
    acknowledge();
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(cons() & PRISIM_SMMU_QUEUE_INDEX_MASK, 1);
}
END_TEST

/* SMMU-QUEUE: the index wraps with its wrap bit; an impossible distance stops. */
/* covers: SMMU-QUEUE-8, SMMU-QUEUE-10, SMMU-QUEUE-11 */
START_TEST(wrap)
{
    for (unsigned i = 0; i < 40; i++)
        smmu_harness_sync(h);
    ck_assert_uint_eq(h->cmdq_prod, 40 & 31);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 40);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 17)->smmu_sync.index, 17);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 35)->smmu_sync.index, 35 & 31);
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, (h->cmdq_prod + 17) & 31);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 40);
}
END_TEST

/* SMMU-CR0: while SMMUEN=0 ATC_INV and PRI_RESP are ignored, ILL comes first; TLBI, CFGI and SYNC work. */
/* covers: SMMU-CR0-17, SMMU-CMD, SMMU-ATCINV-3, SMMU-PRIRESP-5, PCIE-SMMU-4 */
START_TEST(smmu_off)
{
    smmu_harness_cr0(h, PRISIM_CR0_CMDQEN);
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, 3), 52);
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_PRI_RESP, 3),
                         prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
    smmu_harness_command(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    smmu_harness_command(h, PRISIM_CMDQ_OP_PREFETCH_CONFIG, 0);
    smmu_harness_sync(h);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 0);
    ck_assert_uint_eq(active(), 0);
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, 3), 53);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(active(), PRISIM_GERROR_CMDQ);
}
END_TEST

/* SMMU-CR0: CMDQEN 1 to 0 is acknowledged when the command in progress, here a waiting SYNC, is consumed. */
/* covers: SMMU-CR0-10 */
START_TEST(disable_waits)
{
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, 3), 52);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 100);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    smmu_harness_write(h, PRISIM_SMMU_CR0, cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    smmu_harness_run(h, 50);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0);
    complete(0, 1, HARNESS_SID);
    smmu_harness_run(h, 5);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(cons(), 2);
}
END_TEST

static unsigned done_after(uint64_t opcode)
{
    smmu_harness_command(h, opcode, 0);
    smmu_harness_run(h, 3000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 1);
    return (unsigned)harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0)->cycle;
}

/* SMMU-SYNC: event records of transactions terminated before it are visible. */
/* covers: SMMU-SYNC-4 */
START_TEST(sync_waits_for_events)
{
    h->latency = 600;
    smmu_harness_store(h, HARNESS_CMDQ, PRISIM_CMDQ_OP_SYNC);
    h->cmdq_prod = 1;
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, 1);
    smmu_harness_run(h, 300);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 4);
    tlp.head.requester_id = 0x40; /* C_BAD_STREAMID */
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 1500);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0)->cycle,
                      harness_event(h->base, PRISIM_EVENT_SMMU_EVENT, 0)->cycle);
}
END_TEST

/* PCIE-ATC, SMMU-SYNC: a write that came before the Invalidate Completion is in memory when the SYNC is done. */
/* covers: SMMU-SYNC-1, SMMU-ATCINV-10, PCIE-ATC-12, PCIE-ORDER-11 */
START_TEST(sync_waits_for_writes)
{
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_ATC_INV, 3), 52);
    smmu_harness_run(h, 60);
    struct prisim_tlp tlp =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8);
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 40); /* the STE is there: the write is out */
    h->latency = 1000;
    tlp.head.address += 64;
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 10);
    h->latency = HARNESS_MEMORY_LATENCY;
    complete(0, 1, HARNESS_SID);
    prisim_cycle_t written = harness_got_at(h->base, PRISIM_SMMU_TX_DMA_REQUEST, 1) + 1 + 1000;
    ck_assert_uint_eq(done_after(PRISIM_CMDQ_OP_SYNC), written);
}
END_TEST

/* From PROD to the TLP: PROD written at n, fetch offered at n, taken n+1, answered + L, decoded + command_latency. */
START_TEST(command_clock)
{
    smmu_harness_command(h, with_sid(PRISIM_CMDQ_OP_PRI_RESP, 3),
                         prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
    smmu_harness_run(h, 60);
    prisim_cycle_t written = harness_got_at(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE,
                                            h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count - 1);
    unsigned fetch = h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count - 1;
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, fetch), written);
    prisim_cycle_t fetched = written + 1 + HARNESS_MEMORY_LATENCY;
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, 0), fetched + h->config.command_latency);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, 0)->cycle, fetched + h->config.command_latency);
}
END_TEST

Suite *test_suite(void)
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
    return suite;
}
