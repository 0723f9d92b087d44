/* SPDX-License-Identifier: Apache-2.0
 *
 * A TLP as data: wire sizes, size encoding of ranges, classes, and what a copy copies.
 */
#include <signal.h>
#include <stdlib.h>

#include "model/pcie/tlp.h"
#include "model/pcie/translation.h"
#include "tests/harness/suite.h"

static const uint64_t high = UINT64_C(1) << 32;

/* PCIE-OVERHEAD "Wire time": bytes on the link. */
/* covers: PCIE-HEADER-1, PCIE-HEADER-7, PCIE-HEADER-9, PCIE-HEADER-10, PCIE-PREFIX-1, PCIE-PREFIX, PCIE-OVERHEAD-2,
 * PCIE-OVERHEAD-4, PCIE-OVERHEAD-6, PCIE-OVERHEAD-7, PCIE-OVERHEAD-8, PCIE-OVERHEAD-9, PCIE-OVERHEAD-10,
 * PCIE-OVERHEAD-11, PCIE-OVERHEAD-12, PCIE-OVERHEAD-13, PCIE-OVERHEAD-14 */
START_TEST(wire_bytes)
{
    const struct {
        struct prisim_tlp_header head;
        uint32_t bytes;
    } table[] = {
        {{.type = PRISIM_TLP_MEMORY_READ, .address = high, .at = PRISIM_TLP_AT_TRANSLATION_REQUEST, .size = 8}, 24},
        {{.type = PRISIM_TLP_MEMORY_READ, .address = high, .size = 8, .flags = PRISIM_TLP_HAS_PASID}, 28},
        {{.type = PRISIM_TLP_MEMORY_READ, .address = high - 1, .size = 64}, 20}, /* PCIE-HEADER: 3 DW below 4 GiB */
        {{.type = PRISIM_TLP_COMPLETION_DATA, .address = high, .size = 8}, 28},
        {{.type = PRISIM_TLP_COMPLETION_DATA, .size = 64}, 84},
        {{.type = PRISIM_TLP_COMPLETION, .size = 64}, 20},
        {{.type = PRISIM_TLP_MESSAGE_DATA, .message = PRISIM_MESSAGE_INVALIDATE_REQUEST, .size = 8}, 32},
        {{.type = PRISIM_TLP_MESSAGE_DATA,
          .message = PRISIM_MESSAGE_INVALIDATE_REQUEST,
          .size = 8,
          .flags = PRISIM_TLP_HAS_PASID},
         36},
        {{.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_INVALIDATE_COMPLETION}, 24},
        {{.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PAGE_REQUEST}, 24},
        {{.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PRG_RESPONSE}, 24},
        {{.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PAGE_REQUEST, .flags = PRISIM_TLP_HAS_PASID}, 28},
        {{.type = PRISIM_TLP_MESSAGE, .message = PRISIM_MESSAGE_PRG_RESPONSE, .flags = PRISIM_TLP_HAS_PASID}, 28},
        {{.type = PRISIM_TLP_MEMORY_WRITE, .address = high, .size = 64}, 88},
        {{.type = PRISIM_TLP_MEMORY_WRITE, .address = high, .size = 1}, 28}, /* whole DWs */
        {{.type = PRISIM_TLP_MEMORY_WRITE, .address = high, .size = 5}, 32},
        {{.type = PRISIM_TLP_CONFIG_READ, .size = 4}, 20},
        {{.type = PRISIM_TLP_CONFIG_WRITE, .size = 4}, 24},
    };
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++)
        ck_assert_msg(prisim_tlp_wire_bytes(&table[i].head) == table[i].bytes, "row %u: %u", i,
                      prisim_tlp_wire_bytes(&table[i].head));
}
END_TEST

/* PCIE-ATSCPL "Size encoding": the bits set to 1 above S, per size. */
static const struct {
    unsigned size_log2;
    unsigned highest_one; /* 0: none */
} sizes[] = {{13, 0}, {14, 12}, {16, 14}, {21, 19}, {22, 20}, {25, 23}, {30, 28}, {64, 62}};

static uint64_t ones(unsigned highest)
{
    uint64_t bits = 0;
    for (unsigned bit = 12; bit <= highest; bit++)
        bits |= UINT64_C(1) << bit;
    return bits;
}

/* covers: SMMU-ATCINV-8, SMMU-ATSCPL-1, PCIE-ATSCPL-16, PCIE-ATSCPL-17, PCIE-ATSCPL-18, PCIE-ATSCPL-19 */
START_TEST(ranges_are_encoded_as_in_the_table)
{
    uint64_t base = sizes[_i].size_log2 == 64 ? 0 : UINT64_C(5) << sizes[_i].size_log2;
    uint64_t field = base | ones(sizes[_i].highest_one) | 1 << 11;
    ck_assert_uint_eq(prisim_tlp_range_encode(base, sizes[_i].size_log2), field);
    uint64_t address = 1;
    ck_assert_uint_eq(prisim_tlp_range_decode(field, &address), sizes[_i].size_log2);
    ck_assert_uint_eq(address, base);
}
END_TEST

