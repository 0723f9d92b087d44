/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of the PRI queue: each byte of its state counts or is listed with a reason; what does not count
 * may be anything; queues that have been filled, emptied and wrapped are as new ones.
 */
#include "model/pri_queue/pri_queue_state.h"
#include "tests/harness/flip.h"
#include "tests/harness/suite.h"
#include "tests/pri_queue/pri_queue_harness.h"

enum { EDGES = 4000, RUNS = 6, FLIPS_APART = 5, SCRAMBLES_APART = 16, LOG2 = 3, INDEX_BYTES = 3 };

#define QUEUE(member, kind, why)  FLIP(prisim_pri_queue, member, kind, why)
#define RECORD(member, kind, why) FLIP_EACH(prisim_pri_queue, record, pri_queue_record, member, kind, why)
#define ANSWER(member, kind, why) FLIP_EACH(prisim_pri_queue, answer, pri_queue_answer, member, kind, why)
#define FROM_CONS                 "it counts from CONS, and is shown as it is"
#define FOLLOWS                   "it follows from the rest when a step ends"
/* A word of which only the first bytes are ever used. */
#define LOW(member, bytes, kind, why)                                                                                  \
    {#member, offsetof(struct prisim_pri_queue, member), bytes, 1, 0, kind, why},                                      \
    {                                                                                                                  \
#member " above", offsetof(struct prisim_pri_queue, member) + (bytes), 4 - (bytes), 1, 0, FLIP_DERIVED,        \
            "it is never that large"                                                                                   \
    }
/* An index that nobody but the queue reads. */
#define INDEX(member) LOW(member, INDEX_BYTES, FLIP_RENAMED, FROM_CONS)

static const struct flip_field fields[] = {
    QUEUE(touched, FLIP_DERIVED, "what steps wrote, for who asks"),
    QUEUE(work_at, FLIP_DERIVED, FOLLOWS),
    QUEUE(wake, FLIP_DERIVED, FOLLOWS),
    QUEUE(blocked, FLIP_DERIVED, FOLLOWS),
    QUEUE(base, FLIP_COUNTS, NULL),
    QUEUE(msi_address, FLIP_COUNTS, NULL),
    QUEUE(msi_data, FLIP_COUNTS, NULL),
    QUEUE(size_log2, FLIP_COUNTS, NULL),
    QUEUE(cons, FLIP_RENAMED, FROM_CONS),
    QUEUE(enable, FLIP_COUNTS, NULL),
    QUEUE(last_only, FLIP_COUNTS, NULL),
    QUEUE(prod, FLIP_RENAMED, FROM_CONS),
    QUEUE(ovflg, FLIP_RENAMED, FROM_CONS),
    QUEUE(enable_ack, FLIP_COUNTS, NULL),
    QUEUE(changed, FLIP_COUNTS, NULL),
    INDEX(reserve),
    QUEUE(accept_at, FLIP_COUNTS, NULL),
    LOW(head, 1, FLIP_RENAMED, "the records are told from it on; of none it says nothing"),
    QUEUE(count, FLIP_COUNTS, NULL),
    QUEUE(offered, FLIP_COUNTS, NULL),
    QUEUE(unanswered, FLIP_COUNTS, NULL),
    LOW(answered, 2, FLIP_RENAMED, "a bit is told with its record"),
    QUEUE(failing, FLIP_COUNTS, NULL),
    QUEUE(abort_due, FLIP_COUNTS, NULL),
    QUEUE(abort_raised, FLIP_COUNTS, NULL),
    QUEUE(abort_active, FLIP_COUNTS, NULL),
    QUEUE(retired, FLIP_COUNTS, NULL),
    QUEUE(retired_written, FLIP_COUNTS, NULL),
    QUEUE(retired_last, FLIP_COUNTS, NULL),
    INDEX(retired_index),
    QUEUE(interrupt, FLIP_COUNTS, NULL),
    QUEUE(msi_due, FLIP_COUNTS, NULL),
    QUEUE(msi_in_flight, FLIP_COUNTS, NULL),
    LOW(answer_head, 1, FLIP_RENAMED, "the answers are told from it on; of none it says nothing"),
    QUEUE(answer_count, FLIP_COUNTS, NULL),
    ANSWER(response.stream_id, FLIP_COUNTS, NULL),
    ANSWER(response.pasid, FLIP_COUNTS, NULL),
    ANSWER(response.prg_index, FLIP_COUNTS, NULL),
    ANSWER(response.has_pasid, FLIP_COUNTS, NULL),
    ANSWER(response.code, FLIP_COUNTS, NULL),
    ANSWER(response.cause, FLIP_COUNTS, NULL),
    ANSWER(step, FLIP_COUNTS, NULL),
    RECORD(request.address, FLIP_COUNTS, NULL),
    RECORD(request.stream_id, FLIP_COUNTS, NULL),
    RECORD(request.pasid, FLIP_COUNTS, NULL),
    RECORD(request.prg_index, FLIP_COUNTS, NULL),
    RECORD(request.has_pasid, FLIP_COUNTS, NULL),
    RECORD(request.access, FLIP_COUNTS, NULL),
    RECORD(request.secure, FLIP_COUNTS, NULL),
    RECORD(due, FLIP_COUNTS, NULL),
    RECORD(status, FLIP_COUNTS, NULL),
    {"record[].index", offsetof(struct prisim_pri_queue, record) + offsetof(struct pri_queue_record, index),
     INDEX_BYTES, PRI_QUEUE_RECORDS_MAX, sizeof(struct pri_queue_record), FLIP_RENAMED, FROM_CONS},
};

static void tell(const void *config, const void *state, const struct prisim_ports *ports, struct prisim_canonical *to)
{
    prisim_pri_queue_canonical(config, state, ports, to);
}

static struct flip *open_flip(void)
{
    return flip_open(tell, fields, sizeof fields / sizeof fields[0], sizeof(struct prisim_pri_queue));
}

/* Everything at random, with flips, or overwriting what does not count, or neither. */
enum how { PLAIN, FLIPS, SCRAMBLES };

static struct pri_queue_harness *open_queue(uint64_t seed, prisim_cycle_t start)
{
    struct random_stream random = random_open(seed, 0, 1);
    struct prisim_pri_queue_config config;
    pri_queue_harness_config(&config);
    config.size_log2_max = 19;
    config.records_in_flight = 4 + (uint32_t)random_below(&random, 13);
    config.accept_interval = 1 + (uint32_t)random_below(&random, 3);
    struct pri_queue_harness *h = pri_queue_harness_open(&config);
    h->base->now = start;
    h->ppar = (struct prisim_pri_queue_ppar){.reachable = seed % 3 != 0, .ppar = seed % 2};
    h->ppar_delay = 1 + random_below(&random, 30);
    h->memory_delay = 1 + random_below(&random, 30);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, HARNESS_BASE | LOG2);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG0, HARNESS_MSI);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG2, (seed & 1) << 31);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, 7);
    pri_queue_harness_settle(h);
    return h;
}

