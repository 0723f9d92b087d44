/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of sequence diagrams (ladder.h).
 */
#include "tb/view/ladder.h"

#include <inttypes.h>

#include "tb/report/report_words.h"
#include "tb/view/grow.h"
#include "tb/view/life_words.h"

struct drawing {
    FILE *to;
    const struct judged *judged;
    const struct recording *recording;
    const struct scenario *names;
    struct lives lives;
    const struct life_request *request;
    uint32_t *finding_event; /* of each finding */
    bool drawn[LANES];
};

/* What would begin an entity or a tag is written as an entity; a semicolon would end the line. */
static void text(FILE *to, const char *text)
{
    for (; *text; text++) {
        if (*text == ';')
            putc(',', to);
        else if (*text == '#' || *text == '<' || *text == '>')
            fprintf(to, "#%d;", *text);
        else if ((unsigned char)*text >= 0x20)
            putc(*text, to);
    }
}

static void what(const struct drawing *d, uint32_t i)
{
    struct prisim_event event;
    char words[REPORT_TEXT_MAX];
    recording_get(d->recording, i, &event);
    const char *point = prisim_event_point((enum prisim_event_type)event.type), *cause = report_cause(&event);
    assert(report_covers(&event)); /* each point of a request's life or an unbind is told, and no more is drawn */
    report_words(d->names, &event, words);
    fprintf(d->to, "%" PRIu64 " %s%s", event.cycle, point, point[0] ? " " : "");
    text(d->to, words);
    if (cause[0])
        fprintf(d->to, " (%s)", cause);
}

/* The events of its function's PASID that say who owns it. */
static bool is_of_owner(const struct drawing *d, uint32_t i)
{
    struct prisim_event event;
    recording_get(d->recording, i, &event);
    uint64_t stream_id = d->names->system.endpoint[d->request->endpoint].requester_id;
    switch (event.type) {
    case PRISIM_EVENT_ENDPOINT_STOP:
    case PRISIM_EVENT_ENDPOINT_STOPPED:
        return event.instance == INSTANCE_ENDPOINT + d->request->endpoint &&
               event.endpoint_stop.pasid == d->request->pasid;
    case PRISIM_EVENT_DRIVER_STOP: /* all of these begin with the StreamID and the PASID */
    case PRISIM_EVENT_DRIVER_UNBIND:
    case PRISIM_EVENT_DRIVER_CLEAR:
    case PRISIM_EVENT_DRIVER_INVALIDATED:
    case PRISIM_EVENT_DRIVER_NOT_INVALIDATED:
    case PRISIM_EVENT_DRIVER_LEFT_LOOKUP:
    case PRISIM_EVENT_DRIVER_DRAINED:
    case PRISIM_EVENT_DRIVER_FREE:
    case PRISIM_EVENT_DRIVER_BIND:
    case PRISIM_EVENT_DRIVER_REFUSED:
        return event.driver_stop.stream_id == stream_id && event.driver_stop.pasid == d->request->pasid;
    default:
        return false;
    }
}

/* Whether a step says more than that the request went on. */
static bool is_told(const struct drawing *d, const struct life_step *step)
{
    struct prisim_event event;
    recording_get(d->recording, step->event, &event);
    return report_covers(&event);
}

static uint32_t begin_of(const struct drawing *d)
{
    uint32_t first = d->lives.step[d->request->first].event;
    if (d->request->binding == LIVES_NONE)
        return first;
    uint32_t bound = d->lives.binding[d->request->binding].from;
    return bound < first ? bound : first;
}

static void find_lanes(struct drawing *d, uint32_t from, uint32_t to)
{
    const struct life_step *step = &d->lives.step[d->request->first];
    d->drawn[step->lane] = true;
    for (uint32_t k = 0; k < d->request->steps; k++)
        d->drawn[step[k].lane] |= is_told(d, &step[k]);
    for (uint32_t i = from; i <= to; i++)
        if (is_of_owner(d, i))
            d->drawn[d->lives.lane[i]] = true;
}

