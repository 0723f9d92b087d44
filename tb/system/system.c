/* SPDX-License-Identifier: Apache-2.0
 *
 * The system (system.h): defaults, what follows from what, names, and the wires. It builds nothing.
 */
#include "tb/system/system.h"

#include <stdio.h>
#include <string.h>

/* What the driver gives a function unless the scenario says otherwise (PCIE-LATENCY: AMD's driver gives 32). */
enum { ALLOCATION_DEFAULT = 32 };

void system_config_default(struct system_config *system)
{
    memset(system, 0, sizeof *system);
    prisim_interconnect_config_default(&system->interconnect);
    prisim_smmu_config_default(&system->smmu);
    prisim_pri_queue_config_default(&system->pri_queue);
    prisim_fabric_config_default(&system->fabric);
    prisim_driver_config_default(&system->driver);
    system->endpoints = 1;
    snprintf(system->endpoint_id[0], SYSTEM_ID_MAX, "endpoint");
    for (uint32_t i = 0; i < SYSTEM_ENDPOINTS_MAX; i++) {
        struct prisim_endpoint_config *endpoint = &system->endpoint[i];
        prisim_endpoint_config_default(endpoint);
        system->fabric.link[i] = system->fabric.link[0];
        system->driver.function[i].pri_allocation =
            endpoint->pri_capacity < ALLOCATION_DEFAULT ? endpoint->pri_capacity : ALLOCATION_DEFAULT;
    }
}

static void resolve_endpoint(struct system_config *system, uint32_t i)
{
    uint64_t bar_base = PRISIM_MAP_BAR + (uint64_t)i * PRISIM_ENDPOINT_BAR_BYTES;
    uint16_t id = (uint16_t)(SYSTEM_ENDPOINT_ID + SYSTEM_ENDPOINT_ID_STEP * i);
    struct prisim_fabric_link_config *link = &system->fabric.link[i];
    system->endpoint[i].bar_base = bar_base;
    system->endpoint[i].requester_id = id;
    link->bar_base = bar_base;
    link->bar_size = PRISIM_ENDPOINT_BAR_BYTES;
    link->requester_id = id;
    system->driver.function[i].bar_base = bar_base;
    system->driver.function[i].requester_id = id;
}

void system_config_resolve(struct system_config *system)
{
    assert(system->endpoints >= 1 && system->endpoints <= SYSTEM_ENDPOINTS_MAX);
    system->interconnect.ram_base = PRISIM_MAP_DRIVER_RAM;
    system->interconnect.doorbell_base = PRISIM_MAP_DOORBELL;
    system->driver.ram_base = PRISIM_MAP_DRIVER_RAM;
    system->driver.ram_size = system->interconnect.ram_size;
    system->driver.doorbell_base = PRISIM_MAP_DOORBELL;
    system->driver.host_id = SYSTEM_HOST_ID;
    system->driver.functions = system->endpoints;
    system->fabric.host_id = SYSTEM_HOST_ID;
    system->fabric.smmu_id = SYSTEM_SMMU_ID;
    system->fabric.links = system->endpoints;
    system->smmu.requester_id = SYSTEM_SMMU_ID;
    prisim_smmu_pri_queue_derive(&system->smmu, &system->pri_queue);
    for (uint32_t i = 0; i < system->endpoints; i++)
        resolve_endpoint(system, i);
}

void system_instance_name(const struct system_config *system, unsigned instance, char *name)
{
    static const char *const names[] = {"timeline", "driver", "smmu", "pri_queue", "interconnect", "fabric"};
    _Static_assert(sizeof names / sizeof names[0] == INSTANCE_ENDPOINT, "every instance before the endpoints");
    assert(instance < INSTANCE_ENDPOINT + system->endpoints || instance == INSTANCE_CHECKERS);
    if (instance == INSTANCE_CHECKERS)
        snprintf(name, SYSTEM_ID_MAX + 12, "checkers");
    else if (instance < INSTANCE_ENDPOINT)
        snprintf(name, SYSTEM_ID_MAX + 12, "%s", names[instance]);
    else
        snprintf(name, SYSTEM_ID_MAX + 12, "endpoint[%s]", system->endpoint_id[instance - INSTANCE_ENDPOINT]);
}

