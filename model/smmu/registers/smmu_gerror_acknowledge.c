/* SPDX-License-Identifier: Apache-2.0
 *
 * A write of GERRORN, and what goes on after it: the command queue, the event queue (SMMU-GERROR, SMMU-CERROR,
 * SMMU-EVENTQ). Raising GERROR is in smmu_gerror_msi.c.
 */
#include "model/smmu/commands/smmu_commands.h"

/* A write of GERRORN; what it toggles of an inactive bit is stored, and the bit reads as active (SMMU-GERROR). */
void smmu_gerror_acknowledge(struct smmu_edge *e, uint32_t gerrorn)
{
    struct prisim_smmu *s = e->s;
    uint32_t before = smmu_gerror_active(s);
    s->word[SMMU_WORD(PRISIM_SMMU_GERRORN)] = gerrorn;
    uint32_t after = smmu_gerror_active(s);
    if (after & ~before)
        PRISIM_PROBE(e->ports, e->now, smmu_misuse, .offset = PRISIM_SMMU_GERRORN, .value = gerrorn,
                     .cause = PRISIM_CAUSE_GERRORN_TOGGLED);
    smmu_gerror_changed(e, before);
    if (!(after & PRISIM_GERROR_CMDQ))
        smmu_command_acknowledged(e);
    if (before & ~after & PRISIM_GERROR_EVENTQ_ABT)
        smmu_event_run(e);
}
