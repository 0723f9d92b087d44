/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of the driver at the start of a life: nothing is known, and each thread waits for its work. What goes on
 * from one life to the next is kexec.c's business.
 */
#include "driver/fault/group.h"
#include "driver/kexec.h"
#include "driver/memory/memory.h"

struct driver_places driver_places(const struct prisim_driver_config *config)
{
    struct driver_places p;
    uint64_t mapped;
    size_t tables = page_table_capacity(config, &p.tables_log2, &mapped);
    p.found = sizeof(struct prisim_driver);
    p.pasids = p.found + found_bytes(config);
    p.asids = p.pasids + sizeof(struct pasid) * ((size_t)config->functions << config->pasid_bits);
    p.tables = p.asids + asid_bytes(config);
    p.frames = p.tables + sizeof(struct table) * tables;
    p.frame_first = driver_layout(config, NULL);
    p.ram_frames = (kexec_ram_end(config, 0) - p.frame_first) / PAGE_BYTES;
    p.frame_count = (uint32_t)frame_capacity(config, mapped);
    p.end = p.frames + sizeof(struct frames) + sizeof(struct frame) * p.frame_count;
    return p;
}

/* The second life has the frames of its own RAM, of which there are books for as many as the first one had. */
static void places_of_life(const struct prisim_driver_config *config, struct driver_places *p, uint32_t life)
{
    if (!life)
        return;
    p->frame_first = driver_layout_at(config, kexec_ram_first(config, life), NULL);
    p->ram_frames = (kexec_ram_end(config, life) - p->frame_first) / PAGE_BYTES;
    if (p->ram_frames < p->frame_count)
        p->frame_count = (uint32_t)p->ram_frames;
}

void driver_start(const struct prisim_driver_config *config, struct prisim_driver *d, uint32_t life)
{
    assert(config->cpus >= 1 && config->cpus <= PRISIM_DRIVER_CPUS_MAX && config->workers <= PRISIM_DRIVER_WORKERS_MAX);
    struct driver_places places = driver_places(config);
    memset((char *)d + sizeof d->touched, 0, places.end - sizeof d->touched);
    places_of_life(config, &places, life);
    d->places = places;
    d->life = (uint8_t)life;
    task_init(d);
    item_init(d);
    driver_layout_at(config, kexec_ram_first(config, life), d);
    d->command_owner = TASK_NONE;
    d->drawn = fault_service_seeded(config);
    d->free_cpus = (uint8_t)prisim_bits_mask(config->cpus);
    /* Threads wait for their work; bring-up runs at once. */
    d->waiters[WAIT_KICK] = UINT32_C(1) << TASK_PRI_THREAD;
    d->waiters[WAIT_EVENTS] = UINT32_C(1) << TASK_EVENT_THREAD;
    d->waiters[WAIT_WORK] = (uint32_t)prisim_bits_mask(config->workers) << TASK_WORKER;
    for (unsigned i = TASK_PRI_THREAD; i < TASKS; i++)
        d->task[i].price = i >= TASK_CALLER && i < TASK_WORKER ? 0 : config->price.wake_up;
    d->runnable = UINT32_C(1) << TASK_INIT;
    d->stops = kexec_leaves_queues_alone(config, d); /* the PRI thread is stopped, and nobody starts it */
}
