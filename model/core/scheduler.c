/* SPDX-License-Identifier: Apache-2.0
 *
 * The scheduler and the channels (scheduler.h). Work at an edge goes with the blocks that are due and the channels that
 * changed; masks hold one bit per block or port.
 */
#include <string.h>

#include "model/core/scheduler_state.h"

/* Of all groups: the one that seems lowest is looked at, until it is. */
uint64_t scheduler_lowest_of_groups(struct schedule *s)
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

static uint64_t all_blocks(const struct prisim_scheduler *c)
{
    return c->blocks == 64 ? UINT64_MAX : (UINT64_C(1) << c->blocks) - 1;
}

void prisim_scheduler_wake(struct prisim_scheduler *c, unsigned block, prisim_cycle_t edge)
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
prisim_cycle_t scheduler_earliest(struct schedule *s)
{
    if (s->wake)
        return s->edge;
    prisim_cycle_t edge =
        s->only_soonest ? prisim_cycle_min(key_edge(s->soonest), s->publish) : key_edge(find_soonest(s));
    return edge < EDGE_NEVER ? edge : PRISIM_CYCLE_NEVER;
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
    const void **const read = to->slot;
    void *written = *slot;
    /* The slot that was read is the producer's to write again. */
    memcpy(slot, read, sizeof *slot);
    *read = written;
    *to->valid |= to->bit;
    s->wake |= to->block_bit;
}

/* A payload that was put ahead of time will come to a block. */
static inline void expect(struct schedule *s, const struct to *to, prisim_cycle_t at)
{
    unsigned block = (unsigned)__builtin_ctzll(to->block_bit);
    s->publish = prisim_cycle_min(s->publish, at + 1);
    if (at + 1 >= s->arrival[block])
        return;
    s->arrival[block] = at + 1;
    uint64_t key = make_key(at + 1, block);
    if (key < s->key[block])
        set_key(s, block, key);
}

/* All that is kept and not published yet. */
static void expect_all(struct prisim_scheduler *c)
{
    struct schedule *s = c->schedule;
    s->publish = PRISIM_CYCLE_NEVER;
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
    s->arrival[(size_t)__builtin_ctzll(to->block_bit)] = EDGE_NEVER;
}

/* Payloads that were taken back: their consumers may be stepped for nothing. */
__attribute__((noinline)) static void commit_back(struct prisim_scheduler *c, const struct block *b)
{
    for (uint64_t back = b->ports->back; back; back &= back - 1)
        expect_nothing(c->schedule, &b->to[(size_t)__builtin_ctzll(back)]);
    b->ports->back = 0;
    expect_all(c);
}

