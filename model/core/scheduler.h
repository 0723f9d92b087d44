/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps blocks and carries payloads between them by the rules of the edge (docs/timing.md). It knows ports and nothing
 * of what the blocks do. A block is stepped at an edge if it asked for it, or if a channel into it changed at the edge
 * before; edges at which nobody is due are leapt over. Not thread-safe; any number may exist.
 *
 * Everything that changes lies in one piece of memory, so that a snapshot is one copy.
 */
#ifndef PRISIM_CORE_SCHEDULER_H
#define PRISIM_CORE_SCHEDULER_H

#include <stddef.h>

#include "model/core/ports.h"
#include "model/core/public.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

PRISIM_PUBLIC(scheduler_open)
PRISIM_PUBLIC(scheduler_close)
PRISIM_PUBLIC(scheduler_add)
PRISIM_PUBLIC(scheduler_connect)
PRISIM_PUBLIC(scheduler_build)
PRISIM_PUBLIC(scheduler_state)
PRISIM_PUBLIC(scheduler_probe)
PRISIM_PUBLIC(scheduler_set_mode)
PRISIM_PUBLIC(scheduler_set_listener)
PRISIM_PUBLIC(scheduler_wake)
PRISIM_PUBLIC(scheduler_run)
PRISIM_PUBLIC(scheduler_idle)
PRISIM_PUBLIC(scheduler_now)
PRISIM_PUBLIC(scheduler_steps)
PRISIM_PUBLIC(scheduler_transfers)
PRISIM_PUBLIC(scheduler_snapshot_size)
PRISIM_PUBLIC(scheduler_save)
PRISIM_PUBLIC(scheduler_restore)

enum { SCHEDULER_BLOCKS_MAX = 64 };

typedef cycle_t (*scheduler_step)(const void *config, void *state, cycle_t now, struct ports *ports);
/* Called at the end of an edge at which events were recorded; they are sorted. It may call scheduler_wake. */
typedef void (*scheduler_listener)(void *context, const struct event *events, unsigned count);

/* How edges are stepped. Every way gives the same events (tests/core/test_core_scheduler.c). */
struct scheduler_mode {
    bool every_edge;      /* step every block at every edge */
    uint64_t shuffle;     /* not 0: seed of a random order of stepping inside each edge */
    uint64_t extra_steps; /* not 0: seed of extra steps, of random blocks at every edge, idle ones too */
};

struct scheduler;

/* An empty scheduler, or NULL if there is no memory. */
struct scheduler *scheduler_open(void);
void scheduler_close(struct scheduler *scheduler);

/* Adds a block; its number, counted from 0, is its rank in the stream of events. At most SCHEDULER_BLOCKS_MAX.
 * `config` stays the caller's and must outlive the scheduler. */
unsigned scheduler_add(struct scheduler *scheduler, scheduler_step step, const void *config, size_t state_size);

/* Joins a tx port to an rx port, both free so far. A tx port that is joined to nothing loses what is put on it. */
void scheduler_connect(struct scheduler *scheduler, unsigned from, unsigned tx, unsigned to, unsigned rx,
                       size_t payload_size);

/* Lays out memory, zeroed. After it the caller initialises each block's state. False if there is no memory. */
bool scheduler_build(struct scheduler *scheduler);
void *scheduler_state(struct scheduler *scheduler, unsigned block);
struct probe *scheduler_probe(struct scheduler *scheduler);

void scheduler_set_mode(struct scheduler *scheduler, struct scheduler_mode mode);
void scheduler_set_listener(struct scheduler *scheduler, scheduler_listener listener, void *context);

/* Has the block stepped at that edge, or at an earlier one. The edge must not be past. */
void scheduler_wake(struct scheduler *scheduler, unsigned block, cycle_t edge);

/* Runs all edges up to and including `last`; stops before it if nothing will happen any more (scheduler_idle). */
void scheduler_run(struct scheduler *scheduler, cycle_t last);

/* True if no block will do anything any more. */
bool scheduler_idle(const struct scheduler *scheduler);
/* The last edge at which a block was stepped because it was due. */
cycle_t scheduler_now(const struct scheduler *scheduler);
/* How often a block was stepped so far. */
uint64_t scheduler_steps(const struct scheduler *scheduler);
/* How many payloads an rx port has taken so far. */
uint64_t scheduler_transfers(const struct scheduler *scheduler, unsigned block, unsigned rx);

/* Between two runs: the whole state in a piece of memory of the caller's. */
size_t scheduler_snapshot_size(const struct scheduler *scheduler);
void scheduler_save(const struct scheduler *scheduler, void *snapshot);
void scheduler_restore(struct scheduler *scheduler, const void *snapshot);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
