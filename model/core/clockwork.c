/* SPDX-License-Identifier: Apache-2.0
 *
 * The scheduler and the channels (clockwork.h). Work at an edge goes with the blocks that are due and the channels that
 * changed; masks hold one bit per block or port.
 */
#include "model/core/clockwork.h"

#include <stdlib.h>
#include <string.h>

#include "model/core/random.h"

enum { ALIGNMENT = 64, UNCONNECTED = 0xffff };

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
    clockwork_step step;
    const void *config;
    void *state;
    struct ports *ports;
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
    struct end tx[PORTS_MAX];
    struct end rx[PORTS_MAX];
    size_t payload[PORTS_MAX]; /* of tx channels */
    struct to to[PORTS_MAX];
    struct from from[PORTS_MAX];
};

/* Timers. A key is an edge and, in its low bits, the block that is due then: of the same edge the lowest comes first.
 */
enum { KEY_BITS = 6, GROUP = 8, GROUPS_MAX = CLOCKWORK_BLOCKS_MAX / GROUP };
_Static_assert(CLOCKWORK_BLOCKS_MAX == 1 << KEY_BITS, "a key holds the number of any block");
#define KEY_NEVER  UINT64_MAX
#define EDGE_NEVER (KEY_NEVER >> KEY_BITS) /* edges of that number do not exist */

/* What changes while it runs, but for ports, slots and block states, which lie behind it in the same memory. */
struct schedule {
    uint64_t wake;    /* blocks that are due at `edge`, whatever their timers say */
    uint64_t soonest; /* no key is lower; some key may have been, and `soonest` then is that one */
    cycle_t edge;     /* the next edge */
    cycle_t last;     /* the last edge at which a block was due */
    uint64_t steps;
    unsigned groups;
    bool only_soonest; /* `soonest` counts and the blocks' keys do not: every block is stepped at every edge */
    uint64_t key[GROUPS_MAX * GROUP];
    uint64_t group[GROUPS_MAX]; /* as `soonest`, for each group; not kept if there is but one */
    /* What was put ahead of time is published at the start of the edge after its own, when its consumer is due. */
    uint64_t keepers;                      /* blocks that put it */
    cycle_t publish;                       /* the next edge at which there is something to publish */
    cycle_t arrival[CLOCKWORK_BLOCKS_MAX]; /* that of each consumer */
    struct random_stream shuffle;
    struct random_stream extra;
    uint64_t transfers[CLOCKWORK_BLOCKS_MAX][PORTS_MAX]; /* by block and rx port */
};

struct clockwork {
    unsigned blocks;
    struct clockwork_mode mode;
    clockwork_listener listener;
    void *context;
    struct probe probe;
    size_t memory_size;
    char *memory;
    struct schedule *schedule;
    struct ports *ports; /* one per block */
    struct block block[CLOCKWORK_BLOCKS_MAX];
    struct wiring wiring[CLOCKWORK_BLOCKS_MAX];
};

struct clockwork *clockwork_open(void)
{
    struct clockwork *c = calloc(1, sizeof *c);
    if (c)
        probe_init(&c->probe, true);
    return c;
}

void clockwork_close(struct clockwork *c)
{
    if (!c)
        return;
    free(c->memory);
    free(c);
}

unsigned clockwork_add(struct clockwork *c, clockwork_step step, const void *config, size_t state_size)
{
    assert(c->blocks < CLOCKWORK_BLOCKS_MAX && !c->memory);
    struct block *b = &c->block[c->blocks];
    struct wiring *w = &c->wiring[c->blocks];
    b->step = step;
    b->config = config;
    w->state_size = state_size;
    for (unsigned i = 0; i < PORTS_MAX; i++)
        w->tx[i].block = w->rx[i].block = UNCONNECTED;
    return c->blocks++;
}

