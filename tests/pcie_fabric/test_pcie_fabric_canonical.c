/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of a fabric: which bytes of its state it tells; that two fabrics with different pasts whose rows
 * are equal stay equal, edge by edge; and what it says it wrote.
 */
#include "model/core/random.h"
#include "model/pcie/tlp_canonical.h"
#include "model/pcie_fabric/pcie_fabric_state.h"
#include "tests/harness/suite.h"
#include "tests/harness/told.h"
#include "tests/pcie_fabric/fabric_harness.h"

enum { LINKS = 2, TLPS = 3, OF_SMMU = 4, DIRECTIONS = 2 * LINKS + 1, NAMES = 1024 };
enum { UP_TLPS = TLPS + 2, DOWN_TLPS = TLPS + 1 + OF_SMMU + 1 }; /* classes have a place each */

#define FOLLOWS "it follows from what is told"
#define CONFIG  "it is as configured"
#define PADDING "padding"
#define TOLD    struct prisim_fabric

#define DIRECTION(member, reason)                                                                                      \
    {                                                                                                                  \
        "direction[]." #member, sizeof(TOLD) + offsetof(struct fabric_direction, member),                              \
            TOLD_SIZE(struct fabric_direction, member), sizeof(struct fabric_direction), DIRECTIONS, 0, reason         \
    }

/* Where the entries of the up directions, of the root port, and of the down directions begin. */
enum {
    UP = sizeof(TOLD) + DIRECTIONS * PRISIM_TOUCHED_LINE,
    ROOT = UP + LINKS * UP_TLPS * FABRIC_ENTRY_LINES * PRISIM_TOUCHED_LINE,
    DOWN = ROOT + TLPS * FABRIC_ROOT_ENTRY_LINES * PRISIM_TOUCHED_LINE
};
#define ENTRY(where, lines, count, member, reason)                                                                     \
    {                                                                                                                  \
#where "[]." #member, where + offsetof(struct fabric_entry, member), TOLD_SIZE(struct fabric_entry, member),   \
            (size_t)(lines)*PRISIM_TOUCHED_LINE, count, 0, reason                                                      \
    }
#define OF_LINK(where, member, reason) ENTRY(where, FABRIC_ENTRY_LINES, LINKS *where##_TLPS, member, reason)
#define OF_ROOT(member, reason)        ENTRY(ROOT, FABRIC_ROOT_ENTRY_LINES, TLPS, member, reason)
#define HEAD(entry)                                                                                                    \
    entry(tlp.head.address), entry(tlp.head.id), entry(tlp.head.pasid), entry(tlp.head.itag_vector),                   \
        entry(tlp.head.requester_id), entry(tlp.head.destination_id), entry(tlp.head.tag), entry(tlp.head.size),       \
        entry(tlp.head.type), entry(tlp.head.at), entry(tlp.head.message), entry(tlp.head.status),                     \
        entry(tlp.head.response_code), entry(tlp.head.completion_count), entry(tlp.head.traffic_class),                \
        entry(tlp.head.flags)
#define UP_TOLD(member)   OF_LINK(UP, member, NULL)
#define DOWN_TOLD(member) OF_LINK(DOWN, member, NULL)
#define ROOT_TOLD(member) OF_ROOT(member, NULL)

/* With order may and planned faults these are told, too. */
#define OF_LATE_ONLY(member) TOLD_FIELD(member, NULL)
static const struct told_field late_fields[] = {OF_LATE_ONLY(draws), OF_LATE_ONLY(seen)};

