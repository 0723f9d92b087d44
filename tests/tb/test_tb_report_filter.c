/* SPDX-License-Identifier: Apache-2.0
 *
 * A filter as the command line says it: what is read, and what is refused with which words.
 */
#include <stdio.h>
#include <string.h>

#include "tb/report/report_filter.h"
#include "tests/harness/suite.h"

static struct report_filter filter;
static char message[REPORT_FILTER_MESSAGE_MAX];

static void clear(void)
{
    memset(&filter, 0, sizeof filter);
    memset(message, 0, sizeof message);
}

static void ck_term(unsigned i, enum report_key_kind kind, const char *field, const char *value)
{
    ck_assert_int_eq(filter.term[i].kind, kind);
    ck_assert_str_eq(filter.term[i].field, field);
    ck_assert_str_eq(filter.term[i].value, value);
}

static void ck_refused(const char *text, const char *said)
{
    clear();
    ck_assert_msg(!report_filter_add(&filter, text, message), "%s", text);
    ck_assert_str_eq(message, said);
}

static void ck_value(const char *text, uint64_t low, uint64_t high)
{
    uint64_t from = 1, to = 1;
    clear();
    ck_assert_msg(report_filter_add(&filter, text, message), "%s", message);
    ck_assert(report_filter_value(&filter.term[0], &from, &to));
    ck_assert_uint_eq(from, low);
    ck_assert_uint_eq(to, high);
}

START_TEST(terms)
{
    clear();
    ck_assert(!report_filter_narrows(&filter));
    ck_assert(report_filter_add(&filter, "endpoint=nic,at=smmu,event=driver.,point=S2,group=3", message));
    ck_assert(report_filter_add(&filter, "pasid=1", message));
    ck_assert_uint_eq(filter.terms, 6);
    ck_term(0, REPORT_KEY_ENDPOINT, "", "nic");
    ck_term(1, REPORT_KEY_AT, "", "smmu");
    ck_term(2, REPORT_KEY_EVENT, "", "driver.");
    ck_term(3, REPORT_KEY_POINT, "", "S2");
    ck_term(4, REPORT_KEY_FIELD, "prgi", "3");
    ck_term(5, REPORT_KEY_FIELD, "pasid", "1");
    ck_assert_int_eq(filter.term[5].format, PRISIM_FIELD_PASID);
    ck_assert(report_filter_narrows(&filter));
}
END_TEST

/* The values of a field are written as the log writes them; numbers also as a range. */
START_TEST(values)
{
    ck_value("pasid=7", 7, 7);
    ck_value("pasid=none", PRISIM_PASID_NONE, PRISIM_PASID_NONE);
    ck_value("pasid=2..0x10", 2, 16);
    ck_value("item=0", 0, 0);
    ck_value("item=5..5", 5, 5);
    ck_value("address=0xfffffffffffff000", UINT64_C(0xfffffffffffff000), UINT64_C(0xfffffffffffff000));
    ck_value("write=true", 1, 1);
    ck_value("write=false", 0, 0);
    ck_value("access=RWLXP", 31, 31);
    ck_value("access=L", 4, 4);
    ck_value("access=", 0, 0);
    ck_value("cause=bound", PRISIM_CAUSE_BOUND, PRISIM_CAUSE_BOUND);
    ck_value("before=driver.page", PRISIM_EVENT_DRIVER_PAGE, PRISIM_EVENT_DRIVER_PAGE);
}
END_TEST

/* Every field of every event is a key, and a name has one kind of values everywhere. */
START_TEST(every_field_is_a_key)
{
    for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++) {
        const struct prisim_event_field *fields = prisim_event_fields((enum prisim_event_type)type);
        for (unsigned i = 0; i < prisim_event_field_count((enum prisim_event_type)type); i++) {
            static const char *const example[] = {
                [PRISIM_FIELD_DECIMAL] = "1",   [PRISIM_FIELD_HEX] = "0x1",    [PRISIM_FIELD_PASID] = "1",
                [PRISIM_FIELD_BOOL] = "true",   [PRISIM_FIELD_CAUSE] = "none", [PRISIM_FIELD_SPACE] = "A",
                [PRISIM_FIELD_INSTANCE] = "at", [PRISIM_FIELD_ACCESS] = "RW",  [PRISIM_FIELD_EVENT] = "driver.page"};
            char text[128];
            clear();
            snprintf(text, sizeof text, "%s=%s", fields[i].name, example[fields[i].format]);
            ck_assert_msg(report_filter_add(&filter, text, message), "%s of %s: %s", text,
                          prisim_event_name((enum prisim_event_type)type), message);
        }
    }
}
END_TEST

START_TEST(refusals)
{
    ck_refused("pasid", "pasid: expected KEY=VALUE");
    ck_refused("pasid=1,,item=2", ": expected KEY=VALUE");
    ck_refused("pasid=", "pasid=: expected a value");
    ck_refused("pasid=01", "pasid=01: expected a number, A..B or none");
    ck_refused("pasid=1..", "pasid=1..: expected a number, A..B or none");
    ck_refused("item=3..2", "item=3..2: expected a number or A..B");
    ck_refused("write=yes", "write=yes: expected true or false");
    ck_refused("cause=mappd", "cause=mappd: no such cause (prisim describe lists them); did you mean mapped?");
    ck_refused("event=nothing", "event=nothing: no event is called so, or begins so (prisim describe lists them)");
    ck_refused("pasidd=1", "pasidd=1: no such key: expected endpoint, at, event, point, group, or a field of an event "
                           "(prisim describe lists them); did you mean pasid?");
    ck_assert_uint_eq(filter.terms, 0);
}
END_TEST

START_TEST(around)
{
    clear();
    ck_assert(report_filter_around(&filter, "26013", message));
    ck_assert(filter.around);
    ck_assert_uint_eq(filter.cycle, 26013);
    ck_assert_uint_eq(filter.within, 500);
    ck_assert(report_filter_around(&filter, "0x10+-0", message));
    ck_assert_uint_eq(filter.cycle, 16);
    ck_assert_uint_eq(filter.within, 0);
    ck_assert(!report_filter_around(&filter, "5+-", message));
    ck_assert_str_eq(message, "5+-: expected a cycle, or CYCLE+-N");
}
END_TEST

TEST_SUITE("tb_report_filter", terms, values, every_field_is_a_key, refusals, around)
