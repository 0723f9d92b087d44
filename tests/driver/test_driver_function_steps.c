/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps of a list that are about the whole function (UNBIND-STEP-9, UNBIND-STEP-20): its page requests off, Stopped,
 * reset and on; ATS off and on; isolated; reset. Offsets and codes are literals.
 */
#include <string.h>

#include "driver/unbind/policy.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

#define OWN PRISIM_DRIVER_UNBIND_OWN
enum { STEPS_MAX = 8 };

/* PASID 1 is unbound by enter, these steps, drained and free; PASID 3 stays bound. */
static struct driver_harness *open_with(const unsigned *step, unsigned steps)
{
    static struct driver_harness_space space[HARNESS_SPACES];
    struct driver_harness *h = driver_harness_open();
    struct prisim_driver_own *own = &h->config.own;
    memset(space, 0, sizeof space);
    space[0].id = STREAM;
    space[0].pri = 0x110;
    space[0].byte[0x118] = 32;
    h->space = space;
    h->config.unbind = OWN;
    own->list[0].step[own->list[0].steps++].step = DRIVER_STEP_ENTER;
    for (unsigned i = 0; i < steps; i++)
        own->list[0].step[own->list[0].steps++].step = step[i];
    own->list[0].step[own->list[0].steps++].step = DRIVER_STEP_DRAINED;
    own->list[0].step[own->list[0].steps++].step = DRIVER_STEP_FREE;
    return h;
}

static void start(struct driver_harness *h)
{
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 0, 1);
    driver_harness_bind(h, 0, 3, 1, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
    driver_harness_run(h, 10);
}

static void unbind(struct driver_harness *h)
{
    driver_harness_unbind(h, 0, 1, OWN, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
}

struct access {
    char kind; /* r, w: of configuration space; b: of the BAR */
    uint32_t offset;
    uint16_t bytes;
    uint32_t value;
};

static void accessed(const struct driver_harness *h, unsigned from, const struct access *due, unsigned count)
{
    for (unsigned i = 0; i < count && from + i < h->tlps; i++) {
        const struct prisim_tlp *tlp = &h->tlp[from + i];
        const uint32_t value = prisim_load_le32(tlp->data) & (uint32_t)prisim_bits_mask(8u * tlp->head.size);
        const bool bar = tlp->head.type == PRISIM_TLP_MEMORY_WRITE, read = tlp->head.type == PRISIM_TLP_CONFIG_READ;
        const struct access got = {bar    ? 'b'
                                   : read ? 'r'
                                          : 'w',
                                   (uint32_t)(tlp->head.address - (bar ? HARNESS_BAR : 0)), tlp->head.size,
                                   read ? 0 : value};
        ck_assert_msg(got.kind == due[i].kind && got.offset == due[i].offset && got.bytes == due[i].bytes &&
                          got.value == due[i].value,
                      "access %u: %c %x, %u bytes, %x", i, got.kind, got.offset, got.bytes, got.value);
    }
    ck_assert_uint_eq(h->tlps - from, count);
}

static const unsigned reset[] = {DRIVER_STEP_PRI_OFF, DRIVER_STEP_AWAIT_STOPPED, DRIVER_STEP_PRI_RESET,
                                 DRIVER_STEP_PRI_ON};

/* UNBIND-P11: E=0, Stopped, R=1, Stopped, Capacity, Allocation, E=1; each event at the edge of its write. */
START_TEST(page_requests_off_and_on)
{
    static const struct access due[] = {{'w', 0x114, 2, 0}, {'r', 0x116, 2, 0}, {'w', 0x114, 2, 2}, {'r', 0x116, 2, 0},
                                        {'r', 0x118, 4, 0}, {'w', 0x11c, 4, 8}, {'w', 0x114, 2, 1}};
    struct driver_harness *h = open_with(reset, 4);
    start(h);
    const unsigned tlps = h->tlps;
    unbind(h);
    accessed(h, tlps, due, 7);
    const struct prisim_event *off = harness_event(h->base, PRISIM_EVENT_DRIVER_PRI_OFF, 0),
                              *again = harness_event(h->base, PRISIM_EVENT_DRIVER_PRI_RESET, 0),
                              *on = harness_event(h->base, PRISIM_EVENT_DRIVER_PRI_ON, 0);
    ck_assert_uint_eq(off->driver_pri_off.stream_id, STREAM);
    ck_assert_uint_eq(off->driver_pri_off.pasid, 1);
    ck_assert_uint_eq(off->driver_pri_off.call, 7);
    ck_assert_uint_eq(again->driver_pri_reset.call, 7);
    ck_assert_uint_eq(on->driver_pri_on.call, 7);
    ck_assert_uint_eq(on->driver_pri_on.cause, PRISIM_CAUSE_NONE);
    /* mmio_write (20) each, and mmio_read (20), to the port; an answer at the edge behind the put of its request. */
    ck_assert_uint_eq(off->cycle, harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND, 0)->cycle + 20);
    ck_assert_uint_eq(again->cycle, off->cycle + 2 * 20 + 2 * 2);
    driver_harness_close(h);
}
END_TEST

