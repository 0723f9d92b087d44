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
    struct event event[EVENTS];
};

static struct log by_ports, by_platform;

static void keep(void *context, const struct event *events, unsigned count)
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
    struct memory_request access;
    struct tlp up[BURST_MAX];
    unsigned ups, up_at;
    unsigned port;
    bool has_access, has_answer;
};

static cycle_t host_step(const void *unused, void *state, cycle_t now, struct ports *ports)
{
    struct host *s = state;
    (void)unused;
    for (unsigned rx = 0; rx < RX_PORTS; rx++)
        ports_set_ready(ports, rx, true);
    if (ports_has_arrived(ports, RX_REGISTER) || ports_has_arrived(ports, RX_MEMORY))
        s->has_answer = true;
    if (s->has_access && ports_can_put(ports, s->port)) {
        memcpy(ports_put(ports, s->port), &s->access, sizeof s->access);
        s->has_access = false;
    }
    if (s->up_at < s->ups && ports_can_put(ports, TX_UP))
        tlp_copy(ports_put(ports, TX_UP), &s->up[s->up_at++]);
    return s->has_access || s->up_at < s->ups ? now + 1 : CYCLE_NEVER;
}

static cycle_t smmu_edge(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return smmu_step(config, state, now, ports);
}

static cycle_t queue_edge(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return pri_queue_step(config, state, now, ports);
}

static cycle_t memory_edge(const void *config, void *state, cycle_t now, struct ports *ports)
{
    return interconnect_step(config, state, now, ports);
}

struct bare {
    struct smmu_config smmu;
    struct pri_queue_config queue;
    struct interconnect_config memory;
    struct scheduler *scheduler;
    struct host *host;
    cycle_t now;
};

#define WIRE(from, tx, to, rx, type) scheduler_connect(c, from, tx, to, rx, sizeof(struct type))

static void join(struct scheduler *c)
{
    WIRE(HOST, TX_REGISTER, SMMU, SMMU_RX_REGISTER, memory_request);
    WIRE(SMMU, SMMU_TX_REGISTER_RESPONSE, HOST, RX_REGISTER, memory_response);
    WIRE(HOST, TX_MEMORY, MEMORY, INTERCONNECT_CPU, memory_request);
    WIRE(MEMORY, INTERCONNECT_CPU, HOST, RX_MEMORY, memory_response);
    WIRE(MEMORY, INTERCONNECT_TX_INTERRUPT, HOST, RX_INTERRUPT, interrupt);
    WIRE(HOST, TX_UP, SMMU, SMMU_RX_UP, tlp);
    WIRE(SMMU, SMMU_TX_DOWN, HOST, RX_DOWN, tlp);
    WIRE(SMMU, SMMU_TX_INTERRUPT, HOST, RX_WIRED, smmu_interrupt);
    WIRE(SMMU, SMMU_TX_MEMORY_REQUEST, MEMORY, INTERCONNECT_SMMU, memory_request);
    WIRE(MEMORY, INTERCONNECT_SMMU, SMMU, SMMU_RX_MEMORY_RESPONSE, memory_response);
    WIRE(SMMU, SMMU_TX_DMA_REQUEST, MEMORY, INTERCONNECT_CLIENT, memory_request);
    WIRE(MEMORY, INTERCONNECT_CLIENT, SMMU, SMMU_RX_DMA_RESPONSE, memory_response);
    WIRE(SMMU, SMMU_TX_PRI_REQUEST, QUEUE, PRI_QUEUE_RX_REQUEST, page_request);
    WIRE(SMMU, SMMU_TX_PRI_MEMORY_RESPONSE, QUEUE, PRI_QUEUE_RX_MEMORY_RESPONSE, memory_response);
    WIRE(SMMU, SMMU_TX_PRI_LOOKUP, QUEUE, PRI_QUEUE_RX_LOOKUP, pri_queue_ppar);
    WIRE(SMMU, SMMU_TX_PRI_CONTROL, QUEUE, PRI_QUEUE_RX_CONTROL, pri_queue_control);
    WIRE(QUEUE, PRI_QUEUE_TX_RESPONSE, SMMU, SMMU_RX_PRI_RESPONSE, prg_response);
    WIRE(QUEUE, PRI_QUEUE_TX_MEMORY_REQUEST, SMMU, SMMU_RX_PRI_MEMORY_REQUEST, memory_request);
    WIRE(QUEUE, PRI_QUEUE_TX_LOOKUP, SMMU, SMMU_RX_PRI_LOOKUP, pri_queue_lookup);
    WIRE(QUEUE, PRI_QUEUE_TX_STATUS, SMMU, SMMU_RX_PRI_STATUS, pri_queue_status);
    WIRE(QUEUE, PRI_QUEUE_TX_INTERRUPT, SMMU, SMMU_RX_PRI_INTERRUPT, pri_queue_interrupt);
    WIRE(QUEUE, PRI_QUEUE_TX_ABORT, SMMU, SMMU_RX_PRI_ABORT, pri_queue_abort);
}

