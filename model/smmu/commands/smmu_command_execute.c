/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands by opcode: which are illegal, and who carries them out (SMMU-OPCODE, SMMU-CMD, SMMU-CMDFIELD, SMMU-CFGI,
 * SMMU-TLBI, SMMU-ATCINV, SMMU-PRIRESP, SMMU-RESUME, SMMU-SYNC). A command takes effect at the edge at which its
 * decoding ends; ATC_INV and PRI_RESP when their TLP is put (smmu_command_send.c), CMD_SYNC when nothing is left to
 * wait for (smmu_command_sync.c). Then CONS passes it.
 */
#include "model/smmu/commands/smmu_commands.h"

/* SMMU-SYNC: a later CMD_SYNC waits for what is in flight now, prefetches excepted, and none of it fills a cache any
 * more. */
static void mark_in_flight(struct prisim_smmu *s)
{
    s->no_fill |= s->slots & ~s->free;
    s->sync_slots |= s->slots & ~s->free & ~(UINT32_C(1) << SMMU_SLOT_PREFETCH);
    /* What is still on the messages' path has looked at nothing: it will find what is there then. */
    s->no_fill &= ~s->messages.slots;
    s->sync_slots &= ~s->messages.slots;
}

/* SMMU-CMDFIELD: a prefetch waits for the one before it, and does nothing while SMMUEN=0. */
static void prefetch(struct smmu_edge *e, const uint64_t dw[2])
{
    struct prisim_smmu *s = e->s;
    if (smmu_is_enabled(s, PRISIM_CR0_SMMUEN) && !(s->free >> SMMU_SLOT_PREFETCH & 1)) {
        s->commands.state = SMMU_COMMAND_PREFETCH;
        return;
    }
    if (smmu_is_enabled(s, PRISIM_CR0_SMMUEN))
        smmu_prefetch_start(e, dw);
    smmu_command_done(e, true, prisim_bits_get(dw[0], PRISIM_CMD_SSV));
}

/* SMMU-OPCODE, SMMU-CFGI, SMMU-TLBI, SMMU-ATCINV, SMMU-PRIRESP, SMMU-RESUME: what this SMMU knows of the opcodes, by
 * what it advertises. Stage 1 is always there; Secure, EL3, Realm and the MPAM table of a VMS never are. */
static bool is_known(const struct prisim_smmu_config *config, uint32_t opcode)
{
    switch (opcode) {
    case PRISIM_CMDQ_OP_PREFETCH_CONFIG:
    case PRISIM_CMDQ_OP_PREFETCH_ADDR:
    case PRISIM_CMDQ_OP_CFGI_STE:
    case PRISIM_CMDQ_OP_CFGI_ALL:
    case PRISIM_CMDQ_OP_CFGI_CD:
    case PRISIM_CMDQ_OP_CFGI_CD_ALL:
    case PRISIM_CMDQ_OP_TLBI_NH_ALL:
    case PRISIM_CMDQ_OP_TLBI_NH_ASID:
    case PRISIM_CMDQ_OP_TLBI_NH_VA:
    case PRISIM_CMDQ_OP_TLBI_NH_VAA:
    case PRISIM_CMDQ_OP_TLBI_NSNH_ALL:
    case PRISIM_CMDQ_OP_SYNC:
        return true;
    case PRISIM_CMDQ_OP_TLBI_EL2_ALL:
    case PRISIM_CMDQ_OP_TLBI_EL2_ASID:
    case PRISIM_CMDQ_OP_TLBI_EL2_VA:
    case PRISIM_CMDQ_OP_TLBI_EL2_VAA:
        return config->hyp;
    case PRISIM_CMDQ_OP_TLBI_S12_VMALL:
    case PRISIM_CMDQ_OP_TLBI_S2_IPA:
        return config->s2p;
    case PRISIM_CMDQ_OP_ATC_INV:
        return config->ats;
    case PRISIM_CMDQ_OP_PRI_RESP: /* SMMU-IDR0: PRI is 0 without ATS */
        return config->ats && config->pri;
    case PRISIM_CMDQ_OP_RESUME:
    case PRISIM_CMDQ_OP_STALL_TERM: /* smmu_stall_command knows */
        return true;
    }
    return false;
}

/* An opcode that is known. */
static void run(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2])
{
    switch (opcode) {
    case PRISIM_CMDQ_OP_PREFETCH_CONFIG:
    case PRISIM_CMDQ_OP_PREFETCH_ADDR:
        prefetch(e, dw);
        break;
    case PRISIM_CMDQ_OP_CFGI_STE:
    case PRISIM_CMDQ_OP_CFGI_ALL:
    case PRISIM_CMDQ_OP_CFGI_CD_ALL:
    case PRISIM_CMDQ_OP_CFGI_CD:
        smmu_cfgi_execute(e, opcode, dw);
        mark_in_flight(e->s);
        smmu_command_done(e, true, opcode == PRISIM_CMDQ_OP_CFGI_CD);
        break;
    case PRISIM_CMDQ_OP_ATC_INV:
    case PRISIM_CMDQ_OP_PRI_RESP:
        smmu_command_send_begin(e, dw);
        break;
    case PRISIM_CMDQ_OP_RESUME:
    case PRISIM_CMDQ_OP_STALL_TERM:
        if (smmu_stall_command(e, opcode, dw))
            smmu_command_done(e, true, false);
        else
            smmu_command_error(e, PRISIM_CERROR_ILL);
        break;
    case PRISIM_CMDQ_OP_SYNC:
        smmu_command_sync_begin(e, dw);
        break;
    default: /* TLBI_* */
        if (!smmu_tlbi_execute(e, opcode, dw)) {
            smmu_command_error(e, PRISIM_CERROR_ILL);
            break;
        }
        mark_in_flight(e->s);
        smmu_command_done(e, false, false);
        break;
    }
}

void smmu_command_execute(struct smmu_edge *e)
{
    const uint64_t *dw = smmu_command_words(&e->s->commands);
    uint32_t opcode = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_OPCODE);
    assert(e->s->commands.state >= SMMU_COMMAND_DECODE && e->s->commands.state < SMMU_COMMAND_SYNC);
    /* SMMU-CMD: SSec=1 on this queue. */
    if (prisim_bits_get(dw[0], PRISIM_CMD_SSEC) || !is_known(e->config, opcode))
        smmu_command_error(e, PRISIM_CERROR_ILL);
    else
        run(e, opcode, dw);
}
