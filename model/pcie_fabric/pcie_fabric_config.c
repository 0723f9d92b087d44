/* SPDX-License-Identifier: Apache-2.0
 *
 * The fabric's configuration: defaults, and what is refused.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

void fabric_config_default(struct fabric_config *config)
{
    *config = (struct fabric_config){.links = 1,
                                     .clock_period_ps = 1000,
                                     .root_port_latency = 100,
                                     .link_tlps = 256,
                                     .smmu_id = 0x0008,
                                     .host_id = 0x0000};
    for (unsigned i = 0; i < FABRIC_LINKS_MAX; i++) {
        struct fabric_link_config *link = &config->link[i];
        link->generation = 4;
        link->width = 16;
        link->latency = 60 + 5; /* PCIE-LATENCY: PHY, MAC and DLL; wire */
        link->requester_id = (uint16_t)((i + 1) << 8);
    }
}

static bool refuse(struct config_error *error, const char *field, const char *expected)
{
    *error = (struct config_error){field, expected};
    return false;
}

static bool check_link(const struct fabric_link_config *link, struct config_error *error)
{
    if (link->generation < 1 || link->generation > 5)
        return refuse(error, "generation", "1..5");
    if (link->width == 0 || link->width > 16 || (link->width & (link->width - 1)) != 0)
        return refuse(error, "width", "1, 2, 4, 8 or 16");
    if (link->latency < 1 || link->latency > 10000)
        return refuse(error, "latency", "1..10000");
    if (link->bar_size > UINT64_MAX - link->bar_base)
        return refuse(error, "bar_size", "a range that ends below 2^64");
    return true;
}

static bool bars_overlap(const struct fabric_link_config *a, const struct fabric_link_config *b)
{
    return a->bar_size && b->bar_size && a->bar_base < b->bar_base + b->bar_size &&
           b->bar_base < a->bar_base + a->bar_size;
}

/* A link against the root complex and the links before it. */
static bool check_unique(const struct fabric_config *config, uint32_t at, struct config_error *error)
{
    const struct fabric_link_config *link = &config->link[at];
    if (link->requester_id == config->smmu_id || link->requester_id == config->host_id)
        return refuse(error, "requester_id", "an id other than smmu_id and host_id");
    for (uint32_t i = 0; i < at; i++) {
        if (config->link[i].requester_id == link->requester_id)
            return refuse(error, "requester_id", "an id that no other link has");
        if (bars_overlap(&config->link[i], link))
            return refuse(error, "bar_base", "a range that overlaps no other BAR");
    }
    return true;
}

bool fabric_config_check(const struct fabric_config *config, struct config_error *error)
{
    if (config->links < 1 || config->links > FABRIC_LINKS_MAX)
        return refuse(error, "links", "1..32");
    if (config->clock_period_ps < 10 || config->clock_period_ps > 1000000)
        return refuse(error, "clock_period_ps", "10..1000000");
    if (config->root_port_latency < 1 || config->root_port_latency > 10000)
        return refuse(error, "root_port_latency", "1..10000");
    if (config->link_tlps < 2 || config->link_tlps > 256)
        return refuse(error, "link_tlps", "2..256");
    if (config->smmu_id == config->host_id)
        return refuse(error, "smmu_id", "an id other than host_id");
    for (uint32_t i = 0; i < config->links; i++)
        if (!check_link(&config->link[i], error) || !check_unique(config, i, error))
            return false;
    return true;
}

size_t fabric_state_size(const struct fabric_config *config)
{
    size_t lanes = 2 * (size_t)config->links + 1;
    return sizeof(struct fabric) + lanes * config->link_tlps * sizeof(struct fabric_slot);
}

/* Slots are not touched: nothing reads one before it is filled. */
void fabric_init(const struct fabric_config *config, struct fabric *state)
{
    *state = (struct fabric){.choosy = true}; /* the first step says who is heard */
    for (uint32_t i = 0; i < config->links; i++)
        state->id[i] = config->link[i].requester_id;
    fabric_lanes_init(config, state);
}
