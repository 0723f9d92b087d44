/* SPDX-License-Identifier: Apache-2.0
 *
 * The sequence: from probe to shutdown, one thing after the other, with what is due at each step.
 */
#ifndef PRISIM_INTEROP_LINUX_SEQUENCE_H
#define PRISIM_INTEROP_LINUX_SEQUENCE_H

#include "machine.h"

/* Runs it in one configuration. How many things were not as due; the first have a line each on standard error. With
 * is_other_kernel the accesses of probe are not counted: a kernel that is mended may make others. */
unsigned sequence_run(const struct machine_setup *setup, bool is_other_kernel);

#endif
