/* SPDX-License-Identifier: Apache-2.0
 *
 * The register port: accesses in flight, reads, writes and what a write sets off (SMMU-REGISTERS). An access takes
 * effect at the edge of its response. What may be written is in smmu_register_guard.c, slow updates in
 * smmu_register_update.c.
 */
#include "model/smmu/commands/smmu_commands.h"

/* What a reset leaves: the value, and the configured pattern in the bits that are UNKNOWN and can be written. */
struct reset {
    uint64_t unknown;
    uint32_t value;
    uint8_t word, width;
};

/* SMMU-RESET: what is not zero at reset is UNKNOWN, and holds the pattern; GBPA is IMPDEF. */
static const struct reset resets[] = {
#define VALUE(value)      0, value
#define UNKNOWN           UINT64_MAX, 0
#define UNKNOWN_BUT(bits) ~(uint64_t)(bits), 0
#define BUILT             0, 0
#define PRISIM_REGISTER(name, offset, width, reset, writable, guard, needs, write, rule)                               \
    {reset, SMMU_WORD(name), width},
#include "model/smmu/smmu_registers.def"
#undef VALUE
#undef UNKNOWN
#undef UNKNOWN_BUT
#undef BUILT
};

void smmu_registers_init(const struct prisim_smmu_config *config, struct prisim_smmu *s)
{
    assert(s->word[SMMU_WORD(PRISIM_SMMU_CR0)] == 0);
    for (unsigned i = 0; i < sizeof resets / sizeof resets[0]; i++) {
        const struct reset *r = &resets[i];
        for (unsigned half = 0; half < r->width / 32u; half++)
            s->word[r->word + half] =
                config->reset_pattern & smmu_kept(config, r->word + half) & (uint32_t)(r->unknown >> 32 * half);
        s->word[r->word] |= r->value;
    }
    smmu_identify(config, s);
    s->gbpa = s->word[SMMU_WORD(PRISIM_SMMU_GBPA)];
    if (config->reset_pattern == 0)
        return;
    for (unsigned what = PRISIM_PRI_QUEUE_BASE; what <= PRISIM_PRI_QUEUE_IRQ_CFG2; what++)
        smmu_pri_say(s, (enum prisim_pri_queue_control_what)what);
}

void smmu_registers_take(struct smmu_edge *e, const struct prisim_memory_request *request)
{
    struct prisim_smmu *s = e->s;
    assert(s->access_count < SMMU_REGISTERS_IN_FLIGHT);
    struct smmu_access *access = &s->access[(s->access_head + s->access_count) % SMMU_REGISTERS_IN_FLIGHT];
    access->address = request->address;
    access->value = prisim_load_le64(request->data);
    access->due = e->now + e->config->register_latency;
    access->id = request->id;
    access->size = request->size;
    access->write = request->write;
    if (s->access_count++ == 0)
        smmu_timer_set(s, SMMU_TIMER_REGISTER, access->due);
    if (s->access_count == SMMU_REGISTERS_IN_FLIGHT)
        smmu_set_ready(s, PRISIM_SMMU_RX_REGISTER, false);
}

/* The place of the four bytes at an offset; SMMU_WORDS: nothing is there, RES0. */
static enum smmu_word word_at(uint64_t offset)
{
    switch (offset) {
#define WORD_32(name)                                                                                                  \
    case name:                                                                                                         \
        return SMMU_WORD(name)
#define WORD_64(name)                                                                                                  \
    WORD_32(name);                                                                                                     \
    case name + 4:                                                                                                     \
        return SMMU_HIGH_WORD(name)
#define PRISIM_REGISTER(name, offset, width, reset, writable, guard, needs, write, rule) WORD_##width(name);
#include "model/smmu/smmu_registers.def"
#undef WORD_32
#undef WORD_64
    }
    return SMMU_WORDS;
}

static bool is_wide(uint64_t offset)
{
    switch (offset) {
#define PRISIM_REGISTER(name, offset, width, reset, writable, guard, needs, write, rule)                               \
    case name:                                                                                                         \
        return width == 64;
#include "model/smmu/smmu_registers.def"
    }
    return false;
}

/* SMMU-MAP: 4 bytes, or 8 at a 64-bit register, aligned; anything else is RAZ/WI. */
static bool is_good_size(uint64_t offset, uint32_t size)
{
    if (size == 8)
        return is_wide(offset);
    return size == 4 && (offset & 3) == 0;
}

/* True if there are bits that were written. */
static bool keep(struct smmu_edge *e, uint32_t offset, enum smmu_word word, uint32_t value)
{
    struct prisim_smmu *s = e->s;
    uint32_t writable = smmu_writable(e, word);
    /* SMMU-QUEUE: CR1 may be read-only in part. */
    if (writable == 0 || (word == SMMU_WORD(PRISIM_SMMU_CR1) && writable != smmu_kept(e->config, word)))
        PRISIM_PROBE(e->ports, e->now, smmu_register_ignored, .offset = offset, .value = value);
    if (writable == 0)
        return false;
    s->word[word] = (s->word[word] & ~writable) | (value & writable);
    return true;
}

