/* SPDX-License-Identifier: Apache-2.0
 *
 * A platform by the bare ports: a scheduler with the SMMU, its PRI queue, the interconnect, with devices the fabric and
 * the functions, and a block of the tests' own, which offers what it is given at the next edge. A test does the same at
 * both sides and compares their events.
 */
#ifndef PRISIM_TESTS_PLATFORM_BARE_H
#define PRISIM_TESTS_PLATFORM_BARE_H

#include "model/core/random.h"
#include "model/interconnect/interconnect.h"
#include "tests/platform/functions.h"

enum { EVENTS = 20000, BURST_MAX = 24, AFTER_BURST = 3000, BARE_DEVICES = 2 };

struct log {
    unsigned count;
    struct prisim_event event[EVENTS];
};

static struct log by_ports, by_platform;

static void keep(void *context, const struct prisim_event *events, unsigned count)
{
    struct log *log = context;
    for (unsigned i = 0; i < count; i++) {
        ck_assert_uint_lt(log->count, EVENTS);
        log->event[log->count++] = events[i];
    }
}

static inline void compare(void)
{
    for (unsigned i = 0; i < by_ports.count && i < by_platform.count; i++) {
        const struct prisim_event *a = &by_ports.event[i], *b = &by_platform.event[i];
        ck_assert_msg(prisim_event_equal(a, b), "event %u: by the ports %s of %u at %u, by the platform %s of %u at %u",
                      i, prisim_event_name((enum prisim_event_type)a->type), a->instance, (unsigned)a->cycle,
                      prisim_event_name((enum prisim_event_type)b->type), b->instance, (unsigned)b->cycle);
    }
    ck_assert_uint_eq(by_ports.count, by_platform.count);
}

/* ---- by the ports --------------------------------------------------------------------------------------------------
 */

enum { RX_REGISTER, RX_MEMORY, RX_DOWN, RX_INTERRUPT, RX_WIRED, RX_FABRIC, RX_PORTS };
enum { TX_REGISTER, TX_MEMORY, TX_UP, TX_FABRIC, TX_STIMULUS };
enum { HOST, SMMU, QUEUE, MEMORY, FABRIC, ENDPOINT };

struct host {
    struct prisim_memory_request access;
    struct prisim_tlp up[BURST_MAX];
    struct prisim_tlp request;
    struct prisim_endpoint_stimulus stimulus[BARE_DEVICES][BURST_MAX];
    unsigned ups, up_at, stimuli[BARE_DEVICES], stimulus_at[BARE_DEVICES];
    unsigned port;
    bool has_access, has_answer, has_request, is_posted;
};

/* A request to a function; a posted one ends at the edge at which it is taken. True if there is more to do. */
static bool step_devices(struct host *s, struct prisim_ports *ports)
{
    bool more = s->is_posted;
    if (prisim_ports_has_arrived(ports, RX_FABRIC))
        s->has_answer = true;
    if (s->is_posted && (ports->tx_valid & ports->tx_ready) >> TX_FABRIC & 1) {
        s->is_posted = more = false;
        s->has_answer = true;
    }
    if (s->has_request) {
        prisim_tlp_copy(prisim_ports_put(ports, TX_FABRIC), &s->request);
        s->has_request = false;
        s->is_posted = more = prisim_tlp_is_posted(&s->request.head);
    }
    for (unsigned i = 0; i < BARE_DEVICES; i++) {
        if (s->stimulus_at[i] == s->stimuli[i])
            continue;
        memcpy(prisim_ports_put(ports, TX_STIMULUS + i), &s->stimulus[i][s->stimulus_at[i]++],
               sizeof s->stimulus[i][0]);
        more = more || s->stimulus_at[i] < s->stimuli[i];
    }
    return more;
}

static prisim_cycle_t host_step(const void *unused, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    struct host *s = state;
    (void)unused;
    for (unsigned rx = 0; rx < RX_PORTS; rx++)
        prisim_ports_set_ready(ports, rx, true);
    if (prisim_ports_has_arrived(ports, RX_REGISTER) || prisim_ports_has_arrived(ports, RX_MEMORY))
        s->has_answer = true;
    if (s->has_access && prisim_ports_can_put(ports, s->port)) {
        memcpy(prisim_ports_put(ports, s->port), &s->access, sizeof s->access);
        s->has_access = false;
    }
    if (s->up_at < s->ups && prisim_ports_can_put(ports, TX_UP))
        prisim_tlp_copy(prisim_ports_put(ports, TX_UP), &s->up[s->up_at++]);
    return step_devices(s, ports) || s->has_access || s->up_at < s->ups ? now + 1 : PRISIM_CYCLE_NEVER;
}

