/* SPDX-License-Identifier: Apache-2.0
 *
 * When and by whose PASID the binding of a page request is looked up, which requests are a group, what is said to those
 * without an owner; and handles, spaces and groups as objects with a life (UNBIND-S-07, S-22, S-24, UNBIND-P15,
 * UNBIND-HAZARD-3).
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };
enum { HANDLE, SPACE, GROUP };

/* PASID 1 is bound to the first space, PASID 2 to the second, if `bindings` says so. */
static struct driver_harness *bound(struct driver_harness *h, unsigned bindings)
{
    driver_harness_bring_up(h);
    for (uint32_t i = 0; i < bindings; i++)
        driver_harness_bind(h, 0, i + 1, i, i + 1);
    if (bindings)
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, bindings);
    return h;
}

static const struct prisim_event *nth(const struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    const struct prisim_event *event = harness_event(h->base, type, n);
    ck_assert_msg(event != NULL, "fewer than %u of %s", n + 1, prisim_event_name(type));
    return event;
}

static void ring(struct driver_harness *h)
{
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
}

/* Where a look-up is made (docs/timing/driver.md "A page request"): serve, enqueue, take. */
static const enum prisim_event_type look_up[] = {PRISIM_EVENT_DRIVER_RESOLVE, PRISIM_EVENT_DRIVER_ENQUEUE,
                                                 PRISIM_EVENT_DRIVER_TAKE};

/* A bind that is held for so long, and a request meanwhile: the cycle of U7 and that of the look-up. */
static struct driver_harness *race(uint32_t resolve_at, uint32_t held, prisim_cycle_t *bind, prisim_cycle_t *looked_up)
{
    struct driver_harness *h = driver_harness_open();
    h->config.resolve_at = resolve_at;
    bound(h, 0);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_BIND, held);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    *bind = driver_harness_until(h, PRISIM_EVENT_DRIVER_BIND, 1)->cycle;
    *looked_up = nth(h, look_up[resolve_at], 0)->cycle;
    return h;
}

/* UNBIND-S-07: a bind at the edge of the look-up counts, one an edge later does not. */
START_TEST(the_edge_of_the_look_up)
{
    uint32_t resolve_at = (uint32_t)_i / 2, late = (uint32_t)_i % 2, held = 30000;
    prisim_cycle_t bind, looked_up;
    driver_harness_close(race(resolve_at, held, &bind, &looked_up));
    ck_assert_uint_gt(bind, looked_up + 1);
    struct driver_harness *h = race(resolve_at, held - (uint32_t)(bind - looked_up) + late, &bind, &looked_up);
    ck_assert_uint_eq(bind, looked_up + late);
    const struct prisim_event_driver_resolve *resolve = &nth(h, PRISIM_EVENT_DRIVER_RESOLVE, 0)->driver_resolve;
    ck_assert_uint_eq(resolve->space, late ? 0 : 1);
    ck_assert_uint_eq(resolve->binding, late ? 0 : 1);
    ck_assert_uint_eq(resolve->cause, late ? PRISIM_CAUSE_NOT_BOUND : PRISIM_CAUSE_BOUND);
    driver_harness_close(h);
}
END_TEST

/* What was found early is gone by though the PASID is unbound since; and by the next owner's binding if it is late. */
/* UNBIND-S-07 */
START_TEST(what_was_found_stays)
{
    struct driver_harness *h = driver_harness_open();
    h->config.resolve_at = (uint32_t)_i;
    bound(h, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_bind(h, 0, 1, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESOLVE, 0)->driver_resolve.space, _i ? 1 : 2);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESOLVE, 0)->driver_resolve.binding, _i ? 1 : 2);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_PAGE, 0)->driver_page.space, _i ? 1 : 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ACCESS), 0); /* untold */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_OBJECT_MADE), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_OBJECT_FREED), 0);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-07: between S0 and S1 the PASID gets another space: whoever was looked up at S0 has the old one, by his own
 * PASID or by the Last's. */
START_TEST(between_take_and_enqueue)
{
    const bool at_take = _i % 2;
    struct driver_harness *h = driver_harness_open();
    h->config.resolve_at = at_take ? PRISIM_DRIVER_RESOLVE_AT_TAKE : PRISIM_DRIVER_RESOLVE_AT_ENQUEUE;
    h->config.resolve_by = (uint32_t)_i / 2;
    bound(h, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE, 0);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_bind(h, 0, 1, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_release(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESOLVE, 0)->driver_resolve.space, at_take ? 1 : 2);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESOLVE, 0)->driver_resolve.binding, at_take ? 1 : 2);
    driver_harness_close(h);
}
END_TEST

