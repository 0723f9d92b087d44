/* SPDX-License-Identifier: Apache-2.0
 *
 * The ordering table cell by cell, as a link keeps it: two TLPs, one behind the other, and whether the later one is
 * ever seen first, with order may and many seeds. What must pass does so although the earlier one never goes on. And
 * the same with the rule of each cell inverted: then some row must fail. This program has the fabric's sources in it,
 * made for that (PRISIM_TLP_ORDER_INVERTED).
 */
#include "model/pcie/tlp_order.h"
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/fabric_harness.h"
#include "tests/pcie_fabric/inverted_cell.h"

unsigned inverted_cell = PRISIM_TLP_CELLS;

enum verdict { NO, MAY, MUST };
enum { RO = PRISIM_TLP_RELAXED, IDO = PRISIM_TLP_IDO, PASID = PRISIM_TLP_HAS_PASID };
enum { SEEDS = 24, DELAY = 300, GAP = 10, RUN = 900 };

/* In short: what it is, by whom, its flags, PASID, traffic class and tag. Of a completion `id` is the completer. */
struct short_tlp {
    enum { WRITE, REQUEST, READ, CFG_READ, CFG_WRITE, CPL, CPLD } what;
    uint16_t id;
    unsigned flags;
    uint32_t pasid;
    uint8_t traffic_class, tag;
};

struct row {
    enum prisim_tlp_cell cell;
    struct short_tlp earlier, later;
    enum verdict verdict;
    size_t without; /* offset of the switch that forbids it */
};

#define SWITCH(name) offsetof(struct prisim_fabric_config, order_##name)

