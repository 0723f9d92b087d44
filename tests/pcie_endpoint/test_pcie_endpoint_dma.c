/* SPDX-License-Identifier: Apache-2.0
 *
 * The DMA engine: splitting, reads and their errors, jobs at once and in line, back-pressure (PCIE-TRANSLATED).
 */
#include "tests/pcie_endpoint/bench.h"

static const struct tlp *translate(struct bench *b, uint64_t page, uint64_t output)
{
    const struct tlp *request = bench_up_translate(b, NO_PASID, page);
    bench_translated(b, request, output, 12, R | W);
    return request;
}

START_TEST(lines_and_pages_are_not_crossed)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_dma(b, 0x11223344, NO_PASID, 0x4f7a, 0x6 + 0x40 + 0x40 + 3, true);
    translate(b, 0x4000, 0x90000);
    const struct tlp *up = bench_up_dma(b, 0x90f7a, 6);
    ck_assert_uint_eq(up->head.type, TLP_MEMORY_WRITE);
    /* Address ends in 2: the pattern starts in the middle of a word. */
    const uint8_t pattern[6] = {0x22, 0x11, 0x44, 0x33, 0x22, 0x11};
    ck_assert_mem_eq(up->data, pattern, 6);
    cycle_t first = bench_up_at(b);
    bench_up_dma(b, 0x90f80, 64);
    ck_assert_uint_eq(bench_up_at(b), first + 1); /* one line per edge */
    bench_up_dma(b, 0x90fc0, 64);
    cycle_t last = bench_up_at(b);
    ck_assert_ptr_null(bench_done(b, 0x11223344));
    translate(b, 0x5000, 0x30000);
    ck_assert_uint_eq(bench_up_at(b), last + config.atc_latency);
    bench_up_dma(b, 0x30000, 3);
    bench_ended(b, 0x11223344, CAUSE_COMPLETED);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_DMA), 4);
    const struct event *event = rig_event(b->rig, EVENT_ENDPOINT_DMA, 1);
    ck_assert_uint_eq(event->endpoint_dma.pasid, PASID_NONE);
    ck_assert_uint_eq(event->endpoint_dma.address, 0x4f80);
    ck_assert_uint_eq(event->endpoint_dma.output, 0x90f80);
    ck_assert_uint_eq(event->endpoint_dma.size, 64);
    bench_close(b);
}
END_TEST

START_TEST(largest_job_is_whole)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_dma(b, 1, NO_PASID, 0x100001, 65536, true);
    uint64_t bytes = 0;
    while (!bench_done(b, 1)) {
        const struct tlp *up = bench_up(b, 50);
        ck_assert_ptr_nonnull(up);
        if (up->head.at == TLP_AT_TRANSLATION_REQUEST) {
            bench_translated(b, up, up->head.address + 0x800000, 12, R | W);
            continue;
        }
        ck_assert_uint_eq(up->head.address, 0x100001 + 0x800000 + bytes);
        ck_assert_uint_le(up->head.address % 64 + up->head.size, 64);
        bytes += up->head.size;
    }
    ck_assert_uint_eq(bytes, 65536);
    bench_close(b);
}
END_TEST

START_TEST(read_ends_with_its_last_completion)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_dma(b, 1, NO_PASID, 0x4000, 128, false);
    translate(b, 0x4000, 0x90000);
    struct tlp first = *bench_up_dma(b, 0x90000, 64);
    struct tlp second = *bench_up_dma(b, 0x90040, 64);
    ck_assert_uint_ne(first.head.tag, second.head.tag);
    bench_complete(b, &second, TLP_SC);
    bench_complete(b, &second, TLP_SC); /* nobody waits for it any more */
    bench_quiet(b, 20);
    ck_assert_ptr_null(bench_done(b, 1));
    bench_complete(b, &first, TLP_SC);
    rig_run(b->rig, 3);
    bench_ended(b, 1, CAUSE_COMPLETED);
    const struct rig_rx_port *down = &b->rig->rx[ENDPOINT_RX_DOWN];
    ck_assert_uint_eq(bench_done(b, 1)->cycle, down->taken_at[down->taken - 1]);
    bench_close(b);
}
END_TEST

