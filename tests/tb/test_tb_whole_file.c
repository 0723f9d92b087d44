/* SPDX-License-Identifier: Apache-2.0
 *
 * Outputs that appear whole or not at all (docs/output.md, "Files"): what is left of them at each way to end.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tb/report/whole_file.h"
#include "tests/harness/suite.h"

static char folder[64], path[80], part[120];
static struct whole_file file;

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/prisim_whole_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out", folder);
    snprintf(part, sizeof part, "%s.%ld.part", path, (long)getpid());
}

static void tear_down(void)
{
    unlink(part);
    unlink(path);
    rmdir(path);
    ck_assert_int_eq(rmdir(folder), 0); /* nothing else is there */
}

static void open_and_write(const char *text)
{
    ck_assert(whole_file_open(&file, path));
    ck_assert_int_eq(access(part, F_OK), 0);
    ck_assert_int_ge(fputs(text, file.stream), 0);
}

static void ck_text(const char *expected)
{
    char text[100] = "";
    FILE *from = fopen(path, "r");
    ck_assert_ptr_nonnull(from);
    ck_assert_uint_eq(fread(text, 1, sizeof text - 1, from), strlen(expected));
    fclose(from);
    ck_assert_str_eq(text, expected);
}

static void ck_no_part(void)
{
    ck_assert_int_ne(access(part, F_OK), 0);
    ck_assert_int_eq(errno, ENOENT);
}

START_TEST(kept)
{
    open_and_write("new\n");
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert(whole_file_close(&file, true));
    ck_text("new\n");
    ck_no_part();
}
END_TEST

START_TEST(not_kept)
{
    open_and_write("old\n");
    ck_assert(whole_file_close(&file, true));
    open_and_write("new\n");
    ck_assert(whole_file_close(&file, false));
    ck_text("old\n");
    ck_no_part();
}
END_TEST

/* It is to be kept, and cannot be put at its name. */
START_TEST(no_room_at_its_name)
{
    open_and_write("new\n");
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert(!whole_file_close(&file, true));
    ck_assert_int_ne(errno, 0);
    ck_no_part();
}
END_TEST

/* It is to be kept, and what was written does not fit. */
START_TEST(no_room_on_the_disk)
{
    signal(SIGXFSZ, SIG_IGN);
    open_and_write("more than nothing\n");
    struct rlimit all, few;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &all), 0);
    few = (struct rlimit){4, all.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &few), 0);
    bool good = whole_file_close(&file, true);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &all), 0); /* Check writes files too */
    ck_assert(!good);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_no_part();
}
END_TEST

/* A file larger than a buffer: the write that failed is not the last one, and its reason is told all the same. */
START_TEST(no_room_long_ago)
{
    enum { LINES = 10000 };
    ck_assert(whole_file_open(&file, "/dev/full"));
    for (int i = 0; i < LINES; i++)
        fprintf(file.stream, "line %d\n", i);
    ck_assert_int_ne(ferror(file.stream), 0);
    errno = 0;
    ck_assert(!whole_file_close(&file, true));
    ck_assert_int_eq(errno, ENOSPC);
}
END_TEST

/* Landed early, as a log that a signal ends: the file stays, whatever is said afterwards. */
START_TEST(landed)
{
    open_and_write("new\n");
    ck_assert_int_eq(fflush(file.stream), 0);
    ck_assert(whole_file_land(&file));
    ck_text("new\n");
    ck_no_part();
    ck_assert(whole_file_close(&file, false));
    ck_text("new\n");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_whole_file");
    TCase *tcase = tcase_create("tb_whole_file");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, kept);
    tcase_add_test(tcase, not_kept);
    tcase_add_test(tcase, no_room_at_its_name);
    tcase_add_test(tcase, no_room_on_the_disk);
    tcase_add_test(tcase, no_room_long_ago);
    tcase_add_test(tcase, landed);
    suite_add_tcase(suite, tcase);
    return suite;
}
