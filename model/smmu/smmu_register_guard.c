/* SPDX-License-Identifier: Apache-2.0
 *
 * Which bits of which register word software may write, and while what is enabled it may not (SMMU-OFFSET, SMMU-QUEUE).
 * No side effects here.
 */
#include "model/smmu/smmu_state.h"

/* Address bits in the upper word of a base; bit 62 is a hint. */
#define BASE_ADDRESS_HIGH UINT32_C(0x00ffffff)

/* Bits that are kept when written if all is built; a word that is not named is read-only or undefined. */
static const uint32_t kept[SMMU_WORDS] = {
    [SMMU_WORD(SMMU_CR0)] = CR0_SMMUEN | CR0_PRIQEN | CR0_EVENTQEN | CR0_CMDQEN | CR0_ATSCHK | CR0_VMW,
    [SMMU_WORD(SMMU_CR1)] = 0xfff,
    /* SMMU-CR-2: PTM is RES0 with BTM=0, which it is here. */
    [SMMU_WORD(SMMU_CR2)] = CR2_E2H | CR2_RECINVSID | CR2_REC_CFG_ATS,
    [SMMU_WORD(SMMU_GBPA)] = GBPA_UPDATE | GBPA_ABORT | GBPA_PERMS | GBPA_TYPES | GBPA_ALLOCCFG | GBPA_SHCFG,
    [SMMU_WORD(SMMU_IRQ_CTRL)] = IRQ_CTRL_GERROR | IRQ_CTRL_PRIQ | IRQ_CTRL_EVENTQ,
    /* SMMU-GERROR: there is no service failure mode here, no ECMDQ and no DPT. */
    [SMMU_WORD(SMMU_GERRORN)] = GERROR_CMDQ | GERROR_EVENTQ_ABT | GERROR_PRIQ_ABT | GERROR_MSI,
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG0)] = UINT32_C(0xfffffffc),
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG0) + 1] = UINT32_C(0x000fffff),
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG1)] = UINT32_MAX,
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG2)] = 0x3f,
    [SMMU_WORD(SMMU_STRTAB_BASE)] = UINT32_C(0xffffffc0),
    [SMMU_WORD(SMMU_STRTAB_BASE) + 1] = UINT32_C(0x40ffffff),
    [SMMU_WORD(SMMU_STRTAB_BASE_CFG)] = STRTAB_LOG2SIZE | STRTAB_SPLIT | STRTAB_FMT,
    [SMMU_WORD(SMMU_CMDQ_BASE)] = UINT32_MAX,
    [SMMU_WORD(SMMU_CMDQ_BASE) + 1] = UINT32_C(0x40ffffff),
    [SMMU_WORD(SMMU_CMDQ_PROD)] = SMMU_QUEUE_INDEX_MASK,
    [SMMU_WORD(SMMU_CMDQ_CONS)] = UINT32_C(0x7f0fffff),
    [SMMU_WORD(SMMU_EVENTQ_BASE)] = UINT32_MAX,
    [SMMU_WORD(SMMU_EVENTQ_BASE) + 1] = UINT32_C(0x40ffffff),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG0)] = UINT32_C(0xfffffffc),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG0) + 1] = UINT32_C(0x000fffff),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG1)] = UINT32_MAX,
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG2)] = 0x3f,
    [SMMU_WORD(SMMU_PRIQ_BASE)] = UINT32_MAX,
    [SMMU_WORD(SMMU_PRIQ_BASE) + 1] = UINT32_C(0x40ffffff),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG0)] = UINT32_C(0xfffffffc),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG0) + 1] = UINT32_C(0x000fffff),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG1)] = UINT32_MAX,
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG2)] = PRIQ_IRQ_CFG2_LO | 0x3f,
    [SMMU_WORD(SMMU_EVENTQ_PROD)] = UINT32_C(0x800fffff),
    [SMMU_WORD(SMMU_EVENTQ_CONS)] = UINT32_C(0x800fffff),
    [SMMU_WORD(SMMU_PRIQ_PROD)] = UINT32_C(0x800fffff),
    [SMMU_WORD(SMMU_PRIQ_CONS)] = UINT32_C(0x800fffff),
};

static uint32_t unless(uint32_t is_built, uint32_t bits)
{
    return is_built ? 0 : bits;
}

