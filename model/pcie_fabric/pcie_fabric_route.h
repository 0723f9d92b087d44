/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to pcie_fabric_enter.c: where a TLP goes, by id, by address, or to the root complex. It neither holds nor
 * delays anything.
 */
#ifndef PRISIM_PCIE_FABRIC_ROUTE_H
#define PRISIM_PCIE_FABRIC_ROUTE_H

#include "model/pcie_fabric/pcie_fabric_state.h"

/* PCIE-MESSAGE: Page Requests go to the root complex, Invalidate Completions by ID; both end at the translation agent.
 */
static inline enum fabric_target route_message_up(const struct prisim_tlp_header *head)
{
    return head->message == PRISIM_MESSAGE_PAGE_REQUEST || head->message == PRISIM_MESSAGE_INVALIDATE_COMPLETION
               ? FABRIC_TO_SMMU
               : FABRIC_TO_NOBODY;
}

static inline enum fabric_target fabric_route_up(const struct prisim_fabric_config *config,
                                                 const struct prisim_tlp_header *head)
{
    switch ((enum prisim_tlp_type)head->type) {
    case PRISIM_TLP_MEMORY_READ:
    case PRISIM_TLP_MEMORY_WRITE:
        return FABRIC_TO_SMMU;
    case PRISIM_TLP_COMPLETION:
    case PRISIM_TLP_COMPLETION_DATA: /* PCIE-ATSCPL: routed by ID, that of the requester */
        if (head->requester_id == config->host_id)
            return FABRIC_TO_HOST;
        return head->requester_id == config->smmu_id ? FABRIC_TO_SMMU : FABRIC_TO_NOBODY;
    case PRISIM_TLP_MESSAGE:
    case PRISIM_TLP_MESSAGE_DATA:
        return route_message_up(head);
    case PRISIM_TLP_CONFIG_READ: /* only the host makes them */
    case PRISIM_TLP_CONFIG_WRITE:
    case PRISIM_TLP_TYPES:
        break;
    }
    return FABRIC_TO_NOBODY;
}

static inline unsigned link_of_id(const struct prisim_fabric_config *config, const struct prisim_fabric *state,
                                  uint16_t id)
{
    for (unsigned i = 0; i < config->links; i++)
        if (state->id[i] == id)
            return i;
    return FABRIC_NO_LINK;
}

/* The whole access must lie in the range. */
static inline bool is_in_range(uint64_t address, uint32_t size, uint64_t range_base, uint64_t range_size)
{
    uint64_t offset = address - range_base; /* wraps far out of range below the base */
    return offset < range_size && size <= range_size - offset;
}

static inline unsigned link_of_address(const struct prisim_fabric_config *config, uint64_t address, uint32_t size)
{
    for (unsigned i = 0; i < config->links; i++) {
        const struct prisim_fabric_link_config *link = &config->link[i];
        if (is_in_range(address, size, link->bar_base, link->bar_size) ||
            is_in_range(address, size, link->msix_base, link->msix_size))
            return i;
    }
    return FABRIC_NO_LINK;
}

/* The link a TLP from the SMMU or the host goes to, or FABRIC_NO_LINK. */
static inline unsigned fabric_route_down(const struct prisim_fabric_config *config, const struct prisim_fabric *state,
                                         const struct prisim_tlp_header *head, bool from_host)
{
    switch ((enum prisim_tlp_type)head->type) {
    case PRISIM_TLP_MEMORY_READ:
    case PRISIM_TLP_MEMORY_WRITE:
        return from_host ? link_of_address(config, head->address, head->size) : FABRIC_NO_LINK;
    case PRISIM_TLP_CONFIG_READ:
    case PRISIM_TLP_CONFIG_WRITE:
        return from_host ? link_of_id(config, state, head->destination_id) : FABRIC_NO_LINK;
    case PRISIM_TLP_COMPLETION:
    case PRISIM_TLP_COMPLETION_DATA:
        return link_of_id(config, state, head->requester_id);
    case PRISIM_TLP_MESSAGE: /* PCIE-MESSAGE: what goes to a function is routed by ID */
    case PRISIM_TLP_MESSAGE_DATA:
        return link_of_id(config, state, head->destination_id);
    case PRISIM_TLP_TYPES:
        break;
    }
    return FABRIC_NO_LINK;
}

#endif
