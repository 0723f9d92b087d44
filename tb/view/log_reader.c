/* SPDX-License-Identifier: Apache-2.0
 *
 * The reader of logs (log_reader.h): a parser of this one format. What a type of event always says is compared as text.
 */
#include "tb/view/log_reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "tb/view/grow.h"
#include "tb/view/numbers.h"

enum { STRING_MAX = 256, SHOWN_MAX = 64, READ_AT_ONCE = 1 << 20 };

struct reader {
    const char *path;
    struct log_reading *to;
    struct numbers types, causes; /* by the hash of their name: + 1 */
    const char *line, *at, *end;  /* `end` is that of the text, where a 0 stands */
    unsigned long number;         /* of the line, from 1 */
    char *message;
};

/* A string without its quotes and escapes. */
struct string {
    size_t length;
    char text[STRING_MAX];
};

__attribute__((format(printf, 3, 4))) static bool refuse(struct reader *r, const char *at, const char *expected, ...)
{
    va_list arguments;
    int used = snprintf(r->message, LOG_READER_MESSAGE_MAX, "%.600s:%lu:%zu: expected ", r->path, r->number,
                        (size_t)(at - r->line) + 1);
    va_start(arguments, expected);
    vsnprintf(r->message + used, LOG_READER_MESSAGE_MAX - (size_t)used, expected, arguments);
    va_end(arguments);
    return false;
}

static bool literal(struct reader *r, const char *text)
{
    size_t length = strlen(text);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, text, length) != 0)
        return refuse(r, r->at, "%s", text);
    r->at += length;
    return true;
}

static bool skip(struct reader *r, const char *text)
{
    size_t length = strlen(text);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, text, length) != 0)
        return false;
    r->at += length;
    return true;
}

/* Digits as they are written: without leading zeros. False if it is none, or does not fit. */
static bool decimal(struct reader *r, uint64_t *value)
{
    const char *from = r->at;
    *value = 0;
    for (; *r->at >= '0' && *r->at <= '9'; r->at++)
        if (__builtin_mul_overflow(*value, UINT64_C(10), value) ||
            __builtin_add_overflow(*value, (uint64_t)(*r->at - '0'), value))
            return false;
    return r->at > from && (*from != '0' || r->at == from + 1);
}

static bool hex(struct reader *r, uint64_t *value)
{
    if (!skip(r, "\"0x"))
        return false;
    const char *from = r->at;
    *value = 0;
    for (;; r->at++) {
        bool digit = *r->at >= '0' && *r->at <= '9', letter = *r->at >= 'a' && *r->at <= 'f';
        if (!digit && !letter)
            break;
        *value = *value << 4 | (uint64_t)(digit ? *r->at - '0' : *r->at - 'a' + 10);
    }
    size_t digits = (size_t)(r->at - from);
    return digits >= 1 && digits <= 16 && (*from != '0' || digits == 1) && skip(r, "\"");
}

/* A byte behind a backslash: as tb/report/json_text.c writes it. */
static bool escaped(struct reader *r, char *byte)
{
    if (*r->at == '"' || *r->at == '\\') {
        *byte = *r->at++;
        return true;
    }
    if (!skip(r, "u00"))
        return false;
    unsigned value = 0;
    for (unsigned i = 0; i < 2; i++, r->at++) {
        bool digit = *r->at >= '0' && *r->at <= '9', letter = *r->at >= 'a' && *r->at <= 'f';
        if (!digit && !letter)
            return false;
        value = value << 4 | (unsigned)(digit ? *r->at - '0' : *r->at - 'a' + 10);
    }
    *byte = (char)value;
    return value > 0 && value < 0x20;
}

static bool string(struct reader *r, struct string *string)
{
    string->length = 0;
    if (!skip(r, "\""))
        return false;
    while (*r->at != '"') {
        char byte = *r->at++;
        if ((unsigned char)byte < 0x20 || string->length == STRING_MAX - 1 || (byte == '\\' && !escaped(r, &byte)))
            return false;
        string->text[string->length++] = byte;
    }
    r->at++;
    string->text[string->length] = '\0';
    return true;
}

