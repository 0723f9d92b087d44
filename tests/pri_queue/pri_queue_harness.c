/* SPDX-License-Identifier: Apache-2.0
 *
 * The PRI queue's harness (pri_queue_harness.h).
 */
#include "tests/pri_queue/pri_queue_harness.h"

#include <stdlib.h>
#include <string.h>

static prisim_cycle_t step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_pri_queue_step(config, state, now, ports);
}

void pri_queue_harness_config(struct prisim_pri_queue_config *config)
{
    prisim_pri_queue_config_default(config);
    config->size_log2_max = 8;
}

struct pri_queue_harness *pri_queue_harness_open(const struct prisim_pri_queue_config *config)
{
    static const size_t rx[PRISIM_PRI_QUEUE_RX_PORTS] = {
        sizeof(struct prisim_page_request), sizeof(struct prisim_memory_response), sizeof(struct prisim_pri_queue_ppar),
        sizeof(struct prisim_pri_queue_control)};
    static const size_t tx[PRISIM_PRI_QUEUE_TX_PORTS] = {
        sizeof(struct prisim_prg_response),        sizeof(struct prisim_memory_request),
        sizeof(struct prisim_pri_queue_lookup),    sizeof(struct prisim_pri_queue_status),
        sizeof(struct prisim_pri_queue_interrupt), sizeof(struct prisim_pri_queue_abort),
        sizeof(struct prisim_pri_queue_decision),  sizeof(struct prisim_pri_queue_commit)};
    struct pri_queue_harness *h = calloc(1, sizeof *h);
    assert(h);
    h->config = *config;
    h->state = malloc(prisim_pri_queue_state_size(config));
    prisim_pri_queue_init(&h->config, h->state);
    h->base = harness_open(step, &h->config, h->state);
    harness_ports(h->base, rx, PRISIM_PRI_QUEUE_RX_PORTS, tx, PRISIM_PRI_QUEUE_TX_PORTS);
    h->abort_echo = true;
    h->memory_delay = 1;
    h->ppar_delay = 1;
    return h;
}

struct pri_queue_harness *pri_queue_harness_queue(unsigned log2, bool last_only)
{
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | log2);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG2, (uint64_t)last_only << 31);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE,
                              PRISIM_PRI_QUEUE_ENABLE_PRIQEN | PRISIM_PRI_QUEUE_ENABLE_SMMUEN |
                                  PRISIM_PRI_QUEUE_ENABLE_IRQEN);
    pri_queue_harness_settle(h);
    return h;
}

void pri_queue_harness_close(struct pri_queue_harness *h)
{
    harness_close(h->base);
    free(h->state);
    free(h);
}

/* Takes over the writes that were transferred at the last edge, and answers those that are due at the next one. */
static void serve_memory(struct pri_queue_harness *h)
{
    const struct harness_tx_port *port = &h->base->tx[PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST];
    for (const struct prisim_memory_request *request;
         (request = harness_taken(h->base, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST));) {
        bool inside =
            request->address >= HARNESS_BASE && request->address + request->size <= HARNESS_BASE + HARNESS_MEMORY;
        if (inside && h->records == PRISIM_MEMORY_OK)
            memcpy(h->memory + (request->address - HARNESS_BASE), request->data, request->size);
    }
    while (!h->memory_held && h->writes_answered < port->seen &&
           port->put[h->writes_answered].taken + h->memory_delay <= h->base->now) {
        struct prisim_memory_request request;
        memcpy(&request, port->put[h->writes_answered++].payload, sizeof request);
        pri_queue_harness_memory_answer(h, request.id, request.id == HARNESS_MSI_ID ? h->msis : h->records);
    }
}

static void serve_smmu(struct pri_queue_harness *h)
{
    const struct harness_tx_port *lookup = &h->base->tx[PRISIM_PRI_QUEUE_TX_LOOKUP];
    if (h->lookups_seen < lookup->count && lookup->put[h->lookups_seen].taken != PRISIM_CYCLE_NEVER &&
        lookup->put[h->lookups_seen].taken + h->ppar_delay <= h->base->now) {
        h->lookups_seen++;
        harness_offer(h->base, PRISIM_PRI_QUEUE_RX_LOOKUP, &h->ppar);
    }
    while (h->aborts_seen < pri_queue_harness_puts(h, PRISIM_PRI_QUEUE_TX_ABORT)) {
        const struct prisim_pri_queue_abort *abort = harness_got(h->base, PRISIM_PRI_QUEUE_TX_ABORT, h->aborts_seen++);
        if (abort->record && h->abort_echo)
            pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 1);
    }
}

