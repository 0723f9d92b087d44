/* SPDX-License-Identifier: Apache-2.0
 *
 * The second life of the driver (UNBIND-S-50): what ends with the first one, what the second one finds, in which order
 * it takes the SMMU and the functions over, and the published defects. Offsets and codes are literals.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { CR0 = 0x20, GBPA = 0x44, GERRORN = 0x64, IRQ_CTRL = 0x50, STRTAB_BASE = 0x80, PRIQ_CONS = 0x100cc };
enum { EVENTQ_PROD = 0x100a8, EVENTQ_CONS = 0x100ac, PRIQ_PROD = 0x100c8, CRASH_RAM = 0x400000, BOOT = 500 };
enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST };

static struct driver_harness *crashable(void)
{
    struct driver_harness *h = driver_harness_open();
    h->config.crashkernel = CRASH_RAM;
    h->config.kexec_boot = BOOT;
    return h;
}

static struct driver_harness *open_up(void)
{
    struct driver_harness *h = crashable();
    driver_harness_bring_up(h);
    return h;
}

static void kexec(struct driver_harness *h)
{
    harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &(struct prisim_driver_stimulus){.what = PRISIM_DRIVER_KEXEC});
}

static unsigned seen(const struct driver_harness *h, enum prisim_event_type type)
{
    return harness_events(h->base, type);
}

/* How often the register was written from the n-th write of all on. */
static unsigned written(const struct driver_harness *h, unsigned from, uint32_t offset)
{
    unsigned n = 0;
    for (unsigned i = from; i < h->writes; i++)
        n += h->write[i].offset == offset;
    return n;
}

/* UNBIND-S-50: nothing is written and no function hears of it until kexec_boot is over; then the first step, which is a
 * read of IDR0, has begun at its edge and not before. */
START_TEST(goes_on_until_boot)
{
    for (unsigned more = 0; more < 2; more++) {
        struct driver_harness *h = crashable();
        h->config.kexec_boot = BOOT + more;
        driver_harness_bring_up(h);
        driver_harness_bind(h, 0, 5, 0, 1);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
        driver_harness_run(h, 10);
        const unsigned writes = h->writes, tlps = h->tlps, commands = h->commands;
        kexec(h);
        const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_KEXEC, 1);
        ck_assert_uint_eq(event->driver_kexec.life, 2);
        const prisim_cycle_t at = event->cycle;
        driver_harness_run(h, at + BOOT - h->base->now);
        ck_assert(h->writes == writes && h->tlps == tlps && h->commands == commands);
        event = driver_harness_until(h, PRISIM_EVENT_DRIVER_SMMU_OFF, 1);
        ck_assert_uint_eq(event->driver_smmu_off.life, 2);
        /* three reads of IDRs, of CR0, of GBPA, a write of that, a read, CR0, its ACK, GERROR, GERRORN: 20 for the
         * access and 11 for the answer, of each */
        ck_assert_uint_eq(event->cycle - at, BOOT + more + 11 * 31);
        driver_harness_close(h);
    }
}
END_TEST

/* SMMU-CR, SMMU-GERROR: GBPA.ABORT (bit 20, with Update, bit 31) before CR0 = 0; what stood in GERROR is acknowledged;
 * then as ever, with tables and queues at the end of RAM. */
START_TEST(takes_the_smmu_over)
{
    for (uint32_t bypass = 0; bypass < 2; bypass++) {
        struct driver_harness *h = crashable();
        h->config.kexec_gbpa = bypass;
        driver_harness_bring_up(h);
        ck_assert_uint_eq(written(h, 0, GBPA), 0);
        ck_assert_uint_eq(written(h, 0, GERRORN), 0);
        h->reg[GBPA / 4] = 0x1000;
        h->reg[0x60 / 4] = 0x1;
        unsigned n = h->writes;
        kexec(h);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 2);
        if (!bypass) {
            ck_assert_uint_eq(h->write[n].offset, GBPA);
            ck_assert_uint_eq(h->write[n++].value, 0x80101000);
        }
        ck_assert_uint_eq(h->write[n].offset, CR0);
        ck_assert_uint_eq(h->write[n++].value, 0);
        ck_assert_uint_eq(h->write[n].offset, GERRORN);
        ck_assert_uint_eq(h->write[n++].value, 0x1);
        ck_assert_uint_eq(written(h, n, GBPA), 0);
        ck_assert_uint_eq(written(h, n, PRIQ_PROD), 1);
        const uint64_t crash = h->config.ram_base + h->config.ram_size - CRASH_RAM;
        ck_assert_uint_ge(h->reg[STRTAB_BASE / 4], crash);
        ck_assert_uint_ge(h->reg[PRISIM_SMMU_PRIQ_BASE / 4] & ~UINT32_C(31), crash);
        ck_assert_uint_eq(h->reg[CR0 / 4], 0x1f); /* SMMUEN, PRIQEN, EVENTQEN, CMDQEN, ATSCHK */
        driver_harness_close(h);
    }
}
END_TEST