static const struct told_field fields[] = {
    TOLD_FIELD(touched, "what was written is no part of what it means"),
    TOLD_FIELD(next, FOLLOWS),
    TOLD_FIELD(wants, FOLLOWS),
    TOLD_FLAG(back_pressure, NULL),
    TOLD_FIELD(links, CONFIG),
    TOLD_FIELD(turn, NULL),
    TOLD_FIELD(clock_ticks, CONFIG),
    TOLD_FIELD(wait, FOLLOWS),
    TOLD_FIELD(up_in_flight, NULL),
    TOLD_FIELD(down_in_flight, NULL),
    TOLD_FIELD(loose_up, FOLLOWS),
    TOLD_FIELD(loose_down, FOLLOWS),
    TOLD_FIELD(up_full, FOLLOWS),
    TOLD_FIELD(full_of_smmu, FOLLOWS),
    TOLD_FIELD(full_of_host, FOLLOWS),
    TOLD_FIELD(draws, "in order nothing is drawn"),
    TOLD_FIELD(made, "it gives names only"),
    TOLD_FIELD(smmu_asked, NULL),
    TOLD_FIELD(stands, NULL),
    TOLD_FIELD(all_loose, CONFIG),
    TOLD_FIELD(id, CONFIG),
    TOLD_FIELD(fault_at, CONFIG),
    TOLD_FIELD(strays, FOLLOWS),
    TOLD_FIELD(judged, FOLLOWS),
    TOLD_FIELD(seen, "no fault is planned"),
    TOLD_FIELD(isolated, NULL),
    TOLD_FLAG(faults, CONFIG),
    TOLD_FIELD(unused, PADDING),
    TOLD_FIELD(triggered, "no link is contained without dpc"),
    TOLD_FIELD(contained, "no link is contained without dpc"),
    TOLD_FIELD(dpc, "no link is contained without dpc"),
    TOLD_FIELD(to_a_line, PADDING),
    TOLD_FIELD(root_port.kept, NULL),
    TOLD_FIELD(root_port.unused, PADDING),

    DIRECTION(first, CONFIG),
    DIRECTION(end, CONFIG),
    DIRECTION(head, NULL),
    DIRECTION(tail, FOLLOWS),
    DIRECTION(count, NULL),
    DIRECTION(ticks_per_byte, CONFIG),
    DIRECTION(delay, CONFIG),
    DIRECTION(last_ticks, NULL),
    DIRECTION(busy_until, NULL),
    DIRECTION(lines, CONFIG),
    DIRECTION(held, FOLLOWS),
    DIRECTION(asked, NULL),
    DIRECTION(unused, PADDING),

    UP_TOLD(due),
    UP_TOLD(target),
    OF_LINK(UP, kind, FOLLOWS),
    UP_TOLD(passable),
    OF_LINK(UP, unused, PADDING),
    HEAD(UP_TOLD),
    UP_TOLD(tlp.head.prg_index),
    UP_TOLD(tlp.data),
    OF_LINK(UP, padding, PADDING),

    ROOT_TOLD(due),
    ROOT_TOLD(target),
    OF_ROOT(kind, FOLLOWS),
    ROOT_TOLD(passable),
    OF_ROOT(unused, PADDING),
    HEAD(ROOT_TOLD),
    OF_ROOT(tlp.head.prg_index, "a completion has none"),
    {"ROOT[] value", ROOT + offsetof(struct fabric_entry, tlp.data), FABRIC_ROOT_PORT_DATA, PRISIM_TOUCHED_LINE, TLPS,
     0, NULL},
    {"ROOT[] spare", ROOT + offsetof(struct fabric_entry, tlp.data) + FABRIC_ROOT_PORT_DATA,
     PRISIM_TOUCHED_LINE - offsetof(struct fabric_entry, tlp.data) - FABRIC_ROOT_PORT_DATA, PRISIM_TOUCHED_LINE, TLPS,
     0, "what the root port makes has no more data"},

    DOWN_TOLD(due),
    OF_LINK(DOWN, target, "a link has one end"),
    DOWN_TOLD(kind),
    DOWN_TOLD(passable),
    OF_LINK(DOWN, unused, PADDING),
    HEAD(DOWN_TOLD),
    DOWN_TOLD(tlp.head.prg_index),
    DOWN_TOLD(tlp.data),
    OF_LINK(DOWN, padding, PADDING),
};

struct telling {
    const struct fabric_harness *h;
    struct prisim_canonical *to;
    bool names;
};

static uint64_t row(void *context)
{
    const struct telling *t = context;
    const struct fabric_harness *h = t->h;
    prisim_canonical_begin(t->to, 0, h->base->now - 1);
    for (unsigned i = 0; i < NAMES && t->names; i++)
        prisim_canonical_name(t->to, PRISIM_CANONICAL_TLP, i);
    prisim_fabric_canonical(&h->config, h->state, &h->base->ports, t->to);
    prisim_canonical_word(t->to, h->base->ports.tx_valid);
    for (uint64_t tx = h->base->ports.tx_valid; tx; tx &= tx - 1)
        prisim_tlp_canonical(h->base->ports.tx[__builtin_ctzll(tx)], t->to);
    prisim_canonical_end(t->to);
    return prisim_canonical_hash(t->to, 1, h->base->now - 1);
}

