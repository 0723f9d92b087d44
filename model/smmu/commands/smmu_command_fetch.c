/* SPDX-License-Identifier: Apache-2.0
 *
 * The command queue as a queue: fetching lines of commands in order, CONS, errors and their recovery (SMMU-QUEUE,
 * SMMU-SYNC, SMMU-CERROR). What a command does is in smmu_command_execute.c.
 */
#include "model/smmu/commands/smmu_commands.h"

static uint32_t queue_log2(const struct smmu_edge *e)
{
    return smmu_queue_log2size(e->s, SMMU_WORD(PRISIM_SMMU_CMDQ_BASE), e->config->cmdq_log2_max);
}

/* Index and wrap bit of the oldest command that is not consumed: CONS, and what it does not show yet. */
uint32_t smmu_command_index(const struct smmu_edge *e)
{
    return queue_index_of(e->s->word[SMMU_WORD(PRISIM_SMMU_CMDQ_CONS)] + e->s->commands.unpublished, queue_log2(e));
}

/* Commands between CONS and PROD. */
static uint32_t distance(const struct smmu_edge *e)
{
    const uint32_t *word = e->s->word;
    return queue_index_distance(word[SMMU_WORD(PRISIM_SMMU_CMDQ_PROD)], word[SMMU_WORD(PRISIM_SMMU_CMDQ_CONS)],
                                queue_log2(e));
}

static unsigned ring(const struct smmu_edge *e, unsigned from_head)
{
    return (e->s->commands.head + from_head) % e->config->command_lines;
}

/* Commands in the lines that are here or on their way. */
static uint32_t fetched(const struct smmu_edge *e)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < e->s->commands.used; i++)
        count += e->s->commands.line[ring(e, i)].count;
    return count;
}

/* Commands that are there and that no line holds. PROD may have moved backwards (not allowed outside an error). */
static uint32_t waiting(const struct smmu_edge *e)
{
    uint32_t gone = e->s->commands.unpublished + fetched(e);
    uint32_t there = distance(e);
    return there > gone ? there - gone : 0;
}

static bool is_wanted(const struct prisim_smmu *s)
{
    return s->memory_wants >> SMMU_MEMORY_COMMAND & 1;
}

/* Begins a fetch if there is one to begin and a line to fetch into. */
void smmu_command_kick(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    struct smmu_commands *c = &s->commands;
    if (!smmu_is_enabled(s, PRISIM_CR0_CMDQEN))
        c->impossible = false;
    if (!smmu_is_enabled(s, PRISIM_CR0_CMDQEN) || (smmu_gerror_active(s) & PRISIM_GERROR_CMDQ))
        return;
    assert(c->state != SMMU_COMMAND_ERROR);
    /* SMMU-QUEUE "Impossible combinations": nothing more is fetched until PROD is written again. */
    if (queue_index_is_impossible(s->word[SMMU_WORD(PRISIM_SMMU_CMDQ_PROD)], s->word[SMMU_WORD(PRISIM_SMMU_CMDQ_CONS)],
                                  queue_log2(e))) {
        if (!c->impossible)
            PRISIM_PROBE(e->ports, e->now, smmu_command_error, .index = smmu_command_index(e), .opcode = 0,
                         .cause = PRISIM_CAUSE_COMMAND_INDEXES);
        c->impossible = true;
        return;
    }
    c->impossible = false;
    if (is_wanted(s) || c->used == e->config->command_lines || c->line[ring(e, c->used)].state == SMMU_LINE_DROPPED ||
        waiting(e) == 0)
        return;
    smmu_memory_want(s, SMMU_MEMORY_COMMAND);
}

/* One read of the commands that are there, up to the end of the memory line and of the queue. The base is aligned to
 * the queue, so that a queue of less than a line lies in one. */
