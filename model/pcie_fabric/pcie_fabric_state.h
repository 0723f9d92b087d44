/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/pcie_fabric: the fabric's state. A direction is one direction of one link: a ring of TLPs in the
 * order of the wire, and the time until which the wire is busy. One more direction holds what the root port itself
 * answers to the host. The three classes of PCIE-ORDER-8 share the ring; each has a place of its own in it.
 *
 * Most directions are FIFOs: where none of their TLPs can be held up alone, nobody has to pass. One that holds what can
 * be held up, or what need not wait for it, is *loose*: all of its TLPs are looked at (pcie_fabric_pass.c).
 */
#ifndef PRISIM_PCIE_FABRIC_STATE_H
#define PRISIM_PCIE_FABRIC_STATE_H

#include "model/core/touched.h"
#include "model/pcie/tlp_order.h"
#include "model/pcie_fabric/pcie_fabric.h"

/* The `link` of events, and the result of routing, where there is none. */
enum { FABRIC_NO_LINK = 255 };

/* Wire time is counted in 1/512 ps: all of PCIE-RATE divided by 1..16 lanes is a whole number of it. */
enum { FABRIC_TICKS_PER_PS = 512 };

/* Where a TLP on an up direction goes: the number of the tx port, or nowhere. */
enum fabric_target {
    FABRIC_TO_SMMU = PRISIM_FABRIC_TX_SMMU,
    FABRIC_TO_HOST = PRISIM_FABRIC_TX_HOST,
    FABRIC_TO_NOBODY,
    FABRIC_ROOT_PORTS = FABRIC_TO_NOBODY
};

/* What a TLP counts as: its class, and what the host posts apart from what the SMMU does. */
enum fabric_kind {
    FABRIC_POSTED = PRISIM_TLP_POSTED,
    FABRIC_NONPOSTED = PRISIM_TLP_NONPOSTED,
    FABRIC_COMPLETION = PRISIM_TLP_COMPLETIONS,
    FABRIC_HOST_POSTED,
    FABRIC_KINDS
};

struct fabric_entry {
    prisim_cycle_t due; /* the edge at which it reaches its destination's port */
    uint8_t target;     /* enum fabric_target; only on up directions */
    uint8_t kind;       /* enum fabric_kind */
    uint8_t passable;   /* a fault: whatever comes behind it passes it */
    uint8_t unused[5];
    struct prisim_tlp tlp;
    uint64_t padding; /* to a size that is cheap to multiply by */
};
_Static_assert(sizeof(struct fabric_entry) == 128, "an entry is two lines");
enum { FABRIC_ENTRY_LINES = 2, FABRIC_ROOT_ENTRY_LINES = 1 }; /* what the root port makes has 4 bytes of data */
_Static_assert(offsetof(struct fabric_entry, tlp.data) <= PRISIM_TOUCHED_LINE, "a header is in the first line");

/* Its entries are first..end-1: lines counted from prisim_fabric.direction. */
struct fabric_direction {
    uint32_t first, end;
    uint32_t head; /* the entry of the TLP that leaves next */
    uint32_t tail; /* the entry of the TLP that comes next */
    uint32_t count;
    uint32_t ticks_per_byte;
    uint32_t delay;      /* cycles from the end of the wire time to the destination's port */
    uint32_t last_ticks; /* part of a cycle that the wire stays busy after edge busy_until */
    prisim_cycle_t busy_until;
    uint32_t lines;              /* of an entry */
    uint16_t held[FABRIC_KINDS]; /* of its TLPs, by kind */
    uint16_t asked;              /* down: non-posted requests that the function has */
    uint16_t unused[5];
};
_Static_assert(sizeof(struct fabric_direction) == PRISIM_TOUCHED_LINE, "a direction is one line");

