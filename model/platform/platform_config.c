/* SPDX-License-Identifier: Apache-2.0
 *
 * A platform's configuration: defaults, what is derived, what is refused, and the names of what functions answer.
 */
#include "model/core/address_map.h"
#include "model/platform/platform_state.h"

enum { PAGE_BYTES = 4096, PAGES_DEFAULT = 16384, PAGES_MAX = 1048576 };

static const uint64_t ram_bytes_max = UINT64_C(1) << 52;

void prisim_platform_config_default(struct prisim_platform_config *config)
{
    *config = (struct prisim_platform_config){.smmus = 1,
                                              .patience = 1000000,
                                              .memory = {.ram_base = PRISIM_MAP_RAM,
                                                         .ram_size = PRISIM_MAP_RAM_BYTES,
                                                         .pages = PAGES_DEFAULT,
                                                         .doorbell_base = PRISIM_MAP_DOORBELL,
                                                         .latency = 80,
                                                         .outstanding = PRISIM_PLATFORM_OUTSTANDING_MAX}};
    for (unsigned i = 0; i < SMMUS; i++) {
        prisim_smmu_config_default(&config->smmu[i].smmu);
        prisim_pri_queue_config_default(&config->smmu[i].pri_queue);
    }
    platform_config_derive(config);
    platform_devices_default(config);
}

void platform_config_derive(struct prisim_platform_config *config)
{
    for (unsigned i = 0; i < SMMUS; i++)
        prisim_smmu_pri_queue_derive(&config->smmu[i].smmu, &config->smmu[i].pri_queue);
}

static bool refuse(struct prisim_platform_error *error, const char *part, const char *field, const char *expected)
{
    *error = (struct prisim_platform_error){.part = part, .field = field, .expected = expected};
    return false;
}

static bool is_doorbell_possible(const struct prisim_platform_memory *memory)
{
    if (memory->doorbell_base == PRISIM_PLATFORM_NO_DOORBELL)
        return true;
    const struct memory_map map = platform_ram_map(memory);
    return memory->doorbell_base % PAGE_BYTES == 0 && !memory_map_has(&map, memory->doorbell_base);
}

static bool check_regions(const struct prisim_platform_memory *memory, struct prisim_platform_error *error)
{
    const struct memory_map map = platform_ram_map(memory);
    struct prisim_config_error why;
    unsigned index;
    if (memory->ram_size > ram_bytes_max)
        return refuse(error, "memory", "ram_size", "0..2^52");
    for (unsigned i = 0; i < PRISIM_MEMORY_REGIONS_MAX; i++)
        if (memory->region[i].size > ram_bytes_max)
            return refuse(error, "memory", "region.size", "0..2^52");
    return memory_map_check(&map, &why, &index) || refuse(error, "memory", why.field, why.expected);
}

static bool check_memory(const struct prisim_platform_config *config, struct prisim_platform_error *error)
{
    const struct prisim_platform_memory *memory = &config->memory;
    if (!check_regions(memory, error))
        return false;
    if (memory->pages < 1 || memory->pages > PAGES_MAX)
        return refuse(error, "memory", "pages", "1..1048576");
    if (!is_doorbell_possible(memory))
        return refuse(error, "memory", "doorbell_base", "a multiple of 4096 outside RAM");
    if (memory->latency < 1 || memory->latency > 10000)
        return refuse(error, "memory", "latency", "1..10000");
    if (memory->outstanding < 4 || memory->outstanding < 2 * config->smmus + 1 ||
        memory->outstanding > PRISIM_PLATFORM_OUTSTANDING_MAX)
        return refuse(error, "memory", "outstanding", "at least 4, and two an SMMU and one; at most 64");
    if (!memory->read != !memory->write)
        return refuse(error, "memory", memory->read ? "write" : "read", "both functions or none");
    if (!memory->read && memory->ram_size == 0)
        return refuse(error, "memory", "ram_size", "more than 0 without functions");
    return true;
}

static bool check_smmu(const struct prisim_platform_smmu *smmu, unsigned index, struct prisim_platform_error *error)
{
    struct prisim_config_error why;
    struct prisim_pri_queue_config queue = smmu->pri_queue;
    prisim_smmu_pri_queue_derive(&smmu->smmu, &queue);
    bool built = prisim_smmu_config_check(&smmu->smmu, &why);
    if (built && prisim_pri_queue_config_check(&queue, &why))
        return true;
    *error = (struct prisim_platform_error){
        .part = built ? "pri_queue" : "smmu", .smmu = index, .field = why.field, .expected = why.expected};
    return false;
}

bool prisim_platform_config_check(const struct prisim_platform_config *config, struct prisim_platform_error *error)
{
    struct prisim_platform_error unread;
    if (!error)
        error = &unread;
    if (config->smmus < 1 || config->smmus > SMMUS)
        return refuse(error, "platform", "smmus", "1..8");
    if (config->patience < 1 || config->patience > 1000000000)
        return refuse(error, "platform", "patience", "1..1000000000");
    if (!check_memory(config, error))
        return false;
    for (unsigned i = 0; i < config->smmus; i++)
        if (!check_smmu(&config->smmu[i], i, error))
            return false;
    return platform_devices_check(config, error);
}

const char *prisim_status_name(enum prisim_status status)
{
    static const char *const name[PRISIM_STATUSES] = {[PRISIM_OK] = "PRISIM_OK",
                                                      [PRISIM_TIMEOUT] = "PRISIM_TIMEOUT",
                                                      [PRISIM_ABORT] = "PRISIM_ABORT",
                                                      [PRISIM_REFUSED] = "PRISIM_REFUSED",
                                                      [PRISIM_FULL] = "PRISIM_FULL",
                                                      [PRISIM_CONFIG] = "PRISIM_CONFIG",
                                                      [PRISIM_NO_MEMORY] = "PRISIM_NO_MEMORY"};
    return (unsigned)status < PRISIM_STATUSES ? name[status] : "?";
}
