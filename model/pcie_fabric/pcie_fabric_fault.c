/* SPDX-License-Identifier: Apache-2.0
 *
 * Faults at a chosen TLP or edge, as the configuration plans them, and links that are down, by plan or by a stimulus,
 * or contained. What is lost is said; what is late is told by its entry.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

static bool is_of_link(const struct prisim_fabric_fault *fault)
{
    return fault->what == PRISIM_FABRIC_FAULT_LINK_DOWN || fault->what == PRISIM_FABRIC_FAULT_LINK_UP;
}

/* When the next link goes down or up. */
static prisim_cycle_t next_change(const struct prisim_fabric_config *config, const struct prisim_fabric *s)
{
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    for (unsigned i = 0; i < PRISIM_FABRIC_FAULTS_MAX; i++)
        if (is_of_link(&config->fault[i]) && !s->seen[i])
            next = prisim_cycle_min(next, config->fault[i].at);
    return next;
}

void fabric_faults_init(const struct prisim_fabric_config *config, struct prisim_fabric *s)
{
    for (unsigned i = 0; i < PRISIM_FABRIC_FAULTS_MAX; i++)
        if (config->fault[i].what != PRISIM_FABRIC_FAULT_NONE)
            s->faults = true;
    s->faults |= config->dpc != 0;
    s->fault_at = next_change(config, s);
}

static bool counts(const struct prisim_fabric_fault *fault, const struct prisim_tlp_header *head)
{
    const bool request = head->type == PRISIM_TLP_MESSAGE && head->message == PRISIM_MESSAGE_PAGE_REQUEST;
    switch ((enum prisim_fabric_fault_of)fault->of) {
    case PRISIM_FABRIC_FAULT_OF_ANY:
        return true;
    case PRISIM_FABRIC_FAULT_OF_POSTED:
        return prisim_tlp_class(head) == PRISIM_TLP_POSTED;
    case PRISIM_FABRIC_FAULT_OF_NONPOSTED:
        return prisim_tlp_class(head) == PRISIM_TLP_NONPOSTED;
    case PRISIM_FABRIC_FAULT_OF_COMPLETION:
        return prisim_tlp_class(head) == PRISIM_TLP_COMPLETIONS;
    case PRISIM_FABRIC_FAULT_OF_PAGE_REQUEST:
        return request && !prisim_tlp_is_stop_marker(head);
    case PRISIM_FABRIC_FAULT_OF_STOP_MARKER:
        return prisim_tlp_is_stop_marker(head);
    }
    return false;
}

const struct prisim_fabric_fault *fabric_fault_of(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                                  prisim_cycle_t now, struct prisim_ports *p,
                                                  const struct prisim_tlp_header *head, unsigned link, bool up)
{
    const struct prisim_fabric_fault *found = NULL;
    for (unsigned i = 0; i < PRISIM_FABRIC_FAULTS_MAX; i++) {
        const struct prisim_fabric_fault *fault = &config->fault[i];
        const bool here = fault->what != PRISIM_FABRIC_FAULT_NONE && !is_of_link(fault) && fault->link == link &&
                          (fault->up != 0) == up && now >= fault->at && s->seen[i] < fault->nth;
        if (here && counts(fault, head) && ++s->seen[i] == fault->nth && !found)
            found = fault;
    }
    if (found && !(s->isolated >> link & 1)) /* else it is lost with its link */
        PRISIM_PROBE(p, now, fabric_fault, .tlp = head->id, .link = link, .up = up, .what = found->what);
    return found;
}

static void lose(struct prisim_ports *p, prisim_cycle_t now, const struct prisim_tlp_header *head, unsigned link,
                 bool up)
{
    PRISIM_PROBE(p, now, fabric_lost, .tlp = head->id, .link = link, .up = up, .type = head->type);
}

/* PCIE-HEADER: what the host asks for behind a link that is down, the root port answers. */
static void lose_down(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                      struct prisim_ports *p, const struct prisim_tlp_header *head, unsigned link)
{
    lose(p, now, head, link, false);
    if (prisim_tlp_class(head) == PRISIM_TLP_NONPOSTED && fabric_can_answer(config, s))
        fabric_answer_unsupported(config, s, now, p, head);
}

