/* SPDX-License-Identifier: Apache-2.0
 *
 * A stream of events made by hand, for the tests of what reads it: two functions "nic" and "gpu", spaces A and B, a
 * queue of 16 entries. Every event comes ten cycles after the one before, unless a test moves the clock itself.
 */
#ifndef PRISIM_TEST_JUDGE_STREAM_H
#define PRISIM_TEST_JUDGE_STREAM_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/checkers/checkers.h"
#include "tb/engine/stream.h"

enum { NIC = INSTANCE_ENDPOINT, GPU = INSTANCE_ENDPOINT + 1, NIC_ID = 0x100, GPU_ID = 0x108, SPACE_A = 1, SPACE_B = 2 };
enum { R = PRISIM_ACCESS_READ, W = PRISIM_ACCESS_WRITE, L = PRISIM_ACCESS_LAST };

static struct scenario scenario;
enum { BY_HAND_STEPS = 32 };
static struct timeline_step by_hand_step[BY_HAND_STEPS];
static struct checkers *checkers;
static struct stream stream;
static prisim_cycle_t now;

static void by_hand_open(void)
{
    memset(&scenario, 0, sizeof scenario);
    struct system_config *system = &scenario.system;
    strcpy(scenario.name, "by-hand");
    strcpy(scenario.about, "a stream made by hand");
    system->endpoints = 2;
    strcpy(system->endpoint_id[0], "nic");
    strcpy(system->endpoint_id[1], "gpu");
    strcpy(system->space_id[0], "A");
    strcpy(system->space_id[1], "B");
    system->driver.functions = 2;
    for (unsigned i = 0; i < 2; i++) {
        system->endpoint[i].requester_id = (uint16_t)(NIC_ID + 8 * i);
        system->endpoint[i].stop = PRISIM_ENDPOINT_STOP_NONE; /* what these streams do: they wait for nothing */
        system->endpoint[i].atc_entries = 64;
        system->endpoint[i].prpr = 1;
        system->driver.function[i].pri_allocation = 8;
    }
    system->driver.spaces = 2;
    system->driver.priq_log2 = 4;
    system->smmu[0].priq_log2_max = 19;
    system->smmu[0].tlb_entries = 2048;
    system->smmu[0].config_entries = 64;
    system->pri_queue[0].size_log2_max = 19;
    scenario.expect.ended_by = ENDED_BYS;
    scenario.expect.outcome = OUTCOMES;
    scenario.limits = (struct scenario_limits){.cycles = 10000000, .unbind = 1000, .group = 0, .livelock = 3};
    now = 0;
    stream = (struct stream){0};
    /* Some tests add a step when the run has begun: there is room for it. */
    memset(by_hand_step, 0, sizeof by_hand_step);
    scenario.timeline.step = by_hand_step;
    scenario.timeline.steps = BY_HAND_STEPS;
    checkers = checkers_open(&scenario);
    scenario.timeline.steps = 0;
    ck_assert_ptr_nonnull(checkers);
    const struct event_types types = checkers_types();
    stream_add_for(&stream, &types, checkers_event, checkers);
}

static void by_hand_close(void)
{
    checkers_close(checkers);
}

static void send_event(unsigned instance, enum prisim_event_type type, const uint64_t fields[PRISIM_EVENT_FIELDS_MAX])
{
    struct prisim_event event = {.cycle = now += 10, .instance = (uint16_t)instance, .type = (uint16_t)type};
    for (unsigned i = 0; i < prisim_event_field_count(type); i++)
        prisim_event_set(&event, i, fields[i]);
    stream_event(&stream, &event);
}