/* Bits of a word that are RES0 because what they belong to is not built. */
static uint32_t absent(const struct smmu_config *c, unsigned word)
{
    switch (word) {
    case SMMU_WORD(SMMU_CR0):
        return unless(c->pri, CR0_PRIQEN) | unless(c->ats, CR0_ATSCHK) | unless(c->vmw, CR0_VMW);
    case SMMU_WORD(SMMU_CR2):
        return unless(c->hyp, CR2_E2H) | unless(c->ats, CR2_REC_CFG_ATS);
    case SMMU_WORD(SMMU_GBPA):
        return unless(c->attr_perms_ovr, GBPA_PERMS) | unless(c->attr_types_ovr, GBPA_TYPES);
    case SMMU_WORD(SMMU_IRQ_CTRL):
        return unless(c->pri, IRQ_CTRL_PRIQ);
    case SMMU_WORD(SMMU_GERRORN):
        return unless(c->pri, GERROR_PRIQ_ABT | GERROR_MSI_PRIQ_ABT) | unless(c->msi, GERROR_MSI);
    case SMMU_WORD(SMMU_STRTAB_BASE_CFG):
        return unless(c->st_level, STRTAB_SPLIT | STRTAB_FMT);
    case SMMU_WORD(SMMU_GERROR_IRQ_CFG0):
    case SMMU_WORD(SMMU_GERROR_IRQ_CFG0) + 1:
    case SMMU_WORD(SMMU_GERROR_IRQ_CFG1):
    case SMMU_WORD(SMMU_GERROR_IRQ_CFG2):
    case SMMU_WORD(SMMU_EVENTQ_IRQ_CFG0):
    case SMMU_WORD(SMMU_EVENTQ_IRQ_CFG0) + 1:
    case SMMU_WORD(SMMU_EVENTQ_IRQ_CFG1):
    case SMMU_WORD(SMMU_EVENTQ_IRQ_CFG2):
        return unless(c->msi, UINT32_MAX);
    case SMMU_WORD(SMMU_PRIQ_IRQ_CFG0):
    case SMMU_WORD(SMMU_PRIQ_IRQ_CFG0) + 1:
    case SMMU_WORD(SMMU_PRIQ_IRQ_CFG1):
        return unless(c->pri && c->msi, UINT32_MAX);
    case SMMU_WORD(SMMU_PRIQ_IRQ_CFG2): /* SMMU-IRQCFG: LO whenever PRI=1 */
        return unless(c->pri, UINT32_MAX) | unless(c->msi, 0x3f);
    case SMMU_WORD(SMMU_PRIQ_BASE):
    case SMMU_WORD(SMMU_PRIQ_BASE) + 1:
    case SMMU_WORD(SMMU_PRIQ_PROD):
    case SMMU_WORD(SMMU_PRIQ_CONS):
        return unless(c->pri, UINT32_MAX);
    }
    return 0;
}

/* SMMU-IRQCFG-8, SMMU-QUEUE-27: the bits of an address that lie above OAS are RES0. */
static uint32_t outside(const struct smmu_config *config, unsigned word)
{
    uint32_t above = ~(uint32_t)(bits_mask(config->oas_bits) >> 32);
    switch (word) {
    case SMMU_WORD(SMMU_STRTAB_BASE) + 1:
    case SMMU_WORD(SMMU_CMDQ_BASE) + 1:
    case SMMU_WORD(SMMU_EVENTQ_BASE) + 1:
    case SMMU_WORD(SMMU_PRIQ_BASE) + 1:
        return above & BASE_ADDRESS_HIGH;
    case SMMU_WORD(SMMU_GERROR_IRQ_CFG0) + 1:
    case SMMU_WORD(SMMU_EVENTQ_IRQ_CFG0) + 1:
    case SMMU_WORD(SMMU_PRIQ_IRQ_CFG0) + 1:
        return above;
    }
    return 0;
}

uint32_t smmu_kept(const struct smmu_config *config, unsigned word)
{
    assert(word < SMMU_WORDS);
    return kept[word] & ~(absent(config, word) | outside(config, word));
}

