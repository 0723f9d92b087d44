/* SPDX-License-Identifier: Apache-2.0
 *
 * ASIDs: whose a number is, and from when on it may be another's (docs/timing/driver.md "ASIDs"); a bind that does not
 * repeat CFGI.
 */
#include "driver/state.h"
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

static uint64_t asid_of(const struct driver_harness *h, uint32_t stream_id, uint32_t pasid)
{
    return prisim_bits_get(driver_harness_load(h, driver_harness_cd(h, stream_id, pasid)), PRISIM_CD0_ASID);
}

/* Binds, and returns the ASID of the descriptor. */
static uint64_t bind_space(struct driver_harness *h, uint32_t function, uint32_t pasid, uint32_t space)
{
    driver_harness_bind(h, function, pasid, space, 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, harness_events(h->base, PRISIM_EVENT_DRIVER_BOUND) + 1);
    driver_harness_run(h, 5);
    return asid_of(h, function ? STREAM_2 : STREAM, pasid);
}

/* Unbinds, and returns the ASID of its TLBI. */
static uint64_t unbind_pasid(struct driver_harness *h, uint32_t function, uint32_t pasid)
{
    unsigned tlbis = driver_harness_commands(h, PRISIM_CMDQ_OP_TLBI_NH_ASID);
    driver_harness_unbind(h, function, pasid, PRISIM_DRIVER_UNBIND_NONE, 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, harness_events(h->base, PRISIM_EVENT_DRIVER_FREE) + 1);
    return prisim_bits_get(driver_harness_command(h, PRISIM_CMDQ_OP_TLBI_NH_ASID, tlbis)[0], PRISIM_CMD_TLBI_ASID);
}

static struct driver_harness *open_with_spaces(uint32_t recycle)
{
    struct driver_harness *h = driver_harness_open();
    h->config.spaces = 4;
    h->config.space[2] = h->config.space[3] = h->config.space[0];
    h->config.asid_recycle = recycle;
    return h;
}

/* As Linux gives them: the lowest free number from 1 on. */
START_TEST(a_space_has_one_asid_while_it_is_bound)
{
    struct driver_harness *h = open_with_spaces(PRISIM_DRIVER_ASID_AT_ONCE);
    driver_harness_bring_up(h);
    ck_assert_uint_eq(bind_space(h, 0, 1, 3), 1);
    ck_assert_uint_eq(bind_space(h, 0, 2, 0), 2);
    ck_assert_uint_eq(bind_space(h, 0, 3, 3), 1); /* another PASID */
    ck_assert_uint_eq(bind_space(h, 1, 1, 3), 1); /* another function */
    ck_assert_uint_eq(unbind_pasid(h, 0, 1), 1);
    ck_assert_uint_eq(unbind_pasid(h, 1, 1), 1);
    ck_assert_uint_eq(bind_space(h, 0, 4, 1), 3); /* 1 is still that of space 3 */
    ck_assert_uint_eq(unbind_pasid(h, 0, 3), 1);
    ck_assert_uint_eq(bind_space(h, 0, 5, 2), 1); /* the last binding is gone */
    ck_assert_uint_eq(bind_space(h, 0, 6, 3), 4);
    ck_assert_uint_eq(unbind_pasid(h, 0, 5), 1);
    ck_assert_uint_eq(unbind_pasid(h, 0, 4), 3);
    driver_harness_close(h);
}
END_TEST

/* A bind whose space is being unbound elsewhere keeps the number, whichever step comes first. */
START_TEST(a_bind_during_the_last_unbind_keeps_the_asid)
{
    struct driver_harness *h = open_with_spaces(PRISIM_DRIVER_ASID_AT_ONCE);
    driver_harness_bring_up(h);
    ck_assert_uint_eq(bind_space(h, 0, 1, 3), 1);
    driver_harness_hold(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FREE, 0);
    driver_harness_unbind(h, 0, 1, PRISIM_DRIVER_UNBIND_NONE, 0);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_HOLD, 1);
    ck_assert_uint_eq(bind_space(h, 0, 2, 3), 1);
    driver_harness_release(h, PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_DRIVER_FREE);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    ck_assert_uint_eq(bind_space(h, 0, 3, 0), 2);
    ck_assert_uint_eq(unbind_pasid(h, 0, 2), 1);
    driver_harness_close(h);
}
END_TEST

/* The ASID is taken two computes after U6 of the same call: at 40. */
START_TEST(a_delayed_asid_comes_back_when_it_is_due)
{
    for (unsigned i = 0; i < 2; i++) {
        struct driver_harness *h = open_with_spaces(PRISIM_DRIVER_ASID_DELAYED);
        h->config.asid_delay = i ? 41 : 40;
        driver_harness_bring_up(h);
        ck_assert_uint_eq(bind_space(h, 0, 1, 0), 1);
        struct prisim_driver_stimulus s = {.what = PRISIM_DRIVER_UNBIND, .pasid = 1, .then_space = 2, .call = 9};
        harness_offer(h->base, PRISIM_DRIVER_RX_STIMULUS, &s);
        driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 2);
        ck_assert_uint_eq(asid_of(h, STREAM, 1), i ? 2 : 1);
        driver_harness_run(h, 5);
        ck_assert_uint_eq(bind_space(h, 0, 2, 0), i ? 1 : 2); /* it is free by now */
        driver_harness_close(h);
    }
}
END_TEST

