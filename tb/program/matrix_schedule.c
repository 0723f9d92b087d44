/* SPDX-License-Identifier: Apache-2.0
 *
 * Delays, one and two at once (matrix_schedule.h). A delay ends by an event, never by a cycle.
 */
#include "tb/program/matrix_schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Step boundaries at which a task that a page request passes can be kept. */
static const char *const thread_point[] = {"driver.prod_read", "driver.take", "driver.cons"};
static const char *const worker_point[] = {"driver.resolve", "driver.page", "driver.respond"};
/* What happens to a page request, up to its answer. */
static const char *const course[] = {"endpoint.page_request_sent",
                                     "smmu.page_request",
                                     "pri_queue.write",
                                     "pri_queue.prod",
                                     "pri_queue.interrupt",
                                     "driver.interrupt",
                                     "driver.take",
                                     "driver.cons",
                                     "driver.enqueue",
                                     "driver.resolve",
                                     "driver.page",
                                     "driver.respond",
                                     "smmu.prg_response",
                                     "endpoint.response"};
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Of whom a schedule is made. */
struct making {
    struct matrix_schedules *schedules;
    const struct matrix_loader *loader;
    const struct matrix_boundaries *boundaries;
};

unsigned matrix_schedule_settings(char text[MATRIX_SCHEDULE_TEXT], const char *setting[MATRIX_SCHEDULE_SETTINGS])
{
    unsigned count = 0;
    for (char *at = text; *at && count < MATRIX_SCHEDULE_SETTINGS; count++) {
        setting[count] = at;
        at += strcspn(at, "\n");
        if (*at)
            *at++ = 0;
    }
    return count;
}

static struct matrix_schedule *room_for_one(struct matrix_schedules *schedules)
{
    if (schedules->count == schedules->room) {
        size_t room = schedules->room ? 2 * schedules->room : 256;
        struct matrix_schedule *larger = realloc(schedules->of, room * sizeof *larger);
        if (!larger)
            return NULL;
        schedules->of = larger;
        schedules->room = room;
    }
    return &schedules->of[schedules->count];
}

bool matrix_schedules_add(struct matrix_schedules *schedules, const struct matrix_loader *loader, const char *text)
{
    char copy[MATRIX_SCHEDULE_TEXT];
    const char *all[MATRIX_SCHEDULE_SETTINGS + 16];
    struct matrix_schedule *schedule = room_for_one(schedules);
    struct scenario *scenario = malloc(sizeof *scenario);
    snprintf(copy, sizeof copy, "%s", text);
    memcpy(all, loader->setting, loader->settings * sizeof *all);
    unsigned count = loader->settings + matrix_schedule_settings(copy, all + loader->settings);
    bool good = schedule && scenario;
    if (!good)
        snprintf(loader->message, 4 * SCENARIO_TEXT_MAX, "prisim: no memory");
    good = good && scenario_from_tree(loader->tree, scenario, all, count, loader->message);
    if (good) {
        snprintf(schedule->text, sizeof schedule->text, "%s", text);
        schedule->link = strstr(text, MATRIX_FAR_SETTING) ? MATRIX_FAR : MATRIX_NEAR;
        schedule->timeline = scenario->timeline;
        schedules->count++;
    }
    free(scenario);
    return good;
}

void matrix_schedules_free(struct matrix_schedules *schedules)
{
    for (size_t i = 0; i < schedules->count; i++)
        timeline_config_free(&schedules->of[i].timeline);
    free(schedules->of);
    *schedules = (struct matrix_schedules){0};
}

/* "timeline.STEP.skip=false" and where its hold is. */
static size_t hold(char *text, size_t used, const char *step, const char *point)
{
    return used + (size_t)snprintf(text + used, MATRIX_SCHEDULE_TEXT - used,
                                   "timeline.%s.skip=false\ntimeline.%s.hold.at=%s\n", step, step, point);
}

static size_t until(char *text, size_t used, const char *step, const struct matrix_boundary *b)
{
    used += (size_t)snprintf(text + used, MATRIX_SCHEDULE_TEXT - used, "timeline.%s.hold.until.event=%s\n", step,
                             prisim_event_name((enum prisim_event_type)b->event));
    if (b->event == PRISIM_EVENT_SMMU_COMMAND)
        used += (size_t)snprintf(text + used, MATRIX_SCHEDULE_TEXT - used, "timeline.%s.hold.until.opcode=0x%x\n", step,
                                 (unsigned)b->opcode);
    if (b->nth > 1)
        used += (size_t)snprintf(text + used, MATRIX_SCHEDULE_TEXT - used, "timeline.%s.hold.until.nth=%u\n", step,
                                 (unsigned)b->nth);
    return used;
}

/* The unbind begins right behind an event, and not at the place that the scenario has for it. */
static size_t race_when(char *text, size_t used, const char *event)
{
    return used + (size_t)snprintf(text + used, MATRIX_SCHEDULE_TEXT - used,
                                   "timeline.race.when.event=%s\ntimeline.race.when.nth=1\ntimeline.race.after=1\n",
                                   event);
}

