/* SPDX-License-Identifier: Apache-2.0
 *
 * The ways out of the fabric: what is due waits for its port, what has its port leaves. At most one TLP leaves a lane
 * per edge.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

/* Events are told by functions of their own: the way of TLPs then saves fewer registers. */
__attribute__((noinline)) static void tell_leave(struct ports *p, cycle_t now, const struct tlp_header *head,
                                                 unsigned link, bool up)
{
    PROBE(p, now, fabric_leave, .tlp = head->id, .link = link, .up = up, .type = head->type);
}

static inline bool told(const struct ports *p)
{
    return probe_wants(p->probe, EVENT_FABRIC_LEAVE);
}

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
static inline void release_up(struct fabric *s, struct ports *p, unsigned lane_number)
{
    struct fabric_lane *lane = &s->up[lane_number];
    fabric_lane_pop(lane);
    fly_on(s, &s->up_flying, lane_number, lane);
    if (lane_number != FABRIC_ROOT_LANE)
        ports_set_ready(p, FABRIC_RX_ENDPOINT + lane_number, true);
}

__attribute__((noinline)) static void drop_up(struct fabric *s, cycle_t now, struct ports *p, unsigned lane_number)
{
    const struct tlp_header *head = &fabric_lane_first(s, &s->up[lane_number])->tlp.head;
    PROBE(p, now, fabric_unroutable, .tlp = head->id, .type = head->type, .destination = fabric_destination(head));
    release_up(s, p, lane_number);
}

/* The first TLP of an up lane reached the root complex. */
static inline void arrive_up(struct fabric *s, cycle_t now, struct ports *p, unsigned lane_number)
{
    uint32_t target = fabric_lane_first(s, &s->up[lane_number])->target;
    assert(target <= FABRIC_TO_NOBODY);
    if (target == FABRIC_TO_NOBODY) {
        drop_up(s, now, p, lane_number);
        return;
    }
    s->wait[target] |= fabric_bit(lane_number);
    s->wants |= fabric_bit(target);
}

/* Lanes whose first TLP is due go from flying to waiting for their port. */
static inline void arrive(struct fabric *s, cycle_t now, struct ports *p)
{
    uint64_t up = s->up_flying, down = s->down_flying;
    s->next = CYCLE_NEVER;
    for (; down; down &= down - 1) {
        unsigned link = (unsigned)__builtin_ctzll(down);
        cycle_t due = fabric_lane_first(s, &s->down[link])->due;
        if (due <= now) {
            s->down_flying &= ~fabric_bit(link);
            s->wants |= fabric_bit(FABRIC_TX_ENDPOINT + link);
        } else {
            s->next = cycle_min(s->next, due);
        }
    }
    for (; up; up &= up - 1) {
        unsigned lane = (unsigned)__builtin_ctzll(up);
        cycle_t due = fabric_lane_first(s, &s->up[lane])->due;
        if (due <= now) {
            s->up_flying &= ~fabric_bit(lane);
            arrive_up(s, now, p, lane);
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

/* Lanes that may not answer the host: PCIE-ORDER row D column 2, a completion does not pass what came before it on its
 * link; that has passed only when the SMMU has taken it. All of it but the last left the SMMU's port before. */
static inline uint64_t behind_smmu_port(const struct fabric *s, const struct ports *p)
{
    return ports_can_put(p, FABRIC_TX_SMMU) ? 0 : fabric_bit(s->turn[FABRIC_TO_SMMU]);
}

uint64_t fabric_candidates(const struct fabric *s, const struct ports *p, unsigned tx)
{
    return tx == FABRIC_TX_HOST ? s->wait[tx] & ~behind_smmu_port(s, p) : s->wait[tx];
}

static inline void put_up(struct fabric *s, cycle_t now, struct ports *p, unsigned tx)
{
    uint64_t lanes = fabric_candidates(s, p, tx);
    if (!lanes)
        return;
    unsigned lane = choose(lanes, s->turn[tx]);
    const struct tlp *tlp = &fabric_lane_first(s, &s->up[lane])->tlp;
    s->wait[tx] &= ~fabric_bit(lane);
    if (!s->wait[tx])
        s->wants &= ~fabric_bit(tx);
    s->turn[tx] = (uint8_t)lane;
    fabric_copy(ports_put(p, tx), tlp);
    if (told(p))
        tell_leave(p, now, &tlp->head, lane_link(lane), true);
    release_up(s, p, lane);
}

static inline void put_down(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p,
                            unsigned link)
{
    unsigned tx = FABRIC_TX_ENDPOINT + link;
    struct fabric_lane *lane = &s->down[link];
    const struct tlp *tlp = &fabric_lane_first(s, lane)->tlp;
    s->wants &= ~fabric_bit(tx);
    fabric_copy(ports_put(p, tx), tlp);
    if (told(p))
        tell_leave(p, now, &tlp->head, link, false);
    fabric_lane_pop(lane);
    fly_on(s, &s->down_flying, link, lane);
    if (lane->count + 2 <= config->link_tlps)
        s->down_full &= ~fabric_bit(link);
}

void fabric_leave(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p)
{
    if (now >= s->next)
        arrive(s, now, p);
    uint64_t go = s->wants & (~p->tx_valid | p->tx_ready);
    for (uint64_t root = go & (fabric_bit(FABRIC_ROOT_PORTS) - 1); root; root &= root - 1)
        put_up(s, now, p, (unsigned)__builtin_ctzll(root));
    for (uint64_t links = go >> FABRIC_TX_ENDPOINT; links; links &= links - 1)
        put_down(config, s, now, p, (unsigned)__builtin_ctzll(links));
}
