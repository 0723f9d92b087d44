/* SPDX-License-Identifier: Apache-2.0
 *
 * The PRI handler of Linux 6.1 (UNBIND-D27, UNBIND-S-14): what it answers, with which fields, in which order and when.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };

static struct driver_harness *open_bound(void)
{
    struct driver_harness *h = driver_harness_open();
    h->config.pri_handler = PRISIM_DRIVER_PRI_HANDLER_LINUX_6_1;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    return h;
}

/* The n-th CMD_PRI_RESP: opcode 0x41, SSV bit 11, SubstreamID 31:12, StreamID 63:32; PRGIndex 8:0, Resp 13:12. */
static void check_response(const struct driver_harness *h, unsigned n, bool ssv, uint64_t ssid, uint64_t sid,
                           uint64_t prgi)
{
    const uint64_t *command = driver_harness_command(h, 0x41, n);
    ck_assert_ptr_nonnull(command);
    ck_assert_uint_eq(command[0], UINT64_C(0x41) | (uint64_t)ssv << 11 | ssid << 12 | sid << 32);
    ck_assert_uint_eq(command[1], prgi); /* Resp 0b00: Response Failure */
}

static const struct prisim_event *nth(const struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    return harness_event(h->base, type, n);
}

/* UNBIND-S-14: each record with Last is answered, and with Failure: of a PASID that is bound, of one that is not,
 * without one, and a Stop Marker as well. Nobody looks at what it is for. */
START_TEST(each_last_is_answered)
{
    struct driver_harness *h = open_bound();
    driver_harness_request(h, STREAM, 1, 7, 0x4000, R | L);
    driver_harness_request(h, STREAM, 1, 0, 0, L); /* a Stop Marker */
    driver_harness_request(h, STREAM_2, 5, 0x1ff, 0x4000, R | L);
    driver_harness_request(h, STREAM, HARNESS_NO_PASID, 3, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 4);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_PRI_RESP), 4);
    check_response(h, 0, true, 1, STREAM, 7);
    check_response(h, 1, true, 1, STREAM, 0);
    check_response(h, 2, true, 5, STREAM_2, 0x1ff);
    check_response(h, 3, false, 0, STREAM, 3);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, i)->driver_respond.item, i);
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, i)->driver_respond.code, PRISIM_PRG_FAILURE);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_MARKER), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ENQUEUE), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESOLVE), 0);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_PRIQ_CONS / 4], 4);
    driver_harness_close(h);
}
END_TEST

/* One without Last is reported, and kept nowhere: the Last behind it is answered once, whatever their indices are. */
START_TEST(without_last_nothing_is_answered)
{
    struct driver_harness *h = open_bound();
    driver_harness_request(h, STREAM, 1, 7, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 7, 0x5000, R | L);
    driver_harness_request(h, STREAM, 1, 8, 0x6000, R);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DISCARD, 2);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_PRI_RESP), 1);
    check_response(h, 0, true, 1, STREAM, 7);
    static const unsigned item[] = {0, 2}, prgi[] = {7, 8};
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_DISCARD, i)->driver_discard.item, item[i]);
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_DISCARD, i)->driver_discard.prgi, prgi[i]);
        ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_DISCARD, i)->driver_discard.cause, PRISIM_CAUSE_NOT_HANDLED);
    }
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.item, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PARK), 0);
    driver_harness_close(h);
}
END_TEST

/* docs/timing/driver.md: S0 + w + c is the report; R0 comes c + store + w + mmio_write behind it, and the next record
 * is copied when the write of PROD is answered and the lock given back. CONS stands before the answer. */
START_TEST(when_it_answers)
{
    struct driver_harness *h = open_bound();
    const struct prisim_driver_prices *price = &h->config.price;
    const prisim_cycle_t w = MEMORY_DELAY + 1;
    driver_harness_request(h, STREAM, 1, 1, 0x4000, R);
    driver_harness_request(h, STREAM, 1, 1, 0x5000, R | L);
    driver_harness_request(h, STREAM, 1, 2, 0x6000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    prisim_cycle_t take = nth(h, PRISIM_EVENT_DRIVER_TAKE, 0)->cycle;
    prisim_cycle_t discard = nth(h, PRISIM_EVENT_DRIVER_DISCARD, 0)->cycle;
    ck_assert_uint_eq(discard, take + w + price->compute);
    take = nth(h, PRISIM_EVENT_DRIVER_TAKE, 1)->cycle;
    ck_assert_uint_eq(take, discard + price->load + w + price->mmio_write);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_CONS, 1)->cycle, take);
    prisim_cycle_t respond = nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->cycle;
    ck_assert_uint_eq(respond, take + w + 2 * price->compute + price->store + w + price->mmio_write);
    take = nth(h, PRISIM_EVENT_DRIVER_TAKE, 2)->cycle;
    ck_assert_uint_eq(take, respond + w + price->compute + price->load + w + price->mmio_write);
    driver_harness_close(h);
}
END_TEST

/* It waits for no CMD_SYNC, and for no command either: a command queue that stands still holds it up when it is full.
 */
START_TEST(it_waits_for_room_only)
{
    struct driver_harness *h = driver_harness_open();
    h->config.pri_handler = PRISIM_DRIVER_PRI_HANDLER_LINUX_6_1;
    h->config.cmdq_log2 = 4;
    driver_harness_bring_up(h);
    h->commands_stuck = true;
    for (uint16_t i = 0; i < 20; i++)
        driver_harness_request(h, STREAM, 1, i, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_RESPOND), 16);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_TAKE), 17);
    h->commands_stuck = false;
    driver_harness_ring_commands(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 20);
    driver_harness_close(h);
}
END_TEST

/* A drain of the queue waits until the record in hand is answered. Its items go back to the pool, which has 1024. */
START_TEST(a_drain_waits_for_the_answer)
{
    struct driver_harness *h = open_bound();
    driver_harness_request(h, STREAM, 1, 1, 0x4000, R | L);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_PRI_THREAD, PRISIM_EVENT_DRIVER_RESPOND, 30000);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    prisim_cycle_t drained = driver_harness_until(h, PRISIM_EVENT_DRIVER_DRAINED, 1)->cycle;
    ck_assert_uint_gt(drained, nth(h, PRISIM_EVENT_DRIVER_RESPOND, 0)->cycle);
    for (unsigned i = 0; i < 1100; i++) {
        driver_harness_request(h, STREAM, 1, 1, 0x4000, R);
        if (i % 100 == 99) {
            driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
            driver_harness_until(h, PRISIM_EVENT_DRIVER_DISCARD, i + 1);
        }
    }
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_pri_handler_6_1");
    TCase *tcase = tcase_create("driver_pri_handler_6_1");
    tcase_add_test(tcase, each_last_is_answered);
    tcase_add_test(tcase, without_last_nothing_is_answered);
    tcase_add_test(tcase, when_it_answers);
    tcase_add_test(tcase, it_waits_for_room_only);
    tcase_add_test(tcase, a_drain_waits_for_the_answer);
    suite_add_tcase(suite, tcase);
    return suite;
}
