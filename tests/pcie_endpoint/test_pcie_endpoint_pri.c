/* SPDX-License-Identifier: Apache-2.0
 *
 * Credits, PRG indices and what each response does (PCIE-PRICAP, PCIE-GROUP, PCIE-RESPONSE).
 */
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

static uint32_t status(struct endpoint_harness *h)
{
    return endpoint_harness_config_read(h, PRISIM_ENDPOINT_CONFIG_PRI + 4) >> 16 & ~(uint32_t)PRISIM_PRI_STATUS_PRPR;
}

static void respond_cause(struct endpoint_harness *h, unsigned index, unsigned code, enum prisim_cause cause)
{
    unsigned n = harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE);
    endpoint_harness_respond(h, index, code, NO_PASID);
    harness_run(h->base, 2);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, n);
    ck_assert_ptr_nonnull(event);
    ck_assert_uint_eq(event->endpoint_response.prgi, index);
    ck_assert_uint_eq(event->endpoint_response.code, code);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->endpoint_response.cause), prisim_cause_name(cause));
}

/* PCIE-GROUP: as many requests as the allocation says, and one more when a response came. */
/* covers: SMMU-PRICREDIT-1, SMMU-PRICREDIT-2, PCIE-PRICAP-18, PCIE-PRICAP-19 */
START_TEST(allocation_bounds_requests)
{
    for (uint32_t limit = 0; limit <= 4; limit++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        /* 0 to 3 bounded by the allocation, 4 by the capacity. */
        config.pri_capacity = limit == 4 ? 4 : 64;
        struct endpoint_harness *h = endpoint_harness_enabled(&config, limit == 4 ? 9 : limit);
        unsigned index[4] = {0};
        for (uint32_t i = 0; i < limit; i++)
            index[i] = endpoint_harness_fault(h, i + 1, NO_PASID, 0x10000 + 0x1000 * i);
        endpoint_harness_dma(h, 9, NO_PASID, 0x20000, 4, true);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x20000), 0, 12, 0);
        endpoint_harness_quiet(h, 100);
        if (limit > 0) {
            endpoint_harness_respond(h, index[limit / 2], PRISIM_PRG_INVALID, NO_PASID);
            const struct prisim_tlp *page = endpoint_harness_up_page_request(h, NO_PASID, 0x20000);
            const struct harness_rx_port *down = &h->base->rx[PRISIM_ENDPOINT_RX_DOWN];
            ck_assert_uint_eq(endpoint_harness_up_at(h), down->taken_at[down->taken - 1]);
            /* Round robin: the next index, not the one that just became free. */
            ck_assert_uint_eq(page->head.prg_index, limit);
        }
        endpoint_harness_close(h);
    }
}
END_TEST

/* covers: PCIE-GROUP-7 */
START_TEST(index_is_busy_until_its_response)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.jobs = 64;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 64);
    unsigned held = endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    ck_assert_uint_eq(held, 0);
    /* Twice around the 512 indices. */
    for (uint32_t i = 0; i < 1023; i++) {
        unsigned index = endpoint_harness_fault(h, 2 + i, NO_PASID, 0x5000);
        ck_assert_uint_eq(index, i < 511 ? i + 1 : (i - 511) % 511 + 1);
        endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, NO_PASID);
        harness_run(h->base, 2);
    }
    respond_cause(h, held, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    ck_assert_uint_eq(endpoint_harness_fault(h, 5000, NO_PASID, 0x5000), 2);
    endpoint_harness_close(h);
}
END_TEST

/* covers: SMMU-PRIAUTO-9, PCIE-MESSAGE-13, PCIE-MESSAGE-14, PCIE-RESPONSE-1, PCIE-RESPONSE-2, PCIE-RESPONSE-4,
 * PCIE-PRICAP-16, PCIE-PRICAP-21 */
START_TEST(responses_end_or_repeat)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    unsigned success = endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    unsigned invalid = endpoint_harness_fault(h, 2, NO_PASID, 0x5000);
    respond_cause(h, invalid, PRISIM_PRG_INVALID, PRISIM_CAUSE_GROUP_FREED);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_INVALID_REQUEST);
    respond_cause(h, success, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    /* PCIE-RESPONSE: Success does not say that it translates now. */
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x4000), 0, 12, 0);
    endpoint_harness_up_page_request(h, NO_PASID, 0x4000);
    respond_cause(h, success, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_UPRGI);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    /* PRI goes on. */
    endpoint_harness_fault(h, 3, NO_PASID, 0x6000);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-RESPONSE-1, PCIE-PARAMETER-12 */
