/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of triggers (triggers.def), and which steps a list of each can have.
 */
#include "driver/unbind/policy.h"

static const struct driver_trigger_row triggers[PRISIM_DRIVER_TRIGGERS] = {
#define TRIGGER(NAME, name, OF, runs, about) [PRISIM_DRIVER_##NAME] = {#name, DRIVER_LIST_OF_##OF, runs, about},
#include "driver/unbind/triggers.def"
#undef TRIGGER
};

const struct driver_trigger_row *driver_trigger(enum prisim_driver_trigger trigger)
{
    assert(trigger < PRISIM_DRIVER_TRIGGERS);
    return &triggers[trigger];
}

/* It reads or changes one PASID, that of the call; others are about the queues, the workers or the function. */
static bool is_of_a_pasid(unsigned step)
{
    switch (step) {
    case DRIVER_STEP_STOP_DEVICE:
    case DRIVER_STEP_ENTER:
    case DRIVER_STEP_LEAVE_LOOKUP:
    case DRIVER_STEP_KEEP:
    case DRIVER_STEP_STAY_BOUND:
    case DRIVER_STEP_DRAINED:
    case DRIVER_STEP_FREE:
    case DRIVER_STEP_CLEAR_CD:
    case DRIVER_STEP_CFGI:
    case DRIVER_STEP_TLBI:
    case DRIVER_STEP_REPEAT_ATC_INV:
    case DRIVER_STEP_INVALIDATED:
    case DRIVER_STEP_AWAIT_MARKER:
    case DRIVER_STEP_GIVE_UP_MARKER:
    case DRIVER_STEP_DISCARD_PARTS:
    case DRIVER_STEP_ANSWER_PARTS:
    case DRIVER_STEP_AWAIT_READERS:
    case DRIVER_STEP_AWAIT_REFERENCES:
    case DRIVER_STEP_AWAIT_RESPONSES:
    case DRIVER_STEP_ROLLBACK:
    case DRIVER_STEP_BY_FLAG:
    case DRIVER_STEP_CALL_DEVICE:
    case DRIVER_STEP_NOTIFY_DEVICE:
    case DRIVER_STEP_FILTER:
    case DRIVER_STEP_AWAIT_NO_MATCH:
    case DRIVER_STEP_HARDWARE_DRAIN:
    case DRIVER_STEP_SCAN_QUEUE:
    case DRIVER_STEP_RETURN:
    case DRIVER_STEP_QUARANTINE:
    case DRIVER_STEP_MARK:
    case DRIVER_STEP_DEFER:
        return true;
    }
    return false;
}

/* UNBIND-STEP "Semantics": what a list is about is there for its steps. */
bool driver_trigger_has(enum prisim_driver_trigger trigger, unsigned step)
{
    switch (driver_trigger(trigger)->of) {
    case DRIVER_LIST_OF_PASID:
        break;
    case DRIVER_LIST_OF_STALE:
        return step == DRIVER_STEP_DRAINED || step == DRIVER_STEP_FREE || step == DRIVER_STEP_DISCARD_PARTS ||
               !is_of_a_pasid(step);
    case DRIVER_LIST_OF_FUNCTION:
        return !is_of_a_pasid(step);
    }
    return true;
}
