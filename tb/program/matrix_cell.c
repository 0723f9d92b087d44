/* SPDX-License-Identifier: Apache-2.0
 *
 * Schedules of a cell, and the runs of a list under them (matrix_cell.h).
 */
#include "tb/program/matrix_cell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "driver/unbind/policy.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

static const char race[] = "race";

static const struct {
    const char *name;
    uint32_t stop;
    bool twins;
    const char *settings;
} devices[] = {
#define DEVICE(name, stop, twins, settings) {name, PRISIM_ENDPOINT_STOP_##stop, twins, settings},
#include "tb/program/matrix_device.def"
};
_Static_assert(sizeof devices / sizeof *devices == MATRIX_DEVICES, "matrix_cell.h says how many");

const char *matrix_device_name(uint32_t device)
{
    return devices[device].name;
}

uint32_t matrix_device_stop(uint32_t device)
{
    return devices[device].stop;
}

bool matrix_device_has_twins(uint32_t device)
{
    return devices[device].twins;
}

/* The policy's and the device's. */
static void settings_of_cell(struct matrix_cell *cell)
{
    snprintf(cell->text, sizeof cell->text, "system.driver.unbind=%s\n%s", driver_policy_name(cell->policy),
             devices[cell->device].settings);
    cell->settings = matrix_schedule_settings(cell->text, cell->setting);
}

/* One run of a list under a schedule. False if there is no memory. */
static bool run(const struct matrix_cell *cell, const struct matrix_schedule *schedule, const struct matrix_list *list,
                struct trials *trials, const struct stream *stream, struct trial_result *result)
{
    struct scenario scenario = cell->scenario[schedule->link];
    scenario.timeline = schedule->timeline;
    matrix_list_apply(list, &scenario.system.driver);
    return trial_run(trials, &scenario, stream, result);
}

static bool no_memory(char message[SWEEP_MESSAGE_MAX])
{
    snprintf(message, SWEEP_MESSAGE_MAX, "prisim: no memory");
    return false;
}

/* The boundaries of the policy's list, out of a run without delays. */
static bool find_boundaries(struct matrix_cell *cell, struct trials *trials, char message[SWEEP_MESSAGE_MAX])
{
    struct matrix_course course = {.boundaries = &cell->boundaries, .found = &cell->boundaries};
    struct stream stream = {0};
    struct trial_result result;
    stream_add(&stream, matrix_course_event, &course);
    if (!run(cell, &cell->schedules.of[0], &cell->list[0], trials, &stream, &result))
        return no_memory(message);
    if (cell->boundaries.count > 0)
        return true;
    snprintf(message, SWEEP_MESSAGE_MAX, "prisim: matrix: %.200s: expected a page request that step %s unbinds",
             cell->scenario[MATRIX_NEAR].file, race);
    return false;
}

/* Where the unbind begins: once for each order of events. */
static bool add_placed(struct matrix_cell *cell, const struct matrix_loader *loader, const char *file, unsigned link)
{
    struct sweep_plan plan = {.file = file, .tree = loader->tree, .orders = true};
    static const char *const parties[] = {"driver", "pri_queue", "endpoint"};
    struct sweep_orders orders = {.from = 1, .to = 0};
    for (; plan.settings < loader->settings; plan.settings++)
        plan.setting[plan.settings] = loader->setting[plan.settings];
    if (link == MATRIX_FAR)
        plan.setting[plan.settings++] = MATRIX_FAR_SETTING;
    for (; plan.parties < sizeof parties / sizeof *parties; plan.parties++)
        snprintf(plan.party[plan.parties], sizeof plan.party[0], "%s", parties[plan.parties]);
    if (!sweep_point_find_step(&plan, race, loader->message))
        return false;
    struct sweep_workers *workers = sweep_workers_open(&plan, 1);
    bool good = workers ? sweep_orders_find(&plan, workers, 0, &orders, loader->message) : no_memory(loader->message);
    sweep_workers_close(workers);
    for (size_t i = 0; good && i < orders.count; i++) {
        char text[MATRIX_SCHEDULE_TEXT];
        snprintf(text, sizeof text, "%s%s=%" PRIu64 "\n", link == MATRIX_FAR ? MATRIX_FAR_SETTING "\n" : "",
                 plan.step.key, orders.row[i].point.position);
        good = matrix_schedules_add(&cell->schedules, loader, text);
    }
    cell->placed += orders.count;
    cell->placing += orders.runs;
    sweep_orders_free(&orders);
    return good;
}

/* The system, as each link has it. */
static bool load(struct matrix_cell *cell, const struct matrix_loader *loader)
{
    const char *setting[MATRIX_SCHEDULE_SETTINGS + 1];
    memcpy(setting, cell->setting, cell->settings * sizeof *setting);
    setting[cell->settings] = MATRIX_FAR_SETTING;
    for (unsigned i = 0; i < MATRIX_LINKS; i++) {
        unsigned count = cell->settings + (i == MATRIX_FAR);
        if (!scenario_from_tree(loader->tree, &cell->scenario[i], setting, count, loader->message))
            return false;
        scenario_free(&cell->scenario[i]);
    }
    return true;
}

