/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of one PASID under Linux, to be laid beside our driver's (tests/interop/beside.py).
 */
#ifndef PRISIM_INTEROP_LINUX_BESIDE_H
#define PRISIM_INTEROP_LINUX_BESIDE_H

#include "machine.h"

/* Probe, attach, bind of PASID 5, one page request, unbind; bind again, the end of the process, unbind: each begins
 * with a line `cycle phase NAME` in the log, if there is one. Returns how much of it did not go as due. */
unsigned beside_run(const struct machine_setup *setup);

#endif
