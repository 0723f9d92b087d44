/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: page frames, translation tables, and pages that are mapped and taken back.
 */
#ifndef PRISIM_DRIVER_MEMORY_MEMORY_H
#define PRISIM_DRIVER_MEMORY_MEMORY_H

#include "driver/state.h"

/* A page of a translation table that exists. */
struct table {
    uint64_t key; /* 0: none */
    uint64_t address;
    uint64_t resident[8]; /* level 3: one bit per descriptor */
    uint32_t pages;       /* level 3: the frame that was mapped there last; the others follow it. None that is shared */
    uint32_t unused;
};

/* A page frame of RAM (memory/frame.c). Frames are named by number, counted from 1; 0 is none. */
struct frame {
    union {
        uint64_t life;            /* of one that is given: names this use of it */
        prisim_cycle_t free_from; /* of one that was taken back, and waits for that */
    };
    uint32_t next;  /* of the pages of its leaf table, of what its task has taken from there, or of a free list */
    uint16_t index; /* a page: of its descriptor in the leaf table */
    uint16_t unused;
};

struct frames {
    uint32_t count;                 /* that were given at least once */
    uint32_t free;                  /* the one that was taken back last */
    uint32_t waiting, waiting_last; /* taken back, and not to be given yet: the oldest, the newest */
    uint32_t shared;                /* the page of zeros that all regions with backing cow share; 0: none yet */
    uint32_t unused[3];
    struct frame frame[];
};

static inline struct frames *frames_of(struct prisim_driver *d)
{
    struct frames *frames = (struct frames *)(void *)((char *)d + d->places.frames);
    prisim_touch(&d->touched, frames, sizeof *frames);
    return frames;
}

/* A frame's record, that is going to be written. */
static inline struct frame *frame_of(struct prisim_driver *d, uint32_t frame)
{
    struct frames *frames = (struct frames *)(void *)((char *)d + d->places.frames);
    assert(frame && frame <= frames->count);
    prisim_touch(&d->touched, &frames->frame[frame - 1], sizeof frames->frame[0]);
    return &frames->frame[frame - 1];
}

/* memory/frame.c */
uint64_t frame_capacity(const struct prisim_driver_config *config, uint64_t mapped);
uint64_t frame_address_far(const struct edge *e, uint32_t frame);
uint32_t frame_at(const struct edge *e, uint64_t address);
uint32_t frame_again(struct edge *e);
void frame_put_back(struct edge *e, uint32_t frame);
void frame_give(struct edge *e, uint32_t frame, unsigned space, bool is_table);
uint32_t frame_shared(const struct prisim_driver *d);
void frame_share(struct edge *e, uint32_t frame);
void frame_cache(struct edge *e, uint32_t frame, uint32_t file, uint64_t offset);
void frame_free(struct edge *e, uint32_t frame, unsigned space, bool is_table);
void frames_canonical(const struct frames *frames, uint32_t room, struct prisim_canonical *to);

static inline uint64_t frame_address(const struct edge *e, uint32_t frame)
{
    const struct driver_places *places = &e->driver->places;
    assert(frame);
    return frame - UINT64_C(1) < places->ram_frames ? places->frame_first + (frame - UINT64_C(1)) * PAGE_BYTES
                                                    : frame_address_far(e, frame);
}

/* The frame that was taken back last, or one that was never given; 0: there is none. `*used`: it holds what its last
 * owner left there, else it is zero, as all RAM that was never written. */
static inline uint32_t frame_alloc(struct edge *e, bool *used)
{
    struct frames *frames = frames_of(e->driver);
    const uint32_t again = frames->free | frames->waiting ? frame_again(e) : 0;
    *used = again != 0;
    if (again)
        return again;
    return frames->count < e->driver->places.frame_count ? ++frames->count : 0;
}

/* memory/page_table.c */
size_t page_table_capacity(const struct prisim_driver_config *config, uint32_t *log2, uint64_t *mapped);
/* t->page_perm beside PRISIM_REGION_*: of the frame that is shared; if it is that one, it is copied; a file's. */
enum { PAGE_SHARED = 4, PAGE_COPY = 8, PAGE_FILE = 16 };
unsigned page_table_perm(const struct prisim_driver_region *region, unsigned access);
bool page_table_next(struct edge *e, struct task *t, uint64_t end);
bool page_table_clear(struct edge *e, struct task *t, uint32_t *taken);
bool page_table_at(struct edge *e, struct task *t, uint64_t *end);
void page_table_unlink(struct edge *e, struct task *t);
void page_table_end(struct edge *e, unsigned space);
bool page_table_is_shared(struct edge *e, const struct task *t);
bool page_table_lacks(struct edge *e, const struct task *t);
bool page_table_root(struct edge *e, struct task *t, uint16_t *pc);
bool page_table_map(struct edge *e, struct task *t);
void tables_canonical(const struct table *table, uint32_t log2, struct prisim_canonical *to);
enum prisim_cause page_table_permit(const struct prisim_driver_config *config, unsigned space, uint64_t address,
                                    unsigned access, unsigned *perm);

/* memory/page_cache.c: t->page_address is of a region that is a file's; that of the last one may be of any. */
void page_cache_begin(struct edge *e, unsigned space);
uint32_t page_cache_frame(struct edge *e, const struct task *t);
void page_cache_add(struct edge *e, const struct task *t, uint32_t frame);
bool page_cache_is_writable(struct edge *e, const struct task *t);
void page_cache_set_writable(struct edge *e, const struct task *t);
void page_cache_clear_writable(struct edge *e, const struct task *t);

/* memory/range.c, memory/copy.c, memory/unmap.c, memory/teardown.c */
bool range_tlbi(struct edge *e, struct task *t, uint16_t *pc);
bool range_atc_inv(struct edge *e, struct task *t, uint16_t *pc);
bool range_sync(struct edge *e, struct task *t, uint16_t *pc);
bool range_free(struct edge *e, struct task *t, uint16_t *pc);
bool driver_copy_page(struct edge *e, struct task *t, uint16_t *pc);
bool driver_dirty_page(struct edge *e, struct task *t, uint16_t *pc);
bool driver_unmap(struct edge *e, struct task *t, uint16_t *pc);
bool driver_exit_mmap(struct edge *e, struct task *t, uint16_t *pc);
bool driver_end_refused(struct edge *e, struct task *t, uint16_t *pc);
bool driver_exit_space(struct edge *e, struct task *t, uint16_t *pc);

#endif
