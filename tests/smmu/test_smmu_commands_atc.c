/* SPDX-License-Identifier: Apache-2.0
 *
 * ATC_INV and PRI_RESP: every size, PASIDs, refusals, time-outs at their edge, and what is not checked (SMMU-ATCINV,
 * SMMU-PRIRESP, SMMU-CERROR).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"

enum { TIMEOUT = 500 };

static struct smmu_harness *h;

static void open_harness(uint32_t ssid_bits, enum prisim_smmu_itag_reuse reuse)
{
    h = smmu_harness_open();
    h->config.atc_inv_timeout = TIMEOUT;
    h->config.ssid_bits = ssid_bits;
    h->config.itag_reuse = reuse;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

static void setup(void)
{
    open_harness(20, PRISIM_SMMU_ITAG_AFTER_LATE);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static const struct prisim_tlp *down(unsigned i)
{
    const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, i);
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

/* covers: SMMU-ATCINV-1, SMMU-ATCINV-2, SMMU-ATCINV-8, SMMU-CMDFIELD-9, PCIE-SMMU-4 */
START_TEST(every_size)
{
    enum { FUNCTION = 0xbe00 | HARNESS_SID };
    uint64_t address = UINT64_C(0x5a5aa5a5c3c3cfff);
    for (unsigned size = 0; size <= 63; size++) {
        for (unsigned kind = 0; kind < 4; kind++) {
            bool ssv = kind & 1, global = kind & 2;
            unsigned count = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
            uint32_t at = h->cmdq_prod;
            smmu_harness_command(h,
                                 command_sid(PRISIM_CMDQ_OP_ATC_INV, ssv ? 0xabcde : -1) |
                                     prisim_bits_put(FUNCTION, PRISIM_CMD_SID) |
                                     prisim_bits_put(global, PRISIM_CMD_ATC_GLOBAL),
                                 (address & ~UINT64_C(0xfff)) | size);
            smmu_harness_run(h, 40);
            if (size > 52) {
                command_expect_error(h, at, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
                ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, count);
                smmu_harness_store(h, HARNESS_CMDQ + (at & 15) * PRISIM_COMMAND_BYTES, PRISIM_CMDQ_OP_SYNC);
                command_acknowledge(h);
                smmu_harness_run(h, 40);
                continue;
            }
            const struct prisim_tlp *tlp = down(count);
            ck_assert_uint_eq(tlp->head.message, PRISIM_MESSAGE_INVALIDATE_REQUEST);
            ck_assert_uint_eq(tlp->head.destination_id, FUNCTION);
            ck_assert_uint_eq(!!(tlp->head.flags & PRISIM_TLP_HAS_PASID), ssv);
            if (ssv)
                ck_assert_uint_eq(tlp->head.pasid, 0xabcde);
            uint64_t field = (uint64_t)prisim_load_le32(tlp->data) << 32 | prisim_load_le32(tlp->data + 4);
            ck_assert_uint_eq(field, wire(address, size) | (ssv && global));
            const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATE, count);
            uint64_t span = size < 52 ? UINT64_C(4096) << size : UINT64_MAX;
            ck_assert_uint_eq(event->smmu_invalidate.address, size < 52 ? address & ~(span - 1) : 0);
            ck_assert_uint_eq(event->smmu_invalidate.size, span);
            command_complete(h, tlp->head.tag, 1, FUNCTION, PRISIM_TLP_SC);
            smmu_harness_run(h, 3);
        }
    }
}
END_TEST

/* A completion at the very edge of the time-out counts; one edge later the SYNC has failed. */
/* covers: SMMU-ATCINV-6, SMMU-CERROR-4, SMMU-CERROR, SMMU-SEED-12, PCIE-ITAG-3 */
START_TEST(timeout_edge)
{
    bool late = _i;
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 60);
    prisim_cycle_t deadline = harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, 0) + TIMEOUT;
    /* Offered before edge n, it arrives at n. */
    smmu_harness_run(h, deadline + late - h->base->now);
    command_complete(h, 0, 1, HARNESS_SID, PRISIM_TLP_SC);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_INVALIDATED), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATED, 0)->smmu_invalidated.cause,
                      late ? PRISIM_CAUSE_LATE : PRISIM_CAUSE_NONE);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_ATC_TIMEOUT), late);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), !late);
    if (!late) {
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0)->cycle, deadline);
        return;
    }
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_ATC_TIMEOUT, 0)->cycle, deadline);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR, 0)->cycle, deadline);
    command_expect_error(h, 1, PRISIM_CERROR_ATC_INV_SYNC, PRISIM_CAUSE_ATC_INV_TIMEOUT);
    command_acknowledge(h);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 1);
}
END_TEST

