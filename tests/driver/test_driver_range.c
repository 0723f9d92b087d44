/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is told when pages are taken back (SMMU-TLBI, SMMU-ATCINV): every function and PASID that may hold a translation,
 * and nobody else; of which range; and in RAM before all that. Opcodes, PASIDs and ranges are literals.
 */
#include "tests/driver/driver_memory.h"
#include "tests/harness/suite.h"

enum { NH_VA = 0x12, ATC_INV = 0x40, SYNC = 0x46 };
enum { RIGHT, FREE_FIRST, NO_ATC_INV, NO_TLBI, ATC_INV_FIRST, NO_SYNC };

/* CMD_ATC_INV of function 0 with PASID 1 and of function 1 with PASID 2. */
#define OF_FIRST  UINT64_C(0x0000010000001840)
#define OF_SECOND UINT64_C(0x0000010800002840)

/* The page at 0x4000 is taken back: these ATC_INVs, and no other (0: none). */
static void asked(struct driver_harness *h, uint64_t first, uint64_t second)
{
    const unsigned before = h->commands;
    const uint64_t want[] = {first, second, 0};
    unsigned n = first == 0;
    taken_back(h, 0x4000, 1, RIGHT);
    for (unsigned i = before; i < h->commands; i++)
        if ((h->command[i][0] & 0xff) == ATC_INV)
            ck_assert_uint_eq(h->command[i][0], want[n++]);
    ck_assert_uint_eq(want[n], 0);
}

/* SMMU-ATCINV: from U0 to U4 the function holds what it held; behind that nothing. */
START_TEST(while_it_is_unbound)
{
    static const enum prisim_event_type held[] = {PRISIM_EVENT_DRIVER_UNBIND, PRISIM_EVENT_DRIVER_CLEAR,
                                                  PRISIM_EVENT_DRIVER_INVALIDATED, PRISIM_EVENT_DRIVER_LEFT_LOOKUP,
                                                  PRISIM_EVENT_DRIVER_FREE};
    struct driver_harness *h = open_up(1, NULL);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, held[_i], 0);
    driver_harness_run(h, 2);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    if (_i < 3)
        asked(h, OF_FIRST, OF_SECOND);
    else
        asked(h, 0, OF_SECOND);
    driver_harness_close(h);
}
END_TEST

static void keep_pasid(struct prisim_driver_config *config)
{
    config->on_atc_timeout = PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID;
}

/* SMMU-ATCINV: its ATC_INV was lost, and the function may have the page still. */
START_TEST(while_it_is_kept_back)
{
    struct driver_harness *h = open_up(1, keep_pasid);
    h->atc_losses = 1;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 3);
    const struct prisim_event *returned = driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    ck_assert_uint_eq(returned->driver_unbind_returned.cause, PRISIM_CAUSE_KEPT);
    asked(h, OF_FIRST, OF_SECOND);
    driver_harness_close(h);
}
END_TEST

/* PCIE-ITAG-9 */
START_TEST(what_is_isolated_is_not_asked)
{
    struct driver_harness *h = open_up(1, NULL);
    const struct prisim_driver_stimulus isolate = {.what = PRISIM_DRIVER_ISOLATE, .function = 0, .call = 3};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &isolate);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ISOLATED, 1);
    asked(h, 0, OF_SECOND);
    driver_harness_close(h);
}
END_TEST

static void other_space(struct prisim_driver_config *config)
{
    config->space[1] = config->space[0];
}

/* Whoever is bound to another space has nothing of this one. */
START_TEST(what_has_another_space_is_not_asked)
{
    struct driver_harness *h = open_up(1, other_space);
    driver_harness_bind(h, 0, 5, 1, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    asked(h, OF_FIRST, OF_SECOND);
    driver_harness_close(h);
}
END_TEST

/* CD 0 of both functions leads to space 0: their ATC_INVs have no PASID. */
START_TEST(without_a_pasid)
{
    struct driver_harness *h = driver_harness_open();
    h->config.no_pasid = PRISIM_DRIVER_NO_PASID_CD0;
    h->config.no_pasid_space = 1;
    h->config.space[0].region[0].populated = 1;
    driver_harness_bring_up(h);
    asked(h, UINT64_C(0x0000010000000040), UINT64_C(0x0000010800000040));
    driver_harness_close(h);
}
END_TEST

/* PCIE-ATC-3: the smallest power of two of pages, at a multiple of itself, that holds all of them: word 1 has its
 * log2 in [5:0]. */
static const struct {
    uint64_t address, word;
    uint32_t pages;
} ranges[] = {{0x4000, 0x4000, 1}, {0x5000, 0x5000, 1}, {0x4000, 0x4001, 2}, {0x5000, 0x4002, 2},
              {0x7000, 0x0004, 2}, {0x8000, 0x8002, 3}, {0x6000, 0x0004, 4}, {0x8000, 0x8003, 8}};

START_TEST(the_range)
{
    struct driver_harness *h = open_up(16, NULL);
    taken_back(h, ranges[_i].address, ranges[_i].pages, RIGHT);
    ck_assert_uint_eq(driver_harness_commands(h, ATC_INV), 2);
    for (unsigned n = 0; n < 2; n++)
        ck_assert_uint_eq(driver_harness_command(h, ATC_INV, n)[1], ranges[_i].word);
    driver_harness_close(h);
}
END_TEST

/* It is told behind the last store, and before anybody else is told anything. */
START_TEST(cleared_in_ram)
{
    struct driver_harness *h = open_up(3, NULL);
    const unsigned before = h->commands;
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNMAP_CLEARED, 0);
    driver_harness_run(h, 2);
    unmap(h, 0x4000, 3, RIGHT, 9);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    for (uint64_t address = 0x4000; address < 0x7000; address += 0x1000)
        ck_assert_uint_eq(driver_harness_walk(h, root_of(h), address), 0);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(h->commands, before);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 0);
    driver_harness_close(h);
}
END_TEST

