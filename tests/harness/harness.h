/* SPDX-License-Identifier: Apache-2.0
 *
 * The harness of one block: steps it edge by edge, offers payloads on its rx ports and collects what it puts on its tx
 * ports, by the rules of the edge. It plays the other side of every channel; it is not an engine. What a block's tests
 * need beside it (a memory, a software) is a <block>_harness around this one, its `base`.
 *
 *   harness = harness_open(step, config, state);        every port: harness_rx(harness, PORT, sizeof payload)
 *   harness_offer(harness, PORT, &payload);             published by the next edge, held until taken, in order
 *   harness_edge(harness) / harness_run(harness, n)     one edge / n edges; harness->now is the number of edges done
 *   harness_got(harness, PORT, i)                       the i-th payload that was put on a tx port, or NULL
 *   harness_taken(harness, PORT)                        the next one that was taken there: what a neighbour answers
 */
#ifndef PRISIM_TESTS_HARNESS_HARNESS_H
#define PRISIM_TESTS_HARNESS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/core/ports.h"

typedef prisim_cycle_t (*harness_step)(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports);

enum { HARNESS_QUEUE = 4096, HARNESS_PAYLOAD = 192, HARNESS_EVENTS = 1024, HARNESS_EVENT_PARTS = 64 };

struct harness_put {
    prisim_cycle_t published; /* the edge at which the block put it */
    prisim_cycle_t taken;     /* the edge at which it was taken, or PRISIM_CYCLE_NEVER */
    _Alignas(max_align_t) unsigned char payload[HARNESS_PAYLOAD];
};

struct harness_rx_port {
    size_t size;
    unsigned offered, taken;                   /* how many so far */
    bool shown;                                /* valid is published */
    prisim_cycle_t *taken_at;                  /* HARNESS_QUEUE of them, as of a port that is declared; */
    unsigned char (*payload)[HARNESS_PAYLOAD]; /* and as many of these, once it was offered one */
};

struct harness_tx_port {
    size_t size;
    bool ready; /* what the harness publishes; true until harness_ready says otherwise */
    unsigned count;
    unsigned seen; /* given out by harness_taken */
    _Alignas(max_align_t) unsigned char slot[HARNESS_PAYLOAD];
    struct harness_put *put; /* HARNESS_QUEUE of them, once the block put one */
};

struct harness {
    harness_step step;
    const void *config;
    void *state;
    prisim_cycle_t now;  /* number of the next edge */
    prisim_cycle_t next; /* what the last step returned */
    /* The block is stepped only when an engine must: at the edge it asked for, or when a channel of it changed
     * (model/core/scheduler.h). Who sees the same as with every step has shown that idle steps change nothing, and that
     * no needed step goes unasked for. */
    bool leap;
    unsigned steps;                /* how often it was stepped */
    uint64_t old_valid, old_ready; /* rx valid but for what arrived, tx ready; of the edge before */
    struct prisim_ports ports;
    struct prisim_probe probe;
    unsigned events;
    struct prisim_event *event[HARNESS_EVENT_PARTS]; /* HARNESS_EVENTS each, which stay where they are */
    struct harness_rx_port rx[PRISIM_PORTS_MAX];
    struct harness_tx_port tx[PRISIM_PORTS_MAX];
};

/* A harness on the heap, with all its ports unused. `state` is initialised by the caller. */
struct harness *harness_open(harness_step step, const void *config, void *state);
void harness_close(struct harness *harness);

/* Forgets what was offered and put: only of a block at rest, whose ports are all idle. */
void harness_forget(struct harness *harness);

/* A zeroed block that is often taken and given back, in the same size: a harness's memory. Who gives it back has zeroed
 * what was written. Not for a block's state, whose bounds and life the sanitizers are to see. */
void *harness_room(size_t size);
void harness_room_back(void *room, size_t size);

/* Declares a port that the block uses, and the size of its payload; or the first ports of either kind. */
void harness_rx(struct harness *harness, unsigned port, size_t size);
void harness_tx(struct harness *harness, unsigned port, size_t size);
void harness_ports(struct harness *harness, const size_t *rx, unsigned rx_ports, const size_t *tx, unsigned tx_ports);

/* Appends a payload to what the harness offers on an rx port; copies it. */
void harness_offer(struct harness *harness, unsigned port, const void *payload);

/* What the harness publishes as ready for a tx port from now on. */
void harness_ready(struct harness *harness, unsigned port, bool ready);

void harness_edge(struct harness *harness);
void harness_run(struct harness *harness, prisim_cycle_t edges);

/* Runs until the tx port got its n-th payload (counted from 1) or `limit` edges passed; true if it came. */
bool harness_until(struct harness *harness, unsigned port, unsigned n, prisim_cycle_t limit);

/* The i-th payload put on a tx port, or NULL; and the edge it was published at, or PRISIM_CYCLE_NEVER. */
const void *harness_got(const struct harness *harness, unsigned port, unsigned i);
prisim_cycle_t harness_got_at(const struct harness *harness, unsigned port, unsigned i);

/* The next payload of a tx port that has been taken, each once; NULL if there is none. */
const void *harness_taken(struct harness *harness, unsigned port);

/* The event number i, below harness->events. */
const struct prisim_event *harness_event_at(const struct harness *harness, unsigned i);

/* The same events, at the same cycles. */
bool harness_events_equal(const struct harness *left, const struct harness *right);

/* The n-th event of a type (counted from 0), or NULL; how many there were. */
const struct prisim_event *harness_event(const struct harness *harness, enum prisim_event_type type, unsigned n);
unsigned harness_events(const struct harness *harness, enum prisim_event_type type);
/* The event has as many fields, with these values. */
bool harness_fields_are(const struct prisim_event *event, const uint64_t *expected, size_t bytes);

#endif
