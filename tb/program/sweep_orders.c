/* SPDX-License-Identifier: Apache-2.0
 *
 * Halving (sweep_orders.h). Each round runs the middles of all ranges whose two ends differ, so that several processes
 * have work, and the same positions are run whatever their number.
 */
#include "tb/program/sweep_orders.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/random.h"

/* Positions that were run, and ranges between two of them that may hold another order. */
struct halving {
    const struct sweep_plan *plan;
    struct sweep_workers *workers;
    uint64_t point;
    size_t rows, row_room;
    struct sweep_row *row;
    size_t ranges, range_room;
    struct range {
        size_t low, high; /* rows */
    } * range;
    char *message;
};

bool sweep_orders_range(const char *argument, bool *given, uint64_t *from, uint64_t *to,
                        char message[SWEEP_MESSAGE_MAX])
{
    const char *equals = strchr(argument, '='), *at = equals ? equals + 1 : NULL;
    *given = equals != NULL;
    if (!equals)
        return true;
    if (sweep_number(at, &at, from) && strncmp(at, "..", 2) == 0 && sweep_number(at + 2, &at, to) && !*at &&
        *from <= *to && *to - *from < SWEEP_POINTS_MAX)
        return true;
    snprintf(message, SWEEP_MESSAGE_MAX,
             "--orders:1:%td: %.*s: expected STEP=FROM..TO, whole numbers, FROM not above TO", equals - argument + 2,
             60, argument);
    return false;
}

static bool no_memory(const struct halving *h)
{
    snprintf(h->message, SWEEP_MESSAGE_MAX, "no memory");
    return false;
}

static bool add_row(struct halving *h, const struct sweep_point *point, const struct sweep_result *result)
{
    if (h->rows == h->row_room) {
        size_t room = h->row_room ? 2 * h->row_room : 64;
        struct sweep_row *larger = realloc(h->row, room * sizeof *larger);
        if (!larger)
            return no_memory(h);
        h->row = larger;
        h->row_room = room;
    }
    sweep_row_of(point, result, &h->row[h->rows++]);
    return true;
}

static bool same_order(const struct halving *h, size_t a, size_t b)
{
    return strcmp(h->row[a].order, h->row[b].order) == 0;
}

/* If there is anything between two rows that may have another order. */
static bool add_range(struct halving *h, size_t low, size_t high)
{
    if (same_order(h, low, high) || h->row[high].point.position - h->row[low].point.position < 2)
        return true;
    if (h->ranges == h->range_room) {
        size_t room = h->range_room ? 2 * h->range_room : 64;
        struct range *larger = realloc(h->range, room * sizeof *larger);
        if (!larger)
            return no_memory(h);
        h->range = larger;
        h->range_room = room;
    }
    h->range[h->ranges++] = (struct range){low, high};
    return true;
}

/* The result of the oldest point that was given. */
static bool take(struct halving *h, struct sweep_point *point, struct sweep_result *result)
{
    if (!sweep_workers_take(h->workers, point, result)) {
        snprintf(h->message, SWEEP_MESSAGE_MAX, "%s: the process of a run ended by a signal", h->plan->file);
        return false;
    }
    if (result->outcome == SWEEP_RAN)
        return true;
    if (result->outcome == SWEEP_NO_MEMORY)
        return no_memory(h);
    memcpy(h->message, result->message, SWEEP_MESSAGE_MAX);
    return false;
}

/* Runs these positions; their rows follow the others in this order. */
static bool run(struct halving *h, const uint64_t *position, size_t count)
{
    struct sweep_result *result = malloc(sizeof *result);
    bool good = result != NULL || no_memory(h);
    for (size_t given = 0, taken = 0; good && taken < count; taken++) {
        for (; given < count && sweep_workers_have_room(h->workers); given++) {
            const struct sweep_point next = {.point = h->point, .place = SWEEP_PLACED, .position = position[given]};
            sweep_workers_give(h->workers, &next);
        }
        struct sweep_point point;
        good = take(h, &point, result) && add_row(h, &point, result);
    }
    free(result);
    return good;
}

/* The middles of all ranges; then their halves are the ranges. */
static bool halve_once(struct halving *h)
{
    size_t count = h->ranges, first = h->rows;
    struct range *range = h->range;
    uint64_t *middle = calloc(count, sizeof *middle);
    for (size_t i = 0; middle && i < count; i++) {
        uint64_t low = h->row[range[i].low].point.position, high = h->row[range[i].high].point.position;
        middle[i] = low + (high - low) / 2;
    }
    h->ranges = h->range_room = 0;
    h->range = NULL;
    bool good = middle ? run(h, middle, count) : no_memory(h);
    for (size_t i = 0; good && i < count; i++)
        good = add_range(h, range[i].low, first + i) && add_range(h, first + i, range[i].high);
    free(middle);
    free(range);
    return good;
}

static bool halve(struct halving *h)
{
    bool good = true;
    while (good && h->ranges > 0)
        good = halve_once(h);
    return good;
}

static int by_position(const void *left, const void *right)
{
    const struct sweep_row *a = left, *b = right;
    return (a->point.position > b->point.position) - (a->point.position < b->point.position);
}

static int by_order(const void *left, const void *right)
{
    const struct sweep_row *a = left, *b = right;
    int order = strcmp(a->order, b->order);
    return order ? order : by_position(left, right);
}

