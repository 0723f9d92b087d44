/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation Requests and their completions (PCIE-ATSREQ, PCIE-ATSCPL): at most one per job, its tag is the job's
 * slot.
 */
#include "model/pcie/translation.h"
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/pcie_endpoint/endpoint_translation.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

void endpoint_translate_send(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    assert(job->state == ENDPOINT_JOB_TRANSLATE);
    if (!endpoint_job_allowed(e, job->has_pasid) || endpoint_is_untranslated(e)) {
        endpoint_job_end(e, job_index, PRISIM_CAUSE_NOT_ENABLED);
        return;
    }
    job->poisoned = false;
    job->clipped = false;
    job->due = PRISIM_CYCLE_NEVER;
    endpoint_job_go(e->s, job_index, ENDPOINT_JOB_TRANSLATING);
    const unsigned translations = e->config->translations > 1 ? endpoint_translations_ask(e, job_index) : 1;
    struct endpoint_outgoing *out = endpoint_transmit_append(e->s, ENDPOINT_OUT_TRANSLATE, job_index);
    /* PCIE-ATSREQ: two DWs per translation; NW=0 says that the page is going to be written. PCIE-ATSCAP: from an STU
     * on. */
    out->head = (struct prisim_tlp_header){.address = job->address & ~prisim_bits_mask(endpoint_unit_log2(e->s)),
                                           .pasid = job->pasid,
                                           .requester_id = e->config->requester_id,
                                           .tag = (uint16_t)job_index,
                                           .size = (uint16_t)(PRISIM_TLP_TRANSLATION_BYTES * translations),
                                           .type = PRISIM_TLP_MEMORY_READ,
                                           .at = PRISIM_TLP_AT_TRANSLATION_REQUEST,
                                           .flags = (uint8_t)(job->mode | (job->has_pasid ? PRISIM_TLP_HAS_PASID : 0) |
                                                              (job->write ? 0 : PRISIM_TLP_NO_WRITE))};
}

static void page_missing(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    /* PCIE-PRIOFF: with page requests off this is "no access". */
    if (!endpoint_pri_asks(e)) {
        endpoint_job_end(e, job_index, PRISIM_CAUSE_PRI_OFF);
        return;
    }
    job->faults++;
    /* PCIE-PARAMETER-12 */
    if (e->config->retry_limit && job->faults > e->config->retry_limit)
        endpoint_job_end(e, job_index, PRISIM_CAUSE_RETRIES);
    else
        endpoint_job_go(e->s, job_index, ENDPOINT_JOB_FAULT);
}

static void succeeded(struct endpoint_edge *e, unsigned job_index, const struct endpoint_translation *t)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    if (job->cause != PRISIM_CAUSE_NONE) {
        endpoint_job_end(e, job_index, job->cause);
        return;
    }
    if (!endpoint_job_allowed(e, job->has_pasid)) {
        endpoint_job_end(e, job_index, PRISIM_CAUSE_NOT_ENABLED);
        return;
    }
    if (job->poisoned) {
        endpoint_job_go(e->s, job_index, ENDPOINT_JOB_TRANSLATE);
        return;
    }
    if (!endpoint_job_may(job, t->access)) {
        page_missing(e, job_index);
        return;
    }
    job->output = t->output;
    job->untranslated = t->untranslated;
    endpoint_job_go(e->s, job_index, ENDPOINT_JOB_TRANSFER);
}

/* PCIE-POISON-4: as with CA, of this request only. If another completion of it is to come, the tag is not used again
 * before. */
__attribute__((noinline)) static void poisoned(struct endpoint_edge *e, unsigned job_index,
                                               const struct prisim_tlp_header *head)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    job->overdue = !e->s->asked[job_index].got && head->completion_count != 0;
    *endpoint_asked_write(e->s, job_index) = (struct endpoint_asked){0};
    PRISIM_PROBE(e->ports, e->now, endpoint_translation, .tlp = head->id, .job = job->number,
                 .pasid = endpoint_pasid_field(job->has_pasid, job->pasid),
                 .address = job->address & ~prisim_bits_mask(12), .output = 0, .access = 0, .status = head->status,
                 .taken = false);
    endpoint_job_end(e, job_index, job->cause != PRISIM_CAUSE_NONE ? job->cause : PRISIM_CAUSE_DATA_POISONED);
}

