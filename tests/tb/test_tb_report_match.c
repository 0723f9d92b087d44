/* SPDX-License-Identifier: Apache-2.0
 *
 * Which events of a stream a filter selects, where fields alone do not say it; and what it says if there are none.
 */
#include "by_hand_stream.h"

#include "tb/report/report_match.h"
#include "tests/harness/suite.h"

static struct report_filter filter;
static struct report_match *match;
static char message[REPORT_FILTER_MESSAGE_MAX];
static unsigned selected; /* bits by event: the first is bit 0 */
static unsigned shown;

static void look(void *context, const struct prisim_event *event)
{
    (void)context;
    selected |= (unsigned)report_match_event(match, event) << shown++;
}

static void set_up(void)
{
    by_hand_open();
    stream = (struct stream){0};
    memset(&filter, 0, sizeof filter);
    selected = shown = 0;
    match = NULL;
}

static void tear_down(void)
{
    report_match_close(match);
    by_hand_close();
}

static void begin(const char *only)
{
    ck_assert_msg(!only || report_filter_add(&filter, only, message), "%s", message);
    match = report_match_open(&filter, &scenario, message);
    ck_assert_msg(match != NULL, "%s", message);
    const struct event_types types = report_match_types(match);
    stream_add_for(&stream, &types, look, NULL);
}

static void ck_nothing(const char *said)
{
    char text[REPORT_NOTHING_MAX];
    report_match_nothing(match, text);
    ck_assert_str_eq(text, said);
}

/* Two workers: the pages come in the other order than the look-ups. */
START_TEST(a_page_is_its_items)
{
    struct trip a = {.n = 1, .prgi = 5, .address = 0x4000, .access = R, .instance = NIC};
    struct trip b = {.n = 2, .prgi = 6, .address = 0x5000, .access = R, .instance = GPU};
    begin("group=6");
    trip_resolved(&a, SPACE_A, 1, PRISIM_CAUSE_BOUND);
    trip_resolved(&b, SPACE_B, 2, PRISIM_CAUSE_BOUND);
    trip_paged(&b, SPACE_B, PRISIM_CAUSE_MAPPED);
    trip_paged(&a, SPACE_A, PRISIM_CAUSE_MAPPED);
    ck_assert_uint_eq(selected, 6);
}
END_TEST

/* As many as there are workers, and those that find nothing are in nobody's way. */
START_TEST(every_worker_has_an_item)
{
    begin("endpoint=gpu");
    for (uint64_t n = 0; n < 20; n++) {
        struct trip t = {.n = 100 + n, .instance = GPU};
        trip_resolved(&t, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    }
    shown = selected = 0;
    struct trip t[PRISIM_DRIVER_WORKERS_MAX];
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < PRISIM_DRIVER_WORKERS_MAX; i++) {
            t[i] = (struct trip){.n = 10 * round + i, .instance = i % 2 ? GPU : NIC};
            trip_resolved(&t[i], SPACE_A, 1, PRISIM_CAUSE_BOUND);
        }
        for (unsigned i = PRISIM_DRIVER_WORKERS_MAX; i-- > 0;)
            trip_paged(&t[i], SPACE_A, PRISIM_CAUSE_MAPPED);
    }
    /* resolve 0..3, page 3..0, twice */
    ck_assert_uint_eq(selected, 0x5a5a);
}
END_TEST

START_TEST(an_endpoint)
{
    begin("endpoint=gpu");
    filter.all = true;
    say(GPU, ENDPOINT_START, 1); /* where it happens */
    say(NIC, ENDPOINT_START, 1);
    say(INSTANCE_DRIVER, DRIVER_STOP, GPU_ID, 1, 1); /* its StreamID */
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 1);
    say(INSTANCE_FABRIC, FABRIC_ENTER, 0, 1, 1, 0);                         /* its link */
    say(INSTANCE_FABRIC, FABRIC_ENTER, (uint64_t)GPU << 24 | 5, 0, 1, 0);   /* somebody else's */
    say(INSTANCE_FABRIC, FABRIC_UNROUTABLE, (uint64_t)GPU << 24 | 5, 0, 0); /* its TLP */
    say(INSTANCE_FABRIC, FABRIC_UNROUTABLE, (uint64_t)NIC << 24 | 5, 0, 0);
    say(INSTANCE_FABRIC, FABRIC_UNROUTABLE, (uint64_t)(GPU + 1) << 24 | 5, 0, 0);
    say(INSTANCE_SMMU, SMMU_GERROR, 4); /* nobody's */
    ck_assert_uint_eq(selected, 0x55);
}
END_TEST

