/* SPDX-License-Identifier: Apache-2.0
 *
 * The digest of a run: every word of every event counts, at its place; names count, and not the numbers behind them.
 * What it is in full stands in docs/output.md and, as a second hand, in tests/program/digest.py, by which the literals
 * here were made from the text of the log.
 */
#include "by_hand_stream.h"

#include "tb/report/digest.h"
#include "tests/harness/suite.h"

enum { EVENTS = 3 };

struct digits {
    char text[DIGEST_TEXT_MAX];
};

static struct digits digits_of(const struct scenario *of, const struct prisim_event *events, unsigned number)
{
    struct digits digits = {""};
    struct digest *digest = digest_open(of);
    ck_assert_ptr_nonnull(digest);
    for (unsigned i = 0; i < number; i++)
        digest_event(digest, &events[i]);
    ck_assert_uint_eq(digest_events(digest), number);
    ck_assert_uint_eq(digest_last(digest), number ? events[number - 1].cycle : 0);
    digest_text(digest, digits.text);
    digest_close(digest);
    return digits;
}

static bool same(struct digits a, struct digits b)
{
    return strcmp(a.text, b.text) == 0;
}

/* An event of a type whose fields are all 1. */
static struct prisim_event event_of(unsigned type, prisim_cycle_t cycle)
{
    struct prisim_event event = {.cycle = cycle, .instance = NIC, .type = (uint16_t)type};
    for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++)
        prisim_event_set(&event, i, 1);
    return event;
}

static void three(unsigned type, struct prisim_event events[EVENTS])
{
    for (unsigned i = 0; i < EVENTS; i++)
        events[i] = event_of(i == 1 ? type : PRISIM_EVENT_DRIVER_READY, 100 * (i + 1));
}

/* How many values of a field a test goes through: those that have names, or each bit of a number alone. */
static uint64_t values_of(enum prisim_field_format format)
{
    switch (format) {
    case PRISIM_FIELD_DECIMAL:
    case PRISIM_FIELD_HEX:
    case PRISIM_FIELD_PASID:
        return 64;
    case PRISIM_FIELD_BOOL:
        return 2;
    case PRISIM_FIELD_CAUSE:
        return PRISIM_CAUSES;
    case PRISIM_FIELD_SPACE:
        return 3;
    case PRISIM_FIELD_INSTANCE:
        return GPU + 1;
    case PRISIM_FIELD_ACCESS:
        return 32;
    case PRISIM_FIELD_EVENT:
        return PRISIM_EVENT_TYPES;
    }
    return 0;
}

static bool is_number(enum prisim_field_format format)
{
    return format == PRISIM_FIELD_DECIMAL || format == PRISIM_FIELD_HEX || format == PRISIM_FIELD_PASID;
}

START_TEST(of_nothing)
{
    ck_assert_str_eq(digits_of(&scenario, NULL, 0).text, "613174bf09a0237e");
}
END_TEST

START_TEST(as_computed_from_the_log)
{
    struct digits digits = {""};
    struct digest *digest = digest_open(&scenario);
    stream = (struct stream){0};
    stream_add(&stream, digest_event, digest);
    say_in_every_format();
    digest_text(digest, digits.text);
    ck_assert_str_eq(digits.text, "f2476a872ae83445");
    digest_close(digest);
}
END_TEST

START_TEST(every_value_of_every_field)
{
    unsigned type = (unsigned)_i;
    struct prisim_event events[EVENTS];
    const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)type);
    three(type, events);
    for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++) {
        static struct digits seen[PRISIM_EVENT_TYPES + PRISIM_CAUSES + 64];
        uint64_t values = values_of(fields[i].format);
        ck_assert_uint_gt(values, 1);
        for (uint64_t value = 0; value < values; value++) {
            prisim_event_set(&events[1], i, is_number(fields[i].format) ? UINT64_C(1) << value : value);
            seen[value] = digits_of(&scenario, events, EVENTS);
            for (uint64_t other = 0; other < value; other++)
                ck_assert_msg(!same(seen[value], seen[other]), "%s, %s: %u and %u",
                              prisim_event_name((enum prisim_event_type)type), fields[i].name, (unsigned)value,
                              (unsigned)other);
        }
        prisim_event_set(&events[1], i, 1);
    }
}
END_TEST

/* A value counts for its own field. */
START_TEST(fields_do_not_change_places)
{
    unsigned type = (unsigned)_i;
    struct prisim_event events[EVENTS];
    three(type, events);
    const struct digits ones = digits_of(&scenario, events, EVENTS);
    struct digits seen[PRISIM_EVENT_FIELDS_MAX];
    for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++) {
        prisim_event_set(&events[1], i, 0);
        seen[i] = digits_of(&scenario, events, EVENTS);
        prisim_event_set(&events[1], i, 1);
        ck_assert(!same(seen[i], ones));
        for (unsigned other = 0; other < i; other++)
            ck_assert(!same(seen[i], seen[other]));
    }
}
END_TEST

