/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of a page's data (page_data.h).
 */
#include "tb/view/page_data.h"

#include <inttypes.h>

#include "tb/report/report_words.h"
#include "tb/version.h"
#include "tb/view/grow.h"
#include "tb/view/json.h"
#include "tb/view/life_words.h"
#include "tb/view/series.h"

struct writing {
    FILE *to;
    const struct judged *judged;
    const struct recording *recording;
    const struct scenario *names;
    struct lives lives;
    int lane[LANES]; /* its place among those that are shown, or -1 */
};

static const char *comma(bool first)
{
    return first ? "" : ",";
}

/* LIVES_NONE is -1. */
static void number(FILE *to, uint32_t number)
{
    if (number == LIVES_NONE)
        fputs("-1", to);
    else
        fprintf(to, "%" PRIu32, number);
}

static void key_string(FILE *to, const char *key, const char *text)
{
    fprintf(to, ",\n\"%s\":", key);
    json_string(to, text);
}

static void write_outcome(const struct writing *w)
{
    const struct run_outcome *outcome = w->judged->outcome;
    char text[SCENARIO_TEXT_MAX];
    if (!outcome) {
        fputs(",\n\"outcome\":null", w->to);
        return;
    }
    fprintf(w->to, ",\n\"outcome\":{\"verdict\":\"%s\",\"outcome\":\"%s\",\"reasons\":[",
            verdict_name(outcome->verdict.verdict), outcome_name(outcome->verdict.outcome));
    for (unsigned i = 0; verdict_reason(w->names, w->judged->checkers, outcome->idle, i, text); i++) {
        fputs(comma(i == 0), w->to);
        json_string(w->to, text);
    }
    fprintf(w->to, "],\"cycles\":%" PRIu64 ",\"digest\":\"%s\"}", outcome->cycles, outcome->digest);
}

static void write_head(const struct writing *w)
{
    fputs("{\"prisim\":\"" PRISIM_VERSION "\"", w->to);
    key_string(w->to, "name", w->names->name[0] ? w->names->name : w->judged->source);
    key_string(w->to, "about", w->names->about);
    key_string(w->to, "source", w->judged->source);
    fprintf(w->to, ",\n\"judged\":%s", w->judged->checkers ? "true" : "false");
    if (w->recording->end[0])
        key_string(w->to, "ended", w->recording->end);
    else
        fputs(",\n\"ended\":null", w->to);
    write_outcome(w);
}

/* The types that occur; place[type] is where each stands. */
static void write_types(const struct writing *w, int place[PRISIM_EVENT_TYPES])
{
    bool occurs[PRISIM_EVENT_TYPES] = {false};
    int count = 0;
    for (uint32_t i = 0; i < w->recording->count; i++)
        occurs[recording_type(w->recording, i)] = true;
    fputs(",\n\"types\":[", w->to);
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        if (!occurs[type])
            continue;
        const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)type);
        fprintf(w->to, "%s\n{\"name\":\"%s\",\"point\":\"%s\",\"about\":", comma(count == 0),
                prisim_event_name((enum prisim_event_type)type), prisim_event_point((enum prisim_event_type)type));
        json_string(w->to, prisim_event_about((enum prisim_event_type)type));
        fputs(",\"fields\":[", w->to);
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++)
            fprintf(w->to, "%s\"%s\"", comma(i == 0), fields[i].name);
        fputs("]}", w->to);
        place[type] = count++;
    }
    fputs("]", w->to);
}

static void write_causes(const struct writing *w)
{
    bool occurs[PRISIM_CAUSES] = {false}, first = true;
    for (uint32_t i = 0; i < w->recording->count; i++) {
        struct prisim_event event;
        recording_get(w->recording, i, &event);
        const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)event.type);
        for (unsigned k = 0; k < prisim_event_field_count((enum prisim_event_type)event.type); k++)
            if (fields[k].format == PRISIM_FIELD_CAUSE)
                occurs[prisim_event_value(&event, k)] = true;
    }
    fputs(",\n\"causes\":{", w->to);
    for (unsigned cause = 0; cause < PRISIM_CAUSES; cause++) {
        if (!occurs[cause])
            continue;
        fprintf(w->to, "%s\n\"%s\":", comma(first), prisim_cause_name((enum prisim_cause)cause));
        json_string(w->to, prisim_cause_about((enum prisim_cause)cause));
        first = false;
    }
    fputs("}", w->to);
}