/* The time-out tells the next SYNC, also if that comes long after it; and that one only. */
/* covers: SMMU-ATCINV-6, SMMU-CERROR-4 */
START_TEST(timeout_before_the_sync)
{
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, 2), 52);
    smmu_harness_run(h, 2 * TIMEOUT);
    ck_assert_uint_eq(command_active(h), 0);
    uint64_t sync = PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS);
    smmu_harness_command(h, sync, HARNESS_DOORBELL);
    smmu_harness_command(h, sync, HARNESS_DOORBELL);
    smmu_harness_run(h, 100);
    command_expect_error(h, 2, PRISIM_CERROR_ATC_INV_SYNC, PRISIM_CAUSE_ATC_INV_TIMEOUT);
    ck_assert_uint_eq(h->doorbells, 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 0);
    command_acknowledge(h);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(command_cons(h) & PRISIM_SMMU_QUEUE_INDEX_MASK, 4);
    ck_assert_uint_eq(h->doorbells, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR), 1);
}
END_TEST

/* The root port hears of each, at the edge of the time-out, and of nothing else. */
/* covers: PCIE-ITAG-9 */
START_TEST(timeout_is_told_to_the_root_port)
{
    const struct harness_tx_port *told = &h->base->tx[9];
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1) + (UINT64_C(1) << 32), 52); /* the next function */
    smmu_harness_run(h, 2 * TIMEOUT);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_ATC_TIMEOUT), 2);
    ck_assert_uint_eq(told->count, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_atc_timeout *timeout = harness_got(h->base, 9, i);
        ck_assert_uint_eq(timeout->stream_id, HARNESS_SID + i);
        /* Put at the edge of the time-out. */
        ck_assert_uint_eq(harness_got_at(h->base, 9, i),
                          harness_event(h->base, PRISIM_EVENT_SMMU_ATC_TIMEOUT, i)->cycle);
    }
}
END_TEST

/* A function that refuses it (UR): the command has succeeded, at once, whatever copies were expected. */
/* covers: SMMU-ATCINV-6, PCIE-ITAG-7 */
START_TEST(unsupported)
{
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 60);
    command_complete(h, 0, 2, HARNESS_SID, PRISIM_TLP_UR);
    smmu_harness_run(h, 10);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATED, 0)->smmu_invalidated.cause,
                      PRISIM_CAUSE_FUNCTION_REFUSED);
    smmu_harness_run(h, 2 * TIMEOUT);
    smmu_harness_sync(h);
    ck_assert_uint_eq(command_active(h), 0);
}
END_TEST

/* Invalidates at that function; returns the ITag that went out. */
static unsigned invalidate_at(uint16_t function)
{
    unsigned count = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    smmu_harness_command(h, PRISIM_CMDQ_OP_ATC_INV | prisim_bits_put(function, PRISIM_CMD_SID), 52);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, count + 1);
    ck_assert_uint_eq(down(count)->head.destination_id, function);
    return down(count)->head.tag;
}

static void complete(unsigned itag, unsigned copies, uint16_t from)
{
    command_complete(h, itag, copies, from, PRISIM_TLP_SC);
    smmu_harness_run(h, 3);
}

/* Lets all that is open time out, and takes the error of the next CMD_SYNC. */
static void lose(void)
{
    smmu_harness_run(h, TIMEOUT);
    uint32_t sync = h->cmdq_prod;
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 60);
    command_expect_error(h, sync, PRISIM_CERROR_ATC_INV_SYNC, PRISIM_CAUSE_ATC_INV_TIMEOUT);
    command_acknowledge(h);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(command_active(h), 0);
}

static const struct prisim_event_smmu_invalidated *invalidated(unsigned i)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATED, i);
    ck_assert_ptr_nonnull(event);
    return &event->smmu_invalidated;
}

/* One message for several ITags counts for each of them, with its own number of copies missing; for one that is another
 * function's, or nobody's, it counts nothing, and one that came twice is not waited for the second time. */
