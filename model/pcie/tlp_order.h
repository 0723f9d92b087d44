/* SPDX-License-Identifier: Apache-2.0
 *
 * May a TLP pass an earlier one that goes the same way? The table of PCIE-ORDER, for the kinds that ATS, PRI and DMA
 * use, as pure functions of the two headers. It holds no queue: who has queues asks it of each pair.
 */
#ifndef PRISIM_PCIE_TLP_ORDER_H
#define PRISIM_PCIE_TLP_ORDER_H

#include "model/pcie/tlp.h"

/* PCIE-ORDER-8: what is queued together. */
enum prisim_tlp_class { PRISIM_TLP_POSTED, PRISIM_TLP_NONPOSTED, PRISIM_TLP_COMPLETIONS, PRISIM_TLP_CLASSES };

/* The cells of the table by row and column, and what opens a cell that is closed without. */
enum prisim_tlp_cell {
    PRISIM_TLP_CELL_A2,            /* posted passes posted */
    PRISIM_TLP_CELL_A2_RELAXED,    /* the same with RO */
    PRISIM_TLP_CELL_A2_IDO,        /* the same with IDO and another requester or PASID */
    PRISIM_TLP_CELL_A3,            /* posted passes a read */
    PRISIM_TLP_CELL_A4,            /* posted passes a configuration write */
    PRISIM_TLP_CELL_A5,            /* posted passes a completion */
    PRISIM_TLP_CELL_B2,            /* a read passes posted */
    PRISIM_TLP_CELL_B2_IDO,        /* the same with IDO and another requester or PASID; RO does not help */
    PRISIM_TLP_CELL_B3,            /* a read passes a read */
    PRISIM_TLP_CELL_B4,            /* a read passes a configuration write */
    PRISIM_TLP_CELL_B5,            /* a read passes a completion */
    PRISIM_TLP_CELL_C2,            /* a configuration write passes posted */
    PRISIM_TLP_CELL_C2_RELAXED,    /* the same with RO */
    PRISIM_TLP_CELL_C2_IDO,        /* the same with IDO and another requester or PASID */
    PRISIM_TLP_CELL_C3,            /* a configuration write passes a read */
    PRISIM_TLP_CELL_C4,            /* a configuration write passes a configuration write */
    PRISIM_TLP_CELL_C5,            /* a configuration write passes a completion */
    PRISIM_TLP_CELL_D2,            /* a completion passes posted */
    PRISIM_TLP_CELL_D2_RELAXED,    /* the same with RO */
    PRISIM_TLP_CELL_D2_IDO,        /* the same with IDO, of a completer other than the posted one's requester */
    PRISIM_TLP_CELL_D2_WRITE,      /* the same of a completion of a configuration write */
    PRISIM_TLP_CELL_D3,            /* a completion passes a read */
    PRISIM_TLP_CELL_D4,            /* a completion passes a configuration write */
    PRISIM_TLP_CELL_D5_SAME,       /* a completion passes one of its transaction */
    PRISIM_TLP_CELL_D5,            /* a completion passes one of another transaction */
    PRISIM_TLP_CELL_TRAFFIC_CLASS, /* anything passes what has another traffic class (PCIE-ORDER-6) */
    PRISIM_TLP_CELLS
};

/* Why one may pass: bits, for a cell may be open for several reasons. None of them: it may not. */
enum {
    PRISIM_TLP_PASS_MUST = 1 << 0,             /* A3, A4, D3, D4 (PCIE-ORDER-5) */
    PRISIM_TLP_PASS_RELAXED = 1 << 1,          /* RO */
    PRISIM_TLP_PASS_IDO = 1 << 2,              /* IDO */
    PRISIM_TLP_PASS_WRITE_COMPLETION = 1 << 3, /* D2: a configuration write's completion */
    PRISIM_TLP_PASS_POSTED = 1 << 4,           /* A5 */
    PRISIM_TLP_PASS_NONPOSTED = 1 << 5,        /* B3 to B5, C3 to C5 */
    PRISIM_TLP_PASS_COMPLETION = 1 << 6,       /* D5 */
    PRISIM_TLP_PASS_TRAFFIC_CLASS = 1 << 7     /* PCIE-ORDER-6 */
};

enum prisim_tlp_verdict { PRISIM_TLP_NO, PRISIM_TLP_MAY, PRISIM_TLP_MUST };

/* Tests define it: an expression, the cell whose rule is inverted. A "no" becomes a "must", a
 * "must" and a "may" a "no". */
#ifdef PRISIM_TLP_ORDER_INVERTED
#define PRISIM_TLP_ORDER_CELL(cell, why)                                                                               \
    ((unsigned)(cell) == (PRISIM_TLP_ORDER_INVERTED) ? ((why) ? 0u : (unsigned)PRISIM_TLP_PASS_MUST) : (unsigned)(why))
