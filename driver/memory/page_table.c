/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation tables of the spaces: 4 KB granule, 48 bits, four levels (SMMU-PAGETABLES). The driver keeps in mind
 * which tables and pages exist, so that it only stores: how a page is mapped, and how it is taken out again. What is
 * invalidated then, and when its frame goes back, is said in driver/memory.
 */
#include "driver/access.h"
#include "driver/memory/table.h"
#include "driver/step.h"

static uint64_t tables_of_region(const struct prisim_driver_region *region)
{
    uint64_t first = region->at, last = region->at + region->size - 1, tables = 0;
    for (unsigned level = 0; level < LEAF; level++)
        tables += (last >> level_shift(level)) - (first >> level_shift(level)) + 1;
    return tables;
}

/* Leaf tables; of a region of a file there are as many books beside them of what is writable, and of the file. */
static uint64_t leaves_of_file(const struct prisim_driver_region *region)
{
    const uint64_t last = region->at + region->size - 1;
    if (region->backing != PRISIM_DRIVER_BACKING_FILE)
        return 0;
    return (last >> level_shift(LEAF - 1)) - (region->at >> level_shift(LEAF - 1)) + 1;
}

/* Slots for the tables that can exist at all: twice as many, for hashing. */
size_t page_table_capacity(const struct prisim_driver_config *config, uint32_t *log2, uint64_t *mapped)
{
    uint64_t tables = 4, books = 0;
    *mapped = config->spaces + UINT64_C(1); /* root tables, and the shared page */
    for (uint32_t s = 0; s < config->spaces; s++)
        for (uint32_t r = 0; r < config->space[s].regions; r++) {
            tables += tables_of_region(&config->space[s].region[r]);
            books += 2 * leaves_of_file(&config->space[s].region[r]);
            *mapped += config->space[s].region[r].size / PAGE_BYTES;
        }
    *mapped += tables;
    uint64_t pages = config->ram_size / PAGE_BYTES;
    for (unsigned i = 0; i < PRISIM_MEMORY_REGIONS_MAX; i++)
        pages += config->region[i].size / PAGE_BYTES;
    if (tables > pages)
        tables = pages;
    if (books > 2 * pages)
        books = 2 * pages;
    *log2 = 3;
    while (UINT64_C(1) << *log2 < 2 * (tables + books))
        ++*log2;
    return (size_t)1 << *log2;
}

static struct table *leaf_table(struct prisim_driver *d, const struct task *t)
{
    return table_slot(d, table_key(t->page_space, t->page_address, LEAF));
}

/* What a page of the region is mapped with when it is accessed so: until it is written it is write-protected, and the
 * shared one (backing cow) or clean (file). */
unsigned page_table_perm(const struct prisim_driver_region *region, unsigned access)
{
    const bool writes = access & region->perm & PRISIM_ACCESS_WRITE;
    const unsigned perm = writes ? region->perm : region->perm & ~(unsigned)PRISIM_REGION_WRITE;
    switch ((enum prisim_driver_backing)region->backing) {
    case PRISIM_DRIVER_BACKING_COW:
        return perm | (writes ? PAGE_COPY : PAGE_SHARED);
    case PRISIM_DRIVER_BACKING_FILE:
        return perm | PAGE_FILE;
    case PRISIM_DRIVER_BACKING_ANON:
        break;
    }
    return region->perm;
}

/* Whether the space's regions permit the access; and what the page is mapped with. */
enum prisim_cause page_table_permit(const struct prisim_driver_config *config, unsigned space, uint64_t address,
                                    unsigned access, unsigned *perm)
{
    _Static_assert((unsigned)PRISIM_REGION_READ == PRISIM_ACCESS_READ &&
                       (unsigned)PRISIM_REGION_WRITE == PRISIM_ACCESS_WRITE,
                   "one set of bits");
    const struct prisim_driver_space *s = &config->space[space];
    for (uint32_t r = 0; r < s->regions; r++) {
        if (address - s->region[r].at >= s->region[r].size)
            continue;
        *perm = page_table_perm(&s->region[r], access);
        return access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE) & ~s->region[r].perm ? PRISIM_CAUSE_NO_PERMISSION
                                                                                        : PRISIM_CAUSE_BOUND;
    }
    return PRISIM_CAUSE_NO_REGION;
}

static uint64_t table_descriptor(uint64_t table)
{
    return prisim_bits_put(1, PRISIM_DESC_VALID) | prisim_bits_put(1, PRISIM_DESC_TABLE) |
           (table & PRISIM_DESC_ADDRESS);
}