START_TEST(retry_limit_ends_the_job)
{
    for (uint32_t limit = 1; limit <= 2; limit++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.retry_limit = limit;
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
        endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, true);
        for (uint32_t fault = 1; fault <= limit + 1; fault++) {
            ck_assert_ptr_null(endpoint_harness_done(h, 1));
            endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x4000), 0, 12, 0);
            if (fault <= limit)
                endpoint_harness_respond(h, endpoint_harness_up_page_request(h, NO_PASID, 0x4000)->head.prg_index,
                                         PRISIM_PRG_SUCCESS, NO_PASID);
        }
        endpoint_harness_quiet(h, 20);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_RETRIES);
        endpoint_harness_close(h);
    }
}
END_TEST

/* covers: SMMU-PRIPCIE-6, SMMU-PRIPCIE-7, PCIE-MESSAGE-15, PCIE-MESSAGE-16, PCIE-RESPONSE-3, PCIE-PRICAP-15,
 * PCIE-PRICAP-16, PCIE-PRICAP-23 */
START_TEST(failure_kills_all_groups)
{
    static const unsigned codes[] = {PRISIM_PRG_FAILURE, 0x2, 0x8, 0xe};
    for (unsigned i = 0; i < 4; i++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.on_pri_off = PRISIM_ENDPOINT_PRI_OFF_HOLD;
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 2);
        unsigned first = endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
        endpoint_harness_fault(h, 2, NO_PASID, 0x5000);
        endpoint_harness_dma(h, 3, NO_PASID, 0x6000, 4, true);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x6000), 0, 12, 0);
        harness_run(h->base, 5);
        /* PCIE-PRICAP: a Response Failure needs no valid index, and wins over UPRGI. */
        respond_cause(h, i % 2 ? first : 400, codes[i], PRISIM_CAUSE_RESPONSE_FAILURE);
        ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_RF);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_PRI_OFF);
        endpoint_harness_ended(h, 2, PRISIM_CAUSE_PRI_OFF);
        ck_assert_ptr_null(endpoint_harness_done(h, 3));
        const struct prisim_event *off = harness_event(h->base, PRISIM_EVENT_ENDPOINT_PRI_OFF, 0);
        ck_assert_uint_eq(off->endpoint_pri_off.groups, 2);
        ck_assert_uint_eq(off->endpoint_pri_off.cause, PRISIM_CAUSE_RESPONSE_FAILURE);
        respond_cause(h, first, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_FAILED_BEFORE);
        respond_cause(h, 401, PRISIM_PRG_FAILURE, PRISIM_CAUSE_FAILED_BEFORE);
        ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_RF);
        endpoint_harness_quiet(h, 50);
        endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
        ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_RF | PRISIM_PRI_STATUS_STOPPED);
        struct prisim_tlp enable = {
            .head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = PRISIM_ENDPOINT_CONFIG_PRI + 4, .size = 4},
            .data = {1}};
        endpoint_harness_down(h, &enable);
        endpoint_harness_up_page_request(h, NO_PASID, 0x6000);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-PRIOFF: R=W=0 while page requests are off is "no access": the job ends at once, or is held until they are on.
 * Off: E=0, with and without groups that are still out, or a Response Failure. */
