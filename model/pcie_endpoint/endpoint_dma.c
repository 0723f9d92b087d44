/* SPDX-License-Identifier: Apache-2.0
 *
 * The DMA engine: a job's bytes as memory TLPs of at most 64 bytes that stay inside a 64-byte line, with the translated
 * address and no PASID (PCIE-TRANSLATED), or untranslated with its PASID where the completion said so (PCIE-ATSCPL, U).
 */
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_translation.h"
#include "model/pcie_endpoint/endpoint_transmit.h"

/* PCIE-ATC-12: jobs take the function's traffic classes in turn, by their slots. */
__attribute__((noinline)) static uint8_t another_traffic_class(uint32_t classes, unsigned job_index)
{
    for (unsigned skip = job_index % (unsigned)__builtin_popcount(classes); skip > 0; skip--)
        classes &= classes - 1;
    return (uint8_t)__builtin_ctz(classes);
}

static unsigned take_read_tag(struct prisim_endpoint *s, unsigned job_index)
{
    const struct endpoint_job *job = &s->job[job_index];
    assert(s->free_reads);
    unsigned read = (unsigned)__builtin_ctzll(s->free_reads);
    s->free_reads &= ~endpoint_bit(read);
    *endpoint_read_write(s, read) = (struct endpoint_read){.address = job->address & ~prisim_bits_mask(12),
                                                           .due = PRISIM_CYCLE_NEVER,
                                                           .pasid = endpoint_pasid_key(job->has_pasid, job->pasid),
                                                           .job = (uint8_t)job_index};
    return ENDPOINT_READ_TAG + read;
}

/* Goes on behind a TLP of `size` bytes. */
static void advance(struct endpoint_edge *e, unsigned job_index, unsigned size)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    job->address += size;
    job->remaining -= size;
    if (job->remaining == 0) {
        endpoint_job_end(e, job_index, PRISIM_CAUSE_COMPLETED);
    } else if ((job->address & prisim_bits_mask(12)) == 0) {
        job->faults = 0;
        endpoint_job_look_up(e, job_index);
    }
}

void endpoint_dma_send(struct endpoint_edge *e, unsigned job_index)
{
    struct prisim_endpoint *s = e->s;
    struct endpoint_job *job = endpoint_job_write(s, job_index);
    assert(job->state == ENDPOINT_JOB_TRANSFER && job->remaining > 0);
    /* PCIE-ATSCAP: with Enable=0 no request with a translated address leaves. */
    if (!endpoint_job_allowed(e, job->has_pasid) || (endpoint_is_untranslated(e) && !job->untranslated)) {
        endpoint_job_end(e, job_index, PRISIM_CAUSE_NOT_ENABLED);
        return;
    }
    unsigned in_line = ENDPOINT_LINE_BYTES - (unsigned)(job->address % ENDPOINT_LINE_BYTES);
    unsigned size = job->remaining < in_line ? job->remaining : in_line;
    struct endpoint_outgoing *out = endpoint_transmit_append(s, ENDPOINT_OUT_DMA, job_index);
    out->value = job->address;
    out->head = (struct prisim_tlp_header){
        .address = job->untranslated ? job->address : job->output | (job->address & prisim_bits_mask(12)),
        .requester_id = e->config->requester_id,
        .size = (uint16_t)size,
        .type = job->write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
        .at = job->untranslated ? PRISIM_TLP_AT_UNTRANSLATED : PRISIM_TLP_AT_TRANSLATED};
    if (job->untranslated && job->has_pasid) {
        out->head.pasid = job->pasid;
        out->head.flags = PRISIM_TLP_HAS_PASID | job->mode; /* PCIE-PREFIX-3, PCIE-PREFIX-4 */
    }
    if (e->config->dma_traffic_classes != 1)
        out->head.traffic_class = another_traffic_class(e->config->dma_traffic_classes, job_index);
    if (!job->write)
        out->head.tag = (uint16_t)take_read_tag(s, job_index);
    job->open++;
    advance(e, job_index, size);
}

/* Nobody waits for the read any more. */
static void read_over(struct endpoint_edge *e, unsigned read, enum prisim_cause cause)
{
    struct prisim_endpoint *s = e->s;
    const unsigned job_index = s->read[read].job;
    for (uint32_t i = 0; i < s->invalidate_count; i++)
        endpoint_invalidate_write(s, i)->reads &= ~endpoint_bit(read);
    if (cause != PRISIM_CAUSE_COMPLETED)
        endpoint_job_abort(e, job_index, cause);
    endpoint_job_closed(e, job_index);
}

static void give_tag_back(struct prisim_endpoint *s, unsigned read)
{
    *endpoint_read_write(s, read) = (struct endpoint_read){0};
    s->free_reads |= endpoint_bit(read);
}

/* PCIE-POISON-4: data that must not be used are none. */
static enum prisim_cause end_of(const struct prisim_tlp_header *head)
{
    if (head->status != PRISIM_TLP_SC)
        return PRISIM_CAUSE_DMA_ERROR;
    return prisim_tlp_is_poisoned(head) ? PRISIM_CAUSE_DATA_POISONED : PRISIM_CAUSE_COMPLETED;
}

void endpoint_dma_completed(struct endpoint_edge *e, const struct prisim_tlp_header *head)
{
    struct prisim_endpoint *s = e->s;
    unsigned read = (unsigned)head->tag - ENDPOINT_READ_TAG;
    /* A completion that nobody waits for is dropped. */
    if (read >= ENDPOINT_READS_MAX || (s->free_reads & endpoint_bit(read)))
        return;
    if (!s->read[read].overdue)
        read_over(e, read, end_of(head));
    give_tag_back(s, read);
}

/* PCIE-ITAG-8: its tag is not used again before its completion has come. */
void endpoint_dma_timed_out(struct endpoint_edge *e, unsigned read)
{
    struct endpoint_read *of = endpoint_read_write(e->s, read);
    assert(!of->overdue);
    of->overdue = true;
    of->due = PRISIM_CYCLE_NEVER;
    read_over(e, read, PRISIM_CAUSE_COMPLETION_TIMEOUT);
}
