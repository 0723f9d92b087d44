/* SPDX-License-Identifier: Apache-2.0
 *
 * From ID-register values to a configuration and back: what comes out says the same, and what cannot be built is
 * refused by the name of its field.
 */
#include <stdlib.h>
#include <string.h>

#include "model/core/random.h"
#include "model/smmu/prisim_smmu_outside.h"
#include "model/smmu/smmu_registers.h"
#include "tests/harness/suite.h"

static struct prisim_smmu_config config;
static struct prisim_smmu_id id;

static void setup(void)
{
    prisim_smmu_config_default(&config);
    prisim_smmu_id_registers(&config, &id);
}

/* The values are those that software reads. */
START_TEST(are_the_registers)
{
    static const uint32_t offset[] = {PRISIM_SMMU_IDR0, PRISIM_SMMU_IDR1, PRISIM_SMMU_IDR2, PRISIM_SMMU_IDR3,
                                      PRISIM_SMMU_IDR4, PRISIM_SMMU_IDR5, PRISIM_SMMU_AIDR};
    struct prisim_smmu *state = calloc(1, prisim_smmu_state_size(&config));
    prisim_smmu_init(&config, state);
    for (unsigned i = 0; i < sizeof offset / sizeof offset[0]; i++) {
        uint32_t value;
        ck_assert_uint_eq(prisim_smmu_register_debug(&config, state, offset[i], (uint8_t *)&value, 4), 4);
        ck_assert_uint_eq(i < PRISIM_SMMU_IDRS ? id.idr[i] : id.aidr, value);
    }
    free(state);
}
END_TEST

static uint32_t draw(struct random_stream *random, uint32_t low, uint32_t high)
{
    return low + (uint32_t)random_below(random, high - low + 1);
}

static void draw_config(struct random_stream *r, struct prisim_smmu_config *c)
{
    static const uint32_t oas[] = {32, 36, 40, 42, 44, 48};
    uint32_t *const flag[] = {
        &c->s2p,           &c->term_model, &c->cd2l, &c->ns1ats, &c->asid16,  &c->vmid16,  &c->vmw,
        &c->hyp,           &c->ats,        &c->pri,  &c->msi,    &c->sev,     &c->ril,     &c->had,
        &c->xnx,           &c->stt,        &c->fwb,  &c->pps,    &c->gran16k, &c->gran64k, &c->attr_perms_ovr,
        &c->attr_types_ovr};
    prisim_smmu_config_default(c);
    for (unsigned i = 0; i < sizeof flag / sizeof flag[0]; i++)
        *flag[i] = draw(r, 0, 1);
    c->sid_bits = draw(r, 0, 16);
    c->ssid_bits = draw(r, 0, 20);
    c->cmdq_log2_max = draw(r, 0, 19);
    c->eventq_log2_max = draw(r, 0, 19);
    c->priq_log2_max = draw(r, 0, 19);
    c->oas_bits = oas[draw(r, 0, 5)];
    c->httu = draw(r, 0, 2);
    c->bbml = draw(r, 0, 2);
    c->st_level = draw(r, 0, 1);
    c->stall_model = draw(r, 0, 1);
    c->stall_max = c->stall_model ? 0 : draw(r, 1, 16);
}

START_TEST(and_back)
{
    struct random_stream random = random_open(11, 0, 0);
    struct prisim_config_error error;
    unsigned built = 0;
    for (unsigned n = 0; n < 40000; n++) {
        struct prisim_smmu_config drawn, made;
        draw_config(&random, &drawn);
        if (!prisim_smmu_config_check(&drawn, &error))
            continue;
        built++;
        prisim_smmu_id_registers(&drawn, &id);
        prisim_smmu_config_default(&made);
        if (!drawn.pri)
            made.priq_log2_max = drawn.priq_log2_max; /* which no register says */
        ck_assert_msg(prisim_smmu_config_from_id_registers(&id, &made, &error), "%s", error.field);
        ck_assert_mem_eq(&made, &drawn, sizeof made);
    }
    ck_assert_uint_gt(built, 100);
}
END_TEST

/* What ID registers do not say is the caller's. */
START_TEST(the_rest_stays)
{
    struct prisim_config_error error;
    config.tlb_entries = 17;
    config.walk_latency = 9;
    config.sid_bits = 3;
    ck_assert(prisim_smmu_config_from_id_registers(&id, &config, &error));
    ck_assert_uint_eq(config.tlb_entries, 17);
    ck_assert_uint_eq(config.walk_latency, 9);
    ck_assert_uint_eq(config.sid_bits, 16);
}
END_TEST

