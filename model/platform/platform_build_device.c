/* SPDX-License-Identifier: Apache-2.0
 *
 * The devices of a platform as blocks: for each SMMU that has any a fabric, which joins them to the SMMU and to the
 * processor, and the functions themselves.
 */
#include <stdio.h>

#include "model/platform/platform_state.h"

static prisim_cycle_t fabric_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_fabric_step(config, state, now, ports);
}

static prisim_cycle_t endpoint_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_endpoint_step(config, state, now, ports);
}

void platform_devices_add(struct prisim_platform *p)
{
    struct prisim_scheduler *c = p->scheduler;
    for (unsigned i = 0; i < p->config.smmus; i++) {
        if (!platform_has_devices(&p->config, i))
            continue;
        p->fabric[i] = platform_fabric_of(&p->config, i);
        prisim_scheduler_add(c, fabric_edge, &p->fabric[i], prisim_fabric_state_size(&p->fabric[i]));
    }
    for (unsigned i = 0; i < p->config.devices; i++) {
        const struct prisim_endpoint_config *endpoint = &p->config.device[i].endpoint;
        prisim_scheduler_add(c, endpoint_edge, endpoint, prisim_endpoint_state_size(endpoint));
    }
}

static void join_tlps(struct prisim_platform *p, unsigned from, unsigned tx, unsigned to, unsigned rx)
{
    prisim_scheduler_connect(p->scheduler, from, tx, to, rx, sizeof(struct prisim_tlp));
}

static void join_fabric(struct prisim_platform *p, unsigned i, unsigned fabric)
{
    const unsigned smmu = platform_rank(RANK_SMMU, i);
    join_tlps(p, smmu, PRISIM_SMMU_TX_DOWN, fabric, PRISIM_FABRIC_RX_SMMU);
    join_tlps(p, fabric, PRISIM_FABRIC_TX_SMMU, smmu, PRISIM_SMMU_RX_UP);
    join_tlps(p, RANK_HOST, HOST_TX_FABRIC + i, fabric, PRISIM_FABRIC_RX_HOST);
    join_tlps(p, fabric, PRISIM_FABRIC_TX_HOST, RANK_HOST, HOST_RX_FABRIC + i);
}

static void join_endpoint(struct prisim_platform *p, unsigned device)
{
    const unsigned smmu = p->config.device[device].smmu;
    const unsigned link = platform_devices_behind(&p->config, device, smmu);
    const unsigned fabric = platform_fabric_rank(p, smmu), endpoint = platform_endpoint_rank(p, device);
    join_tlps(p, fabric, PRISIM_FABRIC_TX_ENDPOINT + link, endpoint, PRISIM_ENDPOINT_RX_DOWN);
    join_tlps(p, endpoint, PRISIM_ENDPOINT_TX_UP, fabric, PRISIM_FABRIC_RX_ENDPOINT + link);
    prisim_scheduler_connect(p->scheduler, RANK_HOST, HOST_TX_STIMULUS + device, endpoint, PRISIM_ENDPOINT_RX_STIMULUS,
                             sizeof(struct prisim_endpoint_stimulus));
}

void platform_devices_join(struct prisim_platform *p)
{
    for (unsigned i = 0; i < p->config.smmus; i++)
        if (platform_has_devices(&p->config, i))
            join_fabric(p, i, platform_fabric_rank(p, i));
    for (unsigned i = 0; i < p->config.devices; i++)
        join_endpoint(p, i);
}

void platform_devices_init(struct prisim_platform *p)
{
    p->host->devices = p->config.devices;
    for (unsigned i = 0; i < p->config.smmus; i++)
        if (platform_has_devices(&p->config, i))
            prisim_fabric_init(&p->fabric[i], prisim_scheduler_state(p->scheduler, platform_fabric_rank(p, i)));
    for (unsigned i = 0; i < p->config.devices; i++)
        prisim_endpoint_init(&p->config.device[i].endpoint,
                             prisim_scheduler_state(p->scheduler, platform_endpoint_rank(p, i)));
}

static void name_fabric(const struct prisim_platform *p, unsigned instance, char *name)
{
    unsigned smmu = 0;
    while (!platform_has_devices(&p->config, smmu) || platform_fabric_rank(p, smmu) != instance)
        smmu++;
    if (p->config.smmus == 1)
        snprintf(name, PRISIM_PLATFORM_NAME_MAX, "fabric");
    else
        snprintf(name, PRISIM_PLATFORM_NAME_MAX, "fabric[%u]", smmu);
}

enum prisim_status platform_devices_name(const struct prisim_platform *p, unsigned instance, char *name)
{
    const unsigned first = platform_endpoint_rank(p, 0);
    if (instance >= first + p->config.devices)
        return PRISIM_REFUSED;
    if (instance < first)
        name_fabric(p, instance, name);
    else
        snprintf(name, PRISIM_PLATFORM_NAME_MAX, "endpoint[%u]", instance - first);
    return PRISIM_OK;
}
