/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: translations, the ATC, DMA.
 */
#ifndef PRISIM_TB_CHECKERS_TRANSLATION_H
#define PRISIM_TB_CHECKERS_TRANSLATION_H

#include "tb/checkers/checkers_binding.h"

/* What can be left of a binding at U6 (UNBIND-HAZARD, freed_before_invalidated). */
enum left {
    LEFT_ATC = 1 << 0,          /* an entry in the function's ATC */
    LEFT_REQUEST = 1 << 1,      /* a Translation Request that has no answer yet */
    LEFT_JOB = 1 << 2,          /* a job that goes on with a translation, kept in the ATC or not */
    LEFT_INVALIDATION = 1 << 3, /* an Invalidate Request that is open */
    LEFT_CD = 1 << 4,           /* a CD in the SMMU */
    LEFT_TLB = 1 << 5,          /* an entry of its ASID in a TLB of the SMMU */
    LEFT_FUNCTION = LEFT_ATC | LEFT_REQUEST | LEFT_JOB | LEFT_INVALIDATION,
    LEFT_SMMU = LEFT_CD | LEFT_TLB
};

/* An ATC entry as the function must have it: keyed by (endpoint, PASID, page). */
struct translation {
    struct pooled pool;
    unsigned endpoint;
    uint64_t pasid, page, output;
    uint64_t translated;  /* checkers.clock */
    prisim_cycle_t stale; /* the SYNC that made it stale, or PRISIM_CYCLE_NEVER */
    prisim_cycle_t asked; /* when it was asked for */
    prisim_cycle_t leaf;  /* when its leaf was read; 0: before any frame was taken back */
    uint32_t binding;     /* under which it was granted */
    bool held;            /* it is in the function's ATC */
};

/* Addresses of a PASID in a function. PCIE-ATC: without PASID, all; a range may end where the address space ends. */
struct atc_range {
    unsigned endpoint;
    uint64_t pasid;
    uint64_t address, size;
};

struct translations {
    struct pool pool;
    struct map of;     /* hash of (endpoint, PASID, page) -> translation */
    struct map dma_of; /* memory TLP on its way -> (binding + 1) << 1, judged */
};

unsigned translation_left(struct checkers *c, uint32_t binding); /* enum left, of the function */
/* The CMD_SYNC of that cycle covers what was translated before the request left, at `at` of checkers.clock. */
void translation_cover(struct checkers *c, const struct atc_range *range, uint64_t at, prisim_cycle_t cycle);
bool atc_range_has(const struct atc_range *range, unsigned endpoint, uint64_t pasid, uint64_t page);

#endif
