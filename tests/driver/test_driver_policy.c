/* SPDX-License-Identifier: Apache-2.0
 *
 * policies.def: the steps of each preset, in order, and what it promises (UNBIND-STEP). They are written down here a
 * second time, without the shorthands of the table.
 */
#include <stdio.h>
#include <stdlib.h>

#include "driver/unbind/policy.h"
#include "tests/harness/suite.h"

#define ALWAYS(step)                                                                                                   \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, 0                                                                      \
    }
#define REFUSING(step)                                                                                                 \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_REFUSING, 0                                                                    \
    }
#define SERVING(step)                                                                                                  \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_SERVING, 0                                                                     \
    }
#define KEPT(step)                                                                                                     \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_KEPT, 0                                                                        \
    }
#define TIMED_OUT(step)                                                                                                \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_TIMED_OUT, 0                                                                   \
    }
#define ROLLING_BACK(step)                                                                                             \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ROLLING_BACK, 0                                                                \
    }
#define DISCARDING(step)                                                                                               \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_DISCARDING, 0                                                                  \
    }
#define GROUP(step)                                                                                                    \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, 1                                                                      \
    }
#define QUIET(step)                                                                                                    \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, 3                                                                      \
    }
#define FLUSHED(step)                                                                                                  \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_FLUSHED, 0                                                                     \
    }
