/* SPDX-License-Identifier: Apache-2.0
 *
 * The checkers' roof: opening, the table of handlers, counters. The judging is in checkers_*.c, a file per stretch of a
 * request's way; findings are below it. "At the end" means the last edge of the run, whatever ended it.
 */
#include "tb/checkers_state.h"

#include <stdlib.h>

static checkers_handler *const handlers[EVENT_TYPES] = {
    [EVENT_ENDPOINT_JOB] = on_job,
    [EVENT_ENDPOINT_JOB_DONE] = on_job_done,
    [EVENT_ENDPOINT_TRANSLATION_REQUEST] = on_translation_request,
    [EVENT_ENDPOINT_TRANSLATION] = on_translation,
    [EVENT_ENDPOINT_PAGE_REQUEST] = on_page_request,
    [EVENT_ENDPOINT_PAGE_REQUEST_SENT] = on_page_request_sent,
    [EVENT_ENDPOINT_STOP_MARKER] = on_stop_marker,
    [EVENT_ENDPOINT_RESPONSE] = on_response,
    [EVENT_ENDPOINT_STOP] = on_stop,
    [EVENT_ENDPOINT_INVALIDATE_TAKEN] = on_invalidate_taken,
    [EVENT_ENDPOINT_INVALIDATE] = on_invalidate_done,
    [EVENT_ENDPOINT_INVALIDATED] = on_completion_sent,
    [EVENT_ENDPOINT_EVICT] = on_evict,
    [EVENT_ENDPOINT_DMA] = on_dma,
    [EVENT_ENDPOINT_PRI_OFF] = on_pri_off,
    [EVENT_ENDPOINT_CONFIG] = on_config,
    [EVENT_FABRIC_UNROUTABLE] = on_unroutable,
    [EVENT_SMMU_PAGE_REQUEST] = on_port,
    [EVENT_SMMU_TRANSLATE] = on_translate,
    [EVENT_SMMU_CACHE_HIT] = on_cache_hit,
    [EVENT_SMMU_COMMAND] = on_command,
    [EVENT_SMMU_TLBI] = on_tlbi,
    [EVENT_SMMU_COMMAND_ERROR] = on_command_error,
    [EVENT_SMMU_SYNC] = on_sync,
    [EVENT_SMMU_PRG_RESPONSE] = on_prg_response,
    [EVENT_SMMU_INVALIDATE] = on_invalidate,
    [EVENT_SMMU_INVALIDATED] = on_completion,
    [EVENT_SMMU_ATC_TIMEOUT] = on_atc_timeout,
    [EVENT_PRI_QUEUE_ACCEPT] = on_accept,
    [EVENT_PRI_QUEUE_DROP] = on_drop,
    [EVENT_PRI_QUEUE_WRITE] = on_write,
    [EVENT_PRI_QUEUE_LOST] = on_lost,
    [EVENT_PRI_QUEUE_PROD] = on_prod,
    [EVENT_PRI_QUEUE_CONS] = on_cons,
    [EVENT_PRI_QUEUE_OVERFLOW] = on_overflow,
    [EVENT_PRI_QUEUE_RESPONSE] = on_auto_response,
    [EVENT_DRIVER_READY] = on_ready,
    [EVENT_DRIVER_TAKE] = on_take,
    [EVENT_DRIVER_CONS] = on_software_cons,
    [EVENT_DRIVER_MARKER] = on_marker,
    [EVENT_DRIVER_PARK] = on_park,
    [EVENT_DRIVER_ENQUEUE] = on_enqueue,
    [EVENT_DRIVER_RESOLVE] = on_resolve,
    [EVENT_DRIVER_PAGE] = on_page,
    [EVENT_DRIVER_RESPOND] = on_respond,
    [EVENT_DRIVER_DISCARD] = on_discard,
    [EVENT_DRIVER_STOP] = on_driver_stop,
    [EVENT_DRIVER_STOP_SEEN] = on_stop_seen,
    [EVENT_DRIVER_UNBIND] = on_unbind,
    [EVENT_DRIVER_CLEAR] = on_clear,
    [EVENT_DRIVER_INVALIDATED] = on_invalidated,
    [EVENT_DRIVER_ATC_INV_LOST] = on_atc_inv_lost,
    [EVENT_DRIVER_LEFT_LOOKUP] = on_left_lookup,
    [EVENT_DRIVER_SNAPSHOT] = on_snapshot,
    [EVENT_DRIVER_HOLD] = on_hold,
    [EVENT_DRIVER_RELEASE] = on_release,
    [EVENT_DRIVER_DRAINED] = on_drained,
    [EVENT_DRIVER_FREE] = on_free,
    [EVENT_DRIVER_UNBIND_RETURNED] = on_unbind_returned,
    [EVENT_DRIVER_ASID_FREED] = on_asid_freed,
    [EVENT_DRIVER_FRAME_GIVEN] = on_frame_given,
    [EVENT_DRIVER_BIND] = on_bind,
    [EVENT_DRIVER_BOUND] = on_bound,
    [EVENT_DRIVER_REFUSED] = on_refused,
    [EVENT_TIMELINE_STEP] = on_step,
    [EVENT_ENDPOINT_REQUEST_LOST] = on_request_lost,
    [EVENT_SMMU_EVENT] = on_event_record,
    [EVENT_SMMU_EVENT_OVERFLOW] = on_event_overflow,
};

