/* SPDX-License-Identifier: Apache-2.0
 *
 * The reference model itself, against outcomes worked out by hand from the rule book: one walk, one fault, one record
 * at a time.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/reference/reference_fixture.h"

#define BIT(n) (UINT64_C(1) << (n))
#define LEAF   (BIT(10) | BIT(6)) /* AF, user access, read and write */
#define S2LEAF (BIT(10) | UINT64_C(3) << 6 | UINT64_C(15) << 2)

static struct fixture d;

static void event_is(uint64_t dw0, uint64_t dw1, uint64_t dw2, uint64_t dw3)
{
    ck_assert(d.out.recorded);
    ck_assert_uint_eq(d.out.event[0], dw0 | (uint64_t)FIXTURE_SID << 32);
    ck_assert_uint_eq(d.out.event[1], dw1);
    ck_assert_uint_eq(d.out.event[2], dw2);
    ck_assert_uint_eq(d.out.event[3], dw3);
}

/* VA 0x40403abc with 39 bits: level 1 index 1, level 2 index 2, level 3 index 3. */
static void three_levels(void)
{
    fixture_put(&d, FIXTURE_TTB + 1 * 8, 0x31000003);
    fixture_put(&d, 0x31000000 + 2 * 8, 0x32000003);
    fixture_put(&d, 0x32000000 + 3 * 8, 0x55555003 | LEAF);
    d.request.address = 0x40403abc;
}

START_TEST(three_levels_4k)
{
    fixture_stage1(&d);
    three_levels();
    const struct reference_outcome *out = fixture_ask(&d);
    ck_assert_uint_eq(out->result, REFERENCE_FORWARD);
    ck_assert_uint_eq(out->output, 0x55555abc);
    ck_assert(!out->recorded && out->updates == 0);
}
END_TEST

START_TEST(block_2m)
{
    fixture_stage1(&d);
    fixture_put(&d, FIXTURE_TTB + 1 * 8, 0x31000003);
    fixture_put(&d, 0x31000000 + 2 * 8, 0x66600001 | LEAF);
    d.request.address = 0x40403abc;
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x66603abc);
}
END_TEST

/* 64K, T0SZ 22: 42 bits, level 2 index 41:29, level 3 index 28:16. VA 5 << 29 | 7 << 16 | 0x1230. */
START_TEST(two_levels_64k)
{
    fixture_stage1(&d);
    fixture_set(d.cd, 5, 0, 22);
    fixture_set(d.cd, 7, 6, 1);
    fixture_put(&d, FIXTURE_TTB + 5 * 8, 0x31000003);
    fixture_put(&d, 0x31000000 + 7 * 8, 0x77770003 | LEAF);
    d.request.address = UINT64_C(5) << 29 | 7 << 16 | 0x1230;
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x77771230);
}
END_TEST

/* 16K, T0SZ 28: 36 bits, from level 2 (35:25), level 3 (24:14); the upper half with TG1 code 1. */
START_TEST(upper_half_16k)
{
    fixture_stage1(&d);
    fixture_set(d.cd, 30, 30, 0);
    fixture_set(d.cd, 21, 16, 28);
    fixture_set(d.cd, 23, 22, 1);
    fixture_set(d.cd, 179, 132, 0x39000000 >> 4);
    fixture_put(&d, 0x39000000 + 9 * 8, 0x31000003);
    fixture_put(&d, 0x31000000 + 4 * 8, 0x77774003 | LEAF);
    d.request.address = ~(BIT(36) - 1) | UINT64_C(9) << 25 | 4 << 14 | 0x123c;
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x7777523c);
    /* one bit short of the sign extension */
    d.request.address ^= BIT(40);
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
    event_is(0x10, BIT(35) | UINT64_C(2) << 40, d.request.address, 0);
    /* with TBI1 the top byte is free, bit 55 is not */
    fixture_set(d.cd, 39, 39, 1);
    d.request.address ^= BIT(40) | BIT(60);
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x7777523c);
}
END_TEST

