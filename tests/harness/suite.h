/* SPDX-License-Identifier: Apache-2.0
 *
 * What a Check program says of itself: its suite. The main is in tests/harness/main.c.
 */
#ifndef PRISIM_TESTS_HARNESS_SUITE_H
#define PRISIM_TESTS_HARNESS_SUITE_H

#include <stddef.h>

#include <check.h> /* after the standard library of C++: it has a macro `fail` */

#ifdef __cplusplus
extern "C" {
#endif

/* Each test program defines it. NULL if there is nothing to test, which is an error. */
Suite *test_suite(void);

/* A suite of one case, both with that name. */
Suite *suite_of(const char *name, const TTest *const *tests, size_t count);

#ifdef __cplusplus
}
#endif

/* The whole suite of a program with one case. */
#define TEST_SUITE(name, ...)                                                                                          \
    Suite *test_suite(void)                                                                                            \
    {                                                                                                                  \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        return suite_of(name, tests, sizeof tests / sizeof tests[0]);                                                  \
    }

#endif