static const struct row rows[] = {
    {PRISIM_TLP_CELL_A2, {WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, 0, 0, 0, 0}, NO, 0},
    {PRISIM_TLP_CELL_A2, {REQUEST, 1, 0, 0, 0, 0}, {REQUEST, 2, 0, 0, 0, 0}, NO, 0},
    {PRISIM_TLP_CELL_A2, {REQUEST, 1, PASID, 5, 0, 0}, {REQUEST, 1, PASID | IDO, 5, 0, 0}, NO, 0},
    {PRISIM_TLP_CELL_A2_RELAXED, {WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, RO, 0, 0, 0}, MAY, SWITCH(relaxed)},
    {PRISIM_TLP_CELL_A2_IDO, {WRITE, 1, 0, 0, 0, 0}, {WRITE, 2, IDO, 0, 0, 0}, MAY, SWITCH(ido)},
    {PRISIM_TLP_CELL_A2_IDO, {REQUEST, 1, PASID, 5, 0, 0}, {REQUEST, 1, PASID | IDO, 6, 0, 0}, MAY, SWITCH(ido)},
    {PRISIM_TLP_CELL_A3, {READ, 1, 0, 0, 0, 0}, {WRITE, 1, 0, 0, 0, 0}, MUST, 0},
    {PRISIM_TLP_CELL_A3, {CFG_READ, 1, 0, 0, 0, 0}, {REQUEST, 1, 0, 0, 0, 0}, MUST, 0},
    {PRISIM_TLP_CELL_A4, {CFG_WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, 0, 0, 0, 0}, MUST, 0},
    {PRISIM_TLP_CELL_A5, {CPLD, 1, 0, 0, 0, 0}, {REQUEST, 1, 0, 0, 0, 0}, MAY, SWITCH(posted)},
    {PRISIM_TLP_CELL_B2, {WRITE, 1, 0, 0, 0, 0}, {READ, 1, 0, 0, 0, 0}, NO, 0},
    {PRISIM_TLP_CELL_B2, {WRITE, 1, 0, 0, 0, 0}, {READ, 2, RO, 0, 0, 0}, NO, 0},
    {PRISIM_TLP_CELL_B2_IDO, {WRITE, 1, 0, 0, 0, 0}, {READ, 2, IDO, 0, 0, 0}, MAY, SWITCH(ido)},
    {PRISIM_TLP_CELL_B2_IDO, {REQUEST, 1, PASID, 5, 0, 0}, {READ, 1, PASID | IDO, 6, 0, 0}, MAY, SWITCH(ido)},
    {PRISIM_TLP_CELL_B3, {READ, 1, 0, 0, 0, 0}, {READ, 1, 0, 0, 0, 0}, MAY, SWITCH(nonposted)},
    {PRISIM_TLP_CELL_B4, {CFG_WRITE, 1, 0, 0, 0, 0}, {CFG_READ, 1, 0, 0, 0, 0}, MAY, SWITCH(nonposted)},
    {PRISIM_TLP_CELL_B5, {CPLD, 1, 0, 0, 0, 0}, {READ, 1, 0, 0, 0, 0}, MAY, SWITCH(nonposted)},
    {PRISIM_TLP_CELL_C2, {WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, 0, 0, 0, 0}, NO, 0},
    {PRISIM_TLP_CELL_C2_RELAXED, {WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, RO, 0, 0, 0}, MAY, SWITCH(relaxed)},
    {PRISIM_TLP_CELL_C2_IDO, {WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 2, IDO, 0, 0, 0}, MAY, SWITCH(ido)},
    {PRISIM_TLP_CELL_C3, {READ, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, 0, 0, 0, 0}, MAY, SWITCH(nonposted)},
    {PRISIM_TLP_CELL_C4, {CFG_WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, 0, 0, 0, 0}, MAY, SWITCH(nonposted)},
    {PRISIM_TLP_CELL_C5, {CPL, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, 0, 0, 0, 0}, MAY, SWITCH(nonposted)},
    {PRISIM_TLP_CELL_D2, {WRITE, 1, 0, 0, 0, 0}, {CPLD, 1, 0, 0, 0, 0}, NO, 0},
    {PRISIM_TLP_CELL_D2, {REQUEST, 1, PASID, 5, 0, 0}, {CPLD, 1, PASID | IDO, 6, 0, 0}, NO, 0},
    {PRISIM_TLP_CELL_D2_RELAXED, {WRITE, 1, 0, 0, 0, 0}, {CPLD, 1, RO, 0, 0, 0}, MAY, SWITCH(relaxed)},
    {PRISIM_TLP_CELL_D2_IDO, {WRITE, 1, 0, 0, 0, 0}, {CPLD, 2, IDO, 0, 0, 0}, MAY, SWITCH(ido)},
    {PRISIM_TLP_CELL_D2_WRITE, {WRITE, 1, 0, 0, 0, 0}, {CPL, 1, 0, 0, 0, 0}, MAY, SWITCH(write_completion)},
    {PRISIM_TLP_CELL_D3, {READ, 1, 0, 0, 0, 0}, {CPLD, 1, 0, 0, 0, 0}, MUST, 0},
    {PRISIM_TLP_CELL_D4, {CFG_WRITE, 1, 0, 0, 0, 0}, {CPL, 1, 0, 0, 0, 0}, MUST, 0},
    {PRISIM_TLP_CELL_D5_SAME, {CPLD, 1, 0, 0, 0, 7}, {CPLD, 1, 0, 0, 0, 7}, NO, 0},
    {PRISIM_TLP_CELL_D5, {CPLD, 1, 0, 0, 0, 7}, {CPLD, 1, 0, 0, 0, 8}, MAY, SWITCH(completion)},
    {PRISIM_TLP_CELL_TRAFFIC_CLASS, {WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, 0, 0, 1, 0}, MAY, SWITCH(traffic_class)},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static bool is_up(const struct short_tlp *of)
{
    return of->what == WRITE || of->what == REQUEST || of->what == READ;
}

/* Down, requests and data are the host's, messages and completions the SMMU's. Up, all goes to the SMMU. */
static struct prisim_tlp whole(const struct short_tlp *of, bool up, uint32_t id)
{
    static const uint8_t type[] = {
        [WRITE] = PRISIM_TLP_MEMORY_WRITE,   [REQUEST] = PRISIM_TLP_MESSAGE,        [READ] = PRISIM_TLP_MEMORY_READ,
        [CFG_READ] = PRISIM_TLP_CONFIG_READ, [CFG_WRITE] = PRISIM_TLP_CONFIG_WRITE, [CPL] = PRISIM_TLP_COMPLETION,
        [CPLD] = PRISIM_TLP_COMPLETION_DATA};
    struct prisim_tlp tlp = {.head = {.type = type[of->what],
                                      .id = id,
                                      .address = link_bar(0),
                                      .size = 4,
                                      .requester_id = of->id,
                                      .destination_id = link_id(0),
                                      .flags = (uint16_t)of->flags,
                                      .pasid = of->pasid,
                                      .traffic_class = of->traffic_class,
                                      .tag = of->tag}};
    if (of->what == REQUEST)
        tlp.head.message = up ? PRISIM_MESSAGE_PAGE_REQUEST : PRISIM_MESSAGE_PRG_RESPONSE;
    if (prisim_tlp_is_completion(&tlp.head)) {
        tlp.head.requester_id = up ? SMMU_ID : link_id(0);
        tlp.head.destination_id = of->id;
    }
    return tlp;
}

static unsigned source(const struct short_tlp *of, bool up)
{
    if (up)
        return PRISIM_FABRIC_RX_ENDPOINT;
    return of->what == REQUEST || of->what == CPL || of->what == CPLD ? PRISIM_FABRIC_RX_SMMU : PRISIM_FABRIC_RX_HOST;
}

static void offer(struct fabric_harness *h, const struct short_tlp *of, bool up, uint32_t id)
{
    const struct prisim_tlp tlp = whole(of, up, id);
    harness_offer(h->base, source(of, up), &tlp);
    harness_run(h->base, GAP);
}

/* 1 and 2 are the ids of the earlier and the later one. */
static bool is_passed(const struct fabric_harness *h, bool up)
{
    const unsigned tx = up ? PRISIM_FABRIC_TX_SMMU : PRISIM_FABRIC_TX_ENDPOINT;
    for (unsigned i = 0; i < h->base->tx[tx].count; i++)
        if (got_id(h, tx, i) != 3)
            return got_id(h, tx, i) == 2;
    return false;
}

/* In how many of the seeds the later one came first. */
static unsigned passes(const struct row *row, bool up, bool forbidden)
{
    unsigned count = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct prisim_fabric_config config = fabric_harness_config(1);
        config.order = PRISIM_FABRIC_MAY;
        config.order_delay = DELAY;
        config.order_seed = seed;
        if (forbidden)
            memset((char *)&config + row->without, 0, sizeof config.order_ido);
        struct fabric_harness *h = fabric_harness_open(&config);
        offer(h, &row->earlier, up, 1);
        offer(h, &row->later, up, 2);
        harness_run(h->base, RUN);
        count += is_passed(h, up);
        fabric_harness_close(h);
    }
    return count;
}

