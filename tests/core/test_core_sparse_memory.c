/* SPDX-License-Identifier: Apache-2.0
 *
 * RAM that comes into being page by page: against a plain array of bytes, over the whole range of addresses, up to the
 * last page of the pool; and that where and in which order pages stand is nobody's business.
 */
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/core/random.h"
#include "model/core/sparse_memory.h"
#include "tests/harness/suite.h"

enum { PAGE = PRISIM_MEMORY_PAGE_BYTES, LINE = PRISIM_MEMORY_LINE_BYTES };

static struct sparse_memory *open_memory(uint32_t pages_max)
{
    struct sparse_memory *memory = calloc(1, sparse_memory_size(pages_max));
    ck_assert_ptr_nonnull(memory);
    sparse_memory_init(memory, pages_max);
    return memory;
}

static uint64_t read64(const struct sparse_memory *memory, uint64_t address)
{
    uint8_t bytes[8];
    sparse_memory_read(memory, address, bytes, sizeof bytes);
    return prisim_load_le64(bytes);
}

static bool write64(struct sparse_memory *memory, uint64_t address, uint64_t value)
{
    uint8_t bytes[8];
    prisim_store_le64(bytes, value);
    return sparse_memory_write(memory, address, bytes, sizeof bytes);
}

static bool is_zero(const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < count; i++)
        if (at[i])
            return false;
    return true;
}

START_TEST(zero_until_written)
{
    struct sparse_memory *memory = open_memory(4);
    const size_t empty = sparse_memory_used(memory);
    ck_assert_uint_eq(empty, sizeof *memory);
    ck_assert_uint_eq(read64(memory, 0x1234000), 0);
    ck_assert_ptr_null(sparse_memory_find(memory, 0x1234000));
    ck_assert_ptr_null(sparse_memory_recent(memory, 0x1234000));
    ck_assert_uint_eq(sparse_memory_used(memory), empty);
    ck_assert(write64(memory, 0x1234008, 7));
    ck_assert_uint_eq(sparse_memory_used(memory), empty + sizeof(struct sparse_page));
    ck_assert_uint_eq(read64(memory, 0x1234008), 7);
    ck_assert_uint_eq(read64(memory, 0x1234000), 0);
    ck_assert_uint_eq(read64(memory, 0x1235008), 0);
    ck_assert_ptr_eq(sparse_memory_recent(memory, 0x1234008), &memory->page[0].byte[8]);
    ck_assert(write64(memory, 0x1234ff8, 8));
    ck_assert_uint_eq(sparse_memory_used(memory), empty + sizeof(struct sparse_page));
    free(memory);
}
END_TEST

/* Page 0, the last of 48 and of 52 bits, and the last of all: none is taken for another. */
START_TEST(the_whole_range)
{
    static const uint64_t page[] = {0,
                                    0x1000,
                                    0x10000,
                                    (UINT64_C(1) << 48) - PAGE,
                                    UINT64_C(1) << 48,
                                    (UINT64_C(1) << 52) - PAGE,
                                    UINT64_C(1) << 52,
                                    UINT64_C(0) - PAGE};
    enum { PAGES = sizeof page / sizeof page[0] };
    struct sparse_memory *memory = open_memory(PAGES);
    for (unsigned i = 0; i < PAGES; i++)
        ck_assert(write64(memory, page[i] + PAGE - 8, i + 1));
    for (unsigned i = 0; i < PAGES; i++) {
        uint64_t address;
        ck_assert_uint_eq(read64(memory, page[i] + PAGE - 8), i + 1);
        ck_assert_uint_eq(prisim_load_le64(sparse_memory_find(memory, page[i])->byte + PAGE - 8), i + 1);
        ck_assert_ptr_nonnull(sparse_memory_page(memory, i, &address));
        ck_assert_uint_eq(address, page[i]);
    }
    free(memory);
}
END_TEST

