/* SPDX-License-Identifier: Apache-2.0
 *
 * The address translation cache: fully associative or in sets, entries of any size from 4 KiB up, the oldest of the set
 * replaced first. It is filled by Translation Completions only (PCIE-ATC). A hash over (PASID, privilege, page) per
 * size stands in for the comparators.
 */
#include "model/pcie_endpoint/endpoint_translation.h"

/* Whose an entry is: its PASID, or every one of the function, and its privilege. */
struct owner {
    uint32_t pasid; /* key */
    bool privileged;
};

static unsigned bucket_of(uint64_t base, struct owner owner, unsigned size_log2)
{
    uint64_t page = size_log2 >= 64 ? 0 : base >> size_log2;
    uint64_t whose = owner.pasid + ((uint64_t)owner.privileged << 22);
    uint64_t key = (page + whose * UINT64_C(0x9e3779b9) + size_log2) * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)(key >> 55);
}
_Static_assert(ENDPOINT_ATC_BUCKETS == 1 << (64 - 55), "bucket_of gives 9 bits");

/* PCIE-ATSCPL: a privileged result says nothing of unprivileged accesses, and the other way round. */
static unsigned find(const struct prisim_endpoint *s, uint64_t address, struct owner owner)
{
    for (uint64_t sizes = s->atc.sizes; sizes; sizes &= sizes - 1) {
        unsigned size_log2 = (unsigned)__builtin_ctzll(sizes);
        /* Bit 0 stands for 2^64 bytes. */
        if (size_log2 == 0)
            size_log2 = 64;
        uint64_t base = address & ~prisim_bits_mask(size_log2);
        for (unsigned i = s->atc_bucket[bucket_of(base, owner, size_log2)]; i != ENDPOINT_ATC_NONE;
             i = s->atc_entry[i].next) {
            const struct endpoint_atc_entry *entry = &s->atc_entry[i];
            if (entry->base == base && entry->pasid == owner.pasid && entry->size_log2 == size_log2 &&
                entry->privileged == owner.privileged)
                return i;
        }
    }
    return ENDPOINT_ATC_NONE;
}

static struct owner owner_of(const struct endpoint_atc_entry *entry)
{
    return (struct owner){entry->pasid, entry->privileged};
}

/* PCIE-ATSCPL: Global entries are of every PASID of the function; without a PASID there are none. */
__attribute__((noinline)) static unsigned find_global(const struct prisim_endpoint *s, uint64_t address,
                                                      uint32_t pasid_key, bool privileged)
{
    return pasid_key == 0 ? ENDPOINT_ATC_NONE : find(s, address, (struct owner){ENDPOINT_PASID_EVERY, privileged});
}

const struct endpoint_atc_entry *endpoint_atc_find(const struct prisim_endpoint_config *config,
                                                   const struct prisim_endpoint *s, uint64_t address,
                                                   uint32_t pasid_key, bool privileged)
{
    unsigned i = find(s, address, (struct owner){pasid_key, privileged});
    if (i == ENDPOINT_ATC_NONE && config->atc_global)
        i = find_global(s, address, pasid_key, privileged);
    return i == ENDPOINT_ATC_NONE ? NULL : &s->atc_entry[i];
}

static struct endpoint_atc_entry *entry_write(struct prisim_endpoint *s, unsigned i)
{
    prisim_touch(&s->touched, &s->atc_entry[i], sizeof s->atc_entry[i]);
    return &s->atc_entry[i];
}

static uint16_t *bucket_write(struct prisim_endpoint *s, const struct endpoint_atc_entry *entry)
{
    uint16_t *bucket = &s->atc_bucket[bucket_of(entry->base, owner_of(entry), entry->size_log2)];
    prisim_touch(&s->touched, bucket, sizeof *bucket);
    return bucket;
}

static uint16_t *count_write(struct prisim_endpoint *s, unsigned size_log2)
{
    prisim_touch(&s->touched, &s->atc_count[size_log2], sizeof s->atc_count[size_log2]);
    return &s->atc_count[size_log2];
}

