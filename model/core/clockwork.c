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

/* The other end of a port. */
struct peer {
    struct ports *ports; /* NULL: unconnected */
    uint64_t bit;        /* of the port there */
    uint64_t block_bit;
    uint16_t block;
    uint16_t port;
};

struct block {
    clockwork_step step;
    const void *config;
    void *state;
    struct ports *ports;
};

struct wiring {
    size_t state_size;
    struct peer tx[PORTS_MAX];
    struct peer rx[PORTS_MAX];
    size_t payload[PORTS_MAX]; /* of tx channels */
};

/* What changes while it runs, but for ports, slots and block states, which lie behind it in the same memory. */
struct schedule {
    cycle_t edge;  /* the next edge */
    cycle_t last;  /* the last edge at which a block was due */
    uint64_t wake; /* blocks that are due at `edge` */
    uint64_t steps;
    uint64_t transfers[CLOCKWORK_BLOCKS_MAX][PORTS_MAX]; /* by block and rx port */
    /* Timers in a tournament: block b has leaf leaves + b, each inner node the smaller of its two, key[1] the earliest.
     * A block in `wake` may have none (CYCLE_NEVER). */
    unsigned leaves;
    cycle_t key[2 * CLOCKWORK_BLOCKS_MAX];
    bool only_earliest; /* key[1] is right and the rest is not: every block is stepped at every edge */
    struct random_stream shuffle;
    struct random_stream extra;
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
    uint64_t changed;    /* blocks that took, put or said something at this edge */
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
    struct peer *forward = &c->wiring[from].tx[tx];
    struct peer *backward = &c->wiring[to].rx[rx];
    assert(forward->block == UNCONNECTED && backward->block == UNCONNECTED);
    forward->block = (uint16_t)to;
    forward->port = (uint16_t)rx;
    backward->block = (uint16_t)from;
    backward->port = (uint16_t)tx;
    c->wiring[from].payload[tx] = payload_size;
}

static void start_timers(struct schedule *s, unsigned blocks)
{
    s->leaves = 2;
    while (s->leaves < blocks)
        s->leaves *= 2;
    for (unsigned i = 0; i < 2 * s->leaves; i++)
        s->key[i] = CYCLE_NEVER;
}

static inline void set_timer(struct schedule *s, unsigned block, cycle_t at)
{
    unsigned node = s->leaves + block;
    if (s->key[node] == at)
        return;
    s->key[node] = at;
    for (; node > 1; node /= 2) {
        at = cycle_min(at, s->key[node ^ 1]);
        if (s->key[node / 2] == at)
            return;
        s->key[node / 2] = at;
    }
}

/* A block whose timer is the earliest. */
static inline unsigned earliest_block(const struct schedule *s)
{
    cycle_t at = s->key[1];
    unsigned node = 1;
    while (node < s->leaves)
        node = 2 * node + (s->key[2 * node] != at);
    return node - s->leaves;
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
            c->ports[i].tx[tx] = cut(free_memory, w->payload[tx]);
            c->ports[w->tx[tx].block].rx[w->tx[tx].port] = cut(free_memory, w->payload[tx]);
        }
    }
}

static void resolve_peers(struct clockwork *c, struct wiring *w)
{
    for (unsigned i = 0; i < 2 * PORTS_MAX; i++) {
        struct peer *peer = i < PORTS_MAX ? &w->tx[i] : &w->rx[i - PORTS_MAX];
        if (peer->block == UNCONNECTED)
            continue;
        peer->ports = &c->ports[peer->block];
        peer->bit = UINT64_C(1) << peer->port;
        peer->block_bit = UINT64_C(1) << peer->block;
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
        c->block[i].ports = &c->ports[i];
    }
    lay_out_slots(c, &free_memory);
    for (unsigned i = 0; i < c->blocks; i++)
        resolve_peers(c, &c->wiring[i]);
    for (unsigned i = 0; i < c->blocks; i++)
        c->block[i].state = cut(&free_memory, c->wiring[i].state_size);
    assert(free_memory == c->memory + size);
    start_timers(c->schedule, c->blocks);
    c->schedule->wake = all_blocks(c);
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
    assert(block < c->blocks && edge >= s->edge);
    if (edge == s->edge)
        s->wake |= UINT64_C(1) << block;
    else if (s->only_earliest)
        s->key[1] = cycle_min(s->key[1], edge);
    else if (edge < s->key[s->leaves + block])
        set_timer(s, block, edge);
}

