/* SPDX-License-Identifier: Apache-2.0
 *
 * What is refused: each file of tests/tb/bad says in its second line where and how ("# refused: line:column: key:
 * what was expected"). What a file cannot hold is made here.
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>

#include "scenario_text.h"
#include "tb/scenario/keys.h"
#include "tb/scenario/tree_build.h"
#include "tests/harness/suite.h"

#define BAD   PRISIM_SOURCE_DIR "/tests/tb/bad"
#define HEAD  "name: bad\nabout: It cannot be run.\n"
#define ABOUT "# refused: "

static void check_file(const char *name)
{
    char path[512], expected[MESSAGE_MAX], message[MESSAGE_MAX];
    size_t length;
    snprintf(path, sizeof path, BAD "/%s", name);
    char *text = read_whole(path, &length), *says = strstr(text, ABOUT);
    ck_assert_msg(says != NULL, "%s does not say how it is refused", name);
    says += strlen(ABOUT);
    snprintf(expected, sizeof expected, "%s:%.*s", path, (int)strcspn(says, "\n"), says);
    struct scenario *scenario = malloc(sizeof *scenario);
    bool good = scenario_load(scenario, path, NULL, 0, message);
    ck_assert_msg(!good, "%s was accepted", name);
    ck_assert_str_eq(message, expected);
    free(scenario);
    free(text);
}

START_TEST(test_files)
{
    DIR *folder = opendir(BAD);
    ck_assert_ptr_nonnull(folder);
    unsigned files = 0;
    for (const struct dirent *entry; (entry = readdir(folder));)
        if (strstr(entry->d_name, ".yaml")) {
            check_file(entry->d_name);
            files++;
        }
    closedir(folder);
    ck_assert_uint_gt(files, 100);
}
END_TEST

static void refuse(const void *bytes, size_t length, const char *expected)
{
    struct loaded l = {0};
    char full[MESSAGE_MAX + 64];
    load_bytes(&l, bytes, length, NULL, 0);
    snprintf(full, sizeof full, "%s:%s", l.file, expected);
    ck_assert(!l.good);
    ck_assert_str_eq(l.message, full);
    unload(&l);
}

START_TEST(test_empty)
{
    static const char empty[] = "1:1: yaml: expected a scenario, not an empty file";
    refuse("", 0, empty);
    refuse("\n\n", 2, empty);
    refuse("# only a comment\n", 17, empty);
    refuse("\xef\xbb\xbf", 3, empty);
    refuse("---\n", 4, "2:1: scenario: expected a map, not an empty value");
}
END_TEST

START_TEST(test_bytes_that_are_no_text)
{
    static const char latin[] = "name: bad\nabout: caf\xe9 au lait\n";
    refuse(latin, sizeof latin - 1, "2:11: yaml: expected UTF-8");
    static const char overlong[] = "name: bad\nabout: \xc0\xaf\n";
    refuse(overlong, sizeof overlong - 1, "2:8: yaml: expected UTF-8");
    static const char after[] = "name: bad\nabout: \xc3\xa9t\xc3\xa9 \xff\n"; /* columns count characters */
    refuse(after, sizeof after - 1, "2:12: yaml: expected UTF-8");
    static const char zero[] = "name: bad\nabout: a\0b\n";
    refuse(zero, sizeof zero - 1, "2:9: yaml: expected text, not a control character");
    static const char escaped[] = "name: bad\nabout: \"a\\0b\"\n";
    refuse(escaped, sizeof escaped - 1, "2:8: yaml: expected text, not a control character");
    static const char utf16[] = "\xff\xfen\0a\0m\0e\0";
    refuse(utf16, sizeof utf16 - 1, "1:1: yaml: expected UTF-8");
}
END_TEST

START_TEST(test_byte_order_mark)
{
    static const char marked[] = "\xef\xbb\xbfname: bad\nabout: A mark is no error.\n";
    struct loaded l = {0};
    load_text(&l, marked, NULL, 0);
    ck_assert_msg(l.good, "%s", l.message);
    ck_assert_str_eq(l.scenario->name, "bad");
    unload(&l);
}
END_TEST

START_TEST(test_control_characters_do_not_break_the_line)
{
    static const char text[] = HEAD "\"a\\nb\": 1\n";
    refuse(text, sizeof text - 1,
           "3:1: a?b: unknown key: expected one of name, about, system, spaces, timeline, expect, limits");
}
END_TEST

