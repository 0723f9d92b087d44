/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is taken back: the order of unmap's steps, frames and their lives, copy-on-write, and the end of a space
 * (docs/timing/driver.md, SMMU-ATCINV). Opcodes and orders are literals.
 */
#include "tests/driver/driver_memory.h"
#include "tests/harness/suite.h"

enum { CFGI_CD = 0x05, NH_ASID = 0x11, NH_VA = 0x12, ATC_INV = 0x40, SYNC = 0x46, END = 0 };
enum { RIGHT, FREE_FIRST, NO_ATC_INV, NO_TLBI, ATC_INV_FIRST, NO_SYNC };

static void unmapped(struct driver_harness *h, uint32_t pages, uint32_t order)
{
    taken_back(h, 0x4000, pages, order);
}

/* SMMU-ATCINV: what is on the command queue, and after how many of these commands the frame goes back. */
static const struct {
    unsigned command[8], freed_after;
} orders[] = {
    [RIGHT] = {{NH_VA, SYNC, ATC_INV, ATC_INV, SYNC}, 5},
    [FREE_FIRST] = {{NH_VA, SYNC, ATC_INV, ATC_INV, SYNC}, 0},
    [NO_ATC_INV] = {{NH_VA, SYNC}, 2},
    [NO_TLBI] = {{ATC_INV, ATC_INV, SYNC}, 3},
    [ATC_INV_FIRST] = {{ATC_INV, ATC_INV, SYNC, NH_VA, SYNC}, 5},
    [NO_SYNC] = {{NH_VA, ATC_INV, ATC_INV}, 3},
};

/* UNBIND-HAZARD-8, SMMU-ATCINV-1 */
START_TEST(the_order)
{
    struct driver_harness *h = open_up(1, NULL);
    const unsigned before = h->commands;
    unmapped(h, 1, (uint32_t)_i);
    unsigned n = 0, issued = 0;
    for (; orders[_i].command[n]; n++)
        ck_assert_uint_eq(h->command[before + n][0] & 0xff, orders[_i].command[n]);
    ck_assert_uint_eq(h->commands, before + n);
    const prisim_cycle_t freed = at(h, PRISIM_EVENT_DRIVER_FRAME_TAKEN, 0);
    for (unsigned i = before; i < h->issues; i++)
        issued += h->issue[i].issued_at < freed;
    ck_assert_uint_eq(issued, orders[_i].freed_after);
    ck_assert_uint_ge(freed, at(h, PRISIM_EVENT_DRIVER_UNMAP_CLEARED, 0));
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 1);
    ck_assert_uint_eq(driver_harness_walk(h, root_of(h), 0x4000), 0);
    driver_harness_close(h);
}
END_TEST

/* The descriptor is in RAM before the first command, and the last SYNC is consumed before the frame goes back. */
START_TEST(each_behind_the_other)
{
    struct driver_harness *h = open_up(1, NULL);
    h->command_cycles = 500;
    const unsigned before = h->issues;
    unmapped(h, 1, RIGHT);
    ck_assert_uint_lt(at(h, PRISIM_EVENT_DRIVER_UNMAP_CLEARED, 0), h->issue[before].issued_at);
    ck_assert_uint_le(h->issue[before + 1].consumed_at, h->issue[before + 2].issued_at);
    ck_assert_uint_lt(h->issue[before + 4].consumed_at, at(h, PRISIM_EVENT_DRIVER_FRAME_TAKEN, 0));
    driver_harness_close(h);
}
END_TEST

/* NH_VA: opcode, ASID 1, leaf and address; ATC_INV: the two PASIDs of the space, and so many pages. */
START_TEST(the_commands)
{
    struct driver_harness *h = open_up(3, NULL);
    const unsigned before = h->commands;
    unmapped(h, 3, RIGHT);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(h->command[before + i][0], UINT64_C(0x0001000000000012));
        ck_assert_uint_eq(h->command[before + i][1], 0x4001 + i * UINT64_C(0x1000));
    }
    ck_assert_uint_eq(h->command[before + 3][0], SYNC);
    ck_assert_uint_eq(h->command[before + 4][0], UINT64_C(0x0000010000001840));
    ck_assert_uint_eq(h->command[before + 5][0], UINT64_C(0x0000010800002840));
    ck_assert_uint_eq(h->command[before + 4][1], 0x4002); /* pages 4 to 6: four, at 4 */
    ck_assert_uint_eq(h->command[before + 6][0], SYNC);
    driver_harness_close(h);
}
END_TEST

static void two_pages(struct prisim_driver_config *config)
{
    config->unmap_tlbi_pages = 2;
}