/* covers: PCIE-PRIOFF, PCIE-PRICAP-9, PCIE-PRICAP-20 */
START_TEST(no_access_with_pri_off)
{
    for (unsigned off = 0; off < 3; off++)
        for (unsigned hold = 0; hold < 2; hold++) {
            struct prisim_endpoint_config config;
            endpoint_harness_config(&config);
            ck_assert_uint_eq(config.on_pri_off, PRISIM_ENDPOINT_PRI_OFF_FAIL);
            config.on_pri_off = hold ? PRISIM_ENDPOINT_PRI_OFF_HOLD : PRISIM_ENDPOINT_PRI_OFF_FAIL;
            struct endpoint_harness *h = endpoint_harness_enabled(&config, 4);
            if (off > 0)
                endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
            if (off == 2)
                respond_cause(h, 0, PRISIM_PRG_FAILURE, PRISIM_CAUSE_RESPONSE_FAILURE);
            else
                endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
            endpoint_harness_dma(h, 2, NO_PASID, 0x5000, 4, true);
            endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x5000), 0, 12, 0);
            prisim_cycle_t answered = h->base->now;
            endpoint_harness_quiet(h, 50);
            if (hold) {
                ck_assert_ptr_null(endpoint_harness_done(h, 2));
                endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
                struct prisim_tlp enable = {
                    .head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = PRISIM_ENDPOINT_CONFIG_PRI + 4, .size = 4},
                    .data = {1}};
                endpoint_harness_down(h, &enable);
                endpoint_harness_up_page_request(h, NO_PASID, 0x5000);
            } else {
                endpoint_harness_ended(h, 2, PRISIM_CAUSE_PRI_OFF);
                ck_assert_uint_eq(endpoint_harness_done(h, 2)->cycle, answered);
            }
            /* ATS needs no page requests: what is mapped is read and written. */
            endpoint_harness_dma(h, 3, NO_PASID, 0x6000, 4, true);
            const struct prisim_tlp *up = endpoint_harness_up(h, 100);
            if (hold && up && up->head.type == PRISIM_TLP_COMPLETION)
                up = endpoint_harness_up(h, 100);
            ck_assert_ptr_nonnull(up);
            endpoint_harness_translated(h, up, 0x9000, 12, R | W);
            endpoint_harness_up_dma(h, 0x9000, 4);
            endpoint_harness_close(h);
        }
}
END_TEST

/* A job that is held for a credit when page requests go off fails with them; with allocation 0 they are on, and it is
 * held. */
/* covers: PCIE-PRIOFF */
START_TEST(held_jobs_fail_with_pri)
{
    for (unsigned failure = 0; failure < 2; failure++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        struct endpoint_harness *h = endpoint_harness_enabled(&config, failure);
        if (failure)
            endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
        endpoint_harness_dma(h, 2, NO_PASID, 0x5000, 4, true);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x5000), 0, 12, 0);
        endpoint_harness_quiet(h, 50);
        ck_assert_ptr_null(endpoint_harness_done(h, 2));
        if (failure)
            respond_cause(h, 0, PRISIM_PRG_FAILURE, PRISIM_CAUSE_RESPONSE_FAILURE);
        else
            endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
        endpoint_harness_ended(h, 2, PRISIM_CAUSE_PRI_OFF);
        endpoint_harness_close(h);
    }
}
END_TEST

/* A PRPR of the test's table, what it does with a mismatch, the request's PASID, the response's, and whether it fits.
 */
static const struct {
    uint32_t prpr;
    int request, response;
    bool fits;
} pasid_row[] = {
    {1, 1, 1, true},         {1, 1, NO_PASID, false},       {1, 1, 2, false},
    {1, NO_PASID, 1, false}, {1, NO_PASID, NO_PASID, true}, {0, 1, NO_PASID, true},
    {0, 1, 1, false},        {0, NO_PASID, NO_PASID, true}, {0, NO_PASID, 1, false},
};

static struct endpoint_harness *with_pasids(unsigned row, uint32_t on_mismatch)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.prpr = pasid_row[row].prpr;
    config.on_pasid_mismatch = on_mismatch;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 1);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    harness_run(h->base, 5);
    return h;
}

/* PCIE-PRICAP, PRPR: with 1 a response has the PASID of its request, with 0 it has none. What does not fit is dropped,
 * and the group stays open; is taken all the same; or is as unexpected as an index that is not out. */