#define WIRE(from, tx, to, rx, type)                                                                                   \
    {                                                                                                                  \
        INSTANCE_##from, tx, INSTANCE_##to, rx, sizeof(struct prisim_##type)                                           \
    }

static const struct system_wire fixed_wires[] = {
    WIRE(TIMELINE, TIMELINE_TX_DRIVER, DRIVER, PRISIM_DRIVER_RX_STIMULUS, driver_stimulus),
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
    /* the SMMU and its PRI queue; DECISION and COMMIT are for debug and lead nowhere */
    WIRE(SMMU, PRISIM_SMMU_TX_PRI_REQUEST, PRI_QUEUE, PRISIM_PRI_QUEUE_RX_REQUEST, page_request),
    WIRE(SMMU, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE, PRI_QUEUE, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE, memory_response),
    WIRE(SMMU, PRISIM_SMMU_TX_PRI_LOOKUP, PRI_QUEUE, PRISIM_PRI_QUEUE_RX_LOOKUP, pri_queue_ppar),
    WIRE(SMMU, PRISIM_SMMU_TX_PRI_CONTROL, PRI_QUEUE, PRISIM_PRI_QUEUE_RX_CONTROL, pri_queue_control),
    WIRE(PRI_QUEUE, PRISIM_PRI_QUEUE_TX_RESPONSE, SMMU, PRISIM_SMMU_RX_PRI_RESPONSE, prg_response),
    WIRE(PRI_QUEUE, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, SMMU, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST, memory_request),
    WIRE(PRI_QUEUE, PRISIM_PRI_QUEUE_TX_LOOKUP, SMMU, PRISIM_SMMU_RX_PRI_LOOKUP, pri_queue_lookup),
    WIRE(PRI_QUEUE, PRISIM_PRI_QUEUE_TX_STATUS, SMMU, PRISIM_SMMU_RX_PRI_STATUS, pri_queue_status),
    WIRE(PRI_QUEUE, PRISIM_PRI_QUEUE_TX_INTERRUPT, SMMU, PRISIM_SMMU_RX_PRI_INTERRUPT, pri_queue_interrupt),
    WIRE(PRI_QUEUE, PRISIM_PRI_QUEUE_TX_ABORT, SMMU, PRISIM_SMMU_RX_PRI_ABORT, pri_queue_abort),
};

enum { FIXED_WIRES = sizeof fixed_wires / sizeof fixed_wires[0], ENDPOINT_WIRES = 3 };
_Static_assert(FIXED_WIRES + ENDPOINT_WIRES * SYSTEM_ENDPOINTS_MAX <= SYSTEM_WIRES_MAX, "all wires fit");

unsigned system_wires(const struct system_config *system, struct system_wire wires[SYSTEM_WIRES_MAX])
{
    unsigned count = FIXED_WIRES;
    memcpy(wires, fixed_wires, sizeof fixed_wires);
    for (uint16_t i = 0; i < system->endpoints; i++) {
        uint16_t endpoint = (uint16_t)(INSTANCE_ENDPOINT + i);
        wires[count++] = (struct system_wire){INSTANCE_TIMELINE, (uint16_t)(TIMELINE_TX_ENDPOINT + i), endpoint,
                                              PRISIM_ENDPOINT_RX_STIMULUS, sizeof(struct prisim_endpoint_stimulus)};
        wires[count++] = (struct system_wire){INSTANCE_FABRIC, (uint16_t)(PRISIM_FABRIC_TX_ENDPOINT + i), endpoint,
                                              PRISIM_ENDPOINT_RX_DOWN, sizeof(struct prisim_tlp)};
        wires[count++] = (struct system_wire){endpoint, PRISIM_ENDPOINT_TX_UP, INSTANCE_FABRIC,
                                              (uint16_t)(PRISIM_FABRIC_RX_ENDPOINT + i), sizeof(struct prisim_tlp)};
    }
    return count;
}
