/* SPDX-License-Identifier: Apache-2.0
 *
 * An ATC invalidation that its function does not answer (SMMU-SYNC, SMMU-CERROR, CERROR_ATC_INV_SYNC): what unbind does
 * by `on_atc_timeout`, whose error it is, and whom it is told to (UNBIND-HAZARD `false_sync`, S-44).
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

static struct driver_harness *open_bound(uint32_t on_atc_timeout)
{
    struct driver_harness *h = driver_harness_open();
    h->config.on_atc_timeout = on_atc_timeout;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 1, 1, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 5);
    return h;
}

/* Linux 6.1 leaves the CMD_SYNC as it is and acknowledges: it runs again, succeeds, and the unbind goes on. U4 is not
 * claimed. */
/* covers: SMMU-CERROR-4 */
START_TEST(as_linux_6_1_goes_on)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_ATC_TIMEOUT_AS_LINUX_6_1);
    unsigned syncs = driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC);
    h->atc_losses = 1;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    prisim_cycle_t free_at = driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1)->cycle;
    ck_assert_uint_eq(h->command_errors, 1);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_ATC_INV), 1);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC), syncs + 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 0);
    const struct prisim_event *gone = harness_event(h->base, PRISIM_EVENT_DRIVER_NOT_INVALIDATED, 0);
    ck_assert_ptr_nonnull(gone);
    ck_assert_uint_eq(gone->driver_not_invalidated.call, 7);
    const struct prisim_event *lost = harness_event(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST, 0);
    ck_assert_ptr_nonnull(lost);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.call, 7);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.stream_id, STREAM);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.pasid, 1);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.sync, lost->driver_atc_inv_lost.index + 1);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.own, 1);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.told, 0);
    ck_assert(lost->cycle < gone->cycle && gone->cycle < free_at);
    driver_harness_bind(h, 0, 1, 1, 8); /* the PASID is free */
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    driver_harness_close(h);
}
END_TEST

START_TEST(what_is_answered_is_invalidated)
{
    struct driver_harness *h = open_bound((uint32_t)_i);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_NOT_INVALIDATED), 0);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_ATC_INV), 1);
    driver_harness_close(h);
}
END_TEST

/* ATC_INV and SYNC again, as often as they are lost, up to the limit: one time fewer than that succeeds, one more does
 * not. */
START_TEST(repeat_repeats_until_it_succeeds)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_ATC_TIMEOUT_REPEAT);
    unsigned syncs = driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC);
    ck_assert_uint_eq(h->config.atc_inv_repeats, 3);
    h->atc_losses = 3;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_ATC_INV), 4);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_SYNC), syncs + 5);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST), 3);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST, 2)->driver_atc_inv_lost.told, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_NOT_INVALIDATED), 0);
    driver_harness_close(h);
}
END_TEST

/* The PASID is neither freed nor bound again; faults no longer find its space; another PASID is untouched. */
static void is_kept(struct driver_harness *h)
{
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_NOT_INVALIDATED), 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_DRAINED), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 0);
    driver_harness_bind(h, 0, 1, 1, 8);
    const struct prisim_event *refused = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(refused->driver_refused.call, 8);
    ck_assert_uint_eq(refused->driver_refused.cause, PRISIM_CAUSE_KEPT);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 9);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 2)->driver_refused.cause, PRISIM_CAUSE_KEPT);
    driver_harness_request(h, STREAM, 1, 4, 0x4000, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, 0)->driver_resolve.cause,
                      PRISIM_CAUSE_NOT_BOUND);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESPOND, 0)->driver_respond.code, PRISIM_PRG_INVALID);
    /* its space keeps the ASID, for the binding has no U6: the next space gets another one */
    driver_harness_unbind(h, 1, 1, PRISIM_DRIVER_UNBIND_NONE, 10);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_bind(h, 1, 2, 1, 11);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    ck_assert_uint_eq(prisim_bits_get(driver_harness_load(h, driver_harness_cd(h, STREAM_2, 2)), PRISIM_CD0_ASID), 2);
}