static void offer_page(struct pri_queue_harness *h, struct random_stream *random)
{
    struct prisim_page_request request =
        pri_queue_harness_page(random_below(random, 3) ? random_below(random, 1 << 20) : PRISIM_PASID_NONE,
                               (unsigned)random_below(random, 512), (unsigned)random_below(random, 8));
    request.stream_id = (uint32_t)random_next(random);
    request.secure = random_below(random, 40) == 0;
    pri_queue_harness_request(h, &request);
}

/* Software: takes what is there, enables, acknowledges, moves things to where they were never meant to be. */
static void offer_control(struct pri_queue_harness *h, struct random_stream *random)
{
    struct prisim_pri_queue_status status = pri_queue_harness_status(h);
    uint32_t ack = random_below(random, 3) ? status.prod : status.cons;
    switch (random_below(random, 12)) {
    case 0:
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, random_below(random, 8));
        break;
    case 1:
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ABORT_ACTIVE, 0);
        break;
    case 2:
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_IRQ_CFG1, random_next(random) & UINT32_MAX);
        break;
    case 3:
        h->records = random_below(random, 4) ? PRISIM_MEMORY_OK : PRISIM_MEMORY_ABORT;
        h->msis = random_below(random, 4) ? PRISIM_MEMORY_OK : PRISIM_MEMORY_ABORT_LATE;
        break;
    case 4:
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, 7);
        break;
    default:
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, (status.prod & 15) | (ack & PRISIM_PRI_QUEUE_OVFLG));
        break;
    }
}

/* Once it is off, the queue gets another size and place. */
static void move_queue(struct pri_queue_harness *h, struct random_stream *random, uint64_t base)
{
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, 0);
    pri_queue_harness_settle(h);
    uint32_t index = (uint32_t)random_next(random);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_BASE, base);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_PROD, index);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, index);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_ENABLE, 7);
}

static void run(struct pri_queue_harness *h, uint64_t seed, enum how how, struct flip *flip)
{
    static const unsigned port[] = {PRISIM_PRI_QUEUE_TX_RESPONSE, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST,
                                    PRISIM_PRI_QUEUE_TX_LOOKUP};
    struct random_stream random = random_open(seed, 0, 2), aside = random_open(seed, 0, 3);
    for (unsigned i = 0; i < EDGES; i++) {
        const struct harness_rx_port *requests = &h->base->rx[PRISIM_PRI_QUEUE_RX_REQUEST];
        const struct harness_rx_port *controls = &h->base->rx[PRISIM_PRI_QUEUE_RX_CONTROL];
        if (random_below(&random, 6) == 0 && requests->offered - requests->taken < 4)
            offer_page(h, &random);
        if (random_below(&random, 24) == 0 && controls->offered == controls->taken)
            offer_control(h, &random);
        if (random_below(&random, 16) == 0)
            harness_ready(h->base, port[random_below(&random, 3)], random_below(&random, 3) != 0);
        if (i == EDGES / 2)
            move_queue(h, &random, UINT64_C(0x00ff123456000000) | (seed % 2 ? 19 : LOG2));
        pri_queue_harness_edge(h);
        if (how == FLIPS && i % FLIPS_APART == 0)
            flip_moment(flip, h->base, &aside);
        if (how == SCRAMBLES && i % SCRAMBLES_APART == 0)
            flip_scramble(flip, h->base, &aside);
    }
}

