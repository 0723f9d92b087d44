/* SPDX-License-Identifier: Apache-2.0
 *
 * Single rules of the commands that no other page holds: opcodes of what is not built, a prefetch while SMMUEN=0, the
 * whole of CMD_SYNC's data, spans and devices of ATC_INV, CONS of a queue that is switched off, the wake-up by room in
 * a full one (SMMU-QUEUE, SMMU-CMDFIELD, SMMU-CFGI, SMMU-TLBI, SMMU-ATCINV, SMMU-PRIRESP, SMMU-RESUME, SMMU-SYNC).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"

static struct smmu_harness *h;

static bool is_consumed(unsigned opcode)
{
    unsigned errors = harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR);
    uint32_t at = h->cmdq_prod;
    smmu_harness_command(h, opcode, 0);
    smmu_harness_run(h, 100);
    if (harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR) == errors)
        return true;
    command_expect_error(h, at, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
    smmu_harness_store(h, HARNESS_CMDQ + (at & 15) * PRISIM_COMMAND_BYTES, PRISIM_CMDQ_OP_SYNC);
    command_acknowledge(h);
    smmu_harness_run(h, 100);
    return false;
}

/* Stage 2's commands need stage 2, the hypervisor's need Hyp. */
/* covers: SMMU-TLBI-10, SMMU-TLBI-5, SMMU-TLBI-6, SMMU-TLBI-7 */
START_TEST(not_built)
{
    static const unsigned el2[] = {PRISIM_CMDQ_OP_TLBI_EL2_ALL, PRISIM_CMDQ_OP_TLBI_EL2_ASID,
                                   PRISIM_CMDQ_OP_TLBI_EL2_VA, PRISIM_CMDQ_OP_TLBI_EL2_VAA};
    static const unsigned stage2[] = {PRISIM_CMDQ_OP_TLBI_S12_VMALL, PRISIM_CMDQ_OP_TLBI_S2_IPA};
    bool hyp = _i == 2, s2p = _i > 0; /* SMMU-IDR0-8: no Hyp without S2P */
    h = smmu_harness_open();
    smmu_harness_built_least(h);
    h->config.hyp = hyp;
    h->config.s2p = s2p;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_msg(is_consumed(el2[i]) == hyp, "%#x", el2[i]);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_msg(is_consumed(stage2[i]) == s2p, "%#x", stage2[i]);
    smmu_harness_close(h);
}
END_TEST

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

/* Nothing is looked up and nobody is told. */
/* covers: SMMU-CMDFIELD-1, SMMU-CMDFIELD-2 */
START_TEST(prefetch_while_off)
{
    smmu_harness_cr0(h, PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN);
    smmu_harness_command(h, command_sid(_i ? PRISIM_CMDQ_OP_PREFETCH_ADDR : PRISIM_CMDQ_OP_PREFETCH_CONFIG, -1),
                         0x4000);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(command_cons(h), h->cmdq_prod);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 0);
}
END_TEST

/* MSIData is 32 bits. */
/* covers: SMMU-CMDFIELD-13 */
START_TEST(sync_data)
{
    smmu_harness_command(h,
                         PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS) |
                             prisim_bits_put(0xcafe1234, PRISIM_CMD_SYNC_MSI_DATA),
                         HARNESS_DOORBELL);
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(h->doorbells, 1);
    ck_assert_uint_eq(h->doorbell_data, 0xcafe1234);
}
END_TEST

/* The event says the span as it goes out; the request goes to the whole Requester ID. */
/* covers: SMMU-ATCINV-1, SMMU-ATCINV-8 */
START_TEST(atc_inv)
{
    for (unsigned size = 0; size <= 52; size += 13) {
        unsigned count = harness_events(h->base, PRISIM_EVENT_SMMU_INVALIDATE);
        smmu_harness_command(h, PRISIM_CMDQ_OP_ATC_INV | prisim_bits_put(0xa55a, PRISIM_CMD_SID),
                             UINT64_C(0xa5a5a5a5a5a5a000) | size);
        smmu_harness_run(h, 60);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATE, count);
        ck_assert_ptr_nonnull(event);
        uint64_t address = size == 52 ? 0 : UINT64_C(0xa5a5a5a5a5a5a000) >> (12 + size) << (12 + size);
        ck_assert_uint_eq(event->smmu_invalidate.stream_id, 0xa55a);
        ck_assert_uint_eq(event->smmu_invalidate.address, address);
        const struct prisim_tlp *tlp =
            harness_got(h->base, PRISIM_SMMU_TX_DOWN, h->base->tx[PRISIM_SMMU_TX_DOWN].count - 1);
        ck_assert_uint_eq(tlp->head.destination_id, 0xa55a);
    }
}
END_TEST

