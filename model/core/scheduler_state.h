/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the scheduler: what it consists of, and its timers. How it runs is in scheduler.c.
 */
#ifndef PRISIM_CORE_SCHEDULER_STATE_H
#define PRISIM_CORE_SCHEDULER_STATE_H

#include "model/core/canonical.h"
#include "model/core/random.h"
#include "model/core/scheduler.h"

enum { UNCONNECTED = 0xffff };

/* The other end of a channel, as its producer's commit needs it. */
struct to {
    uint64_t *valid; /* rx_valid there; NULL: unconnected */
    uint64_t bit;    /* of the rx port */
    const void **slot;
    uint64_t block_bit;
};

/* As its consumer's commit needs it. */
struct from {
    uint64_t *valid; /* tx_valid there; NULL: unconnected */
    uint64_t bit;    /* of the tx port */
    uint64_t *ready; /* tx_ready there */
    uint64_t block_bit;
};

/* What a step and its commit need of a block. */
struct block {
    prisim_scheduler_step step;
    const void *config;
    void *state;
    struct prisim_ports *ports;
    const struct to *to;     /* by tx port */
    const struct from *from; /* by rx port */
    uint64_t *transfers;     /* by rx port */
    uint64_t unused;
};

/* As it was connected. */
struct end {
    uint16_t block; /* UNCONNECTED */
    uint16_t port;
};

struct wiring {
    size_t state_size;
    const struct prisim_scheduler_form *form; /* never NULL */
    struct end tx[PRISIM_PORTS_MAX];
    struct end rx[PRISIM_PORTS_MAX];
    size_t payload[PRISIM_PORTS_MAX]; /* of tx channels */
    struct to to[PRISIM_PORTS_MAX];
    struct from from[PRISIM_PORTS_MAX];
    unsigned ports;      /* more than the highest number of a port that is joined to something */
    uint64_t neighbours; /* blocks at the other ends */
    /* Bytes of the memory: where the form's cold part reads from, and from where on nothing else does; the end of the
     * memory if it has none. */
    size_t cold_from, cold_alone;
};

/* Timers. A key is an edge and, in its low bits, the block that is due then: of the same edge the lowest comes first.
 */
enum { KEY_BITS = 6, GROUP = 8, GROUPS_MAX = PRISIM_SCHEDULER_BLOCKS_MAX / GROUP };
_Static_assert(PRISIM_SCHEDULER_BLOCKS_MAX == 1 << KEY_BITS, "a key holds the number of any block");
#define KEY_NEVER  UINT64_MAX
#define EDGE_NEVER (KEY_NEVER >> KEY_BITS) /* edges of that number do not exist */

/* What changes while it runs, but for ports, slots and block states, which lie behind it in the same memory. */
struct schedule {
    uint64_t wake;       /* blocks that are due at `edge`, whatever their timers say */
    uint64_t soonest;    /* no key is lower; some key may have been, and `soonest` then is that one */
    prisim_cycle_t edge; /* the next edge */
    prisim_cycle_t last; /* the last edge at which a block was due */
    uint64_t steps;
    unsigned groups;
    bool only_soonest; /* `soonest` counts and the blocks' keys do not: every block is stepped at every edge */
    uint64_t key[GROUPS_MAX * GROUP];
    uint64_t group[GROUPS_MAX]; /* as `soonest`, for each group; not kept if there is but one */
    /* What was put ahead of time is published at the start of the edge after its own, when its consumer is due. */
    uint64_t keepers;                                    /* blocks that put it */
    prisim_cycle_t publish;                              /* the next edge at which there is something to publish */
    prisim_cycle_t arrival[PRISIM_SCHEDULER_BLOCKS_MAX]; /* that of each consumer, or EDGE_NEVER */
    struct random_stream shuffle;
    struct random_stream extra;
};

/* What was kept of edges so that they can be taken back (scheduler_journal.c). */
struct scheduler_journal;

struct prisim_scheduler {
    unsigned blocks;
    struct prisim_scheduler_mode mode;
    prisim_scheduler_listener listener;
    void *context;
    struct prisim_probe probe;
    char *allocated;  /* what `memory` lies in */
    char *memory;     /* all that changes: schedule, ports, slots, counts of transfers, and then the blocks' states */
    size_t states_at; /* where these begin */
    size_t memory_size;
    char *scratch; /* what is put on ports that are joined to nothing: nobody reads it but the one who steps */
    struct schedule *schedule;
    uint64_t fingerprint; /* of the configurations, as prisim_scheduler_set_fingerprint said */
    uint64_t stepped;     /* blocks that the last edge stepped; kept by the ways of stepping that a journal uses */
    uint64_t untold;      /* blocks that changed since their canonical form was told */
    uint64_t untold_cold; /* those whose cold part changed */
    struct prisim_canonical *told_to;
    struct scheduler_journal *journal; /* or NULL */
    struct block block[PRISIM_SCHEDULER_BLOCKS_MAX];
    struct wiring wiring[PRISIM_SCHEDULER_BLOCKS_MAX];
};

