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

#define WHOLE_PAGES "whole pages of 4 KB, 4 KB .. 2^52" /* of ram_size, the only one of them with a range */

_Static_assert(INTERCONNECT_OUTSTANDING_MAX == 256, "interconnect_config.def says so");

#define RANGE(name, min, max, expected) CONFIG_RANGE(prisim_interconnect_config, name, #name, min, max, NULL, expected)
static const struct config_range ranges[] = {
#define PRISIM_HEX(type, name, value, min, max, unit, source, about)    RANGE(name, min, max, WHOLE_PAGES),
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about) RANGE(name, min, max, #min ".." #max),
#include "model/interconnect/interconnect_config.def"
};

static bool regions_are_possible(const struct memory_map *map, struct prisim_config_error *error)
{
    unsigned index;
    return memory_map_check(map, error, &index);
}

bool prisim_interconnect_config_check(const struct prisim_interconnect_config *config,
                                      struct prisim_config_error *error)
{
    const struct memory_map map = interconnect_map(config);
    const struct config_rule rule[] = {
        {config->doorbell_base % PAGE_BYTES == 0, {"doorbell_base", "4 KB aligned"}},
        {!memory_map_has(&map, config->doorbell_base), {"doorbell_base", "a frame outside RAM"}},
    };
    return config_is_in_ranges(config, ranges, CONFIG_COUNT(ranges), error) && regions_are_possible(&map, error) &&
           config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}

/* No more than there are in RAM. */
static uint32_t pages_max(const struct prisim_interconnect_config *config)
{
    const struct memory_map map = interconnect_map(config);
    const uint64_t pages = memory_map_pages(&map);
    return pages < config->pages ? (uint32_t)pages : config->pages;
}

/* From the start of the state to its memory, which begins with a line. */
static size_t memory_at(const struct prisim_interconnect_config *config)
{
    const size_t rings =
        sizeof(struct interconnect_access) + PRISIM_INTERCONNECT_PORTS * sizeof(struct prisim_memory_response);
    const size_t end = sizeof(struct prisim_interconnect) + config->outstanding * rings;
    return (end + PRISIM_MEMORY_LINE_BYTES - 1) / PRISIM_MEMORY_LINE_BYTES * PRISIM_MEMORY_LINE_BYTES;
}

size_t prisim_interconnect_hot_size(const struct prisim_interconnect_config *config)
{
    (void)config;
    return offsetof(struct prisim_interconnect, flight);
}

size_t prisim_interconnect_state_size(const struct prisim_interconnect_config *config)
{
    return memory_at(config) + sparse_memory_size(pages_max(config));
}

size_t prisim_interconnect_used(const struct prisim_interconnect_config *config,
                                const struct prisim_interconnect *state)
{
    return memory_at(config) + sparse_memory_used(interconnect_memory(state));
}

void prisim_interconnect_init(const struct prisim_interconnect_config *config, struct prisim_interconnect *state)
{
    assert(config->outstanding <= INTERCONNECT_OUTSTANDING_MAX);
    memset(state, 0, memory_at(config));
    state->memory_at = (uint32_t)memory_at(config);
    sparse_memory_init(interconnect_memory(state), pages_max(config));
}
