/* SPDX-License-Identifier: Apache-2.0
 *
 * What each command does (smmuv3 2.1 to 2.9). A command takes effect at the edge at which its decoding ends, or at
 * which its TLP is put; then CONS passes it.
 */
#include "model/smmu/smmu_state.h"

static void done(struct smmu_edge *e, bool has_sid, bool has_pasid)
{
    uint64_t dw0 = smmu_command_words(e->s)[0];
    PROBE(e->ports, e->now, SMMU_COMMAND, smmu_command_index(e), bits_get(dw0, CMD_OPCODE),
          has_sid ? bits_get(dw0, CMD_SID) : 0, smmu_pasid_field(has_pasid, (uint32_t)bits_get(dw0, CMD_SSID)));
    smmu_command_consume(e);
}

void smmu_mark_in_flight(const struct smmu_edge *e)
{
    struct smmu *s = e->s;
    uint32_t slots = (uint32_t)bits_mask(e->config->translation_slots) | UINT32_C(1) << SMMU_SLOT_LOOKUP;
    s->no_fill |= (slots | UINT32_C(1) << SMMU_SLOT_PREFETCH) & ~s->free;
    s->sync_slots |= slots & ~s->free;
}

/* smmuv3 2.3: a prefetch waits for the one before it, and does nothing while SMMUEN=0. */
static void prefetch(struct smmu_edge *e, const uint64_t dw[2])
{
    struct smmu *s = e->s;
    if (smmu_is_enabled(s, CR0_SMMUEN) && !(s->free >> SMMU_SLOT_PREFETCH & 1)) {
        s->commands.state = SMMU_COMMAND_PREFETCH;
        return;
    }
    if (smmu_is_enabled(s, CR0_SMMUEN))
        smmu_prefetch_start(e, dw);
    done(e, true, bits_get(dw[0], CMD_SSV));
}

/* smmuv3 2.6, 2.7: ignored while SMMUEN=0, after the check for CERROR_ILL (smmuv3 2.2); else a TLP goes down. */
static void send_or_ignore(struct smmu_edge *e, const uint64_t dw[2])
{
    struct smmu *s = e->s;
    bool atc_inv = bits_get(dw[0], CMD_OPCODE) == CMDQ_OP_ATC_INV;
    if (atc_inv ? bits_get(dw[1], CMD1_ATC_SIZE) > 52 : bits_get(dw[1], CMD1_PRI_RESP) == PRI_RESP_RESERVED) {
        smmu_command_error(e, CERROR_ILL);
    } else if (!smmu_is_enabled(s, CR0_SMMUEN)) {
        done(e, true, bits_get(dw[0], CMD_SSV));
    } else if (atc_inv && s->itags == UINT32_MAX) {
        s->commands.state = SMMU_COMMAND_ITAG;
    } else {
        s->commands.state = SMMU_COMMAND_SEND;
        smmu_down_want(s, SMMU_DOWN_COMMAND);
    }
}

static void sync_start(struct smmu_edge *e, const uint64_t dw[2])
{
    struct smmu *s = e->s;
    if (bits_get(dw[0], CMD_SYNC_CS) == SYNC_CS_RESERVED) {
        smmu_command_error(e, CERROR_ILL);
        return;
    }
    s->commands.state = SMMU_COMMAND_SYNC;
    s->commands.sync_open = true;
    s->commands.sync_reports = s->reporting;
}

/* smmuv3 2.1, 2.4 to 2.8: what this SMMU knows of the opcodes, by what it advertises. Stage 1 is always there; Secure,
 * EL3, Realm and the MPAM table of a VMS never are. */
static bool is_known(const struct smmu_config *config, uint32_t opcode)
{
    switch (opcode) {
    case CMDQ_OP_PREFETCH_CONFIG:
    case CMDQ_OP_PREFETCH_ADDR:
    case CMDQ_OP_CFGI_STE:
    case CMDQ_OP_CFGI_ALL:
    case CMDQ_OP_CFGI_CD:
    case CMDQ_OP_CFGI_CD_ALL:
    case CMDQ_OP_TLBI_NH_ALL:
    case CMDQ_OP_TLBI_NH_ASID:
    case CMDQ_OP_TLBI_NH_VA:
    case CMDQ_OP_TLBI_NH_VAA:
    case CMDQ_OP_TLBI_NSNH_ALL:
    case CMDQ_OP_SYNC:
        return true;
    case CMDQ_OP_TLBI_EL2_ALL:
    case CMDQ_OP_TLBI_EL2_ASID:
    case CMDQ_OP_TLBI_EL2_VA:
    case CMDQ_OP_TLBI_EL2_VAA:
        return config->hyp;
    case CMDQ_OP_TLBI_S12_VMALL:
    case CMDQ_OP_TLBI_S2_IPA:
        return config->s2p;
    case CMDQ_OP_ATC_INV:
        return config->ats;
    case CMDQ_OP_PRI_RESP: /* smmuv3 1.3: PRI is 0 without ATS */
        return config->ats && config->pri;
    case CMDQ_OP_RESUME:
    case CMDQ_OP_STALL_TERM: /* smmu_stall_command knows */
        return true;
    }
    return false;
}

