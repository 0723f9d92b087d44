/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of the log in every format, and how its file appears.
 */
#define _DEFAULT_SOURCE

#include "by_hand_stream.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tb/report/ending.h"
#include "tb/report/log.h"
#include "tests/harness/suite.h"

static char path[64], part[80], text[1 << 20];
static struct log *log_;

static void set_up(void)
{
    by_hand_open();
    snprintf(path, sizeof path, "/tmp/prisim_test_log_%d.jsonl", (int)getpid());
    snprintf(part, sizeof part, "%s.%d.part", path, (int)getpid());
    unlink(path);
    log_ = log_open(&scenario, path);
    ck_assert_ptr_nonnull(log_);
    stream = (struct stream){0};
    stream_add(&stream, log_event, log_);
}

static void tear_down(void)
{
    unlink(path);
    unlink(part);
    by_hand_close();
}

static size_t read_file(const char *from)
{
    FILE *file = fopen(from, "r");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    ck_assert(length < sizeof text - 1);
    text[length] = '\0';
    fclose(file);
    return length;
}

START_TEST(lines_in_every_format)
{
    say_in_every_format();
    ck_assert(log_close(log_, true));
    read_file(path);
    ck_assert_str_eq(
        text,
        "{\"cycle\":26013,\"at\":\"driver\",\"event\":\"driver.resolve\",\"point\":\"S2\",\"item\":0,\"stream_id\":"
        "\"0x100\",\"pasid\":1,\"prgi\":511,\"space\":\"B\",\"binding\":2,\"cause\":\"bound\"}\n"
        "{\"cycle\":26023,\"at\":\"driver\",\"event\":\"driver.resolve\",\"point\":\"S2\",\"item\":0,\"stream_id\":"
        "\"0x0\",\"pasid\":null,\"prgi\":0,\"space\":null,\"binding\":0,\"cause\":\"not_bound\"}\n"
        "{\"cycle\":26033,\"at\":\"endpoint[nic]\",\"event\":\"endpoint.job\",\"job\":4294967295,\"pasid\":1,"
        "\"address\":\"0xffffffffffffffff\",\"size\":65536,\"write\":true}\n"
        "{\"cycle\":26043,\"at\":\"endpoint[gpu]\",\"event\":\"endpoint.page_request\",\"point\":\"E0\",\"request\":1,"
        "\"job\":2,\"pasid\":3,\"prgi\":4,\"address\":\"0x4000\",\"access\":\"RWLXP\"}\n"
        "{\"cycle\":26053,\"at\":\"pri_queue\",\"event\":\"pri_queue.write\",\"point\":\"H1\",\"slot\":15,\"lap\":1,"
        "\"stream_id\":\"0x100\",\"pasid\":1,\"prgi\":2,\"address\":\"0x10\",\"access\":\"L\"}\n"
        "{\"cycle\":26063,\"at\":\"pri_queue\",\"event\":\"pri_queue.prod\",\"point\":\"H2\",\"prod\":\"0x80000001\","
        "\"ovflg\":false}\n"
        "{\"cycle\":26073,\"at\":\"endpoint[nic]\",\"event\":\"endpoint.page_request\",\"point\":\"E0\",\"request\":"
        "18446744073709551615,\"job\":0,\"pasid\":0,\"prgi\":0,\"address\":\"0x0\",\"access\":\"\"}\n"
        "{\"cycle\":26083,\"at\":\"driver\",\"event\":\"driver.ready\",\"functions\":0}\n");
}
END_TEST

/* Every type of event is a JSON object with the fields that events.def names, in their order. */
START_TEST(every_type_parses)
{
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        send_event(NIC, (enum prisim_event_type)type,
                   (const uint64_t[PRISIM_EVENT_FIELDS_MAX]){1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    ck_assert(log_close(log_, true));
    read_file(path);
    char *line = text;
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        char *end = strchr(line, '\n');
        ck_assert_ptr_nonnull(end);
        *end = '\0';
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_msg(json_is_object(object), "%s", line);
        const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)type);
        unsigned count = prisim_event_field_count((enum prisim_event_type)type);
        const char *point = prisim_event_point((enum prisim_event_type)type);
        ck_assert_uint_eq(json_object_size(object), 3 + count + (point[0] ? 1 : 0));
        ck_assert_str_eq(json_string_value(json_object_get(object, "event")),
                         prisim_event_name((enum prisim_event_type)type));
        if (point[0])
            ck_assert_str_eq(json_string_value(json_object_get(object, "point")), point);
        for (unsigned i = 0; i < count; i++)
            ck_assert_msg(json_object_get(object, fields[i].name) != NULL, "%s lacks %s", line, fields[i].name);
        json_decref(object);
        line = end + 1;
    }
    ck_assert_int_eq(*line, '\0');
}
END_TEST

