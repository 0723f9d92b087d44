/* SPDX-License-Identifier: Apache-2.0
 *
 * The ways out of the fabric: what is due waits for its port, what has its port leaves. At most one TLP leaves a
 * direction per edge.
 */
#include "model/core/random.h"
#include "model/pcie_fabric/pcie_fabric_state.h"

/* Events are emitted by functions of their own: the way of TLPs then saves fewer registers. */
__attribute__((noinline)) static void emit_leave(struct prisim_ports *p, prisim_cycle_t now,
                                                 const struct prisim_tlp_header *head, unsigned link, bool up)
{
    PRISIM_PROBE(p, now, fabric_leave, .tlp = head->id, .link = link, .up = up, .type = head->type);
}

static inline bool events_wanted(const struct prisim_ports *p)
{
    return prisim_probe_wants(p->probe, PRISIM_EVENT_FABRIC_LEAVE);
}

static inline unsigned direction_link(const struct prisim_fabric *s, unsigned direction)
{
    return direction == fabric_root_direction(s) ? (unsigned)FABRIC_NO_LINK : direction;
}

/* What the root port made is a header and a register's value, and its entry no more. */
static inline void copy_up(const struct prisim_fabric *s, unsigned direction, struct prisim_tlp *to,
                           const struct prisim_tlp *from)
{
    if (direction == fabric_root_direction(s)) {
        to->head = from->head;
        memcpy(to->data, from->data, FABRIC_ROOT_PORT_DATA);
    } else {
        fabric_copy(to, from);
    }
}

/* The first TLP of a direction left: the next one is in flight, even if it is due; it leaves at the next edge at the
 * earliest. */
static inline void next_in_flight(struct prisim_fabric *s, uint64_t *in_flight, unsigned direction_number,
                                  const struct fabric_direction *direction)
{
    if (direction->count) {
        *in_flight |= fabric_bit(direction_number);
        s->next = prisim_cycle_min(s->next, fabric_direction_first(s, direction)->due);
    }
}

/* The first TLP of an up direction leaves it. */
static inline void release_up(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                              struct prisim_ports *p, unsigned direction_number)
{
    struct fabric_direction *direction = &s->direction[direction_number];
    fabric_direction_pop(s, direction);
    next_in_flight(s, &s->up_in_flight, direction_number, direction);
    fabric_has_room_up(config, s, p, direction_number);
}

__attribute__((noinline)) static void drop_up(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                              prisim_cycle_t now, struct prisim_ports *p, unsigned direction_number)
{
    fabric_emit_unroutable(p, now, &fabric_direction_first(s, &s->direction[direction_number])->tlp.head);
    release_up(config, s, p, direction_number);
}

/* The first TLP of an up direction reached the root complex. */
static inline void arrive_up(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                             struct prisim_ports *p, unsigned direction_number)
{
    uint32_t target = fabric_direction_first(s, &s->direction[direction_number])->target;
    assert(target <= FABRIC_TO_NOBODY);
    if (target == FABRIC_TO_NOBODY) {
        drop_up(config, s, now, p, direction_number);
        return;
    }
    s->wait[target] |= fabric_bit(direction_number);
    s->wants |= fabric_bit(target);
}

/* Directions whose first TLP is due go from in flight to waiting for their port. */
static inline void arrive(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                          struct prisim_ports *p)
{
    uint64_t up = s->up_in_flight, down = s->down_in_flight;
    s->next = PRISIM_CYCLE_NEVER;
    for (; down; down &= down - 1) {
        unsigned link = (unsigned)__builtin_ctzll(down);
        prisim_cycle_t due = fabric_direction_first(s, fabric_down(s, link))->due;
        if (due <= now) {
            s->down_in_flight &= ~fabric_bit(link);
            s->wants |= fabric_bit(PRISIM_FABRIC_TX_ENDPOINT + link);
        } else {
            s->next = prisim_cycle_min(s->next, due);
        }
    }
    for (; up; up &= up - 1) {
        unsigned direction = (unsigned)__builtin_ctzll(up);
        prisim_cycle_t due = fabric_direction_first(s, &s->direction[direction])->due;
        if (due <= now) {
            s->up_in_flight &= ~fabric_bit(direction);
            arrive_up(config, s, now, p, direction);
        } else {
            s->next = prisim_cycle_min(s->next, due);
        }
    }
}

