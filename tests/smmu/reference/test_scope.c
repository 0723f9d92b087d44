/* SPDX-License-Identifier: Apache-2.0
 *
 * The plain model of scopes, against the rows of the rule book: what a command takes and what may stay.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/reference/scope.h"

static const struct scope_machine machine = {
    .features = {.s1p = true, .s2p = true, .hyp = true, .asid16 = true, .vmid16 = true}, .ril = true, .split = 6};

/* A page of 4 KB at 0x40403000, ASID 7, VMID 9. */
static const struct scope_entry page = {.kind = SCOPE_LEAF1,
                                        .vmid = 9,
                                        .asid = 7,
                                        .level = 3,
                                        .granule = 12,
                                        .first = 0x40403000,
                                        .last = 0x40403fff,
                                        .named = 0x40403000,
                                        .named_last = 0x40403fff};

static bool takes(const struct scope_entry *e, uint64_t dw0, uint64_t dw1)
{
    const uint64_t dw[2] = {dw0, dw1};
    return scope_takes(&machine, dw, e);
}

#define VMID(n) ((uint64_t)(n) << 32)
#define ASID(n) ((uint64_t)(n) << 48)

START_TEST(by_tags)
{
    ck_assert(takes(&page, 0x10 | VMID(9), 0));
    ck_assert(!takes(&page, 0x10 | VMID(8), 0));
    ck_assert(takes(&page, 0x11 | VMID(9) | ASID(7), 0));
    ck_assert(!takes(&page, 0x11 | VMID(9) | ASID(6), 0));
    ck_assert(takes(&page, 0x12 | VMID(9) | ASID(7), 0x40403000));
    ck_assert(!takes(&page, 0x12 | VMID(9) | ASID(6), 0x40403000));
    ck_assert(!takes(&page, 0x12 | VMID(9) | ASID(7), 0x40404000));
    ck_assert(takes(&page, 0x13 | VMID(9), 0x40403000));
    ck_assert(takes(&page, 0x28 | VMID(9), 0) && takes(&page, 0x30, 0));
    ck_assert(!takes(&page, 0x2a | VMID(9), 0x40403000) && !takes(&page, 0x20, 0) && !takes(&page, 0x22, 0x40403000));
}
END_TEST

START_TEST(global_pages)
{
    struct scope_entry e = page;
    e.global = true;
    ck_assert(!takes(&e, 0x11 | VMID(9) | ASID(7), 0));
    ck_assert(takes(&e, 0x12 | VMID(9) | ASID(6), 0x40403000));
}
END_TEST

/* Row 1: a 2 MB block of stage 1 that is kept as 4 KB of stage 2 goes by any address of the block. */
START_TEST(pieces)
{
    struct scope_entry e = page;
    e.level = 2;
    e.named = 0x40400000;
    e.named_last = 0x405fffff;
    ck_assert(takes(&e, 0x12 | VMID(9) | ASID(7), 0x405ff001));
    ck_assert(takes(&e, 0x13 | VMID(9), 0x40400000));
    ck_assert(!takes(&e, 0x13 | VMID(9), 0x40600000));
}
END_TEST

/* NUM=1, SCALE=1: four pages; TG=4K. */
START_TEST(ranges)
{
    const uint64_t range = 0x13 | VMID(9) | 1 << 12 | 1 << 20;
    ck_assert(takes(&page, range, 0x40400400) && takes(&page, range, 0x40403400));
    ck_assert(!takes(&page, range, 0x403ff400) && !takes(&page, range, 0x40404400));
    ck_assert(takes(&page, range, 0x40400700) && !takes(&page, range, 0x40400600)); /* TTL 3; TTL 2 */
    ck_assert(!takes(&page, range, 0x40400800));                                    /* TG=16K */
    const uint64_t ill[2] = {0x13 | VMID(9), 0x40400400};
    ck_assert(scope_ill(&machine, ill));
}
END_TEST

/* Row 4: TG=16K, TTL=1 acts as TTL=0. */
START_TEST(reserved_hint)
{
    struct scope_entry e = page;
    e.granule = 14;
    e.named = 0x40400000;
    e.named_last = 0x40403fff;
    ck_assert(takes(&e, 0x13 | VMID(9) | 1 << 12, 0x40400900));
    const uint64_t ill[2] = {0x13 | VMID(9), 0x40400900}, legal[2] = {0x13 | VMID(9), 0x40000a00};
    ck_assert(scope_ill(&machine, ill) && !scope_ill(&machine, legal));
}
END_TEST

START_TEST(tables)
{
    struct scope_entry e = page;
    e.kind = SCOPE_TABLE1;
    e.level = 2;
    e.named = 0x40400000;
    e.named_last = 0x405fffff;
    ck_assert(takes(&e, 0x12 | VMID(9) | ASID(7), 0x40403000));
    ck_assert(!takes(&e, 0x12 | VMID(9) | ASID(7), 0x40403001)); /* Leaf */
    ck_assert(takes(&e, 0x12 | VMID(9) | ASID(7), 0x40403700));  /* above the level of the hint */
}
END_TEST

START_TEST(structures)
{
    const struct scope_entry ste = {.kind = SCOPE_STE, .sid = 0x47}, l1std = {.kind = SCOPE_L1STD, .sid = 0x47},
                             cd = {.kind = SCOPE_CD, .sid = 0x47, .ssid = 0x41},
                             l1cd = {.kind = SCOPE_L1CD, .sid = 0x47, .ssid = 0x40, .granule = 6};
    ck_assert(takes(&ste, 0x03 | VMID(0x47), 1) && !takes(&ste, 0x03 | VMID(0x46), 1));
    ck_assert(takes(&cd, 0x03 | VMID(0x47), 1) && takes(&l1cd, 0x03 | VMID(0x47), 1));
    ck_assert(takes(&l1std, 0x03 | VMID(0x47), 0) && !takes(&l1std, 0x03 | VMID(0x47), 1));
    ck_assert(takes(&ste, 0x04 | VMID(0x40), 2) && !takes(&ste, 0x04 | VMID(0x40), 1)); /* eight; four */
    ck_assert(takes(&l1std, 0x04, 31) && takes(&cd, 0x04, 31));
    ck_assert(takes(&cd, 0x05 | VMID(0x47) | 0x41 << 12, 1) && !takes(&cd, 0x05 | VMID(0x47) | 0x40 << 12, 1));
    ck_assert(takes(&l1cd, 0x05 | VMID(0x47) | 0x7f << 12, 0) && !takes(&l1cd, 0x05 | VMID(0x47) | 0x7f << 12, 1));
    ck_assert(takes(&cd, 0x06 | VMID(0x47), 0) && takes(&l1cd, 0x06 | VMID(0x47), 0));
    ck_assert(!takes(&ste, 0x06 | VMID(0x47), 0));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("scope");
    TCase *one = tcase_create("one");
    tcase_add_test(one, by_tags);
    tcase_add_test(one, global_pages);
    tcase_add_test(one, pieces);
    tcase_add_test(one, ranges);
    tcase_add_test(one, reserved_hint);
    tcase_add_test(one, tables);
    tcase_add_test(one, structures);
    suite_add_tcase(suite, one);
    return suite;
}
