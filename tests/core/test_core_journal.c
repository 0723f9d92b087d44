/* SPDX-License-Identifier: Apache-2.0
 *
 * Edges that are taken back, and snapshots. Two blocks pass payloads to and fro, one of them ahead of time now and
 * then; each writes a hot counter and, at places that jump, a large cold table. The judge is the whole snapshot: after
 * any walk forwards and backwards the state is, byte for byte, what it was at that edge.
 */
#include <stdlib.h>
#include <string.h>

#include "model/core/random.h"
#include "model/core/scheduler.h"
#include "tests/harness/suite.h"

enum { COLD = 4096, PAYLOAD_WORDS = 20, BLOCKS = 2, DEPTH = 400 };
/* The last of the cold table's words are told as the cold part; of these the first also with the rest. They begin in
 * the middle of a line. */
enum { TOLD = 1021, TOLD_TWICE = 18 };

struct walker {
    struct prisim_touched touched;
    uint64_t steps, arrived, last;
    uint64_t hot[13];
    uint64_t cold[COLD];
};

struct payload {
    uint64_t word[PAYLOAD_WORDS];
};

static uint64_t mixed(uint64_t x)
{
    x ^= x >> 31;
    x *= UINT64_C(0x9e3779b97f4a7c15);
    return x ^ x >> 29;
}

static void write_cold(struct walker *w, uint64_t value)
{
    uint64_t place = mixed(value);
    uint64_t *at = &w->cold[place >> 8 & 3 ? place % COLD : COLD - TOLD - 8 + place % 32]; /* often where it begins */
    prisim_touch(&w->touched, at, sizeof *at);
    *at = value;
}

/* Steps at edges that its state chooses; `config` says how many places a step writes. */
static prisim_cycle_t walk(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    const unsigned *writes = config;
    struct walker *w = state;
    bool arrived = prisim_ports_has_arrived(ports, 0);
    if (arrived) {
        const struct payload *payload = ports->rx[0];
        w->last = payload->word[PAYLOAD_WORDS - 1];
        w->arrived++;
    }
    prisim_ports_set_ready(ports, 0, mixed(w->arrived) % 3 != 0 || now % 7 == 0);
    if (!arrived && now < w->hot[12]) { /* a step that was not asked for, which writes nothing else */
        if (*writes && now % 3 == 0)
            write_cold(w, now);
        return w->hot[12];
    }
    w->hot[w->steps++ % 12] = mixed(now + w->last);
    for (unsigned i = 0; i < *writes; i++)
        write_cold(w, mixed(w->steps) + i);
    struct payload *put = NULL;
    if (mixed(w->steps) % 4 == 0 && prisim_ports_can_put_at(ports, 0))
        put = prisim_ports_put_at(ports, 0, now + 2 + w->steps % 3);
    else if (mixed(w->steps) % 4 == 1 && ports->later & 1)
        prisim_ports_take_back(ports, 0);
    else if (mixed(w->steps) % 4 > 1 && prisim_ports_can_put(ports, 0))
        put = prisim_ports_put(ports, 0);
    for (unsigned i = 0; put && i < PAYLOAD_WORDS; i++)
        put->word[i] = mixed(w->steps + i);
    w->hot[12] = now + 1 + mixed(w->steps) % 5;
    return w->hot[12];
}

static size_t hot_size(const void *config)
{
    (void)config;
    return offsetof(struct walker, cold);
}

static void tell(const void *config, const void *state, const struct prisim_ports *ports, struct prisim_canonical *to)
{
    const struct walker *w = state;
    (void)config;
    prisim_canonical_word(to, w->steps);
    prisim_canonical_word(to, w->last);
    prisim_canonical_bytes(to, w->hot, sizeof w->hot - sizeof w->hot[12]);
    prisim_canonical_time(to, w->hot[12]);
    prisim_canonical_bytes(to, &w->cold[COLD - TOLD], TOLD_TWICE * sizeof w->cold[0]);
    if (ports->rx_valid & 1)
        prisim_canonical_bytes(to, ports->rx[0], sizeof(struct payload));
}

static void tell_cold(const void *config, const void *state, struct prisim_canonical *to)
{
    const struct walker *w = state;
    (void)config;
    prisim_canonical_bytes(to, &w->cold[COLD - TOLD], TOLD * sizeof w->cold[0]);
}

static struct prisim_canonical_cold cold(const void *config)
{
    const size_t from = offsetof(struct walker, cold) + (COLD - TOLD) * sizeof(uint64_t);
    (void)config;
    return (struct prisim_canonical_cold){from, from + TOLD_TWICE * sizeof(uint64_t)};
}

static const struct prisim_scheduler_form form = {tell, hot_size, NULL, tell_cold, cold};

