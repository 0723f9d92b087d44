/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a scenario's system that are lists: endpoints, regions of RAM, and address spaces with their regions.
 */
#include <stdio.h>
#include <string.h>

#include "tb/scenario/scenario_read.h"

enum { PAGE_BYTES = 4096, ADDRESS_BITS = 48 };

static void select_endpoint(struct loader *loader, unsigned index)
{
    struct system_config *system = &loader->scenario->system;
    loader->bases.of[KEY_OF_ENDPOINT] = &system->endpoint[index];
    loader->bases.of[KEY_OF_ENDPOINT_ID] = system->endpoint_id[index];
    loader->bases.of[KEY_OF_LINK] = &system->fabric.link[index];
    loader->bases.of[KEY_OF_FUNCTION] = &system->driver.function[index];
}

/* PCIE-PRICAP: what software allocates is at most the function's capacity. */
static bool check_allocation(struct loader *loader, const yaml_node_t *item, unsigned index, const char *path)
{
    struct system_config *system = &loader->scenario->system;
    uint32_t capacity = system->endpoint[index].pri_capacity;
    uint32_t *allocation = &system->driver.function[index].pri_allocation;
    if (*allocation <= capacity)
        return true;
    const yaml_node_t *pri = tree_value(&loader->tree, item, "pri");
    const yaml_node_t *node = pri ? tree_value(&loader->tree, pri, "allocation") : NULL;
    if (!node) {
        *allocation = capacity;
        return true;
    }
    char full[KEY_PATH_MAX];
    key_path_join(full, path, "pri.allocation");
    return tree_refuse(&loader->tree, node, full, "expected 1..%u (credits, at most pri.capacity), not %u", capacity,
                       *allocation);
}

static bool read_endpoint(struct loader *loader, const yaml_node_t *item, unsigned index)
{
    struct tree *tree = &loader->tree;
    struct system_config *system = &loader->scenario->system;
    char part[SYSTEM_ID_MAX], path[KEY_PATH_MAX];
    scenario_item_part(tree, item, index, part);
    key_path_join(path, "system.endpoints", part);
    select_endpoint(loader, index);
    if (!scenario_read_map(loader, item, "system.endpoints.*", path))
        return false;
    for (unsigned i = 0; i < index; i++)
        if (strcmp(system->endpoint_id[i], system->endpoint_id[index]) == 0) {
            char full[KEY_PATH_MAX];
            key_path_join(full, path, "id");
            return tree_refuse(tree, tree_value(tree, item, "id"), full, "expected an id that no other endpoint has");
        }
    return check_allocation(loader, item, index, path);
}

bool scenario_read_endpoints(struct loader *loader, const yaml_node_t *system)
{
    const yaml_node_t *list = system ? tree_value(&loader->tree, system, "endpoints") : NULL;
    if (!list)
        return true;
    loader->scenario->system.endpoints = tree_items(list);
    for (unsigned i = 0; i < tree_items(list); i++)
        if (!read_endpoint(loader, tree_item(&loader->tree, list, i), i))
            return false;
    return true;
}

bool scenario_read_memory(struct loader *loader, const yaml_node_t *system)
{
    const yaml_node_t *memory = system ? tree_value(&loader->tree, system, "memory") : NULL;
    const yaml_node_t *list = memory ? tree_value(&loader->tree, memory, "regions") : NULL;
    for (unsigned i = 0; list && i < tree_items(list); i++) {
        char path[KEY_PATH_MAX];
        snprintf(path, sizeof path, "system.memory.regions.%u", i);
        loader->bases.of[KEY_OF_MEMORY_REGION] = &loader->scenario->system.interconnect.region[i];
        if (!scenario_read_map(loader, tree_item(&loader->tree, list, i), "system.memory.regions.*", path))
            return false;
    }
    return true;
}

static bool check_region(struct loader *loader, const yaml_node_t *item, const struct prisim_driver_space *space,
                         unsigned index, const char *path)
{
    struct tree *tree = &loader->tree;
    const struct prisim_driver_region *region = &space->region[index];
    char at[KEY_PATH_MAX], size[KEY_PATH_MAX];
    key_path_join(at, path, "at");
    key_path_join(size, path, "size");
    if (region->at % PAGE_BYTES)
        return tree_refuse(tree, scenario_at(tree, item, "at"), at, "expected a multiple of 4 KB (0x1000), not 0x%llx",
                           (unsigned long long)region->at);
    if (region->size % PAGE_BYTES)
        return tree_refuse(tree, scenario_at(tree, item, "size"), size,
                           "expected a multiple of 4 KB (0x1000), not 0x%llx", (unsigned long long)region->size);
    if (region->size > (UINT64_C(1) << ADDRESS_BITS) - region->at)
        return tree_refuse(tree, scenario_at(tree, item, "size"), size, "expected a region that ends below 2^%d",
                           ADDRESS_BITS);
    for (unsigned i = 0; i < index; i++) {
        const struct prisim_driver_region *other = &space->region[i];
        if (region->at < other->at + other->size && other->at < region->at + region->size)
            return tree_refuse(tree, scenario_at(tree, item, "at"), at,
                               "expected a region apart from region %u, 0x%llx..0x%llx", i,
                               (unsigned long long)other->at, (unsigned long long)(other->at + other->size - 1));
    }
    return true;
}

static bool read_space(struct loader *loader, const yaml_node_t *map, struct prisim_driver_space *space,
                       const char *path)
{
    struct tree *tree = &loader->tree;
    if (!scenario_read_map(loader, map, "spaces.*", path))
        return false;
    const yaml_node_t *list = tree_value(tree, map, "regions");
    char regions[KEY_PATH_MAX];
    key_path_join(regions, path, "regions");
    space->regions = tree_items(list);
    for (unsigned i = 0; i < space->regions; i++) {
        const yaml_node_t *item = tree_item(tree, list, i);
        char part[SYSTEM_ID_MAX], full[KEY_PATH_MAX];
        snprintf(part, sizeof part, "%u", i);
        key_path_join(full, regions, part);
        loader->bases.of[KEY_OF_REGION] = &space->region[i];
        if (!scenario_read_map(loader, item, "spaces.*.regions.*", full) || !check_region(loader, item, space, i, full))
            return false;
    }
    return true;
}

bool scenario_read_spaces(struct loader *loader, const yaml_node_t *spaces)
{
    if (!spaces)
        return true;
    struct tree *tree = &loader->tree;
    struct system_config *system = &loader->scenario->system;
    const struct key *key = key_find("spaces.*");
    assert(key && spaces->type == YAML_MAPPING_NODE);
    if (tree_pairs(spaces) > PRISIM_DRIVER_SPACES_MAX)
        return tree_refuse(tree, spaces, "spaces", "expected 0..%d spaces, not %u", PRISIM_DRIVER_SPACES_MAX,
                           tree_pairs(spaces));
    const yaml_node_pair_t *pair = spaces->data.mapping.pairs.start;
    for (; pair < spaces->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = tree_node(tree, pair->key), *map = tree_node(tree, pair->value);
        char path[KEY_PATH_MAX], expected[KEY_EXPECTED_MAX];
        key_path_join(path, "spaces", tree_text(name));
        if (!key_word(key, tree_text(name), expected))
            return tree_refuse(tree, name, path, "%s", expected);
        uint32_t index = system->driver.spaces++;
        snprintf(system->space_id[index], SYSTEM_ID_MAX, "%s", tree_text(name));
        if (!read_space(loader, map, &system->driver.space[index], path))
            return false;
    }
    return true;
}
