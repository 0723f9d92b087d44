/* SPDX-License-Identifier: Apache-2.0
 *
 * The function-level reset (PCIE-ENUMERATION-4, PCIE-ATSCAP "FLR clears Enable, ATC content and pending invalidate
 * state"): Device Control bit 15 at 0x48. What is out when it comes is dropped when it comes back.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { CYCLES = 40 };

static struct endpoint_harness *open_enabled(uint32_t jobs, uint32_t stop)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.flr_cycles = CYCLES;
    config.jobs = jobs;
    config.stop = stop;
    config.retry_backoff = 1000;
    config.invalidate_latency = 50;
    return endpoint_harness_enabled(&config, 4);
}

/* Initiate FLR; its completion goes up. Returns the edge at which it was taken. */
static prisim_cycle_t reset(struct endpoint_harness *h)
{
    endpoint_harness_config_write_bytes(h, 0x48, 2, 0xa910);
    const unsigned resets = harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESET);
    ck_assert_uint_ge(resets, 1);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESET, resets - 1);
    ck_assert_uint_eq(event->endpoint_reset.ready, event->cycle + CYCLES);
    return event->cycle;
}

static void await_ready(struct endpoint_harness *h)
{
    harness_run(h->base, CYCLES);
}

/* covers: PCIE-ENUMERATION-4, PCIE-ATSCAP */
START_TEST(registers_have_their_reset_values)
{
    static const struct {
        uint32_t at, value;
    } rows[] = {{0x04, 0x00100000},  {0x10, 0x0000000c},  {0x14, 0x10},        {0x18, 0x1000000c},
                {0x1c, 0x10},        {0x48, 0x00002910},  {0x68, 0},           {0x80, 0x00000011},
                {0x104, 0x00000060}, {0x114, 0x81000000}, {0x11c, 0x00000000}, {0x124, 0x00001000}};
    struct endpoint_harness *h = open_enabled(16, PRISIM_ENDPOINT_STOP_WAIT);
    endpoint_harness_config_write(h, 0x104, 0);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].at != 0x48)
            endpoint_harness_config_write(h, rows[i].at, 0x7fffffff);
    const struct prisim_tlp lost = {.head = {.type = PRISIM_TLP_MEMORY_WRITE, .size = 4}}; /* nobody's: URD */
    endpoint_harness_down(h, &lost);
    endpoint_harness_respond(h, 9, PRISIM_PRG_FAILURE, NO_PASID);
    endpoint_harness_config_write(h, 0x48, 0x00007fff);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(endpoint_harness_config_read(h, rows[i].at) != rows[i].value, "%x", rows[i].at);
    reset(h);
    await_ready(h);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(endpoint_harness_config_read(h, rows[i].at) == rows[i].value, "%x", rows[i].at);
    endpoint_harness_close(h);
}
END_TEST

/* Bit 15 reads 0, and a byte that is not enabled does not reset. */
/* covers: PCIE-ENUMERATION-1, PCIE-ENUMERATION-4 */
START_TEST(initiated_by_its_byte)
{
    static const struct {
        uint32_t at;
        uint16_t bytes;
        uint32_t value;
        unsigned resets;
    } rows[] = {{0x48, 1, 0xffff, 0}, {0x4a, 2, 0xffff, 0}, {0x48, 2, 0x2910, 0},
                {0x49, 1, 0x80, 1},   {0x48, 2, 0xa910, 1}, {0x48, 4, 0x8000, 1}};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct endpoint_harness *h = open_enabled(16, PRISIM_ENDPOINT_STOP_WAIT);
        endpoint_harness_config_write_bytes(h, rows[i].at, rows[i].bytes, rows[i].value);
        ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESET), rows[i].resets);
        await_ready(h);
        ck_assert_uint_eq(endpoint_harness_config_read_bytes(h, 0x48, 2) & 0x8000, 0);
        endpoint_harness_close(h);
    }
}
END_TEST

static uint8_t status_of(struct endpoint_harness *h, enum prisim_tlp_type type, uint64_t address)
{
    const struct prisim_tlp tlp = {.head = {.type = (uint8_t)type, .address = address, .size = 4, .tag = 77}};
    endpoint_harness_down(h, &tlp);
    const struct prisim_tlp *up = endpoint_harness_up(h, 20);
    ck_assert_ptr_nonnull(up);
    ck_assert_uint_eq(up->head.tag, 77);
    ck_assert(up->head.status == PRISIM_TLP_SC || up->head.type == PRISIM_TLP_COMPLETION);
    return up->head.status;
}

