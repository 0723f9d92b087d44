/* SPDX-License-Identifier: Apache-2.0
 *
 * A translation as the reference model makes it, read by read; what of it may be kept; and the reference model over a
 * memory in which one thing was changed, where each read of that thing may give what it was if an entry that was made
 * of it may still be there.
 */
#ifndef PRISIM_TESTS_SMMU_SCOPE_TRACE_H
#define PRISIM_TESTS_SMMU_SCOPE_TRACE_H

#include "tests/smmu/reference/reference.h"
#include "tests/smmu/reference/scope.h"
#include "tests/smmu/reference/tree.h"

enum { SCOPE_READS = 96, SCOPE_WORDS = 128, SCOPE_ENTRIES = 8192, SCOPE_CHOICES = 6 };

struct scope_read {
    enum reference_what what;
    unsigned class_code, granule, table_bits;
    int level;
    uint64_t input, address;
    uint64_t value; /* a descriptor's */
    bool old;       /* it gave what has been changed since */
};

struct scope_trace {
    struct reference_request request;
    struct reference_outcome outcome;
    unsigned current; /* the tree's substream */
    unsigned reads;
    struct scope_read read[SCOPE_READS];
    uint64_t ste[8], cd[8];
    bool any_old;
};

/* What was changed in memory, which holds what is new. */
struct scope_change {
    bool active;
    unsigned words;
    uint64_t address[SCOPE_WORDS], old[SCOPE_WORDS], mask_from, mask_to; /* all words lie between the two */
    bool tlb; /* of an STE or CD: an entry of a translation may hold it (SMMU-STE, SMMU-CD) */
    /* The base of stage 2 was moved: a kept walk goes on from the old one. */
    bool moved;
    int root_level;
    uint64_t root_new, root_old, root_size;
};

struct scope_list {
    unsigned entries;
    struct scope_entry entry[SCOPE_ENTRIES];
    bool full;
};

struct scope_fixture {
    struct scope_machine machine;
    struct tree *tree;
    struct scope_change change;
    struct scope_list stale; /* what may be there still and was made of what is old */
    /* Of the evaluation in hand. */
    struct scope_trace *trace;
    unsigned choices, taken[SCOPE_CHOICES];
    bool all_old; /* every read gives what was */
};

/* The judge on a request with every read noted. `current` is the tree's substream then. Each bit of `choice` lets one
 * read that may be old be old. False: there are more such reads than choices. */
bool scope_reference(struct scope_fixture *fixture, const struct reference_request *request, unsigned current,
                     uint64_t choice, struct scope_trace *trace);
/* Notes which reads of a translation made before the change were of what is old now. */
void scope_mark(const struct scope_fixture *fixture, struct scope_trace *trace);
/* What may be kept of a translation and was made of an old read. */
void scope_keep(struct scope_fixture *fixture, const struct scope_trace *trace);
/* A command has completed. */
void scope_command(struct scope_fixture *fixture, const uint64_t dw[2]);

/* An entry of translations serves this stream's world, VMID, ASID, and the address. */
bool scope_serves(const struct scope_fixture *fixture, const struct scope_entry *entry, const struct scope_trace *trace,
                  uint64_t input);
bool scope_el2(const struct reference_features *features, const uint64_t *ste);
/* SMMU-EVENTQ.1: the address with the top byte that a translation goes by. */
uint64_t scope_va(uint64_t address);

#endif
