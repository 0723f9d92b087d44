/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include "interop/linux/sequence.h"
#include "interop/linux/setups.h"
int main(int argc, char **argv)
{
    static struct machine_setup setup;
    unsigned wrong = 0;
    if (argc > 2) machine.is_verbose = true;
    if (argc > 3) machine.log = stderr;
    for (unsigned i = 0; setup_make(i, &setup); i++)
        if (argc < 2 || strcmp(argv[1], setup.name) == 0) {
            printf("== %s\n", setup.name);
            wrong += sequence_run(&setup);
        }
    printf("wrong: %u\n", wrong);
    return 0;
}
