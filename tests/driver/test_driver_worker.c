/* SPDX-License-Identifier: Apache-2.0
 *
 * Workers: what a group is answered and with whose name (SMMU-PRIRESP, PCIE-GROUP), what a page is for its request, and
 * how long each takes; translation tables at their edges.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, W = PRISIM_ACCESS_WRITE, L = PRISIM_ACCESS_LAST };

static struct driver_harness *open_bound(uint32_t perm, uint64_t at, uint64_t size)
{
    struct driver_harness *h = driver_harness_open();
    h->config.fault_service = 700;
    h->config.space[0].region[0] = (struct prisim_driver_region){at, size, perm, 0, 0, 0};
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    return h;
}

/* The n-th answer, when its command is consumed. */
static const struct prisim_event_driver_respond *answered(struct driver_harness *h, unsigned n)
{
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, n + 1);
    driver_harness_run(h, 50);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_PRI_RESP), n + 1);
    return &event->driver_respond;
}

static uint64_t cause_of(const struct driver_harness *h, unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, n);
    ck_assert_ptr_nonnull(event);
    return event->driver_page.cause;
}

/* Whichever member it is. */
START_TEST(one_bad_page_makes_the_group_invalid)
{
    struct driver_harness *h = open_bound(3, 0x4000, 0x10000);
    for (int i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 1, 5, i == _i ? 0x99000 : 0x4000 + 0x1000u * (unsigned)i,
                               (uint8_t)(R | (i == 2 ? L : 0)));
    const struct prisim_event_driver_respond *respond = answered(h, 0);
    ck_assert_uint_eq(respond->code, _i < 3 ? PRISIM_PRG_INVALID : PRISIM_PRG_SUCCESS);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PAGE), 3); /* the others are served all the same */
    /* Resp, dw1[13:12]: 1 Invalid, 2 Success */
    ck_assert_uint_eq(driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, 0)[1],
                      5 | (_i < 3 ? UINT64_C(0x1000) : UINT64_C(0x2000)));
    driver_harness_close(h);
}
END_TEST

START_TEST(a_page_that_is_there_is_success)
{
    struct driver_harness *h = open_bound(3, 0x4000, 0x10000);
    for (uint16_t i = 0; i < 2; i++) {
        driver_harness_request(h, STREAM, 1, i, 0x5000, R | L);
        ck_assert_uint_eq(answered(h, i)->code, PRISIM_PRG_SUCCESS);
        ck_assert_uint_eq(cause_of(h, i), i ? PRISIM_CAUSE_RESIDENT : PRISIM_CAUSE_MAPPED);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, i)->driver_page.writable, i ? 0 : 1);
        ck_assert_uint_eq(driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, i)[1], i | 0x2000u);
    }
    driver_harness_close(h);
}
END_TEST

/* SMMU-PRIRESP: StreamID, PASID and index as wide as they are; and the event is of the group's Last. */
START_TEST(an_answer_has_the_name_of_its_group)
{
    static const uint16_t index[] = {0, 0xff, 0x100, 0x155, 0x1ff};
    struct driver_harness *h = open_bound(3, 0x4000, 0x10000);
    for (unsigned i = 0; i < 5; i++) {
        uint32_t pasid = i ? UINT32_C(0xfffff) >> (i - 1) : 1;
        driver_harness_request(h, i & 1 ? STREAM_2 : STREAM, pasid, index[i], 0x5000, R);
        driver_harness_request(h, i & 1 ? STREAM_2 : STREAM, pasid, index[i], 0x6000, R | L);
        const struct prisim_event_driver_respond *respond = answered(h, i);
        const uint64_t *command = driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, i);
        ck_assert_uint_eq(command[0], UINT64_C(0x41) | 1 << 11 | (uint64_t)pasid << 12 |
                                          (i & 1 ? UINT64_C(0x108) : UINT64_C(0x100)) << 32);
        ck_assert_uint_eq(command[1], index[i] | (i ? UINT64_C(0x1000) : UINT64_C(0x2000)));
        ck_assert_uint_eq(respond->stream_id, i & 1 ? STREAM_2 : STREAM);
        ck_assert_uint_eq(respond->pasid, pasid);
        ck_assert_uint_eq(respond->prgi, index[i]);
        ck_assert_uint_eq(respond->item, 2 * i + 1);
    }
    driver_harness_close(h);
}
END_TEST

