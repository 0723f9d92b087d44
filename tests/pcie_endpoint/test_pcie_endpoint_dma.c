/* SPDX-License-Identifier: Apache-2.0
 *
 * The DMA engine: splitting, reads and their errors, jobs at once and in line, back-pressure (PCIE-TRANSLATED).
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

static const struct prisim_tlp *translate(struct endpoint_harness *h, uint64_t page, uint64_t output)
{
    const struct prisim_tlp *request = endpoint_harness_up_translate(h, NO_PASID, page);
    endpoint_harness_translated(h, request, output, 12, R | W);
    return request;
}

/* covers: PCIE-HEADER */
START_TEST(lines_and_pages_are_not_crossed)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 0x11223344, NO_PASID, 0x4f7a, 0x6 + 0x40 + 0x40 + 3, true);
    translate(h, 0x4000, 0x90000);
    const struct prisim_tlp *up = endpoint_harness_up_dma(h, 0x90f7a, 6);
    ck_assert_uint_eq(up->head.type, PRISIM_TLP_MEMORY_WRITE);
    /* Address ends in 2: the pattern starts in the middle of a word. */
    const uint8_t pattern[6] = {0x22, 0x11, 0x44, 0x33, 0x22, 0x11};
    ck_assert_mem_eq(up->data, pattern, 6);
    prisim_cycle_t first = endpoint_harness_up_at(h);
    endpoint_harness_up_dma(h, 0x90f80, 64);
    ck_assert_uint_eq(endpoint_harness_up_at(h), first + 1); /* one line per edge */
    endpoint_harness_up_dma(h, 0x90fc0, 64);
    prisim_cycle_t last = endpoint_harness_up_at(h);
    ck_assert_ptr_null(endpoint_harness_done(h, 0x11223344));
    translate(h, 0x5000, 0x30000);
    ck_assert_uint_eq(endpoint_harness_up_at(h), last + config.atc_latency);
    endpoint_harness_up_dma(h, 0x30000, 3);
    endpoint_harness_ended(h, 0x11223344, PRISIM_CAUSE_COMPLETED);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_DMA), 4);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_DMA, 1);
    ck_assert_uint_eq(event->endpoint_dma.pasid, PRISIM_PASID_NONE);
    ck_assert_uint_eq(event->endpoint_dma.address, 0x4f80);
    ck_assert_uint_eq(event->endpoint_dma.output, 0x90f80);
    ck_assert_uint_eq(event->endpoint_dma.size, 64);
    endpoint_harness_close(h);
}
END_TEST

START_TEST(largest_job_is_whole)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x100001, 65536, true);
    uint64_t bytes = 0;
    while (!endpoint_harness_done(h, 1)) {
        const struct prisim_tlp *up = endpoint_harness_up(h, 50);
        ck_assert_ptr_nonnull(up);
        if (up->head.at == PRISIM_TLP_AT_TRANSLATION_REQUEST) {
            endpoint_harness_translated(h, up, up->head.address + 0x800000, 12, R | W);
            continue;
        }
        ck_assert_uint_eq(up->head.address, 0x100001 + 0x800000 + bytes);
        ck_assert_uint_le(up->head.address % 64 + up->head.size, 64);
        bytes += up->head.size;
    }
    ck_assert_uint_eq(bytes, 65536);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-HEADER-8 */
START_TEST(read_ends_with_its_last_completion)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 128, false);
    translate(h, 0x4000, 0x90000);
    struct prisim_tlp first = *endpoint_harness_up_dma(h, 0x90000, 64);
    struct prisim_tlp second = *endpoint_harness_up_dma(h, 0x90040, 64);
    ck_assert_uint_ne(first.head.tag, second.head.tag);
    endpoint_harness_complete(h, &second, PRISIM_TLP_SC);
    endpoint_harness_complete(h, &second, PRISIM_TLP_SC); /* nobody waits for it any more */
    endpoint_harness_quiet(h, 20);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    endpoint_harness_complete(h, &first, PRISIM_TLP_SC);
    harness_run(h->base, 3);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
    const struct harness_rx_port *down = &h->base->rx[PRISIM_ENDPOINT_RX_DOWN];
    ck_assert_uint_eq(endpoint_harness_done(h, 1)->cycle, down->taken_at[down->taken - 1]);
    endpoint_harness_close(h);
}
END_TEST