START_TEST(stage1_faults)
{
    static const struct {
        uint64_t level2, leaf;
        unsigned code;
    } row[] = {{0x32000002, 0, 0x10},
               {0x32000003, 0x55555001 | LEAF, 0x10}, /* level 3 has no blocks */
               {0x32000003 | BIT(40), 0, 0x11},       /* a table above IPS */
               {0x32000003, 0x55555003 | LEAF | BIT(40), 0x11},
               {0x32000003, (0x55555003 | LEAF) & ~BIT(10), 0x12},
               {0x32000003, (0x55555003 | LEAF) & ~BIT(6), 0x13}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        fixture_stage1(&d);
        fixture_set(d.cd, 34, 32, 2); /* IPS 40 */
        fixture_put(&d, FIXTURE_TTB + 8, 0x31000003);
        fixture_put(&d, 0x31000010, row[i].level2);
        fixture_put(&d, 0x32000018, row[i].leaf);
        d.request.address = 0x40403abc;
        d.request.write = true;
        ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
        event_is(row[i].code, UINT64_C(2) << 40, 0x40403abc, 0);
        fixture_set(d.cd, 46, 45, 0); /* neither A nor R */
        ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_RAZ_WI);
        ck_assert(!d.out.recorded);
    }
}
END_TEST

START_TEST(aborts)
{
    fixture_stage1(&d);
    three_levels();
    d.aborts = 0x31000010;
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
    event_is(0x0b, BIT(35) | UINT64_C(1) << 40, 0x40403abc, 0x31000010);
    d.aborts = FIXTURE_CDS;
    fixture_ask(&d);
    event_is(0x09, 0, 0, FIXTURE_CDS);
    d.aborts = FIXTURE_STRTAB + FIXTURE_SID * 64;
    fixture_ask(&d);
    event_is(0x03, 0, 0, d.aborts);
}
END_TEST

START_TEST(rights_of_stage1)
{
    /* AP, UXN and PXN of the leaf; what user and privileged may: r 1, w 2, x 4. */
    static const struct {
        uint64_t bits;
        unsigned user, privileged;
    } row[] = {{0, 4, 7},       {BIT(6), 7, 3},  {BIT(7), 4, 5},           {BIT(7) | BIT(6), 5, 5},
               {BIT(54), 0, 7}, {BIT(53), 4, 3}, {BIT(6) | BIT(54), 3, 3}, {BIT(7) | BIT(53), 4, 1}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        for (unsigned way = 0; way < 6; way++) {
            fixture_stage1(&d);
            three_levels();
            fixture_set(d.ste, 63, 59, 1);
            d.put[2].word = 0x55555003 | BIT(10) | row[i].bits;
            d.request.has_pasid = true;
            d.request.privileged = way & 1;
            d.request.write = way / 2 == 1;
            d.request.execute = way / 2 == 2;
            unsigned may = (way & 1 ? row[i].privileged : row[i].user) >> way / 2 & 1;
            ck_assert_uint_eq(fixture_ask(&d)->result, may ? REFERENCE_FORWARD : REFERENCE_ABORT);
        }
}
END_TEST

/* Nested: the CD and each table are IPAs. Stage 2 maps 1 GB blocks: IPA n GB to PA (n + 4) GB. */
static void nested(void)
{
    fixture_stage2(&d, 7);
    /* CD at IPA 0x20000000, the tables at IPA 0x3....... : all in the first GB; the output in the second. */
    fixture_put(&d, FIXTURE_S2TTB, S2LEAF | 1);
    fixture_put(&d, FIXTURE_S2TTB + 8, UINT64_C(0x140000001) | S2LEAF);
    three_levels();
}

START_TEST(nested_walk)
{
    nested();
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x15555abc + UINT64_C(0x140000000));
    /* The final IPA is write-only: read faults at stage 2, IPA in the record. */
    d.put[1].word &= ~BIT(6);
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
    event_is(0x13, BIT(35) | BIT(39) | UINT64_C(2) << 40, 0x40403abc, 0x55555000);
}
END_TEST

