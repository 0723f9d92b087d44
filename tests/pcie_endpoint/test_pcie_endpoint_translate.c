/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation Requests, their completions and the ATC (PCIE-ATSREQ, PCIE-ATSCPL, PCIE-ATC), and the edges of a whole
 * fault.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

static struct endpoint_harness *running(const struct prisim_endpoint_config *config)
{
    struct endpoint_harness *h = endpoint_harness_enabled(config, 8);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

static prisim_cycle_t taken_last(const struct endpoint_harness *h, unsigned port)
{
    const struct harness_rx_port *rx = &h->base->rx[port];
    return rx->taken_at[rx->taken - 1];
}

/* Fills the ATC with one page by a write of 4 bytes. */
static void fill(struct endpoint_harness *h, uint32_t job, int pasid, uint64_t page, uint64_t output)
{
    endpoint_harness_dma(h, job, pasid, page, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, pasid, page), output, 12, R | W);
    endpoint_harness_up_dma(h, output, 4);
}

/* covers: PCIE-ATSREQ-1, PCIE-ATSREQ-5, PCIE-ATSCPL-2, PCIE-MESSAGE-3, PCIE-TRANSLATED-1, PCIE-GROUP-4 */
START_TEST(edges_of_a_fault)
{
    for (uint32_t atc = 1; atc <= 3; atc++)
        for (uint32_t backoff = 0; backoff <= 3; backoff++) {
            struct prisim_endpoint_config config;
            endpoint_harness_config(&config);
            config.atc_latency = atc;
            config.retry_backoff = backoff;
            struct endpoint_harness *h = running(&config);
            endpoint_harness_dma(h, 5, 1, 0x4010, 4, true);
            const struct prisim_tlp *request = endpoint_harness_up_translate(h, 1, 0x4000);
            ck_assert_uint_eq(request->head.flags & PRISIM_TLP_NO_WRITE, 0);
            ck_assert_uint_eq(endpoint_harness_up_at(h), taken_last(h, PRISIM_ENDPOINT_RX_STIMULUS) + atc);
            harness_run(h->base, 5);
            endpoint_harness_translated(h, request, 0, 12, 0);
            const struct prisim_tlp *page = endpoint_harness_up_page_request(h, 1, 0x4000);
            prisim_cycle_t fault = taken_last(h, PRISIM_ENDPOINT_RX_DOWN);
            ck_assert_uint_eq(endpoint_harness_up_at(h), fault);
            ck_assert_uint_eq(page->head.flags,
                              PRISIM_TLP_HAS_PASID | PRISIM_TLP_READ | PRISIM_TLP_WRITE | PRISIM_TLP_LAST);
            const struct prisim_event *e0 = harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 0);
            const struct prisim_event *e1 = harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT, 0);
            ck_assert_uint_eq(e0->cycle, fault);
            ck_assert_uint_eq(e1->cycle, fault);
            ck_assert_uint_eq(e0->endpoint_page_request.request, e1->endpoint_page_request_sent.request);
            ck_assert_uint_eq(e0->endpoint_page_request.job, 5);
            ck_assert_uint_eq(e0->endpoint_page_request.access, 7);
            ck_assert_uint_eq(e1->endpoint_page_request_sent.tlp, page->head.id);
            harness_run(h->base, 7);
            endpoint_harness_respond(h, page->head.prg_index, PRISIM_PRG_SUCCESS, 1);
            request = endpoint_harness_up_translate(h, 1, 0x4000);
            ck_assert_uint_eq(endpoint_harness_up_at(h), taken_last(h, PRISIM_ENDPOINT_RX_DOWN) + backoff);
            endpoint_harness_translated(h, request, 0x9000, 12, R | W);
            endpoint_harness_up_dma(h, 0x9010, 4);
            ck_assert_uint_eq(endpoint_harness_up_at(h), taken_last(h, PRISIM_ENDPOINT_RX_DOWN));
            endpoint_harness_ended(h, 5, PRISIM_CAUSE_COMPLETED);
            endpoint_harness_close(h);
        }
}
END_TEST

