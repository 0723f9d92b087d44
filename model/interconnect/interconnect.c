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
    s->reserved[port]--;
    s->used_up &= ~(UINT32_C(1) << port);
}

/* One access is performed per edge: an access is due after `latency`, and not before the edge after the one that came
 * before it. A copy of the whole request costs less than asking what is in it. */
static inline void take_request(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                                const struct memory_request *request, unsigned port)
{
    struct interconnect_access *access = &s->flight[ring_at(s->head + s->count)];
    assert(s->count < config->outstanding);
    if (++s->reserved[port] == config->outstanding)
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
static void take_requests(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                          const struct ports *p, uint32_t arrived)
{
    uint32_t early = arrived & ~((UINT32_C(1) << s->turn) - 1);
    unsigned first = (unsigned)__builtin_ctz(early ? early : arrived);
    if (arrived & (arrived - 1))
        s->turn = (first + 1) % INTERCONNECT_PORTS;
    for (unsigned i = first; i < first + INTERCONNECT_PORTS; i++) {
        unsigned port = i % INTERCONNECT_PORTS;
        if (arrived >> port & 1)
            take_request(config, s, now, p->rx[port], port);
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

/* What is not RAM. Returns the response's status. */
__attribute__((noinline)) static enum memory_status perform_outside(const struct interconnect_config *config,
                                                                    cycle_t now, struct ports *p,
                                                                    const struct interconnect_access *access)
{
    const struct memory_request *request = &access->request;
    if (rings_doorbell(config, request)) {
        ring(p, now, request);
        return MEMORY_OK;
    }
    PROBE(p, now, INTERCONNECT_ABORT, access->port, request->address, request->write != MEMORY_READ);
    return MEMORY_ABORT;
}

__attribute__((noinline)) static void write_bytes(uint8_t *ram, const struct memory_request *request)
{
    memcpy(ram, request->data, request->size);
}

/* The usual sizes by name: a copy of known size is two instructions. */
static inline void write_ram(uint8_t *ram, const struct memory_request *request)
{
    if (request->size == 8)
        memcpy(ram, request->data, 8);
    else if (request->size == 16)
        memcpy(ram, request->data, 16);
    else
        write_bytes(ram, request);
}

/* What was there stands in the response. */
__attribute__((noinline)) static void swap_ram(uint8_t *ram, const struct memory_request *request,
                                               struct memory_response *response)
{
    assert(request->size == 8);
    response->size = 8;
    memcpy(response->data, ram, 8);
    if (memcmp(ram, request->data + 8, 8) == 0)
        memcpy(ram, request->data, 8);
}

/* Fills in the whole response, but for data bytes that mean nothing. */
static inline void perform(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                           struct ports *p, const struct interconnect_access *access, struct memory_response *response)
{
    const struct memory_request *request = &access->request;
    uint8_t *ram = interconnect_ram_at(config, s, request->address, request->size);
    response->id = request->id;
    response->status = MEMORY_OK;
    response->size = 0;
    response->unused = 0;
    if (!ram) {
        response->status = (uint8_t)perform_outside(config, now, p, access);
    } else if (request->write == MEMORY_SWAP) {
        swap_ram(ram, request, response);
    } else if (request->write) {
        write_ram(ram, request);
    } else {
        response->size = request->size;
        memcpy(response->data, ram, MEMORY_LINE_BYTES);
    }
}

/* The access at the head of the line, which is due, leaves it. Its place is not used anew in this step. */
static inline const struct interconnect_access *take_first(struct interconnect *s, cycle_t now)
{
    const struct interconnect_access *access = &s->flight[s->head];
    assert(access->due == now);
    s->head = ring_at(s->head + 1);
    s->next_due = --s->count ? s->flight[s->head].due : CYCLE_NEVER;
    return access;
}

/* The access that is due is performed, but its response's port is busy. */
static void perform_and_wait(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                             struct ports *p)
{
    const struct interconnect_access *access = take_first(s, now);
    struct interconnect_responses *line = &s->responses[access->port];
    assert(line->count < config->outstanding);
    s->waiting |= UINT64_C(1) << access->port;
    perform(config, s, now, p, access, &line->waiting[ring_at(line->head + line->count++)]);
}

static void put_waiting(struct interconnect *s, struct ports *p)
{
    for (uint64_t ports = s->waiting & (~p->tx_valid | p->tx_ready); ports; ports &= ports - 1) {
        unsigned port = (unsigned)__builtin_ctzll(ports);
        struct interconnect_responses *line = &s->responses[port];
        assert(line->count > 0);
        struct memory_response *to = ports_put(p, port);
        *to = line->waiting[line->head];
        line->head = ring_at(line->head + 1);
        free_place(s, port);
        if (--line->count == 0)
            s->waiting &= ~(UINT64_C(1) << port);
    }
}

__attribute__((noinline)) static void change_ready(struct ports *p, uint32_t ready)
{
    for (unsigned port = 0; port < INTERCONNECT_PORTS; port++)
        ports_set_ready(p, port, ready >> port & 1);
}

/* Every port may transfer at the next edge. A port whose responses are not taken runs out of its own places only. */
static inline void say_ready(const struct interconnect_config *config, const struct interconnect *s, struct ports *p)
{
    bool room = s->count + INTERCONNECT_PORTS <= config->outstanding;
    uint32_t ready = room ? ALL_PORTS & ~s->used_up : 0;
    if (p->ready != ready)
        change_ready(p, ready);
}

__attribute__((noinline)) static cycle_t take_one(const struct interconnect_config *config, struct interconnect *s,
                                                  cycle_t now, struct ports *p, unsigned port)
{
    take_request(config, s, now, p->rx[port], port);
    say_ready(config, s, p);
    return s->next_due;
}

/* The access that is due is performed last: what may be called for it then needs nothing saved. */
__attribute__((noinline)) static cycle_t perform_one(const struct interconnect_config *config, struct interconnect *s,
                                                     cycle_t now, struct ports *p)
{
    const struct interconnect_access *access = take_first(s, now);
    free_place(s, access->port);
    say_ready(config, s, p);
    cycle_t next = s->next_due;
    perform(config, s, now, p, access, ports_put(p, access->port));
    return next;
}

static cycle_t next_step(const struct interconnect *s, const struct ports *p, cycle_t now)
{
    cycle_t next = s->next_due;
    for (uint64_t ports = s->waiting; ports; ports &= ports - 1)
        next = cycle_min(next, ports_retry(p, (unsigned)__builtin_ctzll(ports), now));
    return next;
}

/* Any step: what was taken enters the line, responses that waited leave, then the one that is due. */
__attribute__((noinline)) static cycle_t full_step(const struct interconnect_config *config, struct interconnect *s,
                                                   cycle_t now, struct ports *p)
{
    if (s->next_due == 0) /* the first step: edge 0 is no access's time */
        s->next_due = CYCLE_NEVER;
    if (ports_arrived(p))
        take_requests(config, s, now, p, (uint32_t)ports_arrived(p));
    if (s->waiting)
        put_waiting(s, p);
    if (s->next_due <= now) {
        if (ports_can_put(p, s->flight[s->head].port))
            perform_one(config, s, now, p);
        else
            perform_and_wait(config, s, now, p);
    }
    say_ready(config, s, p);
    cycle_t next = next_step(s, p, now);
    assert(next > now);
    return next;
}

/* Nearly every step takes one request or performs one access, with nothing else to do; each of these is a function of
 * its own, so that this one needs no registers saved. */
cycle_t interconnect_step(const struct interconnect_config *config, struct interconnect *s, cycle_t now,
                          struct ports *p)
{
    uint64_t arrived = ports_arrived(p);
    if (arrived) {
        if (s->waiting || s->next_due <= now || (arrived & (arrived - 1)))
            return full_step(config, s, now, p);
        return take_one(config, s, now, p, (unsigned)__builtin_ctzll(arrived));
    }
    if (s->next_due <= now) {
        if (s->waiting || !s->count || !ports_can_put(p, s->flight[s->head].port))
            return full_step(config, s, now, p);
        return perform_one(config, s, now, p);
    }
    if (s->waiting && (s->waiting & (~p->tx_valid | p->tx_ready)))
        return full_step(config, s, now, p);
    return s->next_due;
}
