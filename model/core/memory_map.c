/* SPDX-License-Identifier: Apache-2.0
 *
 * Regions of RAM (memory_map.h).
 */
#include "model/core/memory_map.h"

enum { REGIONS = 1 + PRISIM_MEMORY_REGIONS_MAX };

/* Bytes from the address to the end of the region that holds it; 0: none does. */
static uint64_t rest_of_region(const struct memory_map *map, uint64_t address)
{
    for (unsigned i = 0; i < REGIONS; i++) {
        const struct prisim_memory_region *region = memory_map_region(map, i);
        uint64_t offset = address - region->base; /* wraps far out of range below the base */
        if (offset < region->size)
            return region->size - offset;
    }
    return 0;
}

bool memory_map_has(const struct memory_map *map, uint64_t address)
{
    return rest_of_region(map, address) > 0;
}

size_t memory_map_run(const struct memory_map *map, uint64_t address, size_t bytes)
{
    size_t run = 0;
    while (run < bytes) {
        uint64_t rest = rest_of_region(map, address + run);
        if (rest == 0)
            break;
        run += rest < bytes - run ? (size_t)rest : bytes - run;
    }
    return run;
}

uint64_t memory_map_pages(const struct memory_map *map)
{
    uint64_t pages = 0;
    for (unsigned i = 0; i < REGIONS; i++)
        pages += memory_map_region(map, i)->size / PRISIM_MEMORY_PAGE_BYTES;
    return pages;
}

static bool overlap(const struct prisim_memory_region *a, const struct prisim_memory_region *b)
{
    return a->size && b->size && (a->base - b->base < b->size || b->base - a->base < a->size);
}

static bool overlaps_before(const struct memory_map *map, unsigned i)
{
    for (unsigned k = 0; k < i; k++)
        if (overlap(memory_map_region(map, i), memory_map_region(map, k)))
            return true;
    return false;
}

bool memory_map_check(const struct memory_map *map, struct prisim_config_error *error, unsigned *index)
{
    for (unsigned i = 0; i < REGIONS; i++) {
        const struct prisim_memory_region *region = memory_map_region(map, i);
        *index = i ? i - 1 : 0;
        if (region->size % PRISIM_MEMORY_PAGE_BYTES) {
            *error = (struct prisim_config_error){i ? "region.size" : "ram_size", "whole pages of 4 KB"};
            return false;
        }
        if (region->base % PRISIM_MEMORY_PAGE_BYTES || region->base > UINT64_MAX - region->size) {
            *error = (struct prisim_config_error){i ? "region.base" : "ram_base", "4 KB aligned, RAM ends below 2^64"};
            return false;
        }
        if (overlaps_before(map, i)) {
            *error = (struct prisim_config_error){"region.base", "a region apart from all others"};
            return false;
        }
    }
    return true;
}
