/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps blocks and carries payloads between them by the rules of the edge (docs/timing.md). It knows ports and nothing
 * of what the blocks do. A block is stepped at an edge if it asked for it, or if a channel into it changed at the edge
 * before; edges at which nobody is due are leapt over. Not thread-safe; any number may exist.
 *
 * Everything that changes lies in one piece of memory, so that a snapshot is one copy.
 */
#ifndef PRISIM_CORE_CLOCKWORK_H
#define PRISIM_CORE_CLOCKWORK_H

#include <stddef.h>

#include "model/core/ports.h"
#include "model/core/public.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

PRISIM_PUBLIC(clockwork_open)
PRISIM_PUBLIC(clockwork_close)
PRISIM_PUBLIC(clockwork_add)
PRISIM_PUBLIC(clockwork_connect)
PRISIM_PUBLIC(clockwork_build)
PRISIM_PUBLIC(clockwork_state)
PRISIM_PUBLIC(clockwork_probe)
PRISIM_PUBLIC(clockwork_set_mode)
PRISIM_PUBLIC(clockwork_set_listener)
PRISIM_PUBLIC(clockwork_wake)
PRISIM_PUBLIC(clockwork_run)
PRISIM_PUBLIC(clockwork_idle)
PRISIM_PUBLIC(clockwork_now)
PRISIM_PUBLIC(clockwork_steps)
PRISIM_PUBLIC(clockwork_transfers)
PRISIM_PUBLIC(clockwork_snapshot_size)
PRISIM_PUBLIC(clockwork_save)
PRISIM_PUBLIC(clockwork_restore)

enum { CLOCKWORK_BLOCKS_MAX = 64 };

typedef cycle_t (*clockwork_step)(const void *config, void *state, cycle_t now, struct ports *ports);
/* Called at the end of an edge at which events were recorded; they are sorted. It may call clockwork_wake. */
typedef void (*clockwork_listener)(void *context, const struct event *events, unsigned count);

/* How edges are stepped. Every way gives the same events (tests/core/test_core_clockwork.c). */
struct clockwork_mode {
    bool every_edge;      /* step every block at every edge */
    uint64_t shuffle;     /* not 0: seed of a random order of stepping inside each edge */
    uint64_t extra_steps; /* not 0: seed of extra steps, of random blocks at every edge, idle ones too */
};

struct clockwork;

/* An empty clockwork, or NULL if there is no memory. */
struct clockwork *clockwork_open(void);
void clockwork_close(struct clockwork *clockwork);

/* Adds a block; its number, counted from 0, is its rank in the stream of events. At most CLOCKWORK_BLOCKS_MAX.
 * `config` stays the caller's and must outlive the clockwork. */
unsigned clockwork_add(struct clockwork *clockwork, clockwork_step step, const void *config, size_t state_size);

/* Joins a tx port to an rx port, both free so far. A tx port that is joined to nothing loses what is put on it. */
void clockwork_connect(struct clockwork *clockwork, unsigned from, unsigned tx, unsigned to, unsigned rx,
                       size_t payload_size);

/* Lays out memory, zeroed. After it the caller initialises each block's state. False if there is no memory. */
bool clockwork_build(struct clockwork *clockwork);
void *clockwork_state(struct clockwork *clockwork, unsigned block);
struct probe *clockwork_probe(struct clockwork *clockwork);

void clockwork_set_mode(struct clockwork *clockwork, struct clockwork_mode mode);
void clockwork_set_listener(struct clockwork *clockwork, clockwork_listener listener, void *context);

/* Has the block stepped at that edge, or at an earlier one. The edge must not be past. */
void clockwork_wake(struct clockwork *clockwork, unsigned block, cycle_t edge);

/* Runs all edges up to and including `last`; stops before it if nothing will happen any more (clockwork_idle). */
void clockwork_run(struct clockwork *clockwork, cycle_t last);

/* True if no block will do anything any more. */
bool clockwork_idle(const struct clockwork *clockwork);
/* The last edge at which a block was stepped because it was due. */
cycle_t clockwork_now(const struct clockwork *clockwork);
/* How often a block was stepped so far. */
uint64_t clockwork_steps(const struct clockwork *clockwork);
/* How many payloads an rx port has taken so far. */
uint64_t clockwork_transfers(const struct clockwork *clockwork, unsigned block, unsigned rx);

/* Between two runs: the whole state in a piece of memory of the caller's. */
size_t clockwork_snapshot_size(const struct clockwork *clockwork);
void clockwork_save(const struct clockwork *clockwork, void *snapshot);
void clockwork_restore(struct clockwork *clockwork, const void *snapshot);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