/* What runs on once a register has been written. */
static void start_commands(struct smmu_edge *e)
{
    smmu_command_kick(e);
}

static void start_events(struct smmu_edge *e)
{
    smmu_event_run(e); /* there may be room for the record of a stall */
}

/* A write to a 32-bit register, or to either half of a 64-bit one, and what it sets off. */
static void write_word(struct smmu_edge *e, uint32_t offset, enum smmu_word word, uint32_t value)
{
#define KEEPS         keep(e, offset, word, value)
#define UPDATES(what) smmu_update_##what(e, value)
#define ACKNOWLEDGES  smmu_gerror_acknowledge(e, (value)&smmu_writable(e, word))
#define STARTS(what)                                                                                                   \
    if (KEEPS)                                                                                                         \
    start_##what(e)
#define TELLS(what)                                                                                                    \
    if (KEEPS)                                                                                                         \
    smmu_pri_say(e->s, what)
    switch (word) {
#define PRISIM_REGISTER(name, offset_, width, reset, writable, guard, needs, write, rule)                              \
    SMMU_CASES_##width(name) : write;                                                                                  \
    return;
#include "model/smmu/smmu_registers.def"
    case SMMU_WORDS:
        PRISIM_PROBE(e->ports, e->now, smmu_register_ignored, .offset = offset, .value = value);
        return;
    }
#undef KEEPS
#undef UPDATES
#undef ACKNOWLEDGES
#undef STARTS
#undef TELLS
}

static void write_register(struct smmu_edge *e, const struct smmu_access *access)
{
    uint64_t value = access->size < 8 ? access->value & prisim_bits_mask(access->size * 8u) : access->value;
    PRISIM_PROBE(e->ports, e->now, smmu_register, .offset = access->address, .value = value, .write = 1);
    enum smmu_word word = word_at(access->address);
    if (!is_good_size(access->address, access->size) || word == SMMU_WORDS) {
        PRISIM_PROBE(e->ports, e->now, smmu_register_ignored, .offset = access->address, .value = value);
        return;
    }
    uint32_t offset = (uint32_t)access->address;
    write_word(e, offset, word, (uint32_t)value);
    if (access->size == 8)
        write_word(e, offset + 4, word + 1, (uint32_t)(value >> 32));
}

uint64_t smmu_register_value(const struct prisim_smmu_config *config, const struct prisim_smmu *s, uint64_t offset,
                             uint32_t size)
{
    enum smmu_word word = word_at(offset);
    if (!is_good_size(offset, size) || word == SMMU_WORDS)
        return 0;
    return size == 8 ? smmu_word64(s, word) : smmu_shown(config, s, word);
}

static uint64_t read_register(struct smmu_edge *e, const struct smmu_access *access)
{
    uint64_t value = smmu_register_value(e->config, e->s, access->address, access->size);
    PRISIM_PROBE(e->ports, e->now, smmu_register, .offset = access->address, .value = value, .write = 0);
    if (!is_good_size(access->address, access->size))
        PRISIM_PROBE(e->ports, e->now, smmu_register_ignored, .offset = access->address, .value = value);
    return value;
}

/* The oldest access is due and its response can be put. */
void smmu_registers_answer(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    const struct smmu_access *access = &s->access[s->access_head];
    assert(s->access_count > 0 && access->due <= e->now);
    struct prisim_memory_response *to = prisim_ports_put(e->ports, PRISIM_SMMU_TX_REGISTER_RESPONSE);
    to->id = access->id;
    to->status = PRISIM_MEMORY_OK;
    to->size = 0;
    to->unused = 0;
    if (access->write) {
        write_register(e, access);
    } else {
        uint64_t value = read_register(e, access);
        to->size = access->size <= PRISIM_MEMORY_LINE_BYTES ? access->size : 0;
        prisim_store_le64(to->data, value);
        if (to->size > sizeof value)
            memset(to->data + sizeof value, 0, to->size - sizeof value);
    }
    s->access_head = (uint8_t)((s->access_head + 1) % SMMU_REGISTERS_IN_FLIGHT);
    s->access_count--;
    smmu_set_ready(s, PRISIM_SMMU_RX_REGISTER, true);
    if (s->access_count && s->access[s->access_head].due <= e->now)
        return; /* the next one is due as well and waits for the port */
    smmu_timer_set(s, SMMU_TIMER_REGISTER, s->access_count ? s->access[s->access_head].due : PRISIM_CYCLE_NEVER);
    smmu_unwant(s, PRISIM_SMMU_TX_REGISTER_RESPONSE);
}
