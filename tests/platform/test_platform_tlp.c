/* SPDX-License-Identifier: Apache-2.0
 *
 * Single TLPs: what the end of each kind is, when it is, and what there is room for.
 */
#include "tests/harness/suite.h"
#include "tests/platform/software.h"

static struct prisim_platform_config config;
static struct prisim_platform *p;
static struct prisim_platform_outcome outcome;

static void setup(void)
{
    config = small_config();
    p = start_platform(&config);
}

static void teardown(void)
{
    prisim_platform_close(p);
}

static void again(void)
{
    teardown();
    setup();
}

static uint32_t send(const struct prisim_tlp *tlp)
{
    uint32_t ticket = 0;
    OK(prisim_platform_send(p, 0, tlp, &ticket));
    ck_assert_uint_ne(ticket, 0);
    return ticket;
}

static uint64_t ram_word(uint64_t address)
{
    uint64_t word = 0;
    OK(prisim_platform_memory_peek64(p, address, &word));
    return word;
}

START_TEST(read)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA + 8, 8);
    OK(prisim_platform_memory_poke64(p, RAM + PAGE + 8, UINT64_C(0x1234567890abcdef)));
    uint64_t begin = prisim_platform_now(p);
    OK(prisim_platform_transact(p, 0, &tlp, LIMIT, &outcome));
    IS(outcome.status, PRISIM_OK);
    ck_assert(outcome.has_answer && !outcome.stalled);
    ck_assert_uint_eq(outcome.answer.head.type, PRISIM_TLP_COMPLETION_DATA);
    ck_assert_uint_eq(prisim_load_le64(outcome.answer.data), UINT64_C(0x1234567890abcdef));
    ck_assert_uint_eq(outcome.output, RAM + PAGE + 8);
    ck_assert_str_eq(prisim_cause_name(outcome.cause), "translated");
    ck_assert_uint_eq(outcome.sent, begin + 1);
    ck_assert_uint_eq(outcome.ended, prisim_platform_now(p));
}
END_TEST

START_TEST(translation_request)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_TRANSLATION_REQUEST, VA, 8);
    OK(prisim_platform_transact(p, 0, &tlp, LIMIT, &outcome));
    IS(outcome.status, PRISIM_OK);
    ck_assert_uint_eq(prisim_tlp_qword_load(outcome.answer.data), (RAM + PAGE) | 3);
}
END_TEST

/* The end of a write is the edge at which its bytes are in memory: not there at N-1, there at N. */
START_TEST(end_of_a_write)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    prisim_store_le64(tlp.data, 77);
    OK(prisim_platform_transact(p, 0, &tlp, LIMIT, &outcome));
    IS(outcome.status, PRISIM_OK);
    ck_assert(!outcome.has_answer);
    ck_assert_uint_eq(outcome.ended, prisim_platform_now(p));
    ck_assert_uint_eq(ram_word(RAM + PAGE), 77);
    const uint64_t ended = outcome.ended;
    again();
    uint32_t ticket = send(&tlp);
    OK(prisim_platform_run_until(p, ended - 1));
    ck_assert_uint_eq(ram_word(RAM + PAGE), 0);
    IS(prisim_platform_wait(p, ticket, 0, &outcome), PRISIM_TIMEOUT);
    ck_assert_uint_eq(outcome.ended, UINT64_MAX);
    OK(prisim_platform_run_until(p, ended));
    ck_assert_uint_eq(ram_word(RAM + PAGE), 77);
    OK(prisim_platform_run_until(p, ended + 100));
    OK(prisim_platform_wait(p, ticket, 0, &outcome));
    ck_assert_uint_eq(outcome.ended, ended);
    IS(prisim_platform_wait(p, ticket, 0, &outcome), PRISIM_REFUSED);
}
END_TEST

