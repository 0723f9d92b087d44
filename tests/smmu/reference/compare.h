/* SPDX-License-Identifier: Apache-2.0
 *
 * A run of the comparison: what is compared, what has been met so far, what is wrong.
 */
#ifndef PRISIM_TESTS_SMMU_COMPARE_H
#define PRISIM_TESTS_SMMU_COMPARE_H

#include "tests/smmu/reference/dut.h"
#include "tests/smmu/reference/tree.h"

enum { TREES = 20, REQUESTS = 40, CODES = 0x14, CONFIGS = 8, WHOLE_RUN = 100000, ENOUGH = 20, CORNERS_MOST = 8 };

struct run {
    uint64_t seed, session;
    struct prisim_smmu_config config;
    struct dut *dut;
    struct tree *tree;
    struct sparse *memory;
    unsigned crowd, which; /* requests at once, and the one that is looked at */
    struct reference_request request[DUT_CROWD];
    struct reference_outcome expected[DUT_CROWD];
    struct dut_seen seen;
    uint64_t addresses, open, updated;
    uint64_t forwarded[CONFIGS], granted[CONFIGS], recorded[CODES][2][3]; /* by Config; by code, S2, CLASS */
    uint64_t corner_met[CORNERS_MOST];
    const char *wrong;
};

void compare_draw_config(struct prisim_smmu_config *config, struct random_stream *random);
/* `size` entries or a few, or none at all. */
void compare_draw_caches(struct prisim_smmu_config *config, struct random_stream *random, uint32_t size);
/* setup->features are known. */
void compare_draw_setup(struct random_stream *random, struct reference_setup *setup);
/* What differs between the reference model and the SMMU over the requests that were sent at once, or NULL; run->which
 * is the request then. */
const char *compare_differs(struct run *run);
/* What once was wrong (compare_corners.c): counts what the request asked last is an instance of. */
void compare_count_corners(struct run *run);
/* Whether each came up often enough; prints them. */
bool compare_corners_met(const struct run *run);
void compare_count(struct run *run);
/* What a whole run must have met; false, and says what, if there was too little of it. */
bool compare_met_enough(const struct run *run);
/* Prints the request that differs, both outcomes, and every word that the reference model reads for it. */
void compare_say(struct run *run);

#endif
