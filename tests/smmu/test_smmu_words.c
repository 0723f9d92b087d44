/* SPDX-License-Identifier: Apache-2.0
 *
 * STEs and CDs that are fetched in words (SMMU-FETCH): the reads, one by one, against literal addresses; a word that
 * aborts; what software changes between two of them, from both sides of the edge; a CFGI between two of them. And as
 * one line, where nothing of that is to be seen.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"

/* The harness's STE and the CD of SubstreamID 3: linear tables of 64-byte entries at HARNESS_STRTAB and HARNESS_CDTAB.
 */
enum { SSID = 3, L = HARNESS_MEMORY_LATENCY };
#define STE UINT64_C(0x40000800)
#define CD  UINT64_C(0x400120c0)
#define VA  UINT64_C(0x5000)
#define OLD HARNESS_PAGES
#define NEW (HARNESS_PAGES + 0x1000)

static struct smmu_harness *h;
static uint64_t old_ttb, new_ttb;

static void start(enum prisim_smmu_structure_fetch how)
{
    h = smmu_harness_open();
    h->config.structure_fetch = how;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    ck_assert_uint_eq(HARNESS_SID, 0x20);
    smmu_harness_ste(h, HARNESS_SID, smmu_harness_ste0(4), smmu_harness_ste1());
    old_ttb = smmu_harness_table(h);
    new_ttb = smmu_harness_table(h);
    smmu_harness_map(h, old_ttb, VA, 12, smmu_harness_leaf(OLD, 12));
    smmu_harness_map(h, new_ttb, VA, 12, smmu_harness_leaf(NEW, 12));
    smmu_harness_cd(h, SSID, smmu_harness_cd0(7), old_ttb);
}

static void teardown(void)
{
    smmu_harness_close(h);
}

static struct prisim_tlp request(void)
{
    return smmu_harness_request(VA, SSID, PRISIM_TLP_NO_WRITE);
}

static unsigned reads(void)
{
    return h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count;
}

static const struct prisim_memory_request *read_of(unsigned n)
{
    const struct prisim_memory_request *got = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, n);
    ck_assert_ptr_nonnull(got);
    return got;
}

static prisim_cycle_t put_at(unsigned n)
{
    return harness_got_at(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, n);
}

static prisim_cycle_t taken_at(unsigned n)
{
    return h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].put[n].taken;
}

static void until_read(unsigned n)
{
    for (unsigned i = 0; i < 5000 && (reads() <= n || taken_at(n) == PRISIM_CYCLE_NEVER); i++)
        smmu_harness_edge(h);
    ck_assert(reads() > n && taken_at(n) != PRISIM_CYCLE_NEVER);
}

static const struct prisim_tlp *answer(unsigned down)
{
    for (unsigned i = 0; i < 3000 && h->base->tx[PRISIM_SMMU_TX_DOWN].count == down; i++)
        smmu_harness_edge(h);
    const struct prisim_tlp *got = harness_got(h->base, PRISIM_SMMU_TX_DOWN, down);
    ck_assert_ptr_nonnull(got);
    return got;
}

/* Eight reads of eight bytes for each, 1+L apart; the words as literals, that with V last. */
/* covers: SMMU-FETCH-1 */
START_TEST(eight_reads_each)
{
    static const uint64_t at[] = {0x40000808, 0x40000810, 0x40000818, 0x40000820, 0x40000828, 0x40000830,
                                  0x40000838, 0x40000800, 0x400120c8, 0x400120d0, 0x400120d8, 0x400120e0,
                                  0x400120e8, 0x400120f0, 0x400120f8, 0x400120c0};
    start(PRISIM_SMMU_STRUCTURE_WORDS);
    unsigned first = reads();
    struct prisim_tlp tlp = request();
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &tlp)), OLD | 3);
    for (unsigned i = 0; i < 16; i++) {
        ck_assert_uint_eq(read_of(first + i)->address, at[i]);
        ck_assert_uint_eq(read_of(first + i)->size, 8);
        ck_assert_uint_eq(read_of(first + i)->write, PRISIM_MEMORY_READ);
        if (i > 0)
            ck_assert_uint_eq(put_at(first + i) - put_at(first + i - 1), 1 + L);
    }
    ck_assert_uint_eq(reads() - first, 16 + 4); /* and four levels of tables */
    /* Both are in the cache. */
    first = reads();
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &tlp)), OLD | 3);
    ck_assert_uint_eq(reads(), first);
}
END_TEST

