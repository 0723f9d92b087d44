/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the SMMU's command queue: lines that were fetched, the command at work, ITags and prefetches.
 */
#include "model/smmu/canonical/smmu_canonical_parts.h"

/* Which index a command has, as those see it who hear of it: from CONS, and whose it is. */
static void tell_index(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                       const struct prisim_smmu *s, uint32_t index)
{
    uint32_t log2 = smmu_queue_log2size(s, SMMU_WORD(PRISIM_SMMU_CMDQ_BASE), config->cmdq_log2_max);
    uint32_t cons = s->word[SMMU_WORD(PRISIM_SMMU_CMDQ_CONS)];
    prisim_canonical_word(to, queue_index_distance(index, cons, log2));
    prisim_canonical_name(to, PRISIM_CANONICAL_COMMAND, index);
}

/* SMMU_COMMANDS_A_LINE: where CONS is in a line of memory decides how much is fetched at once; a smaller queue ends
 * before the line does. */
static void tell_place(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                       const struct prisim_smmu *s)
{
    uint32_t log2 = smmu_queue_log2size(s, SMMU_WORD(PRISIM_SMMU_CMDQ_BASE), config->cmdq_log2_max);
    uint32_t slot = queue_index_slot(s->word[SMMU_WORD(PRISIM_SMMU_CMDQ_CONS)], log2);
    prisim_canonical_word(to, slot % SMMU_COMMANDS_A_LINE);
}

static void tell_line(struct prisim_canonical *to, const struct smmu_command_line *line)
{
    bool used = line->state != SMMU_LINE_EMPTY && line->state != SMMU_LINE_DROPPED;
    prisim_canonical_word(to, line->state | (used ? (uint64_t)line->next << 8 | (uint64_t)line->count << 16 : 0));
    if (line->state != SMMU_LINE_HERE)
        return;
    for (unsigned i = 2u * line->next; i < 2u * (line->next + line->count) && i < 2 * SMMU_COMMANDS_A_LINE; i++)
        prisim_canonical_word(to, line->dw[i]);
}

/* A line's place is the id of its fetch. While none is in use it does not matter where the next one is. */
static void tell_lines(struct prisim_canonical *to, const struct smmu_commands *c)
{
    bool any = c->used != 0;
    for (unsigned i = 0; i < SMMU_COMMAND_LINES; i++)
        any = any || c->line[i].state != SMMU_LINE_EMPTY;
    prisim_canonical_word(to, any ? 1 | (uint64_t)c->used << 8 | (uint64_t)c->head << 16 : 0);
    for (unsigned i = 0; any && i < SMMU_COMMAND_LINES; i++)
        tell_line(to, &c->line[i]);
}

static void tell_sync(struct prisim_canonical *to, const struct prisim_smmu *s)
{
    const struct smmu_commands *c = &s->commands;
    prisim_canonical_word(to, c->sync_open | (uint64_t)c->sync_drains << 8);
    if (c->sync_drains)
        prisim_canonical_word(to, c->sync_counted ? c->sync_requests - s->messages.settled : UINT64_MAX);
    if (c->sync_open)
        prisim_canonical_word(to, c->sync_reports);
    else
        prisim_canonical_word(to, c->sync_events > s->events.popped ? c->sync_events - s->events.popped : 0);
}

/* From the one that is given out next, which is the order of age. */
static void tell_itags(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                       const struct prisim_smmu *s)
{
    unsigned next = smmu_canonical_itag_next(config, s);
    prisim_canonical_itag(to, next);
    prisim_canonical_itags(to, s->itags);
    prisim_canonical_itags(to, s->itags_late);
    prisim_canonical_word(to, s->itag_lost);
    for (unsigned i = 0; (s->itags | s->itags_late) && i < SMMU_ITAGS; i++) {
        unsigned at = (next + i) % SMMU_ITAGS;
        const struct smmu_itag *itag = &s->itag[at];
        if (!((s->itags | s->itags_late) >> at & 1))
            continue;
        if (s->itags >> at & 1)
            prisim_canonical_time(to, itag->deadline);
        prisim_canonical_word(to, itag->stream_id | (uint64_t)itag->arrived << 32);
        prisim_canonical_name(to, PRISIM_CANONICAL_TLP, itag->tlp);
        tell_index(to, config, s, itag->index);
    }
}

static void tell_prefetch(struct prisim_canonical *to, const struct smmu_prefetch *p)
{
    prisim_canonical_word(to, p->left);
    if (p->left == 0)
        return;
    prisim_canonical_word(to, p->address);
    prisim_canonical_word(to, p->stride);
    prisim_canonical_word(to, p->stream_id | (uint64_t)p->ssid << 32);
    prisim_canonical_word(to, p->has_ssid | (uint64_t)p->kind << 8);
}

void smmu_canonical_commands(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                             const struct prisim_smmu *s)
{
    const struct smmu_commands *c = &s->commands;
    prisim_canonical_word(to, c->state | (uint64_t)c->unpublished << 8 | (uint64_t)c->impossible << 16);
    tell_place(to, config, s);
    tell_lines(to, c);
    if (c->state == SMMU_COMMAND_SYNC)
        tell_sync(to, s);
    tell_itags(to, config, s);
    tell_prefetch(to, &s->prefetch);
}
