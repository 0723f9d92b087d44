/* SPDX-License-Identifier: Apache-2.0
 *
 * Every rule that makes a CD ILLEGAL, beside the nearest CD that is legal (SMMU-CD). The judge is a Translation
 * Request: its cause and its event.
 */
#include <stddef.h>

#include "tests/harness/suite.h"
#include "tests/smmu/smmu_harness.h"

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
    uint64_t dw[3];
    struct set set[3];
    uint64_t ste1; /* beside full ATS */
};

enum { PASID = 3 };
#define V         prisim_bits_put(1, PRISIM_CD0_V)
#define AA64      prisim_bits_put(1, PRISIM_CD0_AA64)
#define A         prisim_bits_put(1, PRISIM_CD0_A)
#define EPD0      prisim_bits_put(1, PRISIM_CD0_EPD0)
#define EPD1      prisim_bits_put(1, PRISIM_CD0_EPD1)
#define T0SZ(n)   prisim_bits_put(n, PRISIM_CD0_T0SZ)
#define T1SZ(n)   prisim_bits_put(n, PRISIM_CD0_T1SZ)
#define TG0(n)    prisim_bits_put(n, PRISIM_CD0_TG0)
#define TG1(n)    prisim_bits_put(n, PRISIM_CD0_TG1)
#define IPS(n)    prisim_bits_put(n, PRISIM_CD0_IPS)
#define ASID(n)   prisim_bits_put(n, PRISIM_CD0_ASID)
#define HA        prisim_bits_put(1, PRISIM_CD0_HA)
#define HD        prisim_bits_put(1, PRISIM_CD0_HD)
#define STALL     prisim_bits_put(1, PRISIM_CD0_S)
#define STALLS    SET(stall_model, 0), SET(stall_max, 4)
#define STALLD    prisim_bits_put(1, PRISIM_STE1_S1STALLD)
#define EL2       prisim_bits_put(2, PRISIM_STE1_STRW)
#define E2H       BASE(63) /* CR2.E2H, not a bit of the STE */
#define ENDI      prisim_bits_put(1, PRISIM_CD0_ENDI)
#define BASE(bit) (UINT64_C(1) << (bit))
/* No half holds it: a legal CD ends it with F_TRANSLATION, which is not recorded. */
#define OUTSIDE BASE(52)
/* The lower half alone, and the upper half alone. */
#define COMMON (V | AA64 | A | IPS(5) | prisim_bits_put(1, PRISIM_CD0_R))
#define LOW    (COMMON | EPD1)
#define HIGH   (COMMON | EPD0)

/* The event that a Translation Request under this CD records, or 0. */
static unsigned event_of(const struct row *row)
{
    struct smmu_harness *h = smmu_harness_open();
    smmu_harness_built_least(h);
    for (unsigned i = 0; i < 3 && row->set[i].offset; i++)
        memcpy((char *)&h->config + row->set[i].offset, &row->set[i].value, sizeof row->set[i].value);
    h->config.s2p |= h->config.hyp; /* SMMU-IDR0-8 */
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    if (row->ste1 & E2H) {
        smmu_harness_cr0(h, 0);
        smmu_harness_write(h, PRISIM_SMMU_CR2, PRISIM_CR2_E2H | PRISIM_CR2_REC_CFG_ATS);
        smmu_harness_cr0(h, PRISIM_CR0_SMMUEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN | PRISIM_CR0_ATSCHK);
    }
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), smmu_harness_ste1() | (row->ste1 & ~E2H));
    for (unsigned i = 0; i < 3; i++)
        smmu_harness_store(h, HARNESS_CDTAB + PASID * PRISIM_CD_BYTES + 8 * i, row->dw[i]);
    struct prisim_tlp request = smmu_harness_request(OUTSIDE, PASID, PRISIM_TLP_NO_WRITE);
    const struct prisim_tlp *answer = smmu_harness_ask(h, &request);
    smmu_harness_run(h, 60);
    uint64_t dw[4] = {0};
    uint32_t events = smmu_harness_events(h);
    if (events)
        smmu_harness_event(h, 0, dw);
    if ((dw[0] & 0xff) == PRISIM_C_BAD_CD) {
        ck_assert_uint_eq(answer->head.status, PRISIM_TLP_CA);
        ck_assert_uint_eq(dw[0], PRISIM_C_BAD_CD | prisim_bits_put(1, PRISIM_CMD_SSV) |
                                     prisim_bits_put(PASID, PRISIM_CMD_SSID) | (uint64_t)HARNESS_SID << 32);
        ck_assert(dw[1] == 0 && dw[2] == 0 && dw[3] == 0);
    }
    ck_assert_uint_le(events, 1);
    smmu_harness_close(h);
    return (unsigned)(dw[0] & 0xff);
}

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned event = event_of(&rows[i]);
        ck_assert_msg(event == (rows[i].legal ? 0 : PRISIM_C_BAD_CD), "row %zu: event %#x", i, event);
    }
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

