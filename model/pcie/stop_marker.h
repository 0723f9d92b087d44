/* SPDX-License-Identifier: Apache-2.0
 *
 * By what a Stop Marker is told from a page request: the same in a TLP, in a record of the PRI queue and in events.
 */
#ifndef PRISIM_PCIE_STOP_MARKER_H
#define PRISIM_PCIE_STOP_MARKER_H

#include <stdbool.h>
#include <stdint.h>

#include "model/pcie/page_request.h"

/* Stop Marker: L=1, R=W=0 and a PASID (PCIE-MARKERCODE). Without a PASID the same bits are an ordinary page request. */
static inline bool prisim_is_stop_marker(bool has_pasid, uint64_t access)
{
    return has_pasid &&
           (access & (PRISIM_ACCESS_READ | PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST)) == PRISIM_ACCESS_LAST;
}

#endif
