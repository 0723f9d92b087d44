/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of instances: who has which rank, and what a log calls him.
 */
#include <stdio.h>

#include "tb/system/system.h"
#include "tests/harness/suite.h"

static struct system_config system_;

static const struct system_config *system_of(unsigned endpoints, unsigned smmus)
{
    system_config_default(&system_);
    system_.endpoints = endpoints;
    system_.smmus = smmus;
    for (unsigned i = 0; i < endpoints; i++)
        snprintf(system_.endpoint_id[i], SYSTEM_ID_MAX, "e%u", i);
    system_config_resolve(&system_);
    return &system_;
}

struct named {
    enum system_kind kind;
    unsigned index;
    const char *name;
};

static void ck_table(const struct system_config *s, const struct named *expected, unsigned expected_count)
{
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    ck_assert_uint_eq(system_instances(s, rows), expected_count);
    for (unsigned rank = 0; rank < expected_count; rank++) {
        char name[SYSTEM_NAME_MAX];
        system_instance_name(s, rank, name);
        ck_assert_str_eq(name, expected[rank].name);
        ck_assert_uint_eq(rows[rank].kind, expected[rank].kind);
        ck_assert_uint_eq(rows[rank].index, expected[rank].index);
        ck_assert_uint_eq(system_rank(s, expected[rank].kind, expected[rank].index), rank);
    }
    char name[SYSTEM_NAME_MAX];
    system_instance_name(s, INSTANCE_CHECKERS, name);
    ck_assert_str_eq(name, "checkers");
}

START_TEST(one_smmu)
{
    static const struct named expected[] = {
        {KIND_TIMELINE, 0, "timeline"},
        {KIND_DRIVER, 0, "driver"},
        {KIND_SMMU, 0, "smmu"},
        {KIND_PRI_QUEUE, 0, "pri_queue"},
        {KIND_INTERCONNECT, 0, "interconnect"},
        {KIND_FABRIC, 0, "fabric"},
        {KIND_ENDPOINT, 0, "endpoint[e0]"},
        {KIND_ENDPOINT, 1, "endpoint[e1]"},
    };
    ck_table(system_of(2, 1), expected, 8);
}
END_TEST

/* Every rank of today stays; the second SMMU and its queue come behind. */
START_TEST(two_smmus)
{
    static const struct named expected[] = {
        {KIND_TIMELINE, 0, "timeline"},
        {KIND_DRIVER, 0, "driver"},
        {KIND_SMMU, 0, "smmu[0]"},
        {KIND_PRI_QUEUE, 0, "pri_queue[0]"},
        {KIND_INTERCONNECT, 0, "interconnect"},
        {KIND_FABRIC, 0, "fabric"},
        {KIND_ENDPOINT, 0, "endpoint[e0]"},
        {KIND_ENDPOINT, 1, "endpoint[e1]"},
        {KIND_SMMU, 1, "smmu[1]"},
        {KIND_PRI_QUEUE, 1, "pri_queue[1]"},
    };
    ck_table(system_of(2, 2), expected, 10);
}
END_TEST

START_TEST(names_of_ranks)
{
    static const unsigned ranks[] = {INSTANCE_TIMELINE,     INSTANCE_DRIVER, INSTANCE_SMMU,    INSTANCE_PRI_QUEUE,
                                     INSTANCE_INTERCONNECT, INSTANCE_FABRIC, INSTANCE_ENDPOINT};
    for (unsigned i = 0; i < 7; i++)
        ck_assert_uint_eq(ranks[i], i);
}
END_TEST

/* As many rows as there can be, and the checkers' rank is nobody's. */
START_TEST(the_most_fits)
{
    struct system_instance rows[SYSTEM_INSTANCES_MAX];
    ck_assert_uint_eq(system_instances(system_of(32, 2), rows), 40);
    ck_assert_uint_eq(SYSTEM_INSTANCES_MAX, 40);
    ck_assert_uint_eq(INSTANCE_CHECKERS, 40);
    ck_assert_uint_eq(system_rank(&system_, KIND_ENDPOINT, 31), 37);
    ck_assert_uint_eq(system_rank(&system_, KIND_PRI_QUEUE, 1), 39);
}
END_TEST

TEST_SUITE("tb_system_instances", one_smmu, two_smmus, names_of_ranks, the_most_fits)
