/* SPDX-License-Identifier: Apache-2.0
 *
 * A Stop Marker that waits, is made or has left, and page requests that are switched off, fail or are reset meanwhile
 * (PCIE-PRICAP, PCIE-ENUMERATION-4).
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_markers.h"

static void config_write(struct endpoint_harness *h, uint32_t at, uint16_t bytes, uint32_t value)
{
    struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = at, .size = bytes, .tag = 55}};
    prisim_store_le32(tlp.data, value);
    endpoint_harness_down(h, &tlp);
    harness_run(h->base, 2);
}

enum { PRI_OFF, PRI_FAILS, PRI_RESET, FUNCTION_RESET, WAYS };

/* One of four ends of page requests; something is out, so that a reset has something to do. */
static void page_requests_end(struct endpoint_harness *h, unsigned way)
{
    if (way == PRI_OFF)
        config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 4, 0);
    if (way == PRI_FAILS)
        endpoint_harness_respond(h, 0, PRISIM_PRG_FAILURE, NO_PASID);
    if (way == PRI_RESET)
        config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 4, 2);
    if (way == FUNCTION_RESET)
        config_write(h, 0x48, 2, 0xa910);
    harness_run(h->base, 2);
}

/* A marker is a page request message: from then on none is made, and the stop ends all the same, once. Of a function
 * that was reset nothing is left. */
/* covers: PCIE-PRICAP-10, PCIE-PRICAP-14, PCIE-PRICAP-15 */
START_TEST(no_marker_when_page_requests_end_during_the_delay)
{
    for (uint32_t report = WITH; report <= BEFORE; report++)
        for (unsigned way = 0; way < WAYS; way++) {
            struct endpoint_harness *h = running(report, 100);
            endpoint_harness_fault(h, 1, 2, 0x4000);
            pasid(h, 1, STOP);
            ck_assert_uint_eq(reports(h), report == BEFORE);
            page_requests_end(h, way);
            harness_run(h->base, 200);
            ck_assert_uint_eq(markers(h), 0);
            if (way != FUNCTION_RESET || report == BEFORE)
                ck_assert_uint_eq(reports(h), 1);
            if (way == FUNCTION_RESET)
                ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESET), 1);
            const struct prisim_tlp *up;
            while ((up = endpoint_harness_up(h, 10)))
                ck_assert_uint_eq(up->head.type, PRISIM_TLP_COMPLETION);
            endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
            endpoint_harness_enable(h, 4);
            ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), IDLE);
            /* Nothing is owed to the next use either, and this one has its own marker. */
            endpoint_harness_pasid(h, 1, RUN);
            endpoint_harness_quiet(h, 300);
            endpoint_harness_pasid(h, 1, STOP);
            harness_run(h->base, 100);
            endpoint_harness_up_marker(h, 1);
            ck_assert_uint_eq(markers(h), 1);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-PRICAP-10, PCIE-PRICAP-15: nor when the PASID is used again. */
/* covers: PCIE-PRICAP-10, PCIE-PRICAP-15 */
START_TEST(a_new_use_with_page_requests_off_sends_no_marker)
{
    for (unsigned way = 0; way < FUNCTION_RESET; way++) {
        struct endpoint_harness *h = running(BEFORE, 1000);
        endpoint_harness_fault(h, 1, 2, 0x4000);
        pasid(h, 1, STOP);
        page_requests_end(h, way);
        pasid(h, 1, RUN);
        harness_run(h->base, 50);
        ck_assert_uint_eq(markers(h), 0);
        const struct prisim_tlp *up;
        while ((up = endpoint_harness_up(h, 10)))
            ck_assert_uint_eq(up->head.type, PRISIM_TLP_COMPLETION);
        ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), RUNNING);
        endpoint_harness_enable(h, 4);
        endpoint_harness_quiet(h, 1200);
        ck_assert_uint_eq(reports(h), 1);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-PRICAP-14, PCIE-PRICAP-15: page requests that are on again in time bring no marker back that was taken back;
 * E=0 alone takes none back (PCIE-PRICAP-10). */
/* covers: PCIE-PRICAP-14, PCIE-PRICAP-15, PCIE-PRICAP-10 */
START_TEST(page_requests_that_are_on_again_during_the_delay)
{
    for (uint32_t report = WITH; report <= BEFORE; report++)
        for (unsigned way = 0; way < WAYS; way++) {
            struct endpoint_harness *h = running(report, 1000);
            const unsigned index = endpoint_harness_fault(h, 1, 2, 0x4000);
            pasid(h, 1, STOP);
            if (way == PRI_OFF) /* so that it is stopped */
                endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, 2);
            page_requests_end(h, way);
            harness_run(h->base, 60);
            while (endpoint_harness_up(h, 1))
                ;
            endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
            endpoint_harness_enable(h, 4);
            harness_run(h->base, 1200);
            ck_assert_msg(markers(h) == (way == PRI_OFF), "report %u way %u: %u", report, way, markers(h));
            if (way != FUNCTION_RESET)
                ck_assert_uint_eq(reports(h), 1);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-PRICAP-10: what is queued inside the function still leaves when E goes to 0; the others take it back. */
/* covers: PCIE-PRICAP-10 */
START_TEST(a_marker_that_was_made_when_page_requests_end)
{
    for (uint32_t report = WITH; report <= AFTER; report++)
        for (unsigned way = 0; way < WAYS; way++) {
            struct endpoint_harness *h = running(report, 10);
            endpoint_harness_fault(h, 1, 2, 0x4000);
            endpoint_harness_fill(h, 3); /* raw ones */
            pasid(h, 1, STOP);
            harness_run(h->base, 20); /* it is made */
            page_requests_end(h, way);
            harness_run(h->base, 20);
            harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
            harness_run(h->base, 100);
            ck_assert_msg(markers(h) == (way == PRI_OFF), "report %u way %u: %u", report, way, markers(h));
            if (way != FUNCTION_RESET)
                ck_assert_msg(reports(h) == 1, "report %u way %u: %u", report, way, reports(h));
            while (endpoint_harness_up(h, 1))
                ;
            endpoint_harness_enable(h, 4);
            ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), IDLE);
            endpoint_harness_close(h);
        }
}
END_TEST

/* The marker has left: what becomes of page requests does not concern its report. */
START_TEST(a_report_that_waits_when_page_requests_end)
{
    for (unsigned way = 0; way < WAYS; way++) {
        struct endpoint_harness *h = running(AFTER, 100);
        endpoint_harness_fault(h, 1, 2, 0x4000);
        const prisim_cycle_t at = pasid(h, 1, STOP);
        endpoint_harness_up_marker(h, 1);
        page_requests_end(h, way);
        harness_run(h->base, 200);
        if (way == FUNCTION_RESET)
            ck_assert_uint_eq(reports(h), 0);
        else
            ck_report(h, 0, 1, at + 100);
        while (endpoint_harness_up(h, 1))
            ;
        endpoint_harness_enable(h, 4);
        ck_assert_uint_eq(endpoint_harness_pasid_state(h, 1), IDLE);
        ck_assert_uint_eq(reports(h), way != FUNCTION_RESET);
        endpoint_harness_close(h);
    }
}
END_TEST

TEST_SUITE("endpoint marker end", no_marker_when_page_requests_end_during_the_delay,
           a_new_use_with_page_requests_off_sends_no_marker, page_requests_that_are_on_again_during_the_delay,
           a_marker_that_was_made_when_page_requests_end, a_report_that_waits_when_page_requests_end)
