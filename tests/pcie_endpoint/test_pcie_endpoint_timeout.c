/* SPDX-License-Identifier: Apache-2.0
 *
 * Completion time-outs of reads and Translation Requests, and completions that come after them (PCIE-ITAG-8,
 * PCIE-ITAG-10).
 */
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { TIMEOUT = 60, LONG = 200, FIRST_READ_TAG = 64 };

static struct endpoint_harness *open_with(uint32_t timeout, uint32_t jobs)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    ck_assert_uint_eq(config.completion_timeout, 50000000); /* 50 ms */
    config.completion_timeout = timeout;
    config.jobs = jobs;
    config.stop = PRISIM_ENDPOINT_STOP_WAIT;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

/* Runs so far that edge `at` is the next one. */
static void run_to(struct endpoint_harness *h, prisim_cycle_t at)
{
    ck_assert_uint_le(h->base->now, at);
    harness_run(h->base, at - h->base->now);
}

/* A job reads `size` bytes at 0x4000, which is in the ATC afterwards; returns its first read. */
static struct prisim_tlp first_read(struct endpoint_harness *h, uint32_t job, int pasid, uint32_t size)
{
    endpoint_harness_dma(h, job, pasid, 0x4000, size, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, pasid, 0x4000), 0x90000, 12, R | W);
    return *endpoint_harness_up_dma(h, 0x90000, size < 64 ? size : 64);
}

/* PCIE-ITAG-8: a read that is published at n is given up at n + N, not at n + N - 1. A completion at that edge is in
 * time: what comes is taken before timers are looked at. */
