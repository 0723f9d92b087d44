/* SPDX-License-Identifier: Apache-2.0
 *
 * The state table of PCIE-PRICAP, cell by cell: PRI control and status at 0x114, as one doubleword (PRPR is bit 31,
 * Stopped 24, UPRGI 17, RF 16, E 0), after each event in each state. One group is out where the state allows it.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum column { RUNNING, FAILED, DRAINING, STOPPED, COLUMNS };
enum { OTHER = 300 };

static uint32_t registers(struct endpoint_harness *h)
{
    return endpoint_harness_config_read(h, 0x114);
}

struct cell {
    struct endpoint_harness *h;
    unsigned index; /* of the group of job 1, if it is out */
};

/* Job 1 has asked for a page; in FAILED and STOPPED its group is no more. */
static struct cell open_in(enum column column, uint32_t on_pri_off)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.on_pri_off = on_pri_off;
    config.retry_backoff = 1000;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 2);
    const unsigned index = endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    static const uint32_t state[COLUMNS] = {0x80000001, 0x80010001, 0x80000000, 0x81000000};
    if (column == FAILED)
        endpoint_harness_respond(h, index, PRISIM_PRG_FAILURE, NO_PASID);
    if (column == DRAINING || column == STOPPED)
        endpoint_harness_config_write(h, 0x114, 0);
    if (column == STOPPED)
        endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, NO_PASID);
    ck_assert_uint_eq(registers(h), state[column]);
    return (struct cell){h, index};
}

/* covers: PCIE-PRICAP-20 */
START_TEST(need_a_page)
{
    for (enum column column = RUNNING; column < COLUMNS; column++)
        for (uint32_t hold = 0; hold < 2; hold++) {
            struct cell c = open_in(column, hold);
            endpoint_harness_dma(c.h, 2, NO_PASID, 0x5000, 4, true);
            endpoint_harness_translated(c.h, endpoint_harness_up_translate(c.h, NO_PASID, 0x5000), 0, 12, 0);
            if (column == RUNNING) {
                endpoint_harness_up_page_request(c.h, NO_PASID, 0x5000);
                endpoint_harness_dma(c.h, 3, NO_PASID, 0x6000, 4, true); /* two are out, of two */
                endpoint_harness_translated(c.h, endpoint_harness_up_translate(c.h, NO_PASID, 0x6000), 0, 12, 0);
            }
            endpoint_harness_quiet(c.h, 30);
            if (column == RUNNING)
                ck_assert_ptr_null(endpoint_harness_done(c.h, 3));
            else if (hold)
                ck_assert_ptr_null(endpoint_harness_done(c.h, 2));
            else
                endpoint_harness_ended(c.h, 2, PRISIM_CAUSE_PRI_OFF);
            endpoint_harness_close(c.h);
        }
}
END_TEST

/* What a response does to the registers, to the group of job 1 and to the credits. */
struct due {
    uint32_t registers;
    enum prisim_cause cause; /* of endpoint.response */
};

static void respond(enum column column, unsigned code, bool known, struct due due)
{
    struct cell c = open_in(column, PRISIM_ENDPOINT_PRI_OFF_FAIL);
    endpoint_harness_respond(c.h, known ? c.index : OTHER, code, NO_PASID);
    ck_assert_msg(registers(c.h) == due.registers, "column %d code %u: %08x", column, code, registers(c.h));
    const unsigned responses = harness_events(c.h->base, PRISIM_EVENT_ENDPOINT_RESPONSE);
    const struct prisim_event *event = harness_event(c.h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, responses - 1);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->endpoint_response.cause),
                     prisim_cause_name(due.cause));
    if (column == RUNNING && code <= 1 && known)
        endpoint_harness_fault(c.h, 2, NO_PASID, 0x5000); /* the credit is back */
    endpoint_harness_close(c.h);
}

/* covers: PCIE-PRICAP-21 */
START_TEST(response_to_a_group)
{
    respond(RUNNING, 0, true, (struct due){0x80000001, PRISIM_CAUSE_GROUP_FREED});
    respond(RUNNING, 1, true, (struct due){0x80000001, PRISIM_CAUSE_GROUP_FREED});
    respond(FAILED, 0, true, (struct due){0x80010001, PRISIM_CAUSE_FAILED_BEFORE});
    respond(FAILED, 1, true, (struct due){0x80010001, PRISIM_CAUSE_FAILED_BEFORE});
    respond(DRAINING, 0, true, (struct due){0x81000000, PRISIM_CAUSE_GROUP_FREED});
    respond(DRAINING, 1, true, (struct due){0x81000000, PRISIM_CAUSE_GROUP_FREED});
}
END_TEST

/* covers: PCIE-PRICAP-22 */
START_TEST(response_to_no_group)
{
    for (unsigned code = 0; code < 2; code++) {
        respond(RUNNING, code, false, (struct due){0x80020001, PRISIM_CAUSE_UNEXPECTED_INDEX});
        respond(FAILED, code, false, (struct due){0x80010001, PRISIM_CAUSE_FAILED_BEFORE});
        respond(DRAINING, code, false, (struct due){0x80020000, PRISIM_CAUSE_UNEXPECTED_INDEX});
        respond(STOPPED, code, false, (struct due){0x81020000, PRISIM_CAUSE_UNEXPECTED_INDEX});
    }
}
END_TEST

