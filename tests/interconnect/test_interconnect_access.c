/* SPDX-License-Identifier: Apache-2.0
 *
 * What an access does: RAM, aborts, the doorbell; and what the configuration may be.
 */
#include "model/core/bits.h"
#include "model/interconnect/interconnect_state.h"
#include "tests/harness/suite.h"
#include "tests/interconnect/interconnect_harness.h"

static struct interconnect_harness *open_harness(void)
{
    struct prisim_interconnect_config config = interconnect_harness_config();
    return interconnect_harness_open(&config);
}

START_TEST(what_is_written_is_read_by_every_port)
{
    struct interconnect_harness *h = open_harness();
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 1, ram_base + 0x1008, 16, 0x40);
    harness_run(h->base, 40);
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++)
        offer_read(h, port, 2, ram_base + 0x1000, 64);
    harness_run(h->base, 40);
    ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_SMMU, 0)->id, 1);
    ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_SMMU, 0)->status, PRISIM_MEMORY_OK);
    ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_SMMU, 0)->size, 0);
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++) {
        const struct prisim_memory_response *read = response(h, port, port == PRISIM_INTERCONNECT_SMMU);
        ck_assert_uint_eq(read->id, 2);
        ck_assert_uint_eq(read->status, PRISIM_MEMORY_OK);
        ck_assert_uint_eq(read->size, 64);
        for (unsigned i = 0; i < 64; i++)
            ck_assert_uint_eq(read->data[i], i >= 8 && i < 24 ? 0x40 + i - 8 : 0);
    }
    interconnect_harness_close(h);
}
END_TEST

START_TEST(every_size_that_fits_a_line)
{
    struct interconnect_harness *h = open_harness();
    for (uint8_t size = 1; size <= 64; size++) {
        uint64_t address = ram_base + 64 * (uint64_t)size + (64 - size); /* up to the end of the line */
        offer_write(h, PRISIM_INTERCONNECT_CPU, size, address, size, size);
        offer_read(h, PRISIM_INTERCONNECT_CPU, size, address, size);
    }
    harness_run(h->base, 400);
    for (uint8_t size = 1; size <= 64; size++) {
        const struct prisim_memory_response *read = response(h, PRISIM_INTERCONNECT_CPU, 2u * size - 1);
        ck_assert_uint_eq(read->id, size);
        ck_assert_uint_eq(read->size, size);
        for (unsigned i = 0; i < size; i++)
            ck_assert_uint_eq(read->data[i], (uint8_t)(size + i));
    }
    interconnect_harness_close(h);
}
END_TEST

START_TEST(a_write_leaves_what_is_around_it)
{
    static const unsigned at = 8, most = 48;
    struct interconnect_harness *h = open_harness();
    for (uint8_t size = 1; size <= most; size++) {
        uint64_t line = ram_base + 64 * (uint64_t)size;
        offer_write(h, PRISIM_INTERCONNECT_CPU, 0, line, 64, 100);
        offer_write(h, PRISIM_INTERCONNECT_CPU, 0, line + at, size, 10);
        offer_read(h, PRISIM_INTERCONNECT_CPU, size, line, 64);
    }
    harness_run(h->base, 400);
    for (uint8_t size = 1; size <= most; size++) {
        const struct prisim_memory_response *read = response(h, PRISIM_INTERCONNECT_CPU, 3u * size - 1);
        ck_assert_uint_eq(read->id, size);
        for (unsigned i = 0; i < 64; i++)
            ck_assert_uint_eq(read->data[i], i - at < size ? 10 + i - at : 100 + i);
    }
    interconnect_harness_close(h);
}
END_TEST

