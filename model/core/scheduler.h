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

#include "model/core/canonical.h"
#include "model/core/ports.h"
#include "model/core/touched.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum { PRISIM_SCHEDULER_BLOCKS_MAX = 64 };

typedef prisim_cycle_t (*prisim_scheduler_step)(const void *config, void *state, prisim_cycle_t now,
                                                struct prisim_ports *ports);
/* What can be said of a block's state, beside stepping it; a member that is NULL: nothing. */
struct prisim_scheduler_form {
    /* Tells the state and what is offered on the block's rx ports, and what its tx ports keep for later; with `cold`,
     * of the state all but what canonical_cold tells. */
    void (*canonical)(const void *config, const void *state, const struct prisim_ports *ports,
                      struct prisim_canonical *to);
    /* Bytes from its start that a step may write without prisim_touch; then the state begins with a prisim_touched.
     * NULL: all of it. */
    size_t (*hot_size)(const void *config);
    /* Bytes from its start that are in use; all behind them is 0. NULL: all of it. */
    size_t (*used)(const void *config, const void *state);
    /* What is told by itself, and where it lies. NULL: nothing. Both or neither. */
    void (*canonical_cold)(const void *config, const void *state, struct prisim_canonical *to);
    struct prisim_canonical_cold (*cold)(const void *config);
};

/* Called at the end of an edge at which events were recorded; they are sorted. It may call prisim_scheduler_wake. */
typedef void (*prisim_scheduler_listener)(void *context, const struct prisim_event *events, unsigned count);

/* How edges are stepped. Every way gives the same events (tests/core/test_core_scheduler.c). */
struct prisim_scheduler_mode {
    bool every_edge;      /* step every block at every edge */
    uint64_t shuffle;     /* not 0: seed of a random order of stepping inside each edge */
    uint64_t extra_steps; /* not 0: seed of extra steps, of random blocks at every edge, idle ones too */
};

struct prisim_scheduler;

/* An empty scheduler, or NULL if there is no memory. */
struct prisim_scheduler *prisim_scheduler_open(void);
void prisim_scheduler_close(struct prisim_scheduler *scheduler);

/* Adds a block; its number, counted from 0, is its rank in the stream of events. At most PRISIM_SCHEDULER_BLOCKS_MAX.
 * `config` stays the caller's and must outlive the scheduler. */
unsigned prisim_scheduler_add(struct prisim_scheduler *scheduler, prisim_scheduler_step step, const void *config,
                              size_t state_size);

/* Of a block that was added; `form` must outlive the scheduler. */
void prisim_scheduler_set_form(struct prisim_scheduler *scheduler, unsigned block,
                               const struct prisim_scheduler_form *form);

/* Joins a tx port to an rx port, both free so far. A tx port that is joined to nothing loses what is put on it. */
void prisim_scheduler_connect(struct prisim_scheduler *scheduler, unsigned from, unsigned tx, unsigned to, unsigned rx,
                              size_t payload_size);

/* Lays out memory, zeroed. After it the caller initialises each block's state. False if there is no memory. */
bool prisim_scheduler_build(struct prisim_scheduler *scheduler);
/* As it was when it was built, with other configurations of the blocks (which may be gone) under which each of their
 * states is as large as before: what costs least where one system is run many times. The caller initialises each
 * block's state again. */
void prisim_scheduler_rebuild(struct prisim_scheduler *scheduler, const void *const *configs);
void *prisim_scheduler_state(struct prisim_scheduler *scheduler, unsigned block);
struct prisim_probe *prisim_scheduler_probe(struct prisim_scheduler *scheduler);

void prisim_scheduler_set_mode(struct prisim_scheduler *scheduler, struct prisim_scheduler_mode mode);
void prisim_scheduler_set_listener(struct prisim_scheduler *scheduler, prisim_scheduler_listener listener,
                                   void *context);

/* Has the block stepped at that edge, or at an earlier one. The edge must not be past. */
void prisim_scheduler_wake(struct prisim_scheduler *scheduler, unsigned block, prisim_cycle_t edge);

/* Runs all edges up to and including `last`; stops before it if nothing will happen any more (prisim_scheduler_idle).
 */
void prisim_scheduler_run(struct prisim_scheduler *scheduler, prisim_cycle_t last);

/* True if no block will do anything any more. */
bool prisim_scheduler_idle(const struct prisim_scheduler *scheduler);
/* The last edge at which a block was stepped because it was due. */
prisim_cycle_t prisim_scheduler_now(const struct prisim_scheduler *scheduler);
/* How often a block was stepped so far. */
uint64_t prisim_scheduler_steps(const struct prisim_scheduler *scheduler);
/* How many payloads an rx port has taken so far. */
uint64_t prisim_scheduler_transfers(const struct prisim_scheduler *scheduler, unsigned block, unsigned rx);

/* Between two runs, the whole state in a piece of memory of the caller's, at any place that malloc gives: what can be
 * written to a file, and read again by the same version of prisim on the same kind of machine. Bytes that it takes now.
 */
size_t prisim_scheduler_snapshot_size(const struct prisim_scheduler *scheduler);
void prisim_scheduler_save(const struct prisim_scheduler *scheduler, void *snapshot);
/* NULL, or why the snapshot of `size` bytes does not fit: then nothing has changed. The scheduler must have been built;
 * its blocks need not have been initialised. A journal forgets its edges. */
const char *prisim_scheduler_restore(struct prisim_scheduler *scheduler, const void *snapshot, size_t size);
/* A number that stands for the configurations of all blocks: a snapshot fits only where it is the same. 0 at first. */
void prisim_scheduler_set_fingerprint(struct prisim_scheduler *scheduler, uint64_t fingerprint);

/* A journal: what each edge writes is kept from now on, so that edges can be taken back, the last one first. False if
 * there is no memory; it takes twice what the states use, and what was written. */
bool prisim_scheduler_journal_open(struct prisim_scheduler *scheduler);
void prisim_scheduler_journal_close(struct prisim_scheduler *scheduler);
/* Steps the next edge at which something is due, also without a journal. False: there is none up to `last`. */
bool prisim_scheduler_step_edge(struct prisim_scheduler *scheduler, prisim_cycle_t last);
/* Takes back the last edge that was stepped under the journal and not taken back, and what was written since. False:
 * there is none; what was written since is taken back all the same. */
bool prisim_scheduler_undo(struct prisim_scheduler *scheduler);
/* How many edges can be taken back. */
size_t prisim_scheduler_undoable(const struct prisim_scheduler *scheduler);
/* The state of that block was written, or will be before the next edge, by something else than its step. */
void prisim_scheduler_written(struct prisim_scheduler *scheduler, unsigned block);

/* Tells all blocks, by rank, and then the cold parts of those that have one, as parts of a canonical row; returns how
 * many parts that are. Every block must have a form
 * with `canonical`. Under a journal only what changed since the last time is told again; then `to` must be what it was
 * told to before, and nobody else's. The row is to be hashed at prisim_scheduler_edge. */
unsigned prisim_scheduler_tell(struct prisim_scheduler *scheduler, struct prisim_canonical *to);
/* The last edge that lies behind: all up to it are done. */
prisim_cycle_t prisim_scheduler_edge(const struct prisim_scheduler *scheduler);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
