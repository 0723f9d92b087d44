/* SPDX-License-Identifier: Apache-2.0
 *
 * RAM in several regions with holes between them, up to the last page of 52 bits of address; pages that come into being
 * when they are first written, and what becomes of a write when none is left; how much of the state is in use.
 */
#include "model/core/bits.h"
#include "model/core/random.h"
#include "model/interconnect/interconnect_state.h"
#include "tests/harness/suite.h"
#include "tests/interconnect/interconnect_harness.h"

enum { PAGE = PRISIM_MEMORY_PAGE_BYTES, CPU = PRISIM_INTERCONNECT_CPU };

static const uint64_t low = 0x1000, beside = UINT64_C(0x80010000), last = (UINT64_C(1) << 52) - 4096;

/* The first region, one of a page below it, one that follows it without a hole, and the last page of 52 bits. */
static struct prisim_interconnect_config regions_config(void)
{
    struct prisim_interconnect_config config = interconnect_harness_config();
    config.region[0] = (struct prisim_memory_region){low, PAGE};
    config.region[3] = (struct prisim_memory_region){last, PAGE};
    config.region[6] = (struct prisim_memory_region){beside, 2 * PAGE};
    return config;
}

static struct interconnect_harness *open_regions(uint32_t pages)
{
    struct prisim_interconnect_config config = regions_config();
    config.pages = pages;
    return interconnect_harness_open(&config);
}

static size_t used(const struct interconnect_harness *h)
{
    return prisim_interconnect_used(&h->config, h->state);
}

static unsigned pages(const struct interconnect_harness *h)
{
    unsigned count = 0;
    uint64_t address;
    while (prisim_interconnect_page(h->state, count, &address))
        count++;
    return count;
}

static void is_zero_behind(const struct interconnect_harness *h)
{
    const uint8_t *state = h->state;
    bool zero = true;
    for (size_t i = used(h); i < prisim_interconnect_state_size(&h->config); i++)
        zero &= state[i] == 0;
    ck_assert(zero);
}

START_TEST(regions_and_holes)
{
    static const struct {
        uint64_t address;
        bool ok;
    } row[] = {{0xff8, false},
               {0x1000, true},
               {0x1ff8, true},
               {0x2000, false},
               {0x7ffffff8, false},
               {0x80000000, true},
               {0x8000fff8, true},
               {0x80010000, true},
               {0x80011ff8, true},
               {0x80012000, false},
               {0xfffffffffeff8, false},
               {0xffffffffff000, true},
               {0xffffffffffff8, true},
               {0x10000000000000, false},
               {0xfffffffffffff000, false}};
    enum { COUNT = sizeof row / sizeof row[0] };
    struct interconnect_harness *h = open_regions(100);
    for (unsigned i = 0; i < COUNT; i++) {
        offer_write(h, CPU, 2 * i, row[i].address, 8, (uint8_t)(16 * i + 1));
        offer_read(h, CPU, 2 * i + 1, row[i].address, 8);
    }
    harness_run(h->base, 200);
    unsigned aborts = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        const struct prisim_memory_response *written = response(h, CPU, 2 * i), *read = response(h, CPU, 2 * i + 1);
        ck_assert_uint_eq(written->status, row[i].ok ? PRISIM_MEMORY_OK : PRISIM_MEMORY_ABORT);
        ck_assert_uint_eq(read->status, row[i].ok ? PRISIM_MEMORY_OK : PRISIM_MEMORY_ABORT);
        for (unsigned k = 0; row[i].ok && k < 8; k++)
            ck_assert_uint_eq(read->data[k], (uint8_t)(16 * i + 1 + k));
        aborts += row[i].ok ? 0 : 2;
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_INTERCONNECT_ABORT), aborts);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_INTERCONNECT_FULL), 0);
    ck_assert_uint_eq(pages(h), 6);
    interconnect_harness_close(h);
}
END_TEST

