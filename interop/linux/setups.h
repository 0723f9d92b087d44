/* SPDX-License-Identifier: Apache-2.0
 *
 * The configurations in which the driver is run: an SMMU, its firmware, a device.
 */
#ifndef PRISIM_INTEROP_LINUX_SETUPS_H
#define PRISIM_INTEROP_LINUX_SETUPS_H

#include "machine.h"

/* The configuration of that number, whole; false if there are not so many. */
bool setup_make(unsigned number, struct machine_setup *setup);
/* The same by its name. */
bool setup_find(const char *name, struct machine_setup *setup);

/* Opens the machine, probes, and adds the PCI function; false if the driver refused. */
bool setup_come_up(const struct machine_setup *setup);

static inline bool setup_has_ats(const struct machine_setup *setup)
{
    return setup->platform.devices && setup->platform.smmu[0].smmu.ats;
}

static inline bool setup_has_pri(const struct machine_setup *setup)
{
    return setup_has_ats(setup) && setup->platform.smmu[0].smmu.pri;
}

static inline bool setup_has_msi(const struct machine_setup *setup)
{
    return setup->firmware.has_msi && setup->platform.smmu[0].smmu.msi;
}

#endif
