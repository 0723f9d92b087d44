/* SPDX-License-Identifier: Apache-2.0
 *
 * That nothing is lost is asked of a checked build after each step: here, that each loss is seen. Whatever random
 * peers bring an endpoint to is whole, and is not with any one thing in it changed.
 */
#include "model/pcie_endpoint/endpoint_pri.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_peers.h"

enum { EDGES = 1500, SEEDS = 6 };

/* One of the bits, or -1. */
static int one_of(uint64_t bits)
{
    return bits ? __builtin_ctzll(bits) : -1;
}

static int open_group(const struct prisim_endpoint *s)
{
    for (int index = 0; index < PRISIM_PRG_INDEXES; index++)
        if (endpoint_group_is_open(s, (unsigned)index) && !s->group[index].stale)
            return index;
    return -1;
}

/* Each changes one thing, if the state has what it changes. */
static bool a_credit_more(struct prisim_endpoint *s)
{
    s->page_requests++;
    return true;
}

static bool a_member_less(struct prisim_endpoint *s)
{
    const int index = open_group(s);
    if (index >= 0)
        s->group[index].members--;
    return index >= 0;
}

/* Its one member is moved to a group that is open: as many credits as before. */
static bool an_index_that_nobody_holds(struct prisim_endpoint *s)
{
    const int index = open_group(s);
    if (index < 0)
        return false;
    const unsigned other = ((unsigned)index + 1) % PRISIM_PRG_INDEXES;
    if (endpoint_group_is_open(s, other))
        return false;
    s->group[other].members = s->group[index].members;
    s->group[index].members = 0;
    return true;
}

static bool a_group_whose_job_went_on(struct prisim_endpoint *s)
{
    const int job = one_of(endpoint_jobs_in_groups(s));
    if (job < 0)
        return false;
    for (unsigned state = ENDPOINT_JOB_MEMBER; state <= ENDPOINT_JOB_ASKED; state++)
        s->in[state] &= ~endpoint_bit((unsigned)job);
    s->in[ENDPOINT_JOB_BACKOFF] |= endpoint_bit((unsigned)job);
    return true;
}

static bool a_group_of_another_job(struct prisim_endpoint *s)
{
    const int index = open_group(s);
    if (index >= 0)
        s->group[index].job = (uint8_t)((s->group[index].job + 1u) % PRISIM_ENDPOINT_JOBS_MAX);
    return index >= 0;
}

static bool a_job_of_another_group(struct prisim_endpoint *s)
{
    const int job = one_of(endpoint_jobs_in_groups(s));
    if (job >= 0)
        s->job[job].prg_index ^= 1;
    return job >= 0;
}

static bool a_job_in_a_stale_group(struct prisim_endpoint *s)
{
    const int index = open_group(s);
    if (index >= 0)
        s->group[index].stale = true;
    return index >= 0;
}

static bool a_slot_in_no_state(struct prisim_endpoint *s)
{
    const int job = one_of(s->in[ENDPOINT_JOB_FREE]);
    if (job >= 0)
        s->in[ENDPOINT_JOB_FREE] &= ~endpoint_bit((unsigned)job);
    return job >= 0;
}

static bool a_slot_in_two_states(struct prisim_endpoint *s)
{
    const int job = one_of(s->in[ENDPOINT_JOB_TRANSLATING]);
    if (job >= 0)
        s->in[ENDPOINT_JOB_FREE] |= endpoint_bit((unsigned)job);
    return job >= 0;
}

static bool a_write_that_is_not_out(struct prisim_endpoint *s)
{
    const int job = one_of(s->in[ENDPOINT_JOB_TRANSFER]);
    if (job >= 0)
        s->job[job].open++;
    return job >= 0;
}

static bool a_read_that_nobody_waits_for(struct prisim_endpoint *s)
{
    const int read = one_of(~s->free_reads);
    if (read >= 0)
        s->read[read].overdue = !s->read[read].overdue;
    return read >= 0;
}

static bool a_context_with_a_group_more(struct prisim_endpoint *s)
{
    const int context = one_of(~s->free_contexts);
    if (context >= 0)
        s->context[context].groups++;
    return context >= 0;
}