void pri_queue_harness_edge(struct pri_queue_harness *h)
{
    harness_edge(h->base);
    serve_memory(h);
    serve_smmu(h);
}

void pri_queue_harness_run(struct pri_queue_harness *h, unsigned edges)
{
    for (unsigned i = 0; i < edges; i++)
        pri_queue_harness_edge(h);
}

void pri_queue_harness_settle(struct pri_queue_harness *h)
{
    pri_queue_harness_run(h, 80);
}

void pri_queue_harness_control(struct pri_queue_harness *h, enum prisim_pri_queue_control_what what, uint64_t value)
{
    struct prisim_pri_queue_control control = {.value = value, .what = (uint8_t)what};
    harness_offer(h->base, PRISIM_PRI_QUEUE_RX_CONTROL, &control);
    h->controls++;
}

void pri_queue_harness_request(struct pri_queue_harness *h, const struct prisim_page_request *request)
{
    harness_offer(h->base, PRISIM_PRI_QUEUE_RX_REQUEST, request);
    h->requests++;
}

static prisim_cycle_t taken_at(const struct pri_queue_harness *h, unsigned port, unsigned count)
{
    const struct harness_rx_port *rx = &h->base->rx[port];
    return count && rx->taken >= count ? rx->taken_at[count - 1] : PRISIM_CYCLE_NEVER;
}

prisim_cycle_t pri_queue_harness_control_at(const struct pri_queue_harness *h)
{
    return taken_at(h, PRISIM_PRI_QUEUE_RX_CONTROL, h->controls);
}

prisim_cycle_t pri_queue_harness_request_at(const struct pri_queue_harness *h)
{
    return taken_at(h, PRISIM_PRI_QUEUE_RX_REQUEST, h->requests);
}

void pri_queue_harness_memory_answer(struct pri_queue_harness *h, uint32_t id, enum prisim_memory_status status)
{
    struct prisim_memory_response response = {.id = id, .status = (uint8_t)status};
    harness_offer(h->base, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE, &response);
}

struct prisim_page_request pri_queue_harness_page(uint64_t pasid, unsigned prgi, unsigned access)
{
    return (struct prisim_page_request){.address = UINT64_C(0x7f0000000000) + ((uint64_t)prgi << 12),
                                        .stream_id = 0x108,
                                        .pasid = pasid == PRISIM_PASID_NONE ? 0 : (uint32_t)pasid,
                                        .prg_index = (uint16_t)prgi,
                                        .has_pasid = pasid != PRISIM_PASID_NONE,
                                        .access = (uint8_t)access};
}

const void *pri_queue_harness_last(const struct pri_queue_harness *h, enum prisim_pri_queue_tx tx)
{
    unsigned count = pri_queue_harness_puts(h, tx);
    return count ? harness_got(h->base, tx, count - 1) : NULL;
}

unsigned pri_queue_harness_puts(const struct pri_queue_harness *h, enum prisim_pri_queue_tx tx)
{
    return h->base->tx[tx].count;
}

prisim_cycle_t pri_queue_harness_last_at(const struct pri_queue_harness *h, enum prisim_pri_queue_tx tx)
{
    unsigned count = pri_queue_harness_puts(h, tx);
    return count ? harness_got_at(h->base, tx, count - 1) : PRISIM_CYCLE_NEVER;
}

struct prisim_pri_queue_status pri_queue_harness_status(const struct pri_queue_harness *h)
{
    const struct prisim_pri_queue_status *status = pri_queue_harness_last(h, PRISIM_PRI_QUEUE_TX_STATUS);
    return status ? *status : (struct prisim_pri_queue_status){0};
}

struct prisim_page_request pri_queue_harness_record(const struct pri_queue_harness *h, unsigned slot)
{
    struct prisim_page_request request;
    prisim_pri_queue_record_unpack(&request, h->memory + slot * PRISIM_PRI_QUEUE_RECORD_BYTES);
    return request;
}