/* fault_service from S2 to S3, for each member; the tables are there. */
START_TEST(each_member_has_its_fault_service)
{
    struct driver_harness *h = open_bound(3, 0x4000, 0x10000);
    driver_harness_request(h, STREAM, 1, 1, 0x4000, R | L);
    answered(h, 0);
    for (unsigned i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 1, 2, 0x5000 + 0x1000u * i, (uint8_t)(R | (i == 2 ? L : 0)));
    answered(h, 1);
    for (unsigned i = 1; i < 4; i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, i)->cycle,
                          harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, i)->cycle + 700);
    driver_harness_close(h);
}
END_TEST

/* Of the region, whatever was asked; what is not permitted is Invalid and maps nothing. */
START_TEST(a_page_is_as_its_region)
{
    const struct {
        uint32_t perm;
        uint8_t access;
        enum prisim_cause cause;
        bool writable;
        uint64_t ap; /* SMMU-DESCRIPTOR: 1 read-write, 3 read-only */
    } rows[] = {{3, R, PRISIM_CAUSE_MAPPED, true, 1},
                {3, W, PRISIM_CAUSE_MAPPED, true, 1},
                {1, R, PRISIM_CAUSE_MAPPED, false, 3},
                {1, W, PRISIM_CAUSE_NO_PERMISSION, false, 0},
                {1, R | W, PRISIM_CAUSE_NO_PERMISSION, false, 0},
                {2, W, PRISIM_CAUSE_MAPPED, true, 1},
                {2, R, PRISIM_CAUSE_NO_PERMISSION, false, 0},
                {2, R | W, PRISIM_CAUSE_NO_PERMISSION, false, 0}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct driver_harness *h = open_bound(rows[i].perm, 0x4000, 0x10000);
        uint64_t root = driver_harness_load(h, driver_harness_cd(h, STREAM, 1) + 8) & PRISIM_CD1_TTB0;
        driver_harness_request(h, STREAM, 1, 1, 0x5000, rows[i].access | L);
        ck_assert_uint_eq(answered(h, 0)->code,
                          rows[i].cause == PRISIM_CAUSE_MAPPED ? PRISIM_PRG_SUCCESS : PRISIM_PRG_INVALID);
        ck_assert_uint_eq(cause_of(h, 0), rows[i].cause);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, 0)->driver_page.writable, rows[i].writable);
        ck_assert_uint_eq(driver_harness_walk(h, root, 0x5000) >> 6 & 3, rows[i].ap);
        driver_harness_close(h);
    }
}
END_TEST

/* The first page and the last one, and those beside them. */
START_TEST(a_region_ends_where_it_ends)
{
    struct driver_harness *h = open_bound(3, 0x4000, 0x3000);
    const uint64_t address[] = {0x3000, 0x4000, 0x6000, 0x7000};
    for (unsigned i = 0; i < 4; i++) {
        driver_harness_request(h, STREAM, 1, (uint16_t)i, address[i], R | L);
        answered(h, i);
        ck_assert_uint_eq(cause_of(h, i), i == 1 || i == 2 ? PRISIM_CAUSE_MAPPED : PRISIM_CAUSE_NO_REGION);
    }
    driver_harness_close(h);
}
END_TEST

/* Every page of a last-level table is kept in mind apart from the others: mapped once, in a frame of its own. */
START_TEST(pages_of_one_table)
{
    static const unsigned page[] = {0, 63, 64, 65, 127, 128, 447, 448, 511};
    enum { PAGES = sizeof page / sizeof page[0] };
    struct driver_harness *h = open_bound(3, 0, 0x200000);
    uint64_t frame[PAGES];
    for (unsigned i = 0; i < 2 * PAGES; i++) {
        driver_harness_request(h, STREAM, 1, (uint16_t)i, 0x1000u * page[i % PAGES], R | L);
        answered(h, i);
        ck_assert_uint_eq(cause_of(h, i), i < PAGES ? PRISIM_CAUSE_MAPPED : PRISIM_CAUSE_RESIDENT);
    }
    uint64_t root = driver_harness_load(h, driver_harness_cd(h, STREAM, 1) + 8) & PRISIM_CD1_TTB0;
    for (unsigned i = 0; i < PAGES; i++) {
        frame[i] = driver_harness_walk(h, root, 0x1000u * page[i]) & PRISIM_DESC_ADDRESS;
        ck_assert_uint_ne(frame[i], 0);
        for (unsigned j = 0; j < i; j++)
            ck_assert_uint_ne(frame[i], frame[j]);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 4 + PAGES);
    driver_harness_close(h);
}
END_TEST