static inline prisim_cycle_t key_edge(uint64_t key)
{
    return key >> KEY_BITS;
}

static inline unsigned key_block(uint64_t key)
{
    return (unsigned)(key & ((1 << KEY_BITS) - 1));
}

/* An edge that is too far gives one of the keys that mean never. */
static inline uint64_t make_key(prisim_cycle_t edge, unsigned block)
{
    return edge < EDGE_NEVER ? edge << KEY_BITS | block : KEY_NEVER;
}

static inline uint64_t lower(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t lowest(const uint64_t key[GROUP])
{
    return lower(lower(lower(key[0], key[1]), lower(key[2], key[3])),
                 lower(lower(key[4], key[5]), lower(key[6], key[7])));
}

/* scheduler.c: runs without a journal. Steps what is due at that edge, by the mode and with `stepped`. The next edge at
 * which anything is due. */
void scheduler_run_by_mode(struct prisim_scheduler *scheduler, prisim_cycle_t last);
void scheduler_step_otherwise(struct prisim_scheduler *scheduler, prisim_cycle_t edge);
prisim_cycle_t scheduler_earliest(struct schedule *s);

/* scheduler_journal.c. If there is a journal: the memory was written anew as a whole, and nothing can be taken back. */
void scheduler_journal_forget(struct prisim_scheduler *scheduler);

/* Bytes of a block's state that are in use. */
static inline size_t scheduler_used(const struct prisim_scheduler *c, unsigned block)
{
    const struct wiring *w = &c->wiring[block];
    return w->form->used ? w->form->used(c->block[block].config, c->block[block].state) : w->state_size;
}

/* 64 bytes, aligned: what a journal and a snapshot are made of. Memory and states begin and end with whole ones. */
enum { SCHEDULER_LINE = PRISIM_TOUCHED_LINE };
#define WIDE __attribute__((vector_size(16), may_alias))
typedef uint64_t wide WIDE;

/* Whether it is not 0. */
static inline bool scheduler_line_any(const char *line)
{
    const wide *x = (const wide *)(const void *)line;
    wide any = (x[0] | x[1]) | (x[2] | x[3]);
    return (any[0] | any[1]) != 0;
}

static inline bool scheduler_lines_differ(const char *a, const char *b)
{
    const wide *x = (const wide *)(const void *)a, *y = (const wide *)(const void *)b;
    wide differ = (x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]);
    return (differ[0] | differ[1]) != 0;
}

/* The line of that number of bytes in the memory changed, which is the block's own or one of its ports. */
static inline void scheduler_changed(struct prisim_scheduler *c, unsigned block, size_t at)
{
    const struct wiring *w = &c->wiring[block];
    c->untold |= (uint64_t)(at < w->cold_alone) << block;
    c->untold_cold |= (uint64_t)(at + SCHEDULER_LINE > w->cold_from) << block;
}

/* Of all groups. */
uint64_t scheduler_lowest_of_groups(struct schedule *s);

/* Makes `soonest` what its name says. */
static inline uint64_t find_soonest(struct schedule *s)
{
    s->soonest = s->groups == 1 ? lowest(s->key) : scheduler_lowest_of_groups(s);
    return s->soonest;
}

static inline void set_key(struct schedule *s, unsigned block, uint64_t key)
{
    s->key[block] = key;
    s->soonest = lower(s->soonest, key);
    if (s->groups > 1)
        s->group[block / GROUP] = lower(s->group[block / GROUP], key);
}

/* The block asked for its next step; `arrival` is never above EDGE_NEVER, so that neither is the key's edge. */
static inline void set_timer(struct schedule *s, unsigned block, prisim_cycle_t next)
{
    set_key(s, block, prisim_cycle_min(next, s->arrival[block]) << KEY_BITS | block);
}

/* Every block is awake. */
static inline void start_timers(struct schedule *s, unsigned blocks)
{
    s->groups = (blocks + GROUP - 1) / GROUP;
    for (unsigned i = 0; i < GROUPS_MAX * GROUP; i++)
        s->key[i] = KEY_NEVER;
    for (unsigned i = 0; i < GROUPS_MAX; i++)
        s->group[i] = KEY_NEVER;
    s->soonest = KEY_NEVER;
    s->wake = UINT64_MAX >> (64 - blocks);
}

#endif