static cycle_t earliest(const struct schedule *s)
{
    return s->wake ? s->edge : s->key[1];
}

static inline void step_block(struct clockwork *c, unsigned block, cycle_t edge)
{
    struct schedule *s = c->schedule;
    const struct block *b = &c->block[block];
    struct ports *p = b->ports;
    s->steps++;
    p->put = 0;
    p->ready = p->rx_ready;
    cycle_t next = b->step(b->config, b->state, edge, p);
    assert(next > edge);
    if (next == edge + 1) {
        s->wake |= UINT64_C(1) << block;
        next = CYCLE_NEVER;
    }
    set_timer(s, block, next);
    if (ports_arrived(p) | p->put | (p->ready ^ p->rx_ready))
        c->changed |= UINT64_C(1) << block;
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

/* Payloads that were transferred at this edge: valid falls, unless a new one is put. */
static inline void commit_transfers(struct clockwork *c, unsigned block)
{
    struct ports *p = c->block[block].ports;
    uint64_t arrived = ports_arrived(p);
    p->rx_valid &= ~arrived;
    for (; arrived; arrived &= arrived - 1) {
        unsigned rx = (unsigned)__builtin_ctzll(arrived);
        const struct peer *from = &c->wiring[block].rx[rx];
        c->schedule->transfers[block][rx]++;
        from->ports->tx_valid &= ~from->bit;
    }
}

/* Payloads that were put at this edge: the slots change places. */
static inline void commit_puts(struct clockwork *c, unsigned block)
{
    struct ports *p = c->block[block].ports;
    for (uint64_t put = p->put; put; put &= put - 1) {
        unsigned tx = (unsigned)__builtin_ctzll(put);
        const struct peer *to = &c->wiring[block].tx[tx];
        if (!to->ports)
            continue;
        void *written = p->tx[tx];
        /* The slot that was read is the producer's to write again. */
        memcpy(&p->tx[tx], &to->ports->rx[to->port], sizeof p->tx[tx]);
        to->ports->rx[to->port] = written;
        p->tx_valid |= put & -put;
        to->ports->rx_valid |= to->bit;
        c->schedule->wake |= to->block_bit;
    }
}

/* Ready bits that changed at this edge. Where a payload waits, a rise means a transfer at the next edge. */
static inline void commit_ready(struct clockwork *c, unsigned block)
{
    struct ports *p = c->block[block].ports;
    uint64_t changed = p->ready ^ p->rx_ready;
    for (; changed; changed &= changed - 1) {
        const struct peer *from = &c->wiring[block].rx[__builtin_ctzll(changed)];
        if (!from->ports)
            continue;
        from->ports->tx_ready ^= from->bit;
        if (p->ready & p->rx_valid & changed & -changed)
            c->schedule->wake |= UINT64_C(1) << block | from->block_bit;
    }
    p->rx_ready = p->ready;
}

/* In three rounds: what one block says must not be seen as said before by what another one did at the same edge. */
static inline void commit(struct clockwork *c)
{
    uint64_t changed = c->changed;
    c->changed = 0;
    for (uint64_t blocks = changed; blocks; blocks &= blocks - 1)
        commit_transfers(c, (unsigned)__builtin_ctzll(blocks));
    for (uint64_t blocks = changed; blocks; blocks &= blocks - 1)
        commit_puts(c, (unsigned)__builtin_ctzll(blocks));
    for (uint64_t blocks = changed; blocks; blocks &= blocks - 1)
        commit_ready(c, (unsigned)__builtin_ctzll(blocks));
}

/* Steps every block; single timers are not kept meanwhile. */
static void step_all(struct clockwork *c, cycle_t edge)
{
    struct schedule *s = c->schedule;
    if (earliest(s) <= edge)
        s->last = edge;
    s->wake = 0;
    s->steps += c->blocks;
    cycle_t soonest = CYCLE_NEVER;
    for (unsigned block = 0; block < c->blocks; block++) {
        const struct block *b = &c->block[block];
        struct ports *p = b->ports;
        p->put = 0;
        p->ready = p->rx_ready;
        soonest = cycle_min(soonest, b->step(b->config, b->state, edge, p));
        if (ports_arrived(p) | p->put | (p->ready ^ p->rx_ready))
            c->changed |= UINT64_C(1) << block;
    }
    assert(soonest > edge);
    s->key[1] = soonest;
    s->only_earliest = true;
}

/* After step_all: nobody's own timer is known, so everybody is stepped once. */
static void restart_timers(struct clockwork *c)
{
    struct schedule *s = c->schedule;
    if (!s->only_earliest)
        return;
    s->only_earliest = false;
    start_timers(s, c->blocks);
    s->wake = all_blocks(c);
}

/* The ways of stepping that only tests use: more blocks than are due, in another order. */
static void step_otherwise(struct clockwork *c, cycle_t edge)
{
    struct schedule *s = c->schedule;
    restart_timers(c);
    uint64_t blocks = s->wake;
    for (unsigned i = 0; i < c->blocks; i++)
        blocks |= (uint64_t)(s->key[s->leaves + i] <= edge) << i;
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
}

static void tell(struct clockwork *c)
{
    probe_sort(&c->probe);
    if (c->listener)
        c->listener(c->context, c->probe.buffer, c->probe.count);
    c->probe.count = 0;
}

static inline void end_edge(struct clockwork *c, cycle_t edge)
{
    c->schedule->edge = edge + 1;
    commit(c);
    if (c->probe.count)
        tell(c);
}

/* Steps the rest of those that are due, when one of them has been stepped: who is awake, then whose timer is up. A step
 * moves the block's timer past this edge. */
static void step_others(struct clockwork *c, uint64_t awake, cycle_t edge)
{
    for (; awake; awake &= awake - 1)
        step_block(c, (unsigned)__builtin_ctzll(awake), edge);
    while (c->schedule->key[1] <= edge)
        step_block(c, earliest_block(c->schedule), edge);
    commit(c);
}

/* Steps whoever is due. At most edges that is one block. */
static inline void step_due(struct clockwork *c, cycle_t edge)
{
    struct schedule *s = c->schedule;
    uint64_t awake = s->wake;
    unsigned block = awake ? (unsigned)__builtin_ctzll(awake) : earliest_block(s);
    s->wake = 0;
    s->last = edge;
    step_block(c, block, edge);
    awake &= awake - 1;
    s->edge = edge + 1;
    if (awake || s->key[1] <= edge) {
        step_others(c, awake, edge);
    } else if (c->changed) {
        c->changed = 0;
        commit_transfers(c, block);
        commit_puts(c, block);
        commit_ready(c, block);
    }
}

/* From one due edge to the next. */
static void run_leaping(struct clockwork *c, cycle_t last)
{
    struct schedule *s = c->schedule;
    restart_timers(c);
    for (cycle_t edge = earliest(s); edge <= last && edge != CYCLE_NEVER; edge = earliest(s)) {
        if (c->mode.shuffle) {
            step_otherwise(c, edge);
            end_edge(c, edge);
        } else {
            step_due(c, edge);
            if (c->probe.count)
                tell(c);
        }
    }
}

static void run_every_edge(struct clockwork *c, cycle_t last)
{
    struct schedule *s = c->schedule;
    bool all = c->mode.every_edge && !c->mode.shuffle && !c->mode.extra_steps;
    while (s->edge <= last && earliest(s) != CYCLE_NEVER) {
        cycle_t edge = s->edge;
        if (all)
            step_all(c, edge);
        else
            step_otherwise(c, edge);
        end_edge(c, edge);
    }
}

void clockwork_run(struct clockwork *c, cycle_t last)
{
    if (c->mode.every_edge || c->mode.extra_steps)
        run_every_edge(c, last);
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
