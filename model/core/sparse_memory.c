/* SPDX-License-Identifier: Apache-2.0
 *
 * Pages that come into being when they are first written (sparse_memory.h).
 */
#include "model/core/sparse_memory.h"

#include <assert.h>

enum { PAGE_BYTES = PRISIM_MEMORY_PAGE_BYTES, HASH_BITS = 64 };

static uint64_t number_of(uint64_t address)
{
    return address / PAGE_BYTES;
}

size_t sparse_memory_size(uint32_t pages_max)
{
    assert(pages_max > 0);
    return sizeof(struct sparse_memory) + (size_t)pages_max * sizeof(struct sparse_page);
}

size_t sparse_memory_used(const struct sparse_memory *memory)
{
    assert(memory->pages <= memory->pages_max);
    return sizeof(struct sparse_memory) + memory->pages * sizeof(struct sparse_page);
}

void sparse_memory_init(struct sparse_memory *memory, uint32_t pages_max)
{
    assert(pages_max > 0);
    memset(memory, 0, sizeof *memory);
    memory->pages_max = pages_max;
}

/* The place of the page, or false: then *place is its parent's, and *way where it belongs there. A product with an odd
 * number is another one for each page, so that the way down, two bits a step, parts any two. */
static bool search(const struct sparse_memory *memory, uint64_t number, uint32_t *place, unsigned *way)
{
    uint64_t hash = number * UINT64_C(0x9e3779b97f4a7c15);
    *place = 0;
    *way = 0;
    if (memory->pages == 0)
        return false;
    while (memory->page[*place].key != number + 1) {
        *way = (unsigned)(hash >> (HASH_BITS - SPARSE_WAYS_LOG2));
        hash <<= SPARSE_WAYS_LOG2;
        uint32_t child = memory->page[*place].child[*way];
        if (child == 0)
            return false;
        assert(child < memory->pages);
        *place = child;
    }
    return true;
}

struct sparse_page *sparse_memory_find(struct sparse_memory *memory, uint64_t address)
{
    uint32_t place;
    unsigned way;
    if (!search(memory, number_of(address), &place, &way))
        return NULL;
    memory->recent[number_of(address) % SPARSE_RECENT] = place;
    return &memory->page[place];
}

struct sparse_page *sparse_memory_touch(struct sparse_memory *memory, uint64_t address)
{
    uint32_t place;
    unsigned way;
    if (!search(memory, number_of(address), &place, &way)) {
        if (memory->pages == memory->pages_max)
            return NULL;
        uint32_t parent = place;
        place = memory->pages++;
        if (place > 0)
            memory->page[parent].child[way] = place;
        memory->page[place].key = number_of(address) + 1;
    }
    memory->recent[number_of(address) % SPARSE_RECENT] = place;
    return &memory->page[place];
}

/* Whether it changes a page that is not in use, whose bytes are 0. */
static bool changes_zeros(const struct prisim_memory_request *request)
{
    static const uint8_t zeros[PRISIM_MEMORY_SWAP_BYTES];
    return request->write == PRISIM_MEMORY_WRITE ||
           (request->write == PRISIM_MEMORY_SWAP && memcmp(request->data + 8, zeros, sizeof zeros) == 0);
}

uint8_t *sparse_memory_access(struct sparse_memory *memory, const struct memory_map *map,
                              const struct prisim_memory_request *request)
{
    struct sparse_page *page = sparse_memory_find(memory, request->address);
    if (!page && !memory_map_has(map, request->address))
        return NULL;
    if (!page && !changes_zeros(request))
        return memory->zero;
    if (!page)
        page = sparse_memory_touch(memory, request->address);
    return page ? &page->byte[request->address % PAGE_BYTES] : NULL;
}

/* Of the bytes from the address on, those in its page. */
static size_t in_page(uint64_t address, size_t bytes)
{
    size_t rest = PAGE_BYTES - (size_t)(address % PAGE_BYTES);
    return bytes < rest ? bytes : rest;
}

static bool is_in_use(const struct sparse_memory *memory, uint64_t address)
{
    uint32_t place;
    unsigned way;
    return search(memory, number_of(address), &place, &way);
}

void sparse_memory_read(const struct sparse_memory *memory, uint64_t address, void *data, size_t bytes)
{
    uint8_t *to = data;
    for (size_t part; bytes; bytes -= part, address += part, to += part) {
        uint32_t place;
        unsigned way;
        part = in_page(address, bytes);
        if (search(memory, number_of(address), &place, &way))
            memcpy(to, &memory->page[place].byte[address % PAGE_BYTES], part);
        else
            memset(to, 0, part);
    }
}

static bool has_room(const struct sparse_memory *memory, uint64_t address, size_t bytes)
{
    uint32_t left = memory->pages_max - memory->pages;
    for (size_t part; bytes; bytes -= part, address += part) {
        part = in_page(address, bytes);
        if (is_in_use(memory, address))
            continue;
        if (left-- == 0)
            return false;
    }
    return true;
}

bool sparse_memory_write(struct sparse_memory *memory, uint64_t address, const void *data, size_t bytes)
{
    const uint8_t *from = data;
    if (!has_room(memory, address, bytes))
        return false;
    for (size_t part; bytes; bytes -= part, address += part, from += part) {
        part = in_page(address, bytes);
        memcpy(&sparse_memory_touch(memory, address)->byte[address % PAGE_BYTES], from, part);
    }
    return true;
}

const uint8_t *sparse_memory_page(const struct sparse_memory *memory, uint32_t i, uint64_t *address)
{
    if (i >= memory->pages)
        return NULL;
    *address = (memory->page[i].key - 1) * PAGE_BYTES;
    return memory->page[i].byte;
}