/* Over the end of a line: two accesses, and the end is that of the second. */
START_TEST(write_in_two_parts)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA + 56, 16);
    prisim_store_le64(tlp.data, 1);
    prisim_store_le64(tlp.data + 8, 2);
    uint32_t ticket = send(&tlp);
    OK(prisim_platform_wait(p, ticket, LIMIT, &outcome));
    ck_assert_uint_eq(ram_word(RAM + PAGE + 56), 1);
    ck_assert_uint_eq(ram_word(RAM + PAGE + 64), 2);
    const uint64_t ended = outcome.ended;
    again();
    send(&tlp);
    OK(prisim_platform_run_until(p, ended - 1));
    ck_assert_uint_eq(ram_word(RAM + PAGE + 56), 1);
    ck_assert_uint_eq(ram_word(RAM + PAGE + 64), 0);
}
END_TEST

/* One of the two parts lies outside of RAM. */
START_TEST(write_half_aborted)
{
    uint64_t leaf = RAM + TABLES + 3 * 4096 + (VA >> 12) * 8;
    OK(prisim_platform_memory_poke64(p, leaf + 8, ram_word(leaf + 8) + RAM_SIZE));
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA + 0x1000 + 56, 16);
    OK(prisim_platform_transact(p, 0, &tlp, LIMIT, &outcome));
    IS(outcome.status, PRISIM_ABORT);
    ck_assert_str_eq(prisim_cause_name(outcome.cause), "translated");
}
END_TEST

START_TEST(write_that_faults)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA + 0x5000, 8);
    OK(prisim_platform_transact(p, 0, &tlp, LIMIT, &outcome));
    IS(outcome.status, PRISIM_ABORT);
    ck_assert_str_eq(prisim_cause_name(outcome.cause), "translation_fault");
    ck_assert_uint_eq(outcome.output, 0);
    ck_assert_uint_eq(outcome.ended, prisim_platform_now(p));
}
END_TEST

START_TEST(write_of_no_bytes)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 0);
    OK(prisim_platform_transact(p, 0, &tlp, LIMIT, &outcome));
    IS(outcome.status, PRISIM_OK);
}
END_TEST

START_TEST(read_that_faults)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA + 0x5000, 8);
    OK(prisim_platform_transact(p, 0, &tlp, LIMIT, &outcome));
    IS(outcome.status, PRISIM_ABORT);
    ck_assert_uint_eq(outcome.answer.head.status, PRISIM_TLP_UR);
    ck_assert_str_eq(prisim_cause_name(outcome.cause), "translation_fault");
}
END_TEST

/* Several writes at once, each with its own end, in order. */
START_TEST(many_writes)
{
    uint32_t ticket[8];
    uint64_t before = 0;
    for (unsigned i = 0; i < 8; i++) {
        struct prisim_tlp tlp =
            memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA + (i == 3 ? 0x5000 : 64 * i), 8);
        prisim_store_le64(tlp.data, i + 1);
        ticket[i] = send(&tlp);
    }
    OK(prisim_platform_run_until_idle(p, LIMIT));
    for (unsigned i = 0; i < 8; i++) {
        OK(prisim_platform_wait(p, ticket[i], 0, &outcome));
        if (i == 3) {
            IS(outcome.status, PRISIM_ABORT);
            continue;
        }
        IS(outcome.status, PRISIM_OK);
        ck_assert_uint_gt(outcome.ended, before);
        before = outcome.ended;
        ck_assert_uint_eq(ram_word(RAM + PAGE + 64 * i), i + 1);
    }
}
END_TEST

static void stalls(void)
{
    config.smmu[0].smmu.stall_model = 0;
    config.smmu[0].smmu.stall_max = 4;
    teardown();
    p = open_platform(&config);
    write_tables(store_in_ram, p, RAM);
    uint64_t cd = RAM + CDTAB + PASID * PRISIM_CD_BYTES, ste = RAM + STRTAB + SID * PRISIM_STE_BYTES;
    OK(prisim_platform_memory_poke64(p, cd, ram_word(cd) | prisim_bits_put(UINT64_C(1), PRISIM_CD0_S)));
    OK(prisim_platform_memory_poke64(p, ste + 8, 0));
    bring_up(p, 0, RAM);
}