/* S = 0: 4 KB, and the low bits mean nothing. */
/* covers: PCIE-ATSCPL-7 */
START_TEST(a_single_page_has_no_encoding)
{
    uint64_t address = 0;
    ck_assert_uint_eq(prisim_tlp_range_encode(0x7000, 12), 0x7000);
    ck_assert_uint_eq(prisim_tlp_range_decode(0x7000, &address), 12);
    ck_assert_uint_eq(address, 0x7000);
    ck_assert_uint_eq(prisim_tlp_range_decode(0x7003, &address), 12);
    ck_assert_uint_eq(address, 0x7000);
}
END_TEST

/* The other generator of PCIE-ATSCPL: Z >= 8 K, the aligned address with Z/2 - 1 put in, bits 63:12 kept. */
/* covers: PCIE-ATSCPL */
START_TEST(every_size_comes_back)
{
    for (unsigned size_log2 = 12; size_log2 <= 64; size_log2++) {
        uint64_t mask = size_log2 == 64 ? UINT64_MAX : (UINT64_C(1) << size_log2) - 1;
        uint64_t base = UINT64_C(0x123456789abcd000) & ~mask, address = 1;
        uint64_t field = prisim_tlp_range_encode(base, size_log2);
        if (size_log2 > 12)
            ck_assert_uint_eq(field & ~UINT64_C(0xfff), (base | mask >> 1) & ~UINT64_C(0xfff));
        ck_assert_uint_eq(prisim_tlp_range_decode(field, &address), size_log2);
        ck_assert_uint_eq(address, base);
    }
}
END_TEST

/* PCIE-ORDER, PCIE-MARKERCODE: a Stop Marker needs the PASID. */
/* covers: SMMU-PRIMSG-1, SMMU-PRIMSG-2, PCIE-HEADER-2, PCIE-HEADER-11, PCIE-HEADER-12, PCIE-MARKERCODE-1,
 * PCIE-MARKERCODE-2, PCIE-MARKERCODE-3, PCIE-ORDER-8 */
START_TEST(classes)
{
    struct prisim_tlp_header head = {.type = PRISIM_TLP_MESSAGE,
                                     .message = PRISIM_MESSAGE_PAGE_REQUEST,
                                     .flags = PRISIM_TLP_LAST | PRISIM_TLP_HAS_PASID};
    ck_assert(prisim_tlp_is_stop_marker(&head));
    ck_assert(prisim_tlp_is_posted(&head));
    ck_assert(!prisim_tlp_has_data(&head));
    head.flags = PRISIM_TLP_LAST;
    ck_assert(!prisim_tlp_is_stop_marker(&head));
    head.flags = PRISIM_TLP_LAST | PRISIM_TLP_HAS_PASID | PRISIM_TLP_READ;
    ck_assert(!prisim_tlp_is_stop_marker(&head));
    head = (struct prisim_tlp_header){.type = PRISIM_TLP_MESSAGE,
                                      .message = PRISIM_MESSAGE_PRG_RESPONSE,
                                      .flags = PRISIM_TLP_LAST | PRISIM_TLP_HAS_PASID};
    ck_assert(!prisim_tlp_is_stop_marker(&head));
    const struct {
        bool posted, completion, data;
    } table[PRISIM_TLP_TYPES] = {
        [PRISIM_TLP_MEMORY_READ] = {false, false, false}, [PRISIM_TLP_MEMORY_WRITE] = {true, false, true},
        [PRISIM_TLP_CONFIG_READ] = {false, false, false}, [PRISIM_TLP_CONFIG_WRITE] = {false, false, true},
        [PRISIM_TLP_COMPLETION] = {false, true, false},   [PRISIM_TLP_COMPLETION_DATA] = {false, true, true},
        [PRISIM_TLP_MESSAGE] = {true, false, false},      [PRISIM_TLP_MESSAGE_DATA] = {true, false, true},
    };
    for (unsigned type = 0; type < PRISIM_TLP_TYPES; type++) {
        head.type = (uint8_t)type;
        ck_assert_int_eq(prisim_tlp_is_posted(&head), table[type].posted);
        ck_assert_int_eq(prisim_tlp_is_completion(&head), table[type].completion);
        ck_assert_int_eq(prisim_tlp_has_data(&head), table[type].data);
    }
}
END_TEST

/* PCIE-MESSAGE, payload of an Invalidate Request: DW0 is address 63:32, DW1 address 31:12, S 11, Global 0. 2 MB at
 * 0x1234567840000000: ones from bit 12 to 19 (PCIE-ATSCPL). The header's address is the same without Global. */
