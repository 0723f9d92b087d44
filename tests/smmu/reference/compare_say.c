/* SPDX-License-Identifier: Apache-2.0
 *
 * What a difference looks like, and what a run has met (compare.h).
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/core/bits.h"
#include "tests/smmu/reference/compare.h"

static void say_request(const struct run *r)
{
    static const char *const at[] = {"untranslated", "request", "translated"};
    static const char *const result[] = {"forward", "abort", "RAZ/WI", "grant", "UR", "CA"};
    const struct reference_request *q = &r->request[r->which];
    const struct reference_outcome *e = &r->expected[r->which];
    const struct dut_seen *s = &r->seen;
    const struct prisim_tlp *completion = &s->completion[r->which];
    printf("  %s sid %#x pasid %d:%#x%s%s%s%s address %#" PRIx64 "\n", at[q->at], q->sid, q->has_pasid, q->pasid,
           q->privileged ? " privileged" : "", q->execute ? " execute" : "", q->write ? " write" : "",
           q->no_write ? " NW" : "", q->address);
    printf("  judge: %s output %#" PRIx64 " r%d w%d(%d) x%d size %u,%u contiguous %u,%u\n", result[e->result],
           e->output, e->read, e->write, e->write_may, e->execute, e->size[0], e->size[1], e->contiguous[0],
           e->contiguous[1]);
    if (e->recorded)
        printf("  judge's event: %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", e->event[0],
               e->event[1], e->event[2], e->event[3]);
    for (unsigned i = 0; i < e->updates; i++)
        printf("  update at %#" PRIx64 ": %016" PRIx64 " -> %016" PRIx64 " (free %" PRIx64 ")\n", e->update[i].address,
               e->update[i].before, e->update[i].after, e->update[i].may);
    printf("  SMMU: %u completions (status %u size %u, %08x%08x), %u DMA at %#" PRIx64 ", %u events\n",
           s->completions[r->which], completion->head.status, completion->head.size, prisim_load_le32(completion->data),
           prisim_load_le32(completion->data + 4), s->dmas, s->dma[0].address, s->events);
    for (unsigned i = 0; i < s->events && i < DUT_EVENTS; i++)
        printf("  SMMU's event:  %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", s->event[i][0],
               s->event[i][1], s->event[i][2], s->event[i][3]);
}

static void say_structures(const struct run *r)
{
    const struct tree *t = r->tree;
    printf("  STE:");
    for (unsigned i = 0; i < 4; i++)
        printf(" %016" PRIx64, t->ste[i]);
    if (t->current < t->substreams) {
        printf("\n  CD: ");
        for (unsigned i = 0; i < 3; i++)
            printf(" %016" PRIx64, t->substream[t->current].cd[i]);
    }
    printf("\n  registers: ATSCHK %d REC_CFG_ATS %d RECINVSID %d, caches: TLB %u walk %u configuration %u\n",
           t->setup.atschk, t->setup.rec_cfg_ats, t->setup.recinvsid, r->config.tlb_entries, r->config.walk_entries,
           r->config.config_entries);
    printf("to repeat: smmu_compare --seed %" PRIu64 " --session %" PRIu64 "\n", r->seed, r->session);
}

/* Every read of the tables as the reference model does them: what a walk looks like. */
static bool traced_load(void *context, uint64_t address, unsigned words, uint64_t *to,
                        const struct reference_hint *hint)
{
    static const char *const what[] = {"L1STD", "STE", "L1CD", "CD", "stage 1", "stage 2"};
    bool ok = tree_load(context, address, words, to, hint);
    printf("  reads %s level %u at %#" PRIx64 ": %016" PRIx64 "%s\n", what[hint->what], hint->level, address, to[0],
           ok ? "" : " ABORTS");
    return ok;
}

void compare_say(struct run *r)
{
    printf("different: %s; request %u of %u at once\n", r->wrong, r->which + 1, r->crowd);
    say_request(r);
    const struct reference_memory traced = {traced_load, r->tree};
    reference(&r->tree->setup, &traced, &r->request[r->which], &r->expected[r->which]);
    say_structures(r);
}

void compare_count(struct run *r)
{
    for (unsigned i = 0; i < r->crowd; i++) {
        const struct reference_outcome *e = &r->expected[i];
        unsigned config = (unsigned)(r->tree->ste[0] >> 1 & 7), code = (unsigned)(e->event[0] & 0xff);
        r->forwarded[config] += e->result == REFERENCE_FORWARD;
        r->granted[config] += e->read || e->write;
        r->updated += e->updates != 0;
        if (e->recorded && code < CODES)
            r->recorded[code][e->event[1] >> 39 & 1][e->event[1] >> 40 & 3]++;
    }
}

bool compare_met_enough(const struct run *r)
{
    /* SMMU-EVENTCODE, SMMU-EVENT: code, S2, CLASS */
    static const uint8_t wanted[][3] = {
        {0x02, 0, 0}, {0x03, 0, 0}, {0x04, 0, 0}, {0x05, 0, 0}, {0x06, 0, 0}, {0x07, 0, 0}, {0x08, 0, 0}, {0x09, 0, 0},
        {0x0a, 0, 0}, {0x0b, 0, 1}, {0x0b, 1, 0}, {0x0b, 1, 1}, {0x0b, 1, 2}, {0x10, 0, 2}, {0x11, 0, 2}, {0x12, 0, 2},
        {0x13, 0, 2}, {0x10, 1, 0}, {0x10, 1, 1}, {0x10, 1, 2}, {0x11, 1, 0}, {0x11, 1, 1}, {0x11, 1, 2}, {0x12, 1, 0},
        {0x12, 1, 1}, {0x12, 1, 2}, {0x13, 1, 0}, {0x13, 1, 1}, {0x13, 1, 2}};
    bool enough = true;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const uint8_t *w = wanted[i];
        uint64_t n = r->recorded[w[0]][w[1]][w[2]];
        if (n < ENOUGH) {
            printf("event %#x S2=%u CLASS=%u: only %" PRIu64 "\n", w[0], w[1], w[2], n);
            enough = false;
        }
    }
    for (unsigned config = 4; config < CONFIGS; config++) {
        bool grants = config == 4 || r->granted[config] >= 50 * ENOUGH;
        if (r->forwarded[config] < 50 * ENOUGH || !grants) {
            printf("Config %u: only %" PRIu64 " forwarded, %" PRIu64 " granted\n", config, r->forwarded[config],
                   r->granted[config]);
            enough = false;
        }
    }
    return enough;
}