/* A stalled write is not at its end, and says so; what software decides ends it. */
START_TEST(stalled_write)
{
    stalls();
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA + 0x5000, 8);
    uint32_t ticket = send(&tlp);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    IS(prisim_platform_wait(p, ticket, 0, &outcome), PRISIM_TIMEOUT);
    ck_assert(outcome.stalled);
    uint64_t stag = ram_word(RAM + EVENTQ + 8) & 0xffff;
    uint64_t retry = prisim_bits_put(UINT64_C(1), PRISIM_CMD_RESUME_AC);
    if (_i == 0)
        OK(prisim_platform_memory_poke64(p, RAM + TABLES + 3 * 4096 + (VA >> 12) * 8 + 40,
                                         ram_word(RAM + TABLES + 3 * 4096 + (VA >> 12) * 8)));
    command(p, 0, RAM, 0,
            PRISIM_CMDQ_OP_RESUME | prisim_bits_put(SID, PRISIM_CMD_SID) |
                (_i == 0 ? retry : prisim_bits_put(1, PRISIM_CMD_RESUME_AB)),
            stag);
    OK(prisim_platform_wait(p, ticket, LIMIT, &outcome));
    ck_assert(!outcome.stalled);
    ck_assert_uint_eq(outcome.status, _i == 0 ? PRISIM_OK : PRISIM_ABORT);
}
END_TEST

/* The answer to a page request is software's. */
START_TEST(page_request)
{
    struct prisim_tlp tlp = page_request_tlp(77, true);
    uint32_t ticket = send(&tlp);
    struct prisim_platform_interrupt interrupt;
    do
        OK(prisim_platform_next_interrupt(p, LIMIT, &interrupt, NULL));
    while (!interrupt.is_msi);
    ck_assert_uint_eq(interrupt.data, 0x51);
    IS(prisim_platform_wait(p, ticket, 1000, &outcome), PRISIM_TIMEOUT);
    command(p, 0, RAM, 0,
            PRISIM_CMDQ_OP_PRI_RESP | prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put(PASID, PRISIM_CMD_SSID) |
                prisim_bits_put(SID, PRISIM_CMD_SID),
            prisim_bits_put(77, PRISIM_CMD1_PRG_INDEX) |
                prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
    OK(prisim_platform_wait(p, ticket, LIMIT, &outcome));
    IS(outcome.status, PRISIM_OK);
    ck_assert_uint_eq(outcome.answer.head.message, PRISIM_MESSAGE_PRG_RESPONSE);
    ck_assert_uint_eq(outcome.answer.head.response_code, PRISIM_PRG_SUCCESS);
    IS(prisim_platform_receive(p, 0, 0, &tlp), PRISIM_TIMEOUT);
}
END_TEST

/* What is not answered has ended when it was sent: a request without Last, a Stop Marker, a completion. */
START_TEST(without_answer)
{
    struct prisim_tlp tlp[3] = {
        page_request_tlp(1, false), page_request_tlp(2, true), {.head = {.type = PRISIM_TLP_COMPLETION}}};
    tlp[1].head.flags = PRISIM_TLP_HAS_PASID | PRISIM_TLP_LAST;
    for (unsigned i = 0; i < 3; i++) {
        OK(prisim_platform_transact(p, 0, &tlp[i], 10, &outcome));
        IS(outcome.status, PRISIM_OK);
        ck_assert_uint_eq(outcome.sent, outcome.ended);
        ck_assert(!outcome.has_answer);
    }
}
END_TEST

/* Without a ticket the answer is received as any TLP that comes down. */
START_TEST(without_ticket)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8), got;
    tlp.head.tag = 200;
    OK(prisim_platform_send(p, 0, &tlp, NULL));
    uint64_t begin = prisim_platform_now(p);
    OK(prisim_platform_receive(p, 0, LIMIT, &got));
    ck_assert_uint_eq(got.head.tag, 200);
    uint64_t needed = prisim_platform_now(p) - begin;
    again();
    OK(prisim_platform_send(p, 0, &tlp, NULL));
    IS(prisim_platform_receive(p, 0, needed - 1, &got), PRISIM_TIMEOUT);
    OK(prisim_platform_receive(p, 0, 1, &got));
    tlp.head.tag = PRISIM_PLATFORM_TRANSACTIONS_MAX - 1;
    IS(prisim_platform_send(p, 0, &tlp, NULL), PRISIM_REFUSED);
    tlp.head.tag = PRISIM_TLP_TAGS;
    IS(prisim_platform_send(p, 0, &tlp, NULL), PRISIM_REFUSED);
    IS(prisim_platform_receive(p, 1, 0, &got), PRISIM_REFUSED);
}
END_TEST