/* A part of PASID 1 and a Last of PASID 2 with one index. */
/* UNBIND-S-22 */
START_TEST(a_part_of_another_pasid)
{
    uint32_t by_last = (uint32_t)_i % 2, by_index = (uint32_t)_i / 2 % 2;
    struct driver_harness *h = driver_harness_open();
    h->config.resolve_at = (uint32_t)_i / 4;
    h->config.resolve_by = by_last;
    h->config.match_by = by_index;
    bound(h, 2);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R);
    driver_harness_request(h, STREAM_2, 1, 5, 0x4000, R); /* another function's: of no group here */
    driver_harness_request(h, STREAM, 1, 6, 0x4000, R);   /* nor that of another index */
    driver_harness_request(h, STREAM, 2, 5, 0x5000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_run(h, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), by_index ? 2 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESOLVE), by_index ? 2 : 1);
    if (by_index)
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESOLVE, 0)->driver_resolve.space, by_last ? 2 : 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESOLVE, by_index)->driver_resolve.space, 2);
    /* SMMU-PRIRESP: the name of the Last: SSV, PASID 2, StreamID 0x100; index 5, Success. */
    ck_assert_uint_eq(driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, 0)[0], UINT64_C(0x0000010000002841));
    ck_assert_uint_eq(driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, 0)[1], 0x2005);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.item, 3);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.pasid, 2);
    driver_harness_close(h);
}
END_TEST

/* A group is looked up once by its Last: an unbind between its members does not matter. By each it does. */
START_TEST(a_group_is_looked_up_once)
{
    struct driver_harness *h = driver_harness_open();
    h->config.resolve_by = (uint32_t)_i;
    h->config.fault_service = 20000;
    bound(h, 1);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 5, 0x5000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESOLVE, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_lt(nth(h, PRISIM_EVENT_DRIVER_FREE, 0)->cycle, nth(h, PRISIM_EVENT_DRIVER_RESOLVE, 1)->cycle);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESOLVE, 1)->driver_resolve.binding, _i ? 1 : 0);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-P15: Resp, dw1[13:12] (0 Failure, 1 Invalid, 2 Success), and the codes on the wire. */
static const struct {
    unsigned code, resp;
} refusals[] = {{0x1, 1}, {0xf, 0}, {0x0, 2}};

START_TEST(what_nobody_owns_is_answered)
{
    struct driver_harness *h = driver_harness_open();
    h->config.no_owner = (uint32_t)_i;
    bound(h, 1);
    driver_harness_request(h, STREAM, 3, 5, 0x4000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.code, refusals[_i].code);
    driver_harness_run(h, 50);
    ck_assert_uint_eq(driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, 0)[1], 5 | refusals[_i].resp << 12);
    /* A page that is refused is Invalid, whatever is said of owners. */
    driver_harness_request(h, STREAM, 1, 6, 0x99000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, 1)->driver_respond.code, 0x1);
    driver_harness_close(h);
}
END_TEST

/* PCIE-GROUP: the worst of its members, in either order: one without an owner, one whose page is refused. */
START_TEST(the_worst_is_answered)
{
    static const unsigned worst[] = {0x1, 0xf, 0x1};
    struct driver_harness *h = driver_harness_open();
    h->config.no_owner = (uint32_t)_i / 2;
    h->config.match_by = PRISIM_DRIVER_MATCH_BY_INDEX;
    bound(h, 1);
    driver_harness_request(h, STREAM, _i % 2 ? 1 : 3, 5, 0x99000, R);
    driver_harness_request(h, STREAM, _i % 2 ? 3 : 1, 5, 0x99000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.code, worst[_i / 2]);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-24: each of a group of three, in their order; those with an owner with their group only. */
START_TEST(each_is_refused_by_itself)
{
    uint32_t per_request = (uint32_t)_i % 2, owned = (uint32_t)_i / 2;
    struct driver_harness *h = driver_harness_open();
    h->config.no_owner_per = per_request;
    h->config.no_owner = PRISIM_DRIVER_NO_OWNER_SUCCESS;
    h->config.match_by = PRISIM_DRIVER_MATCH_BY_INDEX;
    bound(h, 1);
    for (unsigned i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, i < owned ? 1 : 3, 5, i < owned ? 0x99000 : 0x4000,
                               (uint8_t)(R | (i == 2 ? L : 0)));
    ring(h);
    unsigned answers = per_request ? 1 + (owned < 2 ? 2 - owned : 0) : 1;
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, answers);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), answers);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_PRI_RESP), answers);
    for (unsigned i = 0; i + 1 < answers; i++) {
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, i)->driver_respond.item, i + owned);
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, i)->driver_respond.code, 0x0);
        ck_assert_uint_eq(driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, i)[1], 0x2005);
    }
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, answers - 1)->driver_respond.item, 2);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, answers - 1)->driver_respond.code, owned ? 0x1 : 0x0);
    driver_harness_close(h);
}
END_TEST

