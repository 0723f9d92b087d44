/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of RAM: pages that come into being when they are first written, and are zero until then. Which addresses
 * are RAM is in memory_map.h.
 *
 * One piece of memory without pointers, at the end of a block's state: a head, then a pool of pages that is used from
 * its start on; what is behind the pages in use is zero and was never touched. The pages are the nodes of a trie over a
 * hash of their numbers, four ways a node, so that there is no table besides them: a thousand pages are five or six
 * steps deep, and pages used lately are found in one.
 *
 * Pages stand in the order in which they were first written. That order is seen by sparse_memory_page and nowhere else.
 */
#ifndef PRISIM_CORE_SPARSE_MEMORY_H
#define PRISIM_CORE_SPARSE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "model/core/memory_map.h"
#include "model/core/memory_port.h"

enum { SPARSE_RECENT = 16, SPARSE_WAYS_LOG2 = 2, SPARSE_WAYS = 1 << SPARSE_WAYS_LOG2 };

struct sparse_page {
    uint8_t byte[PRISIM_MEMORY_PAGE_BYTES];
    uint8_t behind[PRISIM_MEMORY_LINE_BYTES]; /* zero: what a copy of a whole line takes past the end of the page */
    uint64_t key;                             /* the page's number, which is its address / 4096, and 1; 0: not in use */
    uint32_t child[SPARSE_WAYS];              /* places in the pool; 0: none, as the root is nobody's child */
    uint64_t unused[5];
};
_Static_assert(sizeof(struct sparse_page) % PRISIM_MEMORY_LINE_BYTES == 0, "pages are whole lines");

struct sparse_memory {
    uint32_t pages, pages_max;              /* in use, and in the pool */
    uint32_t recent[SPARSE_RECENT];         /* places of pages found lately, by the low bits of their numbers */
    uint8_t zero[PRISIM_MEMORY_LINE_BYTES]; /* what is read of a page that is not in use */
    uint64_t unused[7];
    struct sparse_page page[];
};
_Static_assert(offsetof(struct sparse_memory, page) == 192, "a head of whole lines");

/* Bytes that it takes, of zeroed memory, and how many of them are in use: all that stands behind is zero. pages_max is
 * 1 or more. */
size_t sparse_memory_size(uint32_t pages_max);
size_t sparse_memory_used(const struct sparse_memory *memory);

/* An empty one. The pool is not touched: the caller gives zeroed memory. */
void sparse_memory_init(struct sparse_memory *memory, uint32_t pages_max);

/* The page that holds the address, or NULL if it is not in use. */
struct sparse_page *sparse_memory_find(struct sparse_memory *memory, uint64_t address);

/* The same, to write to it: takes it into use. NULL: all pages of the pool are in use. */
struct sparse_page *sparse_memory_touch(struct sparse_memory *memory, uint64_t address);

/* Where an access stands that lies in one line: the bytes that it reads, and writes if it is a write or a swap that
 * finds what it expects. Whatever its size a whole line may be read there. NULL: it is not for RAM; or, if
 * memory_map_has it, it changes a page that is not in use, and all of the pool are. */
uint8_t *sparse_memory_access(struct sparse_memory *memory, const struct memory_map *map,
                              const struct prisim_memory_request *request);

/* Any number of bytes, over any pages: copies them out, or in. A write that needs more pages than there are left does
 * nothing and returns false. The range ends at or below 2^64. */
void sparse_memory_read(const struct sparse_memory *memory, uint64_t address, void *data, size_t bytes);
bool sparse_memory_write(struct sparse_memory *memory, uint64_t address, const void *data, size_t bytes);

/* The i-th page in use, in the order in which they were first written, and its address; NULL if there are fewer. */
const uint8_t *sparse_memory_page(const struct sparse_memory *memory, uint32_t i, uint64_t *address);

/* The byte's place if its page was found lately, else NULL: it may still be in use. */
static inline uint8_t *sparse_memory_recent(struct sparse_memory *memory, uint64_t address)
{
    uint64_t number = address / PRISIM_MEMORY_PAGE_BYTES;
    struct sparse_page *page = &memory->page[memory->recent[number % SPARSE_RECENT]];
    return page->key == number + 1 ? &page->byte[address % PRISIM_MEMORY_PAGE_BYTES] : NULL;
}

#endif
