/* SPDX-License-Identifier: Apache-2.0
 *
 * The way up: one FIFO in the order of creation, so that a read completion pushes what was made before it (PCIE-ORDER
 * row D column 2) and a Stop Marker stays behind the page requests of its PASID (PCIE-MARKERORDER). At most one TLP
 * leaves per edge; what an event says of a TLP's leaving is said here.
 */
#include "model/pcie_endpoint/endpoint_transmit.h"
#include "model/pcie_endpoint/endpoint_job.h"
#include "model/pcie_endpoint/endpoint_pri.h"
#include "model/pcie_endpoint/endpoint_translation.h"

/* Data of a DMA write: the job's number in every aligned 32-bit word, so that memory shows who wrote. Bytes behind the
 * last one mean nothing. */
static void fill_pattern(uint8_t data[PRISIM_TLP_DATA_MAX], uint64_t address, unsigned size, uint32_t number)
{
    assert(size <= PRISIM_TLP_DATA_MAX);
    unsigned shift = (unsigned)(address & 3) * 8;
    uint32_t word = shift ? number >> shift | number << (32 - shift) : number;
    for (unsigned i = 0; i < size; i += 4)
        prisim_store_le32(data + i, word);
}

static void sent_dma(struct endpoint_edge *e, const struct endpoint_outgoing *out, struct prisim_tlp *to)
{
    struct prisim_endpoint *s = e->s;
    const struct endpoint_job *job = &s->job[out->job_index];
    bool write = out->head.type == PRISIM_TLP_MEMORY_WRITE;
    assert(job->state != ENDPOINT_JOB_FREE && job->open > 0);
    PRISIM_PROBE(e->ports, e->now, endpoint_dma, .tlp = to->head.id, .job = job->number,
                 .pasid = endpoint_pasid_field(job->has_pasid, job->pasid), .address = out->value,
                 .output = out->head.address, .size = out->head.size, .write = write);
    if (write) {
        fill_pattern(to->data, out->value, out->head.size, job->number);
        endpoint_job_closed(e, out->job_index);
    } else {
        endpoint_read_write(s, out->head.tag - (unsigned)ENDPOINT_READ_TAG)->due = endpoint_timeout_begin(e);
    }
}

static void sent_translation_request(struct endpoint_edge *e, unsigned job_index)
{
    struct endpoint_job *job = endpoint_job_write(e->s, job_index);
    assert(job->state == ENDPOINT_JOB_TRANSLATING);
    job->ats_enables = e->s->ats_enables;
    job->due = endpoint_timeout_begin(e);
}

/* PCIE-ORDER-1: what may pass by its attributes. An Invalidate Completion has neither (PCIE-ATC-12). */
static void set_attributes(const struct endpoint_edge *e, const struct endpoint_outgoing *out,
                           struct prisim_tlp_header *head)
{
    switch ((enum endpoint_outgoing_kind)out->kind) {
    case ENDPOINT_OUT_DMA:
        if (e->config->relaxed && head->type == PRISIM_TLP_MEMORY_WRITE)
            head->flags |= PRISIM_TLP_RELAXED;
        break;
    case ENDPOINT_OUT_PAGE_REQUEST:
    case ENDPOINT_OUT_RAW:
    case ENDPOINT_OUT_MARKER:
        if (e->config->ido)
            head->flags |= PRISIM_TLP_IDO;
        break;
    case ENDPOINT_OUT_MSIX:
    case ENDPOINT_OUT_REGISTER:
    case ENDPOINT_OUT_INVALIDATED:
    case ENDPOINT_OUT_TRANSLATE:
        break;
    }
}

static void sent_marker(struct endpoint_edge *e, const struct endpoint_outgoing *out, const struct prisim_tlp *to)
{
    PRISIM_PROBE(e->ports, e->now, endpoint_stop_marker, .tlp = to->head.id, .pasid = to->head.pasid);
    endpoint_marker_left(e, out->job_index);
}

