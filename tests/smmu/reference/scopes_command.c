/* SPDX-License-Identifier: Apache-2.0
 *
 * Random invalidations for a change: aimed at what was changed, each field now and then beside it, ranges that begin
 * and end at, before and behind the address.
 */
#include <string.h>

#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "tests/smmu/reference/scopes.h"

#define BIT(n) (UINT64_C(1) << (n))

/* SMMU-CMDFIELD: NUM, SCALE, TTL, TG of a range that has the address inside, at an end, or just outside. */
static void draw_range(struct scopes *s, uint64_t *dw, uint64_t address, unsigned granule, int leaf_level)
{
    unsigned tg = scopes_chance(s, 60) ? 1 + scopes_below(s, 3) : (granule - 10) / 2;
    unsigned ttl = scopes_chance(s, 300) ? 0 : scopes_chance(s, 500) ? (unsigned)leaf_level & 3 : scopes_below(s, 4);
    unsigned num = scopes_chance(s, 300) ? 0 : scopes_below(s, 32),
             scale = scopes_chance(s, 500) ? 0 : scopes_below(s, 8);
    bool block = ttl == 2 || (ttl == 1 && tg == 1);
    if (ttl == 1 && tg == 3) /* 4 TB blocks are not built */
        ttl = 0;
    unsigned size = 10 + 2 * tg, shift = block ? scope_shift(size, (int)ttl) : size;
    uint64_t span = (uint64_t)(num + 1) << scale << size, base = address >> shift << shift;
    switch (scopes_below(s, 6)) {
    case 0: /* the first unit */
        break;
    case 1: /* the last one */
        base -= span > BIT(shift) ? (span - 1) >> shift << shift : 0;
        break;
    case 2: /* one before the first */
        base += BIT(shift);
        break;
    case 3: /* one behind the last */
        base -= (span + BIT(shift) - 1) >> shift << shift;
        break;
    default:
        base -= (uint64_t)scopes_below(s, num + 1) << scale << size >> shift << shift;
    }
    dw[0] |= (uint64_t)num << 12 | (uint64_t)scale << 20;
    dw[1] = (dw[1] & 1) | (uint64_t)ttl << 8 | (uint64_t)tg << 10 | (base & ~UINT64_C(0xfff));
}

/* What the translation that is aimed at went by. */
struct aim {
    uint64_t vmid, asid, va, ipa;
    unsigned granule1, granule2;
    int leaf1, leaf2;
    bool el2;
};

static struct aim take_aim(struct scopes *s)
{
    const struct scope_trace *t = s->aim;
    struct aim a = {.vmid = t->ste[2] & 0xffff,
                    .asid = t->cd[0] >> 48,
                    .va = scope_va(t->request.address),
                    .ipa = s->aim_read.input,
                    .el2 = scope_el2(&s->fixture.machine.features, t->ste),
                    .granule1 = 12,
                    .granule2 = 12,
                    .leaf1 = 3,
                    .leaf2 = 3};
    for (unsigned i = 0; i < t->reads; i++) {
        const struct scope_read *r = &t->read[i];
        if (r->what == REFERENCE_STAGE1) {
            a.granule1 = r->granule;
            a.leaf1 = r->level;
        }
        if (r->what == REFERENCE_STAGE2 && (s->aim_read.what != REFERENCE_STAGE2 || r->input == s->aim_read.input)) {
            a.granule2 = r->granule;
            a.leaf2 = r->level;
            a.ipa = r->input;
        }
    }
    return a;
}

static uint64_t beside(struct scopes *s, uint64_t value, unsigned bits)
{
    return scopes_chance(s, 120) ? value ^ BIT(scopes_below(s, bits)) : value;
}

static void draw_tlbi(struct scopes *s, uint64_t *dw)
{
    static const uint8_t el1[] = {0x12, 0x12, 0x12, 0x12, 0x13, 0x13, 0x11, 0x10, 0x28, 0x2a, 0x30},
                         el2[] = {0x22, 0x22, 0x22, 0x23, 0x23, 0x20, 0x21},
                         two[] = {0x2a, 0x2a, 0x2a, 0x28, 0x12, 0x13, 0x11, 0x10, 0x30};
    const struct reference_features *f = &s->fixture.machine.features;
    struct aim a = take_aim(s);
    bool at_el2 = a.el2 != scopes_chance(s, 100), stage2 = !a.el2 && s->aim_read.what == REFERENCE_STAGE2;
    unsigned opcode = at_el2 && f->hyp                                ? el2[scopes_below(s, sizeof el2)]
                      : (stage2 || s->fixture.change.moved) && f->s2p ? two[scopes_below(s, sizeof two)]
                                                                      : el1[scopes_below(s, sizeof el1)];
    if ((opcode == 0x28 || opcode == 0x2a) && !f->s2p)
        opcode = 0x10;
    bool ipa = opcode == 0x2a, address = ipa || opcode == 0x12 || opcode == 0x13 || opcode == 0x22 || opcode == 0x23;
    dw[0] = opcode | beside(s, a.vmid, f->vmid16 ? 16 : 8) << 32;
    if (opcode >= 0x20 && opcode <= 0x23)
        dw[0] = opcode;
    else if (!ipa && opcode != 0x28)
        dw[0] |= beside(s, a.asid, f->asid16 ? 16 : 8) << 48;
    if (!address)
        return;
    uint64_t named = ipa ? a.ipa : a.va;
    /* Another address of the page, of the block, or of nothing. */
    if (scopes_chance(s, 400))
        named ^= random_next(&s->random) & (BIT(12 + scopes_below(s, 24)) - 1);
    else
        named = beside(s, named, 47);
    if (!ipa && scopes_chance(s, 80)) /* the other half */
        named ^= UINT64_MAX << 48;
    dw[1] = (named & ~UINT64_C(0xfff)) | scopes_chance(s, 400);
    if (s->fixture.machine.ril && scopes_chance(s, 500))
        draw_range(s, dw, named, ipa ? a.granule2 : a.granule1, ipa ? a.leaf2 : a.leaf1);
    if (ipa)
        dw[1] &= BIT(56) - 1;
}

