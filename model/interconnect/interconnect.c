/* SPDX-License-Identifier: Apache-2.0
 *
 * One edge of the interconnect: requests that were taken get their place in the order of accesses, the access that is
 * due is performed, responses leave.
 */
#include "model/interconnect/interconnect_state.h"

enum { ALL_PORTS = (1 << PRISIM_INTERCONNECT_PORTS) - 1 };

/* The place that the next entry of a ring gets; there is one. */
static inline uint32_t ring_end(const struct prisim_interconnect_config *config, const struct interconnect_ring *ring)
{
    uint32_t at = ring->head + ring->count;
    assert(ring->count < config->outstanding);
    return at < config->outstanding ? at : at - config->outstanding;
}

/* The first entry leaves, and its place is zero from then on. */
static inline void ring_leave(const struct prisim_interconnect_config *config, struct prisim_interconnect *s,
                              struct interconnect_ring *ring, void *first, size_t bytes)
{
    prisim_touch(&s->touched, first, bytes);
    memset(first, 0, bytes);
    ring->head = --ring->count && ring->head + 1 < config->outstanding ? ring->head + 1 : 0;
}

/* A response was put: its place is free. */
static inline void free_place(struct prisim_interconnect *s, unsigned port)
{
    s->places--;
    s->reserved[port]--;
}

/* One access is performed per edge: it is due after `latency`, and not before the edge after the one that came before
 * it. */
static inline prisim_cycle_t next_place_in_time(const struct prisim_interconnect_config *config,
                                                struct prisim_interconnect *s, prisim_cycle_t now)
{
    return s->last_due = prisim_cycle_max(s->last_due + 1, now + config->latency);
}

/* A copy of the whole request costs less than asking what is in it. */
static inline void take_request(const struct prisim_interconnect_config *config, struct prisim_interconnect *s,
                                prisim_cycle_t now, const struct prisim_memory_request *request, unsigned port)
{
    struct interconnect_access *access = &s->flight[ring_end(config, &s->line)];
    assert(s->reserved[port] < config->outstanding);
    s->places++;
    s->reserved[port]++;
    prisim_touch(&s->touched, access, sizeof *access);
    access->due = next_place_in_time(config, s, now);
    if (s->line.count++ == 0)
        s->next_due = access->due;
    access->port = port;
    access->request = *request;
}

/* Round robin: of the ports that transfer at one edge, the order starts at `turn`. Who was first among several is last
 * the next time. */
static void take_requests(const struct prisim_interconnect_config *config, struct prisim_interconnect *s,
                          prisim_cycle_t now, const struct prisim_ports *p, uint32_t arrived)
{
    uint32_t early = arrived & ~((UINT32_C(1) << s->turn) - 1);
    unsigned first = (unsigned)__builtin_ctz(early ? early : arrived);
    if (arrived & (arrived - 1))
        s->turn = (first + 1) % PRISIM_INTERCONNECT_PORTS;
    for (unsigned i = first; i < first + PRISIM_INTERCONNECT_PORTS; i++) {
        unsigned port = i % PRISIM_INTERCONNECT_PORTS;
        if (arrived >> port & 1)
            take_request(config, s, now, p->rx[port], port);
    }
}

static bool rings_doorbell(const struct prisim_interconnect_config *config, const struct prisim_memory_request *request)
{
    uint64_t offset = request->address - config->doorbell_base;
    return offset < DOORBELL_BYTES && request->write == PRISIM_MEMORY_WRITE && request->size == DOORBELL_ACCESS_BYTES &&
           request->address % PRISIM_MEMORY_LINE_BYTES <= PRISIM_MEMORY_LINE_BYTES - DOORBELL_ACCESS_BYTES;
}

/* The doorbell's interrupt can be put ahead of time, if nobody wants to hear of it. */
static bool can_ring_at(const struct prisim_ports *p)
{
    return prisim_ports_can_put_at(p, PRISIM_INTERCONNECT_TX_INTERRUPT) &&
           !prisim_probe_wants(p->probe, PRISIM_EVENT_INTERCONNECT_INTERRUPT);
}

static void ring_at_edge(struct prisim_ports *p, prisim_cycle_t edge, const struct prisim_memory_request *request)
{
    struct prisim_interrupt *interrupt = prisim_ports_put_at(p, PRISIM_INTERCONNECT_TX_INTERRUPT, edge);
    memcpy(&interrupt->data, request->data, sizeof interrupt->data);
}

static void ring(struct prisim_ports *p, prisim_cycle_t now, const struct prisim_memory_request *request)
{
    struct prisim_interrupt *interrupt = prisim_ports_put(p, PRISIM_INTERCONNECT_TX_INTERRUPT);
    memcpy(&interrupt->data, request->data, sizeof interrupt->data);
    PRISIM_PROBE(p, now, interconnect_interrupt, .data = interrupt->data);
}