void clockwork_connect(struct clockwork *c, unsigned from, unsigned tx, unsigned to, unsigned rx, size_t payload_size)
{
    assert(from < c->blocks && to < c->blocks && tx < PORTS_MAX && rx < PORTS_MAX && !c->memory);
    struct end *forward = &c->wiring[from].tx[tx];
    struct end *backward = &c->wiring[to].rx[rx];
    assert(forward->block == UNCONNECTED && backward->block == UNCONNECTED);
    forward->block = (uint16_t)to;
    forward->port = (uint16_t)rx;
    backward->block = (uint16_t)from;
    backward->port = (uint16_t)tx;
    c->wiring[from].payload[tx] = payload_size;
}

static inline cycle_t key_edge(uint64_t key)
{
    return key >> KEY_BITS;
}

static inline unsigned key_block(uint64_t key)
{
    return (unsigned)(key & ((1 << KEY_BITS) - 1));
}

/* An edge that is too far gives one of the keys that mean never. */
static inline uint64_t make_key(cycle_t edge, unsigned block)
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

/* Of all groups: the one that seems lowest is looked at, until it is. */
__attribute__((noinline)) static uint64_t lowest_of_groups(struct schedule *s)
{
    for (;;) {
        unsigned low = 0;
        for (unsigned i = 1; i < s->groups; i++)
            low = s->group[i] < s->group[low] ? i : low;
        uint64_t key = lowest(&s->key[low * GROUP]);
        if (key == s->group[low])
            return key;
        s->group[low] = key;
    }
}

/* Makes `soonest` what its name says. */
static inline uint64_t find_soonest(struct schedule *s)
{
    s->soonest = s->groups == 1 ? lowest(s->key) : lowest_of_groups(s);
    return s->soonest;
}

static inline void set_key(struct schedule *s, unsigned block, uint64_t key)
{
    s->key[block] = key;
    s->soonest = lower(s->soonest, key);
    if (s->groups > 1)
        s->group[block / GROUP] = lower(s->group[block / GROUP], key);
}

/* The block asked for its next step. */
static inline void set_timer(struct schedule *s, unsigned block, cycle_t next)
{
    set_key(s, block, make_key(cycle_min(next, s->arrival[block]), block));
}

/* Every block is awake. */
static void start_timers(struct schedule *s, unsigned blocks)
{
    s->groups = (blocks + GROUP - 1) / GROUP;
    for (unsigned i = 0; i < GROUPS_MAX * GROUP; i++)
        s->key[i] = KEY_NEVER;
    for (unsigned i = 0; i < GROUPS_MAX; i++)
        s->group[i] = KEY_NEVER;
    s->soonest = KEY_NEVER;
    s->wake = UINT64_MAX >> (64 - blocks);
}

