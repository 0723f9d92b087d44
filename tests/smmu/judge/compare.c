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

enum { TREES = 20, REQUESTS = 40, CODES = 0x14, CONFIGS = 8, WHOLE_RUN = 100000, ENOUGH = 20 };

struct run {
    uint64_t seed, session;
    struct smmu_config config;
    struct station *station;
    struct tree *tree;
    struct sparse *memory;
    struct judge_request request;
    struct judge_outcome expected;
    struct station_seen seen;
    uint64_t addresses, open, updated;
    uint64_t forwarded[CONFIGS], granted[CONFIGS], recorded[CODES][2][3]; /* by Config; by code, S2, CLASS */
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

static void count(struct run *r)
{
    const struct judge_outcome *e = &r->expected;
    unsigned config = (unsigned)(r->tree->ste[0] >> 1 & 7), code = (unsigned)(e->event[0] & 0xff);
    r->forwarded[config] += e->result == JUDGE_FORWARD;
    r->granted[config] += e->read || e->write;
    r->updated += e->updates != 0;
    if (e->recorded && code < CODES)
        r->recorded[code][e->event[1] >> 39 & 1][e->event[1] >> 40 & 3]++;
}

/* What a whole run must have met; false, and says what, if there was too little of it. */
static bool met_enough(const struct run *r)
{
    /* smmuv3 3.2, 3.3: code, S2, CLASS */
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
    count(r);
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

/* Half of the SMMUs have what the default product has; in the others each feature is there or not, as drawn, as far as
 * it can be without another. */
static void draw_features(struct smmu_config *config, struct random_stream *random)
{
    static const uint32_t oas[] = {48, 48, 48, 44, 42, 40, 36, 32};
    const struct {
        uint32_t *feature, most;
    } f[] = {{&config->s2p, 1},     {&config->gran16k, 1},
             {&config->gran64k, 1}, {&config->had, 1},
             {&config->xnx, 1},     {&config->stt, 1},
             {&config->hyp, 1},     {&config->vmid16, 1},
             {&config->cd2l, 1},    {&config->st_level, 1},
             {&config->httu, 2},    {&config->ns1ats, 1},
             {&config->asid16, 1},  {&config->attr_perms_ovr, 1},
             {&config->fwb, 1},     {&config->term_model, 1}};
    if (random_below(random, 2))
        return;
    config->oas_bits = oas[random_below(random, sizeof oas / sizeof oas[0])];
    for (size_t i = 0; i < sizeof f / sizeof f[0]; i++) {
        struct config_error error;
        uint32_t before = *f[i].feature;
        *f[i].feature = random_below(random, 3) ? f[i].most : (uint32_t)random_below(random, f[i].most + 1);
        if (!smmu_config_check(config, &error))
            *f[i].feature = before;
    }
}

/* Half of the SMMUs cache nothing; so no difference can hide behind another request. */
static void draw_config(struct smmu_config *config, struct random_stream *random)
{
    smmu_config_default(config);
    const uint32_t size = random_below(random, 2) ? 64 : 0;
    uint32_t *const entries[] = {&config->walk_entries,      &config->walk_l1_entries,    &config->walk_l0_entries,
                                 &config->walk_s2_entries,   &config->walk_s2_l1_entries, &config->walk_s2_l0_entries,
                                 &config->micro_tlb_entries, &config->ipa_entries,        &config->tlb_entries};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        *entries[i] = random_below(random, 4) ? size : size / 16;
    config->config_entries = size / 4;
    draw_features(config, random);
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
    printf("%" PRIu64 " addresses; forwarded, granted: stage 1 %" PRIu64 ", %" PRIu64 "; stage 2 %" PRIu64 ", %" PRIu64
           "; nested %" PRIu64 ", %" PRIu64 "; descriptors changed %" PRIu64 "; left open %" PRIu64 "\n",
           run.addresses, run.forwarded[5], run.granted[5], run.forwarded[6], run.granted[6], run.forwarded[7],
           run.granted[7], run.updated, run.open);
    ok = ok && (run.addresses < WHOLE_RUN || met_enough(&run));
    free(run.memory);
    free(run.tree);
    return !ok;
}