/* A request before it is never answered, and there is a place for one: the earlier one never goes on. */
static bool passes_what_is_held_up(const struct row *row, bool up, uint32_t order)
{
    static const struct short_tlp asks = {.what = READ, .id = 1};
    struct prisim_fabric_config config = fabric_harness_config(1);
    config.order = order;
    config.smmu_nonposted = config.link[0].nonposted = 1;
    struct fabric_harness *h = fabric_harness_open(&config);
    offer(h, &asks, up, 3);
    harness_run(h->base, RUN);
    offer(h, &row->earlier, up, 1);
    offer(h, &row->later, up, 2);
    harness_run(h->base, RUN);
    const bool passed = is_passed(h, up);
    fabric_harness_close(h);
    return passed;
}

/* The row holds, up or down. */
static bool holds(const struct row *row, bool up)
{
    switch (row->verdict) {
    case NO:
        return passes(row, up, false) == 0;
    case MAY:
        return passes(row, up, false) > 0 && passes(row, up, false) < SEEDS && passes(row, up, true) == 0;
    case MUST:
        return passes_what_is_held_up(row, up, PRISIM_FABRIC_MAY) &&
               passes_what_is_held_up(row, up, PRISIM_FABRIC_IN_ORDER);
    }
    return false;
}

/* PCIE-ORDER-1, PCIE-ORDER-2, PCIE-ORDER-3, PCIE-ORDER-4, PCIE-ORDER-5, PCIE-ORDER-6 */
/* covers: PCIE-ORDER-1, PCIE-ORDER-2, PCIE-ORDER-3, PCIE-ORDER-4, PCIE-ORDER-5, PCIE-ORDER-6, PCIE-ORDER-7,
 * PCIE-ORDER-9 */
START_TEST(a_row_holds_down)
{
    inverted_cell = PRISIM_TLP_CELLS;
    ck_assert(holds(&rows[_i], false));
}
END_TEST

/* PCIE-ORDER-11: the same at the way into the SMMU. */
/* covers: PCIE-ORDER-1, PCIE-ORDER-2, PCIE-ORDER-4, PCIE-ORDER-6, PCIE-ORDER-11 */
START_TEST(a_row_holds_up)
{
    inverted_cell = PRISIM_TLP_CELLS;
    if (is_up(&rows[_i].earlier) && is_up(&rows[_i].later))
        ck_assert(holds(&rows[_i], true));
}
END_TEST

/* In order, nothing that may but need not passes, whatever is seen of it. */
START_TEST(in_order_nothing_passes_what_goes_on)
{
    for (unsigned up = 0; up < 2; up++) {
        struct prisim_fabric_config config = fabric_harness_config(1);
        if (up && !(is_up(&rows[_i].earlier) && is_up(&rows[_i].later)))
            continue;
        struct fabric_harness *h = fabric_harness_open(&config);
        offer(h, &rows[_i].earlier, up, 1);
        offer(h, &rows[_i].later, up, 2);
        harness_run(h->base, RUN);
        ck_assert(!is_passed(h, up));
        fabric_harness_close(h);
    }
}
END_TEST

/* The control: with the rule of a cell inverted, some row fails. */
START_TEST(an_inverted_cell_is_seen)
{
    unsigned seen = 0;
    inverted_cell = (unsigned)_i;
    for (unsigned i = 0; i < ROWS; i++)
        if ((int)rows[i].cell == _i)
            seen += !holds(&rows[i], false);
    ck_assert_uint_gt(seen, 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_table");
    TCase *tcase = tcase_create("table");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, a_row_holds_down, 0, ROWS);
    tcase_add_loop_test(tcase, a_row_holds_up, 0, ROWS);
    tcase_add_loop_test(tcase, in_order_nothing_passes_what_goes_on, 0, ROWS);
    tcase_add_loop_test(tcase, an_inverted_cell_is_seen, 0, PRISIM_TLP_CELLS);
    suite_add_tcase(suite, tcase);
    return suite;
}
