/* SPDX-License-Identifier: Apache-2.0
 *
 * The ordering table, cell by cell, as the rule book has it (PCIE-ORDER).
 */
#include "model/pcie/tlp_order.h"
#include "tests/harness/suite.h"

enum { NO, MAY, MUST }; /* the words of the rule book */

/* A TLP in short: what it is, and by whom. Of a completion `id` is the completer, and the requester is 0. */
struct short_tlp {
    enum { WRITE, REQUEST, MARKER, READ, TRANSLATE, CFG_READ, CFG_WRITE, CPL, CPLD, CPL_UR } what;
    uint16_t id;
    unsigned flags;
    uint32_t pasid;
    uint8_t traffic_class;
    uint16_t tag;
};

enum { RO = PRISIM_TLP_RELAXED, IDO = PRISIM_TLP_IDO, PASID = PRISIM_TLP_HAS_PASID };

static struct prisim_tlp_header whole(struct short_tlp of)
{
    static const uint8_t type[] = {[WRITE] = PRISIM_TLP_MEMORY_WRITE,     [REQUEST] = PRISIM_TLP_MESSAGE,
                                   [MARKER] = PRISIM_TLP_MESSAGE,         [READ] = PRISIM_TLP_MEMORY_READ,
                                   [TRANSLATE] = PRISIM_TLP_MEMORY_READ,  [CFG_READ] = PRISIM_TLP_CONFIG_READ,
                                   [CFG_WRITE] = PRISIM_TLP_CONFIG_WRITE, [CPL] = PRISIM_TLP_COMPLETION,
                                   [CPLD] = PRISIM_TLP_COMPLETION_DATA,   [CPL_UR] = PRISIM_TLP_COMPLETION};
    struct prisim_tlp_header head = {.type = type[of.what],
                                     .requester_id = of.id,
                                     .flags = (uint16_t)of.flags,
                                     .pasid = of.pasid,
                                     .traffic_class = of.traffic_class,
                                     .tag = of.tag,
                                     .status = of.what == CPL_UR ? PRISIM_TLP_UR : PRISIM_TLP_SC};
    if (head.type == PRISIM_TLP_MESSAGE)
        head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    if (of.what == MARKER)
        head.flags |= PRISIM_TLP_LAST | PRISIM_TLP_HAS_PASID;
    if (of.what == TRANSLATE)
        head.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
    if (prisim_tlp_is_completion(&head)) {
        head.requester_id = 0;
        head.destination_id = of.id;
    }
    return head;
}

