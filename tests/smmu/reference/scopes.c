/* SPDX-License-Identifier: Apache-2.0
 *
 * The SMMU's caches against a plain model of what an invalidation must take (SMMU-CFGI, SMMU-TLBI): translations, one
 * change in memory, invalidations that cover it or not, translations. An answer is either that of the new memory, or,
 * where something may be kept that no command had to take, that of the old one, read by read; never anything else.
 *
 *   smmu_scopes [--changes N] [--seed S] [--session K]
 *
 * A session is one SMMU with a drawn configuration; half of those have no caches, and must answer anew at once.
 * --session runs that one alone. Exit 1 at the first answer that may not be, with the command that repeats it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/smmu/reference/scopes.h"

static struct scope_trace outcome[1 << SCOPE_CHOICES];

/* Every answer that may be, the new one first. 0: too many reads may be old to tell. */
static unsigned evaluate(struct scopes *s, const struct reference_request *q, unsigned current)
{
    struct scope_fixture *d = &s->fixture;
    unsigned outcomes = 0, most = 0;
    for (unsigned choice = 0; choice < 1U << most || choice == 0; choice++) {
        if (!scope_reference(d, q, current, choice, &outcome[outcomes]))
            return 0;
        most = d->choices > most ? d->choices : most;
        outcomes += choice >> d->choices == 0;
    }
    return outcomes;
}

static bool same_outcome(const struct reference_outcome *a, const struct reference_outcome *b)
{
    bool same = a->result == b->result && a->output == b->output && a->recorded == b->recorded && a->open == b->open &&
                a->read == b->read && a->write == b->write && a->write_may == b->write_may &&
                a->execute == b->execute && a->privileged == b->privileged && a->updates == b->updates;
    for (unsigned i = 0; i < 2; i++)
        same = same && a->size[i] == b->size[i] && a->contiguous[i] == b->contiguous[i];
    for (unsigned i = 0; i < 4; i++)
        same = same && a->event[i] == b->event[i] && a->mask[i] == b->mask[i];
    for (unsigned i = 0; same && i < a->updates; i++) {
        const struct reference_update *x = &a->update[i], *y = &b->update[i];
        same = x->address == y->address && x->before == y->before && x->after == y->after && x->may == y->may;
    }
    return same;
}

static bool all_old(struct scopes *s, const struct reference_request *q, unsigned current, struct scope_trace *to)
{
    s->fixture.all_old = true;
    scope_reference(&s->fixture, q, current, 0, to);
    s->fixture.all_old = false;
    return !same_outcome(&to->outcome, &outcome[0].outcome);
}

static const char *differs(struct scopes *s, const struct reference_outcome *expected)
{
    struct dut_seen seen = s->run.seen;
    s->run.expected[0] = *expected;
    const char *wrong = compare_differs(&s->run);
    s->run.seen = seen;
    return wrong;
}

/* SMMU-TLBI: a page of stage 1 that is kept in pieces of stage 2 goes whole by one address. */
static bool is_of_pieces(const struct scopes *s, const struct scope_trace *old)
{
    unsigned shift[2] = {0, 64}; /* of stage 1's leaf, of stage 2's or of its granule if it came to none */
    bool va = false;
    for (unsigned i = 0; i < s->commands; i++)
        va = va || (s->command[i].dw[0] & 0xfe) == 0x12;
    for (unsigned i = 0; i < old->reads; i++) {
        const struct scope_read *r = &old->read[i];
        if (r->what == REFERENCE_STAGE1)
            shift[0] = scope_shift(r->granule, r->level);
        if (r->what == REFERENCE_STAGE2)
            shift[1] = r->class_code == 2 ? scope_shift(r->granule, r->level) : r->granule;
    }
    return va && shift[0] > shift[1];
}

