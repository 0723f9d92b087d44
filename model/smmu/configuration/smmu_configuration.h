/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: what the parts that find and read STEs and CDs call of one another (SMMU-CFGI, SMMU-STRTAB,
 * SMMU-STE, SMMU-CD). The path of a transaction through them is in smmu_translate.c.
 */
#ifndef PRISIM_SMMU_CONFIGURATION_H
#define PRISIM_SMMU_CONFIGURATION_H

#include "model/smmu/translation/smmu_translation.h"

/* smmu_config_cache.c */
const struct smmu_ste *smmu_config_find_ste(const struct smmu_edge *e, uint32_t stream_id);
const struct smmu_cd *smmu_config_find_cd(const struct smmu_edge *e, uint32_t stream_id, uint32_t ssid);
/* 0 if it is not there: level-1 descriptors are kept only if they are valid. */
uint64_t smmu_config_find_l1std(const struct smmu_edge *e, uint32_t stream_id, unsigned split);
uint64_t smmu_config_find_l1cd(const struct smmu_edge *e, uint32_t stream_id, uint32_t ssid, unsigned leaf_log2);
/* What the slot has fetched, unless an invalidation came meanwhile. */
void smmu_config_fill_ste(struct smmu_edge *e, unsigned index, const struct smmu_ste *ste);
void smmu_config_fill_cd(struct smmu_edge *e, unsigned index, const struct smmu_cd *cd);
void smmu_config_fill_l1std(struct smmu_edge *e, unsigned index, unsigned split, uint64_t descriptor);
void smmu_config_fill_l1cd(struct smmu_edge *e, unsigned index, unsigned leaf_log2, uint64_t descriptor);
/* smmu_stream_table.c */
static inline uint32_t smmu_stream_log2(const struct smmu_edge *e)
{
    uint32_t log2 = e->s->word[SMMU_WORD(PRISIM_SMMU_STRTAB_BASE_CFG)] & 0x3f;
    return log2 < e->config->sid_bits ? log2 : e->config->sid_bits;
}
/* False if the StreamID is out of range (SMMU-EVENTCODE, C_BAD_STREAMID). */
static inline bool smmu_is_stream(const struct smmu_edge *e, uint32_t stream_id)
{
    return (uint64_t)stream_id >> smmu_stream_log2(e) == 0;
}
uint64_t smmu_ste_address(const struct smmu_edge *e, uint32_t stream_id);
/* log2 of the StreamIDs that a level-1 descriptor covers; 0 for a linear table. */
unsigned smmu_stream_split(const struct smmu_edge *e);
uint64_t smmu_l1std_address(const struct smmu_edge *e, uint32_t stream_id);
/* False for C_BAD_STREAMID. */
bool smmu_l1std_decode(uint64_t descriptor, unsigned split, uint32_t stream_id, uint64_t *ste);
/* smmu_ste.c */
void smmu_ste_decode(const struct smmu_edge *e, const uint8_t bytes[PRISIM_STE_BYTES], struct smmu_ste *ste);
/* The address size that a code of IPS, S2PS or OAS means, capped at OAS (SMMU-IDR). */
uint8_t smmu_output_bits(const struct prisim_smmu_config *config, unsigned code);
/* By the code of TG0 and S2TG; 0 for a granule that is not built. */
uint8_t smmu_granule_log2(const struct prisim_smmu_config *config, unsigned code);
unsigned smmu_txsz_max(const struct prisim_smmu_config *config, unsigned granule_log2);
/* Where a transaction goes once its STE is known (SMMU-FLOW, SMMU-ATSREQ, SMMU-ATSTRANSLATED). */
enum smmu_destination {
    TO_END,    /* over, by `cause` */
    TO_BYPASS, /* stage 1 is skipped, and there is no other */
    TO_STAGE2, /* stage 1 is skipped, stage 2 translates */
    TO_CD      /* stage 1 translates, by the CD of `ssid` */
};
struct smmu_route {
    uint8_t to; /* enum smmu_destination */
    uint8_t cause;
    uint32_t ssid;
};
static inline bool smmu_has_stage2(const struct smmu_ste *ste)
{
    return ste->config == PRISIM_STE_CONFIG_S2 || ste->config == PRISIM_STE_CONFIG_S1_S2;
}
/* smmu_route.c */
struct smmu_route smmu_route_of(const struct smmu_edge *e, const struct smmu_slot *slot, const struct smmu_ste *ste);
/* What STE.EATS comes to: PRISIM_EATS_OFF, PRISIM_EATS_FULL or PRISIM_EATS_SPLIT. */
unsigned smmu_effective_eats(const struct smmu_edge *e, const struct smmu_ste *ste);
/* smmu_context_table.c */
/* log2 of the CDs of a leaf; 0 for a linear table. */
unsigned smmu_cd_leaf_log2(const struct smmu_ste *ste);
uint64_t smmu_cd_address(const struct smmu_ste *ste, uint32_t ssid);
uint64_t smmu_l1cd_address(const struct smmu_ste *ste, uint32_t ssid);
/* False for C_BAD_SUBSTREAMID. */
bool smmu_l1cd_decode(const struct prisim_smmu_config *config, const struct smmu_ste *ste, uint64_t descriptor,
                      uint32_t ssid, uint64_t *cd);
/* smmu_context.c */
void smmu_cd_decode(const struct prisim_smmu_config *config, const struct smmu_ste *ste,
                    const uint8_t bytes[PRISIM_CD_BYTES], struct smmu_cd *cd);
/* smmu_structure_fetch.c: STEs and CDs that come in words */
static inline bool smmu_comes_in_words(const struct smmu_edge *e, unsigned state)
{
    return e->config->structure_fetch == PRISIM_SMMU_STRUCTURE_WORDS &&
           (state == SMMU_SLOT_STE || state == SMMU_SLOT_CD);
}
void smmu_words_request(const struct smmu_slot *slot, struct prisim_memory_request *to);
/* The whole structure, or NULL while words are missing. */
const uint8_t *smmu_words_fetched(struct smmu_edge *e, unsigned index, const struct prisim_memory_response *response);
/* What the slot has of its structure is not to be used. */
void smmu_words_anew(struct smmu_edge *e, unsigned index);
/* smmu_translate.c: the path of a slot */
void smmu_slot_start(struct smmu_edge *e, unsigned index);
void smmu_slot_configure(struct smmu_edge *e, unsigned index); /* its configuration look-up is over */
void smmu_slot_fetched(struct smmu_edge *e, unsigned index, const struct prisim_memory_response *response);

#endif