/* More pages than unmap_tlbi_pages: by ASID. As many: each by itself. */
START_TEST(by_asid)
{
    struct driver_harness *h = open_up(3, two_pages);
    unsigned before = h->commands;
    unmapped(h, 3, RIGHT);
    ck_assert_uint_eq(h->command[before][0], UINT64_C(0x0001000000000011));
    ck_assert_uint_eq(h->command[before + 1][0], SYNC);
    before = h->commands;
    unmapped(h, 2, RIGHT);
    ck_assert_uint_eq(h->command[before][0] & 0xff, NH_VA);
    ck_assert_uint_eq(h->command[before + 1][0] & 0xff, NH_VA);
    driver_harness_close(h);
}
END_TEST

/* A space that is bound nowhere: there is nobody to tell. */
START_TEST(bound_nowhere)
{
    struct driver_harness *h = open_up(2, NULL);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_unbind(h, 1, 2, PRISIM_DRIVER_UNBIND_NONE, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 2);
    const unsigned before = h->commands;
    unmapped(h, 2, RIGHT);
    for (unsigned i = before; i < h->commands; i++)
        ck_assert_uint_eq(h->command[i][0], SYNC);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 2);
    driver_harness_close(h);
}
END_TEST

/* What is not resident is passed over, and what was taken back once is not taken again. */
START_TEST(nothing_twice)
{
    struct driver_harness *h = open_up(2, NULL);
    unmapped(h, 16, RIGHT);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 2);
    unmapped(h, 16, RIGHT);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 2);
    driver_harness_close(h);
}
END_TEST

/* A page behind the 64th of its table is taken back as any other: it alone, and it can be mapped again. */
START_TEST(far_in_its_table)
{
    struct driver_harness *h = open_up(80, NULL);
    taken_back(h, 0x45000, 1, RIGHT);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 1);
    ck_assert_uint_eq(frame_of_page(h, 0x45000), 0);
    request(h, STREAM, 1, 0x45000, R | L);
    ck_assert_uint_ne(frame_of_page(h, 0x45000), 0);
    taken_back(h, 0x4000, 80, RIGHT);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 81);
    driver_harness_close(h);
}
END_TEST

/* Two at once of one space: one after the other. */
START_TEST(two_of_a_space)
{
    struct driver_harness *h = open_up(2, NULL);
    unmap(h, 0x4000, 2, RIGHT, 8);
    driver_harness_run(h, 3);
    unmap(h, 0x4000, 2, FREE_FIRST, 9);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNMAPPED, 2);
    ck_assert_uint_lt(at(h, PRISIM_EVENT_DRIVER_UNMAPPED, 0), at(h, PRISIM_EVENT_DRIVER_UNMAP, 1));
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 2);
    driver_harness_close(h);
}
END_TEST

START_TEST(refused)
{
    static const struct {
        uint32_t space, pages, order;
        uint64_t address;
    } bad[] = {{2, 1, 0, 0x4000},
               {0, 0, 0, 0x4000},
               {0, 1, 6, 0x4000},
               {0, 1, 0, 0x4800},
               {0, 2, 0, (UINT64_C(1) << 48) - 0x1000}};
    struct driver_harness *h = open_up(1, NULL);
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct prisim_driver_stimulus stimulus = {.what = PRISIM_DRIVER_UNMAP,
                                                        .space = bad[i].space,
                                                        .address = bad[i].address,
                                                        .pages = bad[i].pages,
                                                        .order = bad[i].order,
                                                        .call = 10 + i};
        harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &stimulus);
        const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, i + 1);
        ck_assert_uint_eq(event->driver_refused.call, 10 + i);
        ck_assert_uint_eq(event->driver_refused.cause, PRISIM_CAUSE_REFUSED);
        ck_assert(event->driver_refused.pasid == PRISIM_PASID_NONE);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_UNMAP), 0);
    driver_harness_close(h);
}
END_TEST

/* Held before each of its events: it comes when the hold is over, and not before. */
static const enum prisim_event_type points[] = {PRISIM_EVENT_DRIVER_UNMAP, PRISIM_EVENT_DRIVER_UNMAP_CLEARED,
                                                PRISIM_EVENT_DRIVER_FRAME_TAKEN, PRISIM_EVENT_DRIVER_UNMAPPED};
START_TEST(held)
{
    struct driver_harness *h = open_up(1, NULL);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, points[_i], 5000);
    driver_harness_run(h, 2);
    unmap(h, 0x4000, 1, RIGHT, 9);
    const prisim_cycle_t hold = driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1)->cycle;
    const prisim_cycle_t then = driver_harness_until(h, points[_i], 1)->cycle;
    ck_assert_uint_eq(then, hold + 5000 + h->config.price.compute);
    driver_harness_close(h);
}
END_TEST