/* SMMU-TLBI: TG=16K, TTL=1 acts as TTL=0. */
static bool is_of_reserved_level(const struct scopes *s)
{
    bool is = false;
    for (unsigned i = 0; i < s->commands; i++) {
        unsigned opcode = s->command[i].dw[0] & 0xff;
        is = is || (opcode >= 0x10 && opcode < 0x40 && (s->command[i].dw[1] >> 8 & 15) == 9);
    }
    return is && s->fixture.machine.ril;
}

/* The corners of translation itself, by the structures as they were read. */
static void count_translation(struct scopes *s, const struct scope_trace *read)
{
    struct tree *t = s->run.tree;
    uint64_t ste[8], cd[8], none[8] = {0}, *now = read->current < t->substreams ? t->substream[read->current].cd : none;
    memcpy(ste, t->ste, sizeof ste);
    memcpy(cd, now, sizeof cd);
    memcpy(t->ste, read->ste, sizeof ste);
    memcpy(now, read->cd, sizeof cd);
    s->run.expected[0] = read->outcome;
    compare_count_corners(&s->run);
    memcpy(t->ste, ste, sizeof ste);
    memcpy(now, cd, sizeof cd);
}

static void count_corners(struct scopes *s, unsigned outcomes, const struct scope_trace *old)
{
    s->pieces_met += is_of_pieces(s, old);
    s->reserved_level_met += is_of_reserved_level(s);
    for (unsigned i = 0; i < outcomes; i++)
        count_translation(s, &outcome[i]);
}

static bool send(struct scopes *s, const struct reference_request *q, unsigned outcomes, unsigned *matched)
{
    s->run.crowd = 1;
    s->run.request[0] = *q;
    dut_ask(s->run.dut, q, 1, &s->run.seen);
    s->answers++;
    if (!s->run.seen.rests)
        s->run.wrong = "it does not come to rest";
    else
        s->run.wrong = "neither what is nor what was";
    if (!s->run.seen.rests)
        return false;
    for (*matched = 0; *matched < outcomes; ++*matched)
        if (!differs(s, &outcome[*matched].outcome)) {
            s->run.wrong = NULL;
            return true;
        }
    return false;
}

/* One answer after the change. */
static bool ask(struct scopes *s, const struct reference_request *q, unsigned current, unsigned taken_by)
{
    static struct scope_trace old;
    unsigned outcomes = evaluate(s, q, current), matched = 0;
    bool decisive = all_old(s, q, current, &old), open = !outcomes || old.outcome.open;
    for (unsigned i = 0; i < outcomes; i++)
        open = open || outcome[i].outcome.open;
    bool ok = send(s, q, outcomes, &matched);
    if (!ok && !open && s->run.seen.rests) {
        if (outcomes == 1 && !differs(s, &old.outcome))
            s->run.wrong = "what was, and it must be gone";
    } else if (open) {
        ok = s->run.seen.rests;
        s->open++;
    } else {
        count_corners(s, outcomes, &old);
        s->decisive += decisive;
        if (decisive)
            scopes_count_kept(s, &old, matched > 0);
        s->must[s->kind] += decisive && outcomes == 1;
        s->stayed[s->kind] += decisive && matched > 0;
        if (decisive && outcomes == 1)
            s->decided_by[taken_by]++;
    }
    if (!ok) {
        scopes_say(s, &outcome[0], &old);
        return false;
    }
    /* What was answered of old reads may be kept again. If no answer fits, or there are too many, nobody knows what. */
    bool fits = open && outcomes;
    for (unsigned i = 0; i < outcomes; i++)
        if (open || !differs(s, &outcome[i].outcome)) {
            fits = true;
            if (outcome[i].any_old)
                scope_keep(&s->fixture, &outcome[i]);
        }
    s->over = !fits || s->fixture.stale.full;
    return true;
}