static prisim_cycle_t smmu_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_smmu_step(config, state, now, ports);
}

static prisim_cycle_t queue_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_pri_queue_step(config, state, now, ports);
}

static prisim_cycle_t memory_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_interconnect_step(config, state, now, ports);
}

static prisim_cycle_t fabric_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_fabric_step(config, state, now, ports);
}

static prisim_cycle_t endpoint_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_endpoint_step(config, state, now, ports);
}

struct bare {
    struct prisim_smmu_config smmu;
    struct prisim_pri_queue_config queue;
    struct prisim_interconnect_config memory;
    struct prisim_fabric_config fabric;
    struct prisim_endpoint_config endpoint[BARE_DEVICES];
    unsigned devices;
    struct prisim_scheduler *scheduler;
    struct host *host;
    prisim_cycle_t now;
};

#define WIRE(from, tx, to, rx, type) prisim_scheduler_connect(c, from, tx, to, rx, sizeof(struct prisim_##type))

static void join(struct prisim_scheduler *c)
{
    WIRE(HOST, TX_REGISTER, SMMU, PRISIM_SMMU_RX_REGISTER, memory_request);
    WIRE(SMMU, PRISIM_SMMU_TX_REGISTER_RESPONSE, HOST, RX_REGISTER, memory_response);
    WIRE(HOST, TX_MEMORY, MEMORY, PRISIM_INTERCONNECT_CPU, memory_request);
    WIRE(MEMORY, PRISIM_INTERCONNECT_CPU, HOST, RX_MEMORY, memory_response);
    WIRE(MEMORY, PRISIM_INTERCONNECT_TX_INTERRUPT, HOST, RX_INTERRUPT, interrupt);
    WIRE(SMMU, PRISIM_SMMU_TX_INTERRUPT, HOST, RX_WIRED, smmu_interrupt);
    WIRE(SMMU, PRISIM_SMMU_TX_MEMORY_REQUEST, MEMORY, PRISIM_INTERCONNECT_SMMU, memory_request);
    WIRE(MEMORY, PRISIM_INTERCONNECT_SMMU, SMMU, PRISIM_SMMU_RX_MEMORY_RESPONSE, memory_response);
    WIRE(SMMU, PRISIM_SMMU_TX_DMA_REQUEST, MEMORY, PRISIM_INTERCONNECT_CLIENT, memory_request);
    WIRE(MEMORY, PRISIM_INTERCONNECT_CLIENT, SMMU, PRISIM_SMMU_RX_DMA_RESPONSE, memory_response);
    WIRE(SMMU, PRISIM_SMMU_TX_PRI_REQUEST, QUEUE, PRISIM_PRI_QUEUE_RX_REQUEST, page_request);
    WIRE(SMMU, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE, QUEUE, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE, memory_response);
    WIRE(SMMU, PRISIM_SMMU_TX_PRI_LOOKUP, QUEUE, PRISIM_PRI_QUEUE_RX_LOOKUP, pri_queue_ppar);
    WIRE(SMMU, PRISIM_SMMU_TX_PRI_CONTROL, QUEUE, PRISIM_PRI_QUEUE_RX_CONTROL, pri_queue_control);
    WIRE(QUEUE, PRISIM_PRI_QUEUE_TX_RESPONSE, SMMU, PRISIM_SMMU_RX_PRI_RESPONSE, prg_response);
    WIRE(QUEUE, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, SMMU, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST, memory_request);
    WIRE(QUEUE, PRISIM_PRI_QUEUE_TX_LOOKUP, SMMU, PRISIM_SMMU_RX_PRI_LOOKUP, pri_queue_lookup);
    WIRE(QUEUE, PRISIM_PRI_QUEUE_TX_STATUS, SMMU, PRISIM_SMMU_RX_PRI_STATUS, pri_queue_status);
    WIRE(QUEUE, PRISIM_PRI_QUEUE_TX_INTERRUPT, SMMU, PRISIM_SMMU_RX_PRI_INTERRUPT, pri_queue_interrupt);
    WIRE(QUEUE, PRISIM_PRI_QUEUE_TX_ABORT, SMMU, PRISIM_SMMU_RX_PRI_ABORT, pri_queue_abort);
}

