/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory as a block, with the interconnect's timing (docs/timing/interconnect.md) and any number of SMMUs: requests
 * that were taken get their place in the order of accesses, the access that is due is performed, responses leave.
 */
#include "model/platform/platform_state.h"

static uint32_t place(uint32_t at)
{
    return at % MEMORY_PLACES;
}

/* One access is performed per edge: after `latency`, and not before the edge after the one that came before it. */
static void take_request(const struct platform_memory_config *config, struct platform_memory *s, prisim_cycle_t now,
                         const struct prisim_memory_request *request, unsigned port)
{
    assert(s->count < config->memory.outstanding && s->held[port] < config->memory.outstanding);
    s->last_due = prisim_cycle_max(s->last_due + 1, now + config->memory.latency);
    s->flight[place(s->head + s->count++)] = (struct memory_flight){s->last_due, port, *request};
    s->held[port]++;
}

/* Round robin: of the ports that transfer at one edge, the order starts at `turn`. Who was first among several is last
 * the next time. */
static void take_requests(const struct platform_memory_config *config, struct platform_memory *s, prisim_cycle_t now,
                          const struct prisim_ports *ports)
{
    uint64_t arrived = prisim_ports_arrived(ports);
    uint64_t early = arrived & ~((UINT64_C(1) << s->turn) - 1);
    unsigned first = (unsigned)__builtin_ctzll(early ? early : arrived);
    if (arrived & (arrived - 1))
        s->turn = (first + 1) % config->ports;
    for (unsigned i = first; i < first + config->ports; i++)
        if (arrived >> i % config->ports & 1)
            take_request(config, s, now, ports->rx[i % config->ports], i % config->ports);
}

static void perform(const struct platform_memory_config *config, struct platform_memory *s, prisim_cycle_t now,
                    struct prisim_ports *ports)
{
    const struct memory_flight *flight = &s->flight[s->head];
    const unsigned port = flight->port;
    struct memory_waiting *line = &s->waiting[port];
    struct prisim_memory_response *response = &line->response[place(line->head + line->count++)];
    const struct prisim_memory_request *request = &flight->request;
    assert(flight->due == now && line->count <= config->memory.outstanding);
    response->id = request->id;
    if (platform_access_perform(config, now, ports, port, request, response)) {
        struct msi *msi = prisim_ports_put(ports, config->ports);
        msi->smmu = port + 1 == config->ports ? (uint32_t)PRISIM_PLATFORM_CPU : port / 2;
        memcpy(&msi->data, request->data, sizeof msi->data);
        PRISIM_PROBE(ports, now, interconnect_interrupt, .data = msi->data);
    } else if (response->status != PRISIM_MEMORY_OK) {
        PRISIM_PROBE(ports, now, interconnect_abort, .port = port, .address = request->address,
                     .write = request->write != PRISIM_MEMORY_READ);
    }
    s->head = place(s->head + 1);
    s->count--;
}

/* Returns when responses that their port does not take yet must be offered again. */
static prisim_cycle_t put_responses(const struct platform_memory_config *config, struct platform_memory *s,
                                    prisim_cycle_t now, struct prisim_ports *ports)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (unsigned port = 0; port < config->ports; port++) {
        struct memory_waiting *line = &s->waiting[port];
        if (line->count && prisim_ports_can_put(ports, port)) {
            memcpy(prisim_ports_put(ports, port), &line->response[line->head], sizeof line->response[0]);
            line->head = place(line->head + 1);
            line->count--;
            s->held[port]--;
        }
        if (line->count)
            next = prisim_cycle_min(next, prisim_ports_retry(ports, port, now));
    }
    return next;
}

/* Every port may transfer at the next edge. A port whose responses are not taken runs out of its own places only. */
static void say_ready(const struct platform_memory_config *config, const struct platform_memory *s,
                      struct prisim_ports *ports)
{
    bool room = s->count + config->ports <= config->memory.outstanding;
    for (unsigned port = 0; port < config->ports; port++)
        prisim_ports_set_ready(ports, port, room && s->held[port] < config->memory.outstanding);
}

prisim_cycle_t platform_memory_step(const void *config_bytes, void *state, prisim_cycle_t now,
                                    struct prisim_ports *ports)
{
    const struct platform_memory_config *config = config_bytes;
    struct platform_memory *s = state;
    if (prisim_ports_arrived(ports))
        take_requests(config, s, now, ports);
    if (s->count && s->flight[s->head].due == now)
        perform(config, s, now, ports);
    prisim_cycle_t next = put_responses(config, s, now, ports);
    say_ready(config, s, ports);
    return s->count ? prisim_cycle_min(next, s->flight[s->head].due) : next;
}
