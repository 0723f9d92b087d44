/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver's configuration: defaults, and what is refused.
 */
#include "driver/kexec.h"
#include "driver/state.h"
#include "driver/unbind/policy.h"
#include "model/core/config_check.h"

void prisim_driver_config_default(struct prisim_driver_config *config)
{
    *config = (struct prisim_driver_config){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "driver/driver_config.def"
    };
    config->price = (struct prisim_driver_prices){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "driver/driver_price_config.def"
    };
    config->own = (struct prisim_driver_own){
#define PRISIM_ROWS_ARE_DEFAULTS
#include "driver/driver_own_config.def"
    };
}

_Static_assert(PRISIM_DRIVER_CPUS_MAX == 8 && PRISIM_DRIVER_WORKERS_MAX == 4 && PRISIM_DRIVER_FUNCTIONS_MAX == 32 &&
                   PRISIM_DRIVER_SPACES_MAX == 16 && PRISIM_DRIVER_REGIONS_MAX == 16 && PRISIM_DRIVER_FILES_MAX == 16 &&
                   PRISIM_DRIVER_UNBIND_OWN == 21 && PRISIM_DRIVER_OWN_STEPS_MAX == 62 && PRISIM_DRIVER_LISTS == 32,
               "driver_config.def and driver_space_config.def say so");