/* Any bit turned: either it is built, and says so, or a field is named and nothing is changed. */
START_TEST(each_bit)
{
    const struct prisim_smmu_config before = config;
    struct prisim_smmu_id bent = id, built;
    struct prisim_config_error error = {0};
    uint32_t *word = _i / 32 < PRISIM_SMMU_IDRS ? &bent.idr[_i / 32] : &bent.aidr;
    *word ^= UINT32_C(1) << _i % 32;
    if (prisim_smmu_config_from_id_registers(&bent, &config, &error)) {
        prisim_smmu_id_registers(&config, &built);
        ck_assert_mem_eq(&built, &bent, sizeof built);
        return;
    }
    ck_assert_mem_eq(&config, &before, sizeof config);
    ck_assert_msg(strncmp(error.field, "IDR", 3) == 0 || strcmp(error.field, "AIDR") == 0, "%s", error.field);
    ck_assert_ptr_nonnull(error.expected);
}
END_TEST

static const struct {
    unsigned word;
    uint32_t clear, set;
    const char *field;
} refused[] = {
    {0, 1 << 1, 0, "IDR0.S1P"},
    {0, 3 << 2, 3 << 2, "IDR0.TTF"},
    {0, 1 << 4, 0, "IDR0.COHACC"},
    {0, 0, 1 << 5, "IDR0.BTM"},
    {0, 0, 3 << 6, "IDR0.HTTU"},
    {0, 0, 1 << 8, "IDR0.DORMHINT"},
    {0, 0, 1 << 15, "IDR0.ATOS"},
    {0, 0, 1 << 20, "IDR0.VATOS"},
    {0, 3 << 21, 0, "IDR0.TTENDIAN"},
    {0, 1 << 23, 0, "IDR0.ATSRECERR"},
    {0, 0, 3u << 24, "IDR0.STALL_MODEL"},
    {0, 0, 2 << 27, "IDR0.ST_LEVEL"},
    {0, 0, 1 << 30, "IDR0[31:29]"},
    {0, 1 << 10 | 1 << 23, 0, "IDR0.PRI"}, /* PRI without ATS */
    {1, 0x3f, 17, "IDR1.SIDSIZE"},
    {1, 0x1f << 6, 21 << 6, "IDR1.SSIDSIZE"},
    {1, 0x1f << 11, 20 << 11, "IDR1.PRIQS"},
    {1, 0x1f << 16, 20 << 16, "IDR1.EVENTQS"},
    {1, 0x1f << 21, 20 << 21, "IDR1.CMDQS"},
    {1, 0, 1 << 28, "IDR1.REL"},
    {1, 0, 1 << 29, "IDR1.QUEUES_PRESET"},
    {1, 0, 1 << 30, "IDR1.TABLES_PRESET"},
    {1, 0, 1u << 31, "IDR1.ECMDQ"},
    {2, 0, 4, "IDR2"},
    {3, 0, 1 << 3, "IDR3.PBHA"},
    {3, 0, 1 << 7, "IDR3.MPAM"},
    {3, 0, 3 << 11, "IDR3.BBML"},
    {3, 0, 1 << 13, "IDR3.E0PD"},
    {4, 0, 1, "IDR4"},
    {5, 7, 6, "IDR5.OAS"},
    {5, 1 << 4, 0, "IDR5.GRAN4K"},
    {5, 0, 1 << 10, "IDR5.VAX"},
    {5, 0xffffu << 16, 17u << 16, "IDR5.STALL_MAX"},
    {6, 0xff, 0x13, "AIDR"},
};

START_TEST(by_name)
{
    struct prisim_config_error error = {0};
    uint32_t *word = refused[_i].word < PRISIM_SMMU_IDRS ? &id.idr[refused[_i].word] : &id.aidr;
    *word = (*word & ~refused[_i].clear) | refused[_i].set;
    ck_assert(!prisim_smmu_config_from_id_registers(&id, &config, &error));
    ck_assert_str_eq(error.field, refused[_i].field);
}
END_TEST

/* A queue size without PRI is no size. */
START_TEST(pri_queue_without_pri)
{
    struct prisim_config_error error = {0};
    id.idr[0] &= ~(UINT32_C(1) << 16);
    ck_assert(!prisim_smmu_config_from_id_registers(&id, &config, &error));
    ck_assert_str_eq(error.field, "IDR1.PRIQS");
    id.idr[1] &= ~(UINT32_C(0x1f) << 11);
    ck_assert(prisim_smmu_config_from_id_registers(&id, &config, &error));
    ck_assert_uint_eq(config.pri, 0);
    ck_assert_uint_eq(config.priq_log2_max, 10);
}
END_TEST

/* What was wrong before keeps its own name. */
START_TEST(member_that_no_register_says)
{
    struct prisim_config_error error = {0};
    config.tlb_ways = 0;
    ck_assert(!prisim_smmu_config_from_id_registers(&id, &config, &error));
    ck_assert_str_eq(error.field, "tlb_ways");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_from_id_registers");
    TCase *tcase = tcase_create("id");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, are_the_registers);
    tcase_add_test(tcase, and_back);
    tcase_add_test(tcase, the_rest_stays);
    tcase_add_loop_test(tcase, each_bit, 0, 7 * 32);
    tcase_add_loop_test(tcase, by_name, 0, sizeof refused / sizeof refused[0]);
    tcase_add_test(tcase, pri_queue_without_pri);
    tcase_add_test(tcase, member_that_no_register_says);
    suite_add_tcase(suite, tcase);
    return suite;
}