/* PCIE-PRICAP-13: the status is asked for every poll_interval (200) until it says so; await_stopped false: not at all.
 */
START_TEST(stopped_is_waited_for)
{
    struct driver_harness *h = open_with(reset, 4);
    h->config.await_stopped = _i == 0;
    start(h);
    h->space[0].never_stops = true;
    driver_harness_unbind(h, 0, 1, OWN, 7);
    driver_harness_run(h, 5000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PRI_RESET), (unsigned)_i);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), (unsigned)_i);
    h->space[0].byte[0x117] = 1;
    driver_harness_run(h, 300);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PRI_RESET), 1);
    driver_harness_close(h);
}
END_TEST

/* PCIE-PRICAP-26, as pci_enable_pri: EBUSY unless Stopped, and the list goes on; or it is enabled all the same. */
START_TEST(busy)
{
    static const unsigned off_and_on[] = {DRIVER_STEP_PRI_OFF, DRIVER_STEP_PRI_ON};
    static const struct access due[] = {
        {'w', 0x114, 2, 0}, {'r', 0x116, 2, 0}, {'r', 0x118, 4, 0}, {'w', 0x11c, 4, 8}, {'w', 0x114, 2, 1}};
    struct driver_harness *h = open_with(off_and_on, 2);
    h->config.pri_on = (uint32_t)_i;
    start(h);
    const unsigned tlps = h->tlps;
    h->space[0].never_stops = true;
    unbind(h);
    accessed(h, tlps, due, _i ? 5 : 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PRI_ON, 0)->driver_pri_on.cause,
                      _i ? PRISIM_CAUSE_NONE : PRISIM_CAUSE_PRI_NOT_STOPPED);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FREE), 1);
    driver_harness_close(h);
}
END_TEST

/* Nothing is said to a function without page requests, or whose page requests are its physical function's. */
START_TEST(no_page_requests_of_its_own)
{
    struct driver_harness *h = open_with(reset, 4);
    if (_i == 0)
        h->config.function[0].pri_allocation = 0;
    h->config.function[1].physical_function = 1;
    h->config.function[1].pri_allocation = _i ? 8 : 0;
    start(h);
    const unsigned tlps = h->tlps;
    if (_i == 1) {
        driver_harness_bind(h, 1, 1, 0, 8);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
        driver_harness_run(h, 10);
    }
    driver_harness_unbind(h, _i ? 1 : 0, 1, OWN, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    ck_assert_uint_eq(h->tlps - tlps, _i == 1); /* RUN */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PRI_OFF), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_PRI_ON), 0);
    driver_harness_close(h);
}
END_TEST

START_TEST(ats_off_and_on)
{
    static const unsigned step[] = {DRIVER_STEP_ATS_OFF, DRIVER_STEP_ATS_ON};
    static const struct access due[] = {{'w', 0x106, 2, 0}, {'w', 0x106, 2, 0x8000}};
    struct driver_harness *h = open_with(step, 2);
    start(h);
    const unsigned tlps = h->tlps;
    unbind(h);
    accessed(h, tlps, due, 2);
    const struct prisim_event *off = harness_event(h->base, PRISIM_EVENT_DRIVER_ATS_OFF, 0);
    ck_assert_uint_eq(off->driver_ats_off.stream_id, STREAM);
    ck_assert_uint_eq(off->driver_ats_off.call, 7);
    ck_assert_uint_eq(off->cycle, harness_event(h->base, PRISIM_EVENT_DRIVER_UNBIND, 0)->cycle + 20);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_ATS_ON, 0)->driver_ats_on.call, 7);
    driver_harness_close(h);
}
END_TEST

