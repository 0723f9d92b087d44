/* SPDX-License-Identifier: Apache-2.0
 *
 * Identification and configuration: each feature shows in its own field and nowhere else, what is not built behaves as
 * absent, and what cannot be is refused (SMMU-OFFSET, SMMU-IDR0, SMMU-IDR1, SMMU-IDR, SMMU-IDEXAMPLE).
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

static struct smmu_harness *h;

/* Nothing that is optional. */
static void nothing(struct prisim_smmu_config *c)
{
    prisim_smmu_config_default(c);
    c->s2p = c->httu = c->term_model = c->st_level = c->cd2l = c->asid16 = c->vmid16 = c->vmw = c->hyp = 0;
    c->ats = c->pri = c->msi = c->sev = c->ril = c->had = c->xnx = c->stt = c->gran16k = c->gran64k = 0;
    c->fwb = c->bbml = c->attr_perms_ovr = c->attr_types_ovr = c->pps = c->stall_max = 0;
    c->stall_model = 1;
    c->ns1ats = 0;
    c->sid_bits = 6; /* SMMU-IDR1-1: more need two levels */
}

static void setup(void)
{
    h = smmu_harness_open();
    nothing(&h->config);
}

static void teardown(void)
{
    if (h->base)
        smmu_harness_close(h);
    else
        free(h);
}

static uint32_t idr(unsigned n)
{
    static const uint32_t offset[] = {PRISIM_SMMU_IDR0, PRISIM_SMMU_IDR1, PRISIM_SMMU_IDR2, PRISIM_SMMU_IDR3,
                                      PRISIM_SMMU_IDR4, PRISIM_SMMU_IDR5, PRISIM_SMMU_IDR6};
    return smmu_harness_read(h, offset[n]);
}

/* S1P, AArch64, COHACC, little-endian, no stalls; no BTM, DORMHINT, ATOS, VATOS, RME. 4K granule. */
/* covers: SMMU-IDR0-2, SMMU-IDR0-3, SMMU-IDR0-4, SMMU-IDR0-5, SMMU-IDR0-7, SMMU-IDR0-14,
 * SMMU-IDR0-19, SMMU-IDR0-20, SMMU-IDR0-25, SMMU-IDR1-8, SMMU-IDR1-9, SMMU-IDR1-10,
 * SMMU-IDR1-11, SMMU-IDR-1, SMMU-IDR-5, SMMU-IDR-6, SMMU-OFFSET-21 */
START_TEST(the_least)
{
    smmu_harness_start(h);
    ck_assert_uint_eq(idr(0), 1 << 1 | 2 << 2 | 1 << 4 | 2 << 21 | 1 << 24);
    ck_assert_uint_eq(idr(1), 6 | 20 << 6 | 10 << 16 | 8 << 21); /* PRIQS is of PRI */
    ck_assert_uint_eq(idr(2), 0);
    ck_assert_uint_eq(idr(3), 0);
    ck_assert_uint_eq(idr(4), 0);
    ck_assert_uint_eq(idr(5), 5 | 1 << 4);
    ck_assert_uint_eq(idr(6), 0);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_IIDR), 0); /* nobody's product */
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_AIDR), 0);
}
END_TEST