/* At flr_cycles - 1 a configuration request is answered with status 2 (CRS), at flr_cycles with the register. */
START_TEST(not_ready_for_so_long)
{
    for (prisim_cycle_t at = CYCLES - 1; at <= CYCLES; at++) {
        struct endpoint_harness *h = open_enabled(16, PRISIM_ENDPOINT_STOP_WAIT);
        const prisim_cycle_t begun = reset(h);
        ck_assert_uint_eq(status_of(h, PRISIM_TLP_CONFIG_READ, 0), 2);
        ck_assert_uint_eq(status_of(h, PRISIM_TLP_CONFIG_WRITE, 4), 2);
        ck_assert_uint_eq(status_of(h, PRISIM_TLP_MEMORY_READ, h->config.bar_base), PRISIM_TLP_UR);
        while (h->base->now < begun + at)
            harness_edge(h->base);
        struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_CONFIG_READ, .size = 4}};
        const unsigned before = h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken;
        endpoint_harness_down(h, &tlp);
        const struct prisim_tlp *up = endpoint_harness_up(h, 20);
        ck_assert_uint_eq(h->base->rx[PRISIM_ENDPOINT_RX_DOWN].taken_at[before], begun + at);
        ck_assert_uint_eq(up->head.status, at < CYCLES ? 2 : 0);
        ck_assert_uint_eq(endpoint_harness_config_read(h, 4), 0x00100000); /* the write of meanwhile did nothing */
        endpoint_harness_close(h);
    }
}
END_TEST

/* Jobs in every state, and those that wait in line, end with function_reset; nothing of them goes up. */
START_TEST(jobs_end)
{
    struct endpoint_harness *h = open_enabled(5, PRISIM_ENDPOINT_STOP_WAIT);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_fault(h, 1, 1, 0x4000);
    endpoint_harness_dma(h, 2, 1, 0x5000, 4, true);
    const struct prisim_tlp translate = *endpoint_harness_up_translate(h, 1, 0x5000);
    endpoint_harness_dma(h, 3, NO_PASID, 0x6000, 64, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x6000), 0x9000, 12, R | W);
    const struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x9000, 64);
    const unsigned index = endpoint_harness_fault(h, 4, 1, 0x7000);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, 1); /* backs off */
    endpoint_harness_fault(h, 5, 1, 0x8000);
    endpoint_harness_dma(h, 6, 1, 0x8000, 4, true);
    endpoint_harness_dma(h, 7, NO_PASID, 0x8000, 4, true);
    harness_run(h->base, 3);
    reset(h);
    for (uint32_t job = 1; job <= 7; job++)
        endpoint_harness_ended(h, job, PRISIM_CAUSE_FUNCTION_RESET);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PRI_OFF, 0)->endpoint_pri_off.cause,
                      PRISIM_CAUSE_FUNCTION_RESET);
    /* Late answers are dropped; their tags were not given out meanwhile. */
    await_ready(h);
    endpoint_harness_enable(h, 4);
    for (uint32_t job = 11; job <= 15; job++)
        endpoint_harness_dma(h, job, NO_PASID, 0x10000 + 0x1000 * job, 64, false);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_ne(endpoint_harness_up(h, 20)->head.tag, translate.head.tag);
    endpoint_harness_quiet(h, 20); /* the fifth waits for the slot */
    endpoint_harness_translated(h, &translate, 0xa000, 12, R | W);
    const struct prisim_tlp *fifth = endpoint_harness_up_translate(h, NO_PASID, 0x10000 + 0x1000 * 15);
    ck_assert_uint_eq(fifth->head.tag, translate.head.tag);
    endpoint_harness_translated(h, fifth, 0xb000, 12, R | W);
    const struct prisim_tlp next = *endpoint_harness_up_dma(h, 0xb000, 64);
    ck_assert_uint_ne(next.head.tag, read.head.tag);
    endpoint_harness_complete(h, &read, PRISIM_TLP_UR);
    harness_run(h->base, 20);
    ck_assert_ptr_null(endpoint_harness_done(h, 15));
    endpoint_harness_complete(h, &next, PRISIM_TLP_SC);
    harness_run(h->base, 20);
    endpoint_harness_ended(h, 15, PRISIM_CAUSE_COMPLETED);
    endpoint_harness_close(h);
}
END_TEST