/* Round robin: the first direction after the one that had its turn. */
static inline unsigned choose(uint64_t directions, unsigned turn)
{
    uint64_t after = directions & ~((UINT64_C(2) << turn) - 1);
    return (unsigned)__builtin_ctzll(after ? after : directions);
}

/* A request went to the SMMU's port: it may be the last that has a place. */
__attribute__((always_inline)) static inline void stand(const struct prisim_fabric_config *config,
                                                        struct prisim_fabric *s, unsigned kind)
{
    s->stands = (uint8_t)kind;
    if (kind == FABRIC_NONPOSTED) {
        s->smmu_asked++;
        if (fabric_smmu_is_full(config, s))
            fabric_loosen_full(config, s);
    }
}

/* With order may, what goes next was drawn (pcie_fabric_pass.c). */
static void draw(const struct prisim_fabric_config *config, struct prisim_fabric *s)
{
    struct random_stream random = {s->draws};
    if (config->order == PRISIM_FABRIC_MAY)
        random_next(&random);
    s->draws = random.counter;
}

/* A TLP of a loose direction leaves, whatever its place. */
__attribute__((noinline)) static void put_up_loose(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                                   prisim_cycle_t now, struct prisim_ports *p, unsigned tx,
                                                   unsigned number)
{
    const uint32_t line = fabric_pass_up(config, s, now, p, number, tx);
    assert(line != 0);
    const struct fabric_entry *entry = fabric_entry_at(s, line);
    const uint8_t kind = entry->kind;
    fabric_copy(prisim_ports_put(p, tx), &entry->tlp);
    if (events_wanted(p))
        emit_leave(p, now, &entry->tlp.head, number, true);
    if (s->faults)
        fabric_emit_passed(s, now, p, number, line);
    fabric_direction_take(s, &s->direction[number], line);
    draw(config, s);
    s->turn[tx] = (uint8_t)number;
    if (tx == PRISIM_FABRIC_TX_SMMU)
        stand(config, s, kind);
    fabric_left_up(config, s, number);
}

static inline void put_up(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                          struct prisim_ports *p, unsigned tx)
{
    if (!s->wait[tx])
        return;
    unsigned direction = choose(s->wait[tx], s->turn[tx]);
    if (s->loose_up >> direction & 1) {
        put_up_loose(config, s, now, p, tx, direction);
        return;
    }
    const struct fabric_entry *entry = fabric_direction_first(s, &s->direction[direction]);
    const struct prisim_tlp *tlp = &entry->tlp;
    const uint8_t kind = entry->kind;
    s->wait[tx] &= ~fabric_bit(direction);
    if (!s->wait[tx])
        s->wants &= ~fabric_bit(tx);
    s->turn[tx] = (uint8_t)direction;
    copy_up(s, direction, prisim_ports_put(p, tx), tlp);
    if (events_wanted(p))
        emit_leave(p, now, &tlp->head, direction_link(s, direction), true);
    release_up(config, s, p, direction);
    if (tx == PRISIM_FABRIC_TX_SMMU)
        stand(config, s, kind);
}

__attribute__((noinline)) static void put_down_loose(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                                     prisim_cycle_t now, struct prisim_ports *p, unsigned link)
{
    struct fabric_direction *direction = fabric_down(s, link);
    const uint32_t line = fabric_pass_down(config, s, now, link);
    assert(line != 0);
    const struct fabric_entry *entry = fabric_entry_at(s, line);
    const bool asks = entry->kind == FABRIC_NONPOSTED;
    fabric_copy(prisim_ports_put(p, PRISIM_FABRIC_TX_ENDPOINT + link), &entry->tlp);
    if (events_wanted(p))
        emit_leave(p, now, &entry->tlp.head, link, false);
    if (s->faults)
        fabric_emit_passed(s, now, p, s->links + 1u + link, line);
    fabric_direction_take(s, direction, line);
    draw(config, s);
    if (asks)
        direction->asked++;
    fabric_tighten(config, s, false, link);
}

static inline void put_down(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                            struct prisim_ports *p, unsigned link)
{
    unsigned tx = PRISIM_FABRIC_TX_ENDPOINT + link;
    if (s->loose_down >> link & 1) {
        put_down_loose(config, s, now, p, link);
        return;
    }
    struct fabric_direction *direction = fabric_down(s, link);
    const struct prisim_tlp *tlp = &fabric_direction_first(s, direction)->tlp;
    s->wants &= ~fabric_bit(tx);
    fabric_copy(prisim_ports_put(p, tx), tlp);
    if (events_wanted(p))
        emit_leave(p, now, &tlp->head, link, false);
    fabric_direction_pop(s, direction);
    next_in_flight(s, &s->down_in_flight, link, direction);
}

