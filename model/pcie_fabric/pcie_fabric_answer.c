/* SPDX-License-Identifier: Apache-2.0
 *
 * What is for nobody, and what the root port answers by itself: requests of the host that nobody can answer, and those
 * to its own configuration space (pcie_fabric_root_port.c).
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

/* What a TLP names as its destination: an address for memory, an id otherwise. */
static uint64_t destination(const struct prisim_tlp_header *head)
{
    if (head->type == PRISIM_TLP_MEMORY_READ || head->type == PRISIM_TLP_MEMORY_WRITE)
        return head->address;
    return prisim_tlp_is_completion(head) ? head->requester_id : head->destination_id;
}

void fabric_emit_unroutable(struct prisim_ports *p, prisim_cycle_t now, const struct prisim_tlp_header *head)
{
    PRISIM_PROBE(p, now, fabric_unroutable, .tlp = head->id, .type = head->type, .destination = destination(head));
}

bool fabric_can_answer(const struct prisim_fabric_config *config, const struct prisim_fabric *s)
{
    return s->direction[fabric_root_direction(s)].count < config->link_tlps;
}

/* A completion with status UR, on its way to the host. */
static struct fabric_entry *complete(const struct prisim_fabric_config *config, struct prisim_fabric *s,
                                     prisim_cycle_t now, struct prisim_ports *p,
                                     const struct prisim_tlp_header *request)
{
    const unsigned root = fabric_root_direction(s);
    struct fabric_direction *direction = &s->direction[root];
    struct fabric_entry *entry = fabric_direction_push(s, direction, now, 0, FABRIC_COMPLETION);
    entry->target = FABRIC_TO_HOST;
    entry->tlp.head = (struct prisim_tlp_header){.id = prisim_tlp_id(p->instance, s->made++),
                                                 .requester_id = request->requester_id,
                                                 .destination_id = request->destination_id,
                                                 .tag = request->tag,
                                                 .type = PRISIM_TLP_COMPLETION,
                                                 .status = PRISIM_TLP_UR,
                                                 .traffic_class = request->traffic_class};
    fabric_set_in_flight(s, &s->up_in_flight, root, direction, entry->due);
    if (direction->count == config->link_tlps)
        s->back_pressure = true;
    return entry;
}

/* PCIE-HEADER: a non-posted request that nobody can answer gets a completion with status UR. */
void fabric_answer_unsupported(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                               struct prisim_ports *p, const struct prisim_tlp_header *request)
{
    (void)complete(config, s, now, p, request);
}

/* PCIE-ENUMERATION-7: a request to the root port itself. */
void fabric_answer_root_port(const struct prisim_fabric_config *config, struct prisim_fabric *s, prisim_cycle_t now,
                             struct prisim_ports *p, const struct prisim_tlp *request)
{
    struct fabric_entry *entry = complete(config, s, now, p, &request->head);
    fabric_root_port_answer(config, s, now, p, request, &entry->tlp);
}
