/* SPDX-License-Identifier: Apache-2.0
 *
 * TLPs with poisoned data come down (PCIE-POISON): nothing of them is used.
 */
#include "model/pcie/translation.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { NON_FATAL = 1 << 1, UNSUPPORTED = 1 << 3, POISONED = 1 << 9 };

static struct endpoint_harness *running(unsigned translations)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.translations = translations;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

static uint32_t device_status(struct endpoint_harness *h)
{
    return endpoint_harness_config_read(h, PRISIM_ENDPOINT_CONFIG_EXPRESS + 8) >> 16 & 15;
}

/* So many were told, the last of this type. */
static void told(const struct endpoint_harness *h, unsigned count, unsigned type)
{
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_POISONED), count);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_POISONED, count - 1)->endpoint_poisoned.type, type);
}

static struct prisim_tlp entries(const struct prisim_tlp *request, unsigned count, unsigned more, bool poisoned)
{
    struct prisim_tlp tlp = {.head = {.requester_id = HARNESS_ID,
                                      .destination_id = HARNESS_SMMU,
                                      .tag = request->head.tag,
                                      .size = (uint16_t)(8 * count),
                                      .type = PRISIM_TLP_COMPLETION_DATA,
                                      .completion_count = (uint8_t)more,
                                      .flags = poisoned ? POISONED : 0}};
    for (unsigned i = 0; i < count; i++)
        prisim_tlp_qword_store(tlp.data + 8 * i, (0x90000 + UINT64_C(0x1000) * i) | R | W);
    return tlp;
}

/* The job ends, no translation is kept, and ATS goes on. */
/* covers: PCIE-POISON-2, PCIE-POISON-4 */
START_TEST(a_poisoned_translation_is_not_used)
{
    struct endpoint_harness *h = running(1);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
    const struct prisim_tlp bad = entries(&request, 1, 0, true);
    endpoint_harness_down(h, &bad);
    endpoint_harness_quiet(h, 20);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_DATA_POISONED);
    told(h, 1, PRISIM_TLP_COMPLETION_DATA);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION, 0);
    ck_assert_uint_eq(event->endpoint_translation.taken, 0);
    ck_assert_uint_eq(event->endpoint_translation.access, 0);
    ck_assert_uint_eq(event->endpoint_translation.output, 0);
    ck_assert_uint_eq(device_status(h), NON_FATAL);
    endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
    request = *endpoint_harness_up_translate(h, 1, 0x4000);
    const struct prisim_tlp good = entries(&request, 1, 0, false);
    endpoint_harness_down(h, &good);
    endpoint_harness_up_dma(h, 0x90000, 4);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

/* Of a request with two completions the first, then the second, is poisoned: the job ends; the tag comes back with the
 * last of them, and not before. */
START_TEST(one_of_two_completions_is_poisoned)
{
    for (unsigned second = 0; second < 2; second++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.translations = 4;
        config.jobs = 1;
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
        endpoint_harness_dma(h, 1, 1, 0x4000, 0x4000, true);
        endpoint_harness_dma(h, 2, 1, 0x8000, 4, true);
        const struct prisim_tlp request = *endpoint_harness_up(h, 100);
        ck_assert_uint_eq(request.head.size, 32);
        const struct prisim_tlp first = entries(&request, 2, 1, !second), last = entries(&request, 2, 0, second);
        endpoint_harness_down(h, &first);
        endpoint_harness_quiet(h, 20);
        if (!second)
            endpoint_harness_ended(h, 1, PRISIM_CAUSE_DATA_POISONED);
        endpoint_harness_down(h, &last);
        endpoint_harness_up_translate(h, 1, 0x8000);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_DATA_POISONED);
        told(h, 1, PRISIM_TLP_COMPLETION_DATA);
        endpoint_harness_close(h);
    }
}
END_TEST