/* covers: PCIE-MESSAGE-12, PCIE-ATC-13 */
START_TEST(several_itags_in_one_message)
{
    enum { OTHER = HARNESS_SID + 8 };
    ck_assert_uint_eq(invalidate_at(HARNESS_SID), 0);
    ck_assert_uint_eq(invalidate_at(OTHER), 1);
    ck_assert_uint_eq(invalidate_at(HARNESS_SID), 2);
    uint32_t sync = h->cmdq_prod;
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, 0, 0);
    tlp.head.message = PRISIM_MESSAGE_INVALIDATE_COMPLETION;
    tlp.head.requester_id = HARNESS_SID;
    tlp.head.itag_vector = UINT32_C(0x80000007);
    tlp.head.completion_count = 2;
    for (unsigned copy = 0; copy < 2; copy++) {
        smmu_harness_up(h, &tlp);
        smmu_harness_run(h, 5);
        for (unsigned i = 0; i < 4; i++) { /* ITags 0, 1, 2 and 31 */
            const bool own = i == 0 || i == 2;
            ck_assert_uint_eq(invalidated(4 * copy + i)->itag, i == 3 ? 31 : i);
            ck_assert_uint_eq(invalidated(4 * copy + i)->cause, own ? PRISIM_CAUSE_NONE : PRISIM_CAUSE_NOT_WAITED_FOR);
            ck_assert_uint_eq(invalidated(4 * copy + i)->missing, own ? 1 - copy : 0);
        }
    }
    smmu_harness_run(h, 20);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS), sync); /* that of the other function is open */
    complete(1, 1, OTHER);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS), sync + 1);
    complete(0, 2, HARNESS_SID);
    ck_assert_uint_eq(invalidated(9)->cause, PRISIM_CAUSE_NOT_WAITED_FOR);
}
END_TEST

/* The events from command to completion: request and command are named by each of them, whichever ITag they had. */
/* covers: SMMU-SYNC-9, PCIE-ATC-11 */
START_TEST(who_completed_what)
{
    for (unsigned i = 0; i < 17; i++) /* the queue has 16 places: the index has its wrap bit */
        smmu_harness_sync(h);
    ck_assert_uint_eq(h->cmdq_prod, 17);
    invalidate_at(HARNESS_SID);
    invalidate_at(HARNESS_SID + 8);
    const struct prisim_event_smmu_invalidate *asked[2];
    for (unsigned i = 0; i < 2; i++) {
        asked[i] = &harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATE, i)->smmu_invalidate;
        ck_assert_uint_eq(asked[i]->tlp, down(i)->head.id);
        ck_assert_uint_eq(asked[i]->index, 17 + i);
    }
    ck_assert_uint_ne(asked[0]->tlp, asked[1]->tlp);
    complete(1, 3, HARNESS_SID + 8);
    complete(1, 2, HARNESS_SID + 8);
    smmu_harness_run(h, TIMEOUT);
    const struct prisim_event_smmu_atc_timeout *lost =
        &harness_event(h->base, PRISIM_EVENT_SMMU_ATC_TIMEOUT, 0)->smmu_atc_timeout;
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_ATC_TIMEOUT), 1);
    ck_assert_uint_eq(lost->request_tlp, asked[0]->tlp);
    ck_assert_uint_eq(lost->itag, 0);
    ck_assert_uint_eq(lost->stream_id, HARNESS_SID);
    ck_assert_uint_eq(lost->index, 17);
    complete(0, 2, HARNESS_SID);
    complete(0, 2, HARNESS_SID);
    complete(0, 2, HARNESS_SID);
    static const struct {
        unsigned of, itag, missing;
        enum prisim_cause cause;
    } said[] = {{1, 1, 2, PRISIM_CAUSE_NONE},
                {1, 1, 0, PRISIM_CAUSE_NONE},
                {0, 0, 1, PRISIM_CAUSE_LATE},
                {0, 0, 0, PRISIM_CAUSE_LATE},
                {2, 0, 0, PRISIM_CAUSE_NOT_WAITED_FOR}};
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_INVALIDATED), 5);
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
        ck_assert_uint_eq(invalidate_at(HARNESS_SID), i % 32);
        complete(i % 32, 1, HARNESS_SID);
    }
    /* 70 % 32 = 6 is next. 6 and 7 stay open until they are lost, 8 and 9 are completed. */
    for (unsigned itag = 6; itag < 10; itag++)
        ck_assert_uint_eq(invalidate_at(HARNESS_SID), itag);
    complete(9, 1, HARNESS_SID);
    complete(8, 1, HARNESS_SID);
    lose();
    for (unsigned i = 10; i < 32 + 6; i++) {
        ck_assert_uint_eq(invalidate_at(HARNESS_SID), i % 32);
        complete(i % 32, 1, HARNESS_SID);
    }
    ck_assert_uint_eq(invalidate_at(HARNESS_SID), 8);
}
END_TEST

