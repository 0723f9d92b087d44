/* SPDX-License-Identifier: Apache-2.0
 *
 * What a fabric's state means (prisim_fabric_canonical). Not told, for it says nothing of what happens from now on:
 * the ends of rings; `next`, `wants`, `wait`, the loose and the full directions and how many of a kind they hold, which
 * follow from what is in the directions; `faults`, with which they are only looked at otherwise; what the configuration
 * says (ids, times of a byte, delays, the clock); `made`, which gives ids only.
 */
#include "model/pcie/tlp_canonical.h"
#include "model/pcie_fabric/pcie_fabric_state.h"

/* The wire's time counts only while it goes on behind this edge: a TLP that comes later starts anew. */
static void tell_wire(const struct fabric_direction *direction, struct prisim_canonical *to)
{
    bool busy = !prisim_canonical_is_past(to, direction->busy_until);
    prisim_canonical_time(to, direction->busy_until);
    prisim_canonical_word(to, busy ? direction->last_ticks : 0);
}

/* A direction's ring as the configuration has it. */
struct ring {
    uint32_t first, entries, lines; /* lines: of an entry */
};

/* Up, TLPs differ by where they go; down, the host's posted from the SMMU's. */
static void tell_direction(const struct prisim_fabric *s, const struct fabric_direction *direction, struct ring ring,
                           bool up, struct prisim_canonical *to)
{
    const uint32_t length = ring.entries * ring.lines;
    prisim_canonical_word(to, direction->count);
    tell_wire(direction, to);
    if (!up)
        prisim_canonical_word(to, direction->asked);
    for (uint32_t i = 0; i < direction->count && i < ring.entries; i++) {
        const uint32_t at = (direction->head - ring.first + i * ring.lines) % length;
        const struct fabric_entry *entry = fabric_entry_at(s, ring.first + at / ring.lines * ring.lines);
        prisim_canonical_time(to, entry->due);
        prisim_canonical_word(to, (uint64_t)(up ? entry->target : entry->kind) | (uint64_t)entry->passable << 8);
        prisim_tlp_canonical(&entry->tlp, to);
    }
}

static void tell_directions(const struct prisim_fabric_config *config, const struct prisim_fabric *s,
                            struct prisim_canonical *to)
{
    uint32_t line = 2 * config->links + 1;
    for (uint32_t i = 0; i < 2 * config->links + 1; i++) {
        const bool root = i == config->links, up = i <= config->links;
        const struct ring ring = {
            line, root ? config->link_tlps : (up ? fabric_up_entries(config) : fabric_down_entries(config)),
            root ? FABRIC_ROOT_ENTRY_LINES : FABRIC_ENTRY_LINES};
        tell_direction(s, &s->direction[i], ring, up, to);
        line += ring.entries * ring.lines;
    }
}

/* Faults that count from a later edge on are told by its distance, those of links by `seen`. */
static void tell_faults(const struct prisim_fabric_config *config, const struct prisim_fabric *s,
                        struct prisim_canonical *to)
{
    for (unsigned i = 0; i < PRISIM_FABRIC_FAULTS_MAX; i++) {
        if (config->fault[i].what == PRISIM_FABRIC_FAULT_NONE)
            continue;
        prisim_canonical_word(to, s->seen[i]);
        prisim_canonical_time(to, config->fault[i].at);
    }
    prisim_canonical_word(to, s->isolated);
}

/* Links that are contained, or will be. */
static void tell_dpc(const struct prisim_fabric_config *config, const struct prisim_fabric *s,
                     struct prisim_canonical *to)
{
    prisim_canonical_word(to, (uint64_t)s->contained << 32 | s->triggered);
    for (uint32_t link = 0; link < config->links; link++)
        prisim_canonical_word(to, (uint64_t)s->dpc.enable[link] << 8 | s->dpc.reason[link]);
    for (uint32_t left = s->triggered; left; left &= left - 1)
        prisim_canonical_time(to, s->dpc.due[__builtin_ctz(left)]);
}

static uint64_t told_stream(const struct prisim_ports *ports)
{
    return ((const struct prisim_atc_timeout *)ports->rx[PRISIM_FABRIC_RX_ATC_TIMEOUT])->stream_id;
}

void prisim_fabric_canonical(const struct prisim_fabric_config *config, const struct prisim_fabric *s,
                             const struct prisim_ports *ports, struct prisim_canonical *to)
{
    /* What is due at this edge may be in flight still, or wait for its port. */
    prisim_canonical_word(to, s->up_in_flight);
    prisim_canonical_word(to, s->down_in_flight);
    /* Turns say who is first; that of the SMMU's port also, whose TLP stands on it. */
    prisim_canonical_word(to, (uint64_t)s->back_pressure | (uint64_t)s->turn[FABRIC_TO_SMMU] << 8 |
                                  (uint64_t)s->turn[FABRIC_TO_HOST] << 16);
    for (unsigned i = 0; i < FABRIC_ROOT_PORT_KEPT; i++)
        prisim_canonical_word(to, s->root_port.kept[i]);
    prisim_canonical_word(to, (uint64_t)s->smmu_asked | (uint64_t)s->stands << 16);
    if (config->order == PRISIM_FABRIC_MAY)
        prisim_canonical_word(to, s->draws);
    tell_faults(config, s, to);
    if (config->dpc)
        tell_dpc(config, s, to);
    tell_directions(config, s, to);
    const uint64_t stimulus = fabric_bit(PRISIM_FABRIC_RX_STIMULUS), timeout = fabric_bit(PRISIM_FABRIC_RX_ATC_TIMEOUT);
    for (uint64_t offered = ports->rx_valid & ~(stimulus | timeout); offered; offered &= offered - 1)
        prisim_tlp_canonical(ports->rx[__builtin_ctzll(offered)], to);
    if (ports->rx_valid & stimulus)
        prisim_canonical_bytes(to, ports->rx[PRISIM_FABRIC_RX_STIMULUS], sizeof(struct prisim_fabric_stimulus));
    if (config->dpc)
        prisim_canonical_word(to, ports->rx_valid & timeout ? told_stream(ports) + UINT64_C(1) : 0);
}
