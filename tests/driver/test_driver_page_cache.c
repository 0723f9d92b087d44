/* SPDX-License-Identifier: Apache-2.0
 *
 * Regions of files: one frame for a page, whoever maps it, that belongs to the file; clean until it is written, by each
 * space for itself (UNBIND-HAZARD-1, docs/timing/driver.md). Opcodes are literals.
 */
#include "tests/driver/driver_memory.h"
#include "tests/harness/suite.h"

enum { NH_VA = 0x12, ATC_INV = 0x40, SYNC = 0x46, RIGHT = 0 };
enum { READ_WRITE = 1, READ_ONLY = 3 };

/* Space 0 maps file 5 at 0x4000; space 1 the same at 0x40000, and file 6 at 0x80000. */
static void files(struct prisim_driver_config *config)
{
    config->spaces = 2;
    config->space[0].region[0].populated = 0;
    config->space[0].region[0].backing = PRISIM_DRIVER_BACKING_FILE;
    config->space[0].region[0].file = 5;
    config->space[1] = (struct prisim_driver_space){
        .regions = 2,
        .region = {
            {.at = 0x40000, .size = 0x4000, .perm = 3, .backing = PRISIM_DRIVER_BACKING_FILE, .file = 5},
            {.at = 0x80000, .size = 0x4000, .perm = 3, .backing = PRISIM_DRIVER_BACKING_FILE, .file = 6},
        }};
}

static void populated(struct prisim_driver_config *config)
{
    files(config);
    config->space[0].region[0].populated = 1;
}

static void torn_down(struct prisim_driver_config *config)
{
    files(config);
    config->teardown = PRISIM_DRIVER_TEARDOWN_LAST_UNBIND;
}

/* Space 1 is PASID 3 of function 0. */
static struct driver_harness *open_both(void (*change)(struct prisim_driver_config *config))
{
    struct driver_harness *h = open_up(4, change);
    driver_harness_bind(h, 0, 3, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    driver_harness_run(h, 200);
    return h;
}

static uint64_t page_of(const struct driver_harness *h, uint32_t pasid, uint64_t address)
{
    const uint64_t root = driver_harness_load(h, driver_harness_cd(h, STREAM, pasid) + 8) & PRISIM_CD1_TTB0;
    return driver_harness_walk(h, root, address);
}

static unsigned ap(uint64_t descriptor)
{
    return descriptor >> 6 & 3;
}

static const struct prisim_event_driver_page *last_page(const struct driver_harness *h)
{
    return &nth(h, PRISIM_EVENT_DRIVER_PAGE, harness_events(h->base, PRISIM_EVENT_DRIVER_PAGE) - 1)->driver_page;
}

/* The page of the file, wherever it is mapped; another file has others. Who owns it is told, and who maps what. */
START_TEST(one_frame_for_all)
{
    struct driver_harness *h = open_both(files);
    const unsigned given = harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FILE_MAPPED), 3);
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_event_driver_file_mapped *m =
            &nth(h, PRISIM_EVENT_DRIVER_FILE_MAPPED, i)->driver_file_mapped;
        ck_assert_uint_eq(m->space, i == 0 ? 1 : 2);
        ck_assert_uint_eq(m->file, i == 2 ? 6 : 5);
    }
    request(h, STREAM, 1, 0x5000, R | L);
    request(h, STREAM, 3, 0x41000, R | L);
    request(h, STREAM, 3, 0x81000, R | L);
    request(h, STREAM, 3, 0x42000, R | L);
    const uint64_t frame = page_of(h, 1, 0x5000) & PRISIM_DESC_ADDRESS;
    ck_assert_uint_eq(page_of(h, 3, 0x41000) & PRISIM_DESC_ADDRESS, frame);
    ck_assert_uint_ne(page_of(h, 3, 0x81000) & PRISIM_DESC_ADDRESS, frame);
    ck_assert_uint_ne(page_of(h, 3, 0x42000) & PRISIM_DESC_ADDRESS, frame);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PAGE_CACHED), 3);
    const struct prisim_event_driver_page_cached *c = &nth(h, PRISIM_EVENT_DRIVER_PAGE_CACHED, 0)->driver_page_cached;
    ck_assert_uint_eq(c->address, frame);
    ck_assert_uint_eq(c->file, 5);
    ck_assert_uint_eq(c->offset, 0x1000);
    for (unsigned i = given; i < harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN); i++)
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_FRAME_GIVEN, i)->driver_frame_given.table, 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-HAZARD-1: read-only and clean until it is written; then writable in place, TLBI and SYNC, and S3 is behind
 * these. The other space's is as it was. */
