/* SPDX-License-Identifier: Apache-2.0
 *
 * The book of ATC_INVs under way: what becomes of one that its function does not answer (CERROR_ATC_INV_SYNC). Whose
 * error that is, is known by the place in the command queue: the first CMD_SYNC behind an ATC_INV waits for it, and no
 * other (SMMU-SYNC, SMMU-CERROR). It puts nothing on that queue.
 */
#include "driver/state.h"

/* The CMD_SYNC of that number waits for every ATC_INV before it that no earlier one waits for. */
void atc_inv_covered(struct prisim_driver *d, uint64_t sync)
{
    for (uint32_t left = d->callers_live; left; left &= left - 1) {
        struct call *call = &task_of(d, (size_t)TASK_CALLER + (size_t)__builtin_ctz(left))->call;
        if (call->atc_inv && call->atc_inv < sync && (!call->atc_sync || sync < call->atc_sync))
            call->atc_sync = sync;
    }
}

/* The task's command of that number, an ATC_INV, has been put on the queue. */
void atc_inv_issued(struct task *t, uint64_t number)
{
    assert(t->kind == PRISIM_DRIVER_TASK_CALLER && number);
    t->call.atc_inv = number;
    t->call.atc_sync = 0;
    t->call.atc_lost = 0;
}

/* A CMD_SYNC of the task has, as its last command. */
void atc_inv_sync_issued(struct prisim_driver *d, struct task *t)
{
    if (t->kind == PRISIM_DRIVER_TASK_CALLER)
        t->call.own_sync = t->command_number;
    atc_inv_covered(d, t->command_number);
}

/* SMMU-CERROR: it is unknown which of the ATC_INVs that the CMD_SYNC waited for were lost: all of them are taken as not
 * done. Nobody else is told. */
void atc_inv_lost(struct edge *e, uint64_t sync)
{
    struct prisim_driver *d = e->driver;
    for (uint32_t left = d->callers_live; left; left &= left - 1) {
        struct call *call = &task_of(d, (size_t)TASK_CALLER + (size_t)__builtin_ctz(left))->call;
        if (!call->atc_inv || call->atc_sync != sync)
            continue;
        call->atc_lost = 1;
        EMIT(driver_atc_inv_lost, .stream_id = e->config->function[call->stimulus.function].requester_id,
             .pasid = call_pasid(call), .call = call->stimulus.call, .index = command_position(d, call->atc_inv),
             .sync = command_position(d, sync), .own = call->own_sync == sync,
             .told = e->config->on_atc_timeout != PRISIM_DRIVER_ATC_TIMEOUT_AS_LINUX_6_1);
    }
}
