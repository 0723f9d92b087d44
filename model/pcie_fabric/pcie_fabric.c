/* SPDX-License-Identifier: Apache-2.0
 *
 * One edge of the fabric: what arrived enters its direction, what is due and has its port leaves, and whose TLP is
 * taken at the next edge is chosen.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

/* A direction that waits alone for its port waits for ready to rise, which wakes the fabric; only a direction that lost
 * its port to another one at this edge has to come back by itself. */
static inline prisim_cycle_t next_step(const struct prisim_fabric *s, const struct prisim_ports *p, prisim_cycle_t now)
{
    prisim_cycle_t next = prisim_cycle_max(s->next, now + 1);
    if (s->wait[PRISIM_FABRIC_TX_SMMU])
        next = prisim_cycle_min(next, prisim_ports_retry(p, PRISIM_FABRIC_TX_SMMU, now));
    if (s->wait[PRISIM_FABRIC_TX_HOST] && fabric_candidates(s, p, PRISIM_FABRIC_TX_HOST))
        next = prisim_cycle_min(next, prisim_ports_retry(p, PRISIM_FABRIC_TX_HOST, now));
    return next;
}

static void hear_endpoints(const struct prisim_fabric_config *config, struct prisim_ports *p)
{
    for (unsigned i = 0; i < config->links; i++)
        prisim_ports_set_ready(p, PRISIM_FABRIC_RX_ENDPOINT + i, true);
}

/* Mostly nothing leaves at an edge: a direction waits for its time, or for a port that is not free. */
static inline bool may_leave(const struct prisim_fabric *s, prisim_cycle_t now, const struct prisim_ports *p)
{
    const uint64_t sources = fabric_bit(PRISIM_FABRIC_RX_SMMU) | fabric_bit(PRISIM_FABRIC_RX_HOST);
    if (now >= s->next)
        return true;
    bool free = s->wants & (~p->tx_valid | p->tx_ready);
    bool heard = s->back_pressure && (p->rx_valid & sources);
    return free || heard;
}

prisim_cycle_t prisim_fabric_step(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                  prisim_cycle_t now, struct prisim_ports *p)
{
    uint64_t arrived = prisim_ports_arrived(p);
    if (arrived)
        fabric_enter(config, s, now, p, arrived);
    if (!may_leave(s, now, p))
        return s->next;
    if (s->next == 0) /* the first step: edge 0 is no TLP's time */
        hear_endpoints(config, p);
    fabric_leave(config, s, now, p);
    if (s->back_pressure)
        fabric_choose_sources(config, s, p);
    return next_step(s, p, now);
}