START_TEST(hit_needs_no_request)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    fill(h, 1, 1, 0x4000, 0x9000);
    harness_run(h->base, 10);
    endpoint_harness_dma(h, 2, 1, 0x4020, 4, false);
    endpoint_harness_up_dma(h, 0x9020, 4);
    ck_assert_uint_eq(endpoint_harness_up_at(h), taken_last(h, PRISIM_ENDPOINT_RX_STIMULUS) + config.atc_latency);
    /* Neither another PASID nor no PASID hits it. */
    endpoint_harness_dma(h, 3, 2, 0x4000, 4, true);
    endpoint_harness_up_translate(h, 2, 0x4000);
    endpoint_harness_dma(h, 4, NO_PASID, 0x4000, 4, true);
    endpoint_harness_up_translate(h, NO_PASID, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ATSREQ-5, PCIE-ATSREQ-6, PCIE-ATSREQ-7, PCIE-TRANSLATED-1 */
START_TEST(write_to_a_read_only_page_asks)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, false);
    const struct prisim_tlp *request = endpoint_harness_up_translate(h, 1, 0x4000);
    ck_assert_uint_ne(request->head.flags & PRISIM_TLP_NO_WRITE, 0);
    endpoint_harness_translated(h, request, 0x9000, 12, R);
    endpoint_harness_up_dma(h, 0x9000, 4);
    endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R);
    const struct prisim_tlp *page = endpoint_harness_up_page_request(h, 1, 0x4000);
    endpoint_harness_respond(h, page->head.prg_index, PRISIM_PRG_SUCCESS, 1);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0xa000, 12, R | W);
    endpoint_harness_up_dma(h, 0xa000, 4);
    /* The new entry took the old one's place. */
    endpoint_harness_dma(h, 3, 1, 0x4000, 4, false);
    endpoint_harness_up_dma(h, 0xa000, 4);
    /* A read of a page without R, and the request for it: R and L. */
    endpoint_harness_dma(h, 4, 1, 0x7000, 4, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x7000), 0, 12, 0);
    page = endpoint_harness_up_page_request(h, 1, 0x7000);
    ck_assert_uint_eq(page->head.flags, PRISIM_TLP_HAS_PASID | PRISIM_TLP_READ | PRISIM_TLP_LAST);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ATSCPL-1, PCIE-ATSCPL-19 */
START_TEST(large_page_serves_all_of_it)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    endpoint_harness_dma(h, 1, 1, 0x40203000, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x40203000), 0x80000000, 21, R | W);
    endpoint_harness_up_dma(h, 0x80003000, 4);
    endpoint_harness_dma(h, 2, 1, 0x403ff010, 4, true);
    endpoint_harness_up_dma(h, 0x801ff010, 4);
    endpoint_harness_dma(h, 3, 1, 0x40400000, 4, true);
    endpoint_harness_up_translate(h, 1, 0x40400000);
    endpoint_harness_close(h);
}
END_TEST

/* So many evictions, and the last one. */
static void expect_evicted(const struct endpoint_harness *h, unsigned count, uint64_t pasid, uint64_t address,
                           uint64_t size)
{
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_EVICT), count);
    if (count == 0)
        return;
    const struct prisim_event_endpoint_evict *e =
        &harness_event(h->base, PRISIM_EVENT_ENDPOINT_EVICT, count - 1)->endpoint_evict;
    ck_assert_uint_eq(e->pasid, pasid);
    ck_assert_uint_eq(e->address, address);
    ck_assert_uint_eq(e->size, size);
}