/* Read data: the job fails, also when its last TLP has left. EP on what has no data means nothing. */
START_TEST(poisoned_read_data_fail_the_job)
{
    struct endpoint_harness *h = running(1);
    endpoint_harness_dma(h, 1, 1, 0x4000, 64, false);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
    struct prisim_tlp answer = entries(&request, 1, 0, false);
    endpoint_harness_down(h, &answer);
    struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x90000, 64);
    answer = entries(&read, 1, 0, true);
    endpoint_harness_down(h, &answer);
    endpoint_harness_quiet(h, 20);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_DATA_POISONED);
    endpoint_harness_dma(h, 2, 1, 0x4000, 64, false);
    read = *endpoint_harness_up_dma(h, 0x90000, 64);
    answer = entries(&read, 0, 0, true);
    answer.head.type = PRISIM_TLP_COMPLETION;
    endpoint_harness_down(h, &answer);
    endpoint_harness_quiet(h, 20);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_COMPLETED);
    told(h, 1, PRISIM_TLP_COMPLETION_DATA);
    endpoint_harness_close(h);
}
END_TEST

/* A configuration write is answered UR, a write to the BAR dropped; neither has an effect. */
/* covers: PCIE-POISON-3 */
START_TEST(poisoned_writes_have_no_effect)
{
    struct endpoint_harness *h = running(1);
    const uint32_t before = endpoint_harness_config_read(h, PRISIM_ENDPOINT_CONFIG_ATS + 4);
    struct prisim_tlp write = {.head = {.address = PRISIM_ENDPOINT_CONFIG_ATS + 4,
                                        .requester_id = HARNESS_HOST,
                                        .destination_id = HARNESS_ID,
                                        .tag = 3,
                                        .size = 4,
                                        .type = PRISIM_TLP_CONFIG_WRITE,
                                        .flags = POISONED}};
    endpoint_harness_down(h, &write);
    const struct prisim_tlp *answer = endpoint_harness_up(h, 50);
    ck_assert_uint_eq(answer->head.type, PRISIM_TLP_COMPLETION);
    ck_assert_uint_eq(answer->head.status, PRISIM_TLP_UR);
    ck_assert_uint_eq(endpoint_harness_config_read(h, PRISIM_ENDPOINT_CONFIG_ATS + 4), before);
    told(h, 1, PRISIM_TLP_CONFIG_WRITE);
    ck_assert_uint_eq(device_status(h), NON_FATAL | UNSUPPORTED);
    write.head = (struct prisim_tlp_header){
        .address = h->config.bar_base + 4, .size = 4, .type = PRISIM_TLP_MEMORY_WRITE, .flags = POISONED};
    prisim_store_le32(write.data, PRISIM_ENDPOINT_PASID_STOP);
    endpoint_harness_down(h, &write);
    endpoint_harness_quiet(h, 20);
    told(h, 2, PRISIM_TLP_MEMORY_WRITE);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), PRISIM_ENDPOINT_PASID_RUNNING);
    endpoint_harness_close(h);
}
END_TEST

/* The entry stays, nothing is in flight poisoned, and no completion comes. */
/* covers: PCIE-POISON-5 */
START_TEST(a_poisoned_invalidation_is_not_done)
{
    struct endpoint_harness *h = running(1);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
    struct prisim_tlp answer = entries(&request, 1, 0, false);
    endpoint_harness_down(h, &answer);
    endpoint_harness_up_dma(h, 0x90000, 4);
    struct prisim_tlp invalidate = {.head = {.pasid = 1,
                                             .requester_id = HARNESS_SMMU,
                                             .destination_id = HARNESS_ID,
                                             .tag = 5,
                                             .type = PRISIM_TLP_MESSAGE_DATA,
                                             .message = PRISIM_MESSAGE_INVALIDATE_REQUEST,
                                             .flags = PRISIM_TLP_HAS_PASID | POISONED}};
    prisim_tlp_invalidate_fill(&invalidate, 0x4000, false);
    endpoint_harness_down(h, &invalidate);
    endpoint_harness_quiet(h, 200);
    told(h, 1, PRISIM_TLP_MESSAGE_DATA);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_TAKEN), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_UNANSWERED), 0);
    endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
    endpoint_harness_up_dma(h, 0x90000, 4);
    endpoint_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_endpoint_poisoned");
    TCase *tcase = tcase_create("poisoned");
    tcase_add_test(tcase, a_poisoned_translation_is_not_used);
    tcase_add_test(tcase, one_of_two_completions_is_poisoned);
    tcase_add_test(tcase, poisoned_read_data_fail_the_job);
    tcase_add_test(tcase, poisoned_writes_have_no_effect);
    tcase_add_test(tcase, a_poisoned_invalidation_is_not_done);
    suite_add_tcase(suite, tcase);
    return suite;
}
