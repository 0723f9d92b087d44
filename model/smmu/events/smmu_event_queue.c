/* SPDX-License-Identifier: Apache-2.0
 *
 * The event queue: records wait in order for their latency, then one at a time is written or dropped (SMMU-EVENTQ).
 * What is recorded is decided in smmu_fault.c.
 */
#include "model/smmu/events/smmu_events.h"

static uint32_t queue_log2(const struct smmu_edge *e)
{
    return smmu_queue_log2size(e->s, SMMU_WORD(PRISIM_SMMU_EVENTQ_BASE), e->config->eventq_log2_max);
}

static struct smmu_event_record *oldest(struct prisim_smmu *s)
{
    assert(s->events.popped < s->events.pushed);
    return &s->event[s->events.popped % SMMU_EVENTS_MAX];
}

/* The oldest record, or that of a stall, whatever becomes due first. While one is written nothing is looked at. */
static void set_timer(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    prisim_cycle_t next = PRISIM_CYCLE_NEVER;
    if (!s->events.writing) {
        next = s->stalls.unwritten ? smmu_stall_next(e) : PRISIM_CYCLE_NEVER;
        if (s->events.popped < s->events.pushed)
            next = prisim_cycle_min(next, oldest(s)->due);
    }
    smmu_timer_set(s, SMMU_TIMER_EVENT, next);
}

static void emit(struct smmu_edge *e, const uint64_t dw[4], enum prisim_cause cause)
{
    uint32_t slot = queue_index_slot(e->s->word[SMMU_WORD(PRISIM_SMMU_EVENTQ_PROD)], queue_log2(e));
    bool ssv = prisim_bit_get(dw[0], 11) || prisim_bits_get(dw[0], PRISIM_CMD_OPCODE) == PRISIM_C_BAD_SUBSTREAMID;
    PRISIM_PROBE(e->ports, e->now, smmu_event, .code = dw[0] & 0xff, .stream_id = dw[0] >> 32,
                 .pasid = smmu_pasid_field(ssv, (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SSID)), .address = dw[2],
                 .slot = slot, .cause = cause);
}

/* SMMU-EVENT: equal records may become one, by STE.MEV, which nothing says before there is an STE: `mev` is set then,
 * but for C_BAD_STE, where it is that of the STE. Here it is one that waits and whose write has not begun. */
static bool is_merged(const struct smmu_edge *e, const struct smmu_slot *slot, const uint64_t dw[4])
{
    const struct smmu_events *events = &e->s->events;
    if (!e->config->event_merge)
        return false;
    if (prisim_bits_get(dw[0], PRISIM_CMD_OPCODE) != PRISIM_C_BAD_STE && !slot->ste.mev)
        return false;
    uint64_t i = events->popped + (events->writing && !events->of_stall);
    for (; i < events->pushed; i++)
        if (memcmp(e->s->event[i % SMMU_EVENTS_MAX].dw, dw, PRISIM_EVENT_RECORD_BYTES) == 0)
            return true;
    return false;
}

void smmu_event_push(struct smmu_edge *e, const struct smmu_slot *slot, const uint64_t dw[4])
{
    struct prisim_smmu *s = e->s;
    assert(smmu_event_room(s));
    if (is_merged(e, slot, dw)) {
        emit(e, dw, PRISIM_CAUSE_MERGED);
        return;
    }
    struct smmu_event_record *record = &s->event[s->events.pushed++ % SMMU_EVENTS_MAX];
    prisim_touch(&s->touched, record, sizeof *record);
    memcpy(record->dw, dw, sizeof record->dw);
    record->due = e->now + e->config->event_latency;
    set_timer(e);
}

/* The oldest record is over. */
static void pop(struct smmu_edge *e, enum prisim_cause cause)
{
    struct prisim_smmu *s = e->s;
    emit(e, oldest(s)->dw, cause);
    s->events.popped++;
}

/* SMMU-EVENTQ: OVFLG toggles when a record is dropped because the queue is full, once per acknowledgement (SMMU-QUEUE).
 */
static void overflow(struct smmu_edge *e)
{
    uint32_t *prod = &e->s->word[SMMU_WORD(PRISIM_SMMU_EVENTQ_PROD)];
    uint32_t cons = e->s->word[SMMU_WORD(PRISIM_SMMU_EVENTQ_CONS)];
    /* SMMU-QUEUE: further apart than the queue is long counts as full. */
    if (queue_index_is_impossible(*prod, cons, queue_log2(e)))
        PRISIM_PROBE(e->ports, e->now, smmu_misuse, .offset = PRISIM_SMMU_EVENTQ_CONS, .value = cons,
                     .cause = PRISIM_CAUSE_QUEUE_DISTANCE);
    if (queue_index_is_in_overflow(*prod, cons))
        return;
    *prod ^= QUEUE_INDEX_OVERFLOW;
    PRISIM_PROBE(e->ports, e->now, smmu_event_overflow, .prod = queue_index_of(*prod, queue_log2(e)),
                 .ovflg = *prod >> 31);
}