/* Payloads that were put at this edge for later ones. */
__attribute__((noinline)) static void commit_puts_at(struct prisim_scheduler *c, const struct block *b, unsigned block)
{
    struct prisim_ports *p = b->ports;
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
static inline void commit_puts(struct prisim_scheduler *c, struct schedule *s, const struct block *b, unsigned block)
{
    struct prisim_ports *p = b->ports;
    if (p->put & PRISIM_PORTS_PUT_LATER)
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
    struct prisim_ports *p = b->ports;
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
static inline bool has_spoken(const struct prisim_ports *p)
{
    return (p->put | (p->ready ^ p->rx_ready)) != 0;
}

/* Of one block. */
static inline void commit_one(struct prisim_scheduler *c, struct schedule *s, const struct block *b, unsigned block)
{
    struct prisim_ports *p = b->ports;
    uint64_t arrived = prisim_ports_arrived(p);
    if (arrived)
        commit_transfers(b, arrived);
    if (p->put)
        commit_puts(c, s, b, block);
    if (p->ready != p->rx_ready)
        commit_ready(s, b, block);
}

/* Of several, in three rounds: what one block says must not be seen as said before by what another one did at the same
 * edge. */
__attribute__((noinline)) static void commit_several(struct prisim_scheduler *c, uint64_t changed)
{
    uint64_t putters = 0, speakers = 0;
    for (; changed; changed &= changed - 1) {
        const struct block *b = &c->block[(size_t)__builtin_ctzll(changed)];
        const struct prisim_ports *p = b->ports;
        uint64_t bit = changed & -changed, arrived = prisim_ports_arrived(p);
        putters |= p->put ? bit : 0;
        speakers |= p->ready != p->rx_ready ? bit : 0;
        if (arrived)
            commit_transfers(b, arrived);
    }
    for (; putters; putters &= putters - 1) {
        unsigned block = (unsigned)__builtin_ctzll(putters);
        commit_puts(c, c->schedule, &c->block[block], block);
    }
    for (; speakers; speakers &= speakers - 1) {
        unsigned block = (unsigned)__builtin_ctzll(speakers);
        commit_ready(c->schedule, &c->block[block], block);
    }
}

static inline void commit(struct prisim_scheduler *c, uint64_t changed)
{
    unsigned block = (unsigned)__builtin_ctzll(changed | UINT64_C(1) << 63);
    if (changed & (changed - 1))
        commit_several(c, changed);
    else if (changed)
        commit_one(c, c->schedule, &c->block[block], block);
}

/* One payload that was put for the edge before this one. */
static inline void publish_one(struct schedule *s, const struct block *b, unsigned tx, prisim_cycle_t edge)
{
    struct prisim_ports *p = b->ports;
    assert(p->at[tx] + 1 == edge);
    p->later ^= UINT64_C(1) << tx;
    p->tx_valid |= UINT64_C(1) << tx;
    offer(s, &p->tx[tx], &b->to[tx]);
    expect_nothing(s, &b->to[tx]);
}

__attribute__((noinline)) static void publish_several(struct prisim_scheduler *c, prisim_cycle_t edge)
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
static inline void publish(struct prisim_scheduler *c, prisim_cycle_t edge)
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
    s->publish = PRISIM_CYCLE_NEVER;
}

/* Returns the block's bit. */
static inline uint64_t step_block(struct prisim_scheduler *c, unsigned block, prisim_cycle_t edge)
{
    struct schedule *s = c->schedule;
    const struct block *b = &c->block[block];
    s->steps++;
    prisim_cycle_t next = b->step(b->config, b->state, edge, b->ports);
    assert(next > edge);
    set_timer(s, block, next);
    return UINT64_C(1) << block;
}

static void step_shuffled(struct prisim_scheduler *c, uint64_t blocks, prisim_cycle_t edge)
{
    unsigned order[PRISIM_SCHEDULER_BLOCKS_MAX], count = 0;
    for (; blocks; blocks &= blocks - 1)
        order[count++] = (unsigned)__builtin_ctzll(blocks);
    for (; count; count--) {
        unsigned pick = (unsigned)random_below(&c->schedule->shuffle, count);
        step_block(c, order[pick], edge);
        order[pick] = order[count - 1];
    }
}

/* After step_all nobody's own timer is known, but the edge at which the first of them is up: everybody is stepped then,
 * and no edge counts at which nobody is due (prisim_scheduler_now). */
static void restart_timers(struct prisim_scheduler *c)
{
    struct schedule *s = c->schedule;
    if (!s->only_soonest)
        return;
    prisim_cycle_t due = scheduler_earliest(s);
    s->only_soonest = false;
    start_timers(s, c->blocks);
    if (due == s->edge)
        return;
    s->wake = 0;
    for (unsigned i = 0; i < c->blocks; i++)
        set_key(s, i, make_key(due, i));
}

__attribute__((noinline)) static void notify_listener(struct prisim_scheduler *c)
{
    if (c->probe.count > 1)
        prisim_probe_sort(&c->probe);
    if (c->listener)
        c->listener(c->context, c->probe.buffer, c->probe.count);
    c->probe.count = 0;
}

static inline void end_edge(struct prisim_scheduler *c, uint64_t changed)
{
    commit(c, changed);
    if (c->probe.count)
        notify_listener(c);
}

/* The ways of stepping that are not for speed: under a journal, and those that tests use, which step more blocks than
 * are due, or in another order. */
void scheduler_step_otherwise(struct prisim_scheduler *c, prisim_cycle_t edge)
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
    c->stepped = blocks;
    end_edge(c, blocks);
}