START_TEST(waits_as_long_as_said)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    uint64_t begin = prisim_platform_now(p);
    OK(prisim_platform_transact(p, 0, &tlp, LIMIT, NULL));
    uint64_t needed = prisim_platform_now(p) - begin;
    again();
    uint32_t ticket = send(&tlp);
    IS(prisim_platform_wait(p, ticket, needed - 1, &outcome), PRISIM_TIMEOUT);
    ck_assert_uint_eq(prisim_platform_now(p), begin + needed - 1);
    ck_assert_uint_eq(outcome.sent, begin + 1);
    ck_assert_uint_eq(outcome.ended, UINT64_MAX);
    OK(prisim_platform_wait(p, ticket, 1, NULL));
    IS(prisim_platform_wait(p, ticket, 1, NULL), PRISIM_REFUSED);
    IS(prisim_platform_wait(p, 0, 1, NULL), PRISIM_REFUSED);
}
END_TEST

/* A transaction that was waited for too long leaves nothing behind. */
START_TEST(given_up)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8), got;
    for (unsigned i = 0; i < 2 * PRISIM_PLATFORM_TRANSACTIONS_MAX; i++) {
        IS(prisim_platform_transact(p, 0, &tlp, 5, &outcome), PRISIM_TIMEOUT);
        OK(prisim_platform_run_until_idle(p, LIMIT));
    }
    IS(prisim_platform_receive(p, 0, 0, &got), PRISIM_TIMEOUT);
    OK(prisim_platform_transact(p, 0, &tlp, LIMIT, &outcome));
}
END_TEST

START_TEST(forgotten)
{
    struct prisim_tlp request = page_request_tlp(9, true), got;
    uint32_t ticket = send(&request);
    OK(prisim_platform_forget(p, ticket));
    IS(prisim_platform_forget(p, ticket), PRISIM_REFUSED);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    command(p, 0, RAM, 0,
            PRISIM_CMDQ_OP_PRI_RESP | prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put(PASID, PRISIM_CMD_SSID) |
                prisim_bits_put(SID, PRISIM_CMD_SID),
            prisim_bits_put(9, PRISIM_CMD1_PRG_INDEX));
    OK(prisim_platform_receive(p, 0, LIMIT, &got));
    ck_assert_uint_eq(got.head.prg_index, 9);
    struct prisim_tlp write = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    ticket = send(&write);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    OK(prisim_platform_forget(p, ticket)); /* one that has ended */
    IS(prisim_platform_wait(p, ticket, 0, NULL), PRISIM_REFUSED);
}
END_TEST

START_TEST(room)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    uint32_t ticket[PRISIM_PLATFORM_TRANSACTIONS_MAX], one_more = 5;
    for (unsigned i = 0; i < PRISIM_PLATFORM_SENDS_MAX; i++)
        ticket[i] = send(&tlp);
    IS(prisim_platform_send(p, 0, &tlp, NULL), PRISIM_FULL);
    OK(prisim_platform_run_until_idle(p, LIMIT));
    IS(prisim_platform_send(p, 0, &tlp, &one_more), PRISIM_FULL);
    ck_assert_uint_eq(one_more, 5);
    OK(prisim_platform_send(p, 0, &tlp, NULL));
    for (unsigned i = 0; i < PRISIM_PLATFORM_TRANSACTIONS_MAX; i++)
        OK(prisim_platform_wait(p, ticket[i], 0, NULL));
    OK(prisim_platform_send(p, 0, &tlp, &one_more));
    ck_assert_uint_ne(one_more, ticket[0]); /* a ticket is not used again at once */
}
END_TEST

