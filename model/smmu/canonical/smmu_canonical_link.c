/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of what the SMMU holds for its PRI queue, and of what the queue offers it.
 */
#include "model/smmu/canonical/smmu_canonical_parts.h"

static void tell_access(struct prisim_canonical *to, const struct prisim_memory_request *request)
{
    prisim_pri_queue_access_canonical(to, request->id);
    prisim_memory_request_canonical(to, request);
}

/* The entry that an access has here is the id of its own, and counts as it is. */
static void tell_accesses(struct prisim_canonical *to, const struct prisim_smmu *s)
{
    const struct smmu_pri_link *pri = &s->pri;
    prisim_canonical_word(to, pri->access_free | (uint64_t)pri->answer_count << 32);
    for (uint32_t left = ~pri->access_free; left; left &= left - 1)
        prisim_pri_queue_access_canonical(to, s->pri_access_id[__builtin_ctz(left)]);
    for (unsigned i = 0; i < pri->answer_count && i < SMMU_PRI_ACCESSES; i++) {
        const struct prisim_memory_response *answer = &s->pri_answer[(pri->answer_head + i) % SMMU_PRI_ACCESSES];
        prisim_pri_queue_access_canonical(to, answer->id);
        prisim_memory_response_canonical(to, answer);
    }
}

/* Page requests count from those that have settled. A Translation Request is told with its slot. Not told:
 * `messages.slots`, which are the slots of SMMU_SLOT_ON_PATH; `closed`, which follows from the rest. */
static void tell_messages(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                          const struct prisim_smmu *s)
{
    const struct smmu_messages *m = &s->messages;
    const unsigned most = smmu_has_messages(config) ? SMMU_MESSAGES : 0;
    const struct smmu_message *ring = (const struct smmu_message *)(s->store + m->first);
    prisim_canonical_word(to, m->count | (uint64_t)m->at_port << 8 | (uint64_t)m->in_flight << 16);
    prisim_canonical_word(to, (m->taken - m->settled) | (uint64_t)(m->decided - m->settled) << 32);
    for (unsigned i = 0; i < m->count && i < most; i++) {
        const struct smmu_message *message = &ring[(m->head + i) % SMMU_MESSAGES];
        prisim_canonical_time(to, message->due);
        prisim_canonical_word(to, message->slot);
        if (message->slot == SMMU_SLOTS) {
            prisim_canonical_word(to, message->behind - m->settled);
            prisim_tlp_header_canonical(&message->head, to);
        }
    }
}

void smmu_canonical_link(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                         const struct prisim_smmu *s)
{
    const struct smmu_pri_link *pri = &s->pri;
    prisim_canonical_word(to, pri->control | (uint64_t)pri->enable_ack << 8 | (uint64_t)pri->request_held << 16 |
                                  (uint64_t)pri->irqen_sent << 24 | (uint64_t)pri->abort_unsent << 32);
    if (pri->request_held)
        prisim_page_request_canonical(to, &pri->request);
    if (s->memory_wants >> SMMU_MEMORY_PRI & 1)
        tell_access(to, &s->pri_access);
    if (s->wants >> PRISIM_SMMU_TX_PRI_LOOKUP & 1)
        prisim_canonical_word(to, pri->ppar.reachable | (uint64_t)pri->ppar.ppar << 8);
    tell_accesses(to, s);
    const struct prisim_prg_response *response = (const struct prisim_prg_response *)s->store;
    const unsigned most = config->automatic_responses;
    prisim_canonical_word(to, pri->response_count);
    for (unsigned i = 0; i < pri->response_count && i < most; i++)
        prisim_prg_response_canonical(to, &response[(pri->response_head + i) % most]);
    tell_messages(to, config, s);
}

static void tell_status(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                        const struct prisim_smmu *s, const struct prisim_pri_queue_status *status)
{
    uint32_t log2 = smmu_queue_log2size(s, SMMU_WORD(PRISIM_SMMU_PRIQ_BASE), config->priq_log2_max);
    prisim_pri_queue_index_canonical(to, status->prod, s->word[SMMU_WORD(PRISIM_SMMU_PRIQ_CONS)], log2);
    prisim_canonical_word(to, status->enable_ack);
}

/* Of an interrupt nothing but that it is there is looked at. */
void smmu_canonical_link_offered(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                                 const struct prisim_smmu *s, const struct prisim_ports *ports)
{
    if (ports->rx_valid >> PRISIM_SMMU_RX_PRI_RESPONSE & 1)
        prisim_prg_response_canonical(to, ports->rx[PRISIM_SMMU_RX_PRI_RESPONSE]);
    if (ports->rx_valid >> PRISIM_SMMU_RX_PRI_MEMORY_REQUEST & 1)
        tell_access(to, ports->rx[PRISIM_SMMU_RX_PRI_MEMORY_REQUEST]);
    if (ports->rx_valid >> PRISIM_SMMU_RX_PRI_LOOKUP & 1) {
        const struct prisim_pri_queue_lookup *lookup = ports->rx[PRISIM_SMMU_RX_PRI_LOOKUP];
        prisim_canonical_word(to, lookup->stream_id);
    }
    if (ports->rx_valid >> PRISIM_SMMU_RX_PRI_STATUS & 1)
        tell_status(to, config, s, ports->rx[PRISIM_SMMU_RX_PRI_STATUS]);
    if (ports->rx_valid >> PRISIM_SMMU_RX_PRI_ABORT & 1) {
        const struct prisim_pri_queue_abort *abort = ports->rx[PRISIM_SMMU_RX_PRI_ABORT];
        prisim_canonical_word(to, abort->record | (uint64_t)abort->msi << 8);
    }
    if (ports->rx_valid >> PRISIM_SMMU_RX_PRI_DECISION & 1) {
        const struct prisim_pri_queue_decision *decision = ports->rx[PRISIM_SMMU_RX_PRI_DECISION];
        prisim_canonical_word(to, decision->cause == PRISIM_CAUSE_ACCEPTED);
    }
    if (ports->rx_valid >> PRISIM_SMMU_RX_PRI_COMMIT & 1) {
        const struct prisim_pri_queue_commit *commit = ports->rx[PRISIM_SMMU_RX_PRI_COMMIT];
        prisim_canonical_word(to, commit->cause == PRISIM_CAUSE_ACCEPTED);
    }
}
