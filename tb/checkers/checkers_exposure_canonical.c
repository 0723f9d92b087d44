/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of exposures (checkers_canonical.c): what the verdict has of those that were, and those that have
 * points before them.
 */
#include "tb/checkers/checkers_canonical.h"

static void tell_met(const struct checkers *c)
{
    struct telling *t = c->telling;
    const struct expectation *expect = &c->scenario->expect;
    for (uint32_t k = 0; k < expect->exposures; k++) {
        bool met = false;
        for (uint32_t i = 0; i < c->exposures.count && !met; i++)
            met = exposure_is(&c->exposures.exposure[i], &expect->exposure[k]);
        tell_word(t, met);
    }
}

/* Something of any of them was under way at its U0. */
static void tell_witness(const struct checkers *c)
{
    bool witness = false;
    for (uint32_t i = 0; i < c->exposures.count && !witness; i++)
        for (unsigned place = 0; place < PLACES; place++)
            witness |= c->exposures.exposure[i].at[EXPOSURE_U0][place] > 0;
    tell_word(c->telling, witness);
}

/* It has not come to U6, or it is the last of its PASID and has not come to U7. */
static bool is_open(const struct checkers *c, uint32_t i)
{
    const struct exposure *exposure = &c->exposures.exposure[i];
    if (exposure->cycle[EXPOSURE_U6] == PRISIM_CYCLE_NEVER)
        return true;
    if (exposure->cycle[EXPOSURE_U7] != PRISIM_CYCLE_NEVER)
        return false;
    for (uint32_t k = i + 1; k < c->exposures.count; k++)
        if (c->exposures.exposure[k].stream_id == exposure->stream_id &&
            c->exposures.exposure[k].pasid == exposure->pasid)
            return false;
    return true;
}

static void tell_open(const struct checkers *c, const struct exposure *exposure)
{
    struct telling *t = c->telling;
    uint64_t reached = 0;
    for (unsigned point = 0; point < EXPOSURE_POINTS; point++)
        reached |= (uint64_t)(exposure->cycle[point] != PRISIM_CYCLE_NEVER) << point;
    tell_word(t, reached);
    prisim_canonical_name(t->to, PRISIM_CANONICAL_CALL, exposure->call);
    tell_word(t, (uint64_t)(int64_t)exposure->step);
    tell_word(t, exposure->stream_id);
    tell_word(t, exposure->pasid);
    tell_binding(c, exposure->of);
}

void exposures_canonical(const struct checkers *c)
{
    tell_met(c);
    tell_witness(c);
    for (uint32_t i = 0; i < c->exposures.count; i++)
        if (is_open(c, i))
            tell_open(c, &c->exposures.exposure[i]);
    tell_none(c->telling);
}
