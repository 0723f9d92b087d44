/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a scenario's system that are lists: endpoints, regions of RAM, and address spaces with their regions.
 */
#include <string.h>

#include "tb/scenario/scenario_read.h"

enum { PAGE_BYTES = 4096, ADDRESS_BITS = 48 };

static void select_endpoint(struct loader *loader, unsigned index)
{
    struct system_config *system = &loader->scenario->system;
    loader->bases.of[KEY_OF_ENDPOINT] = &system->endpoint[index];
    loader->bases.of[KEY_OF_ENDPOINT_ID] = system->endpoint_id[index];
    loader->bases.of[KEY_OF_PHYSICAL_FUNCTION] = system->physical_function[index];
    loader->bases.of[KEY_OF_LINK] = &system->fabric.link[index];
    loader->bases.of[KEY_OF_FUNCTION] = &system->driver.function[index];
}

/* PCIE-PRICAP: what software allocates is at most the function's capacity. */
static bool check_allocation(struct loader *loader, const struct tree_node *item, unsigned index)
{
    struct system_config *system = &loader->scenario->system;
    uint32_t capacity = system->endpoint[index].pri_capacity;
    uint32_t *allocation = &system->driver.function[index].pri_allocation;
    if (*allocation <= capacity)
        return true;
    const struct tree_node *pri = tree_value(item, "pri");
    const struct tree_node *node = pri ? tree_value(pri, "allocation") : NULL;
    if (!node) {
        *allocation = capacity;
        return true;
    }
    return scenario_refuse(loader->tree, node, "expected 1..%u (credits, at most pri.capacity), not %u", capacity,
                           *allocation);
}

/* Where accesses stall there are no page requests. */
static bool check_faults(struct loader *loader, const struct tree_node *item, unsigned index)
{
    const struct system_config *system = &loader->scenario->system;
    if (system->driver.function[index].faults != PRISIM_DRIVER_FAULTS_STALL)
        return true;
    if (system->physical_function[index][0])
        return scenario_refuse_part(loader->tree, item, "faults", "expected page_requests, of a virtual function");
    if (tree_value(item, "pri"))
        return scenario_refuse_part(loader->tree, item, "pri", "a function with faults: stall has no page requests");
    return true;
}

/* A virtual function: of what, and nothing of its own that is its physical function's. */
static bool check_virtual(struct loader *loader, const struct tree_node *item, unsigned index)
{
    static const char *const shared[] = {"pri",           "prpr", "pasid_bits", "pasid_execute", "pasid_privileged",
                                         "end_end_prefix"};
    const struct system_config *system = &loader->scenario->system;
    if (!system->physical_function[index][0])
        return true;
    const unsigned pf = system_physical_function(system, index);
    if (pf == index || system->physical_function[pf][0])
        return scenario_refuse_part(loader->tree, item, "physical_function",
                                    "expected the id of a physical function that stands before it, not \"%s\"",
                                    system->physical_function[index]);
    for (unsigned i = 0; i < sizeof shared / sizeof *shared; i++)
        if (tree_value(item, shared[i]))
            return scenario_refuse_part(loader->tree, item, shared[i],
                                        "a virtual function has that of its physical function, %s",
                                        system->physical_function[index]);
    return true;
}

static bool read_endpoint(struct loader *loader, const struct tree_node *item, unsigned index, const struct key *key)
{
    struct system_config *system = &loader->scenario->system;
    select_endpoint(loader, index);
    if (!scenario_read_map(loader, item, key))
        return false;
    for (unsigned i = 0; i < index; i++)
        if (strcmp(system->endpoint_id[i], system->endpoint_id[index]) == 0)
            return scenario_refuse_part(loader->tree, item, "id", "expected an id that no other endpoint has");
    return check_virtual(loader, item, index) && check_faults(loader, item, index) &&
           check_allocation(loader, item, index);
}

bool scenario_read_endpoints(struct loader *loader, const struct tree_node *system)
{
    const struct tree_node *list = system ? tree_value(system, "endpoints") : NULL;
    const struct key *key = key_find("system.endpoints.*");
    if (!list)
        return true;
    loader->scenario->system.endpoints = list->count;
    for (unsigned i = 0; i < list->count; i++)
        if (!read_endpoint(loader, list->item[i], i, key))
            return false;
    return true;
}

