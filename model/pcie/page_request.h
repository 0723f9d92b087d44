/* SPDX-License-Identifier: Apache-2.0
 *
 * What a page request asks for, and by what a Stop Marker is told from one: the same in a TLP, in a record of the PRI
 * queue and in events.
 */
#ifndef PRISIM_PCIE_PAGE_REQUEST_H
#define PRISIM_PCIE_PAGE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

/* Access bits of a page request, as in events. */
enum {
    PRISIM_ACCESS_READ = 1,
    PRISIM_ACCESS_WRITE = 2,
    PRISIM_ACCESS_LAST = 4,
    PRISIM_ACCESS_EXECUTE = 8,
    PRISIM_ACCESS_PRIVILEGED = 16
};

/* Stop Marker: L=1, R=W=0 and a PASID (PCIE-MARKERCODE). Without a PASID the same bits are an ordinary page request. */
static inline bool prisim_is_stop_marker(bool has_pasid, uint64_t access)
{
    return has_pasid &&
           (access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST)) == PRISIM_ACCESS_LAST;
}

#endif