START_TEST(nested_faults_of_tables)
{
    nested();
    d.put[0].word = 0; /* the CD cannot be reached */
    fixture_ask(&d);
    event_is(0x10, BIT(35) | BIT(39), 0x40403abc, FIXTURE_CDS);
    nested();
    fixture_set(d.cd, 115, 68, UINT64_C(0x80000000) >> 4); /* a GB that stage 2 does not map */
    fixture_ask(&d);
    event_is(0x10, BIT(35) | BIT(39) | UINT64_C(1) << 40, 0x40403abc, 0x80000000);
}
END_TEST

START_TEST(dirty_and_access_flag)
{
    fixture_stage1(&d);
    three_levels();
    fixture_set(d.cd, 43, 42, 3);
    d.put[2].word = 0x55555003 | BIT(6) | BIT(7) | BIT(51); /* writable-clean, old */
    d.request.write = true;
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_FORWARD);
    ck_assert_uint_eq(d.out.updates, 1);
    ck_assert_uint_eq(d.out.update[0].address, 0x32000018);
    ck_assert_uint_eq(d.out.update[0].after, 0x55555003 | BIT(6) | BIT(10) | BIT(51));
    ck_assert_uint_eq(d.out.update[0].may, 0);
    d.request.write = false;
    ck_assert_uint_eq(fixture_ask(&d)->update[0].after, d.put[2].word | BIT(10));
}
END_TEST

/* SMMU-HTTU: the change of a stage 1 descriptor needs the right to write it at stage 2. */
START_TEST(nested_update_needs_write)
{
    nested();
    fixture_set(d.cd, 43, 43, 1);
    d.put[0].word &= ~BIT(7);  /* tables are read only at stage 2 */
    d.put[4].word &= ~BIT(10); /* level 3's AF, of three_levels */
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
    event_is(0x13, BIT(35) | BIT(39) | UINT64_C(1) << 40, 0x40403abc, 0x32000000);
    ck_assert_uint_eq(d.out.mask[1] >> 44 & 1, 1);
}
END_TEST

START_TEST(completions)
{
    fixture_stage1(&d);
    three_levels();
    d.request.at = REFERENCE_REQUEST;
    d.request.address = 0x40403000;
    fixture_ask(&d);
    ck_assert(d.out.result == REFERENCE_GRANT && d.out.read && d.out.write && !d.out.execute);
    ck_assert(d.out.output == 0x55555000 && d.out.size[0] == 12 && d.out.size[1] == 64);
    d.put[2].word = 0; /* SMMU-ATSREQ-5 */
    fixture_ask(&d);
    ck_assert(d.out.result == REFERENCE_GRANT && !d.out.read && !d.out.write && !d.out.recorded);
    d.cd[0] = 0; /* row 4 */
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_CA);
    event_is(0x0a, 0, 0, 0);
    fixture_set(d.ste, 93, 92, 0); /* row 1 */
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_UR);
    event_is(0x05, BIT(31) | BIT(30), 0x40403000, 0);
    fixture_set(d.ste, 3, 1, 0); /* row 2 */
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_UR);
    ck_assert(!d.out.recorded);
}
END_TEST

START_TEST(translated_accesses)
{
    nested();
    fixture_set(d.ste, 93, 92, 2); /* split: stage 2 */
    d.request.at = REFERENCE_TRANSLATED;
    d.request.address = 0x40001230;
    ck_assert_uint_eq(fixture_ask(&d)->output, UINT64_C(0x140001230));
    d.request.address = BIT(48) | 0x230; /* above IAS: SMMU-ATSTRANSLATED */
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
    event_is(0x11, BIT(35) | BIT(41), BIT(48) | 0x230, 0);
    d.request.address = 0x40001230;
    fixture_set(d.ste, 93, 92, 1);
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x40001230);
    fixture_set(d.ste, 93, 92, 0);
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
    event_is(0x07, BIT(35), 0x40001230, 0);
    d.setup.atschk = false;
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_FORWARD);
}
END_TEST

