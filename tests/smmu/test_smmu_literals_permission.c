/* SPDX-License-Identifier: Apache-2.0
 *
 * smmu_permission.h against the rule book's tables of AP, XN, WXN, PAN and S2AP, typed whole (SMMU-DESCRIPTOR,
 * SMMU-CD), and what an access asks for (SMMU-ATSCPL, SMMU-ATSTRANSLATED). No walk: attributes go in, access comes out.
 */
#include "model/smmu/translation/smmu_permission.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

static const char *letters(unsigned access)
{
    static char text[4];
    text[0] = access & 1 ? 'r' : '-';
    text[1] = access & 2 ? 'w' : '-';
    text[2] = access & 8 ? 'x' : '-';
    return text;
}

/* By AP[2:1] 00, 01, 10, 11, with PXN and UXN 0. */
static const struct {
    const char *name;
    enum smmu_world world;
    bool privileged;
    uint16_t flags;
    const char *due[4];
} stage1[] = {
    /* SMMU-DESCRIPTOR "AP[2:1]"; unprivileged-writable implies PXN */
    {"privileged", SMMU_WORLD_EL1, true, 0, {"rwx", "rw-", "r-x", "r-x"}},
    {"unprivileged", SMMU_WORLD_EL1, false, 0, {"--x", "rwx", "--x", "r-x"}},
    /* SMMU-DESCRIPTOR "WXN, by privilege level" */
    {"privileged, WXN", SMMU_WORLD_EL1, true, SMMU_CD_WXN, {"rw-", "rw-", "r-x", "r-x"}},
    {"unprivileged, WXN", SMMU_WORLD_EL1, false, SMMU_CD_WXN, {"--x", "rw-", "--x", "r-x"}},
    /* SMMU-DESCRIPTOR "PAN=1": data of a page that is open to the unprivileged; not instructions */
    {"privileged, PAN", SMMU_WORLD_EL1, true, SMMU_CD_PAN, {"rwx", "---", "r-x", "--x"}},
    {"unprivileged, PAN", SMMU_WORLD_EL1, false, SMMU_CD_PAN, {"--x", "rwx", "--x", "r-x"}},
    /* EL2 with E2H has two privileges */
    {"EL2-E2H, privileged", SMMU_WORLD_EL2_E2H, true, 0, {"rwx", "rw-", "r-x", "r-x"}},
    {"EL2-E2H, unprivileged", SMMU_WORLD_EL2_E2H, false, 0, {"--x", "rwx", "--x", "r-x"}},
    /* EL2: AP[1] counts as 1, and PAN has no effect */
    {"EL2", SMMU_WORLD_EL2, true, 0, {"rwx", "rwx", "r-x", "r-x"}},
    {"EL2, PAN", SMMU_WORLD_EL2, true, SMMU_CD_PAN, {"rwx", "rwx", "r-x", "r-x"}},
    {"EL2, WXN", SMMU_WORLD_EL2, true, SMMU_CD_WXN, {"rw-", "rw-", "r-x", "r-x"}},
    {"EL2, data unprivileged", SMMU_WORLD_EL2, false, 0, {"rwx", "rwx", "r-x", "r-x"}},
};

/* PXN is of the privileged, UXN of the unprivileged, UXN is EL2's XN (SMMU-DESCRIPTOR "53 / 54"). */
START_TEST(stage_1)
{
    static struct smmu_slot slot;
    slot.ste.world = (uint8_t)stage1[_i].world;
    slot.cd.flags = stage1[_i].flags;
    slot.walk.check.privileged = stage1[_i].privileged;
    for (unsigned ap = 0; ap < 4; ap++)
        for (unsigned xn = 0; xn < 4; xn++) {
            uint32_t attributes = (ap & 1 ? LEAF_USER : 0) | (ap & 2 ? LEAF_READ_ONLY : 0) | (xn & 1 ? LEAF_PXN : 0) |
                                  (xn & 2 ? LEAF_UXN : 0);
            unsigned whose = stage1[_i].world == SMMU_WORLD_EL2 || !stage1[_i].privileged ? 2 : 1;
            char due[4];
            memcpy(due, stage1[_i].due[ap], sizeof due);
            if (xn & whose)
                due[2] = '-';
            const char *access = letters(smmu_stage1_access(&slot, attributes));
            ck_assert_msg(!strcmp(access, due), "%s, AP %u, UXN PXN %u: %s, due %s", stage1[_i].name, ap, xn, access,
                          due);
        }
}
END_TEST

