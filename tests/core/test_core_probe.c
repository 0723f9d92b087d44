/* SPDX-License-Identifier: Apache-2.0
 *
 * The probe's buffer, and the two tables behind it: every row of events.def and causes.def can be used, written and
 * told from the others.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/ports.h"
#include "tests/core/memory_taken.h"
#include "tests/harness/suite.h"

static struct prisim_probe probe;

START_TEST(the_mask_decides_what_is_recorded)
{
    struct prisim_ports p = {.probe = &probe, .instance = 3};
    prisim_probe_init(&probe, false);
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        ck_assert(!prisim_probe_wants(&probe, (enum prisim_event_type)type));
    PRISIM_PROBE(&p, 7, pri_queue_prod, .prod = 1, .ovflg = 2);
    ck_assert_uint_eq(probe.count, 0);
    probe.mask[PRISIM_EVENT_PRI_QUEUE_PROD / 64] |= UINT64_C(1) << (PRISIM_EVENT_PRI_QUEUE_PROD % 64);
    PRISIM_PROBE(&p, 7, pri_queue_prod, .prod = 1, .ovflg = 2);
    PRISIM_PROBE(&p, 7, pri_queue_cons, .cons = 1, .ovackflg = 2);
    ck_assert_uint_eq(probe.count, 1);
    prisim_probe_init(&probe, true);
    ck_assert_uint_eq(probe.count, 0);
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        ck_assert(prisim_probe_wants(&probe, (enum prisim_event_type)type));
}
END_TEST

/* Types of a range, also of one that reaches into the next word of the mask. */
START_TEST(any_of_a_range_is_recorded)
{
    static const struct {
        enum prisim_event_type first, last;
    } range[] = {{3, 9}, {0, 63}, {60, 67}, {64, 64}, {63, 64}};
    for (unsigned i = 0; i < sizeof range / sizeof *range; i++)
        for (unsigned type = 0; type < 128; type++) {
            prisim_probe_init(&probe, false);
            probe.mask[type / 64] = UINT64_C(1) << type % 64;
            ck_assert_int_eq(prisim_probe_records_any(&probe, range[i].first, range[i].last),
                             type >= range[i].first && type <= range[i].last);
            prisim_probe_close(&probe);
        }
}
END_TEST

START_TEST(a_record_holds_what_was_given)
{
    struct prisim_ports p = {.probe = &probe, .instance = 40};
    prisim_probe_init(&probe, true);
    memset(probe.own, 0xa5, sizeof probe.own);
    PRISIM_PROBE(&p, 123, pri_queue_prod, .prod = 0x44, .ovflg = 1);
    PRISIM_PROBE(&p, 124, driver_ready, .functions = 0);
    const struct prisim_event *event = &probe.buffer[0];
    ck_assert_uint_eq(probe.count, 2);
    ck_assert_uint_eq(event->cycle, 123);
    ck_assert_uint_eq(event->instance, 40);
    ck_assert_uint_eq(event->type, PRISIM_EVENT_PRI_QUEUE_PROD);
    ck_assert_uint_eq(event->unused, 0);
    ck_assert_uint_eq(event->pri_queue_prod.prod, 0x44);
    ck_assert_uint_eq(event->pri_queue_prod.ovflg, 1);
    ck_assert_uint_eq(probe.buffer[1].type, PRISIM_EVENT_DRIVER_READY);
}
END_TEST

static void record(uint16_t instance, uint64_t number)
{
    prisim_probe_next(&probe, instance, 9, PRISIM_EVENT_TIMELINE_STEP)->timeline_step.step = number;
}

