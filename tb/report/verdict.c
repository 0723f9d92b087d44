/* SPDX-License-Identifier: Apache-2.0
 *
 * The verdict: what was found against what the scenario expects, and whether anything was tried at all (verdict.h).
 */
#include "tb/report/verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { STEPS_TOLD = 20 };

/* What is judged, and the place where the wanted reason goes. */
struct judging {
    const struct scenario *scenario;
    const struct expectation *expect;
    const struct checkers *checkers;
    bool idle;
    unsigned wanted; /* which reason is written to `text` */
    unsigned found;
    char *text; /* or NULL */
};

__attribute__((format(printf, 2, 3))) static void reason(struct judging *j, const char *format, ...)
{
    if (j->found++ != j->wanted || j->text == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(j->text, SCENARIO_TEXT_MAX, format, arguments);
    va_end(arguments);
}

bool verdict_judges(const struct scenario *scenario, enum hazard hazard)
{
    if (!hazard_checked(hazard))
        return false;
    const struct expected_count *parent = &scenario->expect.hazard[hazard_parent(hazard)];
    bool parent_may_be = parent->how != COUNT_EXACTLY || parent->value != 0;
    return scenario->expect.hazard[hazard].given || hazard_parent(hazard) == hazard || !parent_may_be;
}

static uint32_t counted(const struct judging *j, enum counter counter)
{
    return (uint32_t)checkers_counter(j->checkers, counter);
}

static void judge_count(struct judging *j, const char *what, const struct expected_count *expected, uint32_t found)
{
    char text[EXPECTED_COUNT_TEXT];
    if (expected_count_met(expected, found))
        return;
    expected_count_text(expected, text);
    reason(j, "%s: expected %s, found %" PRIu32, what, text, found);
}

static const char *place_words(const struct timeline_step *step, char words[SYSTEM_ID_MAX + 32])
{
    if (step->id[0])
        snprintf(words, SYSTEM_ID_MAX + 32, "timeline.%s", step->id);
    else
        snprintf(words, SYSTEM_ID_MAX + 32, "timeline.%" PRIu32, step->place);
    return words;
}

const char *verdict_step_words(const struct scenario *scenario, uint32_t step, char words[SYSTEM_ID_MAX + 32])
{
    const struct timeline_step *s = &scenario->timeline.step[step];
    size_t used = strlen(place_words(s, words));
    if (s->release)
        snprintf(words + used, SYSTEM_ID_MAX + 32 - used, ".hold.until");
    else if (s->times > 1)
        snprintf(words + used, SYSTEM_ID_MAX + 32 - used, ".%" PRIu32, s->repetition);
    return words;
}

/* Of a step that is repeated, all of it. */
static const char *exposed_words(const struct scenario *scenario, const struct expected_exposure *expected,
                                 char words[SYSTEM_ID_MAX + 32])
{
    if (expected->more)
        return place_words(&scenario->timeline.step[expected->step], words);
    return verdict_step_words(scenario, (uint32_t)expected->step, words);
}

/* It did not take place: its time did not come, or no task came where it waited. */
static bool missed(const struct judging *j, uint32_t step)
{
    return !checkers_step_given(j->checkers, step) || !checkers_step_caught(j->checkers, step) ||
           checkers_step_lost(j->checkers, step);
}

/* What stands at one place of the file: a hold and its end are two steps, and it is enough if one did not take place.
 */
static bool place_missed(const struct judging *j, uint32_t step)
{
    const struct timeline_config *timeline = &j->scenario->timeline;
    bool has_end = step + 1 < timeline->steps && timeline->step[step + 1].release;
    return missed(j, step) || (has_end && missed(j, step + 1));
}

/* A reason that is a step's; of many such steps the first few are told, and how many more there are. */
static void step_reason(struct judging *j, uint32_t *steps, uint32_t step, const char *what)
{
    char words[SYSTEM_ID_MAX + 32];
    if ((*steps)++ < STEPS_TOLD)
        reason(j, "%s%s", verdict_step_words(j->scenario, step, words), what);
}

static void more_steps(struct judging *j, uint32_t steps)
{
    if (steps > STEPS_TOLD)
        reason(j, "timeline: %" PRIu32 " more", steps - STEPS_TOLD);
}

static void judge_steps_expected(struct judging *j)
{
    uint32_t steps = 0;
    for (uint32_t i = 0; i < j->scenario->timeline.steps; i++) {
        const struct timeline_step *step = &j->scenario->timeline.step[i];
        if (step->release)
            continue;
        if (step->not_given && !place_missed(j, i))
            step_reason(j, &steps, i, ": expected not to be given, and it was");
        if (step->refused && !checkers_step_refused(j->checkers, i))
            step_reason(j, &steps, i, ": expected to be refused, and it was not");
    }
    more_steps(j, steps);
}

static enum outcome outcome_of(const struct judging *j)
{
    bool hang = false, hazard = false;
    for (unsigned h = 0; h < HAZARDS; h++) {
        if (!hazard_checked((enum hazard)h) || checkers_count(j->checkers, (enum hazard)h) == 0)
            continue;
        hang |= hazard_kind((enum hazard)h) == HAZARD_OF_HANG;
        hazard |= hazard_kind((enum hazard)h) == HAZARD_OF_RUN || hazard_kind((enum hazard)h) == HAZARD_OF_UNRAISED;
    }
    if (hang)
        return OUTCOME_HANG;
    if (hazard)
        return OUTCOME_HAZARD;
    return checkers_anything_happened(j->checkers) ? OUTCOME_CLEAN : OUTCOME_NOTHING_HAPPENED;
}

/* What differs from what the scenario says: the run is not as expected. */
static void judge_expected(struct judging *j)
{
    const struct expectation *e = j->expect;
    for (unsigned h = 0; h < HAZARDS; h++)
        if (verdict_judges(j->scenario, (enum hazard)h))
            judge_count(j, hazard_name((enum hazard)h), &e->hazard[h], checkers_count(j->checkers, (enum hazard)h));
    if (e->jobs_failed.given)
        judge_count(j, "jobs_failed", &e->jobs_failed, counted(j, COUNTER_JOBS_FAILED));
    if (e->jobs_ended_by_unbind.given)
        judge_count(j, "jobs_ended_by_unbind", &e->jobs_ended_by_unbind, counted(j, COUNTER_JOBS_ENDED_BY_UNBIND));
    if (e->jobs_ended_by_reset.given)
        judge_count(j, "jobs_ended_by_reset", &e->jobs_ended_by_reset, counted(j, COUNTER_JOBS_ENDED_BY_RESET));
    if (e->jobs_unfinished.given)
        judge_count(j, "jobs_unfinished", &e->jobs_unfinished, counted(j, COUNTER_JOBS_UNFINISHED));
    if (e->tasks_held.given)
        judge_count(j, "tasks_held", &e->tasks_held, counted(j, COUNTER_TASKS_HELD));
    judge_steps_expected(j);
    enum ended_by ended_by = j->idle ? ENDED_BY_IDLE : ENDED_BY_LIMIT;
    if (e->ended_by != ENDED_BYS && e->ended_by != (uint32_t)ended_by)
        reason(j, "ended_by: expected %s, found %s", ended_by_name((enum ended_by)e->ended_by),
               ended_by_name(ended_by));
    if (e->outcome != OUTCOMES && e->outcome != (uint32_t)outcome_of(j))
        reason(j, "outcome: expected %s, found %s", outcome_name((enum outcome)e->outcome),
               outcome_name(outcome_of(j)));
}

static bool declared(const struct judging *j, enum hazard hazard)
{
    const struct expected_count *expected = &j->expect->hazard[hazard];
    bool may_be = expected->given && (expected->how != COUNT_EXACTLY || expected->value > 0);
    return may_be && checkers_count(j->checkers, hazard) > 0;
}

/* A declared hazard says why the run did not come to rest, and why a job has no end. */
static bool standstill_declared(const struct judging *j)
{
    for (unsigned h = 0; h < HAZARDS; h++) {
        enum hazard hazard = (enum hazard)h;
        bool explains = hazard_kind(hazard) == HAZARD_OF_HANG || hazard_explains(hazard) == HAZARD_EXPLAINS_STANDSTILL;
        if (explains && declared(j, hazard))
            return true;
    }
    return false;
}

/* A declared hazard says why a job of somebody who lives on failed. */
static bool failures_declared(const struct judging *j)
{
    for (unsigned h = 0; h < HAZARDS; h++)
        if (hazard_explains((enum hazard)h) == HAZARD_EXPLAINS_FAILED_JOBS && declared(j, (enum hazard)h))
            return true;
    return false;
}

static void judge_steps(struct judging *j)
{
    uint32_t steps = 0;
    for (uint32_t i = 0; i < j->scenario->timeline.steps; i++) {
        const struct timeline_step *step = &j->scenario->timeline.step[i];
        bool given = checkers_step_given(j->checkers, i);
        if (!given && !step->not_given)
            step_reason(j, &steps, i,
                        step->trigger.on_event ? " was not given: its event did not come"
                                               : " was not given: the run ended before its cycle");
        if (given && !checkers_step_caught(j->checkers, i) && !step->not_given)
            step_reason(j, &steps, i, ": its task did not come there");
        if (checkers_step_lost(j->checkers, i) && !step->not_given)
            step_reason(j, &steps, i, ": its function had no room for the request");
        if (checkers_step_refused(j->checkers, i) && !step->refused)
            step_reason(j, &steps, i, " was refused by the driver");
    }
    more_steps(j, steps);
}

static void judge_jobs(struct judging *j)
{
    char words[CHECKERS_JOB_TEXT];
    uint32_t unfinished = counted(j, COUNTER_JOBS_UNFINISHED), failed = counted(j, COUNTER_JOBS_FAILED);
    if (failed && !j->expect->jobs_failed.given && !failures_declared(j)) {
        unsigned told = 0;
        for (; checkers_failed_job(j->checkers, told, words); told++)
            reason(j, "jobs_failed: %s", words);
        if (failed > told)
            reason(j, "jobs_failed: %" PRIu32 " more", failed - told);
    }
    if (unfinished && !j->expect->jobs_unfinished.given && !standstill_declared(j))
        reason(j, "jobs_unfinished: %" PRIu32 " had no end when the run had", unfinished);
}

static bool exposure_met(const struct judging *j, const struct expected_exposure *expected, bool *seen)
{
    const struct exposure *exposure;
    for (unsigned i = 0; (exposure = checkers_exposure(j->checkers, i)) != NULL; i++) {
        if (!exposure_is_of_step(exposure, expected))
            continue;
        *seen = true;
        if (exposure_is(exposure, expected))
            return true;
    }
    return false;
}

static void judge_exposures(struct judging *j)
{
    for (uint32_t i = 0; i < j->expect->exposures; i++) {
        const struct expected_exposure *expected = &j->expect->exposure[i];
        bool seen = false;
        if (exposure_met(j, expected, &seen))
            continue;
        char count[EXPECTED_COUNT_TEXT], words[SYSTEM_ID_MAX + 32] = "any unbind";
        expected_count_text(&expected->count, count);
        if (expected->step >= 0)
            exposed_words(j->scenario, expected, words);
        reason(j, "exposed at %s of %s: expected %s: %s, and it was not so%s",
               exposure_point_name((enum exposure_point)expected->point), words,
               place_name((enum place)expected->place), count, seen ? "" : ": there was no such unbind");
    }
}

/* UNBIND-HAZARD, "Exposure": an unbind that nothing of its binding was near says nothing about unbinding. */
static void judge_witness(struct judging *j)
{
    bool unbinds = false, given = true, witness = j->expect->exposed_none || j->expect->exposures > 0;
    for (uint32_t i = 0; i < j->scenario->timeline.steps; i++) {
        const struct timeline_step *step = &j->scenario->timeline.step[i];
        if (!step->to_driver || step->driver.what != PRISIM_DRIVER_UNBIND)
            continue;
        unbinds = true;
        given &= checkers_step_given(j->checkers, i) && !checkers_step_refused(j->checkers, i);
    }
    const struct exposure *exposure;
    for (unsigned i = 0; (exposure = checkers_exposure(j->checkers, i)) != NULL; i++)
        for (unsigned place = 0; place < PLACES; place++)
            witness |= exposure->at[EXPOSURE_U0][place] > 0;
    for (unsigned h = 0; h < HAZARDS; h++)
        witness |= declared(j, (enum hazard)h);
    if (unbinds && given && !witness)
        reason(j, "exposed: nothing of an unbound PASID was under way at its U0, nor in the function's ATC");
}

/* What should have happened and did not: the run says nothing. */
static void judge_complete(struct judging *j)
{
    uint32_t full = counted(j, COUNTER_MEMORY_FULL);
    if (full)
        reason(j, "system.memory.pages: no page was left for %" PRIu32 " writes: more are needed", full);
    judge_steps(j);
    uint32_t held = counted(j, COUNTER_TASKS_HELD);
    if (held && !j->expect->tasks_held.given)
        reason(j, "tasks_held: %" PRIu32 " had not been let go when the run ended", held);
    judge_jobs(j);
    if (!j->idle && j->expect->ended_by == ENDED_BYS && !standstill_declared(j))
        reason(j, "ended_by: limit: limits.cycles ended the run with work unfinished");
    judge_exposures(j);
    judge_witness(j);
    if (outcome_of(j) == OUTCOME_NOTHING_HAPPENED && j->expect->outcome == OUTCOMES)
        reason(j, "outcome: nothing_happened");
}

struct verdict_of_run verdict_of(const struct scenario *scenario, const struct checkers *checkers, bool idle)
{
    struct judging j = {.scenario = scenario, .expect = &scenario->expect, .checkers = checkers, .idle = idle};
    struct verdict_of_run v = {VERDICT_PASS, outcome_of(&j), idle ? ENDED_BY_IDLE : ENDED_BY_LIMIT};
    judge_expected(&j);
    if (j.found > 0) {
        v.verdict = VERDICT_FAIL;
        return v;
    }
    judge_complete(&j);
    if (j.found > 0)
        v.verdict = VERDICT_INCOMPLETE;
    return v;
}

bool verdict_reason(const struct scenario *scenario, const struct checkers *checkers, bool idle, unsigned i,
                    char text[SCENARIO_TEXT_MAX])
{
    struct judging j = {.scenario = scenario,
                        .expect = &scenario->expect,
                        .checkers = checkers,
                        .idle = idle,
                        .wanted = i,
                        .text = text};
    judge_expected(&j);
    judge_complete(&j);
    return i < j.found;
}
