/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool of page requests of a physical function and its virtual functions: credits and indexes (PCIE-GROUP-8).
 */
#include "model/core/random.h"
#include "model/pcie_endpoint/endpoint_state.h"
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_family.h"

enum { JOBS = 40 };

static void many_jobs(struct prisim_endpoint_config *config)
{
    config->jobs = 64;
    config->pri_capacity = 512;
    config->retry_backoff = 0;
}

static void lowest(struct prisim_endpoint_config *config)
{
    many_jobs(config);
    config->prgi_policy = PRISIM_ENDPOINT_PRGI_LOWEST;
}

static void ignoring(struct prisim_endpoint_config *config)
{
    many_jobs(config);
    config->profile = PRISIM_ENDPOINT_IGNORES_ALLOCATION;
}

/* All want more than there is: together they have the Allocation, never more. */
/* covers: PCIE-GROUP-8, PCIE-PRICAP-19 */
START_TEST(together_the_allocation)
{
    static const struct {
        unsigned vfs, allocation, share[4];
    } rows[] = {
        {2, 1, {1, 0, 0}},     {2, 2, {1, 1, 0}}, {2, 3, {1, 1, 1}},     {2, 5, {2, 2, 1}},
        {2, 32, {11, 11, 10}}, {1, 7, {4, 3}},    {3, 30, {8, 8, 7, 7}}, {3, 100, {25, 25, 25, 25}},
    };
    struct family *f = family_open(rows[_i].vfs, many_jobs);
    family_enable(f, rows[_i].allocation);
    for (unsigned i = 0; i < f->functions; i++)
        for (unsigned job = 0; job < JOBS; job++)
            family_dma(f, i, job);
    for (unsigned edge = 0; edge < 400; edge++) {
        family_run(f, 1);
        unsigned sum = 0;
        for (unsigned i = 0; i < f->functions; i++)
            sum += family_state(f, i)->page_requests;
        ck_assert_uint_le(sum, rows[_i].allocation);
    }
    for (unsigned i = 0; i < f->functions; i++)
        ck_assert_uint_eq(family_state(f, i)->page_requests, rows[_i].share[i]);
    /* PCIE-PRICAP-19: more of it at n is there for a VF at n + 1. */
    family_config_write(f, 0, 0x11c, 4, 4 * rows[_i].allocation);
    family_run(f, 100);
    for (unsigned i = 0; i < f->functions; i++)
        ck_assert_uint_ge(family_state(f, i)->page_requests, rows[_i].share[i]);
    family_close(f);
}
END_TEST

/* An Allocation above the PF's capacity is the capacity. */
/* covers: PCIE-PRICAP-18 */
START_TEST(capacity_is_of_all)
{
    struct family *f = family_open(1, NULL); /* 64 */
    family_enable(f, 400);
    ck_assert_uint_eq(family_state(f, 0)->page_request_limit, 32);
    ck_assert_uint_eq(family_state(f, 1)->page_request_limit, 32);
    family_close(f);
}
END_TEST

/* PCIE-PARAMETER-4: whatever is answered, no index is out twice, and each function has its own. */
/* covers: PCIE-GROUP-7, PCIE-GROUP-8 */
START_TEST(indexes_are_unique)
{
    enum { INDEXES = 512, ROUNDS = 7000 };
    struct family *f = family_open(2, _i == 0 ? many_jobs : _i == 1 ? lowest : ignoring);
    family_enable(f, 48);
    uint8_t out[INDEXES] = {0};
    uint32_t job = 0;
    unsigned read = f->events, wrapped = 0;
    for (unsigned i = 0; i < f->functions; i++)
        for (unsigned n = 0; n < 30; n++)
            family_dma(f, i, job++);
    for (unsigned edge = 0; edge < ROUNDS; edge++) {
        family_run(f, 1);
        for (; read < f->events; read++) {
            const struct prisim_event *event = &f->event[read];
            const unsigned function = event->instance - 1u;
            if (event->type == PRISIM_EVENT_ENDPOINT_PAGE_REQUEST) {
                const unsigned index = (unsigned)event->endpoint_page_request.prgi;
                ck_assert_uint_eq(out[index]++, 0);
                ck_assert_uint_eq(index / 170, function);
                wrapped += index % 170 == 169;
                if (f->function[function].downs < FAMILY_QUEUE - 200)
                    family_respond(f, function, index, PRISIM_PRG_SUCCESS);
            } else if (event->type == PRISIM_EVENT_ENDPOINT_RESPONSE) {
                ck_assert_uint_eq(event->endpoint_response.cause, PRISIM_CAUSE_GROUP_FREED);
                out[event->endpoint_response.prgi]--;
            }
        }
    }
    ck_assert_uint_ge(wrapped, _i == 1 ? 0 : 9);
    ck_assert_uint_gt(family_events(f, 1, PRISIM_EVENT_ENDPOINT_PAGE_REQUEST), 800);
    family_close(f);
}
END_TEST

