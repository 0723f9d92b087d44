/* SPDX-License-Identifier: Apache-2.0
 *
 * A filter at work (report_match.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/report/report_match_state.h"
#include "tb/report/report_words.h"

static bool same_key(const struct report_term *a, const struct report_term *b)
{
    return a->kind == b->kind && strcmp(a->field, b->field) == 0;
}

struct report_match *report_match_open(const struct report_filter *filter, const struct scenario *scenario,
                                       char message[REPORT_FILTER_MESSAGE_MAX])
{
    struct report_match *m = calloc(1, sizeof *m);
    snprintf(message, REPORT_FILTER_MESSAGE_MAX, "no memory");
    if (!m)
        return NULL;
    m->filter = filter;
    m->scenario = scenario;
    report_ready_fields("stream_id", m->stream_id);
    report_ready_fields("link", m->link);
    report_ready_fields("tlp", m->tlp);
    for (unsigned i = 0; i < filter->terms; i++) {
        struct report_ready *r = &m->ready[i];
        r->term = &filter->term[i];
        while (!same_key(r->term, m->ready[r->key].term))
            r->key++;
        m->names_events |= r->term->kind == REPORT_KEY_EVENT;
        if (!report_ready_make(r, scenario, message)) {
            free(m);
            return NULL;
        }
    }
    return m;
}

void report_match_close(struct report_match *m)
{
    free(m);
}

struct event_types report_match_types(const struct report_match *m)
{
    struct event_types types = {{0}};
    bool all = m->filter->all || report_filter_narrows(m->filter);
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        if (all || report_covers_type(type))
            event_types_add(&types, type);
    return types;
}

static struct report_owner *owner_of(struct report_match *m, uint64_t item)
{
    for (unsigned i = 0; i < PRISIM_DRIVER_WORKERS_MAX; i++)
        if (m->owner[i].used && m->owner[i].item == item)
            return &m->owner[i];
    return NULL;
}

/* A worker that found a space goes on to the page, and to nothing else before: so many items at most. */
static void note_owner(struct report_match *m, const struct prisim_event *event)
{
    if (event->type != PRISIM_EVENT_DRIVER_RESOLVE || event->driver_resolve.space == 0)
        return;
    for (unsigned i = 0; i < PRISIM_DRIVER_WORKERS_MAX; i++) {
        struct report_owner *o = &m->owner[i];
        if (o->used)
            continue;
        *o = (struct report_owner){true, event->driver_resolve.item, event->driver_resolve.stream_id,
                                   event->driver_resolve.pasid, event->driver_resolve.prgi};
        return;
    }
}

static bool field_value(const struct prisim_event *event, int8_t field, uint64_t *value)
{
    if (field == REPORT_NO_FIELD)
        return false;
    *value = prisim_event_value(event, (unsigned)field);
    return true;
}

/* Of an event that has an item and does not say whose. */
static bool owned_value(const struct report_owner *owner, const char *name, uint64_t *value)
{
    if (!owner)
        return false;
    if (strcmp(name, "pasid") == 0)
        return *value = owner->pasid, true;
    if (strcmp(name, "prgi") == 0)
        return *value = owner->prgi, true;
    if (strcmp(name, "stream_id") == 0)
        return *value = owner->stream_id, true;
    return false;
}

/* It is about an endpoint by where it happened, by its StreamID, by its link, or as it is about a TLP that the endpoint
 * made. */
static bool endpoint_of(const struct report_match *m, const struct prisim_event *event,
                        const struct report_owner *owner, uint64_t *value)
{
    const struct system_config *system = &m->scenario->system;
    uint64_t field;
    *value = system_endpoint_of_instance(system, event->instance);
    if (*value < SYSTEM_ENDPOINTS_MAX)
        return true;
    if (field_value(event, m->stream_id[event->type], &field) || owned_value(owner, "stream_id", &field))
        *value = system_endpoint_of_stream(system, field);
    else if (!field_value(event, m->link[event->type], value) && field_value(event, m->tlp[event->type], &field))
        *value = system_endpoint_of_tlp(system, field);
    return *value < SYSTEM_ENDPOINTS_MAX;
}

/* What the event has under the term's key. */
static bool value_of(const struct report_match *m, const struct report_ready *r, const struct prisim_event *event,
                     const struct report_owner *owner, uint64_t *value)
{
    *value = event->type;
    switch (r->term->kind) {
    case REPORT_KEY_ENDPOINT:
        return endpoint_of(m, event, owner, value);
    case REPORT_KEY_AT:
        *value = event->instance;
        return true;
    case REPORT_KEY_EVENT:
        return true;
    case REPORT_KEY_POINT:
        return prisim_event_point((enum prisim_event_type)event->type)[0] != '\0';
    case REPORT_KEY_FIELD:
        break;
    }
    return field_value(event, r->field[event->type], value) || owned_value(owner, r->term->field, value);
}

static void note_seen(struct report_ready *r, uint64_t value)
{
    r->seen_low = r->seens == 0 || value < r->seen_low ? value : r->seen_low;
    r->seen_high = r->seens == 0 || value > r->seen_high ? value : r->seen_high;
    for (unsigned i = 0; i < r->seens; i++)
        if (r->seen[i] == value)
            return;
    if (r->seens < REPORT_SEEN_MAX)
        r->seen[r->seens++] = value;
    else
        r->more = true;
}

/* All keys hold: of each, one of its terms. */
static bool terms_hold(struct report_match *m, const struct prisim_event *event, const struct report_owner *owner)
{
    bool all = true;
    for (unsigned i = 0; i < m->filter->terms; i++) {
        struct report_ready *r = &m->ready[i];
        uint64_t value;
        bool met = false;
        if (r->key != i)
            continue;
        if (value_of(m, r, event, owner, &value)) {
            note_seen(r, value);
            for (unsigned j = i; j < m->filter->terms; j++)
                met |= m->ready[j].key == i && report_ready_wants(&m->ready[j], value);
        }
        r->met += met;
        all &= met;
    }
    return all;
}

static bool in_time(struct report_match *m, prisim_cycle_t cycle)
{
    const struct report_filter *f = m->filter;
    prisim_cycle_t distance = cycle > f->cycle ? cycle - f->cycle : f->cycle - cycle;
    if (!f->around || distance <= f->within)
        return true;
    if (cycle < f->cycle) {
        m->before = cycle;
        m->any_before = true;
    } else if (!m->any_after) {
        m->after = cycle;
        m->any_after = true;
    }
    return false;
}

static bool holds(struct report_match *m, const struct prisim_event *event, const struct report_owner *owner)
{
    if (!terms_hold(m, event, owner))
        return false;
    m->of_terms++;
    if (m->filter->points && !prisim_event_point((enum prisim_event_type)event->type)[0])
        return false;
    m->pointed++;
    return in_time(m, event->cycle);
}

bool report_match_event(struct report_match *m, const struct prisim_event *event)
{
    struct report_owner *owner = NULL;
    if (event->type == PRISIM_EVENT_DRIVER_PAGE)
        owner = owner_of(m, event->driver_page.item);
    bool matches = holds(m, event, owner);
    note_owner(m, event);
    if (owner)
        owner->used = false;
    bool told = m->filter->all || m->names_events || report_covers(event);
    m->left_out += matches && !told;
    return matches && told;
}
