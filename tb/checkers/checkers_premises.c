/* SPDX-License-Identifier: Apache-2.0
 *
 * Premises: what a policy may rely on (PCIE-STOP, PCIE-PRICAP, UNBIND-HAZARD "Duties and blame"). A duty that is broken
 * is no hazard: it is told as an event right behind the one that shows it, and every hazard found later says so.
 */
#include <stdio.h>

#include "tb/checkers/checkers_state.h"

static const enum prisim_cause causes[DUTIES] = {
#define DUTY(id) PRISIM_CAUSE_##id,
#include "tb/checkers/duties.def"
#undef DUTY
};

const char *duty_name(enum duty duty)
{
    assert(duty < DUTIES);
    return prisim_cause_name(causes[duty]);
}

void duties_open(struct checkers *c)
{
    for (unsigned i = 0; i < DUTIES; i++)
        c->findings.broken_since[i] = PRISIM_CYCLE_NEVER;
}

const char *premises_words(uint32_t duties, char words[PREMISES_TEXT])
{
    size_t used = (size_t)snprintf(words, PREMISES_TEXT, "%s", duties ? "broken [" : "kept");
    for (unsigned i = 0; duties >> i; i++)
        if (duties >> i & 1)
            used += (size_t)snprintf(words + used, PREMISES_TEXT - used, "%s%s", duty_name((enum duty)i),
                                     duties >> i > 1 ? ", " : "]");
    assert(used < PREMISES_TEXT);
    return words;
}

void duties_broken(struct checkers *c, prisim_cycle_t cycle, unsigned party, enum duty duty, uint64_t stream_id,
                   uint64_t pasid)
{
    struct prisim_event event = {
        .cycle = cycle,
        .instance = INSTANCE_CHECKERS,
        .type = PRISIM_EVENT_PREMISE_BROKEN,
        .premise_broken = {.party = party, .duty = causes[duty], .stream_id = stream_id, .pasid = pasid}};
    if (c->findings.broken_since[duty] > cycle)
        c->findings.broken_since[duty] = cycle;
    c->clock++;
    if (c->duties.told != NULL)
        stream_event(c->duties.told, &event);
}

void duty_broken_by(struct checkers *c, const struct prisim_event *event, unsigned endpoint, enum duty duty,
                    uint64_t pasid)
{
    duties_broken(c, event->cycle, INSTANCE_ENDPOINT + endpoint, duty, c->function[endpoint].stream_id, pasid);
}

void duty_broken_here(struct checkers *c, const struct prisim_event *event, enum duty duty, uint64_t pasid)
{
    unsigned endpoint = checkers_endpoint(c, event->instance);
    if (endpoint < SYSTEM_ENDPOINTS_MAX)
        duty_broken_by(c, event, endpoint, duty, pasid);
}