/* An opcode that is known. */
static void run(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2])
{
    switch (opcode) {
    case CMDQ_OP_PREFETCH_CONFIG:
    case CMDQ_OP_PREFETCH_ADDR:
        prefetch(e, dw);
        break;
    case CMDQ_OP_CFGI_STE:
    case CMDQ_OP_CFGI_ALL:
    case CMDQ_OP_CFGI_CD_ALL:
    case CMDQ_OP_CFGI_CD:
        smmu_cfgi_execute(e, opcode, dw);
        done(e, true, opcode == CMDQ_OP_CFGI_CD);
        break;
    case CMDQ_OP_ATC_INV:
    case CMDQ_OP_PRI_RESP:
        send_or_ignore(e, dw);
        break;
    case CMDQ_OP_RESUME:
    case CMDQ_OP_STALL_TERM:
        if (smmu_stall_command(e, opcode, dw))
            done(e, true, false);
        else
            smmu_command_error(e, CERROR_ILL);
        break;
    case CMDQ_OP_SYNC:
        sync_start(e, dw);
        break;
    default: /* TLBI_* */
        if (!smmu_tlbi_execute(e, opcode, dw)) {
            smmu_command_error(e, CERROR_ILL);
            break;
        }
        smmu_mark_in_flight(e);
        done(e, false, false);
        break;
    }
}

void smmu_command_execute(struct smmu_edge *e)
{
    const uint64_t *dw = smmu_command_words(e->s);
    uint32_t opcode = (uint32_t)bits_get(dw[0], CMD_OPCODE);
    assert(e->s->commands.state >= SMMU_COMMAND_DECODE && e->s->commands.state < SMMU_COMMAND_SYNC);
    /* smmuv3 2.2: SSec=1 on this queue. */
    if (bits_get(dw[0], CMD_SSEC) || !is_known(e->config, opcode))
        smmu_command_error(e, CERROR_ILL);
    else
        run(e, opcode, dw);
}

/* smmuv3 2.7: without SubstreamIDs SSV=1 acts as 0. */
static bool has_pasid(const struct smmu_edge *e, const uint64_t dw[2])
{
    return bits_get(dw[0], CMD_SSV) && e->config->ssid_bits > 0;
}

/* smmuv3 2.6 */
static void send_atc_inv(struct smmu_edge *e, const uint64_t dw[2], struct tlp *to)
{
    unsigned size_log2 = 12 + (unsigned)bits_get(dw[1], CMD1_ATC_SIZE);
    uint64_t address = dw[1] & CMD1_ADDRESS & ~bits_mask(size_log2);
    uint32_t sid = (uint32_t)bits_get(dw[0], CMD_SID);
    bool ssv = has_pasid(e, dw);
    uint32_t pasid = (uint32_t)bits_get(dw[0], CMD_SSID);
    unsigned itag = (unsigned)__builtin_ctz(~e->s->itags);
    to->head = (struct tlp_header){
        .address = tlp_range_encode(address, size_log2),
        .id = smmu_tlp_id(e),
        .pasid = ssv ? pasid : 0,
        .requester_id = e->config->requester_id,
        .destination_id = (uint16_t)sid,
        .tag = (uint16_t)itag,
        .size = 8,
        .type = TLP_MESSAGE_DATA,
        .message = MESSAGE_INVALIDATE_REQUEST,
        .flags = ssv ? TLP_HAS_PASID : 0,
    };
    /* pcie 1.6: Global is defined only with a PASID. */
    uint64_t field = to->head.address | (ssv ? bits_get(dw[0], CMD_ATC_GLOBAL) : 0);
    store_le32(to->data, (uint32_t)(field >> 32));
    store_le32(to->data + 4, (uint32_t)field);
    smmu_itag_open(e, itag, sid);
    PROBE(e->ports, e->now, SMMU_INVALIDATE, to->head.id, itag, sid, smmu_pasid_field(ssv, pasid), address,
          size_log2 == 64 ? UINT64_MAX : UINT64_C(1) << size_log2);
}

