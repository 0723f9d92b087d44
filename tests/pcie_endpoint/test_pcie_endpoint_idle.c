/* SPDX-License-Identifier: Apache-2.0
 *
 * Two endpoints with the same random peers: one stepped at every edge, one only when it must be. Both must say the same
 * at the same edges, and what always holds must hold: credits, indices, one end per job, everything ends.
 */
#include "model/core/random.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { JOBS = 120, PASIDS = 3, EDGES = 40000, QUIET = 20000, ALLOCATION = 5 };

/* SMMU, host and testbench, seeded: what they say depends only on what the endpoint says. */
struct peers {
    struct random_stream random;
    unsigned seen, jobs;
    unsigned outstanding;
    bool busy[PRISIM_PRG_INDEXES];
    int pasid[PRISIM_PRG_INDEXES]; /* of the request */
};

static void answer(struct endpoint_harness *h, struct peers *peers, const struct prisim_tlp *up)
{
    uint64_t roll = random_below(&peers->random, 100);
    if (up->head.type == PRISIM_TLP_MEMORY_READ && up->head.at == PRISIM_TLP_AT_TRANSLATION_REQUEST) {
        if (roll < 40)
            endpoint_harness_translated(h, up, 0, 12, 0);
        else if (roll < 43)
            endpoint_harness_complete(h, up, PRISIM_TLP_CA);
        else
            endpoint_harness_translated(h, up, 0x800000, roll < 60 ? 21 : 12, R | (roll < 90 ? W : 0));
    } else if (up->head.type == PRISIM_TLP_MEMORY_READ) {
        endpoint_harness_complete(h, up, roll < 95 ? PRISIM_TLP_SC : PRISIM_TLP_UR);
    } else if (up->head.message == PRISIM_MESSAGE_PAGE_REQUEST && !prisim_tlp_is_stop_marker(&up->head)) {
        ck_assert(!peers->busy[up->head.prg_index]);
        peers->busy[up->head.prg_index] = true;
        peers->pasid[up->head.prg_index] = up->head.flags & PRISIM_TLP_HAS_PASID ? (int)up->head.pasid : NO_PASID;
        ck_assert_uint_le(++peers->outstanding, ALLOCATION);
    }
}

static void respond_some(struct endpoint_harness *h, struct peers *peers)
{
    for (unsigned i = 0; i < PRISIM_PRG_INDEXES && peers->outstanding; i++)
        if (peers->busy[i] && random_below(&peers->random, 30) == 0) {
            peers->busy[i] = false;
            peers->outstanding--;
            endpoint_harness_respond(h, i, random_below(&peers->random, 4) ? PRISIM_PRG_SUCCESS : PRISIM_PRG_INVALID,
                                     peers->pasid[i]);
        }
}

static void post(struct endpoint_harness *h, uint32_t pasid, uint32_t command)
{
    struct prisim_tlp tlp = {
        .head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = h->config.bar_base + 4 * pasid, .size = 4}};
    prisim_store_le32(tlp.data, command);
    endpoint_harness_down(h, &tlp);
}

static void disturb(struct endpoint_harness *h, struct peers *peers)
{
    uint32_t pasid = (uint32_t)random_below(&peers->random, PASIDS);
    switch (random_below(&peers->random, 40)) {
    case 0:
        if (peers->jobs < JOBS) {
            uint64_t address = 0x4000 + 64 * random_below(&peers->random, 1024);
            uint32_t size = 1 + (uint32_t)random_below(&peers->random, 9000);
            bool write = random_below(&peers->random, 2);
            endpoint_harness_dma(h, ++peers->jobs, (int)pasid, address, size, write);
        }
        break;
    case 1:
        post(h, pasid, PRISIM_ENDPOINT_PASID_RUN);
        break;
    case 2:
        if (random_below(&peers->random, 4) == 0)
            post(h, pasid, PRISIM_ENDPOINT_PASID_STOP);
        break;
    case 3:
        endpoint_harness_invalidate(h, 0, (int)pasid, 0x4000, 16, false);
        break;
    case 4:
        post(h, pasid, 0);
        break;
    case 5:
    case 6:
        harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, random_below(&peers->random, 2));
        break;
    }
}

static struct endpoint_harness *play(const struct prisim_endpoint_config *config, uint64_t seed, bool leaps)
{
    struct endpoint_harness *h = endpoint_harness_open(config);
    struct peers peers = {.random = random_open(seed, 0, 0)};
    h->base->leap = leaps;
    endpoint_harness_enable(h, ALLOCATION);
    for (unsigned edge = 0; edge < EDGES; edge++) {
        if (edge < QUIET)
            disturb(h, &peers);
        else
            harness_ready(h->base, PRISIM_ENDPOINT_TX_UP, true);
        respond_some(h, &peers);
        harness_edge(h->base);
        const struct prisim_tlp *up;
        while ((up = harness_got(h->base, PRISIM_ENDPOINT_TX_UP, h->seen))) {
            h->seen++;
            answer(h, &peers, up);
        }
    }
    ck_assert_uint_eq(peers.jobs, JOBS);
    ck_assert_uint_eq(peers.outstanding, 0);
    return h;
}

static void compare(const struct endpoint_harness *a, const struct endpoint_harness *h)
{
    for (unsigned i = 0; i < a->base->events && i < h->base->events; i++) {
        const struct prisim_event *x = &a->base->event[i], *y = &h->base->event[i];
        ck_assert_msg(prisim_event_equal(x, y), "event %u: %s at %lu, %s at %lu", i, prisim_event_name(x->type),
                      (unsigned long)x->cycle, prisim_event_name(y->type), (unsigned long)y->cycle);
    }
    ck_assert_uint_eq(a->base->events, h->base->events);
    ck_assert_uint_eq(a->seen, h->seen);
    for (unsigned i = 0; i < a->seen; i++) {
        ck_assert_uint_eq(harness_got_at(a->base, PRISIM_ENDPOINT_TX_UP, i),
                          harness_got_at(h->base, PRISIM_ENDPOINT_TX_UP, i));
        ck_assert_mem_eq(harness_got(a->base, PRISIM_ENDPOINT_TX_UP, i), harness_got(h->base, PRISIM_ENDPOINT_TX_UP, i),
                         sizeof(struct prisim_tlp_header));
    }
}

START_TEST(extra_steps_change_nothing)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.jobs = 6;
    config.atc_entries = 8;
    config.retry_backoff = 37;
    config.stop = (uint32_t)_i % 3;
    config.invalidate_depth = _i % 2 ? 2 : 32;
    config.invalidate = _i < 3 ? PRISIM_ENDPOINT_DROP_AT_COMPLETION : PRISIM_ENDPOINT_DROP_AT_ARRIVAL;
    config.invalidate_latency = _i % 2 ? 5 : 35;
    struct endpoint_harness *every = play(&config, (uint64_t)_i, false);
    struct endpoint_harness *some = play(&config, (uint64_t)_i, true);
    compare(every, some);
    ck_assert_uint_lt(some->base->steps, EDGES / 2);
    for (uint32_t job = 1; job <= JOBS; job++)
        ck_assert_msg(endpoint_harness_done(every, job), "job %u has not ended", job);
    ck_assert_uint_eq(harness_events(every->base, PRISIM_EVENT_ENDPOINT_STOP),
                      harness_events(every->base, PRISIM_EVENT_ENDPOINT_STOPPED));
    endpoint_harness_close(every);
    endpoint_harness_close(some);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("endpoint idle");
    TCase *tcase = tcase_create("endpoint idle");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, extra_steps_change_nothing, 0, 6);
    suite_add_tcase(suite, tcase);
    return suite;
}