START_TEST(repeat_ends_at_its_limit)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_ATC_TIMEOUT_REPEAT);
    h->atc_losses = 4;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_ATC_INV), 4);
    is_kept(h);
    driver_harness_close(h);
}
END_TEST

START_TEST(keep_pasid_keeps_it)
{
    struct driver_harness *h = driver_harness_open();
    h->config.on_atc_timeout = PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID;
    h->config.draining_answer = (uint32_t)_i; /* the look-up is left either way */
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_bind(h, 1, 1, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 5);
    h->atc_losses = 1;
    struct prisim_driver_stimulus s = {
        .what = PRISIM_DRIVER_UNBIND, .pasid = 1, .policy = PRISIM_DRIVER_UNBIND_DRAIN, .then_space = 2, .call = 7};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 1);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_ATC_INV), 1);
    is_kept(h); /* and its caller did not bind */
    driver_harness_close(h);
}
END_TEST

/* Index in the harness's list of the next command of an opcode from a place on; `commands` if there is none. */
static unsigned find(const struct driver_harness *h, unsigned opcode, uint32_t stream_id, unsigned from)
{
    for (unsigned i = from; i < h->commands; i++)
        if (prisim_bits_get(h->command[i][0], PRISIM_CMD_OPCODE) == opcode &&
            (!stream_id || prisim_bits_get(h->command[i][0], PRISIM_CMD_SID) == stream_id))
            return i;
    return h->commands;
}

/* Two unbinds at once, of which one loses its invalidation, at every offset of the two: the loser is told whoever
 * waited for the SYNC; the other one only if its own ATC_INV stood before the same SYNC, for then it is unknown which
 * was lost. */
START_TEST(an_error_is_told_to_whose_it_is)
{
    unsigned together = 0, apart = 0;
    for (unsigned offset = 0; offset < 1200; offset += 17) {
        struct driver_harness *h = open_bound(PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID);
        unsigned from = h->commands;
        h->atc_losses = 1;
        h->atc_loss_stream = _i ? STREAM_2 : STREAM;
        driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 7);
        driver_harness_run(h, 1 + offset);
        driver_harness_unbind(h, 1, 1, PRISIM_DRIVER_UNBIND_NONE, 8);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_LEFT_LOOKUP, 2);
        ck_assert_uint_eq(h->command_errors, 1);
        unsigned lost = find(h, PRISIM_CMDQ_OP_ATC_INV, _i ? STREAM_2 : STREAM, from);
        unsigned other = find(h, PRISIM_CMDQ_OP_ATC_INV, _i ? STREAM : STREAM_2, from);
        unsigned sync = find(h, PRISIM_CMDQ_OP_SYNC, 0, lost);
        unsigned first_sync_of_other = find(h, PRISIM_CMDQ_OP_SYNC, 0, other);
        bool same = sync == first_sync_of_other;
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST), same ? 2 : 1);
        bool told_loser = false, told_other = false;
        unsigned own = 0;
        for (unsigned i = 0; i < (same ? 2u : 1u); i++) {
            const struct prisim_event_driver_atc_inv_lost *told =
                &harness_event(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST, i)->driver_atc_inv_lost;
            told_loser |= told->call == (_i ? 8 : 7);
            told_other |= told->call == (_i ? 7 : 8);
            own += told->own ? 1 : 0;
        }
        ck_assert(told_loser && told_other == same);
        ck_assert(same ? own == 1 : own <= 1); /* a CMD_SYNC is one caller's */
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_NOT_INVALIDATED), same ? 2 : 1);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), same ? 0 : 1);
        together += same;
        /* a SYNC of both stands between the two ATC_INVs: only the first of them fails */
        apart += !same && (_i || find(h, PRISIM_CMDQ_OP_SYNC, 0, sync + 1) < other);
        driver_harness_close(h);
    }
    ck_assert_uint_gt(together, 0);
    ck_assert_uint_gt(apart, 0);
}
END_TEST

/* Three ATC_INVs (100, 102, 106) and the SYNCs behind them (101, 103, 107): each error is that of the ATC_INVs that its
 * SYNC waited for and no earlier one did. A command that is illegal becomes a SYNC too (SMMU-CERROR). */
