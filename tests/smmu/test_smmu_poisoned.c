/* SPDX-License-Identifier: Apache-2.0
 *
 * A memory write with poisoned data reaches the SMMU: it is dropped before it is translated (PCIE-POISON).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { POISONED = 1 << 9, WRITES = 40 };

static struct prisim_tlp write_to(uint64_t address, unsigned at, bool poisoned)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, (enum prisim_tlp_at)at, address, 8);
    tlp.head.id = 77;
    tlp.head.flags = poisoned ? POISONED : 0;
    tlp.data[0] = 0x5a;
    return tlp;
}

/* More than there are slots, translated or not: none takes a slot, makes an event record or reaches memory. What comes
 * behind them does. */
/* covers: PCIE-POISON-6 */
START_TEST(a_poisoned_write_is_dropped)
{
    struct smmu_harness *h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    for (unsigned i = 0; i < WRITES; i++) {
        const struct prisim_tlp bad = write_to(HARNESS_PAGES, i % 2 ? PRISIM_TLP_AT_TRANSLATED : 0, true);
        smmu_harness_up(h, &bad);
    }
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_POISONED), WRITES);
    const uint64_t fields[3] = {77, HARNESS_SID, HARNESS_PAGES};
    ck_assert(harness_fields_are(harness_event(h->base, PRISIM_EVENT_SMMU_POISONED, 0), fields, sizeof fields));
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_TRANSLATE), 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 0);
    ck_assert_uint_eq(smmu_harness_events(h), 0);
    const struct prisim_tlp good = write_to(HARNESS_PAGES, PRISIM_TLP_AT_TRANSLATED, false);
    smmu_harness_up(h, &good);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DMA_REQUEST].count, 1);
    ck_assert_uint_eq(smmu_harness_load(h, HARNESS_PAGES) & 0xff, 0x5a);
    smmu_harness_close(h);
}
END_TEST

/* EP without data means nothing. */
/* covers: PCIE-POISON-1 */
START_TEST(a_read_cannot_be_poisoned)
{
    struct smmu_harness *h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_store(h, HARNESS_PAGES, 0x1234);
    struct prisim_tlp read =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8);
    read.head.flags = POISONED;
    const struct prisim_tlp *answer = smmu_harness_ask(h, &read);
    ck_assert_uint_eq(answer->head.type, PRISIM_TLP_COMPLETION_DATA);
    ck_assert_uint_eq(answer->head.flags & POISONED, 0);
    ck_assert_uint_eq(answer->data[0], 0x34);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_POISONED), 0);
    smmu_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_poisoned");
    TCase *tcase = tcase_create("poisoned");
    tcase_add_test(tcase, a_poisoned_write_is_dropped);
    tcase_add_test(tcase, a_read_cannot_be_poisoned);
    suite_add_tcase(suite, tcase);
    return suite;
}
