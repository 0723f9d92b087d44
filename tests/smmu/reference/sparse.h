/* SPDX-License-Identifier: Apache-2.0
 *
 * A memory of scattered 64-byte lines: any physical address, zero where nothing was put, lines that abort.
 */
#ifndef PRISIM_TESTS_SMMU_SPARSE_H
#define PRISIM_TESTS_SMMU_SPARSE_H

#include <stdbool.h>
#include <stdint.h>

enum { SPARSE_LINES = 1 << 15, SPARSE_FULL = SPARSE_LINES / 4 * 3 };

struct sparse_line {
    uint64_t address;
    uint64_t word[8];
    uint32_t epoch;  /* the line counts if it is the memory's */
    uint8_t planted; /* one bit per word that was put */
    bool aborts;
};

struct sparse {
    uint32_t epoch, used;
    struct sparse_line line[SPARSE_LINES];
};

void sparse_clear(struct sparse *memory);
/* The line of an address; NULL if there is none, or made if `make`. */
struct sparse_line *sparse_line(struct sparse *memory, uint64_t address, bool make);

#endif
