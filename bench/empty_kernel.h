/* SPDX-License-Identifier: Apache-2.0
 *
 * What a SystemC kernel costs by itself.
 */
#ifndef PRISIM_BENCH_EMPTY_KERNEL_H
#define PRISIM_BENCH_EMPTY_KERNEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Runs that many empty SC_METHODs on one sc_clock for that many cycles. */
void bench_empty_kernel(unsigned methods, uint64_t cycles);

#ifdef __cplusplus
}
#endif

#endif