/* What software has written to the root port (pcie_fabric_root_port.c). */
enum { FABRIC_ROOT_PORT_KEPT = 10, FABRIC_ROOT_PORT_DATA = 4 };
struct fabric_root_port {
    uint32_t kept[FABRIC_ROOT_PORT_KEPT];
    uint32_t unused[6];
};
_Static_assert(sizeof(struct fabric_root_port) == PRISIM_TOUCHED_LINE, "it is one line");
_Static_assert(offsetof(struct fabric_entry, tlp.data) + FABRIC_ROOT_PORT_DATA <= PRISIM_TOUCHED_LINE,
               "a register's value is in the first line");

/* Written by almost every step; then the root port, directions and entries, which are touched when they are written
 * (model/core/touched.h). An entry that was left is zero, and a direction that gets empty begins at its first again. */
struct prisim_fabric {
    struct prisim_touched touched;

    /* What an idle step reads. */
    prisim_cycle_t next; /* the earliest `due` of the directions in flight; 0 before the first step */
    uint64_t wants;      /* tx ports for which the first TLP of some direction waits: down direction i for port
                            PRISIM_FABRIC_TX_ENDPOINT + i */
    bool back_pressure;  /* a source's TLP may not be taken: some direction is full */

    uint8_t links;
    uint8_t turn[FABRIC_ROOT_PORTS];  /* the direction that last got the SMMU's, the host's port */
    uint32_t clock_ticks;             /* of one cycle */
    uint64_t wait[FABRIC_ROOT_PORTS]; /* up directions whose first TLP waits for the SMMU's, the host's port */
    uint64_t up_in_flight;            /* up directions whose first TLP is not due yet */
    uint64_t down_in_flight;          /* the same for down directions */
    uint64_t loose_up, loose_down; /* directions whose TLPs are all looked at; no other mask of first TLPs has them */
    uint64_t up_full;              /* up directions without room for whatever comes */
    uint64_t full_of_smmu;         /* down directions without room for whatever comes from the SMMU */
    uint64_t full_of_host;         /* the same, from the host */
    uint64_t draws;                /* state of the random stream of waiting times */
    uint32_t made;                 /* TLPs the root port made */
    uint16_t smmu_asked;           /* non-posted requests that the SMMU has, or that stand at its port */
    uint8_t stands;                /* enum fabric_kind: what was put last on the SMMU's port */
    bool all_loose;                /* every direction is */
    uint16_t id[PRISIM_FABRIC_LINKS_MAX];    /* requester ids of the links, side by side */
    prisim_cycle_t fault_at;                 /* when the next link goes down or up */
    uint32_t seen[PRISIM_FABRIC_FAULTS_MAX]; /* of each fault the TLPs that counted; of a link, 1: it happened */
    uint32_t isolated;                       /* links that are down */
    bool faults;                             /* the configuration has some, or a stimulus came */
    uint8_t unused[3];
    uint64_t strays; /* up directions that had a TLP to nobody: it says only where to look */
    uint64_t judged; /* full up directions whose endpoint offers what has no room, until one leaves: as strays */
    uint64_t to_a_line[2];

    struct fabric_root_port root_port;

    /* Up directions: link i is i, then the root port's own, `links`. Then the down directions, link i at links + 1 + i;
     * then the entries of all of them, in their order. */
    struct fabric_direction direction[];
};
_Static_assert(sizeof(struct prisim_fabric) % PRISIM_TOUCHED_LINE == 0 &&
                   offsetof(struct prisim_fabric, root_port) % PRISIM_TOUCHED_LINE == 0,
               "what is touched begins with a line");

/* Its number is that of an up direction. */
static inline unsigned fabric_root_direction(const struct prisim_fabric *state)
{
    return state->links;
}

static inline struct fabric_direction *fabric_down(struct prisim_fabric *state, unsigned link)
{
    return &state->direction[state->links + 1u + link];
}

static inline const struct fabric_entry *fabric_entry_at(const struct prisim_fabric *state, uint32_t line)
{
    return (const struct fabric_entry *)(const void *)&state->direction[line];
}

static inline uint64_t fabric_bit(unsigned at)
{
    return UINT64_C(1) << at;
}