/* Values of one key are alternatives, also under its other name; different keys must all hold. */
START_TEST(terms_combine)
{
    begin("group=1,pasid=3,prgi=2,pasid=4");
    for (uint64_t prgi = 0; prgi < 3; prgi++)
        for (uint64_t pasid = 2; pasid < 5; pasid++)
            say(NIC, ENDPOINT_PAGE_REQUEST, 1, 1, pasid, prgi, 0, 0);
    ck_assert_uint_eq(selected, 0x1b0);
    say(NIC, ENDPOINT_START, 3);
    ck_assert_uint_eq(selected, 0x1b0);
}
END_TEST

/* By itself the table has what the report tells; an event that is named is told. */
START_TEST(what_is_told)
{
    begin(NULL);
    const struct event_types types = report_match_types(match);
    ck_assert(!event_types_have(&types, PRISIM_EVENT_SMMU_COMMAND));
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 1, NIC_ID, 1, 0, 0, 0, PRISIM_CAUSE_TRANSLATED);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 1, NIC_ID, 1, 0, 0, 0, PRISIM_CAUSE_TRANSLATION_FAULT);
    ck_assert_uint_eq(selected, 2);
    report_match_close(match);
    stream = (struct stream){0};
    begin("event=smmu.");
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 1, NIC_ID, 1, 0, 0, 0, PRISIM_CAUSE_TRANSLATED);
    say(INSTANCE_SMMU, SMMU_COMMAND, 1, 2, 3, 4);
    say(NIC, ENDPOINT_START, 3);
    ck_assert_uint_eq(selected, 2 | 4 | 8);
}
END_TEST

START_TEST(names_of_the_scenario)
{
    ck_assert(report_filter_add(&filter, "endpoint=gpuu", message));
    ck_assert_ptr_null(report_match_open(&filter, &scenario, message));
    ck_assert_str_eq(message, "endpoint=gpuu: expected one of nic, gpu; did you mean gpu?");
    memset(&filter, 0, sizeof filter);
    ck_assert(report_filter_add(&filter, "space=C", message));
    ck_assert_ptr_null(report_match_open(&filter, &scenario, message));
    ck_assert_str_eq(message, "space=C: expected one of none, A, B");
}
END_TEST

/* Of many numbers the least and the greatest, of eight each. */
START_TEST(what_there_is_instead)
{
    begin("item=99");
    ck_nothing("no event has item=99; values of item in this run: none");
    for (uint64_t item = 8; item > 0; item--)
        say(INSTANCE_DRIVER, DRIVER_ENQUEUE, 2 * item, NIC_ID, 1, 0);
    ck_nothing("no event has item=99; values of item in this run: 16, 14, 12, 10, 8, 6, 4, 2");
    say(INSTANCE_DRIVER, DRIVER_ENQUEUE, 4, NIC_ID, 1, 0);
    ck_nothing("no event has item=99; values of item in this run: 16, 14, 12, 10, 8, 6, 4, 2");
    say(INSTANCE_DRIVER, DRIVER_ENQUEUE, 1, NIC_ID, 1, 0);
    ck_nothing("no event has item=99; values of item in this run: 1..16");
    say(INSTANCE_DRIVER, DRIVER_ENQUEUE, 98, NIC_ID, 1, 0);
    ck_nothing("no event has item=99; values of item in this run: 1..98");
}
END_TEST

START_TEST(nothing_at_all)
{
    begin(NULL);
    ck_nothing("nothing happened that would be told here");
}
END_TEST

/* The last before and the first after a stretch of time. */
START_TEST(the_nearest)
{
    filter.around = true;
    filter.cycle = UINT64_MAX - 5;
    filter.within = 10;
    begin("pasid=1");
    say(NIC, ENDPOINT_START, 1);
    ck_nothing("no such event from cycle 18446744073709551600 to 18446744073709551615; the nearest: 10");
    report_match_close(match);
    stream = (struct stream){0};
    filter = (struct report_filter){.around = true, .cycle = 105, .within = 4};
    now = 0;
    begin(NULL);
    for (unsigned i = 0; i < 20; i++)
        say(NIC, ENDPOINT_START, 1);
    ck_nothing("no such event from cycle 101 to 109; the nearest: 100 and 110");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_report_match");
    TCase *tcase = tcase_create("tb_report_match");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_page_is_its_items);
    tcase_add_test(tcase, every_worker_has_an_item);
    tcase_add_test(tcase, an_endpoint);
    tcase_add_test(tcase, terms_combine);
    tcase_add_test(tcase, what_is_told);
    tcase_add_test(tcase, names_of_the_scenario);
    tcase_add_test(tcase, what_there_is_instead);
    tcase_add_test(tcase, nothing_at_all);
    tcase_add_test(tcase, the_nearest);
    suite_add_tcase(suite, tcase);
    return suite;
}