#define LIST(policy, ...)                                                                                              \
    {                                                                                                                  \
        policy,                                                                                                        \
        {                                                                                                              \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }

enum { LIST_MAX = 32 };

static const struct prisim_driver_config config;

/* The order U0..U6 (UNBIND-POINT) with the commands of SMMU-ATCINV between U3 and U4. */
static const struct {
    enum prisim_driver_policy policy;
    struct driver_policy_step step[LIST_MAX];
} lists[] = {
    LIST(PRISIM_DRIVER_UNBIND_NONE, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI), ALWAYS(TLBI),
         ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED), KEPT(LEAVE_LOOKUP),
         KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    LIST(PRISIM_DRIVER_UNBIND_DRAIN, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI), ALWAYS(TLBI),
         ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED), KEPT(LEAVE_LOOKUP),
         KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(SNAPSHOT), ALWAYS(KICK_THREAD), ALWAYS(AWAIT_HANDED),
         ALWAYS(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    LIST(PRISIM_DRIVER_UNBIND_STOP_MARKER, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(AWAIT_MARKER), TIMED_OUT(SNAPSHOT),
         TIMED_OUT(KICK_THREAD), TIMED_OUT(AWAIT_HANDED), ALWAYS(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS),
         TIMED_OUT(GIVE_UP_MARKER), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-P7: leave, clear, inv, flush, await_references; nothing of the PRI queue */
    LIST(PRISIM_DRIVER_UNBIND_REJECT, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(LEAVE_LOOKUP), ALWAYS(CLEAR_CD),
         ALWAYS(CFGI), ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV),
         ALWAYS(INVALIDATED), KEPT(KEEP), ALWAYS(FLUSH_WORKERS), ALWAYS(AWAIT_REFERENCES), ALWAYS(DRAINED),
         ALWAYS(FREE)),
    /* UNBIND-P6: await_handed {batch+2 or empty, taken, interruptible}, flush; 2017: else rollback */
    LIST(PRISIM_DRIVER_UNBIND_DRAIN_BATCH, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(READ_BATCH), ALWAYS(AWAIT_BATCH),
         ROLLING_BACK(ROLLBACK), DISCARDING(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS), ALWAYS(DRAINED),
         SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-P1: by_flag {clean: P0; flushed: P3; none: call_device, if_error fail EBUSY}, before anything is stopped
     */
    LIST(PRISIM_DRIVER_UNBIND_FLAGS, ALWAYS(BY_FLAG), ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD),
         ALWAYS(CFGI), ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV),
         ALWAYS(INVALIDATED), KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), FLUSHED(AWAIT_MARKER),
         TIMED_OUT(SNAPSHOT), TIMED_OUT(KICK_THREAD), TIMED_OUT(AWAIT_HANDED), FLUSHED(DISCARD_PARTS),
         FLUSHED(FLUSH_WORKERS), TIMED_OUT(GIVE_UP_MARKER), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-P16: inv, snapshot, filter snapshot, free, return */
    LIST(PRISIM_DRIVER_UNBIND_PROD_SNAPSHOT, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(SNAPSHOT), ALWAYS(FILTER), ALWAYS(DRAINED),
         SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-P13, UNBIND-P14: rules; both return before U6 (UNBIND-HAZARD "Exposure") */
    LIST(PRISIM_DRIVER_UNBIND_DEFER_RECYCLE, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(RETURN),
         ALWAYS(QUARANTINE), ALWAYS(FREE)),
    LIST(PRISIM_DRIVER_UNBIND_LEAK_OK, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI), ALWAYS(TLBI),
         ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED), KEPT(LEAVE_LOOKUP),
         KEPT(KEEP), ALWAYS(DRAINED), ALWAYS(RETURN), ALWAYS(FREE)),
    /* UNBIND-P11: pri_off, await_stopped, pri_reset, pri_on */
    LIST(PRISIM_DRIVER_UNBIND_PRI_RESET, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(PRI_OFF), ALWAYS(AWAIT_STOPPED),
         ALWAYS(PRI_RESET), ALWAYS(PRI_ON), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-P9: clear, inv only; UNBIND-P12: nothing of an unbind */
    LIST(PRISIM_DRIVER_UNBIND_DETACH_ONLY, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    LIST(PRISIM_DRIVER_UNBIND_FLR, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI), ALWAYS(TLBI),
         ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED), KEPT(LEAVE_LOOKUP),
         KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-P7 */
    LIST(PRISIM_DRIVER_UNBIND_AMD_V2, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(LEAVE_LOOKUP), ALWAYS(CLEAR_CD),
         ALWAYS(CFGI), ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV),
         ALWAYS(INVALIDATED), KEPT(KEEP), ALWAYS(FLUSH_WORKERS), ALWAYS(AWAIT_REFERENCES), ALWAYS(DRAINED),
         ALWAYS(FREE)),
    /* UNBIND-P4: the same as its list on_marker, by the assumptions of P3: who comes before the marker waits for it */
    LIST(PRISIM_DRIVER_UNBIND_MARKER_UNBINDS, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(LEAVE_LOOKUP),
         ALWAYS(CLEAR_CD), ALWAYS(CFGI), ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC),
         ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED), KEPT(KEEP), ALWAYS(AWAIT_MARKER), TIMED_OUT(SNAPSHOT),
         TIMED_OUT(KICK_THREAD), TIMED_OUT(AWAIT_HANDED), ALWAYS(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS),
         TIMED_OUT(GIVE_UP_MARKER), ALWAYS(DRAINED), ALWAYS(FREE)),
    /* UNBIND-P10: the real unbind is the driver's, later, with UNBIND-P5 */
    LIST(PRISIM_DRIVER_UNBIND_QUIET_CD, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(SNAPSHOT), ALWAYS(KICK_THREAD),
         ALWAYS(AWAIT_HANDED), ALWAYS(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP),
         ALWAYS(FREE)),
    /* UNBIND-STEP "Linux 2024+": lock group; inv; leave_lookup only after that; unlock; free */
    LIST(PRISIM_DRIVER_UNBIND_LINUX_2024, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), GROUP(LOCK), ALWAYS(CLEAR_CD),
         ALWAYS(CFGI), ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV),
         ALWAYS(INVALIDATED), KEPT(LEAVE_LOOKUP), KEPT(KEEP), ALWAYS(LEAVE_LOOKUP), GROUP(UNLOCK), ALWAYS(DRAINED),
         ALWAYS(FREE)),
    /* UNBIND-P8: inv, loop {await_no_match, flush, hardware_drain, until no PRO} */
    LIST(PRISIM_DRIVER_UNBIND_FENCE, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI), ALWAYS(TLBI),
         ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED), KEPT(LEAVE_LOOKUP),
         KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(AWAIT_NO_MATCH), ALWAYS(FLUSH_WORKERS), ALWAYS(HARDWARE_DRAIN),
         ALWAYS(REPEAT_SCAN), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-P8: "ATC_INV(pasid)+SYNC as fabric push, then P5" */
    LIST(PRISIM_DRIVER_UNBIND_FENCE_EMULATED, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(SNAPSHOT),
         ALWAYS(KICK_THREAD), ALWAYS(AWAIT_HANDED), ALWAYS(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS), ALWAYS(DRAINED),
         SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-P8 (1), (2), (3), (4): the look-up is left when all is drained, and the drain alone is repeated */
    LIST(PRISIM_DRIVER_UNBIND_INTEL_PRQ, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), ALWAYS(AWAIT_NO_MATCH), ALWAYS(FLUSH_WORKERS), ALWAYS(HARDWARE_DRAIN),
         ALWAYS(REPEAT_DRAIN), ALWAYS(DRAINED), ALWAYS(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-P17: stop_thread, scan_queue, start_thread */
    LIST(PRISIM_DRIVER_UNBIND_INSPECT_QUEUE, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(LEAVE_LOOKUP), KEPT(KEEP), REFUSING(LEAVE_LOOKUP), ALWAYS(STOP_THREAD), ALWAYS(SCAN_QUEUE),
         ALWAYS(START_THREAD), ALWAYS(DRAINED), SERVING(LEAVE_LOOKUP), ALWAYS(FREE)),
    /* UNBIND-STEP "P2": mark, inv, return, defer; nobody is served meanwhile */
    LIST(PRISIM_DRIVER_UNBIND_LAZY_SWEEP, ALWAYS(STOP_DEVICE), ALWAYS(ENTER), ALWAYS(MARK), ALWAYS(CLEAR_CD),
         ALWAYS(CFGI), ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV),
         ALWAYS(INVALIDATED), KEPT(LEAVE_LOOKUP), KEPT(KEEP), ALWAYS(LEAVE_LOOKUP), ALWAYS(RETURN), ALWAYS(DEFER)),
};
enum { LISTS = sizeof lists / sizeof lists[0] };
_Static_assert((unsigned)LISTS == (unsigned)PRISIM_DRIVER_POLICIES, "each preset has its list here");

