/* SPDX-License-Identifier: Apache-2.0
 *
 * The policies of unbind as `prisim describe system.driver.unbind` prints them (describe_policies.h): what is printed
 * can be written into a scenario, and is the same policy there.
 */
#include "tb/scenario/describe_policies.h"

#include <string.h>

#include "driver/unbind/policy.h"

enum { LINE_MAX = 112, ITEM_MAX = 96 };

/* A preset's step with one: of those that have words. */
static void print_argument(char item[ITEM_MAX], const char *word, struct driver_policy_step step)
{
    char argument[DRIVER_WORD_MAX];
    driver_argument_word(step.step, step.argument - 1u, argument);
    snprintf(item, ITEM_MAX, "{%s: %s}", word, argument);
}

/* Prints a list's items in lines that begin as far to the right as the first one. */
static void print_steps(FILE *to, unsigned indent, const char *key, const struct driver_policy_step *step,
                        unsigned steps)
{
    const unsigned begin = indent + (unsigned)strlen(key) + 3;
    unsigned column = begin;
    fprintf(to, "%*s%s: [", (int)indent, "", key);
    for (unsigned i = 0; i < steps; i++) {
        char word[DRIVER_WORD_MAX], when[DRIVER_WORD_MAX], item[ITEM_MAX];
        driver_step_word(step[i].step, word);
        driver_when_word(step[i].when, when);
        if (step[i].argument)
            print_argument(item, word, step[i]);
        else if (step[i].when == DRIVER_WHEN_ALWAYS)
            snprintf(item, sizeof item, "%s", word);
        else
            snprintf(item, sizeof item, "{if: %s, do: %s}", when, word);
        const unsigned length = (unsigned)strlen(item) + 2;
        const bool breaks = i && column + length > LINE_MAX;
        if (breaks) {
            fprintf(to, ",\n%*s", (int)begin, "");
            column = begin;
        }
        fprintf(to, "%s%s", i && !breaks ? ", " : "", item);
        column += length;
    }
    fprintf(to, "]\n");
}

/* No configuration has a say in them. */
static void print_list(FILE *to, uint32_t policy, enum prisim_driver_trigger trigger)
{
    static const struct prisim_driver_config any;
    const uint32_t list = driver_list_of(&any, policy, trigger);
    struct driver_policy_step step[PRISIM_DRIVER_OWN_STEPS_MAX];
    const uint32_t steps = driver_policy_steps(&any, list);
    assert(steps <= PRISIM_DRIVER_OWN_STEPS_MAX);
    for (uint32_t i = 0; i < steps; i++)
        step[i] = driver_policy_step_at(&any, list, i);
    if (steps)
        print_steps(to, 6, driver_trigger(trigger)->name, step, steps);
}

static void print_points(FILE *to, const struct driver_promise *promise)
{
    fprintf(to, "from: %s, to: %s%s", driver_point_word(promise->from), driver_point_word(promise->to),
            promise->before_marker ? ", before_marker: true" : "");
}

static void print_promise(FILE *to, const struct driver_policy_row *row)
{
    if (row->promise.from == row->promise.to)
        return;
    fprintf(to, "      promise: {");
    print_points(to, &row->promise);
    if (row->timed_out.from != row->timed_out.to) {
        fprintf(to, ", timed_out: {");
        print_points(to, &row->timed_out);
        fprintf(to, "}");
    }
    fprintf(to, "}\n");
}

/* What a promise of one's own has no words for. */
static const char *told_of_promise(const struct driver_policy_row *row)
{
    if (row->promise.from == row->promise.to)
        return "; nothing is promised of page requests";
    return row->promise.of_found ? "; its promise is of those that have found the space" : "";
}

static void print_when(FILE *to)
{
    static const char *const about[DRIVER_WHENS] = {
#define POLICY_WHEN(NAME, about) about,
#include "driver/unbind/policy_whens.def"
#undef POLICY_WHEN
    };
    for (unsigned i = 0; i < DRIVER_WHENS; i++) {
        char word[DRIVER_WORD_MAX];
        driver_when_word(i, word);
        fprintf(to, "      %s: %s\n", word, about[i]);
    }
}

void scenario_describe_policies(FILE *to, bool markdown)
{
    if (markdown)
        fprintf(to, "\n## Policies\n\nWhat the values of `system.driver.unbind` do, with their places in [the rule "
                    "book](rules/unbind.md#UNBIND-POLICY): the same list under `system.driver.own` is the same "
                    "policy ([policies.md](policies.md)).\n\n```yaml\n");
    for (uint32_t policy = 0; policy < PRISIM_DRIVER_POLICIES; policy++) {
        const struct driver_policy_row *row = driver_policy(policy);
        fprintf(to, "    %s: # %s%s\n", row->name, row->origin, told_of_promise(row));
        for (unsigned trigger = 0; trigger < PRISIM_DRIVER_TRIGGERS; trigger++)
            print_list(to, policy, (enum prisim_driver_trigger)trigger);
        print_promise(to, row);
    }
    fprintf(to, "    # short words of a list\n");
    for (uint32_t i = 0; driver_shorthand(i); i++)
        print_steps(to, 6, driver_shorthand(i)->word, driver_shorthand(i)->step, driver_shorthand(i)->steps);
    fprintf(to, "    # conditions of a step\n");
    print_when(to);
    if (markdown)
        fprintf(to, "```\n");
}