#define MEMBER(name) offsetof(struct prisim_smmu_config, name)
/* One feature more: the members that are set for it, the register and the bits that differ from the least. */
static const struct {
    size_t member[4];
    uint32_t value[4];
    unsigned idr;
    uint32_t bits;
} feature[] = {
    {{MEMBER(s2p)}, {1}, 0, 1 << 0},
    {{MEMBER(httu)}, {1}, 0, 1 << 6},
    {{MEMBER(httu)}, {2}, 0, 2 << 6},
    {{MEMBER(s2p), MEMBER(hyp)}, {1, 1}, 0, 1 << 9 | 1 << 0},
    {{MEMBER(ats), MEMBER(ns1ats), MEMBER(s2p)}, {1, 0, 1}, 0, 1 << 10 | 1 << 0 | 1 << 23},
    {{MEMBER(ats), MEMBER(ns1ats), MEMBER(s2p)}, {1, 1, 1}, 0, 1 << 11 | 1 << 10 | 1 << 0 | 1 << 23},
    {{MEMBER(ats)}, {1}, 0, 1 << 10 | 1 << 23},
    {{MEMBER(asid16)}, {1}, 0, 1 << 12},
    {{MEMBER(msi)}, {1}, 0, 1 << 13},
    {{MEMBER(sev)}, {1}, 0, 1 << 14},
    {{MEMBER(ats), MEMBER(pri)}, {1, 1}, 0, 1 << 16 | 1 << 10 | 1 << 23},
    {{MEMBER(s2p), MEMBER(vmw)}, {1, 1}, 0, 1 << 17 | 1 << 0},
    {{MEMBER(s2p), MEMBER(vmid16)}, {1, 1}, 0, 1 << 18 | 1 << 0},
    {{MEMBER(cd2l)}, {1}, 0, 1 << 19},
    {{MEMBER(stall_model), MEMBER(stall_max)}, {0, 1}, 0, 1 << 24},
    {{MEMBER(term_model)}, {1}, 0, 1 << 26},
    {{MEMBER(st_level)}, {1}, 0, 1 << 27},
    {{MEMBER(sid_bits)}, {5}, 1, 6 ^ 5},
    {{MEMBER(sid_bits), MEMBER(st_level)}, {16, 1}, 1, 6 ^ 16},
    {{MEMBER(ssid_bits)}, {0}, 1, 20 << 6},
    {{MEMBER(ats), MEMBER(pri), MEMBER(priq_log2_max)}, {1, 1, 5}, 1, 5 << 11},
    {{MEMBER(eventq_log2_max)}, {3}, 1, (0xa ^ 0x3) << 16},
    {{MEMBER(cmdq_log2_max)}, {19}, 1, (8 ^ 19) << 21},
    {{MEMBER(attr_perms_ovr)}, {1}, 1, 1 << 26},
    {{MEMBER(attr_types_ovr)}, {1}, 1, 1 << 27},
    {{MEMBER(had)}, {1}, 3, 1 << 2},
    {{MEMBER(s2p), MEMBER(xnx)}, {1, 1}, 3, 1 << 4},
    {{MEMBER(ats), MEMBER(pri), MEMBER(pps)}, {1, 1, 1}, 3, 1 << 5},
    {{MEMBER(s2p), MEMBER(fwb)}, {1, 1}, 3, 1 << 8},
    {{MEMBER(stt)}, {1}, 3, 1 << 9},
    {{MEMBER(ril)}, {1}, 3, 1 << 10},
    {{MEMBER(bbml)}, {2}, 3, 2 << 11},
    {{MEMBER(oas_bits)}, {32}, 5, 5},
    {{MEMBER(oas_bits)}, {36}, 5, 5 ^ 1},
    {{MEMBER(oas_bits)}, {40}, 5, 5 ^ 2},
    {{MEMBER(oas_bits)}, {42}, 5, 5 ^ 3},
    {{MEMBER(oas_bits)}, {44}, 5, 5 ^ 4},
    {{MEMBER(gran16k)}, {1}, 5, 1 << 5},
    {{MEMBER(gran64k)}, {1}, 5, 1 << 6},
    {{MEMBER(stall_model), MEMBER(stall_max)}, {0, 16}, 5, 16 << 16},
};

static void set(struct prisim_smmu_config *config, size_t member, uint32_t value)
{
    memcpy((char *)config + member, &value, sizeof value);
}

/* covers: SMMU-IDR0-1, SMMU-IDR0-6, SMMU-IDR0-8, SMMU-IDR0-9, SMMU-IDR0-10, SMMU-IDR0-11,
 * SMMU-IDR0-12, SMMU-IDR0-13, SMMU-IDR0-15, SMMU-IDR0-16, SMMU-IDR0-17, SMMU-IDR0-18,
 * SMMU-IDR0-21, SMMU-IDR0-22, SMMU-IDR0-23, SMMU-IDR0-24, SMMU-IDR1-1, SMMU-IDR1-2,
 * SMMU-IDR1-3, SMMU-IDR1-4, SMMU-IDR1-5, SMMU-IDR1-6, SMMU-IDR1-7, SMMU-IDR-2,
 * SMMU-IDR-4 */
