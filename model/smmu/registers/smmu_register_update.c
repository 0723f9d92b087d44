/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers whose writes take effect later: CR0 and IRQ_CTRL with their acknowledgements, GBPA (SMMU-CR0, SMMU-CR,
 * SMMU-IRQCTRL). A CR0 feature is in effect while both its bit and its acknowledgement are 1: it starts with the
 * acknowledgement and stops with the write.
 */
#include "model/smmu/commands/smmu_commands.h"

/* The one-bit fields of CR0; IRQ_CTRL has fewer. */
enum { SINGLE_BITS = (1 << SMMU_UPDATE_IRQ_SHIFT) - 1 };

static void start(struct smmu_edge *e, uint32_t fields)
{
    struct prisim_smmu *s = e->s;
    assert((s->updating & fields) == 0);
    if (fields == 0)
        return;
    s->updating |= fields;
    for (; fields; fields &= fields - 1)
        s->update_due[__builtin_ctz(fields)] = e->now + e->config->ack_latency;
    smmu_timer_min(s, SMMU_TIMER_UPDATE, e->now + e->config->ack_latency);
}

static void set_enabled(struct prisim_smmu *s)
{
    uint32_t before = s->enabled;
    s->enabled = s->word[SMMU_WORD(PRISIM_SMMU_CR0)] & s->word[SMMU_WORD(PRISIM_SMMU_CR0ACK)];
    s->configured++;
    if ((before ^ s->enabled) & PRISIM_CR0_SMMUEN)
        smmu_pri_say(s, PRISIM_PRI_QUEUE_ENABLE);
}

/* Edges from telling the PRI queue of an enable until its acknowledgement of it is here. */
enum { PRI_ENABLE_ROUND = 2 };

/* SMMU-IRQCTRL-1: PRIQ_IRQEN is to be in force in the PRI queue when it is acknowledged and not before: the queue is
 * told as late as that allows. Returns when, or PRISIM_CYCLE_NEVER. */
static prisim_cycle_t pri_interrupt_due(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    unsigned field = SMMU_UPDATE_IRQ_SHIFT + (unsigned)__builtin_ctz(PRISIM_IRQ_CTRL_PRIQ);
    if (!(s->word[SMMU_WORD(PRISIM_SMMU_IRQ_CTRL)] & PRISIM_IRQ_CTRL_PRIQ) || s->pri.irqen_sent)
        return PRISIM_CYCLE_NEVER;
    assert(s->updating >> field & 1);
    if (s->update_due[field] > e->now + PRI_ENABLE_ROUND)
        return s->update_due[field] - PRI_ENABLE_ROUND;
    s->pri.irqen_sent = true;
    smmu_pri_say(s, PRISIM_PRI_QUEUE_ENABLE);
    return PRISIM_CYCLE_NEVER;
}

/* SMMU-CR0-8: a field whose update is not complete keeps its value. Returns the bits that change; `shift` is the
 * place of the register's bit 0 among the fields. */
static uint32_t change(struct smmu_edge *e, enum smmu_word word, uint32_t offset, uint32_t value, unsigned shift)
{
    struct prisim_smmu *s = e->s;
    uint32_t wanted = (value & smmu_writable(e, word)) ^ s->word[word];
    uint32_t updating = s->updating >> shift & SINGLE_BITS;
    if (word == SMMU_WORD(PRISIM_SMMU_CR0) && (s->updating >> SMMU_UPDATE_VMW & 1))
        updating |= PRISIM_CR0_VMW;
    if (wanted & updating)
        PRISIM_PROBE(e->ports, e->now, smmu_register_ignored, .offset = offset, .value = value);
    wanted &= ~updating;
    s->word[word] ^= wanted;
    start(e, (wanted & SINGLE_BITS) << shift | (wanted & PRISIM_CR0_VMW ? UINT32_C(1) << SMMU_UPDATE_VMW : 0));
    return wanted;
}

void smmu_update_cr0(struct smmu_edge *e, uint32_t value)
{
    uint32_t changed = change(e, SMMU_WORD(PRISIM_SMMU_CR0), PRISIM_SMMU_CR0, value, 0);
    set_enabled(e->s);
    if (changed & PRISIM_CR0_PRIQEN)
        smmu_pri_say(e->s, PRISIM_PRI_QUEUE_ENABLE);
    /* SMMU-CR0 "Field side effects": stalled transactions abort, and their STAGs are free. */
    if ((changed & PRISIM_CR0_SMMUEN) && !smmu_is_enabled(e->s, PRISIM_CR0_SMMUEN))
        smmu_stall_abort_all(e);
}

void smmu_update_irq_ctrl(struct smmu_edge *e, uint32_t value)
{
    uint32_t changed = change(e, SMMU_WORD(PRISIM_SMMU_IRQ_CTRL), PRISIM_SMMU_IRQ_CTRL, value, SMMU_UPDATE_IRQ_SHIFT);
    if (!(changed & PRISIM_IRQ_CTRL_PRIQ))
        return;
    if (!(e->s->word[SMMU_WORD(PRISIM_SMMU_IRQ_CTRL)] & PRISIM_IRQ_CTRL_PRIQ)) {
        e->s->pri.irqen_sent = false;
        smmu_pri_say(e->s, PRISIM_PRI_QUEUE_ENABLE);
    }
    smmu_timer_min(e->s, SMMU_TIMER_UPDATE, prisim_cycle_max(pri_interrupt_due(e), e->now + 1));
}

/* SMMU-CR: only a write with Update=1 counts, and none while an update runs. The new fields read back at once;
 * transactions take them from Update=0 on. */
