/* SPDX-License-Identifier: Apache-2.0
 *
 * Two endpoints with the same random peers: one stepped at every edge, one only when it must be. Both must say the same
 * at the same edges, and what always holds must hold: credits, indices, one end per job, everything ends.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_peers.h"

enum { JOBS = 120, EDGES = 40000, QUIET = 20000 };

static struct endpoint_harness *play(const struct prisim_endpoint_config *config, uint64_t seed, bool leaps)
{
    struct endpoint_harness *h = endpoint_harness_open(config);
    struct endpoint_peers peers = {
        .random = random_open(seed, 0, 0), .jobs_left = JOBS, .streams = config->group_pages > 1};
    h->base->leap = leaps;
    endpoint_harness_enable(h, ENDPOINT_PEERS_ALLOCATION);
    for (unsigned edge = 0; edge < EDGES; edge++)
        endpoint_peers_edge(h, &peers, edge < QUIET);
    ck_assert_uint_eq(peers.jobs_left, 0);
    ck_assert_uint_eq(peers.outstanding, 0);
    ck_assert_uint_eq(peers.held, 0);
    return h;
}

static unsigned given_up(struct endpoint_harness *h)
{
    unsigned count = 0;
    for (unsigned i = 0; i < harness_events(h->base, PRISIM_EVENT_ENDPOINT_JOB_DONE); i++)
        count += harness_event(h->base, PRISIM_EVENT_ENDPOINT_JOB_DONE, i)->endpoint_job_done.cause ==
                 PRISIM_CAUSE_COMPLETION_TIMEOUT;
    return count;
}

static void compare(const struct endpoint_harness *a, const struct endpoint_harness *h)
{
    for (unsigned i = 0; i < a->base->events && i < h->base->events; i++) {
        const struct prisim_event *x = harness_event_at(a->base, i), *y = harness_event_at(h->base, i);
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
    config.invalidate = _i % 6 < 3 ? PRISIM_ENDPOINT_DROP_AT_COMPLETION : PRISIM_ENDPOINT_DROP_AT_ARRIVAL;
    config.invalidate_latency = _i % 2 ? 5 : 35;
    if (_i >= 6) {
        config.group_pages = 3;
        config.group_order = (uint32_t)_i % 2;
        config.prgi_policy = (uint32_t)_i % 2;
        config.last_delay = 20;
        config.completion_timeout = 40;
    }
    struct endpoint_harness *every = play(&config, (uint64_t)_i, false);
    struct endpoint_harness *some = play(&config, (uint64_t)_i, true);
    compare(every, some);
    ck_assert_uint_lt(some->base->steps, EDGES / 2);
    const unsigned jobs = harness_events(every->base, PRISIM_EVENT_ENDPOINT_JOB);
    ck_assert_uint_ge(jobs, JOBS);
    for (unsigned i = 0; i < jobs; i++) {
        const uint32_t job = (uint32_t)harness_event(every->base, PRISIM_EVENT_ENDPOINT_JOB, i)->endpoint_job.job;
        ck_assert_msg(endpoint_harness_done(every, job), "job %u has not ended", job);
    }
    if (_i >= 6)
        ck_assert_uint_gt(given_up(every), 3);
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
    tcase_add_loop_test(tcase, extra_steps_change_nothing, 0, 12);
    suite_add_tcase(suite, tcase);
    return suite;
}
