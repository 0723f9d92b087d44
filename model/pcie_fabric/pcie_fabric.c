/* SPDX-License-Identifier: Apache-2.0
 *
 * One edge of the fabric: what arrived enters its direction, then what is due and has its port leaves.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

#define STIMULUS fabric_bit(PRISIM_FABRIC_RX_STIMULUS)

/* Mostly nothing leaves at an edge: a direction waits for its time, or for a port that is not free. */
static inline bool may_leave(const struct prisim_fabric *s, prisim_cycle_t now, const struct prisim_ports *p)
{
    const uint64_t sources = fabric_bit(PRISIM_FABRIC_RX_SMMU) | fabric_bit(PRISIM_FABRIC_RX_HOST);
    if (now >= s->next || (s->loose_up | s->loose_down))
        return true;
    bool free = s->wants & (~p->tx_valid | p->tx_ready);
    bool heard = s->back_pressure && (p->rx_valid & sources);
    return free || heard;
}

/* Apart from the step, which then saves no registers where nothing arrives. */
__attribute__((noinline)) static prisim_cycle_t enter_and_leave(const struct prisim_fabric_config *config,
                                                                struct prisim_fabric *s, prisim_cycle_t now,
                                                                struct prisim_ports *p, uint64_t arrived)
{
    fabric_enter(config, s, now, p, arrived);
    return may_leave(s, now, p) ? fabric_leave(config, s, now, p) : s->next;
}

/* With faults: links that change do so first; then each direction is looked at, at every step. */
__attribute__((noinline)) static prisim_cycle_t step_with_faults(const struct prisim_fabric_config *config,
                                                                 struct prisim_fabric *s, prisim_cycle_t now,
                                                                 struct prisim_ports *p, uint64_t arrived)
{
    if (now >= s->fault_at)
        fabric_links_change(config, s, now, p);
    if (arrived & STIMULUS)
        fabric_link_asked(config, s, now, p, p->rx[PRISIM_FABRIC_RX_STIMULUS]);
    arrived &= ~STIMULUS;
    if (arrived)
        fabric_enter(config, s, now, p, arrived);
    return prisim_cycle_min(fabric_leave(config, s, now, p), s->fault_at);
}

prisim_cycle_t prisim_fabric_step(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                  prisim_cycle_t now, struct prisim_ports *p)
{
    uint64_t arrived = prisim_ports_arrived(p);
    if (__builtin_expect(s->faults || (arrived & STIMULUS), 0))
        return step_with_faults(config, s, now, p, arrived);
    if (arrived)
        return enter_and_leave(config, s, now, p, arrived);
    return may_leave(s, now, p) ? fabric_leave(config, s, now, p) : s->next;
}
