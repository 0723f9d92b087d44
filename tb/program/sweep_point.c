/* SPDX-License-Identifier: Apache-2.0
 *
 * From a point to its result (sweep_point.h).
 */
#include "tb/program/sweep_point.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tb/engine/timeline.h"

enum { SETTING_MAX = SWEEP_KEY_MAX + SWEEP_VALUE_MAX, ADDED_MAX = SWEEP_AXES_MAX + 1 };

/* The settings of a point: those of the command line first. */
struct settings {
    unsigned count;
    const char *setting[OPTIONS_SETTINGS_MAX + ADDED_MAX];
    char text[ADDED_MAX][SETTING_MAX];
};

static void add(struct settings *s, unsigned at, const char *key, const char *value)
{
    snprintf(s->text[at], SETTING_MAX, "%s=%s", key, value);
    s->setting[s->count++] = s->text[at];
}

void sweep_point_position(const struct sweep_step *step, uint64_t position, char value[SWEEP_VALUE_MAX])
{
    snprintf(value, SWEEP_VALUE_MAX, "%s%" PRIu64, step->before, position);
}

static void compose(struct settings *s, const struct sweep_plan *plan, const struct sweep_point *point)
{
    char value[SWEEP_VALUE_MAX];
    s->count = 0;
    for (unsigned i = 0; i < plan->settings; i++)
        s->setting[s->count++] = plan->setting[i];
    for (unsigned i = 0; i < plan->axes.count; i++) {
        sweep_axis_value(&plan->axes.axis[i], sweep_axes_index(&plan->axes, point->point, i), value);
        add(s, i, plan->axes.axis[i].key, value);
    }
    if (point->place != SWEEP_PLACED)
        return;
    sweep_point_position(&plan->step, point->position, value);
    add(s, plan->axes.count, plan->step.key, value);
}

/* The loader counts all settings together and calls them --set; an axis is told by its own option and place. */
static void name_axis(const struct sweep_plan *plan, const struct sweep_point *point, char message[SWEEP_MESSAGE_MAX])
{
    unsigned number;
    size_t column;
    int used = 0;
    if (sscanf(message, "--set:%u:%zu:%n", &number, &column, &used) < 2 || used == 0 || number <= plan->settings)
        return;
    char rest[SWEEP_MESSAGE_MAX], value[SWEEP_VALUE_MAX];
    memcpy(rest, message + used, strlen(message + used) + 1);
    unsigned i = number - plan->settings - 1;
    if (i >= plan->axes.count) {
        snprintf(message, SWEEP_MESSAGE_MAX, "--orders:1:1:%.900s", rest);
        return;
    }
    const struct sweep_axis *axis = &plan->axes.axis[i];
    uint64_t index = sweep_axes_index(&plan->axes, point->point, i);
    if (column > strlen(axis->key))
        column = sweep_axis_column(axis, index);
    sweep_axis_value(axis, index, value);
    snprintf(message, SWEEP_MESSAGE_MAX, "--vary:%u:%zu:%.700s (%.200s)", i + 1, column, rest, value);
}

/* The instances that a party means: itself by its name in the log, or all of its kind. */
static uint64_t instances_of(const struct scenario *scenario, const char *party)
{
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    unsigned count = system_instances(&scenario->system, rows);
    uint64_t found = 0;
    for (unsigned i = 0; i < count; i++) {
        char name[SYSTEM_NAME_MAX];
        system_instance_name(&scenario->system, i, name);
        size_t kind = strcspn(name, "[");
        if (strcmp(name, party) == 0 || (strlen(party) == kind && strncmp(name, party, kind) == 0))
            found |= UINT64_C(1) << i;
    }
    return found;
}

