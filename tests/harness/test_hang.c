/* SPDX-License-Identifier: Apache-2.0
 *
 * One check that never ends between two that do: whoever runs the tests must read its name.
 */
#include <stdlib.h>
#include <unistd.h>

#include "tests/harness/suite.h"

START_TEST(ends)
{
    ck_assert(1);
}
END_TEST

START_TEST(never_ends)
{
    for (;;)
        pause();
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("hang");
    TCase *tcase = tcase_create("hang");
    tcase_add_test(tcase, ends);
    tcase_add_test(tcase, never_ends);
    tcase_add_test(tcase, ends);
    suite_add_tcase(suite, tcase);
    return suite;
}
