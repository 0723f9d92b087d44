/* SPDX-License-Identifier: Apache-2.0
 *
 * Every rule that makes an STE ILLEGAL, beside the nearest STE that is legal (SMMU-STE). The judge is the PRI queue's
 * look-up, which says of any STE whether it can be used, and the event that it records.
 */
#include <stddef.h>

#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

enum { SETS = 16 };
struct set {
    size_t offset;
    uint32_t value;
};
#define SET(field, value)                                                                                              \
    {                                                                                                                  \
        offsetof(struct prisim_smmu_config, field), value                                                              \
    }

struct row {
    bool legal;
    uint64_t dw[4];
    struct set set[SETS];
};

#define S1                                                                                                             \
    (prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) | HARNESS_CDTAB)
#define S2 (prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG))
#define NESTED                                                                                                         \
    (prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S1_S2, PRISIM_STE0_CONFIG) | HARNESS_CDTAB)
#define BYPASS     (prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_BYPASS, PRISIM_STE0_CONFIG))
#define CDMAX(n)   prisim_bits_put(n, PRISIM_STE0_S1CDMAX)
#define FMT(n)     prisim_bits_put(n, PRISIM_STE0_S1FMT)
#define EATS(n)    prisim_bits_put(n, PRISIM_STE1_EATS)
#define STRW(n)    prisim_bits_put(n, PRISIM_STE1_STRW)
#define STALLD     prisim_bits_put(1, PRISIM_STE1_S1STALLD)
#define S2S        prisim_bits_put(1, PRISIM_STE2_S2S)
#define VMID(n)    prisim_bits_put(n, PRISIM_STE2_S2VMID)
#define STALLS     SET(stall_model, 0), SET(stall_max, 4)
#define STAGE2     SET(s2p, 1)
#define BASE(bits) (UINT64_C(1) << (bits))
/* A legal stage 2 but for what is named: 48 bits of IPA, 4 KB, level 0, 48 bits of PA, AArch64. */
#define VTCR(t0sz, sl0, tg, ps)                                                                                        \
    (prisim_bits_put(t0sz, PRISIM_STE2_S2T0SZ) | prisim_bits_put(sl0, PRISIM_STE2_S2SL0) |                             \
     prisim_bits_put(tg, PRISIM_STE2_S2TG) | prisim_bits_put(ps, PRISIM_STE2_S2PS) |                                   \
     prisim_bits_put(1, PRISIM_STE2_S2AA64))
#define LEGAL_S2 VTCR(16, 2, PRISIM_TG0_4K, 5)

/* What the PRI queue is told of the STE; -1 if the event that was recorded does not agree. */
static int is_legal(const struct row *row)
{
    struct smmu_harness *h = smmu_harness_open();
    smmu_harness_built_least(h);
    for (unsigned i = 0; i < SETS && row->set[i].offset; i++)
        memcpy((char *)&h->config + row->set[i].offset, &row->set[i].value, sizeof row->set[i].value);
    h->config.s2p |= h->config.hyp; /* SMMU-IDR0-8 */
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    for (unsigned i = 0; i < 4; i++)
        smmu_harness_store(h, HARNESS_STRTAB + HARNESS_SID * PRISIM_STE_BYTES + 8 * i, row->dw[i]);
    struct prisim_pri_queue_lookup lookup = {.stream_id = HARNESS_SID};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_LOOKUP, &lookup);
    smmu_harness_run(h, 100);
    const struct prisim_pri_queue_ppar *ppar = harness_got(h->base, PRISIM_SMMU_TX_PRI_LOOKUP, 0);
    ck_assert_ptr_nonnull(ppar);
    int legal = ppar->reachable;
    uint64_t dw[4] = {0};
    uint32_t events = smmu_harness_events(h);
    if (events)
        smmu_harness_event(h, 0, dw);
    if (legal ? events != 0 : events != 1 || dw[0] != (PRISIM_C_BAD_STE | (uint64_t)HARNESS_SID << 32))
        legal = -1;
    smmu_harness_close(h);
    return legal;
}

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int legal = is_legal(&rows[i]);
        ck_assert_msg(legal == rows[i].legal, "row %zu: %d", i, legal);
    }
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