/* say(NIC, ENDPOINT_STOP, 1): the event of that name with these fields, the rest 0. */
#define say(instance, id, ...)                                                                                         \
    send_event(instance, PRISIM_EVENT_##id, (const uint64_t[PRISIM_EVENT_FIELDS_MAX]){__VA_ARGS__})

#define count(id)         checkers_count(checkers, HAZARD_##id)
#define ck_count(id, n)   ck_assert_uint_eq(count(id), n)
#define ck_counter(id, n) ck_assert_uint_eq(checkers_counter(checkers, COUNTER_##id), n)

static inline void finish(void)
{
    checkers_finish(checkers, now, true);
}

__extension__ typedef unsigned __int128 hazard_mask;

/* No hazard but those named in the mask (bit of enum hazard). */
static inline void ck_only(hazard_mask mask)
{
    for (unsigned i = 0; i < HAZARDS; i++)
        if (!(mask >> i & 1))
            ck_assert_msg(checkers_count(checkers, (enum hazard)i) == 0, "%s: %u", hazard_name((enum hazard)i),
                          checkers_count(checkers, (enum hazard)i));
}

#define BIT(id) ((hazard_mask)1 << HAZARD_##id)

static inline void bind(uint64_t stream_id, uint64_t space, uint64_t binding)
{
    say(INSTANCE_DRIVER, DRIVER_BIND, stream_id, 1, 1, space, binding);
    say(INSTANCE_DRIVER, DRIVER_BOUND, stream_id, 1, 1, binding);
}

/* The policy of an unbind whose wait ends so. */
static inline enum prisim_driver_policy policy_of(enum prisim_cause drained)
{
    if (drained == PRISIM_CAUSE_MARKER_SEEN || drained == PRISIM_CAUSE_MARKER_TIMEOUT)
        return PRISIM_DRIVER_UNBIND_STOP_MARKER;
    return drained == PRISIM_CAUSE_DRAINED ? PRISIM_DRIVER_UNBIND_DRAIN : PRISIM_DRIVER_UNBIND_NONE;
}

/* U0..U6 of PASID 1, nothing waited for. */
static inline void unbind(uint64_t stream_id, enum prisim_cause drained)
{
    say(INSTANCE_DRIVER, DRIVER_STOP, stream_id, 1, 2);
    say(NIC + (stream_id == GPU_ID), ENDPOINT_STOP, 1);
    say(NIC + (stream_id == GPU_ID), ENDPOINT_STOPPED, 1, 0);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, stream_id, 1, 2, policy_of(drained));
    say(INSTANCE_DRIVER, DRIVER_CLEAR, stream_id, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_INVALIDATED, stream_id, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_LEFT_LOOKUP, stream_id, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_DRAINED, stream_id, 1, 2, drained);
    say(INSTANCE_DRIVER, DRIVER_FREE, stream_id, 1, 2);
}

/* A page request on its way; n names it and its TLP, slot, item and command alike. */
struct trip {
    uint64_t n, job, prgi, address, access;
    unsigned instance;
};

static inline uint64_t trip_stream(const struct trip *t)
{
    return t->instance == GPU ? GPU_ID : NIC_ID;
}

static inline uint64_t trip_tlp(const struct trip *t)
{
    return (uint64_t)t->instance << 24 | t->n;
}

/* A trip of function nic, PASID 1, with a job of its own. */
static inline struct trip trip_start(uint64_t n, uint64_t prgi, uint64_t access)
{
    struct trip t = {.n = n, .job = n, .prgi = prgi, .address = 0x4000, .access = access, .instance = NIC};
    say(NIC, ENDPOINT_JOB, t.job, 1, t.address, 4, access & W ? 1 : 0);
    return t;
}

static inline void trip_made(const struct trip *t)
{
    say(t->instance, ENDPOINT_PAGE_REQUEST, t->n, t->job, 1, t->prgi, t->address, t->access);
}

static inline void trip_sent(const struct trip *t)
{
    say(t->instance, ENDPOINT_PAGE_REQUEST_SENT, t->n, trip_tlp(t), 1, t->prgi);
}

static inline void trip_port(const struct trip *t)
{
    say(INSTANCE_SMMU, SMMU_PAGE_REQUEST, trip_tlp(t), trip_stream(t), 1, t->prgi, t->address, t->access);
}

static inline void trip_accepted(const struct trip *t)
{
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_ACCEPT, t->n % 16, t->n / 16 % 2, trip_stream(t), 1, t->prgi, t->address,
        t->access);
}

static inline void trip_written(const struct trip *t)
{
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_WRITE, t->n % 16, t->n / 16 % 2, trip_stream(t), 1, t->prgi, t->address,
        t->access);
}

static inline void trip_taken(const struct trip *t)
{
    say(INSTANCE_DRIVER, DRIVER_TAKE, t->n, t->n % 16, t->n / 16 % 2, trip_stream(t), 1, t->prgi, t->address,
        t->access);
}

static inline void trip_queued(const struct trip *t)
{
    trip_made(t);
    trip_sent(t);
    trip_port(t);
    trip_accepted(t);
    trip_written(t);
}