/* Types with the same fields of the same values are told apart. */
START_TEST(every_type)
{
    struct digits seen[PRISIM_EVENT_TYPES];
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        struct prisim_event events[EVENTS];
        three(type, events);
        seen[type] = digits_of(&scenario, events, EVENTS);
        for (unsigned other = 0; other < type; other++)
            ck_assert_msg(!same(seen[type], seen[other]), "%s and %s", prisim_event_name((enum prisim_event_type)type),
                          prisim_event_name((enum prisim_event_type)other));
    }
}
END_TEST

START_TEST(order_time_place_and_number)
{
    struct prisim_event events[EVENTS];
    three(PRISIM_EVENT_ENDPOINT_START, events);
    for (unsigned i = 0; i < EVENTS; i++)
        events[i].cycle = 100;
    const struct digits before = digits_of(&scenario, events, EVENTS);
    ck_assert(same(digits_of(&scenario, events, EVENTS), before));
    struct prisim_event swapped[EVENTS] = {events[1], events[0], events[2]};
    ck_assert(!same(digits_of(&scenario, swapped, EVENTS), before));
    for (unsigned i = 0; i < EVENTS; i++) {
        events[i].cycle++;
        ck_assert(!same(digits_of(&scenario, events, EVENTS), before));
        events[i].cycle--;
        events[i].instance = GPU;
        ck_assert(!same(digits_of(&scenario, events, EVENTS), before));
        events[i].instance = NIC;
        ck_assert(!same(digits_of(&scenario, events, i), before));
    }
    ck_assert(!same(digits_of(&scenario, events, 1), digits_of(&scenario, events, 0)));
}
END_TEST

/* What no line shows is not in it: another rank, another number of a space, a name of somebody who does nothing. */
START_TEST(names_and_not_numbers)
{
    struct prisim_event events[EVENTS];
    three(PRISIM_EVENT_DRIVER_ASID_GIVEN, events); /* of space A */
    const struct digits before = digits_of(&scenario, events, EVENTS);
    struct scenario other = scenario;
    strcpy(other.system.endpoint_id[1], "other");
    strcpy(other.system.space_id[1], "other");
    ck_assert(same(digits_of(&other, events, EVENTS), before));
    strcpy(other.system.endpoint_id[0], "other");
    ck_assert(!same(digits_of(&other, events, EVENTS), before));
    other = scenario;
    strcpy(other.system.space_id[0], "other");
    ck_assert(!same(digits_of(&other, events, EVENTS), before));
    other = scenario;
    strcpy(other.system.endpoint_id[0], "gpu");
    strcpy(other.system.endpoint_id[1], "nic");
    strcpy(other.system.space_id[0], "B");
    strcpy(other.system.space_id[1], "A");
    ck_assert(!same(digits_of(&other, events, EVENTS), before));
    for (unsigned i = 0; i < EVENTS; i++)
        events[i].instance = GPU;
    events[1].driver_asid_given.space = SPACE_B;
    ck_assert(same(digits_of(&other, events, EVENTS), before));
}
END_TEST

/* As the log writes it: any value but 0 is true, and an access has five letters. */
START_TEST(what_the_log_does_not_show)
{
    struct prisim_event events[EVENTS];
    three(PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, events);
    const struct digits access = digits_of(&scenario, events, EVENTS);
    events[1].endpoint_page_request.access |= 32;
    events[1].unused = 1;
    ck_assert(same(digits_of(&scenario, events, EVENTS), access));
    three(PRISIM_EVENT_ENDPOINT_JOB, events);
    const struct digits write = digits_of(&scenario, events, EVENTS);
    events[1].endpoint_job.write = 2;
    ck_assert(same(digits_of(&scenario, events, EVENTS), write));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("tb_digest");
    TCase *tcase = tcase_create("tb_digest");
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    tcase_add_test(tcase, of_nothing);
    tcase_add_test(tcase, as_computed_from_the_log);
    tcase_add_loop_test(tcase, every_value_of_every_field, 0, PRISIM_EVENT_TYPES);
    tcase_add_loop_test(tcase, fields_do_not_change_places, 0, PRISIM_EVENT_TYPES);
    tcase_add_test(tcase, every_type);
    tcase_add_test(tcase, order_time_place_and_number);
    tcase_add_test(tcase, names_and_not_numbers);
    tcase_add_test(tcase, what_the_log_does_not_show);
    suite_add_tcase(suite, tcase);
    return suite;
}
