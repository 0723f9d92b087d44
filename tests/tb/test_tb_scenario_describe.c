/* SPDX-License-Identifier: Apache-2.0
 *
 * The description of the language: every key, event, cause and hazard once, defaults that load to what they say, and
 * ranges that hold at their ends and not beyond.
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>

#include "scenario_text.h"
#include "tb/scenario/keys.h"
#include "tests/harness/suite.h"

static char *describe(const char *prefix, bool markdown, bool *found)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    *found = scenario_describe(to, prefix, markdown);
    fclose(to);
    return text;
}

/* How often the text has a line that begins so. */
static unsigned lines_with(const char *text, const char *start)
{
    unsigned count = 0;
    size_t length = strlen(start);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        count += strncmp(line, start, length) == 0;
    }
    return count;
}

START_TEST(test_everything_once)
{
    bool found, markdown = _i == 1;
    char *text = describe("", markdown, &found), start[KEY_PATH_MAX + 8];
    const char *format = markdown ? "| `%s` |" : "%s\n";
    ck_assert(found);
    for (unsigned i = 0; i < keys_count(); i++) {
        snprintf(start, sizeof start, format, key_at(i)->name);
        ck_assert_msg(lines_with(text, start) == 1, "%s", start);
    }
    for (unsigned i = 0; i < PRISIM_EVENT_TYPES; i++) {
        snprintf(start, sizeof start, format, prisim_event_name((enum prisim_event_type)i));
        ck_assert_msg(lines_with(text, start) == 1, "%s", start);
    }
    for (unsigned i = 0; i < HAZARDS; i++) {
        snprintf(start, sizeof start, format, hazard_name((enum hazard)i));
        ck_assert_msg(lines_with(text, start) == 1, "%s", start);
    }
    free(text);
}
END_TEST

START_TEST(test_tables_have_their_columns)
{
    bool found;
    char *text = describe(NULL, true, &found);
    unsigned columns = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        unsigned bars = 0;
        for (const char *c = line; *c; c++)
            bars += *c == '|';
        if (line[0] != '|')
            columns = 0;
        else if (columns == 0)
            columns = bars;
        else
            ck_assert_msg(bars == columns, "%s", line);
    }
    free(text);
}
END_TEST

