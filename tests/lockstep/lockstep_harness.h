/* SPDX-License-Identifier: Apache-2.0
 *
 * One run: episodes of both queues under one stimulus, compared at every edge, judged by the plain model.
 */
#ifndef PRISIM_TESTS_LOCKSTEP_LOCKSTEP_HARNESS_H
#define PRISIM_TESTS_LOCKSTEP_LOCKSTEP_HARNESS_H

#include "tests/lockstep/coverage.h"
#include "tests/lockstep/mutation.h"

namespace lockstep
{

struct options {
    uint64_t cycles = 1000000;
    uint64_t seed = 1;
    int64_t episode = -1; /* only this one */
    enum mutation mutation = MUTATION_NONE;
    bool both = false; /* the fault stands in the C block too: only the scoreboards can find it */
    std::string wave;
    bool trace = false; /* print every edge at which something happens */
};

struct result {
    bool good = true;
    uint64_t cycles = 0, episodes = 0;
    uint64_t episode = 0, edge = 0; /* of the first difference */
    std::string report;             /* what differed, and what the plain model says */
    double seconds = 0;
};

/* Runs until options.cycles are done or something differs. `out` gets what trace asks for. */
struct result run(const struct options &options, struct coverage &coverage, FILE *out);

/* The same episode alone, from its reset: the edges before the difference, as text; waves if asked. */
std::string repeat(const struct options &options, const struct result &found);

} // namespace lockstep

#endif
