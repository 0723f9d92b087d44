/* SPDX-License-Identifier: Apache-2.0
 *
 * What must pass does, edge by edge, while something is held up (PCIE-ORDER A3, A4, D3, D4), what does not pass stays,
 * and a link that is slow or full is nobody else's matter.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"

static void offer(struct fabric_harness *h, unsigned rx, struct prisim_tlp tlp)
{
    harness_offer(h->base, rx, &tlp);
}

static struct prisim_tlp read_up(unsigned link, uint32_t id)
{
    return (struct prisim_tlp){
        .head = {.type = PRISIM_TLP_MEMORY_READ, .requester_id = link_id(link), .size = 8, .id = id}};
}

static struct prisim_tlp read_data(unsigned link, uint32_t id)
{
    return (struct prisim_tlp){.head = {.type = PRISIM_TLP_COMPLETION_DATA,
                                        .requester_id = link_id(link),
                                        .destination_id = SMMU_ID,
                                        .size = 64,
                                        .id = id}};
}

/* D3: the completion need not wait for a read that the SMMU does not take; it goes at the edge at which the read is
 * seen not to be taken: not at N-1, yes at N. */
/* covers: PCIE-ORDER-5 */
START_TEST(completion_to_the_host_passes_a_read)
{
    struct prisim_fabric_config config = fabric_harness_config(1);
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = true;
    harness_ready(h->base, PRISIM_FABRIC_TX_SMMU, false);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, read_up(0, 1));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, host_completion(0, 2));
    harness_run(h->base, 500);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 0), 1 + 1 + 165);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_HOST, 0), 2 + 1 + 165);
    fabric_harness_close(h);
}
END_TEST

/* A3: two places for reads of the SMMU; the third read waits, and the page request behind it does not. The read follows
 * at the edge behind the first completion. */
/* covers: PCIE-ORDER-5 */
START_TEST(posted_passes_a_read_without_a_place)
{
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.smmu_nonposted = 2;
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = true;
    for (uint32_t i = 1; i <= 3; i++)
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, read_up(0, i));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 4));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 5));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT + 1, page_request(1, 6));
    harness_run(h->base, 500);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_SMMU].count, 5);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 3), 4);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 3), 4 + 1 + 165);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 4), 5);
    ck_assert_uint_eq(h->base->next, PRISIM_CYCLE_NEVER);
    offer(h, PRISIM_FABRIC_RX_SMMU, read_data(0, 7)); /* taken at 500 */
    harness_run(h->base, 20);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 5), 3);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_SMMU, 5), 500);
    fabric_harness_close(h);
}
END_TEST

/* A4, D4 and A3, D3: one place for requests of the host; what is behind the second goes on, and in order. */
/* covers: PCIE-ORDER-5 */
START_TEST(what_is_behind_a_request_of_the_host_goes_on)
{
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.link[0].nonposted = 1;
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = true;
    for (uint32_t i = 1; i <= 2; i++) {
        struct prisim_tlp request = config_read(0, i);
        if (_i)
            request.head.type = PRISIM_TLP_CONFIG_WRITE;
        offer(h, PRISIM_FABRIC_RX_HOST, request);
        harness_run(h->base, 10);
    }
    offer(h, PRISIM_FABRIC_RX_SMMU, read_data(0, 3));
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(0, 4));
    offer(h, PRISIM_FABRIC_RX_SMMU, read_data(0, 5));
    harness_run(h->base, 500);
    static const uint32_t first[] = {1, 3, 4, 5};
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT, i), first[i]);
    ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_ENDPOINT].count, 4);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_ENDPOINT, 1), 20 + 3 + 165); /* 84 bytes at G4x16 */
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, host_completion(0, 6));                             /* taken at 520 */
    harness_run(h->base, 20);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT, 4), 2);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_FABRIC_TX_ENDPOINT, 4), 520);
    fabric_harness_close(h);
}
END_TEST

/* A class has a place of its own: with a link full of reads a page request is taken, and a completion. */
START_TEST(a_class_has_a_place_of_its_own)
{
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.link_tlps = 2;
    config.smmu_nonposted = 1;
    struct fabric_harness *h = fabric_harness_open(&config);
    for (uint32_t i = 1; i <= 3; i++)
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, read_up(0, i)); /* one at the SMMU, two on the link */
    harness_run(h->base, 400);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, page_request(0, 4));
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, host_completion(0, 5));
    harness_run(h->base, 400);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_ENDPOINT].taken_at[3], 401); /* seen at 400 */
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_SMMU, 1), 4);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_HOST, 0), 5);
    offer(h, PRISIM_FABRIC_RX_ENDPOINT, read_up(0, 6));
    harness_run(h->base, 400);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_ENDPOINT].taken, 5); /* the read has none */
    fabric_harness_close(h);
}
END_TEST

