/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of what was found (checkers_canonical.c): counts, which an expectation limits, and premises; not
 * the texts.
 */
#include "tb/checkers/checkers_canonical.h"

static void tell_hits(const struct checkers *c, unsigned hazard)
{
    struct telling *t = c->telling;
    const struct premises *premises = &c->findings.premises[hazard];
    tell_word(t, hazard);
    tell_word(t, c->findings.hits[hazard]);
    tell_word(t, premises->broken); /* the others were kept */
    tell_word(t, premises->duties);
}

/* Those that somebody may come to have waited for: then they count again, with the premises of their own cycle. */
static void tell_lost_markers(const struct checkers *c)
{
    struct telling *t = c->telling;
    for (uint32_t i = 0; i < c->markers.count; i++) {
        const struct lost_marker *lost = &c->markers.lost[i];
        if (lost->binding == 0 || lost->too_late)
            continue;
        tell_binding(c, lost->binding);
        prisim_canonical_moment(t->to, PRISIM_CANONICAL_CYCLES, lost->cycle);
    }
    tell_none(t);
}

void findings_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    for (unsigned hazard = 0; hazard < HAZARDS; hazard++)
        if (c->findings.hits[hazard])
            tell_hits(c, hazard);
    tell_none(t);
    for (unsigned i = 0; i < DUTIES; i++) {
        bool broken = c->findings.broken_since[i] != PRISIM_CYCLE_NEVER;
        tell_word(t, broken);
        if (broken)
            prisim_canonical_moment(t->to, PRISIM_CANONICAL_CYCLES, c->findings.broken_since[i]);
    }
    tell_lost_markers(c);
}
