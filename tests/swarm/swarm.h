/* SPDX-License-Identifier: Apache-2.0
 *
 * A seed of the swarm: drawn, run and judged, by the judge and by the checkers.
 */
#ifndef PRISIM_TESTS_SWARM_SWARM_H
#define PRISIM_TESTS_SWARM_SWARM_H

#include "tb/engine/engine.h"
#include "tests/swarm/judge.h"

enum { SWARM_REASON = 512 };

/* A fault of the log, for a judge that must see it: the nth event of a type is not told, or told twice. */
struct misheard {
    uint32_t type, nth;
    bool twice;
};

struct swarm;
struct swarm *swarm_open(void);
void swarm_close(struct swarm *swarm);
/* What is wrong with the run of a seed, or NULL. `misheard`: NULL, and the judge hears all. */
const char *swarm_run(struct swarm *swarm, uint64_t seed, enum draw_fault fault, const struct misheard *misheard);
/* Of the last run. */
const struct drawn *swarm_drawn(const struct swarm *swarm);
const struct happened *swarm_happened(const struct swarm *swarm);
/* Its scenario as a file that `prisim run` takes; false: it could not be written. */
bool swarm_save(const struct swarm *swarm, const char *file);

#endif
