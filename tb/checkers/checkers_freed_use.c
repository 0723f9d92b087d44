/* SPDX-License-Identifier: Apache-2.0
 *
 * What was left of a binding at its U6 is used (UNBIND-HAZARD, freed_before_invalidated.used). Who uses it says so;
 * what was left is found in checkers_freed.c.
 */
#include <inttypes.h>

#include "tb/checkers/checkers_state.h"

bool freed_is_left(struct checkers *c, uint32_t binding)
{
    const struct binding *b = binding_get(c, binding);
    return b != NULL && b->left != 0;
}

void freed_used(struct checkers *c, uint32_t binding, unsigned left, prisim_cycle_t since, prisim_cycle_t cycle,
                const char *what)
{
    struct binding *b = binding_get(c, binding);
    char words[WORDS_MAX];
    if (b == NULL || !(b->left & left) || b->used || since > b->freed || cycle <= b->freed)
        return;
    b->used = true;
    checkers_hit(c, HAZARD_FREED_BEFORE_INVALIDATED_USED, cycle,
                 "%s used what was left of %s at cycle %" PRIu64 "; it was freed at cycle %" PRIu64, what,
                 words_binding(c, binding, words), cycle, b->freed);
}