START_TEST(sorting_keeps_the_order_inside_an_instance)
{
    static const uint16_t instances[] = {5, 2, 5, 0, 2, 63, 0, 5, 1, 2};
    enum { COUNT = sizeof instances / sizeof instances[0] };
    prisim_probe_init(&probe, true);
    for (unsigned i = 0; i < COUNT; i++)
        record(instances[i], i);
    prisim_probe_sort(&probe);
    static const uint64_t expected[COUNT] = {3, 6, 8, 1, 4, 9, 0, 2, 7, 5};
    ck_assert_uint_eq(probe.count, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(probe.buffer[i].timeline_step.step, expected[i]);
        ck_assert_uint_eq(probe.buffer[i].instance, instances[expected[i]]);
    }
}
END_TEST

/* `count` at one edge, of rising ranks or of falling ones. */
static void record_and_sort(unsigned count, bool falling)
{
    for (unsigned i = 0; i < count; i++)
        record((uint16_t)(falling ? 1000 - i / 16 : i / 16), i);
    ck_assert_uint_eq(probe.count, count);
    for (unsigned i = 0; i < count; i++)
        ck_assert_uint_eq(probe.buffer[i].timeline_step.step, i);
    prisim_probe_sort(&probe);
    for (unsigned i = 1; i < count; i++) {
        const struct prisim_event *a = &probe.buffer[i - 1], *b = &probe.buffer[i];
        ck_assert(a->instance < b->instance ||
                  (a->instance == b->instance && a->timeline_step.step < b->timeline_step.step));
    }
    probe.count = 0;
}

/* An edge may have any number of events; the next one has room for as many, and again after the probe was closed. */
START_TEST(a_probe_grows_with_its_events)
{
    static const unsigned counts[] = {1023, 1024, 1025, 4100, 3, 2049};
    prisim_probe_init(&probe, true);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++)
            record_and_sort(counts[i], counts[i] == 1025);
        record(1, 0);
        prisim_probe_close(&probe);
        ck_assert_uint_eq(probe.count, 0);
        ck_assert_uint_eq(probe.room, PRISIM_PROBE_ROOM);
    }
}
END_TEST

/* As who steps a block by itself may have it (rtl/dpi): zeroed, and its mask set by hand. */
START_TEST(zeroed_memory_is_a_probe)
{
    ck_assert(!prisim_probe_wants(&probe, PRISIM_EVENT_TIMELINE_STEP));
    record_and_sort(1, false);
    ck_assert_uint_eq(probe.room, PRISIM_PROBE_ROOM);
    record_and_sort(1500, false);
    prisim_probe_close(&probe);
}
END_TEST

/* What it grew by is given back. */
START_TEST(a_closed_probe_holds_no_memory)
{
    size_t taken = 0;
    for (unsigned round = 0; round < 20; round++) {
        prisim_probe_init(&probe, true);
        record_and_sort(2000, false);
        prisim_probe_close(&probe);
        if (round == 0)
            taken = memory_taken();
    }
    ck_assert_uint_eq(memory_taken(), taken);
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
    for (unsigned a = 0; a < PRISIM_EVENT_TYPES; a++) {
        const char *name = prisim_event_name((enum prisim_event_type)a);
        const char *dot = strchr(name, '.');
        ck_assert_msg(dot && is_word(name, (size_t)(dot - name)) && is_word(dot + 1, strlen(dot + 1)), "%s", name);
        ck_assert_msg(strlen(prisim_event_about((enum prisim_event_type)a)) > 0, "%s", name);
        for (unsigned b = 0; b < a; b++)
            ck_assert_str_ne(name, prisim_event_name((enum prisim_event_type)b));
    }
}
END_TEST

/* E0 and the like; a point is the mark of one event. */
START_TEST(points_are_a_letter_and_a_digit_and_unique)
{
    for (unsigned a = 0; a < PRISIM_EVENT_TYPES; a++) {
        const char *point = prisim_event_point((enum prisim_event_type)a);
        if (!*point)
            continue;
        ck_assert_msg(strchr("EHISRU", point[0]) && isdigit((unsigned char)point[1]) && !point[2], "%s", point);
        for (unsigned b = 0; b < a; b++)
            ck_assert_str_ne(point, prisim_event_point((enum prisim_event_type)b));
    }
}
END_TEST