static const struct config_range ranges[] = {
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    CONFIG_RANGE(prisim_driver_config, name, #name, min, max, NULL, #min ".." #max),
#include "driver/driver_config.def"
};

static const struct config_range price_ranges[] = {
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    CONFIG_RANGE(prisim_driver_prices, name, "price." #name, min, max, NULL, #min ".." #max),
#include "driver/driver_price_config.def"
};

static const struct config_range space_ranges[] = {
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about)                                                \
    CONFIG_RANGE(prisim_driver_space, name, "space." #name, min, max, NULL, #min ".." #max),
#include "driver/driver_space_config.def"
};

/* Addresses have their rules below. */
static const struct config_range region_ranges[] = {
#define REGION(name, min, max, expected)                                                                               \
    CONFIG_RANGE(prisim_driver_region, name, "space.region." #name, min, max, NULL, expected)
#define PRISIM_HEX(type, name, value, min, max, unit, source, about)
#define EXPECTED_perm                                                   "read, write or both"
#define EXPECTED_backing                                                "anon, cow or file"
#define PRISIM_CHOICE(name, value, min, max, words, source, about)      REGION(name, min, max, EXPECTED_##name),
#define PRISIM_SWITCH(name, value, source, about)                       REGION(name, 0, 1, "0 or 1"),
#define PRISIM_NUMBER(type, name, value, min, max, unit, source, about) REGION(name, min, max, #min ".." #max),
#include "driver/driver_region_config.def"
};

static bool region_check(const struct prisim_driver_region *region, struct prisim_config_error *error)
{
    const struct config_rule rule[] = {
        {region->at % PAGE_BYTES == 0 && region->at >> 48 == 0, {"space.region.at", "a multiple of 4096 below 2^48"}},
        {region->size && region->size % PAGE_BYTES == 0 && region->size <= (UINT64_C(1) << 48) - region->at,
         {"space.region.size", "a multiple of 4096, at least 4096, ending at 2^48 or before"}},
    };
    return config_keeps_rules(rule, CONFIG_COUNT(rule), error) &&
           config_is_in_ranges(region, region_ranges, CONFIG_COUNT(region_ranges), error);
}

/* A space that ends waits for the workers that have found it, and not for requests that have. */
static bool spaces_check(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    const struct config_rule found = {config->teardown == PRISIM_DRIVER_TEARDOWN_NEVER ||
                                          config->resolve_at == PRISIM_DRIVER_RESOLVE_AT_SERVE,
                                      {"resolve_at", "serve, unless teardown is never"}};
    if (!config_keeps_rules(&found, 1, error))
        return false;
    for (uint32_t s = 0; s < config->spaces; s++) {
        if (!config_is_in_ranges(&config->space[s], space_ranges, CONFIG_COUNT(space_ranges), error))
            return false;
        for (uint32_t r = 0; r < config->space[s].regions; r++)
            if (!region_check(&config->space[s].region[r], error))
                return false;
    }
    return true;
}

static bool no_pasid_check(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    const struct config_rule rule[] = {
        {config->no_pasid_space <= config->spaces, {"no_pasid_space", "at most as many as there are spaces"}},
        {config->stop_told == PRISIM_DRIVER_STOP_POLLED ||
             (config->no_pasid == PRISIM_DRIVER_NO_PASID_BYPASS && config->interrupts == PRISIM_DRIVER_INTERRUPTS_MSI),
         {"stop_told", "polled, unless no_pasid is bypass and interrupts is msi"}},
    };
    return config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}

static bool is_unlike_those_before(const struct prisim_driver_config *config, uint32_t i)
{
    for (uint32_t j = 0; j < i; j++)
        if (config->function[i].requester_id == config->function[j].requester_id)
            return false;
    return true;
}

static bool has_its_pf(const struct prisim_driver_config *config, uint32_t i)
{
    const uint32_t pf = config->function[i].physical_function;
    return pf == 0 || (pf <= i && config->function[pf - 1].physical_function == 0);
}

enum { CALLBACK_LATENCY_MAX = 1000000000 };

static bool functions_check(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    for (uint32_t i = 0; i < config->functions; i++) {
        const struct config_rule rule[] = {
            {config->function[i].bar_base % 4 == 0, {"function.bar_base", "a multiple of 4"}},
            {is_unlike_those_before(config, i), {"function.requester_id", "unlike that of every other function"}},
            {config->function[i].callback <= PRISIM_DRIVER_CALLBACK_FLUSHED &&
                 config->function[i].callback_latency <= CALLBACK_LATENCY_MAX,
             {"function.callback", "absent, none, clean or flushed, after at most 1000000000 cycles"}},
            {config->function[i].faults <= PRISIM_DRIVER_FAULTS_STALL &&
                 (config->function[i].faults == PRISIM_DRIVER_FAULTS_PAGE_REQUESTS ||
                  (!config->function[i].pri_allocation && !config->function[i].physical_function)),
             {"function.faults", "page_requests, or stall of a physical function with pri_allocation 0"}},
            {has_its_pf(config, i), {"function.physical_function", "0, or a physical function that stands before it"}},
        };
        if (!config_keeps_rules(rule, CONFIG_COUNT(rule), error))
            return false;
    }
    return true;
}

/* Frames come from there when the RAM at ram_base is given; no frame is at address 0. */
static bool regions_check(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    for (unsigned i = 0; i < PRISIM_MEMORY_REGIONS_MAX; i++) {
        const struct prisim_memory_region *region = &config->region[i];
        const struct config_rule rule[] = {
            {region->size % PAGE_BYTES == 0 && region->size >> 48 == 0,
             {"region.size", "a multiple of 4096, below 2^48"}},
            {region->size == 0 ||
                 (region->base && region->base % PAGE_BYTES == 0 && (region->base + region->size - 1) >> 48 == 0),
             {"region.base", "a multiple of 4096, not 0, its end at or below 2^48"}},
        };
        if (!config_keeps_rules(rule, CONFIG_COUNT(rule), error))
            return false;
    }
    return true;
}

/* Each life has its own tables, queues and frames; and accesses that stall need the event queue. */
static bool crashkernel_check(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    bool stalls = false;
    for (uint32_t i = 0; i < config->functions; i++)
        stalls |= config->function[i].faults == PRISIM_DRIVER_FAULTS_STALL;
    const bool none = config->crashkernel == 0;
    const struct config_rule size = {
        none || (config->crashkernel % PAGE_BYTES == 0 && config->crashkernel <= config->ram_size),
        {"crashkernel", "a multiple of 4096, at most ram_size"}};
    if (!config_keeps_rules(&size, 1, error))
        return false;
    const struct config_rule rule[] = {
        {none || (driver_layout(config, NULL) <= kexec_ram_end(config, 0) &&
                  driver_layout_at(config, kexec_ram_first(config, 1), NULL) <= kexec_ram_end(config, 1)),
         {"crashkernel", "with room for stream table, queues and CD tables beside it and in it"}},
        {none || !stalls || config->kexec_queues == PRISIM_DRIVER_KEXEC_QUEUES_ON,
         {"kexec_queues", "on, with a function whose faults is stall"}},
    };
    return config_keeps_rules(rule, CONFIG_COUNT(rule), error);
}

static bool memory_check(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    const struct config_rule base = {config->ram_base % PAGE_BYTES == 0 && config->ram_base >> 47 == 0,
                                     {"ram_base", "a multiple of 4096 below 2^47"}};
    if (!config_keeps_rules(&base, 1, error))
        return false;
    const struct config_rule rule[] = {
        {config->ram_size % PAGE_BYTES == 0 && config->ram_size >> 40 == 0 &&
             driver_layout(config, NULL) <= config->ram_base + config->ram_size,
         {"ram_size", "a multiple of 4096, below 2^40, with room for stream table, queues and CD tables"}},
        {config->doorbell_base % 4 == 0, {"doorbell_base", "a multiple of 4"}},
    };
    return config_keeps_rules(rule, CONFIG_COUNT(rule), error) && crashkernel_check(config, error) &&
           regions_check(config, error);
}

/* A list that cannot be executed is refused, a questionable order is not: experiments must be possible (UNBIND-STEP).
 */
static bool list_check(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    uint32_t steps = driver_policy_steps(config, config->unbind);
    const struct config_rule rule[] = {
        {steps || driver_policy(config->unbind), {"unbind", "not own, without a list of its own"}},
        {config->unbind_without <= steps, {"unbind_without", "at most the number of steps of its list"}},
        {config->unbind_move <= steps, {"unbind_move", "at most the number of steps of its list"}},
        {!config->unbind_move || !config->unbind_without, {"unbind_move", "0 beside unbind_without"}},
        {config->unbind_move ? config->unbind_before >= 1 && config->unbind_before < config->unbind_move
                             : config->unbind_before == 0,
         {"unbind_before", "with unbind_move at least 1 and less than that, else 0"}},
    };
    if (!config_keeps_rules(rule, CONFIG_COUNT(rule), error))
        return false;
    const bool twin = config->unbind_move || config->unbind_without;
    const struct config_rule executable[] = {
        {!twin || driver_list_can_run(config, config->unbind),
         {config->unbind_move ? "unbind_move" : "unbind_without",
          "a list that frees the PASID and waits for nothing before its snapshot"}},
    };
    return config_keeps_rules(executable, CONFIG_COUNT(executable), error) && driver_own_runs(config, error);
}

bool prisim_driver_config_check(const struct prisim_driver_config *config, struct prisim_config_error *error)
{
    return config_is_in_ranges(config, ranges, CONFIG_COUNT(ranges), error) &&
           config_is_in_ranges(&config->price, price_ranges, CONFIG_COUNT(price_ranges), error) &&
           driver_own_check(config, error) && list_check(config, error) && functions_check(config, error) &&
           spaces_check(config, error) && no_pasid_check(config, error) && memory_check(config, error);
}
