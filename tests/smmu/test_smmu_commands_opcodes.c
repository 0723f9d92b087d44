/* SPDX-License-Identifier: Apache-2.0
 *
 * Every opcode of SMMU-OPCODE, and every value that is none, by what the configuration advertises: consumed, or
 * CERROR_ILL. What a command does is tested elsewhere.
 */
#include "tests/harness/suite.h"
#include "tests/smmu/smmu_commands.h"

static struct smmu_harness *h;

/* SMMU-OPCODE, SMMU-CFGI, SMMU-TLBI, SMMU-ATCINV, SMMU-PRIRESP, SMMU-RESUME, written down plainly: what an opcode
 * needs. */
enum need { NEVER, ALWAYS, HYP, STAGE_2, ATS, PRI, STALL };
static const uint8_t needs[256] = {
    [0x01] = ALWAYS,  /* PREFETCH_CONFIG */
    [0x02] = ALWAYS,  /* PREFETCH_ADDR */
    [0x03] = ALWAYS,  /* CFGI_STE */
    [0x04] = ALWAYS,  /* CFGI_STE_RANGE */
    [0x05] = ALWAYS,  /* CFGI_CD */
    [0x06] = ALWAYS,  /* CFGI_CD_ALL */
    [0x10] = ALWAYS,  /* TLBI_NH_ALL */
    [0x11] = ALWAYS,  /* TLBI_NH_ASID */
    [0x12] = ALWAYS,  /* TLBI_NH_VA */
    [0x13] = ALWAYS,  /* TLBI_NH_VAA */
    [0x20] = HYP,     /* TLBI_EL2_ALL */
    [0x21] = HYP,     /* TLBI_EL2_ASID */
    [0x22] = HYP,     /* TLBI_EL2_VA */
    [0x23] = HYP,     /* TLBI_EL2_VAA */
    [0x28] = STAGE_2, /* TLBI_S12_VMALL */
    [0x2a] = STAGE_2, /* TLBI_S2_IPA */
    [0x30] = ALWAYS,  /* TLBI_NSNH_ALL */
    [0x40] = ATS,     /* ATC_INV */
    [0x41] = PRI,     /* PRI_RESP */
    [0x44] = STALL,   /* RESUME */
    [0x45] = STALL,   /* STALL_TERM */
    [0x46] = ALWAYS,  /* SYNC */
};

static bool is_legal(const struct prisim_smmu_config *config, unsigned opcode)
{
    switch ((enum need)needs[opcode]) {
    case NEVER:
        return false;
    case ALWAYS:
        return true;
    case HYP:
        return config->hyp;
    case STAGE_2:
        return config->s2p;
    case ATS:
        return config->ats;
    case PRI:
        return config->pri;
    case STALL:
        return config->stall_model == 0;
    }
    return false;
}

/* One command, alone on the queue; ssec sets its bit 10. */
static void try_opcode(unsigned opcode, bool ssec)
{
    uint32_t at = h->cmdq_prod;
    unsigned errors = harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR);
    unsigned downs = h->base->tx[PRISIM_SMMU_TX_DOWN].count;
    smmu_harness_command(h, opcode | (uint64_t)ssec << 10 | UINT64_C(0x20) << 32, 0);
    smmu_harness_run(h, 60);
    bool legal = is_legal(&h->config, opcode) && !ssec;
    ck_assert_msg(harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR) == errors + !legal, "opcode %#x ssec %d",
                  opcode, ssec);
    if (!legal) {
        command_expect_error(h, at, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
        const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR, errors);
        ck_assert_uint_eq(event->smmu_command_error.opcode, opcode);
        ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, downs);
        smmu_harness_store(h, HARNESS_CMDQ + (at & 15) * PRISIM_COMMAND_BYTES, PRISIM_CMDQ_OP_SYNC);
        command_acknowledge(h);
        smmu_harness_run(h, 60);
    } else if (opcode == PRISIM_CMDQ_OP_ATC_INV) {
        const struct prisim_tlp *tlp = harness_got(h->base, PRISIM_SMMU_TX_DOWN, downs);
        command_complete(h, tlp->head.tag, 1, HARNESS_SID, PRISIM_TLP_SC);
        smmu_harness_run(h, 5);
    }
    ck_assert_uint_eq(command_cons(h) & PRISIM_SMMU_QUEUE_INDEX_MASK, h->cmdq_prod);
}

/* What is built, by number. */
static void configure(struct prisim_smmu_config *config, unsigned variant)
{
    switch (variant) {
    case 0:
        config->s2p = config->hyp = config->vmid16 = config->vmw = config->xnx = config->fwb = 0;
        config->ns1ats = 0;
        break;
    case 1:
        config->s2p = 1;
        config->hyp = 0;
        break;
    case 2:
        config->s2p = config->hyp = 1;
        break;
    case 3:
        config->stall_model = 0;
        config->stall_max = 16;
        break;
    case 4:
        config->pri = 0;
        break;
    case 5:
        config->ats = config->pri = 0;
        break;
    }
}

/* covers: SMMU-OPCODE-1, SMMU-OPCODE-2, SMMU-OPCODE-3, SMMU-OPCODE-4, SMMU-OPCODE-5, SMMU-OPCODE-6,
 * SMMU-OPCODE-7, SMMU-OPCODE-8, SMMU-OPCODE-9, SMMU-OPCODE-10, SMMU-OPCODE-11, SMMU-OPCODE-12,
 * SMMU-OPCODE-13, SMMU-OPCODE-14, SMMU-OPCODE-15, SMMU-OPCODE-16, SMMU-OPCODE-17, SMMU-CMDFIELD-7,
 * SMMU-TLBI-9, SMMU-TLBI-10, SMMU-ATCINV-3, SMMU-PRIRESP-5, SMMU-RESUME-3 */
