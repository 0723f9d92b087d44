/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers of the blocks (wave_blocks.h).
 */
#include "tb/wave/wave_blocks.h"

#include <stdlib.h>
#include <string.h>

#include "model/core/queue_index.h"

/* Which numbers of jobs are those of raw page requests: the timeline gives them out. */
static bool find_raw(struct wave_blocks *b)
{
    const struct timeline_config *timeline = &b->scenario->timeline;
    for (uint32_t i = 0; i < timeline->steps; i++)
        if (!timeline->step[i].to_driver && timeline->step[i].stimulus.job >= b->jobs)
            b->jobs = timeline->step[i].stimulus.job + UINT64_C(1);
    b->raw = b->jobs ? calloc(b->jobs, 1) : NULL;
    if (b->jobs && !b->raw)
        return false;
    for (uint32_t i = 0; i < timeline->steps; i++)
        if (!timeline->step[i].to_driver && timeline->step[i].stimulus.what == PRISIM_ENDPOINT_PAGE_REQUEST)
            b->raw[timeline->step[i].stimulus.job] = 1;
    return true;
}

bool wave_blocks_open(struct wave_blocks *b, struct wave_tree *tree, const struct scenario *scenario)
{
    memset(b, 0, sizeof *b);
    b->tree = tree;
    b->scenario = scenario;
    /* SMMU-IDR1: the driver takes no larger queue than there may be. */
    b->pri_queue.log2 = scenario->system.driver.priq_log2;
    if (b->pri_queue.log2 > scenario->system.smmu[0].priq_log2_max)
        b->pri_queue.log2 = scenario->system.smmu[0].priq_log2_max;
    return find_raw(b);
}

void wave_blocks_close(struct wave_blocks *b)
{
    free(b->raw);
}

void wave_blocks_timeline(struct wave_blocks *b)
{
    b->timeline.step = wave_bits(b->tree, "step", 32);
    b->timeline.id = wave_text_signal(b->tree, "id");
}

void wave_blocks_smmu(struct wave_blocks *b)
{
    b->smmu.command = wave_bits(b->tree, "command", 8);
    b->smmu.gerror = wave_bits(b->tree, "gerror", 32);
}

void wave_blocks_pri_queue(struct wave_blocks *b)
{
    unsigned bits = b->pri_queue.log2 + 1;
    b->pri_queue.occupancy = wave_bits(b->tree, "occupancy", bits);
    b->pri_queue.prod = wave_bits(b->tree, "prod", bits);
    b->pri_queue.cons = wave_bits(b->tree, "cons", bits);
    b->pri_queue.ovflg = wave_bits(b->tree, "ovflg", 1);
    b->pri_queue.ovackflg = wave_bits(b->tree, "ovackflg", 1);
    b->pri_queue.drop = wave_moment(b->tree, "drop");
    b->pri_queue.dropped = wave_bits(b->tree, "dropped", 32);
    b->pri_queue.interrupt = wave_moment(b->tree, "interrupt");
}

void wave_blocks_interconnect(struct wave_blocks *b)
{
    b->interconnect.msi = wave_moment(b->tree, "msi");
    b->interconnect.data = wave_bits(b->tree, "msi_data", 32);
}

void wave_blocks_function(struct wave_blocks *b, unsigned endpoint)
{
    b->function[endpoint].credits = wave_bits(b->tree, "credits_in_use", 10);
    b->function[endpoint].jobs = wave_bits(b->tree, "jobs", 16);
}

void wave_blocks_checkers(struct wave_blocks *b)
{
    b->checkers.broken = wave_moment(b->tree, "premise_broken");
    b->checkers.duty = wave_text_signal(b->tree, "premise");
}

static void show_queue(struct wave_blocks *b)
{
    uint32_t log2 = b->pri_queue.log2;
    wave_set(b->tree, b->pri_queue.prod, b->pri_queue.prod_now);
    wave_set(b->tree, b->pri_queue.cons, b->pri_queue.cons_now);
    wave_set(b->tree, b->pri_queue.occupancy, queue_index_distance(b->pri_queue.prod_now, b->pri_queue.cons_now, log2));
}