START_TEST(what_is_nowhere_is_aborted)
{
    static const struct {
        uint64_t address;
        uint8_t size, write;
        bool ok;
    } accesses[] = {
        {0x80000000, 64, 0, true},  {0x7ffffff8, 8, 0, false},
        {0x8000fff8, 8, 1, true},   {0x8000fffc, 8, 1, false},  /* over the end, and over a line */
        {0x80010000, 1, 1, false},  {0x80000038, 16, 0, false}, /* over a line */
        {0x80000000, 65, 1, false}, {0x80000000, 0, 0, false},
        {0, 8, 0, false},           {UINT64_MAX, 1, 1, false},
    };
    enum { COUNT = sizeof accesses / sizeof accesses[0] };
    struct interconnect_harness *h = open_harness();
    for (unsigned i = 0; i < COUNT; i++) {
        struct prisim_memory_request request = {
            .address = accesses[i].address, .id = i, .size = accesses[i].size, .write = accesses[i].write};
        harness_offer(h->base, PRISIM_INTERCONNECT_CLIENT, &request);
    }
    harness_run(h->base, 60);
    unsigned aborts = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        const struct prisim_memory_response *got = response(h, PRISIM_INTERCONNECT_CLIENT, i);
        ck_assert_uint_eq(got->id, i);
        ck_assert_uint_eq(got->status, accesses[i].ok ? PRISIM_MEMORY_OK : PRISIM_MEMORY_ABORT);
        if (accesses[i].ok)
            continue;
        ck_assert_uint_eq(got->size, 0);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_INTERCONNECT_ABORT, aborts++);
        ck_assert_ptr_nonnull(event);
        ck_assert_uint_eq(event->cycle, harness_got_at(h->base, PRISIM_INTERCONNECT_CLIENT, i));
        ck_assert_uint_eq(event->interconnect_abort.port, PRISIM_INTERCONNECT_CLIENT);
        ck_assert_uint_eq(event->interconnect_abort.address, accesses[i].address);
        ck_assert_uint_eq(event->interconnect_abort.write, accesses[i].write);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_INTERCONNECT_ABORT), aborts);
    interconnect_harness_close(h);
}
END_TEST

START_TEST(the_doorbell_rings)
{
    struct interconnect_harness *h = open_harness();
    offer_write(h, PRISIM_INTERCONNECT_SMMU, 1, doorbell + 0x40, 4, 0x11);
    offer_write(h, PRISIM_INTERCONNECT_CPU, 2, doorbell + 0xffc, 4, 0x21);
    harness_run(h->base, 40);
    static const uint32_t data[] = {0x14131211, 0x24232221};
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_interrupt *interrupt = harness_got(h->base, PRISIM_INTERCONNECT_TX_INTERRUPT, i);
        ck_assert_ptr_nonnull(interrupt);
        ck_assert_uint_eq(interrupt->data, data[i]);
        ck_assert_uint_eq(harness_got_at(h->base, PRISIM_INTERCONNECT_TX_INTERRUPT, i), 1 + LATENCY + i);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_INTERCONNECT_INTERRUPT, i);
        ck_assert_uint_eq(event->cycle, 1 + LATENCY + i);
        ck_assert_uint_eq(event->interconnect_interrupt.data, data[i]);
    }
    ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_SMMU, 0)->status, PRISIM_MEMORY_OK);
    ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_CPU, 0)->status, PRISIM_MEMORY_OK);
    ck_assert_uint_eq(h->base->events, 2);
    interconnect_harness_close(h);
}
END_TEST

START_TEST(the_doorbell_takes_nothing_but_words)
{
    struct interconnect_harness *h = open_harness();
    offer_read(h, 0, 0, doorbell, 4);
    offer_write(h, 0, 1, doorbell, 8, 0);
    offer_write(h, 0, 2, doorbell, 2, 0);
    offer_write(h, 0, 3, doorbell + 0x3e, 4, 0); /* over a line */
    offer_write(h, 0, 4, doorbell + 0xffe, 4, 0);
    offer_write(h, 0, 5, doorbell + 0x1000, 4, 0);
    offer_write(h, 0, 6, doorbell - 4, 4, 0);
    struct prisim_memory_request request = {
        .address = doorbell, .id = 7, .size = 4, .write = PRISIM_MEMORY_SWAP, .data = {1, 2, 3, 4}};
    harness_offer(h->base, 0, &request); /* a swap of four bytes is no write */
    request.id = 8;
    request.write = 3;
    harness_offer(h->base, 0, &request);
    harness_run(h->base, 40);
    for (unsigned i = 0; i < 9; i++)
        ck_assert_uint_eq(response(h, 0, i)->status, PRISIM_MEMORY_ABORT);
    ck_assert_uint_eq(h->base->tx[PRISIM_INTERCONNECT_TX_INTERRUPT].count, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_INTERCONNECT_ABORT), 9);
    interconnect_harness_close(h);
}
END_TEST