/* UNBIND-POINT: the life of a page request and of an unbind. */
START_TEST(every_point_has_its_event)
{
    static const char *const points[] = {"E0", "E1", "H0", "H1", "H2", "I0", "I1", "S0", "S1", "S2", "S3",
                                         "R0", "R1", "R2", "U0", "U1", "U2", "U3", "U4", "U5", "U6", "U7"};
    for (unsigned i = 0; i < sizeof points / sizeof points[0]; i++) {
        unsigned found = 0;
        for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
            found += strcmp(prisim_event_point((enum prisim_event_type)type), points[i]) == 0;
        ck_assert_msg(found == 1, "%s", points[i]);
    }
}
END_TEST

/* A row that stands here a second time, in full: names, formats and order of its fields. */
START_TEST(a_row_is_as_it_is_written)
{
    static const struct {
        const char *name;
        enum prisim_field_format format;
    } expected[] = {{"slot", PRISIM_FIELD_DECIMAL}, {"lap", PRISIM_FIELD_DECIMAL},  {"stream_id", PRISIM_FIELD_HEX},
                    {"pasid", PRISIM_FIELD_PASID},  {"prgi", PRISIM_FIELD_DECIMAL}, {"address", PRISIM_FIELD_HEX},
                    {"access", PRISIM_FIELD_ACCESS}};
    enum { COUNT = sizeof expected / sizeof expected[0] };
    struct prisim_event event = {.type = PRISIM_EVENT_PRI_QUEUE_WRITE};
    event.pri_queue_write = (struct prisim_event_pri_queue_write){
        .slot = 1, .lap = 2, .stream_id = 3, .pasid = 4, .prgi = 5, .address = 6, .access = 7};
    ck_assert_uint_eq(prisim_event_field_count(PRISIM_EVENT_PRI_QUEUE_WRITE), COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        ck_assert_str_eq(prisim_event_fields(PRISIM_EVENT_PRI_QUEUE_WRITE)[i].name, expected[i].name);
        ck_assert_int_eq(prisim_event_fields(PRISIM_EVENT_PRI_QUEUE_WRITE)[i].format, expected[i].format);
        ck_assert_uint_eq(prisim_event_value(&event, i), i + 1);
    }
}
END_TEST

START_TEST(fields_are_words_told_apart_and_set_one_by_one)
{
    for (unsigned t = 0; t < PRISIM_EVENT_TYPES; t++) {
        enum prisim_event_type type = (enum prisim_event_type)t;
        const struct prisim_event_field *fields = prisim_event_fields(type);
        ck_assert_uint_ge(prisim_event_field_count(type), 1);
        ck_assert_uint_le(prisim_event_field_count(type), PRISIM_EVENT_FIELDS_MAX);
        struct prisim_event event = {.type = (uint16_t)type};
        for (unsigned i = 0; i < prisim_event_field_count(type); i++) {
            ck_assert_msg(is_word(fields[i].name, strlen(fields[i].name)), "%s", prisim_event_name(type));
            for (unsigned k = 0; k < i; k++)
                ck_assert_msg(strcmp(fields[k].name, fields[i].name) != 0, "%s: %s", prisim_event_name(type),
                              fields[i].name);
            prisim_event_set(&event, i, 100 + i);
        }
        for (unsigned i = 0; i < prisim_event_field_count(type); i++)
            ck_assert_uint_eq(prisim_event_value(&event, i), 100 + i);
    }
}
END_TEST

