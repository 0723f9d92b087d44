/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of verdicts, and counts against what was expected.
 */
#include "tb/scenario/expectation.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[VERDICTS] = {"pass", "fail", "incomplete"};
    assert(verdict < VERDICTS);
    return names[verdict];
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[OUTCOMES] = {"clean", "hazard", "hang", "nothing_happened"};
    assert(outcome < OUTCOMES);
    return names[outcome];
}

const char *ended_by_name(enum ended_by ended_by)
{
    static const char *const names[ENDED_BYS] = {"idle", "limit"};
    assert(ended_by < ENDED_BYS);
    return names[ended_by];
}

bool expected_count_met(const struct expected_count *expected, uint32_t found)
{
    switch ((enum count_how)expected->how) {
    case COUNT_EXACTLY:
        return found == expected->value;
    case COUNT_AT_LEAST:
        return found >= expected->value;
    case COUNT_AT_MOST:
        return found <= expected->value;
    case COUNT_IGNORE:
        return true;
    }
    assert(false);
    return false;
}

void expected_count_text(const struct expected_count *expected, char text[EXPECTED_COUNT_TEXT])
{
    static const char *const how[] = {
        [COUNT_EXACTLY] = "", [COUNT_AT_LEAST] = "at least ", [COUNT_AT_MOST] = "at most "};
    if (expected->how == COUNT_IGNORE)
        snprintf(text, EXPECTED_COUNT_TEXT, "any");
    else
        snprintf(text, EXPECTED_COUNT_TEXT, "%s%" PRIu32, how[expected->how], expected->value);
}
