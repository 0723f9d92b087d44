/* SPDX-License-Identifier: Apache-2.0
 *
 * What an exploration pays for an edge: it is stepped under a journal, the canonical row of all blocks is hashed, and
 * later the edge is taken back. The walk goes so many edges forward and back again; then, not measured, the same edges
 * forward for good, and at the end of the scenario all the way back.
 *
 * prisim_undo_bench SCENARIO EDGES
 *
 * It prints what it did as one JSON object; how many instructions that took is counted from outside (bench/run).
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/processor_time.h"
#include "tb/trial/state_hash.h"

enum { DEPTH = 16 };

struct walk {
    struct prisim_scheduler *scheduler;
    struct prisim_canonical *to;
    unsigned long edges;
    uint64_t sum; /* of the hashes */
    double seconds;
};

static bool step(struct walk *walk)
{
    return prisim_scheduler_step_edge(walk->scheduler, PRISIM_CYCLE_NEVER - 1);
}

/* What is measured; a function of its own, so that a profiler can count inside it alone. Returns how many edges. */
__attribute__((noinline)) static unsigned measured(struct walk *walk)
{
    unsigned done = 0;
    for (; done < DEPTH && step(walk); done++)
        walk->sum += prisim_canonical_hash(walk->to, prisim_scheduler_tell(walk->scheduler, walk->to),
                                           prisim_scheduler_edge(walk->scheduler));
    for (unsigned i = 0; i < done; i++)
        prisim_scheduler_undo(walk->scheduler);
    return done;
}

static void walk_on(struct walk *walk, unsigned long edges)
{
    bool any = true;
    while (any && walk->edges < edges) {
        double start = processor_seconds();
        unsigned done = measured(walk);
        walk->seconds += processor_seconds() - start;
        walk->edges += done;
        for (unsigned i = 0; i < done; i++)
            step(walk);
        any = prisim_scheduler_undoable(walk->scheduler) > 0;
        while (done < DEPTH && prisim_scheduler_undo(walk->scheduler))
            ;
    }
}

int main(int argc, char **argv)
{
    static struct scenario scenario;
    char message[4 * SCENARIO_TEXT_MAX];
    if (argc < 3 || !scenario_load(&scenario, argv[1], NULL, 0, message)) {
        fprintf(stderr, "%s\n", argc < 3 ? "prisim_undo_bench SCENARIO EDGES" : message);
        return 2;
    }
    const struct stream nobody = {0};
    struct native *native = native_open(&scenario, &nobody);
    struct prisim_canonical *to = prisim_canonical_open();
    if (!native || !to)
        return 3;
    struct walk walk = {.scheduler = native_scheduler(native), .to = to};
    prisim_probe_init(prisim_scheduler_probe(walk.scheduler), false);
    if (!prisim_scheduler_journal_open(walk.scheduler))
        return 3;
    walk_on(&walk, strtoul(argv[2], NULL, 10));
    unsigned parts = prisim_scheduler_tell(walk.scheduler, to);
    printf("{\"edges\": %lu, \"edges_per_second\": %.0f, \"words\": %zu, \"sum\": \"%016llx\"}\n", walk.edges,
           (double)walk.edges / walk.seconds, prisim_canonical_row(to, parts, 0, NULL, 0),
           (unsigned long long)walk.sum);
    prisim_canonical_close(to);
    native_close(native);
    scenario_free(&scenario);
    return 0;
}
