/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of who waits and who has which lock (checkers_canonical.c). The driver's own state says the same
 * of all but what was told already.
 */
#include "tb/checkers/checkers_canonical.h"

void deadlocks_canonical(const struct checkers *c)
{
    uint64_t told = 0;
    for (unsigned i = 0; i < BLOCKED_MAX; i++) {
        told = told << 1 | c->deadlocks.task[i].told;
        if (i % 48 != 47)
            continue;
        tell_word(c->telling, told);
        told = 0;
    }
    _Static_assert(BLOCKED_MAX % 48 == 0, "all are told");
}
