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
#include "tests/smmu/judge/compare.h"

/* Commands that may be given at any time: nothing in memory has changed, so that they change no answer (smmuv3 2.1 to
 * 2.5). What they name may be there or not. */
static void command_at_random(struct run *r)
{
    static const uint8_t opcode[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10,
                                     0x11, 0x12, 0x13, 0x30, 0x46, 0x28, 0x2a, /* stage 2 */
                                     0x20, 0x21, 0x22 /* EL2 */};
    struct tree *t = r->tree;
    const struct judge_features *f = &t->setup.features;
    unsigned kinds = 12 + (f->s2p ? 2 : 0);
    unsigned which = (unsigned)tree_below(t, kinds);
    if (f->hyp && tree_chance(t, 100))
        which = 14 + (unsigned)tree_below(t, 3);
    /* A prefetch is of what an access reads too: what is not there yet would be cached as invalid. */
    const struct judge_request *q = &r->request[tree_below(t, r->crowd)];
    if (which < 2 && q->at != JUDGE_UNTRANSLATED)
        which = 2;
    uint64_t operation = opcode[which], dw0 = operation, dw1 = 0;
    bool tlbi = operation >= 0x10 && operation < 0x40;
    const struct tree_substream *s = &t->substream[tree_below(t, t->substreams)];
    if (tlbi) {
        dw0 |= (t->ste[2] & 0xffff) << 32 | (s->cd[0] >> 48 & (f->asid16 ? 0xffff : 0xff)) << 48;
        if (operation == 0x12 || operation == 0x13 || operation == 0x22 || operation == 0x2a)
            dw1 = ((operation == 0x2a ? t->ipa_base[0] & bits_mask(48) : s->base[0][0]) & ~bits_mask(12)) |
                  tree_below(t, 2);
        if (!f->vmid16)
            dw0 &= ~(UINT64_C(0xff) << 40);
    } else if (operation != 0x46) {
        dw0 |= (uint64_t)t->sid << 32;
        if (q->has_pasid && operation != 0x03 && operation != 0x04)
            dw0 |= (uint64_t)q->pasid << 12 | 1 << 11;
        dw1 = operation == 0x02 ? q->address & ~bits_mask(12) : operation == 0x04 ? 31 : tree_below(t, 2);
    }
    station_command(r->station, dw0, dw1);
}

/* In a steady tree some requests are under way at once, else each waits for the one before: what hardware changes for
 * one, another would see. */
static bool ask(struct run *r)
{
    const struct judge_memory memory = {tree_load, r->tree};
    bool open = false;
    r->crowd = r->tree->limits.steady ? 1 + (unsigned)tree_below(r->tree, STATION_CROWD) : 1;
    for (unsigned i = 0; i < r->crowd; i++) {
        tree_request(r->tree, &r->request[i]);
        judge(&r->tree->setup, &memory, &r->request[i], &r->expected[i]);
        open = open || r->expected[i].open;
    }
    r->which = 0;
    bool commands = r->tree->limits.steady && tree_chance(r->tree, 300);
    if (commands) {
        for (uint64_t i = 1 + tree_below(r->tree, 5); i > 0; i--)
            command_at_random(r);
        station_ring(r->station);
    }
    station_ask(r->station, r->request, r->crowd, &r->seen);
    r->addresses += r->crowd;
    if (!r->seen.rests) {
        r->wrong = "it does not come to rest";
        return false;
    }
    if (commands && !station_commands_done(r->station)) {
        r->wrong = "commands are not consumed";
        return false;
    }
    if (open) {
        r->open += r->crowd;
        return true;
    }
    compare_count(r);
    r->wrong = compare_differs(r);
    return !r->wrong;
}

static void draw_setup(struct run *r, struct random_stream *random, struct judge_setup *setup)
{
    const struct judge_features *f = &setup->features;
    setup->atschk = random_below(random, 4) != 0;
    setup->rec_cfg_ats = random_below(random, 2);
    setup->recinvsid = random_below(random, 2);
    setup->strtab_log2 = (unsigned)random_below(random, f->sid_bits + 4);
    if (f->two_level_streams && setup->strtab_log2 > 6 && random_below(random, 2))
        setup->split = setup->strtab_log2 > 8 && random_below(random, 2) ? 8 : 6;
    setup->strtab = (random_next(random) & bits_mask(f->oas_bits) & ~bits_mask(6)) | UINT64_C(1) << (f->oas_bits - 1);
    (void)r;
}

/* Half of the SMMUs have what the default product has; in the others each feature is there or not, as drawn, as far as
 * it can be without another. */
static void draw_features(struct smmu_config *config, struct random_stream *random)
{
    static const uint32_t oas[] = {48, 48, 48, 44, 42, 40, 36, 32};
    const struct {
        uint32_t *feature, most;
    } f[] = {{&config->s2p, 1},       {&config->gran16k, 1},
             {&config->gran64k, 1},   {&config->had, 1},
             {&config->xnx, 1},       {&config->stt, 1},
             {&config->hyp, 1},       {&config->vmid16, 1},
             {&config->cd2l, 1},      {&config->st_level, 1},
             {&config->httu, 2},      {&config->ns1ats, 1},
             {&config->asid16, 1},    {&config->attr_perms_ovr, 1},
             {&config->sid_bits, 16}, {&config->ssid_bits, 20},
             {&config->fwb, 1},       {&config->term_model, 1}};
    if (random_below(random, 2))
        return;
    config->oas_bits = oas[random_below(random, sizeof oas / sizeof oas[0])];
    if (random_below(random, 2)) { /* no structure here asks for a stall; S1STALLD is legal then */
        config->stall_model = 0;
        config->stall_max = 8;
    }
    if (random_below(random, 8) == 0)
        config->ssid_bits = 0;
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
        limits.steady = random_below(&random, 2);
        tree_grow(r->tree, &setup, limits, r->memory, r->seed, r->session * TREES + i);
        if (!station_invalidate(r->station)) {
            r->wrong = "commands are not consumed";
            ok = false;
        }
        for (unsigned k = 0; ok && k < REQUESTS && r->addresses < most; k++)
            ok = ask(r);
    }
    if (!ok) {
        compare_say(r);
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
    ok = ok && (run.addresses < WHOLE_RUN || compare_met_enough(&run));
    free(run.memory);
    free(run.tree);
    return !ok;
}