/* covers: SMMU-FETCH-3 */
START_TEST(one_read_each)
{
    struct prisim_smmu_config config;
    prisim_smmu_config_default(&config);
    ck_assert_uint_eq(config.structure_fetch, PRISIM_SMMU_STRUCTURE_LINE);
    start(PRISIM_SMMU_STRUCTURE_LINE);
    unsigned first = reads();
    struct prisim_tlp tlp = request();
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &tlp)), OLD | 3);
    ck_assert_uint_eq(reads() - first, 2 + 4);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(read_of(first + i)->address, i ? UINT64_C(0x400120c0) : UINT64_C(0x40000800));
        ck_assert_uint_eq(read_of(first + i)->size, 64);
    }
}
END_TEST

/* Every field has its place again: an STE whose last used word matters (S2TTB, word 3), by both ways. */
START_TEST(words_are_put_together)
{
    for (unsigned how = PRISIM_SMMU_STRUCTURE_LINE; how <= PRISIM_SMMU_STRUCTURE_WORDS; how++) {
        start((enum prisim_smmu_structure_fetch)how);
        uint64_t root = smmu_harness_table(h);
        smmu_harness_map(h, root, VA, 12, NEW | 0x7ff); /* stage 2: S2AP read and write, AF, a page */
        smmu_harness_ste(h, HARNESS_SID,
                         prisim_bits_put(1, PRISIM_STE0_V) | prisim_bits_put(PRISIM_STE_CONFIG_S2, PRISIM_STE0_CONFIG),
                         smmu_harness_ste1());
        smmu_harness_store(h, STE + 16,
                           prisim_bits_put(16, PRISIM_STE2_S2T0SZ) | prisim_bits_put(2, PRISIM_STE2_S2SL0) |
                               prisim_bits_put(5, PRISIM_STE2_S2PS) | prisim_bits_put(1, PRISIM_STE2_S2AA64));
        smmu_harness_store(h, STE + 24, root);
        struct prisim_tlp tlp = smmu_harness_request(VA, -1, PRISIM_TLP_NO_WRITE);
        ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &tlp)) & ~UINT64_C(0xfff), NEW);
        smmu_harness_close(h);
    }
    h = smmu_harness_open();
    smmu_harness_start(h);
}
END_TEST

/* The k-th word aborts: no read more, one record, with the address of the structure; nothing is kept. */
/* covers: SMMU-EVENTCODE-3, SMMU-EVENTCODE-9, SMMU-FETCH-5 */
START_TEST(a_word_aborts)
{
    start(PRISIM_SMMU_STRUCTURE_WORDS);
    bool of_cd = _i >= 8;
    unsigned word = (unsigned)_i % 8, order = word ? word : 8; /* read as the first to the eighth */
    struct prisim_tlp tlp = request();
    h->fail_word = (of_cd ? CD : STE) + 8 * word;
    uint32_t before = smmu_harness_events(h);
    unsigned first = reads();
    ck_assert_uint_eq(smmu_harness_ask(h, &tlp)->head.status, PRISIM_TLP_CA);
    unsigned structure_reads = (of_cd ? 8 : 0) + order;
    h->fail_word = 0;
    smmu_harness_run(h, 200);
    ck_assert_uint_eq(smmu_harness_events(h), before + 1);
    uint64_t dw[4];
    smmu_harness_event(h, before & 3, dw);
    ck_assert_uint_eq(dw[0] & 0xff, of_cd ? 0x09 : 0x03);
    ck_assert_uint_eq(dw[3], of_cd ? CD : STE);
    ck_assert_uint_eq(reads() - first, structure_reads + 1); /* and the record */
    /* The next access reads it from its first word on, without a CFGI. */
    first = reads();
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &tlp)), OLD | 3);
    ck_assert_uint_eq(read_of(first)->address, (of_cd ? CD : STE) + 8);
    ck_assert_uint_eq(reads() - first, (of_cd ? 8 : 16) + 4);
}
END_TEST

