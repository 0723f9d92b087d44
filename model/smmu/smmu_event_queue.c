/* SPDX-License-Identifier: Apache-2.0
 *
 * The event queue: records wait in order for their latency, then one at a time is written or dropped (smmuv3 3.4).
 * What is recorded is decided in smmu_fault.c.
 */
#include "model/smmu/smmu_state.h"

static uint32_t queue_log2(const struct smmu_edge *e)
{
    uint32_t log2 = e->s->word[SMMU_WORD(SMMU_EVENTQ_BASE)] & 0x1f;
    return log2 < e->config->eventq_log2_max ? log2 : e->config->eventq_log2_max;
}

static struct smmu_event_record *oldest(struct smmu *s)
{
    assert(s->events.popped < s->events.pushed);
    return &s->events.record[s->events.popped % SMMU_EVENTS_MAX];
}

static void set_timer(struct smmu *s)
{
    bool waits = !s->events.writing && s->events.popped < s->events.pushed;
    smmu_timer_set(s, SMMU_TIMER_EVENT, waits ? oldest(s)->due : CYCLE_NEVER);
}

void smmu_event_push(struct smmu_edge *e, const uint64_t dw[4])
{
    struct smmu *s = e->s;
    assert(smmu_event_room(s));
    struct smmu_event_record *record = &s->events.record[s->events.pushed++ % SMMU_EVENTS_MAX];
    memcpy(record->dw, dw, sizeof record->dw);
    record->due = e->now + e->config->event_latency;
    set_timer(s);
}

/* The oldest record is over. */
static void pop(struct smmu_edge *e, enum cause cause)
{
    struct smmu *s = e->s;
    const struct smmu_event_record *record = oldest(s);
    uint32_t slot = s->word[SMMU_WORD(SMMU_EVENTQ_PROD)] & (uint32_t)bits_mask(queue_log2(e));
    bool ssv = bit_get(record->dw[0], 11) || bits_get(record->dw[0], CMD_OPCODE) == C_BAD_SUBSTREAMID;
    PROBE(e->ports, e->now, SMMU_EVENT, record->dw[0] & 0xff, record->dw[0] >> 32,
          smmu_pasid_field(ssv, (uint32_t)bits_get(record->dw[0], 12, 20)), record->dw[2], slot, cause);
    s->events.popped++;
    s->events.writing = false;
    if (s->reporting)
        smmu_slot_reports(e);
}

static uint32_t distance(const struct smmu_edge *e)
{
    uint32_t mask = (uint32_t)bits_mask(queue_log2(e) + 1);
    return (e->s->word[SMMU_WORD(SMMU_EVENTQ_PROD)] - e->s->word[SMMU_WORD(SMMU_EVENTQ_CONS)]) & mask;
}

/* smmuv3 3.4: OVFLG toggles when a record is dropped because the queue is full, once per acknowledgement (1.11). */
static void overflow(struct smmu *s)
{
    uint32_t *prod = &s->word[SMMU_WORD(SMMU_EVENTQ_PROD)];
    if (!((*prod ^ s->word[SMMU_WORD(SMMU_EVENTQ_CONS)]) & SMMU_QUEUE_OVERFLOW))
        *prod ^= SMMU_QUEUE_OVERFLOW;
}

/* Decides on the records that are due, up to the first that is written. */
void smmu_event_run(struct smmu_edge *e)
{
    struct smmu *s = e->s;
    while (!s->events.writing && s->events.popped < s->events.pushed && oldest(s)->due <= e->now) {
        if (!smmu_is_enabled(s, CR0_EVENTQEN)) {
            pop(e, CAUSE_QUEUE_OFF);
        } else if (smmu_gerror_active(s) & GERROR_EVENTQ_ABT) {
            pop(e, CAUSE_QUEUE_ABORTED);
        } else if (distance(e) >= UINT32_C(1) << queue_log2(e)) {
            overflow(s);
            pop(e, CAUSE_QUEUE_FULL);
        } else {
            s->events.writing = true;
            smmu_memory_want(s, SMMU_MEMORY_EVENT);
        }
    }
    set_timer(s);
}

void smmu_event_request(struct smmu_edge *e, struct memory_request *to)
{
    struct smmu *s = e->s;
    assert(s->events.writing);
    uint32_t log2 = queue_log2(e);
    uint64_t base = smmu_word64(s, SMMU_WORD(SMMU_EVENTQ_BASE)) & SMMU_QUEUE_BASE_ADDRESS & ~bits_mask(log2 + 5);
    uint64_t index = s->word[SMMU_WORD(SMMU_EVENTQ_PROD)] & bits_mask(log2);
    to->address = base + index * EVENT_RECORD_BYTES;
    to->id = (uint32_t)SMMU_MEMORY_EVENT << 24;
    to->size = EVENT_RECORD_BYTES;
    to->write = 1;
    memcpy(to->data, oldest(s)->dw, EVENT_RECORD_BYTES);
}

/* smmuv3 3.4 "Write abort": PROD does not move for either kind. Interrupt: from empty to non-empty only. */
void smmu_event_written(struct smmu_edge *e, uint8_t status)
{
    struct smmu *s = e->s;
    assert(s->events.writing);
    if (status == MEMORY_OK) {
        bool was_empty = distance(e) == 0;
        pop(e, CAUSE_ACCEPTED);
        uint32_t *prod = &s->word[SMMU_WORD(SMMU_EVENTQ_PROD)];
        *prod = (*prod & SMMU_QUEUE_OVERFLOW) | ((*prod + 1) & (uint32_t)bits_mask(queue_log2(e) + 1));
        if (was_empty)
            smmu_interrupt(e, SMMU_MSI_EVENTQ);
    } else {
        pop(e, status == MEMORY_ABORT ? CAUSE_WRITE_ABORT : CAUSE_WRITE_ABORT_LATE);
        smmu_gerror_raise(e, GERROR_EVENTQ_ABT);
    }
    smmu_event_run(e);
}
