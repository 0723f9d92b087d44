/* SPDX-License-Identifier: Apache-2.0
 *
 * What a block may ask of its ports and say on them in one step (model/core/ports.h), without any engine.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "model/core/ports.h"
#include "tests/harness/suite.h"

static bool all_zero(const void *from, const void *to)
{
    for (const unsigned char *byte = from; byte < (const unsigned char *)to; byte++)
        if (*byte)
            return false;
    return true;
}

START_TEST(init_leaves_no_field_as_it_was)
{
    struct prisim_ports p;
    struct prisim_probe probe;
    memset(&p, 0xa5, sizeof p);
    prisim_ports_init(&p, &probe, 0x1234);
    ck_assert_ptr_eq(p.probe, &probe);
    ck_assert_uint_eq(p.instance, 0x1234);
    p.probe = NULL;
    p.instance = 0;
    ck_assert(all_zero(&p, &p + 1));
}
END_TEST

START_TEST(arrived_is_valid_and_ready)
{
    struct prisim_ports p = {.rx_valid = 0xc, .rx_ready = 0xa};
    ck_assert_uint_eq(prisim_ports_arrived(&p), 0x8);
    ck_assert(prisim_ports_has_arrived(&p, 3));
    ck_assert(!prisim_ports_has_arrived(&p, 2)); /* offered, not taken */
    ck_assert(!prisim_ports_has_arrived(&p, 1)); /* ready, nothing offered */
    ck_assert(!prisim_ports_has_arrived(&p, 0));
}
END_TEST

START_TEST(room_is_an_empty_port_or_a_transfer)
{
    /* Ports 0..3: valid 0 1 0 1, ready 0 0 1 1. */
    struct prisim_ports p = {.tx_valid = 0xa, .tx_ready = 0xc};
    ck_assert(prisim_ports_can_put(&p, 0));
    ck_assert(!prisim_ports_can_put(&p, 1));
    ck_assert(prisim_ports_can_put(&p, 2));
    ck_assert(prisim_ports_can_put(&p, 3));
}
END_TEST

START_TEST(a_put_takes_the_room_of_its_port_only)
{
    int slot[PRISIM_PORTS_MAX];
    struct prisim_ports p = {0};
    for (unsigned i = 0; i < PRISIM_PORTS_MAX; i++)
        p.tx[i] = &slot[i];
    ck_assert_ptr_eq(prisim_ports_put(&p, PRISIM_PORTS_MAX - 1), &slot[PRISIM_PORTS_MAX - 1]);
    ck_assert_uint_eq(p.put, UINT64_C(1) << (PRISIM_PORTS_MAX - 1));
    ck_assert(!prisim_ports_can_put(&p, PRISIM_PORTS_MAX - 1));
    ck_assert(prisim_ports_can_put(&p, 0));
    ck_assert_ptr_eq(prisim_ports_put(&p, 0), &slot[0]);
    ck_assert_uint_eq(p.put, UINT64_C(1) << (PRISIM_PORTS_MAX - 1) | 1);
}
END_TEST

START_TEST(a_second_put_on_a_port_is_refused)
{
    int slot;
    struct prisim_ports p = {.tx = {&slot}};
    prisim_ports_put(&p, 0);
    prisim_ports_put(&p, 0);
}
END_TEST

START_TEST(a_put_over_a_waiting_payload_is_refused)
{
    int slot;
    struct prisim_ports p = {.tx_valid = 1, .tx = {&slot}};
    prisim_ports_put(&p, 0);
}
END_TEST

/* Ports 0..5: a port that keeps nothing; one that is empty; valid; taken at this edge; put; put ahead of time. */
START_TEST(a_payload_is_put_ahead_where_it_could_be_put_and_kept)
{
    int slot[6];
    struct prisim_ports p = {.tx_valid = 0xc, .tx_ready = 0x8, .put = 0x10, .later = 0x20, .keeps = 0x3e};
    for (unsigned i = 0; i < 6; i++)
        p.tx[i] = &slot[i];
    ck_assert(!prisim_ports_can_put_at(&p, 0));
    ck_assert(prisim_ports_can_put_at(&p, 1));
    ck_assert(!prisim_ports_can_put_at(&p, 2));
    ck_assert(prisim_ports_can_put_at(&p, 3));
    ck_assert(!prisim_ports_can_put_at(&p, 4));
    ck_assert(!prisim_ports_can_put_at(&p, 5));
    ck_assert(!prisim_ports_can_put(&p, 5));
    ck_assert_ptr_eq(prisim_ports_put_at(&p, 1, 17), &slot[1]);
    ck_assert(!prisim_ports_can_put_at(&p, 1));
    ck_assert(!prisim_ports_can_put(&p, 1));
    ck_assert_uint_eq(p.at[1], 17);
    ck_assert_uint_eq(p.put_later, 0x2);
    ck_assert_uint_eq(p.put, 0x10 | PRISIM_PORTS_PUT_LATER);
    ck_assert_ptr_eq(prisim_ports_take_back(&p, 1), &slot[1]);
    ck_assert_uint_eq(p.put_later, 0);
    ck_assert_uint_eq(p.back, 0x2);
    ck_assert(prisim_ports_can_put_at(&p, 1));
    ck_assert(prisim_ports_can_put(&p, 1));
}
END_TEST

