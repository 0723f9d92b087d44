/* SPDX-License-Identifier: Apache-2.0
 *
 * What every test program of SystemC modules ends with.
 */
#ifndef PRISIM_TESTS_SYSTEMC_SUITE_H
#define PRISIM_TESTS_SYSTEMC_SUITE_H

#include <cstdlib>
#include <sstream>
#include <vector>

#include <check.h> /* after the standard library: it has a macro `fail` */

namespace prisim_test
{

/* The body of a test program's main. */
inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The same for a suite of one case. */
inline int run_suite(const char *name, const std::vector<const TTest *> &tests)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    for (const TTest *test : tests)
        tcase_add_test(tcase, test);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}

} // namespace prisim_test

#endif
