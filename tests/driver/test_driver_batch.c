/* SPDX-License-Identifier: Apache-2.0
 *
 * `commands: batch`: a command and the CMD_SYNC that waits for it are published by one write of PROD, under one hold of
 * the lock (docs/timing/driver.md). What each is for, and that it is waited for, is as with `single`.
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

/* Opcodes: SMMU-OPCODE. */
enum { CFGI_STE = 0x03, CFGI_ALL = 0x04, CFGI_CD = 0x05, TLBI_NH_ASID = 0x11, TLBI_ALL = 0x30, ATC_INV = 0x40 };
enum { SYNC = 0x46, R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST, WAY = MEMORY_DELAY + 1 };

static struct driver_harness *open_with(uint32_t commands)
{
    struct driver_harness *h = driver_harness_open();
    h->config.functions = 1;
    h->config.commands = commands;
    h->config.price = (struct prisim_driver_prices){.mmio_read = 31,
                                                    .mmio_write = 37,
                                                    .load = 5,
                                                    .store = 7,
                                                    .compute = 11,
                                                    .interrupt_entry = 101,
                                                    .wake_up = 211,
                                                    .scan_entry = 29,
                                                    .poll_interval = 307};
    return h;
}

static void bind(struct driver_harness *h)
{
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_run(h, 50);
}

static unsigned opcode(const struct driver_harness *h, unsigned number)
{
    return (unsigned)prisim_bits_get(h->issue[number].command[0], PRISIM_CMD_OPCODE);
}

/* The commands from a place on; with `batch` each stands with the SYNC behind it, and nothing else does. */
static void ck_issued(const struct driver_harness *h, unsigned first, const unsigned *opcodes, unsigned count,
                      bool batch)
{
    ck_assert_uint_eq(h->issues, first + count);
    for (unsigned i = 0; i < count; i++) {
        const struct driver_harness_issue *issue = &h->issue[first + i];
        ck_assert_msg(opcode(h, first + i) == opcodes[i], "command %u is 0x%x", i, opcode(h, first + i));
        ck_assert_uint_eq(issue->batch, batch ? 2 : 1);
        if (batch && opcodes[i] == SYNC)
            ck_assert_uint_eq(issue->issued_at, issue[-1].issued_at);
        else if (i)
            ck_assert_uint_gt(issue->issued_at, issue[-1].issued_at);
        if (opcodes[i] == SYNC) {
            ck_assert_uint_eq(issue->command[0], 0x46);
            ck_assert_uint_eq(issue->command[1], 0);
        }
    }
}
#define CK_ISSUED(h, first, batch, ...)                                                                                \
    do {                                                                                                               \
        const unsigned opcodes_[] = {__VA_ARGS__};                                                                     \
        ck_issued(h, first, opcodes_, sizeof opcodes_ / sizeof opcodes_[0], batch);                                    \
    } while (0)

/* The whole life of a PASID. In batches each command has a SYNC of its own, as in Linux 6.1. */
START_TEST(what_belongs_together)
{
    struct driver_harness *h = open_with((uint32_t)_i);
    driver_harness_bring_up(h);
    if (_i)
        CK_ISSUED(h, 0, true, CFGI_ALL, SYNC, TLBI_ALL, SYNC, CFGI_STE, SYNC, CFGI_STE, SYNC);
    else
        CK_ISSUED(h, 0, false, CFGI_ALL, TLBI_ALL, SYNC, CFGI_STE, SYNC, CFGI_STE, SYNC);
    unsigned first = h->issues;
    bind(h);
    CK_ISSUED(h, first, _i, CFGI_CD, SYNC, CFGI_CD, SYNC);
    first = h->issues;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    if (_i)
        CK_ISSUED(h, first, true, CFGI_CD, SYNC, TLBI_NH_ASID, SYNC, ATC_INV, SYNC);
    else
        CK_ISSUED(h, first, false, CFGI_CD, TLBI_NH_ASID, SYNC, ATC_INV, SYNC);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 1);
    driver_harness_close(h);
}
END_TEST

/* A response is waited for by nobody: it stands alone, and its index is its own. */
START_TEST(a_response_stands_alone)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMMANDS_BATCH);
    driver_harness_bring_up(h);
    bind(h);
    unsigned first = h->issues;
    driver_harness_request(h, STREAM, 1, 4, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *respond = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    driver_harness_run(h, 50);
    CK_ISSUED(h, first, false, PRISIM_CMDQ_OP_PRI_RESP);
    ck_assert_uint_eq(respond->driver_respond.index, first);
    driver_harness_close(h);
}
END_TEST

