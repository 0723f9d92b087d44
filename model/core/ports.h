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
#include <string.h>

#include "model/core/cycle.h"
#include "model/core/probe.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PRISIM_PORTS_MAX = 40 };

/* Beside the ports in `put`: something was put for a later edge, or taken back. */
#define PRISIM_PORTS_PUT_LATER (UINT64_C(1) << 63)

struct prisim_ports {
    /* Published by the edge before this one. */
    uint64_t rx_valid; /* rx port i is offered a payload */
    uint64_t rx_ready; /* this block said it takes what rx port i offers */
    uint64_t tx_valid; /* this block offers a payload on tx port i */
    uint64_t tx_ready; /* the other side said it takes what tx port i offers */

    /* Published by this edge. */
    uint64_t put;   /* tx ports given a new payload, and PRISIM_PORTS_PUT_LATER; 0 when the step starts */
    uint64_t ready; /* becomes rx_ready; equal to it when the step starts */

    struct prisim_probe *probe;

    /* Payloads that are offered from a later edge on (prisim_ports_put_at). */
    uint64_t later; /* tx ports that keep one */
    uint64_t
        put_later;  /* those of them that got it at this edge; under PRISIM_PORTS_PUT_LATER, 0 when the step starts */
    uint64_t back;  /* tx ports whose payload was taken back at this edge; as put_later */
    uint64_t keeps; /* tx ports that can keep one: a matter of who steps the block */

    uint16_t instance; /* this block's rank: names it in events */

    const void *rx[PRISIM_PORTS_MAX];    /* the payload offered; meaningful under rx_valid */
    void *tx[PRISIM_PORTS_MAX];          /* where the next payload is written; old bytes lie in it */
    prisim_cycle_t at[PRISIM_PORTS_MAX]; /* from when on a payload is offered; meaningful under later */
};

/* Before the first edge and at a reset: nothing is offered, ready or kept, and no port has a place for its payload yet.
 * Whoever steps a block by itself begins here, so that no field is ever read that nobody wrote. */
static inline void prisim_ports_init(struct prisim_ports *p, struct prisim_probe *probe, unsigned instance)
{
    memset(p, 0, sizeof *p);
    p->probe = probe;
    p->instance = (uint16_t)instance;
}

/* The rx ports whose payload is transferred at this edge: the block must use or copy each of them in this step. */
static inline uint64_t prisim_ports_arrived(const struct prisim_ports *p)
{
    return p->rx_valid & p->rx_ready;
}

/* Mask of rx ports whose payload stands and is not taken at this edge. */
static inline uint64_t prisim_ports_refused(const struct prisim_ports *p)
{
    return p->rx_valid & ~p->rx_ready;
}

static inline bool prisim_ports_has_arrived(const struct prisim_ports *p, unsigned rx)
{
    return (p->rx_valid & p->rx_ready) >> rx & 1;
}

/* True if a payload may be put on the tx port at this edge: it is empty, or what it holds is taken at this edge. */
static inline bool prisim_ports_can_put(const struct prisim_ports *p, unsigned tx)
{
    return !(((p->tx_valid & ~p->tx_ready) | p->put | p->later) >> tx & 1);
}

/* Offers a payload from this edge on, until it is taken. The caller fills every field of what is returned, now.
 * Needs prisim_ports_can_put. */
static inline void *prisim_ports_put(struct prisim_ports *p, unsigned tx)
{
    assert(prisim_ports_can_put(p, tx));
    p->put |= UINT64_C(1) << tx;
    return p->tx[tx];
}

/* Putting ahead of time. A block that knows at this edge what it will put at a later one, and that the port is free
 * then, may put it now and need not be stepped for it: the channel publishes the payload at the end of that edge, as if
 * the block had put it there. Until then tx_valid stays 0, nothing else can be put on the port, the other side sees
 * nothing, and ready does not wake the block. Not every channel can keep a payload, so a block must be able to do
 * without.
 *
 * True if the port keeps a payload for a later edge: it is empty, or what it holds is taken at this edge. */
static inline bool prisim_ports_can_put_at(const struct prisim_ports *p, unsigned tx)
{
    return (p->keeps & ~((p->tx_valid & ~p->tx_ready) | p->put | p->later)) >> tx & 1;
}

/* Offers a payload from that edge on, which is later than this one. The caller fills every field, now. */
static inline void *prisim_ports_put_at(struct prisim_ports *p, unsigned tx, prisim_cycle_t edge)
{
    assert(!(p->later >> tx & 1));
    p->later |= UINT64_C(1) << tx;
    p->put_later |= UINT64_C(1) << tx;
    p->put |= PRISIM_PORTS_PUT_LATER;
    p->at[tx] = edge;
    return p->tx[tx];
}

/* Takes back what was put for a later edge and is not offered yet. Returns it; it stands until the next put. */
static inline const void *prisim_ports_take_back(struct prisim_ports *p, unsigned tx)
{
    assert(p->later >> tx & 1);
    p->later &= ~(UINT64_C(1) << tx);
    p->put_later &= ~(UINT64_C(1) << tx);
    p->back |= UINT64_C(1) << tx;
    p->put |= PRISIM_PORTS_PUT_LATER;
    return p->tx[tx];
}

/* Says whether a payload offered on the rx port is taken at the next edge. Stays as it is until said otherwise. */
static inline void prisim_ports_set_ready(struct prisim_ports *p, unsigned rx, bool ready)
{
    uint64_t bit = UINT64_C(1) << rx;
    p->ready = ready ? p->ready | bit : p->ready & ~bit;
}

/* When a block that still has something to put on this tx port must be stepped again: at the next edge if the port can
 * be free by then, else never: the engine steps it when ready rises. */
static inline prisim_cycle_t prisim_ports_retry(const struct prisim_ports *p, unsigned tx, prisim_cycle_t now)
{
    return prisim_ports_can_put(p, tx) || (p->tx_ready >> tx & 1) ? now + 1 : PRISIM_CYCLE_NEVER;
}

#ifdef __cplusplus
}
#endif

#endif
