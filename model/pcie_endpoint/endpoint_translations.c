/* SPDX-License-Identifier: Apache-2.0
 *
 * What an entry of a Translation Completion says and how it is kept (PCIE-ATSCPL); and Translation Requests for more
 * than one translation (PCIE-ATSREQ-2, PCIE-ATSREQ-8): consecutive STUs from that of the job's page on, of which the
 * answer, in one completion or two, may have fewer. What it says of the job's page is told in endpoint_translate.c.
 */
#include "model/pcie/translation.h"
#include "model/pcie_endpoint/endpoint_translation.h"

struct endpoint_translation endpoint_translation_decode(const struct prisim_tlp *tlp, unsigned i, uint64_t page)
{
    _Static_assert((int)ENDPOINT_READ == PRISIM_TLP_TRANSLATION_READ &&
                       (int)ENDPOINT_WRITE == PRISIM_TLP_TRANSLATION_WRITE &&
                       (int)ENDPOINT_EXECUTE == PRISIM_TLP_TRANSLATION_EXECUTE,
                   "what a completion says is kept as it comes");
    uint64_t entry = prisim_tlp_qword_load(tlp->data + (size_t)PRISIM_TLP_TRANSLATION_BYTES * i), base;
    unsigned size_log2 = prisim_tlp_range_decode(entry, &base);
    return (struct endpoint_translation){.output = base | (page & prisim_bits_mask(size_log2)),
                                         .size_log2 = size_log2,
                                         .access =
                                             (uint8_t)(entry & (ENDPOINT_READ | ENDPOINT_WRITE | ENDPOINT_EXECUTE)),
                                         .untranslated = (entry & PRISIM_TLP_TRANSLATION_UNTRANSLATED) != 0,
                                         .privileged = (entry & PRISIM_TLP_TRANSLATION_PRIVILEGED) != 0,
                                         .global = (entry & PRISIM_TLP_TRANSLATION_GLOBAL) != 0};
}

/* PCIE-ATSCPL: Priv and Global mean something with a PASID only. Beside an invalidation an STU is kept, and never more
 * than atc_max_size_log2. */
void endpoint_translation_fill(struct endpoint_edge *e, const struct endpoint_job *job, uint64_t page,
                               const struct endpoint_translation *t)
{
    unsigned size_log2 = job->clipped ? endpoint_unit_log2(e->s) : t->size_log2;
    if (size_log2 > e->config->atc_max_size_log2)
        size_log2 = e->config->atc_max_size_log2;
    const bool every = t->global && job->has_pasid && e->config->atc_global;
    uint64_t inside = ~prisim_bits_mask(size_log2);
    struct endpoint_atc_entry entry = {.base = page & inside,
                                       .output = t->output & inside,
                                       .pasid = every ? ENDPOINT_PASID_EVERY
                                                      : endpoint_pasid_key(job->has_pasid, job->pasid),
                                       .size_log2 = (uint8_t)size_log2,
                                       .access = t->access,
                                       .untranslated = t->untranslated,
                                       .privileged = t->privileged && job->has_pasid};
    endpoint_atc_fill(e, &entry, page);
}

/* Not more than what is left of the job reaches. */
unsigned endpoint_translations_ask(struct endpoint_edge *e, unsigned job_index)
{
    const struct endpoint_job *job = &e->s->job[job_index];
    const unsigned unit_log2 = endpoint_unit_log2(e->s);
    const uint64_t start = job->address & ~prisim_bits_mask(unit_log2);
    uint64_t last = job->address + job->remaining - 1;
    if (last < job->address)
        last = UINT64_MAX;
    const uint64_t reached = ((last - start) >> unit_log2) + 1;
    const unsigned pages = reached < e->config->translations ? (unsigned)reached : e->config->translations;
    *endpoint_asked_write(e->s, job_index) = (struct endpoint_asked){.pages = (uint8_t)pages};
    return pages;
}

/* One that is not of an STU says something of other addresses than those asked for: it and what follows is not used. */
static bool is_of_an_stu(const struct endpoint_edge *e, const struct endpoint_translation *t)
{
    return t->access == 0 || t->size_log2 == endpoint_unit_log2(e->s);
}

static void take(struct endpoint_edge *e, unsigned job_index, const struct prisim_tlp *tlp, unsigned entry, bool taken)
{
    struct prisim_endpoint *s = e->s;
    const unsigned unit_log2 = endpoint_unit_log2(s);
    const struct endpoint_job *job = &s->job[job_index];
    const unsigned entries = tlp->head.size / PRISIM_TLP_TRANSLATION_BYTES;
    struct endpoint_asked *asked = endpoint_asked_write(s, job_index);
    for (; entry < entries && asked->got < asked->pages; entry++, asked->got++) {
        const uint64_t page = (job->address & ~prisim_bits_mask(unit_log2)) + ((uint64_t)asked->got << unit_log2);
        const struct endpoint_translation t = endpoint_translation_decode(tlp, entry, page);
        if (!is_of_an_stu(e, &t)) {
            asked->pages = asked->got;
            return;
        }
        if (taken && t.access)
            endpoint_translation_fill(e, job, page, &t);
        PRISIM_PROBE(e->ports, e->now, endpoint_translation_further, .tlp = tlp->head.id, .job = job->number,
                     .pasid = endpoint_pasid_field(job->has_pasid, job->pasid), .address = page, .output = t.output,
                     .access = t.access, .taken = taken);
    }
}

bool endpoint_translations_first(struct endpoint_edge *e, unsigned job_index, const struct prisim_tlp *tlp,
                                 const struct endpoint_translation *t, bool taken)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_asked *asked = endpoint_asked_write(s, job_index);
    struct endpoint_job *job = endpoint_job_write(s, job_index);
    asked->got = 1;
    if (!is_of_an_stu(e, t))
        asked->pages = 1;
    take(e, job_index, tlp, 1, taken);
    if (tlp->head.completion_count == 0) {
        *asked = (struct endpoint_asked){0};
        return false;
    }
    asked->access = t->access;
    job->output = t->output;
    job->untranslated = t->untranslated;
    return true;
}

void endpoint_translations_second(struct endpoint_edge *e, unsigned job_index, const struct prisim_tlp *tlp,
                                  struct endpoint_translation *t, bool taken)
{
    struct endpoint_asked *asked = endpoint_asked_write(e->s, job_index);
    const struct endpoint_job *job = &e->s->job[job_index];
    take(e, job_index, tlp, 0, taken);
    *t = (struct endpoint_translation){
        .output = job->output, .access = asked->access, .untranslated = job->untranslated};
    *asked = (struct endpoint_asked){0};
}
