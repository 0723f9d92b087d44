/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/pcie_endpoint: what the other parts call of translation, the ATC, invalidation and DMA.
 */
#ifndef PRISIM_ENDPOINT_TRANSLATION_H
#define PRISIM_ENDPOINT_TRANSLATION_H

#include "model/pcie_endpoint/endpoint_state.h"

/* endpoint_translate.c, endpoint_translations.c, endpoint_dma.c, endpoint_atc.c */
/* PCIE-ATSCPL: what a completion says of a page. */
struct endpoint_translation {
    uint64_t output; /* of the page asked for */
    unsigned size_log2;
    uint8_t access; /* ENDPOINT_READ | ENDPOINT_WRITE | ENDPOINT_EXECUTE */
    bool untranslated, privileged, global;
};
struct endpoint_translation endpoint_translation_decode(const struct prisim_tlp *tlp, unsigned entry, uint64_t page);
void endpoint_translation_fill(struct endpoint_edge *e, const struct endpoint_job *job, uint64_t page,
                               const struct endpoint_translation *t);
unsigned endpoint_translations_ask(struct endpoint_edge *e, unsigned job_index); /* how many */
/* Of an answer to such a request, with what it says of the job's page: true if there is more to come. The second form
 * is for what came: in `t` stands what the first said of the job's page. */
bool endpoint_translations_first(struct endpoint_edge *e, unsigned job_index, const struct prisim_tlp *tlp,
                                 const struct endpoint_translation *t, bool taken);
void endpoint_translations_second(struct endpoint_edge *e, unsigned job_index, const struct prisim_tlp *tlp,
                                  struct endpoint_translation *t, bool taken);
void endpoint_translate_send(struct endpoint_edge *e, unsigned job_index);
void endpoint_translate_completed(struct endpoint_edge *e, const struct prisim_tlp *tlp);
void endpoint_translate_timed_out(struct endpoint_edge *e, unsigned job_index);
void endpoint_dma_send(struct endpoint_edge *e, unsigned job_index);
void endpoint_dma_completed(struct endpoint_edge *e, const struct prisim_tlp_header *head);
void endpoint_dma_timed_out(struct endpoint_edge *e, unsigned read);
const struct endpoint_atc_entry *endpoint_atc_find(const struct prisim_endpoint_config *config,
                                                   const struct prisim_endpoint *s, uint64_t address,
                                                   uint32_t pasid_key, bool privileged);
void endpoint_atc_fill(struct endpoint_edge *e, const struct endpoint_atc_entry *entry, uint64_t address);
/* Entries that were taken out: all that the range hits; or, of these, every second, beginning behind the oldest. */
unsigned endpoint_atc_invalidate(struct prisim_endpoint *s, const struct endpoint_range *range);
unsigned endpoint_atc_invalidate_partly(struct prisim_endpoint *s, const struct endpoint_range *range);
void endpoint_atc_tell_kept(struct endpoint_edge *e, const struct endpoint_invalidate *invalidate); /* what is left */
/* Forgets every entry; the second form touches nothing, for a state that is zero. */
void endpoint_atc_clear(const struct prisim_endpoint_config *config, struct prisim_endpoint *s);
void endpoint_atc_init(struct prisim_endpoint *s);
static inline size_t endpoint_atc_bytes(const struct prisim_endpoint_config *config)
{
    return config->atc_entries * sizeof(struct endpoint_atc_entry);
}

/* endpoint_invalidate.c */
void endpoint_invalidate_taken(struct endpoint_edge *e, const struct prisim_tlp *tlp);
void endpoint_invalidate_everything(struct endpoint_edge *e);
void endpoint_invalidate_due(struct endpoint_edge *e);
/* endpoint_invalidate_complete.c */
void endpoint_invalidate_complete(struct endpoint_edge *e);
void endpoint_invalidate_sent(struct endpoint_edge *e, const struct endpoint_outgoing *out,
                              const struct prisim_tlp_header *head);
prisim_cycle_t endpoint_invalidate_any_due(const struct endpoint_edge *e); /* the earliest behind this edge */
static inline const struct endpoint_invalidate *endpoint_invalidate_at(const struct prisim_endpoint *s,
                                                                       uint32_t from_head)
{
    return &s->invalidate[(s->invalidate_head + from_head) % ENDPOINT_INVALIDATES_MAX];
}
static inline struct endpoint_invalidate *endpoint_invalidate_write(struct prisim_endpoint *s, uint32_t from_head)
{
    struct endpoint_invalidate *at = &s->invalidate[(s->invalidate_head + from_head) % ENDPOINT_INVALIDATES_MAX];
    prisim_touch(&s->touched, at, sizeof *at);
    return at;
}

#endif
