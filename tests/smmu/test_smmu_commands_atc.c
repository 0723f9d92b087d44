/* SPDX-License-Identifier: Apache-2.0
 *
 * ATC_INV and PRI_RESP: every size, PASIDs, refusals, time-outs at their edge, and what is not checked (SMMU-ATCINV,
 * SMMU-PRIRESP, SMMU-CERROR).
 */
#include "tests/smmu/smmu_commands.h"

enum { TIMEOUT = 500 };

static struct bench *b;

static void open_bench(uint32_t ssid_bits, enum smmu_itag_reuse reuse)
{
    b = bench_open();
    b->config.atc_inv_timeout = TIMEOUT;
    b->config.ssid_bits = ssid_bits;
    b->config.itag_reuse = reuse;
    bench_start(b);
    bench_bring_up(b);
}

static void setup(void)
{
    open_bench(20, SMMU_ITAG_AFTER_LATE);
}

static void teardown(void)
{
    bench_close(b);
}

static const struct tlp *down(unsigned i)
{
    const struct tlp *tlp = rig_got(b->rig, SMMU_TX_DOWN, i);
    ck_assert_ptr_nonnull(tlp);
    return tlp;
}

/* The field on the wire, bit by bit: the page address with its low bits forced to 0; from bit 12 on ones, one fewer
 * than the size, then a 0; S in bit 11 for more than a page (PCIE-ATSCPL). */
static uint64_t wire(uint64_t address, unsigned size)
{
    uint64_t field = address & ~UINT64_C(0xfff);
    for (unsigned bit = 12; bit < 12 + size && bit < 64; bit++)
        field &= ~(UINT64_C(1) << bit);
    for (unsigned bit = 12; size > 0 && bit < 11 + size; bit++)
        field |= UINT64_C(1) << bit;
    return size ? field | 1 << 11 : field;
}

/* covers: SMMU-ATCINV-1, SMMU-ATCINV-2, SMMU-ATCINV-8, SMMU-CMDFIELD-9 */
START_TEST(every_size)
{
    enum { FUNCTION = 0xbe00 | BENCH_SID };
    uint64_t address = UINT64_C(0x5a5aa5a5c3c3cfff);
    for (unsigned size = 0; size <= 63; size++) {
        for (unsigned kind = 0; kind < 4; kind++) {
            bool ssv = kind & 1, global = kind & 2;
            unsigned count = b->rig->tx[SMMU_TX_DOWN].count;
            uint32_t at = b->cmdq_prod;
            bench_command(b,
                          command_sid(CMDQ_OP_ATC_INV, ssv ? 0xabcde : -1) | bits_put(FUNCTION, CMD_SID) |
                              bits_put(global, CMD_ATC_GLOBAL),
                          (address & ~UINT64_C(0xfff)) | size);
            bench_run(b, 40);
            if (size > 52) {
                command_expect_error(b, at, CERROR_ILL, CAUSE_COMMAND_ILLEGAL);
                ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, count);
                bench_store(b, BENCH_CMDQ + (at & 15) * COMMAND_BYTES, CMDQ_OP_SYNC);
                command_acknowledge(b);
                bench_run(b, 40);
                continue;
            }
            const struct tlp *tlp = down(count);
            ck_assert_uint_eq(tlp->head.message, MESSAGE_INVALIDATE_REQUEST);
            ck_assert_uint_eq(tlp->head.destination_id, FUNCTION);
            ck_assert_uint_eq(!!(tlp->head.flags & TLP_HAS_PASID), ssv);
            if (ssv)
                ck_assert_uint_eq(tlp->head.pasid, 0xabcde);
            uint64_t field = (uint64_t)load_le32(tlp->data) << 32 | load_le32(tlp->data + 4);
            ck_assert_uint_eq(field, wire(address, size) | (ssv && global));
            const struct event *event = rig_event(b->rig, EVENT_SMMU_INVALIDATE, count);
            uint64_t span = size < 52 ? UINT64_C(4096) << size : UINT64_MAX;
            ck_assert_uint_eq(event->smmu_invalidate.address, size < 52 ? address & ~(span - 1) : 0);
            ck_assert_uint_eq(event->smmu_invalidate.size, span);
            command_complete(b, tlp->head.tag, 1, FUNCTION, TLP_SC);
            bench_run(b, 3);
        }
    }
}
END_TEST

