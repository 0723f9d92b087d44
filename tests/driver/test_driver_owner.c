/* SPDX-License-Identifier: Apache-2.0
 *
 * What the driver says of who owns what: frames, ASIDs, and when a call of unbind is over. Checkers read these events
 * and infer nothing (UNBIND-HAZARD `wrong_space_dma`).
 */
#include "driver/driver_state.h"
#include "tests/driver/bench.h"

static const struct event_driver_frame_given *given(const struct bench *b, unsigned n)
{
    const struct event *event = rig_event(b->rig, EVENT_DRIVER_FRAME_GIVEN, n);
    ck_assert_msg(event != NULL, "fewer than %u frames were given", n + 1);
    return &event->driver_frame_given;
}

/* Two pages on both sides of a 2 MB boundary: the root, two tables above, two last tables, two pages. Each is given at
 * the edge at which the descriptor that names it is put. */
START_TEST(every_frame_of_a_space_is_given_once)
{
    struct bench *b = bench_open();
    b->config.space[0].region[0] = (struct driver_region){0x1ff000, 0x2000, 3, 1};
    bench_bring_up(b);
    unsigned stores = b->rig->tx[DRIVER_TX_MEMORY].count;
    bench_bind(b, 0, 1, 0, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    bench_bind(b, 1, 2, 0, 2); /* the same space: nothing more is given */
    bench_until(b, EVENT_DRIVER_BOUND, 2);
    uint64_t root = bench_load(b, bench_cd(b, STREAM, 1) + 8) & CD1_TTB0;
    const bool table[] = {true, true, true, true, false, true, false};
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_FRAME_GIVEN), 7);
    for (unsigned i = 0; i < 7; i++) {
        ck_assert_uint_eq(given(b, i)->life, i + 1);
        ck_assert_uint_eq(given(b, i)->space, 1); /* space 0 is written as 1 */
        ck_assert_uint_eq(given(b, i)->table, table[i]);
        ck_assert_uint_eq(given(b, i)->address % 4096, 0);
        if (i == 0)
            continue; /* the root is named by no descriptor of a table */
        const struct memory_request *store = rig_got(b->rig, DRIVER_TX_MEMORY, stores + i - 1);
        ck_assert_uint_eq(load_le64(store->data) & DESC_ADDRESS, given(b, i)->address);
        ck_assert_uint_eq(rig_event(b->rig, EVENT_DRIVER_FRAME_GIVEN, i)->cycle,
                          rig_got_at(b->rig, DRIVER_TX_MEMORY, stores + i - 1));
    }
    ck_assert_uint_eq(given(b, 0)->address, root);
    ck_assert_uint_eq(bench_walk(b, root, 0x1ff000) & DESC_ADDRESS, given(b, 4)->address);
    ck_assert_uint_eq(bench_walk(b, root, 0x200000) & DESC_ADDRESS, given(b, 6)->address);
    bench_close(b);
}
END_TEST

START_TEST(a_faulted_page_is_given_to_the_space_it_is_mapped_in)
{
    struct bench *b = bench_open();
    bench_bring_up(b);
    bench_bind(b, 0, 1, 0, 1);
    bench_bind(b, 0, 2, 1, 2);
    bench_until(b, EVENT_DRIVER_BOUND, 2);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_FRAME_GIVEN), 2); /* the roots */
    bench_request(b, STREAM, 2, 4, 0x5000, ACCESS_READ | ACCESS_LAST);
    bench_ring(b, DRIVER_MSI_PRIQ);
    cycle_t paged = bench_until(b, EVENT_DRIVER_PAGE, 1)->cycle;
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_FRAME_GIVEN), 6);
    ck_assert_uint_eq(rig_event(b->rig, EVENT_DRIVER_FRAME_GIVEN, 5)->cycle, paged);
    ck_assert_uint_eq(given(b, 5)->table, 0);
    ck_assert_uint_eq(given(b, 5)->space, 2);
    uint64_t root = bench_load(b, bench_cd(b, STREAM, 2) + 8) & CD1_TTB0;
    bench_run(b, 50);
    ck_assert_uint_eq(bench_walk(b, root, 0x5000) & DESC_ADDRESS, given(b, 5)->address);
    bench_close(b);
}
END_TEST

