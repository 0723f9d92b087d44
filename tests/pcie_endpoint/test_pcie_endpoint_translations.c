/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation Requests for more than one translation, and the STU that they count in (PCIE-ATSREQ-2, PCIE-ATSREQ-8,
 * PCIE-ATSCAP-5, PCIE-ATC-6, PCIE-ATC-9).
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

static struct endpoint_harness *running(uint32_t translations, unsigned stu)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.translations = translations;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)(PRISIM_ATS_CONTROL_ENABLE | stu) << 16);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

/* The Translation Request must be the next TLP. */
static struct prisim_tlp asked(struct endpoint_harness *h, uint64_t address, unsigned size)
{
    const struct prisim_tlp *up = endpoint_harness_up(h, 50);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.at, PRISIM_TLP_AT_TRANSLATION_REQUEST);
    ck_assert_uint_eq(up->head.address, address);
    ck_assert_uint_eq(up->head.size, size);
    return *up;
}

/* So many entries in one completion, of which the i-th is entry[i]; `more` follow in another one. */
static void answer(struct endpoint_harness *h, const struct prisim_tlp *request, const uint64_t *entry,
                   unsigned entries, unsigned more)
{
    struct prisim_tlp tlp = {.head = {.requester_id = HARNESS_ID,
                                      .destination_id = HARNESS_SMMU,
                                      .tag = request->head.tag,
                                      .size = (uint16_t)(8 * entries),
                                      .type = PRISIM_TLP_COMPLETION_DATA,
                                      .completion_count = (uint8_t)more}};
    for (unsigned i = 0; i < entries; i++)
        prisim_tlp_qword_store(tlp.data + (size_t)8 * i, entry[i]);
    endpoint_harness_down(h, &tlp);
    harness_run(h->base, 1);
}

/* A write of 4 bytes is a hit, whose output it returns; or it is none: 0. */
static uint64_t hit(struct endpoint_harness *h, uint64_t page)
{
    endpoint_harness_dma(h, 2000, 1, page, 4, true);
    const struct prisim_tlp *up = endpoint_harness_up(h, 50);
    ck_assert_ptr_nonnull(up);
    if (up->head.at == PRISIM_TLP_AT_TRANSLATED)
        return up->head.address;
    endpoint_harness_complete(h, up, PRISIM_TLP_CA);
    harness_run(h->base, 2);
    return 0;
}

/* PCIE-ATSREQ-2: two DWs a translation, no more than the job needs and the configuration permits. */
/* covers: PCIE-ATSREQ-2, PCIE-ATSREQ-4, PCIE-ATSREQ-3 */
START_TEST(as_many_as_the_job_needs)
{
    static const struct {
        uint64_t address;
        uint32_t size;
        unsigned pages;
    } row[] = {{0x4000, 1, 1},
               {0x4000, 4096, 1},
               {0x4000, 4097, 2},
               {0x4ffc, 4, 1},
               {0x4ffc, 8, 2},
               {0x4800, 16384, 5},
               {0x4000, 65536, 8},
               {UINT64_C(0xfffffffffffff000), 4096, 1},
               {UINT64_C(0xffffffffffffe000), 16384, 2}};
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        struct endpoint_harness *h = running(8, 0);
        endpoint_harness_dma(h, 1, 1, row[i].address, row[i].size, true);
        asked(h, row[i].address & ~UINT64_C(0xfff), 8 * row[i].pages);
        endpoint_harness_close(h);
    }
    struct endpoint_harness *h = running(1, 0);
    endpoint_harness_dma(h, 1, 1, 0x4000, 65536, true);
    asked(h, 0x4000, 8);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSREQ-8: consecutive pages; the SMMU may return fewer; R=W=0 among them is not kept. In one completion or two.
 */
/* covers: PCIE-ATSREQ-8, PCIE-ATSCPL-2, PCIE-ATC-1, PCIE-ATSCPL */
START_TEST(answer_fills_page_by_page)
{
    static const uint64_t entry[4] = {0x90000 | R | W, 0xa0000 | R | W, 0, 0xc0000 | R | W};
    for (unsigned first = 1; first <= 4; first++)
        for (unsigned given = first; given <= 4; given++) {
            struct endpoint_harness *h = running(4, 0);
            endpoint_harness_dma(h, 1, 1, 0x4000, 0x4000, true);
            struct prisim_tlp request = asked(h, 0x4000, 32);
            answer(h, &request, entry, first, given > first);
            if (given > first) {
                endpoint_harness_quiet(h, 20); /* not before all of it is there */
                answer(h, &request, entry + first, given - first, 0);
            }
            for (unsigned line = 0; line < 64; line++)
                endpoint_harness_up_dma(h, 0x90000 + 64 * line, 64);
            ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION), 1);
            ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION_FURTHER), given - 1);
            if (given == 1) {
                asked(h, 0x5000, 24);
            } else {
                for (unsigned line = 0; line < 64; line++)
                    endpoint_harness_up_dma(h, 0xa0000 + 64 * line, 64);
                asked(h, 0x6000, 16);
                ck_assert_uint_eq(hit(h, 0x7000), given == 4 ? 0xc0000 : 0);
            }
            endpoint_harness_invalidate(h, 0, 1, 0, 64, false);
            harness_run(h->base, 20);
            ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, 0)->endpoint_invalidate.entries,
                              given - (given >= 3));
            endpoint_harness_close(h);
        }
}
END_TEST