START_TEST(the_steps_of_each_preset)
{
    const struct driver_policy_row *row = driver_policy(lists[_i].policy);
    uint32_t steps = LIST_MAX;
    while (lists[_i].step[steps - 1].step != DRIVER_STEP_FREE && lists[_i].step[steps - 1].step != DRIVER_STEP_DEFER)
        steps--;
    ck_assert_uint_eq(row->steps, steps);
    for (uint32_t i = 0; i < steps; i++) {
        ck_assert_msg(row->step[i].step == lists[_i].step[i].step, "%s: step %u is another one", row->name, i);
        ck_assert_msg(row->step[i].when == lists[_i].step[i].when, "%s: step %u is run at other times", row->name, i);
    }
}
END_TEST

/* UNBIND-D14, UNBIND-D15: the driver of the function is called when faults find no owner any more (UNBIND-P7); what
 * stands behind U2 is then that of an unbind. */
#define EXIT(policy, ...)                                                                                              \
    LIST(policy, ALWAYS(ENTER), ALWAYS(LEAVE_LOOKUP), ALWAYS(CALL_DEVICE), ALWAYS(CLEAR_CD), ALWAYS(CFGI),             \
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),       \
         KEPT(KEEP), __VA_ARGS__)
static const struct {
    enum prisim_driver_policy policy;
    struct driver_policy_step step[LIST_MAX];
} exits[] = {
    EXIT(PRISIM_DRIVER_UNBIND_NONE, ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_DRAIN, ALWAYS(SNAPSHOT), ALWAYS(KICK_THREAD), ALWAYS(AWAIT_HANDED), ALWAYS(DISCARD_PARTS),
         ALWAYS(FLUSH_WORKERS), ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_STOP_MARKER, ALWAYS(AWAIT_MARKER), TIMED_OUT(SNAPSHOT), TIMED_OUT(KICK_THREAD),
         TIMED_OUT(AWAIT_HANDED), ALWAYS(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS), TIMED_OUT(GIVE_UP_MARKER),
         ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_REJECT, ALWAYS(FLUSH_WORKERS), ALWAYS(AWAIT_REFERENCES), ALWAYS(DRAINED), ALWAYS(FREE)),
    /* nobody is there for whom it could be bound again */
    EXIT(PRISIM_DRIVER_UNBIND_DRAIN_BATCH, ALWAYS(READ_BATCH), ALWAYS(AWAIT_BATCH), DISCARDING(DISCARD_PARTS),
         ALWAYS(FLUSH_WORKERS), ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_FLAGS, FLUSHED(AWAIT_MARKER), TIMED_OUT(SNAPSHOT), TIMED_OUT(KICK_THREAD),
         TIMED_OUT(AWAIT_HANDED), FLUSHED(DISCARD_PARTS), FLUSHED(FLUSH_WORKERS), TIMED_OUT(GIVE_UP_MARKER),
         ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_PROD_SNAPSHOT, ALWAYS(SNAPSHOT), ALWAYS(FILTER), ALWAYS(DRAINED), ALWAYS(FREE)),
    /* UNBIND-P13: kept until the process that has it is dead, which it is */
    EXIT(PRISIM_DRIVER_UNBIND_DEFER_RECYCLE, ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_LEAK_OK, ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_PRI_RESET, ALWAYS(PRI_OFF), ALWAYS(AWAIT_STOPPED), ALWAYS(PRI_RESET), ALWAYS(PRI_ON),
         ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_DETACH_ONLY, ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_FLR, ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_AMD_V2, ALWAYS(FLUSH_WORKERS), ALWAYS(AWAIT_REFERENCES), ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_MARKER_UNBINDS, ALWAYS(AWAIT_MARKER), TIMED_OUT(SNAPSHOT), TIMED_OUT(KICK_THREAD),
         TIMED_OUT(AWAIT_HANDED), ALWAYS(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS), TIMED_OUT(GIVE_UP_MARKER),
         ALWAYS(DRAINED), ALWAYS(FREE)),
    /* UNBIND-P10: clear quiet, inv; nothing is freed, and nobody is called */
    LIST(PRISIM_DRIVER_UNBIND_QUIET_CD, ALWAYS(ENTER), ALWAYS(LEAVE_LOOKUP), QUIET(CLEAR_CD), ALWAYS(CFGI),
         ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED),
         KEPT(KEEP), ALWAYS(STAY_BOUND)),
    LIST(PRISIM_DRIVER_UNBIND_LINUX_2024, ALWAYS(ENTER), ALWAYS(LEAVE_LOOKUP), ALWAYS(CALL_DEVICE), GROUP(LOCK),
         ALWAYS(CLEAR_CD), ALWAYS(CFGI), ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC),
         ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED), KEPT(KEEP), GROUP(UNLOCK), ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_FENCE, ALWAYS(AWAIT_NO_MATCH), ALWAYS(FLUSH_WORKERS), ALWAYS(HARDWARE_DRAIN),
         ALWAYS(REPEAT_SCAN), ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_FENCE_EMULATED, ALWAYS(ATC_INV), ALWAYS(SYNC), ALWAYS(SNAPSHOT), ALWAYS(KICK_THREAD),
         ALWAYS(AWAIT_HANDED), ALWAYS(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS), ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_INTEL_PRQ, ALWAYS(AWAIT_NO_MATCH), ALWAYS(FLUSH_WORKERS), ALWAYS(HARDWARE_DRAIN),
         ALWAYS(REPEAT_DRAIN), ALWAYS(DRAINED), ALWAYS(FREE)),
    EXIT(PRISIM_DRIVER_UNBIND_INSPECT_QUEUE, ALWAYS(STOP_THREAD), ALWAYS(SCAN_QUEUE), ALWAYS(START_THREAD),
         ALWAYS(DRAINED), ALWAYS(FREE)),
    LIST(PRISIM_DRIVER_UNBIND_LAZY_SWEEP, ALWAYS(ENTER), ALWAYS(LEAVE_LOOKUP), ALWAYS(CALL_DEVICE), ALWAYS(MARK),
         ALWAYS(CLEAR_CD), ALWAYS(CFGI), ALWAYS(TLBI), ALWAYS(SYNC), ALWAYS(ATC_INV), ALWAYS(SYNC),
         ALWAYS(REPEAT_ATC_INV), ALWAYS(INVALIDATED), KEPT(KEEP), ALWAYS(DEFER)),
};
enum { EXITS = sizeof exits / sizeof exits[0] }; /* one that is added has its own by the same rule */