/* A direction that waits alone for its port waits for ready to rise, which wakes the fabric; only a direction that lost
 * its port to another one at this edge has to come back by itself. */
static inline prisim_cycle_t next_step(const struct prisim_fabric *s, const struct prisim_ports *p, prisim_cycle_t now)
{
    prisim_cycle_t next = prisim_cycle_max(s->next, now + 1);
    if (s->wait[PRISIM_FABRIC_TX_SMMU])
        next = prisim_cycle_min(next, prisim_ports_retry(p, PRISIM_FABRIC_TX_SMMU, now));
    if (s->wait[PRISIM_FABRIC_TX_HOST])
        next = prisim_cycle_min(next, prisim_ports_retry(p, PRISIM_FABRIC_TX_HOST, now));
    return next;
}

/* Of a loose up direction: what may go to the SMMU and to the host; what goes to nobody is gone, instead of another. */
static bool look_up(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                    struct prisim_ports *p, unsigned number)
{
    const struct fabric_direction *direction = &s->direction[number];
    uint32_t nobody = 0;
    if (s->strays >> number & 1)
        nobody = fabric_pass_up(config, s, now, p, number, FABRIC_TO_NOBODY);
    if (nobody) {
        fabric_emit_unroutable(p, now, &fabric_entry_at(s, nobody)->tlp.head);
        fabric_direction_take(s, &s->direction[number], nobody);
        fabric_tighten(config, s, true, number);
        return true;
    }
    for (unsigned tx = 0; tx < FABRIC_ROOT_PORTS; tx++) {
        const bool any = tx == FABRIC_TO_SMMU || direction->held[FABRIC_COMPLETION] > 0; /* only those go to the host */
        if (any && prisim_ports_can_put(p, tx) && fabric_pass_up(config, s, now, p, number, tx)) {
            s->wait[tx] |= fabric_bit(number);
            s->wants |= fabric_bit(tx);
        }
    }
    return false;
}

/* What of the loose directions may leave at this edge. Returns when one of their TLPs is due next. */
__attribute__((noinline)) static prisim_cycle_t look(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                                     prisim_cycle_t now, struct prisim_ports *p)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    fabric_tighten_all(config, s);
    fabric_forget_loose(s);
    for (uint64_t up = s->loose_up; up; up &= up - 1) {
        const unsigned number = (unsigned)__builtin_ctzll(up);
        next = look_up(config, s, now, p, number)
                   ? now + 1
                   : prisim_cycle_min(next, fabric_next_due(config, s, &s->direction[number], now));
    }
    for (uint64_t down = s->loose_down; down; down &= down - 1) {
        const unsigned link = (unsigned)__builtin_ctzll(down);
        if (prisim_ports_can_put(p, PRISIM_FABRIC_TX_ENDPOINT + link) && fabric_pass_down(config, s, now, link))
            s->wants |= fabric_bit(PRISIM_FABRIC_TX_ENDPOINT + link);
        next = prisim_cycle_min(next, fabric_next_due(config, s, fabric_down(s, link), now));
    }
    return next;
}

prisim_cycle_t fabric_leave(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                            struct prisim_ports *p)
{
    if (s->next == 0) /* the first step: edge 0 is no TLP's time */
        fabric_ready_endpoints(config, p);
    const bool loose = s->loose_up | s->loose_down;
    prisim_cycle_t next = loose ? look(config, s, now, p) : PRISIM_CYCLE_NEVER;
    if (now >= s->next)
        arrive(config, s, now, p);
    uint64_t go = s->wants & (~p->tx_valid | p->tx_ready);
    for (uint64_t root = go & (fabric_bit(FABRIC_ROOT_PORTS) - 1); root; root &= root - 1)
        put_up(config, s, now, p, (unsigned)__builtin_ctzll(root));
    for (uint64_t links = go >> PRISIM_FABRIC_TX_ENDPOINT; links; links &= links - 1)
        put_down(config, s, now, p, (unsigned)__builtin_ctzll(links));
    if (fabric_unjudged(s))
        fabric_choose_endpoints(config, s, p);
    if (s->back_pressure)
        fabric_choose_sources(config, s, p);
    /* What left may have left the way open, or closed, for others that are due. */
    if (p->put && (loose || (s->loose_up | s->loose_down)))
        next = now + 1;
    return prisim_cycle_min(next, next_step(s, p, now));
}