/* SMMU-ATSTRANSLATED: INSTCFG makes the read of a split-stage translated access a fetch, PRIVCFG says whose. */
START_TEST(split_stage_overrides)
{
    for (unsigned privileged = 0; privileged < 2; privileged++)
        for (unsigned write = 0; write < 2; write++) {
            nested();
            d.setup.features.permissions_override = true;
            fixture_set(d.ste, 93, 92, 2);
            fixture_set(d.ste, 113, 112, 2 + privileged);
            fixture_set(d.ste, 115, 114, 3);
            for (unsigned i = 0; i < d.puts; i++) /* XN=01 of all blocks of stage 2: the unprivileged only */
                if (d.put[i].address >> 12 == FIXTURE_S2TTB >> 12)
                    d.put[i].word |= BIT(53);
            d.request.at = REFERENCE_TRANSLATED;
            d.request.address = 0x40001230;
            d.request.write = write;
            bool passes = write || !privileged;
            ck_assert_uint_eq(fixture_ask(&d)->result, passes ? REFERENCE_FORWARD : REFERENCE_ABORT);
            if (!passes)
                event_is(0x13, BIT(33) | BIT(34) | BIT(35) | BIT(39) | BIT(41), 0x40001230, 0x40001000);
        }
}
END_TEST

START_TEST(illegal_structures)
{
    /* Absolute bits of the STE or the CD, and a value that is not allowed. */
    static const struct {
        bool cd;
        unsigned high, low, value;
    } row[] = {{false, 0, 0, 0},      {false, 91, 91, 1},   {false, 63, 59, 21},  {false, 55, 55, 1},
               {false, 179, 179, 0},  {false, 180, 180, 1}, {false, 175, 174, 3}, {false, 165, 160, 15},
               {false, 165, 160, 49}, {false, 167, 166, 2}, {false, 185, 185, 1}, {false, 240, 240, 1},
               {true, 31, 31, 0},     {true, 15, 15, 1},    {true, 41, 41, 0},    {true, 5, 0, 15},
               {true, 5, 0, 49},      {true, 7, 6, 3},      {true, 44, 44, 1},    {true, 112, 112, 1}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        nested();
        fixture_set(row[i].cd ? d.cd : d.ste, row[i].high, row[i].low, row[i].value);
        ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
        event_is(row[i].cd ? 0x0a : 0x04, 0, 0, 0);
    }
}
END_TEST

/* SMMU-STE: STRW is IGNORED with stage 2 and without Hyp; else x1 is ILLEGAL. */
START_TEST(stream_world)
{
    for (unsigned strw = 1; strw <= 3; strw++) {
        nested();
        fixture_set(d.ste, 95, 94, strw);
        ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_FORWARD);
        for (unsigned hyp = 0; hyp < 2; hyp++) {
            fixture_stage1(&d);
            three_levels();
            d.setup.features.hyp = hyp;
            fixture_set(d.ste, 95, 94, strw);
            fixture_set(d.cd, 30, 30, 0); /* an upper half that is illegal, but not looked at in the EL2 world */
            fixture_set(d.cd, 21, 16, 3);
            fixture_ask(&d);
            ck_assert_uint_eq(d.out.result, hyp && strw == 2 ? REFERENCE_FORWARD : REFERENCE_ABORT);
            ck_assert_uint_eq(d.out.event[0] & 0xff, !hyp ? 0x0a : strw == 2 ? 0 : 0x04);
        }
    }
    nested(); /* S2VMID of 16 bits without VMID16 */
    d.setup.features.vmid16 = false;
    fixture_set(d.ste, 95, 94, 2);
    fixture_set(d.ste, 143, 136, 1);
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
    for (unsigned strw = 0; strw <= 2; strw += 2) {
        fixture_stage1(&d);
        three_levels();
        d.setup.features.vmid16 = false;
        fixture_set(d.ste, 95, 94, strw);
        fixture_set(d.ste, 143, 136, 1);
        ck_assert_uint_eq(fixture_ask(&d)->result, strw == 2 ? REFERENCE_FORWARD : REFERENCE_ABORT);
    }
}
END_TEST

