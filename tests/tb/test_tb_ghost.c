/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the ghost (checkers_canonical) by hand: what behaves alike from now on has one row, what does
 * not has two; and checkers that were put aside and taken back are as if nothing had been.
 */
#define _GNU_SOURCE
#include <malloc.h>

#include "by_hand_stream.h"
#include "tests/harness/suite.h"

static uint64_t row_of(struct checkers *c)
{
    struct prisim_canonical *to = prisim_canonical_open();
    ck_assert_ptr_nonnull(to);
    prisim_canonical_begin(to, 0, now);
    checkers_canonical(c, to);
    prisim_canonical_end(to);
    uint64_t hash = prisim_canonical_hash(to, 1, now);
    prisim_canonical_close(to);
    return hash;
}

static uint64_t row(void)
{
    return row_of(checkers);
}

/* The same again, from nothing. */
static void anew(void)
{
    by_hand_close();
    by_hand_open();
    scenario.system.driver.cmdq_log2 = 8;
    scenario.system.smmu[0].cmdq_log2_max = 8;
}

/* A whole round of a page that is there already: request, answer, translation, DMA. */
static void access_once(uint64_t n, bool translated)
{
    struct trip t = trip_start(n, n % 512, R | W | L);
    if (!translated) {
        trip_queued(&t);
        trip_served(&t, SPACE_A, 1);
        trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
        say(NIC, ENDPOINT_TRANSLATION_REQUEST, 0x3000000 | n, t.job, 1, t.address);
        say(INSTANCE_SMMU, SMMU_TRANSLATE, 0x3000000 | n, NIC_ID, 1, t.address, 0x9000, R | W, PRISIM_CAUSE_TRANSLATED,
            true, PRISIM_PASID_NONE, PRISIM_PASID_NONE);
        say(NIC, ENDPOINT_TRANSLATION, 0x3000000 | n, t.job, 1, t.address, 0x9000, R | W, PRISIM_TLP_SC, true);
    }
    say(NIC, ENDPOINT_DMA, 0x4000000 | n, t.job, 1, t.address, 0x9000, 4, true);
    say(INSTANCE_SMMU, SMMU_TRANSLATE, 0x4000000 | n, NIC_ID, PRISIM_PASID_NONE, 0x9000, 0x9000, W, PRISIM_CAUSE_BYPASS,
        false, PRISIM_PASID_NONE, PRISIM_PASID_NONE);
    say(NIC, ENDPOINT_JOB_DONE, t.job, 1, t.address, PRISIM_CAUSE_COMPLETED);
}

START_TEST(the_same_access_twice)
{
    anew();
    bind(NIC_ID, SPACE_A, 1);
    uint64_t bound = row();
    access_once(1, false);
    uint64_t once = row();
    ck_assert_uint_ne(bound, once); /* the function keeps a translation */
    access_once(2, true);
    ck_assert_uint_eq(row(), once);
    for (uint64_t n = 3; n < 700; n++) /* over the ends of slots, indexes and places */
        access_once(n, true);
    ck_assert_uint_eq(row(), once);
}
END_TEST

START_TEST(the_same_later)
{
    uint64_t rows[2];
    for (unsigned i = 0; i < 2; i++) {
        anew();
        now = i * 1000;
        scenario.limits.group = 500;
        bind(NIC_ID, SPACE_A, 1);
        access_once(1, false);
        struct trip t = trip_start(20, 20, R | L);
        trip_queued(&t);
        trip_taken(&t);
        say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
        rows[i] = row();
        now += 10; /* the deadline of the group and that of the unbind have come nearer */
        ck_assert_uint_ne(row(), rows[i]);
    }
    ck_assert_uint_eq(rows[0], rows[1]);
}
END_TEST

/* The Stop Marker of PASID 1, from the function to the driver. */
static void marker(uint64_t n)
{
    struct trip t = {.n = n, .access = L, .instance = NIC};
    say(NIC, ENDPOINT_STOP_MARKER, trip_tlp(&t), 1);
    trip_port(&t);
    trip_accepted(&t);
    trip_written(&t);
    trip_taken(&t);
    say(INSTANCE_DRIVER, DRIVER_MARKER, n, NIC_ID, 1);
}

/* One life of PASID 1 with its end, up to the bind of the next. */
static void life(uint64_t n)
{
    say(INSTANCE_DRIVER, DRIVER_STOP, NIC_ID, 1, 2);
    say(NIC, ENDPOINT_STOP, 1);
    marker(n);
    say(NIC, ENDPOINT_STOPPED, 1, 0);
    say(INSTANCE_DRIVER, DRIVER_UNBIND, NIC_ID, 1, 2, PRISIM_DRIVER_UNBIND_STOP_MARKER);
    say(INSTANCE_DRIVER, DRIVER_DRAINED, NIC_ID, 1, 2, PRISIM_CAUSE_MARKER_SEEN);
    say(INSTANCE_DRIVER, DRIVER_FREE, NIC_ID, 1, 2);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_NONE);
}

