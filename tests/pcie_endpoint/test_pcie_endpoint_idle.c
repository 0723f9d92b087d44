/* SPDX-License-Identifier: Apache-2.0
 *
 * Two endpoints with the same random peers: one stepped at every edge, one only when it must be. Both must say the same
 * at the same edges, and what always holds must hold: credits, indices, one end per job, everything ends.
 */
#include "model/core/random.h"
#include "tests/pcie_endpoint/bench.h"

enum { JOBS = 120, PASIDS = 3, EDGES = 40000, QUIET = 20000, ALLOCATION = 5 };

static cycle_t steps; /* of the endpoint that leaps */

struct leap {
    cycle_t next;
    uint64_t offered, ready;
};
static struct leap leap;

/* Calls the block only where the contract says that it must be stepped. */
static cycle_t leaping(const void *config, void *state, cycle_t now, struct ports *p)
{
    uint64_t rose = p->tx_ready & ~leap.ready & p->tx_valid;
    uint64_t fresh = p->rx_valid & ~leap.offered;
    leap.ready = p->tx_ready;
    leap.offered = p->rx_valid & ~ports_arrived(p);
    if (now >= leap.next || ports_arrived(p) || fresh || rose) {
        leap.next = endpoint_step(config, state, now, p);
        steps++;
    }
    return leap.next > now ? leap.next : now + 1;
}

/* SMMU, host and testbench, seeded: what they say depends only on what the endpoint says. */
struct peers {
    struct random_stream random;
    unsigned seen, jobs;
    unsigned outstanding;
    bool busy[PRG_INDEXES];
    int pasid[PRG_INDEXES]; /* of the request */
};

static void answer(struct bench *b, struct peers *peers, const struct tlp *up)
{
    uint64_t roll = random_below(&peers->random, 100);
    if (up->head.type == TLP_MEMORY_READ && up->head.at == TLP_AT_TRANSLATION_REQUEST) {
        if (roll < 40)
            bench_translated(b, up, 0, 12, 0);
        else if (roll < 43)
            bench_complete(b, up, TLP_CA);
        else
            bench_translated(b, up, 0x800000, roll < 60 ? 21 : 12, R | (roll < 90 ? W : 0));
    } else if (up->head.type == TLP_MEMORY_READ) {
        bench_complete(b, up, roll < 95 ? TLP_SC : TLP_UR);
    } else if (up->head.message == MESSAGE_PAGE_REQUEST && !tlp_is_stop_marker(&up->head)) {
        ck_assert(!peers->busy[up->head.prg_index]);
        peers->busy[up->head.prg_index] = true;
        peers->pasid[up->head.prg_index] = up->head.flags & TLP_HAS_PASID ? (int)up->head.pasid : NO_PASID;
        ck_assert_uint_le(++peers->outstanding, ALLOCATION);
    }
}

static void respond_some(struct bench *b, struct peers *peers)
{
    for (unsigned i = 0; i < PRG_INDEXES && peers->outstanding; i++)
        if (peers->busy[i] && random_below(&peers->random, 30) == 0) {
            peers->busy[i] = false;
            peers->outstanding--;
            bench_respond(b, i, random_below(&peers->random, 4) ? PRG_SUCCESS : PRG_INVALID, peers->pasid[i]);
        }
}

static void post(struct bench *b, uint32_t pasid, uint32_t command)
{
    struct tlp tlp = {.head = {.type = TLP_MEMORY_WRITE, .address = b->config.bar_base + 4 * pasid, .size = 4}};
    store_le32(tlp.data, command);
    bench_down(b, &tlp);
}

