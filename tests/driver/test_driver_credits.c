/* SPDX-License-Identifier: Apache-2.0
 *
 * What is written to a function as its Outstanding Page Request Allocation (credits, marker_allowance).
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#include <string.h>

enum { PRI = 0x110, CAPACITY = PRI + 8, ALLOCATION = PRI + 12, PORT_ID = 0x18 };

static struct driver_harness_space space[HARNESS_SPACES];

static void put(unsigned at, unsigned offset, unsigned bytes, uint32_t value)
{
    for (unsigned i = 0; i < bytes; i++)
        space[at].byte[offset + i] = (uint8_t)(value >> 8 * i);
}

/* Two functions at the places of our endpoint (known), with a capacity each. */
static void make_spaces(uint32_t first, uint32_t second)
{
    static const uint16_t id[HARNESS_SPACES] = {PORT_ID, STREAM, STREAM_2};
    const uint32_t capacity[HARNESS_SPACES] = {0, first, second};
    memset(space, 0, sizeof space);
    for (unsigned i = 0; i < HARNESS_SPACES; i++) {
        space[i].id = id[i];
        space[i].pri = PRI;
        put(i, PRI + 6, 2, 0x0100);
        put(i, CAPACITY, 4, capacity[i]);
    }
}

static struct driver_harness *open(uint32_t credits, uint32_t allowance)
{
    struct driver_harness *h = driver_harness_open();
    h->config.priq_log2 = 6; /* 64 entries */
    h->config.credits = credits;
    h->config.marker_allowance = allowance;
    h->config.function[0].pri_allocation = 8;
    h->config.function[1].pri_allocation = 16;
    h->space = space;
    return h;
}

static uint32_t written(unsigned at)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++)
        value |= (uint32_t)space[at].byte[ALLOCATION + i] << 8 * i;
    return value;
}

/* UNBIND-D22, UNBIND-S-31, UNBIND-OPEN-10 */
START_TEST(what_is_written)
{
    static const struct {
        uint32_t credits, allowance, first, second;
    } rows[] = {
        {0, 0, 8, 16},  {0, 60, 8, 16}, /* fixed */
        {1, 0, 32, 32}, {1, 1, 31, 31},    {1, 4, 30, 30}, {1, 61, 1, 1},  {1, 62, 1, 1}, {1, 63, 1, 1}, {1, 64, 1, 1},
        {1, 65, 1, 1},  {1, 524288, 1, 1}, {2, 0, 64, 64}, {2, 4, 60, 60}, {2, 63, 1, 1}, {2, 64, 1, 1},
    };
    make_spaces(512, 512);
    struct driver_harness *h = open(rows[_i].credits, rows[_i].allowance);
    driver_harness_bring_up(h);
    ck_assert_uint_eq(written(1), rows[_i].first);
    ck_assert_uint_eq(written(2), rows[_i].second);
    driver_harness_close(h);
}
END_TEST
enum { WHAT_IS_WRITTEN = 15 };

/* PCIE-PRICAP: the Outstanding Page Request Capacity. */
START_TEST(at_most_the_capacity)
{
    static const struct {
        uint32_t credits, first, second;
    } rows[] = {{1, 31, 32}, {1, 32, 32}, {1, 33, 32}, {2, 63, 64}, {2, 64, 64}, {2, 65, 64}, {2, 1, 64}};
    make_spaces(rows[_i].first, 0x10000);
    struct driver_harness *h = open(rows[_i].credits, 0);
    driver_harness_bring_up(h);
    uint32_t most = rows[_i].second;
    ck_assert_uint_eq(written(1), rows[_i].first < most ? rows[_i].first : most);
    ck_assert_uint_eq(written(2), most);
    driver_harness_close(h);
}
END_TEST
enum { AT_MOST_THE_CAPACITY = 7 };

/* Who has no page requests, and who has those of its physical function, has no share. */
START_TEST(a_virtual_function_has_no_share)
{
    make_spaces(512, 512);
    struct driver_harness *h = open(PRISIM_DRIVER_CREDITS_SHARE, 0);
    if (_i)
        h->config.function[1].physical_function = 1;
    else
        h->config.function[1].pri_allocation = 0;
    driver_harness_bring_up(h);
    ck_assert_uint_eq(written(1), 64);
    ck_assert_uint_eq(written(2), 0);
    driver_harness_close(h);
}
END_TEST

/* The queue is as long as the SMMU can have it: 1024 entries (IDR1.PRIQS is 10). */
START_TEST(of_the_queue_that_there_is)
{
    make_spaces(4096, 4096);
    struct driver_harness *h = open(PRISIM_DRIVER_CREDITS_FULL, 0);
    h->config.priq_log2 = 12;
    driver_harness_bring_up(h);
    ck_assert_uint_eq(written(1), 1024);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_credits");
    TCase *tcase = tcase_create("driver_credits");
    tcase_add_loop_test(tcase, what_is_written, 0, WHAT_IS_WRITTEN);
    tcase_add_loop_test(tcase, at_most_the_capacity, 0, AT_MOST_THE_CAPACITY);
    tcase_add_loop_test(tcase, a_virtual_function_has_no_share, 0, 2);
    tcase_add_test(tcase, of_the_queue_that_there_is);
    suite_add_tcase(suite, tcase);
    return suite;
}