static struct prisim_scheduler *open_pair(const unsigned *writes, struct prisim_scheduler_mode mode)
{
    struct prisim_scheduler *c = prisim_scheduler_open();
    ck_assert_ptr_nonnull(c);
    for (unsigned i = 0; i < BLOCKS; i++) {
        prisim_scheduler_add(c, walk, writes, sizeof(struct walker));
        prisim_scheduler_set_form(c, i, &form);
    }
    prisim_scheduler_connect(c, 0, 0, 1, 0, sizeof(struct payload));
    prisim_scheduler_connect(c, 1, 0, 0, 0, sizeof(struct payload));
    ck_assert(prisim_scheduler_build(c));
    prisim_scheduler_set_mode(c, mode);
    return c;
}

/* Without the first line of each state, which says nothing. */
static void *copy_of(struct prisim_scheduler *c, size_t *size)
{
    struct walker *w[BLOCKS];
    for (unsigned i = 0; i < BLOCKS; i++) {
        w[i] = prisim_scheduler_state(c, i);
        memset(&w[i]->touched, 0, sizeof w[i]->touched);
    }
    *size = prisim_scheduler_snapshot_size(c);
    void *snapshot = malloc(*size);
    ck_assert_ptr_nonnull(snapshot);
    prisim_scheduler_save(c, snapshot);
    return snapshot;
}

static const unsigned writes_of[] = {0, 1, 3, 7, 8, 20};
static const struct prisim_scheduler_mode mode_of[] = {
    {false, 0, 0}, {true, 0, 0}, {false, 5, 0}, {false, 0, 9}, {true, 3, 4}};
enum { WRITES = sizeof writes_of / sizeof writes_of[0], MODES = sizeof mode_of / sizeof mode_of[0] };

START_TEST(a_walk_back_ends_where_it_was)
{
    struct prisim_scheduler *c = open_pair(&writes_of[_i % WRITES], mode_of[_i / WRITES]);
    ck_assert(prisim_scheduler_journal_open(c));
    struct prisim_canonical *to = prisim_canonical_open(), *anew = prisim_canonical_open();
    void *snapshot[DEPTH + 1];
    size_t size[DEPTH + 1], depth = 0;
    uint64_t hash[DEPTH + 1];
    struct random_stream random = random_open((uint64_t)_i + 1, 0, 0);
    snapshot[0] = copy_of(c, &size[0]);
    hash[0] = prisim_canonical_hash(to, prisim_scheduler_tell(c, to), prisim_scheduler_edge(c));
    for (unsigned turn = 0; turn < 3000; turn++) {
        bool back = random_below(&random, 100) < 47 ? depth > 0 : depth == DEPTH;
        if (back) {
            free(snapshot[depth--]);
            ck_assert(prisim_scheduler_undo(c));
        } else {
            ck_assert(prisim_scheduler_step_edge(c, PRISIM_CYCLE_NEVER - 1));
            depth++;
        }
        ck_assert_uint_eq(prisim_scheduler_undoable(c), depth);
        size_t now_size;
        void *now = copy_of(c, &now_size);
        uint64_t now_hash = prisim_canonical_hash(to, prisim_scheduler_tell(c, to), prisim_scheduler_edge(c));
        if (back) {
            ck_assert_uint_eq(now_size, size[depth]);
            ck_assert_msg(memcmp(now, snapshot[depth], now_size) == 0, "turn %u, depth %zu", turn, depth);
            ck_assert_uint_eq(now_hash, hash[depth]);
            free(now);
        } else {
            snapshot[depth] = now;
            size[depth] = now_size;
            hash[depth] = now_hash;
        }
        /* Told as a whole it is the same row as with parts that were kept. After it all is told again: so not always.
         */
        if (random_below(&random, 4) == 0)
            ck_assert_uint_eq(prisim_canonical_hash(anew, prisim_scheduler_tell(c, anew), prisim_scheduler_edge(c)),
                              now_hash);
    }
    for (size_t i = 0; i <= depth; i++)
        free(snapshot[i]);
    prisim_canonical_close(to);
    prisim_canonical_close(anew);
    prisim_scheduler_close(c);
}
END_TEST

START_TEST(nothing_is_left_to_take_back)
{
    struct prisim_scheduler *c = open_pair(&writes_of[1], mode_of[0]);
    prisim_scheduler_run(c, 50);
    prisim_cycle_t edge = prisim_scheduler_edge(c);
    ck_assert(prisim_scheduler_journal_open(c));
    ck_assert_uint_eq(prisim_scheduler_undoable(c), 0);
    ck_assert(!prisim_scheduler_undo(c));
    prisim_scheduler_run(c, 100);
    ck_assert_uint_gt(prisim_scheduler_undoable(c), 10);
    while (prisim_scheduler_undo(c))
        ;
    ck_assert_uint_eq(prisim_scheduler_edge(c), edge);
    ck_assert(!prisim_scheduler_step_edge(c, edge));
    prisim_scheduler_close(c);
}
END_TEST

