/* SPDX-License-Identifier: Apache-2.0
 *
 * How the program ends (docs/output.md).
 */
#ifndef PRISIM_TB_EXIT_CODE_H
#define PRISIM_TB_EXIT_CODE_H

enum {
    EXIT_AS_EXPECTED = 0,
    EXIT_NOT_AS_EXPECTED = 1,
    EXIT_UNUSABLE = 2, /* input or arguments; output that cannot be written */
    EXIT_OWN_FAULT = 3,
    EXIT_INCOMPLETE = 4 /* what should have happened did not: nothing is said */
};

#endif