/* Reads, aborts and swaps that change nothing take no page; of a page that nobody wrote all is zero. */
START_TEST(a_page_comes_with_the_first_write)
{
    struct interconnect_harness *h = open_regions(100);
    const size_t empty = used(h);
    struct prisim_memory_request swap = {.address = low, .size = 8, .write = PRISIM_MEMORY_SWAP, .data = {[8] = 1}};
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++) {
        offer_read(h, port, 1, ram_base + 0xff8, 8);
        offer_read(h, port, 2, last, 64);
        harness_offer(h->base, port, &swap);
        offer_write(h, port, 3, 0x3000, 8, 1);
    }
    harness_run(h->base, 100);
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++)
        for (unsigned i = 0; i < 3; i++) {
            ck_assert_uint_eq(response(h, port, i)->status, PRISIM_MEMORY_OK);
            for (unsigned k = 0; k < 64; k++)
                ck_assert_uint_eq(response(h, port, i)->data[k], 0);
        }
    ck_assert_uint_eq(used(h), empty);
    ck_assert_uint_eq(pages(h), 0);
    is_zero_behind(h);
    offer_write(h, CPU, 4, low + 0x80, 8, 1);
    offer_write(h, CPU, 5, low + 0xff8, 8, 9);
    harness_run(h->base, 100);
    uint64_t address = 0;
    const uint8_t *page = prisim_interconnect_page(h->state, 0, &address);
    ck_assert_uint_eq(address, low);
    for (unsigned i = 0; i < PAGE; i++)
        ck_assert_uint_eq(page[i], i - 0x80 < 8 ? i - 0x80 + 1 : i >= 0xff8 ? i - 0xff8 + 9 : 0);
    ck_assert_uint_eq(pages(h), 1);
    ck_assert_uint_eq(used(h), empty + sizeof(struct sparse_page));
    is_zero_behind(h);
    interconnect_harness_close(h);
}
END_TEST

/* A write for which no page is left is aborted, and says so by an event of its own; all else goes on. */
START_TEST(no_page_is_left)
{
    struct interconnect_harness *h = open_regions(2);
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 0, ram_base, 8, 1);
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 1, last, 8, 1);
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 2, low + 8, 8, 1); /* one too many */
    offer_read(h, PRISIM_INTERCONNECT_SMMU, 3, low + 8, 8);
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 4, ram_base + 8, 8, 1);
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 5, 0x3000, 8, 1);               /* a hole is a hole */
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 6, ram_base + PAGE + 60, 8, 1); /* over a line */
    struct prisim_memory_request swap = {.address = low, .id = 7, .size = 8, .write = PRISIM_MEMORY_SWAP};
    harness_offer(h->base, PRISIM_INTERCONNECT_SMMU, &swap);
    harness_run(h->base, 100);
    static const bool ok[] = {true, true, false, true, true, false, false, false};
    for (unsigned i = 0; i < sizeof ok; i++) {
        ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_SMMU, i)->id, i);
        ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_SMMU, i)->status,
                          ok[i] ? PRISIM_MEMORY_OK : PRISIM_MEMORY_ABORT);
    }
    ck_assert_uint_eq(prisim_load_le64(response(h, PRISIM_INTERCONNECT_SMMU, 3)->data), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_INTERCONNECT_ABORT), 4);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_INTERCONNECT_FULL), 2);
    const uint64_t address[] = {low + 8, low};
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_INTERCONNECT_FULL, i);
        ck_assert_uint_eq(event->interconnect_full.address, address[i]);
        ck_assert_uint_eq(event->interconnect_full.port, PRISIM_INTERCONNECT_SMMU);
        ck_assert_uint_eq(event->cycle, harness_got_at(h->base, PRISIM_INTERCONNECT_SMMU, i ? 7 : 2));
    }
    ck_assert_uint_eq(pages(h), 2);
    uint8_t bytes[2 * PAGE] = {1};
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, true, low, bytes, 8), 0);
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, true, ram_base + 8, bytes, PAGE), 0);
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, true, ram_base + 8, bytes, PAGE - 8), PAGE - 8);
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, false, low, bytes, 8), 8);
    ck_assert_uint_eq(prisim_load_le64(bytes), 0);
    interconnect_harness_close(h);
}
END_TEST

/* From outside, over pages and from one region into the next; a hole ends it. */
START_TEST(debug_over_pages)
{
    enum { BYTES = 3 * PAGE };
    struct interconnect_harness *h = open_regions(100);
    static uint8_t in[BYTES], out[BYTES];
    for (unsigned i = 0; i < BYTES; i++)
        in[i] = (uint8_t)(i * 7 + i / 256);
    const uint64_t from = beside - PAGE - 100;
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, true, from, in, BYTES), BYTES);
    ck_assert_uint_eq(pages(h), 4);
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, false, from, out, BYTES), BYTES);
    ck_assert_mem_eq(in, out, BYTES);
    for (unsigned i = 0; i < BYTES; i += 977) {
        ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, false, from + i, out, 1), 1);
        ck_assert_uint_eq(out[0], in[i]);
    }
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, true, beside + PAGE, in, BYTES), PAGE);
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, true, last + PAGE - 1, in, 2), 1);
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, true, 0xfff, in, 2), 0);
    memset(out, 0xee, sizeof out);
    ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, false, ram_base, out, PAGE), PAGE);
    for (unsigned i = 0; i < BYTES; i++)
        ck_assert_uint_eq(out[i], i < PAGE ? 0 : 0xee);
    interconnect_harness_close(h);
}
END_TEST