/* A completion at the very edge of the time-out counts; one edge later the SYNC has failed. */
/* covers: SMMU-ATCINV-6, SMMU-CERROR-4, SMMU-CERROR, SMMU-SEED-12 */
START_TEST(timeout_edge)
{
    bool late = _i;
    bench_command(b, command_sid(CMDQ_OP_ATC_INV, -1), 52);
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_run(b, 60);
    cycle_t deadline = rig_got_at(b->rig, SMMU_TX_DOWN, 0) + TIMEOUT;
    /* Offered before edge n, it arrives at n. */
    bench_run(b, deadline + late - b->rig->now);
    command_complete(b, 0, 1, BENCH_SID, TLP_SC);
    bench_run(b, 60);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_INVALIDATED), 1);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_INVALIDATED, 0)->smmu_invalidated.cause,
                      late ? CAUSE_LATE : CAUSE_NONE);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_ATC_TIMEOUT), late);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), !late);
    if (!late) {
        ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_SYNC, 0)->cycle, deadline);
        return;
    }
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_ATC_TIMEOUT, 0)->cycle, deadline);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_COMMAND_ERROR, 0)->cycle, deadline);
    command_expect_error(b, 1, CERROR_ATC_INV_SYNC, CAUSE_ATC_INV_TIMEOUT);
    command_acknowledge(b);
    bench_run(b, 60);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), 1);
}
END_TEST

/* The time-out tells the next SYNC, also if that comes long after it; and that one only. */
/* covers: SMMU-ATCINV-6, SMMU-CERROR-4 */
START_TEST(timeout_before_the_sync)
{
    bench_command(b, command_sid(CMDQ_OP_ATC_INV, -1), 52);
    bench_command(b, command_sid(CMDQ_OP_ATC_INV, 2), 52);
    bench_run(b, 2 * TIMEOUT);
    ck_assert_uint_eq(command_active(b), 0);
    uint64_t sync = CMDQ_OP_SYNC | bits_put(SYNC_CS_IRQ, CMD_SYNC_CS);
    bench_command(b, sync, BENCH_DOORBELL);
    bench_command(b, sync, BENCH_DOORBELL);
    bench_run(b, 100);
    command_expect_error(b, 2, CERROR_ATC_INV_SYNC, CAUSE_ATC_INV_TIMEOUT);
    ck_assert_uint_eq(b->doorbells, 0);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_INTERRUPT].count, 0);
    command_acknowledge(b);
    bench_run(b, 200);
    ck_assert_uint_eq(command_cons(b) & SMMU_QUEUE_INDEX_MASK, 4);
    ck_assert_uint_eq(b->doorbells, 2);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_COMMAND_ERROR), 1);
}
END_TEST

/* A function that refuses it (UR): the command has succeeded, at once, whatever copies were expected. */
/* covers: SMMU-ATCINV-6 */
START_TEST(unsupported)
{
    bench_command(b, command_sid(CMDQ_OP_ATC_INV, -1), 52);
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_run(b, 60);
    command_complete(b, 0, 2, BENCH_SID, TLP_UR);
    bench_run(b, 10);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), 1);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_INVALIDATED, 0)->smmu_invalidated.cause, CAUSE_FUNCTION_REFUSED);
    bench_run(b, 2 * TIMEOUT);
    bench_sync(b);
    ck_assert_uint_eq(command_active(b), 0);
}
END_TEST

/* Invalidates at that function; returns the ITag that went out. */
static unsigned invalidate_at(uint16_t function)
{
    unsigned count = b->rig->tx[SMMU_TX_DOWN].count;
    bench_command(b, CMDQ_OP_ATC_INV | bits_put(function, CMD_SID), 52);
    bench_run(b, 40);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, count + 1);
    ck_assert_uint_eq(down(count)->head.destination_id, function);
    return down(count)->head.tag;
}

static void complete(unsigned itag, unsigned copies, uint16_t from)
{
    command_complete(b, itag, copies, from, TLP_SC);
    bench_run(b, 3);
}

/* Lets all that is open time out, and takes the error of the next CMD_SYNC. */
static void lose(void)
{
    bench_run(b, TIMEOUT);
    uint32_t sync = b->cmdq_prod;
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_run(b, 60);
    command_expect_error(b, sync, CERROR_ATC_INV_SYNC, CAUSE_ATC_INV_TIMEOUT);
    command_acknowledge(b);
    bench_run(b, 60);
    ck_assert_uint_eq(command_active(b), 0);
}

