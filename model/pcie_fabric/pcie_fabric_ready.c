/* SPDX-License-Identifier: Apache-2.0
 *
 * Ready bits: whose TLP is taken at the next edge, where it may not be everybody's.
 */
#include "model/pcie_fabric/pcie_fabric_route.h"

/* The first step: endpoints are ready but while their direction is full, and a stimulus is always taken. */
void fabric_ready_endpoints(const struct prisim_fabric_config *config, struct prisim_ports *p)
{
    for (unsigned i = 0; i < config->links; i++)
        prisim_ports_set_ready(p, PRISIM_FABRIC_RX_ENDPOINT + i, true);
    prisim_ports_set_ready(p, PRISIM_FABRIC_RX_STIMULUS, true);
}

/* TLPs of a direction that share places. */
struct share {
    const struct fabric_direction *direction;
    uint32_t places;
    uint32_t kinds; /* a bit for each enum fabric_kind */
};

enum {
    UP = 1 << FABRIC_POSTED | 1 << FABRIC_NONPOSTED | 1 << FABRIC_COMPLETION,
    FROM_SMMU = 1 << FABRIC_POSTED | 1 << FABRIC_COMPLETION,
    FROM_HOST = 1 << FABRIC_NONPOSTED | 1 << FABRIC_HOST_POSTED
};

/* The first TLP of a kind has a place that no other kind takes: it never waits because others are held up (PCIE-ORDER
 * A3, D3). The others share what is left. */
static bool shares_have_room(const struct share *share)
{
    uint32_t taken = 0;
    for (uint32_t kinds = share->kinds; kinds; kinds &= kinds - 1) {
        const uint32_t held = share->direction->held[__builtin_ctz(kinds)];
        taken += held > 0 ? held - 1 : 0;
    }
    return taken < share->places - 1;
}

static struct share share_down(const struct prisim_fabric_config *config, const struct prisim_fabric *s, unsigned link,
                               bool host)
{
    const struct fabric_direction *direction = &s->direction[s->links + 1u + link];
    return host ? (struct share){direction, config->link_tlps, FROM_HOST}
                : (struct share){direction, config->smmu_tlps, FROM_SMMU};
}

static bool has_room(const struct share *share, unsigned kind)
{
    return share->direction->held[kind] == 0 || shares_have_room(share);
}

/* While a direction has no room for whatever may come, an endpoint's TLP is taken only if what it offers has. */
void fabric_choose_endpoints(const struct prisim_fabric_config *config, struct prisim_fabric *s, struct prisim_ports *p)
{
    for (uint64_t left = fabric_unjudged(s); left; left &= left - 1) {
        const unsigned link = (unsigned)__builtin_ctzll(left), rx = PRISIM_FABRIC_RX_ENDPOINT + link;
        bool ready = s->direction[link].count < config->link_tlps;
        if (ready) {
            s->up_full &= ~fabric_bit(link);
        } else if (prisim_ports_refused(p) >> rx & 1) {
            const struct share share = {&s->direction[link], config->link_tlps, UP};
            ready = has_room(&share, prisim_tlp_class(&((const struct prisim_tlp *)p->rx[rx])->head));
            if (!ready)
                s->judged |= fabric_bit(link);
        }
        prisim_ports_set_ready(p, rx, ready);
    }
}

/* Of the down directions that had no room for whatever a source may give, those that still have none. */
static uint64_t still_full(const struct prisim_fabric_config *config, const struct prisim_fabric *s, uint64_t links,
                           bool host)
{
    for (uint64_t left = links; left; left &= left - 1) {
        const unsigned link = (unsigned)__builtin_ctzll(left);
        const struct share share = share_down(config, s, link, host);
        if (fabric_held_from(share.direction, host) < share.places)
            links &= ~fabric_bit(link);
    }
    return links;
}

/* While some link has no room for whatever a source may give, its TLP is taken only if what it offers has. */
static bool takes_down(const struct prisim_fabric_config *config, const struct prisim_fabric *s,
                       const struct prisim_ports *p, unsigned rx, uint64_t full)
{
    const bool host = rx == PRISIM_FABRIC_RX_HOST;
    if (!full)
        return true;
    if (!(prisim_ports_refused(p) >> rx & 1))
        return false;
    const struct prisim_tlp *offered = p->rx[rx];
    const unsigned link = fabric_route_down(config, s, &offered->head, host);
    if (link == FABRIC_NO_LINK || !(full >> link & 1))
        return true;
    const struct share share = share_down(config, s, link, host);
    return has_room(&share, fabric_kind_down(&offered->head, host));
}

void fabric_choose_sources(const struct prisim_fabric_config *config, struct prisim_fabric *s, struct prisim_ports *p)
{
    const bool room_to_answer = s->direction[fabric_root_direction(s)].count < config->link_tlps;
    s->full_of_smmu = still_full(config, s, s->full_of_smmu, false);
    s->full_of_host = still_full(config, s, s->full_of_host, true);
    s->back_pressure = s->full_of_smmu || s->full_of_host || !room_to_answer;
    prisim_ports_set_ready(p, PRISIM_FABRIC_RX_SMMU, takes_down(config, s, p, PRISIM_FABRIC_RX_SMMU, s->full_of_smmu));
    prisim_ports_set_ready(p, PRISIM_FABRIC_RX_HOST,
                           room_to_answer && takes_down(config, s, p, PRISIM_FABRIC_RX_HOST, s->full_of_host));
}
