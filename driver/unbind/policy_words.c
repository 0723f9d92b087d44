/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of policies, steps, conditions and points, as scenarios and reports have them.
 */
#include "driver/unbind/policy.h"

#include <string.h>

/* The name of a row, in lower case. */
static void lower(const char *name, char word[DRIVER_WORD_MAX])
{
    unsigned length = 0;
    for (; length < DRIVER_WORD_MAX - 1 && name[length]; length++)
        word[length] = name[length] >= 'A' && name[length] <= 'Z' ? (char)(name[length] - 'A' + 'a') : name[length];
    word[length] = 0;
}

void driver_step_word(unsigned step, char word[DRIVER_WORD_MAX])
{
    static const char *const name[DRIVER_STEPS] = {
#define POLICY_STEP(NAME, function) #NAME,
#include "driver/unbind/policy_steps.def"
#undef POLICY_STEP
    };
    assert(step < DRIVER_STEPS);
    lower(name[step], word);
}

/* A word of its words: "zero, present_first or quiet". */
void driver_argument_word(unsigned step, unsigned argument, char word[DRIVER_WORD_MAX])
{
    static const char *const words[DRIVER_STEPS] = {
#define POLICY_ARGUMENT(STEP, words, max, unit) [DRIVER_STEP_##STEP] = words,
#include "driver/unbind/policy_arguments.def"
#undef POLICY_ARGUMENT
    };
    assert(step < DRIVER_STEPS && words[step]);
    const char *at = words[step];
    for (; argument; argument--)
        at += strcspn(at, " ") + (strncmp(at + strcspn(at, " "), " or ", 4) == 0 ? 4 : 1);
    const size_t length = strcspn(at, ", ");
    assert(length && length < DRIVER_WORD_MAX);
    memcpy(word, at, length);
    word[length] = 0;
}

void driver_when_word(unsigned when, char word[DRIVER_WORD_MAX])
{
    static const char *const name[DRIVER_WHENS] = {
#define POLICY_WHEN(NAME, about) #NAME,
#include "driver/unbind/policy_whens.def"
#undef POLICY_WHEN
    };
    assert(when < DRIVER_WHENS);
    lower(name[when], word);
}

const char *driver_point_word(unsigned point)
{
    static const char *const name[DRIVER_POINTS] = {"E0", "E1", "H0", "H1", "H2", "S0", "S1", "S2", "S3", "R0"};
    assert(point < DRIVER_POINTS);
    return name[point];
}

const char *driver_policy_name(uint32_t policy)
{
    const bool known = policy / PRISIM_DRIVER_LISTS < PRISIM_DRIVER_TRIGGERS;
    const struct driver_policy_row *row = known ? driver_policy(policy % PRISIM_DRIVER_LISTS) : NULL;
    if (row)
        return row->name;
    return known && policy % PRISIM_DRIVER_LISTS == PRISIM_DRIVER_UNBIND_OWN ? "own" : NULL;
}
