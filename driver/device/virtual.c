/* SPDX-License-Identifier: Apache-2.0
 *
 * A virtual function has no PRI and no PASID capability: those of its physical function are on for it as well, or it is
 * refused (PCIE-PRICAP; Linux: pci_enable_pasid and pci_enable_pri of a VF). Nothing is written, here nor on its way
 * down: pci_reset_pri of a VF does nothing.
 */
#include "driver/device/function.h"

/* What the physical function lacks. It comes up before its virtual functions, with PASID and the STU of ATS. */
static enum prisim_cause lack(const struct edge *e, const struct task *t)
{
    const uint32_t pf = function_config(e, t)->physical_function - 1;
    if (e->driver->function[pf].state != FUNCTION_UP)
        return PRISIM_CAUSE_PF_PASID_OFF;
    if (function_config(e, t)->pri_allocation && !e->config->function[pf].pri_allocation)
        return PRISIM_CAUSE_PF_PRI_OFF;
    return PRISIM_CAUSE_NONE;
}

bool function_pf_serves(struct edge *e, struct task *t)
{
    assert(function_is_virtual(e, t));
    const enum prisim_cause cause = lack(e, t);
    if (cause == PRISIM_CAUSE_NONE)
        return true;
    function_refuse(e, t, FUNCTION_EINVAL, cause);
    return false;
}
