/* SPDX-License-Identifier: Apache-2.0
 *
 * Which entries a command takes (scope.h), opcode by opcode as in the rule book.
 */
#include "tests/smmu/reference/scope.h"

/* SMMU-OPCODE */
enum {
    OP_CFGI_STE = 0x03,
    OP_CFGI_STE_RANGE = 0x04,
    OP_CFGI_CD = 0x05,
    OP_CFGI_CD_ALL = 0x06,
    OP_NH_ALL = 0x10,
    OP_NH_ASID = 0x11,
    OP_NH_VA = 0x12,
    OP_NH_VAA = 0x13,
    OP_EL2_ALL = 0x20,
    OP_EL2_ASID = 0x21,
    OP_EL2_VA = 0x22,
    OP_EL2_VAA = 0x23,
    OP_S12_VMALL = 0x28,
    OP_S2_IPA = 0x2a,
    OP_NSNH_ALL = 0x30
};

/* SMMU-CMDFIELD, by position */
struct command {
    unsigned opcode, num, scale, ttl, tg;
    uint32_t sid, ssid;
    uint16_t vmid, asid;
    bool leaf;
    unsigned range; /* of CFGI_STE_RANGE */
    uint64_t address;
};

unsigned scope_shift(unsigned granule, int level)
{
    unsigned shift = granule + (granule - 3) * (unsigned)(3 - level);
    return level < 0 || shift > 63 ? 63 : shift;
}

unsigned scope_group_log2(unsigned granule, int level)
{
    static const unsigned of_16k[4] = {0, 0, 5, 7};
    return granule == 12 ? 4 : granule == 16 ? 5 : of_16k[level & 3];
}

static struct command decode(const struct scope_machine *m, const uint64_t dw[2])
{
    struct command c = {.opcode = (unsigned)(dw[0] & 0xff),
                        .sid = (uint32_t)(dw[0] >> 32),
                        .ssid = (uint32_t)(dw[0] >> 12 & 0xfffff),
                        .vmid = (uint16_t)(dw[0] >> 32),
                        .asid = (uint16_t)(dw[0] >> 48),
                        .leaf = dw[1] & 1,
                        .range = (unsigned)(dw[1] & 31),
                        .address = dw[1] & ~UINT64_C(0xfff)};
    if (c.opcode == OP_S2_IPA)
        c.address &= (UINT64_C(1) << 56) - 1;
    /* SMMU-TLBI: the range form needs RIL */
    if (m->ril) {
        c.num = (unsigned)(dw[0] >> 12 & 31);
        c.scale = (unsigned)(dw[0] >> 20 & 31);
        c.ttl = (unsigned)(dw[1] >> 8 & 3);
        c.tg = (unsigned)(dw[1] >> 10 & 3);
        /* TG=16K, TTL=1 is reserved and acts as TTL=0 */
        if (c.tg == 2 && c.ttl == 1)
            c.ttl = 0;
    }
    return c;
}

static bool by_address(unsigned opcode)
{
    return opcode == OP_NH_VA || opcode == OP_NH_VAA || opcode == OP_EL2_VA || opcode == OP_EL2_VAA ||
           opcode == OP_S2_IPA;
}

bool scope_ill(const struct scope_machine *m, const uint64_t dw[2])
{
    struct command c = decode(m, dw);
    const struct reference_features *f = &m->features;
    if (c.opcode >= OP_EL2_ALL && c.opcode <= OP_EL2_VAA && !f->hyp)
        return true;
    if ((c.opcode == OP_S12_VMALL || c.opcode == OP_S2_IPA) && !f->s2p)
        return true;
    if (((c.opcode >= OP_NH_ALL && c.opcode <= OP_NH_VAA) || c.opcode == OP_CFGI_CD || c.opcode == OP_CFGI_CD_ALL) &&
        !f->s1p)
        return true;
    return by_address(c.opcode) && c.tg && !c.num && !c.scale && !c.ttl;
}

static bool is_leaf(const struct scope_entry *e)
{
    return e->kind == SCOPE_LEAF1 || e->kind == SCOPE_LEAF2;
}

static bool left_out(const struct scope_machine *m, enum scope_field field)
{
    return m->left_out >> field & 1;
}

