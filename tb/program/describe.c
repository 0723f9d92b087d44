/* SPDX-License-Identifier: Apache-2.0
 *
 * What can be written in a scenario, on standard output (describe.h).
 */
#include "tb/program/describe.h"

#include <stdio.h>

#include "tb/program/options.h"
#include "tb/scenario/scenario.h"

int describe_main(int argc, char **argv)
{
    static struct options options;
    options_parse_describe(&options, argc, argv);
    const char *prefix = options.files ? options.file[0] : "";
    if (scenario_describe(stdout, prefix, options.markdown))
        return EXIT_AS_EXPECTED;
    fprintf(stderr, "prisim: describe: %s: expected a key, an event or a hazard, or the beginning of one\n", prefix);
    return EXIT_UNUSABLE;
}