START_TEST(every_byte)
{
    struct flip *flip = open_flip();
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        struct pri_queue_harness *h = open_queue(seed, 0);
        run(h, seed, FLIPS, flip);
        pri_queue_harness_close(h);
    }
    flip_check(flip);
    flip_close(flip);
}
END_TEST

/* Both say the same at the same edges. Of a payload only what counts is the same: events show that. */
static void compare(const struct harness *left, const struct harness *right)
{
    ck_assert_uint_eq(left->events, right->events);
    for (unsigned i = 0; i < left->events; i++)
        ck_assert_msg(prisim_event_equal(harness_event_at(left, i), harness_event_at(right, i)), "event %u", i);
    for (unsigned tx = 0; tx < PRISIM_PRI_QUEUE_TX_PORTS; tx++) {
        ck_assert_uint_eq(left->tx[tx].count, right->tx[tx].count);
        for (unsigned i = 0; i < left->tx[tx].count; i++)
            ck_assert_uint_eq(harness_got_at(left, tx, i), harness_got_at(right, tx, i));
    }
}

START_TEST(the_rest_is_nothing)
{
    uint64_t seed = (uint64_t)_i + 1;
    struct flip *flip = open_flip();
    struct pri_queue_harness *plain = open_queue(seed, 0), *h = open_queue(seed, 0);
    run(plain, seed, PLAIN, NULL);
    run(h, seed, SCRAMBLES, flip);
    ck_assert_uint_gt(plain->base->events, 100);
    compare(plain->base, h->base);
    pri_queue_harness_close(plain);
    pri_queue_harness_close(h);
    flip_close(flip);
}
END_TEST

/* The same at another time gives the same rows. */
START_TEST(later)
{
    struct flip *flip = open_flip();
    struct pri_queue_harness *now = open_queue(1, 0), *then = open_queue(1, 1000);
    struct random_stream random = random_open(1, 0, 4);
    for (unsigned i = 0; i < 400; i++) {
        if (i % 7 == 0) {
            struct random_stream same = random;
            offer_page(now, &random);
            offer_page(then, &same);
        }
        pri_queue_harness_edge(now);
        pri_queue_harness_edge(then);
        ck_assert_uint_eq(flip_hash(flip, now->base), flip_hash(flip, then->base));
    }
    pri_queue_harness_close(now);
    pri_queue_harness_close(then);
    flip_close(flip);
}
END_TEST

static void one_page(struct pri_queue_harness *h)
{
    struct prisim_page_request request = pri_queue_harness_page(3, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
    pri_queue_harness_request(h, &request);
    pri_queue_harness_settle(h);
    pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, pri_queue_harness_status(h).prod);
    pri_queue_harness_settle(h);
}

/* However often the queue was filled and emptied; and a record in it is another state, wherever it lies. */
START_TEST(emptied)
{
    struct flip *flip = open_flip();
    struct pri_queue_harness *h = pri_queue_harness_queue(LOG2, false);
    uint64_t fresh = flip_hash(flip, h->base), filled = 0;
    for (unsigned i = 0; i < 40; i++) {
        struct prisim_page_request request = pri_queue_harness_page(3, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST);
        one_page(h);
        ck_assert_uint_eq(flip_hash(flip, h->base), fresh);
        pri_queue_harness_request(h, &request);
        pri_queue_harness_run(h, 20);
        ck_assert_uint_ne(flip_hash(flip, h->base), fresh);
        ck_assert(i == 0 || flip_hash(flip, h->base) == filled);
        filled = flip_hash(flip, h->base);
        pri_queue_harness_control(h, PRISIM_PRI_QUEUE_CONS, pri_queue_harness_status(h).prod);
        pri_queue_harness_settle(h);
    }
    pri_queue_harness_close(h);
    flip_close(flip);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pri_queue_canonical");
    TCase *tcase = tcase_create("canonical");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_byte);
    tcase_add_loop_test(tcase, the_rest_is_nothing, 0, RUNS);
    tcase_add_test(tcase, later);
    tcase_add_test(tcase, emptied);
    suite_add_tcase(suite, tcase);
    return suite;
}