static const struct event_smmu_invalidated *invalidated(unsigned i)
{
    const struct event *event = rig_event(b->rig, EVENT_SMMU_INVALIDATED, i);
    ck_assert_ptr_nonnull(event);
    return &event->smmu_invalidated;
}

/* The events from command to completion: request and command are named by each of them, whichever ITag they had. */
/* covers: SMMU-SYNC-9, PCIE-ATC-11 */
START_TEST(who_completed_what)
{
    for (unsigned i = 0; i < 17; i++) /* the queue has 16 places: the index has its wrap bit */
        bench_sync(b);
    ck_assert_uint_eq(b->cmdq_prod, 17);
    invalidate_at(BENCH_SID);
    invalidate_at(BENCH_SID + 8);
    const struct event_smmu_invalidate *asked[2];
    for (unsigned i = 0; i < 2; i++) {
        asked[i] = &rig_event(b->rig, EVENT_SMMU_INVALIDATE, i)->smmu_invalidate;
        ck_assert_uint_eq(asked[i]->tlp, down(i)->head.id);
        ck_assert_uint_eq(asked[i]->index, 17 + i);
    }
    ck_assert_uint_ne(asked[0]->tlp, asked[1]->tlp);
    complete(1, 3, BENCH_SID + 8);
    complete(1, 2, BENCH_SID + 8);
    bench_run(b, TIMEOUT);
    const struct event_smmu_atc_timeout *lost = &rig_event(b->rig, EVENT_SMMU_ATC_TIMEOUT, 0)->smmu_atc_timeout;
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_ATC_TIMEOUT), 1);
    ck_assert_uint_eq(lost->request_tlp, asked[0]->tlp);
    ck_assert_uint_eq(lost->itag, 0);
    ck_assert_uint_eq(lost->stream_id, BENCH_SID);
    ck_assert_uint_eq(lost->index, 17);
    complete(0, 2, BENCH_SID);
    complete(0, 2, BENCH_SID);
    complete(0, 2, BENCH_SID);
    static const struct {
        unsigned of, itag, missing;
        enum cause cause;
    } said[] = {{1, 1, 2, CAUSE_NONE},
                {1, 1, 0, CAUSE_NONE},
                {0, 0, 1, CAUSE_LATE},
                {0, 0, 0, CAUSE_LATE},
                {2, 0, 0, CAUSE_NOT_WAITED_FOR}};
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_INVALIDATED), 5);
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_uint_eq(invalidated(i)->request_tlp, said[i].of < 2 ? asked[said[i].of]->tlp : 0);
        ck_assert_uint_eq(invalidated(i)->index, said[i].of < 2 ? asked[said[i].of]->index : 0);
        ck_assert_uint_eq(invalidated(i)->itag, said[i].itag);
        ck_assert_uint_eq(invalidated(i)->missing, said[i].missing);
        ck_assert_uint_eq(invalidated(i)->cause, said[i].cause);
    }
}
END_TEST

/* In turn over all 32 and then from 0 on, whatever was completed meanwhile; what is open or kept back is passed over.
 */
/* covers: SMMU-SYNC-9, PCIE-ITAG-1 */
START_TEST(itags_in_turn)
{
    for (unsigned i = 0; i < 70; i++) {
        ck_assert_uint_eq(invalidate_at(BENCH_SID), i % 32);
        complete(i % 32, 1, BENCH_SID);
    }
    /* 70 % 32 = 6 is next. 6 and 7 stay open until they are lost, 8 and 9 are completed. */
    for (unsigned itag = 6; itag < 10; itag++)
        ck_assert_uint_eq(invalidate_at(BENCH_SID), itag);
    complete(9, 1, BENCH_SID);
    complete(8, 1, BENCH_SID);
    lose();
    for (unsigned i = 10; i < 32 + 6; i++) {
        ck_assert_uint_eq(invalidate_at(BENCH_SID), i % 32);
        complete(i % 32, 1, BENCH_SID);
    }
    ck_assert_uint_eq(invalidate_at(BENCH_SID), 8);
}
END_TEST