/* Frames are the second life's own, of its RAM alone; names go on. */
START_TEST(memory_of_its_own)
{
    struct driver_harness *h = open_up();
    const uint64_t crash = h->config.ram_base + h->config.ram_size - CRASH_RAM;
    driver_harness_bind(h, 0, 5, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    kexec(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 2);
    const unsigned before = seen(h, PRISIM_EVENT_DRIVER_FRAME_GIVEN);
    ck_assert_uint_ge(before, 1);
    driver_harness_bind(h, 0, 5, 1, 2);
    const struct prisim_event *bound = driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    ck_assert_uint_eq(bound->driver_bound.binding, 2);
    for (unsigned i = 0; i < seen(h, PRISIM_EVENT_DRIVER_FRAME_GIVEN); i++) {
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN, i);
        ck_assert_int_eq(event->driver_frame_given.address >= crash, i >= before);
        ck_assert_uint_eq(event->driver_frame_given.life, i + 1);
    }
    ck_assert_uint_gt(seen(h, PRISIM_EVENT_DRIVER_FRAME_GIVEN), before);
    driver_harness_close(h);
}
END_TEST

/* Each call that has not returned is refused, and an unbind returns with that; one that waits for its turn, too. Of the
 * others nothing is said. */
START_TEST(calls_end)
{
    struct driver_harness *h = open_up();
    driver_harness_bind(h, 0, 5, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_DRAINED, 0);
    driver_harness_edge(h);
    driver_harness_unbind(h, 0, 5, PRISIM_DRIVER_UNBIND_DRAIN, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    driver_harness_bind(h, 0, 5, 1, 3);
    driver_harness_run(h, 3);
    kexec(h);
    const struct prisim_event *event = driver_harness_until(h, PRISIM_EVENT_DRIVER_KEXEC, 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_RELEASE), 1);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_REFUSED, 0)->driver_refused.call, 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_REFUSED, 1)->driver_refused.call, 3);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_str_eq(
            prisim_cause_name(
                (enum prisim_cause)harness_event(h->base, PRISIM_EVENT_DRIVER_REFUSED, i)->driver_refused.cause),
            "kexec");
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED), 1);
    const struct prisim_event *returned = harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 0);
    ck_assert_uint_eq(returned->driver_unbind_returned.call, 2);
    ck_assert_uint_eq(returned->cycle, event->cycle);
    /* The next life knows nothing of them, and the PASID is free in it. */
    driver_harness_bind(h, 0, 5, 1, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_FREE), 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), 2);
    driver_harness_close(h);
}
END_TEST

/* A hold that has caught nobody is the testbench's, and stays. */
START_TEST(holds_that_wait)
{
    struct driver_harness *h = open_up();
    driver_harness_hold(h, PRISIM_DRIVER_TASK_INIT, PRISIM_EVENT_DRIVER_READY, 777);
    driver_harness_edge(h);
    kexec(h);
    const prisim_cycle_t held = driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1)->cycle;
    ck_assert_uint_eq(driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 2)->cycle, held + 777 + 20);
    driver_harness_close(h);
}
END_TEST

/* The one CPU ends the access that it has under way: the new life begins at the edge of that answer, and has no use of
 * it; an edge later it would be boot that it waits for. */
START_TEST(accesses_under_way)
{
    for (unsigned boot = 0; boot < 2; boot++) {
        struct driver_harness *h = crashable();
        h->config.cpus = 1;
        h->config.kexec_boot = boot ? 5001 : 1;
        driver_harness_bring_up(h);
        h->slow_register = 5000;
        driver_harness_request(h, STREAM, 5, 3, 0x4000, R | L);
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        while (h->slow_register)
            driver_harness_edge(h);
        const prisim_cycle_t answer = h->base->now + 5000; /* of the read of PROD */
        kexec(h);
        const prisim_cycle_t at = driver_harness_until(h, PRISIM_EVENT_DRIVER_KEXEC, 1)->cycle;
        const prisim_cycle_t off = driver_harness_until(h, PRISIM_EVENT_DRIVER_SMMU_OFF, 1)->cycle;
        const prisim_cycle_t begins = boot ? at + 5001 : answer;
        ck_assert_uint_eq(off, begins + 11 * 31);
        ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_PROD_READ), 0);
        driver_harness_close(h);
    }
}
END_TEST

/* Interrupts go to nobody until the write that switches them on is begun. */
START_TEST(interrupts_go_to_nobody)
{
    for (unsigned late = 0; late < 2; late++) {
        struct driver_harness *h = open_up();
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_run(h, 2);
        const unsigned before = h->writes;
        kexec(h);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_KEXEC, 1);
        while (written(h, before, PRISIM_SMMU_PRIQ_IRQ_CFG1) == 0)
            driver_harness_edge(h);
        driver_harness_run(h, late ? 10 : 9); /* the answer comes at 10; from there on it writes PRIQ_IRQ_CFG2 */
        driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 2);
        driver_harness_run(h, 3000);
        ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_INTERRUPT), late);
        driver_harness_close(h);
    }
}
END_TEST

