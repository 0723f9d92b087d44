/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of a TLP (tlp_canonical.h).
 */
#include "model/pcie/tlp_canonical.h"

static uint64_t bytes_together(const struct prisim_tlp_header *head)
{
    return (uint64_t)head->type | (uint64_t)head->at << 8 | (uint64_t)head->message << 16 |
           (uint64_t)head->status << 24 | (uint64_t)head->response_code << 32 | (uint64_t)head->completion_count << 40 |
           (uint64_t)head->traffic_class << 48;
}

static void tell_tag(const struct prisim_tlp_header *head, struct prisim_canonical *to)
{
    if (head->type == PRISIM_TLP_MESSAGE_DATA && head->message == PRISIM_MESSAGE_INVALIDATE_REQUEST)
        prisim_canonical_itag(to, head->tag);
    else
        prisim_canonical_word(to, head->tag);
}

static void tell_prg_index(const struct prisim_tlp_header *head, struct prisim_canonical *to)
{
    if (head->type != PRISIM_TLP_MESSAGE)
        return;
    if (head->message == PRISIM_MESSAGE_PAGE_REQUEST)
        prisim_canonical_prg(to, head->requester_id, head->prg_index);
    else if (head->message == PRISIM_MESSAGE_PRG_RESPONSE)
        prisim_canonical_prg(to, head->destination_id, head->prg_index);
}

void prisim_tlp_header_canonical(const struct prisim_tlp_header *head, struct prisim_canonical *to)
{
    prisim_canonical_word(to, bytes_together(head));
    prisim_canonical_word(to, head->address);
    prisim_canonical_word(to, head->pasid);
    prisim_canonical_itags(to, head->itag_vector);
    prisim_canonical_word(to, (uint64_t)head->requester_id | (uint64_t)head->destination_id << 16 |
                                  (uint64_t)head->flags << 32 | (uint64_t)head->size << 48);
    tell_tag(head, to);
    tell_prg_index(head, to);
}

void prisim_tlp_canonical(const struct prisim_tlp *tlp, struct prisim_canonical *to)
{
    prisim_tlp_header_canonical(&tlp->head, to);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, tlp->head.id);
    if (prisim_tlp_has_data(&tlp->head))
        prisim_canonical_bytes(to, tlp->data,
                               tlp->head.size < PRISIM_TLP_DATA_MAX ? tlp->head.size : PRISIM_TLP_DATA_MAX);
}
