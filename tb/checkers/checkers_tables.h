/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the checkers: a map of numbers, a queue of numbers, and pools of records whose references stay safe after
 * the record is given back. All grow with what is alive at once, not with the length of a run.
 */
#ifndef PRISIM_TB_CHECKERS_TABLES_H
#define PRISIM_TB_CHECKERS_TABLES_H

#include <stdbool.h>

#include "tb/checkers/checkers_arena.h"

/* Makes room for one more element in an array of `count`, which has room for *room. */
void *tables_grow(struct arena *arena, void *array, uint32_t count, uint32_t *room, size_t size);

/* Number to number. A key of UINT64_MAX does not exist. */
struct map {
    struct map_entry {
        uint64_t key; /* + 1; 0: free */
        uint64_t value;
    } * entry;
    uint32_t capacity; /* a power of two, or 0 */
    uint32_t used;
};

/* Puts or replaces. */
void map_put(struct arena *arena, struct map *map, uint64_t key, uint64_t value);
/* The value, or 0 if the key is not there. */
uint64_t map_get(const struct map *map, uint64_t key);
/* The same, and the key is gone afterwards. */
uint64_t map_take(struct map *map, uint64_t key);

/* First in, first out. */
struct fifo {
    uint64_t *value;
    uint32_t capacity; /* a power of two, or 0 */
    uint32_t head, count;
};

void fifo_push(struct arena *arena, struct fifo *fifo, uint64_t value);
/* The i-th from the oldest (i < fifo->count). */
static inline uint64_t fifo_at(const struct fifo *fifo, uint32_t i)
{
    return fifo->value[(fifo->head + i) & (fifo->capacity - 1)];
}
/* The oldest, or 0 if there is none. */
uint64_t fifo_pop(struct fifo *fifo);

/* How every record of a pool begins. */
struct pooled {
    uint64_t self; /* its reference; never 0 */
    uint32_t turn; /* alive: how many were taken before it; given back: how many before its place is used again */
    bool live;
};

/* Records never move. One that is given back can still be read by its reference until its place is used again, and that
 * is the place that was given back first; at least POOL_SLACK others come before it. Places are promised by the chunk
 * and made by the block, when they are used. */
enum { POOL_CHUNK = 256, POOL_SLACK = 128, POOL_BLOCK = 16 };
struct pool {
    unsigned char **block;
    uint32_t blocks, blocks_room;
    uint32_t record_bytes;
    uint32_t records;   /* places that were used */
    uint32_t promised;  /* those that were not, among them */
    uint32_t taken;     /* records, in all */
    uint32_t given;     /* places that stood in line, in all */
    struct fifo places; /* the line: those given back, and where promised ones stand */
};

void pool_init(struct pool *pool, size_t record_bytes);
/* A zeroed record with a reference of its own. */
void *pool_take(struct arena *arena, struct pool *pool);
/* The record, also if it was given back lately; NULL for 0 or if its place is in use again. */
void *pool_get(const struct pool *pool, uint64_t reference);
void pool_give_back(struct arena *arena, struct pool *pool, void *record);
/* The i-th place's record (i < pool->records) if it is alive, else NULL. */
void *pool_at(const struct pool *pool, uint32_t i);
/* Of a record that is alive, how many were taken since; of one that was given back, how many will be taken before its
 * place is used again. */
uint32_t pool_age(const struct pool *pool, const struct pooled *record);

#endif
