/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings: what the judges hit, how often, and with which premises. The ground of all of them; it judges nothing.
 */
#include <stdarg.h>
#include <stdio.h>

#include "tb/checkers/checkers_state.h"

/* UNBIND-HAZARD: broken means earlier; a duty broken at the very edge of the damage counts as kept. */
static uint32_t duties_broken_before(const struct checkers *c, prisim_cycle_t cycle)
{
    uint32_t duties = 0;
    for (unsigned i = 0; i < DUTIES; i++)
        if (c->findings.broken_since[i] < cycle)
            duties |= UINT32_C(1) << i;
    return duties;
}

void checkers_hit(struct checkers *c, enum hazard hazard, prisim_cycle_t cycle, const char *format, ...)
{
    assert(hazard_checked(hazard));
    uint32_t duties = duties_broken_before(c, cycle);
    struct premises *premises = &c->findings.premises[hazard];
    c->findings.hits[hazard]++;
    premises->kept += duties == 0;
    premises->broken += duties != 0;
    premises->duties |= duties;
    if (c->findings.count == FINDINGS_KEPT)
        return;
    c->findings.finding =
        tables_grow(&c->arena, c->findings.finding, c->findings.count, &c->findings.room, sizeof *c->findings.finding);
    struct finding *finding = &c->findings.finding[c->findings.count++];
    finding->hazard = hazard;
    finding->cycle = cycle;
    finding->premises = duties;
    finding->taken = c->findings.at_end ? 0 : c->clock;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
}

uint32_t checkers_count(const struct checkers *c, enum hazard hazard)
{
    assert(hazard < HAZARDS);
    return c->findings.hits[hazard];
}

const struct finding *checkers_finding(const struct checkers *c, unsigned i)
{
    return i < c->findings.count ? &c->findings.finding[i] : NULL;
}

const struct premises *checkers_premises(const struct checkers *c, enum hazard hazard)
{
    assert(hazard < HAZARDS);
    return &c->findings.premises[hazard];
}
