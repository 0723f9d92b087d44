/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is wired to whom (system.h): a row for each pair of ports, and a rule which instances of the two kinds it joins.
 */
#include "tb/system/system.h"

enum rule {
    SAME_INDEX,  /* one of each kind with the same index, for every index that both have */
    FOLLOWING,   /* likewise, of SMMUs that follow page requests */
    CONTAINING,  /* likewise, to a fabric that contains links */
    INDEX_TO_TX, /* index i of the receivers to port tx + i of the one sender */
    INDEX_TO_RX, /* index i of the senders to port rx + i of the one receiver */
    PF_TO_VF,    /* index i of the receivers is the nth VF of the sender, whose port is tx + n - 1 */
    VF_TO_PF     /* index i of the senders is the nth VF of the receiver, whose port is rx + n - 1 */
};

struct row {
    enum system_kind from;
    uint16_t tx;
    enum system_kind to;
    uint16_t rx;
    uint16_t payload; /* bytes */
    enum rule rule;
};

#define ROW(from, tx, to, rx, type, rule)                                                                              \
    {                                                                                                                  \
        KIND_##from, tx, KIND_##to, rx, sizeof(struct prisim_##type), rule                                             \
    }
#define WIRE(from, tx, to, rx, type) ROW(from, tx, to, rx, type, SAME_INDEX)

static const struct row rows[] = {
    WIRE(TIMELINE, TIMELINE_TX_DRIVER, DRIVER, PRISIM_DRIVER_RX_STIMULUS, driver_stimulus),
    WIRE(TIMELINE, TIMELINE_TX_FABRIC, FABRIC, PRISIM_FABRIC_RX_STIMULUS, fabric_stimulus),
    /* the driver's memory, the SMMU's registers, and the host's side of the fabric */
    WIRE(DRIVER, PRISIM_DRIVER_TX_MEMORY, INTERCONNECT, PRISIM_INTERCONNECT_CPU, memory_request),
    WIRE(INTERCONNECT, PRISIM_INTERCONNECT_CPU, DRIVER, PRISIM_DRIVER_RX_MEMORY, memory_response),
    WIRE(DRIVER, PRISIM_DRIVER_TX_MMIO, SMMU, PRISIM_SMMU_RX_REGISTER, memory_request),
    WIRE(SMMU, PRISIM_SMMU_TX_REGISTER_RESPONSE, DRIVER, PRISIM_DRIVER_RX_MMIO, memory_response),
    WIRE(DRIVER, PRISIM_DRIVER_TX_HOST, FABRIC, PRISIM_FABRIC_RX_HOST, tlp),
    WIRE(FABRIC, PRISIM_FABRIC_TX_HOST, DRIVER, PRISIM_DRIVER_RX_HOST, tlp),
    /* interrupts */
    WIRE(INTERCONNECT, PRISIM_INTERCONNECT_TX_INTERRUPT, DRIVER, PRISIM_DRIVER_RX_INTERRUPT, interrupt),
    WIRE(SMMU, PRISIM_SMMU_TX_INTERRUPT, DRIVER, PRISIM_DRIVER_RX_WIRED, smmu_interrupt),
    /* the SMMU's memory, its clients' memory, and the root port */
    WIRE(SMMU, PRISIM_SMMU_TX_MEMORY_REQUEST, INTERCONNECT, PRISIM_INTERCONNECT_SMMU, memory_request),
    WIRE(INTERCONNECT, PRISIM_INTERCONNECT_SMMU, SMMU, PRISIM_SMMU_RX_MEMORY_RESPONSE, memory_response),
    WIRE(SMMU, PRISIM_SMMU_TX_DMA_REQUEST, INTERCONNECT, PRISIM_INTERCONNECT_CLIENT, memory_request),
    WIRE(INTERCONNECT, PRISIM_INTERCONNECT_CLIENT, SMMU, PRISIM_SMMU_RX_DMA_RESPONSE, memory_response),
    WIRE(SMMU, PRISIM_SMMU_TX_DOWN, FABRIC, PRISIM_FABRIC_RX_SMMU, tlp),
    WIRE(FABRIC, PRISIM_FABRIC_TX_SMMU, SMMU, PRISIM_SMMU_RX_UP, tlp),
    ROW(SMMU, PRISIM_SMMU_TX_ATC_TIMEOUT, FABRIC, PRISIM_FABRIC_RX_ATC_TIMEOUT, atc_timeout, CONTAINING),
#define WIRE_OF_PRI_QUEUE(from, tx, to, rx, type)           WIRE(from, tx, to, rx, type),
#define FOLLOWING_WIRE_OF_PRI_QUEUE(from, tx, to, rx, type) ROW(from, tx, to, rx, type, FOLLOWING),
#include "model/smmu/smmu_pri_queue_wires.def"
    /* one link and one port of the timeline for each endpoint */
    ROW(TIMELINE, TIMELINE_TX_ENDPOINT, ENDPOINT, PRISIM_ENDPOINT_RX_STIMULUS, endpoint_stimulus, INDEX_TO_TX),
    ROW(FABRIC, PRISIM_FABRIC_TX_ENDPOINT, ENDPOINT, PRISIM_ENDPOINT_RX_DOWN, tlp, INDEX_TO_TX),
    ROW(ENDPOINT, PRISIM_ENDPOINT_TX_UP, FABRIC, PRISIM_FABRIC_RX_ENDPOINT, tlp, INDEX_TO_RX),
    /* what a virtual function shares with its physical function */
    ROW(ENDPOINT, PRISIM_ENDPOINT_TX_VF, ENDPOINT, PRISIM_ENDPOINT_RX_PF, endpoint_pf_wires, PF_TO_VF),
    ROW(ENDPOINT, PRISIM_ENDPOINT_TX_PF, ENDPOINT, PRISIM_ENDPOINT_RX_VF, endpoint_vf_wires, VF_TO_PF),
};