/* covers: PCIE-MESSAGE-8, PCIE-MESSAGE-9 */
START_TEST(invalidate_request)
{
    for (unsigned global = 0; global < 2; global++) {
        struct prisim_tlp tlp = {
            .head = {.type = PRISIM_TLP_MESSAGE_DATA, .message = PRISIM_MESSAGE_INVALIDATE_REQUEST}};
        prisim_tlp_invalidate_fill(&tlp, prisim_tlp_range_encode(UINT64_C(0x1234567840000000), 21), global);
        const uint8_t payload[8] = {0x78, 0x56, 0x34, 0x12, (uint8_t)global, 0xf8, 0x0f, 0x40};
        ck_assert_mem_eq(tlp.data, payload, 8);
        ck_assert_uint_eq(tlp.head.size, 8);
        ck_assert_uint_eq(tlp.head.address, UINT64_C(0x12345678400ff800));
        ck_assert_uint_eq(prisim_tlp_invalidate_field(&tlp), UINT64_C(0x12345678400ff800) | global);
    }
}
END_TEST

/* They cannot say two things. */
START_TEST(invalidate_request_of_two_minds)
{
    struct prisim_tlp tlp = {.head = {.type = PRISIM_TLP_MESSAGE_DATA, .message = PRISIM_MESSAGE_INVALIDATE_REQUEST}};
    prisim_tlp_invalidate_fill(&tlp, 0x4000, false);
    tlp.head.address = 0x5000;
    prisim_tlp_invalidate_field(&tlp);
}
END_TEST

START_TEST(a_copy_takes_the_header_and_the_data_that_is_there)
{
    struct prisim_tlp from = {.head = {.type = PRISIM_TLP_MEMORY_WRITE, .address = 0x1234, .tag = 7, .size = 3},
                              .data = "abcdef"};
    struct prisim_tlp to;
    memset(&to, 0x55, sizeof to);
    prisim_tlp_copy(&to, &from);
    ck_assert_mem_eq(&to.head, &from.head, sizeof to.head);
    ck_assert_mem_eq(to.data, "abc\x55", 4);
    from.head.type = PRISIM_TLP_MEMORY_READ; /* size is what is to be read: there is no data */
    memset(&to, 0x55, sizeof to);
    prisim_tlp_copy(&to, &from);
    ck_assert_uint_eq(to.data[0], 0x55);
}
END_TEST

/* PCIE-ATSCPL "Completion data entry": the position of each field, and where its bytes lie. */
/* covers: PCIE-ATSCPL-6, PCIE-ATSCPL-7, PCIE-ATSCPL-8, PCIE-ATSCPL-10, PCIE-ATSCPL-11, PCIE-ATSCPL-12, PCIE-ATSCPL-13,
 * PCIE-ATSCPL-14, PCIE-ATSCPL-15 */
START_TEST(translation_entry)
{
    static const struct {
        unsigned bit, value;
    } field[] = {{0, PRISIM_TLP_TRANSLATION_READ},         {1, PRISIM_TLP_TRANSLATION_WRITE},
                 {2, PRISIM_TLP_TRANSLATION_UNTRANSLATED}, {3, PRISIM_TLP_TRANSLATION_EXECUTE},
                 {4, PRISIM_TLP_TRANSLATION_PRIVILEGED},   {5, PRISIM_TLP_TRANSLATION_GLOBAL},
                 {10, PRISIM_TLP_TRANSLATION_NO_SNOOP},    {11, PRISIM_TLP_TRANSLATION_SIZE}};
    for (unsigned i = 0; i < sizeof field / sizeof field[0]; i++)
        ck_assert_uint_eq(field[i].value, 1u << field[i].bit);
    static const uint8_t bytes[8] = {0x55, 0x66, 0x77, 0x88, 0x13, 0x22, 0x33, 0x44};
    uint8_t stored[8];
    ck_assert_uint_eq(prisim_tlp_qword_load(bytes), UINT64_C(0x8877665544332213)); /* bits 63:32 come first */
    prisim_tlp_qword_store(stored, UINT64_C(0x8877665544332213));
    ck_assert_mem_eq(stored, bytes, 8);
    ck_assert_uint_eq(prisim_tlp_range_encode(UINT64_C(0x40000000), 21) & 0xfff, PRISIM_TLP_TRANSLATION_SIZE);
    ck_assert_uint_eq(prisim_tlp_range_encode(UINT64_C(0x40000000), 12) & 0xfff, 0);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("pcie_tlp");
    TCase *tcase = tcase_create("tlp");
    tcase_add_test(tcase, translation_entry);
    tcase_add_test(tcase, wire_bytes);
    tcase_add_loop_test(tcase, ranges_are_encoded_as_in_the_table, 0, sizeof sizes / sizeof sizes[0]);
    tcase_add_test(tcase, a_single_page_has_no_encoding);
    tcase_add_test(tcase, every_size_comes_back);
    tcase_add_test(tcase, classes);
    tcase_add_test(tcase, invalidate_request);
    tcase_add_test_raise_signal(tcase, invalidate_request_of_two_minds, SIGABRT);
    tcase_add_test(tcase, a_copy_takes_the_header_and_the_data_that_is_there);
    suite_add_tcase(suite, tcase);
    return suite;
}
