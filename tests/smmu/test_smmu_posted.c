/* SPDX-License-Identifier: Apache-2.0
 *
 * A posted TLP is taken whatever waits to be sent (PCIE-ORDER A3): nobody takes what the SMMU sends down, and page
 * requests, writes and Invalidate Completions still get in. The numbers are those of the configuration, not of the
 * code.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

static struct smmu_harness *h;

static void start(uint32_t slots, uint32_t responses, uint32_t stall_model)
{
    h = smmu_harness_open();
    h->config.translation_slots = slots;
    h->config.automatic_responses = responses;
    h->config.stall_model = stall_model;
    h->config.stall_max = stall_model ? 0 : 1;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, false);
    smmu_harness_run(h, 2);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static unsigned taken(void)
{
    return h->base->rx[PRISIM_SMMU_RX_UP].taken;
}

static void offer(enum prisim_tlp_type type, uint64_t address)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(type, PRISIM_TLP_AT_TRANSLATED, address, 8);
    smmu_harness_up(h, &tlp);
}

static void respond(unsigned prgi)
{
    struct prisim_prg_response response = {
        .stream_id = HARNESS_SID, .prg_index = (uint16_t)prgi, .code = PRISIM_PRG_FAILURE};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_RESPONSE, &response);
}

static const uint32_t places[] = {1, 7, 512};

/* One stands on the port, so many wait, and one more is lost; all are taken, one an edge. What waited is sent in order.
 */
START_TEST(responses)
{
    unsigned many = places[_i] + 1;
    start(16, places[_i], 1);
    for (unsigned i = 0; i < many; i++)
        respond(i % 512);
    smmu_harness_run(h, many + 5);
    ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_PRI_RESPONSE].taken, many);
    ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_PRI_RESPONSE].taken_at[many - 1],
                      h->base->rx[PRISIM_SMMU_RX_PRI_RESPONSE].taken_at[0] + many - 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_RESPONSE_LOST), 0);
    respond(77);
    smmu_harness_run(h, 5);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_RESPONSE_LOST), 1);
    const uint64_t lost[] = {HARNESS_SID, PRISIM_PASID_NONE, 77, 15};
    ck_assert(harness_fields_are(harness_event(h->base, PRISIM_EVENT_SMMU_RESPONSE_LOST, 0), lost, sizeof lost));
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, true);
    smmu_harness_run(h, many + 5);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, many);
    for (unsigned i = 0; i < many; i++) {
        const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, i);
        ck_assert_uint_eq(tlp->head.prg_index, i % 512);
    }
    respond(78); /* there is room again */
    smmu_harness_run(h, 5);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, many + 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_RESPONSE_LOST), 1);
}
END_TEST

static const uint32_t slots[] = {1, 2, 16};

/* One completion stands on the port, every slot holds one more: no read gets in, and every write does and is written.
 */
/* covers: PCIE-ORDER-5 */
START_TEST(writes_pass_reads)
{
    start(slots[_i], 512, 1);
    for (unsigned i = 0; i < slots[_i] + 1; i++)
        offer(PRISIM_TLP_MEMORY_READ, HARNESS_PAGES);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(taken(), slots[_i] + 1);
    for (unsigned i = 0; i < 40; i++)
        offer(PRISIM_TLP_MEMORY_WRITE, HARNESS_PAGES + 0x100 + 8 * i);
    smmu_harness_run(h, 4000);
    ck_assert_uint_eq(taken(), slots[_i] + 41);
    unsigned writes = 0;
    for (unsigned i = 0; i < h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count; i++) {
        const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_DMA_REQUEST, i);
        if (request->write)
            ck_assert_uint_eq(request->address, HARNESS_PAGES + 0x100 + 8 * writes++);
    }
    ck_assert_uint_eq(writes, 40);
    offer(PRISIM_TLP_MEMORY_READ, HARNESS_PAGES);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(taken(), slots[_i] + 41);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1);
    harness_ready(h->base, PRISIM_SMMU_TX_DOWN, true);
    smmu_harness_run(h, 500);
    ck_assert_uint_eq(taken(), slots[_i] + 42);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, slots[_i] + 2);
}
END_TEST

/* A write that is to stall cannot in that slot: its fault is recorded with Stall=0 (SMMU-EVENTQ). */
START_TEST(no_stall_in_the_kept_slot)
{
    enum { STALLS = 3 };
    start(2, 512, 0);
    uint64_t ttb = smmu_harness_table(h);
    smmu_harness_cd(h, STALLS, smmu_harness_cd0(9) | prisim_bits_put(1, PRISIM_CD0_S), ttb);
    for (unsigned i = 0; i < 3; i++)
        offer(PRISIM_TLP_MEMORY_READ, HARNESS_PAGES);
    smmu_harness_run(h, 500);
    struct prisim_tlp tlp =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, UINT64_C(0x123456789000), 8);
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.pasid = STALLS;
    for (unsigned i = 0; i < 3; i++)
        smmu_harness_up(h, &tlp);
    smmu_harness_run(h, 3000);
    ck_assert_uint_eq(taken(), 6);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_STALL), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_EVENT), 3);
    uint64_t dw[4];
    smmu_harness_event(h, 2, dw);
    ck_assert_uint_eq(dw[1] >> 31 & 1, 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_posted");
    TCase *tcase = tcase_create("posted");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, responses, 0, 3);
    tcase_add_loop_test(tcase, writes_pass_reads, 0, 3);
    tcase_add_test(tcase, no_stall_in_the_kept_slot);
    suite_add_tcase(suite, tcase);
    return suite;
}