START_TEST(test_long_values_are_cut)
{
    char text[2000], long_value[1001], message[200];
    memset(long_value, 'z', 1000);
    long_value[1000] = 0;
    snprintf(text, sizeof text, HEAD "limits: {group: %s}\n", long_value);
    snprintf(message, sizeof message,
             "3:17: limits.group: expected a number 0..10000000000000 (cycles), not \"%.40s...\"", long_value);
    refuse(text, strlen(text), message);
    struct loaded l = {0};
    snprintf(text, sizeof text, HEAD "%s: 5\n", long_value);
    load_text(&l, text, NULL, 0);
    ck_assert(!l.good);
    ck_assert_uint_lt(strlen(l.message), MESSAGE_MAX);
    unload(&l);
}
END_TEST

/* The file has holes: nothing of it is on the disk. */
START_TEST(test_too_large)
{
    char name[] = "/tmp/prisim_scenario_XXXXXX", message[MESSAGE_MAX];
    struct scenario scenario;
    int handle = mkstemp(name);
    ck_assert_int_ge(handle, 0);
    ck_assert_int_eq(ftruncate(handle, (off_t)TREE_FILE_MEGABYTES_MAX * (1 << 20) + 1), 0);
    close(handle);
    ck_assert(!scenario_load(&scenario, name, NULL, 0, message));
    unlink(name);
    ck_assert_ptr_nonnull(strstr(message, ": larger than 128 MB"));
}
END_TEST

START_TEST(test_too_many_values)
{
    char message[TREE_MESSAGE_MAX] = "";
    struct tree tree = {.file = "file", .message = message};
    struct tree_builder builder = {.tree = &tree, .values = TREE_VALUES_MAX - 2};
    ck_assert(tree_build_begin(&builder, TREE_LIST, 1, 1));
    ck_assert(tree_build_scalar(&builder, "1", 1, false, 1, 2));
    ck_assert(!tree_build_scalar(&builder, "2", 1, false, 1, 4));
    ck_assert_str_eq(message, "file:1:4: yaml: expected at most 20000000 values");
    tree_build_free(&builder);
    tree_free(&tree);
}
END_TEST

START_TEST(test_unreadable)
{
    char message[MESSAGE_MAX], long_name[600];
    struct scenario *scenario = malloc(sizeof *scenario);
    ck_assert(!scenario_load(scenario, "/nowhere/at/all.yaml", NULL, 0, message));
    ck_assert_str_eq(message, "/nowhere/at/all.yaml: No such file or directory");
    ck_assert(!scenario_load(scenario, "/tmp", NULL, 0, message));
    ck_assert_str_eq(message, "/tmp: Is a directory");
    memset(long_name, 'n', sizeof long_name);
    long_name[sizeof long_name - 1] = 0;
    ck_assert(!scenario_load(scenario, long_name, NULL, 0, message));
    ck_assert_ptr_nonnull(strstr(message, "expected a path of at most 255 bytes"));
    long_name[256] = 0;
    ck_assert(!scenario_load(scenario, long_name, NULL, 0, message));
    ck_assert_ptr_nonnull(strstr(message, "expected a path of at most 255 bytes"));
    long_name[255] = 0;
    ck_assert(!scenario_load(scenario, long_name, NULL, 0, message));
    ck_assert_ptr_nonnull(strstr(message, ": No such file or directory"));
    free(scenario);
}
END_TEST

/* Each region of RAM that cannot be is refused by its key. */
START_TEST(test_regions_of_memory)
{
    static const struct {
        const char *text, *message; /* NULL: it can be */
    } row[] = {
        {"regions: [{base: 0x3ffff000, size: 0x1000}, {base: 0x41000000, size: 0x1000}]", NULL},
        {"regions: [{base: 0xfffffffff000, size: 0x1000}]", NULL},
        {"regions: [{base: 0x1000, size: 0x1000}, {base: 0x2000, size: 0x1800}]",
         "system.memory.regions.1.size: expected whole pages of 4 KB"},
        {"regions: [{base: 0x1800, size: 0x1000}]", "system.memory.regions.0.base: expected 4 KB aligned"},
        {"regions: [{base: 0x40fff000, size: 0x1000}]",
         "system.memory.regions.0.base: expected a region apart from all"},
        {"regions: [{base: 0x1000, size: 0x1000}, {base: 0x1000, size: 0x1000}]",
         "system.memory.regions.1.base: expected a region apart from all"},
        {"regions: [{base: 0, size: 0x1000}]", "system.memory.regions.0.base: expected more than 0"},
        {"regions: [{base: 0x1000000000000, size: 0x1000}]",
         "system.memory.regions.0.base: expected a region that ends within"},
        {"regions: [{base: 0xfffffffff000, size: 0x2000}]",
         "system.memory.regions.0.base: expected a region that ends within"},
        {"regions: [{base: 0x1000000000, size: 0x1000}]",
         "system.memory.regions.0.base: expected a region apart from door"},
        {"regions: [{base: 0xfff000000, size: 0x2000000}]",
         "system.memory.regions.0.base: expected a region apart from door"},
        {"regions: [{base: 0x8000000, size: 0x100000}]",
         "system.memory.regions.0.base: expected a region apart from door"},
        {"size: 0xfc0001000", "system.memory.size: expected RAM that ends below"},
        {"regions: [{base: 0x1000}]", "system.memory.regions.0.size: "},
        {"regions: [{base: 0x1000, size: 0}]", "system.memory.regions.0.size: expected "},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct loaded l = {0};
        char text[512];
        snprintf(text, sizeof text, HEAD "system: {memory: {%s}}\n", row[i].text);
        load_text(&l, text, NULL, 0);
        ck_assert_msg(l.good == !row[i].message, "%s: %s", row[i].text, l.message);
        if (row[i].message)
            ck_assert_msg(strstr(l.message, row[i].message) != NULL, "%s: %s", row[i].text, l.message);
        unload(&l);
    }
}
END_TEST