START_TEST(read_error_fails_the_job)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    for (uint32_t order = 0; order < 2; order++) {
        bench_dma(b, 1 + order, NO_PASID, 0x4000, 128, false);
        if (order == 0)
            translate(b, 0x4000, 0x90000);
        struct tlp up[2];
        up[0] = *bench_up_dma(b, 0x90000, 64);
        up[1] = *bench_up_dma(b, 0x90040, 64);
        bench_complete(b, &up[order], TLP_UR);
        rig_run(b->rig, 5);
        ck_assert_ptr_null(bench_done(b, 1 + order));
        bench_complete(b, &up[1 - order], TLP_SC);
        rig_run(b->rig, 5);
        bench_ended(b, 1 + order, CAUSE_DMA_ERROR);
    }
    /* While the next page is being translated: the job ends when the translation is back. */
    bench_dma(b, 5, NO_PASID, 0x4ff8, 16, false);
    struct tlp read = *bench_up_dma(b, 0x90ff8, 8);
    struct tlp request = *bench_up_translate(b, NO_PASID, 0x5000);
    bench_complete(b, &read, TLP_CA);
    rig_run(b->rig, 5);
    ck_assert_ptr_null(bench_done(b, 5));
    bench_translated(b, &request, 0x1000, 12, R | W);
    bench_quiet(b, 20);
    bench_ended(b, 5, CAUSE_DMA_ERROR);
    bench_close(b);
}
END_TEST

START_TEST(jobs_beyond_the_limit_wait_in_line)
{
    struct endpoint_config config;
    bench_config(&config);
    config.jobs = 2;
    struct bench *b = bench_enabled(&config, 8);
    for (uint32_t i = 0; i < 4; i++)
        bench_dma(b, i + 1, NO_PASID, 0x10000 + i * 0x1000, 4, true);
    struct tlp first = *bench_up_translate(b, NO_PASID, 0x10000);
    bench_up_translate(b, NO_PASID, 0x11000);
    bench_quiet(b, 30);
    bench_translated(b, &first, 0x90000, 12, R | W);
    bench_up_dma(b, 0x90000, 4);
    cycle_t free = bench_up_at(b);
    translate(b, 0x12000, 0x91000);
    ck_assert_uint_eq(bench_up_at(b), free + config.atc_latency);
    bench_up_dma(b, 0x91000, 4);
    bench_up_translate(b, NO_PASID, 0x13000);
    bench_close(b);
}
END_TEST

START_TEST(line_of_jobs_has_an_end)
{
    struct endpoint_config config;
    bench_config(&config);
    config.jobs = 1;
    struct bench *b = bench_enabled(&config, 8);
    for (uint32_t i = 0; i <= 65; i++)
        bench_dma(b, i + 1, NO_PASID, 0x10000, 4, true);
    rig_run(b->rig, 100);
    ck_assert_ptr_null(bench_done(b, 65)); /* one at work and 64 in line */
    bench_ended(b, 66, CAUSE_NOT_ENABLED);
    bench_close(b);
}
END_TEST

START_TEST(pasid_must_run)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_dma(b, 1, 1, 0x4000, 4, true);
    rig_run(b->rig, 3);
    bench_ended(b, 1, CAUSE_NOT_ENABLED);
    bench_pasid(b, 1, ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(bench_pasid_state(b, 1), ENDPOINT_PASID_RUNNING);
    ck_assert_uint_eq(bench_pasid_state(b, 65), ENDPOINT_PASID_IDLE);
    bench_dma(b, 2, 1, 0x4000, 4, true);
    bench_up_translate(b, 1, 0x4000);
    bench_dma(b, 3, 65, 0x4000, 4, true);
    rig_run(b->rig, 3);
    bench_ended(b, 3, CAUSE_NOT_ENABLED);
    /* All contexts: the 65th PASID finds none. */
    for (uint32_t i = 2; i <= 65; i++)
        bench_pasid(b, i, ENDPOINT_PASID_RUN);
    ck_assert_uint_eq(bench_pasid_state(b, 64), ENDPOINT_PASID_RUNNING);
    ck_assert_uint_eq(bench_pasid_state(b, 65), ENDPOINT_PASID_IDLE);
    bench_close(b);
}
END_TEST