/* Places of a direction: classes that share some have one each for themselves beside (pcie_fabric_ready.c). */
static inline uint32_t fabric_up_entries(const struct prisim_fabric_config *config)
{
    return config->link_tlps + PRISIM_TLP_CLASSES - 1;
}

static inline uint32_t fabric_down_entries(const struct prisim_fabric_config *config)
{
    return config->link_tlps + 1 + config->smmu_tlps + 1;
}

/* pcie_fabric_direction.c */
void fabric_directions_init(const struct prisim_fabric_config *config, struct prisim_fabric *state);

/* PCIE-RATE: wire time is bytes times the time of a byte over the lanes. What is left of a cycle is kept, so that TLPs
 * sent back to back do not add up roundings. */
static inline prisim_cycle_t fabric_direction_send(const struct prisim_fabric *state,
                                                   struct fabric_direction *direction, prisim_cycle_t now,
                                                   uint32_t wire_bytes)
{
    if (direction->busy_until < now) {
        direction->busy_until = now;
        direction->last_ticks = 0;
    }
    uint64_t ticks = direction->last_ticks + (uint64_t)wire_bytes * direction->ticks_per_byte;
    direction->busy_until += ticks / state->clock_ticks;
    direction->last_ticks = (uint32_t)(ticks % state->clock_ticks);
    return direction->busy_until + (direction->last_ticks != 0) + direction->delay;
}

/* An entry at the end of the direction, `due` set for a TLP taken now; the caller fills in the rest. The direction has
 * room. */
static inline struct fabric_entry *fabric_direction_push(struct prisim_fabric *state,
                                                         struct fabric_direction *direction, prisim_cycle_t now,
                                                         uint32_t wire_bytes, unsigned kind)
{
    struct fabric_entry *entry = (struct fabric_entry *)(void *)&state->direction[direction->tail];
    assert(direction->count == 0 || direction->tail != direction->head);
    prisim_touch(&state->touched, direction, sizeof *direction);
    prisim_touch(&state->touched, entry, (size_t)direction->lines * PRISIM_TOUCHED_LINE);
    direction->count++;
    direction->held[kind]++;
    direction->tail += direction->lines;
    if (direction->tail == direction->end)
        direction->tail = direction->first;
    entry->kind = (uint8_t)kind;
    entry->due = fabric_direction_send(state, direction, now, wire_bytes);
    assert(entry->due > now);
    return entry;
}

/* The first TLP leaves the direction. */
static inline void fabric_direction_pop(struct prisim_fabric *state, struct fabric_direction *direction)
{
    const size_t bytes = (size_t)direction->lines * PRISIM_TOUCHED_LINE;
    struct fabric_entry *entry = (struct fabric_entry *)(void *)&state->direction[direction->head];
    assert(direction->count > 0 && direction->held[entry->kind] > 0);
    prisim_touch(&state->touched, direction, sizeof *direction);
    prisim_touch(&state->touched, entry, bytes);
    direction->held[entry->kind]--;
    state->judged = 0;
    memset(entry, 0, bytes);
    direction->head += direction->lines;
    if (--direction->count == 0)
        direction->head = direction->tail = direction->first;
    else if (direction->head == direction->end)
        direction->head = direction->first;
}

static inline const struct fabric_entry *fabric_direction_first(const struct prisim_fabric *state,
                                                                const struct fabric_direction *direction)
{
    return fabric_entry_at(state, direction->head);
}

/* The whole TLP: a copy of known size costs less than asking what is in it. */
static inline void fabric_copy(struct prisim_tlp *to, const struct prisim_tlp *from)
{
    *to = *from;
}

/* pcie_fabric_direction.c: a TLP leaves the direction from the line where its entry is; those before it stay in order.
 */
void fabric_direction_take(struct prisim_fabric *state, struct fabric_direction *direction, uint32_t line);

/* The line of the entry behind the one at `line`. */
static inline uint32_t fabric_direction_behind(const struct fabric_direction *direction, uint32_t line)
{
    const uint32_t behind = line + direction->lines;
    return behind == direction->end ? direction->first : behind;
}