START_TEST(oldest_entry_is_replaced)
{
    for (uint32_t entries = 0; entries <= 4; entries += 2) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.atc_entries = entries;
        struct endpoint_harness *h = running(&config);
        for (uint32_t i = 0; i <= entries; i++)
            fill(h, i + 1, 1, 0x10000 + 0x1000 * i, 0x90000 + 0x1000 * i);
        expect_evicted(h, entries > 0, 1, 0x10000, 0x1000);
        /* The last `entries` of entries + 1 pages are there, the first is not. */
        for (uint32_t i = 1; i <= entries; i++) {
            endpoint_harness_dma(h, 10 + i, 1, 0x10000 + 0x1000 * i, 4, true);
            endpoint_harness_up_dma(h, 0x90000 + 0x1000 * i, 4);
        }
        endpoint_harness_dma(h, 30, 1, 0x10000, 4, true);
        endpoint_harness_up_translate(h, 1, 0x10000);
        endpoint_harness_close(h);
    }
}
END_TEST

/* So also when an invalidation left a place free: the next page goes there, and the one after it replaces the oldest.
 */
START_TEST(oldest_entry_is_replaced_behind_an_invalidation)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.atc_entries = 4;
    struct endpoint_harness *h = running(&config);
    for (uint32_t i = 0; i < 5; i++) /* page 0 goes */
        fill(h, i + 1, 1, 0x10000 + 0x1000 * i, 0x90000 + 0x1000 * i);
    expect_evicted(h, 1, 1, 0x10000, 0x1000);
    endpoint_harness_invalidate(h, 1, 1, 0x13000, 12, false);
    ck_assert_uint_eq(endpoint_harness_up(h, 100)->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    fill(h, 6, 1, 0x15000, 0x95000);
    expect_evicted(h, 1, 1, 0x10000, 0x1000);
    static const uint64_t gone[] = {0x11000, 0x12000, 0x14000, 0x15000, 0x16000};
    for (uint32_t i = 0; i < 5; i++) {
        fill(h, 7 + i, 1, 0x16000 + 0x1000 * i, 0x96000 + 0x1000 * i);
        expect_evicted(h, 2 + i, 1, gone[i], 0x1000);
    }
    endpoint_harness_close(h);
}
END_TEST

/* An entry that did not have the right and was filled anew is the youngest. */
START_TEST(entry_filled_again_is_new)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.atc_entries = 2;
    struct endpoint_harness *h = running(&config);
    endpoint_harness_dma(h, 1, 1, 0x10000, 4, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x10000), 0x90000, 12, R);
    endpoint_harness_up_dma(h, 0x90000, 4);
    fill(h, 2, 1, 0x11000, 0x91000);
    fill(h, 3, 1, 0x10000, 0x92000);
    expect_evicted(h, 0, 0, 0, 0);
    fill(h, 4, 1, 0x12000, 0x93000);
    expect_evicted(h, 1, 1, 0x11000, 0x1000);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSCPL: R=W=0 is not kept; it takes no other entry's place. */
/* covers: PCIE-ATSCPL-2, PCIE-ATC-1 */
START_TEST(no_access_is_not_kept)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.atc_entries = 1;
    struct endpoint_harness *h = running(&config);
    fill(h, 1, 1, 0x4000, 0x9000);
    unsigned index = endpoint_harness_fault(h, 2, 1, 0x5000);
    endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, 1);
    expect_evicted(h, 0, 0, 0, 0);
    endpoint_harness_invalidate(h, 1, 1, 0x5000, 12, false);
    ck_assert_uint_eq(endpoint_harness_up(h, 100)->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, 0)->endpoint_invalidate.entries, 0);
    endpoint_harness_dma(h, 3, 1, 0x4000, 4, true);
    endpoint_harness_up_dma(h, 0x9000, 4);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATC: under its own PASID only. So many PASIDs that some share whatever an implementation finds entries by; in a
 * cache of 256, all of which an invalidation then takes. */
/* covers: PCIE-ATC-4 */
START_TEST(many_pasids_share_no_entry)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.atc_entries = 256;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    for (uint32_t i = 0; i < 256; i++) {
        int pasid = (int)(i * i);
        endpoint_harness_pasid(h, (uint32_t)pasid, PRISIM_ENDPOINT_PASID_RUN);
        fill(h, i, pasid, 0x4000, 0x100000 + 0x1000 * i);
        endpoint_harness_pasid(h, (uint32_t)pasid, PRISIM_ENDPOINT_PASID_STOP);
    }
    expect_evicted(h, 0, 0, 0, 0);
    endpoint_harness_invalidate(h, 1, NO_PASID, 0x4000, 12, false);
    ck_assert_uint_eq(endpoint_harness_up(h, 100)->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE, 0)->endpoint_invalidate.entries, 256);
    endpoint_harness_close(h);
}
END_TEST

