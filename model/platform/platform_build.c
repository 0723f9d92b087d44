/* SPDX-License-Identifier: Apache-2.0
 *
 * A platform from opening to closing: its blocks, the channels between them, the names of the instances.
 */
#include <stdio.h>
#include <stdlib.h>

#include "model/platform/platform_state.h"

static prisim_cycle_t smmu_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_smmu_step(config, state, now, ports);
}

static prisim_cycle_t pri_queue_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_pri_queue_step(config, state, now, ports);
}

static void add_blocks(struct prisim_platform *p)
{
    struct prisim_scheduler *c = p->scheduler;
    prisim_scheduler_add(c, platform_host_step, NULL, sizeof(struct platform_host));
    for (unsigned i = 0; i < p->config.smmus; i++) {
        const struct prisim_platform_smmu *s = &p->config.smmu[i];
        prisim_scheduler_add(c, smmu_edge, &s->smmu, prisim_smmu_state_size(&s->smmu));
        prisim_scheduler_add(c, pri_queue_edge, &s->pri_queue, prisim_pri_queue_state_size(&s->pri_queue));
    }
    prisim_scheduler_add(c, platform_memory_step, &p->memory, platform_memory_state_size(&p->config.memory));
    platform_devices_add(p);
}

#define WIRE(from, tx, to, rx, type) prisim_scheduler_connect(c, from, tx, to, rx, sizeof(struct prisim_##type))

static void join_caller_as_device(struct prisim_scheduler *c, unsigned i, unsigned smmu)
{
    WIRE(RANK_HOST, HOST_TX_UP + i, smmu, PRISIM_SMMU_RX_UP, tlp);
    WIRE(smmu, PRISIM_SMMU_TX_DOWN, RANK_HOST, HOST_RX_DOWN + i, tlp);
}

static void join_outside(struct prisim_scheduler *c, unsigned i, unsigned smmu, unsigned memory)
{
    WIRE(RANK_HOST, HOST_TX_REGISTER + i, smmu, PRISIM_SMMU_RX_REGISTER, memory_request);
    WIRE(smmu, PRISIM_SMMU_TX_REGISTER_RESPONSE, RANK_HOST, HOST_RX_REGISTER + i, memory_response);
    WIRE(smmu, PRISIM_SMMU_TX_INTERRUPT, RANK_HOST, HOST_RX_WIRED + i, smmu_interrupt);
    WIRE(smmu, PRISIM_SMMU_TX_MEMORY_REQUEST, memory, 2 * i, memory_request);
    WIRE(memory, 2 * i, smmu, PRISIM_SMMU_RX_MEMORY_RESPONSE, memory_response);
    WIRE(smmu, PRISIM_SMMU_TX_DMA_REQUEST, memory, 2 * i + 1, memory_request);
    WIRE(memory, 2 * i + 1, smmu, PRISIM_SMMU_RX_DMA_RESPONSE, memory_response);
}

