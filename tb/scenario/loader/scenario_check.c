/* SPDX-License-Identifier: Apache-2.0
 *
 * What no single key shows: rules that join two keys, and what the blocks' own *_config_check refuse. Each is told as
 * an error about a key of the file.
 */
#include <stdio.h>
#include <string.h>

#include "model/core/memory_map.h"
#include "tb/scenario/scenario_read.h"

static bool refuse_at(struct loader *loader, const char *path, const char *what)
{
    return tree_refuse(loader->tree, scenario_locate(loader->tree, path), path, "expected %s", what);
}

/* SMMU-IDR1: a queue is at most as large as the identification registers say; so is the SubstreamID. */
static bool check_sizes(struct loader *loader)
{
    const struct prisim_smmu_config *smmu = &loader->scenario->system.smmu[0];
    const struct prisim_driver_config *driver = &loader->scenario->system.driver;
    const struct {
        uint32_t value, max;
        const char *path, *max_name;
    } rules[] = {
        {driver->cmdq_log2, smmu->cmdq_log2_max, "system.driver.cmdq_log2", "system.smmu.cmdq_log2_max"},
        {driver->eventq_log2, smmu->eventq_log2_max, "system.driver.eventq_log2", "system.smmu.eventq_log2_max"},
        {driver->priq_log2, smmu->priq_log2_max, "system.driver.priq_log2", "system.smmu.priq_log2_max"},
        {driver->pasid_bits, smmu->ssid_bits, "system.driver.pasid_bits", "system.smmu.ssid_bits"},
    };
    for (unsigned i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        char what[KEY_EXPECTED_MAX];
        if (rules[i].value <= rules[i].max)
            continue;
        snprintf(what, sizeof what, "at most %u (%s), not %u", rules[i].max, rules[i].max_name, rules[i].value);
        if (scenario_locate(loader->tree, rules[i].path))
            return refuse_at(loader, rules[i].path, what);
        snprintf(what, sizeof what, "at least %u (%s), not %u", rules[i].value, rules[i].path, rules[i].max);
        return refuse_at(loader, rules[i].max_name, what);
    }
    return true;
}

/* StreamIDs are requester ids: the stream table must reach the last endpoint. */
static bool check_stream_ids(struct loader *loader)
{
    const struct system_config *system = &loader->scenario->system;
    uint32_t last = system->endpoint[system->endpoints - 1].requester_id, bits = 0;
    while (last >> bits)
        bits++;
    if (system->smmu[0].sid_bits >= bits)
        return true;
    char what[KEY_EXPECTED_MAX];
    snprintf(what, sizeof what, "at least %u (the last endpoint's StreamID is 0x%x), not %u", bits, last,
             system->smmu[0].sid_bits);
    return refuse_at(loader, "system.smmu.sid_bits", what);
}

/* SMMU-RESUME-3: what is to stall must be able to. */
static bool check_stalls(struct loader *loader)
{
    const struct system_config *system = &loader->scenario->system;
    for (uint32_t i = 0; i < system->endpoints; i++)
        if (system->driver.function[i].faults == PRISIM_DRIVER_FAULTS_STALL && system->smmu[0].stall_model)
            return refuse_at(loader, "system.smmu.stall_model", "0: an endpoint has faults: stall");
    return true;
}

static bool check_policy(struct loader *loader)
{
    const struct system_config *system = &loader->scenario->system;
    const char *what = scenario_lacks(system, system->driver.unbind);
    return !what || refuse_at(loader, "system.driver.unbind", what);
}

/* Fields that follow from a key of another block. */
static const char *derived_key(enum key_scope scope, const char *field)
{
    if (scope == KEY_OF_DRIVER && strcmp(field, "ram_size") == 0)
        return "system.memory.size";
    if (scope == KEY_OF_PRI_QUEUE && strcmp(field, "size_log2_max") == 0)
        return "system.smmu.priq_log2_max";
    if (scope == KEY_OF_PRI_QUEUE && strcmp(field, "pps") == 0)
        return "system.smmu.pps";
    if (scope == KEY_OF_PRI_QUEUE && strcmp(field, "msi_supported") == 0)
        return "system.smmu.msi";
    return NULL;
}

/* A field is named with or without the structs it lies in. */
static bool same_field(const char *member, const char *field)
{
    const char *member_last = strrchr(member, '.'), *field_last = strrchr(field, '.');
    return strcmp(member, field) == 0 || (member_last && strcmp(member_last + 1, field) == 0) ||
           (field_last && strcmp(field_last + 1, member) == 0);
}

static const char *key_of_field(enum key_scope scope, enum key_scope inner, const char *field)
{
    const char *derived = derived_key(scope, field);
    for (unsigned i = 0; !derived && i < keys_count(); i++)
        if (key_at(i)->scope == scope && same_field(key_at(i)->field, field))
            derived = key_at(i)->name;
    for (unsigned i = 0; !derived && i < keys_count(); i++)
        if (key_at(i)->scope == inner && same_field(key_at(i)->field, field))
            derived = key_at(i)->name;
    return derived;
}