/* A function is found as it was: page requests off and ATS off; or Initiate FLR, and Vendor ID; or nothing, before what
 * brings it up as ever. */
START_TEST(takes_functions_over)
{
    static const uint32_t due[3][2] = {{0x114, 0x106}, {0x48, 0x00}, {0x10, 0x14}}, value[3][2] = {{0, 0}, {0x8000, 0}};
    struct driver_harness *h = crashable();
    h->config.kexec_functions = (uint32_t)_i;
    driver_harness_bring_up(h);
    const unsigned up = h->tlps;
    kexec(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct prisim_tlp *tlp = &h->tlp[up + i];
        ck_assert_uint_eq(tlp->head.address, due[_i][i]);
        ck_assert_uint_eq(tlp->head.destination_id, STREAM);
        if (_i < 2 && tlp->head.type == PRISIM_TLP_CONFIG_WRITE)
            ck_assert_uint_eq(prisim_load_le32(tlp->data) & 0xffff, value[_i][i]);
    }
    /* The second function has no page requests: one write less for it if they are switched off. */
    static const unsigned more[] = {3, 4, 0};
    ck_assert_uint_eq(h->tlps - up, up + more[_i]);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-S-50: of queues that are left off, PROD is stale or 0, and the threads check or run; of these four the stale
 * one whose threads run takes what nobody wrote, and writes CONS. */
START_TEST(queues_that_are_left_off)
{
    const bool stale = _i & 1, run = _i & 2;
    struct driver_harness *h = crashable();
    h->config.interrupts = PRISIM_DRIVER_INTERRUPTS_COMBINED;
    h->config.kexec_queues = 1;
    h->config.kexec_prod = stale;
    h->config.kexec_threads = run;
    driver_harness_bring_up(h);
    for (uint16_t i = 0; i < 3; i++)
        driver_harness_request(h, STREAM, 5, i, 0x4000, R | L);
    harness_offer(h->base, PRISIM_DRIVER_RX_WIRED, &(struct prisim_smmu_interrupt){PRISIM_SMMU_WIRED_PRIQ});
    driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, 3);
    driver_harness_run(h, 1000);
    const unsigned writes = h->writes, taken = seen(h, PRISIM_EVENT_DRIVER_TAKE);
    ck_assert_uint_eq(taken, 3);
    kexec(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 2);
    ck_assert_uint_eq(h->reg[CR0 / 4], 0x19); /* without EVENTQEN and PRIQEN */
    ck_assert_uint_eq(written(h, writes, PRIQ_PROD), !stale);
    ck_assert_uint_eq(written(h, writes, EVENTQ_PROD), !stale);
    ck_assert_uint_eq(written(h, writes, EVENTQ_CONS), !stale);
    const unsigned cons = written(h, writes, PRIQ_CONS);
    ck_assert_uint_eq(cons, !stale);
    harness_offer(h->base, PRISIM_DRIVER_RX_WIRED, &(struct prisim_smmu_interrupt){PRISIM_SMMU_WIRED_GERROR});
    driver_harness_run(h, 6000);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_TAKE) - taken, stale && run ? 3 : 0);
    ck_assert_uint_eq(written(h, writes, PRIQ_CONS) - cons, stale && run ? 3 : 0);
    driver_harness_close(h);
}
END_TEST

/* Once, and only with memory for it. */
START_TEST(no_third_life)
{
    struct driver_harness *h = driver_harness_open();
    h->config.crashkernel = _i ? CRASH_RAM : 0;
    driver_harness_bring_up(h);
    kexec(h);
    driver_harness_run(h, 5);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_KEXEC), _i ? 1 : 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), _i ? 0 : 1);
    kexec(h);
    driver_harness_run(h, 5);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_KEXEC), _i ? 1 : 0);
    ck_assert_uint_eq(seen(h, PRISIM_EVENT_DRIVER_REFUSED), _i ? 1 : 2);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_kexec");
    TCase *tcase = tcase_create("kexec");
    tcase_add_test(tcase, goes_on_until_boot);
    tcase_add_test(tcase, takes_the_smmu_over);
    tcase_add_test(tcase, memory_of_its_own);
    tcase_add_test(tcase, calls_end);
    tcase_add_test(tcase, holds_that_wait);
    tcase_add_test(tcase, accesses_under_way);
    tcase_add_test(tcase, interrupts_go_to_nobody);
    tcase_add_loop_test(tcase, takes_functions_over, 0, 3);
    tcase_add_loop_test(tcase, queues_that_are_left_off, 0, 4);
    tcase_add_loop_test(tcase, no_third_life, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