/* SMMU-EVENTQ "Writable": PRISIM_CAUSE_ACCEPTED, or why it is not. An overflow that is not acknowledged does not
 * matter. */
static enum prisim_cause writable(const struct smmu_edge *e)
{
    uint32_t prod = e->s->word[SMMU_WORD(PRISIM_SMMU_EVENTQ_PROD)];
    uint32_t cons = e->s->word[SMMU_WORD(PRISIM_SMMU_EVENTQ_CONS)];
    if (!smmu_is_enabled(e->s, PRISIM_CR0_EVENTQEN))
        return PRISIM_CAUSE_QUEUE_OFF;
    if (smmu_gerror_active(e->s) & PRISIM_GERROR_EVENTQ_ABT)
        return PRISIM_CAUSE_QUEUE_ABORTED;
    return queue_index_is_full(prod, cons, queue_log2(e)) ? PRISIM_CAUSE_QUEUE_FULL : PRISIM_CAUSE_ACCEPTED;
}

static void write(struct smmu_edge *e, unsigned stalled)
{
    struct smmu_events *events = &e->s->events;
    events->writing = true;
    events->of_stall = stalled < SMMU_SLOTS;
    if (events->of_stall)
        smmu_stall_record(e, stalled, events->written);
    else
        memcpy(events->written, oldest(e->s)->dw, sizeof events->written);
    smmu_memory_want(e->s, SMMU_MEMORY_EVENT);
}

/* Decides on the record that is due: the oldest, but those of stalls come only while the queue is writable
 * (SMMU-EVENTQ: they are never dropped and never overflow). */
bool smmu_event_next(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    if (!s->events.writing) {
        enum prisim_cause may = writable(e);
        unsigned stalled = may == PRISIM_CAUSE_ACCEPTED ? smmu_stall_due(e) : SMMU_SLOTS;
        bool due = s->events.popped < s->events.pushed && oldest(s)->due <= e->now;
        if (due && stalled < SMMU_SLOTS && oldest(s)->due <= s->slot[stalled].due)
            stalled = SMMU_SLOTS;
        if (due && may != PRISIM_CAUSE_ACCEPTED) {
            if (may == PRISIM_CAUSE_QUEUE_FULL)
                overflow(e);
            pop(e, may);
            return true;
        }
        if (due || stalled < SMMU_SLOTS)
            write(e, stalled);
    }
    set_timer(e);
    return false;
}

void smmu_event_request(struct smmu_edge *e, struct prisim_memory_request *to)
{
    struct prisim_smmu *s = e->s;
    assert(s->events.writing);
    uint32_t log2 = queue_log2(e);
    uint64_t base = smmu_word64(s, SMMU_WORD(PRISIM_SMMU_EVENTQ_BASE)) & PRISIM_SMMU_QUEUE_BASE_ADDRESS &
                    ~prisim_bits_mask(log2 + 5);
    uint64_t slot = queue_index_slot(s->word[SMMU_WORD(PRISIM_SMMU_EVENTQ_PROD)], log2);
    to->address = base + slot * PRISIM_EVENT_RECORD_BYTES;
    to->id = (uint32_t)SMMU_MEMORY_EVENT << 24;
    to->size = PRISIM_EVENT_RECORD_BYTES;
    to->write = 1;
    for (unsigned i = 0; i < PRISIM_EVENT_RECORD_BYTES / 8; i++)
        prisim_store_le64(to->data + 8 * i, s->events.written[i]);
}

bool smmu_event_written(struct smmu_edge *e, uint8_t status)
{
    struct prisim_smmu *s = e->s;
    enum prisim_cause cause = status == PRISIM_MEMORY_OK      ? PRISIM_CAUSE_ACCEPTED
                              : status == PRISIM_MEMORY_ABORT ? PRISIM_CAUSE_WRITE_ABORT
                                                              : PRISIM_CAUSE_WRITE_ABORT_LATE;
    assert(s->events.writing);
    s->events.writing = false;
    if (!s->events.of_stall) {
        pop(e, cause);
        return true;
    }
    emit(e, s->events.written, cause);
    smmu_stall_written(e, cause == PRISIM_CAUSE_ACCEPTED);
    return false;
}

/* SMMU-EVENTQ "Write abort": PROD does not move for either kind. Interrupt: from empty to non-empty only. */
void smmu_event_publish(struct smmu_edge *e, uint8_t status)
{
    struct prisim_smmu *s = e->s;
    uint32_t *prod = &s->word[SMMU_WORD(PRISIM_SMMU_EVENTQ_PROD)];
    bool was_empty = queue_index_is_empty(*prod, s->word[SMMU_WORD(PRISIM_SMMU_EVENTQ_CONS)], queue_log2(e));
    if (status != PRISIM_MEMORY_OK) {
        smmu_gerror_raise(e, PRISIM_GERROR_EVENTQ_ABT);
        return;
    }
    *prod = (*prod & QUEUE_INDEX_OVERFLOW) | queue_index_of(*prod + 1, queue_log2(e));
    if (was_empty)
        smmu_interrupt(e, SMMU_MSI_EVENTQ);
}