/* Tells a block's error: the key of the field, or the block's map if the field is no key. `id` replaces the `*`. */
static bool refuse_config(struct loader *loader, enum key_scope scope, enum key_scope inner, const char *block,
                          const char *id, const struct prisim_config_error *error)
{
    const char *name = key_of_field(scope, inner, error->field);
    char path[KEY_PATH_MAX] = "";
    if (!name) {
        const struct tree_node *node = scenario_locate(loader->tree, block);
        key_path_join(path, block, error->field);
        return tree_refuse(loader->tree, node, path, "expected %s", error->expected);
    }
    const char *star = strchr(name, '*');
    if (star && id) {
        snprintf(path, sizeof path, "%.*s", (int)(star - name), name);
        text_append(path, sizeof path, id);
        text_append(path, sizeof path, star + 1);
    } else {
        text_append(path, sizeof path, name);
    }
    return refuse_at(loader, path, error->expected);
}

static bool refuse_region(struct loader *loader, unsigned index, const char *field, const char *what)
{
    char path[KEY_PATH_MAX];
    snprintf(path, sizeof path, "system.memory.regions.%u.%s", index, field);
    return refuse_at(loader, path, what);
}

static bool overlaps(const struct prisim_memory_region *region, uint64_t base, uint64_t size)
{
    return region->base - base < size || base - region->base < region->size;
}

/* What the root complex sends elsewhere is no RAM: a function's BARs, the doorbell. */
static bool is_apart_from_devices(const struct system_config *system, const struct prisim_memory_region *region)
{
    const bool has_bars = overlaps(region, PRISIM_MAP_BAR, system->endpoints * (uint64_t)PRISIM_ENDPOINT_BAR_BYTES) ||
                          overlaps(region, PRISIM_MAP_MSIX, system->endpoints * (uint64_t)PRISIM_ENDPOINT_MSIX_BYTES);
    return !has_bars && system->interconnect.doorbell_base - region->base >= region->size;
}

/* PASIDs' pages lie where the SMMU's output addresses reach (SMMU-IDR, IDR5.OAS), and no page frame is at 0. */
static bool check_regions(struct loader *loader)
{
    const struct system_config *system = &loader->scenario->system;
    const struct prisim_interconnect_config *memory = &system->interconnect;
    const struct memory_map map = {{memory->ram_base, memory->ram_size}, memory->region};
    struct prisim_config_error error;
    unsigned at;
    if (!memory_map_check(&map, &error, &at) && strncmp(error.field, "region.", 7) == 0)
        return refuse_region(loader, at, error.field + 7, error.expected);
    if (!is_apart_from_devices(system, &map.first))
        return refuse_at(loader, "system.memory.size", "RAM that ends below the functions' BARs");
    for (unsigned i = 0; i < PRISIM_MEMORY_REGIONS_MAX; i++) {
        const struct prisim_memory_region *region = &memory->region[i];
        if (region->size && region->base == 0)
            return refuse_region(loader, i, "base", "more than 0: the driver has no frame at address 0");
        if (region->size && region->base + region->size > UINT64_C(1) << system->smmu[0].oas_bits)
            return refuse_region(loader, i, "base", "a region that ends within the SMMU's output addresses (oas_bits)");
        if (region->size && !is_apart_from_devices(system, region))
            return refuse_region(loader, i, "base", "a region apart from doorbell and BARs");
    }
    return true;
}

static bool check_blocks(struct loader *loader)
{
    const struct system_config *system = &loader->scenario->system;
    struct prisim_config_error error = {"", ""};
    for (uint32_t i = 0; i < system->smmus; i++) {
        if (!prisim_smmu_config_check(&system->smmu[i], &error))
            return refuse_config(loader, KEY_OF_SMMU, KEY_OF_NOTHING, "system.smmu", NULL, &error);
        if (!prisim_pri_queue_config_check(&system->pri_queue[i], &error))
            return refuse_config(loader, KEY_OF_PRI_QUEUE, KEY_OF_NOTHING, "system.pri_queue", NULL, &error);
    }
    if (!prisim_interconnect_config_check(&system->interconnect, &error))
        return refuse_config(loader, KEY_OF_MEMORY, KEY_OF_NOTHING, "system.memory", NULL, &error);
    for (uint32_t i = 0; i < system->endpoints; i++)
        if (!prisim_endpoint_config_check(&system->endpoint[i], &error))
            return refuse_config(loader, KEY_OF_ENDPOINT, KEY_OF_NOTHING, "system.endpoints", system->endpoint_id[i],
                                 &error);
    if (!prisim_fabric_config_check(&system->fabric, &error))
        return refuse_config(loader, KEY_OF_FABRIC, KEY_OF_LINK, "system.fabric", system->endpoint_id[0], &error);
    if (!prisim_driver_config_check(&system->driver, &error))
        return refuse_config(loader, KEY_OF_DRIVER, KEY_OF_FUNCTION, "system.driver", system->endpoint_id[0], &error);
    return true;
}

bool scenario_check(struct loader *loader)
{
    return check_sizes(loader) && check_stream_ids(loader) && check_stalls(loader) && check_regions(loader) &&
           check_blocks(loader) && check_policy(loader);
}
