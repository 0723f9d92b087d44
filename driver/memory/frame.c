/* SPDX-License-Identifier: Apache-2.0
 *
 * Page frames of RAM: which may be given, whose life begins and ends, and when one that was taken back may be given
 * again. A frame has a number, counted from 1 in the order in which they are first given; 0 is none. What a frame is
 * used for, and that nobody can reach one that is taken back, is others' business.
 */
#include "driver/memory/memory.h"

#include "driver/kexec.h"

/* The driver keeps books of so many at least: all of the RAM that it has by default. */
enum { FRAMES_AT_LEAST = 4096 };

/* The second life has its own end of RAM, and nothing else. */
static uint64_t region_pages(const struct prisim_driver_config *config, uint32_t life, uint64_t first, uint32_t region)
{
    if (region == 0)
        return (kexec_ram_end(config, life) - first) / PAGE_BYTES;
    return life ? 0 : config->region[region - 1].size / PAGE_BYTES;
}

/* All frames of RAM; of a larger one than is ever needed, four times what can be mapped. */
uint64_t frame_capacity(const struct prisim_driver_config *config, uint64_t mapped)
{
    uint64_t pages = 0, enough = 4 * mapped;
    for (uint32_t region = 0; region <= PRISIM_MEMORY_REGIONS_MAX; region++)
        pages += region_pages(config, 0, driver_layout(config, NULL), region);
    if (enough < FRAMES_AT_LEAST)
        enough = FRAMES_AT_LEAST;
    return pages < enough ? pages : enough;
}

/* That of all spaces (backing cow), or 0: it was not asked for. */
uint32_t frame_shared(const struct prisim_driver *d)
{
    return ((const struct frames *)(const void *)((const char *)d + d->places.frames))->shared;
}

static uint64_t region_first(const struct edge *e, uint32_t region)
{
    return region == 0 ? e->driver->places.frame_first : e->config->region[region - 1].base;
}

/* One in a region of RAM that stands in the configuration for itself. */
uint64_t frame_address_far(const struct edge *e, uint32_t frame)
{
    uint64_t n = frame - UINT64_C(1);
    uint32_t region = 0;
    while (n >= region_pages(e->config, e->driver->life, e->driver->places.frame_first, region))
        n -= region_pages(e->config, e->driver->life, e->driver->places.frame_first, region++);
    return region_first(e, region) + n * PAGE_BYTES;
}

uint32_t frame_at(const struct edge *e, uint64_t address)
{
    uint64_t before = 0;
    for (uint32_t region = 0; region <= PRISIM_MEMORY_REGIONS_MAX; region++) {
        uint64_t pages = region_pages(e->config, e->driver->life, e->driver->places.frame_first, region);
        uint64_t page = (address - region_first(e, region)) / PAGE_BYTES;
        if (address >= region_first(e, region) && page < pages)
            return (uint32_t)(before + page + 1);
        before += pages;
    }
    assert(false && "an address that was given");
    return 0;
}

/* What was taken back long enough ago may be given. */
static void ripen(struct edge *e, struct frames *frames)
{
    struct prisim_driver *d = e->driver;
    while (frames->waiting && frame_of(d, frames->waiting)->free_from <= e->now) {
        uint32_t frame = frames->waiting;
        frames->waiting = frame_of(d, frame)->next;
        *frame_of(d, frame) = (struct frame){.next = frames->free};
        frames->free = frame;
    }
    if (!frames->waiting)
        frames->waiting_last = 0;
}

/* The one that was taken back last, of those that may be given again; 0: there is none. */
uint32_t frame_again(struct edge *e)
{
    struct frames *frames = frames_of(e->driver);
    ripen(e, frames);
    uint32_t frame = frames->free;
    if (!frame)
        return 0;
    frames->free = frame_of(e->driver, frame)->next;
    *frame_of(e->driver, frame) = (struct frame){0};
    return frame;
}

/* One that was not given in the end, or that may be given again. */
void frame_put_back(struct edge *e, uint32_t frame)
{
    struct frames *frames = frames_of(e->driver);
    *frame_of(e->driver, frame) = (struct frame){.next = frames->free};
    frames->free = frame;
}

static uint64_t begin_life(struct prisim_driver *d, uint32_t frame)
{
    frame_of(d, frame)->life = ++d->frames_given;
    return d->frames_given;
}

/* A life of the frame begins: it can be reached by way of the space's tables, or belongs to them. `space`: its number
 * + 1, or 0: it is no single space's. */
void frame_give(struct edge *e, uint32_t frame, unsigned space, bool is_table)
{
    const uint64_t life = begin_life(e->driver, frame);
    EMIT(driver_frame_given, .address = frame_address(e, frame), .space = space, .life = life, .table = is_table);
}

void frame_share(struct edge *e, uint32_t frame)
{
    frames_of(e->driver)->shared = frame;
    frame_give(e, frame, 0, false);
}

/* A life of the frame begins, as a page of a file. */
void frame_cache(struct edge *e, uint32_t frame, uint32_t file, uint64_t offset)
{
    const uint64_t life = begin_life(e->driver, frame);
    EMIT(driver_page_cached, .address = frame_address(e, frame), .file = file, .offset = offset, .life = life);
}

static void wait_until_ripe(struct edge *e, uint32_t frame)
{
    struct frames *frames = frames_of(e->driver);
    *frame_of(e->driver, frame) = (struct frame){.free_from = e->now + e->config->frame_delay};
    if (frames->waiting_last)
        frame_of(e->driver, frames->waiting_last)->next = frame;
    else
        frames->waiting = frame;
    frames->waiting_last = frame;
}

/* Its life ends, and it goes back to the allocator. */
void frame_free(struct edge *e, uint32_t frame, unsigned space, bool is_table)
{
    EMIT(driver_frame_taken, .address = frame_address(e, frame), .space = space,
         .life = frame_of(e->driver, frame)->life, .table = is_table);
    switch ((enum prisim_driver_frame_recycle)e->config->frame_recycle) {
    case PRISIM_DRIVER_FRAME_AT_ONCE:
        frame_put_back(e, frame);
        break;
    case PRISIM_DRIVER_FRAME_DELAYED:
        wait_until_ripe(e, frame);
        break;
    case PRISIM_DRIVER_FRAME_NEVER:
        *frame_of(e->driver, frame) = (struct frame){0};
        break;
    }
}

/* Which frame is where is told as it is, and so are the lists. Of one that is given its life is a name. */
void frames_canonical(const struct frames *frames, uint32_t room, struct prisim_canonical *to)
{
    uint32_t frame = frames->waiting;
    prisim_canonical_word(to, (uint64_t)frames->shared << 32 | frames->count);
    prisim_canonical_word(to, (uint64_t)frames->free << 32 | frames->waiting);
    for (uint32_t i = 0; i < frames->count && i < room; i++)
        prisim_canonical_word(to, (uint64_t)frames->frame[i].index << 32 | frames->frame[i].next);
    for (uint32_t i = 0; frame && frame <= room && i < room; i++, frame = frames->frame[frame - 1].next)
        prisim_canonical_time(to, frames->frame[frame - 1].free_from);
}