/* V is 0, as before a bind. Software stores word 1 and then V, both at one edge: before the edge at which the read of
 * word 1 is taken the descriptor is the new one, from that edge on it is torn, until the read of word 0 is taken. */
/* covers: SMMU-FETCH-1 */
START_TEST(torn)
{
    static const struct {
        unsigned word; /* of the reads, 0 is that of word 1 and 7 that of word 0 */
        bool after;    /* the stores come behind that read, or just before it */
        uint64_t expected;
    } row[] = {{0, false, NEW | 3}, {0, true, OLD | 3}, {3, false, OLD | 3}, {7, false, OLD | 3}, {7, true, 0}};
    start(PRISIM_SMMU_STRUCTURE_WORDS);
    smmu_harness_cd(h, SSID, 0, old_ttb);
    unsigned first = reads() + 8, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    struct prisim_tlp tlp = request();
    smmu_harness_up(h, &tlp);
    unsigned n = first + row[_i].word;
    if (row[_i].after) {
        until_read(n);
    } else {
        /* A request is put at one edge and taken at the next: the stores are what it sees. */
        for (unsigned i = 0; i < 1000 && reads() <= n; i++)
            smmu_harness_edge(h);
        ck_assert_uint_eq(taken_at(n), PRISIM_CYCLE_NEVER);
    }
    smmu_harness_store(h, CD + 8, new_ttb);
    smmu_harness_store(h, CD, smmu_harness_cd0(7));
    const struct prisim_tlp *got = answer(down);
    if (row[_i].expected)
        ck_assert_uint_eq(smmu_harness_entry(got), row[_i].expected);
    else
        ck_assert_uint_eq(got->head.status, PRISIM_TLP_CA); /* V was 0 */
}
END_TEST

/* The same stores before and behind the one read of a line: never a mixture. */
/* covers: SMMU-FETCH-3 */
START_TEST(a_line_is_whole)
{
    start(PRISIM_SMMU_STRUCTURE_LINE);
    smmu_harness_cd(h, SSID, 0, old_ttb);
    unsigned n = reads() + 1, down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    struct prisim_tlp tlp = request();
    smmu_harness_up(h, &tlp);
    if (_i)
        until_read(n);
    for (unsigned i = 0; !_i && i < 1000 && reads() <= n; i++)
        smmu_harness_edge(h);
    smmu_harness_store(h, CD + 8, new_ttb);
    smmu_harness_store(h, CD, smmu_harness_cd0(7));
    const struct prisim_tlp *got = answer(down);
    if (_i)
        ck_assert_uint_eq(got->head.status, PRISIM_TLP_CA);
    else
        ck_assert_uint_eq(smmu_harness_entry(got), NEW | 3);
}
END_TEST

/* What SMMU-FETCH asks of software: word 1, CFGI and SYNC, V, CFGI and SYNC. Whenever the fetch begins, it is never
 * torn: the SYNC waits for who has read an old word. */
