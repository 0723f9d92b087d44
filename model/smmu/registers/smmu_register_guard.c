/* SPDX-License-Identifier: Apache-2.0
 *
 * Which bits of which register word software may write, and while what is enabled it may not (SMMU-OFFSET, SMMU-QUEUE):
 * the columns writable, guard and needs of smmu_registers.def. No side effects here.
 */
#include "model/smmu/smmu_state.h"

/* Fields that no name of smmu_registers.h has. */
#define BASE_HINT UINT64_C(0x4000000000000000) /* RA, WA */
enum { BASE_LOG2SIZE = 0x1f, CMDQ_CONS_ERR = 0x7f << PRISIM_CMDQ_CONS_ERR_SHIFT };

/* A word's part of a register's 64 bits. */
#define HALF(name, bits) (uint32_t)((uint64_t)(bits) >> 32 * (word - SMMU_WORD(name)))

/* Bits that a write changes, guards apart. */
uint32_t smmu_kept(const struct prisim_smmu_config *c, unsigned word)
{
#define ALWAYS           true
#define HAS(member)      (c->member != 0)
#define IF(member, bits) (c->member ? (uint64_t)(bits) : 0)
#define WITHIN_OAS(bits) ((bits)&prisim_bits_mask(c->oas_bits))
    switch ((enum smmu_word)word) {
#define PRISIM_REGISTER(name, offset, width, reset, writable, guard, needs, write, rule)                               \
    SMMU_CASES_##width(name) : return needs ? HALF(name, writable) : 0;
#include "model/smmu/smmu_registers.def"
    case SMMU_WORDS:
        break;
    }
#undef ALWAYS
#undef HAS
#undef IF
#undef WITHIN_OAS
    assert(false && "every word is a register's");
    return 0;
}

/* CR0 bits, and above them IRQ_CTRL bits, that are on: the bit or its acknowledgement is 1. */
static uint32_t on(const struct prisim_smmu *s)
{
    uint32_t cr0 = s->word[SMMU_WORD(PRISIM_SMMU_CR0)] | s->word[SMMU_WORD(PRISIM_SMMU_CR0ACK)];
    return (cr0 & (uint32_t)prisim_bits_mask(SMMU_UPDATE_IRQ_SHIFT)) |
           (s->word[SMMU_WORD(PRISIM_SMMU_IRQ_CTRL)] | s->word[SMMU_WORD(PRISIM_SMMU_IRQ_CTRLACK)])
               << SMMU_UPDATE_IRQ_SHIFT;
}

/* Bits that are read-only while what guards them is on. */
static uint32_t guarded(const struct prisim_smmu *s, unsigned word)
{
#define NEVER            0
#define PART(part, bits) (on(s) & (bits) ? (uint64_t)(part) : 0)
#define WHILE(bits)      PART(UINT64_MAX, bits)
#define WHILE_IRQ(bits)  PART(UINT64_MAX, (uint32_t)(bits) << SMMU_UPDATE_IRQ_SHIFT)
    switch ((enum smmu_word)word) {
#define PRISIM_REGISTER(name, offset, width, reset, writable, guard, needs, write, rule)                               \
    SMMU_CASES_##width(name) : return HALF(name, guard);
#include "model/smmu/smmu_registers.def"
    case SMMU_WORDS:
        break;
    }
#undef NEVER
#undef PART
#undef WHILE
#undef WHILE_IRQ
    assert(false && "every word is a register's");
    return 0;
}

uint32_t smmu_writable(const struct smmu_edge *e, unsigned word)
{
    return smmu_kept(e->config, word) & ~guarded(e->s, word);
}

/* SMMU-QUEUE-8: the indexes that are the SMMU's own read 0 above the wrap bit. */
uint32_t smmu_shown(const struct prisim_smmu_config *config, const struct prisim_smmu *s, unsigned word)
{
    uint32_t log2;
    switch (word) {
    case SMMU_WORD(PRISIM_SMMU_CMDQ_CONS):
        log2 = smmu_queue_log2size(s, SMMU_WORD(PRISIM_SMMU_CMDQ_BASE), config->cmdq_log2_max);
        break;
    case SMMU_WORD(PRISIM_SMMU_EVENTQ_PROD):
        log2 = smmu_queue_log2size(s, SMMU_WORD(PRISIM_SMMU_EVENTQ_BASE), config->eventq_log2_max);
        break;
    case SMMU_WORD(PRISIM_SMMU_PRIQ_PROD):
        log2 = smmu_queue_log2size(s, SMMU_WORD(PRISIM_SMMU_PRIQ_BASE), config->priq_log2_max);
        break;
    default:
        return s->word[word];
    }
    return s->word[word] & (~PRISIM_SMMU_QUEUE_INDEX_MASK | queue_index_mask(log2));
}