static void bare_open(struct bare *b, const struct prisim_platform_config *config)
{
    struct scheduler *c = b->scheduler = scheduler_open();
    b->smmu = config->smmu[0].smmu;
    b->queue = config->smmu[0].pri_queue;
    b->now = 0;
    interconnect_config_default(&b->memory);
    b->memory.ram_base = config->memory.ram_base;
    b->memory.ram_size = config->memory.ram_size;
    b->memory.doorbell_base = config->memory.doorbell_base;
    b->memory.latency = config->memory.latency;
    b->memory.outstanding = config->memory.outstanding;
    scheduler_add(c, host_step, NULL, sizeof(struct host));
    scheduler_add(c, smmu_edge, &b->smmu, smmu_state_size(&b->smmu));
    scheduler_add(c, queue_edge, &b->queue, pri_queue_state_size(&b->queue));
    scheduler_add(c, memory_edge, &b->memory, interconnect_state_size(&b->memory));
    join(c);
    ck_assert(scheduler_build(c));
    smmu_init(&b->smmu, scheduler_state(c, SMMU));
    pri_queue_init(&b->queue, scheduler_state(c, QUEUE));
    interconnect_init(&b->memory, scheduler_state(c, MEMORY));
    b->host = scheduler_state(c, HOST);
    scheduler_set_listener(c, keep, &by_ports);
    scheduler_run(c, 0);
}

static void bare_access(struct bare *b, unsigned port, uint64_t address, bool write, uint64_t value, uint8_t size)
{
    b->host->access = (struct memory_request){.address = address, .size = size, .write = write};
    store_le64(b->host->access.data, value);
    b->host->port = port;
    b->host->has_access = true;
    b->host->has_answer = false;
    scheduler_wake(b->scheduler, HOST, b->now + 1);
    while (!b->host->has_answer)
        scheduler_run(b->scheduler, ++b->now);
}

static void bare_burst(struct bare *b, const struct tlp *tlps, unsigned count)
{
    memcpy(b->host->up, tlps, count * sizeof *tlps);
    b->host->ups = count;
    b->host->up_at = 0;
    scheduler_wake(b->scheduler, HOST, b->now + 1);
    b->now += AFTER_BURST;
    scheduler_run(b->scheduler, b->now);
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
    store_le64(bytes, word);
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
        {SMMU_CR2, CR2_RECINVSID, 4},
        {SMMU_STRTAB_BASE, RAM + STRTAB, 8},
        {SMMU_STRTAB_BASE_CFG, 6, 4},
        {SMMU_CMDQ_BASE, (RAM + CMDQ) | QUEUE_LOG2, 8},
        {SMMU_EVENTQ_BASE, (RAM + EVENTQ) | QUEUE_LOG2, 8},
        {SMMU_PRIQ_BASE, (RAM + PRIQ) | 2, 8},
        {SMMU_PRIQ_IRQ_CFG0, DOORBELL, 8},
        {SMMU_PRIQ_IRQ_CFG1, 3, 4},
        {SMMU_EVENTQ_IRQ_CFG0, DOORBELL, 8},
        {SMMU_EVENTQ_IRQ_CFG1, 4, 4},
        {SMMU_IRQ_CTRL, 7, 4},
        {SMMU_CR0, CR0_SMMUEN | CR0_PRIQEN | CR0_EVENTQEN | CR0_CMDQEN, 4},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        write_register(b, row[i].offset, row[i].value, row[i].size);
    for (unsigned i = 0; i < 8; i++)
        read_register(b, SMMU_CR0ACK);
}

static struct tlp draw_tlp(struct random_stream *random)
{
    uint64_t address = VA + random_below(random, 0x2800);
    uint16_t size = (uint16_t)random_below(random, 65);
    switch (random_below(random, 5)) {
    case 0:
        return memory_tlp(TLP_MEMORY_READ, TLP_AT_TRANSLATION_REQUEST, address, 8);
    case 1:
        return page_request_tlp((uint16_t)random_below(random, 4), random_below(random, 2));
    case 2:
        return memory_tlp(TLP_MEMORY_READ, TLP_AT_UNTRANSLATED, address, size);
    default:
        return memory_tlp(TLP_MEMORY_WRITE, TLP_AT_UNTRANSLATED, address, size);
    }
}

static void burst(struct both *b, struct random_stream *random)
{
    struct tlp tlps[BURST_MAX];
    unsigned count = 1 + (unsigned)random_below(random, BURST_MAX);
    for (unsigned i = 0; i < count; i++) {
        tlps[i] = draw_tlp(random);
        tlps[i].head.id = ++b->tlps;
        tlps[i].head.tag = (uint16_t)(128 + i);
        OK(prisim_platform_send(b->p, 0, &tlps[i], NULL));
    }
    bare_burst(&b->bare, tlps, count);
    OK(prisim_platform_run_until(b->p, prisim_platform_now(b->p) + AFTER_BURST));
    struct tlp tlp;
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
        store_in_both(b, RAM + CMDQ + *commands % 16 * COMMAND_BYTES, CMDQ_OP_SYNC | bits_put(1, CMD_SYNC_CS));
        store_in_both(b, RAM + CMDQ + *commands % 16 * COMMAND_BYTES + 8, DOORBELL);
        *commands = (*commands + 1) % 32;
        write_register(b, SMMU_CMDQ_PROD, *commands, 4);
        break;
    default:
        burst(b, random);
    }
}

static void compare(void)
{
    for (unsigned i = 0; i < by_ports.count && i < by_platform.count; i++) {
        const struct event *a = &by_ports.event[i], *b = &by_platform.event[i];
        ck_assert_msg(event_equal(a, b), "event %u: by the ports %s of %u at %u, by the platform %s of %u at %u", i,
                      event_name((enum event_type)a->type), a->instance, (unsigned)a->cycle,
                      event_name((enum event_type)b->type), b->instance, (unsigned)b->cycle);
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
    scheduler_close(b.bare.scheduler);
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
