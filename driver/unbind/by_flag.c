/* SPDX-License-Identifier: Apache-2.0
 *
 * The step of unbind that decides by what the device's driver says of its page requests (UNBIND-P1, UNBIND-D6): a flag
 * of the call, or what his callback returns. It stands before all others: who is refused finds everything as it was.
 */
#include "driver/unbind/unbind.h"

/* What is given for what is meant: the commit message has the two the wrong way round (UNBIND-SEED). */
uint8_t flags_as_given(const struct edge *e, uint8_t meant)
{
    if (meant == PRISIM_DRIVER_FLAGS_NONE || e->config->flags_reading == PRISIM_DRIVER_FLAGS_BY_HEADER)
        return meant;
    return meant == PRISIM_DRIVER_FLAGS_CLEAN ? PRISIM_DRIVER_FLAGS_FLUSHED : PRISIM_DRIVER_FLAGS_CLEAN;
}

uint8_t flags_of_callback(enum prisim_driver_callback callback)
{
    switch (callback) {
    case PRISIM_DRIVER_CALLBACK_CLEAN:
        return PRISIM_DRIVER_FLAGS_CLEAN;
    case PRISIM_DRIVER_CALLBACK_FLUSHED:
        return PRISIM_DRIVER_FLAGS_FLUSHED;
    case PRISIM_DRIVER_CALLBACK_ABSENT:
    case PRISIM_DRIVER_CALLBACK_NONE:
        break;
    }
    return PRISIM_DRIVER_FLAGS_NONE;
}

bool step_by_flag(struct edge *e, struct task *t, uint16_t *pc)
{
    BEGIN;
    if (t->call.stimulus.flags == PRISIM_DRIVER_FLAGS_NONE &&
        function_called(e, t)->callback != PRISIM_DRIVER_CALLBACK_ABSENT) {
        if (function_called(e, t)->callback_latency)
            SLEEP(function_called(e, t)->callback_latency);
        t->call.stimulus.flags = flags_of_callback((enum prisim_driver_callback)function_called(e, t)->callback);
    }
    HOLD(PRISIM_EVENT_DRIVER_FLAGS);
    STEP(e->config->price.compute);
    t->call.stimulus.flags = flags_as_given(e, (uint8_t)t->call.stimulus.flags);
    EMIT_CALL_WITH(driver_flags, .flags = t->call.stimulus.flags);
    if (t->call.stimulus.flags == PRISIM_DRIVER_FLAGS_CLEAN)
        t->call.cause = PRISIM_CAUSE_SAID_CLEAN;
    if (t->call.stimulus.flags != PRISIM_DRIVER_FLAGS_NONE)
        FINISH;
    t->call.refused = PRISIM_CAUSE_BUSY;
    EMIT_CALL_WITH(driver_refused, .cause = PRISIM_CAUSE_BUSY);
    END;
}
