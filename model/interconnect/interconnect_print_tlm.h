/* SPDX-License-Identifier: Apache-2.0
 *
 * The doorbell's interrupt as a line of text.
 */
#ifndef PRISIM_INTERCONNECT_PRINT_TLM_H
#define PRISIM_INTERCONNECT_PRINT_TLM_H

#include "model/core/print_tlm.h"
#include "model/interconnect/interconnect.h"

/* "msi data=0x3" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_interrupt &i)
{
    return out << prisim::printed("msi data=%#" PRIx32, i.data);
}

#endif