static void write_lanes(struct writing *w)
{
    int count = 0;
    fputs(",\n\"lanes\":[", w->to);
    for (unsigned lane = 0; lane < LANES; lane++) {
        char name[LANE_NAME_MAX];
        w->lane[lane] = -1;
        if (!w->lives.used[lane])
            continue;
        lane_name(w->names, lane, name);
        fprintf(w->to, "%s\n{\"name\":", comma(count == 0));
        json_string(w->to, name);
        fprintf(w->to, ",\"kind\":\"%s\"}", lane_kind_name(lane_kind(lane)));
        w->lane[lane] = count++;
    }
    fputs("]", w->to);
}

static void write_columns(const struct writing *w, const int place[PRISIM_EVENT_TYPES])
{
    fputs(",\n\"cycle\":[", w->to);
    for (uint32_t i = 0; i < w->recording->count; i++)
        fprintf(w->to, "%s%" PRIu64, comma(i == 0), recording_cycle(w->recording, i));
    fputs("],\n\"type\":[", w->to);
    for (uint32_t i = 0; i < w->recording->count; i++)
        fprintf(w->to, "%s%d", comma(i == 0), place[recording_type(w->recording, i)]);
    fputs("],\n\"lane\":[", w->to);
    for (uint32_t i = 0; i < w->recording->count; i++)
        fprintf(w->to, "%s%d", comma(i == 0), w->lane[w->lives.lane[i]]);
    fputs("]", w->to);
}

static void write_events(const struct writing *w)
{
    struct prisim_event event;
    char words[REPORT_TEXT_MAX];
    fputs(",\n\"values\":[", w->to);
    for (uint32_t i = 0; i < w->recording->count; i++) {
        recording_get(w->recording, i, &event);
        fprintf(w->to, "%s\n", comma(i == 0));
        json_values(w->to, w->names, &event);
    }
    fputs("],\n\"words\":[", w->to);
    for (uint32_t i = 0; i < w->recording->count; i++) {
        recording_get(w->recording, i, &event);
        words[0] = '\0';
        if (report_covers(&event))
            report_words(w->names, &event, words);
        fprintf(w->to, "%s\n", comma(i == 0));
        json_string(w->to, words);
    }
    fputs("]", w->to);
}

static void write_request(const struct writing *w, const struct life_request *request)
{
    char words[LIFE_WORDS_MAX];
    fputs("\n{\"name\":", w->to);
    json_string(w->to, life_request_words(w->names, request, words));
    fprintf(w->to, ",\"kind\":\"%s\",\"endpoint\":", request->marker ? "marker" : "request");
    json_string(w->to, w->names->system.endpoint_id[request->endpoint]);
    fputs(",\"pasid\":", w->to);
    json_value(w->to, w->names, PRISIM_FIELD_PASID, request->pasid);
    fprintf(w->to, ",\"prgi\":%u,\"address\":\"0x%" PRIx64 "\",\"access\":", request->prgi, request->address);
    json_value(w->to, w->names, PRISIM_FIELD_ACCESS, request->access);
    fputs(",\"group\":", w->to);
    number(w->to, request->group);
    fputs(",\"binding\":", w->to);
    number(w->to, request->binding);
    fputs(",\"served\":", w->to);
    number(w->to, request->served);
    fprintf(w->to, ",\"end\":\"%s\",\"path\":[", life_end_name(request->end));
    for (uint32_t i = 0; i < request->steps; i++) {
        const struct life_step *step = &w->lives.step[request->first + i];
        fprintf(w->to, "%s[%" PRIu32 ",%d]", comma(i == 0), step->event, w->lane[step->lane]);
    }
    fputs("]}", w->to);
}

static void write_requests(const struct writing *w)
{
    fputs(",\n\"requests\":[", w->to);
    for (uint32_t i = 0; i < w->lives.requests; i++) {
        fputs(comma(i == 0), w->to);
        write_request(w, &w->lives.request[i]);
    }
    fputs("]", w->to);
}

