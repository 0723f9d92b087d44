/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists one change away from a policy's (matrix_list.h).
 */
#include "tb/program/matrix_list.h"

#include <stdio.h>
#include <string.h>

#include "driver/unbind/policy.h"

static struct driver_policy_step step_at(const struct prisim_driver_config *config, uint32_t step)
{
    return driver_policy_step_at(config, config->unbind, step - 1);
}

/* Not by this configuration: what it answers while it drains, and what it does with an invalidation that is lost, are
 * choices of the configuration. */
static bool is_run(const struct prisim_driver_config *config, uint32_t step)
{
    switch ((enum driver_when)step_at(config, step).when) {
    case DRIVER_WHEN_REFUSING:
        return config->draining_answer == PRISIM_DRIVER_DRAINING_INVALID;
    case DRIVER_WHEN_SERVING:
        return config->draining_answer == PRISIM_DRIVER_DRAINING_SERVE;
    case DRIVER_WHEN_KEPT:
        return config->on_atc_timeout != PRISIM_DRIVER_ATC_TIMEOUT_AS_LINUX_6_1 ||
               config->on_sync_timeout != PRISIM_DRIVER_SYNC_TIMEOUT_AS_LINUX_6_1;
    case DRIVER_WHEN_ROLLING_BACK:
        return config->batch_signal == PRISIM_DRIVER_BATCH_SIGNAL_ROLLBACK;
    case DRIVER_WHEN_OFF_FIRST:
        return config->flr_order == PRISIM_DRIVER_FLR_OFF_FIRST;
    case DRIVER_WHEN_FLR_FIRST:
        return config->flr_order == PRISIM_DRIVER_FLR_FIRST;
    case DRIVER_WHEN_DISCARDING:
        return config->batch_parts == PRISIM_DRIVER_PARTS_DISCARD;
    case DRIVER_WHEN_FLUSHED:
    case DRIVER_WHEN_ALWAYS:
    case DRIVER_WHEN_TIMED_OUT:
    case DRIVER_WHENS:
        break;
    }
    return step_at(config, step).step != DRIVER_STEP_REPEAT_ATC_INV ||
           config->on_atc_timeout == PRISIM_DRIVER_ATC_TIMEOUT_REPEAT;
}

/* The steps of UNBIND-STEP that wait for what others do with page requests. */
static bool is_wait(const struct prisim_driver_config *config, uint32_t step)
{
    unsigned kind = step_at(config, step).step;
    return kind == DRIVER_STEP_AWAIT_HANDED || kind == DRIVER_STEP_AWAIT_MARKER || kind == DRIVER_STEP_FLUSH_WORKERS ||
           kind == DRIVER_STEP_AWAIT_STOPPED;
}

static void add(struct matrix_list *list, unsigned *count, struct matrix_list one)
{
    if (*count < MATRIX_LISTS_MAX)
        list[(*count)++] = one;
}

/* The step in front of it that is run, or that waits; 0: none. */
static uint32_t neighbour(const struct prisim_driver_config *config, uint32_t step, bool wait)
{
    while (--step > 0)
        if (is_run(config, step) && (!wait || is_wait(config, step)))
            return step;
    return 0;
}

unsigned matrix_lists(const struct prisim_driver_config *config, struct matrix_list list[MATRIX_LISTS_MAX])
{
    unsigned count = 0;
    uint32_t steps = driver_policy_steps(config, config->unbind);
    add(list, &count, (struct matrix_list){MATRIX_AS_IT_IS, 0, 0});
    for (uint32_t i = 1; i <= steps; i++)
        if (is_run(config, i))
            add(list, &count, (struct matrix_list){MATRIX_WITHOUT, i, 0});
    for (uint32_t i = 2; i <= steps; i++) {
        uint32_t before = neighbour(config, i, false), wait = neighbour(config, i, true);
        if (is_run(config, i) && before && step_at(config, i).step != step_at(config, before).step)
            add(list, &count, (struct matrix_list){MATRIX_MOVED, i, before});
        if (is_wait(config, i) && wait && wait != before)
            add(list, &count, (struct matrix_list){MATRIX_MOVED, i, wait});
    }
    if (driver_policy_has(config, config->unbind, DRIVER_STEP_AWAIT_HANDED))
        add(list, &count, (struct matrix_list){MATRIX_TAKEN, 0, 0});
    return count;
}

void matrix_list_apply(const struct matrix_list *list, struct prisim_driver_config *config)
{
    config->unbind_without = list->change == MATRIX_WITHOUT ? list->step : 0;
    config->unbind_move = list->change == MATRIX_MOVED ? list->step : 0;
    config->unbind_before = list->change == MATRIX_MOVED ? list->before : 0;
    config->await_handed = list->change == MATRIX_TAKEN ? PRISIM_DRIVER_AWAIT_TAKEN : PRISIM_DRIVER_AWAIT_HANDED;
}

bool matrix_list_can_run(const struct prisim_driver_config *config, const struct matrix_list *list)
{
    struct prisim_driver_config changed = *config;
    matrix_list_apply(list, &changed);
    return driver_list_can_run(&changed, changed.unbind);
}

void matrix_step_words(const struct prisim_driver_config *config, uint32_t step, char words[MATRIX_WORDS_MAX])
{
    char word[DRIVER_WORD_MAX];
    driver_step_word(step_at(config, step).step, word);
    snprintf(words, MATRIX_WORDS_MAX, "%u %s", (unsigned)step, word);
}

void matrix_list_words(const struct prisim_driver_config *config, const struct matrix_list *list,
                       char words[MATRIX_WORDS_MAX])
{
    char step[MATRIX_WORDS_MAX] = "", before[MATRIX_WORDS_MAX] = "";
    if (list->step)
        matrix_step_words(config, list->step, step);
    if (list->before)
        matrix_step_words(config, list->before, before);
    if (list->change == MATRIX_WITHOUT)
        snprintf(words, MATRIX_WORDS_MAX, "without %.64s", step);
    else if (list->change == MATRIX_MOVED)
        snprintf(words, MATRIX_WORDS_MAX, "%.34s before %.34s", step, before);
    else
        snprintf(words, MATRIX_WORDS_MAX, "%s", list->change == MATRIX_TAKEN ? "taken for handed" : "as it is");
}

unsigned matrix_list_settings(const struct matrix_list *list, char setting[MATRIX_SETTINGS_OF_LIST][MATRIX_WORDS_MAX])
{
    switch (list->change) {
    case MATRIX_WITHOUT:
        snprintf(setting[0], MATRIX_WORDS_MAX, "system.driver.unbind_without=%u", (unsigned)list->step);
        return 1;
    case MATRIX_MOVED:
        snprintf(setting[0], MATRIX_WORDS_MAX, "system.driver.unbind_move=%u", (unsigned)list->step);
        snprintf(setting[1], MATRIX_WORDS_MAX, "system.driver.unbind_before=%u", (unsigned)list->before);
        return 2;
    case MATRIX_TAKEN:
        snprintf(setting[0], MATRIX_WORDS_MAX, "system.driver.await_handed=taken");
        return 1;
    case MATRIX_AS_IT_IS:
        break;
    }
    return 0;
}