/* What the ATC says of an address is replaced, whatever its size: of the same addresses it is no eviction. */
START_TEST(an_entry_of_other_addresses_is_evicted)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    endpoint_harness_dma(h, 1, 1, 0x201000, 4, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x201000), 0x800000, 21, R);
    endpoint_harness_up_dma(h, 0x801000, 4);
    for (unsigned i = 2; i <= 3; i++) { /* no right to write: asked for anew */
        endpoint_harness_dma(h, i, 1, 0x202000, 4, true);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x202000), 0x802000, 12, i == 2 ? R : R | W);
        harness_run(h->base, 5);
        expect_evicted(h, 1, 1, 0x200000, 0x200000);
        if (i == 2)
            endpoint_harness_respond(h, endpoint_harness_up_page_request(h, 1, 0x202000)->head.prg_index,
                                     PRISIM_PRG_INVALID, 1);
    }
    endpoint_harness_up_dma(h, 0x802000, 4);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ATSCPL-13, PCIE-TRANSLATED-1 */
START_TEST(untranslated_range_is_accessed_untranslated)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    for (uint32_t job = 1; job <= 2; job++) { /* by a completion, then by a hit */
        endpoint_harness_dma(h, job, 1, 0x4008, 4, true);
        if (job == 1)
            endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R | W | U);
        const struct prisim_tlp *up = endpoint_harness_up(h, 50);
        ck_assert_uint_eq(up->head.type, PRISIM_TLP_MEMORY_WRITE);
        ck_assert_uint_eq(up->head.at, PRISIM_TLP_AT_UNTRANSLATED);
        ck_assert_uint_eq(up->head.address, 0x4008);
        ck_assert_uint_eq(up->head.flags, PRISIM_TLP_HAS_PASID);
        ck_assert_uint_eq(up->head.pasid, 1);
    }
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ATSCPL-3, PCIE-ATSCPL-4, PCIE-ATSCPL-5 */
START_TEST(abort_ends_one_job_and_refusal_ends_ats)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    static const enum prisim_tlp_status of_one[] = {PRISIM_TLP_CA, PRISIM_TLP_CRS};
    for (uint32_t i = 0; i < 2; i++) {
        endpoint_harness_dma(h, 10 + i, 1, 0x4000, 4, true);
        endpoint_harness_complete(h, endpoint_harness_up_translate(h, 1, 0x4000), of_one[i]);
        endpoint_harness_quiet(h, 20);
        endpoint_harness_ended(h, 10 + i, PRISIM_CAUSE_TRANSLATION_ERROR);
    }
    endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
    endpoint_harness_complete(h, endpoint_harness_up_translate(h, 1, 0x4000), PRISIM_TLP_UR);
    harness_run(h->base, 5);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_TRANSLATION_ERROR);
    /* PCIE-ATSCPL row UR: no ATS until it is enabled anew. */
    endpoint_harness_dma(h, 3, 1, 0x4000, 4, true);
    endpoint_harness_quiet(h, 20);
    endpoint_harness_ended(h, 3, PRISIM_CAUSE_NOT_ENABLED);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)PRISIM_ATS_CONTROL_ENABLE << 16);
    endpoint_harness_dma(h, 4, 1, 0x4000, 4, true);
    endpoint_harness_up_translate(h, 1, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSCPL row UR: ATS was re-enabled since the refused request left, so its answer ends its job only. Between the
 * two writes, or with no write at all, it would count. */
START_TEST(refusal_of_before_the_enable_refuses_nothing)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    for (unsigned invalidated = 0; invalidated < 2; invalidated++) {
        struct endpoint_harness *h = running(&config);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        struct prisim_tlp old = *endpoint_harness_up_translate(h, 1, 0x4000);
        endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
        endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)PRISIM_ATS_CONTROL_ENABLE << 16);
        endpoint_harness_complete(h, &old, PRISIM_TLP_UR);
        harness_run(h->base, 5);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_TRANSLATION_ERROR);
        /* It is poisoned by an invalidation, and still of this enabling: its UR counts. */
        endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
        struct prisim_tlp young = *endpoint_harness_up_translate(h, 1, 0x4000);
        if (invalidated) {
            endpoint_harness_invalidate(h, 1, 1, 0x4000, 12, false);
            ck_assert_uint_eq(endpoint_harness_up(h, 100)->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
        }
        endpoint_harness_complete(h, &young, PRISIM_TLP_UR);
        harness_run(h->base, 5);
        endpoint_harness_ended(h, 2, PRISIM_CAUSE_TRANSLATION_ERROR);
        endpoint_harness_dma(h, 3, 1, 0x4000, 4, true);
        endpoint_harness_quiet(h, 20);
        endpoint_harness_ended(h, 3, PRISIM_CAUSE_NOT_ENABLED);
        endpoint_harness_close(h);
    }
}
END_TEST

