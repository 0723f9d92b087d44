/* SPDX-License-Identifier: Apache-2.0
 *
 * The stream table: where an STE lies, in a linear table or behind a level-1 descriptor (SMMU-QUEUE, SMMU-EVENTCODE,
 * SMMU-STRTAB). What an STE says is in smmu_ste.c, the path of a transaction through it in smmu_translate.c.
 */
#include "model/smmu/configuration/smmu_configuration.h"

/* SMMU-QUEUE: a SPLIT that is not 8 or 10 acts as 6. FMT counts only with IDR0.ST_LEVEL; 2 and 3 act as linear. */
unsigned smmu_stream_split(const struct smmu_edge *e)
{
    uint32_t cfg = e->s->word[SMMU_WORD(PRISIM_SMMU_STRTAB_BASE_CFG)];
    if (!e->config->st_level || prisim_bits_get(cfg, PRISIM_STRTAB_BASE_CFG_FMT) != PRISIM_STRTAB_FMT_TWO_LEVEL)
        return 0;
    unsigned split = (unsigned)prisim_bits_get(cfg, PRISIM_STRTAB_BASE_CFG_SPLIT);
    return split == 8 || split == 10 ? split : 6;
}

/* SMMU-QUEUE: the table is aligned to its size, by LOG2SIZE as it is written: SIDSIZE caps the range of StreamIDs
 * only. To 64 bytes it is anyway: that is what the register holds. */
static uint64_t base(const struct smmu_edge *e, unsigned size_log2)
{
    uint64_t address = smmu_word64(e->s, SMMU_WORD(PRISIM_SMMU_STRTAB_BASE)) & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    return address & ~prisim_bits_mask(size_log2);
}

static unsigned written_log2(const struct smmu_edge *e)
{
    return e->s->word[SMMU_WORD(PRISIM_SMMU_STRTAB_BASE_CFG)] & 0x3f;
}

uint64_t smmu_ste_address(const struct smmu_edge *e, uint32_t stream_id)
{
    assert(smmu_is_stream(e, stream_id));
    return base(e, written_log2(e) + 6) + (uint64_t)stream_id * PRISIM_STE_BYTES;
}

uint64_t smmu_l1std_address(const struct smmu_edge *e, uint32_t stream_id)
{
    unsigned split = smmu_stream_split(e), log2 = written_log2(e);
    assert(split > 0 && smmu_is_stream(e, stream_id));
    return base(e, (log2 > split ? log2 - split : 0) + 3) + (uint64_t)(stream_id >> split) * PRISIM_L1STD_BYTES;
}

/* SMMU-EVENTCODE-2, SMMU-STRTAB-2: Span 0 or larger than the split, and StreamIDs beyond it. The split is 10 at most,
 * so the reserved spans, from 12, are larger than any. */
bool smmu_l1std_decode(uint64_t descriptor, unsigned split, uint32_t stream_id, uint64_t *ste)
{
    unsigned span = (unsigned)prisim_bits_get(descriptor, PRISIM_L1STD_SPAN);
    uint32_t index = stream_id & (uint32_t)prisim_bits_mask(split);
    if (span == 0 || span > split + 1 || index >> (span - 1) != 0)
        return false;
    *ste = (descriptor & PRISIM_L1STD_L2PTR & ~prisim_bits_mask(span - 1 + 6)) + (uint64_t)index * PRISIM_STE_BYTES;
    return true;
}
