/* SPDX-License-Identifier: Apache-2.0
 *
 * The hops' roof: which file takes an event, and what is told in the end.
 */
#include "tb/hops/hops_state.h"

static const char *const names[HOPS] = {
#define HOP(FROM, TO) [HOP_##FROM##_##TO] = #FROM "-" #TO,
#include "tb/hops/hops.def"
#undef HOP
};

const char *hop_name(enum hop hop)
{
    assert(hop < HOPS);
    return names[hop];
}

struct hops *hops_open(const struct scenario *scenario)
{
    struct hops *hops = calloc(1, sizeof *hops);
    if (hops != NULL) {
        hops->scenario = scenario;
        hops->log2 = -1;
    }
    return hops;
}

void hops_close(struct hops *hops)
{
    if (hops == NULL)
        return;
    for (unsigned hop = 0; hop < HOPS; hop++)
        distribution_free(&hops->hop[hop]);
    for (unsigned which = 0; which < UNBIND_TIMES; which++)
        distribution_free(&hops->times[which]);
    numbered_free(&hops->found);
    free(hops->request);
    free(hops->at_port);
    free(hops->unbind);
    free(hops->waiting);
    free(hops);
}

struct event_types hops_types(void)
{
    struct event_types types = {0};
#define HOPS_EVENT(event, function) event_types_add(&types, PRISIM_EVENT_##event);
#include "tb/hops/hops_events.def"
#undef HOPS_EVENT
    return types;
}

void hops_event(void *hops, const struct prisim_event *event)
{
    switch (event->type) {
#define HOPS_EVENT(name, function)                                                                                     \
    case PRISIM_EVENT_##name:                                                                                          \
        function(hops, event);                                                                                         \
        return;
#include "tb/hops/hops_events.def"
#undef HOPS_EVENT
    }
}

void hops_finish(struct hops *hops, prisim_cycle_t end)
{
    for (uint64_t row = 0; row < hops->requests; row++)
        hops_row_end(hops, hops_reference(hops, (uint32_t)row));
    hops_unbinds_finish(hops, end);
}

uint64_t hops_requests(const struct hops *hops)
{
    return hops->made;
}

struct distribution_told hops_hop(const struct hops *hops, enum hop hop)
{
    assert(hop < HOPS);
    return distribution_tell(&hops->hop[hop]);
}

struct distribution_told hops_unbinds(const struct hops *hops, enum unbind_time which)
{
    assert(which < UNBIND_TIMES);
    return distribution_tell(&hops->times[which]);
}