/* UNBIND-STEP-9: as the argument says, or driver.isolate; where nothing contains the link, by the STE. */
START_TEST(isolated_by_its_argument)
{
    static const struct {
        uint32_t argument, key, how;
    } rows[] = {{0, 0, 0}, {0, 1, 1}, {1, 1, 0}, {2, 0, 1}, {3, 1, 0}};
    static const unsigned step[] = {DRIVER_STEP_ISOLATE};
    struct driver_harness *h = open_with(step, 1);
    h->config.own.list[0].step[1].argument = rows[_i].argument;
    h->config.isolate = rows[_i].key;
    start(h);
    unbind(h);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_DRIVER_ISOLATED, 0);
    ck_assert_uint_eq(event->driver_isolated.how, rows[_i].how);
    ck_assert_uint_eq(event->driver_isolated.call, 7);
    ck_assert_uint_eq(event->driver_isolated.cause, PRISIM_CAUSE_BY_LIST);
    driver_harness_bind(h, 0, 1, 0, 8);
    event = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(event->driver_refused.cause, PRISIM_CAUSE_FUNCTION_ISOLATED);
    driver_harness_close(h);
}
END_TEST

static uint64_t ste_word(const struct driver_harness *h, unsigned word)
{
    const uint64_t strtab = h->reg[PRISIM_SMMU_STRTAB_BASE / 4] & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
    return driver_harness_load(h, strtab + STREAM * 64 + 8u * word);
}

/* UNBIND-P12: initiated, waited for, given back; PASID 3, which is bound, runs again, and PASID 1 does not. What
 * isolated it before, by either word of the STE, is over. */
START_TEST(reset_by_a_list)
{
    static const unsigned step[] = {DRIVER_STEP_ISOLATE, DRIVER_STEP_FLR};
    static const struct access due[] = {
        {'w', 0x106, 2, 0}, {'r', 0x4a, 2, 0},    {'r', 0x48, 2, 0},  {'w', 0x48, 2, 0x8000},      {'r', 0x00, 4, 0},
        {'w', 0x10, 4, 0},  {'w', 0x14, 4, 0x10}, {'w', 0x04, 4, 6},  {'w', 0x124, 4, 0x10000},    {'w', 0x114, 4, 2},
        {'r', 0x114, 4, 0}, {'w', 0x11c, 4, 8},   {'w', 0x114, 4, 1}, {'w', 0x104, 4, 0x80000000}, {'b', 12, 4, 1}};
    struct driver_harness *h = open_with(step, 2);
    h->config.isolate = _i ? PRISIM_DRIVER_ISOLATE_ATS_OFF : PRISIM_DRIVER_ISOLATE_STE_ABORT;
    start(h);
    const uint64_t before[] = {ste_word(h, 0), ste_word(h, 1)};
    const unsigned tlps = h->tlps;
    driver_harness_unbind(h, 0, 1, OWN, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ISOLATED, 1);
    ck_assert_uint_ne(ste_word(h, _i ? 1 : 0), before[_i ? 1 : 0]);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_UNBIND_RETURNED, 1);
    accessed(h, tlps, _i ? due : due + 1, _i ? 15 : 14);
    ck_assert_uint_eq(ste_word(h, 0), before[0]);
    ck_assert_uint_eq(ste_word(h, 1), before[1]);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_FLR, 0)->driver_flr.call, 7);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FLR_DONE), 0);
    driver_harness_bind(h, 0, 1, 0, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 3);
    driver_harness_close(h);
}
END_TEST

static void list_of(struct driver_harness *h, enum prisim_driver_trigger trigger, const unsigned *step, unsigned steps)
{
    struct prisim_driver_own_list *list = &h->config.own.list[trigger];
    for (unsigned i = 0; i < steps; i++)
        list->step[list->steps++].step = step[i];
}

