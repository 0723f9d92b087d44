/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of each command: the event of a command and of an error field by field, the TLP of an ATC_INV beyond its
 * span, ERR after another ERR; and the edges of the IDs that a command may name (SMMU-CMDFIELD, SMMU-ATCINV,
 * SMMU-PRIRESP, SMMU-CERROR).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"

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

/* Which fields of dw0 name a StreamID and a PASID, by opcode (SMMU-CMDFIELD). */
/* covers: SMMU-CMDFIELD-1, SMMU-CMDFIELD-2, SMMU-CMDFIELD-3, SMMU-CMDFIELD-4, SMMU-CMDFIELD-5, SMMU-CMDFIELD-6,
 * SMMU-CMDFIELD-8, SMMU-CMDFIELD-9, SMMU-CMDFIELD-10, SMMU-CMDFIELD-11, SMMU-CMDFIELD-12, SMMU-CMDFIELD-13 */
START_TEST(event_of_each)
{
    enum pasid { NONE, BY_SSV, ALWAYS };
    static const struct {
        unsigned opcode;
        bool sid;
        enum pasid pasid;
    } rows[] = {{PRISIM_CMDQ_OP_PREFETCH_CONFIG, true, BY_SSV}, {PRISIM_CMDQ_OP_PREFETCH_ADDR, true, BY_SSV},
                {PRISIM_CMDQ_OP_CFGI_STE, true, NONE},          {PRISIM_CMDQ_OP_CFGI_ALL, true, NONE},
                {PRISIM_CMDQ_OP_CFGI_CD, true, ALWAYS},         {PRISIM_CMDQ_OP_CFGI_CD_ALL, true, NONE},
                {PRISIM_CMDQ_OP_TLBI_NH_ALL, false, NONE},      {PRISIM_CMDQ_OP_TLBI_NH_ASID, false, NONE},
                {PRISIM_CMDQ_OP_TLBI_NSNH_ALL, false, NONE},    {PRISIM_CMDQ_OP_ATC_INV, true, BY_SSV},
                {PRISIM_CMDQ_OP_PRI_RESP, true, BY_SSV},        {PRISIM_CMDQ_OP_SYNC, false, NONE},
                {PRISIM_CMDQ_OP_STALL_TERM, true, NONE}};
    teardown();
    h = smmu_harness_open();
    h->config.stall_model = 0;
    h->config.stall_max = 4;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    unsigned n = 0;
    for (unsigned off = 0; off < 2; off++) {
        for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            for (unsigned ssv = 0; ssv < 2; ssv++, n++) {
                uint32_t at = h->cmdq_prod;
                /* Neither of the two IDs is a legal one of the other's field. */
                uint64_t dw0 = rows[i].opcode | prisim_bits_put(0x1a5a, PRISIM_CMD_SID) |
                               prisim_bits_put(ssv, PRISIM_CMD_SSV) |
                               prisim_bits_put(rows[i].opcode == PRISIM_CMDQ_OP_SYNC ? 0 : 0x54320, PRISIM_CMD_SSID);
                smmu_harness_command(h, dw0, 0);
                smmu_harness_run(h, 200);
                ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND), n + 1);
                const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, n);
                bool pasid = rows[i].pasid == ALWAYS || (rows[i].pasid == BY_SSV && ssv);
                ck_assert_uint_eq(event->smmu_command.index, at);
                ck_assert_uint_eq(event->smmu_command.opcode, rows[i].opcode);
                ck_assert_msg(event->smmu_command.stream_id == (rows[i].sid ? 0x1a5a : 0), "opcode %#x",
                              rows[i].opcode);
                ck_assert_msg(event->smmu_command.pasid == (pasid ? 0x54320 : PRISIM_PASID_NONE), "opcode %#x",
                              rows[i].opcode);
                if (rows[i].opcode == PRISIM_CMDQ_OP_ATC_INV && !off) {
                    const struct prisim_tlp *tlp =
                        harness_got(h->base, PRISIM_SMMU_TX_DOWN, h->base->tx[PRISIM_SMMU_TX_DOWN].count - 1);
                    command_complete(h, tlp->head.tag, 1, 0x1a5a, PRISIM_TLP_SC);
                }
            }
        }
        smmu_harness_cr0(h, PRISIM_CR0_CMDQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_PRIQEN);
    }
    /* With SMMUEN=0 nothing was prefetched, whatever else is enabled. */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PREFETCH), 4);
}
END_TEST