/* SMMU-STRTAB: S1ContextPtr below the table's size counts as 0: the CD of SSID 0 is the one at the fixture. */
START_TEST(context_alignment)
{
    for (unsigned low = 1; low < 4; low++) {
        fixture_stage1(&d);
        three_levels();
        fixture_set(d.ste, 63, 59, 2);
        fixture_set(d.ste, 7, 6, low);
        d.request.has_pasid = true;
        ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_FORWARD);
        fixture_set(d.ste, 63, 59, 10); /* 16 descriptors, 128 bytes */
        fixture_set(d.ste, 5, 4, 1);
        fixture_set(d.ste, 55, 6, 0x50000000 >> 6 | (low & 1));
        d.puts = 0;
        three_levels();
        fixture_put(&d, 0x50000000, FIXTURE_CDS | 1);
        ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_FORWARD);
    }
}
END_TEST

/* SMMU-CD: ENDI is looked at only with a half that is enabled; a miss in one that is not is F_TRANSLATION. */
START_TEST(endianness)
{
    for (unsigned both = 0; both < 2; both++) {
        fixture_stage1(&d);
        three_levels();
        fixture_set(d.cd, 15, 15, 1);
        fixture_set(d.cd, 14, 14, both);
        ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
        ck_assert_uint_eq(d.out.event[0] & 0xff, both ? 0x10 : 0x0a);
    }
    fixture_stage1(&d);
    three_levels();
    fixture_set(d.ste, 95, 94, 2);
    fixture_set(d.cd, 15, 14, 3);
    fixture_ask(&d);
    ck_assert_uint_eq(d.out.event[0] & 0xff, 0x0a);
}
END_TEST

/* SMMU-FLOW */
START_TEST(substreams)
{
    static const struct {
        unsigned cdmax, s1dss;
        bool has_pasid;
        unsigned pasid, code;
    } row[] = {{0, 0, false, 0, 0}, {0, 0, true, 0, 8}, {1, 0, false, 0, 6}, {1, 0, true, 0, 0},
               {1, 0, true, 2, 8},  {1, 2, true, 0, 6}, {1, 2, false, 0, 0}, {1, 3, false, 0, 6}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        fixture_stage1(&d);
        three_levels();
        fixture_set(d.ste, 63, 59, row[i].cdmax);
        fixture_set(d.ste, 65, 64, row[i].s1dss);
        d.request.has_pasid = row[i].has_pasid;
        d.request.pasid = row[i].pasid;
        fixture_ask(&d);
        ck_assert_uint_eq(d.out.result, row[i].code ? REFERENCE_ABORT : REFERENCE_FORWARD);
        ck_assert_uint_eq(d.out.event[0] & 0xff, row[i].code);
        if (row[i].code == 6) /* SMMU-RECORD: bits 31:8 of F_STREAM_DISABLED are 0, whatever PASID there is */
            ck_assert(d.out.event[0] == (6 | (uint64_t)FIXTURE_SID << 32) && d.out.mask[0] == UINT64_MAX);
    }
    for (unsigned pasid = 0; pasid < 2; pasid++) { /* SMMU-STE: SSIDSIZE=0, S1CDMax and S1Fmt are IGNORED */
        fixture_stage1(&d);
        three_levels();
        d.setup.features.ssid_bits = 0;
        d.setup.features.cd2l = false;
        fixture_set(d.ste, 63, 59, 31);
        fixture_set(d.ste, 5, 4, 1);
        d.request.has_pasid = pasid;
        fixture_ask(&d);
        ck_assert_uint_eq(d.out.result, pasid ? REFERENCE_ABORT : REFERENCE_FORWARD);
        ck_assert_uint_eq(d.out.event[0] & 0xff, pasid ? 0x08 : 0);
    }
    fixture_stage1(&d);
    three_levels();
    fixture_set(d.ste, 63, 59, 1);
    /* S1DSS=01 without a PASID: the address goes through as it is. */
    fixture_set(d.ste, 65, 64, 1);
    d.request = (struct reference_request){.sid = FIXTURE_SID, .address = 0x1234};
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x1234);
}
END_TEST

