/* SPDX-License-Identifier: Apache-2.0
 *
 * Accesses and page requests without a PASID (`no_pasid`, `no_pasid_space`): refused, or CD 0 is theirs (SMMU-FLOW-4,
 * SMMU-FLOW-6), with a space or with none.
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

enum { R = PRISIM_ACCESS_READ, L = PRISIM_ACCESS_LAST, WAY = MEMORY_DELAY + 1 };
enum { V = 1u << 31, EPD0 = 1 << 14 };
#define ASID(word) ((word) >> 48)

static struct driver_harness *open_with(uint32_t no_pasid, uint32_t space)
{
    struct driver_harness *h = driver_harness_open();
    h->config.no_pasid = no_pasid;
    h->config.no_pasid_space = space;
    return h;
}

static uint64_t strtab(const struct driver_harness *h)
{
    return h->reg[PRISIM_SMMU_STRTAB_BASE / 4] & PRISIM_SMMU_STRTAB_BASE_ADDRESS;
}

static uint64_t s1dss(const struct driver_harness *h, uint32_t stream_id)
{
    return driver_harness_load(h, strtab(h) + stream_id * PRISIM_STE_BYTES + 8) & 3;
}

/* Which store of 8 bytes to that address came first, as the number of its access. */
static unsigned first_store(const struct driver_harness *h, uint64_t address)
{
    unsigned count = h->base->tx[PRISIM_DRIVER_TX_MEMORY].count;
    for (unsigned i = 0; i < count; i++) {
        const struct prisim_memory_request *r = harness_got(h->base, PRISIM_DRIVER_TX_MEMORY, i);
        if (r->write && r->size == 8 && r->address == address)
            return i;
    }
    return count;
}

START_TEST(by_default_they_are_refused)
{
    struct driver_harness *h = driver_harness_open();
    ck_assert_uint_eq(h->config.no_pasid, PRISIM_DRIVER_NO_PASID_ABORT);
    h->config.no_pasid_space = 1; /* says nothing then */
    driver_harness_bring_up(h);
    for (uint32_t stream_id = STREAM; stream_id <= STREAM_2; stream_id += STREAM_2 - STREAM) {
        ck_assert_uint_eq(s1dss(h, stream_id), 0);
        ck_assert_uint_eq(driver_harness_load(h, driver_harness_cd(h, stream_id, 0)), 0);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BIND), 0);
    driver_harness_bind(h, 0, 0, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_close(h);
}
END_TEST

/* Valid, and nothing is mapped: no table is walked, and no frame and no ASID is taken. */
START_TEST(cd0_without_a_space)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_NO_PASID_CD0, 0);
    driver_harness_bring_up(h);
    for (uint32_t stream_id = STREAM; stream_id <= STREAM_2; stream_id += STREAM_2 - STREAM) {
        uint64_t cd = driver_harness_cd(h, stream_id, 0), word0 = driver_harness_load(h, cd);
        ck_assert_uint_eq(s1dss(h, stream_id), 2);
        ck_assert(word0 & V && word0 & EPD0);
        ck_assert_uint_eq(ASID(word0), 0);
        ck_assert_uint_eq(driver_harness_load(h, cd + 8), 0);
    }
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BIND), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_FRAME_GIVEN), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ASID_GIVEN), 0);
    driver_harness_close(h);
}
END_TEST

/* The CD is whole before the STE that leads to it is valid. */
START_TEST(cd0_with_a_space)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_NO_PASID_CD0, 2);
    h->config.space[1].region[0].populated = 1;
    driver_harness_bring_up(h);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BIND), 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BOUND), 0); /* the function is told nothing */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ASID_GIVEN), 1);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t stream_id = i ? STREAM_2 : STREAM;
        uint64_t cd = driver_harness_cd(h, stream_id, 0), word0 = driver_harness_load(h, cd);
        const struct prisim_event_driver_bind *bind = &harness_event(h->base, PRISIM_EVENT_DRIVER_BIND, i)->driver_bind;
        ck_assert_uint_eq(bind->stream_id, stream_id);
        ck_assert_uint_eq(bind->pasid, PRISIM_PASID_NONE);
        ck_assert_uint_eq(bind->call, 0);
        ck_assert_uint_eq(bind->space, 2);
        ck_assert_uint_eq(bind->binding, i + 1);
        ck_assert(word0 & V && !(word0 & EPD0));
        ck_assert_uint_eq(ASID(word0), 1);
        ck_assert_uint_ne(driver_harness_walk(h, driver_harness_load(h, cd + 8), 0x13000), 0);
        ck_assert_uint_lt(first_store(h, cd), first_store(h, strtab(h) + stream_id * PRISIM_STE_BYTES));
    }
    driver_harness_close(h);
}
END_TEST

