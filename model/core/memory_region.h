/* SPDX-License-Identifier: Apache-2.0
 *
 * A region of RAM, as configurations have it. Between regions are holes: what is accessed there is aborted.
 */
#ifndef PRISIM_CORE_MEMORY_REGION_H
#define PRISIM_CORE_MEMORY_REGION_H

#include <stdint.h>

enum {
    PRISIM_MEMORY_PAGE_BYTES = 4096,
    PRISIM_MEMORY_REGIONS_MAX = 7 /* besides the first, which is ram_base and ram_size */
};

/* The members, with default, range, unit and source of each, are the rows of memory_region_config.def. A size of 0: no
 * region. */
struct prisim_memory_region {
#define PRISIM_ROWS_ARE_MEMBERS
#include "model/core/memory_region_config.def"
};

#endif