START_TEST(the_first_sync_behind_it_waits_for_an_atc_inv)
{
    struct driver_harness *h = open_bound(PRISIM_DRIVER_ATC_TIMEOUT_KEEP_PASID);
    struct prisim_driver *d = h->state;
    struct edge e = {&h->config, d, h->base->now, &h->base->ports};
    const struct {
        unsigned caller, opcode;
        uint64_t number;
    } commands[] = {{0, PRISIM_CMDQ_OP_ATC_INV, 100}, {3, PRISIM_CMDQ_OP_SYNC, 101},
                    {1, PRISIM_CMDQ_OP_ATC_INV, 102}, {0, PRISIM_CMDQ_OP_SYNC, 103},
                    {2, PRISIM_CMDQ_OP_ATC_INV, 106}, {1, PRISIM_CMDQ_OP_SYNC, 107}};
    d->callers_live = 0xf;
    for (unsigned i = 0; i < 4; i++)
        d->task[TASK_CALLER + i].call = (struct call){.stimulus = {.pasid = 1, .call = i}};
    for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct task *t = &d->task[TASK_CALLER + commands[i].caller];
        t->command_number = commands[i].number;
        if (commands[i].opcode == PRISIM_CMDQ_OP_SYNC)
            atc_inv_sync_issued(d, t);
        else
            atc_inv_issued(t, commands[i].number);
    }
    const struct {
        uint64_t sync;
        bool lost[4];
    } rows[] = {{99, {0}}, {101, {1, 0, 0, 0}}, {103, {1, 1, 0, 0}}, {105, {1, 1, 0, 0}}, {107, {1, 1, 1, 0}}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        atc_inv_lost(&e, rows[i].sync);
        for (unsigned caller = 0; caller < 4; caller++)
            ck_assert_uint_eq(d->task[TASK_CALLER + caller].call.atc_lost, rows[i].lost[caller]);
    }
    atc_inv_covered(d, 104); /* too early for 106, too late for the others */
    ck_assert_uint_eq(d->task[TASK_CALLER + 0].call.atc_sync, 101);
    ck_assert_uint_eq(d->task[TASK_CALLER + 1].call.atc_sync, 103);
    ck_assert_uint_eq(d->task[TASK_CALLER + 2].call.atc_sync, 107);
    d->task[TASK_CALLER + 2].call.atc_inv = 104;
    atc_inv_covered(d, 105); /* the command at 105 became a SYNC */
    ck_assert_uint_eq(d->task[TASK_CALLER + 2].call.atc_sync, 105);
    d->callers_live = 0;
    driver_harness_close(h);
}
END_TEST

START_TEST(values_out_of_range_are_refused)
{
    struct driver_harness *h = driver_harness_open();
    struct prisim_driver_config c = h->config;
    struct prisim_config_error error = {NULL, NULL};
    ck_assert_uint_eq(c.on_atc_timeout, PRISIM_DRIVER_ATC_TIMEOUT_AS_LINUX_6_1);
    c.on_atc_timeout = 4;
    ck_assert(!prisim_driver_config_check(&c, &error));
    ck_assert_str_eq(error.field, "on_atc_timeout");
    c = h->config;
    c.atc_inv_repeats = 0;
    ck_assert(!prisim_driver_config_check(&c, &error));
    ck_assert_str_eq(error.field, "atc_inv_repeats");
    free(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_invalidate");
    TCase *tcase = tcase_create("driver_invalidate");
    tcase_add_test(tcase, as_linux_6_1_goes_on);
    tcase_add_loop_test(tcase, what_is_answered_is_invalidated, 0, 3);
    tcase_add_test(tcase, repeat_repeats_until_it_succeeds);
    tcase_add_test(tcase, repeat_ends_at_its_limit);
    tcase_add_loop_test(tcase, keep_pasid_keeps_it, 0, 2);
    tcase_add_loop_test(tcase, an_error_is_told_to_whose_it_is, 0, 2);
    tcase_add_test(tcase, the_first_sync_behind_it_waits_for_an_atc_inv);
    tcase_add_test(tcase, values_out_of_range_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
