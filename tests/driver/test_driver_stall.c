/* SPDX-License-Identifier: Apache-2.0
 *
 * Faults of a function without ATS, whose accesses the SMMU stalls: from the event record to CMD_RESUME, and what an
 * unbind waits for (SMMU-RESUME, SMMU-RECORD, SMMU-EVENTQ-7).
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#include <string.h>

enum { READ = 1, WRITE = 0, IDR0_STALLS = 0x08cd369b /* SMMU-IDEXAMPLE: STALL_MODEL=00 */ };

static struct driver_harness *opened(void)
{
    struct driver_harness *h = driver_harness_open();
    h->config.function[0].faults = PRISIM_DRIVER_FAULTS_STALL;
    h->config.function[0].pri_allocation = 0;
    h->config.fault_service = 900;
    return h;
}

static struct driver_harness *bring_up(struct driver_harness *h, uint32_t idr0)
{
    driver_harness_start(h);
    h->reg[PRISIM_SMMU_IDR0 / 4] = idr0;
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 1);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    return h;
}

static struct driver_harness *bound(void)
{
    return bring_up(opened(), IDR0_STALLS);
}

/* An event record, F_TRANSLATION, into the queue; PROD moves. SMMU-RECORD-1, SMMU-RECORD-2, SMMU-RECORD-5 */
static void record(struct driver_harness *h, uint32_t stream_id, uint32_t pasid, uint64_t address, unsigned rnw,
                   bool stalled, uint16_t stag)
{
    uint32_t *prod = &h->reg[PRISIM_SMMU_EVENTQ_PROD / 4];
    const uint64_t eventq = h->reg[PRISIM_SMMU_EVENTQ_BASE / 4] & PRISIM_SMMU_QUEUE_BASE_ADDRESS;
    const uint64_t dw[4] = {UINT64_C(0x10) | 1 << 11 | (uint64_t)pasid << 12 | (uint64_t)stream_id << 32,
                            (uint64_t)rnw << 35 | (uint64_t)stalled << 31 | stag, address, 0};
    memcpy(driver_harness_at(h, eventq + 32 * (uint64_t)(*prod & 0xff), sizeof dw), dw, sizeof dw);
    ++*prod;
}

static const struct prisim_event *stall(struct driver_harness *h, uint32_t pasid, uint64_t address, unsigned rnw,
                                        uint16_t stag, unsigned n)
{
    record(h, STREAM, pasid, address, rnw, true, stag);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    const struct prisim_event *respond = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, n);
    driver_harness_run(h, 50);
    return respond;
}

/* SMMU-RESUME-1, SMMU-CMDFIELD: opcode 0x44; Ac bit 12, Ab bit 13; StreamID 63:32; STAG 15:0 of the second half. */
static void check_resume(const struct driver_harness *h, unsigned n, bool retry, uint16_t stag)
{
    const uint64_t *command = driver_harness_command(h, 0x44, n);
    ck_assert_ptr_nonnull(command);
    ck_assert_uint_eq(command[0], UINT64_C(0x44) | (retry ? 1 << 12 : 1 << 13) | UINT64_C(0x100) << 32);
    ck_assert_uint_eq(command[1], stag);
}

/* SMMU-RESUME-1 */
START_TEST(a_stalled_access_is_resumed)
{
    struct driver_harness *h = bound();
    uint64_t root = driver_harness_load(h, driver_harness_cd(h, STREAM, 1) + 8) & PRISIM_CD1_TTB0;
    const struct prisim_event *respond = stall(h, 1, 0x6a40, WRITE, 0x1203, 1);
    ck_assert_uint_eq(respond->driver_respond.item, 0x80000000);
    ck_assert_uint_eq(respond->driver_respond.prgi, 0x1203);
    ck_assert_uint_eq(respond->driver_respond.code, PRISIM_PRG_SUCCESS);
    ck_assert_uint_eq(respond->driver_respond.index, h->commands - 1);
    check_resume(h, 0, true, 0x1203);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_PRI_RESP), 0);
    ck_assert_uint_eq(prisim_bits_get(driver_harness_walk(h, root, 0x6000), PRISIM_DESC_AP), PRISIM_AP_RW);
    const struct prisim_event *take = harness_event(h->base, PRISIM_EVENT_DRIVER_TAKE, 0);
    ck_assert_uint_eq(take->driver_take.address, 0x6000);
    ck_assert_uint_eq(take->driver_take.access, PRISIM_ACCESS_WRITE | PRISIM_ACCESS_LAST);
    ck_assert_uint_eq(take->driver_take.slot, 0);
    ck_assert_uint_eq(h->reg[PRISIM_SMMU_EVENTQ_CONS / 4], 1);
    /* the next one, of another slot; its page is there */
    respond = stall(h, 1, 0x6fff, READ, 2, 2);
    ck_assert_uint_eq(respond->driver_respond.item, 0x80000001);
    check_resume(h, 1, true, 2);
    take = harness_event(h->base, PRISIM_EVENT_DRIVER_TAKE, 1);
    ck_assert_uint_eq(take->driver_take.slot, 1);
    ck_assert_uint_eq(take->driver_take.access, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    driver_harness_close(h);
}
END_TEST

