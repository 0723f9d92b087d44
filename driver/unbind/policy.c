/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of policies (policies.def).
 */
#include "driver/unbind/policy.h"

#define IF(when, step)                                                                                                 \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_##when, 0                                                                      \
    }
#define DO(step) IF(ALWAYS, step)
#define WITH(step, argument)                                                                                           \
    {                                                                                                                  \
        DRIVER_STEP_##step, DRIVER_WHEN_ALWAYS, DRIVER_##step##_##argument + 1                                         \
    }
#define PROMISE_POINTS(from, to) DRIVER_POINT_##from, DRIVER_POINT_##to

#define PRISIM_POLICY(NAME, name, origin, promise, timed_out, ...)                                                     \
    static const struct driver_policy_step steps_of_##name[] = {__VA_ARGS__};
#define PRISIM_POLICY_LIST(NAME, TRIGGER, ...)                                                                         \
    static const struct driver_policy_step steps_of_##NAME##_##TRIGGER[] = {__VA_ARGS__};
#define PRISIM_SHORTHAND(name, ...) static const struct driver_policy_step steps_of_##name[] = {__VA_ARGS__};
#include "driver/unbind/policies.def"
#undef PRISIM_POLICY

#define PRISIM_POLICY(...)
#define PRISIM_POLICY_LIST(NAME, TRIGGER, ...)                                                                         \
    {PRISIM_DRIVER_UNBIND_##NAME, PRISIM_DRIVER_##TRIGGER, steps_of_##NAME##_##TRIGGER,                                \
     sizeof steps_of_##NAME##_##TRIGGER / sizeof steps_of_##NAME##_##TRIGGER[0]},
static const struct driver_policy_list lists[] = {
#include "driver/unbind/policies.def"
    {PRISIM_DRIVER_POLICIES, PRISIM_DRIVER_TRIGGERS, NULL, 0}, /* behind the last one */
};

#define PRISIM_SHORTHAND(name, ...) {#name, steps_of_##name, sizeof steps_of_##name / sizeof steps_of_##name[0]},
static const struct driver_shorthand shorthands[] = {
#include "driver/unbind/policies.def"
};
#undef PRISIM_POLICY

#define PROMISE_NOTHING                                                                                                \
    {                                                                                                                  \
        0                                                                                                              \
    }
#define PROMISE(from, to)                                                                                              \
    {                                                                                                                  \
        PROMISE_POINTS(from, to), 0, 0                                                                                 \
    }
#define PROMISE_BEFORE_MARKER(from, to)                                                                                \
    {                                                                                                                  \
        PROMISE_POINTS(from, to), 1, 0                                                                                 \
    }
#define PROMISE_OF_FOUND(from, to)                                                                                     \
    {                                                                                                                  \
        PROMISE_POINTS(from, to), 0, 1                                                                                 \
    }

static const struct driver_policy_row policies[PRISIM_DRIVER_POLICIES] = {
#define PRISIM_POLICY(NAME, name, origin, promise, timed_out, ...)                                                     \
    {#name, origin, promise, timed_out, steps_of_##name, sizeof steps_of_##name / sizeof steps_of_##name[0]},
#include "driver/unbind/policies.def"
#undef PRISIM_POLICY
};

const struct driver_policy_row *driver_policy(uint32_t policy)
{
    return policy < PRISIM_DRIVER_POLICIES ? &policies[policy] : NULL;
}

const struct driver_policy_list *driver_policy_list(uint32_t policy, enum prisim_driver_trigger trigger)
{
    for (const struct driver_policy_list *list = lists; list->step; list++)
        if (list->policy == policy && list->trigger == trigger)
            return list;
    return NULL;
}

const struct driver_shorthand *driver_shorthand(uint32_t number)
{
    return number < sizeof shorthands / sizeof shorthands[0] ? &shorthands[number] : NULL;
}