/* covers: SMMU-STE-25, SMMU-STE-1, SMMU-STE-2, SMMU-STE, SMMU-STE-36 */
START_TEST(valid_and_built)
{
    const struct row rows[] = {
        {false, {S1 & ~UINT64_C(1)}, {{0}}},
        {false, {0}, {{0}}},
        {true, {S1}, {{0}}},
        {false, {S2, 0, LEGAL_S2}, {{0}}},
        {false, {NESTED, 0, LEGAL_S2}, {{0}}},
        {true, {S2, 0, LEGAL_S2}, {STAGE2}},
        {true, {NESTED, 0, LEGAL_S2}, {STAGE2}},
        /* Config=0xx: no rule but V. */
        {true,
         {1 | prisim_bits_put(3, PRISIM_STE0_CONFIG) | CDMAX(31), EATS(2) | STRW(3) | STALLD, S2S, UINT64_MAX},
         {{0}}},
        {true, {1, EATS(2) | STRW(3) | STALLD, S2S, UINT64_MAX}, {{0}}},
        /* Bypass looks at nothing of either stage. */
        {true, {BYPASS | CDMAX(31) | FMT(1), EATS(2) | STRW(3) | STALLD, S2S | VMID(0x100), UINT64_MAX}, {{0}}},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-STE-26, SMMU-STE-32, SMMU-STE-17 */
START_TEST(eats)
{
    const struct row rows[] = {
        {false, {S1, EATS(2)}, {STAGE2, SET(ns1ats, 0)}},
        {false, {S2, EATS(2), LEGAL_S2}, {STAGE2, SET(ns1ats, 0)}},
        {true, {NESTED, EATS(2), LEGAL_S2}, {STAGE2, SET(ns1ats, 0)}},
        {false, {NESTED, EATS(2), LEGAL_S2}, {STAGE2, SET(ns1ats, 1)}},
        {false, {NESTED, EATS(2), LEGAL_S2 | S2S}, {STAGE2, SET(ns1ats, 0), STALLS}},
        {true, {NESTED, EATS(2), LEGAL_S2}, {STAGE2, SET(ns1ats, 0), STALLS}},
        {false, {NESTED, EATS(1), LEGAL_S2 | S2S}, {STAGE2, STALLS}},
        {false, {S2, EATS(1), LEGAL_S2 | S2S}, {STAGE2, STALLS}},
        {true, {NESTED, EATS(0), LEGAL_S2 | S2S}, {STAGE2, STALLS}},
        {true, {NESTED, EATS(1), LEGAL_S2}, {STAGE2, STALLS}},
        {true, {S1, EATS(1), S2S}, {STAGE2, STALLS}}, /* stage 2 is not used */
        {true, {S1, EATS(3)}, {{0}}},                 /* acts as 0 */
        {true, {S1, EATS(2)}, {SET(ats, 0), SET(pri, 0)}},
        {true, {BYPASS, EATS(2)}, {{0}}},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-STE-27, SMMU-STE-18 */
START_TEST(strw)
{
    const struct row rows[] = {
        {false, {S1, STRW(1)}, {SET(hyp, 1)}},
        {false, {S1, STRW(3)}, {SET(hyp, 1)}},
        {true, {S1, STRW(0)}, {SET(hyp, 1)}},
        {true, {S1, STRW(2)}, {SET(hyp, 1)}},
        /* RES0 without Hyp; with stage 2 IGNORED. */
        {true, {S1, STRW(1)}, {SET(hyp, 0)}},
        {true, {S1, STRW(2)}, {SET(hyp, 0)}},
        {true, {S1, STRW(3)}, {SET(hyp, 0)}},
        {true, {NESTED, STRW(0), LEGAL_S2}, {SET(hyp, 1), STAGE2}},
        {true, {NESTED, STRW(1), LEGAL_S2}, {SET(hyp, 1), STAGE2}},
        {true, {NESTED, STRW(2), LEGAL_S2}, {SET(hyp, 1), STAGE2}},
        {true, {NESTED, STRW(3), LEGAL_S2}, {SET(hyp, 1), STAGE2}},
        {true, {S2, STRW(3), LEGAL_S2}, {SET(hyp, 1), STAGE2}},
        {true, {BYPASS, STRW(3)}, {SET(hyp, 1)}},
        /* So it is the EL1 world, whose S2VMID counts. */
        {false, {S1, STRW(2), VMID(0x100)}, {STAGE2, SET(vmid16, 0), SET(hyp, 0)}},
        {false, {NESTED, STRW(2), LEGAL_S2 | VMID(0x100)}, {STAGE2, SET(vmid16, 0), SET(hyp, 1)}},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-STE-28, SMMU-STE-16, SMMU-STE-12 */
START_TEST(stalls)
{
    const struct row rows[] = {
        {false, {S1, STALLD}, {{0}}},
        {true, {S1, STALLD}, {STALLS}},
        {true, {S2, STALLD, LEGAL_S2}, {STAGE2}}, /* stage 1 is not used */
        {false, {S2, 0, LEGAL_S2 | S2S}, {STAGE2}},
        {true, {S2, 0, LEGAL_S2 | S2S}, {STAGE2, STALLS}},
        {true, {S1, 0, S2S}, {STAGE2}},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-STE-29, SMMU-STE-3, SMMU-STE-4, SMMU-STE-5, SMMU-STRTAB-9,
 * SMMU-STE-41 */
START_TEST(cd_tables)
{
    const struct row rows[] = {
        {false, {S1 | CDMAX(21)}, {{0}}},
        {true, {S1 | CDMAX(20)}, {{0}}},
        {false, {S1 | CDMAX(5)}, {SET(ssid_bits, 4)}},
        {true, {S1 | CDMAX(4)}, {SET(ssid_bits, 4)}},
        /* Without substreams S1CDMax and S1Fmt are IGNORED. */
        {true, {S1 | CDMAX(1)}, {SET(ssid_bits, 0)}},
        {true, {S1 | CDMAX(31) | FMT(1)}, {SET(ssid_bits, 0), SET(cd2l, 0)}},
        {true, {NESTED | CDMAX(31) | FMT(2), 0, LEGAL_S2}, {SET(ssid_bits, 0), SET(cd2l, 0), STAGE2}},
        {false, {S1 | CDMAX(2)}, {SET(ssid_bits, 1)}},
        {false, {S1 | CDMAX(1) | FMT(1)}, {SET(ssid_bits, 1), SET(cd2l, 0)}},
        {false, {S1 | CDMAX(4) | FMT(1)}, {SET(cd2l, 0)}},
        {false, {S1 | CDMAX(4) | FMT(2)}, {SET(cd2l, 0)}},
        {true, {S1 | CDMAX(4) | FMT(3)}, {SET(cd2l, 0)}}, /* acts as 0 */
        {true, {S1 | CDMAX(0) | FMT(1)}, {SET(cd2l, 0)}},
        {false, {S1 | CDMAX(1) | FMT(1)}, {SET(cd2l, 0)}},
        {true, {S1 | CDMAX(4) | FMT(2)}, {SET(cd2l, 1)}},
        {false, {S1 | BASE(48)}, {{0}}},
        {true, {S1 | BASE(47)}, {{0}}},
        {false, {S1 | BASE(40)}, {SET(oas_bits, 40)}},
        {true, {S1 | BASE(39)}, {SET(oas_bits, 40)}},
        {false, {NESTED | BASE(40), 0, VTCR(24, 2, PRISIM_TG0_4K, 2)}, {SET(oas_bits, 40), STAGE2}},
        {true, {NESTED | BASE(39), 0, VTCR(24, 2, PRISIM_TG0_4K, 2)}, {SET(oas_bits, 40), STAGE2}},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-STE-30, SMMU-STE-33, SMMU-STE-7, SMMU-STE-8, SMMU-STE-11 */
START_TEST(stage2_features)
{
    uint64_t ha = prisim_bits_put(1, PRISIM_STE2_S2HA), hd = prisim_bits_put(1, PRISIM_STE2_S2HD);
    const struct row rows[] = {
        {false, {S2, 0, LEGAL_S2 & ~prisim_bits_put(1, PRISIM_STE2_S2AA64)}, {STAGE2}},
        {false, {S2, 0, LEGAL_S2 | prisim_bits_put(1, PRISIM_STE2_S2ENDI)}, {STAGE2}},
        {false, {S2, 0, LEGAL_S2 | ha}, {STAGE2, SET(httu, 0)}},
        {true, {S2, 0, LEGAL_S2 | ha}, {STAGE2, SET(httu, 1)}},
        {false, {S2, 0, LEGAL_S2 | hd}, {STAGE2, SET(httu, 0)}},
        {false, {S2, 0, LEGAL_S2 | ha | hd}, {STAGE2, SET(httu, 1)}},
        {true, {S2, 0, LEGAL_S2 | ha | hd}, {STAGE2, SET(httu, 2)}},
        {false, {S2, 0, LEGAL_S2 | VMID(0x100)}, {STAGE2, SET(vmid16, 0)}},
        {true, {S2, 0, LEGAL_S2 | VMID(0xff)}, {STAGE2, SET(vmid16, 0)}},
        {true, {S2, 0, LEGAL_S2 | VMID(0xffff)}, {STAGE2, SET(vmid16, 1)}},
        {false, {S1, 0, VMID(0x100)}, {STAGE2, SET(vmid16, 0)}}, /* it tags stage 1 as well */
        {true, {S1, STRW(2), VMID(0x100)}, {STAGE2, SET(vmid16, 0), SET(hyp, 1)}},
        {true, {S1, 0, VMID(0x100) | ha | hd | prisim_bits_put(1, PRISIM_STE2_S2ENDI)}, {SET(s2p, 0)}},
    };
    CHECK(rows);
}
END_TEST

/* The granule: one code for S2TG and TG0; what is not built, and 3. */
/* covers: SMMU-STE-30 */
START_TEST(stage2_granules)
{
    const struct row rows[] = {
        {true, {S2, 0, VTCR(16, 2, PRISIM_TG0_4K, 5)}, {STAGE2}},
        {false, {S2, 0, VTCR(17, 2, PRISIM_TG0_16K, 5)}, {STAGE2}},
        {true, {S2, 0, VTCR(17, 2, PRISIM_TG0_16K, 5)}, {STAGE2, SET(gran16k, 1)}},
        {false, {S2, 0, VTCR(22, 1, PRISIM_TG0_64K, 5)}, {STAGE2, SET(gran16k, 1)}},
        {true, {S2, 0, VTCR(22, 1, PRISIM_TG0_64K, 5)}, {STAGE2, SET(gran64k, 1)}},
        {false, {S2, 0, VTCR(22, 1, 3, 5)}, {STAGE2, SET(gran16k, 1), SET(gran64k, 1)}},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-STE-31 */
START_TEST(stage2_sizes)
{
    const struct row rows[] = {
        {false, {S2, 0, VTCR(15, 2, PRISIM_TG0_4K, 5)}, {STAGE2}},
        {true, {S2, 0, VTCR(16, 2, PRISIM_TG0_4K, 5)}, {STAGE2}},
        {false, {S2, 0, VTCR(19, 2, PRISIM_TG0_4K, 5)}, {STAGE2, SET(oas_bits, 44)}}, /* 64 - IAS is 20 */
        {true, {S2, 0, VTCR(20, 2, PRISIM_TG0_4K, 5)}, {STAGE2, SET(oas_bits, 44)}},
        {true, {S2, 0, VTCR(39, 0, PRISIM_TG0_4K, 5)}, {STAGE2}},
        {false, {S2, 0, VTCR(40, 0, PRISIM_TG0_4K, 5)}, {STAGE2}},
        {true, {S2, 0, VTCR(40, 0, PRISIM_TG0_4K, 5)}, {STAGE2, SET(stt, 1)}},
        {true, {S2, 0, VTCR(48, 3, PRISIM_TG0_4K, 5)}, {STAGE2, SET(stt, 1)}},
        {false, {S2, 0, VTCR(49, 3, PRISIM_TG0_4K, 5)}, {STAGE2, SET(stt, 1)}},
        {true, {S2, 0, VTCR(48, 0, PRISIM_TG0_16K, 5)}, {STAGE2, SET(stt, 1), SET(gran16k, 1)}},
        {false, {S2, 0, VTCR(49, 0, PRISIM_TG0_16K, 5)}, {STAGE2, SET(stt, 1), SET(gran16k, 1)}},
        {true, {S2, 0, VTCR(47, 0, PRISIM_TG0_64K, 5)}, {STAGE2, SET(stt, 1), SET(gran64k, 1)}},
        {false, {S2, 0, VTCR(48, 0, PRISIM_TG0_64K, 5)}, {STAGE2, SET(stt, 1), SET(gran64k, 1)}},
    };
    CHECK(rows);
}
END_TEST

/* The first and the last T0SZ of each start level, concatenated tables among them (SMMU-LEVEL, third and last table).
 */
/* covers: SMMU-STE-30, SMMU-STE-3, SMMU-LEVEL-13, SMMU-LEVEL-15 */
START_TEST(stage2_start_levels)
{
    static const struct {
        uint8_t tg, sl0, first, last;
    } level[] = {
        {PRISIM_TG0_4K, 2, 16, 24},  /* L0 */
        {PRISIM_TG0_4K, 1, 21, 33},  /* L1, up to 16 tables below 25 */
        {PRISIM_TG0_4K, 0, 30, 42},  /* L2 */
        {PRISIM_TG0_4K, 3, 39, 48},  /* L3 */
        {PRISIM_TG0_16K, 2, 16, 27}, /* L1, two tables at 16 */
        {PRISIM_TG0_16K, 1, 24, 38}, /* L2 */
        {PRISIM_TG0_16K, 0, 35, 48}, /* L3 */
        {PRISIM_TG0_64K, 2, 16, 21}, /* L1 */
        {PRISIM_TG0_64K, 1, 18, 34}, /* L2 */
        {PRISIM_TG0_64K, 0, 31, 47}, /* L3 */
        {PRISIM_TG0_16K, 3, 1, 0},   /* L0 needs 52-bit addresses */
        {PRISIM_TG0_64K, 3, 1, 0},   /* reserved */
    };
    for (unsigned i = 0; i < sizeof level / sizeof level[0]; i++) {
        for (unsigned t0sz = 15; t0sz <= 49; t0sz++) {
            const struct row row = {t0sz >= level[i].first && t0sz <= level[i].last,
                                    {S2, 0, VTCR(t0sz, level[i].sl0, level[i].tg, 5)},
                                    {STAGE2, SET(stt, 1), SET(gran16k, 1), SET(gran64k, 1)}};
            ck_assert_msg(is_legal(&row) == row.legal, "granule %u, S2SL0 %u, S2T0SZ %u", level[i].tg, level[i].sl0,
                          t0sz);
        }
    }
    /* Without small tables there is no L3 for 4 KB. */
    const struct row rows[] = {
        {false, {S2, 0, VTCR(39, 3, PRISIM_TG0_4K, 5)}, {STAGE2}},
        {true, {S2, 0, VTCR(39, 3, PRISIM_TG0_4K, 5)}, {STAGE2, SET(stt, 1)}},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-STE-30, SMMU-STE-6, SMMU-STE-17, SMMU-EVENT-5, SMMU-LEVEL-15 */
START_TEST(stage2_tables)
{
    static const uint8_t bits[] = {32, 36, 40, 42, 44, 48, 48, 48};
    for (unsigned ps = 0; ps < 8; ps++) {
        const struct row rows[] = {
            {false, {S2, 0, VTCR(16, 2, PRISIM_TG0_4K, ps), BASE(bits[ps])}, {STAGE2}},
            {true, {S2, 0, VTCR(16, 2, PRISIM_TG0_4K, ps), BASE(bits[ps] - 1)}, {STAGE2}},
        };
        CHECK(rows);
    }
    const struct row rows[] = {
        {false, {S2, 0, VTCR(24, 2, PRISIM_TG0_4K, 5), BASE(40)}, {STAGE2, SET(oas_bits, 40)}}, /* capped at OAS */
        {true, {S2, 0, VTCR(24, 2, PRISIM_TG0_4K, 5), BASE(39)}, {STAGE2, SET(oas_bits, 40)}},
    };
    CHECK(rows);
}
END_TEST

/* SMMU-LEVEL as a table: granule, S2SL0, the S2T0SZ that fit it, concatenated tables among them. */
static bool fits(unsigned tg, unsigned sl0, unsigned t0sz, bool stt)
{
    static const struct {
        uint8_t tg, sl0, first, last;
    } row[] = {{PRISIM_TG0_4K, 2, 16, 24},  {PRISIM_TG0_4K, 1, 21, 33},  {PRISIM_TG0_4K, 0, 30, 42},
               {PRISIM_TG0_4K, 3, 39, 48},  {PRISIM_TG0_16K, 2, 16, 27}, {PRISIM_TG0_16K, 1, 24, 38},
               {PRISIM_TG0_16K, 0, 35, 48}, {PRISIM_TG0_64K, 2, 16, 21}, {PRISIM_TG0_64K, 1, 18, 34},
               {PRISIM_TG0_64K, 0, 31, 47}};
    unsigned last = stt ? 48 : 39;
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        if (row[i].tg == tg && row[i].sl0 == sl0 && (stt || tg != PRISIM_TG0_4K || sl0 != 3))
            return t0sz >= row[i].first && t0sz <= row[i].last && t0sz <= last;
    return false;
}

/* SMMU-STE once more, one rule a line. */
static bool plain_illegal(const struct prisim_smmu_config *c, const uint64_t dw[4])
{
    static const unsigned sizes[] = {32, 36, 40, 42, 44, 48, 48, 48};
    unsigned config = dw[0] >> 1 & 7, fmt = dw[0] >> 4 & 3, cdmax = (unsigned)(dw[0] >> 59), ats = dw[1] >> 28 & 3;
    unsigned world = dw[1] >> 30 & 3, tg = dw[2] >> 46 & 3, sl0 = dw[2] >> 38 & 3, t0sz = dw[2] >> 32 & 63;
    unsigned ps = sizes[dw[2] >> 48 & 7] < c->oas_bits ? sizes[dw[2] >> 48 & 7] : c->oas_bits;
    bool s1 = config & 1, s2 = config & 2, s2s = dw[2] >> 57 & 1, ha = dw[2] >> 56 & 1, hd = dw[2] >> 55 & 1;
    bool bad = false;
    if (!(dw[0] & 1))
        return true;
    if (config < 4)
        return false;
    bad |= s2 && !c->s2p;
    bad |= c->ats && config != 4 && ats == 2 && (config != 7 || s2s || c->ns1ats);
    bad |= c->ats && s2 && ats == 1 && s2s;
    bad |= s1 && !s2 && c->hyp && (world == 1 || world == 3);
    bad |= s1 && (dw[1] >> 27 & 1) && c->stall_model;
    bad |= s1 && c->ssid_bits && cdmax > c->ssid_bits;
    bad |= s1 && c->ssid_bits && cdmax && (fmt == 1 || fmt == 2) && !c->cd2l;
    bad |= s1 && (dw[0] & UINT64_C(0xffffffffffffc0)) >> c->oas_bits;
    bad |= s2 && (!(dw[2] >> 51 & 1) || (dw[2] >> 52 & 1));
    bad |= s2 && ((ha && c->httu == 0) || (hd && c->httu < 2));
    bad |= s2 && s2s && c->stall_model;
    bad |= s2 && (tg == 3 || (tg == 2 && !c->gran16k) || (tg == 1 && !c->gran64k));
    bad |= s2 && (t0sz < 64 - c->oas_bits || !fits(tg, sl0, t0sz, c->stt));
    bad |= s2 && (dw[3] & UINT64_C(0xffffffffffff0)) >> ps;
    bad |= c->s2p && !c->vmid16 && (dw[2] >> 8 & 0xff) && (s2 || (s1 && (world != 2 || !c->hyp)));
    return bad;
}

/* Features at random, and of a legal STE some bits the other way round. */
/* covers: SMMU-STE */
START_TEST(at_random)
{
    uint64_t seed = UINT64_C(0x5eed0f57e5);
    unsigned illegal = 0;
    enum { ROUNDS = 1500 };
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct prisim_smmu_config c;
        prisim_smmu_config_default(&c);
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t r = seed >> 20;
        bool s2p = r & 3;
        struct row row = {.dw = {S1 | CDMAX(3), EATS(r >> 5 & 1), LEGAL_S2 | VMID(7), HARNESS_TABLES},
                          .set = {SET(oas_bits, r >> 6 & 1 ? 48 : 44), SET(stall_model, r >> 8 & 1),
                                  SET(stall_max, r >> 8 & 1 ? 0 : 4), SET(s2p, s2p), SET(ns1ats, s2p && (r >> 9 & 1)),
                                  SET(vmid16, s2p && (r >> 10 & 1)), SET(xnx, s2p), SET(fwb, s2p),
                                  SET(hyp, s2p && (r >> 11 & 1)), SET(cd2l, r >> 12 & 1), SET(httu, (r >> 13 & 3) % 3),
                                  SET(stt, r >> 15 & 1), SET(gran16k, r >> 16 & 1), SET(gran64k, r >> 17 & 1),
                                  SET(ssid_bits, r >> 18 & 1   ? 20
                                                 : r >> 19 & 1 ? 4
                                                               : 0)}};
        unsigned config = 4 + (r >> 20 & 3);
        row.dw[0] = (row.dw[0] & ~prisim_bits_put(7, PRISIM_STE0_CONFIG)) | prisim_bits_put(config, PRISIM_STE0_CONFIG);
        if (r >> 6 & 1)
            row.dw[2] =
                (row.dw[2] & ~prisim_bits_put(63, PRISIM_STE2_S2T0SZ)) | prisim_bits_put(r >> 22, PRISIM_STE2_S2T0SZ);
        else
            row.dw[2] =
                (row.dw[2] & ~prisim_bits_put(63, PRISIM_STE2_S2T0SZ)) | prisim_bits_put(20, PRISIM_STE2_S2T0SZ);
        for (unsigned flips = r >> 28 & 3; flips > 0; flips--) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            row.dw[seed >> 61 & 3] ^= UINT64_C(1) << (seed >> 40 & 63);
        }
        for (unsigned i = 0; i < SETS && row.set[i].offset; i++)
            memcpy((char *)&c + row.set[i].offset, &row.set[i].value, sizeof row.set[i].value);
        bool expected = !plain_illegal(&c, row.dw);
        int legal = is_legal(&row);
        illegal += !expected;
        ck_assert_msg(legal == expected, "round %u: %d; %#llx %#llx %#llx %#llx", round, legal,
                      (unsigned long long)row.dw[0], (unsigned long long)row.dw[1], (unsigned long long)row.dw[2],
                      (unsigned long long)row.dw[3]);
    }
    ck_assert(illegal > ROUNDS / 5 && illegal < ROUNDS * 4 / 5);
}
END_TEST

/* An ILLEGAL STE ends client traffic: aborted and recorded. */
/* covers: SMMU-EVENTCODE-4, SMMU-EVENT-9 */
START_TEST(traffic)
{
    struct smmu_harness *h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_ste(h, HARNESS_SID, S1 | CDMAX(4), STRW(1));
    struct prisim_tlp read = smmu_harness_memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, 0x1000, 8);
    ck_assert_uint_eq(smmu_harness_ask(h, &read)->head.status, PRISIM_TLP_UR);
    smmu_harness_run(h, 60);
    uint64_t dw[4];
    ck_assert_uint_eq(smmu_harness_events(h), 1);
    smmu_harness_event(h, 0, dw);
    ck_assert_uint_eq(dw[0], PRISIM_C_BAD_STE | (uint64_t)HARNESS_SID << 32);
    ck_assert(dw[1] == 0 && dw[2] == 0 && dw[3] == 0);
    smmu_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_ste");
    TCase *tcase = tcase_create("ste");
    tcase_set_timeout(tcase, 60); /* under sanitizers */
    tcase_add_test(tcase, valid_and_built);
    tcase_add_test(tcase, eats);
    tcase_add_test(tcase, strw);
    tcase_add_test(tcase, stalls);
    tcase_add_test(tcase, cd_tables);
    tcase_add_test(tcase, stage2_features);
    tcase_add_test(tcase, stage2_granules);
    tcase_add_test(tcase, stage2_sizes);
    tcase_add_test(tcase, stage2_start_levels);
    tcase_add_test(tcase, stage2_tables);
    tcase_add_test(tcase, at_random);
    tcase_add_test(tcase, traffic);
    suite_add_tcase(suite, tcase);
    return suite;
}
