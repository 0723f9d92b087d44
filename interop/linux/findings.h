/* SPDX-License-Identifier: Apache-2.0
 *
 * The two faults of the driver that the model found, each as a run that shows it and runs that do not.
 */
#ifndef PRISIM_INTEROP_LINUX_FINDINGS_H
#define PRISIM_INTEROP_LINUX_FINDINGS_H

#include <stdbool.h>

/* Says what happened and in which cycle. How many runs were not as they are due. With is_fixed the kernel is one that
 * has them no more: nothing may be reached, and no interrupt may stay out. */
unsigned finding_block(bool is_fixed);
unsigned finding_interrupt(bool is_fixed);

#endif