static void take_out(struct prisim_endpoint *s, unsigned i)
{
    struct endpoint_atc *atc = &s->atc;
    struct endpoint_atc_entry *entry = entry_write(s, i);
    assert(prisim_bit_get(atc->valid[i / 64], i % 64) && s->atc_count[entry->size_log2] > 0);
    uint16_t *link = bucket_write(s, entry);
    while (*link != i)
        link = &entry_write(s, *link)->next;
    *link = entry->next;
    *(entry->older == ENDPOINT_ATC_NONE ? &atc->oldest : &entry_write(s, entry->older)->younger) = entry->younger;
    *(entry->younger == ENDPOINT_ATC_NONE ? &atc->youngest : &entry_write(s, entry->younger)->older) = entry->older;
    atc->valid[i / 64] &= ~endpoint_bit(i % 64);
    atc->used--;
    if (--*count_write(s, entry->size_log2) == 0)
        atc->sizes &= ~endpoint_bit(entry->size_log2 & 63);
    *entry = (struct endpoint_atc_entry){0};
}

static uint64_t pasid_field(const struct endpoint_atc_entry *entry)
{
    return endpoint_pasid_field(entry->pasid != 0 && entry->pasid != ENDPOINT_PASID_EVERY, entry->pasid - 1);
}

static uint64_t size_field(const struct endpoint_atc_entry *entry)
{
    return entry->size_log2 == 64 ? UINT64_MAX : endpoint_bit(entry->size_log2);
}

/* The entry gives way to one that says something of other addresses. */
static void evict(struct endpoint_edge *e, unsigned i, const struct endpoint_atc_entry *next)
{
    const struct endpoint_atc_entry old = e->s->atc_entry[i];
    take_out(e->s, i);
    if (old.pasid == next->pasid && old.privileged == next->privileged && old.base == next->base &&
        old.size_log2 == next->size_log2)
        return;
    PRISIM_PROBE(e->ports, e->now, endpoint_evict, .pasid = pasid_field(&old), .address = old.base,
                 .size = size_field(&old));
}

/* A free place, else that of the oldest entry. */
static unsigned place(const struct prisim_endpoint_config *config, const struct endpoint_atc *atc)
{
    if (atc->used == config->atc_entries)
        return atc->oldest;
    unsigned word = 0;
    while (!~atc->valid[word])
        word++;
    unsigned i = word * 64 + (unsigned)__builtin_ctzll(~atc->valid[word]);
    assert(i < config->atc_entries);
    return i;
}

/* The low bits of its page number, in pages of its size, choose an entry's set, and its PASID moves it on. */
static unsigned set_of(const struct prisim_endpoint_config *config, const struct endpoint_atc_entry *entry)
{
    uint64_t page = entry->size_log2 >= 64 ? 0 : entry->base >> entry->size_log2;
    return (unsigned)((page + entry->pasid) % (config->atc_entries / config->atc_ways));
}

/* The same among the places of its set, which are atc_ways in a row. */
__attribute__((noinline)) static unsigned place_in_set(const struct prisim_endpoint_config *config,
                                                       const struct prisim_endpoint *s,
                                                       const struct endpoint_atc_entry *entry)
{
    const unsigned first = set_of(config, entry) * config->atc_ways, behind = first + config->atc_ways;
    for (unsigned i = first; i < behind; i++)
        if (!prisim_bit_get(s->atc.valid[i / 64], i % 64))
            return i;
    unsigned i = s->atc.oldest;
    while (i < first || i >= behind)
        i = s->atc_entry[i].younger;
    return i;
}

/* What the ATC says of the address makes room, if it says something; then, if need be, the oldest entry. */
static unsigned make_room(struct endpoint_edge *e, const struct endpoint_atc_entry *entry, uint64_t address)
{
    const struct prisim_endpoint *s = e->s;
    unsigned i = find(s, address, owner_of(entry));
    if (i != ENDPOINT_ATC_NONE)
        evict(e, i, entry);
    if (e->config->atc_ways)
        i = place_in_set(e->config, s, entry);
    else if (i == ENDPOINT_ATC_NONE)
        i = place(e->config, &s->atc);
    if (prisim_bit_get(s->atc.valid[i / 64], i % 64))
        evict(e, i, entry);
    return i;
}

