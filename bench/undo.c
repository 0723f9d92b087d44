/* SPDX-License-Identifier: Apache-2.0
 *
 * What an exploration pays for an edge: it is stepped under a journal, the canonical row of all blocks is hashed, and
 * the edge is taken back; then it is stepped again and stays.
 *
 * prisim_undo_bench SCENARIO EDGES
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/processor_time.h"
#include "tb/trial/state_hash.h"

/* Each edge twice: taken back with its hash, and for good. Returns how many were taken back. */
static unsigned long walk(struct prisim_scheduler *c, struct prisim_canonical *to, unsigned long edges, uint64_t *sum)
{
    unsigned long done = 0;
    for (; done < edges && prisim_scheduler_step_edge(c, PRISIM_CYCLE_NEVER - 1); done++) {
        *sum += prisim_canonical_hash(to, prisim_scheduler_tell(c, to), prisim_scheduler_edge(c));
        prisim_scheduler_undo(c);
        if (!prisim_scheduler_step_edge(c, PRISIM_CYCLE_NEVER - 1))
            break;
    }
    return done;
}

int main(int argc, char **argv)
{
    static struct scenario scenario;
    char message[4 * SCENARIO_TEXT_MAX];
    if (argc < 3 || !scenario_load(&scenario, argv[1], NULL, 0, message)) {
        fprintf(stderr, "%s\n", argc < 3 ? "prisim_undo_bench SCENARIO EDGES" : message);
        return 2;
    }
    unsigned long edges = strtoul(argv[2], NULL, 10), done = 0;
    const struct stream nobody = {0};
    struct native *native = native_open(&scenario, &nobody);
    struct prisim_canonical *to = prisim_canonical_open();
    if (!native || !to)
        return 3;
    struct prisim_scheduler *c = native_scheduler(native);
    prisim_probe_init(prisim_scheduler_probe(c), false);
    if (!prisim_scheduler_journal_open(c))
        return 3;
    uint64_t sum = 0;
    double start = processor_seconds();
    done = walk(c, to, edges, &sum);
    double seconds = processor_seconds() - start;
    printf("%s: %lu edges, %.3f M a second, row of %zu words, sum %016llx\n", scenario.name, done,
           1e-6 * (double)done / seconds, prisim_canonical_row(to, prisim_scheduler_tell(c, to), 0, NULL, 0),
           (unsigned long long)sum);
    prisim_canonical_close(to);
    native_close(native);
    scenario_free(&scenario);
    return 0;
}