/* The earlier one, the later one that wants to pass, and the rule. */
static const struct {
    struct short_tlp earlier, later;
    int verdict;
} cells[] = {
    /* PCIE-ORDER-1: A2 */
    {{WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, 0, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {WRITE, 2, 0, 0, 0, 0}, NO},
    {{WRITE, 1, RO, 0, 0, 0}, {WRITE, 1, 0, 0, 0, 0}, NO}, /* the row's attribute counts */
    {{WRITE, 1, IDO, 0, 0, 0}, {WRITE, 2, 0, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, RO, 0, 0, 0}, MAY},
    {{REQUEST, 1, 0, 0, 0, 0}, {WRITE, 1, RO, 0, 0, 0}, MAY},
    {{WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, IDO, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {WRITE, 2, IDO, 0, 0, 0}, MAY},
    {{WRITE, 1, PASID, 5, 0, 0}, {WRITE, 1, IDO | PASID, 5, 0, 0}, NO},
    {{WRITE, 1, PASID, 5, 0, 0}, {WRITE, 1, IDO | PASID, 6, 0, 0}, MAY},
    {{WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, IDO | PASID, 6, 0, 0}, NO}, /* both must have one */
    {{WRITE, 1, PASID, 5, 0, 0}, {WRITE, 1, IDO, 0, 0, 0}, NO},
    {{WRITE, 1, PASID, 5, 0, 0}, {WRITE, 1, PASID, 6, 0, 0}, NO}, /* without IDO it says nothing */
    /* PCIE-MARKERORDER-1, PCIE-MARKERORDER-2, and a request of the new use behind the marker */
    {{REQUEST, 1, PASID, 5, 0, 0}, {MARKER, 1, 0, 5, 0, 0}, NO},
    {{REQUEST, 1, PASID, 6, 0, 0}, {MARKER, 1, 0, 5, 0, 0}, NO},
    {{REQUEST, 1, PASID, 5, 0, 0}, {MARKER, 1, IDO, 5, 0, 0}, NO},
    {{REQUEST, 1, PASID, 6, 0, 0}, {MARKER, 1, IDO, 5, 0, 0}, MAY},
    {{REQUEST, 2, PASID, 5, 0, 0}, {MARKER, 1, IDO, 5, 0, 0}, MAY},
    {{MARKER, 1, 0, 5, 0, 0}, {REQUEST, 1, PASID | IDO, 5, 0, 0}, NO},
    {{MARKER, 1, 0, 5, 0, 0}, {REQUEST, 1, PASID | IDO, 6, 0, 0}, MAY},
    /* A3, A4 */
    {{READ, 1, 0, 0, 0, 0}, {WRITE, 1, 0, 0, 0, 0}, MUST},
    {{TRANSLATE, 1, PASID, 5, 0, 0}, {REQUEST, 1, PASID, 5, 0, 0}, MUST},
    {{CFG_READ, 1, 0, 0, 0, 0}, {REQUEST, 1, 0, 0, 0, 0}, MUST},
    {{CFG_WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, 0, 0, 0, 0}, MUST},
    {{READ, 1, RO | IDO, 0, 0, 0}, {WRITE, 1, RO | IDO, 0, 0, 0}, MUST},
    /* A5; PCIE-ORDER-9: a PRG Response or an Invalidate Request overtakes Translation Completions */
    {{CPL, 1, 0, 0, 0, 0}, {WRITE, 1, 0, 0, 0, 0}, MAY},
    {{CPLD, 1, 0, 0, 0, 0}, {REQUEST, 1, 0, 0, 0, 0}, MAY},
    /* PCIE-ORDER-2: B2; PCIE-ORDER-9: a Translation Request passes no page request and no write */
    {{WRITE, 1, 0, 0, 0, 0}, {READ, 1, 0, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {READ, 2, 0, 0, 0, 0}, NO},
    {{REQUEST, 1, PASID, 5, 0, 0}, {TRANSLATE, 1, PASID, 6, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {CFG_READ, 1, 0, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {READ, 1, RO, 0, 0, 0}, NO}, /* PCIE-PITFALL-10 */
    {{WRITE, 1, 0, 0, 0, 0}, {READ, 2, RO, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {READ, 1, IDO, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {READ, 2, IDO, 0, 0, 0}, MAY},
    {{WRITE, 1, 0, 0, 0, 0}, {READ, 1, RO | IDO, 0, 0, 0}, NO},
    {{WRITE, 1, PASID, 5, 0, 0}, {TRANSLATE, 1, IDO | PASID, 5, 0, 0}, NO},
    {{WRITE, 1, PASID, 5, 0, 0}, {TRANSLATE, 1, IDO | PASID, 6, 0, 0}, MAY},
    /* B3, B4, B5 */
    {{READ, 1, 0, 0, 0, 0}, {READ, 1, 0, 0, 0, 0}, MAY},
    {{READ, 1, 0, 0, 0, 0}, {TRANSLATE, 1, 0, 0, 0, 0}, MAY},
    {{CFG_WRITE, 1, 0, 0, 0, 0}, {CFG_READ, 1, 0, 0, 0, 0}, MAY},
    {{CPLD, 1, 0, 0, 0, 0}, {READ, 1, 0, 0, 0, 0}, MAY},
    /* PCIE-ORDER-3: C2 */
    {{WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, 0, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 2, 0, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, RO, 0, 0, 0}, MAY},
    {{WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, IDO, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 2, IDO, 0, 0, 0}, MAY},
    {{WRITE, 1, PASID, 5, 0, 0}, {CFG_WRITE, 1, IDO | PASID, 6, 0, 0}, MAY},
    /* C3, C4, C5 */
    {{READ, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, 0, 0, 0, 0}, MAY},
    {{CFG_WRITE, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, 0, 0, 0, 0}, MAY},
    {{CPL, 1, 0, 0, 0, 0}, {CFG_WRITE, 1, 0, 0, 0, 0}, MAY},
    /* PCIE-ORDER-4: D2 */
    {{WRITE, 1, 0, 0, 0, 0}, {CPLD, 1, 0, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {CPLD, 2, 0, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {CPL_UR, 1, 0, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {CPLD, 1, RO, 0, 0, 0}, MAY},
    {{WRITE, 1, 0, 0, 0, 0}, {CPLD, 1, IDO, 0, 0, 0}, NO},
    {{WRITE, 1, 0, 0, 0, 0}, {CPLD, 2, IDO, 0, 0, 0}, MAY},
    {{WRITE, 1, PASID, 5, 0, 0}, {CPLD, 1, IDO | PASID, 6, 0, 0}, NO}, /* the completer counts, not the PASID */
    {{WRITE, 1, 0, 0, 0, 0}, {CPL, 1, 0, 0, 0, 0}, MAY},               /* of a configuration write */
    /* D3, D4 */
    {{READ, 1, 0, 0, 0, 0}, {CPLD, 1, 0, 0, 0, 0}, MUST},
    {{TRANSLATE, 1, 0, 0, 0, 0}, {CPL, 1, 0, 0, 0, 0}, MUST},
    {{CFG_WRITE, 1, 0, 0, 0, 0}, {CPL_UR, 1, 0, 0, 0, 0}, MUST},
    /* D5 */
    {{CPLD, 1, 0, 0, 0, 7}, {CPLD, 1, 0, 0, 0, 7}, NO},
    {{CPLD, 1, 0, 0, 0, 7}, {CPLD, 1, RO | IDO, 0, 0, 7}, NO},
    {{CPLD, 1, 0, 0, 0, 7}, {CPLD, 1, 0, 0, 0, 8}, MAY},
    /* PCIE-ORDER-6 */
    {{WRITE, 1, 0, 0, 0, 0}, {WRITE, 1, 0, 0, 1, 0}, MAY},
    {{WRITE, 1, 0, 0, 1, 0}, {READ, 1, 0, 0, 0, 0}, MAY},
    {{REQUEST, 1, PASID, 5, 1, 0}, {MARKER, 1, 0, 5, 0, 0}, MAY}, /* PCIE-MARKERORDER-3 */
    {{CPLD, 1, 0, 0, 0, 7}, {CPLD, 1, 0, 0, 1, 7}, MAY},
    {{WRITE, 1, 0, 0, 3, 0}, {WRITE, 1, 0, 0, 3, 0}, NO},
};

/* covers: PCIE-ORDER-1, PCIE-ORDER-2, PCIE-ORDER-3, PCIE-ORDER-4, PCIE-ORDER-5, PCIE-ORDER-6, PCIE-ORDER-7,
 * PCIE-ORDER-9, PCIE-MARKERORDER-1, PCIE-MARKERORDER-2, PCIE-MARKERORDER-3, PCIE-ORDER-10 */
START_TEST(a_cell)
{
    const struct prisim_tlp_header earlier = whole(cells[_i].earlier), later = whole(cells[_i].later);
    ck_assert_int_eq(prisim_tlp_may_pass(&later, &earlier), cells[_i].verdict);
}
END_TEST

/* PCIE-ORDER-4: a configuration write's completion that has an attribute may pass for two reasons. */
START_TEST(a_write_completion_has_its_attributes_too)
{
    static const struct {
        struct short_tlp later;
        unsigned why; /* RO 2, IDO 4, of a configuration write 8 */
    } rows[] = {
        {{CPL, 1, 0, 0, 0, 0}, 8},       {{CPL, 1, RO, 0, 0, 0}, 8 | 2},           {{CPL, 1, IDO, 0, 0, 0}, 8},
        {{CPL, 2, IDO, 0, 0, 0}, 8 | 4}, {{CPL, 2, RO | IDO, 0, 0, 0}, 8 | 4 | 2}, {{CPL_UR, 2, RO, 0, 0, 0}, 2}};
    const struct prisim_tlp_header earlier = whole((struct short_tlp){WRITE, 1, 0, 0, 0, 0});
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct prisim_tlp_header later = whole(rows[i].later);
        ck_assert_uint_eq(prisim_tlp_passes(&later, &earlier), rows[i].why);
    }
}
END_TEST

/* PCIE-ORDER-8 */
/* covers: PCIE-ORDER-8 */
START_TEST(classes)
{
    static const int class[] = {1, 0, 1, 1, 2, 2, 0, 0}; /* MRd, MWr, CfgRd, CfgWr, Cpl, CplD, Msg, MsgD */
    for (unsigned type = 0; type < 8; type++) {
        struct prisim_tlp_header head = {.type = (uint8_t)type};
        ck_assert_int_eq(prisim_tlp_class(&head), class[type]);
        ck_assert_int_eq(prisim_tlp_class(&head) == PRISIM_TLP_POSTED, prisim_tlp_is_posted(&head));
        ck_assert_int_eq(prisim_tlp_class(&head) == PRISIM_TLP_COMPLETIONS, prisim_tlp_is_completion(&head));
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("TLP order");
    TCase *tcase = tcase_create("TLP order");
    tcase_add_loop_test(tcase, a_cell, 0, sizeof cells / sizeof *cells);
    tcase_add_test(tcase, a_write_completion_has_its_attributes_too);
    tcase_add_test(tcase, classes);
    suite_add_tcase(suite, tcase);
    return suite;
}
