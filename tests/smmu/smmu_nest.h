/* SPDX-License-Identifier: Apache-2.0
 *
 * A stream with both stages: everything that stage 1 and the CD name is an IPA, above its PA. Stage 2 maps every page
 * of RAM by a descriptor of its own.
 */
#ifndef PRISIM_TESTS_SMMU_NEST_H
#define PRISIM_TESTS_SMMU_NEST_H

#include "tests/smmu/smmu_trees.h"

#define NEST_OFFSET UINT64_C(0x1000000000) /* IPA - PA of RAM */
#define NEST_IPA    UINT64_C(0x2000000000) /* where stage 1 maps to */
enum { NEST_VMID = 5, NEST_ASID = 7, NEST_PASID = 1 };

struct nest {
    struct bench *b;
    struct tree first, second;
    uint32_t events; /* seen */
};

/* Where stage 2's descriptor of the page of this PA in RAM lies. */
static inline uint64_t nest_page(const struct nest *n, uint64_t pa)
{
    return tree_place(n->b, &n->second, pa + NEST_OFFSET, 3);
}

/* Both trees have four levels. b is started and up; `ste2` are bits of the STE's word 2. */
static inline struct nest nest_open(struct bench *b, uint32_t sid, uint32_t vmid, uint64_t ste2)
{
    struct nest n = {.b = b};
    n.first = tree_open(b, TREE_4K, 0, 48);
    n.first.offset = NEST_OFFSET;
    n.second = tree_open(b, TREE_4K, 0, 48);
    for (uint64_t pa = BENCH_RAM; pa < BENCH_RAM + BENCH_RAM_BYTES; pa += 4096)
        tree_map(b, &n.second, pa + NEST_OFFSET, 3, pa, TREE_S2LEAF);
    bench_ste(b, sid,
              bits_put(1, STE0_V) | bits_put(STE_CONFIG_S1_S2, STE0_CONFIG) | bits_put(4, STE0_S1CDMAX) |
                  (BENCH_CDTAB + NEST_OFFSET),
              bench_ste1());
    tree_ste2(b, sid, ste2, vmid, &n.second);
    return n;
}

/* CD.A and R as they are by default. */
static inline void nest_cd(const struct nest *n, uint64_t bits)
{
    tree_cd(n->b, NEST_PASID, bits | bits_put(NEST_ASID, CD0_ASID), &n->first, false);
}

static inline uint64_t nest_ask(const struct nest *n, uint64_t va, unsigned flags)
{
    struct tlp request = bench_request(va, NEST_PASID, flags);
    return bench_entry(bench_ask(n->b, &request));
}

/* An untranslated access that faults, and its record. */
static inline void nest_fault(struct nest *n, enum tlp_type type, uint64_t va, unsigned flags, uint64_t dw[4])
{
    struct tlp tlp = bench_memory_tlp(type, TLP_AT_UNTRANSLATED, va, 8);
    tlp.head.pasid = NEST_PASID;
    tlp.head.flags = (uint8_t)(TLP_HAS_PASID | flags);
    unsigned count = rig_events(n->b->rig, EVENT_SMMU_TRANSLATE);
    bench_up(n->b, &tlp);
    for (unsigned i = 0; i < 2000 && rig_events(n->b->rig, EVENT_SMMU_TRANSLATE) == count; i++)
        bench_edge(n->b);
    bench_run(n->b, 60);
    uint32_t prod = bench_events(n->b) & 7;
    ck_assert_uint_eq(prod, (n->events + 1) & 7);
    bench_event(n->b, n->events & 3, dw);
    n->events = prod;
    bench_write(n->b, SMMU_EVENTQ_CONS, prod);
}

/* SMMU-RECORD */
static inline bool nest_is_s2(const uint64_t dw[4])
{
    return dw[1] >> 39 & 1;
}
static inline unsigned nest_class(const uint64_t dw[4])
{
    return dw[1] >> 40 & 3;
}
static inline bool nest_is_table_read(const uint64_t dw[4])
{
    return dw[1] >> 44 & 1;
}

#endif