bool scenario_read_memory(struct loader *loader, const struct tree_node *system)
{
    const struct tree_node *memory = system ? tree_value(system, "memory") : NULL;
    const struct tree_node *list = memory ? tree_value(memory, "regions") : NULL;
    const struct key *key = key_find("system.memory.regions.*");
    for (unsigned i = 0; list && i < list->count; i++) {
        loader->bases.of[KEY_OF_MEMORY_REGION] = &loader->scenario->system.interconnect.region[i];
        if (!scenario_read_map(loader, list->item[i], key))
            return false;
    }
    return true;
}

bool scenario_read_faults(struct loader *loader, const struct tree_node *system)
{
    const struct tree_node *fabric = system ? tree_value(system, "fabric") : NULL;
    const struct tree_node *list = fabric ? tree_value(fabric, "faults") : NULL;
    const struct key *key = key_find("system.fabric.faults.*");
    for (unsigned i = 0; list && i < list->count; i++) {
        loader->bases.of[KEY_OF_FAULT] = &loader->scenario->system.fabric.fault[i];
        if (!scenario_read_map(loader, list->item[i], key))
            return false;
    }
    return true;
}

static bool check_region(struct loader *loader, const struct tree_node *item, const struct prisim_driver_space *space,
                         unsigned index)
{
    struct tree *tree = loader->tree;
    const struct prisim_driver_region *region = &space->region[index];
    if (region->at % PAGE_BYTES)
        return scenario_refuse_part(tree, item, "at", "expected a multiple of 4 KB (0x1000), not 0x%llx",
                                    (unsigned long long)region->at);
    if (region->size % PAGE_BYTES)
        return scenario_refuse_part(tree, item, "size", "expected a multiple of 4 KB (0x1000), not 0x%llx",
                                    (unsigned long long)region->size);
    if (region->size > (UINT64_C(1) << ADDRESS_BITS) - region->at)
        return scenario_refuse_part(tree, item, "size", "expected a region that ends below 2^%d", ADDRESS_BITS);
    for (unsigned i = 0; i < index; i++) {
        const struct prisim_driver_region *other = &space->region[i];
        if (region->at < other->at + other->size && other->at < region->at + region->size)
            return scenario_refuse_part(tree, item, "at", "expected a region apart from region %u, 0x%llx..0x%llx", i,
                                        (unsigned long long)other->at,
                                        (unsigned long long)(other->at + other->size - 1));
    }
    return true;
}

static bool read_space(struct loader *loader, const struct tree_node *map, struct prisim_driver_space *space,
                       const struct key *key)
{
    if (!scenario_read_map(loader, map, key))
        return false;
    const struct tree_node *list = tree_value(map, "regions");
    key = key_find("spaces.*.regions.*");
    space->regions = list->count;
    for (unsigned i = 0; i < space->regions; i++) {
        loader->bases.of[KEY_OF_REGION] = &space->region[i];
        if (!scenario_read_map(loader, list->item[i], key) || !check_region(loader, list->item[i], space, i))
            return false;
    }
    return true;
}

bool scenario_read_spaces(struct loader *loader, const struct tree_node *spaces)
{
    if (!spaces)
        return true;
    struct tree *tree = loader->tree;
    struct system_config *system = &loader->scenario->system;
    const struct key *key = key_find("spaces.*");
    assert(key && spaces->type == TREE_MAP);
    if (spaces->count > PRISIM_DRIVER_SPACES_MAX)
        return scenario_refuse(tree, spaces, "expected 0..%d spaces, not %u", PRISIM_DRIVER_SPACES_MAX, spaces->count);
    for (const struct tree_pair *pair = spaces->pair; pair < spaces->pair + spaces->count; pair++) {
        char expected[KEY_EXPECTED_MAX];
        if (!key_word(key, pair->key->text, expected))
            return scenario_refuse(tree, pair->key, "%s", expected);
        uint32_t index = system->driver.spaces++;
        memcpy(system->space_id[index], pair->key->text, pair->key->count + 1);
        if (!read_space(loader, pair->value, &system->driver.space[index], key))
            return false;
    }
    return true;
}