START_TEST(read_error_fails_the_job)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    for (uint32_t order = 0; order < 2; order++) {
        endpoint_harness_dma(h, 1 + order, NO_PASID, 0x4000, 128, false);
        if (order == 0)
            translate(h, 0x4000, 0x90000);
        struct prisim_tlp up[2];
        up[0] = *endpoint_harness_up_dma(h, 0x90000, 64);
        up[1] = *endpoint_harness_up_dma(h, 0x90040, 64);
        endpoint_harness_complete(h, &up[order], PRISIM_TLP_UR);
        harness_run(h->base, 5);
        ck_assert_ptr_null(endpoint_harness_done(h, 1 + order));
        endpoint_harness_complete(h, &up[1 - order], PRISIM_TLP_SC);
        harness_run(h->base, 5);
        endpoint_harness_ended(h, 1 + order, PRISIM_CAUSE_DMA_ERROR);
    }
    /* While the next page is being translated: the job ends when the translation is back. */
    endpoint_harness_dma(h, 5, NO_PASID, 0x4ff8, 16, false);
    struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x90ff8, 8);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, NO_PASID, 0x5000);
    endpoint_harness_complete(h, &read, PRISIM_TLP_CA);
    harness_run(h->base, 5);
    ck_assert_ptr_null(endpoint_harness_done(h, 5));
    endpoint_harness_translated(h, &request, 0x1000, 12, R | W);
    endpoint_harness_quiet(h, 20);
    endpoint_harness_ended(h, 5, PRISIM_CAUSE_DMA_ERROR);
    endpoint_harness_close(h);
}
END_TEST

START_TEST(jobs_beyond_the_limit_wait_in_line)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.jobs = 2;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    for (uint32_t i = 0; i < 4; i++)
        endpoint_harness_dma(h, i + 1, NO_PASID, 0x10000 + i * 0x1000, 4, true);
    struct prisim_tlp first = *endpoint_harness_up_translate(h, NO_PASID, 0x10000);
    endpoint_harness_up_translate(h, NO_PASID, 0x11000);
    endpoint_harness_quiet(h, 30);
    endpoint_harness_translated(h, &first, 0x90000, 12, R | W);
    endpoint_harness_up_dma(h, 0x90000, 4);
    prisim_cycle_t free = endpoint_harness_up_at(h);
    translate(h, 0x12000, 0x91000);
    ck_assert_uint_eq(endpoint_harness_up_at(h), free + config.atc_latency);
    endpoint_harness_up_dma(h, 0x91000, 4);
    endpoint_harness_up_translate(h, NO_PASID, 0x13000);
    endpoint_harness_close(h);
}
END_TEST

START_TEST(line_of_jobs_has_an_end)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.jobs = 1;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    for (uint32_t i = 0; i <= 65; i++)
        endpoint_harness_dma(h, i + 1, NO_PASID, 0x10000, 4, true);
    harness_run(h->base, 100);
    ck_assert_ptr_null(endpoint_harness_done(h, 65)); /* one at work and 64 in line */
    endpoint_harness_ended(h, 66, PRISIM_CAUSE_NOT_ENABLED);
    endpoint_harness_close(h);
}
END_TEST

START_TEST(pasid_must_run)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    harness_run(h->base, 3);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_NOT_ENABLED);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), PRISIM_ENDPOINT_PASID_RUNNING);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 65), PRISIM_ENDPOINT_PASID_IDLE);
    endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
    endpoint_harness_up_translate(h, 1, 0x4000);
    endpoint_harness_dma(h, 3, 65, 0x4000, 4, true);
    harness_run(h->base, 3);
    endpoint_harness_ended(h, 3, PRISIM_CAUSE_NOT_ENABLED);
    /* All contexts: the 65th PASID finds none. */
    for (uint32_t i = 2; i <= 65; i++)
        endpoint_harness_pasid(h, i, PRISIM_ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 64), PRISIM_ENDPOINT_PASID_RUNNING);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 65), PRISIM_ENDPOINT_PASID_IDLE);
    endpoint_harness_close(h);
}
END_TEST

