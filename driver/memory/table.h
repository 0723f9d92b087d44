/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/memory: the books of which tables exist, and which pages they map. A hash of (owner, address,
 * level) with linear probing.
 */
#ifndef PRISIM_DRIVER_MEMORY_TABLE_H
#define PRISIM_DRIVER_MEMORY_TABLE_H

#include "driver/memory/memory.h"

/* Owners: a space; a file, whose pages stand where leaf tables would have them, by their offset (memory/page_cache.c);
 * and what is writable of a space's pages of files. Those two are books alone, with no page of RAM; of a space that has
 * ended they say nothing, and stay. */
enum {
    TABLES_OF_FILE = PRISIM_DRIVER_SPACES_MAX,
    TABLES_OF_WRITABLE = TABLES_OF_FILE + PRISIM_DRIVER_FILES_MAX,
    TABLES_END = TABLES_OF_WRITABLE + PRISIM_DRIVER_SPACES_MAX
};
_Static_assert(TABLES_END <= 64, "six bits of a key");

enum { LEVELS = 4, INDEX_BITS = 9, VA_BITS = 48, LEAF = LEVELS - 1 };

/* The lowest address bit that a descriptor of the level translates: 39, 30, 21, 12. */
static inline unsigned level_shift(unsigned level)
{
    assert(level < LEVELS);
    return 12 + INDEX_BITS * (LEAF - level);
}

static inline struct table *tables(struct prisim_driver *d)
{
    return (struct table *)(void *)((char *)d + d->places.tables);
}

/* Names the table of that level that translates the address; level 1..3. Its owner is told by table_owner. */
static inline uint64_t table_key(unsigned space, uint64_t address, unsigned level)
{
    assert(level > 0 && space < TABLES_END);
    return address >> level_shift(level - 1) << 8 | space << 2 | level;
}

static inline unsigned table_owner(uint64_t key)
{
    return key >> 2 & 0x3f;
}

/* Where a search for the table begins. */
static inline uint32_t table_home(const struct prisim_driver *d, uint64_t key)
{
    return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - d->places.tables_log2));
}

/* The slot of that table, or the empty one where it belongs. */
static inline struct table *table_slot(struct prisim_driver *d, uint64_t key)
{
    struct table *table = tables(d);
    uint32_t mask = (uint32_t)prisim_bits_mask(d->places.tables_log2), i = table_home(d, key);
    while (table[i].key && table[i].key != key)
        i = (i + 1) & mask;
    return &table[i];
}

static inline unsigned leaf_index(uint64_t address)
{
    return (unsigned)prisim_bits_get(address, 12, INDEX_BITS);
}

static inline bool is_resident(const struct table *leaf, uint64_t address)
{
    unsigned i = leaf_index(address);
    return leaf->key && (leaf->resident[i / 64] >> (i % 64) & 1);
}

/* Where the frame of its own stands that the page has, in the list of the leaf table: what names it; what names 0: the
 * page has the shared one. */
static inline uint32_t *page_link(struct prisim_driver *d, struct table *leaf, uint64_t address)
{
    uint32_t *link = &leaf->pages;
    while (*link && frame_of(d, *link)->index != leaf_index(address))
        link = &frame_of(d, *link)->next;
    return link;
}

#endif
