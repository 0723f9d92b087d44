/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation tables of the spaces: 4 KB granule, 48 bits, four levels (SMMU-PAGETABLES). The driver keeps in mind
 * which tables and pages exist, so that it only stores. Pages are given, never taken back: there is no unmap and no
 * eviction.
 */
#include "driver/access.h"
#include "driver/step.h"

enum { LEVELS = 4, INDEX_BITS = 9, VA_BITS = 48, LEAF = LEVELS - 1 };

/* The lowest address bit that a descriptor of the level translates: 39, 30, 21, 12. */
static unsigned level_shift(unsigned level)
{
    assert(level < LEVELS);
    return 12 + INDEX_BITS * (LEAF - level);
}

static uint64_t tables_of_region(const struct prisim_driver_region *region)
{
    uint64_t first = region->at, last = region->at + region->size - 1, tables = 0;
    for (unsigned level = 0; level < LEAF; level++)
        tables += (last >> level_shift(level)) - (first >> level_shift(level)) + 1;
    return tables;
}

/* Slots for the tables that can exist at all: twice as many, for hashing. */
size_t page_table_capacity(const struct prisim_driver_config *config, uint32_t *log2)
{
    uint64_t tables = 4;
    for (uint32_t s = 0; s < config->spaces; s++)
        for (uint32_t r = 0; r < config->space[s].regions; r++)
            tables += tables_of_region(&config->space[s].region[r]);
    uint64_t pages = config->ram_size / PAGE_BYTES;
    for (unsigned i = 0; i < PRISIM_MEMORY_REGIONS_MAX; i++)
        pages += config->region[i].size / PAGE_BYTES;
    if (tables > pages)
        tables = pages;
    *log2 = 3;
    while (UINT64_C(1) << *log2 < 2 * tables)
        ++*log2;
    return (size_t)1 << *log2;
}

static struct table *tables(struct prisim_driver *d)
{
    return (struct table *)(void *)((char *)d + d->places.tables);
}

/* Names the table of that level that translates the address; level 1..3. */
static uint64_t table_key(unsigned space, uint64_t address, unsigned level)
{
    assert(level > 0 && space < PRISIM_DRIVER_SPACES_MAX);
    return address >> level_shift(level - 1) << 8 | space << 2 | level;
}

/* The slot of that table, or the empty one where it belongs. */
static struct table *table_slot(struct prisim_driver *d, uint64_t key)
{
    struct table *table = tables(d);
    uint32_t mask = (uint32_t)prisim_bits_mask(d->places.tables_log2);
    uint32_t i = (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - d->places.tables_log2));
    while (table[i].key && table[i].key != key)
        i = (i + 1) & mask;
    return &table[i];
}

static unsigned leaf_index(uint64_t address)
{
    return (unsigned)prisim_bits_get(address, 12, INDEX_BITS);
}

static struct table *leaf_table(struct prisim_driver *d, const struct task *t)
{
    return table_slot(d, table_key(t->page_space, t->page_address, LEAF));
}

static bool is_resident(const struct table *leaf, uint64_t address)
{
    unsigned i = leaf_index(address);
    return leaf->key && (leaf->resident[i / 64] >> (i % 64) & 1);
}

/* The end of the region that frames come from. */
static uint64_t ram_end(const struct prisim_driver_config *config, const struct prisim_driver *d)
{
    if (d->ram_region == 0)
        return config->ram_base + config->ram_size;
    return config->region[d->ram_region - 1].base + config->region[d->ram_region - 1].size;
}

/* A page of RAM, zero as all RAM that was never written; 0: none is left. Regions of size 0 have none. */
static uint64_t page_alloc(const struct prisim_driver_config *config, struct prisim_driver *d)
{
    while (d->ram_next + PAGE_BYTES > ram_end(config, d)) {
        if (d->ram_region == PRISIM_MEMORY_REGIONS_MAX)
            return 0;
        d->ram_next = config->region[d->ram_region++].base;
    }
    uint64_t page = d->ram_next;
    d->ram_next += PAGE_BYTES;
    return page;
}

/* From now on the frame can be reached by way of the space's tables, or belongs to them. */
static void give(struct edge *e, uint64_t frame, unsigned space, bool is_table)
{
    EMIT(driver_frame_given, .address = frame, .space = space + 1, .life = ++e->driver->frames_given,
         .table = is_table);
}

bool page_table_root(struct edge *e, unsigned space)
{
    struct prisim_driver *d = e->driver;
    assert(space < e->config->spaces);
    if (d->space[space].root)
        return true;
    space_of(d, space)->root = page_alloc(e->config, d);
    if (d->space[space].root)
        give(e, d->space[space].root, space, true);
    return d->space[space].root != 0;
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
        *perm = s->region[r].perm;
        return access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE) & ~*perm ? PRISIM_CAUSE_NO_PERMISSION
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
    uint64_t page = page_alloc(e->config, d);
    if (!page) {
        t->page_cause = PRISIM_CAUSE_NO_MEMORY;
        return;
    }
    prisim_touch(&d->touched, table, sizeof *table);
    table->key = table_key(t->page_space, t->page_address, level);
    table->address = page;
    uint64_t index = prisim_bits_get(t->page_address, level_shift(level - 1), INDEX_BITS);
    access_store(e, t, parent + index * PRISIM_DESCRIPTOR_BYTES, table_descriptor(page));
    give(e, page, t->page_space, true);
}

static void store_page(struct edge *e, struct task *t, struct table *leaf)
{
    uint64_t page = page_alloc(e->config, e->driver);
    unsigned i = leaf_index(t->page_address);
    assert(leaf->key && !is_resident(leaf, t->page_address));
    t->page_cause = (uint8_t)(page ? PRISIM_CAUSE_MAPPED : PRISIM_CAUSE_NO_MEMORY);
    if (!page)
        return;
    prisim_touch(&e->driver->touched, leaf, sizeof *leaf);
    leaf->resident[i / 64] |= UINT64_C(1) << (i % 64);
    access_store(e, t, leaf->address + UINT64_C(8) * i, page_descriptor(page, t->page_perm));
    give(e, page, t->page_space, false);
}

/* The next store that mapping the page needs, if any. */
static void map(struct edge *e, struct task *t)
{
    struct table *leaf = leaf_table(e->driver, t);
    if (is_resident(leaf, t->page_address))
        t->page_cause = PRISIM_CAUSE_RESIDENT;
    else if (leaf->key)
        store_page(e, t, leaf);
    else
        store_table(e, t);
}

/* Makes t->page_address resident; t->page_cause says how it went: with PRISIM_CAUSE_MAPPED the store of the page's
 * descriptor has been put at this edge, and its answer is the caller's to wait for. The caller has begun the step whose
 * effect is the first store; each further one has a step of its own. Two tasks may be at one page: what there is to do
 * is looked at at each effect. */
bool page_table_map(struct edge *e, struct task *t)
{
    BEGIN_ROUTINE;
    t->page_cause = PRISIM_CAUSE_NONE;
    for (;;) {
        while (!prisim_ports_can_put(e->ports, PRISIM_DRIVER_TX_MEMORY)) {
            task_block(e, t, PRISIM_DRIVER_TX_MEMORY);
            RETURN_HERE;
        }
        map(e, t);
        if (t->page_cause != PRISIM_CAUSE_NONE)
            break;
        ANSWER();
        STEP(e->config->price.store);
    }
    END;
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
        if ((table[i].key & 3) == LEAF)
            prisim_canonical_bytes(to, table[i].resident, sizeof table[i].resident);
    }
    prisim_canonical_word(to, 0);
}