/* The Invalidate Request and its event, beside the span. */
/* covers: SMMU-ATCINV-1, SMMU-ATCINV-2 */
START_TEST(invalidate)
{
    uint64_t last = UINT64_MAX;
    for (unsigned i = 0; i < 4; i++) {
        static const unsigned sizes[] = {0, 1, 51, 52};
        bool ssv = i & 1;
        smmu_harness_command(h,
                             command_sid(PRISIM_CMDQ_OP_ATC_INV, -1) | prisim_bits_put(ssv, PRISIM_CMD_SSV) |
                                 prisim_bits_put(0x321, PRISIM_CMD_SSID),
                             sizes[i]);
        smmu_harness_run(h, 60);
        const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, i);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_INVALIDATE, i);
        ck_assert(tlp && event);
        ck_assert_uint_eq(tlp->head.requester_id, h->config.requester_id);
        ck_assert_uint_eq(tlp->head.pasid, ssv ? 0x321 : 0);
        ck_assert_uint_ne(tlp->head.id, last);
        last = tlp->head.id;
        ck_assert_uint_eq(event->smmu_invalidate.tlp, tlp->head.id);
        ck_assert_uint_eq(event->smmu_invalidate.itag, tlp->head.tag);
        ck_assert_uint_eq(event->smmu_invalidate.stream_id, HARNESS_SID);
        ck_assert_uint_eq(event->smmu_invalidate.pasid, ssv ? 0x321 : PRISIM_PASID_NONE);
        ck_assert_uint_eq(event->smmu_invalidate.size, sizes[i] == 52 ? UINT64_MAX : UINT64_C(4096) << sizes[i]);
    }
}
END_TEST

/* ERR is written whole, whatever it was before; the event has the opcode, or 0 if there is none. */
/* covers: SMMU-CERROR-2, SMMU-CERROR-3 */
START_TEST(error_after_error)
{
    for (unsigned round = 0; round < 2; round++) {
        uint32_t at = h->cmdq_prod;
        h->fail_at = HARNESS_CMDQ + (at & 15) * PRISIM_COMMAND_BYTES;
        smmu_harness_command(h, PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
        smmu_harness_run(h, 100);
        h->fail_at = 0;
        command_expect_error(h, at, PRISIM_CERROR_ABT, PRISIM_CAUSE_COMMAND_FETCH_ABORT);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR, 2 * round)->smmu_command_error.opcode,
                          0);
        command_acknowledge(h);
        smmu_harness_run(h, 100);
        at = h->cmdq_prod;
        smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_RESERVED, PRISIM_CMD_SYNC_CS), 0);
        smmu_harness_run(h, 100);
        command_expect_error(h, at, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
        ck_assert_uint_eq(
            harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR, 2 * round + 1)->smmu_command_error.opcode,
            PRISIM_CMDQ_OP_SYNC);
        smmu_harness_store(h, HARNESS_CMDQ + (at & 15) * PRISIM_COMMAND_BYTES, PRISIM_CMDQ_OP_SYNC);
        command_acknowledge(h);
        smmu_harness_run(h, 100);
    }
}
END_TEST

/* A command that names no Requester ID is ignored: 0xffff is the last one. */
/* covers: SMMU-ATCINV-3, SMMU-PRIRESP-5 */
START_TEST(stream_ids)
{
    static const uint32_t sids[] = {0, 0xfffe, 0xffff, 0x10000, 0x10001, 0xffffffff};
    for (unsigned i = 0; i < sizeof sids / sizeof sids[0]; i++) {
        unsigned count = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
        smmu_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP | prisim_bits_put(sids[i], PRISIM_CMD_SID),
                             prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
        smmu_harness_run(h, 60);
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, count + (sids[i] <= 0xffff));
        ck_assert_uint_eq(command_active(h), 0);
    }
}
END_TEST

/* One bit of SubstreamID is enough for a PASID. */
/* covers: SMMU-PRIRESP-6 */
START_TEST(few_substreams)
{
    teardown();
    h = smmu_harness_open();
    h->config.ssid_bits = (uint32_t)_i;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_PRI_RESP, 1),
                         prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
    smmu_harness_run(h, 60);
    const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, 0);
    ck_assert_ptr_nonnull(tlp);
    ck_assert_int_eq((tlp->head.flags & PRISIM_TLP_HAS_PASID) != 0, _i > 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_commands_said");
    TCase *tcase = tcase_create("said");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, event_of_each);
    tcase_add_test(tcase, invalidate);
    tcase_add_test(tcase, error_after_error);
    tcase_add_test(tcase, stream_ids);
    tcase_add_loop_test(tcase, few_substreams, 0, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}