enum { AREA_PAGES = 200, AREA = AREA_PAGES * PAGE, ACCESSES = 4000, LONGEST = 3 * PAGE };

/* Pages of an area that lie far apart: the i-th stands at i * 2^40 + i * 4 KB, so that copies over pages are cut. */
static uint64_t spread(uint64_t at)
{
    return ((at / PAGE) << 40) + at;
}

START_TEST(as_an_array_of_bytes)
{
    struct random_stream random = random_open((uint64_t)_i, 0, 0);
    struct sparse_memory *memory = open_memory(AREA_PAGES);
    uint8_t *plain = calloc(1, AREA + LONGEST), *bytes = malloc(LONGEST);
    ck_assert(plain && bytes);
    for (unsigned i = 0; i < ACCESSES; i++) {
        const uint64_t at = random_below(&random, AREA);
        const uint32_t most = _i % 2 ? LONGEST : PAGE - (uint32_t)(at % PAGE);
        size_t count = 1 + random_below(&random, most);
        if (count > AREA - at)
            count = AREA - at;
        const uint64_t address = _i % 2 ? UINT64_C(0xfff00000) + at : spread(at);
        if (random_below(&random, 3) == 0) {
            for (size_t k = 0; k < count; k++)
                plain[at + k] = bytes[k] = (uint8_t)random_below(&random, 256);
            ck_assert(sparse_memory_write(memory, address, bytes, count));
        }
        memset(bytes, 0xee, count);
        sparse_memory_read(memory, address, bytes, count);
        ck_assert_mem_eq(bytes, plain + at, count);
    }
    ck_assert_uint_le(memory->pages, AREA_PAGES);
    free(plain);
    free(bytes);
    free(memory);
}
END_TEST

/* All or nothing: what does not fit leaves everything as it was. */
START_TEST(the_pool_is_full)
{
    struct sparse_memory *memory = open_memory(3);
    uint8_t bytes[2 * PAGE], got[2 * PAGE];
    memset(bytes, 0x5a, sizeof bytes);
    ck_assert(write64(memory, 0x1000, 1));
    ck_assert(write64(memory, 0x5000, 5));
    ck_assert(!sparse_memory_write(memory, 0x7800, bytes, sizeof bytes)); /* three new ones */
    ck_assert(!sparse_memory_write(memory, 0x7ffc, bytes, 8));            /* two */
    ck_assert_uint_eq(memory->pages, 2);
    sparse_memory_read(memory, 0x7000, got, sizeof got);
    ck_assert(is_zero(got, sizeof got));
    ck_assert(sparse_memory_write(memory, 0x1ff0, bytes, 16 + PAGE)); /* one is there, one is new */
    ck_assert_uint_eq(memory->pages, 3);
    ck_assert(!write64(memory, 0x9000, 9));
    ck_assert_ptr_null(sparse_memory_touch(memory, 0x9000));
    ck_assert_ptr_nonnull(sparse_memory_touch(memory, 0x5000));
    ck_assert_uint_eq(read64(memory, 0x9000), 0);
    ck_assert_uint_eq(read64(memory, 0x1000), 1);
    ck_assert_uint_eq(read64(memory, 0x5000), 5);
    ck_assert_uint_eq(read64(memory, 0x2ff8), UINT64_C(0x5a5a5a5a5a5a5a5a));
    free(memory);
}
END_TEST

/* What stands behind the bytes in use is zero; these bytes alone, copied elsewhere, are the whole. */
START_TEST(used_is_the_whole)
{
    enum { MAX = 300 };
    struct random_stream random = random_open(3, 0, 0);
    struct sparse_memory *memory = open_memory(MAX), *copy = calloc(1, sparse_memory_size(MAX));
    uint64_t page[MAX];
    for (unsigned i = 0; i < MAX; i++) {
        page[i] = (random_below(&random, 1 << 20) << 20 | random_below(&random, 1 << 20)) * PAGE;
        ck_assert(write64(memory, page[i] + 64, page[i] + 1));
        if (i % 50)
            continue;
        const size_t used = sparse_memory_used(memory);
        ck_assert(is_zero((char *)memory + used, sparse_memory_size(MAX) - used));
        memcpy(copy, memory, used);
        for (unsigned k = 0; k <= i; k++)
            ck_assert_uint_eq(read64(copy, page[k] + 64), page[k] + 1);
    }
    free(memory);
    free(copy);
}
END_TEST