static void write_bindings(const struct writing *w)
{
    fputs(",\n\"bindings\":[", w->to);
    for (uint32_t i = 0; i < w->lives.bindings; i++) {
        const struct life_binding *binding = &w->lives.binding[i];
        char endpoint[SYSTEM_ID_MAX];
        fprintf(w->to, "%s\n{\"number\":%" PRIu64 ",\"endpoint\":", comma(i == 0), binding->number);
        json_string(w->to, life_stream_words(w->names, binding->stream_id, endpoint));
        fprintf(w->to, ",\"stream_id\":\"0x%" PRIx64 "\",\"pasid\":", binding->stream_id);
        json_value(w->to, w->names, PRISIM_FIELD_PASID, binding->pasid);
        fputs(",\"space\":", w->to);
        json_value(w->to, w->names, PRISIM_FIELD_SPACE, binding->space);
        fprintf(w->to, ",\"from\":%" PRIu32 ",\"to\":", binding->from);
        number(w->to, binding->to);
        fputs(",\"unbind\":[", w->to);
        for (uint32_t k = 0; k < binding->points; k++)
            fprintf(w->to, "%s%" PRIu32, comma(k == 0), w->lives.point[binding->first + k]);
        fputs("]}", w->to);
    }
    fputs("]", w->to);
}

static void write_findings(const struct writing *w)
{
    const struct checkers *checkers = w->judged->checkers;
    uint32_t *event = judged_events(w->judged);
    uint32_t *request = lives_of_events(&w->lives, w->recording);
    fputs(",\n\"findings\":[", w->to);
    for (unsigned i = 0; checkers && checkers_finding(checkers, i); i++) {
        const struct finding *finding = checkers_finding(checkers, i);
        char premises[PREMISES_TEXT];
        fprintf(w->to, "%s\n{\"hazard\":\"%s\",\"cycle\":%" PRIu64 ",\"event\":", comma(i == 0),
                hazard_name(finding->hazard), finding->cycle);
        number(w->to, event[i]);
        fputs(",\"request\":", w->to);
        number(w->to, event[i] == LIVES_NONE ? LIVES_NONE : request[event[i]]);
        fputs(",\"text\":", w->to);
        json_string(w->to, finding->text);
        fputs(",\"premises\":", w->to);
        json_string(w->to, premises_words(finding->premises, premises));
        fputs("}", w->to);
    }
    fputs("],\n\"premises\":[", w->to);
    bool first = true;
    for (uint32_t i = 0; i < w->recording->count; i++) {
        if (recording_type(w->recording, i) != PRISIM_EVENT_PREMISE_BROKEN)
            continue;
        fprintf(w->to, "%s%" PRIu32, comma(first), i);
        first = false;
    }
    fputs("]", w->to);
    free(request);
    free(event);
}

static void write_one_series(FILE *to, const char *name, const char *unit, const struct series *series, bool *first)
{
    if (!series->known)
        return;
    fprintf(to, "%s\n{\"name\":", comma(*first));
    json_string(to, name);
    fprintf(to, ",\"unit\":\"%s\",\"limit\":%" PRIu64 ",\"steps\":[", unit, series->limit);
    for (uint32_t i = 0; i < series->steps; i++)
        fprintf(to, "%s[%" PRIu64 ",%" PRIu64 "]", comma(i == 0), series->step[i].cycle, series->step[i].value);
    fputs("]}", to);
    *first = false;
}

static void write_series(const struct writing *w)
{
    struct serieses serieses;
    bool first = true;
    serieses_open(&serieses, w->recording);
    fputs(",\n\"series\":[", w->to);
    write_one_series(w->to, "PRI queue", "entries", &serieses.queue, &first);
    for (unsigned i = 0; i < w->names->system.endpoints; i++) {
        char name[SYSTEM_ID_MAX + 16];
        snprintf(name, sizeof name, "credits of %s", w->names->system.endpoint_id[i]);
        write_one_series(w->to, name, "free", &serieses.credits[i], &first);
    }
    fputs("]}\n", w->to);
    serieses_close(&serieses);
}

void page_data_write(FILE *to, const struct judged *judged)
{
    struct writing w = {.to = to, .judged = judged, .recording = judged->recording, .names = judged->recording->names};
    int place[PRISIM_EVENT_TYPES];
    lives_open(&w.lives, w.recording);
    write_head(&w);
    write_types(&w, place);
    write_causes(&w);
    write_lanes(&w);
    write_columns(&w, place);
    write_events(&w);
    write_requests(&w);
    write_bindings(&w);
    write_findings(&w);
    write_series(&w);
    lives_close(&w.lives);
}