START_TEST(each_feature)
{
    struct smmu_harness *least = h;
    smmu_harness_start(h);
    uint32_t before[7];
    for (unsigned n = 0; n < 7; n++)
        before[n] = idr(n);
    h = smmu_harness_open();
    nothing(&h->config);
    for (unsigned i = 0; i < 4 && (i == 0 || feature[_i].member[i]); i++)
        set(&h->config, feature[_i].member[i], feature[_i].value[i]);
    smmu_harness_start(h);
    ck_assert_msg((idr(feature[_i].idr) ^ before[feature[_i].idr]) == feature[_i].bits, "feature %d: IDR%u %x", _i,
                  feature[_i].idr, idr(feature[_i].idr));
    smmu_harness_close(least);
}
END_TEST

/* The PCIe-only product of SMMU-IDEXAMPLE, and the one that stalls. */
static void example(struct prisim_smmu_config *c)
{
    nothing(c);
    c->s2p = c->hyp = c->ats = c->asid16 = c->msi = c->pri = c->vmid16 = c->cd2l = c->st_level = 1;
    c->had = c->xnx = c->fwb = c->ril = c->bbml = c->gran16k = c->gran64k = 1;
    c->attr_perms_ovr = c->attr_types_ovr = 1;
    c->httu = 2;
    c->sid_bits = 16;
}

/* covers: SMMU-IDR-7, SMMU-IDR-8 */
START_TEST(example_values)
{
    example(&h->config);
    if (_i) {
        h->config.stall_model = 0;
        h->config.stall_max = 16;
    }
    smmu_harness_start(h);
    ck_assert_uint_eq(idr(0), _i ? 0x08cd369b : 0x09cd369b);
    ck_assert_uint_eq(idr(1), 0x0d0a5510);
    ck_assert_uint_eq(idr(3), 0x00000d14);
    ck_assert_uint_eq(idr(5), _i ? 0x00100075 : 0x00000075);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_AIDR), 2);
}
END_TEST

/* The default product is the PCIe-only one of SMMU-IDEXAMPLE but for ATTR_TYPES_OVR: no port carries memory types. */
/* covers: SMMU-IDR-8, SMMU-IDR1-7, SMMU-IDR-9 */
START_TEST(default_product)
{
    prisim_smmu_config_default(&h->config);
    smmu_harness_start(h);
    ck_assert_uint_eq(idr(0), 0x09cd369b);
    ck_assert_uint_eq(idr(1), 0x0d0a5510 & ~(1u << 27));
    ck_assert_uint_eq(idr(3), 0x00000d14);
    ck_assert_uint_eq(idr(5), 0x00000075);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_AIDR), 2);
}
END_TEST

/* AIDR is the newest version of which nothing is missing. */
/* covers: SMMU-IDR-7, SMMU-IDR-8 */
START_TEST(version)
{
    static const struct {
        size_t member;
        uint32_t aidr;
    } missing[] = {{MEMBER(had), 0}, {MEMBER(xnx), 0},  {MEMBER(ril), 1},
                   {MEMBER(fwb), 1}, {MEMBER(bbml), 1}, {MEMBER(hyp), 1}};
    example(&h->config);
    set(&h->config, missing[_i].member, 0);
    smmu_harness_start(h);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_AIDR), missing[_i].aidr);
}
END_TEST

