/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * Forced in before everything that is compiled with the kernel's headers: what the driver takes from an arm64 kernel
 * and a um kernel has not.
 */
#ifndef PRISIM_INTEROP_LINUX_ARM64_H
#define PRISIM_INTEROP_LINUX_ARM64_H

#ifndef __ASSEMBLY__

void machine_wfe(void);

/* One thread of execution at a time: the compiler alone could reorder. */
#define __iomb() __asm__ __volatile__("" ::: "memory")
#define wfe()    machine_wfe()

#define VA_BITS                  48
#define ARM64_HAS_VIRT_HOST_EXTN 0
#define cpus_have_cap(number)    ((number) < 0) /* the kernel runs at EL1: streams of EL1 */

#endif
#endif
