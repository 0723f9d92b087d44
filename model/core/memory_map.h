/* SPDX-License-Identifier: Apache-2.0
 *
 * Which addresses are RAM: regions of whole pages, with holes between them. What is in it is in sparse_memory.h.
 */
#ifndef PRISIM_CORE_MEMORY_MAP_H
#define PRISIM_CORE_MEMORY_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "model/core/config_error.h"
#include "model/core/memory_region.h"

/* A configuration's regions. `more` has PRISIM_MEMORY_REGIONS_MAX; those of size 0 are none. */
struct memory_map {
    struct prisim_memory_region first;
    const struct prisim_memory_region *more;
};

/* The i-th region, 0 .. PRISIM_MEMORY_REGIONS_MAX. */
static inline const struct prisim_memory_region *memory_map_region(const struct memory_map *map, unsigned i)
{
    return i == 0 ? &map->first : &map->more[i - 1];
}

/* Whether the byte is RAM. */
bool memory_map_has(const struct memory_map *map, uint64_t address);

/* How many of the `bytes` bytes from `address` on are RAM before the first that is not. A range goes from a region into
 * one that follows it without a hole; it ends at 2^64. */
size_t memory_map_run(const struct memory_map *map, uint64_t address, size_t bytes);

/* All pages of all regions. */
uint64_t memory_map_pages(const struct memory_map *map);

/* False, and *error, if a region is not of whole pages, does not end below 2^64, or overlaps another. The first region
 * is "ram_base" and "ram_size" there, the others "region.base" and "region.size"; *index is the number of the region in
 * `more`. */
bool memory_map_check(const struct memory_map *map, struct prisim_config_error *error, unsigned *index);

#endif