bool matrix_cell_open(struct matrix_cell *cell, const char *file, struct scenario_tree *tree, uint32_t policy,
                      uint32_t device, struct trials *trials, char message[SWEEP_MESSAGE_MAX])
{
    *cell = (struct matrix_cell){.policy = policy, .device = device};
    settings_of_cell(cell);
    const struct matrix_loader loader = {tree, cell->settings, cell->setting, message};
    if (!load(cell, &loader))
        return false;
    cell->lists = matrix_lists(&cell->scenario[MATRIX_NEAR].system.driver, cell->list);
    if (!devices[device].twins)
        cell->lists = 1; /* the policy's own */
    return matrix_schedules_add(&cell->schedules, &loader, "") && find_boundaries(cell, trials, message) &&
           add_placed(cell, &loader, file, MATRIX_NEAR) && add_placed(cell, &loader, file, MATRIX_FAR) &&
           matrix_schedules_add_delays(&cell->schedules, &loader, &cell->boundaries,
                                       devices[device].stop == PRISIM_ENDPOINT_STOP_MARKER);
}

void matrix_cell_close(struct matrix_cell *cell)
{
    matrix_schedules_free(&cell->schedules);
}

bool matrix_hazard_counts(enum hazard hazard)
{
    enum hazard_kind kind = hazard_kind(hazard);
    return (kind == HAZARD_OF_RUN || kind == HAZARD_OF_HANG) && hazard != HAZARD_QUEUE_OVERFLOW &&
           hazard != HAZARD_EVENT_QUEUE_OVERFLOW && hazard != HAZARD_LOST_STOP_MARKER &&
           hazard != HAZARD_LOST_STOP_MARKER_AWAITED;
}

static matrix_hazards hazards_of(const struct trial_result *result)
{
    _Static_assert(HAZARDS <= 128, "a bit each");
    matrix_hazards found = 0;
    for (unsigned i = 0; i < HAZARDS; i++)
        if (result->hazard[i] && matrix_hazard_counts((enum hazard)i))
            found |= (matrix_hazards)1 << i;
    return found;
}

/* Hazards that say what is left behind, and not yet what came of it. */
static matrix_hazards only_left_behind(void)
{
    matrix_hazards found = 0;
    for (unsigned i = 0; i < HAZARDS; i++)
        if (hazard_parent((enum hazard)i) == HAZARD_PROMISE_BROKEN ||
            hazard_parent((enum hazard)i) == HAZARD_FREED_BEFORE_INVALIDATED)
            found |= (matrix_hazards)1 << i;
    return found;
}

static void note(const struct matrix_course *course, struct matrix_result *result)
{
    for (uint32_t i = 0; i < course->boundaries->count; i++)
        result->grid[i] |= course->grid[i];
}

static void fail(struct matrix_result *result, matrix_hazards hazards, uint32_t schedule)
{
    result->word = hazards >> HAZARD_UNBIND_HANG & 1 ? MATRIX_HANGS : MATRIX_FAILS;
    result->hazards = hazards;
    result->schedule = schedule;
}

/* What a run says of the list: of the policy's own all that its runs found; of another the first hazard that those of
 * its own list do not have, and rather one that did damage than one that only says what was left behind. True if no
 * other run can say more. */
static bool weigh(struct matrix_result *result, bool is_own, matrix_hazards own, matrix_hazards hazards,
                  uint32_t schedule)
{
    matrix_hazards more = hazards & ~own;
    if (result->word == MATRIX_UNDECIDED)
        result->word = MATRIX_CLEAN;
    if (is_own) {
        if (hazards)
            fail(result, result->hazards | hazards, result->word == MATRIX_CLEAN ? schedule : result->schedule);
        return false;
    }
    if (more && (result->word < MATRIX_FAILS || more & ~only_left_behind()))
        fail(result, hazards, schedule);
    else if (hazards && result->word == MATRIX_CLEAN)
        result->word = MATRIX_AS_ITS_POLICY;
    return more & ~only_left_behind();
}

/* Whether the run says anything of the list: what it came to by a delay that did not end is the delay's doing, and a
 * run in which something was not given, or a delay kept nobody, shows that there is no hazard as little as one in which
 * nothing happens. */
static bool is_judged(const struct matrix_course *course, const struct trial_result *trial, matrix_hazards hazards)
{
    return matrix_course_is_whole(course) && (hazards || trial->verdict.verdict != VERDICT_INCOMPLETE);
}

