/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints an answer that may not be: what was changed, the commands, the reads of the translation, both outcomes.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/core/bits.h"
#include "tests/smmu/reference/scopes.h"

static void say_outcome(const char *whose, const struct reference_outcome *o)
{
    static const char *const result[] = {"forward", "abort", "RAZ/WI", "grant", "UR", "CA"};
    printf("  %s: %s output %#" PRIx64 " r%d w%d(%d) x%d event %#" PRIx64 "\n", whose, result[o->result], o->output,
           o->read, o->write, o->write_may, o->execute, o->event[0] & 0xff);
}

static void say_trace(const struct scope_trace *t)
{
    static const char *const what[] = {"L1STD", "STE", "L1CD", "CD", "stage 1", "stage 2"};
    for (unsigned i = 0; i < t->reads; i++) {
        const struct scope_read *r = &t->read[i];
        printf("    reads %s class %u level %d of %#" PRIx64 " at %#" PRIx64 ": %016" PRIx64 "%s\n", what[r->what],
               r->class_code, r->level, r->input, r->address, r->value, r->old ? " CHANGED" : "");
    }
}

void scopes_say(struct scopes *s, const struct scope_trace *expected, const struct scope_trace *old)
{
    const struct run *r = &s->run;
    const struct scope_change *c = &s->fixture.change;
    printf("different: %s\n", r->wrong ? r->wrong : "");
    if (c->active)
        printf("  changed: %s, %u words from %#" PRIx64 ": %016" PRIx64 " before\n", scopes_kind_name[s->kind],
               c->words, c->address[0], c->old[0]);
    for (unsigned i = 0; i < s->commands; i++)
        printf("  command %016" PRIx64 " %016" PRIx64 "%s\n", s->command[i].dw[0], s->command[i].dw[1],
               scope_ill(&s->fixture.machine, s->command[i].dw) ? " (ILL)" : "");
    if (expected) {
        const struct reference_request *q = &expected->request;
        const struct prisim_tlp *completion = &r->seen.completion[0];
        printf("  sid %#x at %u pasid %d:%#x write %d address %#" PRIx64 "\n", q->sid, q->at, q->has_pasid, q->pasid,
               q->write, q->address);
        say_outcome("new", &expected->outcome);
        say_trace(expected);
        say_outcome("old", &old->outcome);
        say_trace(old);
        printf("  SMMU: %u completions (status %u, %08x%08x), %u DMA at %#" PRIx64 ", %u events (%#" PRIx64 ")\n",
               r->seen.completions[0], completion->head.status, prisim_load_le32(completion->data),
               prisim_load_le32(completion->data + 4), r->seen.dmas, r->seen.dma[0].address, r->seen.events,
               r->seen.event[0][0] & 0xff);
    }
    for (unsigned i = 0; i < s->fixture.stale.entries && i < 20; i++) {
        const struct scope_entry *e = &s->fixture.stale.entry[i];
        printf("  may be kept: kind %u level %d %#" PRIx64 "..%#" PRIx64 " asid %u vmid %u\n", e->kind, e->level,
               e->first, e->last, e->asid, e->vmid);
    }
    printf("  STE %016" PRIx64 " %016" PRIx64 " %016" PRIx64 ", VMW %u, caches: TLB %u walk %u configuration %u\n",
           r->tree->ste[0], r->tree->ste[1], r->tree->ste[2], s->fixture.machine.vmw, r->config.tlb_entries,
           r->config.walk_entries, r->config.config_entries);
    printf("to repeat: smmu_scopes --seed %" PRIu64 " --session %" PRIu64 "\n", r->seed, r->session);
}
