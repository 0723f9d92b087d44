/* SPDX-License-Identifier: Apache-2.0
 *
 * Transfers of any size: cut where they must be, whole in memory, and with the outcome of the piece that was not done.
 */
#include "tests/harness/suite.h"
#include "tests/platform/software.h"

enum { PIECES_MAX = 256 };

static struct prisim_platform_config config;
static struct prisim_platform *p;
static struct prisim_platform_outcome outcome;
static uint64_t piece[PIECES_MAX]; /* addresses */
static unsigned pieces;
static uint64_t first_fault; /* cycle at which the first of them was known not to be done */

/* One event for each TLP. */
static void listener(void *context, const struct prisim_event *events, unsigned count)
{
    (void)context;
    for (unsigned i = 0; i < count && pieces < PIECES_MAX; i++) {
        if (events[i].type != PRISIM_EVENT_SMMU_TRANSLATE)
            continue;
        piece[pieces++] = events[i].smmu_translate.address;
        if (events[i].smmu_translate.access == 0 && first_fault == 0)
            first_fault = events[i].cycle;
    }
}

static void setup(void)
{
    config = small_config();
    p = start_platform(&config);
    pieces = 0;
    first_fault = 0;
    prisim_platform_set_listener(p, listener, NULL);
}

static void teardown(void)
{
    prisim_platform_close(p);
}

static const struct {
    uint64_t offset;
    size_t bytes;
    unsigned pieces;
} transfer[] = {{0, 1, 1}, {0, 64, 1},   {0, 65, 2},    {63, 2, 2},     {1, 64, 2},
                {5, 0, 0}, {10, 200, 4}, {0, 4096, 64}, {0, 8192, 128}, {4000, 200, 4}};

START_TEST(whole)
{
    static uint8_t sent[8192], got[8192], there[8192];
    const size_t bytes = transfer[_i].bytes;
    const uint64_t offset = transfer[_i].offset;
    for (size_t i = 0; i < bytes; i++)
        sent[i] = (uint8_t)(i * 13 + i / 256 + 1);
    uint64_t begin = prisim_platform_now(p);
    OK(prisim_platform_dma_write(p, 0, &stream, VA + offset, sent, bytes, &outcome));
    ck_assert_uint_eq(pieces, transfer[_i].pieces);
    for (unsigned i = 1; i < pieces; i++)
        ck_assert_uint_eq(piece[i] % 64, 0);
    OK(prisim_platform_memory_peek(p, RAM + PAGE + offset, there, bytes ? bytes : 1));
    ck_assert_int_eq(memcmp(there, sent, bytes), 0);
    OK(prisim_platform_dma_read(p, 0, &stream, VA + offset, got, bytes, &outcome));
    ck_assert_int_eq(memcmp(got, sent, bytes), 0);
    ck_assert_uint_eq(pieces, 2 * transfer[_i].pieces);
    if (bytes == 0) {
        ck_assert_uint_eq(prisim_platform_now(p), begin);
    } else {
        IS(outcome.status, PRISIM_OK);
        ck_assert_uint_eq(outcome.output, RAM + PAGE + (offset + bytes - 1) / 64 * 64 + (bytes == 1 ? offset : 0));
        ck_assert_uint_eq(outcome.ended, prisim_platform_now(p));
    }
}
END_TEST

/* They are in flight together. */
START_TEST(not_one_by_one)
{
    uint8_t bytes[1024] = {0};
    OK(prisim_platform_dma_read(p, 0, &stream, VA, bytes, 64, &outcome));
    uint64_t begin = prisim_platform_now(p);
    OK(prisim_platform_dma_read(p, 0, &stream, VA, bytes, sizeof bytes, &outcome));
    ck_assert_uint_lt(prisim_platform_now(p) - begin, 4 * LATENCY);
}
END_TEST