START_TEST(test_prefix)
{
    bool found;
    char *text = describe("system.driver.price", false, &found);
    ck_assert(found);
    ck_assert_uint_eq(lines_with(text, "system.driver.price"), 10); /* the map and its nine prices */
    ck_assert_uint_eq(lines_with(text, "system.driver.unbind"), 0);
    ck_assert_uint_eq(lines_with(text, "driver.ready"), 0);
    free(text);
    text = describe("system.endpoints.nic.pri.allocation", false, &found); /* an id where the table has a star */
    ck_assert(found);
    ck_assert_uint_eq(lines_with(text, "system.endpoints.*.pri.allocation\n"), 1);
    free(text);
    text = describe("H1", false, &found);
    ck_assert(found);
    ck_assert_uint_eq(lines_with(text, "pri_queue.write\n"), 1);
    free(text);
    text = describe("no_such_thing", false, &found);
    ck_assert(!found);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

/* Type, range, unit and default of a key; what it has not is left out. */
START_TEST(test_words_of_a_key)
{
    static const char *const about[][2] = {
        {"limits.cycles", "limits.cycles\n    number, 1..10000000000000, cycles; default: 10000000\n    "},
        {"system.pri_queue.auto_fail_last_only",
         "system.pri_queue.auto_fail_last_only\n    bool, true or false; default: false\n    "},
        {"name", "name\n    id, 1..255 of [a-z0-9-]; required\n    "},
    };
    for (unsigned i = 0; i < sizeof about / sizeof *about; i++) {
        bool found;
        char *text = describe(about[i][0], false, &found);
        ck_assert_msg(strncmp(text, about[i][1], strlen(about[i][1])) == 0, "%s", text);
        free(text);
    }
}
END_TEST

/* Writes a key with a value into a scenario that is good but for it; false if the key needs more than that. */
static bool scenario_with(const struct key *key, const char *value, char text[1000])
{
    static const char head[] = "name: edge\nabout: A value at the end of its range.\n";
    char name[KEY_PATH_MAX], *part, *save = NULL;
    if (strchr(key->name, '*') || key->row->type == KEY_MAP || key->row->type == KEY_LIST || !strchr(key->name, '.'))
        return false;
    snprintf(name, sizeof name, "%s", key->name);
    snprintf(text, 1000, "%s", head);
    unsigned depth = 0;
    for (part = strtok_r(name, ".", &save); part; part = strtok_r(NULL, ".", &save), depth++)
        snprintf(text + strlen(text), 1000 - strlen(text), "%*s%s:%s", (int)(2 * depth), "", part,
                 strchr(save, 0) == save ? "" : "\n");
    snprintf(text + strlen(text), 1000 - strlen(text), " %s\n", value);
    return true;
}

static bool out_of_range(const struct key *key, const char *value)
{
    char text[1000], needle[KEY_PATH_MAX + 16];
    struct loaded l = {0};
    ck_assert(scenario_with(key, value, text));
    load_text(&l, text, NULL, 0);
    snprintf(needle, sizeof needle, ": %s: expected ", key->name);
    bool refused = !l.good && strstr(l.message, needle) && strstr(l.message, ", not ");
    unload(&l);
    return refused;
}

/* The table's ranges are those of the blocks: at both ends the blocks accept what the table accepts. */
START_TEST(test_ranges)
{
    unsigned checked = 0;
    for (unsigned i = 0; i < keys_count(); i++) {
        const struct key *key = key_at(i);
        char text[1000], value[32];
        if (key->row->type != KEY_NUMBER || !scenario_with(key, "0", text))
            continue;
        for (unsigned end = 0; end < 2; end++) {
            struct loaded l = {0};
            snprintf(value, sizeof value, "%" PRIu64, end ? key->row->max : key->row->min);
            scenario_with(key, value, text);
            load_text(&l, text, NULL, 0);
            /* sizes are also bound to one another: then the message speaks of the other key or of room */
            bool other = strstr(l.message, "at most") || strstr(l.message, "at least") || strstr(l.message, "room");
            ck_assert_msg(l.good || other, "%s", l.message);
            unload(&l);
        }
        if (key->row->max == UINT64_MAX) {
            ck_assert_msg(out_of_range(key, "18446744073709551616"), "%s accepts 2^64", key->name);
        } else {
            snprintf(value, sizeof value, "%" PRIu64, key->row->max + 1);
            ck_assert_msg(out_of_range(key, value), "%s accepts %s", key->name, value);
        }
        snprintf(value, sizeof value, "%" PRId64, (int64_t)key->row->min - 1);
        ck_assert_msg(out_of_range(key, value), "%s accepts %s", key->name, value);
        checked++;
    }
    ck_assert_uint_gt(checked, 40);
}
END_TEST

/* A row's range and its words are two columns: there are as many words as values. */
START_TEST(test_words_fill_the_range)
{
    unsigned checked = 0;
    for (unsigned i = 0; i < keys_count(); i++) {
        const struct key_row *row = key_at(i)->row;
        if (row->type != KEY_ENUM)
            continue;
        uint64_t words = 0;
        size_t length;
        for (const char *w = words_next(row->words, &length); length; w = words_next(w + length, &length))
            words++;
        ck_assert_msg(words == row->max - row->min + 1, "%s: %s", key_at(i)->name, row->words);
        checked++;
    }
    ck_assert_uint_gt(checked, 10);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_scenario_describe");
    TCase *tcase = tcase_create("described");
    tcase_add_loop_test(tcase, test_everything_once, 0, 2);
    tcase_add_test(tcase, test_tables_have_their_columns);
    tcase_add_test(tcase, test_prefix);
    tcase_add_test(tcase, test_words_of_a_key);
    tcase_add_test(tcase, test_ranges);
    tcase_add_test(tcase, test_words_fill_the_range);
    suite_add_tcase(suite, tcase);
    return suite;
}
