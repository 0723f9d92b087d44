/* SPDX-License-Identifier: Apache-2.0
 *
 * How STEs and CDs are made valid while the SMMU may read them (SMMU-FETCH): the stores and commands of bring-up and
 * bind, one by one; what waits for a SYNC; and what unbind does with a live descriptor.
 */
#include "tests/driver/bench.h"

/* What goes to memory: a word at an address, or a command's opcode. */
struct access {
    uint64_t store;
    unsigned opcode;
};

/* Opcodes: SMMU-OPCODE. */
enum { CFGI_STE = 0x03, CFGI_CD = 0x05, TLBI_NH_ASID = 0x11, ATC_INV = 0x40, SYNC = 0x46 };
/* Where the bench's driver puts things (driver_layout): the STE of StreamID 0x100, the CD of PASID 5 of its function.
 */
#define STE UINT64_C(0x40004000)
#define CD  UINT64_C(0x4000e140)

static unsigned accesses(const struct bench *b)
{
    return b->rig->tx[DRIVER_TX_MEMORY].count;
}

/* The writes from the first-th put on, but for those of tables. */
static void ck_accesses(const struct bench *b, unsigned first, const struct access *expected, unsigned count)
{
    unsigned n = 0;
    for (unsigned i = first; i < accesses(b); i++) {
        const struct memory_request *r = rig_got(b->rig, DRIVER_TX_MEMORY, i);
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
#define CK_ACCESSES(b, first, ...)                                                                                     \
    do {                                                                                                               \
        const struct access rows_[] = {__VA_ARGS__};                                                                   \
        ck_accesses(b, first, rows_, sizeof rows_ / sizeof rows_[0]);                                                  \
    } while (0)

/* With one function, so that nothing else is done meanwhile. */
static struct bench *open_with(enum driver_structure_update update)
{
    struct bench *b = bench_open();
    ck_assert_uint_eq(b->config.structure_update, DRIVER_STRUCTURE_AS_ARM);
    b->config.functions = 1;
    b->config.structure_update = update;
    return b;
}

static unsigned first_of_ste(const struct bench *b)
{
    unsigned i = 0;
    while (i < accesses(b) &&
           ((const struct memory_request *)rig_got(b->rig, DRIVER_TX_MEMORY, i))->address >> 6 != STE >> 6)
        i++;
    return i;
}

/* covers: SMMU-FETCH-2, SMMU-FETCH-3 */
START_TEST(an_ste_is_made_valid)
{
    struct bench *b = open_with((enum driver_structure_update)_i);
    bench_bring_up(b);
    if (_i == DRIVER_STRUCTURE_AS_ARM)
        CK_ACCESSES(b, first_of_ste(b), {STE + 8, 0}, {0, CFGI_STE}, {0, SYNC}, {STE, 0}, {0, CFGI_STE}, {0, SYNC});
    else
        CK_ACCESSES(b, first_of_ste(b), {STE + 8, 0}, {STE, 0}, {0, CFGI_STE}, {0, SYNC});
    ck_assert_uint_eq(bench_load(b, STE) & 1, 1);
    const uint64_t *cfgi = bench_command(b, CFGI_STE, 0);
    ck_assert_uint_eq(cfgi[0] >> 32, STREAM);
    ck_assert_uint_eq(cfgi[1] & 1, 1); /* Leaf: the table is linear */
    bench_close(b);
}
END_TEST

/* covers: SMMU-FETCH-2, SMMU-FETCH-3 */
START_TEST(a_cd_is_made_valid)
{
    struct bench *b = open_with((enum driver_structure_update)_i);
    bench_bring_up(b);
    unsigned first = accesses(b);
    bench_bind(b, 0, 5, 0, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    ck_assert_uint_eq(bench_cd(b, STREAM, 5), CD);
    if (_i == DRIVER_STRUCTURE_AS_ARM)
        CK_ACCESSES(b, first, {CD + 8, 0}, {CD + 24, 0}, {0, CFGI_CD}, {0, SYNC}, {CD, 0}, {0, CFGI_CD}, {0, SYNC});
    else
        CK_ACCESSES(b, first, {CD + 8, 0}, {CD + 24, 0}, {CD, 0}, {0, CFGI_CD}, {0, SYNC});
    for (unsigned n = 0; n < bench_commands(b, CFGI_CD); n++) {
        const uint64_t *cfgi = bench_command(b, CFGI_CD, n);
        ck_assert_uint_eq(cfgi[0] >> 12 & 0xfffff, 5);
        ck_assert_uint_eq(cfgi[0] >> 32, STREAM);
        ck_assert_uint_eq(cfgi[1] & 1, 1);
    }
    bench_close(b);
}
END_TEST

/* V of a live descriptor is one word, and the one that switches: 0 at once, then CFGI and SYNC, in both ways. The other
 * words are changed by the next bind, when nobody has the old ones any more. */
/* covers: SMMU-FETCH-2 */
START_TEST(a_live_cd_is_made_invalid)
{
    struct bench *b = open_with((enum driver_structure_update)_i);
    bench_bring_up(b);
    bench_bind(b, 0, 5, 0, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    uint64_t was = bench_load(b, CD + 8);
    unsigned first = accesses(b);
    bench_unbind(b, 0, 5, DRIVER_UNBIND_NONE, 2);
    bench_until(b, EVENT_DRIVER_FREE, 1);
    CK_ACCESSES(b, first, {CD, 0}, {0, CFGI_CD}, {0, TLBI_NH_ASID}, {0, SYNC}, {0, ATC_INV}, {0, SYNC});
    ck_assert_uint_eq(bench_load(b, CD), 0);
    ck_assert_uint_eq(bench_load(b, CD + 8), was);
    bench_close(b);
}
END_TEST

/* V is not stored before the SYNC is done, however long that takes, and U7 waits for the second one. */
/* covers: SMMU-FETCH-2 */
START_TEST(each_step_waits_for_its_sync)
{
    struct bench *b = open_with(DRIVER_STRUCTURE_AS_ARM);
    bench_bring_up(b);
    b->commands_stuck = true;
    bench_bind(b, 0, 5, 0, 1);
    bench_run(b, 20000);
    ck_assert_uint_ne(bench_load(b, CD + 8), 0);
    ck_assert_uint_eq(bench_load(b, CD), 0);
    b->commands_stuck = false;
    bench_ring_commands(b);
    unsigned syncs = bench_commands(b, SYNC);
    while (!bench_load(b, CD))
        bench_edge(b);
    b->commands_stuck = true;
    bench_run(b, 20000);
    ck_assert_uint_eq(rig_events(b->rig, EVENT_DRIVER_BIND), 0);
    b->commands_stuck = false;
    bench_ring_commands(b);
    bench_until(b, EVENT_DRIVER_BIND, 1);
    ck_assert_uint_eq(bench_commands(b, SYNC), syncs + 1);
    bench_close(b);
}
END_TEST

/* bind_cfgi 0 leaves out both. */
START_TEST(without_cfgi_there_is_neither)
{
    struct bench *b = open_with((enum driver_structure_update)_i);
    b->config.bind_cfgi = 0;
    bench_bring_up(b);
    unsigned first = accesses(b);
    bench_bind(b, 0, 5, 0, 1);
    bench_until(b, EVENT_DRIVER_BOUND, 1);
    CK_ACCESSES(b, first, {CD + 8, 0}, {CD + 24, 0}, {CD, 0});
    bench_close(b);
}
END_TEST

START_TEST(another_value_is_refused)
{
    struct bench *b = bench_open();
    struct config_error error = {NULL, NULL};
    b->config.structure_update = 1;
    ck_assert(driver_config_check(&b->config, &error));
    b->config.structure_update = 2;
    ck_assert(!driver_config_check(&b->config, &error));
    ck_assert_str_eq(error.field, "structure_update");
    free(b);
}
END_TEST

int main(void)
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
    return bench_main(suite);
}