static uint64_t row_of(const struct fabric_harness *h, struct prisim_canonical *to)
{
    return row(&(struct telling){h, to, false});
}

static struct prisim_fabric_config short_config(void)
{
    struct prisim_fabric_config config = fabric_harness_config(LINKS);
    config.link_tlps = TLPS;
    config.smmu_tlps = OF_SMMU;
    config.smmu_nonposted = 2;
    config.link[0].nonposted = 1;
    config.link[1].generation = 2;
    config.link[1].width = 1;
    return config;
}

static struct fabric_harness *open_short(void)
{
    const struct prisim_fabric_config config = short_config();
    return fabric_harness_open(&config);
}

/* The same with everything that makes TLPs late: order may, and a fault in each place. */
static struct fabric_harness *open_late(bool leap)
{
    static const struct prisim_fabric_fault faults[PRISIM_FABRIC_FAULTS_MAX] = {
        {.what = PRISIM_FABRIC_FAULT_DELAY, .up = 1, .of = PRISIM_FABRIC_FAULT_OF_POSTED, .nth = 9, .cycles = 300},
        {.what = PRISIM_FABRIC_FAULT_REORDER,
         .up = 1,
         .of = PRISIM_FABRIC_FAULT_OF_PAGE_REQUEST,
         .nth = 4,
         .cycles = 400},
        {.what = PRISIM_FABRIC_FAULT_REORDER,
         .link = 1,
         .of = PRISIM_FABRIC_FAULT_OF_COMPLETION,
         .nth = 2,
         .cycles = 500},
        {.what = PRISIM_FABRIC_FAULT_DROP, .up = 1, .nth = 30, .cycles = 1},
        {.what = PRISIM_FABRIC_FAULT_DELAY, .of = PRISIM_FABRIC_FAULT_OF_NONPOSTED, .nth = 5, .cycles = 200},
        {.what = PRISIM_FABRIC_FAULT_DROP, .link = 1, .at = 3500, .nth = 4, .cycles = 1},
        {.what = PRISIM_FABRIC_FAULT_LINK_DOWN, .link = 1, .at = 2500, .nth = 1, .cycles = 1},
        {.what = PRISIM_FABRIC_FAULT_LINK_UP, .link = 1, .at = 2900, .nth = 1, .cycles = 1}};
    struct prisim_fabric_config config = short_config();
    config.order = PRISIM_FABRIC_MAY;
    config.order_delay = 40;
    memcpy(config.fault, faults, sizeof faults);
    struct fabric_harness *h = fabric_harness_open(&config);
    h->base->leap = leap;
    return h;
}

static void fill(struct prisim_tlp *tlp, struct random_stream *random)
{
    tlp->head.size = PRISIM_TLP_DATA_MAX;
    for (unsigned i = 0; i < PRISIM_TLP_DATA_MAX; i++)
        tlp->data[i] = (uint8_t)random_below(random, 256);
}

static struct prisim_tlp any_up(unsigned link, uint32_t id, struct random_stream *random)
{
    struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_MEMORY_WRITE, .requester_id = link_id(link), .id = id}};
    switch (random_below(random, 4)) {
    case 0:
        tlp = page_request(link, id);
        tlp.head.prg_index = (uint16_t)random_below(random, PRISIM_PRG_INDEXES);
        return tlp;
    case 1:
        return host_completion(link, id);
    case 2:
        tlp.head.type = PRISIM_TLP_CONFIG_READ; /* for nobody */
        return tlp;
    }
    fill(&tlp, random);
    return tlp;
}

static struct prisim_tlp any_down(unsigned rx, uint32_t id, struct random_stream *random)
{
    const unsigned link = (unsigned)random_below(random, LINKS);
    struct prisim_tlp tlp = config_read(link, id);
    const bool unknown = random_below(random, 3) == 0;
    if (rx == PRISIM_FABRIC_RX_HOST && unknown)
        tlp.head.destination_id = random_below(random, 2) ? 0x7777 : ROOT_PORT_ID;
    else if (rx == PRISIM_FABRIC_RX_HOST)
        tlp.head.type = PRISIM_TLP_CONFIG_WRITE;
    else if (unknown)
        tlp = prg_response(link, id);
    else
        tlp.head = (struct prisim_tlp_header){
            .type = PRISIM_TLP_COMPLETION_DATA, .requester_id = link_id(link), .id = id, .tag = 5};
    if (prisim_tlp_has_data(&tlp.head))
        fill(&tlp, random);
    return tlp;
}

