/* SPDX-License-Identifier: Apache-2.0
 *
 * One direction of a link: wire time, latency and order. It does not know where TLPs come from or go to.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

/* PCIE-RATE "ns per payload byte per lane", in ticks: 4 ns, 2 ns, then 1 ns * 130 / 128 and its halves. */
static uint32_t lane_ticks_per_byte(uint32_t generation, uint32_t width)
{
    static const uint32_t one_lane[] = {4000 * FABRIC_TICKS_PER_PS, 2000 * FABRIC_TICKS_PER_PS,
                                        1000 * FABRIC_TICKS_PER_PS / 128 * 130, 500 * FABRIC_TICKS_PER_PS / 128 * 130,
                                        250 * FABRIC_TICKS_PER_PS / 128 * 130};
    assert(generation >= 1 && generation <= 5);
    assert(one_lane[generation - 1] % width == 0);
    return one_lane[generation - 1] / width;
}

static struct fabric_direction empty_direction(const struct prisim_fabric_config *config, uint32_t *entries)
{
    struct fabric_direction direction = {
        .first = *entries, .end = *entries + config->link_tlps, .head = *entries, .tail = *entries};
    *entries = direction.end;
    return direction;
}

void fabric_directions_init(const struct prisim_fabric_config *config, struct prisim_fabric *state)
{
    uint32_t entries = 0;
    for (uint32_t i = 0; i < config->links; i++) {
        const struct prisim_fabric_link_config *link = &config->link[i];
        state->up[i] = empty_direction(config, &entries);
        state->down[i] = empty_direction(config, &entries);
        state->up[i].ticks_per_byte = lane_ticks_per_byte(link->generation, link->width);
        state->down[i].ticks_per_byte = state->up[i].ticks_per_byte;
        state->up[i].delay = state->down[i].delay = link->latency + config->root_port_latency;
    }
    state->up[FABRIC_ROOT_DIRECTION] = empty_direction(config, &entries);
    state->up[FABRIC_ROOT_DIRECTION].delay = config->root_port_latency;
    state->clock_ticks = config->clock_period_ps * FABRIC_TICKS_PER_PS;
}