/* smmuv3 2.7: the codes of the command are not those of the wire. */
static void send_pri_resp(struct smmu_edge *e, const uint64_t dw[2], struct tlp *to)
{
    static const uint8_t code[] = {
        [PRI_RESP_FAILURE] = PRG_FAILURE, [PRI_RESP_INVALID] = PRG_INVALID, [PRI_RESP_SUCCESS] = PRG_SUCCESS};
    unsigned resp = (unsigned)bits_get(dw[1], CMD1_PRI_RESP);
    assert(resp != PRI_RESP_RESERVED);
    struct prg_response response = {
        .stream_id = (uint32_t)bits_get(dw[0], CMD_SID),
        .pasid = (uint32_t)bits_get(dw[0], CMD_SSID),
        .prg_index = (uint16_t)bits_get(dw[1], CMD1_PRG_INDEX),
        .has_pasid = has_pasid(e, dw),
        .code = code[resp],
        .cause = CAUSE_COMMAND,
    };
    smmu_prg_response_fill(e, to, &response, smmu_command_index(e));
}

void smmu_command_send(struct smmu_edge *e, struct tlp *to)
{
    const uint64_t *dw = smmu_command_words(e->s);
    assert(e->s->commands.state == SMMU_COMMAND_SEND);
    if (bits_get(dw[0], CMD_OPCODE) == CMDQ_OP_ATC_INV)
        send_atc_inv(e, dw, to);
    else
        send_pri_resp(e, dw, to);
    done(e, true, bits_get(dw[0], CMD_SSV));
}

/* smmuv3 2.9: what a CMD_SYNC waits for. */
static bool is_sync_done(struct smmu_edge *e)
{
    struct smmu *s = e->s;
    struct smmu_commands *c = &s->commands;
    smmu_stall_sync(e);
    /* Rows 1, 3 and 4: client transactions to their end, and the records that these make until then. */
    if (c->sync_open) {
        c->sync_events = s->events.pushed;
        c->sync_reports &= s->reporting;
        c->sync_open = (s->sync_slots | c->sync_reports) != 0;
    }
    /* Rows 2, 4 and 5. */
    return !c->sync_open && s->itags == 0 && s->events.popped >= c->sync_events &&
           !((s->msi.pending | s->msi.flying) >> SMMU_MSI_SYNC & 1);
}

/* smmuv3 2.9: MSI and wired pulse, or the event that wakes processors. All of MSIAddress must be 0 for no MSI; what the
 * output address size cuts off is not looked at before (test seed 18). */
static void sync_signal(struct smmu_edge *e, const uint64_t dw[2])
{
    const struct smmu_config *config = e->config;
    unsigned signal = (unsigned)bits_get(dw[0], CMD_SYNC_CS);
    if (signal == SYNC_CS_IRQ) {
        uint64_t address = dw[1] & CMD1_SYNC_MSI_ADDRESS;
        if (address && config->msi)
            smmu_msi_send(e, SMMU_MSI_SYNC, address & bits_mask(config->oas_bits),
                          (uint32_t)bits_get(dw[0], CMD_SYNC_MSI_DATA));
        smmu_interrupt_line(e, SMMU_WIRED_SYNC);
    } else if (signal == SYNC_CS_SEV && config->sev) {
        smmu_interrupt_line(e, SMMU_WIRED_SEV);
    }
}

/* Ends the CMD_SYNC at work if nothing is left to wait for; true if it did. */
bool smmu_command_sync_run(struct smmu_edge *e)
{
    struct smmu *s = e->s;
    assert(s->commands.state == SMMU_COMMAND_SYNC);
    if (!is_sync_done(e))
        return false;
    /* smmuv3 2.10: CONS stays at the CMD_SYNC, nothing is signalled; after the acknowledgement it runs again. */
    if (s->itag_lost) {
        s->itag_lost = false;
        smmu_command_error(e, CERROR_ATC_INV_SYNC);
        return true;
    }
    uint32_t index = smmu_command_index(e);
    sync_signal(e, smmu_command_words(s));
    done(e, false, false);
    PROBE(e->ports, e->now, SMMU_SYNC, index);
    return true;
}
