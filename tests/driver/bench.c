/* SPDX-License-Identifier: Apache-2.0
 *
 * The bench for the driver (bench.h).
 */
#include "tests/driver/bench.h"

#include <string.h>

static cycle_t step(const void *context, void *state, cycle_t now, struct ports *ports)
{
    struct bench *b = (struct bench *)(uintptr_t)context;
    if (!b->lazy)
        return driver_step(&b->config, state, now, ports);
    /* Due, a transfer, a payload newly offered, or ready that rose under an offer (model/core/clockwork.h). */
    uint64_t offered = ports->rx_valid & ~b->lazy_seen;
    uint64_t rose = ports->tx_ready & ~b->lazy_ready & ports->tx_valid;
    b->lazy_seen = ports->rx_valid & ~ports->rx_ready;
    b->lazy_ready = ports->tx_ready;
    if (now >= b->lazy_next || ports_arrived(ports) || offered || rose)
        b->lazy_next = driver_step(&b->config, state, now, ports);
    return cycle_max(b->lazy_next, now + 1);
}

struct bench *bench_open(void)
{
    struct bench *b = calloc(1, sizeof *b);
    ck_assert_ptr_nonnull(b);
    driver_config_default(&b->config);
    b->config.functions = 2;
    b->config.function[0] =
        (struct driver_function){.bar_base = BENCH_BAR, .pri_allocation = 8, .requester_id = STREAM};
    b->config.function[1] =
        (struct driver_function){.bar_base = BENCH_BAR + ENDPOINT_BAR_BYTES, .requester_id = STREAM_2};
    b->config.spaces = 2;
    b->config.space[0] = (struct driver_space){.regions = 1, .region = {{0x4000, 0x10000, 3, 0}}};
    b->config.space[1] = (struct driver_space){.regions = 1, .region = {{0x4000, 0x10000, REGION_READ, 0}}};
    b->config.host_id = 0x10;
    b->polls = 2;
    return b;
}

void bench_start(struct bench *b)
{
    struct config_error error = {NULL, NULL};
    ck_assert_msg(driver_config_check(&b->config, &error), "%s: %s", error.field, error.expected);
    b->state = malloc(driver_state_size(&b->config));
    b->ram = calloc(1, b->config.ram_size);
    ck_assert(b->state && b->ram);
    driver_init(&b->config, b->state);
    b->rig = rig_open(step, b, b->state);
    rig_rx(b->rig, DRIVER_RX_MEMORY, sizeof(struct memory_response));
    rig_rx(b->rig, DRIVER_RX_MMIO, sizeof(struct memory_response));
    rig_rx(b->rig, DRIVER_RX_HOST, sizeof(struct tlp));
    rig_rx(b->rig, DRIVER_RX_INTERRUPT, sizeof(struct interrupt));
    rig_rx(b->rig, DRIVER_RX_WIRED, sizeof(struct smmu_interrupt));
    rig_rx(b->rig, DRIVER_RX_STIMULUS, sizeof(struct driver_stimulus));
    rig_tx(b->rig, DRIVER_TX_MEMORY, sizeof(struct memory_request));
    rig_tx(b->rig, DRIVER_TX_MMIO, sizeof(struct memory_request));
    rig_tx(b->rig, DRIVER_TX_HOST, sizeof(struct tlp));
    b->reg[SMMU_IDR0 / 4] = 0x09cd369b; /* SMMU-IDEXAMPLE */
    b->reg[SMMU_IDR1 / 4] = 0x0d0a5510;
    b->reg[SMMU_IDR5 / 4] = 0x00000075;
}

void bench_close(struct bench *b)
{
    rig_close(b->rig);
    free(b->state);
    free(b->ram);
    free(b);
}

uint8_t *bench_at(const struct bench *b, uint64_t address, unsigned bytes)
{
    ck_assert_uint_ge(address, b->config.ram_base);
    ck_assert_uint_le(address - b->config.ram_base + bytes, b->config.ram_size);
    return b->ram + (address - b->config.ram_base);
}