START_TEST(the_exit_of_each_preset)
{
    const uint32_t list = driver_list_of(&config, exits[_i].policy, PRISIM_DRIVER_ON_MM_EXIT);
    uint32_t steps = LIST_MAX, place = 0;
    ck_assert_uint_eq(list, 32 + exits[_i].policy);
    while (exits[_i].step[steps - 1].step != DRIVER_STEP_FREE &&
           exits[_i].step[steps - 1].step != DRIVER_STEP_STAY_BOUND &&
           exits[_i].step[steps - 1].step != DRIVER_STEP_DEFER)
        steps--;
    ck_assert_uint_eq(driver_policy_steps(&config, list), steps);
    for (uint32_t i = 0; i < steps; i++) {
        const struct driver_policy_step step = driver_policy_step_at(&config, list, i);
        ck_assert_msg(step.step == exits[_i].step[i].step, "%s: step %u is another one", driver_policy_name(list), i);
        ck_assert_msg(step.when == exits[_i].step[i].when, "%s: step %u is run at other times",
                      driver_policy_name(list), i);
        ck_assert_uint_eq(driver_list_argument(&config, list, i), exits[_i].step[i].argument);
    }
    ck_assert_str_eq(driver_policy_name(list), driver_policy_name(exits[_i].policy));
    ck_assert_msg(driver_list_fault(&config, list, &place) == DRIVER_LIST_CAN_RUN, "place %u", place);
    const struct driver_promise promise = driver_policy_promise(&config, list, PRISIM_CAUSE_DRAINED),
                                unbind = driver_policy_promise(&config, exits[_i].policy, PRISIM_CAUSE_DRAINED);
    ck_assert(promise.from == unbind.from && promise.to == unbind.to);
    ck_assert_uint_eq(driver_policy_steps(&config, list + 32 * 6), 0); /* there are seven triggers */
    ck_assert_ptr_null(driver_policy_name(list + 32 * 6));
}
END_TEST

