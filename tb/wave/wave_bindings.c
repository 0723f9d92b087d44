/* SPDX-License-Identifier: Apache-2.0
 *
 * Bindings of PASIDs (wave_bindings.h). A file of waves has all its signals declared before its first value, so that
 * the timeline says which PASIDs there are: nobody else binds one.
 */
#include "tb/wave/wave_bindings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_FREE, STATE_BOUND, STATE_STOPPING, STATE_UNBINDING, STATE_KEPT };
static const char *const state_words[] = {"free", "bound", "stopping", "unbinding", "kept"};
static const struct wave_words states = {"binding", sizeof state_words / sizeof state_words[0], state_words};

enum { DEVICE_OFF, DEVICE_RUNNING, DEVICE_STOPPING, DEVICE_STOPPED };
static const char *const device_words[] = {"off", "running", "stopping", "stopped"};
static const struct wave_words devices = {"device", sizeof device_words / sizeof device_words[0], device_words};

static uint64_t key_of(uint64_t endpoint, uint64_t pasid)
{
    return endpoint << 32 | (pasid & UINT32_MAX);
}

static int by_key(const void *a, const void *b)
{
    uint64_t left = ((const struct wave_binding *)a)->key, right = ((const struct wave_binding *)b)->key;
    return left < right ? -1 : left > right;
}

static bool binds(const struct timeline_step *step)
{
    return step->to_driver && prisim_driver_stimulus_has_pasid(&step->driver);
}

static bool has_no_pasid(const struct scenario *scenario)
{
    return scenario->system.driver.no_pasid == PRISIM_DRIVER_NO_PASID_CD0 && scenario->system.driver.no_pasid_space;
}

static void sort(struct wave_bindings *b)
{
    uint32_t kept = 0;
    if (!b->count)
        return;
    qsort(b->binding, b->count, sizeof *b->binding, by_key);
    for (uint32_t i = 0; i < b->count; i++)
        if (!i || b->binding[i].key != b->binding[kept - 1].key)
            b->binding[kept++] = b->binding[i];
    b->count = kept;
}

bool wave_bindings_open(struct wave_bindings *b, struct wave_tree *tree, const struct scenario *scenario)
{
    const struct timeline_config *timeline = &scenario->timeline;
    memset(b, 0, sizeof *b);
    b->scenario = scenario;
    b->tree = tree;
    b->space[0] = "none";
    for (unsigned i = 0; i < scenario->system.driver.spaces; i++)
        b->space[i + 1] = scenario->system.space_id[i];
    b->spaces = (struct wave_words){"space", scenario->system.driver.spaces + 1, b->space};
    size_t most = (size_t)timeline->steps + scenario->system.endpoints;
    b->binding = calloc(most, sizeof *b->binding);
    if (!b->binding)
        return false;
    for (uint32_t i = 0; i < timeline->steps; i++)
        if (binds(&timeline->step[i]))
            b->binding[b->count++].key = key_of(timeline->step[i].driver.function, timeline->step[i].driver.pasid);
    for (unsigned i = 0; has_no_pasid(scenario) && i < scenario->system.endpoints; i++)
        b->binding[b->count++].key = key_of(i, PRISIM_PASID_NONE);
    sort(b);
    return true;
}

void wave_bindings_close(struct wave_bindings *b)
{
    free(b->binding);
}

static void declare(struct wave_bindings *b, struct wave_binding *binding)
{
    uint32_t pasid = (uint32_t)binding->key;
    if (pasid == UINT32_MAX)
        wave_scope(b->tree, "no_pasid");
    else
        wave_scope_index(b->tree, "pasid", pasid);
    binding->state = wave_word(b->tree, "state", &states);
    binding->space = wave_word(b->tree, "space", &b->spaces);
    binding->number = wave_bits(b->tree, "binding", 32);
    binding->in_lookup = wave_bits(b->tree, "in_lookup", 1);
    binding->device = wave_word(b->tree, "device", &devices);
    wave_scope_end(b->tree);
}

void wave_bindings_declare(struct wave_bindings *b)
{
    for (uint32_t i = 0; i < b->count; i++) {
        uint64_t endpoint = b->binding[i].key >> 32;
        if (endpoint >= b->scenario->system.endpoints)
            continue;
        if (!i || b->binding[i - 1].key >> 32 != endpoint)
            wave_scope(b->tree, b->scenario->system.endpoint_id[endpoint]);
        declare(b, &b->binding[i]);
        if (i + 1 == b->count || b->binding[i + 1].key >> 32 != endpoint)
            wave_scope_end(b->tree);
    }
}

