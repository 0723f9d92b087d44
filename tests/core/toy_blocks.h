/* SPDX-License-Identifier: Apache-2.0
 *
 * Small blocks that put the scheduler under load, and a recorder of its events. They follow the contract of every block
 * (model/core/ports.h): state changes only when something happens, so that extra steps change nothing. They model
 * no hardware. Events: FABRIC_ENTER = an item was put, FABRIC_LEAVE = it arrived, PRISIM_DRIVER_HOLD and
 * PRISIM_DRIVER_RELEASE = a consumer begins and ends a stall; field 0 is the item's number.
 */
#ifndef PRISIM_TESTS_TOY_BLOCKS_H
#define PRISIM_TESTS_TOY_BLOCKS_H

#include "model/core/random.h"
#include "model/core/scheduler.h"

/* The payload of every toy channel; `echo` is the number's complement, so that a torn payload shows. */
struct toy_item {
    uint64_t number;
    uint64_t echo;
};

/* Puts items 0..count-1 on tx port 0: bursts of 1..burst items, one a cycle, with gaps of 1..gap cycles. */
struct toy_producer_config {
    uint64_t seed;
    uint64_t count;
    uint32_t burst;
    uint32_t gap;
};
struct toy_producer {
    struct random_stream random;
    uint64_t sent;
    uint64_t left;      /* of the burst */
    prisim_cycle_t due; /* not before this edge */
};
prisim_cycle_t toy_producer_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports);

/* Takes items from rx port 0: 1..take of them, then a stall of 1..stall cycles. stall 0: always ready. */
struct toy_consumer_config {
    uint64_t seed;
    uint32_t take;
    uint32_t stall;
};
struct toy_consumer {
    struct random_stream random;
    uint64_t received;
    uint64_t left; /* until the next stall */
    prisim_cycle_t resume;
};
prisim_cycle_t toy_consumer_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports);

/* Passes items from rx port 0 to tx port 0: what arrives at n is put at n + latency or, behind a stall, later. */
enum { TOY_RELAY_ROOM = 8 };
struct toy_relay_config {
    uint32_t latency;  /* 1.. */
    bool silent;       /* no events of what it puts */
    bool ahead;        /* silent, and puts ahead of time what it can */
    uint8_t take_back; /* not 0: of that many items put ahead of time it takes one back at its next step, if it can */
};
struct toy_relay {
    uint64_t first, count;
    uint64_t sent;           /* the first item was put ahead of time */
    prisim_cycle_t due_back; /* of the item that was taken back last */
    prisim_cycle_t due[TOY_RELAY_ROOM];
    struct toy_item item[TOY_RELAY_ROOM];
};
prisim_cycle_t toy_relay_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports);

/* Events as a prisim_scheduler_listener delivers them; the record is its context. */
struct toy_record {
    size_t count, room;
    struct prisim_event *event;
    unsigned calls;            /* of the listener */
    bool out_of_order;         /* an event came before an earlier one, or before a lower rank of its edge */
    prisim_cycle_t last_cycle; /* of the last call */
};
void toy_record_events(void *context, const struct prisim_event *events, unsigned count);
void toy_record_free(struct toy_record *record);

/* Index of the first event at which two records differ, or -1 if they are equal. */
long toy_record_difference(const struct toy_record *a, const struct toy_record *b);

/* Number of events of that type, and of those of one instance. */
size_t toy_record_count(const struct toy_record *record, enum prisim_event_type type);

#endif