/* covers: PCIE-ITAG-8 */
START_TEST(read_is_given_up_at_its_time)
{
    for (unsigned answer = 0; answer < 3; answer++) {
        struct endpoint_harness *h = open_with(TIMEOUT, 4);
        struct prisim_tlp read = first_read(h, 1, 1, 4);
        const prisim_cycle_t end = endpoint_harness_up_at(h) + TIMEOUT;
        run_to(h, answer == 1 ? end - 1 : end);
        ck_assert_ptr_null(endpoint_harness_done(h, 1));
        if (answer)
            endpoint_harness_complete(h, &read, PRISIM_TLP_SC);
        harness_run(h->base, 2);
        endpoint_harness_ended(h, 1, answer ? PRISIM_CAUSE_COMPLETED : PRISIM_CAUSE_COMPLETION_TIMEOUT);
        ck_assert_uint_eq(endpoint_harness_done(h, 1)->cycle, answer == 1 ? end - 1 : end);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-ITAG-8, PCIE-ITAG-10: the same of a Translation Request. */
/* covers: PCIE-ITAG-8, PCIE-ITAG-10 */
START_TEST(translation_request_is_given_up_at_its_time)
{
    for (unsigned answer = 0; answer < 3; answer++) {
        struct endpoint_harness *h = open_with(TIMEOUT, 4);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
        const prisim_cycle_t end = endpoint_harness_up_at(h) + TIMEOUT;
        run_to(h, answer == 1 ? end - 1 : end);
        ck_assert_ptr_null(endpoint_harness_done(h, 1));
        if (answer) {
            endpoint_harness_translated(h, &request, 0x90000, 12, R | W);
            endpoint_harness_up_dma(h, 0x90000, 4);
            endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
        } else {
            endpoint_harness_quiet(h, 20);
            endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
            ck_assert_uint_eq(endpoint_harness_done(h, 1)->cycle, end);
            ck_assert_uint_eq(endpoint_harness_done(h, 1)->endpoint_job_done.address, 0x4000);
        }
        endpoint_harness_close(h);
    }
}
END_TEST

/* The time is that from the edge at which it is published: what waits inside for the link is not late. */
START_TEST(time_begins_when_it_is_published)
{
    for (unsigned read = 0; read < 2; read++) {
        struct endpoint_harness *h = open_with(TIMEOUT, 4);
        if (read) {
            struct prisim_tlp first = first_read(h, 7, 1, 4);
            endpoint_harness_complete(h, &first, PRISIM_TLP_SC);
            harness_run(h->base, 5);
        }
        endpoint_harness_fill(h, 3);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, false);
        harness_run(h->base, 5 * TIMEOUT);
        ck_assert_ptr_null(endpoint_harness_done(h, 1));
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
        for (unsigned i = 0; i < 3; i++)
            endpoint_harness_up_page_request(h, 9, 0x7000);
        if (read)
            endpoint_harness_up_dma(h, 0x90000, 4);
        else
            endpoint_harness_up_translate(h, 1, 0x4000);
        const prisim_cycle_t end = endpoint_harness_up_at(h) + TIMEOUT;
        run_to(h, end);
        ck_assert_ptr_null(endpoint_harness_done(h, 1));
        harness_edge(h->base);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
        ck_assert_uint_eq(endpoint_harness_done(h, 1)->cycle, end);
        endpoint_harness_close(h);
    }
}
END_TEST

/* Several of different age, and one that begins meanwhile: each at its own time. */
START_TEST(each_has_its_own_time)
{
    struct endpoint_harness *h = open_with(TIMEOUT, 8);
    prisim_cycle_t sent[6];
    for (unsigned i = 0; i < 6; i++) {
        if (i == 4) {
            run_to(h, sent[0] + TIMEOUT + 1); /* the first is over */
            endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
        }
        endpoint_harness_dma(h, 1 + i, 1, 0x4000 + 0x1000 * i, 4, true);
        endpoint_harness_up_translate(h, 1, 0x4000 + 0x1000 * i);
        sent[i] = endpoint_harness_up_at(h);
        if (i == 0)
            harness_run(h->base, 10);
    }
    harness_run(h->base, 2 * TIMEOUT);
    for (unsigned i = 0; i < 6; i++) {
        endpoint_harness_ended(h, 1 + i, PRISIM_CAUSE_COMPLETION_TIMEOUT);
        ck_assert_uint_eq(endpoint_harness_done(h, 1 + i)->cycle, sent[i] + TIMEOUT);
    }
    endpoint_harness_close(h);
}
END_TEST

/* 0: never. */
/* covers: PCIE-ITAG-8 */
START_TEST(without_a_time_nothing_is_given_up)
{
    struct endpoint_harness *h = open_with(0, 4);
    struct prisim_tlp read = first_read(h, 1, 1, 4);
    endpoint_harness_dma(h, 2, 1, 0x5000, 4, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x5000);
    harness_run(h->base, 200000);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    ck_assert_ptr_null(endpoint_harness_done(h, 2));
    endpoint_harness_complete(h, &read, PRISIM_TLP_SC);
    endpoint_harness_translated(h, &request, 0xa0000, 12, R | W);
    endpoint_harness_up_dma(h, 0xa0000, 4);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

/* The tag of a read that was given up is not used before its completion has come, which is dropped; then it is. All 64
 * of them. */
START_TEST(tag_of_a_read_waits_for_its_completion)
{
    struct endpoint_harness *h = open_with(LONG, 4);
    struct prisim_tlp read[64];
    read[0] = first_read(h, 1, 1, 4096);
    for (unsigned i = 1; i < 64; i++)
        read[i] = *endpoint_harness_up_dma(h, 0x90000 + 64 * i, 64);
    const prisim_cycle_t last = endpoint_harness_up_at(h);
    harness_run(h->base, 2 * LONG);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
    ck_assert_uint_eq(endpoint_harness_done(h, 1)->cycle, last + LONG);
    endpoint_harness_dma(h, 2, 1, 0x4000, 128, false);
    endpoint_harness_quiet(h, 3 * LONG);
    endpoint_harness_complete(h, &read[37], PRISIM_TLP_SC);
    struct prisim_tlp first = *endpoint_harness_up_dma(h, 0x90000, 64);
    ck_assert_uint_eq(first.head.tag, FIRST_READ_TAG + 37);
    ck_assert_uint_eq(endpoint_harness_up_at(h), endpoint_harness_down_at(h));
    endpoint_harness_quiet(h, 5);
    /* Another late one, an error, is not that of the job that reads now. */
    endpoint_harness_complete(h, &read[5], PRISIM_TLP_UR);
    struct prisim_tlp second = *endpoint_harness_up_dma(h, 0x90040, 64);
    ck_assert_uint_eq(second.head.tag, FIRST_READ_TAG + 5);
    ck_assert_ptr_null(endpoint_harness_done(h, 2));
    endpoint_harness_complete(h, &second, PRISIM_TLP_SC);
    harness_run(h->base, 5);
    ck_assert_ptr_null(endpoint_harness_done(h, 2));
    endpoint_harness_complete(h, &first, PRISIM_TLP_SC);
    harness_run(h->base, 5);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

/* Attack: a late completion is never another job's. The slot of a job whose Translation Request was given up stays
 * taken; what comes late is not kept in the ATC, and says nothing of ATS. */
/* covers: PCIE-ITAG-10 */
START_TEST(late_translation_is_nobody_elses)
{
    for (unsigned how = 0; how < 3; how++) {
        struct endpoint_harness *h = open_with(TIMEOUT, 2);
        endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
        struct prisim_tlp late = *endpoint_harness_up_translate(h, 1, 0x4000);
        ck_assert_uint_eq(late.head.tag, 0);
        harness_run(h->base, TIMEOUT + 2);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
        endpoint_harness_dma(h, 2, 1, 0x4000, 4, true);
        struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
        ck_assert_uint_eq(request.head.tag, 1);
        endpoint_harness_dma(h, 3, 1, 0x4000, 4, true);
        endpoint_harness_quiet(h, 10); /* it has no slot */
        if (how == 0)
            endpoint_harness_translated(h, &late, 0xbad000, 12, R | W);
        else
            endpoint_harness_complete(h, &late, how == 1 ? PRISIM_TLP_UR : PRISIM_TLP_CA);
        /* Now it has one, and finds nothing in the ATC. */
        struct prisim_tlp third = *endpoint_harness_up_translate(h, 1, 0x4000);
        ck_assert_uint_eq(third.head.tag, 0);
        ck_assert_uint_eq(endpoint_harness_up_at(h), endpoint_harness_down_at(h) + h->config.atc_latency);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_TRANSLATION), 0);
        ck_assert_ptr_null(endpoint_harness_done(h, 2));
        endpoint_harness_translated(h, &third, 0xa0000, 12, R | W);
        endpoint_harness_up_dma(h, 0xa0000, 4);
        endpoint_harness_translated(h, &request, 0xb0000, 12, R | W);
        endpoint_harness_up_dma(h, 0xb0000, 4);
        /* Once more the same completion: nobody waits for it. */
        endpoint_harness_translated(h, &late, 0xbad000, 12, R | W);
        endpoint_harness_dma(h, 4, 1, 0x4000, 4, true);
        endpoint_harness_up_dma(h, 0xb0000, 4);
        endpoint_harness_close(h);
    }
}
END_TEST

/* All slots wait for late completions: jobs wait in line, a rogue does not get in; they begin with the first one. */
START_TEST(all_slots_are_overdue)
{
    struct endpoint_harness *h = open_with(TIMEOUT, 2);
    struct prisim_tlp late[2];
    for (unsigned i = 0; i < 2; i++) {
        endpoint_harness_dma(h, 1 + i, 1, 0x4000, 4, true);
        late[i] = *endpoint_harness_up_translate(h, 1, 0x4000);
    }
    harness_run(h->base, TIMEOUT + 2);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_COMPLETION_TIMEOUT);
    endpoint_harness_dma(h, 3, 1, 0x5000, 4, true);
    endpoint_harness_dma(h, 4, 2, 0x6000, 4, true);
    struct prisim_endpoint_stimulus rogue = {
        .address = 0x7000, .job = 5, .pasid = 3, .size = 4, .has_pasid = 1, .rogue = 1};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &rogue);
    endpoint_harness_quiet(h, 3 * TIMEOUT);
    endpoint_harness_ended(h, 5, PRISIM_CAUSE_NOT_ENABLED);
    ck_assert_ptr_null(endpoint_harness_done(h, 3));
    endpoint_harness_translated(h, &late[1], 0xbad000, 12, R | W);
    ck_assert_uint_eq(endpoint_harness_up_translate(h, 1, 0x5000)->head.tag, 1);
    endpoint_harness_translated(h, &late[0], 0xbad000, 12, R | W);
    ck_assert_uint_eq(endpoint_harness_up_translate(h, 2, 0x6000)->head.tag, 0);
    endpoint_harness_close(h);
}
END_TEST