/* SMMU-CR0, SMMU-IRQCTRL: the acknowledgement follows the enable, some reads later. */
static void acknowledge(struct bench *b)
{
    if (b->acks_left)
        return;
    b->reg[SMMU_CR0ACK / 4] = b->reg[SMMU_CR0 / 4];
    b->reg[SMMU_IRQ_CTRLACK / 4] = b->reg[SMMU_IRQ_CTRL / 4];
}

static void read_register(struct bench *b, const struct memory_request *r, uint8_t *data)
{
    ck_assert((r->size == 4 || r->size == 8) && r->address % r->size == 0);
    memcpy(data, &b->reg[r->address / 4], r->size);
    if ((r->address == SMMU_CR0ACK || r->address == SMMU_IRQ_CTRLACK) && b->acks_left) {
        b->acks_left--;
        acknowledge(b);
    }
}

static void write_register(struct bench *b, const struct memory_request *r)
{
    ck_assert_uint_lt(b->writes, BENCH_LOG);
    ck_assert((r->size == 4 || r->size == 8) && r->address % r->size == 0);
    uint64_t value = r->size == 8 ? load_le64(r->data) : load_le32(r->data);
    uint32_t old_prod = b->reg[SMMU_CMDQ_PROD / 4];
    b->write[b->writes++] = (struct bench_write){(uint32_t)r->address, value};
    memcpy(&b->reg[r->address / 4], r->data, r->size);
    if (r->address == SMMU_CR0 || r->address == SMMU_IRQ_CTRL)
        b->acks_left = b->ack_reads;
    acknowledge(b);
    if (r->address == SMMU_GERRORN)
        bench_commands_acknowledged(b);
    if (r->address == SMMU_CMDQ_PROD && (b->reg[SMMU_CR0 / 4] & CR0_CMDQEN))
        bench_commands_issued(b, old_prod);
}

/* Numbers from a seed: xorshift. */
static uint64_t draw(struct bench *b)
{
    b->seed ^= b->seed << 13;
    b->seed ^= b->seed >> 7;
    b->seed ^= b->seed << 17;
    return b->seed;
}

static struct bench_flight *fly(struct bench *b, unsigned port, cycle_t delay)
{
    struct bench_flight *flight = b->flight[port];
    while (flight->order)
        flight++;
    ck_assert(flight < b->flight[port] + BENCH_FLIGHT);
    *flight = (struct bench_flight){
        .at = b->rig->now + (b->late ? draw(b) % b->late : delay - 1),
        .order = ++b->flights,
    };
    return flight;
}

static void store(const struct bench *b, const struct memory_request *r)
{
    memcpy(bench_at(b, r->address, r->size), r->data, r->size);
}

static void serve_memory(struct bench *b, unsigned port, const struct memory_request *r)
{
    struct memory_response response = {.id = r->id, .size = r->write ? 0 : r->size};
    if (port == DRIVER_TX_MMIO && r->write)
        write_register(b, r);
    else if (port == DRIVER_TX_MMIO)
        read_register(b, r, response.data);
    else if (!r->write && b->abort_address && r->address == b->abort_address)
        response.status = MEMORY_ABORT;
    else if (r->write && !b->late)
        store(b, r);
    else if (!r->write)
        memcpy(response.data, bench_at(b, r->address, r->size), r->size);
    struct bench_flight *flight = fly(b, port, MEMORY_DELAY);
    flight->response = response;
    if (port == DRIVER_TX_MMIO && b->slow_register) {
        flight->at = b->rig->now + b->slow_register;
        b->slow_register = 0;
    }
    if (port == DRIVER_TX_MEMORY && r->write && b->late)
        flight->store = *r;
}

