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

static inline prisim_cycle_t smmu_harness_step(const void *config, void *state, prisim_cycle_t now,
                                               struct prisim_ports *ports)
{
    return prisim_smmu_step(config, state, now, ports);
}

static inline void smmu_harness_ports(struct harness *base)
{
    static const size_t rx[PRISIM_SMMU_RX_PORTS] = {sizeof(struct prisim_tlp),
                                                    sizeof(struct prisim_memory_response),
                                                    sizeof(struct prisim_memory_response),
                                                    sizeof(struct prisim_memory_request),
                                                    sizeof(struct prisim_prg_response),
                                                    sizeof(struct prisim_memory_request),
                                                    sizeof(struct prisim_pri_queue_lookup),
                                                    sizeof(struct prisim_pri_queue_status),
                                                    sizeof(struct prisim_pri_queue_interrupt),
                                                    sizeof(struct prisim_pri_queue_abort),
                                                    sizeof(struct prisim_pri_queue_decision),
                                                    sizeof(struct prisim_pri_queue_commit)};
    static const size_t tx[PRISIM_SMMU_TX_PORTS] = {sizeof(struct prisim_tlp),
                                                    sizeof(struct prisim_memory_request),
                                                    sizeof(struct prisim_memory_request),
                                                    sizeof(struct prisim_memory_response),
                                                    sizeof(struct prisim_page_request),
                                                    sizeof(struct prisim_memory_response),
                                                    sizeof(struct prisim_pri_queue_ppar),
                                                    sizeof(struct prisim_pri_queue_control),
                                                    sizeof(struct prisim_smmu_interrupt),
                                                    sizeof(struct prisim_atc_timeout)};
    harness_ports(base, rx, PRISIM_SMMU_RX_PORTS, tx, PRISIM_SMMU_TX_PORTS);
}

#endif