#else
#define PRISIM_TLP_ORDER_CELL(cell, why) ((void)(cell), (unsigned)(why))
#endif

static inline enum prisim_tlp_class prisim_tlp_class(const struct prisim_tlp_header *head)
{
    enum { NONPOSTED = 1 << PRISIM_TLP_MEMORY_READ | 1 << PRISIM_TLP_CONFIG_READ | 1 << PRISIM_TLP_CONFIG_WRITE };
    enum { COMPLETIONS = 1 << PRISIM_TLP_COMPLETION | 1 << PRISIM_TLP_COMPLETION_DATA };
    const unsigned type = head->type & 31;
    return (enum prisim_tlp_class)((NONPOSTED >> type & 1) | (COMPLETIONS >> type & 1) << 1);
}

/* IDO, of a request: another requester, or both have a PASID and they differ. */
static inline bool prisim_tlp_is_other_id(const struct prisim_tlp_header *later,
                                          const struct prisim_tlp_header *earlier)
{
    return later->requester_id != earlier->requester_id ||
           ((later->flags & earlier->flags & PRISIM_TLP_HAS_PASID) && later->pasid != earlier->pasid);
}

/* The way of an attribute past posted TLPs: of the cells by RO and by IDO, and of the cell without. */
static inline unsigned prisim_tlp_past_posted(bool relaxed, enum prisim_tlp_cell of_relaxed, bool ido,
                                              enum prisim_tlp_cell of_ido, enum prisim_tlp_cell plain)
{
    const unsigned why = (relaxed ? PRISIM_TLP_ORDER_CELL(of_relaxed, PRISIM_TLP_PASS_RELAXED) : 0u) |
                         (ido ? PRISIM_TLP_ORDER_CELL(of_ido, PRISIM_TLP_PASS_IDO) : 0u);
    return relaxed || ido ? why : PRISIM_TLP_ORDER_CELL(plain, 0);
}

/* PCIE-ORDER-1, row A. */
static inline unsigned prisim_tlp_posted_passes(const struct prisim_tlp_header *later,
                                                const struct prisim_tlp_header *earlier)
{
    switch (prisim_tlp_class(earlier)) {
    case PRISIM_TLP_POSTED:
        return prisim_tlp_past_posted(later->flags & PRISIM_TLP_RELAXED, PRISIM_TLP_CELL_A2_RELAXED,
                                      (later->flags & PRISIM_TLP_IDO) && prisim_tlp_is_other_id(later, earlier),
                                      PRISIM_TLP_CELL_A2_IDO, PRISIM_TLP_CELL_A2);
    case PRISIM_TLP_NONPOSTED:
        return earlier->type == PRISIM_TLP_CONFIG_WRITE
                   ? PRISIM_TLP_ORDER_CELL(PRISIM_TLP_CELL_A4, PRISIM_TLP_PASS_MUST)
                   : PRISIM_TLP_ORDER_CELL(PRISIM_TLP_CELL_A3, PRISIM_TLP_PASS_MUST);
    case PRISIM_TLP_COMPLETIONS:
        return PRISIM_TLP_ORDER_CELL(PRISIM_TLP_CELL_A5, PRISIM_TLP_PASS_POSTED);
    case PRISIM_TLP_CLASSES:
        break;
    }
    return 0;
}

/* PCIE-ORDER-2 and PCIE-ORDER-3, rows B (reads, Translation Requests) and C (with data). RO never lets a read pass. */
static inline unsigned prisim_tlp_nonposted_passes(const struct prisim_tlp_header *later,
                                                   const struct prisim_tlp_header *earlier)
{
    const bool data = later->type == PRISIM_TLP_CONFIG_WRITE;
    switch (prisim_tlp_class(earlier)) {
    case PRISIM_TLP_POSTED:
        return prisim_tlp_past_posted(data && (later->flags & PRISIM_TLP_RELAXED), PRISIM_TLP_CELL_C2_RELAXED,
                                      (later->flags & PRISIM_TLP_IDO) && prisim_tlp_is_other_id(later, earlier),
                                      data ? PRISIM_TLP_CELL_C2_IDO : PRISIM_TLP_CELL_B2_IDO,
                                      data ? PRISIM_TLP_CELL_C2 : PRISIM_TLP_CELL_B2);
    case PRISIM_TLP_NONPOSTED:
        if (earlier->type == PRISIM_TLP_CONFIG_WRITE)
            return PRISIM_TLP_ORDER_CELL(data ? PRISIM_TLP_CELL_C4 : PRISIM_TLP_CELL_B4, PRISIM_TLP_PASS_NONPOSTED);
        return PRISIM_TLP_ORDER_CELL(data ? PRISIM_TLP_CELL_C3 : PRISIM_TLP_CELL_B3, PRISIM_TLP_PASS_NONPOSTED);
    case PRISIM_TLP_COMPLETIONS:
        return PRISIM_TLP_ORDER_CELL(data ? PRISIM_TLP_CELL_C5 : PRISIM_TLP_CELL_B5, PRISIM_TLP_PASS_NONPOSTED);
    case PRISIM_TLP_CLASSES:
        break;
    }
    return 0;
}