static bool warm(struct scopes *s)
{
    struct tree *t = s->run.tree;
    unsigned matched, count = 3 + scopes_below(s, SCOPES_PAST - 3);
    s->fixture.change.active = s->fixture.change.moved = false;
    s->fixture.stale.entries = 0;
    for (s->pasts = 0; s->pasts < count; s->pasts++) {
        struct reference_request q;
        tree_request(t, &q);
        unsigned current = t->current, again = s->pasts ? scopes_below(s, s->pasts) : 0;
        if (s->pasts && scopes_chance(s, 400)) { /* the page or the block next to it */
            q = s->past[again].request;
            current = s->past[again].current;
            q.address ^= UINT64_C(1) << (12 + scopes_below(s, 12));
        }
        if (!evaluate(s, &q, current))
            abort();
        s->past[s->pasts] = outcome[0];
        if (!send(s, &q, 1, &matched) && !outcome[0].outcome.open) {
            scopes_say(s, &outcome[0], &outcome[0]);
            return false;
        }
    }
    return true;
}

/* The same as before, one near to it, or any. */
static bool ask_some(struct scopes *s, unsigned count, unsigned taken_by)
{
    for (unsigned i = 0; i < count && !s->over; i++) {
        const struct scope_trace *p = scopes_chance(s, 500) ? s->aim : &s->past[scopes_below(s, s->pasts)];
        struct reference_request q = p->request;
        unsigned current = p->current;
        if (scopes_chance(s, 100)) {
            tree_request(s->run.tree, &q);
            current = s->run.tree->current;
        } else if (scopes_chance(s, 200)) {
            q.address ^= UINT64_C(1) << (12 + scopes_below(s, 16));
        }
        if (!ask(s, &q, current, taken_by))
            return false;
    }
    return true;
}

static bool invalidate(struct scopes *s, unsigned *taken_by)
{
    scopes_draw_commands(s);
    s->run.wrong = scopes_run_commands(s);
    s->over = s->run.wrong;
    if (s->run.wrong) {
        scopes_say(s, NULL, NULL);
        return false;
    }
    for (unsigned i = s->batch; i < s->commands; i++) {
        bool some = s->fixture.stale.entries;
        scope_command(&s->fixture, s->command[i].dw);
        if (some && !s->fixture.stale.entries)
            *taken_by = s->command[i].dw[0] & 0x3f;
    }
    return true;
}

static bool run_round(struct scopes *s)
{
    unsigned taken_by = 0;
    s->over = s->fixture.stale.full = false;
    if (!dut_invalidate(s->run.dut)) {
        printf("commands are not consumed: --seed %" PRIu64 " --session %" PRIu64 "\n", s->run.seed, s->run.session);
        return false;
    }
    s->commands = s->batch = 0;
    if (!warm(s))
        return false;
    if (!scopes_change(s))
        return true;
    s->changes++;
    if (s->run.config.config_entries)
        for (unsigned i = 0; i < s->pasts; i++) {
            scope_mark(&s->fixture, &s->past[i]);
            if (s->past[i].any_old)
                scope_keep(&s->fixture, &s->past[i]);
        }
    if (!ask_some(s, scopes_below(s, 3), 0))
        return false;
    for (unsigned i = 1 + scopes_below(s, 2); i > 0 && !s->over; i--)
        if (!invalidate(s, &taken_by) || !ask_some(s, 2 + scopes_below(s, 4), taken_by))
            return false;
    return true;
}

