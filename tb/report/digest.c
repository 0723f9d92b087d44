/* SPDX-License-Identifier: Apache-2.0
 *
 * Names are hashed once, when a digest is opened; an event then costs one step for each of its words.
 */
#include "tb/report/digest.h"

#include <stdlib.h>
#include <string.h>

#include "model/core/mix.h"

enum { DIGEST_INSTANCES = INSTANCE_CHECKERS + 1, DIGEST_ACCESSES = 32 };

_Static_assert((int)DIGEST_INSTANCES <= 64, "an order's instances are the bits of a word");

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME  UINT64_C(0x100000001b3)

struct digest {
    uint64_t value;
    uint64_t events;
    prisim_cycle_t last;
    uint64_t instances;                /* of an order: a bit each, by rank */
    uint64_t type[PRISIM_EVENT_TYPES]; /* of all that a line of this type says for its type: name, point, fields */
    uint64_t event[PRISIM_EVENT_TYPES];
    uint64_t cause[PRISIM_CAUSES];
    uint64_t place[DIGEST_INSTANCES];
    uint64_t space[PRISIM_DRIVER_SPACES_MAX + 1];
    uint64_t access[DIGEST_ACCESSES];
};

static uint64_t fnv_bytes(uint64_t hash, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * FNV_PRIME;
    return hash;
}

static uint64_t fnv(const char *text)
{
    return fnv_bytes(FNV_OFFSET, text, strlen(text));
}

static uint64_t hash_of_type(enum prisim_event_type type)
{
    const struct prisim_event_field *fields = prisim_event_fields(type);
    const char *point = prisim_event_point(type);
    uint64_t hash = fnv(prisim_event_name(type));
    hash = fnv_bytes(hash, "", 1);
    hash = fnv_bytes(hash, point, strlen(point));
    for (unsigned i = 0; i < prisim_event_field_count(type); i++) {
        hash = fnv_bytes(hash, "", 1);
        hash = fnv_bytes(hash, fields[i].name, strlen(fields[i].name));
    }
    return hash;
}

static uint64_t hash_of_access(unsigned access)
{
    char letters[PRISIM_ACCESS_TEXT];
    return fnv(prisim_access_letters(access, letters));
}

static void hash_places(struct digest *digest, const struct system_config *system)
{
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    unsigned instances = system_instances(system, rows);
    for (unsigned i = 0; i < DIGEST_INSTANCES; i++) {
        char name[SYSTEM_NAME_MAX];
        if (i >= instances && i != INSTANCE_CHECKERS)
            continue;
        system_instance_name(system, i, name);
        digest->place[i] = fnv(name);
    }
}

struct digest *digest_open(const struct scenario *scenario)
{
    struct digest *digest = calloc(1, sizeof *digest);
    if (digest == NULL)
        return NULL;
    digest->value = MIX_FIRST;
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++) {
        digest->type[i] = hash_of_type((enum prisim_event_type)i);
        digest->event[i] = fnv(prisim_event_name((enum prisim_event_type)i));
    }
    for (unsigned i = 0; i < PRISIM_CAUSES; i++)
        digest->cause[i] = fnv(prisim_cause_name((enum prisim_cause)i));
    hash_places(digest, &scenario->system);
    digest->space[0] = UINT64_MAX; /* null, as of a PASID */
    for (unsigned i = 1; i <= PRISIM_DRIVER_SPACES_MAX; i++)
        digest->space[i] = fnv(scenario->system.space_id[i - 1]);
    for (unsigned i = 0; i < DIGEST_ACCESSES; i++)
        digest->access[i] = hash_of_access(i);
    return digest;
}

struct digest *digest_open_order(const struct scenario *scenario, uint64_t instances)
{
    struct digest *digest = digest_open(scenario);
    if (digest != NULL)
        digest->instances = instances;
    return digest;
}

void digest_close(struct digest *digest)
{
    free(digest);
}

/* The word of a value, by enum prisim_field_format. */
#define WORD_DECIMAL(value)  (value)
#define WORD_HEX(value)      (value)
#define WORD_PASID(value)    (value) /* PRISIM_PASID_NONE is that of null */
#define WORD_BOOL(value)     (uint64_t)((value) != 0)
#define WORD_CAUSE(value)    name_of(digest->cause, PRISIM_CAUSES, value)
#define WORD_SPACE(value)    name_of(digest->space, PRISIM_DRIVER_SPACES_MAX + 1, value)
#define WORD_INSTANCE(value) name_of(digest->place, DIGEST_INSTANCES, value)
#define WORD_ACCESS(value)   digest->access[(value) % DIGEST_ACCESSES]
#define WORD_EVENT(value)    name_of(digest->event, PRISIM_EVENT_TYPES, value)

static inline uint64_t name_of(const uint64_t *names, uint64_t count, uint64_t value)
{
    assert(value < count);
    return names[value];
}

/* All of an event but its cycle. In each of its users, so that a run has one call an event. */
__attribute__((always_inline)) static inline uint64_t mix_event(const struct digest *digest, uint64_t hash,
                                                                const struct prisim_event *event)
{
    assert(event->type < PRISIM_EVENT_TYPES && event->instance < DIGEST_INSTANCES);
    hash = mix(hash, digest->place[event->instance]);
    hash = mix(hash, digest->type[event->type]);
    switch (event->type) {
#define PRISIM_FIELD(format, name) hash = mix(hash, WORD_##format(row->name));
#define PRISIM_EVENT(id, tag, name, point, fields, about)                                                              \
    case PRISIM_EVENT_##id: {                                                                                          \
        const struct prisim_event_##tag *row = &event->tag;                                                            \
        fields break;                                                                                                  \
    }
#include "model/core/events.def"
#undef PRISIM_EVENT
#undef PRISIM_FIELD
    }
    return hash;
}

static inline void count(struct digest *digest, const struct prisim_event *event)
{
    digest->events++;
    digest->last = event->cycle;
}

void digest_event(void *context, const struct prisim_event *event)
{
    struct digest *digest = context;
    count(digest, event);
    digest->value = mix_event(digest, mix(digest->value, event->cycle), event);
}

void digest_order_event(void *context, const struct prisim_event *event)
{
    struct digest *digest = context;
    if (!(digest->instances >> event->instance & 1))
        return;
    bool together = digest->events > 0 && event->cycle == digest->last;
    count(digest, event);
    digest->value = mix_event(digest, mix(digest->value, together), event);
}

void digest_text(const struct digest *digest, char text[DIGEST_TEXT_MAX])
{
    uint64_t value = mix(digest->value, digest->events);
    for (unsigned i = 0; i < 16; i++)
        text[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
    text[16] = '\0';
}

uint64_t digest_events(const struct digest *digest)
{
    return digest->events;
}

prisim_cycle_t digest_last(const struct digest *digest)
{
    return digest->last;
}
