/* SPDX-License-Identifier: Apache-2.0
 *
 * A function is isolated, by a call or because its invalidation was lost, and attached again (UNBIND-STEP-9,
 * PCIE-ITAG-9). All offsets and codes are literals.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { OP_CFGI_STE = 0x03, OP_ATC_INV = 0x40, OP_SYNC = 0x46, ROOT_PORT = 0x10, DPC = 0x140, FLR = 0x8000 };
enum { STE_ABORT, ATS_OFF, LINK };

static uint64_t ste(const struct driver_harness *h, unsigned word)
{
    const uint64_t strtab = h->reg[PRISIM_SMMU_STRTAB_BASE / 4] & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    return driver_harness_load(h, strtab + STREAM * 64 + 8 * word);
}

static unsigned config_of(const struct driver_harness *h)
{
    return ste(h, 0) >> 1 & 7;
}

static unsigned eats(const struct driver_harness *h)
{
    return ste(h, 1) >> 28 & 3;
}

/* With a root port whose configuration space is bytes. */
static struct driver_harness *open_up(void)
{
    static struct driver_harness_space space[HARNESS_SPACES];
    struct driver_harness *h = driver_harness_open();
    memset(space, 0, sizeof space);
    space[0].id = ROOT_PORT;
    space[1].id = space[2].id = 0xffff;
    h->space = space;
    h->config.function[0].dpc = DPC;
    driver_harness_bring_up(h);
    return h;
}

static void isolate(struct driver_harness *h, uint32_t function, uint32_t how, uint32_t call)
{
    const struct prisim_driver_stimulus stimulus = {
        .what = PRISIM_DRIVER_ISOLATE, .function = function, .how = how, .call = call};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &stimulus);
}

static void is_isolated(struct driver_harness *h, unsigned n, uint32_t call, uint32_t how, enum prisim_cause cause)
{
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_ISOLATED, n);
    ck_assert_uint_eq(event->driver_isolated.stream_id, STREAM);
    ck_assert_uint_eq(event->driver_isolated.call, call);
    ck_assert_uint_eq(event->driver_isolated.how, how);
    ck_assert_uint_eq(event->driver_isolated.cause, cause);
}

static void refused(struct driver_harness *h, unsigned n, uint32_t call, enum prisim_cause cause)
{
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, n);
    ck_assert_uint_eq(event->driver_refused.call, call);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->driver_refused.cause), prisim_cause_name(cause));
}

/* The n-th configuration write from TLP `from` on. */
static void wrote(const struct driver_harness *h, unsigned from, unsigned n, uint16_t id, uint32_t offset,
                  uint32_t value)
{
    for (unsigned i = from; i < h->tlps; i++) {
        const struct prisim_tlp *tlp = &h->tlp[i];
        if (tlp->head.type != PRISIM_TLP_CONFIG_WRITE || n-- > 0)
            continue;
        ck_assert_uint_eq(tlp->head.destination_id, id);
        ck_assert_uint_eq(tlp->head.address, offset);
        ck_assert_uint_eq(tlp->head.size, 2);
        ck_assert_uint_eq(prisim_load_le32(tlp->data) & 0xffff, value);
        return;
    }
    ck_abort_msg("no such write");
}

static void attach(struct driver_harness *h, uint32_t call)
{
    driver_harness_function(h, PRISIM_DRIVER_ATTACH, 0, call);
}

/* UNBIND-STEP-9 */
START_TEST(by_its_ste)
{
    struct driver_harness *h = open_up();
    const unsigned tlps = h->tlps, commands = h->commands;
    const uint64_t before = ste(h, 0);
    ck_assert_uint_eq(config_of(h), 5);
    isolate(h, 0, STE_ABORT, 7);
    is_isolated(h, 1, 7, 0, PRISIM_CAUSE_NONE);
    ck_assert_uint_eq(ste(h, 0), before & ~UINT64_C(0xe)); /* V stays */
    ck_assert_uint_eq(eats(h), 1);
    ck_assert_uint_eq(h->tlps, tlps);
    ck_assert_uint_eq(h->commands - commands, 2);
    ck_assert_uint_eq(h->command[commands][0] & 0xff, OP_CFGI_STE);
    ck_assert_uint_eq(h->command[commands][0] >> 32, STREAM);
    ck_assert_uint_eq(h->command[commands + 1][0] & 0xff, OP_SYNC);
    attach(h, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ATTACHED, 1);
    wrote(h, tlps, 0, STREAM, 0x48, FLR);
    ck_assert_uint_eq(ste(h, 0), before);
    driver_harness_bind(h, 0, 1, 0, 9);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_close(h);
}
END_TEST

START_TEST(by_its_ats)
{
    struct driver_harness *h = open_up();
    const unsigned tlps = h->tlps, commands = h->commands;
    isolate(h, 0, ATS_OFF, 7);
    is_isolated(h, 1, 7, 1, PRISIM_CAUSE_NONE);
    ck_assert_uint_eq(config_of(h), 5);
    ck_assert_uint_eq(eats(h), 0);
    ck_assert_uint_eq(h->commands - commands, 2);
    ck_assert_uint_eq(h->command[commands][0] & 0xff, OP_CFGI_STE);
    wrote(h, tlps, 0, STREAM, 0x106, 0);
    ck_assert_uint_eq(h->tlps, tlps + 1);
    attach(h, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ATTACHED, 1);
    wrote(h, tlps, 1, STREAM, 0x48, FLR);
    ck_assert_uint_eq(eats(h), 1);
    driver_harness_close(h);
}
END_TEST