/* One edge with whatever its neighbours may say; `id` is that of the next TLP. */
static void any_edge(struct fabric_harness *h, struct random_stream *random, uint32_t *id)
{
    for (unsigned rx = 0; rx < PRISIM_FABRIC_RX_ENDPOINT + LINKS; rx++) {
        struct prisim_tlp tlp = rx < PRISIM_FABRIC_RX_ENDPOINT ? any_down(rx, *id, random)
                                                               : any_up(rx - PRISIM_FABRIC_RX_ENDPOINT, *id, random);
        if (random_below(random, 60) == 0 && h->base->rx[rx].offered - h->base->rx[rx].taken < 2) {
            harness_offer(h->base, rx, &tlp);
            ++*id;
        }
        if (random_below(random, 30) == 0)
            harness_ready(h->base, rx, random_below(random, 3) > 0); /* tx ports are as many, in the same order */
    }
    harness_edge(h->base);
}

START_TEST(every_byte_is_told_or_has_a_reason)
{
    enum { FIELDS = sizeof fields / sizeof *fields, LATE = sizeof late_fields / sizeof *late_fields };
    struct fabric_harness *h = _i ? open_late(false) : open_short();
    struct told_field told_as[FIELDS];
    memcpy(told_as, fields, sizeof fields);
    for (unsigned i = 0; i < FIELDS * LATE && _i; i++)
        if (told_as[i / LATE].offset == late_fields[i % LATE].offset)
            told_as[i / LATE] = late_fields[i % LATE];
    struct told *told = told_open(told_as, FIELDS, prisim_fabric_state_size(&h->config));
    struct random_stream random = random_open(1, 0, 0);
    struct telling t = {h, prisim_canonical_open(), true};
    uint32_t id = 1;
    for (unsigned edge = 0; edge < 8000; edge++) {
        any_edge(h, &random, &id);
        if (edge % 10 == 0)
            told_look(told, h->state, row, &t);
    }
    ck_assert_uint_lt(id, NAMES);
    prisim_canonical_close(t.to);
    fabric_harness_close(h);
    told_close(told);
}
END_TEST

/* Each link answers all that the host can have asked. */
static void answer_all(struct fabric_harness *h, uint32_t id)
{
    for (unsigned i = 0; i < 400 * LINKS; i++) {
        struct prisim_tlp answer = host_completion(i % LINKS, id);
        harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT + i % LINKS, &answer);
    }
    harness_run(h->base, 60000);
}

/* Each link sends a page request and an answer to the host, one after the other. */
static void settle(struct fabric_harness *h, uint32_t id)
{
    answer_all(h, id + 2);
    for (unsigned link = 0; link < LINKS; link++) {
        struct prisim_tlp request = page_request(link, id), answer = host_completion(link, id + 1);
        harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT + link, &request);
        harness_run(h->base, 500);
        harness_offer(h->base, PRISIM_FABRIC_RX_ENDPOINT + link, &answer);
        harness_run(h->base, 500);
    }
}

START_TEST(equal_rows_stay_equal)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct fabric_harness *a = open_short(), *b = open_short();
    struct random_stream past = random_open(9, 0, 0);
    uint32_t id = 1;
    for (unsigned edge = 0; edge < 3000; edge++)
        any_edge(b, &past, &id);
    for (unsigned tx = 0; tx < PRISIM_FABRIC_TX_ENDPOINT + LINKS; tx++)
        harness_ready(b->base, tx, true);
    harness_run(b->base, 3000);
    ck_assert_uint_ne(row_of(a, to), row_of(b, to)); /* whose turn it is */
    settle(a, 1);
    settle(b, 5001);
    struct random_stream of_a = random_open((uint64_t)_i, 0, 0), of_b = of_a;
    uint32_t id_a = 3001, id_b = 6001; /* other numbers than the root port gives its own */
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
    ck_assert_uint_gt(rows, 3000);
    fabric_harness_close(a);
    fabric_harness_close(b);
    prisim_canonical_close(to);
}
END_TEST

