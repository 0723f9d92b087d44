/* SPDX-License-Identifier: Apache-2.0
 *
 * The one way to check a block's configuration: the range of each member, from its *_config.def; then what joins two
 * members, as rules. The first that does not hold is told.
 */
#ifndef PRISIM_CORE_CONFIG_CHECK_H
#define PRISIM_CORE_CONFIG_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/core/config_error.h"

/* A member that must lie in a range. */
struct config_range {
    size_t offset, size;
    uint64_t min, max;
    const char *numbers; /* not NULL: the only ones that can be, "1, 2 or 4" */
    struct prisim_config_error error;
};

/* `struct_` and `name` say where it lies, `field` and `expected` what is said of it. */
#define CONFIG_RANGE(struct_, name, field, min, max, numbers, expected)                                                \
    {                                                                                                                  \
        offsetof(struct struct_, name), sizeof(((struct struct_ *)0)->name), min, max, numbers,                        \
        {                                                                                                              \
            field, expected                                                                                            \
        }                                                                                                              \
    }

/* What must be so, and what is said if it is not. */
struct config_rule {
    bool holds;
    struct prisim_config_error error;
};

#define CONFIG_COUNT(table) (sizeof(table) / sizeof((table)[0]))

bool config_is_in_ranges(const void *config, const struct config_range *range, size_t count,
                         struct prisim_config_error *error);
bool config_keeps_rules(const struct config_rule *rule, size_t count, struct prisim_config_error *error);

#endif