static void serve_tlp(struct bench *b, const struct tlp *tlp)
{
    ck_assert_uint_eq(tlp->head.size, 4);
    ck_assert_uint_eq(tlp->head.address % 4, 0);
    ck_assert_uint_eq(tlp->head.requester_id, b->config.host_id);
    ck_assert_uint_lt(b->tlps, BENCH_LOG);
    tlp_copy(&b->tlp[b->tlps++], tlp);
    const struct tlp_header *head = &tlp->head;
    if (head->type == TLP_MEMORY_WRITE) {
        b->polls_left = b->polls;
        return;
    }
    bool read = head->type != TLP_CONFIG_WRITE;
    struct tlp completion = {.head = {.type = read ? TLP_COMPLETION_DATA : TLP_COMPLETION,
                                      .requester_id = head->requester_id,
                                      .tag = head->tag,
                                      .status = (uint8_t)b->tlp_status,
                                      .size = read ? 4 : 0}};
    uint32_t value = b->pri_polls ? 0 : (uint32_t)PRI_STATUS_STOPPED << 16;
    if (head->type == TLP_CONFIG_READ && b->pri_polls)
        b->pri_polls--;
    if (head->type == TLP_MEMORY_READ)
        value = b->polls_left ? ENDPOINT_PASID_STOPPING : ENDPOINT_PASID_IDLE;
    if (head->type == TLP_MEMORY_READ && b->polls_left)
        b->polls_left--;
    store_le32(completion.data, value);
    if (b->late || b->completion_delay)
        tlp_copy(&fly(b, DRIVER_TX_HOST, b->completion_delay)->completion, &completion);
    else
        rig_offer(b->rig, DRIVER_RX_HOST, &completion);
}

/* What is due at a port and was due first. */
static struct bench_flight *landing(struct bench *b, unsigned port)
{
    struct bench_flight *first = NULL;
    for (struct bench_flight *f = b->flight[port]; f < b->flight[port] + BENCH_FLIGHT; f++)
        if (f->order && f->at <= b->rig->now &&
            (!first || f->at < first->at || (f->at == first->at && f->order < first->order)))
            first = f;
    return first;
}

static void land(struct bench *b, unsigned port)
{
    static const unsigned rx[DRIVER_TX_PORTS] = {
        [DRIVER_TX_MEMORY] = DRIVER_RX_MEMORY, [DRIVER_TX_MMIO] = DRIVER_RX_MMIO, [DRIVER_TX_HOST] = DRIVER_RX_HOST};
    struct bench_flight *flight = landing(b, port);
    if (!flight)
        return;
    if (flight->store.write)
        store(b, &flight->store);
    rig_offer(b->rig, rx[port],
              port == DRIVER_TX_HOST ? (const void *)&flight->completion : (const void *)&flight->response);
    flight->order = 0;
}

void bench_edge(struct bench *b)
{
    for (unsigned port = 0; port < DRIVER_TX_PORTS; port++)
        land(b, port);
    rig_edge(b->rig);
    bench_commands_edge(b);
    for (unsigned port = 0; port < DRIVER_TX_PORTS; port++) {
        const struct rig_tx_port *tx = &b->rig->tx[port];
        if (b->seen[port] == tx->count || tx->put[b->seen[port]].taken == CYCLE_NEVER)
            continue;
        const void *payload = tx->put[b->seen[port]++].payload;
        if (port == DRIVER_TX_HOST)
            serve_tlp(b, payload);
        else
            serve_memory(b, port, payload);
    }
}

void bench_run(struct bench *b, cycle_t edges)
{
    for (cycle_t i = 0; i < edges; i++)
        bench_edge(b);
}

const struct event *bench_until(struct bench *b, enum event_type type, unsigned n)
{
    unsigned found = 0, looked_at = 0;
    for (unsigned i = 0; i < 100000; i++) {
        for (; looked_at < b->rig->events; looked_at++)
            found += b->rig->event[looked_at].type == type;
        if (found >= n)
            break;
        bench_edge(b);
    }
    const struct event *event = rig_event(b->rig, type, n - 1);
    ck_assert_msg(event != NULL, "no event %u of %s by cycle %llu", n, event_name(type),
                  (unsigned long long)b->rig->now);
    return event;
}