static inline void trip_dropped(const struct trip *t, enum prisim_cause cause)
{
    trip_made(t);
    trip_sent(t);
    trip_port(t);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_DROP, trip_stream(t), 1, t->prgi, t->address, t->access, cause);
}

static inline void trip_parked(const struct trip *t)
{
    say(INSTANCE_DRIVER, DRIVER_PARK, t->n, trip_stream(t), 1, t->prgi);
}

static inline void trip_enqueued(const struct trip *t)
{
    say(INSTANCE_DRIVER, DRIVER_ENQUEUE, t->n, trip_stream(t), 1, t->prgi);
}

static inline void trip_resolved(const struct trip *t, uint64_t space, uint64_t binding, enum prisim_cause cause)
{
    say(INSTANCE_DRIVER, DRIVER_RESOLVE, t->n, trip_stream(t), 1, t->prgi, space, binding, cause);
}

static inline void trip_paged(const struct trip *t, uint64_t space, enum prisim_cause cause)
{
    say(INSTANCE_DRIVER, DRIVER_PAGE, t->n, space, t->address, t->access, cause == PRISIM_CAUSE_MAPPED, cause);
}

static inline void trip_responded(const struct trip *t, uint64_t code)
{
    say(INSTANCE_DRIVER, DRIVER_RESPOND, t->n, trip_stream(t), 1, t->prgi, code, t->n);
}

/* R1 by a command. The response's TLP is the SMMU's. */
static inline void trip_left(const struct trip *t, uint64_t code)
{
    say(INSTANCE_SMMU, SMMU_PRG_RESPONSE, 0x2000000 | t->n, trip_stream(t), 1, t->prgi, code, PRISIM_CAUSE_COMMAND,
        t->n);
}

static inline void trip_arrived(const struct trip *t, uint64_t code, enum prisim_cause cause)
{
    say(t->instance, ENDPOINT_RESPONSE, 0x2000000 | t->n, 1, t->prgi, code, cause);
}

/* From the queue to the response, served in a space. */
static inline void trip_served(const struct trip *t, uint64_t space, uint64_t binding)
{
    trip_taken(t);
    trip_enqueued(t);
    trip_resolved(t, space, binding, PRISIM_CAUSE_BOUND);
    trip_paged(t, space, PRISIM_CAUSE_MAPPED);
    trip_responded(t, PRISIM_PRG_SUCCESS);
    trip_left(t, PRISIM_PRG_SUCCESS);
}

/* An automatic response for what was dropped. */
static inline void trip_answered_by_queue(const struct trip *t, uint64_t code, enum prisim_cause cause)
{
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_RESPONSE, trip_stream(t), 1, t->prgi, code, PRISIM_CAUSE_AUTO_PPAR);
    say(INSTANCE_SMMU, SMMU_PRG_RESPONSE, 0x2800000 | t->n, trip_stream(t), 1, t->prgi, code, PRISIM_CAUSE_AUTOMATIC,
        0);
    say(t->instance, ENDPOINT_RESPONSE, 0x2800000 | t->n, 1, t->prgi, code, cause);
}

/* The suite of one case. */
static inline Suite *judge_suite(const char *name, const TTest *const *tests)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, by_hand_open, by_hand_close);
    for (; *tests; tests++)
        tcase_add_test(tcase, *tests);
    suite_add_tcase(suite, tcase);
    return suite;
}

/* Values of every format, small and large: what the log writes of them and what their digest is are literals. */
static inline void say_in_every_format(void)
{
    now = 26003;
    say(INSTANCE_DRIVER, DRIVER_RESOLVE, 0, 0x100, 1, 511, SPACE_B, 2, PRISIM_CAUSE_BOUND);
    say(INSTANCE_DRIVER, DRIVER_RESOLVE, 0, 0, PRISIM_PASID_NONE, 0, 0, 0, PRISIM_CAUSE_NOT_BOUND);
    say(NIC, ENDPOINT_JOB, 4294967295, 1, UINT64_MAX, 65536, true);
    say(GPU, ENDPOINT_PAGE_REQUEST, 1, 2, 3, 4, 0x4000, 31);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_WRITE, 15, 1, 0x100, 1, 2, 0x10, L);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_PROD, 0x80000001, false);
    say(NIC, ENDPOINT_PAGE_REQUEST, UINT64_MAX, 0, 0, 0, 0, 0);
    say(INSTANCE_DRIVER, DRIVER_READY, 0);
}

#endif
