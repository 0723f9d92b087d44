/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU's wired interrupts as a line of text.
 */
#ifndef PRISIM_SMMU_PRINT_TLM_H
#define PRISIM_SMMU_PRINT_TLM_H

#include "model/core/print_tlm.h"
#include "model/smmu/smmu.h"

/* "interrupt gerror sync" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_smmu_interrupt &i)
{
    static const char *const line[] = {"gerror", "priq", "eventq", "sync", "sev"};
    std::string text = "interrupt";
    for (unsigned n = 0; n < sizeof line / sizeof line[0]; n++)
        if (i.lines >> n & 1)
            text += std::string(" ") + line[n];
    return out << text;
}

#endif
