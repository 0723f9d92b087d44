/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge's Translation Requests: what a completion grants (SMMU-ATSREQ, SMMU-ATSCPL).
 */
#include "tests/smmu/reference/reference_parts.h"

struct grant {
    bool read, write, write_may, execute;
};

/* What the rights give of what is asked for: R, W unless NW, Exe if asked for. */
static struct grant ask(const struct judging *j, const struct reference_rights *r)
{
    const struct reference_request *q = j->request;
    bool execute = q->has_pasid && q->execute;
    /* SMMU-ATSCPL: INSTCFG=Instruction makes the read a fetch. With ER beside an override the rule book is silent. */
    unsigned inst = j->features->permissions_override ? (unsigned)reference_field(j->ste, 115, 114) : 0;
    if (execute && inst >= 2)
        j->out->open = true;
    return (struct grant){.read = inst == 3 ? r->execute : r->read,
                          /* NW=1 must not dirty; W=1 is allowed for what is dirty already */
                          .write = r->write && !q->no_write,
                          .write_may = r->write && !(q->no_write && r->clean),
                          .execute = execute && r->read && r->execute};
}

/* Failure of a request. */
static void end(struct judging *j)
{
    switch (j->fault.code) {
    case CODE_TRANSLATION:
    case CODE_ADDR_SIZE:
    case CODE_ACCESS:
    case CODE_PERMISSION:
        /* SMMU-ATSREQ-5 and SMMU-ATSREQ-6: Success with R=W=0 */
        j->out->result = REFERENCE_GRANT;
        j->out->read = j->out->write = j->out->write_may = j->out->execute = false;
        return;
    case CODE_BAD_STREAMID:
        /* SMMU-ATSREQ-3 */
        j->out->result = REFERENCE_CA;
        if (j->setup->rec_cfg_ats && j->setup->recinvsid)
            reference_record(j);
        return;
    case CODE_BAD_ATS_TREQ:
        /* SMMU-ATSREQ-1 */
        j->out->result = REFERENCE_UR;
        reference_record(j);
        return;
    case CODE_STE_FETCH:
    case CODE_BAD_STE:
    case CODE_STREAM_DISABLED:
    case CODE_TRANSL_FORBIDDEN:
    case CODE_BAD_SUBSTREAMID:
    case CODE_CD_FETCH:
    case CODE_BAD_CD:
    case CODE_WALK_EABT:
        /* SMMU-ATSREQ-4 */
        j->out->result = REFERENCE_CA;
        if (j->setup->rec_cfg_ats)
            reference_record(j);
        return;
    }
}

/* Marks what was used. Dirty state that only one of two stages allows is free to change. */
static bool mark(struct judging *j, const struct reference_stage *g, const struct reference_leaf *leaf, bool used,
                 bool dirty, bool dirty_may)
{
    j->optional = !used;
    bool ok = reference_mark(j, g, leaf, dirty);
    j->optional = false;
    if (!ok && !used) {
        j->out->open = true;
        return true;
    }
    if (!ok && dirty) /* whether reading alone is granted then is not said */
        j->out->open = true;
    if (ok && dirty_may && !dirty) {
        j->optional = true;
        if (!reference_mark(j, g, leaf, true))
            j->out->open = true;
        j->optional = false;
    }
    return ok;
}

static bool translate(struct judging *j)
{
    const struct reference_request *q = j->request;
    struct reference_outcome *out = j->out;
    bool privileged = reference_attributes(j).privileged;
    struct reference_leaf leaf1 = {.output = q->address}, leaf2 = {0};
    struct reference_rights rights1 = {.read = true, .write = true, .execute = true},
                            rights2 = {.read = true, .write = true, .execute = true};
    struct grant one = ask(j, &rights1), both;
    if (j->stage1.on) {
        if (!reference_cd_select(j, q->address) || !reference_walk(j, &j->stage1, q->address, CLASS_IN, &leaf1))
            return false;
        rights1 = reference_rights(&j->stage1, &leaf1, privileged);
        one = ask(j, &rights1);
        out->size[0] = leaf1.size;
        out->contiguous[0] = leaf1.contiguous;
    } else if (q->address >> j->features->oas_bits) {
        return reference_fail(j, CODE_ADDR_SIZE);
    }
    both = one;
    out->output = leaf1.output;
    /* SMMU-ATSREQ: if stage 1 grants nothing, stage 2 is not walked */
    if (!one.read && !one.write_may)
        return !j->stage1.on || mark(j, &j->stage1, &leaf1, false, false, false);
    if (j->stage2.on) {
        if (!reference_walk(j, &j->stage2, leaf1.output, CLASS_IN, &leaf2)) {
            struct reference_fault fault = j->fault;
            if (j->stage1.on)
                mark(j, &j->stage1, &leaf1, false, false, one.write && rights1.clean);
            j->fault = fault;
            return false;
        }
        rights2 = reference_rights(&j->stage2, &leaf2, privileged);
        struct grant two = ask(j, &rights2);
        both.read = one.read && two.read;
        both.write = one.write && two.write;
        both.write_may = one.write_may && two.write_may;
        both.execute = one.execute && two.execute && both.read;
        out->size[1] = leaf2.size;
        out->contiguous[1] = leaf2.contiguous;
        /* SMMU-ATSCPL: with EATS=10 the address is the IPA */
        if (reference_eats(j) != 2)
            out->output = leaf2.output;
    }
    bool used = both.read || both.write;
    bool may = used || both.write_may;
    j->optional = false;
    if (j->stage1.on && !mark(j, &j->stage1, &leaf1, used, both.write && rights1.clean, one.write && rights1.clean))
        return false;
    if (j->stage2.on && !mark(j, &j->stage2, &leaf2, used, both.write && rights2.clean, false))
        return false;
    out->read = both.read;
    out->write = both.write;
    out->write_may = both.write_may && may;
    out->execute = both.execute;
    return true;
}

static bool prepare(struct judging *j)
{
    if (!reference_ste_find(j))
        return false;
    unsigned config = (unsigned)reference_field(j->ste, 3, 1);
    if (!reference_ste_check(j))
        return false;
    /* SMMU-ATSREQ-1: Config=100, or effective EATS=00 */
    if (config == 4 || reference_eats(j) == 0)
        return reference_fail(j, CODE_BAD_ATS_TREQ);
    return reference_cd_find(j);
}

void reference_ats(struct judging *j)
{
    j->out->privileged = j->request->has_pasid && j->request->privileged;
    j->out->result = REFERENCE_GRANT;
    if (!prepare(j) || !translate(j))
        end(j);
}