static void is_made(const struct driver_harness *h, unsigned n, uint64_t object, uint64_t id, uint64_t life)
{
    const struct prisim_event_driver_object_made *e = &nth(h, PRISIM_EVENT_DRIVER_OBJECT_MADE, n)->driver_object_made;
    ck_assert_uint_eq(e->object, object);
    ck_assert_uint_eq(e->id, id);
    ck_assert_uint_eq(e->life, life);
}

static prisim_cycle_t freed_at(const struct driver_harness *h, unsigned n, uint64_t object, uint64_t id, uint64_t life)
{
    const struct prisim_event *event = nth(h, PRISIM_EVENT_DRIVER_OBJECT_FREED, n);
    ck_assert_uint_eq(event->driver_object_freed.object, object);
    ck_assert_uint_eq(event->driver_object_freed.id, id);
    ck_assert_uint_eq(event->driver_object_freed.life, life);
    return event->cycle;
}

static prisim_cycle_t used_at(const struct driver_harness *h, unsigned n, uint64_t object, uint64_t id, uint64_t life)
{
    const struct prisim_event *event = nth(h, PRISIM_EVENT_DRIVER_ACCESS, n);
    ck_assert_uint_eq(event->driver_access.task, 3); /* a worker */
    ck_assert_uint_eq(event->driver_access.object, object);
    ck_assert_uint_eq(event->driver_access.id, id);
    ck_assert_uint_eq(event->driver_access.life, life);
    return event->cycle;
}

/* UNBIND-HAZARD-3: made by bind and at S1; used at S2 and R0 if it was found before, and at S3. */
START_TEST(what_is_told_of_objects)
{
    struct driver_harness *h = driver_harness_open();
    h->config.objects = PRISIM_DRIVER_OBJECTS_TOLD;
    h->config.resolve_at = (uint32_t)_i;
    bound(h, 2);
    driver_harness_request(h, STREAM, 2, 5, 0x4000, R);
    driver_harness_request(h, STREAM, 2, 5, 0x5000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_OBJECT_FREED, 1);
    is_made(h, 0, SPACE, 1, 1);
    is_made(h, 1, HANDLE, 0x10000001, 1);
    is_made(h, 2, SPACE, 2, 2);
    is_made(h, 3, HANDLE, 0x10000002, 2);
    is_made(h, 4, GROUP, 1, 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_OBJECT_MADE, 4)->cycle, nth(h, PRISIM_EVENT_DRIVER_ENQUEUE, 1)->cycle);
    unsigned n = 0;
    for (unsigned i = 0; i < 2; i++) {
        if (_i)
            ck_assert_uint_eq(used_at(h, n++, HANDLE, 0x10000002, 2), nth(h, PRISIM_EVENT_DRIVER_RESOLVE, i)->cycle);
        ck_assert_uint_eq(used_at(h, n++, SPACE, 2, 2), nth(h, PRISIM_EVENT_DRIVER_PAGE, i)->cycle);
    }
    prisim_cycle_t respond = nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->cycle;
    if (_i)
        ck_assert_uint_eq(used_at(h, n++, HANDLE, 0x10000002, 2), respond);
    ck_assert_uint_eq(used_at(h, n++, GROUP, 1, 1), respond);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ACCESS), n);
    ck_assert_uint_gt(freed_at(h, 0, GROUP, 1, 1), respond);
    driver_harness_close(h);
}
END_TEST

