/* SPDX-License-Identifier: Apache-2.0
 *
 * The harness of one block (harness.h).
 */
#include "tests/harness/harness.h"

#include <stdlib.h>
#include <string.h>

/* Rooms that were given back, all zero: tests start harnesses by the thousand, and what the kernel does for a large
 * block each time, twice over with the sanitizer's shadow of it, was most of what they did. */
enum { SPARES = 256 };
static struct spare {
    void *room;
    size_t size;
} spare[SPARES];
static unsigned spares;

void *harness_room(size_t size)
{
    for (unsigned i = spares; i-- > 0;) {
        if (spare[i].size == size) {
            void *room = spare[i].room;
            spare[i] = spare[--spares];
            return room;
        }
    }
    void *room = calloc(1, size);
    assert(room);
    return room;
}

void harness_room_back(void *room, size_t size)
{
    if (spares < SPARES)
        spare[spares++] = (struct spare){room, size};
    else
        free(room);
}

/* A port's queue is there once it is used: most ports of a block are not. */
static void *queue_of(size_t count, size_t one)
{
    return harness_room(count * one);
}

static void zero(void *queue, size_t used, size_t one)
{
    if (used > 0)
        memset(queue, 0, used * one);
}

static void queue_back(void *queue, size_t count, size_t one)
{
    if (queue)
        harness_room_back(queue, count * one);
}

struct harness *harness_open(harness_step step, const void *config, void *state)
{
    struct harness *harness = calloc(1, sizeof *harness);
    assert(harness);
    harness->step = step;
    harness->config = config;
    harness->state = state;
    prisim_ports_init(&harness->ports, &harness->probe, 0);
    prisim_probe_init(&harness->probe, true);
    return harness;
}

void harness_forget(struct harness *harness)
{
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++) {
        struct harness_rx_port *rx = &harness->rx[i];
        struct harness_tx_port *tx = &harness->tx[i];
        zero(rx->taken_at, rx->taken, sizeof *rx->taken_at);
        zero(rx->payload, rx->offered, sizeof *rx->payload);
        zero(tx->put, tx->count, sizeof *tx->put);
        rx->offered = rx->taken = tx->count = tx->seen = 0;
    }
}

void harness_close(struct harness *harness)
{
    prisim_probe_close(&harness->probe);
    harness_forget(harness);
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++) {
        queue_back(harness->rx[i].taken_at, HARNESS_QUEUE, sizeof *harness->rx[i].taken_at);
        queue_back(harness->rx[i].payload, HARNESS_QUEUE, sizeof *harness->rx[i].payload);
        queue_back(harness->tx[i].put, HARNESS_QUEUE, sizeof *harness->tx[i].put);
    }
    for (unsigned i = 0; i < HARNESS_EVENT_PARTS && harness->event[i]; i++) {
        unsigned left = harness->events - i * HARNESS_EVENTS;
        zero(harness->event[i], left < HARNESS_EVENTS ? left : HARNESS_EVENTS, sizeof *harness->event[i]);
        queue_back(harness->event[i], HARNESS_EVENTS, sizeof *harness->event[i]);
    }
    free(harness);
}

void harness_rx(struct harness *harness, unsigned port, size_t size)
{
    assert(port < PRISIM_PORTS_MAX && size <= HARNESS_PAYLOAD);
    harness->rx[port].size = size;
    if (!harness->rx[port].taken_at)
        harness->rx[port].taken_at = queue_of(HARNESS_QUEUE, sizeof *harness->rx[port].taken_at);
}

void harness_tx(struct harness *harness, unsigned port, size_t size)
{
    assert(port < PRISIM_PORTS_MAX && size <= HARNESS_PAYLOAD);
    harness->tx[port].size = size;
    harness->tx[port].ready = true;
    harness->ports.tx[port] = harness->tx[port].slot;
    harness->ports.tx_ready |= UINT64_C(1) << port;
}

void harness_ports(struct harness *harness, const size_t *rx, unsigned rx_ports, const size_t *tx, unsigned tx_ports)
{
    for (unsigned i = 0; i < rx_ports; i++)
        harness_rx(harness, i, rx[i]);
    for (unsigned i = 0; i < tx_ports; i++)
        harness_tx(harness, i, tx[i]);
}

void harness_offer(struct harness *harness, unsigned port, const void *payload)
{
    struct harness_rx_port *rx = &harness->rx[port];
    assert(rx->size && rx->offered < HARNESS_QUEUE);
    if (!rx->payload)
        rx->payload = queue_of(HARNESS_QUEUE, sizeof *rx->payload);
    memcpy(rx->payload[rx->offered++], payload, rx->size);
}

void harness_ready(struct harness *harness, unsigned port, bool ready)
{
    harness->tx[port].ready = ready;
}

/* Publishes, before the edge, what the other sides say. */
static void show(struct harness *harness)
{
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++) {
        struct harness_rx_port *rx = &harness->rx[i];
        if (rx->size && !rx->shown && rx->taken < rx->offered) {
            rx->shown = true;
            harness->ports.rx[i] = rx->payload[rx->taken];
            harness->ports.rx_valid |= UINT64_C(1) << i;
        }
    }
}

