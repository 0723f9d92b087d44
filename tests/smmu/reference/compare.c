/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU against the reference model over random tables: output address, permissions, completion, event record,
 * descriptors.
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
#include "tests/smmu/reference/compare.h"

/* Commands that may be given at any time: nothing in memory has changed, so that they change no answer (SMMU-OPCODE,
 * SMMU-CMD, SMMU-CMDFIELD, SMMU-CFGI, SMMU-TLBI). What they name may be there or not. */
static void command_at_random(struct run *r)
{
    static const uint8_t opcode[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10,
                                     0x11, 0x12, 0x13, 0x30, 0x46, 0x28, 0x2a, /* stage 2 */
                                     0x20, 0x21, 0x22 /* EL2 */};
    struct tree *t = r->tree;
    const struct reference_features *f = &t->setup.features;
    unsigned kinds = 12 + (f->s2p ? 2 : 0);
    unsigned which = (unsigned)tree_below(t, kinds);
    if (f->hyp && tree_chance(t, 100))
        which = 14 + (unsigned)tree_below(t, 3);
    /* A prefetch is of what an access reads too: what is not there yet would be cached as invalid. */
    const struct reference_request *q = &r->request[tree_below(t, r->crowd)];
    if (which < 2 && q->at != REFERENCE_UNTRANSLATED)
        which = 2;
    uint64_t operation = opcode[which], dw0 = operation, dw1 = 0;
    bool tlbi = operation >= 0x10 && operation < 0x40;
    const struct tree_substream *s = &t->substream[tree_below(t, t->substreams)];
    if (tlbi) {
        dw0 |= (t->ste[2] & 0xffff) << 32 | (s->cd[0] >> 48 & (f->asid16 ? 0xffff : 0xff)) << 48;
        if (operation == 0x12 || operation == 0x13 || operation == 0x22 || operation == 0x2a)
            dw1 =
                ((operation == 0x2a ? t->ipa_base[0] & prisim_bits_mask(48) : s->base[0][0]) & ~prisim_bits_mask(12)) |
                tree_below(t, 2);
        if (!f->vmid16)
            dw0 &= ~(UINT64_C(0xff) << 40);
    } else if (operation != 0x46) {
        dw0 |= (uint64_t)t->sid << 32;
        if (q->has_pasid && operation != 0x03 && operation != 0x04)
            dw0 |= (uint64_t)q->pasid << 12 | 1 << 11;
        dw1 = operation == 0x02 ? q->address & ~prisim_bits_mask(12) : operation == 0x04 ? 31 : tree_below(t, 2);
    }
    dut_command(r->dut, dw0, dw1);
}

/* In a steady tree some requests are under way at once, else each waits for the one before: what hardware changes for
 * one, another would see. */
static bool ask(struct run *r)
{
    const struct reference_memory memory = {tree_load, r->tree};
    bool open = false;
    r->crowd = r->tree->limits.steady ? 1 + (unsigned)tree_below(r->tree, DUT_CROWD) : 1;
    for (unsigned i = 0; i < r->crowd; i++) {
        tree_request(r->tree, &r->request[i]);
        reference(&r->tree->setup, &memory, &r->request[i], &r->expected[i]);
        open = open || r->expected[i].open;
    }
    r->which = 0;
    bool commands = r->tree->limits.steady && tree_chance(r->tree, 300);
    if (commands) {
        for (uint64_t i = 1 + tree_below(r->tree, 5); i > 0; i--)
            command_at_random(r);
        dut_ring(r->dut);
    }
    dut_ask(r->dut, r->request, r->crowd, &r->seen);
    r->addresses += r->crowd;
    if (!r->seen.rests) {
        r->wrong = "it does not come to rest";
        return false;
    }
    if (commands && !dut_commands_done(r->dut)) {
        r->wrong = "commands are not consumed";
        return false;
    }
    if (open) {
        r->open += r->crowd;
        return true;
    }
    compare_count(r);
    r->wrong = compare_differs(r);
    compare_count_corners(r);
    return !r->wrong;
}

static bool run_session(struct run *r, uint64_t most)
{
    struct random_stream random = random_open(r->seed, r->session, 1);
    struct reference_setup setup = {0};
    compare_draw_config(&r->config, &random);
    r->dut = dut_open(&r->config, r->memory);
    dut_identify(r->dut, &setup.features);
    compare_draw_setup(&random, &setup);
    struct tree_limits limits = {.cached = r->config.tlb_entries, .plain_stage1 = !setup.features.granule_64k};
    bool ok = dut_bring_up(r->dut, &setup);
    if (!ok)
        r->wrong = "it does not come up";
    for (unsigned i = 0; ok && i < TREES; i++) {
        limits.steady = random_below(&random, 2);
        tree_grow(r->tree, &setup, limits, r->memory, r->seed, r->session * TREES + i);
        if (!dut_invalidate(r->dut)) {
            r->wrong = "commands are not consumed";
            ok = false;
        }
        for (unsigned k = 0; ok && k < REQUESTS && r->addresses < most; k++)
            ok = ask(r);
    }
    if (!ok) {
        compare_say(r);
    }
    dut_close(r->dut);
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
    if (ok && run.addresses >= WHOLE_RUN) {
        bool corners = compare_corners_met(&run), enough = compare_met_enough(&run); /* each says what it misses */
        ok = corners && enough;
    }
    free(run.memory);
    free(run.tree);
    return !ok;
}