/* SMMU-DESCRIPTOR: a table is valid and a table; a page has AP, SH=3, AF, nG; at the highest address, and of the region
 * that holds the address. Each space has its own tables. */
START_TEST(descriptors_word_by_word)
{
    struct driver_harness *h = driver_harness_open();
    h->config.fault_service = 100;
    for (unsigned i = 0; i < 2; i++)
        h->config.space[i] = (struct prisim_driver_space){.regions = 3,
                                                          .region = {{0x4000, 0x1000, 1, 0, 0, 0},
                                                                     {0x5000, 0x1000, 3, 0, 0, 0},
                                                                     {0xfffffffff000, 0x1000, 2, 0, 0, 0}}};
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 0, 2, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    static const uint64_t address[] = {0x4000, 0x5000, 0xfffffffff000};
    uint64_t frames[6], roots[2];
    for (unsigned i = 0; i < 6; i++) {
        driver_harness_request(h, STREAM, 1 + i / 3, (uint16_t)i, address[i % 3], (uint8_t)((i % 3 == 2 ? W : R) | L));
        ck_assert_uint_eq(answered(h, i)->code, PRISIM_PRG_SUCCESS);
        roots[i / 3] = driver_harness_load(h, driver_harness_cd(h, STREAM, 1 + i / 3) + 8);
        uint64_t page = driver_harness_walk(h, roots[i / 3], address[i % 3]);
        frames[i] = page & UINT64_C(0x0000fffffffff000);
        ck_assert_uint_eq(page ^ frames[i], i % 3 == 0 ? 0xfc3 : 0xf43);
        for (unsigned j = 0; j < i; j++)
            ck_assert_uint_ne(frames[i], frames[j]);
        uint64_t table = driver_harness_load(h, roots[i / 3] + 8 * (address[i % 3] >> 39));
        ck_assert_uint_eq(table & 0xfff, 3);
        ck_assert_uint_eq(table >> 48, 0);
    }
    ck_assert_uint_ne(roots[0], roots[1]);
    driver_harness_close(h);
}
END_TEST

/* As many tables as the regions can have: sixteen regions that share none but the root. */
START_TEST(regions_far_apart)
{
    struct driver_harness *h = driver_harness_open();
    h->config.fault_service = 1;
    h->config.space[0].regions = 16;
    for (unsigned i = 0; i < 16; i++)
        h->config.space[0].region[i] = (struct prisim_driver_region){(uint64_t)i << 39, 0x1000, 3, 0, 0, 0};
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    for (uint16_t i = 0; i < 32; i++) {
        driver_harness_request(h, STREAM, 1, i, (uint64_t)(i % 16) << 39, R | L);
        answered(h, i);
        ck_assert_uint_eq(cause_of(h, i), i < 16 ? PRISIM_CAUSE_MAPPED : PRISIM_CAUSE_RESIDENT);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 1 + 16 * 4);
    driver_harness_close(h);
}
END_TEST

/* Two workers at one page at once: it is mapped once, and both are answered. */
START_TEST(two_workers_at_one_page)
{
    struct driver_harness *h = open_bound(3, 0x4000, 0x10000);
    for (uint16_t i = 0; i < 2; i++)
        driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE, 0);
    for (uint16_t i = 0; i < 2; i++)
        driver_harness_request(h, STREAM, 1, i, 0x5000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 2);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_PAGE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    ck_assert_uint_eq(cause_of(h, 0), PRISIM_CAUSE_MAPPED);
    ck_assert_uint_eq(cause_of(h, 1), PRISIM_CAUSE_RESIDENT);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, i)->driver_respond.code,
                          PRISIM_PRG_SUCCESS);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 5); /* four tables, one page */
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_worker");
    TCase *tcase = tcase_create("driver_worker");
    tcase_add_loop_test(tcase, one_bad_page_makes_the_group_invalid, 0, 4);
    tcase_add_test(tcase, a_page_that_is_there_is_success);
    tcase_add_test(tcase, an_answer_has_the_name_of_its_group);
    tcase_add_test(tcase, each_member_has_its_fault_service);
    tcase_add_test(tcase, a_page_is_as_its_region);
    tcase_add_test(tcase, a_region_ends_where_it_ends);
    tcase_add_test(tcase, pages_of_one_table);
    tcase_add_test(tcase, descriptors_word_by_word);
    tcase_add_test(tcase, regions_far_apart);
    tcase_add_test(tcase, two_workers_at_one_page);
    suite_add_tcase(suite, tcase);
    return suite;
}
