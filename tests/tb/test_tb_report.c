/* SPDX-License-Identifier: Apache-2.0
 *
 * The report of a small stream, its limits, and the summary.
 */
#define _POSIX_C_SOURCE 200809L

#include "by_hand_stream.h"

#include <jansson.h>
#include <unistd.h>

#include "model/smmu/smmu_records.h"
#include "tb/report/report.h"
#include "tests/harness/suite.h"

static struct report *report;
static struct report_filter filter;
static char message[REPORT_FILTER_MESSAGE_MAX];
static char *page; /* what was printed */

static void set_up(void)
{
    by_hand_open();
    say(NIC, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 4, 1, true); /* else its requests break a duty */
    now = 0;
    memset(&filter, 0, sizeof filter);
    report = report_open(&scenario, &filter, message);
    stream_add(&stream, report_event, report);
    page = NULL;
}

static void tear_down(void)
{
    free(page);
    report_close(report);
    by_hand_close();
}

static struct run_outcome outcome(void)
{
    return (struct run_outcome){.engine = "native",
                                .digest = "0123456789abcdef",
                                .cycles = now,
                                .idle = true,
                                .verdict = verdict_of(&scenario, checkers, true)};
}

static void print(bool colour)
{
    size_t length;
    free(page);
    FILE *to = open_memstream(&page, &length);
    struct run_outcome end = outcome();
    report_begin(report, to, colour);
    report_print(report, checkers, &end);
    fclose(to);
}

/* The line that holds a text, without what follows; NULL if none does. */
static const char *line_with(const char *words)
{
    static char line[512];
    const char *at = strstr(page, words);
    if (at == NULL)
        return NULL;
    while (at > page && at[-1] != '\n')
        at--;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
    return line;
}

static void ck_line(const char *words, const char *also)
{
    const char *line = line_with(words);
    ck_assert_msg(line != NULL, "no line says \"%s\":\n%s", words, page);
    ck_assert_msg(strstr(line, also) != NULL, "\"%s\" is not in \"%s\"", also, line);
}

static void race(void)
{
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = trip_start(1, 0, R | W | L);
    trip_queued(&t);
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    bind(NIC_ID, SPACE_B, 2);
    trip_served(&t, SPACE_B, 2);
    trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_STALE);
    say(NIC, ENDPOINT_JOB_DONE, 1, 1, 0x4000, PRISIM_CAUSE_STOPPED);
}

START_TEST(the_race_in_words)
{
    scenario.expect.hazard[HAZARD_WRONG_ADDRESS_SPACE] = (struct expected_count){.value = 1, .given = true};
    race();
    finish();
    print(false);
    ck_line("page request 1: ", "PASID 1, 0x4000, PRGI 0, RWL");
    ck_line("page request 1: ", "endpoint[nic]");
    ck_line("page request 1: ", "E0");
    ck_line("is in slot 1", "H1");
    ck_line("unbinds PASID 1 of nic", "policy none");
    ck_line("bound to space B, binding 2", "U7");
    ck_line("item 1, PASID 1 of nic: space B", "bound");
    ck_line("item 1: page 0x4000 of space B", "mapped");
    ck_line("answers item 1, PRGI 0 of nic", "Success");
    ck_line("gets a response for PRGI 0: Success", "group_stale");
    ck_line("wrong_address_space  ", "1        1");
    ck_line("wrong_address_space.mapped  ", "any        1");
    ck_line("wrong_address_space: page request 1 of endpoint[nic]", "PASID 1, address 0x4000, PRGI 0");
    ck_line("premises: ", "kept");
    ck_line("PASS", "by-hand");
    ck_line("PASS", "0123456789abcdef");
    ck_assert_ptr_null(strstr(page, "FAIL"));
    ck_assert_ptr_null(strchr(page, '\033'));
    ck_assert_ptr_null(strstr(page, "ended by its limit"));
}
END_TEST

START_TEST(no_line_is_wider_than_the_page)
{
    race();
    say(INSTANCE_DRIVER, DRIVER_TAKE, 4000000000, 524287, 1, 0xabcd, 1048575, 511, 0xfffffffff000, R | W | L);
    say(NIC, ENDPOINT_PAGE_REQUEST, 4000000000, 77, 1048575, 511, UINT64_C(0xfffffffffffff000), 31);
    print(false);
    for (const char *line = page; *line; line += strcspn(line, "\n") + 1)
        ck_assert_msg(strcspn(line, "\n") <= REPORT_WIDTH, "%.*s", (int)strcspn(line, "\n"), line);
    ck_assert_ptr_nonnull(strstr(page, "RWLXP"));
}
END_TEST