/* Contexts are idle, also one that is stopping and one whose marker left; groups are gone: the index is unknown, and
 * the credits are there again. */
START_TEST(contexts_and_groups_are_gone)
{
    struct endpoint_harness *h = open_enabled(16, PRISIM_ENDPOINT_STOP_MARKER);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_RUN);
    endpoint_harness_pasid(h, 3, PRISIM_ENDPOINT_PASID_RUN);
    unsigned index = 0;
    for (uint32_t job = 1; job <= 4; job++)
        index = endpoint_harness_fault(h, job, 1, 0x1000 * job);
    endpoint_harness_dma(h, 5, 2, 0x9000, 4, true);
    endpoint_harness_up_translate(h, 2, 0x9000);
    endpoint_harness_pasid(h, 2, PRISIM_ENDPOINT_PASID_STOP); /* waits for the translation */
    ck_assert_uint_eq(endpoint_harness_pasid_state(h, 2), PRISIM_ENDPOINT_PASID_STOPPING);
    reset(h);
    await_ready(h);
    endpoint_harness_config_write(h, 4, 2);
    for (uint32_t pasid = 1; pasid <= 3; pasid++)
        ck_assert_uint_eq(endpoint_harness_pasid_state(h, pasid), PRISIM_ENDPOINT_PASID_IDLE);
    endpoint_harness_respond(h, index, PRISIM_PRG_SUCCESS, 1);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x114), 0x81020000); /* UPRGI */
    endpoint_harness_enable(h, 4);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    for (uint32_t job = 11; job <= 14; job++)
        ck_assert_uint_eq(endpoint_harness_fault(h, job, 1, 0x1000 * job), job - 11);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_STOPPED), 0);
    endpoint_harness_close(h);
}
END_TEST

/* covers: PCIE-ATSCAP-6, PCIE-ATSCAP */
START_TEST(translations_and_invalidations_are_gone)
{
    struct endpoint_harness *h = open_enabled(16, PRISIM_ENDPOINT_STOP_WAIT);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, true);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x4000), 0x9000, 12, R | W);
    endpoint_harness_up_dma(h, 0x9000, 4);
    for (unsigned itag = 0; itag < 5; itag++)
        endpoint_harness_invalidate(h, itag, NO_PASID, 0x10000, 12, false);
    harness_run(h->base, 7); /* the first is in work, the others wait */
    const unsigned completed = harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED);
    reset(h);
    endpoint_harness_invalidate(h, 9, NO_PASID, 0x10000, 12, false); /* nor is this one heard */
    await_ready(h);
    harness_run(h->base, 100);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATED), completed);
    unsigned unanswered = harness_events(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_UNANSWERED);
    ck_assert_uint_eq(unanswered, 5 - completed + 1);
    while (unanswered > 0) {
        const struct prisim_event *event =
            harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_UNANSWERED, --unanswered);
        ck_assert_uint_eq(event->endpoint_invalidate_unanswered.cause, PRISIM_CAUSE_FUNCTION_RESET);
        ck_assert_uint_eq(event->endpoint_invalidate_unanswered.itag,
                          unanswered == 5 - completed ? 9 : unanswered + completed);
    }
    endpoint_harness_enable(h, 4);
    endpoint_harness_dma(h, 2, NO_PASID, 0x4000, 4, true);
    endpoint_harness_up_translate(h, NO_PASID, 0x4000);
    endpoint_harness_invalidate(h, 3, NO_PASID, 0x10000, 12, false);
    const struct prisim_tlp *up = endpoint_harness_up(h, 60);
    ck_assert(up && up->head.message == PRISIM_MESSAGE_INVALIDATE_COMPLETION);
    endpoint_harness_close(h);
}
END_TEST

/* What is offered stays offered; of what waits behind it only completions to the host go up, and tags of reads that
 * never left are free. */