static void join_devices(struct prisim_scheduler *c, unsigned devices)
{
    if (devices == 0) {
        WIRE(HOST, TX_UP, SMMU, PRISIM_SMMU_RX_UP, tlp);
        WIRE(SMMU, PRISIM_SMMU_TX_DOWN, HOST, RX_DOWN, tlp);
        return;
    }
    WIRE(FABRIC, PRISIM_FABRIC_TX_SMMU, SMMU, PRISIM_SMMU_RX_UP, tlp);
    WIRE(SMMU, PRISIM_SMMU_TX_DOWN, FABRIC, PRISIM_FABRIC_RX_SMMU, tlp);
    WIRE(HOST, TX_FABRIC, FABRIC, PRISIM_FABRIC_RX_HOST, tlp);
    WIRE(FABRIC, PRISIM_FABRIC_TX_HOST, HOST, RX_FABRIC, tlp);
    for (unsigned i = 0; i < devices; i++) {
        WIRE(HOST, TX_STIMULUS + i, ENDPOINT + i, PRISIM_ENDPOINT_RX_STIMULUS, endpoint_stimulus);
        WIRE(FABRIC, PRISIM_FABRIC_TX_ENDPOINT + i, ENDPOINT + i, PRISIM_ENDPOINT_RX_DOWN, tlp);
        WIRE(ENDPOINT + i, PRISIM_ENDPOINT_TX_UP, FABRIC, PRISIM_FABRIC_RX_ENDPOINT + i, tlp);
    }
}

static void add_devices(struct bare *b, const struct prisim_platform_config *config)
{
    ck_assert_uint_le(config->devices, BARE_DEVICES);
    b->devices = config->devices;
    b->fabric = config->fabric;
    b->fabric.links = config->devices;
    if (b->devices)
        prisim_scheduler_add(b->scheduler, fabric_edge, &b->fabric, prisim_fabric_state_size(&b->fabric));
    for (unsigned i = 0; i < b->devices; i++) {
        b->endpoint[i] = config->device[i].endpoint;
        b->fabric.link[i] = config->device[i].link;
        b->fabric.link[i].requester_id = b->endpoint[i].requester_id;
        b->fabric.link[i].bar_base = b->endpoint[i].bar_base;
        b->fabric.link[i].bar_size = 0x400000;
        b->fabric.link[i].msix_base = b->endpoint[i].msix_base;
        b->fabric.link[i].msix_size = 0x1000;
        prisim_scheduler_add(b->scheduler, endpoint_edge, &b->endpoint[i], prisim_endpoint_state_size(&b->endpoint[i]));
    }
}

static void init_devices(struct bare *b)
{
    if (b->devices)
        prisim_fabric_init(&b->fabric, prisim_scheduler_state(b->scheduler, FABRIC));
    for (unsigned i = 0; i < b->devices; i++)
        prisim_endpoint_init(&b->endpoint[i], prisim_scheduler_state(b->scheduler, ENDPOINT + i));
}

static void bare_open(struct bare *b, const struct prisim_platform_config *config)
{
    struct prisim_scheduler *c = b->scheduler = prisim_scheduler_open();
    b->smmu = config->smmu[0].smmu;
    b->queue = config->smmu[0].pri_queue;
    b->now = 0;
    prisim_interconnect_config_default(&b->memory);
    b->memory.ram_base = config->memory.ram_base;
    b->memory.ram_size = config->memory.ram_size;
    b->memory.doorbell_base = config->memory.doorbell_base;
    b->memory.latency = config->memory.latency;
    b->memory.outstanding = config->memory.outstanding;
    prisim_scheduler_add(c, host_step, NULL, sizeof(struct host));
    prisim_scheduler_add(c, smmu_edge, &b->smmu, prisim_smmu_state_size(&b->smmu));
    prisim_scheduler_add(c, queue_edge, &b->queue, prisim_pri_queue_state_size(&b->queue));
    prisim_scheduler_add(c, memory_edge, &b->memory, prisim_interconnect_state_size(&b->memory));
    add_devices(b, config);
    join(c);
    join_devices(c, b->devices);
    ck_assert(prisim_scheduler_build(c));
    prisim_smmu_init(&b->smmu, prisim_scheduler_state(c, SMMU));
    prisim_pri_queue_init(&b->queue, prisim_scheduler_state(c, QUEUE));
    prisim_interconnect_init(&b->memory, prisim_scheduler_state(c, MEMORY));
    init_devices(b);
    b->host = prisim_scheduler_state(c, HOST);
    prisim_scheduler_set_listener(c, keep, &by_ports);
    prisim_scheduler_run(c, 0);
}

