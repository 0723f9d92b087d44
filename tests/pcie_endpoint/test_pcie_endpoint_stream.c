/* SPDX-License-Identifier: Apache-2.0
 *
 * DMAs of many accesses: where each of them is, how many are under way, and who comes first (docs/timing/endpoint.md).
 */
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

static struct endpoint_harness *open_with(uint32_t jobs, uint64_t seed)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.jobs = jobs;
    config.seed = seed;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

static void submit(struct endpoint_harness *h, struct prisim_endpoint_stimulus what)
{
    what.what = PRISIM_ENDPOINT_DMA;
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &what);
}

static const struct prisim_event_endpoint_job *begun(const struct endpoint_harness *h, unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_JOB, n);
    return event ? &event->endpoint_job : NULL;
}

static unsigned count_begun(const struct endpoint_harness *h)
{
    return harness_events(h->base, PRISIM_EVENT_ENDPOINT_JOB);
}

static unsigned count_done(const struct endpoint_harness *h)
{
    return harness_events(h->base, PRISIM_EVENT_ENDPOINT_JOB_DONE);
}

/* Everything is mapped, and reads are completed. */
static void serve(struct endpoint_harness *h, prisim_cycle_t edges)
{
    for (prisim_cycle_t end = h->base->now + edges; h->base->now < end;) {
        const struct prisim_tlp *up = endpoint_harness_up(h, 1);
        if (!up)
            continue;
        if (up->head.at == PRISIM_TLP_AT_TRANSLATION_REQUEST)
            endpoint_harness_translated(h, up, up->head.address & ~UINT64_C(0xfff), 12, R | W);
        else if (up->head.type == PRISIM_TLP_MEMORY_READ)
            endpoint_harness_complete(h, up, PRISIM_TLP_SC);
    }
}

/* The addresses of each pattern, and the numbers of the jobs: one after the other. */
START_TEST(addresses_follow_the_pattern)
{
    static const struct {
        uint8_t pattern;
        uint32_t size;
        uint64_t stride;
        uint64_t expected[4];
    } rows[] = {
        {PRISIM_ENDPOINT_SEQUENTIAL, 100, 0, {0x10000, 0x10064, 0x100c8, 0x1012c}},
        {PRISIM_ENDPOINT_SEQUENTIAL, 4096, 77, {0x10000, 0x11000, 0x12000, 0x13000}},
        {PRISIM_ENDPOINT_STRIDED, 64, 0x2000, {0x10000, 0x12000, 0x14000, 0x16000}},
        {PRISIM_ENDPOINT_STRIDED, 64, 16, {0x10000, 0x10010, 0x10020, 0x10030}},
        {PRISIM_ENDPOINT_STRIDED, 64, 0, {0x10000, 0x10000, 0x10000, 0x10000}},
        {PRISIM_ENDPOINT_STRIDED, 8, 0x100000000, {0x10000, 0x100010000, 0x200010000, 0x300010000}},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (unsigned outstanding = 0; outstanding < 4; outstanding++)
            for (unsigned write = 0; write < 2; write++) {
                struct endpoint_harness *h = open_with(16, 1);
                submit(h, (struct prisim_endpoint_stimulus){.address = 0x10000,
                                                            .stride = rows[i].stride,
                                                            .count = 4,
                                                            .job = 30,
                                                            .pasid = 1,
                                                            .size = rows[i].size,
                                                            .has_pasid = 1,
                                                            .write = (uint8_t)write,
                                                            .pattern = rows[i].pattern,
                                                            .outstanding = (uint8_t)outstanding});
                serve(h, 1000);
                ck_assert_uint_eq(count_begun(h), 4);
                for (unsigned k = 0; k < 4; k++) {
                    ck_assert_msg(begun(h, k)->address == rows[i].expected[k], "row %u access %u", i, k);
                    ck_assert_uint_eq(begun(h, k)->job, 30 + k);
                    ck_assert_uint_eq(begun(h, k)->size, rows[i].size);
                    ck_assert_uint_eq(begun(h, k)->pasid, 1);
                    ck_assert_uint_eq(begun(h, k)->write, write);
                    endpoint_harness_ended(h, 30 + k, PRISIM_CAUSE_COMPLETED);
                }
                ck_assert_uint_eq(h->state->streams, 0);
                endpoint_harness_close(h);
            }
}
END_TEST

/* At random: a multiple of size from the beginning, wholly inside the span; every place of it; by the seed alone. The
 * same for DEPENDENT. */
START_TEST(random_stays_inside_its_span)
{
    enum { COUNT = 200 };
    static const struct {
        uint32_t size;
        uint64_t span;
        unsigned places;
    } rows[] = {{64, 64, 1}, {64, 127, 1}, {64, 128, 2}, {64, 512, 8}, {100, 1099, 10}, {256, 0x500, 5}};
    for (unsigned pattern = PRISIM_ENDPOINT_RANDOM; pattern <= PRISIM_ENDPOINT_DEPENDENT; pattern++)
        for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct endpoint_harness *h[3];
            for (unsigned k = 0; k < 3; k++) {
                h[k] = open_with(4, k == 2 ? 99 : 7);
                submit(h[k], (struct prisim_endpoint_stimulus){.address = 0x30010,
                                                               .span = rows[i].span,
                                                               .count = COUNT,
                                                               .job = 1,
                                                               .size = rows[i].size,
                                                               .write = 1,
                                                               .pattern = (uint8_t)pattern,
                                                               .outstanding = 4});
                serve(h[k], COUNT * 100);
                ck_assert_uint_eq(count_done(h[k]), COUNT);
            }
            unsigned seen = 0, differs = 0;
            for (unsigned n = 0; n < COUNT; n++) {
                const uint64_t offset = begun(h[0], n)->address - 0x30010;
                ck_assert_uint_eq(offset % rows[i].size, 0);
                ck_assert_uint_lt(offset / rows[i].size, rows[i].places);
                ck_assert_uint_eq(begun(h[1], n)->address, begun(h[0], n)->address);
                seen |= 1u << offset / rows[i].size;
                differs += begun(h[2], n)->address != begun(h[0], n)->address;
            }
            ck_assert_uint_eq(seen, (1u << rows[i].places) - 1);
            if (rows[i].places > 1)
                ck_assert_uint_gt(differs, COUNT / 4);
            for (unsigned k = 0; k < 3; k++)
                endpoint_harness_close(h[k]);
        }
}
END_TEST

