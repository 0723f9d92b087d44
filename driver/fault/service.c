/* SPDX-License-Identifier: Apache-2.0
 *
 * How long it takes to make a page resident, from S2 to S3, where that is drawn: for each fault in the order in which
 * their service begins, from one stream. A minor fault is fault_service and a spread; a major one waits for storage
 * before that, as a kernel's handle_mm_fault does: asleep, with the mmap lock.
 */
#include "driver/fault/group.h"
#include "driver/memory/memory.h"
#include "driver/step.h"
#include "model/core/random.h"

uint64_t fault_service_seeded(const struct prisim_driver_config *config)
{
    return random_open(config->fault_service_seed, 0, 0).counter;
}

/* Of the fault whose service begins: cycles beside fault_service, and whether its page would come from storage. Each
 * fault draws as often as any other. */
static uint32_t draw(struct edge *e, bool *major)
{
    struct random_stream random = {e->driver->drawn};
    const uint32_t spread = (uint32_t)random_below(&random, e->config->fault_service_spread + 1);
    const uint64_t nth = random_below(&random, e->config->major_faults + (e->config->major_faults == 0));
    *major = e->config->major_faults && nth == 0;
    e->driver->drawn = random.counter;
    return spread;
}

/* Nothing is read for a page that is there, nor for one that may not be had. */
static bool comes_from_storage(struct edge *e, struct task *t, const struct item *item)
{
    unsigned perm = 0;
    t->page_space = t->work.space - 1;
    t->page_address = item->address;
    if (page_table_permit(e->config, t->page_space, item->address, item->access, &perm) != PRISIM_CAUSE_BOUND)
        return false;
    t->page_perm = (uint8_t)perm;
    return page_table_lacks(e, t);
}

/* Begins what was drawn: true, the wait of a major fault; else all of its service. */
static bool begin_wait(struct edge *e, struct task *t)
{
    const struct item *item = &e->driver->item[t->work.item];
    bool major;
    const uint32_t spread = draw(e, &major);
    if (!major || !comes_from_storage(e, t, item)) {
        task_begin(e, t, e->config->fault_service + spread);
        return false;
    }
    EMIT(driver_major_fault, .item = item->number, .space = t->work.space, .address = item->address,
         .cycles = e->config->major_fault_wait + spread);
    task_sleep(e, t, e->now + e->config->major_fault_wait + spread);
    return true;
}

bool driver_drawn_service(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (begin_wait(e, t)) {
        RETURN_HERE;
        task_begin(e, t, e->config->fault_service);
    }
    RETURN_HERE;
    END;
}
