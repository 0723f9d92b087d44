/* SPDX-License-Identifier: Apache-2.0
 *
 * A run, its listeners, and what the checkers say of it.
 */
#include "tests/swarm/swarm.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/checkers/checkers.h"

struct swarm {
    struct native *native;
    struct drawn drawn;
    struct happened happened;
    struct scenario scenario;
    struct judge *judge;
    struct misheard misheard;
    uint32_t heard; /* of its type */
    char file[64];
    char reason[SWARM_REASON];
};

struct swarm *swarm_open(void)
{
    struct swarm *swarm = calloc(1, sizeof *swarm);
    assert(swarm);
    snprintf(swarm->file, sizeof swarm->file, "/tmp/prisim-swarm-%ld.yaml", (long)getpid());
    return swarm;
}

void swarm_close(struct swarm *swarm)
{
    native_close(swarm->native);
    unlink(swarm->file);
    free(swarm);
}

const struct drawn *swarm_drawn(const struct swarm *swarm)
{
    return &swarm->drawn;
}

const struct happened *swarm_happened(const struct swarm *swarm)
{
    return &swarm->happened;
}

bool swarm_save(const struct swarm *swarm, const char *file)
{
    FILE *to = fopen(file, "w");
    if (!to)
        return false;
    bool good = fputs(swarm->drawn.text, to) >= 0;
    return fclose(to) == 0 && good;
}

static const char *wrong(struct swarm *swarm, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *wrong(struct swarm *swarm, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(swarm->reason, sizeof swarm->reason, format, values);
    va_end(values);
    return swarm->reason;
}

static void hear(void *context, const struct prisim_event *event)
{
    struct swarm *swarm = context;
    if (swarm->misheard.nth != 0 && event->type == swarm->misheard.type && ++swarm->heard == swarm->misheard.nth) {
        if (!swarm->misheard.twice)
            return;
        judge_event(swarm->judge, event);
    }
    judge_event(swarm->judge, event);
}

/* What an overflow does by the rule books, and nobody's policy prevents: UNBIND-D25, UNBIND-S-12, UNBIND-D23; an index
 * whose Last was answered automatically is free while the first of its group are queued (UNBIND-S-27). */
static bool is_of_overflow(enum hazard hazard)
{
    return hazard == HAZARD_QUEUE_OVERFLOW || hazard == HAZARD_OVERCOMMITTED || hazard == HAZARD_LOST_STOP_MARKER ||
           hazard == HAZARD_LOST_STOP_MARKER_AWAITED || hazard == HAZARD_PRGI_ALIASED;
}

/* unmap and copies of pages send an ATC_INV of their own for each PASID that is bound. One that is open at U6 counts by
 * the letter of UNBIND-HAZARD-6; no list waits for another call's, and whatever it is to take out is gone by the
 * unbind's. */
static bool is_of_another_call(const struct finding *finding)
{
    return (finding->hazard == HAZARD_FREED_BEFORE_INVALIDATED ||
            finding->hazard == HAZARD_FREED_BEFORE_INVALIDATED_REUSED) &&
           strstr(finding->text, "an open Invalidate Request") != NULL;
}

/* No hazard, but what overflows are while faults last, and what the policy's row permits. */
static const char *hazards(struct swarm *swarm, const struct checkers *checkers)
{
    const struct finding *finding;
    for (unsigned i = 0; (finding = checkers_finding(checkers, i)) != NULL; i++) {
        bool quiet = finding->cycle >= judge_quiet(swarm->judge);
        if (swarm->drawn.harmless[finding->hazard] || (is_of_overflow(finding->hazard) && !quiet) ||
            is_of_another_call(finding))
            continue;
        return wrong(swarm, "cycle %llu%s: %s: %s", (unsigned long long)finding->cycle, quiet ? ", without faults" : "",
                     hazard_name(finding->hazard), finding->text);
    }
    return NULL;
}

static const char *run(struct swarm *swarm, struct checkers *checkers)
{
    struct stream stream = {0};
    stream_add(&stream, hear, swarm);
    const struct event_types types = checkers_types();
    stream_add_for(&stream, &types, checkers_event, checkers);
    struct engine_result ended;
    bool good = engine_native_again(&swarm->native, &swarm->scenario, &stream, &ended);
    assert(good);
    checkers_finish(checkers, ended.cycles, ended.idle);
    const char *reason = judge_verdict(swarm->judge);
    if (reason)
        return wrong(swarm, "%s", reason);
    if (!ended.idle)
        return wrong(swarm, "still busy at the end");
    return hazards(swarm, checkers);
}

const char *swarm_run(struct swarm *swarm, uint64_t seed, enum draw_fault fault, const struct misheard *misheard)
{
    char message[4 * SCENARIO_TEXT_MAX] = "it cannot be written";
    draw(&swarm->drawn, seed, fault);
    swarm->misheard = misheard ? *misheard : (struct misheard){0};
    swarm->heard = 0;
    memset(&swarm->happened, 0, sizeof swarm->happened);
    if (!swarm_save(swarm, swarm->file) || !scenario_load(&swarm->scenario, swarm->file, NULL, 0, message))
        return wrong(swarm, "not a scenario: %s", message);
    swarm->judge = judge_open(&swarm->drawn);
    struct checkers *checkers = checkers_open(&swarm->scenario);
    assert(checkers);
    const char *reason = run(swarm, checkers);
    swarm->happened = *judge_happened(swarm->judge);
    checkers_close(checkers);
    judge_close(swarm->judge);
    scenario_free(&swarm->scenario);
    return reason;
}