static void write_lanes(const struct drawing *d)
{
    fputs("sequenceDiagram\n", d->to);
    for (unsigned lane = 0; lane < LANES; lane++) {
        char name[LANE_NAME_MAX];
        if (!d->drawn[lane])
            continue;
        lane_name(d->names, lane, name);
        fprintf(d->to, "    participant L%u as ", lane);
        text(d->to, name);
        putc('\n', d->to);
    }
}

static void write_findings(const struct drawing *d, uint32_t i, unsigned lane)
{
    const struct finding *finding;
    for (unsigned k = 0; d->judged->checkers && (finding = checkers_finding(d->judged->checkers, k)); k++) {
        if (d->finding_event[k] != i)
            continue;
        fprintf(d->to, "    Note over L%u: %s: ", lane, hazard_name(finding->hazard));
        text(d->to, finding->text);
        putc('\n', d->to);
    }
}

/* A step from lane to lane is an arrow, and one inside a lane a note. */
static void write_step(const struct drawing *d, uint32_t i, unsigned before, unsigned lane)
{
    if (before == lane)
        fprintf(d->to, "    Note over L%u: ", lane);
    else
        fprintf(d->to, "    L%u->>L%u: ", before, lane);
    what(d, i);
    putc('\n', d->to);
    write_findings(d, i, lane);
}

static void write_life(const struct drawing *d, uint32_t from, uint32_t to)
{
    const struct life_step *step = &d->lives.step[d->request->first], *end = step + d->request->steps;
    unsigned before = step->lane;
    for (uint32_t i = from; i <= to; i++) {
        if (step < end && step->event == i) {
            if (is_told(d, step)) {
                write_step(d, i, before, step->lane);
                before = step->lane;
            }
            step++;
        } else if (is_of_owner(d, i)) {
            fprintf(d->to, "    Note over L%u: ", d->lives.lane[i]);
            what(d, i);
            putc('\n', d->to);
        }
    }
}

static void write_head(const struct drawing *d)
{
    char words[LIFE_WORDS_MAX];
    fputs("%% ", d->to);
    text(d->to, d->judged->source);
    fputs(": ", d->to);
    text(d->to, life_request_words(d->names, d->request, words));
    if (d->request->pasid != PRISIM_PASID_NONE)
        fprintf(d->to, ", PASID %" PRIu64, d->request->pasid);
    fprintf(d->to, ", address 0x%" PRIx64 ", PRGI %u: %s\n", d->request->address, d->request->prgi,
            life_end_name(d->request->end));
}

static uint32_t first_hit(const struct drawing *d)
{
    uint32_t *of = lives_of_events(&d->lives, d->recording), found = LIVES_NONE;
    for (unsigned k = 0; d->judged->checkers && checkers_finding(d->judged->checkers, k) && found == LIVES_NONE; k++)
        if (d->finding_event[k] != LIVES_NONE)
            found = of[d->finding_event[k]];
    free(of);
    return found == LIVES_NONE ? 0 : found;
}

bool ladder_write(FILE *to, const struct judged *judged, uint32_t nth, uint32_t *requests)
{
    struct drawing d = {.to = to, .judged = judged, .recording = judged->recording, .names = judged->recording->names};
    lives_open(&d.lives, d.recording);
    d.finding_event = judged_events(judged);
    uint32_t which = nth ? nth - 1 : first_hit(&d);
    bool there = which < d.lives.requests;
    *requests = d.lives.requests;
    if (there) {
        d.request = &d.lives.request[which];
        uint32_t from = begin_of(&d), until = d.lives.step[d.request->first + d.request->steps - 1].event;
        find_lanes(&d, from, until);
        write_head(&d);
        write_lanes(&d);
        write_life(&d, from, until);
    }
    free(d.finding_event);
    lives_close(&d.lives);
    return there;
}