/* SMMU-TLBI: one address, or a range */
static bool names(const struct scope_machine *m, const struct command *of, const struct scope_entry *e)
{
    struct command other = *of;
    const struct command *c = &other;
    if (left_out(m, SCOPE_BY_HALF) && e->kind < SCOPE_TABLE2)
        other.address ^= (c->address ^ e->named) >> 55 & 1 ? UINT64_MAX << 48 : 0;
    if (c->leaf && !is_leaf(e) && !left_out(m, SCOPE_BY_LEAF))
        return false;
    if (!c->tg)
        return left_out(m, SCOPE_BY_ADDRESS) || (c->address >= e->named && c->address <= e->named_last);
    unsigned granule = 10 + 2 * c->tg;
    bool level = !c->ttl || (is_leaf(e) ? e->level == (int)c->ttl : e->level < (int)c->ttl);
    if ((e->granule != granule && !left_out(m, SCOPE_BY_GRANULE)) || (!level && !left_out(m, SCOPE_BY_LEVEL)))
        return false;
    unsigned aligned = c->ttl ? scope_shift(granule, (int)c->ttl) : granule;
    if (c->address & ((UINT64_C(1) << aligned) - 1))
        return false; /* which range goes is unpredictable */
    /* 2^(5+31+16) bytes at most; a range does not wrap at the top */
    uint64_t span = (uint64_t)(c->num + 1) << c->scale << granule;
    uint64_t last = c->address + (span - 1) < c->address ? UINT64_MAX : c->address + (span - 1);
    if (left_out(m, SCOPE_BY_FIRST) && c->address - e->named_last == 1)
        return true;
    if (left_out(m, SCOPE_BY_LAST) && e->named - last == 1)
        return true;
    return left_out(m, SCOPE_BY_ADDRESS) || (c->address <= e->named_last && last >= e->named);
}

/* SMMU-TLBI: CR0.VMW; what is RES0 without VMID16 or ASID16 must be 0, else nothing need go */
static bool vmid_fits(const struct scope_machine *m, const struct command *c, const struct scope_entry *e)
{
    unsigned ignored = m->vmw <= 4 ? (1U << m->vmw) - 1 : 0;
    if (!m->features.s2p || left_out(m, SCOPE_BY_VMID))
        return true;
    return (m->features.vmid16 || c->vmid < 256) && ((c->vmid ^ e->vmid) & ~ignored) == 0;
}

static bool asid_fits(const struct scope_machine *m, const struct command *c, const struct scope_entry *e)
{
    return left_out(m, SCOPE_BY_ASID) || ((m->features.asid16 || c->asid < 256) && c->asid == e->asid);
}

static bool takes_structure(const struct scope_machine *m, const struct command *c, const struct scope_entry *e)
{
    bool context = e->kind == SCOPE_CD || e->kind == SCOPE_L1CD;
    unsigned below = m->split; /* StreamIDs of one L1STD */
    switch (c->opcode) {
    case OP_CFGI_STE:
        if (e->kind == SCOPE_L1STD)
            return !c->leaf && c->sid >> below == e->sid >> below;
        return c->sid == e->sid;
    case OP_CFGI_STE_RANGE:
        if (c->range == 31)
            return true;
        /* of L1STDs nothing is said for a part of the table */
        return e->kind != SCOPE_L1STD && ((uint64_t)(c->sid ^ e->sid) >> (c->range + 1)) == 0;
    case OP_CFGI_CD:
        if (!context || c->sid != e->sid)
            return false;
        if (e->kind == SCOPE_L1CD)
            return !c->leaf && c->ssid >> e->granule == e->ssid >> e->granule;
        return c->ssid == e->ssid;
    case OP_CFGI_CD_ALL:
        return context && c->sid == e->sid;
    default:
        return false;
    }
}

static bool takes_translation(const struct scope_machine *m, const struct command *c, const struct scope_entry *e)
{
    bool stage1 = e->kind == SCOPE_TABLE1 || e->kind == SCOPE_LEAF1;
    bool any = left_out(m, SCOPE_BY_WORLD), el2 = stage1 && (any || e->el2);
    bool el1 = stage1 && (any || !e->el2) && vmid_fits(m, c, e);
    switch (c->opcode) {
    case OP_NH_ALL:
        return el1;
    case OP_NH_ASID:
        return el1 && (!e->global || left_out(m, SCOPE_BY_GLOBAL)) && asid_fits(m, c, e);
    case OP_NH_VA:
        return el1 && (e->global || asid_fits(m, c, e)) && names(m, c, e);
    case OP_NH_VAA:
        return el1 && names(m, c, e);
    case OP_EL2_ALL:
        return el2;
    case OP_EL2_VA: /* CR2.E2H=0: no ASIDs */
    case OP_EL2_VAA:
        return el2 && names(m, c, e);
    case OP_S12_VMALL:
        return el1 || (!stage1 && vmid_fits(m, c, e));
    case OP_S2_IPA:
        return !stage1 && vmid_fits(m, c, e) && names(m, c, e);
    case OP_NSNH_ALL:
        return !el2;
    default: /* EL2_ASID: entries without an ASID need not go */
        return false;
    }
}

bool scope_takes(const struct scope_machine *m, const uint64_t dw[2], const struct scope_entry *e)
{
    struct command c = decode(m, dw);
    if (scope_ill(m, dw))
        return false;
    return e->kind <= SCOPE_CD ? takes_structure(m, &c, e) : takes_translation(m, &c, e);
}