/* covers: PCIE-PRICAP-6, PCIE-PRICAP-17 */
START_TEST(pasid_of_the_response)
{
    for (uint32_t how = 0; how < 3; how++)
        for (unsigned i = 0; i < sizeof pasid_row / sizeof pasid_row[0]; i++) {
            struct endpoint_harness *h = with_pasids(i, how);
            ck_assert_uint_eq(endpoint_harness_config_read(h, PRISIM_ENDPOINT_CONFIG_PRI + 4) >> 31, pasid_row[i].prpr);
            unsigned index = endpoint_harness_fault(h, 1, pasid_row[i].request, 0x4000);
            bool taken = pasid_row[i].fits || how == PRISIM_ENDPOINT_PASID_ACCEPT;
            unsigned n = harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE);
            endpoint_harness_respond(h, index, PRISIM_PRG_INVALID, pasid_row[i].response);
            harness_run(h->base, 2);
            enum prisim_cause cause = taken                                ? PRISIM_CAUSE_GROUP_FREED
                                      : how == PRISIM_ENDPOINT_PASID_UPRGI ? PRISIM_CAUSE_UNEXPECTED_PASID
                                                                           : PRISIM_CAUSE_PASID_MISMATCH;
            const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, n);
            ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->endpoint_response.cause),
                             prisim_cause_name(cause));
            ck_assert_uint_eq(status(h), cause == PRISIM_CAUSE_UNEXPECTED_PASID ? PRISIM_PRI_STATUS_UPRGI : 0);
            ck_assert_msg(!endpoint_harness_done(h, 1) == !taken, "row %u", i);
            /* The credit is back with the answer that fits. */
            endpoint_harness_dma(h, 2, NO_PASID, 0x5000, 4, true);
            endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x5000), 0, 12, 0);
            if (!taken) {
                endpoint_harness_quiet(h, 50);
                endpoint_harness_respond(h, index, PRISIM_PRG_INVALID,
                                         pasid_row[i].prpr ? pasid_row[i].request : NO_PASID);
            }
            endpoint_harness_up_page_request(h, NO_PASID, 0x5000);
            endpoint_harness_ended(h, 1, PRISIM_CAUSE_INVALID_REQUEST);
            endpoint_harness_close(h);
        }
}
END_TEST

/* A Response Failure needs no PASID. */
/* covers: PCIE-PRICAP-17 */
START_TEST(failure_needs_no_pasid)
{
    for (unsigned i = 0; i < sizeof pasid_row / sizeof pasid_row[0]; i++) {
        struct endpoint_harness *h = with_pasids(i, PRISIM_ENDPOINT_PASID_DROP);
        unsigned index = endpoint_harness_fault(h, 1, pasid_row[i].request, 0x4000);
        endpoint_harness_respond(h, index, PRISIM_PRG_FAILURE, pasid_row[i].response);
        harness_run(h->base, 2);
        ck_assert_uint_eq(status(h), PRISIM_PRI_STATUS_RF);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_PRI_OFF);
        endpoint_harness_close(h);
    }
}
END_TEST

/* What still waits inside when the Response Failure comes never leaves. */
/* covers: PCIE-RESPONSE-3 */
START_TEST(failure_takes_back_unsent_requests)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    struct prisim_tlp request[2];
    for (unsigned i = 0; i < 2; i++) {
        endpoint_harness_dma(h, 1 + i, NO_PASID, 0x4000 + 0x1000 * i, 4, true);
        request[i] = *endpoint_harness_up_translate(h, NO_PASID, 0x4000 + 0x1000 * i);
    }
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 2);
    endpoint_harness_translated(h, &request[0], 0, 12, 0);
    endpoint_harness_translated(h, &request[1], 0, 12, 0);
    harness_run(h->base, 10);
    /* E0 of both, E1 of what the port holds. */
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT), 1);
    respond_cause(h, 0, PRISIM_PRG_FAILURE, PRISIM_CAUSE_RESPONSE_FAILURE);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    endpoint_harness_up_page_request(h, NO_PASID, 0x4000);
    endpoint_harness_quiet(h, 50);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_PRI_OFF);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-GROUP-13 */