/* Whatever waited, in the line and at ports that were not ready: in the end the rings are as at the beginning. */
START_TEST(rings_are_left_empty)
{
    struct random_stream random = random_open((uint64_t)_i, 0, 0);
    struct prisim_interconnect_config config = regions_config();
    config.outstanding = 4 + (uint32_t)random_below(&random, 5);
    struct interconnect_harness *h = interconnect_harness_open(&config);
    struct prisim_interconnect *state = h->state;
    static uint8_t rings[1 << 15];
    const size_t bytes = state->memory_at - offsetof(struct prisim_interconnect, flight);
    ck_assert_uint_le(bytes, sizeof rings);
    bool line_moved = false, waited = false;
    for (unsigned edge = 0; edge < 1500; edge++) {
        const unsigned port = (unsigned)random_below(&random, PRISIM_INTERCONNECT_PORTS);
        if (edge < 600)
            offer_write(h, port, edge, ram_base + 8 * random_below(&random, 99), 8, (uint8_t)edge);
        harness_ready(h->base, port, edge > 700 || random_below(&random, 4) == 0);
        harness_edge(h->base);
        line_moved |= state->line.count > 1 && state->line.head > 0;
        waited |= state->responses[port].count > 1 && state->responses[port].head > 0;
    }
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++)
        harness_ready(h->base, port, true);
    harness_run(h->base, 3000);
    ck_assert(line_moved && waited);
    ck_assert(state->line.head == 0 && state->line.count == 0 && state->places == 0);
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++)
        ck_assert(state->responses[port].head == 0 && state->responses[port].count == 0);
    ck_assert_mem_eq(state->flight, rings, bytes);
    interconnect_harness_close(h);
}
END_TEST

/* Of an empty system a few lines and the rings; the largest RAM there can be takes no more than the pages it may use.
 */
START_TEST(size_follows_the_configuration)
{
    struct prisim_interconnect_config config;
    prisim_interconnect_config_default(&config);
    struct interconnect_harness *h = interconnect_harness_open(&config);
    ck_assert_uint_lt(used(h), 24 << 10);
    interconnect_harness_close(h);
    config.outstanding = 4;
    h = interconnect_harness_open(&config);
    ck_assert_uint_lt(used(h), 2 << 10);
    interconnect_harness_close(h);
    config.ram_base = 0;
    config.ram_size = UINT64_C(1) << 52;
    config.doorbell_base = UINT64_C(1) << 52;
    config.pages = 10;
    h = interconnect_harness_open(&config);
    ck_assert_uint_lt(prisim_interconnect_state_size(&config), 64 << 10);
    offer_write(h, CPU, 1, last + PAGE - 8, 8, 1);
    harness_run(h->base, 100);
    ck_assert_uint_eq(response(h, CPU, 0)->status, PRISIM_MEMORY_OK);
    interconnect_harness_close(h);
}
END_TEST

START_TEST(regions_that_are_refused)
{
    static const struct {
        struct prisim_memory_region region;
        const char *field;
    } row[] = {{{0x1800, 0x1000}, "region.base"},     {{0x3000, 0x1800}, "region.size"},
               {{0x1000, 0x1000}, "region.base"},     {{0x80000000, 0x1000}, "region.base"},
               {{0x7ffff000, 0x2000}, "region.base"}, {{0x08000000, 0x100000}, "doorbell_base"}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct prisim_interconnect_config config = regions_config();
        struct prisim_config_error error = {"", ""};
        ck_assert(prisim_interconnect_config_check(&config, &error));
        config.region[5] = row[i].region;
        ck_assert(!prisim_interconnect_config_check(&config, &error));
        ck_assert_str_eq(error.field, row[i].field);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("interconnect_regions");
    TCase *tcase = tcase_create("regions");
    tcase_add_test(tcase, regions_and_holes);
    tcase_add_test(tcase, a_page_comes_with_the_first_write);
    tcase_add_test(tcase, no_page_is_left);
    tcase_add_test(tcase, debug_over_pages);
    tcase_add_loop_test(tcase, rings_are_left_empty, 0, 4);
    tcase_add_test(tcase, size_follows_the_configuration);
    tcase_add_test(tcase, regions_that_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
