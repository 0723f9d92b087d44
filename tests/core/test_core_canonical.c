/* SPDX-License-Identifier: Apache-2.0
 *
 * Canonical rows, word by word as canonical.h says; and what two rows must be alike in, and what not.
 */
#include <string.h>

#include "model/core/canonical.h"
#include "model/core/random.h"
#include "tests/harness/suite.h"

enum { ROOM = 4096 };
static struct prisim_canonical *to;
static uint64_t row[ROOM];

static void open_row(void)
{
    to = prisim_canonical_open();
    ck_assert_ptr_nonnull(to);
}

static void close_row(void)
{
    prisim_canonical_close(to);
}

static void is_row(unsigned parts, prisim_cycle_t now, const uint64_t *expected, size_t count)
{
    ck_assert_uint_eq(prisim_canonical_row(to, parts, now, row, ROOM), count);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(row[i] == expected[i], "word %zu: %llu, not %llu", i, (unsigned long long)row[i],
                      (unsigned long long)expected[i]);
}
#define IS_ROW(parts, now, ...)                                                                                        \
    is_row(parts, now, (const uint64_t[]){__VA_ARGS__}, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

START_TEST(times_count_from_now)
{
    prisim_canonical_begin(to, 0, 0);
    prisim_canonical_word(to, 77);
    prisim_canonical_time(to, 1000);
    prisim_canonical_time(to, 1001);
    prisim_canonical_time(to, 1099);
    prisim_canonical_time(to, PRISIM_CYCLE_NEVER);
    prisim_canonical_end(to);
    IS_ROW(1, 1000, 77, 0, 1, 99, UINT64_MAX);
    IS_ROW(1, 1001, 77, 0, 0, 98, UINT64_MAX);
    IS_ROW(1, 999, 77, 1, 2, 100, UINT64_MAX);
    ck_assert_uint_eq(prisim_canonical_hash(to, 1, 999), prisim_canonical_hash(to, 1, 999));
    ck_assert_uint_ne(prisim_canonical_hash(to, 1, 999), prisim_canonical_hash(to, 1, 1000));
    ck_assert_uint_ne(prisim_canonical_hash(to, 1, 1000), prisim_canonical_hash(to, 1, 1001));
    ck_assert_uint_eq(prisim_canonical_hash(to, 1, 2000), prisim_canonical_hash(to, 1, 3000));
}
END_TEST

/* Who tells something else once an edge is past is told again when it is, and when it is not any more. */
START_TEST(a_part_goes_stale)
{
    prisim_canonical_begin(to, 0, 100);
    ck_assert(prisim_canonical_is_past(to, 100));
    ck_assert(prisim_canonical_is_past(to, 90));
    ck_assert(!prisim_canonical_is_past(to, 101 + 9));
    ck_assert(!prisim_canonical_is_past(to, PRISIM_CYCLE_NEVER));
    prisim_canonical_end(to);
    ck_assert(!prisim_canonical_is_stale(to, 0, 100));
    ck_assert(!prisim_canonical_is_stale(to, 0, 109));
    ck_assert(prisim_canonical_is_stale(to, 0, 110));
    ck_assert(prisim_canonical_is_stale(to, 0, 99));
    prisim_canonical_begin(to, 0, 99);
    prisim_canonical_end(to);
    ck_assert(!prisim_canonical_is_stale(to, 0, 0));
    ck_assert(!prisim_canonical_is_stale(to, 0, UINT64_MAX - 1));
}
END_TEST

/* In the order of parts, whatever the order in which they were told; each kind counts by itself. */
START_TEST(names_are_numbered_as_they_appear)
{
    prisim_canonical_begin(to, 1, 0);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 9);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 500);
    prisim_canonical_name(to, PRISIM_CANONICAL_ITEM, 9);
    prisim_canonical_end(to);
    prisim_canonical_begin(to, 0, 0);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 500);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 500);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 0);
    prisim_canonical_end(to);
    IS_ROW(2, 0, 0, 0, 1, 2, 0, 0);
    uint64_t hash = prisim_canonical_hash(to, 2, 0);
    /* Other names in the same places are the same row; another party is another. */
    prisim_canonical_begin(to, 0, 0);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 8);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 8);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 3);
    prisim_canonical_end(to);
    prisim_canonical_begin(to, 1, 0);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 4);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 8);
    prisim_canonical_name(to, PRISIM_CANONICAL_ITEM, 4);
    prisim_canonical_end(to);
    ck_assert_uint_eq(prisim_canonical_hash(to, 2, 0), hash);
    prisim_canonical_begin(to, 1, 0);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 4);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 3);
    prisim_canonical_name(to, PRISIM_CANONICAL_ITEM, 4);
    prisim_canonical_end(to);
    ck_assert_uint_ne(prisim_canonical_hash(to, 2, 0), hash);
}
END_TEST

