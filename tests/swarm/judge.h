/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge of a swarm run: plain counting over its events, beside the checkers and without their code. Of what rule
 * books ask: each group has one answer (PCIE-GROUP); what the queue accepted comes out of it, and it is empty at the
 * end with its overflow acknowledged (SMMU-PRIOVF); each entry has an end in software; a fault is resolved in the
 * binding that its job had, or in none (UNBIND-HAZARD-1); each call returns; each job ends, and those that nothing
 * disturbs with their last byte.
 */
#ifndef PRISIM_TESTS_SWARM_JUDGE_H
#define PRISIM_TESTS_SWARM_JUDGE_H

#include "model/core/events.h"
#include "tests/swarm/draw.h"

enum { JUDGE_REASON = 256 };

/* What happened, so that a run that shows nothing is known for one. */
struct happened {
    uint64_t requests, groups, overflows, automatic, markers_lost, delays, holds, unbinds, exposed, rebinds, timed_out;
    uint64_t rolled_back, repeated, taken_back, quiet_groups;
};

struct judge;
struct judge *judge_open(const struct drawn *run);
void judge_close(struct judge *judge);
/* A listener (tb/engine/stream.h), for all types. */
void judge_event(void *judge, const struct prisim_event *event);
/* The edge at which the phase without faults began; PRISIM_CYCLE_NEVER: not yet. */
prisim_cycle_t judge_quiet(const struct judge *judge);
/* At the end: what is wrong first, or NULL. */
const char *judge_verdict(struct judge *judge);
const struct happened *judge_happened(const struct judge *judge);

#endif