static void queue_event(struct wave_blocks *b, const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_PRI_QUEUE_PROD:
        b->pri_queue.prod_now = (uint32_t)event->pri_queue_prod.prod;
        wave_set(b->tree, b->pri_queue.ovflg, event->pri_queue_prod.ovflg);
        show_queue(b);
        break;
    case PRISIM_EVENT_PRI_QUEUE_CONS:
        b->pri_queue.cons_now = (uint32_t)event->pri_queue_cons.cons;
        wave_set(b->tree, b->pri_queue.ovackflg, event->pri_queue_cons.ovackflg);
        show_queue(b);
        break;
    case PRISIM_EVENT_PRI_QUEUE_OVERFLOW:
        wave_set(b->tree, b->pri_queue.ovflg, event->pri_queue_overflow.ovflg);
        break;
    case PRISIM_EVENT_PRI_QUEUE_DROP:
        wave_happens(b->tree, b->pri_queue.drop);
        wave_set(b->tree, b->pri_queue.dropped, ++b->pri_queue.drops);
        break;
    case PRISIM_EVENT_PRI_QUEUE_INTERRUPT:
        wave_happens(b->tree, b->pri_queue.interrupt);
        break;
    default:
        break;
    }
}

/* PCIE-PRICAP: a credit a request, from E0 to the response to its group, or until page requests are switched off with
 * what is outstanding. */
static void credits_event(struct wave_blocks *b, struct wave_function *f, const struct prisim_event *event)
{
    const struct prisim_event_endpoint_page_request *request = &event->endpoint_page_request;
    const struct prisim_event_endpoint_response *response = &event->endpoint_response;
    if (event->type == PRISIM_EVENT_ENDPOINT_PAGE_REQUEST) {
        bool raw = request->job < b->jobs && b->raw[request->job];
        f->of_group[request->prgi % PRISIM_PRG_INDEXES] += !raw;
        f->in_use += !raw;
    } else if (event->type == PRISIM_EVENT_ENDPOINT_PRI_OFF) {
        if (event->endpoint_pri_off.groups) {
            memset(f->of_group, 0, sizeof f->of_group);
            f->in_use = 0;
        }
    } else if (response->cause == PRISIM_CAUSE_GROUP_FREED || response->cause == PRISIM_CAUSE_GROUP_STALE) {
        uint32_t *group = &f->of_group[response->prgi % PRISIM_PRG_INDEXES];
        f->in_use -= *group;
        *group = 0;
    }
}

static void function_event(struct wave_blocks *b, const struct prisim_event *event)
{
    struct wave_function *f = &b->function[event->instance - INSTANCE_ENDPOINT];
    switch (event->type) {
    case PRISIM_EVENT_ENDPOINT_JOB:
        f->live++;
        break;
    case PRISIM_EVENT_ENDPOINT_JOB_DONE:
        f->live -= f->live > 0;
        break;
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST:
    case PRISIM_EVENT_ENDPOINT_RESPONSE:
    case PRISIM_EVENT_ENDPOINT_PRI_OFF:
        credits_event(b, f, event);
        break;
    default:
        return;
    }
    wave_set(b->tree, f->credits, f->in_use);
    wave_set(b->tree, f->jobs, f->live);
}

static void set_words(struct wave_tree *tree, wave_signal signal, const char *words)
{
    struct wave_text text;
    wave_text_begin(&text);
    wave_text_add(&text, words);
    wave_set_text(tree, signal, &text);
}

static void step_event(struct wave_blocks *b, uint64_t step)
{
    wave_set(b->tree, b->timeline.step, step);
    if (step < b->scenario->timeline.steps)
        set_words(b->tree, b->timeline.id, b->scenario->timeline.step[step].id);
}

static bool is_of_function(const struct wave_blocks *b, const struct prisim_event *event)
{
    return event->instance >= INSTANCE_ENDPOINT && event->instance < INSTANCE_ENDPOINT + b->scenario->system.endpoints;
}

void wave_blocks_event(struct wave_blocks *b, const struct prisim_event *event)
{
    if (is_of_function(b, event)) {
        function_event(b, event);
        return;
    }
    switch (event->type) {
    case PRISIM_EVENT_TIMELINE_STEP:
        step_event(b, event->timeline_step.step);
        break;
    case PRISIM_EVENT_SMMU_COMMAND:
        wave_set(b->tree, b->smmu.command, event->smmu_command.opcode & 0xff);
        break;
    case PRISIM_EVENT_SMMU_GERROR:
        wave_set(b->tree, b->smmu.gerror, event->smmu_gerror.active & UINT32_MAX);
        break;
    case PRISIM_EVENT_INTERCONNECT_INTERRUPT:
        wave_happens(b->tree, b->interconnect.msi);
        wave_set(b->tree, b->interconnect.data, event->interconnect_interrupt.data & UINT32_MAX);
        break;
    case PRISIM_EVENT_PREMISE_BROKEN:
        wave_happens(b->tree, b->checkers.broken);
        set_words(b->tree, b->checkers.duty, prisim_cause_name((enum prisim_cause)event->premise_broken.duty));
        break;
    default:
        queue_event(b, event);
        break;
    }
}