/* As memory_port.h has it: inside a line, and no swap of another size, no operation without a name. */
static inline bool is_possible(const struct prisim_memory_request *request)
{
    if (request->write > PRISIM_MEMORY_WRITE &&
        (request->write != PRISIM_MEMORY_SWAP || request->size != PRISIM_MEMORY_SWAP_BYTES))
        return false;
    return request->size != 0 &&
           request->address % PRISIM_MEMORY_LINE_BYTES + request->size <= PRISIM_MEMORY_LINE_BYTES;
}

/* Of an access that no RAM was found for: it is for RAM, but all pages that there may be are in use. */
static bool needs_a_page(const struct prisim_interconnect_config *config, const struct prisim_memory_request *request)
{
    const struct memory_map map = interconnect_map(config);
    return is_possible(request) && memory_map_has(&map, request->address);
}

/* What is not RAM, and a write to RAM for which there is no page. Returns the response's status. */
__attribute__((noinline)) static enum prisim_memory_status
perform_outside(const struct prisim_interconnect_config *config, prisim_cycle_t now, struct prisim_ports *p,
                const struct interconnect_access *access)
{
    const struct prisim_memory_request *request = &access->request;
    if (rings_doorbell(config, request)) {
        ring(p, now, request);
        return PRISIM_MEMORY_OK;
    }
    if (needs_a_page(config, request))
        PRISIM_PROBE(p, now, interconnect_full, .port = access->port, .address = request->address);
    PRISIM_PROBE(p, now, interconnect_abort, .port = access->port, .address = request->address,
                 .write = request->write != PRISIM_MEMORY_READ);
    return PRISIM_MEMORY_ABORT;
}

__attribute__((noinline)) static void write_bytes(uint8_t *ram, const struct prisim_memory_request *request)
{
    memcpy(ram, request->data, request->size);
}

/* The usual sizes by name: a copy of known size is two instructions. */
static inline void write_ram(uint8_t *ram, const struct prisim_memory_request *request)
{
    if (request->size == 8)
        memcpy(ram, request->data, 8);
    else if (request->size == 16)
        memcpy(ram, request->data, 16);
    else
        write_bytes(ram, request);
}

/* What was there stands in the response. */
__attribute__((noinline)) static void swap_ram(uint8_t *ram, const struct prisim_memory_request *request,
                                               struct prisim_memory_response *response)
{
    assert(request->size == PRISIM_MEMORY_SWAP_BYTES);
    response->size = 8;
    memcpy(response->data, ram, 8);
    if (memcmp(ram, request->data + 8, 8) == 0)
        memcpy(ram, request->data, 8);
}

/* Reads or writes. Fills in the whole response, but for data bytes that mean nothing. */
static inline void perform_in_ram(uint8_t *ram, const struct prisim_memory_request *request,
                                  struct prisim_memory_response *response)
{
    response->id = request->id;
    response->status = PRISIM_MEMORY_OK;
    response->size = 0;
    response->unused = 0;
    if (request->write == PRISIM_MEMORY_SWAP) {
        swap_ram(ram, request, response);
    } else if (request->write) {
        write_ram(ram, request);
    } else {
        response->size = request->size;
        memcpy(response->data, ram, PRISIM_MEMORY_LINE_BYTES);
    }
}

static inline void answer_outside(const struct prisim_memory_request *request, enum prisim_memory_status status,
                                  struct prisim_memory_response *response)
{
    response->id = request->id;
    response->status = (uint8_t)status;
    response->size = 0;
    response->unused = 0;
}

/* Where an access stands whose page was not used lately, or NULL if it is not for RAM or no page is left for it. */
__attribute__((noinline)) static uint8_t *find_page(const struct prisim_interconnect_config *config,
                                                    struct prisim_interconnect *s,
                                                    const struct prisim_memory_request *request)
{
    const struct memory_map map = interconnect_map(config);
    struct sparse_memory *memory = interconnect_memory(s);
    uint32_t pages = memory->pages;
    uint8_t *ram = sparse_memory_access(memory, &map, request);
    prisim_touch(&s->touched, memory, offsetof(struct sparse_memory, page));
    if (memory->pages != pages) /* another page leads to it now */
        prisim_touch_everything(&s->touched);
    return ram;
}

/* Where an access to RAM stands; it lies in a line, so that none straddles pages. NULL if it is not for RAM or
 * memory_port.h does not have it, or no page is left for it. */