static void assert_refused(const struct prisim_interconnect_config *config, const char *field)
{
    struct prisim_config_error error = {0};
    ck_assert(!prisim_interconnect_config_check(config, &error));
    ck_assert_str_eq(error.field, field);
    ck_assert_ptr_nonnull(error.expected);
}

#define ASSERT_RANGE(member, low, high)                                                                                \
    do {                                                                                                               \
        struct prisim_interconnect_config config = interconnect_harness_config();                                      \
        struct prisim_config_error error;                                                                              \
        config.member = (low);                                                                                         \
        ck_assert(prisim_interconnect_config_check(&config, &error));                                                  \
        config.member = (low)-1;                                                                                       \
        assert_refused(&config, #member);                                                                              \
        config.member = (high);                                                                                        \
        ck_assert(prisim_interconnect_config_check(&config, &error));                                                  \
        config.member = (high) + 1;                                                                                    \
        assert_refused(&config, #member);                                                                              \
    } while (0)

/* Eight bytes that are as expected are replaced; the response has what was there. Elsewhere it is an abort. */
START_TEST(swap)
{
    struct interconnect_harness *h = open_harness();
    struct prisim_memory_request request = {.address = ram_base + 0x40, .size = 8, .write = PRISIM_MEMORY_SWAP};
    const uint64_t desired[] = {5, 6, 7}, expected[] = {0, 1, 5}, was[] = {0, 5, 5};
    for (unsigned i = 0; i < 3; i++) {
        request.id = i;
        memcpy(request.data, &desired[i], 8);
        memcpy(request.data + 8, &expected[i], 8);
        harness_offer(h->base, PRISIM_INTERCONNECT_SMMU, &request);
    }
    offer_read(h, PRISIM_INTERCONNECT_SMMU, 3, ram_base + 0x40, 8);
    request.address = doorbell;
    harness_offer(h->base, PRISIM_INTERCONNECT_SMMU, &request);
    harness_run(h->base, 60);
    for (unsigned i = 0; i < 4; i++) {
        const struct prisim_memory_response *got = response(h, PRISIM_INTERCONNECT_SMMU, i);
        ck_assert_uint_eq(got->status, PRISIM_MEMORY_OK);
        ck_assert_uint_eq(got->size, 8);
        ck_assert_uint_eq(prisim_load_le64(got->data), i < 3 ? was[i] : desired[2]);
    }
    ck_assert_uint_eq(response(h, PRISIM_INTERCONNECT_SMMU, 4)->status, PRISIM_MEMORY_ABORT);
    interconnect_harness_close(h);
}
END_TEST

/* memory_port.h: what it does not have is aborted, in RAM as elsewhere, and changes nothing. */
START_TEST(no_such_operation)
{
    struct interconnect_harness *h = open_harness();
    const struct {
        uint8_t size, write;
    } row[] = {{4, PRISIM_MEMORY_SWAP},
               {7, PRISIM_MEMORY_SWAP},
               {9, PRISIM_MEMORY_SWAP},
               {16, PRISIM_MEMORY_SWAP},
               {0, PRISIM_MEMORY_SWAP},
               {64, PRISIM_MEMORY_SWAP},
               {8, 3},
               {8, 255}};
    enum { COUNT = sizeof row / sizeof row[0] };
    struct prisim_memory_request request = {.address = ram_base};
    memset(request.data, 0x55, 8); /* the other eight are as in RAM */
    for (unsigned i = 0; i < COUNT; i++) {
        request.id = i;
        request.size = row[i].size;
        request.write = row[i].write;
        harness_offer(h->base, PRISIM_INTERCONNECT_CPU, &request);
    }
    harness_run(h->base, 60);
    for (unsigned i = 0; i < COUNT; i++) {
        const struct prisim_memory_response *got = response(h, PRISIM_INTERCONNECT_CPU, i);
        ck_assert_uint_eq(got->id, i);
        ck_assert_uint_eq(got->status, PRISIM_MEMORY_ABORT);
        ck_assert_uint_eq(got->size, 0);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_INTERCONNECT_ABORT, i);
        ck_assert_ptr_nonnull(event);
        ck_assert_uint_eq(event->interconnect_abort.write, 1); /* whatever would change memory */
    }
    uint8_t ram[64], none[64] = {0};
    prisim_interconnect_debug(&h->config, h->state, false, ram_base, ram, sizeof ram);
    ck_assert_mem_eq(ram, none, sizeof ram);
    interconnect_harness_close(h);
}
END_TEST

/* Every byte of the eight is compared; the first and the last eight of RAM can be exchanged, and nothing beside them
 * is. */
START_TEST(swap_at_the_edges)
{
    const uint64_t place[] = {ram_base, ram_base + 0x1008, ram_base + ram_bytes - 8};
    for (unsigned i = 0; i < 3; i++) {
        struct interconnect_harness *h = open_harness();
        uint8_t ram[24];
        memset(ram, 0x33, sizeof ram);
        uint64_t first = i == 0 ? place[i] : place[i] - 8;
        unsigned there = prisim_interconnect_debug(&h->config, h->state, true, first, ram, i == 1 ? 24 : 16);
        ck_assert_uint_eq(there, i == 1 ? 24 : 16);
        struct prisim_memory_request request = {.address = place[i], .size = 8, .write = PRISIM_MEMORY_SWAP};
        for (unsigned byte = 0; byte < 9; byte++) { /* the ninth: all as expected */
            request.id = byte;
            memset(request.data, 0x44, 8);
            memset(request.data + 8, 0x33, 8);
            if (byte < 8)
                request.data[8 + byte] ^= 0x80;
            harness_offer(h->base, PRISIM_INTERCONNECT_SMMU, &request);
        }
        harness_run(h->base, 60);
        for (unsigned byte = 0; byte < 9; byte++)
            ck_assert_uint_eq(prisim_load_le64(response(h, PRISIM_INTERCONNECT_SMMU, byte)->data),
                              UINT64_C(0x3333333333333333));
        uint8_t got[24] = {0};
        prisim_interconnect_debug(&h->config, h->state, false, first, got, there);
        for (unsigned k = 0; k < there; k++)
            ck_assert_uint_eq(got[k], k - (unsigned)(place[i] - first) < 8 ? 0x44 : 0x33);
        interconnect_harness_close(h);
    }
}
END_TEST

/* From outside one sees the bytes of RAM, as many as there are: none below it, beyond it or behind the end of
 * addresses. */
START_TEST(debug_at_the_edges)
{
    const struct {
        uint64_t address;
        unsigned size, there;
    } row[] = {{ram_base, 1, 1},
               {ram_base, 0, 0},
               {ram_base - 1, 2, 0},
               {ram_base + ram_bytes - 1, 1, 1},
               {ram_base + ram_bytes - 1, 2, 1},
               {ram_base + ram_bytes - 64, 64, 64},
               {ram_base + ram_bytes - 64, 200, 64},
               {ram_base + ram_bytes, 1, 0},
               {0, 8, 0},
               {UINT64_MAX, 8, 0},
               {doorbell, 4, 0}};
    struct interconnect_harness *h = open_harness();
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        uint8_t in[256], out[256];
        memset(in, (int)(0x10 + i), sizeof in);
        memset(out, 0xee, sizeof out);
        ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, true, row[i].address, in, row[i].size),
                          row[i].there);
        ck_assert_uint_eq(prisim_interconnect_debug(&h->config, h->state, false, row[i].address, out, row[i].size),
                          row[i].there);
        for (unsigned k = 0; k < sizeof out; k++)
            ck_assert_uint_eq(out[k], k < row[i].there ? 0x10 + i : 0xee);
    }
    harness_run(h->base, 20);
    ck_assert_uint_eq(h->base->events, 0);
    interconnect_harness_close(h);
}
END_TEST

