/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of lives that have ended (checkers_canonical.c), in the order in which they did. Who may still
 * have found one of them is the driver's to say: all are told. Those of handles and spaces have the names of bindings.
 */
#include "tb/checkers/checkers_canonical.h"

void objects_canonical(const struct checkers *c)
{
    const struct fifo *line = &c->objects.line;
    tell_word(c->telling, line->count);
    for (uint32_t i = 0; i < line->count; i++) {
        const uint64_t key = fifo_at(line, i), object = key >> 56, life = key & (UINT64_MAX >> 8);
        tell_word(c->telling, object);
        if (object != PRISIM_DRIVER_OBJECT_GROUP)
            prisim_canonical_name(c->telling->to, PRISIM_CANONICAL_BINDING, life);
    }
}