/* More of them than the table has at first. */
START_TEST(many_names)
{
    prisim_canonical_begin(to, 0, 0);
    for (unsigned i = 0; i < ROOM / 2; i++)
        prisim_canonical_name(to, PRISIM_CANONICAL_TLP, i * UINT64_C(0x100000001));
    for (unsigned i = 0; i < ROOM / 2; i++)
        prisim_canonical_name(to, PRISIM_CANONICAL_TLP, (ROOM / 2 - 1 - i) * UINT64_C(0x100000001));
    prisim_canonical_end(to);
    for (unsigned again = 0; again < 2; again++) {
        ck_assert_uint_eq(prisim_canonical_row(to, 1, 0, row, ROOM), ROOM);
        for (unsigned i = 0; i < ROOM / 2; i++) {
            ck_assert_uint_eq(row[i], i);
            ck_assert_uint_eq(row[ROOM - 1 - i], i);
        }
    }
}
END_TEST

START_TEST(moments_count_by_their_order)
{
    for (unsigned shift = 0; shift < 2; shift++) {
        prisim_canonical_begin(to, 0, 0);
        prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, 50 + 3 * shift);
        prisim_canonical_moment(to, PRISIM_CANONICAL_EVENTS, 7);
        prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, 20 + shift);
        prisim_canonical_end(to);
        prisim_canonical_begin(to, 1, 0);
        prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, 50 + 3 * shift);
        prisim_canonical_moment(to, PRISIM_CANONICAL_CYCLES, 30 + 2 * shift);
        prisim_canonical_moment(to, PRISIM_CANONICAL_EVENTS, 6);
        prisim_canonical_end(to);
        IS_ROW(2, 60, 2, 1, 0, 2, 1, 0);
    }
}
END_TEST

enum { TOLD_PARTS = 3, IN_A_PART = 3, TOLD = TOLD_PARTS * IN_A_PART, TELLINGS = 600 };

struct telling {
    uint64_t moment[TOLD];
    int order[TOLD][TOLD]; /* of each two: which is earlier, if their clock is one */
    uint64_t hash, row[TOLD];
};

static unsigned clock_of(unsigned moment)
{
    return moment % IN_A_PART == 1 ? PRISIM_CANONICAL_EVENTS : PRISIM_CANONICAL_CYCLES;
}

/* All of them so much later, which says nothing. */
static void draw(struct telling *t, struct random_stream *random, uint64_t later)
{
    memset(t, 0, sizeof *t);
    for (unsigned i = 0; i < TOLD; i++)
        t->moment[i] = random_below(random, 4) + (random_below(random, 2) ? UINT64_C(1) << 40 : 0);
    for (unsigned i = 0; i < TOLD; i++)
        for (unsigned k = 0; k < TOLD; k++)
            if (clock_of(i) == clock_of(k))
                t->order[i][k] = (t->moment[i] > t->moment[k]) - (t->moment[i] < t->moment[k]);
    for (unsigned i = 0; i < TOLD; i++)
        t->moment[i] += later;
    for (unsigned part = 0; part < TOLD_PARTS; part++) {
        prisim_canonical_begin(to, part, 0);
        for (unsigned i = part * IN_A_PART; i < (part + 1) * IN_A_PART; i++)
            prisim_canonical_moment(to, clock_of(i), t->moment[i]);
        prisim_canonical_end(to);
    }
    t->hash = prisim_canonical_hash(to, TOLD_PARTS, 0);
    ck_assert_uint_eq(prisim_canonical_row(to, TOLD_PARTS, 0, t->row, TOLD), TOLD);
}

/* Of any two tellings the hashes are equal and the rows are if, and only if, any two moments are in the same order. */
START_TEST(moments_of_parts_count_by_their_order)
{
    static struct telling told[TELLINGS];
    struct random_stream random = random_open(13, 0, 0);
    unsigned alike = 0;
    for (unsigned i = 0; i < TELLINGS; i++) {
        struct random_stream again = random;
        draw(&told[i], i % 2 ? &random : &again, i % 2 * 1000); /* two at a time are alike */
        for (unsigned k = 0; k < i; k++) {
            bool same = memcmp(told[i].order, told[k].order, sizeof told[i].order) == 0;
            ck_assert_int_eq(told[i].hash == told[k].hash, same);
            ck_assert_int_eq(memcmp(told[i].row, told[k].row, sizeof told[i].row) == 0, same);
            alike += same;
        }
    }
    ck_assert_uint_ge(alike, TELLINGS / 2);
}
END_TEST

