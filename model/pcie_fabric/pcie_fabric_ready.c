/* SPDX-License-Identifier: Apache-2.0
 *
 * Ready bits: whose TLP is taken at the next edge, where it may not be everybody's.
 */
#include "model/pcie_fabric/pcie_fabric_route.h"

/* The first step: endpoints are ready but while their direction is full. */
void fabric_ready_endpoints(const struct prisim_fabric_config *config, struct prisim_ports *p)
{
    for (unsigned i = 0; i < config->links; i++)
        prisim_ports_set_ready(p, PRISIM_FABRIC_RX_ENDPOINT + i, true);
}

/* Both sources may give a TLP to one link at the next edge. While a link has no room for that, a source's TLP is taken
 * only if what it offers goes elsewhere. */
static bool takes_down(const struct prisim_fabric_config *config, const struct prisim_fabric *s,
                       const struct prisim_ports *p, unsigned rx)
{
    if (!s->down_full)
        return true;
    if (!(prisim_ports_refused(p) >> rx & 1))
        return false;
    const struct prisim_tlp *offered = p->rx[rx];
    unsigned link = fabric_route_down(config, s, &offered->head, rx == PRISIM_FABRIC_RX_HOST);
    return link == FABRIC_NO_LINK || !(s->down_full >> link & 1);
}

void fabric_choose_sources(const struct prisim_fabric_config *config, struct prisim_fabric *s, struct prisim_ports *p)
{
    bool room_to_answer = s->direction[fabric_root_direction(s)].count < config->link_tlps;
    s->back_pressure = s->down_full || !room_to_answer;
    prisim_ports_set_ready(p, PRISIM_FABRIC_RX_SMMU, takes_down(config, s, p, PRISIM_FABRIC_RX_SMMU));
    prisim_ports_set_ready(p, PRISIM_FABRIC_RX_HOST, room_to_answer && takes_down(config, s, p, PRISIM_FABRIC_RX_HOST));
}
