/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of a log (log_names.h). A log does not say which place in the scenario an endpoint has. Its TLPs do: their
 * ids begin with the rank of who made them (model/pcie/tlp.h). Of an endpoint that sent none the place is what is left,
 * in the order in which they are met; its StreamID follows from it, as in every scenario (system_config_resolve).
 */
#include "tb/view/log_names.h"

#include <stdio.h>

#include "tb/view/grow.h"

void log_names_open(struct log_names *names, const struct scenario *scenario)
{
    *names = (struct log_names){.scenario = scenario};
    if (scenario)
        return;
    names->learnt = zeroed(1, sizeof *names->learnt);
    system_config_default(&names->learnt->system);
    names->learnt->system.endpoints = 0;
    memset(names->learnt->system.endpoint_id, 0, sizeof names->learnt->system.endpoint_id);
    memset(names->learnt->system.space_id, 0, sizeof names->learnt->system.space_id);
    names->scenario = names->learnt;
}

void log_names_free(struct log_names *names)
{
    free(names->learnt);
    *names = (struct log_names){0};
}

static bool is(const char *id, const char *name, size_t length)
{
    return strlen(id) == length && memcmp(id, name, length) == 0;
}

static uint32_t endpoint_of(struct log_names *names, const char *id, size_t length)
{
    const struct system_config *system = &names->scenario->system;
    for (uint32_t i = 0; i < system->endpoints; i++)
        if (is(system->endpoint_id[i], id, length))
            return INSTANCE_ENDPOINT + i;
    if (!names->learnt || system->endpoints == SYSTEM_ENDPOINTS_MAX || length == 0 || length >= SYSTEM_ID_MAX)
        return LOG_NAMES_UNKNOWN;
    memcpy(names->learnt->system.endpoint_id[system->endpoints], id, length);
    return INSTANCE_ENDPOINT + names->learnt->system.endpoints++;
}

uint32_t log_names_instance(struct log_names *names, const char *name, size_t length)
{
    static const char endpoint[] = "endpoint[";
    const size_t before = sizeof endpoint - 1;
    if (length > before && memcmp(name, endpoint, before) == 0 && name[length - 1] == ']')
        return endpoint_of(names, name + before, length - before - 1);
    for (uint32_t i = 0; i < INSTANCE_ENDPOINT; i++) {
        char own[SYSTEM_NAME_MAX];
        system_instance_name(&names->scenario->system, i, own);
        if (is(own, name, length))
            return i;
    }
    return is("checkers", name, length) ? (uint32_t)INSTANCE_CHECKERS : LOG_NAMES_UNKNOWN;
}

uint32_t log_names_space(struct log_names *names, const char *name, size_t length)
{
    const struct system_config *system = &names->scenario->system;
    if (length == 0 || length >= SYSTEM_ID_MAX)
        return LOG_NAMES_UNKNOWN;
    for (uint32_t i = 0; i < PRISIM_DRIVER_SPACES_MAX; i++) {
        if (is(system->space_id[i], name, length))
            return i + 1;
        if (!names->learnt || system->space_id[i][0])
            continue;
        memcpy(names->learnt->system.space_id[i], name, length);
        return i + 1;
    }
    return LOG_NAMES_UNKNOWN;
}

/* The TLP that an event of an endpoint says it made, or 0. */
static uint64_t tlp_made(const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_ENDPOINT_TRANSLATION_REQUEST:
        return event->endpoint_translation_request.tlp;
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT:
        return event->endpoint_page_request_sent.tlp;
    case PRISIM_EVENT_ENDPOINT_STOP_MARKER:
        return event->endpoint_stop_marker.tlp;
    case PRISIM_EVENT_ENDPOINT_INVALIDATED:
        return event->endpoint_invalidated.tlp;
    case PRISIM_EVENT_ENDPOINT_DMA:
        return event->endpoint_dma.tlp;
    default:
        return 0;
    }
}

/* place[i]: that of the endpoint met as the i-th one. */
static void find_places(const struct recording *recording, uint32_t endpoints, uint32_t place[SYSTEM_ENDPOINTS_MAX])
{
    uint32_t met[SYSTEM_ENDPOINTS_MAX];
    memset(met, 0xff, sizeof met);
    memset(place, 0xff, SYSTEM_ENDPOINTS_MAX * sizeof *place);
    for (uint32_t i = 0; i < recording->count; i++) {
        struct prisim_event event;
        recording_get(recording, i, &event);
        uint32_t rank = prisim_tlp_producer(tlp_made(&event));
        uint32_t own = event.instance - (uint32_t)INSTANCE_ENDPOINT;
        if (rank < INSTANCE_ENDPOINT || rank - INSTANCE_ENDPOINT >= endpoints || place[own] != UINT32_MAX ||
            met[rank - INSTANCE_ENDPOINT] != UINT32_MAX)
            continue;
        place[own] = rank - INSTANCE_ENDPOINT;
        met[place[own]] = own;
    }
    for (uint32_t own = 0, free_place = 0; own < endpoints; own++) {
        if (place[own] != UINT32_MAX)
            continue;
        while (met[free_place] != UINT32_MAX)
            free_place++;
        place[own] = free_place;
        met[free_place] = own;
    }
}

static uint64_t moved(uint64_t instance, const uint32_t place[SYSTEM_ENDPOINTS_MAX])
{
    bool endpoint = instance >= INSTANCE_ENDPOINT && instance < INSTANCE_ENDPOINT + SYSTEM_ENDPOINTS_MAX;
    return endpoint ? INSTANCE_ENDPOINT + place[instance - INSTANCE_ENDPOINT] : instance;
}

static void move_events(struct recording *recording, const uint32_t place[SYSTEM_ENDPOINTS_MAX])
{
    for (uint32_t i = 0; i < recording->count; i++) {
        struct recording_head *head = &recording->head[i];
        head->instance = (uint16_t)moved(head->instance, place);
        if (head->type == PRISIM_EVENT_PREMISE_BROKEN) /* the only event with an instance among its fields */
            recording->value[head->at] = moved(recording->value[head->at], place);
    }
}

void log_names_settle(struct log_names *names, struct recording *recording)
{
    if (!names->learnt)
        return;
    struct system_config *system = &names->learnt->system;
    uint32_t place[SYSTEM_ENDPOINTS_MAX];
    find_places(recording, system->endpoints, place);
    char id[SYSTEM_ENDPOINTS_MAX][SYSTEM_ID_MAX];
    memcpy(id, system->endpoint_id, sizeof id);
    for (uint32_t own = 0; own < system->endpoints; own++) {
        memcpy(system->endpoint_id[place[own]], id[own], SYSTEM_ID_MAX);
        system->endpoint[own].requester_id = (uint16_t)(SYSTEM_ENDPOINT_ID + SYSTEM_ENDPOINT_ID_STEP * own);
    }
    move_events(recording, place);
}
