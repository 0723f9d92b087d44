/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of waits for the PRI thread (checkers_canonical.c). How long it was stopped nobody expects.
 */
#include "tb/checkers/checkers_canonical.h"

void waits_canonical(const struct checkers *c)
{
    for (const struct waiter *w = c->waits.waiter; w < c->waits.waiter + PRISIM_DRIVER_CALLS_MAX; w++) {
        tell_word(c->telling, w->call != 0);
        if (w->call == 0)
            continue;
        prisim_canonical_name(c->telling->to, PRISIM_CANONICAL_CALL, w->call);
        const bool signalled = w->object < WAITS_OBJECTS && c->waits.value[w->object] > w->since;
        tell_word(c->telling, w->stream_id << 32 | w->pasid);
        tell_word(c->telling, w->object << 8 | (uint64_t)signalled << 2 | (uint64_t)w->lost << 1 | w->sleeps);
    }
    tell_word(c->telling, c->waits.stops);
}
