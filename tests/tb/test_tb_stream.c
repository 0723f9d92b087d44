/* SPDX-License-Identifier: Apache-2.0
 *
 * Who has which events: each listener those of its types, in the order in which they were added; and which types the
 * checkers and the report take.
 */
#include "by_hand_stream.h"

#include "tb/report/report.h"
#include "tb/report/report_words.h"
#include "tests/harness/suite.h"

enum { HEARD_MAX = 1024 };

static struct heard {
    unsigned who, type;
} heard[HEARD_MAX];
static unsigned hearings;

static void hear(void *context, const struct prisim_event *event)
{
    ck_assert_uint_lt(hearings, HEARD_MAX);
    heard[hearings++] = (struct heard){*(unsigned *)context, event->type};
}

static void say_all(void)
{
    hearings = 0;
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        send_event(NIC, (enum prisim_event_type)type, (const uint64_t[PRISIM_EVENT_FIELDS_MAX]){0});
}

START_TEST(each_has_its_types_in_order)
{
    unsigned who[STREAM_LISTENERS_MAX];
    struct event_types types[STREAM_LISTENERS_MAX] = {0};
    stream = (struct stream){0};
    for (unsigned i = 0; i < STREAM_LISTENERS_MAX; i++) {
        who[i] = i;
        for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
            if (type * 2654435761U >> (7 + i) & 1)
                event_types_add(&types[i], type);
        if (i == 3)
            stream_add(&stream, hear, &who[i]);
        else
            stream_add_for(&stream, &types[i], hear, &who[i]);
    }
    say_all();
    unsigned at = 0;
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        for (unsigned i = 0; i < STREAM_LISTENERS_MAX; i++) {
            if (i != 3 && !event_types_have(&types[i], type))
                continue;
            ck_assert_uint_eq(heard[at].who, i);
            ck_assert_uint_eq(heard[at++].type, type);
        }
    ck_assert_uint_eq(at, hearings);
}
END_TEST

/* All that handlers.def names, and nothing else. */
START_TEST(the_checkers_take_what_has_a_handler)
{
    bool named[PRISIM_EVENT_TYPES] = {false};
#define HANDLER(event, function) named[PRISIM_EVENT_##event] = true;
#define JUDGE(event, function)   named[PRISIM_EVENT_##event] = true;
#include "tb/checkers/handlers.def"
#undef HANDLER
#undef JUDGE
    const struct event_types types = checkers_types();
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
        ck_assert_int_eq(event_types_have(&types, type), named[type]);
    ck_assert(!event_types_have(&types, PRISIM_EVENT_FABRIC_ENTER));
    ck_assert(event_types_have(&types, PRISIM_EVENT_ENDPOINT_START)); /* a judge alone */
}
END_TEST

START_TEST(the_report_takes_what_it_tells)
{
    static const struct report_filter no_filter;
    char message[REPORT_FILTER_MESSAGE_MAX];
    struct report *report = report_open(&scenario, &no_filter, message);
    const struct event_types types = report_types(report);
    report_close(report);
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        struct prisim_event event = {.type = (uint16_t)type};
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++)
            prisim_event_set(&event, i, 1);
        ck_assert_msg(event_types_have(&types, type) == report_covers(&event), "%s",
                      prisim_event_name((enum prisim_event_type)type));
    }
}
END_TEST

/* Who counts all events tells the checkers, which do not have them all. */
START_TEST(all_events_are_counted)
{
    say(NIC, ENDPOINT_STOP, 1);
    say(NIC, FABRIC_ENTER, 1);
    ck_counter(EVENTS, 1);
    checkers_all_events(checkers, 2);
    ck_counter(EVENTS, 2);
    finish();
    ck_counter(EVENTS, 2);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {each_has_its_types_in_order, the_checkers_take_what_has_a_handler,
                                  the_report_takes_what_it_tells, all_events_are_counted, NULL};
    return judge_suite("tb_stream", tests);
}
