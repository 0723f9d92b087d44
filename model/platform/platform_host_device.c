/* SPDX-License-Identifier: Apache-2.0
 *
 * The host's ports to fabrics and functions: requests of the processor, their completions, and what was submitted.
 */
#include "model/platform/platform_state.h"

/* Nothing but completions is sent to the host. */
void platform_host_completion(struct platform_host *s, unsigned smmu, const struct prisim_tlp *tlp)
{
    struct host_fabric *port = &s->fabric[smmu];
    assert(prisim_tlp_is_completion(&tlp->head) && port->is_open[tlp->head.tag % PRISIM_TLP_TAGS]);
    port->is_open[tlp->head.tag] = false;
    if (tlp->head.tag != port->tag)
        return; /* of a request that was waited for too long */
    prisim_tlp_copy(&port->answer, tlp);
    port->has_answer = true;
}

static void put_request(struct host_fabric *port, struct prisim_ports *ports, unsigned tx)
{
    if (port->is_offered && (ports->tx_valid & ports->tx_ready) >> tx & 1)
        port->is_offered = false;
    if (!port->is_waiting || !prisim_ports_can_put(ports, tx))
        return;
    prisim_tlp_copy(prisim_ports_put(ports, tx), &port->request);
    port->is_waiting = false;
    port->is_offered = true;
}

static void put_stimulus(struct host_stimuli *s, struct prisim_ports *ports, unsigned tx)
{
    if (s->count == 0 || !prisim_ports_can_put(ports, tx))
        return;
    memcpy(prisim_ports_put(ports, tx), &s->what[s->head], sizeof s->what[0]);
    s->head = (s->head + 1) % PRISIM_PLATFORM_SUBMITS_MAX;
    s->count--;
}

void platform_host_put_devices(struct platform_host *s, struct prisim_ports *ports)
{
    for (unsigned i = 0; i < SMMUS; i++)
        put_request(&s->fabric[i], ports, HOST_TX_FABRIC + i);
    for (unsigned i = 0; i < s->devices; i++)
        put_stimulus(&s->stimuli[i], ports, HOST_TX_STIMULUS + i);
}

prisim_cycle_t platform_host_next_devices(const struct platform_host *s, const struct prisim_ports *ports,
                                          prisim_cycle_t now)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (unsigned i = 0; i < SMMUS; i++)
        if (s->fabric[i].is_waiting || s->fabric[i].is_offered)
            next = prisim_cycle_min(next, prisim_ports_retry(ports, HOST_TX_FABRIC + i, now));
    for (unsigned i = 0; i < s->devices; i++)
        if (s->stimuli[i].count)
            next = prisim_cycle_min(next, prisim_ports_retry(ports, HOST_TX_STIMULUS + i, now));
    return next;
}