/* A late completion completes nothing; with the fault at_timeout it completes the next invalidation, and the CMD_SYNC
 * behind that one is over too soon. */
/* covers: SMMU-SYNC-9, PCIE-ATC-11 */
START_TEST(late_completion)
{
    bool fault = _i;
    if (fault) {
        teardown();
        open_bench(20, SMMU_ITAG_AT_TIMEOUT);
    }
    ck_assert_uint_eq(invalidate_at(BENCH_SID), 0);
    lose();
    ck_assert_uint_eq(invalidate_at(BENCH_SID), fault ? 0 : 1);
    unsigned syncs = rig_events(b->rig, EVENT_SMMU_SYNC);
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_run(b, 40);
    complete(0, 1, BENCH_SID);
    bench_run(b, 40);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), syncs + fault);
    ck_assert_uint_eq(command_active(b), 0);
    ck_assert_uint_eq(invalidated(0)->request_tlp, down(fault)->head.id);
    ck_assert_uint_eq(invalidated(0)->cause, fault ? CAUSE_NONE : CAUSE_LATE);
    if (fault)
        return;
    complete(1, 1, BENCH_SID);
    bench_run(b, 40);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), syncs + 1);
}
END_TEST

/* An ITag is kept back until every copy came, from the function that was asked; or until that one refuses it. */
/* covers: SMMU-SYNC-9, PCIE-ITAG-1 */
START_TEST(kept_back_until_all_copies)
{
    enum { OTHER = BENCH_SID + 8, COPIES = 3 };
    ck_assert_uint_eq(invalidate_at(BENCH_SID), 0);
    ck_assert_uint_eq(invalidate_at(OTHER), 1);
    complete(0, COPIES, BENCH_SID); /* the first of three comes in time */
    lose();
    for (unsigned itag = 2; itag < 32; itag++) {
        ck_assert_uint_eq(invalidate_at(itag % 2 ? BENCH_SID : OTHER), itag);
        complete(itag, 1, itag % 2 ? BENCH_SID : OTHER);
    }
    complete(1, 1, BENCH_SID); /* of another function */
    complete(0, COPIES, OTHER);
    complete(0, COPIES, OTHER);
    complete(0, COPIES, BENCH_SID); /* the second of three */
    ck_assert_uint_eq(invalidate_at(BENCH_SID), 2);
    complete(2, 1, BENCH_SID);
    for (unsigned itag = 3; itag < 32; itag++) {
        ck_assert_uint_eq(invalidate_at(OTHER), itag);
        complete(itag, 1, OTHER);
    }
    complete(0, COPIES, BENCH_SID);
    command_complete(b, 1, COPIES, OTHER, TLP_UR);
    bench_run(b, 3);
    ck_assert_uint_eq(invalidate_at(OTHER), 0);
    ck_assert_uint_eq(invalidate_at(BENCH_SID), 1);
}
END_TEST

/* All 32 lost: the next invalidation waits for a late completion, of whichever ITag, and goes at its edge. The fault
 * at_timeout has them all again at the time-out: it waits for the first one's, and goes at that edge. */
/* covers: SMMU-SYNC-9, PCIE-ITAG-2 */
START_TEST(all_kept_back)
{
    bool fault = _i;
    teardown();
    b = bench_open();
    b->config.atc_inv_timeout = 32 * 60;
    b->config.itag_reuse = fault ? SMMU_ITAG_AT_TIMEOUT : SMMU_ITAG_AFTER_LATE;
    bench_start(b);
    bench_bring_up(b);
    for (unsigned itag = 0; itag < 32; itag++)
        ck_assert_uint_eq(invalidate_at(BENCH_SID), itag);
    bench_command(b, command_sid(CMDQ_OP_ATC_INV, -1), 52);
    cycle_t first_lost = rig_got_at(b->rig, SMMU_TX_DOWN, 0) + b->config.atc_inv_timeout;
    ck_assert_uint_lt(b->rig->now, first_lost);
    bench_run(b, 3 * b->config.atc_inv_timeout);
    if (fault) {
        ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_DOWN, 32), first_lost);
        ck_assert_uint_eq(down(32)->head.tag, 0);
        return;
    }
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 32);
    command_complete(b, 23, 1, BENCH_SID, TLP_SC);
    bench_run(b, 5);
    ck_assert_uint_eq(down(32)->head.tag, 23);
    ck_assert_uint_eq(rig_got_at(b->rig, SMMU_TX_DOWN, 32), b->rig->rx[SMMU_RX_UP].taken_at[0]);
}
END_TEST