/* covers: SMMU-FETCH-2, SMMU-FETCH-6 */
START_TEST(as_arm_is_never_torn)
{
    start(PRISIM_SMMU_STRUCTURE_WORDS);
    smmu_harness_cd(h, SSID, 0, old_ttb);
    unsigned down = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    struct prisim_tlp tlp = request();
    smmu_harness_up(h, &tlp);
    smmu_harness_run(h, (prisim_cycle_t)_i * 10);
    smmu_harness_store(h, CD + 8, new_ttb);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_CFGI_CD, SSID), 1);
    smmu_harness_sync(h);
    smmu_harness_store(h, CD, smmu_harness_cd0(7));
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_CFGI_CD, SSID), 1);
    smmu_harness_sync(h);
    const struct prisim_tlp *got = answer(down);
    if (got->head.status == PRISIM_TLP_SC)
        ck_assert_uint_eq(smmu_harness_entry(got), NEW | 3);
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &tlp)), NEW | 3);
}
END_TEST

/* A CFGI between two words: the structure is read anew if it is concerned, and the SYNC waits for it. Its old first
 * half and its new second half are never one. */
/* covers: SMMU-CFGI-6, SMMU-FETCH-6 */
START_TEST(cfgi_between_two_words)
{
    static const struct {
        unsigned opcode;
        uint32_t sid, ssid;
        uint64_t dw1;
        bool of_ste, anew;
    } row[] = {
        {PRISIM_CMDQ_OP_CFGI_CD, HARNESS_SID, SSID, 1, false, true},
        {PRISIM_CMDQ_OP_CFGI_CD, HARNESS_SID, SSID + 1, 1, false, false},
        {PRISIM_CMDQ_OP_CFGI_CD, HARNESS_SID + 1, SSID, 1, false, false},
        {PRISIM_CMDQ_OP_CFGI_CD_ALL, HARNESS_SID, 0, 0, false, true},
        {PRISIM_CMDQ_OP_CFGI_CD_ALL, HARNESS_SID + 1, 0, 0, false, false},
        {PRISIM_CMDQ_OP_CFGI_STE, HARNESS_SID, 0, 1, false, true},
        {PRISIM_CMDQ_OP_CFGI_STE, HARNESS_SID + 1, 0, 0, false, false},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0, 0, 31, false, true},
        {PRISIM_CMDQ_OP_CFGI_ALL, HARNESS_SID, 0, 0, false, true},
        {PRISIM_CMDQ_OP_CFGI_ALL, HARNESS_SID + 2, 0, 0, false, false},
        {PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0, 0, 0, false, false},
        {PRISIM_CMDQ_OP_CFGI_STE, HARNESS_SID, 0, 1, true, true},
        {PRISIM_CMDQ_OP_CFGI_STE, HARNESS_SID + 1, 0, 1, true, false},
        {PRISIM_CMDQ_OP_CFGI_ALL, 0, 0, 31, true, true},
        {PRISIM_CMDQ_OP_CFGI_CD, HARNESS_SID, SSID, 1, true, false},
        {PRISIM_CMDQ_OP_CFGI_CD_ALL, HARNESS_SID, 0, 0, true, false},
    };
    start(PRISIM_SMMU_STRUCTURE_WORDS);
    h->latency = 100; /* so that the command comes between the words that are meant */
    unsigned down = h->base->tx[PRISIM_SMMU_TX_DOWN].count, first = reads();
    struct prisim_tlp tlp = request();
    smmu_harness_up(h, &tlp);
    unsigned third = first + (row[_i].of_ste ? 0 : 8) + 2;
    until_read(third); /* of word 3: words 1 and 2 are there */
    command_put(h,
                row[_i].opcode | prisim_bits_put(row[_i].sid, PRISIM_CMD_SID) |
                    prisim_bits_put(row[_i].ssid, PRISIM_CMD_SSID),
                row[_i].dw1);
    command_put(h, PRISIM_CMDQ_OP_SYNC, 0);
    command_ring(h);
    ck_assert_uint_eq(smmu_harness_entry(answer(down)), OLD | 3);
    smmu_harness_run(h, 300);
    /* The structure's reads from there on: the command's fetch is among them, and one word came before the command. */
    uint64_t at = row[_i].of_ste ? STE : CD;
    unsigned firsts = 0, lasts = 0;
    for (unsigned i = third + 1; i < reads(); i++) {
        firsts += read_of(i)->address == at + 8;
        lasts += read_of(i)->address == at;
    }
    ck_assert_uint_eq(firsts, row[_i].anew);
    ck_assert_uint_eq(lasts, 1);
    const struct prisim_event *sync = harness_event(h->base, PRISIM_EVENT_SMMU_SYNC, 0),
                              *end = harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 0);
    ck_assert(sync && end);
    ck_assert_uint_ge(sync->cycle, end->cycle);
    /* It was under way at the invalidation, and fills no cache. */
    h->latency = L;
    unsigned again = reads();
    ck_assert_uint_eq(smmu_harness_entry(smmu_harness_ask(h, &tlp)), OLD | 3);
    ck_assert_uint_ge(reads() - again, 8);
}
END_TEST

