/* SPDX-License-Identifier: Apache-2.0
 *
 * One line, and out (unusable.h).
 */
#include "tb/unusable.h"

#include <stdio.h>
#include <stdlib.h>

#include "tb/exit_code.h"

_Noreturn void unusable(const char *command, const char *what, const char *value)
{
    fprintf(stderr, "prisim: %s%s%s%s%s\n", command ? command : "", command ? ": " : "", what, value ? ": " : "",
            value ? value : "");
    exit(EXIT_UNUSABLE);
}