void smmu_command_request(struct smmu_edge *e, struct prisim_memory_request *to)
{
    struct prisim_smmu *s = e->s;
    struct smmu_commands *c = &s->commands;
    unsigned at = ring(e, c->used);
    struct smmu_command_line *line = &c->line[at];
    assert(c->used < e->config->command_lines && line->state == SMMU_LINE_EMPTY);
    uint32_t log2 = queue_log2(e);
    uint32_t slot = queue_index_slot(smmu_command_index(e) + fetched(e), log2);
    /* SMMU-QUEUE: the base is aligned to the queue's bytes, 32 at least. */
    uint64_t base = smmu_word64(s, SMMU_WORD(PRISIM_SMMU_CMDQ_BASE)) & PRISIM_SMMU_QUEUE_BASE_ADDRESS;
    base &= ~prisim_bits_mask(log2 + 4);
    uint32_t count = SMMU_COMMANDS_A_LINE - slot % SMMU_COMMANDS_A_LINE;
    uint32_t to_end = (UINT32_C(1) << log2) - slot;
    uint32_t there = waiting(e);
    count = count < to_end ? count : to_end;
    count = count < there ? count : there;
    /* PROD moved backwards while the fetch waited (not allowed outside an error): fetch one all the same. */
    count = count ? count : 1;
    line->state = SMMU_LINE_FETCHING;
    line->next = 0;
    line->count = (uint8_t)count;
    c->used++;
    to->address = base + slot * PRISIM_COMMAND_BYTES;
    to->id = (uint32_t)SMMU_MEMORY_COMMAND << 24 | at;
    to->size = (uint8_t)(count * PRISIM_COMMAND_BYTES);
    to->write = 0;
    smmu_command_kick(e);
}

bool smmu_command_is_fetching(const struct prisim_smmu *s, unsigned line)
{
    return line < SMMU_COMMAND_LINES &&
           (s->commands.line[line].state == SMMU_LINE_FETCHING || s->commands.line[line].state == SMMU_LINE_DROPPED);
}

static bool is_at_work(const struct smmu_commands *c)
{
    return c->state != SMMU_COMMAND_IDLE && c->state != SMMU_COMMAND_ERROR;
}

bool smmu_command_is_quiet(const struct prisim_smmu *s)
{
    return !is_at_work(&s->commands) && s->commands.used == 0 && !is_wanted(s);
}

/* All lines but the first `keep`, and the fetch that is asked for. */
static void drop_lines(struct smmu_edge *e, unsigned keep)
{
    struct prisim_smmu *s = e->s;
    struct smmu_commands *c = &s->commands;
    for (unsigned i = keep; i < c->used; i++) {
        struct smmu_command_line *line = &c->line[ring(e, i)];
        line->state = line->state == SMMU_LINE_FETCHING ? SMMU_LINE_DROPPED : SMMU_LINE_EMPTY;
    }
    if (c->used > keep)
        c->used = (uint8_t)keep;
    s->memory_wants &= (uint8_t) ~(1 << SMMU_MEMORY_COMMAND);
    if (s->memory_wants == 0)
        smmu_unwant(s, PRISIM_SMMU_TX_MEMORY_REQUEST);
}

/* CONS shows all that was consumed. */
static void publish(struct smmu_edge *e)
{
    uint32_t index = smmu_command_index(e);
    /* SMMU-QUEUE-25: a queue that could be seen full has room now. */
    if (e->config->sev && e->s->commands.unpublished && distance(e) == UINT32_C(1) << queue_log2(e))
        smmu_interrupt_line(e, PRISIM_SMMU_WIRED_SEV);
    uint32_t *cons = &e->s->word[SMMU_WORD(PRISIM_SMMU_CMDQ_CONS)];
    *cons = (*cons & ~PRISIM_SMMU_QUEUE_INDEX_MASK) | index;
    e->s->commands.unpublished = 0;
}

/* The oldest line's next command, if it is here, is decoded. */
static void begin(struct smmu_edge *e)
{
    struct smmu_commands *c = &e->s->commands;
    c->state = SMMU_COMMAND_IDLE;
    if (c->used == 0)
        return;
    switch ((enum smmu_line_state)c->line[c->head].state) {
    case SMMU_LINE_HERE:
        c->state = SMMU_COMMAND_DECODE;
        smmu_timer_set(e->s, SMMU_TIMER_COMMAND, e->now + e->config->command_latency);
        break;
    case SMMU_LINE_ABORTED: /* SMMU-CERROR-3 */
        smmu_command_error(e, PRISIM_CERROR_ABT);
        break;
    case SMMU_LINE_EMPTY:
    case SMMU_LINE_FETCHING:
    case SMMU_LINE_DROPPED:
        break;
    }
}

void smmu_command_fetched(struct smmu_edge *e, unsigned at, const struct prisim_memory_response *response)
{
    struct smmu_commands *c = &e->s->commands;
    struct smmu_command_line *line = &c->line[at];
    assert(smmu_command_is_fetching(e->s, at));
    bool at_work = is_at_work(c);
    /* SMMU-CR0: after CMDQEN went to 0 nothing new begins. */
    if (!smmu_is_enabled(e->s, PRISIM_CR0_CMDQEN)) {
        drop_lines(e, at_work);
        if (!at_work)
            publish(e);
    }
    if (line->state == SMMU_LINE_DROPPED) {
        line->state = SMMU_LINE_EMPTY;
        smmu_command_kick(e);
        return;
    }
    line->state = SMMU_LINE_ABORTED;
    if (response->status == PRISIM_MEMORY_OK) {
        line->state = SMMU_LINE_HERE;
        memcpy(line->dw, response->data, line->count * PRISIM_COMMAND_BYTES);
    }
    if (!at_work)
        begin(e);
}