static uint64_t hash(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static bool event_type(struct reader *r, uint64_t *type)
{
    struct string name;
    uint32_t found = string(r, &name) ? numbers_get(&r->types, hash(name.text, name.length)) : NUMBERS_NONE;
    *type = found - 1;
    return found != NUMBERS_NONE && strcmp(prisim_event_name((enum prisim_event_type) * type), name.text) == 0;
}

static bool cause(struct reader *r, uint64_t *cause)
{
    struct string name;
    uint32_t found = string(r, &name) ? numbers_get(&r->causes, hash(name.text, name.length)) : NUMBERS_NONE;
    *cause = found - 1;
    return found != NUMBERS_NONE && strcmp(prisim_cause_name((enum prisim_cause) * cause), name.text) == 0;
}

static bool instance(struct reader *r, uint64_t *rank)
{
    struct string name;
    *rank = string(r, &name) ? log_names_instance(&r->to->names, name.text, name.length) : LOG_NAMES_UNKNOWN;
    return *rank != LOG_NAMES_UNKNOWN;
}

static bool space(struct reader *r, uint64_t *space)
{
    struct string name;
    *space = 0;
    if (skip(r, "null"))
        return true;
    *space = string(r, &name) ? log_names_space(&r->to->names, name.text, name.length) : LOG_NAMES_UNKNOWN;
    return *space != LOG_NAMES_UNKNOWN;
}

static bool access(struct reader *r, uint64_t *access)
{
    static const char letters[] = "RWLXP";
    *access = 0;
    if (!skip(r, "\""))
        return false;
    for (unsigned i = 0; letters[i]; i++)
        if (*r->at == letters[i]) {
            *access |= UINT64_C(1) << i;
            r->at++;
        }
    return skip(r, "\"");
}

static bool boolean(struct reader *r, uint64_t *value)
{
    *value = skip(r, "true");
    return *value || skip(r, "false");
}

static bool pasid(struct reader *r, uint64_t *value)
{
    *value = PRISIM_PASID_NONE;
    return skip(r, "null") || (decimal(r, value) && *value != PRISIM_PASID_NONE);
}

/* What a value of a format is called, and reading one. */
static bool value_of(struct reader *r, enum prisim_field_format format, uint64_t *value)
{
    const char *from = r->at;
    bool learnt = r->to->names.learnt != NULL;
    switch (format) {
    case PRISIM_FIELD_DECIMAL:
        return decimal(r, value) || refuse(r, from, "a number");
    case PRISIM_FIELD_HEX:
        return hex(r, value) || refuse(r, from, "a string \"0x..\" of lower-case digits without leading zeros");
    case PRISIM_FIELD_PASID:
        return pasid(r, value) || refuse(r, from, "a number or null");
    case PRISIM_FIELD_BOOL:
        return boolean(r, value) || refuse(r, from, "true or false");
    case PRISIM_FIELD_CAUSE:
        return cause(r, value) || refuse(r, from, "the name of a cause");
    case PRISIM_FIELD_SPACE:
        return space(r, value) || refuse(r, from,
                                         learnt ? "the name of one of at most %d spaces, or null"
                                                : "the name of a space of the scenario, or null",
                                         PRISIM_DRIVER_SPACES_MAX);
    case PRISIM_FIELD_INSTANCE:
        return instance(r, value) || refuse(r, from, learnt ? "a block" : "a block of the scenario");
    case PRISIM_FIELD_ACCESS:
        return access(r, value) || refuse(r, from, "a string of the letters RWLXP in this order");
    case PRISIM_FIELD_EVENT:
        return event_type(r, value) || refuse(r, from, "the name of an event");
    }
    return false;
}

/* "driver.take" is of the driver; premise.broken is the checkers'. */
static bool is_of(const struct reader *r, enum prisim_event_type type, uint64_t rank)
{
    if (type == PRISIM_EVENT_PREMISE_BROKEN || rank == INSTANCE_CHECKERS)
        return type == PRISIM_EVENT_PREMISE_BROKEN && rank == INSTANCE_CHECKERS;
    char place[SYSTEM_NAME_MAX];
    system_instance_name(&r->to->names.scenario->system, (unsigned)rank, place);
    const char *name = prisim_event_name(type);
    size_t length = strcspn(name, ".");
    return strcspn(place, "[") == length && memcmp(place, name, length) == 0;
}

static bool head(struct reader *r, struct prisim_event *event)
{
    const struct recording *recording = &r->to->recording;
    prisim_cycle_t before = recording->count ? recording_cycle(recording, recording->count - 1) : 0;
    uint64_t rank, type;
    if (!literal(r, "{\"cycle\":"))
        return false;
    const char *from = r->at;
    if (!decimal(r, &event->cycle) || event->cycle < before)
        return refuse(r, from, before ? "a number not below the cycle of the line before, %llu" : "a number",
                      (unsigned long long)before);
    if (!literal(r, ",\"at\":"))
        return false;
    from = r->at;
    if (!instance(r, &rank))
        return refuse(r, from, r->to->names.learnt ? "a block" : "a block of the scenario");
    if (!literal(r, ",\"event\":"))
        return false;
    from = r->at;
    if (!event_type(r, &type))
        return refuse(r, from, "the name of an event");
    event->instance = (uint16_t)rank;
    event->type = (uint16_t)type;
    event->unused = 0;
    if (!is_of(r, (enum prisim_event_type)type, rank))
        return refuse(r, from, "an event of this block");
    const char *point = prisim_event_point((enum prisim_event_type)type);
    return !point[0] || (literal(r, ",\"point\":\"") && literal(r, point) && literal(r, "\""));
}

static bool event_line(struct reader *r)
{
    struct prisim_event event;
    if (!head(r, &event))
        return false;
    const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)event.type);
    unsigned count = prisim_event_field_count((enum prisim_event_type)event.type);
    for (unsigned i = 0; i < count; i++) {
        uint64_t value;
        if (!literal(r, ",\"") || !literal(r, fields[i].name) || !literal(r, "\":") ||
            !value_of(r, fields[i].format, &value))
            return false;
        prisim_event_set(&event, i, value);
    }
    if (!literal(r, "}"))
        return false;
    return recording_add(&r->to->recording, &event) || refuse(r, r->line, "fewer events");
}