/* One that is larger than an STU is used, and nothing behind it: what follows would be of other addresses. */
START_TEST(nothing_behind_a_larger_one)
{
    struct endpoint_harness *h = running(4, 0);
    const uint64_t entry[3] = {prisim_tlp_range_encode(0x200000, 21) | R | W, 0xa0000 | R | W, 0xb0000 | R | W};
    endpoint_harness_dma(h, 1, 1, 0x4000, 0x3000, false);
    struct prisim_tlp request = asked(h, 0x4000, 24);
    answer(h, &request, entry, 3, 0);
    endpoint_harness_up_dma(h, 0x204000, 64);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION_FURTHER), 0);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATC-9: whichever of the pages the invalidation hits, and between the two completions too, nothing of it is
 * taken; beside them all is. */
/* covers: PCIE-ATC-9 */
START_TEST(whole_request_is_poisoned)
{
    static const uint64_t entry[4] = {0x90000 | R | W, 0xa0000 | R | W, 0xb0000 | R | W, 0xc0000 | R | W};
    for (uint64_t page = 0x3000; page <= 0x8000; page += 0x1000)
        for (unsigned between = 0; between < 2; between++) {
            const bool poisoned = page >= 0x4000 && page < 0x8000;
            struct endpoint_harness *h = running(4, 0);
            endpoint_harness_dma(h, 1, 1, 0x4000, 0x4000, true);
            struct prisim_tlp request = asked(h, 0x4000, 32);
            if (between)
                answer(h, &request, entry, 2, 1);
            endpoint_harness_invalidate(h, 0, 1, page, 12, false);
            ck_assert_uint_eq(endpoint_harness_up(h, 50)->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
            answer(h, &request, between ? entry + 2 : entry, between ? 2 : 4, 0);
            if (poisoned) {
                request = asked(h, 0x4000, 32);
                endpoint_harness_complete(h, &request, PRISIM_TLP_CA);
                harness_run(h->base, 5);
                /* What came before the invalidation stays where it was not hit. */
                ck_assert_uint_eq(hit(h, 0x4000), between && page != 0x4000 ? 0x90000 : 0);
                ck_assert_uint_eq(hit(h, 0x7000), 0);
            } else {
                endpoint_harness_up_dma(h, 0x90000, 64);
            }
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-ATSCAP-5: from an STU on, in STUs. PCIE-ATSCPL: an answer smaller than that is malformed; R=W=0 has no size. */
/* covers: PCIE-ATSCAP-5, PCIE-ATSREQ-8, PCIE-ATSCPL-6, PCIE-ATSCPL-7, PCIE-ATSCPL */
START_TEST(requests_count_in_stus)
{
    struct endpoint_harness *h = running(4, 2);
    endpoint_harness_dma(h, 1, 1, 0x16000, 0x6000, true);
    struct prisim_tlp request = asked(h, 0x14000, 16);
    const uint64_t entry[2] = {prisim_tlp_range_encode(0x90000, 14) | R | W,
                               prisim_tlp_range_encode(0xb4000, 14) | R | W};
    answer(h, &request, entry, 2, 0);
    for (unsigned line = 0; line < 128; line++)
        endpoint_harness_up_dma(h, 0x92000 + 64 * line, 64);
    for (unsigned line = 0; line < 256; line++)
        endpoint_harness_up_dma(h, 0xb4000 + 64 * line, 64);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_dma(h, 2, 1, 0x26000, 4, true);
    request = asked(h, 0x24000, 8);
    const uint64_t small = prisim_tlp_range_encode(0x90000, 13) | R | W, none = 0;
    answer(h, &request, &small, 1, 0);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_TRANSLATION_ERROR);
    endpoint_harness_dma(h, 3, 1, 0x26000, 4, true);
    request = asked(h, 0x24000, 8);
    answer(h, &request, &none, 1, 0);
    endpoint_harness_up_page_request(h, 1, 0x26000);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATC-6: an invalidation of less is rounded up; a larger translation beside one is cut to an STU. */
/* covers: PCIE-ATC-6 */
START_TEST(invalidations_are_rounded_up_to_an_stu)
{
    struct endpoint_harness *h = running(1, 1);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    struct prisim_tlp request = asked(h, 0x4000, 8);
    const uint64_t entry = prisim_tlp_range_encode(0x90000, 13) | R | W,
                   large = prisim_tlp_range_encode(0x200000, 21) | R | W;
    answer(h, &request, &entry, 1, 0);
    endpoint_harness_up_dma(h, 0x90000, 4);
    ck_assert_uint_eq(hit(h, 0x5000), 0x91000);
    endpoint_harness_invalidate(h, 0, 1, 0x5000, 12, false);
    ck_assert_uint_eq(endpoint_harness_up(h, 50)->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, 0);
    ck_assert_uint_eq(event->endpoint_invalidate.address, 0x4000);
    ck_assert_uint_eq(event->endpoint_invalidate.size, 0x2000);
    ck_assert_uint_eq(event->endpoint_invalidate.entries, 1);
    endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
    request = asked(h, 0x4000, 8);
    endpoint_harness_invalidate(h, 0, 1, 0x6000, 12, false);
    ck_assert_uint_eq(endpoint_harness_up(h, 50)->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    answer(h, &request, &large, 1, 0);
    endpoint_harness_up_dma(h, 0x204000, 4);
    ck_assert_uint_eq(hit(h, 0x5000), 0x205000);
    ck_assert_uint_eq(hit(h, 0x6000), 0);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint translations", as_many_as_the_job_needs, answer_fills_page_by_page, nothing_behind_a_larger_one,
           whole_request_is_poisoned, requests_count_in_stus, invalidations_are_rounded_up_to_an_stu)
