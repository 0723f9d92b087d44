/* SPDX-License-Identifier: Apache-2.0
 *
 * The host as a block: what the caller hands over is offered at its ports, what comes there is kept for the caller.
 */
#include "model/platform/platform_state.h"

static void answer(struct host_access *port, const struct prisim_memory_response *response)
{
    if (port->has_answer || response->id != port->awaited)
        return; /* of an access that was waited for too long */
    port->answer = *response;
    port->has_answer = true;
}

static void keep_interrupt(struct platform_host *s, struct prisim_platform_interrupt interrupt)
{
    if (s->interrupts_count == PRISIM_PLATFORM_INTERRUPTS_MAX) {
        s->interrupts_lost++;
        return;
    }
    s->interrupt[(s->interrupts_head + s->interrupts_count++) % PRISIM_PLATFORM_INTERRUPTS_MAX] = interrupt;
}

static void keep_down(struct platform_host *s, unsigned smmu, const struct prisim_tlp *tlp, prisim_cycle_t now)
{
    struct host_inbox *inbox = &s->inbox[smmu];
    if (platform_transaction_answered(s, smmu, tlp, now))
        return;
    assert(inbox->count < PRISIM_PLATFORM_INBOX_MAX);
    prisim_tlp_copy(&inbox->tlp[(inbox->head + inbox->count++) % PRISIM_PLATFORM_INBOX_MAX], tlp);
}

static void take(struct platform_host *s, unsigned rx, prisim_cycle_t now, const void *payload)
{
    if (rx == HOST_RX_MEMORY) {
        answer(&s->memory, payload);
    } else if (rx == HOST_RX_MSI) {
        const struct msi *msi = payload;
        keep_interrupt(s, (struct prisim_platform_interrupt){now, msi->smmu, true, msi->data, 0});
    } else if (rx < HOST_RX_DOWN) {
        answer(&s->reg[rx - HOST_RX_REGISTER], payload);
    } else if (rx < HOST_RX_WIRED) {
        keep_down(s, rx - HOST_RX_DOWN, payload, now);
    } else if (rx >= HOST_RX_FABRIC) {
        platform_host_completion(s, rx - HOST_RX_FABRIC, payload);
    } else {
        const struct prisim_smmu_interrupt *wired = payload;
        keep_interrupt(s, (struct prisim_platform_interrupt){now, rx - HOST_RX_WIRED, false, 0, wired->lines});
    }
}

static void put_access(struct host_access *port, struct prisim_ports *ports, unsigned tx)
{
    if (!port->is_waiting || !prisim_ports_can_put(ports, tx))
        return;
    memcpy(prisim_ports_put(ports, tx), &port->request, sizeof port->request);
    port->is_waiting = false;
}

static void put_up(struct platform_host *s, unsigned smmu, prisim_cycle_t now, struct prisim_ports *ports)
{
    struct host_up *up = &s->up[smmu];
    if (up->count == 0 || !prisim_ports_can_put(ports, HOST_TX_UP + smmu))
        return;
    const struct prisim_tlp *tlp = &up->tlp[up->head];
    prisim_tlp_copy(prisim_ports_put(ports, HOST_TX_UP + smmu), tlp);
    platform_transaction_sent(s, tlp, now);
    up->head = (up->head + 1) % PRISIM_PLATFORM_SENDS_MAX;
    up->count--;
}

static prisim_cycle_t next_step(const struct platform_host *s, const struct prisim_ports *ports, prisim_cycle_t now)
{
    prisim_cycle_t next = s->memory.is_waiting ? prisim_ports_retry(ports, HOST_TX_MEMORY, now) : PRISIM_CYCLE_NEVER;
    for (unsigned i = 0; i < SMMUS; i++) {
        if (s->reg[i].is_waiting)
            next = prisim_cycle_min(next, prisim_ports_retry(ports, HOST_TX_REGISTER + i, now));
        if (s->up[i].count)
            next = prisim_cycle_min(next, prisim_ports_retry(ports, HOST_TX_UP + i, now));
    }
    return s->devices ? prisim_cycle_min(next, platform_host_next_devices(s, ports, now)) : next;
}

prisim_cycle_t platform_host_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    struct platform_host *s = state;
    (void)config;
    for (uint64_t left = prisim_ports_arrived(ports); left; left &= left - 1) {
        unsigned rx = (unsigned)__builtin_ctzll(left);
        take(s, rx, now, ports->rx[rx]);
    }
    put_access(&s->memory, ports, HOST_TX_MEMORY);
    for (unsigned i = 0; i < SMMUS; i++) {
        put_access(&s->reg[i], ports, HOST_TX_REGISTER + i);
        put_up(s, i, now, ports);
    }
    if (s->devices)
        platform_host_put_devices(s, ports);
    for (unsigned rx = 0; rx < HOST_RX_PORTS; rx++)
        prisim_ports_set_ready(ports, rx, true);
    for (unsigned i = 0; i < SMMUS; i++)
        prisim_ports_set_ready(ports, HOST_RX_DOWN + i, s->inbox[i].count < PRISIM_PLATFORM_INBOX_MAX);
    return next_step(s, ports, now);
}
