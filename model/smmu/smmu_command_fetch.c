/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue as a queue: fetching lines of commands in order, CONS, errors and their recovery (smmuv3 1.11, 2.9,
 * 2.10). What a command does is in smmu_command_execute.c.
 */
#include "model/smmu/smmu_state.h"

static uint32_t queue_log2(const struct smmu_edge *e)
{
    uint32_t log2 = e->s->word[SMMU_WORD(SMMU_CMDQ_BASE)] & 0x1f;
    return log2 < e->config->cmdq_log2_max ? log2 : e->config->cmdq_log2_max;
}

/* Index and wrap bit of CONS. */
uint32_t smmu_command_index(const struct smmu_edge *e)
{
    return e->s->word[SMMU_WORD(SMMU_CMDQ_CONS)] & (uint32_t)bits_mask(queue_log2(e) + 1);
}

/* Commands between CONS and PROD; 0 for a combination that cannot be (smmuv3 1.11: stop). */
static uint32_t waiting(const struct smmu_edge *e)
{
    uint32_t log2 = queue_log2(e);
    uint32_t count = (e->s->word[SMMU_WORD(SMMU_CMDQ_PROD)] - smmu_command_index(e)) & (uint32_t)bits_mask(log2 + 1);
    return count <= UINT32_C(1) << log2 ? count : 0;
}

/* Begins a fetch if there is one to begin. */
void smmu_command_kick(struct smmu_edge *e)
{
    struct smmu *s = e->s;
    if (s->commands.state != SMMU_COMMAND_IDLE || !smmu_is_enabled(s, CR0_CMDQEN) ||
        (smmu_gerror_active(s) & GERROR_CMDQ) || waiting(e) == 0)
        return;
    s->commands.state = SMMU_COMMAND_FETCH;
    smmu_memory_want(s, SMMU_MEMORY_COMMAND);
}

/* One read of the commands that are there, up to the end of the memory line and of the queue. The base is aligned to
 * the queue, so that a queue of less than a line lies in one. */
void smmu_command_request(struct smmu_edge *e, struct memory_request *to)
{
    struct smmu *s = e->s;
    assert(s->commands.state == SMMU_COMMAND_FETCH);
    uint32_t log2 = queue_log2(e);
    uint32_t index = smmu_command_index(e) & (uint32_t)bits_mask(log2);
    /* smmuv3 1.11: the base is aligned to the queue's bytes, 32 at least. */
    uint64_t base = smmu_word64(s, SMMU_WORD(SMMU_CMDQ_BASE)) & SMMU_QUEUE_BASE_ADDRESS;
    base &= ~(bits_mask(log2 + 4) | 31);
    uint32_t count = SMMU_COMMANDS_A_LINE - index % SMMU_COMMANDS_A_LINE;
    uint32_t to_end = (UINT32_C(1) << log2) - index;
    uint32_t there = waiting(e);
    count = count < to_end ? count : to_end;
    count = count < there ? count : there;
    /* PROD moved backwards while the fetch waited (not allowed outside an error): fetch one all the same. */
    count = count ? count : 1;
    s->commands.next = 0;
    s->commands.count = (uint8_t)count;
    to->address = base + index * COMMAND_BYTES;
    to->id = (uint32_t)SMMU_MEMORY_COMMAND << 24;
    to->size = (uint8_t)(count * COMMAND_BYTES);
    to->write = 0;
}

void smmu_command_fetched(struct smmu_edge *e, const struct memory_response *response)
{
    struct smmu_commands *c = &e->s->commands;
    assert(c->state == SMMU_COMMAND_FETCH && c->count > 0);
    if (response->status != MEMORY_OK) {
        smmu_command_error(e, CERROR_ABT);
        return;
    }
    memcpy(c->line, response->data, c->count * COMMAND_BYTES);
    c->state = SMMU_COMMAND_DECODE;
    smmu_timer_set(e->s, SMMU_TIMER_COMMAND, e->now + e->config->command_latency);
}

/* CONS passes the command at work; the next one of the line is decoded, or the next line fetched. */
void smmu_command_consume(struct smmu_edge *e)
{
    struct smmu *s = e->s;
    struct smmu_commands *c = &s->commands;
    assert(c->count > 0 && c->state != SMMU_COMMAND_IDLE);
    uint32_t mask = (uint32_t)bits_mask(queue_log2(e) + 1);
    uint32_t *cons = &s->word[SMMU_WORD(SMMU_CMDQ_CONS)];
    *cons = (*cons & ~SMMU_QUEUE_INDEX_MASK) | ((*cons + 1) & mask);
    c->next++;
    c->count--;
    /* smmuv3 1.6: after CMDQEN went to 0 only the command in progress is consumed. */
    if (c->count > 0 && smmu_is_enabled(s, CR0_CMDQEN)) {
        c->state = SMMU_COMMAND_DECODE;
        smmu_timer_set(s, SMMU_TIMER_COMMAND, e->now + e->config->command_latency);
        return;
    }
    c->state = SMMU_COMMAND_IDLE;
    smmu_command_kick(e);
}

/* smmuv3 2.10: stop at the command; ERR, then GERROR; later commands that were fetched are dropped. */
void smmu_command_error(struct smmu_edge *e, enum command_error error)
{
    struct smmu *s = e->s;
    assert(error != CERROR_NONE && s->commands.state != SMMU_COMMAND_ERROR);
    uint32_t *cons = &s->word[SMMU_WORD(SMMU_CMDQ_CONS)];
    *cons = (*cons & ~(UINT32_C(0x7f) << CMDQ_CONS_ERR_SHIFT)) | (uint32_t)error << CMDQ_CONS_ERR_SHIFT;
    s->commands.state = SMMU_COMMAND_ERROR;
    s->commands.count = 0;
    smmu_gerror_raise(e, GERROR_CMDQ);
}
