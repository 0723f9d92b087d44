/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU against the judge over random tables: output address, permissions, completion, event record, descriptors.
 *
 *   smmu_compare [--addresses N] [--seed S] [--session K]
 *
 * A session is one SMMU with a drawn configuration and some trees; --session runs that one alone. Exit 1 at the first
 * difference, with the command that repeats it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/bits.h"
#include "tests/smmu/judge/station.h"
#include "tests/smmu/judge/tree.h"

enum { TREES = 20, REQUESTS = 40 };

struct run {
    uint64_t seed, session;
    struct smmu_config config;
    struct station *station;
    struct tree *tree;
    struct sparse *memory;
    struct judge_request request;
    struct judge_outcome expected;
    struct station_seen seen;
    uint64_t addresses, open, forwarded, granted, recorded, updated;
    const char *wrong;
};

static void say_request(const struct run *r)
{
    static const char *const at[] = {"untranslated", "request", "translated"};
    static const char *const result[] = {"forward", "abort", "RAZ/WI", "grant", "UR", "CA"};
    const struct judge_request *q = &r->request;
    const struct judge_outcome *e = &r->expected;
    const struct station_seen *s = &r->seen;
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
    printf("  SMMU: %u completions (status %u size %u, %08x%08x), %u DMA at %#" PRIx64 ", %u events\n", s->completions,
           s->completion.head.status, s->completion.head.size, load_le32(s->completion.data),
           load_le32(s->completion.data + 4), s->dmas, s->dma.address, s->events);
    if (s->events)
        printf("  SMMU's event:  %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", s->event[0][0],
               s->event[0][1], s->event[0][2], s->event[0][3]);
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

/* Every read of the tables as the judge does them: what a walk looks like. */
static bool traced_load(void *context, uint64_t address, unsigned words, uint64_t *to, const struct judge_hint *hint)
{
    static const char *const what[] = {"L1STD", "STE", "L1CD", "CD", "stage 1", "stage 2"};
    bool ok = tree_load(context, address, words, to, hint);
    printf("  reads %s level %u at %#" PRIx64 ": %016" PRIx64 "%s\n", what[hint->what], hint->level, address, to[0],
           ok ? "" : " ABORTS");
    return ok;
}

static bool size_fits(const struct judge_outcome *e, unsigned size)
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned one = i & 1 ? e->contiguous[0] : e->size[0], two = i & 2 ? e->contiguous[1] : e->size[1];
        unsigned least = one < two ? one : two;
        if (size == (least == 64 ? 12 : least))
            return true;
    }
    return false;
}

/* smmuv3 6.2 */
static const char *entry_differs(const struct judge_outcome *e, uint64_t entry)
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
    uint64_t field = bits_get(entry, 0, 52 + 12) & ~bits_mask(size);
    return field != (e->output & ~bits_mask(size)) ? "output address" : NULL;
}

static const char *completion_differs(const struct run *r)
{
    const struct judge_outcome *e = &r->expected;
    const struct station_seen *s = &r->seen;
    const struct tlp_header *head = &s->completion.head;
    bool wants_one = r->request.at == JUDGE_REQUEST || !r->request.write;
    if (s->completions != wants_one)
        return "number of completions";
    bool wants_dma = e->result == JUDGE_FORWARD;
    if (s->dmas != wants_dma)
        return "number of DMA requests";
    if (wants_dma && (s->dma.address != e->output || s->dma.write != r->request.write))
        return "output address";
    if (!wants_one)
        return NULL;
    switch (e->result) {
    case JUDGE_FORWARD:
        return head->status != TLP_SC ? "status" : NULL;
    case JUDGE_RAZ_WI:
        return head->status != TLP_SC || load_le32(s->completion.data) ? "status" : NULL;
    case JUDGE_ABORT:
    case JUDGE_UR:
        return head->status != TLP_UR ? "status" : NULL;
    case JUDGE_CA:
        return head->status != TLP_CA ? "status" : NULL;
    case JUDGE_GRANT:
        if (head->status != TLP_SC || head->size != 8)
            return "status";
        return entry_differs(e, (uint64_t)load_le32(s->completion.data) << 32 | load_le32(s->completion.data + 4));
    }
    return "result";
}

static const char *event_differs(const struct run *r)
{
    const struct judge_outcome *e = &r->expected;
    const struct station_seen *s = &r->seen;
    if (s->events != e->recorded)
        return "number of events";
    for (unsigned i = 0; e->recorded && i < 4; i++)
        if ((s->event[0][i] ^ e->event[i]) & e->mask[i])
            return "event record";
    return NULL;
}

static const char *memory_differs(const struct run *r)
{
    const struct judge_outcome *e = &r->expected;
    bool known = !r->seen.last_write;
    for (unsigned i = 0; i < e->updates; i++) {
        const struct judge_update *u = &e->update[i];
        uint64_t now = sparse_line(r->memory, u->address, true)->word[u->address / 8 % 8];
        known |= r->seen.last_write >> 3 == u->address >> 3;
        if ((now ^ u->after) & ~u->may)
            return "descriptor after the translation";
    }
    return known ? NULL : "a write that nobody asked for";
}

