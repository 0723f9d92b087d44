/* SPDX-License-Identifier: Apache-2.0
 *
 * One edge of the fabric: what arrived enters its lane, what is due waits for its port, what has its port leaves.
 * At most one TLP leaves a lane per edge.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

static inline unsigned lane_link(unsigned lane)
{
    return lane == FABRIC_ROOT_LANE ? (unsigned)FABRIC_NO_LINK : lane;
}

/* The first TLP of a lane left: the next one flies, even if it is due; it leaves at the next edge at the earliest. */
static inline void fly_on(struct fabric *s, uint64_t *flying, unsigned lane_number, const struct fabric_lane *lane)
{
    if (lane->count) {
        *flying |= fabric_bit(lane_number);
        s->next = cycle_min(s->next, fabric_lane_first(s, lane)->due);
    }
}

/* The first TLP of an up lane leaves it. */
static void release_up(const struct fabric_config *config, struct fabric *s, struct ports *p, unsigned lane_number)
{
    struct fabric_lane *lane = &s->up[lane_number];
    fabric_lane_pop(config, lane);
    fly_on(s, &s->up_flying, lane_number, lane);
    if (lane_number != FABRIC_ROOT_LANE)
        ports_set_ready(p, FABRIC_RX_ENDPOINT + lane_number, true);
}

/* The first TLP of an up lane reached the root complex. */
static void arrive_up(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p,
                      unsigned lane_number)
{
    const struct fabric_slot *slot = fabric_lane_first(s, &s->up[lane_number]);
    const struct tlp_header *head = &slot->tlp.head;
    assert(slot->target != FABRIC_TO_ENDPOINT);
    switch ((enum fabric_target)slot->target) {
    case FABRIC_TO_SMMU:
        s->to_smmu |= fabric_bit(lane_number);
        return;
    case FABRIC_TO_HOST:
        s->to_host |= fabric_bit(lane_number);
        return;
    case FABRIC_TO_NOBODY:
        PROBE(p, now, FABRIC_UNROUTABLE, head->id, head->type, fabric_destination(head));
        release_up(config, s, p, lane_number);
        return;
    case FABRIC_TO_ENDPOINT:
        break;
    }
}

/* Lanes whose first TLP is due go from flying to waiting for their port. */
static void arrive(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p)
{
    uint64_t up = s->up_flying, down = s->down_flying;
    s->next = CYCLE_NEVER;
    for (; down; down &= down - 1) {
        unsigned link = (unsigned)__builtin_ctzll(down);
        cycle_t due = fabric_lane_first(s, &s->down[link])->due;
        if (due <= now) {
            s->down_flying &= ~fabric_bit(link);
            s->to_endpoint |= fabric_bit(link);
        } else {
            s->next = cycle_min(s->next, due);
        }
    }
    for (; up; up &= up - 1) {
        unsigned lane = (unsigned)__builtin_ctzll(up);
        cycle_t due = fabric_lane_first(s, &s->up[lane])->due;
        if (due <= now) {
            s->up_flying &= ~fabric_bit(lane);
            arrive_up(config, s, now, p, lane);
        } else {
            s->next = cycle_min(s->next, due);
        }
    }
}

/* Round robin: the first lane after the one that had its turn. */
static inline unsigned choose(uint64_t lanes, unsigned turn)
{
    uint64_t after = lanes & ~((UINT64_C(2) << turn) - 1);
    return (unsigned)__builtin_ctzll(after ? after : lanes);
}

static void put_up(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p, unsigned tx,
                   unsigned lane)
{
    const struct tlp *tlp = &fabric_lane_first(s, &s->up[lane])->tlp;
    tlp_copy(ports_put(p, tx), tlp);
    PROBE(p, now, FABRIC_LEAVE, tlp->head.id, lane_link(lane), true, tlp->head.type);
    release_up(config, s, p, lane);
}