/* UNBIND-P9, UNBIND-P12: what is done for the function as a whole; all others have none of their own. */
START_TEST(the_lists_of_functions)
{
    static const struct driver_policy_step detach[] = {
        ALWAYS(SNAPSHOT),      ALWAYS(KICK_THREAD), ALWAYS(AWAIT_HANDED), ALWAYS(FLUSH_WORKERS), ALWAYS(PRI_OFF),
        ALWAYS(AWAIT_STOPPED), ALWAYS(ATS_OFF),     ALWAYS(ATC_INV),      ALWAYS(SYNC)};
    static const struct driver_policy_step reset[] = {{DRIVER_STEP_FLR, DRIVER_WHEN_FLR_FIRST, 0},
                                                      ALWAYS(ISOLATE),
                                                      {DRIVER_STEP_ATS_OFF, DRIVER_WHEN_OFF_FIRST, 0},
                                                      ALWAYS(ATC_INV),
                                                      ALWAYS(SYNC),
                                                      {DRIVER_STEP_FLR, DRIVER_WHEN_OFF_FIRST, 0}};
    static const struct {
        enum prisim_driver_policy policy;
        enum prisim_driver_trigger trigger;
        const struct driver_policy_step *step;
        uint32_t steps, list;
    } rows[] = {{PRISIM_DRIVER_UNBIND_DETACH_ONLY, PRISIM_DRIVER_ON_DETACH, detach, 9, 4 * 32 + 10},
                {PRISIM_DRIVER_UNBIND_FLR, PRISIM_DRIVER_ON_RESET, reset, 6, 6 * 32 + 11}};
    uint32_t lists_of_functions = 0, place = 0;
    for (uint32_t i = 0; i < 2; i++) {
        const uint32_t list = driver_list_of(&config, rows[i].policy, rows[i].trigger);
        ck_assert_uint_eq(list, rows[i].list);
        ck_assert_uint_eq(driver_policy_steps(&config, list), rows[i].steps);
        ck_assert_msg(driver_list_fault(&config, list, &place) == DRIVER_LIST_CAN_RUN, "place %u", place);
        for (uint32_t k = 0; k < rows[i].steps; k++) {
            ck_assert_uint_eq(driver_policy_step_at(&config, list, k).step, rows[i].step[k].step);
            ck_assert_uint_eq(driver_policy_step_at(&config, list, k).when, rows[i].step[k].when);
        }
    }
    for (uint32_t policy = 0; policy < PRISIM_DRIVER_POLICIES; policy++)
        for (unsigned trigger = PRISIM_DRIVER_ON_DETACH; trigger <= PRISIM_DRIVER_ON_RESET; trigger++)
            lists_of_functions += driver_policy_steps(&config, policy + 32 * trigger) != 0;
    ck_assert_uint_eq(lists_of_functions, 2);
}
END_TEST

/* UNBIND-STEP, short: "P4: on_marker: leave, inv, notify, flush, free"; parts as batch_parts has it. */
START_TEST(the_list_of_a_marker)
{
    static const struct driver_policy_step expected[] = {ALWAYS(ENTER),
                                                         ALWAYS(LEAVE_LOOKUP),
                                                         ALWAYS(CLEAR_CD),
                                                         ALWAYS(CFGI),
                                                         ALWAYS(TLBI),
                                                         ALWAYS(SYNC),
                                                         ALWAYS(ATC_INV),
                                                         ALWAYS(SYNC),
                                                         ALWAYS(REPEAT_ATC_INV),
                                                         ALWAYS(INVALIDATED),
                                                         KEPT(KEEP),
                                                         ALWAYS(NOTIFY_DEVICE),
                                                         DISCARDING(DISCARD_PARTS),
                                                         ALWAYS(FLUSH_WORKERS),
                                                         ALWAYS(DRAINED),
                                                         ALWAYS(FREE)};
    const uint32_t list = driver_list_of(&config, PRISIM_DRIVER_UNBIND_MARKER_UNBINDS, PRISIM_DRIVER_ON_MARKER);
    uint32_t place = 0;
    ck_assert_uint_eq(list, 64 + 13);
    ck_assert_uint_eq(driver_policy_steps(&config, list), sizeof expected / sizeof expected[0]);
    for (uint32_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct driver_policy_step step = driver_policy_step_at(&config, list, i);
        ck_assert_msg(step.step == expected[i].step && step.when == expected[i].when, "step %u", i);
    }
    ck_assert_int_eq(driver_list_fault(&config, list, &place), DRIVER_LIST_CAN_RUN);
    for (uint32_t policy = 0; policy < PRISIM_DRIVER_UNBIND_MARKER_UNBINDS; policy++)
        ck_assert_uint_eq(driver_policy_steps(&config, 64 + policy), 0);
}
END_TEST

