/* SPDX-License-Identifier: Apache-2.0
 *
 * How STEs and CDs are made valid while the SMMU may read them (SMMU-FETCH): the stores and commands of bring-up and
 * bind, one by one; what waits for a SYNC; and what unbind does with a live descriptor.
 */
#include "tests/driver/driver_harness.h"
#include "tests/harness/suite.h"

/* What goes to memory: a word at an address, or a command's opcode. */
struct access {
    uint64_t store;
    unsigned opcode;
};

/* Opcodes: SMMU-OPCODE. */
enum { CFGI_STE = 0x03, CFGI_CD = 0x05, TLBI_NH_ASID = 0x11, ATC_INV = 0x40, SYNC = 0x46 };
/* Where the harness's driver puts things (driver_layout): the STE of StreamID 0x100, the CD of PASID 5 of its function.
 */
#define STE UINT64_C(0x40004000)
#define CD  UINT64_C(0x4000e140)

static unsigned accesses(const struct driver_harness *h)
{
    return h->base->tx[PRISIM_DRIVER_TX_MEMORY].count;
}

/* The writes from the first-th put on, but for those of tables. */
static void ck_accesses(const struct driver_harness *h, unsigned first, const struct access *expected, unsigned count)
{
    unsigned n = 0;
    for (unsigned i = first; i < accesses(h); i++) {
        const struct prisim_memory_request *r = harness_got(h->base, PRISIM_DRIVER_TX_MEMORY, i);
        bool of_structure = r->address >> 6 == STE >> 6 || r->address >> 6 == CD >> 6;
        if (!r->write || (r->size == 8 && !of_structure))
            continue;
        ck_assert_msg(n < count, "one more access: 0x%llx", (unsigned long long)r->address);
        if (r->size == 8) {
            ck_assert_msg(r->address == expected[n].store, "access %u is a store to 0x%llx", n,
                          (unsigned long long)r->address);
        } else {
            ck_assert_uint_eq(r->size, 16);
            ck_assert_msg(r->data[0] == expected[n].opcode, "access %u is command 0x%x", n, r->data[0]);
        }
        n++;
    }
    ck_assert_uint_eq(n, count);
}
#define CK_ACCESSES(h, first, ...)                                                                                     \
    do {                                                                                                               \
        const struct access rows_[] = {__VA_ARGS__};                                                                   \
        ck_accesses(h, first, rows_, sizeof rows_ / sizeof rows_[0]);                                                  \
    } while (0)

/* With one function, so that nothing else is done meanwhile. */
static struct driver_harness *open_with(enum prisim_driver_structure_update update)
{
    struct driver_harness *h = driver_harness_open();
    ck_assert_uint_eq(h->config.structure_update, PRISIM_DRIVER_STRUCTURE_AS_ARM);
    h->config.functions = 1;
    h->config.structure_update = update;
    return h;
}

static unsigned first_of_ste(const struct driver_harness *h)
{
    unsigned i = 0;
    while (i < accesses(h) &&
           ((const struct prisim_memory_request *)harness_got(h->base, PRISIM_DRIVER_TX_MEMORY, i))->address >> 6 !=
               STE >> 6)
        i++;
    return i;
}

/* covers: SMMU-FETCH-2, SMMU-FETCH-3 */
START_TEST(an_ste_is_made_valid)
{
    struct driver_harness *h = open_with((enum prisim_driver_structure_update)_i);
    driver_harness_bring_up(h);
    if (_i == PRISIM_DRIVER_STRUCTURE_AS_ARM)
        CK_ACCESSES(h, first_of_ste(h), {STE + 8, 0}, {0, CFGI_STE}, {0, SYNC}, {STE, 0}, {0, CFGI_STE}, {0, SYNC});
    else
        CK_ACCESSES(h, first_of_ste(h), {STE + 8, 0}, {STE, 0}, {0, CFGI_STE}, {0, SYNC});
    ck_assert_uint_eq(driver_harness_load(h, STE) & 1, 1);
    const uint64_t *cfgi = driver_harness_command(h, CFGI_STE, 0);
    ck_assert_uint_eq(cfgi[0] >> 32, STREAM);
    ck_assert_uint_eq(cfgi[1] & 1, 1); /* Leaf: the table is linear */
    driver_harness_close(h);
}
END_TEST