static bool keep(const struct making *m, const char *text)
{
    return matrix_schedules_add(m->schedules, m->loader, text);
}

/* A task kept at a point until each boundary of the list; the unbind begins before the task comes there, or after. */
static bool one_delay(const struct making *m, const char *head, const char *step, const char *point)
{
    char text[MATRIX_SCHEDULE_TEXT];
    for (uint32_t i = 0; i < m->boundaries->count; i++)
        for (unsigned late = 0; late < 2; late++) {
            size_t used = hold(text, (size_t)snprintf(text, sizeof text, "%s", head), step, point);
            used = until(text, used, step, &m->boundaries->of[i]);
            race_when(text, used, late ? "driver.hold" : "endpoint.page_request");
            if (!keep(m, text))
                return false;
        }
    return true;
}

static const char handler[] = "timeline.thread.hold.task=irq\n";
static bool each_delay(const struct making *m, bool marker)
{
    bool good = one_delay(m, handler, "thread", "driver.interrupt") && one_delay(m, "", "thread", "driver.enqueue");
    for (size_t i = 0; good && i < COUNT(thread_point); i++)
        good = one_delay(m, "", "thread", thread_point[i]);
    if (marker)
        good = good && one_delay(m, "", "thread", "driver.marker");
    for (size_t i = 0; good && i < COUNT(worker_point); i++)
        good = one_delay(m, "", "worker", worker_point[i]);
    return good && one_delay(m, MATRIX_FAR_SETTING "\n", "worker", "driver.respond");
}

/* A part of a group, whose Last never comes: it is parked unless somebody takes it from there. */
static const char part[] = "timeline.request.skip=true\ntimeline.part.skip=false\n";
static bool each_delay_of_a_part(const struct making *m)
{
    char text[MATRIX_SCHEDULE_TEXT];
    bool good = true;
    static const char *const event[] = {"endpoint.page_request", "driver.park"};
    for (size_t i = 0; good && i < COUNT(event); i++) {
        race_when(text, (size_t)snprintf(text, sizeof text, "%s", part), event[i]);
        good = keep(m, text);
    }
    good = good && one_delay(m, part, "thread", "driver.park");
    for (size_t i = 0; good && i < COUNT(thread_point); i++)
        good = one_delay(m, part, "thread", thread_point[i]);
    return good;
}

/* The caller kept at each of its points until something happens to the page request; a worker besides, until the PASID
 * is another's. */
static bool caller_delay(const struct making *m, const struct matrix_boundary *at, const char *event,
                         const char *worker)
{
    char text[MATRIX_SCHEDULE_TEXT];
    size_t used = hold(text, 0, "caller", prisim_event_name((enum prisim_event_type)at->event));
    used += (size_t)snprintf(text + used, sizeof text - used, "timeline.caller.hold.until.event=%s\n", event);
    if (worker)
        used = until(text, hold(text, used, "worker", worker), "worker", &m->boundaries->of[m->boundaries->count - 1]);
    race_when(text, used, "endpoint.page_request");
    return keep(m, text);
}

static bool each_caller_delay(const struct making *m, const char *worker)
{
    bool good = true;
    for (uint32_t b = 0; good && b < m->boundaries->count; b++) {
        const struct matrix_boundary *at = &m->boundaries->of[b];
        if (!prisim_driver_can_hold(PRISIM_DRIVER_TASK_CALLER, (enum prisim_event_type)at->event))
            continue;
        for (size_t i = 0; good && i < COUNT(course); i++)
            good = caller_delay(m, at, course[i], worker);
    }
    return good;
}

/* Two tasks that one page request passes: the PRI thread until a boundary, then a worker until a later one. */
static bool two_delays(const struct making *m, const char *thread, const char *worker)
{
    char text[MATRIX_SCHEDULE_TEXT];
    uint32_t count = m->boundaries->count;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = i + 1; j < count; j++) {
            /* The end of the list, and what is bound behind it, one by one; of the boundaries between, the next. */
            if (j > i + 1 && m->boundaries->of[j].event == PRISIM_EVENT_SMMU_COMMAND)
                continue;
            size_t used = until(text, hold(text, 0, "thread", thread), "thread", &m->boundaries->of[i]);
            used = until(text, hold(text, used, "worker", worker), "worker", &m->boundaries->of[j]);
            race_when(text, used, "driver.hold");
            if (!keep(m, text))
                return false;
        }
    return true;
}

static bool each_two_delays(const struct making *m)
{
    bool good = true;
    for (size_t j = 0; good && j < COUNT(worker_point); j++)
        good = two_delays(m, "driver.take", worker_point[j]) && two_delays(m, "driver.enqueue", worker_point[j]);
    return good;
}

bool matrix_schedules_add_delays(struct matrix_schedules *schedules, const struct matrix_loader *loader,
                                 const struct matrix_boundaries *boundaries, bool marker)
{
    const struct making m = {schedules, loader, boundaries};
    return each_delay(&m, marker) && each_delay_of_a_part(&m) && each_caller_delay(&m, NULL) &&
           each_caller_delay(&m, worker_point[0]) && each_caller_delay(&m, worker_point[1]) && each_two_delays(&m);
}