static bool same_judgement(const struct sweep_row *a, const struct sweep_row *b)
{
    return a->verdict.verdict == b->verdict.verdict && a->verdict.outcome == b->verdict.outcome &&
           memcmp(a->hazard, b->hazard, sizeof a->hazard) == 0;
}

/* What was taken for granted of the row between two others. */
static void look_at_checked(const struct halving *h, size_t low, size_t drawn, struct sweep_orders *orders)
{
    const struct sweep_row *a = &h->row[low], *b = &h->row[drawn];
    bool same = same_order(h, low, drawn);
    if (same && same_judgement(a, b))
        return;
    orders->missed++;
    fprintf(stderr, "prisim: sweep: --check: %s=%s%" PRIu64 ": it has not %s of %" PRIu64 ", as halving had it\n",
            h->plan->step.key, h->plan->step.before, b->point.position, same ? "the verdict and hazards" : "the order",
            a->point.position);
}

/* The row with the highest position up to this one; rows up to `count` are in order. */
static size_t row_at(const struct halving *h, size_t count, uint64_t position)
{
    size_t low = 0, high = count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (h->row[middle].point.position <= position)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Runs positions that were never run, drawn by the point's own stream of random numbers; where one differs from its
 * neighbours the halving goes on. */
static bool check(struct halving *h, struct sweep_orders *orders)
{
    struct random_stream random = random_open(1, h->point, 0);
    size_t known = h->rows, drawn = 0;
    uint64_t *position = calloc(h->plan->step.checks + 1, sizeof *position);
    if (!position)
        return no_memory(h);
    qsort(h->row, h->rows, sizeof *h->row, by_position);
    for (unsigned i = 0; i < h->plan->step.checks; i++) {
        position[drawn] = orders->from + random_next(&random) % (orders->to - orders->from + 1);
        drawn += h->row[row_at(h, known, position[drawn])].point.position != position[drawn];
    }
    bool good = run(h, position, drawn);
    free(position);
    for (size_t i = known; good && i < h->rows; i++) {
        size_t low = row_at(h, known, h->row[i].point.position);
        look_at_checked(h, low, i, orders);
        good = add_range(h, low, i) && add_range(h, i, low + 1);
    }
    return good && halve(h);
}

/* How many positions a row stands for: up to the next one, whose order may be the same. Rows are in order, and where
 * two neighbours differ nothing is between them. */
static void count_positions(struct halving *h, uint64_t to)
{
    for (size_t i = 0; i < h->rows; i++) {
        uint64_t next = i + 1 < h->rows ? h->row[i + 1].point.position : to + 1;
        h->row[i].positions = next - h->row[i].point.position;
    }
}

/* One row for each order. */
static size_t join(struct halving *h)
{
    size_t kept = 0;
    qsort(h->row, h->rows, sizeof *h->row, by_order);
    for (size_t i = 1; i < h->rows; i++) {
        if (same_order(h, kept, i))
            h->row[kept].positions += h->row[i].positions;
        else
            h->row[++kept] = h->row[i];
    }
    size_t count = h->rows ? kept + 1 : 0;
    qsort(h->row, count, sizeof *h->row, by_position);
    return count;
}

/* Of a run without the step: from its first event to the edge behind its last; or from the edge behind the event that
 * the step waits for. */
static bool find_range(struct halving *h, struct sweep_orders *orders)
{
    struct sweep_point point = {.point = h->point, .place = SWEEP_LEFT_OUT};
    struct sweep_result *result = malloc(sizeof *result);
    if (!result)
        return no_memory(h);
    sweep_workers_give(h->workers, &point);
    bool good = take(h, &point, result);
    orders->runs++;
    bool waits = h->plan->step.waits;
    if (good && (waits ? result->trigger : result->first) == PRISIM_CYCLE_NEVER) {
        snprintf(h->message, SWEEP_MESSAGE_MAX, "--orders:1:1: %s: expected %s without this step", h->plan->step.id,
                 waits ? "the event that it waits for to come" : "any event");
        good = false;
    }
    if (good) {
        orders->from = waits ? 1 : result->first;
        orders->to = waits ? result->last - result->trigger + 1 : result->last + 1;
    }
    free(result);
    return good;
}

bool sweep_orders_find(const struct sweep_plan *plan, struct sweep_workers *workers, uint64_t point,
                       struct sweep_orders *orders, char message[SWEEP_MESSAGE_MAX])
{
    struct halving h = {.plan = plan, .workers = workers, .point = point, .message = message};
    orders->runs = orders->missed = 0;
    bool good = orders->from <= orders->to || find_range(&h, orders);
    const uint64_t ends[] = {orders->from, orders->to};
    good = good && run(&h, ends, orders->from < orders->to ? 2 : 1);
    if (good && h.rows == 2)
        good = add_range(&h, 0, 1) && halve(&h);
    if (good && plan->step.checks && orders->to - orders->from > 1)
        good = check(&h, orders);
    orders->runs += h.rows;
    if (good) {
        qsort(h.row, h.rows, sizeof *h.row, by_position);
        count_positions(&h, orders->to);
        orders->count = join(&h);
        orders->row = h.row;
    } else {
        free(h.row);
    }
    free(h.range);
    return good;
}

void sweep_orders_free(struct sweep_orders *orders)
{
    free(orders->row);
    orders->row = NULL;
    orders->count = 0;
}