/* The SMMU keeps no table of groups: nothing was asked, and the same answer goes out twice, to any StreamID. */
/* covers: SMMU-PRIRESP-7, SMMU-CMDFIELD-10, SMMU-PRIRESP-6, SMMU-PRIRESP-4, SMMU-SEED-11 */
START_TEST(pri_resp_fields)
{
    uint64_t dw0 = CMDQ_OP_PRI_RESP | UINT64_C(1) << 11 | UINT64_C(0xfedcb) << 12 | UINT64_C(0xbeef) << 32;
    for (unsigned i = 0; i < 2; i++)
        bench_command(b, dw0, UINT64_C(2) << 12 | 0x155);
    ck_assert(bench_commands_done(b, 500));
    for (unsigned i = 0; i < 2; i++) {
        const struct tlp_header *head = &down(i)->head;
        ck_assert_uint_eq(head->destination_id, 0xbeef);
        ck_assert_uint_eq(head->pasid, 0xfedcb);
        ck_assert_uint_eq(head->flags, TLP_HAS_PASID);
        ck_assert_uint_eq(head->prg_index, 0x155);
        ck_assert_uint_eq(head->response_code, PRG_SUCCESS);
    }
    bench_command(b, dw0, UINT64_C(3) << 12);
    bench_run(b, 60);
    command_expect_error(b, 2, CERROR_ILL, CAUSE_COMMAND_ILLEGAL);
}
END_TEST

/* A StreamID that no function has as its Requester ID: no TLP, least of all to the function of its low bits. */
/* covers: SMMU-ATCINV-3, SMMU-PRIRESP-5 */
START_TEST(no_function)
{
    uint64_t sid = UINT64_C(1) << 48 | command_sid(0, -1);
    bench_command(b, sid | CMDQ_OP_ATC_INV, 52);
    bench_command(b, sid | CMDQ_OP_PRI_RESP, bits_put(PRI_RESP_SUCCESS, CMD1_PRI_RESP));
    bench_sync(b);
    ck_assert_uint_eq(b->rig->tx[SMMU_TX_DOWN].count, 0);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_COMMAND), 3);
    ck_assert_uint_eq(command_active(b), 0);
    bench_command(b, sid | CMDQ_OP_ATC_INV, 53);
    bench_run(b, 60);
    command_expect_error(b, 3, CERROR_ILL, CAUSE_COMMAND_ILLEGAL);
}
END_TEST

/* Without SubstreamIDs SSV=1 acts as SSV=0, for both commands. */
/* covers: SMMU-PRIRESP-6, SMMU-ATCINV-9 */
START_TEST(no_substreams)
{
    open_bench(0, SMMU_ITAG_AFTER_LATE);
    bench_command(b, command_sid(CMDQ_OP_PRI_RESP, 3), bits_put(PRI_RESP_SUCCESS, CMD1_PRI_RESP));
    bench_command(b, command_sid(CMDQ_OP_ATC_INV, 3) | bits_put(1, CMD_ATC_GLOBAL), 0x5000);
    ck_assert(bench_commands_done(b, 500));
    ck_assert_uint_eq(down(0)->head.flags & TLP_HAS_PASID, 0);
    ck_assert_uint_eq(down(1)->head.flags & TLP_HAS_PASID, 0);
    ck_assert_uint_eq(load_le32(down(1)->data + 4), 0x5000);
    teardown();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("smmu_commands_atc");
    TCase *tcase = tcase_create("atc");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_size);
    tcase_add_loop_test(tcase, timeout_edge, 0, 2);
    tcase_add_test(tcase, timeout_before_the_sync);
    tcase_add_test(tcase, unsupported);
    tcase_add_test(tcase, who_completed_what);
    tcase_add_test(tcase, itags_in_turn);
    tcase_add_loop_test(tcase, late_completion, 0, 2);
    tcase_add_test(tcase, kept_back_until_all_copies);
    tcase_add_loop_test(tcase, all_kept_back, 0, 2);
    tcase_add_test(tcase, pri_resp_fields);
    tcase_add_test(tcase, no_function);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("no_substreams");
    tcase_add_test(tcase, no_substreams);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