/* covers: PCIE-PRICAP-23, PCIE-MESSAGE-15, PCIE-MESSAGE-16 */
START_TEST(response_failure_and_unused_codes)
{
    for (unsigned code = 2; code < 16; code++)
        for (unsigned known = 0; known < 2; known++) {
            respond(RUNNING, code, known, (struct due){0x80010001, PRISIM_CAUSE_RESPONSE_FAILURE});
            respond(FAILED, code, known, (struct due){0x80010001, PRISIM_CAUSE_FAILED_BEFORE});
            respond(DRAINING, code, known, (struct due){0x81010000, PRISIM_CAUSE_RESPONSE_FAILURE});
            respond(STOPPED, code, known, (struct due){0x81010000, PRISIM_CAUSE_RESPONSE_FAILURE});
        }
}
END_TEST

/* Control (its 16 bits) is written; then the registers, and whether job 1 is over by that. */
static void write_control(enum column column, uint32_t value, uint32_t due, bool ends)
{
    struct cell c = open_in(column, PRISIM_ENDPOINT_PRI_OFF_HOLD);
    const bool before = endpoint_harness_done(c.h, 1);
    endpoint_harness_config_write_bytes(c.h, 0x114, 2, value);
    ck_assert_msg(registers(c.h) == due, "column %d value %u: %08x", column, value, registers(c.h));
    ck_assert(!before || !ends);
    ck_assert((endpoint_harness_done(c.h, 1) != NULL) == (before || ends));
    if (ends)
        endpoint_harness_ended(c.h, 1, PRISIM_CAUSE_PRI_OFF);
    endpoint_harness_close(c.h);
}

/* covers: PCIE-PRICAP-24 */
START_TEST(write_enable_0)
{
    write_control(RUNNING, 0, 0x80000000, false);
    write_control(FAILED, 0, 0x81010000, false);
    write_control(DRAINING, 0, 0x80000000, false);
    write_control(STOPPED, 0, 0x81000000, false);
    /* With no group out it is stopped at once. */
    struct cell c = open_in(RUNNING, PRISIM_ENDPOINT_PRI_OFF_FAIL);
    endpoint_harness_respond(c.h, c.index, PRISIM_PRG_INVALID, NO_PASID);
    endpoint_harness_config_write_bytes(c.h, 0x114, 2, 0);
    ck_assert_uint_eq(registers(c.h), 0x81000000);
    endpoint_harness_close(c.h);
}
END_TEST

/* covers: PCIE-PRICAP-25 */
START_TEST(write_reset)
{
    write_control(RUNNING, 3, 0x80000001, false); /* ignored with E=1 */
    write_control(RUNNING, 2, 0x81000000, true);  /* E cleared too */
    write_control(FAILED, 3, 0x80010001, false);
    write_control(FAILED, 2, 0x81010000, false);
    write_control(DRAINING, 2, 0x81000000, true);
    write_control(STOPPED, 2, 0x81000000, false);
}
END_TEST

/* E from 0 to 1 clears Stopped, RF and UPRGI; while not stopped it is said to be indeterminate. */
/* covers: PCIE-PRICAP-12, PCIE-PRICAP-26 */
START_TEST(write_enable_1)
{
    write_control(RUNNING, 1, 0x80000001, false);
    write_control(FAILED, 1, 0x80010001, false); /* it is 1 already */
    write_control(DRAINING, 1, 0x80000001, false);
    write_control(STOPPED, 1, 0x80000001, false);
    struct cell c = open_in(DRAINING, PRISIM_ENDPOINT_PRI_OFF_FAIL);
    endpoint_harness_config_write_bytes(c.h, 0x114, 2, 1);
    ck_assert_uint_eq(harness_events(c.h->base, PRISIM_EVENT_ENDPOINT_MISUSE), 1);
    endpoint_harness_close(c.h);
    /* RF and UPRGI are set, and E goes 1, 0, 1: page requests go out again. */
    c = open_in(RUNNING, PRISIM_ENDPOINT_PRI_OFF_FAIL);
    endpoint_harness_respond(c.h, OTHER, PRISIM_PRG_SUCCESS, NO_PASID);
    endpoint_harness_respond(c.h, OTHER, PRISIM_PRG_FAILURE, NO_PASID);
    ck_assert_uint_eq(registers(c.h), 0x80030001);
    endpoint_harness_config_write_bytes(c.h, 0x114, 2, 0);
    ck_assert_uint_eq(registers(c.h), 0x81030000);
    endpoint_harness_config_write_bytes(c.h, 0x114, 2, 1);
    ck_assert_uint_eq(registers(c.h), 0x80000001);
    endpoint_harness_fault(c.h, 2, NO_PASID, 0x5000);
    endpoint_harness_fault(c.h, 3, NO_PASID, 0x6000);
    ck_assert_uint_eq(harness_events(c.h->base, PRISIM_EVENT_ENDPOINT_MISUSE), 0);
    endpoint_harness_close(c.h);
}
END_TEST

TEST_SUITE("endpoint pri table", need_a_page, response_to_a_group, response_to_no_group,
           response_failure_and_unused_codes, write_enable_0, write_reset, write_enable_1)
