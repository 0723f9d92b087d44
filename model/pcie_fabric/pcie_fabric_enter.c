/* SPDX-License-Identifier: Apache-2.0
 *
 * The ways into the fabric: routing of what was taken.
 */
#include "model/core/random.h"
#include "model/pcie_fabric/pcie_fabric_route.h"

/* Events are emitted, and what is rare is done, by functions of their own: the way of most TLPs then saves fewer
 * registers. */
__attribute__((noinline)) static void emit_enter(struct prisim_ports *p, prisim_cycle_t now,
                                                 const struct prisim_tlp_header *head, unsigned link, bool up)
{
    PRISIM_PROBE(p, now, fabric_enter, .tlp = head->id, .link = link, .up = up, .type = head->type);
}

static inline bool events_wanted(const struct prisim_ports *p)
{
    return prisim_probe_wants(p->probe, PRISIM_EVENT_FABRIC_ENTER);
}

/* PCIE-ORDER-5: with order may, a TLP waits for its port, so that others can pass it. */
__attribute__((noinline)) static void wait_at_random(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                                     struct fabric_entry *entry)
{
    struct random_stream random = {s->draws};
    entry->due += random_below(&random, config->order_delay + 1);
    s->draws = random.counter;
}

/* What a planned fault does to a TLP that is not lost. */
static void suffer(struct fabric_entry *entry, const struct prisim_fabric_fault *fault)
{
    if (fault->what == PRISIM_FABRIC_FAULT_POISON) { /* PCIE-POISON-1 */
        if (prisim_tlp_has_data(&entry->tlp.head))
            entry->tlp.head.flags |= PRISIM_TLP_POISONED;
        return;
    }
    entry->due += fault->cycles;
    entry->passable = fault->what == PRISIM_FABRIC_FAULT_REORDER;
}

/* What may have to pass, or be passed, entered a direction; `fault`: NULL, or what befalls it. */
__attribute__((noinline)) static void enter_loose(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                                  bool up, unsigned number, struct fabric_entry *entry,
                                                  const struct prisim_fabric_fault *fault)
{
    if (fault)
        suffer(entry, fault);
    if (config->order == PRISIM_FABRIC_MAY)
        wait_at_random(config, s, entry);
    fabric_loosen(config, s, up, number);
}

/* The function answered the host: it can have another request. */
__attribute__((noinline)) static void answered(struct prisim_fabric *s, unsigned link)
{
    struct fabric_direction *down = fabric_down(s, link);
    prisim_touch(&s->touched, down, sizeof *down);
    if (down->asked > 0)
        down->asked--;
}

/* A TLP that entered a link with faults is lost at once, or has *fault. */
__attribute__((noinline)) static bool is_lost(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                              prisim_cycle_t now, struct prisim_ports *p,
                                              const struct prisim_tlp_header *head, unsigned link, bool up,
                                              const struct prisim_fabric_fault **fault)
{
    *fault = fabric_fault_of(config, s, now, p, head, link, up);
    return fabric_is_lost(config, s, now, p, head, link, up, *fault);
}

__attribute__((always_inline)) static inline void take_up(const struct prisim_fabric_config *config,
                                                          struct prisim_fabric *s, prisim_cycle_t now,
                                                          struct prisim_ports *p, unsigned link)
{
    const struct prisim_tlp *tlp = p->rx[PRISIM_FABRIC_RX_ENDPOINT + link];
    const unsigned kind = prisim_tlp_class(&tlp->head);
    const struct prisim_fabric_fault *fault = NULL;
    if (events_wanted(p))
        emit_enter(p, now, &tlp->head, link, true);
    if (s->faults && is_lost(config, s, now, p, &tlp->head, link, true, &fault))
        return;
    struct fabric_direction *direction = &s->direction[link];
    struct fabric_entry *entry = fabric_direction_push(s, direction, now, prisim_tlp_wire_bytes(&tlp->head), kind);
    entry->target = (uint8_t)fabric_route_up(config, &tlp->head);
    fabric_copy(&entry->tlp, tlp);
    if (entry->target == FABRIC_TO_HOST)
        answered(s, link);
    else if (entry->target == FABRIC_TO_NOBODY)
        s->strays |= fabric_bit(link);
    if (s->all_loose || kind == FABRIC_COMPLETION || (kind == FABRIC_NONPOSTED && fabric_smmu_is_full(config, s)))
        enter_loose(config, s, true, link, entry, fault);
    else
        fabric_set_in_flight(s, &s->up_in_flight, link, direction, entry->due);
    if (direction->count >= config->link_tlps) {
        s->up_full |= fabric_bit(link);
        prisim_ports_set_ready(p, PRISIM_FABRIC_RX_ENDPOINT + link, false);
    }
}