void matrix_cell_judge(const struct matrix_cell *cell, unsigned list, matrix_hazards own, struct trials *trials,
                       struct matrix_result *result)
{
    *result = (struct matrix_result){.word = MATRIX_UNDECIDED, .done = 1};
    if (!matrix_list_can_run(&cell->scenario[MATRIX_NEAR].system.driver, &cell->list[list])) {
        result->word = MATRIX_REFUSED;
        return;
    }
    for (uint32_t i = 0; i < cell->schedules.count; i++) {
        struct matrix_course course = {.boundaries = &cell->boundaries};
        struct stream stream = {0};
        struct trial_result trial;
        stream_add(&stream, matrix_course_event, &course);
        if (!run(cell, &cell->schedules.of[i], &cell->list[list], trials, &stream, &trial)) {
            result->no_memory = 1;
            return;
        }
        matrix_hazards hazards = hazards_of(&trial);
        result->runs++;
        if (!is_judged(&course, &trial, hazards)) {
            result->unjudged++;
            continue;
        }
        note(&course, result);
        if (weigh(result, list == 0, own, hazards, i))
            return;
    }
}

void matrix_cell_command(FILE *to, const struct matrix_cell *cell, const char *file, unsigned list, uint32_t schedule)
{
    char text[MATRIX_SCHEDULE_TEXT], of_list[MATRIX_SETTINGS_OF_LIST][MATRIX_WORDS_MAX];
    const char *setting[MATRIX_SCHEDULE_SETTINGS];
    snprintf(text, sizeof text, "%s", cell->schedules.of[schedule].text);
    fprintf(to, "prisim run %s", file);
    if (cell->policy_file)
        fprintf(to, " --policy %s", cell->policy_file);
    for (unsigned i = 0; i < cell->settings; i++)
        fprintf(to, " --set %s", cell->setting[i]);
    unsigned count = matrix_list_settings(&cell->list[list], of_list);
    for (unsigned i = 0; i < count; i++)
        fprintf(to, " --set %s", of_list[i]);
    count = matrix_schedule_settings(text, setting);
    for (unsigned i = 0; i < count; i++)
        fprintf(to, " --set %s", setting[i]);
}

/* The boundary of an event, or the number of them. */
static uint32_t boundary_of(const struct matrix_cell *cell, enum prisim_event_type event)
{
    uint32_t i = 0;
    while (i < cell->boundaries.count && cell->boundaries.of[i].event != (uint16_t)event)
        i++;
    return i;
}

/* A marker that leaves long after the report, and a list that waits for it. */
static bool marker_is_late(const struct matrix_cell *cell)
{
    const struct prisim_endpoint_config *endpoint = &cell->scenario[MATRIX_NEAR].system.endpoint[0];
    return endpoint->stop_report == PRISIM_ENDPOINT_REPORT_BEFORE && endpoint->marker_delay > 0 &&
           driver_policy_has(&cell->scenario[MATRIX_NEAR].system.driver, cell->policy, DRIVER_STEP_AWAIT_MARKER);
}

const char *matrix_cell_excludes(const struct matrix_cell *cell, uint32_t boundary, enum matrix_place place)
{
    const struct driver_promise promise =
        driver_policy_promise(&cell->scenario[MATRIX_NEAR].system.driver, cell->policy, PRISIM_CAUSE_NONE);
    static const enum driver_point begins[MATRIX_PLACES] = {
        [MATRIX_PLACE_DEVICE] = DRIVER_POINT_E0,  [MATRIX_PLACE_FABRIC] = DRIVER_POINT_E1,
        [MATRIX_PLACE_SMMU] = DRIVER_POINT_H0,    [MATRIX_PLACE_QUEUE] = DRIVER_POINT_H2,
        [MATRIX_PLACE_IN_HAND] = DRIVER_POINT_S0, [MATRIX_PLACE_PARKED] = DRIVER_POINT_S1,
        [MATRIX_PLACE_WORK] = DRIVER_POINT_S1,    [MATRIX_PLACE_SERVING] = DRIVER_POINT_S2,
        [MATRIX_PLACE_SERVED] = DRIVER_POINT_S3};
    bool counts = place >= MATRIX_PLACE_DEVICE && place <= MATRIX_PLACE_SERVED;
    if (place == MATRIX_PLACE_NOT_MADE)
        return "there is no request yet";
    if (place == MATRIX_PLACE_DEVICE)
        return "E0 and E1 are one edge: the link has room";
    if (devices[cell->device].stop == PRISIM_ENDPOINT_STOP_WAIT &&
        boundary >= boundary_of(cell, PRISIM_EVENT_ENDPOINT_STOPPED) && place != MATRIX_PLACE_GONE)
        return "the function waited for its answer";
    if (place == MATRIX_PLACE_SMMU && boundary >= boundary_of(cell, PRISIM_EVENT_DRIVER_STOP_SEEN))
        return "its record is written sooner; accepted but not visible is another table's row";
    if (place == MATRIX_PLACE_FABRIC && boundary >= boundary_of(cell, PRISIM_EVENT_DRIVER_STOP_SEEN))
        return "the completion that told of the stop came behind it";
    if (place == MATRIX_PLACE_RESPONSE && marker_is_late(cell) &&
        boundary >= boundary_of(cell, PRISIM_EVENT_DRIVER_DRAINED))
        return "the marker that the list waited for comes later than an answer takes";
    if (counts && begins[place] >= promise.from && begins[place] < promise.to &&
        boundary >= boundary_of(cell, PRISIM_EVENT_DRIVER_DRAINED))
        return "the list waited for it";
    return NULL;
}
