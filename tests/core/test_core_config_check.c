/* SPDX-License-Identifier: Apache-2.0
 *
 * Ranges and rules of configurations (model/core/config_check.h): at both ends and not beyond, in members of every
 * width, and the first that does not hold is the one that is told.
 */
#include <stdlib.h>
#include <string.h>

#include "model/core/config_check.h"
#include "tests/harness/suite.h"

struct toy_config {
    uint64_t wide;
    uint32_t word, listed;
    uint16_t half, beside;
};

static const struct config_range ranges[] = {
    CONFIG_RANGE(toy_config, half, "half", 3, 0xfff0, NULL, "3..65520"),
    CONFIG_RANGE(toy_config, word, "the.word", 2, 0xfffffff0, NULL, "2..4294967280"),
    CONFIG_RANGE(toy_config, listed, "listed", 1, 32, "1, 2, 12 or 32", "1, 2, 12 or 32"),
    CONFIG_RANGE(toy_config, wide, "wide", 0x100000000, 0xfffffffffffffff0, NULL, "a wide one"),
};

static const struct toy_config good = {.wide = 0x100000000, .word = 2, .listed = 12, .half = 3, .beside = 0xffff};

/* The field that is told, or "" if all is good. */
static const char *told(struct toy_config config)
{
    struct prisim_config_error error = {"untouched", ""};
    if (config_is_in_ranges(&config, ranges, CONFIG_COUNT(ranges), &error)) {
        ck_assert_str_eq(error.field, "untouched");
        return "";
    }
    return error.field;
}

START_TEST(ends_of_a_range)
{
    struct toy_config c = good;
    ck_assert_str_eq(told(c), "");
    c.half = 2;
    ck_assert_str_eq(told(c), "half");
    c.half = 0xfff0;
    ck_assert_str_eq(told(c), "");
    c.half++;
    ck_assert_str_eq(told(c), "half");
    c = good;
    c.word = 1;
    ck_assert_str_eq(told(c), "the.word");
    c.word = 0xfffffff0;
    ck_assert_str_eq(told(c), "");
    c.word++;
    ck_assert_str_eq(told(c), "the.word");
    c = good;
    c.wide--;
    ck_assert_str_eq(told(c), "wide");
    c.wide = 0xfffffffffffffff0;
    ck_assert_str_eq(told(c), "");
    c.wide++;
    ck_assert_str_eq(told(c), "wide");
}
END_TEST

START_TEST(listed_numbers)
{
    for (uint32_t value = 0; value <= 40; value++) {
        struct toy_config c = good;
        c.listed = value;
        bool is_there = value == 1 || value == 2 || value == 12 || value == 32;
        ck_assert_msg((told(c)[0] == 0) == is_there, "%u", value);
    }
}
END_TEST

START_TEST(first_is_told)
{
    struct prisim_config_error error = {"", ""};
    struct toy_config c = {0};
    ck_assert(!config_is_in_ranges(&c, ranges, CONFIG_COUNT(ranges), &error));
    ck_assert_str_eq(error.field, "half");
    ck_assert_str_eq(error.expected, "3..65520");
    ck_assert(config_is_in_ranges(&c, ranges, 0, &error));
    const struct config_rule rules[] = {{true, {"a", "x"}}, {false, {"b", "y"}}, {false, {"c", "z"}}};
    ck_assert(!config_keeps_rules(rules, CONFIG_COUNT(rules), &error));
    ck_assert_str_eq(error.field, "b");
    ck_assert_str_eq(error.expected, "y");
    ck_assert(config_keeps_rules(rules, 1, &error));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("core_config_check");
    TCase *tcase = tcase_create("config_check");
    tcase_add_test(tcase, ends_of_a_range);
    tcase_add_test(tcase, listed_numbers);
    tcase_add_test(tcase, first_is_told);
    suite_add_tcase(suite, tcase);
    return suite;
}
