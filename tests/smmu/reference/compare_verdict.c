/* SPDX-License-Identifier: Apache-2.0
 *
 * What differs between the reference model's outcomes and what the SMMU did (compare.h).
 */
#include "model/core/bits.h"
#include "tests/smmu/reference/compare.h"

static bool size_fits(const struct reference_outcome *e, unsigned size)
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned one = i & 1 ? e->contiguous[0] : e->size[0], two = i & 2 ? e->contiguous[1] : e->size[1];
        unsigned least = one < two ? one : two;
        if (size == (least == 64 ? 12 : least))
            return true;
    }
    return false;
}

/* SMMU-ATSCPL */
static const char *entry_differs(const struct reference_outcome *e, uint64_t entry)
{
    bool read = entry & 1, write = entry >> 1 & 1;
    unsigned size = 12;
    if (entry >> 11 & 1)
        for (size = 13; size < 63 && entry >> (size - 1) & 1; size++)
            ;
    if (entry & 1 << 2 || entry & 1 << 5)
        return "U or Global";
    if (!read && !write) {
        bool nothing = !e->read && !e->write;
        return !nothing ? "nothing granted" : size != 12 ? "size of nothing" : entry >> 3 & 1 ? "Exe of nothing" : NULL;
    }
    if (read != e->read)
        return "R";
    if (write != e->write && write != e->write_may)
        return "W";
    if ((entry >> 3 & 1) != e->execute)
        return "Exe";
    if ((entry >> 4 & 1) != e->privileged)
        return "Priv";
    if (!size_fits(e, size))
        return "size";
    uint64_t field = prisim_bits_get(entry, 0, 52 + 12) & ~prisim_bits_mask(size);
    return field != (e->output & ~prisim_bits_mask(size)) ? "output address" : NULL;
}

/* `dma` is the number of DMA requests that came before: accesses go on in order of arrival. */
static const char *completion_differs(const struct run *r, unsigned dma)
{
    const struct reference_outcome *e = &r->expected[r->which];
    const struct dut_seen *s = &r->seen;
    const struct prisim_tlp *completion = &s->completion[r->which];
    const struct prisim_tlp_header *head = &completion->head;
    bool wants_one = r->request[r->which].at == REFERENCE_REQUEST || !r->request[r->which].write;
    if (s->completions[r->which] != wants_one)
        return "number of completions";
    bool wants_dma = e->result == REFERENCE_FORWARD;
    if (wants_dma && dma >= s->dmas)
        return "number of DMA requests";
    if (wants_dma && (s->dma[dma].address != e->output || s->dma[dma].write != r->request[r->which].write))
        return "output address";
    if (!wants_one)
        return NULL;
    switch (e->result) {
    case REFERENCE_FORWARD:
        return head->status != PRISIM_TLP_SC ? "status" : NULL;
    case REFERENCE_RAZ_WI:
        return head->status != PRISIM_TLP_SC || prisim_load_le32(completion->data) ? "status" : NULL;
    case REFERENCE_ABORT:
    case REFERENCE_UR:
        return head->status != PRISIM_TLP_UR ? "status" : NULL;
    case REFERENCE_CA:
        return head->status != PRISIM_TLP_CA ? "status" : NULL;
    case REFERENCE_GRANT:
        if (head->status != PRISIM_TLP_SC || head->size != 8)
            return "status";
        return entry_differs(e, (uint64_t)prisim_load_le32(completion->data) << 32 |
                                    prisim_load_le32(completion->data + 4));
    }
    return "result";
}

static bool is_event(const struct reference_outcome *e, const uint64_t event[4])
{
    for (unsigned i = 0; i < 4; i++)
        if ((event[i] ^ e->event[i]) & e->mask[i])
            return false;
    return true;
}

/* Every record that is expected is there, in whatever order. Those of accesses are looked for first: of a request's
 * less is known (SMMU-ATSREQ-4), and another's record might pass for it. */
static const char *events_differ(struct run *r)
{
    struct dut_seen *s = &r->seen;
    unsigned left = s->events < DUT_EVENTS ? s->events : DUT_EVENTS;
    for (unsigned k = 0; k < 2 * r->crowd; k++) {
        r->which = k % r->crowd;
        const struct reference_outcome *e = &r->expected[r->which];
        unsigned i = 0;
        if (!e->recorded || (r->request[r->which].at == REFERENCE_REQUEST) != (k >= r->crowd))
            continue;
        while (i < left && !is_event(e, s->event[i]))
            i++;
        if (i == left)
            return left ? "event record" : "number of events";
        left--;
        memmove(s->event[i], s->event[left], sizeof s->event[i]);
    }
    r->which = 0;
    unsigned wanted = 0;
    for (unsigned i = 0; i < r->crowd; i++)
        wanted += r->expected[i].recorded;
    return s->events != wanted ? "number of events" : NULL;
}

/* In a crowd nothing is written. */
static const char *memory_differs(const struct run *r)
{
    const struct reference_outcome *e = &r->expected[r->which];
    bool known = !r->seen.last_write;
    for (unsigned i = 0; i < e->updates; i++) {
        const struct reference_update *u = &e->update[i];
        uint64_t now = sparse_line(r->memory, u->address, true)->word[u->address / 8 % 8];
        known |= r->seen.last_write >> 3 == u->address >> 3;
        if ((now ^ u->after) & ~u->may)
            return "descriptor after the translation";
    }
    return known ? NULL : "a write that nobody asked for";
}

const char *compare_differs(struct run *r)
{
    unsigned dmas = 0;
    for (r->which = 0; r->which < r->crowd; r->which++) {
        const char *wrong = completion_differs(r, dmas);
        if (!wrong)
            wrong = memory_differs(r);
        if (wrong)
            return wrong;
        dmas += r->expected[r->which].result == REFERENCE_FORWARD;
    }
    r->which = 0;
    return dmas != r->seen.dmas ? "number of DMA requests" : events_differ(r);
}
