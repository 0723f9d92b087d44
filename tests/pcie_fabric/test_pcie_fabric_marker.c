/* SPDX-License-Identifier: Apache-2.0
 *
 * What a Stop Marker promises, in random traffic of any legal configuration: it stays behind the page requests of its
 * PASID, and without IDO of its function, and the requests of the new use stay behind it (PCIE-MARKERORDER). TLPS of
 * them in all.
 */
#include "tests/harness/suite.h"
#include "tests/pcie_fabric/order_rig.h"

enum { RUNS = 10, EACH = TLPS / RUNS, LINKS = 3, FUNCTIONS = 2, PASIDS = 3, KEPT = 512, SLOTS = 16 };

struct traffic {
    struct rig *rig;
    struct random_stream random;
    struct prisim_tlp_header kept[LINKS][KEPT]; /* on the link, in the order in which it took them */
    unsigned keeps[LINKS];
    uint32_t made, arrived;
    struct prisim_tlp answer[SLOTS]; /* reads that the SMMU has */
    unsigned answers;
    unsigned broken, passed; /* forbidden passes; markers that passed other PASIDs or functions */
};

static bool is_request(const struct prisim_tlp_header *head)
{
    return head->type == PRISIM_TLP_MESSAGE && !prisim_tlp_is_stop_marker(head);
}

/* One of them is a marker, the other a page request. */
static bool is_forbidden(const struct prisim_tlp_header *later, const struct prisim_tlp_header *earlier)
{
    if (later->requester_id != earlier->requester_id)
        return !(later->flags & PRISIM_TLP_IDO);
    return later->pasid == earlier->pasid || !(later->flags & PRISIM_TLP_IDO);
}

static void judge(struct traffic *t, const struct prisim_tlp_header *later, const struct prisim_tlp_header *earlier)
{
    const bool marker = prisim_tlp_is_stop_marker(later) && is_request(earlier);
    if (!marker && !(is_request(later) && prisim_tlp_is_stop_marker(earlier)))
        return;
    if (is_forbidden(later, earlier))
        t->broken++;
    else
        t->passed += marker;
}

/* The id of a TLP: its link in the upper bits. */
static void taken(void *context, unsigned tx, const struct prisim_tlp *tlp)
{
    struct traffic *t = context;
    if (tx != PRISIM_FABRIC_TX_SMMU)
        return;
    const unsigned link = tlp->head.id >> 28;
    unsigned at = 0;
    while (t->kept[link][at].id != tlp->head.id)
        judge(t, &tlp->head, &t->kept[link][at++]);
    ck_assert_uint_lt(at, t->keeps[link]);
    memmove(&t->kept[link][at], &t->kept[link][at + 1], (t->keeps[link] - at - 1) * sizeof t->kept[0][0]);
    t->keeps[link]--;
    t->arrived++;
    if (tlp->head.type == PRISIM_TLP_MEMORY_READ) {
        ck_assert_uint_lt(t->answers, SLOTS);
        t->answer[t->answers] = (struct prisim_tlp){.head = {.type = PRISIM_TLP_COMPLETION_DATA,
                                                             .requester_id = link_id(link),
                                                             .destination_id = SMMU_ID,
                                                             .size = 8,
                                                             .tag = tlp->head.tag,
                                                             .id = tlp->head.id}};
        t->answers++;
    }
}

static struct prisim_tlp any(struct traffic *t, unsigned link)
{
    struct prisim_tlp tlp = {
        .head = {.type = PRISIM_TLP_MESSAGE,
                 .message = PRISIM_MESSAGE_PAGE_REQUEST,
                 .requester_id = (uint16_t)(link_id(link) + random_below(&t->random, FUNCTIONS)),
                 .pasid = 1 + (uint32_t)random_below(&t->random, PASIDS),
                 .flags = (uint16_t)(PRISIM_TLP_HAS_PASID | (random_below(&t->random, 2) ? PRISIM_TLP_IDO : 0)),
                 .id = link << 28 | (t->made & 0xfffffff)}};
    switch (random_below(&t->random, 8)) {
    case 0:
    case 1:
        tlp.head.flags |= PRISIM_TLP_LAST; /* a Stop Marker */
        break;
    case 2:
        tlp.head.type = PRISIM_TLP_MEMORY_WRITE;
        tlp.head.size = 32;
        tlp.head.flags |= random_below(&t->random, 2) ? PRISIM_TLP_RELAXED : 0;
        break;
    case 3:
        tlp.head.type = PRISIM_TLP_MEMORY_READ;
        tlp.head.size = 8;
        break;
    default:
        tlp.head.flags |= PRISIM_TLP_READ;
        break;
    }
    return tlp;
}