/* A request is held at S2 while its PASID is unbound: none, counted, awaited. */
static struct driver_harness *unbound_at_s2(uint32_t reference)
{
    struct driver_harness *h = driver_harness_open();
    h->config.objects = PRISIM_DRIVER_OBJECTS_TOLD;
    h->config.space_life = PRISIM_DRIVER_SPACE_LIFE_BOND;
    h->config.resolve_at = PRISIM_DRIVER_RESOLVE_AT_TAKE;
    h->config.reference = reference;
    bound(h, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 5, 0x5000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    driver_harness_run(h, 20000);
    return h;
}

/* UNBIND-S-07, UNBIND-HAZARD-3 */
START_TEST(a_handle_is_freed)
{
    struct driver_harness *h = unbound_at_s2((uint32_t)_i);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), _i == PRISIM_DRIVER_REFERENCE_AWAITED ? 0 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_OBJECT_FREED),
                      _i == PRISIM_DRIVER_REFERENCE_NONE ? 2 : 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    prisim_cycle_t respond = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1)->cycle;
    driver_harness_until(h, PRISIM_EVENT_DRIVER_OBJECT_FREED, 3);
    prisim_cycle_t free = nth(h, PRISIM_EVENT_DRIVER_FREE, 0)->cycle;
    unsigned group = _i == PRISIM_DRIVER_REFERENCE_NONE ? 2 : 0, handle = group ? 0 : 1;
    prisim_cycle_t answered = freed_at(h, group, GROUP, 1, 1);
    ck_assert_uint_gt(answered, respond);
    /* none: with the PASID. counted: with the last reference. awaited: the caller is woken by that, and frees it. */
    ck_assert_uint_eq(freed_at(h, handle, HANDLE, 0x10000001, 1),
                      _i == PRISIM_DRIVER_REFERENCE_COUNTED ? answered : free);
    ck_assert_uint_eq(freed_at(h, handle + 1, SPACE, 1, 1), _i == PRISIM_DRIVER_REFERENCE_COUNTED ? answered : free);
    if (_i == PRISIM_DRIVER_REFERENCE_AWAITED)
        ck_assert_uint_eq(free, answered + h->config.price.wake_up + h->config.price.compute);
    else
        ck_assert_uint_lt(free, respond);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_OBJECT_FREED), 3);
    driver_harness_close(h);
}
END_TEST

/* The next binding is made while a request still holds the handle of the one before: each is freed for itself, and the
 * space lives on from one to the other. */
START_TEST(a_handle_outlives_its_binding)
{
    struct driver_harness *h = unbound_at_s2(PRISIM_DRIVER_REFERENCE_COUNTED);
    driver_harness_bind(h, 0, 1, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    is_made(h, 3, HANDLE, 0x10000001, 2); /* behind space, handle and group */
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_OBJECT_FREED, 2);
    freed_at(h, 1, HANDLE, 0x10000001, 1);
    driver_harness_run(h, 20000);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_OBJECT_FREED, 4);
    freed_at(h, 2, HANDLE, 0x10000001, 2);
    freed_at(h, 3, SPACE, 1, 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-HAZARD-3: the space has another life by the time it is used; the one that is used is the one that was found.
 */
START_TEST(a_life_that_was_found)
{
    struct driver_harness *h = unbound_at_s2(PRISIM_DRIVER_REFERENCE_NONE);
    freed_at(h, 1, SPACE, 1, 1);
    driver_harness_bind(h, 0, 1, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    is_made(h, 3, SPACE, 1, 2);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    used_at(h, 0, HANDLE, 0x10000001, 1);
    used_at(h, 1, SPACE, 1, 1);
    driver_harness_close(h);
}
END_TEST

/* Two unbinds wait, each for the references to its own handle: what was given back of the one ends no wait of the
 * other. */
START_TEST(each_awaits_its_own)
{
    struct driver_harness *h = driver_harness_open();
    h->config.resolve_at = PRISIM_DRIVER_RESOLVE_AT_TAKE;
    h->config.reference = PRISIM_DRIVER_REFERENCE_AWAITED;
    bound(h, 2);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE, 0);
    driver_harness_request(h, STREAM, 2, 7, 0x4000, R); /* its Last does not come */
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_run(h, 2);
    driver_harness_unbind(h, 0, 2, PRISIM_DRIVER_UNBIND_NONE, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 2);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_release(h, PRISIM_DRIVER_TASK_WORKER, PRISIM_EVENT_DRIVER_RESOLVE);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1)->driver_free.pasid, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 1);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-HAZARD-3: a space with `bond` is freed by the last of its bindings, and has another life with the next; with
 * `mm` it has one life. */
START_TEST(a_space_is_freed)
{
    bool bond = _i == PRISIM_DRIVER_SPACE_LIFE_BOND;
    struct driver_harness *h = driver_harness_open();
    h->config.objects = PRISIM_DRIVER_OBJECTS_TOLD;
    h->config.space_life = (uint32_t)_i;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 1, 2, 0, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_OBJECT_FREED), 1);
    driver_harness_unbind(h, 1, 2, PRISIM_DRIVER_UNBIND_NONE, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_OBJECT_FREED), bond ? 3 : 2);
    freed_at(h, 1, HANDLE, 0x10800002, 2);
    if (bond)
        freed_at(h, 2, SPACE, 1, 1);
    driver_harness_bind(h, 0, 1, 0, 5);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_OBJECT_MADE), bond ? 5 : 4);
    if (bond)
        is_made(h, 3, SPACE, 1, 3);
    driver_harness_close(h);
}
END_TEST