START_TEST(histories_that_end_with_the_same_bindings)
{
    anew();
    bind(NIC_ID, SPACE_B, 1);
    uint64_t once = row();
    anew();
    bind(NIC_ID, SPACE_A, 1);
    for (uint64_t n = 2; n < 40; n++) {
        life(n);
        ck_assert_uint_ne(row(), once);
        say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 1, n, SPACE_B, n);
        say(INSTANCE_DRIVER, DRIVER_BOUND, NIC_ID, 1, n, n);
        say(NIC, ENDPOINT_START, 1);
        ck_assert_uint_eq(row(), once);
    }
    /* Without a wait the marker of the life before may yet come. */
    unbind(NIC_ID, PRISIM_CAUSE_POLICY_NONE);
    say(INSTANCE_DRIVER, DRIVER_UNBIND_RETURNED, NIC_ID, 1, 2, PRISIM_CAUSE_NONE);
    bind(NIC_ID, SPACE_B, 90);
    say(NIC, ENDPOINT_START, 1);
    ck_assert_uint_ne(row(), once);
}
END_TEST

/* A request that waits for the rest of its group in software's hands, made before or after its PASID got its next owner
 * by a function that goes on: nothing that a block keeps says which. */
static uint64_t parked(bool before)
{
    anew();
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = {.n = 1, .job = 1, .address = 0x4000, .access = R, .instance = NIC};
    if (before)
        trip_made(&t);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 1, 2, SPACE_A, 2);
    say(INSTANCE_DRIVER, DRIVER_BOUND, NIC_ID, 1, 2, 2);
    if (!before)
        trip_made(&t);
    trip_sent(&t);
    trip_port(&t);
    trip_accepted(&t);
    trip_written(&t);
    trip_taken(&t);
    trip_parked(&t);
    return row();
}

START_TEST(owners_of_a_parked_item)
{
    uint64_t old = parked(true);
    ck_assert_uint_eq(parked(true), old);
    uint64_t new = parked(false);
    ck_assert_uint_ne(old, new);
    /* And it is what decides: served under the second binding it is the right one, or not. */
    struct trip t = {.n = 1, .instance = NIC};
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_A, 2, PRISIM_CAUSE_BOUND);
    ck_count(STALE_BINDING, 0);
    parked(true);
    trip_enqueued(&t);
    trip_resolved(&t, SPACE_A, 2, PRISIM_CAUSE_BOUND);
    ck_count(STALE_BINDING, 1);
}
END_TEST

/* A Stop Marker is in no group and stands nowhere: only it has its owner. */
static uint64_t marker_made(bool before)
{
    anew();
    bind(NIC_ID, SPACE_A, 1);
    struct trip t = {.n = 1, .job = 1, .access = L, .instance = NIC};
    if (before)
        trip_made(&t);
    say(INSTANCE_DRIVER, DRIVER_BIND, NIC_ID, 1, 2, SPACE_A, 2);
    say(INSTANCE_DRIVER, DRIVER_BOUND, NIC_ID, 1, 2, 2);
    if (!before)
        trip_made(&t);
    return row();
}

START_TEST(owners_of_a_marker)
{
    uint64_t old = marker_made(true);
    ck_assert_uint_eq(marker_made(true), old);
    ck_assert_uint_ne(marker_made(false), old);
}
END_TEST

/* Hits that were, and what is to be hit. */
START_TEST(counts_and_premises)
{
    anew();
    uint64_t none = row();
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 0, 1);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_CONS, 0, 1);
    say(INSTANCE_DRIVER, DRIVER_CONS, 0, 1);
    uint64_t once = row();
    ck_assert_uint_ne(none, once);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_OVERFLOW, 0, 0);
    say(INSTANCE_PRI_QUEUE, PRI_QUEUE_CONS, 0, 0);
    say(INSTANCE_DRIVER, DRIVER_CONS, 0, 0);
    ck_assert_uint_ne(row(), once);
}
END_TEST

/* Numbers only say who is meant; but who it is that they say. */
START_TEST(numbers_are_names)
{
    uint64_t rows[3];
    for (uint64_t i = 0; i < 3; i++) {
        anew();
        bind(NIC_ID, SPACE_A, 1 + i);
        struct trip one = trip_start(10 + 5 * i, 1, R | L), two = trip_start(12 + 5 * i, 2, R | L);
        trip_queued(i == 2 ? &two : &one);
        trip_made(i == 2 ? &one : &two);
        rows[i] = row();
    }
    ck_assert_uint_ne(rows[0], rows[2]);
    anew();
    bind(NIC_ID, SPACE_A, 7);
    struct trip one = {.n = 10, .job = 30, .prgi = 1, .address = 0x4000, .access = R | L, .instance = NIC};
    say(NIC, ENDPOINT_JOB, 30, 1, 0x4000, 4, 0);
    say(NIC, ENDPOINT_JOB, 33, 1, 0x4000, 4, 0);
    trip_queued(&one);
    struct trip two = {.n = 14, .job = 33, .prgi = 2, .address = 0x4000, .access = R | L, .instance = NIC};
    trip_made(&two);
    ck_assert_uint_eq(row(), rows[0]);
}
END_TEST