/* Stage 1 has no write-only pages: what may be written may be read (SMMU-DESCRIPTOR). */
static uint64_t page_descriptor(uint64_t page, unsigned perm)
{
    return prisim_bits_put(1, PRISIM_DESC_VALID) | prisim_bits_put(1, PRISIM_DESC_TABLE) |
           prisim_bits_put(perm & PRISIM_REGION_WRITE ? PRISIM_AP_RW : PRISIM_AP_RO, PRISIM_DESC_AP) |
           prisim_bits_put(3, PRISIM_DESC_SH) | prisim_bits_put(1, PRISIM_DESC_AF) |
           prisim_bits_put(1, PRISIM_DESC_NG) | (page & PRISIM_DESC_ADDRESS);
}

/* The frame that the task is to use next: what it has cleared, or one that is zero; else the task has one to clear, or
 * there is none, and 0 is returned. */
static uint32_t next_frame(struct edge *e, struct task *t)
{
    bool used;
    uint32_t frame = t->page_frame;
    t->page_frame = 0;
    if (frame)
        return frame;
    frame = frame_alloc(e, &used);
    if (!frame)
        t->page_cause = PRISIM_CAUSE_NO_MEMORY;
    if (!used)
        return frame;
    t->page_frame = frame;
    return 0;
}

/* Links the highest table that is missing on the way to the page. */
static void store_table(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    uint64_t parent = d->space[t->page_space].root;
    unsigned level = 1;
    struct table *table = table_slot(d, table_key(t->page_space, t->page_address, level));
    while (table->key) {
        parent = table->address;
        table = table_slot(d, table_key(t->page_space, t->page_address, ++level));
    }
    assert(level <= LEAF);
    uint32_t frame = next_frame(e, t);
    if (!frame)
        return;
    prisim_touch(&d->touched, table, sizeof *table);
    table->key = table_key(t->page_space, t->page_address, level);
    table->address = frame_address(e, frame);
    uint64_t index = prisim_bits_get(t->page_address, level_shift(level - 1), INDEX_BITS);
    access_store(e, t, parent + index * PRISIM_DESCRIPTOR_BYTES, table_descriptor(table->address));
    frame_give(e, frame, t->page_space + 1u, true);
}

/* The file's own, which whoever needs it first brings in. */
static __attribute__((noinline)) uint32_t file_frame(struct edge *e, struct task *t)
{
    uint32_t frame = page_cache_frame(e, t);
    if (frame)
        return frame;
    frame = next_frame(e, t);
    if (frame)
        page_cache_add(e, t, frame);
    return frame;
}

/* The frame of its own, the one that regions with backing cow share, or that of the file. */
static uint32_t page_frame(struct edge *e, struct task *t, struct table *leaf)
{
    const bool shared = t->page_perm & PAGE_SHARED;
    if (t->page_perm & PAGE_FILE)
        return file_frame(e, t);
    if (shared && frame_shared(e->driver))
        return frame_shared(e->driver);
    uint32_t frame = next_frame(e, t);
    if (!frame)
        return 0;
    if (shared) {
        frame_share(e, frame);
        return frame;
    }
    struct frame *page = frame_of(e->driver, frame);
    page->next = leaf->pages;
    page->index = (uint16_t)leaf_index(t->page_address);
    leaf->pages = frame;
    frame_give(e, frame, t->page_space + 1u, false);
    return frame;
}

static void store_page(struct edge *e, struct task *t, struct table *leaf)
{
    unsigned i = leaf_index(t->page_address);
    assert(leaf->key && !is_resident(leaf, t->page_address));
    prisim_touch(&e->driver->touched, leaf, sizeof *leaf);
    uint32_t frame = page_frame(e, t, leaf);
    if (!frame)
        return;
    t->page_cause = PRISIM_CAUSE_MAPPED;
    leaf->resident[i / 64] |= UINT64_C(1) << (i % 64);
    if (t->page_perm & PAGE_FILE && t->page_perm & PRISIM_REGION_WRITE)
        page_cache_set_writable(e, t);
    access_store(e, t, leaf->address + UINT64_C(8) * i, page_descriptor(frame_address(e, frame), t->page_perm));
}

/* What is to be written has not been so far: the page is the shared one. */
static bool is_to_be_copied(struct edge *e, const struct task *t, struct table *leaf)
{
    return (t->page_perm & PAGE_COPY) && !*page_link(e->driver, leaf, t->page_address);
}

/* The page is write-protected still. */
bool page_table_is_shared(struct edge *e, const struct task *t)
{
    struct table *leaf = leaf_table(e->driver, t);
    return is_resident(leaf, t->page_address) && is_to_be_copied(e, t, leaf);
}