START_TEST(prg_indexes_count_from_the_last_one)
{
    prisim_canonical_prg_last(to, 0x100, 510);
    prisim_canonical_prg_last(to, 0x108, 0);
    prisim_canonical_begin(to, 0, 0);
    prisim_canonical_prg(to, 0x100, 511);
    prisim_canonical_prg(to, 0x100, 1);
    prisim_canonical_prg(to, 0x100, 510);
    prisim_canonical_prg(to, 0x108, 1);
    prisim_canonical_prg(to, 0x200, 33);
    prisim_canonical_end(to);
    IS_ROW(1, 0, 1, 3, 0, 1, 33);
    prisim_canonical_prg_last(to, 0x100, 1); /* it moves on, and nothing is told again */
    IS_ROW(1, 0, 510, 0, 509, 1, 33);
}
END_TEST

START_TEST(bytes_and_their_number)
{
    const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    prisim_canonical_begin(to, 0, 0);
    prisim_canonical_bytes(to, bytes, 9);
    prisim_canonical_bytes(to, bytes, 0);
    prisim_canonical_bytes(to, bytes, 3);
    prisim_canonical_end(to);
    IS_ROW(1, 0, 9, UINT64_C(0x0807060504030201), 9, 0, 3, 0x030201);
}
END_TEST

/* Whatever word changes, wherever a boundary of parts lies: the hash does. */
START_TEST(each_word_counts)
{
    enum { WORDS = 7 };
    uint64_t seen[2 * WORDS * 64 + 1];
    size_t count = 0;
    for (unsigned flip = 0; flip <= WORDS * 64; flip++) {
        prisim_canonical_begin(to, 0, 0);
        for (unsigned i = 0; i < WORDS; i++)
            prisim_canonical_word(to, i ^ (flip < WORDS * 64 && flip / 64 == i ? UINT64_C(1) << flip % 64 : 0));
        prisim_canonical_end(to);
        seen[count++] = prisim_canonical_hash(to, 1, 0);
    }
    for (unsigned cut = 1; cut < WORDS; cut++) {
        prisim_canonical_begin(to, 0, 0);
        for (unsigned i = 0; i < WORDS; i++) {
            if (i == cut) {
                prisim_canonical_end(to);
                prisim_canonical_begin(to, 1, 0);
            }
            prisim_canonical_word(to, i);
        }
        prisim_canonical_end(to);
        seen[count++] = prisim_canonical_hash(to, 2, 0);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_uint_ne(seen[i], seen[k]);
}
END_TEST

/* A place is not only what it says, but of what it says it, and where. */
START_TEST(each_place_counts)
{
    uint64_t hash[5];
    for (unsigned i = 0; i < 5; i++) {
        prisim_canonical_begin(to, 0, 0);
        if (i == 1)
            prisim_canonical_word(to, 0);
        if (i == 2)
            prisim_canonical_time(to, 0);
        else if (i == 3)
            prisim_canonical_name(to, PRISIM_CANONICAL_JOB, 5);
        else
            prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 5);
        if (i == 4)
            prisim_canonical_word(to, 0);
        prisim_canonical_end(to);
        hash[i] = prisim_canonical_hash(to, 1, 9);
        for (unsigned k = 0; k < i; k++)
            ck_assert_uint_ne(hash[i], hash[k]);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("canonical");
    TCase *tests = tcase_create("canonical");
    tcase_add_checked_fixture(tests, open_row, close_row);
    tcase_add_test(tests, times_count_from_now);
    tcase_add_test(tests, a_part_goes_stale);
    tcase_add_test(tests, names_are_numbered_as_they_appear);
    tcase_add_test(tests, many_names);
    tcase_add_test(tests, moments_count_by_their_order);
    tcase_add_test(tests, moments_of_parts_count_by_their_order);
    tcase_add_test(tests, prg_indexes_count_from_the_last_one);
    tcase_add_test(tests, bytes_and_their_number);
    tcase_add_test(tests, each_word_counts);
    tcase_add_test(tests, each_place_counts);
    suite_add_tcase(suite, tests);
    return suite;
}
