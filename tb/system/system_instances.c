/* SPDX-License-Identifier: Apache-2.0
 *
 * The instances of a system (system.h): their table, by which they have a rank, and their names.
 */
#include <stdio.h>
#include <string.h>

#include "tb/system/system.h"

unsigned system_count(const struct system_config *system, enum system_kind kind)
{
    if (kind == KIND_ENDPOINT)
        return system->endpoints;
    return kind == KIND_SMMU || kind == KIND_PRI_QUEUE ? system->smmus : 1;
}

static void add(struct system_instance rows[SYSTEM_INSTANCES_MAX], unsigned *count, enum system_kind kind,
                unsigned index)
{
    assert(*count < SYSTEM_INSTANCES_MAX);
    rows[(*count)++] = (struct system_instance){(uint16_t)kind, (uint16_t)index};
}

unsigned system_instances(const struct system_config *system, struct system_instance rows[SYSTEM_INSTANCES_MAX])
{
    _Static_assert((int)KIND_ENDPOINT == (int)INSTANCE_ENDPOINT, "the first rows are the first of each kind");
    unsigned count = 0;
    for (unsigned kind = 0; kind < KIND_ENDPOINT; kind++)
        add(rows, &count, (enum system_kind)kind, 0);
    for (unsigned i = 0; i < system->endpoints; i++)
        add(rows, &count, KIND_ENDPOINT, i);
    /* by pairs, so that a third SMMU comes behind the second's queue */
    for (unsigned i = 1; i < system->smmus; i++) {
        add(rows, &count, KIND_SMMU, i);
        add(rows, &count, KIND_PRI_QUEUE, i);
    }
    return count;
}

unsigned system_rank(const struct system_config *system, enum system_kind kind, unsigned index)
{
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    unsigned count = system_instances(system, rows), rank = 0;
    while (rank < count && (rows[rank].kind != kind || rows[rank].index != index))
        rank++;
    assert(rank < count);
    return rank;
}

void system_instance_name(const struct system_config *system, unsigned instance, char *name)
{
    static const char *const kinds[SYSTEM_KINDS] = {
        [KIND_TIMELINE] = "timeline",
        [KIND_DRIVER] = "driver",
        [KIND_SMMU] = "smmu",
        [KIND_PRI_QUEUE] = "pri_queue",
        [KIND_INTERCONNECT] = "interconnect",
        [KIND_FABRIC] = "fabric",
        [KIND_ENDPOINT] = "endpoint",
    };
    if (instance == INSTANCE_CHECKERS) {
        snprintf(name, SYSTEM_NAME_MAX, "checkers");
        return;
    }
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    unsigned count = system_instances(system, rows);
    assert(instance < count);
    const struct system_instance *row = &rows[instance];
    if (row->kind == KIND_ENDPOINT)
        snprintf(name, SYSTEM_NAME_MAX, "endpoint[%s]", system->endpoint_id[row->index]);
    else if (system_count(system, (enum system_kind)row->kind) > 1)
        snprintf(name, SYSTEM_NAME_MAX, "%s[%u]", kinds[row->kind], row->index);
    else
        snprintf(name, SYSTEM_NAME_MAX, "%s", kinds[row->kind]);
}

unsigned system_physical_function(const struct system_config *system, unsigned i)
{
    for (unsigned pf = 0; pf < i && system->physical_function[i][0]; pf++)
        if (strcmp(system->endpoint_id[pf], system->physical_function[i]) == 0)
            return pf;
    return i;
}

unsigned system_endpoint_of_instance(const struct system_config *system, uint64_t instance)
{
    bool known = instance >= INSTANCE_ENDPOINT && instance - INSTANCE_ENDPOINT < system->endpoints;
    return known ? (unsigned)(instance - INSTANCE_ENDPOINT) : SYSTEM_ENDPOINTS_MAX;
}

unsigned system_endpoint_of_stream(const struct system_config *system, uint64_t stream_id)
{
    for (unsigned i = 0; i < system->endpoints; i++)
        if (system->endpoint[i].requester_id == stream_id)
            return i;
    return SYSTEM_ENDPOINTS_MAX;
}

unsigned system_endpoint_of_tlp(const struct system_config *system, uint64_t tlp)
{
    return system_endpoint_of_instance(system, prisim_tlp_producer(tlp));
}