START_TEST(raw_request_is_sent_as_told)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 1);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, 0);
    struct prisim_endpoint_stimulus raw = {.address = 0x123456789abc,
                                           .job = 44,
                                           .pasid = 9,
                                           .prg_index = 511,
                                           .what = PRISIM_ENDPOINT_PAGE_REQUEST,
                                           .has_pasid = 1,
                                           .access = 2};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &raw);
    const struct prisim_tlp *up = endpoint_harness_up_page_request(h, 9, 0x123456789000);
    ck_assert_uint_eq(up->head.flags, PRISIM_TLP_HAS_PASID | PRISIM_TLP_WRITE);
    ck_assert_uint_eq(up->head.prg_index, 511);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 0);
    ck_assert_uint_eq(event->endpoint_page_request.job, 44);
    ck_assert_uint_eq(event->endpoint_page_request.access, 2);
    /* It took no index: its response is unexpected; nor a credit. */
    respond_cause(h, 511, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
    endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, PRISIM_PRI_CONTROL_ENABLE);
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &raw);
    endpoint_harness_up_page_request(h, 9, 0x123456789000);
    endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* The next free one after the last, over a word of busy ones and round the end. */
/* covers: PCIE-GROUP-7 */
START_TEST(next_free_index_is_given)
{
    static const struct {
        unsigned last, busy, expected;
    } rows[] = {{59, 60, 64}, {507, 508, 0}, {100, 0, 101}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
        h->state->prg_last = (uint16_t)rows[i].last;
        for (unsigned index = rows[i].busy; index < rows[i].busy + 4; index++)
            h->state->prg_busy[index / 64] |= UINT64_C(1) << index % 64;
        ck_assert_uint_eq(endpoint_harness_fault(h, 1, NO_PASID, 0x4000), rows[i].expected);
        endpoint_harness_close(h);
    }
}
END_TEST

/* Only a message is a response, whatever a completion has in fields that it does not have. */
/* covers: PCIE-MESSAGE-4 */
START_TEST(completion_is_no_response)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    unsigned index = endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
    struct prisim_tlp tlp = {.head = {.destination_id = HARNESS_ID,
                                      .requester_id = HARNESS_ID,
                                      .tag = 200,
                                      .prg_index = (uint16_t)index,
                                      .type = PRISIM_TLP_COMPLETION,
                                      .message = PRISIM_MESSAGE_PRG_RESPONSE,
                                      .response_code = PRISIM_PRG_SUCCESS}};
    endpoint_harness_down(h, &tlp);
    endpoint_harness_quiet(h, 30);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE), 0);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, NO_PASID);
    endpoint_harness_up_translate(h, NO_PASID, 0x4000);
    endpoint_harness_close(h);
}
END_TEST

/* The FIFO upwards takes 448 of them (512, of which 64 are kept for Stop Markers); the next one is lost, and said so.
 */
START_TEST(raw_request_without_room_is_lost)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 1);
    unsigned sent = endpoint_harness_fill_up(h);
    const struct prisim_event_endpoint_request_lost *lost =
        &harness_event(h->base, PRISIM_EVENT_ENDPOINT_REQUEST_LOST, 0)->endpoint_request_lost;
    unsigned made = harness_events(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST);
    ck_assert_uint_eq(made + 1, sent);
    ck_assert_uint_ge(made, 448);
    ck_assert_uint_le(made, 450); /* and what stands at the port already */
    ck_assert_uint_eq(lost->job, 100 + sent - 1);
    ck_assert_uint_eq(lost->pasid, 9);
    ck_assert_uint_eq(lost->address, 0x7000);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-PARAMETER-12: the limit is of one page. */
/* covers: PCIE-PARAMETER-12 */
START_TEST(retry_limit_is_of_one_page)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.retry_limit = 1;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4ffc, 8, true);
    for (uint64_t page = 0x4000; page <= 0x5000; page += 0x1000) {
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, page), 0, 12, 0);
        endpoint_harness_respond(h, endpoint_harness_up_page_request(h, NO_PASID, page)->head.prg_index,
                                 PRISIM_PRG_SUCCESS, NO_PASID);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, page), 0x90000 + page, 12, R | W);
        endpoint_harness_up_dma(h, page == 0x4000 ? 0x94ffc : 0x95000, 4);
    }
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-PRICAP: a failure lasts until E goes from 0 to 1, not with the flag and not with E=1: responses are ignored, a
 * page that is missing is no access. */
