/* SPDX-License-Identifier: Apache-2.0
 *
 * A log judged by its scenario (view_judge.h).
 */
#include "tb/program/view_judge.h"

#include <inttypes.h>

#include "tb/engine/engine.h"

struct judging {
    const struct recording *recording;
    uint32_t next;             /* of the log */
    bool taken;                /* the event stands in the log */
    bool differs;              /* at `next`, and from there on nothing is looked at */
    struct prisim_event other; /* what the scenario gives there */
    struct checkers *checkers;
};

/* Takes all events, the checkers' own among them. What stands behind the end of a log that ends before its run is not
 * looked at. */
static void compare(void *context, const struct prisim_event *event)
{
    struct judging *j = context;
    struct prisim_event logged;
    j->taken = false;
    if (j->differs || (j->recording->end[0] && j->next == j->recording->count))
        return;
    if (j->next < j->recording->count) {
        recording_get(j->recording, j->next, &logged);
        j->taken = prisim_event_equal(&logged, event);
    }
    j->next += j->taken;
    j->differs = !j->taken;
    j->other = *event;
}

static void judge(void *context, const struct prisim_event *event)
{
    const struct judging *j = context;
    if (j->taken)
        checkers_event(j->checkers, event);
}

static void refuse(const struct judging *j, char message[VIEW_JUDGE_MESSAGE_MAX])
{
    if (j->differs)
        snprintf(message, VIEW_JUDGE_MESSAGE_MAX,
                 "%" PRIu32 ": expected what the scenario gives here, %s at cycle %" PRIu64
                 ": the log is of another scenario, other settings or another version",
                 j->next + 1, prisim_event_name((enum prisim_event_type)j->other.type), j->other.cycle);
    else
        snprintf(message, VIEW_JUDGE_MESSAGE_MAX,
                 "%" PRIu32 ": expected the end of the log, for the run of the scenario is over here", j->next + 1);
}

static void conclude(const struct scenario *scenario, const struct recording *recording, bool idle,
                     const struct digest *digest, struct view_judgement *to)
{
    prisim_cycle_t last = recording->count ? recording_cycle(recording, recording->count - 1) : 0;
    to->whole = !recording->end[0];
    bool over = to->whole && idle;
    prisim_cycle_t cycles = !to->whole || idle ? last : scenario->limits.cycles;
    checkers_finish(to->checkers, cycles, over);
    digest_text(digest, to->digest);
    to->outcome = (struct run_outcome){.engine = "native",
                                       .digest = to->digest,
                                       .cycles = cycles,
                                       .idle = over,
                                       .verdict = verdict_of(scenario, to->checkers, over)};
}

bool view_judge(const struct scenario *scenario, const struct recording *recording, struct view_judgement *to,
                char message[VIEW_JUDGE_MESSAGE_MAX])
{
    struct judging judging = {.recording = recording, .checkers = checkers_open(scenario)};
    struct digest *digest = digest_open(scenario);
    const struct event_types types = checkers_types();
    struct stream told = {0}, stream;
    struct engine_result result;
    *to = (struct view_judgement){.checkers = judging.checkers};
    stream_add(&told, compare, &judging);
    if (digest)
        stream_add(&told, digest_event, digest);
    stream = told;
    /* The checkers come last: what they say of an event stands behind it. */
    stream_add_for(&stream, &types, judge, &judging);
    checkers_take(judging.checkers, &told);
    bool ran = digest && engine_native(scenario, &stream, &result);
    if (ran) /* what the checkers say at the end stands in the log, too */
        conclude(scenario, recording, result.idle, digest, to);
    bool same = ran && !judging.differs && judging.next == recording->count;
    if (!ran)
        snprintf(message, VIEW_JUDGE_MESSAGE_MAX, "1: no memory to run its scenario");
    else if (!same)
        refuse(&judging, message);
    digest_close(digest);
    if (!same)
        checkers_close(judging.checkers);
    return same;
}
