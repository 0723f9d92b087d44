/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages that do not pass at once: what smmu.ppr_flush and smmu.invalidate_completion_flush promise
 * (PCIE-ORDER-11; docs/timing/smmu.md "The way in").
 *
 * ppr_flush none: page requests, Stop Markers, Invalidate Completions and Translation Requests have a path of their
 * own, as DTI-ATS has beside the TBUs; DMA and its completions pass them. It keeps their order.
 * ppr_flush prod_visible: a page request is handed to the queue while it stands at the port, and is taken when it has
 * settled, so that nothing behind it in the root port passes before.
 *
 * The path is of SMMU_MESSAGES places. A full one holds up messages and Translation Requests, never DMA, and never
 * waits for what is to be sent (PCIE-ORDER A3): a page request leaves when the queue takes it, which waits for memory;
 * an Invalidate Completion with or behind what the queue settles, likewise; a Translation Request has had its slot
 * since it was taken.
 */
#include "model/smmu/smmu_step.h"

static bool is_page_request(const struct prisim_smmu_config *config, const struct prisim_tlp_header *head)
{
    return head->type == PRISIM_TLP_MESSAGE && head->message == PRISIM_MESSAGE_PAGE_REQUEST && config->pri &&
           !smmu_swallows(config, head);
}

static bool is_invalidate_completion(const struct prisim_tlp_header *head)
{
    return head->type == PRISIM_TLP_MESSAGE && head->message == PRISIM_MESSAGE_INVALIDATE_COMPLETION;
}

/* It goes along the path. */
static bool has_path(const struct prisim_smmu_config *config, const struct prisim_tlp_header *head)
{
    bool path = config->ppr_flush == PRISIM_SMMU_FLUSH_NONE;
    if (is_invalidate_completion(head))
        return config->invalidate_completion_flush == PRISIM_SMMU_FLUSH_PROD_VISIBLE ||
               (path && config->invalidate_completion_flush == PRISIM_SMMU_FLUSH_PORT);
    bool translation =
        head->type == PRISIM_TLP_MEMORY_READ && head->at == PRISIM_TLP_AT_TRANSLATION_REQUEST && config->ats;
    return path && (translation || is_page_request(config, head));
}

static void enter(struct smmu_edge *e, const struct prisim_tlp_header *head, unsigned slot)
{
    struct prisim_smmu *s = e->s;
    struct smmu_messages *m = &s->messages;
    assert(m->count < SMMU_MESSAGES && has_path(e->config, head));
    struct smmu_message *message = smmu_message_at(s, m->head + m->count++);
    prisim_touch(&s->touched, message, sizeof *message);
    prisim_cycle_t latency = e->config->ppr_flush == PRISIM_SMMU_FLUSH_NONE ? e->config->ppr_latency : 0;
    *message = (struct smmu_message){.due = e->now + latency, .behind = m->taken, .slot = slot, .head = *head};
    if (m->count == 1)
        smmu_timer_min(s, SMMU_TIMER_MESSAGE, message->due);
    smmu_up_messages(e);
}

void smmu_messages_translation(struct smmu_edge *e, unsigned index)
{
    struct prisim_smmu *s = e->s;
    s->slot[index].state = SMMU_SLOT_ON_PATH;
    s->messages.slots |= UINT32_C(1) << index;
    enter(e, &s->slot[index].tlp.head, index);
}

bool smmu_messages_take(struct smmu_edge *e, const struct prisim_tlp_header *head)
{
    struct smmu_messages *m = &e->s->messages;
    bool page_request = is_page_request(e->config, head);
    if (page_request && e->config->ppr_flush == PRISIM_SMMU_FLUSH_PROD_VISIBLE) {
        assert(m->at_port && smmu_pri_settled(e->s, m->taken));
        m->at_port = false; /* it went to the queue when it was seen */
        return true;
    }
    m->taken += page_request;
    if (!has_path(e->config, head))
        return false;
    if (page_request)
        smmu_pri_request_arrived(e, head);
    enter(e, head, SMMU_SLOTS);
    return true;
}

bool smmu_messages_look(struct smmu_edge *e, const struct prisim_tlp_header *head)
{
    struct prisim_smmu *s = e->s;
    struct smmu_messages *m = &s->messages;
    if (has_path(e->config, head))
        return m->count < SMMU_MESSAGES;
    if (!is_page_request(e->config, head))
        return true;
    if (e->config->ppr_flush != PRISIM_SMMU_FLUSH_PROD_VISIBLE)
        return !s->pri.request_held;
    if (m->at_port)
        return smmu_pri_settled(s, m->taken);
    m->at_port = true;
    m->taken++;
    smmu_pri_request(e, head);
    return false;
}

/* The first of the path cannot leave yet; who ends that sets the timer. */
static bool is_held(const struct smmu_edge *e, const struct smmu_message *first)
{
    if (is_page_request(e->config, &first->head))
        return e->s->pri.request_held;
    return is_invalidate_completion(&first->head) &&
           e->config->invalidate_completion_flush == PRISIM_SMMU_FLUSH_PROD_VISIBLE &&
           !smmu_pri_settled(e->s, first->behind);
}

static void pass_on(struct smmu_edge *e, const struct smmu_message *message)
{
    if (is_page_request(e->config, &message->head)) {
        smmu_pri_request_hand(e, &message->head);
    } else if (is_invalidate_completion(&message->head)) {
        smmu_itag_completed(e, &message->head);
    } else {
        assert(e->s->slot[message->slot].state == SMMU_SLOT_ON_PATH);
        e->s->messages.slots &= ~(UINT32_C(1) << message->slot);
        smmu_slot_touch(e->s, message->slot);
        smmu_slot_start(e, message->slot);
        smmu_slots_ended(e);
    }
}

/* The path gives one message an edge. */
void smmu_messages_run(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    struct smmu_messages *m = &s->messages;
    assert(m->count > 0);
    s->timer[SMMU_TIMER_MESSAGE] = PRISIM_CYCLE_NEVER;
    const struct smmu_message first = *smmu_message_at(s, m->head);
    if (first.due > e->now)
        smmu_timer_set(s, SMMU_TIMER_MESSAGE, first.due);
    if (first.due > e->now || is_held(e, &first))
        return;
    m->head = (uint8_t)((m->head + 1u) % SMMU_MESSAGES);
    if (--m->count > 0)
        smmu_timer_min(s, SMMU_TIMER_MESSAGE,
                       smmu_message_at(s, m->head)->due > e->now ? smmu_message_at(s, m->head)->due : e->now + 1);
    smmu_up_messages(e);
    pass_on(e, &first);
}