/* Nobody's PASID, no region, no right: it ends, and with an abort, not as if it had been done. */
START_TEST(what_is_refused_is_ended)
{
    const struct {
        uint32_t pasid;
        uint64_t address;
        unsigned rnw;
        bool retry;
    } rows[] = {
        {3, 0x4000, READ, false}, {1, 0x99000, READ, false}, {2, 0x4000, WRITE, false}, {2, 0x4000, READ, true}};
    struct driver_harness *h = bound();
    driver_harness_bind(h, 0, 2, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    for (unsigned i = 0; i < 4; i++) {
        stall(h, rows[i].pasid, rows[i].address, rows[i].rnw, (uint16_t)i, i + 1);
        check_resume(h, i, rows[i].retry, (uint16_t)i);
    }
    driver_harness_close(h);
}
END_TEST

/* UNBIND-P15 */
START_TEST(no_owner_has_its_answer)
{
    struct driver_harness *h = opened();
    h->config.no_owner = (uint32_t)_i;
    bring_up(h, IDR0_STALLS);
    stall(h, 3, 0x4000, READ, 5, 1);
    check_resume(h, 0, _i == PRISIM_DRIVER_NO_OWNER_SUCCESS, 5);
    driver_harness_close(h);
}
END_TEST

/* Only what stalled waits for software, and only of a function that is configured so. */
START_TEST(other_records_are_told_alone)
{
    struct driver_harness *h = bound();
    record(h, STREAM, 1, 0x4000, READ, false, 7);
    record(h, STREAM_2, 1, 0x4000, READ, true, 7);
    record(h, 0x7777, 1, 0x4000, READ, true, 7);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FAULT_EVENT, 3);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_TAKE), 0);
    ck_assert_uint_eq(driver_harness_commands(h, 0x44), 0);
    /* they count all the same: the next item is that of slot 3 */
    ck_assert_uint_eq(stall(h, 1, 0x4000, READ, 1, 1)->driver_respond.item, 0x80000003);
    driver_harness_close(h);
}
END_TEST

/* docs/timing/driver.md "A stalled access": each edge, and none before. */
START_TEST(the_way_of_a_stalled_access)
{
    struct driver_harness *h = bound();
    stall(h, 1, 0x4000, READ, 0, 1); /* the tables are there from now on */
    driver_harness_run(h, 1000);
    record(h, STREAM, 1, 0x5000, READ, true, 1);
    record(h, STREAM, 1, 0x6000, READ, true, 2);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 3);
    const prisim_cycle_t s0 = harness_event(h->base, PRISIM_EVENT_DRIVER_FAULT_EVENT, 1)->cycle;
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_TAKE, 1)->cycle, s0);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_ENQUEUE, 1)->cycle, s0 + 20);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_TAKE, 2)->cycle, s0 + 20 + 4 + MEMORY_DELAY + 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, 1)->cycle, s0 + 20 + 500 + 20 + 20);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PAGE, 1)->cycle, s0 + 560 + 900);
    driver_harness_close(h);
}
END_TEST

/* SMMU-EVENTQ-7, SMMU-EVENT-8: who may stall does, and has no ATS; nobody else may. STE dw1: S1STALLD 27, EATS 29:28;
 * CD dw0: S 44, R 45, A 46. */
START_TEST(who_may_stall)
{
    struct driver_harness *h = bring_up(opened(), _i ? IDR0_STALLS : IDR0_STALLS | 1 << 24);
    const uint64_t strtab = h->reg[PRISIM_SMMU_STRTAB_BASE / 4] & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    const uint64_t ste = driver_harness_load(h, strtab + UINT64_C(0x100) * 64 + 8);
    const uint64_t other = driver_harness_load(h, strtab + UINT64_C(0x108) * 64 + 8);
    ck_assert_uint_eq(ste >> 27 & 7, 0);
    ck_assert_uint_eq(other >> 27 & 7, _i ? 3 : 2);
    ck_assert_uint_eq(driver_harness_load(h, driver_harness_cd(h, STREAM, 1)) >> 44 & 7, _i ? 7 : 6);
    driver_harness_bind(h, 1, 1, 0, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    ck_assert_uint_eq(driver_harness_load(h, driver_harness_cd(h, STREAM_2, 1)) >> 44 & 7, 6);
    unsigned ats[2] = {0, 0};
    for (unsigned i = 0; i < h->tlps; i++)
        if (h->tlp[i].head.type == PRISIM_TLP_CONFIG_WRITE && h->tlp[i].head.address == PRISIM_ENDPOINT_CONFIG_ATS + 4)
            ats[h->tlp[i].head.destination_id == STREAM_2]++;
    ck_assert_uint_eq(ats[0], 0);
    ck_assert_uint_eq(ats[1], 1);
    driver_harness_close(h);
}
END_TEST

static uint64_t cycle_of(struct driver_harness *h, enum prisim_event_type type, unsigned n)
{
    return driver_harness_until(h, type, n)->cycle;
}

/* UNBIND-P5: what is in the event queue is handed over and done, though no interrupt has come; what the function has no
 * ATC for is not invalidated there. */
START_TEST(a_drain_waits_for_the_event_queue)
{
    struct driver_harness *h = bound();
    record(h, STREAM, 1, 0x4000, READ, true, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1)->driver_snapshot.prod, 1);
    const prisim_cycle_t drained = cycle_of(h, PRISIM_EVENT_DRIVER_DRAINED, 1);
    ck_assert_uint_gt(cycle_of(h, PRISIM_EVENT_DRIVER_TAKE, 1), cycle_of(h, PRISIM_EVENT_DRIVER_SNAPSHOT, 1));
    ck_assert_uint_gt(drained, cycle_of(h, PRISIM_EVENT_DRIVER_RESPOND, 1));
    driver_harness_run(h, 100);
    check_resume(h, 0, false, 1);
    ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_ATC_INV), 0);
    driver_harness_close(h);
}
END_TEST

