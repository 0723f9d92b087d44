/* SPDX-License-Identifier: Apache-2.0
 *
 * What a block sees of its channels at one clock edge, and what it publishes there. A channel joins one tx port to one
 * rx port and carries one kind of payload under valid and ready (docs/timing.md, "The rules of the edge").
 *
 * Masks hold one bit per port. A block reads the four published masks, which do not change during a step, and writes
 * only through the functions below. Whoever steps the block (an engine, a SystemC module, a test) owns the rest.
 * A channel whose rx port keeps ready at 1 for ever carries pulses: its payload stands for exactly one cycle.
 */
#ifndef PRISIM_CORE_PORTS_H
#define PRISIM_CORE_PORTS_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/core/cycle.h"
#include "model/core/probe.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PORTS_MAX = 40 };

struct ports {
    /* Published by the edge before this one. */
    uint64_t rx_valid; /* rx port i is offered a payload */
    uint64_t rx_ready; /* this block said it takes what rx port i offers */
    uint64_t tx_valid; /* this block offers a payload on tx port i */
    uint64_t tx_ready; /* the other side said it takes what tx port i offers */

    /* Published by this edge. */
    uint64_t put;   /* tx ports given a new payload; 0 when the step starts */
    uint64_t ready; /* becomes rx_ready; equal to it when the step starts */

    const void *rx[PORTS_MAX]; /* the payload offered; meaningful under rx_valid */
    void *tx[PORTS_MAX];       /* where the next payload is written; old bytes lie in it */

    struct probe *probe;
    uint16_t instance; /* this block's rank: names it in events */
};

/* The rx ports whose payload is transferred at this edge: the block must use or copy each of them in this step. */
static inline uint64_t ports_arrived(const struct ports *p)
{
    return p->rx_valid & p->rx_ready;
}

static inline bool ports_has_arrived(const struct ports *p, unsigned rx)
{
    return (p->rx_valid & p->rx_ready) >> rx & 1;
}

/* True if a payload may be put on the tx port at this edge: it is empty, or what it holds is taken at this edge. */
static inline bool ports_can_put(const struct ports *p, unsigned tx)
{
    return !(((p->tx_valid & ~p->tx_ready) | p->put) >> tx & 1);
}

/* Offers a payload from this edge on, until it is taken. The caller fills every field of what is returned, now.
 * Needs ports_can_put. */
static inline void *ports_put(struct ports *p, unsigned tx)
{
    assert(ports_can_put(p, tx));
    p->put |= UINT64_C(1) << tx;
    return p->tx[tx];
}

/* Says whether a payload offered on the rx port is taken at the next edge. Stays as it is until said otherwise. */
static inline void ports_set_ready(struct ports *p, unsigned rx, bool ready)
{
    uint64_t bit = UINT64_C(1) << rx;
    p->ready = ready ? p->ready | bit : p->ready & ~bit;
}

/* When a block that still has something to put on this tx port must be stepped again: at the next edge if the port can
 * be free by then, else never: the engine steps it when ready rises. */
static inline cycle_t ports_retry(const struct ports *p, unsigned tx, cycle_t now)
{
    return ports_can_put(p, tx) || (p->tx_ready >> tx & 1) ? now + 1 : CYCLE_NEVER;
}

#ifdef __cplusplus
}
#endif

#endif