/* covers: SMMU-CD, SMMU-CD-1, SMMU-CD-5, SMMU-CD-7, SMMU-EVENTCODE-10 */
START_TEST(valid_and_format)
{
    const uint64_t good = LOW | T0SZ(16);
    const struct row rows[] = {
        {true, {good}, {{0}}, 0},
        {false, {0}, {{0}}, 0},
        {false, {good & ~V}, {{0}}, 0},
        {false, {good & ~AA64}, {{0}}, 0},
        {false, {good | ENDI}, {{0}}, 0},
        {false, {HIGH | T1SZ(16) | TG1(2) | ENDI}, {{0}}, 0},
        {true, {LOW | EPD0 | ENDI}, {{0}}, 0},                       /* no half is enabled */
        {false, {LOW | EPD0 | T0SZ(16) | ENDI}, {SET(hyp, 1)}, EL2}, /* EL2 has no EPD */
        {true, {LOW | EPD0 | ENDI}, {SET(hyp, 1)}, EL2 | E2H},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-CD, SMMU-CD-9, SMMU-STE-16 */
START_TEST(faults)
{
    const uint64_t good = LOW | T0SZ(16);
    const struct row rows[] = {
        {false, {good | STALL}, {{0}}, 0}, /* STALL_MODEL=01 */
        {true, {good | STALL}, {STALLS}, 0},     {false, {good | STALL}, {STALLS}, STALLD},
        {true, {good}, {STALLS}, STALLD},        {false, {good & ~A}, {SET(term_model, 1)}, 0},
        {true, {good}, {SET(term_model, 1)}, 0}, {true, {good & ~A}, {SET(term_model, 0)}, 0},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-CD, SMMU-CD-8, SMMU-CD-10 */
START_TEST(features)
{
    const uint64_t good = LOW | T0SZ(16);
    const struct row rows[] = {
        {false, {good | HA}, {SET(httu, 0)}, 0},          {true, {good | HA}, {SET(httu, 1)}, 0},
        {false, {good | HD}, {SET(httu, 0)}, 0},          {false, {good | HA | HD}, {SET(httu, 1)}, 0},
        {true, {good | HA | HD}, {SET(httu, 2)}, 0},      {false, {good | ASID(0x100)}, {SET(asid16, 0)}, 0},
        {true, {good | ASID(0xff)}, {SET(asid16, 0)}, 0}, {true, {good | ASID(0xffff)}, {SET(asid16, 1)}, 0},
    };
    CHECK(rows);
}
END_TEST

/* Both halves alike, each by its own code of the granule; a half that is off is not looked at. */
/* covers: SMMU-CD, SMMU-CD-17, SMMU-CD-2, SMMU-CD-4, SMMU-CD-6 */
START_TEST(halves)
{
    const struct row rows[] = {
        {false, {LOW | T0SZ(15)}, {{0}}, 0},
        {true, {LOW | T0SZ(39)}, {{0}}, 0},
        {false, {LOW | T0SZ(40)}, {{0}}, 0},
        {true, {LOW | T0SZ(48)}, {SET(stt, 1)}, 0},
        {false, {LOW | T0SZ(49)}, {SET(stt, 1)}, 0},
        {true, {LOW | T0SZ(48) | TG0(2)}, {SET(stt, 1), SET(gran16k, 1)}, 0},
        {false, {LOW | T0SZ(49) | TG0(2)}, {SET(stt, 1), SET(gran16k, 1)}, 0},
        {true, {LOW | T0SZ(47) | TG0(1)}, {SET(stt, 1), SET(gran64k, 1)}, 0},
        {false, {LOW | T0SZ(48) | TG0(1)}, {SET(stt, 1), SET(gran64k, 1)}, 0},
        {true, {LOW | EPD0 | T0SZ(15) | TG0(3), UINT64_MAX}, {{0}}, 0},
        {false, {LOW | T0SZ(20) | TG0(1)}, {SET(gran16k, 1)}, 0},
        {true, {LOW | T0SZ(20) | TG0(1)}, {SET(gran64k, 1)}, 0},
        {false, {LOW | T0SZ(20) | TG0(2)}, {SET(gran64k, 1)}, 0},
        {true, {LOW | T0SZ(20) | TG0(2)}, {SET(gran16k, 1)}, 0},
        {false, {LOW | T0SZ(20) | TG0(3)}, {SET(gran64k, 1), SET(gran16k, 1)}, 0},
        {false, {HIGH | T1SZ(15) | TG1(2)}, {{0}}, 0},
        {true, {HIGH | T1SZ(16) | TG1(2)}, {{0}}, 0},
        {true, {HIGH | T1SZ(39) | TG1(2)}, {{0}}, 0},
        {false, {HIGH | T1SZ(40) | TG1(2)}, {{0}}, 0},
        {true, {HIGH | T1SZ(48) | TG1(2)}, {SET(stt, 1)}, 0},
        {false, {HIGH | T1SZ(48) | TG1(3)}, {SET(stt, 1), SET(gran64k, 1)}, 0},
        {true, {HIGH | T1SZ(47) | TG1(3)}, {SET(stt, 1), SET(gran64k, 1)}, 0},
        {false, {HIGH | T1SZ(20) | TG1(0)}, {SET(gran64k, 1), SET(gran16k, 1)}, 0},
        {false, {HIGH | T1SZ(20) | TG1(1)}, {SET(gran64k, 1)}, 0},
        {true, {HIGH | T1SZ(20) | TG1(1)}, {SET(gran16k, 1)}, 0},
        {false, {HIGH | T1SZ(20) | TG1(3)}, {SET(gran16k, 1)}, 0},
        {true, {HIGH | T1SZ(20) | TG1(3)}, {SET(gran64k, 1)}, 0},
        {true, {LOW | T0SZ(16) | T1SZ(3) | TG1(0), 0, UINT64_MAX}, {{0}}, 0},
    };
    CHECK(rows);
}
END_TEST

/* covers: SMMU-CD, SMMU-CD-12, SMMU-CD-2, SMMU-EVENT-5, SMMU-LEVEL-15 */
START_TEST(tables)
{
    static const uint8_t bits[] = {32, 36, 40, 42, 44, 48, 48, 48};
    for (unsigned ips = 0; ips < 8; ips++) {
        uint64_t low = (LOW & ~IPS(7)) | IPS(ips) | T0SZ(16);
        uint64_t high = (HIGH & ~IPS(7)) | IPS(ips) | T1SZ(16) | TG1(2);
        const struct row rows[] = {
            {false, {low, BASE(bits[ips])}, {{0}}, 0},
            {true, {low, BASE(bits[ips] - 1)}, {{0}}, 0},
            {false, {high, 0, BASE(bits[ips])}, {{0}}, 0},
            {true, {high, 0, BASE(bits[ips] - 1)}, {{0}}, 0},
        };
        CHECK(rows);
    }
    const struct row rows[] = {
        {false, {LOW | T0SZ(16), BASE(40)}, {SET(oas_bits, 40)}, 0}, /* IPS is capped at OAS */
        {true, {LOW | T0SZ(16), BASE(39)}, {SET(oas_bits, 40)}, 0},
    };
    CHECK(rows);
}
END_TEST

/* The EL2 world has one half and no ASID; with CR2.E2H it is as EL1. */
/* covers: SMMU-CD-18, SMMU-CR-2, SMMU-STE-18 */
START_TEST(el2)
{
    const struct row rows[] = {
        {true, {COMMON | T0SZ(16) | T1SZ(3), 0, UINT64_MAX}, {SET(hyp, 1)}, EL2},
        {false, {COMMON | EPD0 | T0SZ(3)}, {SET(hyp, 1)}, EL2}, /* EPD0 is not looked at */
        {true, {COMMON | T0SZ(16) | ASID(0x100)}, {SET(hyp, 1), SET(asid16, 0)}, EL2},
        {false, {COMMON | T0SZ(16) | T1SZ(3), 0, UINT64_MAX}, {SET(hyp, 1)}, 0},
        /* E2H: both halves and the ASID count. */
        {false, {COMMON | T0SZ(16) | T1SZ(3)}, {SET(hyp, 1)}, EL2 | E2H},
        {true, {COMMON | T0SZ(16) | T1SZ(16) | TG1(2)}, {SET(hyp, 1)}, EL2 | E2H},
        {true, {COMMON | EPD0 | T0SZ(3) | T1SZ(16) | TG1(2)}, {SET(hyp, 1)}, EL2 | E2H},
        {false, {LOW | T0SZ(16) | ASID(0x100)}, {SET(hyp, 1), SET(asid16, 0)}, EL2 | E2H},
    };
    CHECK(rows);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_cd");
    TCase *tcase = tcase_create("cd");
    tcase_add_test(tcase, valid_and_format);
    tcase_add_test(tcase, faults);
    tcase_add_test(tcase, features);
    tcase_add_test(tcase, halves);
    tcase_add_test(tcase, tables);
    tcase_add_test(tcase, el2);
    suite_add_tcase(suite, tcase);
    return suite;
}
