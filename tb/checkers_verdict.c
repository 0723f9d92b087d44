/* SPDX-License-Identifier: Apache-2.0
 *
 * The verdict: what was found against what the scenario expects.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tb/checkers.h"

/* The hazard of which this one is a sub-count, or itself. */
static enum hazard parent_of(enum hazard hazard)
{
    const char *name = hazard_name(hazard);
    const char *dot = strchr(name, '.');
    for (unsigned i = 0; dot != NULL && i < HAZARDS; i++) {
        const char *other = hazard_name((enum hazard)i);
        if (strncmp(other, name, (size_t)(dot - name)) == 0 && other[dot - name] == '\0')
            return (enum hazard)i;
    }
    return hazard;
}

bool verdict_judges(const struct scenario *scenario, enum hazard hazard)
{
    if (!hazard_checked(hazard))
        return false;
    enum hazard parent = parent_of(hazard);
    return scenario->expected_given[hazard] || parent == hazard || scenario->expected[parent] == 0;
}

static bool differs(const struct scenario *scenario, const struct checkers *checkers, enum hazard hazard)
{
    return verdict_judges(scenario, hazard) && checkers_count(checkers, hazard) != scenario->expected[hazard];
}

bool verdict_pass(const struct scenario *scenario, const struct checkers *checkers)
{
    for (unsigned i = 0; i < HAZARDS; i++)
        if (differs(scenario, checkers, (enum hazard)i))
            return false;
    return true;
}

bool verdict_difference(const struct scenario *scenario, const struct checkers *checkers, unsigned i,
                        char text[SCENARIO_TEXT_MAX])
{
    for (unsigned h = 0; h < HAZARDS; h++) {
        enum hazard hazard = (enum hazard)h;
        if (!differs(scenario, checkers, hazard) || i-- > 0)
            continue;
        snprintf(text, SCENARIO_TEXT_MAX, "%s: expected %" PRIu32 ", found %" PRIu32, hazard_name(hazard),
                 scenario->expected[hazard], checkers_count(checkers, hazard));
        return true;
    }
    return false;
}
