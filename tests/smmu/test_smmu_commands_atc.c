/* SPDX-License-Identifier: Apache-2.0
 *
 * ATC_INV and PRI_RESP: every size, PASIDs, refusals, time-outs at their edge, and what is not checked (smmuv3 2.6,
 * 2.7, 2.10).
 */
#include "tests/smmu/smmu_commands.h"

enum { TIMEOUT = 500 };

static struct bench *b;

static void open_bench(uint32_t ssid_bits)
{
    b = bench_open();
    b->config.atc_inv_timeout = TIMEOUT;
    b->config.ssid_bits = ssid_bits;
    bench_start(b);
    bench_bring_up(b);
}

static void setup(void)
{
    open_bench(20);
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
 * than the size, then a 0; S in bit 11 for more than a page (pcie 1.4). */
static uint64_t wire(uint64_t address, unsigned size)
{
    uint64_t field = address & ~UINT64_C(0xfff);
    for (unsigned bit = 12; bit < 12 + size && bit < 64; bit++)
        field &= ~(UINT64_C(1) << bit);
    for (unsigned bit = 12; size > 0 && bit < 11 + size; bit++)
        field |= UINT64_C(1) << bit;
    return size ? field | 1 << 11 : field;
}

/* covers: smmuv3 2.6 item 1, smmuv3 2.6 item 2, smmuv3 2.6 item 8, smmuv3 2.3 row 9 */
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
/* covers: smmuv3 2.6 item 6, smmuv3 2.10 row 4, smmuv3 2.10, smmuv3 10 row 12 */
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
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_INVALIDATED), !late);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), !late);
    if (!late) {
        ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_SYNC, 0)->cycle, deadline);
        return;
    }
    ck_assert_uint_eq(rig_event(b->rig, EVENT_SMMU_COMMAND_ERROR, 0)->cycle, deadline);
    command_expect_error(b, 1, CERROR_ATC_INV_SYNC, CAUSE_ATC_INV_TIMEOUT);
    command_acknowledge(b);
    bench_run(b, 60);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), 1);
}
END_TEST

/* The time-out tells the next SYNC, also if that comes long after it; and that one only. */
/* covers: smmuv3 2.6 item 6, smmuv3 2.10 row 4 */
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
/* covers: smmuv3 2.6 item 6 */
START_TEST(unsupported)
{
    bench_command(b, command_sid(CMDQ_OP_ATC_INV, -1), 52);
    bench_command(b, CMDQ_OP_SYNC, 0);
    bench_run(b, 60);
    command_complete(b, 0, 2, BENCH_SID, TLP_UR);
    bench_run(b, 10);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_SMMU_SYNC), 1);
    bench_run(b, 2 * TIMEOUT);
    bench_sync(b);
    ck_assert_uint_eq(command_active(b), 0);
}
END_TEST

/* The SMMU keeps no table of groups: nothing was asked, and the same answer goes out twice, to any StreamID. */
/* covers: smmuv3 2.7 item 3, smmuv3 2.3 row 10, smmuv3 2.7 item 2, smmuv3 2.7 row 4, smmuv3 10 row 11 */
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
/* covers: smmuv3 2.6 item 3, smmuv3 2.7 item 1 */
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
/* covers: smmuv3 2.7 item 2 */
START_TEST(no_substreams)
{
    open_bench(0);
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