/* covers: PCIE-PRICAP-15 */
START_TEST(failure_outlives_its_flag)
{
    for (unsigned off = 0; off < 2; off++) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
        unsigned index = endpoint_harness_fault(h, 1, NO_PASID, 0x4000);
        respond_cause(h, index, PRISIM_PRG_FAILURE, PRISIM_CAUSE_RESPONSE_FAILURE);
        endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4,
                                      (uint32_t)PRISIM_PRI_STATUS_RF << 16 | (off ? 0 : PRISIM_PRI_CONTROL_ENABLE));
        ck_assert_uint_eq(status(h), off ? PRISIM_PRI_STATUS_STOPPED : 0);
        respond_cause(h, index, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_FAILED_BEFORE);
        ck_assert_uint_eq(status(h), off ? PRISIM_PRI_STATUS_STOPPED : 0);
        endpoint_harness_dma(h, 2, NO_PASID, 0x5000, 4, true);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x5000), 0, 12, 0);
        endpoint_harness_quiet(h, 20);
        endpoint_harness_ended(h, 2, PRISIM_CAUSE_PRI_OFF);
        if (off) {
            endpoint_harness_config_write(h, PRISIM_ENDPOINT_CONFIG_PRI + 4, PRISIM_PRI_CONTROL_ENABLE);
            respond_cause(h, index, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_UNEXPECTED_INDEX);
        }
        endpoint_harness_close(h);
    }
}
END_TEST

/* What else may not be made while TLPs wait: Translation Requests and memory TLPs behind 16 of them; page requests are.
 */
START_TEST(page_request_does_not_wait_behind_writes)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4096, true);
    endpoint_harness_dma(h, 2, NO_PASID, 0x5000, 4, true);
    struct prisim_tlp first = *endpoint_harness_up_translate(h, NO_PASID, 0x4000),
                      second = *endpoint_harness_up_translate(h, NO_PASID, 0x5000);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 2);
    endpoint_harness_translated(h, &first, 0x90000, 12, R | W);
    harness_run(h->base, 100);
    endpoint_harness_dma(h, 3, NO_PASID, 0x6000, 4, true);
    harness_run(h->base, 10);
    endpoint_harness_translated(h, &second, 0, 12, 0);
    harness_run(h->base, 10);
    const struct harness_rx_port *down = &h->base->rx[PRISIM_ENDPOINT_RX_DOWN];
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 0)->cycle,
                      down->taken_at[down->taken - 1]);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    for (uint64_t line = 0; line < 17; line++) /* one stood at the port, 16 in the FIFO */
        endpoint_harness_up_dma(h, 0x90000 + 64 * line, 64);
    endpoint_harness_up_page_request(h, NO_PASID, 0x5000);
    endpoint_harness_up_translate(h, NO_PASID, 0x6000);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-MESSAGE: the index has 9 bits, and PCIE-PREFIX: a PASID 20. */
/* covers: PCIE-MESSAGE, PCIE-PREFIX-5 */
START_TEST(raw_request_is_cut_to_its_fields)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 1);
    struct prisim_endpoint_stimulus raw = {.address = 0x4000,
                                           .pasid = 0x300001,
                                           .prg_index = 0xfe05,
                                           .what = PRISIM_ENDPOINT_PAGE_REQUEST,
                                           .has_pasid = 1,
                                           .access = 0xff,
                                           .execute = 1,
                                           .privileged = 1};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &raw);
    const struct prisim_tlp *up = endpoint_harness_up_page_request(h, 1, 0x4000);
    ck_assert_uint_eq(up->head.prg_index, 5);
    ck_assert_uint_eq(up->head.flags, PRISIM_TLP_HAS_PASID | PRISIM_TLP_READ | PRISIM_TLP_WRITE | PRISIM_TLP_LAST);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST, 0)->endpoint_page_request.prgi, 5);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint pri", next_free_index_is_given, completion_is_no_response, allocation_bounds_requests,
           index_is_busy_until_its_response, responses_end_or_repeat, retry_limit_ends_the_job,
           failure_kills_all_groups, failure_takes_back_unsent_requests, no_access_with_pri_off,
           held_jobs_fail_with_pri, pasid_of_the_response, failure_needs_no_pasid, raw_request_is_sent_as_told,
           raw_request_without_room_is_lost, retry_limit_is_of_one_page, failure_outlives_its_flag,
           page_request_does_not_wait_behind_writes, raw_request_is_cut_to_its_fields)
