/* SPDX-License-Identifier: Apache-2.0
 *
 * Random traffic on an SMMU with its PRI queue, in which everything that the SMMU can hold is held at some moment:
 * streams of one and of both stages, stalls, updates of descriptors, structures in words, every command, aborts. By a
 * seed; the same seed gives the same.
 */
#ifndef PRISIM_TESTS_SMMU_CANONICAL_TRAFFIC_H
#define PRISIM_TESTS_SMMU_CANONICAL_TRAFFIC_H

#include "model/core/random.h"
#include "tests/smmu/pair_harness.h"

enum { TRAFFIC_EDGES = 3000 };

/* Up and running; the first edge is `start`. */
struct pair *traffic_open(uint64_t seed, prisim_cycle_t start);
/* One edge of it, and what is offered before. */
void traffic_edge(struct pair *p, uint64_t seed, struct random_stream *random);

#endif
