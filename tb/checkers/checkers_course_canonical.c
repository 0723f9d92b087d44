/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the course of a run: what became of its steps, and what a verdict counts
 * (checkers_canonical.c).
 */
#include "tb/checkers/checkers_canonical.h"

/* An unbind that was asked for and has neither begun nor was refused hangs at its limit. */
static void tell_asked(const struct checkers *c, uint32_t step)
{
    const struct timeline_step *s = &c->scenario->timeline.step[step];
    const struct course_step *of = &c->course.step[step];
    if (!s->to_driver || s->driver.what != PRISIM_DRIVER_UNBIND || of->given == PRISIM_CYCLE_NEVER || of->refused)
        return;
    bool begun = exposure_has_begun(c, s->driver.call);
    tell_word(c->telling, begun);
    if (!begun)
        prisim_canonical_time(c->telling->to, deadline_of(of->given, c->scenario->limits.unbind));
}

/* What no expectation reads is kept as it decides a verdict: whether there was any. */
static uint64_t as_expected(const struct expected_count *expected, uint64_t count)
{
    return expected->given ? count : count != 0;
}

void course_canonical(const struct checkers *c)
{
    struct telling *t = c->telling;
    const struct expectation *expect = &c->scenario->expect;
    for (uint32_t i = 0; i < c->scenario->timeline.steps; i++) {
        const struct course_step *step = &c->course.step[i];
        bool given = step->given != PRISIM_CYCLE_NEVER;
        tell_word(t, (uint64_t)given | (uint64_t)step->lost << 1 | (uint64_t)step->caught << 2 |
                         (uint64_t)step->refused << 3);
        tell_asked(c, i);
    }
    tell_word(t, c->course.happened);
    tell_word(t, c->counters[COUNTER_TASKS_HELD]);
    tell_word(t, as_expected(&expect->jobs_failed, c->counters[COUNTER_JOBS_FAILED]));
    tell_word(t, expect->jobs_ended_by_unbind.given ? c->counters[COUNTER_JOBS_ENDED_BY_UNBIND] : 0);
    tell_word(t, expect->jobs_ended_by_reset.given ? c->counters[COUNTER_JOBS_ENDED_BY_RESET] : 0);
}