static void edge(struct traffic *t)
{
    for (unsigned link = 0; link < LINKS; link++) {
        const unsigned rx = PRISIM_FABRIC_RX_ENDPOINT + link;
        if (!rig_can_offer(t->rig, rx) || t->made == EACH || random_below(&t->random, 3))
            continue;
        const struct prisim_tlp tlp = any(t, link);
        rig_offer(t->rig, rx, &tlp);
        ck_assert_uint_lt(t->keeps[link], KEPT);
        t->kept[link][t->keeps[link]++] = tlp.head;
        t->made++;
    }
    if (t->answers > 0 && rig_can_offer(t->rig, PRISIM_FABRIC_RX_SMMU) && random_below(&t->random, 8) == 0)
        rig_offer(t->rig, PRISIM_FABRIC_RX_SMMU, &t->answer[--t->answers]);
    if (random_below(&t->random, 16) == 0)
        rig_ready(t->rig, PRISIM_FABRIC_TX_SMMU, random_below(&t->random, 4) > 0);
    rig_edge(t->rig, taken, t);
}

static struct prisim_fabric_config any_config(struct random_stream *random)
{
    struct prisim_fabric_config config = fabric_harness_config(LINKS);
    config.link_tlps = 2 + (uint32_t)random_below(random, 60);
    config.smmu_nonposted = 1 + (uint32_t)random_below(random, SLOTS);
    config.order = random_below(random, 4) > 0 ? PRISIM_FABRIC_MAY : PRISIM_FABRIC_IN_ORDER;
    config.order_delay = (uint32_t)random_below(random, 100);
    config.order_seed = random_next(random);
    uint32_t *const may[] = {&config.order_relaxed,      &config.order_ido,       &config.order_write_completion,
                             &config.order_posted,       &config.order_nonposted, &config.order_completion,
                             &config.order_traffic_class};
    for (unsigned i = 0; i < sizeof may / sizeof may[0]; i++)
        *may[i] = random_below(random, 4) > 0;
    return config;
}

static void run(struct traffic *t, const struct prisim_fabric_config *config)
{
    t->rig = rig_open(config);
    for (unsigned link = 0; link < LINKS; link++)
        rig_ready(t->rig, PRISIM_FABRIC_TX_ENDPOINT + link, true);
    while (t->arrived < EACH) {
        edge(t);
        ck_assert_uint_lt(t->rig->now, (prisim_cycle_t)EACH * 100 + 100000);
    }
    rig_close(t->rig);
}

/* PCIE-MARKERORDER-1 */
/* covers: PCIE-MARKERORDER-1 */
START_TEST(a_marker_keeps_its_place)
{
    struct traffic *t = calloc(1, sizeof *t);
    t->random = random_open((uint64_t)_i, 15, 5);
    const struct prisim_fabric_config config = any_config(&t->random);
    run(t, &config);
    ck_assert_uint_eq(t->broken, 0);
    free(t);
}
END_TEST

/* PCIE-MARKERORDER-2: and with IDO it does pass. */
/* covers: PCIE-MARKERORDER-2, PCIE-MARKERCODE-8 */
START_TEST(a_marker_with_ido_passes_other_pasids)
{
    struct traffic *t = calloc(1, sizeof *t);
    t->random = random_open((uint64_t)_i, 15, 6);
    struct prisim_fabric_config config = fabric_harness_config(LINKS);
    config.smmu_nonposted = SLOTS;
    config.order = PRISIM_FABRIC_MAY;
    config.order_delay = 20;
    run(t, &config);
    ck_assert_uint_eq(t->broken, 0);
    ck_assert_uint_gt(t->passed, EACH / 100);
    free(t);
}
END_TEST

/* The control: a link that lets a marker be passed, or pass, against the rules is seen. */
START_TEST(a_passed_tlp_is_seen)
{
    struct traffic *t = calloc(1, sizeof *t);
    t->random = random_open((uint64_t)_i, 15, 7);
    struct prisim_fabric_config config = fabric_harness_config(LINKS);
    config.smmu_nonposted = SLOTS;
    config.fault[0] = (struct prisim_fabric_fault){.what = PRISIM_FABRIC_FAULT_REORDER,
                                                   .up = 1,
                                                   .of = _i ? PRISIM_FABRIC_FAULT_OF_STOP_MARKER
                                                            : PRISIM_FABRIC_FAULT_OF_PAGE_REQUEST,
                                                   .nth = 50,
                                                   .cycles = 5000};
    run(t, &config);
    ck_assert_uint_gt(t->broken, 0);
    free(t);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_fabric_marker");
    TCase *tcase = tcase_create("marker");
    tcase_set_timeout(tcase, 1200);
    tcase_add_loop_test(tcase, a_marker_keeps_its_place, 0, RUNS);
    tcase_add_test(tcase, a_marker_with_ido_passes_other_pasids);
    tcase_add_loop_test(tcase, a_passed_tlp_is_seen, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
