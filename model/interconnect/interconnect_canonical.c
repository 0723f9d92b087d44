/* SPDX-License-Identifier: Apache-2.0
 *
 * What the interconnect's state means, but for RAM (prisim_interconnect_canonical). Not told, for it says nothing of
 * what happens from now on: where lines begin, and what follows from what is in them (`next_due`, `waiting`, `places`,
 * `reserved`).
 */
#include "model/interconnect/interconnect_state.h"

static void tell_request(const struct prisim_memory_request *request, unsigned port, struct prisim_canonical *to)
{
    prisim_canonical_name(to, PRISIM_CANONICAL_ACCESS, prisim_canonical_of(port, request->id));
    /* All of them, also where no attribute says that they are meant: nothing here looks at attributes. */
    prisim_canonical_word(to, request->stream_id | (uint64_t)request->substream_id << 32);
    prisim_memory_request_canonical(to, request);
}

static void tell_response(const struct prisim_memory_response *response, unsigned port, struct prisim_canonical *to)
{
    prisim_canonical_name(to, PRISIM_CANONICAL_ACCESS, prisim_canonical_of(port, response->id));
    prisim_memory_response_canonical(to, response);
}

/* By how much the next request to come, one edge from here, is delayed by the one that came last in arbitration. */
static void tell_last_due(const struct prisim_interconnect_config *config, const struct prisim_interconnect *s,
                          struct prisim_canonical *to)
{
    prisim_canonical_time(to, s->last_due > config->latency ? s->last_due - config->latency : 0);
}

static void tell_line(const struct prisim_interconnect_config *config, const struct prisim_interconnect *s,
                      unsigned port, struct prisim_canonical *to)
{
    const struct interconnect_ring *ring = &s->responses[port];
    const struct prisim_memory_response *of_ports = (const void *)&s->flight[config->outstanding];
    const struct prisim_memory_response *waiting = of_ports + (size_t)port * config->outstanding;
    prisim_canonical_word(to, ring->count);
    for (uint32_t i = 0; i < ring->count && i < config->outstanding; i++)
        tell_response(&waiting[(ring->head + i) % config->outstanding], port, to);
}

/* What was put ahead of time has no other place than its port. */
static void tell_ahead(const struct prisim_ports *ports, struct prisim_canonical *to)
{
    for (uint64_t later = ports->later; later; later &= later - 1) {
        unsigned tx = (unsigned)__builtin_ctzll(later);
        prisim_canonical_time(to, ports->at[tx]);
        if (tx == PRISIM_INTERCONNECT_TX_INTERRUPT)
            prisim_canonical_word(to, ((const struct prisim_interrupt *)ports->tx[tx])->data);
        else
            tell_response(ports->tx[tx], tx, to);
    }
}

void prisim_interconnect_canonical(const struct prisim_interconnect_config *config, const struct prisim_interconnect *s,
                                   const struct prisim_ports *ports, struct prisim_canonical *to)
{
    prisim_canonical_word(to, s->turn | (uint64_t)s->line.count << 32);
    tell_last_due(config, s, to);
    for (uint32_t i = 0; i < s->line.count && i < config->outstanding; i++) {
        const struct interconnect_access *access = &s->flight[(s->line.head + i) % config->outstanding];
        prisim_canonical_time(to, access->due);
        prisim_canonical_word(to, access->port);
        tell_request(&access->request, access->port, to);
    }
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++)
        tell_line(config, s, port, to);
    tell_ahead(ports, to);
    for (uint64_t offered = ports->rx_valid; offered; offered &= offered - 1) {
        unsigned port = (unsigned)__builtin_ctzll(offered);
        tell_request(ports->rx[port], port, to);
    }
}