/* The component class is given by the architecture. */
/* covers: SMMU-OFFSET */
START_TEST(id_block)
{
    static const uint32_t value[] = {0x04, 0, 0, 0, 0x84, 0xb4, 0xf0, 0x10, 0x0d, 0xf0, 0x05, 0xb1};
    smmu_harness_start(h);
    for (unsigned i = 0; i < 12; i++) {
        smmu_harness_write(h, 0xfd0 + 4 * i, UINT32_MAX);
        ck_assert_uint_eq(smmu_harness_read(h, 0xfd0 + 4 * i), value[i]);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_REGISTER_IGNORED), 12);
}
END_TEST

static uint32_t sticks(uint32_t offset)
{
    smmu_harness_write(h, offset, UINT32_MAX);
    uint32_t value = smmu_harness_read(h, offset);
    smmu_harness_write(h, offset, 0);
    return value;
}

/* Without PRI: its registers are RES0, and the PRI queue never hears that it is on. */
/* covers: SMMU-IDR0-15, SMMU-CR0-2, SMMU-GERROR-4, SMMU-GERROR-7, SMMU-GERROR-16 */
START_TEST(no_pri)
{
    static const uint32_t offset[] = {
        PRISIM_SMMU_PRIQ_BASE,     PRISIM_SMMU_PRIQ_BASE + 4, PRISIM_SMMU_PRIQ_IRQ_CFG0, PRISIM_SMMU_PRIQ_IRQ_CFG0 + 4,
        PRISIM_SMMU_PRIQ_IRQ_CFG1, PRISIM_SMMU_PRIQ_IRQ_CFG2, PRISIM_SMMU_PRIQ_PROD,     PRISIM_SMMU_PRIQ_CONS};
    h->config.ats = h->config.msi = 1;
    smmu_harness_start(h);
    for (unsigned i = 0; i < sizeof offset / sizeof offset[0]; i++)
        ck_assert_uint_eq(sticks(offset[i]), 0);
    ck_assert_uint_eq(sticks(PRISIM_SMMU_GERRORN), 0xfd & ~(1u << 3 | 1u << 6));
    ck_assert_uint_eq(sticks(PRISIM_SMMU_IRQ_CTRL), PRISIM_IRQ_CTRL_GERROR | PRISIM_IRQ_CTRL_EVENTQ);
    smmu_harness_write(h, PRISIM_SMMU_CR0, PRISIM_CR0_PRIQEN | PRISIM_CR0_SMMUEN);
    smmu_harness_run(h, 60);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0), PRISIM_CR0_SMMUEN);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0ACK), PRISIM_CR0_SMMUEN);
    ck_assert_uint_eq(h->pri.enable_ack & PRISIM_PRI_QUEUE_ENABLE_PRIQEN, 0);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 0);
    tlp.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    /* Page requests and Stop Markers are not supported: dropped, whatever stands behind the PRI ports; they hold
     * nothing up. */
    harness_ready(h->base, PRISIM_SMMU_TX_PRI_REQUEST, _i);
    for (unsigned i = 0; i < 3; i++)
        smmu_harness_up(h, &tlp);
    struct prisim_tlp read = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 8);
    smmu_harness_ask(h, &read);
    ck_assert_uint_eq(h->base->rx[PRISIM_SMMU_RX_UP].taken, 4);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_PRI_REQUEST].count, 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_SMMU_PAGE_REQUEST), 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 1); /* the read's completion */
}
END_TEST

/* Without ATS: only untranslated traffic is supported, ATSCHK and REC_CFG_ATS are RES0. */
/* covers: SMMU-IDR0-9, SMMU-EVENTCODE-1, SMMU-ATSTRANSLATED-8 */
START_TEST(no_ats)
{
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR2), PRISIM_CR2_RECINVSID);
    smmu_harness_write(h, PRISIM_SMMU_CR0, smmu_harness_read(h, PRISIM_SMMU_CR0) | PRISIM_CR0_ATSCHK);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0) & PRISIM_CR0_ATSCHK, 0);
    struct prisim_tlp request = smmu_harness_request(0x1000, 3, 0);
    ck_assert_uint_eq(smmu_harness_ask(h, &request)->head.status, PRISIM_TLP_UR);
    smmu_harness_run(h, 100);
    uint64_t dw[4];
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0], PRISIM_F_UUT | 1 << 11 | 3 << 12 | (uint64_t)HARNESS_SID << 32);
    ck_assert_uint_eq(dw[1], UINT64_C(1) << 35);
    ck_assert_uint_eq(dw[2], 0x1000);
    /* A translated access aborts in silence. */
    struct prisim_tlp translated =
        smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATED, HARNESS_PAGES, 8);
    ck_assert_uint_eq(smmu_harness_ask(h, &translated)->head.status, PRISIM_TLP_UR);
    smmu_harness_run(h, 100);
    ck_assert_uint_eq(smmu_harness_events(h), 1);
}
END_TEST

