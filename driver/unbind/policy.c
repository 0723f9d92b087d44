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
#define PRISIM_SHORTHAND(name, ...)        static const struct driver_policy_step steps_of_##name[] = {__VA_ARGS__};
#define PRISIM_ON_MM_EXIT(NAME, name, ...) static const struct driver_policy_step exit_of_##name[] = {__VA_ARGS__};
#include "driver/unbind/policies.def"
#undef PRISIM_POLICY

#define PRISIM_POLICY(...)
#define PRISIM_SHORTHAND(name, ...) {#name, steps_of_##name, sizeof steps_of_##name / sizeof steps_of_##name[0]},
static const struct driver_shorthand shorthands[] = {
#include "driver/unbind/policies.def"
};
#undef PRISIM_POLICY

#define PRISIM_POLICY(...)
#define PRISIM_ON_MM_EXIT(NAME, name, ...)                                                                             \
    [PRISIM_DRIVER_UNBIND_##NAME] = {exit_of_##name, sizeof exit_of_##name / sizeof exit_of_##name[0]},
static const struct {
    const struct driver_policy_step *step;
    uint32_t steps;
} exits[PRISIM_DRIVER_POLICIES] = {
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

const struct driver_policy_step *driver_policy_exit(uint32_t policy, uint32_t *steps)
{
    assert(policy < PRISIM_DRIVER_POLICIES);
    *steps = exits[policy].steps;
    return exits[policy].step;
}

const struct driver_shorthand *driver_shorthand(uint32_t number)
{
    return number < sizeof shorthands / sizeof shorthands[0] ? &shorthands[number] : NULL;
}