void smmu_update_gbpa(struct smmu_edge *e, uint32_t value)
{
    struct prisim_smmu *s = e->s;
    if (!(value & PRISIM_GBPA_UPDATE) || (s->updating >> SMMU_UPDATE_GBPA & 1)) {
        PRISIM_PROBE(e->ports, e->now, smmu_register_ignored, .offset = PRISIM_SMMU_GBPA, .value = value);
        return;
    }
    s->word[SMMU_WORD(PRISIM_SMMU_GBPA)] = value & smmu_writable(e, SMMU_WORD(PRISIM_SMMU_GBPA));
    start(e, UINT32_C(1) << SMMU_UPDATE_GBPA);
}

static bool is_msi_out(const struct prisim_smmu *s, enum smmu_msi_source source)
{
    return ((s->msi.pending | s->msi.in_flight) >> source & 1) != 0;
}

/* SMMU-CR0: an access is the old SMMUEN's as a whole, and need not have ended. But with SMMUEN=0 no STE is read
 * (SMMU-FETCH) and no descriptor updated (SMMU-HTTU): what is still being translated is waited for. */
static bool are_accesses_settled(const struct smmu_edge *e)
{
    const struct prisim_smmu *s = e->s;
    for (uint32_t left = s->slots & ~s->free & ~(UINT32_C(1) << SMMU_SLOT_LOOKUP); left; left &= left - 1) {
        unsigned state = s->slot[__builtin_ctz(left)].state;
        if (e->config->smmuen_waits || (state >= SMMU_SLOT_CONFIG && state <= SMMU_SLOT_SWAP))
            return false;
    }
    return true;
}

/* SMMU-CR0 "Field side effects": what a cleared CR0 field waits for. */
static bool is_cr0_settled(const struct smmu_edge *e, uint32_t field)
{
    const struct prisim_smmu *s = e->s;
    bool on = (s->word[SMMU_WORD(PRISIM_SMMU_CR0)] & field) != 0;
    switch (field) {
    case PRISIM_CR0_SMMUEN:
        /* SMMU-PRIQEN: the PRI queue too, if it says that it has stopped. */
        return on || (are_accesses_settled(e) && !(s->pri.enable_ack & PRISIM_PRI_QUEUE_ENABLE_SMMUEN));
    case PRISIM_CR0_PRIQEN:
        return on == ((s->pri.enable_ack & PRISIM_PRI_QUEUE_ENABLE_PRIQEN) != 0);
    case PRISIM_CR0_EVENTQEN: /* records that wait are dropped when they are due */
        return on || (!s->events.writing && s->events.popped == s->events.pushed);
    case PRISIM_CR0_CMDQEN:
        return on || smmu_command_is_quiet(s);
    }
    return true; /* ATSCHK */
}

/* SMMU-IRQCTRL: 1 to 0 waits for earlier MSIs. */
static bool is_irq_settled(const struct prisim_smmu *s, uint32_t field)
{
    bool on = (s->word[SMMU_WORD(PRISIM_SMMU_IRQ_CTRL)] & field) != 0;
    switch (field) {
    case PRISIM_IRQ_CTRL_GERROR:
        return on || !is_msi_out(s, SMMU_MSI_GERROR);
    case PRISIM_IRQ_CTRL_PRIQ:
        return on == ((s->pri.enable_ack & PRISIM_PRI_QUEUE_ENABLE_IRQEN) != 0);
    case PRISIM_IRQ_CTRL_EVENTQ:
        return on || !is_msi_out(s, SMMU_MSI_EVENTQ);
    }
    return true;
}

static bool is_settled(const struct smmu_edge *e, unsigned field)
{
    if (field == SMMU_UPDATE_GBPA || field == SMMU_UPDATE_VMW)
        return true;
    uint32_t bit = UINT32_C(1) << field;
    return field < SMMU_UPDATE_IRQ_SHIFT ? is_cr0_settled(e, bit) : is_irq_settled(e->s, bit >> SMMU_UPDATE_IRQ_SHIFT);
}

static void acknowledge_cr0(struct smmu_edge *e, uint32_t bits)
{
    struct prisim_smmu *s = e->s;
    uint32_t *ack = &s->word[SMMU_WORD(PRISIM_SMMU_CR0ACK)];
    *ack = (*ack & ~bits) | (s->word[SMMU_WORD(PRISIM_SMMU_CR0)] & bits);
    set_enabled(s);
    smmu_command_kick(e);
    smmu_event_run(e);
}

static void acknowledge(struct smmu_edge *e, unsigned field)
{
    struct prisim_smmu *s = e->s;
    s->updating &= ~(UINT32_C(1) << field);
    if (field == SMMU_UPDATE_GBPA)
        s->gbpa = s->word[SMMU_WORD(PRISIM_SMMU_GBPA)] &= ~PRISIM_GBPA_UPDATE;
    else if (field == SMMU_UPDATE_VMW)
        acknowledge_cr0(e, PRISIM_CR0_VMW);
    else if (field < SMMU_UPDATE_IRQ_SHIFT)
        acknowledge_cr0(e, UINT32_C(1) << field);
    else
        s->word[SMMU_WORD(PRISIM_SMMU_IRQ_CTRLACK)] ^= UINT32_C(1) << (field - SMMU_UPDATE_IRQ_SHIFT);
}

/* Acknowledges what is due and settled. What is due and not settled is looked at again in every step. */
void smmu_update_run(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    prisim_cycle_t next = pri_interrupt_due(e);
    for (uint32_t fields = s->updating; fields; fields &= fields - 1) {
        unsigned field = (unsigned)__builtin_ctz(fields);
        if (s->update_due[field] > e->now)
            next = prisim_cycle_min(next, s->update_due[field]);
        else if (is_settled(e, field))
            acknowledge(e, field);
    }
    smmu_timer_set(s, SMMU_TIMER_UPDATE, next);
}