/* pcie_fabric_loose.c: a direction in which one TLP may have to pass another, and one in which that is over. */
void fabric_loosen(const struct prisim_fabric_config *config, struct prisim_fabric *state, bool up, unsigned number);
void fabric_loosen_full(const struct prisim_fabric_config *config, struct prisim_fabric *state);
void fabric_tighten(const struct prisim_fabric_config *config, struct prisim_fabric *state, bool up, unsigned number);
void fabric_tighten_all(const struct prisim_fabric_config *config, struct prisim_fabric *state);
/* What was found to go next is to be found anew; and a TLP left: no other one of its direction does at this edge. */
void fabric_forget_loose(struct prisim_fabric *state);
void fabric_left_up(const struct prisim_fabric_config *config, struct prisim_fabric *state, unsigned number);

/* pcie_fabric_pass.c: of a loose direction, the line of the TLP that goes next to a port, or 0; and the first edge
 * after this one at which one of its TLPs is due. */
uint32_t fabric_pass_up(const struct prisim_fabric_config *config, const struct prisim_fabric *state,
                        prisim_cycle_t now, const struct prisim_ports *ports, unsigned number, unsigned target);
uint32_t fabric_pass_down(const struct prisim_fabric_config *config, const struct prisim_fabric *state,
                          prisim_cycle_t now, unsigned link);
prisim_cycle_t fabric_next_due(const struct prisim_fabric_config *config, const struct prisim_fabric *state,
                               const struct fabric_direction *direction, prisim_cycle_t now);
/* Says which TLPs of a direction the one at `line`, which goes, passes against PCIE-ORDER, as a fault lets it. */
void fabric_emit_passed(const struct prisim_fabric *state, prisim_cycle_t now, struct prisim_ports *ports,
                        unsigned direction, uint32_t line);

/* pcie_fabric_answer.c. Says that a TLP is for nobody. */
void fabric_emit_unroutable(struct prisim_ports *ports, prisim_cycle_t now, const struct prisim_tlp_header *head);
/* PCIE-HEADER: a non-posted request that nobody can answer gets a completion with status UR. */
bool fabric_can_answer(const struct prisim_fabric_config *config, const struct prisim_fabric *state);
void fabric_answer_unsupported(const struct prisim_fabric_config *config, struct prisim_fabric *state,
                               prisim_cycle_t now, struct prisim_ports *ports, const struct prisim_tlp_header *request);
void fabric_answer_root_port(const struct prisim_fabric_config *config, struct prisim_fabric *state, prisim_cycle_t now,
                             struct prisim_ports *ports, const struct prisim_tlp *request);

/* pcie_fabric_fault.c: the fault that a TLP has that enters a link at this edge, or NULL. */
void fabric_faults_init(const struct prisim_fabric_config *config, struct prisim_fabric *state);
const struct prisim_fabric_fault *fabric_fault_of(const struct prisim_fabric_config *config,
                                                  struct prisim_fabric *state, prisim_cycle_t now,
                                                  struct prisim_ports *ports, const struct prisim_tlp_header *head,
                                                  unsigned link, bool up);
/* The TLP is lost at once: its link is down, or the fault drops it. */
bool fabric_is_lost(const struct prisim_fabric_config *config, struct prisim_fabric *state, prisim_cycle_t now,
                    struct prisim_ports *ports, const struct prisim_tlp_header *head, unsigned link, bool up,
                    const struct prisim_fabric_fault *fault);
/* Links that go down, or up, at this edge. */
void fabric_link_asked(const struct prisim_fabric_config *config, struct prisim_fabric *state, prisim_cycle_t now,
                       struct prisim_ports *ports, const struct prisim_fabric_stimulus *stimulus);
void fabric_links_change(const struct prisim_fabric_config *config, struct prisim_fabric *state, prisim_cycle_t now,
                         struct prisim_ports *ports);
/* PCIE-ITAG-9: from now on nothing goes to the link's function nor comes from it, until it is joined again; what is
 * under way is lost, and requests of the host are answered UR. */
