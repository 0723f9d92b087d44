/* SPDX-License-Identifier: Apache-2.0
 *
 * The PRI queue's bench (bench.h).
 */
#include "tests/pri_queue/bench.h"

#include <stdlib.h>
#include <string.h>

static cycle_t step(const void *unused, void *context, cycle_t now, struct ports *ports)
{
    (void)unused;
    struct bench *bench = context;
    uint64_t shown = ports->rx_valid & ~bench->rx_valid_before;
    uint64_t freed = ports->tx_ready & ~bench->tx_ready_before & ports->tx_valid;
    bench->rx_valid_before = ports->rx_valid & ~ports_arrived(ports);
    bench->tx_ready_before = ports->tx_ready;
    if (bench->lazy && now < bench->next && !ports_arrived(ports) && !shown && !freed)
        return bench->next;
    bench->steps++;
    bench->next = pri_queue_step(&bench->config, bench->state, now, ports);
    return bench->next;
}

void bench_config(struct pri_queue_config *config)
{
    pri_queue_config_default(config);
    config->size_log2_max = 8;
}

struct bench *bench_open(const struct pri_queue_config *config)
{
    static const size_t rx[PRI_QUEUE_RX_PORTS] = {sizeof(struct page_request), sizeof(struct memory_response),
                                                  sizeof(struct pri_queue_ppar), sizeof(struct pri_queue_control)};
    static const size_t tx[PRI_QUEUE_TX_PORTS] = {sizeof(struct prg_response),        sizeof(struct memory_request),
                                                  sizeof(struct pri_queue_lookup),    sizeof(struct pri_queue_status),
                                                  sizeof(struct pri_queue_interrupt), sizeof(struct pri_queue_abort),
                                                  sizeof(struct pri_queue_decision),  sizeof(struct pri_queue_commit)};
    struct bench *bench = calloc(1, sizeof *bench);
    assert(bench);
    bench->config = *config;
    bench->state = malloc(pri_queue_state_size(config));
    pri_queue_init(&bench->config, bench->state);
    bench->rig = rig_open(step, NULL, bench);
    for (unsigned i = 0; i < PRI_QUEUE_RX_PORTS; i++)
        rig_rx(bench->rig, i, rx[i]);
    for (unsigned i = 0; i < PRI_QUEUE_TX_PORTS; i++)
        rig_tx(bench->rig, i, tx[i]);
    bench->abort_echo = true;
    bench->memory_delay = 1;
    bench->ppar_delay = 1;
    return bench;
}

struct bench *bench_queue(unsigned log2, bool last_only)
{
    struct pri_queue_config config;
    bench_config(&config);
    struct bench *bench = bench_open(&config);
    bench_control(bench, PRI_QUEUE_BASE, BENCH_BASE | log2);
    bench_control(bench, PRI_QUEUE_IRQ_CFG2, (uint64_t)last_only << 31);
    bench_control(bench, PRI_QUEUE_ENABLE, PRI_QUEUE_ENABLE_PRIQEN | PRI_QUEUE_ENABLE_SMMUEN | PRI_QUEUE_ENABLE_IRQEN);
    bench_settle(bench);
    return bench;
}

void bench_close(struct bench *bench)
{
    rig_close(bench->rig);
    free(bench->state);
    free(bench);
}

/* Takes over the writes that were transferred at the last edge, and answers those that are due at the next one. */
static void serve_memory(struct bench *bench)
{
    const struct rig_tx_port *port = &bench->rig->tx[PRI_QUEUE_TX_MEMORY_REQUEST];
    while (bench->writes_seen < port->count && port->put[bench->writes_seen].taken != CYCLE_NEVER) {
        struct memory_request request;
        memcpy(&request, port->put[bench->writes_seen++].payload, sizeof request);
        bool inside = request.address >= BENCH_BASE && request.address + request.size <= BENCH_BASE + BENCH_MEMORY;
        if (inside && bench->records == MEMORY_OK)
            memcpy(bench->memory + (request.address - BENCH_BASE), request.data, request.size);
    }
    while (!bench->memory_held && bench->writes_answered < bench->writes_seen &&
           port->put[bench->writes_answered].taken + bench->memory_delay <= bench->rig->now) {
        struct memory_request request;
        memcpy(&request, port->put[bench->writes_answered++].payload, sizeof request);
        bench_memory_answer(bench, request.id, request.id == BENCH_MSI_ID ? bench->msis : bench->records);
    }
}

