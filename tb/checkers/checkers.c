/* SPDX-License-Identifier: Apache-2.0
 *
 * The checkers' roof: opening, the table of handlers, counters. The judging is in checkers_*.c, a file per stretch of a
 * request's way; findings are below it. "At the end" means the last edge of the run, whatever ended it.
 */
#include "tb/checkers/checkers_state.h"

#include <stdlib.h>
#include <string.h>

/* Of each event, and who comes behind. */
static checkers_handler *const handlers[PRISIM_EVENT_TYPES] = {
#define HANDLER(event, function) [PRISIM_EVENT_##event] = function,
#define JUDGE(event, function)
#include "tb/checkers/handlers.def"
#undef HANDLER
#undef JUDGE
};
static checkers_handler *const late_handlers[PRISIM_EVENT_TYPES] = {
#define HANDLER(event, function)
#define JUDGE(event, function) [PRISIM_EVENT_##event] = function,
#include "tb/checkers/handlers.def"
#undef HANDLER
#undef JUDGE
};

/* The queue's size in effect: what is asked for, as far as the hardware goes (SMMU-IDR1). */
static uint32_t queue_log2(const struct system_config *system)
{
    uint32_t log2 = system->driver.priq_log2;
    if (log2 > system->smmu[0].priq_log2_max)
        log2 = system->smmu[0].priq_log2_max;
    return log2 > system->pri_queue[0].size_log2_max ? system->pri_queue[0].size_log2_max : log2;
}

static const struct {
    const char *name, *about;
} counters[COUNTERS] = {
#define COUNTER(id, name, about) {name, about},
#include "tb/checkers/counters.def"
#undef COUNTER
};

const char *counter_name(enum counter counter)
{
    assert(counter < COUNTERS);
    return counters[counter].name;
}

const char *counter_about(enum counter counter)
{
    assert(counter < COUNTERS);
    return counters[counter].about;
}

struct checkers *checkers_open(const struct scenario *scenario)
{
    struct checkers *c = arena_outside(NULL, 1, sizeof *c);
    memset(c, 0, sizeof *c);
    const struct system_config *system = &scenario->system;
    assert(system->endpoints <= SYSTEM_ENDPOINTS_MAX);
    c->scenario = scenario;
    for (uint32_t i = 0; i < system->endpoints; i++) {
        c->function[i].stream_id = system->endpoint[i].requester_id;
        if (i < system->driver.functions)
            c->function[i].allocation = system->driver.function[i].pri_allocation;
    }
    c->queue.log2 = queue_log2(system);
    c->queue.overflow_since = PRISIM_CYCLE_NEVER;
    course_open(c);
    duties_open(c);
    c->telling = telling_open();
    pool_init(&c->jobs.pool, sizeof(struct job));
    pool_init(&c->groups.pool, sizeof(struct group));
    pool_init(&c->requests.pool, sizeof(struct request));
    pool_init(&c->items.pool, sizeof(struct item));
    pool_init(&c->answers.pool, sizeof(struct answer));
    pool_init(&c->translations.pool, sizeof(struct translation));
    pool_init(&c->tlbs.cached, sizeof(struct cached));
    return c;
}

void checkers_close(struct checkers *c)
{
    if (c == NULL)
        return;
    arena_close(&c->arena);
    telling_close(c->telling);
    free(c);
}

struct event_types checkers_types(void)
{
    struct event_types types = {{0}};
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        if (handlers[type] != NULL || late_handlers[type] != NULL)
            event_types_add(&types, type);
    return types;
}

void checkers_event(void *checkers, const struct prisim_event *event)
{
    struct checkers *c = checkers;
    assert(event->type < PRISIM_EVENT_TYPES);
    c->clock++;
    if (c->groups.waiting_first != NULL)
        group_limits(c, event->cycle);
    checkers_handler *handler = handlers[event->type];
    if (handler != NULL)
        handler(c, event);
    checkers_handler *late_handler = late_handlers[event->type];
    if (late_handler != NULL)
        late_handler(c, event);
}

void checkers_take(struct checkers *c, const struct stream *told)
{
    c->duties.told = told;
}

void checkers_all_events(struct checkers *c, uint64_t events)
{
    c->events = events;
}

void checkers_finish(struct checkers *c, prisim_cycle_t end, bool idle)
{
    c->findings.at_end = true;
    duty_finish(c, end, idle);
    course_finish(c);
    request_finish(c, end, idle);
    stall_finish(c, end, idle);
    group_finish(c, end, idle);
    unbind_finish(c, end, idle);
    queue_finish(c, end);
    marker_finish(c);
    waits_finish(c, end);
}

uint64_t checkers_counter(const struct checkers *c, enum counter counter)
{
    assert(counter < COUNTERS);
    if (counter == COUNTER_EVENTS)
        return c->events ? c->events : c->clock;
    return c->counters[counter];
}