/* A rogue's job begins though its PASID does not run, no stop ends it, and none waits for it. */
START_TEST(rogue_begins_without_a_context)
{
    struct endpoint_config config;
    bench_config(&config);
    config.jobs = 1;
    struct bench *b = bench_enabled(&config, 8);
    struct endpoint_stimulus rogue = {
        .address = 0x4000, .job = 1, .pasid = 5, .size = 4, .what = ENDPOINT_DMA, .has_pasid = 1, .rogue = 1};
    rig_offer(b->rig, ENDPOINT_RX_STIMULUS, &rogue);
    const struct tlp *request = bench_up_translate(b, 5, 0x4000);
    bench_pasid(b, 5, ENDPOINT_PASID_RUN);
    bench_pasid(b, 5, ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(bench_pasid_state(b, 5), ENDPOINT_PASID_IDLE);
    bench_translated(b, request, 0x91000, 12, 3);
    bench_up_dma(b, 0x91000, 4);
    /* It is at work, and the only one: a second rogue does not wait in line. */
    rogue.job = 2;
    rig_offer(b->rig, ENDPOINT_RX_STIMULUS, &rogue);
    rig_run(b->rig, 3);
    bench_ended(b, 2, CAUSE_NOT_ENABLED);
    ck_assert_ptr_null(bench_done(b, 1));
    bench_close(b);
}
END_TEST

START_TEST(blocked_link_holds_what_is_offered)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_dma(b, 1, NO_PASID, 0x4000, 4096, true);
    struct tlp request = *bench_up_translate(b, NO_PASID, 0x4000);
    rig_ready(b->rig, ENDPOINT_TX_UP, false);
    rig_run(b->rig, 2);
    bench_translated(b, &request, 0x90000, 12, R | W);
    rig_run(b->rig, 200);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_ENDPOINT_DMA), 1);
    ck_assert_ptr_null(bench_done(b, 1));
    rig_ready(b->rig, ENDPOINT_TX_UP, true);
    for (uint64_t line = 0; line < 64; line++)
        bench_up_dma(b, 0x90000 + 64 * line, 64);
    bench_ended(b, 1, CAUSE_COMPLETED);
    bench_close(b);
}
END_TEST

START_TEST(reads_are_bounded_by_tags)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_dma(b, 1, NO_PASID, 0x4000, 4096, false);
    translate(b, 0x4000, 0x90000);
    struct tlp up[64];
    for (unsigned i = 0; i < 64; i++)
        up[i] = *bench_up_dma(b, 0x90000 + 64 * i, 64);
    bench_dma(b, 2, NO_PASID, 0x4000, 4, false);
    bench_quiet(b, 50);
    bench_dma(b, 3, NO_PASID, 0x4000, 4, true); /* a write needs no tag */
    bench_up_dma(b, 0x90000, 4);
    bench_complete(b, &up[17], TLP_SC);
    bench_up_dma(b, 0x90000, 4);
    bench_close(b);
}
END_TEST

/* UR and CA both say that the read was not done, of the last completion of a job as well. */
START_TEST(only_read_fails_its_job)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    static const enum tlp_status status[] = {TLP_UR, TLP_CA};
    for (uint32_t i = 0; i < 2; i++) {
        bench_dma(b, 1 + i, NO_PASID, 0x4000, 4, false);
        if (i == 0)
            translate(b, 0x4000, 0x90000);
        bench_complete(b, bench_up_dma(b, 0x90000, 4), status[i]);
        rig_run(b->rig, 5);
        bench_ended(b, 1 + i, CAUSE_DMA_ERROR);
    }
    bench_close(b);
}
END_TEST