static void bare_access(struct bare *b, unsigned port, uint64_t address, bool write, uint64_t value, uint8_t size)
{
    b->host->access = (struct prisim_memory_request){.address = address, .size = size, .write = write};
    prisim_store_le64(b->host->access.data, value);
    b->host->port = port;
    b->host->has_access = true;
    b->host->has_answer = false;
    prisim_scheduler_wake(b->scheduler, HOST, b->now + 1);
    while (!b->host->has_answer)
        prisim_scheduler_run(b->scheduler, ++b->now);
}

static inline void bare_burst(struct bare *b, const struct prisim_tlp *tlps, unsigned count)
{
    memcpy(b->host->up, tlps, count * sizeof *tlps);
    b->host->ups = count;
    b->host->up_at = 0;
    prisim_scheduler_wake(b->scheduler, HOST, b->now + 1);
    b->now += AFTER_BURST;
    prisim_scheduler_run(b->scheduler, b->now);
}

/* ---- what both do --------------------------------------------------------------------------------------------------
 */

struct both {
    struct bare bare;
    struct prisim_platform *p;
    uint32_t tlps;
    uint32_t commands; /* of the command queue, with its wrap bit */
};

static inline void write_register(struct both *b, uint32_t offset, uint64_t value, uint8_t size)
{
    bare_access(&b->bare, TX_REGISTER, offset, true, value, size);
    if (size == 8)
        OK(prisim_platform_mmio_write64(b->p, 0, offset, value));
    else
        OK(prisim_platform_mmio_write32(b->p, 0, offset, (uint32_t)value));
}

static inline void read_register(struct both *b, uint32_t offset)
{
    uint32_t value;
    bare_access(&b->bare, TX_REGISTER, offset, false, 0, 4);
    OK(prisim_platform_mmio_read32(b->p, 0, offset, &value));
}

/* Through the ports: tables are written word by word. */
static inline void store_in_both(void *context, uint64_t address, uint64_t word)
{
    struct both *b = context;
    uint8_t bytes[8];
    prisim_store_le64(bytes, word);
    bare_access(&b->bare, TX_MEMORY, address, true, word, 8);
    OK(prisim_platform_memory_write(b->p, address, bytes, sizeof bytes));
}

static inline void bring_both_up(struct both *b)
{
    static const struct {
        uint32_t offset;
        uint64_t value;
        uint8_t size;
    } row[] = {
        {PRISIM_SMMU_CR2, PRISIM_CR2_RECINVSID, 4},
        {PRISIM_SMMU_STRTAB_BASE, RAM + STRTAB, 8},
        {PRISIM_SMMU_STRTAB_BASE_CFG, 6, 4},
        {PRISIM_SMMU_CMDQ_BASE, (RAM + CMDQ) | QUEUE_LOG2, 8},
        {PRISIM_SMMU_EVENTQ_BASE, (RAM + EVENTQ) | QUEUE_LOG2, 8},
        {PRISIM_SMMU_PRIQ_BASE, (RAM + PRIQ) | 2, 8},
        {PRISIM_SMMU_PRIQ_IRQ_CFG0, DOORBELL, 8},
        {PRISIM_SMMU_PRIQ_IRQ_CFG1, 3, 4},
        {PRISIM_SMMU_EVENTQ_IRQ_CFG0, DOORBELL, 8},
        {PRISIM_SMMU_EVENTQ_IRQ_CFG1, 4, 4},
        {PRISIM_SMMU_IRQ_CTRL, 7, 4},
        {PRISIM_SMMU_CR0, PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN, 4},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        write_register(b, row[i].offset, row[i].value, row[i].size);
    for (unsigned i = 0; i < 8; i++)
        read_register(b, PRISIM_SMMU_CR0ACK);
}

#endif
