/* SPDX-License-Identifier: Apache-2.0
 *
 * One edge of the interconnect: requests that were taken get their place in the order of accesses, the access that is
 * due is performed, responses leave.
 */
#include "model/interconnect/interconnect_state.h"

enum { ALL_PORTS = (1 << INTERCONNECT_PORTS) - 1 };

/* A place in a ring. */
static inline uint32_t ring_at(uint32_t at)
{
    return at % INTERCONNECT_OUTSTANDING_MAX;
}

/* A response was put: its place is free. */
static inline void free_place(struct interconnect *s, unsigned port)
{
    s->responses[port].reserved--;
    s->used_up &= ~(UINT32_C(1) << port);
}

/* One access is performed per edge: an access is due after `latency`, and not before the edge after the one that came
 * before it. A copy of the whole request costs less than asking what is in it. */
static inline void take_request(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                                const struct memory_request *request, unsigned port)
{
    struct interconnect_access *access = &s->flight[ring_at(s->head + s->count)];
    assert(s->count < config->outstanding);
    if (++s->responses[port].reserved == config->outstanding)
        s->used_up |= UINT32_C(1) << port;
    s->last_due = cycle_max(s->last_due + 1, now + config->latency);
    if (s->count++ == 0)
        s->next_due = s->last_due;
    access->due = s->last_due;
    access->port = port;
    access->request = *request;
}

/* Round robin: of the ports that transfer at one edge, the order starts at `turn`. Who was first among several is last
 * the next time. */
static void take_several(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                         const struct ports *p, uint32_t arrived)
{
    for (unsigned i = 0, port = s->turn; i < INTERCONNECT_PORTS; i++) {
        if (arrived >> port & 1) {
            if (arrived == ((uint32_t)ports_arrived(p)))
                s->turn = (port + 1) % INTERCONNECT_PORTS;
            take_request(config, s, now, p->rx[port], port);
            arrived &= ~(UINT32_C(1) << port);
        }
        port = (port + 1) % INTERCONNECT_PORTS;
    }
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

/* The access at the head of the line is due. Its response goes out at once, unless its port is busy; responses that
 * waited were put before. */
static void perform_first(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                          struct ports *p)
{
    const struct interconnect_access *access = &s->flight[s->head];
    assert(s->count > 0 && access->due == now);
    unsigned port = access->port;
    struct interconnect_responses *line = &s->responses[port];
    if (ports_can_put(p, port)) {
        assert(line->count == 0);
        perform(config, s, now, p, access, ports_put(p, port));
        free_place(s, port);
    } else {
        assert(line->count < config->outstanding);
        perform(config, s, now, p, access, &line->waiting[ring_at(config, line->head, line->count++)]);
        s->waiting |= UINT32_C(1) << port;
    }
    s->head = ring_at(config, s->head, 1);
    s->next_due = --s->count ? s->flight[s->head].due : CYCLE_NEVER;
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
        free_place(s, port);
        if (--line->count == 0)
            s->waiting &= ~(UINT32_C(1) << port);
    }
}

/* Every port may transfer at the next edge. A port whose responses are not taken runs out of its own places only. */
static void say_ready(const struct interconnect_config *config, const struct interconnect *s, struct ports *p)
{
    const uint32_t all = (1 << INTERCONNECT_PORTS) - 1;
    bool room = config->outstanding - s->count >= INTERCONNECT_PORTS;
    uint32_t ready = room ? all & ~s->used_up : 0;
    for (uint32_t changed = ready ^ ((uint32_t)p->ready & all); changed; changed &= changed - 1) {
        unsigned port = (unsigned)__builtin_ctz(changed);
        ports_set_ready(p, port, ready >> port & 1);
    }
}

static cycle_t next_step(const struct interconnect *s, const struct ports *p, cycle_t now)
{
    cycle_t next = s->next_due;
    for (uint32_t ports = s->waiting; ports; ports &= ports - 1)
        next = cycle_min(next, ports_retry(p, (unsigned)__builtin_ctz(ports), now));
    return next;
}

/* Apart from the idle step, which then saves no registers. */
__attribute__((noinline)) static cycle_t busy_step(const struct interconnect_config *config, struct interconnect *s,
                                                   cycle_t now, struct ports *p)
{
    uint32_t arrived = (uint32_t)ports_arrived(p);
    if (s->next_due == 0) /* the first step: edge 0 is no access's time */
        s->next_due = CYCLE_NEVER;
    if (arrived)
        take_requests(config, s, now, p, arrived);
    if (s->waiting)
        put_waiting(config, s, p);
    if (s->next_due <= now)
        perform_first(config, s, now, p);
    say_ready(config, s, p);
    cycle_t next = next_step(s, p, now);
    assert(next > now);
    return next;
}

cycle_t interconnect_step(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                          struct ports *p)
{
    if (ports_arrived(p) || s->waiting || s->next_due <= now)
        return busy_step(config, s, now, p);
    return s->next_due;
}