/* Commits what the block said at this edge. */
static void commit(struct harness *harness, uint64_t arrived, uint64_t taken)
{
    struct prisim_ports *p = &harness->ports;
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++) {
        uint64_t bit = UINT64_C(1) << i;
        if (arrived & bit) {
            harness->rx[i].taken_at[harness->rx[i].taken++] = harness->now;
            harness->rx[i].shown = false;
            p->rx_valid &= ~bit;
        }
        struct harness_tx_port *tx = &harness->tx[i];
        if (taken & bit) {
            tx->put[tx->count - 1].taken = harness->now;
            p->tx_valid &= ~bit;
        }
        if (p->put & bit) {
            assert(tx->size && tx->count < HARNESS_QUEUE);
            if (!tx->put)
                tx->put = queue_of(HARNESS_QUEUE, sizeof *tx->put);
            struct harness_put *put = &tx->put[tx->count++];
            put->published = harness->now;
            put->taken = PRISIM_CYCLE_NEVER;
            memcpy(put->payload, tx->slot, tx->size);
            p->tx_valid |= bit;
        }
        if (tx->size)
            p->tx_ready = tx->ready ? p->tx_ready | bit : p->tx_ready & ~bit;
    }
    p->rx_ready = p->ready;
}

/* Due, a transfer, a payload newly offered, or ready that rose under an offer. */
static bool must_step(struct harness *harness)
{
    const struct prisim_ports *p = &harness->ports;
    uint64_t arrived = prisim_ports_arrived(p);
    uint64_t offered = p->rx_valid & ~harness->old_valid;
    uint64_t rose = p->tx_valid & p->tx_ready & ~harness->old_ready;
    harness->old_valid = p->rx_valid & ~arrived;
    harness->old_ready = p->tx_ready;
    return harness->now >= harness->next || arrived || offered || rose;
}

static void keep_event(struct harness *harness, const struct prisim_event *event)
{
    unsigned part = harness->events / HARNESS_EVENTS;
    assert(part < HARNESS_EVENT_PARTS);
    if (!harness->event[part])
        harness->event[part] = queue_of(HARNESS_EVENTS, sizeof *event);
    harness->event[part][harness->events++ % HARNESS_EVENTS] = *event;
}

void harness_edge(struct harness *harness)
{
    struct prisim_ports *p = &harness->ports;
    show(harness);
    uint64_t arrived = prisim_ports_arrived(p);
    uint64_t taken = p->tx_valid & p->tx_ready;
    p->put = 0;
    p->ready = p->rx_ready;
    if (must_step(harness) || !harness->leap) {
        harness->next = harness->step(harness->config, harness->state, harness->now, p);
        harness->steps++;
    }
    assert(harness->next > harness->now);
    commit(harness, arrived, taken);
    for (uint32_t i = 0; i < harness->probe.count; i++)
        keep_event(harness, &harness->probe.buffer[i]);
    harness->probe.count = 0;
    harness->now++;
}

void harness_run(struct harness *harness, prisim_cycle_t edges)
{
    for (prisim_cycle_t i = 0; i < edges; i++)
        harness_edge(harness);
}

bool harness_until(struct harness *harness, unsigned port, unsigned n, prisim_cycle_t limit)
{
    for (prisim_cycle_t i = 0; i < limit && harness->tx[port].count < n; i++)
        harness_edge(harness);
    return harness->tx[port].count >= n;
}

const void *harness_got(const struct harness *harness, unsigned port, unsigned i)
{
    return i < harness->tx[port].count ? harness->tx[port].put[i].payload : NULL;
}

prisim_cycle_t harness_got_at(const struct harness *harness, unsigned port, unsigned i)
{
    return i < harness->tx[port].count ? harness->tx[port].put[i].published : PRISIM_CYCLE_NEVER;
}

const void *harness_taken(struct harness *harness, unsigned port)
{
    struct harness_tx_port *tx = &harness->tx[port];
    return tx->seen < tx->count && tx->put[tx->seen].taken != PRISIM_CYCLE_NEVER ? tx->put[tx->seen++].payload : NULL;
}

const struct prisim_event *harness_event_at(const struct harness *harness, unsigned i)
{
    return &harness->event[i / HARNESS_EVENTS][i % HARNESS_EVENTS];
}

bool harness_events_equal(const struct harness *left, const struct harness *right)
{
    bool equal = left->events == right->events;
    for (unsigned i = 0; equal && i < left->events; i++)
        equal = prisim_event_equal(harness_event_at(left, i), harness_event_at(right, i));
    return equal;
}

const struct prisim_event *harness_event(const struct harness *harness, enum prisim_event_type type, unsigned n)
{
    for (unsigned i = 0; i < harness->events; i++)
        if (harness_event_at(harness, i)->type == type && n-- == 0)
            return harness_event_at(harness, i);
    return NULL;
}

bool harness_fields_are(const struct prisim_event *event, const uint64_t *expected, size_t bytes)
{
    unsigned count = prisim_event_field_count((enum prisim_event_type)event->type);
    for (unsigned i = 0; i < count && i < bytes / sizeof *expected; i++)
        if (prisim_event_value(event, i) != expected[i])
            return false;
    return count == bytes / sizeof *expected;
}

unsigned harness_events(const struct harness *harness, enum prisim_event_type type)
{
    unsigned count = 0;
    for (unsigned i = 0; i < harness->events; i++)
        count += harness_event_at(harness, i)->type == type;
    return count;
}
