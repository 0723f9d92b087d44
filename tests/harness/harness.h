/* SPDX-License-Identifier: Apache-2.0
 *
 * A bench for one block: steps it edge by edge, offers payloads on its rx ports and collects what it puts on its tx
 * ports, by the rules of the edge. It plays the other side of every channel; it is not an engine.
 *
 *   rig_open(&rig, step, config, state);          every rx port: rig_rx(&rig, PORT, sizeof payload)
 *   rig_offer(&rig, PORT, &payload);              published by the next edge, held until taken, in order
 *   rig_edge(&rig) / rig_run(&rig, n)             one edge / n edges; rig.now is the number of edges done
 *   rig_got(&rig, PORT, i)                        the i-th payload that was put on a tx port, or NULL
 */
#ifndef PRISIM_RIG_H
#define PRISIM_RIG_H

#include <stdbool.h>
#include <stddef.h>

#include "model/core/ports.h"

typedef cycle_t (*rig_step)(const void *config, void *state, cycle_t now, struct ports *ports);

enum { RIG_QUEUE = 4096, RIG_PAYLOAD = 192, RIG_EVENTS = 65536 };

struct rig_put {
    cycle_t published; /* the edge at which the block put it */
    cycle_t taken;     /* the edge at which it was taken, or CYCLE_NEVER */
    unsigned char payload[RIG_PAYLOAD];
};

struct rig_rx_port {
    size_t size;
    unsigned offered, taken; /* how many so far */
    bool shown;              /* valid is published */
    cycle_t taken_at[RIG_QUEUE];
    unsigned char payload[RIG_QUEUE][RIG_PAYLOAD];
};

struct rig_tx_port {
    size_t size;
    bool ready; /* what the rig publishes; true until rig_ready says otherwise */
    unsigned count;
    unsigned char slot[RIG_PAYLOAD];
    struct rig_put put[RIG_QUEUE];
};

struct rig {
    rig_step step;
    const void *config;
    void *state;
    cycle_t now;  /* number of the next edge */
    cycle_t next; /* what the last step returned */
    struct ports ports;
    struct probe probe;
    unsigned events;
    struct event event[RIG_EVENTS];
    struct rig_rx_port rx[PORTS_MAX];
    struct rig_tx_port tx[PORTS_MAX];
};

/* A rig on the heap, with all its ports unused. `state` is initialised by the caller. */
struct rig *rig_open(rig_step step, const void *config, void *state);
void rig_close(struct rig *rig);

/* Declares a port that the block uses, and the size of its payload. */
void rig_rx(struct rig *rig, unsigned port, size_t size);
void rig_tx(struct rig *rig, unsigned port, size_t size);

/* Appends a payload to what the rig offers on an rx port; copies it. */
void rig_offer(struct rig *rig, unsigned port, const void *payload);

/* What the rig publishes as ready for a tx port from now on. */
void rig_ready(struct rig *rig, unsigned port, bool ready);

void rig_edge(struct rig *rig);
void rig_run(struct rig *rig, cycle_t edges);

/* Runs until the tx port got its n-th payload (counted from 1) or `limit` edges passed; true if it came. */
bool rig_until(struct rig *rig, unsigned port, unsigned n, cycle_t limit);

/* The i-th payload put on a tx port, or NULL; and the edge it was published at, or CYCLE_NEVER. */
const void *rig_got(const struct rig *rig, unsigned port, unsigned i);
cycle_t rig_got_at(const struct rig *rig, unsigned port, unsigned i);

/* The n-th event of a type (counted from 0), or NULL; how many there were. */
const struct event *rig_event(const struct rig *rig, enum event_type type, unsigned n);
unsigned rig_events(const struct rig *rig, enum event_type type);
/* The event has as many fields, with these values. */
bool rig_fields_are(const struct event *event, const uint64_t *expected, size_t bytes);

#endif