START_TEST(dirtied_when_written)
{
    struct driver_harness *h = open_both(files);
    request(h, STREAM, 1, 0x4000, R | L);
    request(h, STREAM, 3, 0x40000, R | L);
    const uint64_t clean = page_of(h, 1, 0x4000);
    ck_assert_uint_eq(ap(clean), READ_ONLY);
    ck_assert_uint_eq(last_page(h)->writable, 0);
    const unsigned before = h->commands, issued = h->issues;
    request(h, STREAM, 1, 0x4000, R | W | L);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)last_page(h)->cause), "dirtied");
    ck_assert_uint_eq(last_page(h)->writable, 1);
    ck_assert_uint_eq(h->command[before][0] & 0xff, NH_VA);
    ck_assert_uint_eq(h->command[before][1] & ~UINT64_C(0xfff), 0x4000);
    ck_assert_uint_eq(h->command[before + 1][0] & 0xff, SYNC);
    ck_assert_uint_eq(h->command[before + 2][0] & 0xff, PRISIM_CMDQ_OP_PRI_RESP);
    ck_assert_uint_eq(driver_harness_commands(h, ATC_INV), 0);
    ck_assert_uint_gt(at(h, PRISIM_EVENT_DRIVER_PAGE, 2), h->issue[issued + 1].consumed_at);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, 2)->driver_respond.code, PRISIM_PRG_SUCCESS);
    ck_assert_uint_eq(page_of(h, 1, 0x4000) & PRISIM_DESC_ADDRESS, clean & PRISIM_DESC_ADDRESS);
    ck_assert_uint_eq(ap(page_of(h, 1, 0x4000)), READ_WRITE);
    ck_assert_uint_eq(ap(page_of(h, 3, 0x40000)), READ_ONLY);
    request(h, STREAM, 1, 0x4000, R | W | L); /* once */
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)last_page(h)->cause), "resident");
    ck_assert_uint_eq(driver_harness_commands(h, NH_VA), 1);
    driver_harness_close(h);
}
END_TEST

/* A first access that writes needs nothing more, though another space has the page clean. */
START_TEST(written_at_once)
{
    struct driver_harness *h = open_both(files);
    request(h, STREAM, 3, 0x40000, R | L);
    request(h, STREAM, 1, 0x4000, R | W | L);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)last_page(h)->cause), "mapped");
    ck_assert_uint_eq(last_page(h)->writable, 1);
    ck_assert_uint_eq(ap(page_of(h, 1, 0x4000)), READ_WRITE);
    request(h, STREAM, 1, 0x4000, R | W | L);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)last_page(h)->cause), "resident");
    ck_assert_uint_eq(driver_harness_commands(h, NH_VA), 0);
    driver_harness_close(h);
}
END_TEST

/* A page that is taken back is mapped no more; it is the file's still, and clean for whoever maps it again. */
START_TEST(taken_back_and_mapped_again)
{
    struct driver_harness *h = open_both(files);
    request(h, STREAM, 1, 0x4000, R | W | L);
    const uint64_t frame = frame_of_page(h, 0x4000);
    taken_back(h, 0x4000, 4, RIGHT);
    ck_assert_uint_eq(frame_of_page(h, 0x4000), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 0);
    request(h, STREAM, 1, 0x4000, R | L);
    ck_assert_uint_eq(frame_of_page(h, 0x4000), frame);
    ck_assert_uint_eq(ap(page_of(h, 1, 0x4000)), READ_ONLY);
    request(h, STREAM, 1, 0x4000, R | W | L);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)last_page(h)->cause), "dirtied");
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PAGE_CACHED), 1);
    driver_harness_close(h);
}
END_TEST

/* The space's tables go back, and its pages of the file do not. */
START_TEST(it_outlives_the_space)
{
    struct driver_harness *h = open_both(torn_down);
    request(h, STREAM, 1, 0x4000, R | W | L);
    const uint64_t frame = frame_of_page(h, 0x4000);
    for (uint32_t i = 0; i < 2; i++)
        driver_harness_unbind(h, i, 1 + i, PRISIM_DRIVER_UNBIND_NONE, 4 + i);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_SPACE_ENDED, 1);
    driver_harness_run(h, 200);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 4); /* the tables */
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_ne(nth(h, PRISIM_EVENT_DRIVER_FRAME_TAKEN, i)->driver_frame_taken.address, frame);
    driver_harness_bind(h, 0, 1, 0, 6);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 4);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FILE_MAPPED), 4);
    request(h, STREAM, 1, 0x4000, R | L);
    ck_assert_uint_eq(frame_of_page(h, 0x4000), frame);
    ck_assert_uint_eq(ap(page_of(h, 1, 0x4000)), READ_ONLY);
    request(h, STREAM, 1, 0x4000, R | W | L);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)last_page(h)->cause), "dirtied");
    driver_harness_close(h);
}
END_TEST

/* From the first bind on, clean. */
START_TEST(populated_clean)
{
    struct driver_harness *h = open_both(populated);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PAGE_CACHED), 4);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(ap(page_of(h, 1, 0x4000 + 0x1000 * i)), READ_ONLY);
    request(h, STREAM, 3, 0x43000, R | L);
    ck_assert_uint_eq(page_of(h, 3, 0x43000) & PRISIM_DESC_ADDRESS, frame_of_page(h, 0x7000));
    driver_harness_close(h);
}
END_TEST

/* A page that another space has brought in comes from nowhere. */
START_TEST(a_major_fault_brings_it_in)
{
    struct driver_harness *h = open_both(files);
    h->config.major_faults = 1;
    h->config.major_fault_wait = 5000;
    request(h, STREAM, 1, 0x4000, R | L);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_MAJOR_FAULT), 1);
    request(h, STREAM, 3, 0x40000, R | L);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_MAJOR_FAULT), 1);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_page_cache");
    TCase *tcase = tcase_create("driver_page_cache");
    tcase_add_test(tcase, one_frame_for_all);
    tcase_add_test(tcase, dirtied_when_written);
    tcase_add_test(tcase, written_at_once);
    tcase_add_test(tcase, taken_back_and_mapped_again);
    tcase_add_test(tcase, it_outlives_the_space);
    tcase_add_test(tcase, populated_clean);
    tcase_add_test(tcase, a_major_fault_brings_it_in);
    suite_add_tcase(suite, tcase);
    return suite;
}