/* Without MSI: the configuration registers are RES0 but for LO, and causes only pulse the wire. */
/* covers: SMMU-IDR0-12, SMMU-IRQCFG-3, SMMU-GERROR-16, SMMU-IRQCFG-7 */
START_TEST(no_msi)
{
    static const uint32_t offset[] = {
        PRISIM_SMMU_GERROR_IRQ_CFG0,   PRISIM_SMMU_GERROR_IRQ_CFG0 + 4, PRISIM_SMMU_GERROR_IRQ_CFG1,
        PRISIM_SMMU_GERROR_IRQ_CFG2,   PRISIM_SMMU_EVENTQ_IRQ_CFG0,     PRISIM_SMMU_EVENTQ_IRQ_CFG0 + 4,
        PRISIM_SMMU_EVENTQ_IRQ_CFG1,   PRISIM_SMMU_EVENTQ_IRQ_CFG2,     PRISIM_SMMU_PRIQ_IRQ_CFG0,
        PRISIM_SMMU_PRIQ_IRQ_CFG0 + 4, PRISIM_SMMU_PRIQ_IRQ_CFG1};
    h->config.ats = h->config.pri = 1;
    smmu_harness_start(h);
    for (unsigned i = 0; i < sizeof offset / sizeof offset[0]; i++)
        ck_assert_uint_eq(sticks(offset[i]), 0);
    ck_assert_uint_eq(sticks(PRISIM_SMMU_PRIQ_IRQ_CFG2), PRISIM_PRIQ_IRQ_CFG2_LO);
    ck_assert_uint_eq(sticks(PRISIM_SMMU_GERRORN), 0xd);
    smmu_harness_write(h, PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_EVENTQ);
    smmu_harness_bring_up(h);
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 8);
    tlp.head.requester_id = 0x1000;
    smmu_harness_up(h, &tlp);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC | prisim_bits_put(PRISIM_SYNC_CS_IRQ, PRISIM_CMD_SYNC_CS),
                         HARNESS_DOORBELL);
    smmu_harness_run(h, 300);
    ck_assert_uint_eq(h->doorbells, 0);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_INTERRUPT].count, 2);
}
END_TEST

/* Fields of CR0, CR2, GBPA and STRTAB_BASE_CFG that belong to a feature. */
/* covers: SMMU-IDR0-8, SMMU-IDR0-16, SMMU-IDR0-24, SMMU-IDR1-6, SMMU-IDR1-7 */
START_TEST(absent_fields)
{
    bool built = _i;
    struct prisim_smmu_config *c = &h->config;
    c->hyp = c->vmw = c->s2p = c->st_level = c->attr_perms_ovr = c->attr_types_ovr = built;
    smmu_harness_start(h);
    ck_assert_uint_eq(sticks(PRISIM_SMMU_CR2), PRISIM_CR2_RECINVSID | (built ? 1 : 0));
    ck_assert_uint_eq(sticks(PRISIM_SMMU_STRTAB_BASE_CFG), built ? 0x307ff : 0x3f);
    smmu_harness_write(h, PRISIM_SMMU_CR0, 7 << 6);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_CR0), built ? 7 << 6 : 0);
    smmu_harness_write(h, PRISIM_SMMU_GBPA, UINT32_MAX);
    smmu_harness_run(h, h->config.ack_latency);
    ck_assert_uint_eq(smmu_harness_read(h, PRISIM_SMMU_GBPA), built ? 0x001f3f1f : 0x00103f00);
}
END_TEST

