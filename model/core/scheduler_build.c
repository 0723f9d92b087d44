/* SPDX-License-Identifier: Apache-2.0
 *
 * A scheduler from opening to closing: blocks, channels and the one piece of memory. How it runs is in scheduler.c, how
 * it is copied in scheduler_snapshot.c.
 */
#include <stdlib.h>
#include <string.h>

#include "model/core/scheduler_state.h"
#include "model/core/zeroed_memory.h"

enum { ALIGNMENT = 64 };

struct prisim_scheduler *prisim_scheduler_open(void)
{
    struct prisim_scheduler *c = calloc(1, sizeof *c);
    if (c)
        prisim_probe_init(&c->probe, true);
    return c;
}

void prisim_scheduler_close(struct prisim_scheduler *c)
{
    if (!c)
        return;
    prisim_scheduler_journal_close(c);
    prisim_probe_close(&c->probe);
    zeroed_memory_close(c->allocated, c->memory_size + ALIGNMENT);
    free(c->scratch);
    free(c);
}

static const struct prisim_scheduler_form plain = {NULL, NULL, NULL, NULL, NULL};

unsigned prisim_scheduler_add(struct prisim_scheduler *c, prisim_scheduler_step step, const void *config,
                              size_t state_size)
{
    assert(c->blocks < PRISIM_SCHEDULER_BLOCKS_MAX && !c->memory);
    struct block *b = &c->block[c->blocks];
    struct wiring *w = &c->wiring[c->blocks];
    b->step = step;
    b->config = config;
    w->state_size = state_size;
    w->form = &plain;
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++)
        w->tx[i].block = w->rx[i].block = UNCONNECTED;
    return c->blocks++;
}

void prisim_scheduler_set_form(struct prisim_scheduler *c, unsigned block, const struct prisim_scheduler_form *form)
{
    assert(block < c->blocks && !c->memory);
    c->wiring[block].form = form;
}

void prisim_scheduler_connect(struct prisim_scheduler *c, unsigned from, unsigned tx, unsigned to, unsigned rx,
                              size_t payload_size)
{
    assert(from < c->blocks && to < c->blocks && tx < PRISIM_PORTS_MAX && rx < PRISIM_PORTS_MAX && !c->memory);
    struct end *forward = &c->wiring[from].tx[tx];
    struct end *backward = &c->wiring[to].rx[rx];
    assert(forward->block == UNCONNECTED && backward->block == UNCONNECTED);
    forward->block = (uint16_t)to;
    forward->port = (uint16_t)rx;
    backward->block = (uint16_t)from;
    backward->port = (uint16_t)tx;
    c->wiring[from].payload[tx] = payload_size;
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

/* Of a port that is joined to nothing; what steps the block may look at it until the step ends
 * (prisim_pri_queue_monitor). */
enum { SCRATCH = 256 };

/* Two slots a channel. */
static size_t slots_size(const struct prisim_scheduler *c)
{
    size_t size = 0;
    for (unsigned i = 0; i < c->blocks; i++)
        for (unsigned tx = 0; tx < PRISIM_PORTS_MAX; tx++)
            if (c->wiring[i].tx[tx].block != UNCONNECTED)
                size += 2 * aligned(c->wiring[i].payload[tx]);
    return size;
}

static void lay_out_slots(struct prisim_scheduler *c, char **free_memory)
{
    for (unsigned i = 0; i < c->blocks; i++) {
        const struct wiring *w = &c->wiring[i];
        struct prisim_ports *ports = c->block[i].ports;
        for (unsigned tx = 0; tx < PRISIM_PORTS_MAX; tx++) {
            if (w->tx[tx].block == UNCONNECTED) {
                ports->tx[tx] = c->scratch + ((size_t)i * PRISIM_PORTS_MAX + tx) * SCRATCH;
                ports->tx_ready |= UINT64_C(1) << tx;
                continue;
            }
            ports->keeps |= UINT64_C(1) << tx;
            ports->tx[tx] = cut(free_memory, w->payload[tx]);
            c->block[w->tx[tx].block].ports->rx[w->tx[tx].port] = cut(free_memory, w->payload[tx]);
        }
    }
}

static void resolve_ends(struct prisim_scheduler *c, unsigned block)
{
    struct wiring *w = &c->wiring[block];
    struct block *b = &c->block[block];
    b->to = w->to;
    b->from = w->from;
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++) {
        if (w->tx[i].block != UNCONNECTED) {
            struct prisim_ports *p = c->block[w->tx[i].block].ports;
            w->to[i] = (struct to){&p->rx_valid, UINT64_C(1) << w->tx[i].port, &p->rx[w->tx[i].port],
                                   UINT64_C(1) << w->tx[i].block};
        }
        if (w->rx[i].block != UNCONNECTED) {
            struct prisim_ports *p = c->block[w->rx[i].block].ports;
            w->from[i] =
                (struct from){&p->tx_valid, UINT64_C(1) << w->rx[i].port, &p->tx_ready, UINT64_C(1) << w->rx[i].block};
        }
    }
}