/* A rogue's job begins though its PASID does not run, no stop ends it, and none waits for it. */
START_TEST(rogue_begins_without_a_context)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.jobs = 1;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    struct prisim_endpoint_stimulus rogue = {
        .address = 0x4000, .job = 1, .pasid = 5, .size = 4, .what = PRISIM_ENDPOINT_DMA, .has_pasid = 1, .rogue = 1};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &rogue);
    const struct prisim_tlp *request = endpoint_harness_up_translate(h, 5, 0x4000);
    endpoint_harness_pasid(h, 5, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 5, PRISIM_ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 5), PRISIM_ENDPOINT_PASID_IDLE);
    endpoint_harness_translated(h, request, 0x91000, 12, 3);
    endpoint_harness_up_dma(h, 0x91000, 4);
    /* It is at work, and the only one: a second rogue does not wait in line. */
    rogue.job = 2;
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &rogue);
    harness_run(h->base, 3);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_NOT_ENABLED);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    endpoint_harness_close(h);
}
END_TEST

START_TEST(blocked_link_holds_what_is_offered)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4096, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, NO_PASID, 0x4000);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 2);
    endpoint_harness_translated(h, &request, 0x90000, 12, R | W);
    harness_run(h->base, 200);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_DMA), 1);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    for (uint64_t line = 0; line < 64; line++)
        endpoint_harness_up_dma(h, 0x90000 + 64 * line, 64);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ATSREQ-9 */
START_TEST(reads_are_bounded_by_tags)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4096, false);
    translate(h, 0x4000, 0x90000);
    struct prisim_tlp up[64];
    for (unsigned i = 0; i < 64; i++)
        up[i] = *endpoint_harness_up_dma(h, 0x90000 + 64 * i, 64);
    endpoint_harness_dma(h, 2, NO_PASID, 0x4000, 4, false);
    endpoint_harness_quiet(h, 50);
    endpoint_harness_dma(h, 3, NO_PASID, 0x4000, 4, true); /* a write needs no tag */
    endpoint_harness_up_dma(h, 0x90000, 4);
    endpoint_harness_complete(h, &up[17], PRISIM_TLP_SC);
    endpoint_harness_up_dma(h, 0x90000, 4);
    endpoint_harness_close(h);
}
END_TEST

/* UR and CA both say that the read was not done, of the last completion of a job as well. */
/* covers: PCIE-HEADER */
START_TEST(only_read_fails_its_job)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    static const enum prisim_tlp_status status[] = {PRISIM_TLP_UR, PRISIM_TLP_CA};
    for (uint32_t i = 0; i < 2; i++) {
        endpoint_harness_dma(h, 1 + i, NO_PASID, 0x4000, 4, false);
        if (i == 0)
            translate(h, 0x4000, 0x90000);
        endpoint_harness_complete(h, endpoint_harness_up_dma(h, 0x90000, 4), status[i]);
        harness_run(h->base, 5);
        endpoint_harness_ended(h, 1 + i, PRISIM_CAUSE_DMA_ERROR);
    }
    endpoint_harness_close(h);
}
END_TEST

/* Lines of two jobs go out in turn; each job is done under the address that it was submitted with. */
START_TEST(jobs_take_turns)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, true);
    translate(h, 0x4000, 0x90000);
    endpoint_harness_up_dma(h, 0x90000, 4);
    endpoint_harness_dma(h, 2, NO_PASID, 0x5000, 4, true);
    translate(h, 0x5000, 0xa0000);
    endpoint_harness_up_dma(h, 0xa0000, 4);
    endpoint_harness_dma(h, 3, NO_PASID, 0x4010, 0x1f0, true); /* 8 lines, and one edge later 4 */
    endpoint_harness_dma(h, 4, NO_PASID, 0x5020, 0xe0, true);
    static const uint64_t line[] = {0x90010, 0xa0020, 0x90040, 0xa0040, 0x90080, 0xa0080,
                                    0x900c0, 0xa00c0, 0x90100, 0x90140, 0x90180, 0x901c0};
    for (unsigned i = 0; i < sizeof line / sizeof line[0]; i++)
        endpoint_harness_up_dma(h, line[i], line[i] == 0x90010 ? 0x30 : line[i] == 0xa0020 ? 0x20 : 0x40);
    endpoint_harness_ended(h, 3, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_ended(h, 4, PRISIM_CAUSE_COMPLETED);
    ck_assert_uint_eq(endpoint_harness_done(h, 3)->endpoint_job_done.address, 0x4010);
    ck_assert_uint_eq(endpoint_harness_done(h, 4)->endpoint_job_done.address, 0x5020);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSCAP: from the edge at which Enable goes to 0 no request with a translated address is made. */
/* covers: PCIE-ATSCAP */
START_TEST(no_line_is_made_behind_the_disabling)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4096, true);
    translate(h, 0x4000, 0x90000);
    endpoint_harness_up_dma(h, 0x90000, 64);
    struct prisim_tlp off = {
        .head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = PRISIM_ENDPOINT_CONFIG_ATS + 4, .size = 4}};
    endpoint_harness_down(h, &off);
    harness_run(h->base, 100);
    const struct harness_rx_port *down = &h->base->rx[PRISIM_ENDPOINT_RX_DOWN];
    prisim_cycle_t at = down->taken_at[down->taken - 1];
    unsigned lines = harness_events(h->base, PRISIM_EVENT_ENDPOINT_DMA);
    ck_assert_uint_lt(lines, 10);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_DMA, lines - 1)->cycle, at - 1);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_NOT_ENABLED);
    ck_assert_uint_eq(endpoint_harness_done(h, 1)->cycle, at);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ATSCAP-6: with on_ats_off it is asked whether ATS is on: at the look-up, and again when a translation is to be
 * asked for or used. */