/* IDR3.PPS is of SubstreamIDs, as IDR0.PRI is of ATS. */
/* covers: SMMU-IDR-3, SMMU-PRIAUTO-10 */
START_TEST(pps_needs_pasids)
{
    struct prisim_smmu_config *c = &h->config;
    struct prisim_config_error error = {"", ""};
    c->ats = c->pri = c->pps = 1;
    c->ssid_bits = 1;
    ck_assert(prisim_smmu_config_check(c, &error));
    c->ssid_bits = 0;
    ck_assert(!prisim_smmu_config_check(c, &error));
    ck_assert_str_eq(error.field, "pps");
    ck_assert_str_eq(error.expected, "0 without ssid_bits");
}
END_TEST

/* What cannot be is refused with its key. */
/* covers: SMMU-IDR0-15, SMMU-IDR0-22, SMMU-IDR0-8, SMMU-IDR0-24, SMMU-IDR1-1 */
START_TEST(refused)
{
    static const struct {
        size_t member;
        uint32_t value;
        const char *field, *expected;
    } row[] = {
        {MEMBER(pri), 1, "pri", "0 without ats"},
        {MEMBER(pps), 1, "pps", "0 without pri"},
        {MEMBER(hyp), 1, "hyp", "0 without s2p"},
        {MEMBER(sid_bits), 7, "st_level", "1 with sid_bits of 7 or more"},
        {MEMBER(vmid16), 1, "vmid16", "0 without s2p"},
        {MEMBER(vmw), 1, "vmw", "0 without s2p"},
        {MEMBER(xnx), 1, "xnx", "0 without s2p"},
        {MEMBER(fwb), 1, "fwb", "0 without s2p"},
        {MEMBER(ns1ats), 1, "ns1ats", "0 without ats and s2p"},
        {MEMBER(stall_max), 1, "stall_max", "at most 0 with stall_model 1"},
        {MEMBER(stall_model), 0, "stall_max", "at least 1 with stall_model 0"},
        {MEMBER(stall_model), 2, "stall_model", "0..1"}, /* stall forced: not with PCIe */
        {MEMBER(stall_max), 17, "stall_max", "0..16"},
        {MEMBER(httu), 3, "httu", "0..2"},
        {MEMBER(bbml), 3, "bbml", "0..2"},
        {MEMBER(hyp), 2, "hyp", "0..1"},
        {MEMBER(event_merge), 2, "event_merge", "0..1"},
        {MEMBER(sid_bits), 17, "sid_bits", "0..16"},
        {MEMBER(oas_bits), 52, "oas_bits", "32, 36, 40, 42, 44 or 48"},
        {MEMBER(ack_latency), 0, "ack_latency", "1..1000"},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct prisim_config_error error = {"", ""};
        struct prisim_smmu_config config;
        nothing(&config);
        ck_assert(prisim_smmu_config_check(&config, &error));
        set(&config, row[i].member, row[i].value);
        ck_assert_msg(!prisim_smmu_config_check(&config, &error), "row %u", i);
        ck_assert_str_eq(error.field, row[i].field);
        ck_assert_str_eq(error.expected, row[i].expected);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_registers_id");
    TCase *tcase = tcase_create("id");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, the_least);
    tcase_add_loop_test(tcase, each_feature, 0, sizeof feature / sizeof feature[0]);
    tcase_add_loop_test(tcase, example_values, 0, 2);
    tcase_add_test(tcase, default_product);
    tcase_add_loop_test(tcase, version, 0, 6);
    tcase_add_test(tcase, id_block);
    tcase_add_loop_test(tcase, no_pri, 0, 2);
    tcase_add_test(tcase, no_ats);
    tcase_add_test(tcase, no_msi);
    tcase_add_loop_test(tcase, absent_fields, 0, 2);
    tcase_add_test(tcase, pps_needs_pasids);
    tcase_add_test(tcase, refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
