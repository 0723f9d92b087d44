/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of all that a scheduler steps: of each block the masks of its ports, and what the block tells of
 * itself; then the cold parts. What the scheduler knows beside that follows from it: a timer from the block that asked
 * for it, who is awake from what changed on channels, and a step too many changes nothing (docs/timing.md).
 */
#include "model/core/scheduler_state.h"

prisim_cycle_t prisim_scheduler_edge(const struct prisim_scheduler *c)
{
    return c->schedule->edge - 1;
}

static void tell(const struct prisim_scheduler *c, unsigned block, struct prisim_canonical *to)
{
    const struct block *b = &c->block[block];
    const struct prisim_ports *p = b->ports;
    assert(c->wiring[block].form->canonical);
    prisim_canonical_begin(to, block, prisim_scheduler_edge(c));
    prisim_canonical_word(to, p->rx_valid);
    prisim_canonical_word(to, p->rx_ready);
    prisim_canonical_word(to, p->tx_valid);
    prisim_canonical_word(to, p->tx_ready);
    prisim_canonical_word(to, p->later);
    c->wiring[block].form->canonical(b->config, b->state, p, to);
    prisim_canonical_end(to);
}

static void tell_cold(const struct prisim_scheduler *c, unsigned block, unsigned part, struct prisim_canonical *to)
{
    const struct block *b = &c->block[block];
    prisim_canonical_begin(to, part, prisim_scheduler_edge(c));
    c->wiring[block].form->canonical_cold(b->config, b->state, to);
    prisim_canonical_end(to);
}

static uint64_t stale(const struct prisim_scheduler *c, const struct prisim_canonical *to)
{
    uint64_t blocks = 0;
    for (unsigned i = 0; i < c->blocks; i++)
        blocks |= (uint64_t)prisim_canonical_is_stale(to, i, prisim_scheduler_edge(c)) << i;
    return blocks;
}

unsigned prisim_scheduler_tell(struct prisim_scheduler *c, struct prisim_canonical *to)
{
    uint64_t all = UINT64_MAX >> (64 - c->blocks);
    bool kept = c->journal && c->told_to == to;
    uint64_t left = kept ? (c->untold | stale(c, to)) & all : all;
    for (; left; left &= left - 1)
        tell(c, (unsigned)__builtin_ctzll(left), to);
    unsigned part = c->blocks;
    for (unsigned i = 0; i < c->blocks; i++) {
        if (!c->wiring[i].form->canonical_cold)
            continue;
        if (!kept || (c->untold_cold >> i & 1) || prisim_canonical_is_stale(to, part, prisim_scheduler_edge(c)))
            tell_cold(c, i, part, to);
        part++;
    }
    c->untold = c->untold_cold = 0;
    c->told_to = to;
    return part;
}