static void commanded(const struct driver_harness *h, unsigned from, const unsigned *due, unsigned count)
{
    ck_assert_uint_eq(h->commands - from, count);
    for (unsigned i = 0; i < count; i++) {
        ck_assert_uint_eq(h->command[from + i][0] & 0xff, due[i]);
        ck_assert_uint_eq(h->command[from + i][0] >> 11 & 1, 0); /* SSV: none is of a PASID */
    }
}

/* UNBIND-STEP: each in the place of what the driver does without a list; what comes before and behind it stays. */
START_TEST(lists_of_a_function)
{
    static const unsigned detach[] = {DRIVER_STEP_ATC_INV, DRIVER_STEP_SYNC, DRIVER_STEP_ATS_OFF},
                          attach[] = {DRIVER_STEP_PRI_RESET, DRIVER_STEP_ATS_ON},
                          reset_it[] = {DRIVER_STEP_ISOLATE, DRIVER_STEP_ATC_INV, DRIVER_STEP_SYNC, DRIVER_STEP_FLR};
    static const struct access down[] = {{'w', 0x106, 2, 0}, {'w', 0x126, 2, 0}},
                               up[] = {{'r', 0x00, 4, 0},      {'w', 0x10, 4, 0},        {'w', 0x14, 4, 0x10},
                                       {'w', 0x04, 4, 6},      {'w', 0x124, 4, 0x10000}, {'w', 0x114, 2, 2},
                                       {'w', 0x106, 2, 0x8000}},
                               again[] = {{'r', 0x4a, 2, 0}, {'r', 0x48, 2, 0}, {'w', 0x48, 2, 0x8000}};
    static const unsigned of_detach[] = {0x40, 0x46, 0x03, 0x46}, of_attach[] = {0x03, 0x46},
                          of_reset[] = {0x03, 0x46, 0x40, 0x46};
    struct driver_harness *h = open_with(NULL, 0);
    list_of(h, PRISIM_DRIVER_ON_DETACH, detach, _i ? 2 : 3);
    list_of(h, PRISIM_DRIVER_ON_ATTACH, attach, 2);
    list_of(h, PRISIM_DRIVER_ON_RESET, reset_it, 4);
    driver_harness_bring_up(h);
    unsigned tlps = h->tlps, commands = h->commands;
    driver_harness_function(h, PRISIM_DRIVER_DETACH, 0, 7);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_DETACHED, 1);
    accessed(h, tlps, down, _i ? 0 : 2); /* PASID goes off behind ATS, or not at all */
    commanded(h, commands, of_detach, 4);
    tlps = h->tlps, commands = h->commands;
    driver_harness_function(h, PRISIM_DRIVER_ATTACH, 0, 8);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ATTACHED, 1);
    accessed(h, tlps, up, 7);
    commanded(h, commands, of_attach, 2);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_PRI_RESET, 0)->driver_pri_reset.pasid,
                      PRISIM_PASID_NONE);
    tlps = h->tlps, commands = h->commands;
    driver_harness_function(h, PRISIM_DRIVER_FLR, 0, 9);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR, 1);
    driver_harness_run(h, 1);
    accessed(h, tlps, again, 3);
    commanded(h, commands, of_reset, 4);
    ck_assert_uint_eq(ste_word(h, 0) >> 1 & 7, 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FLR_DONE, 1);
    ck_assert_uint_eq(ste_word(h, 0) >> 1 & 7, 5);
    driver_harness_close(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver function steps");
    TCase *tcase = tcase_create("driver function steps");
    tcase_add_test(tcase, page_requests_off_and_on);
    tcase_add_loop_test(tcase, stopped_is_waited_for, 0, 2);
    tcase_add_loop_test(tcase, busy, 0, 2);
    tcase_add_loop_test(tcase, no_page_requests_of_its_own, 0, 2);
    tcase_add_test(tcase, ats_off_and_on);
    tcase_add_loop_test(tcase, isolated_by_its_argument, 0, 5);
    tcase_add_loop_test(tcase, reset_by_a_list, 0, 2);
    tcase_add_loop_test(tcase, lists_of_a_function, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