static void without_ats(bool untranslated)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.on_ats_off = untranslated;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4ffc, 8, true);
    harness_run(h->base, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_DMA), untranslated ? 2 : 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION_REQUEST), 0);
    endpoint_harness_ended(h, 1, untranslated ? PRISIM_CAUSE_COMPLETED : PRISIM_CAUSE_NOT_ENABLED);
    for (unsigned i = 0; untranslated && i < 2; i++) {
        const struct prisim_tlp *up = endpoint_harness_up(h, 1);
        ck_assert_uint_eq(up->head.at, PRISIM_TLP_AT_UNTRANSLATED);
        ck_assert_uint_eq(up->head.address, 0x4ffcu + 4 * i);
        ck_assert_uint_eq(up->head.size, 4);
    }
    /* with ATS it is as ever, and what was granted is not used behind its end */
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, (uint32_t)PRISIM_ATS_CONTROL_ENABLE << 16);
    endpoint_harness_dma(h, 2, NO_PASID, 0x4000, 4096, true);
    translate(h, 0x4000, 0x90000);
    endpoint_harness_up_dma(h, 0x90000, 64);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_ATS + 4, 0);
    harness_run(h->base, 100);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_NOT_ENABLED);
    endpoint_harness_close(h);
}

START_TEST(without_ats_it_is_untranslated)
{
    without_ats(false);
    without_ats(true);
}
END_TEST

/* A completion that comes while the rest of its job is still asked for is no end of it. */
START_TEST(an_early_completion_ends_nothing)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4fc0, 128, false);
    translate(h, 0x4000, 0x90000);
    struct prisim_tlp first = *endpoint_harness_up_dma(h, 0x90fc0, 64);
    const struct prisim_tlp *request = endpoint_harness_up_translate(h, NO_PASID, 0x5000);
    endpoint_harness_complete(h, &first, PRISIM_TLP_SC);
    harness_run(h->base, 20);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    endpoint_harness_translated(h, request, 0x30000, 12, R | W);
    struct prisim_tlp second = *endpoint_harness_up_dma(h, 0x30000, 64);
    harness_run(h->base, 20);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    endpoint_harness_complete(h, &second, PRISIM_TLP_SC);
    harness_run(h->base, 20);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

/* Tags of reads are 64 to 127. */
/* covers: PCIE-HEADER-8 */
START_TEST(completion_of_a_tag_beyond_is_dropped)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, false);
    translate(h, 0x4000, 0x90000);
    struct prisim_tlp up = *endpoint_harness_up_dma(h, 0x90000, 4);
    ck_assert_uint_eq(up.head.tag, 64);
    struct prisim_tlp beyond = up;
    beyond.head.tag = 128;
    endpoint_harness_complete(h, &beyond, PRISIM_TLP_SC);
    harness_run(h->base, 20);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    endpoint_harness_complete(h, &up, PRISIM_TLP_SC);
    harness_run(h->base, 20);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint dma", completion_of_a_tag_beyond_is_dropped, lines_and_pages_are_not_crossed, largest_job_is_whole,
           read_ends_with_its_last_completion, read_error_fails_the_job, jobs_beyond_the_limit_wait_in_line,
           line_of_jobs_has_an_end, pasid_must_run, rogue_begins_without_a_context, blocked_link_holds_what_is_offered,
           reads_are_bounded_by_tags, only_read_fails_its_job, jobs_take_turns, no_line_is_made_behind_the_disabling,
           without_ats_it_is_untranslated, an_early_completion_ends_nothing)