static void sent(struct endpoint_edge *e, const struct endpoint_outgoing *out, struct prisim_tlp *to)
{
    const struct prisim_tlp_header *head = &to->head;
    switch ((enum endpoint_outgoing_kind)out->kind) {
    case ENDPOINT_OUT_REGISTER:
        prisim_store_le32(to->data, (uint32_t)out->value);
        break;
    case ENDPOINT_OUT_INVALIDATED:
        endpoint_invalidate_sent(e, out, head);
        break;
    case ENDPOINT_OUT_TRANSLATE:
        sent_translation_request(e, out->job_index);
        PRISIM_PROBE(e->ports, e->now, endpoint_translation_request, .tlp = head->id,
                     .job = e->s->job[out->job_index].number,
                     .pasid = endpoint_pasid_field(head->flags & PRISIM_TLP_HAS_PASID, head->pasid),
                     .address = head->address, .write = e->s->job[out->job_index].write);
        break;
    case ENDPOINT_OUT_DMA:
        sent_dma(e, out, to);
        break;
    case ENDPOINT_OUT_PAGE_REQUEST:
    case ENDPOINT_OUT_RAW:
        PRISIM_PROBE(e->ports, e->now, endpoint_page_request_sent, .request = out->request, .tlp = head->id,
                     .pasid = endpoint_pasid_field(head->flags & PRISIM_TLP_HAS_PASID, head->pasid),
                     .prgi = head->prg_index);
        if (head->traffic_class)
            PRISIM_PROBE(e->ports, e->now, endpoint_other_class, .tlp = head->id,
                         .pasid = endpoint_pasid_field(head->flags & PRISIM_TLP_HAS_PASID, head->pasid),
                         .traffic_class = head->traffic_class);
        break;
    case ENDPOINT_OUT_MARKER:
        sent_marker(e, out, to);
        break;
    case ENDPOINT_OUT_MSIX:
        prisim_store_le32(to->data, (uint32_t)out->value);
        PRISIM_PROBE(e->ports, e->now, endpoint_msix, .tlp = head->id, .address = head->address, .data = out->value);
        break;
    }
}

/* PCIE-PRICAP: after a Response Failure or a Reset nothing of the PRI engine that still waits here may leave. */
static bool is_dropped(const struct prisim_endpoint *s, const struct endpoint_outgoing *out)
{
    return (out->kind == ENDPOINT_OUT_PAGE_REQUEST || out->kind == ENDPOINT_OUT_MARKER) && out->epoch != s->pri_epoch;
}

/* The first one has left: what it said in leaving may have put another one behind it. */
static void leave(struct prisim_endpoint *s, struct endpoint_outgoing *out)
{
    *out = (struct endpoint_outgoing){0};
    if (s->outgoing_count == 0)
        s->outgoing_head = 0;
}

void endpoint_transmit_put(struct endpoint_edge *e)
{
    struct prisim_endpoint *s = e->s;
    assert(s->outgoing_count > 0);
    do {
        struct endpoint_outgoing *out = endpoint_outgoing_write(s, s->outgoing_head);
        s->outgoing_head = (s->outgoing_head + 1) & (ENDPOINT_OUTGOING_MAX - 1);
        s->outgoing_count--;
        if (!is_dropped(s, out)) {
            struct prisim_tlp *to = prisim_ports_put(e->ports, PRISIM_ENDPOINT_TX_UP);
            to->head = out->head;
            to->head.id = prisim_tlp_id(e->ports->instance, s->tlps++);
            if (e->config->ido | e->config->relaxed)
                set_attributes(e, out, &to->head);
            sent(e, out, to);
            leave(s, out);
            return;
        }
        if (out->kind == ENDPOINT_OUT_MARKER)
            endpoint_marker_dropped(e, out->job_index);
        leave(s, out);
    } while (s->outgoing_count > 0);
}
