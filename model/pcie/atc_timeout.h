/* SPDX-License-Identifier: Apache-2.0
 *
 * By what a translation agent tells the root port that a function did not answer an ATC invalidation in time
 * (PCIE-ITAG-9). It is no TLP.
 */
#ifndef PRISIM_PCIE_ATC_TIMEOUT_H
#define PRISIM_PCIE_ATC_TIMEOUT_H

#include <stdint.h>

struct prisim_atc_timeout {
    uint32_t stream_id; /* the function's requester id */
};

#endif