/* The third page is not mapped. */
START_TEST(ends_at_the_first_that_is_not_done)
{
    static uint8_t sent[12288], there[8192];
    memset(sent, 0x5a, sizeof sent);
    IS(prisim_platform_dma_write(p, 0, &stream, VA, sent, sizeof sent, &outcome), PRISIM_ABORT);
    IS(outcome.status, PRISIM_ABORT);
    ck_assert_str_eq(prisim_cause_name(outcome.cause), "translation_fault");
    ck_assert_uint_eq(outcome.ended, first_fault);
    OK(prisim_platform_memory_peek(p, RAM + PAGE, there, sizeof there));
    ck_assert_mem_eq(there, sent, sizeof there);
    IS(prisim_platform_dma_read(p, 0, &stream, VA, sent, sizeof sent, NULL), PRISIM_ABORT);
    OK(prisim_platform_dma_read(p, 0, &stream, VA, sent, 64, NULL)); /* no ticket is left open */
}
END_TEST

START_TEST(all_tickets_are_taken)
{
    struct prisim_tlp request = page_request_tlp(0, true);
    uint32_t ticket[PRISIM_PLATFORM_TRANSACTIONS_MAX];
    uint8_t bytes[256] = {0};
    for (unsigned i = 0; i < PRISIM_PLATFORM_TRANSACTIONS_MAX; i++) {
        request.head.prg_index = (uint16_t)i;
        OK(prisim_platform_send(p, 0, &request, &ticket[i]));
    }
    OK(prisim_platform_run_until_idle(p, LIMIT));
    /* The queue holds 16: the others were answered by it, and those tickets are open until their end was told. */
    IS(prisim_platform_dma_write(p, 0, &stream, VA, bytes, sizeof bytes, NULL), PRISIM_FULL);
    OK(prisim_platform_wait(p, ticket[20], 0, &outcome));
    ck_assert_uint_eq(outcome.answer.head.response_code, PRISIM_PRG_SUCCESS);
    OK(prisim_platform_dma_write(p, 0, &stream, VA, bytes, sizeof bytes, NULL)); /* one by one, with one ticket */
}
END_TEST

START_TEST(takes_too_long)
{
    teardown();
    config.patience = 50;
    p = start_platform(&config);
    uint8_t bytes[256] = {0};
    uint64_t now = prisim_platform_now(p);
    IS(prisim_platform_dma_read(p, 0, &stream, VA, bytes, sizeof bytes, NULL), PRISIM_TIMEOUT);
    ck_assert_uint_eq(prisim_platform_now(p), now + 50);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    struct prisim_tlp got;
    IS(prisim_platform_receive(p, 0, 0, &got), PRISIM_TIMEOUT);
    for (unsigned i = 0; i < PRISIM_PLATFORM_TRANSACTIONS_MAX; i++) { /* all tickets are free */
        struct prisim_tlp write = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
        uint32_t ticket;
        OK(prisim_platform_send(p, 0, &write, &ticket));
    }
}
END_TEST

START_TEST(refused)
{
    uint8_t bytes[8] = {0};
    struct prisim_platform_stream other = stream;
    IS(prisim_platform_dma_read(p, 1, &stream, VA, bytes, 8, NULL), PRISIM_REFUSED);
    IS(prisim_platform_dma_read(p, 0, &stream, VA, NULL, 8, NULL), PRISIM_REFUSED);
    IS(prisim_platform_dma_write(p, 0, &stream, VA, NULL, 8, NULL), PRISIM_REFUSED);
    IS(prisim_platform_dma_read(p, 0, &stream, UINT64_MAX - 7, bytes, 8, NULL), PRISIM_REFUSED);
    other.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
    IS(prisim_platform_dma_read(p, 0, &other, VA, bytes, 8, NULL), PRISIM_REFUSED);
    other.at = 3;
    IS(prisim_platform_dma_read(p, 0, &other, VA, bytes, 8, NULL), PRISIM_REFUSED);
    other = stream;
    other.flags = PRISIM_TLP_HAS_PASID;
    IS(prisim_platform_dma_read(p, 0, &other, VA, bytes, 8, NULL), PRISIM_REFUSED);
    other = stream;
    other.pasid = 1 << 20;
    IS(prisim_platform_dma_read(p, 0, &other, VA, bytes, 8, NULL), PRISIM_REFUSED);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_dma");
    TCase *tcase = tcase_create("dma");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, whole, 0, sizeof transfer / sizeof transfer[0]);
    tcase_add_test(tcase, not_one_by_one);
    tcase_add_test(tcase, ends_at_the_first_that_is_not_done);
    tcase_add_test(tcase, all_tickets_are_taken);
    tcase_add_test(tcase, takes_too_long);
    tcase_add_test(tcase, refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