/* CMDQEN goes off while the next line is on its way and CONS is behind: with the acknowledgement it has caught up. */
/* covers: SMMU-CR0-10, SMMU-QUEUE-14 */
START_TEST(off_shows_cons)
{
    teardown();
    h = smmu_harness_open();
    h->config.cons_batch = 64;
    h->config.command_lines = 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    for (unsigned i = 0; i < 6; i++)
        command_put(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
    command_ring(h);
    while (harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND) < 3)
        smmu_harness_edge(h);
    h->latency = 200; /* of the second line */
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 4);
    ck_assert_uint_eq(command_cons(h), 0);
    uint32_t cr0 = smmu_harness_read(h, PRISIM_SMMU_CR0);
    smmu_harness_write(h, PRISIM_SMMU_CR0, cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), cr0 & ~(uint32_t)PRISIM_CR0_CMDQEN);
    ck_assert_uint_eq(command_cons(h), 4);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), 4);
}
END_TEST

static unsigned wake_ups(prisim_cycle_t *at)
{
    unsigned count = 0;
    for (unsigned i = 0; i < h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count; i++) {
        const struct prisim_smmu_interrupt *wired = harness_got(h->base, PRISIM_SMMU_TX_INTERRUPT, i);
        if (wired->lines & PRISIM_SMMU_WIRED_SEV) {
            count++;
            *at = harness_got_at(h->base, PRISIM_SMMU_TX_INTERRUPT, i);
        }
    }
    return count;
}

static void wake_up_open(uint32_t sev, uint32_t batch)
{
    h = smmu_harness_open();
    h->config.sev = sev;
    h->config.cons_batch = batch;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
}

/* A full queue that gets room wakes processors up, once, when CONS shows it; with IDR0.SEV only. */
/* covers: SMMU-QUEUE-25, SMMU-IDR0-13 */
START_TEST(room_wakes_up)
{
    bool sev = _i;
    prisim_cycle_t at = 0;
    wake_up_open(sev, 1);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN);
    for (unsigned i = 0; i < 15; i++)
        command_put(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    command_ring(h);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN);
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(command_cons(h), 15); /* one less than full */
    ck_assert_uint_eq(wake_ups(&at), 0);
    for (unsigned turn = 0; turn < 3; turn++) {
        smmu_harness_cr0(h, PRISIM_CR0_SMMUEN);
        for (unsigned i = 0; i < 16; i++)
            command_put(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
        command_ring(h);
        smmu_harness_run(h, 1000);
        ck_assert_uint_eq(wake_ups(&at), sev ? turn : 0);
        smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN);
        smmu_harness_run(h, 1000);
        ck_assert_uint_eq(command_cons(h), h->cmdq_prod);
        ck_assert_uint_eq(wake_ups(&at), sev ? turn + 1 : 0);
    }
    teardown();
}
END_TEST

/* CONS moves in batches of 5: the wake-up comes with the first of them, not before software can see the room. */
/* covers: SMMU-QUEUE-25 */
START_TEST(room_is_seen_first)
{
    prisim_cycle_t at = 0;
    wake_up_open(1, 5);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN);
    for (unsigned i = 0; i < 16; i++)
        command_put(h, PRISIM_CMDQ_OP_CFGI_ALL, 31);
    command_ring(h);
    smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN);
    for (unsigned i = 0; i < 500 && wake_ups(&at) == 0; i++)
        smmu_harness_edge(h);
    ck_assert_uint_eq(wake_ups(&at), 1);
    unsigned consumed = 0;
    for (unsigned i = 0; i < harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND); i++)
        consumed += harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, i)->cycle <= at;
    ck_assert_uint_eq(consumed, 5);
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(wake_ups(&at), 1);
    teardown();
}
END_TEST

/* A full queue that stops with an error after its first command has room too; one that stops at it has none. */
/* covers: SMMU-QUEUE-25 */
START_TEST(room_by_an_error)
{
    for (unsigned bad = 0; bad < 2; bad++) {
        prisim_cycle_t at = 0;
        wake_up_open(1, 64);
        smmu_harness_cr0(h, PRISIM_CR0_SMMUEN);
        for (unsigned i = 0; i < 16; i++)
            command_put(h, i == bad ? 0 : PRISIM_CMDQ_OP_CFGI_ALL, 31);
        command_ring(h);
        smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_CMDQEN);
        smmu_harness_run(h, 500);
        command_expect_error(h, bad, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
        ck_assert_uint_eq(wake_ups(&at), bad);
        teardown();
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_commands_rules");
    TCase *alone = tcase_create("built"), *tcase = tcase_create("rules");
    tcase_add_loop_test(alone, not_built, 0, 3);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, prefetch_while_off, 0, 2);
    tcase_add_test(tcase, sync_data);
    tcase_add_test(tcase, atc_inv);
    tcase_add_test(tcase, off_shows_cons);
    tcase_add_loop_test(alone, room_wakes_up, 0, 2);
    tcase_add_test(alone, room_is_seen_first);
    tcase_add_test(alone, room_by_an_error);
    suite_add_tcase(suite, alone);
    suite_add_tcase(suite, tcase);
    return suite;
}
