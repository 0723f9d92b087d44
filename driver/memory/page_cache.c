/* SPDX-License-Identifier: Apache-2.0
 *
 * Pages of files (backing file): a page that any space has brought in is in one frame, which belongs to the file and
 * stays its own whatever spaces do; and which pages of a space are mapped writable, which makes them dirty. Nothing is
 * written back, and nothing is evicted.
 */
#include "driver/memory/table.h"

static const struct prisim_driver_region *region_of(const struct edge *e, const struct task *t)
{
    const struct prisim_driver_region *region = e->config->space[t->page_space].region;
    while (t->page_address - region->at >= region->size)
        region++;
    assert(region->backing == PRISIM_DRIVER_BACKING_FILE);
    return region;
}

/* What has the file's page. */
static uint64_t chunk_key(const struct prisim_driver_region *region, uint64_t address)
{
    return table_key(TABLES_OF_FILE + region->file, address - region->at, LEAF);
}

/* The space begins: it maps files from now on. */
void page_cache_begin(struct edge *e, unsigned space)
{
    const struct prisim_driver_space *s = &e->config->space[space];
    for (uint32_t r = 0; r < s->regions; r++)
        if (s->region[r].backing == PRISIM_DRIVER_BACKING_FILE)
            EMIT(driver_file_mapped, .space = space + 1, .file = s->region[r].file);
}

/* The frame of the page t->page_address, or 0: it is in none. */
uint32_t page_cache_frame(struct edge *e, const struct task *t)
{
    const struct prisim_driver_region *region = region_of(e, t);
    struct table *chunk = table_slot(e->driver, chunk_key(region, t->page_address));
    return chunk->key ? *page_link(e->driver, chunk, t->page_address - region->at) : 0;
}

/* The frame is that of the page from now on. */
void page_cache_add(struct edge *e, const struct task *t, uint32_t frame)
{
    struct prisim_driver *d = e->driver;
    const struct prisim_driver_region *region = region_of(e, t);
    const uint64_t key = chunk_key(region, t->page_address), offset = t->page_address - region->at;
    struct table *chunk = table_slot(d, key);
    assert(frame && !page_cache_frame(e, t));
    prisim_touch(&d->touched, chunk, sizeof *chunk);
    chunk->key = key;
    frame_of(d, frame)->next = chunk->pages;
    frame_of(d, frame)->index = (uint16_t)leaf_index(offset);
    chunk->pages = frame;
    frame_cache(e, frame, region->file, offset & ~(uint64_t)(PAGE_BYTES - 1));
}

static uint64_t writable_key(const struct task *t)
{
    return table_key(TABLES_OF_WRITABLE + t->page_space, t->page_address, LEAF);
}

bool page_cache_is_writable(struct edge *e, const struct task *t)
{
    return is_resident(table_slot(e->driver, writable_key(t)), t->page_address);
}

void page_cache_set_writable(struct edge *e, const struct task *t)
{
    struct table *books = table_slot(e->driver, writable_key(t));
    const unsigned i = leaf_index(t->page_address);
    prisim_touch(&e->driver->touched, books, sizeof *books);
    books->key = writable_key(t);
    books->resident[i / 64] |= UINT64_C(1) << (i % 64);
}

/* It is mapped no more. */
void page_cache_clear_writable(struct edge *e, const struct task *t)
{
    struct table *books = table_slot(e->driver, writable_key(t));
    const unsigned i = leaf_index(t->page_address);
    if (!books->key)
        return;
    prisim_touch(&e->driver->touched, books, sizeof *books);
    books->resident[i / 64] &= ~(UINT64_C(1) << (i % 64));
}
