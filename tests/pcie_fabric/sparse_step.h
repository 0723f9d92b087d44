/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides, as an engine does, whether a block is due at an edge: by what it asked for, or because a channel changed.
 * A test that leaves out all other steps and sees the same as with every step has shown that idle steps change nothing
 * and that no needed step goes unasked for.
 */
#ifndef PRISIM_TESTS_SPARSE_STEP_H
#define PRISIM_TESTS_SPARSE_STEP_H

#include "model/core/ports.h"

struct sparse {
    cycle_t next;
    uint64_t old_rx_valid, old_arrived, old_tx_ready;
    unsigned steps;
};

static inline bool sparse_due(struct sparse *s, cycle_t now, const struct ports *p)
{
    uint64_t arrived = ports_arrived(p);
    uint64_t offered = p->rx_valid & (~s->old_rx_valid | s->old_arrived);
    uint64_t risen = p->tx_valid & p->tx_ready & ~s->old_tx_ready;
    s->old_rx_valid = p->rx_valid;
    s->old_arrived = arrived;
    s->old_tx_ready = p->tx_ready;
    bool due = now >= s->next || arrived || offered || risen;
    s->steps += due;
    return due;
}

#endif