void endpoint_atc_fill(struct endpoint_edge *e, const struct endpoint_atc_entry *entry, uint64_t address)
{
    const struct prisim_endpoint_config *config = e->config;
    struct prisim_endpoint *s = e->s;
    struct endpoint_atc *atc = &s->atc;
    assert((entry->base & prisim_bits_mask(entry->size_log2)) == 0);
    if (config->atc_entries == 0)
        return;
    const unsigned i = make_room(e, entry, address);
    uint16_t *bucket = bucket_write(s, entry);
    struct endpoint_atc_entry *filled = entry_write(s, i);
    *filled = *entry;
    filled->next = *bucket;
    *bucket = (uint16_t)i;
    filled->older = atc->youngest;
    filled->younger = ENDPOINT_ATC_NONE;
    *(atc->youngest == ENDPOINT_ATC_NONE ? &atc->oldest : &entry_write(s, atc->youngest)->younger) = (uint16_t)i;
    atc->youngest = (uint16_t)i;
    atc->valid[i / 64] |= endpoint_bit(i % 64);
    atc->used++;
    ++*count_write(s, entry->size_log2);
    atc->sizes |= endpoint_bit(entry->size_log2 & 63);
    assert(atc->used <= config->atc_entries);
}

/* PCIE-ATC: an entry larger than the range is dropped whole. One of every PASID goes with any of them: more than asked
 * is always legal. */
static bool is_hit(const struct endpoint_atc_entry *entry, const struct endpoint_range *range)
{
    return (endpoint_range_names(range, entry->pasid) || entry->pasid == ENDPOINT_PASID_EVERY) &&
           endpoint_range_overlaps(range, entry->base, entry->size_log2);
}

unsigned endpoint_atc_invalidate(struct prisim_endpoint *s, const struct endpoint_range *range)
{
    unsigned entries = 0;
    for (unsigned word = 0; word < PRISIM_ENDPOINT_ATC_MAX / 64; word++)
        for (uint64_t valid = s->atc.valid[word]; valid; valid &= valid - 1) {
            unsigned i = word * 64 + (unsigned)__builtin_ctzll(valid);
            if (!is_hit(&s->atc_entry[i], range))
                continue;
            take_out(s, i);
            entries++;
        }
    return entries;
}

unsigned endpoint_atc_invalidate_partly(struct prisim_endpoint *s, const struct endpoint_range *range)
{
    unsigned hit = 0;
    for (unsigned i = s->atc.oldest, next; i != ENDPOINT_ATC_NONE; i = next) {
        next = s->atc_entry[i].younger;
        if (is_hit(&s->atc_entry[i], range) && hit++ % 2)
            take_out(s, i);
    }
    return hit / 2;
}

void endpoint_atc_tell_kept(struct endpoint_edge *e, const struct endpoint_invalidate *invalidate)
{
    const struct prisim_endpoint *s = e->s;
    for (unsigned i = s->atc.oldest; i != ENDPOINT_ATC_NONE; i = s->atc_entry[i].younger) {
        const struct endpoint_atc_entry *entry = &s->atc_entry[i];
        if (is_hit(entry, &invalidate->range))
            PRISIM_PROBE(e->ports, e->now, endpoint_invalidate_kept, .tlp = invalidate->tlp, .itag = invalidate->itag,
                         .pasid = pasid_field(entry), .address = entry->base, .size = size_field(entry));
    }
}

void endpoint_atc_init(struct prisim_endpoint *s)
{
    memset(s->atc_bucket, 0xff, sizeof s->atc_bucket);
    s->atc = (struct endpoint_atc){.oldest = ENDPOINT_ATC_NONE, .youngest = ENDPOINT_ATC_NONE};
}

void endpoint_atc_clear(const struct prisim_endpoint_config *config, struct prisim_endpoint *s)
{
    const size_t from = offsetof(struct prisim_endpoint, atc_count);
    const size_t bytes = sizeof *s + endpoint_atc_bytes(config) - from;
    prisim_touch(&s->touched, s->atc_count, bytes);
    memset((char *)s + from, 0, bytes);
    endpoint_atc_init(s);
}