/* SMMU-STE STRW: looked at with Config=101 and Hyp=1 only. */
START_TEST(strw_where_it_counts)
{
    static const struct {
        unsigned config, strw, code;
        bool hyp;
    } row[] = {{5, 1, 0x04, true}, {5, 3, 0x04, true}, {5, 1, 0, false},  {5, 2, 0, false},
               {7, 1, 0x10, true}, {7, 2, 0x10, true}, {6, 3, 0x10, true}};
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        fixture_stage2(&d, row[i].config);
        d.setup.features.hyp = row[i].hyp;
        three_levels();
        fixture_set(d.ste, 95, 94, row[i].strw);
        fixture_ask(&d);
        ck_assert_uint_eq(d.out.result, row[i].code ? REFERENCE_ABORT : REFERENCE_FORWARD);
        ck_assert_uint_eq(d.out.event[0] & 0xff, row[i].code);
    }
    /* Without Hyp STRW=10 is no EL2 world: EPD0 counts. */
    fixture_stage1(&d);
    three_levels();
    fixture_set(d.ste, 95, 94, 2);
    fixture_set(d.cd, 14, 14, 1);
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_FORWARD);
    d.setup.features.hyp = false;
    fixture_ask(&d);
    event_is(0x10, BIT(35) | UINT64_C(2) << 40, 0x40403abc, 0);
}
END_TEST

/* SMMU-STE: S1CDMax and S1Fmt are ignored with SSIDSIZE=0; without a PASID the CD is the one at S1ContextPtr. */
START_TEST(no_substreams)
{
    fixture_stage1(&d);
    three_levels();
    d.setup.features.ssid_bits = 0;
    d.setup.features.cd2l = false;
    fixture_set(d.ste, 63, 59, 25);
    fixture_set(d.ste, 5, 4, 1);
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x55555abc);
    d.setup.features.ssid_bits = 20;
    ck_assert_uint_eq(fixture_ask(&d)->event[0] & 0xff, 0x04);
}
END_TEST

/* SMMU-QUEUE: SIDSIZE 16 and LOG2SIZE 18: bits 23:0 of the base are taken as 0. */
START_TEST(stream_table_alignment)
{
    fixture_stage1(&d);
    three_levels();
    d.setup.strtab_log2 = 18;
    d.setup.strtab = FIXTURE_STRTAB | 0xc00000;
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x55555abc);
    /* two levels, SPLIT=6: the first level has 2^12 entries, 32 KB */
    d.setup.split = 6;
    d.setup.strtab = 0x70000000 | 0x4000;
    fixture_put(&d, 0x70000000, FIXTURE_STRTAB | 7);
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x55555abc);
}
END_TEST

/* SMMU-CD: ENDI counts if a half is on. */
START_TEST(endi)
{
    fixture_stage1(&d);
    fixture_set(d.cd, 15, 15, 1);
    ck_assert_uint_eq(fixture_ask(&d)->event[0] & 0xff, 0x0a);
    fixture_set(d.cd, 14, 14, 1);
    ck_assert_uint_eq(fixture_ask(&d)->event[0] & 0xff, 0x10);
    /* EL2 has one half, whatever EPD0 says */
    fixture_set(d.ste, 95, 94, 2);
    ck_assert_uint_eq(fixture_ask(&d)->event[0] & 0xff, 0x0a);
}
END_TEST

/* SMMU-ATSTRANSLATED-10: with EATS=10 the STE's INSTCFG makes a translated read a fetch; a write never. */
START_TEST(translated_overrides)
{
    fixture_stage2(&d, 7);
    d.setup.features.permissions_override = true;
    fixture_set(d.ste, 93, 92, 2);
    fixture_set(d.ste, 115, 114, 3);
    fixture_put(&d, FIXTURE_S2TTB + 8, 0x41000003);
    fixture_put(&d, 0x41000010, 0x42000003);
    fixture_put(&d, 0x42000018, 0x55555003 | S2LEAF | BIT(54)); /* no execution */
    d.request.at = REFERENCE_TRANSLATED;
    d.request.address = 0x40403abc;
    fixture_ask(&d);
    /* InD, RnW, S2, CLASS=IN; IPA */
    event_is(0x13, BIT(34) | BIT(35) | BIT(39) | UINT64_C(2) << 40, 0x40403abc, 0x40403000);
    d.request.write = true;
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x55555abc);
    /* XN=01: EL0 only; PRIVCFG makes it privileged */
    d.request.write = false;
    d.put[d.puts - 1].word = 0x55555003 | S2LEAF | BIT(53);
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x55555abc);
    fixture_set(d.ste, 113, 112, 3);
    fixture_ask(&d);
    event_is(0x13, BIT(33) | BIT(34) | BIT(35) | BIT(39) | UINT64_C(2) << 40, 0x40403abc, 0x40403000);
}
END_TEST

