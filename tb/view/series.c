/* SPDX-License-Identifier: Apache-2.0
 *
 * Values over time (series.h).
 */
#include "tb/view/series.h"

#include "model/core/queue_index.h"
#include "tb/view/grow.h"
#include "tb/view/numbers.h"

enum {
    PRIQ_BASE = 0xc0, /* SMMU-PRIQ_BASE, LOG2SIZE in bits 4:0 */
    LOG2_MAX = 19     /* SMMU-IDR1.PRIQS */
};

struct reading {
    struct serieses *to;
    uint32_t prod, cons, log2;
    uint64_t outstanding[SYSTEM_ENDPOINTS_MAX];
    struct numbers jobs; /* (endpoint, job): under way */
    bool shares[SYSTEM_ENDPOINTS_MAX];
};

static void put(struct series *series, prisim_cycle_t cycle, uint64_t value)
{
    if (series->steps && series->step[series->steps - 1].value == value)
        return;
    if (series->steps && series->step[series->steps - 1].cycle == cycle) {
        series->step[series->steps - 1].value = value;
        return;
    }
    series->step = grow(series->step, series->steps, 1, &series->room, sizeof *series->step);
    series->step[series->steps++] = (struct series_step){cycle, value};
}

static void queue_changed(struct reading *r, prisim_cycle_t cycle)
{
    if (r->to->queue.known)
        put(&r->to->queue, cycle, queue_index_distance(r->prod, r->cons, r->log2));
}

/* Software says how long the queue is. */
static void based(struct reading *r, const struct prisim_event_smmu_register *e, prisim_cycle_t cycle)
{
    if (!e->write || e->offset != PRIQ_BASE)
        return;
    r->log2 = (e->value & 31) < LOG2_MAX ? (uint32_t)(e->value & 31) : LOG2_MAX;
    r->to->queue.known = true;
    r->to->queue.limit = UINT64_C(1) << r->log2;
    queue_changed(r, cycle);
}

static void credits_changed(struct reading *r, unsigned endpoint, prisim_cycle_t cycle)
{
    struct series *series = &r->to->credits[endpoint];
    uint64_t out = r->outstanding[endpoint];
    if (series->known)
        put(series, cycle, series->limit > out ? series->limit - out : 0);
}

/* PCIE-PRICAP: software writes the allocation. */
static void configured(struct reading *r, unsigned endpoint, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_config *e = &event->endpoint_config;
    if (!e->write || e->offset != PRISIM_ENDPOINT_CONFIG_PRI + 12 || r->shares[endpoint])
        return;
    r->to->credits[endpoint].known = true;
    r->to->credits[endpoint].limit = e->value;
    credits_changed(r, endpoint, event->cycle);
}

/* PCIE-GROUP-8: its own part of an allocation, said with each write of that. */
static void shared(struct reading *r, unsigned endpoint, const struct prisim_event *event)
{
    r->shares[endpoint] = true;
    r->to->credits[endpoint].known = true;
    r->to->credits[endpoint].limit = event->endpoint_pri_shared.credits;
    credits_changed(r, endpoint, event->cycle);
}

/* A raw request takes no credit: it is of no job that is under way. */
static void asked(struct reading *r, unsigned endpoint, const struct prisim_event *event)
{
    if (numbers_get(&r->jobs, numbers_key(endpoint, event->endpoint_page_request.job)) == NUMBERS_NONE)
        return;
    r->outstanding[endpoint]++;
    credits_changed(r, endpoint, event->cycle);
}

static void answered(struct reading *r, unsigned endpoint, const struct prisim_event *event)
{
    uint64_t cause = event->endpoint_response.cause;
    if (cause == PRISIM_CAUSE_RESPONSE_FAILURE)
        r->outstanding[endpoint] = 0;
    else if ((cause == PRISIM_CAUSE_GROUP_FREED || cause == PRISIM_CAUSE_GROUP_STALE) && r->outstanding[endpoint])
        r->outstanding[endpoint]--;
    credits_changed(r, endpoint, event->cycle);
}

static void of_endpoint(struct reading *r, unsigned endpoint, const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_ENDPOINT_JOB:
        numbers_put(&r->jobs, numbers_key(endpoint, event->endpoint_job.job), 1);
        return;
    case PRISIM_EVENT_ENDPOINT_JOB_DONE:
        numbers_take(&r->jobs, numbers_key(endpoint, event->endpoint_job_done.job));
        return;
    case PRISIM_EVENT_ENDPOINT_CONFIG:
        configured(r, endpoint, event);
        return;
    case PRISIM_EVENT_ENDPOINT_PRI_SHARED:
        shared(r, endpoint, event);
        return;
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST:
        asked(r, endpoint, event);
        return;
    case PRISIM_EVENT_ENDPOINT_RESPONSE:
        answered(r, endpoint, event);
        return;
    case PRISIM_EVENT_ENDPOINT_PRI_OFF:
        if (event->endpoint_pri_off.groups)
            r->outstanding[endpoint] = 0;
        credits_changed(r, endpoint, event->cycle);
        return;
    }
}

static void of_queue(struct reading *r, const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_SMMU_REGISTER:
        based(r, &event->smmu_register, event->cycle);
        return;
    case PRISIM_EVENT_PRI_QUEUE_PROD:
        r->prod = (uint32_t)event->pri_queue_prod.prod;
        queue_changed(r, event->cycle);
        return;
    case PRISIM_EVENT_PRI_QUEUE_CONS:
        r->cons = (uint32_t)event->pri_queue_cons.cons;
        queue_changed(r, event->cycle);
        return;
    }
}

void serieses_open(struct serieses *serieses, const struct recording *recording)
{
    *serieses = (struct serieses){0};
    struct reading reading = {.to = serieses};
    for (uint32_t i = 0; i < recording->count; i++) {
        struct prisim_event event;
        recording_get(recording, i, &event);
        unsigned endpoint = event.instance - (unsigned)INSTANCE_ENDPOINT;
        if (event.instance >= INSTANCE_ENDPOINT && endpoint < recording->names->system.endpoints)
            of_endpoint(&reading, endpoint, &event);
        else
            of_queue(&reading, &event);
    }
    numbers_free(&reading.jobs);
}

void serieses_close(struct serieses *serieses)
{
    free(serieses->queue.step);
    for (unsigned i = 0; i < SYSTEM_ENDPOINTS_MAX; i++)
        free(serieses->credits[i].step);
    *serieses = (struct serieses){0};
}