static void draw_cfgi(struct scopes *s, uint64_t *dw)
{
    static const uint8_t opcode[] = {0x03, 0x03, 0x04, 0x05, 0x05, 0x05, 0x06, 0x06};
    const struct reference_request *q = &s->aim->request;
    dw[0] = opcode[scopes_below(s, sizeof opcode)];
    bool range = dw[0] == 0x04, cd = dw[0] == 0x05;
    uint32_t sid = (uint32_t)beside(s, q->sid, s->fixture.machine.features.sid_bits ? 4 : 1);
    dw[0] |= (uint64_t)(sid & (BIT(s->fixture.machine.features.sid_bits) - 1)) << 32;
    if (cd) {
        uint32_t ssid = q->has_pasid ? q->pasid : 0;
        unsigned bits = s->fixture.machine.features.ssid_bits;
        if (bits)
            ssid = (uint32_t)beside(s, ssid, bits < 8 ? bits : 8);
        dw[0] |= (uint64_t)(ssid & (BIT(bits) - 1)) << 12;
    }
    dw[1] = range ? scopes_chance(s, 200) ? 31 : scopes_below(s, 8) : scopes_chance(s, 400);
}

/* SMMU-STE, SMMU-CD: of what a translation may hold of an STE or a CD, the structure goes first, then the translations.
 */
static void draw_both(struct scopes *s)
{
    const struct reference_request *q = &s->aim->request;
    uint64_t *one = s->command[s->commands++].dw, *two = s->command[s->commands++].dw;
    bool cd = s->aim_read.what == REFERENCE_CD && scopes_chance(s, 500);
    one[0] = (uint64_t)q->sid << 32 | (cd ? 0x05 | (q->has_pasid ? (uint64_t)q->pasid << 12 : 0) : 0x03);
    one[1] = scopes_below(s, 2);
    two[0] = take_aim(s).el2 ? 0x20 : 0x30;
    two[1] = 0;
}

void scopes_draw_commands(struct scopes *s)
{
    bool structure = s->aim_read.what != REFERENCE_STAGE1 && s->aim_read.what != REFERENCE_STAGE2;
    unsigned tlbi_of_1000 = !structure ? 930 : s->fixture.change.tlb || s->aim_read.what == REFERENCE_L1CD ? 600 : 100;
    unsigned count = scopes_chance(s, 550) ? 1 : scopes_chance(s, 80) ? 0 : 1 + scopes_below(s, SCOPES_COMMANDS - 1);
    s->batch = s->commands;
    if (s->fixture.change.tlb && scopes_chance(s, 350)) {
        draw_both(s);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        uint64_t *dw = s->command[s->commands++].dw;
        dw[0] = dw[1] = 0;
        if (scopes_chance(s, tlbi_of_1000))
            draw_tlbi(s, dw);
        else
            draw_cfgi(s, dw);
        /* An illegal one is the last one: it stops the queue. */
        if (scope_ill(&s->fixture.machine, dw) && !(scopes_chance(s, 200) && (dw[1] >> 10 & 3)))
            s->commands--;
        else if (scope_ill(&s->fixture.machine, dw))
            break;
    }
}

/* SMMU-CERROR: the command is overwritten by a CMD_SYNC, the error acknowledged. */
static const char *recover(struct scopes *s, unsigned at)
{
    struct dut *dut = s->run.dut;
    uint32_t cons = dut_read(dut, PRISIM_SMMU_CMDQ_CONS);
    if ((cons >> 24 & 0x7f) != 1 || (cons & ((2U << DUT_CMDQ_LOG2) - 1)) != at)
        return "an illegal command is not CERROR_ILL";
    uint8_t *bad = dut->cmdq + (at & ((1U << DUT_CMDQ_LOG2) - 1)) * PRISIM_COMMAND_BYTES;
    memset(bad, 0, PRISIM_COMMAND_BYTES);
    bad[0] = PRISIM_CMDQ_OP_SYNC;
    dut_write(dut, PRISIM_SMMU_GERRORN, dut_read(dut, PRISIM_SMMU_GERROR), 4);
    cons = dut_read(dut, PRISIM_SMMU_CMDQ_CONS);
    return (cons & ((2U << DUT_CMDQ_LOG2) - 1)) == dut->cmdq_prod ? NULL : "the queue does not go on";
}

const char *scopes_run_commands(struct scopes *s)
{
    struct dut *dut = s->run.dut;
    uint32_t wrap = (2U << DUT_CMDQ_LOG2) - 1, at = dut->cmdq_prod;
    bool ill = s->commands > s->batch && scope_ill(&s->fixture.machine, s->command[s->commands - 1].dw);
    for (unsigned i = s->batch; i < s->commands; i++)
        dut_command(dut, s->command[i].dw[0], s->command[i].dw[1]);
    dut_command(dut, PRISIM_CMDQ_OP_SYNC, 0);
    dut_write(dut, PRISIM_SMMU_CMDQ_PROD, dut->cmdq_prod, 4);
    if (ill)
        return recover(s, (at + s->commands - s->batch - 1) & wrap);
    uint32_t cons = dut_read(dut, PRISIM_SMMU_CMDQ_CONS);
    if ((cons & wrap) == dut->cmdq_prod)
        return NULL;
    if (cons >> 24 & 0x7f)
        return "a legal command is an error";
    return "commands are not consumed";
}
