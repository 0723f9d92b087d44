/* SPDX-License-Identifier: Apache-2.0
 *
 * The probe's buffer, and the two tables behind it: every row of events.def and causes.def can be used, written and
 * told from the others.
 */
#include <check.h>
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/ports.h"

static struct probe probe;

START_TEST(the_mask_decides_what_is_recorded)
{
    struct ports p = {.probe = &probe, .instance = 3};
    probe_init(&probe, false);
    PROBE(&p, 7, PRI_QUEUE_PROD, 1, 2);
    ck_assert_uint_eq(probe.count, 0);
    probe.mask[EVENT_PRI_QUEUE_PROD / 64] |= UINT64_C(1) << (EVENT_PRI_QUEUE_PROD % 64);
    PROBE(&p, 7, PRI_QUEUE_PROD, 1, 2);
    PROBE(&p, 7, PRI_QUEUE_CONS, 1, 2);
    ck_assert_uint_eq(probe.count, 1);
    probe_init(&probe, true);
    ck_assert_uint_eq(probe.count, 0);
    for (unsigned type = 0; type < EVENT_TYPES; type++)
        ck_assert(probe_wants(&probe, (enum event_type)type));
}
END_TEST

START_TEST(a_record_holds_what_was_given_and_zeros)
{
    struct ports p = {.probe = &probe, .instance = 40};
    probe_init(&probe, true);
    memset(probe.buffer, 0xa5, sizeof probe.buffer);
    PROBE(&p, 123, PRI_QUEUE_PROD, 0x44, 1);
    PROBE(&p, 124, DRIVER_READY, 0);
    const struct event *event = &probe.buffer[0];
    ck_assert_uint_eq(probe.count, 2);
    ck_assert_uint_eq(event->cycle, 123);
    ck_assert_uint_eq(event->instance, 40);
    ck_assert_uint_eq(event->type, EVENT_PRI_QUEUE_PROD);
    ck_assert_uint_eq(event->unused, 0);
    ck_assert_uint_eq(event->field[0], 0x44);
    ck_assert_uint_eq(event->field[1], 1);
    for (unsigned i = 2; i < EVENT_FIELDS_MAX; i++)
        ck_assert_uint_eq(event->field[i], 0);
    ck_assert_uint_eq(probe.buffer[1].type, EVENT_DRIVER_READY);
}
END_TEST

static void record(uint16_t instance, uint64_t number)
{
    const uint64_t fields[EVENT_FIELDS_MAX] = {number};
    probe_record(&probe, instance, 9, EVENT_TIMELINE_STEP, fields);
}

START_TEST(sorting_keeps_the_order_inside_an_instance)
{
    static const uint16_t instances[] = {5, 2, 5, 0, 2, 63, 0, 5, 1, 2};
    enum { COUNT = sizeof instances / sizeof instances[0] };
    probe_init(&probe, true);
    for (unsigned i = 0; i < COUNT; i++)
        record(instances[i], i);
    probe_sort(&probe);
    static const uint64_t expected[COUNT] = {3, 6, 8, 1, 4, 9, 0, 2, 7, 5};
    ck_assert_uint_eq(probe.count, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(probe.buffer[i].field[0], expected[i]);
        ck_assert_uint_eq(probe.buffer[i].instance, instances[expected[i]]);
    }
}
END_TEST

START_TEST(sorting_a_full_probe_of_falling_ranks)
{
    probe_init(&probe, true);
    for (unsigned i = 0; i < PROBE_CAPACITY; i++)
        record((uint16_t)(63 - i / 16), i);
    probe_sort(&probe);
    for (unsigned i = 1; i < PROBE_CAPACITY; i++) {
        const struct event *a = &probe.buffer[i - 1], *b = &probe.buffer[i];
        ck_assert(a->instance < b->instance || (a->instance == b->instance && a->field[0] < b->field[0]));
    }
}
END_TEST

START_TEST(a_full_probe_refuses_more)
{
    probe_init(&probe, true);
    for (unsigned i = 0; i <= PROBE_CAPACITY; i++)
        record(0, i);
}
END_TEST

static bool is_word(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!islower((unsigned char)text[i]) && !isdigit((unsigned char)text[i]) && text[i] != '_')
            return false;
    return length > 0 && islower((unsigned char)text[0]);
}

START_TEST(event_names_are_block_dot_what_and_unique)
{
    for (unsigned a = 0; a < EVENT_TYPES; a++) {
        const char *name = event_name((enum event_type)a);
        const char *dot = strchr(name, '.');
        ck_assert_msg(dot && is_word(name, (size_t)(dot - name)) && is_word(dot + 1, strlen(dot + 1)), "%s", name);
        ck_assert_msg(strlen(event_about((enum event_type)a)) > 0, "%s", name);
        for (unsigned b = 0; b < a; b++)
            ck_assert_str_ne(name, event_name((enum event_type)b));
    }
}
END_TEST