/* The frame that was taken back last is the next that is given, to whoever asks, in a life of its own, and zero. */
START_TEST(given_again)
{
    struct driver_harness *h = open_up(2, NULL);
    unmapped(h, 2, RIGHT);
    const struct prisim_event_driver_frame_taken last =
        harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN, 1)->driver_frame_taken;
    ck_assert_uint_eq(last.space, 1);
    ck_assert_uint_eq(last.table, 0);
    for (unsigned i = 0; i < 4096; i += 8)
        prisim_store_le64(driver_harness_at(h, last.address + i, 8), UINT64_MAX);
    const unsigned given = harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN);
    request(h, STREAM, 1, 0x5000, R | W | L);
    const struct prisim_event_driver_frame_given again =
        harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN, given)->driver_frame_given;
    ck_assert_uint_eq(again.address, last.address);
    ck_assert_uint_eq(again.life, given + 1); /* lives are counted */
    ck_assert_uint_ne(again.life, last.life);
    for (unsigned i = 0; i < 4096; i += 8)
        ck_assert_uint_eq(driver_harness_load(h, last.address + i), 0);
    ck_assert_uint_eq(driver_harness_walk(h, root_of(h), 0x5000) & PRISIM_DESC_ADDRESS, last.address);
    driver_harness_close(h);
}
END_TEST

static void never(struct prisim_driver_config *config)
{
    config->frame_recycle = PRISIM_DRIVER_FRAME_NEVER;
}

START_TEST(never_again)
{
    struct driver_harness *h = open_up(1, never);
    unmapped(h, 1, RIGHT);
    const uint64_t taken = harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN, 0)->driver_frame_taken.address;
    request(h, STREAM, 1, 0x4000, R | W | L);
    ck_assert_uint_ne(driver_harness_walk(h, root_of(h), 0x4000) & PRISIM_DESC_ADDRESS, taken);
    driver_harness_close(h);
}
END_TEST

static uint32_t delay;
static void delayed(struct prisim_driver_config *config)
{
    config->frame_recycle = PRISIM_DRIVER_FRAME_DELAYED;
    config->frame_delay = delay;
}

/* Whether the frame is given again to a fault at the same distance. */
static bool is_given_again(prisim_cycle_t *distance)
{
    struct driver_harness *h = open_up(1, delayed);
    unmapped(h, 1, RIGHT);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN, 0);
    const uint64_t taken = event->driver_frame_taken.address;
    const prisim_cycle_t since = event->cycle;
    request(h, STREAM, 1, 0x4000, R | W | L);
    const prisim_cycle_t paged = at(h, PRISIM_EVENT_DRIVER_PAGE, 0);
    const bool again = (driver_harness_walk(h, root_of(h), 0x4000) & PRISIM_DESC_ADDRESS) == taken;
    *distance = paged - since;
    driver_harness_close(h);
    return again;
}

/* Of a frame that is not zero the step that asks for it comes before it is cleared; so N is that of a fresh one. */
START_TEST(delayed_to_the_edge)
{
    prisim_cycle_t distance, other;
    delay = 1000000;
    ck_assert(!is_given_again(&distance));
    delay = (uint32_t)distance;
    ck_assert(is_given_again(&other));
    delay = (uint32_t)distance + 1;
    ck_assert(!is_given_again(&other));
}
END_TEST

static void last_unbind(struct prisim_driver_config *config)
{
    config->teardown = PRISIM_DRIVER_TEARDOWN_LAST_UNBIND;
}

/* Each frame is either somebody's or free: what is given and what is taken back are the same frames. */
START_TEST(all_of_a_space)
{
    struct driver_harness *h = open_up(3, last_unbind);
    const unsigned given = harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN);
    ck_assert_uint_eq(given, 4 + 3);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 0); /* it is bound elsewhere */
    driver_harness_unbind(h, 1, 2, PRISIM_DRIVER_UNBIND_NONE, 4);
    const struct prisim_event *ended = driver_harness_until(h, PRISIM_EVENT_DRIVER_SPACE_ENDED, 1);
    ck_assert_uint_eq(ended->driver_space_ended.space, 1);
    ck_assert_uint_eq(ended->driver_space_ended.call, 4);
    ck_assert_uint_gt(ended->cycle, at(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1));
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), given);
    for (unsigned i = 0; i < given; i++) {
        const struct prisim_event_driver_frame_given *g =
            &harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN, i)->driver_frame_given;
        unsigned times = 0;
        for (unsigned k = 0; k < given; k++) {
            const struct prisim_event_driver_frame_taken *t =
                &harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN, k)->driver_frame_taken;
            times += t->address == g->address && t->life == g->life && t->table == g->table && t->space == 1;
        }
        ck_assert_uint_eq(times, 1);
        for (unsigned b = 0; g->table && b < 4096; b += 8)
            ck_assert_uint_eq(driver_harness_load(h, g->address + b), 0);
    }
    driver_harness_bind(h, 0, 1, 0, 5); /* and it can be bound again, with the same frames */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 2 * given);
    ck_assert_uint_ne(driver_harness_walk(h, root_of(h), 0x6000), 0);
    driver_harness_close(h);
}
END_TEST

