/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fabric is asked to do, as a line of text.
 */
#ifndef PRISIM_PCIE_FABRIC_PRINT_TLM_H
#define PRISIM_PCIE_FABRIC_PRINT_TLM_H

#include "model/core/print_tlm.h"
#include "model/pcie_fabric/pcie_fabric.h"

/* "link_down link=3" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_fabric_stimulus &s)
{
    const char *what = s.what == PRISIM_FABRIC_FAULT_LINK_DOWN ? "link_down" : "link_up";
    return out << what + prisim::printed(" link=%" PRIu32, s.link);
}

#endif
