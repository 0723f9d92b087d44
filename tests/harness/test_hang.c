/* SPDX-License-Identifier: Apache-2.0
 *
 * One check that never ends between two that do: whoever runs the tests must read its name.
 */
#include <check.h>
#include <stdlib.h>
#include <unistd.h>

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

int main(void)
{
    Suite *suite = suite_create("hang");
    TCase *tcase = tcase_create("hang");
    tcase_add_test(tcase, ends);
    tcase_add_test(tcase, never_ends);
    tcase_add_test(tcase, ends);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