START_TEST(a_failure_says_what_differs)
{
    scenario.expect.hazard[HAZARD_QUEUE_OVERFLOW] = (struct expected_count){.value = 2, .given = true};
    race();
    print(false);
    ck_line("FAIL", "by-hand");
    ck_assert_ptr_nonnull(strstr(page, "queue_overflow: expected 2, found 0"));
    ck_assert_ptr_nonnull(strstr(page, "wrong_address_space: expected 0, found 1"));
    ck_assert_ptr_null(strstr(page, "PASS"));
}
END_TEST

START_TEST(nothing_happened)
{
    print(false);
    ck_assert_ptr_nonnull(strstr(page, "none expected, none found"));
    ck_line("INCOMPLETE", "nothing_happened, 0 cycles");
}
END_TEST

START_TEST(colours_when_asked)
{
    race();
    print(true);
    ck_line("FAIL", "\033[1;31m");
}
END_TEST

/* Also of points that only rows have that were left out. */
START_TEST(the_legend_is_of_all_rows)
{
    for (unsigned i = 0; i < REPORT_ROWS_FIRST; i++)
        say(NIC, ENDPOINT_PAGE_REQUEST_SENT, 1, 1, 1, 0);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 1, 1, SPACE_A, 1);
    for (unsigned i = 0; i < REPORT_ROWS_LAST; i++)
        say(INSTANCE_INTERCONNECT, INTERCONNECT_INTERRUPT, 1);
    print(false);
    ck_assert_ptr_nonnull(strstr(page, "\n\npoints of a page request: E endpoint, I interrupt\n"
                                       "points of an unbind: U0 to U7\n"));
}
END_TEST

START_TEST(a_long_run_is_cut_in_the_middle)
{
    const uint64_t all = REPORT_ROWS_FIRST + REPORT_ROWS_LAST + 123;
    for (uint64_t i = 1; i <= all; i++)
        say(NIC, ENDPOINT_PAGE_REQUEST_SENT, i, i, 1, 0);
    for (unsigned i = 0; i < 50; i++)
        say(INSTANCE_SMMU, SMMU_REGISTER, 0, 0, 0); /* not told, not counted */
    print(false);
    char words[64];
    ck_assert_ptr_nonnull(strstr(page, "... 123 events left out"));
    snprintf(words, sizeof words, "sends page request %d\n", REPORT_ROWS_FIRST);
    ck_assert_ptr_nonnull(strstr(page, words));
    snprintf(words, sizeof words, "sends page request %d\n", REPORT_ROWS_FIRST + 1);
    ck_assert_ptr_null(strstr(page, words));
    snprintf(words, sizeof words, "sends page request %d\n", REPORT_ROWS_FIRST + 123);
    ck_assert_ptr_null(strstr(page, words));
    const char *before = strstr(page, "left out");
    for (uint64_t i = REPORT_ROWS_FIRST + 124; i <= all; i++) {
        snprintf(words, sizeof words, "sends page request %d\n", (int)i);
        const char *at = strstr(page, words);
        ck_assert_msg(at != NULL && at > before, "row %d", (int)i);
        before = at;
    }
}
END_TEST

/* Twenty findings are told, and how many more there are. */
START_TEST(findings_are_cut)
{
    for (unsigned i = 0; i < 23; i++)
        say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 16, i % 2 == 0);
    print(false);
    unsigned told = 0;
    for (const char *at = page; (at = strstr(at, "premises:")); at++)
        told++;
    ck_assert_uint_eq(told, 20);
    ck_line("... and", "  ... and 3 more");
}
END_TEST

START_TEST(twenty_findings_are_all)
{
    for (unsigned i = 0; i < 20; i++)
        say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 16, i % 2 == 0);
    print(false);
    ck_assert_ptr_null(strstr(page, "... and"));
}
END_TEST

/* Page requests that are switched off: when a Response Failure did it, or groups were lost with it. */
START_TEST(page_requests_that_are_switched_off)
{
    static const struct {
        uint64_t groups;
        enum prisim_cause cause;
        bool told;
    } row[] = {{0, PRISIM_CAUSE_PRI_OFF, false},
               {2, PRISIM_CAUSE_PRI_OFF, true},
               {0, PRISIM_CAUSE_RESPONSE_FAILURE, true},
               {2, PRISIM_CAUSE_RESPONSE_FAILURE, true}};
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        tear_down();
        set_up();
        say(NIC, ENDPOINT_PRI_OFF, row[i].groups, row[i].cause);
        print(false);
        ck_assert_msg((strstr(page, "page requests are switched off") != NULL) == row[i].told, "row %u", i);
    }
}
END_TEST

