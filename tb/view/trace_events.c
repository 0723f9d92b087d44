/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of trace events (trace_events.h). Slices of requests are asynchronous, for they overlap; events of one id
 * are written in their order. Viewers that colour by name colour requests by their binding: it stands in the name.
 */
#include "tb/view/trace_events.h"

#include <inttypes.h>

#include "tb/report/report_words.h"
#include "tb/version.h"
#include "tb/view/grow.h"
#include "tb/view/json.h"
#include "tb/view/life_words.h"
#include "tb/view/series.h"

/* Processes; those of lanes come first, one for each kind. */
enum { PROCESS_LANES = 1, PROCESS_REQUESTS = PROCESS_LANES + LANE_KINDS, PROCESS_BINDINGS, PROCESS_VALUES };
enum { NAME_MAX = LIFE_WORDS_MAX + SYSTEM_ID_MAX + 48, COLOURS = 6 };

struct tracing {
    FILE *to;
    const struct judged *judged;
    const struct recording *recording;
    const struct scenario *names;
    struct lives lives;
    prisim_cycle_t last;
    bool begun;
};

/* {"ph":"b","ts":20596,"pid":2,"tid":1, and more may follow. */
static void head(struct tracing *t, char phase, prisim_cycle_t cycle, unsigned process, unsigned thread)
{
    fprintf(t->to, "%s\n{\"ph\":\"%c\",\"ts\":%" PRIu64 ",\"pid\":%u,\"tid\":%u", t->begun ? "," : "", phase, cycle,
            process, thread);
    t->begun = true;
}

static void name(struct tracing *t, const char *name)
{
    fputs(",\"name\":", t->to);
    json_string(t->to, name);
}

/* process_name, thread_name */
static void label(struct tracing *t, const char *what, unsigned process, unsigned thread, const char *text)
{
    fprintf(t->to,
            "%s\n{\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"name\":\"%s_name\",\"args\":{\"name\":", t->begun ? "," : "",
            process, thread, what);
    json_string(t->to, text);
    fprintf(t->to, "}},\n{\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"name\":\"%s_sort_index\",\"args\":{\"sort_index\":%u}}",
            process, thread, what, thread ? thread : process);
    t->begun = true;
}

static unsigned process_of(unsigned lane)
{
    return PROCESS_LANES + (unsigned)lane_kind(lane);
}

static void write_names(struct tracing *t)
{
    bool named[LANE_KINDS] = {false};
    for (unsigned lane = 0; lane < LANES; lane++) {
        char text[LANE_NAME_MAX];
        enum lane_kind kind = lane_kind(lane);
        if (!t->lives.used[lane])
            continue;
        if (!named[kind])
            label(t, "process", process_of(lane), 0, lane_kind_name(kind));
        named[kind] = true;
        lane_name(t->names, lane, text);
        label(t, "thread", process_of(lane), lane + 1, text);
    }
    label(t, "process", PROCESS_REQUESTS, 0, "page requests");
    label(t, "process", PROCESS_BINDINGS, 0, "bindings");
    label(t, "process", PROCESS_VALUES, 0, "values");
}

static void write_fields(struct tracing *t, const struct prisim_event *event)
{
    const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)event->type);
    char words[REPORT_TEXT_MAX];
    fprintf(t->to, ",\"args\":{\"cycle\":%" PRIu64, event->cycle);
    if (prisim_event_point((enum prisim_event_type)event->type)[0])
        fprintf(t->to, ",\"point\":\"%s\"", prisim_event_point((enum prisim_event_type)event->type));
    for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)event->type); i++) {
        fprintf(t->to, ",\"%s\":", fields[i].name);
        json_value(t->to, t->names, fields[i].format, prisim_event_value(event, i));
    }
    if (report_covers(event)) {
        report_words(t->names, event, words);
        fputs(",\"what\":", t->to);
        json_string(t->to, words);
    }
    fputs("}}", t->to);
}

static void write_events(struct tracing *t)
{
    for (uint32_t i = 0; i < t->recording->count; i++) {
        struct prisim_event event;
        unsigned lane = t->lives.lane[i];
        recording_get(t->recording, i, &event);
        head(t, 'i', event.cycle, process_of(lane), lane + 1);
        fputs(",\"s\":\"t\",\"cat\":\"event\"", t->to);
        name(t, prisim_event_name((enum prisim_event_type)event.type));
        write_fields(t, &event);
    }
}

static const char *binding_words(const struct tracing *t, uint32_t binding, char words[NAME_MAX])
{
    if (binding == LIVES_NONE) {
        snprintf(words, NAME_MAX, "no binding");
        return words;
    }
    const struct life_binding *of = &t->lives.binding[binding];
    bool space = of->space >= 1 && of->space <= PRISIM_DRIVER_SPACES_MAX;
    snprintf(words, NAME_MAX, "binding %" PRIu64 " (space %s)", of->number,
             space ? t->names->system.space_id[of->space - 1] : "?");
    return words;
}

/* One side of a slice of a request. */
static void slice(struct tracing *t, char phase, prisim_cycle_t cycle, unsigned process, uint32_t request,
                  const char *text)
{
    /* of the names that the format has for colours */
    static const char *const colours[COLOURS] = {"good", "terrible", "bad", "yellow", "olive", "thread_state_running"};
    uint32_t binding = t->lives.request[request].binding;
    head(t, phase, cycle, process, 0);
    fprintf(t->to, ",\"cat\":\"request\",\"id\":%" PRIu32 ",\"cname\":\"%s\"", request,
            binding == LIVES_NONE ? "grey" : colours[binding % COLOURS]);
    name(t, text);
}