static bool a_context_with_another_job(struct prisim_endpoint *s)
{
    const int context = one_of(~s->free_contexts);
    if (context >= 0)
        s->context[context].jobs ^= 1;
    return context >= 0;
}

static bool a_stream_with_an_access_more(struct prisim_endpoint *s)
{
    const int stream = one_of(s->streams);
    if (stream >= 0)
        s->stream[stream].under_way++;
    return stream >= 0;
}

static bool a_translation_that_nobody_asked_for(struct prisim_endpoint *s)
{
    const int job = one_of(~s->in[ENDPOINT_JOB_TRANSLATING]);
    if (job >= 0)
        s->asked[job].pages = 1;
    return job >= 0;
}

static bool more_outgoing_than_there_is_room(struct prisim_endpoint *s)
{
    s->outgoing_count = ENDPOINT_OUTGOING_MAX + 1;
    return true;
}

static bool an_invalidation_taken_twice(struct prisim_endpoint *s)
{
    s->invalidate_gone = (uint8_t)(s->invalidate_count + 1u);
    return true;
}

static const struct {
    const char *name;
    bool (*change)(struct prisim_endpoint *s);
} losses[] = {
#define LOSS(change)                                                                                                   \
    {                                                                                                                  \
#change, change                                                                                                \
    }
    LOSS(a_credit_more),
    LOSS(a_member_less),
    LOSS(an_index_that_nobody_holds),
    LOSS(a_group_whose_job_went_on),
    LOSS(a_group_of_another_job),
    LOSS(a_job_of_another_group),
    LOSS(a_job_in_a_stale_group),
    LOSS(a_slot_in_no_state),
    LOSS(a_slot_in_two_states),
    LOSS(a_write_that_is_not_out),
    LOSS(a_read_that_nobody_waits_for),
    LOSS(a_context_with_a_group_more),
    LOSS(a_context_with_another_job),
    LOSS(a_stream_with_an_access_more),
    LOSS(a_translation_that_nobody_asked_for),
    LOSS(more_outgoing_than_there_is_room),
    LOSS(an_invalidation_taken_twice),
};
enum { LOSSES = sizeof losses / sizeof *losses };

/* How often something could be lost, and it was seen. */
static unsigned is_seen(const struct endpoint_harness *h, struct prisim_endpoint *copy, unsigned loss)
{
    memcpy(copy, h->state, prisim_endpoint_state_size(&h->config));
    if (!losses[loss].change(copy))
        return 0;
    ck_assert_msg(!endpoint_is_conserved(&h->config, copy), "%s: at edge %llu nobody sees it", losses[loss].name,
                  (unsigned long long)h->base->now);
    return 1;
}

/* covers: PCIE-GROUP-6, PCIE-GROUP-7 */
START_TEST(every_loss_is_seen)
{
    unsigned seen[LOSSES] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct endpoint_peers peers = {
            .random = random_open(seed, 0, 0), .jobs_left = 60, .rogues = seed % 2, .streams = true};
        struct prisim_endpoint_config config;
        endpoint_harness_config(&config);
        config.group_pages = 3;
        config.last_delay = 20;
        config.completion_timeout = 40;
        struct endpoint_harness *h = endpoint_harness_enabled(&config, ENDPOINT_PEERS_ALLOCATION);
        struct prisim_endpoint *copy = malloc(prisim_endpoint_state_size(&h->config));
        for (unsigned edge = 0; edge < EDGES; edge++) {
            endpoint_peers_edge(h, &peers, true);
            ck_assert(endpoint_is_conserved(&h->config, h->state));
            for (unsigned loss = 0; loss < LOSSES; loss++)
                seen[loss] += is_seen(h, copy, loss);
        }
        free(copy);
        endpoint_harness_close(h);
    }
    for (unsigned loss = 0; loss < LOSSES; loss++)
        ck_assert_msg(seen[loss] > 0, "%s: there was no occasion", losses[loss].name);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_endpoint_conserved");
    TCase *tcase = tcase_create("conserved");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_loss_is_seen);
    suite_add_tcase(suite, tcase);
    return suite;
}
