/* SPDX-License-Identifier: Apache-2.0
 *
 * Ranges and rules of configurations (config_check.h).
 */
#include "model/core/config_check.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint64_t value_of(const void *config, const struct config_range *range)
{
    const char *at = (const char *)config + range->offset;
    uint16_t half;
    uint32_t word;
    uint64_t value;
    switch (range->size) {
    case sizeof half:
        memcpy(&half, at, sizeof half);
        return half;
    case sizeof word:
        memcpy(&word, at, sizeof word);
        return word;
    }
    assert(range->size == sizeof value);
    memcpy(&value, at, sizeof value);
    return value;
}

/* "1, 2 or 4" */
static bool is_one_of(const char *numbers, uint64_t value)
{
    for (const char *at = numbers; *at;) {
        char *end;
        if (strtoull(at, &end, 10) == value && end != at)
            return true;
        at = end != at ? end : at + 1;
    }
    return false;
}

bool config_is_in_ranges(const void *config, const struct config_range *range, size_t count,
                         struct prisim_config_error *error)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value = value_of(config, &range[i]);
        if (value >= range[i].min && value <= range[i].max && (!range[i].numbers || is_one_of(range[i].numbers, value)))
            continue;
        *error = range[i].error;
        return false;
    }
    return true;
}

bool config_keeps_rules(const struct config_rule *rule, size_t count, struct prisim_config_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!rule[i].holds) {
            *error = rule[i].error;
            return false;
        }
    return true;
}
