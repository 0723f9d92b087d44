/* SPDX-License-Identifier: Apache-2.0
 *
 * Indexes of a circular queue in memory (SMMU-QUEUE): PROD and CONS hold the number of a slot, a wrap bit above it, and
 * in bit 31 of output queues OVFLG and OVACKFLG. Bits between are not looked at. `size_log2` is that of a register's
 * LOG2SIZE field after its cap, 0..19.
 */
#ifndef PRISIM_QUEUE_INDEX_H
#define PRISIM_QUEUE_INDEX_H

#include <stdbool.h>
#include <stdint.h>

/* OVFLG of PROD, OVACKFLG of CONS */
#define QUEUE_INDEX_OVERFLOW (UINT32_C(1) << 31)

/* The bits of an index: slot and wrap bit. */
static inline uint32_t queue_index_mask(uint32_t size_log2)
{
    return (UINT32_C(2) << size_log2) - 1;
}

/* An index, or a count of records ever put or taken, as the register shows it. */
static inline uint32_t queue_index_of(uint64_t count, uint32_t size_log2)
{
    return (uint32_t)count & queue_index_mask(size_log2);
}

static inline uint32_t queue_index_slot(uint64_t index, uint32_t size_log2)
{
    return (uint32_t)index & ((UINT32_C(1) << size_log2) - 1);
}

/* 0 or 1: the wrap bit */
static inline uint32_t queue_index_lap(uint64_t index, uint32_t size_log2)
{
    return (uint32_t)(index >> size_log2) & 1;
}

/* From CONS to PROD. More than the size of the queue only after software has moved one of them wrongly. */
static inline uint32_t queue_index_distance(uint32_t prod, uint32_t cons, uint32_t size_log2)
{
    return (prod - cons) & queue_index_mask(size_log2);
}

static inline bool queue_index_is_empty(uint32_t prod, uint32_t cons, uint32_t size_log2)
{
    return queue_index_distance(prod, cons, size_log2) == 0;
}

/* The same slot with the other wrap bit; and further apart counts as full, too. */
static inline bool queue_index_is_full(uint32_t prod, uint32_t cons, uint32_t size_log2)
{
    return queue_index_distance(prod, cons, size_log2) >= UINT32_C(1) << size_log2;
}

/* Further apart than the queue is long (SMMU-QUEUE, impossible combinations). */
static inline bool queue_index_is_impossible(uint32_t prod, uint32_t cons, uint32_t size_log2)
{
    return queue_index_distance(prod, cons, size_log2) > UINT32_C(1) << size_log2;
}

/* SMMU-QUEUE-21: an overflow is there that software has not acknowledged. */
static inline bool queue_index_is_in_overflow(uint32_t prod, uint32_t cons)
{
    return (prod ^ cons) & QUEUE_INDEX_OVERFLOW;
}

#endif