static inline uint8_t *find_in_ram(const struct prisim_interconnect_config *config, struct prisim_interconnect *s,
                                   const struct prisim_memory_request *request)
{
    if (!is_possible(request))
        return NULL;
    uint8_t *ram = sparse_memory_recent(interconnect_memory(s), request->address);
    ram = ram ? ram : find_page(config, s, request);
    if (ram && request->write != PRISIM_MEMORY_READ)
        prisim_touch(&s->touched, ram, request->size);
    return ram;
}

static inline void perform(const struct prisim_interconnect_config *config, struct prisim_interconnect *s,
                           prisim_cycle_t now, struct prisim_ports *p, const struct interconnect_access *access,
                           struct prisim_memory_response *response)
{
    const struct prisim_memory_request *request = &access->request;
    uint8_t *ram = find_in_ram(config, s, request);
    if (ram)
        perform_in_ram(ram, request, response);
    else
        answer_outside(request, perform_outside(config, now, p, access), response);
}

/* The access at the head of the line, which is due. */
static inline const struct interconnect_access *first_of_line(const struct prisim_interconnect *s, prisim_cycle_t now)
{
    const struct interconnect_access *access = &s->flight[s->line.head];
    assert(s->line.count > 0 && access->due == now);
    return access;
}

static inline void leave_line(const struct prisim_interconnect_config *config, struct prisim_interconnect *s)
{
    ring_leave(config, s, &s->line, &s->flight[s->line.head], sizeof s->flight[0]);
    s->next_due = s->line.count ? s->flight[s->line.head].due : PRISIM_CYCLE_NEVER;
}

/* Accesses are performed in the order of arbitration, and nothing else is seen of when: so one that has none before it
 * in the line can be performed as soon as it is taken, and its response put ahead of time. False if it must wait. */
static inline bool perform_ahead(const struct prisim_interconnect_config *config, struct prisim_interconnect *s,
                                 prisim_cycle_t now, struct prisim_ports *p,
                                 const struct prisim_memory_request *request, unsigned port)
{
    if (s->line.count || !prisim_ports_can_put_at(p, port))
        return false;
    uint8_t *ram = find_in_ram(config, s, request);
    if (!ram && !(rings_doorbell(config, request) && can_ring_at(p)))
        return false;
    prisim_cycle_t due = next_place_in_time(config, s, now);
    struct prisim_memory_response *response = prisim_ports_put_at(p, port, due);
    if (ram) {
        perform_in_ram(ram, request, response);
    } else {
        ring_at_edge(p, due, request);
        answer_outside(request, PRISIM_MEMORY_OK, response);
    }
    return true;
}

/* Ports with an access that was performed ahead of time and is not due yet: it is in flight. */
static inline uint32_t in_flight_ahead(const struct prisim_ports *p, prisim_cycle_t now)
{
    uint32_t in_flight = 0;
    for (uint32_t left = (uint32_t)p->later & ALL_PORTS; left; left &= left - 1)
        if (p->at[(size_t)__builtin_ctz(left)] > now)
            in_flight |= left & -left;
    return in_flight;
}

/* The access that is due is performed, but its response's port is busy. */
static void perform_and_wait(const struct prisim_interconnect_config *config, struct prisim_interconnect *s,
                             prisim_cycle_t now, struct prisim_ports *p)
{
    const struct interconnect_access *access = first_of_line(s, now);
    struct interconnect_ring *ring = &s->responses[access->port];
    s->waiting |= UINT64_C(1) << access->port;
    struct prisim_memory_response *response = &interconnect_waiting(config, s, access->port)[ring_end(config, ring)];
    prisim_touch(&s->touched, response, sizeof *response);
    perform(config, s, now, p, access, response);
    ring->count++;
    leave_line(config, s);
}

static void put_waiting(const struct prisim_interconnect_config *config, struct prisim_interconnect *s,
                        struct prisim_ports *p)
{
    for (uint64_t ports = s->waiting & (~p->tx_valid | p->tx_ready); ports; ports &= ports - 1) {
        unsigned port = (unsigned)__builtin_ctzll(ports);
        struct interconnect_ring *ring = &s->responses[port];
        struct prisim_memory_response *first = &interconnect_waiting(config, s, port)[ring->head];
        assert(ring->count > 0);
        struct prisim_memory_response *to = prisim_ports_put(p, port);
        *to = *first;
        ring_leave(config, s, ring, first, sizeof *first);
        free_place(s, port);
        if (ring->count == 0)
            s->waiting &= ~(UINT64_C(1) << port);
    }
}

__attribute__((noinline)) static void change_ready(struct prisim_ports *p, uint32_t ready)
{
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++)
        prisim_ports_set_ready(p, port, ready >> port & 1);
}

