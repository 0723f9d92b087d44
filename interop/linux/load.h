/* SPDX-License-Identifier: Apache-2.0
 *
 * The load: what a device may do while the kernel works, in random order, judged access by access.
 */
#ifndef PRISIM_INTEROP_LINUX_LOAD_H
#define PRISIM_INTEROP_LINUX_LOAD_H

#include "machine.h"

struct load_result {
    uint64_t done;              /* of what was asked for */
    uint64_t wrong;             /* accesses, answers or calls that were not right */
    uint64_t block_pieces;      /* accesses that only the finding "block" allows (findings.h) */
    uint64_t attempts, changes; /* jobs; calls of map, unmap or attach */
};

/* Page requests at full credit, in groups of 1 to 4: each group is answered once, with Response Failure. */
struct load_result load_requests(const struct machine_setup *setup, uint64_t requests, uint64_t seed);
/* Transfers while pages and blocks are mapped and unmapped: each goes where the kernel's iova_to_phys says, and none to
 * what unmap has given back. */
struct load_result load_translations(const struct machine_setup *setup, uint64_t transfers, uint64_t seed);
/* The same while the device moves between two domains. */
struct load_result load_moves(const struct machine_setup *setup, uint64_t moves, uint64_t seed);

#endif
