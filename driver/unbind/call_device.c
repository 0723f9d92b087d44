/* SPDX-License-Identifier: Apache-2.0
 *
 * The step of an unbind that the function's driver has not asked for (UNBIND-STEP-3, UNBIND-D15): his callback is
 * called, stops the PASID, and says what is left of its page requests.
 */
#include "driver/unbind/unbind.h"

static const struct prisim_driver_function *function_of_call(const struct edge *e, const struct task *t)
{
    return &e->config->function[t->call.stimulus.function];
}

static uint8_t answer(const struct edge *e, const struct task *t)
{
    return flags_as_given(e, flags_of_callback((enum prisim_driver_callback)function_of_call(e, t)->callback));
}

/* Without a callback nobody tells the function, which uses the PASID on and on; and no Stop Marker of this life comes.
 */
bool step_call_device(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_of_call(e, t)->callback == PRISIM_DRIVER_CALLBACK_ABSENT) {
        t->call.markers = call_entry(e, t)->stops + 1;
        FINISH;
    }
    if (function_of_call(e, t)->callback_latency)
        SLEEP(function_of_call(e, t)->callback_latency);
    CALL(step_stop_device);
    HOLD(PRISIM_EVENT_DRIVER_FLAGS);
    STEP(e->config->price.compute);
    EMIT_CALL_WITH(driver_flags, .flags = answer(e, t));
    if (answer(e, t) == PRISIM_DRIVER_FLAGS_CLEAN)
        t->call.cause = PRISIM_CAUSE_SAID_CLEAN;
    END;
}
