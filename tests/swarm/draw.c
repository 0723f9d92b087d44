/* SPDX-License-Identifier: Apache-2.0
 *
 * A run by its seed: the policy and what it needs, then the rest.
 */
#include "tests/swarm/draw.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/swarm/draw_state.h"

static const char *const policy_words[DRAW_POLICIES] = {
    [DRAW_DRAIN] = "drain",
    [DRAW_STOP_MARKER] = "stop_marker",
    [DRAW_DRAIN_BATCH] = "drain_batch",
    [DRAW_FLAGS] = "flags",
    [DRAW_REJECT] = "reject",
    [DRAW_PROD_SNAPSHOT] = "prod_snapshot",
    [DRAW_DEFER_RECYCLE] = "defer_recycle",
    [DRAW_OWN] = "own",
    [DRAW_MIXED] = "mixed",
};

const char *draw_policy_word(enum draw_policy policy)
{
    return policy_words[policy];
}

void draw_say(struct drawing *d, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int written = vsnprintf(d->run->text + d->used, DRAW_TEXT - d->used, format, values);
    va_end(values);
    assert(written >= 0 && (uint32_t)written < DRAW_TEXT - d->used);
    d->used += (uint32_t)written;
}

/* The policy of a run that is made wrong is the one that the fault is about. */
static enum draw_policy policy_of(struct drawing *d)
{
    enum draw_policy any = (enum draw_policy)draw_below(d, DRAW_POLICIES);
    switch (d->fault) {
    case DRAW_SOUND:
    case DRAW_WAITS_FOR_NOTHING:
    case DRAW_PARTS_KEPT:
    case DRAW_REQUESTS_ANSWERED:
        return any;
    case DRAW_TAKEN_ONLY:
    case DRAW_NOTHING_PUSHES:
        return DRAW_DRAIN;
    case DRAW_BATCH_AS_PUBLISHED:
        return DRAW_DRAIN_BATCH;
    case DRAW_FAULTS:
        break;
    }
    assert(false);
    return any;
}

/* Nobody waits for a worker that has found the space (UNBIND-P16, UNBIND-P13): what it serves is its own space's. */
static void permit(struct drawn *run)
{
    if (run->policy != DRAW_PROD_SNAPSHOT && run->policy != DRAW_DEFER_RECYCLE)
        return;
    run->harmless[HAZARD_SERVED_AFTER_FREE] = true;
    run->harmless[HAZARD_SERVED_AFTER_FREE_MAPPED] = true;
    run->harmless[HAZARD_SERVED_AFTER_FREE_ANSWERED] = true;
}

void draw(struct drawn *run, uint64_t seed, enum draw_fault fault)
{
    memset(run, 0, sizeof *run);
    struct drawing d = {.run = run, .random = random_open(seed, 0, 0), .fault = fault};
    run->policy = policy_of(&d);
    permit(run);
    draw_say(&d, "name: swarm-%llu\nabout: Seed %llu of the swarm of policies.\n", (unsigned long long)seed,
             (unsigned long long)seed);
    draw_system(&d);
    draw_timeline(&d);
}