START_TEST(what_waits_to_go_up_is_dropped)
{
    struct endpoint_harness *h = open_enabled(16, PRISIM_ENDPOINT_STOP_WAIT);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 64 * 6, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x4000), 0x9000, 12, R | W);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    harness_run(h->base, 20); /* one offered, five in the FIFO */
    const struct prisim_tlp id = {.head = {.type = PRISIM_TLP_CONFIG_READ, .size = 4, .tag = 5}};
    const struct prisim_tlp flr = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = 0x49, .size = 1, .tag = 6},
                                   .data = {0x80}};
    endpoint_harness_down(h, &id);
    harness_run(h->base, 10);
    endpoint_harness_dma(h, 2, NO_PASID, 0x7000, 4, true); /* its Translation Request waits too */
    harness_run(h->base, 10);
    endpoint_harness_down(h, &flr);
    harness_run(h->base, 10);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESET), 1);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    const struct prisim_tlp read = *endpoint_harness_up_dma(h, 0x9000, 64);
    const struct prisim_tlp *up = endpoint_harness_up(h, 20);
    ck_assert(up && up->head.type == PRISIM_TLP_COMPLETION_DATA && up->head.tag == 5);
    ck_assert_uint_eq(prisim_load_le32(up->data), 0x0001fffe);
    up = endpoint_harness_up(h, 20);
    ck_assert(up && up->head.type == PRISIM_TLP_COMPLETION && up->head.tag == 6);
    endpoint_harness_quiet(h, 100);
    endpoint_harness_enable(h, 4);
    endpoint_harness_dma(h, 11, NO_PASID, 0x4000, 64 * 63, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x4000), 0x9000, 12, R | W);
    for (unsigned i = 0; i < 63; i++)
        ck_assert_uint_ne(endpoint_harness_up_dma(h, 0x9000 + 64 * i, 64)->head.tag, read.head.tag);
    endpoint_harness_close(h);
}
END_TEST

/* Nobody answers a Translation Request that never left: its slot is free, of each of them. */
START_TEST(slots_of_what_never_left_are_free)
{
    struct endpoint_harness *h = open_enabled(2, PRISIM_ENDPOINT_STOP_WAIT);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, false);
    const struct prisim_tlp id = {.head = {.type = PRISIM_TLP_CONFIG_READ, .size = 4, .tag = 5}};
    const struct prisim_tlp flr = {.head = {.type = PRISIM_TLP_CONFIG_WRITE, .address = 0x49, .size = 1, .tag = 6},
                                   .data = {0x80}};
    endpoint_harness_down(h, &id); /* its completion is offered, and the others wait */
    harness_run(h->base, 10);
    endpoint_harness_dma(h, 1, NO_PASID, 0x7000, 4, true);
    endpoint_harness_dma(h, 2, NO_PASID, 0x8000, 4, true);
    harness_run(h->base, 10);
    endpoint_harness_down(h, &flr);
    harness_run(h->base, 10);
    harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
    ck_assert_uint_eq(endpoint_harness_up(h, 20)->head.tag, 5);
    ck_assert_uint_eq(endpoint_harness_up(h, 20)->head.tag, 6);
    endpoint_harness_quiet(h, 100);
    endpoint_harness_enable(h, 4);
    endpoint_harness_dma(h, 11, NO_PASID, 0x9000, 4, true);
    endpoint_harness_dma(h, 12, NO_PASID, 0xa000, 4, true);
    endpoint_harness_up_translate(h, NO_PASID, 0x9000);
    endpoint_harness_up_translate(h, NO_PASID, 0xa000);
    endpoint_harness_close(h);
}
END_TEST

/* During the reset a rogue is silent too. */
START_TEST(nothing_is_sent_meanwhile)
{
    struct endpoint_harness *h = open_enabled(16, PRISIM_ENDPOINT_STOP_WAIT);
    reset(h);
    const struct prisim_endpoint_stimulus raw = {.what = PRISIM_ENDPOINT_PAGE_REQUEST, .address = 0x7000, .access = 5};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &raw);
    endpoint_harness_dma(h, 1, NO_PASID, 0x4000, 4, true);
    endpoint_harness_respond(h, 3, PRISIM_PRG_SUCCESS, NO_PASID);
    endpoint_harness_quiet(h, CYCLES);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_NOT_ENABLED);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x114), 0x81000000); /* no UPRGI of then */
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &raw);
    endpoint_harness_up_page_request(h, NO_PASID, 0x7000);
    endpoint_harness_close(h);
}
END_TEST