/* A job one of whose reads was given up makes nothing more, and ends when its others are over: with a completion, or
 * each at its own time. */
START_TEST(timed_out_job_waits_for_its_other_reads)
{
    for (unsigned answer = 0; answer < 2; answer++) {
        struct endpoint_harness *h = open_with(TIMEOUT, 4);
        struct prisim_tlp read[3];
        read[0] = first_read(h, 1, 1, 192);
        const prisim_cycle_t sent = endpoint_harness_up_at(h);
        read[1] = *endpoint_harness_up_dma(h, 0x90040, 64);
        read[2] = *endpoint_harness_up_dma(h, 0x90080, 64);
        ck_assert_uint_eq(endpoint_harness_up_at(h), sent + 2);
        endpoint_harness_complete(h, &read[1], PRISIM_TLP_SC);
        run_to(h, sent + TIMEOUT + 1);
        ck_assert_ptr_null(endpoint_harness_done(h, 1));
        if (answer)
            endpoint_harness_complete(h, &read[2], PRISIM_TLP_SC);
        harness_run(h->base, 5);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
        ck_assert_uint_eq(endpoint_harness_done(h, 1)->cycle, sent + TIMEOUT + (answer ? 1 : 2));
        endpoint_harness_complete(h, &read[0], PRISIM_TLP_SC);
        harness_run(h->base, 5);
        ck_assert_uint_eq(h->state->free_reads, answer ? UINT64_MAX : UINT64_MAX - 4);
        endpoint_harness_close(h);
    }
}
END_TEST