static json_t *summary_now(void)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/prisim_test_unraised_%d.json", (int)getpid());
    struct run_outcome end = outcome();
    ck_assert(summary_write(path, &scenario, checkers, &end, NULL));
    json_t *summary = json_load_file(path, 0, NULL);
    unlink(path);
    return summary;
}

/* docs/output.md: null is what this version cannot judge; a find counts whoever can raise it. */
START_TEST(an_unraised_hazard_in_the_summary)
{
    ck_assert(!hazard_raisable(HAZARD_STALE_TLB));
    json_t *before = summary_now();
    ck_assert(json_is_null(json_object_get(json_object_get(before, "hazards"), "stale_tlb")));
    json_decref(before);
    /* An entry of ASID 7 that was read before the TLBI is used behind its SYNC. */
    say(INSTANCE_SMMU, SMMU_TLBI, 9, PRISIM_CMDQ_OP_TLBI_NH_ASID, 0, 7, 0, UINT64_MAX, 0, 0, 0);
    say(INSTANCE_SMMU, SMMU_SYNC, 10);
    say(INSTANCE_SMMU, SMMU_CACHE_HIT, 1, PRISIM_CAUSE_TLB, 0, 7, 0, 0x4000, 0x1000, 3, 0x1000, 5);
    ck_count(STALE_TLB, 1);
    json_t *summary = summary_now();
    const json_t *hazards = json_object_get(summary, "hazards");
    ck_assert_int_eq(json_integer_value(json_object_get(hazards, "stale_tlb")), 1);
    ck_assert(json_is_integer(json_object_get(hazards, "stale_record_read")));
    ck_assert(json_is_integer(json_object_get(hazards, "lost_wakeup")));
    ck_assert(json_is_integer(json_object_get(hazards, "deadlock")));
    ck_assert(json_is_integer(json_object_get(hazards, "queue_overflow")));
    ck_assert_int_eq(json_integer_value(json_object_get(hazards, "queue_overflow")), 0);
    json_decref(summary);
}
END_TEST