static struct prisim_endpoint_stimulus anywhere(uint32_t job, uint32_t count)
{
    return (struct prisim_endpoint_stimulus){.address = 0x30000,
                                             .span = 0x10000,
                                             .count = count,
                                             .job = job,
                                             .size = 4,
                                             .write = 1,
                                             .pattern = PRISIM_ENDPOINT_RANDOM};
}

/* One number for each access but the first, which is at the beginning: two streams of four have those of one of seven.
 */
START_TEST(random_is_drawn_once_an_access)
{
    struct endpoint_harness *one = open_with(4, 7), *two = open_with(4, 7);
    submit(one, anywhere(1, 7));
    serve(one, 1000);
    for (uint32_t job = 1; job <= 11; job += 10) {
        submit(two, anywhere(job, 4));
        serve(two, 1000);
    }
    ck_assert_uint_eq(count_done(one), 7);
    ck_assert_uint_eq(count_done(two), 8);
    for (unsigned n = 0; n < 8; n++)
        ck_assert_uint_eq(begun(two, n)->address, n % 4 == 0 ? 0x30000 : begun(one, n < 4 ? n : n - 1)->address);
    endpoint_harness_close(one);
    endpoint_harness_close(two);
}
END_TEST

/* No more under way than `outstanding`, one at least, one with DEPENDENT; the next begins at the edge at which one
 * ends. */
START_TEST(outstanding_is_bounded)
{
    for (unsigned outstanding = 0; outstanding <= 5; outstanding++)
        for (unsigned pattern = PRISIM_ENDPOINT_SEQUENTIAL; pattern <= PRISIM_ENDPOINT_DEPENDENT; pattern++) {
            struct endpoint_harness *h = open_with(16, 1);
            const unsigned bound = pattern == PRISIM_ENDPOINT_DEPENDENT || outstanding == 0 ? 1 : outstanding;
            submit(h, (struct prisim_endpoint_stimulus){.address = 0x10000,
                                                        .span = 0x8000,
                                                        .stride = 0x1000,
                                                        .count = 12,
                                                        .job = 1,
                                                        .pasid = 1,
                                                        .size = 64,
                                                        .has_pasid = 1,
                                                        .pattern = (uint8_t)pattern,
                                                        .outstanding = (uint8_t)outstanding});
            harness_run(h->base, 100);
            ck_assert_uint_eq(count_begun(h), bound);
            ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_JOB, bound - 1)->cycle,
                              harness_event(h->base, PRISIM_EVENT_ENDPOINT_JOB, 0)->cycle);
            for (unsigned n = 0; n < 12 - bound; n++) {
                struct prisim_tlp request = *endpoint_harness_up(h, 100);
                endpoint_harness_complete(h, &request, PRISIM_TLP_CA);
                harness_run(h->base, 10);
                ck_assert_uint_eq(count_begun(h), bound + n + 1);
                ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_JOB, bound + n)->cycle,
                                  endpoint_harness_down_at(h));
            }
            endpoint_harness_close(h);
        }
}
END_TEST

