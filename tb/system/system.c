/* SPDX-License-Identifier: Apache-2.0
 *
 * The system (system.h): defaults, and what follows from what. It builds nothing.
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
    prisim_fabric_config_default(&system->fabric);
    prisim_driver_config_default(&system->driver);
    system->smmus = 1;
    for (uint32_t i = 0; i < SYSTEM_SMMUS_MAX; i++) {
        prisim_smmu_config_default(&system->smmu[i]);
        prisim_pri_queue_config_default(&system->pri_queue[i]);
    }
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
    system->endpoint[i].msix_base = PRISIM_MAP_MSIX + (uint64_t)i * PRISIM_ENDPOINT_MSIX_BYTES;
    system->endpoint[i].requester_id = id;
    link->bar_base = bar_base;
    link->bar_size = PRISIM_ENDPOINT_BAR_BYTES;
    link->msix_base = system->endpoint[i].msix_base;
    link->msix_size = PRISIM_ENDPOINT_MSIX_BYTES;
    link->requester_id = id;
    system->driver.function[i].bar_base = bar_base;
    system->driver.function[i].pasid_modes =
        (uint16_t)((system->endpoint[i].pasid_execute ? PRISIM_PASID_CONTROL_EXECUTE : 0) |
                   (system->endpoint[i].pasid_privileged ? PRISIM_PASID_CONTROL_PRIVILEGED : 0));
    if (system->driver.function[i].faults == PRISIM_DRIVER_FAULTS_STALL) {
        system->driver.function[i].pri_allocation = 0;
        system->endpoint[i].on_ats_off = PRISIM_ENDPOINT_ATS_OFF_UNTRANSLATED;
    }
    system->driver.function[i].msix_base = system->endpoint[i].msix_base;
    system->driver.function[i].requester_id = id;
    system->driver.function[i].dpc =
        system->fabric.dpc ? (uint16_t)(PRISIM_FABRIC_DPC + PRISIM_FABRIC_DPC_STEP * i) : 0;
}

/* What is the physical function's: PRI, PASID and the prefixes it needs. A virtual function's number is its place. */
static void resolve_virtual(struct system_config *system)
{
    for (uint32_t i = 0; i < system->endpoints; i++)
        system->endpoint[i].vfs = system->endpoint[i].vf = 0;
    for (uint32_t i = 0; i < system->endpoints; i++) {
        const unsigned pf = system_physical_function(system, i);
        if (pf != i)
            system->endpoint[i].vf = ++system->endpoint[pf].vfs;
    }
    for (uint32_t i = 0; i < system->endpoints; i++) {
        struct prisim_endpoint_config *vf = &system->endpoint[i];
        const unsigned pf = system_physical_function(system, i);
        const struct prisim_endpoint_config *of = &system->endpoint[pf];
        system->driver.function[i].physical_function = pf == i ? 0 : pf + 1;
        if (pf == i)
            continue;
        vf->vfs = of->vfs;
        vf->pri_capacity = of->pri_capacity;
        vf->prpr = of->prpr;
        vf->pasid_bits = of->pasid_bits;
        vf->pasid_execute = of->pasid_execute;
        vf->pasid_privileged = of->pasid_privileged;
        vf->end_end_prefix = of->end_end_prefix;
        system->driver.function[i].pri_allocation = system->driver.function[pf].pri_allocation;
    }
}

void system_config_resolve(struct system_config *system)
{
    assert(system->endpoints >= 1 && system->endpoints <= SYSTEM_ENDPOINTS_MAX);
    assert(system->smmus >= 1 && system->smmus <= SYSTEM_SMMUS_MAX);
    system->interconnect.ram_base = PRISIM_MAP_DRIVER_RAM;
    system->interconnect.doorbell_base = PRISIM_MAP_DOORBELL;
    system->driver.ram_base = PRISIM_MAP_DRIVER_RAM;
    system->driver.ram_size = system->interconnect.ram_size;
    memcpy(system->driver.region, system->interconnect.region, sizeof system->driver.region);
    system->driver.doorbell_base = PRISIM_MAP_DOORBELL;
    system->driver.host_id = SYSTEM_HOST_ID;
    system->driver.functions = system->endpoints;
    system->fabric.host_id = SYSTEM_HOST_ID;
    system->fabric.smmu_id = SYSTEM_SMMU_ID;
    system->fabric.links = system->endpoints;
    /* PCIE-ORDER-5: but for one, what the SMMU has no translation slot for waits where posted TLPs can pass it. */
    if (system->fabric.smmu_nonposted > system->smmu[0].translation_slots + 1)
        system->fabric.smmu_nonposted = system->smmu[0].translation_slots + 1;
    for (uint32_t i = 0; i < system->smmus; i++) {
        system->smmu[i].requester_id = SYSTEM_SMMU_ID;
        prisim_smmu_pri_queue_derive(&system->smmu[i], &system->pri_queue[i]);
    }
    resolve_virtual(system);
    for (uint32_t i = 0; i < system->endpoints; i++)
        resolve_endpoint(system, i);
}
