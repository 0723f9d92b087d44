/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline of a run. At first page requests come in bursts, and PASIDs are unbound and bound again under them,
 * while tasks are held and pages are taken back. When all of that is over, one thing at a time, for which the queue has
 * room.
 */
#include <assert.h>

#include "tests/swarm/draw_state.h"

/* A driver has 16 callers. SETTLED is long for the slowest system: cycles in which nothing happens cost nothing. */
enum { FAULTS_FROM = 20000, SETTLED = 30000000, CALLERS = 15 };

/* A PASID that was unbound may not be bound again: nobody waits for what is in the queue (UNBIND-D34), or it is kept
 * from its allocator for long (UNBIND-P13). */
static bool is_fresh(const struct drawing *d)
{
    return d->run->policy == DRAW_REJECT || d->run->policy == DRAW_DEFER_RECYCLE;
}

static void step(struct drawing *d, uint32_t at)
{
    draw_say(d, "  - {at: ready+%u, ", at);
    d->steps++;
}

static void call(struct drawing *d, const struct life *life)
{
    d->run->calls++;
    d->callers--;
    assert(d->run->calls <= DRAW_CALLS);
    d->run->may_fail[d->run->calls] = life && life->unknown;
}

static void bind(struct drawing *d, struct life *life, uint32_t at)
{
    step(d, at);
    call(d, life);
    life->called = at;
    draw_say(d, "bind: {endpoint: f%u, pasid: %u, space: S%u}}\n", life->function, life->pasid, draw_below(d, SPACES));
    life->bound = true;
}

static void renew(struct drawing *d, struct life *life)
{
    life->pasid = d->next_pasid[life->function]++;
    life->bound = life->unknown = false;
}

/* What the device's driver knows: FLUSHED is true of every function that has stopped; CLEAN of one that waits for its
 * answers, if none came from an overflow (UNBIND-S-55). With none of both the callback is asked, which knows the same.
 */
static const char *flags(struct drawing *d, const struct life *life, bool quiet)
{
    bool clean = quiet && d->stop[life->function] == STOP_WAIT;
    return clean ? DRAW_WORD(d, "clean", "none") : DRAW_WORD(d, "flushed", "none");
}

/* Unbinds, and binds again at once if a space follows. */
static void unbind(struct drawing *d, struct life *life, uint32_t at, bool again, bool quiet)
{
    step(d, at);
    call(d, life);
    life->called = at;
    draw_say(d, "unbind: {endpoint: f%u, pasid: %u", life->function, life->pasid);
    if (d->run->policy == DRAW_FLAGS && d->fault != DRAW_WAITS_FOR_NOTHING)
        draw_say(d, ", flags: %s", flags(d, life, quiet));
    if (d->run->policy == DRAW_MIXED && d->fault != DRAW_WAITS_FOR_NOTHING)
        draw_say(d, ", policy: %s", DRAW_WORD(d, "drain", "stop_marker", "drain_batch"));
    bool then = again && !is_fresh(d);
    d->run->binds_again[d->run->calls] = then;
    if (then)
        draw_say(d, ", then_bind: S%u", draw_below(d, SPACES));
    draw_say(d, "}}\n");
    life->bound = then;
    if (again && is_fresh(d)) {
        renew(d, life);
        bind(d, life, at + draw_below(d, 3000));
    }
}

static void dma(struct drawing *d, const struct life *life, uint32_t at, uint32_t pages, uint32_t count, bool completes)
{
    step(d, at);
    assert(d->run->jobs + count <= DRAW_JOBS);
    for (uint32_t i = 0; i < count; i++) /* each access is a job */
        d->run->completes[++d->run->jobs] = completes;
    uint32_t offset = pages > 1 ? 4096 - 64 : draw_below(d, 3000);
    draw_say(d, "dma: {endpoint: f%u, pasid: %u, address: 0x%x, size: %u, write: %s", life->function, life->pasid,
             (16 + draw_below(d, 100)) * 4096 + offset, pages > 1 ? (pages - 2) * 4096 + 128 : 1 + draw_below(d, 300),
             DRAW_WORD(d, "true", "false"));
    if (count > 1)
        draw_say(d, ", count: %u, pattern: strided, stride: 0x%x, outstanding: %u", count, pages * 4096,
                 completes ? 1 : 1 + draw_below(d, count));
    draw_say(d, "}}\n");
}

static void hold(struct drawing *d, uint32_t at)
{
    step(d, at);
    const char *task = DRAW_WORD(d, "pri_thread", "worker", "caller");
    const char *point = task[0] == 'p'   ? DRAW_WORD(d, "S0", "S1", "driver.park", "driver.marker", "driver.cons")
                        : task[0] == 'w' ? DRAW_WORD(d, "S2", "S3", "R0")
                                         : DRAW_WORD(d, "U0", "U2", "U3", "U4", "driver.left_lookup", "driver.snapshot",
                                                     "U5", "U6", "U7");
    draw_say(d, "hold: {task: %s, at: %s, for: %u}}\n", task, point, DRAW_OF(d, 300, 4000, 25000));
}

