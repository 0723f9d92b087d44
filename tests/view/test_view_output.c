/* SPDX-License-Identifier: Apache-2.0
 *
 * The page as an output of a run is the page of that run's log; and the log that is read back says what it said.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tb/engine/engine.h"
#include "tb/report/digest.h"
#include "tb/report/log.h"
#include "tb/view/log_reader.h"
#include "tb/view/page.h"
#include "tb/view/view_output.h"
#include "tests/harness/suite.h"

enum { TEXT_MAX = 1 << 20, EVENTS_OF_THE_RACE = 254 };

static struct scenario scenario;
static char folder[] = "/tmp/prisim_view_output_XXXXXX", page_path[64], log_path[64], again_path[64];

static void set_up(void)
{
    char message[4 * SCENARIO_TEXT_MAX];
    ck_assert_msg(scenario_load(&scenario, PRISIM_SCENARIOS "/unbind_while_queued.yaml", NULL, 0, message), "%s",
                  message);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(page_path, sizeof page_path, "%s/page.html", folder);
    snprintf(log_path, sizeof log_path, "%s/log.jsonl", folder);
    snprintf(again_path, sizeof again_path, "%s/again.jsonl", folder);
}

static void tear_down(void)
{
    unlink(page_path);
    unlink(log_path);
    unlink(again_path);
    ck_assert_int_eq(rmdir(folder), 0);
    scenario_free(&scenario);
}

static char *text_of(const char *path)
{
    static char text[2][TEXT_MAX];
    static unsigned which;
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    which ^= 1;
    size_t length = fread(text[which], 1, TEXT_MAX - 1, file);
    ck_assert(length > 0 && length < TEXT_MAX - 1);
    text[which][length] = '\0';
    fclose(file);
    return text[which];
}

struct run {
    struct checkers *checkers;
    struct digest *digest;
    char words[DIGEST_TEXT_MAX];
    struct run_outcome outcome;
};

/* Runs the scenario with these listeners before the checkers. */
static struct run run_with(struct stream told)
{
    struct run run = {.checkers = checkers_open(&scenario), .digest = digest_open(&scenario)};
    struct engine_result result;
    struct stream stream;
    stream_add(&told, digest_event, run.digest);
    stream = told;
    stream_add(&stream, checkers_event, run.checkers);
    checkers_take(run.checkers, &told);
    ck_assert(engine_native(&scenario, &stream, &result));
    checkers_finish(run.checkers, digest_last(run.digest), result.idle);
    digest_text(run.digest, run.words);
    run.outcome = (struct run_outcome){.engine = "native",
                                       .cycles = digest_last(run.digest),
                                       .idle = result.idle,
                                       .verdict = verdict_of(&scenario, run.checkers, result.idle)};
    return run;
}

static void close_run(struct run *run)
{
    checkers_close(run->checkers);
    digest_close(run->digest);
}

START_TEST(page_of_a_run)
{
    struct view_output *output = view_output_open(&scenario, page_path);
    struct log *log = log_open(&scenario, log_path);
    ck_assert(output && log);
    struct stream told = {0};
    stream_add(&told, view_output_event, output);
    stream_add(&told, log_event, log);
    struct run run = run_with(told);
    run.outcome.digest = run.words;
    ck_assert_int_eq(view_output_error(output), 0);
    ck_assert(access(page_path, F_OK) != 0); /* it appears whole */
    ck_assert(view_output_close(output, &(struct run_told){&scenario, run.checkers, &run.outcome, NULL}));
    ck_assert(log_close(log, true));

    struct log_reading reading;
    char message[LOG_READER_MESSAGE_MAX], *expected;
    size_t length;
    ck_assert_msg(log_read(&reading, log_path, &scenario, message), "%s", message);
    const struct judged judged = {"unbind_while_queued.yaml", &reading.recording, run.checkers, &run.outcome};
    FILE *memory = open_memstream(&expected, &length);
    page_write(memory, &(const struct judged *){&judged}, 1);
    fclose(memory);
    ck_assert_str_eq(text_of(page_path), expected);
    free(expected);
    log_reading_free(&reading);
    close_run(&run);
}
END_TEST

/* The names are learnt: no scenario is asked. */
START_TEST(log_that_is_read_back)
{
    struct log_reading reading;
    char message[LOG_READER_MESSAGE_MAX];
    ck_assert_msg(log_read(&reading, PRISIM_SCENARIOS "/unbind_while_queued.jsonl", NULL, message), "%s", message);
    ck_assert_uint_eq(reading.recording.count, EVENTS_OF_THE_RACE);
    struct log *log = log_open(reading.names.scenario, again_path);
    for (uint32_t i = 0; i < reading.recording.count; i++) {
        struct prisim_event event;
        recording_get(&reading.recording, i, &event);
        log_event(log, &event);
    }
    ck_assert(log_close(log, true));
    ck_assert_str_eq(text_of(again_path), text_of(PRISIM_SCENARIOS "/unbind_while_queued.jsonl"));
    log_reading_free(&reading);
}
END_TEST

START_TEST(run_that_is_not_told)
{
    struct view_output *output = view_output_open(&scenario, page_path);
    ck_assert_ptr_nonnull(output);
    view_output_event(output, &(struct prisim_event){.type = PRISIM_EVENT_TIMELINE_STEP});
    ck_assert(view_output_close(output, NULL));
    ck_assert(access(page_path, F_OK) != 0);
}
END_TEST

START_TEST(file_that_cannot_be)
{
    char path[128];
    snprintf(path, sizeof path, "%s/no/page.html", folder);
    errno = 0;
    ck_assert_ptr_null(view_output_open(&scenario, path));
    ck_assert_int_eq(errno, ENOENT);
    struct view_output *output = view_output_open(&scenario, "/dev/full");
    ck_assert_ptr_nonnull(output);
    struct run run = run_with((struct stream){0});
    run.outcome.digest = run.words;
    ck_assert(!view_output_close(output, &(struct run_told){&scenario, run.checkers, &run.outcome, NULL}));
    ck_assert_int_eq(errno, ENOSPC);
    close_run(&run);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("view_output");
    TCase *tcase = tcase_create("view_output");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, page_of_a_run);
    tcase_add_test(tcase, log_that_is_read_back);
    tcase_add_test(tcase, run_that_is_not_told);
    tcase_add_test(tcase, file_that_cannot_be);
    suite_add_tcase(suite, tcase);
    return suite;
}
