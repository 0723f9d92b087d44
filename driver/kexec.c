/* SPDX-License-Identifier: Apache-2.0
 *
 * kexec: the kernel has crashed, and another one starts (UNBIND-S-50). All tasks end where they are; nothing is
 * unbound, switched off or given back, and neither the SMMU nor a function hears of it. The next life has memory of its
 * own, so that what they still write does it no harm, and knows nothing but what it reads.
 */
#include "driver/kexec.h"

/* Who called the first life gets no answer from it: each call that has not returned is over. */
static void end_call(struct edge *e, const struct task *t)
{
    if (t->call.returned)
        return;
    EMIT_CALL_WITH(driver_refused, .cause = PRISIM_CAUSE_KEXEC);
    if (t->call.stimulus.what == PRISIM_DRIVER_UNBIND && !prisim_driver_stimulus_is_of_marker(&t->call.stimulus))
        EMIT_CALL_WITH(driver_unbind_returned, .cause = PRISIM_CAUSE_KEXEC);
}

static void tell_end(struct edge *e)
{
    const struct prisim_driver *d = e->driver;
    task_end_holds(e);
    EMIT(driver_kexec, .life = d->life + UINT64_C(2));
    for (uint32_t left = d->callers_live; left; left &= left - 1)
        end_call(e, &d->task[TASK_CALLER + __builtin_ctz(left)]);
}

/* A CPU ends the access that it has under way before it does anything else, and nobody uses the answer. */
static uint8_t cpus_under_way(const struct prisim_driver *d)
{
    uint8_t cpus = 0;
    for (unsigned cpu = 0; cpu < PRISIM_DRIVER_CPUS_MAX; cpu++)
        if (d->cpu_task[cpu] != TASK_NONE && d->task[d->cpu_task[cpu]].awaits)
            cpus |= (uint8_t)(1 << cpu);
    return cpus;
}

/* Names go on: what they were given to is still about. Holds are no part of the driver. */
static void start_anew(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    const uint32_t bindings = d->bindings, tlps = d->tlps, interrupts = d->interrupts;
    const uint64_t frames_given = d->frames_given, groups = d->work_enqueued, holds_armed = d->holds_armed;
    const uint8_t dying = cpus_under_way(d);
    struct hold hold[DRIVER_HOLDS_MAX];
    memcpy(hold, d->hold, sizeof hold);
    driver_start(e->config, d, 1);
    memcpy(d->hold, hold, sizeof hold);
    d->bindings = bindings;
    d->tlps = tlps;
    d->interrupts = interrupts;
    d->frames_given = frames_given;
    d->work_enqueued = groups;
    d->holds_armed = holds_armed;
    d->dying = dying;
}

void driver_kexec(struct edge *e)
{
    struct prisim_driver *d = e->driver;
    if (!e->config->crashkernel || d->life) {
        EMIT(driver_refused, .stream_id = 0, .pasid = PRISIM_PASID_NONE, .call = 0, .cause = PRISIM_CAUSE_REFUSED);
        return;
    }
    prisim_touch_everything(&d->touched);
    tell_end(e);
    start_anew(e);
    d->started = 1;
    d->deaf = 1;
    d->free_cpus &= (uint8_t)~d->dying;
    d->runnable = 0;
    d->next = PRISIM_CYCLE_NEVER;
    task_start_at(d, TASK_INIT, e->now + e->config->kexec_boot);
}
