/* SPDX-License-Identifier: Apache-2.0
 *
 * The bench for one block (harness.h).
 */
#include "tests/harness/harness.h"

#include <stdlib.h>
#include <string.h>

struct rig *rig_open(rig_step step, const void *config, void *state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    assert(rig);
    rig->step = step;
    rig->config = config;
    rig->state = state;
    ports_init(&rig->ports, &rig->probe, 0);
    probe_init(&rig->probe, true);
    return rig;
}

void rig_close(struct rig *rig)
{
    probe_close(&rig->probe);
    free(rig);
}

void rig_rx(struct rig *rig, unsigned port, size_t size)
{
    assert(port < PORTS_MAX && size <= RIG_PAYLOAD);
    rig->rx[port].size = size;
}

void rig_tx(struct rig *rig, unsigned port, size_t size)
{
    assert(port < PORTS_MAX && size <= RIG_PAYLOAD);
    rig->tx[port].size = size;
    rig->tx[port].ready = true;
    rig->ports.tx[port] = rig->tx[port].slot;
    rig->ports.tx_ready |= UINT64_C(1) << port;
}

void rig_offer(struct rig *rig, unsigned port, const void *payload)
{
    struct rig_rx_port *rx = &rig->rx[port];
    assert(rx->size && rx->offered < RIG_QUEUE);
    memcpy(rx->payload[rx->offered++], payload, rx->size);
}

void rig_ready(struct rig *rig, unsigned port, bool ready)
{
    rig->tx[port].ready = ready;
}

/* Publishes, before the edge, what the other sides say. */
static void show(struct rig *rig)
{
    for (unsigned i = 0; i < PORTS_MAX; i++) {
        struct rig_rx_port *rx = &rig->rx[i];
        if (rx->size && !rx->shown && rx->taken < rx->offered) {
            rx->shown = true;
            rig->ports.rx[i] = rx->payload[rx->taken];
            rig->ports.rx_valid |= UINT64_C(1) << i;
        }
    }
}

/* Commits what the block said at this edge. */
static void commit(struct rig *rig, uint64_t arrived, uint64_t taken)
{
    struct ports *p = &rig->ports;
    for (unsigned i = 0; i < PORTS_MAX; i++) {
        uint64_t bit = UINT64_C(1) << i;
        if (arrived & bit) {
            rig->rx[i].taken_at[rig->rx[i].taken++] = rig->now;
            rig->rx[i].shown = false;
            p->rx_valid &= ~bit;
        }
        struct rig_tx_port *tx = &rig->tx[i];
        if (taken & bit) {
            tx->put[tx->count - 1].taken = rig->now;
            p->tx_valid &= ~bit;
        }
        if (p->put & bit) {
            assert(tx->size && tx->count < RIG_QUEUE);
            struct rig_put *put = &tx->put[tx->count++];
            put->published = rig->now;
            put->taken = CYCLE_NEVER;
            memcpy(put->payload, tx->slot, tx->size);
            p->tx_valid |= bit;
        }
        if (tx->size)
            p->tx_ready = tx->ready ? p->tx_ready | bit : p->tx_ready & ~bit;
    }
    p->rx_ready = p->ready;
}

void rig_edge(struct rig *rig)
{
    struct ports *p = &rig->ports;
    show(rig);
    uint64_t arrived = ports_arrived(p);
    uint64_t taken = p->tx_valid & p->tx_ready;
    p->put = 0;
    p->ready = p->rx_ready;
    rig->next = rig->step(rig->config, rig->state, rig->now, p);
    assert(rig->next > rig->now);
    commit(rig, arrived, taken);
    for (uint32_t i = 0; i < rig->probe.count; i++) {
        assert(rig->events < RIG_EVENTS);
        rig->event[rig->events++] = rig->probe.buffer[i];
    }
    rig->probe.count = 0;
    rig->now++;
}

void rig_run(struct rig *rig, cycle_t edges)
{
    for (cycle_t i = 0; i < edges; i++)
        rig_edge(rig);
}

bool rig_until(struct rig *rig, unsigned port, unsigned n, cycle_t limit)
{
    for (cycle_t i = 0; i < limit && rig->tx[port].count < n; i++)
        rig_edge(rig);
    return rig->tx[port].count >= n;
}

const void *rig_got(const struct rig *rig, unsigned port, unsigned i)
{
    return i < rig->tx[port].count ? rig->tx[port].put[i].payload : NULL;
}

cycle_t rig_got_at(const struct rig *rig, unsigned port, unsigned i)
{
    return i < rig->tx[port].count ? rig->tx[port].put[i].published : CYCLE_NEVER;
}

const struct event *rig_event(const struct rig *rig, enum event_type type, unsigned n)
{
    for (unsigned i = 0; i < rig->events; i++)
        if (rig->event[i].type == type && n-- == 0)
            return &rig->event[i];
    return NULL;
}

bool rig_fields_are(const struct event *event, const uint64_t *expected, size_t bytes)
{
    unsigned count = event_field_count((enum event_type)event->type);
    for (unsigned i = 0; i < count && i < bytes / sizeof *expected; i++)
        if (event_value(event, i) != expected[i])
            return false;
    return count == bytes / sizeof *expected;
}

unsigned rig_events(const struct rig *rig, enum event_type type)
{
    unsigned count = 0;
    for (unsigned i = 0; i < rig->events; i++)
        count += rig->event[i].type == type;
    return count;
}