/* What a block is joined to: how many ports count, and who hears of it. */
static void count_ports(struct wiring *w)
{
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++) {
        if (w->tx[i].block != UNCONNECTED)
            w->neighbours |= UINT64_C(1) << w->tx[i].block;
        if (w->rx[i].block != UNCONNECTED)
            w->neighbours |= UINT64_C(1) << w->rx[i].block;
        if (w->tx[i].block != UNCONNECTED || w->rx[i].block != UNCONNECTED)
            w->ports = i + 1;
    }
}

static void start(struct prisim_scheduler *c)
{
    start_timers(c->schedule, c->blocks);
    c->schedule->publish = PRISIM_CYCLE_NEVER;
    for (unsigned i = 0; i < PRISIM_SCHEDULER_BLOCKS_MAX; i++)
        c->schedule->arrival[i] = EDGE_NEVER;
    c->untold = c->untold_cold = UINT64_MAX;
}

static bool allocate(struct prisim_scheduler *c)
{
    size_t size = aligned(sizeof *c->schedule) + slots_size(c);
    for (unsigned i = 0; i < c->blocks; i++) {
        count_ports(&c->wiring[i]);
        size += aligned(sizeof(struct prisim_ports)) + aligned(c->wiring[i].ports * sizeof(uint64_t));
    }
    c->states_at = size;
    for (unsigned i = 0; i < c->blocks; i++)
        size += aligned(c->wiring[i].state_size);
    c->memory_size = size;
    assert(c->blocks > 0);
    c->scratch = calloc(c->blocks, (size_t)PRISIM_PORTS_MAX * SCRATCH);
    c->allocated = size < SIZE_MAX / 2 ? zeroed_memory_open(size + ALIGNMENT) : NULL;
    if (!c->scratch || !c->allocated)
        return false;
    c->memory = c->allocated + (ALIGNMENT - (uintptr_t)c->allocated % ALIGNMENT) % ALIGNMENT;
    return true;
}

static void find_cold(struct prisim_scheduler *c, unsigned block)
{
    struct wiring *w = &c->wiring[block];
    size_t state = (size_t)((const char *)c->block[block].state - c->memory);
    w->cold_from = w->cold_alone = c->memory_size;
    if (!w->form->cold)
        return;
    struct prisim_canonical_cold cold = w->form->cold(c->block[block].config);
    assert(cold.from <= cold.alone);
    w->cold_from = state + cold.from;
    w->cold_alone = state + cold.alone;
}

/* Cuts the zeroed memory up. */
static void lay_out(struct prisim_scheduler *c)
{
    char *free_memory = c->memory;
    c->schedule = (struct schedule *)(void *)cut(&free_memory, sizeof *c->schedule);
    for (unsigned i = 0; i < c->blocks; i++) {
        c->block[i].ports = (struct prisim_ports *)(void *)cut(&free_memory, sizeof(struct prisim_ports));
        prisim_ports_init(c->block[i].ports, &c->probe, i);
    }
    lay_out_slots(c, &free_memory);
    for (unsigned i = 0; i < c->blocks; i++) {
        c->block[i].transfers = (uint64_t *)(void *)cut(&free_memory, c->wiring[i].ports * sizeof(uint64_t));
        resolve_ends(c, i);
    }
    assert(free_memory == c->memory + c->states_at);
    for (unsigned i = 0; i < c->blocks; i++) {
        c->block[i].state = cut(&free_memory, c->wiring[i].state_size);
        find_cold(c, i);
    }
    assert(free_memory == c->memory + c->memory_size);
    start(c);
}

bool prisim_scheduler_build(struct prisim_scheduler *c)
{
    assert(!c->memory && c->blocks > 0);
    if (!allocate(c))
        return false;
    lay_out(c);
    return true;
}

void prisim_scheduler_rebuild(struct prisim_scheduler *c, const void *const *configs)
{
    assert(c->memory);
    for (unsigned i = 0; i < c->blocks; i++) {
        c->block[i].config = configs[i]; /* the one before may be gone */
        memset(c->block[i].state, 0, scheduler_used(c, i));
    }
    memset(c->memory, 0, c->states_at);
    c->probe.count = 0;
    lay_out(c);
    scheduler_journal_forget(c);
}

void *prisim_scheduler_state(struct prisim_scheduler *c, unsigned block)
{
    assert(block < c->blocks && c->memory);
    return c->block[block].state;
}

struct prisim_probe *prisim_scheduler_probe(struct prisim_scheduler *c)
{
    return &c->probe;
}

void prisim_scheduler_set_mode(struct prisim_scheduler *c, struct prisim_scheduler_mode mode)
{
    assert(c->memory);
    c->mode = mode;
    c->schedule->shuffle = random_open(mode.shuffle, 0, 0);
    c->schedule->extra = random_open(mode.extra_steps, 0, 1);
}

void prisim_scheduler_set_listener(struct prisim_scheduler *c, prisim_scheduler_listener listener, void *context)
{
    c->listener = listener;
    c->context = context;
}

uint64_t prisim_scheduler_transfers(const struct prisim_scheduler *c, unsigned block, unsigned rx)
{
    assert(block < c->blocks && rx < PRISIM_PORTS_MAX);
    return rx < c->wiring[block].ports ? c->block[block].transfers[rx] : 0;
}