enum { ROWS = sizeof rows / sizeof rows[0], LINK_ROWS = 5 };
_Static_assert((ROWS - LINK_ROWS) * SYSTEM_SMMUS_MAX + LINK_ROWS * SYSTEM_ENDPOINTS_MAX <= SYSTEM_WIRES_MAX,
               "all wires fit");

static bool has_wire(const struct system_config *system, const struct row *row, unsigned index)
{
    bool sends = index < system_count(system, row->from), takes = index < system_count(system, row->to);
    switch (row->rule) {
    case SAME_INDEX:
        return sends && takes;
    case FOLLOWING:
        return sends && takes && prisim_smmu_follows_page_requests(&system->smmu[index]);
    case CONTAINING:
        return sends && takes && system->fabric.dpc;
    case INDEX_TO_TX:
        return takes;
    case INDEX_TO_RX:
        return sends;
    case PF_TO_VF:
    case VF_TO_PF:
        return sends && system->endpoint[index].vf;
    }
    assert(false && "every rule is known");
    return false;
}

static struct system_wire wire(const struct system_config *system, const struct row *row, unsigned index)
{
    unsigned from = row->rule == INDEX_TO_TX ? 0 : index, tx = row->rule == INDEX_TO_TX ? index : 0;
    unsigned to = row->rule == INDEX_TO_RX ? 0 : index, rx = row->rule == INDEX_TO_RX ? index : 0;
    if (row->rule == PF_TO_VF) {
        from = system_physical_function(system, index);
        tx = system->endpoint[index].vf - 1;
    } else if (row->rule == VF_TO_PF) {
        to = system_physical_function(system, index);
        rx = system->endpoint[index].vf - 1;
    }
    return (struct system_wire){
        .from = (uint16_t)system_rank(system, row->from, from),
        .tx = (uint16_t)(row->tx + tx),
        .to = (uint16_t)system_rank(system, row->to, to),
        .rx = (uint16_t)(row->rx + rx),
        .payload = row->payload,
    };
}

unsigned system_wires(const struct system_config *system, struct system_wire wires[SYSTEM_WIRES_MAX])
{
    unsigned count = 0;
    for (unsigned index = 0; index < SYSTEM_ENDPOINTS_MAX; index++)
        for (unsigned i = 0; i < ROWS; i++)
            if (has_wire(system, &rows[i], index))
                wires[count++] = wire(system, &rows[i], index);
    assert(count <= SYSTEM_WIRES_MAX);
    return count;
}