/* It is in no frame, and the space lives. */
bool page_table_lacks(struct edge *e, const struct task *t)
{
    const struct space *space = &e->driver->space[t->page_space];
    return space->root && space->populated != SPACE_ENDING && !is_resident(leaf_table(e->driver, t), t->page_address) &&
           !(t->page_perm & PAGE_FILE && page_cache_frame(e, t));
}

/* A page that is there: what its first write still needs. Of a file, its descriptor is made writable in place. */
static void map_resident(struct edge *e, struct task *t, struct table *leaf)
{
    t->page_cause = is_to_be_copied(e, t, leaf) ? PRISIM_CAUSE_COPIED : PRISIM_CAUSE_RESIDENT;
    if (!(t->page_perm & PAGE_FILE && t->page_perm & PRISIM_REGION_WRITE) || page_cache_is_writable(e, t))
        return;
    t->page_cause = PRISIM_CAUSE_DIRTIED;
    page_cache_set_writable(e, t);
    access_store(e, t, leaf->address + UINT64_C(8) * leaf_index(t->page_address),
                 page_descriptor(frame_address(e, page_cache_frame(e, t)), t->page_perm));
}

/* The next store that mapping the page needs, if any. */
static void map(struct edge *e, struct task *t)
{
    const struct space *space = &e->driver->space[t->page_space];
    struct table *leaf = leaf_table(e->driver, t);
    if (!space->root || space->populated == SPACE_ENDING)
        t->page_cause = PRISIM_CAUSE_SPACE_ENDED;
    else if (is_resident(leaf, t->page_address))
        map_resident(e, t, leaf);
    else if (leaf->key)
        store_page(e, t, leaf);
    else
        store_table(e, t);
}

enum { LINES = PAGE_BYTES / PRISIM_MEMORY_LINE_BYTES };

/* clear_page: what the last owner of t->page_frame left there is nobody else's business. */
static bool clear_frame(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    for (t->page_line = 0; t->page_line < LINES; t->page_line++) {
        STEP_TO_PORT(e->config->price.store, PRISIM_DRIVER_TX_MEMORY);
        access_store_zeros(e, t, frame_address(e, t->page_frame) + t->page_line * PRISIM_MEMORY_LINE_BYTES);
        ANSWER();
    }
    END;
}

/* The task has a frame that nobody needs any more. */
static void put_back(struct edge *e, struct task *t)
{
    if (t->page_frame)
        frame_put_back(e, t->page_frame);
    t->page_frame = 0;
}

static void make_root(struct edge *e, struct task *t)
{
    const unsigned space = t->page_space;
    uint32_t frame = e->driver->space[space].root ? 0 : next_frame(e, t);
    if (!frame)
        return;
    space_of(e->driver, space)->root = frame_address(e, frame);
    frame_give(e, frame, space + 1, true);
    page_cache_begin(e, space);
}

/* The root table of t->page_space; t->page_cause: why there is none. The caller has begun the step whose effect it is
 * to have one, unless a frame must be cleared for it. */
bool page_table_root(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    assert(t->page_space < e->config->spaces);
    t->page_cause = PRISIM_CAUSE_NONE;
    t->page_frame = 0;
    make_root(e, t);
    if (t->page_frame) {
        CALL(clear_frame);
        make_root(e, t);
        put_back(e, t);
    }
    END;
}

/* Makes t->page_address resident; t->page_cause says how it went: with PRISIM_CAUSE_MAPPED the store of the page's
 * descriptor has been put at this edge, and its answer is the caller's to wait for; with PRISIM_CAUSE_DIRTIED too, and
 * TLBs may have the old one; with PRISIM_CAUSE_COPIED the write-protected page is still there (memory/copy.c). The
 * caller has begun the step whose effect is the first store; each further one has a step of its own. A frame that had
 * another owner is cleared before. Two tasks may be at one page: what there is to do is looked at at each effect. */
bool page_table_map(struct edge *e, struct task *t)
{
    BEGIN_ROUTINE;
    t->page_cause = PRISIM_CAUSE_NONE;
    t->page_frame = 0;
    for (;;) {
        while (!prisim_ports_can_put(e->ports, PRISIM_DRIVER_TX_MEMORY)) {
            task_block(e, t, PRISIM_DRIVER_TX_MEMORY);
            RETURN_HERE;
        }
        map(e, t);
        if (t->page_cause != PRISIM_CAUSE_NONE)
            break;
        if (t->page_frame)
            CALL(clear_frame);
        else
            ANSWER();
        STEP(e->config->price.store);
    }
    put_back(e, t);
    END;
}

/* Pages that are taken back. */