/* covers: SMMU-FETCH-2, SMMU-FETCH-3 */
START_TEST(a_cd_is_made_valid)
{
    struct driver_harness *h = open_with((enum prisim_driver_structure_update)_i);
    driver_harness_bring_up(h);
    unsigned first = accesses(h);
    driver_harness_bind(h, 0, 5, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    ck_assert_uint_eq(driver_harness_cd(h, STREAM, 5), CD);
    if (_i == PRISIM_DRIVER_STRUCTURE_AS_ARM)
        CK_ACCESSES(h, first, {CD + 8, 0}, {CD + 24, 0}, {0, CFGI_CD}, {0, SYNC}, {CD, 0}, {0, CFGI_CD}, {0, SYNC});
    else
        CK_ACCESSES(h, first, {CD + 8, 0}, {CD + 24, 0}, {CD, 0}, {0, CFGI_CD}, {0, SYNC});
    for (unsigned n = 0; n < driver_harness_commands(h, CFGI_CD); n++) {
        const uint64_t *cfgi = driver_harness_command(h, CFGI_CD, n);
        ck_assert_uint_eq(cfgi[0] >> 12 & 0xfffff, 5);
        ck_assert_uint_eq(cfgi[0] >> 32, STREAM);
        ck_assert_uint_eq(cfgi[1] & 1, 1);
    }
    driver_harness_close(h);
}
END_TEST

/* V of a live descriptor is one word, and the one that switches: 0 at once, then CFGI and SYNC, in both ways. The other
 * words are changed by the next bind, when nobody has the old ones any more. */
/* covers: SMMU-FETCH-2 */
START_TEST(a_live_cd_is_made_invalid)
{
    struct driver_harness *h = open_with((enum prisim_driver_structure_update)_i);
    driver_harness_bring_up(h);
    driver_harness_bind(h, 0, 5, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    uint64_t was = driver_harness_load(h, CD + 8);
    unsigned first = accesses(h);
    driver_harness_unbind(h, 0, 5, PRISIM_DRIVER_UNBIND_NONE, 2);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_FREE, 1);
    CK_ACCESSES(h, first, {CD, 0}, {0, CFGI_CD}, {0, TLBI_NH_ASID}, {0, SYNC}, {0, ATC_INV}, {0, SYNC});
    ck_assert_uint_eq(driver_harness_load(h, CD), 0);
    ck_assert_uint_eq(driver_harness_load(h, CD + 8), was);
    driver_harness_close(h);
}
END_TEST

/* V is not stored before the SYNC is done, however long that takes, and U7 waits for the second one. */
/* covers: SMMU-FETCH-2 */
START_TEST(each_step_waits_for_its_sync)
{
    struct driver_harness *h = open_with(PRISIM_DRIVER_STRUCTURE_AS_ARM);
    driver_harness_bring_up(h);
    h->commands_stuck = true;
    driver_harness_bind(h, 0, 5, 0, 1);
    driver_harness_run(h, 20000);
    ck_assert_uint_ne(driver_harness_load(h, CD + 8), 0);
    ck_assert_uint_eq(driver_harness_load(h, CD), 0);
    h->commands_stuck = false;
    driver_harness_ring_commands(h);
    unsigned syncs = driver_harness_commands(h, SYNC);
    while (!driver_harness_load(h, CD))
        driver_harness_edge(h);
    h->commands_stuck = true;
    driver_harness_run(h, 20000);
    ck_assert_uint_eq(harness_events(h->base, PRISIM_EVENT_DRIVER_BIND), 0);
    h->commands_stuck = false;
    driver_harness_ring_commands(h);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BIND, 1);
    ck_assert_uint_eq(driver_harness_commands(h, SYNC), syncs + 1);
    driver_harness_close(h);
}
END_TEST

/* bind_cfgi 0 leaves out both. */
START_TEST(without_cfgi_there_is_neither)
{
    struct driver_harness *h = open_with((enum prisim_driver_structure_update)_i);
    h->config.bind_cfgi = 0;
    driver_harness_bring_up(h);
    unsigned first = accesses(h);
    driver_harness_bind(h, 0, 5, 0, 1);
    driver_harness_until(h, PRISIM_EVENT_DRIVER_BOUND, 1);
    CK_ACCESSES(h, first, {CD + 8, 0}, {CD + 24, 0}, {CD, 0});
    driver_harness_close(h);
}
END_TEST

START_TEST(another_value_is_refused)
{
    struct driver_harness *h = driver_harness_open();
    struct prisim_config_error error = {NULL, NULL};
    h->config.structure_update = 1;
    ck_assert(prisim_driver_config_check(&h->config, &error));
    h->config.structure_update = 2;
    ck_assert(!prisim_driver_config_check(&h->config, &error));
    ck_assert_str_eq(error.field, "structure_update");
    free(h);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("driver_structures");
    TCase *tcase = tcase_create("driver_structures");
    tcase_add_loop_test(tcase, an_ste_is_made_valid, 0, 2);
    tcase_add_loop_test(tcase, a_cd_is_made_valid, 0, 2);
    tcase_add_loop_test(tcase, a_live_cd_is_made_invalid, 0, 2);
    tcase_add_test(tcase, each_step_waits_for_its_sync);
    tcase_add_loop_test(tcase, without_cfgi_there_is_neither, 0, 2);
    tcase_add_test(tcase, another_value_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