/* U7 of CD 0: c behind the CMD_SYNC of its word 0, not an edge before. Prices as by default. */
START_TEST(the_clock_of_cd0)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_NO_PASID_CD0, 1);
    h->config.functions = 1;
    driver_harness_start(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_ASID_GIVEN, 1);
    uint64_t cd = ((const struct prisim_driver *)h->state)->cd_table[0];
    while (first_store(h, cd) == h->base->tx[PRISIM_DRIVER_TX_MEMORY].count)
        driver_harness_edge(h);
    prisim_cycle_t at = harness_got_at(h->base, PRISIM_DRIVER_TX_MEMORY, first_store(h, cd)) + WAY;
    at += 2 * (20 + 4 + WAY + 20 + WAY + 20) + 20 + WAY + 20;
    driver_harness_run(h, at - h->base->now);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BIND), 0);
    driver_harness_edge(h);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BIND), 1);
    driver_harness_close(h);
}
END_TEST

/* PASID 0 is nobody's: bind and unbind of it are refused, and those of PASID 1 are not. */
START_TEST(pasid_0_is_reserved)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_NO_PASID_CD0, (uint32_t)_i);
    driver_harness_bring_up(h);
    unsigned binds = harness_events(h->base, PRISIM_EVENT_DRIVER_BIND);
    uint64_t word0 = driver_harness_load(h, driver_harness_cd(h, STREAM, 0));
    driver_harness_bind(h, 0, 0, 0, 1);
    driver_harness_unbind(h, 0, 0, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 2);
    for (unsigned i = 0; i < 2; i++)
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_DRIVER_REFUSED, i)->driver_refused.cause,
                          PRISIM_CAUSE_RESERVED);
    driver_harness_bind(h, 0, 1, 0, 3);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 4);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BIND), binds + 1);
    ck_assert_uint_eq(driver_harness_load(h, driver_harness_cd(h, STREAM, 0)), word0);
    /* CD 0 of the same space keeps the ASID for ever */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_ASID_FREED), _i ? 0 : 1);
    driver_harness_close(h);
}
END_TEST

/* What a page request finds at S2. */
static void asks(struct driver_harness *h, unsigned n, uint32_t pasid, uint64_t address, enum prisim_cause cause,
                 uint32_t space, uint32_t code)
{
    driver_harness_request(h, STREAM, pasid, (uint16_t)n, address, R | L);
    driver_harness_ring(h, PRISIM_DRIVER_MSI_PRIQ);
    const struct prisim_event *respond = driver_harness_until(h, PRISIM_EVENT_DRIVER_RESPOND, n);
    const struct prisim_event *resolve = harness_event(h->base, PRISIM_EVENT_DRIVER_RESOLVE, n - 1);
    ck_assert_uint_eq(resolve->driver_resolve.cause, cause);
    ck_assert_uint_eq(resolve->driver_resolve.space, space);
    ck_assert_uint_eq(respond->driver_respond.code, code);
    driver_harness_run(h, 200);
    const uint64_t *command = driver_harness_command(h, PRISIM_CMDQ_OP_PRI_RESP, n - 1);
    ck_assert_ptr_nonnull(command);
    ck_assert_uint_eq(prisim_bits_get(command[0], PRISIM_CMD_SSV), pasid != HARNESS_NO_PASID);
}

