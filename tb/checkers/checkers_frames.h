/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: whose a frame is.
 */
#ifndef PRISIM_TB_CHECKERS_FRAMES_H
#define PRISIM_TB_CHECKERS_FRAMES_H

#include "tb/checkers/checkers.h"
#include "tb/checkers/checkers_tables.h"

/* Beside the life of the driver, in the upper half. */
#define FRAME_OF_FILE (UINT64_C(1) << 31)

struct frames {
    struct map owner_of; /* page frame -> space number + 1, or FRAME_OF_FILE and the file, as the driver tells */
    struct map file_of;  /* (space number + 1, file) -> the space maps it now */
    /* Of frames that were taken back at least once, cycles + 1 (checkers_recycled.c). */
    struct map taken_of; /* page frame -> when its last life ended */
    struct map given_of; /* page frame -> when its life of now began; none: nobody has it */
    struct map walk_of;  /* transaction that walks -> when its walk began */
    struct map read_of;  /* and when its last read left */
    struct map leaf_of;  /* transaction that found a leaf in a TLB -> when the walk began that had found it */
    struct map since_of; /* (begin of a walk, frame that was taken back once) -> when it read what names the frame */
    struct map dma_of;   /* memory TLP on its way that was translated by a leaf -> when that was read */
    bool recycles;       /* a frame was taken back: before that there is nothing to know */
};

/* The frame belongs to another space than the binding's, or to a file that this one does not map. Then `what`, which
 * need not be put into words before, is the hazard that something done on its behalf got there. */
bool frame_is_anothers(struct checkers *c, uint64_t frame, uint32_t binding);
void frame_hit(struct checkers *c, uint64_t frame, uint32_t binding, prisim_cycle_t cycle, const char *what);

/* checkers_recycled.c: a life of the frame begins, and ends. */
void recycled_given(struct checkers *c, uint64_t frame, prisim_cycle_t cycle);
void recycled_taken(struct checkers *c, uint64_t frame, prisim_cycle_t cycle);
/* An access reaches a frame by a leaf that was read at that cycle; 0: before any frame was taken back. */
void recycled_access(struct checkers *c, uint64_t frame, prisim_cycle_t leaf, bool write, uint32_t binding,
                     prisim_cycle_t cycle);
/* smmu.translate: when the leaf was read that led to the frame. */
prisim_cycle_t recycled_leaf(struct checkers *c, uint64_t tlp, uint64_t frame, prisim_cycle_t cycle);
/* smmu.cache_hit */
void recycled_cached(struct checkers *c, const struct prisim_event_smmu_cache_hit *hit);
/* Whether that life is over by which the leaf was read: for the canonical form. */
enum recycled { RECYCLED_NOT, RECYCLED_FREE, RECYCLED_GIVEN };
enum recycled recycled_is(const struct checkers *c, uint64_t frame, prisim_cycle_t leaf);

#endif