/* Steps several blocks that are due at one edge: who is awake, then whose timer is up. */
__attribute__((noinline)) static void step_several(struct prisim_scheduler *c, prisim_cycle_t edge)
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

static void run_shuffled(struct prisim_scheduler *c, prisim_cycle_t last)
{
    for (prisim_cycle_t edge = scheduler_earliest(c->schedule); edge <= last && edge != PRISIM_CYCLE_NEVER;
         edge = scheduler_earliest(c->schedule))
        scheduler_step_otherwise(c, edge);
}

/* Nobody is awake, and this is not above the lowest key. Returns the one block that is due at its edge, or -1 if more
 * is to be done before. */
static inline int whose_timer(struct prisim_scheduler *c, uint64_t key)
{
    struct schedule *s = c->schedule;
    unsigned block = key_block(key);
    prisim_cycle_t edge = key_edge(key);
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
static void run_leaping(struct prisim_scheduler *c, prisim_cycle_t last)
{
    struct schedule *const s = c->schedule;
    const struct block *const blocks = c->block;
    restart_timers(c);
    last = prisim_cycle_min(last, EDGE_NEVER - 1);
    for (;;) {
        uint64_t wake = s->wake, key = s->soonest;
        prisim_cycle_t edge = wake ? s->edge : key_edge(key);
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
        prisim_cycle_t next = b->step(b->config, b->state, edge, b->ports);
        assert(next > edge);
        set_timer(s, (unsigned)block, next);
        commit_one(c, s, b, (unsigned)block);
        if (c->probe.count)
            notify_listener(c);
    }
}

/* Steps every block; single timers are not kept meanwhile. */
static inline void step_all(struct prisim_scheduler *c, struct schedule *s, prisim_cycle_t edge)
{
    if (s->publish <= edge)
        publish(c, edge);
    uint64_t changed = s->wake;
    if (changed || key_edge(s->soonest) <= edge)
        s->last = edge;
    s->wake = 0;
    prisim_cycle_t soonest = PRISIM_CYCLE_NEVER;
    const struct block *const end = &c->block[c->blocks];
    for (const struct block *b = c->block; b != end; b++) {
        soonest = prisim_cycle_min(soonest, b->step(b->config, b->state, edge, b->ports));
        if (has_spoken(b->ports))
            changed |= UINT64_C(1) << (b - c->block);
    }
    assert(soonest > edge);
    s->soonest = make_key(soonest, 0);
    s->steps += c->blocks;
    s->edge = edge + 1;
    end_edge(c, changed);
}

static void run_all(struct prisim_scheduler *c, prisim_cycle_t last)
{
    struct schedule *s = c->schedule;
    if (!s->only_soonest)
        find_soonest(s);
    s->only_soonest = true;
    while (s->edge <= last && (s->wake || prisim_cycle_min(key_edge(s->soonest), s->publish) < EDGE_NEVER))
        step_all(c, s, s->edge);
}

static void run_every_edge(struct prisim_scheduler *c, prisim_cycle_t last)
{
    struct schedule *s = c->schedule;
    while (s->edge <= last && scheduler_earliest(s) != PRISIM_CYCLE_NEVER)
        scheduler_step_otherwise(c, s->edge);
}

void scheduler_run_by_mode(struct prisim_scheduler *c, prisim_cycle_t last)
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

bool prisim_scheduler_idle(const struct prisim_scheduler *c)
{
    return scheduler_earliest(c->schedule) == PRISIM_CYCLE_NEVER;
}

prisim_cycle_t prisim_scheduler_now(const struct prisim_scheduler *c)
{
    return c->schedule->last;
}

uint64_t prisim_scheduler_steps(const struct prisim_scheduler *c)
{
    return c->schedule->steps;
}
