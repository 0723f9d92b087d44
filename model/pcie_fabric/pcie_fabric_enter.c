/* SPDX-License-Identifier: Apache-2.0
 *
 * The ways into the fabric: routing of what was taken, and the ready bits. Requests that nobody can answer are answered
 * here.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

/* A TLP was pushed: if it is the first of its lane, it is the one to wait for. */
static inline void fly(struct fabric *s, uint64_t *flying, unsigned lane_number, const struct fabric_lane *lane,
                       cycle_t due)
{
    if (lane->count == 1) {
        *flying |= fabric_bit(lane_number);
        s->next = cycle_min(s->next, due);
    }
}

static void take_up(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p, unsigned link)
{
    const struct tlp *tlp = p->rx[FABRIC_RX_ENDPOINT + link];
    struct fabric_lane *lane = &s->up[link];
    struct fabric_slot *slot = fabric_lane_push(config, s, lane, now, tlp_wire_bytes(&tlp->head));
    slot->target = fabric_route_up(config, &tlp->head);
    tlp_copy(&slot->tlp, tlp);
    fly(s, &s->up_flying, link, lane, slot->due);
    ports_set_ready(p, FABRIC_RX_ENDPOINT + link, lane->count < config->link_tlps);
    PROBE(p, now, FABRIC_ENTER, tlp->head.id, link, true, tlp->head.type);
}

/* pcie 1.1: a non-posted request that nobody can answer gets a completion with status UR. */
static void answer_unsupported(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p,
                               const struct tlp_header *request)
{
    struct fabric_lane *lane = &s->up[FABRIC_ROOT_LANE];
    struct fabric_slot *slot = fabric_lane_push(config, s, lane, now, 0);
    slot->target = FABRIC_TO_HOST;
    slot->tlp.head = (struct tlp_header){.id = (uint32_t)p->instance << 24 | (s->made++ & 0xffffff),
                                         .requester_id = request->requester_id,
                                         .destination_id = request->destination_id,
                                         .tag = request->tag,
                                         .type = TLP_COMPLETION,
                                         .status = TLP_UR,
                                         .traffic_class = request->traffic_class};
    fly(s, &s->up_flying, FABRIC_ROOT_LANE, lane, slot->due);
}

static void take_down(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p, unsigned rx)
{
    const struct tlp *tlp = p->rx[rx];
    bool from_host = rx == FABRIC_RX_HOST;
    unsigned link = fabric_route_down(config, s, &tlp->head, from_host);
    PROBE(p, now, FABRIC_ENTER, tlp->head.id, link, false, tlp->head.type);
    if (link == FABRIC_NO_LINK) {
        PROBE(p, now, FABRIC_UNROUTABLE, tlp->head.id, tlp->head.type, fabric_destination(&tlp->head));
        if (from_host && !tlp_is_posted(&tlp->head) && !tlp_is_completion(&tlp->head))
            answer_unsupported(config, s, now, p, &tlp->head);
        return;
    }
    struct fabric_lane *lane = &s->down[link];
    struct fabric_slot *slot = fabric_lane_push(config, s, lane, now, tlp_wire_bytes(&tlp->head));
    slot->target = FABRIC_TO_ENDPOINT;
    tlp_copy(&slot->tlp, tlp);
    fly(s, &s->down_flying, link, lane, slot->due);
    if (lane->count + 2 > config->link_tlps)
        s->down_full |= fabric_bit(link);
}

void fabric_enter(const struct fabric_config *config, struct fabric *s, cycle_t now, struct ports *p, uint64_t arrived)
{
    /* Two sources for one link at one edge: the SMMU's TLP goes first. */
    for (unsigned rx = FABRIC_RX_SMMU; rx <= FABRIC_RX_HOST; rx++)
        if (arrived >> rx & 1)
            take_down(config, s, now, p, rx);
    for (uint64_t links = arrived >> FABRIC_RX_ENDPOINT; links; links &= links - 1)
        take_up(config, s, now, p, (unsigned)__builtin_ctzll(links));
}

/* Both sources may give a TLP to one link at the next edge. While a link has no room for that, a source is heard only
 * if what it offers goes elsewhere. */
static bool takes_down(const struct fabric_config *config, const struct fabric *s, const struct ports *p, unsigned rx)
{
    if (!s->down_full)
        return true;
    if (!((p->rx_valid & ~p->rx_ready) >> rx & 1))
        return false;
    const struct tlp *offered = p->rx[rx];
    unsigned link = fabric_route_down(config, s, &offered->head, rx == FABRIC_RX_HOST);
    return link == FABRIC_NO_LINK || !(s->down_full >> link & 1);
}

static void say_ready_to_sources(const struct fabric_config *config, const struct fabric *s, struct ports *p)
{
    bool room_to_answer = s->up[FABRIC_ROOT_LANE].count < config->link_tlps;
    ports_set_ready(p, FABRIC_RX_SMMU, takes_down(config, s, p, FABRIC_RX_SMMU));
    ports_set_ready(p, FABRIC_RX_HOST, room_to_answer && takes_down(config, s, p, FABRIC_RX_HOST));
}

void fabric_say_ready(const struct fabric_config *config, struct fabric *s, struct ports *p)
{
    if (!s->started) {
        s->started = 1;
        for (unsigned i = 0; i < config->links; i++)
            ports_set_ready(p, FABRIC_RX_ENDPOINT + i, true);
    }
    const uint64_t sources = fabric_bit(FABRIC_RX_SMMU) | fabric_bit(FABRIC_RX_HOST);
    bool both_ready = (p->ready & sources) == sources;
    if (!both_ready || s->down_full || s->up[FABRIC_ROOT_LANE].count)
        say_ready_to_sources(config, s, p);
}