/* Not when it is taken: when it is handed over. The flush is one step behind that edge, at which it is on the work
 * queue (UNBIND-S-03). */
START_TEST(taken_is_not_handed)
{
    struct driver_harness *h = opened();
    h->config.await_handed = (uint32_t)_i;
    bring_up(h, IDR0_STALLS);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_FAULT_EVENT, 20000);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_ENQUEUE, 30000);
    record(h, STREAM, 1, 0x4000, READ, true, 1);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    const prisim_cycle_t freed = cycle_of(h, PRISIM_EVENT_DRIVER_FREE, 1);
    const prisim_cycle_t handed = cycle_of(h, PRISIM_EVENT_DRIVER_ENQUEUE, 1);
    ck_assert_uint_gt(freed, cycle_of(h, PRISIM_EVENT_DRIVER_TAKE, 1));
    if (_i)
        ck_assert_uint_lt(freed, handed);
    else
        ck_assert_uint_gt(freed, cycle_of(h, PRISIM_EVENT_DRIVER_RESPOND, 1));
    driver_harness_close(h);
}
END_TEST

/* UNBIND-P16: what the event queue showed at the unbind finds no owner, what comes behind it does. */
START_TEST(a_snapshot_filters_stalls)
{
    struct driver_harness *h = bound();
    driver_harness_hold(h, PRISIM_DRIVER_TASK_EVENT_THREAD, PRISIM_EVENT_DRIVER_FAULT_EVENT, 20000);
    record(h, STREAM, 1, 0x4000, READ, true, 1);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_EVENTQ);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_PROD_SNAPSHOT, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    driver_harness_bind(h, 0, 1, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    record(h, STREAM, 1, 0x4000, READ, true, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 2);
    driver_harness_run(h, 100);
    for (unsigned i = 0; i < 2; i++) {
        const bool old = driver_harness_command(h, 0x44, i)[1] == 1;
        check_resume(h, i, !old, old ? 1 : 2);
    }
    driver_harness_close(h);
}
END_TEST

/* SMMU-RESUME-4: all that have stalled of the function, once its STE aborts what comes (CFGI_STE 0x03, SYNC 0x46); of a
 * function with page requests nothing stalls. */
START_TEST(isolated_by_its_ste_nothing_stays)
{
    struct driver_harness *h = bound();
    const unsigned before = h->commands;
    const struct prisim_driver_stimulus isolate = {
        .what = PRISIM_DRIVER_ISOLATE, .function = (uint32_t)_i, .how = PRISIM_DRIVER_ISOLATE_STE_ABORT, .call = 2};
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &isolate);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ISOLATED, 1);
    driver_harness_run(h, 100);
    ck_assert_uint_eq(h->commands - before, _i ? 2 : 3);
    ck_assert_uint_eq(h->command[before][0] & 0xff, 0x03);
    ck_assert_uint_eq(h->command[before + 1][0], 0x46);
    if (_i == 0)
        ck_assert_uint_eq(h->command[before + 2][0], UINT64_C(0x45) | UINT64_C(0x100) << 32);
    if (_i == 0)
        ck_assert_uint_eq(h->command[before + 2][1], 0);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_stall");
    TCase *tcase = tcase_create("driver_stall");
    tcase_add_test(tcase, a_stalled_access_is_resumed);
    tcase_add_test(tcase, what_is_refused_is_ended);
    tcase_add_loop_test(tcase, no_owner_has_its_answer, 0, 3);
    tcase_add_test(tcase, other_records_are_told_alone);
    tcase_add_test(tcase, the_way_of_a_stalled_access);
    tcase_add_loop_test(tcase, who_may_stall, 0, 2);
    tcase_add_test(tcase, a_drain_waits_for_the_event_queue);
    tcase_add_loop_test(tcase, taken_is_not_handed, 0, 2);
    tcase_add_test(tcase, a_snapshot_filters_stalls);
    tcase_add_loop_test(tcase, isolated_by_its_ste_nothing_stays, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