/* SMMU-DESCRIPTOR: S2AP 0 none, 1 RO, 2 WO, 3 RW, whatever the privilege; XN of each privilege. */
START_TEST(stage_2)
{
    static struct smmu_slot slot;
    static const char *const due[4] = {"--", "r-", "-w", "rw"};
    for (unsigned privileged = 0; privileged < 2; privileged++)
        for (unsigned s2ap = 0; s2ap < 4; s2ap++)
            for (unsigned x = 0; x < 4; x++) {
                uint32_t attributes = (s2ap & 1 ? LEAF_S2_READ : 0) | (s2ap & 2 ? LEAF_S2_WRITE : 0) |
                                      (x & 1 ? LEAF_S2_PX : 0) | (x & 2 ? LEAF_S2_UX : 0);
                slot.walk.check.privileged = privileged;
                const char *access = letters(smmu_stage2_access(&slot, attributes));
                ck_assert_msg(!strncmp(access, due[s2ap], 2), "S2AP %u: %s", s2ap, access);
                ck_assert_int_eq(access[2] == 'x', (x & (privileged ? 1 : 2)) != 0);
            }
}
END_TEST

/* SMMU-ATSCPL: reading is always asked for, NW=0 asks for writing too. PCIE-HEADER: what a DMA asks for. */
START_TEST(what_is_asked_for)
{
    static struct smmu_slot slot;
    static const struct {
        uint8_t kind, type, flags;
        bool privileged, execute;
        uint8_t needed;
        bool due_writes, due_privileged, due_instruction;
    } rows[] = {
        {SMMU_TRANSLATION_REQUEST, PRISIM_TLP_MEMORY_READ, 0, false, false, 1 | 2, true, false, false},
        {SMMU_TRANSLATION_REQUEST, PRISIM_TLP_MEMORY_READ, PRISIM_TLP_NO_WRITE, false, false, 1, false, false, false},
        {SMMU_TRANSLATION_REQUEST, PRISIM_TLP_MEMORY_READ, PRISIM_TLP_NO_WRITE, true, false, 1, false, true, false},
        {SMMU_UNTRANSLATED, PRISIM_TLP_MEMORY_READ, 0, false, false, 1, false, false, false},
        {SMMU_UNTRANSLATED, PRISIM_TLP_MEMORY_WRITE, 0, true, false, 2, true, true, false},
        {SMMU_UNTRANSLATED, PRISIM_TLP_MEMORY_READ, 0, true, true, 8, false, true, true},
        /* SMMU-ATSTRANSLATED: data, unprivileged (no override of the STE here) */
        {SMMU_TRANSLATED, PRISIM_TLP_MEMORY_READ, 0, false, false, 1, false, false, false},
        {SMMU_TRANSLATED, PRISIM_TLP_MEMORY_WRITE, 0, false, false, 2, true, false, false},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        slot.kind = rows[i].kind;
        slot.tlp.head.type = rows[i].type;
        slot.tlp.head.flags = rows[i].flags;
        slot.privileged = rows[i].privileged;
        slot.execute = rows[i].execute;
        struct smmu_access_check check = smmu_access_check_of(&slot);
        ck_assert_msg(check.needed == rows[i].needed && check.writes == rows[i].due_writes &&
                          check.privileged == rows[i].due_privileged && check.instruction == rows[i].due_instruction,
                      "row %u", i);
    }
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("smmu_literals_permission");
    TCase *tcase = tcase_create("literals");
    tcase_add_loop_test(tcase, stage_1, 0, sizeof stage1 / sizeof stage1[0]);
    tcase_add_test(tcase, stage_2);
    tcase_add_test(tcase, what_is_asked_for);
    suite_add_tcase(suite, tcase);
    return suite;
}