static void serve_smmu(struct bench *bench)
{
    const struct rig_tx_port *lookup = &bench->rig->tx[PRI_QUEUE_TX_LOOKUP];
    if (bench->lookups_seen < lookup->count && lookup->put[bench->lookups_seen].taken != CYCLE_NEVER &&
        lookup->put[bench->lookups_seen].taken + bench->ppar_delay <= bench->rig->now) {
        bench->lookups_seen++;
        rig_offer(bench->rig, PRI_QUEUE_RX_LOOKUP, &bench->ppar);
    }
    while (bench->aborts_seen < bench_puts(bench, PRI_QUEUE_TX_ABORT)) {
        const struct pri_queue_abort *abort = rig_got(bench->rig, PRI_QUEUE_TX_ABORT, bench->aborts_seen++);
        if (abort->record && bench->abort_echo)
            bench_control(bench, PRI_QUEUE_ABORT_ACTIVE, 1);
    }
}

void bench_edge(struct bench *bench)
{
    rig_edge(bench->rig);
    serve_memory(bench);
    serve_smmu(bench);
}

void bench_run(struct bench *bench, unsigned edges)
{
    for (unsigned i = 0; i < edges; i++)
        bench_edge(bench);
}

void bench_settle(struct bench *bench)
{
    bench_run(bench, 80);
}

void bench_control(struct bench *bench, enum pri_queue_control_what what, uint64_t value)
{
    struct pri_queue_control control = {.value = value, .what = (uint8_t)what};
    rig_offer(bench->rig, PRI_QUEUE_RX_CONTROL, &control);
    bench->controls++;
}

void bench_request(struct bench *bench, const struct page_request *request)
{
    rig_offer(bench->rig, PRI_QUEUE_RX_REQUEST, request);
    bench->requests++;
}

static cycle_t taken_at(const struct bench *bench, unsigned port, unsigned count)
{
    const struct rig_rx_port *rx = &bench->rig->rx[port];
    return count && rx->taken >= count ? rx->taken_at[count - 1] : CYCLE_NEVER;
}

cycle_t bench_control_at(const struct bench *bench)
{
    return taken_at(bench, PRI_QUEUE_RX_CONTROL, bench->controls);
}

cycle_t bench_request_at(const struct bench *bench)
{
    return taken_at(bench, PRI_QUEUE_RX_REQUEST, bench->requests);
}

void bench_memory_answer(struct bench *bench, uint32_t id, enum memory_status status)
{
    struct memory_response response = {.id = id, .status = (uint8_t)status};
    rig_offer(bench->rig, PRI_QUEUE_RX_MEMORY_RESPONSE, &response);
}

struct page_request bench_page(uint64_t pasid, unsigned prgi, unsigned access)
{
    return (struct page_request){.address = UINT64_C(0x7f0000000000) + ((uint64_t)prgi << 12),
                                 .stream_id = 0x108,
                                 .pasid = pasid == PASID_NONE ? 0 : (uint32_t)pasid,
                                 .prg_index = (uint16_t)prgi,
                                 .has_pasid = pasid != PASID_NONE,
                                 .access = (uint8_t)access};
}

const void *bench_last(const struct bench *bench, enum pri_queue_tx tx)
{
    unsigned count = bench_puts(bench, tx);
    return count ? rig_got(bench->rig, tx, count - 1) : NULL;
}

unsigned bench_puts(const struct bench *bench, enum pri_queue_tx tx)
{
    return bench->rig->tx[tx].count;
}

cycle_t bench_last_at(const struct bench *bench, enum pri_queue_tx tx)
{
    unsigned count = bench_puts(bench, tx);
    return count ? rig_got_at(bench->rig, tx, count - 1) : CYCLE_NEVER;
}

struct pri_queue_status bench_status(const struct bench *bench)
{
    const struct pri_queue_status *status = bench_last(bench, PRI_QUEUE_TX_STATUS);
    return status ? *status : (struct pri_queue_status){0};
}

struct page_request bench_record(const struct bench *bench, unsigned slot)
{
    struct page_request request;
    pri_queue_record_unpack(&request, bench->memory + slot * PRI_QUEUE_RECORD_BYTES);
    return request;
}