/* Every type of event that is told can be told, whatever its values are. */
START_TEST(every_sentence_is_sound)
{
    scenario.timeline.steps = 2;
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        send_event(NIC, (enum prisim_event_type)type,
                   (const uint64_t[PRISIM_EVENT_FIELDS_MAX]){1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    print(false);
    ck_assert_ptr_null(strchr(page, '{'));
    ck_assert_ptr_null(strchr(page, '}'));
}
END_TEST

/* PCIE-ORDER-11: a verdict that hangs on a choice says so, and none says it of a default. */
START_TEST(what_the_verdict_assumes)
{
    static const struct {
        uint32_t ppr, latency, completion, swallows, drains;
        const char *line;
        unsigned count;
        const char *first, *second;
    } row[] = {
        {0, 7, 0, 0, 0, NULL, 0, NULL, NULL},
        {1, 7, 0, 0, 0, "\n  assumes: ppr_flush prod_visible\n", 1, "ppr_flush prod_visible", NULL},
        {0, 7, 2, 0, 0, "\n  assumes: invalidate_completion_flush none\n", 1, "invalidate_completion_flush none", NULL},
        {2, 7, 1, 0, 0, "\n  assumes: ppr_flush none, ppr_latency 7; invalidate_completion_flush prod_visible\n", 2,
         "ppr_flush none, ppr_latency 7", "invalidate_completion_flush prod_visible"},
        {0, 7, 0, 1, 1, "\n  assumes: *what_if swallow_markers; *what_if page_request_drain\n", 2,
         "*what_if swallow_markers", "*what_if page_request_drain"},
    };
    char path[64];
    snprintf(path, sizeof path, "/tmp/prisim_test_assumes_%d.json", (int)getpid());
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        tear_down();
        set_up();
        scenario.system.smmu[0].ppr_flush = row[i].ppr;
        scenario.system.smmu[0].ppr_latency = row[i].latency;
        scenario.system.smmu[0].invalidate_completion_flush = row[i].completion;
        scenario.system.smmu[0].swallow_markers = row[i].swallows;
        scenario.system.smmu[0].page_request_drain = row[i].drains;
        print(false);
        ck_assert_ptr_eq(strstr(page, "assumes"), row[i].line ? strstr(page, row[i].line) + 3 : NULL);
        struct run_outcome end = outcome();
        ck_assert(summary_write(path, &scenario, checkers, &end, NULL));
        json_t *summary = json_load_file(path, 0, NULL);
        unlink(path);
        const json_t *assumes = json_object_get(summary, "assumes");
        ck_assert_uint_eq(json_array_size(assumes), row[i].count);
        if (row[i].first)
            ck_assert_str_eq(json_string_value(json_array_get(assumes, 0)), row[i].first);
        if (row[i].second)
            ck_assert_str_eq(json_string_value(json_array_get(assumes, 1)), row[i].second);
        json_decref(summary);
    }
}
END_TEST

START_TEST(the_summary_has_all_names)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/prisim_test_summary_%d.json", (int)getpid());
    strcpy(scenario.name, "quo\"te\\\t");
    race();
    finish();
    struct run_outcome end = outcome();
    ck_assert(summary_write(path, &scenario, checkers, &end, NULL));
    json_error_t error;
    json_t *summary = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    unlink(path);
    ck_assert_msg(summary != NULL, "%d: %s", error.line, error.text);
    ck_assert_str_eq(json_string_value(json_object_get(summary, "scenario")), "quo\"te\\\t");
    ck_assert_str_eq(json_string_value(json_object_get(summary, "verdict")), "fail");
    ck_assert_str_eq(json_string_value(json_object_get(summary, "outcome")), "hazard");
    ck_assert_str_eq(json_string_value(json_object_get(summary, "ended_by")), "idle");
    ck_assert_uint_ge(json_array_size(json_object_get(summary, "reasons")), 1);
    const json_t *unbind = json_array_get(json_object_get(summary, "exposure"), 0);
    const json_t *u2 = json_object_get(json_object_get(unbind, "points"), "U2");
    ck_assert_int_eq(json_integer_value(json_object_get(unbind, "pasid")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(u2, "smmu")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(u2, "job")), 1);
    ck_assert_uint_eq(json_object_size(u2), 3);
    ck_assert_str_eq(json_string_value(json_object_get(summary, "engine")), "native");
    ck_assert_str_eq(json_string_value(json_object_get(summary, "log_digest")), "0123456789abcdef");
    ck_assert_int_eq(json_integer_value(json_object_get(summary, "cycles")), (json_int_t)now);
    const json_t *hazards = json_object_get(summary, "hazards"), *counters = json_object_get(summary, "counters");
    ck_assert_uint_eq(json_object_size(hazards), HAZARDS);
    ck_assert_uint_eq(json_object_size(counters), COUNTERS);
    ck_assert_uint_eq(json_object_size(summary), 16);
    ck_assert(json_is_null(json_object_get(summary, "hops"))); /* nobody asked */
    ck_assert(json_is_null(json_object_get(summary, "unbind_times")));
    ck_assert(json_is_null(json_object_get(summary, "unbinds")));
    ck_assert_uint_eq(json_array_size(json_object_get(summary, "assumes")), 0);
    for (unsigned i = 0; i < HAZARDS; i++) {
        const json_t *value = json_object_get(hazards, hazard_name((enum hazard)i));
        if (hazard_raisable((enum hazard)i) || checkers_count(checkers, (enum hazard)i) > 0)
            ck_assert_int_eq(json_integer_value(value), checkers_count(checkers, (enum hazard)i));
        else
            ck_assert(json_is_null(value));
    }
    ck_assert_int_eq(json_integer_value(json_object_get(hazards, "wrong_address_space")), 1);
    const json_t *premises = json_object_get(summary, "premises");
    const json_t *space = json_object_get(premises, "wrong_address_space");
    ck_assert_int_eq(json_integer_value(json_object_get(space, "kept")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(space, "broken")), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(space, "duties")), 0);
    ck_assert_ptr_null(json_object_get(premises, "queue_overflow")); /* none was found */
    ck_assert_int_eq(json_integer_value(json_object_get(counters, "page_requests")), 1);
    json_decref(summary);
    ck_assert(!summary_write("/nowhere/at/all", &scenario, checkers, &end, NULL));
    ck_assert(!summary_write("/dev/full", &scenario, checkers, &end, NULL));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_story");
    TCase *tcase = tcase_create("tb_story");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_race_in_words);
    tcase_add_test(tcase, no_line_is_wider_than_the_page);
    tcase_add_test(tcase, a_failure_says_what_differs);
    tcase_add_test(tcase, nothing_happened);
    tcase_add_test(tcase, colours_when_asked);
    tcase_add_test(tcase, the_legend_is_of_all_rows);
    tcase_add_test(tcase, a_long_run_is_cut_in_the_middle);
    tcase_add_test(tcase, findings_are_cut);
    tcase_add_test(tcase, twenty_findings_are_all);
    tcase_add_test(tcase, page_requests_that_are_switched_off);
    tcase_add_test(tcase, an_unraised_hazard_in_the_summary);
    tcase_add_test(tcase, every_sentence_is_sound);
    tcase_add_test(tcase, what_the_verdict_assumes);
    tcase_add_test(tcase, the_summary_has_all_names);
    suite_add_tcase(suite, tcase);
    return suite;
}