void fabric_link_isolate(const struct prisim_fabric_config *config, struct prisim_fabric *state, prisim_cycle_t now,
                         struct prisim_ports *ports, unsigned link);
void fabric_link_join(struct prisim_fabric *state, unsigned link);

/* A TLP was pushed: if it is the first of its direction, it is the one to wait for. */
static inline void fabric_set_in_flight(struct prisim_fabric *s, uint64_t *in_flight, unsigned direction_number,
                                        const struct fabric_direction *direction, prisim_cycle_t due)
{
    if (direction->count == 1) {
        *in_flight |= fabric_bit(direction_number);
        s->next = prisim_cycle_min(s->next, due);
    }
}

/* pcie_fabric_enter.c: what arrived at this edge enters its direction. */
void fabric_enter(const struct prisim_fabric_config *config, struct prisim_fabric *state, prisim_cycle_t now,
                  struct prisim_ports *ports, uint64_t arrived);

/* pcie_fabric_leave.c: what is due and has its port leaves. Returns the next step. */
prisim_cycle_t fabric_leave(const struct prisim_fabric_config *config, struct prisim_fabric *state, prisim_cycle_t now,
                            struct prisim_ports *ports);

/* pcie_fabric_ready.c: endpoints are taken from the first step on; and whose TLP is taken at the next edge, if it is
 * not everybody's. */
void fabric_ready_endpoints(const struct prisim_fabric_config *config, struct prisim_ports *ports);
void fabric_choose_endpoints(const struct prisim_fabric_config *config, struct prisim_fabric *state,
                             struct prisim_ports *ports);
void fabric_choose_sources(const struct prisim_fabric_config *config, struct prisim_fabric *state,
                           struct prisim_ports *ports);

/* pcie_fabric_root_port.c: configuration requests to the root port, and their completion, which comes as one with
 * status UR. */
void fabric_root_port_init(const struct prisim_fabric_config *config, struct prisim_fabric *state);
bool fabric_root_port_claims(const struct prisim_fabric_config *config, const struct prisim_tlp_header *head);
void fabric_root_port_answer(const struct prisim_fabric_config *config, struct prisim_fabric *state, prisim_cycle_t now,
                             struct prisim_ports *ports, const struct prisim_tlp *request, struct prisim_tlp *answer);
/* The SMMU has all the non-posted requests that it can have. */
static inline bool fabric_smmu_is_full(const struct prisim_fabric_config *config, const struct prisim_fabric *state)
{
    return state->smmu_asked >= config->smmu_nonposted;
}

static inline enum fabric_kind fabric_kind_down(const struct prisim_tlp_header *head, bool host)
{
    const enum prisim_tlp_class class = prisim_tlp_class(head);
    return host && class != PRISIM_TLP_NONPOSTED ? FABRIC_HOST_POSTED : (enum fabric_kind) class;
}

/* Full up directions whose endpoint may offer what has room all the same: only where something is held up is there more
 * in it than comes out in its turn. */
static inline uint64_t fabric_unjudged(const struct prisim_fabric *state)
{
    return state->up_full & state->loose_up & ~state->judged;
}

/* One left an up direction: with room for whatever comes, its endpoint is taken. */
static inline void fabric_has_room_up(const struct prisim_fabric_config *config, struct prisim_fabric *state,
                                      struct prisim_ports *ports, unsigned number)
{
    if ((state->up_full >> number & 1) && state->direction[number].count < config->link_tlps) {
        state->up_full &= ~fabric_bit(number);
        prisim_ports_set_ready(ports, PRISIM_FABRIC_RX_ENDPOINT + number, true);
    }
}

/* Of a down direction, what is from the SMMU and what is from the host. */
static inline uint32_t fabric_held_from(const struct fabric_direction *direction, bool host)
{
    return host ? (uint32_t)direction->held[FABRIC_NONPOSTED] + direction->held[FABRIC_HOST_POSTED]
                : (uint32_t)direction->held[FABRIC_POSTED] + direction->held[FABRIC_COMPLETION];
}

#endif
