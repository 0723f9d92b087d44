/* SPDX-License-Identifier: Apache-2.0
 *
 * The course of a run, besides hazards: which steps were given out, which calls were refused, how jobs ended, what is
 * still held at the end. A run whose stimulus did not take place says nothing, and this is where that is known.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tb/checkers/checkers_state.h"

void course_open(struct checkers *c)
{
    const struct timeline_config *timeline = &c->scenario->timeline;
    c->course.steps = timeline->steps;
    c->course.step = arena_take(&c->arena, timeline->steps + 1U, sizeof *c->course.step);
    for (uint32_t i = 0; i < timeline->steps; i++)
        c->course.step[i].given = PRISIM_CYCLE_NEVER;
    for (uint32_t i = 0; i < timeline->steps; i++) {
        const struct timeline_step *step = &timeline->step[i];
        if (step->to_driver && prisim_driver_stimulus_is_call(&step->driver))
            map_put(&c->arena, &c->course.step_of_call, step->driver.call, i + 1);
        if (!step->to_driver && step->stimulus.what == PRISIM_ENDPOINT_PAGE_REQUEST)
            map_put(&c->arena, &c->course.step_of_raw, step->stimulus.job, i + 1);
        if (step->of)
            map_put(&c->arena, &c->course.call_of_raw, step->stimulus.job, step->of);
    }
}

int32_t course_step_of_call(const struct checkers *c, uint64_t call)
{
    return (int32_t)map_get(&c->course.step_of_call, call) - 1;
}

uint64_t course_call_of_raw(const struct checkers *c, uint64_t job)
{
    return map_get(&c->course.call_of_raw, job);
}

/* timeline.step */
void on_step(struct checkers *c, const struct prisim_event *event)
{
    const struct prisim_event_timeline_step *e = &event->timeline_step;
    assert(e->step < c->course.steps);
    c->course.step[e->step].given = event->cycle;
}

/* endpoint.request_lost: the step was given out, and nothing came of it. */
void on_request_lost(struct checkers *c, const struct prisim_event *event)
{
    uint64_t step = map_get(&c->course.step_of_raw, event->endpoint_request_lost.job);
    if (step != 0)
        c->course.step[step - 1].lost = true;
}

void course_refused(struct checkers *c, uint64_t call)
{
    int32_t step = course_step_of_call(c, call);
    c->counters[COUNTER_REFUSED]++;
    if (step >= 0)
        c->course.step[step].refused = true;
}

/* driver.hold */
void on_hold(struct checkers *c, const struct prisim_event *event)
{
    uint64_t step = event->driver_hold.step;
    c->counters[COUNTER_TASKS_HELD]++;
    if (step < c->course.steps)
        c->course.step[step].caught = true;
}

/* driver.release */
void on_release(struct checkers *c, const struct prisim_event *event)
{
    (void)event;
    assert(c->counters[COUNTER_TASKS_HELD] > 0);
    c->counters[COUNTER_TASKS_HELD]--;
}

static void keep_failed(struct checkers *c, const struct job *job, const struct prisim_event_endpoint_job_done *e)
{
    char pasid[32] = "no PASID";
    if (c->course.failed_jobs == FAILED_JOBS_KEPT)
        return;
    if (e->pasid != PRISIM_PASID_NONE)
        snprintf(pasid, sizeof pasid, "PASID %" PRIu64, e->pasid);
    c->course.failed_job = tables_grow(&c->arena, c->course.failed_job, c->course.failed_jobs,
                                       &c->course.failed_jobs_room, sizeof *c->course.failed_job);
    snprintf(c->course.failed_job[c->course.failed_jobs++], CHECKERS_JOB_TEXT,
             "job %" PRIu64 " of endpoint[%s] (%s, 0x%" PRIx64 "): %s", e->job, words_endpoint(c, job->endpoint), pasid,
             e->address, prisim_cause_name((enum prisim_cause)e->cause));
}

/* What a job came to. One that its own binding's stop or unbind ended is no failure; one that was submitted when the
 * stop had begun never was that binding's work. */
void course_job_done(struct checkers *c, const struct job *job, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_job_done *e = &event->endpoint_job_done;
    if (e->cause == PRISIM_CAUSE_COMPLETED)
        return;
    /* What software, or the scenario, did to all of the function. */
    const bool reset = e->cause == PRISIM_CAUSE_FUNCTION_RESET || e->cause == PRISIM_CAUSE_FUNCTION_REMOVED;
    if (reset) {
        c->counters[COUNTER_JOBS_ENDED_BY_RESET] += !jobs_bystander(c, job, e, event->cycle);
        return;
    }
    const struct binding *binding = binding_get(c, job->binding);
    /* A function that nobody has told yet works on for a process that dies, or for an earlier life of the driver. */
    const bool outlived = binding != NULL && binding->life != c->life;
    bool ended = e->cause == PRISIM_CAUSE_STOPPED || outlived ||
                 (binding != NULL && binding->stopping && (!job->late || binding_exits(binding)));
    if (ended) {
        c->counters[COUNTER_JOBS_ENDED_BY_UNBIND]++;
        return;
    }
    if (jobs_bystander(c, job, e, event->cycle))
        return;
    c->counters[COUNTER_JOBS_FAILED]++;
    keep_failed(c, job, e);
}

void course_finish(struct checkers *c)
{
    for (uint32_t i = 0; i < c->jobs.pool.records; i++)
        c->counters[COUNTER_JOBS_UNFINISHED] += pool_at(&c->jobs.pool, i) != NULL;
    for (uint32_t i = 0; i < c->scenario->timeline.steps; i++)
        c->counters[COUNTER_STEPS_NOT_GIVEN] +=
            c->course.step[i].given == PRISIM_CYCLE_NEVER || !checkers_step_caught(c, i) || c->course.step[i].lost;
}

bool checkers_failed_job(const struct checkers *c, unsigned i, char text[CHECKERS_JOB_TEXT])
{
    if (i >= c->course.failed_jobs)
        return false;
    snprintf(text, CHECKERS_JOB_TEXT, "%s", c->course.failed_job[i]);
    return true;
}

bool checkers_step_given(const struct checkers *c, uint32_t step)
{
    assert(step < c->course.steps);
    return c->course.step[step].given != PRISIM_CYCLE_NEVER;
}

bool checkers_step_lost(const struct checkers *c, uint32_t step)
{
    assert(step < c->course.steps);
    return c->course.step[step].lost;
}

bool checkers_step_caught(const struct checkers *c, uint32_t step)
{
    assert(step < c->course.steps);
    const struct timeline_step *s = &c->scenario->timeline.step[step];
    return c->course.step[step].caught || !s->to_driver || s->driver.what != PRISIM_DRIVER_HOLD;
}

bool checkers_step_refused(const struct checkers *c, uint32_t step)
{
    assert(step < c->course.steps);
    return c->course.step[step].refused;
}

bool checkers_anything_happened(const struct checkers *c)
{
    return c->course.happened;
}

/* interconnect.full: the model's, and no hardware's. */
void on_memory_full(struct checkers *c, const struct prisim_event *event)
{
    (void)event;
    c->counters[COUNTER_MEMORY_FULL]++;
}