/* More answers than the inbox holds: the rest waits in the SMMU, and nothing is lost. */
START_TEST(inbox_is_full)
{
    enum { MORE = 20 };
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_READ, PRISIM_TLP_AT_UNTRANSLATED, VA, 8), got;
    bool seen[PRISIM_TLP_TAGS] = {false};
    for (unsigned i = 0; i < PRISIM_PLATFORM_INBOX_MAX + MORE; i++) {
        tlp.head.tag = (uint16_t)(PRISIM_PLATFORM_TRANSACTIONS_MAX + i);
        OK(prisim_platform_send(p, 0, &tlp, NULL));
        if (i % 16 == 15)
            OK(prisim_platform_run_until_idle(p, LIMIT));
    }
    OK(prisim_platform_run_until_idle(p, LIMIT));
    for (unsigned i = 0; i < PRISIM_PLATFORM_INBOX_MAX + MORE; i++) {
        OK(prisim_platform_receive(p, 0, LIMIT, &got));
        ck_assert(!seen[got.head.tag]);
        seen[got.head.tag] = true;
    }
    IS(prisim_platform_receive(p, 0, LIMIT, &got), PRISIM_TIMEOUT);
}
END_TEST

START_TEST(refused)
{
    struct prisim_tlp tlp = memory_tlp(PRISIM_TLP_MEMORY_WRITE, PRISIM_TLP_AT_UNTRANSLATED, VA, 8);
    uint32_t ticket;
    IS(prisim_platform_send(p, 1, &tlp, &ticket), PRISIM_REFUSED);
    IS(prisim_platform_transact(p, 1, &tlp, LIMIT, &outcome), PRISIM_REFUSED);
    tlp.head.size = 65;
    IS(prisim_platform_send(p, 0, &tlp, &ticket), PRISIM_REFUSED);
    tlp.head.size = 8;
    tlp.head.type = PRISIM_TLP_TYPES;
    IS(prisim_platform_send(p, 0, &tlp, &ticket), PRISIM_REFUSED);
}
END_TEST

/* An invalidation comes down, and the caller answers it as the device. */
START_TEST(invalidation)
{
    struct prisim_tlp got,
        done = {.head = {.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_INVALIDATE_COMPLETION}};
    command(p, 0, RAM, 0,
            PRISIM_CMDQ_OP_ATC_INV | prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put(PASID, PRISIM_CMD_SSID) |
                prisim_bits_put(SID, PRISIM_CMD_SID),
            VA);
    command(p, 0, RAM, 1, PRISIM_CMDQ_OP_SYNC, 0);
    OK(prisim_platform_receive(p, 0, LIMIT, &got));
    ck_assert_uint_eq(got.head.message, PRISIM_MESSAGE_INVALIDATE_REQUEST);
    IS(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CMDQ_CONS, 0xff, 2, LIMIT), PRISIM_TIMEOUT);
    done.head.requester_id = SID;
    done.head.itag_vector = UINT32_C(1) << got.head.tag;
    done.head.completion_count = 1;
    OK(prisim_platform_transact(p, 0, &done, LIMIT, &outcome));
    OK(prisim_platform_mmio_wait32(p, 0, PRISIM_SMMU_CMDQ_CONS, 0xff, 2, LIMIT));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("platform_tlp");
    TCase *tcase = tcase_create("tlp");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, read);
    tcase_add_test(tcase, translation_request);
    tcase_add_test(tcase, end_of_a_write);
    tcase_add_test(tcase, write_in_two_parts);
    tcase_add_test(tcase, write_half_aborted);
    tcase_add_test(tcase, write_that_faults);
    tcase_add_test(tcase, write_of_no_bytes);
    tcase_add_test(tcase, read_that_faults);
    tcase_add_test(tcase, many_writes);
    tcase_add_loop_test(tcase, stalled_write, 0, 2);
    tcase_add_test(tcase, page_request);
    tcase_add_test(tcase, without_answer);
    tcase_add_test(tcase, without_ticket);
    tcase_add_test(tcase, waits_as_long_as_said);
    tcase_add_test(tcase, given_up);
    tcase_add_test(tcase, forgotten);
    tcase_add_test(tcase, room);
    tcase_add_test(tcase, inbox_is_full);
    tcase_add_test(tcase, refused);
    tcase_add_test(tcase, invalidation);
    suite_add_tcase(suite, tcase);
    return suite;
}