/* Whoever leaves leave_lookup out has a handle found that unbind has given back: nobody gets a reference to it, so that
 * it is freed once, and each use of it is told. */
START_TEST(a_handle_that_is_found_too_late)
{
    struct driver_harness *h = driver_harness_open();
    h->config.objects = PRISIM_DRIVER_OBJECTS_TOLD;
    h->config.resolve_at = PRISIM_DRIVER_RESOLVE_AT_ENQUEUE;
    h->config.reference = PRISIM_DRIVER_REFERENCE_COUNTED;
    h->config.unbind = PRISIM_DRIVER_UNBIND_NONE;
    h->config.unbind_without = 13;
    bound(h, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R | L);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_run(h, 1000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_OBJECT_FREED), 2);
    freed_at(h, 0, HANDLE, 0x10000001, 1);
    freed_at(h, 1, GROUP, 0, 1);
    used_at(h, 0, HANDLE, 0x10000001, 1);
    driver_harness_close(h);
}
END_TEST

/* A part that is dropped gives its reference back, too: unbind need not wait for a Last that does not come. */
START_TEST(a_dropped_part_holds_nothing)
{
    struct driver_harness *h = driver_harness_open();
    h->config.resolve_at = PRISIM_DRIVER_RESOLVE_AT_TAKE;
    h->config.reference = PRISIM_DRIVER_REFERENCE_AWAITED;
    bound(h, 1);
    driver_harness_request(h, STREAM, 1, 5, 0x4000, R);
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_PARK, 1);
    driver_harness_unbind(h, 0, 1, _i ? PRISIM_DRIVER_UNBIND_DRAIN : PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_run(h, 60000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), (unsigned)_i);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-35: CONS stands behind the answers of all that was handed over in its pass, or before the first of them. */
START_TEST(answers_before_cons)
{
    struct driver_harness *h = driver_harness_open();
    h->config.objects = PRISIM_DRIVER_OBJECTS_TOLD;
    h->config.cons_update = PRISIM_DRIVER_CONS_PASS;
    h->config.respond_before_cons = (uint32_t)_i;
    bound(h, 1);
    for (uint16_t i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 7, 0x4000, R); /* nobody waits for a part */
    ring(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 3);
    prisim_cycle_t cons = driver_harness_until(h, PRISIM_EVENT_DRIVER_CONS, 1)->cycle;
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_CONS, 0)->driver_cons.cons, 4);
    if (_i) {
        prisim_cycle_t done = nth(h, PRISIM_EVENT_DRIVER_OBJECT_FREED, 2)->cycle; /* of the last group */
        ck_assert_uint_eq(cons, done + h->config.price.wake_up + h->config.price.mmio_write);
    } else {
        ck_assert_uint_lt(cons, nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->cycle);
    }
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_lives");
    TCase *tcase = tcase_create("driver_lives");
    tcase_add_loop_test(tcase, the_edge_of_the_look_up, 0, 6);
    tcase_add_loop_test(tcase, what_was_found_stays, 0, 3);
    tcase_add_loop_test(tcase, between_take_and_enqueue, 0, 4);
    tcase_add_loop_test(tcase, a_part_of_another_pasid, 0, 12);
    tcase_add_loop_test(tcase, a_group_is_looked_up_once, 0, 2);
    tcase_add_loop_test(tcase, what_nobody_owns_is_answered, 0, 3);
    tcase_add_loop_test(tcase, the_worst_is_answered, 0, 6);
    tcase_add_loop_test(tcase, each_is_refused_by_itself, 0, 6);
    tcase_add_loop_test(tcase, what_is_told_of_objects, 0, 3);
    tcase_add_loop_test(tcase, a_handle_is_freed, 0, 3);
    tcase_add_test(tcase, a_handle_outlives_its_binding);
    tcase_add_test(tcase, a_life_that_was_found);
    tcase_add_test(tcase, each_awaits_its_own);
    tcase_add_loop_test(tcase, a_space_is_freed, 0, 2);
    tcase_add_test(tcase, a_handle_that_is_found_too_late);
    tcase_add_loop_test(tcase, a_dropped_part_holds_nothing, 0, 2);
    tcase_add_loop_test(tcase, answers_before_cons, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