static bool instances(const struct sweep_plan *plan, const struct scenario *scenario, uint64_t *found,
                      char message[SWEEP_MESSAGE_MAX])
{
    *found = 0;
    for (unsigned i = 0; i < plan->parties; i++) {
        uint64_t of_party = instances_of(scenario, plan->party[i]);
        *found |= of_party;
        if (of_party)
            continue;
        snprintf(message, SWEEP_MESSAGE_MAX,
                 "--orders-of:1:1: %s: expected an instance as the log names it, or a kind of them: driver, pri_queue, "
                 "endpoint",
                 plan->party[i]);
        return false;
    }
    return true;
}

bool sweep_point_load(const struct sweep_plan *plan, const struct sweep_point *point, struct scenario *scenario,
                      char message[SWEEP_MESSAGE_MAX])
{
    struct settings s;
    compose(&s, plan, point);
    uint64_t of;
    if (scenario_from_tree(plan->tree, scenario, s.setting, s.count, message)) {
        if (!plan->orders || instances(plan, scenario, &of, message))
            return true;
        scenario_free(scenario);
        return false;
    }
    name_axis(plan, point, message);
    return false;
}

/* The step itself, and not the end of a hold that has its id; NULL if there is none. */
static struct timeline_step *find_step(struct scenario *scenario, const char *id)
{
    for (uint32_t i = 0; i < scenario->timeline.steps; i++)
        if (!scenario->timeline.step[i].release && strcmp(scenario->timeline.step[i].id, id) == 0)
            return &scenario->timeline.step[i];
    return NULL;
}

static bool is_placed_by(const struct sweep_plan *plan, const char *key)
{
    size_t length = strlen(key);
    for (unsigned i = 0; i < plan->settings; i++)
        if (strncmp(plan->setting[i], key, length) == 0 && plan->setting[i][length] == '=')
            return true;
    for (unsigned i = 0; i < plan->axes.count; i++)
        if (strcmp(plan->axes.axis[i].key, key) == 0)
            return true;
    return false;
}

/* What stands before the + of an `at` that is no number. */
static void name_anchor(const struct scenario *scenario, const struct trigger *trigger, char before[SYSTEM_ID_MAX + 2])
{
    const char *anchor = "ready";
    if (trigger->event == PRISIM_EVENT_TIMELINE_STEP)
        anchor = scenario->timeline.step[trigger->filter[0].value].id;
    snprintf(before, SYSTEM_ID_MAX + 2, "%s+", anchor);
}

bool sweep_point_check(const struct sweep_plan *plan, const struct sweep_point *point, char message[SWEEP_MESSAGE_MAX])
{
    struct scenario *scenario = malloc(sizeof *scenario);
    bool can = scenario && sweep_point_load(plan, point, scenario, message);
    if (can)
        scenario_free(scenario);
    free(scenario);
    return can;
}

/* Of a step that waits for an event: `after` can be set if it has a `when`, else its `at` names what it comes behind.
 */
static void find_key(struct sweep_plan *plan, const struct scenario *scenario, const struct trigger *trigger)
{
    struct sweep_step *step = &plan->step;
    char message[SWEEP_MESSAGE_MAX];
    struct sweep_point first = {.place = SWEEP_PLACED, .position = 1};
    snprintf(step->key, sizeof step->key, "timeline.%s.%s", step->id, trigger->on_event ? "after" : "at");
    step->before[0] = 0;
    step->waits = trigger->on_event;
    if (!trigger->on_event)
        return;
    char before[SYSTEM_ID_MAX + 2];
    name_anchor(scenario, trigger, before);
    if (sweep_point_check(plan, &first, message))
        return;
    snprintf(step->key, sizeof step->key, "timeline.%s.at", step->id);
    memcpy(step->before, before, sizeof before);
}