/* A read is given up while the next page is under translation: the job ends with the Translation Completion, or with
 * its time. */
START_TEST(read_times_out_beside_a_translation)
{
    for (unsigned answer = 0; answer < 2; answer++) {
        struct endpoint_harness *h = open_with(TIMEOUT, 4);
        endpoint_harness_dma(h, 1, 1, 0x4fc0, 128, false);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x90000, 12, R | W);
        endpoint_harness_up_dma(h, 0x90fc0, 64);
        const prisim_cycle_t sent = endpoint_harness_up_at(h);
        struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x5000);
        const prisim_cycle_t asked = endpoint_harness_up_at(h);
        run_to(h, sent + TIMEOUT + 1);
        ck_assert_ptr_null(endpoint_harness_done(h, 1));
        ck_assert_uint_lt(h->base->now, asked + TIMEOUT);
        if (answer)
            endpoint_harness_translated(h, &request, 0xa0000, 12, R | W);
        endpoint_harness_quiet(h, 10);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
        ck_assert_uint_eq(endpoint_harness_done(h, 1)->cycle, answer ? sent + TIMEOUT + 1 : asked + TIMEOUT);
        endpoint_harness_close(h);
    }
}
END_TEST

/* A read is given up while its job waits for an answer, or has its group open: that ends with the answer. */
START_TEST(read_times_out_beside_a_group)
{
    for (uint32_t delay = 0; delay <= 1000; delay += 1000) {
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.completion_timeout = TIMEOUT;
        config.group_pages = 3;
        config.last_delay = delay;
        struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
        endpoint_harness_dma(h, 1, NO_PASID, 0x4fc0, 0x3040, false);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x4000), 0x90000, 12, R | W);
        endpoint_harness_up_dma(h, 0x90fc0, 64);
        const prisim_cycle_t sent = endpoint_harness_up_at(h);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x5000), 0, 12, 0);
        endpoint_harness_up_member(h, NO_PASID, 0x5000, false);
        endpoint_harness_up_member(h, NO_PASID, 0x6000, false);
        unsigned index = endpoint_harness_up_member(h, NO_PASID, 0x7000, true);
        if (delay)
            ck_assert_uint_eq(endpoint_harness_up_at(h), sent + TIMEOUT);
        endpoint_harness_quiet(h, 2 * TIMEOUT);
        ck_assert_ptr_null(endpoint_harness_done(h, 1));
        endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, NO_PASID);
        endpoint_harness_quiet(h, 20);
        endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-STOP "Both": a stop waits for what has no completion, until it is given up; not for the late completion. */
