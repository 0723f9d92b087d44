/* SPDX-License-Identifier: Apache-2.0
 *
 * The register port: accesses in flight, reads, writes and what a write sets off (SMMU-REGISTERS). An access takes
 * effect at the edge of its response. What may be written is in smmu_register_guard.c, slow updates in
 * smmu_register_update.c.
 */
#include "model/smmu/smmu_commands.h"

/* SMMU-RESET: what is not zero at reset is UNKNOWN, and holds the pattern; GBPA is IMPDEF. */
static void reset_unknown(const struct smmu_config *config, struct smmu *s)
{
    static const uint32_t zero[] = {SMMU_CR0, SMMU_IRQ_CTRL, SMMU_GERRORN, SMMU_GBPA};
    for (unsigned word = 0; word < SMMU_WORDS; word++)
        s->word[word] |= config->reset_pattern & smmu_kept(config, word);
    for (unsigned i = 0; i < sizeof zero / sizeof zero[0]; i++)
        s->word[SMMU_WORD(zero[i])] = 0;
    s->word[SMMU_WORD(SMMU_PRIQ_PROD)] &= ~SMMU_QUEUE_OVERFLOW;
    if (config->reset_pattern == 0)
        return;
    for (unsigned what = PRI_QUEUE_BASE; what <= PRI_QUEUE_IRQ_CFG2; what++)
        smmu_pri_say(s, (enum pri_queue_control_what)what);
}

void smmu_registers_init(const struct smmu_config *config, struct smmu *s)
{
    assert(s->word[SMMU_WORD(SMMU_CR0)] == 0);
    reset_unknown(config, s);
    smmu_identify(config, s);
    s->gbpa = s->word[SMMU_WORD(SMMU_GBPA)] = GBPA_SHCFG_INCOMING;
}

void smmu_registers_take(struct smmu_edge *e, const struct memory_request *request)
{
    struct smmu *s = e->s;
    assert(s->access_count < SMMU_REGISTERS_IN_FLIGHT);
    struct smmu_access *access = &s->access[(s->access_head + s->access_count) % SMMU_REGISTERS_IN_FLIGHT];
    access->address = request->address;
    access->value = load_le64(request->data);
    access->due = e->now + e->config->register_latency;
    access->id = request->id;
    access->size = request->size;
    access->write = request->write;
    if (s->access_count++ == 0)
        smmu_timer_set(s, SMMU_TIMER_REGISTER, access->due);
    if (s->access_count == SMMU_REGISTERS_IN_FLIGHT)
        smmu_set_ready(s, SMMU_RX_REGISTER, false);
}

/* SMMU-MAP: 4 bytes, or 8 at a 64-bit register, aligned; anything else is RAZ/WI. */
static bool is_good_size(uint64_t offset, uint32_t size)
{
    if (size == 8)
        return offset < SMMU_FRAME_BYTES && smmu_is_wide((uint32_t)offset);
    return size == 4 && (offset & 3) == 0;
}

/* A place in smmu.word; others are RES0, but for the ID block. */
static bool is_word(uint64_t offset)
{
    return (offset & ~UINT64_C(0x100ff)) == 0;
}

/* What a write to a 32-bit register, or to either half of a 64-bit one, sets off. */
static void wrote(struct smmu_edge *e, uint32_t offset)
{
    switch (offset) {
    case SMMU_CMDQ_PROD:
        smmu_command_kick(e);
        break;
    case SMMU_EVENTQ_CONS:
        smmu_event_run(e); /* there may be room for the record of a stall */
        break;
    case SMMU_PRIQ_CONS:
        smmu_pri_say(e->s, PRI_QUEUE_CONS);
        break;
    case SMMU_PRIQ_PROD:
        smmu_pri_say(e->s, PRI_QUEUE_PROD);
        break;
    case SMMU_PRIQ_BASE:
    case SMMU_PRIQ_BASE + 4:
        smmu_pri_say(e->s, PRI_QUEUE_BASE);
        break;
    case SMMU_PRIQ_IRQ_CFG0:
    case SMMU_PRIQ_IRQ_CFG0 + 4:
        smmu_pri_say(e->s, PRI_QUEUE_IRQ_CFG0);
        break;
    case SMMU_PRIQ_IRQ_CFG1:
        smmu_pri_say(e->s, PRI_QUEUE_IRQ_CFG1);
        break;
    case SMMU_PRIQ_IRQ_CFG2:
        smmu_pri_say(e->s, PRI_QUEUE_IRQ_CFG2);
        break;
    }
}

