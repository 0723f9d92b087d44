/* SPDX-License-Identifier: Apache-2.0
 *
 * Which bits of which register word software may write, and while what is enabled it may not (smmuv3 1.2, 1.11). No
 * side effects here.
 */
#include "model/smmu/smmu_state.h"

/* Bits that are kept when written; a word that is not named is read-only or undefined. */
static const uint32_t kept[SMMU_WORDS] = {
    [SMMU_WORD(SMMU_CR0)] = CR0_SMMUEN | CR0_PRIQEN | CR0_EVENTQEN | CR0_CMDQEN | CR0_ATSCHK,
    [SMMU_WORD(SMMU_CR1)] = 0xfff,
    [SMMU_WORD(SMMU_CR2)] = CR2_RECINVSID | CR2_PTM | CR2_REC_CFG_ATS, /* E2H needs IDR0.Hyp */
    [SMMU_WORD(SMMU_GBPA)] = UINT32_C(0x801f3f1f),
    [SMMU_WORD(SMMU_IRQ_CTRL)] = IRQ_CTRL_GERROR | IRQ_CTRL_PRIQ | IRQ_CTRL_EVENTQ,
    [SMMU_WORD(SMMU_GERRORN)] = 0x1fd,
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG0)] = UINT32_C(0xfffffffc),
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG0) + 1] = UINT32_C(0x00ffffff),
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG1)] = UINT32_MAX,
    [SMMU_WORD(SMMU_GERROR_IRQ_CFG2)] = 0x3f,
    [SMMU_WORD(SMMU_STRTAB_BASE)] = UINT32_C(0xffffffc0),
    [SMMU_WORD(SMMU_STRTAB_BASE) + 1] = UINT32_C(0x40ffffff),
    [SMMU_WORD(SMMU_STRTAB_BASE_CFG)] = 0x307ff, /* SPLIT and FMT need ST_LEVEL */
    [SMMU_WORD(SMMU_CMDQ_BASE)] = UINT32_MAX,
    [SMMU_WORD(SMMU_CMDQ_BASE) + 1] = UINT32_C(0x40ffffff),
    [SMMU_WORD(SMMU_CMDQ_PROD)] = SMMU_QUEUE_INDEX_MASK,
    [SMMU_WORD(SMMU_CMDQ_CONS)] = UINT32_C(0x7f0fffff),
    [SMMU_WORD(SMMU_EVENTQ_BASE)] = UINT32_MAX,
    [SMMU_WORD(SMMU_EVENTQ_BASE) + 1] = UINT32_C(0x40ffffff),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG0)] = UINT32_C(0xfffffffc),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG0) + 1] = UINT32_C(0x00ffffff),
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG1)] = UINT32_MAX,
    [SMMU_WORD(SMMU_EVENTQ_IRQ_CFG2)] = 0x3f,
    [SMMU_WORD(SMMU_PRIQ_BASE)] = UINT32_MAX,
    [SMMU_WORD(SMMU_PRIQ_BASE) + 1] = UINT32_C(0x40ffffff),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG0)] = UINT32_C(0xfffffffc),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG0) + 1] = UINT32_C(0x00ffffff),
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG1)] = UINT32_MAX,
    [SMMU_WORD(SMMU_PRIQ_IRQ_CFG2)] = UINT32_C(0x8000003f),
    [SMMU_WORD(SMMU_EVENTQ_PROD)] = UINT32_C(0x800fffff),
    [SMMU_WORD(SMMU_EVENTQ_CONS)] = UINT32_C(0x800fffff),
    [SMMU_WORD(SMMU_PRIQ_PROD)] = UINT32_C(0x800fffff),
    [SMMU_WORD(SMMU_PRIQ_CONS)] = UINT32_C(0x800fffff),
};

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

uint32_t smmu_writable(const struct smmu *s, unsigned word)
{
    assert(word < SMMU_WORDS);
    if (guard[word] == 0 && word != SMMU_WORD(SMMU_CR1))
        return kept[word];
    uint32_t on = s->word[SMMU_WORD(SMMU_CR0)] | s->word[SMMU_WORD(SMMU_CR0ACK)] |
                  (s->word[SMMU_WORD(SMMU_IRQ_CTRL)] | s->word[SMMU_WORD(SMMU_IRQ_CTRLACK)]) << SMMU_UPDATE_IRQ_SHIFT;
    uint32_t bits = kept[word];
    if (word == SMMU_WORD(SMMU_STRTAB_BASE_CFG) && !(s->word[SMMU_WORD(SMMU_IDR0)] >> IDR0_ST_LEVEL_SHIFT & 3))
        bits &= 0x3f;
    if (on & guard[word])
        bits = 0;
    /* smmuv3 1.7: TABLE_* are guarded by SMMUEN, QUEUE_* by all queue enables. */
    if (word == SMMU_WORD(SMMU_CR1)) {
        if (on & CR0_SMMUEN)
            bits &= 0x03f;
        if (on & (CR0_CMDQEN | CR0_EVENTQEN | CR0_PRIQEN))
            bits &= 0xfc0;
    }
    return bits;
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
