/* SPDX-License-Identifier: Apache-2.0
 *
 * Edges that can be taken back. Beside the memory lies a copy of it as it was before the edge; after the edge the lines
 * that may have been written are compared, and what stood in those that were is kept. What may have been written
 * follows from who was stepped: the schedule, the ports and counts of these blocks and of their neighbours, the slots
 * that hold something, and of a state its hot part and what the block touched (touched.h).
 */
#include <stdlib.h>
#include <string.h>

#include "model/core/scheduler_state.h"
#include "model/core/zeroed_memory.h"

enum { LINE = SCHEDULER_LINE, LINES_ROOM = 1024, EDGES_ROOM = 256, NO_BLOCK = PRISIM_SCHEDULER_BLOCKS_MAX };

struct line {
    uint32_t number; /* in the memory */
    uint32_t block;  /* whose canonical form it is part of, or NO_BLOCK */
    char before[LINE];
};

struct scheduler_journal {
    char *shadow; /* the memory as it was after the last edge */
    struct line *line;
    size_t lines, lines_room;
    size_t *edge; /* how many lines were kept before it */
    size_t edges, edges_room;
    uint64_t written;                          /* blocks that something else wrote since the last edge */
    size_t reach[PRISIM_SCHEDULER_BLOCKS_MAX]; /* bytes of each state's shadow that may not be 0 */
};

static void *grown(void *array, size_t *room, size_t size)
{
    *room *= 2;
    void *larger = realloc(array, *room * size);
    assert(larger); /* without memory nothing could be taken back */
    return larger;
}

static void keep_line(struct scheduler_journal *j, const char *memory, size_t at, unsigned block)
{
    if (j->lines == j->lines_room)
        j->line = grown(j->line, &j->lines_room, sizeof *j->line);
    struct line *line = &j->line[j->lines++];
    line->number = (uint32_t)(at / LINE);
    line->block = block;
    memcpy(line->before, j->shadow + at, LINE);
    memcpy(j->shadow + at, memory + at, LINE);
}

/* Of the lines that hold [from, from + size), which are the block's or nobody's. True if one of them was written. */
static bool compare(struct prisim_scheduler *c, const void *from, size_t size, unsigned block)
{
    struct scheduler_journal *j = c->journal;
    size_t at = (size_t)((const char *)from - c->memory) / LINE * LINE;
    size_t end = (size_t)((const char *)from - c->memory) + size;
    bool written = false;
    for (; at < end; at += LINE)
        if (scheduler_lines_differ(c->memory + at, j->shadow + at)) {
            keep_line(j, c->memory, at, block);
            written = true;
            if (block != NO_BLOCK)
                scheduler_changed(c, block, at);
        }
    return written;
}

static void compare_schedule(struct prisim_scheduler *c)
{
    struct schedule *s = c->schedule;
    compare(c, s, offsetof(struct schedule, key), NO_BLOCK);
    compare(c, s->key, c->blocks * sizeof *s->key, NO_BLOCK);
    compare(c, s->group, (size_t)((char *)s->arrival - (char *)s->group), NO_BLOCK);
    compare(c, s->arrival, c->blocks * sizeof *s->arrival, NO_BLOCK);
    if (c->mode.shuffle || c->mode.extra_steps)
        compare(c, &s->shuffle, sizeof *s - offsetof(struct schedule, shuffle), NO_BLOCK);
}

/* What is offered to the block, and what it keeps for later. */
static void compare_slots(struct prisim_scheduler *c, unsigned block)
{
    const struct prisim_ports *p = c->block[block].ports;
    const struct wiring *w = &c->wiring[block];
    for (uint64_t left = p->rx_valid; left; left &= left - 1) {
        unsigned rx = (unsigned)__builtin_ctzll(left);
        const struct wiring *from = &c->wiring[w->rx[rx].block];
        compare(c, p->rx[rx], from->payload[w->rx[rx].port], block);
    }
    for (uint64_t left = p->later; left; left &= left - 1) {
        unsigned tx = (unsigned)__builtin_ctzll(left);
        compare(c, p->tx[tx], w->payload[tx], block);
    }
}

/* A port's masks change with everything that happens on it, or its block was stepped. */
static void compare_ports(struct prisim_scheduler *c, unsigned block, bool stepped)
{
    const struct prisim_ports *p = c->block[block].ports;
    unsigned ports = c->wiring[block].ports;
    if (!compare(c, p, offsetof(struct prisim_ports, rx), block) && !stepped)
        return;
    compare(c, p->rx, ports * sizeof *p->rx, block);
    compare(c, p->tx, ports * sizeof *p->tx, block);
    compare(c, p->at, ports * sizeof *p->at, block);
    compare(c, c->block[block].transfers, ports * sizeof(uint64_t), NO_BLOCK);
    compare_slots(c, block);
}

static void compare_state(struct prisim_scheduler *c, unsigned block)
{
    const struct wiring *w = &c->wiring[block];
    char *state = c->block[block].state;
    size_t used = scheduler_used(c, block);
    if (c->journal->reach[block] < used)
        c->journal->reach[block] = used;
    struct prisim_touched *touched = (struct prisim_touched *)(void *)state;
    if (!w->form->hot_size) {
        compare(c, state, used, block);
        return;
    }
    if (touched->count > PRISIM_TOUCHED_MAX) {
        compare(c, state + LINE, used - LINE, block);
    } else {
        size_t hot = w->form->hot_size(c->block[block].config);
        compare(c, state + LINE, hot - LINE, block);
        for (uint32_t i = 0; i < touched->count; i++) {
            const struct prisim_touched_range *range = &touched->range[i];
            compare(c, state + (size_t)range->first * LINE, (size_t)(range->last - range->first + 1) * LINE, block);
        }
    }
    touched->count = 0;
}