__attribute__((noinline)) static void drop_down(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                                prisim_cycle_t now, struct prisim_ports *p, unsigned rx)
{
    const struct prisim_tlp *tlp = p->rx[rx];
    const struct prisim_tlp_header *head = &tlp->head;
    emit_enter(p, now, head, FABRIC_NO_LINK, false);
    if (rx == PRISIM_FABRIC_RX_HOST && fabric_root_port_claims(config, head)) {
        fabric_answer_root_port(config, s, now, p, tlp);
        return;
    }
    fabric_emit_unroutable(p, now, head);
    if (rx == PRISIM_FABRIC_RX_HOST && !prisim_tlp_is_posted(head) && !prisim_tlp_is_completion(head))
        fabric_answer_unsupported(config, s, now, p, head);
}

__attribute__((always_inline)) static inline void take_down(const struct prisim_fabric_config *config,
                                                            struct prisim_fabric *s, prisim_cycle_t now,
                                                            struct prisim_ports *p, unsigned rx)
{
    const struct prisim_tlp *tlp = p->rx[rx];
    const bool host = rx == PRISIM_FABRIC_RX_HOST;
    unsigned link = fabric_route_down(config, s, &tlp->head, host);
    if (!host && prisim_tlp_is_completion(&tlp->head) && s->smmu_asked > 0)
        s->smmu_asked--;
    if (link == FABRIC_NO_LINK) {
        drop_down(config, s, now, p, rx);
        return;
    }
    const struct prisim_fabric_fault *fault = NULL;
    if (events_wanted(p))
        emit_enter(p, now, &tlp->head, link, false);
    if (s->faults && is_lost(config, s, now, p, &tlp->head, link, false, &fault))
        return;
    const unsigned kind = fabric_kind_down(&tlp->head, host);
    struct fabric_direction *direction = fabric_down(s, link);
    struct fabric_entry *entry = fabric_direction_push(s, direction, now, prisim_tlp_wire_bytes(&tlp->head), kind);
    fabric_copy(&entry->tlp, tlp);
    if (s->all_loose || kind == FABRIC_NONPOSTED)
        enter_loose(config, s, false, link, entry, fault);
    else
        fabric_set_in_flight(s, &s->down_in_flight, link, direction, entry->due);
    if (fabric_held_from(direction, host) >= (host ? config->link_tlps : config->smmu_tlps)) {
        *(host ? &s->full_of_host : &s->full_of_smmu) |= fabric_bit(link);
        s->back_pressure = true;
    }
}

/* In the order of ports: of two sources for one link at one edge, the SMMU's TLP goes first. */
__attribute__((noinline)) static void enter_several(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                                    prisim_cycle_t now, struct prisim_ports *p, uint64_t arrived)
{
    for (; arrived; arrived &= arrived - 1) {
        unsigned rx = (unsigned)__builtin_ctzll(arrived);
        if (rx >= PRISIM_FABRIC_RX_ENDPOINT)
            take_up(config, s, now, p, rx - PRISIM_FABRIC_RX_ENDPOINT);
        else
            take_down(config, s, now, p, rx);
    }
}

/* Mostly one TLP arrives alone. */
void fabric_enter(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                  struct prisim_ports *p, uint64_t arrived)
{
    unsigned rx = (unsigned)__builtin_ctzll(arrived);
    if (arrived & (arrived - 1))
        enter_several(config, s, now, p, arrived);
    else if (rx >= PRISIM_FABRIC_RX_ENDPOINT)
        take_up(config, s, now, p, rx - PRISIM_FABRIC_RX_ENDPOINT);
    else
        take_down(config, s, now, p, rx);
}