static void batch(struct prisim_driver_config *config)
{
    config->commands = PRISIM_DRIVER_COMMANDS_BATCH;
}

/* Each command with the CMD_SYNC that it is waited for by; but none with the order that waits for nothing. */
START_TEST(as_a_batch)
{
    static const unsigned want[][7] = {
        [RIGHT] = {NH_VA, SYNC, ATC_INV, SYNC, ATC_INV, SYNC}, [NO_SYNC] = {NH_VA, ATC_INV, ATC_INV}};
    const uint32_t order = _i ? NO_SYNC : RIGHT;
    struct driver_harness *h = open_up(1, batch);
    const unsigned before = h->commands;
    unsigned n = 0;
    taken_back(h, 0x4000, 1, order);
    for (; want[order][n]; n++)
        ck_assert_uint_eq(h->command[before + n][0] & 0xff, want[order][n]);
    ck_assert_uint_eq(h->commands, before + n);
    driver_harness_close(h);
}
END_TEST

static void on_demand(struct prisim_driver_config *config)
{
    config->space[0].region[0].populated = 0;
}

/* The frame that goes back is that of the page, in whichever order pages were mapped. */
START_TEST(its_own_frame)
{
    static const uint64_t page[] = {0x6000, 0x4000, 0x7000, 0x5000};
    struct driver_harness *h = open_up(4, on_demand);
    uint64_t frame[4];
    for (unsigned i = 0; i < 4; i++)
        request(h, STREAM, 1, page[i], R | W | L);
    for (unsigned i = 0; i < 4; i++)
        frame[i] = frame_of_page(h, page[i]);
    taken_back(h, page[_i], 1, RIGHT);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 1);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_FRAME_TAKEN, 0)->driver_frame_taken.address, frame[_i]);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(frame_of_page(h, page[i]), i == _i ? 0 : frame[i]);
    driver_harness_close(h);
}
END_TEST

static void two_tables(struct prisim_driver_config *config)
{
    on_demand(config);
    config->space[0].region[0].size = 0x400000;
}

/* From the middle of a leaf table that is not there: the next one is looked through from its first page on. */
START_TEST(over_a_table_that_is_not_there)
{
    struct driver_harness *h = open_up(1, two_tables);
    request(h, STREAM, 1, 0x200000, R | W | L);
    ck_assert_uint_ne(frame_of_page(h, 0x200000), 0);
    taken_back(h, 0x5000, 0x200, RIGHT); /* to 0x204fff */
    ck_assert_uint_eq(frame_of_page(h, 0x200000), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN), 1);
    driver_harness_close(h);
}
END_TEST

static void cow(struct prisim_driver_config *config)
{
    on_demand(config);
    config->space[0].region[0].backing = PRISIM_DRIVER_BACKING_COW;
    config->price.store = 60;
}

/* A page that is taken back while it is being copied, before and behind each of its stores: both come to their end, and
 * what is mapped in the end is mapped once. */
START_TEST(while_it_is_copied)
{
    struct driver_harness *h = open_up(1, cow);
    request(h, STREAM, 1, 0x4000, R | L);
    const unsigned resolved = harness_events(h->base, PRISIM_EVENT_DRIVER_RESOLVE);
    driver_harness_request(h, STREAM, 1, 3, 0x4000, R | W | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESOLVE, resolved + 1);
    driver_harness_run(h, h->config.fault_service - 120 + 10 * (unsigned)_i);
    unmap(h, 0x4000, 1, RIGHT, 9);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNMAPPED, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    driver_harness_run(h, 1000);
    const unsigned taken = harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_TAKEN);
    ck_assert_uint_eq(frame_of_page(h, 0x4000) != 0, taken == 0);
    ck_assert_uint_eq(nth(h, PRISIM_EVENT_DRIVER_RESPOND, 1)->driver_respond.code, PRISIM_PRG_SUCCESS);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_range");
    TCase *tcase = tcase_create("driver_range");
    tcase_add_loop_test(tcase, while_it_is_unbound, 0, 5);
    tcase_add_test(tcase, while_it_is_kept_back);
    tcase_add_test(tcase, what_is_isolated_is_not_asked);
    tcase_add_test(tcase, what_has_another_space_is_not_asked);
    tcase_add_test(tcase, without_a_pasid);
    tcase_add_loop_test(tcase, the_range, 0, 8);
    tcase_add_test(tcase, cleared_in_ram);
    tcase_add_loop_test(tcase, as_a_batch, 0, 2);
    tcase_add_loop_test(tcase, its_own_frame, 0, 4);
    tcase_add_test(tcase, over_a_table_that_is_not_there);
    tcase_add_loop_test(tcase, while_it_is_copied, 0, 26);
    suite_add_tcase(suite, tcase);
    return suite;
}