static void write_word(struct smmu_edge *e, uint32_t offset, uint32_t value)
{
    struct smmu *s = e->s;
    unsigned word = SMMU_WORD(offset);
    uint32_t writable = smmu_writable(e, word);
    bool ignored = writable == 0;
    switch (offset) {
    case SMMU_CR0:
        smmu_update_cr0(e, value);
        return;
    case SMMU_IRQ_CTRL:
        smmu_update_irq_ctrl(e, value);
        return;
    case SMMU_GBPA:
        smmu_update_gbpa(e, value);
        return;
    case SMMU_GERRORN:
        smmu_gerror_acknowledge(e, value & writable);
        return;
    case SMMU_CR1: /* SMMU-QUEUE: in part read-only */
        ignored = writable != 0xfff;
        break;
    }
    if (ignored)
        PROBE(e->ports, e->now, smmu_register_ignored, .offset = offset, .value = value);
    if (writable == 0)
        return;
    s->word[word] = (s->word[word] & ~writable) | (value & writable);
    wrote(e, offset);
}

static void write_register(struct smmu_edge *e, const struct smmu_access *access)
{
    uint64_t value = access->size < 8 ? access->value & bits_mask(access->size * 8u) : access->value;
    PROBE(e->ports, e->now, smmu_register, .offset = access->address, .value = value, .write = 1);
    if (!is_good_size(access->address, access->size) || !is_word(access->address)) {
        PROBE(e->ports, e->now, smmu_register_ignored, .offset = access->address, .value = value);
        return;
    }
    uint32_t offset = (uint32_t)access->address;
    write_word(e, offset, (uint32_t)value);
    if (access->size == 8)
        write_word(e, offset + 4, (uint32_t)(value >> 32));
}

uint64_t smmu_register_value(const struct smmu_config *config, const struct smmu *s, uint64_t offset, uint32_t size)
{
    if (!is_good_size(offset, size))
        return 0;
    if (is_word(offset))
        return size == 8 ? smmu_word64(s, SMMU_WORD(offset)) : smmu_shown(config, s, SMMU_WORD(offset));
    if (offset >= SMMU_PIDR4 && offset <= SMMU_CIDR3)
        return smmu_id_block((uint32_t)offset);
    return 0;
}

static uint64_t read_register(struct smmu_edge *e, const struct smmu_access *access)
{
    uint64_t value = smmu_register_value(e->config, e->s, access->address, access->size);
    PROBE(e->ports, e->now, smmu_register, .offset = access->address, .value = value, .write = 0);
    if (!is_good_size(access->address, access->size))
        PROBE(e->ports, e->now, smmu_register_ignored, .offset = access->address, .value = value);
    return value;
}

/* The oldest access is due and its response can be put. */
void smmu_registers_answer(struct smmu_edge *e)
{
    struct smmu *s = e->s;
    const struct smmu_access *access = &s->access[s->access_head];
    assert(s->access_count > 0 && access->due <= e->now);
    struct memory_response *to = ports_put(e->ports, SMMU_TX_REGISTER_RESPONSE);
    to->id = access->id;
    to->status = MEMORY_OK;
    to->size = 0;
    to->unused = 0;
    if (access->write) {
        write_register(e, access);
    } else {
        uint64_t value = read_register(e, access);
        to->size = access->size <= MEMORY_LINE_BYTES ? access->size : 0;
        store_le64(to->data, value);
        if (to->size > sizeof value)
            memset(to->data + sizeof value, 0, to->size - sizeof value);
    }
    s->access_head = (uint8_t)((s->access_head + 1) % SMMU_REGISTERS_IN_FLIGHT);
    s->access_count--;
    smmu_set_ready(s, SMMU_RX_REGISTER, true);
    if (s->access_count && s->access[s->access_head].due <= e->now)
        return; /* the next one is due as well and waits for the port */
    smmu_timer_set(s, SMMU_TIMER_REGISTER, s->access_count ? s->access[s->access_head].due : CYCLE_NEVER);
    smmu_unwant(s, SMMU_TX_REGISTER_RESPONSE);
}