/* Keeps what the edge wrote. */
static void end_edge(struct prisim_scheduler *c, uint64_t stepped)
{
    struct scheduler_journal *j = c->journal;
    uint64_t written = stepped | j->written, near = written;
    for (uint64_t left = written; left; left &= left - 1)
        near |= c->wiring[(size_t)__builtin_ctzll(left)].neighbours;
    compare_schedule(c);
    for (uint64_t left = near; left; left &= left - 1)
        compare_ports(c, (unsigned)__builtin_ctzll(left), written & left & -left);
    for (uint64_t left = written; left; left &= left - 1)
        compare_state(c, (unsigned)__builtin_ctzll(left));
    j->written = 0;
}

static void begin_edge(struct scheduler_journal *j)
{
    if (j->edges == j->edges_room)
        j->edge = grown(j->edge, &j->edges_room, sizeof *j->edge);
    j->edge[j->edges++] = j->lines;
}

bool prisim_scheduler_step_edge(struct prisim_scheduler *c, prisim_cycle_t last)
{
    struct schedule *s = c->schedule;
    prisim_cycle_t due = scheduler_earliest(s), edge = c->mode.every_edge || c->mode.extra_steps ? s->edge : due;
    if (due == PRISIM_CYCLE_NEVER || edge > last)
        return false;
    if (c->journal)
        begin_edge(c->journal);
    scheduler_step_otherwise(c, edge);
    if (c->journal)
        end_edge(c, c->stepped);
    return true;
}

void prisim_scheduler_run(struct prisim_scheduler *c, prisim_cycle_t last)
{
    if (!c->journal)
        scheduler_run_by_mode(c, last);
    while (c->journal && prisim_scheduler_step_edge(c, last))
        ;
}

static void take_back(struct prisim_scheduler *c)
{
    struct scheduler_journal *j = c->journal;
    size_t first = j->edge[--j->edges];
    while (j->lines > first) {
        const struct line *line = &j->line[--j->lines];
        size_t at = (size_t)line->number * LINE;
        memcpy(c->memory + at, line->before, LINE);
        memcpy(j->shadow + at, line->before, LINE);
        if (line->block != NO_BLOCK)
            scheduler_changed(c, line->block, at);
    }
}

bool prisim_scheduler_undo(struct prisim_scheduler *c)
{
    struct scheduler_journal *j = c->journal;
    assert(j);
    /* What was written since the last edge goes first. */
    begin_edge(j);
    end_edge(c, 0);
    take_back(c);
    if (!j->edges)
        return false;
    take_back(c);
    return true;
}

size_t prisim_scheduler_undoable(const struct prisim_scheduler *c)
{
    return c->journal ? c->journal->edges : 0;
}

void prisim_scheduler_written(struct prisim_scheduler *c, unsigned block)
{
    assert(block < c->blocks);
    c->untold |= UINT64_C(1) << block;
    c->untold_cold |= UINT64_C(1) << block;
    if (c->journal)
        c->journal->written |= UINT64_C(1) << block;
}

/* The shadow becomes what the memory is. What no block uses is 0 in both. */
static void copy_memory(struct prisim_scheduler *c)
{
    struct scheduler_journal *j = c->journal;
    memcpy(j->shadow, c->memory, c->states_at);
    for (unsigned i = 0; i < c->blocks; i++) {
        char *state = c->block[i].state;
        char *shadow = j->shadow + (state - c->memory);
        size_t used = scheduler_used(c, i);
        if (c->wiring[i].form->hot_size)
            ((struct prisim_touched *)(void *)state)->count = 0;
        memcpy(shadow, state, used);
        if (j->reach[i] > used)
            memset(shadow + used, 0, j->reach[i] - used);
        j->reach[i] = used;
    }
}

void scheduler_journal_forget(struct prisim_scheduler *c)
{
    struct scheduler_journal *j = c->journal;
    if (!j)
        return;
    j->lines = j->edges = 0;
    j->written = 0;
    copy_memory(c);
}

bool prisim_scheduler_journal_open(struct prisim_scheduler *c)
{
    assert(c->memory && !c->journal);
    struct scheduler_journal *j = calloc(1, sizeof *j);
    if (!j)
        return false;
    c->journal = j;
    j->lines_room = LINES_ROOM;
    j->edges_room = EDGES_ROOM;
    j->shadow = zeroed_memory_open(c->memory_size);
    j->line = malloc(j->lines_room * sizeof *j->line);
    j->edge = malloc(j->edges_room * sizeof *j->edge);
    if (!j->shadow || !j->line || !j->edge) {
        prisim_scheduler_journal_close(c);
        return false;
    }
    copy_memory(c);
    return true;
}

void prisim_scheduler_journal_close(struct prisim_scheduler *c)
{
    struct scheduler_journal *j = c->journal;
    if (!j)
        return;
    zeroed_memory_close(j->shadow, c->memory_size);
    free(j->line);
    free(j->edge);
    free(j);
    c->journal = NULL;
}