/* UNBIND-STEP, short: "P2: ... defer {stale >= limit: snapshot batch, await_handed batch+2, flush, free}; on_marker:
 * free if stale"; U5 is told before each U6, and parts are as batch_parts has it. */
START_TEST(the_lists_that_free_stale_pasids)
{
    static const struct driver_policy_step marker[] = {DISCARDING(DISCARD_PARTS), ALWAYS(DRAINED), ALWAYS(FREE)},
                                           sweep[] = {ALWAYS(READ_BATCH),        ALWAYS(AWAIT_BATCH),
                                                      DISCARDING(DISCARD_PARTS), ALWAYS(FLUSH_WORKERS),
                                                      ALWAYS(DRAINED),           ALWAYS(FREE)};
    const uint32_t of_marker = driver_list_of(&config, PRISIM_DRIVER_UNBIND_LAZY_SWEEP, PRISIM_DRIVER_ON_MARKER),
                   deferred = driver_list_of(&config, PRISIM_DRIVER_UNBIND_LAZY_SWEEP, PRISIM_DRIVER_DEFERRED);
    uint32_t place = 0;
    ck_assert_uint_eq(of_marker, 2 * 32 + 20);
    ck_assert_uint_eq(deferred, 3 * 32 + 20);
    ck_assert_uint_eq(driver_policy_steps(&config, of_marker), 3);
    ck_assert_uint_eq(driver_policy_steps(&config, deferred), 6);
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(driver_policy_step_at(&config, of_marker, i).step, marker[i].step);
        ck_assert_uint_eq(driver_policy_step_at(&config, of_marker, i).when, marker[i].when);
    }
    for (uint32_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(driver_policy_step_at(&config, deferred, i).step, sweep[i].step);
        ck_assert_uint_eq(driver_policy_step_at(&config, deferred, i).when, sweep[i].when);
    }
    ck_assert_int_eq(driver_list_fault(&config, of_marker, &place), DRIVER_LIST_CAN_RUN);
    ck_assert_int_eq(driver_list_fault(&config, deferred, &place), DRIVER_LIST_CAN_RUN);
    for (uint32_t policy = 0; policy < PRISIM_DRIVER_UNBIND_LAZY_SWEEP; policy++)
        ck_assert_uint_eq(driver_policy_steps(&config, 3 * 32 + policy), 0);
}
END_TEST

/* Names of scenarios, numbers of logs (docs/output.md), UNBIND-HISTORY. */
START_TEST(the_names_of_each_preset)
{
    static const struct {
        const char *name, *origin;
    } names[] = {{"none", "P0"},        {"drain", "P5"},          {"stop_marker", "P3"},    {"reject", "P7"},
                 {"drain_batch", "P6"}, {"flags", "P1"},          {"prod_snapshot", "P16"}, {"defer_recycle", "P13"},
                 {"leak_ok", "P14"},    {"pri_reset", "P11"},     {"detach_only", "P9"},    {"flr", "P12"},
                 {"amd_v2", "P7"},      {"marker_unbinds", "P4"}, {"quiet_cd", "P10"},      {"linux_2024", "P14"},
                 {"fence", "P8"},       {"fence_emulated", "P8"}, {"intel_prq", "P8"},      {"inspect_queue", "P17"},
                 {"lazy_sweep", "P2"}};
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ck_assert_str_eq(driver_policy(i)->name, names[i].name);
        ck_assert_str_eq(driver_policy(i)->origin, names[i].origin);
    }
    ck_assert_ptr_null(driver_policy(sizeof names / sizeof names[0]));
    ck_assert_ptr_null(driver_policy(UINT32_MAX));
}
END_TEST

