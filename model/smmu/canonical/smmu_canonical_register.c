/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the SMMU's registers, of the accesses to them, of what waits for a time and of interrupts.
 * Indexes of queues count from the CONS of their queue.
 */
#include "model/smmu/canonical/smmu_canonical_parts.h"

/* The queue that a register is an index of: where its CONS stands, and log2 of its size. */
struct queue {
    uint32_t cons;
    uint32_t log2;
};

static bool is_index(const struct prisim_smmu_config *config, const struct prisim_smmu *s, unsigned word,
                     struct queue *queue)
{
    switch (word) {
    case SMMU_WORD(PRISIM_SMMU_CMDQ_PROD):
    case SMMU_WORD(PRISIM_SMMU_CMDQ_CONS):
        queue->cons = s->word[SMMU_WORD(PRISIM_SMMU_CMDQ_CONS)] & PRISIM_SMMU_QUEUE_INDEX_MASK;
        queue->log2 = smmu_queue_log2size(s, SMMU_WORD(PRISIM_SMMU_CMDQ_BASE), config->cmdq_log2_max);
        return true;
    case SMMU_WORD(PRISIM_SMMU_EVENTQ_PROD):
    case SMMU_WORD(PRISIM_SMMU_EVENTQ_CONS):
        queue->cons = s->word[SMMU_WORD(PRISIM_SMMU_EVENTQ_CONS)];
        queue->log2 = smmu_queue_log2size(s, SMMU_WORD(PRISIM_SMMU_EVENTQ_BASE), config->eventq_log2_max);
        return true;
    case SMMU_WORD(PRISIM_SMMU_PRIQ_PROD):
    case SMMU_WORD(PRISIM_SMMU_PRIQ_CONS):
        queue->cons = s->word[SMMU_WORD(PRISIM_SMMU_PRIQ_CONS)];
        queue->log2 = smmu_queue_log2size(s, SMMU_WORD(PRISIM_SMMU_PRIQ_BASE), config->priq_log2_max);
        return true;
    }
    return false;
}

static void tell_words(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                       const struct prisim_smmu *s)
{
    static const uint8_t index[] = {SMMU_WORD(PRISIM_SMMU_CMDQ_PROD),   SMMU_WORD(PRISIM_SMMU_CMDQ_CONS),
                                    SMMU_WORD(PRISIM_SMMU_EVENTQ_PROD), SMMU_WORD(PRISIM_SMMU_EVENTQ_CONS),
                                    SMMU_WORD(PRISIM_SMMU_PRIQ_PROD),   SMMU_WORD(PRISIM_SMMU_PRIQ_CONS)};
    uint32_t rest[SMMU_WORDS];
    memcpy(rest, s->word, sizeof rest);
    for (unsigned i = 0; i < sizeof index; i++) {
        struct queue queue;
        bool known = is_index(config, s, index[i], &queue);
        assert(known);
        prisim_pri_queue_index_canonical(to, s->word[index[i]], queue.cons, queue.log2);
        rest[index[i]] = 0;
    }
    prisim_canonical_bytes(to, rest, sizeof rest);
}

static unsigned index_at(uint64_t offset)
{
    switch (offset) {
    case PRISIM_SMMU_CMDQ_PROD:
        return SMMU_WORD(PRISIM_SMMU_CMDQ_PROD);
    case PRISIM_SMMU_CMDQ_CONS:
        return SMMU_WORD(PRISIM_SMMU_CMDQ_CONS);
    case PRISIM_SMMU_EVENTQ_PROD:
        return SMMU_WORD(PRISIM_SMMU_EVENTQ_PROD);
    case PRISIM_SMMU_EVENTQ_CONS:
        return SMMU_WORD(PRISIM_SMMU_EVENTQ_CONS);
    case PRISIM_SMMU_PRIQ_PROD:
        return SMMU_WORD(PRISIM_SMMU_PRIQ_PROD);
    case PRISIM_SMMU_PRIQ_CONS:
        return SMMU_WORD(PRISIM_SMMU_PRIQ_CONS);
    }
    return SMMU_WORDS;
}

static void tell_access(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                        const struct prisim_smmu *s, const struct smmu_access *access)
{
    struct queue queue;
    prisim_canonical_word(to, access->id);
    prisim_canonical_word(to, access->address);
    prisim_canonical_word(to, access->size | (uint64_t)access->write << 8);
    if (!access->write)
        return;
    if (is_index(config, s, index_at(access->address), &queue))
        prisim_pri_queue_index_canonical(to, (uint32_t)access->value, queue.cons, queue.log2);
    else
        prisim_canonical_word(to, access->value & prisim_bits_mask(access->size < 8 ? access->size * 8u : 64));
}

void smmu_canonical_access(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                           const struct prisim_smmu *s, const struct prisim_memory_request *request)
{
    struct smmu_access access = {
        .address = request->address,
        .value = prisim_load_le64(request->data),
        .id = request->id,
        .size = request->size,
        .write = request->write,
    };
    tell_access(to, config, s, &access);
}

/* The timer of the slots is a bound of their `due`, and told with them. */
static void tell_times(struct prisim_canonical *to, const struct prisim_smmu *s)
{
    for (unsigned i = 0; i < SMMU_TIMERS; i++)
        if (i != SMMU_TIMER_SLOTS)
            prisim_canonical_time(to, s->timer[i]);
    prisim_canonical_word(to, s->updating);
    for (uint32_t left = s->updating & (uint32_t)prisim_bits_mask(SMMU_UPDATES); left; left &= left - 1)
        prisim_canonical_time(to, s->update_due[__builtin_ctz(left)]);
}

static void tell_accesses(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                          const struct prisim_smmu *s)
{
    prisim_canonical_word(to, s->access_count);
    for (unsigned i = 0; i < s->access_count && i < SMMU_REGISTERS_IN_FLIGHT; i++) {
        const struct smmu_access *access = &s->access[(s->access_head + i) % SMMU_REGISTERS_IN_FLIGHT];
        tell_access(to, config, s, access);
        prisim_canonical_time(to, access->due);
    }
}

static void tell_interrupts(struct prisim_canonical *to, const struct prisim_smmu *s)
{
    const struct smmu_msi *msi = &s->msi;
    prisim_canonical_word(to, s->lines | (uint64_t)msi->pending << 32 | (uint64_t)msi->in_flight << 40);
    for (unsigned i = 0; i < SMMU_MSI_SOURCES; i++)
        if (msi->pending >> i & 1) {
            prisim_canonical_word(to, msi->address[i]);
            prisim_canonical_word(to, msi->data[i]);
        }
}

void smmu_canonical_registers(struct prisim_canonical *to, const struct prisim_smmu_config *config,
                              const struct prisim_smmu *s)
{
    prisim_canonical_word(to, s->wants);
    prisim_canonical_word(to, s->ready);
    prisim_canonical_word(to, s->enabled | (uint64_t)s->gbpa << 32);
    prisim_canonical_word(to, s->memory_wants | (uint64_t)s->memory_last << 8 | (uint64_t)s->down_wants << 16 |
                                  (uint64_t)s->down_last << 24);
    tell_words(to, config, s);
    tell_times(to, s);
    tell_accesses(to, config, s);
    tell_interrupts(to, s);
}