/* The word that is under way at the CFGI was read before it, and is not used: not even its abort. */
/* covers: SMMU-CFGI-6, SMMU-FETCH-6 */
START_TEST(an_old_word_is_dropped)
{
    start(PRISIM_SMMU_STRUCTURE_WORDS);
    h->latency = 400; /* the command is consumed before the word comes */
    uint32_t before = smmu_harness_events(h);
    unsigned down = h->base->tx[PRISIM_SMMU_TX_DOWN].count, n = reads() + 8;
    struct prisim_tlp tlp = request();
    smmu_harness_up(h, &tlp);
    for (unsigned i = 0; i < 5000 && reads() <= n; i++)
        smmu_harness_edge(h);
    if (_i)
        h->fail_word = CD + 8;
    smmu_harness_edge(h); /* taken: old, or aborted */
    ck_assert_uint_ne(taken_at(n), PRISIM_CYCLE_NEVER);
    h->fail_word = 0;
    h->latency = 50;
    smmu_harness_store(h, CD + 8, new_ttb);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_CFGI_CD, SSID), 1);
    ck_assert_uint_eq(smmu_harness_entry(answer(down)), NEW | 3);
    ck_assert_uint_eq(smmu_harness_events(h), before);
    prisim_cycle_t began = harness_event(h->base, PRISIM_EVENT_SMMU_TRANSLATE, 0)->smmu_translate.cd_since;
    ck_assert_uint_gt(began, harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND, 0)->cycle);
}
END_TEST

/* The look-up for STE.PPAR and a prefetch read in the same way. */
START_TEST(others_read_words_too)
{
    start(PRISIM_SMMU_STRUCTURE_WORDS);
    unsigned first = reads();
    struct prisim_pri_queue_lookup lookup = {.stream_id = HARNESS_SID};
    harness_offer(h->base, PRISIM_SMMU_RX_PRI_LOOKUP, &lookup);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(reads() - first, 8);
    ck_assert_uint_eq(read_of(first)->address, UINT64_C(0x40000808));
    ck_assert_uint_eq(read_of(first + 7)->address, UINT64_C(0x40000800));
    first = reads();
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_PREFETCH_CONFIG, SSID), 0);
    smmu_harness_run(h, 400);
    ck_assert_uint_eq(reads() - first, 1 + 8); /* the command, and the CD */
    ck_assert_uint_eq(read_of(first + 8)->address, UINT64_C(0x400120c0));
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_words");
    TCase *tcase = tcase_create("words");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, eight_reads_each);
    tcase_add_test(tcase, one_read_each);
    tcase_add_test(tcase, words_are_put_together);
    tcase_add_loop_test(tcase, a_word_aborts, 0, 16);
    tcase_add_loop_test(tcase, torn, 0, 5);
    tcase_add_loop_test(tcase, a_line_is_whole, 0, 2);
    tcase_add_loop_test(tcase, as_arm_is_never_torn, 0, 45);
    tcase_add_loop_test(tcase, cfgi_between_two_words, 0, 16);
    tcase_add_loop_test(tcase, an_old_word_is_dropped, 0, 2);
    tcase_add_test(tcase, others_read_words_too);
    suite_add_tcase(suite, tcase);
    return suite;
}