static bool run_session(struct scopes *s, uint64_t most)
{
    struct reference_setup setup = {0};
    struct run *r = &s->run;
    s->random = random_open(r->seed, r->session, 3);
    compare_draw_config(&r->config, &s->random);
    r->config.vmw = r->config.s2p && scopes_chance(s, 300);
    r->config.ril = scopes_chance(s, 850);
    r->config.tlbi_hints = scopes_below(s, 2);
    r->config.s2_ipa_combined = scopes_below(s, 2);
    if (!r->config.config_entries && scopes_chance(s, 700)) /* most have caches */
        compare_draw_caches(&r->config, &s->random, 64);
    s->exact = r->config.config_entries && scopes_chance(s, 700);
    if (s->exact)
        scopes_exact_config(&r->config);
    r->dut = dut_open(&r->config, r->memory);
    dut_identify(r->dut, &setup.features);
    compare_draw_setup(&s->random, &setup);
    setup.vmw = r->config.vmw ? scopes_below(s, 8) : 0;
    s->fixture.machine = (struct scope_machine){
        .features = setup.features, .ril = r->config.ril, .vmw = setup.vmw, .split = setup.split};
    s->fixture.tree = r->tree;
    bool ok = dut_bring_up(r->dut, &setup);
    for (unsigned i = 0; ok && i < SCOPES_TREES && s->changes < most; i++) {
        struct tree_limits limits = {.cached = true, .steady = true, .global = scopes_chance(s, 300)};
        limits.plain_stage1 = !setup.features.granule_64k;
        tree_grow(r->tree, &setup, limits, r->memory, r->seed, r->session * SCOPES_TREES + i);
        r->tree->invalid /= 3;
        r->tree->aborting /= 3;
        r->tree->out_of_range /= 3;
        for (unsigned k = 0; ok && k < SCOPES_ROUNDS && s->changes < most; k++)
            ok = run_round(s);
    }
    dut_close(r->dut);
    return ok;
}

static bool enough(struct scopes *s)
{
    static const uint8_t opcode[] = {0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12,
                                     0x13, 0x20, 0x22, 0x23, 0x28, 0x2a, 0x30};
    const struct {
        const char *what;
        uint64_t met;
    } corner[] = {{"pieces of a nested block", s->pieces_met}, {"TTL=1 with TG=16K", s->reserved_level_met}};
    bool ok = compare_corners_met(&s->run);
    for (unsigned i = 0; i < sizeof corner / sizeof corner[0]; i++) {
        bool seldom = corner[i].met < SCOPES_ENOUGH;
        printf("%s: met %" PRIu64 "%s\n", corner[i].what, corner[i].met, seldom ? ", too seldom" : "");
        ok &= !seldom;
    }
    for (unsigned i = 0; i < SCOPES_KINDS && scopes_kind_name[i][0]; i++) {
        printf("%s: new because it had to be %" PRIu64 ", old because it may be %" PRIu64 "\n", scopes_kind_name[i],
               s->must[i], s->stayed[i]);
        if (s->must[i] < SCOPES_ENOUGH || s->stayed[i] < SCOPES_ENOUGH) {
            printf("  too seldom\n");
            ok = false;
        }
    }
    for (size_t i = 0; i < sizeof opcode; i++) {
        printf("opcode %#x decided %" PRIu64 "\n", opcode[i], s->decided_by[opcode[i]]);
        if (s->decided_by[opcode[i]] < SCOPES_ENOUGH) {
            printf("  too seldom\n");
            ok = false;
        }
    }
    return scopes_kept_enough(s) && ok;
}

int main(int argc, char **argv)
{
    static struct scopes s = {.run = {.seed = 1}};
    uint64_t most = 20000;
    bool one = false;
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t value = strtoull(argv[i + 1], NULL, 0);
        if (strcmp(argv[i], "--changes") == 0)
            most = value;
        else if (strcmp(argv[i], "--seed") == 0)
            s.run.seed = value;
        else if (strcmp(argv[i], "--session") == 0)
            s.run.session = value, one = true;
        else
            argc = 0;
    }
    if (argc % 2 == 0) {
        fprintf(stderr, "usage: smmu_scopes [--changes N] [--seed S] [--session K]\n");
        return 2;
    }
    s.run.memory = calloc(1, sizeof *s.run.memory);
    s.run.tree = calloc(1, sizeof *s.run.tree);
    assert(s.run.memory && s.run.tree);
    bool ok = true;
    do {
        ok = run_session(&s, most);
        s.run.session++;
    } while (ok && !one && s.changes < most);
    printf("%" PRIu64 " changes, %" PRIu64 " answers, decisive %" PRIu64 ", left open %" PRIu64 "\n", s.changes,
           s.answers, s.decisive, s.open);
    ok = ok && (s.changes < SCOPES_WHOLE_RUN || enough(&s));
    free(s.run.memory);
    free(s.run.tree);
    return !ok;
}