void endpoint_translate_completed(struct endpoint_edge *e, const struct prisim_tlp *tlp)
{
    struct prisim_endpoint *s = e->s;
    unsigned job_index = tlp->head.tag;
    /* A completion that nobody waits for is dropped. */
    if (job_index >= PRISIM_ENDPOINT_JOBS_MAX || !(s->in[ENDPOINT_JOB_TRANSLATING] & endpoint_bit(job_index))) {
        if (job_index < PRISIM_ENDPOINT_JOBS_MAX && endpoint_job_awaits_late(s, job_index) &&
            tlp->head.completion_count == 0) /* the last of two */
            endpoint_job_tag_back(e, job_index);
        return;
    }
    if (__builtin_expect(prisim_tlp_is_poisoned(&tlp->head), 0)) {
        poisoned(e, job_index, &tlp->head);
        return;
    }
    const struct endpoint_job *job = &s->job[job_index];
    uint64_t page = job->address & ~prisim_bits_mask(12);
    bool good = tlp->head.status == PRISIM_TLP_SC && tlp->head.type == PRISIM_TLP_COMPLETION_DATA &&
                tlp->head.size >= PRISIM_TLP_TRANSLATION_BYTES;
    struct endpoint_translation t = {0};
    if (good && e->config->translations > 1 && s->asked[job_index].got) {
        endpoint_translations_second(e, job_index, tlp, &t, endpoint_job_takes(e, job));
        succeeded(e, job_index, &t);
        return;
    }
    if (good)
        t = endpoint_translation_decode(tlp, 0, page);
    /* PCIE-ATSCPL: none is smaller than an STU; what says so is malformed. */
    if (t.access && t.size_log2 < endpoint_unit_log2(s)) {
        t = (struct endpoint_translation){0};
        good = false;
    }
    bool taken = good && endpoint_job_takes(e, job);
    /* PCIE-ATSCPL-2: no access is not kept. */
    if (taken && t.access)
        endpoint_translation_fill(e, job, page, &t);
    PRISIM_PROBE(e->ports, e->now, endpoint_translation, .tlp = tlp->head.id, .job = job->number,
                 .pasid = endpoint_pasid_field(job->has_pasid, job->pasid), .address = page, .output = t.output,
                 .access = t.access, .status = tlp->head.status, .taken = taken);
    if (good) {
        if (e->config->translations == 1 || !endpoint_translations_first(e, job_index, tlp, &t, taken))
            succeeded(e, job_index, &t);
        return;
    }
    /* PCIE-ATSCPL row UR: no more ATS until software enables it anew, which it has not since the request left. Row CA:
     * this request only. */
    if (tlp->head.status == PRISIM_TLP_UR && job->ats_enables == s->ats_enables)
        s->ats_refused = true;
    if (e->config->translations > 1)
        *endpoint_asked_write(s, job_index) = (struct endpoint_asked){0};
    endpoint_job_end(e, job_index, job->cause != PRISIM_CAUSE_NONE ? job->cause : PRISIM_CAUSE_TRANSLATION_ERROR);
}

/* PCIE-ITAG-10: the request is dropped; its tag, the job's slot, is not used again before its completion has come. */
void endpoint_translate_timed_out(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    assert(job->state == ENDPOINT_JOB_TRANSLATING);
    job->overdue = true;
    *endpoint_asked_write(e->s, job_index) = (struct endpoint_asked){0};
    endpoint_job_end(e, job_index, job->cause != PRISIM_CAUSE_NONE ? job->cause : PRISIM_CAUSE_COMPLETION_TIMEOUT);
}