/* UNBIND-STEP "Promise" */
START_TEST(the_promise_of_each_preset)
{
    static const struct {
        enum prisim_driver_policy policy;
        enum prisim_cause drained;
        unsigned from, to, before_marker, of_found;
    } rows[] = {
        {PRISIM_DRIVER_UNBIND_NONE, PRISIM_CAUSE_POLICY_NONE, 0, 0, 0, 0},
        {PRISIM_DRIVER_UNBIND_DRAIN, PRISIM_CAUSE_DRAINED, DRIVER_POINT_H2, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_UNBIND_STOP_MARKER, PRISIM_CAUSE_MARKER_SEEN, DRIVER_POINT_H0, DRIVER_POINT_R0, 1, 0},
        {PRISIM_DRIVER_UNBIND_STOP_MARKER, PRISIM_CAUSE_MARKER_TIMEOUT, DRIVER_POINT_H2, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_UNBIND_REJECT, PRISIM_CAUSE_POLICY_NONE, DRIVER_POINT_S2, DRIVER_POINT_R0, 0, 1},
        {PRISIM_DRIVER_UNBIND_DRAIN_BATCH, PRISIM_CAUSE_DRAINED, DRIVER_POINT_H2, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_UNBIND_DRAIN_BATCH, PRISIM_CAUSE_INTERRUPTED, DRIVER_POINT_H2, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_UNBIND_FLAGS, PRISIM_CAUSE_SAID_CLEAN, DRIVER_POINT_H0, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_UNBIND_FLAGS, PRISIM_CAUSE_MARKER_SEEN, DRIVER_POINT_H0, DRIVER_POINT_R0, 1, 0},
        {PRISIM_DRIVER_UNBIND_FLAGS, PRISIM_CAUSE_MARKER_TIMEOUT, DRIVER_POINT_H2, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_UNBIND_PROD_SNAPSHOT, PRISIM_CAUSE_POLICY_NONE, 0, 0, 0, 0},
        {PRISIM_DRIVER_UNBIND_DEFER_RECYCLE, PRISIM_CAUSE_POLICY_NONE, 0, 0, 0, 0},
        {PRISIM_DRIVER_UNBIND_LEAK_OK, PRISIM_CAUSE_POLICY_NONE, 0, 0, 0, 0},
        /* PCIE-PRICAP-13: Stopped says nothing of a part whose Last never comes */
        {PRISIM_DRIVER_UNBIND_PRI_RESET, PRISIM_CAUSE_POLICY_NONE, 0, 0, 0, 0},
        {PRISIM_DRIVER_UNBIND_DETACH_ONLY, PRISIM_CAUSE_POLICY_NONE, 0, 0, 0, 0},
        {PRISIM_DRIVER_UNBIND_FLR, PRISIM_CAUSE_POLICY_NONE, 0, 0, 0, 0},
        {PRISIM_DRIVER_UNBIND_AMD_V2, PRISIM_CAUSE_POLICY_NONE, DRIVER_POINT_S2, DRIVER_POINT_R0, 0, 1},
        {PRISIM_DRIVER_UNBIND_MARKER_UNBINDS, PRISIM_CAUSE_MARKER_SEEN, DRIVER_POINT_H0, DRIVER_POINT_R0, 1, 0},
        {64 + 13, PRISIM_CAUSE_MARKER_SEEN, DRIVER_POINT_H0, DRIVER_POINT_R0, 1, 0},
        {PRISIM_DRIVER_UNBIND_MARKER_UNBINDS, PRISIM_CAUSE_MARKER_TIMEOUT, DRIVER_POINT_H2, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_UNBIND_QUIET_CD, PRISIM_CAUSE_DRAINED, DRIVER_POINT_H2, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_UNBIND_LINUX_2024, PRISIM_CAUSE_POLICY_NONE, 0, 0, 0, 0},
        /* parts are discarded at an overflow alone */
        {PRISIM_DRIVER_UNBIND_FENCE, PRISIM_CAUSE_DRAINED, DRIVER_POINT_H2, DRIVER_POINT_S1, 0, 0},
        {PRISIM_DRIVER_UNBIND_FENCE_EMULATED, PRISIM_CAUSE_DRAINED, DRIVER_POINT_H2, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_UNBIND_INTEL_PRQ, PRISIM_CAUSE_DRAINED, DRIVER_POINT_H2, DRIVER_POINT_S1, 0, 0},
        {PRISIM_DRIVER_UNBIND_INSPECT_QUEUE, PRISIM_CAUSE_POLICY_NONE, 0, 0, 0, 0},
        /* by its marker, or by a sweep */
        {PRISIM_DRIVER_UNBIND_LAZY_SWEEP, PRISIM_CAUSE_MARKER_SEEN, DRIVER_POINT_H0, DRIVER_POINT_R0, 1, 0},
        {PRISIM_DRIVER_UNBIND_LAZY_SWEEP, PRISIM_CAUSE_DRAINED, DRIVER_POINT_H2, DRIVER_POINT_R0, 0, 0},
        {PRISIM_DRIVER_POLICIES, PRISIM_CAUSE_DRAINED, 0, 0, 0, 0},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct driver_promise promise = driver_policy_promise(&config, rows[i].policy, rows[i].drained);
        ck_assert_uint_eq(promise.from, rows[i].from);
        ck_assert_uint_eq(promise.to, rows[i].to);
        ck_assert_uint_eq(promise.before_marker, rows[i].before_marker);
        ck_assert_uint_eq(promise.of_found, rows[i].of_found);
    }
}
END_TEST