/* covers: PCIE-ATSCAP */
START_TEST(enabling_ats_empties_the_atc)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    fill(h, 1, 1, 0x4000, 0x9000);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
    expect_evicted(h, 0, 0, 0, 0);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)PRISIM_ATS_CONTROL_ENABLE << 16);
    expect_evicted(h, 1, PRISIM_PASID_NONE, 0, UINT64_MAX);
    endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
    endpoint_harness_up_translate(h, 1, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSCPL: without its eight bytes it translates nothing. */
START_TEST(completion_without_its_data_is_an_error)
{
    for (unsigned size = 0; size < 8; size += 4) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        struct endpoint_harness *h = running(&config);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        const struct prisim_tlp *request = endpoint_harness_up_translate(h, 1, 0x4000);
        struct prisim_tlp tlp = {.head = {.requester_id = HARNESS_ID,
                                          .tag = request->head.tag,
                                          .size = (uint8_t)size,
                                          .type = size ? PRISIM_TLP_COMPLETION_DATA : PRISIM_TLP_COMPLETION,
                                          .status = PRISIM_TLP_SC}};
        memset(tlp.data, 0xff, sizeof tlp.data);
        endpoint_harness_down(h, &tlp);
        endpoint_harness_quiet(h, 20);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_TRANSLATION_ERROR);
        endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
        endpoint_harness_up_translate(h, 1, 0x4000);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-ATSCPL: the largest range there is, all addresses. */
/* covers: PCIE-ATSCPL-19 */
START_TEST(one_entry_may_hold_everything)
{
    static const uint64_t far = UINT64_C(0x8000000000000000);
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0, 64, R | W);
    endpoint_harness_up_dma(h, 0x4000, 4);
    endpoint_harness_dma(h, 2, 1, far + 0x7010, 4, true);
    endpoint_harness_up_dma(h, far + 0x7010, 4);
    endpoint_harness_close(h);
}
END_TEST

/* What was asked for before is not taken, whatever its address. */
/* covers: PCIE-ATSCAP */
START_TEST(enabling_ats_forgets_what_is_under_way)
{
    static const uint64_t pages[] = {0x4000, UINT64_C(0xfffffffffffff000)};
    for (unsigned i = 0; i < 2; i++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        struct endpoint_harness *h = running(&config);
        endpoint_harness_dma(h, 1, 1, pages[i], 4, true);
        struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, pages[i]);
        endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
        endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)PRISIM_ATS_CONTROL_ENABLE << 16);
        endpoint_harness_translated(h, &request, 0x9000, 12, R | W);
        harness_run(h->base, 20);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION, 0)->endpoint_translation.taken, 0);
        endpoint_harness_dma(h, 2, 1, pages[i], 4, true);
        endpoint_harness_up_translate(h, 1, pages[i]);
        endpoint_harness_close(h);
    }
}
END_TEST