START_TEST(every_opcode)
{
    h = smmu_harness_open();
    configure(&h->config, (unsigned)_i);
    h->config.atc_inv_timeout = 10000000;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    for (unsigned opcode = 0; opcode < 256; opcode++)
        try_opcode(opcode, false);
    smmu_harness_close(h);
}
END_TEST

/* covers: SMMU-CMD */
START_TEST(ssec)
{
    h = smmu_harness_open();
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    for (unsigned opcode = 0; opcode < 256; opcode++)
        if (needs[opcode] == ALWAYS || needs[opcode] == ATS || needs[opcode] == PRI)
            try_opcode(opcode, true);
    smmu_harness_close(h);
}
END_TEST

/* covers: SMMU-CMD, SMMU-CR0-17, SMMU-ATCINV-3, SMMU-PRIRESP-5 */
START_TEST(illegal_before_ignored)
{
    h = smmu_harness_open();
    h->config.pri = 0;
    smmu_harness_start(h);
    smmu_harness_bring_up(h);
    smmu_harness_cr0(h, PRISIM_CR0_CMDQEN);
    try_opcode(PRISIM_CMDQ_OP_PRI_RESP, false); /* not built: ILL, though SMMUEN=0 */
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 0);
    smmu_harness_command(h, PRISIM_CMDQ_OP_SYNC, 0);
    smmu_harness_run(h, 60); /* built: ignored, and no CMD_SYNC waits for it */
    ck_assert_uint_eq(command_cons(h) & PRISIM_SMMU_QUEUE_INDEX_MASK, h->cmdq_prod);
    ck_assert_uint_eq(h->base->tx[PRISIM_SMMU_TX_DOWN].count, 0);
    smmu_harness_command(h, command_sid(PRISIM_CMDQ_OP_ATC_INV, -1), 53);
    smmu_harness_run(h, 60);
    command_expect_error(h, (h->cmdq_prod - 1) & 31, PRISIM_CERROR_ILL, PRISIM_CAUSE_COMMAND_ILLEGAL);
    smmu_harness_close(h);
}
END_TEST

/* Where the fields are that the other tests put by name: the rule book's bits, written out. */
/* covers: SMMU-CMD, SMMU-CMDFIELD-1, SMMU-CMDFIELD-2, SMMU-CMDFIELD-3, SMMU-CMDFIELD-4, SMMU-CMDFIELD-5,
 * SMMU-CMDFIELD-6, SMMU-CMDFIELD-8, SMMU-CMDFIELD-9, SMMU-CMDFIELD-10, SMMU-CMDFIELD-11, SMMU-CMDFIELD-12,
 * SMMU-CMDFIELD-13 */
START_TEST(field_positions)
{
#define AT(field, mask) ck_assert_uint_eq(prisim_bits_put(UINT64_MAX, field), UINT64_C(mask))
    AT(PRISIM_CMD_OPCODE, 0xff);
    AT(PRISIM_CMD_SSEC, 0x400);
    AT(PRISIM_CMD_SSV, 0x800);
    AT(PRISIM_CMD_SSID, 0xfffff000);
    AT(PRISIM_CMD_SID, 0xffffffff00000000);
    AT(PRISIM_CMD1_PREFETCH_SIZE, 0x1f);
    AT(PRISIM_CMD1_PREFETCH_STRIDE, 0x3e0);
    AT(PRISIM_CMD1_LEAF, 1);
    AT(PRISIM_CMD1_RANGE, 0x1f);
    AT(PRISIM_CMD_TLBI_NUM, 0x1f000);
    AT(PRISIM_CMD_TLBI_SCALE, 0x1f00000);
    AT(PRISIM_CMD_TLBI_VMID, 0x0000ffff00000000);
    AT(PRISIM_CMD_TLBI_ASID, 0xffff000000000000);
    AT(PRISIM_CMD1_TLBI_TTL, 0x300);
    AT(PRISIM_CMD1_TLBI_TG, 0xc00);
    ck_assert_uint_eq(PRISIM_CMD1_ADDRESS, UINT64_C(0xfffffffffffff000));
    AT(PRISIM_CMD_ATC_GLOBAL, 0x200);
    AT(PRISIM_CMD1_ATC_SIZE, 0x3f);
    AT(PRISIM_CMD1_PRG_INDEX, 0x1ff);
    AT(PRISIM_CMD1_PRI_RESP, 0x3000);
    AT(PRISIM_CMD_RESUME_AC, 0x1000);
    AT(PRISIM_CMD_RESUME_AB, 0x2000);
    AT(PRISIM_CMD1_RESUME_STAG, 0xffff);
    AT(PRISIM_CMD_SYNC_CS, 0x3000);
    AT(PRISIM_CMD_SYNC_MSI_DATA, 0xffffffff00000000);
    ck_assert_uint_eq(PRISIM_CMD1_SYNC_MSI_ADDRESS, UINT64_C(0x00fffffffffffffc));
#undef AT
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_commands_opcodes");
    TCase *tcase = tcase_create("opcodes");
    tcase_add_loop_test(tcase, every_opcode, 0, 6);
    tcase_add_test(tcase, ssec);
    tcase_add_test(tcase, illegal_before_ignored);
    tcase_add_test(tcase, field_positions);
    suite_add_tcase(suite, tcase);
    return suite;
}