/* A bind that comes while the space ends waits for that. */
START_TEST(bound_while_it_ends)
{
    struct driver_harness *h = open_up(1, last_unbind);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_SPACE_ENDED, 5000);
    driver_harness_run(h, 2);
    driver_harness_unbind(h, 1, 2, PRISIM_DRIVER_UNBIND_NONE, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_bind(h, 0, 1, 0, 5);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_SPACE_ENDED), 1);
    ck_assert_uint_lt(at(h, PRISIM_EVENT_DRIVER_SPACE_ENDED, 0), at(h, PRISIM_EVENT_DRIVER_BOUND, 2));
    ck_assert_uint_ne(driver_harness_walk(h, root_of(h), 0x4000), 0);
    driver_harness_close(h);
}
END_TEST

static void cow(struct prisim_driver_config *config)
{
    config->space[0].region[0].backing = PRISIM_DRIVER_BACKING_COW;
    config->space[0].region[0].populated = 0;
}

/* UNBIND-HAZARD-1: read-only and shared until it is written; then cleared, TLBI, SYNC, ATC_INV, SYNC, and mapped anew.
 */
START_TEST(copied_when_written)
{
    struct driver_harness *h = open_up(2, cow);
    request(h, STREAM, 1, 0x4000, R | L);
    request(h, STREAM, 1, 0x5000, R | L);
    const uint64_t shared = driver_harness_walk(h, root_of(h), 0x4000);
    ck_assert_uint_eq(shared, driver_harness_walk(h, root_of(h), 0x5000));
    ck_assert_uint_eq(shared >> 6 & 3, 3); /* AP: read-only */
    const unsigned before = h->commands, events = harness_events(h->base, PRISIM_EVENT_DRIVER_PAGE);
    request(h, STREAM, 1, 0x4000, R | W | L);
    static const unsigned want[] = {NH_VA, SYNC, ATC_INV, ATC_INV, SYNC};
    for (unsigned i = 0; i < 5; i++)
        ck_assert_uint_eq(h->command[before + i][0] & 0xff, want[i]);
    const struct prisim_event_driver_page *page =
        &harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, events)->driver_page;
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)page->cause), "copied");
    ck_assert_uint_eq(page->writable, 1);
    const uint64_t own = driver_harness_walk(h, root_of(h), 0x4000);
    ck_assert_uint_eq(own >> 6 & 3, 1); /* read and write */
    ck_assert_uint_ne(own & PRISIM_DESC_ADDRESS, shared & PRISIM_DESC_ADDRESS);
    ck_assert_uint_eq(driver_harness_walk(h, root_of(h), 0x5000), shared);
    request(h, STREAM, 1, 0x4000, R | W | L); /* once */
    ck_assert_uint_eq(driver_harness_walk(h, root_of(h), 0x4000), own);
    unmapped(h, 2, RIGHT); /* the shared one stays */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 1);
    driver_harness_close(h);
}
END_TEST

/* A first access that writes needs no copy. */
START_TEST(written_at_once)
{
    struct driver_harness *h = open_up(1, cow);
    const unsigned before = driver_harness_commands(h, NH_VA);
    request(h, STREAM, 1, 0x4000, R | W | L);
    ck_assert_uint_eq(driver_harness_walk(h, root_of(h), 0x4000) >> 6 & 3, 1);
    ck_assert_uint_eq(driver_harness_commands(h, NH_VA), before);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_memory");
    TCase *tcase = tcase_create("driver_memory");
    tcase_add_loop_test(tcase, the_order, 0, 6);
    tcase_add_test(tcase, each_behind_the_other);
    tcase_add_test(tcase, the_commands);
    tcase_add_test(tcase, by_asid);
    tcase_add_test(tcase, bound_nowhere);
    tcase_add_test(tcase, nothing_twice);
    tcase_add_test(tcase, far_in_its_table);
    tcase_add_test(tcase, two_of_a_space);
    tcase_add_test(tcase, refused);
    tcase_add_loop_test(tcase, held, 0, 4);
    tcase_add_test(tcase, given_again);
    tcase_add_test(tcase, never_again);
    tcase_add_test(tcase, delayed_to_the_edge);
    tcase_add_test(tcase, all_of_a_space);
    tcase_add_test(tcase, bound_while_it_ends);
    tcase_add_test(tcase, copied_when_written);
    tcase_add_test(tcase, written_at_once);
    suite_add_tcase(suite, tcase);
    return suite;
}
