/* SPDX-License-Identifier: Apache-2.0
 *
 * An SMMU in a harness: its step and its ports, for those who need no more (tests/smmu/reference).
 */
#ifndef PRISIM_TESTS_SMMU_SMMU_HARNESS_PORTS_H
#define PRISIM_TESTS_SMMU_SMMU_HARNESS_PORTS_H

#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"
#include "tests/harness/harness.h"

static inline cycle_t smmu_harness_step(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return smmu_step(config, state, now, ports);
}

static inline void smmu_harness_ports(struct harness *base)
{
    static const size_t rx[SMMU_RX_PORTS] = {sizeof(struct tlp),
                                             sizeof(struct memory_response),
                                             sizeof(struct memory_response),
                                             sizeof(struct memory_request),
                                             sizeof(struct prg_response),
                                             sizeof(struct memory_request),
                                             sizeof(struct pri_queue_lookup),
                                             sizeof(struct pri_queue_status),
                                             sizeof(struct pri_queue_interrupt),
                                             sizeof(struct pri_queue_abort)};
    static const size_t tx[SMMU_TX_PORTS] = {sizeof(struct tlp),
                                             sizeof(struct memory_request),
                                             sizeof(struct memory_request),
                                             sizeof(struct memory_response),
                                             sizeof(struct page_request),
                                             sizeof(struct memory_response),
                                             sizeof(struct pri_queue_ppar),
                                             sizeof(struct pri_queue_control),
                                             sizeof(struct smmu_interrupt)};
    harness_ports(base, rx, SMMU_RX_PORTS, tx, SMMU_TX_PORTS);
}

#endif
