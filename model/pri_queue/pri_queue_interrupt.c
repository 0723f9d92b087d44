/* SPDX-License-Identifier: Apache-2.0
 *
 * The queue's interrupt, one edge after its cause: the wired pulse, and the MSI as a memory write (SMMU-IRQCFG,
 * SMMU-PRIIRQ).
 */
#include "model/core/bits.h"
#include "model/pri_queue/pri_queue_state.h"

static void offer_msi(struct prisim_pri_queue *state, struct prisim_ports *ports)
{
    assert(state->msi_due && !state->msi_in_flight);
    struct prisim_memory_request *request = prisim_ports_put(ports, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST);
    request->address = state->msi_address;
    request->id = PRI_QUEUE_MSI_ID;
    request->size = sizeof state->msi_data;
    request->write = 1;
    prisim_memory_of_no_stream(request);
    prisim_store_le32(request->data, state->msi_data);
    state->msi_due = false;
    state->msi_in_flight = true;
}

void pri_queue_signal(const struct prisim_pri_queue_config *config, struct prisim_pri_queue *state,
                      struct prisim_ports *ports)
{
    if (state->interrupt) {
        state->interrupt = false;
        struct prisim_pri_queue_interrupt *pulse = prisim_ports_put(ports, PRISIM_PRI_QUEUE_TX_INTERRUPT);
        pulse->prod = state->prod;
        /* SMMU-IRQCFG: address 0 means no MSI */
        if (config->msi_supported && state->msi_address)
            state->msi_due = true;
    }
    /* One MSI at a time; what comes meanwhile is one more (SMMU-PRIIRQ: they may coalesce). */
    if (state->msi_due && !state->msi_in_flight && prisim_ports_can_put(ports, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST))
        offer_msi(state, ports);
}
