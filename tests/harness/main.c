/* SPDX-License-Identifier: Apache-2.0
 *
 * The main of every Check program (suite.h). Forks, time-outs and what is printed are Check's, by its environment.
 */
#include <stdlib.h>

#include "tests/harness/suite.h"

Suite *suite_of(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    Suite *suite = test_suite();
    if (!suite)
        return EXIT_FAILURE;
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