/* As many as there are slots, if more are asked for. */
START_TEST(slots_bound_the_accesses)
{
    struct endpoint_harness *h = open_with(3, 1);
    submit(h,
           (struct prisim_endpoint_stimulus){.address = 0x10000, .count = 9, .job = 1, .size = 64, .outstanding = 64});
    harness_run(h->base, 50);
    ck_assert_uint_eq(count_begun(h), 3);
    serve(h, 500);
    ck_assert_uint_eq(count_begun(h), 9);
    endpoint_harness_close(h);
}
END_TEST

/* One that fails does not end the others. */
START_TEST(failed_access_ends_alone)
{
    struct endpoint_harness *h = open_with(4, 1);
    submit(h, (struct prisim_endpoint_stimulus){
                  .address = 0x10000, .count = 3, .job = 1, .size = 4096, .write = 1, .outstanding = 1});
    endpoint_harness_complete(h, endpoint_harness_up_translate(h, NO_PASID, 0x10000), PRISIM_TLP_CA);
    serve(h, 400);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_TRANSLATION_ERROR);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_ended(h, 3, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

static void order_is(struct endpoint_harness *h, const uint32_t *jobs, unsigned count)
{
    ck_assert_uint_eq(count_begun(h), count);
    for (unsigned i = 0; i < count; i++)
        ck_assert_msg(begun(h, i)->job == jobs[i], "place %u: job %u", i, (unsigned)begun(h, i)->job);
}

static struct prisim_endpoint_stimulus stream_of(uint32_t job, uint32_t pasid, uint32_t count)
{
    return (struct prisim_endpoint_stimulus){.address = 0x10000 * (uint64_t)job,
                                             .count = count,
                                             .job = job,
                                             .pasid = pasid,
                                             .size = 64,
                                             .has_pasid = 1,
                                             .outstanding = 1};
}

/* Two take turns where slots are short; of two that have slots each is bounded alone. */
START_TEST(streams_take_turns)
{
    static const uint32_t order[] = {10, 20, 11, 21, 12, 22};
    struct endpoint_harness *h = open_with(1, 1);
    submit(h, stream_of(10, 1, 3));
    submit(h, stream_of(20, 2, 3));
    serve(h, 500);
    order_is(h, order, 6);
    /* The first one again, not the one behind the last turn. */
    submit(h, stream_of(30, 1, 2));
    serve(h, 500);
    endpoint_harness_ended(h, 31, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
    h = open_with(2, 1);
    submit(h, stream_of(10, 1, 3));
    submit(h, stream_of(20, 2, 3));
    harness_run(h->base, 20);
    order_is(h, order, 2);
    endpoint_harness_close(h);
}
END_TEST

/* Jobs that wait in line come before further accesses. */
START_TEST(jobs_in_line_come_first)
{
    static const uint32_t order[] = {10, 50, 51, 11, 12};
    struct endpoint_harness *h = open_with(1, 1);
    submit(h, stream_of(10, 1, 3));
    harness_run(h->base, 3);
    endpoint_harness_dma(h, 50, 2, 0x4000, 4, true);
    endpoint_harness_dma(h, 51, 2, 0x4000, 4, true);
    serve(h, 500);
    order_is(h, order, 5);
    ck_assert_uint_eq(endpoint_harness_done(h, 51)->cycle, harness_event(h->base, PRISIM_EVENT_ENDPOINT_JOB, 3)->cycle);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-STOP-1: what has not begun never does, and nobody waits for it; the other PASID's goes on. */
/* covers: PCIE-STOP-1 */
START_TEST(stop_drops_what_has_not_begun)
{
    for (uint32_t stop = 0; stop < 3; stop++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.stop = stop;
        config.jobs = 4;
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
        endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
        struct prisim_endpoint_stimulus of_one = stream_of(100, 1, 1000);
        of_one.outstanding = 2;
        submit(h, of_one);
        submit(h, stream_of(2000, 2, 3));
        struct prisim_tlp first = *endpoint_harness_up_translate(h, 1, 0x640000),
                          second = *endpoint_harness_up_translate(h, 1, 0x640000),
                          other = *endpoint_harness_up_translate(h, 2, 0x7d00000);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        endpoint_harness_translated(h, &first, 0x90000, 12, R | W);
        harness_run(h->base, 20);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
        endpoint_harness_translated(h, &second, 0x90000, 12, R | W);
        harness_run(h->base, 5);
        endpoint_harness_ended(h, 100, PRISIM_CAUSE_STOPPED);
        endpoint_harness_ended(h, 101, PRISIM_CAUSE_STOPPED);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle, endpoint_harness_down_at(h));
        ck_assert_uint_eq(count_begun(h), 3);
        ck_assert_uint_eq(count_done(h), 2);
        if (stop == PRISIM_ENDPOINT_STOP_MARKER)
            endpoint_harness_up_marker(h, 1);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
        endpoint_harness_translated(h, &other, 0x90000, 12, R | W);
        serve(h, 200);
        ck_assert_uint_eq(count_begun(h), 5);
        endpoint_harness_ended(h, 2002, PRISIM_CAUSE_COMPLETED);
        ck_assert_uint_eq(h->state->streams, 0);
        endpoint_harness_close(h);
    }
}
END_TEST

/* None of it has begun. */
START_TEST(stop_of_a_stream_without_a_slot)
{
    struct endpoint_harness *h = open_with(1, 1);
    endpoint_harness_dma(h, 1, 2, 0x4000, 4, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 2, 0x4000);
    submit(h, stream_of(10, 1, 5));
    harness_run(h->base, 2);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle, endpoint_harness_down_at(h));
    endpoint_harness_translated(h, &request, 0x90000, 12, R | W);
    endpoint_harness_up_dma(h, 0x90000, 4);
    endpoint_harness_quiet(h, 50);
    ck_assert_uint_eq(count_begun(h), 1);
    ck_assert_uint_eq(h->state->streams, 0);
    endpoint_harness_close(h);
}
END_TEST

/* A count of 0 or 1 is one job, whatever else is said; it waits in line as others do. */
START_TEST(count_of_one_is_a_job)
{
    for (uint32_t count = 0; count <= 1; count++) {
        struct endpoint_harness *h = open_with(1, 1);
        for (uint32_t i = 0; i < 3; i++)
            submit(h, (struct prisim_endpoint_stimulus){.address = 0x4000,
                                                        .span = 0x10000,
                                                        .stride = 0x1000,
                                                        .count = count,
                                                        .job = 5 + 10 * i,
                                                        .size = 4,
                                                        .write = 1,
                                                        .pattern = PRISIM_ENDPOINT_STRIDED,
                                                        .outstanding = 8});
        harness_run(h->base, 5);
        ck_assert_uint_eq(count_begun(h), 3); /* said when it is taken, slot or not */
        ck_assert_uint_eq(h->state->pending_count, 2);
        ck_assert_uint_eq(h->state->streams, 0);
        serve(h, 100);
        ck_assert_uint_eq(count_begun(h), 3);
        for (uint32_t i = 0; i < 3; i++) {
            endpoint_harness_ended(h, 5 + 10 * i, PRISIM_CAUSE_COMPLETED);
            ck_assert_uint_eq(begun(h, i)->address, 0x4000);
        }
        endpoint_harness_close(h);
    }
}
END_TEST

/* Sixteen; one more ends at once, as does one that may not begin. A job of one access needs none of them. */
START_TEST(seventeenth_is_refused)
{
    struct endpoint_harness *h = open_with(1, 1);
    endpoint_harness_dma(h, 1, 2, 0x4000, 4, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 2, 0x4000);
    for (uint32_t i = 0; i < 17; i++)
        submit(h, stream_of(100 + 10 * i, 1, 2));
    harness_run(h->base, 20);
    ck_assert_uint_eq(count_begun(h), 2);
    endpoint_harness_ended(h, 260, PRISIM_CAUSE_NOT_ENABLED);
    submit(h, (struct prisim_endpoint_stimulus){.address = 0x4000, .count = 1, .job = 700, .size = 4, .write = 1});
    harness_run(h->base, 3);
    ck_assert_uint_eq(count_begun(h), 3);
    endpoint_harness_complete(h, &request, PRISIM_TLP_CA);
    serve(h, 2000);
    ck_assert_uint_eq(count_begun(h), 3 + 32);
    endpoint_harness_ended(h, 700, PRISIM_CAUSE_COMPLETED);
    for (uint32_t i = 0; i < 16; i++)
        endpoint_harness_ended(h, 101 + 10 * i, PRISIM_CAUSE_COMPLETED);
    submit(h, stream_of(500, 3, 2));
    harness_run(h->base, 3);
    endpoint_harness_ended(h, 500, PRISIM_CAUSE_NOT_ENABLED);
    ck_assert_ptr_null(endpoint_harness_done(h, 501));
    submit(h, stream_of(600, 1, 2));
    serve(h, 200);
    endpoint_harness_ended(h, 601, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint stream", addresses_follow_the_pattern, random_stays_inside_its_span,
           random_is_drawn_once_an_access, outstanding_is_bounded, slots_bound_the_accesses, failed_access_ends_alone,
           streams_take_turns, jobs_in_line_come_first, stop_drops_what_has_not_begun, stop_of_a_stream_without_a_slot,
           count_of_one_is_a_job, seventeenth_is_refused)