/* Lines of two jobs go out in turn; each job is done under the address that it was submitted with. */
START_TEST(jobs_take_turns)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_dma(b, 1, NO_PASID, 0x4000, 4, true);
    translate(b, 0x4000, 0x90000);
    bench_up_dma(b, 0x90000, 4);
    bench_dma(b, 2, NO_PASID, 0x5000, 4, true);
    translate(b, 0x5000, 0xa0000);
    bench_up_dma(b, 0xa0000, 4);
    bench_dma(b, 3, NO_PASID, 0x4010, 0x1f0, true); /* 8 lines, and one edge later 4 */
    bench_dma(b, 4, NO_PASID, 0x5020, 0xe0, true);
    static const uint64_t line[] = {0x90010, 0xa0020, 0x90040, 0xa0040, 0x90080, 0xa0080,
                                    0x900c0, 0xa00c0, 0x90100, 0x90140, 0x90180, 0x901c0};
    for (unsigned i = 0; i < sizeof line / sizeof line[0]; i++)
        bench_up_dma(b, line[i], line[i] == 0x90010 ? 0x30 : line[i] == 0xa0020 ? 0x20 : 0x40);
    bench_ended(b, 3, CAUSE_COMPLETED);
    bench_ended(b, 4, CAUSE_COMPLETED);
    ck_assert_uint_eq(bench_done(b, 3)->endpoint_job_done.address, 0x4010);
    ck_assert_uint_eq(bench_done(b, 4)->endpoint_job_done.address, 0x5020);
    bench_close(b);
}
END_TEST

/* PCIE-ATSCAP: from the edge at which Enable goes to 0 no request with a translated address is made. */
START_TEST(no_line_is_made_behind_the_disabling)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_dma(b, 1, NO_PASID, 0x4000, 4096, true);
    translate(b, 0x4000, 0x90000);
    bench_up_dma(b, 0x90000, 64);
    struct tlp off = {.head = {.type = TLP_CONFIG_WRITE, .address = ENDPOINT_CONFIG_ATS + 4, .size = 4}};
    bench_down(b, &off);
    rig_run(b->rig, 100);
    const struct rig_rx_port *down = &b->rig->rx[ENDPOINT_RX_DOWN];
    cycle_t at = down->taken_at[down->taken - 1];
    unsigned lines = rig_events(b->rig, EVENT_ENDPOINT_DMA);
    ck_assert_uint_lt(lines, 10);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_ENDPOINT_DMA, lines - 1)->cycle, at - 1);
    bench_ended(b, 1, CAUSE_NOT_ENABLED);
    ck_assert_uint_eq(bench_done(b, 1)->cycle, at);
    bench_close(b);
}
END_TEST

/* Tags of reads are 64 to 127. */
START_TEST(completion_of_a_tag_beyond_is_dropped)
{
    struct endpoint_config config;
    bench_config(&config);
    struct bench *b = bench_enabled(&config, 8);
    bench_dma(b, 1, NO_PASID, 0x4000, 4, false);
    translate(b, 0x4000, 0x90000);
    struct tlp up = *bench_up_dma(b, 0x90000, 4);
    ck_assert_uint_eq(up.head.tag, 64);
    struct tlp beyond = up;
    beyond.head.tag = 128;
    bench_complete(b, &beyond, TLP_SC);
    rig_run(b->rig, 20);
    ck_assert_ptr_null(bench_done(b, 1));
    bench_complete(b, &up, TLP_SC);
    rig_run(b->rig, 20);
    bench_ended(b, 1, CAUSE_COMPLETED);
    bench_close(b);
}
END_TEST

BENCH_MAIN("endpoint dma", completion_of_a_tag_beyond_is_dropped, lines_and_pages_are_not_crossed, largest_job_is_whole,
           read_ends_with_its_last_completion, read_error_fails_the_job, jobs_beyond_the_limit_wait_in_line,
           line_of_jobs_has_an_end, pasid_must_run, rogue_begins_without_a_context, blocked_link_holds_what_is_offered,
           reads_are_bounded_by_tags, only_read_fails_its_job, jobs_take_turns, no_line_is_made_behind_the_disabling)
