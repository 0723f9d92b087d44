/* SPDX-License-Identifier: Apache-2.0
 *
 * The checkers' tables against plain arrays.
 */
#include "by_hand_stream.h"
#include "tb/checkers/checkers_tables.h"
#include "tests/harness/suite.h"

static struct arena arena;

enum { KEYS = 300, ROUNDS = 20000 };

START_TEST(map_agrees_with_an_array)
{
    static uint64_t plain[KEYS];
    struct map map = {0};
    uint64_t random = 1;
    ck_assert_uint_eq(map_get(&map, 5), 0);
    ck_assert_uint_eq(map_take(&map, 5), 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        uint64_t index = (random >> 40) % KEYS, key = index * 64; /* keys that crowd if the hash is poor */
        if (random >> 39 & 1) {
            map_put(&arena, &map, key, i + 1);
            plain[index] = i + 1;
        } else {
            ck_assert_uint_eq(map_take(&map, key), plain[index]);
            plain[index] = 0;
        }
        uint64_t probe = (random >> 20) % KEYS;
        ck_assert_uint_eq(map_get(&map, probe * 64), plain[probe]);
    }
    unsigned used = 0;
    for (unsigned i = 0; i < KEYS; i++) {
        ck_assert_uint_eq(map_get(&map, i * 64), plain[i]);
        used += plain[i] != 0;
    }
    ck_assert_uint_eq(map.used, used);
    arena_close(&arena);
}
END_TEST

/* Keys one after another, as TLPs and jobs are numbered: each found at once, or this does not end. */
START_TEST(map_of_many_keys)
{
    enum { MANY = 300000 };
    struct map map = {0};
    for (uint64_t key = 0; key < MANY; key++)
        map_put(&arena, &map, key << 24, key + 1);
    for (uint64_t key = 0; key < MANY; key++)
        ck_assert_uint_eq(map_get(&map, key << 24), key + 1);
    ck_assert_uint_eq(map.used, MANY);
    arena_close(&arena);
}
END_TEST

START_TEST(fifo_keeps_the_order_over_growth)
{
    struct fifo fifo = {0};
    uint64_t in = 1, out = 1;
    ck_assert_uint_eq(fifo_pop(&fifo), 0);
    for (unsigned round = 0; round < 500; round++) {
        for (unsigned i = 0; i < 3; i++)
            fifo_push(&arena, &fifo, in++);
        for (unsigned i = 0; i < 2; i++)
            ck_assert_uint_eq(fifo_pop(&fifo), out++);
    }
    while (fifo.count)
        ck_assert_uint_eq(fifo_pop(&fifo), out++);
    ck_assert_uint_eq(out, in);
    arena_close(&arena);
}
END_TEST

START_TEST(a_reference_outlives_its_record_for_a_while)
{
    struct pool pool;
    pool_init(&pool, sizeof(struct pooled));
    struct pooled *record = pool_take(&arena, &pool);
    uint64_t reference = record->self;
    ck_assert_uint_ne(reference, 0);
    ck_assert_ptr_eq(pool_get(&pool, reference), record);
    pool_give_back(&arena, &pool, record);
    for (unsigned i = 0; i < POOL_SLACK; i++) {
        ck_assert_ptr_eq(pool_get(&pool, reference), record);
        ck_assert(!record->live);
        pool_give_back(&arena, &pool, pool_take(&arena, &pool));
    }
    for (unsigned i = 0; i < POOL_CHUNK; i++)
        pool_give_back(&arena, &pool, pool_take(&arena, &pool));
    ck_assert_ptr_null(pool_get(&pool, reference)); /* the place is another's */
    ck_assert_ptr_null(pool_get(&pool, 0));
    ck_assert_uint_eq(pool.records, POOL_CHUNK);
    arena_close(&arena);
}
END_TEST

START_TEST(records_do_not_move)
{
    struct pool pool;
    pool_init(&pool, sizeof(struct pooled));
    struct pooled *first = pool_take(&arena, &pool);
    uint64_t reference = first->self;
    for (unsigned i = 0; i < 3 * POOL_CHUNK; i++)
        pool_take(&arena, &pool);
    ck_assert_ptr_eq(pool_get(&pool, reference), first);
    ck_assert(first->live);
    arena_close(&arena);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {map_agrees_with_an_array,
                                  map_of_many_keys,
                                  fifo_keeps_the_order_over_growth,
                                  a_reference_outlives_its_record_for_a_while,
                                  records_do_not_move,
                                  NULL};
    return judge_suite("tb_checkers_tables", tests);
}