START_TEST(ranges)
{
    ASSERT_RANGE(latency, 1, 10000);
    ASSERT_RANGE(outstanding, 4, 256);
    ASSERT_RANGE(ram_size, 4096, UINT64_C(1) << 52);
    ASSERT_RANGE(pages, 1, 1 << 20);
}
END_TEST

START_TEST(defaults_and_places)
{
    struct prisim_interconnect_config config;
    struct prisim_config_error error;
    prisim_interconnect_config_default(&config);
    ck_assert_uint_eq(config.latency, 80);
    ck_assert_uint_eq(config.outstanding, 64);
    ck_assert(prisim_interconnect_config_check(&config, &error));
    config = interconnect_harness_config();
    config.ram_base += 0x800;
    assert_refused(&config, "ram_base");
    config.ram_base = UINT64_C(0xfffffffffffff000);
    assert_refused(&config, "ram_base");
    config = interconnect_harness_config();
    config.doorbell_base = ram_base + ram_bytes - 0x1000;
    assert_refused(&config, "doorbell_base");
    config.doorbell_base = ram_base + ram_bytes;
    ck_assert(prisim_interconnect_config_check(&config, &error));
    config.doorbell_base += 4;
    assert_refused(&config, "doorbell_base");
}
END_TEST

/* Whatever stood there: as at a reset of the SystemC module. The pages of RAM are left alone. */
START_TEST(init_leaves_nothing_of_before)
{
    struct prisim_interconnect_config config = interconnect_harness_config();
    const size_t bytes = prisim_interconnect_state_size(&config);
    struct prisim_interconnect *state = malloc(bytes), *fresh = calloc(1, bytes);
    ck_assert(state && fresh);
    memset(state, 0xff, bytes);
    prisim_interconnect_init(&config, state);
    prisim_interconnect_init(&config, fresh);
    const size_t used = prisim_interconnect_used(&config, fresh);
    ck_assert_uint_eq(prisim_interconnect_used(&config, state), used);
    ck_assert_mem_eq(state, fresh, used);
    bool untouched = true;
    for (size_t i = used; i < bytes; i++)
        untouched &= ((const uint8_t *)state)[i] == 0xff;
    ck_assert(untouched);
    free(state);
    free(fresh);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("interconnect_access");
    TCase *tcase = tcase_create("access");
    tcase_add_test(tcase, what_is_written_is_read_by_every_port);
    tcase_add_test(tcase, every_size_that_fits_a_line);
    tcase_add_test(tcase, a_write_leaves_what_is_around_it);
    tcase_add_test(tcase, what_is_nowhere_is_aborted);
    tcase_add_test(tcase, the_doorbell_rings);
    tcase_add_test(tcase, the_doorbell_takes_nothing_but_words);
    tcase_add_test(tcase, swap);
    tcase_add_test(tcase, no_such_operation);
    tcase_add_test(tcase, swap_at_the_edges);
    tcase_add_test(tcase, debug_at_the_edges);
    tcase_add_test(tcase, ranges);
    tcase_add_test(tcase, defaults_and_places);
    tcase_add_test(tcase, init_leaves_nothing_of_before);
    suite_add_tcase(suite, tcase);
    return suite;
}
