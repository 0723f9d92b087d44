/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps that call back the function's driver, who has not asked for the unbind, and says what is left of page requests:
 * by the one his callback stops the PASID (UNBIND-STEP-3, UNBIND-D15); by the other he is told that it has ended
 * (UNBIND-D30), and nobody goes by what he says.
 */
#include "driver/unbind/unbind.h"

static uint8_t answer(const struct edge *e, const struct task *t)
{
    return flags_as_given(e, flags_of_callback((enum prisim_driver_callback)function_called(e, t)->callback));
}

static bool callback_says(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    HOLD(PRISIM_EVENT_DRIVER_FLAGS);
    STEP(e->config->price.compute);
    EMIT_CALL_WITH(driver_flags, .flags = answer(e, t));
    END;
}

/* Without a callback nobody tells the function, which uses the PASID on and on; and no Stop Marker of this life comes.
 */
bool step_call_device(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_called(e, t)->callback == PRISIM_DRIVER_CALLBACK_ABSENT) {
        t->call.markers = call_entry(e, t)->stops + 1;
        FINISH;
    }
    if (function_called(e, t)->callback_latency)
        SLEEP(function_called(e, t)->callback_latency);
    CALL(step_stop_device);
    CALL(callback_says);
    if (answer(e, t) == PRISIM_DRIVER_FLAGS_CLEAN)
        t->call.cause = PRISIM_CAUSE_SAID_CLEAN;
    END;
}

bool step_notify_device(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (function_called(e, t)->callback == PRISIM_DRIVER_CALLBACK_ABSENT)
        FINISH;
    if (function_called(e, t)->callback_latency)
        SLEEP(function_called(e, t)->callback_latency);
    CALL(callback_says);
    END;
}