static void put_smmu(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p)
{
    if (!ports_can_put(p, FABRIC_TX_SMMU))
        return;
    unsigned lane = choose(s->to_smmu, s->smmu_turn);
    s->to_smmu &= ~fabric_bit(lane);
    s->smmu_turn = (uint8_t)lane;
    put_up(config, s, now, p, FABRIC_TX_SMMU, lane);
}

/* Lanes that may not answer the host: pcie 5.1 row D column 2, a completion does not pass what came before it on its
 * link; that has passed only when the SMMU has taken it. All of it but the last left the SMMU's port before. */
static uint64_t behind_smmu_port(const struct fabric *s, const struct ports *p)
{
    return ports_can_put(p, FABRIC_TX_SMMU) ? 0 : fabric_bit(s->smmu_turn);
}

static void put_host(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p)
{
    uint64_t lanes = s->to_host & ~behind_smmu_port(s, p);
    if (!lanes || !ports_can_put(p, FABRIC_TX_HOST))
        return;
    unsigned lane = choose(lanes, s->host_turn);
    s->to_host &= ~fabric_bit(lane);
    s->host_turn = (uint8_t)lane;
    put_up(config, s, now, p, FABRIC_TX_HOST, lane);
}

static void put_endpoints(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p)
{
    for (uint64_t links = s->to_endpoint; links; links &= links - 1) {
        unsigned link = (unsigned)__builtin_ctzll(links);
        struct fabric_lane *lane = &s->down[link];
        if (!ports_can_put(p, FABRIC_TX_ENDPOINT + link))
            continue;
        const struct tlp *tlp = &fabric_lane_first(s, lane)->tlp;
        tlp_copy(ports_put(p, FABRIC_TX_ENDPOINT + link), tlp);
        PROBE(p, now, FABRIC_LEAVE, tlp->head.id, link, false, tlp->head.type);
        s->to_endpoint &= ~fabric_bit(link);
        fabric_lane_pop(config, lane);
        fly_on(s, &s->down_flying, link, lane);
        if (lane->count + 2 <= config->link_tlps)
            s->down_full &= ~fabric_bit(link);
    }
}

/* A lane that waits alone for its port waits for ready to rise, which wakes the fabric; only a lane that lost its port
 * to another one at this edge has to come back by itself. */
static cycle_t next_step(const struct fabric *s, const struct ports *p, cycle_t now)
{
    cycle_t next = cycle_max(s->next, now + 1);
    if (s->to_smmu)
        next = cycle_min(next, ports_retry(p, FABRIC_TX_SMMU, now));
    if (s->to_host & ~behind_smmu_port(s, p))
        next = cycle_min(next, ports_retry(p, FABRIC_TX_HOST, now));
    return next;
}

/* Apart from the idle step, which then saves no registers. */
__attribute__((noinline)) static cycle_t busy_step(const struct fabric_config *config, struct fabric *s, cycle_t now,
                                                   struct ports *p)
{
    uint64_t arrived = ports_arrived(p);
    if (arrived)
        fabric_enter(config, s, now, p, arrived);
    if (now >= s->next)
        arrive(config, s, now, p);
    assert(!((s->to_smmu | s->to_host) & s->up_flying) && !(s->to_endpoint & s->down_flying));
    if (s->to_smmu)
        put_smmu(config, s, now, p);
    if (s->to_host)
        put_host(config, s, now, p);
    if (s->to_endpoint)
        put_endpoints(config, s, now, p);
    fabric_say_ready(config, s, p);
    return next_step(s, p, now);
}

cycle_t fabric_step(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p)
{
    const uint64_t sources = fabric_bit(FABRIC_RX_SMMU) | fabric_bit(FABRIC_RX_HOST);
    uint64_t changed = ports_arrived(p) | (p->rx_valid & sources);
    if ((changed | s->to_smmu | s->to_host | s->to_endpoint) || now >= s->next)
        return busy_step(config, s, now, p);
    return s->next;
}