START_TEST(an_asid_is_given_and_freed)
{
    struct bench *b = bench_open();
    bench_bring_up(b);
    bench_bind(b, 0, 1, 1, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    bench_bind(b, 1, 1, 1, 2);
    bench_until(b, EVENT_DRIVER_BOUND, 2);
    bench_run(b, 5);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_ASID_GIVEN), 1);
    const struct event *event = rig_event(b->rig, EVENT_DRIVER_ASID_GIVEN, 0);
    ck_assert_uint_eq(event->driver_asid_given.asid, 1);
    ck_assert_uint_eq(event->driver_asid_given.space, 2);
    bench_unbind(b, 0, 1, DRIVER_UNBIND_NONE, 3);
    bench_until(b, EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_ASID_FREED), 0); /* bound elsewhere */
    bench_unbind(b, 1, 1, DRIVER_UNBIND_NONE, 4);
    cycle_t free_at = bench_until(b, EVENT_DRIVER_FREE, 2)->cycle;
    event = rig_event(b->rig, EVENT_DRIVER_ASID_FREED, 0);
    ck_assert_ptr_nonnull(event);
    ck_assert_uint_eq(event->cycle, free_at);
    ck_assert_uint_eq(event->driver_asid_freed.asid, 1);
    ck_assert_uint_eq(event->driver_asid_freed.space, 2);
    bench_close(b);
}
END_TEST

static void returned(struct bench *b, unsigned n, uint64_t call, enum cause cause, cycle_t cycle)
{
    const struct event *event = bench_until(b, EVENT_DRIVER_UNBIND_RETURNED, n);
    ck_assert_uint_eq(event->driver_unbind_returned.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_unbind_returned.call, call);
    ck_assert_uint_eq(event->driver_unbind_returned.cause, cause);
    ck_assert_uint_eq(event->cycle, cycle);
}

/* Freed, refused or kept back: each call of unbind returns once. */
START_TEST(every_unbind_returns)
{
    struct bench *b = bench_open();
    b->config.on_atc_timeout = DRIVER_ATC_TIMEOUT_KEEP_PASID;
    bench_bring_up(b);
    bench_bind(b, 0, 1, 0, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    struct driver_stimulus s = {.what = DRIVER_UNBIND, .pasid = 1, .then_space = 2, .call = 2};
    rig_offer(b->rig, DRIVER_RX_STIMULUS, &s);
    returned(b, 1, 2, CAUSE_NONE, bench_until(b, EVENT_DRIVER_FREE, 1)->cycle);
    bench_until(b, EVENT_DRIVER_BOUND, 2);
    bench_run(b, 5);
    bench_unbind(b, 0, 9, DRIVER_UNBIND_DRAIN, 3);
    returned(b, 2, 3, CAUSE_NOT_BOUND, bench_until(b, EVENT_DRIVER_REFUSED, 1)->cycle);
    b->atc_losses = 1;
    bench_unbind(b, 0, 1, DRIVER_UNBIND_DRAIN, 4);
    returned(b, 3, 4, CAUSE_KEPT, bench_until(b, EVENT_DRIVER_LEFT_LOOKUP, 2)->cycle);
    /* more calls than there are callers */
    for (uint32_t i = 0; i < DRIVER_CALLS_MAX; i++)
        bench_bind(b, 0, 2, 0, 5);
    bench_unbind(b, 0, 3, DRIVER_UNBIND_DRAIN, 6);
    returned(b, 4, 6, CAUSE_REFUSED, bench_until(b, EVENT_DRIVER_REFUSED, 2)->cycle);
    bench_close(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("driver_owner");
    TCase *tcase = tcase_create("driver_owner");
    tcase_add_test(tcase, every_frame_of_a_space_is_given_once);
    tcase_add_test(tcase, a_faulted_page_is_given_to_the_space_it_is_mapped_in);
    tcase_add_test(tcase, an_asid_is_given_and_freed);
    tcase_add_test(tcase, every_unbind_returns);
    suite_add_tcase(suite, tcase);
    return bench_main(suite);
}