/* A late completion completes nothing; with the fault at_timeout it completes the next invalidation, and the CMD_SYNC
 * behind that one is over too soon. */
/* covers: SMMU-SYNC-9, PCIE-ATC-11, PCIE-ATC-13 */
START_TEST(late_completion)
{
    bool fault = _i;
    if (fault) {
        teardown();
        open_harness(20, PRISIM_SMMU_ITAG_AT_TIMEOUT);
    }
    ck_assert_uint_eq(invalidate_at(HARNESS_SID), 0);
    lose();
    ck_assert_uint_eq(invalidate_at(HARNESS_SID), fault ? 0 : 1);
    unsigned syncs = harness_events(h->base, PRISIM_EVENT_SMMU_SYNC);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 40);
    complete(0, 1, HARNESS_SID);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), syncs + fault);
    ck_assert_uint_eq(command_active(h), 0);
    ck_assert_uint_eq(invalidated(0)->request_tlp, down(fault)->head.id);
    ck_assert_uint_eq(invalidated(0)->cause, fault ? PRISIM_CAUSE_NONE : PRISIM_CAUSE_LATE);
    if (fault)
        return;
    complete(1, 1, HARNESS_SID);
    smmu_harness_run(h, 40);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_SYNC), syncs + 1);
}
END_TEST

/* An ITag is kept back until every copy came, from the function that was asked; or until that one refuses it. */
/* covers: SMMU-SYNC-9, PCIE-ITAG-1, PCIE-ATC-13 */
START_TEST(kept_back_until_all_copies)
{
    enum { OTHER = HARNESS_SID + 8, COPIES = 3 };
    ck_assert_uint_eq(invalidate_at(HARNESS_SID), 0);
    ck_assert_uint_eq(invalidate_at(OTHER), 1);
    complete(0, COPIES, HARNESS_SID); /* the first of three comes in time */
    lose();
    for (unsigned itag = 2; itag < 32; itag++) {
        ck_assert_uint_eq(invalidate_at(itag % 2 ? HARNESS_SID : OTHER), itag);
        complete(itag, 1, itag % 2 ? HARNESS_SID : OTHER);
    }
    complete(1, 1, HARNESS_SID); /* of another function */
    complete(0, COPIES, OTHER);
    complete(0, COPIES, OTHER);
    complete(0, COPIES, HARNESS_SID); /* the second of three */
    ck_assert_uint_eq(invalidate_at(HARNESS_SID), 2);
    complete(2, 1, HARNESS_SID);
    for (unsigned itag = 3; itag < 32; itag++) {
        ck_assert_uint_eq(invalidate_at(OTHER), itag);
        complete(itag, 1, OTHER);
    }
    complete(0, COPIES, HARNESS_SID);
    command_complete(h, 1, COPIES, OTHER, PRISIM_TLP_UR);
    smmu_harness_run(h, 3);
    ck_assert_uint_eq(invalidate_at(OTHER), 0);
    ck_assert_uint_eq(invalidate_at(HARNESS_SID), 1);
}
END_TEST

/* All 32 lost: the next invalidation waits for a late completion, of whichever ITag, and goes at its edge. The fault
 * at_timeout has them all again at the time-out: it waits for the first one's, and goes at that edge. */
