/* SPDX-License-Identifier: Apache-2.0
 *
 * How many states a scenario goes through, over all places of one of its steps:
 *
 *   prisim_states_bench SCENARIO KEY [KEY=VALUE...] < PLACES
 *
 * runs it with KEY (of a step: timeline.race.after) at each place of standard input, hashes the state after each edge
 * (docs/architecture.md, "State"), model and ghost, and the model alone, and prints how many different ones there were.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tb/trial/state_hash.h"

enum { SETTINGS_MAX = 16 };

/* Hashes that were seen; 0 is nobody's. */
struct seen {
    uint64_t *slot;
    size_t room, count;
};

static void insert(struct seen *seen, uint64_t hash)
{
    size_t i = hash % seen->room;
    while (seen->slot[i] && seen->slot[i] != hash)
        i = (i + 1) % seen->room;
    seen->count += !seen->slot[i];
    seen->slot[i] = hash;
}

static void add(struct seen *seen, uint64_t hash)
{
    if (2 * seen->count >= seen->room) {
        struct seen larger = {.room = seen->room ? 2 * seen->room : 1 << 16};
        larger.slot = calloc(larger.room, sizeof *larger.slot);
        if (!larger.slot)
            exit(3);
        for (size_t i = 0; i < seen->room; i++)
            if (seen->slot[i])
                insert(&larger, seen->slot[i]);
        free(seen->slot);
        *seen = larger;
    }
    insert(seen, hash ? hash : 1);
}

/* Returns how many edges there were. */
static uint64_t walk(const struct scenario *scenario, struct prisim_canonical *to, struct seen *whole,
                     struct seen *model)
{
    struct checkers *checkers = checkers_open(scenario);
    struct stream stream = {0};
    const struct event_types types = checkers_types();
    stream_add_for(&stream, &types, checkers_event, checkers);
    struct native *native = checkers ? native_open(scenario, &stream) : NULL;
    if (!native)
        exit(3);
    uint64_t edges = 0;
    for (; prisim_scheduler_step_edge(native_scheduler(native), scenario->limits.cycles); edges++) {
        add(whole, state_hash(native, scenario, checkers, to));
        add(model, state_hash(native, scenario, NULL, to));
    }
    native_close(native);
    checkers_close(checkers);
    return edges;
}

int main(int argc, char **argv)
{
    char message[4 * SCENARIO_TEXT_MAX] = "prisim_states_bench SCENARIO KEY [KEY=VALUE...] < PLACES", place[96];
    const char *setting[SETTINGS_MAX + 1] = {place};
    unsigned count = 1;
    for (int i = 3; i < argc && count <= SETTINGS_MAX; i++)
        setting[count++] = argv[i];
    struct scenario_tree *tree = argc < 3 ? NULL : scenario_tree_open(argv[1], message);
    struct prisim_canonical *to = prisim_canonical_open();
    static struct scenario scenario;
    struct seen whole = {0}, model = {0};
    uint64_t edges = 0, runs = 0, at;
    bool good = tree && to;
    for (; good && scanf("%" SCNu64, &at) == 1; runs++) {
        snprintf(place, sizeof place, "%.60s=%" PRIu64, argv[2], at);
        good = scenario_from_tree(tree, &scenario, setting, count, message);
        if (!good)
            break;
        edges += walk(&scenario, to, &whole, &model);
        scenario_free(&scenario);
    }
    if (good)
        printf("{\"runs\": %" PRIu64 ", \"edges\": %" PRIu64 ", \"states\": %zu, \"of_the_model\": %zu}\n", runs, edges,
               whole.count, model.count);
    else
        fprintf(stderr, "%s\n", message);
    free(whole.slot);
    free(model.slot);
    prisim_canonical_close(to);
    scenario_tree_close(tree);
    return good ? 0 : 2;
}