/* Every field counts, and what the record's head says. */
START_TEST(equal_events_are_equal_in_everything)
{
    for (unsigned t = 0; t < PRISIM_EVENT_TYPES; t++) {
        struct prisim_event event = {.cycle = 5, .instance = 3, .type = (uint16_t)t};
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)t); i++)
            prisim_event_set(&event, i, 100 + i);
        struct prisim_event other = event;
        ck_assert(prisim_event_equal(&event, &other));
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)t); i++) {
            prisim_event_set(&other, i, 0);
            ck_assert_msg(!prisim_event_equal(&event, &other), "%s: %s", prisim_event_name((enum prisim_event_type)t),
                          prisim_event_fields((enum prisim_event_type)t)[i].name);
            prisim_event_set(&other, i, 100 + i);
        }
        other.cycle++;
        ck_assert(!prisim_event_equal(&event, &other));
        other.cycle--;
        other.instance++;
        ck_assert(!prisim_event_equal(&event, &other));
    }
    struct prisim_event event = {.type = PRISIM_EVENT_DRIVER_READY}, other = {.type = PRISIM_EVENT_TIMELINE_STEP};
    ck_assert(!prisim_event_equal(&event, &other));
}
END_TEST

/* A field is written by its name: no PASID is null, a stream's number is hexadecimal. */
START_TEST(a_name_has_its_format)
{
    static const struct {
        const char *name;
        enum prisim_field_format format;
    } rows[] = {{"pasid", PRISIM_FIELD_PASID}, {"cause", PRISIM_FIELD_CAUSE}, {"stream_id", PRISIM_FIELD_HEX}};
    unsigned found = 0;
    for (unsigned t = 0; t < PRISIM_EVENT_TYPES; t++)
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)t); i++)
            for (unsigned row = 0; row < sizeof rows / sizeof rows[0]; row++) {
                const struct prisim_event_field *field = &prisim_event_fields((enum prisim_event_type)t)[i];
                if (strcmp(field->name, rows[row].name) != 0)
                    continue;
                ck_assert_msg(field->format == rows[row].format, "%s: %s", prisim_event_name((enum prisim_event_type)t),
                              field->name);
                found |= 1u << row;
            }
    ck_assert_uint_eq(found, 7);
}
END_TEST

START_TEST(cause_names_are_words_and_unique)
{
    for (unsigned a = 0; a < PRISIM_CAUSES; a++) {
        const char *name = prisim_cause_name((enum prisim_cause)a);
        ck_assert_msg(is_word(name, strlen(name)), "%s", name);
        ck_assert_msg(strlen(prisim_cause_about((enum prisim_cause)a)) > 0, "%s", name);
        for (unsigned b = 0; b < a; b++)
            ck_assert_str_ne(name, prisim_cause_name((enum prisim_cause)b));
    }
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)0), "none"); /* a field that is not given says so */
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("core_probe");
    TCase *buffer = tcase_create("buffer");
    tcase_add_test(buffer, the_mask_decides_what_is_recorded);
    tcase_add_test(buffer, any_of_a_range_is_recorded);
    tcase_add_test(buffer, a_record_holds_what_was_given);
    tcase_add_test(buffer, sorting_keeps_the_order_inside_an_instance);
    tcase_add_test(buffer, a_probe_grows_with_its_events);
    tcase_add_test(buffer, zeroed_memory_is_a_probe);
    tcase_add_test(buffer, a_closed_probe_holds_no_memory);
    suite_add_tcase(suite, buffer);
    TCase *tables = tcase_create("tables");
    tcase_add_test(tables, event_names_are_block_dot_what_and_unique);
    tcase_add_test(tables, points_are_a_letter_and_a_digit_and_unique);
    tcase_add_test(tables, every_point_has_its_event);
    tcase_add_test(tables, a_row_is_as_it_is_written);
    tcase_add_test(tables, fields_are_words_told_apart_and_set_one_by_one);
    tcase_add_test(tables, equal_events_are_equal_in_everything);
    tcase_add_test(tables, a_name_has_its_format);
    tcase_add_test(tables, cause_names_are_words_and_unique);
    suite_add_tcase(suite, tables);
    return suite;
}