static void unmap(struct drawing *d, uint32_t at)
{
    step(d, at);
    call(d, 0);
    draw_say(d, "unmap: {space: S%u, address: 0x%x, size: 0x%x}}\n", draw_below(d, SPACES),
             DRAW_OF(d, 0x10000, 0x50000), DRAW_OF(d, 0x4000, 0x40000));
}

static void send_signal(struct drawing *d, struct life *life, uint32_t pasid, uint32_t at)
{
    step(d, at);
    draw_say(d, "signal: {endpoint: f%u, pasid: %u}}\n", life->function, pasid);
}

/* Page requests, and often an unbind under them. */
static void burst(struct drawing *d, uint32_t at)
{
    struct life *life = &d->life[draw_below(d, d->lives)];
    uint32_t jobs = 1 + draw_below(d, 3);
    for (uint32_t i = 0; i < jobs; i++)
        dma(d, life, at + draw_below(d, 200), 1 + draw_below(d, 4), 1 + draw_below(d, 6), false);
    if (!life->bound || d->callers < 2 || draw_once_in(d, 4))
        return;
    uint32_t end = at + draw_below(d, DRAW_OF(d, 300, 3000, 12000)), pasid = life->pasid;
    if (end <= life->called) /* calls of a PASID are in the order of the plan */
        end = life->called + 1;
    bool signalled = d->run->policy == DRAW_DRAIN_BATCH && draw_once_in(d, 2);
    unbind(d, life, end, !draw_once_in(d, 3), false);
    if (signalled)
        send_signal(d, life, pasid, end + draw_below(d, DRAW_OF(d, 1000, 12000)));
}

/* Groups of more than one page and a queue that is too small for all: two that are each half recorded may keep each
 * other from it for ever (UNBIND-S-32), and the load has to end with the faults. */
static bool closes(const struct drawing *d)
{
    uint32_t allocations = 0, pages = 0;
    for (uint32_t i = 0; i < d->functions; i++) {
        allocations += d->allocation[i];
        pages = d->group_pages[i] > pages ? d->group_pages[i] : pages;
    }
    return pages > 1 && allocations > 1U << d->priq_log2;
}

static uint32_t draw_faults(struct drawing *d)
{
    uint32_t span = DRAW_OF(d, 20000, 60000, 150000), bursts = 3 + draw_below(d, 6);
    uint32_t at = FAULTS_FROM, apart = span / bursts;
    for (uint32_t i = 0; i < d->lives; i++)
        bind(d, &d->life[i], 1 + draw_below(d, 3000));
    d->callers = CALLERS - (closes(d) ? d->lives : 0);
    uint32_t holds = draw_below(d, 3);
    for (uint32_t i = 0; i < holds; i++)
        hold(d, FAULTS_FROM + draw_below(d, span));
    d->unmaps = !d->lost_invalidation && draw_once_in(d, 3); /* a lost one of unmap is told to nobody */
    for (uint32_t i = 0; i < bursts; i++, at += draw_below(d, 2 * apart))
        burst(d, at);
    if (d->unmaps && d->callers > 0)
        unmap(d, FAULTS_FROM + draw_below(d, span));
    at += span + 100000;
    for (uint32_t i = 0; i < d->lives && closes(d); i++)
        if (d->life[i].bound || d->life[i].unknown)
            unbind(d, &d->life[i], at, false, false);
    return at;
}

/* One function at work, with as much as a queue takes that has one more place for a Stop Marker. */
static void draw_slot(struct drawing *d, uint32_t at)
{
    struct life *life = &d->life[draw_below(d, d->lives)];
    uint32_t room = 1U << d->priq_log2, pages = 1 + draw_below(d, room < 8 ? 1 : room < 16 ? 2 : 4);
    if (life->unknown || !life->bound) {
        renew(d, life);
        bind(d, life, at);
    }
    bool race = (room > 2 || d->stop[life->function] != STOP_MARKER) && !draw_once_in(d, 4);
    dma(d, life, at + 2000000, pages, 1, !race);
    uint32_t end = at + 2000000 + (race ? draw_below(d, DRAW_OF(d, 3000, 20000)) : d->longest);
    bool again = draw_once_in(d, 2);
    unbind(d, life, end, again, true);
    if (again)
        dma(d, life, end + d->longest, pages, 1 + draw_below(d, 3), true);
}

void draw_timeline(struct drawing *d)
{
    draw_say(d, "timeline:\n");
    for (uint32_t i = 0; i < d->functions; i++) {
        uint32_t lives = 1 + draw_below(d, d->functions > 2 ? 1 : LIVES_MAX);
        for (uint32_t j = 0; j < lives; j++)
            d->life[d->lives++] = (struct life){.function = i, .pasid = d->next_pasid[i]++, .unknown = d->rollback};
    }
    uint32_t at = draw_faults(d) + d->longest + SETTLED, slots = 2 + draw_below(d, 3);
    d->run->quiet_step = d->steps;
    d->run->faulty_jobs = d->run->jobs;
    d->run->faulty_calls = d->run->calls;
    step(d, at);
    draw_say(d, "signal: {endpoint: f0, pasid: 60}}\n"); /* nobody hears it: it says when */
    for (uint32_t i = 0; i < slots; i++, at += SETTLED)
        draw_slot(d, at + 1000);
}
