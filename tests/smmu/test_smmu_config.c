/* SPDX-License-Identifier: Apache-2.0
 *
 * The range of every field of the configuration: both ends are taken, what lies beyond is refused by its name. What one
 * feature needs of another is in test_smmu_registers_id.c.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "model/smmu/smmu.h"
#include "tests/harness/suite.h"

#define FIELD(member, low, high)                                                                                       \
    {                                                                                                                  \
#member, offsetof(struct prisim_smmu_config, member), low, high                                                \
    }

static const struct {
    const char *name;
    size_t offset;
    uint32_t low, high;
} field[] = {
    FIELD(sid_bits, 0, 16),
    FIELD(ssid_bits, 0, 20),
    FIELD(cmdq_log2_max, 0, 19),
    FIELD(eventq_log2_max, 0, 19),
    FIELD(priq_log2_max, 0, 19),
    FIELD(pps, 0, 1),
    FIELD(register_latency, 1, 1000),
    FIELD(ack_latency, 1, 1000),
    FIELD(tlb_latency, 1, 100),
    FIELD(config_latency, 1, 100),
    FIELD(walk_latency, 1, 100),
    FIELD(command_latency, 1, 1000),
    FIELD(command_lines, 1, 4),
    FIELD(cons_batch, 1, 64),
    FIELD(event_latency, 1, 100),
    FIELD(tlb_entries, 0, 4096),
    FIELD(micro_tlb_entries, 0, 64),
    FIELD(micro_tlb_latency, 1, 100),
    FIELD(ipa_entries, 0, 1024),
    FIELD(ipa_latency, 1, 100),
    FIELD(tlb_ways, 1, 64),
    FIELD(walk_ways, 1, 64),
    FIELD(walk_slots, 1, 16),
    FIELD(config_entries, 0, 64),
    FIELD(config_l1_entries, 0, 64),
    FIELD(config_ways, 1, 64),
    FIELD(walk_entries, 0, 1024),
    FIELD(walk_l1_entries, 0, 1024),
    FIELD(walk_l0_entries, 0, 1024),
    FIELD(walk_s2_entries, 0, 1024),
    FIELD(walk_s2_l1_entries, 0, 1024),
    FIELD(walk_s2_l0_entries, 0, 1024),
    FIELD(translation_slots, 1, 16),
    FIELD(automatic_responses, 1, 512),
    FIELD(atc_inv_timeout, 1, 1000000000),
    FIELD(httu, 0, 2),
    FIELD(term_model, 0, 1),
    FIELD(cd2l, 0, 1),
    FIELD(asid16, 0, 1),
    FIELD(hyp, 0, 1),
    FIELD(msi, 0, 1),
    FIELD(sev, 0, 1),
    FIELD(ril, 0, 1),
    FIELD(had, 0, 1),
    FIELD(stt, 0, 1),
    FIELD(gran16k, 0, 1),
    FIELD(gran64k, 0, 1),
    FIELD(bbml, 0, 2),
    FIELD(attr_perms_ovr, 0, 1),
    FIELD(attr_types_ovr, 0, 1),
    FIELD(event_merge, 0, 1),
    FIELD(epd_hits_tlb, 0, 1),
    FIELD(affd_cached, 0, 1),
    FIELD(itag_reuse, 0, 1),
    FIELD(smmuen_waits, 0, 1),
    FIELD(structure_fetch, 0, 1),
    FIELD(stall_rewrite, 0, 1),
    FIELD(ppr_flush, 0, 2),
    FIELD(ppr_latency, 1, 100000),
    FIELD(invalidate_completion_flush, 0, 2),
    FIELD(swallow_markers, 0, 1),
    FIELD(page_request_drain, 0, 1),
};
enum { FIELDS = sizeof field / sizeof field[0] };

static bool takes(unsigned i, uint32_t value, struct prisim_config_error *error)
{
    struct prisim_smmu_config config;
    prisim_smmu_config_default(&config);
    memcpy((char *)&config + field[i].offset, &value, sizeof value);
    return prisim_smmu_config_check(&config, error);
}

/* covers: SMMU-IDR-9 */
START_TEST(ranges)
{
    struct prisim_config_error error = {0};
    unsigned i = (unsigned)_i;
    ck_assert_msg(takes(i, field[i].low, &error), "%s %u: %s %s", field[i].name, field[i].low, error.field,
                  error.expected);
    ck_assert_msg(takes(i, field[i].high, &error), "%s %u: %s %s", field[i].name, field[i].high, error.field,
                  error.expected);
    ck_assert(!takes(i, field[i].high + 1, &error));
    ck_assert_str_eq(error.field, field[i].name);
    if (field[i].low > 0) {
        ck_assert(!takes(i, field[i].low - 1, &error));
        ck_assert_str_eq(error.field, field[i].name);
    }
}
END_TEST

/* The figures of the rule book that are defaults here, in cycles of 1 GHz. */
/* covers: SMMU-GEM5-1, SMMU-GEM5-2, SMMU-GEM5-3, SMMU-GEM5-5, SMMU-GEM5-7, SMMU-GEM5-8,
 * SMMU-GEM5-9, SMMU-LATENCY-1, SMMU-LATENCY-4, SMMU-LATENCY-5, SMMU-LATENCY-6, SMMU-LATENCY-12 */
START_TEST(defaults)
{
    struct prisim_smmu_config c;
    prisim_smmu_config_default(&c);
    ck_assert_uint_eq(c.translation_slots, 16); /* of a device port */
    ck_assert_uint_eq(c.walk_slots, 16);
    ck_assert_uint_eq(c.micro_tlb_entries, 32); /* one set */
    ck_assert_uint_eq(c.micro_tlb_latency, 1);
    ck_assert(c.tlb_entries == 2048 && c.tlb_ways == 4 && c.tlb_latency == 3);
    ck_assert(c.config_entries == 64 && c.config_ways == 4 && c.config_latency == 3);
    ck_assert(c.ipa_entries == 128 && c.ipa_latency == 3);
    ck_assert(c.walk_l0_entries == 4 && c.walk_l1_entries == 28 && c.walk_entries == 348);
    ck_assert(c.walk_s2_l0_entries == 4 && c.walk_s2_l1_entries == 28 && c.walk_s2_entries == 92);
    ck_assert(c.walk_ways == 4 && c.walk_latency == 4);
    ck_assert_uint_eq(c.ack_latency, 8);
    ck_assert_uint_eq(c.command_latency, 4);
    ck_assert_uint_eq(c.event_latency, 2);
    ck_assert_uint_eq(c.atc_inv_timeout, 100000);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_config");
    TCase *tcase = tcase_create("config");
    tcase_add_loop_test(tcase, ranges, 0, FIELDS);
    tcase_add_test(tcase, defaults);
    suite_add_tcase(suite, tcase);
    return suite;
}
