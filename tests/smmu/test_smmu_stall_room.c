/* SPDX-License-Identifier: Apache-2.0
 *
 * What terminates never waits for what stalls (SMMU-EVENTQ): accesses that stall leave a slot, however many they are;
 * and what comes into the slot of one that was terminated.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { STALLS = 3, ENDS = 4, OTHER_SID = 0x21 }; /* PASIDs whose CDs say S=1 and S=0 */
#define VA UINT64_C(0x0000123456789000)

static struct smmu_harness *h;
static uint64_t ttb;

static void start(uint32_t slots, uint32_t stall_max)
{
    h = smmu_harness_open();
    h->config.stall_model = 0;
    h->config.stall_max = stall_max;
    h->config.translation_slots = slots;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ttb = smmu_harness_table(h);
    /* R=0, A=0: what stalls is recorded all the same, and what cannot stall any more is too, and aborts. */
    uint64_t cd = smmu_harness_cd0(9) & ~(prisim_bits_put(1, PRISIM_CD0_R) | prisim_bits_put(1, PRISIM_CD0_A));
    smmu_harness_cd(h, STALLS, cd | prisim_bits_put(1, PRISIM_CD0_S), ttb);
    smmu_harness_cd(h, ENDS, smmu_harness_cd0(8), ttb);
    smmu_harness_ste(h, OTHER_SID, smmu_harness_ste0(4), smmu_harness_ste1());
    smmu_harness_map(h, ttb, VA + 0x100000, 12, smmu_harness_leaf(HARNESS_PAGES, 12));
}

static void offer(bool write, uint16_t sid, uint32_t pasid, uint64_t address, unsigned tag)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                                    PRISIM_TLP_AT_UNTRANSLATED, address, 8);
    tlp.head.requester_id = sid;
    tlp.head.tag = (uint16_t)tag;
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = pasid;
    smmu_harness_up(h, &tlp);
}

static unsigned answers(unsigned tag, enum prisim_tlp_status status)
{
    unsigned count = 0;
    for (unsigned i = 0; i < h->base->tx[PRISIM_SMMU_TX_DOWN].count; i++) {
        const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, i);
        count += tlp->head.tag == tag && tlp->head.status == status;
    }
    return count;
}

static const struct {
    uint32_t slots, stall_max;
    unsigned stalled; /* of more than that */
} row[] = {{2, 1, 1}, {2, 16, 1}, {4, 2, 3}, {4, 4, 3}, {16, 16, 15}};

/* Twice as many accesses as there are slots would stall. One slot stays for others: an access that would take it ends
 * with its fault, aborted and recorded, although CD.A=0 and R=0. Reads and Translation Requests of a stream that does
 * not stall get in and end. */
/* covers: SMMU-EVENTQ-3, SMMU-EVENTQ-8, SMMU-EVENTQ-10 */
START_TEST(the_last_slot)
{
    unsigned many = 2 * row[_i].slots, stalled = row[_i].stalled;
    start(row[_i].slots, row[_i].stall_max);
    for (unsigned i = 0; i < many; i++) {
        offer(false, HARNESS_SID, STALLS, VA, 1);
        smmu_harness_run(h, 400);
        smmu_harness_write(h, PRISIM_SMMU_EVENTQ_CONS, smmu_harness_events(h)); /* software takes the records */
    }
    ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_UP].taken, many);
    unsigned stags = stalled < row[_i].stall_max ? stalled : row[_i].stall_max;
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), stags);
    ck_assert_uint_eq(answers(1, PRISIM_TLP_UR), many - stalled);
    ck_assert_uint_eq(answers(1, PRISIM_TLP_SC), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), stags + many - stalled);
    uint64_t dw[4];
    smmu_harness_event(h, (stags + many - stalled - 1) % 4, dw); /* the last: F_TRANSLATION, Stall=0 */
    ck_assert_uint_eq(dw[0],
                      PRISIM_F_TRANSLATION | UINT64_C(1) << 11 | (uint64_t)STALLS << 12 | (uint64_t)HARNESS_SID << 32);
    ck_assert_uint_eq(dw[1], UINT64_C(1) << 35 | UINT64_C(2) << 40);
    for (unsigned i = 0; i < 5; i++)
        offer(false, OTHER_SID, ENDS, VA + 0x100000, 2);
    smmu_harness_run(h, 1000);
    ck_assert_uint_eq(answers(2, PRISIM_TLP_SC), 5);
    struct prisim_tlp request = smmu_harness_request(VA + 0x100000, ENDS, 0);
    smmu_harness_ask(h, &request);
    /* Software ends the stalls, and accesses stall again. */
    smmu_harness_command(h, PRISIM_CMDQ_OP_STALL_TERM | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID), 0);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(answers(1, PRISIM_TLP_UR), many);
    offer(false, HARNESS_SID, STALLS, VA, 1);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), stags + 1);
    smmu_harness_close(h);
}
END_TEST

/* With one slot nothing could stall. */
START_TEST(one_slot)
{
    struct prisim_smmu_config config;
    struct prisim_config_error error = {"", ""};
    prisim_smmu_config_default(&config);
    config.translation_slots = 1;
    ck_assert(prisim_smmu_config_check(&config, &error));
    config.stall_model = 0;
    config.stall_max = 1;
    ck_assert(!prisim_smmu_config_check(&config, &error));
    ck_assert_str_eq(error.field, "translation_slots");
    ck_assert_str_eq(error.expected, "at least 2 with stall_model 0");
}
END_TEST

/* Of a stream and PASID that stall; its descriptors are in the slot. */
static void good_reads(unsigned from, unsigned to)
{
    for (unsigned tag = from; tag < to; tag++) {
        offer(false, HARNESS_SID, STALLS, VA + 0x100000, tag);
        smmu_harness_run(h, 300);
        ck_assert_uint_eq(answers(tag, PRISIM_TLP_SC), 1);
    }
}

/* Whoever takes the slot of a stall that was ended is looked up anew, also if he is of the same stream. */
START_TEST(after_a_terminated_one)
{
    static const uint64_t commands[][2] = {
        {PRISIM_CMDQ_OP_STALL_TERM | (uint64_t)HARNESS_SID << 32, 0}, /* SMMU-CMDFIELD: StreamID in [63:32] */
        {PRISIM_CMDQ_OP_RESUME | UINT64_C(1) << 13 | (uint64_t)HARNESS_SID << 32, 0}}; /* Ab */
    start(16, 4);
    good_reads(1, 5);
    offer(false, HARNESS_SID, STALLS, VA, 5);
    smmu_harness_run(h, 300);
    smmu_harness_command(h, commands[_i][0], commands[_i][1]);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(answers(5, PRISIM_TLP_UR), 1);
    good_reads(6, 20);
    smmu_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_stall_room");
    TCase *tcase = tcase_create("room");
    tcase_add_loop_test(tcase, the_last_slot, 0, sizeof row / sizeof row[0]);
    tcase_add_loop_test(tcase, after_a_terminated_one, 0, 2);
    tcase_add_test(tcase, one_slot);
    suite_add_tcase(suite, tcase);
    return suite;
}
