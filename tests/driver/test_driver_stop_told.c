/* SPDX-License-Identifier: Apache-2.0
 *
 * How the driver learns that a function has stopped (`stop_told`): by asking again and again, or by an MSI of the
 * function that makes it ask (PCIE-STOP-4, PCIE-ENUMERATION-6), which passes the SMMU as it is (SMMU-FLOW-5).
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { DATA = 4, TABLE = 0x1000, ENTRY_LATENCY = 500 };

static struct driver_harness *open_by_msi(uint32_t polls)
{
    struct driver_harness *h = driver_harness_open();
    h->config.no_pasid = PRISIM_DRIVER_NO_PASID_BYPASS;
    h->config.stop_told = PRISIM_DRIVER_STOP_BY_MSI;
    h->config.irq_latency = ENTRY_LATENCY;
    for (uint32_t i = 0; i < h->config.functions; i++)
        h->config.function[i].msix_base = TABLE + 0x1000 * i;
    driver_harness_bring_up(h);
    h->polls = polls;
    driver_harness_bind(h, 0, 3, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 50);
    return h;
}

static unsigned reads_since(const struct driver_harness *h, unsigned tlps)
{
    unsigned reads = 0;
    for (unsigned i = tlps; i < h->tlps; i++)
        reads += h->tlp[i].head.type == PRISIM_TLP_MEMORY_READ;
    return reads;
}

/* covers: SMMU-FLOW-5 */
START_TEST(bring_up_enables_the_vector)
{
    struct driver_harness *h = open_by_msi(0);
    const uint64_t strtab = h->reg[PRISIM_SMMU_STRTAB_BASE / 4] & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    for (uint32_t stream_id = STREAM; stream_id <= STREAM_2; stream_id += STREAM_2 - STREAM)
        ck_assert_uint_eq(driver_harness_load(h, strtab + stream_id * PRISIM_STE_BYTES + 8) & 3, 1);
    static const uint64_t due[2][2] = {{0x1000, STREAM}, {0x2000, STREAM_2}};
    for (unsigned f = 0; f < 2; f++) {
        const uint32_t words[] = {(uint32_t)h->config.doorbell_base, (uint32_t)(h->config.doorbell_base >> 32), DATA,
                                  0};
        unsigned at = 0;
        while (at < h->tlps &&
               !(h->tlp[at].head.type == PRISIM_TLP_MEMORY_WRITE && h->tlp[at].head.address == due[f][0]))
            at++;
        for (unsigned i = 0; i < 4; i++) {
            ck_assert_uint_eq(h->tlp[at + i].head.address, due[f][0] + 4 * i);
            ck_assert_uint_eq(prisim_load_le32(h->tlp[at + i].data), words[i]);
        }
        const struct prisim_tlp *enable = &h->tlp[at + 4];
        ck_assert_uint_eq(enable->head.type, PRISIM_TLP_CONFIG_WRITE);
        ck_assert_uint_eq(enable->head.destination_id, due[f][1]);
        ck_assert_uint_eq(enable->head.address, 0x82);
        ck_assert_uint_eq(enable->head.size, 2);
        ck_assert_uint_eq(prisim_load_le32(enable->data) & 0xffff, 0x8000);
    }
    driver_harness_close(h);
}
END_TEST

START_TEST(asks_when_it_is_told)
{
    struct driver_harness *h = open_by_msi(1);
    const unsigned tlps = h->tlps;
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_STOP, 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(reads_since(h, tlps), 0);
    /* It has not stopped this PASID: one question, and the next interrupt is waited for. */
    driver_harness_ring(h, DATA);
    driver_harness_run(h, ENTRY_LATENCY);
    ck_assert_uint_eq(reads_since(h, tlps), 0);
    driver_harness_run(h, 2000);
    ck_assert_uint_eq(reads_since(h, tlps), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_STOP_SEEN), 0);
    driver_harness_ring(h, DATA);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_STOP_SEEN, 1);
    ck_assert_uint_eq(reads_since(h, tlps), 2);
    driver_harness_close(h);
}
END_TEST

/* One that came before the function was told to stop says nothing of this stop. */
START_TEST(an_interrupt_of_before_does_not_count)
{
    struct driver_harness *h = open_by_msi(0);
    driver_harness_ring(h, DATA);
    driver_harness_run(h, 2000);
    const unsigned tlps = h->tlps;
    driver_harness_unbind(h, 0, 3, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_STOP, 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(reads_since(h, tlps), 0);
    driver_harness_close(h);
}
END_TEST

START_TEST(polled_by_default)
{
    struct driver_harness *h = driver_harness_open();
    ck_assert_uint_eq(h->config.stop_told, PRISIM_DRIVER_STOP_POLLED);
    driver_harness_bring_up(h);
    for (unsigned i = 0; i < h->tlps; i++)
        ck_assert(h->tlp[i].head.type != PRISIM_TLP_CONFIG_WRITE || h->tlp[i].head.address != 0x82);
    driver_harness_close(h);
}
END_TEST

START_TEST(needs_a_way_for_the_message)
{
    struct prisim_driver_config config;
    struct prisim_config_error error;
    prisim_driver_config_default(&config);
    config.functions = config.spaces = 1;
    config.stop_told = PRISIM_DRIVER_STOP_BY_MSI;
    ck_assert(!prisim_driver_config_check(&config, &error));
    ck_assert_str_eq(error.field, "stop_told");
    config.no_pasid = PRISIM_DRIVER_NO_PASID_BYPASS;
    ck_assert(prisim_driver_config_check(&config, &error));
    config.interrupts = PRISIM_DRIVER_INTERRUPTS_WIRED;
    ck_assert(!prisim_driver_config_check(&config, &error));
    ck_assert_str_eq(error.field, "stop_told");
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {bring_up_enables_the_vector, asks_when_it_is_told,
                                  an_interrupt_of_before_does_not_count, polled_by_default,
                                  needs_a_way_for_the_message};
    Suite *suite = suite_create("driver stop told");
    TCase *tcase = tcase_create("driver stop told");
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
