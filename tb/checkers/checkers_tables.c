/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of the checkers (checkers_tables.h). They know nothing of what they hold.
 */
#include "tb/checkers/checkers_tables.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/exit_code.h"

enum { MAP_CAPACITY_MIN = 64, FIFO_CAPACITY_MIN = 64 };

void *tables_memory(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) {
        fputs("prisim: no memory for the checkers\n", stderr);
        exit(EXIT_OWN_FAULT);
    }
    return memory;
}

void *tables_grow(void *array, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return array;
    uint32_t larger = *room ? 2 * *room : 16;
    void *moved = tables_memory(larger, size);
    if (count)
        memcpy(moved, array, count * size);
    free(array);
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

static void grow(struct map *map)
{
    struct map old = *map;
    map->capacity = old.capacity ? 2 * old.capacity : MAP_CAPACITY_MIN;
    map->entry = tables_memory(map->capacity, sizeof *map->entry);
    for (uint32_t i = 0; i < old.capacity; i++)
        if (old.entry[i].key != 0)
            map->entry[find(map, old.entry[i].key)] = old.entry[i];
    free(old.entry);
}

void map_free(struct map *map)
{
    free(map->entry);
    *map = (struct map){0};
}

void map_put(struct map *map, uint64_t key, uint64_t value)
{
    assert(key != UINT64_MAX);
    if (2 * (map->used + 1) > map->capacity)
        grow(map);
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

void fifo_free(struct fifo *fifo)
{
    free(fifo->value);
    *fifo = (struct fifo){0};
}

void fifo_push(struct fifo *fifo, uint64_t value)
{
    if (fifo->count == fifo->capacity) {
        uint32_t capacity = fifo->capacity ? 2 * fifo->capacity : FIFO_CAPACITY_MIN;
        uint64_t *larger = tables_memory(capacity, sizeof *larger);
        for (uint32_t i = 0; i < fifo->count; i++)
            larger[i] = fifo->value[(fifo->head + i) & (fifo->capacity - 1)];
        free(fifo->value);
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
    assert(record_bytes >= sizeof(struct pooled));
    *pool = (struct pool){.record_bytes = record_bytes};
}

void pool_free(struct pool *pool)
{
    for (uint32_t i = 0; i < pool->records / POOL_CHUNK; i++)
        free(pool->chunk[i]);
    free(pool->chunk);
    fifo_free(&pool->places);
    *pool = (struct pool){0};
}

static struct pooled *place(const struct pool *pool, uint32_t i)
{
    return (struct pooled *)(void *)(pool->chunk[i / POOL_CHUNK] + i % POOL_CHUNK * pool->record_bytes);
}

static void add_chunk(struct pool *pool)
{
    uint32_t chunks = pool->records / POOL_CHUNK;
    unsigned char **larger = tables_memory(chunks + 1, sizeof *larger);
    if (chunks)
        memcpy(larger, pool->chunk, chunks * sizeof *larger);
    free(pool->chunk);
    pool->chunk = larger;
    pool->chunk[chunks] = tables_memory(POOL_CHUNK, pool->record_bytes);
    for (uint32_t i = 0; i < POOL_CHUNK; i++)
        fifo_push(&pool->places, pool->records + i);
    pool->records += POOL_CHUNK;
}

/* A reference is (uses of the place) << 32 | place + 1. */
void *pool_take(struct pool *pool)
{
    if (pool->places.count <= POOL_SLACK)
        add_chunk(pool);
    uint32_t i = (uint32_t)fifo_pop(&pool->places);
    struct pooled *record = place(pool, i);
    assert(!record->live);
    uint64_t uses = (record->self >> 32) + 1;
    memset(record, 0, pool->record_bytes);
    record->self = uses << 32 | (i + 1);
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

void pool_give_back(struct pool *pool, void *record)
{
    struct pooled *given = record;
    assert(given->live);
    given->live = false;
    fifo_push(&pool->places, (uint32_t)given->self - 1);
}

void *pool_at(const struct pool *pool, uint32_t i)
{
    assert(i < pool->records);
    struct pooled *record = place(pool, i);
    return record->live ? record : NULL;
}