/* Every port may transfer at the next edge. A port whose responses are not taken runs out of its own places only.
 * Returns the next step: the next access in the line and, while a port must wait for room, the end of any access. */
__attribute__((noinline)) static prisim_cycle_t say_exactly(const struct prisim_interconnect_config *config,
                                                            const struct prisim_interconnect *s, prisim_cycle_t now,
                                                            struct prisim_ports *p)
{
    uint32_t ahead = in_flight_ahead(p, now), ready = 0;
    bool room = s->line.count + (unsigned)__builtin_popcount(ahead) + PRISIM_INTERCONNECT_PORTS <= config->outstanding;
    prisim_cycle_t next = s->next_due;
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++)
        ready |= (uint32_t)(room && s->reserved[port] + (ahead >> port & 1) < config->outstanding) << port;
    change_ready(p, ready);
    if (ready != ALL_PORTS)
        for (; ahead; ahead &= ahead - 1)
            next = prisim_cycle_min(next, p->at[(size_t)__builtin_ctz(ahead)]);
    return next;
}

/* With room for whatever may be in flight or transfer, nothing needs to be counted. */
static inline prisim_cycle_t say_ready(const struct prisim_interconnect_config *config,
                                       const struct prisim_interconnect *s, prisim_cycle_t now, struct prisim_ports *p)
{
    if (s->places + 2 * PRISIM_INTERCONNECT_PORTS <= config->outstanding && p->ready == ALL_PORTS)
        return s->next_due;
    return say_exactly(config, s, now, p);
}

__attribute__((noinline)) static prisim_cycle_t take_one(const struct prisim_interconnect_config *config,
                                                         struct prisim_interconnect *s, prisim_cycle_t now,
                                                         struct prisim_ports *p, unsigned port)
{
    const struct prisim_memory_request *request = p->rx[port];
    if (!perform_ahead(config, s, now, p, request, port))
        take_request(config, s, now, request, port);
    return say_ready(config, s, now, p);
}

/* The access that is due is performed, and its response put. */
__attribute__((noinline)) static prisim_cycle_t perform_one(const struct prisim_interconnect_config *config,
                                                            struct prisim_interconnect *s, prisim_cycle_t now,
                                                            struct prisim_ports *p)
{
    const struct interconnect_access *access = first_of_line(s, now);
    free_place(s, access->port);
    perform(config, s, now, p, access, prisim_ports_put(p, access->port));
    leave_line(config, s);
    return say_ready(config, s, now, p);
}

/* Any step: what was taken enters the line, responses that waited leave, then the one that is due. */
__attribute__((noinline)) static prisim_cycle_t full_step(const struct prisim_interconnect_config *config,
                                                          struct prisim_interconnect *s, prisim_cycle_t now,
                                                          struct prisim_ports *p)
{
    if (s->next_due == 0) /* the first step: edge 0 is no access's time */
        s->next_due = PRISIM_CYCLE_NEVER;
    if (prisim_ports_arrived(p))
        take_requests(config, s, now, p, (uint32_t)prisim_ports_arrived(p));
    if (s->waiting)
        put_waiting(config, s, p);
    if (s->next_due <= now) {
        if (prisim_ports_can_put(p, s->flight[s->line.head].port))
            perform_one(config, s, now, p);
        else
            perform_and_wait(config, s, now, p);
    }
    prisim_cycle_t next = say_ready(config, s, now, p);
    for (uint64_t ports = s->waiting; ports; ports &= ports - 1)
        next = prisim_cycle_min(next, prisim_ports_retry(p, (unsigned)__builtin_ctzll(ports), now));
    assert(next > now);
    return next;
}

/* Nearly every step takes one request or performs one access, with nothing else to do; each of these is a function of
 * its own, so that this one needs no registers saved. */
prisim_cycle_t prisim_interconnect_step(const struct prisim_interconnect_config *config, struct prisim_interconnect *s,
                                        prisim_cycle_t now, struct prisim_ports *p)
{
    uint64_t arrived = prisim_ports_arrived(p);
    if (arrived) {
        if (s->waiting || s->next_due <= now || (arrived & (arrived - 1)))
            return full_step(config, s, now, p);
        return take_one(config, s, now, p, (unsigned)__builtin_ctzll(arrived));
    }
    if (s->next_due <= now) {
        if (s->waiting || !s->line.count || !prisim_ports_can_put(p, s->flight[s->line.head].port))
            return full_step(config, s, now, p);
        return perform_one(config, s, now, p);
    }
    if (s->waiting && (s->waiting & (~p->tx_valid | p->tx_ready)))
        return full_step(config, s, now, p);
    if (p->rx_ready != ALL_PORTS && in_flight_ahead(p, now - 1))
        return full_step(config, s, now, p);
    return s->next_due;
}