/* None is left: the bind is refused and its PASID stays free. A space that is bound shares its own. */
START_TEST(an_asid_is_never_given_again)
{
    struct driver_harness *h = open_with_spaces(PRISIM_DRIVER_ASID_NEVER);
    h->config.asid_bits = 2;
    driver_harness_bring_up(h);
    for (uint64_t asid = 1; asid <= 2; asid++) {
        ck_assert_uint_eq(bind_space(h, 0, 1, 0), asid);
        ck_assert_uint_eq(unbind_pasid(h, 0, 1), asid);
    }
    ck_assert_uint_eq(bind_space(h, 0, 1, 0), 3);
    ck_assert_uint_eq(bind_space(h, 0, 2, 0), 3);
    driver_harness_bind(h, 0, 3, 1, 7);
    const struct prisim_event *refused = driver_harness_until(h, PRISIM_EVENT_DRIVER_REFUSED, 1);
    ck_assert_uint_eq(refused->driver_refused.call, 7);
    ck_assert_uint_eq(refused->driver_refused.cause, PRISIM_CAUSE_NO_ASID);
    driver_harness_run(h, 1000);
    ck_assert_uint_eq(prisim_bits_get(driver_harness_load(h, driver_harness_cd(h, STREAM, 3)), PRISIM_CD0_V), 0);
    ck_assert_uint_eq(bind_space(h, 0, 3, 0), 3);
    driver_harness_close(h);
}
END_TEST

/* SMMU-IDR0: ASIDs of 8 bits if IDR0.ASID16 (bit 12) is 0. */
/* covers: SMMU-IDR0-12 */
START_TEST(asids_are_as_wide_as_the_smmu_has_them)
{
    const struct {
        uint32_t bits;
        bool asid16;
        uint32_t expected;
    } rows[] = {{16, true, 16}, {16, false, 8}, {9, false, 8}, {8, false, 8}, {3, false, 3}, {1, true, 1}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct driver_harness *h = driver_harness_open();
        h->config.asid_bits = rows[i].bits;
        driver_harness_start(h);
        h->reg[PRISIM_SMMU_IDR0 / 4] = (h->reg[PRISIM_SMMU_IDR0 / 4] & ~(UINT32_C(1) << 12)) | (uint32_t)rows[i].asid16
                                                                                                   << 12;
        driver_harness_until(h, PRISIM_EVENT_DRIVER_READY, 1);
        ck_assert_uint_eq(h->state->asid_bits, rows[i].expected);
        driver_harness_close(h);
    }
}
END_TEST

START_TEST(bind_without_cfgi)
{
    prisim_cycle_t took[2];
    for (unsigned cfgi = 0; cfgi < 2; cfgi++) {
        struct driver_harness *h = driver_harness_open();
        h->config.bind_cfgi = cfgi;
        driver_harness_bring_up(h);
        unsigned commands = h->commands;
        prisim_cycle_t start = h->base->now;
        bind_space(h, 0, 1, 0);
        took[cfgi] = harness_event(h->base, PRISIM_EVENT_DRIVER_BIND, 0)->cycle - start;
        ck_assert_uint_eq(h->commands, commands + (cfgi ? 4 : 0));
        ck_assert_uint_eq(prisim_bits_get(driver_harness_load(h, driver_harness_cd(h, STREAM, 1)), PRISIM_CD0_V), 1);
        unbind_pasid(h, 0, 1);
        ck_assert_uint_eq(driver_harness_commands(h, PRISIM_CMDQ_OP_CFGI_CD), 2 * cfgi + 1); /* unbind's is there */
        driver_harness_close(h);
    }
    ck_assert_uint_lt(took[0], took[1]);
}
END_TEST

static void refused(const char *field, struct prisim_driver_config *config)
{
    struct prisim_config_error error = {NULL, NULL};
    ck_assert(!prisim_driver_config_check(config, &error));
    ck_assert_str_eq(error.field, field);
}

START_TEST(values_out_of_range_are_refused)
{
    struct driver_harness *h = driver_harness_open();
    struct prisim_driver_config c = h->config;
    ck_assert_uint_eq(c.asid_recycle, PRISIM_DRIVER_ASID_AT_ONCE);
    ck_assert_uint_eq(c.bind_cfgi, 1);
    c.asid_bits = 0;
    refused("asid_bits", &c);
    c.asid_bits = 17;
    refused("asid_bits", &c);
    c = h->config;
    c.asid_recycle = 3;
    refused("asid_recycle", &c);
    c = h->config;
    c.asid_delay = 0;
    refused("asid_delay", &c);
    c = h->config;
    c.bind_cfgi = 2;
    refused("bind_cfgi", &c);
    free(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_asid");
    TCase *tcase = tcase_create("driver_asid");
    tcase_add_test(tcase, a_space_has_one_asid_while_it_is_bound);
    tcase_add_test(tcase, a_bind_during_the_last_unbind_keeps_the_asid);
    tcase_add_test(tcase, a_delayed_asid_comes_back_when_it_is_due);
    tcase_add_test(tcase, an_asid_is_never_given_again);
    tcase_add_test(tcase, asids_are_as_wide_as_the_smmu_has_them);
    tcase_add_test(tcase, bind_without_cfgi);
    tcase_add_test(tcase, values_out_of_range_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