START_TEST(cold_writes_are_touched_and_places_left_clean)
{
    struct fabric_harness *h = _i ? open_late(false) : open_short();
    struct prisim_fabric *s = h->state;
    const size_t size = prisim_fabric_state_size(&h->config), hot = prisim_fabric_hot_size(&h->config);
    ck_assert_uint_le(hot, 1024);
    void *before = malloc(size);
    struct random_stream random = random_open(2, 0, 0);
    uint32_t id = 1;
    for (unsigned edge = 0; edge < 8000; edge++) {
        if (edge == 6000)
            for (unsigned tx = 0; tx < PRISIM_FABRIC_TX_ENDPOINT + LINKS; tx++)
                harness_ready(h->base, tx, true);
        if (edge == 7000)
            answer_all(h, id);
        s->touched.count = 0;
        memcpy(before, s, size);
        if (edge < 6000)
            any_edge(h, &random, &id);
        else
            harness_edge(h->base);
        told_touched(s, before, hot, size);
    }
    for (unsigned i = 0; i < DIRECTIONS; i++)
        ck_assert(s->direction[i].count == 0 && s->direction[i].head == s->direction[i].first);
    for (size_t byte = UP; byte < size; byte++)
        ck_assert_uint_eq(((const uint8_t *)s)[byte], 0);
    free(before);
    fabric_harness_close(h);
}
END_TEST

/* PCIE-ITAG-9: what the function still has to answer, while nothing is on its link. */
START_TEST(a_link_that_goes_down_is_touched)
{
    struct prisim_fabric_config config = short_config();
    config.fault[0] =
        (struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_LINK_DOWN, .at = 1000, .nth = 1, .cycles = 1};
    struct fabric_harness *h = fabric_harness_open(&config);
    struct prisim_fabric *s = h->state;
    const struct fabric_direction *down = &s->direction[LINKS + 1];
    const size_t size = prisim_fabric_state_size(&config), hot = prisim_fabric_hot_size(&config);
    void *before = malloc(size);
    const struct prisim_tlp read = config_read(0, 1);
    harness_offer(h->base, PRISIM_FABRIC_RX_HOST, &read);
    harness_run(h->base, 990);
    ck_assert(down->asked == 1 && down->count == 0);
    for (unsigned edge = 0; edge < 20; edge++) {
        s->touched.count = 0;
        memcpy(before, s, size);
        harness_edge(h->base);
        told_touched(s, before, hot, size);
    }
    ck_assert_uint_eq(down->asked, 0);
    free(before);
    fabric_harness_close(h);
}
END_TEST

/* Whether it is stepped at every edge or only when it must, and whatever is late: the same states and events. */
START_TEST(leaps_change_nothing)
{
    static const enum prisim_event_type types[] = {PRISIM_EVENT_FABRIC_LEAVE, PRISIM_EVENT_FABRIC_FAULT,
                                                   PRISIM_EVENT_FABRIC_PASSED, PRISIM_EVENT_FABRIC_LOST};
    struct prisim_canonical *to = prisim_canonical_open();
    struct fabric_harness *leaping = open_late(true), *each = open_late(false);
    struct random_stream of_leaping = random_open((uint64_t)_i, 0, 0), of_each = of_leaping;
    uint32_t id = 1, id_too = 1;
    for (unsigned edge = 0; edge < 6000; edge++) {
        any_edge(leaping, &of_leaping, &id);
        any_edge(each, &of_each, &id_too);
        ck_assert_msg(row_of(leaping, to) == row_of(each, to), "edge %u", edge);
    }
    for (unsigned t = 0; t < sizeof types / sizeof *types; t++) {
        const unsigned events = harness_events(each->base, types[t]);
        ck_assert_uint_gt(events, 0);
        ck_assert_uint_eq(harness_events(leaping->base, types[t]), events);
        for (unsigned i = 0; i < events; i++)
            ck_assert(
                prisim_event_equal(harness_event(each->base, types[t], i), harness_event(leaping->base, types[t], i)));
    }
    fabric_harness_close(leaping);
    fabric_harness_close(each);
}
END_TEST

