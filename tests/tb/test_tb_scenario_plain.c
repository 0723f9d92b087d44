/* SPDX-License-Identifier: Apache-2.0
 *
 * The two ways to read a file: what the fast one takes, it takes as the YAML parser does, value by value and place by
 * place. On every scenario of this repository, good and bad, and on many with a character changed, put in or left out.
 */
#define _POSIX_C_SOURCE 200809L
#include <glob.h>

#include "model/core/random.h"
#include "scenario_text.h"
#include "tb/scenario/scenario_plain.h"
#include "tests/harness/suite.h"

enum { MUTANTS = 300 };

static bool same(const struct tree_node *a, const struct tree_node *b)
{
    if (a->type != b->type || a->quoted != b->quoted || a->line != b->line || a->column != b->column ||
        a->count != b->count || a->hash != b->hash || !a->parent != !b->parent)
        return false;
    for (uint32_t i = 0; a->type != TREE_SCALAR && i < a->count; i++) {
        const bool map = a->type == TREE_MAP;
        if (map ? !same(a->pair[i].key, b->pair[i].key) || !same(a->pair[i].value, b->pair[i].value)
                : !same(a->item[i], b->item[i]))
            return false;
    }
    return a->type != TREE_SCALAR || memcmp(a->text, b->text, a->count + 1) == 0;
}

/* True if the fast way takes the text. `name` is told if the two differ. */
static bool compare(const char *name, const char *text, size_t length)
{
    char message[TREE_MESSAGE_MAX] = "", other_message[TREE_MESSAGE_MAX] = "";
    struct tree tree = {.file = name, .message = message}, other = {.file = name, .message = other_message};
    struct tree_builder builder = {.tree = &tree};
    bool taken = plain_read(&builder, text, length);
    if (taken) {
        ck_assert_msg(tree_load_yaml(&other, text, length), "%s is taken: %s\n%s", name, other_message, text);
        ck_assert_msg(same(tree.root, other.root), "%s is read as another tree:\n%s", name, text);
    }
    tree_build_free(&builder);
    tree_free(&tree);
    tree_free(&other);
    return taken;
}

/* One character changed, put in or left out; a 0 stands behind the text. */
static size_t mutate(struct random_stream *random, char *text, size_t length)
{
    static const char characters[] = " \n:{}[],#-'\"|>?&*!%@.a0\t\\";
    size_t at = (size_t)random_below(random, (uint32_t)length);
    char c = characters[random_below(random, sizeof characters - 1)];
    uint64_t how = random_below(random, 3);
    if (how == 0) {
        text[at] = c;
        return length;
    }
    if (how == 1) {
        memmove(text + at + 1, text + at, length + 1 - at);
        text[at] = c;
        return length + 1;
    }
    memmove(text + at, text + at + 1, length - at);
    return length - 1;
}

static void compare_all(const char *pattern, unsigned *files, unsigned *taken)
{
    glob_t found = {0};
    ck_assert_int_eq(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t length;
        char *text = read_whole(found.gl_pathv[i], &length);
        (*files)++;
        *taken += compare(found.gl_pathv[i], text, length);
        free(text);
    }
    globfree(&found);
}

START_TEST(every_file)
{
    unsigned files = 0, taken = 0;
    compare_all(PRISIM_SOURCE_DIR "/scenarios/*.yaml", &files, &taken);
    compare_all(PRISIM_SOURCE_DIR "/scenarios/*/*.yaml", &files, &taken);
    ck_assert_uint_gt(files, 50);
    ck_assert_uint_gt(taken, files - files / 5); /* it is worth having; a list that goes over lines is not taken */
    compare_all(PRISIM_SOURCE_DIR "/tests/tb/bad/*.yaml", &files, &taken);
    ck_assert_uint_gt(files, 200);
}
END_TEST

START_TEST(mutants)
{
    glob_t found = {0};
    struct random_stream random = random_open((uint64_t)_i + 1, 0, 0);
    unsigned taken = 0;
    ck_assert_int_eq(glob(PRISIM_SOURCE_DIR "/scenarios/*/*.yaml", 0, NULL, &found), 0);
    for (unsigned i = 0; i < MUTANTS; i++) {
        size_t length;
        char *text = read_whole(found.gl_pathv[random_below(&random, (uint32_t)found.gl_pathc)], &length);
        unsigned changes = 1 + (unsigned)random_below(&random, 3);
        while (changes--)
            length = mutate(&random, text, length);
        taken += compare("mutant", text, length);
        free(text);
    }
    globfree(&found);
    ck_assert_uint_gt(taken, MUTANTS / 10);
}
END_TEST

/* What is read fast, in small, and what is left to the YAML parser though it is good. */
START_TEST(forms)
{
    static const char *const read[] = {"a: 1\n",
                                       "a: 1",
                                       "a:\n  b: c\n",
                                       "a:\n- b\n- c\nd: e\n",
                                       "a:\n  - b: 1\n    c: 2\n  - {d: e}\n",
                                       "a: 'b c' # d\n",
                                       "a: |\n  b\n  c\nd: e\n",
                                       "a: >\n  b\n  c\n",
                                       "a: {b: [c, d,], e: {}} # f\n",
                                       "a: {b: c, # d\n    e: f}\n",
                                       "\"a\": b#c\n"};
    static const char *const left[] = {"a:\n",          "a: b\n  c\n",  "a: &b c\n", "- a\n",         "a: \"\\n\"\n",
                                       "a: 'b''c'\n",   "--- \na: b\n", "a: {b}\n",  "a: {b: }\n",    "a: |+\n  b\n",
                                       "a: |\n\n  b\n", "a: \t b\n",    "a : b\n",   "a: \xc3\xa9\n", "? a\n: b\n"};
    for (unsigned i = 0; i < sizeof read / sizeof read[0]; i++)
        ck_assert_msg(compare("read", read[i], strlen(read[i])), "%s", read[i]);
    for (unsigned i = 0; i < sizeof left / sizeof left[0]; i++)
        ck_assert_msg(!compare("left", left[i], strlen(left[i])), "%s", left[i]);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_scenario_plain");
    TCase *tcase = tcase_create("read in two ways");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_file);
    tcase_add_loop_test(tcase, mutants, 0, 10);
    tcase_add_test(tcase, forms);
    suite_add_tcase(suite, tcase);
    return suite;
}
