/* SPDX-License-Identifier: Apache-2.0
 *
 * The fabric's configuration: defaults, and what is refused.
 */
#include "model/core/config_check.h"
#include "model/core/random.h"
#include "model/pcie_fabric/pcie_fabric_state.h"

static void default_faults(struct prisim_fabric_config *config)
{
    for (unsigned i = 0; i < PRISIM_FABRIC_FAULTS_MAX; i++)
        config->fault[i] = (struct prisim_fabric_fault){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "model/pcie_fabric/fabric_fault_config.def"
        };
}

void prisim_fabric_config_default(struct prisim_fabric_config *config)
{
    *config = (struct prisim_fabric_config){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "model/pcie_fabric/pcie_fabric_config.def"
    };
    for (unsigned i = 0; i < PRISIM_FABRIC_LINKS_MAX; i++) {
        config->link[i] = (struct prisim_fabric_link_config){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "model/pcie_fabric/fabric_link_config.def"
        };
        config->link[i].requester_id = (uint16_t)((i + 1) << 8);
    }
    default_faults(config);
}

_Static_assert(PRISIM_FABRIC_LINKS_MAX == 32, "pcie_fabric_config.def says so");

static const struct config_range ranges[] = {
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    CONFIG_RANGE(prisim_fabric_config, name, #name, min, max, NULL, #min ".." #max),
#include "model/pcie_fabric/pcie_fabric_config.def"
};

static const struct config_range link_ranges[] = {
#define PRISIM_ONE_OF(type, name, value, min, max, unit, words, source, about)                                         \
    CONFIG_RANGE(prisim_fabric_link_config, name, #name, min, max, words, words),
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    CONFIG_RANGE(prisim_fabric_link_config, name, #name, min, max, NULL, #min ".." #max),
#include "model/pcie_fabric/fabric_link_config.def"
};

static const struct config_range fault_ranges[] = {
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    CONFIG_RANGE(prisim_fabric_fault, name, #name, min, max, NULL, #min ".." #max),
#include "model/pcie_fabric/fabric_fault_config.def"
};

/* PCIE-POISON-1: what its kind says has no data cannot be poisoned; of the non-posted only the host's have some. */
static bool has_data(const struct prisim_fabric_fault *fault)
{
    switch ((enum prisim_fabric_fault_of)fault->of) {
    case PRISIM_FABRIC_FAULT_OF_PAGE_REQUEST:
    case PRISIM_FABRIC_FAULT_OF_STOP_MARKER:
        return false;
    case PRISIM_FABRIC_FAULT_OF_NONPOSTED:
        return !fault->up;
    case PRISIM_FABRIC_FAULT_OF_ANY:
    case PRISIM_FABRIC_FAULT_OF_POSTED:
    case PRISIM_FABRIC_FAULT_OF_COMPLETION:
        break;
    }
    return true;
}

static bool check_fault(const struct prisim_fabric_config *config, const struct prisim_fabric_fault *fault,
                        struct prisim_config_error *error)
{
    const struct config_rule rule[] = {
        {fault->what == PRISIM_FABRIC_FAULT_NONE || fault->link < config->links, {"link", "a link that is there"}},
        {fault->what != PRISIM_FABRIC_FAULT_POISON || has_data(fault), {"of", "with poison, TLPs that may have data"}},
    };
    return config_is_in_ranges(fault, fault_ranges, CONFIG_COUNT(fault_ranges), error) &&
           config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}

struct range {
    uint64_t base, size;
};

static bool ranges_overlap(struct range a, struct range b)
{
    return a.size && b.size && a.base < b.base + b.size && b.base < a.base + a.size;
}

static struct range bar_of(const struct prisim_fabric_link_config *link)
{
    return (struct range){link->bar_base, link->bar_size};
}

static struct range msix_of(const struct prisim_fabric_link_config *link)
{
    return (struct range){link->msix_base, link->msix_size};
}

/* A link against a link before it. */
static bool is_apart(const struct prisim_fabric_link_config *link, const struct prisim_fabric_link_config *other,
                     struct prisim_config_error *error)
{
    const struct config_rule rule[] = {
        {other->requester_id != link->requester_id, {"requester_id", "an id that no other link has"}},
        {!ranges_overlap(bar_of(other), bar_of(link)) && !ranges_overlap(msix_of(other), bar_of(link)),
         {"bar_base", "a range that overlaps no other BAR"}},
        {!ranges_overlap(bar_of(other), msix_of(link)) && !ranges_overlap(msix_of(other), msix_of(link)),
         {"msix_base", "a range that overlaps no other BAR"}},
    };
    return config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}

static bool check_link(const struct prisim_fabric_config *config, uint32_t at, struct prisim_config_error *error)
{
    const struct prisim_fabric_link_config *link = &config->link[at];
    const struct config_rule rule[] = {
        {link->bar_size <= UINT64_MAX - link->bar_base, {"bar_size", "a range that ends below 2^64"}},
        {link->msix_size <= UINT64_MAX - link->msix_base, {"msix_size", "a range that ends below 2^64"}},
        {!ranges_overlap(bar_of(link), msix_of(link)), {"msix_base", "a range that overlaps no other BAR"}},
        {link->requester_id != config->smmu_id && link->requester_id != config->host_id,
         {"requester_id", "an id other than smmu_id and host_id"}},
        {link->requester_id != config->root_port_id, {"requester_id", "an id other than root_port_id"}},
    };
    if (!config_is_in_ranges(link, link_ranges, CONFIG_COUNT(link_ranges), error) ||
        !config_keeps_rules(rule, CONFIG_COUNT(rule), error))
        return false;
    for (uint32_t i = 0; i < at; i++)
        if (!is_apart(link, &config->link[i], error))
            return false;
    return true;
}

bool prisim_fabric_config_check(const struct prisim_fabric_config *config, struct prisim_config_error *error)
{
    const struct config_rule rule[] = {
        {config->smmu_id != config->host_id, {"smmu_id", "an id other than host_id"}},
        {config->root_port_id != config->host_id && config->root_port_id != config->smmu_id,
         {"root_port_id", "an id other than host_id and smmu_id"}},
    };
    if (!config_is_in_ranges(config, ranges, CONFIG_COUNT(ranges), error) ||
        !config_keeps_rules(rule, CONFIG_COUNT(rule), error))
        return false;
    for (uint32_t i = 0; i < config->links; i++)
        if (!check_link(config, i, error))
            return false;
    for (uint32_t i = 0; i < PRISIM_FABRIC_FAULTS_MAX; i++)
        if (!check_fault(config, &config->fault[i], error))
            return false;
    return true;
}

size_t prisim_fabric_state_size(const struct prisim_fabric_config *config)
{
    const size_t directions = 2 * (size_t)config->links + 1;
    const size_t of_link = (fabric_up_entries(config) + fabric_down_entries(config)) * FABRIC_ENTRY_LINES;
    const size_t lines = directions + config->links * of_link + config->link_tlps * FABRIC_ROOT_ENTRY_LINES;
    return sizeof(struct prisim_fabric) + lines * PRISIM_TOUCHED_LINE;
}

size_t prisim_fabric_hot_size(const struct prisim_fabric_config *config)
{
    (void)config;
    return offsetof(struct prisim_fabric, root_port);
}

void prisim_fabric_init(const struct prisim_fabric_config *config, struct prisim_fabric *state)
{
    memset(state, 0, prisim_fabric_state_size(config));
    state->back_pressure = true; /* the first step says whose TLP is taken */
    state->links = (uint8_t)config->links;
    fabric_faults_init(config, state);
    state->all_loose = config->order == PRISIM_FABRIC_MAY || state->faults;
    state->draws = random_open(config->order_seed, 0, 0).counter;
    for (uint32_t i = 0; i < config->links; i++)
        state->id[i] = config->link[i].requester_id;
    fabric_directions_init(config, state);
    fabric_root_port_init(config, state);
    fabric_dpc_init(config, state);
}