static void disturb(struct bench *b, struct peers *peers)
{
    uint32_t pasid = (uint32_t)random_below(&peers->random, PASIDS);
    switch (random_below(&peers->random, 40)) {
    case 0:
        if (peers->jobs < JOBS) {
            uint64_t address = 0x4000 + 64 * random_below(&peers->random, 1024);
            uint32_t size = 1 + (uint32_t)random_below(&peers->random, 9000);
            bool write = random_below(&peers->random, 2);
            bench_dma(b, ++peers->jobs, (int)pasid, address, size, write);
        }
        break;
    case 1:
        post(b, pasid, ENDPOINT_PASID_RUN);
        break;
    case 2:
        if (random_below(&peers->random, 4) == 0)
            post(b, pasid, ENDPOINT_PASID_STOP);
        break;
    case 3:
        bench_invalidate(b, 0, (int)pasid, 0x4000, 16, false);
        break;
    case 4:
        post(b, pasid, 0);
        break;
    case 5:
    case 6:
        rig_ready(b->rig, ENDPOINT_TX_UP, random_below(&peers->random, 2));
        break;
    }
}

static struct bench *play(const struct endpoint_config *config, uint64_t seed, bool leaps)
{
    struct bench *b = bench_open(config);
    struct peers peers = {.random = random_open(seed, 0, 0)};
    leap = (struct leap){0};
    if (leaps)
        b->rig->step = leaping;
    bench_enable(b, ALLOCATION);
    for (unsigned edge = 0; edge < EDGES; edge++) {
        if (edge < QUIET)
            disturb(b, &peers);
        else
            rig_ready(b->rig, ENDPOINT_TX_UP, true);
        respond_some(b, &peers);
        rig_edge(b->rig);
        const struct tlp *up;
        while ((up = rig_got(b->rig, ENDPOINT_TX_UP, b->seen))) {
            b->seen++;
            answer(b, &peers, up);
        }
    }
    ck_assert_uint_eq(peers.jobs, JOBS);
    ck_assert_uint_eq(peers.outstanding, 0);
    return b;
}

static void compare(const struct bench *a, const struct bench *b)
{
    for (unsigned i = 0; i < a->rig->events && i < b->rig->events; i++) {
        const struct event *x = &a->rig->event[i], *y = &b->rig->event[i];
        ck_assert_msg(event_equal(x, y), "event %u: %s at %lu, %s at %lu", i, event_name(x->type),
                      (unsigned long)x->cycle, event_name(y->type), (unsigned long)y->cycle);
    }
    ck_assert_uint_eq(a->rig->events, b->rig->events);
    ck_assert_uint_eq(a->seen, b->seen);
    for (unsigned i = 0; i < a->seen; i++) {
        ck_assert_uint_eq(rig_got_at(a->rig, ENDPOINT_TX_UP, i), rig_got_at(b->rig, ENDPOINT_TX_UP, i));
        ck_assert_mem_eq(rig_got(a->rig, ENDPOINT_TX_UP, i), rig_got(b->rig, ENDPOINT_TX_UP, i),
                         sizeof(struct tlp_header));
    }
}

START_TEST(extra_steps_change_nothing)
{
    struct endpoint_config config;
    bench_config(&config);
    config.jobs = 6;
    config.atc_entries = 8;
    config.retry_backoff = 37;
    config.stop = (uint32_t)_i % 3;
    config.invalidate_depth = _i % 2 ? 2 : 32;
    config.invalidate = _i < 3 ? ENDPOINT_DROP_AT_COMPLETION : ENDPOINT_DROP_AT_ARRIVAL;
    config.invalidate_latency = _i % 2 ? 5 : 35;
    struct bench *every = play(&config, (uint64_t)_i, false);
    steps = 0;
    struct bench *some = play(&config, (uint64_t)_i, true);
    compare(every, some);
    ck_assert_uint_lt(steps, EDGES / 2);
    for (uint32_t job = 1; job <= JOBS; job++)
        ck_assert_msg(bench_done(every, job), "job %u has not ended", job);
    ck_assert_uint_eq(rig_events(every->rig, EVENT_ENDPOINT_STOP), rig_events(every->rig, EVENT_ENDPOINT_STOPPED));
    bench_close(every);
    bench_close(some);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("endpoint idle");
    TCase *tcase = tcase_create("endpoint idle");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, extra_steps_change_nothing, 0, 6);
    suite_add_tcase(suite, tcase);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
