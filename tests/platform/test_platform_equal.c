/* SPDX-License-Identifier: Apache-2.0
 *
 * The same accesses by the bare ports and by the platform: the same events. The bare side is a scheduler with the SMMU,
 * its PRI queue, the interconnect and a block of this test's, which offers what it is given at the next edge.
 */
#include "model/core/random.h"
#include "model/interconnect/interconnect.h"
#include "tests/harness/suite.h"
#include "tests/platform/software.h"

enum { EVENTS = 20000, STEPS = 60, BURST_MAX = 24, AFTER_BURST = 3000 };

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

/* ---- by the ports --------------------------------------------------------------------------------------------------
 */

enum { RX_REGISTER, RX_MEMORY, RX_DOWN, RX_INTERRUPT, RX_WIRED, RX_PORTS };
enum { TX_REGISTER, TX_MEMORY, TX_UP };
enum { HOST, SMMU, QUEUE, MEMORY };

struct host {
    struct prisim_memory_request access;
    struct prisim_tlp up[BURST_MAX];
    unsigned ups, up_at;
    unsigned port;
    bool has_access, has_answer;
};

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
    return s->has_access || s->up_at < s->ups ? now + 1 : PRISIM_CYCLE_NEVER;
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

struct bare {
    struct prisim_smmu_config smmu;
    struct prisim_pri_queue_config queue;
    struct prisim_interconnect_config memory;
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
    WIRE(HOST, TX_UP, SMMU, PRISIM_SMMU_RX_UP, tlp);
    WIRE(SMMU, PRISIM_SMMU_TX_DOWN, HOST, RX_DOWN, tlp);
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
    join(c);
    ck_assert(prisim_scheduler_build(c));
    prisim_smmu_init(&b->smmu, prisim_scheduler_state(c, SMMU));
    prisim_pri_queue_init(&b->queue, prisim_scheduler_state(c, QUEUE));
    prisim_interconnect_init(&b->memory, prisim_scheduler_state(c, MEMORY));
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

static void bare_burst(struct bare *b, const struct prisim_tlp *tlps, unsigned count)
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
};

static void write_register(struct both *b, uint32_t offset, uint64_t value, uint8_t size)
{
    bare_access(&b->bare, TX_REGISTER, offset, true, value, size);
    if (size == 8)
        OK(prisim_platform_mmio_write64(b->p, 0, offset, value));
    else
        OK(prisim_platform_mmio_write32(b->p, 0, offset, (uint32_t)value));
}

static void read_register(struct both *b, uint32_t offset)
{
    uint32_t value;
    bare_access(&b->bare, TX_REGISTER, offset, false, 0, 4);
    OK(prisim_platform_mmio_read32(b->p, 0, offset, &value));
}

/* Through the ports: tables are written word by word. */
static void store_in_both(void *context, uint64_t address, uint64_t word)
{
    struct both *b = context;
    uint8_t bytes[8];
    prisim_store_le64(bytes, word);
    bare_access(&b->bare, TX_MEMORY, address, true, word, 8);
    OK(prisim_platform_memory_write(b->p, address, bytes, sizeof bytes));
}

static void bring_both_up(struct both *b)
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

static struct prisim_tlp draw_tlp(struct random_stream *random)
{
    uint64_t address = VA + random_below(random, 0x2800);
    uint16_t size = (uint16_t)random_below(random, 65);
    switch (random_below(random, 5)) {
    case 0:
        return memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATION_REQUEST, address, 8);
    case 1:
        return page_request_tlp((uint16_t)random_below(random, 4), random_below(random, 2));
    case 2:
        return memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, address, size);
    default:
        return memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, address, size);
    }
}

static void burst(struct both *b, struct random_stream *random)
{
    struct prisim_tlp tlps[BURST_MAX];
    unsigned count = 1 + (unsigned)random_below(random, BURST_MAX);
    for (unsigned i = 0; i < count; i++) {
        tlps[i] = draw_tlp(random);
        tlps[i].head.id = ++b->tlps;
        tlps[i].head.tag = (uint16_t)(128 + i);
        OK(prisim_platform_send(b->p, 0, &tlps[i], NULL));
    }
    bare_burst(&b->bare, tlps, count);
    OK(prisim_platform_run_until(b->p, prisim_platform_now(b->p) + AFTER_BURST));
    struct prisim_tlp tlp;
    while (prisim_platform_receive(b->p, 0, 0, &tlp) == PRISIM_OK)
        ;
}

static void act(struct both *b, struct random_stream *random, uint32_t *commands)
{
    uint8_t bytes[8];
    switch (random_below(random, 6)) {
    case 0:
        read_register(b, (uint32_t)random_below(random, 32) * 4);
        break;
    case 1:
        store_in_both(b, RAM + PAGE + random_below(random, 0x100) * 8, random_next(random));
        break;
    case 2:
        bare_access(&b->bare, TX_MEMORY, RAM + RAM_SIZE + 64, false, 0, 8);
        IS(prisim_platform_memory_read(b->p, RAM + RAM_SIZE + 64, bytes, 8), PRISIM_ABORT);
        break;
    case 3:
        store_in_both(b, RAM + CMDQ + *commands % 16 * PRISIM_COMMAND_BYTES,
                      PRISIM_CMDQ_OP_SYNC | prisim_bits_put(1, PRISIM_CMD_SYNC_CS));
        store_in_both(b, RAM + CMDQ + *commands % 16 * PRISIM_COMMAND_BYTES + 8, DOORBELL);
        *commands = (*commands + 1) % 32;
        write_register(b, PRISIM_SMMU_CMDQ_PROD, *commands, 4);
        break;
    default:
        burst(b, random);
    }
}

static void compare(void)
{
    for (unsigned i = 0; i < by_ports.count && i < by_platform.count; i++) {
        const struct prisim_event *a = &by_ports.event[i], *b = &by_platform.event[i];
        ck_assert_msg(prisim_event_equal(a, b), "event %u: by the ports %s of %u at %u, by the platform %s of %u at %u",
                      i, prisim_event_name((enum prisim_event_type)a->type), a->instance, (unsigned)a->cycle,
                      prisim_event_name((enum prisim_event_type)b->type), b->instance, (unsigned)b->cycle);
    }
    ck_assert_uint_eq(by_ports.count, by_platform.count);
}

START_TEST(same_events)
{
    struct random_stream random = random_open((uint64_t)_i, 0, 0);
    struct prisim_platform_config config = small_config();
    static struct both b;
    uint32_t commands = 0;
    config.memory.latency = 1 + (uint32_t)random_below(&random, 100);
    config.memory.outstanding = 4 + (uint32_t)random_below(&random, 61);
    config.smmu[0].smmu.translation_slots = 2 + (uint32_t)random_below(&random, 15);
    b.p = open_platform(&config);
    bare_open(&b.bare, &config);
    prisim_platform_set_listener(b.p, keep, &by_platform);
    write_tables(store_in_both, &b, RAM);
    bring_both_up(&b);
    for (unsigned i = 0; i < STEPS; i++) {
        act(&b, &random, &commands);
        ck_assert_uint_eq(b.bare.now, prisim_platform_now(b.p));
    }
    ck_assert_uint_gt(by_ports.count, 300);
    compare();
    prisim_scheduler_close(b.bare.scheduler);
    prisim_platform_close(b.p);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_equal");
    TCase *tcase = tcase_create("equal");
    tcase_add_loop_test(tcase, same_events, 0, 40);
    suite_add_tcase(suite, tcase);
    return suite;
}