/* Judges that ask what is so after the event: they come behind its handler. */
static checkers_handler *const judges[EVENT_TYPES] = {
    [EVENT_ENDPOINT_PAGE_REQUEST] = duty_page_request,
    [EVENT_ENDPOINT_PAGE_REQUEST_SENT] = duty_page_request_sent,
    [EVENT_ENDPOINT_STOP_MARKER] = duty_stop_marker,
    [EVENT_ENDPOINT_TRANSLATION_REQUEST] = duty_translation_request,
    [EVENT_ENDPOINT_DMA] = duty_dma,
    [EVENT_ENDPOINT_START] = duty_start,
    [EVENT_ENDPOINT_STOP] = duty_stop,
    [EVENT_ENDPOINT_STOPPED] = duty_stopped,
    [EVENT_DRIVER_STOP] = marker_stop,
    [EVENT_DRIVER_STOP_SEEN] = duty_stop_seen,
    [EVENT_DRIVER_RESOLVE] = jobs_resolve,
    [EVENT_DRIVER_PAGE] = jobs_page,
    [EVENT_DRIVER_UNBIND] = marker_unbind,
    [EVENT_DRIVER_DRAINED] = marker_drained,
    [EVENT_DRIVER_UNBIND_RETURNED] = marker_unbind_returned,
    [EVENT_DRIVER_BIND] = duty_bind,
};

/* The queue's size in effect: what is asked for, as far as the hardware goes (smmuv3 1.4). */
static uint32_t queue_log2(const struct system_config *system)
{
    uint32_t log2 = system->driver.priq_log2;
    if (log2 > system->smmu.priq_log2_max)
        log2 = system->smmu.priq_log2_max;
    return log2 > system->pri_queue.size_log2_max ? system->pri_queue.size_log2_max : log2;
}

static const struct {
    const char *name, *about;
} counters[COUNTERS] = {
#define COUNTER(id, name, about) {name, about},
#include "tb/counters.def"
#undef COUNTER
};

const char *counter_name(enum counter counter)
{
    assert(counter < COUNTERS);
    return counters[counter].name;
}

const char *counter_about(enum counter counter)
{
    assert(counter < COUNTERS);
    return counters[counter].about;
}

struct checkers *checkers_open(const struct scenario *scenario)
{
    struct checkers *c = tables_memory(1, sizeof *c);
    const struct system_config *system = &scenario->system;
    assert(system->endpoints <= SYSTEM_ENDPOINTS_MAX);
    c->scenario = scenario;
    for (uint32_t i = 0; i < system->endpoints; i++) {
        c->function[i].stream_id = system->endpoint[i].requester_id;
        if (i < system->driver.functions)
            c->function[i].allocation = system->driver.function[i].pri_allocation;
    }
    c->queue_mask = (UINT32_C(2) << queue_log2(system)) - 1;
    c->overflow_since = CYCLE_NEVER;
    course_open(c);
    duties_open(c);
    pool_init(&c->jobs, sizeof(struct job));
    pool_init(&c->groups, sizeof(struct group));
    pool_init(&c->requests, sizeof(struct request));
    pool_init(&c->items, sizeof(struct item));
    pool_init(&c->answers, sizeof(struct answer));
    pool_init(&c->translations, sizeof(struct translation));
    pool_init(&c->cached, sizeof(struct cached));
    return c;
}

void checkers_close(struct checkers *c)
{
    if (c == NULL)
        return;
    struct pool *pools[] = {&c->jobs, &c->groups, &c->requests, &c->items, &c->answers, &c->translations, &c->cached};
    for (unsigned i = 0; i < sizeof pools / sizeof *pools; i++)
        pool_free(pools[i]);
    struct map *maps[] = {&c->context_of,     &c->binding_of,      &c->job_of,      &c->request_of, &c->request_by_tlp,
                          &c->item_of,        &c->command_of,      &c->answer_of,   &c->job_by_tlp, &c->owner_of,
                          &c->translation_of, &c->completion_of,   &c->cached_of,   &c->left_of,    &c->step_of_call,
                          &c->dma_of,         &c->binding_of_call, &c->call_of_raw, &c->step_of_raw};
    for (unsigned i = 0; i < sizeof maps / sizeof *maps; i++)
        map_free(maps[i]);
    fifo_free(&c->at_port);
    fifo_free(&c->automatic);
    free(c->finding);
    free(c->exposure);
    free(c->lost);
    free(c->binding);
    free(c->context);
    free(c->slot);
    free(c->invalidation);
    free(c->tlbi);
    free(c->cfgi);
    free(c);
}

void checkers_event(void *checkers, const struct event *event)
{
    struct checkers *c = checkers;
    assert(event->type < EVENT_TYPES);
    c->clock++;
    group_limits(c, event->cycle);
    checkers_handler *handler = handlers[event->type];
    if (handler != NULL)
        handler(c, event);
    checkers_handler *judge = judges[event->type];
    if (judge != NULL)
        judge(c, event);
}

void checkers_tell(struct checkers *c, const struct stream *told)
{
    c->told = told;
}

void checkers_finish(struct checkers *c, cycle_t end, bool idle)
{
    course_finish(c);
    request_finish(c, end, idle);
    group_finish(c, end, idle);
    unbind_finish(c, end, idle);
    queue_finish(c, end);
    marker_finish(c);
    c->counters[COUNTER_EVENTS] = c->clock;
}

uint64_t checkers_counter(const struct checkers *c, enum counter counter)
{
    assert(counter < COUNTERS);
    return counter == COUNTER_EVENTS ? c->clock : c->counters[counter];
}