/* covers: PCIE-HEADER-8 */
START_TEST(completion_nobody_waits_for_is_dropped)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    for (unsigned tag = 0; tag < PRISIM_TLP_TAGS; tag += 51) {
        struct prisim_tlp request = {.head = {.tag = (uint16_t)tag, .size = 8}};
        endpoint_harness_translated(h, &request, 0x9000, 12, R | W);
    }
    endpoint_harness_quiet(h, 20);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION), 0);
    fill(h, 1, 1, 0x4000, 0x9000);
    endpoint_harness_close(h);
}
END_TEST

/* Three are under way, and answered in another order: each answer is that of its request's page. */
/* covers: PCIE-ATSREQ-9, PCIE-HEADER-8 */
START_TEST(answers_come_in_any_order)
{
    static const unsigned order[] = {1, 2, 0};
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    struct prisim_tlp request[3];
    for (unsigned i = 0; i < 3; i++) {
        endpoint_harness_dma(h, 1 + i, 1, 0x4000 + 0x1000 * i, 4, true);
        request[i] = *endpoint_harness_up_translate(h, 1, 0x4000 + 0x1000 * i);
    }
    for (unsigned i = 0; i < 3; i++) {
        endpoint_harness_translated(h, &request[order[i]], 0x90000 + 0x1000 * order[i], 12, R | W);
        endpoint_harness_up_dma(h, 0x90000 + 0x1000 * order[i], 4);
        endpoint_harness_ended(h, 1 + order[i], PRISIM_CAUSE_COMPLETED);
    }
    endpoint_harness_close(h);
}
END_TEST

/* docs/timing/endpoint.md, 3: round robin over jobs. Two want a translation while the FIFO is full; the first one has
 * had its turn. */
START_TEST(jobs_take_turns_at_translations)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 100);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 9, PRISIM_ENDPOINT_PASID_RUN);
    unsigned index = endpoint_harness_fault(h, 1, 1, 0x4000);
    endpoint_harness_fill(h, 17);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, 1);
    endpoint_harness_dma(h, 2, 1, 0x5000, 4, true);
    harness_run(h->base, 20);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    for (unsigned i = 0; i < 17; i++)
        endpoint_harness_up_page_request(h, 9, 0x7000);
    endpoint_harness_up_translate(h, 1, 0x5000);
    endpoint_harness_up_translate(h, 1, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* Only a translated access is asked for: an untranslated one that is refused ends its job. */
/* covers: PCIE-GROUP-14 */
START_TEST(untranslated_fault_is_not_asked_for)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = running(&config);
    endpoint_harness_dma(h, 1, 1, 0x4008, 4, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R | U);
    const struct prisim_tlp read = *endpoint_harness_up(h, 50);
    ck_assert_uint_eq(read.head.at, PRISIM_TLP_AT_UNTRANSLATED);
    endpoint_harness_complete(h, &read, PRISIM_TLP_UR);
    endpoint_harness_quiet(h, 50);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_DMA_ERROR);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 0);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint translate", answers_come_in_any_order, jobs_take_turns_at_translations,
           untranslated_fault_is_not_asked_for, edges_of_a_fault, hit_needs_no_request, write_to_a_read_only_page_asks,
           large_page_serves_all_of_it, oldest_entry_is_replaced, oldest_entry_is_replaced_behind_an_invalidation,
           entry_filled_again_is_new, no_access_is_not_kept, many_pasids_share_no_entry,
           an_entry_of_other_addresses_is_evicted, untranslated_range_is_accessed_untranslated,
           abort_ends_one_job_and_refusal_ends_ats, refusal_of_before_the_enable_refuses_nothing,
           enabling_ats_empties_the_atc, enabling_ats_forgets_what_is_under_way, one_entry_may_hold_everything,
           completion_without_its_data_is_an_error, completion_nobody_waits_for_is_dropped)
