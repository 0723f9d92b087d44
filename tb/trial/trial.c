/* SPDX-License-Identifier: Apache-2.0
 *
 * A run in this process (trial.h): who listens, the engine, and what is kept of it.
 */
#include "tb/trial/trial.h"

#include <stdlib.h>

#include "tb/engine/engine.h"

struct trials {
    struct native *native;
};

static void keep(const struct scenario *scenario, const struct checkers *checkers, const struct digest *digest,
                 struct trial_result *result)
{
    result->verdict = verdict_of(scenario, checkers, result->idle);
    digest_text(digest, result->digest);
    for (unsigned i = 0; i < HAZARDS; i++)
        result->hazard[i] = checkers_count(checkers, (enum hazard)i);
    for (unsigned i = 0; i < COUNTERS; i++)
        result->counter[i] = checkers_counter(checkers, (enum counter)i);
}

/* The checkers come last: what they say of an event stands behind it. */
static bool run(struct trials *trials, const struct scenario *scenario, const struct stream *also,
                struct checkers *checkers, struct digest *digest, struct trial_result *result)
{
    struct stream told = {0};
    if (also)
        told = *also;
    stream_add(&told, digest_event, digest);
    const struct event_types types = checkers_types();
    struct stream stream = told;
    stream_add_for(&stream, &types, checkers_event, checkers);
    checkers_take(checkers, &told);
    struct engine_result ended;
    if (!engine_native_again(&trials->native, scenario, &stream, &ended))
        return false;
    result->idle = ended.idle;
    result->cycles = ended.idle ? digest_last(digest) : scenario->limits.cycles;
    checkers_all_events(checkers, digest_events(digest));
    checkers_finish(checkers, result->cycles, result->idle);
    keep(scenario, checkers, digest, result);
    return true;
}

struct trials *trials_open(void)
{
    return calloc(1, sizeof(struct trials));
}

void trials_close(struct trials *trials)
{
    if (!trials)
        return;
    native_close(trials->native);
    free(trials);
}

bool trial_run(struct trials *trials, const struct scenario *scenario, const struct stream *also,
               struct trial_result *result)
{
    struct checkers *checkers = checkers_open(scenario);
    struct digest *digest = digest_open(scenario);
    bool good = checkers && digest && run(trials, scenario, also, checkers, digest, result);
    checkers_close(checkers);
    digest_close(digest);
    return good;
}