bool fabric_is_lost(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                    struct prisim_ports *p, const struct prisim_tlp_header *head, unsigned link, bool up,
                    const struct prisim_fabric_fault *fault)
{
    const bool down = (s->isolated | s->contained) >> link & 1;
    if (!down && !(fault && fault->what == PRISIM_FABRIC_FAULT_DROP))
        return false;
    if (down && !up)
        lose_down(config, s, now, p, head, link);
    else
        lose(p, now, head, link, up);
    return true;
}

/* What is on a link that went down. */
static void lose_all(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                     struct prisim_ports *p, unsigned link)
{
    struct fabric_direction *up = &s->direction[link], *down = fabric_down(s, link);
    while (up->count > 0) {
        lose(p, now, &fabric_direction_first(s, up)->tlp.head, link, true);
        fabric_direction_pop(s, up);
    }
    while (down->count > 0) {
        lose_down(config, s, now, p, &fabric_direction_first(s, down)->tlp.head, link);
        fabric_direction_pop(s, down);
    }
    prisim_touch(&s->touched, down, sizeof *down);
    down->asked = 0; /* what the function has will not be answered */
}

void fabric_link_isolate(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                         struct prisim_ports *p, unsigned link)
{
    s->isolated |= UINT32_C(1) << link;
    lose_all(config, s, now, p, link);
}

void fabric_link_join(struct prisim_fabric *s, unsigned link)
{
    s->isolated &= ~(UINT32_C(1) << link);
}

static void change(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                   struct prisim_ports *p, unsigned link, uint32_t what)
{
    PRISIM_PROBE(p, now, fabric_fault, .tlp = 0, .link = link, .up = true, .what = what);
    if (what == PRISIM_FABRIC_FAULT_LINK_DOWN)
        fabric_link_isolate(config, s, now, p, link);
    else
        fabric_link_join(s, link);
}

/* From now on it is as if the configuration had faults: all directions are loose. */
static void expect_faults(const struct prisim_fabric_config *config, struct prisim_fabric *s)
{
    s->all_loose = true;
    for (unsigned link = 0; link < s->links; link++) {
        if (s->direction[link].count > 0)
            fabric_loosen(config, s, true, link);
        if (fabric_down(s, link)->count > 0)
            fabric_loosen(config, s, false, link);
    }
}

void fabric_link_asked(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                       struct prisim_ports *p, const struct prisim_fabric_stimulus *stimulus)
{
    assert(stimulus->link < s->links);
    assert(stimulus->what == PRISIM_FABRIC_FAULT_LINK_DOWN || stimulus->what == PRISIM_FABRIC_FAULT_LINK_UP);
    if (!s->all_loose)
        expect_faults(config, s);
    s->faults = true;
    change(config, s, now, p, stimulus->link, stimulus->what);
}

/* PCIE-DPC-3 */
static void contain(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                    struct prisim_ports *p)
{
    for (uint32_t left = fabric_dpc_contain(s, now); left; left &= left - 1) {
        const unsigned link = (unsigned)__builtin_ctz(left);
        PRISIM_PROBE(p, now, fabric_contained, .link = link, .stream_id = config->link[link].requester_id,
                     .cause = fabric_dpc_cause(s, link));
        lose_all(config, s, now, p, link);
    }
}

void fabric_links_change(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                         struct prisim_ports *p)
{
    for (unsigned i = 0; i < PRISIM_FABRIC_FAULTS_MAX; i++) {
        const struct prisim_fabric_fault *fault = &config->fault[i];
        if (!is_of_link(fault) || s->seen[i] || fault->at > now)
            continue;
        s->seen[i] = 1;
        change(config, s, now, p, fault->link, fault->what);
    }
    contain(config, s, now, p);
    s->fault_at = prisim_cycle_min(next_change(config, s), fabric_dpc_next(s));
}
