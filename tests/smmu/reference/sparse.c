/* SPDX-License-Identifier: Apache-2.0
 *
 * Scattered memory (sparse.h): a hash table with open addressing, emptied by counting up its epoch.
 */
#include "tests/smmu/reference/sparse.h"

#include <assert.h>
#include <stddef.h>

#include "model/core/random.h"

void sparse_clear(struct sparse *memory)
{
    memory->epoch++;
    memory->used = 0;
}

struct sparse_line *sparse_line(struct sparse *memory, uint64_t address, bool make)
{
    uint64_t base = address & ~UINT64_C(63);
    for (uint32_t at = (uint32_t)random_mix(base) % SPARSE_LINES;; at = (at + 1) % SPARSE_LINES) {
        struct sparse_line *line = &memory->line[at];
        if (line->epoch != memory->epoch) {
            if (!make)
                return NULL;
            assert(memory->used < SPARSE_FULL);
            memory->used++;
            *line = (struct sparse_line){.address = base, .epoch = memory->epoch};
            return line;
        }
        if (line->address == base)
            return line;
    }
}
