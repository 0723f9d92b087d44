/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/pcie_fabric: the fabric's state. A lane is one direction of one link: a ring of TLPs in order, and
 * the time until which its wire is busy. One more lane holds what the root port itself answers to the host.
 */
#ifndef PRISIM_PCIE_FABRIC_STATE_H
#define PRISIM_PCIE_FABRIC_STATE_H

#include "model/pcie_fabric/pcie_fabric.h"

/* Numbers of up lanes: link i is i; then the root port's own. Down lanes: link i is i. */
enum { FABRIC_ROOT_LANE = FABRIC_LINKS_MAX, FABRIC_UP_LANES = FABRIC_LINKS_MAX + 1 };

/* The `link` of events, and the result of routing, where there is none. */
enum { FABRIC_NO_LINK = 255 };

/* Wire time is counted in 1/512 ps: all of PCIE-RATE divided by 1..16 lanes is a whole number of it. */
enum { FABRIC_TICKS_PER_PS = 512 };

/* Where a TLP on an up lane goes: the number of the tx port, or nowhere. */
enum fabric_target {
    FABRIC_TO_SMMU = FABRIC_TX_SMMU,
    FABRIC_TO_HOST = FABRIC_TX_HOST,
    FABRIC_TO_NOBODY,
    FABRIC_ROOT_PORTS = FABRIC_TO_NOBODY
};

struct fabric_slot {
    cycle_t due;     /* the edge at which it reaches its destination's port */
    uint32_t target; /* enum fabric_target; only on up lanes */
    uint32_t unused;
    struct tlp tlp;
    uint64_t padding; /* to a size that is cheap to multiply by */
};
_Static_assert(sizeof(struct fabric_slot) == 128, "a slot is two lines");

/* Its slots are first..end-1. */
struct fabric_lane {
    uint32_t first, end;
    uint32_t head; /* the slot of the TLP that leaves next */
    uint32_t tail; /* the slot of the TLP that comes next */
    uint32_t count;
    uint32_t ticks_per_byte;
    uint32_t delay;      /* cycles from the end of the wire time to the destination's port */
    uint32_t last_ticks; /* part of a cycle that the wire stays busy after edge busy_until */
    cycle_t busy_until;
    uint64_t padding[3]; /* as that of a slot */
};
_Static_assert(sizeof(struct fabric_lane) == 64, "a lane is one line");

struct fabric {
    /* What an idle step reads. */
    cycle_t next; /* the earliest `due` of the flying lanes; 0 before the first step */
    uint64_t
        wants;   /* tx ports for which the first TLP of some lane waits: down lane i for port FABRIC_TX_ENDPOINT + i */
    bool choosy; /* a source may not be heard: some lane is full */

    uint8_t turn[FABRIC_ROOT_PORTS];  /* the lane that last got the SMMU's, the host's port */
    uint64_t wait[FABRIC_ROOT_PORTS]; /* up lanes whose first TLP waits for the SMMU's, the host's port */
    uint64_t up_flying;               /* up lanes whose first TLP is not due yet */
    uint64_t down_flying;             /* the same for down lanes */
    uint64_t down_full;               /* down lanes without room for a TLP of each source */
    uint32_t clock_ticks;             /* of one cycle */
    uint32_t made;                    /* TLPs the root port made */
    uint16_t id[FABRIC_LINKS_MAX];    /* requester ids of the links, side by side */
    struct fabric_lane up[FABRIC_UP_LANES];
    struct fabric_lane down[FABRIC_LINKS_MAX];
    struct fabric_slot slot[]; /* link_tlps per lane */
};

static inline uint64_t fabric_bit(unsigned at)
{
    return UINT64_C(1) << at;
}

/* pcie_fabric_lane.c */
void fabric_lanes_init(const struct fabric_config *config, struct fabric *state);

/* PCIE-RATE: wire time is bytes times the time of a byte over the lanes. What is left of a cycle is kept, so that TLPs
 * sent back to back do not add up roundings. */
static inline cycle_t fabric_lane_send(const struct fabric *state, struct fabric_lane *lane, cycle_t now,
                                       uint32_t wire_bytes)
{
    if (lane->busy_until < now) {
        lane->busy_until = now;
        lane->last_ticks = 0;
    }
    uint64_t ticks = lane->last_ticks + (uint64_t)wire_bytes * lane->ticks_per_byte;
    lane->busy_until += ticks / state->clock_ticks;
    lane->last_ticks = (uint32_t)(ticks % state->clock_ticks);
    return lane->busy_until + (lane->last_ticks != 0) + lane->delay;
}

/* A slot at the end of the lane, `due` set for a TLP taken now; the caller fills in the rest. The lane has room. */
static inline struct fabric_slot *fabric_lane_push(struct fabric *state, struct fabric_lane *lane, cycle_t now,
                                                   uint32_t wire_bytes)
{
    struct fabric_slot *slot = &state->slot[lane->tail];
    assert(lane->count == 0 || lane->tail != lane->head);
    lane->count++;
    lane->tail = lane->tail + 1 < lane->end ? lane->tail + 1 : lane->first;
    slot->due = fabric_lane_send(state, lane, now, wire_bytes);
    assert(slot->due > now);
    return slot;
}

/* The first TLP leaves the lane. */
static inline void fabric_lane_pop(struct fabric_lane *lane)
{
    assert(lane->count > 0);
    lane->count--;
    lane->head = lane->head + 1 < lane->end ? lane->head + 1 : lane->first;
}

static inline struct fabric_slot *fabric_lane_first(struct fabric *state, const struct fabric_lane *lane)
{
    return &state->slot[lane->head];
}

/* The whole TLP: a copy of known size costs less than asking what is in it. */
static inline void fabric_copy(struct tlp *to, const struct tlp *from)
{
    *to = *from;
}

/* pcie_fabric_enter.c: what arrived at this edge enters its lane. */
void fabric_enter(const struct fabric_config *config, struct fabric *state, cycle_t now, struct ports *ports,
                  uint64_t arrived);
/* Who is heard at the next edge, if not everybody. */
void fabric_choose_sources(const struct fabric_config *config, struct fabric *state, struct ports *ports);

/* pcie_fabric_leave.c: what is due and has its port leaves. */
void fabric_leave(const struct fabric_config *config, struct fabric *state, cycle_t now, struct ports *ports);
/* The lanes that may have the SMMU's or the host's port now. */
uint64_t fabric_candidates(const struct fabric *state, const struct ports *ports, unsigned tx);

/* What a TLP names as its destination: an address for memory, an id otherwise. */
static inline uint64_t fabric_destination(const struct tlp_header *head)
{
    if (head->type == TLP_MEMORY_READ || head->type == TLP_MEMORY_WRITE)
        return head->address;
    return tlp_is_completion(head) ? head->requester_id : head->destination_id;
}

#endif
