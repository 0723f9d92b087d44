/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU's harness with the model's PRI queue beside it: two rigs, and channels between them that take an edge. Rules
 * that need both are tested on it; clocks are not, since each way is an edge longer than in a system.
 */
#ifndef PRISIM_TESTS_SMMU_PAIR_HARNESS_H
#define PRISIM_TESTS_SMMU_PAIR_HARNESS_H

#include "tests/smmu/smmu_harness.h"

#define PAIR_PRIQ (HARNESS_RAM + 0x18000)
enum { PAIR_PRIQ_LOG2 = 2, PAIR_WIRES = 12, PAIR_FOLLOWING_WIRES = 2 };

struct pair {
    struct smmu_harness *h;
    struct prisim_pri_queue_config config;
    struct prisim_pri_queue *state;
    struct harness *queue;
};

/* A pair with the default configuration; the test may change that of the SMMU before pair_start. */
struct pair *pair_open(void);
void pair_start(struct pair *p);
/* A queue of four at PAIR_PRIQ, its interrupt wired, LO as given; then smmu_harness_bring_up. */
void pair_bring_up(struct pair *p, bool last_only);
void pair_close(struct pair *p);
void pair_settle(struct pair *p); /* long enough for anything here to end */

/* A page request of HARNESS_SID with PRISIM_TLP_LAST, PRISIM_TLP_READ, PRISIM_TLP_WRITE in flags; no PASID if it is
 * negative. Settles. */
void pair_page(struct pair *p, int pasid, unsigned prgi, unsigned flags);
/* PRG responses that went down so far, and the last of them. */
unsigned pair_responses(const struct pair *p);
const struct prisim_tlp_header *pair_response(const struct pair *p);
/* How often the PRI queue's wire was pulsed. */
unsigned pair_interrupts(const struct pair *p);

#endif