static size_t aligned(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static char *cut(char **from, size_t size)
{
    char *piece = *from;
    *from += aligned(size);
    return piece;
}

static const size_t largest_unconnected = 256;

/* Two slots a channel. An unconnected tx port has one: nobody reads it, but what steps the block may look at what was
 * put there until the step ends (pri_queue_monitor). */
static size_t slots_size(const struct clockwork *c)
{
    size_t size = 0;
    for (unsigned i = 0; i < c->blocks; i++)
        for (unsigned tx = 0; tx < PORTS_MAX; tx++)
            size += c->wiring[i].tx[tx].block == UNCONNECTED ? aligned(largest_unconnected)
                                                             : 2 * aligned(c->wiring[i].payload[tx]);
    return size;
}

static void lay_out_slots(struct clockwork *c, char **free_memory)
{
    for (unsigned i = 0; i < c->blocks; i++) {
        const struct wiring *w = &c->wiring[i];
        for (unsigned tx = 0; tx < PORTS_MAX; tx++) {
            if (w->tx[tx].block == UNCONNECTED) {
                c->ports[i].tx[tx] = cut(free_memory, largest_unconnected);
                c->ports[i].tx_ready |= UINT64_C(1) << tx;
                continue;
            }
            c->ports[i].keeps |= UINT64_C(1) << tx;
            c->ports[i].tx[tx] = cut(free_memory, w->payload[tx]);
            c->ports[w->tx[tx].block].rx[w->tx[tx].port] = cut(free_memory, w->payload[tx]);
        }
    }
}

static void resolve_ends(struct clockwork *c, unsigned block)
{
    struct wiring *w = &c->wiring[block];
    struct block *b = &c->block[block];
    b->ports = &c->ports[block];
    b->to = w->to;
    b->from = w->from;
    b->transfers = c->schedule->transfers[block];
    for (unsigned i = 0; i < PORTS_MAX; i++) {
        if (w->tx[i].block != UNCONNECTED) {
            struct ports *p = &c->ports[w->tx[i].block];
            w->to[i] = (struct to){&p->rx_valid, UINT64_C(1) << w->tx[i].port, &p->rx[w->tx[i].port],
                                   UINT64_C(1) << w->tx[i].block};
        }
        if (w->rx[i].block != UNCONNECTED) {
            struct ports *p = &c->ports[w->rx[i].block];
            w->from[i] =
                (struct from){&p->tx_valid, UINT64_C(1) << w->rx[i].port, &p->tx_ready, UINT64_C(1) << w->rx[i].block};
        }
    }
}

static uint64_t all_blocks(const struct clockwork *c)
{
    return c->blocks == 64 ? UINT64_MAX : (UINT64_C(1) << c->blocks) - 1;
}

bool clockwork_build(struct clockwork *c)
{
    assert(!c->memory && c->blocks > 0);
    size_t size = aligned(sizeof *c->schedule) + aligned(c->blocks * sizeof *c->ports) + slots_size(c);
    for (unsigned i = 0; i < c->blocks; i++)
        size += aligned(c->wiring[i].state_size);
    c->memory = calloc(1, size + ALIGNMENT);
    if (!c->memory)
        return false;
    c->memory_size = size;
    char *free_memory = c->memory;
    c->schedule = (struct schedule *)(void *)cut(&free_memory, sizeof *c->schedule);
    c->ports = (struct ports *)(void *)cut(&free_memory, c->blocks * sizeof *c->ports);
    for (unsigned i = 0; i < c->blocks; i++) {
        c->ports[i].probe = &c->probe;
        c->ports[i].instance = (uint16_t)i;
    }
    lay_out_slots(c, &free_memory);
    for (unsigned i = 0; i < c->blocks; i++)
        resolve_ends(c, i);
    for (unsigned i = 0; i < c->blocks; i++)
        c->block[i].state = cut(&free_memory, c->wiring[i].state_size);
    assert(free_memory == c->memory + size);
    start_timers(c->schedule, c->blocks);
    c->schedule->publish = CYCLE_NEVER;
    for (unsigned i = 0; i < CLOCKWORK_BLOCKS_MAX; i++)
        c->schedule->arrival[i] = CYCLE_NEVER;
    return true;
}

void *clockwork_state(struct clockwork *c, unsigned block)
{
    assert(block < c->blocks && c->memory);
    return c->block[block].state;
}

struct probe *clockwork_probe(struct clockwork *c)
{
    return &c->probe;
}

void clockwork_set_mode(struct clockwork *c, struct clockwork_mode mode)
{
    assert(c->memory);
    c->mode = mode;
    c->schedule->shuffle = random_open(mode.shuffle, 0, 0);
    c->schedule->extra = random_open(mode.extra_steps, 0, 1);
}

void clockwork_set_listener(struct clockwork *c, clockwork_listener listener, void *context)
{
    c->listener = listener;
    c->context = context;
}

void clockwork_wake(struct clockwork *c, unsigned block, cycle_t edge)
{
    struct schedule *s = c->schedule;
    uint64_t key = make_key(edge, block);
    assert(block < c->blocks && edge >= s->edge);
    if (edge == s->edge)
        s->wake |= UINT64_C(1) << block;
    else if (s->only_soonest)
        s->soonest = lower(s->soonest, key);
    else if (key < s->key[block])
        set_key(s, block, key);
}

/* The next edge at which anything is due. */
static cycle_t earliest(struct schedule *s)
{
    if (s->wake)
        return s->edge;
    cycle_t edge = s->only_soonest ? cycle_min(key_edge(s->soonest), s->publish) : key_edge(find_soonest(s));
    return edge < EDGE_NEVER ? edge : CYCLE_NEVER;
}

/* Payloads that were transferred at this edge: valid falls, unless a new one is put. */
static inline void commit_transfers(const struct block *b, uint64_t arrived)
{
    b->ports->rx_valid &= ~arrived;
    for (; arrived; arrived &= arrived - 1) {
        unsigned rx = (unsigned)__builtin_ctzll(arrived);
        const struct from *from = &b->from[rx];
        b->transfers[rx]++;
        *from->valid &= ~from->bit;
    }
}

/* A payload is offered: the slots change places. */
static inline void offer(struct schedule *s, void **slot, const struct to *to)
{
    void *written = *slot;
    /* The slot that was read is the producer's to write again. */
    memcpy(slot, to->slot, sizeof *slot);
    *to->slot = written;
    *to->valid |= to->bit;
    s->wake |= to->block_bit;
}

/* A payload that was put ahead of time will come to a block. */
static inline void expect(struct schedule *s, const struct to *to, cycle_t at)
{
    unsigned block = (unsigned)__builtin_ctzll(to->block_bit);
    s->publish = cycle_min(s->publish, at + 1);
    if (at + 1 >= s->arrival[block])
        return;
    s->arrival[block] = at + 1;
    uint64_t key = make_key(at + 1, block);
    if (key < s->key[block])
        set_key(s, block, key);
}

/* All that is kept and not published yet. */
static void expect_all(struct clockwork *c)
{
    struct schedule *s = c->schedule;
    s->publish = CYCLE_NEVER;
    for (uint64_t left = s->keepers; left; left &= left - 1) {
        const struct block *b = &c->block[(size_t)__builtin_ctzll(left)];
        for (uint64_t later = b->ports->later; later; later &= later - 1) {
            unsigned tx = (unsigned)__builtin_ctzll(later);
            expect(s, &b->to[tx], b->ports->at[tx]);
        }
    }
}

static inline void expect_nothing(struct schedule *s, const struct to *to)
{
    s->arrival[(size_t)__builtin_ctzll(to->block_bit)] = CYCLE_NEVER;
}

/* Payloads that were taken back: their consumers may be stepped for nothing. */
__attribute__((noinline)) static void commit_back(struct clockwork *c, const struct block *b)
{
    for (uint64_t back = b->ports->back; back; back &= back - 1)
        expect_nothing(c->schedule, &b->to[(size_t)__builtin_ctzll(back)]);
    b->ports->back = 0;
    expect_all(c);
}

/* Payloads that were put at this edge for later ones. */
__attribute__((noinline)) static void commit_puts_at(struct clockwork *c, const struct block *b, unsigned block)
{
    struct ports *p = b->ports;
    c->schedule->keepers |= UINT64_C(1) << block;
    if (p->back)
        commit_back(c, b);
    for (uint64_t put = p->put_later; put; put &= put - 1) {
        unsigned tx = (unsigned)__builtin_ctzll(put);
        assert(p->at[tx] < EDGE_NEVER - 1);
        expect(c->schedule, &b->to[tx], p->at[tx]);
    }
    p->put_later = 0;
}

/* Payloads that were put at this edge. */
static inline void commit_puts(struct clockwork *c, const struct block *b, unsigned block)
{
    struct schedule *s = c->schedule;
    struct ports *p = b->ports;
    if (p->put & PORTS_PUT_LATER)
        commit_puts_at(c, b, block);
    uint64_t put = p->put & p->keeps; /* a channel can keep something if there is one */
    p->tx_valid |= put;
    p->put = 0;
    for (; put; put &= put - 1) {
        unsigned tx = (unsigned)__builtin_ctzll(put);
        offer(s, &p->tx[tx], &b->to[tx]);
    }
}

/* Ready bits that changed at this edge. Where a payload waits, a rise means a transfer at the next edge. */
__attribute__((noinline)) static void commit_ready(struct schedule *s, const struct block *b, unsigned block)
{
    struct ports *p = b->ports;
    uint64_t changed = p->ready ^ p->rx_ready;
    for (; changed; changed &= changed - 1) {
        const struct from *from = &b->from[(size_t)__builtin_ctzll(changed)];
        if (!from->valid)
            continue;
        *from->ready ^= from->bit;
        if (p->ready & p->rx_valid & changed & -changed)
            s->wake |= UINT64_C(1) << block | from->block_bit;
    }
    p->rx_ready = p->ready;
}

/* A block that took something is awake, and need not be asked. */
static inline bool has_spoken(const struct ports *p)
{
    return (p->put | (p->ready ^ p->rx_ready)) != 0;
}

/* Of one block. */
static inline void commit_one(struct clockwork *c, const struct block *b, unsigned block)
{
    struct schedule *s = c->schedule;
    struct ports *p = b->ports;
    uint64_t arrived = ports_arrived(p);
    if (arrived)
        commit_transfers(b, arrived);
    if (p->put)
        commit_puts(c, b, block);
    if (p->ready != p->rx_ready)
        commit_ready(s, b, block);
}

/* Of several, in three rounds: what one block says must not be seen as said before by what another one did at the same
 * edge. */
__attribute__((noinline)) static void commit_several(struct clockwork *c, uint64_t changed)
{
    uint64_t putters = 0, speakers = 0;
    for (; changed; changed &= changed - 1) {
        const struct block *b = &c->block[(size_t)__builtin_ctzll(changed)];
        const struct ports *p = b->ports;
        uint64_t bit = changed & -changed, arrived = ports_arrived(p);
        putters |= p->put ? bit : 0;
        speakers |= p->ready != p->rx_ready ? bit : 0;
        if (arrived)
            commit_transfers(b, arrived);
    }
    for (; putters; putters &= putters - 1) {
        unsigned block = (unsigned)__builtin_ctzll(putters);
        commit_puts(c, &c->block[block], block);
    }
    for (; speakers; speakers &= speakers - 1) {
        unsigned block = (unsigned)__builtin_ctzll(speakers);
        commit_ready(c->schedule, &c->block[block], block);
    }
}

static inline void commit(struct clockwork *c, uint64_t changed)
{
    unsigned block = (unsigned)__builtin_ctzll(changed | UINT64_C(1) << 63);
    if (changed & (changed - 1))
        commit_several(c, changed);
    else if (changed)
        commit_one(c, &c->block[block], block);
}

/* One payload that was put for the edge before this one. */
static inline void publish_one(struct schedule *s, const struct block *b, unsigned tx, cycle_t edge)
{
    struct ports *p = b->ports;
    assert(p->at[tx] + 1 == edge);
    p->later ^= UINT64_C(1) << tx;
    p->tx_valid |= UINT64_C(1) << tx;
    offer(s, &p->tx[tx], &b->to[tx]);
    expect_nothing(s, &b->to[tx]);
}

__attribute__((noinline)) static void publish_several(struct clockwork *c, cycle_t edge)
{
    struct schedule *s = c->schedule;
    uint64_t left = 0;
    for (uint64_t keepers = s->keepers; keepers; keepers &= keepers - 1) {
        const struct block *b = &c->block[(size_t)__builtin_ctzll(keepers)];
        for (uint64_t later = b->ports->later; later; later &= later - 1)
            if (b->ports->at[(size_t)__builtin_ctzll(later)] < edge)
                publish_one(s, b, (unsigned)__builtin_ctzll(later), edge);
        if (b->ports->later)
            left |= keepers & -keepers;
    }
    s->keepers = left;
    expect_all(c);
}

/* Offers what was put for edges before this one; its consumers are due now. */
static inline void publish(struct clockwork *c, cycle_t edge)
{
    struct schedule *s = c->schedule;
    uint64_t keepers = s->keepers;
    assert(keepers);
    const struct block *b = &c->block[(size_t)__builtin_ctzll(keepers)];
    uint64_t later = b->ports->later;
    if ((keepers & (keepers - 1)) || (later & (later - 1))) {
        publish_several(c, edge);
        return;
    }
    publish_one(s, b, (unsigned)__builtin_ctzll(later), edge);
    s->keepers = 0;
    s->publish = CYCLE_NEVER;
}

/* Returns the block's bit. */
static inline uint64_t step_block(struct clockwork *c, unsigned block, cycle_t edge)
{
    struct schedule *s = c->schedule;
    const struct block *b = &c->block[block];
    s->steps++;
    cycle_t next = b->step(b->config, b->state, edge, b->ports);
    assert(next > edge);
    set_timer(s, block, next);
    return UINT64_C(1) << block;
}

static void step_shuffled(struct clockwork *c, uint64_t blocks, cycle_t edge)
{
    unsigned order[CLOCKWORK_BLOCKS_MAX], count = 0;
    for (; blocks; blocks &= blocks - 1)
        order[count++] = (unsigned)__builtin_ctzll(blocks);
    for (; count; count--) {
        unsigned pick = (unsigned)random_below(&c->schedule->shuffle, count);
        step_block(c, order[pick], edge);
        order[pick] = order[count - 1];
    }
}

/* After step_all: nobody's own timer is known, so everybody is stepped once. */
static void restart_timers(struct clockwork *c)
{
    struct schedule *s = c->schedule;
    if (!s->only_soonest)
        return;
    s->only_soonest = false;
    start_timers(s, c->blocks);
}

__attribute__((noinline)) static void tell(struct clockwork *c)
{
    probe_sort(&c->probe);
    if (c->listener)
        c->listener(c->context, c->probe.buffer, c->probe.count);
    c->probe.count = 0;
}

static inline void end_edge(struct clockwork *c, uint64_t changed)
{
    commit(c, changed);
    if (c->probe.count)
        tell(c);
}

/* The ways of stepping that only tests use: more blocks than are due, in another order. */
static void step_otherwise(struct clockwork *c, cycle_t edge)
{
    struct schedule *s = c->schedule;
    restart_timers(c);
    if (s->publish <= edge)
        publish(c, edge);
    uint64_t blocks = s->wake;
    for (unsigned i = 0; i < c->blocks; i++)
        blocks |= (uint64_t)(key_edge(s->key[i]) <= edge) << i;
    s->wake = 0;
    if (blocks)
        s->last = edge;
    if (c->mode.every_edge)
        blocks = all_blocks(c);
    if (c->mode.extra_steps)
        blocks |= random_next(&s->extra) & random_next(&s->extra) & all_blocks(c);
    if (c->mode.shuffle)
        step_shuffled(c, blocks, edge);
    else
        for (uint64_t left = blocks; left; left &= left - 1)
            step_block(c, (unsigned)__builtin_ctzll(left), edge);
    s->edge = edge + 1;
    end_edge(c, blocks);
}

/* Steps several blocks that are due at one edge: who is awake, then whose timer is up. */
__attribute__((noinline)) static void step_several(struct clockwork *c, cycle_t edge)
{
    struct schedule *s = c->schedule;
    s->last = edge;
    if (s->publish <= edge)
        publish(c, edge);
    uint64_t awake = s->wake, stepped = 0;
    s->wake = 0;
    for (; awake; awake &= awake - 1)
        stepped |= step_block(c, (unsigned)__builtin_ctzll(awake), edge);
    while (key_edge(s->soonest) <= edge && key_edge(find_soonest(s)) <= edge)
        stepped |= step_block(c, key_block(s->soonest), edge);
    s->edge = edge + 1;
    end_edge(c, stepped);
}

static void run_shuffled(struct clockwork *c, cycle_t last)
{
    for (cycle_t edge = earliest(c->schedule); edge <= last && edge != CYCLE_NEVER; edge = earliest(c->schedule))
        step_otherwise(c, edge);
}

/* Nobody is awake, and this is not above the lowest key. Returns the one block that is due at its edge, or -1 if more
 * is to be done before. */
static inline int whose_timer(struct clockwork *c, uint64_t key)
{
    struct schedule *s = c->schedule;
    unsigned block = key_block(key);
    cycle_t edge = key_edge(key);
    if (s->key[block] != key) {
        find_soonest(s);
        return -1;
    }
    s->key[block] = KEY_NEVER;
    if (key_edge(find_soonest(s)) == edge) {
        s->wake = UINT64_C(1) << block;
        s->edge = edge;
        return -1;
    }
    if (s->publish <= edge) {
        publish(c, edge);
        s->wake = 0; /* it is the block's own */
    }
    return (int)block;
}

/* From one due edge to the next. At most edges one block is due. */
static void run_leaping(struct clockwork *c, cycle_t last)
{
    struct schedule *const s = c->schedule;
    const struct block *const blocks = c->block;
    restart_timers(c);
    last = cycle_min(last, EDGE_NEVER - 1);
    for (;;) {
        uint64_t wake = s->wake, key = s->soonest;
        cycle_t edge = wake ? s->edge : key_edge(key);
        if (edge > last)
            break;
        int block;
        if (!wake) {
            block = whose_timer(c, key);
            if (block < 0)
                continue;
        } else if ((wake & (wake - 1)) || (key_edge(key) <= edge && key_edge(find_soonest(s)) <= edge)) {
            step_several(c, edge);
            continue;
        } else {
            block = __builtin_ctzll(wake);
            s->wake = 0;
        }
        const struct block *b = &blocks[block];
        s->steps++;
        s->last = edge;
        s->edge = edge + 1;
        cycle_t next = b->step(b->config, b->state, edge, b->ports);
        assert(next > edge);
        set_timer(s, (unsigned)block, next);
        commit_one(c, b, (unsigned)block);
        if (c->probe.count)
            tell(c);
    }
}

/* Steps every block; single timers are not kept meanwhile. */
static inline void step_all(struct clockwork *c, struct schedule *s, cycle_t edge)
{
    if (s->publish <= edge)
        publish(c, edge);
    uint64_t changed = s->wake;
    if (changed || key_edge(s->soonest) <= edge)
        s->last = edge;
    s->wake = 0;
    cycle_t soonest = CYCLE_NEVER;
    const struct block *const end = &c->block[c->blocks];
    for (const struct block *b = c->block; b != end; b++) {
        soonest = cycle_min(soonest, b->step(b->config, b->state, edge, b->ports));
        if (has_spoken(b->ports))
            changed |= UINT64_C(1) << (b - c->block);
    }
    assert(soonest > edge);
    s->soonest = make_key(soonest, 0);
    s->steps += c->blocks;
    s->edge = edge + 1;
    end_edge(c, changed);
}

static void run_all(struct clockwork *c, cycle_t last)
{
    struct schedule *s = c->schedule;
    if (!s->only_soonest)
        find_soonest(s);
    s->only_soonest = true;
    while (s->edge <= last && (s->wake || cycle_min(key_edge(s->soonest), s->publish) < EDGE_NEVER))
        step_all(c, s, s->edge);
}

static void run_every_edge(struct clockwork *c, cycle_t last)
{
    struct schedule *s = c->schedule;
    while (s->edge <= last && earliest(s) != CYCLE_NEVER)
        step_otherwise(c, s->edge);
}

void clockwork_run(struct clockwork *c, cycle_t last)
{
    if (c->mode.every_edge && !c->mode.shuffle && !c->mode.extra_steps)
        run_all(c, last);
    else if (c->mode.every_edge || c->mode.extra_steps)
        run_every_edge(c, last);
    else if (c->mode.shuffle)
        run_shuffled(c, last);
    else
        run_leaping(c, last);
}

bool clockwork_idle(const struct clockwork *c)
{
    return earliest(c->schedule) == CYCLE_NEVER;
}

cycle_t clockwork_now(const struct clockwork *c)
{
    return c->schedule->last;
}

uint64_t clockwork_steps(const struct clockwork *c)
{
    return c->schedule->steps;
}

uint64_t clockwork_transfers(const struct clockwork *c, unsigned block, unsigned rx)
{
    assert(block < c->blocks && rx < PORTS_MAX);
    return c->schedule->transfers[block][rx];
}

size_t clockwork_snapshot_size(const struct clockwork *c)
{
    return c->memory_size;
}

void clockwork_save(const struct clockwork *c, void *snapshot)
{
    memcpy(snapshot, c->memory, c->memory_size);
}

void clockwork_restore(struct clockwork *c, const void *snapshot)
{
    memcpy(c->memory, snapshot, c->memory_size);
}