/* What a block refuses is told as an error of its key; what is too small for a default, of the key that is given. */
START_TEST(test_blocks_refuse)
{
    struct loaded l = {0};
    load_text(&l, HEAD "system: {memory: {size: 0x1001}}\n", NULL, 0);
    ck_assert(!l.good);
    ck_assert_ptr_nonnull(strstr(l.message, ":3:25: system.memory.size: expected "));
    unload(&l);
    struct prisim_driver_config driver;
    prisim_driver_config_default(&driver);
    ck_assert_uint_gt(driver.cmdq_log2, 3);
    load_text(&l, HEAD "system: {smmu: {cmdq_log2_max: 3}}\n", NULL, 0);
    ck_assert(!l.good);
    ck_assert_ptr_nonnull(strstr(l.message, ":3:32: system.smmu.cmdq_log2_max: expected at least "));
    unload(&l);
    /* no room for a queue of 2^19 records */
    load_text(&l, HEAD "system: {smmu: {priq_log2_max: 19}, driver: {priq_log2: 19}, memory: {size: 0x10000}}\n", NULL,
              0);
    ck_assert(!l.good);
    ck_assert_ptr_nonnull(strstr(l.message, ":3:77: system.memory.size: expected "));
    unload(&l);
}
END_TEST

/* As many steps as there can be, and one more. */
START_TEST(test_full_timeline)
{
    struct timeline_config config = {0};
    ck_assert_ptr_nonnull(timeline_config_add(&config));
    config.steps = config.room = TIMELINE_STEPS_MAX;
    ck_assert_ptr_null(timeline_config_add(&config));
    ck_assert_uint_eq(config.steps, TIMELINE_STEPS_MAX);
    timeline_config_free(&config);
}
END_TEST

/* A text of any length is either refused or leaves alone what stands behind its member, whatever the key. */
START_TEST(test_no_text_outgrows_its_member)
{
    enum { ROOM = 1 << 16, LONGEST = 600, UNTOUCHED = 0xA5 };
    static char text[LONGEST + 1], expected[KEY_EXPECTED_MAX];
    unsigned char *places = malloc(ROOM);
    struct key_bases bases;
    unsigned stored = 0;
    for (unsigned scope = 0; scope < KEY_SCOPES; scope++)
        bases.of[scope] = places;
    for (unsigned i = 0; i < keys_count(); i++) {
        const struct key *key = key_at(i);
        if (key->scope == KEY_OF_NOTHING || key->size <= sizeof(uint64_t))
            continue;
        size_t behind = key->offset + key->size;
        ck_assert_uint_lt(behind, ROOM);
        for (size_t length = 0; length <= LONGEST; length++) {
            memset(places, UNTOUCHED, behind + 1);
            memset(text, 'a', length);
            text[length] = 0;
            if (!key_store(key, &bases, text, false, expected))
                continue;
            ck_assert_msg(places[behind] == UNTOUCHED, "%s of %zu bytes", key->name, length);
            stored++;
        }
    }
    ck_assert_uint_gt(stored, 0);
    free(places);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_scenario_bad");
    TCase *tcase = tcase_create("refused");
    tcase_add_test(tcase, test_files);
    tcase_add_test(tcase, test_empty);
    tcase_add_test(tcase, test_bytes_that_are_no_text);
    tcase_add_test(tcase, test_byte_order_mark);
    tcase_add_test(tcase, test_control_characters_do_not_break_the_line);
    tcase_add_test(tcase, test_long_values_are_cut);
    tcase_add_test(tcase, test_too_large);
    tcase_add_test(tcase, test_too_many_values);
    tcase_add_test(tcase, test_unreadable);
    tcase_add_test(tcase, test_regions_of_memory);
    tcase_add_test(tcase, test_blocks_refuse);
    tcase_add_test(tcase, test_full_timeline);
    tcase_add_test(tcase, test_no_text_outgrows_its_member);
    suite_add_tcase(suite, tcase);
    return suite;
}