/* The Software Trigger, and then until Trigger Status says so. */
/* covers: PCIE-DPC-1, PCIE-DPC-4 */
START_TEST(by_its_link)
{
    struct driver_harness *h = open_up();
    const unsigned tlps = h->tlps, commands = h->commands;
    isolate(h, 0, LINK, 7);
    driver_harness_run(h, 3000);
    wrote(h, tlps, 0, ROOT_PORT, DPC + 6, 0x41);
    ck_assert_uint_gt(h->tlps, tlps + 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ISOLATED), 0);
    h->space[0].byte[DPC + 8] = 0x27;
    is_isolated(h, 1, 7, 2, PRISIM_CAUSE_NONE);
    ck_assert_uint_eq(h->commands, commands);
    ck_assert_uint_eq(config_of(h), 5);
    attach(h, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ATTACHED, 1);
    wrote(h, tlps, 1, ROOT_PORT, DPC + 8, 1);
    wrote(h, tlps, 2, STREAM, 0x48, FLR);
    driver_harness_close(h);
}
END_TEST

/* Twice, of a function that is down or not there, without DPC; what an isolated function is refused, and that its
 * PASIDs must be free before it is attached. */
START_TEST(refusals)
{
    struct driver_harness *h = open_up();
    isolate(h, 1, LINK, 1);
    refused(h, 1, 1, PRISIM_CAUSE_NO_CONTAINMENT);
    isolate(h, 2, STE_ABORT, 2);
    refused(h, 2, 2, PRISIM_CAUSE_REFUSED);
    isolate(h, 0, 3, 3);
    refused(h, 3, 3, PRISIM_CAUSE_REFUSED);
    driver_harness_bind(h, 0, 1, 0, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    isolate(h, 0, STE_ABORT, 5);
    is_isolated(h, 1, 5, 0, PRISIM_CAUSE_NONE);
    isolate(h, 0, ATS_OFF, 6);
    refused(h, 4, 6, PRISIM_CAUSE_FUNCTION_ISOLATED);
    driver_harness_bind(h, 0, 2, 0, 7);
    refused(h, 5, 7, PRISIM_CAUSE_FUNCTION_ISOLATED);
    driver_harness_function(h, PRISIM_DRIVER_DETACH, 0, 8);
    refused(h, 6, 8, PRISIM_CAUSE_FUNCTION_ISOLATED);
    attach(h, 9);
    refused(h, 7, 9, PRISIM_CAUSE_STILL_BOUND);
    /* Its unbind invalidates no ATC: nobody has to answer. */
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 10);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(driver_harness_commands(h, OP_ATC_INV), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_INVALIDATED), 1);
    attach(h, 11);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ATTACHED, 1);
    driver_harness_function(h, PRISIM_DRIVER_DETACH, 0, 12);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DETACHED, 1);
    isolate(h, 0, STE_ABORT, 13);
    refused(h, 8, 13, PRISIM_CAUSE_FUNCTION_DOWN);
    driver_harness_close(h);
}
END_TEST

/* It waits for no unbind, which may be what hangs; what comes behind it waits for it. */
START_TEST(at_once)
{
    struct driver_harness *h = open_up();
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_UNBIND, 50000);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_run(h, 5000);
    isolate(h, 0, STE_ABORT, 3);
    driver_harness_bind(h, 0, 2, 0, 4);
    is_isolated(h, 1, 3, 0, PRISIM_CAUSE_NONE);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_UNBIND), 0);
    refused(h, 1, 4, PRISIM_CAUSE_FUNCTION_ISOLATED);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_close(h);
}
END_TEST

/* on_atc_timeout isolate: as `isolate` says, and then the unbind goes on; where there is no DPC, by its STE. The PASID
 * is free, and no other call's is kept. */
/* covers: PCIE-ITAG-9 */
START_TEST(a_lost_invalidation_isolates)
{
    static const uint32_t how[3] = {STE_ABORT, ATS_OFF, LINK};
    struct driver_harness *h = driver_harness_open();
    h->config.on_atc_timeout = PRISIM_DRIVER_ATC_TIMEOUT_ISOLATE;
    h->config.isolate = how[_i];
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 0, 2, 0, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    h->atc_losses = 1;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 7);
    is_isolated(h, 1, 7, how[_i] == LINK ? STE_ABORT : how[_i], PRISIM_CAUSE_ATC_INV_TIMEOUT);
    ck_assert_uint_eq(config_of(h), how[_i] == ATS_OFF ? 5 : 0);
    const struct prisim_event *lost = harness_event(h->base, PRISIM_EVENT_DRIVER_ATC_INV_LOST, 0);
    ck_assert_uint_eq(lost->driver_atc_inv_lost.told, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_NOT_INVALIDATED), 1);
    driver_harness_unbind(h, 0, 2, PRISIM_DRIVER_UNBIND_DRAIN, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 2);
    ck_assert_uint_eq(driver_harness_commands(h, OP_ATC_INV), 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ISOLATED), 1);
    driver_harness_close(h);
}
END_TEST

/* What is answered isolates nobody, and with the other values a lost one does not either. */
START_TEST(otherwise_nobody_is_isolated)
{
    struct driver_harness *h = driver_harness_open();
    h->config.on_atc_timeout = (uint32_t)_i;
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    h->atc_losses = _i < PRISIM_DRIVER_ATC_TIMEOUT_ISOLATE;
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ISOLATED), 0);
    ck_assert_uint_eq(config_of(h), 5);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_isolate");
    TCase *tcase = tcase_create("isolate");
    tcase_add_test(tcase, by_its_ste);
    tcase_add_test(tcase, by_its_ats);
    tcase_add_test(tcase, by_its_link);
    tcase_add_test(tcase, refusals);
    tcase_add_test(tcase, at_once);
    tcase_add_loop_test(tcase, a_lost_invalidation_isolates, 0, 3);
    tcase_add_loop_test(tcase, otherwise_nobody_is_isolated, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