static bool ask(struct run *r)
{
    const struct judge_memory memory = {tree_load, r->tree};
    tree_request(r->tree, &r->request);
    judge(&r->tree->setup, &memory, &r->request, &r->expected);
    station_ask(r->station, &r->request, &r->seen);
    r->addresses++;
    if (!r->seen.rests) {
        r->wrong = "it does not come to rest";
        return false;
    }
    if (r->expected.open) {
        r->open++;
        return true;
    }
    r->forwarded += r->expected.result == JUDGE_FORWARD;
    r->granted += r->expected.read || r->expected.write;
    r->recorded += r->expected.recorded;
    r->updated += r->expected.updates != 0;
    r->wrong = completion_differs(r);
    if (!r->wrong)
        r->wrong = event_differs(r);
    if (!r->wrong)
        r->wrong = memory_differs(r);
    return !r->wrong;
}

static void draw_setup(struct run *r, struct random_stream *random, struct judge_setup *setup)
{
    const struct judge_features *f = &setup->features;
    setup->atschk = random_below(random, 4) != 0;
    setup->rec_cfg_ats = random_below(random, 2);
    setup->recinvsid = random_below(random, 2);
    setup->strtab_log2 = (unsigned)random_below(random, f->sid_bits + 1);
    if (f->two_level_streams && setup->strtab_log2 > 6 && random_below(random, 2))
        setup->split = setup->strtab_log2 > 8 && random_below(random, 2) ? 8 : 6;
    setup->strtab = (random_next(random) & bits_mask(f->oas_bits) & ~bits_mask(22)) | UINT64_C(1) << (f->oas_bits - 1);
    (void)r;
}

/* Half of the SMMUs cache nothing; so no difference can hide behind another request. */
static void draw_config(struct smmu_config *config, struct random_stream *random)
{
    static const uint32_t oas[] = {48, 48, 48, 44};
    smmu_config_default(config);
    const uint32_t size = random_below(random, 2) ? 64 : 0;
    uint32_t *const entries[] = {&config->walk_entries,      &config->walk_l1_entries,    &config->walk_l0_entries,
                                 &config->walk_s2_entries,   &config->walk_s2_l1_entries, &config->walk_s2_l0_entries,
                                 &config->micro_tlb_entries, &config->ipa_entries,        &config->tlb_entries};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        *entries[i] = random_below(random, 4) ? size : size / 16;
    config->config_entries = size / 4;
    config->oas_bits = oas[random_below(random, 4)];
    config->register_latency = 1;
    config->ack_latency = 1;
}

static bool run_session(struct run *r, uint64_t most)
{
    struct random_stream random = random_open(r->seed, r->session, 1);
    struct judge_setup setup = {0};
    draw_config(&r->config, &random);
    r->station = station_open(&r->config, r->memory);
    station_identify(r->station, &setup.features);
    draw_setup(r, &random, &setup);
    struct tree_limits limits = {.cached = r->config.tlb_entries, .plain_stage1 = !setup.features.granule_64k};
    bool ok = station_bring_up(r->station, &setup);
    if (!ok)
        r->wrong = "it does not come up";
    for (unsigned i = 0; ok && i < TREES; i++) {
        tree_grow(r->tree, &setup, limits, r->memory, r->seed, r->session * TREES + i);
        if (!station_invalidate(r->station)) {
            r->wrong = "commands are not consumed";
            ok = false;
        }
        for (unsigned k = 0; ok && k < REQUESTS && r->addresses < most; k++)
            ok = ask(r);
    }
    if (!ok) {
        printf("different: %s\n", r->wrong);
        say_request(r);
        const struct judge_memory traced = {traced_load, r->tree};
        judge(&r->tree->setup, &traced, &r->request, &r->expected);
        say_structures(r);
    }
    station_close(r->station);
    return ok;
}

int main(int argc, char **argv)
{
    static struct run run = {.seed = 1};
    uint64_t most = 100000;
    bool one = false;
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t value = strtoull(argv[i + 1], NULL, 0);
        if (strcmp(argv[i], "--addresses") == 0)
            most = value;
        else if (strcmp(argv[i], "--seed") == 0)
            run.seed = value;
        else if (strcmp(argv[i], "--session") == 0)
            run.session = value, one = true;
        else
            argc = 0;
    }
    if (argc % 2 == 0) {
        fprintf(stderr, "usage: smmu_compare [--addresses N] [--seed S] [--session K]\n");
        return 2;
    }
    run.memory = calloc(1, sizeof *run.memory);
    run.tree = calloc(1, sizeof *run.tree);
    assert(run.memory && run.tree);
    bool ok = true;
    do {
        ok = run_session(&run, most);
        run.session++;
    } while (ok && !one && run.addresses < most);
    printf("%" PRIu64 " addresses: %" PRIu64 " forwarded, %" PRIu64 " granted, %" PRIu64 " recorded, %" PRIu64
           " with descriptors changed, %" PRIu64 " left open\n",
           run.addresses, run.forwarded, run.granted, run.recorded, run.updated, run.open);
    free(run.memory);
    free(run.tree);
    return !ok;
}