static struct wave_binding *find(struct wave_bindings *b, uint64_t endpoint, uint64_t pasid)
{
    const struct wave_binding wanted = {.key = key_of(endpoint, pasid)};
    return b->count ? bsearch(&wanted, b->binding, b->count, sizeof *b->binding, by_key) : NULL;
}

static struct wave_binding *of_stream(struct wave_bindings *b, uint64_t stream_id, uint64_t pasid)
{
    const struct prisim_driver_config *driver = &b->scenario->system.driver;
    for (unsigned i = 0; i < driver->functions; i++)
        if (driver->function[i].requester_id == stream_id)
            return find(b, i, pasid);
    return NULL;
}

static void bound(struct wave_bindings *b, const struct prisim_event_driver_bind *e)
{
    const struct wave_binding *binding = of_stream(b, e->stream_id, e->pasid);
    if (!binding)
        return;
    wave_set(b->tree, binding->state, STATE_BOUND);
    wave_set(b->tree, binding->space, e->space);
    wave_set(b->tree, binding->number, e->binding);
    wave_set(b->tree, binding->in_lookup, 1);
}

static void freed(struct wave_bindings *b, const struct prisim_event_driver_free *e)
{
    const struct wave_binding *binding = of_stream(b, e->stream_id, e->pasid);
    if (!binding)
        return;
    wave_set(b->tree, binding->state, STATE_FREE);
    wave_set(b->tree, binding->space, 0);
    wave_set(b->tree, binding->number, 0);
}

static void set_state(struct wave_bindings *b, uint64_t stream_id, uint64_t pasid, unsigned state)
{
    const struct wave_binding *binding = of_stream(b, stream_id, pasid);
    if (binding)
        wave_set(b->tree, binding->state, state);
}

static void set_device(struct wave_bindings *b, unsigned instance, uint64_t pasid, unsigned state)
{
    const struct wave_binding *binding = find(b, instance - INSTANCE_ENDPOINT, pasid);
    if (binding)
        wave_set(b->tree, binding->device, state);
}

void wave_bindings_event(struct wave_bindings *b, const struct prisim_event *event)
{
    const struct wave_binding *binding;
    switch (event->type) {
    case PRISIM_EVENT_DRIVER_BIND:
        bound(b, &event->driver_bind);
        break;
    case PRISIM_EVENT_DRIVER_STOP:
        set_state(b, event->driver_stop.stream_id, event->driver_stop.pasid, STATE_STOPPING);
        break;
    case PRISIM_EVENT_DRIVER_UNBIND:
        set_state(b, event->driver_unbind.stream_id, event->driver_unbind.pasid, STATE_UNBINDING);
        break;
    case PRISIM_EVENT_DRIVER_LEFT_LOOKUP:
        binding = of_stream(b, event->driver_left_lookup.stream_id, event->driver_left_lookup.pasid);
        if (binding)
            wave_set(b->tree, binding->in_lookup, 0);
        break;
    case PRISIM_EVENT_DRIVER_FREE:
        freed(b, &event->driver_free);
        break;
    case PRISIM_EVENT_DRIVER_UNBIND_RETURNED:
        if (event->driver_unbind_returned.cause == PRISIM_CAUSE_KEPT)
            set_state(b, event->driver_unbind_returned.stream_id, event->driver_unbind_returned.pasid, STATE_KEPT);
        if (event->driver_unbind_returned.cause == PRISIM_CAUSE_STILL_BOUND)
            set_state(b, event->driver_unbind_returned.stream_id, event->driver_unbind_returned.pasid, STATE_BOUND);
        break;
    case PRISIM_EVENT_ENDPOINT_START:
        set_device(b, event->instance, event->endpoint_start.pasid, DEVICE_RUNNING);
        break;
    case PRISIM_EVENT_ENDPOINT_STOP:
        set_device(b, event->instance, event->endpoint_stop.pasid, DEVICE_STOPPING);
        break;
    case PRISIM_EVENT_ENDPOINT_STOPPED:
        set_device(b, event->instance, event->endpoint_stopped.pasid, DEVICE_STOPPED);
        break;
    default:
        break;
    }
}