/* A completion of a configuration write: success without data. A read that succeeds has data. */
static inline bool prisim_tlp_completes_write(const struct prisim_tlp_header *head)
{
    return head->type == PRISIM_TLP_COMPLETION && head->status == PRISIM_TLP_SC;
}

/* PCIE-ORDER-4, row D: past posted TLPs. A completion's completer is its destination_id. */
static inline unsigned prisim_tlp_completion_passes_posted(const struct prisim_tlp_header *later,
                                                           const struct prisim_tlp_header *earlier)
{
    const bool relaxed = later->flags & PRISIM_TLP_RELAXED;
    const bool ido = (later->flags & PRISIM_TLP_IDO) && later->destination_id != earlier->requester_id;
    const unsigned why =
        prisim_tlp_past_posted(relaxed, PRISIM_TLP_CELL_D2_RELAXED, ido, PRISIM_TLP_CELL_D2_IDO, PRISIM_TLP_CELL_D2);
    if (!prisim_tlp_completes_write(later))
        return why;
    return (relaxed || ido ? why : 0u) |
           PRISIM_TLP_ORDER_CELL(PRISIM_TLP_CELL_D2_WRITE, PRISIM_TLP_PASS_WRITE_COMPLETION);
}

/* PCIE-ORDER-4, row D. */
static inline unsigned prisim_tlp_completion_passes(const struct prisim_tlp_header *later,
                                                    const struct prisim_tlp_header *earlier)
{
    switch (prisim_tlp_class(earlier)) {
    case PRISIM_TLP_POSTED:
        return prisim_tlp_completion_passes_posted(later, earlier);
    case PRISIM_TLP_NONPOSTED:
        return earlier->type == PRISIM_TLP_CONFIG_WRITE
                   ? PRISIM_TLP_ORDER_CELL(PRISIM_TLP_CELL_D4, PRISIM_TLP_PASS_MUST)
                   : PRISIM_TLP_ORDER_CELL(PRISIM_TLP_CELL_D3, PRISIM_TLP_PASS_MUST);
    case PRISIM_TLP_COMPLETIONS:
        if (later->requester_id == earlier->requester_id && later->tag == earlier->tag)
            return PRISIM_TLP_ORDER_CELL(PRISIM_TLP_CELL_D5_SAME, 0);
        return PRISIM_TLP_ORDER_CELL(PRISIM_TLP_CELL_D5, PRISIM_TLP_PASS_COMPLETION);
    case PRISIM_TLP_CLASSES:
        break;
    }
    return 0;
}

/* Why `later` may pass `earlier`: PRISIM_TLP_PASS_*, or 0 if it may not. PCIE-ORDER-6: with another traffic class it
 * always may; it still must where a class of its virtual channel would be held up. */
static inline unsigned prisim_tlp_passes(const struct prisim_tlp_header *later, const struct prisim_tlp_header *earlier)
{
    unsigned why = 0;
    switch (prisim_tlp_class(later)) {
    case PRISIM_TLP_POSTED:
        why = prisim_tlp_posted_passes(later, earlier);
        break;
    case PRISIM_TLP_NONPOSTED:
        why = prisim_tlp_nonposted_passes(later, earlier);
        break;
    case PRISIM_TLP_COMPLETIONS:
        why = prisim_tlp_completion_passes(later, earlier);
        break;
    case PRISIM_TLP_CLASSES:
        break;
    }
    if (later->traffic_class == earlier->traffic_class)
        return why;
    return why | PRISIM_TLP_ORDER_CELL(PRISIM_TLP_CELL_TRAFFIC_CLASS, PRISIM_TLP_PASS_TRAFFIC_CLASS);
}

static inline enum prisim_tlp_verdict prisim_tlp_may_pass(const struct prisim_tlp_header *later,
                                                          const struct prisim_tlp_header *earlier)
{
    const unsigned why = prisim_tlp_passes(later, earlier);
    if (why & PRISIM_TLP_PASS_MUST)
        return PRISIM_TLP_MUST;
    return why ? PRISIM_TLP_MAY : PRISIM_TLP_NO;
}

#endif