/* {"end":"signal","signal":"SIGINT"}: the last line of a log that ends before its run. */
static bool end_line(struct reader *r)
{
    static const char *const kinds[][2] = {{"signal", "signal"}, {"error", "error"}, {"fault", "engine"}};
    struct string why, key, detail;
    const char *from = r->at;
    bool known = false;
    if (!string(r, &why) || !skip(r, ",") || !string(r, &key) || !skip(r, ":") || !string(r, &detail) || !skip(r, "}"))
        return refuse(r, from, "why the log ends, as in {\"end\":\"signal\",\"signal\":\"SIGINT\"}");
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        known |= strcmp(kinds[i][0], why.text) == 0 && strcmp(kinds[i][1], key.text) == 0;
    if (!known)
        return refuse(r, from, "\"signal\", \"error\" or \"fault\", and what goes with it");
    snprintf(r->to->recording.end, RECORDING_END_MAX, "%.16s: %.200s", why.text, detail.text);
    return true;
}

static bool lines(struct reader *r)
{
    if (r->at == r->end)
        return refuse(r, r->at, "an event: the log is empty");
    for (; r->at < r->end; r->number++) {
        r->line = r->at;
        if (r->to->recording.end[0])
            return refuse(r, r->at, "nothing behind the line that ends the log");
        if (!(skip(r, "{\"end\":") ? end_line(r) : event_line(r)))
            return false;
        if (*r->at != '\n')
            return refuse(r, r->at,
                          r->at == r->end ? "the end of the line: the log is cut off here" : "the end of the line");
        r->at++;
    }
    return true;
}

/* The whole file with a 0 behind it; NULL with errno set. */
static char *text_of(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = NULL;
    size_t room = 0, got;
    *length = 0;
    do {
        text = grow(text, *length, READ_AT_ONCE + 1, &room, 1);
        got = fread(text + *length, 1, READ_AT_ONCE, file);
        *length += got;
    } while (got == READ_AT_ONCE);
    int error = ferror(file) ? errno : 0;
    fclose(file);
    text[*length] = '\0';
    if (!error)
        return text;
    free(text);
    errno = error;
    return NULL;
}

static void prepare(struct reader *r)
{
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++) {
        const char *name = prisim_event_name((enum prisim_event_type)i);
        numbers_put(&r->types, hash(name, strlen(name)), i + 1);
    }
    for (unsigned i = 0; i < PRISIM_CAUSES; i++) {
        const char *name = prisim_cause_name((enum prisim_cause)i);
        numbers_put(&r->causes, hash(name, strlen(name)), i + 1);
    }
}

bool log_read(struct log_reading *reading, const char *path, const struct scenario *scenario,
              char message[LOG_READER_MESSAGE_MAX])
{
    size_t length;
    char *text = text_of(path, &length);
    if (!text) {
        snprintf(message, LOG_READER_MESSAGE_MAX, "%.600s: %s", path, strerror(errno));
        return false;
    }
    struct reader reader = {
        .path = path, .to = reading, .line = text, .at = text, .end = text + length, .number = 1, .message = message};
    *reading = (struct log_reading){0};
    log_names_open(&reading->names, scenario);
    reading->recording.names = reading->names.scenario;
    prepare(&reader);
    bool good = lines(&reader);
    numbers_free(&reader.types);
    numbers_free(&reader.causes);
    free(text);
    if (good)
        log_names_settle(&reading->names, &reading->recording);
    else
        log_reading_free(reading);
    return good;
}

void log_reading_free(struct log_reading *reading)
{
    recording_free(&reading->recording);
    log_names_free(&reading->names);
}