/* Put at an earlier edge: to take it back is all that this step says. */
START_TEST(to_take_back_is_to_say_something)
{
    int slot;
    struct prisim_ports p = {.later = 1, .keeps = 1, .tx = {&slot}};
    ck_assert_ptr_eq(prisim_ports_take_back(&p, 0), &slot);
    ck_assert_uint_eq(p.put, PRISIM_PORTS_PUT_LATER);
    ck_assert_uint_eq(p.later, 0);
    ck_assert_uint_eq(p.back, 1);
}
END_TEST

START_TEST(what_was_not_put_ahead_cannot_be_taken_back)
{
    struct prisim_ports p = {.tx_valid = 1, .keeps = 1};
    prisim_ports_take_back(&p, 0);
}
END_TEST

START_TEST(ready_stays_until_said_otherwise)
{
    struct prisim_ports p = {.ready = 0x5};
    prisim_ports_set_ready(&p, 1, true);
    ck_assert_uint_eq(p.ready, 0x7);
    prisim_ports_set_ready(&p, 0, false);
    ck_assert_uint_eq(p.ready, 0x6);
    prisim_ports_set_ready(&p, 0, false);
    prisim_ports_set_ready(&p, 1, true);
    ck_assert_uint_eq(p.ready, 0x6);
    prisim_ports_set_ready(&p, PRISIM_PORTS_MAX - 1, true);
    ck_assert_uint_eq(p.ready, UINT64_C(1) << (PRISIM_PORTS_MAX - 1) | 0x6);
}
END_TEST

START_TEST(retry_is_the_next_edge_or_the_rise_of_ready)
{
    int slot[3];
    struct prisim_ports p = {.tx_valid = 0x6, .tx_ready = 0x4, .tx = {&slot[0], &slot[1], &slot[2]}};
    ck_assert_uint_eq(prisim_ports_retry(&p, 0, 10), 11); /* empty */
    ck_assert_uint_eq(prisim_ports_retry(&p, 1, 10),
                      PRISIM_CYCLE_NEVER);                /* waits: the engine steps the block when ready rises */
    ck_assert_uint_eq(prisim_ports_retry(&p, 2, 10), 11); /* taken at this edge */
    prisim_ports_put(&p, 0);
    prisim_ports_put(&p, 2);
    ck_assert_uint_eq(prisim_ports_retry(&p, 0, 10), PRISIM_CYCLE_NEVER); /* put now, and the other side is not ready */
    ck_assert_uint_eq(prisim_ports_retry(&p, 2, 10), 11); /* put now, and taken at 11: room again at 11 */
}
END_TEST

START_TEST(cycles_compare_with_never)
{
    ck_assert_uint_eq(prisim_cycle_min(5, PRISIM_CYCLE_NEVER), 5);
    ck_assert_uint_eq(prisim_cycle_min(PRISIM_CYCLE_NEVER, PRISIM_CYCLE_NEVER), PRISIM_CYCLE_NEVER);
    ck_assert_uint_eq(prisim_cycle_max(5, 4), 5);
    ck_assert_uint_eq(prisim_cycle_max(0, PRISIM_CYCLE_NEVER), PRISIM_CYCLE_NEVER);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("core_ports");
    TCase *all = tcase_create("all");
    tcase_add_test(all, init_leaves_no_field_as_it_was);
    tcase_add_test(all, arrived_is_valid_and_ready);
    tcase_add_test(all, room_is_an_empty_port_or_a_transfer);
    tcase_add_test(all, a_put_takes_the_room_of_its_port_only);
    tcase_add_test_raise_signal(all, a_second_put_on_a_port_is_refused, SIGABRT);
    tcase_add_test_raise_signal(all, a_put_over_a_waiting_payload_is_refused, SIGABRT);
    tcase_add_test(all, a_payload_is_put_ahead_where_it_could_be_put_and_kept);
    tcase_add_test(all, to_take_back_is_to_say_something);
    tcase_add_test_raise_signal(all, what_was_not_put_ahead_cannot_be_taken_back, SIGABRT);
    tcase_add_test(all, ready_stays_until_said_otherwise);
    tcase_add_test(all, retry_is_the_next_edge_or_the_rise_of_ready);
    tcase_add_test(all, cycles_compare_with_never);
    suite_add_tcase(suite, all);
    return suite;
}
