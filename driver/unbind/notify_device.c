/* SPDX-License-Identifier: Apache-2.0
 *
 * The step of unbind that tells the function's driver of it (UNBIND-P4, UNBIND-D30): his callback is called, if he has
 * one. What he answers is told, and nobody goes by it; the function has stopped before, or there was no Stop Marker.
 */
#include "driver/unbind/unbind.h"

static const struct prisim_driver_function *function_of_call(const struct edge *e, const struct task *t)
{
    return &e->config->function[t->call.stimulus.function];
}

bool step_notify_device(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_of_call(e, t)->callback == PRISIM_DRIVER_CALLBACK_ABSENT)
        FINISH;
    if (function_of_call(e, t)->callback_latency)
        SLEEP(function_of_call(e, t)->callback_latency);
    HOLD(PRISIM_EVENT_DRIVER_FLAGS);
    STEP(e->config->price.compute);
    EMIT_CALL_WITH(
        driver_flags,
        .flags = flags_as_given(e, flags_of_callback((enum prisim_driver_callback)function_of_call(e, t)->callback)));
    END;
}
