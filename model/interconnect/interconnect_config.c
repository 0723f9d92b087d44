/* SPDX-License-Identifier: Apache-2.0
 *
 * The interconnect's configuration: defaults, and what is refused.
 */
#include "model/core/config_check.h"
#include "model/interconnect/interconnect_state.h"

enum { PAGE_BYTES = 4096 };

void prisim_interconnect_config_default(struct prisim_interconnect_config *config)
{
    *config = (struct prisim_interconnect_config){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "model/interconnect/interconnect_config.def"
    };
}

#define WHOLE_PAGES "whole pages of 4 KB, 4 KB .. 256 MB" /* of ram_size, the only one of them with a range */

_Static_assert(INTERCONNECT_OUTSTANDING_MAX == 256, "interconnect_config.def says so");

#define RANGE(name, min, max, expected) CONFIG_RANGE(prisim_interconnect_config, name, #name, min, max, NULL, expected)
static const struct config_range ranges[] = {
#define PRISIM_HEX(type, name, value, min, max, unit, source, about)    RANGE(name, min, max, WHOLE_PAGES),
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about) RANGE(name, min, max, #min ".." #max),
#include "model/interconnect/interconnect_config.def"
};

bool prisim_interconnect_config_check(const struct prisim_interconnect_config *config,
                                      struct prisim_config_error *error)
{
    const struct config_rule rule[] = {
        {config->ram_size % PAGE_BYTES == 0, {"ram_size", WHOLE_PAGES}},
        {config->ram_base % PAGE_BYTES == 0 && config->ram_base <= UINT64_MAX - config->ram_size,
         {"ram_base", "4 KB aligned, RAM ends below 2^64"}},
        {config->doorbell_base % PAGE_BYTES == 0, {"doorbell_base", "4 KB aligned"}},
        {config->doorbell_base - config->ram_base >= config->ram_size, {"doorbell_base", "a frame outside RAM"}},
    };
    return config_is_in_ranges(config, ranges, CONFIG_COUNT(ranges), error) &&
           config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}

size_t prisim_interconnect_state_size(const struct prisim_interconnect_config *config)
{
    return sizeof(struct prisim_interconnect) + config->ram_size + PRISIM_MEMORY_LINE_BYTES;
}

void prisim_interconnect_init(const struct prisim_interconnect_config *config, struct prisim_interconnect *state)
{
    assert(config->outstanding <= INTERCONNECT_OUTSTANDING_MAX);
    state->last_due = state->next_due = 0;
    state->head = state->count = state->places = 0;
    state->waiting = state->turn = 0;
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++)
        state->responses[port].head = state->responses[port].count = state->reserved[port] = 0;
}