/* SMMU-STRTAB: S1ContextPtr is taken from the size of its table on. */
START_TEST(context_table_alignment)
{
    fixture_stage1(&d);
    three_levels();
    fixture_set(d.ste, 63, 59, 2); /* four CDs, 256 bytes */
    fixture_set(d.ste, 7, 6, 3);
    d.request.has_pasid = true;
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x55555abc);
    /* S1Fmt=1, S1CDMax=10: 16 descriptors, 128 bytes */
    fixture_set(d.ste, 63, 59, 10);
    fixture_set(d.ste, 5, 4, 1);
    fixture_set(d.ste, 55, 6, 0x50000040 >> 6);
    fixture_put(&d, 0x50000000, FIXTURE_CDS | 1);
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x55555abc);
}
END_TEST

/* SMMU-ATSTRANSLATED: with EATS=10 a translated address is an IPA: above IAS F_ADDR_SIZE of stage 1, in any case
 * recorded. */
START_TEST(translated_above_ias)
{
    fixture_stage2(&d, 7);
    fixture_set(d.ste, 93, 92, 2);
    fixture_set(d.ste, 186, 186, 0);
    d.request.at = REFERENCE_TRANSLATED;
    d.request.address = UINT64_C(1) << 48;
    ck_assert_uint_eq(fixture_ask(&d)->result, REFERENCE_ABORT);
    event_is(0x11, BIT(35) | UINT64_C(2) << 40, UINT64_C(1) << 48, 0);
}
END_TEST

/* SMMU-STE S2VMID: counts with stage 1 alone too; not in the EL2 world. */
START_TEST(vmid_of_stage1)
{
    fixture_stage1(&d);
    three_levels();
    d.setup.features.vmid16 = false;
    fixture_set(d.ste, 143, 136, 1);
    ck_assert_uint_eq(fixture_ask(&d)->event[0] & 0xff, 0x04);
    fixture_set(d.ste, 95, 94, 2);
    ck_assert_uint_eq(fixture_ask(&d)->output, 0x55555abc);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("judge");
    TCase *one = tcase_create("one");
    tcase_add_test(one, three_levels_4k);
    tcase_add_test(one, block_2m);
    tcase_add_test(one, two_levels_64k);
    tcase_add_test(one, upper_half_16k);
    tcase_add_test(one, stage1_faults);
    tcase_add_test(one, aborts);
    tcase_add_test(one, rights_of_stage1);
    tcase_add_test(one, nested_walk);
    tcase_add_test(one, nested_faults_of_tables);
    tcase_add_test(one, dirty_and_access_flag);
    tcase_add_test(one, nested_update_needs_write);
    tcase_add_test(one, completions);
    tcase_add_test(one, translated_accesses);
    tcase_add_test(one, split_stage_overrides);
    tcase_add_test(one, illegal_structures);
    tcase_add_test(one, stream_world);
    tcase_add_test(one, context_alignment);
    tcase_add_test(one, endianness);
    tcase_add_test(one, substreams);
    tcase_add_test(one, strw_where_it_counts);
    tcase_add_test(one, no_substreams);
    tcase_add_test(one, stream_table_alignment);
    tcase_add_test(one, endi);
    tcase_add_test(one, translated_overrides);
    tcase_add_test(one, vmid_of_stage1);
    tcase_add_test(one, context_table_alignment);
    tcase_add_test(one, translated_above_ias);
    suite_add_tcase(suite, one);
    return suite;
}