/* The first index of each, and where the last but one leads: 512 / 3 = 170. */
START_TEST(indexes_begin_at_the_first)
{
    struct family *f = family_open(2, many_jobs);
    family_enable(f, 48);
    ck_assert_uint_eq(family_fault(f, 0, 1), 0);
    ck_assert_uint_eq(family_fault(f, 1, 1), 170);
    ck_assert_uint_eq(family_fault(f, 2, 1), 340);
    ck_assert_uint_eq(family_fault(f, 2, 2), 341);
    family_close(f);
}
END_TEST

static void some(struct prisim_endpoint_config *config)
{
    config->group_pages = 3;
    config->stop = PRISIM_ENDPOINT_STOP_MARKER;
    config->flr_cycles = 7;
    config->completion_timeout = 60;
    config->on_pri_off = PRISIM_ENDPOINT_PRI_OFF_HOLD;
}

/* Software and the host at random: mostly Success, now and then Invalid, Failure, an unknown index, E, Reset, FLR. */
static void disturb(struct family *f, struct random_stream *random, unsigned index)
{
    const unsigned function = (unsigned)random_below(random, 3);
    switch (random_below(random, 40)) {
    case 0:
        family_respond(f, function, index, random_below(random, 3) ? PRISIM_PRG_INVALID : 15);
        break;
    case 1:
    case 2:
        family_config_write(f, 0, 0x114, 2, (uint32_t)random_below(random, 3));
        break;
    case 3:
        family_config_write(f, function, 0x48, 2, 0x8000);
        break;
    case 4:
        family_config_write(f, function, 0x04, 2, 6);
        family_config_write(f, function, 0x106, 2, 0x8000);
        family_config_write(f, 0, 0x11c, 4, 8);
        family_config_write(f, 0, 0x114, 2, 1);
        break;
    case 5:
        family_pasid(f, function, 1, 1 + (uint32_t)random_below(random, 2));
        break;
    default:
        break;
    }
}

/* At every edge: together no more than the Allocation but for what an FLR or E has just made void; with Stopped nothing
 * is out; and the PF knows what its VFs had at the edge before. */
START_TEST(whatever_happens)
{
    struct family *f = family_open(2, some);
    struct random_stream random = random_open((uint64_t)_i + 1, 0, 0);
    family_enable(f, 8);
    unsigned read = f->events, index = 0, stopped = 0, failed = 0, before = 0;
    for (unsigned edge = 0; edge < 6000; edge++) {
        disturb(f, &random, index);
        if (edge % 5 == 0)
            family_dma(f, edge % 3, edge);
        family_run(f, 1);
        for (; read < f->events; read++)
            if (f->event[read].type == PRISIM_EVENT_ENDPOINT_PAGE_REQUEST) {
                index = (unsigned)f->event[read].endpoint_page_request.prgi;
                if (random_below(&random, 3))
                    family_respond(f, f->event[read].instance - 1u, index, PRISIM_PRG_SUCCESS);
            }
        const struct prisim_endpoint *pf = family_state(f, 0);
        const uint32_t of_vfs = family_state(f, 1)->page_requests + family_state(f, 2)->page_requests;
        ck_assert_uint_le(pf->page_requests + of_vfs, 8);
        ck_assert(!pf->pri_stopped || pf->pri_enable || pf->page_requests + of_vfs == 0);
        ck_assert_uint_eq(pf->shared.page_requests, before); /* as the VFs said at the edge before */
        before = of_vfs;
        for (unsigned vf = 1; vf < 3; vf++)
            ck_assert(pf->pri_enable || family_state(f, vf)->page_request_limit == 0 || pf->shared.unheard);
        stopped += !pf->pri_enable && pf->pri_stopped;
        failed += pf->pri_halted;
    }
    ck_assert_uint_gt(stopped, 100);
    ck_assert_uint_gt(failed, 100);
    family_close(f);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("endpoint shared pool");
    TCase *tcase = tcase_create("endpoint shared pool");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, together_the_allocation, 0, 8);
    tcase_add_test(tcase, capacity_is_of_all);
    tcase_add_loop_test(tcase, indexes_are_unique, 0, 3);
    tcase_add_test(tcase, indexes_begin_at_the_first);
    tcase_add_loop_test(tcase, whatever_happens, 0, 8);
    suite_add_tcase(suite, tcase);
    return suite;
}