static struct fabric_harness *open_contained(void)
{
    struct prisim_fabric_config config = fabric_harness_config(LINKS);
    config.dpc = 1;
    struct fabric_harness *h = fabric_harness_open(&config);
    harness_rx(h->base, PRISIM_FABRIC_RX_ATC_TIMEOUT, sizeof(struct prisim_atc_timeout));
    harness_run(h->base, 10);
    return h;
}

static void time_out(struct fabric_harness *h, unsigned link)
{
    const struct prisim_atc_timeout timeout = {link_id(link)};
    harness_offer(h->base, PRISIM_FABRIC_RX_ATC_TIMEOUT, &timeout);
}

/* When a link will be contained counts, and which; not when it was. */
START_TEST(containment_counts)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct fabric_harness *a = open_contained(), *b = open_contained(), *c = open_contained();
    ck_assert_uint_eq(row_of(a, to), row_of(b, to));
    time_out(a, 0);
    time_out(c, 1);
    harness_run(a->base, 7);
    harness_run(b->base, 7);
    harness_run(c->base, 7);
    ck_assert_uint_ne(row_of(a, to), row_of(b, to));
    ck_assert_uint_ne(row_of(a, to), row_of(c, to));
    time_out(b, 0);
    harness_run(a->base, 1);
    harness_run(b->base, 1);
    ck_assert_uint_ne(row_of(a, to), row_of(b, to));
    harness_run(a->base, 300);
    harness_run(b->base, 300);
    harness_run(c->base, 301);
    ck_assert_uint_eq(harness_events(a->base, PRISIM_EVENT_FABRIC_CONTAINED), 1);
    ck_assert_uint_eq(row_of(a, to), row_of(b, to));
    ck_assert_uint_ne(row_of(a, to), row_of(c, to));
    struct fabric_harness *all[] = {a, b, c};
    for (unsigned i = 0; i < 3; i++)
        fabric_harness_close(all[i]);
    prisim_canonical_close(to);
}
END_TEST

/* What the root port says of each link's containment counts, each register for itself. */
START_TEST(registers_of_containment_count)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct fabric_harness *h = open_contained();
    struct fabric_dpc *dpc = &((struct prisim_fabric *)h->state)->dpc;
    const uint64_t before = row_of(h, to);
    for (unsigned link = 0; link < LINKS; link++) {
        dpc->enable[link] ^= 1;
        ck_assert_uint_ne(row_of(h, to), before);
        dpc->enable[link] ^= 1;
        dpc->reason[link] ^= 1;
        ck_assert_uint_ne(row_of(h, to), before);
        dpc->reason[link] ^= 1;
    }
    ck_assert_uint_eq(row_of(h, to), before);
    fabric_harness_close(h);
    prisim_canonical_close(to);
}
END_TEST

/* A stimulus that is offered counts, and nothing that stands behind it in its slot. */
START_TEST(a_stimulus_counts_by_its_own_bytes)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct fabric_harness *h = open_contained();
    unsigned char slot[HARNESS_PAYLOAD] = {0};
    h->base->ports.rx[PRISIM_FABRIC_RX_STIMULUS] = slot;
    h->base->ports.rx_valid |= UINT64_C(1) << PRISIM_FABRIC_RX_STIMULUS;
    const uint64_t before = row_of(h, to);
    for (unsigned i = 0; i < sizeof slot; i++) {
        slot[i] ^= 1;
        ck_assert_msg((row_of(h, to) != before) == (i < sizeof(struct prisim_fabric_stimulus)), "byte %u", i);
        slot[i] ^= 1;
    }
    fabric_harness_close(h);
    prisim_canonical_close(to);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("fabric canonical");
    TCase *tcase = tcase_create("fabric canonical");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, every_byte_is_told_or_has_a_reason, 0, 2);
    tcase_add_loop_test(tcase, equal_rows_stay_equal, 0, 3);
    tcase_add_test(tcase, containment_counts);
    tcase_add_test(tcase, registers_of_containment_count);
    tcase_add_test(tcase, a_stimulus_counts_by_its_own_bytes);
    tcase_add_loop_test(tcase, cold_writes_are_touched_and_places_left_clean, 0, 2);
    tcase_add_test(tcase, a_link_that_goes_down_is_touched);
    tcase_add_loop_test(tcase, leaps_change_nothing, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