/* What was written from outside is taken back with the edge that follows, or by itself. */
START_TEST(what_was_written_from_outside)
{
    struct prisim_scheduler *c = open_pair(&writes_of[1], mode_of[0]);
    struct walker *w = prisim_scheduler_state(c, 1);
    prisim_scheduler_run(c, 50);
    ck_assert(prisim_scheduler_journal_open(c));
    ck_assert(prisim_scheduler_step_edge(c, 1000));
    uint64_t last = w->last;
    prisim_cycle_t edge = prisim_scheduler_edge(c);
    for (unsigned steps = 0; steps < 2; steps++) {
        ck_assert(prisim_scheduler_step_edge(c, 1000));
        w->last = last + 1;
        prisim_scheduler_written(c, 1);
        prisim_scheduler_wake(c, 1, prisim_scheduler_edge(c) + 1);
        if (steps) {
            ck_assert(prisim_scheduler_step_edge(c, 1000));
            ck_assert(prisim_scheduler_undo(c));
        }
        ck_assert(prisim_scheduler_undo(c));
        ck_assert_uint_eq(w->last, last);
        ck_assert_uint_eq(prisim_scheduler_edge(c), edge);
    }
    prisim_scheduler_close(c);
}
END_TEST

/* Of 64 bytes that are 0 a snapshot has a bit. */
START_TEST(zeros_take_no_room)
{
    struct prisim_scheduler *c = open_pair(&writes_of[2], mode_of[0]);
    struct walker *w = prisim_scheduler_state(c, 1);
    size_t size = prisim_scheduler_snapshot_size(c);
    ck_assert_uint_lt(size, sizeof *w / 8);
    w->cold[8] = 1;
    ck_assert_uint_eq(prisim_scheduler_snapshot_size(c), size + 64);
    w->cold[9] = 1;
    ck_assert_uint_eq(prisim_scheduler_snapshot_size(c), size + 64);
    prisim_scheduler_close(c);
}
END_TEST

START_TEST(a_snapshot_fits_its_own_kind)
{
    struct prisim_scheduler *c = open_pair(&writes_of[2], mode_of[0]), *other = open_pair(&writes_of[2], mode_of[0]);
    prisim_scheduler_run(c, 77);
    prisim_cycle_t edge = prisim_scheduler_edge(c);
    size_t size;
    uint64_t *snapshot = copy_of(c, &size);
    prisim_scheduler_run(other, 33); /* it must not matter what it was */
    ck_assert(prisim_scheduler_journal_open(other));
    ck_assert_ptr_null(prisim_scheduler_restore(other, snapshot, size));
    prisim_scheduler_run(c, 500);
    prisim_scheduler_run(other, 500);
    struct prisim_canonical *to = prisim_canonical_open();
    uint64_t hash = prisim_canonical_hash(to, prisim_scheduler_tell(c, to), prisim_scheduler_edge(c));
    ck_assert_uint_eq(prisim_canonical_hash(to, prisim_scheduler_tell(other, to), prisim_scheduler_edge(other)), hash);
    ck_assert_uint_eq(prisim_scheduler_steps(c), prisim_scheduler_steps(other));
    ck_assert_ptr_nonnull(prisim_scheduler_restore(other, snapshot, size - 1));
    ck_assert_ptr_nonnull(prisim_scheduler_restore(other, snapshot, 8));
    prisim_scheduler_set_fingerprint(other, 1);
    ck_assert_ptr_nonnull(prisim_scheduler_restore(other, snapshot, size));
    prisim_scheduler_set_fingerprint(other, 0);
    snapshot[0]++;
    ck_assert_ptr_nonnull(prisim_scheduler_restore(other, snapshot, size));
    snapshot[0]--;
    struct prisim_scheduler *wider = prisim_scheduler_open();
    for (unsigned i = 0; i < BLOCKS; i++)
        prisim_scheduler_add(wider, walk, &writes_of[2], sizeof(struct walker));
    prisim_scheduler_connect(wider, 0, 0, 1, 0, sizeof(struct payload));
    prisim_scheduler_connect(wider, 1, 0, 0, 1, sizeof(struct payload));
    ck_assert(prisim_scheduler_build(wider));
    ck_assert_ptr_nonnull(prisim_scheduler_restore(wider, snapshot, size));
    /* What was refused changed nothing. */
    ck_assert_uint_eq(prisim_canonical_hash(to, prisim_scheduler_tell(other, to), prisim_scheduler_edge(other)), hash);
    /* What `other` wrote since is 0 again. */
    ck_assert_ptr_null(prisim_scheduler_restore(other, snapshot, size));
    ck_assert_uint_eq(prisim_scheduler_edge(other), edge);
    size_t again_size;
    void *again = copy_of(other, &again_size);
    ck_assert_uint_eq(again_size, size);
    ck_assert_int_eq(memcmp(again, snapshot, size), 0);
    free(again);
    free(snapshot);
    prisim_canonical_close(to);
    prisim_scheduler_close(wider);
    prisim_scheduler_close(other);
    prisim_scheduler_close(c);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("journal");
    TCase *tests = tcase_create("journal");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_walk_back_ends_where_it_was, 0, WRITES * MODES);
    tcase_add_test(tests, nothing_is_left_to_take_back);
    tcase_add_test(tests, what_was_written_from_outside);
    tcase_add_test(tests, zeros_take_no_room);
    tcase_add_test(tests, a_snapshot_fits_its_own_kind);
    suite_add_tcase(suite, tests);
    return suite;
}