static void rest_of_the_run(void)
{
    for (uint64_t n = 30; n < 60; n++) {
        struct trip t = trip_start(n, n, R | W | L);
        trip_queued(&t);
        trip_served(&t, n % 2 ? SPACE_B : SPACE_A, n % 3 + 1);
        trip_arrived(&t, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_GROUP_FREED);
    }
    unbind(NIC_ID, PRISIM_CAUSE_MARKER_SEEN);
    struct trip late = trip_start(70, 70, R | L);
    trip_dropped(&late, PRISIM_CAUSE_QUEUE_FULL);
    finish();
}

struct outcome_of_run {
    uint64_t row, counters[COUNTERS];
    uint32_t hits[HAZARDS];
    struct premises premises[HAZARDS];
    unsigned findings, exposures;
    struct finding finding[64];
    struct exposure exposure[4];
};

static void look(struct outcome_of_run *of)
{
    memset(of, 0, sizeof *of);
    of->row = row();
    for (unsigned i = 0; i < COUNTERS; i++)
        of->counters[i] = checkers_counter(checkers, (enum counter)i);
    for (unsigned i = 0; i < HAZARDS; i++) {
        of->hits[i] = checkers_count(checkers, (enum hazard)i);
        of->premises[i] = *checkers_premises(checkers, (enum hazard)i);
    }
    for (; checkers_finding(checkers, of->findings) && of->findings < 64; of->findings++) {
        const struct finding *finding = checkers_finding(checkers, of->findings);
        of->finding[of->findings].hazard = finding->hazard;
        of->finding[of->findings].cycle = finding->cycle;
        memcpy(of->finding[of->findings].text, finding->text, sizeof finding->text);
    }
    for (; checkers_exposure(checkers, of->exposures) && of->exposures < 4; of->exposures++)
        of->exposure[of->exposures] = *checkers_exposure(checkers, of->exposures);
}

START_TEST(taken_back_it_is_as_before)
{
    static struct outcome_of_run straight, at_once, again;
    anew();
    bind(NIC_ID, SPACE_A, 1);
    access_once(1, false);
    rest_of_the_run();
    look(&straight);
    ck_assert_uint_gt(straight.findings, 10);
    ck_assert_uint_eq(straight.exposures, 1);

    anew();
    bind(NIC_ID, SPACE_A, 1);
    access_once(1, false);
    prisim_cycle_t at = now;
    uint64_t before = row();
    void *kept = malloc(checkers_snapshot_size(checkers));
    ck_assert_ptr_nonnull(kept);
    checkers_save(checkers, kept);
    rest_of_the_run();
    look(&at_once);
    checkers_restore(checkers, kept);
    now = at;
    ck_assert_uint_eq(row(), before);
    ck_assert_uint_eq(checkers_count(checkers, HAZARD_WRONG_ADDRESS_SPACE), 0);
    rest_of_the_run();
    look(&again);
    ck_assert_mem_eq(&straight, &at_once, sizeof straight);
    ck_assert_mem_eq(&straight, &again, sizeof straight);
    free(kept);
}
END_TEST

START_TEST(taken_back_ten_thousand_times)
{
    enum { TIMES = 10000 };
    anew();
    bind(NIC_ID, SPACE_A, 1);
    prisim_cycle_t at = now;
    uint64_t before = row();
    void *kept = malloc(checkers_snapshot_size(checkers));
    ck_assert_ptr_nonnull(kept);
    checkers_save(checkers, kept);
    size_t taken = 0;
    for (unsigned i = 0; i < TIMES; i++) {
        access_once(1, false);
        struct trip t = trip_start(2, 2, R | L);
        trip_queued(&t);
        checkers_restore(checkers, kept);
        now = at;
        if (i == 0)
            taken = mallinfo2().uordblks;
    }
    ck_assert_uint_eq(mallinfo2().uordblks, taken);
    ck_assert_uint_eq(row(), before);
    free(kept);
}
END_TEST

Suite *test_suite(void)
{
    const TTest *const tests[] = {the_same_access_twice,
                                  the_same_later,
                                  histories_that_end_with_the_same_bindings,
                                  owners_of_a_parked_item,
                                  owners_of_a_marker,
                                  counts_and_premises,
                                  numbers_are_names,
                                  taken_back_it_is_as_before,
                                  taken_back_ten_thousand_times,
                                  NULL};
    return judge_suite("tb_ghost", tests);
}