/* Three batches: lock, two stores, PROD, unlock, and one read of CONS. Not an edge before, and not one after. */
START_TEST(the_clock_of_an_unbind)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMMANDS_BATCH);
    driver_harness_bring_up(h);
    bind(h);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    prisim_cycle_t at = driver_harness_until(h, PRISIM_EVENT_DRIVER_CLEAR, 1)->cycle;
    at += WAY + 3 * (11 + 2 * (7 + WAY) + 37 + WAY + 11 + 31 + WAY) + 11;
    driver_harness_run(h, at - h->base->now);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 0);
    driver_harness_edge(h);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 1);
    driver_harness_close(h);
}
END_TEST

/* The lock is held from the first store to the write of PROD: a second caller's batch stands behind, whole, wherever in
 * between it is asked for. */
START_TEST(nobody_comes_between)
{
    struct driver_harness *h = driver_harness_open();
    h->config.commands = PRISIM_DRIVER_COMMANDS_BATCH;
    h->config.cpus = PRISIM_DRIVER_CPUS_MAX;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 1, 1, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    unsigned first = h->issues;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_run(h, 1 + 13 * (prisim_cycle_t)_i);
    driver_harness_unbind(h, 1, 1, PRISIM_DRIVER_UNBIND_NONE, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(h->issues, first + 12);
    for (unsigned i = first; i < h->issues; i += 2) {
        ck_assert_uint_eq(h->issue[i].batch, 2);
        ck_assert_uint_ne(opcode(h, i), SYNC);
        ck_assert_uint_eq(opcode(h, i + 1), SYNC);
        ck_assert_uint_eq(h->issue[i].call, h->issue[i + 1].call);
    }
    driver_harness_close(h);
}
END_TEST

/* An error of the ATC_INV's own SYNC is its caller's, and nobody else's: none can stand between the two. */
START_TEST(a_loss_is_that_of_the_own_sync)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMMANDS_BATCH);
    driver_harness_bring_up(h);
    bind(h);
    unsigned first = h->issues;
    h->atc_losses = 1;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    const struct prisim_event *lost = driver_harness_until(h, PRISIM_EVENT_DRIVER_ATC_INV_LOST, 1);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.index, first + 4);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.sync, first + 5);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.own, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_NOT_INVALIDATED, 1);
    driver_harness_close(h);
}
END_TEST

/* A queue of 16 with room for one: the batch waits until it has room for both. */
START_TEST(it_waits_for_room_for_all)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMMANDS_BATCH);
    h->config.cmdq_log2 = 4;
    driver_harness_bring_up(h);
    bind(h);
    h->commands_stuck = true;
    unsigned first = h->issues;
    for (unsigned i = 0; i < 15; i++)
        driver_harness_request(h, STREAM, 9, (uint16_t)i, 0x4000, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 15);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_run(h, 10000);
    ck_assert_uint_eq(h->issues, first + 15);
    driver_harness_consume(h, 1);
    driver_harness_run(h, 2000);
    ck_assert_uint_eq(h->issues, first + 17);
    ck_assert_uint_eq(h->issue[first + 15].batch, 2);
    h->commands_stuck = false;
    driver_harness_ring_commands(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

/* A queue of one command takes a batch in parts; one of two takes it at once (SMMU-IDR1: CMDQS). */
START_TEST(a_short_queue_takes_it_in_parts)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_COMMANDS_BATCH);
    driver_harness_start(h);
    h->reg[PRISIM_SMMU_IDR1 / 4] = (0x0d0a5510u & ~(31u << PRISIM_IDR1_CMDQS_SHIFT)) | (uint32_t)_i
                                                                                           << PRISIM_IDR1_CMDQS_SHIFT;
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 1);
    bind(h);
    unsigned first = h->issues;
    h->atc_losses = 1;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(h->issues, first + 6);
    for (unsigned i = first; i < first + 6; i++)
        ck_assert_uint_eq(h->issue[i].batch, _i ? 2 : 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_NOT_INVALIDATED), 1);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_batch");
    TCase *tcase = tcase_create("driver_batch");
    tcase_add_loop_test(tcase, what_belongs_together, 0, 2);
    tcase_add_test(tcase, a_response_stands_alone);
    tcase_add_test(tcase, the_clock_of_an_unbind);
    tcase_add_loop_test(tcase, nobody_comes_between, 0, 30);
    tcase_add_test(tcase, a_loss_is_that_of_the_own_sync);
    tcase_add_test(tcase, it_waits_for_room_for_all);
    tcase_add_loop_test(tcase, a_short_queue_takes_it_in_parts, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