static void told_of_response(const struct endpoint_harness *h, unsigned n, uint64_t prgi, enum prisim_cause cause)
{
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_ENDPOINT_RESPONSE, n);
    ck_assert_uint_eq(event->endpoint_response.prgi, prgi);
    ck_assert_str_eq(prisim_cause_name((enum prisim_cause)event->endpoint_response.cause), prisim_cause_name(cause));
}

/* A response of before is not heard while the reset lasts, and unexpected from then on (UNBIND-S-42). */
START_TEST(responses_of_before)
{
    struct endpoint_harness *h = open_enabled(16, PRISIM_ENDPOINT_STOP_WAIT);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    const unsigned first = endpoint_harness_fault(h, 1, 1, 0x4000), second = endpoint_harness_fault(h, 2, 1, 0x5000);
    reset(h);
    endpoint_harness_respond(h, first, PRISIM_PRG_FAILURE, 1);
    harness_run(h->base, 2);
    told_of_response(h, 0, first, PRISIM_CAUSE_FUNCTION_RESET);
    await_ready(h);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x114), 0x81000000); /* neither RF nor UPRGI */
    endpoint_harness_respond(h, second, PRISIM_PRG_SUCCESS, 1);
    harness_run(h->base, 2);
    told_of_response(h, 1, second, PRISIM_CAUSE_UNEXPECTED_INDEX);
    ck_assert_uint_eq(endpoint_harness_config_read(h, 0x114), 0x81020000); /* UPRGI */
    endpoint_harness_close(h);
}
END_TEST

/* What it had ends as with a reset, and there is no end of that: it begins nothing and hears nothing. */
START_TEST(removed)
{
    struct endpoint_harness *h = open_enabled(16, PRISIM_ENDPOINT_STOP_WAIT);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    const unsigned index = endpoint_harness_fault(h, 1, 1, 0x4000);
    endpoint_harness_dma(h, 2, NO_PASID, 0x6000, 64, false);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, NO_PASID, 0x6000), 0x9000, 12, R | W);
    endpoint_harness_up_dma(h, 0x9000, 64);
    endpoint_harness_invalidate(h, 7, NO_PASID, 0x10000, 12, false);
    harness_run(h->base, 3);
    const struct prisim_endpoint_stimulus remove = {.what = PRISIM_ENDPOINT_REMOVE};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &remove);
    harness_run(h->base, 2);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_REMOVED), 1);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_REMOVED, 0)->endpoint_removed.requests, 1);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_ENDPOINT_RESET), 0);
    endpoint_harness_ended(h, 1, PRISIM_CAUSE_FUNCTION_REMOVED);
    endpoint_harness_ended(h, 2, PRISIM_CAUSE_FUNCTION_REMOVED);
    ck_assert_uint_eq(harness_event(h->base, PRISIM_EVENT_ENDPOINT_PRI_OFF, 0)->endpoint_pri_off.cause,
                      PRISIM_CAUSE_FUNCTION_REMOVED);
    ck_assert_uint_eq(
        harness_event(h->base, PRISIM_EVENT_ENDPOINT_INVALIDATE_UNANSWERED, 0)->endpoint_invalidate_unanswered.cause,
        PRISIM_CAUSE_FUNCTION_REMOVED);
    harness_run(h->base, 100 * CYCLES);
    endpoint_harness_respond(h, index, PRISIM_PRG_FAILURE, 1);
    endpoint_harness_invalidate(h, 8, NO_PASID, 0x10000, 12, false);
    endpoint_harness_dma(h, 3, NO_PASID, 0x6000, 64, false);
    harness_run(h->base, 100);
    endpoint_harness_ended(h, 3, PRISIM_CAUSE_NOT_ENABLED);
    ck_assert_uint_eq(status_of(h, PRISIM_TLP_CONFIG_READ, 0), 2);
    endpoint_harness_quiet(h, 200);
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint reset", registers_have_their_reset_values, initiated_by_its_byte, not_ready_for_so_long, jobs_end,
           contexts_and_groups_are_gone, translations_and_invalidations_are_gone, what_waits_to_go_up_is_dropped,
           slots_of_what_never_left_are_free, nothing_is_sent_meanwhile, responses_of_before, removed)