bool sweep_point_find_step(struct sweep_plan *plan, const char *id, char message[SWEEP_MESSAGE_MAX])
{
    struct scenario *scenario = malloc(sizeof *scenario);
    const struct sweep_point written = {.place = SWEEP_AS_WRITTEN};
    snprintf(message, SWEEP_MESSAGE_MAX, "no memory");
    bool loaded = scenario && sweep_point_load(plan, &written, scenario, message), good = loaded;
    const struct timeline_step *step = good ? find_step(scenario, id) : NULL;
    if (good && (!id[0] || !step)) {
        snprintf(message, SWEEP_MESSAGE_MAX, "--orders:1:1: %.60s: expected the id of a step of the timeline", id);
        good = false;
    }
    if (step && id[0]) {
        const struct trigger trigger = step->trigger;
        snprintf(plan->step.id, sizeof plan->step.id, "%s", step->id);
        find_key(plan, scenario, &trigger);
        good = !is_placed_by(plan, plan->step.key);
        if (!good)
            snprintf(message, SWEEP_MESSAGE_MAX, "--orders:1:1: %.60s: expected no --set or --vary of %.300s", id,
                     plan->step.key);
    }
    if (loaded)
        scenario_free(scenario);
    free(scenario);
    return good;
}

/* The cycles of a run without the step. */
struct course {
    const struct trigger *trigger; /* of the step */
    uint32_t seen;
    prisim_cycle_t first, last, at;
};

static void course_event(void *context, const struct prisim_event *event)
{
    struct course *c = context;
    c->first = prisim_cycle_min(c->first, event->cycle);
    c->last = event->cycle;
    if (c->trigger->on_event && c->trigger->event == event->type && timeline_matches(c->trigger, event) &&
        ++c->seen == c->trigger->nth)
        c->at = event->cycle;
}

/* Neither it nor, of a hold, its end. */
static bool leave_out(struct scenario *scenario, const char *id)
{
    for (uint32_t i = 0; i < scenario->timeline.steps; i++)
        if (strcmp(scenario->timeline.step[i].id, id) == 0)
            scenario->timeline.step[i].trigger = (struct trigger){.at = PRISIM_CYCLE_NEVER};
    return timeline_config_order(&scenario->timeline);
}

static bool run(struct scenario *scenario, const struct stream *stream, struct digest *order,
                struct sweep_result *result)
{
    if (!trial_run(scenario, stream, &result->trial))
        return false;
    if (order)
        digest_text(order, result->order);
    return true;
}

static void run_loaded(const struct sweep_plan *plan, const struct sweep_point *point, struct scenario *scenario,
                       struct sweep_result *result)
{
    struct stream stream = {0};
    struct course course = {.first = PRISIM_CYCLE_NEVER, .at = PRISIM_CYCLE_NEVER};
    struct trigger trigger;
    uint64_t of = 0;
    if (plan->orders)
        instances(plan, scenario, &of, result->message);
    if (point->place == SWEEP_LEFT_OUT) {
        trigger = find_step(scenario, plan->step.id)->trigger;
        course.trigger = &trigger;
        stream_add(&stream, course_event, &course);
        if (!leave_out(scenario, plan->step.id))
            return; /* there is no memory */
    }
    struct digest *order = plan->orders ? digest_open_order(scenario, of) : NULL;
    if (order)
        stream_add(&stream, digest_order_event, order);
    bool good = (order || !plan->orders) && run(scenario, &stream, order, result);
    digest_close(order);
    result->outcome = good ? SWEEP_RAN : SWEEP_NO_MEMORY;
    result->first = course.first;
    result->last = course.last;
    result->trigger = course.at;
}

void sweep_point_run(const struct sweep_plan *plan, const struct sweep_point *point, struct sweep_result *result)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    memset(result, 0, sizeof *result);
    result->outcome = SWEEP_NO_MEMORY;
    if (scenario) {
        result->outcome = SWEEP_REFUSED;
        if (sweep_point_load(plan, point, scenario, result->message)) {
            result->outcome = SWEEP_NO_MEMORY;
            run_loaded(plan, point, scenario, result);
            scenario_free(scenario);
        }
    }
    free(scenario);
}