/* 700 completions are on their way to a function behind one lane of Gen1, 336 cycles each; 64 of 64 bytes for its
 * neighbour (4 KB) follow, at G4x16 in 171 cycles: the last is there 1,100 cycles after the first was offered. With
 * room for 256 on a link, as if the SMMU's TLPs shared it, they wait for the slow ones. */
START_TEST(a_slow_neighbour_delays_nobody)
{
    static const struct {
        uint32_t smmu_tlps;
        prisim_cycle_t least, most;
    } room[] = {{800, 0, 1100}, {256, 100000, 200000}};
    enum { SLOW = 700, DATA = 64 };
    struct prisim_fabric_config config = fabric_harness_config(2);
    config.smmu_tlps = room[_i].smmu_tlps;
    config.link[0].generation = config.link[0].width = 1;
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = true;
    for (uint32_t i = 0; i < SLOW; i++)
        offer(h, PRISIM_FABRIC_RX_SMMU, read_data(0, i));
    for (uint32_t i = 0; i < DATA; i++)
        offer(h, PRISIM_FABRIC_RX_SMMU, read_data(1, i));
    ck_assert(harness_until(h->base, PRISIM_FABRIC_TX_ENDPOINT + 1, DATA, 250000));
    const prisim_cycle_t last = harness_got_at(h->base, PRISIM_FABRIC_TX_ENDPOINT + 1, DATA - 1);
    ck_assert_uint_ge(last, room[_i].least);
    ck_assert_uint_le(last, room[_i].most);
    fabric_harness_close(h);
}
END_TEST

/* What a function can be owed has room, though it takes nothing: 256 completions, 32 Invalidate Requests, 512 PRG
 * Responses; and its neighbour's is not held up. */
START_TEST(what_a_function_can_be_owed_has_room)
{
    enum { OWED = 256 + 32 + 512 };
    struct prisim_fabric_config config = fabric_harness_config(2);
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = true;
    harness_ready(h->base, PRISIM_FABRIC_TX_ENDPOINT, false);
    for (uint32_t i = 0; i < OWED; i++)
        offer(h, PRISIM_FABRIC_RX_SMMU, i < 256 ? read_data(0, i) : prg_response(0, i));
    offer(h, PRISIM_FABRIC_RX_SMMU, prg_response(1, 9999));
    harness_run(h->base, 2000);
    ck_assert_uint_eq(h->base->rx[PRISIM_FABRIC_RX_SMMU].taken, OWED + 1);
    ck_assert_uint_eq(got_id(h, PRISIM_FABRIC_TX_ENDPOINT + 1, 0), 9999);
    fabric_harness_close(h);
}
END_TEST

/* With order may one of the first eight that can go is drawn, and each of them is. One place for reads: a dozen wait
 * for it, and have come when it is free. */
START_TEST(one_of_the_first_eight_goes)
{
    enum { SEEDS = 200, WAIT_FOR_IT = 12 };
    unsigned drawn[2 + WAIT_FOR_IT + 1] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct prisim_fabric_config config = fabric_harness_config(1);
        config.smmu_nonposted = 1;
        config.order = PRISIM_FABRIC_MAY;
        config.order_seed = seed;
        struct fabric_harness *h = fabric_harness_open(&config);
        offer(h, PRISIM_FABRIC_RX_ENDPOINT, read_up(0, 1));
        harness_run(h->base, 500);
        for (uint32_t i = 2; i < 2 + WAIT_FOR_IT; i++)
            offer(h, PRISIM_FABRIC_RX_ENDPOINT, read_up(0, i));
        harness_run(h->base, 500);
        ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_SMMU].count, 1);
        offer(h, PRISIM_FABRIC_RX_SMMU, read_data(0, 99));
        harness_run(h->base, 20);
        ck_assert_uint_eq(h->base->tx[PRISIM_FABRIC_TX_SMMU].count, 2);
        const uint32_t id = got_id(h, PRISIM_FABRIC_TX_SMMU, 1);
        ck_assert(id >= 2 && id < 2 + WAIT_FOR_IT);
        drawn[id]++;
        fabric_harness_close(h);
    }
    for (unsigned id = 2; id < 2 + WAIT_FOR_IT; id++)
        ck_assert_msg((drawn[id] > 0) == (id < 2 + 8), "read %u went first %u times", id, drawn[id]);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_pass");
    TCase *tcase = tcase_create("pass");
    tcase_add_test(tcase, completion_to_the_host_passes_a_read);
    tcase_add_test(tcase, posted_passes_a_read_without_a_place);
    tcase_add_loop_test(tcase, what_is_behind_a_request_of_the_host_goes_on, 0, 2);
    tcase_add_test(tcase, a_class_has_a_place_of_its_own);
    tcase_add_loop_test(tcase, a_slow_neighbour_delays_nobody, 0, 2);
    tcase_add_test(tcase, what_a_function_can_be_owed_has_room);
    tcase_add_test(tcase, one_of_the_first_eight_goes);
    suite_add_tcase(suite, tcase);
    return suite;
}
