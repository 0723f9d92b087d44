/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of commands, and of Invalidate Requests that no CMD_SYNC has ended (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

/* The command queue is as large as software asks for and the SMMU has (SMMU-IDR1). */
void tell_command(const struct checkers *c, uint64_t index)
{
    const struct system_config *system = &c->scenario->system;
    uint32_t log2 = system->driver.cmdq_log2, most = system->smmu[0].cmdq_log2_max;
    uint64_t mask = (UINT64_C(2) << (log2 < most ? log2 : most)) - 1;
    tell_word(c->telling, (index - c->command) & mask);
}

uint32_t invalidations_after(const struct checkers *c, uint64_t clock)
{
    uint32_t after = 0;
    for (uint32_t i = c->invalidations.count; i-- > 0 && c->invalidations.invalidation[i].at > clock;)
        after++;
    return after;
}

static void tell_range(struct telling *t, const struct atc_range *range)
{
    tell_word(t, range->endpoint);
    tell_word(t, range->pasid);
    tell_word(t, range->address);
    tell_word(t, range->size);
}

static void tell_invalidation(const struct checkers *c, const struct invalidation *i)
{
    struct telling *t = c->telling;
    tell_range(t, &i->range);
    prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, i->tlp);
    tell_command(c, i->index);
    tell_word(t, i->error);
    if (i->error)
        tell_command(c, i->sync);
    tell_word(t, i->copies);
    tell_word(t, i->arrived);
    tell_word(t, i->dropped);
    tell_word(t, i->complete);
    tell_word(t, i->superseded);
    tell_word(t, i->lost);
    tell_word(t, i->repeated);
    tell_word(t, i->own);
    tell_word(t, i->told);
    tell_word(t, i->given_up);
    tell_word(t, i->judged);
}

/* The place of the latest with that TLP, from 1; 0: there is none any more. */
static uint32_t place_of(const struct checkers *c, uint64_t tlp)
{
    uint32_t place = c->invalidations.count;
    while (place > 0 && c->invalidations.invalidation[place - 1].tlp != tlp)
        place--;
    return place;
}

/* Completions on their way: key is the TLP << 5 | ITag, so that those of one function come by age. */
static void tell_completions(const struct checkers *c)
{
    struct telling *t = c->telling;
    const struct map *of = &c->invalidations.completion_of;
    list_begin(t);
    for (uint32_t i = 0; of->used && i < of->capacity; i++) {
        uint32_t place = of->entry[i].key ? place_of(c, of->entry[i].value - 1) : 0;
        if (place)
            list_add(t, (struct listed){.key = {place, of->entry[i].key}, .value = of->entry[i].key - 1});
    }
    list_end(t);
    for (uint32_t i = 0; i < t->count; i++) {
        tell_word(t, t->list[i].key[0]);
        prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, t->list[i].value >> 5);
        tell_word(t, t->list[i].value & 31);
    }
}

/* The oldest first; `at` is their order. */
void invalidations_canonical(const struct checkers *c)
{
    tell_word(c->telling, c->invalidations.count);
    for (uint32_t i = 0; i < c->invalidations.count; i++)
        tell_invalidation(c, &c->invalidations.invalidation[i]);
    tell_completions(c);
}
