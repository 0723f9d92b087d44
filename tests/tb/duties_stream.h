/* SPDX-License-Identifier: Apache-2.0
 *
 * A stream made by hand, and the broken duties that the others hear of. Page requests of both functions are enabled.
 */
#ifndef PRISIM_TEST_DUTIES_STREAM_H
#define PRISIM_TEST_DUTIES_STREAM_H

#include "by_hand_stream.h"

enum { TOLD_MAX = 16 };

static struct prisim_event told[TOLD_MAX]; /* what the others hear, broken duties only */
static unsigned tolds, heard;
static struct stream others;

static inline void listen(void *context, const struct prisim_event *event)
{
    (void)context;
    heard++;
    if (event->type == PRISIM_EVENT_PREMISE_BROKEN) {
        ck_assert_uint_lt(tolds, TOLD_MAX);
        told[tolds++] = *event;
    }
}

/* E of both functions, and how they stop. */
static inline void enable(unsigned instance, uint64_t e)
{
    say(instance, ENDPOINT_CONFIG, PRISIM_ENDPOINT_CONFIG_PRI + 4, e, true);
}

static inline void set_up(void)
{
    by_hand_open();
    tolds = heard = 0;
    others = (struct stream){0};
    stream_add(&others, listen, NULL);
    /* As in a run: the others hear an event before the checkers judge it. */
    stream = others;
    stream_add(&stream, checkers_event, checkers);
    checkers_take(checkers, &others);
    scenario.system.endpoint[0].stop = PRISIM_ENDPOINT_STOP_MARKER;
    enable(NIC, 1);
    enable(GPU, 1);
}

static inline void ck_told(unsigned i, enum prisim_cause duty, unsigned party)
{
    ck_assert_uint_gt(tolds, i);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)told[i].premise_broken.duty), prisim_cause_name(duty));
    ck_assert_uint_eq(told[i].premise_broken.party, party);
    ck_assert_uint_eq(told[i].premise_broken.stream_id, NIC_ID);
    ck_assert_uint_eq(told[i].premise_broken.pasid, 1);
    ck_assert_uint_eq(told[i].instance, INSTANCE_CHECKERS);
}

/* The one that was told, at the cycle of the event before it. */
static inline void ck_one(enum prisim_cause duty, unsigned party)
{
    ck_assert_uint_eq(tolds, 1);
    ck_told(0, duty, party);
    ck_assert_uint_eq(told[0].cycle, now);
}

static inline void stop(void)
{
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(NIC, ENDPOINT_STOP, 1);
}

static inline void stopped(uint64_t groups)
{
    say(NIC, ENDPOINT_STOPPED, 1, groups);
}

static inline struct trip raw(uint64_t n, uint64_t prgi)
{
    return (struct trip){.n = n, .job = 1000 + n, .prgi = prgi, .address = 0x4000, .access = R | L, .instance = NIC};
}

static inline void marker(uint64_t tlp)
{
    say(NIC, ENDPOINT_STOP_MARKER, tlp, 1);
}

static inline Suite *duties_suite(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, set_up, by_hand_close);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}

#endif