/* covers: PCIE-STOP */
START_TEST(stop_waits_until_it_is_given_up)
{
    for (unsigned read = 0; read < 2; read++) {
        struct endpoint_harness *h = open_with(TIMEOUT, 2);
        struct prisim_tlp late;
        if (read) {
            late = first_read(h, 1, 1, 4);
        } else {
            endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
            late = *endpoint_harness_up_translate(h, 1, 0x4000);
        }
        const prisim_cycle_t end = endpoint_harness_up_at(h) + TIMEOUT;
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        run_to(h, end);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
        harness_edge(h->base);
        ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_STOPPED, 0)->cycle, end);
        ck_assert_ptr_nonnull(endpoint_harness_done(h, 1));
        /* A new use of the PASID knows nothing of it. */
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
        endpoint_harness_complete(h, &late, PRISIM_TLP_UR);
        endpoint_harness_dma(h, 2, 1, 0x8000, 4, true);
        endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x8000), 0xa0000, 12, R | W);
        endpoint_harness_up_dma(h, 0xa0000, 4);
        endpoint_harness_ended(h, 2, PRISIM_CAUSE_COMPLETED);
        endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 2);
        endpoint_harness_close(h);
    }
}
END_TEST

/* PCIE-ATC: an Invalidate Request waits for reads that used what it names: until they are given up, and those that are
 * given up already are not waited for. */
START_TEST(invalidation_does_not_wait_for_what_is_given_up)
{
    struct endpoint_harness *h = open_with(TIMEOUT, 2);
    struct prisim_tlp late = first_read(h, 1, 1, 4);
    const prisim_cycle_t end = endpoint_harness_up_at(h) + TIMEOUT;
    endpoint_harness_invalidate(h, 3, 1, 0x4000, 12, false);
    const struct prisim_tlp *up = endpoint_harness_up(h, 2 * TIMEOUT);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    ck_assert_uint_eq(endpoint_harness_up_at(h), end);
    endpoint_harness_invalidate(h, 4, 1, 0x4000, 12, false);
    up = endpoint_harness_up(h, 2 * TIMEOUT);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    ck_assert_uint_eq(endpoint_harness_up_at(h), endpoint_harness_down_at(h) + h->config.invalidate_latency);
    endpoint_harness_complete(h, &late, PRISIM_TLP_SC);
    endpoint_harness_quiet(h, 20);
    endpoint_harness_close(h);
}
END_TEST

/* A page request is posted: no time is given to its response, whatever the Completion Timeout is. */
/* covers: PCIE-GROUP-9 */
START_TEST(response_has_no_time)
{
    struct endpoint_harness *h = open_with(TIMEOUT, 2);
    const unsigned index = endpoint_harness_fault(h, 1, 1, 0x4000);
    endpoint_harness_quiet(h, 1000 * TIMEOUT);
    ck_assert_ptr_null(endpoint_harness_done(h, 1));
    ck_assert_uint_eq(h->base->next, PRISIM_CYCLE_NEVER);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, 1);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x9000, 12, R | W);
    endpoint_harness_up_dma(h, 0x9000, 4);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-ITAG-10: a request that is sent anew (an invalidation came between) has its own time. */
/* covers: PCIE-ITAG-10 */
START_TEST(request_sent_anew_has_its_own_time)
{
    struct endpoint_harness *h = open_with(TIMEOUT, 2);
    endpoint_harness_dma(h, 1, 1, 0x4000, 4, true);
    struct prisim_tlp request = *endpoint_harness_up_translate(h, 1, 0x4000);
    endpoint_harness_invalidate(h, 3, 1, 0x4000, 12, false);
    ck_assert_uint_eq(endpoint_harness_up(h, 50)->head.message, PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    harness_run(h->base, TIMEOUT / 2);
    endpoint_harness_translated(h, &request, 0xa0000, 12, R | W);
    endpoint_harness_up_translate(h, 1, 0x4000);
    const prisim_cycle_t again = endpoint_harness_up_at(h);
    harness_run(h->base, 2 * TIMEOUT);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_COMPLETION_TIMEOUT);
    ck_assert_uint_eq(endpoint_harness_done(h, 1)->cycle, again + TIMEOUT);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint timeout", read_is_given_up_at_its_time, translation_request_is_given_up_at_its_time,
           time_begins_when_it_is_published, each_has_its_own_time, without_a_time_nothing_is_given_up,
           tag_of_a_read_waits_for_its_completion, late_translation_is_nobody_elses, all_slots_are_overdue,
           timed_out_job_waits_for_its_other_reads, read_times_out_beside_a_translation, read_times_out_beside_a_group,
           stop_waits_until_it_is_given_up, invalidation_does_not_wait_for_what_is_given_up,
           request_sent_anew_has_its_own_time, response_has_no_time)