static int by_address(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static unsigned addresses_in_order(const struct sparse_memory *memory, uint64_t *address)
{
    unsigned count = 0;
    while (sparse_memory_page(memory, count, &address[count]))
        count++;
    qsort(address, count, sizeof *address, by_address);
    return count;
}

/* Two memories that were written in opposite orders have the same pages with the same bytes. */
START_TEST(order_of_first_writes_is_not_seen)
{
    enum { COUNT = 100 };
    struct sparse_memory *up = open_memory(COUNT), *down = open_memory(COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        const unsigned k = COUNT - 1 - i;
        ck_assert(write64(up, UINT64_C(0x100003000) * i, i));
        ck_assert(write64(down, UINT64_C(0x100003000) * k, k));
    }
    uint64_t a[COUNT + 1], b[COUNT + 1];
    ck_assert_uint_eq(addresses_in_order(up, a), COUNT);
    ck_assert_uint_eq(addresses_in_order(down, b), COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(a[i], UINT64_C(0x100003000) * i);
        ck_assert_uint_eq(b[i], a[i]);
        ck_assert_mem_eq(sparse_memory_find(up, a[i])->byte, sparse_memory_find(down, b[i])->byte, PAGE);
    }
    free(up);
    free(down);
}
END_TEST

static const struct prisim_memory_region more[PRISIM_MEMORY_REGIONS_MAX] = {{0x100000, 0x2000}, {0x102000, 0x1000}};
static const struct memory_map map = {{0x1000, 0x3000}, more};

static uint8_t *access_at(struct sparse_memory *memory, uint64_t address, enum prisim_memory_operation operation,
                          uint64_t expected)
{
    struct prisim_memory_request request = {.address = address, .size = 8, .write = (uint8_t)operation};
    prisim_store_le64(request.data + 8, expected);
    return sparse_memory_access(memory, &map, &request);
}

/* A read takes no page, nor does a swap that does not find what it expects; a hole is none of it. */
START_TEST(who_takes_a_page)
{
    struct sparse_memory *memory = open_memory(1);
    ck_assert_ptr_null(access_at(memory, 0x4000, PRISIM_MEMORY_READ, 0));
    ck_assert_ptr_null(access_at(memory, 0x4000, PRISIM_MEMORY_WRITE, 0));
    ck_assert_ptr_null(access_at(memory, 0xff8, PRISIM_MEMORY_WRITE, 0));
    const uint8_t *zero = access_at(memory, 0x3ff8, PRISIM_MEMORY_READ, 0);
    ck_assert(zero && is_zero(zero, LINE));
    ck_assert_ptr_eq(access_at(memory, 0x3ff8, PRISIM_MEMORY_SWAP, 1), zero);
    ck_assert_uint_eq(memory->pages, 0);
    uint8_t *page = access_at(memory, 0x3ff8, PRISIM_MEMORY_SWAP, 0);
    ck_assert_ptr_eq(page, &memory->page[0].byte[PAGE - 8]);
    ck_assert(is_zero(page, LINE)); /* a whole line, past the end of the page */
    ck_assert_uint_eq(memory->pages, 1);
    ck_assert_ptr_null(access_at(memory, 0x100000, PRISIM_MEMORY_WRITE, 0)); /* none is left */
    ck_assert_ptr_null(access_at(memory, 0x100000, PRISIM_MEMORY_SWAP, 0));
    ck_assert_ptr_nonnull(access_at(memory, 0x100000, PRISIM_MEMORY_SWAP, 1));
    ck_assert_ptr_nonnull(access_at(memory, 0x100000, PRISIM_MEMORY_READ, 0));
    ck_assert_ptr_eq(access_at(memory, 0x3ff8, PRISIM_MEMORY_WRITE, 0), page);
    free(memory);
}
END_TEST

START_TEST(map_of_regions)
{
    static const struct {
        uint64_t address;
        size_t bytes, run;
    } row[] = {{0xfff, 1, 0},    {0x1000, 0, 0},   {0x1000, 0x3000, 0x3000}, {0x1000, 0x3001, 0x3000},
               {0x3fff, 2, 1},   {0x4000, 1, 0},   {0xfffff, 2, 0},          {0x100000, 0x4000, 0x3000},
               {0x101fff, 4, 4}, {0x102fff, 4, 1}, {UINT64_MAX, 2, 0},       {0, SIZE_MAX, 0}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        ck_assert_uint_eq(memory_map_run(&map, row[i].address, row[i].bytes), row[i].run);
        if (row[i].bytes)
            ck_assert_int_eq(memory_map_has(&map, row[i].address), row[i].run > 0);
    }
    ck_assert_uint_eq(memory_map_pages(&map), 6);
}
END_TEST

START_TEST(regions_that_cannot_be)
{
    static const struct {
        struct prisim_memory_region second, third;
        const char *field; /* NULL: they can be */
        unsigned index;
    } row[] = {{{0, 0}, {0, 0}, NULL, 0},
               {{0x4000, 0x1000}, {0x5000, 0x1000}, NULL, 0},
               {{0, 0x1000}, {0x4000, 0x1000}, NULL, 0},
               {{0x2000, 0}, {0x3000, 0}, NULL, 0},
               {{0x3000, 0x1000}, {0, 0}, "region.base", 0},
               {{0, 0x2000}, {0, 0}, "region.base", 0},
               {{0, 0x8000}, {0, 0}, "region.base", 0},
               {{0x2000, 0x1000}, {0, 0}, "region.base", 0},
               {{0x9000, 0x2000}, {0xa000, 0x1000}, "region.base", 1},
               {{0x9000, 0x1000}, {0x9000, 0x1000}, "region.base", 1},
               {{0x9800, 0x1000}, {0, 0}, "region.base", 0},
               {{0x9000, 0x1000}, {0xa000, 0x1800}, "region.size", 1},
               {{UINT64_C(0) - 0x1000, 0x1000}, {0, 0}, "region.base", 0},
               {{UINT64_C(0) - 0x2000, 0x1000}, {0, 0}, NULL, 0}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        const struct prisim_memory_region regions[PRISIM_MEMORY_REGIONS_MAX] = {row[i].second, row[i].third};
        const struct memory_map one = {{0x1000, 0x3000}, regions};
        struct prisim_config_error error = {NULL, NULL};
        unsigned index = 9;
        ck_assert_int_eq(memory_map_check(&one, &error, &index), !row[i].field);
        if (!row[i].field)
            continue;
        ck_assert_str_eq(error.field, row[i].field);
        ck_assert_uint_eq(index, row[i].index);
        ck_assert_ptr_nonnull(error.expected);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("core_sparse_memory");
    TCase *tcase = tcase_create("pages");
    tcase_add_test(tcase, zero_until_written);
    tcase_add_test(tcase, the_whole_range);
    tcase_add_loop_test(tcase, as_an_array_of_bytes, 0, 4);
    tcase_add_test(tcase, the_pool_is_full);
    tcase_add_test(tcase, used_is_the_whole);
    tcase_add_test(tcase, order_of_first_writes_is_not_seen);
    tcase_add_test(tcase, who_takes_a_page);
    tcase_add_test(tcase, map_of_regions);
    tcase_add_test(tcase, regions_that_cannot_be);
    suite_add_tcase(suite, tcase);
    return suite;
}