/* More than the buffer holds: every line is there, once. */
START_TEST(a_log_beyond_its_buffer)
{
    for (uint64_t i = 0; i < 3000; i++)
        say(INSTANCE_PRI_QUEUE, PRI_QUEUE_WRITE, i, i & 1, i * 7919, i % 3 ? i : PRISIM_PASID_NONE, i & 511, i << 12,
            i & 31);
    ck_assert(log_close(log_, true));
    size_t length = read_file(path);
    ck_assert(length > 2 * 65536);
    const char *line = text;
    for (unsigned i = 0; i < 3000; i++) {
        char begin[120];
        snprintf(begin, sizeof begin,
                 "{\"cycle\":%u,\"at\":\"pri_queue\",\"event\":\"pri_queue.write\",\"point\":\"H1\",\"slot\":%u,",
                 10 * (i + 1), i);
        ck_assert_msg(strncmp(line, begin, strlen(begin)) == 0, "%.100s", line);
        line = strchr(line, '\n') + 1;
    }
    ck_assert_int_eq(*line, '\0');
}
END_TEST

START_TEST(the_file_appears_whole_at_the_end)
{
    say(INSTANCE_DRIVER, DRIVER_READY, 0);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(access(part, F_OK), 0);
    ck_assert(log_close(log_, true));
    ck_assert_int_eq(access(path, F_OK), 0);
    ck_assert_int_ne(access(part, F_OK), 0);
}
END_TEST

START_TEST(what_is_not_kept_leaves_the_old_file)
{
    say(INSTANCE_DRIVER, DRIVER_READY, 0);
    ck_assert(log_close(log_, true));
    size_t length = read_file(path);
    log_ = log_open(&scenario, path);
    ck_assert(log_close(log_, false));
    ck_assert_uint_eq(read_file(path), length);
    ck_assert_int_ne(access(part, F_OK), 0);
}
END_TEST

/* Names as long as they may be stand whole in the log. */
START_TEST(the_longest_names)
{
    static const char longest[] = "a234567890123456789012345678901";
    ck_assert(log_close(log_, false));
    memcpy(scenario.system.endpoint_id[0], longest, sizeof longest);
    memcpy(scenario.system.space_id[1], longest, sizeof longest);
    log_ = log_open(&scenario, path);
    stream = (struct stream){0};
    stream_add(&stream, log_event, log_);
    say(NIC, ENDPOINT_START, 1);
    say(INSTANCE_DRIVER, DRIVER_ASID_GIVEN, 6, SPACE_B);
    ck_assert(log_close(log_, true));
    read_file(path);
    char words[100];
    snprintf(words, sizeof words, "\"at\":\"endpoint[%s]\",", longest);
    ck_assert_ptr_nonnull(strstr(text, words));
    snprintf(words, sizeof words, "\"space\":\"%s\"", longest);
    ck_assert_ptr_nonnull(strstr(text, words));
}
END_TEST

START_TEST(errors_are_told)
{
    ck_assert(log_close(log_, false));
    ck_assert_ptr_null(log_open(&scenario, "/nowhere/at/all"));
    ck_assert_int_eq(errno, ENOENT);
    for (unsigned events = 1; events <= 10000; events += 9999) { /* within the buffer, and beyond it */
        log_ = log_open(&scenario, "/dev/full");
        ck_assert_ptr_nonnull(log_);
        stream = (struct stream){0};
        stream_add(&stream, log_event, log_);
        for (unsigned i = 0; i < events; i++)
            say(INSTANCE_DRIVER, DRIVER_READY, 0);
        ck_assert(!log_close(log_, true));
        ck_assert_int_eq(errno, ENOSPC);
    }
}
END_TEST