/* covers: SMMU-SYNC-9, PCIE-ITAG-2 */
START_TEST(all_kept_back)
{
    bool fault = _i;
    teardown();
    h = smmu_harness_open();
    h->config.atc_inv_timeout = 32 * 60;
    h->config.itag_reuse = fault ? PRISIM_SMMU_ITAG_AT_TIMEOUT : PRISIM_SMMU_ITAG_AFTER_LATE;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    for (unsigned itag = 0; itag < 32; itag++)
        ck_assert_uint_eq(invalidate_at(HARNESS_SID), itag);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 52);
    prisim_cycle_t first_lost = harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, 0) + h->config.atc_inv_timeout;
    ck_assert_uint_lt(h->base->now, first_lost);
    smmu_harness_run(h, 3 * h->config.atc_inv_timeout);
    if (fault) {
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, 32), first_lost);
        ck_assert_uint_eq(down(32)->head.tag, 0);
        return;
    }
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 32);
    command_complete(h, 23, 1, HARNESS_SID, PRISIM_TLP_SC);
    smmu_harness_run(h, 5);
    ck_assert_uint_eq(down(32)->head.tag, 23);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_DOWN, 32), h->base->rx[PRISIM_SMMU_RX_UP].taken_at[0]);
}
END_TEST

/* The SMMU keeps no table of groups: nothing was asked, and the same answer goes out twice, to any StreamID. */
/* covers: SMMU-PRIRESP-7, SMMU-CMDFIELD-10, SMMU-PRIRESP-6, SMMU-PRIRESP-4, SMMU-SEED-11 */
START_TEST(pri_resp_fields)
{
    uint64_t dw0 = PRISIM_CMDQ_OP_PRI_RESP | UINT64_C(1) << 11 | UINT64_C(0xfedcb) << 12 | UINT64_C(0xbeef) << 32;
    for (unsigned i = 0; i < 2; i++)
        smmu_harness_command(h, dw0, UINT64_C(2) << 12 | 0x155);
    ck_assert(smmu_harness_commands_done(h, 500));
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_tlp_header *head = &down(i)->head;
        ck_assert_uint_eq(head->destination_id, 0xbeef);
        ck_assert_uint_eq(head->pasid, 0xfedcb);
        ck_assert_uint_eq(head->flags, PRISIM_TLP_HAS_PASID);
        ck_assert_uint_eq(head->prg_index, 0x155);
        ck_assert_uint_eq(head->response_code, PRISIM_PRG_SUCCESS);
    }
    smmu_harness_command(h, dw0, UINT64_C(3) << 12);
    smmu_harness_run(h, 60);
    command_expect_error(h, 2, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
}
END_TEST

/* A StreamID that no function has as its Requester ID: no TLP, least of all to the function of its low bits. */
/* covers: SMMU-ATCINV-3, SMMU-PRIRESP-5 */
START_TEST(no_function)
{
    uint64_t sid = UINT64_C(1) << 48 | command_sid(0, -1);
    smmu_harness_command(h, sid | PRISIM_CMDQ_OP_ATC_INV, 52);
    smmu_harness_command(h, sid | PRISIM_CMDQ_OP_PRI_RESP,
                         prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
    smmu_harness_sync(h);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 3);
    ck_assert_uint_eq(command_active(h), 0);
    smmu_harness_command(h, sid | PRISIM_CMDQ_OP_ATC_INV, 53);
    smmu_harness_run(h, 60);
    command_expect_error(h, 3, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
}
END_TEST

/* Without SubstreamIDs SSV=1 acts as SSV=0, for both commands. */
/* covers: SMMU-PRIRESP-6, SMMU-ATCINV-9 */
START_TEST(no_substreams)
{
    open_harness(0, PRISIM_SMMU_ITAG_AFTER_LATE);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_PRI_RESP, 3),
                         prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, 3) | prisim_bits_put(1, PRISIM_CMD_ATC_GLOBAL), 0x5000);
    ck_assert(smmu_harness_commands_done(h, 500));
    ck_assert_uint_eq(down(0)->head.flags & PRISIM_TLP_HAS_PASID, 0);
    ck_assert_uint_eq(down(1)->head.flags & PRISIM_TLP_HAS_PASID, 0);
    ck_assert_uint_eq(prisim_load_le32(down(1)->data + 4), 0x5000);
    teardown();
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_commands_atc");
    TCase *tcase = tcase_create("atc");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_size);
    tcase_add_loop_test(tcase, timeout_edge, 0, 2);
    tcase_add_test(tcase, timeout_before_the_sync);
    tcase_add_test(tcase, timeout_is_told_to_the_root_port);
    tcase_add_test(tcase, unsupported);
    tcase_add_test(tcase, several_itags_in_one_message);
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
    return suite;
}