/* "none, drain, stop_marker, reject, ... or own": the rows' names in their order. */
START_TEST(the_words_of_all_presets)
{
    char words[256] = "";
    size_t length = 0;
    for (uint32_t i = 0; i < PRISIM_DRIVER_POLICIES; i++) {
        const char *before = i == 0 ? "" : ", ";
        length += (size_t)snprintf(words + length, sizeof words - length, "%s%s", before, driver_policy(i)->name);
    }
    snprintf(words + length, sizeof words - length, " or own");
    ck_assert_str_eq(PRISIM_DRIVER_POLICY_WORDS, words);
}
END_TEST

START_TEST(what_a_list_has)
{
    ck_assert(driver_policy_has(&config, PRISIM_DRIVER_UNBIND_STOP_MARKER, DRIVER_STEP_AWAIT_MARKER));
    ck_assert(!driver_policy_has(&config, PRISIM_DRIVER_UNBIND_DRAIN, DRIVER_STEP_AWAIT_MARKER));
    ck_assert(!driver_policy_has(&config, PRISIM_DRIVER_UNBIND_NONE, DRIVER_STEP_AWAIT_MARKER));
    ck_assert(!driver_policy_has(&config, PRISIM_DRIVER_POLICIES, DRIVER_STEP_AWAIT_MARKER));
    ck_assert_uint_eq(driver_policy_place(driver_policy(PRISIM_DRIVER_UNBIND_NONE), DRIVER_STEP_ATC_INV), 6);
    ck_assert_uint_eq(driver_policy_place(driver_policy(PRISIM_DRIVER_UNBIND_NONE), DRIVER_STEP_SNAPSHOT), 16);
}
END_TEST

/* As scenarios and reports have them; the number of one's own list is that behind the presets'. */
START_TEST(the_words)
{
    char word[DRIVER_WORD_MAX];
    driver_step_word(DRIVER_STEP_REPEAT_ATC_INV, word);
    ck_assert_str_eq(word, "repeat_atc_inv");
    driver_when_word(DRIVER_WHEN_TIMED_OUT, word);
    ck_assert_str_eq(word, "timed_out");
    ck_assert_str_eq(driver_point_word(DRIVER_POINT_E0), "E0");
    ck_assert_str_eq(driver_point_word(DRIVER_POINT_H2), "H2");
    ck_assert_str_eq(driver_point_word(DRIVER_POINT_R0), "R0");
    ck_assert_str_eq(driver_policy_name(PRISIM_DRIVER_UNBIND_DRAIN), "drain");
    ck_assert_str_eq(driver_policy_name(PRISIM_DRIVER_UNBIND_OWN), "own");
    ck_assert_uint_eq(PRISIM_DRIVER_UNBIND_OWN, PRISIM_DRIVER_POLICIES);
    ck_assert_ptr_null(driver_policy_name(PRISIM_DRIVER_UNBIND_OWN + 1));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_policy");
    TCase *tcase = tcase_create("driver_policy");
    tcase_add_loop_test(tcase, the_steps_of_each_preset, 0, LISTS);
    tcase_add_loop_test(tcase, the_exit_of_each_preset, 0, EXITS);
    tcase_add_test(tcase, the_lists_of_functions);
    tcase_add_test(tcase, the_list_of_a_marker);
    tcase_add_test(tcase, the_lists_that_free_stale_pasids);
    tcase_add_test(tcase, the_names_of_each_preset);
    tcase_add_test(tcase, the_promise_of_each_preset);
    tcase_add_test(tcase, the_words_of_all_presets);
    tcase_add_test(tcase, what_a_list_has);
    tcase_add_test(tcase, the_words);
    suite_add_tcase(suite, tcase);
    return suite;
}