/* Two logs with one name: each has a file of its own until the end, and the last to end wins. */
START_TEST(two_with_one_name)
{
    struct log *second = log_open(&scenario, path);
    ck_assert_ptr_nonnull(second);
    say(INSTANCE_DRIVER, DRIVER_READY, 0);
    say(INSTANCE_DRIVER, DRIVER_READY, 0);
    ck_assert(log_close(log_, true));
    size_t length = read_file(path);
    ck_assert_uint_gt(length, 0);
    ck_assert(log_close(second, true));
    ck_assert_uint_eq(read_file(path), 0);
}
END_TEST

START_TEST(a_log_that_ends_early_says_why)
{
    ck_assert(log_close(log_, false));
    for (unsigned events = 1; events <= 3000; events += 2999) { /* within the buffer, and beyond it */
        log_ = log_open(&scenario, path);
        stream = (struct stream){0};
        stream_add(&stream, log_event, log_);
        for (unsigned i = 0; i < events; i++)
            say(INSTANCE_DRIVER, DRIVER_READY, 0);
        ck_assert(log_end(log_, "fault", "engine", "systemc"));
        ck_assert(log_end(log_, "signal", "signal", "SIGINT")); /* the first is why */
        ck_assert(log_close(log_, false));
        read_file(path);
        unsigned lines = 0;
        for (const char *at = text; (at = strchr(at, '\n')); at++)
            lines++;
        ck_assert_uint_eq(lines, events + 1);
        const char *last = strstr(text, "{\"end\"");
        ck_assert_ptr_nonnull(last);
        ck_assert_str_eq(last, "{\"end\":\"fault\",\"engine\":\"systemc\"}\n");
        ck_assert_int_ne(access(part, F_OK), 0);
    }
}
END_TEST

static void end_log(void *context, int number)
{
    log_end(context, "signal", "signal", ending_name(number));
}

/* Not a tail call, and not a loop. */
static unsigned overrun(volatile unsigned depth)
{
    volatile char frame[4096];
    frame[depth % sizeof frame] = (char)depth;
    return depth == UINT32_MAX ? 0 : overrun(depth + 1) + (unsigned)frame[depth % sizeof frame];
}

static void go_wrong(unsigned how)
{
    int *forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGABRT, SIG_DFL); /* Check has handlers of its own */
    ending_install();
    ending_watch(end_log, log_);
    if (how == 0)
        abort();
    if (how == 1)
        *forbidden = 1;
    _exit((int)overrun(0));
}

/* A failed assertion, a wild pointer, a stack that runs over. */
START_TEST(a_crash_keeps_the_log)
{
    static const int expected[] = {SIGABRT, SIGSEGV, SIGSEGV};
    static const char *const last[] = {"{\"end\":\"signal\",\"signal\":\"SIGABRT\"}\n",
                                       "{\"end\":\"signal\",\"signal\":\"SIGSEGV\"}\n",
                                       "{\"end\":\"signal\",\"signal\":\"SIGSEGV\"}\n"};
    say(INSTANCE_DRIVER, DRIVER_READY, 0);
    pid_t child = fork();
    if (child == 0)
        go_wrong((unsigned)_i);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), expected[_i]);
    read_file(path);
    const char *end = strchr(text, '\n');
    ck_assert_ptr_nonnull(end);
    ck_assert_str_eq(end + 1, last[_i]);
    log_close(log_, false);
}
END_TEST

#if defined(__SANITIZE_ADDRESS__)
enum { CRASHES = 1 }; /* the others are the sanitizer's to tell */
#else
enum { CRASHES = 3 };
#endif

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_log");
    TCase *tcase = tcase_create("tb_log");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, lines_in_every_format);
    tcase_add_test(tcase, every_type_parses);
    tcase_add_test(tcase, a_log_beyond_its_buffer);
    tcase_add_test(tcase, the_file_appears_whole_at_the_end);
    tcase_add_test(tcase, what_is_not_kept_leaves_the_old_file);
    tcase_add_test(tcase, the_longest_names);
    tcase_add_test(tcase, errors_are_told);
    tcase_add_test(tcase, two_with_one_name);
    tcase_add_test(tcase, a_log_that_ends_early_says_why);
    tcase_add_loop_test(tcase, a_crash_keeps_the_log, 0, CRASHES);
    suite_add_tcase(suite, tcase);
    return suite;
}