static void join_pri_queue(struct prisim_scheduler *c, unsigned i, bool follows)
{
#define WIRE_OF_PRI_QUEUE(from, tx, to, rx, type)                                                                      \
    WIRE(platform_rank(RANK_##from, i), tx, platform_rank(RANK_##to, i), rx, type);
#define FOLLOWING_WIRE_OF_PRI_QUEUE(from, tx, to, rx, type)                                                            \
    if (follows)                                                                                                       \
        WIRE(platform_rank(RANK_##from, i), tx, platform_rank(RANK_##to, i), rx, type);
#include "model/smmu/smmu_pri_queue_wires.def"
}

static void join_blocks(struct prisim_platform *p)
{
    struct prisim_scheduler *c = p->scheduler;
    const unsigned memory = platform_memory_rank(p);
    for (unsigned i = 0; i < p->config.smmus; i++) {
        join_outside(c, i, platform_rank(RANK_SMMU, i), memory);
        join_pri_queue(c, i, prisim_smmu_follows_page_requests(&p->config.smmu[i].smmu));
        if (platform_has_port(p, i))
            join_caller_as_device(c, i, platform_rank(RANK_SMMU, i));
    }
    WIRE(RANK_HOST, HOST_TX_MEMORY, memory, p->memory.ports - 1, memory_request);
    WIRE(memory, p->memory.ports - 1, RANK_HOST, HOST_RX_MEMORY, memory_response);
    prisim_scheduler_connect(c, memory, p->memory.ports, RANK_HOST, HOST_RX_MSI, sizeof(struct msi));
    platform_devices_join(p);
}

static void init_blocks(struct prisim_platform *p)
{
    p->host = p->memory.host = prisim_scheduler_state(p->scheduler, RANK_HOST);
    p->memory.ram = platform_ram_init(&p->config.memory, prisim_scheduler_state(p->scheduler, platform_memory_rank(p)));
    for (unsigned i = 0; i < p->config.smmus; i++) {
        struct prisim_smmu *smmu = prisim_scheduler_state(p->scheduler, platform_rank(RANK_SMMU, i));
        prisim_smmu_init(&p->config.smmu[i].smmu, smmu);
        p->memory.smmu[i] = smmu;
        prisim_pri_queue_init(&p->config.smmu[i].pri_queue,
                              prisim_scheduler_state(p->scheduler, platform_rank(RANK_PRI_QUEUE, i)));
    }
    platform_devices_init(p);
}

/* The tickets and the ends of jobs hear of events first. */
static void hear(void *context, const struct prisim_event *events, unsigned count)
{
    struct prisim_platform *p = context;
    for (unsigned i = 0; i < count; i++) {
        platform_transaction_event(p->host, &events[i]);
        if (events[i].type == PRISIM_EVENT_ENDPOINT_JOB_DONE)
            platform_job_event(p->host, events[i].instance - platform_endpoint_rank(p, 0), &events[i]);
    }
    if (p->listener)
        p->listener(p->context, events, count);
}

static bool build(struct prisim_platform *p)
{
    p->memory.memory = p->config.memory;
    p->memory.ports = 2 * p->config.smmus + 1;
    p->scheduler = prisim_scheduler_open();
    if (!p->scheduler)
        return false;
    add_blocks(p);
    join_blocks(p);
    if (!prisim_scheduler_build(p->scheduler))
        return false;
    init_blocks(p);
    prisim_scheduler_set_listener(p->scheduler, hear, p);
    prisim_platform_set_listener(p, NULL, NULL);
    prisim_scheduler_run(p->scheduler, 0);
    return true;
}

enum prisim_status prisim_platform_open(struct prisim_platform **platform, const struct prisim_platform_config *config,
                                        struct prisim_platform_error *error)
{
    *platform = NULL;
    if (!prisim_platform_config_check(config, error))
        return PRISIM_CONFIG;
    struct prisim_platform *p = calloc(1, sizeof *p);
    if (!p)
        return PRISIM_NO_MEMORY;
    p->config = *config;
    platform_config_derive(&p->config);
    if (!build(p)) {
        prisim_platform_close(p);
        return PRISIM_NO_MEMORY;
    }
    *platform = p;
    return PRISIM_OK;
}

void prisim_platform_close(struct prisim_platform *p)
{
    if (!p)
        return;
    prisim_scheduler_close(p->scheduler);
    free(p);
}

static void want(struct prisim_probe *probe, enum prisim_event_type type)
{
    probe->mask[type / 64] |= UINT64_C(1) << type % 64;
}

/* Without a listener only what the tickets and the ends of jobs need is recorded. */
void prisim_platform_set_listener(struct prisim_platform *p, prisim_scheduler_listener listener, void *context)
{
    struct prisim_probe *probe = prisim_scheduler_probe(p->scheduler);
    p->listener = listener;
    p->context = context;
    for (unsigned i = 0; i < PRISIM_PROBE_MASK_WORDS; i++)
        probe->mask[i] = listener ? UINT64_MAX : 0;
    want(probe, PRISIM_EVENT_SMMU_TRANSLATE);
    want(probe, PRISIM_EVENT_SMMU_STALL);
    want(probe, PRISIM_EVENT_SMMU_RESUME);
    if (p->config.devices)
        want(probe, PRISIM_EVENT_ENDPOINT_JOB_DONE);
}

enum prisim_status prisim_platform_instance_name(const struct prisim_platform *p, unsigned instance, char *name)
{
    const unsigned last = platform_memory_rank(p);
    if (instance > last)
        return platform_devices_name(p, instance, name);
    const bool is_smmu = instance % 2 == RANK_SMMU;
    const char *kind = is_smmu ? "smmu" : "pri_queue";
    if (instance == RANK_HOST || instance == last)
        snprintf(name, PRISIM_PLATFORM_NAME_MAX, "%s", instance == last ? "memory" : "host");
    else if (p->config.smmus == 1)
        snprintf(name, PRISIM_PLATFORM_NAME_MAX, "%s", kind);
    else
        snprintf(name, PRISIM_PLATFORM_NAME_MAX, "%s[%u]", kind, (instance - 1) / 2);
    return PRISIM_OK;
}