START_TEST(page_requests)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_NO_PASID_CD0, 1);
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 1, 1, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    asks(h, 1, HARNESS_NO_PASID, 0x5000, PRISIM_CAUSE_BOUND, 1, PRISIM_PRG_SUCCESS);
    asks(h, 2, HARNESS_NO_PASID, 0x80000, PRISIM_CAUSE_BOUND, 1, PRISIM_PRG_INVALID); /* no region */
    asks(h, 3, 0, 0x5000, PRISIM_CAUSE_NOT_BOUND, 0, PRISIM_PRG_INVALID);
    asks(h, 4, 1, 0x5000, PRISIM_CAUSE_BOUND, 2, PRISIM_PRG_SUCCESS);
    uint64_t cd = driver_harness_cd(h, STREAM, 0);
    ck_assert_uint_ne(driver_harness_walk(h, driver_harness_load(h, cd + 8), 0x5000), 0);
    driver_harness_close(h);
    h = open_with(PRISIM_DRIVER_NO_PASID_CD0, 0);
    driver_harness_bring_up(h);
    asks(h, 1, HARNESS_NO_PASID, 0x5000, PRISIM_CAUSE_NOT_BOUND, 0, PRISIM_PRG_INVALID);
    driver_harness_close(h);
    h = open_with(PRISIM_DRIVER_NO_PASID_ABORT, 1);
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 0, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    asks(h, 1, HARNESS_NO_PASID, 0x5000, PRISIM_CAUSE_NOT_BOUND, 0, PRISIM_PRG_INVALID);
    asks(h, 2, 0, 0x5000, PRISIM_CAUSE_BOUND, 1, PRISIM_PRG_SUCCESS);
    driver_harness_close(h);
}
END_TEST

/* RAM ends before the space is there: CD 0 has none, bring-up says so and goes on. */
START_TEST(no_room_for_its_space)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_NO_PASID_CD0, 1);
    h->config.functions = 1;
    h->config.space[0].region[0].populated = 1;
    h->config.ram_size = driver_layout(&h->config, NULL) - h->config.ram_base + 0x1000 * (uint64_t)_i;
    driver_harness_bring_up(h);
    const struct prisim_event *refused = harness_event(h->base, PRISIM_EVENT_DRIVER_REFUSED, 0);
    ck_assert_ptr_nonnull(refused);
    ck_assert_uint_eq(refused->driver_refused.cause, PRISIM_CAUSE_NO_MEMORY);
    ck_assert_uint_eq(refused->driver_refused.pasid, PRISIM_PASID_NONE);
    ck_assert_uint_eq(refused->driver_refused.call, 0);
    uint64_t cd = driver_harness_cd(h, STREAM, 0), word0 = driver_harness_load(h, cd);
    ck_assert(word0 & V && word0 & EPD0);
    ck_assert_uint_eq(ASID(word0), 0);
    ck_assert_uint_eq(driver_harness_load(h, cd + 8), 0);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BIND), 0);
    driver_harness_close(h);
}
END_TEST

START_TEST(a_space_that_is_not_there_is_refused)
{
    struct driver_harness *h = driver_harness_open();
    struct prisim_config_error error = {NULL, NULL};
    h->config.no_pasid_space = 2;
    ck_assert(prisim_driver_config_check(&h->config, &error));
    h->config.no_pasid_space = 3;
    ck_assert(!prisim_driver_config_check(&h->config, &error));
    ck_assert_str_eq(error.field, "no_pasid_space");
    free(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_no_pasid");
    TCase *tcase = tcase_create("driver_no_pasid");
    tcase_add_test(tcase, by_default_they_are_refused);
    tcase_add_test(tcase, cd0_without_a_space);
    tcase_add_test(tcase, cd0_with_a_space);
    tcase_add_test(tcase, the_clock_of_cd0);
    tcase_add_loop_test(tcase, pasid_0_is_reserved, 0, 2);
    tcase_add_test(tcase, page_requests);
    tcase_add_loop_test(tcase, no_room_for_its_space, 0, 3);
    tcase_add_test(tcase, a_space_that_is_not_there_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
