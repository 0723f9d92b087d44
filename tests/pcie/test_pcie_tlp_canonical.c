/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of a TLP: what counts, and by what.
 */
#include "model/pcie/tlp_canonical.h"
#include "tests/harness/suite.h"

enum { FUNCTION = 0x100, LAST = 510 };

static uint64_t row_of(const struct prisim_tlp *tlp, uint16_t last, struct prisim_canonical *to)
{
    prisim_canonical_begin(to, 0, 0);
    prisim_canonical_prg_last(to, FUNCTION, last);
    prisim_canonical_name(to, PRISIM_CANONICAL_TLP, 1);
    prisim_tlp_canonical(tlp, to);
    prisim_canonical_end(to);
    return prisim_canonical_hash(to, 1, 0);
}

static struct prisim_tlp page_request(uint16_t prg_index)
{
    return (struct prisim_tlp){.head = {.id = 1,
                                        .requester_id = FUNCTION,
                                        .destination_id = 7,
                                        .type = PRISIM_TLP_MESSAGE,
                                        .message = PRISIM_MESSAGE_PAGE_REQUEST,
                                        .prg_index = prg_index}};
}

static struct prisim_tlp prg_response(uint16_t prg_index)
{
    struct prisim_tlp tlp = page_request(prg_index);
    tlp.head.message = PRISIM_MESSAGE_PRG_RESPONSE;
    tlp.head.requester_id = 7;
    tlp.head.destination_id = FUNCTION;
    return tlp;
}

/* PCIE-GROUP: indexes are given out in a circle. */
START_TEST(index_counts_from_the_last)
{
    struct prisim_canonical *to = prisim_canonical_open();
    const struct prisim_tlp before[] = {page_request(LAST), prg_response(LAST)};
    const struct prisim_tlp behind[] = {page_request(1), prg_response(1)};
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(row_of(&before[i], LAST, to), row_of(&behind[i], 1, to));
        ck_assert_uint_ne(row_of(&before[i], LAST, to), row_of(&behind[i], LAST, to));
    }
    /* Another function's counts as it is. */
    struct prisim_tlp other = page_request(LAST);
    other.head.requester_id = 0x200;
    ck_assert_uint_eq(row_of(&other, LAST, to), row_of(&other, 1, to));
    prisim_canonical_close(to);
}
END_TEST

START_TEST(id_is_a_name_and_data_counts_where_it_is)
{
    struct prisim_canonical *to = prisim_canonical_open();
    struct prisim_tlp a = {.head = {.id = 2, .type = PRISIM_TLP_MEMORY_WRITE, .size = 3}}, b = a;
    b.head.id = 99;
    ck_assert_uint_eq(row_of(&a, 0, to), row_of(&b, 0, to));
    b.head.id = 1;
    ck_assert_uint_ne(row_of(&a, 0, to), row_of(&b, 0, to));
    b = a;
    b.data[3] = 1;
    ck_assert_uint_eq(row_of(&a, 0, to), row_of(&b, 0, to));
    b.data[2] = 1;
    ck_assert_uint_ne(row_of(&a, 0, to), row_of(&b, 0, to));
    a.head.type = b.head.type = PRISIM_TLP_MEMORY_READ;
    ck_assert_uint_eq(row_of(&a, 0, to), row_of(&b, 0, to));
    prisim_canonical_close(to);
}
END_TEST

/* Attributes decide who passes whom (PCIE-ORDER), EP whether the data are used (PCIE-POISON): the tenth bit counts as
 * the first does. */
START_TEST(every_flag_counts)
{
    struct prisim_canonical *to = prisim_canonical_open();
    const struct prisim_tlp plain = page_request(1);
    ck_assert_uint_eq(PRISIM_TLP_IDO, 1u << 8);
    ck_assert_uint_eq(PRISIM_TLP_POISONED, 1u << 9);
    for (unsigned bit = 0; bit <= 9; bit++) {
        struct prisim_tlp tlp = plain;
        tlp.head.flags = (uint16_t)(1u << bit);
        ck_assert_uint_ne(row_of(&tlp, 0, to), row_of(&plain, 0, to));
    }
    prisim_canonical_close(to);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("TLP canonical");
    TCase *tcase = tcase_create("TLP canonical");
    tcase_add_test(tcase, index_counts_from_the_last);
    tcase_add_test(tcase, every_flag_counts);
    tcase_add_test(tcase, id_is_a_name_and_data_counts_where_it_is);
    suite_add_tcase(suite, tcase);
    return suite;
}
