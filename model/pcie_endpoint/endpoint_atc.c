/* SPDX-License-Identifier: Apache-2.0
 *
 * The address translation cache: fully associative, entries of any size from 4 KiB up, the oldest replaced first. It is
 * filled by Translation Completions only (PCIE-ATC). A hash over (PASID, page) per size stands in for the comparators.
 */
#include "model/pcie_endpoint/endpoint_state.h"

static unsigned bucket_of(uint64_t base, uint32_t pasid_key, unsigned size_log2)
{
    uint64_t page = size_log2 >= 64 ? 0 : base >> size_log2;
    uint64_t key = (page + (uint64_t)pasid_key * UINT64_C(0x9e3779b9) + size_log2) * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)(key >> 55);
}
_Static_assert(ENDPOINT_ATC_BUCKETS == 1 << (64 - 55), "bucket_of gives 9 bits");

static unsigned find(const struct endpoint_atc *atc, uint64_t address, uint32_t pasid_key)
{
    for (uint64_t sizes = atc->sizes; sizes; sizes &= sizes - 1) {
        unsigned size_log2 = (unsigned)__builtin_ctzll(sizes);
        /* Bit 0 stands for 2^64 bytes. */
        if (size_log2 == 0)
            size_log2 = 64;
        uint64_t base = address & ~prisim_bits_mask(size_log2);
        for (unsigned i = atc->bucket[bucket_of(base, pasid_key, size_log2)]; i != ENDPOINT_ATC_NONE;
             i = atc->entry[i].next) {
            const struct endpoint_atc_entry *entry = &atc->entry[i];
            if (entry->base == base && entry->pasid == pasid_key && entry->size_log2 == size_log2)
                return i;
        }
    }
    return ENDPOINT_ATC_NONE;
}

const struct endpoint_atc_entry *endpoint_atc_find(const struct prisim_endpoint *s, uint64_t address,
                                                   uint32_t pasid_key)
{
    unsigned i = find(&s->atc, address, pasid_key);
    return i == ENDPOINT_ATC_NONE ? NULL : &s->atc.entry[i];
}

static void take_out(struct endpoint_atc *atc, unsigned i)
{
    const struct endpoint_atc_entry *entry = &atc->entry[i];
    assert(prisim_bit_get(atc->valid[i / 64], i % 64) && atc->count[entry->size_log2] > 0);
    uint16_t *link = &atc->bucket[bucket_of(entry->base, entry->pasid, entry->size_log2)];
    while (*link != i)
        link = &atc->entry[*link].next;
    *link = entry->next;
    *(entry->older == ENDPOINT_ATC_NONE ? &atc->oldest : &atc->entry[entry->older].younger) = entry->younger;
    *(entry->younger == ENDPOINT_ATC_NONE ? &atc->youngest : &atc->entry[entry->younger].older) = entry->older;
    atc->valid[i / 64] &= ~endpoint_bit(i % 64);
    atc->used--;
    if (--atc->count[entry->size_log2] == 0)
        atc->sizes &= ~endpoint_bit(entry->size_log2 & 63);
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

/* The entry gives way to one that says something of other addresses. */
static void evict(struct endpoint_edge *e, unsigned i, const struct endpoint_atc_entry *next)
{
    const struct endpoint_atc_entry old = e->s->atc.entry[i];
    take_out(&e->s->atc, i);
    if (old.pasid == next->pasid && old.base == next->base && old.size_log2 == next->size_log2)
        return;
    PRISIM_PROBE(e->ports, e->now, endpoint_evict, .pasid = endpoint_pasid_field(old.pasid != 0, old.pasid - 1),
                 .address = old.base, .size = old.size_log2 == 64 ? UINT64_MAX : endpoint_bit(old.size_log2));
}

void endpoint_atc_fill(struct endpoint_edge *e, const struct endpoint_atc_entry *entry, uint64_t address)
{
    const struct prisim_endpoint_config *config = e->config;
    struct endpoint_atc *atc = &e->s->atc;
    assert((entry->base & prisim_bits_mask(entry->size_log2)) == 0);
    if (config->atc_entries == 0)
        return;
    /* What the cache said of this address till now is replaced, whatever its size. */
    unsigned i = find(atc, address, entry->pasid);
    if (i == ENDPOINT_ATC_NONE)
        i = place(config, atc);
    if (prisim_bit_get(atc->valid[i / 64], i % 64))
        evict(e, i, entry);
    uint16_t *bucket = &atc->bucket[bucket_of(entry->base, entry->pasid, entry->size_log2)];
    atc->entry[i] = *entry;
    atc->entry[i].next = *bucket;
    *bucket = (uint16_t)i;
    atc->entry[i].older = atc->youngest;
    atc->entry[i].younger = ENDPOINT_ATC_NONE;
    *(atc->youngest == ENDPOINT_ATC_NONE ? &atc->oldest : &atc->entry[atc->youngest].younger) = (uint16_t)i;
    atc->youngest = (uint16_t)i;
    atc->valid[i / 64] |= endpoint_bit(i % 64);
    atc->used++;
    atc->count[entry->size_log2]++;
    atc->sizes |= endpoint_bit(entry->size_log2 & 63);
    assert(atc->used <= config->atc_entries);
}

/* PCIE-ATC: an entry larger than the range is dropped whole. */
unsigned endpoint_atc_invalidate(struct prisim_endpoint *s, const struct endpoint_range *range)
{
    unsigned entries = 0;
    for (unsigned word = 0; word < PRISIM_ENDPOINT_ATC_MAX / 64; word++)
        for (uint64_t valid = s->atc.valid[word]; valid; valid &= valid - 1) {
            unsigned i = word * 64 + (unsigned)__builtin_ctzll(valid);
            const struct endpoint_atc_entry *entry = &s->atc.entry[i];
            if (endpoint_range_names(range, entry->pasid) &&
                endpoint_range_overlaps(range, entry->base, entry->size_log2)) {
                take_out(&s->atc, i);
                entries++;
            }
        }
    return entries;
}

void endpoint_atc_clear(struct prisim_endpoint *s)
{
    memset(s->atc.valid, 0, sizeof s->atc.valid);
    memset(s->atc.count, 0, sizeof s->atc.count);
    memset(s->atc.bucket, 0xff, sizeof s->atc.bucket);
    s->atc.sizes = 0;
    s->atc.used = 0;
    s->atc.oldest = ENDPOINT_ATC_NONE;
    s->atc.youngest = ENDPOINT_ATC_NONE;
}
