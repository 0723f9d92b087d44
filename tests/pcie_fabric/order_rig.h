/* SPDX-License-Identifier: Apache-2.0
 *
 * A fabric among neighbours that a test plays itself, edge by edge and without a record of what came by: for traffic of
 * millions of TLPs (fabric_harness.h keeps them all).
 */
#ifndef PRISIM_TESTS_PCIE_FABRIC_ORDER_RIG_H
#define PRISIM_TESTS_PCIE_FABRIC_ORDER_RIG_H

#include "model/core/random.h"
#include "tests/pcie_fabric/fabric_harness.h"

struct rig {
    struct prisim_fabric_config config;
    void *state;
    struct prisim_ports p;
    struct prisim_probe probe;
    prisim_cycle_t now, next;
    struct prisim_tlp rx[PRISIM_PORTS_MAX], tx[PRISIM_PORTS_MAX];
    uint64_t rx_taken, tx_taken; /* at the last edge: what the fabric took, and what was taken of it */
    uint64_t old_valid, old_ready;
};

static inline struct rig *rig_open(const struct prisim_fabric_config *config)
{
    struct prisim_config_error error = {0};
    struct rig *rig = calloc(1, sizeof *rig);
    ck_assert_msg(prisim_fabric_config_check(config, &error), "%s", error.field);
    rig->config = *config;
    rig->state = malloc(prisim_fabric_state_size(config));
    prisim_fabric_init(&rig->config, rig->state);
    prisim_ports_init(&rig->p, &rig->probe, 5);
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++) {
        rig->p.rx[i] = &rig->rx[i];
        rig->p.tx[i] = &rig->tx[i];
    }
    return rig;
}

static inline void rig_close(struct rig *rig)
{
    free(rig->state);
    free(rig);
}

static inline bool rig_can_offer(const struct rig *rig, unsigned rx)
{
    return !(rig->p.rx_valid >> rx & 1);
}

/* From the next edge on. */
static inline void rig_offer(struct rig *rig, unsigned rx, const struct prisim_tlp *tlp)
{
    ck_assert(rig_can_offer(rig, rx));
    rig->rx[rx] = *tlp;
    rig->p.rx_valid |= UINT64_C(1) << rx;
}

/* What stands at a tx port, or NULL; and whether it is taken at the next edge. */
static inline const struct prisim_tlp *rig_offered(const struct rig *rig, unsigned tx)
{
    return rig->p.tx_valid >> tx & 1 ? &rig->tx[tx] : NULL;
}

static inline void rig_ready(struct rig *rig, unsigned tx, bool ready)
{
    const uint64_t bit = UINT64_C(1) << tx;
    rig->p.tx_ready = ready ? rig->p.tx_ready | bit : rig->p.tx_ready & ~bit;
}

/* Before it is overwritten, what is taken at this edge goes to `taken`; then the fabric is stepped, if an engine must.
 */
static inline void rig_edge(struct rig *rig, void (*taken)(void *context, unsigned tx, const struct prisim_tlp *tlp),
                            void *context)
{
    struct prisim_ports *p = &rig->p;
    rig->rx_taken = p->rx_valid & p->rx_ready;
    rig->tx_taken = p->tx_valid & p->tx_ready;
    for (uint64_t left = rig->tx_taken; left; left &= left - 1)
        taken(context, (unsigned)__builtin_ctzll(left), &rig->tx[__builtin_ctzll(left)]);
    const bool changed = (p->rx_valid & ~rig->old_valid) || (p->tx_valid & p->tx_ready & ~rig->old_ready);
    rig->old_ready = p->tx_ready;
    p->put = 0;
    if (rig->now >= rig->next || rig->rx_taken || rig->tx_taken || changed)
        rig->next = prisim_fabric_step(&rig->config, rig->state, rig->now, p);
    p->tx_valid = (p->tx_valid & ~rig->tx_taken) | p->put;
    p->rx_valid &= ~rig->rx_taken;
    p->rx_ready = p->ready;
    rig->old_valid = p->rx_valid;
    rig->now++;
}

#endif
