/* SPDX-License-Identifier: Apache-2.0
 *
 * A run in this process (trial.h): who listens, the engine, and what is kept of it.
 */
#include "tb/trial/trial.h"

#include "tb/engine/engine.h"

/* From the first edge to the last: the one place where a trial's engine is opened, run and closed. */
static bool run_engine(const struct scenario *scenario, const struct stream *stream, struct engine_result *result)
{
    return engine_native(scenario, stream, result);
}

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
static bool run(const struct scenario *scenario, const struct stream *also, struct checkers *checkers,
                struct digest *digest, struct trial_result *result)
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
    if (!run_engine(scenario, &stream, &ended))
        return false;
    result->idle = ended.idle;
    result->cycles = ended.idle ? digest_last(digest) : scenario->limits.cycles;
    checkers_all_events(checkers, digest_events(digest));
    checkers_finish(checkers, result->cycles, result->idle);
    keep(scenario, checkers, digest, result);
    return true;
}

bool trial_run(const struct scenario *scenario, const struct stream *also, struct trial_result *result)
{
    struct checkers *checkers = checkers_open(scenario);
    struct digest *digest = digest_open(scenario);
    bool good = checkers && digest && run(scenario, also, checkers, digest, result);
    checkers_close(checkers);
    digest_close(digest);
    return good;
}