/* E0 and the like; a point is the mark of one event. */
START_TEST(points_are_a_letter_and_a_digit_and_unique)
{
    for (unsigned a = 0; a < EVENT_TYPES; a++) {
        const char *point = event_point((enum event_type)a);
        if (!*point)
            continue;
        ck_assert_msg(strchr("EHISRU", point[0]) && isdigit((unsigned char)point[1]) && !point[2], "%s", point);
        for (unsigned b = 0; b < a; b++)
            ck_assert_str_ne(point, event_point((enum event_type)b));
    }
}
END_TEST

/* unbind 0: the life of a page request and of an unbind. */
START_TEST(every_point_has_its_event)
{
    static const char *const points[] = {"E0", "E1", "H0", "H1", "H2", "I0", "I1", "S0", "S1", "S2", "S3",
                                         "R0", "R1", "R2", "U0", "U1", "U2", "U3", "U4", "U5", "U6", "U7"};
    for (unsigned i = 0; i < sizeof points / sizeof points[0]; i++) {
        unsigned found = 0;
        for (unsigned type = 0; type < EVENT_TYPES; type++)
            found += strcmp(event_point((enum event_type)type), points[i]) == 0;
        ck_assert_msg(found == 1, "%s", points[i]);
    }
}
END_TEST

/* The field lists as the table has them: the parser must agree with the text, word by word. */
static const char *const field_lists[EVENT_TYPES] = {
#define EVENT(id, name, point, fields, about) fields,
#include "model/core/events.def"
#undef EVENT
};

static const char format_letters[] = {
    [FIELD_DECIMAL] = 'd', [FIELD_HEX] = 'x',   [FIELD_PASID] = 'p',    [FIELD_BOOL] = 'b',
    [FIELD_CAUSE] = 'c',   [FIELD_SPACE] = 's', [FIELD_INSTANCE] = 'i', [FIELD_ACCESS] = 'a',
};

START_TEST(field_lists_are_parsed_whole)
{
    for (unsigned type = 0; type < EVENT_TYPES; type++) {
        struct event_field fields[EVENT_FIELDS_MAX];
        unsigned count = event_fields((enum event_type)type, fields);
        ck_assert_uint_le(count, EVENT_FIELDS_MAX);
        char rebuilt[256] = "";
        size_t length = 0;
        for (unsigned i = 0; i < count; i++) {
            ck_assert(is_word(fields[i].name, fields[i].name_length));
            length += (size_t)snprintf(&rebuilt[length], sizeof rebuilt - length, "%s%.*s:%c", i ? " " : "",
                                       (int)fields[i].name_length, fields[i].name, format_letters[fields[i].format]);
            ck_assert_uint_lt(length, sizeof rebuilt);
            for (unsigned k = 0; k < i; k++)
                ck_assert_msg(fields[k].name_length != fields[i].name_length ||
                                  memcmp(fields[k].name, fields[i].name, fields[i].name_length) != 0,
                              "%s has a field twice", event_name((enum event_type)type));
        }
        ck_assert_str_eq(rebuilt, field_lists[type]);
    }
}
END_TEST

START_TEST(cause_names_are_words_and_unique)
{
    for (unsigned a = 0; a < CAUSES; a++) {
        const char *name = cause_name((enum cause)a);
        ck_assert_msg(is_word(name, strlen(name)), "%s", name);
        ck_assert_msg(strlen(cause_about((enum cause)a)) > 0, "%s", name);
        for (unsigned b = 0; b < a; b++)
            ck_assert_str_ne(name, cause_name((enum cause)b));
    }
    ck_assert_str_eq(cause_name((enum cause)0), "none"); /* a field that is not given says so */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("core_probe");
    TCase *buffer = tcase_create("buffer");
    tcase_add_test(buffer, the_mask_decides_what_is_recorded);
    tcase_add_test(buffer, a_record_holds_what_was_given_and_zeros);
    tcase_add_test(buffer, sorting_keeps_the_order_inside_an_instance);
    tcase_add_test(buffer, sorting_a_full_probe_of_falling_ranks);
    tcase_add_test_raise_signal(buffer, a_full_probe_refuses_more, SIGABRT);
    suite_add_tcase(suite, buffer);
    TCase *tables = tcase_create("tables");
    tcase_add_test(tables, event_names_are_block_dot_what_and_unique);
    tcase_add_test(tables, points_are_a_letter_and_a_digit_and_unique);
    tcase_add_test(tables, every_point_has_its_event);
    tcase_add_test(tables, field_lists_are_parsed_whole);
    tcase_add_test(tables, cause_names_are_words_and_unique);
    suite_add_tcase(suite, tables);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