/* CR0 bits, and above them IRQ_CTRL bits, that make the word read-only while the bit or its acknowledgement is 1. */
#define IRQ(bit) ((bit) << SMMU_UPDATE_IRQ_SHIFT)
static const uint8_t guard[SMMU_WORDS] = {
    [SMMU_WORD(SMMU_CR2)] = CR0_SMMUEN,
    [SMMU_WORD(SMMU_STRTAB_BASE)] = CR0_SMMUEN,
    [SMMU_WORD(SMMU_STRTAB_BASE) + 1] = CR0_SMMUEN,
    [SMMU_WORD(SMMU_STRTAB_BASE_CFG)] = CR0_SMMUEN,
    [SMMU_WORD(SMMU_CMDQ_BASE)] = CR0_CMDQEN,
    [SMMU_WORD(SMMU_CMDQ_BASE) + 1] = CR0_CMDQEN,
    [SMMU_WORD(SMMU_CMDQ_CONS)] = CR0_CMDQEN,
    [SMMU_WORD(SMMU_EVENTQ_BASE)] = CR0_EVENTQEN,
    [SMMU_WORD(SMMU_EVENTQ_BASE) + 1] = CR0_EVENTQEN,
    [SMMU_WORD(SMMU_EVENTQ_PROD)] = CR0_EVENTQEN,
    [SMMU_WORD(SMMU_PRIQ_BASE)] = CR0_PRIQEN,
    [SMMU_WORD(SMMU_PRIQ_BASE) + 1] = CR0_PRIQEN,
    [SMMU_WORD(SMMU_PRIQ_PROD)] = CR0_PRIQEN,
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG0)] = IRQ(IRQ_CTRL_GERROR),
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG0) + 1] = IRQ(IRQ_CTRL_GERROR),
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG1)] = IRQ(IRQ_CTRL_GERROR),
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG2)] = IRQ(IRQ_CTRL_GERROR),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG0)] = IRQ(IRQ_CTRL_EVENTQ),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG0) + 1] = IRQ(IRQ_CTRL_EVENTQ),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG1)] = IRQ(IRQ_CTRL_EVENTQ),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG2)] = IRQ(IRQ_CTRL_EVENTQ),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG0)] = IRQ(IRQ_CTRL_PRIQ),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG0) + 1] = IRQ(IRQ_CTRL_PRIQ),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG1)] = IRQ(IRQ_CTRL_PRIQ),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG2)] = IRQ(IRQ_CTRL_PRIQ),
};

uint32_t smmu_writable(const struct smmu_edge *e, unsigned word)
{
    assert(word < SMMU_WORDS);
    if (guard[word] == 0 && word != SMMU_WORD(SMMU_CR1))
        return smmu_kept(e->config, word);
    const struct smmu *s = e->s;
    uint32_t cr0 = s->word[SMMU_WORD(SMMU_CR0)] | s->word[SMMU_WORD(SMMU_CR0ACK)];
    uint32_t on = (cr0 & (uint32_t)bits_mask(SMMU_UPDATE_IRQ_SHIFT)) |
                  (s->word[SMMU_WORD(SMMU_IRQ_CTRL)] | s->word[SMMU_WORD(SMMU_IRQ_CTRLACK)]) << SMMU_UPDATE_IRQ_SHIFT;
    uint32_t bits = smmu_kept(e->config, word);
    if (on & guard[word])
        bits = 0;
    /* SMMU-CR: TABLE_* are guarded by SMMUEN, QUEUE_* by all queue enables. */
    if (word == SMMU_WORD(SMMU_CR1)) {
        if (on & CR0_SMMUEN)
            bits &= 0x03f;
        if (on & (CR0_CMDQEN | CR0_EVENTQEN | CR0_PRIQEN))
            bits &= 0xfc0;
    }
    return bits;
}

/* SMMU-QUEUE-8: the indexes that are the SMMU's own read 0 above the wrap bit. */
uint32_t smmu_shown(const struct smmu_config *config, const struct smmu *s, unsigned word)
{
    uint32_t log2;
    switch (word) {
    case SMMU_WORD(SMMU_CMDQ_CONS):
        log2 = smmu_queue_log2(s, SMMU_CMDQ_BASE, config->cmdq_log2_max);
        break;
    case SMMU_WORD(SMMU_EVENTQ_PROD):
        log2 = smmu_queue_log2(s, SMMU_EVENTQ_BASE, config->eventq_log2_max);
        break;
    case SMMU_WORD(SMMU_PRIQ_PROD):
        log2 = smmu_queue_log2(s, SMMU_PRIQ_BASE, config->priq_log2_max);
        break;
    default:
        return s->word[word];
    }
    return s->word[word] & (~SMMU_QUEUE_INDEX_MASK | (uint32_t)bits_mask(log2 + 1));
}

bool smmu_is_wide(uint32_t offset)
{
    static const uint8_t wide[] = {SMMU_GERROR_IRQ_CFG0, SMMU_STRTAB_BASE, SMMU_CMDQ_BASE,    SMMU_EVENTQ_BASE,
                                   SMMU_EVENTQ_IRQ_CFG0, SMMU_PRIQ_BASE,   SMMU_PRIQ_IRQ_CFG0};
    for (unsigned i = 0; i < sizeof wide; i++)
        if (wide[i] == offset)
            return true;
    return false;
}
