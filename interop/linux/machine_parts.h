/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the machine call of one another.
 */
#ifndef PRISIM_INTEROP_LINUX_MACHINE_PARTS_H
#define PRISIM_INTEROP_LINUX_MACHINE_PARTS_H

#include "model/platform/prisim_platform.h"

/* machine.c: ends the program with a line, or unless all went well. */
_Noreturn void machine_stop(const char *what, const char *why);
void machine_must(const char *what, enum prisim_status status);

/* machine_interrupts.c: those that have come, or the first that comes within `limit`; none is left. */
void machine_take_interrupts(uint64_t limit);
void machine_forget_interrupts(void);

#endif
