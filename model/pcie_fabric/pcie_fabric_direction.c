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

static struct fabric_direction empty_direction(uint32_t entries, uint32_t entry_lines, uint32_t *line)
{
    struct fabric_direction direction = {
        .first = *line, .end = *line + entries * entry_lines, .head = *line, .tail = *line, .lines = entry_lines};
    *line = direction.end;
    return direction;
}

static struct fabric_direction link_direction(const struct prisim_fabric_config *config,
                                              const struct prisim_fabric_link_config *link, uint32_t entries,
                                              uint32_t *line)
{
    struct fabric_direction direction = empty_direction(entries, FABRIC_ENTRY_LINES, line);
    direction.ticks_per_byte = lane_ticks_per_byte(link->generation, link->width);
    direction.delay = link->latency + config->root_port_latency;
    return direction;
}

void fabric_directions_init(const struct prisim_fabric_config *config, struct prisim_fabric *state)
{
    uint32_t line = 2 * config->links + 1;
    for (uint32_t i = 0; i < config->links; i++)
        state->direction[i] = link_direction(config, &config->link[i], fabric_up_entries(config), &line);
    struct fabric_direction *root = &state->direction[fabric_root_direction(state)];
    *root = empty_direction(config->link_tlps, FABRIC_ROOT_ENTRY_LINES, &line);
    root->delay = config->root_port_latency;
    for (uint32_t i = 0; i < config->links; i++)
        *fabric_down(state, i) = link_direction(config, &config->link[i], fabric_down_entries(config), &line);
    state->clock_ticks = config->clock_period_ps * FABRIC_TICKS_PER_PS;
}

void fabric_direction_take(struct prisim_fabric *state, struct fabric_direction *direction, uint32_t line)
{
    const size_t bytes = (size_t)direction->lines * PRISIM_TOUCHED_LINE;
    const uint8_t kind = fabric_entry_at(state, line)->kind;
    while (line != direction->head) {
        const uint32_t before = (line == direction->first ? direction->end : line) - direction->lines;
        void *entry = &state->direction[line];
        prisim_touch(&state->touched, entry, bytes);
        memcpy(entry, &state->direction[before], bytes);
        line = before;
    }
    struct fabric_entry *first = (struct fabric_entry *)(void *)&state->direction[line];
    prisim_touch(&state->touched, first, bytes);
    first->kind = kind; /* what stood here stands behind it now */
    fabric_direction_pop(state, direction);
}
