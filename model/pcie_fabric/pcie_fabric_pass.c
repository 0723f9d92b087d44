/* SPDX-License-Identifier: Apache-2.0
 *
 * Which TLP of a loose direction goes next: the first that is due, has its port and place, and may pass all that came
 * before it and are still there (PCIE-ORDER); with order may, any of those. It moves nothing.
 */
#include "model/core/random.h"
#include "model/pcie_fabric/pcie_fabric_state.h"

/* What is asked of a direction at an edge. */
struct look {
    const struct prisim_fabric_config *config;
    const struct prisim_fabric *s;
    const struct fabric_direction *direction;
    prisim_cycle_t now;
    unsigned reasons; /* for which one passes another: bits of prisim_tlp_passes */
    unsigned target;  /* up: enum fabric_target */
    bool up;
    bool full;    /* whoever takes its non-posted requests has all it can have */
    bool refused; /* up: what stands at the SMMU's port is not taken at this edge */
};

/* PCIE-ORDER-5: of what may be, what the configuration wants. */
static unsigned reasons(const struct prisim_fabric_config *config)
{
    if (config->order != PRISIM_FABRIC_MAY)
        return PRISIM_TLP_PASS_MUST;
    return PRISIM_TLP_PASS_MUST | (config->order_relaxed ? (unsigned)PRISIM_TLP_PASS_RELAXED : 0u) |
           (config->order_ido ? (unsigned)PRISIM_TLP_PASS_IDO : 0u) |
           (config->order_write_completion ? (unsigned)PRISIM_TLP_PASS_WRITE_COMPLETION : 0u) |
           (config->order_posted ? (unsigned)PRISIM_TLP_PASS_POSTED : 0u) |
           (config->order_nonposted ? (unsigned)PRISIM_TLP_PASS_NONPOSTED : 0u) |
           (config->order_completion ? (unsigned)PRISIM_TLP_PASS_COMPLETION : 0u) |
           (config->order_traffic_class ? (unsigned)PRISIM_TLP_PASS_TRAFFIC_CLASS : 0u);
}

/* True if a TLP cannot go on, while one to `target` could. */
static bool is_held_up(const struct look *look, const struct fabric_entry *entry)
{
    if (entry->due > look->now)
        return true;
    return entry->kind == FABRIC_NONPOSTED &&
           (look->full || (look->up && look->target == FABRIC_TO_HOST && look->refused));
}

static bool passes(const struct look *look, const struct fabric_entry *later, const struct fabric_entry *earlier)
{
    if (earlier->passable)
        return true;
    if (!(prisim_tlp_passes(&later->tlp.head, &earlier->tlp.head) & look->reasons))
        return false;
    return look->config->order == PRISIM_FABRIC_MAY || is_held_up(look, earlier);
}

static bool passes_all(const struct look *look, const struct fabric_entry *later, uint32_t line)
{
    for (uint32_t at = look->direction->head; at != line; at = fabric_direction_behind(look->direction, at))
        if (!passes(look, later, fabric_entry_at(look->s, at)))
            return false;
    return true;
}

static bool can_go(const struct look *look, const struct fabric_entry *entry, uint32_t line)
{
    return entry->due <= look->now && (!look->up || entry->target == look->target) &&
           (entry->kind != FABRIC_NONPOSTED || !look->full) && passes_all(look, entry, line);
}

/* In order the first that can go; with order may one of the first that can, by the stream as it stands. */
static uint32_t find(const struct look *look)
{
    enum { DRAWN_OF = 8 };
    const uint32_t enough = look->config->order == PRISIM_FABRIC_MAY ? DRAWN_OF : 1;
    uint32_t line = look->direction->head, found[DRAWN_OF] = {0}, count = 0;
    for (uint32_t i = 0; i < look->direction->count && count < enough; i++) {
        if (can_go(look, fabric_entry_at(look->s, line), line))
            found[count++] = line;
        line = fabric_direction_behind(look->direction, line);
    }
    struct random_stream random = {look->s->draws};
    return count > 1 ? found[random_below(&random, count)] : found[0];
}

uint32_t fabric_pass_up(const struct prisim_fabric_config *config, const struct prisim_fabric *s, prisim_cycle_t now,
                        const struct prisim_ports *p, unsigned number, unsigned target)
{
    const bool refused = (p->tx_valid & ~p->tx_ready) >> PRISIM_FABRIC_TX_SMMU & 1;
    const struct look look = {.config = config,
                              .s = s,
                              .direction = &s->direction[number],
                              .now = now,
                              .reasons = reasons(config),
                              .target = target,
                              .up = true,
                              .full = fabric_smmu_is_full(config, s),
                              .refused = refused};
    /* PCIE-ORDER row D column 2: what is posted has been passed only when the SMMU has taken it. All that came before
     * what stands at its port was taken. */
    if (target == FABRIC_TO_HOST && refused && s->turn[FABRIC_TO_SMMU] == number && s->stands == FABRIC_POSTED)
        return 0;
    return find(&look);
}

uint32_t fabric_pass_down(const struct prisim_fabric_config *config, const struct prisim_fabric *s, prisim_cycle_t now,
                          unsigned link)
{
    const struct fabric_direction *direction = &s->direction[s->links + 1u + link];
    const struct look look = {.config = config,
                              .s = s,
                              .direction = direction,
                              .now = now,
                              .reasons = reasons(config),
                              .full = direction->asked >= config->link[link].nonposted};
    return find(&look);
}

void fabric_emit_passed(const struct prisim_fabric *s, prisim_cycle_t now, struct prisim_ports *p, unsigned number,
                        uint32_t line)
{
    const struct fabric_direction *direction = &s->direction[number];
    const struct prisim_tlp_header *later = &fabric_entry_at(s, line)->tlp.head;
    const bool up = number < s->links;
    for (uint32_t at = direction->head; at != line; at = fabric_direction_behind(direction, at)) {
        const struct fabric_entry *earlier = fabric_entry_at(s, at);
        if (earlier->passable && !prisim_tlp_passes(later, &earlier->tlp.head))
            PRISIM_PROBE(p, now, fabric_passed, .tlp = later->id, .overtaken = earlier->tlp.head.id,
                         .link = up ? number : number - s->links - 1u, .up = up);
    }
}

prisim_cycle_t fabric_next_due(const struct prisim_fabric_config *config, const struct prisim_fabric *s,
                               const struct fabric_direction *direction, prisim_cycle_t now)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    uint32_t line = direction->head;
    for (uint32_t i = 0; i < direction->count; i++) {
        const prisim_cycle_t due = fabric_entry_at(s, line)->due;
        if (due > now)
            next = prisim_cycle_min(next, due);
        if (due > now && config->order == PRISIM_FABRIC_IN_ORDER && !s->faults)
            break; /* then they are due in the order of the wire */
        line = fabric_direction_behind(direction, line);
    }
    return next;
}
