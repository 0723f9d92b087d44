/* SPDX-License-Identifier: Apache-2.0
 *
 * One edge of the interconnect: requests that were taken get their place in the order of accesses, the access that is
 * due is performed, responses leave.
 */
#include "model/interconnect/interconnect_state.h"

/* A place in a ring of `outstanding` entries. */
static inline uint32_t ring_at(const struct interconnect_config *config, uint32_t head, uint32_t offset)
{
    uint32_t at = head + offset;
    return at < config->outstanding ? at : at - config->outstanding;
}

/* One access is performed per edge: an access is due after `latency`, and not before the edge after the one that came
 * before it. */
static void take_request(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                         const struct memory_request *request, unsigned port)
{
    assert(s->count < config->outstanding && s->responses[port].reserved < config->outstanding);
    struct interconnect_access *access = &s->flight[ring_at(config, s->head, s->count++)];
    s->responses[port].reserved++;
    s->last_due = cycle_max(s->last_due + 1, now + config->latency);
    access->due = s->last_due;
    access->port = port;
    access->request.address = request->address;
    access->request.id = request->id;
    access->request.size = request->size;
    access->request.write = request->write;
    if (request->write && request->size <= MEMORY_LINE_BYTES)
        memcpy(access->request.data, request->data, request->size);
}

/* Round robin: of the ports that transfer at one edge, the order starts at `turn`. Who was first among several is last
 * the next time. */
static void take_requests(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                          const struct ports *p, uint32_t arrived)
{
    uint32_t below = arrived & ((UINT32_C(1) << s->turn) - 1);
    uint32_t first = arrived & ~below ? arrived & ~below : arrived;
    if (arrived & (arrived - 1))
        s->turn = ((uint32_t)__builtin_ctz(first) + 1) % INTERCONNECT_PORTS;
    for (uint32_t ports = arrived & ~below; ports; ports &= ports - 1)
        take_request(config, s, now, p->rx[__builtin_ctz(ports)], (unsigned)__builtin_ctz(ports));
    for (uint32_t ports = below; ports; ports &= ports - 1)
        take_request(config, s, now, p->rx[__builtin_ctz(ports)], (unsigned)__builtin_ctz(ports));
}

static bool rings_doorbell(const struct interconnect_config *config, const struct memory_request *request)
{
    uint64_t offset = request->address - config->doorbell_base;
    return offset < DOORBELL_BYTES && request->write && request->size == DOORBELL_ACCESS_BYTES &&
           request->address % MEMORY_LINE_BYTES <= MEMORY_LINE_BYTES - DOORBELL_ACCESS_BYTES;
}

static void ring(struct ports *p, cycle_t now, const struct memory_request *request)
{
    struct interrupt *interrupt = ports_put(p, INTERCONNECT_TX_INTERRUPT);
    memcpy(&interrupt->data, request->data, sizeof interrupt->data);
    PROBE(p, now, INTERCONNECT_INTERRUPT, interrupt->data);
}

/* Fills in the whole response, but for data bytes that mean nothing. */
static void perform(const struct interconnect_config *config, struct interconnect *s, cycle_t now, struct ports *p,
                    const struct interconnect_access *access, struct memory_response *response)
{
    const struct memory_request *request = &access->request;
    response->id = request->id;
    response->status = MEMORY_OK;
    response->size = 0;
    response->unused = 0;
    uint8_t *ram = interconnect_ram_at(config, s, request->address, request->size);
    if (ram && request->write) {
        memcpy(ram, request->data, request->size);
    } else if (ram) {
        response->size = request->size;
        memcpy(response->data, ram, request->size);
    } else if (rings_doorbell(config, request)) {
        ring(p, now, request);
    } else {
        response->status = MEMORY_ABORT;
        PROBE(p, now, INTERCONNECT_ABORT, access->port, request->address, request->write);
    }
}

/* The access at the head of the line is due. Its response goes out at once, unless its port is busy or owes others. */
static void perform_first(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                          struct ports *p)
{
    const struct interconnect_access *access = &s->flight[s->head];
    unsigned port = access->port;
    struct interconnect_responses *line = &s->responses[port];
    if (line->count == 0 && ports_can_put(p, port)) {
        perform(config, s, now, p, access, ports_put(p, port));
        line->reserved--;
    } else {
        assert(line->count < config->outstanding);
        perform(config, s, now, p, access, &line->waiting[ring_at(config, line->head, line->count++)]);
        s->waiting |= UINT32_C(1) << port;
    }
    s->head = ring_at(config, s->head, 1);
    s->count--;
}

static void put_response(struct memory_response *to, const struct memory_response *from)
{
    to->id = from->id;
    to->status = from->status;
    to->size = from->size;
    to->unused = 0;
    memcpy(to->data, from->data, from->size);
}

static void put_waiting(const struct interconnect_config *config, struct interconnect *s, struct ports *p)
{
    for (uint32_t ports = s->waiting; ports; ports &= ports - 1) {
        unsigned port = (unsigned)__builtin_ctz(ports);
        struct interconnect_responses *line = &s->responses[port];
        assert(line->count > 0);
        if (!ports_can_put(p, port))
            continue;
        put_response(ports_put(p, port), &line->waiting[line->head]);
        line->head = ring_at(config, line->head, 1);
        line->reserved--;
        if (--line->count == 0)
            s->waiting &= ~(UINT32_C(1) << port);
    }
}

/* Every port may transfer at the next edge. A port whose responses are not taken runs out of its own places only. */
static void say_ready(const struct interconnect_config *config, const struct interconnect *s, struct ports *p)
{
    bool room = config->outstanding - s->count >= INTERCONNECT_PORTS;
    for (unsigned port = 0; port < INTERCONNECT_PORTS; port++)
        ports_set_ready(p, port, room && s->responses[port].reserved < config->outstanding);
}

static cycle_t next_step(const struct interconnect *s, const struct ports *p, cycle_t now)
{
    cycle_t next = s->count ? s->flight[s->head].due : CYCLE_NEVER;
    for (uint32_t ports = s->waiting; ports; ports &= ports - 1)
        next = cycle_min(next, ports_retry(p, (unsigned)__builtin_ctz(ports), now));
    return next;
}

cycle_t interconnect_step(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                          struct ports *p)
{
    uint32_t arrived = (uint32_t)ports_arrived(p);
    bool due = s->count && s->flight[s->head].due <= now;
    if (!(arrived | s->waiting | due) && s->started)
        return s->count ? s->flight[s->head].due : CYCLE_NEVER;
    s->started = 1;
    if (arrived)
        take_requests(config, s, now, p, arrived);
    if (s->waiting)
        put_waiting(config, s, p);
    if (due) {
        assert(s->flight[s->head].due == now);
        perform_first(config, s, now, p);
    }
    say_ready(config, s, p);
    cycle_t next = next_step(s, p, now);
    assert(next > now);
    return next;
}
