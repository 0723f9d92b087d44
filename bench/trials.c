/* SPDX-License-Identifier: Apache-2.0
 *
 * What a run costs inside one process:
 *
 *   prisim_trial_bench SCENARIO COUNT [load]
 *
 * runs the scenario so often and prints microseconds of the processor for each; with `load` it reads the file anew for
 * each run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/processor_time.h"
#include "tb/trial/trial.h"

int main(int argc, char **argv)
{
    static struct scenario scenario;
    char message[4 * SCENARIO_TEXT_MAX];
    if (argc < 3 || !scenario_load(&scenario, argv[1], NULL, 0, message)) {
        fprintf(stderr, "%s\n", argc < 3 ? "prisim_trial_bench SCENARIO COUNT [load]" : message);
        return 2;
    }
    unsigned long count = strtoul(argv[2], NULL, 10);
    bool load = argc > 3 && strcmp(argv[3], "load") == 0;
    struct trial_result first, result;
    struct trials *trials = trials_open();
    if (!trials || !trial_run(trials, &scenario, NULL, &first))
        return 3;
    double start = processor_seconds();
    for (unsigned long i = 0; i < count; i++) {
        if (load) {
            scenario_free(&scenario);
            if (!scenario_load(&scenario, argv[1], NULL, 0, message))
                return 2;
        }
        if (!trial_run(trials, &scenario, NULL, &result) || strcmp(result.digest, first.digest) != 0)
            return 3;
    }
    double each = (processor_seconds() - start) / (double)(count ? count : 1);
    printf("%s: %.1f us each, %lu runs, digest %s\n", scenario.name, 1e6 * each, count, first.digest);
    trials_close(trials);
    return 0;
}