static void write_request(struct tracing *t, uint32_t number)
{
    const struct life_request *request = &t->lives.request[number];
    const struct life_step *step = &t->lives.step[request->first];
    char words[LIFE_WORDS_MAX], own[NAME_MAX], served[NAME_MAX], text[2 * NAME_MAX];
    snprintf(text, sizeof text, "%s, %s", life_request_words(t->names, request, words),
             binding_words(t, request->binding, own));
    slice(t, 'b', recording_cycle(t->recording, step[0].event), PROCESS_REQUESTS, number, text);
    fputs(",\"args\":{\"pasid\":", t->to);
    json_value(t->to, t->names, PRISIM_FIELD_PASID, request->pasid);
    fprintf(t->to, ",\"prgi\":%u,\"address\":\"0x%" PRIx64 "\",\"made under\":", request->prgi, request->address);
    json_string(t->to, own);
    if (request->served != LIVES_NONE) {
        fputs(",\"served in\":", t->to);
        json_string(t->to, binding_words(t, request->served, served));
    }
    fprintf(t->to, ",\"end\":\"%s\"}}", life_end_name(request->end));
    for (uint32_t i = 0; i < request->steps;) {
        uint32_t next = i + 1;
        while (next < request->steps && step[next].lane == step[i].lane)
            next++;
        uint32_t until = next < request->steps ? next : request->steps - 1;
        slice(t, 'b', recording_cycle(t->recording, step[i].event), process_of(step[i].lane), number, text);
        fputs("}", t->to);
        slice(t, 'e', recording_cycle(t->recording, step[until].event), process_of(step[i].lane), number, text);
        fputs("}", t->to);
        i = next;
    }
    slice(t, 'e', recording_cycle(t->recording, step[request->steps - 1].event), PROCESS_REQUESTS, number, text);
    fputs("}", t->to);
}

static void write_bindings(struct tracing *t)
{
    for (uint32_t i = 0; i < t->lives.bindings; i++) {
        const struct life_binding *binding = &t->lives.binding[i];
        char text[NAME_MAX], endpoint[SYSTEM_ID_MAX], own[NAME_MAX];
        snprintf(text, sizeof text, "%s: %s", life_stream_words(t->names, binding->stream_id, endpoint),
                 binding_words(t, i, own));
        for (unsigned side = 0; side < 2; side++) {
            prisim_cycle_t cycle = recording_cycle(t->recording, binding->from);
            if (side)
                cycle = binding->to == LIVES_NONE ? t->last : recording_cycle(t->recording, binding->to);
            head(t, side ? 'e' : 'b', cycle, PROCESS_BINDINGS, 0);
            fprintf(t->to, ",\"cat\":\"binding\",\"id\":%" PRIu32, i);
            name(t, text);
            fputs(",\"args\":{\"pasid\":", t->to);
            json_value(t->to, t->names, PRISIM_FIELD_PASID, binding->pasid);
            fputs("}}", t->to);
        }
    }
}

static void write_findings(struct tracing *t)
{
    const struct finding *finding;
    for (unsigned i = 0; t->judged->checkers && (finding = checkers_finding(t->judged->checkers, i)); i++) {
        head(t, 'i', finding->cycle, PROCESS_REQUESTS, 0);
        fputs(",\"s\":\"g\",\"cat\":\"hazard\",\"cname\":\"terrible\"", t->to);
        name(t, hazard_name(finding->hazard));
        fputs(",\"args\":{\"what\":", t->to);
        json_string(t->to, finding->text);
        fputs("}}", t->to);
    }
}

static void write_one_series(struct tracing *t, const char *text, const char *unit, const struct series *series)
{
    for (uint32_t i = 0; i < series->steps; i++) {
        head(t, 'C', series->step[i].cycle, PROCESS_VALUES, 0);
        name(t, text);
        fprintf(t->to, ",\"args\":{\"%s\":%" PRIu64 "}}", unit, series->step[i].value);
    }
}

static void write_series(struct tracing *t)
{
    struct serieses serieses;
    serieses_open(&serieses, t->recording);
    write_one_series(t, "PRI queue", "entries", &serieses.queue);
    for (unsigned i = 0; i < t->names->system.endpoints; i++) {
        char text[SYSTEM_ID_MAX + 16];
        snprintf(text, sizeof text, "credits of %s", t->names->system.endpoint_id[i]);
        write_one_series(t, text, "free", &serieses.credits[i]);
    }
    serieses_close(&serieses);
}

void trace_events_write(FILE *to, const struct judged *judged)
{
    struct tracing t = {.to = to, .judged = judged, .recording = judged->recording, .names = judged->recording->names};
    if (t.recording->count)
        t.last = recording_cycle(t.recording, t.recording->count - 1);
    lives_open(&t.lives, t.recording);
    fputs("{\"otherData\":{\"version\":\"prisim " PRISIM_VERSION "\",\"time\":\"1 cycle is 1 us\",\"source\":", to);
    json_string(to, judged->source);
    fputs("},\"traceEvents\":[", to);
    write_names(&t);
    write_events(&t);
    for (uint32_t i = 0; i < t.lives.requests; i++)
        write_request(&t, i);
    write_bindings(&t);
    write_findings(&t);
    write_series(&t);
    fputs("\n]}\n", to);
    lives_close(&t.lives);
}