/* The command at work is consumed; the next one is decoded, if it is here. */
static void consume(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    struct smmu_commands *c = &s->commands;
    struct smmu_command_line *line = &c->line[c->head];
    assert(c->used > 0 && line->state == SMMU_LINE_HERE && line->count > 0 && c->state != SMMU_COMMAND_IDLE);
    bool sync = c->state == SMMU_COMMAND_SYNC;
    c->unpublished++;
    line->next++;
    if (--line->count == 0) {
        line->state = SMMU_LINE_EMPTY;
        c->head = (uint8_t)ring(e, 1);
        c->used--;
    }
    /* SMMU-CR0: after CMDQEN went to 0 only the command in progress is consumed. */
    if (!smmu_is_enabled(s, PRISIM_CR0_CMDQEN))
        drop_lines(e, 0);
    /* SMMU-QUEUE, SMMU-SYNC: in batches, but a CMD_SYNC is seen at once. */
    if (sync || c->unpublished >= e->config->cons_batch)
        publish(e);
    begin(e);
    smmu_command_kick(e);
    if (c->used == 0 && !is_wanted(s))
        publish(e);
}

void smmu_command_done(struct smmu_edge *e, bool has_sid, bool has_pasid)
{
    uint64_t dw0 = smmu_command_words(&e->s->commands)[0];
    PRISIM_PROBE(e->ports, e->now, smmu_command, .index = smmu_command_index(e),
                 .opcode = prisim_bits_get(dw0, PRISIM_CMD_OPCODE),
                 .stream_id = has_sid ? prisim_bits_get(dw0, PRISIM_CMD_SID) : 0,
                 .pasid = smmu_pasid_field(has_pasid, (uint32_t)prisim_bits_get(dw0, PRISIM_CMD_SSID)));
    consume(e);
}

/* SMMU-CERROR: stop at the command; ERR, then GERROR; later commands that were fetched are dropped. */
void smmu_command_error(struct smmu_edge *e, enum prisim_command_error error)
{
    static const enum prisim_cause why[] = {
        [PRISIM_CERROR_ILL] = PRISIM_CAUSE_COMMAND_ILLEGAL,
        [PRISIM_CERROR_ABT] = PRISIM_CAUSE_COMMAND_FETCH_ABORT,
        [PRISIM_CERROR_ATC_INV_SYNC] = PRISIM_CAUSE_ATC_INV_TIMEOUT,
    };
    struct prisim_smmu *s = e->s;
    assert(error != PRISIM_CERROR_NONE && s->commands.state != SMMU_COMMAND_ERROR && s->commands.used > 0);
    uint64_t opcode =
        error == PRISIM_CERROR_ABT ? 0 : prisim_bits_get(smmu_command_words(&s->commands)[0], PRISIM_CMD_OPCODE);
    drop_lines(e, 0);
    publish(e);
    uint32_t *cons = &s->word[SMMU_WORD(PRISIM_SMMU_CMDQ_CONS)];
    *cons = (*cons & ~(UINT32_C(0x7f) << PRISIM_CMDQ_CONS_ERR_SHIFT)) | (uint32_t)error << PRISIM_CMDQ_CONS_ERR_SHIFT;
    s->commands.state = SMMU_COMMAND_ERROR;
    PRISIM_PROBE(e->ports, e->now, smmu_command_error, .index = smmu_command_index(e), .opcode = opcode,
                 .cause = why[error]);
    smmu_gerror_raise(e, PRISIM_GERROR_CMDQ);
}

/* SMMU-CERROR: CMDQ_ERR is no longer active. The restart: everything from CONS on is fetched again. */
void smmu_command_acknowledged(struct smmu_edge *e)
{
    struct smmu_commands *c = &e->s->commands;
    assert(!(smmu_gerror_active(e->s) & PRISIM_GERROR_CMDQ));
    if (c->state == SMMU_COMMAND_ERROR) {
        assert(c->used == 0);
        c->state = SMMU_COMMAND_IDLE;
    }
    smmu_command_kick(e);
}
