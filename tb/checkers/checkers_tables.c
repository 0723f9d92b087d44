/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of the checkers (checkers_tables.h). They know nothing of what they hold.
 */
#include "tb/checkers/checkers_tables.h"

#include <assert.h>
#include <string.h>

enum { ROOM_MIN = 4, MAP_CAPACITY_MIN = 16, FIFO_CAPACITY_MIN = 16 };
/* In a pool's line: here the next POOL_CHUNK places stand that were never used. */
#define PROMISED UINT64_MAX

void *tables_grow(struct arena *arena, void *array, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return array;
    uint32_t larger = *room ? 2 * *room : ROOM_MIN;
    void *moved = arena_take(arena, larger, size);
    if (count)
        memcpy(moved, array, count * size);
    *room = larger;
    return moved;
}

static uint32_t home_of(const struct map *map, uint64_t stored_key)
{
    return (uint32_t)(stored_key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (map->capacity - 1);
}

/* Where the key stands, or the free entry where it would. */
static uint32_t find(const struct map *map, uint64_t stored_key)
{
    uint32_t at = home_of(map, stored_key);
    while (map->entry[at].key != 0 && map->entry[at].key != stored_key)
        at = (at + 1) & (map->capacity - 1);
    return at;
}

static void grow(struct arena *arena, struct map *map)
{
    struct map old = *map;
    map->capacity = old.capacity ? 2 * old.capacity : MAP_CAPACITY_MIN;
    map->entry = arena_take(arena, map->capacity, sizeof *map->entry);
    for (uint32_t i = 0; i < old.capacity; i++)
        if (old.entry[i].key != 0)
            map->entry[find(map, old.entry[i].key)] = old.entry[i];
}

void map_put(struct arena *arena, struct map *map, uint64_t key, uint64_t value)
{
    assert(key != UINT64_MAX);
    if (2 * (map->used + 1) > map->capacity)
        grow(arena, map);
    struct map_entry *entry = &map->entry[find(map, key + 1)];
    map->used += entry->key == 0;
    *entry = (struct map_entry){key + 1, value};
}

uint64_t map_get(const struct map *map, uint64_t key)
{
    if (map->used == 0 || key == UINT64_MAX)
        return 0;
    const struct map_entry *entry = &map->entry[find(map, key + 1)];
    return entry->key ? entry->value : 0;
}

uint64_t map_take(struct map *map, uint64_t key)
{
    if (map->used == 0 || key == UINT64_MAX)
        return 0;
    uint32_t hole = find(map, key + 1);
    if (map->entry[hole].key == 0)
        return 0;
    uint64_t value = map->entry[hole].value;
    /* Entries behind move up if their way from home leads over the hole, so that no search ends too early. */
    uint32_t mask = map->capacity - 1;
    for (uint32_t at = (hole + 1) & mask; map->entry[at].key != 0; at = (at + 1) & mask) {
        uint32_t way = (at - home_of(map, map->entry[at].key)) & mask;
        if (way >= ((at - hole) & mask)) {
            map->entry[hole] = map->entry[at];
            hole = at;
        }
    }
    map->entry[hole].key = 0;
    map->used--;
    return value;
}

void fifo_push(struct arena *arena, struct fifo *fifo, uint64_t value)
{
    if (fifo->count == fifo->capacity) {
        uint32_t capacity = fifo->capacity ? 2 * fifo->capacity : FIFO_CAPACITY_MIN;
        uint64_t *larger = arena_take(arena, capacity, sizeof *larger);
        for (uint32_t i = 0; i < fifo->count; i++)
            larger[i] = fifo->value[(fifo->head + i) & (fifo->capacity - 1)];
        *fifo = (struct fifo){.value = larger, .capacity = capacity, .count = fifo->count};
    }
    fifo->value[(fifo->head + fifo->count++) & (fifo->capacity - 1)] = value;
}

uint64_t fifo_pop(struct fifo *fifo)
{
    if (fifo->count == 0)
        return 0;
    uint64_t value = fifo->value[fifo->head];
    fifo->head = (fifo->head + 1) & (fifo->capacity - 1);
    fifo->count--;
    return value;
}

void pool_init(struct pool *pool, size_t record_bytes)
{
    assert(record_bytes >= sizeof(struct pooled) && record_bytes <= UINT32_MAX);
    *pool = (struct pool){.record_bytes = (uint32_t)record_bytes};
}

static struct pooled *place(const struct pool *pool, uint32_t i)
{
    return (struct pooled *)(void *)(pool->block[i / POOL_BLOCK] + (size_t)(i % POOL_BLOCK) * pool->record_bytes);
}

/* A place that was never used; the last of a chunk gives up the chunk's place in line. */
static uint32_t make_place(struct arena *arena, struct pool *pool)
{
    uint32_t i = pool->records++;
    if (i % POOL_BLOCK == 0) {
        pool->block = tables_grow(arena, pool->block, pool->blocks, &pool->blocks_room, sizeof *pool->block);
        pool->block[pool->blocks++] = arena_take(arena, POOL_BLOCK, pool->record_bytes);
    }
    if (--pool->promised % POOL_CHUNK == 0)
        fifo_pop(&pool->places);
    return i;
}

/* The first in line. */
static uint32_t next_place(struct arena *arena, struct pool *pool)
{
    if (pool->given - pool->taken <= POOL_SLACK) {
        fifo_push(arena, &pool->places, PROMISED);
        pool->promised += POOL_CHUNK;
        pool->given += POOL_CHUNK;
    }
    pool->taken++;
    if (pool->places.value[pool->places.head] == PROMISED)
        return make_place(arena, pool);
    return (uint32_t)fifo_pop(&pool->places);
}

/* A reference is (uses of the place) << 32 | place + 1. */
void *pool_take(struct arena *arena, struct pool *pool)
{
    uint32_t i = next_place(arena, pool);
    struct pooled *record = place(pool, i);
    assert(!record->live);
    uint64_t uses = (record->self >> 32) + 1;
    memset(record, 0, pool->record_bytes);
    record->self = uses << 32 | (i + 1);
    record->turn = pool->taken - 1;
    record->live = true;
    return record;
}

void *pool_get(const struct pool *pool, uint64_t reference)
{
    if (reference == 0)
        return NULL;
    uint32_t i = (uint32_t)reference - 1;
    assert(i < pool->records);
    struct pooled *record = place(pool, i);
    return record->self == reference ? record : NULL;
}

void pool_give_back(struct arena *arena, struct pool *pool, void *record)
{
    struct pooled *given = record;
    assert(given->live);
    given->live = false;
    given->turn = pool->given++;
    fifo_push(arena, &pool->places, (uint32_t)given->self - 1);
}

void *pool_at(const struct pool *pool, uint32_t i)
{
    assert(i < pool->records);
    struct pooled *record = place(pool, i);
    return record->live ? record : NULL;
}

uint32_t pool_age(const struct pool *pool, const struct pooled *record)
{
    return record->live ? pool->taken - 1 - record->turn : record->turn - pool->taken;
}
