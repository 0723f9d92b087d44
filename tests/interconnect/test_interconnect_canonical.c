/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of an interconnect's accesses: two with different pasts whose rows are equal stay equal, edge by
 * edge; and everything of an access counts.
 */
#include "model/core/random.h"
#include "tests/harness/suite.h"
#include "tests/interconnect/interconnect_harness.h"

static uint64_t row_of(const struct interconnect_harness *h, struct prisim_canonical *to)
{
    prisim_canonical_begin(to, 0, h->base->now - 1);
    prisim_interconnect_canonical(&h->config, h->state, &h->base->ports, to);
    prisim_canonical_word(to, h->base->ports.tx_valid);
    prisim_canonical_end(to);
    return prisim_canonical_hash(to, 1, h->base->now - 1);
}

static struct interconnect_harness *open_short(void)
{
    struct prisim_interconnect_config config = interconnect_harness_config();
    config.outstanding = 5;
    return interconnect_harness_open(&config);
}

/* One edge with whatever its neighbours may say; `id` is that of the next access. */
static void any_edge(struct interconnect_harness *h, struct random_stream *random, uint32_t *id)
{
    for (unsigned port = 0; port < PRISIM_INTERCONNECT_PORTS; port++) {
        const uint64_t address = random_below(random, 4) ? ram_base + 64 * random_below(random, 8) : doorbell;
        const bool write = random_below(random, 2);
        if (random_below(random, 12) == 0 && h->base->rx[port].offered - h->base->rx[port].taken < 2) {
            if (write)
                offer_write(h, port, (*id)++, address, 4, (uint8_t)random_below(random, 256));
            else
                offer_read(h, port, (*id)++, address, 8);
        }
        if (random_below(random, 30) == 0)
            harness_ready(h->base, port, random_below(random, 3) > 0);
    }
    harness_edge(h->base);
}

START_TEST(equal_rows_stay_equal)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct interconnect_harness *a = open_short(), *b = open_short();
    /* RAM is not told: no write of the past is left in it. */
    for (unsigned i = 0; i < 20; i++) {
        offer_read(b, i % PRISIM_INTERCONNECT_PORTS, 100 + i, ram_base, 8);
        harness_run(b->base, 50); /* one alone changes no turn */
    }
    harness_run(a->base, 5);
    ck_assert_uint_eq(row_of(a, to), row_of(b, to));
    struct random_stream of_a = random_open((uint64_t)_i, 0, 0), of_b = of_a;
    uint32_t id_a = 1, id_b = 5001;
    uint64_t last = 0;
    unsigned rows = 0;
    for (unsigned edge = 0; edge < 5000; edge++) {
        const uint64_t row_a = row_of(a, to);
        ck_assert_msg(row_a == row_of(b, to), "edge %u", edge);
        rows += row_a != last;
        last = row_a;
        any_edge(a, &of_a, &id_a);
        any_edge(b, &of_b, &id_b);
    }
    ck_assert_uint_gt(rows, 2000);
    interconnect_harness_close(a);
    interconnect_harness_close(b);
    prisim_canonical_close(to);
}
END_TEST

/* A write among others in flight: of row _i one thing is different. */
static uint64_t row_with(unsigned difference, struct prisim_canonical *to)
{
    struct interconnect_harness *h = open_short();
    harness_run(h->base, 5);
    struct prisim_memory_request request = {.address = ram_base, .id = 2, .size = 8, .write = PRISIM_MEMORY_WRITE};
    unsigned port = PRISIM_INTERCONNECT_SMMU;
    switch (difference) {
    case 1:
        request.address += 8;
        break;
    case 2:
        request.id = 1; /* as the one before it */
        break;
    case 3:
        request.size = 4;
        break;
    case 4:
        request.write = PRISIM_MEMORY_READ;
        break;
    case 5:
        request.write = PRISIM_MEMORY_SWAP;
        break;
    case 6:
        request.attributes = PRISIM_MEMORY_PRIVILEGED;
        break;
    case 7:
        request.stream_id = 1;
        break;
    case 8:
        request.substream_id = 1;
        break;
    case 9:
        request.data[7] = 1;
        break;
    case 10:
        port = PRISIM_INTERCONNECT_CLIENT;
        break;
    case 11:
        harness_run(h->base, 1000);
        break;
    }
    offer_read(h, PRISIM_INTERCONNECT_SMMU, 1, ram_base, 8);
    harness_run(h->base, 4);
    harness_offer(h->base, port, &request);
    harness_run(h->base, difference == 12 ? 3 : 4);
    const uint64_t row = row_of(h, to);
    interconnect_harness_close(h);
    return row;
}

START_TEST(everything_of_an_access_counts)
{
    struct prisim_canonical *to = prisim_canonical_open();
    const uint64_t plain = row_with(0, to);
    ck_assert_uint_eq(row_with(11, to), plain); /* the same, later */
    for (unsigned difference = 1; difference <= 12; difference++)
        ck_assert_msg(difference == 11 || row_with(difference, to) != plain, "difference %u", difference);
    prisim_canonical_close(to);
}
END_TEST

/* What was performed ahead of time stands in its tx port only. */
START_TEST(response_put_ahead_counts)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct interconnect_harness *h = open_short();
    harness_run(h->base, 1);
    const uint64_t without = row_of(h, to);
    struct prisim_memory_response response = {.id = 1, .size = 8};
    h->base->ports.later = UINT64_C(1) << PRISIM_INTERCONNECT_CLIENT;
    h->base->ports.at[PRISIM_INTERCONNECT_CLIENT] = 9;
    h->base->ports.tx[PRISIM_INTERCONNECT_CLIENT] = &response;
    const uint64_t with = row_of(h, to);
    ck_assert_uint_ne(with, without);
    h->base->ports.at[PRISIM_INTERCONNECT_CLIENT] = 10;
    ck_assert_uint_ne(row_of(h, to), with);
    h->base->ports.at[PRISIM_INTERCONNECT_CLIENT] = 9;
    response.data[7] = 1;
    ck_assert_uint_ne(row_of(h, to), with);
    response.data[7] = 0;
    response.data[8] = 1; /* behind its bytes */
    ck_assert_uint_eq(row_of(h, to), with);
    interconnect_harness_close(h);
    prisim_canonical_close(to);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("interconnect canonical");
    TCase *tcase = tcase_create("interconnect canonical");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, equal_rows_stay_equal, 0, 3);
    tcase_add_test(tcase, everything_of_an_access_counts);
    tcase_add_test(tcase, response_put_ahead_counts);
    suite_add_tcase(suite, tcase);
    return suite;
}