/* The next resident page of the space from t->page_address on and below `end`: true, and t->page_address is it. */
bool page_table_next(struct edge *e, struct task *t, uint64_t end)
{
    const uint64_t leaf_bytes = UINT64_C(1) << level_shift(LEAF - 1);
    while (t->page_address < end) {
        const struct table *leaf = leaf_table(e->driver, t);
        if (is_resident(leaf, t->page_address))
            return true;
        t->page_address = leaf->key ? t->page_address + PAGE_BYTES : (t->page_address | (leaf_bytes - 1)) + 1;
    }
    return false;
}

/* Puts the store that clears the page's descriptor, if it is resident: its frame is the first of the list `*taken`
 * then, unless it is shared or a file's. The port is free. */
bool page_table_clear(struct edge *e, struct task *t, uint32_t *taken)
{
    struct prisim_driver *d = e->driver;
    struct table *leaf = leaf_table(d, t);
    unsigned i = leaf_index(t->page_address);
    if (!is_resident(leaf, t->page_address))
        return false;
    prisim_touch(&d->touched, leaf, sizeof *leaf);
    leaf->resident[i / 64] &= ~(UINT64_C(1) << (i % 64));
    access_store(e, t, leaf->address + UINT64_C(8) * i, 0);
    uint32_t *link = page_link(d, leaf, t->page_address), frame = *link;
    if (frame) {
        *link = frame_of(d, frame)->next;
        frame_of(d, frame)->next = *taken;
        *taken = frame;
    }
    page_cache_clear_writable(e, t);
    return true;
}

/* The t->call.offset-th place holds a table of the space: true, and t->page_address is the first address that it
 * translates; `*end`: behind the last page of it, or 0 if it maps no pages. */
bool page_table_at(struct edge *e, struct task *t, uint64_t *end)
{
    const struct table *table = &tables(e->driver)[t->call.offset];
    const unsigned level = table->key & 3;
    if (!table->key || table_owner(table->key) != t->page_space)
        return false;
    t->page_address = table->key >> 8 << level_shift(level - 1);
    *end = level == LEAF ? t->page_address + (UINT64_C(1) << level_shift(LEAF - 1)) : 0;
    return true;
}

/* Puts the store that clears the descriptor of that table. */
void page_table_unlink(struct edge *e, struct task *t)
{
    struct prisim_driver *d = e->driver;
    const uint64_t key = tables(d)[t->call.offset].key;
    const unsigned level = key & 3;
    const uint64_t address = key >> 8 << level_shift(level - 1);
    uint64_t parent = d->space[t->page_space].root;
    if (level > 1)
        parent = table_slot(d, table_key(t->page_space, address, level - 1))->address;
    uint64_t index = prisim_bits_get(address, level_shift(level - 1), INDEX_BITS);
    access_store(e, t, parent + index * PRISIM_DESCRIPTOR_BYTES, 0);
}

/* The place is free; tables behind it move up if a search for them leads over it. */
static void drop(struct prisim_driver *d, uint32_t hole)
{
    struct table *table = tables(d);
    const uint32_t mask = (uint32_t)prisim_bits_mask(d->places.tables_log2);
    for (uint32_t at = (hole + 1) & mask; table[at].key; at = (at + 1) & mask) {
        if (((at - table_home(d, table[at].key)) & mask) < ((at - hole) & mask))
            continue;
        table[hole] = table[at];
        hole = at;
    }
    table[hole] = (struct table){0};
}

/* All tables of the space are taken back: none of them leads anywhere any more. */
void page_table_end(struct edge *e, unsigned space)
{
    struct prisim_driver *d = e->driver;
    prisim_touch_everything(&d->touched);
    for (uint32_t i = 0; i >> d->places.tables_log2 == 0; i++)
        while (tables(d)[i].key && table_owner(tables(d)[i].key) == space) {
            assert(!tables(d)[i].pages);
            frame_free(e, frame_at(e, tables(d)[i].address), space + 1, true);
            drop(d, i);
        }
    frame_free(e, frame_at(e, d->space[space].root), space + 1, true);
    space_of(d, space)->root = 0;
}

/* Frames are told as they are, and so is the order of the places: it follows from the order in which they were given.
 */
void tables_canonical(const struct table *table, uint32_t log2, struct prisim_canonical *to)
{
    for (uint64_t i = 0; i >> log2 == 0; i++) {
        if (!table[i].key)
            continue;
        prisim_canonical_word(to, table[i].key);
        prisim_canonical_word(to, table[i].address);
        prisim_canonical_word(to, table[i].pages);
        if ((table[i].key & 3) == LEAF)
            prisim_canonical_bytes(to, table[i].resident, sizeof table[i].resident);
    }
    prisim_canonical_word(to, 0);
}