void bench_bring_up(struct bench *b)
{
    bench_start(b);
    bench_until(b, EVENT_DRIVER_READY, 1);
}

static void stimulate(struct bench *b, struct driver_stimulus s)
{
    rig_offer(b->rig, DRIVER_RX_STIMULUS, &s);
}

void bench_bind(struct bench *b, uint32_t function, uint32_t pasid, uint32_t space, uint32_t call)
{
    stimulate(b, (struct driver_stimulus){
                     .what = DRIVER_BIND, .function = function, .pasid = pasid, .space = space, .call = call});
}

void bench_unbind(struct bench *b, uint32_t function, uint32_t pasid, enum driver_policy policy, uint32_t call)
{
    stimulate(b, (struct driver_stimulus){
                     .what = DRIVER_UNBIND, .function = function, .pasid = pasid, .policy = policy, .call = call});
}

void bench_hold(struct bench *b, enum driver_task task, enum event_type point, uint32_t cycles)
{
    ck_assert(driver_can_hold(task, point));
    stimulate(b, (struct driver_stimulus){
                     .what = DRIVER_HOLD, .task = task, .point = point, .cycles = cycles, .call = BENCH_HOLD_STEP});
}

void bench_release(struct bench *b, enum driver_task task, enum event_type point)
{
    stimulate(b, (struct driver_stimulus){.what = DRIVER_RELEASE, .task = task, .point = point});
}

void bench_request(struct bench *b, uint32_t stream_id, uint32_t pasid, uint16_t prgi, uint64_t address, uint8_t access)
{
    struct page_request r = {.address = address,
                             .stream_id = stream_id,
                             .pasid = pasid,
                             .prg_index = prgi,
                             .has_pasid = 1,
                             .access = access};
    uint32_t base = b->reg[SMMU_PRIQ_BASE / 4], log2 = base & 31;
    uint32_t *prod = &b->reg[SMMU_PRIQ_PROD / 4];
    pri_queue_record_pack(bench_at(b, (base & SMMU_QUEUE_BASE_ADDRESS) + (*prod & bits_mask(log2)) * 16, 16), &r);
    *prod = (*prod & PRI_QUEUE_OVFLG) | ((*prod + 1) & (uint32_t)bits_mask(log2 + 1));
}

void bench_ring(struct bench *b, uint32_t data)
{
    rig_offer(b->rig, DRIVER_RX_INTERRUPT, &(struct interrupt){data});
}

uint64_t bench_load(const struct bench *b, uint64_t address)
{
    return load_le64(bench_at(b, address, 8));
}

uint64_t bench_walk(const struct bench *b, uint64_t root, uint64_t address)
{
    uint64_t table = root;
    for (unsigned level = 0; level < 4; level++) {
        uint64_t descriptor = bench_load(b, table + 8 * bits_get(address, 39 - 9 * level, 9));
        if (!bits_get(descriptor, DESC_VALID))
            return 0;
        ck_assert(bits_get(descriptor, DESC_TABLE)); /* no blocks */
        if (level == 3)
            return descriptor;
        table = descriptor & DESC_ADDRESS;
    }
    return 0;
}

uint64_t bench_cd(const struct bench *b, uint32_t stream_id, uint32_t pasid)
{
    uint64_t strtab = b->reg[SMMU_STRTAB_BASE / 4] & SMMU_STRTAB_BASE_ADDRESS;
    return (bench_load(b, strtab + stream_id * STE_BYTES) & STE0_S1CONTEXTPTR) + pasid * CD_BYTES;
}

const uint64_t *bench_command(const struct bench *b, unsigned opcode, unsigned n)
{
    for (unsigned i = 0; i < b->commands; i++)
        if (bits_get(b->command[i][0], CMD_OPCODE) == opcode && n-- == 0)
            return b->command[i];
    return NULL;
}

unsigned bench_commands(const struct bench *b, unsigned opcode)
{
    unsigned n = 0;
    while (bench_command(b, opcode, n))
        n++;
    return n;
}

int bench_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
